"""Between domain events and stored bytes: canonical JSON without the library's type tags.

A state is `{"recorded":…,` and then the event's own fields, sorted, the last of which is the format
it has (`v`). The mapper leaves `recorded` out: only a recorder that holds the store's lock knows
it, and puts it in by `numbered`. What may be redacted goes into a column beside the state.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypedDict, TypeVar
from uuid import UUID

from eventsourcing.domain import AggregateEvent, DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, Notification, StoredEvent
from eventsourcing.utils import get_topic

from events.canonical import canonical
from events.when import EPOCH
from timeline.decoding import decode, opening
from timeline.entries import (
    CONTENT_MARKS,
    END,
    FILED,
    FORMAT,
    OPENED,
    Entry,
    Instant,
    UnreadableEntry,
    unsealed,
)
from timeline.log.aggregates import (
    DefinitionAggregate,
    LogAggregate,
    PartyAggregate,
    PlaceAggregate,
    ReportAggregate,
)
from timeline.log.filing import SealedReport
from timeline.log.rows import report_state
from timeline.seals import Parts, open_fields, parted

_Id = TypeVar("_Id", UUID, str)
_STAMP: Final = b'{"recorded":'

STAMP_LENGTH: Final = 40
"""The first bytes of a state, so many that its record time is among them."""


@dataclass(frozen=True)
class SealedEvent(StoredEvent):
    """A stored row with what may be redacted in it beside its state, as `timeline.seals` has it.

    `position` is 0 for one that is not in the log yet.
    """

    sealed: bytes | None = None
    position: int = 0

    def __init__(
        self,
        originator_id: UUID | str,
        originator_version: int,
        topic: str,
        state: bytes,
        sealed: bytes | None = None,
        position: int = 0,
    ) -> None:
        # At once: the `__init__` that a frozen dataclass gets sets field by field, twice as slowly.
        fields = {
            "originator_id": originator_id,
            "originator_version": originator_version,
            "topic": topic,
            "state": state,
            "sealed": sealed,
            "position": position,
        }
        object.__setattr__(self, "__dict__", fields)


@dataclass(frozen=True)
class SealedNotification(Notification):
    """A stored row with its position, and with what may be redacted in it."""

    sealed: bytes | None = None


# Not the library's look-up by topic: that imports whatever module a hostile row names.
_DEFINED: Final = {
    event.TOPIC: (event, get_topic(aggregate))
    for event, aggregate in (
        (PlaceAggregate.Defined, PlaceAggregate),
        (PartyAggregate.Defined, PartyAggregate),
    )
}
_REDEFINED: Final = {
    event.TOPIC: event for event in (PlaceAggregate.Redefined, PartyAggregate.Redefined)
}
_REPORT: Final = get_topic(ReportAggregate)
_LOG: Final = get_topic(LogAggregate)
_FIRST: Final = ReportAggregate.INITIAL_VERSION


class StateMapper(Mapper[UUID]):
    """Writes domain events as canonical JSON, and reads them back through `timeline.decoding`."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """The stored form of an event, still without its record time."""
        topic = get_topic(type(domain_event))
        state, sealed = _state(topic, domain_event)
        return SealedEvent(
            domain_event.originator_id, domain_event.originator_version, topic, state, sealed
        )

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        """The event of a stored row; UnreadableEntry for a row of a newer version."""
        aggregate_id = id_of(stored_event)
        entry = decode(
            stored_event.position if isinstance(stored_event, SealedEvent) else 0,
            aggregate_id.hex,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
            sealed_of(stored_event),
        )
        return _event(entry, aggregate_id)


def sealed_of(row: StoredEvent) -> bytes | None:
    """The column of redactable fields that goes with a row."""
    return row.sealed if isinstance(row, (SealedEvent, SealedNotification)) else None


def id_of(row: StoredEvent) -> UUID:
    """The id of the aggregate that a row is of."""
    return uuid_in(row.originator_id)


def uuid_in(originator: UUID | str) -> UUID:
    """The id of an aggregate, which the library may have as a text."""
    return originator if isinstance(originator, UUID) else UUID(originator)


def hex_in(originator: UUID | str) -> str:
    """The id of an aggregate as 32 hex digits."""
    return originator.hex if isinstance(originator, UUID) else originator


def numbered(
    rows: Iterable[StoredEvent | SealedReport],
    after: int,
    recorded: Instant,
    id_in: Callable[[UUID | str], _Id],
) -> Iterator[tuple[int, _Id, int, str, bytes, bytes | None]]:
    """Rows as a store holds them, behind the position `after`; `id_in` gives ids their form."""
    stamp = _stamp(recorded)
    for position, row in enumerate(rows, after + 1):
        if isinstance(row, SealedReport):  # of a bulk file: not put into the library's form
            _, originator, state, sealed = row
            yield position, id_in(originator), _FIRST, FILED, stamp + state[1:], sealed
            continue
        state = stamp + row.state[1:]
        id_ = id_in(row.originator_id)
        yield position, id_, row.originator_version, row.topic, state, sealed_of(row)


def defined(
    kind: type[PlaceAggregate | PartyAggregate], originator: str, key: str, content: bytes
) -> SealedEvent:
    """The row of a first definition, as `kind(key, content)` would have it, made without that."""
    topic = kind.Defined.TOPIC
    return SealedEvent(originator, _FIRST, topic, _definition_state(topic, key, content))


def _stamp(recorded: Instant) -> bytes:
    return b"%b%d," % (_STAMP, recorded)


def recorded_of(state: bytes) -> Instant:
    """The record time of a stored state, or of its first STAMP_LENGTH bytes."""
    return int(state[len(_STAMP) : state.index(b",")])


def _state(topic: str, event: DomainEventProtocol[UUID]) -> tuple[bytes, bytes | None]:
    """The state of an event without its record time, and the column beside it."""
    match event:
        case ReportAggregate.Filed():
            return report_state(event.key, event.parts)
        case ReportAggregate.Corrected() | ReportAggregate.Mended():
            return report_state(event.key, event.parts, event.again)
        case ReportAggregate.Retracted():
            form = {"reason": event.reason, "reported": event.reported, "timezone": event.timezone}
            return canonical({"id": event.key, **form, "v": FORMAT}), None
        case ReportAggregate.Redacted():
            form = {"fields": event.fields, "reason": event.reason}
            return canonical({"id": event.key, **form, "v": FORMAT}), None
        case DefinitionAggregate.Event():
            return _definition_state(topic, event.key, event.content), None
        case LogAggregate.Opened():
            opened = {"format": event.format, "timezone": event.timezone, "v": FORMAT}
            return canonical(opened), None
        case _:
            raise TypeError(f"{type(event).__qualname__} has no stored form")


def _definition_state(topic: str, key: str, content: bytes) -> bytes:
    return b'{"id":%b%b%b%b' % (canonical(key), CONTENT_MARKS[topic], content, END)


def _event(entry: Entry, aggregate_id: UUID) -> AggregateEvent:
    at = EPOCH + timedelta(microseconds=entry.recorded)
    if entry.topic == OPENED:
        return LogAggregate.Opened(
            originator_id=aggregate_id,
            originator_version=entry.version,
            timestamp=at,
            originator_topic=_LOG,
            timezone=entry.timezone,
            format=opening(entry.state).format,
        )
    head: _Head = {
        "originator_id": aggregate_id,
        "originator_version": entry.version,
        "timestamp": at,
        "key": entry.key,
    }
    if entry.topic in _DEFINED:
        created, topic = _DEFINED[entry.topic]
        return created(**head, originator_topic=topic, content=entry.content)
    if entry.topic in _REDEFINED:
        return _REDEFINED[entry.topic](**head, content=entry.content)
    match entry.topic:
        case "report.filed":
            return ReportAggregate.Filed(**head, originator_topic=_REPORT, parts=_parts(entry))
        case "report.corrected":
            return ReportAggregate.Corrected(**head, parts=_parts(entry), again=entry.again)
        case "report.mended":
            return ReportAggregate.Mended(**head, parts=_parts(entry), again=entry.again)
        case "report.redacted":
            return ReportAggregate.Redacted(**head, fields=entry.fields, reason=entry.reason)
        case "report.retracted" if entry.reported is not None:
            return ReportAggregate.Retracted(
                **head, reported=entry.reported, reason=entry.reason, timezone=entry.timezone
            )
    raise UnreadableEntry(
        f"a {entry.topic} is not part of a report, a place or a party",
        "restore the log from a backup",
    )


def _parts(entry: Entry) -> Parts:
    """A version as its report remembers it."""
    if entry.raised is None:
        return Parts(entry.public, unsealed(entry.sealed))
    parts = parted(entry.content)
    gone = parts.fields.keys() - open_fields(entry.sealed)
    return parted(entry.content, gone) if gone else parts


class _Head(TypedDict):
    originator_id: UUID
    originator_version: int
    timestamp: datetime
    key: str
