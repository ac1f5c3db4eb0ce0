"""A log and the questions asked of it, behind one handle."""

from __future__ import annotations

import os
import os.path
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from operator import index
from typing import TYPE_CHECKING, Self, TypeVar

from events.when import quoted, zone_of
from timeline.asof import WINDOW_DAYS, window_of
from timeline.cuts import Cut, Cuts, cuts, first_stop, instant, is_basis, moment, written
from timeline.entries import originator_id
from timeline.errors import (
    BadCheckpoint,
    BadQuestion,
    BadReport,
    Conflict,
    StoreError,
    new_file,
    path_of,
    require_text,
)
from timeline.log import open_log, open_tail, require_kept
from timeline.log.address import is_address, shown
from timeline.log.tail import SQLiteTail
from timeline.places import resolve
from timeline.view import Files, IndexedLog

if TYPE_CHECKING:
    from datetime import tzinfo
    from pathlib import Path
    from typing import Unpack

    from events.when import Instant
    from timeline.atlas.shelf import Note
    from timeline.audit.verify import Verified
    from timeline.backup import Kept
    from timeline.evidence.proofs import Growth, Proof
    from timeline.formats.export import Export
    from timeline.formats.wanted import Format
    from timeline.imports.profile import Profile
    from timeline.imports.run import Imported, Options
    from timeline.intake import Added
    from timeline.log import Log, LogReader
    from timeline.log.filing import Outcome
    from timeline.pictures import Picture
    from timeline.pictures import What as Drawing
    from timeline.places import Book
    from timeline.projections import Projection
    from timeline.questions.activity import Activity, By
    from timeline.questions.ask import Reading
    from timeline.questions.diff import Axis, Change, Diff
    from timeline.questions.explain import Explanation
    from timeline.questions.follow import ReportEntry
    from timeline.questions.hindsight import Hindsight
    from timeline.questions.history import History
    from timeline.questions.lives import Lives
    from timeline.questions.only import ClaimOptions, Only
    from timeline.questions.project import Projected
    from timeline.questions.replay import ReplayStep, Step
    from timeline.reader import Reader
    from timeline.situation import Situation
    from timeline.view.build import Progress
    from timeline.view.projected import ProjectedRows


State = TypeVar("State")


def warn(message: str) -> None:
    """A note as a Python warning."""
    warnings.warn(message, stacklevel=2)


class Timeline:
    """A store that is open. Reading loads neither the event-sourcing library nor the vocabulary.

    A `Cut` is a date, an aware datetime, or a text as on the command line; it cuts at the end of
    the day, or of the unit it is written in. `on` sets `valid` and `known`; a missing `valid` is
    the `known`, and what else is missing is now. A `window` is in days. Every call may raise
    `StoreError` besides what it says, `StoreBusy` among it.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        create: bool = False,
        timezone: str = "UTC",
        note: Note = warn,
        progress: Progress = lambda *_: None,
    ) -> None:
        require_text("timezone", timezone)
        require_kept(path)
        self._path = path_of("path", path)  # a text: `Path` itself would cost a question its start
        self._file = self._path if is_address(self._path) else os.path.abspath(self._path)
        self._writer: Log | None = None
        if create and _is_to_make(self._path):
            self._writer = open_log(self._path, create=True, timezone=timezone)
        try:
            self._log, self._files = _read(self._path)
            self.zone: tzinfo = zone_of(self._log.timezone)
        except BaseException:
            if self._writer is not None:
                self._writer.close()
            raise
        self._note = note
        self._index = IndexedLog(self._log, self._files, note, progress)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        """Which store it is, and whether it still is open."""
        return f"<Timeline of {self.store}{', closed' if self._index.closed else ''}>"

    def close(self) -> None:
        """Let go of the store; nothing can be asked of it any more."""
        self._index.close()
        self._log.close()
        # Last, so that SQLite can clean up beside the file, which a reader may not.
        if self._writer is not None:
            self._writer.close()

    @property
    def store(self) -> str:
        """Where the log is: the path of a file, or an address without its secrets."""
        return shown(self._path)

    @property
    def path(self) -> Path:
        """The file of the log; StoreError for one that is on a server."""
        from pathlib import Path  # here: questions do without

        if is_address(self._path):
            raise StoreError(f"{self.store} is no file; `copy` it into one")
        return Path(self._name)

    @property
    def _name(self) -> str:
        """The store as it was named, or in full where that would mean another one by now."""
        if is_address(self._path) or os.path.abspath(self._path) == self._file:
            return self._path
        return self._file

    @property
    def projected(self) -> ProjectedRows:
        """What projections made of the log before."""
        from timeline.view.projected import ProjectedRows  # here: few questions need it

        return ProjectedRows(self._files, self._index.redactions(), self._note)

    @property
    def log(self) -> LogReader:
        """The log, for reading."""
        return self._log

    @property
    def writer(self) -> Log:
        """The log, for writing; loads the event-sourcing library."""
        self._index.require_open()
        if self._writer is None:
            self._log.head()  # what the name leads to may be another log by now, or none
            self._writer = open_log(self._name)
        return self._writer

    @property
    def index(self) -> IndexedLog:
        """The view of the log: how far it is, and a way to build it anew."""
        return self._index

    def reader(self) -> Reader:
        """What questions read from, caught up with the log."""
        with self.reading() as reader:
            return reader

    def reading(self) -> AbstractContextManager[Reader]:
        """What questions read from, caught up with the log, in one snapshot."""
        return self._index.reading()

    @contextmanager
    def at_hand(self, place: str) -> Iterator[bool]:
        """A context: whether what is asked of the place inside it is answered at once.

        True where the view is caught up already and holds few claims on the place and those above
        it. A server then answers on the spot, and by a thread otherwise.
        """
        from timeline.questions.known import reads_little  # here: a server asks for it

        with self._index.at_hand() as view:
            yield view is not None and reads_little(view, place)

    def interrupt(self) -> None:
        """Stop what another thread is asking, in the middle of its statement."""
        self._index.interrupt()

    def cuts(
        self,
        on: Cut | None = None,
        *,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
    ) -> Cuts:
        """The cuts of a question, dates being days of this store's zone.

        Raises `BadQuestion`, also for a basis that names entries which this log does not have.
        """
        asked = cuts(self.zone, on=on, valid=valid, known=known, recorded=recorded, basis=basis)
        if basis is not None:
            asked.require(self._index.position())
        return asked

    def book(self, basis: str) -> Book:
        """The places as the answer of this basis has them, for writing it out."""
        return self.reader().book(self.cuts(basis=basis).asof)

    def known(
        self,
        place: str,
        on: Cut | None = None,
        *,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
        **of: Unpack[ClaimOptions],
    ) -> Situation:
        """The situation of a place; `party`, `kind` and `side` leave only claims of these.

        Raises `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`.
        """
        from timeline.questions.known import known as ask  # here: each question loads its own

        asked = self.cuts(on, valid=valid, known=known, recorded=recorded, basis=basis)
        with self.reading() as reader:
            answer = ask(reader, place, asked, facet=facet, window=window_of(window))
            return _only(reader, of).situation(answer) if _chooses(of) else answer

    def history(
        self,
        place: str,
        *,
        since: Cut | None = None,
        until: Cut | None = None,
        on: Cut | None = None,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        facet: str | None = None,
        **of: Unpack[ClaimOptions],
    ) -> History:
        """How the situation changed from day to day, as known at one cut.

        Ends with the day `until`, else at the cut of valid time, or of knowledge if that is first.
        Raises what `known` raises.
        """
        from timeline.questions.history import history  # here: each question loads its own

        with self.reading() as reader:
            answer = history(
                reader,
                place,
                self.cuts(on, valid=valid, known=known, recorded=recorded, basis=basis),
                self.zone,
                since=None if since is None else first_stop(since, self.zone),
                until=self._end("to", until),
                facet=facet,
            )
            return _only(reader, of).history(answer) if _chooses(of) else answer

    def replay(
        self,
        place: str,
        since: Cut,
        until: Cut,
        *,
        step: Step = "day",
        recorded: Cut | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
    ) -> list[ReplayStep]:
        """Walk knowledge forward: what each day or report added, replaced and withdrew.

        The first step is what was already known at `since`. Raises what `known` raises.
        """
        from timeline.questions.replay import replay  # here: each question loads its own

        asked = self.cuts(recorded=recorded)
        with self.reading() as reader:
            return list(
                replay(
                    reader,
                    place,
                    asked,
                    self.zone,
                    since=first_stop(since, self.zone),
                    until=instant("to", until, self.zone),
                    step=step,
                    facet=facet,
                    window=window_of(window),
                )
            )

    def diff(
        self,
        place: str,
        a: Cut,
        b: Cut,
        *,
        axis: Axis = "known",
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
        **of: Unpack[ClaimOptions],
    ) -> Diff:
        """What changed between two cuts of one clock; the other clock keeps pace unless given.

        On the axis `known` the other is `valid`, and the other way round; on `valid` a missing
        `known` is now. Either may be the basis of an answer, which has all its cuts. Raises what
        `known` raises.
        """
        from timeline.questions.diff import diff  # here: each question loads its own

        if axis not in ("known", "valid"):
            raise BadQuestion(f"{quoted(str(axis))} is not an axis; write known or valid")
        if (valid if axis == "valid" else known) is not None:
            raise BadQuestion(f"a and b are the cuts of {axis}; leave {axis} out")
        now = moment()  # of both, which differ by one clock alone
        first, second = (
            self.cuts(valid=valid, known=known, recorded=recorded, basis=cut)
            if is_basis(cut)
            else cuts(
                self.zone,
                valid=cut if axis == "valid" else valid,
                known=cut if axis == "known" else known,
                recorded=recorded,
                now=now,
            )
            for cut in (a, b)
        )
        with self.reading() as reader:
            answer = diff(reader, place, first, second, facet=facet, window=window_of(window))
            return _only(reader, of).diff(answer) if _chooses(of) else answer

    def diff_all(
        self,
        a: Cut,
        b: Cut,
        *,
        recorded: Cut | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
    ) -> dict[str, Change]:
        """What changed between two cuts of both clocks, by the id of each place where it did.

        Raises `BadQuestion`.
        """
        from timeline.questions.diff import diff_all  # here: as every question

        first, second = (self.cuts(cut, recorded=recorded) for cut in (a, b))
        with self.reading() as reader:
            return dict(diff_all(reader, first, second, facet=facet, window=window_of(window)))

    def activity(
        self,
        *places: str,
        since: Cut | None = None,
        until: Cut | None = None,
        by: Sequence[By] = ("day",),
        on: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
    ) -> Activity:
        """Reports and happenings of a time, from the day `since` through `until`, else `on`.

        A place counts with those below it; none stands for all. Raises `UnknownPlace`,
        `AmbiguousPlace`, `BadQuestion`.
        """
        from timeline.questions.activity import activity, beginning  # here: few questions need it

        with self.reading() as reader:
            return activity(
                reader,
                places,
                self.cuts(on=on, known=known, recorded=recorded, basis=basis),
                self.zone,
                since=None if since is None else beginning(since, self.zone),
                until=self._end("to", until),
                by=by,
            )

    def project(
        self,
        projection: str | Projection[State],
        *places: str,
        on: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        options: Mapping[str, str] | None = None,
        fresh: bool = False,
    ) -> Projected:
        """Run a projection for each of these places, or of all; its rows are kept by version.

        `projection` is a name, `module:Class` or `file.py:Class`, made with `options`; or one that
        is made, whose rows are not kept. `fresh` works them out anew. Raises `BadProjection`,
        which names the report at which it failed, and what `known` raises.
        """
        from timeline.projections import as_given, load  # here: few questions need it
        from timeline.questions.project import project

        named = isinstance(projection, str)
        loaded = (
            load(projection, options)
            if isinstance(projection, str)
            else as_given(projection, options)
        )
        with self.reading() as reader:
            return project(
                reader,
                loaded,
                places,
                self.cuts(on=on, known=known, recorded=recorded, basis=basis),
                self.zone,
                self.projected if named and not fresh else None,
            )

    def export(
        self,
        what: str,
        *places: str,
        form: Format = "csv",
        regions: Sequence[str] = (),
        since: Cut | None = None,
        until: Cut | None = None,
        on: Cut | None = None,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
        options: Mapping[str, str] | None = None,
        raw: bool = False,
        bom: bool = False,
        **of: Unpack[ClaimOptions],
    ) -> Export:
        """What these places, or all, have: its `parts` are bytes, and it can `write` a file.

        `what` is situation, control, claims, reports, history, activity, or a projection with its
        `options`. Whoever reads it while others file does so within `reading`. Raises
        `BadQuestion`, `BadProjection`, and what `known` raises.
        """
        from timeline.formats.export import Export  # here: questions do without
        from timeline.formats.wanted import Wanted, period_of, what_called

        kind, projection = what_called(what, options)
        if projection and valid is not None:
            raise BadQuestion("a projection gets all that was known; cut it with known")
        regions = _names_in("regions", regions)
        begins, ends = period_of(kind, since, until, self.zone)
        asked = {"on": on, "valid": valid, "known": known, "recorded": recorded}
        cuts = self.cuts(**asked, basis=basis)
        dates = {"from": since, "to": until, **asked}
        wanted = Wanted(
            what=kind,
            form=form,
            places=places,
            regions=regions,
            projection=projection,
            projected=self.projected,
            facet=facet,
            **of,
            window=window_of(window),
            since=begins,
            until=ends,
            raw=raw,
            bom=bom,
        )
        said: dict[str, object] = {
            "places": list(places),
            "format": form,
            "regions": list(regions),
            "facet": facet,
            "window": float(window),
            "raw": raw,
            "bom": bom,
            **of,
            **{name: None if cut is None else written(cut) for name, cut in dates.items()},
            "basis": basis,
        }
        if projection:
            said |= {"version": projection.version, "set": options or None}
        with self.reading() as reader:
            return Export(self._log, reader, self.zone, cuts, wanted, said, self._index.alone)

    def plot(
        self,
        place: str,
        *,
        what: Drawing = "clocks",
        since: Cut | None = None,
        until: Cut | None = None,
        on: Cut | None = None,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        facet: str | None = None,
        width: int | None = None,
        **of: Unpack[ClaimOptions],
    ) -> Picture:
        """A picture of a place, so many pixels wide: the two clocks, control, or activity.

        Raises `MissingExtra` without the extra `plot`, and what `known` raises.
        """
        from timeline.pictures import WIDTH, picture  # here: questions do without

        cuts = self.cuts(on, valid=valid, known=known, recorded=recorded, basis=basis)
        with self.reading() as reader:
            return picture(
                self._log,
                reader,
                self.zone,
                cuts,
                place,
                what=what,
                since=since,
                until=until,
                facet=facet,
                width=WIDTH if width is None else width,
                **of,
            )

    def follow(
        self, place: str | None = None, *, after: int | None = None, idle: float | None = None
    ) -> Iterator[ReportEntry]:
        """The log's entries on reports, on one place or on all, and then each as it comes.

        In the order of the log, each once: from the beginning, or after the position of an entry
        that was seen. Without `idle` it never ends; with it, after so many seconds without news.
        Raises `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`.
        """
        from timeline.questions.follow import follow  # here: few questions need it

        seconds, start = _seconds(idle), _position(after)
        found = None if place is None else resolve(place, self.reader().book()).id
        return follow(self._log, found, after=start, idle=seconds)

    def hindsight(
        self,
        place: str,
        on: Cut | None = None,
        *,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
    ) -> Hindsight:
        """What was known of a day by its end beside what is known of it now, or by `known`.

        The `basis_now` of an answer stands for its day too. Raises `UnknownPlace`,
        `AmbiguousPlace`, `BadQuestion`.
        """
        from timeline.questions.hindsight import hindsight  # here: few questions need it

        if basis is not None:
            now = self.cuts(on, known=known, recorded=recorded, basis=basis)
            then = now.then()
        elif on is not None:
            then = self.cuts(on, recorded=recorded)
            now = self.cuts(valid=on, known=known, recorded=recorded)
        else:
            raise BadQuestion("hindsight on which day? write one, such as 2025-10-27")
        with self.reading() as reader:
            return hindsight(reader, place, then, now, facet=facet, window=window_of(window))

    def explain(
        self,
        claim_or_report: str,
        on: Cut | None = None,
        *,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
        window: float = WINDOW_DAYS,
    ) -> Explanation:
        """Where a claim or a report comes from, and why the answer at the cuts shows it or not.

        Named by its id, or how that begins. Raises `UnknownReport`, `AmbiguousReport`,
        `BadQuestion`.
        """
        from timeline.questions.explain import explain  # here: few questions need it

        asked = self.cuts(on, valid=valid, known=known, recorded=recorded, basis=basis)
        with self.reading() as reader:
            report = reader.report_id(claim_or_report)
            history = self._log.versions(originator_id("report", report))
            return explain(reader, claim_or_report, history, asked, window=window_of(window))

    def claims(
        self,
        place: str | None = None,
        *,
        party: str | None = None,
        status: str | None = None,
        facet: str | None = None,
        kind: str | None = None,
        first: bool = False,
        on: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
    ) -> Lives:
        """What became of the claims on a place, of a party, or of all, as could be known at a cut.

        `status` narrows the list and not the records; `first` leaves what was told first of all,
        and no record. Raises `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`.
        """
        from timeline.questions.lives import Chosen, lives  # here: few questions need it

        asked = self.cuts(on, known=known, recorded=recorded, basis=basis)
        chosen = Chosen(
            place=place, party=party, status=status, facet=facet, kind=kind, first=first
        )
        with self.reading() as reader:
            return lives(reader, asked, chosen)

    def ask(self, question: str, *, today: date | None = None) -> Reading:
        """Read a question in plain English: the command that it equals, and how it was read.

        `today` is what `yesterday` is counted from. Raises `NotUnderstood`.
        """
        from timeline.questions.ask import ask  # here: the grammar costs more than a question

        # A datetime is a date to Python, and cannot be compared with one.
        if today is not None and (isinstance(today, datetime) or not isinstance(today, date)):
            raise BadQuestion(f"today: {today!a:.60} is no date; give a datetime.date")
        with self.reading() as reader:
            day = datetime.now(self.zone).date() if today is None else today
            return ask(reader, question, self.zone, today=day)

    def verify(
        self,
        *,
        against: bytes | str | None = None,
        key: str | None = None,
        view_too: Progress | None = None,
    ) -> Verified:
        """Read the log through: whether it is in order, and goes on from a checkpoint.

        `against` is a checkpoint as it was written, `key` the public key that must have signed it.
        With `view_too`, which is told of progress, the log is laid out anew to see whether the view
        says the same. Raises `BadCheckpoint`.
        """
        from timeline.audit.command import verified  # here: few questions need it

        if view_too is not None:
            _require_function("view_too", view_too)
        if key is not None:
            require_text("key", key)
        earlier = None if against is None else _bytes(against)
        return verified(self._log, self._index, earlier, key, view_too)

    def checkpoint(self, key: str | Path | None = None) -> str:
        """The head of the log as a checkpoint, signed with the key of a key file if one is given.

        Raises `BadCheckpoint`.
        """
        from timeline.audit.command import checkpoint  # here: few questions need it

        return checkpoint(self._log, self._index, _key_file(key))

    def prove(
        self,
        report: str,
        *,
        version: int | None = None,
        against: bytes | str | None = None,
        key: str | Path | None = None,
        reveal: bool = False,
    ) -> Proof:
        """The proof that a report, in its last version or another, is in the log.

        The log is that of an earlier checkpoint, or as it is now, which `key` then signs.
        `reveal` adds the fields that can be redacted. Raises `UnknownReport`, `BadCheckpoint`.
        """
        from timeline.audit.command import proof  # here: few questions need it

        if version is not None and not isinstance(version, int):
            raise BadQuestion(f"version {version!r:.60}; write its number, such as 1")
        earlier = None if against is None else _bytes(against)
        return proof(
            self._log, self._index, report, version, earlier, _key_file(key), reveal=reveal
        )

    def prove_growth(self, old: bytes | str, *, key: str | Path | None = None) -> Growth:
        """The proof that the log as it is now begins with what it was at a checkpoint.

        Raises `BadCheckpoint`.
        """
        from timeline.audit.command import growth  # here: few questions need it

        return growth(self._log, self._index, _bytes(old), _key_file(key))

    def add(
        self,
        *documents: str | Path,
        dry_run: bool = False,
        keep_going: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Added:
        """File the reports of YAML, JSON and NDJSON documents; each file whole or not at all.

        Raises `BadReport` with every problem unless `keep_going`, a `Conflict` where all of them
        are of ids with other content; documents without any are filed all the same. `progress` is
        told of every further number of reports read.
        """
        from timeline import intake  # here: it loads the vocabulary, which questions do without

        _require_function("progress", progress)
        reader = self.reader()  # once: another call may go on to a newer view, and close this one
        added = intake.add(
            self.writer,
            reader.book(),
            [path_of("document", document) for document in documents],
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
            note=self._note,
            cited=reader.cited,
            parties=reader.parties,
        )
        if added.problems and not keep_going:
            if len(added.clashes) == len(added.problems):
                raise Conflict(added.clashes, added.problems)
            raise BadReport(added.problems)
        return added

    def import_data(
        self,
        profile: str | Path | Profile,
        *files: str | Path,
        options: Options | None = None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Imported:
        """File the rows of a data set by a profile, named or loaded: all of them, or none.

        What is wrong is in the result, and then nothing was filed unless `options.keep_going`.
        `progress` is told of every further number of rows read.
        Raises `BadQuestion` for an unknown profile or options that do not fit, `BadReport` for a
        profile that is wrong.
        """
        from timeline.imports.loading import load_profile  # here: questions do without
        from timeline.imports.profile import Profile
        from timeline.imports.run import Options, import_files

        _require_function("progress", progress)
        if not isinstance(options, Options | None):
            raise BadQuestion(f"options: {options!r:.60} are none of an import; write Options(…)")
        return import_files(
            self.writer,
            self.reader().book(),
            profile if isinstance(profile, Profile) else load_profile(path_of("profile", profile)),
            [path_of("data file", file) for file in files],
            Options() if options is None else options,
            progress,
            self._note,
        )

    def correct(self, report: str, document: str | Path, *, mend: bool = False) -> Outcome:
        """File a corrected version of a report, which the document holds as it should read.

        `mend` is for a slip of our own. Raises `BadReport` with every problem, `UnknownReport`,
        `AmbiguousReport`.
        """
        from timeline import intake  # here: it loads the vocabulary, which questions do without

        reader = self.reader()
        return intake.correct(
            self.writer,
            reader.book(),
            reader.report_id(report),
            path_of("document", document),
            mend=mend,
            note=self._note,
        ).outcome

    def retract(self, report: str, *, reported: Cut, reason: str) -> Outcome:
        """Withdraw a report, known from the end of what `reported` states.

        Raises `BadReport` for a date that does not say by when, or without a reason, `BadQuestion`
        for what is no text, and no date or moment with an offset either, and what `report_id`
        raises.
        """
        from timeline import intake  # here: it loads the vocabulary, which questions do without

        if not isinstance(reported, str):
            instant("reported", reported, self.zone)  # raises for what is no date, or has no offset
        require_text("reason", reason)
        return intake.retract(self.writer, self.report_id(report), written(reported), reason)

    def redact(self, report: str, *fields: str, reason: str) -> Outcome:
        """Take what these fields say out of every version of a report, for good; `known` if gone.

        Raises `BadReport` for a field that the report does not have, or that cannot be redacted,
        and what `report_id` raises.
        """
        from timeline import redaction  # here: few ever need it

        for field in fields:
            require_text("field", field)
        require_text("reason", reason)
        outcome = redaction.redact(self.writer, self.report_id(report), fields, reason)
        self.reader()  # whose catching up takes it out of the view
        return outcome

    def compact(self, progress: Progress = lambda *_: None) -> None:
        """Write log and view anew, so that what was redacted lies in no file of either.

        `progress` is told of entries taken in and to take in. Raises `StoreBusy` while another
        process still reads what was before.
        """
        _require_function("progress", progress)
        self._log.head()  # else what lies in place of the log by now would be written anew
        self.writer.compact()
        self._index.compact(progress)

    def backup(self, file: str | Path, progress: Progress = lambda *_: None) -> Kept:
        """Write the log as of now into a new file, read it back, and tell what it holds.

        Others may write meanwhile. `progress` is told of entries written and to write, where the
        log is on a server. Raises `StoreError` where there is such a file already.
        """
        from timeline.backup import backup  # here: questions do without

        _require_function("progress", progress)
        self._log.head()  # what the name leads to may be another log by now
        return backup(self._name, new_file(file), progress)

    def report_id(self, prefix: str) -> str:
        """The id of the one report that has this id, or an id that begins so; also of a claim.

        Raises `UnknownReport`, `AmbiguousReport`.
        """
        return self.reader().report_id(prefix)

    def _end(self, name: str, cut: Cut | None) -> Instant | None:
        return None if cut is None else instant(name, cut, self.zone)


def _chooses(of: ClaimOptions) -> bool:
    return any(value is not None for value in of.values())


def _require_function(name: str, given: object) -> None:
    """Raise `BadQuestion` for what is none to be told of progress, before anything is done."""
    if not callable(given):
        raise BadQuestion(f"{name}: {given!r:.60} is no function; give one to be told")


def _seconds(idle: float | None) -> float | None:
    try:
        seconds = None if idle is None else idle + 0.0
        if seconds is None or seconds >= 0:
            return seconds
    except (TypeError, OverflowError):  # no number that can be added to those of a clock
        pass
    raise BadQuestion(f"idle for {idle!r:.60} seconds; write a number of 0 or more")


def _position(after: int | None) -> int:
    try:
        start = index(0 if after is None else after)
    except TypeError:  # no whole number
        start = -1
    if start < 0:
        raise BadQuestion(f"after {after!r:.60}; write the position of an entry")
    return start


def _names_in(what: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str):  # its letters would be taken one by one
        raise BadQuestion(f"{what}: {quoted(given)} is one name; write a list of names")
    if not isinstance(given, Iterable):
        raise BadQuestion(f"{what}: {given!r:.60} is no list of names; write one")
    return tuple(given)


def _bytes(checkpoint: bytes | str) -> bytes:
    """A checkpoint as it was written, or as it was given."""
    if not isinstance(checkpoint, bytes | str):
        raise BadCheckpoint(f"{checkpoint!a:.60} is no checkpoint; give its text, or its bytes")
    return checkpoint.encode(errors="replace") if isinstance(checkpoint, str) else checkpoint


def _key_file(name: str | Path | None) -> Path | None:
    from pathlib import Path  # here: questions do without

    return None if name is None else Path(path_of("key file", name))


def _only(reader: Reader, of: ClaimOptions) -> Only:
    from timeline.questions.only import only  # here: few questions are asked of one party

    return only(reader, **of)


def _is_to_make(store: str) -> bool:
    """Whether a store may have to be made; a file may be there, of a making that was cut short."""
    from timeline.log.unmade import is_unmade  # here: most stores are there

    return is_address(store) or is_unmade(store)


def _read(store: str) -> tuple[LogReader, Files]:
    """The log of a store, for reading, and where its view is."""
    log = open_tail(store)
    if isinstance(log, SQLiteTail):
        return log, Files.beside(store)
    try:
        return log, Files.cached(log.place, "log")
    except StoreError:
        log.close()
        raise
