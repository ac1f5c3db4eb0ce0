"""From documents to the log: read, look places up, check the whole file, file it in batches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from events.canonical import canonical
from events.document import Problem
from events.lines import REMEMBERED
from events.when import WhenError, parse_when, quoted, zone_of
from timeline import entries
from timeline.atlas.book import is_id
from timeline.checking import Checked
from timeline.errors import BadReport, Conflict, PlaceError
from timeline.gazetteer import Gazetteer, open_gazetteer
from timeline.incoming import Incoming, open_document
from timeline.log.filing import Correction, Outcome, Parted, Retraction, SealedReport
from timeline.log.rows import content_of
from timeline.rehearsal import Rehearsal
from timeline.shipped import shipped_parties
from timeline.spool import Spool

if TYPE_CHECKING:
    from events.attribution import Party
    from events.lines import NamedPlace
    from timeline.atlas.shelf import Note
    from timeline.log import Log
    from timeline.parties import Party as PartyOfLog
    from timeline.places import Place
    from timeline.rehearsal import OutcomesOf

BATCH: Final = 40_000
"""Reports in one transaction of the log.

Ids are random, so that a transaction touches most pages of the index: fewer of them write less.
"""
READ: Final = 5_000
"""Reports that are looked up and checked at once."""

# As many characters as a paragraph of a report may have.
_LONGEST_REASON: Final = 4_000
_KNOWN: Final = Outcome.known
_LOCATOR: Final = b'"locator":'
_LINKS: Final = b'"links":{'
_CHECKS: Final = b'"kind":"verification"'


@dataclass(slots=True)
class Remarks:
    """What is worth a note in reports that are taken as they are."""

    unlisted: set[str] = field(default_factory=set)
    """Parties that no list names: taken as they are."""
    taken: dict[str, str] = field(default_factory=dict)
    """Places that neither log nor seeds know, and the gazetteers that they came from."""
    passed_over: dict[str, None] = field(default_factory=dict)
    """Places that reports define otherwise than they are known, which stay as they are."""
    cited: dict[str, str] = field(default_factory=dict)
    """Reports, and for each one that was read at the same locator of the same source."""
    adrift: dict[str, str] = field(default_factory=dict)
    """Ids that reports link to or check and that no report has, each with one that does."""
    undefined: list[str] = field(default_factory=list)
    """What places are defined to lie in or be made up of, and no place is."""


@dataclass(slots=True)
class Added(Remarks):
    """What became of the reports of one or more documents."""

    filed: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    """The ids of reports that are there with other content, once for each problem of it."""
    empty: list[str] = field(default_factory=list)
    """Streams without a line: not wrong, since there may be no news, but worth a note."""
    zones: set[str] = field(default_factory=set)
    """Whose days the dates of reports are, as far as their first tells, where not the log's."""

    def __str__(self) -> str:
        return f"filed {self.filed}, already known {self.known}, problems {self.wrong}"

    @property
    def wrong(self) -> int:
        """How many problems there are, with those that are not listed."""
        return sum(one.stands_for for one in self.problems)

    def take(self, whole: Whole) -> None:
        """Take in what is to be told of a document."""
        self.problems += whole.problems
        self.clashes += whole.clashes
        self.unlisted |= whole.unlisted
        self.cited |= whole.cited
        self.zones |= whole.zones


@dataclass(slots=True)
class Corrected(Remarks):
    """What became of a correction."""

    outcome: Outcome = Outcome.known


Placed = dict[tuple[str, "NamedPlace"], bytes | PlaceError]
"""Canonical JSON of places, or why there is none, by how they are written."""


@dataclass(slots=True)
class Alongside:
    """What goes into the log with reports, and what stands in the way of some."""

    places: dict[tuple[str, bytes], None] = field(default_factory=dict)
    """Definitions as the log takes them, each once and in order: a place may have two."""
    parties: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    """The ids of reports that are there with other content, once for each problem of it."""
    unlisted: set[str] = field(default_factory=set)
    """Parties that no list names."""
    sides: set[str] = field(default_factory=set)
    """The parties and sides that the reports tell of."""


@dataclass(slots=True)
class Batch(Alongside):
    """Some reports, as the log takes them."""

    reports: list[Parted] = field(default_factory=list)
    lines: list[int | None] = field(default_factory=list)
    """The line of each, for a problem that only the log can find."""


@dataclass(slots=True)
class Whole(Alongside):
    """A whole document, but for its reports, which may be more than memory should hold."""

    empty: bool = False
    """Whether it holds nothing."""
    cited: dict[str, str] = field(default_factory=dict)
    zones: set[str] = field(default_factory=set)
    """Both as in `Added`."""
    named: dict[str, str] = field(default_factory=dict)
    """Ids that its new reports link to or check, each with one that does; only so many."""

    def take(self, batch: Batch) -> None:
        """Take in what goes with some of its reports."""
        self.places |= batch.places
        self.parties |= batch.parties
        self.problems += batch.problems
        self.clashes += batch.clashes
        self.unlisted |= batch.unlisted
        self.sides |= batch.sides


class Intake(Protocol):
    """What adding asks of a log."""

    @property
    def timezone(self) -> str:
        """The IANA name of the zone of dates that come without one."""

    def check(self, filings: Sequence[Parted]) -> list[Outcome]:
        """What `file` would make of these, with nothing written."""

    def file(
        self,
        filings: Sequence[SealedReport],
        *,
        places: Sequence[tuple[str, bytes]] = ...,
        parties: Sequence[tuple[str, bytes]] = ...,
    ) -> list[Outcome]:
        """File these as one transaction."""

    def versions(self, originator: str) -> Sequence[entries.Entry]:
        """Every row of one report."""


# The parties that a log names, by id.
Parties = Callable[[], "Mapping[str, PartyOfLog]"]
# The reports that were read at each of some citations.
Cited = Callable[[Collection[int]], Mapping[int, Sequence[str]]]


class _Sourced(msgspec.Struct):
    source: entries.StoredSource


class _Zoned(msgspec.Struct):
    timezone: str


class _Linking(msgspec.Struct):
    links: dict[str, list[str]]


class _Check(msgspec.Struct):
    report: str


class _Checking(msgspec.Struct):
    value: _Check


_sourced = msgspec.json.Decoder(_Sourced).decode
_zoned = msgspec.json.Decoder(_Zoned).decode
_linking = msgspec.json.Decoder(_Linking).decode
_checking = msgspec.json.Decoder(_Checking).decode


class Citations:
    """Where in their sources new reports were read, and which others were read there.

    Two reports of one document are two things that its author found there; those of several may be
    one thing filed twice.
    """

    def __init__(self, cited: Cited) -> None:
        self._cited = cited
        self._here: dict[int, tuple[str, str]] = {}

    def before(self, reports: Iterable[Parted], file: str) -> dict[str, str]:
        """By the id of a new report of a document: one of the log, or of another, read there.

        Of the documents at hand only so many are remembered.
        """
        told = {
            one.key: citation
            for one in reports
            if _LOCATOR in one.public
            and (citation := entries.citation(_sourced(one.public).source)) is not None
        }
        if not told:
            return {}
        if len(self._here) > REMEMBERED:
            self._here.clear()
        known = self._cited(set(told.values()))
        found = {}
        for key, citation in told.items():
            there, other = self._here.setdefault(citation, (file, key))
            if others := [one for one in known.get(citation, ()) if one != key]:
                found[key] = others[0]
            elif there != file:
                found[key] = other
        return found


class Speakers:
    """Who is in a list of parties: of the documents at hand, of the log, or the shipped one.

    What the log says of a party stands until a document defines it anew.
    """

    def __init__(
        self,
        versions: Callable[[str], Sequence[entries.Entry]],
        own: Iterable[Party],
        others: Collection[str] = (),
    ) -> None:
        self._versions = versions
        self._own = {party.id for party in own}
        self._others = others
        self._in_log: dict[str, bool] = {}

    def speak(self, spoken: Iterable[str], batch: Batch) -> None:
        """Add shipped parties that the log lacks to a batch, and who is in no list to its notes."""
        shipped = shipped_parties()
        for party in spoken:
            if party in self._own or self._is_in_log(party):
                continue
            if party in shipped:
                batch.parties[party] = party_content(shipped[party])
            elif party not in self._others:
                batch.unlisted.add(party)

    def _is_in_log(self, party: str) -> bool:
        if len(self._in_log) > REMEMBERED:
            self._in_log.clear()
        if party not in self._in_log:
            self._in_log[party] = bool(self._versions(entries.originator_id("party", party)))
        return self._in_log[party]


def _referring(reports: Iterable[Parted]) -> Iterator[tuple[str, str]]:
    """Each id that reports link to or check, with the report that does."""
    for one in reports:
        if _LINKS in one.public:
            for others in _linking(one.public).links.values():
                yield from ((other, one.key) for other in others)
        if _CHECKS in one.public:
            yield _checking(one.public).value.report, one.key


def add(
    log: Intake,
    places: Iterable[Place],
    paths: Sequence[Path | str],
    *,
    dry_run: bool = False,
    keep_going: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    note: Note = lambda _: None,
    cited: Cited = lambda _: {},
    parties: Parties = dict,
) -> Added:
    """File documents, each whole or not at all; with `keep_going` the good reports of each.

    `progress` is told of every further number of reports read, `note` of what takes a while, and
    `cited` tells which reports were read where others were, as `Reader.cited` does, and `parties`
    which ones the log names, as `Reader.parties` does.
    """
    gazetteer = open_gazetteer(places, note)
    added = Added(taken=gazetteer.taken, passed_over=gazetteer.passed_over)
    named: dict[str, str] = {}
    documents = [open_document(path, log.timezone) for path in paths]
    at_hand = [party for document in documents for party in document.parties]
    listed = {party.id for party in at_hand}
    sides: set[str] = set()
    with Rehearsal(log.check) as rehearsal:
        adding = _Adding(log, rehearsal, gazetteer, listed, Citations(cited), progress)
        for document in _in_turn(documents, gazetteer, keep_going=keep_going):
            gazetteer.begin(document.defined)
            with Spool() as spool:
                whole = adding.spool(document, spool)
                sides |= whole.sides
                added.take(whole)
                if whole.empty:
                    added.empty.append(document.name)
                if keep_going or not whole.problems:
                    _file(log, spool, whole, added, rehearsal if dry_run else None)
                    gazetteer.filed(whole.places)
                    named = whole.named | named
        for key in rehearsal.ids():
            named.pop(key, None)
    added.adrift = _adrift(log, named)  # reports may name one another, and are all there only now
    added.unlisted |= _strangers(sides, at_hand, parties)
    added.undefined = gazetteer.undefined()
    added.problems = _in_order(added.problems, documents)
    return added


def _adrift(log: Intake, named: Mapping[str, str]) -> dict[str, str]:
    """Those of the ids that reports name which no report has, each with one that names it."""
    return {
        other: key
        for other, key in named.items()
        if not log.versions(entries.originator_id("report", other))
    }


def _strangers(sides: set[str], at_hand: Iterable[Party], parties: Parties) -> set[str]:
    """Those of some sides that no list has, as a party or a party's side, capitals or not."""
    lists: tuple[Callable[[], Iterable[Party | PartyOfLog]], ...] = (
        lambda: at_hand,
        lambda: shipped_parties().values(),
        lambda: parties().values(),  # last: it reads every party of the log
    )
    for listed in lists:
        if not sides:
            break
        names = {name.casefold() for one in listed() for name in (one.id, one.side) if name}
        sides = {side for side in sides if side.casefold() not in names}
    return sides


def _in_order(problems: Iterable[Problem], documents: Iterable[Incoming]) -> list[Problem]:
    """As the documents were given, and from line to line; once each, however many have it."""
    order = {document.name: at for at, document in enumerate(documents)}
    return sorted(dict.fromkeys(problems), key=lambda one: (order[one.file], one.line or 0))


def _in_turn(
    documents: Sequence[Incoming], gazetteer: Gazetteer, *, keep_going: bool
) -> Iterator[Incoming]:
    """Documents to be read, each once the places that it may use are known; refused ones last."""
    sound = [document for document in documents if keep_going or not document.problems]
    refused = [document for document in documents if not keep_going and document.problems]
    for document in sound:  # any document may use the places of any other
        _define(document, gazetteer)
    yield from sound
    for document in refused:  # nothing that is filed may be in their places
        _define(document, gazetteer)
        yield document


def _define(document: Incoming, gazetteer: Gazetteer) -> None:
    """Take in the places that a document defines, whatever is wrong with its reports."""
    gazetteer.begin()
    for definition, line in zip(document.places, document.place_lines, strict=True):
        try:
            document.defined += gazetteer.define(definition)
        except PlaceError as error:
            document.problems += (
                _misplaced(document.name, line, f"places: {definition.id}", error),
            )


def _misplaced(file: str, line: int | None, where: str, error: PlaceError) -> Problem:
    return Problem(file, line, f"{where}: {error.what}", error.right)


def _misnamed(document: Incoming, gazetteer: Gazetteer) -> Iterator[Problem]:
    """What is wrong with the places of reports that are wrong otherwise too."""
    for written, line in document.unread:
        try:
            gazetteer.find(written)
        except PlaceError as error:
            yield _misplaced(document.name, line, "place", error)


@dataclass(slots=True)
class _Adding:
    """What the documents that are added at once have in common."""

    log: Intake
    rehearsal: Rehearsal
    gazetteer: Gazetteer
    listed: Collection[str]
    """The parties that any of the documents defines."""
    citations: Citations
    progress: Callable[[int], None]

    def spool(self, document: Incoming, spool: Spool) -> Whole:
        """Check a whole document into the spool; returns what it defines and all that is wrong."""
        whole = Whole(
            places=dict.fromkeys(document.defined),
            parties={party.id: party_content(party) for party in document.parties},
            problems=list(document.problems),
            empty=not (document.places or document.parties or document.problems),
        )
        whole.problems += _misnamed(document, self.gazetteer)
        speakers = Speakers(self.log.versions, document.parties, self.listed)
        drafts = iter(document.drafts)
        found: Placed = {}
        while some := list(islice(drafts, READ)):
            if len(found) > REMEMBERED:
                found.clear()
            whole.empty = False
            batch = gather(some, self.gazetteer, speakers, found)
            new = _sift(self.rehearsal.check, spool, batch, document.name)
            whole.take(batch)
            zones = {_zoned(one.public).timezone for one in new[:1]}
            whole.zones |= zones - {self.log.timezone}
            whole.cited |= self.citations.before(new, document.name)
            if len(whole.named) < REMEMBERED:
                whole.named = dict(_referring(new)) | whole.named
            self.progress(len(some))
        for key, line in spool.settle():
            whole.clashes.append(key)
            what = f"{key} is in this file before with other content"
            whole.problems.append(Problem(document.name, line, what, "give each report its own id"))
        return whole


def _sift(check: OutcomesOf, spool: Spool, batch: Batch, file: str) -> list[Parted]:
    """Spool what is new in a batch; a problem for each report with other content in the log."""
    new: list[Parted] = []
    for each in _once_each(list(zip(batch.reports, batch.lines, strict=True))):
        try:
            outcomes = check([one for one, _ in each])
        except Conflict as conflict:
            clashing = set(conflict.keys)
            for one, line in each:
                if one.key in clashing:
                    batch.clashes.append(one.key)
                    batch.problems.append(_clash(file, one.key, line))
            sound = [pair for pair in each if pair[0].key not in clashing]
            outcomes = check([one for one, _ in sound])
        else:
            sound = each
        fresh = sound
        known: list[str] = []
        if _KNOWN in outcomes:
            told = list(zip(sound, outcomes, strict=True))
            fresh = [pair for pair, outcome in told if outcome is not _KNOWN]
            known = [pair[0].key for pair, outcome in told if outcome is _KNOWN]
        spool.add([one for one, _ in fresh], [line for _, line in fresh], known)
        new += [one for one, _ in fresh]
    return new


Lined = list[tuple[Parted, int | None]]
"""Reports, each with its line."""


def _once_each(reports: Lined) -> list[Lined]:
    """The reports of a batch, in groups in which no id comes twice."""
    seen: dict[str, int] = {}
    groups: list[Lined] = []
    for pair in reports:
        before = seen[pair[0].key] = seen.get(pair[0].key, -1) + 1
        if before == len(groups):
            groups.append([])
        groups[before].append(pair)
    return groups


def _clash(file: str, key: str, line: int | None) -> Problem:
    return Problem(
        file,
        line,
        f"{key} is already filed with other content",
        "use `correct` to change it, or give this report an id of its own",
    )


def _file(
    log: Intake, spool: Spool, whole: Whole, added: Added, rehearsal: Rehearsal | None
) -> None:
    """File what was spooled, batch by batch; definitions go with the first.

    In a dry run it goes into `rehearsal` alone.
    """
    added.known += spool.known
    if rehearsal is not None:
        added.filed += spool.fresh
        rehearsal.file(spool)
        return
    places, parties = list(whole.places), list(whole.parties.items())
    batches = spool.batches(BATCH)
    for filings in chain([next(batches, [])], batches):
        outcomes = log.file(filings, places=places, parties=parties)
        places, parties = [], []
        known = outcomes.count(_KNOWN)
        added.known += known
        added.filed += len(outcomes) - known
        del filings  # before the next ones, which take as much room


def gather(
    drafts: Iterable[Checked | Problem],
    gazetteer: Gazetteer,
    speakers: Speakers,
    found: Placed | None = None,
) -> Batch:
    """Look up the place of every draft, but for those `found` before in the same document."""
    batch = Batch()
    spoken: set[tuple[str, ...]] = set()
    places = {} if found is None else found
    for draft in drafts:
        if isinstance(draft, Problem):
            batch.problems.append(draft)
            continue
        if draft.definition is not None:
            places.clear()  # what was looked up may be another place from here on
        where = draft.place, draft.named
        if (placed := places.get(where)) is None:
            placed = places[where] = _placed(draft, gazetteer, batch)
        if isinstance(placed, PlaceError):
            batch.problems.append(_misplaced(draft.file, draft.place_line, "place", placed))
            continue
        if draft.parties not in spoken:
            spoken.add(draft.parties)
            speakers.speak(draft.parties, batch)
        batch.sides.update(draft.sides)
        batch.reports.append(draft.at(placed))
        batch.lines.append(draft.line)
    return batch


def _placed(draft: Checked, gazetteer: Gazetteer, batch: Batch) -> bytes | PlaceError:
    """The canonical JSON of where it was; definitions that the log lacks go with the batch."""
    try:
        if draft.definition is not None:
            place, rows = gazetteer.placed(draft.definition)
            batch.places.update(dict.fromkeys(rows))
            return draft.named.placed(place, draft.named.name)
        found = gazetteer.find(draft.place)
    except PlaceError as error:
        return error.with_traceback(None)  # it is kept, and what led to it need not be
    batch.places.update(dict.fromkeys(gazetteer.missing(found.id)))
    # A report that names a place by its id does not say how it is spelled.
    spelled = draft.named.name
    return draft.named.placed(found.id, found.name if is_id(spelled) else spelled)


def correct(
    log: Log,
    places: Iterable[Place],
    key: str,
    path: Path | str,
    *,
    mend: bool = False,
    note: Note = lambda _: None,
    cited: Cited = lambda _: {},
    parties: Parties = dict,
) -> Corrected:
    """Add a version to a report from a document of one; raises `BadReport` with its problems.

    `note`, `cited` and `parties` are those of `add`.
    """
    document = open_document(path, log.timezone)
    gazetteer = open_gazetteer(places, note)
    _define(document, gazetteer)
    drafts = _sole(document, gazetteer, key)
    batch = gather(drafts, gazetteer, Speakers(log.versions, document.parties))
    if batch.problems:
        raise BadReport(batch.problems)
    own = {party.id: party_content(party) for party in document.parties}
    (outcome,) = log.file(
        [],
        places=[*document.defined, *batch.places],
        parties=list((own | batch.parties).items()),
        amendments=[Correction(key, content_of(batch.reports[0]), mend)],
    )
    told = [one._replace(key=key) for one in batch.reports if outcome is not _KNOWN]
    return Corrected(
        unlisted=batch.unlisted | _strangers(batch.sides, document.parties, parties),
        taken=gazetteer.taken,
        passed_over=gazetteer.passed_over,
        cited=Citations(cited).before(told, document.name),
        adrift=_adrift(log, dict(_referring(told))),
        undefined=gazetteer.undefined(),
        outcome=outcome,
    )


def _sole(document: Incoming, gazetteer: Gazetteer, key: str) -> list[Checked | Problem]:
    """The one report of a document that corrects another; raises `BadReport` with all problems."""
    drafts = list(islice(document.drafts, 2))
    problems = [*document.problems, *_misnamed(document, gazetteer)]
    problems += (one for one in drafts if isinstance(one, Problem))
    if not problems and len(drafts) != 1:
        what = "holds no report" if not drafts else "holds more than one report"
        line = drafts[1].line if drafts else 1
        problems = [Problem(document.name, line, what, "write the one report as it should read")]
    problems += (
        Problem(
            one.file,
            one.line,
            f"id: {quoted(one.key)} is not {quoted(key)}, which is to be corrected",
            "leave the id out, or correct the report of that id",
        )
        for one in drafts
        if isinstance(one, Checked) and one.given_id and one.key != key
    )
    if problems:
        problems.sort(key=lambda one: one.line or 0)
        raise BadReport(problems)
    return drafts


def retract(log: Log, key: str, reported: str, reason: str) -> Outcome:
    """Withdraw a report; `BadReport` without a reason, or unless `reported` has an end."""
    if not reason.strip():
        raise BadReport(["a retraction without a reason; say why in a few words"])
    if len(reason) > _LONGEST_REASON:
        raise BadReport(
            [f"a reason of over {_LONGEST_REASON:,} characters; say why in a few words"]
        )
    try:
        bounds = bounds_of(reported, log.timezone)
    except WhenError as error:
        raise BadReport([Problem("reported", None, error.what, error.right)]) from None
    (outcome,) = log.file([], amendments=[Retraction(key, bounds, reason, log.timezone)])
    return outcome


def bounds_of(text: str, timezone: str) -> entries.Bounds:
    """When something was reported; raises `WhenError` for what is no date with an end."""
    when = parse_when(text, zone_of(timezone))
    if when.latest is None or when.approximate or when.uncertain:
        what = f"{quoted(text)} does not say by when it was known"
        raise WhenError(what, "write a date, such as 2025-10-27")
    return entries.Bounds(text=text, earliest=when.earliest, latest=when.latest)


def party_content(party: Party) -> bytes:
    """A party as the log stores it."""
    return canonical(party.stored())
