"""Places known at intake: the log's own, those of the documents at hand, and the shipped ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec

from timeline.places import Place, PlaceBook, resolve

if TYPE_CHECKING:
    from events.place import PlaceDefinition

canonical = msgspec.json.Encoder(order="sorted").encode
place_of = msgspec.json.Decoder(Place).decode


class Gazetteer:
    """Where intake looks places up; what the log says of a place hides what is shipped."""

    def __init__(self, log: Iterable[Place], shipped: Mapping[str, bytes]) -> None:
        self._log = PlaceBook(log)
        self._contents = shipped
        self._shipped = PlaceBook(place_of(content) for content in shipped.values())
        self._found: dict[str, Place] = {}

    def define(self, definition: PlaceDefinition) -> list[tuple[str, bytes]]:
        """Take a document's definition in, with those nested in it, as rows for the log."""
        rows: list[tuple[str, bytes]] = []
        for one in definition.flattened():
            content = canonical(one.stored())
            place = place_of(content)
            for above in place.parents_at(None):
                rows += self.missing(above)
            self._log.add(place)
            rows.append((one.id, content))
        self._found.clear()
        return rows

    def find(self, text: str) -> Place:
        """The one place of this name; raises `UnknownPlace`, `AmbiguousPlace`."""
        if text not in self._found:
            self._found[text] = resolve(text, _Both(self._log, self._shipped))
        return self._found[text]

    def missing(self, place: str) -> Iterator[tuple[str, bytes]]:
        """Definitions the log lacks for this place and all above it, as rows for the log."""
        if self._log.get(place) or (shipped := self._shipped.get(place)) is None:
            return
        self._log.add(shipped)
        for above in [*shipped.parents_at(None), *self._shipped.groups(place)]:
            yield from self.missing(above)
        yield place, self._contents[place]


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
