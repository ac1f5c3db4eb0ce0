"""Areas of the user's own, drawn on the map of a region: polygons of a GeoJSON file, by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from timeline.errors import BadQuestion
from timeline.places import fold_name

LARGEST: Final = 64 << 20
"""Bytes of a file that is read."""
_KEYS: Final = ("id", "place", "place_id", "name", "name_en", "shapeName", "ADM1_EN", "ADM2_EN")

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude of each corner."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon, or several, and what it is called: an id or names."""

    names: tuple[str, ...]
    rings: tuple[Ring, ...]


class Areas:
    """The areas that a server was given, by folded name or id of a place."""

    def __init__(self, areas: Iterable[Outline] = ()) -> None:
        self._by_name: dict[str, Outline] = {}
        for area in areas:
            for name in area.names:
                self._by_name.setdefault(fold_name(name), area)

    def of(self, names: Iterable[str]) -> Outline | None:
        """The area of the place that has one of these names, an id among them."""
        found = (self._by_name.get(fold_name(name)) for name in names)
        return next((area for area in found if area is not None), None)


def load_areas(path: Path) -> Areas:
    """The areas of a GeoJSON file; raises `BadQuestion` with what would be right."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadQuestion(f"{path}: more than {LARGEST >> 20} MiB; simplify the areas first")
        found = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise BadQuestion(f"{path}: {error.strerror}; name a GeoJSON file") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadQuestion(f"{path}: this is not JSON ({error}); name a GeoJSON file") from None
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list):
        raise BadQuestion(f"{path}: no `features`; write a GeoJSON FeatureCollection")
    areas: list[Outline] = []
    for number, feature in enumerate(features, 1):
        try:
            areas += _area(feature)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadQuestion(
                f"{path}: feature {number} is no polygon that can be read; "
                "write Polygon or MultiPolygon, longitude before latitude"
            ) from None
    return Areas(areas)


def _area(feature: dict[str, Any]) -> Iterator[Outline]:
    geometry = feature["geometry"]
    if geometry is None or geometry["type"] not in ("Polygon", "MultiPolygon"):
        return  # points and lines are no areas
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    properties = feature.get("properties") or {}
    names = [feature.get("id"), *(properties.get(key) for key in _KEYS)]
    rings = tuple(_ring(ring) for polygon in polygons for ring in polygon)
    yield Outline(tuple(str(name) for name in names if name not in (None, "")), rings)


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    ring = tuple((float(point[0]), float(point[1])) for point in points)
    if len(ring) < 4 or any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in ring):
        raise ValueError("not a ring")
    return ring
