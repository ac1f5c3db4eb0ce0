"""Reading a log on PostgreSQL without the event-sourcing library: plain SQL over a connection."""

from __future__ import annotations

import math
import os
import time
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Any, Final

try:
    import psycopg
except ImportError as missing:
    from timeline.errors import MissingExtra

    raise MissingExtra("a store on PostgreSQL", "postgres") from missing

from timeline.errors import MissingStore, StoreError
from timeline.log.address import address
from timeline.log.postgres_words import NO_LOG, refuse
from timeline.log.tail import SQLTail, Statements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from timeline.log.address import StoreAddress

    Connection = psycopg.Connection[tuple[Any, ...]]

TABLE: Final = "timeline_log"
"""The table of a log, and the channel on which a commit is told."""

# Where a policy hides rows, the server says so, in place of giving the others for all there are.
_WHOLE: Final = "SET row_security = off"

CONNECT_SECONDS: Final = 10
_AGAIN_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.1
_DEAF_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 1.0
"""How long a follower waits to be told before it looks by itself."""

_COLUMNS: Final = (
    "notification_id, encode(uuid_send(originator_id), 'hex'), originator_version, topic, state,"
    " sealed"
)
_ROWS: Final = (
    f"SELECT {_COLUMNS} FROM {TABLE} WHERE notification_id > %s AND notification_id <= %s"
    " ORDER BY notification_id LIMIT %s"
)
_VERSIONS: Final = (
    f"SELECT {_COLUMNS} FROM {TABLE} WHERE originator_id = %s::uuid ORDER BY originator_version"
)
_CHANGED: Final = (
    f"SELECT DISTINCT encode(uuid_send(originator_id), 'hex') FROM {TABLE}"
    " WHERE originator_version > 1 AND notification_id <= %s"
)
_FIRST: Final = f"SELECT min(notification_id) FROM {TABLE}"
_HEAD: Final = (
    f"SELECT max(notification_id), (SELECT encode(uuid_send(originator_id), 'hex') FROM {TABLE}"
    f" WHERE notification_id = 1) FROM {TABLE}"
)
_SIZE: Final = f"SELECT pg_total_relation_size('{TABLE}'::regclass)"
_WHERE: Final = (
    "SELECT nspname FROM pg_class JOIN pg_namespace AS space ON space.oid = relnamespace"
    f" WHERE pg_class.oid = '{TABLE}'::regclass"
)


def connect(at: StoreAddress) -> Connection:
    """An autocommit connection; StoreError in plain words where there is none to be had.

    What the address leaves open comes from PGPASSFILE and the other variables of libpq.
    """
    waits = "connect_timeout=" in at.given or "PGCONNECT_TIMEOUT" in os.environ
    try:
        with ExitStack() as opened:
            connection = psycopg.connect(
                at.given,
                autocommit=True,
                prepare_threshold=None,  # a pooler may give each statement another session
                client_encoding="utf8",
                fallback_application_name="conflict-timeline",
                connect_timeout=None if waits else CONNECT_SECONDS,
            )
            opened.callback(connection.close)
            connection.execute(_WHOLE)
            opened.pop_all()
            return connection
    except psycopg.Error as error:
        refuse(error, at)


class PostgresTail(SQLTail):
    """A log on a server, open for reading only; any number of others may be writing to it."""

    statements = Statements(_ROWS, _VERSIONS, _CHANGED, _FIRST)

    def __init__(self, store: str) -> None:
        self.address = address(store)
        self._connection = connect(self.address)
        self._telling: Connection | None = None
        self._deaf_until = 0.0
        try:
            if not self._begin():
                raise MissingStore(f"{self.shown} {NO_LOG[0]}; {NO_LOG[1]}")
        except BaseException:
            self._connection.close()
            raise

    @property
    def shown(self) -> str:
        """The address, without its secrets."""
        return self.address.shown

    @property
    def place(self) -> str:
        """What tells this log from others on servers, whoever reads it with whatever rights."""
        at = self._connection.info
        ((schema,),) = self._select(_WHERE)
        return f"{at.host}:{at.port}/{at.dbname}/{schema}/{self.identity}"

    def size(self) -> int:
        """The bytes of the table and its indexes on the server."""
        return int(self._select(_SIZE)[0][0])

    def head(self) -> int:
        """The position of the last row; StoreError where the table holds another log by now."""
        ((last, identity),) = self._select(_HEAD)
        if identity != self.identity:
            raise StoreError(
                f"{self.shown} does not hold the log any more that was opened; open the store again"
            )
        return int(last or 0)

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a row after a position; returns the head."""
        deadline = time.monotonic() + timeout
        while True:
            # Listening begins before the look, so that what comes after the look is told.
            telling = self._listening()
            head = self.head()
            if head > after or (left := deadline - time.monotonic()) <= 0:
                return head
            if telling is None:
                time.sleep(min(_PAUSE_SECONDS, left))
                continue
            with suppress(psycopg.Error):  # lost: the next look opens it again
                for _ in telling.notifies(timeout=min(_POLL_SECONDS, left), stop_after=1):
                    pass

    def close(self) -> None:
        """Let go of the server."""
        self._deaf_until = math.inf  # who still follows opens no other
        for connection in (self._connection, self._telling):
            if connection is not None:
                connection.close()

    def _listening(self) -> Connection | None:
        """A connection for nothing else: what is told while a query runs would be lost."""
        if self._telling is not None and self._telling.closed:
            self._telling = None
        if self._telling is None and time.monotonic() >= self._deaf_until:
            # It may have no room for one more, or be a mirror: then one has to look now and then.
            self._deaf_until = time.monotonic() + _DEAF_SECONDS
            with suppress(psycopg.Error, StoreError), ExitStack() as opened:
                telling = opened.enter_context(closing(connect(self.address)))
                telling.execute(f"LISTEN {TABLE}")
                opened.pop_all()
                self._telling = telling
        return self._telling

    def _select(self, statement: str, values: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        """Rows; a connection that was lost is opened again, for a server that was restarted."""
        deadline = time.monotonic() + _AGAIN_SECONDS
        while True:
            try:
                with self._connection.cursor(binary=True) as cursor:
                    return cursor.execute(statement, values).fetchall()
            except psycopg.Error as error:
                if not self._connection.broken:
                    if self._connection.closed:  # by us
                        raise StoreError(f"{self.shown} was closed; open it again") from None
                    refuse(error, self.address)
                self._again(error, deadline)

    def _again(self, lost: psycopg.Error, deadline: float) -> None:
        while True:
            try:
                self._connection = connect(self.address)
            except StoreError:
                if time.monotonic() > deadline:
                    refuse(lost, self.address)
                time.sleep(_PAUSE_SECONDS)
            else:
                return
