"""What a picture draws, read from the same answers as all else: marks, before any drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from events.when import DAY, instant_of
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.days import day_of, local
from timeline.errors import BadQuestion
from timeline.formats.spells import date_in_words, spells_of
from timeline.phrases import location, phrase, side
from timeline.pictures.style import DAY_MS, Moment
from timeline.places import name_of
from timeline.questions.activity import activities
from timeline.values import control_shares
from timeline.wording import Frame, cuts_of_kept, speaker

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline.claims import Assertion, Claim
    from timeline.formats.gather import Gathered

MOST: Final = 5_000
"""Marks that a picture can hold and still be read."""


class ClockMark(msgspec.Struct, frozen=True, kw_only=True):
    """A claim on the two clocks: told at `told` of what reached until `reach`.

    Either is the noon of a day where it is of the day as a whole, which `days` tells.
    """

    claim: str
    what: str
    who: str
    party: str
    facet: str
    date: str
    begins: Moment | None
    reach: Moment
    told: Moment
    days: tuple[bool, bool]
    lasted: bool
    certainty: str
    late_days: float


class StatusPart(msgspec.Struct, frozen=True, kw_only=True):
    """A status in a tenure, with the part of the place it is said of, from 0 to 1."""

    status: str
    by: str
    low: float
    high: float


class Tenure(msgspec.Struct, frozen=True, kw_only=True):
    """How an assessor had a place: from `begins` to `ends`, of which seen until `seen`."""

    claim: str
    row: str
    what: str
    date: str
    begins: Moment
    seen: Moment
    ends: Moment
    certainty: str
    denied: bool
    parts: list[StatusPart]


class DayCount(msgspec.Struct, frozen=True, kw_only=True):
    """How much was told of a day."""

    day: Moment
    reports: int
    happenings: int
    possible: int


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A cut, in the words in which it was asked; `asked` is false where it is now."""

    at: Moment
    text: str
    asked: bool


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture is of, and as `told` of whom it has it, in words where it has anything."""

    place: str
    asked: str
    basis: str
    zone: str
    told: str
    valid: Cut
    known: Cut
    since: Moment | None
    until: Moment | None
    clocks: list[ClockMark] = []
    control: list[Tenure] = []
    activity: list[DayCount] = []
    wider: int = 0
    """Reports of a time wider than a day, which lie on no day."""


def clocks(made: Gathered) -> Drawn:
    """Every claim on the place that holds and speaks of the period."""
    frame = _frame(made)
    marks: list[ClockMark] = []
    publishers: set[str] = set()
    for _, one in made.claims():
        if len(marks) >= MOST:
            raise BadQuestion(
                f"more than {MOST:,} claims are too many for one picture; "
                "choose a period, a facet or a party"
            )
        publishers.add(_publisher(one.claim, frame))
        marks.append(_mark(one.claim, one.held.assertion, frame, made.zone))
    return _drawn(made, _told("sources", publishers), clocks=marks)


def control(made: Gathered) -> Drawn:
    """Each assessor's word on whose the place is, for as long as it stood."""
    (answer,) = made.histories()
    frame = _frame(made)
    place = made.book.get(answer.place.id)
    ends = min(made.cuts.asof.valid, made.cuts.asof.known)
    last = ends if made.wanted.until is None else min(ends, made.wanted.until)
    tenures: list[Tenure] = []
    publishers: set[str] = set()
    for one in spells_of(answer, place, made.zone):
        if one.claim.read_as == "status":
            begins = 0 if one.begins is None else one.begins
            until = last if one.ends is None else one.ends
            publishers.add(_publisher(one.claim, frame))
            tenures.append(_tenure(one.claim, frame, made.zone, begins, until))
    return _drawn(made, _told("sources", publishers), control=tenures)


def activity_of(made: Gathered) -> Drawn:
    """Reports and happenings of each day, of the place and all below it."""
    wanted = made.wanted
    by_day, by_party = activities(
        made.reader,
        wanted.places,
        made.cuts,
        made.zone,
        since=wanted.since,
        until=wanted.until,
        bys=[("day",), ("party",)],
    )
    days = [
        DayCount(
            day=_day(row.day), reports=row.reports, happenings=row.happenings, possible=row.possible
        )
        for row in by_day.rows
        if isinstance(row.day, str)
    ]
    wider = sum(row.reports for row in by_day.rows if row.day is None)
    frame = _frame(made)
    parties = {frame.name(row.party) for row in by_party.rows if isinstance(row.party, str)}
    return _drawn(made, _told("parties", parties), activity=days, wider=wider)


def _mark(claim: Claim, told_of: Assertion, frame: Frame, zone: tzinfo) -> ClockMark:
    reach = told_of.knowledge if told_of.reach == OPEN_FUTURE else told_of.reach
    begins = None if told_of.earliest == OPEN_PAST else moment(told_of.earliest, zone)
    ends = moment(reach, zone), moment(told_of.knowledge, zone)
    return ClockMark(
        claim=claim.claim,
        what=phrase(claim, frame.names),
        who=speaker(claim, frame),
        party=claim.party,
        facet=claim.facet,
        date=date_in_words(claim),
        begins=begins,
        reach=_inside(ends[0]),
        told=_inside(ends[1]),
        days=(_is_day(ends[0]), _is_day(ends[1])),
        lasted=told_of.reading == "during",
        certainty=claim.certainty,
        late_days=max(0.0, round((told_of.knowledge - reach) / DAY, 2)),
    )


def _inside(end: Moment) -> Moment:
    """Of the end of a day its noon, so that a mark lies in the day that it is of."""
    return end - DAY_MS // 2 if _is_day(end) else end


def _is_day(end: Moment) -> bool:
    return end % DAY_MS == 0


def _tenure(claim: Claim, frame: Frame, zone: tzinfo, begins: Instant, ends: Instant) -> Tenure:
    said, where = speaker(claim, frame), location(claim)
    told = instant_of(claim.known_from)
    latest = told if claim.valid_to is None else min(told, instant_of(claim.valid_to))
    if claim.happened_reading == "at":
        # Who saw it on a day did not see it until it was told. The stop is its last second.
        latest = min(latest, begins + 1_000_000)
    return Tenure(
        claim=claim.claim,
        row=f"{said}, {where}" if where else said,
        what=phrase(claim, frame.names),
        date=date_in_words(claim),
        begins=moment(begins, zone),
        seen=moment(max(begins, min(latest, ends)), zone),
        ends=moment(max(begins, ends), zone),
        certainty=claim.certainty,
        denied=claim.stance == "denies",
        parts=list(_parts(claim.value, frame.names)),
    )


def _parts(value: dict[str, Any], names: Mapping[str, str]) -> Iterator[StatusPart]:
    """The statuses one above another; what nobody spoke of stays empty."""
    at = 0.0
    for (status, by), (low, high) in control_shares(value).items():
        size = (low + min(high, 1.0)) / 2 if high <= 1.0 else low
        yield StatusPart(
            status=status, by=side(by, names) if by else "", low=at, high=min(1.0, at + size)
        )
        at = min(1.0, at + size)


def _drawn(made: Gathered, told: str, **marks: Any) -> Drawn:
    asked, asof, wanted, zone = made.cuts.asked, made.cuts.asof, made.wanted, made.zone
    return Drawn(
        place=name_of(made.places[0], made.book),
        asked=cuts_of_kept(asked, made.iso("valid"), made.iso("known"))
        + _period(wanted.since, wanted.until, wanted.what, zone),
        basis=made.basis,
        zone=str(zone),
        told=told,
        valid=_cut(asked.valid, asof.valid, zone),
        known=_cut(asked.known, asof.known, zone),
        since=None if wanted.since is None else moment(wanted.since, zone),
        until=None if wanted.until is None else moment(wanted.until, zone),
        **marks,
    )


def _period(since: Instant | None, until: Instant | None, what: str, zone: tzinfo) -> str:
    """The first and the last day that were asked for."""
    said = ""
    if since is not None:
        first = since - 1 if what == "history" else since
        said += f", from {day_of(first, zone).isoformat()}"
    return said if until is None else f"{said}, to {day_of(until - 1, zone).isoformat()}"


def _cut(asked: str | None, end: Instant, zone: tzinfo) -> Cut:
    return Cut(at=moment(end, zone), text=asked or "now", asked=asked is not None)


def _publisher(claim: Claim, frame: Frame) -> str:
    source = claim.source or {}
    return frame.name(source.get("publisher") or claim.chain[-1]["party"])


def _frame(made: Gathered) -> Frame:
    return Frame(made.reader.party_names(), made.iso("valid"))


def moment(instant: Instant, zone: tzinfo) -> Moment:
    """An instant as the wall clock of the zone has it."""
    return round(local(instant, zone).replace(tzinfo=UTC).timestamp() * 1000)


def _day(text: str) -> Moment:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def _told(what: Literal["sources", "parties"], names: set[str]) -> str:
    """Whom a picture has it from; empty where it has nothing."""
    if not names:
        return ""
    one = {"sources": "source", "parties": "party"}[what]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return f"{one if len(names) == 1 else what}: {', '.join(sorted(names)[:4])}{more}"
