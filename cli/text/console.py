"""The terminal that text is written to."""

from __future__ import annotations

import os
import sys
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
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()
    return PlainPipes(
        width=None if known else WIDTH, markup=False, emoji=False, highlight=False, soft_wrap=False
    )
