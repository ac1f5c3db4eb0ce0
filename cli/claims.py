"""The command that follows claims: what became of them, and what each party's record is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from cli.options import cut_options, facet_option, format_option, of_options
from cli.session import Session, data, data_lines, pass_session, stdout
from timeline.questions.lives import STATUSES

if TYPE_CHECKING:
    from timeline.formats.columns import Cell
    from timeline.questions.lives import Lives

_COLUMNS: Final = (
    "claim_id",
    "report_id",
    "place_id",
    "kind",
    "party",
    "happened",
    "told",
    "status",
    *(f"{status}_{what}" for status in STATUSES[1:] for what in ("on", "days", "by")),
    "summary",
    "known_as_of",
    "basis",
)


@click.command(short_help="What became of claims, and each party's record.")
@click.argument("place", required=False)
@click.option("--party", metavar="PARTY", help="Only of this party: its id, a name, or a side.")
@click.option(
    "--status",
    type=click.Choice(STATUSES),
    help="Only those of which this became; the record is still over all.",
)
@facet_option
@of_options("kind")
@click.option("--first", is_flag=True, help="Only the first that was told of all these.")
@cut_options("known", "recorded")
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
        if form == "json":
            data(answer.to_json())
        elif form == "jsonl":
            import msgspec

            data_lines(map(msgspec.json.encode, answer.claims))
        elif form == "csv":
            _csv(answer)
        else:
            from cli.text.lives import show_lives

            reader = timeline.reader()
            show_lives(answer, asked["known"], reader.party_names(), reader.book())


def _csv(answer: Lives) -> None:
    from timeline.formats.table import line

    out = stdout()
    out.write(line(_COLUMNS))
    out.writelines(map(line, _rows(answer)))


def _rows(answer: Lives) -> Iterator[list[Cell]]:
    for one in answer.claims:
        claim = one.claim
        first = {event.status: event for event in reversed(one.events)}
        cells: list[Cell] = []
        for status, event in ((status, first.get(status)) for status in STATUSES[1:]):
            cells += [event.on, event.days, event.by] if event and status else [None] * 3
        yield [
            claim.claim,
            claim.report,
            claim.place,
            claim.kind,
            claim.party,
            claim.happened,
            one.told,
            ";".join(one.statuses),
            *cells,
            claim.summary,
            answer.known,
            answer.basis,
        ]
