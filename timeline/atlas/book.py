"""All gazetteers of this machine as one: what they say of a place, put together."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from timeline.places import fold_name

if TYPE_CHECKING:
    from timeline.atlas.file import Definition, PlaceFile

_OTHER_ID: Final = re.compile(r"[a-z][a-z0-9_-]*:\S+")
_CLASSIFIED: Final = "katottg:"
_WORLD: Final = ("geonames:", "iso:")
"""How ids begin that the places of the world have."""
_NEAR: Final = 3
"""Letters that a near spelling begins with as well."""
_MOST_NEAR: Final = 2_000
_MOST_KEPT: Final = 50_000


class PlaceEntry:
    """What the gazetteers say of one place; `source` is the first that defines it."""

    __slots__ = ("definition", "source")

    def __init__(self, source: str, definition: Definition) -> None:
        self.source = source
        self.definition = definition


class Atlas:
    """The gazetteers of this machine. No file is opened, or built, before it is asked.

    The world's is asked for names and for ids that it may have: of units and groups it knows none.
    """

    def __init__(
        self,
        loaded: Callable[[], PlaceFile | None] = lambda: None,
        world: Callable[[], PlaceFile | None] = lambda: None,
    ) -> None:
        self._open_loaded = loaded
        self._open_world = world
        self._entries: dict[str, PlaceEntry | None] = {}
        self._names: dict[str, list[str]] = {}
        self._credits: dict[str, str] = {}
        # Of the places of the world, found by name: to be decoded once somebody asks for them.
        self._rows: dict[str, tuple[PlaceFile, str, bytes]] = {}

    @cached_property
    def _loaded(self) -> list[PlaceFile]:
        return [file] if (file := self._open_loaded()) else []

    @cached_property
    def _world(self) -> list[PlaceFile]:
        return [file] if (file := self._open_world()) else []

    def close(self) -> None:
        """Let go of the files that were opened."""
        for name in ("_world", "_loaded"):
            for file in self.__dict__.pop(name, ()):
                file.close()

    def entry(self, place: str) -> PlaceEntry | None:
        """The place of this id, as all gazetteers together have it."""
        if place not in self._entries:
            _make_room(self._entries)
            self._entries[place] = self._merged(place)
        return self._entries[place]

    def named(self, folded: str) -> list[str]:
        """The ids of places with this folded name, or with this other id."""
        if folded not in self._names:
            _make_room(self._names)
            found = [place for file in self._loaded for place, *_ in file.named(folded)]
            for file in self._world:
                for place, source, row in file.named(folded):
                    found.append(place)
                    _make_room(self._rows)
                    self._rows[place] = file, source, row
            self._names[folded] = list(dict.fromkeys(found))
        return self._names[folded]

    def claiming(self, place: str) -> list[str]:
        """The ids of places that have this id besides their own."""
        if self._loaded or self.entry(place) is None:
            known = self.named if self.entry(place) is None else self._named_loaded
            return [one for one in known(fold_name(place)) if one != place]
        return []

    def _named_loaded(self, folded: str) -> list[str]:
        return list(dict.fromkeys(one for file in self._loaded for one, *_ in file.named(folded)))

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent."""
        return list(dict.fromkeys(one for file in self._of(place) for one in file.inside(place)))

    def below(self, place: str) -> list[Definition]:
        """What each gazetteer says of places that name this one as a parent."""
        return [one for file in self._of(place) for one in file.below(place)]

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member."""
        return list(dict.fromkeys(one for file in self._loaded for one in file.groups(place)))

    def unit(self, place: str) -> Definition | None:
        """What loaded gazetteers say of the place of this id, for the units that it lies in."""
        return entry.definition if self._loaded and (entry := self.entry(place)) else None

    def _of(self, place: str) -> list[PlaceFile]:
        return [*self._loaded, *self._world] if place.startswith(_WORLD) else self._loaded

    def _said(self, place: str) -> list[tuple[str, Definition]]:
        """What each gazetteer says of the place of this id."""
        said = [row for file in self._loaded for row in file.definitions(place)]
        if (known := self._rows.get(place)) is not None:
            file, source, row = known
            said.append((source, file.definition(row)))
        elif place.startswith(_WORLD):
            said += [row for file in self._world for row in file.definitions(place)]
        return said

    def is_own(self, place: str) -> bool:
        """Whether the place is one of a list of the user's own, which credits nobody."""
        entry = self.entry(place)
        return entry is not None and not self.credit(entry.source)

    def credit(self, source: str) -> str:
        """Whom to credit for what the gazetteer of this name says."""
        if source not in self._credits:
            self._credits |= _credits(self._loaded)
        if source not in self._credits:
            self._credits |= _credits(self._world)
        return self._credits.get(source, "")

    def starting(self, folded: str, limit: int) -> list[str]:
        """Folded names that begin so."""
        files = [*self._loaded, *self._world]
        found = (name for file in files for name in file.starting(folded, limit))
        return sorted(dict.fromkeys(found))[:limit]

    def near(self, folded: str, limit: int) -> list[str]:
        """Folded names like this one that begin alike, for a person to choose from."""
        from difflib import get_close_matches  # here: most names are found

        alike = self.starting(folded[:_NEAR], _MOST_NEAR) if len(folded) >= _NEAR else []
        return get_close_matches(folded[:200], alike, n=limit, cutoff=0.8)

    def _merged(self, place: str) -> PlaceEntry | None:
        rows = self._said(place)
        if not rows:
            return None
        source, first = rows[0]
        others = [row for _, row in rows[1:]]
        if (official := self._classified(place, first)) is not None:
            others.append(official)
        if not others:
            return PlaceEntry(source, first)
        merged: Definition = {}
        for row in (first, *others):
            merged = row | merged
        spelled = {fold_name(first["name"])}
        merged["aliases"] = []
        for name in (name for row in (first, *others) for name in spellings(row)):
            if (folded := fold_name(name)) not in spelled:
                spelled.add(folded)
                merged["aliases"].append(name)
        # The classifier knows what a place is, and the lowest unit that it lies in.
        placing = official or first
        for key in ("parent", "parents"):
            merged.pop(key, None)
        told = {key: placing[key] for key in ("kind", "parent", "parents") if key in placing}
        return PlaceEntry(source, merged | told)

    def _classified(self, place: str, row: Definition) -> Definition | None:
        """What Ukraine's classifier says of a place that has a code in it."""
        codes = [one for one in other_ids(row) if one.startswith(_CLASSIFIED)]
        if place.startswith(_CLASSIFIED) or len(codes) != 1:
            return None
        rows = [one for file in self._loaded for _, one in file.definitions(codes[0])]
        return rows[0] if rows else None


def _credits(files: list[PlaceFile]) -> dict[str, str]:
    return {one.name: one.credit for file in files for one in file.listed()}


def other_ids(definition: Definition) -> list[str]:
    """The ids that a place has besides its own: they stand among its aliases."""
    return [name for name in definition.get("aliases", ()) if is_id(name)]


def spellings(definition: Definition) -> list[str]:
    """The names of a place, the one to show first."""
    return [definition["name"], *definition.get("aliases", ())]


def is_id(text: str) -> bool:
    """Whether a text is an id and no name: `katottg:UA14…`, `geonames:704422`."""
    return ":" in text and _OTHER_ID.fullmatch(text) is not None


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
