"""The first entries of a log, as a log of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from timeline.log.tail import BATCH, Tail

if TYPE_CHECKING:
    from timeline.entries import Entry
    from timeline.log import LogReader


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
