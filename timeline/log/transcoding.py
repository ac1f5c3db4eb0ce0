"""Between domain events and stored bytes: canonical JSON without the library's type tags.

A state is `{"recorded":…,` and then the event's own fields, sorted. The mapper leaves `recorded`
out: only a recorder that holds the store's lock knows it, and puts it in with `stamped`.
"""

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import AggregateEvent, DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent
from eventsourcing.utils import get_topic

from timeline.entries import (
    CONTENT_MARKS,
    FILED,
    RETRACTED,
    Entry,
    Instant,
    UnreadableEntry,
    decode,
)
from timeline.log.aggregates import LogAggregate, PartyAggregate, PlaceAggregate, ReportAggregate

_encode = msgspec.json.Encoder(order="sorted").encode
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP: Final = b'{"recorded":'

STAMP_LENGTH: Final = 40
"""So many first bytes of a state hold its record time."""

# Not the library's look-up by topic: that imports whatever module a hostile row names.
_CREATED: Final = {
    event.TOPIC: (event, get_topic(aggregate))
    for event, aggregate in (
        (ReportAggregate.Filed, ReportAggregate),
        (PlaceAggregate.Defined, PlaceAggregate),
        (PartyAggregate.Defined, PartyAggregate),
    )
}
_CHANGED: Final = {
    event.TOPIC: event
    for event in (
        ReportAggregate.Corrected,
        ReportAggregate.Mended,
        PlaceAggregate.Redefined,
        PartyAggregate.Redefined,
    )
}


class _Keyed(Protocol):
    key: str
    content: bytes


class StateMapper(Mapper[UUID]):
    """Writes domain events as canonical JSON, and reads them back through `timeline.entries`."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The stored form of an event, still without its record time."""
        topic = get_topic(type(domain_event))
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=topic,
            state=_state(topic, domain_event),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event of a stored row; UnreadableEntry for a row of a newer version."""
        originator = stored_event.originator_id
        aggregate_id = originator if isinstance(originator, UUID) else UUID(originator)
        entry = decode(
            0,
            aggregate_id.hex,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
        return _event(entry, aggregate_id)


def filed(originator: str, key: str, content: bytes) -> StoredEvent:
    """The row that `ReportAggregate(key, content)` would come to, made without it."""
    state = b'{"id":%b,"report":%b}' % (_encode(key), content)
    return StoredEvent(originator, ReportAggregate.INITIAL_VERSION, FILED, state)


def stamped(state: bytes, recorded: Instant) -> bytes:
    """The state as it is stored: the mapper's, with the record time as its first key."""
    return b"%b%d,%b" % (_STAMP, recorded, state[1:])


def recorded_of(state: bytes) -> Instant:
    """The record time of a stored state, or of its first STAMP_LENGTH bytes."""
    return int(state[len(_STAMP) : state.index(b",")])


def _state(topic: str, event: DomainEventProtocol[UUID]) -> bytes:
    mark = CONTENT_MARKS.get(topic)
    if mark is not None:
        keyed = cast("_Keyed", event)
        return b'{"id":%b%b%b}' % (_encode(keyed.key), mark, keyed.content)
    match event:
        case ReportAggregate.Retracted():
            return _encode(
                {
                    "id": event.key,
                    "reason": event.reason,
                    "reported": event.reported,
                    "timezone": event.timezone,
                }
            )
        case LogAggregate.Opened():
            return _encode({"format": event.format, "timezone": event.timezone})
        case _:
            raise TypeError(f"{type(event).__qualname__} has no stored form")


def _event(entry: Entry, aggregate_id: UUID) -> AggregateEvent:
    timestamp = _EPOCH + timedelta(microseconds=entry.recorded)
    if entry.topic in _CREATED:
        created, topic = _CREATED[entry.topic]
        return created(
            originator_id=aggregate_id,
            originator_version=entry.version,
            timestamp=timestamp,
            originator_topic=topic,
            key=entry.key,
            content=entry.content,
        )
    if entry.topic in _CHANGED:
        return _CHANGED[entry.topic](
            originator_id=aggregate_id,
            originator_version=entry.version,
            timestamp=timestamp,
            key=entry.key,
            content=entry.content,
        )
    if entry.topic == RETRACTED and entry.reported is not None:
        return ReportAggregate.Retracted(
            originator_id=aggregate_id,
            originator_version=entry.version,
            timestamp=timestamp,
            key=entry.key,
            reported=entry.reported,
            reason=entry.reason,
            timezone=entry.timezone,
        )
    raise UnreadableEntry(f"a {entry.topic} is not part of a report, a place or a party")
