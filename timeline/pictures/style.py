"""How pictures look: legible in black and white, and where red and green are one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import MAXYEAR, UTC, datetime
from itertools import islice
from typing import Any, Final, Literal
from zlib import crc32

from timeline.claims import FACETS

FONT: Final = "Liberation Sans, Helvetica, Arial, sans-serif"
INK: Final = "#1a1a1a"
SOFT: Final = "#5c5c5c"
FAINT: Final = "#d9d9d9"
PAPER: Final = "#ffffff"
BLACK: Final = "#000000"

# Okabe and Ito's palette, its yellow left out: too faint on paper. A shape goes with each colour.
_COLOURS: Final = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#000000",
    "#cc79a7",
    "#8c6d00",
    "#56b4e9",
    "#767676",
)
_SHAPES: Final = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)
FACET_COLOURS: Final[Mapping[str, str]] = dict(zip(FACETS, _COLOURS, strict=False))
FACET_SHAPES: Final[Mapping[str, str]] = dict(zip(FACETS, _SHAPES, strict=False))
DARK: Final = frozenset({"#0072b2", "#000000", "#8c6d00", "#767676", SOFT})
"""On which white is read more easily than black."""

_HOLDERS: Final = ("#d55e00", "#b9d8a7", "#6b4c9a", "#f0c987", "#7cc4f0", "#3f3f3f")
# Statuses that are no one's have a pattern and no shade.
PATTERNS: Final[Mapping[str, str]] = {
    "contested": "crossed",
    "infiltrated": "falling",
    "unclear": "rising",
    "not_stated": "none",
}

Moment = int
"""Milliseconds of the wall clock in the store's zone, counted as if it were UTC's."""

DAY_MS: Final = 86_400_000
"""A day of these."""


NARROW: Final = 420
"""Pixels of a picture beside which, on a phone, there is no room for a legend."""


def config(width: int) -> dict[str, Any]:
    """What every picture has in common; type grows a little with the picture."""
    size = 11 if width < 640 else 12
    return {
        "background": PAPER,
        "font": FONT,
        "padding": 16,
        "view": {"stroke": None},
        "axis": {
            "labelColor": INK,
            "titleColor": SOFT,
            "labelFontSize": size,
            "titleFontSize": size,
            "titleFontWeight": "normal",
            "gridColor": "#ececec",
            "domainColor": SOFT,
            "tickColor": SOFT,
        },
        "legend": {
            "labelFontSize": size,
            "titleFontSize": size,
            "labelColor": INK,
            "titleColor": SOFT,
            "titleFontWeight": "normal",
            "symbolSize": 90,
            **({"orient": "top", "columns": 3} if width < NARROW else {}),
        },
        "title": {
            "anchor": "start",
            "color": INK,
            "fontSize": size + 5,
            "fontWeight": "bold",
            "subtitleColor": SOFT,
            "subtitleFontSize": size,
            "subtitleLineHeight": size + 4,
            "subtitlePadding": 6,
            "offset": 14,
        },
    }


def dates(first: Moment, last: Moment, most: float) -> tuple[str, list[Moment]]:
    """The dates of an axis, at most so many: how they are written, and the moments."""
    for unit, form in _STEPS:
        ticks = list(islice(_stepped(first, last, unit), int(most) + 1))
        if len(ticks) <= most:
            return form, ticks
    return "%Y", ticks[:1]


# Steps from tick to tick: so many hours, days or months, and how a date is then written.
_Step = tuple[Literal["hour", "day", "month"], int]
_STEPS: Final[tuple[tuple[_Step, str], ...]] = (
    (("hour", 3), "%-d %b %H:%M"),
    (("hour", 6), "%-d %b %H:%M"),
    (("hour", 12), "%-d %b %H:%M"),
    (("day", 1), "%-d %b"),
    (("day", 2), "%-d %b"),
    (("day", 3), "%-d %b"),
    (("day", 7), "%-d %b"),
    (("day", 14), "%-d %b"),
    (("month", 1), "%b %Y"),
    (("month", 3), "%b %Y"),
    (("month", 6), "%b %Y"),
    *((("month", 12 * years), "%Y") for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)),
)


_YEAR_1: Final = round(datetime.min.replace(tzinfo=UTC).timestamp() * 1000)
_END: Final = round(datetime(MAXYEAR, 12, 31, tzinfo=UTC).timestamp() * 1000)


def year_of(moment: float) -> int:
    """The year of a moment; of one outside of the calendar, the nearest that it has."""
    return datetime.fromtimestamp(min(max(moment, _YEAR_1), _END) / 1000, UTC).year


def _stepped(first: Moment, last: Moment, step: _Step) -> Iterator[Moment]:
    unit, size = step
    if unit == "month":
        at = datetime.fromtimestamp(max(first, _YEAR_1) / 1000, UTC)
        begins = (at.year * 12 + at.month - 1) // size * size
        for month in range(begins or size, (MAXYEAR + 1) * 12, size):
            if (moment := _first_of(month)) > last:
                return
            if moment >= first:
                yield moment
        return
    length = size * (3_600_000 if unit == "hour" else DAY_MS)
    offset = 3 * DAY_MS if size % 7 == 0 and unit == "day" else 0  # weeks begin on Mondays
    tick = -(-(first + offset) // length) * length - offset
    while tick <= last:
        yield tick
        tick += length


def _first_of(month: int) -> Moment:
    return round(datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp() * 1000)


_APART: Final = 7
"""Pixels from line to line of a pattern."""


def hatch(
    pattern: str, x: tuple[float, float], y: tuple[float, float]
) -> Iterator[tuple[float, float, float, float]]:
    """The lines of a pattern in a box, clipped to it, in pixels: (x, y, x2, y2)."""
    if pattern in ("rising", "crossed"):
        yield from _slanted(x, y, rising=True)
    if pattern in ("falling", "crossed"):
        yield from _slanted(x, y, rising=False)


def _slanted(
    x: tuple[float, float], y: tuple[float, float], *, rising: bool
) -> Iterator[tuple[float, float, float, float]]:
    (left, right), (top, bottom) = x, y
    tall = bottom - top
    at = left - tall + _APART / 2
    while at < right:
        # From the bottom edge at `at` to the top edge, as far right as it is tall.
        begin, end = max(at, left), min(at + tall, right)
        if end > begin:
            ends = (bottom - (begin - at), bottom - (end - at))
            low, high = ends if rising else (top + bottom - ends[0], top + bottom - ends[1])
            yield begin, low, end, high
        at += _APART


def shades_of(holders: Iterable[str]) -> dict[str, str]:
    """A shade for each holder, by its name: the same in every picture, whoever else the log has.

    Of two that would have one shade the later in the alphabet takes the next that is free.
    """
    shades: dict[str, str] = {}
    for holder in sorted(set(holders)):
        at = crc32(holder.encode())
        turn = [_HOLDERS[(at + more) % len(_HOLDERS)] for more in range(len(_HOLDERS))]
        shades[holder] = next((one for one in turn if one not in shades.values()), turn[0])
    return shades
