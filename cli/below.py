"""What an answer about one place leaves out: the reports on the places below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.session import Session, note

if TYPE_CHECKING:
    from timeline import Timeline


def note_below(session: Session, timeline: Timeline, place: str, basis: str) -> None:
    """Say how many places below one, by its id, have reports, and the command that counts these."""
    from timeline.places import name_of, typed_name
    from timeline.questions.known import places_below
    from timeline.wording import many

    cuts = timeline.cuts(basis=basis)
    with timeline.reading() as reader:
        book = reader.book(cuts.asof)
        below = places_below(reader, book, place, cuts.asof)
    if below:
        command = session.typed(
            "activity",
            typed_name(place, book),
            by="place",
            known=cuts.asked.known,
            recorded=cuts.asked.recorded,
        )
        note(
            f"note: this is of {name_of(place, book)} alone; reports on {many(below, 'place')} "
            f"below it are counted by `{command}`"
        )
