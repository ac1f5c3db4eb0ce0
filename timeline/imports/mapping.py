"""A row → the reports that a profile makes of it, with their place, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from events.draft import Draft, drafted
from timeline.imports.templates import BadCell, Cells, Template
from timeline.imports.troubles import Trouble

if TYPE_CHECKING:
    from events.explain import Loc
    from timeline.imports.profile import Profile
    from timeline.imports.rows import Row
    from timeline.imports.where import Whereabouts


_RIGHT: Final = (
    "give `reported`, when the data set was published, or as `clock` the column that says it"
)


class Mapper:
    """Makes reports of the rows of one data set."""

    def __init__(
        self,
        profile: Profile,
        where: Whereabouts,
        timezone: str,
        *,
        clock: Template | None,
        otherwise: str | None,
    ) -> None:
        self.profile = profile
        self._where = where
        self._timezone = profile.timezone or timezone
        self._clock = clock
        self._otherwise = otherwise

    def key(self, cells: Cells) -> str:
        """The id of a row's report; raises `BadCell` where its columns are empty.

        Empty where the rows have ids of their own and this one has none: its content gives it one.
        """
        key = self.profile.id.make(cells)
        if not isinstance(key, str):
            if not self.profile.prefix:
                return ""
            columns = sorted(self.profile.id.columns)
            column = ", ".join([one for one in columns if not cells.get(one)] or columns)
            raise BadCell(column, "", "is empty, and the id is made of it", "fill it in")
        return f"{self.profile.prefix}{key}"

    def of_row(self, row: Row, file: str) -> Iterator[Draft | Trouble]:
        """The versions of a row's report, or what is wrong with it."""
        if trouble := fault_of(row, file):
            yield trouble
            return
        try:
            key, place = self.key(row.cells), self.place(row.cells)
        except BadCell as error:
            yield trouble_of(error, file, row.number)
            return
        made: list[Draft | Trouble] = []
        for template in self.profile.versions:
            made += self.draft(template, row.cells, key, place, file, row.number)
        # What is wrong in one version may be so in the others: a bad row is not filed by halves.
        yield from [one for one in made if isinstance(one, Trouble)] or made

    def place(self, cells: Cells) -> dict[str, str] | None:
        """The place of a row, unless its report names one; raises `BadCell`."""
        wanted = self.profile.place
        if wanted.name or wanted.id or wanted.levels:
            return self._where.of(cells)
        return None

    def draft(
        self,
        template: Template,
        cells: Cells,
        key: str,
        place: dict[str, str] | None,
        file: str,
        line: int,
        **more: object,
    ) -> Iterator[Draft | Trouble]:
        """One version of a report; `more` are keys that the row itself does not say."""
        try:
            report = template.make(cells)
            if report is None:
                return  # the row has no such version, e.g. no end yet
            if not isinstance(report, dict):
                raise TypeError(f"the report of {self.profile.name} is no mapping")
            if self._clock and (stated := self._clock.make(cells)):
                report["reported"] = stated
            elif self._otherwise:
                report.setdefault("reported", self._otherwise)
        except BadCell as error:
            yield trouble_of(error, file, line)
            return
        if place is not None:
            report["place"] = place
        if key:
            report["id"] = key
        report.update(more)
        made = drafted(report, file=file, line=line, timezone=self._timezone)
        if isinstance(made, Draft):
            yield made
            return
        for fault in made:
            at = (*fault.loc, fault.missing) if fault.missing else fault.loc
            right = _RIGHT if fault.missing and at == ("reported",) else fault.right
            yield Trouble(file, line, fault.what, right, self._column(at, cells))

    def _column(self, loc: Loc, cells: Cells) -> str:
        """The columns that a key of the report is made of."""
        above = (loc[:depth] for depth in range(len(loc), 0, -1))
        columns = next(filter(None, map(self.profile.columns_of.get, above)), frozenset())
        return ", ".join(name for name in sorted(columns) if name in cells)


def trouble_of(error: BadCell, file: str, line: int) -> Trouble:
    """A cell that no report can be made of, as trouble of its row."""
    return Trouble(file, line, error.what, error.right, error.column, error.value)


def fault_of(row: Row, file: str) -> Trouble | None:
    """What is wrong with a row that is none of its table."""
    fault = row.cells.get("")
    return Trouble(file, row.number, f"the row has {fault}", "mend the row") if fault else None
