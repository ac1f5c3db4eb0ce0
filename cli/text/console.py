"""The terminal that text is written to."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

WIDTH: Final = 100
"""Columns where there is no terminal that has a width."""

_WIDEST: Final = 10_000
"""Columns that no line fills; of a number without end none can be laid out."""

_AT_END: Final = re.compile(r" +\n")


class Plain(Console):
    """A console of lines that end where their words do."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Leave out the spaces with which rich ends what it wraps, and fills a row of a table."""
        spaces: list[Segment] = []  # that may turn out to end a line
        for text, style, control in super().render(renderable, options):
            shown = _AT_END.sub("\n", text)
            words = shown.rstrip(" ")
            if words:
                yield from [] if words.startswith("\n") else spaces
                spaces.clear()
                yield Segment(words, style, control)
            if len(words) < len(shown):
                spaces.append(Segment(shown[len(words) :], style))

    def on_broken_pipe(self) -> None:
        """Leave a closed pipe to the one place where errors end."""
        raise  # noqa: PLE0704 - rich calls this while it handles BrokenPipeError


def console() -> Console:
    """A console on standard output: what it prints is text as it is, never mark-up."""
    return Plain(width=_width(), markup=False, emoji=False, highlight=False, soft_wrap=False)


def print_lines(out: Console, parts: Iterable[tuple[str, str]]) -> None:
    """Print a text of parts (words, style) whose lines are broken already.

    Where no style shows it is written as it is: rich lays out each text anew, and many take long.
    """
    if out.color_system is None:
        text = "".join(words for words, _ in parts)
        out.file.write(_AT_END.sub("\n", f"{text}\n"))
    else:
        out.print(Text.assemble(*parts), no_wrap=True, crop=False, overflow="ignore")


def wrapped(out: Console, text: str, room: int) -> list[str]:
    """The lines in which rich wraps a text; spaces may end them."""
    lines, line, left, words = [], "", room, text.split(" ")
    sizes = [cell_len(word) for word in words]
    if "" in words or not text.isprintable() or max(sizes) > room:  # which take more than this
        return [one.plain for one in Text(text).wrap(out, room, overflow="fold")]
    for word, size in zip(words, sizes, strict=True):
        if size > left:
            lines.append(line)
            line, left = "", room
        line += f"{word} "
        left -= size + 1
    return [*lines, line]


def print_basis(out: Console, basis: str) -> None:
    """What gives the answer again stands at its end, and is not wrapped: it is copied whole."""
    out.print(Text(f"basis {basis}", style="dim"), soft_wrap=True)


def _width() -> int:
    """What $COLUMNS says, unless it is 0, of which nothing would show; else the terminal's own."""
    asked = os.environ.get("COLUMNS", "")
    with suppress(ValueError, OSError):
        if asked.isdecimal() and (columns := int(asked)):
            return min(columns, _WIDEST)
        if sys.stdout.isatty():
            return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH
    return WIDTH
