"""The life of claims: what became of each by when, and a party's record without looking ahead."""

import json
import re
import shutil
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command import Run, table, typed
from domain import READERS, Report, Story, control, given, held_by, infiltration, told, view_reader
from hypothesis import example
from hypothesis import given as drawn
from hypothesis import strategies as st
from rich.text import Text

from cli.text.console import console, wrapped
from events.when import zone_of
from timeline.asof import Told
from timeline.cuts import cuts
from timeline.errors import BadQuestion
from timeline.questions.lives import (
    Chosen,
    Life,
    Lives,
    Record,
    life_from,
    lives,
    lives_apart,
    lives_page,
    wilson,
)
from timeline.view.read import View


def asked(
    story: Story,
    known: str = "2025-12-31",
    *,
    place: str | None = "Alpha",
    party: str | None = None,
    status: str | None = None,
) -> Lives:
    """Ask every reader what became of claims; assert that they agree to the byte, also apart."""
    read = cuts(zone_of("UTC"), known=known)
    chosen = Chosen(place=place, party=party, status=status)
    several = [reader_of(story.log) for reader_of in READERS]
    answers = [lives(reader, read, chosen) for reader in several]
    for reader in several:
        with lives_apart(reader, read, chosen) as (answer, total, told):
            assert b"".join(answer.parts(told)) == answers[0].to_json()
            assert total == len(answers[0].claims)
    assert len({answer.to_json() for answer in answers}) == 1
    return answers[0]


def life(answer: Lives, report: str) -> Life:
    """The life of a report's claim."""
    return next(one for one in answer.claims if one.claim.report == report)


def became(answer: Lives, report: str) -> list[tuple[str, float, str | None]]:
    """What became of a report's claim: status, days, and by whom."""
    return [(event.status, event.days, event.by) for event in life(answer, report).events]


def record(answer: Lives, party: str) -> Record:
    """The record of a party."""
    return next(one for one in answer.records if one.party == party)


def checked(
    key: str, report: str, reported: str, result: str, by: str = "reuters"
) -> dict[str, str]:
    """A verification of a report."""
    return told(key, "verification", reported, by=by, report=report, result=result)


def test_a_claim_of_which_nothing_became_is_open() -> None:
    """Told, and nothing since; that a newer one stands in its place changes nothing."""
    answer = asked(given(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-25")))
    assert [(one.claim.report, one.statuses) for one in answer.claims] == [
        ("b", ["open"]),
        ("a", ["open"]),
    ]


def test_a_correction_is_dated_and_counted_in_days() -> None:
    """Told on the 20th, corrected on the 23rd; shown as it reads now."""
    story = given(infiltration("a", "2025-10-20")).corrected("a", size="150", reported="2025-10-23")
    answer = asked(story)
    assert life(answer, "a").statuses == ["corrected"]
    assert became(answer, "a") == [("corrected", 3.0, "ua")]
    assert life(answer, "a").claim.value["size"]["best"] == 150
    assert life(asked(story, "2025-10-22"), "a").statuses == ["open"]


@pytest.mark.parametrize("reported", ["2025-10-19", "2025-10-18"])
def test_what_was_announced_is_listed_as_that(reported: str) -> None:
    """Also where it begins at the very end of its telling."""
    answer = asked(given(infiltration("a", "2025-10-20", reported=reported)))
    assert life(answer, "a").claim.certainty == "announced"


def test_what_was_said_otherwise_at_once_was_never_told() -> None:
    """Of two versions known from one time on the later in the log is all there is."""
    story = given(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-20"))
    for key in "ab":
        story.corrected(key, size="150")
    answer = asked(story)
    for key in "ab":
        assert life(answer, key).statuses == ["open"]
        assert life(answer, key).claim.value["size"]["best"] == 150


def test_what_was_told_at_one_time_is_listed_report_by_report() -> None:
    """Each with its own corrections, in whatever order these came."""
    story = given(infiltration("b", "2025-10-20"), infiltration("a", "2025-10-20"))
    for day, key in (("22", "a"), ("23", "b"), ("24", "a")):
        story.corrected(key, size=day, reported=f"2025-10-{day}")
    answer = asked(story)
    assert [one.claim.report for one in answer.claims] == ["b", "a"]
    assert [len(became(answer, key)) for key in "ab"] == [2, 1]


def test_a_retraction_and_a_return() -> None:
    """Withdrawn on the 22nd, told again on the 24th: retracted in between, corrected since."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-22")
    story.corrected("a", size="180", reported="2025-10-24")
    assert life(asked(story, "2025-10-23"), "a").statuses == ["retracted"]
    answer = asked(story)
    assert life(answer, "a").statuses == ["corrected"]
    assert became(answer, "a") == [("retracted", 2.0, "ua"), ("corrected", 4.0, "ua")]


@pytest.mark.parametrize("place", ["Alpha", None])
def test_a_retraction_dated_before_the_telling_begins_no_life(place: str | None) -> None:
    """Told on the 20th, withdrawn as of the 15th, corrected on the 22nd: after two days."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-15")
    story.corrected("a", size="150", reported="2025-10-22")
    answer = asked(story, place=place)
    assert life(answer, "a").told == "2025-10-21T00:00:00Z"
    assert became(answer, "a") == [("corrected", 2.0, "ua")]


def test_a_correction_to_another_place_is_no_retraction() -> None:
    """Told of Alpha, of Beta since: corrected in both, and each shows what it was told."""
    story = given(infiltration("a", "2025-10-20"))
    story.corrected("a", place="Beta", reported="2025-10-23")
    whole = asked(story, place=None)
    for place in ("Alpha", "Beta"):
        answer = asked(story, place=place)
        assert life(answer, "a").statuses == ["corrected"]
        assert life(answer, "a").claim.place == f"x:{place.lower()}"
        assert became(answer, "a") == became(whole, "a") == [("corrected", 3.0, "ua")]
        assert record(answer, "ua") == record(whole, "ua")
    assert life(asked(story, place="Beta"), "a") == life(whole, "a")
    story.retracted("a", "2025-10-25")
    assert life(asked(story), "a").statuses == ["retracted", "corrected"]


def test_a_slip_that_was_mended_was_never_said() -> None:
    """A mend is our own matter, and no correction of the party's."""
    story = given(infiltration("a", "2025-10-20")).mended("a", size="20")
    assert life(asked(story), "a").statuses == ["open"]


def test_what_is_checked_is_confirmed_or_refuted() -> None:
    """By each verifier its last word, from its own day on."""
    story = given(
        infiltration("a", "2025-10-20"),
        infiltration("b", "2025-10-21", by="ru"),
        checked("v1", "a", "2025-10-24", "confirmed"),
        checked("v2", "b", "2025-10-22", "confirmed"),
        checked("v3", "b", "2025-10-26", "refuted"),
    )
    answer = asked(story)
    assert became(answer, "a")[0] == ("confirmed", 4.0, "reuters")
    assert "refuted" in life(answer, "b").statuses
    assert ("refuted", 5.0, "reuters") in became(answer, "b")
    assert "confirmed" in life(asked(story, "2025-10-25"), "b").statuses


def test_what_the_source_itself_says_counts_from_the_telling() -> None:
    """Confirmed by another in the same report."""
    answer = asked(
        given(infiltration("a", "2025-10-20", verification={"status": "confirmed", "by": "bbc"}))
    )
    assert became(answer, "a") == [("confirmed", 0.0, "bbc")]


def test_who_checks_its_own_claim_confirms_nothing() -> None:
    """By a check, or in the report itself; another's word counts, from its own day on."""
    own = {"status": "verified", "by": "ua"}
    story = given(
        infiltration("a", "2025-10-20"),
        infiltration("b", "2025-10-21", verification=own),
        checked("v1", "a", "2025-10-22", "confirmed", by="ua"),
    )
    answer = asked(story)
    assert [life(answer, report).statuses for report in "ab"] == [["open"], ["open"]]
    assert became(answer, "a") == became(answer, "b") == []
    assert asked(story, status="confirmed").claims == []
    assert (record(answer, "ua").checked, record(answer, "ua").open) == (0, 2)
    story.filed(checked("v2", "a", "2025-10-25", "confirmed"))
    answer = asked(story)
    assert became(answer, "a") == [("confirmed", 5.0, "reuters")]
    [rate] = [one for one in record(answer, "ua").rates if one.status == "confirmed"]
    assert (rate.count, rate.n, rate.days) == (1, 1, 5.0)


def test_who_refutes_its_own_claim_admits_it() -> None:
    """By a check, or in the report itself."""
    own = {"status": "refuted", "by": "ua"}
    story = given(
        infiltration("a", "2025-10-20"),
        infiltration("b", "2025-10-21", verification=own),
        checked("v", "a", "2025-10-22", "refuted", by="ua"),
    )
    answer = asked(story)
    assert became(answer, "a") == [("refuted", 2.0, "ua")]
    assert became(answer, "b") == [("refuted", 0.0, "ua")]
    assert record(answer, "ua").checked == 2


def test_a_dispute_begins_when_the_second_has_spoken() -> None:
    """Both are disputed from then on, each by the other; days count from each one's telling."""
    story = given(
        control("a", "2025-10-20", held_by("ua"), by="ua"),
        control("b", "2025-10-20", held_by("ru"), by="ru", reported="2025-10-25"),
    )
    answer = asked(story)
    assert became(answer, "a") == [("disputed", 5.0, "ru")]
    assert became(answer, "b") == [("disputed", 0.0, "ua")]
    assert life(asked(story, "2025-10-24"), "a").statuses == ["open"]
    assert life(answer, "a").events[0].claim == life(answer, "b").claim.claim


def test_a_dispute_ends_when_one_is_withdrawn() -> None:
    """It stays among the events and is no longer what the claim is."""
    story = given(
        control("a", "2025-10-20", held_by("ua"), by="ua"),
        control("b", "2025-10-20", held_by("ru"), by="ru"),
    ).retracted("b", "2025-10-28")
    answer = asked(story)
    assert life(answer, "a").statuses == ["open"]
    assert became(answer, "a") == [("disputed", 0.0, "ru")]
    assert life(answer, "b").statuses == ["retracted"]


def test_those_who_never_showed_at_once_never_disputed() -> None:
    """One had taken its word back before the other spoke."""
    story = given(control("a", "2025-10-20", held_by("ua"), by="ua")).retracted("a", "2025-10-21")
    story.filed(control("b", "2025-10-20", held_by("ru"), by="ru", reported="2025-10-25"))
    answer = asked(story)
    assert life(answer, "b").statuses == ["open"]


def forecast(key: str, reported: str, deadline: str) -> Report:
    """A forecast that a place will fall by a day."""
    return told(
        key,
        "statement",
        reported,
        stance="forecasts",
        speech="forecast",
        proposition="It will fall",
        about="fall",
        deadline=deadline,
    )


def test_a_deadline_passes() -> None:
    """Announced on the 1st for the 15th; on the 16th it has passed, on the 15th it had not."""
    story = given(forecast("f", "2025-10-01", "2025-10-15"))
    assert life(asked(story, "2025-10-15"), "f").statuses == ["open"]
    assert became(asked(story, "2025-10-16"), "f") == [("deadline_passed", 14.0, None)]


def test_what_was_withdrawn_in_time_has_no_deadline_left_to_pass() -> None:
    """Withdrawn a week before, and so in no record of deadlines; afterwards it had passed."""
    story = given(
        forecast("f", "2025-10-01", "2025-10-15"), forecast("g", "2025-10-01", "2025-10-15")
    )
    story.retracted("f", "2025-10-08").retracted("g", "2025-10-22")
    answer = asked(story)
    assert life(answer, "f").statuses == ["retracted"]
    assert became(answer, "f") == [("retracted", 7.0, "ua")]
    assert life(answer, "g").statuses == ["retracted", "deadline_passed"]


def test_a_deadline_that_passed_is_not_undone_by_another() -> None:
    """Put off after it had passed, it stays among the events; put off in time, it never passed."""
    story = given(
        forecast("f", "2025-10-01", "2025-10-15"), forecast("g", "2025-10-01", "2025-10-15")
    )
    story.corrected("f", reported="2025-10-20", deadline="2025-11-15")
    story.corrected("g", reported="2025-10-10", deadline="2025-11-15")
    answer = asked(story, "2025-10-25")
    assert became(answer, "f") == [("deadline_passed", 14.0, None), ("corrected", 19.0, "ua")]
    assert life(answer, "f").statuses == ["corrected"]
    assert became(answer, "g") == [("corrected", 9.0, "ua")]
    assert life(asked(story, "2025-11-20"), "g").statuses == ["corrected", "deadline_passed"]


def test_the_list_narrows_by_party_and_status() -> None:
    """The record stays over all of the party's claims."""
    story = given(
        infiltration("a", "2025-10-20", by="ua"),
        infiltration("b", "2025-10-21", by="ua"),
        infiltration("c", "2025-10-21", by="x"),
    ).retracted("b", "2025-10-23")
    answer = asked(story, party="ua", status="retracted")
    assert [one.claim.report for one in answer.claims] == ["b"]
    assert [(one.party, one.n, one.open) for one in answer.records] == [("ua", 2, 1)]
    assert [one.claim.report for one in asked(story, status="open").claims] == ["c", "a"]


def test_all_places_are_asked_where_none_is_named() -> None:
    """The same claims, and those of other places."""
    story = given(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-20", place="Beta"))
    assert len(asked(story, place=None).claims) == 2
    assert len(asked(story, place="Beta").claims) == 1


def test_all_places_are_read_one_after_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of all claims is found without having all of them in memory."""
    most, showing = 0, View.told

    def counted(view: View, *cuts: Any, **place: Any) -> Sequence[Told]:
        nonlocal most
        found = showing(view, *cuts, **place)
        most = max(most, len(found))
        return found

    places = ("Alpha", "Beta", "Gamma", "Delta")
    story = given(
        *(
            infiltration(f"{place}-{day}", f"2025-10-{day}", place=place)
            for place in places
            for day in range(10, 20)
        )
    )
    monkeypatch.setattr(View, "told", counted)
    read = cuts(zone_of("UTC"), known="2025-12-31")
    answer = lives(view_reader(story.log), read, Chosen(first=True))
    assert {one.claim.report for one in answer.claims} == {f"{place}-10" for place in places}
    assert most == 10


@pytest.mark.parametrize("paged", [False, True])
def test_the_claims_of_all_places_are_written_without_being_held(*, paged: bool) -> None:
    """What is in memory meanwhile is of one place, and a page, however many there are."""

    def most(*places: str) -> int:
        story = given(
            *(
                infiltration(f"{place}-{at}", "2025-10-10", place=place, summary="x" * 1_000)
                for place in places
                for at in range(100)
            )
        )
        reader, read = view_reader(story.log), cuts(zone_of("UTC"), known="2025-12-31")
        tracemalloc.start()
        try:
            if paged:
                assert len(lives_page(reader, read, Chosen(), 10)[0].claims) == 10
            else:
                with lives_apart(reader, read, Chosen()) as (_, _, told):
                    assert sum(1 for _ in told) == 100 * len(places)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert most("Alpha", "Beta", "Gamma", "Delta") < 2 * most("Alpha")


def test_claims_are_written_as_text_one_after_another(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is on its way out before the next one is read."""
    written: list[int] = []

    def noticing(content: bytes) -> Life:
        sys.stdout.flush()
        written.append(sys.stdout.buffer.tell())
        return life_from(content)

    monkeypatch.setattr("cli.claims.life_from", noticing)
    whole = run("claims", "--format", "text").stdout
    assert len(written) > 10
    assert written == sorted(set(written))
    assert f"{len(written)} claims" in whole


@pytest.mark.parametrize("width", [1, 22, 33, 80])
def test_claims_look_on_paper_as_on_a_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Line by line the same words, of which a terminal shows some in colours."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    plain = run("claims", "--on", "2025-12-01").stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run("claims", "--on", "2025-12-01").stdout
    assert "\x1b[31mdisputed\x1b[0m" in coloured
    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", coloured)


@drawn(
    text=st.text("ab.- ·я中\u0301\u200d\ufe0f☀\xa0\t\n", max_size=40),
    room=st.integers(1, 12),
)
@example("a b", 1)
def test_what_is_quickly_wrapped_is_wrapped_as_rich_does(text: str, room: int) -> None:
    """Whatever letters are in it, wide, joined or without a width of their own."""
    out = console()
    slowly = [line.plain for line in Text(text).wrap(out, room, overflow="fold")]
    assert [one.rstrip(" ") for one in wrapped(out, text, room)] == [
        one.rstrip(" ") for one in slowly
    ]


def test_of_all_places_one_that_a_report_was_moved_from_is_not_left() -> None:
    """Once in the list, corrected and not withdrawn; what it disputed before stays its past."""
    story = given(
        control("a", "2025-10-20", held_by("ua")),
        control("b", "2025-10-20", held_by("ru"), by="ru", place="Beta"),
        control("c", "2025-10-20", held_by("ru"), by="ru"),
    ).corrected("a", place="Beta", reported="2025-10-23")
    answer = asked(story, place=None)
    assert sorted(one.claim.report for one in answer.claims) == ["a", "b", "c"]
    assert life(answer, "a").claim.place == "x:beta"
    assert {status for status, *_ in became(answer, "a")} == {"corrected", "disputed"}
    assert [by for status, _, by in became(answer, "a") if status == "disputed"] == ["ru", "ru"]
    assert life(answer, "c").statuses == ["open"]


def test_an_unknown_party_or_status_says_what_would_be_right() -> None:
    """Neither is answered with an empty list."""
    story = given(infiltration("a", "2025-10-20"))
    with pytest.raises(BadQuestion, match="no party is called"):
        asked(story, party="nobody")
    with pytest.raises(BadQuestion, match="open, retracted"):
        asked(story, status="false")


# The track record.


def test_a_record_counts_each_fate_apart() -> None:
    """Of four claims one retracted and one corrected; of the two checked one refuted."""
    story = given(
        *(infiltration(key, f"2025-10-2{number}") for number, key in enumerate("abcd")),
        checked("v1", "c", "2025-10-25", "refuted"),
        checked("v2", "d", "2025-10-26", "confirmed"),
    )
    story.retracted("a", "2025-10-24").corrected("b", size="9", reported="2025-10-23")
    found = record(asked(story), "ua")
    rates = {rate.status: (rate.count, rate.n, rate.days) for rate in found.rates}
    assert (found.n, found.checked, found.open) == (4, 2, 0)
    assert rates["retracted"] == (1, 4, 4.0)
    assert rates["corrected"] == (1, 4, 2.0)
    assert rates["refuted"] == (1, 2, 3.0)
    assert rates["confirmed"] == (1, 2, 3.0)


def test_the_median_of_a_record_has_two_decimals_as_the_days_have() -> None:
    """Of 3.38 days and 7 it is 5.19, and not 5.1899999999999995."""
    story = given(
        infiltration("a", "2025-10-20", reported="2025-10-20T14:52Z"),
        infiltration("b", "2025-10-20"),
    )
    story.retracted("a", "2025-10-23").retracted("b", "2025-10-27")
    answer = asked(story)
    assert [became(answer, key)[0][1] for key in "ab"] == [3.38, 7.0]
    [rate] = [one for one in record(answer, "ua").rates if one.status == "retracted"]
    assert rate.days == 5.19


def test_a_record_does_not_look_ahead() -> None:
    """As known on the 25th, what was refuted on the 28th counts as open and unchecked."""
    story = given(infiltration("a", "2025-10-20"), checked("v", "a", "2025-10-28", "refuted"))
    before = asked(given(infiltration("a", "2025-10-20")), "2025-10-25")
    then = asked(story, "2025-10-25")
    assert then.records == before.records
    assert record(then, "ua").checked == 0
    assert record(asked(story, "2025-10-28"), "ua").checked == 1


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (5, 10, 0.2366, 0.7634),
        (1, 2, 0.0945, 0.9055),
        (90, 100, 0.8256, 0.9448),
    ],
)
def test_the_interval_is_wilsons(count: int, n: int, low: float, high: float) -> None:
    """Against published values, to four places."""
    found = wilson(count, n)
    assert found == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_there_is_no_interval() -> None:
    """Nobody checked: no share, no interval, and no score."""
    assert wilson(0, 0) == (None, None)
    rates = {
        rate.status: rate
        for rate in record(asked(given(infiltration("a", "2025-10-20"))), "ua").rates
    }
    assert rates["confirmed"].share is None
    assert rates["confirmed"].n == 0


# The command.


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeds_store: Path) -> Run:
    """Types `timeline …` in a folder whose `timeline.db` holds the seeds."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(seeds_store, tmp_path / "timeline.db")
    monkeypatch.setenv("COLUMNS", "100")
    return typed


def test_the_private_claim_had_passed_its_deadline_when_it_was_told(run: Run) -> None:
    """Told on 27 October, for 15 October."""
    result = run("claims", "Donbas")
    assert result.exit_code == 0, result.output
    assert "deadline passed" in result.stdout
    assert "before it was told" in result.stdout
    assert "n = 1" in result.stdout


def test_json_lines_and_csv_hold_the_same_claims(run: Run) -> None:
    """One object, one line or one row for each claim."""
    whole = json.loads(run("claims", "--format", "json").stdout)
    lines = run("claims", "--format", "jsonl").stdout.splitlines()
    rows = table(run("claims", "--format", "csv").stdout)
    assert whole["schema"] == "timeline/claims/1"
    ids = [one["claim"]["claim"] for one in whole["claims"]]
    assert ids == [json.loads(line)["claim"]["claim"] for line in lines]
    assert ids == list(dict.fromkeys(row["claim_id"] for row in rows))


def test_csv_has_the_columns_of_claims_and_then_what_became_of_them(
    run: Run, tmp_path: Path
) -> None:
    """Corrected, then a row for each number it states: the cells of the export, and its life."""
    corrected = tmp_path / "corrected.yaml"
    corrected.write_text(
        "kind: casualties\nplace: Pokrovsk\nside: RU\nchain: [ua.general_staff, cnbc]\n"
        "happened: 2025-10-27\nreported: 2025-10-29\nkilled: 10\nwounded: 20\n"
        "source: {publisher: cnbc}\n"
    )
    assert run("correct", "pokrovsk-2025-10-27-infiltration", str(corrected)).exit_code == 0
    lived = table(run("claims", "--format", "csv").stdout)
    exported = table(run("export", "claims", "-o", "-").stdout)
    cells = [(row["claim_id"], row["measure"]) for row in lived]
    assert len(set(cells)) == len(cells)
    changing = {"basis", "known_as_of", "valid_as_of"}  # each answer has its own `now`
    for row in exported:
        mine = lived[cells.index((row["claim_id"], row["measure"]))]
        assert list(mine)[: len(row)] == list(row)
        assert {key: mine[key] for key in row.keys() - changing} == {
            key: row[key] for key in row.keys() - changing
        }
    ours = [row for row in lived if row["report_id"] == "pokrovsk-2025-10-27-infiltration"]
    assert [(row["measure"], row["became"], row["corrected_on"]) for row in ours] == [
        ("killed", "corrected", "2025-10-30T00:00:00Z"),
        ("wounded", "corrected", "2025-10-30T00:00:00Z"),
    ]
    assert all(row["supersedes"] for row in ours)


def test_a_party_goes_by_its_name_or_its_side(run: Run) -> None:
    """An id, a name and a side lead to claims; nobody is an error of the question."""
    assert "1 claim" in run("claims", "--party", "ru.mod").stdout
    assert "1 claim" in run("claims", "--party", "Russian MoD").stdout
    assert "3 claims" in run("claims", "--party", "ru").stdout
    result = run("claims", "--party", "nobody")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_nothing_of_a_status_is_an_answer(run: Run) -> None:
    """None retracted: an empty list and the record."""
    result = run("claims", "Bakhmut", "--status", "retracted")
    assert result.exit_code == 0
    assert "Bakhmut: 0 claims (retracted)" in result.stdout
    assert "n = 3" in result.stdout
