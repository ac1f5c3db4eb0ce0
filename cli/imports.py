"""The command `import`: a data set as it is published, by one of our profiles or the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
from events.when import quoted
from timeline.safe import one_line, safe
from timeline.wording import many

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from timeline.imports.profile import Profile
    from timeline.imports.run import Imported, Options

_LISTED: Final = 20
"""Changes of one sort that are told one by one; programs get all of them."""


@click.command(
    "import",
    short_help="File a data set by a profile.",
    epilog="PROFILE is acled, air-alerts, csv, geojson, losses, timemap, ua-territories, ucdp-ged, "
    "viina, wiki-control, or the path of your own YAML file: see docs/import.md.",
)
@click.argument("profile", shell_complete=files)
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", callback=to_read, shell_complete=files
)
@click.option(
    "--snapshot",
    is_flag=True,
    help="The files are the whole data set as published at --reported: new rows are filed, "
    "changed ones corrected, missing ones withdrawn.",
)
@click.option(
    "--reported",
    metavar="WHEN",
    help="When the data set was published; without --snapshot, for rows that do not say.",
)
@click.option(
    "--clock",
    metavar="reported=COLUMN",
    help="Take the time when a row became known from this column; of other forms than ISO write "
    "{COLUMN|FILTER}, as in a profile.",
)
@filing_options("rows of files with bad ones")
@format_option("text", "json")
@pass_session
def import_(
    session: Session,
    profile: str,
    files: tuple[str, ...],
    snapshot: bool,
    reported: str | None,
    clock: str | None,
    dry_run: bool,
    keep_going: bool,
    timezone: str | None,
    form: str,
) -> None:
    """File the rows of a data set as reports, as PROFILE says; `-` is standard input.

    CSV, JSON, NDJSON and GeoJSON are read, gzipped too. All rows are filed or none, and a row that
    is known already is passed over. Makes the store where there is none.
    """
    from timeline.imports.loading import load_profile
    from timeline.imports.run import Options

    options = Options(
        snapshot=snapshot,
        reported=reported,
        clock=_clock(clock),
        dry_run=dry_run,
        keep_going=keep_going,
    )
    check_files(files)
    loaded = load_profile(profile)
    with progress_of(files, "rows") as progress:
        imported = _imported(session, loaded, files, options, timezone, progress)
    _tell(imported, loaded, options, as_json=form == "json")
    if imported.troubles:
        raise click.exceptions.Exit(1)


globals()["import"] = import_  # by the name that users type, which no function can bear


def _clock(text: str | None) -> str | None:
    if text is None:
        return None
    clock, equals, column = text.partition("=")
    if clock.strip() != "reported" or not equals or not column.strip():
        raise click.UsageError(
            f"--clock {quoted(text)}: write reported=COLUMN, a column of the data set"
        )
    return column.strip()


def _imported(
    session: Session,
    profile: Profile,
    files: Sequence[str],
    options: Options,
    timezone: str | None,
    progress: Callable[[int], None],
) -> Imported:
    """Import to the store, or to one that is still to be made."""
    from timeline.imports.run import import_files

    return filed(
        session,
        timezone,
        lambda timeline: timeline.import_data(profile, *files, options=options, progress=progress),
        lambda log: import_files(log, (), profile, files, options, progress, note),
    )


def _tell(imported: Imported, profile: Profile, options: Options, *, as_json: bool) -> None:
    if as_json:
        _tell_programs(imported, options)
        return
    _tell_trouble(imported, options)
    _tell_changes(imported)
    data(str(imported))
    if not (imported.rows or imported.troubles.count):
        note("note: there is no row in what was read")
    for because, count in imported.passed.most_common():
        note(f"note: passed over {many(count, 'row')}: {because}")
    if imported.absent:
        note(f"note: no column {', '.join(imported.absent)}, which {profile.name} would read")
    note_unlisted(imported.unlisted)
    _tell_places(imported)
    if imported.overtaken:
        right = "; --snapshot files what the data set says now" if profile.prefix else ""
        reports = safe(some(imported.overtaken, most=5))
        note(f"note: another version was told later, and is what shows, of {reports}{right}")
    if options.dry_run:
        note("note: a dry run, nothing was filed")


def _tell_places(imported: Imported) -> None:
    places = imported.places
    counts = [
        (places.resolved, "found"),
        (places.local, "in no gazetteer, made local"),
        (places.ambiguous, "the names of several places, made local"),
    ]
    told = [f"{len(names):,} {what}" for names, what in counts if names]
    if told:
        note(f"note: places: {'; '.join(told)}")
    if places.local:
        note(f"note: made local: {some(places.local, most=5)}")
    if places.ambiguous:
        note(f"note: names of several places: {some(places.ambiguous)}")
    if places.preferred:
        taken = some(f"{name}: {place}" for name, place in places.preferred.items())
        note(f"note: names of other places too, taken as those known here: {taken}")
    note_undefined(imported.undefined)


def _tell_trouble(imported: Imported, options: Options) -> None:
    """The first rows of each kind of trouble, then how many there are of each."""
    troubles = imported.troubles
    if not troubles:
        return
    tell(troubles.shown, as_json=False)
    if troubles.count > len(troubles.shown):
        note(f"{troubles.count:,} problems, of these kinds:")
        for kind in troubles.kinds():
            column = f"{kind.first.column}: " if kind.first.column else ""
            line = f", first on line {kind.first.line:,}" if kind.first.line else ""
            note(f"  {kind.count:>8,} × {column}{kind.what}{line}")
        if troubles.others:
            note(f"  {troubles.others:>8,} × of yet other kinds")
    if not options.keep_going:
        # Of a file that could not be read there is no row to mend.
        right = "; mend the rows, or file the good ones with --keep-going" if imported.rows else ""
        note(f"nothing was filed{right}")


def _tell_changes(imported: Imported) -> None:
    for verb in ("changed", "missing", "back"):
        found = [one for one in imported.changes if one.verb == verb]
        for one in found[:_LISTED]:
            data(safe(str(one)))
        if found[_LISTED:]:
            note(f"and {len(found) - _LISTED:,} more {verb}; --format json lists all")


def _tell_programs(imported: Imported, options: Options) -> None:
    troubles, places = imported.troubles, imported.places
    tell(troubles.shown, as_json=True)
    kinds = [
        {
            "column": one_line(kind.first.column),
            "what": one_line(kind.what),
            "right": one_line(kind.first.right),
            "count": kind.count,
            "first": {"file": one_line(kind.first.file), "line": kind.first.line},
        }
        for kind in troubles.kinds()
    ]
    counts = {
        "rows": imported.rows,
        "filed": imported.filed,
        "corrected": imported.corrected,
        "retracted": imported.retracted,
        "already_known": imported.known,
        "problems": troubles.count,
        "kinds_of_problems": kinds,
        "passed_over": {one_line(because): count for because, count in imported.passed.items()},
        "places": {
            "found": len(places.resolved),
            "local": len(places.local),
            "ambiguous": sorted(places.ambiguous),
            "preferred": places.preferred,
        },
        "changes": [
            {"report": one.report, "change": one.verb, "keys": one.keys} for one in imported.changes
        ],
        "dry_run": options.dry_run,
    }
    data(msgspec.json.encode(counts))
