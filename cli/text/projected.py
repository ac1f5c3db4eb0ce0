"""The rows of projections, as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from cli.text.console import console, print_basis
from timeline.formats.answers import cell, columns_of
from timeline.formats.csv import number
from timeline.safe import safe
from timeline.wording import SHORT

if TYPE_CHECKING:
    from timeline.formats.columns import Cell
    from timeline.projections import Rows
    from timeline.questions.project import Projected

_GAP: Final = "  "


def show_projected(answer: Projected) -> None:
    """Print the rows of a projection, place by place, in one set of columns."""
    out = console()
    version = f", version {answer.version}"
    out.print(Text.assemble((safe(answer.projection), "bold"), safe(version)))
    columns = columns_of(answer)
    rows = [row for at in answer.places for row in at.rows]
    names = {name: safe(name) for name in columns}
    texts = {name: [_text(row.get(name), name) for row in rows] for name in columns}
    widths = {name: max(map(cell_len, [names[name], *texts[name]])) for name in columns}
    if not rows:
        out.print(Text("No rows."))
    else:
        out.print(Text(_line(names, widths, rows)), soft_wrap=True)
    for at in answer.places:
        title = f"{at.place.name}{'' if at.rows else ': no rows'}"
        out.print(Text(safe(title), style="bold"))
        for row in at.rows:
            cells = {name: _text(row.get(name), name) for name in columns}
            out.print(Text(_line(cells, widths, rows)), soft_wrap=True)
    print_basis(out, answer.basis)


def _line(cells: Mapping[str, str], widths: Mapping[str, int], rows: Rows) -> str:
    padded = []
    for name, width in widths.items():
        space = " " * (width - cell_len(cells[name]))
        right = all(isinstance(row.get(name), int | float | None) for row in rows)
        padded.append(space + cells[name] if right else cells[name] + space)
    return (_GAP + _GAP.join(padded)).rstrip()


def _text(value: object, name: str) -> str:
    """A cell as a person reads it; ids of claims as short as any command takes them."""
    if name == "claims" and isinstance(value, list):
        return ", ".join(safe(str(one))[:SHORT] for one in value)
    plain: Cell = cell(value)
    if plain is None:
        return "–"
    if isinstance(plain, str):
        return safe(plain)
    return str(plain).lower() if isinstance(plain, bool) else number(plain)
