"""The vocabulary: one frozen class per kind of report, and the form a report is stored in."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Discriminator, Field, TypeAdapter, model_validator

from events.attribution import (
    Chain,
    Checks,
    CredibilityField,
    Links,
    Source,
    Speaker,
    party_of,
)
from events.canonical import canonical
from events.fields import (
    AmountField,
    Flag,
    Frozen,
    Happened,
    HappenedField,
    Listed,
    LongText,
    Name,
    Names,
    Slug,
    Text,
    WhenField,
    fault,
)
from events.place import PlaceRef, stored_when
from events.vocabulary import REDACTABLE, DateReading, Facet, Kind, Reliability, Stance

__all__ = [
    "EVENTS",
    "KINDS",
    "Event",
    "KindRow",
    "content_key",
    "default_reading",
    "stored",
]


class Envelope(Frozen):
    """What every report says whatever its kind: where, when, who says it, how sure."""

    place: PlaceRef = Field(description="name, id or definition of the place")
    happened: HappenedField = Field(
        description="when it happened or held: a date, or {during|within|at: DATE}"
    )
    reported: WhenField = Field(
        description="when it first became public; by default when the source was published"
    )
    timezone: Name = Field(description="IANA name of the zone whose days the dates are")
    chain: Chain = Field(description="who said it first … who published it, e.g. [ru.mod, tass]")
    source: Source | None = Field(default=None, description="the publication it was taken from")
    stance: Stance = Field(default="asserts", description="what the speaker does with the claim")
    reliability: Reliability = Field(
        default="F", description="of the source (Admiralty code); F cannot be judged"
    )
    credibility: CredibilityField = Field(
        default="6", description="of the information (Admiralty code); 6 cannot be judged"
    )
    verification: Checks = Field(
        default=(), description="what the source says of checks: {status, by}"
    )
    summary: LongText | None = Field(
        default=None, description="what was reported, in own words; can be redacted"
    )
    quote: LongText | None = Field(
        default=None, description="a few words of the source; can be redacted"
    )
    links: Links | None = Field(default=None, description="other reports it stands in relation to")
    tags: Names = Field(default=(), description="free labels")

    @property
    def party(self) -> str:
        """Who owns the claim: the first of the chain that did not speak in private."""
        return party_of(self.chain)


class Forces(Envelope):
    """Shared by the movements of forces."""

    side: Name = Field(description="whose forces: a party id or side code, e.g. ru")
    what: Text | None = Field(default=None, description="e.g. main strike force")
    size: AmountField | None = Field(default=None, description="soldiers")
    units: Names = Field(default=(), description="the units named")
    direction: Text | None = Field(default=None, description="where to, or where from")
    main_effort: Flag | None = Field(
        default=None, description="whether it is said to be the main effort"
    )


class Fighting(Envelope):
    """Shared by the forms of fighting."""

    sides: Names = Field(default=(), description="who took part, the attacker first")
    weapons: Names = Field(default=(), description="e.g. small arms")
    system: Text | None = Field(default=None, description="the weapon system, e.g. Shahed-136")
    objective: Text | None = Field(default=None, description="what it aimed at")
    outcome: Text | None = Field(default=None, description="what came of it")
    count: AmountField | None = Field(default=None, description="attacks, strikes or drones")
    deaths: AmountField | None = Field(default=None, description="people killed")


class Harm(Envelope):
    """Shared by what happens to civilians and to what they live on."""

    victims: Text | None = Field(default=None, description="who was harmed; can be redacted")
    means: Text | None = Field(default=None, description="by what")
    deaths: AmountField | None = Field(default=None, description="people killed")
    injured: AmountField | None = Field(default=None, description="people injured")
    asset: Text | None = Field(default=None, description="what was damaged")
    degree: Text | None = Field(default=None, description="how far, e.g. destroyed")


class Infiltration(Envelope):
    """Small groups got in among the other side's positions."""

    kind: Literal["infiltration"]
    side: Name = Field(description="whose forces: a party id or side code, e.g. ru")
    size: AmountField | None = Field(default=None, description="soldiers")
    manner: Text | None = Field(default=None, description="e.g. small groups")
    foothold: Text | None = Field(default=None, description="where they hold on, if they do")
    axis: Text | None = Field(default=None, description="where they came from or make for")


class ForceConcentration(Forces):
    """Forces are massed."""

    kind: Literal["force_concentration"]


class Reinforcement(Forces):
    """Forces or positions are strengthened."""

    kind: Literal["reinforcement"]


class Withdrawal(Forces):
    """Forces leave."""

    kind: Literal["withdrawal"]


class Clash(Fighting):
    """Both sides fight at close quarters."""

    kind: Literal["clash"]


class Assault(Fighting):
    """One side attacks on the ground."""

    kind: Literal["assault"]


class Shelling(Fighting):
    """Artillery, mortars or rockets fire."""

    kind: Literal["shelling"]


class AirStrike(Fighting):
    """Aircraft or missiles strike."""

    kind: Literal["air_strike"]


class DroneActivity(Fighting):
    """Drones are in use."""

    kind: Literal["drone_activity"]


ControlStatus = Literal["held", "contested", "infiltrated", "unclear", "not_stated"]


class _Part(Frozen):
    status: ControlStatus = Field(description="held, contested, infiltrated, unclear or not_stated")
    by: Name | None = Field(default=None, description="the party that holds it; `held` needs it")

    @model_validator(mode="after")
    def _held_by_somebody(self) -> Self:
        if self.status == "held" and self.by is None:
            raise fault("is held, but not said by whom", "add by, e.g. {status: held, by: ua}")
        return self


class Share(_Part):
    """A status, and the share of the place that has it."""

    share: AmountField | None = Field(default=None, description="e.g. about 75%, one-fifth")

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        share = self.share
        stated = () if share is None else (share.low, share.best, share.high)
        if any(number is not None and number > 1 for number in stated):
            raise fault("has a share above the whole", "write e.g. 75% or 0.75")
        return self


class Area(_Part):
    """A status, and the area that has it."""

    km2: AmountField = Field(description="square kilometres, e.g. about 6,600")


class ControlAssessment(Envelope):
    """Who holds which part of the place, in somebody's assessment."""

    kind: Literal["control_assessment"]
    shares: Annotated[tuple[Share, ...], Field(max_length=32), Listed] = Field(
        default=(), description="parts of the place: {status, by, share}"
    )
    areas: Annotated[tuple[Area, ...], Field(max_length=32), Listed] = Field(
        default=(), description="parts of the place by area: {status, by, km2}"
    )
    change: Text | None = Field(default=None, description="what changed")
    method: Text | None = Field(default=None, description="how it was assessed")
    as_reported: Text | None = Field(default=None, description="the words of the source")

    @model_validator(mode="after")
    def _assesses(self) -> Self:
        if not self.shares and not self.areas:
            raise fault("states neither shares nor areas", "add e.g. shares: [{status: contested}]")
        return self


class TerritoryChange(Envelope):
    """The place, or a part of it, went from one side to another."""

    kind: Literal["territory_change"]
    from_: Name | None = Field(default=None, alias="from", description="who held it before")
    to: Name | None = Field(default=None, description="who holds it now; `extent: whole` needs it")
    how: Text | None = Field(default=None, description="e.g. captured, left, incremental gains")
    area_km2: AmountField | None = Field(default=None, description="square kilometres")
    extent: Literal["whole", "part"] = Field(description="the whole place or a part of it")

    @model_validator(mode="after")
    def _whole_to_somebody(self) -> Self:
        if self.extent == "whole" and self.to is None:
            raise fault("is of the whole place, but not said to whom", "add to, e.g. to: ua")
        return self


class LogisticsStatus(Envelope):
    """How well a side can supply the place."""

    kind: Literal["logistics_status"]
    side: Name | None = Field(default=None, description="whose supply, e.g. ua")
    level: Literal["normal", "difficult", "critical", "cut"] = Field(description="how well")
    routes: Names = Field(default=(), description="the roads and lines named")
    cause: Text | None = Field(default=None, description="why")


class Casualties(Envelope):
    """Losses of a side, for a period or since a beginning."""

    kind: Literal["casualties"]
    side: Name = Field(description="whose losses: a party id or side code, e.g. ru")
    killed: AmountField | None = Field(default=None, description="soldiers killed")
    wounded: AmountField | None = Field(default=None, description="soldiers wounded")
    missing: AmountField | None = Field(default=None, description="soldiers missing")
    captured: AmountField | None = Field(default=None, description="soldiers captured")
    personnel: AmountField | None = Field(
        default=None, description="soldiers lost, not told apart into killed and wounded"
    )
    equipment: Annotated[Mapping[Name, AmountField], Field(strict=False, max_length=64)] = Field(
        default={}, description="equipment lost, by name: {tank: 12}"
    )
    cumulative: Flag = Field(
        default=False, description="counted since a beginning, up to the end of `happened`"
    )

    @model_validator(mode="after")
    def _counts(self) -> Self:
        people = (self.killed, self.wounded, self.missing, self.captured, self.personnel)
        if all(number is None for number in people) and not self.equipment:
            raise fault(
                "states no losses",
                "add one of killed, wounded, missing, captured, personnel, equipment",
            )
        return self


class CivilianHarm(Harm):
    """Civilians were harmed."""

    kind: Literal["civilian_harm"]


class InfrastructureDamage(Harm):
    """Something that civilians live on was damaged."""

    kind: Literal["infrastructure_damage"]


class Unrest(Harm):
    """Protest, riot or looting."""

    kind: Literal["unrest"]


class Displacement(Envelope):
    """People left their homes, or are away from them."""

    kind: Literal["displacement"]
    people: AmountField | None = Field(default=None, description="how many")
    from_: Text | None = Field(default=None, alias="from", description="where from")
    to: Text | None = Field(default=None, description="where to")


class Capture(Envelope):
    """Somebody was taken prisoner."""

    kind: Literal["capture"]
    side: Name = Field(description="whose people were taken: a party id or side code, e.g. ru")
    who: Text | None = Field(default=None, description="who was taken; can be redacted")
    count: AmountField | None = Field(default=None, description="how many")


class Ceasefire(Envelope):
    """Where a ceasefire stands, or that it was broken."""

    kind: Literal["ceasefire"]
    phase: Literal["proposed", "talks", "agreed", "in_force", "failed", "ended"] | None = None
    sponsor: Text | None = Field(default=None, description="who brings it about")
    scope: Text | None = Field(default=None, description="what it covers")
    violated: Flag = Field(default=False, description="that it was broken")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.phase is None and not self.violated:
            raise fault("states neither a phase nor a violation", "add phase, or violated: true")
        return self


class Statement(Envelope):
    """Words that matter as words: intent, forecast, accusation, appeal, assessment."""

    kind: Literal["statement"]
    speech: Literal["intent", "forecast", "accusation", "appeal", "assessment"] = Field(
        description="what kind of words"
    )
    proposition: LongText = Field(description="what is said, as one sentence")
    about: Slug = Field(description="a slug that statements on the same matter share")
    deadline: WhenField | None = Field(default=None, description="by when it is to come")
    addressee: Text | None = Field(default=None, description="whom it is said to")


class Verification(Envelope):
    """Somebody checked another report."""

    kind: Literal["verification"]
    report: Name = Field(description="id of the report that was checked")
    result: Literal["confirmed", "refuted", "unverified", "unverifiable"] = Field(
        description="what came of it"
    )
    method: Text | None = Field(default=None, description="how it was checked")
    scope: Text | None = Field(default=None, description="which part of it")


Event = Annotated[
    Infiltration
    | ForceConcentration
    | Reinforcement
    | Withdrawal
    | Clash
    | Assault
    | Shelling
    | AirStrike
    | DroneActivity
    | ControlAssessment
    | TerritoryChange
    | LogisticsStatus
    | Casualties
    | CivilianHarm
    | InfrastructureDamage
    | Unrest
    | Displacement
    | Capture
    | Ceasefire
    | Statement
    | Verification,
    Discriminator("kind"),
]
"""One report, valid and complete but for the place's id."""

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
"""Validates one report in the shape of its model; the context is the zone of its dates."""


def sides_of(event: Envelope) -> tuple[str, ...]:
    """The parties and sides that a report tells of: whose forces, who fought, who held what."""
    match event:
        case Fighting():
            return event.sides
        case TerritoryChange():
            named = [event.from_, event.to]
        case ControlAssessment():
            named = [part.by for part in (*event.shares, *event.areas)]
        case Infiltration() | Forces() | LogisticsStatus() | Casualties() | Capture():
            named = [event.side]
        case _:
            named = []
    return tuple(name for name in named if name is not None)


class KindRow(NamedTuple):
    """What a kind speaks of, how its dates are read unless said otherwise, and its class."""

    facet: Facet | None
    reading: DateReading
    model: type[Envelope]


KINDS: Mapping[Kind, KindRow] = {
    "infiltration": KindRow("forces", "at", Infiltration),
    "force_concentration": KindRow("forces", "at", ForceConcentration),
    "reinforcement": KindRow("forces", "at", Reinforcement),
    "withdrawal": KindRow("forces", "at", Withdrawal),
    "clash": KindRow("fighting", "within", Clash),
    "assault": KindRow("fighting", "within", Assault),
    "shelling": KindRow("fighting", "within", Shelling),
    "air_strike": KindRow("fighting", "within", AirStrike),
    "drone_activity": KindRow("fighting", "within", DroneActivity),
    "control_assessment": KindRow("control", "at", ControlAssessment),
    "territory_change": KindRow("control", "within", TerritoryChange),
    "logistics_status": KindRow("logistics", "at", LogisticsStatus),
    "casualties": KindRow("casualties", "during", Casualties),
    "civilian_harm": KindRow("civilians", "within", CivilianHarm),
    "infrastructure_damage": KindRow("civilians", "within", InfrastructureDamage),
    "unrest": KindRow("civilians", "within", Unrest),
    "displacement": KindRow("civilians", "at", Displacement),
    "capture": KindRow("casualties", "within", Capture),
    "ceasefire": KindRow("ceasefire", "at", Ceasefire),
    "statement": KindRow("statements", "at", Statement),
    "verification": KindRow(None, "at", Verification),
}
"""Every kind: facet (none for `verification`, which marks the report it names), reading, class."""

_UNLIKE: Mapping[Kind, tuple[str, DateReading]] = {
    "casualties": ("cumulative", "at"),
    "ceasefire": ("violated", "within"),
}


def default_reading(kind: Kind, flags: Mapping[str, object]) -> DateReading:
    """How the date of a report is read unless it says: its kind's reading, but for two flags.

    Cumulative casualties are those `at` a date; a violation of a ceasefire came `within` one.
    """
    if kind in _UNLIKE:
        flag, reading = _UNLIKE[kind]
        if str(flags.get(flag)).strip().lower() == "true":
            return reading
    return KINDS[kind].reading


def _stored_parts(parts: tuple[Share | Area, ...]) -> list[dict[str, object]]:
    return [{k: v for k, v in part.__dict__.items() if v is not None} for part in parts]


_STORED_AS: Mapping[str, Callable[..., object]] = {
    "deadline": stored_when,
    "shares": _stored_parts,
    "areas": _stored_parts,
}
_OWN: Mapping[type[Envelope], tuple[tuple[str, str, object, Callable[..., object] | None], ...]] = {
    row.model: tuple(
        (field.alias or name, name, field.default, _STORED_AS.get(name))
        for name, field in row.model.model_fields.items()
        if name != "kind" and name not in Envelope.model_fields
    )
    for row in KINDS.values()
}


def stored_value(event: Envelope) -> dict[str, object]:
    """The own fields of the kind that are stated; msgspec writes an Amount with its five keys."""
    data = event.__dict__
    value: dict[str, object] = {}
    for key, name, default, stored_as in _OWN[type(event)]:
        own = data[name]
        if own is not None and own != default:
            value[key] = own if stored_as is None else stored_as(own)
    return value


def stored_happened(happened: Happened) -> dict[str, object]:
    """When it happened, as the log keeps it; a qualifier is left out where there is none."""
    when = happened.when
    form: dict[str, object] = {
        "text": when.text,
        "reading": happened.reading,
        "earliest": when.earliest,
        "latest": when.latest,
        "precision": when.precision,
    }
    if when.approximate:
        form["approximate"] = True
    if when.uncertain:
        form["uncertain"] = True
    return form


def _speaker(speaker: Speaker) -> dict[str, str]:
    if speaker.channel == "public":
        return {"party": speaker.party}
    return {"party": speaker.party, "channel": speaker.channel}


def stored_source(source: Source) -> dict[str, object]:
    """The publication as the log keeps it, absent keys left out."""
    form = {key: part for key, part in source.__dict__.items() if part is not None}
    if source.published is not None:
        form["published"] = stored_when(source.published)
    return form


def stored_place(
    name: dict[str, str], relation: str | None, landmark: str | None
) -> dict[str, str]:
    """What names a place, with relation and landmark added to it where they are stated."""
    if relation is not None:
        name["relation"] = relation
    if landmark is not None:
        name["landmark"] = landmark
    return name


def stored_said(event: Envelope) -> dict[str, object]:
    """Who says it and how sure, by key; what is default is left out."""
    form: dict[str, object] = {
        "timezone": event.timezone,
        "chain": [_speaker(speaker) for speaker in event.chain],
    }
    if event.stance != "asserts":
        form["stance"] = event.stance
    if event.reliability != "F":
        form["reliability"] = event.reliability
    if event.credibility != "6":
        form["credibility"] = event.credibility
    if event.verification:
        form["verification"] = [{"status": it.status, "by": it.by} for it in event.verification]
    if event.links is not None and (
        links := {name: ids for name, ids in event.links.__dict__.items() if ids}
    ):
        form["links"] = links
    if event.tags:
        form["tags"] = event.tags
    return form


def _form(event: Event, place: dict[str, str]) -> dict[str, object]:
    """The canonical form as plain data: what is not stated, and what is default, is left out."""
    form = stored_said(event)
    form["kind"] = event.kind
    form["place"] = stored_place(place, event.place.relation, event.place.landmark)
    form["happened"] = stored_happened(event.happened)
    form["reported"] = stored_when(event.reported)
    form["value"] = stored_value(event)
    if event.source is not None:
        form["source"] = stored_source(event.source)
    if event.summary is not None:
        form["summary"] = event.summary
    if event.quote is not None:
        form["quote"] = event.quote
    return form


def stored(event: Event) -> bytes:
    """The canonical JSON of a report, as the log keeps it: keys sorted, compact, UTF-8."""
    return canonical(_form(event, {"id": event.place.id, "name": event.place.name}))


def content_key(event: Event, place_as_written: str) -> str:
    """The id of a report that has none: 24 hex digits of the SHA-256 of what it says.

    It depends on the place as written, not on what the look-up makes of it, nor on `REDACTABLE`.
    """
    form = _form(event, {"written": place_as_written})
    value = form["value"]
    for name in REDACTABLE:
        form.pop(name, None)
        if isinstance(value, dict):
            value.pop(name, None)
    return key_of(canonical(form))


def key_of(said: bytes) -> str:
    """The id of a report that says this in canonical JSON, its place as written."""
    return hashlib.sha256(said).hexdigest()[:24]
