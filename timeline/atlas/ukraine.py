"""Ukraine's own classifier of places, KATOTTG, and the table that joins GeoNames to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING, Final

from events.explain import Problem
from events.place import stored_when
from events.when import parse_when, quoted
from timeline.atlas.geonames import Admin1, definition, first_levels, is_name, kind_of
from timeline.atlas.romanised import romanised

if TYPE_CHECKING:
    from timeline.atlas.file import Definition

CREDIT_KATOTTG: Final = "KATOTTG, the state classifier of Ukraine"
CREDIT_PLACES: Final = "GeoNames.org, CC BY 4.0; codes of KATOTTG"
COUNTRY: Final = "iso:UA"
REFORM: Final = "2020-07-19"
"""The day on which the raions of resolution 807-IX came to be."""
BEFORE: Final = "2020-07-18"

_CATEGORIES: Final = {
    "O": ("oblast", "Oblast", "область"),
    "K": ("city", "", ""),
    "P": ("raion", "Raion", "район"),
    "H": ("hromada", "Hromada", "громада"),
    "M": ("city", "", ""),
    "T": ("settlement", "", ""),
    "X": ("settlement", "", ""),
    "C": ("village", "", ""),
    "B": ("district", "District", "район"),
}
Cells = Mapping[str, str]


def classified_places(
    rows: Iterable[tuple[int, Cells]], file: str
) -> Iterator[Definition | Problem]:
    """The places of `katottg.csv`: code, category, name_uk, parent and path of codes.

    The name shown is the romanised one. Since the reform a place lies below what the table says;
    before it straight below its oblast.
    """
    for line, row in rows:
        code, category, name = row["code"], row["category"], row["name_uk"]
        if category not in _CATEGORIES:
            known = ", ".join(_CATEGORIES)
            yield Problem(
                file, line, f"category: {quoted(category)} is none", f"write one of {known}"
            )
        elif not (is_name(code) and is_name(name)):
            yield Problem(file, line, "has no code or no name_uk", "write both")
        else:
            yield _classified(code, category, name, row)


def _classified(code: str, category: str, name: str, row: Cells) -> Definition:
    kind, latin, cyrillic = _CATEGORIES[category]
    level = _oblasts().get(row["path"].partition("/")[0] or code)
    aliases = [f"{name} {cyrillic}".strip()]
    if category == "H":  # its name in full
        aliases += [f"{name} територіальна громада", f"{romanised(name)} terytorialna hromada"]
    place = definition(
        f"katottg:{code}",
        f"{romanised(name)} {latin}".strip(),
        kind,
        aliases=aliases,
        within=level,
    )
    if category in "OK":
        place["parent"] = COUNTRY
    elif category == "B":
        place["parent"] = f"katottg:{row['parent']}"
    else:
        place["parents"] = _parents(row["parent"], level, is_unit=category in "PH")
    return place


def _parents(code: str, level: Admin1 | None, *, is_unit: bool) -> list[dict[str, object]]:
    """Below what the classifier says since the reform; a town was below its oblast before."""
    oblast = level.id if level else COUNTRY
    above = oblast if level and level.katottg == code else f"katottg:{code}"
    since: dict[str, object] = {"id": above, "from": _day(REFORM)}
    return [since] if is_unit else [since, {"id": oblast, "to": _day(BEFORE)}]


def joined_places(rows: Iterable[tuple[int, Cells]], file: str) -> Iterator[Definition | Problem]:
    """The places of `ua_places.csv`: those of GeoNames, with the codes of KATOTTG where known.

    The code is another id of the place, unless two claim it: then it is nobody's. The raions come
    with their places.
    """
    kept = list(rows)
    claims = Counter(row["katottg"] for _, row in kept)
    raions: dict[str, Definition] = {}
    for line, row in kept:
        yield _joined(row, claims, raions, file, line)
    yield from raions.values()


def _joined(
    row: Cells, claims: Counter[str], raions: dict[str, Definition], file: str, line: int
) -> Definition | Problem:
    """One place; its raion goes with the others, where it has one."""
    try:
        lat, lon, people = float(row["lat"]), float(row["lon"]), int(row["population"] or 0)
    except ValueError:
        lat_, lon_, people_ = (quoted(row[name]) for name in ("lat", "lon", "population"))
        what = f"no number in {lat_}, {lon_} or {people_}"
        return Problem(file, line, what, "write latitude, longitude and population")
    if not (row["geonameid"].isdigit() and is_name(row["name"].strip())):
        return Problem(file, line, "has no geonameid or no name", "write both")
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        return Problem(file, line, f"{lat}, {lon} is nowhere", "write degrees (WGS 84)")
    level = first_levels().get(f"UA.{row['geonames_admin1']}")
    code = row["katottg"]
    other = [f"katottg:{code}"] if code and claims[code] == 1 else []
    place = definition(
        f"geonames:{row['geonameid']}", row["name"].strip(), kind_of(people),
        lat=lat, lon=lon, aliases=[*other, *row["alternate_names"].split("|")], within=level
    )  # fmt: skip
    raion = row["katottg_raion"]
    if raion and raion != (level.katottg if level else None):
        raions.setdefault(raion, _raion(raion, row["raion_uk"], level))
        place["parents"] = _parents(raion, level, is_unit=False)
    else:
        place["parent"] = level.id if level else COUNTRY
    return place


def _raion(code: str, name: str, level: Admin1 | None) -> Definition:
    latin, ukrainian = f"{romanised(name)} Raion", f"{name} район"
    place = definition(f"katottg:{code}", latin, "raion", aliases=[ukrainian], within=level)
    place["parents"] = [{"id": level.id if level else COUNTRY, "from": _day(REFORM)}]
    return place


@cache
def _oblasts() -> Mapping[str, Admin1]:
    """First-level divisions by their code in the classifier."""
    return {level.katottg: level for level in first_levels().values() if level.katottg}


@cache
def _day(text: str) -> dict[str, object]:
    return stored_when(parse_when(text, UTC))
