"""How long a build of the view would take, and how large it would be: from a short one on trial."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.log.tail import BATCH, Tail
from timeline.view import Files, IndexedLog

if TYPE_CHECKING:
    from timeline.entries import Entry
    from timeline.log import LogReader

SAMPLE: Final = 20_000
"""Entries that are built on trial."""


class Estimate(NamedTuple):
    """What a build of a whole log would come to."""

    entries: int
    seconds: float
    bytes: int


def estimate(log: LogReader) -> Estimate:
    """Build the first entries in a temporary folder, and take the rest to be like them."""
    head = log.head()
    with tempfile.TemporaryDirectory(prefix="timeline-") as folder:
        trial = IndexedLog(
            Beginning(log, min(SAMPLE, head)), Files("trial", folder), lambda _: None
        )
        began = time.perf_counter()
        trial.rebuild()
        seconds, built = time.perf_counter() - began, trial.lag()
    share = head / max(1, built.position)
    return Estimate(head, seconds * share, round(built.bytes * share))


class Beginning(Tail):
    """The first entries of a log, as a log."""

    def __init__(self, log: LogReader, head: int) -> None:
        self.timezone, self.identity = log.timezone, log.identity
        self._log = log
        self._head = head

    def head(self) -> int:
        """The position of the last of these entries."""
        return self._head

    def entries(
        self, after: int = 0, limit: int = BATCH, *, upto: int | None = None
    ) -> list[Entry]:
        """At most `limit` rows of (after, upto], in log order."""
        return self._log.entries(
            after, limit, upto=self._head if upto is None else min(upto, self._head)
        )

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, of the whole log."""
        return self._log.versions(originator)

    def changed(self, upto: int) -> list[str]:
        """The aggregates with more than one version up to a position, reports and others."""
        return self._log.changed(min(upto, self._head))

    def wait(self, after: int, timeout: float) -> int:  # noqa: ARG002 -- nothing more comes
        """The head: nothing more comes."""
        return self._head

    def close(self) -> None:
        """Nothing: the log is another's."""
