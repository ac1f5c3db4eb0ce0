"""Answers as tables: claims, changes, hindsight, lives, activity and projections. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from events.canonical import canonical
from timeline.formats.columns import COLUMNS, Cell, Shared, Table, rows
from timeline.places import in_unit, name_of
from timeline.questions.history import HistoryStep
from timeline.questions.lives import FATES

if TYPE_CHECKING:
    from timeline.asof import AsOf
    from timeline.claims import Claim
    from timeline.places import Book
    from timeline.questions.activity import Activity
    from timeline.questions.diff import Diff
    from timeline.questions.hindsight import Hindsight
    from timeline.questions.history import History
    from timeline.questions.lives import Life, Lives
    from timeline.questions.project import Projected
    from timeline.questions.replay import ReplayStep
    from timeline.reader import Reader
    from timeline.situation import Situation

    Step = Diff | HistoryStep | ReplayStep

CHANGES: Final = ("change", "replaces", *COLUMNS)
"""The columns of what came and went between two cuts: how, and the claim in whose place."""

HISTORY_COLUMNS: Final = ("day", *CHANGES)
"""The columns of a history: on which day of valid time a claim came, or went."""

_LIVES: Final = (
    *COLUMNS,
    "told",
    "became",
    *(f"{fate}_{what}" for fate in FATES for what in ("on", "days", "by")),
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
_COUNTS: Final = ("reports", "happenings", "possible")


def situation_table(answer: Situation, book: Book) -> Table:
    """Names of columns and rows: the claims of the place, one row for each measure."""
    return COLUMNS, _situation_rows(answer, book)


def _situation_rows(answer: Situation, book: Book) -> Iterator[list[Cell]]:
    shared = Shared(answer.known, answer.valid, answer.basis)
    for claim, held in zip(answer.claims, answer.held, strict=True):
        yield from rows(claim, in_unit(claim.place, book), held.supersedes, shared)


def changes(step: Step) -> Iterator[tuple[str, Claim, str | None]]:
    """How each claim changed, in the order of rows, with the id of the one in whose place."""
    lapsed = [] if isinstance(step, HistoryStep) else step.lapsed  # a history has no window
    yield from (("added", claim, None) for claim in step.added)
    yield from (("replaced", pair.new, pair.old.claim) for pair in step.replaced)
    yield from (("changed", pair.new, None) for pair in step.changed)
    yield from (("withdrawn", claim, None) for claim in step.withdrawn)
    yield from (("lapsed", claim, None) for claim in lapsed)


def superseded(reader: Reader, steps: Iterable[Step], *cuts: AsOf) -> dict[str, str | None]:
    """By id, for the claims of these steps: the one in whose place each was told, at the cuts."""
    reports = {claim.report for step in steps for _, claim, _ in changes(step)}
    return {
        told.assertion.claim.claim: told.supersedes
        for asof in cuts
        for told in reader.told_by(reports, asof)
    }


def change_rows(
    step: Step, shared: Shared, book: Book, before: Mapping[str, str | None]
) -> Iterator[list[Cell]]:
    """What changed as rows, in the order of `CHANGES`; the cuts in `shared` are those after it.

    `before` is what `superseded` found.
    """
    for change, claim, replaces in changes(step):
        for row in rows(claim, in_unit(claim.place, book), before.get(claim.claim), shared):
            yield [change, replaces, *row]


def history_rows(answer: History, reader: Reader, asof: AsOf, book: Book) -> Iterator[list[Cell]]:
    """A history at the cuts as rows, in the order of `HISTORY_COLUMNS`: a day's additions first."""
    before = superseded(reader, answer.steps, asof)
    for step in answer.steps:
        shared = Shared(answer.known, step.valid, answer.basis)
        for row in change_rows(step, shared, book, before):
            yield [step.day, *row]


def lives_table(answer: Lives, told: Iterable[Life], book: Book) -> Table:
    """Names of columns and rows: those of the claims, each with when what first became of it."""
    return _LIVES, _lives_rows(answer, told, book)


def _lives_rows(answer: Lives, told: Iterable[Life], book: Book) -> Iterator[list[Cell]]:
    shared = Shared(answer.known, answer.known, answer.basis)
    for one in told:
        first = {event.status: event for event in reversed(one.events)}
        life: list[Cell] = [one.told, ";".join(one.statuses)]
        for event in map(first.get, FATES):
            life += [event.on, event.days, event.by] if event else [None] * 3
        for row in rows(one.claim, in_unit(one.claim.place, book), one.supersedes, shared):
            yield row + life


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


def activity_table(answer: Activity, book: Book) -> Table:
    """Names of columns and rows: what it goes by, the counts, the time and the cut."""
    names = [name for by in answer.by for name in ((by, "place_id") if by == "place" else (by,))]
    return [*names, *_COUNTS, "from", "to", "known_as_of", "basis"], _activity_rows(answer, book)


def _activity_rows(answer: Activity, book: Book) -> Iterator[list[Cell]]:
    cuts: list[Cell] = [answer.since, answer.until, answer.known, answer.basis]
    for row in answer.rows:
        keys: list[Cell] = []
        for by in answer.by:
            key = getattr(row, by)
            if by == "place":
                keys.append(name_of(key, book))
            keys.append(key)
        yield [*keys, *(getattr(row, count) for count in _COUNTS), *cuts]


def columns_of(answer: Projected) -> list[str]:
    """The columns that rows of a projection have, in the order in which they come."""
    return list(
        dict.fromkeys(name for place in answer.places for row in place.rows for name in row)
    )


def projected_table(answer: Projected) -> Table:
    """Names of columns and rows: the place, the projection's own columns, the cut and the basis."""
    own = columns_of(answer)
    header = ["place", "place_id", *own, "known_as_of", "basis"]
    return header, (
        [
            at.place.name,
            at.place.id,
            *(cell(row.get(name)) for name in own),
            answer.known,
            answer.basis,
        ]
        for at in answer.places
        for row in at.rows
    )


def projected_lines(answer: Projected) -> Iterator[dict[str, Any]]:
    """Each row of a projection with its place."""
    for at in answer.places:
        for row in at.rows:
            yield {"place": at.place.name, "place_id": at.place.id, **row}


def cell(value: object) -> Cell:
    """A plain value as a cell; several words as a;b, and what has a shape as JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ";".join(value)
    return canonical(value).decode()
