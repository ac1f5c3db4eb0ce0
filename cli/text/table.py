"""The rows of an answer as a plain table: as wide as it has to be, or of several lines a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from timeline.formats.csv import number
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

_SHOWN: Final = (
    "day",
    "known_as_of",
    "change",
    "claim_id",
    "replaces",
    "kind",
    "party",
    "stance",
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
    "ended",
    "verification",
    "became",
)
"""Of a table of claims, which has more columns than a screen has room for."""

_PLAIN: Final = {"stance": "asserts", "ended": "false"}
"""What goes without saying: a column in which nothing else stands is left out."""

_WHERE_SAID: Final = frozenset({*_PLAIN, "verification"})

_IDS: Final = frozenset({"claim_id", "replaces"})
_NUMBERS: Final = frozenset({"low", "best", "high"})
_SHORT: Final = 8
_GAP: Final = "  "


def table_lines(
    header: Sequence[str], table: Iterable[Iterable[Cell]], room: int | None
) -> Iterator[str]:
    """A line of names, a line under it, and a line for each row.

    A terminal with `room` for fewer characters would break a row in the middle of a word: there it
    goes on, cell by cell, in lines that begin further in, and columns with no word are left out.
    """
    shown = _of_claims(header) if "claim_id" in header else header
    picked = [header.index(name) for name in shown]
    rows = [
        [_text(row[at], name) for at, name in zip(picked, shown, strict=True)]
        for row in map(list, table)
    ]
    if shown is not header:
        said = [at for at, name in enumerate(shown) if _says(name, [row[at] for row in rows])]
        shown, rows = [shown[at] for at in said], [[row[at] for at in said] for row in rows]
    names = [safe(name) for name in shown]
    widths = [max(len(name), *(len(row[at]) for row in rows), 0) for at, name in enumerate(names)]
    bands = list(_bands(range(len(shown)), widths, room))
    if len(bands) > 1:
        full = [at for at in range(len(shown)) if any(row[at] for row in rows)]
        bands = list(_bands(full, widths, room))
    for row in (names, ["-" * width for width in widths], *rows):
        cells = [
            cell.rjust(width) if name in _NUMBERS else cell.ljust(width)
            for cell, width, name in zip(row, widths, shown, strict=True)
        ]
        for line, band in enumerate(bands):
            yield _GAP * bool(line) + _GAP.join(cells[at] for at in band).rstrip()


def _of_claims(header: Sequence[str]) -> list[str]:
    """The columns shown of a table of claims; of changes at one stop after another, also which."""
    walked = "change" in header and "day" not in header
    return [name for name in _SHOWN if name in header and (walked or name != "known_as_of")]


def _says(name: str, cells: Iterable[str]) -> bool:
    """Whether a column of claims says what does not go without saying."""
    return name not in _WHERE_SAID or any(cell != _PLAIN.get(name, "") for cell in cells)


def _bands(columns: Iterable[int], widths: Sequence[int], room: int | None) -> Iterator[list[int]]:
    """The columns that stand in one line of a row, those of its next line, and so on."""
    band: list[int] = []
    taken = 0
    for at in columns:
        if room is not None and band and taken + widths[at] > room:
            yield band
            band, taken = [], len(_GAP)
        band.append(at)
        taken += widths[at] + len(_GAP)
    yield band


def _text(cell: Cell, name: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe(cell[:_SHORT] if name in _IDS else cell)
    if isinstance(cell, bool):
        return str(cell).lower()
    return number(cell)
