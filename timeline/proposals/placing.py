"""Where what a sentence tells is: the place named next, before, in its paragraph, or for all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from events.kinds import KINDS
from timeline.proposals.hits import turn_after
from timeline.proposals.naming import Spot

if TYPE_CHECKING:
    from timeline.proposals.counting import Counted
    from timeline.proposals.hits import Hit
    from timeline.proposals.reading import Read, Reading

LISTED: Final = re.compile(
    r"\s*(?:,|and|,\s*and|or|as well as)\s*"
    r"(?:(?:the|in|near|at|(?:north|south|east|west)[\w-]*(?: of)?)\s+){0,2}"
)
"""What stands between the places of a list."""
OF: Final = r"\s+(?:(?:square|sq\.?)\s+[\w.]+\s+|km²\s+)?of\s+(?:the\s+)?"
"""What stands between a number and the place that it is a part of."""
_SPOTTED: Final = ("forces", "fighting", "civilians")


class Where(NamedTuple):
    """The place of a proposal, with what has to be decided, and how else it was found."""

    spot: Spot
    review: Sequence[str] = ()
    notes: Sequence[str] = ()


class Placer:
    """Finds the places of proposals; remembers the last one of the paragraph."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._paragraph: tuple[int, Spot | None] = (0, None)

    def passed(self, read: Read) -> None:
        """Remember the last place of a sentence for those that follow in its paragraph."""
        if read.spots:
            self._paragraph = (read.sentence.paragraph, read.spots[-1])

    def places(self, read: Read, hit: Hit) -> list[Where]:
        """Where it is: the next place named, with those listed beside it; else the one before."""
        turn = turn_after(read.text, hit.end)
        after = [one for one in read.spots if hit.start <= one.start < turn]
        before = [one for one in read.spots if one.start < hit.start]
        if hit.shares and (parts := of_amounts(read)):
            return [Where(spot._replace(relation=None)) for _, spot in parts]
        if after:
            return [Where(one) for one in self._listed(read.text, after)]
        unknown = self._reading.places.unknown
        covering = [one for one in read.sayings if one.start <= hit.start < one.end]
        since = max((one.start for one in covering), default=0)
        until = min((one.end for one in covering), default=turn)
        if named := unknown(read.text, hit.start, min(turn, until)):
            return [_nowhere(*named)]
        if before:
            others = [one.place for one in self._listed_before(read.text, before)]
            asked = [f"where? it names {' and '.join(others)} before"] if others[1:] else []
            return [Where(before[-1], asked)]
        if named := unknown(read.text, since, min(turn, until)):
            return [_nowhere(*named)]
        return self._unplaced(read, hit)

    def _listed_before(self, text: str, spots: Sequence[Spot]) -> list[Spot]:
        """The list of places that the last of these is the end of."""
        lists = (self._listed(text, spots[at:]) for at in range(len(spots)))
        return next(one for one in lists if one[-1].end == spots[-1].end)

    @staticmethod
    def _listed(text: str, spots: Sequence[Spot]) -> list[Spot]:
        """The first, and those that a list goes on with, related as the first is."""
        found = [spots[0]]
        for spot in spots[1:]:
            if spot.said or not LISTED.fullmatch(text[found[-1].end : spot.start]):
                break
            found.append(spot._replace(relation=spot.relation or found[0].relation))
        return found

    def _unplaced(self, read: Read, hit: Hit) -> list[Where]:
        """A sentence without a place is of the last one in its paragraph, or of the topic."""
        paragraph, last = self._paragraph
        topic = self._reading.topic
        near = last if paragraph == read.sentence.paragraph else None
        if (spot := near or topic) is None:
            return []
        if hit.row.country and (country := self._reading.places.country_of(spot.id)):
            name = self._reading.places.name(country)
            asked = f"where? no place is named; {name} taken"
            return [Where(Spot(0, 0, name, country, None), [asked])]
        spot = spot._replace(relation=None)
        if topic is not None and self._reading.topic_is_given and spot.id == topic.id:
            return [Where(spot)]
        if near is not None:
            return [Where(spot, notes=[f"{spot.place}: from the sentence before"])]
        return [Where(spot, [f"where? no place is named; {spot.place} is named most often"])]

    def relate(self, read: Read, hit: Hit, spot: Spot, keys: dict[str, object]) -> None:
        """Say how it lies to the place, and the landmark where it is."""
        relation, facet = spot.relation, KINDS[hit.kind].facet
        landmark = None
        if facet in _SPOTTED:
            end = turn_after(read.text, hit.end)
            landmark = self._reading.places.landmark(read.text, hit.start, end)
        if landmark is not None:
            relation = landmark[1] or relation
        if relation is not None:
            keys["relation"] = relation
        if landmark is not None:
            keys["landmark"] = landmark[0]


def of_amounts(read: Read) -> list[tuple[Counted, Spot]]:
    """The numbers that are a part of a place, with that: "a fifth of the city"."""
    return [
        (amount, spot)
        for amount in read.amounts
        for spot in read.spots
        if re.fullmatch(rf"{OF}(?:territory\s+of\s+)?", read.text[amount.end : spot.start])
    ]


def _nowhere(name: str, why: str) -> Where:
    """A place that is not known; what is told of it waits until it is."""
    return Where(Spot(0, 0, name, "", None), [f"where? {why}"])
