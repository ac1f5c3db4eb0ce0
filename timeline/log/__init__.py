"""The immutable log: what was filed, in order, for good.

`open_log` opens one for writing; `tail.SQLiteTail` reads one without the event-sourcing library.
"""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, Self

from events.when import Instant

if TYPE_CHECKING:
    from pathlib import Path

    from timeline.entries import Bounds, Entry

__all__ = ["MEMORY", "Clock", "Filing", "Log", "LogReader", "Outcome", "open_log"]

Clock = Callable[[], Instant]

MEMORY: Final = ":memory:"
"""In place of a path: a log that lives and dies with this process."""


class Filing(NamedTuple):
    """A report to file: its id, and its canonical JSON as `events.kinds.stored` makes it."""

    key: str
    content: bytes


class Outcome(enum.Enum):
    """What became of a report: written now, or there already."""

    filed = "filed"
    known = "known"


class LogReader(Protocol):
    """Reading a log."""

    @property
    def timezone(self) -> str:
        """The IANA name of the zone of dates that come without one; fixed when the log was made."""

    @property
    def identity(self) -> str:
        """32 hex digits that tell this log from any other that bears its name."""

    def head(self) -> int:
        """The position of the last row. Positions ascend from 1, and need not be gapless."""

    def entries(self, after: int = 0, limit: int = ..., *, upto: int | None = None) -> list[Entry]:
        """At most `limit` rows of (after, upto], in log order; UnreadableEntry for a newer one."""

    def rows(
        self, after: int = 0, upto: int | None = None, limit: int = ...
    ) -> Iterator[list[Entry]]:
        """The rows of (after, upto], in batches of at most `limit`; upto is the head of now."""

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, by `entries.originator_id`, oldest first."""

    def changed(self, upto: int) -> list[str]:
        """The aggregates (32 hex digits) of reports with more than one version up to a position."""

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a row after a position; the head in any case."""

    def close(self) -> None:
        """Let go of the store."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Log(LogReader, Protocol):
    """Reading a log and adding to it; nothing in it is ever changed or taken away.

    Every method that writes is one transaction, durable when it returns. All rows of one share a
    record time: the clock's, or that of the last row where the clock is behind it.
    """

    def file(
        self,
        filings: Sequence[Filing],
        *,
        places: Sequence[tuple[str, bytes]] = (),
        parties: Sequence[tuple[str, bytes]] = (),
    ) -> list[Outcome]:
        """File reports, and the places and parties they name (id, canonical JSON), all or nothing.

        Returns an outcome for each filing: `known` where any version of that report says the same.
        Conflict, listing the ids, where one has other content; then nothing is written.
        A place or party is defined when new, redefined when it differs from its last definition.
        UnreadableEntry for content that is not a stored report.
        """

    def check(self, filings: Sequence[Filing]) -> list[Outcome]:
        """What `file` would make of these, with nothing written; Conflict as `file` raises it."""

    def correct(self, key: str, content: bytes, *, mend: bool = False) -> Outcome:
        """Add a corrected version of a report; `mend` where the slip was our own.

        `known` where any version already says the same. UnknownReport where nothing has that id.
        """

    def retract(self, key: str, reported: Bounds, reason: str, timezone: str) -> Outcome:
        """Withdraw a report as of `reported`; `known` where this very retraction is there already.

        UnknownReport where nothing has that id.
        """


def system_clock() -> Instant:
    """The time of this machine."""
    return time.time_ns() // 1000


def open_log(
    path: Path | str,
    *,
    create: bool = False,
    timezone: str = "UTC",
    clock: Clock | None = None,
) -> Log:
    """Open the log file at a path, or MEMORY, to read and to write.

    `create` makes the file where there is none, with `timezone` for dates that come without one; an
    existing log keeps its own. A file that may only be read opens, and refuses to be written.
    MissingStore, StoreBusy or StoreError where that cannot be.
    """
    # Here, not above: the event-sourcing library costs more start-up time than a whole question.
    if path == MEMORY:
        from timeline.log.memory import MemoryLog

        return MemoryLog(timezone=timezone, clock=clock or system_clock)
    from pathlib import Path

    from timeline.log.sqlite import SQLiteLog

    return SQLiteLog(Path(path), create=create, timezone=timezone, clock=clock or system_clock)
