"""The days on which the answer about a place changed, on one clock or on both at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from timeline.asof import happening
from timeline.claims import OPEN_FUTURE
from timeline.days import day_of, end_of_day, start_of_day
from timeline.questions.diff import difference, seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from events.when import Instant
    from timeline.asof import AsOf
    from timeline.questions.diff import Seen
    from timeline.questions.only import Only
    from timeline.reader import Reader

Clock = Literal["both", "known", "valid"]

BEFORE: Final = 8
AFTER: Final = 4
"""Days looked at on either side of the cut: each costs an answer or two."""
MOST_BELOW: Final = 40
"""Places below a region up to which what was told of them is counted."""
MANY: Final = 2_000
"""Tellings of a place from which on what turned when is looked for on the days around the cut."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day by whose end the answer had changed, and by how many claims."""

    day: str
    added: int
    replaced: int
    """Those that hold otherwise among them."""
    gone: int
    below: int
    """Places below of which something was told."""
    here: bool
    """Whether the page is of the end of this day."""
    later: bool


@dataclass(frozen=True, slots=True)
class Moments:
    """The days near the cut at which the answer changed, in order.

    With `more` there are days before them on which something was told, or turned; whether that
    changed the answer nobody asked.
    """

    clock: Clock
    days: tuple[Moment, ...]
    more: bool

    @property
    def previous(self) -> Moment | None:
        """The last change before the one shown."""
        return next((day for day in reversed(self.days) if not day.here and not day.later), None)

    @property
    def next(self) -> Moment | None:
        """The first change after the cut."""
        return next((day for day in self.days if day.later), None)


def moments(
    reader: Reader,
    place: str,
    asof: AsOf,
    zone: tzinfo,
    *,
    clock: Clock,
    facet: str | None,
    window: Instant,
    of: Only,
    now: Instant,
    below: Sequence[str],
) -> Moments:
    """The changes `of` some claims around a cut; what was told of the places `below` by place."""
    moved = below if clock != "valid" and len(below) <= MOST_BELOW else ()
    own = _ends(reader, place, asof, zone, clock)
    if clock == "both":  # what was announced shows from its beginning on, whatever else is told
        until = msgspec.structs.replace(asof, known=max(asof.known, now))
        own |= {end_of_day(day_of(one, zone), zone) for one in reader.foretold(place, until)}
    lower = Counter(end for one in moved for end in _ends(reader, one, asof, zone, clock))
    ends = sorted(own | lower.keys())
    at = asof.valid if clock == "valid" else asof.known
    begin, end = _around(ends, at)
    stops = ends[begin:end]
    if not stops:
        return Moments(clock, (), more=False)

    def answer(stop: Instant) -> Seen:
        return seen(reader, place, _moved(asof, stop, clock), facet, window)

    # The answer before the first of these days is what it is compared with.
    edge = ends[begin - 1] if begin else start_of_day(day_of(stops[0] - 1, zone), zone)
    answers = {stop: answer(stop) for stop in (edge, *stops)}
    last = max(at, asof.known if clock == "valid" else now)
    left = set(_left(answers, ends[end] - 1 if end < len(ends) else last, zone, clock))
    stops = sorted(left.union(stops))
    skipped, end = _around(stops, at)
    near = [edge, *stops][skipped : end + 1]
    answers |= {stop: answer(stop) for stop in left.intersection(near)}
    days = []
    for before, stop in pairwise(near):
        change = of.diff(difference(answers[before], answers[stop]))
        gone = len(change.withdrawn) + len(change.lapsed)
        if change or stop == at or lower[stop]:
            day = day_of(stop - 1, zone).isoformat()
            other = len(change.replaced) + len(change.changed)
            counts = len(change.added), other, gone, lower[stop]
            days.append(Moment(day, *counts, here=stop == at, later=stop > at))
    return Moments(clock, tuple(days), more=begin + skipped > 0)


def _around(ends: Sequence[Instant], at: Instant) -> tuple[int, int]:
    """Where the ends of days near a cut begin and end among all of them."""
    split = bisect_right(ends, at)
    return max(0, split - BEFORE), split + AFTER


def _left(
    answers: Mapping[Instant, Seen], until: Instant, zone: tzinfo, clock: Clock
) -> Iterator[Instant]:
    """The ends of the days, up to an instant, on which happenings of these answers left the window.

    Nobody needs to tell anything on such a day. Each answer holds from its own day to the next.
    """
    for (one, answer), after in zip(answers.items(), [*answers, until + 1][1:], strict=True):
        for held in answer.held:
            told = {"valid": held.assertion.reach, "known": held.first_known}
            leaves = told.get(clock, max(told.values())) + answer.window
            if held.assertion.read_as == "status" or not one < leaves < after:
                continue
            end = end_of_day(day_of(leaves - 1, zone), zone)
            then = _moved(answer.asof, end, clock)
            if end < after and not happening(held.assertion, held.first_known, then, answer.window):
                yield end


def _ends(reader: Reader, place: str, asof: AsOf, zone: tzinfo, clock: Clock) -> set[Instant]:
    """The ends of the days on which something about a place may have changed."""
    learned = reader.learned(place, msgspec.structs.replace(asof, known=OPEN_FUTURE - 1))
    if clock != "valid":
        return {end_of_day(day, zone) for day in {day_of(one - 1, zone) for one in learned}}
    if len(learned) <= MANY:
        instants = reader.turns(place, asof)
        days = {day_of(one - at, zone) for one in instants for at in (0, 1)}
    else:
        here = day_of(asof.valid - 1, zone)
        days = {here + timedelta(days=by) for by in range(-BEFORE, AFTER + 1)}
    # What is told does not lie after the telling: beyond that nothing turns.
    last = max(asof.known, asof.valid)
    return {end for day in days if (end := end_of_day(day, zone)) <= last}


def _moved(asof: AsOf, to: Instant, clock: Clock) -> AsOf:
    known = asof.known if clock == "valid" else to
    valid = asof.valid if clock == "known" else to
    return msgspec.structs.replace(asof, known=known, valid=valid)
