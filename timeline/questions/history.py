"""How the situation of a place changed over valid time, as known at one cut."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import msgspec

from events.when import iso
from timeline.answer import JsonAnswer
from timeline.asof import Candidate, hold
from timeline.claims import OPEN_FUTURE, OPEN_PAST, Claim
from timeline.cuts import backward
from timeline.days import day_of, end_of_day, start_of_day
from timeline.places import resolve
from timeline.questions.diff import Change, Pair, Seen, difference
from timeline.questions.known import require_facet, view_of
from timeline.situation import PlaceView, in_order, presented
from timeline.values import Rivals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, tzinfo

    from events.when import Instant
    from timeline.asof import AsOf
    from timeline.claims import Assertion
    from timeline.cuts import Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/history/1"


class HistoryStep(msgspec.Struct, frozen=True):
    """What changed on one day of valid time, in the store's zone: see `Change`."""

    day: str
    valid: str
    added: list[Claim]
    replaced: list[Pair]
    changed: list[Pair]
    withdrawn: list[Claim]


class History(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `history`: a step for every day on which something changed."""

    schema: str = SCHEMA
    place: PlaceView
    known: str
    recorded: str | None
    basis: str
    steps: list[HistoryStep]


def history(
    reader: Reader,
    place: str,
    cuts: Cuts,
    zone: tzinfo,
    *,
    since: Instant | None = None,
    until: Instant | None = None,
    facet: str | None = None,
) -> History:
    """Walk valid time day by day at one cut of knowledge.

    `since` and `until` are ends of days; what already held when the walk begins comes first.
    """
    if since is not None and until is not None and until < since:
        raise backward()
    require_facet(facet)
    book = reader.book(cuts.asof)
    found = resolve(place, book).id
    steps = [
        HistoryStep(
            day.isoformat(),
            iso(stop),
            change.added,
            change.replaced,
            change.changed,
            change.withdrawn,
        )
        for day, stop, change in walk(reader, found, cuts.asof, zone, since, until, facet)
    ]
    return History(
        place=view_of(found, book, cuts.asof.valid),
        known=iso(cuts.asof.known),
        recorded=cuts.recorded,
        basis=cuts.pinned(*reader.pinned(cuts.asof)),
        steps=steps,
    )


def walk(
    reader: Reader,
    place: str,
    asof: AsOf,
    zone: tzinfo,
    since: Instant | None,
    until: Instant | None,
    facet: str | None,
) -> Iterator[tuple[date, Instant, Change]]:
    """For every day on which a claim on the place begins, is reached or ends: what changed."""
    last = min(asof.valid, asof.known) if until is None else until
    stops = _stops(reader, place, asof, zone, since, last)
    # The happenings of a day, which may have an hour more, or one less.
    windows = [stop - start_of_day(day_of(stop - 1, zone), zone) for stop in stops]
    shown = _Shown(_between(reader, place, asof, facet, stops, windows), reader, asof)
    for stop, window in zip(stops, windows, strict=True):
        day = day_of(stop - 1, zone)
        before, after = shown.at(stop, window, min(end_of_day(day, zone), last))
        change = difference(before, after)
        if change.added or change.replaced or change.changed or change.withdrawn:
            yield day, stop, change


def _between(
    reader: Reader,
    place: str,
    asof: AsOf,
    facet: str | None,
    stops: Sequence[Instant],
    windows: Sequence[Instant],
) -> list[Candidate]:
    """The claims on a place that may show at any of these stops: a claim beneath stays beneath."""
    if not stops:
        return []
    first, last = (msgspec.structs.replace(asof, valid=stop) for stop in (stops[0], stops[-1]))
    (held,) = reader.held([place], first, windows[0], facet).values()
    found = {
        one.assertion.claim.claim: Candidate(one.assertion, one.first_known, one.supersedes)
        for one in held
    }
    for one in reader.speaking(place, last, stops[0] - windows[0]):
        if facet in (None, one.assertion.series.facet):
            found[one.assertion.claim.claim] = one
    return list(found.values())


class _Shown:
    """What shows of a place at one stop after another, for which its claims are read once.

    A claim replaces and contradicts only what it is listed with. So a stop looks at the lists in
    which a claim has turned since the last one, and at what happens on its day.
    """

    def __init__(self, told: Sequence[Candidate], reader: Reader, asof: AsOf) -> None:
        self._asof = asof
        self._marks = reader.marks({one.assertion.claim.report for one in told}, asof)
        self._coming = sorted(told, key=lambda one: one.assertion.earliest, reverse=True)
        self._turns = sorted(
            (turn, _listed_by(one.assertion))
            for one in told
            for turn in (one.assertion.earliest, one.assertion.reach, one.assertion.latest)
        )
        self._stop = OPEN_PAST
        # By what they are listed by: the claims that may show from here on, and those that do.
        self._open: dict[str, list[Candidate]] = {}
        self._seen: dict[str, Seen] = {}
        # Most are there at one stop after another: what they contradict is worked out once.
        self._rivals = Rivals()
        self._happenings: set[str] = set()

    def at(self, stop: Instant, window: Instant, end: Instant) -> tuple[Seen, Seen]:
        """What showed at the last stop, and what shows at this one, wherever that may differ."""
        # No news of a cut of knowledge: to be late for a day is not to be of it.
        then = msgspec.structs.replace(self._asof, valid=stop, known=OPEN_FUTURE)
        before, after, nothing = [], [], Seen(then, window, [], [])
        for name in sorted(self._turned(stop)):
            was = self._seen.get(name, nothing)
            ordered = in_order(hold(self._open[name], then, window), stop)
            claims, _ = presented(ordered, self._marks, self._rivals)
            shown = Seen(then, window, ordered, claims)
            self._seen[name] = now = _settled(was, shown, end)
            self._leave_open(name, now)
            before.append(was)
            after.append(now)
        return _together(before, then, window), _together(after, then, window)

    def _turned(self, stop: Instant) -> set[str]:
        """The lists in which a claim turns from the last stop to this one, and of happenings."""
        while self._coming and self._coming[-1].assertion.earliest < stop:
            one = self._coming.pop()
            name = _listed_by(one.assertion)
            self._open.setdefault(name, []).append(one)
            if one.assertion.read_as != "status":
                self._happenings.add(name)
        # At either end: what is compared to a stop may be before it, or not after it.
        first, last = (bisect_left(self._turns, (at, "")) for at in (self._stop, stop + 1))
        self._stop = stop
        turned = {name for _, name in self._turns[first:last] if name in self._open}
        return turned | self._happenings

    def _leave_open(self, name: str, now: Seen) -> None:
        """Drop what will not show again: it is over, and what stands above it will only rise."""
        opens, shown = now.asof.valid - now.window, {claim.claim for claim in now.claims}
        self._open[name] = [
            one
            for one in self._open[name]
            if one.assertion.reach > opens or one.assertion.claim.claim in shown
        ]
        if not self._open[name]:
            self._happenings.discard(name)


def _together(lists: Iterable[Seen], asof: AsOf, window: Instant) -> Seen:
    held = [held for one in lists for held in one.held]
    return Seen(asof, window, held, [claim for one in lists for claim in one.claims])


def _listed_by(claim: Assertion) -> str:
    """What an answer lists a claim by first of all."""
    return claim.series.matter if claim.read_as == "status" else claim.series.happening


def _stops(
    reader: Reader,
    place: str,
    asof: AsOf,
    zone: tzinfo,
    since: Instant | None,
    last: Instant,
) -> list[Instant]:
    """The ends of days on which something turns, and the instants within a day at which it does.

    A day that the walk does not reach the end of ends with the walk; so does what has no beginning
    on a place where nothing turned yet.
    """
    stops = set()
    for instant in reader.turns(place, asof):
        if instant < last < end_of_day(day_of(instant, zone), zone):
            stops.add(last)
        # A bound may fall on the seam of days: the end of the day before it, and of the next.
        ends = {end_of_day(day_of(at, zone), zone) for at in (instant - 1, instant)}
        stops |= ends if instant in ends else ends | {instant}
    if since is not None:
        stops.add(since)
    reached = sorted(stop for stop in stops if (since or stop) <= stop <= last)
    return reached or ([last] if since is None else [])


def _settled(before: Seen, cut: Seen, end: Instant) -> Seen:
    """Without what comes as possible but is certain by the day's end.

    A stop within a day is where another claim turns; what is told of the day itself waits.
    """
    there = {claim.claim for claim in before.claims}
    return cut.keeping(
        lambda held: (
            held.assertion.claim.claim in there
            or held.certainty != "possible"
            or held.assertion.capped
            or not cut.asof.valid < held.assertion.reach <= end
        )
    )
