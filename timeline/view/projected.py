"""What projections made of the log, kept beside its view: as disposable as the view is."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.projections import Rows

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.projections import Loaded
    from timeline.view.files import Files

_BUSY_SECONDS: Final = 1.0
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS projected (
  name TEXT NOT NULL, stamp TEXT NOT NULL, known INTEGER NOT NULL, place TEXT NOT NULL,
  rows BLOB NOT NULL, PRIMARY KEY (name, stamp, known, place)) WITHOUT ROWID
"""


class ProjectedRows:
    """Rows by name, version and options of a projection, by place, and by what counted.

    What counts is decided by the entries read and the last knowledge at the cut, so rows found
    under both are those that working them out anew would give. Of each projection only those of
    the newest stamp stay.
    """

    def __init__(self, files: Files, redactions: int, note: Callable[[str], None]) -> None:
        self._files = files
        self._path = files.projections
        self._redactions = redactions
        self._note = note

    def read(
        self, loaded: Loaded, settled: tuple[bytes, Instant], places: Sequence[str]
    ) -> Mapping[str, Rows]:
        """The rows that are kept, by place."""
        root, known = settled
        found: dict[str, Rows] = {}
        wanted = msgspec.json.encode(list(places)).decode()
        if not self._path.exists():
            return found
        with self._noted(), closing(self._opened()) as db:
            rows = db.execute(
                "SELECT place, rows FROM projected WHERE name = ? AND stamp = ? AND known = ?"
                " AND place IN (SELECT value FROM json_each(?))",
                (_name(loaded), self._stamp(loaded, root), known, wanted),
            )
            found.update((place, msgspec.json.decode(kept, type=Rows)) for place, kept in rows)
        return found

    def write(
        self, loaded: Loaded, settled: tuple[bytes, Instant], rows: Mapping[str, Rows]
    ) -> None:
        """Keep the rows of these places, and let go of those of an older stamp."""
        root, known = settled
        name, stamp = _name(loaded), self._stamp(loaded, root)
        with self._noted(), closing(self._opened()) as db:
            db.execute("BEGIN IMMEDIATE")
            if _purged(db) > self._redactions:
                return  # These rows are of before a redaction that others know of.
            db.execute("DELETE FROM projected WHERE name = ? AND stamp <> ?", (name, stamp))
            db.executemany(
                "INSERT OR REPLACE INTO projected VALUES (?, ?, ?, ?, ?)",
                [
                    (name, stamp, known, place, msgspec.json.encode(made))
                    for place, made in rows.items()
                ],
            )
            db.execute("COMMIT")

    def _stamp(self, loaded: Loaded, root: bytes) -> str:
        """Other entries, another redaction, version or source have another stamp."""
        parts = [root, self._redactions, loaded.version, loaded.digest]
        return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()

    def _opened(self) -> sqlite3.Connection:
        return _opened(self._files)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Where the file cannot be used, say so and do without."""
        try:
            yield
        except (sqlite3.Error, msgspec.DecodeError) as error:
            self._note(f"rows of projections are not kept: {error}; delete {self._path}")


def purge(files: Files, redactions: int, note: Callable[[str], None]) -> None:
    """Delete every row that is kept: some may hold what was redacted.

    The number of redactions is kept, so that who knows of fewer puts no such rows back.
    """
    try:
        with closing(_opened(files)) as db:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM projected")
            db.execute(f"PRAGMA user_version={max(redactions, _purged(db))}")
            db.execute("COMMIT")
            db.execute("VACUUM")
    except sqlite3.Error as error:
        note(f"rows of projections may hold what was redacted: {error}; delete {files.projections}")


def _opened(files: Files) -> sqlite3.Connection:
    """The file, made where it is missing."""
    files.make(files.projections)
    db = sqlite3.connect(files.projections, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        db.execute(_TABLE)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _purged(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _name(loaded: Loaded) -> str:
    options = msgspec.json.encode(dict(loaded.options), order="sorted").decode()
    return f"{loaded.name} {options}"
