"""The commands that write to the log: add, correct, retract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from cli.errors import tell
from cli.filing import (
    check_files,
    filed,
    filing_options,
    note_undefined,
    note_unlisted,
    progress_of,
    some,
)
from cli.options import format_option
from cli.session import Session, data, files, note, pass_session, to_read
from timeline.errors import BadQuestion, BadReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from timeline.engine import Timeline
    from timeline.intake import Added, Cited, Intake, Parties, Remarks
    from timeline.log.filing import Outcome
    from timeline.log.unmade import UnmadeLog
    from timeline.places import Place


_EVER: Final = "9999-12-30"


@click.command(short_help="File reports.")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", callback=to_read, shell_complete=files
)
@filing_options("reports of a file with problems")
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
    check_files(files)
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
    if added.empty:
        note(f"note: no report in {some(added.empty)}")
    _remark(added)
    tell(added.problems, as_json=as_json)
    if as_json:
        counts = {
            "filed": added.filed,
            "already_known": added.known,
            "problems": added.wrong,
            "dry_run": dry_run,
        }
        data(msgspec.json.encode(counts))
    else:
        data(str(added))
        if dry_run:
            note("note: a dry run, nothing was filed")


def _remark(added: Remarks) -> None:
    note_unlisted(added.unlisted)
    if added.taken:
        found = [f"{place}, from {source}" for place, source in sorted(added.taken.items())]
        shown = "; ".join(found[:5]) + (f"; and {len(found) - 5} more" if found[5:] else "")
        note(f"note: places of gazetteers: {shown}")
    if added.cited:
        pairs = [f"{key} where {other} was" for key, other in sorted(added.cited.items())]
        note(f"note: read at the same locator of the same source: {some(pairs, most=5)}")
    if added.adrift:
        pairs = [f"{other} in {key}" for other, key in sorted(added.adrift.items())]
        note(
            "note: linked to or checked, but no report here has such an id, which is another than "
            f"its claim's: {some(pairs, most=5)}"
        )
    if added.passed_over:
        note(
            "note: known already, so that what a report says of it is passed over "
            f"(`places:` of a document defines it anew): {some(added.passed_over)}"
        )
    note_undefined(added.undefined)


def _added(
    session: Session,
    timezone: str | None,
    files: Sequence[str],
    *,
    dry_run: bool,
    keep_going: bool,
    progress: Callable[[int], None],
) -> Added:
    """Add to the store, or to one that is still to be made."""
    from timeline import intake

    def into(
        log: Intake,
        places: Iterable[Place],
        cited: Cited = lambda _: {},
        parties: Parties = dict,
    ) -> Added:
        return intake.add(
            log,
            places,
            files,
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
            note=note,
            cited=cited,
            parties=parties,
        )

    def there(timeline: Timeline) -> Added:
        reader = timeline.reader()
        return into(timeline.writer, reader.book(), reader.cited, reader.parties)

    def unmade(log: UnmadeLog) -> Added:
        added = into(log, ())
        if added.filed and added.zones and timezone is None:
            note(
                f"note: reports here have days of {some(added.zones)}, and answers of this new "
                f"store go by days of {log.timezone} for good; to have them by those, make it anew "
                f"with `add --timezone {min(added.zones)}`"
            )
        return added

    return filed(session, timezone, there, unmade)


@click.command(short_help="File a corrected version of a report.")
@click.argument("report", metavar="ID")
@click.argument("file", callback=to_read, shell_complete=files)
@click.option("--mend", is_flag=True, help="The slip was our own: take it out at every `known`.")
@format_option("text", "json")
@pass_session
def correct(session: Session, report: str, file: str, mend: bool, form: str) -> None:
    """File how the report ID, or the one whose id begins so, should read.

    FILE holds that one report whole, with the correction's own `reported`; `-` is standard input.
    """
    from timeline import intake  # here: help needs no engine

    with session.open() as timeline:
        key = timeline.report_id(report)
        reader = timeline.reader()
        corrected = intake.correct(
            timeline.writer,
            reader.book(),
            key,
            file,
            mend=mend,
            note=note,
            cited=reader.cited,
            parties=reader.parties,
        )
        _remark(corrected)
        _told(corrected.outcome, "mended" if mend else "corrected", key, form)
        _tell_what_counts(timeline, key, corrected.outcome)


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
        try:
            outcome = timeline.retract(key, reported=reported, reason=reason)
        except BadReport as error:
            wrong = error.problems[0]
            if getattr(wrong, "file", "") != "reported":
                raise
            raise BadQuestion(str(wrong)) from None  # a date of the command line, as any other
        _told(outcome, "retracted", key, form)
        _tell_what_counts(timeline, key, outcome)


def _told(outcome: Outcome, done: str, key: str, form: str) -> None:
    is_new = outcome == "filed"
    if form == "json":
        fields: dict[str, Any] = {"report": key, "outcome": done if is_new else "known"}
        data(msgspec.json.encode(fields))
    else:
        data(f"{done} {key}" if is_new else f"already known: {key}")


def _tell_what_counts(timeline: Timeline, key: str, outcome: Outcome) -> None:
    """Say where another version than the one that was given is, or will be, the one that shows."""
    *before, last = timeline.explain(key, known=_EVER).versions
    if outcome == "known" and before:
        many = len(before) + 1
        note(f"note: one of its {many} versions says this; `timeline explain {key}` has what shows")
    elif (later := last.invalidated_by) is not None:
        note(f"note: another version was told later, and is what shows from {later.known_from} on")
