"""Profiles read from the YAML files that hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.json import encode

from events.document import Problem, load_document, read_tree
from events.explain import Loc, one_of
from events.tree import MAX_BYTES, RefusedError
from events.when import quoted
from timeline.errors import BadQuestion, BadReport
from timeline.imports.profile import CellLog, Level, PageLog, PlaceOf, Profile, Skip
from timeline.imports.reading import ProfileReading
from timeline.imports.templates import CHOICES, SPREAD, BadTemplate, Template, compiled
from timeline.log.beside import open_input

if TYPE_CHECKING:
    from events.attribution import Party

FOLDER: Final = Path(__file__).parent / "profiles"

_KEYS: Final = (
    "like",
    "about",
    "credit",
    "reads",
    "rename",
    "needs",
    "empty",
    "skip",
    "id",
    "ids",
    "place",
    "report",
    "versions",
    "cells",
    "pages",
    "repeats",
    "unchanged_by",
    "parties",
    "timezone",
)
_READS: Final = ("format", "delimiter", "records", "encoding", "guarded", "merged")
_PLACE: Final = (
    "id",
    "name",
    "lat",
    "lon",
    "kind",
    "parent",
    "country",
    "levels",
    "suffixes",
    "unresolved",
    "apart",
)
_CELLS: Final = ("row", "column", "value", "at", "gone", "within")
_PAGES: Final = ("page", "seen", "subject", "row", "says", "version", "gone", "absent")
FORMATS: Final = ("csv", "json", "ndjson", "geojson")


def profile_names() -> list[str]:
    """The profiles that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_profile(name: str) -> Profile:
    """The profile of this name, or in this YAML file.

    Raises `BadQuestion` where there is none, `BadReport` with every problem of one that is wrong.
    """
    own = "/" in name or name.endswith((".yaml", ".yml", ".json"))
    path = Path(name) if own else FOLDER / f"{name}.yaml"
    try:
        with open_input(str(path)) as file:
            data = file.read(MAX_BYTES + 1)  # a data set named in its place may be of any size
    except OSError as error:
        if own:
            why = (error.strerror or str(error)).lower()
            raise BadQuestion(
                f"{name} cannot be read ({why}); name a profile's YAML file"
            ) from None
        hint = one_of(name, profile_names(), "the profiles are")
        raise BadQuestion(f"no profile {quoted(name)}; {hint}; or the path of your own") from None
    return read_profile(data, name if own else path.name, path.stem)


@cache
def shipped(name: str) -> Profile:
    """A profile that comes with the program."""
    return load_profile(name)


def read_profile(data: bytes, file: str, name: str) -> Profile:
    """The profile in this YAML text; `BadReport` with every problem, each with its line."""
    reading = ProfileReading(file)
    try:
        root, lines = read_tree(data, file)
    except RefusedError as refusal:
        raise BadReport([Problem(file, refusal.line, refusal.what, refusal.right)]) from None
    if not isinstance(root, dict):
        raise BadReport(
            [Problem(file, 1, "this is no profile", f"its keys are {', '.join(_KEYS)}")]
        )
    reading.lines = lines
    root = _inherited(root, reading)
    profile = _profile(root, name, reading)
    if reading.problems or profile is None:
        problems: list[Problem] = sorted(reading.problems, key=lambda one: one.line or 0)
        raise BadReport(problems)
    return profile


def _inherited(root: dict[str, object], reading: ProfileReading) -> dict[str, object]:
    """A profile `like` one of ours has all its keys but those that it writes itself."""
    if "like" not in root:
        return root
    base = reading.text(root, "like")
    if base not in profile_names():
        hint = one_of(base, profile_names(), "the profiles are")
        reading.fault(("like",), f"like: there is no profile {quoted(base)}", hint)
        return root
    above, _ = read_tree((FOLDER / f"{base}.yaml").read_bytes(), f"{base}.yaml")
    inherited = dict(above) if isinstance(above, dict) else {}
    if "report" in root or "versions" in root:
        for key in ("report", "versions"):
            inherited.pop(key, None)
    return {**inherited, **root}


def _profile(root: dict[str, object], name: str, reading: ProfileReading) -> Profile | None:
    reading.keys(root, (), _KEYS)
    reads = reading.mapping(root.get("reads"), ("reads",))
    reading.keys(reads, ("reads",), _READS)
    form, delimiter = _format(reads, reading), _delimiter(reads, reading)
    ids = reading.text(root, "ids") or "by profile"
    if ids not in ("by profile", "as written"):
        reading.fault(("ids",), f"ids: {quoted(ids)} is none", "write by profile or as written")
    versions = _versions(root, reading)
    place = _place(reading.mapping(root.get("place"), ("place",)), reading)
    key = reading.needed(root, "id", 'id: "{column}", which tells one row from all others', ())
    cells, pages = _cells(root, reading), _pages(root, reading)
    if cells and pages:
        reading.fault(("pages",), "both cells and pages", "a table is a log of one or the other")
    if place.apart and not pages:
        right = "leave it out; a name of a table is the place that the gazetteers say"
        reading.fault(("place", "apart"), "apart without pages", right)
    rename = reading.mapping(root.get("rename"), ("rename",))
    merged = reading.texts(reads.get("merged"), ("reads", "merged"))
    skips = _skips(root, reading)
    templates = [key, *versions, *_templates(place), *_logged(cells, pages)]
    read = [*(one.columns for one in templates), *(one.columns for one in skips)]
    return Profile(
        name=name,
        prefix=f"{name}:" if ids == "by profile" else "",
        about=reading.text(root, "about"),
        credit=reading.text(root, "credit"),
        format=form,
        delimiter=delimiter,
        records=reading.text(reads, "records", ("reads",)) or None,
        encoding=reading.text(reads, "encoding", ("reads",)) or "utf-8",
        guarded=reading.flag(reads, "guarded", ("reads",)),
        merged=merged,
        rename={old: str(new) for old, new in rename.items()},
        needs=tuple(dict.fromkeys((*reading.texts(root.get("needs"), ("needs",)), *merged))),
        empty=frozenset({"", *reading.texts(root.get("empty"), ("empty",))}),
        skip=skips,
        id=key,
        place=place,
        versions=tuple(versions),
        cells=cells,
        pages=pages,
        repeats=reading.flag(root, "repeats"),
        unchanged_by=("reported", *reading.texts(root.get("unchanged_by"), ("unchanged_by",))),
        parties=_parties(root, reading),
        timezone=reading.text(root, "timezone") or None,
        columns=frozenset(column for columns in read for column in columns),
        columns_of=_columns_of(root),
    )


def _format(reads: Mapping[str, object], reading: ProfileReading) -> str | None:
    form = reading.text(reads, "format", ("reads",)) or None
    if form is not None and form not in FORMATS:
        reading.fault(
            ("reads", "format"),
            f"format: {quoted(form)} is none",
            one_of(form, FORMATS, "write one of"),
        )
    return form


def _delimiter(reads: Mapping[str, object], reading: ProfileReading) -> str | None:
    delimiter = reading.text(reads, "delimiter", ("reads",)) or None
    if delimiter is not None and (len(delimiter) > 1 or delimiter in '"\r\n'):
        reading.fault(
            ("reads", "delimiter"),
            f"delimiter: {quoted(delimiter)} cannot part the cells of a row",
            'write one character, e.g. ";" or "\\t"',
        )
    return delimiter


def _templates(place: PlaceOf) -> list[Template]:
    own = (place.id, place.name, place.lat, place.lon, place.kind, place.parent, place.country)
    return [one for one in own if one] + [level.name for level in place.levels]


def _logged(cells: CellLog | None, pages: PageLog | None) -> list[Template]:
    if cells:
        return [cells.at]
    return [pages.page, pages.seen, pages.subject, pages.absent] if pages else []


def _versions(root: Mapping[str, object], reading: ProfileReading) -> list[Template]:
    """What a row reports: once, or as versions that became known one after another."""
    if "report" in root and "versions" in root:
        reading.fault(("versions",), "both report and versions", "keep one of them")
    if "versions" not in root:
        return [reading.needed(root, "report", "report: and its keys, as in a document", ())]
    listed = root["versions"]
    if not isinstance(listed, list) or not listed:
        reading.fault(("versions",), "versions is not a list", "begin each report with a dash")
        return []
    places = [one["place"] for one in listed if isinstance(one, dict) and "place" in one]
    if any(one != places[0] for one in places):
        right = "a version takes the place of the one before; write a profile for each place"
        reading.fault(("versions",), "versions in several places", right)
    found = []
    for i, one in enumerate(listed):
        try:
            found.append(compiled(one, ("versions", i)))
        except BadTemplate as error:
            reading.wrong(error)
    return found


def _columns_of(root: Mapping[str, object]) -> dict[Loc, frozenset[str]]:
    found: dict[Loc, frozenset[str]] = {}
    listed = root.get("versions")
    for report in [root.get("report"), *(listed if isinstance(listed, list) else [])]:
        for one in _chosen(report):
            _trace(one, (), found)
    return found


def _trace(value: object, loc: Loc, found: dict[Loc, frozenset[str]]) -> None:
    """Note the columns of every key below, but for what a choice makes."""
    if not isinstance(value, dict) or any(choice in value for choice in CHOICES):
        return
    for key, part in value.items():
        if key == SPREAD:
            for one in _chosen(part):
                _trace(one, loc, found)
            continue
        here = (*loc, key)
        with suppress(BadTemplate):  # told already
            found[here] = found.get(here, frozenset()) | compiled(part).columns
        _trace(part, here, found)


def _chosen(value: object) -> Iterator[object]:
    """The mappings among which a choice chooses, by a cell or by rules; else what is there."""
    if not isinstance(value, dict) or not any(choice in value for choice in CHOICES):
        yield value
        return
    rules, by_cell = value.get("rules"), (value.get("values"), value.get("has"))
    yield from (one.get("then") for one in rules or () if isinstance(one, dict))
    yield from (one for each in by_cell if isinstance(each, dict) for one in each.values())
    yield from (value.get("otherwise"), value.get("empty"))


def _place(value: dict[str, object], reading: ProfileReading) -> PlaceOf:
    reading.keys(value, ("place",), _PLACE)
    if not value:
        return PlaceOf()
    unresolved = reading.text(value, "unresolved", ("place",)) or "problem"
    if unresolved not in ("local", "problem"):
        reading.fault(
            ("place", "unresolved"),
            f"unresolved: {quoted(unresolved)} is none",
            "write local or problem",
        )
    levels = value.get("levels", [])
    listed = levels if isinstance(levels, list) else []
    if not isinstance(levels, list):
        reading.fault(("place", "levels"), "levels is not a list", "begin each with a dash")
    parts = {
        key: reading.template(value, key, ("place",))
        for key in ("id", "name", "lat", "lon", "kind", "parent", "country")
    }
    if not (parts["id"] or parts["name"] or listed):
        reading.fault(("place",), "place has no name", 'add name: "{column}", or id or levels')
    return PlaceOf(
        **parts,
        levels=tuple(_level(one, i, reading) for i, one in enumerate(listed)),
        suffixes=reading.texts(value.get("suffixes"), ("place", "suffixes")),
        local=unresolved == "local",
        apart=reading.flag(value, "apart", ("place",)),
    )


def _level(value: object, i: int, reading: ProfileReading) -> Level:
    loc: Loc = ("place", "levels", i)
    level = reading.mapping(value, loc)
    reading.keys(level, loc, ("name", "kind", "suffixes"))
    name = reading.needed(level, "name", 'name: "{column}"', loc)
    suffixes = reading.texts(level.get("suffixes"), (*loc, "suffixes"))
    return Level(name, reading.text(level, "kind", loc) or "region", suffixes)


def _cells(root: Mapping[str, object], reading: ProfileReading) -> CellLog | None:
    if "cells" not in root:
        return None
    loc: Loc = ("cells",)
    value = reading.mapping(root["cells"], loc)
    reading.keys(value, loc, _CELLS)
    reading.stated(
        value,
        loc,
        {"column": "the column of names of columns", "value": "the column of what a cell says"},
    )
    return CellLog(
        row=reading.texts(value.get("row"), ("cells", "row")),
        column=reading.text(value, "column", loc),
        value=reading.text(value, "value", loc),
        at=reading.needed(value, "at", 'at: "{column}", when the change was published', loc),
        gone=reading.condition(value, "gone", loc),
        within=reading.text(value, "within", loc) or None,
    )


def _pages(root: Mapping[str, object], reading: ProfileReading) -> PageLog | None:
    if "pages" not in root:
        return None
    loc: Loc = ("pages",)
    value = reading.mapping(root["pages"], loc)
    reading.keys(value, loc, _PAGES)
    reading.stated(
        value,
        loc,
        {
            "row": "[COLUMN], which tell a row of a subject from its others",
            "says": "[COLUMN], a change of which makes another report",
        },
    )
    return PageLog(
        page=reading.needed(value, "page", 'page: "{column}", when the page was published', loc),
        seen=reading.needed(value, "seen", 'seen: "{column}", when it was fetched', loc),
        subject=reading.needed(value, "subject", 'subject: "{column}", what a row is about', loc),
        row=reading.texts(value.get("row"), ("pages", "row")),
        says=reading.texts(value.get("says"), ("pages", "says")),
        version=reading.texts(value.get("version"), ("pages", "version")),
        gone=reading.condition(value, "gone", loc),
        absent=reading.needed(value, "absent", "absent: and the keys of a report", loc),
    )


def _skips(root: Mapping[str, object], reading: ProfileReading) -> tuple[Skip, ...]:
    listed = root.get("skip", [])
    if not isinstance(listed, list):
        reading.fault(("skip",), "skip is not a list", "begin each with a dash")
        return ()
    found = []
    for i, one in enumerate(listed):
        loc: Loc = ("skip", i)
        rule = reading.mapping(one, loc)
        reading.keys(rule, loc, ("if", "because"))
        if "if" not in rule or "because" not in rule:
            reading.fault(loc, "a rule without if or because", "write both: {if: …, because: …}")
        holds = reading.condition(rule, "if", loc)
        columns = rule.get("if")
        found.append(
            Skip(
                holds,
                reading.text(rule, "because", loc),
                frozenset(columns if isinstance(columns, dict) else ()),
            )
        )
    return tuple(found)


def _parties(root: Mapping[str, object], reading: ProfileReading) -> tuple[Party, ...]:
    if "parties" not in root:
        return ()
    document = load_document(encode({"parties": root["parties"]}), "parties.json")
    for problem in document.problems:
        reading.fault(("parties",), f"parties: {problem.what}", problem.right)
    return document.parties
