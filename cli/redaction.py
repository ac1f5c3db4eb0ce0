"""The commands that take out what must go, and its last traces."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from cli.options import format_option
from cli.progress import size
from cli.session import Session, data, metered, note, pass_session
from events.vocabulary import REDACTABLE


@click.command(short_help="Take fields of a report out for good.")
@click.argument("report", metavar="ID")
@click.argument("fields", metavar="FIELD…", nargs=-1, required=True, type=click.Choice(REDACTABLE))
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a few words, without names.")
@format_option("text", "json")
@pass_session
def redact(session: Session, report: str, fields: tuple[str, ...], reason: str, form: str) -> None:
    """Take fields of the report ID, or the one whose id begins so, out of all its versions.

    FIELD is summary, quote, victims or who. Answers say [redacted] from then on, and so does what
    is filed under this id later. The entry itself stays, and every proof of it holds; REASON stays
    in the log for good. `compact` takes the last traces off the disk.
    """
    from timeline.log.filing import Outcome

    with session.open() as timeline:
        key = timeline.report_id(report)
        is_new = timeline.redact(key, *fields, reason=reason) is Outcome.filed
    named = sorted(set(fields), key=REDACTABLE.index)
    if form == "json":
        told: dict[str, Any] = {"report": key, "outcome": "redacted" if is_new else "known"}
        data(msgspec.json.encode(told | {"fields": named}))
    elif is_new:
        data(f"redacted {', '.join(named)} of {key}")
    else:
        data(f"already redacted: {', '.join(named)} of {key}")
    if is_new:
        note(
            "note: `compact` takes the last traces off the disk; older backups, exports and copies "
            "hold it still"
        )


@click.command(short_help="Write log and view anew, without what was redacted.")
@format_option("text", "json")
@pass_session
def compact(session: Session, form: str) -> None:
    """Write the log and its view anew, so that what was redacted lies in no file of the store.

    Takes as long as `rebuild`, and as much room on the disk as there is in use.
    """
    with session.open() as timeline:
        before = timeline.log.size() + timeline.index.lag().bytes
        with metered() as meter:
            timeline.compact(meter)
        after = timeline.log.size() + timeline.index.lag().bytes
    if form == "json":
        sizes = {"schema": "timeline/compact/1", "bytes_before": before, "bytes": after}
        data(msgspec.json.encode(sizes))
    else:
        data(f"compacted: {size(before)} before, {size(after)} now")
