"""The later half of a generation put behind the earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from timeline.evidence.tiles import WIDTH, grow
from timeline.view.tiles import LEVELS, ViewTiles
from timeline.view.write import NEW_SERIES, Numbers

if TYPE_CHECKING:
    import sqlite3

_SERIES: Final = "relation, landmark, facet, topic, subject, denial, party"
_SAME: Final = (
    "s.place = p.place AND s.relation = h.relation AND s.landmark = h.landmark"
    " AND s.facet = h.facet AND s.topic = h.topic AND s.subject = h.subject"
    " AND s.denial = h.denial AND s.party = h.party"
)
_CLAIM: Final = (
    "role, level, reach, earliest, latest, first_known, known_from, known_to, rec_from, report,"
    " supersedes, words"
)
# Each half has numbered its places and series for itself.
_PLACES: Final = """
INSERT INTO place (place, changed, known) SELECT place, changed, known FROM half.place WHERE true
ON CONFLICT (place) DO UPDATE SET
  changed = max(changed, excluded.changed), known = min(known, excluded.known);
CREATE TEMP TABLE place_of (half INTEGER PRIMARY KEY, place INTEGER NOT NULL);
INSERT INTO place_of SELECT h.id, p.id FROM half.place h JOIN main.place p ON p.place = h.place;
"""
_LACKING: Final = f"""
SELECT p.place, {_SERIES} FROM half.series h JOIN place_of p ON p.half = h.place
WHERE NOT EXISTS (SELECT 1 FROM main.series s WHERE {_SAME})
ORDER BY h.id
"""
_CLAIMS: Final = f"""
CREATE TEMP TABLE series_of_half (
  half INTEGER PRIMARY KEY, series INTEGER NOT NULL, place INTEGER NOT NULL);
INSERT INTO series_of_half
SELECT h.id, s.id, s.place FROM half.series h CROSS JOIN place_of p ON p.half = h.place
CROSS JOIN main.series s ON {_SAME};
INSERT INTO claim (series, place, {_CLAIM})
SELECT s.series, s.place, {_CLAIM} FROM half.claim c
CROSS JOIN series_of_half s ON s.half = c.series;
INSERT INTO past (series, place, {_CLAIM}, rec_to)
SELECT s.series, s.place, {_CLAIM}, rec_to FROM half.past c
CROSS JOIN series_of_half s ON s.half = c.series;
INSERT INTO naming SELECT p.place, known, rec_from, rec_to, report FROM half.naming n
CROSS JOIN place_of p ON p.half = n.place;
DROP TABLE series_of_half;
DROP TABLE place_of;
INSERT INTO mark SELECT * FROM half.mark;
INSERT INTO link SELECT * FROM half.link;
INSERT INTO mend SELECT * FROM half.mend;
INSERT INTO entry SELECT * FROM half.entry;
DELETE FROM last_known WHERE known >= (SELECT min(known) FROM half.last_known);
INSERT INTO last_known SELECT * FROM half.last_known;
INSERT INTO doubt SELECT * FROM half.doubt;
INSERT OR IGNORE INTO doubt SELECT first + 1 FROM half.state;
INSERT OR REPLACE INTO tick SELECT * FROM half.tick;
INSERT INTO tally SELECT * FROM half.tally WHERE true ON CONFLICT DO UPDATE SET
  entries = entries + excluded.entries, first_known = min(first_known, excluded.first_known),
  last_known = max(last_known, excluded.last_known);
UPDATE state SET position = half.position, marks = main.state.marks + half.marks,
  mends = main.state.mends + half.mends
FROM half.state AS half
"""


def join(db: sqlite3.Connection) -> list[int]:
    """Take in the later half, attached as `half`, behind the earlier; the positions left to do."""
    for statement in _PLACES.split(";\n"):
        db.execute(statement)
    numbers = Numbers(db, complete=True)
    numbers.remember()
    lacking = db.execute(_LACKING).fetchall()
    db.executemany(NEW_SERIES, [(numbers.of(place), place, *rest) for place, *rest in lacking])
    for statement in _CLAIMS.split(";\n"):
        db.execute(statement)
    _join_trees(db)
    return [row[0] for row in db.execute("SELECT position FROM half.left_over ORDER BY 1")]


def _join_trees(db: sqlite3.Connection) -> None:
    """The tiles of the later half's leaves behind those of the earlier, and what lies above."""
    ((first,),) = db.execute("SELECT first FROM half.state").fetchall()
    tiles = first // WIDTH
    db.execute(
        f"INSERT INTO tile SELECT id + ?, hashes FROM half.tile WHERE id % {LEVELS} = 0",
        (tiles * LEVELS,),
    )
    full = db.execute(f"SELECT hashes FROM half.tile WHERE id % {LEVELS} = 1 ORDER BY id")
    if hashes := b"".join(row[0] for row in full):
        grow(ViewTiles(db), tiles, hashes, level=1)
