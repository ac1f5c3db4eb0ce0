"""Activity and the rows of projections as tables. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from events.canonical import canonical

if TYPE_CHECKING:
    from timeline.formats.columns import Cell, Table
    from timeline.places import Book
    from timeline.questions.activity import Activity
    from timeline.questions.project import Projected

_COUNTS: Final = ("reports", "happenings", "possible")


def activity_table(answer: Activity, book: Book) -> Table:
    """Names of columns and rows: what it goes by, the counts, the time and the cut."""
    names = [name for by in answer.by for name in ((by, "place_id") if by == "place" else (by,))]
    return [*names, *_COUNTS, "from", "to", "known_as_of", "basis"], _activity_rows(answer, book)


def _activity_rows(answer: Activity, book: Book) -> Iterator[list[Cell]]:
    cuts: list[Cell] = [answer.since, answer.until, answer.known, answer.basis]
    for row in answer.rows:
        keys: list[Cell] = []
        for by in answer.by:
            key = getattr(row, by)
            if by == "place":
                place = book.get(key)
                keys.append(place.name if place else key)
            keys.append(key)
        yield [*keys, *(getattr(row, count) for count in _COUNTS), *cuts]


def columns_of(answer: Projected) -> list[str]:
    """The columns that rows of a projection have, in the order in which they come."""
    return list(
        dict.fromkeys(name for place in answer.places for row in place.rows for name in row)
    )


def projected_table(answer: Projected) -> Table:
    """Names of columns and rows: the place, the projection's own columns, the cut and the basis."""
    own = columns_of(answer)
    header = ["place", "place_id", *own, "known_as_of", "basis"]
    return header, (
        [
            at.place.name,
            at.place.id,
            *(cell(row.get(name)) for name in own),
            answer.known,
            answer.basis,
        ]
        for at in answer.places
        for row in at.rows
    )


def projected_lines(answer: Projected) -> Iterator[dict[str, Any]]:
    """Each row of a projection with its place."""
    for at in answer.places:
        for row in at.rows:
            yield {"place": at.place.name, "place_id": at.place.id, **row}


def cell(value: object) -> Cell:
    """A plain value as a cell; several words as a;b, and what has a shape as JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    return canonical(value).decode()
