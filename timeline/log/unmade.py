"""A log that is not there yet: it comes into being with the first thing that is filed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Self

from timeline.days import require_zone
from timeline.errors import MissingStore
from timeline.log import Log, open_log, require_kept
from timeline.log.address import is_address
from timeline.log.beside import require_folder
from timeline.log.filing import Correction, Filing, Outcome, Parted, Retraction, SealedReport
from timeline.log.sqlite_file import connect, is_one_byte, require_not_lost, roll_back

if TYPE_CHECKING:
    from timeline.entries import Entry


def is_unmade(path: str | Path) -> bool:
    """Whether there is no log yet: no file, an empty database, or a making that was cut short.

    StoreError for a store that would end with this program.
    """
    if is_address(str(path)):
        return _is_empty(str(path))
    require_kept(path)
    if not os.path.exists(path):  # noqa: PTH110 -- a text or a path
        return True
    if not os.path.isfile(path) or is_one_byte(path):  # noqa: PTH113 -- a text or a path
        return False  # whoever opens it tells what is wrong
    roll_back(path)
    try:
        with closing(connect(path, "ro")) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        return False  # as above
    return not tables


def _is_empty(address: str) -> bool:
    from timeline.log.postgres_tail import PostgresTail  # here: files do without its client

    try:
        PostgresTail(address).close()
    except MissingStore:
        return True
    return False


class UnmadeLog:
    """A log for intake that the first filing makes, so that refused input leaves no file behind.

    Raises `StoreError` where there is no folder for it, or a log that was emptied; `BadQuestion`
    for an unknown zone.
    """

    def __init__(self, path: str | Path, timezone: str) -> None:
        self._path = os.fspath(path)
        require_zone(timezone)
        if not is_address(self._path):
            require_folder(Path(path))
            require_not_lost(path)
        self.timezone = timezone
        self._made: Log | None = None

    def check(
        self, filings: Sequence[Filing | Parted], amendments: Sequence[Correction | Retraction] = ()
    ) -> list[Outcome]:
        """What `file` would make of these; until something is filed, all of them are new."""
        if self._made is not None:
            return self._made.check(filings, amendments)
        return [Outcome.filed] * (len(filings) + len(amendments))

    def file(
        self,
        filings: Sequence[Filing | SealedReport],
        *,
        places: Sequence[tuple[str, bytes]] = (),
        parties: Sequence[tuple[str, bytes]] = (),
        amendments: Sequence[Correction | Retraction] = (),
    ) -> list[Outcome]:
        """As `Log.file`; the first call that has anything to file makes the log."""
        if self._made is None:
            if not (filings or places or parties or amendments):
                return []
            self._made = open_log(self._path, create=True, timezone=self.timezone)
        return self._made.file(filings, places=places, parties=parties, amendments=amendments)

    def rows(self) -> Iterator[list[Entry]]:
        """As `Log.rows`; none before anything is filed."""
        return iter(()) if self._made is None else self._made.rows()

    def versions(self, originator: str) -> list[Entry]:
        """As `Log.versions`; none before anything is filed."""
        return [] if self._made is None else self._made.versions(originator)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._made is not None:
            self._made.close()
