"""The claims of a view that is being built, until all of them are there and can be sorted.

In the view they lie by place: a question of one finds its claims on a few pages, and a question of
all reads the table from one end to the other. They come in the order of the log, and SQLite sorts
them sooner than it would find the right page for each. Until then they wait in a file beside.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from zlib import crc32

from timeline.log.sqlite_file import connect
from timeline.view.sheet import CLAIM_COLUMNS, CLAIM_VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence

# `written` has, for each position up to which claims are here, the last of them.
_TABLES: Final = f"""
CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY, {CLAIM_COLUMNS});
CREATE TABLE IF NOT EXISTS written (position INTEGER PRIMARY KEY, last INTEGER NOT NULL);
INSERT OR IGNORE INTO written VALUES (0, 0);
"""
_INSERT: Final = f"INSERT INTO told ({CLAIM_COLUMNS}) VALUES ({CLAIM_VALUES})"
_WRITTEN: Final = "INSERT INTO written SELECT ?, coalesce(max(id), 0) FROM told"
_LATER: Final = "DELETE FROM told WHERE id > (SELECT last FROM written WHERE position = ?)"
# What is told of one time lies together, as whoever asks wants the last of each series.
_BY_PLACE: Final = f"""
INSERT INTO claim ({CLAIM_COLUMNS})
SELECT {CLAIM_COLUMNS} FROM staged.told ORDER BY place, reach, id
"""


def holds(path: Path, position: int) -> bool:
    """Whether a file has the claims of all entries up to a position.

    Nothing is synced while a view is built, so that what was written before the machine was started
    anew may be lost, in part and in silence: it does not count.
    """
    try:
        # To be written too: what was killed in the middle of a write is rolled back first.
        with closing(connect(path, "rw")) as db:
            found = db.execute("SELECT 1 FROM written WHERE position = ?", (position,)).fetchone()
            ((start,),) = db.execute("PRAGMA user_version").fetchall()
    except sqlite3.DatabaseError:  # it is not there, or damaged
        return position == 0
    return found is not None and start == _start()


def _start() -> int:
    """A number for this start of the machine; 0 where it tells of none."""
    try:
        told = Path("/proc/sys/kernel/random/boot_id").read_bytes()
    except OSError:
        return 0
    return crc32(told) >> 1  # as large as SQLite keeps one


class StagedClaims:
    """The claims of the entries up to a position, and those that are added, in a file."""

    def __init__(self, path: Path, position: int) -> None:
        """Go on from what an interrupted build left there, if it `holds` what the view has."""
        self._path = path
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=OFF; {_TABLES}")
        self._db.execute(f"PRAGMA user_version={_start()}")
        self._db.execute("BEGIN IMMEDIATE")
        # What was kept here and not in the view, and what was added at the very end.
        self._db.execute(_LATER, (position,))
        self._db.execute("DELETE FROM written WHERE position > ?", (position,))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, claims: Sequence[Sequence[Any]]) -> None:
        """Add rows of `Sheet.claims`, their series and places numbered."""
        self._db.executemany(_INSERT, claims)

    def keep(self, position: int) -> None:
        """Keep what was added, as the claims of the entries up to a position."""
        self._db.execute(_WRITTEN, (position,))
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def move(self, view: sqlite3.Connection) -> None:
        """Write all claims into a view, sorted, those not kept among them.

        The caller holds a transaction of the view, and opened it by a URI.
        """
        self._db.execute("COMMIT")
        view.execute("ATTACH ? AS staged", (f"{self._path.as_uri()}?mode=ro",))
        view.execute(_BY_PLACE)

    def let_go(self, view: sqlite3.Connection) -> None:
        """Leave the file to whoever deletes it, once a view has kept all that is in it."""
        view.execute("DETACH staged")
        self._db.close()
