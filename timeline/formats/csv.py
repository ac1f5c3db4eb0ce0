"""CSV as RFC 4180 has it, with line feeds, safe to open in a spreadsheet. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

BOM: Final = b"\xef\xbb\xbf"

# A spreadsheet takes a text that begins so for something to run; full-width signs too.
_RUN: Final = "=+-@\t\r＝＋－＠"
# Most texts are written as they are: not those that begin so, nor those that CSV quotes.
_in_need: Final = re.compile(f'[{re.escape(_RUN)}]|[^,"\n\r]*+[,"\n\r]').match


def line(cells: Iterable[Cell], *, raw: bool = False) -> bytes:
    """One line of CSV; unless `raw`, a text that a spreadsheet would run gets a leading `'`."""
    text, in_need = _quoted if raw else _safe, _in_need
    written = [
        # Most of a table is empty or text.
        ""
        if cell is None
        else (text(cell) if in_need(cell) else cell)
        if isinstance(cell, str)
        else _plain(cell)
        for cell in cells
    ]
    return (",".join(written) + "\n").encode("utf-8", "replace")


def unguarded(cell: str) -> str:
    """A cell as it was before `line` made it safe, without the space around it."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] and text[1] in _RUN else text


def _safe(text: str) -> str:
    return _quoted(f"'{text}" if text[0] in _RUN else text)


def _quoted(text: str) -> str:
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


@lru_cache(maxsize=8192, typed=True)  # coordinates come again; typed, since True is not 1 here
def _plain(cell: float) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return number(cell)


def number(value: float) -> str:
    """A number without a needless fraction or exponent."""
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return repr(value)
