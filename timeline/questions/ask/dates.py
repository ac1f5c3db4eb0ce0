"""Dates as people say them, into days: what is left out is filled in by rule, and said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import MINYEAR, date
from typing import TYPE_CHECKING, Any, Final

from lark import Token, Tree

from events.when import WhenError, parse_cut, parse_when
from timeline.days import day_of
from timeline.questions.ask.days import (
    ONE_DAY,
    Days,
    Note,
    Stated,
    begin_of,
    days_in,
    impossible,
    units_back,
    yearless,
)
from timeline.questions.ask.errors import Unread

if TYPE_CHECKING:
    from datetime import tzinfo

LONG_AGO: Final = 180
"""Days before the newest report from which on a year that was filled in is pointed out loudly."""

_WIDEST: Final = 180
"""Days that a range may span whose end got its year from its beginning, or the other way round."""

_SATURDAY: Final = 5
"""Days from Monday to it."""

_BEGINS: Final = {"early": 1, "mid": 11, "middle": 11, "late": 21}
"""The days of a month with which its thirds begin."""

_IN: Final = frozenset({"in", "during", "throughout", "within"})
_INSTANTS: Final = frozenset({"minute", "second", "microsecond"})


class Calendar:
    """Reads dates; `notes` gathers what was filled in."""

    def __init__(self, today: date, newest: Callable[[], date | None], zone: tzinfo) -> None:
        self.today = today
        self._newest_report = newest
        self._zone = zone
        self.notes: list[Note] = []

    # Points and ranges

    def at(self, tree: Tree[Token]) -> Days:
        """One bound: a day, or the days of a week, month or year."""
        [bound] = _bounds(tree)
        self._day_or_year(tree, bound)
        return self._latest(self._stated(bound))

    def _day_or_year(self, tree: Tree[Token], bound: Tree[Token]) -> None:
        """Refuse `in Nov 22`, where a month is expected and the number may be its year."""
        number = _tokens(bound)[-1:]
        if bound.data != "day" or _raw(_token(tree, "ON")).casefold() not in _IN or not number:
            return
        year = 2000 + int(number[0].value) if _raw(number[0]).isdigit() else self.today.year
        if number[0].type == "NUMBER" and year < self.today.year:
            text = _text(bound)
            month = _raw(_token(bound, "MONTH"))
            raise Unread(
                f'"{text}" may be a day or a month of {year}',
                f"write on {text}, or in {month} {year}",
            )

    def span(self, tree: Tree[Token]) -> tuple[Days, Days]:
        """Two bounds, the first not after the second."""
        if dashed := _token(tree, "DASHED"):
            first, last = self._dashed(tree, dashed)
        else:
            first, last = (self._stated(one) for one in _bounds(tree))
        begins, ends = self._between(first, last)
        if parse_cut(ends.cut, self._zone) < parse_cut(begins.cut, self._zone):
            raise Unread(
                f"{begins} to {ends} ends before it begins", "write the earlier date first"
            )
        return begins, ends

    def interval(self, token: Token) -> tuple[Days | None, Days | None]:
        """An interval as reports write it, one end of which may be open."""
        first, _, last = str(token.value).partition("/")
        begins = None if first == ".." else self._written(first)
        ends = None if last == ".." else self._written(last)
        return begins, ends

    def _dashed(self, tree: Tree[Token], dashed: Token) -> tuple[Stated, Stated]:
        first, last = dashed.value
        month, year = _token(tree, "MONTH"), _token(tree, "YEAR")
        name = _raw(month)
        made = [
            Stated(f"{day} {name}", year=_value(year), month=_value(month), day=day)
            for day in (first, last)
        ]
        return made[0], made[1]

    def _between(self, first: Stated, last: Stated) -> tuple[Days, Days]:
        # A bare number is a day of the other end's month.
        if first.month is None and first.days is None:
            first = first._replace(month=last.month, year=first.year or last.year)
        if last.month is None and last.days is None:
            last = last._replace(month=first.month, year=last.year or first.year)
        if yearless(first) and not yearless(last):
            ends = self._latest(last)
            return self._beside(first, ends, f'"{first.text}" to "{last.text}"', -1), ends
        begins = self._latest(first)
        if not yearless(last):
            return begins, self._latest(last)
        return begins, self._beside(last, begins, f'"{first.text}" to "{last.text}"', 1)

    def _beside(self, stated: Stated, other: Days, both: str, way: int) -> Days:
        """The nearest such date on one side of the other end."""
        year = other.last.year
        for candidate in (year, year + way):
            found = days_in(stated, candidate)
            if found and (found.last >= other.first if way > 0 else found.first <= other.last):
                break
        else:
            raise impossible(stated)
        # Over new year only a short range is meant; within a year any that was said.
        if candidate != year and abs((found.first - other.first).days) > _WIDEST:
            raise Unread(
                f"{both} ends before it begins", "write the earlier date first, or the year of each"
            )
        self._note(f'"{stated.text}" is taken as {found}, beside the other end of the range')
        return found

    # What is left open

    def _latest(self, stated: Stated) -> Days:
        """The days meant: without a year, the latest that are not after the newest report."""
        if stated.days:
            return stated.days
        if stated.month is None:
            raise Unread(f'"{stated.text}" is a day of no month', "write 27 October, or 2025-10-27")
        if stated.year is not None:
            found = days_in(stated, stated.year)
            if found is None:
                raise impossible(stated)
            if stated.third:
                self._note(f'"{stated.text}" is taken as {found}')
            return found
        newest = self._newest_report()
        bound = newest or self.today
        found = next(
            (
                days
                for year in range(bound.year, max(MINYEAR, bound.year - 9), -1)
                if (days := days_in(stated, year)) and days.first <= bound
            ),
            None,
        )
        if found is None:
            raise impossible(stated)
        self._say_year(stated, found, newest)
        return found

    def _say_year(self, stated: Stated, found: Days, newest: date | None) -> None:
        if newest is None:
            self._note(f'"{stated.text}" is taken as {found}, the latest that is not after today')
            return
        ago = (newest - found.last).days
        if ago > LONG_AGO:
            self._note(
                f'"{stated.text}" has no year and is taken as {found}, {ago} DAYS BEFORE the '
                f"newest report ({newest}); if another year is meant, write it",
                loud=True,
            )
            return
        self._note(
            f'"{stated.text}" is taken as {found}, the latest that is not after the newest report '
            f"({newest})"
        )

    # As said

    def _stated(self, tree: Tree[Token]) -> Stated:
        text = _text(tree)
        match tree.data:
            case "moment":
                days = self._written(_tokens(tree)[0].value)
                if "." in text:  # with dots the day comes first, and no command takes it so
                    self._note(f'"{text}" is read as {days}, the day first')
                return Stated(text, days)
            case "day":
                return self._dated(tree, text)
            case "month" if _token(tree, "PAST"):
                return Stated(text, self._relative(text, self._last_month_named(tree)))
            case "month":
                return Stated(text, year=_value(_token(tree, "YEAR")), month=_month(tree))
            case "year":
                year = int(_tokens(tree)[0].value)
                return Stated(text, Days.of(date(year, 1, 1), date(year, 12, 31)))
            case "quarter":
                return Stated(text, self._quarter(tree, text))
            case "third":
                begins = _BEGINS[_raw(_tokens(tree)[0]).casefold().split()[0]]
                year, month = _value(_token(tree, "YEAR")), _month(tree)
                return Stated(text, year=year, month=month, third=begins)
            case "edge" | "half":
                some = self._edge if tree.data == "edge" else self._half
                return Stated(text, some(tree, text))
            case "clocked":
                return Stated(text, self._clocked(tree))
            case "bare":
                year = _value(_token(tree, "YEAR"))
                return Stated(text, year=year, day=_tokens(tree)[0].value)
            case _:
                return Stated(text, self._relative(text, self._counted(tree, text.casefold())))

    def _dated(self, tree: Tree[Token], text: str) -> Stated:
        weekday = _value(_token(tree, "WEEKDAY"))
        return Stated(
            text,
            year=_value(_token(tree, "YEAR")),
            month=_month(tree),
            day=_value(_token(tree, "NUMBER")),
            weekday=weekday,
        )

    def _quarter(self, tree: Tree[Token], text: str) -> Days:
        year = _value(_token(tree, "YEAR"))
        if year is None:
            raise Unread(f'"{text}" is a quarter of no year', "write Q4 2022")
        month = 3 * int(_value(_token(tree, "QUARTER")))
        ends = days_in(Stated(text, month=month), year)
        assert ends is not None  # every year has every month  # noqa: S101
        return Days.of(date(year, month - 2, 1), ends.last)

    def _edge(self, tree: Tree[Token], text: str) -> Days:
        """The first or the last day of a month, a year or the like; the end of a day is the day."""
        days = self._latest(self._stated(_bounds(tree)[0]))
        edge = _tokens(tree)[0].casefold()
        if edge.startswith("week"):
            return self._week(days, text)
        last = edge.startswith("end")
        if days.one:
            if not last:
                raise Unread(f'"{text}" is no day', "write the day, or a time such as 15:00 UTC")
            return days
        found = Days.of(days.last if last else days.first)
        self._note(f'"{text}" is taken as {found}')
        return found

    def _week(self, day: Days, text: str) -> Days:
        """The week in which a day is."""
        if not day.one:
            raise Unread(f'"{text}" is no one week', "write one of its days, or two dates")
        monday = begin_of(day.first, "week")
        found = Days.of(monday, monday + ONE_DAY * 6)
        self._note(f'"{text}" is taken as {found}, from Monday to Sunday')
        return found

    def _half(self, tree: Tree[Token], text: str) -> Days:
        """Half of a month, which ends with its 15th day, or of a year, with June."""
        whole = self._latest(self._stated(_bounds(tree)[0]))
        begins, ends = whole.first, whole.last
        following = begin_of(ends, "month") != begins
        middle = begins.replace(month=6, day=30) if following else begins.replace(day=15)
        if (ends + ONE_DAY).day != 1 or begin_of(ends, "year" if following else "month") != begins:
            raise Unread(f'"{text}" has no certain days', "write its two dates")
        first = _tokens(tree)[0].casefold().startswith("first")
        found = Days.of(begins, middle) if first else Days.of(middle + ONE_DAY, ends)
        self._note(f'"{text}" is taken as {found}')
        return found

    def _clocked(self, tree: Tree[Token]) -> Days:
        """A day with a time, which is an instant only with its zone."""
        day = self._latest(self._stated(_bounds(tree)[0]))
        time = str(_value(_token(tree, "CLOCK")))
        if len(day.cut) != len("2025-10-27"):
            raise Unread(f'"{_text(tree)}" has two times of day', "write one")
        if len(time) == len("15:00"):
            raise Unread(f'"{time}" is of no zone', f"write {time} UTC, or {day.cut}T{time}Z")
        return self._written(f"{day.cut}T{time}")

    def _written(self, value: object) -> Days:
        """A date as the commands take it."""
        if isinstance(value, WhenError):
            raise Unread(value.what, value.right)
        try:
            when = parse_when(str(value), self._zone)
        except WhenError as error:
            raise Unread(error.what, error.right) from None
        if when.earliest is None or when.latest is None:
            raise Unread(f"{value} is open", "write a date, such as 2025-10-27")
        first, last = day_of(when.earliest, self._zone), day_of(when.latest - 1, self._zone)
        if when.precision in _INSTANTS:
            return Days(first, last, str(value))
        return Days.of(first, last)

    def _relative(self, text: str, days: Days) -> Days:
        self._note(f'"{text}" is {days}, counted from today, {self.today}')
        return days

    def _counted(self, tree: Tree[Token], text: str) -> Days:
        """Days counted from today."""
        number = _value(_token(tree, "NUMBER"))
        unit = _raw(_token(tree, "UNIT")).casefold().rstrip("s")
        match tree.data:
            case "today":
                return Days.of(self.today)
            case "yesterday":
                return Days.of(self.today - ONE_DAY * (2 if "before" in text else 1))
            case "weekday":
                return self._weekday(tree)
            case "weekend":
                return self._weekend(tree)
            case "ago":
                return Days.of(units_back(self.today, 1 if number is None else number, unit))
            case "this":
                return Days.of(begin_of(self.today, unit), self.today)
            case _:
                pass  # `last`, `past` and `previous`, with a number or without
        if number is None and not text.startswith("past"):
            ends = begin_of(self.today, unit) - ONE_DAY
            return Days.of(begin_of(ends, unit), ends)
        begins = units_back(self.today, 1 if number is None else number, unit) + ONE_DAY
        return Days.of(min(begins, self.today), self.today)

    def _weekday(self, tree: Tree[Token]) -> Days:
        back = (self.today.weekday() - int(_value(_token(tree, "WEEKDAY")))) % 7
        if _token(tree, "PAST") and back == 0:
            back = 7
        return Days.of(self.today - ONE_DAY * back)

    def _weekend(self, tree: Tree[Token]) -> Days:
        """Saturday and Sunday, as far as they have come; the `last` is one that is over."""
        saturday = begin_of(self.today, "week") + ONE_DAY * _SATURDAY
        begun = saturday <= self.today
        if not begun and _token(tree, "THIS"):
            raise Unread("this weekend has not begun", "write last weekend")
        if not begun or _token(tree, "PAST"):
            saturday -= ONE_DAY * 7
        return Days.of(saturday, min(saturday + ONE_DAY, self.today))

    def _last_month_named(self, tree: Tree[Token]) -> Days:
        month, year = _month(tree), self.today.year
        days = days_in(Stated("", month=month), year)
        if days is None or days.last >= self.today:
            days = days_in(Stated("", month=month), year - 1)
        assert days is not None  # every year has every month  # noqa: S101
        return days

    def _note(self, text: str, *, loud: bool = False) -> None:
        note = Note(text, loud)
        if note not in self.notes:
            self.notes.append(note)


def _bounds(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _tokens(tree: Tree[Token]) -> list[Token]:
    return [child for child in tree.children if isinstance(child, Token)]


def _token(tree: Tree[Token], terminal: str) -> Token | None:
    return next((token for token in _tokens(tree) if token.type == terminal), None)


def _text(tree: Tree[Token]) -> str:
    """The words of a bound, as they were written."""
    return " ".join(str(token) for token in tree.scan_values(lambda _: True))


def _raw(token: Token | None) -> str:
    """The words that a token stands for, as they were written."""
    return "" if token is None else str(token)


def _value(token: Token | None) -> Any:
    return None if token is None else token.value


def _month(tree: Tree[Token]) -> int:
    return int(_value(_token(tree, "MONTH")))
