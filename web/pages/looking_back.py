"""The page "then and now": what was known of a day by its end, beside what is known of it since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from timeline.errors import BadQuestion
from timeline.questions.known import places_below
from timeline.safe import safe
from timeline.wording import (
    Frame,
    against,
    by_status,
    days,
    late_words,
    latest_sources,
    since_words,
    then_and_now_apart,
)
from web.pages.address import Address
from web.pages.cards import MOST, Card, Cards, claim_url, of_two, shortened
from web.pages.heading import Heading, heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

    from timeline.dating import Dated
    from timeline.engine import Timeline
    from timeline.places import Book
    from timeline.questions.hindsight import Difference, Hindsight

_TONES: Final = {
    "new": "good",
    "confirmed": "good",
    "refined": "open",
    "corrected": "warn",
    "withdrawn": "bad",
    "disputed": "bad",
}


@dataclass(frozen=True, slots=True)
class LearnedRow:
    """One thing learned later, with the claim it bears on and the report that first told it."""

    learned: str
    tone: str
    late: str
    by: str
    now: Card | None
    first: Card | None
    against: str
    then: Card | None


@dataclass(frozen=True, slots=True)
class SourceDate:
    """From when a source dates a status."""

    word: str
    since: str
    party: str
    told: str
    late: str
    href: str


@dataclass(frozen=True, slots=True)
class Dates:
    """A status, and from when each source dates it; `apart` where they disagree."""

    status: str
    apart: str
    sources: tuple[SourceDate, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """How late the reports of a source come."""

    party: str
    n: int
    median: str
    worst: str
    href: str


@dataclass(frozen=True, slots=True)
class ThenAndNow:
    """All that the template needs."""

    address: Address
    place: Heading
    on: str
    later: str
    learned: tuple[LearnedRow, ...]
    then: tuple[Card, ...]
    now: tuple[Card, ...]
    both: tuple[Card, ...]
    held_back: tuple[int, int, int, int]
    """How many are not listed of what was learned, and of these three."""
    all: str
    """The address of the page that holds nothing back."""
    dates: tuple[Dates, ...]
    late: tuple[Late, ...]
    below: int
    """On how many places below there are reports, none of which is looked back at."""
    bases: tuple[str, str]
    json: str
    csv: str
    position: int


def then_and_now(timeline: Timeline, address: Address, asked: Mapping[str, str]) -> ThenAndNow:
    """Ask for the hindsight on a day, and put it in the page's words."""
    on = asked.get("on")
    if on is None:
        raise BadQuestion("hindsight on which day? write the date")
    with timeline.reading() as reader:
        answer = timeline.hindsight(
            address.place,
            on,
            known=address.known,
            recorded=address.recorded,
            facet=address.facet,
            window=address.days,
        )
        cuts = timeline.cuts(basis=answer.basis_then)
        frame = Frame(reader.party_names(), answer.valid)
        bases, asof = (answer.basis_then, answer.basis_now), cuts.asof
        shown = (*answer.then, *answer.now)
        pinned = address.pinned(answer.basis_then), address.pinned(answer.basis_now)
        before, after = of_two(frame, reader.parties(), pinned, asof.valid, shown)
        known = address.known
        most = MOST if address.all is None else None
        address = address.at(answer.place.id, valid=None, basis=None, all=None)
        book = timeline.book(answer.basis_now)
        later = timeline.cuts(basis=answer.basis_now).asof
        below = places_below(reader, book, answer.place.id, later)
        place = heading(answer.place, reader.book(asof), cuts, address.at(known=on))
        position = timeline.index.position()
    asked_again = {
        "on": on,
        "known": known,
        "recorded": address.recorded,
        "facet": address.facet,
        "window": address.window,
    }
    # What was learned is up to three cards.
    ((learned, more),) = shortened([answer.differences], most and most // 3)
    (then, of_then), (since, of_since), (both, of_both) = shortened(
        then_and_now_apart(answer), most
    )
    return ThenAndNow(
        address=address,
        place=place,
        on=safe(on),
        later=f"by {safe(known)}" if known else "now",
        learned=tuple(_learned(one, before, after, book) for one in learned),
        then=tuple(before.of(then)),
        now=tuple(after.of(since)),
        both=tuple(after.of(both)),
        held_back=(more, of_then, of_since, of_both),
        all=address.url("then-and-now", on=on, all="1"),
        dates=tuple(_dates(answer, frame, after, timeline.zone)),
        late=tuple(_late(answer, frame, after)),
        below=below,
        bases=bases,
        json=address.api("hindsight", ".json", **asked_again),
        csv=address.api("hindsight", ".csv", **asked_again),
        position=position,
    )


def _learned(one: Difference, before: Cards, after: Cards, book: Book) -> LearnedRow:
    other = one.first is not None and one.now is not None and one.first.claim != one.now.claim
    return LearnedRow(
        learned=one.learned,
        tone=_TONES[one.learned],
        late=late_words(one),
        by=after.frame.name(one.by) if one.by else "",
        now=after.maybe(one.now),
        first=after.maybe(one.first) if other else None,
        against=against(one, after.frame.names, book) or "beside",
        then=before.maybe(one.then),
    )


def _dates(answer: Hindsight, frame: Frame, cards: Cards, zone: tzinfo) -> Iterator[Dates]:
    for status, apart, rows in by_status(answer, frame.names):
        yield Dates(status, apart, tuple(_source(one, frame, cards, zone) for one in rows))


def _source(one: Dated, frame: Frame, cards: Cards, zone: tzinfo) -> SourceDate:
    word, since = since_words(one, zone)
    return SourceDate(
        word=word,
        since=since,
        party=frame.name(one.party),
        told=safe(one.claim.reported),
        late="" if one.days_late is None else f"{days(one.days_late)} late",
        href=claim_url(one.claim.claim, cards.asked),
    )


def _late(answer: Hindsight, frame: Frame, cards: Cards) -> Iterator[Late]:
    for name, one in latest_sources(answer, frame):
        href = claim_url(one.worst, cards.asked)
        yield Late(name, one.n, days(one.median_days), days(one.worst_days), href)
