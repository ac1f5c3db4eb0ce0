"""What was known of a day then beside what is known of it now, and how late each of it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from events.when import DAY, iso
from timeline.answer import JsonAnswer
from timeline.asof import Told, by_report, certainty
from timeline.claims import OPEN_FUTURE, OPEN_PAST, Claim
from timeline.dating import Apart, Dated, Run, apart, dated, runs_around
from timeline.errors import BadQuestion
from timeline.places import resolve
from timeline.questions.diff import Seen, difference, seen
from timeline.questions.known import require_facet, view_of
from timeline.situation import PlaceView
from timeline.values import compare, related

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.asof import AsOf, Held
    from timeline.claims import Assertion, Mark, Series
    from timeline.cuts import Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/hindsight/1"

Learned = Literal["new", "corrected", "withdrawn", "confirmed", "disputed", "refined"]

_VERDICTS: Final[Mapping[str, Learned]] = {
    "confirmed": "confirmed",
    "verified": "confirmed",
    "refuted": "disputed",
    "disputed": "disputed",
}
# How a claim that came later relates to one that was shown then, the gravest first.
_LEARNED: Final[tuple[tuple[str, Learned], ...]] = (
    ("contradiction", "disputed"),
    ("refinement", "refined"),
    ("repeat", "confirmed"),
)


class Difference(msgspec.Struct, frozen=True):
    """One thing learned later. `then` is the claim it bears on, `now` the one that is known now.

    `first` is the first report that would have told, made known at `told`: `days_late` after the
    cut of the day asked about. `by` is who withdrew it or checked it, where that makes no claim.
    """

    learned: Learned
    then: Claim | None
    now: Claim | None
    first: Claim | None
    by: str | None
    told: str
    days_late: float


class Lateness(msgspec.Struct, frozen=True):
    """How late the `n` reports of a source come, in days from what they tell to the telling."""

    party: str
    publisher: str
    n: int
    median_days: float
    worst_days: float
    worst: str


class Hindsight(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `hindsight`; `basis_then` and `basis_now` give the two situations again."""

    schema: str = SCHEMA
    place: PlaceView
    on: str | None
    valid: str
    known_then: str
    known_now: str
    recorded: str | None
    basis_then: str
    basis_now: str
    then: list[Claim]
    now: list[Claim]
    differences: list[Difference]
    dates: list[Dated]
    apart: list[Apart]
    sources: list[Lateness]


def hindsight(
    reader: Reader,
    place: str,
    then: Cuts,
    now: Cuts,
    *,
    facet: str | None = None,
    window: Instant,
) -> Hindsight:
    """Compare two cuts of knowledge on the same cut of valid time, that of `then`.

    Raises `UnknownPlace`, `AmbiguousPlace`, and `BadQuestion` where `now` lies before `then`.
    """
    if now.asof.known < then.asof.known:
        raise BadQuestion(
            "the later cut of knowledge lies before the day asked about; write a later one"
        )
    require_facet(facet)
    book = reader.book(now.asof)
    found = resolve(place, book).id
    # Not what lies before the window, and was merely first heard of in it.
    before, after = (
        seen(reader, found, cuts.asof, facet, window).keeping(lambda held: not held.late)
        for cuts in (then, now)
    )
    told = [
        one
        for one in reader.told(now.asof, place=found)
        if facet in (None, one.assertion.series.facet)
    ]
    shown = {claim.report for claim in before.claims}
    # All that these reports say, of whatever place and facet: else a correction to another one
    # would pass for a withdrawal.
    whole = reader.told_by(shown, now.asof)
    learned = _Learned(then.asof, told, whole, before, after)
    words = _later_words(reader, shown, then.asof, now.asof)
    around = runs_around(told, then.asof.valid)
    differences = [
        *learned.changes(),
        *learned.verdicts(words),
        *learned.other_dates(around),
    ]
    return Hindsight(
        place=view_of(found, book, then.asof.valid),
        on=then.asked.valid,
        valid=iso(then.asof.valid),
        known_then=iso(then.asof.known),
        known_now=iso(now.asof.known),
        recorded=now.recorded,
        basis_then=then.pinned(*reader.pinned(then.asof)),
        basis_now=now.pinned(*reader.pinned(now.asof)),
        then=list(before.claims),
        now=list(after.claims),
        differences=sorted(differences, key=_order),
        dates=dated(around, then.asof.valid, then.asof.known),
        apart=apart(around),
        sources=_sources(told),
    )


def _order(one: Difference) -> tuple[str, str, str]:
    claim = one.now or one.then
    return one.told, claim.claim if claim else "", one.by or ""


class _Learned:
    """What came between two cuts of knowledge about one cut of valid time."""

    def __init__(
        self,
        then: AsOf,
        told: Sequence[Told],
        whole: Sequence[Told],
        before: Seen,
        after: Seen,
    ) -> None:
        self._then = then
        self._told, self._whole = by_report(told), by_report(whole)
        self._statuses: dict[Series, list[Told]] = {}
        for one in told:
            if one.assertion.read_as == "status":
                self._statuses.setdefault(_by_anybody(one), []).append(one)
        self._before, self._after = before, after
        self._standing: dict[str, list[tuple[Held, Claim]]] = {}
        for pair in before.pairs():
            if pair[0].assertion.read_as == "status":
                self._standing.setdefault(pair[0].assertion.series.matter, []).append(pair)
        self._of = {one.assertion.claim.claim: one for one in told}
        self._held = {claim.claim: held for cut in (before, after) for held, claim in cut.pairs()}

    def changes(self) -> Iterator[Difference]:
        """Claims that came, went or took another's place."""
        change = difference(self._before, self._after)
        for claim in change.added:
            if not self._known_then(claim):  # else it shows again, by what went since
                learned, against = self._bearing(claim)
                yield self._came(learned, against, claim)
        for pair in change.replaced:
            old, new = pair.old, pair.new
            if self._known_then(new):
                yield self._went(old, new)  # hidden by what went since
            else:
                yield self._came(self._took(old, new), old, new)
        for claim in change.withdrawn:
            yield self._went(claim, None)

    def verdicts(self, words: Iterable[Mark]) -> Iterator[Difference]:
        """What those who checked it found since; a party that bears out its own claim is none."""
        now = {claim.claim: claim for claim in self._after.claims}
        shown = {claim.report: claim for claim in self._before.claims}
        for mark in words:
            claim, learned = shown[mark.report], _VERDICTS.get(mark.status)
            if learned == "confirmed" and mark.by == claim.party:
                continue
            if learned and claim.claim in now:
                yield self._row(mark.knowledge, learned, claim, now[claim.claim], by=mark.by)

    def other_dates(self, around: Iterable[Sequence[Run]]) -> Iterator[Difference]:
        """Those who, as was told later, let begin only afterwards what others saw by that day."""
        for runs in around:
            for run in runs:
                late = run.first.assertion
                if (
                    late.reading != "during"
                    or late.earliest < self._then.valid
                    or late.knowledge <= self._then.known
                ):
                    continue
                for held, claim in self._before.pairs():
                    one = held.assertion
                    if one.series.party != late.series.party and run.says(one):
                        yield self._row(
                            late.knowledge, "disputed", claim, late.claim, first=late.claim
                        )
                        break

    def _known_then(self, claim: Claim) -> bool:
        return self._of[claim.claim].assertion.knowledge <= self._then.known

    def _bearing(self, claim: Claim) -> tuple[Learned, Claim | None]:
        """How a claim that came bears on what others were known to say then."""
        new = self._held[claim.claim].assertion
        if new.read_as != "status":
            return "new", None
        rivals = [
            (related(held.assertion, new), old)
            for held, old in self._standing.get(new.series.matter, ())
            if held.assertion.series.party != new.series.party
        ]
        for relation, learned in _LEARNED:
            for how, old in rivals:
                if how == relation:
                    return learned, old
        return "new", None

    def _took(self, old: Claim, new: Claim) -> Learned:
        was, now = (self._held[one.claim].assertion.series for one in (old, new))
        if was != now:  # a correction that speaks of another matter
            return "corrected"
        # Of one series, so that it is the party's own: what it says again, nobody has confirmed.
        said = compare(now.topic, old.value, new.value)
        return "refined" if said == "refinement" else "corrected"

    def _came(self, learned: Learned, then: Claim | None, now: Claim) -> Difference:
        first = self._first(now)
        return self._row(first.assertion.knowledge, learned, then, now, first=first.assertion.claim)

    def _went(self, old: Claim, now: Claim | None) -> Difference:
        this = self._of[old.claim]
        versions = self._whole[old.report]
        after = next((one for one in versions if one.assertion.knowledge == this.until), None)
        last = versions[-1]
        if after is not None and last.until == OPEN_FUTURE:
            # Corrected so that it no longer speaks of that day.
            claim = last.assertion.claim
            return self._row(this.until, "corrected", old, claim, first=after.assertion.claim)
        # Retracted: at once, whatever the report says since, or once it had been corrected.
        gone = this if after is None else last
        return self._row(gone.until, "withdrawn", old, now, by=gone.assertion.series.party)

    def _first(self, now: Claim) -> Told:
        """Of all who said the same of that day, the first whose report came after it."""
        this = self._of[now.claim]
        series = _by_anybody(this)
        # Of what happens, another report may mean another event.
        told = self._told[now.report]
        told = [one for one in told if _of_one_event(one.assertion, this.assertion)]
        if this.assertion.read_as == "status":
            told += self._statuses[series]
        return min(
            (
                one
                for one in told
                if one.assertion.knowledge > self._then.known
                and _by_anybody(one) == series
                and certainty(one.assertion, self._then.valid)
                and (
                    one is this
                    or compare(series.topic, one.assertion.claim.value, now.value) == "repeat"
                )
            ),
            key=lambda one: (one.assertion.knowledge, one.assertion.claim.claim),
        )

    def _row(
        self,
        told: Instant,
        learned: Learned,
        then: Claim | None,
        now: Claim | None,
        *,
        first: Claim | None = None,
        by: str | None = None,
    ) -> Difference:
        late = round((told - self._then.valid) / DAY, 2)
        return Difference(learned, then, now, first, by, iso(told), late)


def _later_words(reader: Reader, reports: Iterable[str], then: AsOf, now: AsOf) -> Iterator[Mark]:
    """What verifiers say now and did not say then, each as it was first said since."""
    said = reader.marks(reports, then)
    for report, last in reader.marks(reports, now).items():
        marks, known = last, {(one.by, one.status) for one in said.get(report, ())}
        first = {(one.by, one.status): one for one in marks if (one.by, one.status) not in known}
        # Back from word to word: who said so last may have said so before.
        while first and (at := max((one.knowledge for one in marks), default=0)) > then.known:
            before = msgspec.structs.replace(now, known=at - 1)
            marks = reader.marks([report], before).get(report, ())
            first |= {(one.by, one.status): one for one in marks if (one.by, one.status) in first}
        yield from first.values()


def _by_anybody(one: Told) -> Series:
    """The series of a claim, and of all who say the like."""
    return msgspec.structs.replace(one.assertion.series, party="")


def _of_one_event(one: Assertion, other: Assertion) -> bool:
    """Whether two versions of a report tell of one event."""
    return (one.earliest, one.latest) == (other.earliest, other.latest)


def _sources(told: Iterable[Told]) -> list[Lateness]:
    """By speaker and publisher: days from what a report tells to when it was first known."""
    late: dict[tuple[str, str], dict[str, float]] = {}
    for one in told:
        claim = one.assertion.claim
        days = _days_late(one)
        if one.until == OPEN_FUTURE and days is not None:
            publisher = (claim.source or {}).get("publisher") or claim.chain[-1]["party"]
            late.setdefault((claim.party, publisher), {})[claim.claim] = days
    return [
        Lateness(
            party,
            publisher,
            len(days),
            round(median(days.values()), 2),
            max(days.values()),
            max(days, key=lambda claim: (days[claim], claim)),
        )
        for (party, publisher), days in sorted(late.items())
    ]


def _days_late(one: Told) -> float | None:
    """From when it could be told: the end of what happened, the beginning of what still lasts."""
    claim = one.assertion
    lasts = claim.reading == "during" and claim.latest > one.first_known
    moment = claim.earliest if lasts else claim.latest
    if claim.announced or moment in (OPEN_PAST, OPEN_FUTURE):
        return None
    return round(max(0, one.first_known - moment) / DAY, 2)
