"""Answers from the view: the rule of as-of over the few rows that can decide it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.when import DAY
from timeline.asof import (
    AsOf,
    Candidate,
    Held,
    Told,
    ended,
    happened,
    hold,
    in_telling_order,
    standing,
    told_before,
)
from timeline.claims import (
    OPEN_FUTURE,
    OPEN_PAST,
    Assertion,
    Certainty,
    Mark,
    Series,
    Words,
    claim_in,
)
from timeline.entries import REPORT_TOPICS, originator_id
from timeline.errors import require_text
from timeline.parties import Party, decode_party
from timeline.situation import latest_marks
from timeline.view import statements as sql
from timeline.view.book import ViewBook
from timeline.view.damage import BROKEN, Damaged
from timeline.view.schema import FIRM, LOOSE, READINGS, WIDEST, report_number

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.claims import Claim
    from timeline.evidence.tree import Subtree

_NOW: Final = OPEN_FUTURE - 1
"""The position to read up to where nothing cuts it: before the end of what is open."""

_SERIES_KEPT: Final = 50_000
"""Series remembered by an open view, some 20 MB."""

_AT_ONCE: Final = 2_000
"""Rows read together where a place may have more of them than memory should hold."""

_series = msgspec.json.Decoder(Series).decode
_words = msgspec.json.Decoder(Words).decode

_Row = tuple[Any, ...]
"""A row of `statements.COLUMNS`."""

# Where in it these stand.
_EARLIEST, _LATEST, _REACH, _FIRST_KNOWN, _SUPERSEDES = 2, 3, 4, 5, 7


class _Place(msgspec.Struct, frozen=True, gc=False):
    id: int
    place: str
    happening: int
    status: int
    loose: int
    heavy: int
    changed: int


class _State(msgspec.Struct, frozen=True, gc=False):
    position: int
    defined: int
    redefined: int
    marks: int
    mends: int


class View:
    """A `Reader` over an open view; between `begin` and `end` it is one snapshot of it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._select = db.execute
        # What a series is never changes.
        self._series: dict[int, Series] = {}
        # Places hardly change: what was looked up stays until one is defined.
        self._book: ViewBook | None = None
        self._book_of = -1
        self._now: _State | None = None
        # What is said of a place changes with the state of the view alone.
        self._kept_places: dict[str, _Place | None] = {}
        self._claims: dict[int, int] = {}
        self._places_of: _State | None = None

    def begin(self) -> int:
        """Begin a snapshot; the last position of the log that it has."""
        if self._db.in_transaction:  # an interrupt came before the last one was ended
            self.end()
        self._select("BEGIN")
        try:
            self._now = self._state()
        except BaseException:
            self.end()
            raise
        return self._now.position

    def end(self) -> None:
        """Let go of the snapshot."""
        self._now = None
        self._db.rollback()

    def _state(self) -> _State:
        """How far the view is, as of the snapshot."""
        if self._now is not None:
            return self._now
        if (row := self._select(sql.STATE).fetchone()) is None:
            raise Damaged
        return _State(*row)

    # Statuses, happenings and sums of places

    def held(
        self, places: Collection[str], asof: AsOf, window: Instant, facet: str | None = None
    ) -> Mapping[str, Sequence[Held]]:
        """The claims on each place that hold and stand at the cuts."""
        position = self._position(asof)
        quick, slow = self._places(places, position)
        held = self._statuses(quick, asof, position, facet)
        held += self._happenings(quick, asof, position, window, facet)
        if slow:
            held += self._scanned(slow, asof, position, window, facet)
        elif len(quick) == 1:
            return dict.fromkeys(places, ()) | {quick[0].place: held}
        return _by_place(places, held)

    def control(self, places: Collection[str], asof: AsOf) -> Mapping[str, Sequence[Held]]:
        """The standing control claims of each place."""
        position = self._position(asof)
        quick, slow = self._places(places, position)
        held = self._statuses(quick, asof, position, "control")
        scanned = self._scanned(slow, asof, position, DAY, "control")
        held += [one for one in scanned if one.assertion.read_as == "status"]
        return _by_place(places, held)

    def _places(self, places: Collection[str], position: int) -> tuple[list[_Place], list[_Place]]:
        """The places that are in the view, those to be scanned at this position apart."""
        state = self._state()
        if self._places_of != state:
            self._kept_places.clear()
            self._claims.clear()
            self._places_of = state
        kept = self._kept_places
        if wanted := [place for place in places if place not in kept]:
            kept.update(dict.fromkeys(wanted))
            for row in self._select(sql.PLACE_ROWS, (_json(wanted),)):
                kept[row[1]] = _Place(*row)
        found = [place for one in places if (place := kept[one])]
        quick = [place for place in found if place.changed <= position]
        if len(quick) == len(found):
            return quick, []
        return quick, [place for place in found if place.changed > position]

    def _statuses(
        self, places: Sequence[_Place], asof: AsOf, position: int, facet: str | None
    ) -> list[Held]:
        """Clause 3, over the few claims of each series that can stand."""
        if not places:
            return []
        valid = asof.valid
        tops, rivals = self._contenders(places, asof, position, facet)
        by_series: dict[int, list[Candidate]] = {}
        if rivals:
            contested = {row[0] for row in rivals}
            rivals += [row for row in tops if row[0] in contested]
            tops = [row for row in tops if row[0] not in contested]
            for row, one in zip(rivals, self._candidates(rivals), strict=True):
                by_series.setdefault(row[0], []).append(one)
        # Each reaches no further than the cut, so that it is certain, and nothing else can stand.
        held = [
            Held(
                claim,
                row[_FIRST_KNOWN],
                row[_SUPERSEDES],
                "certain",
                claim.reading == "during" and ended(claim, valid),
            )
            for claim, row in zip(self._asserted(tops), tops, strict=True)
        ]
        for counted in by_series.values():
            held += standing(counted, valid)
        return held

    def _contenders(
        self, places: Sequence[_Place], asof: AsOf, position: int, facet: str | None
    ) -> tuple[list[_Row], list[_Row]]:
        """The greatest of each series by its reach at the cut; and those that may stand beside."""
        where, values = _of_places([place.id for place in places])
        values |= {
            "facet": facet,
            "valid": asof.valid,
            "known": asof.known,
            "cut": min(asof.valid, asof.known),
            "position": position,
        }
        only_facet = "AND s.facet = :facet" if facet else ""
        then = "" if position == _NOW else sql.THEN
        tops = self._select(_filled(sql.TOP, then, where, only_facet), values).fetchall()
        if any(place.heavy for place in places):
            for (series,) in self._select(_filled(sql.HEAVY, where, only_facet), values).fetchall():
                tops += self._heavy_top(series, values)
        rivals = [one for row in tops if row[-1] for one in self._equals(row, values)]
        if rivals:
            tops = [row for row in tops if not row[-1]]
        if asof.valid < asof.known:
            # Certain or possible, they reach past the valid cut.
            levels = [one for place in places for one in _levels(place.id, place.status)]
            values |= {"levels": _json(levels), "after": asof.valid}
            rivals += self._select(
                _filled(sql.LEVELS, "across", f"c.role = {FIRM}", _of_facet(facet)), values
            )
        if any(place.loose for place in places):
            rivals += self._select(_filled(sql.LISTED, where, only_facet), values)
        return tops, rivals

    def _equals(self, row: _Row, values: dict[str, Any]) -> Iterable[_Row]:
        """The row and all others that are equal to it in the order of the rule."""
        at = {
            **values,
            "series": row[0],
            "reach": row[_REACH],
            "earliest": row[_EARLIEST],
            "first": row[_FIRST_KNOWN],
        }
        return self._select(sql.EQUALS, at).fetchall()

    def _heavy_top(self, series: int, values: dict[str, Any]) -> list[_Row]:
        """Day by day down from the cut, past the days of which nothing was known."""
        at = {**values, "series": series, "day": values["cut"] // DAY}
        for (day,) in self._select(sql.ZONES, at):
            at |= {"begins": day * DAY, "ends": min(day * DAY + DAY - 1, values["cut"])}
            if rows := self._select(sql.TOP_OF_DAY, at).fetchall():
                return rows
        return []

    def _happenings(
        self,
        places: Sequence[_Place],
        asof: AsOf,
        position: int,
        window: Instant,
        facet: str | None,
    ) -> list[Held]:
        levels = [one for place in places for one in _levels(place.id, place.happening)]
        if not levels:
            return []
        where, values = _of_places([place.id for place in places if place.happening])
        values |= {
            "levels": _json(levels),
            "facet": facet,
            "after": asof.valid - window,
            "since": asof.known - window,
            "valid": asof.valid,
            "known": asof.known,
            "position": position,
        }
        only_facet = _of_facet(facet)
        both = _filled(
            sql.LEVELS_AND_LATE, "overlap", f"c.role > {LOOSE}", only_facet, where, only_facet
        )
        rows = self._select(both, values).fetchall()
        return [held for one in self._candidates(rows) if (held := happened(one, asof, window))]

    def _scanned(
        self,
        places: Sequence[_Place],
        asof: AsOf,
        position: int,
        window: Instant,
        facet: str | None,
    ) -> list[Held]:
        if not places:
            return []
        held: list[Held] = []
        with closing(
            self._everything([place.id for place in places], asof, position, facet)
        ) as rows:
            # What does not hold among some does not among more: all of it is never in memory.
            while some := rows.fetchmany(max(_AT_ONCE, len(held))):
                kept = [Candidate(one.assertion, one.first_known, one.supersedes) for one in held]
                held = hold(kept + self._candidates(some), asof, window)
        return held

    def _everything(
        self, places: Sequence[int], asof: AsOf, position: int, facet: str | None = None
    ) -> sqlite3.Cursor:
        only_facet = "AND s.facet = :facet" if facet else ""
        values = {
            "places": _json(list(places)),
            "facet": facet,
            "valid": asof.valid,
            "known": asof.known,
            "position": position,
        }
        return self._select(sql.ALL % (only_facet, only_facet), values)

    def _read(self, rows: sqlite3.Cursor) -> Iterator[tuple[_Row, Candidate]]:
        """Each row with its claim, some of them in memory at a time."""
        with closing(rows):
            while some := rows.fetchmany(_AT_ONCE):
                yield from zip(some, self._candidates(some), strict=True)

    def _candidates(self, rows: Sequence[_Row]) -> list[Candidate]:
        """The claims of rows, among which the rule chooses."""
        return [
            Candidate(claim, row[_FIRST_KNOWN], row[_SUPERSEDES])
            for claim, row in zip(self._asserted(rows), rows, strict=True)
        ]

    def _asserted(self, rows: Sequence[_Row]) -> list[Assertion]:
        """What rows assert."""
        # In one loop: every question comes through here for each of its claims.
        known_series, found = self._series_of({row[0] for row in rows}), []
        for number, role, earliest, latest, reach, _, known, _, told, _ in rows:
            series, read_as = known_series[number], READINGS[role]
            try:
                words = _words(told)
            except BROKEN as error:
                raise Damaged from error
            capped = role % 2 == 1 and earliest < known
            at_best: Certainty = "certain"
            if role % 2:
                at_best = "possible" if capped else "announced"
            found.append(
                Assertion(
                    series,
                    read_as,
                    earliest,
                    latest,
                    reach,
                    words.happened_reading,
                    capped,
                    known,
                    claim_in(series, read_as, words, at_best),
                )
            )
        return found

    def _series_of(self, numbers: set[int]) -> Mapping[int, Series]:
        """Series by number, these among them: those not remembered are read at once."""
        known = self._series
        if wanted := numbers.difference(known):
            if len(known) + len(wanted) > _SERIES_KEPT:
                known.clear()
                wanted = numbers
            try:
                rows = self._select(sql.SERIES, (_json(list(wanted)),))
                known.update((number, _series(key)) for number, key in rows)
            except BROKEN as error:
                raise Damaged from error
        return known

    # What surrounds the claims

    def marks(self, reports: Iterable[str], asof: AsOf) -> Mapping[str, Sequence[Mark]]:
        """The verifications of these reports that count, the last of each verifier."""
        if not self._state().marks:
            return {}
        found: dict[str, list[Mark]] = {}
        for row in self._select(sql.MARKS, {**self._point(asof), "reports": _json(list(reports))}):
            mark = Mark(*row)
            found.setdefault(mark.report, []).append(mark)
        return {report: latest_marks(marks) for report, marks in found.items()}

    def same_events(self, reports: Collection[str], asof: AsOf) -> Mapping[str, str]:
        """For each report linked as the same event as others, the one that stands for all."""
        first: dict[str, str] = {}
        # Most are linked to none, which is found out of all at once.
        linked = [report for (report,) in self._select(sql.AT_A_LINK, (_json(list(reports)),))]
        for report in linked:
            if report not in first:
                group = self._linked(report, asof)
                first.update(dict.fromkeys(group, min(group)))
        return {report: first[report] for report in linked if first[report] != report}

    def _linked(self, report: str, asof: AsOf) -> set[str]:
        group, edge = {report}, [report]
        values = self._point(asof)
        while edge:
            values["at"] = edge.pop()
            for (other,) in self._select(sql.LINKED, values).fetchall():
                if other not in group and self._shows(other, values):
                    group.add(other)
                    edge.append(other)
        return group

    def _shows(self, report: str, point: Mapping[str, Any]) -> bool:
        number = report_number(originator_id("report", report))
        return self._select(sql.SHOWS, {**point, "report": number}).fetchone() is not None

    def before(self, standing: Sequence[Held], asof: AsOf) -> Mapping[tuple[str, str], Claim]:
        """By claim id and measure: the claim of its series that stated a number before it."""
        places = self._numbers({held.assertion.series.place for held in standing})
        rows = self._everything(places, asof, self._position(asof), "casualties")
        return told_before(standing, (one for _, one in self._read(rows)), asof.valid)

    # What the log holds, and when

    def pinned(self, asof: AsOf) -> tuple[int, int]:
        """Positions of the last report entry that counts and of the last place redefined."""
        row = self._select(sql.LAST, (asof.known,)).fetchone()
        state, position, last = self._state(), self._position(asof), row[0] if row else 0
        if last > position or state.mends:
            values = {"known": asof.known, "position": position}
            if last > position:
                last = self._select(sql.LAST_THEN, values).fetchone()[0]
            if state.mends:
                last = max(last, self._select(sql.LAST_MEND, values).fetchone()[0])
        redefined = state.redefined
        bound = min(asof.redefined, self._recorded_position(asof.recorded))
        return last, redefined if redefined <= bound else self._redefined(bound)

    def _redefined(self, bound: int) -> int:
        row = self._select(
            "SELECT max(position) FROM definition WHERE anew AND position <= ?", (bound,)
        ).fetchone()
        return int(row[0] or 0)

    def _position(self, asof: AsOf) -> int:
        """The last entry of a report to read: the basis's, or the last of those recorded by R."""
        return min(asof.position, self._recorded_position(asof.recorded), _NOW)

    def last_recorded(self) -> Instant | None:
        """When its last entry was recorded; None where an entry before it bears a later time."""
        row = self._select(
            "SELECT recorded FROM (SELECT * FROM tick ORDER BY recorded DESC LIMIT 1)"
            " WHERE position = (SELECT position FROM state)"
        ).fetchone()
        return row[0] if row else None

    def _recorded_position(self, recorded: Instant) -> int:
        if recorded == OPEN_FUTURE:
            return OPEN_FUTURE
        row = self._select(
            "SELECT position FROM tick WHERE recorded < ? ORDER BY recorded DESC LIMIT 1",
            (recorded,),
        ).fetchone()
        return int(row[0]) if row else 0

    def _point(self, asof: AsOf) -> dict[str, Any]:
        return {"known": asof.known, "position": self._position(asof)}

    def _numbers(self, places: Collection[str]) -> list[int]:
        return [place.id for group in self._places(places, 0) for place in group]

    def claims_on(self, places: Collection[str]) -> int:
        """How many claims there are on places, whenever they were told."""
        counts = 0
        for one in self._numbers(places):
            if one not in self._claims:
                row = self._select(
                    "SELECT coalesce(sum(claims), 0) FROM series WHERE place = ?", (one,)
                ).fetchone()
                self._claims[one] = int(row[0])
            counts += self._claims[one]
        return counts

    def reported_places(self, asof: AsOf) -> Collection[str]:
        """The places that a report that counts has named."""
        position = self._position(asof)
        if position >= self.position():
            rows = self._select("SELECT place FROM place WHERE known <= ?", (asof.known,))
        else:
            rows = self._select(sql.NAMED_BY, {"known": asof.known, "position": position})
        return {place for (place,) in rows}

    def position(self) -> int:
        """The position of the last entry taken in."""
        return self._state().position

    def tree(self) -> Subtree:
        """The Merkle tree over the entries taken in."""
        from timeline.view.tiles import subtree  # here: few questions ask for it

        return subtree(self._db)

    def redactions(self) -> int:
        """How many redactions have been taken in."""
        row = self._select("SELECT entries FROM tally WHERE topic = 'report.redacted'").fetchone()
        return int(row[0]) if row else 0

    def moved_places(self, a: AsOf, b: AsOf, window: Instant) -> Collection[str]:
        """The places whose claims may differ between two cuts; others may be among them."""
        if min(self._position(a), self._position(b)) < self.position():
            return {*self.reported_places(a), *self.reported_places(b)}
        valid, known = sorted((a.valid, b.valid)), sorted((a.known, b.known))
        values = dict(zip(("v1", "v2", "k1", "k2"), (*valid, *known), strict=True))
        moved = {place for (place,) in self._select(sql.MOVED, {**values, "window": window})}
        if self._state().marks:
            reports = [report for (report,) in self._select(sql.CHECKED_BETWEEN, values)]
            later = msgspec.structs.replace(a, known=known[1])
            moved |= {one.assertion.series.place for one in self.told_by(reports, later)}
        return moved

    def turns(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of valid time at which a claim on the place begins, has its reach or ends."""
        found: set[Instant] = set()
        everywhen = msgspec.structs.replace(asof, valid=OPEN_FUTURE)
        for row in self._everything(self._numbers([place]), everywhen, self._position(asof)):
            found |= {row[_EARLIEST], row[_REACH], row[_LATEST]}
        return sorted(found - {OPEN_PAST, OPEN_FUTURE})

    def learned(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of knowledge at which what is told or checked on the place changed."""
        values = {**self._point(asof), "place": place}
        now = self._position(asof) >= self.position()
        found = {at for (at,) in self._select(sql.LEARNED_NOW if now else sql.LEARNED, values)}
        if marks := self._state().marks:
            # Whichever are fewer: the claims on the place, or those in the log that were checked.
            few = self.claims_on([place]) <= marks
            told = self.told(asof, place=place) if few else self.told_by(self._checked(), asof)
            here = {
                one.assertion.claim.report for one in told if one.assertion.series.place == place
            }
            rows = self._select(sql.CHECKED, {**values, "reports": _json(list(here))})
            found |= {at for row in rows for at in row if at <= asof.known}
        return sorted(found)

    def _checked(self) -> list[str]:
        """The reports of which a verification speaks."""
        return [report for (report,) in self._select("SELECT DISTINCT target FROM mark")]

    def foretold(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants up to the cut of knowledge at which what was announced on the place begins."""
        rows = self._select(sql.FORETOLD, {**self._point(asof), "place": place})
        return sorted(instant for (instant,) in rows)

    def speaking(self, place: str, asof: AsOf, since: Instant) -> Iterable[Candidate]:
        """The claims on the place that speak of valid time from `since` to the cut."""
        values = {**self._point(asof), "place": place, "valid": asof.valid, "since": since}
        told = (one for _, one in self._read(self._select(sql.SPEAKING, values)))
        for _, same in groupby(told, lambda one: one.assertion.knowledge):
            yield from sorted(same, key=lambda one: one.assertion.claim.report)

    def settled(self, asof: AsOf) -> tuple[int, Instant]:
        """The last entry of a report read, and the last knowledge at the cut."""
        if (known := self._last_known(asof)) is not None:
            (last,) = self._select("SELECT max(position) FROM entry").fetchone()
            return last or 0, known
        last, known = self._select(
            "SELECT max(position), max(CASE WHEN known <= ? THEN known END) FROM entry"
            " WHERE position <= ?",
            (asof.known, self._position(asof)),
        ).fetchone()
        return last or 0, known or 0

    def _last_known(self, asof: AsOf) -> Instant | None:
        """The last knowledge of all that was read of reports, if the cuts pass nothing over."""
        if self._position(asof) < self.position():
            return None
        (known,) = self._select(sql.LAST_KNOWN, (_json(sorted(REPORT_TOPICS)),)).fetchone()
        return known if known is not None and known <= asof.known else None

    def report_id(self, prefix: str) -> str:
        """The id of the one report or claim that begins so; of a claim, its report."""
        require_text("id", prefix)
        if self._select("SELECT 1 FROM entry WHERE report = ?", (prefix,)).fetchone():
            return prefix
        low, high = _numbers_of(prefix)
        values = {"low": low, "high": high, "prefix": prefix, "after": prefix + "\U0010ffff"}
        found = [key for (key,) in self._select(sql.IDS, values)]
        from timeline.reader import one_report  # here: few questions look ids up

        return one_report(prefix, sorted(found))

    def cited(self, citations: Collection[int]) -> Mapping[int, Sequence[str]]:
        """By citation: the reports that were read there, in any version."""
        found: dict[int, list[str]] = {}
        for one, report in self._select(
            "SELECT source, report FROM cited WHERE source IN (SELECT value FROM json_each(?))"
            " ORDER BY source, report",
            (_json(sorted(citations)),),
        ):
            found.setdefault(one, []).append(report)
        return found

    # Places and parties

    def book(self, asof: AsOf | None = None) -> ViewBook:
        """The places as defined at the cut's position, or at first where that came later."""
        bound = OPEN_FUTURE
        if asof is not None:
            bound = min(asof.redefined, self._recorded_position(asof.recorded))
        if bound < OPEN_FUTURE:
            return ViewBook(self._db, bound)
        defined = self._state().defined
        if self._book is None or self._book_of != defined:
            self._book, self._book_of = ViewBook(self._db, bound), defined
        return self._book

    def party_names(self) -> Mapping[str, str]:
        """The names of the parties that have one, by id."""
        return {party.id: party.names[0] for party in self._defined() if party.names}

    def parties(self) -> Mapping[str, Party]:
        """By id: every party that is defined, and every one whose claims there are."""
        speaking = self._select("SELECT DISTINCT party FROM series")
        return {party: Party(party) for (party,) in speaking} | {
            party.id: party for party in self._defined()
        }

    def _defined(self) -> list[Party]:
        try:
            rows = self._select("SELECT content FROM party")
            return [decode_party(content) for (content,) in rows]
        except BROKEN as error:
            raise Damaged from error

    def subjects(self) -> Collection[str]:
        """What claims are about, without regard to case: sides, and the matters of statements."""
        rows = self._select("SELECT DISTINCT json_extract(CAST(key AS TEXT), '$[5]') FROM series")
        return {subject.casefold() for (subject,) in rows if subject}

    def newest(self, asof: AsOf) -> Instant | None:
        """The knowledge of the newest report that counts."""
        if not self._state().mends and (known := self._last_known(asof)) is not None:
            return known
        row = self._select(
            "SELECT max(known) FROM entry WHERE position <= :position AND known <= :known"
            " AND position NOT IN (SELECT position FROM mend WHERE mended <= :position)",
            self._point(asof),
        ).fetchone()
        return None if row[0] is None else int(row[0])

    # Everything that was told, and what points at it

    def told(self, asof: AsOf, *, place: str | None = None) -> Sequence[Told]:
        """Every claim as it showed for some time up to the cut of knowledge, in telling order."""
        only = "AND p.place = :place" if place else ""
        return self._showing(sql.TOLD % (only, only), asof, {"place": place})

    def reports_on(
        self,
        places: Collection[str],
        asof: AsOf,
        since: Instant = OPEN_PAST,
        until: Instant = OPEN_FUTURE,
    ) -> Iterable[str]:
        """The reports that count, name these places as they show, and speak of the time."""
        values = {"places": _json(self._numbers(places)), "since": since, "valid": until}
        rows = self._select(sql.REPORTS_ON, {**self._point(asof), **values})
        return (report for (report,) in rows)

    def told_by(self, reports: Collection[str], asof: AsOf) -> Sequence[Told]:
        """As `told`, but of these reports, whatever place they spoke of."""
        numbers = [report_number(originator_id("report", one)) for one in reports]
        return self._showing(sql.TOLD_BY, asof, {"reports": _json(numbers)})

    def _showing(self, statement: str, asof: AsOf, values: Mapping[str, Any]) -> list[Told]:
        rows = self._select(statement, {**self._point(asof), **values})
        return in_telling_order(
            Told(
                one.assertion,
                one.first_known,
                row[-1] if row[-1] <= asof.known else OPEN_FUTURE,
                one.supersedes,
            )
            for row, one in self._read(rows)
        )

    def linked(self, report: str, asof: AsOf) -> Sequence[tuple[str, str]]:
        """The reports that count and link to this one: (kind of link, report), in order."""
        rows = self._select(sql.REFERENCES, {**self._point(asof), "report": report})
        return sorted((kind, source) for kind, source in rows)


@lru_cache(maxsize=256)
def _filled(statement: str, *parts: str) -> str:
    """A statement with its parts put in: each time the same object, whose hash is known."""
    return statement % parts


def _of_facet(facet: str | None) -> str:
    # Where the series of claims are not looked at anyway.
    if facet is None:
        return ""
    return "AND (SELECT facet FROM series WHERE series.id = c.series) = :facet"


def _by_place(places: Iterable[str], held: Iterable[Held]) -> dict[str, list[Held]]:
    found: dict[str, list[Held]] = {place: [] for place in places}
    for one in held:
        found[one.assertion.series.place].append(one)
    return found


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _of_places(places: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """A condition on the number of a place, and its value; most questions are of one."""
    if len(places) == 1:
        return "= :place", {"place": places[0]}
    return sql.PLACES, {"places": _json(places)}


@lru_cache(maxsize=50_000)
def _levels(place: int, mask: int) -> list[int]:
    """A place with each of its levels in use, in one number."""
    return [place << 5 | width for width in range(WIDEST + 1) if mask >> width & 1]


def _numbers_of(prefix: str) -> tuple[int, int]:
    """The report numbers that a claim id with this prefix can have; an empty range for none."""
    digits = prefix[:8]
    if not digits or digits.strip("0123456789abcdef"):
        return 1, 0
    # The first digit bears the sign, so that both ends are of one.
    return report_number(digits.ljust(16, "0")), report_number(digits.ljust(16, "f"))
