"""How long a build of the view would take, and how large it would be: from a short one on trial."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from timeline.entries import NewerEntry
from timeline.log.beginning import Beginning
from timeline.log.tail import BATCH, Tail
from timeline.view.files import Files
from timeline.view.indexed import IndexedLog
from timeline.view.laying import by_two

if TYPE_CHECKING:
    from timeline.entries import Entry
    from timeline.log import LogReader

SAMPLE: Final = 20_000
"""Entries that are built on trial."""

STRETCHES: Final = 40
"""Pieces of a long log that they come from: it may begin with nothing but its places."""

_SHARED: Final = 0.6
"""Of the time of one process what two take: so it was of 300,000 entries, and of a million."""


class Estimate(NamedTuple):
    """What a build of a whole log would come to."""

    entries: int
    seconds: float
    bytes: int


def estimate(log: LogReader) -> Estimate:
    """Build some of the entries in a temporary folder, and take the rest to be like them."""
    head = log.head()
    with tempfile.TemporaryDirectory(prefix="timeline-") as folder:
        began = time.perf_counter()
        some = Beginning(log, head) if head <= SAMPLE else Sample(log)
        trial = IndexedLog(some, Files("trial", folder), lambda _: None)
        trial.rebuild()
        seconds, built = time.perf_counter() - began, trial.lag()
    share = head / max(1, built.position)
    if by_two(log, head):
        seconds *= _SHARED
    return Estimate(head, seconds * share, round(built.bytes * share))


class Sample(Tail):
    """Entries from all over a log, as a log of their own: first versions, numbered anew.

    What other versions a report has is left out: those would be in pieces that nobody drew.
    """

    def __init__(self, log: LogReader) -> None:
        self.timezone, self.identity = log.timezone, log.identity
        head, size = log.head(), SAMPLE // STRETCHES
        self._entries: list[Entry] = []
        with suppress(NewerEntry):  # what comes before it is built, and no more
            for number in range(STRETCHES):
                found = log.entries(number * (head - size) // (STRETCHES - 1), size)
                self._entries += [one for one in found if one.version == 1]
        self._entries = [
            msgspec.structs.replace(one, position=position)
            for position, one in enumerate(self._entries, 1)
        ]

    def head(self) -> int:
        """How many entries were drawn."""
        return len(self._entries)

    def entries(
        self, after: int = 0, limit: int = BATCH, *, upto: int | None = None
    ) -> list[Entry]:
        """At most `limit` of the entries in (after, upto]."""
        return self._entries[after:upto][:limit]

    def versions(self, originator: str) -> list[Entry]:
        """The entry of a report, place or party, if it was drawn."""
        return [one for one in self._entries if one.originator == originator]

    def changed(self, upto: int) -> list[str]:  # noqa: ARG002 - whatever was drawn
        """No aggregate: each has but one version here."""
        return []

    def wait(self, after: int, timeout: float) -> int:  # noqa: ARG002 - nothing more comes
        """The head: nothing more comes."""
        return self.head()

    def close(self) -> None:
        """Nothing: the log is another's."""
