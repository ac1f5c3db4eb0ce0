"""What a profile may do to a cell before it stands in a report: `{column|filter}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from events.amount import western
from events.refusal import Refusal
from events.when import quoted, zone_of

Filter = Callable[[str], str]
"""A cell in, a text out; raises Refusal for a cell it cannot take.

An empty text stays empty: no filter is asked of it.
"""

_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?"
    r"\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?)?"
)
_NAIVE: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?")
_APART: Final = str.maketrans("", "", ", \u00a0\u202f")
_SWAPPED: Final = str.maketrans(",.", ".,")
_WEB: Final = re.compile(r"https?://[^\s\x00-\x1f\x7f]+")
_SLUG: Final = re.compile(r"[^a-z0-9._-]+")
_EXCEL_BEGIN: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - of whichever zone the sheet is
_EXCEL_MARCH_1900: Final = 61
_EXCEL_END: Final = 2_958_466
"""Days to the year 10000."""
_ZERO: Final = {"+00", "+0000", "+00:00", "UTC"}


def _instant(text: str) -> str:
    """A date or a date and time in nearly ISO form, as it is written here."""
    match = _INSTANT.fullmatch(western(text))
    if match is None:
        raise Refusal("is not a date", "write e.g. 2022-03-15, or 2022-03-15 16:10:34+00:00")
    day, minute, second, zone = match.groups()
    if minute is None:
        return day
    if zone is None:
        return f"{day}T{minute}{second or ''}"
    if zone in _ZERO:
        zone = "Z"
    elif zone != "Z" and len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{day}T{minute}{second or ''}{zone}"


def _minute(text: str) -> str:
    """The minute of a time whose seconds nobody stated."""
    iso = _instant(text)
    return re.sub(r"(T\d{2}:\d{2}):\d{2}(?:\.\d+)?", r"\1", iso)


def _day(text: str) -> str:
    day = _instant(text)[:10]
    try:
        date.fromisoformat(day)
    except ValueError:  # one of a list would be passed over, where another is less
        raise Refusal("is not in the calendar", "write e.g. 2022-03-15") from None
    return day


def _ymd(text: str) -> str:
    match = _COMPACT.fullmatch(western(text))
    if match is None:
        raise Refusal("is not a date of eight digits", "write e.g. 20220224")
    return "-".join(match.groups())


def _epoch(text: str) -> str:
    try:
        # A number that a spreadsheet has rounded, 1.6669E+09, is another time.
        seconds = int(float(_number(text)))
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (Refusal, ValueError, OverflowError, OSError):
        right = "write e.g. 1666900000"
        if len(text) == 13 and text.isdecimal():
            right += "; of thousandths a profile takes the seconds by {column|head:10|epoch}"
        raise Refusal("is not a time in seconds since 1970", right) from None


def _next_year(text: str) -> str:
    year = _number(text)
    if len(year) != 4 or not year.isdigit():
        raise Refusal("is not a year", "write e.g. 2022")
    return str(int(year) + 1)


def _excel(text: str) -> str:
    """The day, or the second of a day, of a number that a workbook shows as a date."""
    try:
        days = float(_number(text))
        # Of January and February 1900 programs differ by a day.
        if not _EXCEL_MARCH_1900 <= days < _EXCEL_END:
            raise ValueError
    except (Refusal, ValueError):
        raise Refusal("is not a date as workbooks count days", "write e.g. 45957") from None
    at = _EXCEL_BEGIN + timedelta(seconds=round(days * 86_400))
    return at.date().isoformat() if days.is_integer() else at.isoformat()


def _number(text: str) -> str:
    text = western(text)
    if _NUMBER.fullmatch(text) is None:
        raise Refusal("is not a number", "write e.g. 12 or 12.5")
    plain = text.translate(_APART)
    whole, _, part = plain.partition(".")
    if not part.strip("0"):
        return whole
    # As an amount 12.345 would be refused, for it may be twelve thousand; here it is not.
    return f"{plain}0" if len(part) == 3 else plain


def _web(text: str) -> str:
    """The address, or nothing where the cell holds none: a report says of a source what it can."""
    return text if len(text) <= 2000 and _WEB.fullmatch(text) else ""


def _slug(text: str) -> str:
    slug = _SLUG.sub("-", text.casefold()).strip("-.")[:100]
    # Else its party, say, would be left out, or "93 бригада" and "93 полк" be one.
    if not re.search("[a-z]", slug) and any(map(str.isalpha if slug else str.isalnum, text)):
        raise Refusal(
            "has no letter that a slug may have",
            "write it in a-z and 0-9; a profile keeps other letters by {column|lower}",
        )
    return slug


def _words(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str) -> str:
    """Free text as a summary takes it: one line, at most 4,000 characters."""
    return _cut(_words(text.replace("\x00", "")), 4000)


def _short(text: str) -> str:
    return _cut(_words(text.replace("\x00", "")), 500)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


FILTERS: Final[Mapping[str, Filter]] = {
    "day": _day,
    "epoch": _epoch,
    "excel": _excel,
    "instant": _instant,
    "lower": str.casefold,
    "minute": _minute,
    "next_year": _next_year,
    "number": _number,
    "sentence": _sentence,
    "short": _short,
    "slug": _slug,
    "web": _web,
    "words": _words,
    "ymd": _ymd,
}
"""Filters without an argument, by name."""


_UNITS: Final = ("year", "month", "day", "hour", "minute", "second")
_FORMS: Final = ("%Y", "-%m", "-%d", "T%H", ":%M", ":%S")


def _units(pattern: str) -> list[bool]:
    """Which units a date of this pattern states, the year first."""
    codes = set(re.findall(r"%(.)", pattern))
    in_week = codes & set("UWV") and codes & set("aAuw")
    return [
        bool(codes & set("YyGcx")),
        bool(in_week or codes & set("mbBjcx")),
        bool(in_week or codes & set("djcx")),
        bool(codes & set("HIcX")),
        bool(codes & set("McX")),
        bool(codes & set("ScX")),
    ]


def _form(pattern: str) -> str:
    """The ISO form of dates of this pattern, no finer than they are: a month gets no day."""
    stated = _units(pattern)
    # `strptime` passes over a week without its day, so that the year alone would be left.
    if stated[0] and not stated[1] and re.search("%[UWV]", pattern):
        raise Refusal(
            "a date pattern with the week and without its day", "write e.g. date:%G-W%V-%u"
        )
    depth = next((i for i, one in enumerate(stated) if not one), len(stated))
    finer = [i for i in range(depth, len(stated)) if stated[i]]
    if not any(stated):
        raise Refusal(f"{quoted(pattern)} is no pattern of a date", "write e.g. date:%d.%m.%Y")
    if finer or _UNITS[depth - 1] == "hour":
        raise Refusal(
            f"a date pattern with the {_UNITS[finer[0] if finer else depth - 1]} and without the "
            f"{_UNITS[depth]}",
            "write e.g. date:%d.%m.%Y, date:%Y/%m or date:%d.%m.%Y %H:%M UTC",
        )
    if "%I" in pattern and "%p" not in pattern:
        raise Refusal("an hour of twelve without %p", "write e.g. date:%d.%m.%Y %I:%M %p")
    zone = "Z" if stated[4] and ("UTC" in pattern or pattern.endswith("Z")) else ""
    return "".join(_FORMS[:depth]) + zone


def _date(pattern: str) -> Filter:
    """A date in any other form, by the pattern of `strptime`; its unit is the finest in it."""
    form = _form(pattern)
    if "%Z" in pattern or ("%z" in pattern and "%M" not in form):
        raise Refusal("a zone in a date pattern", "write it as it stands, e.g. UTC")
    shown = datetime(2022, 10, 27, 15, 13, tzinfo=UTC).strftime(pattern)
    try:
        datetime.strptime(shown, pattern)  # noqa: DTZ007 - of a zone if the pattern has one
    except ValueError:
        raise Refusal(
            f"{quoted(pattern)} is no pattern of a date", "write e.g. date:%d.%m.%Y"
        ) from None

    def read(text: str) -> str:
        try:
            when = datetime.strptime(western(_words(text)), pattern)  # noqa: DTZ007 - of a zone if the pattern has one
        except ValueError:
            raise Refusal("is not a date in its form", f"write e.g. {shown}") from None
        return when.strftime(form) + (when.isoformat()[-6:] if when.tzinfo else "")

    return read


def _zone(name: str) -> Filter:
    """A time of day by the clocks of a zone gets its offset; what has one, and a day, stays."""
    zone = zone_of(name)

    def read(text: str) -> str:
        if _NAIVE.fullmatch(text) is None:
            return text
        try:
            shown = datetime.fromisoformat(text).replace(tzinfo=zone)
        except ValueError:
            return text  # whoever reads the date tells what is wrong
        if shown.utcoffset() != shown.replace(fold=1).utcoffset():
            what = f"is in an hour that clocks of {name} show twice, or never"
            raise Refusal(what, "write the time with its offset, such as +02:00")
        return text + shown.isoformat()[-6:]

    return read


def _separator(text: str) -> str:
    """What stands between the parts of a cell; `bar` for the one that a template cannot hold."""
    if not text:
        raise Refusal("no separator", "write e.g. first:;")
    return "|" if text == "bar" else text


def _part(which: int) -> Callable[[str], Filter]:
    def made(separator: str) -> Filter:
        separator = _separator(separator)
        return lambda text: text.split(separator)[which].strip()

    return made


def _least(separator: str) -> Filter:
    """The least of a list, by its letters: of dates in ISO form the earliest."""
    separator = _separator(separator)
    return lambda text: min(
        (part.strip() for part in text.split(separator) if part.strip()), default=""
    )


def _signed(sign: str) -> Filter:
    """A number whose decimal sign is the comma; points or spaces may stand between thousands."""
    if sign != ",":
        raise Refusal("no decimal sign", "write number:, where it is the comma, else number")

    def read(text: str) -> str:
        try:
            return _number(western(text).translate(_SWAPPED))
        except Refusal:
            raise Refusal("is not a number", "write e.g. 12 or 12,5") from None

    return read


def _length(count: str) -> int:
    if not count.isdigit() or not int(count):
        raise Refusal("no length", "write e.g. cut:200")
    return int(count)


def _head(count: str) -> Filter:
    most = _length(count)
    return lambda text: text[:most]


def _longest(count: str) -> Filter:
    most = _length(count)
    return lambda text: _cut(text, most)


FILTERS_WITH: Final[Mapping[str, Callable[[str], Filter]]] = {
    "cut": _longest,
    "date": _date,
    "first": _part(0),
    "head": _head,
    "last": _part(-1),
    "least": _least,
    "number": _signed,
    "zone": _zone,
}
"""Filters with an argument, `{column|name:argument}`; each raises Refusal for a wrong one."""


def filter_named(text: str) -> Filter:
    """The filter of a profile's text, e.g. `day` or `date:%d %B %Y`; Refusal for no such one."""
    name, colon, argument = text.partition(":")
    if name in FILTERS and not colon:
        return FILTERS[name]
    if name in FILTERS_WITH:
        return FILTERS_WITH[name](argument)
    known = ", ".join(dict.fromkeys([*FILTERS, *FILTERS_WITH]))
    raise Refusal(f"no filter {quoted(name)}", f"the filters are {known}")
