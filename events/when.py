"""Dates as people write them (a subset of EDTF) and the half-open UTC bounds they stand for."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, Literal, NamedTuple, Self

from events.refusal import Refusal
from events.vocabulary import UNSEEN

__all__ = [
    "Instant",
    "Precision",
    "When",
    "WhenError",
    "iso",
    "parse_cut",
    "parse_when",
    "quoted",
    "quoted_name",
    "zone_of",
]

Instant = int
"""Microseconds since 1970-01-01T00:00:00Z."""

Precision = Literal["year", "month", "day", "minute", "second", "microsecond", "interval"]
"""The unit a date was written in; any fraction of a second is ``microsecond``."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
SECOND: Final = 1_000_000
"""A second, in microseconds."""
MINUTE: Final = 60 * SECOND
"""A minute, in microseconds."""
DAY: Final = 86_400 * SECOND
"""A day of 24 hours, in microseconds."""
FIRST: Final = (datetime.min.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
"""The first instant that can be told."""
LAST: Final = (datetime.max.replace(tzinfo=UTC) - EPOCH) // _MICROSECOND
"""The last instant that can be told."""

_FORMS = (
    "write 2025, 2025-10, 2025-10-27, 2025-10-27T15:13Z or T15:13:05+02:00, "
    "or an interval A/B, ../B, A/.."
)
_INTERVAL = "write it as 2025-10-20/2025-10-27"
_ONE_OPEN = "write ../B or A/.., with a date on one side"
_ONE_CUT = "write one date or instant, such as 2025-10-27 or 2025-10-27T15:13Z"
_ECHO = 60
_LONGEST = 200

# [0-9] and not \d, which takes the digits of every script. A text, like the mistakes below:
# compiling it takes as long as answering a question, and `re` keeps it once it is compiled.
_MOMENT = (
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?P<time>T"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<part>[0-9]{1,6}))?)?"
    r"(?P<shift>Z|(?P<sign>[+-])(?P<shift_hour>[0-9]{2})(?::(?P<shift_minute>[0-9]{2}))?)?)?)?)?"
)
_LIMITS = (
    ("year", 1, 9999),
    ("month", 1, 12),
    ("day", 1, 31),
    ("hour", 0, 23),
    ("minute", 0, 59),
    ("second", 0, 59),
    ("shift_hour", 0, 23),
    ("shift_minute", 0, 59),
)
_NO_GROUPS: dict[str, str | None] = dict.fromkeys(
    [name for name, _, _ in _LIMITS] + ["time", "part", "shift", "sign"]
)
_QUALIFIERS = {"?": (False, True), "~": (True, False), "%": (True, True)}

# The first row that matches names the mistake; searched only once a text has been refused.
_MISTAKES = (
    (r"\A\Z", "is empty", _FORMS),
    (
        r"\A[0-9]{4}[0-9:TZ+-]*(?:\.\.|\s*[–—]\s*(?=[0-9]{4})|\s+(?:to|until|-)\s)",
        "names two dates",
        _INTERVAL,
    ),
    (r"[“”„‘’«»]", "is in quotes that are not plain", "write it without them"),
    (r"[‐‑‒–—−]", "has a dash that is no hyphen", "write 2025-10-27 with plain hyphens"),
    (r"\s", "has white space in it", "write it as 2025-10-27, with T before a time of day"),
    (r"[^!-~]", "has a character that is not plain ASCII", _FORMS),
    (
        r"\A(?=(?:[0-9]{1,2}[./-])?(?:1[3-9]|[23][0-9])[./-])[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{4}",
        "does not begin with the year",
        "write year-month-day, such as 2025-10-27",
    ),
    (
        r"\A[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]+",
        "does not say which number is the day",
        "write year-month-day, such as 2025-10-27",
    ),
    (
        r"\A[0-9]{4}(?:([./])[0-9]{1,2}\1|[0-9]{4}(?![0-9]))",
        "is not joined by hyphens",
        "write year-month-day, such as 2025-10-27",
    ),
    (r"\A[0-9]{1,2}\Z", "is a part of a date", "write all of it, such as 2025-10-27"),
    (r"/.*/", "has more than two ends", "write an interval as A/B, ../B or A/.."),
    (r"\A/|/\Z", "leaves an end empty", "write .. for an open end, or a date"),
    (r"\A\.\.", "is an open end and no date", _ONE_OPEN),
    (r"[?~%]{2}\Z", "has two qualifiers", "write % for both uncertain and approximate"),
    (r"[?~%].", "has a qualifier inside a date", "write it at the end, as 2025-10-27?"),
    (r"[0-9]{4}.*X", "has digits left out", "write the part that is known, such as 2025-10"),
    (
        r"\A[0-9]{4}-(?:[0-9]{2}-)?[0-9](?![0-9])",
        "has a date part of one digit",
        "write two, as 2025-01-05",
    ),
    (r"\A(?:[+-]|Y|[0-9]{5,}\b-?)", "has a year of other than four digits", _FORMS),
    (r"\.[0-9]{7}", "is finer than a microsecond", "write at most six digits after the point"),
    (r"T[0-9]{2}(?:Z|[+-]|\Z)", "has an hour but no minute", "write T15:13Z"),
    (
        r"[0-9]T",
        "is not a date with a time of day",
        "write 2025-10-27T15:13Z or T15:13:05+02:00",
    ),
)


class WhenError(Refusal, ValueError):
    """A date, cut or zone that cannot be taken: what is wrong, and what would be right."""


class _Stated(NamedTuple):
    text: str
    earliest: Instant | None
    latest: Instant | None
    approximate: bool
    uncertain: bool
    precision: Precision


class When(_Stated):
    """A stated time: the text as written and its half-open UTC bounds ``[earliest, latest)``.

    Bounds are instants in microseconds, ``None`` where the interval is open; at most one is.
    ``uncertain`` is EDTF ``?``, ``approximate`` is ``~``, and ``%`` sets both.
    """

    __slots__ = ()

    def __new__(
        cls,
        text: str,
        earliest: Instant | None,
        latest: Instant | None,
        approximate: bool = False,
        uncertain: bool = False,
        *,
        precision: Precision,
    ) -> Self:
        """Refuse bounds that hold no instant, or every one."""
        if earliest is None and latest is None:
            raise WhenError(f"{quoted(text)} is open on both sides", _ONE_OPEN)
        if earliest is not None and latest is not None and latest <= earliest:
            raise WhenError(f"{quoted(text)} ends before it begins", "write the earlier first")
        return super().__new__(cls, text, earliest, latest, approximate, uncertain, precision)


class _Span(NamedTuple):
    """One date or date-time, with both bounds."""

    earliest: Instant
    latest: Instant
    precision: Precision
    approximate: bool
    uncertain: bool


def parse_when(text: str, zone: tzinfo) -> When:
    """Read a date, a date-time with its offset, or an interval; EDTF levels 0 and 1, in part.

    A date is a day, month or year of ``zone``; a date-time is as wide as the unit written.
    Raises WhenError for anything else, and nothing but WhenError.
    """
    first, slash, last = text.partition("/")
    if not slash:
        earliest, latest, precision, *qualifiers = _minute(text) or _span(text, zone)
        return When(text, earliest, latest, *qualifiers, precision=precision)
    if "/" in last or not first or not last:
        raise _refusal(text)
    begin = None if first == ".." else _span(first, zone)
    end = None if last == ".." else _span(last, zone)
    return When(
        text,
        begin.earliest if begin else None,
        end.latest if end else None,
        approximate=any(side.approximate for side in (begin, end) if side),
        uncertain=any(side.uncertain for side in (begin, end) if side),
        precision="interval",
    )


def parse_cut(value: str | date | datetime, zone: tzinfo) -> Instant:
    """Return the exclusive end of a date of ``zone`` or of an instant.

    An aware datetime is cut where its ``isoformat()`` would be: at the end of its second, or of
    its microsecond if it has any. Raises WhenError for intervals, qualifiers and naive datetimes.
    """
    # What differs from itself is no moment: the missing one of pandas (NaT) is a datetime too.
    if isinstance(value, datetime) and value == value:  # noqa: PLR0124
        if value.utcoffset() is None:
            raise WhenError(
                f"{value.isoformat()} has no offset", "give an aware datetime, or a date"
            )
        text = value.isoformat()
        return _within(text, _instant(value) + (1 if value.microsecond else SECOND))
    if isinstance(value, date) and not isinstance(value, datetime):
        return _span(value.isoformat(), zone).latest
    if not isinstance(value, str):
        raise WhenError(f"{quoted(repr(value))} is no date", _ONE_CUT)
    if value.count("/") == 1 or value == "..":  # of two, each is a wrong hyphen
        raise WhenError(f"{quoted(value)} is not one moment", _ONE_CUT)
    try:
        span = _span(value, zone)
    except WhenError as error:
        if error.right not in (_FORMS, _INTERVAL):
            raise
        raise WhenError(error.what, _ONE_CUT) from None  # an interval would be refused too
    if span.approximate or span.uncertain:
        raise WhenError(f"{quoted(value)} has a qualifier, and a cut is exact", _ONE_CUT)
    return span.latest


def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name, or ``UTC``; WhenError if this machine knows none such."""
    if name == "UTC":
        return UTC
    # Here because zoneinfo costs start-up time that a store in UTC never needs to pay.
    from zoneinfo import ZoneInfo

    right = "write an IANA name such as Europe/Kyiv, or UTC"
    # The folder of zones also holds `localtime`, `right/…` and tables, which differ by machine.
    if not re.fullmatch(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", name):
        raise WhenError(f"{quoted(name)} is not the name of a time zone", right)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WhenError(f"time zone {quoted(name)} is not known", right) from None


@lru_cache(maxsize=512)
def is_zone(name: str) -> bool:
    """Whether this machine knows a zone of this name."""
    try:
        zone_of(name)
    except WhenError:
        return False
    return True


@lru_cache(maxsize=8192)
def iso(instant: Instant) -> str:
    """Write an instant as ISO 8601 in UTC, with six digits of a second only if they are not zero.

    Raises WhenError outside the years 1 to 9999.
    """
    day, rest = divmod(instant, DAY)
    seconds, part = divmod(rest, SECOND)
    text = _day_text(day) + _clock_text(seconds)
    return f"{text}.{part:06d}Z" if part else f"{text}Z"


@lru_cache(maxsize=4096)  # mostly whole minutes
def _clock_text(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"


@lru_cache(maxsize=4096)  # answers and rebuilds write the same few thousand days again and again
def _day_text(day: int) -> str:
    if not FIRST <= day * DAY <= LAST:
        raise WhenError("the instant is outside the calendar", "give one of the years 1 to 9999")
    return f"{date.fromordinal(EPOCH.toordinal() + day).isoformat()}T"


def instant_of(text: str) -> Instant:
    """Read an instant as `iso` writes it."""
    return _instant(datetime.fromisoformat(text))


def quoted_name(text: str) -> str:
    """Quote a name for an error message: cut short, and as it is written, the unseen visible."""
    shown = f'"{text[:_ECHO]}…"' if len(text) > _ECHO else f'"{text}"'
    if shown.isprintable():
        return shown
    return re.sub(f"[{UNSEEN}]", lambda one: repr(one[0])[1:-1], shown)


def quoted(text: str) -> str:
    """Quote what somebody wrote for an error message: cut short, control characters visible."""
    shown = repr(text[:_ECHO])
    if len(text) <= _ECHO and len(shown) <= _ECHO + 2:
        return shown
    return shown[:_ECHO] + "…" + shown[0]


@lru_cache(maxsize=4096)  # a data set names the same few thousand days again and again
def _span(text: str, zone: tzinfo) -> _Span:
    approximate, uncertain = _QUALIFIERS.get(text[-1:], (False, False))
    bare = text[:-1] if approximate or uncertain else text
    if span := _minute(bare):
        return span._replace(approximate=approximate, uncertain=uncertain)
    groups = _day(bare)
    if groups is None:
        match = re.fullmatch(_MOMENT, bare)
        if match is None:
            raise _refusal(text)
        groups = match.groupdict()
    _check_limits(text, groups)
    earliest, latest, precision = (
        _of_clock(text, groups) if groups["time"] else _of_calendar(text, groups, zone)
    )
    return _Span(_within(text, earliest), _within(text, latest), precision, approximate, uncertain)


def _minute(text: str) -> _Span | None:
    """The span of a minute in UTC, such as 2025-10-27T15:13Z: too rarely the same to be kept."""
    if len(text) != 17 or (text[10], text[13], text[16]) != ("T", ":", "Z"):
        return None
    day, hour, minute = text[:10], text[11:13], text[14:16]
    if not (text.isascii() and hour.isdecimal() and minute.isdecimal()):
        return None
    try:
        midnight = _span(day, UTC).earliest
    except WhenError:
        return None  # the long way tells what is wrong
    if hour > "23" or minute > "59":
        return None
    begins = midnight + (int(hour) * 60 + int(minute)) * MINUTE
    return _Span(begins, begins + MINUTE, "minute", approximate=False, uncertain=False)


def _day(text: str) -> dict[str, str | None] | None:
    """The groups that `_MOMENT` has for a plain day, which most dates are, without matching it."""
    year, month, day = text[:4], text[5:7], text[8:]
    if (text[4:5], text[7:8]) != ("-", "-") or len(text) != 10 or not text.isascii():
        return None
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()):
        return None
    return {**_NO_GROUPS, "year": year, "month": month, "day": day}


def _of_calendar(
    text: str, groups: dict[str, str | None], zone: tzinfo
) -> tuple[Instant, Instant, Precision]:
    """Bounds of a year, month or day: from its first midnight in the zone to the next one's."""
    start = _midnight(text, groups)
    precision: Precision = "day" if groups["day"] else "month" if groups["month"] else "year"
    try:
        if precision == "year":
            end = start.replace(year=start.year + 1)
        elif precision == "month":
            end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
        else:
            end = start + timedelta(days=1)
    except (ValueError, OverflowError):
        raise _beyond(text) from None
    earliest, latest = (_instant(local.replace(tzinfo=zone)) for local in (start, end))
    if latest <= earliest:  # Samoa went without 2011-12-30
        raise WhenError(f"{quoted(text)} was left out in {zone}", "write the day before or after")
    return earliest, latest, precision


def _of_clock(text: str, groups: dict[str, str | None]) -> tuple[Instant, Instant, Precision]:
    """Bounds of a date-time: as wide as the smallest unit written."""
    if not groups["shift"]:
        raise WhenError(f"{quoted(text)} has no offset from UTC", "add Z or one such as +02:00")
    hour, minute, second, shift_hour, shift_minute = (
        int(groups[name] or 0)
        for name in ("hour", "minute", "second", "shift_hour", "shift_minute")
    )
    part = groups["part"] or ""
    shift = (shift_hour * 60 + shift_minute) * (-1 if groups["sign"] == "-" else 1)
    seconds = (hour * 60 + minute - shift) * 60 + second
    day = _instant(_midnight(text, groups).replace(tzinfo=UTC))
    earliest = day + seconds * SECOND + int(part.ljust(6, "0"))
    if part:
        return earliest, earliest + 10 ** (6 - len(part)), "microsecond"
    if groups["second"]:
        return earliest, earliest + SECOND, "second"
    return earliest, earliest + MINUTE, "minute"


def _midnight(text: str, groups: dict[str, str | None]) -> datetime:
    year, month, day = (int(groups[name] or 1) for name in ("year", "month", "day"))
    try:
        return datetime(year, month, day)  # noqa: DTZ001 -- local; the caller adds the zone
    except ValueError:
        # Only months of fewer than 31 days come here, so the next one is of the same year.
        last = date.fromordinal(date(year, month + 1, 1).toordinal() - 1)
        raise WhenError(
            f"{quoted(text)} is not in the calendar", f"that month ends on {last.isoformat()}"
        ) from None


def _check_limits(text: str, groups: dict[str, str | None]) -> None:
    for name, low, high in _LIMITS:
        value = groups[name]
        if value is None or low <= int(value) <= high:
            continue
        what = f"{quoted(text)} has {name.replace('shift_', 'offset ')} {value}"
        if name == "hour" and value == "24":
            raise WhenError(what, "write midnight as T00:00 of the next day")
        if name == "second" and value == "60":
            raise WhenError(what, "write a leap second as :59")
        width = len(value)
        raise WhenError(what, f"write one from {low:0{width}d} to {high}")


def _instant(moment: datetime) -> Instant:
    # Of a local midnight that comes twice, the first; in a gap, by the offset before it (fold=0).
    return (moment - EPOCH) // _MICROSECOND


def _within(text: str, instant: Instant) -> Instant:
    if not FIRST <= instant <= LAST:
        raise _beyond(text)
    return instant


def _beyond(text: str) -> WhenError:
    return WhenError(
        f"{quoted(text)} runs out of the years 1 to 9999 in UTC",
        "write one well inside them; in an interval, write .. for an open end",
    )


def _refusal(text: str) -> WhenError:
    if len(text) > _LONGEST:
        return WhenError(f"{quoted(text)} is longer than any date", _FORMS)
    for pattern, what, right in _MISTAKES:
        if re.search(pattern, text):
            return WhenError(f"{quoted(text)} {what}", right)
    return WhenError(f"{quoted(text)} is not a date", _FORMS)
