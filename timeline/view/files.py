"""The files of a view: generations beside the log, and the pointer that says which one is read."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from timeline.view.schema import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUFFIXES: Final = ("", "-wal", "-shm")


class Files:
    """Where the generations of one log's view are.

    A database file that somebody may have open is never renamed over nor deleted: a WAL file under
    an open reader would mix old and new rows. A new generation gets a name of its own, and then the
    one-line pointer file is replaced in one step.
    """

    def __init__(self, log: str, folder: Path) -> None:
        self._folder = folder
        self._stem = f"{log}.view-{VERSION}"

    @classmethod
    def beside(cls, log: Path) -> Files:
        """Beside a log file, or in the user's cache where its folder cannot be written."""
        folder = log.absolute().parent
        if os.access(folder, os.W_OK):
            return cls(log.name, folder)
        return cls.cached(str(log.absolute()), log.name)

    @classmethod
    def cached(cls, address: str, name: str) -> Files:
        """In the user's cache, apart for each address of a log."""
        from platformdirs import user_cache_path  # here: most logs have a folder to write to

        digest = hashlib.sha256(address.encode()).hexdigest()[:16]
        folder = user_cache_path("conflict-timeline") / digest
        folder.mkdir(parents=True, exist_ok=True)
        return cls(name, folder)

    @property
    def pointer(self) -> Path:
        """The file whose one line names the generation to read."""
        return self._folder / self._stem

    def current(self) -> Path | None:
        """The generation to read, or None where none was built."""
        try:
            name = self.pointer.read_text().strip()
        except FileNotFoundError:
            return None
        path = self._folder / name
        return path if name.startswith(self._stem) and path.is_file() else None

    def generations(self) -> list[Path]:
        """Every generation there is, oldest first."""
        return sorted(
            path
            for path in self._folder.glob(f"{self._stem}-*")
            if path.name.removeprefix(f"{self._stem}-").isdecimal()
        )

    def next(self) -> Path:
        """A name that no generation has had yet."""
        there = [int(path.name.rpartition("-")[2]) for path in self.generations()]
        return self._folder / f"{self._stem}-{max(there, default=0) + 1:06d}"

    def switch(self, generation: Path) -> None:
        """Make a generation the one to read."""
        temporary = self.pointer.with_name(f"{self.pointer.name}.{os.getpid()}.tmp")
        temporary.write_text(generation.name + "\n")
        temporary.replace(self.pointer)

    def clean(self) -> None:
        """Delete generations that nobody reads any more, other than the current one."""
        current = self.current()
        for path in self.generations():
            if path != current and path < (current or path) and not _in_use(path):
                for suffix in _SUFFIXES:
                    path.with_name(path.name + suffix).unlink(missing_ok=True)

    def sizes(self) -> Iterator[int]:
        """The bytes of the current generation, file by file."""
        if current := self.current():
            for suffix in _SUFFIXES:
                path = current.with_name(current.name + suffix)
                if path.exists():
                    yield path.stat().st_size


def _in_use(path: Path) -> bool:
    """Whether another connection has the database open: only then can it not be had for oneself."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.Error:
        return True
    finally:
        connection.close()
    return False
