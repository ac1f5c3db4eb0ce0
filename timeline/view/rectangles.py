"""When each version of a report shows: rectangles of knowledge and of log positions. Pure.

The rule of as-of (clause 1) asks, for every question, which version shows. Laid out beforehand, a
version shows in rectangles: from its knowledge to the next version's, and from the entry that laid
it out so to the entry that changes that. A point lies in at most one rectangle of a report.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

import msgspec

from events.when import Instant
from timeline.asof import Version
from timeline.claims import OPEN_FUTURE


class Rectangle(msgspec.Struct, gc=False):
    """Where a version shows: knowledge `[known_from, known_to)`, positions `[rec_from, rec_to)`."""

    version: Version
    known_to: Instant
    first_known: Instant
    supersedes: str | None
    rec_from: int
    rec_to: int = OPEN_FUTURE

    @property
    def known_from(self) -> Instant:
        """A version shows from its own knowledge on."""
        return self.version.knowledge


def rectangles(versions: Iterable[Version]) -> list[Rectangle]:
    """The rectangles of one report from its versions in log order; retractions show nothing."""
    live: list[Version] = []
    open_: dict[int, Rectangle] = {}
    closed: list[Rectangle] = []
    previous: Version | None = None
    for version in versions:
        position = version.entry.position
        first = live[0].knowledge if live else None
        if version.mend and previous in live:
            live.remove(previous)
            closed += _close(open_, previous.entry.position, position)
        insort(live, version, key=_order)
        previous = version
        at = bisect_left(live, _order(version), key=_order)
        # A newcomer touches its neighbours; where it moves the first knowledge, or where a mend
        # left a gap, it may touch all.
        whole = version.mend or live[0].knowledge != first
        for place in range(len(live)) if whole else range(max(at - 1, 0), min(at + 2, len(live))):
            laid = _laid(live, place, position)
            standing = open_.get(live[place].entry.position)
            if laid != standing and not (laid and standing and _same(laid, standing)):
                closed += _close(open_, live[place].entry.position, position)
                if laid:
                    open_[live[place].entry.position] = laid
    return closed + list(open_.values())


def _order(version: Version) -> tuple[Instant, int]:
    return version.knowledge, version.entry.position


def _laid(live: list[Version], at: int, position: int) -> Rectangle | None:
    version = live[at]
    known_to = live[at + 1].knowledge if at + 1 < len(live) else OPEN_FUTURE
    if version.retraction or version.knowledge == known_to:
        return None
    before = live[at - 1].assertion if at else None
    return Rectangle(
        version,
        known_to,
        live[0].knowledge,
        before.claim.claim if before else None,
        position,
    )


def _same(one: Rectangle, other: Rectangle) -> bool:
    return (one.known_to, one.first_known, one.supersedes) == (
        other.known_to,
        other.first_known,
        other.supersedes,
    )


def _close(open_: dict[int, Rectangle], version: int, position: int) -> Iterable[Rectangle]:
    standing = open_.pop(version, None)
    if standing:
        standing.rec_to = position
        yield standing
