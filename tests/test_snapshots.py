"""Snapshots: a file that is the whole data set, as published at one time."""

from collections.abc import Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from command import typed_on
from left import left

from timeline import Timeline
from timeline.imports import run
from timeline.imports.run import Imported, Options
from timeline.log.filing import Outcome

PROFILE = """
needs: [code, town, held]
id: "{code}"
place: {name: "{town}", unresolved: local}
unchanged_by: [happened]
report:
  kind: control_assessment
  chain: [observers]
  happened: {at: "{on|day}"}
  shares: [{status: held, by: "{held}"}]
"""
DAYS = ("2024-01-01", "2024-02-01", "2024-03-01")
TABLES = {
    "2024-01-01": {"1": "ua", "2": "ua", "3": "ru"},
    "2024-02-01": {"1": "ru", "2": "ua", "4": "ru"},
    "2024-03-01": {"1": "ru", "3": "ru", "4": "ua", "5": "ua"},
}


def take(timeline: Timeline, folder: Path, day: str, table: Mapping[str, str]) -> Imported:
    """Import a table as the whole data set of a day."""
    (folder / "towns.yaml").write_text(PROFILE)
    rows = [f"{code},Town {code},{held},{day}" for code, held in table.items()]
    (folder / f"{day}.csv").write_text("\n".join(["code,town,held,on", *rows]) + "\n")
    options = Options(snapshot=True, reported=day)
    return timeline.import_data(str(folder / "towns.yaml"), folder / f"{day}.csv", options=options)


def known(timeline: Timeline, day: str) -> dict[str, str]:
    """The table as it was known on a day."""
    table = {}
    for code in "12345":
        claims = timeline.known(f"Town {code}", day).claims
        for claim in claims:
            table[code] = claim.value["shares"][0]["by"]
    return table


@pytest.fixture
def timeline(tmp_path: Path) -> Timeline:
    """An empty store."""
    return left(Timeline(tmp_path / "timeline.db", create=True))


def test_new_rows_are_filed_changed_ones_corrected_missing_ones_withdrawn(
    timeline: Timeline, tmp_path: Path
) -> None:
    """And what changed is listed, row by row, with the keys that differ."""
    take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    second = take(timeline, tmp_path, "2024-02-01", TABLES["2024-02-01"])
    assert (second.filed, second.corrected, second.retracted, second.known) == (1, 1, 1, 1)
    assert sorted(map(str, second.changes)) == [
        "changed towns:1: shares",
        "missing towns:3",
        "new towns:4",
    ]


def test_a_row_that_is_back_is_listed_as_such(tmp_path: Path) -> None:
    """It is filed as a correction of what was withdrawn; a new row is listed by programs alone."""
    (tmp_path / "towns.yaml").write_text(PROFILE)
    row = "1,Town 1,ua,2024-01-01"
    told = []
    for day, also in (("01", "2,Town 2,ua"), ("02", "3,Town 3,ua"), ("03", "2,Town 2,ua")):
        (tmp_path / "day.csv").write_text(f"code,town,held,on\n{row}\n{also},2024-01-01\n")
        files = (tmp_path / "towns.yaml", tmp_path / "day.csv")
        asked = ("--snapshot", "--reported", f"2024-01-{day}")
        told.append(typed_on(tmp_path / "t.db", "import", *files, *asked, code=0).stdout)
    assert told[2] == (
        "missing towns:3\nback towns:2\n"
        "filed 0, corrected 1, retracted 1, already known 1, problems 0\n"
    )


@pytest.mark.parametrize("order", list(permutations(DAYS)), ids=" ".join)
def test_every_day_answers_with_its_own_table_whatever_came_first(
    timeline: Timeline, tmp_path: Path, order: tuple[str, ...]
) -> None:
    """An older file gets its place in knowledge, and later ones still say what they said."""
    for code in "12345":  # so that a town nobody lists is a known name
        name = {"id": f"local:town_{code}", "name": f"Town {code}", "kind": "town"}
        timeline.writer.file([], places=[(name["id"], _json(name))])
    for day in order:
        take(timeline, tmp_path, day, TABLES[day])
    assert {day: known(timeline, day) for day in DAYS} == TABLES
    assert known(timeline, "2024-02-15") == TABLES["2024-02-01"]


def _json(value: object) -> bytes:
    import msgspec

    return msgspec.json.encode(value, order="sorted")


def test_a_snapshot_without_changes_is_still_one(timeline: Timeline, tmp_path: Path) -> None:
    """What it confirmed, an older file that comes later does not take away."""
    table = {"1": "ua", "2": "ua"}
    take(timeline, tmp_path, "2024-01-01", table)
    take(timeline, tmp_path, "2024-03-01", table)
    take(timeline, tmp_path, "2024-02-01", {"1": "ru", "2": "ru"})
    assert [known_of(timeline, day) for day in DAYS] == ["ua", "ru", "ua"]


def known_of(timeline: Timeline, day: str) -> str:
    """Who held the second town, as known on a day."""
    by: str = timeline.known("Town 2", day).claims[0].value["shares"][0]["by"]
    return by


def test_the_same_snapshot_again_changes_nothing(timeline: Timeline, tmp_path: Path) -> None:
    """All its rows are known."""
    take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    again = take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    assert (again.filed, again.corrected, again.retracted, again.known) == (0, 0, 0, 3)
    assert again.changes == []


def test_a_word_by_hand_stands_until_a_snapshot_says_its_own(
    timeline: Timeline, tmp_path: Path
) -> None:
    """One that is filed later but dated before it gives way when the snapshot is imported again."""
    table = dict.fromkeys("12345", "ua")
    take(timeline, tmp_path, "2024-01-01", table)
    take(timeline, tmp_path, "2024-03-01", table)
    correction = """
      reports:
        - {kind: control_assessment, place: "Town 2", chain: observers, happened: {at: 2024-02-01},
           reported: 2024-02-01, shares: [{status: held, by: ru}]}
    """
    (tmp_path / "by-hand.yaml").write_text(correction)
    timeline.correct("towns:2", tmp_path / "by-hand.yaml")
    timeline.retract("towns:1", reported="2024-02-02", reason="by hand")
    assert [known_of(timeline, day) for day in DAYS] == ["ua", "ru", "ru"]
    take(timeline, tmp_path, "2024-03-01", table)
    assert known(timeline, "2024-02-15") == {**dict.fromkeys("345", "ua"), "2": "ru"}
    assert known(timeline, "2024-03-01") == table
    take(timeline, tmp_path, "2024-04-01", table)
    assert known(timeline, "2024-04-01") == table


@pytest.mark.parametrize("writes", range(3))
def test_an_interrupted_snapshot_completes_when_it_is_run_again(
    timeline: Timeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """Wherever it was cut short, and though it is older than one that is in the log."""
    monkeypatch.setattr(run, "BATCH", 1)
    take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    take(timeline, tmp_path, "2024-03-01", TABLES["2024-03-01"])
    log, left = timeline.writer, writes
    whole = log.file

    def cut_short(*filings: Any, **more: Any) -> list[Outcome]:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        return whole(*filings, **more)

    monkeypatch.setattr(log, "file", cut_short)
    with pytest.raises(KeyboardInterrupt):
        take(timeline, tmp_path, "2024-02-01", TABLES["2024-02-01"])
    monkeypatch.setattr(log, "file", whole)
    take(timeline, tmp_path, "2024-02-01", TABLES["2024-02-01"])
    tables = {day: known(timeline, day) for day in DAYS}
    assert tables == TABLES


def test_a_dry_run_tells_the_changes_and_makes_none(timeline: Timeline, tmp_path: Path) -> None:
    """Counts and changes are those of the real run; the log stays as it was."""
    take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    head = timeline.log.head()
    rows = "\n".join(["code,town,held,on", "1,Town 1,ru,2024-02-01"])
    (tmp_path / "next.csv").write_text(rows)
    options = Options(snapshot=True, reported="2024-02-01", dry_run=True)
    tried = timeline.import_data(
        str(tmp_path / "towns.yaml"), tmp_path / "next.csv", options=options
    )
    assert (tried.corrected, tried.retracted) == (1, 2)
    assert timeline.log.head() == head


def test_a_snapshot_with_a_bad_row_withdraws_nothing(timeline: Timeline, tmp_path: Path) -> None:
    """A row that cannot be read is not a row that is missing, not even with keep-going."""
    take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    (tmp_path / "bad.csv").write_text("code,town,held,on\n1,Town 1,ru,2024-02-01\n2,Town 2,ua,x\n")
    options = Options(snapshot=True, reported="2024-02-01", keep_going=True)
    result = timeline.import_data(
        str(tmp_path / "towns.yaml"), tmp_path / "bad.csv", options=options
    )
    assert (result.troubles.count, result.corrected, result.retracted) == (1, 1, 0)


def test_a_snapshot_without_rows_is_refused(timeline: Timeline, tmp_path: Path) -> None:
    """A header alone is more likely half a download than the end of a data set."""
    take(timeline, tmp_path, "2024-01-01", TABLES["2024-01-01"])
    result = take(timeline, tmp_path, "2024-02-01", {})
    (trouble,) = result.troubles.shown
    assert (
        "holds no row to file, so that a snapshot of it would withdraw all there is" in trouble.what
    )
    assert (result.retracted, result.absent) == (0, ())
    assert known_of(timeline, "2024-02-02") == "ua"


def test_columns_that_are_there_are_not_said_to_be_missing(
    timeline: Timeline, tmp_path: Path
) -> None:
    """Not even where no row can be read."""
    (tmp_path / "towns.yaml").write_text(PROFILE)
    (tmp_path / "bad.csv").write_text("code,town,held,on\n1,Town 1\n")
    result = timeline.import_data(str(tmp_path / "towns.yaml"), tmp_path / "bad.csv")
    assert (result.troubles.count, result.absent) == (1, ())
