"""Versions on their way to the log: kept in a temporary file, sorted there, filed once all is read.

So that a file is filed whole or not at all, and a million rows need no more memory than a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import msgspec

from timeline.entries import Bounds
from timeline.log.filing import Correction, Filing, Retraction
from timeline.scratch import scratch

if TYPE_CHECKING:
    from events.when import Instant


class _Reported(msgspec.Struct):
    reported: Bounds


_encode = msgspec.json.Encoder().encode
_withdrawn = msgspec.json.Decoder(tuple[str, Bounds, str, str]).decode  # a `Retraction`
_reported = msgspec.json.Decoder(_Reported).decode

# In one pass: a column that tells nothing apart gives all rows one id.
_REPEATED: Final = (
    "SELECT id, file, line, before, first FROM (SELECT seq, id, file, line, content,"
    " first_value(content) OVER one AS said, first_value(file) OVER one AS before,"
    " first_value(line) OVER one AS first FROM version WHERE (id, part) IN"
    " (SELECT id, part FROM version GROUP BY id, part HAVING count(*) > 1)"
    " WINDOW one AS (PARTITION BY id, part ORDER BY seq)) WHERE content <> said ORDER BY seq"
)


class StagedReports(NamedTuple):
    """Some reports, whole: the first version of each, and what became of it later, in order."""

    filings: list[Filing]
    amendments: list[Correction | Retraction]
    lines: dict[str, tuple[str, int]]


class Again(NamedTuple):
    """An id that came with other content before, and where: file and line, here and before."""

    key: str
    file: str
    line: int
    before: str
    first: int


def knowledge_of(content: bytes) -> Instant:
    """From when on the world knew a stored report."""
    return _reported(content).reported.latest


class Staging:
    """A temporary database of the system's that keeps versions until the log takes them."""

    def __init__(self) -> None:
        self._db = scratch(
            "CREATE TABLE version (seq INTEGER PRIMARY KEY, id TEXT NOT NULL,"
            " part INTEGER NOT NULL, knowledge INTEGER NOT NULL, content BLOB,"
            " withdrawn BLOB, file TEXT, line INTEGER);"
            "CREATE INDEX by_id ON version (id, knowledge, seq);",
            cache_kib=32_000,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, filings: Iterable[tuple[Filing, int, str, int]]) -> None:
        """Keep versions: each with its part of its row, its file and its line."""
        self._db.executemany(
            "INSERT INTO version (id, part, knowledge, content, file, line) VALUES (?,?,?,?,?,?)",
            (
                (one.key, part, knowledge_of(one.content), one.content, file, line)
                for one, part, file, line in filings
            ),
        )

    def withdraw(self, retractions: Iterable[Retraction]) -> None:
        """Keep withdrawals, in their place among the versions."""
        self._db.executemany(
            "INSERT INTO version (id, part, knowledge, withdrawn) VALUES (?, 0, ?, ?)",
            ((one.key, one.reported.latest, _encode(one)) for one in retractions),
        )

    def repeated(self) -> Iterator[Again]:
        """The ids that two rows claim with other content: once for each row after the first."""
        yield from (Again(*row) for row in self._db.execute(_REPEATED))

    def again(self) -> int:
        """How many rows claim an id that a row before them does."""
        (count,) = self._db.execute(
            "SELECT count(*) - count(DISTINCT id) FROM version WHERE part = 0"
        ).fetchone()
        return int(count)

    def drop(self, keys: Iterable[str]) -> None:
        """Forget these reports."""
        self._db.executemany("DELETE FROM version WHERE id = ?", [(key,) for key in keys])

    def reports(self, size: int) -> Iterator[StagedReports]:
        """Everything kept, at most `size` reports at once, in the order of their first rows."""
        self._db.executescript(
            "DROP TABLE IF EXISTS temp.place;"
            "CREATE TEMP TABLE place AS SELECT id, min(seq) AS at FROM version GROUP BY id;"
            "CREATE INDEX temp.by_at ON place (at);"
        )
        ids = self._db.execute("SELECT id FROM temp.place ORDER BY at")
        while some := ids.fetchmany(size):
            yield self._versions([key for (key,) in some])

    def _versions(self, keys: list[str]) -> StagedReports:
        staged = StagedReports([], [], {})
        found = self._db.execute(
            "SELECT id, content, withdrawn, file, line FROM version"
            " WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id, knowledge, seq",
            (msgspec.json.encode(keys).decode(),),
        )
        first: dict[str, Filing] = {}
        later: dict[str, list[Correction | Retraction]] = {}
        said: set[tuple[str, bytes]] = set()
        for key, content, withdrawn, file, line in found:
            if withdrawn is not None:
                if key not in first:
                    continue  # what it withdraws could not be read
                later.setdefault(key, []).append(Retraction(*_withdrawn(withdrawn)))
            elif (key, content) in said:
                continue  # a row that came twice
            elif key in first:
                later.setdefault(key, []).append(Correction(key, content))
            else:
                first[key] = Filing(key, content)
                staged.lines[key] = (file or "", line or 0)
            if content is not None:
                said.add((key, content))
        staged.filings.extend(first[key] for key in keys if key in first)
        for key in keys:
            staged.amendments.extend(later.get(key, ()))
        return staged

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(DISTINCT id) FROM version").fetchone()[0])
