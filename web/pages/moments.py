"""The days on which the answer about a place changed, on one clock or on both at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from timeline.claims import OPEN_FUTURE
from timeline.days import day_of, end_of_day, start_of_day
from timeline.questions.diff import changed, seen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from events.when import Instant
    from timeline.asof import AsOf
    from timeline.questions.only import Only
    from timeline.reader import Reader

Clock = Literal["both", "known", "valid"]

BEFORE: Final = 8
AFTER: Final = 4
"""Days looked at on either side of the cut: each costs two answers."""
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
    gone: int
    below: int
    """Places below of which something was told."""
    here: bool
    """Whether the page is of the end of this day."""
    later: bool


@dataclass(frozen=True, slots=True)
class Moments:
    """The days near the cut at which the answer changed, in order; `more` lie before them."""

    clock: Clock
    days: tuple[Moment, ...]
    more: int

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
    below: Sequence[str] = (),
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
    split = bisect_right(ends, at)
    first = max(0, split - BEFORE)
    stops = ends[first : split + AFTER]
    if not stops:
        return Moments(clock, (), 0)
    # The answer before the first of these days is what it is compared with.
    edge = ends[first - 1] if first else start_of_day(day_of(stops[0] - 1, zone), zone)
    answers = [
        seen(reader, place, _moved(asof, stop, clock), facet, window) for stop in [edge, *stops]
    ]
    days = []
    for stop, (before, after) in zip(stops, pairwise(answers), strict=True):
        change = of.diff(changed(before, after))
        gone = len(change.withdrawn) + len(change.lapsed)
        if change or stop == at or lower[stop]:
            day = day_of(stop - 1, zone).isoformat()
            counts = len(change.added), len(change.replaced), gone, lower[stop]
            days.append(Moment(day, *counts, here=stop == at, later=stop > at))
    return Moments(clock, tuple(days), first)


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
