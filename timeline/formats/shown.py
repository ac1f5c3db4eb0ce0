"""The reports that count at the cuts, each in the version that shows, read from the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline import entries
from timeline.asof import AsOf, Version, counting
from timeline.entries import Entry, originator_id
from timeline.scratch import scratch

if TYPE_CHECKING:
    import sqlite3

    from events.when import Instant
    from timeline.log import LogReader

_TABLES: Final = """
CREATE TABLE version (key, position, topic, recorded, knowledge, place);
CREATE TABLE shown (knowledge, key, place, position, PRIMARY KEY (knowledge, key)) WITHOUT ROWID;
"""
_SHOWN: Final = "INSERT INTO shown VALUES (?, ?, ?, ?)"
_VERSION: Final = "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)"


class ShownReport(NamedTuple):
    """Where in the log the version of a report is that shows; sorts by knowledge, then id."""

    knowledge: Instant
    key: str
    place: str
    position: int


class _Row(NamedTuple):
    """A version without what was said: what the rule of as-of compares, and its place."""

    key: str
    position: int
    topic: str
    recorded: Instant
    knowledge: Instant
    place: str


def shown_reports(
    log: LogReader, asof: AsOf, among: Iterable[str] | None = None
) -> Iterator[ShownReport]:
    """Every report that counts, the earliest known first; the order of filing does not matter.

    Or each `among` those of these ids, for which the rest of the log is not read. A log has more
    reports than memory holds: they are put in order in a temporary file.
    """
    with closing(scratch(_TABLES)) as db:
        if among is None:
            _fill(db, log, asof)
        else:
            histories = (log.versions(originator_id("report", report)) for report in among)
            shown = (_shown(_rows(history), asof) for history in histories)
            db.executemany(_SHOWN, filter(None, shown))
        yield from map(ShownReport._make, db.execute("SELECT * FROM shown ORDER BY knowledge, key"))


def _fill(db: sqlite3.Connection, log: LogReader, asof: AsOf) -> None:
    upto = log.head()
    several = frozenset(log.changed(upto))
    for batch in log.rows(upto=upto):
        rows = [(entry, _row(entry)) for entry in batch if entry.topic in entries.REPORT_TOPICS]
        alone = (_shown([row], asof) for entry, row in rows if entry.originator not in several)
        db.executemany(_SHOWN, filter(None, alone))
        db.executemany(_VERSION, (row for entry, row in rows if entry.originator in several))
    ordered = map(_Row._make, db.execute("SELECT * FROM version ORDER BY key, position"))
    groups = (_shown(list(its), asof) for _, its in groupby(ordered, lambda row: row.key))
    db.executemany(_SHOWN, filter(None, groups))


def _rows(history: Iterable[Entry]) -> list[_Row]:
    return [_row(entry) for entry in history if entry.topic in entries.REPORT_TOPICS]


def _row(entry: Entry) -> _Row:
    place = "" if entry.report is None else entry.report.place.id
    return _Row(entry.key, entry.position, entry.topic, entry.recorded, entry.knowledge, place)


def _shown(rows: Iterable[_Row], asof: AsOf) -> ShownReport | None:
    """The version of one report that shows."""
    places = {row.position: row.place for row in rows}
    counted = counting([_bare(row) for row in rows], asof)
    if not counted or counted[-1].retraction:
        return None
    last = counted[-1].entry
    return ShownReport(counted[-1].knowledge, last.key, places[last.position], last.position)


def _bare(row: _Row) -> Version:
    return Version(
        Entry(row.position, "", 0, row.topic, b"", row.recorded, row.key),
        row.knowledge,
        mend=row.topic == entries.MENDED,
        retraction=row.topic == entries.RETRACTED,
    )


def entry_at(log: LogReader, position: int) -> Entry:
    """The entry at a position."""
    return log.entries(position - 1, 1)[0]
