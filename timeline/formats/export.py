"""What an export holds, piece by piece: of one place, several, or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from events.when import iso
from timeline.asof import Counted, Held, certainty, ended
from timeline.errors import BadQuestion
from timeline.formats.columns import COLUMNS, Cell, Cuts, rows
from timeline.formats.reports import REPORT_COLUMNS, document_form, report_row
from timeline.formats.shown import Shown, counted, entry_at, shown_reports
from timeline.formats.table import BOM, line
from timeline.formats.tables import activity_table, projected_lines, projected_table
from timeline.places import resolve
from timeline.questions.activity import BYS, Activity, activity
from timeline.questions.history import History, history
from timeline.questions.known import situation
from timeline.questions.project import Projected, project
from timeline.situation import Situation, in_order, presented

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline import cuts as asked
    from timeline.claims import Claim
    from timeline.log import LogReader
    from timeline.places import Book
    from timeline.projections import Loaded
    from timeline.questions.project import Kept
    from timeline.reader import Reader

What = Literal["situation", "claims", "reports", "history", "activity", "projection"]
Format = Literal["csv", "jsonl", "json"]

WHATS: Final[tuple[What, ...]] = ("situation", "claims", "reports", "history", "activity")
"""What comes with the program; a projection is exported by its own name."""
FORMATS: Final[tuple[Format, ...]] = ("csv", "jsonl", "json")
HISTORY_COLUMNS: Final = ("day", "change", "replaces", *COLUMNS)
"""The columns of a history: on which day of valid time a claim came, or went."""

_PLACES_AT_ONCE: Final = 250
_json = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to export. Places are as users name them, none for all; the rest is in microseconds.

    `projection` goes with `projected`, where its rows are kept between questions.
    """

    what: What
    form: Format
    places: Sequence[str] = ()
    facet: str | None = None
    window: Instant
    since: Instant | None = None
    until: Instant | None = None
    projection: Loaded | None = None
    projected: Kept | None = None
    raw: bool = False
    bom: bool = False


@dataclass(slots=True)
class Export:
    """One export: `parts` streams its bytes and, as they are read, `counts` what they hold."""

    log: LogReader
    reader: Reader
    zone: tzinfo
    cuts: asked.Cuts
    wanted: Wanted
    book: Book = field(init=False)
    places: list[str] = field(init=False)
    basis: str = field(init=False)
    counts: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        """Look the places up; raises `UnknownPlace`, `AmbiguousPlace`."""
        asof, wanted = self.cuts.asof, self.wanted
        self.book = self.reader.book(asof)
        self.basis = self.cuts.pinned(*self.reader.pinned(asof))
        named = dict.fromkeys(resolve(place, self.book).id for place in wanted.places)
        self.places = list(named) or sorted(self.reader.reported_places(asof))
        since, until = wanted.since, wanted.until
        if since is not None and until is not None and until < since:
            raise BadQuestion("--to lies before --from; write the earlier date first")

    def parts(self) -> Iterator[bytes]:
        """The bytes of the export, in pieces."""
        if self.wanted.form == "csv":
            yield from self._csv()
        elif self.wanted.form == "jsonl" or self._is_one():
            for record in self._records():
                yield record + b"\n"
        else:
            before = b"["
            for record in self._records():
                yield before + record
                before = b",\n"
            yield b"]\n" if before == b",\n" else b"[]\n"

    def _is_one(self) -> bool:
        """Whether an object, not a list, answers: of one place, or of all at once."""
        if self.wanted.what in ("activity", "projection"):
            return True
        return len(self.wanted.places) == 1 and self.wanted.what in ("situation", "history")

    def _csv(self) -> Iterator[bytes]:
        if self.wanted.bom:
            yield BOM
        header, table = self._table()
        yield line(header, raw=True)
        for row in table:
            self.counts["rows"] += 1
            yield line(row, raw=self.wanted.raw)

    def _table(self) -> tuple[Sequence[str], Iterator[list[Cell]]]:
        match self.wanted.what:
            case "situation":
                return COLUMNS, self._situation_rows()
            case "claims":
                return COLUMNS, self._claim_rows()
            case "reports":
                return REPORT_COLUMNS, self._report_rows()
            case "history":
                return HISTORY_COLUMNS, self._history_rows()
            case "activity":
                return activity_table(self._activity(), self.book)
            case "projection":
                return projected_table(self._projected())

    def _records(self) -> Iterator[bytes]:
        whole = self.wanted.form == "json"
        match self.wanted.what:
            case "situation":
                return self._situations()
            case "claims":
                return (_json(claim) for claim, _, _ in self._claims())
            case "reports":
                return self._reports()
            case "history":
                return (one.to_json() for one in self._histories())
            case "activity":
                counted = self._activity()
                return iter([counted.to_json()] if whole else map(_json, counted.rows))
            case "projection":
                made = self._projected()
                return iter([made.to_json()] if whole else map(_json, projected_lines(made)))

    def _situations(self) -> Iterator[bytes]:
        for place in self.places:
            answer = self._situation(place)
            self._count(answer.claims)
            yield answer.to_json()

    def _situation_rows(self) -> Iterator[list[Cell]]:
        asof, wanted = self.cuts.asof, self.wanted
        cuts = Cuts(self._iso("known"), self._iso("valid"), self.basis)
        # Without the context and the roll-ups of whole answers, many places are read at once.
        for at in range(0, len(self.places), _PLACES_AT_ONCE):
            places = self.places[at : at + _PLACES_AT_ONCE]
            held = self.reader.held(places, asof, wanted.window, wanted.facet)
            marks = self.reader.marks(
                {one.assertion.claim.report for claims in held.values() for one in claims}, asof
            )
            for place in places:
                ordered = in_order(held[place], asof.valid)
                claims = presented(ordered, marks)[0]
                self.counts["places"] += 1
                self._count(claims)
                for claim, one in zip(claims, ordered, strict=True):
                    yield from rows(claim, self.book.get(place), one.supersedes, cuts)

    def _claims(self) -> Iterator[tuple[Claim, Held, str]]:
        """Every claim that holds, by place; those that stand as the situation shows them."""
        by_place: dict[str, list[Shown]] = {place: [] for place in self.places}
        for one in shown_reports(self.log, self.cuts.asof):
            if one.place in by_place:
                by_place[one.place].append(one)
        for place, shown in by_place.items():
            answer = self._situation(place)
            standing = {claim.claim: claim for claim in answer.claims}
            rest = [
                held
                for one in shown
                if (held := self._held(counted(self.log, one)))
                and held.assertion.claim.claim not in standing
            ]
            marks = self.reader.marks(
                {held.assertion.claim.report for held in rest}, self.cuts.asof
            )
            for held in in_order([*answer.held, *rest], self.cuts.asof.valid):
                claim = standing.get(held.assertion.claim.claim)
                if claim is None:  # replaced, or out of the window: a rival of nothing that stands
                    claim = presented([held], marks)[0][0]
                self._count([claim])
                yield claim, held, place

    def _held(self, one: Counted) -> Held | None:
        claim, valid = one.version.assertion, self.cuts.asof.valid
        if claim is None or self.wanted.facet not in (None, claim.series.facet):
            return None
        how = certainty(claim, valid)
        if how is None:
            return None
        over = claim.read_as == "status" and ended(claim, valid)
        return Held(claim, one.first_known, one.supersedes, how, ended=over)

    def _claim_rows(self) -> Iterator[list[Cell]]:
        cuts = Cuts(self._iso("known"), self._iso("valid"), self.basis)
        for claim, held, place in self._claims():
            yield from rows(claim, self.book.get(place), held.supersedes, cuts)

    def _stored(self) -> Iterator[tuple[str, bytes]]:
        """Id and stored form of the reports that count."""
        places = set(self.places) if self.wanted.places else None
        for one in shown_reports(self.log, self.cuts.asof):
            if places is None or one.place in places:
                self.counts["reports"] += 1
                yield one.key, entry_at(self.log, one.position).content

    def _reports(self) -> Iterator[bytes]:
        for key, content in self._stored():
            yield _json(document_form(key, content, self.book))

    def _report_rows(self) -> Iterator[list[Cell]]:
        known = self._iso("known")
        for key, content in self._stored():
            yield report_row(key, content, known, self.basis)

    def _histories(self) -> Iterator[History]:
        wanted = self.wanted
        for place in self.places:
            answer = history(
                self.reader,
                place,
                self.cuts,
                self.zone,
                since=wanted.since,
                until=wanted.until,
                facet=wanted.facet,
            )
            self.counts["places"] += 1
            self.counts["steps"] += len(answer.steps)
            yield answer

    def _history_rows(self) -> Iterator[list[Cell]]:
        for answer in self._histories():
            yield from history_rows(answer, self.book)

    def _activity(self) -> Activity:
        wanted = self.wanted
        answer = activity(
            self.reader,
            wanted.places,
            self.cuts,
            self.zone,
            since=wanted.since,
            until=wanted.until,
            by=BYS,
        )
        self.counts["reports"] += answer.total.reports
        return answer

    def _projected(self) -> Projected:
        wanted = self.wanted
        if wanted.projection is None:
            raise BadQuestion("which projection is not said; write its name")
        answer = project(
            self.reader,
            wanted.projection,
            wanted.places,
            self.cuts,
            self.zone,
            wanted.projected,
        )
        self.counts["places"] += len(answer.places)
        return answer

    def _situation(self, place: str) -> Situation:
        wanted = self.wanted
        self.counts["places"] += 1
        return situation(
            self.reader, self.book, place, self.cuts, facet=wanted.facet, window=wanted.window
        )

    def _count(self, claims: Sequence[Claim]) -> None:
        self.counts["claims"] += len(claims)

    def _iso(self, clock: Literal["known", "valid"]) -> str:
        return iso(getattr(self.cuts.asof, clock))


def history_rows(answer: History, book: Book) -> Iterator[list[Cell]]:
    """A history as rows, in the order of `HISTORY_COLUMNS`: a day's additions first."""
    place = book.get(answer.place.id)
    for step in answer.steps:
        cuts = Cuts(answer.known, step.valid, answer.basis)
        changes = [
            *(("added", claim, None) for claim in step.added),
            *(("replaced", pair.new, pair.old.claim) for pair in step.replaced),
            *(("withdrawn", claim, None) for claim in step.withdrawn),
        ]
        for change, claim, replaces in changes:
            for row in rows(claim, place, None, cuts):
                yield [step.day, change, replaces, *row]
