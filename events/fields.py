"""The base of every model, and how a document's values become names, amounts, dates and flags."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Annotated, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from events.amount import LARGEST, Amount, AmountError, parse_amount
from events.vocabulary import UNSEEN, DateReading
from events.when import When, WhenError, parse_when

READINGS: tuple[DateReading, ...] = get_args(DateReading)

# In a name they can only mislead a reader.
_UNSAFE_OR_SURROGATE = re.compile(f"[{UNSEEN}\ud800-\udfff]")
SAFE = f"^[^{UNSEEN}]*$"
NO_NUL = r"^[^\x00]*$"
SLUG = r"^[a-z0-9][a-z0-9._-]*$"
URL = rf"^https?://[^\s{UNSEEN}]+$"
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
SHA256 = r"^[0-9a-fA-F]{64}$"
ISO_3166_2 = r"^[A-Z]{2}-[A-Z0-9]{1,3}$"

PATTERN_HINTS: dict[str, tuple[str, str]] = {
    SAFE: ("holds control, text-direction or invisible characters", "write it without them"),
    NO_NUL: ("holds a NUL character", "write it without"),
    SLUG: (
        "is not a slug",
        'write lower-case letters, digits, "-", "_", ".", e.g. donbas-captured',
    ),
    URL: ("is not a web address", "write one that begins with https:// or http://"),
    LANGUAGE: ("is not a language code", "write e.g. en, uk or zh-Hant"),
    SHA256: ("is not a SHA-256", "write its 64 hexadecimal digits"),
    ISO_3166_2: ("is not an ISO 3166-2 code", "write e.g. UA-14"),
}

_LONGEST_WORDS = 200
# How people join words, such as ids, where they write no list; a name of several words may have
# any of these signs in it.
_JOINED = re.compile(r"[\w.-]+(?:\s*(?:->|[,;>→،؛，；、])\s*[\w.-]+)+")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


class Frozen(BaseModel):
    """The base of every model here: immutable, strict, without unknown keys or NaN."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True
    )


@dataclass(frozen=True, slots=True)
class Happened:
    """When it happened or held, and how that date is to be read."""

    reading: DateReading
    when: When


def fault(what: str, right: str) -> PydanticCustomError:
    """The error of a field validator: what is wrong, and what would be right."""
    return PydanticCustomError("fault", "{what}; {right}", {"what": what, "right": right})


def unsafe(text: str) -> bool:
    """Whether a text holds characters that no name may hold."""
    return _UNSAFE_OR_SURROGATE.search(text) is not None


def listed(value: object) -> object:
    """A list as a tuple, and a single thing as a tuple of one."""
    if type(value) is list:
        return tuple(value)
    return (value,) if isinstance(value, str | Mapping | BaseModel) else value


def several(value: object) -> object:
    """`listed`, but a text that looks like a list of several is refused, as it would be one."""
    if isinstance(value, str) and _JOINED.fullmatch(value.strip()):
        raise fault("is one text and no list", 'write [a, b], and one with a comma as ["a, b"]')
    return listed(value)


def _flag(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise fault("is neither true nor false", "write one of them")


def _number(value: object) -> object:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST:
        return float(value)
    raise fault("is not a number", "write e.g. 48.28")


@lru_cache(maxsize=4096)
def parsed_when(text: str, zone: tzinfo) -> When:
    """`parse_when`, remembered: the dates of a bulk import repeat."""
    return parse_when(text, zone)


def when_in(value: object, zone: tzinfo) -> When:
    """The date that a document's value states; raises a `fault` if it is none."""
    if type(value) is When:
        return value
    if not isinstance(value, str):
        raise fault("is not a date", "write e.g. 2025-10-27 or 2025-10-27T15:13Z, as a text")
    try:
        return parsed_when(value.strip(), zone)
    except WhenError as error:
        raise worded(error) from None


def happened_in(value: object, zone: tzinfo, reading: DateReading) -> Happened:
    """The `happened` that a document's value states: a date text, or `{during|within|at: TEXT}`."""
    if type(value) is Happened:
        return value
    if isinstance(value, Mapping):
        stated = [name for name in READINGS if name in value]
        if len(value) != 1 or not stated:
            raise fault("is not one reading of a date", "write one of {during|within|at: DATE}")
        reading = stated[0]
        value = value[reading]
    return Happened(reading, when_in(value, zone))


def worded(error: WhenError | AmountError) -> PydanticCustomError:
    """The error of a field validator in the words of `when` or `amount`, which echo the value."""
    told = {"what": error.what, "right": error.right}
    return PydanticCustomError("worded", "{what}; {right}", told)


_amount_of = lru_cache(maxsize=4096)(parse_amount)


def _amount(value: object) -> Amount:
    if type(value) is Amount:
        return value
    words = value.get("as_reported", "") if isinstance(value, Mapping) else value
    if isinstance(words, str) and (len(words) > _LONGEST_WORDS or unsafe(words)):
        raise fault("is not the few words of an amount", 'write e.g. 200, "about 200", "20-30"')
    try:
        if isinstance(value, str):
            return _amount_of(value.strip())
        if isinstance(value, Mapping | int | float) and not isinstance(value, bool):
            return parse_amount(value)
    except AmountError as error:
        raise worded(error) from None
    raise fault("is not an amount", 'write e.g. 200, "about 200", "at least 30", "20-30"')


def _when_field(value: object, info: ValidationInfo) -> When:
    return value if type(value) is When else when_in(value, _zone(info))


def _happened_field(value: object, info: ValidationInfo) -> Happened:
    return value if type(value) is Happened else happened_in(value, _zone(info), "at")


def _zone(info: ValidationInfo) -> tzinfo:
    if not isinstance(info.context, tzinfo):
        raise TypeError("a date text needs a zone; give one as the validation's context")
    return info.context


Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=SAFE)
]
"""An id, or the name of a party, place or thing."""
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=NO_NUL)
]
"""A few words in free form."""
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000, pattern=NO_NUL)
]
"""A paragraph in free form."""
Slug = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=SLUG)
]
"""A short handle in lower case."""
Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000, pattern=URL)]
"""A web address."""
Listed = BeforeValidator(listed)
Several = BeforeValidator(several)
Names = Annotated[tuple[Name, ...], Field(max_length=64), Several]
"""A list of names; one name stands for a list of one."""
Flag = Annotated[bool, BeforeValidator(_flag)]
"""True or false."""
Number = Annotated[float, BeforeValidator(_number)]
"""A finite number."""
WhenField = Annotated[When, PlainValidator(_when_field, json_schema_input_type=str)]
"""A date or interval, read in the zone that is the validation's context."""
HappenedField = Annotated[
    Happened, PlainValidator(_happened_field, json_schema_input_type=str | dict[DateReading, str])
]
"""When it happened or held."""
AmountField = Annotated[
    Amount, PlainValidator(_amount, json_schema_input_type=str | float | dict[str, object])
]
"""A number or range as reported."""
