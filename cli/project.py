"""The command that runs a projection of the user's own."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import click

from cli.options import TABULAR, basis_option, cut_options, format_option, options_option
from cli.session import Session, data, data_objects, data_table, pass_session

if TYPE_CHECKING:
    from timeline.questions.project import Projected


@click.command(short_help="Run a projection of your own over the reports of places.")
@click.argument("name")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@options_option
@cut_options("on", "known", "recorded")
@basis_option
@click.option("--fresh", is_flag=True, help="Work the rows out anew, whatever is kept.")
@format_option(*TABULAR)
@pass_session
def project(
    session: Session,
    /,
    name: str,
    places: tuple[str, ...],
    options: dict[str, str],
    on: str | None,
    known: str | None,
    recorded: str | None,
    basis: str | None,
    fresh: bool,
    form: str,
) -> None:
    """Run NAME for each PLACE, or for every place that reports name.

    NAME is module:Class, file.py:Class, or what an installed distribution offers under the entry
    point group `timeline.projections`. It gets the reports that count, in order of knowledge.
    """
    with session.open() as timeline:
        with redirect_stdout(sys.stderr):  # where a projection may print
            answer = timeline.project(
                name,
                *places,
                on=on,
                known=known,
                recorded=recorded,
                basis=basis,
                options=options,
                fresh=fresh,
            )
        _write(session, answer, form)


def _write(session: Session, answer: Projected, form: str) -> None:
    from timeline.formats.answers import projected_lines, projected_table

    if form == "json":
        data(answer.to_json())
    elif form == "jsonl":
        data_objects(projected_lines(answer))
    elif form in ("csv", "table"):
        data_table(session, *projected_table(answer))
    else:
        from cli.text.projected import show_projected

        show_projected(answer)
