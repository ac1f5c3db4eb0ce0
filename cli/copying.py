"""The command that moves a log from one store to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
import msgspec

from cli.options import format_option
from cli.session import data, files, log_named, metered, note
from timeline.log.address import shown
from timeline.safe import safe
from timeline.wording import many

if TYPE_CHECKING:
    from timeline.log.copying import Copied

SCHEMA: Final = "timeline/copy/1"


@click.command("copy", short_help="Copy a log to another store.")
@click.argument("source", callback=log_named, shell_complete=files)
@click.argument("target", callback=log_named, shell_complete=files)
@format_option("text", "json")
def copy(source: str, target: str, form: str) -> None:
    """Copy the log of SOURCE to TARGET: paths of files, or postgresql://… addresses.

    The same entries at the same positions, byte for byte. A copy that was cut short goes on, and a
    later one brings what has come since. A TARGET with another history is refused, and left as it
    is.
    """
    from timeline.log.copying import copy as copy_log  # here: it writes, and questions do not

    with metered("copying") as meter:
        copied = copy_log(source, target, meter)
    source, target = safe(shown(source)), safe(shown(target))
    if form == "json":
        data(msgspec.json.encode(_fields(source, target, copied)))
    else:
        data(_text(target, copied))
    if copied.redacted:
        note("note: what was redacted may lie in the free room of the target until `compact`")


def _fields(source: str, target: str, copied: Copied) -> dict[str, object]:
    stores = {"schema": SCHEMA, "source": source, "target": target, "log": copied.log}
    return stores | {
        "entries": copied.entries,
        "copied": copied.copied,
        "redacted": copied.redacted,
    }


def _text(target: str, copied: Copied) -> str:
    redacted = f", redacted {copied.redacted:,} there" if copied.redacted else ""
    if not copied.copied:
        return f"{target} has all {copied.entries:,} entries already{redacted}"
    before = copied.entries - copied.copied
    there = f" behind the {before:,} that were there" if before else ""
    return f"copied {many(copied.copied, 'entry', 'entries')} to {target}{there}{redacted}"
