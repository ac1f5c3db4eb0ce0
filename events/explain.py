"""What is wrong with a document, in words: a line for each problem, `what; right`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import islice
from typing import NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from events.attribution import Check, Links, Source, Speaker
from events.fields import PATTERN_HINTS
from events.kinds import KINDS, Area, Envelope, Share
from events.place import DatedParent, PlaceDefinition
from events.when import quoted

Loc = tuple[str | int, ...]
"""The way to a value: keys and list positions, from the report (or place, or party) down."""

BESIDE = ("id", "relation", "landmark")
"""Keys of a report in a document that its model has elsewhere or not at all."""

_MARKS = ("(id)", "(definition)", "[key]")
MOST = 50
"""How many faults are told of one mapping."""
_ECHO = 60
INSIDE: Mapping[str, type[BaseModel]] = {
    "source": Source,
    "chain": Speaker,
    "verification": Check,
    "links": Links,
    "shares": Share,
    "areas": Area,
    "parents": DatedParent,
    "parent": PlaceDefinition,
}
"""The model of what stands below a key, wherever the key is."""
_BELOW = {"place": PlaceDefinition} | {
    key: INSIDE[key] for key in ("source", "chain", "verification", "links", "shares", "areas")
}
_WORDINGS: Mapping[str, tuple[str, str]] = {
    "string_type": ("is not a text", "write a text, in quotes where it looks like a number"),
    "string_unicode": ("holds half a character", "write it as valid Unicode"),
    "string_too_short": ("is empty", "write it, or leave the key out"),
    "string_too_long": ("is longer than {max_length} characters", "shorten it"),
    "tuple_type": ("is not a list", "write a list, e.g. [a, b]"),
    "too_long": ("has more than {max_length} items", "write fewer"),
    "too_short": ("is an empty list", "write at least one"),
    "greater_than_equal": ("is too small", "write at least {ge}"),
    "less_than_equal": ("is too large", "write at most {le}"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a document, and what is right; as text `FILE:LINE: what; right`.

    It `stands_for` many where it says how many more are not listed.
    """

    file: str
    line: int | None
    what: str
    right: str
    stands_for: int = 1

    def __str__(self) -> str:
        """Return the problem as one line."""
        where = printable(self.file) if self.line is None else f"{printable(self.file)}:{self.line}"
        return f"{where}: {self.what}; {self.right}"


class Fault(NamedTuple):
    """One thing wrong with a report, a place or a party, before its file and line are known.

    `missing` is the key that should be at `loc`, where one should.
    """

    loc: Loc
    what: str
    right: str
    missing: str = ""


def printable(text: str) -> str:
    """A key or file name as it may stand in a message: control characters visible."""
    return text if text.isprintable() else repr(text)[1:-1]


def echoed(value: object) -> str:
    """A value as a message may echo it: cut short, control characters visible."""
    match value:
        case str():
            return quoted(value)
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return quoted(str(value))[1:-1]
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


def one_of(wrong: object, allowed: Iterable[str], noun: str) -> str:
    """All that are allowed, behind `did you mean …?` where one of them is near."""
    names = tuple(allowed)
    near = nearest(wrong[:_ECHO], names) if isinstance(wrong, str) else ""
    hint = f"did you mean {near}? " if near else ""
    return f"{hint}{noun} {', '.join(names)}"


@lru_cache(maxsize=4096)
def nearest(wrong: str, names: tuple[str, ...]) -> str:
    """The name that is spelled most nearly so, before others one of the same letters; or none."""
    near = get_close_matches(wrong, names)
    return max(near, key=lambda name: sorted(name) == sorted(wrong), default="")


def right_key(key: str, allowed: Iterable[str], home: str = "") -> str:
    """The keys that a mapping may have; `home` tells where this one belongs that it has not."""
    if home:
        return f"it belongs to {home}, and the keys here are {', '.join(allowed)}"
    return one_of(key, allowed, "the keys are")


@cache
def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a mapping of this model may have in a document."""
    fields = model.model_fields
    own = [field.alias or name for name, field in fields.items() if not _enveloped(model, name)]
    if not issubclass(model, Envelope):
        return tuple(own)
    return (*own, *Envelope.model_fields, *BESIDE)


def _enveloped(model: type[BaseModel], name: str) -> bool:
    return issubclass(model, Envelope) and name in Envelope.model_fields


def of_fault(loc: Loc, error: PydanticCustomError, value: object) -> Fault:
    """The fault of a field that was read on its own."""
    context = error.context or {}
    what = str(context.get("what", "is not valid"))
    return Fault(loc, _sentence(loc, error.type, what, value), str(context.get("right", "")))


def defined_place(
    plain: Mapping[str, object], zone: tzinfo, under: Loc = ()
) -> PlaceDefinition | list[Fault]:
    """The place that plain data define, dates being days of `zone`, or all that is wrong."""
    try:
        return PlaceDefinition.model_validate(plain, context=zone)
    except ValidationError as error:
        return list(explained(error, PlaceDefinition, under))


def explained(error: ValidationError, model: type[BaseModel], under: Loc = ()) -> Iterator[Fault]:
    """The faults that pydantic found in a mapping of this model, in our own words.

    `under` is the way to the mapping. At most 50 are told of one mapping.
    """
    details = error.errors(include_url=False)
    for detail in islice(details, MOST):
        if detail["type"] == "too_short" and len(details) > 1 and detail["input"]:
            continue  # a list whose items are all wrong counts as empty to pydantic
        parts = detail["loc"]
        if parts and issubclass(model, Envelope) and model is not Envelope:
            parts = parts[1:]  # the kind, which the union puts first
        # Without pydantic's own marks; but the last part of an unknown key is what somebody wrote.
        last = len(parts) - (detail["type"] == "extra_forbidden")
        loc = (*(part for part in parts[:last] if part not in _MARKS), *parts[last:])
        yield _explained(detail, model, loc, (*under, *loc))


def _explained(detail: ErrorDetails, model: type[BaseModel], loc: Loc, whole: Loc) -> Fault:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    holder = _model_at(model, loc[:-1])
    match kind:
        case "missing":
            right = _addition(holder, loc[-1])
            return Fault(whole[:-1], f"{_path(whole)} is missing", right, str(loc[-1]))
        case "extra_forbidden":
            what = f"unknown key {quoted(str(loc[-1]))}"
            place = f"{_path(whole[:-1])}: " if whole[:-1] else ""
            key = str(loc[-1])
            return Fault(whole, place + what, right_key(key, keys_of(holder), _home(key, holder)))
        case _ if value is None and whole:
            return Fault(whole, f"{_path(whole)} is empty", "write it, or leave it out")
        case "fault" | "worded":
            what, right = str(context.get("what")), str(context.get("right"))
        case "literal_error":
            allowed = _options(str(context.get("expected", "")))
            what, right = "is not a value it can have", one_of(value, allowed, "write one of")
        case "string_pattern_mismatch":
            what, right = PATTERN_HINTS[str(context.get("pattern"))]
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            what = "is not a mapping"
            inner = _model_at(model, loc)
            right = (
                one_of(None, keys_of(inner), "its keys are")
                if inner is not holder or (loc and isinstance(loc[-1], int))
                else "write keys and values"
            )
        case _:
            what, right = _WORDINGS.get(
                kind, ("is not valid", _addition(holder, loc[-1] if loc else ""))
            )
            what, right = what.format_map(_Context(context)), right.format_map(_Context(context))
    subject = "the place" if model is PlaceDefinition else "the report"
    return Fault(whole, _sentence(whole, kind, what, value, subject), right)


def _home(key: str, holder: type[BaseModel]) -> str:
    """Where a key of a report belongs that its kind has not: to other kinds, or below a key."""
    return _homes().get(key, "") if issubclass(holder, Envelope) else ""


@cache
def _homes() -> Mapping[str, str]:
    kinds = {kind: keys_of(row.model) for kind, row in KINDS.items()}
    below = {name: keys_of(model) for name, model in _BELOW.items()}
    return {
        key: ", ".join(name for name, has in table.items() if key in has)
        for table in (below, kinds)  # what a kind has goes before
        for keys in table.values()
        for key in keys
    }


class _Context(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return key


def _sentence(loc: Loc, kind: str, what: str, value: object, subject: str = "the report") -> str:
    path = _path(loc)
    if kind == "worded":  # it echoes the value itself
        return f"{path}: {what}"
    if isinstance(value, str | int | float | None):
        return f"{path}: {echoed(value)} {what}" if path else f"{echoed(value)} {what}"
    return f"{path or subject} {what}"


def _path(loc: Loc) -> str:
    return ": ".join(
        printable(part[:_ECHO]) if isinstance(part, str) else f"item {part + 1}" for part in loc
    ).replace(": item", " item")


def _addition(model: type[BaseModel], key: str | int) -> str:
    for name, field in model.model_fields.items():
        if key in (name, field.alias) and field.description:
            return f"add {field.alias or name}: {field.description}"
    return f"add {key}"


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel]:
    for part in reversed(loc):
        if isinstance(part, str) and part in INSIDE:
            return INSIDE[part]
    return model


def _options(expected: str) -> list[str]:
    """The words out of pydantic's `'a', 'b' or 'c'`."""
    return expected.split("'")[1::2]
