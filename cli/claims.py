"""The command that follows claims: what became of them, and what each party's record is."""

from __future__ import annotations

import click

from cli.options import basis_option, cut_options, facet_option, format_option, of_options, only
from cli.session import Session, data, data_objects, data_table, note_redactions, pass_session
from timeline.questions.lives import STATUSES


@click.command(short_help="What became of claims, and each party's record.")
@click.argument("place", required=False)
@click.option(
    "--party", metavar="PARTY", help="Only what this party itself says: by id, name or side."
)
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    help="Only those of which this became; the record is still over all.",
)
@facet_option
@of_options("kind")
@click.option("--first", is_flag=True, help="Only the first that was told of all these.")
@cut_options("on", "known", "recorded")
@basis_option
@format_option("text", "json", "jsonl", "csv")
@pass_session
def claims(
    session: Session, /, place: str | None, form: str, first: bool, **asked: str | None
) -> None:
    """What became of the claims on PLACE, or of all, and after how many days.

    A claim is corrected, retracted, confirmed, refuted or disputed, or its deadline passed; else it
    is open. A party's record is counted fate by fate with its number of claims and a Wilson
    interval of 95 %, as it could be known by --known: nothing that came out later enters.
    """
    with session.open() as timeline:
        answer = timeline.claims(place, first=first, **asked)
        if asked["basis"]:
            note_redactions(timeline)
        if form == "json":
            data(answer.to_json())
        elif form == "jsonl":
            data_objects(answer.claims)
        elif form == "csv":
            from timeline.formats.answers import lives_table

            data_table(session, *lives_table(answer, timeline.book(answer.basis)))
        else:
            from cli.text.lives import show_lives

            with timeline.reading() as reader:
                names, book = reader.party_names(), timeline.book(answer.basis)
                cuts = timeline.cuts(basis=answer.basis).asked
                of = only(facet=asked["facet"], kind=asked["kind"])
                show_lives(answer, cuts, names, book, timeline.zone, of)
