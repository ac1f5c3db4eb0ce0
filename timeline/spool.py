"""Reports of one file on their way to the log: checked as a whole first, then filed in batches."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Self

from timeline.log import Filing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Spool:
    """A temporary file of the system's that keeps filings in order, each id once."""

    def __init__(self) -> None:
        # A nameless database lies in the page cache until it outgrows it, and goes when closed.
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;"
            "CREATE TABLE filing (place INTEGER PRIMARY KEY, id TEXT UNIQUE, content BLOB);"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, filings: Sequence[Filing]) -> list[str]:
        """Keep these; return the ids that came before with other content."""
        self._db.execute("BEGIN")
        before = self._db.total_changes
        self._db.executemany("INSERT OR IGNORE INTO filing (id, content) VALUES (?, ?)", filings)
        repeated = self._db.total_changes - before < len(filings)
        self._db.execute("COMMIT")
        return self._clashes(filings) if repeated else []

    def _clashes(self, filings: Sequence[Filing]) -> list[str]:
        clashes = []
        for key, content in filings:
            row = self._db.execute("SELECT content FROM filing WHERE id = ?", (key,)).fetchone()
            if row[0] != content:
                clashes.append(key)
        return clashes

    def drop(self, keys: Sequence[str]) -> None:
        """Forget these."""
        self._db.executemany("DELETE FROM filing WHERE id = ?", [(key,) for key in keys])

    def batches(self, size: int) -> Iterator[list[Filing]]:
        """Everything kept, in order, at most `size` at once."""
        rows = self._db.execute("SELECT id, content FROM filing ORDER BY place")
        while batch := rows.fetchmany(size):
            yield [Filing(*row) for row in batch]

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM filing").fetchone()[0])
