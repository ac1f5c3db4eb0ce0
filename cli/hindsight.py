"""The command that looks back: what was known of a day then, beside what is known of it now."""

from __future__ import annotations

import click

from cli.below import note_below
from cli.options import (
    TABULAR,
    basis_option,
    cut_options,
    facet_option,
    format_option,
    one_day,
    only,
    window_option,
)
from cli.session import Session, data, data_objects, data_table, note_redactions, pass_session


@click.command(short_help="What was known then, beside what is known now.")
@click.argument("place")
@click.argument("on_day", metavar="[ON]", required=False)
@cut_options("on", "known", "recorded", on="The day that is looked back at.")
@basis_option
@facet_option
@window_option
@format_option(*TABULAR)
@pass_session
def hindsight(
    session: Session,
    /,
    place: str,
    on_day: str | None,
    on: str | None,
    form: str,
    facet: str | None,
    window: float,
    **cuts: str | None,
) -> None:
    """What was known about PLACE by the end of the day ON, beside what is known of that day now.

    Each thing learned since is new, corrected, withdrawn, confirmed, disputed or refined, with the
    first report that would have told and how many days late it came. Then comes from when each
    source dates who holds the place, and how late each source's reports come. --known stands for
    now; --basis, the later one of an answer, stands for now and for the day.
    """
    day = one_day(on_day, on)
    if day is None and cuts["basis"] is None:
        raise click.UsageError("hindsight on which day? write ON, such as 2025-10-27")
    with session.open() as timeline, timeline.reading():
        answer = timeline.hindsight(place, day, facet=facet, window=window, **cuts)
        if cuts["basis"]:
            note_redactions(timeline)
        if form == "json":
            data(answer.to_json())
        elif form == "jsonl":
            data_objects(answer.differences)
        elif form in ("csv", "table"):
            from timeline.formats.answers import hindsight_table

            data_table(session, *hindsight_table(answer))
        else:
            from cli.text.hindsight import show_hindsight

            with timeline.reading() as reader:
                later = timeline.cuts(basis=answer.basis_now).asked
                names, of = reader.party_names(), only(facet=facet)
                book = timeline.book(answer.basis_now)
                show_hindsight(answer, later, names, book, timeline.zone, of)
            note_below(session, timeline, answer.place.id, answer.basis_now)
