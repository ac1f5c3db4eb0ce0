"""The command that looks back: what was known of a day then, beside what is known of it now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from cli.options import cut_options, facet_option, format_option, window_option
from cli.session import Session, data, pass_session, stdout

if TYPE_CHECKING:
    from timeline.formats.columns import Cell
    from timeline.questions.hindsight import Hindsight

_COLUMNS: Final = (
    "place",
    "place_id",
    "valid_as_of",
    "learned",
    "told",
    "days_late",
    "party",
    "first_claim_id",
    "first_report_id",
    "now_claim_id",
    "now_report_id",
    "then_claim_id",
    "then_report_id",
)


@click.command(short_help="What was known then, beside what is known now.")
@click.argument("place")
@click.argument("on_day", metavar="ON")
@cut_options("known", "recorded")
@facet_option
@window_option
@format_option("text", "json", "csv")
@pass_session
def hindsight(
    session: Session,
    /,
    place: str,
    on_day: str,
    form: str,
    facet: str | None,
    window: float,
    **cuts: str | None,
) -> None:
    """What was known about PLACE by the end of the day ON, beside what is known of that day now.

    Each thing learned since is new, corrected, withdrawn, confirmed, disputed or refined, with the
    first report that would have told and how many days late it came; then from when each source
    dates who holds the place, and how late each source's reports come. --known takes the place of
    now.
    """
    with session.open() as timeline:
        answer = timeline.hindsight(place, on_day, facet=facet, window=window, **cuts)
        if form == "json":
            data(answer.to_json())
        elif form == "csv":
            _csv(answer)
        else:
            from cli.text.hindsight import show_hindsight

            show_hindsight(answer, cuts["known"], timeline.reader().party_names())


def _csv(answer: Hindsight) -> None:
    from timeline.formats.table import line

    out = stdout()
    out.write(line(_COLUMNS))
    out.writelines(map(line, _rows(answer)))


def _rows(answer: Hindsight) -> Iterator[list[Cell]]:
    for one in answer.differences:
        claim = one.first or one.now or one.then
        ids = [
            (known.claim, known.report) if known else (None, None)
            for known in (one.first, one.now, one.then)
        ]
        yield [
            answer.place.name,
            answer.place.id,
            answer.valid,
            one.learned,
            one.told,
            one.days_late,
            one.by or (claim.party if claim else None),
            *(cell for pair in ids for cell in pair),
        ]
