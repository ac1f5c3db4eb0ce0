"""All places that intake knows as one book: the log's, the shipped ones, those of gazetteers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from events.canonical import canonical
from timeline.atlas.book import Atlas, is_id, other_ids
from timeline.places import Place, PlaceBook, above_all, decode_place, fold_name

_MOST_KEPT: Final = 200_000


class Layers:
    """A book (`timeline.places.Book`) in which one place has one id, however it is called.

    What the log says of a place hides what is shipped, and that hides what gazetteers say.
    """

    def __init__(self, log: PlaceBook, shipped: Mapping[str, bytes], atlas: Atlas) -> None:
        self.log = log
        self.near = _Both(log, PlaceBook(decode_place(content) for content in shipped.values()))
        self.atlas = atlas
        self._shipped = shipped
        self._ids: dict[str, str] = {}
        self._places: dict[str, Place | None] = {}
        self._above: dict[str, list[str]] = {}

    def forget(self) -> None:
        """Look everything up anew: the log has learnt of a place."""
        for kept in (self._ids, self._places, self._above):
            kept.clear()

    def __iter__(self) -> Iterator[Place]:
        """Every place of the log and every shipped one; a gazetteer's are too many."""
        return iter(self.near)

    def get(self, place: str) -> Place | None:
        """The place of this id, or with this other id."""
        one = self.one_of(place)
        if known := self.near.get(one):
            return known
        if one not in self._places:
            content = self.content(one)
            self._places[one] = None if content is None else decode_place(content)
        return self._places[one]

    def named(self, name: str) -> list[str]:
        """The ids of places with this folded name, the log's and the shipped first."""
        found = _merged((self.near.named(name), self.atlas.named(name)))
        return list(dict.fromkeys(map(self.one_of, found)))

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent."""
        found = _merged((self.near.inside(place), self.atlas.inside(place)))
        return list(dict.fromkeys(map(self.one_of, found)))

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member, or hold it by a gazetteer."""
        one = self.one_of(place)
        return _merged((self.near.groups(one), self.atlas.groups(one), self._units(one)))

    def names(self) -> Iterable[str]:
        """Every folded name of the log and of shipped places."""
        return self.near.names()

    def above(self, place: str) -> list[str]:
        """The ids of all places above, at any time."""
        if place not in self._above:
            self._above[place] = above_all(place, self)
        return self._above[place]

    def source(self, place: str) -> str:
        """Who defines the place of this id: `log`, `seeds`, or the name of a gazetteer."""
        if self.log.get(place):
            return "log"
        if place in self._shipped:
            return "seeds"
        entry = self.atlas.entry(place)
        return entry.source if entry else ""

    def first(self, ids: Sequence[str], text: str) -> list[str]:
        """Of places that `text` names those before the others: so called by log or program.

        Then those of the user's own lists, then all. What entered the log because one report named
        it must not decide what the next one means by the name: a copy is still the gazetteer's. Nor
        does a gazetteer's further name for a place of the log: Donetsk was a village once.
        """
        names = (text, text.rpartition(",")[0])
        called = {one for name in names for one in self.near.named(fold_name(name))}
        return (
            self.defined(one for one in ids if one in called)
            or [one for one in ids if self.atlas.is_own(one)]
            or list(ids)
        )

    def defined(self, ids: Iterable[str]) -> list[str]:
        """Of places of the log and of the program those that they define, less copies."""
        return [one for one in ids if not self._is_copy(one)]

    def _is_copy(self, place: str) -> bool:
        if place in self._shipped:
            return False
        content = self._content(place)
        return content is not None and decode_place(content) == self.log.get(place)

    def one_of(self, place: str) -> str:
        """The id by which the place of this id goes here.

        The log's before a shipped one, and that before a gazetteer's.
        """
        if place not in self._ids:
            if len(self._ids) >= _MOST_KEPT:
                self.forget()
            self._ids[place] = self._one_of(place)
        return self._ids[place]

    def _one_of(self, place: str) -> str:
        if self.near.get(place) or not is_id(place):
            return place
        entry = self.atlas.entry(place)
        others = other_ids(entry.definition) if entry else []
        for other in (place, *others):
            if self.near.get(other):
                return other
            if found := self.near.named(fold_name(other)):
                return found[0]
        # A place of a gazetteer may have this id for another of its own.
        claimed = self.atlas.claiming(place)
        return self.one_of(claimed[0]) if len(claimed) == 1 else place

    def content(self, place: str) -> bytes | None:
        """How a shipped place, or one of a gazetteer, goes into the log."""
        return self._shipped[place] if place in self._shipped else self._content(place)

    def _content(self, place: str) -> bytes | None:
        """A gazetteer's place with the ids by which others go here."""
        entry = self.atlas.entry(place)
        if entry is None:
            return None
        plain: dict[str, Any] = dict(entry.definition)
        if "parent" in plain:
            plain["parent"] = self.one_of(plain["parent"])
        if "parents" in plain:
            plain["parents"] = [one | {"id": self.one_of(one["id"])} for one in plain["parents"]]
        members = [*map(self.one_of, plain.get("members", ())), *self._held.get(place, ())]
        if members:
            plain["members"] = list(dict.fromkeys(members))
        return canonical(plain)

    @cached_property
    def _held(self) -> dict[str, list[str]]:
        """Shipped places by the units that hold them by a gazetteer, though they do not say so."""
        held: dict[str, list[str]] = {}
        for place in self._shipped:
            for unit in self._units(place):
                held.setdefault(unit, []).append(place)
        return held

    def _units(self, place: str) -> list[str]:
        shipped = self.near.get(place) if place in self._shipped else None
        if shipped is None:
            return []
        ids = (place, *filter(is_id, shipped.aliases))
        units = (unit for one in ids if (unit := self.atlas.unit(one)) is not None)
        parents = (self.one_of(one["id"]) for unit in units for one in unit.get("parents", ()))
        known = {place, *shipped.parents_at(None)}
        return [one for one in parents if one not in known]


class _Both:
    """Two books as one; the first hides what the second says of the same place."""

    def __init__(self, first: PlaceBook, second: PlaceBook) -> None:
        self._books = (first, second)

    def __iter__(self) -> Iterator[Place]:
        return iter({place.id: place for book in self._books[::-1] for place in book}.values())

    def get(self, place: str) -> Place | None:
        return self._books[0].get(place) or self._books[1].get(place)

    def named(self, name: str) -> list[str]:
        return _merged(book.named(name) for book in self._books)

    def inside(self, place: str) -> list[str]:
        return _merged(book.inside(place) for book in self._books)

    def groups(self, place: str) -> list[str]:
        return _merged(book.groups(place) for book in self._books)

    def names(self) -> Iterable[str]:
        return _merged(book.names() for book in self._books)


def _merged(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(one for names in lists for one in names))
