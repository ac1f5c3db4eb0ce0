"""The log in memory, for tests and trials: the same rules, the same bytes, gone at the end."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.popo import POPOApplicationRecorder

from timeline.days import require_zone
from timeline.decoding import decode
from timeline.entries import Entry
from timeline.log.application import Clock, LogApplication, LogRecorder, Writing, system_clock
from timeline.log.tail import BATCH, POLL_SECONDS, Tail
from timeline.log.transcoding import (
    SealedEvent,
    SealedNotification,
    id_of,
    numbered,
    recorded_of,
    uuid_in,
)


class MemoryRecorder(LogRecorder, POPOApplicationRecorder):
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
            added = numbered(stored_events, len(rows), recorded, uuid_in)
            return super()._insert_events(
                [
                    SealedEvent(originator, version, topic, state, sealed)
                    for _, originator, version, topic, state, sealed in added
                ]
            )

    def redact(self, row: StoredEvent, columns: Sequence[tuple[int, bytes]]) -> None:
        """Insert a redaction and put these columns into its report's rows, by version, at once."""
        with self._database_lock:
            self.insert_events([row])
            index = self._stored_events_index[str(UUID(str(row.originator_id)))]
            for version, sealed in columns:
                at = index[version]
                was = cast("SealedEvent", self._stored_events[at])
                self._stored_events[at] = replace(was, sealed=sealed)

    def compact(self) -> None:
        """Nothing: what is in memory has no free room that outlasts it."""

    def rows(self, after: int, upto: int) -> list[tuple[int, SealedEvent]]:
        """The rows of (after, upto], each with its position."""
        with self._database_lock:
            rows = self._stored_events[max(after, 0) : max(upto, 0)]
        return list(enumerate(cast("list[SealedEvent]", rows), max(after, 0) + 1))

    def notified(
        self, after: int, upto: int, topics: Sequence[str], limit: int
    ) -> Sequence[SealedNotification]:
        """At most `limit` rows of (after, upto] in log order, of these topics or of any."""
        return [
            SealedNotification(
                row.originator_id,
                row.originator_version,
                row.topic,
                row.state,
                position,
                row.sealed,
            )
            for position, row in self.rows(after, upto)
            if not topics or row.topic in topics
        ][:limit]

    def histories(self, originators: Sequence[str]) -> Mapping[str, Sequence[StoredEvent]]:
        """The rows of those aggregates that have any, oldest first."""
        # The library's, as it keeps the rows that it was given.
        select = super(LogRecorder, self).select_events
        found = ((originator, select(UUID(originator))) for originator in originators)
        return {originator: rows for originator, rows in found if rows}


class MemoryLog(Writing, Tail):
    """A log that lives and dies with this process."""

    def __init__(self, *, timezone: str, clock: Clock | None) -> None:
        require_zone(timezone)
        self._recorder = MemoryRecorder(clock or system_clock)
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
        end = after + limit if upto is None else min(upto, after + limit)
        return [_entry(position, row) for position, row in self._recorder.rows(after, end)]

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, oldest first."""
        return [entry for batch in self.rows() for entry in batch if entry.originator == originator]

    def changed(self, upto: int) -> list[str]:
        """The aggregates that have more than one version up to a position, reports and others."""
        return list(
            dict.fromkeys(
                entry.originator
                for batch in self.rows(upto=upto)
                for entry in batch
                if entry.version > 1
            )
        )

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a row after a position; returns the head."""
        deadline = time.monotonic() + timeout
        while (head := self.head()) <= after and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(POLL_SECONDS, left))
        return head

    def close(self) -> None:
        """Nothing: another use of the same object finds the log as it was."""


def _entry(position: int, row: SealedEvent) -> Entry:
    return decode(position, _hex(row), row.originator_version, row.topic, row.state, row.sealed)


def _hex(row: StoredEvent) -> str:
    return id_of(row).hex
