"""The life of claims: what became of each, how many days that took, and each party's record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from heapq import nlargest
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from events.when import DAY, Instant, iso, quoted
from timeline.answer import JsonAnswer
from timeline.asof import Told, by_report, with_next
from timeline.claims import OPEN_FUTURE, Claim, deadline_of
from timeline.errors import BadQuestion
from timeline.places import resolve
from timeline.questions.known import view_of
from timeline.questions.only import only
from timeline.scratch import scratch
from timeline.situation import PlaceView
from timeline.values import Rivals

if TYPE_CHECKING:
    from timeline.asof import AsOf
    from timeline.claims import Mark
    from timeline.cuts import Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/claims/1"

Fate = Literal[
    "open", "corrected", "retracted", "confirmed", "refuted", "disputed", "deadline_passed"
]

# What became of a claim, the gravest first; a claim of which nothing became is open.
FATES: Final[tuple[Fate, ...]] = (
    "retracted",
    "refuted",
    "disputed",
    "corrected",
    "confirmed",
    "deadline_passed",
)
STATUSES: Final[tuple[Fate, ...]] = ("open", *FATES)

_VERDICTS: Final[Mapping[str, Fate]] = {
    "confirmed": "confirmed",
    "verified": "confirmed",
    "refuted": "refuted",
    "disputed": "disputed",
}
_encode: Final = msgspec.json.Encoder().encode
_Z95: Final = 1.959963984540054


class LifeEvent(msgspec.Struct, frozen=True):
    """Something that became of a claim; `days` counts from when its report was first known.

    `by` is the party that corrected, checked or contradicted it, `claim` the claim by which.
    """

    status: Fate
    on: str
    days: float
    by: str | None
    claim: str | None


class Life(msgspec.Struct, frozen=True):
    """A report's claim as it shows, or last showed, and what became of it, in order of time.

    `statuses` are what holds at the cut: a dispute with a report that was withdrawn since is an
    event of the past, and no status. `supersedes` is the claim in whose place it was told.
    """

    claim: Claim
    supersedes: str | None
    told: str
    statuses: list[Fate]
    events: list[LifeEvent]


life_from: Final = msgspec.json.Decoder(Life).decode
"""One of the claims of `lives_apart`."""


class Rate(msgspec.Struct, frozen=True):
    """Of `n` claims `count` met this fate: the share, and its Wilson interval of 95 %.

    `confirmed` and `refuted` are counted of the claims that somebody checked, the others of all;
    that a party confirms its own claim is no check, that it refutes it is one.
    `days` is the median from the telling; null where there is none.
    """

    status: Fate
    count: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    days: float | None


class Record(msgspec.Struct, frozen=True):
    """A party's track record as it could be known at the cut: by fate, and never as one score."""

    party: str
    n: int
    checked: int
    open: int
    rates: list[Rate]


class Lives(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `claims`, newest first; `records` are over all claims asked about."""

    schema: str = SCHEMA
    place: PlaceView | None
    party: str | None
    status: str | None
    known: str
    recorded: str | None
    basis: str
    claims: list[Life]
    records: list[Record]

    def parts(self, told: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of `to_json`, if these were its claims."""
        # Within a text the quotes would have a backslash.
        before, after = self.to_json().split(b'"claims":[]')
        yield before + b'"claims":['
        comma = b""
        for one in told:
            yield comma + one
            comma = b","
        yield b"]" + after


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which claims are asked about: those on a place, of a party, or all.

    `party` is an id, a name or a side; `status` narrows the list and not the records; `first`
    leaves what was told first, and no record.
    """

    place: str | None = None
    party: str | None = None
    status: str | None = None
    facet: str | None = None
    kind: str | None = None
    first: bool = False


def lives(reader: Reader, cuts: Cuts, chosen: Chosen) -> Lives:
    """What became of the claims on a place, of a party, or of all, as it could be known at K.

    Raises `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`.
    """
    answer, every = _asked(reader, cuts, chosen)
    records = _Records()
    if chosen.first:
        listed = _first_told(_of_status(every, chosen.status))
    else:
        told = sorted(records.noting(every), key=lambda one: one.order)
        listed = list(_of_status(told, chosen.status))
    claims = [one.life for one in reversed(listed)]
    return msgspec.structs.replace(answer, claims=claims, records=records.made())


def lives_page(
    reader: Reader,
    cuts: Cuts,
    chosen: Chosen,
    limit: int,
    behind: tuple[Instant, str] | None = None,
) -> tuple[Lives, bool]:
    """So many claims of the same answer, of which no more are kept, and whether others follow.

    They are those behind the one that was first told at an instant, in the report of this id.
    """
    answer, every = _asked(reader, cuts, chosen)
    records = _Records()
    told: Iterable[_Lived] = _of_status(
        every if chosen.first else records.noting(every), chosen.status
    )
    if chosen.first:
        told = _first_told(told)
    rest = (one for one in told if behind is None or one.order < behind)
    page = nlargest(limit + 1, rest, key=lambda one: one.order)
    claims = [one.life for one in page[:limit]]
    answer = msgspec.structs.replace(answer, claims=claims, records=records.made())
    return answer, len(page) > limit


class LivesApart(NamedTuple):
    """The answer without its claims, how many there are, and these one by one, each as JSON."""

    answer: Lives
    total: int
    claims: Iterator[bytes]


@contextmanager
def lives_apart(reader: Reader, cuts: Cuts, chosen: Chosen) -> Iterator[LivesApart]:
    """The same answer, its claims one after another.

    A log has more of them than memory holds: they are put in order in a temporary file.
    """
    answer, every = _asked(reader, cuts, chosen)
    if chosen.first:
        earliest = _first_told(_of_status(every, chosen.status))
        yield LivesApart(answer, len(earliest), (_encode(one.life) for one in reversed(earliest)))
        return
    records = _Records()
    with closing(scratch("CREATE TABLE life (first, report, content BLOB);")) as db:
        db.executemany(
            "INSERT INTO life VALUES (?, ?, ?)",
            (
                (*one.order, _encode(one.life))
                for one in _of_status(records.noting(every), chosen.status)
            ),
        )
        # Texts compare by code point, there as here.
        rows = db.execute("SELECT content FROM life ORDER BY first DESC, report DESC")
        (count,) = db.execute("SELECT count(*) FROM life").fetchone()
        answer = msgspec.structs.replace(answer, records=records.made())
        yield LivesApart(answer, count, (content for (content,) in rows))


def _asked(reader: Reader, cuts: Cuts, chosen: Chosen) -> tuple[Lives, Iterator[_Lived]]:
    """The answer before there are claims in it, and those asked about, in no order."""
    place, status = chosen.place, chosen.status
    if status is not None and status not in STATUSES:
        raise BadQuestion(
            f"{quoted(str(status))} is not a status; write one of {', '.join(STATUSES)}"
        )
    asof, book = cuts.asof, reader.book(cuts.asof)
    wanted = only(reader, party=chosen.party, kind=chosen.kind, facet=chosen.facet)
    found = resolve(place, book).id if place is not None else None
    lived = _everywhere(reader, asof) if found is None else _on_place(reader, found, asof)
    answer = Lives(
        place=None if found is None else view_of(found, book, asof.valid),
        party=chosen.party,
        status=status,
        known=iso(asof.known),
        recorded=cuts.recorded,
        basis=cuts.pinned(*reader.pinned(asof)),
        claims=[],
        records=[],
    )
    return answer, (one for one in lived if wanted.wants(one.life.claim))


class _Lived(msgspec.Struct, frozen=True):
    """The life of a report's claim, and what it is put in order by."""

    first: Instant
    life: Life

    @property
    def order(self) -> tuple[Instant, str]:
        return self.first, self.life.claim.report


def _of_status(lived: Iterable[_Lived], status: str | None) -> Iterator[_Lived]:
    return (one for one in lived if status is None or status in one.life.statuses)


def _first_told(lived: Iterable[_Lived]) -> list[_Lived]:
    """Those that were told first of all, in order; the others are let go of as they come."""
    earliest: list[_Lived] = []
    for one in lived:
        if earliest and one.first > earliest[0].first:
            continue
        if earliest and one.first < earliest[0].first:
            earliest.clear()
        earliest.append(one)
    return sorted(earliest, key=lambda one: one.order)


def _on_place(reader: Reader, place: str, asof: AsOf) -> Iterator[_Lived]:
    """Of the claims on a place; a party is contradicted by others, so that all of it is read."""
    told = by_report(reader.told(asof, place=place))
    # A report that was corrected to another place was not withdrawn from this one.
    apart = {report for report, versions in told.items() if not _whole(versions)}
    elsewhere = by_report(reader.told_by(apart, asof)) if apart else {}
    return _lives(told, elsewhere, reader.marks(told, asof), _against(told), asof)


def _everywhere(reader: Reader, asof: AsOf) -> Iterator[_Lived]:
    """Of all claims, in no order: read place by place, as a log has more than memory holds."""
    apart: dict[str, list[tuple[_Turn, bool]]] = {}
    for place in sorted(reader.reported_places(asof)):
        told = by_report(reader.told(asof, place=place))
        against = _against(told)
        for report in [report for report, versions in told.items() if not _whole(versions)]:
            apart.setdefault(report, []).extend(against.get(report, ()))
            del told[report]
        yield from _lives(told, {}, reader.marks(told, asof), against, asof)
    # What was corrected may speak of several places, or of one and then of another.
    told = by_report(reader.told_by(apart, asof)) if apart else {}
    yield from _lives(told, {}, reader.marks(told, asof), apart, asof)


def _whole(versions: Sequence[Told]) -> bool:
    """Whether a report spoke of this place from its first version on, and does to this day."""
    ends = [versions[0].first_known, *(one.until for one in versions)]
    begins = [*(one.assertion.knowledge for one in versions), OPEN_FUTURE]
    return ends == begins


def _lives(
    told: Mapping[str, Sequence[Told]],
    elsewhere: Mapping[str, Sequence[Told]],
    marks: Mapping[str, Sequence[Mark]],
    against: Mapping[str, Sequence[tuple[_Turn, bool]]],
    asof: AsOf,
) -> Iterator[_Lived]:
    for report, versions in told.items():
        whole, last = elsewhere.get(report, versions), versions[-1]
        first = whole[0].assertion.knowledge  # a retraction may be dated before what it withdrew
        events = [
            *_corrections(whole),
            *_verdicts(last, marks.get(report, ())),
            *against.get(report, ()),
            *_passed(versions, asof),
        ]
        statuses = {event.status for event, holds in events if holds}
        life = Life(
            last.assertion.claim,
            last.supersedes,
            iso(first),
            [fate for fate in FATES if fate in statuses] or ["open"],
            [
                _event(event, first)
                for event in sorted({event for event, _ in events}, key=lambda one: one.order)
            ],
        )
        yield _Lived(first, life)


class _Turn(msgspec.Struct, frozen=True):
    """An event before it is counted in days."""

    status: Fate
    at: Instant
    by: str | None = None
    claim: str | None = None

    @property
    def order(self) -> tuple[Instant, int, str, str]:
        return self.at, FATES.index(self.status), self.by or "", self.claim or ""


# A turn, and whether it still holds at the cut.
_Turns = Iterator[tuple[_Turn, bool]]


def _event(turn: _Turn, first: Instant) -> LifeEvent:
    days = round(max(0, turn.at - first) / DAY, 2)
    return LifeEvent(turn.status, iso(turn.at), days, turn.by, turn.claim)


def _corrections(versions: Sequence[Told]) -> _Turns:
    """What the party itself did: told it anew, or withdrew it."""
    for before, after in with_next(versions):
        if before.until == OPEN_FUTURE:
            continue
        of = before.assertion.series.party
        if after is None or before.until != after.assertion.knowledge:
            yield _Turn("retracted", before.until, of), after is None
        if after is not None:
            claim = after.assertion
            yield _Turn("corrected", claim.knowledge, claim.series.party, claim.claim.claim), True


def _verdicts(last: Told, marks: Sequence[Mark]) -> _Turns:
    """What those who checked it found; what its own source says of it counts from its telling.

    A party that bears out its own claim has said it again: nothing became of that.
    """
    claim = last.assertion
    found = [
        *((note["status"], claim.knowledge, note["by"], None) for note in claim.claim.verification),
        *((mark.status, mark.knowledge, mark.by, mark.claim) for mark in marks),
    ]
    for status, at, by, told in found:
        fate = _VERDICTS.get(status)
        if fate and not (fate == "confirmed" and by == claim.series.party):
            yield _Turn(fate, at, by, told), True


def _passed(versions: Sequence[Told], asof: AsOf) -> _Turns:
    """The time by which it was to come ran out, while it was told so or before it was."""
    for one in versions:
        deadline = deadline_of(one.assertion.claim)
        if deadline is not None and deadline < min(asof.known, one.until):
            yield _Turn("deadline_passed", deadline), one is versions[-1]


def _against(told: Mapping[str, Sequence[Told]]) -> dict[str, list[tuple[_Turn, bool]]]:
    """By report: who contradicted it while both showed, and whether both still do."""
    found: dict[str, list[tuple[_Turn, bool]]] = {}
    for one, other in _at_odds(chain.from_iterable(told.values())):
        both = max(one.assertion.knowledge, other.assertion.knowledge)
        if both >= min(one.until, other.until):
            continue
        holds = one.until == other.until == OPEN_FUTURE
        for mine, theirs in ((one, other), (other, one)):
            claim = theirs.assertion
            turn = _Turn("disputed", both, claim.series.party, claim.claim.claim)
            found.setdefault(mine.assertion.claim.report, []).append((turn, holds))
    return found


def _at_odds(told: Iterable[Told]) -> Iterator[tuple[Told, Told]]:
    """The pairs of rivals that contradict, shown at one time or not."""
    matters: dict[tuple[str, str], list[Told]] = {}
    for one in told:
        if one.assertion.read_as == "status":
            of = one.assertion.series
            matters.setdefault((of.place, of.matter), []).append(one)
    rivals = Rivals()
    for of_it in matters.values():
        if len({one.assertion.series.party for one in of_it}) > 1:
            yield from rivals.contradictions(of_it)


class _Tally(msgspec.Struct):
    """What a party's record is made of."""

    n: int = 0
    checked: int = 0
    statuses: Counter[Fate] = msgspec.field(default_factory=Counter)
    days: dict[Fate, list[float]] = msgspec.field(default_factory=dict)


class _Records:
    """The records of parties, gathered as their claims go by."""

    def __init__(self) -> None:
        self._tallies: dict[str, _Tally] = {}

    def noting(self, lived: Iterable[_Lived]) -> Iterator[_Lived]:
        """Each as it comes, once it is counted."""
        for one in lived:
            self._note(one.life)
            yield one

    def _note(self, life: Life) -> None:
        tally = self._tallies.setdefault(life.claim.party, _Tally())
        tally.n += 1
        tally.checked += not {"confirmed", "refuted"}.isdisjoint(life.statuses)
        tally.statuses.update(life.statuses)
        for fate in life.statuses:
            if fate != "open":
                days = next(event.days for event in life.events if event.status == fate)
                tally.days.setdefault(fate, []).append(days)

    def made(self) -> list[Record]:
        """By party, of all that went by."""
        return [_record(party, tally) for party, tally in sorted(self._tallies.items())]


def _record(party: str, tally: _Tally) -> Record:
    rates = []
    for fate in FATES:
        count = tally.statuses[fate]
        n = tally.checked if fate in ("confirmed", "refuted") else tally.n
        days = tally.days.get(fate)
        middle = round(median(days), 2) if days else None
        low, high = wilson(count, n)
        share = count / n if n else None
        rates.append(Rate(fate, count, n, share, low, high, middle))
    return Record(party, tally.n, tally.checked, tally.statuses["open"], rates)


def wilson(count: int, n: int) -> tuple[float | None, float | None]:
    """The Wilson interval of 95 % of a share; nothing where there is nothing to count of.

    https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    if n == 0:
        return None, None
    share, square = count / n, _Z95 * _Z95
    middle = (share + square / (2 * n)) / (1 + square / n)
    spread = _Z95 / (1 + square / n) * (share * (1 - share) / n + square / (4 * n * n)) ** 0.5
    return (
        0.0 if count == 0 else max(0.0, middle - spread),
        1.0 if count == n else min(1.0, middle + spread),
    )
