"""A log file as SQLite has it: opened, made sure of, and what is wrong with it in plain words."""

from __future__ import annotations

import errno
import os
import os.path
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final, NoReturn

from events.when import quoted
from timeline.errors import MissingStore, StoreBusy, StoreError

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID: Final = 0x544C4F47
"""Marks an SQLite file as one of our logs (`TLOG`)."""

# The library's table has no INTEGER PRIMARY KEY; without one a VACUUM may number the rows anew.
TABLE: Final = (
    "CREATE TABLE stored_events (position INTEGER PRIMARY KEY, originator_id TEXT NOT NULL,"
    " originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, sealed BLOB,"
    " UNIQUE (originator_id, originator_version))"
)
"""The one table of a log file, by every version of this program so far."""

_SCHEMA: Final = (
    ("table", "stored_events", "stored_events", TABLE),
    ("index", "sqlite_autoindex_stored_events_1", "stored_events", None),
)
_UNSEALED: Final = (*_SCHEMA[0][:3], TABLE.replace(" sealed BLOB,", ""))
"""The table of versions that could not redact yet, which were never released."""
_STATISTICS: Final = (("table", "sqlite_stat1"), ("table", "sqlite_stat4"))
"""What ANALYZE leaves, for a quicker search; no row depends on it."""

STRANGE: Final = "has {}, which no log has"
TAKE_OUT: Final = "see who put it there, take it out and `verify`, or restore the log from a backup"

BUSY_SECONDS: Final = 10.0
"""How long to wait for another process that holds the file."""

FULL: Final = "make room and do the same again: what was filed before is known then"

PLAIN: Final = {
    sqlite3.SQLITE_NOTADB: ("is not a timeline log", "name a file that this program made"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "restore it from a backup"),
    sqlite3.SQLITE_FULL: ("is on a full disk", FULL),
    sqlite3.SQLITE_READONLY: ("cannot be written", "ask who owns it for the right to write"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check the rights on it and on its folder"),
    sqlite3.SQLITE_PERM: ("cannot be opened", "check the rights on it and on its folder"),
}
"""By primary result code: what is wrong with a file, and what would be right."""

_LOOKS: Final = 3
TROUBLE: Final = (sqlite3.Error, UnicodeDecodeError)
"""What a damaged file may raise; of its schema SQLite quotes bytes that are no text."""


def connect(
    path: str | Path, mode: str, *, immutable: bool = False, timeout: float = BUSY_SECONDS
) -> sqlite3.Connection:
    """An autocommit connection to the file; `mode` is SQLite's ro, rw or rwc."""
    require_no_pipe(beside(path, "-journal"))
    # A URI, because a plain name would create the file; `Path.as_uri` would load half of urllib.
    name = os.path.abspath(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    if os.sep != "/":
        name = f"/{name.replace(os.sep, '/')}"
    uri = f"file://{name}?mode={mode}" + ("&immutable=1" if immutable else "")
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=timeout, check_same_thread=False
    )


def beside(path: str | Path, suffix: str) -> str:
    """Where SQLite keeps a part of a file, which is beside what links lead to."""
    return f"{os.path.realpath(path)}{suffix}"


def require_no_pipe(path: str) -> None:
    """Raise what SQLite does for a file that cannot be opened: opening a pipe would block."""
    if os.path.exists(path) and not os.path.isfile(path):
        error = sqlite3.OperationalError(f"{path} is no file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error


def require(path: str | Path) -> None:
    """Raise where there is no file to open; nothing is created."""
    if os.path.isdir(path):
        raise StoreError(f"{path} is a folder; name the log file in it")
    if not os.path.exists(path):
        raise MissingStore(f"there is no log at {path}; file a first report to make one")
    if not os.path.isfile(path):  # a pipe would be waited for, a device read without end
        raise StoreError(f"{path} is no file that a log can be in; name one")
    if is_one_byte(path):
        wrong, right = PLAIN[sqlite3.SQLITE_NOTADB]
        raise StoreError(f"{path} {wrong}; {right}")


def is_one_byte(path: str | Path) -> bool:
    """Whether a file is of the one size at which SQLite takes what is no database for an empty one.

    It writes such a byte itself on some disks, and overwrites it.
    """
    return os.path.getsize(path) == 1


def require_not_lost(path: str | Path) -> None:
    """Raise StoreError for an empty file that had a log: a view of it lies beside."""
    folder, name = os.path.split(os.path.realpath(path))
    try:
        viewed = any(one.startswith(f"{name}.view-") for one in os.listdir(folder))
        empty = os.path.getsize(path) == 0  # last, as another process may make the log meanwhile
    except OSError:
        return
    if viewed and empty:
        raise StoreError(
            f"{path} is empty, though a view of the log that was there lies beside it; restore it "
            f"from a backup, or delete {name}.view-* to begin a new log"
        )


def roll_back(path: str | Path) -> None:
    """Undo what a process left half done that was killed while it made the file.

    Only in its first moment a log is not in WAL mode; what is left of that a writer has to undo.
    """
    if os.path.exists(beside(path, "-journal")):
        with suppress(*TROUBLE), closing(connect(path, "rw")) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")


def strangers(connection: sqlite3.Connection) -> list[str]:
    """What a log file has besides its table: a trigger, say, that keeps rows from being written."""
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return [
        f"the {kind} {quoted(str(name))}"
        for kind, name, *more in found
        if (kind, name, *more) not in _SCHEMA and (kind, name) not in _STATISTICS
    ]


def require_plain(connection: sqlite3.Connection, path: str | Path) -> None:
    """Raise StoreError where a file has anything that may change what is written to it."""
    for one in strangers(connection):
        raise StoreError(f"{path} {STRANGE.format(one)}; {TAKE_OUT}")


def file_at(path: str | Path) -> tuple[int, int]:
    """Device and inode of the file that a path leads to: no other one has them."""
    stat = os.stat(path)
    return stat.st_dev, stat.st_ino


def wal_at(path: str | Path) -> tuple[int, int] | None:
    """Device and inode of the WAL beside a file; None where there is none."""
    try:
        return file_at(beside(path, "-wal"))
    except OSError:
        return None


def require_same(path: str | Path, file: tuple[int, int]) -> None:
    """Raise StoreError where a path leads to another file by now than to the open one."""
    try:
        same = file_at(path) == file
    except OSError:
        same = False
    if not same:
        raise StoreError(f"{path} is not the file any more that was opened; open the store again")


def require_same_wal(path: str | Path, wal: tuple[int, int] | None) -> None:
    """Raise StoreError where the open WAL is not the one beside the file any more.

    SQLite would go on writing into what nobody else can read.
    """
    if wal_at(path) != wal:
        raise StoreError(
            f"{path}-wal, a part of the log, was deleted while it was open; stop all that use the "
            "store, and see what `verify` says"
        )


def look(connection: sqlite3.Connection) -> tuple[int, int]:
    """The application id of a file and its number of tables and indexes, as of one moment."""
    connection.execute("BEGIN")  # else somebody may make the log between the two
    try:
        ((application,),) = connection.execute("PRAGMA application_id").fetchall()
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    finally:
        connection.rollback()
    return application, tables


def check_application(connection: sqlite3.Connection, path: str | Path) -> None:
    """Raise StoreError unless the open file is one of our logs, MissingStore where it is empty."""
    application, tables = look(connection)
    if application == APPLICATION_ID:
        _check_table(connection, path)
        return
    if not tables:
        require_not_lost(path)
        raise MissingStore(f"there is no log in {path} yet; file a first report to make one")
    raise StoreError(f"{path} is not a timeline log; name a file that this program made")


def _check_table(connection: sqlite3.Connection, path: str | Path) -> None:
    """Raise StoreError where the rows are not in a table that is as `TABLE` makes it."""
    named = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name = 'stored_events'"
    found = connection.execute(named).fetchall()
    if found == [_UNSEALED]:
        raise StoreError(
            f"{path} is of a version before the first release; let that version "
            "`export reports -o FILE.jsonl`, and `add` that file to a new log"
        )
    if found != [_SCHEMA[0]]:
        raise StoreError(
            f"{path} does not keep its entries in a table as logs do; restore it from a backup"
        )


def is_cut_short(path: str, db: sqlite3.Connection) -> bool:
    """Whether a database file, open as `db`, is shorter than it says, and no WAL has the rest.

    SQLite itself takes what is missing of the last page for zeros.
    """
    # More than once, as another process may make the file shorter between two looks.
    return all(_holds_less(path, db) for _ in range(_LOOKS))


def _holds_less(path: str, db: sqlite3.Connection) -> bool:
    pages, page = (int(db.execute(f"PRAGMA page_{one}").fetchone()[0]) for one in ("count", "size"))
    # By its size alone: to open and close it here would drop the locks of this process on it. The
    # WAL first: what it holds is copied into the file before it is emptied.
    wal = beside(path, "-wal")
    if os.path.exists(wal) and os.path.getsize(wal):
        return False
    return os.path.getsize(path) < pages * page


def is_full(error: Exception) -> bool:
    """Whether there is no room for the file, or for what even a reader has to have beside it."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    full = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE)
    return getattr(error, "sqlite_errorcode", None) in full


def refuse(error: sqlite3.Error | UnicodeDecodeError, path: str | Path) -> NoReturn:
    """Raise what SQLite says of the file as an error in plain words."""
    # The low byte is the primary code; errors of the module itself carry none.
    code = getattr(error, "sqlite_errorcode", -1) & 0xFF
    if isinstance(error, UnicodeDecodeError):
        code = sqlite3.SQLITE_CORRUPT
    if is_full(error):
        code = sqlite3.SQLITE_FULL
    if isinstance(error, sqlite3.ProgrammingError) and "closed database" in str(error):
        raise StoreError(f"{path} was closed; open it again") from None
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise StoreBusy(
            f"another process has held {path} for over {BUSY_SECONDS:.0f} seconds; "
            "try again when it is done"
        ) from error
    if code == sqlite3.SQLITE_READONLY:
        path = _unwritable(path)
    wrong, right = PLAIN.get(code, (f"cannot be used ({error})", "look at the file and its disk"))
    raise StoreError(f"{path} {wrong}; {right}") from error


def _unwritable(path: str | Path) -> str | Path:
    """A file, or what lies beside it where that alone cannot be written.

    Who may read the file and make others in its folder leaves a WAL that is theirs.
    """
    if os.access(path, os.W_OK):
        for suffix in ("-wal", "-shm"):
            if os.path.exists(one := beside(path, suffix)) and not os.access(one, os.W_OK):
                return f"{path}{suffix}"
    return path
