"""A log with its view: caught up before each question, built anew where it has to be."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from timeline.entries import NewerEntry, UnreadableEntry
from timeline.errors import StoreBusy, StoreError
from timeline.log.sqlite_file import connect, is_cut_short
from timeline.log.tail import SQLiteTail
from timeline.view.damage import is_damage, is_unsound
from timeline.view.read import View
from timeline.view.schema import STATE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from timeline.evidence.checkpoint import Checkpoint
    from timeline.evidence.tiles import TakenIn
    from timeline.log import LogReader
    from timeline.view.build import Progress
    from timeline.view.files import Files
    from timeline.view.lag import Lag

_Taken = TypeVar("_Taken", View, View | None)

_TRIES: Final = 100
_BUILDS: Final = 3
"""Builds after which it is no accident that the view is not there."""
_CACHE_KIB: Final = -65_536
"""The page cache in KiB, as a negative number tells SQLite: what is asked again is at hand."""
_MAPPED: Final = 1 << 40
"""Bytes of the file to map, as far as SQLite allows: a page that is mapped is not copied."""
_PAUSE_SECONDS: Final = 0.02
_DAMAGED: Final = "the view of the log was damaged or of another log"
_ANOTHERS: Final = "the view of the log is another user's, who gave no right to write to it"
_SHORTER: Final = (
    "the end of the log is gone, see what `verify` says: its view had taken in {:,} entries and it "
    "has {:,}"
)
_OTHER: Final = (
    "the end of the log is another one, see what `verify` says: its view had taken in {:,} entries "
    "and the last of them is not here"
)

LEAP: Final = 50_000
"""A view that lacks more entries than this, and than it has, is built anew, not caught up."""


class IndexedLog:
    """A log with its view: readers are caught up with the log before they answer.

    One process at a time writes to a view; others wait for it, or answer from an older state and
    tell `note` so in words. `progress` is told of a build that a reader has to wait for: entries
    taken in and to take in, and at last 0 and 0. One question is asked at a time.
    """

    def __init__(
        self,
        log: LogReader,
        files: Files,
        note: Callable[[str], None],
        progress: Progress = lambda *_: None,
    ) -> None:
        self._log = log
        self._files = files
        self._note = note
        self._progress = progress
        self._lock = RLock()
        self.closed = False
        self._asking = False
        self._db: sqlite3.Connection | None = None
        self._writable = False
        self._generation: str | None = None
        self._view: View | None = None
        self._compared = False

    def close(self) -> None:
        """Let go of the view for good."""
        with self._lock:
            self.closed = True
            self._drop()

    def _drop(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = self._view = self._generation = None
        self._writable = self._compared = False

    def reading(self) -> AbstractContextManager[View]:
        """A view caught up with the log, in one snapshot; within another, the same one."""
        return _Asking(self, self._caught_up)

    def at_hand(self) -> AbstractContextManager[View | None]:
        """The view as `reading` gives it, where nothing has to be waited for first; else None."""
        return _Asking(self, self._current)

    @property
    def alone(self) -> AbstractContextManager[object]:
        """A context in which no other thread asks anything, nor closes what is read from."""
        return self._lock

    def require_open(self) -> None:
        """Raise StoreError once the store was closed."""
        if self.closed:
            raise StoreError("the store was closed; open it again")

    def _give_up(self) -> None:
        """End a snapshot that came to nothing, since the log could not say how far it is."""
        if self._view is not None:
            with suppress(sqlite3.DatabaseError):
                self._view.end()

    def _let_go(self, view: View, error: BaseException | None) -> None:
        """End a question's snapshot; build anew a view that it found damaged."""
        self._asking = False
        if view is self._view:
            with suppress(sqlite3.DatabaseError):  # told below, where it is damaged
                view.end()
        if error is not None:
            self._mend(error)

    def _mend(self, error: BaseException) -> None:
        """Where damage to the view led to this error, build it anew and raise StoreError."""
        if isinstance(error, sqlite3.ProgrammingError):  # a signal handler closed it, say
            self.require_open()
        if self._db is None or not self._is_damaged(error):
            return
        damaged = self._generation
        self._drop()
        self._build(damaged, _DAMAGED)
        raise StoreError(
            "the view of the log was damaged and has been built anew; ask again"
        ) from error

    def _is_damaged(self, error: BaseException) -> bool:
        return is_damage(error) or (self._db is not None and is_unsound(self._db, error))

    def interrupt(self) -> None:
        """Stop what another thread reads: it meets an `sqlite3.OperationalError`."""
        db = self._db
        if db is not None and self._asking:
            with suppress(sqlite3.ProgrammingError):  # closed between two looks
                db.interrupt()

    def rebuild(self, progress: Progress = lambda *_: None) -> str:
        """Build a new generation and switch to it; its path. The log counts as right from now on.

        Raises `StoreBusy` where another process is at it.
        """
        built = self._rebuilt(progress)
        lost = self.lag().lost
        self._files.seen.unlink(missing_ok=True)
        if lost:
            self._note(
                f"a view had taken in {lost:,} entries, of which some are gone or others by now; "
                "now the log is right as it is"
            )
        return built

    def _rebuilt(self, progress: Progress) -> str:
        from timeline.view.build import rebuild  # here: most readers find their view built

        with self._building():
            built = str(rebuild(self._log, self._files, progress))
        with self._lock:
            if not self._asking:
                self._drop()  # nobody else may have the old one open
                self._files.clean()
        return built

    @contextmanager
    def _building(self) -> Iterator[None]:
        """Say in plain words what keeps a view from being built."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the view of the log cannot be built in {self._files.folder} ({error}); "
                "make room there and for temporary files, see $TMPDIR, or give the right to write"
            ) from error

    def unlike(self, progress: Progress = lambda *_: None) -> list[tuple[str, int]]:
        """Where the view differs from the log laid out anew: in what, and by how many rows."""
        from timeline.view.compare import unlike  # here: few ever ask

        # In this order, so that a damaged view is not told of as a lack of room.
        with self._building(), self.reading():
            return unlike(self._log, self._files, self._generation or "", progress)

    def position(self) -> int:
        """The last entry of the log that answers are from; within `reading`, of its snapshot."""
        with self.reading() as view:
            return view.position()

    def redactions(self) -> int:
        """How many redactions answers know of; within `reading`, those of its snapshot."""
        with self.reading() as view:
            return view.redactions()

    def lag(self) -> Lag:
        """How far the view is, as it stands: nothing is built and nothing caught up."""
        from timeline.view.lag import lag_of  # here: questions do without

        return lag_of(self._log, self._files)

    def seen(self) -> Checkpoint | None:
        """The tree head of a view that was built anew of a log with other entries."""
        from timeline.view.seen import kept  # here: questions do without

        return kept(self._files, self._log.identity)

    @contextmanager
    def kept(self) -> Iterator[TakenIn | None]:
        """What the view holds of the log, with nothing caught up; None where there is no view."""
        from timeline.view.tiles import taken_in  # here: questions do without

        with taken_in(self._files.reading(), self._log.identity) as found:
            yield found

    def _caught_up(self) -> View:
        """The view in a snapshot that has all of the log, if need be after catching up."""
        view = self._opened()
        position, head = view.begin(), self._log.head()
        why = ""
        if position > head:
            why = _SHORTER.format(position, head)
        elif not self._has_last_of(view, position):
            why = _OTHER.format(position)
        elif position == head:
            return view
        view.end()
        much = head - position > max(LEAP, position)
        if why or (much and not self._goes_on_newer(position)):
            self._build(self._generation, why)
        self._opened()
        for _ in range(_BUILDS):
            self._catch_up()
            caught_up, view = self._generation, self._opened()
            if self._generation == caught_up:
                break
            # Another one came meanwhile, which has what the log had when its build began.
        view.begin()
        return view

    def _current(self) -> View | None:
        """The view in a snapshot that has all of the log, if nothing has to be done for it."""
        # Any other log is behind a connection, which may be slow.
        path = self._files.reading() if isinstance(self._log, SQLiteTail) else None
        try:
            view = None if path is None else self._generation_at(path)
        except sqlite3.OperationalError:
            return None
        if view is not None:
            position = view.begin()
            if position != self._log.head() or not self._has_last_of(view, position):
                view.end()
                return None
        return view

    def _opened(self) -> View:
        """The current generation, open; built where there is none, or where it is of no use."""
        for _ in range(_TRIES):
            path = self._files.reading()
            if path is None:
                self._build(None)
                continue
            try:
                view = self._generation_at(path)
            except sqlite3.OperationalError:
                if self._files.is_anothers(path):
                    self._build(path, _ANOTHERS)
                    continue
                # A newer generation came, and this one went, between two looks.
                time.sleep(_PAUSE_SECONDS)
                continue
            if view is not None:
                return view
            # Nothing is lost by that: all of it is in the log.
            self._build(path, _DAMAGED)
        raise StoreError(
            f"the view of the log cannot be opened; check the rights on {self._files.folder}, "
            "and that there is room"
        )

    def _generation_at(self, path: str) -> View | None:
        """The generation at a path, open; None where it is of no use."""
        if self._view is None or path != self._generation:
            self._drop()
            if (db := self._of_this_log(path)) is None:
                return None
            self._db, self._generation, self._view = db, path, View(db)
        return self._view

    def _of_this_log(self, path: str) -> sqlite3.Connection | None:
        """The view at a path, open; None for one that is damaged, or of another log."""
        db = connect(path, "ro")
        try:
            _keep_in_memory(db)
            identity, _ = db.execute(STATE).fetchone() or (None, 0)
            ours = identity == self._log.identity and not is_cut_short(path, db)
        except sqlite3.DatabaseError as error:
            db.close()
            if is_damage(error) or error.sqlite_errorcode == sqlite3.SQLITE_ERROR:  # no table
                return None
            raise
        if ours:
            return db
        db.close()
        return None

    def _build(self, before: str | None, why: str = "") -> None:
        """Have a generation after `before` built, by this process or by another that is at it."""
        if why:
            self._note(f"{why}; it is built anew")
        waiting, built = False, 0
        while self._files.reading() == before:
            if built == _BUILDS:
                raise StoreError(
                    f"the view of the log was built in {self._files.folder} and is not to be found "
                    "there; see what else writes to that folder"
                )
            try:
                self._rebuilt(self._progress)
                built += 1
            except StoreBusy:
                if not waiting:
                    self._note("another process is building the view of the log; waiting for it")
                waiting = True
                time.sleep(_PAUSE_SECONDS)
        self._progress(0, 0)

    def _has_last_of(self, view: View, position: int) -> bool:
        """Whether the log has the last entry of the view; looked at once for each view opened.

        It has not where a copy of the log that went on elsewhere was put in its place.
        """
        if not self._compared and (recorded := view.last_recorded()) is not None:
            with suppress(UnreadableEntry):  # `verify` tells of it
                entries = self._log.entries(position - 1, 1, upto=position)
                if any(entry.recorded != recorded for entry in entries):
                    return False
        self._compared = True
        return True

    def _goes_on_newer(self, position: int) -> bool:
        """Whether a newer version wrote the next entry; then the view has all that can be read."""
        try:
            self._log.entries(position, 1)
        except NewerEntry:
            return True
        return False

    def _catch_up(self) -> None:
        from timeline.view.build import catch_up  # here: most readers find their view caught up

        try:
            if catch_up(db := self._to_write(), self._log):
                self._purge(db)
        except NewerEntry as error:
            self._note(f"answering from what comes before it in the log: {error}")
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.IntegrityError):  # a build tells which of them is at fault
                self._build(self._generation, "the view has already what the log goes on with")
                return
            if self._is_damaged(error):
                self._build(self._generation, _DAMAGED)
                return
            if self._files.is_anothers(self._generation or ""):
                self._build(self._generation, _ANOTHERS)
                return
            behind = self._log.head() - (self._view.position() if self._view else 0)
            if not behind:  # all that is left is to let go of what was redacted
                self._note(f"what was redacted may lie beside the view until `compact` ({error})")
                return
            entries = "1 entry" if behind == 1 else f"{behind:,} entries"
            self._note(
                f"answering from an older state of the log, {entries} behind: "
                f"its view cannot be caught up now ({error})"
            )

    def _to_write(self) -> sqlite3.Connection:
        """The current generation, open for writing; from here on it is read by this connection too.

        Another one would have to read all that it had in memory anew after each write.
        """
        if self._db is None or not self._writable:
            self._opened()
            old, db = self._db, connect(self._generation or "", "rw")
            _keep_in_memory(db)
            # The log is durable; a view that loses its last batch catches up again.
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA secure_delete=ON")  # what was redacted is overwritten
            if old is not None:
                old.close()
            self._db, self._view, self._writable = db, View(db), True
        return self._db

    def _purge(self, db: sqlite3.Connection) -> None:
        """Delete what was redacted where it may still lie outside the rows of the view."""
        from timeline.view.projected import purge  # here: it is needed once in a long while

        purge(self._files, View(db).redactions(), self._note)
        # As far as nobody reads what was before: a question does not wait for that.
        ((patience,),) = db.execute("PRAGMA busy_timeout").fetchall()
        db.execute("PRAGMA busy_timeout=0")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute(f"PRAGMA busy_timeout={patience}")

    def compact(self, progress: Progress = lambda *_: None) -> str:
        """Build the view anew and delete every other file of it; the path of the new one.

        Raises `StoreBusy` where another process builds it, or still reads an older one.
        """
        from timeline.view.projected import purge  # here: it is needed once in a long while

        built = self._rebuilt(progress)
        if self.lag().position < self._log.head():
            built = self._rebuilt(progress)  # What was taken up had begun before a redaction.
        purge(self._files, self.redactions(), self._note)
        if kept := self._files.clean(all_others=True):
            raise StoreBusy(
                f"another process still reads {kept[0].name}, which may hold what was redacted; "
                "compact again when it is done"
            )
        return built


class _Asking(Generic[_Taken]):
    """The context of a question; no generator, which would take as long as the first read."""

    def __init__(self, index: IndexedLog, take: Callable[[], _Taken]) -> None:
        self._index = index
        self._take: Callable[[], _Taken] = take
        self._own: View | None = None

    def __enter__(self) -> _Taken:
        index = self._index
        index._lock.acquire()
        try:
            index.require_open()
            if index._asking and index._view is not None:
                return index._view
            self._own = self._take()
        except BaseException as error:
            try:
                if not index._asking:
                    index._give_up()
                    index._mend(error)
            finally:
                index._lock.release()
            raise
        index._asking = self._own is not None
        return self._own

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            if self._own is not None:
                self._index._let_go(self._own, error)
        finally:
            self._index._lock.release()


def _keep_in_memory(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA cache_size={_CACHE_KIB}")
    db.execute(f"PRAGMA mmap_size={_MAPPED}")
