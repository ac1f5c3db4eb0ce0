"""Answers from the view: the rule of as-of over the few rows that can decide it."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgspec

from timeline.asof import (
    DAY,
    AsOf,
    Candidate,
    Held,
    Told,
    ended,
    happening,
    in_telling_order,
    replaced_by,
    standing,
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
from timeline.entries import originator_id
from timeline.parties import Party, decode_party
from timeline.places import Place, decode_place
from timeline.situation import latest_marks
from timeline.view.schema import FIRM, LOOSE, READINGS, WIDEST, report_number

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.claims import Claim
    from timeline.evidence.tree import Subtree

_SERIES_KEPT: Final = 50_000
"""Series remembered by an open view, some 20 MB."""

_series = msgspec.json.Decoder(Series).decode
_words = msgspec.json.Decoder(Words).decode
# What decoding comes to where a disk or a hand was at the file.
_BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, TypeError)


class Damaged(Exception):
    """A row of the view that no view has."""


_COLUMNS: Final = (
    "c.series, c.role, c.earliest, c.latest, c.reach, c.first_known, c.known_from,"
    " c.supersedes, c.words, c.tied"
)
_PAST_COLUMNS: Final = _COLUMNS.replace("c.tied", "0")
_COUNTS: Final = "c.known_from <= :known AND c.known_to > :known AND c.rec_from <= :position"
_PLACES: Final = "IN (SELECT value FROM json_each(:places))"

# The greatest of each series by the order of the rule, one seek each. What is known at a cut
# reaches at most to that cut, so the seek begins at the earlier of the two.
_TOP: Final = f"""
SELECT {_COLUMNS} FROM series s INDEXED BY series_at CROSS JOIN claim c ON c.id = (
  SELECT id FROM claim t INDEXED BY ranked
  WHERE t.series = s.id AND t.role = {FIRM} AND t.reach <= :cut
  AND t.known_from <= :known AND t.known_to > :known %s
  ORDER BY t.reach DESC, t.earliest DESC, t.first_known DESC LIMIT 1)
WHERE s.place %s AND s.heavy = 0 AND s.known <= :known %s
"""
_THEN: Final = "AND t.rec_from <= :position"
_EQUALS: Final = f"""
SELECT {_COLUMNS} FROM claim c INDEXED BY ranked
WHERE c.series = :series AND c.role = {FIRM}
AND c.reach = :reach AND c.earliest = :earliest AND c.first_known = :first AND {_COUNTS}
"""
_HEAVY: Final = """
SELECT s.id FROM series s INDEXED BY series_at WHERE s.place %s AND s.heavy = 1 %s
"""
_ZONES: Final = """
SELECT day FROM zone WHERE series = :series AND day <= :day
AND known_from <= :known AND known_to > :known ORDER BY day DESC
"""
_TOP_OF_DAY: Final = f"""
SELECT {_COLUMNS} FROM claim c INDEXED BY ranked
WHERE c.series = :series AND c.role = {FIRM}
AND c.reach >= :begins AND c.reach <= :ends AND {_COUNTS}
ORDER BY c.reach DESC, c.earliest DESC, c.first_known DESC LIMIT 1
"""
_LOOSE: Final = f"""
SELECT {_COLUMNS} FROM series s INDEXED BY series_at
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE s.place %s AND s.known <= :known %s AND c.role = {LOOSE}
AND c.earliest < :valid AND {_COUNTS}
"""
# A claim of level L is at most 2^L days wide, so that one which begins before :valid reaches at
# most 2^L days past it: a short range of the index for each level. The widest has no bound.
_LEVELS: Final = f"""
SELECT {_COLUMNS} FROM json_each(:levels) l CROSS JOIN claim c INDEXED BY %s
WHERE c.place = l.value >> 5 AND c.level = l.value & 31 AND c.reach > :after
AND c.reach <= CASE l.value & 31 WHEN {WIDEST} THEN {OPEN_FUTURE}
  ELSE :valid + ({DAY} << (l.value & 31)) END
AND c.earliest < :valid AND %s AND {_COUNTS} %s
"""
_LATE: Final = f"""
UNION ALL
SELECT {_COLUMNS} FROM claim c INDEXED BY late
WHERE c.place %s AND c.role > {LOOSE} AND c.first_known > :since AND c.first_known <= :known
AND c.reach <= :after AND {_COUNTS} %s
"""
_LEVELS_AND_LATE: Final = _LEVELS + _LATE
# For positions in the past of a place that was laid out anew since: everything on it, as it was.
_ALL: Final = f"""
SELECT {_COLUMNS} FROM series s INDEXED BY series_at
JOIN claim c ON c.series = s.id WHERE s.place {_PLACES} %s AND {_COUNTS} AND c.earliest < :valid
UNION ALL
SELECT {_PAST_COLUMNS} FROM past c INDEXED BY past_place
JOIN series s ON s.id = c.series
WHERE c.place {_PLACES} %s AND c.rec_to > :position AND {_COUNTS} AND c.earliest < :valid
"""


_LINKED: Final = """
SELECT other FROM link WHERE one = :at AND kind = 'same_event_as'
AND known_from <= :known AND known_to > :known
AND rec_from <= :position AND rec_to > :position
UNION SELECT one FROM link WHERE other = :at AND kind = 'same_event_as'
AND known_from <= :known AND known_to > :known
AND rec_from <= :position AND rec_to > :position
"""
_SHOWS: Final = """
SELECT 1 FROM claim WHERE report = :report
AND known_from <= :known AND known_to > :known AND rec_from <= :position
UNION ALL SELECT 1 FROM past WHERE report = :report
AND known_from <= :known AND known_to > :known AND rec_from <= :position AND rec_to > :position
UNION ALL SELECT 1 FROM mark WHERE report = :report
AND known_from <= :known AND known_to > :known AND rec_from <= :position AND rec_to > :position
"""
_MARKS: Final = """
SELECT target, status, by, known_from, claim FROM mark
WHERE target IN (SELECT value FROM json_each(:reports))
AND known_from <= :known AND known_to > :known AND rec_from <= :position AND rec_to > :position
"""
_NAMED_BY: Final = """
SELECT place.place FROM place WHERE EXISTS (
  SELECT 1 FROM series JOIN claim c ON c.series = series.id WHERE series.place = place.id
  AND c.known_from <= :known AND c.rec_from <= :position)
OR EXISTS (
  SELECT 1 FROM past c WHERE c.place = place.id AND c.known_from <= :known
  AND c.rec_from <= :position AND c.rec_to > :position)
OR EXISTS (
  SELECT 1 FROM naming n WHERE n.place = place.id AND n.known <= :known
  AND n.rec_from <= :position AND n.rec_to > :position)
"""
_PLACE_ROWS: Final = (
    "SELECT id, place, happening, status, loose, heavy, changed FROM place"
    " WHERE place IN (SELECT value FROM json_each(?))"
)
_STATE: Final = "SELECT position, defined, redefined, marks, mends FROM state"
_LAST: Final = "SELECT position FROM last_known WHERE known <= ? ORDER BY known DESC LIMIT 1"
# In the past of the log, entry by entry.
_LAST_THEN: Final = """
SELECT coalesce((SELECT position FROM entry WHERE position <= :position AND known <= :known
ORDER BY position DESC LIMIT 1), 0)
"""
# A mend has a say in what was known before it, whenever it became known itself.
_LAST_MEND: Final = """
SELECT coalesce(max(mended), 0) FROM mend WHERE mended <= :position AND known <= :known
"""
# What begins, is reached, ends, is told or withdrawn between two cuts, or leaves a window.
_MOVED: Final = f"""
SELECT DISTINCT p.place FROM claim c JOIN place p ON p.id = c.place
WHERE c.known_from <= :k2 AND c.earliest < :v2 AND (
  c.known_from > :k1 OR (c.known_to > :k1 AND c.known_to <= :k2) OR c.earliest >= :v1
  OR (c.reach > :v1 AND c.reach <= :v2) OR (c.latest >= :v1 AND c.latest < :v2)
  OR (c.role > {LOOSE} AND c.reach > :v1 - :window AND c.reach <= :v2 - :window)
  OR (c.role > {LOOSE} AND c.first_known > :k1 - :window AND c.first_known <= :k2 - :window))
"""
_LEARNED: Final = """
WITH at (known_from, known_to) AS (
  SELECT c.known_from, c.known_to FROM place p JOIN series s ON s.place = p.id
  JOIN claim c ON c.series = s.id WHERE p.place = :place AND c.rec_from <= :position
  UNION SELECT c.known_from, c.known_to FROM place p JOIN past c ON c.place = p.id
  WHERE p.place = :place AND c.rec_from <= :position AND c.rec_to > :position)
SELECT known_from FROM at WHERE known_from <= :known
UNION SELECT known_to FROM at WHERE known_to <= :known
"""
# The same where no entry is passed over: from the indexes alone, without a look at the claims.
_LEARNED_NOW: Final = """
WITH at (known_from, known_to) AS (
  SELECT c.known_from, c.known_to FROM place p JOIN series s ON s.place = p.id
  CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id WHERE p.place = :place)
SELECT known_from FROM at WHERE known_from <= :known
UNION SELECT known_to FROM at WHERE known_to <= :known
"""
# What was announced can never be certain.
_NEVER_CERTAIN: Final = tuple(range(LOOSE, len(READINGS), 2))
_BEGAN: Final = "c.earliest >= c.known_from AND c.earliest < c.known_to AND c.earliest < :known"
_FORETOLD: Final = f"""
SELECT c.earliest FROM place p CROSS JOIN series s ON s.place = p.id
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE p.place = :place AND c.role IN {_NEVER_CERTAIN} AND c.rec_from <= :position AND {_BEGAN}
UNION SELECT c.earliest FROM place p JOIN past c ON c.place = p.id
WHERE p.place = :place AND c.rec_from <= :position AND c.rec_to > :position AND {_BEGAN}
"""
# The ids of claims begin as those of their reports' aggregates do, which the numbers are made of.
_IDS: Final = """
SELECT report FROM entry WHERE report >= :prefix AND report < :after
UNION SELECT c.words->>1 FROM claim c
WHERE c.report BETWEEN :low AND :high AND substr(c.words->>0, 1, length(:prefix)) = :prefix
UNION SELECT c.words->>1 FROM past c
WHERE c.report BETWEEN :low AND :high AND substr(c.words->>0, 1, length(:prefix)) = :prefix
UNION SELECT id FROM mark
WHERE report BETWEEN :low AND :high AND substr(claim, 1, length(:prefix)) = :prefix
"""

_SERIES: Final = "SELECT key FROM series WHERE id = ?"

_SPEAKS: Final = f"{_COUNTS} AND c.earliest < :valid AND c.reach > :since"
_SPEAKING: Final = f"""
SELECT {_COLUMNS} FROM place p CROSS JOIN series s ON s.place = p.id
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE p.place = :place AND c.role = {FIRM} AND {_SPEAKS}
UNION ALL
SELECT {_COLUMNS} FROM place p CROSS JOIN series s ON s.place = p.id
CROSS JOIN claim c INDEXED BY ranked ON c.series = s.id
WHERE p.place = :place AND c.role = {LOOSE} AND {_SPEAKS}
UNION ALL
SELECT {_COLUMNS} FROM place p CROSS JOIN claim c INDEXED BY overlap ON c.place = p.id
WHERE p.place = :place AND c.role > {LOOSE} AND {_SPEAKS}
UNION ALL
SELECT {_PAST_COLUMNS} FROM place p CROSS JOIN past c INDEXED BY past_place ON c.place = p.id
WHERE p.place = :place AND c.rec_to > :position AND {_SPEAKS}
ORDER BY known_from
"""

# Where in a row of `_COLUMNS` these stand.
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
        return self._now or _State(*self._select(_STATE).fetchone())

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
            for row in self._select(_PLACE_ROWS, (_json(wanted),)):
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
        tops, rivals = self._candidates(places, asof, position, facet)
        by_series: dict[int, list[Candidate]] = {}
        if rivals:
            contested = {row[0] for row in rivals}
            rivals += [row for row in tops if row[0] in contested]
            tops = [row for row in tops if row[0] not in contested]
            for row, one in zip(rivals, self._told(rivals), strict=True):
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

    def _candidates(
        self, places: Sequence[_Place], asof: AsOf, position: int, facet: str | None
    ) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """The greatest of each series by its reach at the cut; and those that may stand beside."""
        where, values = _at([place.id for place in places])
        values |= {
            "facet": facet,
            "valid": asof.valid,
            "known": asof.known,
            "cut": min(asof.valid, asof.known),
            "position": position,
        }
        only_facet = "AND s.facet = :facet" if facet else ""
        then = "" if position == OPEN_FUTURE - 1 else _THEN
        tops = self._select(_filled(_TOP, then, where, only_facet), values).fetchall()
        if any(place.heavy for place in places):
            for (series,) in self._select(_filled(_HEAVY, where, only_facet), values).fetchall():
                tops += self._heavy_top(series, values)
        rivals = [one for row in tops if row[-1] for one in self._equals(row, values)]
        if rivals:
            tops = [row for row in tops if not row[-1]]
        if asof.valid < asof.known:
            # Certain or possible, they reach past the valid cut.
            levels = [one for place in places for one in _levels(place.id, place.status)]
            values |= {"levels": _json(levels), "after": asof.valid}
            rivals += self._select(
                _filled(_LEVELS, "across", f"c.role = {FIRM}", _of_facet(facet)), values
            )
        if any(place.loose for place in places):
            rivals += self._select(_filled(_LOOSE, where, only_facet), values)
        return tops, rivals

    def _equals(self, row: tuple[Any, ...], values: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
        """The row and all that the order of the rule does not tell from it."""
        at = {
            **values,
            "series": row[0],
            "reach": row[_REACH],
            "earliest": row[_EARLIEST],
            "first": row[_FIRST_KNOWN],
        }
        return self._select(_EQUALS, at).fetchall()

    def _heavy_top(self, series: int, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        """Day by day down from the cut, past the days of which nothing was known."""
        at = {**values, "series": series, "day": values["cut"] // DAY}
        for (day,) in self._select(_ZONES, at):
            at |= {"begins": day * DAY, "ends": min(day * DAY + DAY - 1, values["cut"])}
            if rows := self._select(_TOP_OF_DAY, at).fetchall():
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
        where, values = _at([place.id for place in places if place.happening])
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
            _LEVELS_AND_LATE, "overlap", f"c.role > {LOOSE}", only_facet, where, only_facet
        )
        rows = self._select(both, values).fetchall()
        return [held for one in self._told(rows) if (held := _happened(one, asof, window))]

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
        by_series: dict[int, list[Candidate]] = {}
        rows = self._everything([place.id for place in places], asof, position, facet)
        for row, one in zip(rows, self._told(rows), strict=True):
            if one.assertion.read_as == "status":
                by_series.setdefault(row[0], []).append(one)
            elif found := _happened(one, asof, window):
                held.append(found)
        for counted in by_series.values():
            held += standing(counted, asof.valid)
        return held

    def _everything(
        self, places: Sequence[int], asof: AsOf, position: int, facet: str | None = None
    ) -> list[tuple[Any, ...]]:
        only_facet = "AND s.facet = :facet" if facet else ""
        values = {
            "places": _json(list(places)),
            "facet": facet,
            "valid": asof.valid,
            "known": asof.known,
            "position": position,
        }
        return self._select(_ALL % (only_facet, only_facet), values).fetchall()

    def _told(self, rows: Sequence[tuple[Any, ...]]) -> list[Candidate]:
        """The claims of rows of `_COLUMNS`, as they were told."""
        return [
            Candidate(claim, row[_FIRST_KNOWN], row[_SUPERSEDES])
            for claim, row in zip(self._asserted(rows), rows, strict=True)
        ]

    def _asserted(self, rows: Sequence[tuple[Any, ...]]) -> list[Assertion]:
        """What rows of `_COLUMNS` assert."""
        # At once: every question comes through here for each of its claims.
        known_series, found = self._series, []
        for number, role, earliest, latest, reach, _, known, _, told, _ in rows:
            series, read_as = known_series.get(number) or self._series_of(number), READINGS[role]
            try:
                words = _words(told)
            except _BROKEN as error:
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

    def _series_of(self, number: int) -> Series:
        (key,) = self._select(_SERIES, (number,)).fetchone()
        try:
            series = _series(key)
        except _BROKEN as error:
            raise Damaged from error
        if len(self._series) >= _SERIES_KEPT:
            self._series.clear()
        return self._series.setdefault(number, series)

    # What surrounds the claims

    def marks(self, reports: Iterable[str], asof: AsOf) -> Mapping[str, Sequence[Mark]]:
        """The verifications of these reports that count, the last of each verifier."""
        if not self._state().marks:
            return {}
        found: dict[str, list[Mark]] = {}
        for row in self._select(_MARKS, {**self._point(asof), "reports": _json(list(reports))}):
            mark = Mark(*row)
            found.setdefault(mark.report, []).append(mark)
        return {report: latest_marks(marks) for report, marks in found.items()}

    def same_events(self, reports: Collection[str], asof: AsOf) -> Mapping[str, str]:
        """For each report linked as the same event as others, the one that stands for all."""
        first: dict[str, str] = {}
        for report in reports:
            if report not in first:
                group = self._linked(report, asof)
                first.update(dict.fromkeys(group, min(group)))
        return {report: first[report] for report in reports if first[report] != report}

    def _linked(self, report: str, asof: AsOf) -> set[str]:
        group, edge = {report}, [report]
        values = self._point(asof)
        while edge:
            values["at"] = edge.pop()
            for (other,) in self._select(_LINKED, values).fetchall():
                if other not in group and self._shows(other, values):
                    group.add(other)
                    edge.append(other)
        return group

    def _shows(self, report: str, point: Mapping[str, Any]) -> bool:
        number = report_number(originator_id("report", report))
        return self._select(_SHOWS, {**point, "report": number}).fetchone() is not None

    def replaced(self, standing: Sequence[Held], asof: AsOf) -> Mapping[str, Claim]:
        """By claim id: the claim that each standing one replaced, the next in its series."""
        position = self._position(asof)
        before: dict[str, Claim] = {}
        for held in standing:
            place = self._numbers([held.assertion.series.place])
            claims = self._told(self._everything(place, asof, position, "casualties"))
            if claim := replaced_by(held, claims, asof.valid):
                before[held.assertion.claim.claim] = claim
        return before

    # What the log holds, and when

    def pinned(self, asof: AsOf) -> tuple[int, int]:
        """Positions of the last report entry that counts and of the last place redefined."""
        row = self._select(_LAST, (asof.known,)).fetchone()
        state, position, last = self._state(), self._position(asof), row[0] if row else 0
        if last > position or state.mends:
            values = {"known": asof.known, "position": position}
            if last > position:
                last = self._select(_LAST_THEN, values).fetchone()[0]
            if state.mends:
                last = max(last, self._select(_LAST_MEND, values).fetchone()[0])
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
        # Short of the end of time, where the rectangles end that are still open.
        return min(asof.position, self._recorded_position(asof.recorded), OPEN_FUTURE - 1)

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
            rows = self._select(_NAMED_BY, {"known": asof.known, "position": position})
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
        return {place for (place,) in self._select(_MOVED, {**values, "window": window})}

    def turns(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of valid time at which a claim on the place begins, is reached or ends."""
        found: set[Instant] = set()
        everywhen = msgspec.structs.replace(asof, valid=OPEN_FUTURE)
        for row in self._everything(self._numbers([place]), everywhen, self._position(asof)):
            found |= {row[_EARLIEST], row[_REACH], row[_LATEST]}
        return sorted(found - {OPEN_PAST, OPEN_FUTURE})

    def learned(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of knowledge at which something on the place was told, changed or withdrawn."""
        point = self._point(asof)
        now = self._position(asof) >= self.position()
        rows = self._select(_LEARNED_NOW if now else _LEARNED, {**point, "place": place})
        return sorted(instant for (instant,) in rows)

    def foretold(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants up to the cut of knowledge at which what was announced on the place begins."""
        rows = self._select(_FORETOLD, {**self._point(asof), "place": place})
        return sorted(instant for (instant,) in rows)

    def speaking(self, place: str, asof: AsOf, since: Instant) -> Iterable[Candidate]:
        """The claims on the place that speak of valid time from `since` to the cut."""
        values = {**self._point(asof), "place": place, "valid": asof.valid, "since": since}
        told = self._told(self._select(_SPEAKING, values).fetchall())
        for _, same in groupby(told, lambda one: one.assertion.knowledge):
            yield from sorted(same, key=lambda one: one.assertion.claim.report)

    def settled(self, asof: AsOf) -> tuple[int, Instant]:
        """The last entry of a report read, and the last knowledge at the cut."""
        last, known = self._select(
            "SELECT max(position), max(CASE WHEN known <= ? THEN known END) FROM entry"
            " WHERE position <= ?",
            (asof.known, self._position(asof)),
        ).fetchone()
        return last or 0, known or 0

    def report_id(self, prefix: str) -> str:
        """The id of the one report or claim that begins so; of a claim, its report."""
        if self._select("SELECT 1 FROM entry WHERE report = ?", (prefix,)).fetchone():
            return prefix
        low, high = _numbers_of(prefix)
        values = {"low": low, "high": high, "prefix": prefix, "after": prefix + "\U0010ffff"}
        found = [key for (key,) in self._select(_IDS, values)]
        from timeline.fold import only  # here: few questions look ids up

        return only(prefix, sorted(found))

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
        """The places as defined at the cut's position, at the latest when they are first named."""
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
        except _BROKEN as error:
            raise Damaged from error

    def newest(self, asof: AsOf) -> Instant | None:
        """The knowledge of the newest report that counts."""
        row = self._select(
            "SELECT max(known) FROM entry WHERE position <= :position AND known <= :known"
            " AND position NOT IN (SELECT position FROM mend WHERE mended <= :position)",
            self._point(asof),
        ).fetchone()
        return None if row[0] is None else int(row[0])

    # Everything that was told, and what points at it

    def told(
        self, asof: AsOf, *, place: str | None = None, party: str | None = None
    ) -> Sequence[Told]:
        """Every claim as it showed for some time up to the cut of knowledge, in telling order."""
        only = ("AND p.place = :place" if place else "") + (
            " AND s.party = :party" if party else ""
        )
        values = {**self._point(asof), "place": place, "party": party}
        rows = self._select(_TOLD % (only, only), values).fetchall()
        return in_telling_order(
            Told(one.assertion, one.first_known, row[-1] if row[-1] <= asof.known else OPEN_FUTURE)
            for row, one in zip(rows, self._told([row[:-1] for row in rows]), strict=True)
        )

    def linked(self, report: str, asof: AsOf) -> Sequence[tuple[str, str]]:
        """The reports that count and link to this one: (kind of link, report), in order."""
        rows = self._select(_REFERENCES, {**self._point(asof), "report": report})
        return sorted((kind, source) for kind, source in rows)


class ViewBook:
    """The places of the view (`timeline.places.Book`), definitions up to a position."""

    def __init__(self, db: sqlite3.Connection, bound: int) -> None:
        self._select = db.execute
        self._bound = bound
        self._found: dict[str, Place | None] = {}
        self._groups: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[Place]:
        for (place,) in self._select("SELECT DISTINCT place FROM definition").fetchall():
            if found := self.get(place):
                yield found

    def get(self, place: str) -> Place | None:
        """The place of this id."""
        if place not in self._found:
            row = self._select(
                "SELECT content FROM definition WHERE place = ? AND (NOT anew OR position <= ?)"
                " ORDER BY position DESC LIMIT 1",
                (place, self._bound),
            ).fetchone()
            try:
                self._found[place] = decode_place(row[0]) if row else None
            except _BROKEN as error:
                raise Damaged from error
        return self._found[place]

    def named(self, name: str) -> list[str]:
        """The ids of places with this folded name."""
        return self._ids("SELECT place FROM name WHERE name = ?", name)

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent."""
        return self._ids("SELECT lower FROM above WHERE upper = ? AND NOT member", place)

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member."""
        if place not in self._groups:
            rows = self._ids("SELECT upper FROM above WHERE lower = ? AND member", place)
            self._groups[place] = [
                one for one in rows if (group := self.get(one)) and place in group.members
            ]
        return self._groups[place]

    def names(self) -> Iterable[str]:
        """Every folded name."""
        return [name for (name,) in self._select("SELECT DISTINCT name FROM name")]

    def _ids(self, statement: str, value: str) -> list[str]:
        return [row[0] for row in self._select(statement, (value,)).fetchall()]


_TOLD: Final = f"""
SELECT {_COLUMNS}, c.known_to FROM place p CROSS JOIN series s ON s.place = p.id
JOIN claim c ON c.series = s.id
WHERE c.known_from <= :known AND c.rec_from <= :position %s
UNION ALL
SELECT {_PAST_COLUMNS}, c.known_to FROM place p CROSS JOIN past c ON c.place = p.id
JOIN series s ON s.id = c.series
WHERE c.known_from <= :known AND c.rec_from <= :position AND c.rec_to > :position %s
"""
_REFERENCES: Final = """
SELECT DISTINCT kind, one FROM link WHERE other = :report
AND known_from <= :known AND known_to > :known AND rec_from <= :position AND rec_to > :position
"""


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


def _happened(one: Candidate, asof: AsOf, window: Instant) -> Held | None:
    found = happening(one.assertion, one.first_known, asof, window)
    if found is None:
        return None
    how, late = found
    return Held(one.assertion, one.first_known, one.supersedes, how, late=late)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _at(places: Sequence[int]) -> tuple[str, dict[str, Any]]:
    """A condition on the number of a place, and its value; most questions are of one."""
    if len(places) == 1:
        return "= :place", {"place": places[0]}
    return _PLACES, {"places": _json(places)}


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
