"""The terminal that text is written to."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Final

from rich.console import Console

WIDTH: Final = 100
"""Columns where there is no terminal that has a width."""


class PlainPipes(Console):
    """A console that leaves a closed pipe to the one place where errors end."""

    def on_broken_pipe(self) -> None:
        """Raise what is being handled."""
        raise  # noqa: PLE0704 - rich calls this while it handles BrokenPipeError


def console() -> Console:
    """A console on standard output: what it prints is text as it is, never mark-up."""
    return PlainPipes(width=_width(), markup=False, emoji=False, highlight=False, soft_wrap=False)


def _width() -> int:
    """What $COLUMNS says, unless it is 0, of which nothing would show; else the terminal's own."""
    asked = os.environ.get("COLUMNS", "")
    with suppress(ValueError, OSError):
        if asked.isdecimal() and (columns := int(asked)):
            return columns
        if sys.stdout.isatty():
            return os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH
    return WIDTH
