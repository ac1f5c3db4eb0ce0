"""What an export holds, as the bytes of its format: streamed, whatever it is of."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from timeline.errors import StoreError, new_file
from timeline.evidence.tree import root
from timeline.formats.answers import (
    HISTORY_COLUMNS,
    activity_table,
    history_rows,
    projected_lines,
    projected_table,
)
from timeline.formats.columns import COLUMNS, Cell, Shared, Table, rows
from timeline.formats.control import assesses, control_header, control_rows
from timeline.formats.csv import BOM, line
from timeline.formats.files import Head, Manifest, write
from timeline.formats.gather import Gathered
from timeline.formats.hxl import tags
from timeline.formats.reports import REPORT_COLUMNS, document_form, report_row
from timeline.formats.typed import types_found, types_of
from timeline.places import in_unit

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import tzinfo

    from timeline.cuts import Cuts
    from timeline.formats.geojson import Point
    from timeline.formats.spells import Spell
    from timeline.formats.wanted import Wanted
    from timeline.log import LogReader
    from timeline.reader import Reader
    from timeline.wording import Frame

_json = msgspec.json.Encoder().encode


@contextmanager
def _still_open() -> Iterator[None]:
    """Say in our words that what is read from was closed since the export was made."""
    try:
        yield
    except sqlite3.ProgrammingError as error:
        if "closed" not in str(error):
            raise
        raise StoreError(
            "since the export was made the store was closed, or its view built anew; export again, "
            "and read it in `with timeline.reading():` where others may build it"
        ) from error


def _each(parts: Iterator[bytes], alone: AbstractContextManager[object]) -> Iterator[bytes]:
    """The parts, each of which is read alone: between two, other threads have their turn."""
    with _still_open():
        while True:
            with alone:
                part = next(parts, None)
            if part is None:
                return
            yield part


@dataclass(slots=True)
class Export:
    """One export: `parts` streams its bytes and, as they are read, `counts` what they hold.

    They may be read again, and are counted anew. `options` are those it was asked with, for its
    manifest; the reader is read from within `alone`. Making one raises `BadQuestion`,
    `UnknownPlace` and `AmbiguousPlace`.
    """

    log: LogReader
    reader: Reader
    zone: tzinfo
    cuts: Cuts
    wanted: Wanted
    options: Mapping[str, object] = field(default_factory=dict)
    alone: AbstractContextManager[object] = field(default_factory=nullcontext)
    _from: Gathered = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Look up what is wanted."""
        self.wanted.check()
        self._from = Gathered(self.log, self.reader, self.zone, self.cuts, self.wanted)

    @property
    def basis(self) -> str:
        """What gives the same export again."""
        return self._from.basis

    @property
    def counts(self) -> Counter[str]:
        """How much was read so far, and how many rows were written."""
        return self._from.counts

    def write(self, path: str | Path) -> Manifest | None:
        """Write it to a file, whole or not at all, and beside it what it holds and how it was made.

        Raises OSError, and `StoreError` once the store was closed or its view built anew. What is
        no file on a disk has no manifest.
        """
        path = Path(new_file(path))
        with _still_open(), self.alone:
            # Everything that the answer follows from is below this head.
            size = max(self.reader.pinned(self.cuts.asof))
            head = Head(size=size, root=b64encode(root(size, self.reader.tree())).decode())
        return write(path, self.parts(), lambda digest: self._manifest(path, head, digest))

    def _manifest(self, path: Path, head: Head, digest: str) -> Manifest:
        return Manifest(
            file=path.name,
            what=self.wanted.name,
            basis=self.basis,
            head=head,
            options={
                name: value
                for name, value in self.options.items()
                if value not in (None, False, [])
            },
            counts=dict(sorted(self.counts.items())),
            sha256=digest,
        )

    def parts(self) -> Iterator[bytes]:
        """The bytes of the export, in pieces; raises `StoreError` once the store was closed."""
        self._count_anew()
        with _still_open(), self.alone:
            parts = self._parts()
        return _each(parts, self.alone)

    def _parts(self) -> Iterator[bytes]:
        match self.wanted.form:
            case "csv" | "hxl":
                return self._csv()
            case "jsonl":
                return (record + b"\n" for record in self._records())
            case "json":
                return self._whole()
            case "geojson":
                from timeline.formats.geojson import geojson  # here: as each format

                header, table = self._table()
                # A projection's coordinates are its own: the point is still that of the place.
                said = () if self.wanted.projection else ("latitude", "longitude")
                return geojson(header, self._counted(table), self._locate, self._said(), said)
            case "parquet":
                return self._parquet()
            case "timelinejs":
                from timeline.formats.timelinejs import timelinejs

                several = len(self._from.places) != 1
                return timelinejs(
                    self._spells(), *self._titles(), self._frame(), self.zone, several=several
                )
            case "kml":
                from timeline.formats.kml import kml

                return kml(self._spells(), *self._titles(), self._frame())

    def _whole(self) -> Iterator[bytes]:
        if self._is_one():
            yield from (record + b"\n" for record in self._records())
            return
        before = b"["
        for record in self._records():
            yield before + record
            before = b",\n"
        yield b"]\n" if before == b",\n" else b"[]\n"

    def _is_one(self) -> bool:
        """Whether an object, not a list, answers: of one place, or of all at once."""
        wanted = self.wanted
        if wanted.what in ("activity", "projection"):
            return True
        alone = len(wanted.places) == 1 and not wanted.regions
        return alone and wanted.what in ("situation", "history")

    def _csv(self) -> Iterator[bytes]:
        if self.wanted.bom:
            yield BOM
        header, table = self._table()
        yield line(header, raw=self.wanted.raw)  # a party's id may be the name of a column
        if self.wanted.form == "hxl":
            yield line(tags(header, self.wanted.what), raw=True)
        for row in self._counted(table):
            yield line(row, raw=self.wanted.raw)

    def _parquet(self) -> Iterator[bytes]:
        from timeline.formats.parquet import parquet

        header, table = self._table()
        if self.wanted.what == "projection":  # its columns are its own: all rows tell their types
            made = list(table)
            return parquet(
                header, types_found(header, made), self._counted(iter(made)), self._said()
            )
        return parquet(header, types_of(header), self._counted(table), self._said())

    def _count_anew(self) -> None:
        for counted in self.counts:
            self.counts[counted] = 0

    def _counted(self, table: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
        self.counts["rows"] = 0
        for row in table:
            self.counts["rows"] += 1
            yield row

    def _said(self) -> dict[str, str]:
        """What goes with a file that can say something of itself."""
        known, valid = self._from.iso("known"), self._from.iso("valid")
        return {
            "what": self.wanted.name,
            "basis": self.basis,
            "known_as_of": known,
            "valid_as_of": valid,
        }

    # Tables

    def _table(self) -> Table:
        match self.wanted.what:
            case "situation":
                return COLUMNS, self._situation_rows()
            case "control":
                return self._control_table()
            case "claims":
                return COLUMNS, self._claim_rows()
            case "reports":
                return REPORT_COLUMNS, self._report_rows()
            case "history":
                return HISTORY_COLUMNS, self._history_rows()
            case "activity":
                return activity_table(self._from.activity(), self._from.book)
            case "projection":
                return projected_table(self._from.projected())

    def _shared(self) -> Shared:
        return Shared(self._from.iso("known"), self._from.iso("valid"), self.basis)

    def _situation_rows(self) -> Iterator[list[Cell]]:
        shared, book = self._shared(), self._from.book
        for place, shown in self._from.standing():
            self.counts["claims"] += len(shown)
            where = in_unit(place, book)
            for one in shown:
                yield from rows(one.claim, where, one.held.supersedes, shared)

    def _claim_rows(self) -> Iterator[list[Cell]]:
        shared, book = self._shared(), self._from.book
        for place, one in self._from.claims():
            yield from rows(one.claim, in_unit(place, book), one.held.supersedes, shared)

    def _report_rows(self) -> Iterator[list[Cell]]:
        known = self._from.iso("known")
        for key, content in self._from.reports():
            yield report_row(key, content, known, self.basis)

    def _history_rows(self) -> Iterator[list[Cell]]:
        for answer in self._from.histories():
            own = self._from
            yield from history_rows(answer, own.reader, own.cuts.asof, own.book)

    def _control_table(self) -> Table:
        # Read twice: which columns there are, the last place may decide.
        assessors = sorted(
            {
                one.held.assertion.series.party
                for _, shown in self._from.standing("control")
                for one in shown
                if assesses(one.held)
            }
        )
        self._count_anew()
        return control_header(assessors), self._control_rows(assessors)

    def _control_rows(self, assessors: Sequence[str]) -> Iterator[list[Cell]]:
        shared, book = self._shared(), self._from.book
        for place, shown in self._from.standing("control"):
            held = [one.held for one in shown]
            self.counts["claims"] += sum(map(assesses, held))
            yield from control_rows(held, in_unit(place, book), assessors, shared)

    def _locate(self, place: str) -> Point | None:
        found = self._from.book.get(place)
        if found is None or found.lat is None or found.lon is None:
            return None
        return found.lon, found.lat

    # Records

    def _records(self) -> Iterator[bytes]:
        whole = self.wanted.form == "json"
        match self.wanted.what:
            case "situation":
                return (one.to_json() for one in self._from.situations())
            case "control":
                header, table = self._table()
                return (_json(dict(zip(header, row, strict=True))) for row in self._counted(table))
            case "claims":
                return (_json(one.claim) for _, one in self._from.claims())
            case "reports":
                return (
                    _json(document_form(key, content, self._from.book))
                    for key, content in self._from.reports()
                )
            case "history":
                return (one.to_json() for one in self._from.histories())
            case "activity":
                counted = self._from.activity()
                return iter([counted.to_json()] if whole else map(_json, counted.rows))
            case "projection":
                made = self._from.projected()
                return iter([made.to_json()] if whole else map(_json, projected_lines(made)))

    # Claims along time

    def _spells(self) -> Iterator[Spell]:
        from timeline.formats.spells import spell, spells_of

        book = self._from.book
        if self.wanted.what == "history":
            for answer in self._from.histories():
                yield from spells_of(answer, book.get(answer.place.id), self.zone)
            return
        if self.wanted.what == "claims":
            told = self._from.claims()
        else:
            told = ((place, one) for place, shown in self._from.standing() for one in shown)
        for place, one in told:
            if self.wanted.what == "situation":
                self.counts["claims"] += 1
            told_of = one.held.assertion
            yield spell(one.claim, book.get(place), told_of.earliest, told_of.reach)

    def _titles(self) -> tuple[str, str]:
        """What the document is of, and at which cuts."""
        from timeline.wording import cuts_of_kept

        cuts = cuts_of_kept(self.cuts.asked, self._from.iso("valid"), self._from.iso("known"))
        places = [*self.wanted.places, *(f"{region} and below" for region in self.wanted.regions)]
        where = ", ".join(places[:3]) + (" …" if len(places) > 3 else "") or "every place"
        return (
            f"{self.wanted.what.capitalize()} of {where}",
            f"{cuts} · each claim is its party's · basis {self.basis}",
        )

    def _frame(self) -> Frame:
        from timeline.wording import Frame

        return Frame(self.reader.party_names(), self._from.iso("valid"))
