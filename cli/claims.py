"""The command that follows claims: what became of them, and what each party's record is."""

from __future__ import annotations

from itertools import chain

import click

from cli.below import note_below
from cli.options import (
    TABULAR,
    basis_option,
    cut_options,
    facet_option,
    format_option,
    of_options,
    only,
)
from cli.session import (
    Session,
    data_lines,
    data_table,
    note_redactions,
    pass_session,
    stdout,
)
from timeline.questions.lives import STATUSES, Chosen, life_from, lives_apart


@click.command(short_help="What became of claims, and each party's record.")
@click.argument("place", required=False)
@click.option(
    "--party", metavar="PARTY", help="Only what this party itself says: by id, name or side."
)
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    help="Only claims of which this became; the record still counts all.",
)
@facet_option
@of_options("kind")
@click.option("--first", is_flag=True, help="Only the one of these that was told first.")
@cut_options("on", "known", "recorded")
@basis_option
@format_option(*TABULAR)
@pass_session
def claims(
    session: Session, /, place: str | None, form: str, first: bool, **asked: str | None
) -> None:
    """What became of the claims on PLACE, or of all, and after how many days.

    A claim is corrected, retracted, confirmed, refuted or disputed, or its deadline passed; else it
    is open. A party's record is counted fate by fate with its number of claims and a Wilson
    interval of 95 %, as it could be known by --known: nothing that came out later enters.
    """
    of = {name: asked[name] for name in ("party", "status", "facet", "kind")}
    chosen = Chosen(place=place, first=first, **of)
    cuts = {name: asked[name] for name in ("on", "known", "recorded", "basis")}
    with (
        session.open() as timeline,
        timeline.reading() as reader,
        lives_apart(reader, timeline.cuts(**cuts), chosen) as found,
    ):
        answer, count, told = found
        if asked["basis"]:
            note_redactions(timeline)
        if form == "json":
            stdout().writelines(chain(answer.parts(told), [b"\n"]))
        elif form == "jsonl":
            data_lines(told)
        elif form == "text":
            from cli.text.lives import show_lives  # here: only text needs rich

            names, book = reader.party_names(), timeline.book(answer.basis)
            read = timeline.cuts(basis=answer.basis).asked
            said, lives = only(facet=asked["facet"], kind=asked["kind"]), map(life_from, told)
            show_lives(answer, lives, count, read, names, book, timeline.zone, said)
            if answer.place:
                note_below(session, timeline, answer.place.id, answer.basis)
        else:
            from timeline.formats.answers import lives_table

            lives = map(life_from, told)
            data_table(session, *lives_table(answer, lives, timeline.book(answer.basis)))
