"""Reading a log file without the event-sourcing library: plain SQL and one typed decode per row.

Every question and every catch-up of a view comes through here, so this module stays light.
"""

from __future__ import annotations

import os
import os.path
import sqlite3
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

import msgspec

from events.when import is_zone, quoted
from timeline.decoding import check_row, decode, opening
from timeline.entries import FORMAT, Entry, NewerEntry, StoredRow
from timeline.errors import StoreError
from timeline.log.sqlite_file import (
    PLAIN,
    TROUBLE,
    beside,
    check_application,
    connect,
    file_at,
    is_cut_short,
    refuse,
    require,
    require_same,
    roll_back,
    strangers,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BATCH: Final = 5_000
"""Rows read at once unless told otherwise."""

POLL_SECONDS: Final = 0.01
_ROWS: Final = (
    "SELECT position, originator_id, originator_version, topic, state, sealed FROM stored_events"
    " WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
)
_BYTES: Final = (
    "SELECT position, CAST(originator_id AS BLOB), CAST(originator_version AS BLOB),"
    " CAST(topic AS BLOB), CAST(state AS BLOB), CAST(sealed AS BLOB) FROM stored_events"
    " WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
)
_VERSIONS: Final = (
    "SELECT position, originator_id, originator_version, topic, state, sealed FROM stored_events"
    " WHERE originator_id = ? ORDER BY originator_version"
)
# Of the index alone: to look at the rows takes a cold disk a hundred times as long.
_CHANGED: Final = (
    "SELECT DISTINCT originator_id FROM stored_events"
    " WHERE originator_version > 1 AND position <= ?"
)
_FIRST: Final = "SELECT min(position) FROM stored_events"
_UNINDEXED: Final = (
    "SELECT (SELECT count(*) FROM stored_events NOT INDEXED) - (SELECT count(*) FROM stored_events"
    " INDEXED BY sqlite_autoindex_stored_events_1)"
)
LAST: Final = (1 << 63) - 1
"""A position behind every other."""
_NO_ROOM: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


def readable(rows: Sequence[StoredRow]) -> list[Entry]:
    """The entries of stored rows, up to the first of a newer version; NewerEntry if that is all."""
    try:
        return [decode(*row) for row in rows]
    except NewerEntry:
        before = []
        for row in rows:
            try:
                before.append(decode(*row))
            except NewerEntry:
                if not before:
                    raise
                break
        return before


class Tail(ABC):
    """What reading has in common for every store."""

    @abstractmethod
    def head(self) -> int:
        """The position of the last row."""

    @abstractmethod
    def entries(
        self, after: int = 0, limit: int = BATCH, *, upto: int | None = None
    ) -> list[Entry]:
        """At most `limit` rows of (after, upto], in log order."""

    def size(self) -> int:
        """The bytes that the log takes in its store; 0 where it has none."""
        return 0

    @abstractmethod
    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, by its `entries.originator_id`, oldest first."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the store."""

    timezone: str
    identity: str

    @property
    def format(self) -> int:
        """The newest format of what is stored here, as the log's own entries tell."""
        return max(opening(entry.state).format for entry in self.versions(self.identity))

    @property
    def newer(self) -> bool:
        """Whether a newer version wrote to this log, so that this one must not."""
        return self.format > FORMAT

    def rows(
        self, after: int = 0, upto: int | None = None, limit: int = BATCH
    ) -> Iterator[list[Entry]]:
        """The rows in (after, upto], in batches of at most `limit`; without `upto` to the head."""
        end = self.head() if upto is None else upto
        while after < end and (batch := self.entries(after, limit, upto=end)):
            yield batch
            after = batch[-1].position

    def stored(self, after: int, upto: int, limit: int = BATCH) -> Iterator[list[StoredRow]]:
        """The rows of (after, upto] as they are stored, in batches of at most `limit`."""
        for batch in self.rows(after, upto, limit):
            yield [
                (one.position, one.originator, one.version, one.topic, one.state, one.sealed)
                for one in batch
            ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Statements(msgspec.Struct, frozen=True):
    """The SQL of a store: rows of (after, upto], those of an aggregate, what changed, the first."""

    rows: str
    versions: str
    changed: str
    first: str


class SQLTail(Tail):
    """What reading has in common for stores that speak SQL."""

    statements: ClassVar[Statements]

    @property
    @abstractmethod
    def shown(self) -> str:
        """The store, as one tells of it."""

    @abstractmethod
    def _select(self, statement: str, values: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement; what the store says instead is raised in plain words."""

    def _begin(self) -> bool:
        """Take zone and identity from the first row; False where there is none."""
        rows = self._select(self.statements.rows, (0, 1, 1))
        if not rows:
            return False
        check_row(*rows[0])
        self.timezone, self.identity = opening(rows[0][4]).timezone, rows[0][1]
        if not is_zone(self.timezone):
            raise StoreError(
                f"{self.shown} has days of {quoted(self.timezone)}, a time zone that this machine "
                "does not know; update those it has, or restore the log from a backup"
            )
        return True

    def entries(
        self, after: int = 0, limit: int = BATCH, *, upto: int | None = None
    ) -> list[Entry]:
        """At most `limit` rows of (after, upto], in log order; UnreadableEntry for a newer one."""
        end = LAST if upto is None else upto
        return readable(self._select(self.statements.rows, (after, end, limit)))

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, place or party, by its `entries.originator_id`, oldest first."""
        return readable(self._select(self.statements.versions, (originator,)))

    def first(self) -> int:
        """The position of the first row, 1 in every log."""
        return int(self._select(self.statements.first)[0][0] or 0)

    def changed(self, upto: int) -> list[str]:
        """The aggregates that have more than one version up to a position, reports and others."""
        return [row[0] for row in self._select(self.statements.changed, (upto,))]

    def stored(self, after: int, upto: int, limit: int = BATCH) -> Iterator[list[StoredRow]]:
        """The rows of (after, upto] as they are stored, in batches of at most `limit`."""
        while rows := self._select(self.statements.rows, (after, upto, limit)):
            yield rows
            after = rows[-1][0]

    def refuse_newer(self) -> None:
        """Raise StoreError where a newer version wrote to this log, so that this one must not."""
        if self.newer:
            raise StoreError(
                f"{self.shown} was made by a newer version (its format is {self.format}, this one "
                f"writes {FORMAT}); update this program to write to it"
            )


class SQLiteTail(SQLTail):
    """A log file, open for reading only; another process may be writing to it."""

    statements = Statements(_ROWS, _VERSIONS, _CHANGED, _FIRST)

    def __init__(self, path: Path | str) -> None:
        self.path = os.fspath(path)
        # What the name means now: the working folder may be another one later.
        self.where = os.path.abspath(path)
        # Two threads that ask one connection the same share the cursor of it (CPython 3.12 and on).
        self._one_at_a_time = Lock()
        require(self.path)
        self._open()
        try:
            if not self._begin():
                raise StoreError(
                    f"{self.path} does not begin as a log does; restore it from a backup"
                )
        except BaseException:
            self.close()
            raise

    @property
    def shown(self) -> str:
        """The path."""
        return self.path

    def _open(self) -> None:
        self._frozen: tuple[int, int] | None = None
        roll_back(self.where)
        try:
            self._connection = self._opened(immutable=False)
        except sqlite3.OperationalError as error:
            # A folder we may not write to has no room for the -shm file that WAL needs. Without a
            # -wal file, or with an empty one, nothing is outside the main file, which may then be
            # read as it is.
            if error.sqlite_errorcode & 0xFF not in _NO_ROOM or self._has_wal():
                refuse(error, self.path)
            self._frozen = self._stamp()
            try:
                self._connection = self._opened(immutable=True)
            except TROUBLE:
                refuse(error, self.path)
        except TROUBLE as error:
            refuse(error, self.path)

    def _opened(self, *, immutable: bool) -> sqlite3.Connection:
        connection = connect(self.where, "ro", immutable=immutable)
        try:
            self._file = file_at(self.where)
            check_application(connection, self.path)
            if is_cut_short(self.where, connection):
                wrong, right = PLAIN[sqlite3.SQLITE_CORRUPT]
                raise StoreError(f"{self.path} {wrong}; {right}")
        except (*TROUBLE, StoreError):
            connection.close()
            raise
        return connection

    def head(self) -> int:
        """The position of the last row."""
        with self._one_at_a_time:
            if self._frozen is not None:
                require(self.where)
                if self._has_wal() or self._stamp() != self._frozen:
                    # It was opened as unchanging and has changed: somebody else may write to it.
                    self._connection.close()
                    self._open()
            require_same(self.where, self._file)
        return int(self._select("SELECT max(position) FROM stored_events")[0][0] or 0)

    def stored(self, after: int, upto: int, limit: int = BATCH) -> Iterator[list[StoredRow]]:
        """The rows of (after, upto] as they are stored, in batches, whatever is in them.

        What should be text and is not comes as bytes.
        """
        while after < upto:
            try:
                with self._one_at_a_time:
                    rows = self._connection.execute(_ROWS, (after, upto, limit)).fetchall()
            except TROUBLE as error:
                if not isinstance(error, sqlite3.OperationalError):
                    refuse(error, self.path)
                if limit > 1:  # one of them: row by row from here on
                    limit = 1
                    continue
                rows = self._select(_BYTES, (after, upto, limit))
            if not rows:
                return
            yield rows
            after = rows[-1][0]

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a row after a position; returns the head.

        Sees a commit by another process within some 20 ms.
        """
        deadline = time.monotonic() + timeout
        seen = None
        while True:
            # Far cheaper than a query, it changes with every commit that is not our own.
            version = self._select("PRAGMA data_version")[0][0]
            if version != seen or self._frozen is not None:
                seen, head = version, self.head()
            if head > after or (left := deadline - time.monotonic()) <= 0:
                return head
            time.sleep(min(POLL_SECONDS, left))

    def copy_into(self, path: Path) -> None:
        """Write all there is as of now, with what lies beside the file, into an empty one.

        Raises `sqlite3.Error`, which mostly is of the file that is written.
        """
        with self._one_at_a_time:
            self._connection.execute("VACUUM INTO ?", (str(path),))

    def unindexed(self) -> bool:
        """Whether entries are missing in the index by which the versions of a report are found."""
        return self._select(_UNINDEXED) != [(0,)]

    def damage(self) -> str | None:
        """What SQLite finds wrong in the file when it looks at all of it."""
        ((said, *_), *_) = self._select("PRAGMA integrity_check(1)")
        return None if said == "ok" else str(said)

    def strangers(self) -> list[str]:
        """What the file has besides the table of a log."""
        try:
            with self._one_at_a_time:
                return strangers(self._connection)
        except TROUBLE as error:
            refuse(error, self.path)

    def size(self) -> int:
        """The bytes of the file, and of what is still on its way into it."""
        files = (beside(self.where, suffix) for suffix in ("", "-wal"))
        return sum(os.stat(one).st_size for one in files if os.path.exists(one))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _select(self, statement: str, values: Sequence[int | str] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._one_at_a_time:
                return self._connection.execute(statement, values).fetchall()
        except TROUBLE as error:
            refuse(error, self.path)

    def _has_wal(self) -> bool:
        """Whether anything of the log may be beside its file."""
        with suppress(FileNotFoundError):
            return os.stat(beside(self.where, "-wal")).st_size > 0
        return False

    def _stamp(self) -> tuple[int, int]:
        stat = os.stat(self.where)
        return stat.st_mtime_ns, stat.st_size
