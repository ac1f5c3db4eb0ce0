"""Filling a file that is nobody else's yet with what a stretch of the log says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.entries import PARTY_TOPICS, PLACE_TOPICS, REPORT_TOPICS, NewerEntry
from timeline.view.schema import TABLES
from timeline.view.tiles import hole, leaf_hashes, take_hashes
from timeline.view.write import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from timeline.entries import Entry
    from timeline.log import LogReader

BATCH: Final = 5_000
"""Entries taken in by one transaction."""

# Places and parties of the later half, left to whoever joins the two: what is defined anew hangs
# on what was defined before.
_LEFT: Final = "CREATE TABLE left_over (position INTEGER PRIMARY KEY)"


class Stretch(NamedTuple):
    """The entries (first, upto] that a file is filled with, and how far it is.

    Those behind the `middle` are made ready in another file.
    """

    first: int
    position: int
    middle: int
    upto: int
    built: bool


def exclusive(path: Path, patience: float = 0) -> sqlite3.Connection:
    """A file for this process alone; `sqlite3.OperationalError` where another one has it.

    `patience` is how many seconds to wait for that.
    """
    db = sqlite3.connect(path, isolation_level=None, timeout=patience)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        # Page after page goes to the end of the file, and so once; a WAL would take each twice.
        db.execute("PRAGMA journal_mode=TRUNCATE")
        # Disposable until it is switched to; the switch comes after the last write.
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-65536")
        db.execute("PRAGMA threads=2")  # the sorts of the indexes
        db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
    except sqlite3.OperationalError:
        db.close()
        raise
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of what is done in it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # a full disk ends it by itself
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def begin(db: sqlite3.Connection, log: LogReader, first: int, middle: int, upto: int) -> Stretch:
    """What a file is filled with: of one that was begun before, what it was begun with."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        with transaction(db):
            for statement in f"{TABLES}{_LEFT}".split(";\n"):
                db.execute(statement)
            # A build that is taken up again goes as far as it meant to: what has changed since
            # would otherwise be laid out beside what it was.
            db.execute(
                "INSERT INTO state (one, identity, first, position, middle, upto)"
                " VALUES (1, ?, ?, ?, ?, ?)",
                (log.identity, first, first, middle, upto),
            )
    return Stretch._make(
        db.execute("SELECT first, position, middle, upto, built = 1 FROM state").fetchone()
    )


def fill(
    db: sqlite3.Connection,
    log: LogReader,
    upto: int,
    several: Sequence[str],
    tell: Callable[[int], None],
) -> Writer:
    """Take in entries up to a position, but for reports of `several` versions.

    `tell` is told of every position reached. What takes these reports in is given back. StoreError
    where entries are missing.
    """
    first, position = db.execute("SELECT first, position FROM state").fetchone()
    writer = Writer(db, complete=True)
    writer.remember()
    left = frozenset(several)
    try:
        for batch in log.rows(position, upto, BATCH):
            with transaction(db):
                writer.take_order(batch)
                writer.take_single(batch, left)
                defined = [one for one in batch if one.topic in PLACE_TOPICS | PARTY_TOPICS]
                if first:
                    rows = [(one.position,) for one in defined]
                    db.executemany("INSERT INTO left_over VALUES (?)", rows)
                else:
                    writer.take_definitions(defined)
                take_hashes(db, position - first, leaf_hashes(batch, position))
                position = batch[-1].position
                db.execute("UPDATE state SET position = ?", (position,))
            tell(position)
        if position < upto:
            raise hole(position + 1)
    except NewerEntry:
        # Whoever asks is told that the log goes on; nothing of what is behind it can be read.
        db.execute("UPDATE state SET upto = position, middle = position")
    return writer


def take_several(writer: Writer, log: LogReader, several: Sequence[str], upto: int) -> None:
    """Take in the reports among aggregates of several versions, as they are up to a position."""
    histories = (_history(log, originator, upto) for originator in several)
    writer.take_again(history for history in histories if history)


def _history(log: LogReader, originator: str, upto: int) -> list[Entry]:
    """The versions of a report up to a position; none of any other aggregate."""
    try:
        history = log.versions(originator)
    except NewerEntry:  # of a kind that only a newer version of the program has
        return []
    if history[0].topic not in REPORT_TOPICS:
        return []
    return [one for one in history if one.position <= upto]
