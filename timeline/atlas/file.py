"""A file of gazetteers: definitions of places, found by id, by folded name and by place above."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from weakref import finalize

import msgspec

from events.canonical import canonical
from timeline.errors import StoreBusy, StoreError
from timeline.log.sqlite_file import BUSY_SECONDS, connect
from timeline.places import fold_name

Definition = dict[str, Any]
"""A place as the log stores it (`events.place.PlaceDefinition.stored`)."""

FORMAT: Final = 1
_APPLICATION: Final = 0x504C4143  # "PLAC"
_ROWS: Final = 20_000
_SCHEMA: Final = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {FORMAT};
CREATE TABLE gazetteer (
    n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, credit TEXT NOT NULL,
    places INTEGER NOT NULL, names INTEGER NOT NULL);
CREATE TABLE place (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, gazetteer INTEGER NOT NULL, definition BLOB NOT NULL);
CREATE INDEX place_id ON place (id);
CREATE TABLE name (
    name TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (name, place)) WITHOUT ROWID;
CREATE TABLE parent (
    above TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (above, place)) WITHOUT ROWID;
CREATE TABLE member (
    below TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (below, place)) WITHOUT ROWID;
"""
_DEFINITIONS: Final = (
    "SELECT gazetteer, definition FROM place WHERE id = ? ORDER BY gazetteer DESC, n DESC"
)
_HIDING: Final = "CREATE TEMP VIEW place AS SELECT * FROM main.place WHERE gazetteer <> "
"""Goes before the table of that name, for whoever has made it."""
_GAZETTEERS: Final = "SELECT n, name FROM gazetteer"
_NAMED: Final = (
    "SELECT id, gazetteer, definition FROM name JOIN place ON n = place WHERE name = ? ORDER BY n"
)
_INSIDE: Final = "SELECT DISTINCT id FROM parent JOIN place ON n = place WHERE above = ? ORDER BY n"
_BELOW: Final = "SELECT definition FROM parent JOIN place ON n = place WHERE above = ?"
_GROUPS: Final = "SELECT DISTINCT id FROM member JOIN place ON n = place WHERE below = ? ORDER BY n"
_STARTING: Final = "SELECT DISTINCT name FROM name WHERE name >= ? AND name < ? LIMIT ?"
_LISTED: Final = "SELECT name, credit, places, names FROM gazetteer ORDER BY name"

_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


class Listed(msgspec.Struct, frozen=True):
    """A gazetteer of a file: how many places and spellings it has, and whom to credit."""

    name: str
    credit: str
    places: int
    names: int


class PlaceFile:
    """A file of gazetteers that is open for reading, but for the one of the name `besides`."""

    def __init__(self, path: Path, besides: str | None = None) -> None:
        self.path = path
        try:
            self._connection = connect(path, "ro")
            # Whoever asks for a place does not know when the last one was asked for.
            self.close = finalize(self, self._connection.close)
            _check(self._connection, path)
            self._connection.execute("PRAGMA mmap_size = 268435456")
            self._gazetteers: dict[int, str] = dict(self._connection.execute(_GAZETTEERS))
            for number, name in self._gazetteers.items():
                if name == besides:
                    self._connection.execute(_HIDING + str(number))
        except sqlite3.Error as error:
            raise _told(error, path, _unreadable(path)) from error

    def definitions(self, place: str) -> list[tuple[str, Definition]]:
        """What each gazetteer says of the place of this id, the one loaded last first."""
        found = self._select(_DEFINITIONS, place)
        return [(self._gazetteers.get(n, ""), self.definition(row)) for n, row in found]

    def definition(self, row: bytes) -> Definition:
        """What a row says of its place; StoreError where that cannot be read."""
        try:
            return _decode(row)
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
            raise StoreError(_unreadable(self.path)) from error

    def named(self, folded: str) -> list[tuple[str, str, bytes]]:
        """The places of this folded name, or with this other id: id, gazetteer and definition."""
        found = self._select(_NAMED, folded)
        return [(place, self._gazetteers.get(n, ""), row) for place, n, row in found]

    def inside(self, place: str) -> list[str]:
        """The ids of places that name this one as a parent."""
        return [one for (one,) in self._select(_INSIDE, place)]

    def below(self, place: str) -> list[Definition]:
        """What is said of places that name this one as a parent, all at once."""
        return [self.definition(row) for (row,) in self._select(_BELOW, place)]

    def groups(self, place: str) -> list[str]:
        """The ids of places that name this one as a member."""
        return [one for (one,) in self._select(_GROUPS, place)]

    def starting(self, prefix: str, limit: int) -> list[str]:
        """Folded names that begin so, in their order."""
        after = prefix + "\U0010ffff"
        return [name for (name,) in self._select(_STARTING, prefix, after, limit)]

    def listed(self) -> list[Listed]:
        """The gazetteers of this file."""
        return [Listed(*row) for row in self._select(_LISTED)]

    def _select(self, statement: str, *values: str | int) -> Sequence[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _told(error, self.path, _unreadable(self.path)) from error


def put(path: Path, name: str, credit: str, places: Iterable[Definition]) -> Listed:
    """Put a gazetteer into a file, whole or not at all, in place of the one of this name.

    Makes the file where there is none. Raises StoreError; what `places` raises passes through.
    """
    with _writing(path) as connection:
        _delete(connection, name)
        number = connection.execute(
            "INSERT INTO gazetteer (name, credit, places, names) VALUES (?, ?, 0, 0)",
            (name, credit),
        ).lastrowid
        connection.execute("CREATE TEMP TABLE spelled (name TEXT, place INTEGER)")
        count = _insert(connection, number or 0, places)
        # In their order, since the table is a tree of names.
        names = connection.execute(
            "INSERT OR IGNORE INTO name SELECT name, place FROM spelled ORDER BY name, place"
        ).rowcount
        connection.execute("DROP TABLE spelled")
        connection.execute(
            "UPDATE gazetteer SET places = ?, names = ? WHERE n = ?", (count, names, number)
        )
    return Listed(name, credit, count, names)


def take(path: Path, name: str) -> bool:
    """Take a gazetteer out of a file; whether it was there."""
    if not path.exists():
        return False
    with _writing(path) as connection:
        return _delete(connection, name)


def built(path: Path, build: Callable[[Path], object]) -> Path:
    """The file at `path`, which `build` makes under another name where there is none yet.

    It gets its name in one step, before anybody has opened it; of two who make it at once the
    first is kept.
    """
    from tempfile import mkdtemp  # here: it is done once

    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f"{path.name}.", dir=path.parent))
    temporary = folder / path.name
    try:
        build(temporary)
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not path.exists():
                temporary.rename(path)
    finally:
        for left in folder.iterdir():
            left.unlink()
        folder.rmdir()
    return path


def _insert(connection: sqlite3.Connection, gazetteer: int, places: Iterable[Definition]) -> int:
    (last,) = connection.execute("SELECT coalesce(max(n), 0) FROM place").fetchone()
    rows: list[tuple[int, str, int, bytes]] = []
    names: list[tuple[str, int]] = []
    parents: list[tuple[str, int]] = []
    members: list[tuple[str, int]] = []
    count = 0
    for count, place in enumerate(places, 1):
        number = last + count
        rows.append((number, place["id"], gazetteer, canonical(place)))
        spelled = {fold_name(name) for name in (place["name"], *place.get("aliases", ()))}
        names += [(name, number) for name in spelled]
        parents += [(one, number) for one in parents_of(place)]
        members += [(one, number) for one in place.get("members", ())]
        if len(rows) >= _ROWS:
            _flush(connection, rows, names, parents, members)
    _flush(connection, rows, names, parents, members)
    return count


def _flush(connection: sqlite3.Connection, *tables: list[Any]) -> None:
    statements = (
        "INSERT INTO place VALUES (?, ?, ?, ?)",
        "INSERT INTO spelled VALUES (?, ?)",
        "INSERT OR IGNORE INTO parent VALUES (?, ?)",
        "INSERT OR IGNORE INTO member VALUES (?, ?)",
    )
    for statement, rows in zip(statements, tables, strict=True):
        connection.executemany(statement, rows)
        rows.clear()


def parents_of(place: Definition) -> list[str]:
    """The ids of the places above, those that hold for a time first."""
    dated = [parent["id"] for parent in place.get("parents", ())]
    return [*dated, place["parent"]] if "parent" in place else dated


def _delete(connection: sqlite3.Connection, name: str) -> bool:
    found = connection.execute("SELECT n FROM gazetteer WHERE name = ?", (name,)).fetchone()
    if found is None:
        return False
    for table in ("name", "parent", "member"):
        connection.execute(
            f"DELETE FROM {table} WHERE place IN (SELECT n FROM place WHERE gazetteer = ?)",  # noqa: S608 - one of three words
            found,
        )
    connection.execute("DELETE FROM place WHERE gazetteer = ?", found)
    connection.execute("DELETE FROM gazetteer WHERE n = ?", found)
    return True


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A transaction on the file, which is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(connect(path, "rwc")) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
                connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")
            _check(connection, path)
            connection.execute("PRAGMA cache_size = -65536")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                if connection.in_transaction:  # a full disk ends it by itself
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        said = f"{path}: {error}; free the disk, or name another folder"
        raise _told(error, path, said) from error


def _told(error: sqlite3.Error, path: Path, said: str) -> StoreError:
    """What SQLite met, in these words; but where another process holds the file, as to load one."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    ):
        return StoreError(said)
    return StoreBusy(
        f"another process has held {path} for over {BUSY_SECONDS:.0f} seconds; "
        "try again when it is done"
    )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application = version = None
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        pass  # it is something else
    if (application, version) != (_APPLICATION, FORMAT):
        raise StoreError(_unreadable(path))


def _unreadable(path: Path) -> str:
    return (
        f"{path} is no file of gazetteers that this version reads; "
        "delete it and load the places again"
    )
