"""What the columns of tables hold, for formats that have types; a column not listed is text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

Type = Literal["text", "instant", "day", "number", "count", "flag"]

TYPES: Final[Mapping[str, Type]] = {
    **dict.fromkeys(
        ("latitude", "longitude", "share", "low", "best", "high"),
        "number",
    ),
    **dict.fromkeys(
        ("time_precision", "reports", "happenings", "possible", "assessors"),
        "count",
    ),
    **dict.fromkeys(
        (
            "valid_from",
            "valid_to",
            "known_from",
            "recorded_at",
            "known_as_of",
            "valid_as_of",
            "oldest",
            "newest",
            "from",
            "to",
        ),
        "instant",
    ),
    "day": "day",
    "ended": "flag",
}
"""Of our own columns. An instant is ISO 8601 in UTC, a day ISO 8601 in the store's zone."""

_LEAST: Final = -(2**63)
_MOST: Final = 2**63 - 1
"""What a column of counts holds, in 64 bits."""


def types_of(header: Iterable[str]) -> list[Type]:
    """The types of our own columns."""
    return [TYPES.get(name, "text") for name in header]


def types_found(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[Type]:
    """The types of a projection's columns, which are its own: as its cells are."""
    return [
        _common([row[at] for row in rows if row[at] is not None], TYPES.get(name, "text"))
        for at, name in enumerate(header)
    ]


def _common(cells: Sequence[Cell], told: Type) -> Type:
    kinds = {type(cell) for cell in cells}
    if kinds == {bool}:
        return "flag"
    if kinds and kinds <= {int, float}:
        if any(isinstance(cell, int) and not _LEAST <= cell <= _MOST for cell in cells):
            return "text"  # with all its digits
        return "count" if kinds == {int} else "number"
    return "instant" if told == "instant" and all(map(_is_instant, cells)) else "text"


def _is_instant(cell: Cell) -> bool:
    try:
        return isinstance(cell, str) and datetime.fromisoformat(cell).tzinfo is not None
    except ValueError:
        return False
