"""A log that is not there yet: it comes into being with the first thing that is filed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

from events.when import zone_of
from timeline.errors import StoreError
from timeline.log import Filing, Log, Outcome, open_log
from timeline.log.tail import connect, roll_back


def is_unmade(path: str | Path) -> bool:
    """Whether there is no file, or one whose making was cut short before anything was in it."""
    if not os.path.exists(path):  # noqa: PTH110 -- a text or a path
        return True
    roll_back(path)
    try:
        with closing(connect(path, "ro")) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False  # whoever opens it tells what is wrong
    return not tables


class UnmadeLog:
    """What intake asks of a log. Input that is refused leaves no file behind.

    Raises `StoreError` where there is no folder for it, `WhenError` for a zone that is none.
    """

    def __init__(self, path: str | Path, timezone: str) -> None:
        self._path = Path(path)
        zone_of(timezone)
        if not self._path.absolute().parent.is_dir():
            raise StoreError(f"there is no folder {self._path.parent}; make it first")
        self.timezone = timezone
        self._made: Log | None = None

    def check(self, filings: Sequence[Filing]) -> list[Outcome]:
        """What `file` would make of these; until something is filed, all of them are new."""
        return self._made.check(filings) if self._made else [Outcome.filed] * len(filings)

    def file(
        self,
        filings: Sequence[Filing],
        *,
        places: Sequence[tuple[str, bytes]] = (),
        parties: Sequence[tuple[str, bytes]] = (),
    ) -> list[Outcome]:
        """As `Log.file`; the first call that has anything to file makes the log."""
        if self._made is None:
            if not (filings or places or parties):
                return []
            self._made = open_log(self._path, create=True, timezone=self.timezone)
        return self._made.file(filings, places=places, parties=parties)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._made is not None:
            self._made.close()
