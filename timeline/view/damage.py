"""What reading a view may raise whose file was damaged, or edited by hand, and how that is told."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from timeline.view.schema import is_whole

BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, TypeError)
"""What decoding a row may raise there."""

_MAY_BE_DAMAGE: Final = frozenset(
    {TypeError, ValueError, AttributeError, KeyError, IndexError, OverflowError}
)
"""Errors that damaged rows can lead to: of these very types, and no subclass."""


class Damaged(Exception):
    """A row that no view has as it is written."""


def is_damage(error: BaseException) -> bool:
    """Whether the file itself is at fault, and no other process, nor the disk, nor a statement."""
    if isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode"):
        return True  # raised by the module itself, for a text that is no UTF-8
    if isinstance(error, sqlite3.DatabaseError):
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return isinstance(error, Damaged)


def is_unsound(db: sqlite3.Connection, error: BaseException) -> bool:
    """Whether an error that nobody foresaw came of damaged rows, or of a table that is gone.

    The file is looked through for it.
    """
    missing = isinstance(error, sqlite3.OperationalError)
    if not missing and type(error) not in _MAY_BE_DAMAGE:
        return False
    try:
        if missing:
            return not is_whole(db)
        # Not quick_check, which takes tables without rowids for broken (SQLite 3.40).
        return bool(db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",))
    except sqlite3.DatabaseError as worse:
        return is_damage(worse)
