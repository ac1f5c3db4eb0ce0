"""How the situation of a place changed over valid time, as known at one cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from events.when import iso
from timeline.asof import DAY
from timeline.claims import Claim
from timeline.days import day_of, end_of_day
from timeline.errors import BadQuestion
from timeline.places import resolve
from timeline.questions.diff import Change, Replaced, Seen, changed, seen
from timeline.questions.known import view_of
from timeline.situation import PlaceView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from events.when import Instant
    from timeline.asof import AsOf
    from timeline.cuts import Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/history/1"


class Step(msgspec.Struct, frozen=True):
    """What changed on one day of valid time, in the store's zone."""

    day: str
    valid: str
    added: list[Claim]
    replaced: list[Replaced]
    withdrawn: list[Claim]


class History(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `history`: a step for every day on which something changed."""

    schema: str = SCHEMA
    place: PlaceView
    known: str
    recorded: str | None
    basis: str
    steps: list[Step]

    def to_json(self) -> bytes:
        """The answer as JSON."""
        return msgspec.json.encode(self)


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
        raise BadQuestion("the period ends before it begins; write the earlier date first")
    book = reader.book(cuts.asof)
    found = resolve(place, book).id
    steps = [
        Step(
            day.isoformat(),
            iso(seen_then.asof.valid),
            change.added,
            change.replaced,
            change.withdrawn,
        )
        for day, change, seen_then in walk(reader, found, cuts.asof, zone, since, until, facet)
    ]
    return History(
        place=view_of(found, book, cuts.asof.valid),
        known=iso(cuts.asof.known),
        recorded=cuts.asked.recorded and iso(cuts.asof.recorded),
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
) -> Iterator[tuple[date, Change, Seen]]:
    """For every day on which a claim on the place begins, is reached or ends: what changed."""
    last = min(asof.valid if until is None else until, asof.known if until is None else until)
    before = Seen(asof, DAY, [], [])
    for stop in _stops(reader, place, asof, zone, since, last):
        then = msgspec.structs.replace(asof, valid=stop)
        after = _without_late(seen(reader, place, then, facet, DAY))
        change = changed(before, after)
        if change.added or change.replaced or change.withdrawn:
            yield day_of(stop - 1, zone), change, after
        before = after


def _stops(
    reader: Reader,
    place: str,
    asof: AsOf,
    zone: tzinfo,
    since: Instant | None,
    last: Instant,
) -> list[Instant]:
    """The ends of days on which something turns, and the instants within a day at which it does."""
    stops = set()
    for instant in reader.turns(place, asof):
        # A bound may fall on the seam of days: the end of the day before it, and of the next.
        ends = {end_of_day(day_of(at, zone), zone) for at in (instant - 1, instant)}
        stops |= ends if instant in ends else ends | {instant}
    if since is not None:
        stops.add(since)
    return sorted(stop for stop in stops if (since or stop) <= stop <= last)


def _without_late(cut: Seen) -> Seen:
    pairs = [
        (held, claim) for held, claim in zip(cut.held, cut.claims, strict=True) if not held.late
    ]
    return Seen(cut.asof, cut.window, [held for held, _ in pairs], [claim for _, claim in pairs])
