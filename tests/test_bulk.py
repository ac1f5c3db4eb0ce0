import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import pytest
from command import ROOT, environment, typed_on

from timeline import intake, open_timeline
from timeline.log.application import LogApplication
from timeline.log.filing import Outcome

TOWNS = ("Pokrovsk", "Myrnohrad", "Kostiantynivka")
BATCH = 10_000
MANY = 3 * BATCH + 1_000
SMALLER = f"import timeline.intake; timeline.intake.BATCH = {BATCH}\n"
"""Before what a process of its own does: the batches are those of these tests."""
ADD = [sys.executable, "-c", f"{SMALLER}from cli.main import main; main()"]


@pytest.fixture(autouse=True)
def smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of a size that tests have time for."""
    monkeypatch.setattr(intake, "BATCH", BATCH)


def lines(count: int, first: int = 0) -> Iterator[str]:
    """Reports as a data set would bring them, one a line."""
    for number in range(first, first + count):
        day = f"2025-10-{number % 28 + 1:02d}"
        report = {
            "id": f"bulk-{number:06d}",
            "kind": "clash",
            "place": TOWNS[number % len(TOWNS)],
            "happened": day,
            "reported": day,
            "chain": ["deepstate"],
            "summary": f"Clash number {number}, " + "told at some length, " * 5,
        }
        yield json.dumps(report) + "\n"


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of many reports: three batches and a part of a fourth."""
    path = tmp_path_factory.mktemp("bulk") / "clashes.ndjson"
    with path.open("w") as file:
        file.writelines(lines(MANY))
    return path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that holds a report."""
    first, path = tmp_path / "first.ndjson", tmp_path / "log.db"
    first.write_text("".join(lines(1, first=900_000)))
    typed_on(path, "add", first, code=0)
    return path


def added(store: Path, *files: object) -> dict[str, int]:
    """What `timeline add` tells of files."""
    told = json.loads(typed_on(store, "add", *files, "--format", "json", code=0).stdout)
    return {name: told[name] for name in ("filed", "already_known", "problems")}


def filed(store: Path) -> list[str]:
    """The ids of the reports in a store, in the order of the log."""
    with open_timeline(str(store)) as timeline:
        return [entry.report for entry in timeline.follow(idle=0)]


# Files a document, and stops after the second batch for as long as nobody writes to it.
FILER = """
import sys
from timeline import open_timeline
with open_timeline(sys.argv[1]) as timeline:
    log, batches = timeline.writer, 0
    write = log.file
    def file(*args, **more):
        global batches
        done = write(*args, **more)
        batches += 1
        print(batches, flush=True)
        if batches == 2:
            sys.stdin.readline()
        return done
    log.file = file
    timeline.add(sys.argv[2])
"""


def test_a_kill_in_the_middle_leaves_whole_batches_and_the_same_file_completes_it(
    store: Path, stream: Path
) -> None:
    """What was filed stays, in order; what is missing comes with the next `add`, each once."""
    filer = subprocess.Popen(
        [sys.executable, "-c", f"{SMALLER}{FILER}", str(store), str(stream)],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    out = cast("IO[str]", filer.stdout)
    assert [out.readline(), out.readline()] == ["1\n", "2\n"]
    filer.kill()
    filer.communicate()
    expected = [f"bulk-{number:06d}" for number in range(MANY)]
    assert filed(store)[1:] == expected[: 2 * BATCH]
    with open_timeline(str(store)) as timeline:
        there = timeline.known("Pokrovsk", on="2025-10-28").counts.reports
        assert there > 0
    again = {"filed": MANY - 2 * BATCH, "already_known": 2 * BATCH, "problems": 0}
    assert added(store, stream) == again
    assert filed(store)[1:] == expected
    assert added(store, stream) == {"filed": 0, "already_known": MANY, "problems": 0}


# Leaves a file behind as one killed in the first moment of a log does: with a journal to undo.
CUT_SHORT = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA cache_size=1")
db.execute("BEGIN IMMEDIATE")
db.execute("CREATE TABLE page (bytes BLOB)")
db.execute("INSERT INTO page VALUES (zeroblob(1000000))")
os._exit(9)
"""


def test_a_store_whose_making_was_cut_short_is_made_again(tmp_path: Path, stream: Path) -> None:
    """A question says that there is no log yet, and `add` makes one."""
    new = tmp_path / "new.db"
    subprocess.run([sys.executable, "-c", CUT_SHORT, str(new)], check=False)
    assert new.stat().st_size
    assert (tmp_path / "new.db-journal").stat().st_size
    asked = typed_on(new, "known", "Pokrovsk")
    assert asked.exit_code == 1
    assert asked.stderr == (
        f"Error: there is no log in {new} yet; file a first report to make one\n"
    )
    assert added(new, stream) == {"filed": MANY, "already_known": 0, "problems": 0}


def test_a_kill_while_a_new_store_is_filled_leaves_whole_batches(
    tmp_path: Path, stream: Path
) -> None:
    """The store is there from its first batch on, and nothing lies beside it but its own files."""
    new = tmp_path / "new.db"
    filer = subprocess.Popen(
        [*ADD, "--store", str(new), "add", str(stream)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while filer.poll() is None and not new.exists():
        time.sleep(0.001)
    filer.kill()
    filer.wait()
    beside = {path.name for path in tmp_path.iterdir()} - {stream.name}
    assert beside <= {"new.db", "new.db-wal", "new.db-shm", "new.db-journal"}
    again = added(new, stream)
    assert again["already_known"] % BATCH in (0, MANY % BATCH)
    assert again["filed"] + again["already_known"] == MANY
    assert sorted(filed(new))[-MANY:] == [f"bulk-{number:06d}" for number in range(MANY)]


def test_a_killed_and_completed_store_answers_as_one_that_never_was(
    tmp_path: Path, store: Path, stream: Path
) -> None:
    """Half of the reports, then all of them: the same claims as from all at once."""
    half = tmp_path / "half.ndjson"
    half.write_text("".join(lines(BATCH)))
    added(store, half)
    added(store, stream)
    whole = tmp_path / "whole.db"
    added(whole, stream)
    answers = []
    for path in (store, whole):
        with open_timeline(str(path)) as timeline:
            found = timeline.known("Pokrovsk", on="2025-10-20", window=1)
            answers.append(
                [(claim.report, claim.happened, claim.certainty) for claim in found.claims]
            )
    assert answers[0] == answers[1] != []


def test_a_problem_on_the_last_line_keeps_all_of_it_out(
    tmp_path: Path, store: Path, stream: Path
) -> None:
    """A file is filed whole or not at all, however long it is; `--keep-going` files the good."""
    bad = tmp_path / "bad.ndjson"
    bad.write_text(stream.read_text() + '{"kind": "clash"}\n')
    refused = typed_on(store, "add", bad)
    assert refused.exit_code == 1
    assert refused.stdout == f"filed 0, already known 0, problems {refused.stderr.count(chr(10))}\n"
    assert f"{bad}:{MANY + 1}: " in refused.stderr
    assert len(filed(store)) == 1
    kept = typed_on(store, "add", bad, "--keep-going")
    assert kept.stdout.startswith(f"filed {MANY}, already known 0, ")
    assert len(filed(store)) == 1 + MANY


def test_two_processes_that_file_the_same_stream_file_it_once(store: Path, stream: Path) -> None:
    """Both end well; together they have filed each report exactly once."""
    adding = [
        subprocess.Popen(
            [*ADD, "--store", str(store), "add", str(stream)],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120) for process in adding]
    assert [process.returncode for process in adding] == [0, 0], told
    counts = [int(out.split(",")[0].removeprefix("filed ")) for out, _ in told]
    assert sum(counts) == MANY
    assert sorted(filed(store)[1:]) == [f"bulk-{number:06d}" for number in range(MANY)]


def peak(store: Path, count: int) -> int:
    """The most memory, in bytes, that filing so many reports from a pipe took."""
    filer = subprocess.Popen(
        [*ADD, "--store", str(store), "add", "-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stdin = cast("IO[str]", filer.stdin)
    stdin.writelines(lines(count))
    stdin.close()
    assert cast("IO[str]", filer.stdout).read().startswith(f"filed {count}, ")
    _, status, used = os.wait4(filer.pid, 0)
    filer.returncode = os.waitstatus_to_exitcode(status)
    cast("IO[str]", filer.stdout).close()
    assert filer.returncode == 0
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1_024)


def test_a_long_stream_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    """From a pipe, batch by batch: five times the reports in about the same memory."""
    short, long = peak(tmp_path / "a.db", BATCH), peak(tmp_path / "b.db", 5 * BATCH)
    assert long < short + 40 * 2**20


def test_a_line_without_an_end_is_refused_and_does_not_fill_the_memory(tmp_path: Path) -> None:
    """The problem has its line, and the reports around it are read."""
    used = []
    for length in (1, 200):
        path = tmp_path / f"{length}.ndjson"
        before, after = lines(2)
        with path.open("w") as file:
            file.write(before)
            file.writelines("x" * 2**20 for _ in range(length))
            file.write("\n" + after)
        store = str(tmp_path / f"{length}.db")
        with subprocess.Popen(
            [*ADD, "--store", store, "add", "--keep-going", str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as adding:
            told = [cast("IO[str]", out).read() for out in (adding.stdout, adding.stderr)]
            _, status, usage = os.wait4(adding.pid, 0)
            adding.returncode = os.waitstatus_to_exitcode(status)
        assert told[0] == "filed 2, already known 0, problems 1\n"
        used.append(usage.ru_maxrss * (1 if sys.platform == "darwin" else 1_024))
    assert f"{path}:2: the line is over 5 MiB; write one report a line" in told[1]
    assert used[1] < used[0] + 60 * 2**20


def report_line(number: int, summary: str = "told") -> str:
    """One report, its id by a number."""
    report = {
        "id": f"again-{number}",
        "kind": "clash",
        "place": "Pokrovsk",
        "happened": "2025-10-27",
        "reported": "2025-10-27",
        "chain": ["deepstate"],
        "summary": summary,
    }
    return json.dumps(report) + "\n"


@pytest.mark.parametrize(("read", "batch"), [(2, 3), (3, 2), (100, 100)])
def test_what_is_there_again_is_filed_once(
    read: int, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the file or in the store, near or far apart, in a batch or at its end; all are counted."""
    monkeypatch.setattr(intake, "READ", read)
    monkeypatch.setattr(intake, "BATCH", batch)
    store, first, second = tmp_path / "log.db", tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    first.write_text("".join(map(report_line, [1, 2, 1, 3, 4, 1, 4])))
    assert added(store, first) == {"filed": 4, "already_known": 3, "problems": 0}
    second.write_text("".join(map(report_line, [5, 2, 6, 7, 2, 8, 5, 4])))
    assert added(store, second) == {"filed": 4, "already_known": 4, "problems": 0}
    assert filed(store) == [f"again-{number}" for number in range(1, 9)]


@pytest.mark.parametrize("read", [1, 2, 100])
def test_what_is_there_again_with_other_content_is_told_with_its_line(
    read: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far from the first; then nothing is filed, or what is good, the first among it."""
    monkeypatch.setattr(intake, "READ", read)
    store, file = tmp_path / "log.db", tmp_path / "a.ndjson"
    file.write_text("".join(map(report_line, [1, 2, 3])) + report_line(1, "otherwise"))
    result = typed_on(store, "add", file)
    assert result.exit_code == 1
    assert f"{file}:4: again-1 is in this file before with other content" in result.stderr
    assert not store.exists()
    kept = typed_on(store, "add", "--keep-going", file)
    assert kept.exit_code == 1
    assert "filed 3, already known 0, problems 1" in kept.stdout
    assert filed(store) == ["again-1", "again-2", "again-3"]


def test_a_report_that_another_writer_files_meanwhile_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a file and its filing, in the middle of a batch: the rest is filed."""
    store, file, other = tmp_path / "log.db", tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    other.write_text(report_line(2))
    file.write_text("".join(map(report_line, [1, 2, 3])))
    added(store, other)
    unchecked = LogApplication.check

    def check(self: LogApplication, *given: Any) -> list[Outcome]:
        unchecked(self, *given)
        return [Outcome.filed] * len(given[0])  # as it was before the other came

    monkeypatch.setattr(LogApplication, "check", check)
    assert added(store, file) == {"filed": 2, "already_known": 1, "problems": 0}
    assert filed(store) == ["again-2", "again-1", "again-3"]
