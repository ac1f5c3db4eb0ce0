"""The commands that write to the log: add, correct, retract."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.errors import tell
from cli.options import format_option
from cli.session import Session, data, note, on_terminal, pass_session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from timeline.intake import Added
    from timeline.log import Outcome

_MANY = 1_000_000
"""Bytes of input from which on progress is worth showing."""


@click.command(short_help="File reports.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Check and count, and file nothing.")
@click.option("--keep-going", is_flag=True, help="File the good reports of a file with problems.")
@click.option(
    "--timezone",
    default=None,
    metavar="ZONE",
    help="The zone of days without one, for a store that is made now; UTC unless given.",
)
@format_option("text", "json")
@pass_session
def add(
    session: Session,
    files: tuple[str, ...],
    dry_run: bool,
    keep_going: bool,
    timezone: str | None,
    form: str,
) -> None:
    """File the reports of YAML, JSON and NDJSON documents; `-` is standard input.

    A document is filed whole or not at all, and a report that is known already is passed over.
    Makes the store where there is none.
    """
    if files.count("-") > 1:
        raise click.UsageError("standard input can be read once; write one `-`")
    with progress_of(files, "reports") as progress:
        added = _added(
            session,
            timezone,
            files,
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
        )
    _tell(added, dry_run=dry_run, as_json=form == "json")
    if added.problems:
        raise click.exceptions.Exit(1)


def _tell(added: Added, *, dry_run: bool, as_json: bool) -> None:
    if added.unlisted:
        names = sorted(added.unlisted)
        shown = ", ".join(names[:10]) + (f" and {len(names) - 10} more" if names[10:] else "")
        note(f"note: taken as written, in no list of parties: {shown}")
    if added.taken:
        found = [f"{place}, from {source}" for place, source in sorted(added.taken.items())]
        shown = "; ".join(found[:5]) + (f"; and {len(found) - 5} more" if found[5:] else "")
        note(f"note: places of gazetteers: {shown}")
    tell(added.problems, as_json=as_json)
    if as_json:
        import msgspec

        counts = {
            "filed": added.filed,
            "already_known": added.known,
            "problems": len(added.problems),
            "dry_run": dry_run,
        }
        data(msgspec.json.encode(counts))
    else:
        data(str(added))
        if dry_run:
            note("note: a dry run, nothing was filed")


def _added(
    session: Session,
    timezone: str | None,
    files: Sequence[str],
    *,
    dry_run: bool,
    keep_going: bool,
    progress: Callable[[int], None],
) -> Added:
    """Add to the store; a new one comes into being only once something is filed."""
    from timeline import intake
    from timeline.log.unmade import UnmadeLog, is_unmade

    if not is_unmade(session.store):
        with session.open() as timeline:
            if timezone not in (None, timeline.log.timezone):
                zone = timeline.log.timezone
                note(f"note: days of this store are those of {zone}; --timezone is for a new one")
            return timeline.add(*files, dry_run=dry_run, keep_going=keep_going, progress=progress)
    with UnmadeLog(session.store, timezone or "UTC") as log:
        return intake.add(
            log,
            (),
            files,
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
            note=note,
        )


@contextmanager
def progress_of(files: tuple[str, ...], what: str) -> Iterator[Callable[[int], None]]:
    """A counter of reports or rows on a terminal, for input that takes a while."""
    if not on_terminal() or not any(_is_long(file) for file in files):
        yield lambda _: None
        return
    seen = 0

    def count(more: int) -> None:
        nonlocal seen
        seen += more
        click.echo(f"\r{seen:,} {what} read", nl=False, err=True)

    try:
        yield count
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)


def _is_long(file: str) -> bool:
    path = Path(file)
    return file == "-" or (path.is_file() and path.stat().st_size >= _MANY)


@click.command(short_help="File a corrected version of a report.")
@click.argument("report", metavar="ID")
@click.argument("file")
@click.option("--mend", is_flag=True, help="The slip was our own: taken out at every `known`.")
@format_option("text", "json")
@pass_session
def correct(session: Session, report: str, file: str, mend: bool, form: str) -> None:
    """File how the report ID, or the one whose id begins so, should read.

    FILE holds that one report whole, with the correction's own `reported`; `-` is standard input.
    """
    with session.open() as timeline:
        key = timeline.report_id(report)
        outcome = timeline.correct(key, file, mend=mend)
    _told(outcome, "mended" if mend else "corrected", key, form)


@click.command(short_help="Withdraw a report.")
@click.argument("report", metavar="ID")
@click.option(
    "--reported", required=True, metavar="DATE", help="When the withdrawal became public."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why, in a few words.")
@format_option("text", "json")
@pass_session
def retract(session: Session, report: str, reported: str, reason: str, form: str) -> None:
    """Withdraw the report ID, or the one whose id begins so: known from the end of DATE on."""
    with session.open() as timeline:
        key = timeline.report_id(report)
        outcome = timeline.retract(key, reported=reported, reason=reason)
    _told(outcome, "retracted", key, form)


def _told(outcome: Outcome, done: str, key: str, form: str) -> None:
    from timeline.log import Outcome

    is_new = outcome is Outcome.filed
    if form == "json":
        import msgspec

        fields: dict[str, Any] = {"report": key, "outcome": done if is_new else "known"}
        data(msgspec.json.encode(fields))
    else:
        data(f"{done} {key}" if is_new else f"already known: {key}")
