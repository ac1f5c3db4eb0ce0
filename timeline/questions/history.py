"""How the situation of a place changed over valid time, as known at one cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from events.when import iso
from timeline.claims import Claim
from timeline.cuts import backward
from timeline.days import day_of, end_of_day, start_of_day
from timeline.places import resolve
from timeline.questions.diff import Change, Replaced, Seen, changed, seen
from timeline.questions.known import require_facet, view_of
from timeline.situation import PlaceView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from events.when import Instant
    from timeline.asof import AsOf
    from timeline.cuts import Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/history/1"


class HistoryStep(msgspec.Struct, frozen=True):
    """What changed on one day of valid time, in the store's zone.

    Among `replaced` is a claim that has become certain, or has ended, as `old` and as `new`.
    """

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
    steps: list[HistoryStep]

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
        raise backward()
    require_facet(facet)
    book = reader.book(cuts.asof)
    found = resolve(place, book).id
    steps = [
        HistoryStep(
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
) -> Iterator[tuple[date, Change, Seen]]:
    """For every day on which a claim on the place begins, is reached or ends: what changed."""
    last = min(asof.valid if until is None else until, asof.known if until is None else until)
    before = Seen(asof, 0, [], [])
    for stop in _stops(reader, place, asof, zone, since, last):
        day = day_of(stop - 1, zone)
        then = msgspec.structs.replace(asof, valid=stop)
        # The happenings of the day, which may have an hour more, or one less.
        all_of_it = seen(reader, place, then, facet, stop - start_of_day(day, zone))
        after = _settled(before, all_of_it, min(end_of_day(day, zone), last))
        change = changed(before, after)
        change.replaced.extend(_held_otherwise(before, after))
        if change.added or change.replaced or change.withdrawn:
            yield day, change, after
        before = after


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
    """Without what was only told late, and what comes as possible but is certain by the day's end.

    A stop within a day is where another claim turns; what is told of the day itself waits.
    """
    there = {claim.claim for claim in before.claims}
    return cut.keeping(
        lambda held: (
            not held.late
            and (
                held.assertion.claim.claim in there
                or held.certainty != "possible"
                or held.assertion.capped
                or not cut.asof.valid < held.assertion.reach <= end
            )
        )
    )


def _held_otherwise(before: Seen, after: Seen) -> Iterator[Replaced]:
    """The claims shown at both stops that have become certain or have ended."""
    was = {claim.claim: claim for claim in before.claims}
    for claim in after.claims:
        old = was.get(claim.claim)
        if old and (old.certainty, old.ended) != (claim.certainty, claim.ended):
            yield Replaced(old, claim)
