"""The command that draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.options import basis_option, cut_options, facet_option, of_options
from cli.session import Session, data, files, note, pass_session

if TYPE_CHECKING:
    from timeline.pictures import Picture, What

_ENDINGS: Final = (".svg", ".png", ".html")


@click.command(short_help="Draw when things happened and were told, or who held the place.")
@click.argument("place")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    shell_complete=files,
    help="Where to: a name in .svg, .png or .html; `-` is SVG to stdout.",
)
@click.option(
    "--what",
    type=click.Choice(("clocks", "control", "activity")),
    default="clocks",
    show_default=True,
    help="The two clocks; who said whose it was; how much was told.",
)
@click.option("--from", "since", metavar="DATE", help="The first day.")
@click.option("--to", "until", metavar="DATE", help="The last day.")
@facet_option
@of_options("party")
@cut_options("on", "valid", "known", "recorded")
@basis_option
@click.option(
    "--width",
    type=click.IntRange(240, 2400),
    default=760,
    show_default=True,
    help="Pixels across what is drawn; a png has twice as many.",
)
@pass_session
def plot(
    session: Session,
    /,
    place: str,
    output: str,
    what: What,
    since: str | None,
    until: str | None,
    facet: str | None,
    party: str | None,
    width: int,
    **cuts: str | None,
) -> None:
    """Draw PLACE into FILE.

    `clocks` has what happened from left to right and when it was told from below upward: what was
    told at once lies on the diagonal, and the later the news, the farther above. `control` has a
    row for each who said whose it was, `activity` how much was told of each day.

    An html page holds all it needs and asks nothing of the network.
    """
    if output != "-" and Path(output).suffix.lower() not in _ENDINGS:
        raise click.UsageError(f"{output} is no picture; name a file in .svg, .png or .html")
    if what == "control" and facet:
        raise click.UsageError("control is a facet itself; leave --facet out")
    with session.open() as timeline, timeline.reading():
        drawn = timeline.plot(
            place,
            what=what,
            since=since,
            until=until,
            facet=facet,
            party=party,
            width=width,
            **cuts,
        )
    if output == "-":
        data(drawn.svg())
        return
    _write(drawn, Path(output))


def _write(drawn: Picture, path: Path) -> None:
    from timeline.formats.files import replaced

    match path.suffix.lower():
        case ".png":
            content = drawn.png()
        case ".svg":
            content = drawn.svg().encode()
        case _:
            content = drawn.html().encode()
    with replaced(path) as stream:
        stream.write(content)
    note(f"wrote {path} ({len(content):,} bytes, basis {drawn.basis})")
