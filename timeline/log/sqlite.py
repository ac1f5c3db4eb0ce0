"""The log in an SQLite file: the embedded default, for many readers and a few writers."""

import os.path
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Final, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from timeline.days import require_zone
from timeline.entries import StoredRow
from timeline.errors import StoreBusy, StoreError
from timeline.log.application import (
    Clock,
    LogApplication,
    LogRecorder,
    Writing,
    plainly,
    system_clock,
)
from timeline.log.beside import require_folder, require_own_name
from timeline.log.sqlite_file import (
    APPLICATION_ID,
    BUSY_SECONDS,
    TABLE,
    connect,
    file_at,
    is_full,
    look,
    refuse,
    require,
    require_not_lost,
    require_plain,
    require_same,
    require_same_wal,
    wal_at,
)
from timeline.log.tail import SQLiteTail
from timeline.log.transcoding import (
    STAMP_LENGTH,
    SealedEvent,
    SealedNotification,
    hex_in,
    numbered,
    recorded_of,
)

MANY: Final = 10_000
"""From so many rows of a transaction on, a thread copies its WAL into the file."""
_SHORT: Final = 250
"""Pages of the WAL, as a rule.

They are written over once they have been copied into the file, and syncing them takes half as long
as while the WAL grows. A large batch needs more all the same.
"""
_INSERT: Final = "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, ?)"
_HEAD: Final = "SELECT coalesce(max(position), 0) FROM stored_events"
_LAST: Final = (
    "SELECT position, substr(state, 1, ?) FROM stored_events ORDER BY position DESC LIMIT 1"
)
_HISTORIES: Final = (
    "SELECT originator_id, originator_version, topic, state, sealed, position FROM stored_events"
    " WHERE originator_id IN (SELECT value FROM json_each(?))"
    " ORDER BY originator_id, originator_version"
)

_NOTIFIED: Final = (
    "SELECT originator_id, originator_version, topic, state, position, sealed FROM stored_events"
    " WHERE position > ? AND position <= ?"
    " AND (? OR topic IN (SELECT value FROM json_each(?)))"
    " ORDER BY position LIMIT ?"
)


class _Transaction(SQLiteTransaction):
    """A transaction that takes the write lock at once, of a file that is a log and no more.

    The library's plain BEGIN reads first; a writer elsewhere then makes the write fail at once,
    however long it might have waited.
    """

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        return cursor

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            # A commit that failed (a full disk) must not leave its transaction open in the pool.
            self.connection.rollback()


class _Connection(SQLiteConnection):
    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, max_age=None)
        self._path = path
        self._file = file_at(path)
        connection.execute("SELECT count(*) FROM sqlite_master")  # opens the WAL
        self._wal = wal_at(path)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        with _Transaction(self, commit=commit) as cursor, cursor:
            if commit:
                require_same(self._path, self._file)
                require_same_wal(self._path, self._wal)
                require_plain(self._sqlite_conn, self._path)
            yield cursor

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Commit without copying the WAL into the file."""
        self._sqlite_conn.execute("PRAGMA wal_autocheckpoint=0")
        try:
            yield
        finally:
            self._sqlite_conn.execute(f"PRAGMA wal_autocheckpoint={_SHORT}")


class _Pool(SQLiteConnectionPool):
    def __init__(self, path: Path) -> None:
        super().__init__(db_name=str(path))
        self._path = path

    def _create_connection(self) -> SQLiteConnection:
        connection = connect(self._path, "rw")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # what was redacted is overwritten
        connection.execute(f"PRAGMA wal_autocheckpoint={_SHORT}")
        connection.execute("PRAGMA cache_size=-65536")
        connection.row_factory = sqlite3.Row
        return _Connection(connection, self._path)


class _Datastore(SQLiteDatastore):
    def __init__(self, path: Path) -> None:
        super().__init__(db_name=str(path))
        self.pool = _Pool(path)


class _Copying:
    """Copies the WAL of a file into it by a thread, while another one makes rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Copy what is there now."""
        self.wait()
        with self._lock:
            self._thread = Thread(target=self._copy)
            self._thread.start()

    def wait(self) -> None:
        """Wait until it is copied."""
        if self._thread is None:
            return
        with self._lock:
            if self._thread is not None:
                self._thread.join()
                self._thread = None

    def _copy(self) -> None:
        # As SQLite itself does, leave what could not be copied to the next who writes.
        with suppress(sqlite3.Error), closing(connect(self._path, "rw")) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


class SQLiteRecorder(LogRecorder, SQLiteApplicationRecorder):
    """Numbers and stamps rows under the file's write lock."""

    def __init__(self, path: Path, clock: Clock) -> None:
        path = path.absolute()  # for connections to come: the working folder may be another then
        super().__init__(_Datastore(path))
        self._path = path
        self._clock = clock
        self._copying = _Copying(path)

    def start(self, opening: StoredEvent) -> None:
        """Make the table and its first row, unless somebody else just did."""
        with self.datastore.transaction(commit=True) as cursor:
            if not _is_made(cursor):
                _make(cursor)
                self._insert_events(cursor, [opening])

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **more: Any
    ) -> Sequence[int] | None:
        """Insert rows as one transaction; many are copied into the file while the next are made."""
        self._copying.wait()  # else the WAL would grow
        if len(stored_events) < MANY:
            return super().insert_events(stored_events, **more)
        with self.datastore.get_connection(commit=True) as one:
            connection = cast("_Connection", one)
            with connection.leaving(), connection.transaction(commit=True) as cursor:
                positions = self._insert_events(cursor, stored_events, **more)
        self._copying.start()
        return positions

    def close(self) -> None:
        """Let go of the file."""
        self._copying.wait()
        self.datastore.close()

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **_: Any
    ) -> Sequence[int]:
        c.execute(_LAST, (STAMP_LENGTH,))
        last = c.fetchone()
        position, recorded = (last[0], recorded_of(last[1])) if last else (0, 0)
        recorded = max(self._clock(), recorded)
        c.executemany(_INSERT, numbered(stored_events, position, recorded, hex_in))
        return range(position + 1, position + 1 + len(stored_events))

    def histories(self, originators: Sequence[str]) -> Mapping[str, Sequence[StoredEvent]]:
        """The rows of those aggregates that have any, oldest first."""
        if not originators:
            return {}
        found: dict[str, list[StoredEvent]] = {}
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(_HISTORIES, (msgspec.json.encode(originators).decode(),))
            for originator, *row in cursor.fetchall():
                found.setdefault(originator, []).append(SealedEvent(UUID(originator), *row))
        return found

    def notified(
        self, after: int, upto: int, topics: Sequence[str], limit: int
    ) -> Sequence[SealedNotification]:
        """At most `limit` rows of (after, upto] in log order, of these topics or of any."""
        values = after, upto, not topics, msgspec.json.encode(topics).decode(), limit
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(_NOTIFIED, values)
            return [SealedNotification(UUID(one), *row) for one, *row in cursor.fetchall()]

    def redact(self, row: StoredEvent, columns: Sequence[tuple[int, bytes]]) -> None:
        """Insert a redaction and put these columns into its report's rows, by version, at once."""
        self._copying.wait()  # else what was redacted would stay beside the file
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_events(cursor, [row])
            cursor.executemany(
                "UPDATE stored_events SET sealed = ?"
                " WHERE originator_id = ? AND originator_version = ?",
                [(sealed, hex_in(row.originator_id), version) for version, sealed in columns],
            )
        # Without waiting for those who still read what was before.
        with closing(connect(self._path, "rw", timeout=0)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_in(self, rows: Sequence[StoredRow]) -> bool:
        """See `timeline.log.copying.Sink.copy_in`."""
        if not _is_log(self._path):
            _prepare(self._path)
        with self.datastore.transaction(commit=True) as cursor:
            is_made = _is_made(cursor)
            if rows[0][0] != (_head(cursor) if is_made else 0) + 1:
                return False
            if not is_made:
                _make(cursor)
            cursor.executemany(_INSERT, rows)
        return True

    def reseal(self, columns: Sequence[tuple[int, bytes | None]]) -> None:
        """See `timeline.log.copying.Sink.reseal`."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.executemany(
                "UPDATE stored_events SET sealed = ? WHERE position = ?",
                [(sealed, position) for position, sealed in columns],
            )

    def compact(self) -> None:
        """Write the file anew without its free room, and empty what lies beside it."""
        self._copying.wait()
        with closing(connect(self._path, "rw")) as connection:
            require_plain(connection, self._path)  # else what was redacted may lie in it
            try:
                connection.execute("VACUUM")
            except sqlite3.OperationalError as error:
                if not is_full(error):
                    raise
                raise StoreError(
                    f"there is no room to write {self._path} anew; make room on its disk, and on "
                    "that of temporary files, which $TMPDIR names"
                ) from error
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise StoreBusy(
                    f"another process still reads {self._path} as it was; "
                    "compact again when it is done"
                )


class SQLiteLog(Writing, SQLiteTail):
    """A log file, open for reading and for writing."""

    def __init__(self, path: Path, *, create: bool, timezone: str, clock: Clock | None) -> None:
        self._recorder = SQLiteRecorder(path, clock or system_clock)
        self._application = LogApplication(self._recorder)
        if create and not _is_log(path):
            require_zone(timezone)
            require_not_lost(path)
            with _plainly(path):
                _prepare(path)
                self._recorder.start(self._application.opening(timezone))
        super().__init__(path)

    def close(self) -> None:
        """Let go of the file."""
        super().close()
        # Last, so that SQLite can clean up beside the file, which a reader may not.
        self._recorder.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.refuse_newer()
        with _plainly(self.path):
            yield


def _plainly(path: str | Path) -> AbstractContextManager[None]:
    return plainly(sqlite3.Error, lambda error: refuse(error, path))


@contextmanager
def sink(path: Path) -> Iterator[SQLiteRecorder]:
    """What takes the rows of another log into a file, which comes into being with the first."""
    require_folder(path)
    recorder = SQLiteRecorder(path, system_clock)
    try:
        with _plainly(path):
            yield recorder
    finally:
        recorder.close()


def _is_made(cursor: SQLiteCursor) -> bool:
    cursor.execute("PRAGMA application_id")
    return bool(cursor.fetchone()[0] == APPLICATION_ID)


def _head(cursor: SQLiteCursor) -> int:
    cursor.execute(_HEAD)
    return int(cursor.fetchone()[0])


def _make(cursor: SQLiteCursor) -> None:
    cursor.execute(TABLE)
    cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _prepare(path: Path) -> None:
    """Make an empty file in WAL mode where there is none; StoreError for another's file."""
    if os.path.exists(path):  # noqa: PTH110 -- of a name that is too long it says no
        require(path)
    else:
        require_folder(path)
        require_own_name(path)
    with closing(connect(path, "rwc")) as connection:
        application, tables = look(connection)
        if application == APPLICATION_ID:
            return
        if tables:
            raise StoreError(f"{path} is not a timeline log; name a new file, or one of ours")
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError:
                # SQLite does not wait here by itself while another process makes the same log.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def _is_log(path: Path) -> bool:
    """Whether the file is surely a log, from its header alone: we may have no right to write to it.

    SQLite reads the header, so that no lock on the file is dropped (see `beside.is_database`).
    """
    if not os.path.isfile(path):  # noqa: PTH113 -- of a name that is too long it says no
        return False
    try:
        with closing(connect(path, "ro", immutable=True)) as connection:
            return bool(connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,))
    except sqlite3.Error:
        return False  # whoever opens it tells what is wrong
