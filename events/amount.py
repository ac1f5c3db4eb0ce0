"""Numbers as reports state them: low, best and high, and the words they came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import NamedTuple

from events.refusal import Refusal
from events.when import quoted

__all__ = ["Amount", "AmountError", "Number", "parse_amount", "western"]

Number = int | float

AS_STATED = "as stated: "
"""How `as_reported` begins where a source states bounds out of order, so that they are no slip."""

LARGEST = 10**15
"""Every whole number up to it survives JSON, SQLite and a double."""
_LONGEST = 500
_NUMBERS = ("low", "best", "high")
AMOUNT_KEYS = frozenset({*_NUMBERS, "approximate", "as_reported"})
"""The keys of an amount that a document writes as a mapping."""
_RIGHT = (
    "write only the amount: 200, about 200, at least 30, up to 50, 20-30, one-fifth, 75%, "
    "or a vague word such as dozens"
)
_MAPPING = "give low, best or high as plain numbers, and approximate: true where it is"

_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_WORDS = {"a": 1, "an": 1, "none": 0} | {word: n for n, word in enumerate(_COUNTED.split())}
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS |= {tens: 10 * n for n, tens in enumerate(_TENS.split(), 2)}
_WORDS |= {
    f"{tens}{gap}{one}": _WORDS[tens] + _WORDS[one]
    for tens in _TENS.split()
    for one in _COUNTED.split()[1:10]
    for gap in "- "
}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4}
_PARTS |= {w: n for n, w in enumerate(["fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 5)}

# What the words around a number say of it. `between` wants two numbers.
_BEFORE = {
    "approximate": (
        "about|around|roughly|some|nearly|almost|close to|approximately|approx|approx.|circa|ca"
        "|ca.|c.|~|estimated|an estimated"
    ),
    "low": (
        "at least|more than|over|above|no fewer than|no less than|not less than|a minimum of|>|>=|≥"
    ),
    "high": (
        "up to|at most|fewer than|less than|under|below|no more than|not more than|as many as"
        "|a maximum of|<|<=|≤"
    ),
    "between": "between|from",
}
_AFTER = {"approximate": " or so", "low": "+| or more", "high": " or less| or fewer"}
_VAGUE = re.compile(
    r"(?:several|some|many|(?:a )?few|a couple|numerous|multiple)"
    r"(?: (?:dozen|hundred|thousand|million))?"
    r"|(?:tens|dozens|scores|hundreds|thousands|millions)(?: of (?:thousands|millions))?"
    r"|(?:an? )?(?:unknown|unspecified|undisclosed|small|large) number|a number"
    r"|unknown|unspecified|not stated"
)


def _any_of(words: Iterable[str]) -> str:
    """Build a pattern of any of the words, the longest tried first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _meanings(table: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split("|")}


_MEANING = _meanings(_BEFORE)
_MEANING_AFTER = _meanings(_AFTER)
# A word ends at a space; a sign or an abbreviation's dot needs none.
_PREFIX = re.compile(rf"({_any_of(_MEANING)})(?:(?<=\w) |(?<=\W) ?)")
_SUFFIX = re.compile(rf"({_any_of(_MEANING_AFTER)})\Z")
_SCALE = _any_of(_SCALES)
_OPERAND = re.compile(
    r"(?:(?P<digits>[1-9][0-9]{0,2}(?P<gap>[, ])[0-9]{3}(?:(?P=gap)[0-9]{3})*|[0-9]+)"
    r"(?:\.(?P<decimals>[0-9]+))?"
    rf"|(?P<word>{_any_of(_WORDS)})(?![a-z])|(?P<half>half)(?: an?(?= (?:{_SCALE})))?)"
    rf"(?:[ -](?P<part>{_any_of(_PARTS)})s?"
    rf"|(?P<scales>(?: (?:{_SCALE}))*)(?P<percent> ?(?:%|percent|per cent))?)"
)
_NO_UNIT = (1, 1)
_BOOLEANS = {"true": True, "false": False}
_NULLS = {"", "null", "~"}  # YAML 1.2 writes nothing in these ways
_SPACES = re.compile("[ \t\r\n\u00a0\u2009\u202f]+")
_DASHES = str.maketrans("‐‑‒–—−", "------")
_ARABIC = str.maketrans("٬٫٪", ",.%")  # between thousands, before decimals, per cent


class AmountError(Refusal, ValueError):
    """An amount that cannot be taken: what is wrong, and what would be right."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as stated: bounds or a best value, never filled in, and the words it came in.

    Bounds out of order are refused as a slip of the pen, unless the words begin with `AS_STATED`.
    All three are ``None`` for a vague word ("dozens"); such an amount is always approximate.
    """

    low: Number | None
    best: Number | None
    high: Number | None
    approximate: bool
    as_reported: str

    def __post_init__(self) -> None:
        """Refuse numbers that count nothing, bounds out of order, and text that cannot be kept."""
        given = [(name, value) for name, value in self._numbers() if value is not None]
        for name, value in given:
            _check_size(name, value)
        for (name, value), (above, limit) in pairwise(given):
            if value > limit and not self.as_reported.startswith(AS_STATED):
                raise AmountError(
                    f"{name} {value} is over {above} {limit}",
                    "write both in full, the lesser first",
                )
        if not given and not self.approximate:
            raise AmountError(f"{quoted(self.as_reported)} holds no number", _MAPPING)
        if len(self.as_reported) > _LONGEST:
            raise AmountError("as_reported is too long", f"keep it to {_LONGEST} characters")
        if re.search("[\0\ud800-\udfff]", self.as_reported):
            raise AmountError(
                f"{quoted(self.as_reported)} is not clean text", "write it as Unicode"
            )

    def to_json(self) -> dict[str, Number | str | bool | None]:
        """Return the five keys, always all of them."""
        return {
            **dict(self._numbers()),
            "approximate": self.approximate,
            "as_reported": self.as_reported,
        }

    def _numbers(self) -> tuple[tuple[str, Number | None], ...]:
        return (("low", self.low), ("best", self.best), ("high", self.high))


class _Operand(NamedTuple):
    """One number of a text: a base times a unit, both as exact ratios."""

    base: tuple[int, int]
    unit: tuple[int, int]
    share: bool
    counted: bool  # a number proper, not "a" or "half": its unit may serve the one before it

    def value(self) -> Number:
        over, under = self.base[0] * self.unit[0], self.base[1] * self.unit[1]
        # Too large is refused by Amount; a true division could not even be made.
        return over // under if over % under == 0 or over > LARGEST * under else over / under


def parse_amount(value: str | Number | Mapping[str, object]) -> Amount:
    """Read an amount: a number, English words as reports use them, or a mapping of its keys.

    Shares are fractions of one ("75%" is 0.75). Raises AmountError for whatever could be read
    as two different numbers, and for NaN, infinite, negative or disordered ones.
    """
    if isinstance(value, str):
        return _of_text(value)
    if isinstance(value, Mapping):
        return _of_mapping(value)
    number = _plain("best", value)
    return Amount(None, number, None, approximate=False, as_reported=str(value))


def _of_text(text: str) -> Amount:
    if len(text) > _LONGEST:
        raise AmountError(f"{quoted(text)} is too long", _RIGHT)
    rest = _folded(text)
    said: set[str] = set()
    while not (vague := _VAGUE.fullmatch(rest)) and (match := _PREFIX.match(rest)):
        said.add(_MEANING[match[1]])
        rest = rest[match.end() :]
    while not vague and (match := _SUFFIX.search(rest)):
        said.add(_MEANING_AFTER[match[1]])
        rest = rest[: match.start()].rstrip()
    bounds = said - {"approximate"}
    if vague and "between" not in bounds:
        return Amount(None, None, None, approximate=True, as_reported=text)
    numbers = _numbers_in(rest, between="between" in bounds)
    if len(bounds) > 1 or not numbers or (len(numbers) == 1 and "between" in bounds):
        raise _refusal(text, rest)
    if len(numbers) == 1:
        stated = dict(zip(bounds or {"best"}, numbers, strict=True))
    elif bounds <= {"between"}:
        stated = dict(zip(("low", "high"), numbers, strict=True))
    else:
        raise AmountError(f"{quoted(text)} puts a bound on a range", "write the range alone: 20-30")
    low, best, high = map(stated.get, _NUMBERS)
    return Amount(low, best, high, "approximate" in said, text)


def _numbers_in(text: str, *, between: bool) -> tuple[Number, ...]:
    """Read one number, or the two of a range; nothing if there is no one way to."""
    alone = _operand(text)
    if alone:
        return (alone.value(),)
    joints = re.finditer(r" ?- ?| to | and " if between else r" ?- ?| to ", text)
    pairs = [
        (low, high)
        for joint in joints
        if (low := _operand(text[: joint.start()])) and (high := _operand(text[joint.end() :]))
    ]
    if len(pairs) != 1:
        return ()
    low, high = pairs[0]
    # "1-2 million", "20 to 30 %", "one to two thirds": what is said once is said of both.
    if low.unit is _NO_UNIT and low.counted and high.counted:
        low = low._replace(unit=high.unit, share=high.share)
    return (low.value(), high.value()) if low.share == high.share else ()


def _operand(text: str) -> _Operand | None:
    match = _OPERAND.fullmatch(text)
    if match is None or len(text) > _LONGEST:  # int() stops at 4,300 digits
        return None
    digits, decimals, word, part = match.group("digits", "decimals", "word", "part")
    scales, percent = match["scales"] or "", bool(match["percent"])
    counted = word not in {"a", "an"} and not match["half"]
    if digits:
        if _reads_twice(digits, decimals, percent=percent):
            return None
        whole = re.sub("[, ]", "", digits)
        base = (int(whole + (decimals or "")), 10 ** len(decimals or ""))
    else:
        base = (1, 2) if match["half"] else (_WORDS[word], 1)
    if part:
        # "two thirds", but "twenty-fifth" is an ordinal.
        if (base == (1, 1)) == text.endswith("s"):
            return None
        return _Operand(base, (1, _PARTS[part]), share=True, counted=counted)
    if word in {"a", "an"} and not scales:
        return None
    scale = prod(_SCALES[name] for name in scales.split())
    unit = (scale, 100 if percent else 1) if scales or percent else _NO_UNIT
    return _Operand(
        base, unit, share=percent or bool(match["half"] and not scales), counted=counted
    )


def _reads_twice(digits: str, decimals: str | None, *, percent: bool) -> bool:
    """Tell whether a point before three digits may as well be a separator, as in 6.600."""
    thousands = len(digits) <= 3 and digits[0] != "0" and len(decimals or "") == 3
    return thousands and not percent


def _of_mapping(value: Mapping[str, object]) -> Amount:
    unknown = sorted(str(key) for key in value if key not in AMOUNT_KEYS)
    if unknown:
        raise AmountError(f"{quoted(unknown[0])} is no key of an amount", _MAPPING)
    low, best, high = (_plain(name, value.get(name)) for name in _NUMBERS)
    approximate = _BOOLEANS.get(str(value.get("approximate", False)).lower())
    if approximate is None:
        raise AmountError(
            f"approximate is {quoted(str(value['approximate']))}", "give true or false"
        )
    text = value.get("as_reported")
    given = [number for number in (low, best, high) if number is not None]
    slip = given != sorted(given)
    if text is None or (isinstance(text, str) and text.startswith(AS_STATED) and not slip):
        named = zip(_NUMBERS, (low, best, high), strict=True)
        text = ", ".join(f"{name} {number}" for name, number in named if number is not None)
    if not isinstance(text, str):
        raise AmountError("as_reported is not text", "give the words of the report")
    return Amount(low, best, high, approximate, text)


def _plain(name: str, value: object) -> Number | None:
    """Take a number of a mapping, which YAML may hand over as text."""
    if value is None or (isinstance(value, str) and _folded(value) in _NULLS):
        return None
    if isinstance(value, str) and (operand := _operand(_folded(value))):
        return operand.value()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AmountError(f"{name} {quoted(str(value))} is not a number", _MAPPING)
    _check_size(name, value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _check_size(name: str, value: Number) -> None:
    if not 0 <= value <= LARGEST:  # NaN is not, either
        raise AmountError(f"{name} is out of bounds", "give a number from 0 to 1e15")


def western(text: str) -> str:
    """A text with the digits of any script as 0 to 9, and Arabic signs of numbers as ours."""
    if text.isascii():
        return text
    return re.sub(r"\d", lambda digit: str(int(digit[0])), text.translate(_ARABIC))


def _folded(text: str) -> str:
    return _SPACES.sub(" ", western(text).translate(_DASHES)).strip(" ").lower()


def _refusal(text: str, rest: str) -> AmountError:
    if re.match("-[0-9]", rest):
        return AmountError(f"{quoted(text)} is below zero", "give an amount from 0 up")
    if re.search("[0-9][., ][0-9]", rest):
        return AmountError(
            f"{quoted(text)} can be read as more than one number",
            "write 1500 or 1,500 for the thousands, 1.5 for the fraction",
        )
    return AmountError(f"{quoted(text)} is not an amount", _RIGHT)
