"""The command that writes answers to files."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from cli.options import (
    basis_option,
    cut_options,
    facet_option,
    of_options,
    options_option,
    output_option,
    window_option,
)
from cli.session import Session, note, note_redactions, pass_session, stdout
from timeline.formats.files import manifest_path
from timeline.formats.wanted import FORMATS, Format, format_of


@click.command(short_help="Write situations, claims, reports or histories to a file.")
@click.argument("what")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="By default as the name of FILE ends; else jsonl for reports and csv for all else.",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="PLACE",
    help="A place with all those below it that reports name; may be given several times.",
)
@click.option("--from", "since", metavar="DATE", help="The first day that is spoken of.")
@click.option("--to", "until", metavar="DATE", help="The last day that is spoken of.")
@facet_option
@of_options("party", "kind", "side")
@cut_options("on", "valid", "known", "recorded")
@basis_option
@window_option
@options_option
@click.option(
    "--raw", is_flag=True, help="CSV, HXL: leave texts that a spreadsheet would run as they are."
)
@click.option("--bom", is_flag=True, help="CSV, HXL: begin with the mark that Excel wants.")
@pass_session
def export(
    session: Session,
    /,
    what: str,
    places: tuple[str, ...],
    output: str,
    form: Format | None,
    regions: tuple[str, ...],
    facet: str | None,
    window: float,
    options: dict[str, str],
    raw: bool,
    bom: bool,
    **asked: str | None,
) -> None:
    """Write WHAT of the places, or of all places that reports name.

    WHAT is situation, control, claims, reports, history, activity, or a projection of your own:
    module:Class, file.py:Class, or the name of an installed one. `control` is a row for each place
    and a column for each assessor, and says which of them agree; `situation --facet control` has a
    row for each of their claims.

    Beside FILE comes FILE.manifest.json: the basis, the options, counts, and the SHA-256. The
    same question gives the same bytes. `reports` as jsonl is what `timeline add` takes.
    """
    path, out = Path(output), stdout() if output == "-" else None
    if form is None and path.suffix and format_of(path.name) is None:
        note(f"note: no format has files in {path.suffix}; name one with --format, or end in .csv")
    form = form or format_of(path.name) or ("jsonl" if what == "reports" else "csv")
    # A projection may print: that is no data.
    with session.open() as timeline, timeline.reading(), redirect_stdout(sys.stderr):
        made = timeline.export(
            what,
            *places,
            form=form,
            regions=regions,
            facet=facet,
            window=window,
            options=options,
            raw=raw,
            bom=bom,
            **asked,
        )
        if asked["basis"]:
            note_redactions(timeline)
        if out is not None:
            out.writelines(made.parts())
        elif made.write(path):
            counts = ", ".join(f"{name} {count}" for name, count in sorted(made.counts.items()))
            note(f"wrote {path} ({counts}) and {manifest_path(path)}")
