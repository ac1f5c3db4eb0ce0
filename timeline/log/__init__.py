"""The immutable log: what was filed, in order, for good.

`open_log` opens one for writing; `tail.SQLiteTail` reads one without the event-sourcing library.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol, Self

from timeline.errors import StoreError
from timeline.log.address import is_address

if TYPE_CHECKING:
    from pathlib import Path

    from timeline.entries import Entry, StoredRow
    from timeline.log.application import Clock
    from timeline.log.filing import Correction, Filing, Outcome, Parted, Retraction, SealedReport
    from timeline.log.postgres_tail import PostgresTail
    from timeline.log.tail import SQLiteTail

__all__ = [
    "MEMORY",
    "Log",
    "LogReader",
    "open_log",
    "open_tail",
    "require_kept",
]

MEMORY: Final = ":memory:"
"""In place of a path: a log that lives and dies with this process."""


class LogReader(Protocol):
    """Reading a log."""

    @property
    def timezone(self) -> str:
        """The IANA name of the zone of dates that come without one; fixed when the log was made."""

    @property
    def identity(self) -> str:
        """32 hex digits that tell this log from any other that bears its name."""

    def head(self) -> int:
        """The position of the last row; positions ascend from 1, without a gap."""

    def entries(self, after: int = 0, limit: int = ..., *, upto: int | None = None) -> list[Entry]:
        """At most `limit` rows of (after, upto], in log order; UnreadableEntry for a newer one."""

    def rows(
        self, after: int = 0, upto: int | None = None, limit: int = ...
    ) -> Iterator[list[Entry]]:
        """The rows of (after, upto], in batches of at most `limit`; without `upto` to the head."""

    def stored(self, after: int, upto: int, limit: int = ...) -> Iterator[list[StoredRow]]:
        """The rows of (after, upto] as they are stored, in batches of at most `limit`."""

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, by `entries.originator_id`, oldest first."""

    def changed(self, upto: int) -> list[str]:
        """The aggregates (32 hex digits) with more than one version up to a position.

        Reports, and places, parties and the log itself.
        """

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a row after a position; returns the head."""

    def size(self) -> int:
        """The bytes that the log takes in its store; 0 where it has none."""

    def close(self) -> None:
        """Let go of the store."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Log(LogReader, Protocol):
    """Reading a log and adding to it; nothing is ever changed, or taken away but by `redact`.

    Every method that writes is one transaction, durable when it returns. All rows of one share a
    record time: the clock's, or that of the last row where the clock is behind it.
    """

    def file(
        self,
        filings: Sequence[Filing | SealedReport],
        *,
        places: Sequence[tuple[str, bytes]] = (),
        parties: Sequence[tuple[str, bytes]] = (),
        amendments: Sequence[Correction | Retraction] = (),
    ) -> list[Outcome]:
        """File reports, and the places and parties they name (id, canonical JSON), all or nothing.

        Returns an outcome for each filing: `known` where any version of that report says the same.
        Conflict, listing the ids, where one has other content; then nothing is written.
        A place or party is defined when new, redefined when it differs from its last definition.
        UnreadableEntry for content that is not a stored report; a `SealedReport` is taken as it is.
        `amendments`, to reports filed now or before, follow in their order, and so do their
        outcomes: `known` where any version already says the same, or where this very retraction is
        there. UnknownReport where nothing has that id.
        """

    def check(
        self, filings: Sequence[Filing | Parted], amendments: Sequence[Correction | Retraction] = ()
    ) -> list[Outcome]:
        """What `file` would make of these, with nothing written; it raises what `file` raises."""

    def redact(self, key: str, fields: Sequence[str], reason: str) -> Outcome:
        """Take what redactable fields say out of every version of a report, now and to come.

        What the log says that it did stays: the entries, their order and their proofs. The bytes
        may still lie in the store's free room until `compact`. `known` where these fields are gone
        already. UnknownReport where nothing has that id, BadReport where it has no such field.
        """

    def compact(self) -> None:
        """Write the store anew without its free room, so that what was redacted lies nowhere."""


def require_kept(path: Path | str) -> None:
    """Raise StoreError for a store that would end with this program, with all that was filed."""
    if path == MEMORY:
        raise StoreError(f"{MEMORY} would be gone with this program; name a file to keep it in")


def open_log(
    path: Path | str,
    *,
    create: bool = False,
    timezone: str = "UTC",
    clock: Clock | None = None,
) -> Log:
    """Open the log in a file, on PostgreSQL by its address, or MEMORY, to read and to write.

    `create` makes one where there is none, with `timezone` for dates that come without one; an
    existing log keeps its own. One that may only be read opens, and refuses to be written.
    Without a `clock` of its own a log takes this machine's time, on PostgreSQL the server's.
    MissingStore, StoreBusy or StoreError where that cannot be, BadQuestion for an unknown zone.
    """
    # Here, not above: the event-sourcing library costs more start-up time than a whole question.
    if path == MEMORY:
        from timeline.log.memory import MemoryLog

        return MemoryLog(timezone=timezone, clock=clock)
    if is_address(str(path)):
        from timeline.log.postgres import PostgresLog

        return PostgresLog(str(path), create=create, timezone=timezone, clock=clock)
    from pathlib import Path

    from timeline.log.sqlite import SQLiteLog

    return SQLiteLog(Path(path), create=create, timezone=timezone, clock=clock)


def open_tail(store: str) -> SQLiteTail | PostgresTail:
    """Open the log of a file or an address to read it alone; raises as `open_log` does."""
    # Here, not above: a file does without the client of a server.
    if is_address(store):
        from timeline.log.postgres_tail import PostgresTail

        return PostgresTail(store)
    from timeline.log.tail import SQLiteTail

    return SQLiteTail(store)
