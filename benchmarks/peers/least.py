"""The least that a program in Python does with the same input: what a rate is to be held against.

Written by hand over SQLite, in one process. Nothing is checked, looked up, sealed or proved, no
report has more than one version, and one index is all that there is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from time import time_ns
from typing import Any, Final

import msgspec

from benchmarks.generator import DAY, Story
from benchmarks.peers.base import Question
from benchmarks.peers.sqlite_by_hand import SQLiteByHand
from benchmarks.rows import INSERT, ClaimRow
from timeline.decoding import decode
from timeline.entries import FILED
from timeline.intake import BATCH as FILED_AT_ONCE
from timeline.view.build import BATCH as TAKEN_AT_ONCE

_STORED: Final = (
    "SELECT position, originator_id, originator_version, topic, state, sealed FROM stored_events"
    " ORDER BY position"
)
_VIEW: Final = (
    "CREATE TABLE claim (id INTEGER PRIMARY KEY, series INTEGER, reach INTEGER, earliest INTEGER,"
    " latest INTEGER, known INTEGER, body BLOB)"
)
_CLAIM: Final = "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?)"
_SEEK: Final = "CREATE INDEX seek ON claim (series, reach, earliest, known)"
_LOG: Final = (
    "CREATE TABLE log (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state BLOB NOT NULL)"
)
_line = msgspec.json.Decoder(dict[str, Any]).decode


def view(log: Path, target: Path) -> int:
    """A view of the reports of a log: decode each, lay out one row; how many entries were read."""
    series: dict[tuple[str, str, str], int] = {}

    def laid_out(stored: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in stored:
            if row[3] == FILED and (report := decode(*row).report):
                key = report.place.id, report.kind, report.chain[0].party
                happened = report.happened.latest
                yield (
                    row[0],
                    series.setdefault(key, len(series)),
                    happened,
                    report.happened.earliest,
                    happened,
                    report.reported.latest,
                    row[4],
                )

    with closing(sqlite3.connect(log)) as read, closing(_opened(target, "OFF")) as db:
        db.execute(_VIEW)
        cursor, count = read.execute(_STORED), 0
        while some := cursor.fetchmany(TAKEN_AT_ONCE):
            _at_once(db, _CLAIM, laid_out(some))
            count += len(some)
        db.execute(_SEEK)
    return count


def add(documents: Path, target: Path) -> int:
    """File a stream of NDJSON, durable by batches: read each line, keep it under its id."""
    with documents.open("rb") as lines, closing(_opened(target, "FULL")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute(_LOG)
        rows = ((number, _line(line)["id"], line) for number, line in enumerate(lines, 1))
        count = 0
        while some := list(islice(rows, FILED_AT_ONCE)):
            _at_once(db, "INSERT INTO log VALUES (?, ?, ?)", some)
            count += len(some)
    return count


class OwnLog(SQLiteByHand):
    """A table of claims that is its own log: every row that is put in is durable."""

    def __init__(self, path: Path, story: Story) -> None:
        super().__init__(path, story)
        self._db.execute("PRAGMA synchronous=FULL")

    def file(self, row: ClaimRow) -> None:
        """Put a claim in, synced."""
        self._db.execute(INSERT, row)


def today(place: int) -> Question:
    """What is known of a place at the end of this day."""
    end = (time_ns() // 1_000 // DAY + 1) * DAY
    return Question(place, end, end)


def _opened(path: Path, synchronous: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA synchronous={synchronous}")
    return db


def _at_once(db: sqlite3.Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    db.execute("BEGIN")
    db.executemany(statement, rows)
    db.execute("COMMIT")
