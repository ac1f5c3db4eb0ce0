"""The days a sentence names, by the calendar and by the day on which it was published."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

_DAYS: Final = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS: Final = [
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
]
_MONTH: Final = (
    r"(?P<month>Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY_OF_MONTH: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_LAST_DAY: Final = r"(?P<last>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
_FROM: Final = r"(?:(?P<from>between|from)\s+)?"
_JOIN: Final = r"(?P<join>\s*[-–—]\s*|\s+(?:to|and|or|through|until|till)\s+)"
# After "November 5 and" a number may count something: "and 12 people died".
_NO_COUNT: Final = (
    r"(?=\s*(?:[.,;:)\"”]|$|(?:19|20)\d\d|(?:in|at|on|near|around|as|when|by|but|while)\b))"
)
_COUNTED: Final = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
}
_MANY: Final = r"(?P<many>\d{1,2}|a|one|two|three|four|five|six|seven|couple of)"


class DaysSaid(NamedTuple):
    """A day or a span of days, both ends counted, and where it is said.

    `guess` tells what was taken for what, `doubt` what of it has to be decided.
    """

    start: int
    end: int
    first: date
    last: date
    guess: str | None = None
    deadline: bool = False
    doubt: str | None = None

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}/{self.last}"


class Untimed(NamedTuple):
    """Words that say when, though not in a form that is read."""

    start: int
    end: int
    words: str


def dates_in(text: str, published: date) -> list[DaysSaid]:
    """The days named in a sentence, in order, each word used once."""
    found: list[DaysSaid] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            try:
                dated = read(match, published)
            except (ValueError, OverflowError):  # 31 February; before the year 1
                continue
            if dated is not None:
                found.append(dated)
    found = _joined(text, sorted(found), published)
    if before := _DAY_BEFORE.search(text):
        # The day before one that was told of; which that is takes a reader.
        days = [one for one in found if not one.deadline]
        base = days[0].first if len(days) == 1 else published
        doubt = f'"{before[0]}" is counted from {base}'
        found.append(_at(before, _earlier(base, 1))._replace(doubt=doubt))
    return sorted(found)


def untimed_in(text: str, dates: Sequence[DaysSaid]) -> list[Untimed]:
    """What else a sentence says of when: "last month", "29 February" of no leap year."""
    return [
        Untimed(match.start(), match.end(), " ".join(match[0].split()))
        for match in _UNREAD.finditer(text)
        if not any(match.start() < one.end and one.start < match.end() for one in dates)
    ]


def _joined(text: str, dates: Sequence[DaysSaid], published: date) -> list[DaysSaid]:
    """With "Sunday and Monday", "from 30 October to 2 November" as one; with what is a deadline."""
    found: list[DaysSaid] = []
    for one in dates:
        last = found[-1] if found else None
        join = last and _BETWEEN.fullmatch(text[last.end : one.start])
        joined = last and join and _span(text, last, one, join[1].lower())
        if joined:
            found[-1] = joined
            continue
        found.append(one)
    return [_opened(text, one, published) for one in found]


def _opened(text: str, one: DaysSaid, published: date) -> DaysSaid:
    """With what comes before it: "since Monday" goes on to publication, "by Monday" is an end."""
    if shown := _SHOWN.search(text[: one.start]):
        said = f'"{shown[0]}{text[one.start : one.end]}" is when it was shown, not when it happened'
        return one._replace(doubt=one.doubt or said)
    word = _OPENED.search(text[: one.start])
    match word and word[1].lower():
        case "since" if one.first <= published:
            return one._replace(last=max(one.last, published))
        case "by" | "until" | "before":
            return one._replace(deadline=True)
        case "after" | "from" if one.first == one.last:
            said = f'"{word[1]} {text[one.start : one.end]}"' if word else ""
            return one._replace(doubt=one.doubt or f"{said} read as {one}")
    return one


def _span(text: str, one: DaysSaid, other: DaysSaid, join: str) -> DaysSaid | None:
    """Both as one span, in doubt if they are not said to be one; "Tuesday, 28 October" as a day."""
    weekday = text[one.start : one.end].lower()
    if join == "," and weekday in _DAYS and other.first.weekday() == _DAYS.index(weekday):
        return other._replace(start=one.start)
    days, listed = [one.first, one.last, other.first, other.last], join not in _THROUGH
    if days != sorted(days) and not listed and weekday in _DAYS:
        days[:2] = [_earlier(day, 7) for day in days[:2]]
    if one.deadline or (days != sorted(days) and not listed):
        return None
    opened = re.search(r"\b(?:between|from)\s+$", text[: one.start], re.IGNORECASE)
    apart = days[2] - days[1] > timedelta(1) and not opened
    unsure = join in {"or", "and on"} or days != sorted(days) or (listed and apart)
    said = f'"{text[one.start : other.end]}" read as {min(days)} to {max(days)}'
    doubt = one.doubt or other.doubt or (said if unsure else None)
    guess = "; ".join(dict.fromkeys(filter(None, (one.guess, other.guess)))) or None
    return DaysSaid(one.start, other.end, min(days), max(days), guess, doubt=doubt)


def _earlier(day: date, days: int) -> date:
    """So many days before a day; the first there is, if that is before it."""
    return date.fromordinal(max(1, day.toordinal() - days))


def _at(
    match: re.Match[str], first: date, last: date | None = None, guess: str | None = None
) -> DaysSaid:
    return DaysSaid(match.start(), match.end(), first, last or first, guess)


def _iso(match: re.Match[str], _: date) -> DaysSaid:
    return _at(match, date.fromisoformat(match[0]))


def _named_month(match: re.Match[str], published: date) -> DaysSaid:
    """A day of a month, or several; without a year it is of the year that brings it nearest."""
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    guess = doubt = None
    first, last = int(match["day"]), int(match["last"] or match["day"])
    if last < first:
        raise ValueError("the days are not in order")
    if match["year"]:
        year = int(match["year"])
    else:
        years = [
            one
            for one in (published.year, published.year - 1, published.year + 1)
            if first <= monthrange(one, month)[1]  # 29 February is not in every year
        ]
        year = min(years, key=lambda one: abs(date(one, month, first) - published))
        guess = f'the year of "{match[0]}" is not said; taken as {year}'
    days = _at(match, date(year, month, first), date(year, month, last), guess)
    join = (match["join"] or "").strip()
    unsure = join == "or" or (join == "and" and not match["from"] and last > first + 1)
    if unsure or re.search(r"\d,\s*$", match.string[: match.start()]):
        doubt = f'"{match[0]}" read as {days.first} to {days.last}'
    return days._replace(doubt=doubt)


def _month(match: re.Match[str], _: date) -> DaysSaid | None:
    if re.search(r"\d(?:st|nd|rd|th)?\s+$", match.string[: match.start()]):
        return None  # of a day that this month does not have
    year, month = int(match["year"]), _MONTHS.index(match["month"][:3].lower()) + 1
    return _at(match, date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _weekday(match: re.Match[str], published: date) -> DaysSaid | None:
    """The last such day up to that of publication."""
    if (match["which"] or "").lower() == "next":
        return None
    back = (published.weekday() - _DAYS.index(match["weekday"].lower())) % 7
    guess = None
    if (match["which"] or "").lower() == "last":
        back = back or 7
        guess = f'"{match[0]}" read as the one before publication'
    return _at(match, published - timedelta(back), None, guess)


def _yesterday(match: re.Match[str], published: date) -> DaysSaid:
    return _at(match, published - timedelta(1))


def _today(match: re.Match[str], published: date) -> DaysSaid:
    return _at(match, published)


def _before_yesterday(match: re.Match[str], published: date) -> DaysSaid:
    return _at(match, published - timedelta(2))


def _weekend(match: re.Match[str], published: date) -> DaysSaid:
    """The last one up to publication; told of at a weekend, it may be that or the one before."""
    saturday = published - timedelta((published.weekday() - 5) % 7)
    days = _at(match, saturday, min(saturday + timedelta(1), published))
    if published.weekday() < 5 and "last" not in match[0].lower():
        return days
    return days._replace(doubt=f'"{match[0]}" read as {days.first} to {days.last}')


def _night(match: re.Match[str], published: date) -> DaysSaid:
    return _at(match, published - timedelta(1), published)


def _week(match: re.Match[str], published: date) -> DaysSaid:
    monday = published - timedelta(published.weekday())
    if match["which"].lower() == "this":
        return _at(match, monday, published)
    return _at(match, monday - timedelta(7), monday - timedelta(1))


def _ago(match: re.Match[str], published: date) -> DaysSaid:
    day = published - timedelta(_number(match["many"]) * _unit(match["unit"]))
    dated = _at(match, day)
    exact = _unit(match["unit"]) == 1 and "couple" not in match["many"].lower()
    return dated if exact else dated._replace(doubt=f'"{match[0]}" read as {day}')


def _past(match: re.Match[str], published: date) -> DaysSaid:
    days = _number(match["many"] or "1") * _unit(match["unit"])
    return _at(match, published - timedelta(days), published)


def _hours(match: re.Match[str], published: date) -> DaysSaid:
    return _at(match, published - timedelta(-(-int(match["hours"]) // 24)), published)


def _number(text: str) -> int:
    text = text.lower()
    return int(text) if text.isdigit() else _COUNTED.get(text, 2)


def _unit(text: str) -> int:
    return {"day": 1, "week": 7, "month": 30}[text.lower().removesuffix("s")]


_Read = Callable[[re.Match[str], date], "DaysSaid | None"]
_FORMS: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = (
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), _iso),
    (
        re.compile(
            rf"\b{_FROM}{_DAY_OF_MONTH}(?:{_JOIN}{_LAST_DAY})?\s+{_MONTH}(?!\w){_YEAR}",
            re.IGNORECASE,
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"\b{_FROM}{_MONTH}\s+{_DAY_OF_MONTH}(?:{_JOIN}{_LAST_DAY}{_NO_COUNT})?(?!\d|,\d)"
            rf"{_YEAR}",
            re.IGNORECASE,
        ),
        _named_month,
    ),
    (re.compile(rf"\b{_MONTH},?\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE), _month),
    (
        re.compile(
            rf"\b(?:(?P<which>last|next)\s+)?(?P<weekday>{'|'.join(_DAYS)})\b", re.IGNORECASE
        ),
        _weekday,
    ),
    (re.compile(r"\bthe day before yesterday\b", re.IGNORECASE), _before_yesterday),
    (
        re.compile(
            r"\b(?:(?:at|during|on|over)\s+(?:the|this|last|the\s+past)\s+|(?<=since\sthe\s)|last\s+)"
            r"weekend\b",
            re.IGNORECASE,
        ),
        _weekend,
    ),
    (re.compile(r"\byesterday\b", re.IGNORECASE), _yesterday),
    (re.compile(r"\b(?:today|this (?:morning|afternoon|evening))\b", re.IGNORECASE), _today),
    (re.compile(r"\b(?:overnight|last night)\b", re.IGNORECASE), _night),
    (re.compile(r"(?<!the )\b(?P<which>last|this) week\b", re.IGNORECASE), _week),
    (re.compile(rf"\b{_MANY}\s+(?P<unit>days?|weeks?) ago\b", re.IGNORECASE), _ago),
    (
        re.compile(r"\b(?:past|last|previous)\s+(?P<hours>24|48|72)[\s-]+hours?\b", re.IGNORECASE),
        _hours,
    ),
    (
        re.compile(
            rf"\b(?:in|over|during|within|for)\s+the\s+(?:past|last|previous)\s+(?:{_MANY}\s+)?"
            r"(?P<unit>days?|weeks?|months?)\b",
            re.IGNORECASE,
        ),
        _past,
    ),
)
_THROUGH: Final = frozenset({"-", "–", "—", "to", "through", "until", "till"})
_BETWEEN: Final = re.compile(r"\s*([-–—]|to|and on|and|or|through|until|till|,)\s*", re.IGNORECASE)
_OPENED: Final = re.compile(r"\b(by|until|before|since|after|from)\s+(?:the\s+)?$", re.IGNORECASE)
_SHOWN: Final = re.compile(
    r"\b(?:published|posted|released|uploaded|dated|circulated|shared)\s+(?:online\s+)?(?:on\s+)?$",
    re.IGNORECASE,
)
_DAY_BEFORE: Final = re.compile(
    r"\b(?:the\s+day\s+before|the\s+previous\s+day|(?:a|one)\s+day\s+earlier)"
    r"(?!\s+(?:yesterday|the|a|an|his|its|their|this|that|[A-Z]\w*)\b)"
)
_UNITS: Final = r"(?:hour|day|night|week|weekend|month|year|spring|summer|autumn|winter)s?"
_UNREAD: Final = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?!\w)".replace("?P<month>", "?:")
    + rf"|{_MONTH}\s+\d{{1,2}}(?!\d|,\d)|(?:in|during|early|late|mid)[\s-]+{_MONTH}(?!\w)".replace(
        "?P<month>", "?:"
    )
    + rf"|(?i:(?:in|during|throughout)\s+(?:19|20)\d\d(?!\w)|the\s+{_UNITS}\s+(?:before|after)"
    rf"|(?:last|next|this|the\s+(?:coming|following|next|previous|same))\s+(?:{_UNITS}|{'|'.join(_DAYS)})"
    rf"|(?:(?:past|last)\s+(?:few|several)|in\s+recent)\s+{_UNITS}|recently"
    rf"|(?:[\w-]+|couple of|few)\s+{_UNITS}\s+(?:ago|earlier|later|before|prior)"
    rf"|(?:in|over|within)\s+(?:an?|one|two|three|four|five|six|\d+|several|(?:a\s+)?few)\s+{_UNITS}"
    r"|tomorrow|weekend)\b)"
)
