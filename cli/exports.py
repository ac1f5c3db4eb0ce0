"""The command that writes answers to files."""

from __future__ import annotations

import sys
from base64 import b64encode
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.options import (
    basis_option,
    cut_options,
    facet_option,
    of_options,
    options_option,
    window_option,
)
from cli.session import Session, note, pass_session, stdout
from timeline.evidence.tree import root
from timeline.formats.export import Export
from timeline.formats.files import Head, Manifest, manifest_path, write
from timeline.formats.wanted import FORMATS, WHATS, Format, Wanted, What, format_of, period_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timeline.cuts import Cuts
    from timeline.projections import Loaded
    from timeline.reader import Reader


@click.command(short_help="Write situations, claims, reports or histories to a file.")
@click.argument("what")
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
    from timeline.engine import window_of

    path = Path(output)
    form = form or format_of(path.name) or ("jsonl" if what == "reports" else "csv")
    built_in = _built_in(what)
    _check(built_in, asked, options)
    projection = None if built_in else _projection(what, options)
    with session.open() as timeline, timeline.reading() as reader:
        of = built_in or "projection"
        since, until = period_of(of, asked["since"], asked["until"], timeline.zone)
        wanted = Wanted(
            what=of,
            form=form,
            places=places,
            regions=regions,
            projection=projection,
            projected=timeline.projected,
            facet=facet,
            **{name: asked[name] for name in _OF},
            window=window_of(window),
            since=since,
            until=until,
            raw=raw,
            bom=bom,
        )
        cuts = timeline.cuts(**{key: asked[key] for key in _CUTS})
        if asked["basis"] and timeline.index.redactions():
            note(_REDACTED)
        made = Export(timeline.log, reader, timeline.zone, cuts, wanted)
        out = stdout() if output == "-" else None
        with redirect_stdout(sys.stderr):  # where a projection may print
            if out is not None:
                out.writelines(made.parts())
                return
            said, head = _said(wanted, window, asked, options), _head(reader, cuts)
            write(path, made.parts(), lambda digest: _manifest(path, made, said, digest, head))
    _tell(path, made)


def _tell(path: Path, made: Export) -> None:
    if manifest_path(path).exists():
        counts = ", ".join(f"{name} {count}" for name, count in sorted(made.counts.items()))
        note(f"wrote {path} ({counts or 'nothing'}) and {manifest_path(path).name}")


_REDACTED: Final = (
    "note: words were redacted in this log; what a file of this basis said there "
    "before cannot be written again"
)
_OF: Final = ("party", "kind", "side")
_CUTS: Final = ("on", "valid", "known", "recorded", "basis")
_SAID: Final = {"since": "from", "until": "to"}


def _said(
    wanted: Wanted, window: float, asked: Mapping[str, str | None], options: Mapping[str, str]
) -> dict[str, Any]:
    """The options as they were given, which a manifest repeats."""
    said: dict[str, Any] = {
        "places": list(wanted.places),
        "format": wanted.form,
        "regions": list(wanted.regions),
        "facet": wanted.facet,
        "window": window,
        "raw": wanted.raw,
        "bom": wanted.bom,
        **{_SAID.get(name, name): value for name, value in asked.items()},
    }
    if wanted.projection:
        said |= {"version": wanted.projection.version, "set": options or None}
    return said


def _head(reader: Reader, cuts: Cuts) -> Head:
    """The head of the log at the basis: everything that the answer follows from is below it."""
    size = max(reader.pinned(cuts.asof))
    return Head(size=size, root=b64encode(root(size, reader.tree())).decode())


def _manifest(
    path: Path, made: Export, options: dict[str, Any], digest: str, head: Head
) -> Manifest:
    return Manifest(
        file=path.name,
        what=made.wanted.projection.name if made.wanted.projection else made.wanted.what,
        basis=made.basis,
        head=head,
        options={name: value for name, value in options.items() if value not in (None, False, [])},
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


def _check(what: What | None, asked: dict[str, str | None], options: dict[str, str]) -> None:
    """Refuse what only a projection has, or has not."""
    if what and options:
        raise click.UsageError("--set is for a projection's own options; leave it out")
    if what is None and asked["valid"]:
        raise click.UsageError("a projection gets all that was known; cut it with --known")
