"""Rows put in order in a temporary file, so that a long table needs no more memory than a short."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final, NamedTuple, Self

import msgspec

from events.when import WhenError, parse_when, quoted
from timeline.imports.rows import Row
from timeline.scratch import scratch

_BEFORE_ALL: Final = 1 << 62

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, str]).decode


class Placed(NamedTuple):
    """A row with the file it stands in, and what it was put in order by."""

    row: Row
    file: str
    group: str
    moment: str


class Sorter:
    """Keeps rows, and gives them back by group and moment, else in the order they came."""

    def __init__(self) -> None:
        self._db = scratch(
            "CREATE TABLE placed (seq INTEGER PRIMARY KEY, by_group TEXT, moment TEXT, file TEXT,"
            " line INTEGER, cells BLOB);"
            "CREATE TABLE grouped (first INTEGER PRIMARY KEY, name TEXT UNIQUE);",
            cache_kib=32_000,
        )
        self._waiting: list[tuple[str, str, str, int, bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, row: Row, file: str, group: str, moment: str = "") -> None:
        """Keep a row."""
        self._waiting.append((group, moment, file, row.number, _encode(row.cells)))
        if len(self._waiting) >= 5_000:
            self._flush()

    def _flush(self) -> None:
        self._db.executemany(
            "INSERT INTO placed (by_group, moment, file, line, cells) VALUES (?, ?, ?, ?, ?)",
            self._waiting,
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO grouped (name) VALUES (?)",
            ((name,) for name in dict.fromkeys(one[0] for one in self._waiting)),
        )
        self._waiting.clear()

    def by_group(self) -> Iterator[Placed]:
        """All rows, those of one group together and by their moments, groups as they first came."""
        self._flush()
        yield from self._read(
            "SELECT line, cells, file, by_group, moment FROM placed"
            " JOIN grouped ON grouped.name = by_group ORDER BY first, moment, seq"
        )

    def by_moment(self) -> Iterator[Placed]:
        """All rows by their moments."""
        self._flush()
        yield from self._read(
            "SELECT line, cells, file, by_group, moment FROM placed ORDER BY moment, seq"
        )

    def _read(self, statement: str) -> Iterator[Placed]:
        for line, cells, file, group, moment in self._db.execute(statement):
            yield Placed(Row(line, _decode(cells)), file, group, moment)


def moment_of(text: str, zone: tzinfo) -> str:
    """A date as it sorts, with the text behind it; raises `WhenError`, for an open one too."""
    earliest = parse_when(text, zone).earliest
    if earliest is None:
        raise WhenError(f"{quoted(text)} has no beginning", "write e.g. 2022-10-27T15:13Z")
    return f"{earliest + _BEFORE_ALL:020d} {text}"


def stated_in(moment: str) -> str:
    """The text of a moment."""
    return moment.partition(" ")[2]


def merged(rows: list[dict[str, str]]) -> dict[str, str]:
    """Several rows as one: of each column the cells, each once, apart by ` | `."""
    if len(rows) == 1:
        return rows[0]
    names = dict.fromkeys(name for row in rows for name in row)
    return {
        name: " | ".join(dict.fromkeys(cell for row in rows if (cell := row.get(name, ""))))
        for name in names
    }
