"""Entries of the log into rows of the view: one batch, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.when import DAY
from timeline.claims import OPEN_FUTURE, Series
from timeline.entries import PLACE_REDEFINED, PLACE_TOPICS
from timeline.parties import decode_party
from timeline.places import decode_place, spellings
from timeline.view.schema import BESIDE, FIRM, HEAVY, LOOSE, report_number
from timeline.view.sheet import CLAIM_COLUMNS, CLAIM_VALUES, laid_again, laid_out
from timeline.view.tiles import take_hashes

if TYPE_CHECKING:
    import sqlite3

    from events.when import Instant
    from timeline.entries import Entry
    from timeline.view.sheet import Definition, Order, Sheet
    from timeline.view.staged import StagedClaims

# The versions of one report, by the id of its aggregate, oldest first.
Versions = Callable[[str], Sequence["Entry"]]

AGAIN: Final = 100
"""Reports of several versions that are laid out at once."""

_INSERT_CLAIM: Final = f"INSERT INTO claim ({CLAIM_COLUMNS}) VALUES ({CLAIM_VALUES})"
_INSERT_PAST: Final = f"INSERT INTO past ({CLAIM_COLUMNS}, rec_to) VALUES ({CLAIM_VALUES}, ?)"

_series = msgspec.json.Decoder(Series).decode


class Numbers:
    """The numbers of new series. Those of a place lie together, so that a question reads few pages.

    A place has a run of `BESIDE` numbers, and another one when these are used up.
    """

    def __init__(self, db: sqlite3.Connection, *, complete: bool) -> None:
        self._db = db
        self._complete = complete
        self._next: dict[int, int] = {}
        self._run = 0

    def remember(self) -> None:
        """Go on from the series that there are."""
        last = self._db.execute("SELECT place, max(id) FROM series GROUP BY place").fetchall()
        self._next = {place: number + 1 for place, number in last}
        self._run = max((number for _, number in last), default=0) // BESIDE

    def forget(self) -> None:
        """Look again what there is: another process may give numbers as well."""
        self._next.clear()

    def of(self, place: int) -> int:
        """The number of a new series at a place."""
        number = self._next.get(place, 0)
        if not number and not self._complete and (last := self._last("WHERE place = ?", place)):
            number = last + 1
        if number % BESIDE == 0:
            if not self._complete:
                self._run = max(self._run, self._last() // BESIDE)
            self._run += 1
            number = self._run * BESIDE
        self._next[place] = number + 1
        return number

    def _last(self, where: str = "", *values: int) -> int:
        """The greatest number given, 0 where there is none: the first run begins behind that."""
        rows = self._db.execute(f"SELECT max(id) FROM series {where}", values).fetchall()
        return int(rows[0][0] or 0)


class Writer:
    """Takes entries into a view.

    In a build claims are `staged`, and wait for its end, as does what is summed up over many of
    them; and the caches are complete: a series that is not in them is not there.
    """

    def __init__(self, db: sqlite3.Connection, staged: StagedClaims | None = None) -> None:
        self._db = db
        self._staged = staged
        self._complete = staged is not None
        self._places: dict[str, int] = {}
        self._series: dict[bytes, tuple[int, int]] = {}
        self._numbers = Numbers(db, complete=self._complete)
        self._new_series: list[tuple[Any, ...]] = []

    def remember(self) -> None:
        """Fill the caches from what an interrupted build left."""
        self._places = dict(self._db.execute("SELECT place, id FROM place").fetchall())
        self._numbers.remember()
        rows = self._db.execute("SELECT key, id, place FROM series")
        self._series = {key: (number, place) for key, number, place in rows}

    def take(self, batch: Sequence[Entry], after: int, versions: Versions) -> None:
        """Take in the entries behind a position; the caller holds the transaction."""
        touched = dict.fromkeys(
            entry.originator
            for entry in batch
            if entry.version > 1 and entry.topic.startswith("report.")
        )
        self.put(laid_out(batch, after, touched))
        rest = iter(touched)
        while some := list(islice(rest, AGAIN)):
            gone = {one for each in some for one in self._forget(report_number(each))}
            self.put(laid_again(map(versions, some)))
            self._zones(gone, {series for series, _ in gone})
        self._places.clear()
        self._series.clear()
        self._numbers.forget()

    def put(self, sheet: Sheet) -> None:
        """Write a sheet down; the caller holds the transaction."""
        if sheet.order is not None:
            self._put_order(sheet.order)
        self._put_claims(sheet)
        self._put_beside(sheet)

    def _put_order(self, order: Order) -> None:
        db, stairs = self._db, order.stairs
        db.executemany(_ENTRY, order.entries)
        if stairs:
            db.execute("DELETE FROM last_known WHERE known >= ?", (stairs[0][0],))
            db.executemany("INSERT INTO last_known VALUES (?, ?)", stairs)
        db.executemany(_TALLY, order.tally)
        ((after, recorded),) = db.execute(_LAST).fetchall()
        doubts: Iterable[int] = order.doubts
        if recorded is not None and order.recorded < recorded:
            doubts = range(after + 1, order.position + 1)  # one of these, at least
        db.executemany("INSERT INTO doubt VALUES (?)", ((one,) for one in doubts))
        db.executemany("INSERT OR REPLACE INTO tick VALUES (?, ?)", order.ticks)
        take_hashes(db, after, order.hashes)
        for definition in order.definitions:
            if definition.topic in PLACE_TOPICS:
                self._define(definition)
            else:
                party = decode_party(definition.content).id
                db.execute(
                    "INSERT OR REPLACE INTO party VALUES (?, ?)", (party, definition.content)
                )
        db.execute("UPDATE state SET position = ?", (order.position,))

    def _put_claims(self, sheet: Sheet) -> None:
        """Rows into `claim`, and into `past` those that a later entry closed."""
        known = self._series
        numbers = [known.get(one) or self._numbers_of(one) for one in sheet.series]
        for row in chain(sheet.claims, sheet.past):
            row[0], row[1] = numbers[row[0]]
        if self._new_series:
            self._db.executemany(_NEW_SERIES, self._new_series)
            self._new_series.clear()
        self._db.executemany(_INSERT_PAST, sheet.past)
        if self._staged is not None:
            self._staged.add(sheet.claims)
        else:
            self._db.executemany(_INSERT_CLAIM, sheet.claims)
            self._sum_up(sheet.claims)

    def _put_beside(self, sheet: Sheet) -> None:
        """What else reports come to: verifications, links, the places they name, mends."""
        db = self._db
        if sheet.marks:
            db.executemany(f"INSERT INTO mark VALUES (?{', ?' * 9})", sheet.marks)
            db.execute("UPDATE state SET marks = marks + ?", (len(sheet.marks),))
        db.executemany(f"INSERT INTO link VALUES (?{', ?' * 7})", sheet.links)
        # A version that is gone was read there all the same.
        db.executemany("INSERT OR IGNORE INTO cited VALUES (?, ?)", sheet.cited)
        names = [(self._place(place), *rest) for place, *rest in sheet.names]
        db.executemany("INSERT INTO naming VALUES (?, ?, ?, ?, ?)", names)
        db.executemany(
            "UPDATE place SET known = min(known, ?) WHERE id = ?",
            [(known, place) for place, known, _, ends, _ in names if ends == OPEN_FUTURE],
        )
        db.executemany(
            "UPDATE place SET changed = max(changed, ?) WHERE id = ?",
            [(position, self._place(place)) for position, place in sheet.changed],
        )
        for mends in sheet.mends:
            db.execute("UPDATE state SET mends = mends + 1")
            db.executemany("INSERT OR REPLACE INTO mend VALUES (?, ?, ?)", mends)
        if not self._complete:  # what a mend took out no longer names its place
            for place in map(self._place, sheet.mended):
                db.execute(_KNOWN_AGAIN, (place, place))

    def _sum_up(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add these claims to what series and places sum up of theirs."""
        counts: Counter[int] = Counter()
        begins: dict[int, Instant] = {}
        places: dict[int, list[int]] = {}
        for series, place, role, width, _, _, _, known, *_ in rows:
            counts[series] += 1
            begins[series] = min(begins.get(series, OPEN_FUTURE), known)
            sums = places.setdefault(place, [0, 0, 0, OPEN_FUTURE])
            if role > LOOSE:
                sums[0] |= 1 << width
            elif role == LOOSE:
                sums[2] = 1
            else:
                sums[1] |= 1 << width
            sums[3] = min(sums[3], known)
        self._db.executemany(
            "UPDATE series SET claims = claims + ?, known = min(known, ?) WHERE id = ?",
            [(count, begins[series], series) for series, count in counts.items()],
        )
        self._db.executemany(
            "UPDATE place SET happening = happening | ?, status = status | ?, loose = loose | ?,"
            " known = min(known, ?) WHERE id = ?",
            [(*sums, place) for place, sums in places.items()],
        )
        self._tie(rows)
        self._zones({(row[0], row[4] // DAY) for row in rows}, counts)

    def _tie(self, rows: Sequence[Sequence[Any]]) -> None:
        """Mark the rows that another equals in what the rule compares, and that other."""
        keys = {(row[0], row[4], row[5], row[10]) for row in rows if row[2] == FIRM}
        for key in keys:
            equal = self._db.execute(_EQUAL, key).fetchall()
            if len(equal) > 1:
                self._db.executemany("UPDATE claim SET tied = 1 WHERE id = ?", equal)

    def _forget(self, report: int) -> set[tuple[int, int]]:
        """Delete a report's rows; returns the (series, day) pairs that they were in."""
        rows = self._db.execute(
            f"SELECT series, reach / {DAY} FROM claim WHERE report = ?", (report,)
        ).fetchall()
        for series, _ in rows:
            self._db.execute("UPDATE series SET claims = claims - 1 WHERE id = ?", (series,))
        for table in ("claim", "past", "mark", "link", "naming"):
            self._db.execute(f"DELETE FROM {table} WHERE report = ?", (report,))
        return set(rows)

    def _define(self, entry: Definition) -> None:
        place = decode_place(entry.content)
        anew = entry.topic == PLACE_REDEFINED
        self._db.execute(
            "INSERT OR REPLACE INTO definition VALUES (?, ?, ?, ?)",
            (place.id, entry.position, anew, entry.content),
        )
        if anew:
            self._db.execute("DELETE FROM name WHERE place = ?", (place.id,))
        self._db.executemany(
            "INSERT OR IGNORE INTO name VALUES (?, ?)",
            [(name, place.id) for name in spellings(place)],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO above VALUES (?, ?, ?)",
            [(upper, place.id, 0) for upper in place.parents_at(None)]
            + [(place.id, lower, 1) for lower in place.members],
        )
        self._db.execute("UPDATE state SET defined = ?", (entry.position,))
        if anew:
            self._db.execute("UPDATE state SET redefined = ?", (entry.position,))

    def _place(self, place: str) -> int:
        if (number := self._places.get(place)) is None:
            row = None
            if not self._complete:
                row = self._db.execute("SELECT id FROM place WHERE place = ?", (place,)).fetchone()
            if row is None:
                row = self._db.execute(
                    "INSERT INTO place (place) VALUES (?) RETURNING id", (place,)
                ).fetchone()
            number = self._places[place] = int(row[0])
        return number

    def _numbers_of(self, key: bytes) -> tuple[int, int]:
        """The numbers of a series and of its place, both given where they have none."""
        series = _series(key)
        place = self._place(series.place)
        row = None if self._complete else self._db.execute(_FIND_SERIES, (key,)).fetchone()
        if row is not None:
            number = int(row[0])
        else:
            number = self._numbers.of(place)
            self._new_series.append((number, place, series.facet, series.party, key))
        numbers = self._series[key] = number, place
        return numbers

    def _zones(self, days: Iterable[tuple[int, int]], counts: Iterable[int]) -> None:
        """Sum up the days of heavy series that changed; of those that became heavy, every day."""
        heavy = set()
        for series in counts:
            claims, zoned = self._db.execute(
                "SELECT claims, heavy FROM series WHERE id = ?", (series,)
            ).fetchone()
            if zoned:
                heavy.add(series)
            elif claims > HEAVY:
                make_heavy(self._db, series)
        for series, day in days:
            if series in heavy:
                self._db.execute("DELETE FROM zone WHERE series = ? AND day = ?", (series, day))
                self._db.execute(_ZONE, (series, day * DAY, day * DAY + DAY))


def make_heavy(db: sqlite3.Connection, series: int) -> None:
    """Sum up every day of a series; heavy once, it stays so."""
    db.execute(_ZONES_OF, (series,))
    db.execute("UPDATE series SET heavy = 1 WHERE id = ?", (series,))
    db.execute(
        "UPDATE place SET heavy = 1 WHERE id = (SELECT place FROM series WHERE id = ?)", (series,)
    )


_LAST: Final = "SELECT position, (SELECT max(recorded) FROM tick) FROM state"
_ENTRY: Final = "INSERT INTO entry (position, known, report) VALUES (?, ?, ?)"
_TALLY: Final = (
    "INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " entries = entries + excluded.entries, first_known = min(first_known, excluded.first_known),"
    " last_known = max(last_known, excluded.last_known)"
)
_EQUAL: Final = (
    f"SELECT id FROM claim INDEXED BY ranked WHERE series = ? AND role = {FIRM}"
    " AND reach = ? AND earliest = ? AND first_known = ?"
)
_FIND_SERIES: Final = "SELECT id FROM series WHERE key = ?"
_NEW_SERIES: Final = "INSERT INTO series (id, place, facet, party, key) VALUES (?, ?, ?, ?, ?)"
_ZONE: Final = (
    f"INSERT INTO zone SELECT series, reach / {DAY}, min(known_from), max(known_to) FROM claim"
    f" WHERE series = ? AND role = {FIRM} AND reach >= ? AND reach < ?"
    " GROUP BY 1, 2"
)
_ZONES_OF: Final = (
    f"INSERT INTO zone SELECT series, reach / {DAY}, min(known_from), max(known_to) FROM claim"
    f" WHERE series = ? AND role = {FIRM} GROUP BY 1, 2"
)
# The least knowledge by which a place was named, from what is left of it.
_KNOWN_AGAIN: Final = (
    "UPDATE place SET known = min("
    " coalesce((SELECT min(known_from) FROM series JOIN claim ON claim.series = series.id"
    f"  WHERE series.place = place.id), {OPEN_FUTURE}),"
    f" coalesce((SELECT min(known) FROM naming WHERE naming.place = ? AND rec_to = {OPEN_FUTURE}),"
    f" {OPEN_FUTURE})) WHERE id = ?"
)
