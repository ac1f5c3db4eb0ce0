"""Who and where is named in a sentence, by exact names alone: parties, places, spots in places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.errors import PlaceError
from timeline.lookup import Found, Unresolved
from timeline.places import fold_name

if TYPE_CHECKING:
    from timeline.gazetteer import Gazetteer
    from timeline.parties import Party
    from timeline.places import Place
    from timeline.proposals.table import Table

_POSSESSIVE: Final = r"(?:['’]s?(?!\w))?"
_WORD: Final = re.compile(r"[^\W\d_][\w’'ʼ-]*[\w]|[^\W\d_]")
_MOST_WORDS: Final = 4
_MOST_CANDIDATES: Final = 4
# A name that only a gazetteer of the world knows is a place only where a place is to be expected.
_TAKEN: Final = (
    "hit|struck|shelled|attacked|bombed|stormed|entered|reached|left|captured?|seized|liberated"
    "|recaptured?|retaken|retook|overran|leave|leaving|fled|flee|fleeing|evacuated|evacuating"
)
_PLACED: Final = re.compile(
    r"(?:\b(?:in|near|at|of|on|to|from|into|towards?|around|outside|inside|across|over|for|throughout"
    rf"|village|town|city|settlement|and|{_TAKEN})[\"”]?(?: the)?|,)\s*$",
    re.IGNORECASE,
)
_HIT: Final = re.compile(rf"\b(?:{_TAKEN})[\"”]?\s+$", re.IGNORECASE)
_SUFFERS: Final = re.compile(
    r"\s+(?:came\s+under|(?:(?:again|is|was)\s+)*under\s+(?:[\w-]+\s+)?(?:attack|bombardment|fire|shelling)|(?:was|ha[ds]\s+been|is\s+being)\s+(?:\w+ly\s+|again\s+)?"
    r"(?:attacked|besieged|bombarded|bombed|captured|encircled|hit|liberated|seized|shelled|struck))\b"
)
"""After the name of a place with which a sentence begins; a word before "were" may be none."""
_NO_NAME: Final = frozenset(
    {
        *("everybody", "everyone", "everything", "he", "it", "nobody", "none", "nothing", "one"),
        *("she", "somebody", "someone", "that", "this", "what", "who"),
    }
)
_INSIDE: Final = re.compile(r"\b(?:in|on|across|throughout|inside|near|from)\s*$", re.IGNORECASE)
# A part of a country is one of the land: "19% of Ukraine".
_PART_OF: Final = re.compile(
    r"(?:%|\bper\s?cent|\b(?:half|thirds?|quarters?|fourths?|fifths?|sixths?|tenths?))"
    r"\s+of(?:\s+the)?\s*$",
    re.IGNORECASE,
)
_BEARING: Final = r"(?P<a>north|south)?[\s-]?(?P<b>east|west)?"
_OUTSIDE: Final = re.compile(
    rf"\b{_BEARING}\s+(?:of|from)(?:\s+the\s+\w+(?: of)?)?\s*$", re.IGNORECASE
)
_IN_THE: Final = re.compile(
    r"(?<!\bto )\bthe\s+(?P<a>north|south)?[\s-]?(?P<b>east|west)?\s+of(?:\s+the)?\s*$",
    re.IGNORECASE,
)
_WITHIN: Final = re.compile(
    rf"\b{_BEARING}(?P<ern>ern)?(?:\s+(?:part|parts|side|outskirts|suburbs|districts?)\s+of"
    r"|\s+in(?:side)?|\s*)\s*$",
    re.IGNORECASE,
)
_NEARLY: Final = (
    (
        re.compile(r"\b(?:near|close to|outside|around|outskirts of)(?: the)?\s*$", re.IGNORECASE),
        "near",
    ),
    (
        re.compile(
            r"\b(?:towards?|in the direction of|approach(?:es|ing) to|approaching)(?: the)?\s*$",
            re.IGNORECASE,
        ),
        "toward",
    ),
)
# "Donetsk and Luhansk regions" are not the cities of these names.
_OF_REGIONS: Final = re.compile(
    r"(?:(?:,\s*[A-Z][\w-]+)*,?\s+and\s+[A-Z][\w-]+)?\s+(?:regions|oblasts|provinces)\b"
)
# What is called by the name of a place is a place of its own, or none.
_WORKS: Final = (
    r"\s+(?:nuclear|thermal|hydroelectric|hydropower)(?:\s+power)?\s+(?:plant|station)\b"
)
_CALLED_AFTER: Final = re.compile(rf"{_WORKS}|\s+People['’]s\s+Republic\b", re.IGNORECASE)
_AS_SUCH: Final = re.compile(r"\b(?:at|from|in|to)\s+$", re.IGNORECASE)
"""Before what is no spot without an article: "treated in hospital", "held at school"."""
_AXIS: Final = re.compile(r"\s+(?:direction|axis|sector|front)\b")
_AT: Final = re.compile(r"\b(?:at|of|reached|inside|in)(?: the)?\s*$", re.IGNORECASE)


NAME: Final = r"(?:[a-z]{1,4}-)?[A-Z][\w’'ʼ-]+"
"""A word of a name: "Khan", "el-Fasher"."""
KIND_OF_PLACE: Final = (
    r"(?:capitals?|cent(?:er|re)s?|cit(?:y|ies)|communit(?:y|ies)|crossings?|districts?|hubs?|outposts?"
    r"|ports?|settlements?|strongholds?|suburbs?|towns?|villages?)"
)
# What is named like a place, whether one is known by that name or not.
_LIKE_A_PLACE: Final = re.compile(
    r"(?:\b(?i:(?:village|town|city|settlement)s? of|in|near|at|towards?|around|outside|from"
    r"|(?:shell|bomb|storm)ing of|bombardment of|(?:attack|strike|assault|raid|advance|offensive)s?"
    r" (?:on|against)|(?:capture|centre|center|control|fall|outskirts|part|parts|seizure|siege) of"
    rf"|per ?cent of|{_TAKEN})[\"”]?|% of)\s+(?P<name>{NAME}(?:\s+[A-Z][\w’'ʼ-]+){{0,2}})"
)
_WORKS_OF: Final = re.compile(rf"(?<![\w’'-])(?P<name>{NAME}(?i:{_WORKS}))")
# A name that tells of no person and no thing by what comes after it.
_ANY_NAME: Final = re.compile(
    rf"(?<![\w’'-]){NAME}(?:\s+[A-Z][\w’'ʼ-]+)*(?=\s*(?:[.,;:)\"”]|$)|\s+(?:after|again|and|are|as|at"
    r"|before|by|came|during|for|from|had|has|have|in|is|late|on|overnight|to|today|under|was|were|with"
    rf"|yesterday|\w+ing)\b)|(?<=\b(?:at|in|on) the ){NAME}"
)


class Mention(NamedTuple):
    """A party named in a sentence; `other` if by words of the table and not by a name of its."""

    start: int
    end: int
    party: str
    side: str | None
    words: str
    other: bool

    @property
    def acts(self) -> bool:
        """A side itself or its forces; one who only speaks for it is no actor."""
        return self.party == self.side or self.party.endswith(".forces")


class PlaceMention(NamedTuple):
    """A place named in a sentence; `said` is how, where it is not by its own name.

    One without an id is a name that no place is known by.
    """

    start: int
    end: int
    place: str
    id: str
    relation: str | None
    said: str | None = None


class Unknown(NamedTuple):
    """A name in a sentence that may be a place's, though none is known by it, and why."""

    start: int
    end: int
    name: str
    why: str


def _why(name: Unresolved) -> str:
    """Why a name leads to no place, with the ids of those that are called so."""
    if not 0 < len(name.candidates) <= _MOST_CANDIDATES:
        return name.why
    return f"{name.what}; write the id of {' or '.join(map(str, name.candidates))}"


class Parties:
    """Finds the parties of the list in a sentence, the longest names first."""

    def __init__(self, parties: Mapping[str, Party], table: Table) -> None:
        self.listed = parties
        self.sides = sorted({one.side.casefold() for one in parties.values() if one.side})
        self._parted = [one for one in self.sides if one in {name.casefold() for name in parties}]
        self._named: dict[str, tuple[str, bool]] = {}
        for party in sorted(parties.values(), key=lambda one: one.id):
            for name in party.names:
                self._add(name, party.id, other=False)
            if tail := _surname(party):
                self._add(tail, party.id, other=False)
        for party_id, names in table.also.items():
            for name in names:
                self._add(name, party_id, other=True)
        for party in sorted(parties.values(), key=lambda one: one.id):
            for name in self._of_owner(party):
                self._add(name, party.id, other=False)
        names = sorted(self._named, key=len, reverse=True)
        words = "|".join(map(_written, names)) or r"(?!)"
        self._pattern = re.compile(rf"(?<![\w’'-])({words})(?!\w){_POSSESSIVE}", re.IGNORECASE)

    def _of_owner(self, party: Party) -> Iterator[str]:
        """`Russia's defence ministry`, where the list has it as the Russian one."""
        side = self.listed.get((party.side or "").casefold())
        of_side = [name for name in side.names if " " not in name] if side else []
        for name in party.names:
            whose, _, what = name.partition(" ")
            if what[:1].islower():
                yield from (f"{one}'s {what}" for one in (of_side if whose in of_side else [whose]))

    def _add(self, name: str, party: str, *, other: bool) -> None:
        self._named.setdefault(_folded(name), (party, other))

    def is_name(self, name: str) -> bool:
        """Whether this names a party as well, as that of a country or a capital does."""
        return _folded(name) in self._named

    def side(self, party: str) -> str | None:
        """The side that a party is, or stands on."""
        known = self.listed.get(party)
        return known.side.casefold() if known and known.side else None

    def opponent_of_side(self, own: str | None) -> str | None:
        """The other of two sides."""
        others = [one for one in self._parted if one != own]
        return others[0] if own in self._parted and len(others) == 1 else None

    def mentions(self, text: str) -> list[Mention]:
        """The parties named in a sentence, in order."""
        found = []
        for match in self._pattern.finditer(text):
            words = match[1]
            if not _is_written_as_name(words):
                continue
            party, other = self._named[_folded(words)]
            found.append(Mention(match.start(), match.end(), party, self.side(party), words, other))
        return found


def _written(name: str) -> str:
    """The pattern of a name, with whatever apostrophe and spaces it is written."""
    return re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’ʼ]")


def _surname(party: Party) -> str | None:
    """The last word of a person's name, where the id ends in it (ua.zelenskyy)."""
    tail = party.id.rpartition(".")[2]
    full = [name for name in party.names if len(name.split()) == 2]
    surnames = (name.split()[1] for name in full if name.split()[1][0].isupper())
    return next((name for name in surnames if fold_name(name) == tail), None)


def _folded(name: str) -> str:
    return fold_name(re.sub(r"\s+", " ", name))


def _is_written_as_name(words: str) -> bool:
    """A name has a capital letter; one of a single word begins with it, but for an article."""
    named = re.match(NAME, words) is not None  # as in al-Shabaab
    return words[0].isupper() or named or (" " in words and words != words.lower())


class Places:
    """Finds places: those of log and seeds anywhere, others only where a place is expected."""

    def __init__(
        self, gazetteer: Gazetteer, parties: Parties, table: Table, country: str | None
    ) -> None:
        self._gazetteer, self._parties, self._table = gazetteer, parties, table
        self._country = country
        again = {word for words in table.places_again.values() for word in words}
        self._again = re.compile(
            rf"\bthe\s+({'|'.join(sorted(again))})(?!\w|-|\s+of\s+(?-i:[A-Z]))", re.IGNORECASE
        )
        self.taken: dict[str, str] = {}
        """By id, what a place is called whose name alone does not lead to it."""
        self._place = lru_cache(maxsize=10_000)(self._place_of)

    def kind(self, place: str) -> str:
        """The kind of the place of this id."""
        defined = self._gazetteer.book.get(place)
        return defined.kind if defined else ""

    def country_of(self, place: str) -> str | None:
        """The id of the country that a place lies in."""
        book = self._gazetteer.book
        ids = [place, *book.above(place)]
        return next((one for one in ids if (at := book.get(one)) and at.kind == "country"), None)

    def name(self, place: str) -> str:
        """What to call the place of this id, so that a document leads to it."""
        defined = self._gazetteer.book.get(place)
        return self._called(defined.name, defined) if defined else place

    def holds(self, upper: str, lower: str) -> bool:
        """Whether one place lies in the other."""
        return upper in self._gazetteer.book.above(lower)

    def named(self, text: str) -> list[PlaceMention]:
        """The places named in a sentence, in order."""
        words = list(_WORD.finditer(text))
        found: list[PlaceMention] = []
        at = 0
        while at < len(words):
            spot, used = self._longest(text, words[at : at + _MOST_WORDS])
            found += [] if spot is None else [spot]
            at += used
        return found

    def again(
        self, text: str, before: Sequence[PlaceMention], own: Sequence[PlaceMention]
    ) -> Iterator[PlaceMention]:
        """The places meant by "the city", "the region": the last named that can be called so.

        `own` are those that the sentence names; one further on in it cannot have been meant.
        """
        for match in self._again.finditer(text):
            word = match[1].lower()
            for spot in reversed([*before, *(one for one in own if one.end <= match.start())]):
                kinds = self._table.places_again.get(self.kind(spot.id), ())
                if word in kinds or not spot.id:  # of what kind an unknown place is nobody knows
                    said = re.sub(r"\s+", " ", match[0])
                    relation = relation_before(text[: match.start()])
                    yield PlaceMention(
                        match.start(), match.end(), spot.place, spot.id, relation, said
                    )
                    break

    def unknown(self, text: str, since: int = 0, until: int | None = None) -> list[Unknown]:
        """The names in a part of a sentence that are told as places' and are none's; and why."""
        found: list[Unknown] = []
        end = len(text) if until is None else until
        like = (*_LIKE_A_PLACE.finditer(text, since, end), *_WORKS_OF.finditer(text, since, end))
        for match in sorted(like, key=lambda one: (one.start("name"), -one.end("name"))):
            if found and match.start("name") < found[-1].end:
                continue
            name = re.sub(r"['’]s?$", "", re.sub(r"\s+", " ", match["name"]))
            if self._is_none(name) or self._parties.mentions(name):
                continue
            resolved = self._gazetteer.resolve_name(name, country=self._country)
            if not isinstance(resolved, Found):
                found.append(Unknown(*match.span("name"), name, _why(resolved)))
        return found

    def other(self, text: str, since: int, until: int, taken: set[int]) -> list[Unknown]:
        """The names in a part of a sentence that may be anybody's or anything's, a place's too."""
        found = []
        for match in _ANY_NAME.finditer(text, since, until):
            name = re.sub(r"['’]s?$", "", re.sub(r"\s+", " ", match[0]))
            begins = not text[: match.start()].strip(' "“') and " " not in name
            suffers = _SUFFERS.match(text, match.end()) and name.casefold() not in _NO_NAME
            begins = begins and not suffers
            plain = name.isupper() or begins or self._is_none(name)
            if not plain and taken.isdisjoint(range(*match.span())):
                resolved = self._gazetteer.resolve_name(name, country=self._country)
                none = "" if isinstance(resolved, Found) else ", and none is called so"
                found.append(Unknown(*match.span(), name, f'"{name}" may be a place{none}'))
        return found

    def landmark(
        self, text: str, since: int, until: int, named: Iterable[PlaceMention]
    ) -> tuple[str, str | None] | None:
        """A spot such as the train station in this part of a sentence, and how it is related."""
        names = [(one.start, one.end) for one in named]  # Port-au-Prince is no port
        for match in self._table.landmarks.finditer(text, since, until):
            if _AS_SUCH.search(text[: match.start()]):
                continue
            if any(start <= match.start() < end for start, end in names):
                continue
            before = re.sub(r"\b(?:the|a|its|main|central)\s*$", "", text[: match.start()])
            relation = relation_before(before)
            if relation is not None or _AT.search(before):
                return re.sub(r"\s+", " ", match[0].lower()), relation
        return None

    def _longest(self, text: str, words: list[re.Match[str]]) -> tuple[PlaceMention | None, int]:
        if not words[0][0][0].isupper() and re.match(NAME, words[0][0]) is None:
            return None, 1
        for many in range(len(words), 0, -1):
            start, end = words[0].start(), words[many - 1].end()
            name = re.sub(r"['’]s?$", "", re.sub(r"\s+", " ", text[start:end]))
            if many > 1 and not re.fullmatch(r"[\w’'ʼ -]+", name):
                continue
            if _OF_REGIONS.match(text, end):
                name = f"{name} region"
            if (place := self._place(name, self._expected(text, start, end, name))) is not None:
                if self._is_party(text, start, name, place) or _CALLED_AFTER.match(text, end):
                    return None, many
                relation = "toward" if _AXIS.match(text, end) else None
                relation = relation or relation_before(text[:start])
                return PlaceMention(start, end, self._called(name, place), place.id, relation), many
        return None, 1

    def _is_party(self, text: str, start: int, name: str, place: Place) -> bool:
        """Whether the name of a country or capital stands for those who speak or act there."""
        if not self._parties.is_name(name) or _PART_OF.search(text[:start]):
            return False
        if place.kind != "country" and _HIT.search(text[:start]):
            return False
        return not _INSIDE.search(text[:start]) or text[start + len(name) :][:1] in {"'", "’"}

    def _expected(self, text: str, start: int, end: int, name: str) -> bool:
        if re.match(r"\s+(?:said|told|[A-Z])", text[end:]) or len(name) <= 3:
            return False
        begins = self._country is not None and not text[:start].strip(' "“')
        if begins and _SUFFERS.match(text, end):
            return True
        return _PLACED.search(text[:start]) is not None

    def _is_none(self, name: str) -> bool:
        """Whether a name begins with a word that no place is called by: a month, Telegram."""
        return name.split(maxsplit=1)[0].casefold() in self._table.no_places

    def _place_of(self, name: str, expected: bool) -> Place | None:
        book = self._gazetteer.book
        for called in (name, _region(name)):
            if called and book.near.named(fold_name(called)):
                found = self._gazetteer.resolve_name(called)
                return found.place if isinstance(found, Found) else None
        if not expected or self._is_none(name):
            return None
        found = self._gazetteer.resolve_name(name, country=self._country)
        return found.place if isinstance(found, Found) else None

    def _called(self, name: str, place: Place) -> str:
        """The name if it alone leads there, as it will have to in the document; else the id."""
        with suppress(PlaceError):
            if self._gazetteer.find(name).id == place.id:
                return name
        self.taken[place.id] = name
        return place.id


def _region(name: str) -> str | None:
    """`the Donetsk province` and the like are written as the region of that name."""
    first, _, last = name.rpartition(" ")
    return f"{first} region" if first and last in {"province", "Province", "Region"} else None


def relation_before(before: str) -> str | None:
    """How a place is related to what is told, by the words right before its name."""
    before = before[-60:]
    for pattern, relation in _NEARLY:
        if pattern.search(before):
            return relation
    if (match := _IN_THE.search(before)) and (match["a"] or match["b"]):
        return _bearing(match)
    if (match := _OUTSIDE.search(before)) and (match["a"] or match["b"]):
        return f"{_bearing(match)}_of"
    if (match := _WITHIN.search(before)) and (match["a"] or match["b"]):
        return _bearing(match)
    return None


def _bearing(match: re.Match[str]) -> str:
    return f"{match['a'] or ''}{match['b'] or ''}".lower()
