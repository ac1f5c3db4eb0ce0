"""SQLite by hand: one table, one index for statuses, one correlated seek for each series."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.peers.base import WIDEST, WINDOW, Answered, Question, decode
from benchmarks.rows import INSERT, rows, series

if TYPE_CHECKING:
    from benchmarks.generator import Story

_TABLES: Final = """
CREATE TABLE series (
  series INTEGER PRIMARY KEY, place INTEGER, status INTEGER, facet TEXT, topic TEXT,
  subject TEXT, party TEXT);
CREATE TABLE claim (
  id INTEGER PRIMARY KEY, place INTEGER, series INTEGER, status INTEGER, during INTEGER,
  reach INTEGER, earliest INTEGER, latest INTEGER, first_known INTEGER, known_from INTEGER,
  known_to INTEGER, body BLOB);
"""
# The first index answers the statuses; the others are for what else an answer holds.
_INDEXES: Final = """
CREATE INDEX series_of ON series (place, status);
CREATE INDEX seek ON claim (series, reach, earliest, first_known, known_from, known_to);
CREATE INDEX across ON claim (series, reach) WHERE status = 1 AND during = 1;
CREATE INDEX happening ON claim (place, reach) WHERE status = 0;
CREATE INDEX late ON claim (place, first_known) WHERE status = 0;
ANALYZE;
"""
_SEEK: Final = """
SELECT s.facet, s.topic, s.subject, s.party, s.series, c.reach, c.earliest, c.first_known, c.body
FROM series s CROSS JOIN claim c ON c.id = (
  SELECT t.id FROM claim t INDEXED BY seek WHERE t.series = s.series AND t.reach <= :cut
  AND t.known_from <= :known AND t.known_to > :known
  ORDER BY t.reach DESC, t.earliest DESC, t.first_known DESC LIMIT 1)
WHERE s.place = :place AND s.status = 1
"""
_ACROSS: Final = """
SELECT s.facet, s.topic, s.subject, s.party, s.series, :valid, c.earliest, c.first_known, c.body
FROM series s CROSS JOIN claim c INDEXED BY across ON c.series = s.series
WHERE s.place = :place AND s.status = 1 AND c.status = 1 AND c.during = 1
AND c.reach > :valid AND c.reach <= :widest AND c.earliest < :valid
AND c.known_from <= :known AND c.known_to > :known
"""
_HAPPENINGS: Final = """
SELECT s.facet, s.topic, s.subject, s.party, 0, c.body
FROM claim c INDEXED BY happening CROSS JOIN series s ON s.series = c.series
WHERE c.place = :place AND c.status = 0 AND c.reach > :after AND c.reach <= :widest
AND c.earliest < :valid AND c.known_from <= :known AND c.known_to > :known
UNION ALL
SELECT s.facet, s.topic, s.subject, s.party, 1, c.body
FROM claim c INDEXED BY late CROSS JOIN series s ON s.series = c.series
WHERE c.place = :place AND c.status = 0 AND c.first_known > :since AND c.first_known <= :known
AND c.reach <= :after AND c.known_from <= :known AND c.known_to > :known
"""


class SQLiteByHand:
    """One table in one file."""

    name = "SQLite by hand"

    def __init__(self, path: Path, story: Story) -> None:
        made = path.exists()
        self._db = sqlite3.connect(path, isolation_level=None)
        if not made:
            self._load(story)

    def _load(self, story: Story) -> None:
        db = self._db
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + _TABLES)
        db.execute("BEGIN")
        db.executemany("INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)", series(story))
        db.executemany(INSERT, rows(story))
        db.execute("COMMIT")
        db.executescript(_INDEXES)

    def known(self, question: Question) -> list[Answered]:
        """See `Peer.known`."""
        values = values_of(question)
        answer = self.statuses(question)
        answer += [
            Answered._make((*row[:4], bool(row[4]), decode(row[5])))
            for row in self._db.execute(_HAPPENINGS, values)
        ]
        return answer

    def statuses(self, question: Question) -> list[Answered]:
        """The seek alone: the standing status of every series."""
        values = values_of(question)
        found = self._db.execute(_SEEK, values).fetchall()
        if question.valid < question.known:
            found = highest(found + self._db.execute(_ACROSS, values).fetchall())
        return [Answered._make((*row[:4], False, decode(row[8]))) for row in found]

    def close(self) -> None:
        """See `Peer.close`."""
        self._db.close()


def values_of(question: Question) -> dict[str, int]:
    """The values of the statements."""
    valid, known = question.valid, question.known
    return {
        "place": question.place,
        "valid": valid,
        "known": known,
        "cut": min(valid, known),
        "after": valid - WINDOW,
        "since": known - WINDOW,
        "widest": valid + WIDEST,
    }


def highest(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of rows with series, reach, earliest, first known in columns 4 to 7, the first of each."""
    top: dict[int, tuple[Any, ...]] = {}
    for row in found:
        if row[4] not in top or row[5:8] > top[row[4]][5:8]:
            top[row[4]] = row
    return list(top.values())
