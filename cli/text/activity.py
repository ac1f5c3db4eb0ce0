"""Activity as text: counts, and a bar for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from cli.text.console import console, print_basis, print_lines
from timeline.places import name_of
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.places import Book
    from timeline.questions.activity import Activity, ActivityRow
    from timeline.wording import Names

CERTAIN, POSSIBLE, OTHER = "█", "▒", "░"
_LEAST_BAR: Final = 10
_WIDEST_LABEL: Final = 60
_WIDEST_BAR: Final = 60
_GAP: Final = "  "
_BETWEEN: Final = " · "


def show_activity(answer: Activity, asked: str, parties: Names, book: Book) -> None:
    """Print counts and bars; `asked` says the time and the cut in words."""
    out = console()
    where = ", ".join(place.name for place in answer.places) or "all places"
    out.print(Text.assemble((safe(f"Activity, {where}"), "bold"), safe(f": {asked}")))
    total = answer.total
    if not total.reports:
        out.print(Text("Nothing was told of this time. That does not mean it was quiet."))
    else:
        out.print(Text(_said(total.reports, total.happenings, total.possible)))
        width = out.width
        for line in _bars(answer, parties, book, width):
            fits = cell_len(line) <= width
            print_lines(out, [(line if fits else set_cell_size(line, width), "")])
    print_basis(out, answer.basis)


def _said(reports: int, happenings: int, possible: int) -> str:
    said = f"{reports} report{'s' * (reports != 1)}"
    said += f", {happenings} happening{'s' * (happenings != 1)}"
    return said + (f" and {possible} possible" if possible else "")


def _bars(answer: Activity, parties: Names, book: Book, width: int) -> Iterator[str]:
    labels = [[safe(part) for part in _label(row, answer.by, parties, book)] for row in answer.rows]
    widest = max(cell_len(_BETWEEN.join(label)) for label in labels)
    room = min(_WIDEST_LABEL, width // 2, widest)
    table = [_numbers(row) for row in answer.rows]
    heads = ("reports", "happenings")
    widths = [max(len(head), *(len(row[at]) for row in table)) for at, head in enumerate(heads)]
    names = [head.rjust(size) for head, size in zip(heads, widths, strict=True)]
    left = width - room - sum(widths) - len(_GAP) * 3
    bar = max(_LEAST_BAR, min(_WIDEST_BAR, left))
    most = max(row.reports for row in answer.rows)
    scale = max(1, -(-most // bar))
    key = f"{CERTAIN} happening {POSSIBLE} possible {OTHER} other report"
    yield _GAP.join([" " * room, *names])
    before: str | None = None
    for label, row, cells in zip(labels, answer.rows, table, strict=True):
        if answer.by == ["day"]:
            yield from _silence(before, row)
            before = row.day or None
        counts = [text.rjust(size) for text, size in zip(cells, widths, strict=True)]
        yield _GAP.join([_fitted(label, room), *counts, _bar(row, scale)]).rstrip()
    yield key + (f" · one block is {scale} reports" if scale > 1 else "")


def _numbers(row: ActivityRow) -> tuple[str, str]:
    possible = f"+{row.possible}?" if row.possible else ""
    return str(row.reports), f"{row.happenings}{possible}"


def _bar(row: ActivityRow, scale: int) -> str:
    """Happenings, possible ones and other reports, each in a shade of its own; never quite none."""
    rest = row.reports - row.happenings - row.possible
    parts = ((CERTAIN, row.happenings), (POSSIBLE, row.possible), (OTHER, rest))
    return "".join(sign * -(-count // scale) for sign, count in parts)


def _silence(before: str | None, row: ActivityRow) -> Iterator[str]:
    """A line where days lie between two rows, so that a gap is seen and not taken for quiet."""
    if before and row.day:
        days = (date.fromisoformat(row.day) - date.fromisoformat(before)).days - 1
        if days > 0:
            yield f"  ⋮ {days} day{'s' * (days > 1)} of which nothing was told"


def _label(row: ActivityRow, by: Sequence[str], parties: Names, book: Book) -> list[str]:
    parts = []
    for name in by:
        key = getattr(row, name)
        if name == "day":
            parts.append(f"{key} {_weekday(key)}" if key else "several days")
        elif name == "kind":
            parts.append(key.replace("_", " "))
        elif name == "party":
            parts.append(parties.get(key, key))
        else:
            parts.append(name_of(key, book))
    return parts


def _weekday(day: str) -> str:
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[date.fromisoformat(day).weekday()]


def _fitted(parts: Sequence[str], width: int) -> str:
    """A label of this width; of one that is longer its longest part is cut, and not its last."""
    over = cell_len(_BETWEEN.join(parts)) - width
    if over > 0:
        at = max(range(len(parts)), key=lambda one: cell_len(parts[one]))
        left = max(0, cell_len(parts[at]) - over - 1)
        parts = [*parts[:at], set_cell_size(parts[at], left) + "…", *parts[at + 1 :]]
    return set_cell_size(_BETWEEN.join(parts), width)
