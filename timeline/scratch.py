"""A database for one piece of work: in the page cache until it outgrows it, gone when closed."""

import sqlite3
from collections.abc import Callable
from typing import Final, ParamSpec

from timeline.errors import StoreError

P = ParamSpec("P")

_NO_ROOM: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def unwritten(why: object) -> StoreError:
    """What is said where temporary files cannot be written."""
    return StoreError(
        f"temporary files cannot be written ({why}); make room for them, or name another folder in "
        "$TMPDIR"
    )


def _told(call: Callable[P, sqlite3.Cursor]) -> Callable[P, sqlite3.Cursor]:
    def told(*args: P.args, **kwargs: P.kwargs) -> sqlite3.Cursor:
        try:
            return call(*args, **kwargs)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _NO_ROOM:
                raise
            raise unwritten(error) from error

    return told


class _Scratch(sqlite3.Connection):
    """Says that it is what is temporary that has no room, which may be on another disk."""

    execute = _told(sqlite3.Connection.execute)
    executemany = _told(sqlite3.Connection.executemany)
    executescript = _told(sqlite3.Connection.executescript)


def scratch(tables: str, *, cache_kib: int = 16_000) -> sqlite3.Connection:
    """A nameless temporary database of the system's, with these tables.

    All that happens in it is one transaction, which never ends: nothing has to be kept, and each
    row that ended one of its own would be written out at once.
    """
    db = sqlite3.connect("", isolation_level=None, factory=_Scratch)
    db.executescript(
        f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-{cache_kib};"
        f"{tables};BEGIN"
    )
    return db
