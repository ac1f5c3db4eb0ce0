"""The commands that keep a log in a file, and make a store of it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from cli.options import format_option
from cli.progress import size
from cli.session import Session, data, files, log_named, metered, pass_session
from timeline.safe import safe
from timeline.wording import many

if TYPE_CHECKING:
    from timeline.backup import Kept


@click.command(short_help="Keep the log in a file.")
@click.argument("file", callback=log_named, shell_complete=files)
@format_option("text", "json")
@pass_session
def backup(session: Session, file: str, form: str) -> None:
    """Write the log as of now into the new FILE, and read it back from its first entry to its last.

    Others may write meanwhile. FILE is a whole log by itself: `--store FILE` asks it.
    """
    with metered("copying") as meter, session.open() as timeline:
        kept = timeline.backup(file, meter)
    data(msgspec.json.encode(kept) if form == "json" else _text("kept", "in", kept))


@click.command(short_help="Make a store of a backup.")
@click.argument("file", callback=log_named, shell_complete=files)
@format_option("text", "json")
@pass_session
def restore(session: Session, file: str, form: str) -> None:
    """Make the store, which must not be there yet, of the backup FILE.

    FILE is read through before, and the store after; what is not sound leaves no store behind.
    """
    from timeline.backup import restore as restored  # here: it writes, and questions do not

    with metered("copying") as meter:
        kept = restored(file, session.store, meter)
    data(msgspec.json.encode(kept) if form == "json" else _text("restored", "to", kept))


def _text(done: str, where: str, kept: Kept) -> str:
    entries = many(kept.entries, "entry", "entries")
    room = f", {size(kept.bytes)}" if kept.bytes else ""
    return (
        f"{done} {entries} {where} {safe(kept.file)}{room}, every one read back\n"
        f"last recorded {kept.last_recorded}, tree {kept.root}"
    )
