"""Reports of one file on their way to the log: checked as a whole first, then filed in batches."""

from __future__ import annotations

import sqlite3
from itertools import count
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final, Self

import msgspec

from timeline.log import Row
from timeline.log.rows import content_of
from timeline.pipes import frames_of, write_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
_rows: Final = msgspec.msgpack.Decoder(list[Row]).decode


class Spool:
    """Temporary files of the system's that keep filings in order, each id once."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 -- closed with the spool
        # A nameless database lies in the page cache until it outgrows it, and goes when closed.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;" + _SEEN
        )
        self._places = count()
        self._repeats = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._file.close()

    def add(
        self, rows: Sequence[Row], lines: Mapping[str, int | None], known: Sequence[str] = ()
    ) -> None:
        """Keep rows with their lines, and note which others are known to the log."""
        write_frame(self._file, rows)
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO seen VALUES (?, ?, ?)",
            ((row.key, next(self._places), lines.get(row.key)) for row in rows),
        )
        self._db.executemany("INSERT INTO seen (id) VALUES (?)", ((key,) for key in known))
        self._db.execute("COMMIT")

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
        """What each repeated row says, by Python's own hash: it tells the same from the changed."""
        repeated = self._db.execute(
            "SELECT place, rowid FROM repeated WHERE place IS NOT NULL ORDER BY place"
        )
        wanted = next(repeated, None)
        for place, row in enumerate(self._all()):
            if wanted and place == wanted[0]:
                yield hash(content_of(row)), wanted[1]
                wanted = next(repeated, None)

    @property
    def known(self) -> int:
        """How many are known to the log."""
        statement = "SELECT count(DISTINCT id) FROM seen WHERE place IS NULL"
        return int(self._db.execute(statement).fetchone()[0])

    @property
    def fresh(self) -> int:
        """How many are to be filed."""
        return sum(map(len, self.batches(10_000)))

    def batches(self, size: int) -> Iterator[list[Row]]:
        """What is to be filed, in order, at most `size` at once."""
        batch: list[Row] = []
        for row in self._kept():
            batch.append(row)
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _kept(self) -> Iterator[Row]:
        left_out = self._left_out()
        without = next(left_out, None)
        for place, row in enumerate(self._all()):
            if place == without:
                without = next(left_out, None)
            else:
                yield row

    def _all(self) -> Iterator[Row]:
        self._file.seek(0)
        for packed in frames_of(self._file):
            yield from _rows(packed)

    def _left_out(self) -> Iterator[int]:
        if self._repeats:
            statement = "SELECT place FROM again WHERE place IS NOT NULL ORDER BY place"
            yield from (place for (place,) in self._db.execute(statement))
