"""Days, and dates as far as they were said: what the calendar has of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final, NamedTuple

from timeline.questions.ask.errors import Unread

ONE_DAY: Final = timedelta(days=1)
_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


_LAST_THIRD: Final = 21
"""The day of the month with which the last of its thirds begins, which all else is of."""


class Note(NamedTuple):
    """Something filled in that the asker did not say; `loud` where it may well be wrong."""

    text: str
    loud: bool = False


class Days(NamedTuple):
    """The days from `first` through `last`; `cut` is the end as the commands take it."""

    first: date
    last: date
    cut: str

    @classmethod
    def of(cls, first: date, last: date | None = None) -> Days:
        """Whole days; one, unless `last` is given."""
        end = first if last is None else last
        return cls(first, end, end.isoformat())

    @property
    def one(self) -> bool:
        """Whether this is a day, or an instant of one."""
        return self.first == self.last

    @property
    def before(self) -> str:
        """What to compare with: itself, of a day; of more, the day before they begin."""
        return self.cut if self.one else (self.first - ONE_DAY).isoformat()

    @property
    def following(self) -> Days:
        """The day after them."""
        return Days.of(self.last + ONE_DAY)

    @property
    def preceding(self) -> Days:
        """The day before them."""
        return Days.of(self.first - ONE_DAY)

    def __str__(self) -> str:
        return self.cut if self.one else f"{self.first} to {self.last}"


class Stated(NamedTuple):
    """A bound as said: a day or month whose year may be open, or days that are known."""

    text: str
    days: Days | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    third: int = 0
    """The day of the month with which a third of it begins, as in `mid-May`; else 0."""


def yearless(stated: Stated) -> bool:
    """Whether the year was left out."""
    return stated.days is None and stated.year is None


def days_in(stated: Stated, year: int) -> Days | None:
    """The days in a year; None where the calendar has none such."""
    if stated.month is None:
        return None
    if stated.day is None:
        last = monthrange(year, stated.month)[1]
        if stated.third and stated.third < _LAST_THIRD:
            last = stated.third + 9
        first = stated.third or 1
        return Days.of(date(year, stated.month, first), date(year, stated.month, last))
    try:
        found = date(year, stated.month, stated.day)
    except ValueError:
        return None
    if stated.weekday is not None and found.weekday() != stated.weekday:
        if stated.year is None:
            return None
        raise Unread(
            f'"{stated.text}": {found} is a {_NAMES[found.weekday()]}', "leave the weekday out"
        )
    return Days.of(found)


def impossible(stated: Stated) -> Unread:
    """Why no year has such a date."""
    if stated.weekday is not None:
        what = f'"{stated.text}" fell on that weekday in none of these years'
        return Unread(what, "leave the weekday out")
    return Unread(f'"{stated.text}" is no day of the calendar', "write one such as 2025-10-27")


def begin_of(day: date, unit: str) -> date:
    """The first day of the week, month or year of a day."""
    match unit:
        case "week":
            return day - ONE_DAY * day.weekday()
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def units_back(day: date, number: int, unit: str) -> date:
    """So many units before a day; of a month that is too short, its last day."""
    if unit in ("day", "week"):
        return day - ONE_DAY * number * (7 if unit == "week" else 1)
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
