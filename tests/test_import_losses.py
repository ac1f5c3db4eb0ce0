"""Daily losses, imported from the log of every revision of the data set."""

import csv
import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from shared_data import shared_data

from timeline import Timeline
from timeline.imports.run import Options

REVISIONS = "losses/losses_revisions.csv.gz"
RENAMED = {"groun d robotic systems": "ground robotic systems"}


@pytest.fixture(scope="module")
def losses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Timeline]:
    """The log of revisions, imported."""
    revisions = shared_data(REVISIONS)
    with Timeline(tmp_path_factory.mktemp("losses") / "losses.db", create=True) as timeline:
        imported = timeline.import_data("losses", revisions)
        assert not imported.troubles
        assert (imported.rows, imported.filed) == (28_836, 1_626)
        yield timeline


class Versions:
    """What each day was known to say, version by version."""

    def __init__(self, timeline: Timeline) -> None:
        self._days: dict[str, list[tuple[int, dict[str, Any] | None]]] = {}
        for batch in timeline.log.rows():
            for entry in batch:
                if entry.topic.startswith("report."):
                    said = (
                        None
                        if entry.report is None
                        else {**_decoded(entry.report.value), "_": entry.report.summary}
                    )
                    self._days.setdefault(entry.key, []).append((entry.knowledge, said))

    def at(self, day: str, known: datetime) -> dict[str, Any] | None:
        """What was known of a day by then, the second included."""
        cut = int(known.timestamp() + 1) * 1_000_000
        counted = [said for knowledge, said in self._days[f"losses:{day}"] if knowledge <= cut]
        return counted[-1] if counted else None


def _decoded(value: bytes) -> dict[str, Any]:
    import msgspec

    return msgspec.json.decode(value, type=dict[str, Any])


def cell(said: dict[str, Any] | None, column: str) -> str:
    """One cell of a day, as the data set would write it."""
    if said is None:
        return ""
    if column in ("day", "greatest losses direction"):
        return said["_"] or ""
    if column in ("personnel", "personnel*"):
        words: str = said["personnel"]["as_reported"]
        return words
    amount = (
        said.get("captured")
        if column == "POW"
        else said["equipment"].get(RENAMED.get(column, column))
    )
    return "" if amount is None else str(amount["best"])


def test_all_410_revisions_are_corrections(losses: Timeline) -> None:
    """What a day said of a column is the old value right before each, and the new one after."""
    with gzip.open(shared_data(REVISIONS), "rt", encoding="utf-8") as file:
        revised = [row for row in csv.DictReader(file) if row["kind"] == "revise"]
    assert len(revised) == 410
    versions = Versions(losses)
    wrong = []
    for row in revised:
        at = datetime.fromisoformat(row["recorded_at"])
        before = cell(versions.at(row["event_date"], at - timedelta(seconds=1)), row["field"])
        after = cell(versions.at(row["event_date"], at), row["field"])
        if not (said(before, row, "old_value") and said(after, row, "new_value")):
            wrong.append((row, before, after))
    assert wrong == []


def said(text: str, row: dict[str, str], which: str) -> bool:
    """Whether a cell says this; texts and both files' days stand in a sentence with others."""
    wanted = row[which]
    if row["field"] in ("day", "greatest losses direction", "personnel*"):
        return wanted in text
    if row["field"] == "personnel":
        return text.rsplit(maxsplit=1)[-1] == wanted
    return text == str(int(float(wanted)))


def test_questions_answer_as_the_versions_do(losses: Timeline) -> None:
    """A slip of five minutes, through the question itself: before it, inside it, and after."""
    told = {
        known: losses.known("Ukraine", valid="2024-01-01", known=known).claims[0].value
        for known in ("2025-01-01T13:30Z", "2025-01-01T13:38Z", "2025-01-01T13:45Z")
    }
    tanks = [value["equipment"]["tank"]["best"] for value in told.values()]
    assert tanks == [5983, 9672, 5983]


def test_the_slip_of_new_year_2025_is_seen_inside_it_and_gone_after(losses: Timeline) -> None:
    """For two days the numbers of 2 January 2025 stood under 2 January 2024."""

    def lost(known: str) -> int:
        (claim,) = losses.known("Ukraine", valid="2024-01-02", known=known).claims
        best: int = claim.value["personnel"]["best"]
        return best

    assert lost("2025-01-01") == 360_820
    assert lost("2025-01-03") == 792_170
    assert lost("2025-01-05") == 360_820


def test_a_clock_is_named_as_the_file_names_its_column(tmp_path: Path) -> None:
    """The file of today has `date` where the profile reads `event_date`; both names do."""
    day = tmp_path / "day.json"
    day.write_text('[{"date": "2022-02-25", "day": 2, "personnel": 2800}]')
    for clock in ("date", "event_date"):
        with Timeline(tmp_path / f"{clock}.db", create=True) as timeline:
            done = timeline.import_data("losses", day, options=Options(clock=clock))
            assert (done.filed, done.troubles.count) == (1, 0)
            [claim] = timeline.known("Ukraine", "2022-02-25").claims
            assert claim.reported == "2022-02-25"


def test_the_data_set_as_published_is_a_snapshot_of_its_two_files(tmp_path: Path) -> None:
    """The JSON of today: personnel and equipment of one day are one report; again is known."""
    files = [
        shared_data(f"losses/russia_losses_{name}.json") for name in ("personnel", "equipment")
    ]
    options = Options(snapshot=True, reported="2026-08-08")
    with Timeline(tmp_path / "losses.db", create=True) as timeline:
        first = timeline.import_data("losses", *files, options=options)
        assert (first.filed, first.troubles.count) == (1_626, 0)
        value = timeline.known("Ukraine", valid="2026-08-08", known="2026-08-08").claims[0].value
        assert value["personnel"]["best"] == 1_456_610
        assert value["equipment"]["ground robotic systems"]["best"] == 2_162
        again = timeline.import_data("losses", *files, options=options)
        assert (again.filed, again.corrected, again.known) == (0, 0, 1_626)


def test_a_release_says_what_the_log_of_revisions_says(losses: Timeline) -> None:
    """Another locator is no other count; one row is said again, so that the log knows of it."""
    files = [
        shared_data(f"losses/russia_losses_{name}.json") for name in ("personnel", "equipment")
    ]
    options = Options(snapshot=True, reported="2026-08-08", dry_run=True)
    tried = losses.import_data("losses", *files, options=options)
    assert (tried.filed, tried.corrected, tried.retracted) == (0, 1, 0)
    assert list(tried.changes) == []


def test_the_data_set_is_in_the_chain_behind_the_general_staff(losses: Timeline) -> None:
    """Who counted, and who published and revised the table."""
    (claim,) = losses.known("Ukraine", "2024-01-01").claims
    assert [said["party"] for said in claim.chain] == ["ua.general_staff", "losses_dataset"]
    assert claim.source is not None
    assert claim.source["publisher"] == "losses_dataset"


def test_a_day_that_the_data_set_drops_is_withdrawn_until_it_is_back(tmp_path: Path) -> None:
    """Known as the revisions were published: of two files the day is gone when it is in neither."""
    rows = [
        ("2022-03-01T10:00:00Z", "personnel", "cell", "personnel", "100"),
        ("2022-03-02T10:00:00Z", "equipment", "cell", "tank", "7"),
        ("2022-03-03T10:00:00Z", "personnel", "row_dropped", "", ""),
        ("2022-03-04T10:00:00Z", "equipment", "row_dropped", "", ""),
        ("2022-03-05T10:00:00Z", "equipment", "row_dropped", "", ""),
        ("2022-03-06T10:00:00Z", "personnel", "cell", "personnel", "90"),
    ]
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        file.write("recorded_at,file,kind,field,new_value,commit,event_date\n")
        writer.writerows((*row, "c", "2022-02-28") for row in rows)
    with Timeline(tmp_path / "losses.db", create=True) as timeline:
        done = timeline.import_data("losses", log)
        assert done.troubles.count == 0
        told = []
        for day in range(1, 7):
            claims = timeline.known("Ukraine", valid="2022-03-06", known=f"2022-03-0{day}").claims
            told.append([sorted({*claim.value} & {"personnel", "equipment"}) for claim in claims])
    both = [["equipment", "personnel"]]
    assert told == [[["personnel"]], both, [["equipment"]], [], [], [["personnel"]]]


@pytest.mark.parametrize(
    ("later", "shown", "counted"),
    [
        ([("12:00", "row_dropped", "")], [[], [], []], (1, 0, 1)),
        ([("12:00", "row_dropped", ""), ("13:00", "cell", "100")], [[], [100], [100]], (1, 0, 0)),
        ([("12:00", "row_dropped", ""), ("13:00", "cell", "90")], [[], [90], [90]], (1, 1, 0)),
    ],
)
def test_a_day_is_not_known_to_be_gone_before_it_is_known(
    tmp_path: Path, later: list[tuple[str, str, str]], shown: list[list[int]], counted: object
) -> None:
    """By a clock of whole days it is known at the end of one, on which it was dropped already."""
    log = tmp_path / "log.csv"
    rows = [
        f"2022-02-28T{at}:00Z,personnel,{kind},{'personnel' if cell else ''},{cell},c,2022-02-28\n"
        for at, kind, cell in [("11:00", "cell", "100"), *later]
    ]
    log.write_text("recorded_at,file,kind,field,new_value,commit,event_date\n" + "".join(rows))
    with Timeline(tmp_path / "losses.db", create=True) as timeline:
        done = timeline.import_data("losses", log, options=Options(clock="event_date"))
        assert done.troubles.count == 0
        assert (done.filed, done.corrected, done.retracted) == counted
        assert [
            [
                claim.value["personnel"]["best"]
                for claim in timeline.known("Ukraine", valid="2022-03-06", known=known).claims
            ]
            for known in ("2022-02-28T12:30Z", "2022-02-28", "2022-03-01")
        ] == shown


def test_a_day_that_could_not_be_read_is_not_withdrawn(tmp_path: Path) -> None:
    """With `--keep-going` the other days are filed, whatever the log says of that one later."""
    log = tmp_path / "log.csv"
    log.write_text(
        "recorded_at,file,kind,field,new_value,commit,event_date\n"
        "2022-03-01T10:00:00Z,personnel,cell,personnel,many,c,2022-02-28\n"
        "2022-03-01T10:00:00Z,personnel,cell,personnel,90,c,2022-02-27\n"
        "2022-03-02T10:00:00Z,personnel,row_dropped,,,c,2022-02-28\n"
    )
    with Timeline(tmp_path / "losses.db", create=True) as timeline:
        done = timeline.import_data("losses", log, options=Options(keep_going=True))
        assert (done.filed, done.retracted, done.troubles.count) == (1, 0, 1)
