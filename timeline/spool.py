"""Reports of one file on their way to the log: checked as a whole first, then filed in batches."""

from __future__ import annotations

from itertools import count, islice
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final, Self, TypeVar

from timeline.pipes import write_frame
from timeline.scratch import scratch
from timeline.sealing import parted_in, rows_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from timeline.log.filing import Parted, SealedReport

_Row = TypeVar("_Row")

FRAME: Final = 500
"""Reports that are sealed at once."""

# Without an index: to sort all ids once takes less than to put each of them in its place.
_SEEN: Final = "CREATE TABLE seen (id TEXT, place INTEGER, line INTEGER)"
_REPEATS: Final = "SELECT 1 FROM seen GROUP BY id HAVING count(*) > 1 LIMIT 1"
_REPEATED: Final = (
    "CREATE TABLE repeated AS SELECT id, place, line, NULL AS said FROM seen"
    " WHERE id IN (SELECT id FROM seen GROUP BY id HAVING count(*) > 1) ORDER BY place"
)
_AGAIN: Final = (
    "CREATE TABLE again AS SELECT id, place, line, said <> first AS other FROM"
    " (SELECT *, row_number() OVER one AS number, first_value(said) OVER one AS first FROM repeated"
    " WINDOW one AS (PARTITION BY id ORDER BY place)) WHERE number > 1 ORDER BY place"
)


def says(report: Parted) -> int:
    """What a report says, by Python's own hash: it tells the same from the changed."""
    return hash((report.public, *report.fields.items()))


class Spool:
    """Temporary files of the system's that keep reports in order, each id once."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 -- closed with the spool
        self._db = scratch(_SEEN)
        self._places = count()
        self._frames = 0
        self._repeats = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._file.close()

    def add(
        self, reports: Sequence[Parted], lines: Sequence[int | None], known: Sequence[str] = ()
    ) -> None:
        """Keep reports, each with its line, and note which others are known to the log."""
        for first in range(0, len(reports), FRAME):
            write_frame(self._file, reports[first : first + FRAME])
            self._frames += 1
        keys = [one.key for one in reports]
        self._db.executemany(
            "INSERT INTO seen VALUES (?, ?, ?)",
            # Not by a loop of Python's: this is done for every report of a bulk file.
            zip(keys, self._places, lines, strict=False),
        )
        self._db.executemany("INSERT INTO seen (id) VALUES (?)", ((key,) for key in known))

    def settle(self) -> list[tuple[str, int | None]]:
        """Leave out what is there again; the ids that are with other content, and their lines."""
        if self._db.execute(_REPEATS).fetchone() is None:
            return []
        self._db.execute(_REPEATED)
        self._db.executemany("UPDATE repeated SET said = ? WHERE rowid = ?", self._said())
        self._db.execute(_AGAIN)
        self._repeats = True
        return self._db.execute("SELECT id, line FROM again WHERE other ORDER BY place").fetchall()

    def _said(self) -> Iterator[tuple[int, int]]:
        """What is there again says, and its row."""
        repeated = self._db.execute(
            "SELECT place, rowid FROM repeated WHERE place IS NOT NULL ORDER BY place"
        )
        wanted = next(repeated, None)
        for place, one in enumerate(self._reports()):
            if wanted and place == wanted[0]:
                yield says(one), wanted[1]
                wanted = next(repeated, None)

    @property
    def known(self) -> int:
        """How many are known to the log, or there before with the same content."""
        statement = "SELECT count(*) - count(place) FROM seen"
        if self._repeats:
            statement += " UNION ALL SELECT count(*) FROM again WHERE NOT other"
        return sum(int(some) for (some,) in self._db.execute(statement))

    @property
    def fresh(self) -> int:
        """How many are to be filed."""
        ((kept,),) = self._db.execute("SELECT count(place) FROM seen")
        return int(kept) - sum(1 for _ in self._left_out())

    def kept(self) -> Iterator[tuple[str, int]]:
        """The id of each that is to be filed, and what it says."""
        yield from ((one.key, says(one)) for one in self._but_repeats(self._reports()))

    def batches(self, size: int) -> Iterator[list[SealedReport]]:
        """What is to be filed, sealed, in order, at most `size` at once."""
        rows = rows_in(self._file, self._frames)
        kept = self._but_repeats(rows) if self._repeats else rows
        while batch := list(islice(kept, size)):
            yield batch
            del batch  # the next one is as large

    def _reports(self) -> Iterator[Parted]:
        yield from (one for some in parted_in(self._file) for one in some)

    def _but_repeats(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        left_out = self._left_out()
        without = next(left_out, None)
        for place, row in enumerate(rows):
            if place == without:
                without = next(left_out, None)
            else:
                yield row

    def _left_out(self) -> Iterator[int]:
        if self._repeats:
            statement = "SELECT place FROM again WHERE place IS NOT NULL ORDER BY place"
            yield from (place for (place,) in self._db.execute(statement))
