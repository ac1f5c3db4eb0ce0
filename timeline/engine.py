"""A log and the questions asked of it, behind one handle."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from events.when import zone_of
from timeline import questions
from timeline.asof import DAY
from timeline.cuts import Cut, Cuts, cuts
from timeline.errors import BadQuestion
from timeline.log.tail import SQLiteTail
from timeline.view import Files, IndexedLog

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline.intake import Added
    from timeline.log import Log, LogReader, Outcome
    from timeline.questions.diff import Diff
    from timeline.questions.history import History
    from timeline.questions.replay import By, Step
    from timeline.reader import Reader
    from timeline.situation import Situation

WINDOW_DAYS = 7.0

# Told, in words, what a caller may want to know besides the answer.
Note = Callable[[str], None]


def warn(message: str) -> None:
    """A note as a Python warning."""
    warnings.warn(message, stacklevel=2)


class Timeline:
    """A store that is open. Reading loads neither the event-sourcing library nor the vocabulary."""

    def __init__(
        self, path: str | Path, *, create: bool = False, timezone: str = "UTC", note: Note = warn
    ) -> None:
        self._path = Path(path)
        self._writer: Log | None = None
        if create and not self._path.exists():
            self._writer = _open_log(self._path, create=True, timezone=timezone)
        self._log: LogReader = SQLiteTail(self._path)
        self._index = IndexedLog(self._log, Files.beside(self._path), note)
        self.zone: tzinfo = zone_of(self._log.timezone)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._index.close()
        self._log.close()
        # Last, so that SQLite can clean up beside the file, which a reader may not.
        if self._writer is not None:
            self._writer.close()

    @property
    def path(self) -> Path:
        """Where the log is."""
        return self._path

    @property
    def log(self) -> LogReader:
        """The log, for reading."""
        return self._log

    @property
    def writer(self) -> Log:
        """The log, for writing; loads the event-sourcing library."""
        if self._writer is None:
            self._writer = _open_log(self._path, create=False, timezone="UTC")
        return self._writer

    def reader(self) -> Reader:
        """What questions read from, caught up with the log."""
        with self.reading() as reader:
            return reader

    def reading(self) -> AbstractContextManager[Reader]:
        """What questions read from, caught up with the log, in one snapshot."""
        return self._index.reading()

    def cuts(
        self,
        on: Cut | None = None,
        *,
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        basis: str | None = None,
    ) -> Cuts:
        """The cuts of a question, dates being days of this store's zone."""
        return cuts(self.zone, on=on, valid=valid, known=known, recorded=recorded, basis=basis)

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
    ) -> Situation:
        """The situation of a place; `window` in days.

        Raises `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`.
        """
        asked = self.cuts(on, valid=valid, known=known, recorded=recorded, basis=basis)
        with self.reading() as reader:
            return questions.known(reader, place, asked, facet=facet, window=window_of(window))

    def history(
        self,
        place: str,
        *,
        since: Cut | None = None,
        until: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        facet: str | None = None,
    ) -> History:
        """How the situation changed from day to day, as known at one cut."""
        with self.reading() as reader:
            return questions.history(
                reader,
                place,
                self.cuts(known=known, recorded=recorded),
                self.zone,
                since=self._end(since),
                until=self._end(until),
                facet=facet,
            )

    def replay(
        self,
        place: str,
        since: Cut,
        until: Cut,
        *,
        step: By = "day",
        recorded: Cut | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
    ) -> list[Step]:
        """Walk knowledge forward: what each day or report added, replaced and withdrew."""
        asked = self.cuts(since, recorded=recorded)
        with self.reading() as reader:
            return list(
                questions.replay(
                    reader,
                    place,
                    asked.asof,
                    self.zone,
                    since=asked.asof.known,
                    until=self.cuts(until).asof.known,
                    by=step,
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
        axis: str = "known",
        valid: Cut | None = None,
        known: Cut | None = None,
        recorded: Cut | None = None,
        facet: str | None = None,
        window: float = WINDOW_DAYS,
    ) -> Diff:
        """What changed between two cuts of one clock; the other clock keeps pace unless given.

        On the axis `known` the other is `valid`, and the other way round; on `valid` a missing
        `known` is now.
        """
        if axis == "known":
            first, second = (self.cuts(known=cut, valid=valid, recorded=recorded) for cut in (a, b))
        elif axis == "valid":
            first, second = (self.cuts(valid=cut, known=known, recorded=recorded) for cut in (a, b))
        else:
            raise BadQuestion(f"{axis!r} is not an axis; write known or valid")
        with self.reading() as reader:
            return questions.diff(
                reader, place, first, second, facet=facet, window=window_of(window)
            )

    def add(
        self,
        *documents: str | Path,
        dry_run: bool = False,
        keep_going: bool = False,
        progress: Callable[[int], None] = lambda _: None,
    ) -> Added:
        """File the reports of YAML, JSON and NDJSON documents; each file whole or not at all.

        Raises `BadReport` with every problem unless `keep_going`, and then nothing is filed.
        """
        from timeline import intake  # here: it loads the vocabulary, which questions do without

        return intake.add(
            self.writer,
            self.reader().book(),
            documents,
            dry_run=dry_run,
            keep_going=keep_going,
            progress=progress,
        )

    def correct(self, report: str, document: str | Path, *, mend: bool = False) -> Outcome:
        """File a corrected version of a report, which the document holds as it should read."""
        from timeline import intake  # here: it loads the vocabulary, which questions do without

        return intake.correct(
            self.writer, self.reader().book(), self.report_id(report), document, mend=mend
        )

    def retract(self, report: str, *, reported: str, reason: str) -> Outcome:
        """Withdraw a report, known from the end of what `reported` states."""
        from timeline import intake  # here: it loads the vocabulary, which questions do without

        return intake.retract(self.writer, self.report_id(report), reported, reason)

    def report_id(self, prefix: str) -> str:
        """The id of the one report that has this id, or an id that begins so."""
        return self.reader().report_id(prefix)

    def _end(self, cut: Cut | None) -> Instant | None:
        return None if cut is None else self.cuts(cut).asof.known


def _open_log(path: Path, *, create: bool, timezone: str) -> Log:
    from timeline.log import open_log  # here: it is for writing, and questions only read

    return open_log(path, create=create, timezone=timezone)


def window_of(days: float) -> Instant:
    """A window as the rule counts it; raises `BadQuestion` unless it is some time."""
    if not 0 < days <= 36_525:
        raise BadQuestion(f"a window of {days:g} days; write a number of days above 0")
    return int(days * DAY)
