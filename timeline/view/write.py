"""Entries of the log into rows of the view: one batch, inside one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from timeline import entries
from timeline.asof import DAY
from timeline.claims import OPEN_FUTURE, Assertion, Series, assertion
from timeline.fold import version_of
from timeline.parties import Party
from timeline.places import Place, spellings
from timeline.view.rectangles import Rectangle, rectangles
from timeline.view.schema import HEAVY, SHAPES, level, report_number

if TYPE_CHECKING:
    import sqlite3

    from events.when import Instant
    from timeline.asof import Version
    from timeline.entries import Entry

# The versions of one report, by the id of its aggregate, oldest first.
Versions = Callable[[str], Sequence["Entry"]]

_CLAIM_COLUMNS: Final = (
    "series, place, shape, firm, level, reach, earliest, latest, first_known, known_from,"
    " known_to, rec_from, report, supersedes, fields"
)
_INSERT_CLAIM: Final = f"INSERT INTO claim ({_CLAIM_COLUMNS}) VALUES (?{', ?' * 14})"
_INSERT_PAST: Final = f"INSERT INTO past ({_CLAIM_COLUMNS}, rec_to) VALUES (?{', ?' * 15})"

_AGAIN: Final = 1_000
"""Reports of several versions that are laid out at once."""

_shape: Final = {shape: number for number, shape in enumerate(SHAPES)}
_json = msgspec.json.Encoder().encode
_place = msgspec.json.Decoder(Place).decode
_party = msgspec.json.Decoder(Party).decode


class Row(NamedTuple):
    """A rectangle of a claim on its way into `claim`, its series not yet a number."""

    series: Series
    values: tuple[Any, ...]
    rec_to: int


def claim_row(rectangle: Rectangle) -> Row | None:
    """The row of a rectangle; None where its version asserts nothing."""
    claim = rectangle.version.assertion
    if claim is None:
        return None
    values = _values(
        claim,
        rectangle.version.entry.originator,
        rectangle.first_known,
        rectangle.known_to,
        rectangle.rec_from,
        rectangle.supersedes,
    )
    return Row(claim.series, values, rectangle.rec_to)


def single_row(entry: Entry) -> Row | None:
    """The row of a report of one version, a rectangle without a neighbour."""
    claim = assertion(entry, raw=True)
    if claim is None:
        return None
    known, position = claim.knowledge, entry.position
    values = _values(claim, entry.originator, known, OPEN_FUTURE, position, None)
    return Row(claim.series, values, OPEN_FUTURE)


def _values(
    claim: Assertion,
    originator: str,
    first_known: Instant,
    known_to: Instant,
    rec_from: int,
    supersedes: str | None,
) -> tuple[Any, ...]:
    """The columns of `claim` after the numbers of its series and place."""
    return (
        _shape[claim.read_as],
        0 if claim.capped or claim.earliest >= claim.knowledge else 1,
        level(claim.earliest, claim.reach),
        claim.reach,
        claim.earliest,
        claim.latest,
        first_known,
        claim.knowledge,
        known_to,
        rec_from,
        report_number(originator),
        supersedes,
        _json(msgspec.structs.astuple(claim.claim)),
    )


class Around(msgspec.Struct, array_like=True, gc=False):
    """What a batch says besides claims, places and parties, as rows.

    (position, knowledge) and (id, number) of reports, the last position of each record time, and
    by topic how many entries there are, between which knowledge.
    """

    known: list[tuple[int, int]]
    reports: list[tuple[str, int]]
    ticks: list[tuple[int, int]]
    tally: list[tuple[str, int, int, int]]


def around(batch: Sequence[Entry]) -> Around:
    """What a batch says besides claims, places and parties."""
    reports = [entry for entry in batch if entry.topic in entries.REPORT_TOPICS]
    known: dict[str, list[int]] = {}
    for entry in batch:
        known.setdefault(entry.topic, []).append(entry.knowledge)
    return Around(
        [(entry.position, entry.knowledge) for entry in reports],
        [(one.key, report_number(one.originator)) for one in reports if one.version == 1],
        list({entry.recorded: entry.position for entry in batch}.items()),
        [(topic, len(all_), min(all_), max(all_)) for topic, all_ in known.items()],
    )


class Writer:
    """Takes entries into a view; `complete` caches mean that a series not cached is not there."""

    def __init__(self, db: sqlite3.Connection, *, complete: bool = False) -> None:
        self._db = db
        self._complete = complete
        self._places: dict[str, int] = {}
        self._series: dict[Series, int] = {}
        self._new_series: list[tuple[Any, ...]] = []

    def remember(self) -> None:
        """Fill the caches from what an interrupted build left."""
        self._places = dict(self._db.execute("SELECT place, id FROM place").fetchall())
        rows = self._db.execute(
            "SELECT place.place, relation, landmark, facet, topic, subject, denial, party,"
            " series.id FROM series JOIN place ON place.id = series.place"
        )
        for place, relation, landmark, facet, topic, subject, denial, party, number in rows:
            series = Series(place, relation, landmark, facet, topic, subject, bool(denial), party)
            self._series[series] = number

    def take(self, batch: Sequence[Entry], versions: Versions) -> None:
        """Take a batch in; the caller holds the transaction and moves the position."""
        reports = [entry for entry in batch if entry.topic in entries.REPORT_TOPICS]
        touched = dict.fromkeys(
            entry.originator
            for entry in batch
            if entry.version > 1 and entry.topic.startswith("report.")
        )
        single = [entry for entry in reports if entry.originator not in touched]
        self.take_around(batch)
        self.take_single(single)
        end = batch[-1].position
        self.take_again(
            [one for one in versions(originator) if one.position <= end] for originator in touched
        )
        if not self._complete:
            self._places.clear()
            self._series.clear()

    def take_around(self, batch: Sequence[Entry]) -> None:
        """What a batch says besides its claims: when, where, and by whom."""
        self.take_order(around(batch))
        self.take_definitions(batch)

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

    def take_apart(self, batch: Iterable[Entry]) -> None:
        """Entries whose claims were inserted already: all else that they say."""
        entries_ = list(batch)
        self.take_definitions(entries_)
        laid = []
        for entry in entries_:
            if entry.report is not None:
                version = version_of(entry)
                laid.append(
                    Rectangle(version, OPEN_FUTURE, version.knowledge, None, entry.position)
                )
                if version.assertion is None:
                    self._name([version])
        self._mark(laid)
        self._link(laid)

    def take_single(self, reports: Iterable[Entry]) -> None:
        """Reports of one version, each a rectangle without a neighbour."""
        rows, apart = [], []
        for entry in reports:
            if row := single_row(entry):
                rows.append(row)
            if row is None or (entry.report and entry.report.links):
                apart.append(entry)
        self.insert(rows)
        self.take_apart(apart)

    def insert(self, rows: Sequence[Row]) -> None:
        """Rows into `claim`, or into `past` where a later entry closed them."""
        current: list[tuple[Any, ...]] = []
        past: list[tuple[Any, ...]] = []
        counts: Counter[int] = Counter()
        begins: dict[int, Instant] = {}
        places: dict[int, list[int]] = {}
        for row in rows:
            place = self._place(row.series.place)
            series = self._series_of(row.series, place)
            values = (series, place, *row.values)
            if row.rec_to != OPEN_FUTURE:
                past.append((*values, row.rec_to))
                continue
            current.append(values)
            if self._complete:
                continue
            shape, firm, width, _, _, _, _, known_from = row.values[:8]
            counts[series] += 1
            begins[series] = min(begins.get(series, OPEN_FUTURE), known_from)
            sums = places.setdefault(place, [0, 0, 0, OPEN_FUTURE])
            if shape:
                sums[0] |= 1 << width
            elif not firm:
                sums[2] = 1
            elif width:
                sums[1] |= 1 << width
            sums[3] = min(sums[3], known_from)
        self._db.executemany(_NEW_SERIES, self._new_series)
        self._new_series.clear()
        self._db.executemany(_INSERT_CLAIM, current)
        self._db.executemany(_INSERT_PAST, past)
        if self._complete:
            return  # summed up once, when the build is done
        self._db.executemany(
            "UPDATE series SET claims = claims + ?, known = min(known, ?) WHERE id = ?",
            [(count, begins[series], series) for series, count in counts.items()],
        )
        self._db.executemany(
            "UPDATE place SET happening = happening | ?, wide = wide | ?, loose = loose | ?,"
            " known = min(known, ?) WHERE id = ?",
            [(*sums, place) for place, sums in places.items()],
        )
        self._tie(current)
        self._zones({(row[0], row[5] // DAY) for row in current}, counts)

    def _tie(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Mark the rows that another equals in what the rule compares, and that other."""
        keys = {(row[0], row[5], row[6], row[8]) for row in rows if row[2] == 0 and row[3]}
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
        reports = [
            [version_of(entry) for entry in history if entry.topic in entries.REPORT_TOPICS]
            for history in histories
        ]
        laid = [rectangle for versions in reports for rectangle in rectangles(versions)]
        gone: set[tuple[int, int]] = set()
        if not self._complete:
            for history in histories:
                gone |= self._forget(report_number(history[0].originator))
        self.insert([row for rectangle in laid if (row := claim_row(rectangle))])
        self._mark(laid)
        self._link(laid)
        changed: list[tuple[int, int]] = []
        for versions in reports:
            self._name(versions)
            named = {one.entry.report.place.id for one in versions if one.entry.report}
            places = {self._place(place) for place in named}
            changed += [(versions[-1].entry.position, place) for place in places]
            if any(version.mend for version in versions):
                self._db.execute("UPDATE state SET mends = mends + 1")
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
        self._db.executemany(
            "UPDATE entry SET mended = ? WHERE position = ?",
            [
                (after.entry.position, before.entry.position)
                for before, after in pairwise(versions)
                if after.mend
            ],
        )
        if self._complete:
            return
        for place in places:
            self._db.execute(KNOWN_AGAIN, (OPEN_FUTURE, place, OPEN_FUTURE, place))

    def _name(self, versions: Sequence[Version]) -> None:
        """Which place a version names, where no row of `claim` says it for good."""
        rows = []
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
            self._db.executemany(f"INSERT INTO mark VALUES (?{', ?' * 8})", rows)
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

    def take_order(self, order: Around) -> None:
        """The order of entries, and by knowledge the last position: a stair that only rises."""
        stairs: list[tuple[int, int]] = []
        for position, known in order.known:
            while stairs and stairs[-1][0] >= known:
                stairs.pop()
            stairs.append((known, position))
        self._db.executemany(
            "INSERT OR IGNORE INTO entry (position, known) VALUES (?, ?)", order.known
        )
        if stairs:
            self._db.execute("DELETE FROM last_known WHERE known >= ?", (stairs[0][0],))
            self._db.executemany("INSERT INTO last_known VALUES (?, ?)", stairs)
        self._db.executemany("INSERT OR IGNORE INTO report VALUES (?, ?)", order.reports)
        self._db.executemany(_TALLY, order.tally)
        self._db.executemany("INSERT OR REPLACE INTO tick VALUES (?, ?)", order.ticks)

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

    def _series_of(self, series: Series, place: int) -> int:
        if (number := self._series.get(series)) is None:
            values = (place, *msgspec.structs.astuple(series)[1:])
            if self._complete:
                # The cache holds every series, so that its size is the last number given.
                number = len(self._series) + 1
                self._new_series.append((number, *values))
            else:
                row = self._db.execute(_FIND_SERIES, values).fetchone()
                if row is None:
                    row = self._db.execute(
                        f"{_NEW_SERIES} RETURNING id", (None, *values)
                    ).fetchone()
                number = int(row[0])
            self._series[series] = number
        return number

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


_TALLY: Final = (
    "INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
    " entries = entries + excluded.entries, first_known = min(first_known, excluded.first_known),"
    " last_known = max(last_known, excluded.last_known)"
)
_EQUAL: Final = (
    "SELECT id FROM claim INDEXED BY firm WHERE series = ? AND shape = 0 AND firm = 1"
    " AND reach = ? AND earliest = ? AND first_known = ?"
)
_FIND_SERIES: Final = (
    "SELECT id FROM series WHERE place = ? AND relation = ? AND landmark = ? AND facet = ?"
    " AND topic = ? AND subject = ? AND denial = ? AND party = ?"
)
_NEW_SERIES: Final = (
    "INSERT INTO series (id, place, relation, landmark, facet, topic, subject, denial, party)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ZONE: Final = (
    f"INSERT INTO zone SELECT series, reach / {DAY}, min(known_from), max(known_to) FROM claim"
    " WHERE series = ? AND shape = 0 AND firm = 1 AND reach >= ? AND reach < ?"
    " GROUP BY 1, 2"
)
_ZONES_OF: Final = (
    f"INSERT INTO zone SELECT series, reach / {DAY}, min(known_from), max(known_to) FROM claim"
    " WHERE series = ? AND shape = 0 AND firm = 1 GROUP BY 1, 2"
)
# The least knowledge by which a place was named, from what is left of it.
KNOWN_AGAIN: Final = (
    "UPDATE place SET known = min("
    " coalesce((SELECT min(known_from) FROM series JOIN claim ON claim.series = series.id"
    "  WHERE series.place = place.id), ?),"
    " coalesce((SELECT min(known) FROM naming WHERE naming.place = ? AND rec_to = ?), "
    f" {OPEN_FUTURE})) WHERE id = ?"
)
