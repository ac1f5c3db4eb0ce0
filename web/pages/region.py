"""The places below a region: how each stands and by whose word, for the map and the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from timeline.phrases import phrase
from timeline.places import name_of
from timeline.safe import safe
from timeline.situation import status_of
from timeline.wording import status_words, when
from web.pages.cards import age, claim_url
from web.pages.map import WIDTHS, Map, MapMark, drawn

if TYPE_CHECKING:
    from timeline.asof import AsOf, Held
    from timeline.places import Book
    from timeline.situation import Rollup
    from web.pages.address import Address
    from web.pages.areas import Areas
    from web.pages.cards import Cards

MOST: Final = 50
"""Places listed and drawn before the rest is asked for."""
_BAR: Final = 1_000
"""The length of the bar of the roll-up, in the units of its picture."""
_SPOKEN: Final = 3
"""Claims named for one place: who says most of it is found on the place's own page."""


@dataclass(frozen=True, slots=True)
class PartySays:
    """What one party says of a place."""

    party: str
    says: str
    when: str
    href: str


@dataclass(frozen=True, slots=True)
class PlaceBelow:
    """A place below, its status by the rule, and whose words make it."""

    id: str
    name: str
    href: str
    status: str
    look: str
    words: tuple[PartySays, ...]
    more: int
    age: str


@dataclass(frozen=True, slots=True)
class StatusBar:
    """One status of the roll-up: in words, how it is drawn, how many places, and its bar."""

    status: str
    look: str
    count: int
    offset: float
    width: float


@dataclass(frozen=True, slots=True)
class Region:
    """The roll-up of a region, its map, and its places."""

    places: int
    shares: tuple[StatusBar, ...]
    maps: tuple[Map, ...]
    """The same places drawn for a desk and for a phone; none where no place has coordinates."""
    listed: tuple[PlaceBelow, ...]
    held_back: int


def region(
    book: Book,
    rollup: Rollup,
    control: Mapping[str, Sequence[Held]],
    asof: AsOf,
    window: int,
    address: Address,
    areas: Areas,
    shared: Cards,
) -> Region:
    """The places that the roll-up counts, each with its status and whose words make it."""
    sides = sorted({one.side.casefold() for one in shared.parties.values() if one.side})
    stands = {one: status_of(held, asof.valid, window) for one, held in control.items()}
    # Those of which somebody spoke lately come first: the tail of a long list says least.
    order = sorted(stands, key=lambda one: (_RANK.get(stands[one][0], 0), name_of(one, book), one))
    taken = order if address.all else order[:MOST]
    listed = tuple(
        _place_below(one, book, stands[one], control[one], sides, address, shared) for one in taken
    )
    marks = [
        MapMark(
            place.name,
            place.href,
            place.status,
            place.look,
            found,
            _slices(control[place.id], stands[place.id][0], sides),
        )
        for place in listed
        if (found := book.get(place.id)) is not None
    ]
    return Region(
        places=rollup.places,
        shares=_shares(rollup, sides, shared.frame.names),
        maps=tuple(one for width in WIDTHS if (one := drawn(marks, areas, width))),
        listed=listed,
        held_back=len(stands) - len(listed),
    )


_RANK: Final = {"stale": 1, "silent": 2}


def look(status: str, by: str, sides: Sequence[str]) -> str:
    """How a status is drawn: each side has a pattern of its own, in the order of their codes."""
    if status != "held":
        return status
    return f"held-{sides.index(by.casefold()) % 4}" if by.casefold() in sides else "held-other"


def _place_below(
    place: str,
    book: Book,
    stands: tuple[str, str],
    held: Sequence[Held],
    sides: Sequence[str],
    address: Address,
    shared: Cards,
) -> PlaceBelow:
    newest = sorted(held, key=lambda one: -one.assertion.reach)
    told = [one for one in newest if one.certainty == "certain" and not one.ended]
    return PlaceBelow(
        id=place,
        name=safe(name_of(place, book)),
        href=address.at(place).url(),
        status=status_words(*stands, shared.frame.names),
        look=look(*stands, sides),
        words=tuple(_word(one, shared) for one in told[:_SPOKEN]),
        more=max(0, len(told) - _SPOKEN),
        age=age(told[0], shared.valid) if told else "",
    )


def _word(one: Held, shared: Cards) -> PartySays:
    claim = one.assertion.claim
    return PartySays(
        shared.frame.name(claim.party),
        phrase(claim, shared.frame.names),
        when(claim),
        claim_url(claim.claim, shared.asked),
    )


def _slices(
    held: Sequence[Held], status: str, sides: Sequence[str]
) -> tuple[tuple[str, float], ...]:
    """Of a place of which only shares are stated: those, and no more; the rest nobody stated."""
    if status != "partial":
        return ()
    newest = max(held, key=lambda one: one.assertion.reach).assertion.claim.value
    return tuple(
        (look(part["status"], str(part.get("by") or ""), sides), float(part["share"]["best"]))
        for part in newest.get("shares", ())
        if (part.get("share") or {}).get("best")
    )


def _shares(
    rollup: Rollup, sides: Sequence[str], names: Mapping[str, str]
) -> tuple[StatusBar, ...]:
    counted: list[tuple[str, str, int]] = []
    for status, count in rollup.control.items():
        if isinstance(count, Mapping):
            counted += [(status, by, number) for by, number in count.items()]
        elif count:
            counted.append((status, "", count))
    found, offset = [], 0.0
    for status, by, number in counted:
        width = _BAR * number / max(1, rollup.places)
        found.append(
            StatusBar(
                status_words(status, by, names),
                look(status, by, sides),
                number,
                round(offset, 1),
                round(width, 1),
            )
        )
        offset += width
    return tuple(found)
