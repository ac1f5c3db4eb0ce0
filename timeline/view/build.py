"""Catching a view up with its log, and building a new generation of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from timeline.errors import StoreBusy
from timeline.view.schema import HEAVY, INDEXES, TABLES
from timeline.view.write import ZONES_OF, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timeline.log import LogReader
    from timeline.view.files import Files

BATCH: Final = 5_000
"""Entries taken in by one transaction."""

BUSY_SECONDS: Final = 10.0

# Called with the entries taken in so far and those there are in all.
Progress = Callable[[int, int], None]


def catch_up(db: sqlite3.Connection, log: LogReader) -> None:
    """Take in what the log has and the view lacks, a batch and its position in one transaction.

    Raises `sqlite3.OperationalError` where another process holds the view for too long.
    """
    head = log.head()
    writer = Writer(db)
    while True:
        with _transaction(db):
            # Read again under the lock: whoever held it has taken in the same entries.
            (position,) = db.execute("SELECT position FROM state").fetchone()
            batch = log.entries(position, BATCH, upto=head) if position < head else []
            if not batch:
                return
            writer.take(batch, log.versions)
            db.execute("UPDATE state SET position = ?", (batch[-1].position,))


def rebuild(log: LogReader, files: Files, progress: Progress = lambda *_: None) -> Path:
    """Build a new generation whole and switch to it; readers go on with the old one until then.

    An interrupted build is taken up where it stopped. Raises `StoreBusy` where another one runs.
    """
    path = _unfinished(log, files) or files.next()
    with closing(_exclusive(path)) as db:
        position, end = _begin(db, log), log.head()
        writer = Writer(db, complete=True)
        writer.remember()
        several = set(log.changed(end))
        for batch in log.rows(position, end, BATCH):
            with _transaction(db):
                writer.take_single(
                    entry
                    for entry in batch
                    if entry.report is not None and entry.originator not in several
                )
                writer.take_around(batch)
                db.execute("UPDATE state SET position = ?", (batch[-1].position,))
            progress(batch[-1].position, end)
        with _transaction(db):
            for originator in sorted(several):
                history = [one for one in log.versions(originator) if one.position <= end]
                writer.take_again(originator, history)
            _finish(db)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files.switch(path)
    files.clean()
    return path


def _finish(db: sqlite3.Connection) -> None:
    # One statement at a time: executescript would commit first.
    for statement in INDEXES.split(";"):
        db.execute(statement)
    for (series,) in db.execute("SELECT id FROM series WHERE claims > ?", (HEAVY,)).fetchall():
        db.execute(ZONES_OF, (series,))
    db.execute("UPDATE state SET built = 1")


def _begin(db: sqlite3.Connection, log: LogReader) -> int:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        with _transaction(db):
            for statement in TABLES.split(";\n"):
                db.execute(statement)
            db.execute("INSERT INTO state (one, identity) VALUES (1, ?)", (log.identity,))
    return int(db.execute("SELECT position FROM state").fetchone()[0])


def _unfinished(log: LogReader, files: Files) -> Path | None:
    """A generation whose build was interrupted."""
    for path in reversed(files.generations()):
        if path == files.current():
            return None
        try:
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
                state = db.execute("SELECT identity, built FROM state").fetchone()
        except sqlite3.DatabaseError:
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
        db.execute("BEGIN IMMEDIATE")
        db.execute("COMMIT")
    except sqlite3.OperationalError as error:
        db.close()
        raise StoreBusy(
            f"another process is building {path.name}; wait until it is done"
        ) from error
    return db


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
