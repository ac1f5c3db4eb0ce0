"""The command that tells what the log holds."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click
import msgspec

from cli.options import format_option
from cli.safe import safe
from cli.session import Session, data, pass_session
from events.when import iso

if TYPE_CHECKING:
    from timeline import Timeline


class Status(msgspec.Struct, kw_only=True):
    """What a log holds; reports, places and parties are counted by id."""

    schema: str = "timeline/status/1"
    store: str
    log: str
    timezone: str
    entries: int
    reports: int
    corrections: int
    retractions: int
    places: int
    parties: int
    first_known: str | None
    last_known: str | None
    last_recorded: str


@click.command(short_help="What the log holds.")
@format_option("text", "json")
@pass_session
def status(session: Session, form: str) -> None:
    """Tell what the log holds: entries, reports, places, and how far its knowledge goes."""
    with session.open() as timeline:
        found = status_of(timeline)
    data(msgspec.json.encode(found) if form == "json" else _text(found))


def status_of(timeline: Timeline) -> Status:
    """Count the log's entries."""
    log = timeline.log
    topics: Counter[str] = Counter()
    known: list[int] = []
    recorded = 0
    for batch in log.rows():
        for entry in batch:
            topics[entry.topic] += 1
            recorded = entry.recorded
            if entry.reported is not None:
                known = [min([*known, entry.reported.latest]), max([*known, entry.reported.latest])]
    return Status(
        store=str(timeline.path),
        log=log.identity,
        timezone=log.timezone,
        entries=topics.total(),
        reports=topics["report.filed"],
        corrections=topics["report.corrected"] + topics["report.mended"],
        retractions=topics["report.retracted"],
        places=topics["place.defined"],
        parties=topics["party.defined"],
        first_known=iso(known[0]) if known else None,
        last_known=iso(known[-1]) if known else None,
        last_recorded=iso(recorded),
    )


def _text(found: Status) -> str:
    lines = [
        ("store", found.store),
        ("log", f"{found.log}, days of {found.timezone}"),
        ("entries", f"{found.entries}, the last recorded {found.last_recorded}"),
        (
            "reports",
            f"{found.reports} (corrections {found.corrections}, retractions {found.retractions})",
        ),
        ("known", f"{found.first_known or '–'} to {found.last_known or '–'}"),
        ("places", str(found.places)),
        ("parties", str(found.parties)),
    ]
    return "\n".join(f"{name:<9}{safe(what)}" for name, what in lines)
