"""The index over the log: a local SQLite file, disposable, that answers as the fold does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from timeline.errors import StoreError
from timeline.view.build import BUSY_SECONDS, Progress, catch_up, rebuild
from timeline.view.files import Files
from timeline.view.read import View

if TYPE_CHECKING:
    from pathlib import Path

    from timeline.log import LogReader

__all__ = ["Files", "IndexedLog", "View"]

_TRIES: Final = 20


class IndexedLog:
    """A log with its view: readers are caught up with the log before they answer.

    `note` is told in words when an answer has to come from an older state of the log.
    """

    def __init__(self, log: LogReader, files: Files, note: Callable[[str], None]) -> None:
        self._log = log
        self._files = files
        self._note = note
        self._db: sqlite3.Connection | None = None
        self._generation: Path | None = None
        self._view: View | None = None

    def close(self) -> None:
        """Let go of the view."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @contextmanager
    def reading(self) -> Iterator[View]:
        """A view caught up with the log, in one snapshot."""
        view, db = self._opened()
        if view.position() < self._log.head():
            self._catch_up()
            view, db = self._opened()
        db.execute("BEGIN")
        try:
            yield view
        finally:
            db.execute("COMMIT")

    def rebuild(self, progress: Progress = lambda *_: None) -> Path:
        """Build a new generation and switch to it."""
        return rebuild(self._log, self._files, progress)

    def position(self) -> int:
        """The last entry of the log that the view holds; 0 where there is no view yet."""
        return 0 if self._files.current() is None else self._opened()[0].position()

    def size(self) -> int:
        """The bytes of the view's files."""
        return sum(self._files.sizes())

    def _opened(self) -> tuple[View, sqlite3.Connection]:
        for _ in range(_TRIES):
            current = self._files.current()
            if current is None:
                current = rebuild(self._log, self._files)
            if self._view is not None and self._db is not None and current == self._generation:
                return self._view, self._db
            self.close()
            db = _connect(current, "ro")
            try:
                (identity,) = db.execute("SELECT identity FROM state").fetchone()
            except sqlite3.OperationalError:
                db.close()
                continue  # a newer generation came, and this one went, between two looks
            except sqlite3.DatabaseError:
                identity = None
            if identity == self._log.identity:
                self._db, self._generation, self._view = db, current, View(db)
                return self._view, db
            # Of another log that had this name, or damaged: the log itself is what counts.
            db.close()
            rebuild(self._log, self._files)
        raise StoreError(f"the view of the log cannot be opened; delete {self._files.pointer}")

    def _catch_up(self) -> None:
        if self._generation is None:
            return
        try:
            with closing(_connect(self._generation, "rw")) as db:
                # The log is durable; a view that loses its last batch catches up again.
                db.execute("PRAGMA synchronous=NORMAL")
                catch_up(db, self._log)
        except sqlite3.OperationalError as error:
            self._note(f"answering from an older state of the log: its view is busy ({error})")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=BUSY_SECONDS,
        check_same_thread=False,
    )
