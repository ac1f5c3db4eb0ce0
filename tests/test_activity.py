import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from command import Run, typed
from domain import (
    PLACES,
    READERS,
    Report,
    Story,
    clash,
    document,
    given,
    held_by,
    infiltration,
    view_reader,
)
from domain import control as assessed
from hypothesis import given as drawn
from hypothesis import settings
from strategies import Act, Question, histories, made, questions

from events.when import zone_of
from timeline.cuts import cuts
from timeline.errors import BadQuestion
from timeline.questions.activity import BYS, Activity, activity, beginning

UTC = zone_of("UTC")
NOW = "2025-11-01"


def counted(
    story: Story,
    *places: str,
    since: str | None = None,
    until: str | None = None,
    by: Any = ("day",),
    zone: str = "UTC",
    **asked: Any,
) -> Activity:
    """The activity of a story; every reader says the same."""
    where = zone_of(zone)
    read = cuts(where, **(asked or {"known": NOW}))
    answers = [
        activity(
            reader_of(story.log),
            places,
            read,
            where,
            since=None if since is None else beginning(since, where),
            until=None if until is None else cuts(where, on=until).asof.valid,
            by=by,
        )
        for reader_of in READERS
    ]
    assert len({answer.to_json() for answer in answers}) == 1
    return answers[0]


def table(answer: Activity) -> dict[Any, tuple[int, int, int]]:
    """Reports, happenings and possible ones by what it goes by."""
    return {
        tuple(getattr(row, by) for by in answer.by)
        if len(answer.by) > 1
        else getattr(row, answer.by[0]): (row.reports, row.happenings, row.possible)
        for row in answer.rows
    }


def test_a_report_is_of_the_day_of_which_it_tells() -> None:
    """Not of the day on which it came out; a status is a report and no happening."""
    story = given(
        clash("a", "2025-10-10", reported="2025-10-20"),
        infiltration("b", "2025-10-10"),
        clash("c", "2025-10-12"),
    )
    answer = counted(story, "Alpha")
    assert table(answer) == {"2025-10-10": (2, 1, 0), "2025-10-12": (1, 1, 0)}
    assert (answer.total.reports, answer.total.happenings) == (3, 2)


def test_what_is_told_of_several_days_is_put_on_none_of_them() -> None:
    """It stands apart, after the days."""
    story = given(
        clash("wide", {"within": "2025-10-10/2025-10-12"}, reported="2025-10-13"),
        clash("by", "../2025-10-11", reported="2025-10-13"),
        clash("day", "2025-10-11"),
    )
    answer = counted(story, "Alpha")
    assert list(table(answer).items()) == [("2025-10-11", (1, 1, 0)), (None, (2, 2, 0))]


def test_only_what_lies_wholly_in_the_time_is_certain() -> None:
    """What reaches over an end of it, or is approximate or announced, is possible."""
    story = given(
        clash("over", {"within": "2025-10-08/2025-10-11"}, reported="2025-10-11"),
        clash("about", "2025-10-11~", reported="2025-10-12"),
        clash("announced", "2025-10-12", reported="2025-10-01"),
        clash("inside", "2025-10-10"),
        clash("before", "2025-10-08"),
        clash("after", "2025-10-15"),
    )
    answer = counted(story, "Alpha", since="2025-10-10", until="2025-10-12")
    assert (answer.total.reports, answer.total.happenings, answer.total.possible) == (4, 1, 3)
    assert (answer.since, answer.until) == ("2025-10-10T00:00:00Z", "2025-10-13T00:00:00Z")


def test_one_event_told_by_many_is_one_happening() -> None:
    """Linked as the same event it counts once in all, and once for each party that tells it."""
    story = given(
        clash("a", "2025-10-10", by="ua"),
        clash("b", "2025-10-10", by="ru", links={"same_event_as": ["a"]}),
        clash("c", "2025-10-11", by="ru", links={"same_event_as": ["b"]}),
        clash("d", "2025-10-11", by="ru"),
    )
    assert counted(story, "Alpha").total.happenings == 2
    assert table(counted(story, "Alpha", by=("party",))) == {"ru": (3, 2, 0), "ua": (1, 1, 0)}
    # A link counts only while the report that makes it does.
    story.retracted("b", "2025-10-12")
    assert counted(story, "Alpha").total.happenings == 3


def test_a_denial_is_a_report_and_no_happening() -> None:
    """Neither is what is intended or forecast."""
    story = given(
        clash("no", "2025-10-10", stance="denies"),
        clash("plan", "2025-10-10", stance="intends"),
    )
    assert table(counted(story, "Alpha")) == {"2025-10-10": (2, 0, 0)}


def test_only_what_was_known_counts() -> None:
    """A correction moves its report to another day from when it is known; a retraction ends it."""
    story = given(clash("a", "2025-10-10"), clash("b", "2025-10-10"))
    story.corrected("a", happened="2025-10-09", reported="2025-10-14").retracted("b", "2025-10-15")
    assert table(counted(story, "Alpha", known="2025-10-13")) == {"2025-10-10": (2, 2, 0)}
    assert table(counted(story, "Alpha", known="2025-10-14")) == {
        "2025-10-09": (1, 1, 0),
        "2025-10-10": (1, 1, 0),
    }
    assert table(counted(story, "Alpha", known="2025-10-15")) == {"2025-10-09": (1, 1, 0)}


def test_a_place_counts_with_all_below_it() -> None:
    """Towns, their sites, and members of a group, as they lay at the cut; each once."""
    story = given(
        clash("alpha", "2025-10-10"),
        clash("station", "2025-10-10", place="Alpha Station"),
        clash("north", "2025-10-10", place="North"),
        clash("delta", "2025-10-10", place="Delta"),
        clash("gamma", "2025-10-10", place="Gamma"),
    )

    def of(*places: str, **asked: Any) -> dict[Any, int]:
        found = table(counted(story, *places, by=("place",), **asked))
        return {place.removeprefix("x:"): reports for place, (reports, _, _) in found.items()}

    assert of("Alpha") == {"alpha": 1, "station": 1}
    assert of("North", known="2025-10-15") == {"alpha": 1, "station": 1, "north": 1, "gamma": 1}
    assert of("North") == {"alpha": 1, "station": 1, "north": 1}
    assert of("Both", "Alpha") == of("Both") == {**of("North"), "delta": 1, "gamma": 1}
    assert of() == of("Land")


def test_rows_go_by_what_is_asked_in_the_order_asked() -> None:
    """Days in order; of all else the most told first."""
    story = given(
        clash("a", "2025-10-11", by="ru"),
        clash("b", "2025-10-10"),
        clash("c", "2025-10-11"),
        infiltration("d", "2025-10-11", by="ru"),
        clash("e", "2025-10-11", by="ru"),
    )
    assert list(table(counted(story, "Alpha", by=("kind",)))) == ["clash", "infiltration"]
    assert list(table(counted(story, "Alpha", by=("day", "party")))) == [
        ("2025-10-10", "ua"),
        ("2025-10-11", "ru"),
        ("2025-10-11", "ua"),
    ]
    assert list(table(counted(story, "Alpha", by=("party", "kind")))) == [
        ("ru", "clash"),
        ("ru", "infiltration"),
        ("ua", "clash"),
    ]
    for bad in ((), ("colour",)):
        with pytest.raises(BadQuestion, match="goes by day, kind, party, place"):
            counted(story, by=bad)


def test_a_day_is_one_of_the_zone() -> None:
    """An hour before midnight in UTC is the next day in Kyiv."""
    story = given(clash("late", "2025-10-10T22:30Z", reported="2025-10-10T23:00Z"))
    assert list(table(counted(story, "Alpha"))) == ["2025-10-10"]
    assert list(table(counted(story, "Alpha", zone="Europe/Kyiv"))) == ["2025-10-11"]


def test_a_time_that_runs_backwards_or_is_none_is_refused() -> None:
    """One line for each."""
    story = given(clash("a", "2025-10-10"))
    with pytest.raises(BadQuestion, match="ends before it begins"):
        counted(story, since="2025-10-12", until="2025-10-11")
    with pytest.raises(BadQuestion, match="from: "):
        counted(story, since="last week")
    with pytest.raises(BadQuestion, match="not one moment"):
        counted(story, since="2025-10-01/2025-10-02")


@settings(max_examples=60)
@drawn(histories(), questions())
def test_readers_agree_and_every_claim_is_counted_once(acts: list[Act], question: Question) -> None:
    """Whatever it goes by, the rows hold the same claims, and no more than what was known."""
    log, read = made(acts), question.cuts()
    readers = [reader_of(log) for reader_of in READERS]
    since = read.asof.valid - question.window * 86_400_000_000
    claims: list[list[str]] = []
    for by in [(one,) for one in BYS] + [BYS]:
        answers = [
            activity(reader, [question.place], read, UTC, since=since, by=by) for reader in readers
        ]
        assert len({answer.to_json() for answer in answers}) == 1
        rows = answers[0].rows
        claims.append(sorted(claim for row in rows for claim in row.claims))
        assert len(claims[-1]) == answers[0].total.reports
        assert all(row.happenings + row.possible <= row.reports for row in rows)
    assert all(found == claims[0] for found in claims)


# On the command line.


FIVE: tuple[Report, ...] = (
    clash("a", "2025-10-10"),
    clash("b", "2025-10-10", by="ru", links={"same_event_as": ["a"]}),
    clash("c", {"within": "2025-10-12/2025-10-20"}, reported="2025-10-20"),
    infiltration("d", "2025-10-14"),
    assessed("e", "2025-10-14", held_by("ua"), place="Beta"),
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` where the store holds five reports."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    path = document(tmp_path, *FIVE, places=PLACES)
    typed("add", path, code=0)
    return typed


def test_bars_tell_happenings_from_reports_without_colour(run: Run) -> None:
    """Each in a shade of its own; days of silence between are seen and not called quiet."""
    lines = run("activity", "Alpha", "--on", "2025-10-18").stdout.splitlines()
    assert lines[:2] == [
        "Activity, Alpha: up to 2025-10-18, as known by 2025-10-18",
        "3 reports, 1 happening",
    ]
    assert [" ".join(line.split()) for line in lines[2:7]] == [
        "reports happenings",
        "2025-10-10 Fri 2 1 █░",
        "⋮ 3 days of which nothing was told",
        "2025-10-14 Tue 1 0 ░",
        "█ happening ▒ possible ░ other report",
    ]
    wide = run("activity", "Alpha", "--to", "2025-10-15", "--known", "2025-10-20").stdout
    assert "several days" in wide
    assert "0+1?  ▒" in wide
    everywhere = run("activity", "--by", "kind", "--on", "2025-10-18").stdout.splitlines()
    assert everywhere[0].startswith("Activity, all places: up to 2025-10-18")
    kinds = [line.split()[0] for line in everywhere[3:-2]]
    assert kinds == ["clash", "control", "infiltration"]


def test_bars_fit_the_width(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many reports are scaled down, and the scale is told; a long name is cut short."""
    many = [clash(f"m{at}", "2025-10-10", by="the_party_of_" + "x" * 60) for at in range(300)]
    run("add", document(tmp_path, *many, name="many"))
    for width in (80, 140):
        monkeypatch.setenv("COLUMNS", str(width))
        text = run("activity", "Alpha", "--by", "party", "--on", "2025-10-11").stdout
        shown = [line for line in text.splitlines() if not line.startswith("basis")]
        assert max(map(len, shown)) <= width
        assert "…" in text
        assert "one block is" in text


def test_a_long_name_takes_no_day_with_it(run: Run, tmp_path: Path) -> None:
    """Of a label of several parts the longest is cut, so that each line tells its own."""
    party = "the_party_of_" + "x" * 60
    days = [f"2025-10-{day}" for day in (10, 11)]
    run("add", document(tmp_path, *(clash(day, day, by=party) for day in days), name="two"))
    text = run("activity", "Alpha", "--by", "party", "--by", "day", "--on", "2025-10-11").stdout
    assert all(f"… · {day} " in text for day in days)


def test_nothing_told_is_not_called_quiet(run: Run) -> None:
    """A time without a report says so."""
    text = run("activity", "Alpha", "--on", "2025-10-01").stdout
    assert "Nothing was told of this time. That does not mean it was quiet." in text


def test_programs_get_counts_and_the_claims_behind_them(run: Run) -> None:
    """JSON holds ids that `explain` opens; CSV one row for each line; the basis gives it again."""
    asked = ("activity", "--by", "place", "--by", "kind", "--on", "2025-10-20")
    answer = json.loads(run(*asked, "--format", "json").stdout)
    assert answer["schema"] == "timeline/activity/1"
    assert answer["total"] == {"reports": 5, "happenings": 2, "possible": 0}
    assert answer["rows"][0]["place"] == "x:alpha"
    assert "day" not in answer["rows"][0]
    assert sum(len(row["claims"]) for row in answer["rows"]) == 5
    by = asked[:5]
    again = run(*by, "--basis", answer["basis"], "--format", "json").stdout
    assert json.loads(again) == answer
    lines = run(*asked, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == answer["rows"]
    rows = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert list(rows[0])[:6] == ["place", "place_id", "kind", "reports", "happenings", "possible"]
    assert [(row["place"], row["kind"], row["reports"]) for row in rows] == [
        ("Alpha", "clash", "3"),
        ("Alpha", "infiltration", "1"),
        ("Beta", "control_assessment", "1"),
    ]


def test_an_export_holds_all_four(run: Run) -> None:
    """A row for each day, kind, party and place; a manifest; the first day is whole."""
    asked = ("activity", "--from", "2025-10-10", "--to", "2025-10-14", "--known", "2025-10-20")
    done = run("export", *asked, "-o", "a.csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(Path("a.csv").read_text())))
    assert list(rows[0])[:5] == ["day", "kind", "party", "place", "place_id"]
    assert [(row["day"], row["party"]) for row in rows] == [
        ("2025-10-10", "ru"),
        ("2025-10-10", "ua"),
        ("2025-10-14", "ua"),
        ("2025-10-14", "ua"),
        ("", "ua"),
    ]
    manifest = json.loads(Path("a.csv.manifest.json").read_text())
    assert manifest["what"] == "activity"
    assert manifest["counts"] == {"reports": 5, "rows": 5}
    answer = json.loads(run("export", *asked, "--format", "json").stdout)
    assert answer["basis"] == manifest["basis"] == rows[0]["basis"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--by", "colour"),
        ("--from", "2025-10-12", "--to", "2025-10-11"),
        ("--from", "27/10/2025"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_line(run: Run, wrong: tuple[str, ...]) -> None:
    """Exit 2, nothing on standard output."""
    result = run("activity", *wrong)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_many_claims_are_read_by_as_few_statements_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what series they are of nor what they are linked to is asked for one by one."""
    made: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connected(*where: Any, **how: Any) -> sqlite3.Connection:
        made.append(connect(*where, **how))
        return made[-1]

    def asked(parties: int) -> int:
        said: list[str] = []
        log = given(*(clash(f"{at}", "2025-10-20", by=f"party {at}") for at in range(parties))).log
        reader = view_reader(log)
        made[-1].set_trace_callback(said.append)
        assert activity(reader, [], cuts(UTC, known=NOW), UTC).total.happenings == parties
        return len(said)

    monkeypatch.setattr(sqlite3, "connect", connected)
    assert asked(20) == asked(1)
