"""The page of a place: what it shows of the situation at the cuts, ready for its template."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.asof import window_of
from timeline.claims import OPEN_FUTURE
from timeline.days import day_of
from timeline.places import name_of
from timeline.questions.known import known, named_below, reported_below
from timeline.questions.only import Only, only
from timeline.safe import safe
from timeline.wording import Frame, cuts_in_words, cuts_of_kept, nothing_known, one_publisher
from web.pages.address import Address, query
from web.pages.cards import MOST, Cards, asked_of_claims, claim_url, shortened
from web.pages.heading import Heading, heading
from web.pages.moments import Clock, Moments, moments
from web.pages.news import told_up_to
from web.pages.region import Region, region
from web.pages.sums import Fall, TotalRow, falls, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from events.when import Instant
    from timeline.asof import Held
    from timeline.claims import Claim
    from timeline.cuts import Cuts
    from timeline.engine import Timeline
    from timeline.places import Book
    from timeline.reader import Reader
    from timeline.situation import Situation
    from web.pages.areas import Areas
    from web.pages.cards import Card

    Pair = tuple[Claim, Held]

MOST_ABOVE: Final = 12
"""Claims shown of each place above; the others are on its own page."""


@dataclass(frozen=True, slots=True)
class Column:
    """One party's claims on a facet."""

    party: str
    side: str
    href: str
    """The page of what this party alone says."""
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class FacetView:
    """A facet with a column for each party that speaks of it; `held_back` are not listed."""

    facet: str
    columns: tuple[Column, ...]
    held_back: int


@dataclass(frozen=True, slots=True)
class Above:
    """What is said of a place above; `held_back` are on its own page."""

    place: str
    href: str
    cards: tuple[Card, ...]
    held_back: int


@dataclass(frozen=True, slots=True)
class Below:
    """A place below a town, which has a page of its own, and how many reports name it."""

    place: str
    href: str
    reports: int


@dataclass(frozen=True, slots=True)
class SituationPage:
    """All that the template of a place needs."""

    address: Address
    dated: Address
    """The same question by its dates: where links to other places and days begin."""
    place: Heading
    party: str
    """The name of the party that it is narrowed to."""
    cuts: str
    valid: str
    known: str
    valid_day: str
    known_day: str
    periods: tuple[tuple[str, str], ...]
    """The last week and month in words, with the day that each begins on."""
    basis: str
    publisher: str
    answer: Situation
    listed: frozenset[str]
    """The claims that have a card; the others have a page of their own."""
    facets: tuple[FacetView, ...]
    totals: tuple[TotalRow, ...]
    falls: tuple[Fall, ...]
    context: tuple[Above, ...]
    region: Region | None
    below: tuple[Below, ...]
    """Places below a town, of which its own page says no more."""
    reported: int
    """Of a region, on how many places below there are reports; its page has only their control."""
    moments: tuple[Moments, ...]
    position: int
    """Of the log: what lies behind it is news."""

    @property
    def pinned(self) -> bool:
        """Whether the page is of a basis, and so the same for ever."""
        return self.address.basis is not None

    @property
    def cuts_kept(self) -> str:
        """The cuts of a page that is read later."""
        return cuts_of_kept(self.answer.asked, self.valid, self.known)

    @property
    def signs(self) -> str:
        """What the signs beside the days mean, of those that there are."""
        days = [day for one in self.moments for day in one.days]
        meant = (
            ("+ added", any(day.added for day in days)),
            ("~ replaced or changed", any(day.replaced for day in days)),
            ("− gone", any(day.gone for day in days)),
        )
        words = ", ".join(word for word, there in meant if there)
        below = any(day.below for day in days)
        told = "below: places below of which something was told" if below else ""
        return "; ".join(filter(None, (f"claims: {words}" if words else "", told)))

    @property
    def nothing(self) -> str:
        """What is said where no claim is shown."""
        narrowed, of_party = bool(self.address.narrowed), self.address.party is not None
        return nothing_known(self.answer, narrowed=narrowed, of_party=of_party)

    def href(self, claim: str) -> str:
        """Where a claim is found: on this page, if it is listed."""
        return (
            f"#c-{claim}"
            if claim in self.listed
            else claim_url(claim, asked_of_claims(self.address))
        )

    @property
    def permalink(self) -> Address:
        """The address that gives this page again."""
        return self.address.pinned(self.basis)

    @property
    def charted(self) -> Address:
        """Where its charts are: they have no window, and leave no claim out."""
        return self.permalink.at(window=None, all=None)

    @property
    def before(self) -> str:
        """The day of the last change before this one, which a comparison may begin at."""
        clocks = [one for one in self.moments if one.clock != "valid"]
        return next((one.previous.day for one in clocks if one.previous), "")

    def moved(self, clock: str, to: str) -> Address:
        """The same question of another day, on one clock or on both."""
        if clock == "both":
            return self.dated.at(known=to, valid=None)
        asked = self.answer.asked
        valid, known = (to, asked.known) if clock == "valid" else (asked.valid, to)
        return self.dated.at(valid=valid, known=known)

    def download(self, form: str) -> str:
        """Where programs get exactly this answer."""
        return self.address.api("known", form, **self._question)

    @property
    def all_below(self) -> str:
        """Where all is that is told of a region and the places below, at the same cuts."""
        return "/api/export/situation.csv" + query(region=self.place.id, **self._question)

    @property
    def command(self) -> str:
        """What gives the answer again on the command line, after `timeline known`."""
        options = [part for name, text in self._question.items() for part in (f"--{name}", text)]
        return safe(shlex.join([self.place.id, *options]))

    @property
    def _question(self) -> dict[str, str]:
        """The parameters of this answer, without what concerns the page alone."""
        parameters = self.permalink.parameters().items()
        return {name: text for name, text in parameters if name != "all"}


def situation_page(timeline: Timeline, address: Address, areas: Areas) -> SituationPage:
    """Ask for the situation, and put it in the page's words."""
    window = window_of(address.days)
    with timeline.reading() as reader:
        cuts = settled(reader, address.cuts(timeline))
        answer = known(reader, address.place, cuts, facet=address.facet, window=window)
        of = only(reader, **address.of) if any(address.of.values()) else Only()
        answer = of.situation(answer)
        book = reader.book(cuts.asof)
        place = answer.place.id
        address = address.at(place)
        every = [*answer.claims, *answer.context]
        frame = Frame(reader.party_names(), answer.valid, one_publisher(every))
        by = {claim.claim: claim.party for claim in every}
        dated = address.dated(answer.asked)
        own, above = _shown(answer, everything=address.all is not None)
        listed = {claim.claim for pairs, _ in own for claim, _ in pairs}
        listed |= {claim.claim for claims, _ in above for claim in claims}
        shared = Cards(
            frame, reader.parties(), asked_of_claims(address), cuts.asof.valid, by, listed
        )
        return SituationPage(
            address=address,
            dated=dated,
            place=heading(answer.place, book, cuts, dated),
            party=frame.name(address.party) if address.party else "",
            cuts=cuts_in_words(answer.asked),
            valid=answer.valid,
            known=answer.known,
            valid_day=_day(answer.asked.valid, cuts.asof.valid, timeline.zone),
            known_day=_day(answer.asked.known, cuts.asof.known, timeline.zone),
            periods=tuple(
                (words, _days_before(days - 1, cuts.asof.valid, timeline.zone))
                for words, days in (("last week", 7), ("last month", 30))
            ),
            basis=answer.basis,
            publisher=frame.name(frame.publisher) if frame.publisher and answer.claims else "",
            answer=answer,
            listed=frozenset(listed),
            facets=_facets(own, shared, dated),
            totals=tuple(total(one, frame) for one in answer.sums),
            falls=falls(answer, frame),
            context=_context(above, shared, book, dated),
            region=None
            if answer.rollup is None
            else region(book, answer.rollup, answer.below, cuts.asof, window, dated, areas, shared),
            below=tuple(
                Below(safe(one.name), dated.whole.at(one.id, all=None).url(), one.reports)
                for one in named_below(reader, book, place, cuts.asof)
            ),
            reported=reported_below(reader, book, place, cuts.asof),
            moments=_moments(reader, timeline, answer, of, cuts, address),
            position=told_up_to(timeline, answer.basis if address.basis else None),
        )


def _day(asked: str | None, cut: Instant, zone: tzinfo) -> str:
    """A cut as a form holds it: as it was asked, else the day that it lies in."""
    return day_of(cut - 1, zone).isoformat() if asked is None else safe(asked)


def _days_before(days: int, cut: Instant, zone: tzinfo) -> str:
    """The day so many days before the one that a cut lies in; the calendar has a first day."""
    return date.fromordinal(max(1, day_of(cut - 1, zone).toordinal() - days)).isoformat()


def settled(reader: Reader, cuts: Cuts) -> Cuts:
    """The cuts without the positions of a basis, where nothing was filed since that counts.

    They stand for the same answer then, and the index gives it at once.
    """
    pinned = cuts.asof
    now = msgspec.structs.replace(pinned, position=OPEN_FUTURE, redefined=OPEN_FUTURE)
    same = reader.pinned(now) == (pinned.position, pinned.redefined)
    return msgspec.structs.replace(cuts, asof=now) if same else cuts


def _shown(
    answer: Situation, *, everything: bool
) -> tuple[list[tuple[Sequence[Pair], int]], list[tuple[list[Claim], int]]]:
    """The claims of each facet, and on each place above, that are listed; and how many are not."""
    pairs = zip(answer.claims, answer.held, strict=True)
    own = (list(group) for _, group in groupby(pairs, key=lambda pair: pair[0].facet))
    above = []
    for _, group in groupby(answer.context, key=lambda claim: claim.place):
        facets = (list(claims) for _, claims in groupby(group, key=lambda claim: claim.facet))
        parts = list(shortened(facets, None if everything else MOST_ABOVE))
        above.append(([claim for taken, _ in parts for claim in taken], sum(n for _, n in parts)))
    return list(shortened(own, None if everything else MOST)), above


def _facets(
    shown: Iterable[tuple[Sequence[Pair], int]], shared: Cards, dated: Address
) -> tuple[FacetView, ...]:
    found = []
    for taken, held_back in shown:
        columns: dict[tuple[str, str], list[Card]] = {}
        for claim, held in taken:
            card = shared.card(claim, held)
            columns.setdefault((card.party, claim.party), []).append(card)
        found.append(
            FacetView(
                taken[0][0].facet,
                tuple(
                    Column(who, cards[0].side, dated.at(party=party).url(), tuple(cards))
                    for (who, party), cards in columns.items()
                ),
                held_back,
            )
        )
    return tuple(found)


def _context(
    shown: Iterable[tuple[list[Claim], int]], shared: Cards, book: Book, address: Address
) -> tuple[Above, ...]:
    found = []
    for claims, held_back in shown:
        place = claims[0].place
        href = address.at(place).url()
        found.append(Above(safe(name_of(place, book)), href, tuple(shared.of(claims)), held_back))
    return tuple(found)


def _moments(
    reader: Reader,
    timeline: Timeline,
    answer: Situation,
    of: Only,
    cuts: Cuts,
    address: Address,
) -> tuple[Moments, ...]:
    if address.basis is not None:
        return ()  # what is fixed for ever tells of no other day
    clocks: tuple[Clock, ...] = ("both",) if address.linked or _same(cuts) else ("valid", "known")
    return tuple(
        moments(
            reader,
            answer.place.id,
            cuts.asof,
            timeline.zone,
            of=of,
            now=timeline.cuts().asof.known,
            below=list(answer.below),
            clock=clock,
            facet=address.facet,
            window=window_of(address.days),
        )
        for clock in clocks
    )


def _same(cuts: Cuts) -> bool:
    return cuts.asked.valid == cuts.asked.known
