"""What the commands of one run share: the store, the format asked for, and the way out."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from cli.safe import safe

if TYPE_CHECKING:
    from timeline import Timeline

DEFAULT_STORE: Final = "timeline.db"


@dataclass(slots=True)
class Session:
    """One run of the command line."""

    store: Path = field(default_factory=lambda: Path(DEFAULT_STORE))
    format: str = "text"
    debug: bool = False

    def open(self, *, create: bool = False, timezone: str = "UTC") -> Timeline:
        """The store, which must be there unless it is to be made."""
        from timeline import Timeline  # here: what needs no store starts without

        return Timeline(self.store, create=create, timezone=timezone, note=note)


pass_session = click.make_pass_decorator(Session)


def stdout() -> BinaryIO:
    """Standard output, for bytes; text written before stays before."""
    sys.stdout.flush()
    return sys.stdout.buffer


def data(content: bytes | str) -> None:
    """Write data to standard output as it is."""
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    out = stdout()
    out.write(raw)
    if not raw.endswith(b"\n"):
        out.write(b"\n")


def data_lines(lines: Iterable[bytes]) -> None:
    """Write data line by line, each at once."""
    out = stdout()
    for line in lines:
        out.write(line + b"\n")
        out.flush()


def note(text: str) -> None:
    """Say something about the work on standard error, as one line."""
    click.echo(safe(text), err=True)


def on_terminal() -> bool:
    """Whether progress would be seen by a person."""
    return sys.stderr.isatty()
