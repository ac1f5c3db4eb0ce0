"""What each sentence of an article names: who, where, when, how many, and who says it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from timeline.places import AREAS
from timeline.proposals.article import LONGEST, in_quotes
from timeline.proposals.counting import amounts_in
from timeline.proposals.dating import dates_in, untimed_in
from timeline.proposals.naming import KIND_OF_PLACE, Parties, PlaceMention, Places
from timeline.proposals.speaking import Said, Voices

if TYPE_CHECKING:
    from timeline.gazetteer import Gazetteer
    from timeline.parties import Party
    from timeline.proposals.article import Article, Sentence
    from timeline.proposals.counting import Counted
    from timeline.proposals.dating import DaysSaid, Untimed
    from timeline.proposals.naming import Mention
    from timeline.proposals.table import Table

_TOLD_TO: Final = (
    r"(?:[A-Z]\w+|reporters|journalists|lawmakers|parliament|late|early|earlier|later|today"
    r"|yesterday)"
)
"""What stands between a saying and its place: "told reporters in Kyiv", not "reported fighting"."""
_UP_FROM: Final = re.compile(r"\b(?:up|down)\s+from\s+(?:[^,;]|,(?=\d))*$", re.IGNORECASE)
"""Before the day of a number told to compare: "5,000 by Tuesday, up from 4,000 on Saturday"."""
_BEARING: Final = r"(?:about|at|just|near|north|on|outside|some|south|east|west)[\w-]*|\d+"
_APPOSITION: Final = re.compile(
    rf"\s+itself\b|,\s+(?:(?:an?|(?:one\s+of\s+)?the|both|two)\s+)?"
    r"(?:(?!(?:the|hit|held|left|lost|saw|shot|struck|took|\w+ed)\b|an?\s)[\w'’-]+\s+){0,4}?"
    rf"{KIND_OF_PLACE}(?:(?<=capital)\s+of|(?<!capital)\s+(?:in|to|{_BEARING}|held|controlled|\w+ied))"
    r"(?:\s+(?!(?:are|had|has|have|is|that|was|were|where|which|who|whose)\b)[\w'’.-]+){1,10}"
    r"(?:,|(?=[.;:)\"”]|$|\s+(?:that|where|which)\b))"
    rf"|,\s+which\s+(?:lies|sits|stands|is\s+(?:located|situated|{_BEARING}))\s[^,;:]{{1,60}},"
)
"""What only says which place it is: "Pokrovsk itself", "Pokrovsk, a city in Donetsk Oblast,"."""
_LIES_NEAR: Final = re.compile(
    r"\s+(?:at|around|in|near|towards?)\s+(?:the\s+(?:town|village|settlement)s?\s+of\s+)?"
)
"""What stands between two places of which the first tells where: "north of Lyman near Torske"."""


@dataclass(slots=True)
class Read:
    """A sentence and all that it names. `told_on` is the day of saying, `dates` are the others."""

    sentence: Sentence
    quotation: int = 0
    mentions: list[Mention] = field(default_factory=list)
    named: list[PlaceMention] = field(default_factory=list)
    spots: list[PlaceMention] = field(default_factory=list)
    unknown: list[PlaceMention] = field(default_factory=list)
    """Names told as places', by which none is known."""
    dates: list[DaysSaid] = field(default_factory=list)
    untimed: list[Untimed] = field(default_factory=list)
    told_on: DaysSaid | None = None
    amounts: list[Counted] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    sayings: list[Said] = field(default_factory=list)
    acted_before: str | None = None
    """The side that acted in the sentence before: whom "its" at the beginning means."""
    inherited: Read | None = None
    """The sentence that says who speaks, for one in a quotation that does not say so itself."""
    introduced: Read | None = None
    """The sentence with a colon at its end that a list stands behind."""

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.sentence.text


@dataclass(slots=True)
class ReadArticle:
    """A whole article as read. `topic` is the place that sentences without one are of."""

    reads: list[Read]
    parties: Parties
    places: Places
    topic: PlaceMention | None
    topic_is_given: bool


def read_through(
    article: Article,
    table: Table,
    parties: Mapping[str, Party],
    gazetteer: Gazetteer,
    published: date,
    place: str | None,
) -> ReadArticle:
    """Read every sentence; raises `PlaceError` unless `place` is one place."""
    listed = Parties(parties, table)
    given = None if place is None else gazetteer.find(place)
    country = None
    if given is not None:
        country = Places(gazetteer, listed, table, None).country_of(given.id)
    places = Places(gazetteer, listed, table, country)
    voices = Voices(table)
    quotations = in_quotes(list(article.sentences), article.text)
    reads: list[Read] = []
    spots: list[PlaceMention] = []
    if given is not None and place is not None:
        spots.append(PlaceMention(0, 0, place, given.id, None))
    for sentence, quotation in zip(article.sentences, quotations, strict=True):
        read = Read(sentence, quotation)
        reads.append(read)
        if len(sentence.text) > LONGEST:
            continue
        _names(read, listed, places, voices, spots)
        _numbers(read, table, published)
        spots += sorted([*read.named, *read.unknown], key=itemgetter(0))
    _inherit(reads)
    _introduce(reads)
    for before, read in pairwise(reads):
        read.acted_before = _acting(before, listed) or before.acted_before
    topic = spots[0] if given is not None else _topic(reads, places)
    return ReadArticle(reads, listed, places, topic, given is not None)


def _names(
    read: Read, parties: Parties, places: Places, voices: Voices, before: Sequence[PlaceMention]
) -> None:
    read.mentions = parties.mentions(read.text)
    read.named = [one for one in places.named(read.text) if not _is_of_party(one, read.mentions)]
    read.unknown = [
        PlaceMention(one.start, one.end, one.name, "", None)
        for one in places.unknown(read.text)
        if all(spot.end <= one.start or one.end <= spot.start for spot in read.named)
    ]
    own = sorted([*read.named, *read.unknown], key=itemgetter(0))
    again = places.again(read.text, before[-200:], own)
    read.sayings = voices.sayings(read.text, read.mentions)
    told = [
        one
        for one in sorted([*read.named, *again], key=itemgetter(0))
        if not _is_of_telling(read, one)
    ]
    read.spots = _lowest(read.text, told, places)


def _is_of_party(spot: PlaceMention, mentions: Iterable[Mention]) -> bool:
    """Whether it is but a part of what a party is called: "the Myanmar military"."""
    length = spot.end - spot.start
    return any(
        one.start <= spot.start and spot.end <= one.end and length < len(one.words)
        for one in mentions
    )


def _is_of_telling(read: Read, spot: PlaceMention) -> bool:
    """Whether it is where somebody spoke, and not what was spoken of: "said in Kyiv that"."""
    after = re.match(r"\s+that\b|[,.]?\s*$", read.text[spot.end :])
    ends = [said.at + len(said.verb) for said in read.sayings]
    between = (read.text[end : spot.start] for end in ends if end <= spot.start)
    return after is not None and any(
        re.fullmatch(rf"\s+(?:{_TOLD_TO}\s+)?(?:in|at|from)\s+(?:the\s+)?", words)
        for words in between
    )


def _lowest(text: str, spots: Sequence[PlaceMention], places: Places) -> list[PlaceMention]:
    """The places without those that only say where one lies: "Pokrovsk, Donetsk Oblast".

    What is said of a place in apposition becomes a part of its name, and so does a bearing.
    """
    kept: list[PlaceMention] = []
    for named in spots:
        spot = named
        last = kept[-1] if kept else None
        if last is not None:
            between = text[last.end : spot.start]
            lies_in = re.fullmatch(r",\s*|,?\s+in\s+(?:the\s+)?", between)
            if spot.start < last.end or (lies_in and _around(spot, last, places)):
                continue
            bearing = (last.relation or "").endswith("_of") and _LIES_NEAR.fullmatch(between)
            if bearing and places.kind(spot.id) not in AREAS:
                kept.pop()
                spot = spot._replace(start=last.start)
        apposition = _APPOSITION.match(text, spot.end)
        kept.append(spot._replace(end=apposition.end()) if apposition else spot)
    return kept


def _around(spot: PlaceMention, other: PlaceMention, places: Places) -> bool:
    """Whether a place lies around another; a country does if nobody said where that one lies."""
    of_no_country = places.kind(spot.id) == "country" and places.country_of(other.id) is None
    return of_no_country or places.holds(spot.id, other.id)


def _numbers(read: Read, table: Table, published: date) -> None:
    dates = dates_in(read.text, published)
    taken = [(one.start, one.end) for one in read.mentions]
    taken += [(one.start, one.end) for one in read.named]
    read.untimed = untimed_in(read.text, dates)
    taken += [(one.start, one.end) for one in dates]
    taken += [(one.start, one.end) for one in read.untimed]
    read.amounts, read.unread = amounts_in(read.text, table, taken)
    read.told_on = _told_on(read, dates)
    read.dates = [one for one in dates if one is not read.told_on]
    now = [one for one in read.dates if _UP_FROM.search(read.text[: one.start]) is None]
    if all(one.deadline for one in now):  # else which of them it is asked
        read.dates = now


def _told_on(read: Read, dates: Sequence[DaysSaid]) -> DaysSaid | None:
    """The day of saying: right after the verb, or between the subject and the verb."""
    for said in read.sayings:
        if said.verb == "according to":
            continue
        for one in dates:
            if _is_day_of(read.text, said, one):
                return one
    return None


def _is_day_of(text: str, said: Said, one: DaysSaid) -> bool:
    end = said.at + len(said.verb)
    if one.end <= said.at:
        return re.fullmatch(r"\s*(?:\w+\s+)?", text[one.end : said.at]) is not None
    if one.start < end:
        return False
    # After `"…," said X` and before a "that" come only the day and the likes of it; after `X said`
    # may come what was said.
    alone = said.outer or re.match(r"\s+that\b", text[one.end :])
    return (
        re.fullmatch(rf"(?:\s+\w+){{0,{8 if alone else 2}}}\s+", text[end : one.start]) is not None
    )


def _acting(read: Read, parties: Parties) -> str | None:
    """The first side that is named as acting in a sentence."""
    sides = [one.side for one in read.mentions if one.side in parties.sides and one.acts]
    return sides[0].upper() if sides and sides[0] else None


def _inherit(reads: Sequence[Read]) -> None:
    """Who speaks in a quotation is said in its last sentence, or was said before it."""
    for at, read in enumerate(reads):
        if not read.quotation or read.sayings:
            continue
        same = [
            one
            for one in reads[at + 1 : at + 20]
            if one.quotation == read.quotation and one.sayings
        ]
        paragraph = read.sentence.paragraph
        before = [
            one
            for one in reads[max(0, at - 20) : at]
            if one.sayings and paragraph - one.sentence.paragraph <= 1
        ]
        if same:
            read.inherited = same[0]
        elif before:
            read.inherited = before[-1]


def _introduce(reads: Sequence[Read]) -> None:
    """What stands before a list, or a paragraph, with a colon may say who tells all of it."""
    for before, read in pairwise(reads):
        paragraph = read.sentence.paragraph
        if before.text.endswith(":") and before.sentence.paragraph < paragraph:
            read.introduced = before
        elif before.sentence.paragraph == paragraph or (
            before.sentence.listed and read.sentence.listed
        ):
            read.introduced = before.introduced


def _topic(reads: Sequence[Read], places: Places) -> PlaceMention | None:
    """The place named most often, the first of those; a country only if nothing else is named."""
    named = [
        spot for read in reads for spot in sorted([*read.spots, *read.unknown], key=itemgetter(0))
    ]
    named = [spot for spot in named if places.kind(spot.id) != "country"] or named
    if not named:
        return None
    [(most, _)] = Counter(spot.id or spot.place for spot in named).most_common(1)
    return next(spot for spot in named if most in {spot.id, spot.place})
