"""The files of a view: generations beside the log, and the pointer that says which one is read."""

from __future__ import annotations

import os
import os.path
import sqlite3
import time
from contextlib import suppress
from stat import S_ISREG
from typing import TYPE_CHECKING, Final

from timeline.errors import StoreError
from timeline.log.sqlite_file import connect
from timeline.view.schema import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_STAGED: Final = "-claims"
_SUFFIXES: Final = ("", "-wal", "-shm", "-journal", _STAGED, f"{_STAGED}-journal")
_PROJECTIONS: Final = ".projections"
_MONTH_SECONDS: Final = 30 * 86_400
_LONGEST: Final = 4_096
"""Bytes that are read of a pointer: more than a name has."""


class Files:
    """Where the generations of one log's view are.

    A database file that somebody may have open is never renamed over nor deleted: a WAL file under
    an open reader would mix old and new rows. A new generation gets a name of its own, and then the
    one-line pointer file is replaced in one step.
    """

    def __init__(self, log: str, folder: str | Path) -> None:
        # Texts, not `Path`s: every question comes through here, and that import costs time.
        self.folder = os.fspath(folder)
        self._log = log
        self._stem = f"{log}.view-{VERSION}"
        self._pointer = os.path.join(self.folder, self._stem)
        self._like = os.path.join(self.folder, log)
        self._seen: tuple[int, int] | None = None
        self._reading: str | None = None

    @classmethod
    def beside(cls, log: str | Path) -> Files:
        """Beside a log file, or in the user's cache where its folder cannot be written."""
        # The file's own name, as SQLite uses it for what lies beside: a link would get a view of
        # its own, in which what was redacted would stay.
        path = os.path.realpath(log)
        folder, name = os.path.split(path)
        return cls(name, folder) if os.access(folder, os.W_OK) else cls.cached(path, name)

    @classmethod
    def cached(cls, address: str, name: str) -> Files:
        """In the user's cache, apart for each address of a log."""
        import hashlib  # here: most logs have a folder to write to

        from platformdirs import user_cache_path

        folder = user_cache_path("conflict-timeline")
        folder /= hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        try:
            # A view holds what its log holds, which not everybody on this machine may read.
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the view of {address} can lie neither beside it nor in {folder}; "
                "name a folder for it in $XDG_CACHE_HOME"
            ) from error
        return cls(name, folder)

    @property
    def pointer(self) -> Path:
        """The file whose one line names the generation to read."""
        return self._path(self._stem)

    def aside(self) -> Files:
        """Files for a view that nobody is to read; what stays is deleted as old ones are."""
        files = Files(f"{self._stem}.{os.getpid()}", self.folder)
        files._like = self._like
        return files

    def reading(self) -> str | None:
        """The path of the generation to read, or None where none was built."""
        try:
            stat = os.stat(self._pointer)
            if not S_ISREG(stat.st_mode):  # a pipe would be waited for
                return None
            # A switch replaces the pointer by another file, so inode and time tell.
            seen = stat.st_ino, stat.st_mtime_ns
            if seen != self._seen:
                self._seen, self._reading = seen, self._pointed_to()
        except FileNotFoundError:
            self._seen = self._reading = None
        return self._reading

    def _pointed_to(self) -> str | None:
        name = _named_in(self._pointer)
        path = os.path.join(self.folder, name)
        return path if self._is_generation(name) and os.path.isfile(path) else None

    def current(self) -> Path | None:
        """The generation to read, or None where none was built."""
        path = self.reading()
        return None if path is None else self._path(path)

    @property
    def projections(self) -> Path:
        """The file of what projections made of the log."""
        return self._path(self._stem + _PROJECTIONS)

    @property
    def seen(self) -> Path:
        """The file of what a view had taken in of a log that has lost it; of every version."""
        return self._path(f"{self._log}.view-seen")

    def generations(self) -> list[Path]:
        """Every generation there is, oldest first."""
        return [self._path(name) for name in self._names() if self._is_generation(name)]

    def next(self) -> Path:
        """A name that no generation has had yet."""
        there = [int(path.name.rpartition("-")[2]) for path in self.generations()]
        return self._path(f"{self._stem}-{max(there, default=0) + 1:06d}")

    def staged(self, generation: Path) -> Path:
        """The file in which the claims of a generation wait while it is built."""
        return generation.with_name(generation.name + _STAGED)

    def make(self, path: Path) -> None:
        """Make an empty file where there is none, with the owner and the rights of the log.

        SQLite does the same for what it keeps beside a file itself.
        """
        try:
            like = os.stat(self._like)
            number = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except (
            FileNotFoundError,
            FileExistsError,
        ):  # the folder is the user's own; or the file is there
            return
        os.close(number)
        with suppress(OSError):  # the log is of a group that this user is not in
            if os.name == "posix":
                os.chown(path, -1 if os.geteuid() else like.st_uid, like.st_gid)
        path.chmod(like.st_mode & 0o666 | 0o600)

    def is_anothers(self, path: str) -> bool:
        """Whether a file is there that this user cannot use, and may make one beside it."""
        return (
            os.path.exists(path)
            and not os.access(path, os.R_OK | os.W_OK)
            and os.access(self.folder, os.W_OK)
        )

    def switch(self, generation: Path) -> None:
        """Make a generation the one to read."""
        temporary = self.pointer.with_name(f"{self.pointer.name}.{os.getpid()}.tmp")
        self.make(temporary)  # whoever may read the log has to find its view
        temporary.write_bytes(os.fsencode(generation.name + "\n"))
        temporary.replace(self.pointer)

    def clean(self, *, all_others: bool = False) -> list[Path]:
        """Delete generations that nobody reads any more, other than the current one.

        Views of other versions of this program go once nobody has used them for a month, or with
        `all_others` at once. Those that somebody has open stay, and are returned.
        """
        current = self.reading()
        others = (
            [] if current is None else [one for one in self.generations() if str(one) < current]
        )
        others += self._of_other_versions(0 if all_others else _MONTH_SECONDS)
        in_use = _remove_unused(others)
        self._forget_pointers()
        return in_use

    def discard(self, generation: Path) -> None:
        """Delete a generation that nobody reads."""
        _remove(generation)

    def forget(self) -> None:
        """Let the next question build the view anew, whatever is there."""
        self.pointer.unlink(missing_ok=True)
        self.seen.unlink(missing_ok=True)
        _remove_unused([*self.generations(), self.projections])

    def sizes(self) -> Iterator[int]:
        """The bytes of the current generation, file by file."""
        if current := self.reading():
            for stat in _stats(current):
                yield stat.st_size

    def _of_other_versions(self, unused: float) -> Iterable[Path]:
        """Generations and rows of projections of other versions, unused for so many seconds."""
        old = time.time() - unused
        for name in self._names():
            stem, _, last = name.rpartition(_PROJECTIONS if name.endswith(_PROJECTIONS) else "-")
            if (
                stem.startswith(f"{self._log}.view-")
                and stem != self._stem
                and (last.isdecimal() or not last)
                and max((one.st_mtime for one in _stats(self._path(name))), default=old) < old
            ):
                yield self._path(name)

    def _forget_pointers(self) -> None:
        """Delete pointers of other versions whose generation is gone; no young one: it may be new.

        It is nothing that they are gone already, or another user's.
        """
        old = time.time() - _MONTH_SECONDS
        for name in self._names():
            log, _, version = name.rpartition(".view-")
            if log != self._log or len(version) != len(VERSION) or name == self._stem:
                continue
            pointer = self._path(name)
            with suppress(OSError):
                stat = pointer.stat()
                left = S_ISREG(stat.st_mode) and stat.st_mtime < old
                if left and not self._path(_named_in(pointer)).is_file():
                    pointer.unlink()

    def _is_generation(self, name: str) -> bool:
        stem, _, number = name.rpartition("-")
        return stem == self._stem and number.isdecimal()

    def _names(self) -> list[str]:
        return sorted(os.listdir(self.folder))

    def _path(self, name: str) -> Path:
        from pathlib import Path  # here: questions do without

        return Path(self.folder) / name


def _named_in(pointer: str | Path) -> str:
    # As it is but for the end of the line: a name may hold spaces, and ends of lines as well.
    with open(pointer, "rb") as file:
        return os.fsdecode(file.read(_LONGEST)).removesuffix("\n")


def _remove(path: Path) -> None:
    for suffix in _SUFFIXES:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _remove_unused(paths: Iterable[Path]) -> list[Path]:
    """Delete databases that nobody has open; those that somebody has."""
    in_use = []
    for path in paths:
        if _in_use(path):
            in_use.append(path)
        else:
            _remove(path)
    return in_use


def _stats(path: str | Path) -> Iterator[os.stat_result]:
    """What the disk says of a database, and of what is kept beside it."""
    for suffix in _SUFFIXES:
        with suppress(FileNotFoundError):
            yield os.stat(f"{path}{suffix}")


def _in_use(path: Path) -> bool:
    """Whether another connection has the database open, so that it cannot be locked."""
    try:
        connection = connect(path, "rw", timeout=0)
    except sqlite3.OperationalError:  # of another user; or gone, as another process cleans up too
        return path.exists()
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        # Nobody can be reading what is no database any more.
        return error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
    finally:
        connection.close()
    return False
