"""The rules of what may be written: a report, a place, a party and the log itself, as aggregates.

Every stored class has a fixed TOPIC, so that code can move without touching data.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID, uuid4

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate

from timeline import entries
from timeline.entries import Bounds, originator_id
from timeline.errors import BadReport
from timeline.seals import Parts, parted


class ReportAggregate(BaseAggregate[UUID]):
    """One report: how it was filed, and what became of it. Nothing in it is ever overwritten."""

    TOPIC = "report"

    @dataclass(frozen=True)
    class Event(AggregateEvent):
        """A fact about one report; `key` is its id as users write it."""

        key: str

    @dataclass(frozen=True)
    class Filed(Event, AggregateCreated):
        """It came in; `parts` are its canonical JSON, public and redactable."""

        TOPIC = entries.FILED
        parts: Parts

    @dataclass(frozen=True)
    class Corrected(Event):
        """Its source, or a later one, says it otherwise; `parts` are all of it as it now reads.

        `again` counts the versions before that said the same, but for redactable fields.
        """

        TOPIC = entries.CORRECTED
        parts: Parts
        again: int = 0

        def apply(self, aggregate: "ReportAggregate") -> None:
            """Remember what it said."""
            aggregate.remember(self.parts)

    @dataclass(frozen=True)
    class Mended(Event):
        """We had written it down wrongly; `parts` are all of it as it should have read."""

        TOPIC = entries.MENDED
        parts: Parts
        again: int = 0

        def apply(self, aggregate: "ReportAggregate") -> None:
            """Remember what it said."""
            aggregate.remember(self.parts)

    @dataclass(frozen=True)
    class Retracted(Event):
        """It was withdrawn, as `reported` then."""

        TOPIC = entries.RETRACTED
        reported: Bounds
        reason: str
        timezone: str

        def apply(self, aggregate: "ReportAggregate") -> None:
            """Remember this retraction."""
            aggregate.retractions.add((self.reported, self.reason, self.timezone))

    @dataclass(frozen=True)
    class Redacted(Event):
        """What these fields said, in every version so far and to come, is gone for good."""

        TOPIC = entries.REDACTED
        fields: tuple[str, ...]
        reason: str

        def apply(self, aggregate: "ReportAggregate") -> None:
            """Remember which fields may not come back."""
            aggregate.redacted |= set(self.fields)

    def __init__(self, key: str, parts: Parts) -> None:
        self.key = key
        self.said: list[Parts] = []
        # By what cannot be redacted: of a report with many versions few are like a further one.
        self.alike: dict[bytes, list[Parts]] = {}
        self.remember(parts)
        self.retractions: set[tuple[Bounds, str, str]] = set()
        self.redacted: set[str] = set()

    @staticmethod
    def create_id(key: str) -> UUID:
        """The aggregate id of a report."""
        return UUID(originator_id("report", key))

    def knows(self, given: Parts) -> bool:
        """Whether any version of this report ever said this; what was redacted may have."""
        return any(said.fit(given) for said in self.alike.get(given.public, ()))

    def remember(self, parts: Parts) -> None:
        """Keep what a further version said."""
        self.said.append(parts)
        self.alike.setdefault(parts.public, []).append(parts)

    def correct(self, content: bytes, *, mend: bool = False) -> None:
        """Record a correction or a mend; nothing where a version says this already.

        What was redacted stays so, whatever comes in its place.
        """
        if self.knows(parted(content)):
            return
        parts = parted(content, self.redacted)
        again = len(self.alike.get(parts.public, ()))
        kind = self.Mended if mend else self.Corrected
        self.trigger_event(kind, key=self.key, parts=parts, again=again)

    def redact(self, fields: Iterable[str], reason: str) -> None:
        """Record that fields are gone; nothing where they all are already.

        Raises `BadReport` for a field that no version of the report has.
        """
        wanted = sorted(set(fields) - self.redacted)
        there = {name for said in self.said for name in said.fields}
        if missing := [name for name in wanted if name not in there]:
            right = _may_go(there - self.redacted)
            raise BadReport(
                [f"report {self.key} has no {name} to redact; {right}" for name in missing]
            )
        if wanted:
            self.trigger_event(self.Redacted, key=self.key, fields=tuple(wanted), reason=reason)

    def retract(self, reported: Bounds, reason: str, timezone: str) -> None:
        """Record that it was withdrawn; nothing where that very retraction is already known."""
        if (reported, reason, timezone) not in self.retractions:
            self.trigger_event(
                self.Retracted, key=self.key, reported=reported, reason=reason, timezone=timezone
            )


def _may_go(fields: Collection[str]) -> str:
    named = ", ".join(sorted(fields))
    return f"it has {named}" if named else "nothing in it can be redacted"


class DefinitionAggregate(BaseAggregate[UUID]):
    """What places and parties have in common: a definition that the newest one replaces."""

    @dataclass(frozen=True)
    class Event(AggregateEvent):
        """A definition in canonical JSON; `key` is the id as users write it."""

        key: str
        content: bytes

        def apply(self, aggregate: "DefinitionAggregate") -> None:
            """Let this definition replace the one before."""
            aggregate.content = self.content

    @dataclass(frozen=True)
    class Redefined(Event):
        """Another definition of the same."""

    def __init__(self, key: str, content: bytes) -> None:
        self.key = key
        self.content = content

    def define(self, content: bytes) -> None:
        """Record another definition; nothing where it is the one that stands."""
        if content != self.content:
            self.trigger_event(self.Redefined, key=self.key, content=content)


class PlaceAggregate(DefinitionAggregate):
    """One place: its parents, names and coordinates, and how they were defined before."""

    TOPIC = "place"

    @dataclass(frozen=True)
    class Defined(DefinitionAggregate.Event, AggregateCreated):
        """A report, or the user, named the place first."""

        TOPIC = entries.PLACE_DEFINED

    @dataclass(frozen=True)
    class Redefined(DefinitionAggregate.Redefined):
        """Another definition of the same place."""

        TOPIC = entries.PLACE_REDEFINED

    @staticmethod
    def create_id(key: str) -> UUID:
        """The aggregate id of a place."""
        return UUID(originator_id("place", key))


class PartyAggregate(DefinitionAggregate):
    """One party: its names and its side, and how they were defined before."""

    TOPIC = "party"

    @dataclass(frozen=True)
    class Defined(DefinitionAggregate.Event, AggregateCreated):
        """The party was defined first."""

        TOPIC = entries.PARTY_DEFINED

    @dataclass(frozen=True)
    class Redefined(DefinitionAggregate.Redefined):
        """Another definition of the same party."""

        TOPIC = entries.PARTY_REDEFINED

    @staticmethod
    def create_id(key: str) -> UUID:
        """The aggregate id of a party."""
        return UUID(originator_id("party", key))


class LogAggregate(BaseAggregate[UUID]):
    """The log itself; its random id tells this log from any other that bears its name."""

    TOPIC = "log"

    @dataclass(frozen=True)
    class Event(AggregateEvent):
        """A fact about the log."""

    @dataclass(frozen=True)
    class Opened(Event, AggregateCreated):
        """It was made: the time zone of dates without one, and the format of what is stored."""

        TOPIC = entries.OPENED
        timezone: str
        format: int

    def __init__(self, timezone: str, format: int) -> None:  # noqa: A002 - the stored name
        self.timezone = timezone
        self.format = format

    @staticmethod
    def create_id() -> UUID:
        """A new id for every log."""
        return uuid4()
