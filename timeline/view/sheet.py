"""The rows of a view that entries come to, before anything is looked up in it. Pure.

A sheet travels between processes, so that it holds plain values: places and series are named in it,
and get their numbers from whoever writes it down.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from events.when import Instant, is_zone  # its field types are looked up
from timeline import entries
from timeline.asof import Version, version_of, with_next
from timeline.claims import OPEN_FUTURE, Telling, Words, asserting, telling_of
from timeline.decoding import UNFORESEEN, unreadable
from timeline.view.rectangles import Rectangle, rectangles
from timeline.view.schema import READINGS, level, report_number
from timeline.view.tiles import leaf_hashes

if TYPE_CHECKING:
    from timeline.entries import Entry

CLAIM_COLUMNS: Final = (
    "series, place, role, level, reach, earliest, latest, known_from, report, words, first_known,"
    " known_to, rec_from, supersedes"
)
"""The columns of a row of `Sheet.claims`."""
CLAIM_VALUES: Final = ", ".join("?" for _ in CLAIM_COLUMNS.split(","))
"""Room for a value of each."""

_role: Final = {reading: READINGS.index(reading) for reading in READINGS}
_DEFINING: Final = entries.PLACE_TOPICS | entries.PARTY_TOPICS
_json = msgspec.json.Encoder().encode


class Definition(NamedTuple):
    """A place or a party as an entry defines it; `content` is JSON."""

    topic: str
    position: int
    content: bytes


class Order(msgspec.Struct, array_like=True, gc=False):
    """What a batch says of the log itself: of each entry where and when it came, and its leaf.

    `recorded` is the least record time. `stairs` has the last position by knowledge, which only
    rises, `ticks` the last by record time. `doubts` are the positions of entries that are not as a
    log is written; `verify` tells what is wrong.
    """

    position: int
    recorded: Instant
    hashes: bytes
    entries: list[tuple[int, Instant, str | None]]
    stairs: list[tuple[Instant, int]]
    tally: list[tuple[str, int, Instant, Instant]]
    ticks: list[tuple[Instant, int]]
    doubts: list[int]
    definitions: list[Definition]


class Sheet(msgspec.Struct, array_like=True, gc=False):
    """Rows of a view: of a batch with its `order`, or of reports of several versions without one.

    `series` are those of its claims, each once, as JSON. A row of `claims` begins with the number
    of one of these, and room for that of its place; a row of `past` is one that ends with `rec_to`.
    `changed` has the places that reports of several versions name, with the last entry of each
    report, `mended` those of reports with a mend, which may have taken a name out. `cited` are the
    citations of reports, as `entries.citation` numbers them, those of earlier versions among them.
    """

    order: Order | None = None
    series: list[bytes] = []
    claims: list[list[Any]] = []
    past: list[list[Any]] = []
    marks: list[tuple[Any, ...]] = []
    links: list[tuple[Any, ...]] = []
    names: list[tuple[str, Instant, int, int, int]] = []
    changed: list[tuple[int, str]] = []
    mends: list[list[tuple[int, Instant, int]]] = []
    mended: list[str] = []
    cited: list[tuple[int, str]] = []

    @property
    def position(self) -> int:
        """The last entry of its batch."""
        return self.order.position if self.order else 0


def laid_out(batch: Sequence[Entry], after: int, several: Container[str]) -> Sheet:
    """The entries right behind a position, without the reports of `several` versions.

    `several` holds the ids of aggregates. StoreError where entries are missing.
    """
    series: dict[bytes, int] = {}
    claims: list[list[Any]] = []
    apart: list[Rectangle] = []
    cited: list[tuple[int, str]] = []
    try:
        for entry in batch:
            if (report := entry.report) is None or entry.originator in several:
                continue
            known, position = report.reported.latest, entry.position
            if (told := telling_of(entry)) is not None:
                row = _own(told, entry, series)
                row += known, OPEN_FUTURE, position, None
                claims.append(row)
            if told is None or report.links:
                apart.append(Rectangle(version_of(entry), OPEN_FUTURE, known, None, position))
            if (citation := entries.citation(report.source)) is not None:
                cited.append((citation, entry.key))
    except UNFORESEEN as error:  # of a row that was edited by hand, or damaged
        raise unreadable(entry.position, entry.topic, error) from error
    silent = [[one.version] for one in apart if one.version.assertion is None]
    marks, links, names = _marks(apart), _links(apart), _names(silent)
    sheet = Sheet(_order(batch, after), list(series), claims, [], marks, links, names)
    sheet.cited = cited
    return sheet


def _order(batch: Sequence[Entry], after: int) -> Order:
    rows: list[tuple[int, Instant, str | None]] = []
    stairs: list[tuple[Instant, int]] = []
    told: dict[str, list[Instant]] = {}
    ticks: dict[Instant, int] = {}
    doubts: list[int] = []
    last = 0
    for entry in batch:
        topic, position, known = entry.topic, entry.position, entry.knowledge
        if topic in told:
            told[topic].append(known)
        else:
            told[topic] = [known]
        if topic in entries.REPORT_TOPICS:
            rows.append((position, known, entry.key if entry.version == 1 else None))
            while stairs and stairs[-1][0] >= known:
                stairs.pop()
            stairs.append((known, position))
        ticks[recorded := entry.recorded] = position
        zone = entry.timezone
        if recorded < last or not entry.filed_right or (zone and not is_zone(zone)):
            doubts.append(position)
        last = max(last, recorded)
    return Order(
        batch[-1].position,
        min(ticks),
        leaf_hashes(batch, after),
        rows,
        stairs,
        [(topic, len(all_), min(all_), max(all_)) for topic, all_ in told.items()],
        list(ticks.items()),
        doubts,
        [
            Definition(one.topic, one.position, one.content)
            for one in batch
            if one.topic in _DEFINING
        ],
    )


def laid_again(histories: Iterable[Sequence[Entry]]) -> Sheet:
    """Reports of several versions, each with all that it has: their rectangles."""
    sheet, series = Sheet(), dict[bytes, int]()
    for history in histories:
        versions: list[Version] = []
        laid: dict[int, tuple[Telling, Entry]] = {}
        for entry in history:
            if entry.topic in entries.REPORT_TOPICS:
                try:
                    version, telling = _version(entry)
                except UNFORESEEN as error:
                    raise unreadable(entry.position, entry.topic, error) from error
                versions.append(version)
                if telling:
                    laid[entry.position] = telling, entry
        shown = rectangles(versions)
        for one in shown:
            if (own := laid.get(one.version.entry.position)) is not None:
                row = _own(*own, series)
                row += one.first_known, one.known_to, one.rec_from, one.supersedes
                if one.rec_to == OPEN_FUTURE:
                    sheet.claims.append(row)
                else:
                    row.append(one.rec_to)
                    sheet.past.append(row)
        sheet.marks += _marks(shown)
        sheet.links += _links(shown)
        sheet.names += _names([versions])
        sheet.cited += [
            (citation, entry.key)
            for entry in history
            if entry.report and (citation := entries.citation(entry.report.source)) is not None
        ]
        named = {one.entry.report.place.id for one in versions if one.entry.report}
        sheet.changed += [(versions[-1].entry.position, place) for place in sorted(named)]
        if mends := [
            (before.entry.position, before.knowledge, after.entry.position)
            for before, after in pairwise(versions)
            if after.mend
        ]:
            sheet.mends.append(mends)
            sheet.mended += sorted(named)
    sheet.series = list(series)
    return sheet


def _version(entry: Entry) -> tuple[Version, Telling | None]:
    """A report's entry as the rule sees it, its value left as JSON."""
    told = telling_of(entry)
    if told is None:
        return version_of(entry), None
    mend = entry.topic == entries.MENDED
    asserted = asserting(told, Words(*told.words))
    return Version(entry, told.knowledge, mend=mend, assertion=asserted), told


def _own(told: Telling, entry: Entry, series: dict[bytes, int]) -> list[Any]:
    """The columns of a claim that its version says by itself."""
    earliest, reach, known = told.earliest, told.reach, told.knowledge
    return [
        series.setdefault(_json(told.series), len(series)),
        None,
        _role[told.read_as] + (told.capped or earliest >= known),
        level(earliest, reach),
        reach,
        earliest,
        told.latest,
        known,
        report_number(entry.originator),
        _json(told.words),
    ]


def _names(reports: Iterable[Sequence[Version]]) -> list[tuple[str, Instant, int, int, int]]:
    """Which places versions name, where no row of `claims` says it for good."""
    return [
        (
            version.entry.report.place.id,
            version.knowledge,
            version.entry.position,
            after.entry.position if after and after.mend else OPEN_FUTURE,
            report_number(version.entry.originator),
        )
        for versions in reports
        for version, after in with_next(versions)
        if version.entry.report
    ]


def _marks(shown: Iterable[Rectangle]) -> list[tuple[Any, ...]]:
    return [
        (mark.report, mark.by, mark.status, mark.claim, one.version.entry.key, *_bounds(one))
        for one in shown
        if (mark := one.version.mark)
    ]


def _links(shown: Iterable[Rectangle]) -> list[tuple[Any, ...]]:
    return [
        (one.version.entry.key, kind, other, *_bounds(one))
        for one in shown
        if one.version.entry.report
        for kind, others in one.version.entry.report.links.items()
        for other in others
    ]


def _bounds(one: Rectangle) -> tuple[Instant, Instant, int, int, int]:
    """The bounds of a rectangle, and its report."""
    report = report_number(one.version.entry.originator)
    return one.known_from, one.known_to, one.rec_from, one.rec_to, report
