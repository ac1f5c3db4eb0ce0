"""The command that says how one knows: where a claim comes from and why it is shown."""

from __future__ import annotations

import click

from cli.options import basis_option, cut_options, format_option, window_option
from cli.session import Session, data, pass_session


@click.command(short_help="Where a claim comes from, and why it is shown or not.")
@click.argument("claim_or_report", metavar="ID")
@cut_options("on", "valid", "known", "recorded")
@basis_option
@window_option
@format_option("text", "json")
@pass_session
def explain(
    session: Session,
    /,
    claim_or_report: str,
    form: str,
    window: float,
    **cuts: str | None,
) -> None:
    """Who says it, through whom, where it was read, what each version changed, and who disputes it.

    ID is that of a claim, which stands at the end of each, or of a report; its beginning will do.
    The reasons follow the clauses of the rule of as-of and say why an answer at the cuts shows the
    claim or not. In JSON the relations bear the names of W3C PROV.
    """
    with session.open() as timeline, timeline.reading():
        answer = timeline.explain(claim_or_report, window=window, **cuts)
        if form == "json":
            data(answer.to_json())
        else:
            from cli.text.explain import show_explanation

            with timeline.reading() as reader:
                show_explanation(answer, reader.party_names())
