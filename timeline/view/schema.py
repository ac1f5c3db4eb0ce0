"""The tables of the view, and the version that names its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from events.when import DAY
from timeline.claims import OPEN_PAST, ReadAs
from timeline.cuts import RULES
from timeline.digests import blake2b

if TYPE_CHECKING:
    import sqlite3

FIRM: Final = 0
"""The role of a status that can be certain."""

LOOSE: Final = 1
"""The role of a status that is possible or announced at every cut."""

READINGS: Final[tuple[ReadAs, ...]] = (
    "status",
    "status",
    "happening",
    "happening",
    "sum",
    "sum",
)
"""How a claim is read, by its role: that of one that can be certain is even."""

HEAVY: Final = 500
"""Claims in one series above which its days are summed up in zones."""

BESIDE: Final = 64
"""Numbers set aside at a time for the series of a place, which then lie together in `ranked`."""

WIDEST: Final = 22
"""The level of claims wider than 2^21 days, those with an open beginning among them."""

# `claim` holds the rectangles that are open in the log's positions (nothing later changed them),
# `past` those that a later entry closed. `reach`, `earliest` and `first_known` are the order of the
# rule, and a `tied` claim has an equal in it; the `role` tells how it is read, and whether it can
# be certain. `words` are a claim's own and `key` is all of its series, each a JSON array, in half
# the time that an object takes to read. `level` is the power of two of days that is as wide as the
# claim, so that an overlap is a few short ranges. Nothing of a series is known before its `known`,
# nor of a place before its own: what has no say at a cut is passed over unread.
_CLAIM: Final = """
  series INTEGER NOT NULL, place INTEGER NOT NULL, role INTEGER NOT NULL,
  level INTEGER NOT NULL, reach INTEGER NOT NULL, earliest INTEGER NOT NULL,
  latest INTEGER NOT NULL, first_known INTEGER NOT NULL, known_from INTEGER NOT NULL,
  known_to INTEGER NOT NULL, rec_from INTEGER NOT NULL, report INTEGER NOT NULL,
  supersedes TEXT, words BLOB NOT NULL
"""

TABLES: Final = f"""
CREATE TABLE state (
  one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0, defined INTEGER NOT NULL DEFAULT 0,
  redefined INTEGER NOT NULL DEFAULT 0, marks INTEGER NOT NULL DEFAULT 0,
  mends INTEGER NOT NULL DEFAULT 0, upto INTEGER NOT NULL DEFAULT 0,
  built INTEGER NOT NULL DEFAULT 0);
CREATE TABLE place (
  id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE, happening INTEGER NOT NULL DEFAULT 0,
  status INTEGER NOT NULL DEFAULT 0, loose INTEGER NOT NULL DEFAULT 0,
  heavy INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,
  known INTEGER NOT NULL DEFAULT {1 << 62});
CREATE TABLE series (
  id INTEGER PRIMARY KEY, place INTEGER NOT NULL, facet TEXT NOT NULL, party TEXT NOT NULL,
  key BLOB NOT NULL, claims INTEGER NOT NULL DEFAULT 0, heavy INTEGER NOT NULL DEFAULT 0,
  known INTEGER NOT NULL DEFAULT {1 << 62});
CREATE TABLE claim (id INTEGER PRIMARY KEY, {_CLAIM}, tied INTEGER NOT NULL DEFAULT 0);
CREATE TABLE past (id INTEGER PRIMARY KEY, {_CLAIM}, rec_to INTEGER NOT NULL);
CREATE TABLE zone (
  series INTEGER NOT NULL, day INTEGER NOT NULL, known_from INTEGER NOT NULL,
  known_to INTEGER NOT NULL, PRIMARY KEY (series, day)) WITHOUT ROWID;
CREATE TABLE naming (
  place INTEGER NOT NULL, known INTEGER NOT NULL, rec_from INTEGER NOT NULL,
  rec_to INTEGER NOT NULL, report INTEGER NOT NULL);
CREATE TABLE mark (
  target TEXT NOT NULL, by TEXT NOT NULL, status TEXT NOT NULL, claim TEXT NOT NULL,
  id TEXT NOT NULL, known_from INTEGER NOT NULL, known_to INTEGER NOT NULL,
  rec_from INTEGER NOT NULL, rec_to INTEGER NOT NULL, report INTEGER NOT NULL);
CREATE TABLE link (
  one TEXT NOT NULL, kind TEXT NOT NULL, other TEXT NOT NULL, known_from INTEGER NOT NULL,
  known_to INTEGER NOT NULL, rec_from INTEGER NOT NULL, rec_to INTEGER NOT NULL,
  report INTEGER NOT NULL);
CREATE TABLE cited (
  source INTEGER NOT NULL, report TEXT NOT NULL, PRIMARY KEY (source, report)) WITHOUT ROWID;
CREATE TABLE tile (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
CREATE TABLE doubt (position INTEGER PRIMARY KEY);
CREATE TABLE entry (position INTEGER PRIMARY KEY, known INTEGER NOT NULL, report TEXT);
CREATE TABLE mend (
  position INTEGER PRIMARY KEY, known INTEGER NOT NULL, mended INTEGER NOT NULL);
CREATE TABLE last_known (known INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE tick (recorded INTEGER PRIMARY KEY, position INTEGER NOT NULL);
CREATE TABLE definition (
  place TEXT NOT NULL, position INTEGER NOT NULL, anew INTEGER NOT NULL, content BLOB NOT NULL,
  PRIMARY KEY (place, position)) WITHOUT ROWID;
CREATE TABLE name (
  name TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (name, place)) WITHOUT ROWID;
CREATE TABLE above (
  upper TEXT NOT NULL, lower TEXT NOT NULL, member INTEGER NOT NULL,
  PRIMARY KEY (upper, member, lower)) WITHOUT ROWID;
CREATE TABLE party (id TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE tally (
  topic TEXT PRIMARY KEY, entries INTEGER NOT NULL, first_known INTEGER NOT NULL,
  last_known INTEGER NOT NULL) WITHOUT ROWID;
"""

FIRST_INDEXES: Final = """
CREATE UNIQUE INDEX series_key ON series (key);
CREATE INDEX ranked ON claim (series, role, reach, earliest, first_known, known_from, known_to);
"""
"""What a build needs to sum up what it has."""

INDEXES: Final = f"""{FIRST_INDEXES}
CREATE UNIQUE INDEX entry_report ON entry (report) WHERE report IS NOT NULL;
CREATE INDEX series_at ON series (place, heavy, known, facet);
CREATE INDEX overlap ON claim (place, level, reach, earliest, known_from, known_to)
  WHERE role > {LOOSE};
CREATE INDEX across ON claim (place, level, reach, earliest, known_from, known_to)
  WHERE role = {FIRM};
CREATE INDEX late ON claim (place, first_known, reach) WHERE role > {LOOSE};
CREATE INDEX claim_report ON claim (report);
CREATE INDEX past_place ON past (place, rec_to);
CREATE INDEX past_report ON past (report);
CREATE INDEX naming_place ON naming (place);
CREATE INDEX naming_report ON naming (report);
CREATE INDEX mark_target ON mark (target);
CREATE INDEX mark_report ON mark (report);
CREATE INDEX link_one ON link (one, kind);
CREATE INDEX link_other ON link (other, kind);
CREATE INDEX link_report ON link (report);
CREATE INDEX above_lower ON above (lower, member);
"""

STATE: Final = (
    "SELECT identity, position FROM state WHERE typeof(position) = 'integer' AND position >= 0"
)
"""Of which log a view is, and how far; no row where it was edited by hand."""

VERSION: Final = blake2b(f"{RULES}{TABLES}{INDEXES}{BESIDE}".encode(), digest_size=5).hexdigest()
"""What a view's files are named by: another schema, or another rule, is another view."""


def statements(script: str) -> list[str]:
    """The statements of a script; `executescript` would commit before the first."""
    return [one.strip() for one in script.split(";\n") if one.strip()]


def is_whole(db: sqlite3.Connection) -> bool:
    """Whether a view has every table and index that it was made with, as it was made."""
    made = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master")}
    return made.issuperset(statements(TABLES + INDEXES))


def report_number(originator: str) -> int:
    """A report as the tables know it: the first 64 bits of its aggregate's id, signed."""
    number = int(originator[:16], 16)
    return number - (number >> 63 << 64)


def level(earliest: int, reach: int) -> int:
    """The least power of two of days that is as wide as a claim."""
    if reach - earliest <= DAY:  # as most are
        return 0
    if earliest <= OPEN_PAST:
        return WIDEST
    return min(WIDEST, (-(-(reach - earliest) // DAY) - 1).bit_length())
