"""A view beside what its log comes to when it is laid out anew: does it say the same?

A view that was caught up has other numbers than one that was built, and its summaries, by which
questions pass over what has no say, may take in more than they must. Beyond that they are equal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import permutations, zip_longest
from typing import TYPE_CHECKING, Final

from events.when import DAY
from timeline.entries import REDACTED
from timeline.log.beginning import Beginning
from timeline.log.sqlite_file import connect
from timeline.view.build import rebuild
from timeline.view.schema import FIRM, report_number

if TYPE_CHECKING:
    from timeline.log import LogReader
    from timeline.view.build import Progress
    from timeline.view.files import Files

# The log has lost words that were redacted since the view was looked at, and the view has them.
_SINCE: Final = "CREATE TEMP TABLE redacted_since (report INTEGER PRIMARY KEY)"
_WORDS: Final = "CASE WHEN c.report IN temp.redacted_since THEN NULL ELSE c.words END"
_CLAIM: Final = (
    "s.key, s.facet, s.party, p.place, o.place, c.role, c.level, c.reach, c.earliest, c.latest,"
    f" c.first_known, c.known_from, c.known_to, c.rec_from, c.report, c.supersedes, {_WORDS}"
)
_FROM: Final = (
    "c LEFT JOIN {0}.series s ON s.id = c.series LEFT JOIN {0}.place p ON p.id = c.place"
    " LEFT JOIN {0}.place o ON o.id = s.place"
)
_BOUNDS: Final = "known_from, known_to, rec_from, rec_to, report"

# By what a difference is called: what has to be the same in both. `{0}` is the one or the other.
_EQUAL: Final = {
    "claims": f"SELECT {_CLAIM} FROM {{0}}.claim {_FROM}",
    "claims of before": f"SELECT {_CLAIM}, c.rec_to FROM {{0}}.past {_FROM}",
    "verifications": f"SELECT target, by, status, claim, id, {_BOUNDS} FROM {{0}}.mark",
    "links": f"SELECT one, kind, other, {_BOUNDS} FROM {{0}}.link",
    "places named": "SELECT p.place, n.known, n.rec_from, n.rec_to, n.report"
    " FROM {0}.naming n LEFT JOIN {0}.place p ON p.id = n.place",
    "places": "SELECT place, position, anew, content FROM {0}.definition",
    "names of places": "SELECT name, place FROM {0}.name",
    "places above others": "SELECT upper, lower, member FROM {0}.above",
    "citations": "SELECT source, report FROM {0}.cited",
    "parties": "SELECT id, content FROM {0}.party",
    "entries": "SELECT position, known, report FROM {0}.entry",
    "mends": "SELECT position, known, mended FROM {0}.mend",
    "times of knowledge": "SELECT known, position FROM {0}.last_known",
    "times of record": "SELECT recorded, position FROM {0}.tick",
    "counts": "SELECT topic, entries, first_known, last_known FROM {0}.tally",
    "definitions": "SELECT defined, redefined FROM {0}.state",
}
# Each finds what a summary leaves out, though it should not.
_SUMMARIES: Final = (
    f"""SELECT 1 FROM (
      SELECT {_CLAIM} FROM anew.claim {_FROM.format("anew")} WHERE c.tied
      EXCEPT SELECT {_CLAIM} FROM main.claim {_FROM.format("main")} WHERE c.tied)""",
    """SELECT 1 FROM anew.state n, main.state h
    WHERE (n.marks AND NOT h.marks) OR (n.mends AND NOT h.mends)""",
    """SELECT 1 FROM anew.place n LEFT JOIN main.place h ON h.place = n.place
    WHERE h.id IS NULL OR n.happening & ~h.happening OR n.status & ~h.status
    OR n.loose > h.loose OR n.heavy > h.heavy OR n.changed > h.changed OR n.known < h.known""",
    """SELECT 1 FROM anew.series n LEFT JOIN main.series h ON h.key = n.key
    WHERE h.id IS NULL OR n.claims != h.claims OR n.heavy > h.heavy OR n.known < h.known""",
    f"""SELECT 1 FROM (
      SELECT c.series, c.reach / {DAY}, min(c.known_from), max(c.known_to)
      FROM main.series s JOIN main.claim c ON c.series = s.id
      WHERE s.heavy AND c.role = {FIRM} GROUP BY 1, 2
      EXCEPT SELECT series, day, known_from, known_to FROM main.zone)""",
)


_BOTH: Final = ("main", "anew")


def unlike(log: LogReader, files: Files, path: str, progress: Progress) -> list[tuple[str, int]]:
    """Where the view at a path differs from its log laid out anew, and by how many rows.

    Takes two or three times as long as to build the view, and as much room while it lasts. Words of
    a report that is redacted meanwhile are not compared.
    """
    aside = files.aside()
    try:
        with closing(connect(path, "ro")) as db:
            db.execute("PRAGMA cache_size=-65536")
            db.execute("BEGIN")
            ((position,),) = db.execute("SELECT position FROM state").fetchall()
            anew = rebuild(Beginning(log, position), aside, progress)
            db.execute(_SINCE)
            db.executemany(
                "INSERT INTO redacted_since VALUES (?)",
                [(number,) for number in _redacted_since(log, position)],
            )
            db.execute("ATTACH ? AS anew", (f"{anew.as_uri()}?mode=ro",))
            found = [(what, _unlike(db, rows)) for what, rows in _EQUAL.items()]
            found.append(("its own summaries", sum(_count(db, one) for one in _SUMMARIES)))
            found.append(("its own indexes", _amiss(db)))
    finally:
        aside.forget()
    return [(what, rows) for what, rows in found if rows]


def _redacted_since(log: LogReader, position: int) -> set[int]:
    """The reports of which something was redacted behind a position, as the view numbers them."""
    return {
        report_number(originator)
        for batch in log.stored(position, log.head())
        for _, originator, _, topic, *_ in batch
        if topic == REDACTED
    }


def _unlike(db: sqlite3.Connection, rows: str) -> int:
    """How many rows one has and the other lacks; of equal ones, how many more one has."""
    here, there = rows.format("main"), rows.format("anew")
    # Both in order, side by side: far less work than to look each row up, which tells how many.
    if all(one == other for one, other in zip_longest(_sorted(db, here), _sorted(db, there))):
        return 0
    lacking = [_count(db, f"{a} EXCEPT {b}") for a, b in ((here, there), (there, here))]
    return max(*lacking, abs(_count(db, here) - _count(db, there)))


def _amiss(db: sqlite3.Connection) -> int:
    """How much is wrong with the tables and indexes themselves, which no row shows."""
    schemas = [f"SELECT type, name, tbl_name, sql FROM {one}.sqlite_master" for one in _BOTH]
    others = sum(_count(db, f"{a} EXCEPT {b}") for a, b in permutations(schemas))
    said = db.execute("PRAGMA main.integrity_check").fetchall()
    return others + len([row for row in said if row != ("ok",)])


def _sorted(db: sqlite3.Connection, rows: str) -> Iterator[tuple[object, ...]]:
    columns = len(db.execute(f"{rows} LIMIT 0").description)
    return db.execute(f"{rows} ORDER BY {', '.join(map(str, range(1, columns + 1)))}")


def _count(db: sqlite3.Connection, rows: str) -> int:
    ((found,),) = db.execute(f"SELECT count(*) FROM ({rows})").fetchall()
    return int(found)
