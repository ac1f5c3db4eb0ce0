"""What a place is called on every page about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from timeline.places import above, name_of
from timeline.safe import safe
from web.pages.address import Address

if TYPE_CHECKING:
    from timeline.cuts import Cuts
    from timeline.places import Book
    from timeline.situation import PlaceView


@dataclass(frozen=True, slots=True)
class Heading:
    """What a place is called on every page about it."""

    id: str
    name: str
    kind: str
    above: tuple[tuple[str, str], ...]
    """Names of the places above, nearest first, with the addresses of their pages."""


def heading(place: PlaceView, book: Book, cuts: Cuts, address: Address) -> Heading:
    """The name of a place, and of those above it with the same question of each."""
    found: dict[str, str] = {}
    at = place.id
    while parents := [one for one in above(at, book, cuts.asof.valid) if one not in found]:
        at = parents[0]
        if at == place.id:
            break
        found[at] = safe(name_of(at, book))
    return Heading(
        id=place.id,
        name=safe(place.name),
        kind=safe(place.kind),
        above=tuple((name, address.at(one).url()) for one, name in found.items()),
    )
