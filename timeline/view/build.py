"""Catching a view up with its log, and building a new generation of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from itertools import tee
from typing import TYPE_CHECKING, Final

from timeline.entries import REDACTED, NewerEntry
from timeline.errors import StoreBusy, StoreError
from timeline.view.damage import is_damage
from timeline.view.laying import Part, alone, history, lay, laying
from timeline.view.schema import FIRM, FIRST_INDEXES, HEAVY, INDEXES, LOOSE, TABLES, statements
from timeline.view.seen import keep
from timeline.view.staged import StagedClaims, holds
from timeline.view.tiles import subtree
from timeline.view.write import AGAIN, Writer, make_heavy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from timeline.log import LogReader
    from timeline.view.files import Files
    from timeline.view.laying import Several, Sheets
    from timeline.view.sheet import Sheet

BATCH: Final = 5_000
"""Entries taken in by one transaction."""

# In the order of the index, so that nothing is sorted.
_OF_SERIES: Final = """
UPDATE series SET claims = found.claims, known = found.known
FROM (
  SELECT series, count(*) AS claims, min(known_from) AS known
  FROM claim INDEXED BY ranked GROUP BY series) AS found
WHERE found.series = series.id
"""
_TIES: Final = f"""
UPDATE claim SET tied = 1 WHERE id IN (
  SELECT c.id FROM (
    SELECT series, reach, earliest, first_known FROM claim INDEXED BY ranked
    WHERE role = {FIRM}
    GROUP BY series, role, reach, earliest, first_known HAVING count(*) > 1) AS equal
  CROSS JOIN claim c INDEXED BY ranked ON c.series = equal.series AND c.role = {FIRM}
    AND c.reach = equal.reach AND c.earliest = equal.earliest
    AND c.first_known = equal.first_known)
"""
_LOOSE_PLACES: Final = f"""
UPDATE place SET loose = 1 WHERE id IN (
  SELECT place FROM series WHERE id IN (
    SELECT series FROM claim INDEXED BY ranked WHERE role = {LOOSE}))
"""
# The levels of a place are distinct powers of two, so that their sum is their union.
_OF_PLACES: Final = f"""
UPDATE place SET
  happening = coalesce((
    SELECT sum(DISTINCT 1 << level) FROM claim INDEXED BY overlap
    WHERE claim.place = place.id AND role > {LOOSE}), 0),
  status = coalesce((
    SELECT sum(DISTINCT 1 << level) FROM claim INDEXED BY across
    WHERE claim.place = place.id AND role = {FIRM}), 0),
  known = min(known, coalesce((
    SELECT min(series.known) FROM series INDEXED BY series_at WHERE series.place = place.id),
    known))
"""

_TWICE: Final = "SELECT report FROM entry WHERE report > '' GROUP BY 1 HAVING count(*) > 1 LIMIT 1"

_SORTED_KIB: Final = -4_096
"""The page cache in KiB, as a negative number tells SQLite."""

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
    position = -1
    while position < head:
        with transaction(db):
            # Read again under the lock: whoever held it has taken in the same entries.
            (position,) = db.execute("SELECT position FROM state").fetchone()
            batch = log.entries(position, BATCH, upto=head) if position < head else []
            if not batch:
                break
            redacted = redacted or any(entry.topic == REDACTED for entry in batch)
            end = batch[-1].position
            writer.take(batch, position, partial(history, log, upto=end))
            position = end
    return redacted


def rebuild(log: LogReader, files: Files, progress: Progress = lambda *_: None) -> Path:
    """Build a new generation whole and switch to it; readers go on with the old one until then.

    Of a large log another process lays out a share of the entries. An interrupted build is taken up
    where it stopped. Raises `StoreBusy` where another one runs.
    """
    log.head()  # first: of a log that is gone or away nothing is begun, which nobody would delete
    unfinished = _unfinished(log, files)
    path = unfinished or files.next()
    files.make(path)
    try:
        _build_whole(log, files, path, progress)
    except sqlite3.DatabaseError as error:
        damaged = is_damage(error)
        # Else it would go on filling the disk of the log, or be taken up again as it is.
        if damaged or error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            files.discard(path)
        if damaged and unfinished:
            return rebuild(log, files, progress)
        raise
    files.clean()
    return path


def _build_whole(log: LogReader, files: Files, path: Path, progress: Progress) -> None:
    """Build what is left to build of a generation, and switch to it."""
    try:
        db = _exclusive(path)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise _busy(path) from error
    with closing(db):
        _begin(db, log)
        of_state = db.execute("SELECT position, upto, built FROM state")
        position, upto, built = of_state.fetchone()
        if not built:  # by another process, between our look and our lock
            try:
                files.make(waiting := files.staged(path))
                with StagedClaims(waiting, position) as staged:
                    _build(db, log, staged, Part(position, upto), progress)
            except sqlite3.IntegrityError as error:
                twice = db.execute(_TWICE).fetchall()
                files.discard(path)  # else a build would go on with it, once the log is restored
                if twice:
                    raise _doubled(twice[0][0]) from error
                raise
        files.discard(files.staged(path))
        # Synced before the switch: after a power cut the pointer must not name half a file.
        db.execute("PRAGMA synchronous=FULL")
        with transaction(db):
            db.execute("UPDATE state SET built = 1")
        db.execute("PRAGMA journal_mode=WAL")
        ((position,),) = db.execute("SELECT position FROM state").fetchall()
        keep(log, files, position, subtree(db))
        # Still ours alone, so that whoever waits for it finds it either building or switched to.
        files.switch(path)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction: all of what is done in it, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # a full disk ends it by itself
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _exclusive(path: Path) -> sqlite3.Connection:
    """A file for this process alone; `sqlite3.OperationalError` where another one has it."""
    db = sqlite3.connect(path.as_uri(), uri=True, isolation_level=None, timeout=0)
    try:
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        # Pages are appended, and so written once; with a WAL each would be written twice.
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


def _begin(db: sqlite3.Connection, log: LogReader) -> None:
    """Make the tables, unless a build that was interrupted did."""
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone():
        return
    with transaction(db):
        for statement in statements(TABLES):
            db.execute(statement)
        # A build that is taken up again goes as far as it meant to: what has changed since would
        # otherwise be laid out beside what it was.
        values = log.identity, log.head()
        db.execute("INSERT INTO state (one, identity, upto) VALUES (1, ?, ?)", values)


def _build(
    db: sqlite3.Connection, log: LogReader, staged: StagedClaims, rest: Part, progress: Progress
) -> None:
    """Write down the entries that are left, then what waits for the end of the build."""
    position, upto, _ = rest
    progress(position, upto)
    writer = Writer(db, staged)
    writer.remember()
    # Looked for only when needed: by then the second process is at work.
    several = cache(lambda: dict.fromkeys(sorted(log.changed(upto))))
    with laying(log, upto, several) as sheets:
        for sheet in _in_order(log, sheets, position, upto, several):
            with transaction(db):
                writer.put(sheet)
                staged.keep(sheet.position)  # first: what the view does not come to have is dropped
            position = sheet.position
            progress(position, upto)
        lays = sheets
        if position < upto:
            # A newer version wrote the rest, which cannot be read; whoever asks is told so. The
            # second process may still be at parts of it, and so this one does what is left.
            lays = alone(log, several)
        with transaction(db):
            for sheet in lays(_again([*several()], position)):
                writer.put(sheet)
            _finish(db, staged)
        staged.let_go(db)


def _in_order(
    log: LogReader, sheets: Sheets, position: int, upto: int, several: Several
) -> Iterator[Sheet]:
    """Sheets of the entries of (position, upto], in order, up to one of a newer version."""
    # One by one: of a forged position a list of them would fill the memory.
    parts, given = tee(Part(at, min(at + BATCH, upto)) for at in range(position, upto, BATCH))
    with suppress(NewerEntry):
        for part, sheet in zip(parts, sheets(given), strict=True):
            yield sheet
            end = sheet.position
            while end < part.upto:  # so far it could be read; this goes on, or tells why not
                more = lay(log, part._replace(after=end), several())
                yield more
                end = more.position


def _again(originators: Sequence[str], upto: int) -> Iterator[Part]:
    """The reports of several versions, as parts of some at a time."""
    for at in range(0, len(originators), AGAIN):
        yield Part(0, upto, tuple(originators[at : at + AGAIN]))


def _finish(db: sqlite3.Connection, staged: StagedClaims) -> None:
    """What waits for the end of a build: claims in order, indexes, and what they sum up."""
    with _sorting(db):
        staged.move(db)
        _index(db, FIRST_INDEXES)
    db.execute(_OF_SERIES)
    with _sorting(db):
        _index(db, INDEXES.removeprefix(FIRST_INDEXES))
    for statement in (_LOOSE_PLACES, _OF_PLACES, _TIES):
        db.execute(statement)
    for (series,) in db.execute("SELECT id FROM series WHERE claims > ?", (HEAVY,)).fetchall():
        make_heavy(db, series)
    db.execute("UPDATE state SET built = 1")


def _index(db: sqlite3.Connection, script: str) -> None:
    for statement in statements(script):
        db.execute(statement)


@contextmanager
def _sorting(db: sqlite3.Connection) -> Iterator[None]:
    """Where much is sorted: in pieces as large as SQLite's cache.

    If they fit the processor's own, and threads sort them, it takes two thirds of the time of one.
    """
    ((size,),) = db.execute("PRAGMA cache_size").fetchall()
    db.execute(f"PRAGMA cache_size={_SORTED_KIB}")
    yield
    db.execute(f"PRAGMA cache_size={size}")


def _unfinished(log: LogReader, files: Files) -> Path | None:
    """A generation whose build was interrupted, with all that it had come to."""
    for path in reversed(files.generations()):
        if path == files.current():
            return None
        try:
            # To be written too: what was killed in the middle of a write is rolled back first.
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0)) as db:
                state = db.execute("SELECT identity, built, position FROM state").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise _busy(path) from error
            continue
        if state and state[:2] == (log.identity, 0) and holds(files.staged(path), state[2]):
            return path
    return None


def _doubled(report: str) -> StoreError:
    return StoreError(
        f"the log has the report {report} twice; see what `verify` says, and restore the log from "
        "a backup"
    )


def _busy(path: Path) -> StoreBusy:
    return StoreBusy(f"another process is building {path.name}; wait until it is done")
