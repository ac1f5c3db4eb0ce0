"""What the commands that file documents share: their options, the store they make, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from cli.options import F, combined
from cli.progress import counter
from cli.session import Session, note

if TYPE_CHECKING:
    from timeline.engine import Timeline
    from timeline.log.unmade import UnmadeLog

T = TypeVar("T")

_MANY: Final = 1_000_000
"""Bytes of input from which on progress is worth showing."""


def filing_options(good: str) -> Callable[[F], F]:
    """`--dry-run`, `--keep-going`, which files what is `good`, and `--timezone`."""
    options = (
        click.option("--dry-run", is_flag=True, help="Check and count, and file nothing."),
        click.option("--keep-going", is_flag=True, help=f"File the good {good}."),
        click.option(
            "--timezone",
            default=None,
            metavar="ZONE",
            help="The zone of days without one, for a store that is made now; UTC by default.",
        ),
    )
    return lambda command: combined(command, options)


def check_files(files: Sequence[str]) -> None:
    """Refuse to read standard input twice."""
    if files.count("-") > 1:
        raise click.UsageError("standard input can be read once; write one `-`")


def filed(
    session: Session,
    timezone: str | None,
    there: Callable[[Timeline], T],
    unmade: Callable[[UnmadeLog], T],
) -> T:
    """File into the store; a new one comes into being only once something is filed."""
    from timeline.log.unmade import UnmadeLog, is_unmade

    if not is_unmade(session.store):
        with session.open() as timeline:
            if timezone not in (None, timeline.log.timezone):
                zone = timeline.log.timezone
                note(f"note: days of this store are those of {zone}; --timezone is for a new one")
            return there(timeline)
    with UnmadeLog(session.store, timezone or "UTC") as log:
        return unmade(log)


def some(names: Iterable[str], most: int = 10) -> str:
    """The first of some names in their order, and how many more there are."""
    listed = sorted(names)
    more = f" and {len(listed) - most:,} more" if listed[most:] else ""
    return ", ".join(listed[:most]) + more


def note_unlisted(parties: Iterable[str]) -> None:
    """Say which parties are in no list."""
    if names := some(parties):
        note(f"note: taken as written, in no list of parties: {names}")


def note_undefined(places: Iterable[str]) -> None:
    """Say what places are defined to lie in or be made up of, and no place is."""
    if names := some(places):
        note(f"note: named as a parent or member, but no such place is known: {names}")


def progress_of(files: tuple[str, ...], what: str) -> AbstractContextManager[Callable[[int], None]]:
    """A counter of reports or rows on a terminal, for input that takes a while."""
    return counter(what) if any(map(_is_long, files)) else nullcontext(lambda _: None)


def _is_long(file: str) -> bool:
    path = Path(file)
    return file == "-" or (path.is_file() and path.stat().st_size >= _MANY)
