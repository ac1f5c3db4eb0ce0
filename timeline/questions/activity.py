"""How much was told of a time: reports and happenings by day, kind, party and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import msgspec

from events.when import WhenError, iso, parse_cut, parse_when
from timeline.answer import JsonAnswer
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.cuts import backward
from timeline.days import day_of
from timeline.errors import BadQuestion
from timeline.places import below_all, resolve
from timeline.questions.known import view_of
from timeline.situation import PlaceView

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline.asof import AsOf, Candidate
    from timeline.cuts import Cut, Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/activity/1"
By = Literal["day", "kind", "party", "place"]
BYS: Final[tuple[By, ...]] = get_args(By)
Order = tuple[bool, int, str, int, list[str]]


class Total(msgspec.Struct, frozen=True):
    """Reports of the time; happenings certainly in it, and possibly, one event once."""

    reports: int
    happenings: int
    possible: int


class ActivityRow(msgspec.Struct, frozen=True, kw_only=True):
    """A total of what was told of one day, kind, party and place: of those asked for.

    `day` is null also where the time told is wider than a day. `claims` are the ids behind it.
    """

    day: str | msgspec.UnsetType | None = msgspec.UNSET
    kind: str | msgspec.UnsetType = msgspec.UNSET
    party: str | msgspec.UnsetType = msgspec.UNSET
    place: str | msgspec.UnsetType = msgspec.UNSET
    reports: int
    happenings: int
    possible: int
    claims: list[str]


class Activity(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `activity`; the time is half-open, `since` null where it has no beginning."""

    schema: str = SCHEMA
    places: list[PlaceView]
    by: list[By]
    since: str | None
    until: str
    known: str
    recorded: str | None
    basis: str
    total: Total
    rows: list[ActivityRow]


class _Key(NamedTuple):
    day: str | None = None
    kind: str = ""
    party: str = ""
    place: str = ""


@dataclass(slots=True)
class _Tally:
    claims: list[str] = field(default_factory=list)
    certain: dict[str, bool] = field(default_factory=dict)  # by event; an empty set is larger

    def saw(self, event: str, *, certain: bool) -> None:
        self.certain[event] = certain or self.certain.get(event, False)

    def total(self) -> Total:
        certain = sum(self.certain.values())
        return Total(len(self.claims), certain, len(self.certain) - certain)


def activity(
    reader: Reader,
    places: Sequence[str],
    cuts: Cuts,
    zone: tzinfo,
    *,
    since: Instant | None = None,
    until: Instant | None = None,
    by: Sequence[By] = ("day",),
) -> Activity:
    """Count what reports that count say of a time: from `since` to `until`, else to the valid cut.

    A place counts with all places below it; none stands for all. A report is of the day on which
    what it tells happened; which party and kind it is, its claim says. Reports linked as the same
    event are one happening. What may lie outside the time, or is approximate, is only possible;
    a denial is a report of no happening.
    """
    (answer,) = activities(reader, places, cuts, zone, since=since, until=until, bys=[by])
    return answer


def activities(
    reader: Reader,
    places: Sequence[str],
    cuts: Cuts,
    zone: tzinfo,
    *,
    since: Instant | None,
    until: Instant | None,
    bys: Iterable[Sequence[By]],
) -> list[Activity]:
    """The same counted in several ways, for which the reports are read once."""
    ways = [_wanted(by) for by in bys]
    asof = msgspec.structs.replace(cuts.asof, valid=cuts.asof.valid if until is None else until)
    begins = OPEN_PAST if since is None else since
    if asof.valid <= begins:
        raise backward("time")
    book = reader.book(asof)
    named = list(dict.fromkeys(resolve(place, book).id for place in places))
    spoken = set(reader.reported_places(asof))
    below = {one for place in named for one in below_all(place, book, asof.valid)}
    every = sorted(spoken & below if named else spoken)
    views = [view_of(place, book, asof.valid) for place in named]
    basis = cuts.pinned(*reader.pinned(asof))
    return [
        Activity(
            places=views,
            by=way,
            since=None if since is None else iso(since),
            until=iso(asof.valid),
            known=iso(asof.known),
            recorded=cuts.recorded,
            basis=basis,
            total=total,
            rows=rows,
        )
        for way, (total, rows) in zip(
            ways, _counted(reader, every, asof, begins, zone, ways), strict=True
        )
    ]


def _wanted(by: Sequence[By]) -> list[By]:
    try:
        wanted = list(dict.fromkeys(by))
    except TypeError:  # no list, or not of words
        wanted = []
    if not wanted or not set(wanted) <= set(BYS):
        raise BadQuestion(f"activity goes by {', '.join(BYS)}; write one or several of them")
    return wanted


def beginning(cut: Cut, zone: tzinfo) -> Instant | None:
    """The first instant of what ends at a cut: of a day, or of an instant's unit."""
    try:
        parse_cut(cut, zone)  # which refuses what is no cut
        return parse_when(cut if isinstance(cut, str) else cut.isoformat(), zone).earliest
    except WhenError as error:
        raise BadQuestion(f"from: {error}") from None


def _counted(
    reader: Reader,
    places: Iterable[str],
    asof: AsOf,
    since: Instant,
    zone: tzinfo,
    ways: Sequence[Sequence[By]],
) -> list[tuple[Total, list[ActivityRow]]]:
    whole, tallies = _Tally(), [dict[_Key, _Tally]() for _ in ways]
    for place in places:
        happenings: list[tuple[str, bool, list[_Tally]]] = []
        # No claim is kept: a place may have more of them than memory should hold.
        for one in reader.speaking(place, asof, since):
            counting = [whole]
            for by, counted in zip(ways, tallies, strict=True):
                key = _key(one, zone, by)
                if (tally := counted.get(key)) is None:
                    tally = counted[key] = _Tally()
                counting.append(tally)
            for tally in counting:
                tally.claims.append(one.assertion.claim.claim)
            if found := _happening(one, asof, since):
                happenings.append((*found, counting))
        events = reader.same_events({report for report, _, _ in happenings}, asof)
        for report, certain, counting in happenings:
            for tally in counting:
                tally.saw(events.get(report, report), certain=certain)
    total = whole.total()
    return [
        (total, _in_order([_row(key, tally, by) for key, tally in counted.items()], by))
        for counted, by in zip(tallies, ways, strict=True)
    ]


def _key(one: Candidate, zone: tzinfo, by: Sequence[By]) -> _Key:
    claim = one.assertion
    return _Key(
        _day(claim.earliest, claim.reach, zone) if "day" in by else None,
        claim.claim.kind if "kind" in by else "",
        claim.series.party if "party" in by else "",
        claim.series.place if "place" in by else "",
    )


@lru_cache(maxsize=8192)  # the same days are told of again and again
def _day(earliest: Instant, reach: Instant, zone: tzinfo) -> str | None:
    """The one day that a claim speaks of, or None."""
    if earliest == OPEN_PAST or reach == OPEN_FUTURE:
        return None
    day = day_of(earliest, zone)
    return day.isoformat() if day_of(reach - 1, zone) == day else None


def _happening(one: Candidate, asof: AsOf, since: Instant) -> tuple[str, bool] | None:
    """The report of a happening, and whether it is certain that it lies in the time."""
    claim = one.assertion
    if claim.read_as != "happening" or claim.series.denial:
        return None
    inside = claim.earliest >= since and claim.reach <= asof.valid
    return claim.claim.report, inside and not claim.capped and not claim.announced


def _row(key: _Key, tally: _Tally, by: Sequence[By]) -> ActivityRow:
    total = tally.total()
    return ActivityRow(
        **{name: getattr(key, name) for name in by},
        reports=total.reports,
        happenings=total.happenings,
        possible=total.possible,
        claims=sorted(tally.claims),
    )


def _in_order(rows: Sequence[ActivityRow], by: Sequence[By]) -> list[ActivityRow]:
    return sorted(rows, key=order_of(rows, by))


def order_of(rows: Sequence[ActivityRow], by: Sequence[By]) -> Callable[[ActivityRow], Order]:
    """By what these rows are in order.

    By the first of what they go by, days in order and else the most told first; then the rest. What
    is wider than a day comes last.
    """
    told: Counter[str] = Counter()
    for row in rows:
        told[getattr(row, by[0])] += row.reports

    def order(row: ActivityRow) -> Order:
        first, *rest = (getattr(row, name) for name in by)
        most = 0 if by[0] == "day" else -told[first]
        return first is None, most, first or "", -row.reports, [part or "~" for part in rest]

    return order
