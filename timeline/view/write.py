"""Entries of the log into rows of the view: one batch, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from timeline import entries
from timeline.asof import DAY, Version
from timeline.claims import OPEN_FUTURE, Series, Telling, Words, asserting, told_by
from timeline.fold import version_of
from timeline.parties import Party
from timeline.places import Place, spellings
from timeline.view.rectangles import Rectangle, rectangles
from timeline.view.schema import BESIDE, FIRM, HEAVY, LOOSE, level, report_number

if TYPE_CHECKING:
    import sqlite3

    from events.when import Instant
    from timeline.entries import Entry

# The versions of one report, by the id of its aggregate, oldest first.
Versions = Callable[[str], Sequence["Entry"]]

_CLAIM_COLUMNS: Final = (
    "series, place, role, level, reach, earliest, latest, known_from, report, words, first_known,"
    " known_to, rec_from, supersedes"
)
_INSERT_CLAIM: Final = f"INSERT INTO claim ({_CLAIM_COLUMNS}) VALUES (?{', ?' * 13})"
_INSERT_PAST: Final = f"INSERT INTO past ({_CLAIM_COLUMNS}, rec_to) VALUES (?{', ?' * 14})"

_AGAIN: Final = 1_000
"""Reports of several versions that are laid out at once."""

_role: Final = {"status": FIRM, "happening": 2, "sum": 4}
_json = msgspec.json.Encoder().encode
_place = msgspec.json.Decoder(Place).decode
_party = msgspec.json.Decoder(Party).decode


class Row(NamedTuple):
    """A rectangle of a claim on its way into `claim`, its series not yet a number."""

    series: Series
    values: tuple[Any, ...]
    rec_to: int = OPEN_FUTURE


class Laid(NamedTuple):
    """A version of a report laid out: what is the same in each of its rectangles."""

    told: Telling
    own: tuple[Any, ...]

    def row(self, rectangle: Rectangle) -> Row:
        """The row of one of its rectangles."""
        first_known, known_to = rectangle.first_known, rectangle.known_to
        where = (first_known, known_to, rectangle.rec_from, rectangle.supersedes)
        return Row(self.told.series, self.own + where, rectangle.rec_to)


def single_row(entry: Entry) -> Row | None:
    """The row of a report of one version, a rectangle without a neighbour."""
    told = told_by(entry)
    if told is None:
        return None
    where = (told.knowledge, OPEN_FUTURE, entry.position, None)
    return Row(told.series, _own(told, entry) + where)


def _own(told: Telling, entry: Entry) -> tuple[Any, ...]:
    """The columns of `claim` that a version says by itself, behind the numbers of its series."""
    earliest, reach, known = told.earliest, told.reach, told.knowledge
    return (
        _role[told.read_as] + (told.capped or earliest >= known),
        level(earliest, reach),
        reach,
        earliest,
        told.latest,
        known,
        report_number(entry.originator),
        _json(told.words),
    )


def _laid(entry: Entry) -> tuple[Version, Laid | None]:
    """A report's entry as the rule sees it, and laid out; its value stays the JSON that it is."""
    told = told_by(entry)
    if told is None:
        return version_of(entry), None
    mend = entry.topic == entries.MENDED
    asserted = asserting(told, Words(*told.words))
    version = Version(entry, told.knowledge, mend=mend, assertion=asserted)
    return version, Laid(told, _own(told, entry))


class Numbers:
    """The numbers of new series. Those of a place lie together, so that a question reads few pages.

    A place has a run of `BESIDE` numbers, and another one when these are used up.
    """

    def __init__(self, db: sqlite3.Connection, *, complete: bool = False) -> None:
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

    In a build its caches are `complete`: a series that is not in them is not there, and what is
    summed up over many claims waits for the end of the build.
    """

    def __init__(self, db: sqlite3.Connection, *, complete: bool = False) -> None:
        self._db = db
        self._complete = complete
        self._places: dict[str, int] = {}
        self._series: dict[Series, tuple[int, int]] = {}
        self._numbers = Numbers(db, complete=complete)
        self._new_series: list[tuple[Any, ...]] = []

    def remember(self) -> None:
        """Fill the caches from what an interrupted build left."""
        self._places = dict(self._db.execute("SELECT place, id FROM place").fetchall())
        self._numbers.remember()
        rows = self._db.execute(
            "SELECT place.place, relation, landmark, facet, topic, subject, denial, party,"
            " series.id, series.place FROM series JOIN place ON place.id = series.place"
        )
        for place, relation, landmark, facet, topic, subject, denial, party, number, at in rows:
            series = Series(place, relation, landmark, facet, topic, subject, bool(denial), party)
            self._series[series] = number, at

    def take(self, batch: Sequence[Entry], versions: Versions) -> None:
        """Take a batch in; the caller holds the transaction and moves the position."""
        touched = dict.fromkeys(
            entry.originator
            for entry in batch
            if entry.version > 1 and entry.topic.startswith("report.")
        )
        self.take_order(batch)
        self.take_definitions(batch)
        self.take_single(batch, touched)
        if touched:
            end = batch[-1].position
            self.take_again(
                [one for one in versions(originator) if one.position <= end]
                for originator in touched
            )
        self._places.clear()
        self._series.clear()
        self._numbers.forget()

    def take_order(self, batch: Sequence[Entry]) -> None:
        """The order of entries, and by knowledge the last position: a stair that only rises."""
        rows: list[tuple[int, Instant, str | None]] = []
        stairs: list[tuple[Instant, int]] = []
        told: dict[str, list[Instant]] = {}
        for entry in batch:
            topic, reported = entry.topic, entry.reported
            known = reported.latest if reported else 0
            if topic in told:
                told[topic].append(known)
            else:
                told[topic] = [known]
            if topic in entries.REPORT_TOPICS:
                rows.append((entry.position, known, entry.key if entry.version == 1 else None))
                while stairs and stairs[-1][0] >= known:
                    stairs.pop()
                stairs.append((known, entry.position))
        self._db.executemany(_ENTRY, rows)
        if stairs:
            self._db.execute("DELETE FROM last_known WHERE known >= ?", (stairs[0][0],))
            self._db.executemany("INSERT INTO last_known VALUES (?, ?)", stairs)
        tally = [(topic, len(all_), min(all_), max(all_)) for topic, all_ in told.items()]
        self._db.executemany(_TALLY, tally)
        ticks = {entry.recorded: entry.position for entry in batch}
        self._doubt(batch)
        self._db.executemany("INSERT OR REPLACE INTO tick VALUES (?, ?)", ticks.items())

    def _doubt(self, batch: Sequence[Entry]) -> None:
        """Keep the positions of what is not as a log is written; `verify` tells what is wrong."""
        ((recorded,),) = self._db.execute("SELECT max(recorded) FROM tick").fetchall()
        before, doubts = recorded or 0, []
        for entry in batch:
            if entry.recorded < before or not entry.filed_right:
                doubts.append((entry.position,))
            before = max(before, entry.recorded)
        self._db.executemany("INSERT INTO doubt VALUES (?)", doubts)

    def take_definitions(self, batch: Iterable[Entry]) -> None:
        """Places and parties."""
        for entry in batch:
            if entry.topic in entries.PLACE_TOPICS:
                self._define(entry)
            elif entry.topic in entries.PARTY_TOPICS:
                self._db.execute(
                    "INSERT OR REPLACE INTO party VALUES (?, ?)",
                    (_party(entry.content).id, entry.content),
                )

    def take_single(self, batch: Iterable[Entry], several: Container[str]) -> None:
        """Reports of one version, each a rectangle without a neighbour; `several` have more."""
        rows, apart = [], []
        for entry in batch:
            if (report := entry.report) is not None and entry.originator not in several:
                if row := single_row(entry):
                    rows.append(row)
                if row is None or report.links:
                    version = version_of(entry)
                    known = version.knowledge
                    apart.append(Rectangle(version, OPEN_FUTURE, known, None, entry.position))
        self._insert(rows)
        if apart:
            self._mark(apart)
            self._link(apart)
            silent = [one.version for one in apart if one.version.assertion is None]
            self._name([[version] for version in silent])

    def _insert(self, rows: Sequence[Row]) -> None:
        """Rows into `claim`, or into `past` where a later entry closed them."""
        current: list[tuple[Any, ...]] = []
        past: list[tuple[Any, ...]] = []
        for series, values, rec_to in rows:
            numbers = self._series.get(series) or self._numbers_of(series)
            if rec_to == OPEN_FUTURE:
                current.append(numbers + values)
            else:
                past.append((*numbers, *values, rec_to))
        if self._new_series:
            self._db.executemany(NEW_SERIES, self._new_series)
            self._new_series.clear()
        self._db.executemany(_INSERT_CLAIM, current)
        if past:
            self._db.executemany(_INSERT_PAST, past)
        if not self._complete:
            self._sum_up(current)

    def _sum_up(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """What series and places say of their claims, with these among them."""
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

    def _tie(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Mark the rows that another equals in what the rule compares, and that other."""
        keys = {(row[0], row[4], row[5], row[10]) for row in rows if row[2] == FIRM}
        for key in keys:
            equal = self._db.execute(_EQUAL, key).fetchall()
            if len(equal) > 1:
                self._db.executemany("UPDATE claim SET tied = 1 WHERE id = ?", equal)

    def take_again(self, histories: Iterable[Sequence[Entry]]) -> None:
        """Reports of several versions: the rectangles of each are laid out anew."""
        rest = iter(histories)
        while some := list(islice(rest, _AGAIN)):
            self._take_again(some)

    def _take_again(self, histories: Sequence[Sequence[Entry]]) -> None:
        told = [
            [_laid(entry) for entry in history if entry.topic in entries.REPORT_TOPICS]
            for history in histories
        ]
        reports = [[version for version, _ in versions] for versions in told]
        claims = {
            version.entry.position: laid for versions in told for version, laid in versions if laid
        }
        shown = [rectangle for versions in reports for rectangle in rectangles(versions)]
        gone: set[tuple[int, int]] = set()
        if not self._complete:
            for history in histories:
                gone |= self._forget(report_number(history[0].originator))
        self._insert(
            [laid.row(one) for one in shown if (laid := claims.get(one.version.entry.position))]
        )
        self._mark(shown)
        self._link(shown)
        changed: list[tuple[int, int]] = []
        self._name(reports)
        for versions in reports:
            named = {one.entry.report.place.id for one in versions if one.entry.report}
            places = {self._place(place) for place in named}
            changed += [(versions[-1].entry.position, place) for place in places]
            if any(version.mend for version in versions):
                self._mend(versions, places)
        self._db.executemany("UPDATE place SET changed = max(changed, ?) WHERE id = ?", changed)
        self._zones(gone, {series for series, _ in gone})

    def _forget(self, report: int) -> set[tuple[int, int]]:
        """Take a report's rows out; the (series, day) pairs that they lay in."""
        rows = self._db.execute(
            f"SELECT series, reach / {DAY} FROM claim WHERE report = ?", (report,)
        ).fetchall()
        for series, _ in rows:
            self._db.execute("UPDATE series SET claims = claims - 1 WHERE id = ?", (series,))
        for table in ("claim", "past", "mark", "link", "naming"):
            self._db.execute(f"DELETE FROM {table} WHERE report = ?", (report,))
        return set(rows)

    def _mend(self, versions: Sequence[Version], places: Iterable[int]) -> None:
        """What a mend took out no longer counts, nor names its place."""
        self._db.execute("UPDATE state SET mends = mends + 1")
        self._db.executemany(
            "INSERT OR REPLACE INTO mend VALUES (?, ?, ?)",
            [
                (before.entry.position, before.knowledge, after.entry.position)
                for before, after in pairwise(versions)
                if after.mend
            ],
        )
        if self._complete:
            return
        for place in places:
            self._db.execute(KNOWN_AGAIN, (OPEN_FUTURE, place, OPEN_FUTURE, place))

    def _name(self, reports: Iterable[Sequence[Version]]) -> None:
        """Which places versions name, where no row of `claim` says it for good."""
        rows = []
        for versions in reports:
            for version, after in zip(versions, [*versions[1:], None], strict=True):
                if version.entry.report:
                    place = self._place(version.entry.report.place.id)
                    ends = after.entry.position if after and after.mend else OPEN_FUTURE
                    number = report_number(version.entry.originator)
                    rows.append((place, version.knowledge, version.entry.position, ends, number))
        self._db.executemany("INSERT INTO naming VALUES (?, ?, ?, ?, ?)", rows)
        self._db.executemany(
            "UPDATE place SET known = min(known, ?) WHERE id = ?",
            [(known, place) for place, known, _, ends, _ in rows if ends == OPEN_FUTURE],
        )

    def _mark(self, laid: Iterable[Rectangle]) -> None:
        rows = [
            (
                mark.report,
                mark.by,
                mark.status,
                mark.claim,
                one.version.entry.key,
                one.known_from,
                one.known_to,
                one.rec_from,
                one.rec_to,
                report_number(one.version.entry.originator),
            )
            for one in laid
            if (mark := one.version.mark)
        ]
        if rows:
            self._db.executemany(f"INSERT INTO mark VALUES (?{', ?' * 9})", rows)
            self._db.execute("UPDATE state SET marks = marks + ?", (len(rows),))

    def _link(self, laid: Iterable[Rectangle]) -> None:
        self._db.executemany(
            "INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    one.version.entry.key,
                    kind,
                    other,
                    one.known_from,
                    one.known_to,
                    one.rec_from,
                    one.rec_to,
                    report_number(one.version.entry.originator),
                )
                for one in laid
                if one.version.entry.report
                for kind, others in one.version.entry.report.links.items()
                for other in others
            ],
        )

    def _define(self, entry: Entry) -> None:
        place = _place(entry.content)
        anew = entry.topic == entries.PLACE_REDEFINED
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

    def _numbers_of(self, series: Series) -> tuple[int, int]:
        """The numbers of a series and of its place, both given where they have none."""
        place = self._place(series.place)
        values = (place, *msgspec.structs.astuple(series)[1:])
        row = None if self._complete else self._db.execute(_FIND_SERIES, values).fetchone()
        if row is not None:
            number = int(row[0])
        else:
            number = self._numbers.of(place)
            self._new_series.append((number, *values))
        numbers = self._series[series] = number, place
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


_ENTRY: Final = "INSERT OR IGNORE INTO entry (position, known, report) VALUES (?, ?, ?)"
_TALLY: Final = (
    "INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " entries = entries + excluded.entries, first_known = min(first_known, excluded.first_known),"
    " last_known = max(last_known, excluded.last_known)"
)
_EQUAL: Final = (
    f"SELECT id FROM claim INDEXED BY ranked WHERE series = ? AND role = {FIRM}"
    " AND reach = ? AND earliest = ? AND first_known = ?"
)
_FIND_SERIES: Final = (
    "SELECT id FROM series WHERE place = ? AND relation = ? AND landmark = ? AND facet = ?"
    " AND topic = ? AND subject = ? AND denial = ? AND party = ?"
)
NEW_SERIES: Final = (
    "INSERT INTO series (id, place, relation, landmark, facet, topic, subject, denial, party)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
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
KNOWN_AGAIN: Final = (
    "UPDATE place SET known = min("
    " coalesce((SELECT min(known_from) FROM series JOIN claim ON claim.series = series.id"
    "  WHERE series.place = place.id), ?),"
    " coalesce((SELECT min(known) FROM naming WHERE naming.place = ? AND rec_to = ?), "
    f" {OPEN_FUTURE})) WHERE id = ?"
)
