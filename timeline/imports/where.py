"""Where a row is: its names looked up, each once; made local where the profile says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from timeline.gazetteer import Found, Gazetteer, Unresolved, local_place
from timeline.imports.templates import BadCell, Cells, Template
from timeline.lookup import country_id
from timeline.places import AREAS, fold_name, local_id, place_name, spellings

if TYPE_CHECKING:
    from events.place import PlaceDefinition
    from timeline.imports.profile import PlaceOf


class StatedPlace(NamedTuple):
    """What a row says of where, before anything is looked up."""

    id: str
    name: str
    lat: str
    lon: str
    kind: str
    parent: str
    country: str
    levels: tuple[str, ...]


class _Sought(NamedTuple):
    """One name to be looked up, with what is said of where it is; `parent` is an id or a name."""

    name: str
    lat: float | None = None
    lon: float | None = None
    kind: str = "settlement"
    parent: str | None = None
    country: str | None = None


@dataclass(slots=True)
class NamesFound:
    """What became of the names of a table."""

    resolved: dict[str, None] = field(default_factory=dict)
    local: dict[str, None] = field(default_factory=dict)
    ambiguous: dict[str, None] = field(default_factory=dict)
    """Names of several places, none of which the row tells apart; they are local as well."""
    countries: dict[str, None] = field(default_factory=dict)
    """Countries that nothing knows; what lies in them is local, and in none."""
    preferred: dict[str, str] = field(default_factory=dict)
    """Names of several places, with the one that log or program define, as one tells of it."""


class Whereabouts:
    """Looks the places of rows up; raises `BadCell` where a name leads nowhere."""

    def __init__(self, gazetteer: Gazetteer, local: Gazetteer, wanted: PlaceOf) -> None:
        """Look places up in `gazetteer`; those that are made go into `local` alone.

        So that what a name means does not hang on the rows before it.
        """
        self._gazetteer = gazetteer
        self._locals = local
        self._wanted = wanted
        self._named: dict[str, str] = {}
        self._made: set[str] = set()
        self._made_before: set[str] = set()
        self._found: dict[StatedPlace, dict[str, str] | BadCell] = {}
        self._rows: list[tuple[str, bytes]] = []
        self.places = NamesFound()

    def rows(self) -> list[tuple[str, bytes]]:
        """The definitions made since this was last asked, for the log."""
        made, self._rows = self._rows, []
        return made

    def stated(self, cells: Cells) -> StatedPlace:
        """What a row says of where."""
        wanted = self._wanted
        return StatedPlace(
            _text(wanted.id, cells),
            _text(wanted.name, cells),
            _text(wanted.lat, cells),
            _text(wanted.lon, cells),
            _text(wanted.kind, cells),
            _text(wanted.parent, cells),
            _text(wanted.country, cells),
            tuple(_text(level.name, cells) for level in wanted.levels),
        )

    def of(self, cells: Cells) -> dict[str, str]:
        """The place of a row as a report names it: its id, and its name as the row spells it."""
        return self.at(self.stated(cells))

    def at(self, stated: StatedPlace) -> dict[str, str]:
        """The place that a row states."""
        known = self._found.get(stated)
        if known is None:
            try:
                known = self._look_up(stated)
            except BadCell as error:
                known = error
            self._found[stated] = known
        if isinstance(known, BadCell):
            raise known
        return known

    def alone(self, name: str) -> dict[str, str]:
        """A local place of a name that means several places at once, so that it is none of them."""
        self.places.ambiguous[name] = None
        return {"id": self._local(_Sought(name)), "name": name}

    def apart(self, name: str, stated: StatedPlace) -> dict[str, str]:
        """A local place for a name whose gazetteer's place answers to another name besides."""
        lat, lon = self._degrees(stated)
        before = self._found.get(stated)
        above = None
        if isinstance(before, dict):
            above = next(iter(self._locals.find(before["id"]).parents_at(None)), None)
        self.places.resolved.pop(name, None)
        self.places.local[name] = None
        return {"id": self._local(_Sought(name, lat, lon, parent=above)), "name": name}

    def shared(self, ids: Mapping[str, str]) -> list[str]:
        """Of names and the ids of their places, those that could be taken for another of them.

        A local place bears its own name only, so that it is never among them.
        """
        owners: dict[str, list[str]] = {}
        users: dict[str, list[str]] = {}
        for name, place in ids.items():
            owners.setdefault(fold_name(name), []).append(name)
            users.setdefault(place, []).append(name)
        found = []
        for name, place in ids.items():
            if len(users[place]) > 1:
                found.append(name)
                continue
            if place.startswith("local:"):
                continue
            borne = spellings(self._gazetteer.find(place))
            others = [one for each in borne & owners.keys() for one in owners[each] if one != name]
            if others or fold_name(name) not in borne:
                found.append(name)
        return found

    def _look_up(self, stated: StatedPlace) -> dict[str, str]:
        lat, lon = self._degrees(stated)
        parent = self._parent(stated)
        if stated.id:
            found = self._gazetteer.resolve_name(stated.id)
            if isinstance(found, Found):
                self.places.resolved[stated.id] = None
                return {"id": found.place.id, "name": stated.name or found.place.name}
        name = stated.name or (f"{lat:g}, {lon:g}" if lat is not None and lon is not None else "")
        if not name:
            if parent and any(stated.levels):
                last = [text for text in stated.levels if text][-1]
                return {"id": parent, "name": last}
            if stated.id and not stated.name:
                column = _columns(self._wanted.id) or "place"
                raise BadCell(column, stated.id, "is no id of a place", "load its gazetteer first")
            raise BadCell(self._column(), "", "no place is stated", "write its name")
        sought = _Sought(
            name, lat, lon, stated.kind or "settlement", parent, stated.country or None
        )
        if stated.id and self._wanted.local:
            self.places.local[name] = None
            if stated.id not in self._made:
                self._defined(
                    self._definition(self._above(sought, stated)).model_copy(
                        update={"id": stated.id}
                    )
                )
            return {"id": stated.id, "name": name}
        return {"id": self._one(sought), "name": name}

    def _parent(self, stated: StatedPlace) -> str | None:
        """What the place lies in: an id or a name, or the id of the lowest of its levels."""
        parent = (self._id_of(stated.parent) or stated.parent) if stated.parent else None
        for text, level in zip(stated.levels, self._wanted.levels, strict=True):
            if text:
                country = stated.country or None
                sought = _Sought(text, kind=level.kind, parent=parent, country=country)
                try:
                    parent = self._one(sought, level.suffixes)
                except BadCell as error:
                    column = _columns(level.name) or "place"
                    raise BadCell(column, text, error.what, error.right) from None
        return parent

    def _above(self, sought: _Sought, stated: StatedPlace) -> _Sought:
        """What is sought, without a parent that nothing knows, or that is the place itself."""
        if sought.parent == stated.id or (
            sought.parent == stated.parent and self._id_of(stated.parent) is None
        ):
            return sought._replace(parent=None)
        return sought

    def _one(self, sought: _Sought, suffixes: Iterable[str] | None = None) -> str:
        """The id of the place, or of a level, which has `suffixes` of its own."""
        narrow = sought._replace(parent=self._found_above(sought.parent))
        area = sought.kind if sought.kind in AREAS else ""
        found = self._resolved(narrow, area)
        if isinstance(found, Unresolved):
            found = self._shorter(narrow, area, suffixes) or found
        name = sought.name
        if isinstance(found, Found):
            self.places.resolved[name] = None
            if found.place.id == local_id(name, sought.lat, sought.lon, sought.parent):
                self._made_before.add(found.place.id)
                return self._spelled(found.place.id, name)
            if found.others and found.how != "coordinates":
                self.places.preferred[name] = str(place_name(found.place.id, self._gazetteer.book))
            return found.place.id
        if not self._wanted.local:
            raise BadCell(self._column(), name, found.what, found.right)
        if found.candidates and sought.lat is None:
            self.places.ambiguous[name] = None
        else:
            self.places.local[name] = None
        return self._local(sought)

    def _spelled(self, place: str, name: str) -> str:
        """The local place of this very name, as `_defined` numbered it in an import before."""
        book, one, number = self._gazetteer.book, place, 1
        while (found := book.get(one)) is not None:
            if found.name == name:
                return one
            number += 1
            one = f"{place}~{number}"
        return place

    def _resolved(self, sought: _Sought, area: str) -> Found | Unresolved:
        return self._gazetteer.resolve_name(
            sought.name,
            parent=sought.parent,
            country=sought.country,
            lat=sought.lat,
            lon=sought.lon,
            area=area,
        )

    def _shorter(self, sought: _Sought, area: str, suffixes: Iterable[str] | None) -> Found | None:
        """The one place that has this name without a word of the data set's.

        A level has to lie in what is named before it, and a place near the position of the row.
        """
        how = "coordinates" if suffixes is None else "parent"
        folded = fold_name(sought.name)
        for word in self._wanted.suffixes if suffixes is None else suffixes:
            if not folded.endswith(f" {fold_name(word)}"):
                continue
            short = sought._replace(name=sought.name[: -len(word)].rstrip())
            found = self._resolved(short, "" if suffixes is None else area)
            if isinstance(found, Found) and found.how == how and not found.others:
                return found
        return None

    def _id_of(self, place: str, area: str = "") -> str | None:
        """The id of the place of this id or name; None where nothing knows it."""
        found = self._gazetteer.resolve_name(place, area=area)
        return found.place.id if isinstance(found, Found) else None

    def _found_above(self, place: str | None) -> str | None:
        """The place, or the nearest above it that a gazetteer has: that knows what is in it.

        One that rows made is passed over in the next import too: else that would find other places.
        """
        while place is not None and (place in self._made or place in self._made_before):
            place = self._locals.find(place).parent
        return place

    def _local(self, sought: _Sought) -> str:
        return self._defined(self._definition(sought))

    def _definition(self, sought: _Sought) -> PlaceDefinition:
        name, lat, lon, kind, parent, country = sought
        try:
            made = local_place(name, lat, lon, kind, parent)
        except ValueError:
            raise BadCell(
                self._column(), name, "is no name of a place", "write it in letters, up to 200"
            ) from None
        if parent is None and country:
            # It lies there, and has the id that it would have without anything above it.
            above = self._id_of(country_id(country), area="country")
            if above is None:
                self.places.countries[country] = None
            return made.model_copy(update={"parent": above})
        return made

    def _defined(self, made: PlaceDefinition) -> str:
        """Take a local place in; one whose name only folds to that of another has its own id."""
        place, number = made.id, 1
        while self._named.setdefault(place, made.name) != made.name:
            number += 1
            place = f"{made.id}~{number}"
        if place not in self._made:
            self._made.add(place)
            self._rows += self._locals.define(made.model_copy(update={"id": place}))
        return place

    def _column(self) -> str:
        wanted = self._wanted
        template = wanted.name or wanted.id or (wanted.levels[-1].name if wanted.levels else None)
        return _columns(template) or "place"

    def _degrees(self, stated: StatedPlace) -> tuple[float | None, float | None]:
        lat, lon = self._wanted.lat, self._wanted.lon
        if not stated.lat and not stated.lon:
            return None, None
        if not stated.lat or not stated.lon:
            what = "is empty, and half a position is none"
            raise BadCell(_columns(lon if stated.lat else lat), "", what, "write both, or neither")
        return _degree(stated.lat, 90, lat), _degree(stated.lon, 180, lon)


def _columns(template: Template | None) -> str:
    return ", ".join(sorted(template.columns)) if template else ""


def _degree(text: str, most: int, template: Template | None) -> float:
    try:
        degree = float(text)
    except ValueError:
        degree = most + 1.0
    if not abs(degree) <= most:
        raise BadCell(
            _columns(template), text, "is no position", f"write degrees, -{most} to {most}"
        )
    return degree


def _text(template: Template | None, cells: Cells) -> str:
    made = template.make(cells) if template else None
    return made if isinstance(made, str) else ""


def positions(cells: Iterable[Cells], wanted: PlaceOf) -> list[tuple[float, float]]:
    """The positions of rows that have one, each once."""
    found: dict[tuple[float, float], None] = {}
    for one in cells:
        lat, lon = _text(wanted.lat, one), _text(wanted.lon, one)
        if lat and lon:
            try:
                found[float(lat), float(lon)] = None
            except ValueError:
                continue
    return list(found)
