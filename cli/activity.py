"""The command that counts what was told of a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.options import TABULAR, basis_option, cut_options, format_option
from cli.session import Session, data, data_objects, data_table, pass_session
from events.when import iso

if TYPE_CHECKING:
    from timeline.questions.activity import By


@click.command(short_help="How much was told of a time: reports and happenings.")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option("--from", "since", metavar="DATE", help="The first day.")
@click.option("--to", "until", metavar="DATE", help="The last day; by default that of the cut.")
@click.option(
    "--by",
    type=click.Choice(("day", "kind", "party", "place")),
    multiple=True,
    default=("day",),
    show_default=True,
    help="What to count by; may be given several times.",
)
@cut_options("on", "known", "recorded")
@basis_option
@format_option(*TABULAR)
@pass_session
def activity(
    session: Session,
    /,
    places: tuple[str, ...],
    since: str | None,
    until: str | None,
    by: tuple[By, ...],
    on: str | None,
    known: str | None,
    recorded: str | None,
    basis: str | None,
    form: str,
) -> None:
    """Count reports and happenings of a time at each PLACE and below it, or everywhere.

    A report counts on the day on which what it tells of happened. Happenings that several reports
    link as the same event are one. Few reports do not mean that little happened.
    """
    with session.open() as timeline, timeline.reading():
        answer = timeline.activity(
            *places,
            since=since,
            until=until,
            by=by,
            on=on,
            known=known,
            recorded=recorded,
            basis=basis,
        )
        if form == "json":
            data(answer.to_json())
        elif form == "jsonl":
            data_objects(answer.rows)
        elif form in ("csv", "table"):
            from timeline.formats.answers import activity_table

            data_table(session, *activity_table(answer, timeline.book(answer.basis)))
        else:
            from cli.text.activity import show_activity

            cuts = timeline.cuts(basis=answer.basis)
            if basis:
                until = until or cuts.asked.valid or iso(cuts.asof.valid)
                known = cuts.asked.known or iso(cuts.asof.known)
            else:
                until, known = until or on, known or on
            asked = _in_words(since, until, known, cuts.asked.recorded)
            with timeline.reading() as reader:
                book = timeline.book(answer.basis)
                show_activity(answer, asked, reader.party_names(), book)


def _in_words(since: str | None, until: str | None, known: str | None, recorded: str | None) -> str:
    from timeline.wording import taken_in

    first = f"{since} to " if since else "up to "
    return f"{first}{until or known or 'now'}, as known by {known or 'now'}{taken_in(recorded)}"
