"""Places known at intake: the log's own, those of the documents at hand, shipped and loaded ones.

For importers: `Gazetteer.resolve_name` and `local_place`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from events.canonical import canonical
from timeline.atlas.book import Atlas, is_id
from timeline.atlas.shelf import open_atlas
from timeline.errors import AmbiguousPlace, PlaceName, UnknownPlace
from timeline.layers import Layers
from timeline.lookup import Found, Lookup, Unresolved
from timeline.places import (
    LOCAL,
    Book,
    Place,
    PlaceBook,
    decode_place,
    fold_name,
    in_itself,
    local_id,
    named_by,
    place_name,
    spellings,
    suggestions,
)
from timeline.shipped import shipped_places

if TYPE_CHECKING:
    from events.place import PlaceDefinition
    from timeline.atlas.shelf import Note

__all__ = ["Found", "Gazetteer", "Unresolved", "local_place", "open_gazetteer"]

_WHERE: Final = frozenset({"parent", "parents", "members"})
"""What a definition says of the places around."""
_MOST_KEPT: Final = 200_000
_MOST_NEAR: Final = 5
_MOST_MISSED: Final = 100
"""Names that lead nowhere for which near ones are sought: in a long file there may be thousands."""


class Gazetteer:
    """Where intake looks places up.

    The gazetteers of this machine are asked for names that neither the log nor the shipped places
    know.
    """

    def __init__(
        self, log: Iterable[Place], shipped: Mapping[str, bytes], atlas: Atlas | None = None
    ) -> None:
        self._log = PlaceBook(log)
        self._all = Layers(self._log, shipped, atlas or Atlas())
        self._lookup = Lookup(self._all)
        self._found: dict[str, Place] = {}
        self._resolved: dict[tuple[object, ...], Found | Unresolved] = {}
        self._asked: dict[str, set[tuple[object, ...]]] = {}
        self._filed = {place.id for place in self._log}
        self._sent: set[str] = set()
        self._at_hand: dict[str, list[tuple[str, bytes]]] = {}
        self.taken: dict[str, str] = {}
        """Places found in a gazetteer, as one tells of them, and the name of that."""
        self.passed_over: dict[str, None] = {}
        """Places that reports define otherwise than they are known, which stay as they are."""
        self._around: dict[str, None] = {}
        self._missed = 0

    @property
    def book(self) -> Layers:
        """All places there are, as one book."""
        return self._all

    def undefined(self) -> list[str]:
        """What definitions name as a parent or member, and no place is so far."""
        return [one for one in self._around if self._all.get(one) is None]

    def resolve_name(
        self,
        name: str,
        *,
        parent: str | None = None,
        country: str | None = None,
        lat: float | None = None,
        lon: float | None = None,
        area: str = "",
    ) -> Found | Unresolved:
        """The one place of this name, or the candidates; never by likeness. Fast in bulk.

        `name` is an id or a name in any known spelling. `parent` (id or name of any place above it)
        and `country` (ISO 3166-1 code, id or name) narrow the places of that name. With `lat` and
        `lon` (degrees) it is the nearest of them within 25 km; one without a point of its own is
        taken where it is the only one left. With `area`, a kind of what holds places, no town is
        meant, and no region of the name of a country where that is the kind.
        """
        key = (name, parent, country, lat, lon, area)
        if (known := self._resolved.get(key)) is None:
            if len(self._resolved) >= _MOST_KEPT:
                self._resolved.clear()
                self._asked.clear()
                self._found.clear()
            known = self._resolved[key] = self._lookup.resolve(*key)
            self._remember(key, name)
        return known

    def near(self, name: str) -> list[PlaceName]:
        """Places of a name like this one, for a person to choose from; slow, so ask for few."""
        found = {one.id: one for one in suggestions(name, self._all.near)}
        for like in self._all.atlas.near(fold_name(name), _MOST_NEAR):
            for one in self._all.named(like):
                found.setdefault(one, place_name(one, self._all))
        return list(found.values())[:_MOST_NEAR]

    def begin(self, brought: Iterable[tuple[str, bytes]] = ()) -> None:
        """Begin with another document, which has `brought` definitions along.

        Each brings all that the log lacks for it: the one before may be refused.
        """
        self._sent = {place for place, _ in brought}

    def filed(self, brought: Iterable[tuple[str, bytes]]) -> None:
        """The log has these definitions of a document now."""
        self._filed.update(place for place, _ in brought)

    def define(self, definition: PlaceDefinition) -> list[tuple[str, bytes]]:
        """Take a document's definition in, with those nested in it, as rows for the log.

        Raises `AmbiguousPlace` where it lies in a place by a name that several have, `PlaceError`
        where it lies in itself.
        """
        return [row for one in self._rooted(definition) for row in self._defined(one)]

    def placed(self, definition: PlaceDefinition) -> tuple[str, list[tuple[str, bytes]]]:
        """The id of a place that a report defines, and rows for the log.

        A place that is known already, by this id or by this other id of its own, stays as it is:
        what one report says of it must not change what others mean. Raises as `define` does.
        """
        found, rows = "", list[tuple[str, bytes]]()
        for one in self._rooted(definition):
            known = self._all.get(one.id)
            if known is None:
                found = one.id
                rows += self._defined(one)
                continue
            found = known.id
            rows += self.missing(found)
            if not _agrees(decode_place(canonical(one.stored())), known):
                self.passed_over[str(place_name(found, self._all))] = None
        return found, rows

    def _rooted(self, definition: PlaceDefinition) -> Iterator[PlaceDefinition]:
        """A definition and those nested in it, with the ids of places around that it names."""
        for one in definition.flattened():
            parents = [
                upper.model_copy(update={"id": self._id(upper.place_id)}) for upper in one.parents
            ]
            around: dict[str, object] = {
                "parent": one.parent_id and self._id(one.parent_id),
                "parents": tuple(parents),
                "members": tuple(map(self._id, one.members)),
            }
            rooted = one.model_copy(update=around)
            if one.id in {rooted.parent_id, *rooted.members, *(up.place_id for up in parents)}:
                raise in_itself(one.id)
            yield rooted

    def _id(self, text: str) -> str:
        """The id of the place that this names; as it is where it may be one yet to be defined."""
        if is_id(text) or self._all.get(text):
            return text
        ids = self._ids(text)
        if len(ids) > 1:
            raise self._ambiguous(text, ids)
        return ids[0] if ids else text

    def _defined(self, one: PlaceDefinition) -> list[tuple[str, bytes]]:
        if (known := self._all.one_of(one.id)) != one.id:  # it goes by another id here
            one = one.model_copy(update={"id": known, "aliases": (*one.aliases, one.id)})
        content = canonical(one.stored())
        place = decode_place(content)
        is_plain = self._is_new_and_plain(place)
        if not is_plain and self._is_in_itself(place):
            raise in_itself(one.id)
        self._sent.add(place.id)
        self._around |= dict.fromkeys((*place.parents_at(None), *place.members))
        rows = [row for above in place.parents_at(None) for row in self.missing(above)]
        own = self._at_hand[place.id] = list(self._rows(place, content))
        rows += own
        self._log.add(place)
        self._forget(place, all_of_it=not is_plain)
        return rows

    def _rows(self, place: Place, content: bytes) -> Iterator[tuple[str, bytes]]:
        """A definition as the log takes it: where it joins places, what the place is comes first.

        A first definition is read by the answers of before too, and must not change them by what
        lies above and below it: that is a redefinition, which they do without.
        """
        if place.id not in self._filed and self._joins(place):
            form = msgspec.json.decode(content)
            yield place.id, canonical({name: form[name] for name in form.keys() - _WHERE})
        yield place.id, content

    def _joins(self, place: Place) -> bool:
        """Whether it puts places of before this document below others, where they were not."""
        log = self._log
        below = {*place.members, *log.inside(place.id)} - self._sent
        lower = [one for one in below if log.get(one)]
        upper = {*place.parents_at(None), *log.groups(place.id)}
        return any(not upper <= _always_above([one], log) for one in lower)

    def _is_in_itself(self, place: Place) -> bool:
        """Whether what it says now puts it, or a member of it, above itself at every time."""
        upper = [*filter(None, [place.parent]), *self._all.groups(place.id)]
        return not _always_above(upper, self._all).isdisjoint([place.id, *place.members])

    def _is_new_and_plain(self, place: Place) -> bool:
        """Whether nothing looked up before changes by this place, but what bears its names."""
        return (
            place.id.startswith(LOCAL)
            and not place.members
            and not any(map(is_id, place.aliases))
            and self._all.get(place.id) is None
            and not self._all.inside(place.id)
        )

    def _forget(self, place: Place, *, all_of_it: bool) -> None:
        """Importers define many places, one by one: what they do not touch stays looked up."""
        self._lookup.forget()
        if all_of_it:
            self._all.forget()
            self._found.clear()
            self._resolved.clear()
            self._asked.clear()
            return
        for name in spellings(place):
            for key in self._asked.pop(name, ()):
                self._found.pop(str(key[0]), None)
                self._resolved.pop(key, None)

    def find(self, text: str) -> Place:
        """The one place of this name; raises `UnknownPlace`, `AmbiguousPlace`.

        Near spellings are told of the first hundred names that no place has.
        """
        if text not in self._found:
            self._found[text] = self._find(text.strip())
            self._remember((text,), text)
        return self._found[text]

    def _remember(self, key: tuple[object, ...], text: str) -> None:
        """What was asked of a name, which another place of that name may change."""
        for name in (text, text.rpartition(",")[0]):
            self._asked.setdefault(fold_name(name), set()).add(key)

    def _find(self, text: str) -> Place:
        ids = self._ids(text)
        if len(ids) > 1:
            raise self._ambiguous(text, ids)
        if ids and (place := self._all.get(ids[0])):
            if (source := self._all.source(place.id)) not in ("log", "seeds"):
                self.taken[str(place_name(place.id, self._all))] = source
            return place
        self._missed += 1
        raise UnknownPlace(text, self.near(text) if self._missed <= _MOST_MISSED else ())

    def _ids(self, text: str) -> list[str]:
        """The ids of the places that `text` names, those first asked for that are known here."""
        if ids := self._all.defined(named_by(text, self._all.near)):
            return ids
        found = map(self._all.one_of, named_by(text, self._all))
        return self._all.first(list(dict.fromkeys(found)), text)

    def _ambiguous(self, text: str, ids: Iterable[str]) -> AmbiguousPlace:
        return AmbiguousPlace(text, (place_name(one, self._all) for one in ids))

    def missing(self, place: str) -> Iterator[tuple[str, bytes]]:
        """Definitions the log lacks for this place and all above it, as rows for the log."""
        if place in self._sent or place in self._filed:
            return
        own = self._at_hand.get(place)  # as another document has it, which may be refused
        content = own[-1][1] if own else self._all.content(place)
        if content is None:
            return
        # Not into the book: what one report named must not change what the next one means.
        self._sent.add(place)
        groups = [one for one in self._all.groups(place) if one not in self._at_hand]
        for above in [*decode_place(content).parents_at(None), *groups]:
            yield from self.missing(above)
        yield from own or self._rows(decode_place(content), content)


def open_gazetteer(
    places: Iterable[Place], note: Note = lambda _: None, *, besides: str | None = None
) -> Gazetteer:
    """Where the names of reports are looked up: in the log's places, the shipped, and all loaded.

    `note` is told that the places of the world are being built, which takes a while, once. The
    list that was loaded under the name `besides` is left out.
    """
    return Gazetteer(places, shipped_places(), open_atlas(note, besides))


def local_place(
    name: str,
    lat: float | None = None,
    lon: float | None = None,
    kind: str = "settlement",
    parent: str | None = None,
) -> PlaceDefinition:
    """A place of the importer's own making, for a name that no gazetteer has.

    Its id, `local:NAME@LAT,LON` with four decimals, follows from the name and the coordinates (or
    from the name and `parent`, an id, where there are none), so that the same row gives the same
    place in any store. Raises ValueError for what no place can have.
    """
    from events.place import PlaceDefinition  # here: questions do without the vocabulary

    return PlaceDefinition(
        id=local_id(name, lat, lon, parent), name=name, kind=kind, parent=parent, lat=lat, lon=lon
    )


def _always_above(places: Iterable[str], book: Book) -> set[str]:
    """These places and those above them at every time, by id: links with dates are left out."""
    found, edge = set[str](), list(places)
    while edge:
        one = edge.pop()
        if one not in found:
            found.add(one)
            edge += book.groups(one)
            if (defined := book.get(one)) and defined.parent:
                edge.append(defined.parent)
    return found


def _agrees(said: Place, known: Place) -> bool:
    """Whether what is said of a place is known of it."""
    return (
        {said.name, *said.aliases} <= {known.name, *known.aliases}
        and said.kind == known.kind
        and {*said.parents_at(None)} <= {*known.parents_at(None)}
        and {*said.members} <= {*known.members}
        and (said.lat, said.lon) in ((None, None), (known.lat, known.lon))
    )
