"""Tables that are logs of single cells: who changed, which column, to what, when published.

Each row of the wider table they tell of becomes a report, each change of it a correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from events.document import Draft
from events.when import WhenError, zone_of
from timeline.imports.mapping import Mapper, fault_of, trouble_of
from timeline.imports.sorting import Placed, Sorter, merged, moment_of, stated_in
from timeline.imports.templates import BadCell
from timeline.imports.troubles import Trouble
from timeline.intake import bounds_of
from timeline.log.filing import Retraction

if TYPE_CHECKING:
    from timeline.entries import Bounds
    from timeline.imports.profile import CellLog
    from timeline.imports.rows import Row

GONE = "no longer in the data set"
"""Why a report is withdrawn that its data set has no more."""

_State = dict[tuple[str, str], str]


def cell_log(
    rows: Iterable[tuple[str, Row]], log: CellLog, mapper: Mapper, timezone: str
) -> Iterator[Draft | Trouble | Retraction]:
    """The versions of every row of the wider table, in the order in which they became known.

    A row that has no such column is one of the wider table itself.
    """
    with Sorter() as sorter:
        for file, row in rows:
            if trouble := _sorted(sorter, file, row, log, mapper, timezone):
                yield trouble
        for key, placed in groupby(sorter.by_group(), key=lambda one: one.group):
            yield from _versions(key, placed, log, mapper, timezone)


def _sorted(
    sorter: Sorter, file: str, row: Row, log: CellLog, mapper: Mapper, timezone: str
) -> Trouble | None:
    if trouble := fault_of(row, file):
        return trouble
    column = min(log.at.columns, default="")
    moment = ""
    try:
        key = mapper.key(row.cells)
        if log.column in row.cells:
            stated = log.at.make(row.cells)
            if not isinstance(stated, str):
                raise BadCell(column, "", "is empty", "write when it was published")
            moment = moment_of(stated, zone_of(timezone))
    except BadCell as error:
        return trouble_of(error, file, row.number)
    except WhenError as error:
        return Trouble(file, row.number, error.what, error.right, column)
    sorter.add(row, file, key, moment)
    return None


def _versions(
    key: str, placed: Iterable[Placed], log: CellLog, mapper: Mapper, timezone: str
) -> Iterator[Draft | Trouble | Retraction]:
    """What one row of the wider table said, from its first change to its last."""
    known: Bounds | None = None
    gone: list[Retraction] = []
    for last, cells in _states(placed, log, mapper.profile.rename):
        for made in _draft(cells, key, last, mapper) if cells else ():
            if isinstance(made, Draft):
                known = bounds_of(made.event.reported.text, made.event.timezone)
                # What was back by the time that it was known to be gone has never been gone.
                yield from (one for one in gone if known.latest > one.reported.latest)
                gone = []
            yield made
        if known and not cells:
            yield from gone
            stated = bounds_of(stated_in(last.moment), timezone)
            # Nothing is known to be gone before it is known at all.
            gone = [Retraction(key, max(stated, known, key=attrgetter("latest")), GONE, timezone)]
    yield from gone


def _states(
    placed: Iterable[Placed], log: CellLog, rename: Mapping[str, str]
) -> Iterator[tuple[Placed, dict[str, str]]]:
    """The last change of each moment, and what the row holds by then; nothing once it is gone."""
    state: _State = {}
    for _, group in groupby(placed, key=attrgetter("moment")):
        changes = list(group)
        # What goes, goes first: a cell that went to another column of the same name has stayed.
        for change in sorted(changes, key=lambda one: bool(one.row.cells.get(log.value))):
            _apply(state, change, log, rename)
        last = changes[-1]
        yield last, {**_beside(last, log), **_wide(state)} if state else {}


def _draft(
    cells: dict[str, str], key: str, last: Placed, mapper: Mapper
) -> Iterator[Draft | Trouble]:
    try:
        place = mapper.place(cells)
    except BadCell as error:
        yield trouble_of(error, last.file, last.row.number)
        return
    for template in mapper.profile.versions:
        yield from mapper.draft(template, cells, key, place, last.file, last.row.number)


def _apply(state: _State, change: Placed, log: CellLog, rename: Mapping[str, str]) -> None:
    cells = change.row.cells
    if log.column not in cells:
        state.update({("", name): cell for name, cell in cells.items() if cell})
        return
    part = cells.get(log.within, "") if log.within else ""
    if log.gone(cells):
        for place in [one for one in state if one[0] == part]:
            del state[place]
    else:
        column = rename.get(cells[log.column], cells[log.column])
        if value := cells.get(log.value, ""):
            state[part, column] = value
        else:
            state.pop((part, column), None)


def _wide(state: _State) -> dict[str, str]:
    return merged([{name: cell} for (_, name), cell in state.items()])


def _beside(change: Placed, log: CellLog) -> dict[str, str]:
    """What the log says beside the cell: when, by which commit."""
    return {
        name: cell for name, cell in change.row.cells.items() if name not in (log.column, log.value)
    }
