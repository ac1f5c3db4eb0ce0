"""What an export is made of: the answers, claims and rows of one place, several, or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import msgspec

from events.when import iso
from timeline.asof import Candidate, Held, certainty, ended
from timeline.claims import OPEN_FUTURE, OPEN_PAST, assertion, party_of
from timeline.errors import BadQuestion
from timeline.formats.shown import entry_at, shown_reports
from timeline.formats.sorting import ordered
from timeline.places import below_all, resolve
from timeline.questions.activity import BYS, Activity, activity
from timeline.questions.diff import PLACES_AT_ONCE, seen_all
from timeline.questions.history import History, history
from timeline.questions.known import situation
from timeline.questions.only import Only, only
from timeline.questions.project import Projected, project
from timeline.situation import Situation, presented

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import tzinfo

    from events.when import Instant
    from timeline.claims import Claim
    from timeline.cuts import Cuts
    from timeline.entries import Entry
    from timeline.formats.wanted import Wanted, What
    from timeline.log import LogReader
    from timeline.places import Book
    from timeline.reader import Reader

_CLAIMS_AT_ONCE: Final = 2_000

_LOOK_UP: Final = 4
"""How many reports are read one after another in the time in which one is looked up."""

COUNTED: Final[Mapping[What, tuple[str, ...]]] = {
    "situation": ("claims", "places"),
    "control": ("claims", "places"),
    "claims": ("claims", "places"),
    "reports": ("reports",),
    "history": ("places", "steps"),
    "activity": ("reports",),
    "projection": ("places",),
}
"""What is counted of each, also where there is none."""


class ShownClaim(NamedTuple):
    """A claim as an answer shows it, with what the rule compared."""

    claim: Claim
    held: Held


@dataclass(slots=True)
class Gathered:
    """Reads what is wanted piece by piece; as it is read, `counts` says how much there was."""

    log: LogReader
    reader: Reader
    zone: tzinfo
    cuts: Cuts
    wanted: Wanted
    book: Book = field(init=False)
    places: list[str] = field(init=False)
    basis: str = field(init=False)
    only: Only = field(init=False)
    counts: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        """Look places and parties up; raises `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`."""
        asof, wanted = self.cuts.asof, self.wanted
        self.book = self.reader.book(asof)
        self.basis = self.cuts.pinned(*self.reader.pinned(asof))
        self.counts.update(dict.fromkeys(COUNTED[wanted.what], 0))
        self.only = only(
            self.reader,
            party=wanted.party,
            kind=wanted.kind,
            side=wanted.side,
            facet=wanted.facet,
        )
        # In the past of the log each place has to be looked at for this.
        by_name = bool(wanted.places) and not wanted.regions
        spoken = set() if by_name else set(self.reader.reported_places(asof))
        named = dict.fromkeys(resolve(place, self.book).id for place in wanted.places)
        for region in wanted.regions:
            found = resolve(region, self.book).id
            lower = sorted((set(below_all(found, self.book, asof.valid)) & spoken) - {found})
            named |= dict.fromkeys([found, *lower])
        self.places = list(named) or sorted(spoken)

    @property
    def everywhere(self) -> bool:
        """Whether no place was asked for, which stands for all of them."""
        return not (self.wanted.places or self.wanted.regions)

    def iso(self, clock: Literal["known", "valid"]) -> str:
        """The end of a cut."""
        return iso(getattr(self.cuts.asof, clock))

    # Answers, whole

    def situations(self) -> Iterator[Situation]:
        """The situation of each place, with its context and roll-up."""
        # A facet was asked for already, and leaves the roll-up.
        of = msgspec.structs.replace(self.only, facet=None)
        for place in self.places:
            answer = situation(
                self.reader,
                self.book,
                place,
                self.cuts,
                facet=self.wanted.facet,
                window=self.wanted.window,
            )
            answer = of.situation(answer)
            self.counts["places"] += 1
            self.counts["claims"] += len(answer.claims)
            yield answer

    def histories(self) -> Iterator[History]:
        """The history of each place."""
        wanted = self.wanted
        for place in self.places:
            answer = self.only.history(
                history(
                    self.reader,
                    place,
                    self.cuts,
                    self.zone,
                    since=wanted.since,
                    until=wanted.until,
                    facet=wanted.facet,
                )
            )
            self.counts["places"] += 1
            self.counts["steps"] += len(answer.steps)
            yield answer

    def activity(self) -> Activity:
        """The activity of the places and all below them."""
        wanted = self.wanted
        answer = activity(
            self.reader,
            [*wanted.places, *wanted.regions],
            self.cuts,
            self.zone,
            since=wanted.since,
            until=wanted.until,
            by=BYS,
        )
        self.counts["reports"] += answer.total.reports
        return answer

    def projected(self) -> Projected:
        """The rows of a projection."""
        wanted = self.wanted
        if wanted.projection is None:
            raise BadQuestion("which projection is not said; write its name")
        places = [] if self.everywhere else self.places
        answer = project(
            self.reader, wanted.projection, places, self.cuts, self.zone, wanted.projected
        )
        self.counts["places"] += len(answer.places)
        return answer

    # Claims, place by place

    def standing(self, facet: str | None = None) -> Iterator[tuple[str, list[ShownClaim]]]:
        """What stands at each place; many places are read at once."""
        for at in range(0, len(self.places), PLACES_AT_ONCE):
            places = self.places[at : at + PLACES_AT_ONCE]
            seen = seen_all(
                self.reader, places, self.cuts.asof, facet or self.wanted.facet, self.wanted.window
            )
            for place in places:
                found = [
                    ShownClaim(claim, held)
                    for held, claim in seen[place].pairs()
                    if self.only.wants(claim)
                ]
                self.counts["places"] += 1
                yield place, found

    def claims(self) -> Iterator[tuple[str, ShownClaim]]:
        """Every claim that holds, by place; those that stand as the situation shows them."""
        for place, stand in self.standing():
            standing = {one.claim.claim: one for one in stand}
            spoken = ordered(self._spoken(place, standing), self.cuts.asof.valid)
            for some in _in_parts(spoken):
                reports = {held.assertion.claim.report for held in some}
                marks = self.reader.marks(reports, self.cuts.asof)
                for held in some:
                    one = standing.get(held.assertion.claim.claim)
                    if one is None:  # replaced, or out of the window: a rival of nothing
                        one = ShownClaim(presented([held], marks)[0][0], held)
                    self.counts["claims"] += 1
                    yield place, one

    def _spoken(self, place: str, standing: dict[str, ShownClaim]) -> Iterator[Held]:
        """The wanted claims of a place that speak of the period, standing or not."""
        asof, since, until = self.cuts.asof, self.wanted.since, self.wanted.until
        begins = OPEN_PAST if since is None else since
        ends = asof.valid if until is None else min(asof.valid, until)
        over = msgspec.structs.replace(asof, valid=ends)
        for one in self.reader.speaking(place, over, begins):
            claim = one.assertion.claim
            if claim.claim in standing:
                yield standing[claim.claim].held
            elif self.only.wants(claim) and (held := _held(one, asof.valid)):
                yield held

    def reports(self) -> Iterator[tuple[str, bytes]]:
        """Id and stored form of the wanted reports that count."""
        places = None if self.everywhere else set(self.places)
        for one in shown_reports(self.log, self.cuts.asof, self._few()):
            if places is None or one.place in places:
                entry = entry_at(self.log, one.position)
                if self._wants(entry):
                    self.counts["reports"] += 1
                    yield one.key, entry.content

    def _few(self) -> Collection[str] | None:
        """The reports to look up one by one; None where to read the whole log takes less."""
        since, until = self.wanted.since, self.wanted.until
        if self.everywhere and since is None and until is None:
            return None
        spoken = self.reader.reports_on(
            self.places,
            self.cuts.asof,
            OPEN_PAST if since is None else since,
            OPEN_FUTURE if until is None else until,
        )
        most = self.log.head() // _LOOK_UP
        found = list(islice(spoken, most + 1))
        return found if len(found) <= most else None

    def _wants(self, entry: Entry) -> bool:
        if self.only.every and self.wanted.since is None and self.wanted.until is None:
            return True
        told = assertion(entry)
        if told is not None:
            return self.only.wants(told.claim) and self._in_period(told.earliest, told.reach)
        mark, only = entry.report, self.only  # a verification, which claims nothing itself
        if mark is None or only.kind or only.side:
            return False
        speaks = only.speakers is None or party_of(mark.chain) in only.speakers
        return speaks and self._in_period(mark.reported.latest - 1, mark.reported.latest)

    def _in_period(self, earliest: Instant, reach: Instant) -> bool:
        since, until = self.wanted.since, self.wanted.until
        return (since is None or reach > since) and (until is None or earliest < until)


def _held(one: Candidate, valid: Instant) -> Held | None:
    """A claim by itself, whatever stands in its place."""
    claim = one.assertion
    how = certainty(claim, valid)
    if how is None:
        return None
    over = claim.read_as == "status" and ended(claim, valid)
    return Held(claim, one.first_known, one.supersedes, how, ended=over)


def _in_parts(held: Iterator[Held]) -> Iterator[Sequence[Held]]:
    while some := list(islice(held, _CLAIMS_AT_ONCE)):
        yield some
