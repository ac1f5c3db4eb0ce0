"""Places looked up: those of a name or nearly so, and one with what lies around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from timeline.atlas.book import is_id
from timeline.errors import PlaceName
from timeline.places import (
    above,
    below,
    fold_name,
    named_by,
    path,
    place_name,
    resolve,
    suggestions,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from timeline.places import Book, Place


class PlaceDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A place with its names, and the places directly above and below.

    `aliases` are without its `ids` elsewhere.
    """

    schema: str = "timeline/place/1"
    id: str
    name: str
    kind: str
    path: list[str]
    lat: float | None
    lon: float | None
    admin1: str | None
    iso_3166_2: str | None
    aliases: list[str]
    above: list[PlaceName]
    below: list[PlaceName]
    ids: list[str]


def matches(
    name: str,
    book: Book,
    *,
    begun: Iterable[str] = (),
    near: Iterable[PlaceName] | None = None,
) -> list[str]:
    """The ids of places of this name, then of those that hold it in theirs, then of near ones.

    `begun` are further folded names that begin with it, `near` the near places where those of the
    book are not what is wanted.
    """
    folded = fold_name(name)
    exact = [found.id] if (found := book.get(name)) else named_by(name, book)
    part = sorted(known for known in book.names() if folded and folded in known)
    inside = [place for known in [*part, *begun] for place in book.named(known)]
    like = [one.id for one in (suggestions(name, book) if near is None else near)]
    return list(dict.fromkeys([*exact, *inside, *like]))


def described(name: str, book: Book) -> PlaceDetails:
    """The one place of this name; raises `UnknownPlace`, `AmbiguousPlace`."""
    return about(resolve(name, book), book)


def about(found: Place, book: Book) -> PlaceDetails:
    """A place with what lies around it in a book."""
    return PlaceDetails(
        id=found.id,
        name=found.name,
        kind=found.kind,
        path=path(found.id, book),
        lat=found.lat,
        lon=found.lon,
        admin1=found.admin1,
        iso_3166_2=found.iso_3166_2,
        aliases=[name for name in found.aliases if not is_id(name)],
        above=[place_name(one, book) for one in above(found.id, book)],
        below=[place_name(one, book) for one in sorted(below(found.id, book))],
        ids=[name for name in found.aliases if is_id(name)],
    )
