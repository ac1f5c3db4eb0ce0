"""The command that builds the view of the log anew."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import click
import msgspec

from cli.options import format_option
from cli.progress import duration, size
from cli.session import Session, data, metered, pass_session
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline import Timeline


class Built(msgspec.Struct, kw_only=True):
    """A build of the view: one that was, or with `dry_run` what one would come to."""

    schema: str = "timeline/rebuild/1"
    dry_run: bool
    entries: int
    seconds: float
    bytes: int
    generation: str | None
    laid_out_before: int = 0
    """How many of its entries a build that was interrupted had laid out."""


_AT_MOST: Final = 2.3
"""The room that a build takes before it is done, by what it comes to: its claims are sorted."""


@click.command(short_help="Build the view of the log anew.")
@click.option("--dry-run", is_flag=True, help="Tell how long it would take, from a short trial.")
@format_option("text", "json")
@pass_session
def rebuild(session: Session, dry_run: bool, form: str) -> None:
    """Build the index that questions read, from the first entry of the log on.

    Questions go on meanwhile, on the old one, and find the new one once it is whole. What was
    interrupted goes on where it stopped.
    """
    with session.open() as timeline:
        built = _estimated(timeline) if dry_run else _rebuilt(timeline)
    data(msgspec.json.encode(built) if form == "json" else _text(built))


def _rebuilt(timeline: Timeline) -> Built:
    began = time.perf_counter()
    steps: list[int] = []
    with metered() as meter:

        def step(done: int, total: int) -> None:
            steps.append(done)
            meter(done, total)

        timeline.index.rebuild(step)
    seconds = time.perf_counter() - began
    lag = timeline.index.lag()
    return Built(
        dry_run=False,
        entries=lag.position,
        seconds=seconds,
        bytes=lag.bytes,
        generation=lag.generation,
        laid_out_before=min(steps, default=0),  # of a damaged one it begins again at 0
    )


def _estimated(timeline: Timeline) -> Built:
    from timeline.view.trial import estimate

    entries, seconds, size_of_it = estimate(timeline.log)
    return Built(dry_run=True, entries=entries, seconds=seconds, bytes=size_of_it, generation=None)


def _text(built: Built) -> str:
    told = f"{built.entries:,} entries"
    if built.dry_run:
        about = f"about {duration(built.seconds)} and {size(built.bytes)}"
        most = size(round(built.bytes * _AT_MOST))
        return f"{told} would take {about}, {most} while it lasts; nothing was built"
    if built.laid_out_before:
        told += f", {built.laid_out_before:,} of them laid out before,"
    rate = (built.entries - built.laid_out_before) / built.seconds if built.seconds else 0
    took = f"in {duration(built.seconds)}, {rate:,.0f} a second"
    return f"{told} {took}: {safe(built.generation or '')}, {size(built.bytes)}"
