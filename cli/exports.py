"""The command that writes answers to files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from cli.options import basis_option, cut_options, facet_option, window_option
from cli.session import Session, note, pass_session, stdout
from timeline.formats.export import FORMATS, WHATS, Export, Format, Wanted, What
from timeline.formats.files import Manifest, manifest_path, write

_ENDINGS: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}


@click.command(short_help="Write situations, claims, reports or histories to a file.")
@click.argument("what", type=click.Choice(WHATS), metavar="|".join(WHATS))
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
@click.option("--from", "since", metavar="DATE", help="Of a history: its first day.")
@click.option("--to", "until", metavar="DATE", help="Of a history: its last day.")
@click.option(
    "--raw", is_flag=True, help="CSV: leave texts that a spreadsheet would run as they are."
)
@click.option("--bom", is_flag=True, help="CSV: begin with the mark that Excel wants.")
@pass_session
def export(
    session: Session,
    /,
    what: What,
    places: tuple[str, ...],
    output: str,
    form: Format | None,
    facet: str | None,
    window: float,
    raw: bool,
    bom: bool,
    **dates: str | None,
) -> None:
    """Write WHAT of the places, or of all places that reports name.

    Beside FILE comes FILE.manifest.json: the basis, the options, counts, and the SHA-256. The
    same question gives the same bytes. `reports` as jsonl is what `timeline add` takes.
    """
    from timeline.engine import window_of

    path = Path(output)
    form = form or _ENDINGS.get(path.suffix.lower()) or ("jsonl" if what == "reports" else "csv")
    _check(what, form, facet, raw or bom, dates)
    with session.open() as timeline, timeline.reading() as reader:
        cuts = timeline.cuts(**{key: dates[key] for key in _CUTS})
        ends = {
            key: None if dates[key] is None else timeline.cuts(dates[key]).asof.known
            for key in ("since", "until")
        }
        made = Export(
            timeline.log,
            reader,
            timeline.zone,
            cuts,
            Wanted(
                what=what,
                form=form,
                places=places,
                facet=facet,
                window=window_of(window),
                raw=raw,
                bom=bom,
                **ends,
            ),
        )
        if output == "-":
            stdout().writelines(made.parts())
            return
        options = {"places": list(places), "format": form, "facet": facet, "window": window}
        options |= {"raw": raw, "bom": bom, **{key: dates[key] for key in _CUTS}}
        options |= {"from": dates["since"], "to": dates["until"]}
        write(path, made.parts(), lambda digest: _manifest(path, made, options, digest))
    if manifest_path(path).exists():
        counts = ", ".join(f"{name} {count}" for name, count in sorted(made.counts.items()))
        note(f"wrote {path} ({counts or 'nothing'}) and {manifest_path(path).name}")


_CUTS: Final = ("on", "valid", "known", "recorded", "basis")


def _manifest(path: Path, made: Export, options: dict[str, Any], digest: str) -> Manifest:
    return Manifest(
        file=path.name,
        what=made.wanted.what,
        basis=made.basis,
        options={name: value for name, value in options.items() if value not in (None, False)},
        counts=dict(sorted(made.counts.items())),
        sha256=digest,
    )


def _check(
    what: What, form: Format, facet: str | None, for_csv: bool, dates: dict[str, str | None]
) -> None:
    """Refuse options that would change nothing."""
    if form != "csv" and for_csv:
        raise click.UsageError("--raw and --bom are for csv; leave them out, or write --format csv")
    if what != "history" and (dates["since"] or dates["until"]):
        raise click.UsageError(
            "--from and --to are for history; cut others with --valid or --known"
        )
    if what == "reports" and facet:
        raise click.UsageError("reports have no facet; export claims, or leave --facet out")
