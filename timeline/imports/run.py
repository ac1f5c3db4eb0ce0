"""Import a data set: read its files by a profile, check all of it, then file it in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from events.document import Draft
from events.when import WhenError, quoted
from timeline.checking import checked
from timeline.entries import originator_id
from timeline.errors import BadQuestion, Conflict, require_text
from timeline.gazetteer import open_gazetteer
from timeline.imports.cells import cell_log
from timeline.imports.fetched import FetchedPage, OtherVersions
from timeline.imports.mapping import Mapper
from timeline.imports.pages import page_log
from timeline.imports.rows import BadTable, Row, rows
from timeline.imports.snapshots import TAG, Amendment, Readable, Revised, Snapshot, Standing
from timeline.imports.staging import StagedReports, Staging, knowledge_of
from timeline.imports.templates import BadTemplate, Template, compiled
from timeline.imports.towns import Towns
from timeline.imports.troubles import Trouble, Troubles, of_problem
from timeline.imports.where import NamesFound, Whereabouts
from timeline.intake import Speakers, bounds_of, gather, party_content
from timeline.log.filing import Correction, Filing, Outcome, Retraction
from timeline.log.rows import content_of

if TYPE_CHECKING:
    from timeline.atlas.shelf import Note
    from timeline.entries import Bounds
    from timeline.imports.profile import Profile
    from timeline.places import Place

BATCH: Final = 5_000
"""Reports in one transaction of the log."""

_MADE: Final = frozenset({"several", "subject"})
"""Columns that the program itself adds."""

Made = Draft | Trouble | Retraction


class _Spot(msgspec.Struct):
    """The place of a stored report."""

    id: str


class _Located(msgspec.Struct):
    """What of a stored report says where it was."""

    place: _Spot


_located: Final = msgspec.json.Decoder(_Located).decode


class ImportLog(Readable, Protocol):
    """What importing asks of a log."""

    @property
    def timezone(self) -> str:
        """The IANA name of the zone of dates that come without one."""

    def check(
        self, filings: Sequence[Filing], amendments: Sequence[Amendment] = ...
    ) -> list[Outcome]:
        """What `file` would make of these, with nothing written."""

    def file(
        self,
        filings: Sequence[Filing],
        *,
        places: Sequence[tuple[str, bytes]] = ...,
        parties: Sequence[tuple[str, bytes]] = ...,
        amendments: Sequence[Amendment] = ...,
    ) -> list[Outcome]:
        """File these, and amend, as one transaction."""


@dataclass(slots=True)
class Imported:
    """What became of the rows of a data set."""

    rows: int = 0
    filed: int = 0
    corrected: int = 0
    retracted: int = 0
    known: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    """Rows passed over, by why."""
    troubles: Troubles = field(default_factory=Troubles)
    places: NamesFound = field(default_factory=NamesFound)
    overtaken: set[str] = field(default_factory=set)
    """Reports of the log that were corrected to what was told before another of their versions."""
    changes: Sequence[Revised] = ()
    unlisted: set[str] = field(default_factory=set)
    taken: Mapping[str, str] = field(default_factory=dict)
    """Places that neither log nor seeds know, and the gazetteers that they came from."""
    undefined: Sequence[str] = ()
    """What places were said to lie in, and nothing knows."""
    absent: tuple[str, ...] = ()
    """Columns that the profile reads and no file had."""

    def __str__(self) -> str:
        return (
            f"filed {self.filed}, corrected {self.corrected}, retracted {self.retracted}, "
            f"already known {self.known}, problems {self.troubles.count}"
        )


@dataclass(frozen=True, slots=True)
class Options:
    """How to import: what was asked for beside the profile and the files."""

    snapshot: bool = False
    reported: str | None = None
    clock: str | None = None
    dry_run: bool = False
    keep_going: bool = False


def import_files(
    log: ImportLog,
    places: Iterable[Place],
    profile: Profile,
    paths: Sequence[str],
    options: Options,
    progress: Callable[[int], None],
    note: Note,
) -> Imported:
    """File the rows of files as reports: all of them, or none where anything is wrong.

    With `keep_going` the good rows are filed all the same. `progress` is told of further rows read,
    `note` of what takes a while. Raises `BadQuestion` for options that do not fit.
    """
    for name, text in (("`reported`", options.reported), ("`clock`", options.clock)):
        if text is not None:
            require_text(name, text)
    if options.snapshot and not profile.prefix:
        raise BadQuestion(
            f"snapshot: the rows of {profile.name} have ids of their own, so that nothing tells "
            "which reports of the log are its; write a profile with ids by profile"
        )
    if options.snapshot and options.clock and not profile.pages:
        raise BadQuestion(
            "clock: what a snapshot says is known from what is `reported`; leave clock out"
        )
    reported = _reported(options, log.timezone)
    run = _Run(log, places, profile, options, reported, progress, note)
    with Staging() as staging:
        run.stage(paths, staging)
        if run.imported.troubles and not options.keep_going:
            return run.imported
        if options.snapshot and reported and profile.pages:
            run.file_fetch(staging, reported)
        elif options.snapshot and reported:
            run.file_snapshot(staging, reported)
        else:
            run.file(staging)
    return run.imported


def _reported(options: Options, timezone: str) -> Bounds | None:
    if options.snapshot and options.reported is None:
        raise BadQuestion("a snapshot of unknown date; give `reported`, when it was published")
    if options.reported is None:
        return None
    try:
        return bounds_of(options.reported, timezone)
    except WhenError as error:
        raise BadQuestion(f"reported: {error}") from None


class _Run:
    """One import."""

    def __init__(
        self,
        log: ImportLog,
        places: Iterable[Place],
        profile: Profile,
        options: Options,
        reported: Bounds | None,
        progress: Callable[[int], None],
        note: Note,
    ) -> None:
        self._log = log
        self._profile = profile
        self._options = options
        self._reported = reported
        self._progress = progress
        known = list(places)
        self._gazetteer = open_gazetteer(known, note)
        self._where = Whereabouts(open_gazetteer(known, note), self._gazetteer, profile.place)
        self._speakers = Speakers(log.versions, profile.parties)
        self._places: dict[tuple[str, bytes], None] = {}
        self._party_rows = {one.id: party_content(one) for one in profile.parties}
        self._seen: set[str] = set()
        self._named: dict[str, dict[str, str]] = {}
        self._row: tuple[str, str, int | None] | None = None
        self._part = 0
        self._page: FetchedPage | None = None
        self._fetched: set[str] = set()
        self.imported = Imported(places=self._where.places, taken=self._gazetteer.taken)
        self._mapper = Mapper(
            profile,
            self._where,
            log.timezone,
            clock=_clock(options, profile),
            otherwise=options.reported,
        )

    def stage(self, paths: Sequence[str], staging: Staging) -> None:
        """Read all files and keep what they come to; what is wrong is in the result."""
        made = self._made(paths)
        while some := list(islice(made, BATCH)):
            self._keep(some, staging)
        if not (self._profile.repeats or self._profile.cells or self._profile.pages):
            self._refuse_repeated(staging)
            if again := staging.again():
                self.imported.passed["the same as a row before"] += again
        if not self._options.snapshot:
            self._refuse_clashes(staging)
        if self._options.snapshot and not (len(staging) or self.imported.troubles):
            what = "holds no row to file, so that a snapshot of it would withdraw all there is"
            right = "fetch it again, whole; `retract` what is withdrawn indeed"
            self._trouble(Trouble(", ".join(paths), None, what, right))
        self.imported.undefined = [*self._gazetteer.undefined(), *self._where.places.countries]
        if self._seen and not self._profile.cells:
            self.imported.absent = tuple(
                name
                for name in sorted(self._profile.columns - self._seen - _MADE)
                # Of `sources` in JSON its parts are seen, such as `sources.0.path`.
                if not any(seen.startswith(f"{name}.") for seen in self._seen)
            )

    def _towns(self) -> Towns:
        """The places of a page's subjects; one the log has reports of stays where it was."""
        prefix = self._profile.prefix
        before: dict[str, dict[str, str]] = {}
        for batch in self._log.rows():
            for entry in batch:
                if entry.report is not None and entry.key.startswith(prefix):
                    key = entry.key[len(prefix) :]
                    subject = key.rpartition("@")[0] or key
                    before[subject] = {"id": entry.report.place.id, "name": subject}
        return Towns(self._where, self._profile.place, before)

    def _made(self, paths: Sequence[str]) -> Iterator[Made]:
        """The versions that the rows come to, by the shape of the table."""
        profile, timezone = self._profile, self._log.timezone
        found = self._rows(paths)
        if profile.cells:
            yield from cell_log(found, profile.cells, self._mapper, timezone)
        elif profile.pages and not self._options.snapshot:
            yield from page_log(found, profile.pages, self._mapper, self._towns(), timezone)
        elif profile.pages:
            self._page = FetchedPage(profile.pages, self._mapper, self._towns())
            yield from self._page.drafts(found)
        else:
            for file, row in found:
                yield from self._mapper.of_row(row, file)

    def _rows(self, paths: Sequence[str]) -> Iterator[tuple[str, Row]]:
        """The rows of all files but those to be passed over; a file's own trouble is kept."""
        for path in paths:
            count = 0
            try:
                for row in rows(path, self._profile, self._named.setdefault(path, {})):
                    count += 1
                    if count % BATCH == 0:
                        self._progress(BATCH)
                    if isinstance(row, BadTable):
                        self._trouble(Trouble(path, row.line, row.what, row.right))
                        continue
                    if "" in row.cells:
                        yield path, row
                        continue
                    if len(self._seen) < 10_000:
                        self._seen.update(row.cells)
                    if because := self._passed(row):
                        self.imported.passed[because] += 1
                    else:
                        yield path, row
            except BadTable as error:
                # Or who has the good rows filed takes them for all that the file holds.
                end = f", so that no row after the first {count:,} was read" if count else ""
                self._trouble(Trouble(path, error.line, f"{error.what}{end}", error.right))
            self._progress(count % BATCH)
            self.imported.rows += count

    def _passed(self, row: Row) -> str | None:
        for skip in self._profile.skip:
            if skip.holds(row.cells):
                return skip.because
        return None

    def _keep(self, made: Iterable[Made], staging: Staging) -> None:
        drafts: list[Draft] = []
        retractions: list[Retraction] = []
        for one in made:
            if isinstance(one, Draft):
                drafts.append(one)
            elif isinstance(one, Retraction):
                retractions.append(one)
            else:
                self._trouble(one)
        staging.add(self._numbered(self._gathered(drafts), drafts))
        staging.withdraw(retractions)

    def _gathered(self, drafts: Iterable[Draft]) -> list[Filing]:
        """Drafts with their places looked up, as the log takes them; their problems are kept."""
        batch = gather(map(checked, drafts), self._gazetteer, self._speakers)
        for problem in batch.problems:
            self._trouble(of_problem(problem))
        self._places.update(dict.fromkeys(self._where.rows()))
        self._places.update(batch.places)
        self._party_rows.update(batch.parties)
        self.imported.unlisted |= batch.unlisted
        return [Filing(one.key, content_of(one)) for one in batch.reports]

    def _numbered(
        self, filings: Iterable[Filing], drafts: Iterable[Draft]
    ) -> Iterator[tuple[Filing, int, str, int]]:
        """Filings with their number among the versions that one row makes, their file and line."""
        each = iter(drafts)
        for filing in filings:
            # Of those between them the place could not be found, and they have no filing.
            draft = next(one for one in each if one.key == filing.key)
            row = (draft.key, draft.file, draft.line)
            self._part = self._part + 1 if row == self._row else 0
            self._row = row
            yield filing, self._part, draft.file, draft.line or 0

    def _trouble(self, trouble: Trouble) -> None:
        """Keep a trouble, its columns called as the file calls them."""
        if named := self._named.get(trouble.file):
            columns = [named.get(one, one) for one in trouble.column.split(", ")]
            trouble = replace(trouble, column=", ".join(columns))
        self.imported.troubles.add(trouble)

    def _refuse_repeated(self, staging: Staging) -> None:
        dropped = []
        for again in staging.repeated():
            dropped.append(again.key)
            where = f"line {again.first}"
            if again.before != again.file:
                where += f" of {again.before}"
            what = f"{again.key} is there twice with other content, first on {where}"
            right = "keep one row, or make the profile's id of more columns"
            self._trouble(Trouble(again.file, again.line, what, right))
        staging.drop(dropped)

    def _refuse_clashes(self, staging: Staging) -> None:
        """A problem for each report that the log has already with other content."""
        clashing: list[str] = []
        for staged in staging.reports(BATCH):
            for key in self._filed_otherwise(staged.filings):
                if self._profile.pages and self._is_of_snapshot(key):
                    self._fetched.add(key)  # the log of the page knows more of the version
                    continue
                clashing.append(key)
                what = f"{key} is already filed with other content"
                self._trouble(Trouble(*staged.lines[key], what, self._instead(key)))
        staging.drop(clashing)

    def _filed_otherwise(self, filings: Sequence[Filing]) -> Sequence[str]:
        """The ids of those that the log has with other content."""
        try:
            self._log.check(filings)
        except Conflict as conflict:
            return conflict.keys
        return ()

    def _instead(self, key: str) -> str:
        """What would be right for a report that the log has with other content."""
        if self._profile.repeats:
            return "import it in one command with the files before it"
        if not self._profile.prefix:
            return f"correct it by itself: timeline correct {key} FILE"
        return "import the file as a snapshot, if it is the whole data set"

    def _is_of_snapshot(self, key: str) -> bool:
        first = self._log.versions(originator_id("report", key))[0].report
        return first is not None and TAG in first.tags

    def file(self, staging: Staging) -> None:
        """File what was staged, whole reports with all their versions at once."""
        for staged in staging.reports(BATCH):
            filings = [one for one in staged.filings if one.key not in self._fetched]
            further = [Correction(*one) for one in staged.filings if one.key in self._fetched]
            self._write(filings, [*further, *staged.amendments])

    def file_snapshot(self, staging: Staging, reported: Bounds) -> None:
        """File what a snapshot says otherwise than the log does as of then."""
        prefix = self._profile.prefix
        standing = Standing(self._log, prefix, self._profile.unchanged_by)
        snapshot = Snapshot(self._log, standing, reported, self._log.timezone)
        keys: set[str] = set()
        first: Filing | None = None
        for staged in staging.reports(BATCH):
            latest = _latest(staged)
            first = first or latest[0]
            keys.update(one.key for one in latest)
            self._write(*self._news_of(snapshot, latest))
        if first is None:
            return
        if not self._options.keep_going or not self.imported.troubles:
            self._withdraw(snapshot, keys)
        self._write([], snapshot.mark(first))
        self.imported.changes = snapshot.changes

    def file_fetch(self, staging: Staging, reported: Bounds) -> None:
        """File what one version of a page says, and that it lists no more what was listed."""
        staged = [one for each in staging.reports(BATCH) for one in _latest(each)]
        if self._page is None or not staged:
            return
        profile, page, timezone = self._profile, self._page, self._log.timezone
        others = OtherVersions(self._log, profile.prefix, profile.unchanged_by, page.at, timezone)
        standing = Standing(self._log, profile.prefix, profile.unchanged_by, f"@{page.at}")
        snapshot = Snapshot(self._log, standing, reported, timezone)
        is_whole = not self.imported.troubles
        latest, further = staged, list[Filing]()
        if is_whole:
            latest = [*staged, *others.unlisted(page.subjects, page.place, self._absent)]
            further = list(others.unlisted_next(page.subjects, page.place, self._absent))
        if self.imported.troubles and not self._options.keep_going:
            return
        filings, amendments = self._news_of(snapshot, latest)
        changes = list(others.changes(latest, page.subjects))
        self.imported.changes = snapshot.changes if standing.snapshots else changes
        self._write([*filings, *further], amendments)
        if is_whole:
            self._withdraw(snapshot, {one.key for one in latest})
        self._write([], snapshot.mark(staged[0]))

    def _news_of(
        self, snapshot: Snapshot, latest: Sequence[Filing]
    ) -> tuple[list[Filing], list[Amendment]]:
        """What a snapshot says otherwise than the log; that of all else it is known is counted."""
        filings, amendments = snapshot.of(latest)
        self.imported.known += len(latest) - len({one.key for one in [*filings, *amendments]})
        return filings, amendments

    def _absent(self, subject: str) -> Filing | None:
        """The report that the page fetched does not list a subject."""
        drafts: list[Draft] = []
        for made in self._page.absent(subject) if self._page else ():
            if isinstance(made, Draft):
                drafts.append(made)
            else:
                self._trouble(made)
        filings = self._gathered(drafts)
        return filings[0] if filings else None

    def _withdraw(self, snapshot: Snapshot, keys: Container[str]) -> None:
        batch: list[Amendment] = []
        for amendments in snapshot.missing(keys):
            batch += amendments
            if len(batch) >= BATCH:
                self._write([], batch)
                batch = []
        self._write([], batch)

    def _write(self, filings: Sequence[Filing], amendments: Sequence[Amendment]) -> None:
        if not (filings or amendments):
            return
        if self._options.dry_run:
            outcomes = self._log.check(filings, amendments)
        else:
            places = self._defined_for([*filings, *amendments])
            parties, self._party_rows = list(self._party_rows.items()), {}
            outcomes = self._log.file(
                filings, places=places, parties=parties, amendments=amendments
            )
        before: set[str] = set()
        last: dict[str, Correction] = {}
        for one, outcome in zip([*filings, *amendments], outcomes, strict=True):
            self._count(one, outcome)
            last.pop(one.key, None)
            if outcome is Outcome.known:
                before.add(one.key)
            elif isinstance(one, Correction) and one.key in before:
                last[one.key] = one
        self.imported.overtaken.update(key for key, one in last.items() if self._is_overtaken(one))

    def _is_overtaken(self, one: Correction) -> bool:
        """Whether another version shows, as where an alert has now ended earlier than was filed."""
        versions = self._log.versions(originator_id("report", one.key))
        return any(entry.knowledge > knowledge_of(one.content) for entry in versions)

    def _defined_for(self, written: Iterable[Filing | Amendment]) -> list[tuple[str, bytes]]:
        """The definitions that the log has to take in with these reports.

        Of an import with bad rows none but those that they name, with what lies above: a place that
        only a bad row named would make its name one of several.
        """
        if not self.imported.troubles:
            taken, self._places = list(self._places), {}
            return taken
        places = {
            _located(one.content).place.id for one in written if not isinstance(one, Retraction)
        }
        named = places.union(*map(self._gazetteer.book.above, places))
        taken = [row for row in self._places if row[0] in named]
        for row in taken:
            del self._places[row]
        return taken

    def _count(self, one: Filing | Amendment, outcome: Outcome) -> None:
        imported = self.imported
        if outcome is Outcome.known:
            imported.known += 1
        elif isinstance(one, Filing):
            imported.filed += 1
        elif isinstance(one, Correction):
            imported.corrected += 1
        else:
            imported.retracted += 1


def _clock(options: Options, profile: Profile) -> Template | None:
    """What `reported` is taken from, where the options say so."""
    if options.clock is not None:
        clock = options.clock
        if "{" not in clock:  # a column alone
            clock = "{" + profile.rename.get(clock, clock) + "|instant}"
        try:
            template = compiled(clock)
        except BadTemplate as error:
            raise BadQuestion(f"clock: {error.what}; {error.right}") from None
        columns = {*profile.columns, *profile.needs} - _MADE
        if unknown := sorted(template.columns - columns):
            known = ", ".join(sorted(columns))
            raise BadQuestion(
                f"clock: the profile {profile.name} reads no column {quoted(unknown[0])}; "
                f"its columns are {known}"
            )
        return template
    return compiled(options.reported) if options.snapshot and options.reported else None


def _latest(staged: StagedReports) -> list[Filing]:
    """Of each report its last version: what the data set says of it now."""
    latest = {one.key: one for one in staged.filings}
    for one in staged.amendments:
        if isinstance(one, Correction):
            latest[one.key] = Filing(one.key, one.content)
        else:
            latest.pop(one.key, None)
    return list(latest.values())
