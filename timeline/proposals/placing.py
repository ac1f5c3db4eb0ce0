"""Where what a sentence tells is: the place named next, before, in its paragraph, or for all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from events.kinds import KINDS
from timeline.proposals.hits import turn_after
from timeline.proposals.naming import KIND_OF_PLACE, NAME, PlaceMention

if TYPE_CHECKING:
    from timeline.proposals.counting import Counted
    from timeline.proposals.hits import Hit
    from timeline.proposals.naming import Unknown
    from timeline.proposals.reading import Read, ReadArticle

LISTED: Final = re.compile(
    r"(?:(?:\s*,|;(?=\s*(?:and\s+)?(?:near|toward|north|south|east|west)))(?:\s*and\b)?|(?<=,)\s+and\b"
    r"|\s+(?:and|or|as well as)\b)\s*"
    r"(?:(?:the|in|near|at|towards?|(?:north|south|east|west)[\w-]*(?: of)?)\s+){0,2}"
    r"(?:(?:nearby|neighbou?ring)\s+)?(?:(?:cit(?:y|ies)|settlements?|towns?|villages?) of\s+)?"
)
"""What stands between the places of a list."""
OF: Final = r"\s+(?:(?:square|sq\.?)\s+[\w.]+\s+|km²\s+)?of\s+(?:the\s+)?"
"""What stands between a number and the place that it is a part of."""
_COUNTED_IN: Final = re.compile(
    r"(?:\s+(?!(?:after|and|as|before|but|that|when|while|who)\b)[\w'’-]+){0,6}?"
    r"\s+(?:around|at|in|inside|near|outside)\s+(?:the\s+)?(?:(?:city|town|village)\s+of\s+)?"
)
"""What stands between a number and the place in which it was counted."""
_AROUND: Final = frozenset({"country", "oblast", "raion", "region"})
_LIES_IN: Final = re.compile(r",?\s+(?:(?:in|of)\s+)?(?:the\s+)?")
_IS_DONE: Final = re.compile(
    r"\s+(?:(?:be|been|being|came|had|has|have|heavy|is|under|was|were|\w+ly)\s+)+"
)
_BEGINS: Final = re.compile(
    r"(?:^|[,;:\"“”]|\b(?:after|and|as|because|before|but|said|that|when|while))\s*(?:the\s+)?$"
)
TURN_OF_TIME: Final = re.compile(
    r"\b(?:after|although|because|before|since|though|while)\b"
    r"(?! \w+day| (?:dark|dawn|daybreak|midnight|noon|sunrise|sunset)\b)"
)
"""Where a sentence turns to what was at another time, and maybe elsewhere."""
_AND_THAT: Final = re.compile(r"\band\s+that\b")
"""Where somebody goes on to say what may be so elsewhere: "repelled attacks near A and that"."""
_WHERE_TO: Final = re.compile(
    r"\b(?:to|into|towards?|(?:arriv\w+|reached|settled|shelter\w*)(?:\s+(?:at|in))?)\s+(?:the\s+)?$"
)
_SENT_FROM: Final = re.compile(
    r"\b(?:came|coming|fired|firing|flew|flown|launched|launching|sent|shot)\s+"
    r"(?:[a-z]+\s+)?from\s+(?:the\s+)?(?:[a-z]+\s+of\s+(?:the\s+)?)?$"
)
_WHOSE: Final = re.compile(
    r"[\w-]+['’]s?\s+(?:[\w-]+\s+)?(?:air force|aircraft|army|artillery|drones|fighters|forces"
    r"|government|jets|junta|military|militia|navy|planes|rebels|soldiers|troops|warplanes)\b"
)
_BLAMING: Final = re.compile(r"\b(?:accus|blam)\w+\s+(?:the\s+)?$")
_BETWEEN: Final = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_FIRST_WORD: Final = re.compile(r"\w+")
_NAME: Final = rf"{NAME}(?:\s+[A-Z][\w’'ʼ-]+)*"
_NAME_AFTER: Final = re.compile(rf"{_NAME}(?=\s*(?:[.,;]|$)|\s+[a-z])")
_LISTED_ON: Final = re.compile(rf"(?:{LISTED.pattern}{_NAME})*{LISTED.pattern}")
"""What stands between two of a list, with others between that no place is known by."""
_NAME_BEFORE: Final = re.compile(rf"(?<![\w’'-])({_NAME}){LISTED.pattern}$")
_OF_NAME: Final = re.compile(
    rf"(?<![\w’'-])(?P<name>{_NAME}),\s+(?:an?|the)\s+(?:[\w'’-]+\s+){{0,4}}?{KIND_OF_PLACE}"
    r"\s+(?:[\w-]+\s+){0,5}(?:the\s+)?$"
)
"""Before a place that only says where another lies: "Lyman, a town in Donetsk Oblast"."""
_OPENING: Final = re.compile(
    r"(?:\w+ly|Afterwards?|Also|Elsewhere|However|Later|Meanwhile|Now|Overnight|Then|Today|Yesterday)$"
)
"""A word with a capital because a sentence begins with it: "Meanwhile, Lyman was shelled"."""
_LOOK: Final = 120
"""Characters before a place in which the name before it stands."""
_FLOWN: Final = ("air_strike", "drone_activity")
"""What is often told of a whole country, after what is told of a town."""
_SPOTTED: Final = ("forces", "fighting", "civilians")


class Where(NamedTuple):
    """The place of a proposal, with what has to be decided, and how else it was found.

    One that the words do not lead to is `guessed`.
    """

    spot: PlaceMention
    review: Sequence[str] = ()
    notes: Sequence[str] = ()
    guessed: bool = False


class Placer:
    """Finds the places of proposals; remembers the last one of the paragraph."""

    def __init__(self, reading: ReadArticle) -> None:
        self._reading = reading
        self._paragraph: tuple[int, Sequence[PlaceMention]] = (0, ())

    def passed(self, read: Read) -> None:
        """Remember the last place of a sentence for those that follow in its paragraph."""
        named = sorted([*read.spots, *read.unknown], key=itemgetter(0))
        told = [one for one in named if not (_of_speaker(read, one) or _is_where_from(read, one))]
        if told:
            self._paragraph = (read.sentence.paragraph, told)

    def places(self, read: Read, hit: Hit) -> list[Where]:
        """Where it is: the next place named, with those listed beside it; else the one before."""
        if hit.shares and (parts := of_amounts(read)):
            return [Where(spot._replace(relation=None)) for _, spot in parts]
        turn = turn_after(read.text, hit.end)
        covering = [one for one in read.sayings if one.start <= hit.start < one.end]
        since = max((one.start for one in covering), default=0)
        until = min([turn, *(one.end for one in covering)])
        after = [one for one in read.spots if hit.start <= one.start < turn]
        before = [one for one in read.spots if one.start < hit.start]
        told = [one for one in after if one.start < until]
        end = told[0].start if told else until
        if named := self._reading.places.unknown(read.text, hit.start, end):
            return self._around(read, named[0], told)
        listed = self._listed_before(read.text, before) if before else []
        done = bool(told or listed[1:]) and not hit.row.country
        if done and before and _is_subject(read.text, before, hit):
            return [_where(one, _more(read, listed)) for one in listed]
        if told:
            places = self._listed(read.text, told)
            asked = [*_more(read, places), *_told_in(read, places[0])]
            asked += _is_blamed(read, places[0])
            asked += _is_where_to(read, hit, places)
            asked += _is_where_from(read, places[0])
            asked += _is_between(read, places)
            if before and TURN_OF_TIME.search(read.text, hit.end, told[0].start):
                asked.append(f"where? {told[0].place} is told of another part")
            return [_where(one, asked) for one in places]
        if before:
            names = [one.place for one in listed]
            asked = [f"where? it names {' and '.join(names)} before"] if names[1:] else []
            last = before[-1]
            asked += [] if asked else _more(read, [last])
            asked += [*_told_in(read, last), *_is_blamed(read, last), *_is_whose(read, last)]
            asked += [*_is_where_from(read, last), *_is_of_name(read, last)]
            if TURN_OF_TIME.search(read.text, last.end, hit.start) or _AND_THAT.search(
                read.text, last.end, hit.start
            ):
                asked.append(f"where? {last.place} is told of another part")
            if hit.row.country and not read.text[last.end : hit.start].strip():
                asked.append(f"where? {last.place} is who does it")
            return [_where(last, asked) if last.start >= since else _of_telling(last)]
        if after:
            return [_of_telling(after[0])]
        if named := self._reading.places.unknown(read.text, since, until):
            return [_nowhere(named[0].name, named[0].why)]
        return self._unplaced(read, hit, since, until)

    def _around(self, read: Read, unknown: Unknown, told: Sequence[PlaceMention]) -> list[Where]:
        """What is told of an unknown place waits, unless the place around it is named after it."""
        nowhere = _nowhere(unknown.name, unknown.why)
        others = _after(unknown.name, _names_after(read, unknown.end))
        nowhere = nowhere._replace(review=[*nowhere.review, *others])
        if not told:
            return [nowhere]
        between = read.text[unknown.end : told[0].start]
        around = self._reading.places.kind(told[0].id) in _AROUND
        if _LISTED_ON.fullmatch(between) and not around:
            return [nowhere, *map(_where, self._listed(read.text, told))]
        if _LIES_IN.fullmatch(between) and around:
            return [_where(told[0], [f"where? {unknown.why}; {told[0].place} taken"])]
        return [nowhere]

    def _listed_before(self, text: str, spots: Sequence[PlaceMention]) -> list[PlaceMention]:
        """The list of places that the last of these is the end of."""
        lists = (self._listed(text, spots[at:]) for at in range(len(spots)))
        return next(one for one in lists if one[-1].end == spots[-1].end)

    @staticmethod
    def _listed(text: str, spots: Sequence[PlaceMention]) -> list[PlaceMention]:
        """The first, and those that a list goes on with, related as the first is."""
        found = [spots[0]]
        for spot in spots[1:]:
            between = text[found[-1].end : spot.start]
            if spot.said or not _LISTED_ON.fullmatch(between):
                break
            own = spot.relation or re.search(r"\b(?:in|at)\b", between)
            found.append(spot if own else spot._replace(relation=found[0].relation))
        return found

    def _unplaced(self, read: Read, hit: Hit, since: int, until: int) -> list[Where]:
        """A sentence without a place is of the last one in its paragraph, or of the topic."""
        paragraph, last = self._paragraph
        topic = self._reading.topic
        near = last[-1] if last and paragraph == read.sentence.paragraph else None
        if (spot := near or topic) is None:
            return []
        if hit.row.country and (country := self._reading.places.country_of(spot.id)):
            name = self._reading.places.name(country)
            asked = f"where? no place is named; {name} taken"
            given = topic is not None and self._reading.topic_is_given
            spot = PlaceMention(0, 0, name, country, None)
            return [Where(spot, [asked], guessed=near is None and not given)]
        review: list[str] = []
        first = _FIRST_WORD.match(read.text, hit.start)
        taken = _taken(read) | set(range(*first.span()) if first else ())
        for one in self._reading.places.other(read.text, since, until, taken):
            if _IS_DONE.fullmatch(read.text[one.end : hit.start]):
                nowhere = _nowhere(one.name, one.why)
                unknown = PlaceMention(one.start, one.end, one.name, "", None)
                self._paragraph = (read.sentence.paragraph, [unknown])
                before = _before(one.name, _names_before(read, one.start))
                return [nowhere._replace(review=[*nowhere.review, *before])]
            review.append(f"where? {one.why}; {spot.place} taken")
        spot = PlaceMention(0, 0, spot.place, spot.id, None)
        if not spot.id:
            return [_nowhere(spot.place, f'"{spot.place}" is named before, and no known place')]
        if topic is not None and self._reading.topic_is_given and spot.id == topic.id:
            return [Where(spot, review)]
        if near is not None:
            if read.spots:
                named = " and ".join(dict.fromkeys(one.place for one in read.spots))
                review.append(f"where? {named} is told of another part; {near.place} taken")
            elif hit.kind in _FLOWN:
                review.append(f"where? no place is named; {near.place} taken")
            others = list(dict.fromkeys(one.place for one in last if one.place != near.place))
            if others and not review:
                named = " and ".join([*others, near.place])
                review.append(f"where? the sentence before names {named}; {near.place} taken")
            return [Where(spot, review, notes=[f"{spot.place}: from the sentence before"])]
        asked = f"where? no place is named; {spot.place} is named most often"
        return [Where(spot, review or [asked], guessed=True)]

    def relate(self, read: Read, hit: Hit, spot: PlaceMention, keys: dict[str, object]) -> None:
        """Say how it lies to the place, and the landmark where it is."""
        relation, facet = spot.relation, KINDS[hit.kind].facet
        landmark = None
        if facet in _SPOTTED:
            end = turn_after(read.text, hit.end)
            landmark = self._reading.places.landmark(read.text, hit.start, end, read.named)
        if landmark is not None:
            relation = landmark[1] or relation
        if relation is not None:
            keys["relation"] = relation
        if landmark is not None:
            keys["landmark"] = landmark[0]


def of_amounts(read: Read) -> list[tuple[Counted, PlaceMention]]:
    """The numbers that are a part of a place, with that: "a fifth of the city"."""
    return [
        (amount, spot)
        for amount in read.amounts
        for spot in read.spots
        if re.fullmatch(rf"{OF}(?:territory\s+of\s+)?", read.text[amount.end : spot.start])
    ]


def in_places(read: Read) -> list[tuple[Counted, PlaceMention]]:
    """The numbers that are told of a place right after them: "killed 4 people in A, and 2 in B"."""
    return [
        (amount, spot)
        for amount in read.amounts
        if (spot := next((one for one in read.spots if one.start >= amount.end), None))
        and _COUNTED_IN.fullmatch(read.text[amount.end : spot.start])
        and not any(amount.end <= other.start < spot.start for other in read.amounts)
    ]


def _more(read: Read, places: Sequence[PlaceMention]) -> list[str]:
    """Ask about names of a list by which no place is known, before these places and after them."""
    first = places[0]
    before, after = _names_before(read, first.start), _names_after(read, first.end)
    return [*_before(first.place, before), *_after(first.place, after)]


def _before(place: str, names: str) -> list[str]:
    return [f'where? before {place} it names "{names}"'] if names else []


def _after(place: str, names: str) -> list[str]:
    return [f'where? after {place} it goes on: "{names}"'] if names else []


def _names_after(read: Read, at: int) -> str:
    """The names in a list from here on that no place is known by, from the first to the last."""
    first = last = 0
    taken = _taken(read)
    known = {one.start: one.end for one in (*read.named, *read.spots)}
    while listed := LISTED.match(read.text, at):
        if at := known.get(listed.end(), 0):
            continue
        name = _NAME_AFTER.match(read.text, listed.end())
        if name is None or _is_of_others(read, name.start(), name.end(), taken):
            break
        first, last = first or name.start(), name.end()
        at = last
    return read.text[first:last]


def _names_before(read: Read, at: int) -> str:
    """The names in a list up to here that no place is known by, from the first to the last."""
    first, last = at, 0
    taken = _taken(read)
    while name := _NAME_BEFORE.search(read.text, max(first - _LOOK, 0), first):
        start, end = name.span(1)
        opens = not read.text[:start].strip(' "“') and _OPENING.match(name[1])
        if opens or _is_of_others(read, start, end, taken):
            break
        first, last = start, last or end
    return read.text[first:last]


def _is_of_others(read: Read, start: int, end: int, taken: set[int]) -> bool:
    """Whether a name is that of something that is known, or of who speaks."""
    return not taken.isdisjoint(range(start, end)) or _is_part_of_speaker(read, start)


def _told_in(read: Read, spot: PlaceMention) -> list[str]:
    """Ask whether "the city" is that in which somebody speaks: "X in Kyiv said the city is"."""
    verbs = [said.at for said in read.sayings]
    where = [one for one in read.named if spot.said and one.id == spot.id]
    if any(not read.text[one.end : at].strip() for one in where for at in verbs if at > one.end):
        return [f'where? "{spot.said}" may not be {spot.place}, which is named with who speaks']
    return []


def _is_subject(text: str, before: Sequence[PlaceMention], hit: Hit) -> bool:
    """Whether it happened to the place itself: "A was shelled after fighting in B"."""
    done = _IS_DONE.fullmatch(text[before[-1].end : hit.start])
    first = before[-1]
    for one in reversed(before[:-1]):
        if _LISTED_ON.fullmatch(text[one.end : first.start]):
            first = one
    return done is not None and _BEGINS.search(text[: first.start]) is not None


def _of_speaker(read: Read, spot: PlaceMention) -> bool:
    """Whether it is but a part of what a speaker is called: "Mali's army said"."""
    return _is_part_of_speaker(read, spot.start)


def _is_part_of_speaker(read: Read, at: int) -> bool:
    """Whether a character is one of what a speaker is called."""
    spoken = [speaker.words for said in read.sayings for speaker in said.speakers]
    found = [(read.text.find(words), len(words)) for words in spoken]
    return any(start >= 0 and start <= at < start + length for start, length in found)


def _is_blamed(read: Read, spot: PlaceMention) -> list[str]:
    """Ask about one that is accused, and need not be where it is."""
    blamed = _BLAMING.search(read.text[: spot.start])
    return [f"where? {spot.place} is who is accused"] if blamed else []


def _is_between(read: Read, places: Sequence[PlaceMention]) -> list[str]:
    """Ask about what is told of neither of two places: "ambushed between A and B"."""
    if not places[1:] or not _BETWEEN.search(read.text[: places[0].start]):
        return []
    names = " and ".join(one.place for one in places)
    return [f"where? it is told of what lies between {names}"]


def _is_where_from(read: Read, spot: PlaceMention) -> list[str]:
    """Ask about one from which a strike came, and which need not be where it hit."""
    sent = _SENT_FROM.search(read.text[: spot.start])
    return [f"where? {spot.place} is where it came from"] if sent else []


def _is_of_name(read: Read, spot: PlaceMention) -> list[str]:
    """Ask about one that says where a place lies which is not known: "A, a town in B"."""
    of = _OF_NAME.search(read.text[: spot.start])
    unknown = of and _taken(read).isdisjoint(range(*of.span("name")))
    return [f'where? {spot.place} is where "{of["name"]}" lies'] if of and unknown else []


def _is_whose(read: Read, spot: PlaceMention) -> list[str]:
    """Ask about one whose forces act, maybe elsewhere: "Myanmar's junta dropped bombs on A"."""
    last = read.text.rfind(" ", 0, spot.end - 1) + 1
    whose = _WHOSE.match(read.text, last)
    return [f"where? {spot.place} is named with who does it"] if whose else []


def _is_where_to(read: Read, hit: Hit, places: Sequence[PlaceMention]) -> list[str]:
    """Ask about where people went, of whom it is told where they left: "fled to A from B"."""
    if hit.kind != "displacement" or not _WHERE_TO.search(read.text[: places[0].start]):
        return []
    return [f"where? {places[0].place} is where they went, and not what they left"]


def _taken(read: Read) -> set[int]:
    """The characters of a sentence that are no name of a place, or of one that is known."""
    spans = [(one.start, one.end) for one in read.mentions]
    spans += [(one.start, one.end) for one in read.named]
    spans += [(one.start, one.end) for one in read.dates]
    spans += [(one.start, one.end) for one in read.untimed]
    return {at for start, end in spans for at in range(start, end)}


def _where(spot: PlaceMention, review: Sequence[str] = ()) -> Where:
    """A place that a sentence names, by its name or as "the city"."""
    if spot.id:
        return Where(spot, review)
    return _nowhere(spot.place, f'"{spot.said}" may be "{spot.place}", which is no known place')


def _of_telling(spot: PlaceMention) -> Where:
    """A place that is named with who tells it, and not in what is told."""
    return _where(spot, [f"where? {spot.place} is named with who speaks"])


def _nowhere(name: str, why: str) -> Where:
    """A place that is not known; what is told of it waits until it is."""
    return Where(PlaceMention(0, 0, name, "", None), [f"where? {why}"])
