"""A map of places by status: marks and the user's own areas on a plain grid, no base map. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, hypot, pi, radians, sin
from typing import TYPE_CHECKING, Final

from timeline.pictures.spots import Labels

if TYPE_CHECKING:
    from timeline.pictures.spots import Box
    from timeline.places import Place
    from web.pages.areas import Areas, Outline

WIDTHS: Final = (720.0, 340.0)
"""Of the two drawings of a map: for a desk, and for a phone, so that names are read on both."""
_TALLEST: Final = 520.0
_FLATTEST: Final = 340.0
_EDGE: Final = 44.0
_MARGIN: Final = 22.0
"""What a degree needs beside its line."""
_HEAD: Final = 30.0
"""Where the degrees along the top leave room for one at the side."""
_RADIUS: Final = 9.0
_LETTER: Final = 7.1
"""The width of a letter of a label, on average."""
_GAP: Final = 3.0
"""Between a label and what stands beside it."""
_KM: Final = 111.2
"""Kilometres of one degree of latitude."""
_LEAST_SPAN: Final = 0.3
"""Degrees: a single place is not drawn as if the grid knew its streets."""
_STEPS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30)
_BARS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_COARSE: Final = 0.7
"""Corners of an area closer than this many units of the picture are drawn as one."""


@dataclass(frozen=True, slots=True)
class MapMark:
    """A place to be drawn, by how it stands; of shares only those that were stated."""

    name: str
    href: str
    status: str
    look: str
    place: Place
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class DrawnMark:
    """A mark where it is drawn; its label may have found no room."""

    mark: MapMark
    x: float
    y: float
    slices: tuple[tuple[str, str], ...]
    """Paths of its shares, each with its look."""
    area: str
    label: tuple[float, float, str] | None
    """Where the name stands, and at which end it is anchored."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid with its degree."""

    at: float
    degree: str


@dataclass(frozen=True, slots=True)
class Map:
    """A picture of places: its size, its grid, its marks, and those without coordinates."""

    width: float
    height: float
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    marks: tuple[DrawnMark, ...]
    bar: tuple[float, int]
    """The scale: its length in the picture, and in kilometres."""
    nowhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """An equirectangular projection, true to scale in the middle of the picture."""

    west: float
    north: float
    scale: float
    squeeze: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x = _EDGE + (lon - self.west) * self.squeeze * self.scale
        return round(x, 1), round(_EDGE + (self.north - lat) * self.scale, 1)


def drawn(marks: Sequence[MapMark], areas: Areas, width: float = WIDTHS[0]) -> Map | None:
    """The marks on a grid that holds them all; None where no place has coordinates."""
    located: list[MapMark] = []
    nowhere: list[str] = []
    for mark in marks:
        if mark.place.lat is None or mark.place.lon is None:
            nowhere.append(mark.name)
        else:
            located.append(mark)
    if not located:
        return None
    found = {mark.place.id: areas.of(_names(mark.place)) for mark in located}
    frame, height, around = _framed(located, found.values(), width)
    placed = [frame.at(mark.place.lon or 0.0, mark.place.lat or 0.0) for mark in located]
    meridians, parallels = _grid(frame, around, width)
    bar = _bar(frame, width)
    # What else is written on the map, where the template writes it.
    written = [(line.at - _MARGIN, 0.0, line.at + _MARGIN, 16.0) for line in meridians]
    written += [(0.0, line.at - 14, 2 * _MARGIN, line.at) for line in parallels]
    written.append((width - 24 - bar[0], height - 30, width, height))
    labels = _labelled([mark.name for mark in located], placed, (width, height), written)
    return Map(
        width=width,
        height=height,
        meridians=meridians,
        parallels=parallels,
        marks=tuple(
            DrawnMark(
                mark, x, y, tuple(_slices(mark, x, y)), _path(found[mark.place.id], frame), label
            )
            for mark, (x, y), label in sorted(
                zip(located, placed, labels, strict=True), key=lambda one: _depth(one[0])
            )
        ),
        bar=bar,
        nowhere=tuple(nowhere),
    )


def _depth(mark: MapMark) -> int:
    """What nobody spoke of lies below, what is old above it, and all else on top."""
    return {"silent": 0, "stale": 1}.get(mark.look, 2)


def _names(place: Place) -> Iterable[str]:
    codes = [place.iso_3166_2] if place.iso_3166_2 else []
    return [place.id, *codes, place.name, *place.aliases]


def _framed(
    marks: Sequence[MapMark], areas: Iterable[Outline | None], width: float
) -> tuple[_Frame, float, tuple[float, float, float, float]]:
    points = [(mark.place.lon or 0.0, mark.place.lat or 0.0) for mark in marks]
    points += [point for area in areas if area for ring in area.rings for point in ring]
    west, east = _wide_enough([x for x, _ in points])
    south, north = _wide_enough([y for _, y in points])
    squeeze = max(0.1, cos(radians((south + north) / 2)))
    scale = min(
        (width - 2 * _EDGE) / ((east - west) * squeeze), (_TALLEST - 2 * _EDGE) / (north - south)
    )
    # Where it is narrow, the grid goes on to both sides.
    spare = (width - 2 * _EDGE) / (squeeze * scale) - (east - west)
    west, east = west - spare / 2, east + spare / 2
    flat = max(0.0, (_FLATTEST - 2 * _EDGE) / scale - (north - south))
    south, north = south - flat / 2, north + flat / 2
    height = round((north - south) * scale + 2 * _EDGE, 1)
    edge = _EDGE / scale  # the grid goes on to the edge of the picture
    around = (west - edge / squeeze, south - edge, east + edge / squeeze, north + edge)
    return _Frame(west, north, scale, squeeze), height, around


def _wide_enough(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    spare = max(0.0, _LEAST_SPAN - (high - low)) / 2
    return low - spare, high + spare


def _grid(
    frame: _Frame, around: tuple[float, float, float, float], width: float
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The meridians and the parallels of a map, where their degrees have room."""
    west, south, east, north = around
    step = next((one for one in _STEPS if (east - west) / one <= width / 90), _STEPS[-1])
    meridians = (
        Line(frame.at(degree, north)[0], _degree(degree, "E", "W"))
        for degree in _multiples(step, west, east)
    )
    parallels = (
        Line(frame.at(west, degree)[1], _degree(degree, "N", "S"))
        for degree in _multiples(step, south, north)
    )
    return (
        tuple(line for line in meridians if _MARGIN < line.at < width - _MARGIN),
        tuple(line for line in parallels if line.at > _HEAD),
    )


def _multiples(step: float, low: float, high: float) -> list[float]:
    return [round(n * step, 4) for n in range(ceil(low / step), floor(high / step) + 1)]


def _bar(frame: _Frame, width: float) -> tuple[float, int]:
    """The longest bar of the scale that takes no more than a fifth of a map."""
    most = width / 5
    km = next((km for km in reversed(_BARS) if km / _KM * frame.scale <= most), _BARS[0])
    return round(km / _KM * frame.scale, 1), km


def _degree(degree: float, positive: str, negative: str) -> str:
    return f"{abs(degree):g}° {positive if degree >= 0 else negative}"


def _slices(mark: MapMark, x: float, y: float) -> Iterator[tuple[str, str]]:
    """Sectors of the mark for the shares that were stated, from the top and clockwise."""
    turned = 0.0
    for look, share in mark.shares:
        end = min(1.0, turned + share)
        large = int(end - turned > 0.5)
        x1, y1, x2, y2 = (
            round(value, 2)
            for at in (turned, min(end, turned + 0.9999))
            for value in (x + _RADIUS * sin(2 * pi * at), y - _RADIUS * cos(2 * pi * at))
        )
        yield look, f"M{x} {y}L{x1} {y1}A{_RADIUS:g} {_RADIUS:g} 0 {large} 1 {x2} {y2}Z"
        turned = end


def _path(area: Outline | None, frame: _Frame) -> str:
    """The outline of an area, no finer than the picture."""
    parts = []
    for ring in area.rings if area else ():
        points: list[tuple[float, float]] = []
        for lon, lat in ring:
            point = frame.at(lon, lat)
            if not points or hypot(point[0] - points[-1][0], point[1] - points[-1][1]) > _COARSE:
                points.append(point)
        if len(points) > 2:
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z")
    return "".join(parts)


def _labelled(
    names: Sequence[str],
    placed: Sequence[tuple[float, float]],
    size: tuple[float, float],
    written: Sequence[Box],
) -> list[tuple[float, float, str] | None]:
    """Where each name finds room: right of its mark, else left, above or below, else nowhere."""
    room = _RADIUS + 3
    marks = [(x - room, y - room, x + room, y + room) for x, y in placed]
    words = Labels((2, 2, size[0] - 2, size[1] - 2), [*marks, *written])
    labels: list[tuple[float, float, str] | None] = []
    for name, (x, y) in zip(names, placed, strict=True):
        wide = len(name) * _LETTER
        tries = (
            (x + room + _GAP, y + 4, "start"),
            (x - room - _GAP, y + 4, "end"),
            (x, y - room - 3, "middle"),
            (x, y + room + 10, "middle"),
        )
        boxes: dict[Box, tuple[float, float, str]] = {}
        for left, base, anchor in tries:
            start = left - {"start": 0, "end": wide, "middle": wide / 2}[anchor]
            box = (start - _GAP, base - 10, start + wide + _GAP, base + 3)
            boxes[box] = round(left, 1), round(base, 1), anchor
        found = words.lay(boxes)
        labels.append(boxes[found] if found else None)
    return labels
