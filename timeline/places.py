"""Places as the log defines them: names that lead to one, what lies above it and below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, Protocol

import msgspec

from events.when import Instant, quoted
from timeline.errors import AmbiguousPlace, PlaceError, PlaceName, UnknownPlace, require_text

# A landmark: a place to be near, never a place whose control is counted.
SITE: Final = "site"
AREAS: Final = frozenset({"country", "region", "oblast", "raion", "hromada"})
"""Kinds of place that roll up what is below them, and that no point stands for."""
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’ʼ`´‘", "'") | dict.fromkeys("‐‑–—", "-"))

LOCAL: Final = "local:"
"""How the ids of places begin that a user or an importer made."""
_NEAR: Final = 5
"""Places that are told of where a name is that of none."""


class Day(msgspec.Struct, frozen=True):
    """A date of a parent: its half-open bounds in microseconds of UTC."""

    earliest: Instant | None
    latest: Instant | None


class Parent(msgspec.Struct, frozen=True, rename={"since": "from", "until": "to"}):
    """A place above, and the days, both included, between which it was."""

    id: str
    since: Day | None = None
    until: Day | None = None

    def holds(self, valid: Instant) -> bool:
        """Whether the place was above at the cut."""
        begins = None if self.since is None else self.since.earliest
        ends = None if self.until is None else self.until.latest
        return (begins is None or begins < valid) and (ends is None or valid <= ends)


class Place(msgspec.Struct, frozen=True):
    """A place as the log defines it (`events.place.PlaceDefinition.stored`)."""

    id: str
    name: str
    kind: str
    parent: str | None = None
    parents: tuple[Parent, ...] = ()
    members: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    aliases: tuple[str, ...] = ()
    admin1: str | None = None
    iso_3166_2: str | None = None

    def parents_at(self, valid: Instant | None) -> list[str]:
        """The ids of its parents at a cut, or of all: those that hold for a time come first."""
        dated = [parent.id for parent in self.parents if valid is None or parent.holds(valid)]
        return dated if self.parent is None else [*dated, self.parent]


decode_place = msgspec.json.Decoder(Place).decode
"""A place of its canonical JSON."""


class Book(Protocol):
    """Where places are looked up."""

    def __iter__(self) -> Iterator[Place]:
        """Every place."""

    def get(self, place: str) -> Place | None:
        """The place of this id."""

    def named(self, name: str) -> list[str]:
        """The ids of places with this name, already folded by `fold_name`."""

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent, at any time."""

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member."""

    def names(self) -> Iterable[str]:
        """Every folded name."""


class PlaceBook:
    """A book in memory; the last definition of a place is the one that stands."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self._places: dict[str, Place] = {}
        self._named: dict[str, dict[str, None]] = {}
        self._inside: dict[str, dict[str, None]] = {}
        self._groups: dict[str, dict[str, None]] = {}
        for place in places:
            self.add(place)

    def add(self, place: Place) -> None:
        """Define a place, or define it anew."""
        self._places[place.id] = place
        for name in spellings(place):
            self._named.setdefault(name, {})[place.id] = None
        for parent in place.parents_at(None):
            self._inside.setdefault(parent, {})[place.id] = None
        for member in place.members:
            self._groups.setdefault(member, {})[place.id] = None

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def get(self, place: str) -> Place | None:
        """The place of this id."""
        return self._places.get(place)

    def named(self, name: str) -> list[str]:
        """The ids of places with this folded name."""
        return [
            place for place in self._named.get(name, ()) if name in spellings(self._places[place])
        ]

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent."""
        return list(self._inside.get(place, ()))

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member."""
        return [
            group for group in self._groups.get(place, ()) if place in self._places[group].members
        ]

    def names(self) -> Iterable[str]:
        """Every folded name."""
        return self._named.keys()


_IS_ID: Final = re.compile(r"\s*[A-Za-z][A-Za-z0-9_-]*:").match
_LONGEST: Final = 1_000
"""More characters than the vocabulary lets a name have, with room for a parent's."""


def fold_name(name: str) -> str:
    """A name as it is compared: case, spacing and the shape of marks fold; letters never do.

    Empty for what is longer than any name.
    """
    return _folded(name) if len(name) <= _LONGEST else ""


def local_id(name: str, lat: float | None, lon: float | None, parent: str | None) -> str:
    """The id of a place of one's own: `local:NAME@LAT,LON`, or `local:NAME@PARENT`."""
    where = f"{lat:.4f},{lon:.4f}" if lat is not None and lon is not None else parent
    called = fold_name(name).replace(" ", "_")[:120]
    return f"{LOCAL}{called}@{where}" if where else f"{LOCAL}{called}"


@lru_cache(maxsize=4096)  # a name is asked for several times in a row
def _folded(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_APOSTROPHES)
    return " ".join(folded.split())


def spellings(place: Place) -> set[str]:
    """Every folded name of a place."""
    return {fold_name(name) for name in (place.name, *place.aliases)}


def resolve(text: str, book: Book) -> Place:
    """The one place that `text` names: an id, a name in any known spelling, or `Name, Parent`.

    Raises `UnknownPlace` with near spellings, `AmbiguousPlace` with the candidates.
    """
    require_text("place", text)
    text = text.strip()
    found = named_by(text, book)
    if len(found) > 1:
        found = _spelled(text, found, book) or found
    if len(found) == 1 and (place := book.get(found[0])):
        return place
    if found:
        raise AmbiguousPlace(text, (place_name(one, book) for one in found))
    near = suggestions(text, book) or _holding(text, book)
    raise UnknownPlace(text, near, among=" of this log")


def _spelled(text: str, found: Iterable[str], book: Book) -> list[str]:
    """Of places whose names fold to the same, those of this very spelling."""
    places = filter(None, map(book.get, found))
    return [place.id for place in places if text in (place.name, *place.aliases)]


def named_by(text: str, book: Book) -> list[str]:
    """The ids of all places that `text` names: by id, by a known spelling, or as `Name, Parent`.

    Of parents there may be several, as where a candidate is told.
    """
    if book.get(text):
        return [text]
    found = book.named(fold_name(text))
    uppers: list[str] = []
    name = text if len(text) <= _LONGEST else ""
    while not found and "," in name:
        name, _, upper = name.rpartition(",")
        uppers.append(upper.strip())
        found = book.named(fold_name(name))
    for upper in uppers:
        wanted = set(_ids(upper, book))
        found = [one for one in found if wanted & set(above_all(one, book))]
    return found


def _ids(text: str, book: Book) -> list[str]:
    return [text] if book.get(text) else book.named(fold_name(text))


def suggestions(
    text: str, book: Book, limit: int = _NEAR, *, likeness: float = 0.75
) -> list[PlaceName]:
    """Places whose names are near `text`, for a person to choose from; no id is near another."""
    if _IS_ID(text):
        return []
    from difflib import get_close_matches  # here: most names are found

    names = list(book.names())
    # A name that is right under a parent that is not.
    asked = dict.fromkeys(map(fold_name, (text[:200], text[:200].partition(",")[0])))
    near = [
        like for one in asked for like in get_close_matches(one, names, n=limit, cutoff=likeness)
    ]
    ids = dict.fromkeys(place for name in near for place in book.named(name))
    return [place_name(place, book) for place in ids][:limit]


def _holding(text: str, book: Book) -> list[PlaceName]:
    """Some places with `text` as whole words of a name, or as their id without its scheme."""
    if not (words := fold_name(text)):
        return []
    named = [
        place for name in book.names() if f" {words} " in f" {name} " for place in book.named(name)
    ]
    named += [one.id for one in book if words == one.id.partition(":")[2].casefold()]
    return [place_name(place, book) for place in dict.fromkeys(named)][:_NEAR]


def place_name(place: str, book: Book) -> PlaceName:
    """A place with its path, for errors and listings."""
    return PlaceName(place, name_of(place, book), tuple(path(place, book)))


def name_of(place: str, book: Book) -> str:
    """What a place is called; its id where the book does not define it."""
    defined = book.get(place)
    return defined.name if defined else place


def typed_name(place: str, book: Book) -> str:
    """A place as a command takes it and a person reads it: its name, if that is only its."""
    defined = book.get(place)
    if defined is None or defined.name.startswith("-"):
        return place
    above = (book.get(one) for one in defined.parents_at(None))
    wider = [f"{defined.name}, {one.name}" for one in above if one]
    for text in (defined.name, *wider):
        if named_by(text, book) == [place]:
            return text
    return place


def path(place: str, book: Book, valid: Instant | None = None) -> list[str]:
    """Names from the outermost place down to this one, along its administrative parents."""
    names: list[str] = []
    seen: set[str] = set()
    at: str | None = place
    while at is not None and at not in seen:
        seen.add(at)
        defined = book.get(at)
        names.append(defined.name if defined else at)
        at = next(iter(defined.parents_at(valid)), None) if defined else None
    return names[::-1]


def in_unit(place: str, book: Book) -> Place | None:
    """The place as defined; the first-level unit that it does not state is that of its parents."""
    defined = at = book.get(place)
    seen = {place}
    while at is not None and at.admin1 is None and at.iso_3166_2 is None:
        parent = next(iter(at.parents_at(None)), place)
        at = None if parent in seen else book.get(parent)
        seen.add(parent)
    if defined is None or at is None or at is defined:
        return defined
    return msgspec.structs.replace(defined, admin1=at.admin1, iso_3166_2=at.iso_3166_2)


def above(place: str, book: Book, valid: Instant | None = None) -> list[str]:
    """The ids of places directly above: parents as valid at the cut, and groups it belongs to."""
    defined = book.get(place)
    parents = defined.parents_at(valid) if defined else []
    return list(dict.fromkeys([*parents, *book.groups(place)]))


def in_itself(place: str) -> PlaceError:
    """What is wrong with a place that is one of those above it."""
    return PlaceError(
        f"{quoted(place)} lies in itself", "name the place around it, or leave it out"
    )


def above_all(place: str, book: Book, valid: Instant | None = None) -> list[str]:
    """The ids of all places above, nearest first, each once."""
    found, edge = [], above(place, book, valid)
    seen = {place}
    while edge:
        fresh = []
        for one in edge:
            if one not in seen:
                seen.add(one)
                fresh.append(one)
        found += fresh
        edge = [one for at in fresh for one in above(at, book, valid)]
    return found


def below(place: str, book: Book, valid: Instant | None = None) -> list[str]:
    """The ids of places directly below: those it is a parent of at the cut, and its members."""
    defined = book.get(place)
    ids = dict.fromkeys(defined.members if defined else ())
    for one in book.inside(place):
        lower = book.get(one)
        if lower and place in lower.parents_at(valid):
            ids[one] = None
    return list(ids)


def below_all(place: str, book: Book, valid: Instant) -> Iterator[str]:
    """The id of a place and of all places below it at the cut, sites too, each once."""
    edge, seen = [place], set[str]()
    while edge:
        at = edge.pop()
        if at not in seen:
            seen.add(at)
            edge += below(at, book, valid)
            yield at


def lowest(
    place: str, book: Book, named: Mapping[str, object] | set[str], valid: Instant
) -> list[str]:
    """Clause 7: of the named places below, those with no named place below them, each once.

    Sites do not count: a station is a landmark of its town, and the town is the lowest place.
    """
    found: list[str] = []
    below_it = {place: _towns_below(place, book, valid)}
    # Whether a place, or one below it, is named; one not done with says no, which ends loops.
    speaks = {place: False}
    path = [(place, iter(below_it[place]))]
    while path:
        at, rest = path[-1]
        lower = next((one for one in rest if one not in speaks), None)
        if lower is not None:
            speaks[lower] = False
            below_it[lower] = _towns_below(lower, book, valid)
            path.append((lower, iter(below_it[lower])))
            continue
        path.pop()
        deeper = any(speaks[one] for one in below_it[at])
        if at in named and not deeper and at != place:
            found.append(at)
        speaks[at] = deeper or at in named
    return sorted(found)


def _towns_below(place: str, book: Book, valid: Instant) -> list[str]:
    return [one for one in below(place, book, valid) if not _is_site(one, book)]


def _is_site(place: str, book: Book) -> bool:
    defined = book.get(place)
    return defined is not None and defined.kind == SITE
