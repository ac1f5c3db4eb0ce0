"""Names looked up for importers: the one place of a name, or why there is none; never a guess."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from events.when import quoted_name
from timeline.atlas.book import is_id
from timeline.errors import PlaceName
from timeline.places import AREAS, Place, fold_name, named_by, place_name

if TYPE_CHECKING:
    from timeline.layers import Layers

NEAR_KM: Final = 25.0
"""How far from its point in a gazetteer a report may put a place of the same name."""
AROUND_KM: Final = 100.0
"""How far a place without a point may lie from all that have one in what it lies in."""

SETTLEMENTS: Final = frozenset({"city", "town", "village", "settlement", "site"})
"""Kinds that are not meant where a row names what a place lies in: Donetsk is no oblast."""

_EARTH_KM: Final = 6371.0
_MOST_CANDIDATES: Final = 10


class Found(msgspec.Struct, frozen=True):
    """The one place that a name leads to, and how: by `id`, `name`, `parent` or `coordinates`.

    `place.id` is what a draft names; intake then takes the definition, and those above it, into
    the log by itself. `source` says who defines it: `log`, `seeds` or the name of a gazetteer.
    `others` counts the places of this very name that it was taken before: those within 25 km as
    well, or those of gazetteers where the log or the program defines this one.
    """

    place: Place
    how: str
    source: str
    others: int = 0


class Unresolved(msgspec.Struct, frozen=True):
    """A name that does not lead to exactly one place: `what` is wrong, `right` would be right.

    `candidates` are places of this very name, at most ten, for a person to choose from, never to be
    taken; for places of a like name ask `Gazetteer.near`.
    """

    name: str
    what: str
    right: str
    candidates: tuple[PlaceName, ...] = ()

    @property
    def why(self) -> str:
        """What is wrong and what would be right, as one line."""
        return f"{self.what}; {self.right}"


class Lookup:
    """Looks names up in all places there are."""

    def __init__(self, book: Layers) -> None:
        self._all = book
        self._uppers: dict[str, set[str]] = {}
        self._points: dict[str, list[tuple[float, float]]] = {}

    def forget(self) -> None:
        """Look up anew what the places above are called, and where what is in them lies."""
        self._uppers.clear()
        self._points.clear()

    def resolve(
        self,
        name: str,
        parent: str | None,
        country: str | None,
        lat: float | None,
        lon: float | None,
        area: str,
    ) -> Found | Unresolved:
        """The one place of this name (`Gazetteer.resolve_name`)."""
        name = name.strip()
        if is_id(name) and (place := self._all.get(name)):
            return self._taken(place.id, "id")
        above = [one for one in (country and country_id(country), parent) if one]
        ids = self._all.named(fold_name(name))
        if not ids and not above and "," in name:
            name, _, upper = (part.strip() for part in name.rpartition(","))
            ids, above = self._all.named(fold_name(name)), [upper]
        if not ids:
            return _unknown("place", name)
        how = "parent" if above else "name"
        for one in above:
            if not (narrowed := self._below(ids, one)):
                what = f"no {quoted_name(name)} lies in {quoted_name(one)}"
                return self._unresolved(name, what, "name another place above it", ids)
            ids = narrowed
        if area and not (ids := self._areas(ids, area)):
            return _unknown("area", name)
        if lat is not None and lon is not None:
            return self._nearest(name, ids, lat, lon, how)
        return self._first(name, ids, how)

    def _first(self, name: str, ids: list[str], how: str) -> Found | Unresolved:
        """The place that comes before all others of its name, if it is one."""
        kept = self._all.first(ids, name)
        if len(kept) > 1:
            what = f"{quoted_name(name)} is the name of {len(kept)} places"
            return self._unresolved(name, what, "say in which place it lies", kept)
        return self._taken(kept[0], how, len(ids) - 1)

    def _areas(self, ids: list[str], area: str) -> list[str]:
        """Those that are no towns; of countries not the state of Nigeria that is called Niger."""
        areas = [one for one in ids if self._is_area(one)]
        if area == "country":
            return [one for one in areas if self._is_country(one)] or areas
        return areas

    def _below(self, ids: list[str], above: str) -> list[str]:
        if above not in self._uppers:
            self._uppers[above] = set(map(self._all.one_of, named_by(above, self._all)))
        uppers = self._uppers[above]
        # A country lies in itself, as does a city that is a province, such as Kyiv; a city in the
        # region of its name is not that region.
        return [
            one
            for one in ids
            if uppers.intersection(self._all.above(one))
            or (one in uppers and (self._is_country(one) or self._is_province(one)))
        ]

    def _is_country(self, place: str) -> bool:
        found = self._all.get(place)
        return found is not None and found.kind == "country"

    def _is_area(self, place: str) -> bool:
        """Whether it is no town."""
        found = self._all.get(place)
        return found is not None and (found.kind not in SETTLEMENTS or self._is_province(place))

    def _is_province(self, place: str) -> bool:
        """Whether it is a city that lies straight below its country, and is a province too."""
        found = self._all.get(place)
        if found is None or found.kind not in SETTLEMENTS:
            return False
        above = found.parents_at(None)
        return bool(above) and all(map(self._is_country, above))

    def _nearest(
        self, name: str, ids: list[str], lat: float, lon: float, how: str
    ) -> Found | Unresolved:
        points = {one: point for one in ids if (point := self._point(one))}
        far = {one: kilometres((lat, lon), point) for one, point in points.items()}
        # Of those equally far the first: the log's, then the shipped one.
        best = min(far, key=far.__getitem__, default="")
        if best and far[best] <= NEAR_KM:
            near = sum(one <= NEAR_KM for one in far.values())
            return self._taken(best, "coordinates", near - 1)
        pointless = [one for one in ids if one not in far]
        # Two are enough to know that the name is of several.
        around = list(islice((one for one in pointless if self._is_around(one, lat, lon)), 2))
        if len(around) == 1:
            return self._taken(around[0], how)
        right = "say which it is, or make it a place of its own"
        if around:
            what = f"{quoted_name(name)} is the name of {len(pointless)} places without a point"
            right = "say which"
        elif not best:
            said = quoted_name(name)
            what = f"what lies around {said} is over {AROUND_KM:g} km from {lat:g}, {lon:g}"
        else:
            what = (
                f"no {quoted_name(name)} lies within {NEAR_KM:g} km of {lat:g}, {lon:g}, and the "
                f"nearest is {far[best]:.0f} km off"
            )
        return self._unresolved(name, what, right, ids)

    def _point(self, place: str) -> tuple[float, float] | None:
        found = self._all.get(place)
        if found is None or found.lat is None or found.lon is None or found.kind in AREAS:
            return None
        return found.lat, found.lon

    def _is_around(self, place: str, lat: float, lon: float) -> bool:
        """Whether a place without a point may lie there: by those that have one in what it is in.

        So that a village of another region is not taken because its namesake is in no list.
        """
        found = self._all.get(place)
        if found is None or found.kind in AREAS:
            return True
        around = next(filter(None, map(self._in, self._all.above(place))), [])
        return not around or any(kilometres((lat, lon), point) <= AROUND_KM for point in around)

    def _in(self, unit: str) -> list[tuple[float, float]]:
        if unit not in self._points:
            # As listed, for to look up each village of an oblast takes long; else as joined.
            listed = [
                (one["lat"], one["lon"])
                for one in self._all.atlas.below(unit)
                if "lat" in one and one["kind"] not in AREAS
            ]
            book = self._all.near if listed else self._all
            self._points[unit] = [*listed, *filter(None, map(self._point, book.inside(unit)))]
        return self._points[unit]

    def _taken(self, place: str, how: str, others: int = 0) -> Found:
        found = self._all.get(place)
        if found is None:
            raise LookupError(place)  # ids come from names that lead somewhere
        return Found(found, how, self._all.source(found.id), others)

    def _unresolved(self, name: str, what: str, right: str, ids: list[str]) -> Unresolved:
        shown = tuple(place_name(one, self._all) for one in ids[:_MOST_CANDIDATES])
        return Unresolved(name, what, right, shown)


def _unknown(what: str, name: str) -> Unresolved:
    wrong = f"no {what} is called {quoted_name(name)}"
    return Unresolved(name, wrong, "name its id, or load its places")


def country_id(text: str) -> str:
    """The id of a country from its code of two or three letters; a name or an id as it is."""
    if text.isascii() and text.isalpha() and len(text) <= 3:
        return f"iso:{text.upper()}"
    return text


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """How far two positions, in degrees north and east, lie apart on a sphere (haversine)."""
    north, south = math.radians(a[0]), math.radians(b[0])
    across = math.radians(b[1] - a[1])
    half = math.sin((south - north) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
