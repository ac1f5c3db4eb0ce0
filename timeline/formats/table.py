"""CSV as RFC 4180 has it, with line feeds, safe to open in a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

BOM: Final = b"\xef\xbb\xbf"

# A spreadsheet takes a text that begins so for something to run; full-width signs too.
_RUN: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_QUOTED: Final = frozenset(',"\r\n')


def line(cells: Iterable[Cell], *, raw: bool = False) -> bytes:
    """One line of CSV; unless `raw`, a text that a spreadsheet would run gets a leading `'`."""
    return (",".join(_cell(cell, raw=raw) for cell in cells) + "\n").encode("utf-8", "replace")


def _cell(cell: Cell, *, raw: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number(cell)
    text = f"'{cell}" if not raw and cell.startswith(_RUN) else cell
    if _QUOTED.isdisjoint(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def number(value: float) -> str:
    """A number without a needless fraction or exponent."""
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return repr(value)
