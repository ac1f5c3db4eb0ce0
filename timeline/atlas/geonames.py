"""Places of GeoNames.org: its dumps (`UA.txt`, `allCountries.txt`), and what all its data share."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from events.explain import Problem
from events.fields import unsafe
from events.when import quoted
from timeline.places import fold_name
from timeline.seeds_path import seeds_folder

if TYPE_CHECKING:
    from timeline.atlas.file import Definition

CREDIT: Final = "GeoNames.org, CC BY 4.0"
LEVELS: Final = "admin1.csv"
OTHER_NAMES: Final = "other_names.csv"
COLUMNS: Final = 19
"""Of a dump: geonameid, name, ASCII name, other names, lat, lon, feature class and code, …"""

_MOST_ALIASES: Final = 500
_LONGEST_NAME: Final = 200
# Who lives in a place is all that the data say of what it is; the words are ours.
_CITY: Final = 50_000
_TOWN: Final = 5_000
_UNITS: Final = ("ADM1", "ADM2", "ADM3", "ADM4")
_KINDS: Final = {"ADM1": "region", "ADM2": "district", "ADM3": "district", "ADM4": "district"}
_UKRAINIAN: Final = {"ADM1": "oblast", "ADM2": "raion", "ADM3": "hromada"}
_CAPITALS: Final = {"PPLC": "city", "PPLX": "district"}
_PAST: Final = "H"
"""The end of the code of what is no more: PPLH, ADM2H."""


class Admin1(NamedTuple):
    """A first-level division of a country; `katottg` is its code in Ukraine's classifier."""

    id: str
    name: str
    katottg: str

    @property
    def iso_3166_2(self) -> str | None:
        """The code of ISO 3166-2 where the division is known by it."""
        return self.id.removeprefix("iso:") if self.id.startswith("iso:") else None


@cache
def first_levels() -> Mapping[str, Admin1]:
    """First-level divisions by country and code, such as `UA.05` or `SY.09`; shipped."""
    return {row["code"]: Admin1(row["id"], row["name"], row["katottg"]) for row in _shipped(LEVELS)}


def other_names(place: str) -> Sequence[str]:
    """What else a country or one of its first-level divisions is called, as far as it is shipped.

    GeoNames' own list has one name for each; data sets write others.
    """
    return _other_names().get(place, ())


@cache
def _other_names() -> Mapping[str, Sequence[str]]:
    return {row["id"]: row["others"].split("|") for row in _shipped(OTHER_NAMES)}


def _shipped(name: str) -> list[dict[str, str]]:
    with (seeds_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kind_of(population: int) -> str:
    """What a populated place is called here; where nobody is counted it is a settlement."""
    if population >= _CITY:
        return "city"
    return "town" if population >= _TOWN else "village" if population else "settlement"


def is_name(text: str) -> bool:
    """Whether a place may be called so."""
    return 0 < len(text) <= _LONGEST_NAME and not unsafe(text)


def cleaned(name: str, others: Iterable[str]) -> list[str]:
    """Other names, each spelling once and without those that no place may have."""
    seen = {fold_name(name)}
    found: list[str] = []
    for other in others:
        text = other.strip()
        folded = fold_name(text)
        if folded not in seen and is_name(text):
            seen.add(folded)
            found.append(text)
    return found[:_MOST_ALIASES]


def definition(
    id_: str,
    name: str,
    kind: str,
    *,
    parent: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
    aliases: Iterable[str] = (),
    within: Admin1 | None = None,
) -> Definition:
    """A place as the log stores it, absent keys left out."""
    place: Definition = {"id": id_, "name": name, "kind": kind}
    optional = {
        "parent": parent,
        "lat": lat,
        "lon": lon,
        "aliases": cleaned(name, aliases),
        "admin1": within.name if within else None,
        "iso_3166_2": within.iso_3166_2 if within else None,
    }
    place.update((key, value) for key, value in optional.items() if value not in (None, []))
    return place


def dump_places(
    lines: Callable[[], Iterable[str]], file: str, classes: str
) -> Iterator[Definition | Problem]:
    """The places of a dump, of these feature classes (`A` units, `P` populated places, …).

    `lines` opens it from its beginning: it is read twice, since a place may come before its
    district. What is no more (historical places and units) is left out.
    """
    units: dict[tuple[str, ...], str] = {}
    for row in map(_fields, lines()):
        if len(row) == COLUMNS and row[6] == "A" and row[7] in _UNITS:
            depth = _UNITS.index(row[7]) + 1
            units[_codes(row)[: depth + 1]] = _unit_id(row)
    for number, line in enumerate(lines(), 1):
        row = _fields(line)
        if len(row) != COLUMNS:
            what = f"has {len(row)} columns"
            yield Problem(file, number, what, f"a dump of GeoNames has {COLUMNS}, with tabs")
        elif row[6] and row[6] in classes and not (row[7].endswith(_PAST) and row[6] in "AP"):
            yield _dumped(row, units, file, number)


def _fields(line: str) -> list[str]:
    return line.rstrip("\r\n").split("\t")


def _codes(row: list[str]) -> tuple[str, ...]:
    """Country and the codes of its units, from the first level down."""
    return (row[8], *row[10:14])


def _unit_id(row: list[str]) -> str:
    first = first_levels().get(f"{row[8]}.{row[10]}") if row[7] == "ADM1" else None
    return first.id if first else f"geonames:{row[0]}"


def _dumped(
    row: list[str], units: Mapping[tuple[str, ...], str], file: str, number: int
) -> Definition | Problem:
    name = row[1].strip()
    try:
        lat, lon, people = float(row[4]), float(row[5]), int(row[14] or 0)
    except ValueError:
        what = f"no number in {quoted(row[4])}, {quoted(row[5])} or {quoted(row[14])}"
        return Problem(
            file, number, what, "columns 5, 6 and 15 are latitude, longitude, population"
        )
    if not (row[0].isdigit() and is_name(name)):
        what = f"no id and name in {quoted(row[0])}, {quoted(name)}"
        return Problem(file, number, what, "columns 1 and 2 are the number and name of the place")
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return Problem(file, number, f"{lat}, {lon} is nowhere", "write degrees (WGS 84)")
    if row[7].startswith("PCL"):
        id_, kind, parent, within = f"iso:{row[8]}", "country", None, None
    else:
        id_ = _unit_id(row)
        kind = _kind(row, people)
        parent = _above(row, units, id_)
        within = first_levels().get(f"{row[8]}.{row[10]}")
    aliases = [*row[3].split(","), row[2]]
    if id_ != f"geonames:{row[0]}":
        aliases.append(f"geonames:{row[0]}")
    return definition(
        id_, name, kind, parent=parent, lat=lat, lon=lon, aliases=aliases, within=within
    )


def _kind(row: list[str], people: int) -> str:
    if row[6] == "A":
        known = _KINDS | _UKRAINIAN if row[8] == "UA" else _KINDS
        return known.get(row[7], "district")
    if row[6] == "P":
        return _CAPITALS.get(row[7]) or kind_of(people)
    return "site"


def _above(row: list[str], units: Mapping[tuple[str, ...], str], id_: str) -> str | None:
    """The lowest unit that holds it, else the first level that is shipped, else the country."""
    codes = _codes(row)
    for depth in range(len(codes), 1, -1):
        unit = units.get(codes[:depth]) if all(codes[:depth]) else None
        if unit and unit != id_:
            return unit
    first = first_levels().get(f"{row[8]}.{row[10]}")
    if first and first.id != id_:
        return first.id
    return f"iso:{row[8]}" if row[8] else None
