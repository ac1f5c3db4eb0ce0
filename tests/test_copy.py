import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from command import environment, typed
from domain import PLACES, correct, definition, retract
from many import many, one

from timeline import StoreError, open_timeline
from timeline.entries import Bounds
from timeline.log import open_log, open_tail
from timeline.log.copying import copy
from timeline.log.filing import Filing
from timeline.log.sqlite import SQLiteRecorder

pytest.importorskip("psycopg", reason="the client of PostgreSQL is not installed")

OCT_27 = Bounds("2025-10-27", 1761523200_000000, 1761609600_000000)

NewStore = Callable[[str], str]


pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
def new_store(tmp_path: Path, request: pytest.FixtureRequest) -> NewStore:
    """Names a store of a kind that is not there yet."""

    numbers = count(1)

    def named(kind: str) -> str:
        if kind == "postgres":
            return str(request.getfixturevalue("new_database")())
        return str(tmp_path / f"store-{next(numbers)}.db")

    return named


def fill(store: str, reports: int = 50) -> None:
    """A log with all that there can be in one."""
    with open_log(store, create=True, timezone="Europe/Kyiv") as log:
        log.file(list(many(reports)), places=[definition(place) for place in PLACES])
        correct(log, "m000003", one(3, side="ua"))
        retract(log, "m000004", OCT_27, "a hoax")


def rows_of(store: str) -> list[tuple[Any, ...]]:
    """Everything that is stored, as it is stored."""
    with open_tail(store) as log:
        return [row for batch in log.stored(0, log.head()) for row in batch]


@pytest.mark.parametrize("target_kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("source_kind", ["sqlite", "postgres"])
def test_a_copy_is_the_same_log(source_kind: str, target_kind: str, new_store: NewStore) -> None:
    """Ids, order, positions, record times and bytes; so it answers the same, bases included."""
    source = new_store(source_kind)
    fill(source)
    target = new_store(target_kind)
    done = typed("copy", source, target)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"copied {len(rows_of(source))} entries to {target}\n"
    assert rows_of(target) == rows_of(source)
    answers = set()
    for store in (source, target):
        with open_timeline(store) as timeline:
            assert timeline.log.timezone == "Europe/Kyiv"
            answers.add(timeline.known("Alpha", on="2025-10-12").to_json())
    assert len(answers) == 1
    with open_log(target) as log:
        assert log.file([Filing("after", one(1))])


def test_a_copy_goes_on_where_it_stopped_and_brings_what_came_since(new_store: NewStore) -> None:
    """A second one copies nothing; a third what was filed in between."""
    source, target = new_store("sqlite"), new_store("postgres")
    fill(source)
    head = len(rows_of(source))
    assert copy(source, target).copied == head
    again = json.loads(typed("copy", source, target, "--format", "json").stdout)
    assert (again["entries"], again["copied"]) == (head, 0)
    with open_log(source) as log:
        log.file([Filing("later", one(1))])
    told = typed("copy", source, target).stdout
    assert told == f"copied 1 entry to {target} behind the {head} that were there\n"
    assert rows_of(target) == rows_of(source)
    assert "has all" in typed("copy", source, target).stdout


def test_another_log_or_another_history_is_refused_and_left_as_it_is(new_store: NewStore) -> None:
    """Logs are never mixed, however much they have in common."""
    source, target = new_store("sqlite"), new_store("postgres")
    fill(source)
    other = new_store("sqlite")
    fill(other)
    done = typed("copy", source, other)
    assert done.exit_code == 1
    assert "holds another log" in done.stderr
    copy(source, target)
    for store, key in ((source, "here"), (target, "there")):
        with open_log(store) as log:
            log.file([Filing(key, one(1))])
    before = rows_of(target)
    done = typed("copy", source, target)
    assert done.exit_code == 1
    assert f"has another history from entry {len(before)} on" in done.stderr
    with open_log(target) as log:
        log.file([Filing("more", one(2))])
    assert "1 entry more" in typed("copy", source, target).stderr
    assert rows_of(target)[:-1] == before


def test_what_is_no_store_is_refused_before_anything_is_made(
    new_store: NewStore, tmp_path: Path
) -> None:
    """A missing source makes no target; a file of notes is not written over."""
    target = tmp_path / "target.db"
    done = typed("copy", str(tmp_path / "none.db"), str(target))
    assert (done.exit_code, target.exists()) == (1, False)
    source = new_store("sqlite")
    fill(source)
    notes = tmp_path / "notes.txt"
    notes.write_text("my notes\n" * 100)
    done = typed("copy", source, str(notes))
    assert done.exit_code == 1
    assert notes.read_text() == "my notes\n" * 100
    assert typed("copy", source, str(tmp_path / "no" / "folder.db")).exit_code == 1


def test_a_damaged_source_is_not_passed_on(new_store: NewStore) -> None:
    """An entry that is missing or is no entry is named, and what was before it stays copied."""
    source, target = new_store("sqlite"), new_store("sqlite")
    fill(source)
    with sqlite3.connect(source) as connection:
        connection.execute("UPDATE stored_events SET state = 7 WHERE position = 20")
    connection.close()
    with pytest.raises(StoreError, match=r"entry 20 of .* is missing or damaged"):
        copy(source, target)
    with sqlite3.connect(source) as connection:
        connection.execute("DELETE FROM stored_events WHERE position = 20")
    connection.close()
    with pytest.raises(StoreError, match=r"entry 20 of .* is missing or damaged"):
        copy(source, target)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_was_redacted_since_is_redacted_in_the_copy(kind: str, new_store: NewStore) -> None:
    """A copy that is brought up to date loses what its source lost, and never brings it back."""
    source, target = new_store("sqlite"), new_store(kind)
    fill(source)
    copy(source, target)
    with open_log(source) as log:
        log.redact("m000005", ["summary"], "a name")
    done = typed("copy", source, target)
    assert "redacted 1 there" in done.stdout
    assert "compact" in done.stderr
    assert rows_of(target) == rows_of(source)
    assert copy(source, target).redacted == 0
    assert not any(b"report 5 " in (row[5] or b"") for row in rows_of(target))


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_words_that_nobody_redacted_stay_in_the_copy(kind: str, new_store: NewStore) -> None:
    """A source that was damaged, or tampered with, does not take them out of its copies as well."""
    source, target = new_store("sqlite"), new_store(kind)
    fill(source)
    copy(source, target)
    before = rows_of(target)
    with sqlite3.connect(source) as connection:
        connection.execute(
            """UPDATE stored_events SET sealed = CAST('{"summary":null}' AS BLOB)"""
            " WHERE position = 20"
        )
    connection.close()
    done = typed("copy", source, target)
    assert done.exit_code == 1
    assert f"entry 20 of {source} has lost its summary, and no entry redacts it" in done.stderr
    assert rows_of(target) == before


def test_words_leave_a_copy_before_the_redaction_gets_there(
    new_store: NewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a reader that saw the redaction in between would lay the report out with them."""
    source, target = new_store("sqlite"), new_store("sqlite")
    fill(source)
    copy(source, target)
    with open_log(source) as log:
        log.redact("m000005", ["summary"], "a name")
    taken, there = SQLiteRecorder.copy_in, []

    def copy_in(self: SQLiteRecorder, rows: Sequence[tuple[Any, ...]]) -> bool:
        there.append(any(b"report 5 " in (row[5] or b"") for row in rows_of(target)))
        return taken(self, rows)

    monkeypatch.setattr(SQLiteRecorder, "copy_in", copy_in)
    copy(source, target)
    assert there == [False]


COPY = """
import sys
from timeline.log.copying import copy
from timeline.log.sqlite import SQLiteRecorder
def told(done, total):
    print(done, flush=True)
import timeline.log.copying
timeline.log.copying.BATCH = 100
copy(sys.argv[1], sys.argv[2], told)
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_killed_copy_goes_on(kind: str, new_store: NewStore) -> None:
    """What is there after kill -9 is a beginning of the log; the next copy brings the rest."""
    source, target = new_store("sqlite"), new_store(kind)
    fill(source, 3_000)
    process = subprocess.Popen(
        [sys.executable, "-c", COPY, source, target],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(5)]
    process.send_signal(signal.SIGKILL)
    process.communicate()
    there = rows_of(target)
    assert told[-1] <= len(there)
    assert there == rows_of(source)[: len(there)]
    assert copy(source, target).copied == len(rows_of(source)) - len(there)
    assert rows_of(target) == rows_of(source)


def test_two_copies_at_once_come_to_one(new_store: NewStore) -> None:
    """Each finds what the other has written, and nothing is there twice."""
    source, target = new_store("sqlite"), new_store("postgres")
    fill(source, 3_000)
    copies = [
        subprocess.Popen(
            [sys.executable, "-c", COPY, source, target],
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]
    assert [one.wait(60) for one in copies] == [0, 0, 0]
    assert rows_of(target) == rows_of(source)
