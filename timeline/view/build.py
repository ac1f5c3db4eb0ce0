"""Catching a view up with its log, and building a new generation of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from timeline.entries import REDACTED
from timeline.errors import StoreBusy
from timeline.view.filling import BATCH, begin, exclusive, fill, take_several, transaction
from timeline.view.halves import EARLIER, later_half, middle_of
from timeline.view.join import join
from timeline.view.schema import FIRM, FIRST_INDEXES, HEAVY, INDEXES, LOOSE
from timeline.view.tiles import leaf_hashes, take_hashes
from timeline.view.write import Writer, make_heavy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from timeline.entries import Entry
    from timeline.log import LogReader
    from timeline.view.files import Files
    from timeline.view.filling import Stretch
    from timeline.view.halves import Half

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

_SORTED_KIB: Final = -2_048
"""As SQLite takes it: a negative number is of KiB."""

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
            writer.take(batch, log.versions)
            take_hashes(db, position, leaf_hashes(batch, position))
            position = batch[-1].position
            db.execute("UPDATE state SET position = ?", (position,))
    return redacted


def rebuild(log: LogReader, files: Files, progress: Progress = lambda *_: None) -> Path:
    """Build a new generation whole and switch to it; readers go on with the old one until then.

    Of a large log another process makes the later half ready, in a file of its own that is joined
    at the end. An interrupted build is taken up where it stopped. Raises `StoreBusy` where another
    one runs.
    """
    path = _unfinished(log, files) or files.next()
    try:
        db = exclusive(path)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        raise _busy(path) from error
    with closing(db):
        head = log.head()
        whole = begin(db, log, 0, middle_of(log, head), head)
        if not whole.position:
            files.drop_half(path)  # of a build of which nothing else is left
        if not whole.built:  # by another process, between our look and our lock
            _build(db, log, path, whole, progress)
        # Synced before the switch: after a power cut the pointer must not name half a file.
        db.execute("PRAGMA synchronous=FULL")
        with transaction(db):
            db.execute("UPDATE state SET built = 1")
        db.execute("PRAGMA journal_mode=WAL")
        # Still ours alone, so that whoever waits for it finds it either building or switched to.
        files.switch(path)
    files.drop_half(path)
    files.clean()
    return path


def _build(
    db: sqlite3.Connection, log: LogReader, path: Path, whole: Stretch, progress: Progress
) -> None:
    with later_half(log, path, whole) as later:

        def tell(position: int) -> None:
            progress(position + (later.done if later else 0), whole.upto)

        several = sorted(log.changed(whole.upto))
        writer = fill(db, log, whole.middle, several, tell)
        ((upto,),) = db.execute("SELECT upto FROM state").fetchall()
        half = later if upto == whole.upto else None  # else it lies behind what can be read
        if half:
            half.complete(log, lambda: tell(whole.middle))
            db.execute("ATTACH ? AS half", (str(half.path),))
        with transaction(db):
            take_several(writer, log, several[EARLIER] if half else several, upto)
            _finish(db, log, half)
        if half:
            db.execute("DETACH half")


def _finish(db: sqlite3.Connection, log: LogReader, half: Half | None) -> None:
    """What waits for the end of a build: the later half, indexes, and what they sum up."""
    first, *rest = _statements(FIRST_INDEXES)
    db.execute(first)
    if half:
        Writer(db).take_definitions(_entries(log, join(db)))
    _index(db, rest)
    db.execute(_OF_SERIES)
    _index(db, _statements(INDEXES.removeprefix(FIRST_INDEXES)))
    for statement in (_LOOSE_PLACES, _OF_PLACES, _TIES):
        db.execute(statement)
    for (series,) in db.execute("SELECT id FROM series WHERE claims > ?", (HEAVY,)).fetchall():
        make_heavy(db, series)
    db.execute("UPDATE state SET built = 1")


def _index(db: sqlite3.Connection, statements: Iterable[str]) -> None:
    # What is sorted in pieces that fit the processor's own cache, by threads, takes two thirds of
    # the time of one sort; the size of the pieces is that of SQLite's cache.
    ((size,),) = db.execute("PRAGMA cache_size").fetchall()
    db.execute(f"PRAGMA cache_size={_SORTED_KIB}")
    for statement in statements:
        db.execute(statement)
    db.execute(f"PRAGMA cache_size={size}")


def _statements(script: str) -> list[str]:
    # One at a time: executescript would commit first.
    return [one for one in script.split(";\n") if one.strip()]


def _entries(log: LogReader, positions: Sequence[int]) -> Iterator[Entry]:
    """The entries at these ascending positions, neighbours read at once."""
    for _, run in groupby(enumerate(positions), key=lambda pair: pair[1] - pair[0]):
        near = [position for _, position in run]
        yield from log.entries(near[0] - 1, len(near), upto=near[-1])


def _unfinished(log: LogReader, files: Files) -> Path | None:
    """A generation whose build was interrupted."""
    for path in reversed(files.generations()):
        if path == files.current():
            return None
        try:
            # To be written too: what was killed in the middle of a write is rolled back first.
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0)) as db:
                state = db.execute("SELECT identity, built FROM state").fetchone()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise _busy(path) from error
            continue
        if state == (log.identity, 0):
            return path
    return None


def _busy(path: Path) -> StoreBusy:
    return StoreBusy(f"another process is building {path.name}; wait until it is done")
