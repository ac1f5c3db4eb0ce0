"""The command that writes answers to files."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.options import basis_option, cut_options, facet_option, options_option, window_option
from cli.session import Session, note, pass_session, stdout
from timeline.formats.export import FORMATS, WHATS, Export, Format, Wanted, What
from timeline.formats.files import Manifest, manifest_path, write

if TYPE_CHECKING:
    from timeline.projections import Loaded

_ENDINGS: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}


@click.command(short_help="Write situations, claims, reports or histories to a file.")
@click.argument("what", metavar=f"{'|'.join(WHATS)}|PROJECTION")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to; `-`, the default, is stdout."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="By default as the name of FILE ends; else jsonl for reports and csv for all else.",
)
@cut_options("on", "valid", "known", "recorded")
@basis_option
@facet_option
@window_option
@click.option("--from", "since", metavar="DATE", help="Of a history or activity: its first day.")
@click.option("--to", "until", metavar="DATE", help="Of a history or activity: its last day.")
@options_option
@click.option(
    "--raw", is_flag=True, help="CSV: leave texts that a spreadsheet would run as they are."
)
@click.option("--bom", is_flag=True, help="CSV: begin with the mark that Excel wants.")
@pass_session
def export(
    session: Session,
    /,
    what: str,
    places: tuple[str, ...],
    output: str,
    form: Format | None,
    facet: str | None,
    window: float,
    options: dict[str, str],
    raw: bool,
    bom: bool,
    **dates: str | None,
) -> None:
    """Write WHAT of the places, or of all places that reports name.

    PROJECTION is one of your own: module:Class, file.py:Class, or the name of an installed one.

    Beside FILE comes FILE.manifest.json: the basis, the options, counts, and the SHA-256. The
    same question gives the same bytes. `reports` as jsonl is what `timeline add` takes.
    """
    from timeline.engine import window_of
    from timeline.questions.activity import beginning

    path = Path(output)
    form = form or _ENDINGS.get(path.suffix.lower()) or ("jsonl" if what == "reports" else "csv")
    built_in = _built_in(what)
    _check(built_in, form, facet, raw or bom, dates, options)
    projection = None if built_in else _projection(what, options)
    with session.open() as timeline, timeline.reading() as reader:
        cuts = timeline.cuts(**{key: dates[key] for key in _CUTS})
        ends = {
            key: None if dates[key] is None else timeline.cuts(dates[key]).asof.known
            for key in ("since", "until")
        }
        if what == "activity" and (first := dates["since"]) is not None:
            ends["since"] = beginning(first, timeline.zone)
        made = Export(
            timeline.log,
            reader,
            timeline.zone,
            cuts,
            Wanted(
                what=built_in or "projection",
                form=form,
                places=places,
                projection=projection,
                projected=timeline.projected,
                facet=facet,
                window=window_of(window),
                raw=raw,
                bom=bom,
                **ends,
            ),
        )
        if output == "-":
            out = stdout()
            with redirect_stdout(sys.stderr):  # where a projection may print
                out.writelines(made.parts())
            return
        said: dict[str, Any] = {"places": list(places), "format": form, "facet": facet}
        said |= {"window": window, "raw": raw, "bom": bom, **{key: dates[key] for key in _CUTS}}
        said |= {"from": dates["since"], "to": dates["until"]}
        if projection:
            said |= {"version": projection.version, "set": options or None}
        with redirect_stdout(sys.stderr):
            write(path, made.parts(), lambda digest: _manifest(path, made, said, digest))
    if manifest_path(path).exists():
        counts = ", ".join(f"{name} {count}" for name, count in sorted(made.counts.items()))
        note(f"wrote {path} ({counts or 'nothing'}) and {manifest_path(path).name}")


_CUTS: Final = ("on", "valid", "known", "recorded", "basis")


def _manifest(path: Path, made: Export, options: dict[str, Any], digest: str) -> Manifest:
    return Manifest(
        file=path.name,
        what=made.wanted.projection.name if made.wanted.projection else made.wanted.what,
        basis=made.basis,
        options={name: value for name, value in options.items() if value not in (None, False)},
        counts=dict(sorted(made.counts.items())),
        sha256=digest,
    )


def _built_in(what: str) -> What | None:
    return next((one for one in WHATS if one == what), None)


def _projection(name: str, options: dict[str, str]) -> Loaded:
    from timeline.errors import BadQuestion
    from timeline.projections import load

    with redirect_stdout(sys.stderr):
        try:
            return load(name, options)
        except BadQuestion as error:
            if ":" in name:
                raise
            raise BadQuestion(f"{error}; of our own we export {', '.join(WHATS)}") from None


def _check(
    what: What | None,
    form: Format,
    facet: str | None,
    for_csv: bool,
    dates: dict[str, str | None],
    options: dict[str, str],
) -> None:
    """Refuse options that would change nothing."""
    if form != "csv" and for_csv:
        raise click.UsageError("--raw and --bom are for csv; leave them out, or write --format csv")
    if what not in ("history", "activity") and (dates["since"] or dates["until"]):
        raise click.UsageError(
            "--from and --to are for history and activity; cut others with --valid or --known"
        )
    if what == "reports" and facet:
        raise click.UsageError("reports have no facet; export claims, or leave --facet out")
    if what in ("activity", None) and facet:
        raise click.UsageError("--facet is for claims; leave it out")
    if what and options:
        raise click.UsageError("--set is for a projection's own options; leave it out")
    if what is None and dates["valid"]:
        raise click.UsageError("a projection gets all that was known; cut it with --known")
