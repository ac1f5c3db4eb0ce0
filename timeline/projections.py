"""Folds of the user's own: what they are, how they are found, and how one is run over reports."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar, cast

import msgspec

from events.when import quoted
from timeline.asof import Held, certainty
from timeline.claims import OPEN_FUTURE, OPEN_PAST, Claim
from timeline.days import day_of
from timeline.errors import BadProjection, BadQuestion
from timeline.situation import presented

if TYPE_CHECKING:
    from datetime import tzinfo
    from types import ModuleType

    from timeline.asof import AsOf, Candidate
    from timeline.reader import Reader

GROUP: Final = "timeline.projections"
"""The group of entry points under which a distribution offers its projections."""

OURS: Final = frozenset({"place", "place_id", "known_as_of", "basis"})
"""Columns that stand beside those of a projection in every table."""

_MADE: Final = "{} is made already; options are for a class"
_BATCH: Final = 1000  # reports whose verifications are looked up at once

State = TypeVar("State")

Rows = list[dict[str, Any]]
"""What a projection says of a place: names of columns and plain values."""


class CountedReport(msgspec.Struct, frozen=True, kw_only=True):
    """A report that counts, as a projection gets it: in the version that shows, with its claim.

    `known_from` is the instant from which it was known, `day` the day by whose end it was, and
    `begins` and `ends` are the first and the last day that it speaks of, None where that is open:
    all days of the store's zone. `claim` has the keys of the JSON, the word of verifiers included.
    """

    report: str
    place: str
    known_from: str
    day: date
    begins: date | None
    ends: date | None
    claim: Claim


class Projection(Protocol[State]):
    """Three things make a projection: a state to begin with, how a report changes it, its rows.

    Each place has a state of its own. A class may state a `version`; another one is worked out
    anew, and so is one whose file has changed. Rows are mappings or dataclasses of plain values,
    and a column named `claims` holds ids of claims.
    """

    def initial(self) -> State:
        """The state before any report: a new one at each call."""

    def evolve(self, state: State, report: CountedReport) -> State:
        """The state after the next report, in order of knowledge."""

    def rows(self, state: State) -> Iterable[object]:
        """What the state says, row by row."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A projection as it was asked for; `digest` tells its source, "" where that is not at hand."""

    name: str
    projection: Projection[Any]
    version: str
    options: Mapping[str, str]
    digest: str = ""


def load(name: str, options: Mapping[str, str] | None = None) -> Loaded:
    """Find a projection: `module:Class`, `file.py:Class`, or the name of an entry point.

    `options` are the keyword arguments of the class. Raises `BadQuestion` where there is no such
    projection or option, `BadProjection` where its code fails.
    """
    if not isinstance(options, Mapping | None):
        raise BadQuestion(f"options: {options!r:.60} are none; write {{name: value}}")
    options = dict(options or {})
    found = _found(name)
    if isinstance(found, type):
        try:
            inspect.signature(found).bind(**options)
        except TypeError as error:
            raise BadQuestion(f"the projection {name} takes other options: {error}") from None
        with _blamed(f"the projection {name} cannot be made"):
            found = found(**options)
    elif options:
        raise BadQuestion(_MADE.format(name))
    return Loaded(name, _checked(name, found), _version(found), options, _digest(found))


def as_given(projection: Projection[Any], options: Mapping[str, str] | None = None) -> Loaded:
    """A projection that a caller has made; `BadQuestion` where it is not, or has options too."""
    made = projection if isinstance(projection, type) else type(projection)
    name = f"{made.__module__}:{made.__qualname__}"
    if made is projection:
        raise BadQuestion(f"{name} is a class; give a projection made of it, or its name as a text")
    if options:
        raise BadQuestion(_MADE.format(name))
    return Loaded(name, _checked(name, projection), _version(projection), {})


def entry_points() -> list[str]:
    """The names under which installed distributions offer projections."""
    from importlib import metadata  # here: it costs more than a whole question

    return sorted({point.name for point in metadata.entry_points(group=GROUP)})


def _found(name: str) -> object:
    module, colon, path = name.rpartition(":")
    if not colon:
        from importlib import metadata  # here: it costs more than a whole question

        points = {point.value: point for point in metadata.entry_points(group=GROUP, name=name)}
        if len(points) == 1:
            with _blamed(f"the projection {name} cannot be loaded"):
                return points.popitem()[1].load()
        if points:
            raise BadQuestion(f"several distributions offer {quoted(name)}: {', '.join(points)}")
        offered = ", ".join(entry_points())
        raise BadQuestion(
            f"no projection is called {quoted(name)}; write module:Class, file.py:Class, or "
            + (f"one of {offered}" if offered else "the name of an installed one")
        )
    try:
        return attrgetter(path)(_module(module))
    except AttributeError:
        raise BadQuestion(f"{module} has no {quoted(path)}; write module:Class") from None


def _module(name: str) -> ModuleType:
    """A module by its name, else the file of this name in the current folder."""
    if not name.endswith(".py"):
        if name and all(part.isidentifier() for part in name.split(".")):
            try:
                there = find_spec(name) is not None
            except ModuleNotFoundError:
                there = False
            if there:
                with _blamed(f"{name} cannot be loaded"):
                    return importlib.import_module(name)
        name = name.replace(".", "/") + ".py"
    path = Path(name).resolve()
    if not path.is_file():
        raise BadQuestion(f"there is no module or file {quoted(name)}; write module:Class")
    # A name of its own: two files may have the same one, and a file may have that of a module.
    alias = f"{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = spec_from_file_location(alias, path)
    if spec is None or spec.loader is None:
        raise BadQuestion(f"{quoted(name)} is not Python; write file.py:Class")
    module = module_from_spec(spec)
    sys.modules[alias] = module  # where classes look up the names in their annotations
    with _blamed(f"{path.name} cannot be loaded"):
        spec.loader.exec_module(module)
    return module


def _checked(name: str, found: object) -> Projection[Any]:
    lacks = [
        part
        for part in ("initial", "evolve", "rows")
        # A class that names `Projection` as its base inherits what says nothing.
        if getattr(type(found), part, None) is getattr(Projection, part) or not hasattr(found, part)
    ]
    if lacks:
        raise BadProjection(
            f"{name} is no projection, it lacks {', '.join(lacks)}; "
            "a projection has initial, evolve and rows"
        )
    return cast("Projection[Any]", found)


def _version(found: object) -> str:
    return str(getattr(found, "version", "1"))


def _digest(found: object) -> str:
    try:
        source = inspect.getsourcefile(type(found))
        return hashlib.sha256(Path(source).read_bytes()).hexdigest() if source else ""
    except (OSError, TypeError):  # typed at a prompt, or in a zip file
        return ""


def counted_reports(
    reader: Reader, place: str, asof: AsOf, zone: tzinfo
) -> Iterator[CountedReport]:
    """The reports on a place that count, in order of (knowledge, id), whatever they speak of."""
    everywhen = msgspec.structs.replace(asof, valid=OPEN_FUTURE)
    counted = iter(reader.speaking(place, everywhen, OPEN_PAST))
    while batch := list(islice(counted, _BATCH)):
        marks = reader.marks({one.assertion.claim.report for one in batch}, asof)
        for one in batch:
            claim, said = presented([_held(one)], marks)[0][0], one.assertion
            yield CountedReport(
                report=claim.report,
                place=place,
                known_from=claim.known_from,
                day=day_of(said.knowledge - 1, zone),
                begins=None if said.earliest == OPEN_PAST else day_of(said.earliest, zone),
                ends=None if said.reach == OPEN_FUTURE else day_of(said.reach - 1, zone),
                claim=claim,
            )


def _held(one: Candidate) -> Held:
    """A claim at the end of time: possible and announced only if it says so itself."""
    how = certainty(one.assertion, OPEN_FUTURE) or "certain"
    return Held(one.assertion, one.first_known, one.supersedes, how)


def fold(loaded: Loaded, place: str, reports: Iterable[CountedReport]) -> Rows:
    """The rows of a projection over the reports of one place, as plain data.

    Raises `BadProjection`, which names the report at which it failed.
    """
    projection, failed = loaded.projection, f"the projection {loaded.name} failed"
    with _blamed(f"{failed} at {place}, in initial", place=place):
        state = projection.initial()
    before = ""
    for report in reports:
        hint = before if state is None else ""
        with _blamed(f"{failed} at report {report.report} ({place})", report.report, place, hint):
            state = projection.evolve(state, report)
        before = "; does evolve return the state?"
    with _blamed(f"{failed} at {place}, in rows", place=place):
        rows = [_plain(row) for row in projection.rows(state)]
        # What is kept and what is fresh come out of the same bytes.
        kept: Rows = msgspec.json.decode(msgspec.json.encode(rows))
    return kept


def _plain(row: object) -> dict[str, object]:
    if is_dataclass(row) and not isinstance(row, type):
        cells = {field.name: getattr(row, field.name) for field in fields(row)}
    elif isinstance(row, Mapping):
        cells = dict(row)
    else:
        raise TypeError(f"a row is a mapping or a dataclass, not {type(row).__name__}")
    if taken := OURS & cells.keys():
        raise ValueError(f"every row has the column {min(taken)!r} already; name yours otherwise")
    # Sets have an order that changes from run to run; columns keep theirs.
    return {
        column: msgspec.to_builtins(cell, order="deterministic") for column, cell in cells.items()
    }


@contextmanager
def _blamed(
    what: str, report: str | None = None, place: str | None = None, hint: str = ""
) -> Iterator[None]:
    """Let whatever another's code raises end as one line that says where."""
    try:
        yield
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise BadProjection(f"{what}: {said}{hint}", report=report, place=place) from error
