"""What SQLite and the view keep beside a log file: names that nothing else may have."""

from __future__ import annotations

import io
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final

from timeline.errors import StoreError
from timeline.log.sqlite_file import beside, connect

_ENDS: Final = re.compile(r"-(wal|shm|journal)$|\.view-([0-9a-f]{10}|seen$)")
_LONGEST: Final = "-journal"
"""Of what SQLite puts behind the name of a file, for one that lies beside it."""
_DATABASE: Final = b"SQLite format 3\0"
_GZIP: Final = b"\x1f\x8b"


def is_named_beside(path: Path) -> bool:
    """Whether a file of this name would be taken for a part of what lies beside a log or a view."""
    return _ENDS.search(path.name) is not None


def is_beside(path: Path) -> bool:
    """Whether a file there would be taken for a part of a store that is there, and be deleted."""
    ends = _ENDS.search(path.name)
    return bool(ends and ends.start() and path.with_name(path.name[: ends.start()]).is_file())


def require_folder(path: Path) -> None:
    """Raise StoreError where there is no folder for a file of this name, or no file can have it."""
    if not os.path.isdir(path.absolute().parent):  # noqa: PTH112 -- a path may be too long to ask
        raise StoreError(f"there is no folder {path.parent}; make it first")
    try:
        os.lstat(beside(path, _LONGEST))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror}); name another file") from error


def require_own_name(path: Path) -> None:
    """Raise StoreError where a file of this name would be taken for a part of another store."""
    if is_beside(path):
        raise StoreError(f"{path} is where a store keeps a part of itself; name another file")


def is_database(path: str | Path) -> bool:
    """Whether a file is a log, a view, or what lies beside one.

    SQLite is asked, since to open and close the file here would drop this process's locks on it,
    and another process might then delete what lies beside it.
    """
    real = Path(os.path.realpath(path))
    if is_beside(real):
        return True
    if not real.is_file():
        return False
    try:
        with closing(connect(real, "ro", immutable=True)) as connection:
            if connection.execute("PRAGMA page_count").fetchone()[0]:
                return True
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT:
            return True
    with real.open("rb") as file:
        return file.read(len(_DATABASE)) == _DATABASE


def open_input(name: str) -> io.BufferedReader:
    """A file that somebody names to be read; OSError where it cannot be, or is a store."""
    if is_database(name):
        raise OSError(None, "is a store or a part of one", name)
    return Path(name).open("rb")


@contextmanager
def unzipped(raw: io.BufferedReader[Any]) -> Iterator[IO[bytes]]:
    """What a stream holds, unpacked where it begins as gzip does: not every name tells."""
    import gzip  # here: few read what may be packed

    if raw.peek(2).startswith(_GZIP):
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield unpacked  # type: ignore[misc] # it is read as any stream
    else:
        yield raw
