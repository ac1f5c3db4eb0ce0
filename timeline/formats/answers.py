"""Situations, histories, hindsight and the lives of claims as tables. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from timeline.formats.columns import COLUMNS, Cell, Cuts, rows
from timeline.questions.lives import STATUSES

if TYPE_CHECKING:
    from timeline.places import Book
    from timeline.questions.hindsight import Hindsight
    from timeline.questions.lives import Lives
    from timeline.situation import Situation

Table = tuple[Sequence[str], Iterator[list[Cell]]]

_LIVES: Final = (
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
_HINDSIGHT: Final = (
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


def situation_table(answer: Situation, book: Book) -> Table:
    """Names of columns and rows: the claims of the place, one row for each measure."""
    return COLUMNS, _situation_rows(answer, book)


def _situation_rows(answer: Situation, book: Book) -> Iterator[list[Cell]]:
    cuts = Cuts(answer.known, answer.valid, answer.basis)
    for claim, held in zip(answer.claims, answer.held, strict=True):
        yield from rows(claim, book.get(claim.place), held.supersedes, cuts)


def lives_table(answer: Lives) -> Table:
    """Names of columns and rows: a claim each, with when what first became of it."""
    return _LIVES, _lives_rows(answer)


def _lives_rows(answer: Lives) -> Iterator[list[Cell]]:
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


def hindsight_table(answer: Hindsight) -> Table:
    """Names of columns and rows: a thing learned since each, with the ids of its claims."""
    return _HINDSIGHT, _hindsight_rows(answer)


def _hindsight_rows(answer: Hindsight) -> Iterator[list[Cell]]:
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
