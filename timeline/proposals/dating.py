"""The days a sentence names, by the calendar and by the day on which it was published."""

from __future__ import annotations

import re
from collections.abc import Callable
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
_COUNTED: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_MANY: Final = r"(?P<many>\d{1,2}|one|two|three|four|five|six|seven|couple of)"


class Dated(NamedTuple):
    """A day or a span of days, both ends counted, and where it is said; `guess` says what of it."""

    start: int
    end: int
    first: date
    last: date
    guess: str | None = None
    deadline: bool = False

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}/{self.last}"


def dates_in(text: str, published: date) -> list[Dated]:
    """The days named in a sentence, in order, each word used once."""
    found: list[Dated] = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            try:
                dated = read(match, published)
            except (ValueError, OverflowError):  # 31 February; before the year 1
                continue
            if dated is not None:
                by = re.search(r"\b(?:by|until|before)\s+$", text[: match.start()], re.IGNORECASE)
                found.append(dated._replace(deadline=by is not None))
    return sorted(found)


def _at(
    match: re.Match[str], first: date, last: date | None = None, guess: str | None = None
) -> Dated:
    return Dated(match.start(), match.end(), first, last or first, guess)


def _iso(match: re.Match[str], _: date) -> Dated:
    return _at(match, date.fromisoformat(match[0]))


def _named_month(match: re.Match[str], published: date) -> Dated:
    """A day of a month; without a year it is of the year that brings it nearest."""
    month = _MONTHS.index(match["month"][:3].lower()) + 1
    year, guess = match["year"], None
    first, last = int(match["day"]), int(match["last"] or match["day"])
    if year:
        years = int(year)
    else:
        years = min(
            (published.year + more for more in (-1, 0, 1)),
            key=lambda one: abs(date(one, month, first) - published),
        )
        guess = f'the year of "{match[0]}" is not said; taken as {years}'
    return _at(match, date(years, month, first), date(years, month, last), guess)


def _weekday(match: re.Match[str], published: date) -> Dated | None:
    """The last such day up to that of publication."""
    if (match["which"] or "").lower() == "next":
        return None
    back = (published.weekday() - _DAYS.index(match["weekday"].lower())) % 7
    guess = None
    if (match["which"] or "").lower() == "last":
        back = back or 7
        guess = f'"{match[0]}" read as the one before publication'
    return _at(match, published - timedelta(back), None, guess)


def _yesterday(match: re.Match[str], published: date) -> Dated:
    return _at(match, published - timedelta(1))


def _today(match: re.Match[str], published: date) -> Dated:
    return _at(match, published)


def _night(match: re.Match[str], published: date) -> Dated:
    return _at(match, published - timedelta(1), published)


def _week(match: re.Match[str], published: date) -> Dated:
    monday = published - timedelta(published.weekday())
    if match["which"].lower() == "this":
        return _at(match, monday, published)
    return _at(match, monday - timedelta(7), monday - timedelta(1))


def _ago(match: re.Match[str], published: date) -> Dated:
    return _at(match, published - timedelta(_number(match["many"]) * _unit(match["unit"])))


def _past(match: re.Match[str], published: date) -> Dated:
    days = _number(match["many"] or "1") * _unit(match["unit"])
    return _at(match, published - timedelta(days), published)


def _hours(match: re.Match[str], published: date) -> Dated:
    return _at(match, published - timedelta(-(-int(match["hours"]) // 24)), published)


def _number(text: str) -> int:
    text = text.lower()
    return int(text) if text.isdigit() else _COUNTED.get(text, 2)


def _unit(text: str) -> int:
    return {"day": 1, "week": 7, "month": 30}[text.lower().removesuffix("s")]


_Read = Callable[[re.Match[str], date], "Dated | None"]
_FORMS: Final[tuple[tuple[re.Pattern[str], _Read], ...]] = (
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), _iso),
    (
        re.compile(
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–](?P<last>\d{{1,2}}))?\s+{_MONTH}(?!\w)"
            r"(?:,?\s+(?P<year>(?:19|20)\d\d))?",
            re.IGNORECASE,
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[-–](?P<last>\d{{1,2}}))?(?!\d|,\d)"
            r"(?:,?\s+(?P<year>(?:19|20)\d\d))?",
            re.IGNORECASE,
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"\b(?:(?P<which>last|next)\s+)?(?P<weekday>{'|'.join(_DAYS)})\b", re.IGNORECASE
        ),
        _weekday,
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
