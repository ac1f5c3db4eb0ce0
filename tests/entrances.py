"""Every way in for what others wrote, and what the program owes whoever sends it anything at all.

Each entrance takes bytes. `test_hostile.py` sends what Hypothesis draws, `coverage_guided.py` what
reaches new code.
"""

import atexit
import hashlib
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from click.testing import Result
from command import ROOT, typed_on

from timeline.safe import safe

REPORTS = tuple(path.read_bytes() for path in sorted((ROOT / "seeds").glob("20*.yaml")))
"""The seeds that hold reports."""

MOST_BYTES: Final = 2_048
"""The longest line of a problem."""

Entrance = Callable[[bytes], None]


class Hall:
    """A folder with a store in it, where commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "timeline.db"
        typed_on(self.store, "add", *self._seeds(), code=0)
        self._watch = self._reading()
        self._held = self.held()

    def _seeds(self) -> list[str]:
        paths = []
        for number, content in enumerate(REPORTS):
            path = self.folder / f"seed{number}.yaml"
            path.write_bytes(content)
            paths.append(str(path))
        return paths

    def held(self) -> str:
        """A digest of all that is in the log."""
        digest = hashlib.blake2b()
        with closing(self._reading()) as db:
            for row in db.execute("SELECT * FROM stored_events ORDER BY position"):
                digest.update(repr(row).encode())
        return digest.hexdigest()

    def mark(self) -> tuple[int, ...]:
        """What changes with every commit to the log and its file, and is cheaper than a digest."""
        version = self._watch.execute("PRAGMA data_version").fetchone()
        file = self.store.stat()
        return (*version, file.st_ino, file.st_size, file.st_mtime_ns)

    def unharmed(self) -> bool:
        """Whether the log holds, byte for byte, what the commands that succeeded left in it."""
        return self.held() == self._held

    def close(self) -> None:
        """Let go of the store."""
        self._watch.close()

    def _reading(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.store.as_uri()}?mode=ro", uri=True)

    def file(self, name: str, content: bytes) -> str:
        """A file that somebody sent."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def type(self, *words: str, store: str | None = None) -> Result:
        """Type a command; assert that it ends as every command must."""
        before = self.mark()
        result = typed_on(self.store if store is None else store, *words)
        owed(result, words)
        if self.mark() != before:
            assert result.exit_code == 0, (words, result.stderr)
            self._held = self.held()
        return result


def owed(result: Result, words: object = ()) -> None:
    """What is owed to whoever typed a command: an exit code, and clear lines that do no harm."""
    assert result.exception is None or isinstance(result.exception, SystemExit), (
        words,
        result.exception,
    )
    assert result.exit_code in (0, 1, 2), (words, result.exit_code)
    assert "Traceback" not in result.stderr, (words, result.stderr)
    assert "a fault of this program" not in result.stderr, (words, result.stderr)
    if result.exit_code:
        assert result.stderr.strip(), words
    for line in result.stderr.split("\n"):
        assert len(line.encode()) <= MOST_BYTES, (words, len(line), line[:200])
    for line in (*result.stderr.split("\n"), *result.stdout.split("\n")):
        assert safe(line) == line, (words, line)


@cache
def hall() -> Hall:
    """The hall of this process; its folder goes with it."""
    kept = ExitStack()
    atexit.register(kept.close)
    folder = kept.enter_context(tempfile.TemporaryDirectory(prefix="timeline-"))
    return kept.enter_context(closing(Hall(Path(folder))))


def _text(data: bytes) -> str:
    """What a shell would hand over: no NUL, and bytes that are no UTF-8 as Python has them."""
    return data.replace(b"\0", b"").decode("utf-8", "surrogateescape")


def document(data: bytes) -> None:
    """A document to add, in any of its forms; its first byte chooses."""
    name = ("sent.yaml", "sent.json", "sent.ndjson")[(data or b"\0")[0] % 3]
    hall().type("add", hall().file(name, data))


def correction(data: bytes) -> None:
    """The document of a correction."""
    hall().type("correct", "pokrovsk-2025-10-27-deepstate", hall().file("sent.yaml", data))


def question(data: bytes) -> None:
    """A question in words."""
    hall().type("ask", "--", _text(data))


def identifier(data: bytes) -> None:
    """The id of a report or claim."""
    text = _text(data)
    hall().type("explain", "--", text)
    hall().type("prove", "--", text)
    hall().type("retract", "--reported", "2025-11-01", "--reason", "wrong", "--", text)


def date(data: bytes) -> None:
    """A date or an instant."""
    text = _text(data)
    hall().type("known", "--", "Pokrovsk", text)
    hall().type("known", "Pokrovsk", f"--recorded={text}", "--format", "json")
    hall().type("history", "Pokrovsk", f"--from={text}")


def basis(data: bytes) -> None:
    """The basis of an answer."""
    hall().type("known", "Pokrovsk", f"--basis={_text(data)}")


def place(data: bytes) -> None:
    """The name of a place."""
    hall().type("known", "--facet", "control", "--", _text(data), "2025-10-27")
    hall().type("places", "find", "--", _text(data))


def option(data: bytes) -> None:
    """What an option takes."""
    text = _text(data)
    hall().type("known", "Pokrovsk", f"--window={text}", f"--party={text}")
    hall().type("project", "--", text, "Pokrovsk")


def checkpoint(data: bytes) -> None:
    """A checkpoint, and a public key."""
    hall().type("verify", "--against", hall().file("sent.note", data))
    hall().type("verify", "--against", hall().file("sent.note", data), f"--key={_text(data)}")


def store(data: bytes) -> None:
    """Where a store is: a path or an address."""
    text = _text(data)
    for name in (text, f"postgresql://{text}"):
        hall().type("status", store=name or "none.db")


def log_file(data: bytes) -> None:
    """A log from elsewhere, opened as a store."""
    sent = hall().folder / "sent.db"
    for path in hall().folder.glob("sent.db*"):
        path.unlink()
    sent.write_bytes(data)
    for words in (("status",), ("known", "Pokrovsk"), ("verify",)):
        hall().type(*words, store=str(sent))


def table(data: bytes) -> None:
    """A table to import by a profile that comes with the program."""
    hall().type("import", "losses", hall().file("sent.csv", data))


def profile(data: bytes) -> None:
    """A profile of the user's own."""
    rows = hall().file("rows.csv", b"id,day,place,who\n1,2025-10-27,Pokrovsk,x\n")
    hall().type("import", hall().file("sent.profile.yaml", data), rows)


ENTRANCES: Final[dict[str, Entrance]] = {
    entrance.__name__: entrance
    for entrance in (
        document,
        correction,
        question,
        identifier,
        date,
        basis,
        place,
        option,
        checkpoint,
        store,
        log_file,
        table,
        profile,
    )
}


def no_servers(psycopg: ModuleType) -> Callable[..., object]:
    """In place of a connection: nobody is called over the network by a test."""

    def connect(*_: object, **__: object) -> object:
        raise psycopg.OperationalError("connection refused")

    return connect
