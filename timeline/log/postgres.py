"""The log on PostgreSQL: for many writers at once, each with a view of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    OperationalError,
    StoredEvent,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import retry
from psycopg.rows import dict_row

from timeline.days import require_zone
from timeline.errors import StoreError
from timeline.log.address import address
from timeline.log.application import LogApplication, LogRecorder, Writing, plainly
from timeline.log.postgres_tail import TABLE, PostgresTail, connect
from timeline.log.postgres_words import refuse
from timeline.log.sqlite_file import APPLICATION_ID, BUSY_SECONDS
from timeline.log.transcoding import (
    STAMP_LENGTH,
    SealedEvent,
    SealedNotification,
    id_of,
    numbered,
    recorded_of,
    uuid_in,
)

if TYPE_CHECKING:
    from psycopg import Connection, Cursor
    from psycopg.rows import DictRow

    from events.when import Instant
    from timeline.entries import StoredRow
    from timeline.log.address import StoreAddress
    from timeline.log.application import Clock

# The columns that the library reads; but it would let a sequence number the rows, with gaps.
_CREATE: Final = (
    f"CREATE TABLE IF NOT EXISTS {TABLE} (notification_id bigint PRIMARY KEY,"
    " originator_id uuid NOT NULL, originator_version integer NOT NULL, topic text NOT NULL,"
    " state bytea NOT NULL, sealed bytea, UNIQUE (originator_id, originator_version))"
)
# The server samples values for its planner; what may have to be redacted must not be there.
_NO_SAMPLES: Final = f"ALTER TABLE {TABLE} ALTER COLUMN sealed SET STATISTICS 0"
# Advisory, because a lock of the table would make each write wait for its vacuum; and held to the
# end of the transaction, so that rows are seen in the order of their positions.
_LOCK: Final = (
    f"SELECT pg_advisory_xact_lock(({APPLICATION_ID}::bigint << 32) + '{TABLE}'::regclass::bigint)"
)
_LOCK_MAKING: Final = f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"
_PATIENCE: Final = f"SET LOCAL lock_timeout = '{BUSY_SECONDS:.0f}s'"
# One clock for all who write: the server's.
_LAST: Final = (
    "SELECT now.time, last.notification_id, last.stamp"
    " FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS time) AS now"
    f" LEFT JOIN (SELECT notification_id, substring(state FOR {STAMP_LENGTH}) AS stamp"
    f" FROM {TABLE} ORDER BY notification_id DESC LIMIT 1) AS last ON true"
)
_INSERT: Final = (
    f"COPY {TABLE} (notification_id, originator_id, originator_version, topic, state, sealed)"
    " FROM STDIN (FORMAT BINARY)"
)
_TYPES: Final = ("int8", "uuid", "int4", "text", "bytea", "bytea")
_HISTORIES: Final = (
    "SELECT encode(uuid_send(originator_id), 'hex') AS id, originator_version, topic, state,"
    f" sealed, notification_id FROM {TABLE} WHERE originator_id = ANY(%s::uuid[])"
    " ORDER BY originator_id, originator_version"
)
_NOTIFIED: Final = (
    "SELECT originator_id, originator_version, topic, state, notification_id, sealed"
    f" FROM {TABLE} WHERE notification_id > %s AND notification_id <= %s"
    " AND (cardinality(%s::text[]) = 0 OR topic = ANY(%s::text[]))"
    " ORDER BY notification_id LIMIT %s"
)
_SEAL: Final = (
    f"UPDATE {TABLE} SET sealed = %s WHERE originator_id = %s AND originator_version = %s"
)
_RESEAL: Final = f"UPDATE {TABLE} SET sealed = %s WHERE notification_id = %s"
_FILE: Final = f"SELECT pg_relation_filenode('{TABLE}')"
_DURABLE: Final = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)

# For a server that is restarted.
_again = retry(OperationalError, max_attempts=25, wait=0.2)


class _Datastore(PostgresDatastore):
    """One connection, which threads take in turn, and which is opened again when it was lost.

    The library's pool would tell of a server that refuses only after half a minute, and not why.
    """

    def __init__(self, at: StoreAddress) -> None:
        self._address = at
        self._lock = RLock()
        self._at_work = self._opened()
        super().__init__("", "", "", "", "")

    def _opened(self) -> Connection[DictRow]:
        connection: Any = connect(self._address)
        connection.row_factory = dict_row
        # Once the lock is had, what those before have written has to be seen.
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        # A row is in the log when the command says so, whatever the server does for others.
        connection.execute(_DURABLE)
        return connection  # type: ignore[no-any-return]

    def register_type_adapters(self) -> None:
        """None: rows are inserted without types of our own."""

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """The connection; the library's errors where one of its own is asked for, or was lost."""
        with self._lock:
            if self._at_work.closed:
                try:
                    self._at_work = self._opened()
                except StoreError as error:
                    raise OperationalError from error.__cause__
                except psycopg.Error as error:  # lost again as soon as it was had
                    raise OperationalError from error
            try:
                yield self._at_work
            except psycopg.IntegrityError as error:
                raise IntegrityError from error
            except psycopg.Error as error:
                if self._at_work.broken:
                    raise OperationalError from error
                raise

    def close(self) -> None:
        """Let go of the connection."""
        with suppress(AttributeError):  # the library closes one whose making failed, too
            self._at_work.close()


class PostgresRecorder(LogRecorder, PostgresApplicationRecorder):
    """Numbers and stamps rows under a lock of the server's."""

    def __init__(self, at: StoreAddress, clock: Clock | None) -> None:
        super().__init__(_Datastore(at), events_table_name=TABLE)
        self._clock = clock

    def start(self, opening: StoredEvent) -> None:
        """Make the table and its first row, unless somebody else just did."""
        with self.datastore.transaction(commit=True) as cursor:
            if _is_made(cursor):
                return
            _make(cursor)
            if _take_turn(cursor)[0] == 0:
                self._insert(cursor, [opening])

    @_again
    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **_: Any,
    ) -> Sequence[int]:
        """Add rows behind the last one; the library's own way hangs with hundreds of them."""
        if not stored_events:
            return []
        with self.datastore.transaction(commit=True) as cursor:
            return self._insert(cursor, stored_events)

    def _insert(
        self, cursor: Cursor[DictRow], stored_events: Sequence[StoredEvent]
    ) -> Sequence[int]:
        position, stamp, now = _take_turn(cursor)
        if self._clock is not None:
            now = self._clock()
        recorded = max(now, recorded_of(stamp) if stamp else 0)
        _add(cursor, numbered(stored_events, position, recorded, uuid_in))
        return range(position + 1, position + 1 + len(stored_events))

    @_again
    def histories(self, originators: Sequence[str]) -> Mapping[str, Sequence[StoredEvent]]:
        """The rows of those aggregates that have any, oldest first."""
        if not originators:
            return {}
        found: dict[str, list[StoredEvent]] = {}
        with self.datastore.cursor() as cursor:
            for row in cursor.execute(_HISTORIES, (list(originators),), binary=True):
                originator, *rest = row.values()
                event = SealedEvent(UUID(originator), *rest)
                found.setdefault(originator, []).append(event)
        return found

    @_again
    def notified(
        self, after: int, upto: int, topics: Sequence[str], limit: int
    ) -> Sequence[SealedNotification]:
        """At most `limit` rows of (after, upto] in log order, of these topics or of any."""
        values = after, upto, list(topics), list(topics), limit
        with self.datastore.cursor() as cursor:
            rows = cursor.execute(_NOTIFIED, values, binary=True)
            return [SealedNotification(*row.values()) for row in rows]

    @_again
    def redact(self, row: SealedEvent, columns: Sequence[tuple[int, bytes]]) -> None:
        """Insert a redaction and put these columns into its report's rows, by version, at once."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert(cursor, [row])
            for version, sealed in columns:
                cursor.execute(_SEAL, (sealed, id_of(row), version))

    @_again
    def copy_in(self, rows: Sequence[StoredRow]) -> bool:
        """See `timeline.log.copying.Sink.copy_in`."""
        with self.datastore.transaction(commit=True) as cursor:
            if rows[0][0] == 1:
                _make(cursor)
            if rows[0][0] != _take_turn(cursor)[0] + 1:
                return False
            _add(cursor, ((position, UUID(one), *rest) for position, one, *rest in rows))
        return True

    @_again
    def reseal(self, columns: Sequence[tuple[int, bytes | None]]) -> None:
        """See `timeline.log.copying.Sink.reseal`."""
        with self.datastore.transaction(commit=True) as cursor:
            for position, sealed in columns:
                cursor.execute(_RESEAL, (sealed, position))

    def compact(self) -> None:
        """Write the table anew without its free room; the server's old files go at once."""
        with self.datastore.get_connection() as connection:
            before = connection.execute(_FILE).fetchone()
            connection.execute(f"SET lock_timeout = '{BUSY_SECONDS:.0f}s'")
            connection.execute(f"VACUUM FULL {TABLE}")
            # Without the right to do so the server only warns, and passes the table over.
            if connection.execute(_FILE).fetchone() == before:
                raise psycopg.errors.InsufficientPrivilege


class PostgresLog(Writing, PostgresTail):
    """A log on a server, open for reading and for writing."""

    def __init__(self, store: str, *, create: bool, timezone: str, clock: Clock | None) -> None:
        at = address(store)
        if create:
            require_zone(timezone)
        with _plainly(at):
            self._recorder = PostgresRecorder(at, clock)
            self._application = LogApplication(self._recorder)
            try:
                if create:
                    self._recorder.start(self._application.opening(timezone))
                super().__init__(store)
            except BaseException:
                self._recorder.datastore.close()
                raise

    def close(self) -> None:
        """Let go of the server."""
        super().close()
        self._recorder.datastore.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.refuse_newer()
        with _plainly(self.address):
            yield


def _plainly(at: StoreAddress) -> AbstractContextManager[None]:
    return plainly(psycopg.Error, lambda error: refuse(error, at))


@contextmanager
def sink(store: str) -> Iterator[PostgresRecorder]:
    """What takes the rows of another log into a database, empty or with some of them."""
    at = address(store)
    with _plainly(at):
        recorder = PostgresRecorder(at, None)
        try:
            yield recorder
        finally:
            recorder.datastore.close()


def _take_turn(cursor: Cursor[DictRow]) -> tuple[int, bytes | None, Instant]:
    """Wait for those who write before us; returns the last position and stamp, and the time."""
    cursor.execute(_PATIENCE)
    cursor.execute(_LOCK)
    last = cursor.execute(_LAST, binary=True).fetchone() or {}
    return last["notification_id"] or 0, last["stamp"], last["time"]


def _add(cursor: Cursor[DictRow], rows: Iterable[tuple[Any, ...]]) -> None:
    cursor.execute(f"NOTIFY {TABLE}")
    given = 0
    with cursor.copy(_INSERT) as copy:
        copy.set_types(_TYPES)
        for given, row in enumerate(rows, 1):  # noqa: B007 -- the last one is how many
            copy.write_row(row)
    if cursor.rowcount != given:
        raise StoreError(
            f"the server has let {given - cursor.rowcount:,} of {given:,} entries pass unwritten, "
            f"and nothing was filed; see what triggers are on its table {TABLE}"
        )


def _is_made(cursor: Cursor[DictRow]) -> bool:
    """Whether there surely is a log; what others did a moment ago the server may not know here."""
    row = cursor.execute(f"SELECT to_regclass('{TABLE}') IS NOT NULL AS made").fetchone()
    if not row or not row["made"]:
        return False
    return cursor.execute(f"SELECT 1 FROM {TABLE} LIMIT 1").fetchone() is not None


def _make(cursor: Cursor[DictRow]) -> None:
    # Without the lock of its own, two who make the table at once would meet in the catalogue.
    cursor.execute(_LOCK_MAKING)
    cursor.execute(_CREATE)
    cursor.execute(_NO_SAMPLES)
