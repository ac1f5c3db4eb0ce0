"""Catching a view up with its log, and building a new generation of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from timeline.entries import REDACTED, NewerEntry
from timeline.errors import StoreBusy
from timeline.view.frames import prepared
from timeline.view.schema import HEAVY, INDEXES, TABLES
from timeline.view.tiles import leaf_hashes, take_hashes
from timeline.view.write import Writer, make_heavy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from timeline.entries import Entry
    from timeline.log import LogReader
    from timeline.view.files import Files

BATCH: Final = 5_000
"""Entries taken in by one transaction."""

BUSY_SECONDS: Final = 10.0

_CLAIMS_OF: Final = """
UPDATE series SET claims = found.claims, known = found.known
FROM (SELECT series, count(*) AS claims, min(known_from) AS known FROM claim GROUP BY series)
  AS found
WHERE found.series = series.id
"""
# The levels of a place are distinct powers of two, so that their sum is their union.
_PLACES_OF: Final = """
UPDATE place SET happening = found.happening, wide = found.wide, loose = found.loose,
  known = min(place.known, found.known)
FROM (
  SELECT place, coalesce(sum(DISTINCT CASE WHEN shape THEN 1 << level END), 0) AS happening,
    coalesce(sum(DISTINCT CASE WHEN NOT shape AND firm AND level THEN 1 << level END), 0) AS wide,
    max(NOT shape AND NOT firm) AS loose, min(known_from) AS known
  FROM claim GROUP BY place) AS found
WHERE found.place = place.id
"""
_TIES: Final = """
UPDATE claim SET tied = 1 WHERE id IN (
  SELECT id FROM (
    SELECT id, count(*) OVER (PARTITION BY series, reach, earliest, first_known) AS equal
    FROM claim INDEXED BY firm WHERE shape = 0 AND firm = 1) WHERE equal > 1)
"""

# Called with the entries taken in so far and those there are in all.
Progress = Callable[[int, int], None]


def catch_up(db: sqlite3.Connection, log: LogReader) -> bool:
    """Take in what the log has and the view lacks, a batch and its position in one transaction.

    Tells whether anything was redacted. Raises `sqlite3.OperationalError` where another process
    holds the view for too long.
    """
    head = log.head()
    writer = Writer(db)
    redacted = False
    while True:
        with _transaction(db):
            # Read again under the lock: whoever held it has taken in the same entries.
            (position,) = db.execute("SELECT position FROM state").fetchone()
            batch = log.entries(position, BATCH, upto=head) if position < head else []
            if not batch:
                return redacted
            redacted = redacted or any(entry.topic == REDACTED for entry in batch)
            writer.take(batch, log.versions)
            take_hashes(db, position, leaf_hashes(batch, position))
            db.execute("UPDATE state SET position = ?", (batch[-1].position,))


def rebuild(log: LogReader, files: Files, progress: Progress = lambda *_: None) -> Path:
    """Build a new generation whole and switch to it; readers go on with the old one until then.

    An interrupted build is taken up where it stopped. Raises `StoreBusy` where another one runs.
    """
    path = _unfinished(log, files) or files.next()
    with closing(_exclusive(path)) as db:
        position, end, built = _begin(db, log)
        if built:  # by another process, between our look and our lock
            files.switch(path)
            return path
        writer = Writer(db, complete=True)
        writer.remember()
        several = set(log.changed(end))
        try:
            for frame in prepared(log, position, end, several):
                with _transaction(db):
                    writer.insert(list(frame.rows()))
                    writer.take_order(frame.around)
                    take_hashes(db, position, frame.leaves)
                    writer.take_apart(_entries(log, frame.apart))
                    db.execute("UPDATE state SET position = ?", (frame.position,))
                position = frame.position
                progress(frame.position, end)
        except NewerEntry:
            end = position  # Whoever asks is told that the log goes on.
        with _transaction(db):
            writer.take_again(
                [one for one in log.versions(originator) if one.position <= end]
                for originator in sorted(several)
            )
            _finish(db)
        # Synced before the switch: after a power cut the pointer must not name half a file.
        db.execute("PRAGMA synchronous=FULL")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # Still ours alone, so that whoever waits for it finds it either building or switched to.
        files.switch(path)
    files.clean()
    return path


def _entries(log: LogReader, positions: Sequence[int]) -> Iterator[Entry]:
    """The entries at these ascending positions, neighbours read at once."""
    for _, run in groupby(enumerate(positions), key=lambda pair: pair[1] - pair[0]):
        near = [position for _, position in run]
        yield from log.entries(near[0] - 1, len(near), upto=near[-1])


def _finish(db: sqlite3.Connection) -> None:
    # One statement at a time: executescript would commit first.
    for statement in INDEXES.split(";"):
        db.execute(statement)
    db.execute(_CLAIMS_OF)
    db.execute(_PLACES_OF)
    for (series,) in db.execute("SELECT id FROM series WHERE claims > ?", (HEAVY,)).fetchall():
        make_heavy(db, series)
    db.execute(_TIES)
    db.execute("UPDATE state SET built = 1")


def _begin(db: sqlite3.Connection, log: LogReader) -> tuple[int, int, bool]:
    """How far the build is, how far it goes, and whether it is done."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        with _transaction(db):
            for statement in TABLES.split(";\n"):
                db.execute(statement)
            # A build that is taken up again goes as far as it meant to: what has changed since
            # would otherwise be laid out beside what it was.
            db.execute(
                "INSERT INTO state (one, identity, upto) VALUES (1, ?, ?)",
                (log.identity, log.head()),
            )
    position, end, built = db.execute("SELECT position, upto, built FROM state").fetchone()
    return position, end, bool(built)


def _unfinished(log: LogReader, files: Files) -> Path | None:
    """A generation whose build was interrupted."""
    for path in reversed(files.generations()):
        if path == files.current():
            return None
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=0)) as db:
                state = db.execute("SELECT identity, built FROM state").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise _busy(path) from error
            continue
        if state == (log.identity, 0):
            return path
    return None


def _exclusive(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=0)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("PRAGMA journal_mode=WAL")
        # Disposable until it is switched to; the switch comes after the last write.
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-65536")
        db.execute("PRAGMA threads=2")  # the sorts of the indexes
        db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise _busy(path) from error
    return db


def _busy(path: Path) -> StoreBusy:
    return StoreBusy(f"another process is building {path.name}; wait until it is done")


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # a full disk ends it by itself
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
