"""Histories told in the words of the domain: given reports, known as of a date, the answer says.

A story is filed into a log in memory under a clock of its own: every act is recorded a second after
the one before, from October 2, 2025 on, and `later` sets the clock. Every reader is asked.
"""

import json
import sqlite3
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self, TypedDict, Unpack

import msgspec

from events.canonical import canonical
from events.draft import Draft, draft_from
from events.kinds import Event, stored
from events.place import PlaceDefinition, PlaceRef
from events.when import parse_when, zone_of
from timeline.claims import Claim
from timeline.cuts import Cuts, cuts
from timeline.entries import Bounds, Entry
from timeline.fold import Fold
from timeline.log import MEMORY, Log, LogReader, open_log
from timeline.log.beginning import Beginning
from timeline.log.filing import Correction, Filing, Outcome, Retraction
from timeline.places import Place, resolve
from timeline.questions.known import known
from timeline.reader import Reader
from timeline.situation import Situation
from timeline.view.build import catch_up, rebuild
from timeline.view.files import Files
from timeline.view.read import View
from timeline.view.schema import INDEXES, TABLES

Report = dict[str, Any]
Factory = Callable[[LogReader], Reader]

DAY = 86_400_000_000
SECOND = 1_000_000


class AskedCuts(TypedDict, total=False):
    """The cuts of a question, one by one, or the basis of an answer."""

    valid: str
    known: str
    recorded: str
    basis: str


PLACES: tuple[dict[str, Any], ...] = (
    {"id": "x:land", "name": "Land", "kind": "country"},
    {"id": "x:north", "name": "North", "kind": "oblast", "parent": "x:land"},
    {"id": "x:south", "name": "South", "kind": "oblast", "parent": "x:land"},
    {"id": "x:both", "name": "Both", "kind": "region", "members": ["x:north", "x:south"]},
    {"id": "x:alpha", "name": "Alpha", "kind": "city", "parent": "x:north", "aliases": ["Альфа"]},
    {"id": "x:station", "name": "Alpha Station", "kind": "site", "parent": "x:alpha"},
    {"id": "x:beta", "name": "Beta", "kind": "town", "parent": "x:north"},
    {
        "id": "x:gamma",
        "name": "Gamma",
        "kind": "town",
        "parents": [
            {"id": "x:north", "to": "2025-10-19"},
            {"id": "x:south", "from": "2025-10-20"},
        ],
    },
    {"id": "x:delta", "name": "Delta", "kind": "town", "parent": "x:south"},
)
"""A land of two oblasts; Gamma went from the north to the south on October 20."""


def fold_reader(log: LogReader) -> Reader:
    """The definition of every answer: the pure fold over a whole log."""
    return Fold(rows_of(log))


def view_reader(log: LogReader) -> Reader:
    """The index, caught up row by row."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(TABLES + INDEXES)
    db.execute("INSERT INTO state (one, identity, built) VALUES (1, ?, 1)", (log.identity,))
    for entry in rows_of(log):
        catch_up(db, Beginning(log, entry.position))
    view = View(db)
    weakref.finalize(view, db.close)
    return view


def rebuilt_reader(log: LogReader) -> Reader:
    """The index, built whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = rebuild(log, Files("log", Path(folder)))
        db = sqlite3.connect(":memory:", isolation_level=None)
        with closing(sqlite3.connect(path)) as built:
            built.backup(db)
    view = View(db)
    weakref.finalize(view, db.close)
    return view


READERS: list[Factory] = [fold_reader, view_reader, rebuilt_reader]
"""What must give the same answers: each takes a log and reads it."""


def readers(log: LogReader) -> list[Reader]:
    """Everything that reads a log, but for what is slow to make."""
    return [reader_of(log) for reader_of in READERS if reader_of is not rebuilt_reader]


def rows_of(log: LogReader) -> list[Entry]:
    """Every row of a log."""
    return [entry for batch in log.rows() for entry in batch]


def micros(text: str) -> int:
    """The instant at which a day, or an instant's unit, ends: in microseconds of UTC."""
    latest = parse_when(text, zone_of("UTC")).latest
    assert latest is not None
    return latest


def told(key: str, kind: str, happened: Any, *, by: str = "ua", **rest: Any) -> Report:
    """A report as a document holds it: at Alpha, made known on the day it is about."""
    reported = happened if isinstance(happened, str) else next(iter(happened.values()))
    start: Report = {"id": key, "kind": kind, "place": "Alpha", "happened": happened, "chain": [by]}
    return start | {"reported": reported} | rest


def infiltration(key: str, happened: Any, *, size: str = "200", **rest: Any) -> Report:
    """A status of the forces: troops of Russia are in the place."""
    return told(key, "infiltration", happened, **({"side": "ru", "size": size} | rest))


def clash(key: str, happened: Any, **rest: Any) -> Report:
    """A happening."""
    return told(key, "clash", happened, **rest)


def control(key: str, happened: Any, *shares: Mapping[str, Any], **rest: Any) -> Report:
    """An assessment of control."""
    return told(key, "control_assessment", happened, shares=list(shares), **rest)


def held_by(party: str, share: str | None = None) -> dict[str, str]:
    """A share of a place that a party holds: the whole, unless it is said."""
    return {"status": "held", "by": party} | ({"share": share} if share else {})


def losses(key: str, happened: Any, *, killed: Any = "100", **rest: Any) -> Report:
    """Losses of Russia in a period."""
    return told(key, "casualties", happened, **({"side": "ru", "killed": killed} | rest))


def with_place(event: Event, place: PlaceRef) -> Event:
    """The same report with the place that a look-up found."""
    return event.model_copy(update={"place": place})


def content(report: Report) -> Filing:
    """A report as the log takes it; a bad one fails the test."""
    draft = draft_from(report, file="test", timezone="UTC")
    assert isinstance(draft, Draft), draft
    assert isinstance(draft.place, str)
    found = next((p["id"] for p in PLACES if draft.place in (p["id"], p["name"])), draft.place)
    ref = PlaceRef(
        id=found,
        name=draft.place,
        relation=draft.event.place.relation,
        landmark=draft.event.place.landmark,
    )
    return Filing(draft.key, stored(with_place(draft.event, ref)))


def definition(place: Mapping[str, Any]) -> tuple[str, bytes]:
    """A place as the log takes it."""
    made = PlaceDefinition.model_validate(dict(place), context=zone_of("UTC"))
    return made.id, canonical(made.stored())


def place_of(place: Mapping[str, Any]) -> Place:
    """A place as a book of places takes it."""
    return msgspec.json.decode(definition(place)[1], type=Place)


def correct(log: Log, key: str, content: bytes, *, mend: bool = False) -> Outcome:
    """File another version of a report."""
    (outcome,) = log.file([], amendments=[Correction(key, content, mend)])
    return outcome


def retract(log: Log, key: str, reported: Bounds, reason: str = "in error") -> Outcome:
    """Withdraw a report."""
    (outcome,) = log.file([], amendments=[Retraction(key, reported, reason, "UTC")])
    return outcome


def bounds(text: str) -> Bounds:
    """When a retraction was made known."""
    when = parse_when(text, zone_of("UTC"))
    assert when.latest is not None
    return Bounds(text, when.earliest, when.latest)


class Ticking:
    """A clock that goes on by a second whenever a log looks at it."""

    now: int

    def tick(self) -> int:
        """The next second."""
        self.now += SECOND
        return self.now


class Story(Ticking):
    """A log that grows; each act returns the story, so that acts read in a row."""

    def __init__(self, reports: Iterable[Report] = (), *, places: Any = PLACES) -> None:
        self.now = micros("2025-10-01")
        self.log: Log = open_log(MEMORY, clock=self.tick)
        self._said: dict[str, Report] = {}
        self.log.file([], places=[definition(place) for place in places])
        self.filed(*reports)

    def later(self, day: str) -> Self:
        """Let the clock of the log reach the end of a day."""
        self.now = micros(day)
        return self

    def filed(self, *reports: Report) -> Self:
        """File reports, each an act of its own."""
        for report in reports:
            self.log.file([content(report)])
            self._said.setdefault(content(report).key, report)
        return self

    def corrected(self, key: str, **changes: Any) -> Self:
        """File another version, which differs from the first in `changes`."""
        correct(self.log, key, content(self._said[key] | changes).content)
        return self

    def mended(self, key: str, **changes: Any) -> Self:
        """Put a slip of our own right."""
        correct(self.log, key, content(self._said[key] | changes).content, mend=True)
        return self

    def retracted(self, key: str, reported: str, reason: str = "in error") -> Self:
        """Withdraw a report."""
        retract(self.log, key, bounds(reported), reason)
        return self

    def redefined(self, **place: Any) -> Self:
        """Define a place anew."""
        self.log.file([], places=[definition(place)])
        return self

    def known(
        self,
        place: str = "Alpha",
        on: str | None = None,
        *,
        window: float = 7,
        facet: str | None = None,
        **asked: Unpack[AskedCuts],
    ) -> "Answer":
        """Ask every reader what was known; assert that they agree to the byte."""
        read = cuts(zone_of("UTC"), on=on, **asked)
        answers = [
            ask(reader_of(self.log), place, read, window=int(window * DAY), facet=facet)
            for reader_of in READERS
        ]
        assert len({answer.to_json() for answer in answers}) == 1
        assert len({tuple(one.supersedes for one in answer.held) for answer in answers}) == 1
        return Answer(answers[0])


def given(*reports: Report, places: Any = PLACES) -> Story:
    """A log that holds these reports, filed in this order."""
    return Story(reports, places=places)


def ask(
    reader: Reader, place: str, read: Cuts, *, window: int = 7 * DAY, facet: str | None = None
) -> Situation:
    """The situation of a place, from any reader; `window` in microseconds."""
    return known(reader, place, read, window=window, facet=facet)


class Answer:
    """What a situation says."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation

    def says(self, **expected: str) -> Self:
        """Assert which reports are shown, and how: `gs="certain"`, `mod="certain ended"`."""
        assert self.said() == expected
        return self

    def said(self) -> dict[str, str]:
        """By report: certainty, and whether it is ended or came late."""
        return {claim.report: how(claim) for claim in self.situation.claims}

    def claim(self, report: str) -> Claim:
        """The claim of a report."""
        return next(claim for claim in self.situation.claims if claim.report == report)

    def best(self, report: str) -> Any:
        """The size of which a report's claim speaks, as best stated."""
        return self.claim(report).value["size"]["best"]

    def disputes(self) -> set[tuple[str, ...]]:
        """The pairs of reports that contradict each other."""
        report = {claim.claim: claim.report for claim in self.situation.claims}
        return {
            tuple(sorted((claim.report, report[other])))
            for claim in self.situation.claims
            for other in claim.disputes
        }

    def context(self) -> dict[str, str]:
        """By report: what is claimed of the places above."""
        return {claim.report: how(claim) for claim in self.situation.context}

    def sums(self) -> dict[tuple[str, str, str], tuple[float, float | None, float | None]]:
        """By party, side and measure: low, best, high."""
        return {
            (one.party, one.side, one.measure): (one.low, one.best, one.high)
            for one in self.situation.sums
        }

    def rollup(self) -> dict[str, Any]:
        """What is counted of the places below, zeros left out."""
        assert self.situation.rollup is not None
        counted = {"places": self.situation.rollup.places, **self.situation.rollup.control}
        return {name: count for name, count in counted.items() if count}

    @property
    def bytes(self) -> bytes:
        """The answer as programs get it."""
        return self.situation.to_json()


def how(claim: Claim) -> str:
    """Certainty, and whether a claim is ended or came late, in words."""
    marks = [claim.certainty, *(["ended"] * claim.ended), *(["late"] * claim.late)]
    return " ".join(marks)


def document(folder: Path, *reports: Report, places: Any = (), name: str = "reports") -> Path:
    """A document in a folder, as a user would add it."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"places": list(places), "reports": list(reports)}))
    return path


def place_id(reader: Reader, name: str) -> str:
    """The id that a name leads to."""
    return resolve(name, reader.book()).id
