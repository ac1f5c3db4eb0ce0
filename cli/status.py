"""The command that tells what the log holds, and how far its view is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click
import msgspec

from cli.errors import tell
from cli.options import format_option
from cli.progress import duration, size
from cli.session import Session, data, pass_session
from events.when import iso
from timeline.safe import safe
from timeline.wording import many

if TYPE_CHECKING:
    from timeline import Timeline
    from timeline.log import LogReader
    from timeline.view.lag import Tally

COUNTED: Final = 20_000
"""Entries after the view's last one that are counted one by one; beyond them nothing is."""


class Status(msgspec.Struct, kw_only=True):
    """What a log holds; reports, places and parties are counted by id.

    `lag_seconds` is the age of the oldest entry that the view lacks. `lost` is how many entries a
    view had taken in of which some are gone or others since, null where all are as they were. The
    counts are null while the view is too far behind to tell them: they would take as long as to
    catch it up.
    """

    schema: str = "timeline/status/1"
    store: str
    log: str
    timezone: str
    position: int
    view_position: int
    lag: int
    lag_seconds: float
    lost: int | None = None
    generation: str | None
    log_bytes: int
    view_bytes: int
    entries: int | None = None
    reports: int | None = None
    corrections: int | None = None
    retractions: int | None = None
    redactions: int | None = None
    places: int | None = None
    parties: int | None = None
    first_known: str | None = None
    last_known: str | None = None
    last_recorded: str


@click.command(short_help="What the log holds, and how far its view is.")
@click.option(
    "--max-lag",
    type=click.IntRange(min=0),
    metavar="N",
    help="Exit with 1 if the view is more than N entries behind the log, or has seen more of it.",
)
@format_option("text", "json")
@pass_session
def status(session: Session, form: str, max_lag: int | None) -> None:
    """Tell what the log holds, how far its view is behind it, and how large both are.

    Nothing is caught up: the next question does that.
    """
    with session.open() as timeline:
        found = status_of(timeline)
    data(msgspec.json.encode(found) if form == "json" else _text(found))
    if max_lag is not None and found.lost:
        tell([_lost(found, found.lost)], as_json=form == "json")
        raise click.exceptions.Exit(1)
    if max_lag is not None and found.lag > max_lag:
        behind = f"the view is {_behind(found)}; a question, or `rebuild`, catches it up"
        tell([behind], as_json=form == "json")
        raise click.exceptions.Exit(1)


def status_of(timeline: Timeline) -> Status:
    """What the log and its view tell of themselves, without reading either through."""
    log, view = timeline.log, timeline.index.lag()
    head = log.head()
    missing = log.entries(view.position, 1, upto=head)
    (last,) = log.entries(head - 1, 1)
    found = Status(
        store=timeline.store,
        log=log.identity,
        timezone=log.timezone,
        position=head,
        view_position=view.position,
        lag=max(0, head - view.position),
        lost=view.lost or None,
        lag_seconds=max(0, time.time_ns() // 1000 - missing[0].recorded) / 1e6 if missing else 0,
        generation=view.generation,
        log_bytes=log.size(),
        view_bytes=view.bytes,
        last_recorded=iso(last.recorded),
    )
    if 0 <= head - view.position <= COUNTED:
        _count(found, _with_the_rest(view.tallies, log, view.position, head))
    return found


def _with_the_rest(
    tallies: Mapping[str, Tally], log: LogReader, after: int, head: int
) -> dict[str, Tally]:
    """The view's counts, and with them those of the few entries that it lacks."""
    from timeline.view.lag import Tally

    counts = dict(tallies)
    for batch in log.rows(after, head):
        for entry in batch:
            known = entry.knowledge
            old = counts.get(entry.topic) or Tally(0, known, known)
            counts[entry.topic] = Tally(
                old.entries + 1, min(old.first_known, known), max(old.last_known, known)
            )
    return counts


def _count(found: Status, counts: Mapping[str, Tally]) -> None:
    def of(*topics: str) -> int:
        return sum(counts[topic].entries for topic in topics if topic in counts)

    found.entries = of(*counts)
    found.reports = of("report.filed")
    found.corrections = of("report.corrected", "report.mended")
    found.retractions = of("report.retracted")
    found.places = of("place.defined")
    found.parties = of("party.defined")
    found.redactions = of("report.redacted")
    told = [
        count
        for topic, count in counts.items()
        if topic.startswith("report.") and topic != "report.redacted"
    ]
    if told:
        found.first_known = iso(min(count.first_known for count in told))
        found.last_known = iso(max(count.last_known for count in told))


def _text(found: Status) -> str:
    lines = [
        ("store", f"{found.store}, {size(found.log_bytes)}"),
        ("log", f"{found.log}, days of {found.timezone}"),
        ("last", f"entry {found.position:,}, recorded {found.last_recorded}"),
    ]
    if found.entries is None:
        lines.append(("counts", "not before the view has caught up; ask a question, or `rebuild`"))
    else:
        changed = f"corrections {found.corrections:,}, retractions {found.retractions:,}"
        if found.redactions:
            changed += f", redactions {found.redactions:,}"
        lines += [
            ("reports", f"{found.reports:,} ({changed})"),
            ("known", f"{found.first_known or '–'} to {found.last_known or '–'}"),
            ("places", f"{found.places:,}"),
            ("parties", f"{found.parties:,}"),
        ]
    if found.lost:
        lines.append(("lost", _lost(found, found.lost)))
    lines.append(("view", _view(found)))
    return "\n".join(f"{name:<9}{safe(what)}" for name, what in lines)


def _lost(found: Status, seen: int) -> str:
    if seen > found.position:
        told = f"the end of the log is gone: its view had taken in {seen:,} entries"
    else:
        told = (
            f"the log is another one: a view had taken in others among the first {seen:,} entries"
        )
    return f"{told}; see what `verify` says"


def _view(found: Status) -> str:
    if found.generation is None:
        return "none yet; the first question builds it"
    state = f"{found.generation}, {size(found.view_bytes)}, "
    if found.view_position > found.position:
        return f"{state}{found.view_position - found.position:,} ahead of the log"
    if not found.lag:
        return state + "up to the last entry"
    return f"{state}{_behind(found)}, for {duration(found.lag_seconds)}"


def _behind(found: Status) -> str:
    return f"{many(found.lag, 'entry', 'entries')} behind"
