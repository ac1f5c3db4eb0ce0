"""A profile: how a table's columns become reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from events.attribution import Party
    from events.explain import Loc
    from timeline.imports.templates import Cells, Template


class Skip(NamedTuple):
    """Rows to pass over, and why, in words."""

    holds: Callable[[Cells], bool]
    because: str
    columns: frozenset[str]
    """The columns that tell."""


class Level(NamedTuple):
    """One of the places that hold a place, as a row names it."""

    name: Template
    kind: str
    suffixes: tuple[str, ...]
    """Words behind its name that may be none of it, such as `province`."""


@dataclass(frozen=True, slots=True)
class PlaceOf:
    """Where a row is: what it says of its place, and what to do where nothing has that name."""

    id: Template | None = None
    name: Template | None = None
    lat: Template | None = None
    lon: Template | None = None
    kind: Template | None = None
    parent: Template | None = None
    country: Template | None = None
    levels: tuple[Level, ...] = ()
    local: bool = False
    """An unresolved name becomes a place of the importer's own; else it is a problem of the row."""
    suffixes: tuple[str, ...] = ()
    """Words behind a name that say what a place is, and are no part of what it is called."""
    apart: bool = False
    """Two names of the table are two places, whatever a gazetteer says of them."""


@dataclass(frozen=True, slots=True)
class CellLog:
    """The table is a log of single cells: who changed, which column of it, to what, and when."""

    row: tuple[str, ...]
    column: str
    value: str
    at: Template
    gone: Callable[[Cells], bool]
    within: str | None


@dataclass(frozen=True, slots=True)
class PageLog:
    """The table is a log of rows, added, changed and dropped, of a page that has versions."""

    page: Template
    seen: Template
    subject: Template
    row: tuple[str, ...]
    says: tuple[str, ...]
    version: tuple[str, ...]
    gone: Callable[[Cells], bool]
    absent: Template


@dataclass(frozen=True, slots=True)
class Profile:
    """How a data set becomes reports."""

    name: str
    prefix: str
    """What the ids of its reports begin with; empty where the rows have ids of their own."""
    about: str
    credit: str
    format: str | None
    delimiter: str | None
    records: str | None
    encoding: str
    guarded: bool
    """An apostrophe before a text that a spreadsheet would run is none of the text."""
    merged: tuple[str, ...]
    """Columns in which an empty cell is part of the one above, as merged cells are saved."""
    rename: Mapping[str, str]
    needs: tuple[str, ...]
    empty: frozenset[str]
    skip: tuple[Skip, ...]
    id: Template
    place: PlaceOf
    versions: tuple[Template, ...]
    cells: CellLog | None
    pages: PageLog | None
    repeats: bool
    """A row of an id that came before is another version of that report, and no slip."""
    unchanged_by: tuple[str, ...]
    """Keys of a report that alone do not make a row of a snapshot a changed one."""
    parties: tuple[Party, ...]
    timezone: str | None
    columns: frozenset[str]
    columns_of: Mapping[Loc, frozenset[str]]
    """The columns that each key of the report, and each key below it, is made of."""
