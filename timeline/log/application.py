"""Writing to a log, whatever the store: file in batches, correct, retract; each thing once."""

import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, Literal, NoReturn, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Mapper,
    Notification,
    PersistenceError,
    StoredEvent,
)
from eventsourcing.utils import Environment, EnvType

from events.when import Instant
from timeline.decoding import decode_report
from timeline.entries import FORMAT, UnreadableEntry, originator_id
from timeline.errors import Conflict, StoreBusy, UnknownReport
from timeline.log.aggregates import (
    LogAggregate,
    PartyAggregate,
    PlaceAggregate,
    ReportAggregate,
)
from timeline.log.filing import Correction, Filing, Outcome, Parted, Retraction, SealedReport
from timeline.log.rows import parts_of, row_of
from timeline.log.tail import LAST
from timeline.log.transcoding import (
    SealedNotification,
    StateMapper,
    defined,
    sealed_of,
)
from timeline.seals import Parts, parted, redacted

# A try fails only where another process wrote one of the same rows, so that less is left.
_TRIES: Final = 100
_A = TypeVar("_A", bound=BaseAggregate[UUID])
_F = TypeVar("_F", bound=Filing | Parted | SealedReport)

Clock = Callable[[], Instant]


def system_clock() -> Instant:
    """The time of this machine."""
    return time.time_ns() // 1000


class LogRecorder(ApplicationRecorder):
    """A recorder of the library that numbers and stamps rows under its lock, and reads in bulk."""

    @abstractmethod
    def histories(self, originators: Sequence[str]) -> Mapping[str, Sequence[StoredEvent]]:
        """The rows of those aggregates (32 hex digits each) that have any, oldest first."""

    @abstractmethod
    def notified(
        self, after: int, upto: int, topics: Sequence[str], limit: int
    ) -> Sequence[SealedNotification]:
        """At most `limit` rows of (after, upto] in log order, of these topics or of any."""

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """As the library has it, with what may be redacted in each row."""
        originator = UUID(str(originator_id)).hex
        rows = [
            row
            for row in self.histories([originator]).get(originator, ())
            if (gt is None or row.originator_version > gt)
            and (lte is None or row.originator_version <= lte)
        ]
        return (rows[::-1] if desc else rows)[:limit]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """As the library has it, with what may be redacted in each row."""
        after = 0 if start is None else start - inclusive_of_start
        return self.notified(after, LAST if stop is None else stop, topics, limit)

    @abstractmethod
    def redact(self, row: StoredEvent, columns: Sequence[tuple[int, bytes]]) -> None:
        """Insert a redaction and put these columns into its report's rows, by version, at once."""

    @abstractmethod
    def compact(self) -> None:
        """Write the store anew without its free room, so that what was redacted lies nowhere."""


class LogApplication(Application[UUID]):
    """The rules of the aggregates, applied to a store."""

    name = "timeline"

    def __init__(self, recorder: LogRecorder) -> None:
        self._recorder = recorder
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """An empty one: the library's variables would let the environment change what is stored."""
        return Environment(name, env)

    def construct_recorder(self) -> ApplicationRecorder:
        """The recorder this application was given."""
        return self._recorder

    def construct_mapper(self) -> Mapper[UUID]:
        """The one that writes canonical JSON."""
        return StateMapper()

    def opening(self, timezone: str) -> StoredEvent:
        """The first row of a new log."""
        aggregate = LogAggregate(timezone=timezone, format=FORMAT)
        return self.mapper.to_stored_event(aggregate.collect_events()[0])

    def file(
        self,
        filings: Sequence[Filing | SealedReport],
        places: Sequence[tuple[str, bytes]],
        parties: Sequence[tuple[str, bytes]],
        amendments: Sequence[Correction | Retraction],
    ) -> list[Outcome]:
        """File reports with the places and parties they name, and amend, all or nothing."""
        for filing in filings:
            if isinstance(filing, Filing):
                _check(filing.key, filing.content)
        for amendment in amendments:
            if isinstance(amendment, Correction):
                _check(amendment.key, amendment.content)
        for tried in range(_TRIES):
            # Most of what is filed is new; what is not the store refuses, and then we look.
            fresh, outcomes = self._decide(filings, look=tried > 0)
            stored: list[StoredEvent | SealedReport] = [
                *self._definitions(PlaceAggregate, "place", places),
                *self._definitions(PartyAggregate, "party", parties),
                # Rows without their aggregates: making these would take as long as writing.
                *map(_row, fresh),
            ]
            if amendments:
                rows, later = self._amended(amendments, filings)
                stored, outcomes = [*stored, *rows], [*outcomes, *later]
            if not stored:
                return outcomes
            try:
                # Our recorders take a report that is laid out already as it is.
                self._recorder.insert_events(cast("Sequence[StoredEvent]", stored))
            except IntegrityError:
                continue  # Known already, or another writer came between: look at what is there.
            return outcomes
        raise _overtaken()

    def check(
        self, filings: Sequence[Filing | Parted], amendments: Sequence[Correction | Retraction]
    ) -> list[Outcome]:
        """What `file` would make of these, with nothing written."""
        outcomes = self._decide(filings, look=True)[1]
        return [*outcomes, *self._amended(amendments, filings)[1]] if amendments else outcomes

    def redact(self, key: str, fields: Sequence[str], reason: str) -> Outcome:
        """Take what these fields say out of every version of a report."""
        originator = originator_id("report", key)
        for _ in range(_TRIES):
            history = self._recorder.histories([originator]).get(originator)
            if not history:
                raise _unknown(key)
            report = self._rebuild(ReportAggregate, history)
            report.redact(fields, reason)
            changed = report.collect_events()
            if not changed:
                return Outcome.known
            columns = [
                (one.originator_version, redacted(sealed, report.redacted))
                for one in history
                if (sealed := sealed_of(one)) is not None
            ]
            try:
                self._recorder.redact(self.mapper.to_stored_event(changed[0]), columns)
            except IntegrityError:
                continue  # Another writer took the next version: decide again after it.
            return Outcome.filed
        raise _overtaken()

    def compact(self) -> None:
        """Write the store anew without its free room."""
        self._recorder.compact()

    def _decide(self, filings: Sequence[_F], *, look: bool) -> tuple[Collection[_F], list[Outcome]]:
        """What is new of filings, and what became of each; Conflict where some clash.

        Without a `look` at the log only filings of the same id can clash, or be known.
        """
        ids = [
            originator_id("report", one.key) if isinstance(one, Filing) else one.originator
            for one in filings
        ]
        histories = self._recorder.histories(ids) if look else {}
        if not histories and len(set(ids)) == len(ids):  # as it is in most of a large file
            return filings, [Outcome.filed] * len(filings)
        fresh: dict[str, _F] = {}
        outcomes: list[Outcome] = []
        clashes: dict[str, None] = {}
        for filing, originator in zip(filings, ids, strict=True):
            if (history := histories.get(originator)) is not None:
                known = self._rebuild(ReportAggregate, history).knows(_parts(filing))
            elif (before := fresh.setdefault(originator, filing)) is filing:
                outcomes.append(Outcome.filed)
                continue
            else:
                known = _parts(before) == _parts(filing)
            outcomes.append(Outcome.known)
            if not known:
                clashes[filing.key] = None
        if clashes and not look:  # so that the error names all of them
            return self._decide(filings, look=True)
        if clashes:
            raise Conflict(list(clashes))
        return fresh.values(), outcomes

    def _amended(
        self,
        amendments: Sequence[Correction | Retraction],
        filings: Sequence[Filing | Parted | SealedReport],
    ) -> tuple[list[StoredEvent], list[Outcome]]:
        """What is new of amendments to reports of the log, and to those filed with them."""
        ids = {one.key: originator_id("report", one.key) for one in amendments}
        filed_now = {one.key: one for one in filings}
        histories = self._recorder.histories(list(ids.values()))
        reports: dict[str, ReportAggregate] = {}
        for key, originator in ids.items():
            if originator in histories:
                reports[key] = self._rebuild(ReportAggregate, histories[originator])
            elif key in filed_now:
                reports[key] = ReportAggregate(key=key, parts=_parts(filed_now[key]))
                reports[key].collect_events()  # its first row is on its way already
            else:
                raise _unknown(key)
        stored: list[StoredEvent] = []
        outcomes: list[Outcome] = []
        for one in amendments:
            changed = _amend(reports[one.key], one)
            stored += map(self.mapper.to_stored_event, changed)
            outcomes.append(Outcome.filed if changed else Outcome.known)
        return stored, outcomes

    def _definitions(
        self,
        kind: type[PlaceAggregate | PartyAggregate],
        name: Literal["place", "party"],
        given: Sequence[tuple[str, bytes]],
    ) -> list[StoredEvent]:
        ids = [originator_id(name, key) for key, _ in given]
        histories = self._recorder.histories(ids)
        if not histories and len(set(ids)) == len(ids):  # all new, as in a list of thousands
            return [defined(kind, one, *what) for one, what in zip(ids, given, strict=True)]
        standing = {
            originator: self._rebuild(kind, history) for originator, history in histories.items()
        }
        for (key, content), originator in zip(given, ids, strict=True):
            if originator in standing:
                standing[originator].define(content)
            else:
                standing[originator] = kind(key=key, content=content)
        return [
            self.mapper.to_stored_event(event)
            for definition in standing.values()
            for event in definition.collect_events()
        ]

    def _rebuild(self, kind: type[_A], history: Sequence[StoredEvent]) -> _A:
        # Not the library's project_aggregate: its check of each event costs more than the rest.
        aggregate: _A | None = None
        for version, row in enumerate(history, kind.INITIAL_VERSION):
            event = cast("AggregateEvent", self.mapper.to_domain_event(row))
            if row.originator_version != version or isinstance(event, AggregateCreated) is bool(
                aggregate
            ):
                aggregate = None
                break
            aggregate = event.mutate(aggregate)
        if not isinstance(aggregate, kind):
            raise UnreadableEntry(
                f"the rows of {history[0].originator_id} are not its history",
                "restore the log from a backup",
            )
        return aggregate


_E = TypeVar("_E", bound=Exception)


@contextmanager
def plainly(kind: type[_E], refuse: Callable[[_E], NoReturn]) -> Iterator[None]:
    """Turn what a store says, itself or through the library, into an error in plain words."""
    try:
        yield
    except kind as error:
        refuse(error)
    except PersistenceError as error:
        if isinstance(error.__cause__, kind):
            refuse(error.__cause__)
        raise


class Writing:
    """The part of a log that writes, the same for every store."""

    _application: LogApplication

    def file(
        self,
        filings: Sequence[Filing | SealedReport],
        *,
        places: Sequence[tuple[str, bytes]] = (),
        parties: Sequence[tuple[str, bytes]] = (),
        amendments: Sequence[Correction | Retraction] = (),
    ) -> list[Outcome]:
        """See `timeline.log.Log.file`."""
        with self._writing():
            return self._application.file(filings, places, parties, amendments)

    def check(
        self, filings: Sequence[Filing | Parted], amendments: Sequence[Correction | Retraction] = ()
    ) -> list[Outcome]:
        """See `timeline.log.Log.check`."""
        with self._writing():
            return self._application.check(filings, amendments)

    def redact(self, key: str, fields: Sequence[str], reason: str) -> Outcome:
        """See `timeline.log.Log.redact`."""
        with self._writing():
            return self._application.redact(key, fields, reason)

    def compact(self) -> None:
        """See `timeline.log.Log.compact`."""
        with self._writing():
            self._application.compact()

    def _writing(self) -> AbstractContextManager[None]:
        """What a store puts around a write."""
        return nullcontext()


def _row(filing: Filing | SealedReport) -> SealedReport:
    return filing if isinstance(filing, SealedReport) else row_of(filing)


def _parts(filing: Filing | Parted | SealedReport) -> Parts:
    return parted(filing.content) if isinstance(filing, Filing) else parts_of(filing)


def _check(key: str, content: bytes) -> None:
    """Raise UnreadableEntry for what no reader could read back."""
    if not key:
        raise UnreadableEntry("a report without an id", "give it one")
    decode_report(content)


def _amend(report: ReportAggregate, amendment: Correction | Retraction) -> Sequence[AggregateEvent]:
    """Apply one amendment; the event it makes, if any."""
    if isinstance(amendment, Correction):
        report.correct(amendment.content, mend=amendment.mend)
    else:
        report.retract(amendment.reported, amendment.reason, amendment.timezone)
    return cast("Sequence[AggregateEvent]", report.collect_events())


def _unknown(key: str) -> UnknownReport:
    return UnknownReport(f"no report has the id {key}; file it first")


def _overtaken() -> StoreBusy:
    return StoreBusy("other processes keep writing the same reports; try again when they are done")
