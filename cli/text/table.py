"""The rows of an answer as a plain table, as wide as it has to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from timeline.formats.csv import number
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

_SHOWN: Final = (
    "day",
    "change",
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
    "became",
)
"""Of a table of claims, which has more columns than a screen has room for."""

_NUMBERS: Final = frozenset({"low", "best", "high"})
_SHORT: Final = 8


def table_lines(header: Sequence[str], table: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """A line of names, a line under it, and a line for each row."""
    shown = [name for name in _SHOWN if name in header] if "claim_id" in header else header
    picked = [header.index(name) for name in shown]
    rows = [
        [_text(row[at], name) for at, name in zip(picked, shown, strict=True)]
        for row in map(list, table)
    ]
    widths = [max(len(name), *(len(row[at]) for row in rows), 0) for at, name in enumerate(shown)]
    for row in ([*shown], ["-" * width for width in widths], *rows):
        cells = zip(row, widths, shown, strict=True)
        yield "  ".join(
            cell.rjust(width) if name in _NUMBERS else cell.ljust(width)
            for cell, width, name in cells
        ).rstrip()


def _text(cell: Cell, name: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell[:_SHORT] if name == "claim_id" else cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    return number(cell)
