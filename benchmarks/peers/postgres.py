"""PostgreSQL over a socket: the same table and indexes, one lateral seek for each series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg

from benchmarks.peers.base import Answered, Question, decode
from benchmarks.peers.sqlite_by_hand import highest, values_of
from benchmarks.rows import COLUMNS, rows, series
from benchmarks.server import NoServer, Server, programs

if TYPE_CHECKING:
    from benchmarks.generator import Story

_TABLES: Final = """
CREATE TABLE series (
  series bigint PRIMARY KEY, place int, status boolean, facet text, topic text, subject text,
  party text);
CREATE TABLE claim (
  place int, series bigint, status boolean, during boolean, reach bigint, earliest bigint,
  latest bigint, first_known bigint, known_from bigint, known_to bigint, body bytea);
"""
_INDEXES: Final = (
    "CREATE INDEX ON series (place)",
    (
        "CREATE INDEX ON claim (series, reach DESC, earliest DESC, first_known DESC)"
        " INCLUDE (known_from, known_to) WHERE status"
    ),
    "CREATE INDEX ON claim (series, reach) WHERE status AND during",
    "CREATE INDEX ON claim (place, reach) WHERE NOT status",
    "CREATE INDEX ON claim (place, first_known) WHERE NOT status",
    "VACUUM ANALYZE",
)
_SEEK: Final = """
SELECT s.facet, s.topic, s.subject, s.party, s.series, c.reach, c.earliest, c.first_known, c.body
FROM series s CROSS JOIN LATERAL (
  SELECT * FROM claim t WHERE t.series = s.series AND t.status AND t.reach <= %(cut)s
  AND t.known_from <= %(known)s AND t.known_to > %(known)s
  ORDER BY t.reach DESC, t.earliest DESC, t.first_known DESC LIMIT 1) c
WHERE s.place = %(place)s AND s.status
"""
_ACROSS: Final = """
SELECT s.facet, s.topic, s.subject, s.party, s.series, %(valid)s::bigint, c.earliest,
  c.first_known, c.body
FROM series s JOIN claim c ON c.series = s.series
WHERE s.place = %(place)s AND s.status AND c.status AND c.during
AND c.reach > %(valid)s AND c.reach <= %(widest)s AND c.earliest < %(valid)s
AND c.known_from <= %(known)s AND c.known_to > %(known)s
"""
_HAPPENINGS: Final = """
SELECT s.facet, s.topic, s.subject, s.party, false, c.body
FROM claim c JOIN series s ON s.series = c.series
WHERE c.place = %(place)s AND NOT c.status AND c.reach > %(after)s AND c.reach <= %(widest)s
AND c.earliest < %(valid)s AND c.known_from <= %(known)s AND c.known_to > %(known)s
UNION ALL
SELECT s.facet, s.topic, s.subject, s.party, true, c.body
FROM claim c JOIN series s ON s.series = c.series
WHERE c.place = %(place)s AND NOT c.status AND c.first_known > %(since)s
AND c.first_known <= %(known)s AND c.reach <= %(after)s
AND c.known_from <= %(known)s AND c.known_to > %(known)s
"""


class Postgres:
    """A server of its own in a temporary folder, reached over a unix socket only."""

    name = "PostgreSQL"

    def __init__(self, story: Story) -> None:
        self._server = Server(
            "shared_buffers=1GB",
            "max_wal_size=8GB",
            "jit=off",
            "maintenance_work_mem=512MB",
            fsync=True,
        )
        self._db = psycopg.connect(self._server.address("postgres"), autocommit=True)
        try:
            self._load(story)
        except BaseException:
            self.close()
            raise
        # The driver's own default prepares a statement after five runs; here at once.
        self._db.prepare_threshold = 0

    def _load(self, story: Story) -> None:
        cursor = self._db.cursor()
        cursor.execute(_TABLES)
        with cursor.copy("COPY series FROM STDIN") as copy:
            for row in series(story):
                copy.write_row(row)
        with cursor.copy(f"COPY claim ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for claim in rows(story):
                copy.write_row(claim)
        for statement in _INDEXES:
            cursor.execute(statement)

    def known(self, question: Question) -> list[Answered]:
        """See `Peer.known`."""
        values = values_of(question)
        found = self._select(_SEEK, values)
        if question.valid < question.known:
            found = highest(found + self._select(_ACROSS, values))
        answer = [Answered._make((*row[:4], False, decode(row[8]))) for row in found]
        return answer + [
            Answered._make((*row[:4], row[4], decode(row[5])))
            for row in self._select(_HAPPENINGS, values)
        ]

    def _select(self, statement: str, values: dict[str, int]) -> list[tuple[Any, ...]]:
        return self._db.execute(statement, values, binary=True).fetchall()

    def close(self) -> None:
        """See `Peer.close`."""
        self._db.close()
        self._server.close()


def there() -> bool:
    """Whether the server's programs are on this machine."""
    try:
        return bool(programs())
    except NoServer:
        return False
