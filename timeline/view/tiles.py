"""The Merkle tree of the log, kept in the view: one row for each 256 hashes of a level."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from timeline.errors import StoreError
from timeline.evidence import tiles, tree
from timeline.evidence.leaves import hashes_of, leaf_of
from timeline.log.sqlite_file import connect
from timeline.view.damage import Damaged
from timeline.view.schema import STATE

if TYPE_CHECKING:
    from timeline.entries import Entry

LEVELS = 8  # more than any log has: 256 to the eighth leaves


class ViewTiles:
    """Tiles in the table `tile` of a view."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def read(self, level: int, number: int) -> bytes:
        """The hashes of a tile."""
        row = self._db.execute(
            "SELECT hashes FROM tile WHERE id = ?", (number * LEVELS + level,)
        ).fetchone()
        return bytes(row[0]) if row else b""

    def write(self, level: int, number: int, hashes: bytes) -> None:
        """Keep a tile."""
        self._db.execute(
            "INSERT OR REPLACE INTO tile VALUES (?, ?)", (number * LEVELS + level, hashes)
        )


class _Unvouched(ViewTiles):
    """Tiles of a view that nobody vouches for."""

    def read(self, level: int, number: int) -> bytes:
        """The hashes of a tile; LookupError where the file is damaged."""
        try:
            return super().read(level, number)
        except sqlite3.Error as error:
            raise LookupError(f"the view cannot be read: {error}") from error


@contextmanager
def taken_in(path: str | None, identity: str) -> Iterator[tiles.TakenIn | None]:
    """What a view's file has taken in of a log; None where it is of no use."""
    if path is None:
        yield None
        return
    with closing(connect(path, "ro")) as db:
        try:
            db.execute("BEGIN")
            (found, position) = db.execute(STATE).fetchone()
            doubts = db.execute("SELECT position FROM doubt").fetchall()
        except (sqlite3.Error, TypeError):
            yield None
            return
        doubted = frozenset((one - 1) // tiles.WIDTH for (one,) in doubts)
        held = tiles.TakenIn(position, _Unvouched(db), doubted, path)
        yield held if found == identity else None


def leaf_hashes(batch: Sequence[Entry], after: int) -> bytes:
    """The hashes of the entries right behind a position; StoreError where some are missing."""
    if batch[-1].position != after + len(batch):
        raise hole(next(at for at, one in enumerate(batch, after + 1) if one.position != at))
    hashes = hashes_of(
        [(one.position, one.originator, one.version, one.topic, one.state, None) for one in batch]
    )
    if not all(hashes):
        leaf_of(batch[hashes.index(b"")])  # raises, and says what is wrong
    return b"".join(hashes)


def hole(missing: int) -> StoreError:
    """What is wrong with a log that lacks this entry: a view over what is left would hide it."""
    return StoreError(
        f"the log has no entry {missing}, though it has later ones; "
        "restore it from a backup, and see what `verify` says"
    )


def take_hashes(db: sqlite3.Connection, after: int, hashes: bytes) -> None:
    """Append hashes to the tree, which has `after` leaves."""
    tiles.grow(ViewTiles(db), after, hashes)


def subtree(db: sqlite3.Connection) -> tree.Subtree:
    """The tree of a view, to ask roots and proofs of; Damaged for what it lacks."""
    kept = ViewTiles(db)

    def of(level: int, number: int) -> bytes:
        try:
            return tiles.subtree_of(kept, level, number)
        except LookupError as error:
            raise Damaged from error

    return of
