"""The kinds of work that are killed: what is started, and what it acknowledges as it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.crashes import story

REPORTS: Final = 1_500
"""Reports of one document."""

SMALL: Final = 60
"""Reports of one document where many are filed one after the other."""

# A document is filed in several transactions, as a larger one is: a kill may come between them, or
# while one is copied from what lies beside the file. A second process seals what is filed, and a
# view is built by two.
_START: Final = """
import sys
import timeline.imports.run, timeline.intake, timeline.log.sqlite, timeline.view.laying
timeline.intake.BATCH = timeline.imports.run.BATCH = timeline.log.sqlite.MANY = 250
timeline.spool.FRAME, timeline.sealing.ALONE = 50, 4
timeline.view.laying.ALONE = 1_000
from cli.main import cli
print("ready", flush=True)
"""
_COMMAND: Final = f"{_START}\ncli.main(sys.argv[1:])\n"
_FILE: Final = f"""{_START}
from timeline import open_timeline
with open_timeline(sys.argv[1], create=True) as timeline:
    for path in sys.argv[2:]:
        timeline.add(path)
        print(path, flush=True)
"""
_CHANGE: Final = f"""{_START}
from timeline import open_timeline
with open_timeline(sys.argv[1]) as timeline:
    for number, report in enumerate(sys.argv[3:]):
        if number % 2:
            timeline.retract(report, reported="2025-11-02", reason="withdrawn")
        else:
            timeline.correct(report, sys.argv[2])
        print(report, flush=True)
"""


_IMPORT_TWICE: Final = f"""{_START}
store, profile, before, after = sys.argv[1:]
first = ["--store", store, "import", profile, before, "--format", "json"]
cli.main(first, standalone_mode=False)
sys.stdout.flush()
cli.main(["--store", store, "import", profile, after, "--snapshot", "--reported", "2025-11-20"])
"""


@dataclass
class Ledger:
    """What a log was asked to hold, and what of that it said that it holds."""

    offered: set[str] = field(default_factory=set)
    filed: set[str] = field(default_factory=set)
    corrected: set[str] = field(default_factory=set)
    retracted: set[str] = field(default_factory=set)

    @property
    def acknowledged(self) -> int:
        """How many acts were acknowledged."""
        return len(self.filed) + len(self.corrected) + len(self.retracted)


class Work(NamedTuple):
    """A process to start, and what its lines acknowledge; `again` is what whoever lost it types.

    `made` is a store that comes into being with this work, and `copied_to` a copy of the other.
    """

    code: str
    args: Sequence[str]
    acknowledge: Callable[[str], None]
    again: Sequence[str] = ()
    made: tuple[str, Ledger] | None = None
    copied_to: str | None = None


class Place(NamedTuple):
    """Where a trial is: a store, a folder for documents, and how to name another store."""

    store: str
    folder: Path
    ledger: Ledger
    new_store: Callable[[], str]


_numbers = count(1)


def file_job(at: Place) -> Work:
    """Document after document by the Python API; each is acknowledged when the call returns."""
    ids: dict[str, list[str]] = {}
    for _ in range(25):
        name = f"f{next(_numbers)}"
        path = at.folder / f"{name}.ndjson"
        ids[str(path)] = story.write_reports(path, name, SMALL)
        at.ledger.offered.update(ids[str(path)])
    return Work(_FILE, (at.store, *ids), lambda line: at.ledger.filed.update(ids[line]))


def add_job(at: Place) -> Work:
    """`timeline add` of one document; acknowledged when the command says so."""
    name = f"a{next(_numbers)}"
    path = at.folder / f"{name}.ndjson"
    ids = story.write_reports(path, name, REPORTS)
    at.ledger.offered.update(ids)
    add = ("--store", at.store, "add", str(path))
    return Work(_COMMAND, add, lambda line: _if_filed(line, ids, at.ledger), add)


def make_job(at: Place) -> Work:
    """`timeline add` to a store that is not there yet; it comes into being with its reports."""
    name, store, ledger = f"m{next(_numbers)}", at.new_store(), Ledger()
    path = at.folder / f"{name}.ndjson"
    ids = story.write_reports(path, name, 300)
    ledger.offered.update(ids)
    add = ("--store", store, "add", str(story.write_places(at.folder)), str(path))
    made = (store, ledger)
    return Work(_COMMAND, add, lambda line: _if_filed(line, ids, ledger), add, made)


def change_job(at: Place) -> Work:
    """Corrections and retractions by the Python API, one after the other."""
    name = f"c{next(_numbers)}"
    path, correction = at.folder / f"{name}.ndjson", at.folder / "correction.json"
    ids = story.write_reports(path, name, 120)
    story.write_correction(correction, 1)
    at.ledger.offered.update(ids)

    def acknowledge(line: str) -> None:
        if line.startswith("filed"):
            at.ledger.filed.update(ids)
        else:
            is_retraction = int(line.rpartition("-")[2]) % 2
            (at.ledger.retracted if is_retraction else at.ledger.corrected).add(line)

    before = f"\ncli.main(['--store', sys.argv[1], 'add', {str(path)!r}], standalone_mode=False)\n"
    code = _CHANGE.replace("\nfrom timeline import", f"{before}from timeline import", 1)
    return Work(code, (at.store, str(correction), *ids), acknowledge)


def import_job(at: Place) -> Work:
    """`timeline import` of one table; acknowledged when the command says so."""
    table = at.folder / f"i{next(_numbers)}" / "table.csv"
    ids = story.write_table(table, range(REPORTS), "first")
    at.ledger.offered.update(ids)
    done = ("--store", at.store, "import", str(_profile(table)), str(table))
    return Work(_COMMAND, done, lambda line: _if_filed(line, ids, at.ledger), done)


def snapshot_job(at: Place) -> Work:
    """A table, and then the next edition of it: rows that are new, changed, and gone."""
    folder = at.folder / f"s{next(_numbers)}"
    first, second = folder / "first.csv", folder / "second.csv"
    before = story.write_table(first, range(600), "first")
    after = story.write_table(second, range(300, 900), "second")
    at.ledger.offered.update(before, after)

    def acknowledge(line: str) -> None:
        if line.startswith("{"):
            at.ledger.filed.update(before)
        elif line.startswith("filed "):
            if at.ledger.filed.issuperset(before):
                at.ledger.corrected.update(before[300:])
                at.ledger.retracted.update(before[:300])
            at.ledger.filed.update(after)

    profile = str(_profile(first))
    again = ("import", profile, str(second), "--snapshot", "--reported", "2025-11-20")
    args = (at.store, profile, str(first), str(second))
    return Work(_IMPORT_TWICE, args, acknowledge, ("--store", at.store, *again))


def _profile(table: Path) -> Path:
    return table.parent / f"{table.parent.name}.yaml"


def rebuild_job(at: Place) -> Work:
    """`timeline rebuild`; nothing to lose but time."""
    rebuild = ("--store", at.store, "rebuild")
    return Work(_COMMAND, rebuild, lambda _: None, rebuild)


def copy_job(at: Place) -> Work:
    """`timeline copy` to a store of the same kind that is not there yet."""
    target = at.new_store()
    copy = ("copy", at.store, target)
    code = _COMMAND.replace(
        "cli.main(", "import timeline.log.copying as c; c.BATCH = 200\ncli.main("
    )
    return Work(code, copy, lambda _: None, copy, copied_to=target)


JOBS: Final[dict[str, Callable[[Place], Work]]] = {
    "file": file_job,
    "add": add_job,
    "first add": make_job,
    "import": import_job,
    "import --snapshot": snapshot_job,
    "change": change_job,
    "rebuild": rebuild_job,
    "copy": copy_job,
}


def _if_filed(line: str, ids: Sequence[str], ledger: Ledger) -> None:
    if line.startswith("filed "):
        ledger.filed.update(ids)
