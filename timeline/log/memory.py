"""The log in memory, for tests and trials: the same rules, the same bytes, gone at the end."""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from events.when import zone_of
from timeline.entries import Entry, decode
from timeline.log import Clock
from timeline.log.application import LogApplication, LogRecorder, Writing
from timeline.log.tail import BATCH, POLL_SECONDS, Tail
from timeline.log.transcoding import recorded_of, stamped


class MemoryRecorder(POPOApplicationRecorder, LogRecorder):
    """Stamps rows under its lock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def _insert_events(
        self, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int] | None:
        with self._database_lock:
            rows = self._stored_events
            recorded = max(self._clock(), recorded_of(rows[-1].state) if rows else 0)
            return super()._insert_events(
                [
                    StoredEvent(
                        UUID(str(row.originator_id)),
                        row.originator_version,
                        row.topic,
                        stamped(row.state, recorded),
                    )
                    for row in stored_events
                ]
            )

    def histories(self, originators: Sequence[str]) -> Mapping[str, Sequence[StoredEvent]]:
        """The rows of those aggregates that have any, oldest first."""
        found = ((originator, self.select_events(UUID(originator))) for originator in originators)
        return {originator: rows for originator, rows in found if rows}


class MemoryLog(Writing, Tail):
    """A log that lives and dies with this process."""

    def __init__(self, *, timezone: str, clock: Clock) -> None:
        zone_of(timezone)
        self._recorder = MemoryRecorder(clock)
        self._application = LogApplication(self._recorder)
        opening = self._application.opening(timezone)
        self._recorder.insert_events([opening])
        self.timezone = timezone
        self.identity = _hex(opening)

    def head(self) -> int:
        """The position of the last row."""
        return self._recorder.max_notification_id() or 0

    def entries(
        self, after: int = 0, limit: int = BATCH, *, upto: int | None = None
    ) -> list[Entry]:
        """At most `limit` rows of (after, upto], in log order."""
        rows = self._recorder.select_notifications(after, limit, upto, inclusive_of_start=False)
        return [_entry(row) for row in rows]

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, oldest first."""
        return [entry for batch in self.rows() for entry in batch if entry.originator == originator]

    def changed(self, upto: int) -> list[str]:
        """The aggregates of reports that have more than one version up to a position."""
        return list(
            dict.fromkeys(
                entry.originator
                for batch in self.rows(upto=upto)
                for entry in batch
                if entry.version > 1 and entry.topic.startswith("report.")
            )
        )

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a row after a position; the head in any case."""
        deadline = time.monotonic() + timeout
        while (head := self.head()) <= after and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(POLL_SECONDS, left))
        return head

    def close(self) -> None:
        """Nothing: another use of the same object finds the log as it was."""


def _entry(row: Notification) -> Entry:
    return decode(row.id, _hex(row), row.originator_version, row.topic, row.state)


def _hex(row: StoredEvent) -> str:
    return UUID(str(row.originator_id)).hex
