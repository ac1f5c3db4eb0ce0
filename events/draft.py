"""One report as a document writes it → a valid event on its way in, or all that is wrong."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeGuard

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from events.amount import AMOUNT_KEYS
from events.explain import (
    INSIDE,
    MOST,
    Fault,
    Loc,
    Problem,
    defined_place,
    explained,
    keys_of,
    of_fault,
    one_of,
    right_key,
)
from events.fields import READINGS, Happened, Name, fault, happened_in, parsed_when, when_in, worded
from events.kinds import (
    EVENTS,
    KINDS,
    Envelope,
    Event,
    Verification,
    content_key,
    default_reading,
)
from events.place import PlaceDefinition, PlaceRef
from events.vocabulary import DateReading, Kind
from events.when import When, WhenError, quoted, zone_of

Locate = Callable[[Loc], int | None]

NAME: TypeAdapter[str] = TypeAdapter(Name)
# The validator itself: the adapter's own method costs half a microsecond a report.
_validate: Callable[..., Event] = EVENTS.validator.validate_python
_SPOT = ("relation", "landmark")

KEYS: Mapping[str, frozenset[str]] = {
    kind: frozenset(keys_of(row.model)) for kind, row in KINDS.items()
}
"""The keys that a report of each kind may have in a document."""
ANY_KEY: frozenset[str] = frozenset().union(*KEYS.values())
"""The keys of all kinds: a program may write them all, and leave most of them without a value."""
EVERY_KIND: frozenset[str] = frozenset(keys_of(Envelope))
"""The keys that a report has whatever its kind, but for the kind itself."""
_INSIDE: Mapping[str, frozenset[str]] = {
    "place": frozenset((*keys_of(PlaceDefinition), *_SPOT)),
    **{key: frozenset(keys_of(model)) for key, model in INSIDE.items()},
}
_PLAIN = frozenset((*AMOUNT_KEYS, *READINGS))


@dataclass(frozen=True, slots=True)
class Draft:
    """A valid report on its way in: its place is as written, and not looked up yet.

    `key` is the id given, else the content key. `event.place.id` is empty unless the report has it.
    `place_line` is the line of its place, which may be among the defaults.
    """

    key: str
    event: Event
    place: str | PlaceDefinition
    file: str
    line: int | None
    place_line: int | None
    given_id: bool


class WrittenPlace(NamedTuple):
    """A place as written, and the event's reference to it."""

    written: str | PlaceDefinition
    ref: PlaceRef


# Stand-ins for what is wrong, so that the rest of the report is looked at in the same pass.
SOME_WHEN = When("1970", 0, 1, precision="interval")
SOME_HAPPENED = Happened("at", SOME_WHEN)
SOMEWHERE = WrittenPlace("?", PlaceRef(id="", name="?"))


def draft_from(
    report: Mapping[str, object],
    *,
    file: str,
    line: int | None = None,
    timezone: str = "UTC",
) -> Draft | list[Problem]:
    """Validate one decoded report, in the keys of a document.

    `timezone` is the IANA name used if the report has none, and `line` that of the report. Texts
    stand for numbers and flags too: YAML gives nothing else.
    """
    made = drafted(report, file=file, line=line, timezone=timezone)
    return made if isinstance(made, Draft) else problems_of(made, file, line)


def drafted(
    report: Mapping[str, object],
    *,
    file: str,
    line: int | None,
    timezone: str,
    locate: Locate | None = None,
) -> Draft | list[Fault]:
    """`draft_from`, with what is wrong by its keys and not yet by its lines.

    `locate` finds the line of a key in the report.
    """
    faults: list[Fault] = []
    kind = report.get("kind")
    if not _is_kind(kind):
        faults.append(_no_kind(kind))
    data = filled(report, ANY_KEY)
    given_id = _given_id(data, faults)
    zone = _zone(data, timezone, faults)
    place = place_in(data, zone, faults)
    data["place"] = place.ref
    reading = default_reading(kind, data) if _is_kind(kind) else "at"
    data["happened"] = _happened(data, zone, reading, faults)
    data["reported"] = _reported(data, zone, faults)
    if not _is_kind(kind):
        faults.extend(islice(_of_any_kind(data, zone), MOST))
        return faults
    try:
        event = _validate(data, context=zone)
    except ValidationError as error:
        faults.extend(explained(error, KINDS[kind].model))
        return faults
    if faults:
        return faults
    if given_id is not None and (own := list(_of_itself(event, given_id))):
        return own
    written = place.written
    key = given_id or content_key(event, written if isinstance(written, str) else written.id)
    place_line = (locate(("place",)) if locate else None) or line
    return Draft(key, event, written, file, line, place_line, given_id is not None)


def filled(mapping: Mapping[str, object], keys: Container[str]) -> dict[str, object]:
    """The mapping, and those inside it, without those of their `keys` that have no value.

    Any other key stays even without a value, so that the models can refuse it by its name.
    """
    return {
        key: _filled_in(key, value)
        for key, value in mapping.items()
        if value is not None or key not in keys
    }


def _filled_in(key: str, value: object) -> object:
    if isinstance(value, Mapping):
        return filled(value, _INSIDE.get(key, _PLAIN))
    return [_filled_in(key, item) for item in value] if type(value) is list else value


def _is_kind(kind: object) -> TypeGuard[Kind]:
    return isinstance(kind, str) and kind in KINDS


def _no_kind(kind: object) -> Fault:
    if kind is None:
        return Fault((), "kind is missing", one_of(None, KINDS, "the kinds are"), "kind")
    shown = of_fault(("kind",), fault("is not a kind", ""), kind)
    return shown._replace(right=one_of(kind, KINDS, "the kinds are"))


def _of_itself(event: Event, key: str) -> Iterator[Fault]:
    """Where a report names itself as one that it stands in relation to, or that it checked."""
    named: dict[Loc, tuple[str, ...]] = (
        {("report",): (event.report,)} if isinstance(event, Verification) else {}
    )
    if event.links is not None:
        named |= {("links", link): ids for link, ids in event.links.__dict__.items()}
    for loc, ids in named.items():
        if key in ids:
            yield of_fault(loc, fault("is this report itself", "name another"), key)


def _of_any_kind(data: Mapping[str, object], zone: tzinfo) -> Iterator[Fault]:
    """What is wrong with a report of no kind: with what all kinds have, and with unknown keys."""
    around = {key: value for key, value in data.items() if key in Envelope.model_fields}
    for key in [key for key in data if key not in ANY_KEY]:
        right = right_key(key, ("kind", *keys_of(Envelope)))
        yield Fault((key,), f"unknown key {quoted(key)}", right)
    try:
        Envelope.model_validate(around, context=zone)
    except ValidationError as error:
        yield from explained(error, Envelope)


def problems_of(
    faults: list[Fault], file: str, line: int | None, locate: Locate | None = None
) -> list[Problem]:
    """What is wrong with a report, in the order of its lines."""
    found = [
        Problem(file, (locate(it.loc) if locate else None) or line, it.what, it.right)
        for it in faults
    ]
    return sorted(found, key=lambda problem: problem.line or 0)


def _given_id(data: dict[str, object], faults: list[Fault]) -> str | None:
    value = data.pop("id", None)
    if value is None:
        return None
    try:
        return NAME.validate_python(value, strict=True)
    except ValidationError as error:
        faults.extend(explained(error, PlaceRef, ("id",)))
        return None


zone_called = lru_cache(maxsize=256)(zone_of)
"""`zone_of`, remembered: most reports of a file are of one zone."""


def _zone(data: dict[str, object], timezone: str, faults: list[Fault]) -> tzinfo:
    name = data.setdefault("timezone", timezone)
    if not isinstance(name, str):
        return UTC  # the model refuses it
    data["timezone"] = name = name.strip()
    try:
        return zone_called(name)
    except WhenError as error:
        faults.append(of_fault(("timezone",), worded(error), name))
        return UTC


@lru_cache(maxsize=4096)
def _ref_named(name: str) -> WrittenPlace:
    ref = PlaceRef(id="", name=name)
    return WrittenPlace(ref.name, ref)


def place_in(data: dict[str, object], zone: tzinfo, faults: list[Fault]) -> WrittenPlace:
    """Where it was: `place` of the report, with `relation` and `landmark` beside or inside it."""
    value = data.pop("place", None)
    beside = {key: data.pop(key) for key in _SPOT if key in data}
    if type(value) is str and not beside:
        with suppress(ValidationError):
            return _ref_named(value)
    if value is None:
        right = "add place: its name, id or definition"
        faults.append(Fault((), "place is missing", right, "place"))
        return SOMEWHERE
    if not isinstance(value, Mapping):
        ref = _ref({"name": value, **beside}, (), faults)
        return WrittenPlace(ref.name, ref) if ref else SOMEWHERE
    inner = filled(value, _INSIDE["place"])
    twice = [key for key in beside if key in inner]
    faults.extend(Fault((key,), f"{key} is given twice", "write it once") for key in twice)
    spot = {key: inner.pop(key) for key in _SPOT if key in inner}
    if inner and inner.keys() <= {"id", "name"}:
        names: dict[str, object] = {"id": "", "name": inner.get("id"), **inner}
        ref = _ref({**names, **beside, **spot}, value, faults)
        return WrittenPlace(ref.id or ref.name, ref) if ref else SOMEWHERE
    called = inner.pop("as_reported", None)  # where the report spells it otherwise
    definition = defined_place(inner, zone, ("place",))
    if isinstance(definition, list):
        faults.extend(definition)
        return SOMEWHERE
    names = {"id": definition.id, "name": called or definition.name}
    ref = _ref({**names, **beside, **spot}, value, faults)
    return WrittenPlace(definition, ref) if ref else SOMEWHERE


def _ref(
    parts: Mapping[str, object], inside: Container[str], faults: list[Fault]
) -> PlaceRef | None:
    try:
        return PlaceRef.model_validate({"id": "", **parts})
    except ValidationError as error:
        for it in explained(error, PlaceRef):
            key = str(it.loc[0])
            if key in inside:
                faults.append(it._replace(loc=("place", key)))
            elif key == "name":  # which is what `place` says
                faults.append(Fault(("place",), f"place{it.what.removeprefix(key)}", it.right))
            else:
                faults.append(it)
        return None


@lru_cache(maxsize=4096)
def _happened_on(text: str, zone: tzinfo, reading: DateReading) -> Happened:
    return Happened(reading, parsed_when(text, zone))


def _happened(
    data: dict[str, object], zone: tzinfo, reading: DateReading, faults: list[Fault]
) -> Happened:
    value = data.get("happened")
    if value is None:
        right = "add happened: when it happened or held, e.g. 2025-10-27 or ../2025-10-27"
        faults.append(Fault((), "happened is missing", right, "happened"))
        return SOME_HAPPENED
    loc: Loc = ("happened",)
    if isinstance(value, Mapping) and len(value) == 1:
        loc = ("happened", *value)
    try:
        if isinstance(value, str):
            return _happened_on(value.strip(), zone, reading)
        return happened_in(value, zone, reading)
    except WhenError as error:
        faults.append(of_fault(loc, worded(error), value))
    except PydanticCustomError as error:
        faults.append(of_fault(loc, error, value))
    return SOME_HAPPENED


def _reported(data: dict[str, object], zone: tzinfo, faults: list[Fault]) -> When:
    """When it became public: as the report states, else when its source was published."""
    loc: Loc = ("reported",)
    value = data.get("reported")
    if value is None:
        source = data.get("source", {})
        if not isinstance(source, Mapping):  # the model says what is wrong
            return SOME_WHEN
        value = source.get("published")
        loc = ("source", "published")
        if value is None:
            right = "add reported: when it became public, or source: {published: DATE}"
            faults.append(Fault((), "reported is missing", right, "reported"))
            return SOME_WHEN
    try:
        when = when_in(value, zone)
    except PydanticCustomError as error:
        if loc[0] == "reported":  # of a source's date the model says what is wrong
            faults.append(of_fault(loc, error, value))
        return SOME_WHEN
    if when.latest is None:
        wrong = fault("has an open end", "write by when it was public, e.g. ../2025-10-27")
    elif when.approximate or when.uncertain:
        wrong = fault("has a qualifier", "write by when it was surely public, without ? ~ %")
    else:
        return when
    faults.append(of_fault(loc, wrong, value))
    return SOME_WHEN
