"""The answers of the command line as bytes: what is asked, put to the engine, and written out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import dropwhile, islice
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from events.when import instant_of, quoted
from timeline.errors import BadQuestion
from timeline.formats import answers as tables
from timeline.formats.csv import line
from timeline.formats.wanted import WHATS, Format
from timeline.places import place_name
from timeline.questions.activity import Order, order_of
from timeline.questions.finding import described, matches
from timeline.questions.lives import Chosen, lives_page

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.engine import Timeline
    from timeline.formats.columns import Cell
    from timeline.questions.activity import ActivityRow
    from timeline.questions.replay import ReplayStep
    from web import questions
    from web.forms import Form

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Order).decode
_NO_KEY: Final = "after: nothing in this list has that key; begin without it"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as bytes; `basis` where it has one, `after` the key of the page that follows."""

    content: bytes
    basis: str | None = None
    after: str | None = None


def places(timeline: Timeline, asked: questions.Places, form: Form) -> Answer:
    """The places that reports name, by id; or those called so, best first."""
    with timeline.reading() as reader:
        book = reader.book()
        if asked.q is not None:
            ids, after = _page(matches(asked.q, book), str, asked.after, asked.limit)
        else:
            every = sorted(reader.reported_places(timeline.cuts().asof))
            start = 0 if asked.after is None else bisect_right(every, asked.after)
            ids = every[start : start + asked.limit]
            after = ids[-1] if start + asked.limit < len(every) else None
        found = [place_name(place, book) for place in ids]
    return Answer(_lines(found) if form == "jsonl" else _encode(found), after=after)


def place(timeline: Timeline, name: str) -> Answer:
    """One place: its names, and what lies above and below."""
    with timeline.reading() as reader:
        return Answer(_encode(described(name, reader.book())))


def known(timeline: Timeline, place: str, asked: questions.Known, form: Form) -> Answer:
    """The situation of a place."""
    answer = timeline.known(
        place, **asked.cuts(), facet=asked.facet, window=asked.window, **asked.of()
    )
    if form == "json":
        return Answer(answer.to_json(), answer.basis)
    if form == "jsonl":
        return Answer(_lines(answer.claims), answer.basis)
    table = tables.situation_table(answer, timeline.book(answer.basis))
    return Answer(_csv(*table), answer.basis)


def history(timeline: Timeline, place: str, asked: questions.History, form: Form) -> Answer:
    """How the situation of a place changed."""
    answer = timeline.history(
        place,
        since=asked.since,
        until=asked.until,
        facet=asked.facet,
        **asked.cuts(),
        **asked.of(),
    )
    if form == "json":
        return Answer(answer.to_json(), answer.basis)
    if form == "jsonl":
        return Answer(_lines(answer.steps), answer.basis)
    asof = timeline.cuts(basis=answer.basis).asof
    rows = tables.history_rows(answer, timeline.reader(), asof, timeline.book(answer.basis))
    return Answer(_csv(tables.HISTORY_COLUMNS, rows), answer.basis)


def diff(timeline: Timeline, place: str, asked: questions.Diff) -> Answer:
    """What changed between two cuts."""
    answer = timeline.diff(
        place,
        asked.a,
        asked.b,
        axis=asked.axis,
        valid=asked.valid,
        known=asked.known,
        recorded=asked.recorded,
        facet=asked.facet,
        window=asked.window,
        **asked.of(),
    )
    return Answer(answer.to_json(), f"{answer.a} {answer.b}")


def hindsight(timeline: Timeline, place: str, asked: questions.Hindsight, form: Form) -> Answer:
    """What was known of a day then, beside what is known of it now."""
    answer = timeline.hindsight(
        place,
        asked.on,
        known=asked.known,
        recorded=asked.recorded,
        basis=asked.basis,
        facet=asked.facet,
        window=asked.window,
    )
    basis = f"{answer.basis_then} {answer.basis_now}"
    if form == "csv":
        return Answer(_csv(*tables.hindsight_table(answer)), basis)
    return Answer(answer.to_json(), basis)


def claims(timeline: Timeline, asked: questions.Claims, form: Form) -> Answer:
    """What became of claims, a page of them; the record is over all."""
    cuts = timeline.cuts(asked.on, known=asked.known, recorded=asked.recorded, basis=asked.basis)
    chosen = Chosen(
        place=asked.place,
        party=asked.party,
        status=asked.status,
        facet=asked.facet,
        kind=asked.kind,
        first=asked.first,
    )
    behind = None if asked.after is None else _told_by(asked.after)
    with timeline.reading() as reader:
        answer, more = lives_page(reader, cuts, chosen, asked.limit, behind)
    page = answer.claims
    after = f"{page[-1].told}~{page[-1].claim.report}" if more else None
    if form == "json":
        content = answer.to_json()
    elif form == "jsonl":
        content = _lines(page)
    else:
        content = _csv(*tables.lives_table(answer, page, timeline.book(answer.basis)))
    return Answer(content, answer.basis, after)


def _told_by(key: str) -> tuple[Instant, str]:
    """When the claim of a key was first told, and its report; it may be in the list no more."""
    told, _, report = key.partition("~")
    try:
        return instant_of(told), report
    except (ValueError, TypeError):  # without an offset it compares with none
        raise BadQuestion(_NO_KEY) from None


def explain(timeline: Timeline, claim_or_report: str, asked: questions.Explain) -> Answer:
    """Where a claim or a report comes from."""
    answer = timeline.explain(claim_or_report, window=asked.window, **asked.cuts())
    return Answer(answer.to_json(), answer.basis)


def activity(timeline: Timeline, asked: questions.Activity, form: Form) -> Answer:
    """How much was told of a time, a page of rows; the total is over all."""
    answer = timeline.activity(
        *asked.place,
        since=asked.since,
        until=asked.until,
        by=asked.by,
        on=asked.on,
        known=asked.known,
        recorded=asked.recorded,
        basis=asked.basis,
    )
    order = order_of(answer.rows, answer.by)
    rows: Iterable[ActivityRow] = answer.rows
    if asked.after is not None:
        key = _order(asked.after)
        rows = dropwhile(lambda row: order(row) <= key, rows)
    page, after = _page(rows, lambda row: _encode(order(row)).decode(), None, asked.limit)
    answer = msgspec.structs.replace(answer, rows=page)
    if form == "json":
        content = answer.to_json()
    elif form == "jsonl":
        content = _lines(page)
    else:
        content = _csv(*tables.activity_table(answer, timeline.book(answer.basis)))
    return Answer(content, answer.basis, after)


def _order(after: str) -> Order:
    try:
        return _decode(after)
    except msgspec.MsgspecError:
        raise BadQuestion(_NO_KEY) from None


def replay(
    timeline: Timeline, place: str, asked: questions.Replay
) -> tuple[Sequence[ReplayStep], str | None]:
    """The steps of a walk through what became known, or a page of them."""
    now, last = _last(asked.after)
    steps = timeline.replay(
        place,
        asked.since,
        asked.until or now,
        step=asked.step,
        recorded=asked.recorded,
        facet=asked.facet,
        window=asked.window,
    )
    if asked.limit is None and asked.after is None:
        return steps, None
    rest = steps if last is None else _from(steps, *last)
    return _page(
        rest,
        lambda one: f"{now.isoformat()}~{one.known}~{one.report or ''}",
        None,
        asked.limit or len(rest),
    )


def _last(after: str | None) -> tuple[datetime, tuple[Instant, str] | None]:
    """Up to when all pages go, when the first was asked for; the last stop told, and its report."""
    if after is None:
        return datetime.now(UTC), None
    now, _, stop = after.partition("~")
    known, _, report = stop.partition("~")
    try:
        return datetime.fromisoformat(now), (instant_of(known), report)
    except (ValueError, TypeError):
        raise BadQuestion(_NO_KEY) from None


def _from(steps: Sequence[ReplayStep], known: Instant, report: str) -> Sequence[ReplayStep]:
    """The steps behind one; what was learned at its moment again, where the report is no more."""
    rest = [one for one in steps if instant_of(one.known) >= known]
    keys = [(instant_of(one.known), one.report or "") for one in rest]
    return rest[keys.index((known, report)) + 1 :] if (known, report) in keys else rest


def export(
    timeline: Timeline, what: str, asked: questions.Export, form: Format
) -> tuple[str, Iterator[bytes]]:
    """The basis of an export and its bytes, piece by piece; to be read within `reading`."""
    if what not in WHATS:
        _require_installed(what)
    made = timeline.export(
        what,
        *asked.place,
        form=form,
        regions=asked.region,
        since=asked.since,
        until=asked.until,
        facet=asked.facet,
        window=asked.window,
        options=None,
        raw=asked.raw,
        bom=asked.bom,
        **asked.cuts(),
        **asked.of(),
    )
    return made.basis, made.parts()


def _require_installed(projection: str) -> None:
    """Nobody names code of this machine from outside."""
    from timeline.projections import entry_points  # here: few exports are of projections

    if projection not in entry_points():
        raise BadQuestion(
            f"{quoted(projection)} is nothing to export; write one of {', '.join(WHATS)}, "
            "or the name of an installed projection"
        )


def _page(
    items: Iterable[T], key: Callable[[T], str], after: str | None, limit: int
) -> tuple[list[T], str | None]:
    """The items after the one of this key, and the key for those that follow them."""
    rest = iter(items)
    if after is not None and all(key(item) != after for item in rest):
        raise BadQuestion(_NO_KEY)
    page = list(islice(rest, limit))
    return page, key(page[-1]) if any(True for _ in rest) else None


def _lines(items: Iterable[object]) -> bytes:
    return b"".join(_encode(item) + b"\n" for item in items)


def _csv(header: Sequence[str], rows: Iterable[Iterable[Cell]]) -> bytes:
    return line(header, raw=True) + b"".join(map(line, rows))
