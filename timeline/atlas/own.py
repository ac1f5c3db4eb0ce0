"""Places that users list themselves: a CSV of id, name, kind, parent, lat, lon, aliases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from events.explain import Problem, defined_place
from events.when import quoted, quoted_name
from timeline.errors import PlaceError, UnknownPlace
from timeline.places import fold_name, in_itself, local_id

if TYPE_CHECKING:
    from timeline.atlas.file import Definition

COLUMNS: Final = ("id", "name", "kind", "parent", "lat", "lon", "aliases")
OPTIONAL: Final = ("parent_from", "parent_to", "admin1", "iso_3166_2")
_KIND: Final = "settlement"
# What a place has one of, however many rows it has.
_ONE: Final = ("name", "kind", "lat", "lon", "admin1", "iso_3166_2")

Cells = Mapping[str, str]
Numbered = tuple[int, Cells]
Find = Callable[[str], str]
"""The id of the one place of a name; raises `PlaceError`."""
FindBesides = Callable[[str], Find]
"""The same in all lists but the one of this name, which is to be replaced."""


def listed_places(
    rows: Iterable[Numbered], file: str, find: Find
) -> Iterator[Definition | Problem]:
    """The places of a user's own list.

    `parent` is an id or a name, of this list or of a place known otherwise; aliases stand between
    bars (`|`). A row without an id gets one from its name and coordinates, one without a kind is a
    settlement. A place that changed its parent has a row for each, with `parent_from` and
    `parent_to`, the first and the last day.
    """
    places: dict[str, list[Numbered]] = {}
    for line, row in rows:
        id_ = row["id"].strip() or _made_up(row)
        places.setdefault(id_, []).append((line, row))
    named: dict[str, set[str]] = {}
    for id_, group in places.items():
        named.setdefault(fold_name(group[0][1]["name"]), set()).add(id_)
    read = {id_: _read(id_, group, file, places, named, find) for id_, group in places.items()}
    always = {id_: one["parent"] for id_, one in read.items() if isinstance(one, dict)}
    for id_, one in read.items():
        line = places[id_][0][0]
        if isinstance(one, Problem):
            yield one
        elif _is_in_itself(id_, always):
            yield _misplaced(file, line, in_itself(id_))
        elif isinstance(made := defined_place(one, UTC), list):
            yield from (Problem(file, line, fault.what, fault.right) for fault in made)
        else:
            yield made.stored()


def _is_in_itself(place: str, always: Mapping[str, str | None]) -> bool:
    """Whether it is one of those above it, by the parents that hold at every time."""
    above, seen = always.get(place), set[str]()
    while above and above != place and above not in seen:
        seen.add(above)
        above = always.get(above)
    return above == place


def _read(
    id_: str,
    group: list[Numbered],
    file: str,
    places: Mapping[str, object],
    named: Mapping[str, set[str]],
    find: Find,
) -> dict[str, Any] | Problem:
    """The rows of one place as a definition, or what is wrong with them."""
    try:
        parents = [_parent(row, places, named, find) for _, row in group]
    except PlaceError as error:
        return _misplaced(file, group[0][0], error)
    problem = _two_places(id_, group, file) or _two_parents(group, parents, file)
    return problem or _plain(id_, group, parents)


def _misplaced(file: str, line: int, error: PlaceError) -> Problem:
    return Problem(file, line, f"parent: {error.what}", error.right)


def _made_up(row: Cells) -> str:
    parent = row["parent"].strip() or None
    try:
        return local_id(row["name"], float(row["lat"]), float(row["lon"]), parent)
    except ValueError:
        return local_id(row["name"], None, None, parent)


def _parent(
    row: Cells, places: Mapping[str, object], named: Mapping[str, set[str]], find: Find
) -> str | None:
    """The id of the place above, if one is written."""
    text = row["parent"].strip()
    if not text or text in places:
        return text or None
    own = named.get(fold_name(text), set())
    if len(own) == 1:
        return next(iter(own))
    try:
        return find(text)
    except UnknownPlace:
        if not own:
            raise
        what = f"{quoted_name(text)} is the name of {len(own)} places of this list"
        raise PlaceError(what, "write the id of one") from None


def _two_places(id_: str, group: list[Numbered], file: str) -> Problem | None:
    """What is wrong with rows of one id that say of it what only one of them can be right about."""
    for column in _ONE:
        one = _only(column, group)
        for line, row in group:
            if (text := _cell(row, column)) and text != one:
                what = f"{column}: {quoted(text)} besides {quoted(one)} under the id {id_}"
                return Problem(
                    file, line, what, "give each place its own id, or both rows the same"
                )
    return None


def _only(column: str, group: list[Numbered]) -> str:
    """What the first of some rows that says something says; nothing where none does."""
    return next((text for _, row in group if (text := _cell(row, column))), "")


def _cell(row: Cells, column: str) -> str:
    return (row.get(column) or "").strip()


def _two_parents(group: list[Numbered], parents: list[str | None], file: str) -> Problem | None:
    """What is wrong with a place that lies in two others at once, as no row says since when."""
    before = None
    for (line, row), parent in zip(group, parents, strict=True):
        if parent is None or _days(row):
            continue
        if before not in (None, parent):
            what = f"parent: {parent} besides {before}, and no row says when"
            return Problem(file, line, what, "write parent_from and parent_to, or one parent")
        before = parent
    return None


def _days(row: Cells) -> dict[str, str]:
    """Since when and until when a row's parent holds, where it says so."""
    days = {"from": row.get("parent_from"), "to": row.get("parent_to")}
    return {key: text.strip() for key, text in days.items() if text and text.strip()}


def _plain(id_: str, group: list[Numbered], parents: list[str | None]) -> dict[str, Any]:
    """The rows of one place as a definition."""
    aliases = [one.strip() for _, row in group for one in row["aliases"].split("|") if one.strip()]
    plain: dict[str, Any] = {
        "id": id_,
        "name": _only("name", group),
        "kind": _only("kind", group) or _KIND,
        "parent": None,
        "aliases": list(dict.fromkeys(aliases)),
        "parents": [],
    }
    for name in ("lat", "lon", "admin1", "iso_3166_2"):
        if text := _only(name, group):
            plain[name] = text
    for (_, row), parent in zip(group, parents, strict=True):
        if parent and (dated := _days(row)):
            plain["parents"].append({"id": parent, **dated})
        elif parent:
            plain["parent"] = parent
    plain["parents"].sort(key=lambda one: "to" in one)  # the one of today first
    return plain
