"""Rows of the table of claims as a plain table, as wide as it has to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from timeline.formats.columns import COLUMNS
from timeline.formats.csv import number
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

_SHOWN: Final = (
    "claim_id",
    "kind",
    "party",
    "subject",
    "measure",
    "status",
    "by",
    "low",
    "best",
    "high",
    "happened",
    "reported_at",
    "certainty",
)
_NUMBERS: Final = frozenset({"low", "best", "high"})
_SHORT: Final = 8


def table_lines(table: Iterable[list[Cell]]) -> Iterator[str]:
    """A line of names, a line under it, and a line for each claim and measure."""
    rows = [[_text(row[COLUMNS.index(name)], name) for name in _SHOWN] for row in table]
    widths = [max(len(name), *(len(row[at]) for row in rows), 0) for at, name in enumerate(_SHOWN)]
    for row in ([*_SHOWN], ["-" * width for width in widths], *rows):
        cells = zip(row, widths, _SHOWN, strict=True)
        yield "  ".join(
            cell.rjust(width) if name in _NUMBERS else cell.ljust(width)
            for cell, width, name in cells
        ).rstrip()


def _text(cell: Cell, name: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell[:_SHORT] if name == "claim_id" else cell)
    return number(cell)
