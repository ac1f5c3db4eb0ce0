"""Where marks and words lie: at their dates, and where there is room for them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, in pixels from the top left."""
_GAP: Final = 1.15
"""From mark to mark, in widths of one, where there is room for it."""
JOINED: Final = 1.5
"""How much wider a mark is that stands for several dots."""


class Dot(NamedTuple):
    """What a mark is to be drawn for, in pixels; so far to each side it is still of its dates.

    Dots of one `look` differ in nothing that can be seen.
    """

    x: float
    y: float
    look: object = None
    room: tuple[float, float] = (0, 0)


class Spot(NamedTuple):
    """Where one mark is drawn, and the dots that it stands for, by their numbers."""

    x: float
    y: float
    dots: tuple[int, ...]


def spread(dots: Sequence[Dot], wide: float, box: Box) -> list[Spot]:
    """Marks so `wide` for all dots: side by side where they would cover each other, or joined.

    No dot is drawn farther from its place than a mark is wide, or than its own room goes. Where
    that is too narrow for those of a neighbourhood, they are joined: first those of one look, else
    all in one mark; where that has no room either, it lies in the middle of the neighbourhood, and
    the others make way. None leaves the box, whose edges have a meaning. So has the distance from
    the diagonal, from bottom left to top right: a mark is rather moved along it, and above rather
    than below it.
    """
    near: dict[tuple[float, float], list[int]] = {}
    middles = _Middles(wide * JOINED, box)
    for at, dot in enumerate(dots):
        near.setdefault(middles.nearest(dot), []).append(at)
    sheet = _Sheet(dots, wide, box)
    spots: dict[tuple[float, float], list[Spot]] = {}
    # A lone one stays where it is.
    waiting = sorted(near, key=lambda middle: len(near[middle]), reverse=True)
    while waiting:
        middle = waiting.pop()
        members = near[middle]
        alike: dict[object, list[int]] = {}
        for at in members:
            alike.setdefault(dots[at].look, []).append(at)
        spots[middle] = (
            sheet.laid([[at] for at in members])
            or sheet.laid(list(alike.values()))
            or sheet.laid([members])
            or []
        )
        if not spots[middle]:
            spot = Spot(*middle, tuple(members))
            for other in {middles.nearest(dots[met.dots[0]]) for met in sheet.met(spot)}:
                sheet.take_up(spots.pop(other))
                waiting.append(other)
            spots[middle] = sheet.put(spot)
    return [spot for some in spots.values() for spot in some]


class _Middles:
    """The middles of neighbourhoods: marks that stand for several dots fit there side by side."""

    def __init__(self, size: float, box: Box) -> None:
        left, top, right, bottom = box
        self._axes = [
            (low, high, int((high - low) / size)) for low, high in ((left, right), (top, bottom))
        ]

    def nearest(self, dot: Dot) -> tuple[float, float]:
        """The middle of the neighbourhood of a dot."""
        x, y = (
            low + round((min(max(at, low), high) - low) / (high - low) * many) * (high - low) / many
            if many
            else (low + high) / 2
            for at, (low, high, many) in zip(dot[:2], self._axes, strict=True)
        )
        return x, y


class _Sheet:
    """What is drawn already."""

    def __init__(self, dots: Sequence[Dot], wide: float, box: Box) -> None:
        self._dots, self._wide, self._box = dots, wide, box
        self._taken: dict[tuple[int, int], list[Spot]] = {}

    def laid(self, groups: Sequence[Sequence[int]]) -> list[Spot] | None:
        """A free spot for each group; nothing is laid where one of them finds none."""
        spots: list[Spot] = []
        for group in groups:
            found = next(filter(self._is_free, self._around(group)), None)
            if found is None:
                self.take_up(spots)
                return None
            spots += self.put(found)
        return spots

    def put(self, spot: Spot) -> list[Spot]:
        """A spot where nothing lies."""
        self._cell(spot).append(spot)
        return [spot]

    def take_up(self, spots: Iterable[Spot]) -> None:
        """What was laid is laid no more."""
        for spot in spots:
            self._cell(spot).remove(spot)

    def _around(self, group: Sequence[int]) -> Iterator[Spot]:
        """The spots that are still of the dates of all in a group, the nearest first."""
        dots = [self._dots[at] for at in group]
        middle, wide = self._middle(group), self._across(group)
        far = [max(wide, min(dot.room[axis] for dot in dots) - wide / 2) for axis in (0, 1)]
        steps = [wide / _QUARTERS * (_GAP if way >= wide * _GAP else 1) for way in far]
        left, top, right, bottom = self._box
        for across, down in _STEPS:
            x, y = middle[0] + across * steps[0], middle[1] + down * steps[1]
            if (
                left <= x <= right
                and top <= y <= bottom
                and all(
                    abs(x - dot.x) <= far[0] + _ROUNDED
                    and abs(y - dot.y) <= far[1] + _ROUNDED
                    and (len(dots) == 1 or x + y - dot.x - dot.y <= min(far) + _ROUNDED)
                    for dot in dots
                )
            ):
                yield Spot(x, y, tuple(group))

    def _middle(self, group: Sequence[int]) -> tuple[float, float]:
        """Between some dots, and in the box."""
        x = sum(self._dots[at].x for at in group) / len(group)
        y = sum(self._dots[at].y for at in group) / len(group)
        left, top, right, bottom = self._box
        return min(max(x, left), right), min(max(y, top), bottom)

    def _is_free(self, spot: Spot) -> bool:
        return next(self.met(spot), None) is None

    def met(self, spot: Spot) -> Iterator[Spot]:
        """What is drawn already where a spot would lie."""
        column, row = self._place(spot)
        for across in (column - 1, column, column + 1):
            for down in (row - 1, row, row + 1):
                for other in self._taken.get((across, down), ()):
                    half = (self._across(spot.dots) + self._across(other.dots)) * 0.475
                    if max(abs(spot.x - other.x), abs(spot.y - other.y)) <= half:
                        yield other

    def _across(self, group: Sequence[int]) -> float:
        return self._wide * (JOINED if len(group) > 1 else 1)

    def _cell(self, spot: Spot) -> list[Spot]:
        return self._taken.setdefault(self._place(spot), [])

    def _place(self, spot: Spot) -> tuple[int, int]:
        size = self._wide * JOINED
        return int(spot.x // size), int(spot.y // size)


def _nearest(step: tuple[int, int]) -> tuple[bool, int, tuple[int, int]]:
    across, down = step
    below = across + down
    return below > _QUARTERS, (across - down) ** 2 + 3 * below**2, step


_ROUNDED: Final = 1e-6
_QUARTERS: Final = 4
_STEPS: Final = sorted(((x, y) for x in range(-12, 13) for y in range(-12, 13)), key=_nearest)
"""Quarters of a mark."""


class Labels:
    """Lays words where nothing else lies."""

    def __init__(self, box: Box, taken: Iterable[Box]) -> None:
        self._box = box
        self._taken: dict[tuple[int, int], list[Box]] = {}  # by the cells of a grid
        for one in taken:
            self._take(one)

    def lay(self, boxes: Iterable[Box]) -> Box | None:
        """The first of these boxes that is free, and from then on taken."""
        left, top, right, bottom = self._box
        for one in boxes:
            inside = left <= one[0] and top <= one[1] and one[2] <= right and one[3] <= bottom
            if inside and self._is_free(one):
                self._take(one)
                return one
        return None

    def _is_free(self, box: Box) -> bool:
        return not any(
            _meet(box, other) for cell in _cells(box) for other in self._taken.get(cell, ())
        )

    def _take(self, box: Box) -> None:
        for cell in _cells(box):
            self._taken.setdefault(cell, []).append(box)


_CELL: Final = 16
"""Pixels: a little more than a word is high."""


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    """The cells of a grid in which some of a box lies."""
    left, top, right, bottom = (int(edge // _CELL) for edge in box)
    return product(range(left, right + 1), range(top, bottom + 1))


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
