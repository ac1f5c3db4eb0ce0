"""What the columns of tables hold, for formats that have types; a column not listed is text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def types_of(header: Iterable[str]) -> list[Type]:
    """The types of our own columns."""
    return [TYPES.get(name, "text") for name in header]


def types_found(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[Type]:
    """The types of a projection's columns, which are its own: as its cells are."""
    found: list[Type] = []
    for at, name in enumerate(header):
        kinds = {type(row[at]) for row in rows} - {type(None)}
        found.append(_common(kinds, TYPES.get(name, "text")))
    return found


def _common(kinds: set[type], told: Type) -> Type:
    if kinds == {bool}:
        return "flag"
    if kinds == {int}:
        return "count"
    if kinds and kinds <= {int, float}:
        return "number"
    return told if kinds <= {str} and told == "instant" else "text"
