import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, cast

import msgspec
import pytest
from command import environment, typed_on, without_basis
from domain import PLACES, content, correct, definition, fold_reader, infiltration
from domain import ask as ask_reader
from many import log_of, many, one

from cli.progress import Meter, duration, size
from timeline import Timeline, open_timeline
from timeline.errors import StoreError
from timeline.evidence.tree import root
from timeline.log import LogReader, open_log
from timeline.log.filing import Filing
from timeline.log.sqlite_file import connect
from timeline.view import Files
from timeline.view.build import catch_up
from timeline.view.schema import TABLES
from timeline.view.staged import StagedClaims, holds

REPORTS = 20_000
FEWER = 2_000
DAY = "2025-10-12"


def ask(timeline: Timeline) -> bytes:
    """What everybody asks here: of a region, so that the answer takes all of the view."""
    return timeline.known("North", on=DAY).to_json() + timeline.known("Alpha", on=DAY).to_json()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log of many reports, as a file."""
    path = tmp_path_factory.mktemp("made") / "log.db"
    log_of(path, REPORTS).close()
    return path.read_bytes()


@pytest.fixture(scope="module")
def made_small(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log of fewer reports, as a file."""
    path = tmp_path_factory.mktemp("small") / "log.db"
    log_of(path, FEWER).close()
    return path.read_bytes()


@pytest.fixture
def store(made: bytes, tmp_path: Path) -> Path:
    """A store of many reports, without a view."""
    path = tmp_path / "log.db"
    path.write_bytes(made)
    return path


@pytest.fixture
def small(made_small: bytes, tmp_path: Path) -> Path:
    """A store of fewer reports, without a view."""
    path = tmp_path / "log.db"
    path.write_bytes(made_small)
    return path


@pytest.fixture
def spawn(
    spawn: Callable[..., "subprocess.Popen[str]"],
) -> Callable[..., "subprocess.Popen[str]"]:
    """With all pipes, and so that a Ctrl-C can be sent as a terminal does, to all of it."""
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    return partial(spawn, **pipes, start_new_session=True)


def generations(store: Path) -> list[str]:
    """The numbers of the generations that there are."""
    return [path.name.rpartition("-")[2] for path in Files.beside(store).generations()]


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line that a process prints."""
    return cast("IO[str]", process.stdout).readline().strip()


def tell(process: "subprocess.Popen[str]") -> None:
    """Let a process that waits for a line go on."""
    stdin = cast("IO[str]", process.stdin)
    stdin.write("\n")
    stdin.flush()


READER = """
import sys, pathlib
from test_rebuild import ask
from timeline import open_timeline
store, stop, how = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
answers, asked, seen = set(), 0, set()
timeline = open_timeline(store)
print("ready", flush=True)
while not stop.exists() or not asked:
    if how == "opening":
        timeline.close()
        timeline = open_timeline(store)
    answers.add(ask(timeline))
    seen.add(timeline.index.lag().generation)
    asked += 1
print(asked, len(answers), len(seen), answers.pop().hex())
"""

# Builds, and stops at the second batch until it is told to go on.
BUILDER = """
import sys
from timeline import open_timeline
with open_timeline(sys.argv[1]) as timeline:
    def progress(done, end):
        if done:
            print(done, flush=True)
        if done >= 10_000:
            sys.stdin.readline()
    timeline.index.rebuild(progress)
"""


def test_readers_see_the_old_or_the_new_while_it_is_rebuilt(
    small: Path, tmp_path: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """In other processes, open all along or opening for each question: always the same bytes."""
    stop = tmp_path / "stop"
    with open_timeline(str(small)) as timeline:
        expected = ask(timeline)
        readers = [spawn(READER, small, stop, how) for how in ("open", "opening")]
        assert [line_of(reader) for reader in readers] == ["ready", "ready"]
        for _ in range(3):
            timeline.index.rebuild()
        assert ask(timeline) == expected
    stop.touch()
    for reader in readers:
        out, err = reader.communicate(timeout=60)
        assert reader.returncode == 0, err
        asked, different, seen, answer = out.split()
        assert bytes.fromhex(answer) == expected
        assert different == "1"
        assert int(asked) > 3
        assert int(seen) >= 2  # the switch was followed


def test_a_rebuild_that_was_killed_goes_on_where_it_stopped(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """Meanwhile questions read the old view; afterwards nothing tells that it was killed."""
    with open_timeline(str(store)) as timeline:
        expected = ask(timeline)
        builder = spawn(BUILDER, store)
        assert [line_of(builder), line_of(builder)] == ["5000", "10000"]
        builder.kill()
        builder.wait()
        assert ask(timeline) == expected
        generation = timeline.index.lag().generation
        assert generation is not None
        assert generation.endswith("-000001")
        assert generations(store) == ["000001", "000002"]
        steps: list[int] = []
        timeline.index.rebuild(lambda done, _: steps.append(done))
        assert steps[:2] == [10_000, 15_000]
        assert ask(timeline) == expected
    assert generations(store) == ["000002"]


# Builds by two processes, and stops at its second batch, the other going on, until it is told.
BUILDER_OF_TWO = f"""
import timeline.view.laying
timeline.view.laying.ALONE = 1_000
{BUILDER}
"""


def is_running(process: str) -> bool:
    """Whether it has not ended; of an orphan nobody may have taken note."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.skipif(
    not (shutil.which("pgrep") and Path("/proc/self/stat").exists()),
    reason="processes are told apart by pgrep and /proc",
)
@pytest.mark.parametrize("alone", [1_000, 1_000_000])
@pytest.mark.parametrize("corrected", [False, True])
def test_a_rebuild_in_two_processes_that_was_killed_goes_on_where_it_stopped(
    store: Path,
    spawn: Callable[..., "subprocess.Popen[str]"],
    monkeypatch: pytest.MonkeyPatch,
    corrected: bool,
    alone: int,
) -> None:
    """By two again, or by one; the other one of the killed build ends by itself."""
    builder = spawn(BUILDER_OF_TWO, store)
    assert [line_of(builder), line_of(builder)] == ["5000", "10000"]
    (second,) = subprocess.check_output(["pgrep", "-P", str(builder.pid)], text=True).split()
    builder.kill()
    builder.wait()
    monkeypatch.setattr("timeline.view.laying.ALONE", alone)
    with open_timeline(str(store)) as timeline:
        if corrected:
            for number in range(0, REPORTS, 371):
                correct(timeline.writer, f"m{number:06d}", one(number, side="deepstate"))
        steps: list[int] = []
        timeline.index.rebuild(lambda done, _: steps.append(done))
        assert steps == [10_000, 15_000, 20_000, REPORTS + 10]
        assert same_as_the_fold(timeline)
    deadline = time.monotonic() + 10
    while is_running(second):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("two", [False, True])
def test_the_series_of_a_place_lie_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two: bool
) -> None:
    """No run of numbers is of two places: in a build, by one process or two, and caught up."""
    monkeypatch.setattr("timeline.view.write.BESIDE", 2)
    if two:
        monkeypatch.setattr("timeline.view.laying.ALONE", 100)
    path = tmp_path / "log.db"
    log = log_of(path, 500)

    def series() -> list[tuple[int, int]]:
        """(number, place) of each."""
        with closing(connect(Files.beside(path).reading() or "", "ro")) as db:
            return db.execute("SELECT id, place FROM series ORDER BY id").fetchall()

    with closing(log), open_timeline(str(path)) as timeline:
        timeline.known("Alpha", on=DAY)
        before = series()
        for some in (range(9), range(9, 20)):
            told = [infiltration(f"z{at}", "2025-10-05", by=f"p{at}", place="Beta") for at in some]
            log.file([content(report) for report in told])
            assert same_as_the_fold(timeline)
        after = series()
    assert set(before) < set(after)
    assert len(after) == len(before) + 20
    for numbers in (before, after):
        places = {place for _, place in numbers}
        assert len(places) == 4
        runs = {(number // 2, place) for number, place in numbers}
        assert len(runs) == len({run for run, _ in runs})  # none is of two places
        assert len(runs) <= len(numbers) / 2 + len(places)


def test_the_claims_of_a_place_lie_together(store: Path) -> None:
    """By time, in the order of the log where that is the same; nothing stays of how they waited."""
    with open_timeline(str(store)) as timeline:
        for number in range(0, REPORTS, 371):
            correct(timeline.writer, f"m{number:06d}", one(number, side="deepstate"))
        built = timeline.index.rebuild()
    with closing(connect(built, "ro")) as db:
        rows = db.execute("SELECT place, reach FROM claim ORDER BY id").fetchall()
    assert len(rows) == REPORTS
    assert rows == sorted(rows)
    assert len({place for place, _ in rows}) > 2
    assert not list(store.parent.glob("*-claims*"))


# Builds, and stops in the middle of what it writes down of the second sheet.
MIDWAY = """
import sys
from timeline import open_timeline
from timeline.view.staged import StagedClaims
keep = StagedClaims.keep
def slow(self, position):
    if position > 5_000:
        print(position, flush=True)
        sys.stdin.readline()
    keep(self, position)
StagedClaims.keep = slow
with open_timeline(sys.argv[1]) as timeline:
    timeline.index.rebuild()
"""


def test_a_build_that_was_killed_in_the_middle_of_a_sheet_goes_on_before_it(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """Half of it is on the disk, in both files; it is taken back, and what came before stays."""
    builder = spawn(MIDWAY, store)
    assert line_of(builder) == "10000"
    assert [path.stat().st_size > 0 for path in store.parent.glob("*-claims-journal")] == [True]
    builder.kill()
    builder.wait()
    with open_timeline(str(store)) as timeline:
        steps: list[int] = []
        timeline.index.rebuild(lambda done, _: steps.append(done))
        assert steps == [5_000, 10_000, 15_000, 20_000, REPORTS + 10]
        assert same_as_the_fold(timeline)
    assert generations(store) == ["000001"]


def test_what_waits_is_what_the_view_has(tmp_path: Path) -> None:
    """Of claims that were kept before the view came to keep its own, those are left that it has."""
    path = tmp_path / "view-claims"
    assert [holds(path, 0), holds(path, 5)] == [True, False]

    def row(place: int, reach: int) -> list[object]:
        return [1, place, 0, 0, reach, 0, 0, 0, reach, b"[]", 0, 0, reach, None]

    with StagedClaims(path, 0) as staged:
        staged.add([row(2, 7), row(1, 9)])
        staged.keep(5)
        staged.keep(10)  # entries that claim nothing
        staged.add([row(1, 8)])
        staged.keep(15)
        staged.add([row(1, 1)])
    assert [holds(path, position) for position in (0, 5, 7, 10, 15)] == [1, 1, 0, 1, 1]
    with (
        StagedClaims(path, 10) as staged,
        closing(sqlite3.connect(":memory:", uri=True, isolation_level=None)) as view,
    ):
        staged.add([row(1, 2)])
        staged.keep(15)
        staged.add([row(2, 3), row(1, 9)])
        view.executescript(TABLES)
        view.execute("BEGIN")
        staged.move(view)
        view.execute("COMMIT")
        staged.let_go(view)
        rows = view.execute("SELECT place, reach FROM claim ORDER BY id").fetchall()
    assert rows == [(1, 2), (1, 9), (1, 9), (2, 3), (2, 7)]


@pytest.mark.parametrize("lost", ["claims", "some claims", "what was not synced", "a page"])
def test_a_build_of_which_something_is_lost_is_not_taken_up(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"], lost: str
) -> None:
    """Claims wait in a file beside; the machine was started anew; the file itself is damaged."""
    builder = spawn(BUILDER, store)
    assert [line_of(builder), line_of(builder)] == ["5000", "10000"]
    builder.kill()
    builder.wait()
    (waiting,) = store.parent.glob("*-000001-claims")
    view = Path(str(waiting).removesuffix("-claims"))
    if lost == "claims":
        waiting.unlink()
    elif lost == "a page":
        with closing(sqlite3.connect(view)) as db:
            ((root,),) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'series'")
        with view.open("r+b") as file:
            file.seek((root - 1) * 4096)
            file.write(bytes(4096))
    else:
        change = "PRAGMA user_version=1"
        if lost == "some claims":
            change = "DELETE FROM written WHERE position = 10000"
        with closing(sqlite3.connect(waiting)) as db, db:
            db.execute(change)
    with open_timeline(str(store)) as timeline:
        steps: list[int] = []
        timeline.index.rebuild(lambda done, _: steps.append(done))
        assert steps[steps.index(0) + 1] == 5_000  # from the beginning
        assert same_as_the_fold(timeline)
    assert len(generations(store)) == 1
    assert not list(store.parent.glob("*-claims*"))


def test_two_processes_build_the_view_that_one_does(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows with the same numbers in every table, whoever laid out what."""
    built = []
    with open_timeline(str(store)) as timeline:
        for number in range(0, REPORTS, 97):
            correct(timeline.writer, f"m{number:06d}", one(number, side="deepstate"))
        for alone in (1_000_000, 1_000):
            monkeypatch.setattr("timeline.view.laying.ALONE", alone)
            with closing(connect(timeline.index.rebuild(), "ro")) as view:
                built.append(list(view.iterdump()))
    assert len(built[0]) > 2 * REPORTS
    assert built[0] == built[1]


def same_as_the_fold(timeline: Timeline) -> bool:
    """Whether the view says of three places what the fold says, and keeps the same tree."""
    cuts, fold = timeline.cuts(DAY), fold_reader(timeline.log)
    size = timeline.log.head()
    with timeline.reading() as view:
        return root(size, view.tree()) == root(size, fold.tree()) and all(
            ask_reader(view, place, cuts).to_json() == ask_reader(fold, place, cuts).to_json()
            for place in ("x:alpha", "x:beta", "x:north")
        )


def test_what_is_filed_and_corrected_after_the_kill_counts_once(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """A report that the killed build had taken in, corrected before the next: as corrected."""
    builder = spawn(BUILDER, store)
    assert [line_of(builder), line_of(builder)] == ["5000", "10000"]
    builder.kill()
    builder.wait()
    with open_timeline(str(store)) as timeline:
        for number in range(0, 400, 7):
            correct(timeline.writer, f"m{number:06d}", one(number, side="deepstate"))
        timeline.writer.file([Filing("later", one(1, side="later"))])
        timeline.index.rebuild()
        assert same_as_the_fold(timeline)


def test_control_c_leaves_nothing_torn(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """`timeline rebuild` ends with 130 and no traceback, and the next one completes it."""
    with open_timeline(str(store)) as timeline:
        expected = ask(timeline)
    code = "import sys; from cli.main import main; sys.argv[0] = 'timeline'; main()"
    rebuild = spawn(code, "--store", store, "rebuild")
    while len(generations(store)) < 2:
        assert rebuild.poll() is None
        time.sleep(0.005)
    os.killpg(rebuild.pid, signal.SIGINT)
    _, err = rebuild.communicate(timeout=60)
    assert rebuild.returncode == 130
    assert "Traceback" not in err
    assert typed_on(store, "rebuild").exit_code == 0
    with open_timeline(str(store)) as timeline:
        assert ask(timeline) == expected


def test_one_builds_and_the_others_wait(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """A second rebuild is refused; a question of a log without a view waits for the first."""
    builder = spawn(BUILDER, store)
    assert [line_of(builder), line_of(builder)] == ["5000", "10000"]
    second = typed_on(store, "rebuild")
    assert second.exit_code == 1
    assert "another process is building log.db.view-" in second.stderr
    code = "import sys; from cli.main import main; sys.argv[0] = 'timeline'; main()"
    question = spawn(code, "--store", store, "known", "Alpha", DAY, "--format", "json")
    told = cast("IO[str]", question.stderr).readline()
    assert told == "another process is building the view of the log; waiting for it\n"
    for _ in range(4):
        tell(builder)
    out, err = question.communicate(timeout=60)
    assert question.returncode == 0, err
    assert json.loads(out)["place"]["id"] == "x:alpha"
    assert builder.wait() == 0
    assert generations(store) == ["000001"]


HOLDER = """
import sys
from timeline import open_timeline
with open_timeline(sys.argv[1]) as timeline:
    timeline.known("Alpha")
    print("open", flush=True)
    sys.stdin.readline()
print("closed", flush=True)
sys.stdin.readline()
"""


def test_old_generations_go_once_nobody_has_them_open(
    small: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """One that another process reads stays, and goes with a later rebuild."""
    assert typed_on(small, "rebuild").exit_code == 0
    holder = spawn(HOLDER, small)
    assert line_of(holder) == "open"
    typed_on(small, "rebuild")
    assert generations(small) == ["000001", "000002"]
    tell(holder)
    assert line_of(holder) == "closed"
    typed_on(small, "rebuild")
    assert generations(small) == ["000003"]


def test_views_of_other_versions_go_after_a_month(small: Path) -> None:
    """One that an older version of this program made stays while somebody may go back to it."""
    old, recent = (small.with_name(f"log.db.view-{name}-000001") for name in ("aaaa", "bbbb"))
    other = small.with_name("other.db.view-aaaa-000001")
    written = small.with_name("log.db.view-cccc-000001-wal")
    in_use, rows = (
        small.with_name(f"log.db.view-cccc{end}") for end in ("-000001", ".projections")
    )
    for path in (old, recent, other, written, in_use, rows):
        path.write_bytes(b"")
    long_ago = time.time() - 40 * 86_400
    for path in (old, other, in_use, rows):
        os.utime(path, (long_ago, long_ago))
    typed_on(small, "rebuild")
    assert [path.exists() for path in (old, rows)] == [False, False]
    assert all(path.exists() for path in (recent, other, written, in_use))


def test_a_pointer_of_another_version_goes_after_its_view(small: Path) -> None:
    """Not while the view is there, nor a young one: that version may be at work."""
    names = ("0aaaaaaaaa", "0bbbbbbbbb", "0ccccccccc")
    gone, stays, young = (small.with_name(f"log.db.view-{name}") for name in names)
    for pointer in (gone, stays, young):
        pointer.write_text(f"{pointer.name}-000001\n")
    stays.with_name(f"{stays.name}-000001").touch()
    long_ago = time.time() - 40 * 86_400
    for path in (gone, stays):
        os.utime(path, (long_ago, long_ago))
    typed_on(small, "rebuild", code=0)
    assert [path.exists() for path in (gone, stays, young)] == [False, True, True]


def test_several_may_delete_old_views_at_once(small: Path) -> None:
    """Each finds some gone that it was about to look at; of this version and of others."""
    typed_on(small, "known", "Alpha", code=0)
    (view,) = Files.beside(small).generations()
    files = [Files.beside(small) for _ in range(3)]
    for others in (view.name[:-7], "log.db.view-aaaa"):
        for number in range(100):
            small.with_name(f"{others}-{number:06d}").touch()
    files[0].switch(view.with_name(f"{view.name[:-7]}-000099"))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda one: one.clean(all_others=True), files))
    assert files[0].clean(all_others=True) == []
    assert generations(small) == ["000099"]
    assert not list(small.parent.glob("log.db.view-aaaa*"))


def test_a_build_is_whole_though_its_second_process_fails(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other does not deliver this process does; the log may be named as one likes."""
    monkeypatch.chdir(store.parent)
    assert typed_on(Path(store.name), "rebuild").exit_code == 0
    with open_timeline(store) as timeline:
        expected = ask(timeline)
        assert timeline.index.lag().position == REPORTS + 10
        monkeypatch.setattr("timeline.view.laying.ALONE", 5_000)
        timeline.index.rebuild()
        assert ask(timeline) == expected
        monkeypatch.setattr("timeline.pipes.sys.executable", shutil.which("false"))
        timeline.index.rebuild()
        assert timeline.index.lag().position == REPORTS + 10
        assert ask(timeline) == expected


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _scribble(path: Path) -> None:
    path.write_bytes(b"no database at all" * 1000)


def _of_another_log(path: Path) -> None:
    other = path.parent / "other" / "log.db"
    other.parent.mkdir()
    log_of(other, 10).close()
    with open_timeline(str(other)) as timeline:
        timeline.index.rebuild()
    path.write_bytes(Files.beside(other).generations()[0].read_bytes())


@pytest.mark.parametrize("spoil", [_cut, _empty, _scribble, _of_another_log])
def test_a_spoilt_view_is_built_anew(small: Path, spoil: Callable[[Path], None]) -> None:
    """Cut short, emptied, over-written or another log's: a note, and the right answer."""
    with open_timeline(str(small)) as timeline:
        expected = ask(timeline)
    (view,) = Files.beside(small).generations()
    for suffix in ("-wal", "-shm"):
        view.with_name(view.name + suffix).unlink(missing_ok=True)
    spoil(view)
    notes: list[str] = []
    with Timeline(small, note=notes.append) as timeline:
        assert timeline.index.lag().position == 0
        assert ask(timeline) == expected
    assert notes == ["the view of the log was damaged or of another log; it is built anew"]
    assert generations(small) == ["000002"]  # what is of no use is not kept


def test_a_generation_that_comes_while_one_catches_up_is_caught_up_too(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was built of an older state of the log, and no answer comes from that without a word."""
    files = Files.beside(small)
    notes: list[str] = []
    with Timeline(small, note=notes.append) as timeline:
        before = timeline.index.position()
        later = files.next()
        with closing(sqlite3.connect(str(files.current()))) as db:
            db.execute("VACUUM INTO ?", (str(later),))
        with open_log(small) as log:
            log.file([*many(1, 900_000)])

        def catch_up_and_switch(db: sqlite3.Connection, log: LogReader) -> bool:
            done = catch_up(db, log)
            files.switch(later)
            return done

        monkeypatch.setattr("timeline.view.build.catch_up", catch_up_and_switch)
        assert timeline.index.position() == before + 1
        assert files.current() == later
    assert not notes


def test_damage_that_shows_when_it_is_read_is_mended_by_the_next_question(small: Path) -> None:
    """Pages in the middle over-written: one line, and the question asked again is answered."""
    expected = typed_on(small, "known", "North", DAY, "--format", "json").stdout
    (view,) = Files.beside(small).generations()
    with view.open("rb+") as file:
        for page in range(100, view.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 512)
    first = typed_on(small, "known", "North", DAY)
    assert first.exit_code == 1
    assert first.stderr.splitlines()[-1] == (
        "Error: the view of the log was damaged and has been built anew; ask again"
    )
    assert typed_on(small, "known", "North", DAY, "--format", "json").stdout == expected


def test_of_a_log_that_is_gone_no_view_is_begun(small: Path) -> None:
    """Somebody deleted it while it was open; each question left a file beside it."""
    with open_timeline(small) as timeline:
        ask(timeline)
        for path in small.parent.glob("log.db*"):
            path.unlink()
        for _ in range(2):
            with pytest.raises(StoreError, match="not the file any more that was opened"):
                ask(timeline)
        assert not list(small.parent.glob("log.db*"))


def test_damage_to_a_view_that_is_open_is_mended_by_the_next_question(small: Path) -> None:
    """A program that keeps its store open, as a server does, is told the same line."""
    with open_timeline(small) as timeline:
        expected = ask(timeline)
        (view,) = Files.beside(small).generations()
        with view.open("rb+") as file:
            file.write(b"\xff" * view.stat().st_size)
        with (
            pytest.warns(UserWarning, match="it is built anew"),
            pytest.raises(StoreError, match="was damaged and has been built anew; ask again"),
        ):
            ask(timeline)
        assert ask(timeline) == expected


def test_a_view_that_loses_its_state_while_it_is_open_is_built_anew(small: Path) -> None:
    """By a hand; it was an error of Python's at every question."""
    with open_timeline(small) as timeline:
        expected = ask(timeline)
        (view,) = Files.beside(small).generations()
        with closing(sqlite3.connect(view)) as db, db:
            db.execute("DELETE FROM state")
        with (
            pytest.warns(UserWarning, match="it is built anew"),
            pytest.raises(StoreError, match="was damaged and has been built anew; ask again"),
        ):
            ask(timeline)
        assert ask(timeline) == expected


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE claim SET words = CAST(replace(words, '[', '{') AS BLOB)",
        "UPDATE claim SET words = NULL",
        "UPDATE claim SET latest = NULL",
        "UPDATE series SET party = CAST(x'ff' || party AS TEXT)",
        "UPDATE series SET key = CAST(replace(key, '[', '{') AS BLOB)",
        "UPDATE series SET key = CAST(replace(key, '\"', x'ff22') AS BLOB)",
        "UPDATE series SET key = NULL",
        "UPDATE definition SET content = CAST(replace(content, ':', ';') AS BLOB)",
        "UPDATE party SET content = CAST(replace(content, ':', ';') AS BLOB)",
    ],
)
@pytest.mark.parametrize("words", [("known", "North", DAY), ("places", "find", "Alph")])
def test_rows_that_no_view_has_are_mended_by_the_next_question(
    small: Path, spoilt: str, words: Sequence[str]
) -> None:
    """However it shows: never as a fault of the program, and never twice."""
    expected = typed_on(small, *words).stdout
    (view,) = Files.beside(small).generations()
    with closing(sqlite3.connect(view)) as db:
        as_made = db.execute("SELECT sql, name FROM sqlite_master WHERE type = 'table'").fetchall()
    as_spoilt = [(sql.replace(" NOT NULL", ""), name) for sql, name in as_made]
    for schema, statement in ((as_spoilt, spoilt), (as_made, "")):
        with closing(sqlite3.connect(view)) as db, db:
            db.execute("PRAGMA writable_schema=ON")
            db.executemany("UPDATE sqlite_master SET sql = ? WHERE name = ?", schema)
        with closing(sqlite3.connect(view)) as db, db:
            db.execute(statement)
    first = typed_on(small, *words)
    if first.exit_code:
        assert first.stderr.splitlines()[-1] == (
            "Error: the view of the log was damaged and has been built anew; ask again"
        )
        assert without_basis(typed_on(small, *words).stdout) == without_basis(expected)
    else:  # nothing of what is spoilt was looked at
        assert without_basis(first.stdout) == without_basis(expected)


@pytest.mark.parametrize(
    "gone",
    [
        "DROP TABLE name",
        "DROP TABLE party",
        "ALTER TABLE claim RENAME TO other",
        "ALTER TABLE series RENAME COLUMN key TO other",
        "DROP INDEX ranked",
    ],
)
@pytest.mark.parametrize("filed", [False, True])
def test_a_view_without_one_of_its_tables_is_mended(
    small: Path, gone: str, filed: bool, tmp_path: Path
) -> None:
    """By the next question, or as what was filed since is taken in."""
    words = ("known", "North", DAY)
    expected = typed_on(small, *words).stdout
    (view,) = Files.beside(small).generations()
    with closing(sqlite3.connect(view)) as db, db:
        db.execute(gone)
    if filed:
        more = tmp_path / "more.json"
        more.write_bytes(b'{"parties": [{"id": "x.new", "names": ["New"]}]}')
        typed_on(small, "add", more, code=0)
    first = typed_on(small, *words)
    assert first.exit_code == 0 or first.stderr.splitlines()[-1] == (
        "Error: the view of the log was damaged and has been built anew; ask again"
    )
    second = typed_on(small, *words, code=0)
    assert without_basis(second.stdout) == without_basis(expected)
    typed_on(small, "verify", "--view", code=0)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ("UPDATE claim SET series = 1 << 62", ("known", "Alpha", DAY)),
        ("UPDATE claim SET reach = 'x'", ("claims", "Alpha")),
    ],
)
def test_rows_that_a_hand_was_at_are_no_fault_of_this_program(
    small: Path, spoilt: str, words: Sequence[str]
) -> None:
    """In a view that is sound as a file: its log tells, and a rebuild mends it."""
    expected = typed_on(small, *words).stdout
    (view,) = Files.beside(small).generations()
    with closing(sqlite3.connect(view)) as db, db:
        db.execute(spoilt)
    told = typed_on(small, *words, code=1).stderr
    assert "says otherwise than its log of claims; `rebuild` it" in told
    typed_on(small, "rebuild", code=0)
    assert without_basis(typed_on(small, *words).stdout) == without_basis(expected)


@pytest.mark.parametrize(
    "error", [msgspec.DecodeError("x"), sqlite3.DatabaseError("x"), ValueError()]
)
def test_an_error_of_the_caller_is_no_damage(small: Path, error: Exception) -> None:
    """Whatever goes wrong while a store is open, or a question is asked: the view stays."""
    with Timeline(small) as timeline:
        ask(timeline)
    before = Files.beside(small).current()
    with pytest.raises(type(error)) as raised, Timeline(small):
        raise error
    assert raised.value is error
    with pytest.raises(type(error)) as raised, Timeline(small) as timeline, timeline.reading():
        raise error
    assert raised.value is error
    assert Files.beside(small).current() == before


@pytest.mark.parametrize(
    "name",
    [" a.db", "a.db ", "a\nb.db", "a\n", "a b%41?x=1#y.db", "%00.db", "-a.db", ".a", "ї'\".db"],
)
def test_a_log_of_any_name_has_one_view(made_small: bytes, tmp_path: Path, name: str) -> None:
    """Spaces, ends of lines, and what means something in an address: built once, and then found."""
    path = tmp_path / name
    path.write_bytes(made_small)
    expected = typed_on(path, "known", "North", DAY, "--format", "csv")
    assert expected.exit_code == 0, expected.stderr
    assert typed_on(path, "known", "North", DAY, "--format", "csv").stdout == expected.stdout
    assert [one.name for one in Files.beside(path).generations()] == [
        f"{Files.beside(path).pointer.name}-000001"
    ]


def test_a_view_that_is_built_and_not_found_is_not_built_for_ever(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something else keeps the folder as it was: one line says where."""
    monkeypatch.setattr(Files, "switch", lambda *_: None)
    with (
        open_timeline(str(small)) as timeline,
        pytest.raises(StoreError, match="is not to be found"),
    ):
        ask(timeline)


@pytest.mark.parametrize("blocks", [40, 400])
def test_a_view_that_does_not_fit_on_the_disk_is_told_of_as_such(small: Path, blocks: int) -> None:
    """In one line, sooner or later; once there is room it is built."""
    asked = f"exec '{sys.executable}' -m cli.main --store '{small}' known Alpha {DAY}"
    done = subprocess.run(
        ["bash", "-c", f"ulimit -f {blocks}; {asked}"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert f"the view of the log cannot be built in {small.parent} (" in done.stderr
    assert "make room there" in done.stderr
    assert typed_on(small, "known", "Alpha", DAY, code=0).stderr == ""
    assert len(generations(small)) == 1


def test_a_lost_pointer_is_no_loss(small: Path) -> None:
    """Without the file that says which view to read, it is built again."""
    with open_timeline(str(small)) as timeline:
        expected = ask(timeline)
        Files.beside(small).pointer.unlink()
        assert ask(timeline) == expected


def obeying_rights() -> list[str]:
    """What to put before a command, so that rights on files hold for root too."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may write everywhere, and there is no setpriv to have it otherwise")
    return ["setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override", "--"]


def test_a_log_that_may_only_be_read_has_its_view_in_the_cache(tmp_path: Path) -> None:
    """Nothing is written beside it; the view lies in the user's own folder, apart for each log."""
    cache, no_folder = tmp_path / "cache", tmp_path / "file"
    no_folder.touch()

    def known(folder: Path, cache: Path) -> "subprocess.CompletedProcess[str]":
        asked = ["-m", "cli.main", "--store", str(folder / "log.db"), "known", "Alpha"]
        return subprocess.run(
            [*obeying_rights(), sys.executable, *asked],
            env=environment(XDG_CACHE_HOME=str(cache)),
            capture_output=True,
            text=True,
            check=False,
        )

    folders = [tmp_path / name for name in ("log", os.fsdecode(b"no text \xff"))]
    for folder in folders:
        folder.mkdir()
        log_of(folder / "log.db", 50).close()
        folder.chmod(0o555)
        done = known(folder, cache)
        assert done.returncode == 0, done.stderr
        assert "Alpha" in done.stdout
    refused = known(folders[0], no_folder)
    for folder in folders:
        folder.chmod(0o755)
        assert [path.name for path in folder.iterdir()] == ["log.db"]
    views = list(cache.glob("conflict-timeline/*/log.db.view-*-000001"))
    assert len(views) == 2
    assert {view.parent.stat().st_mode & 0o777 for view in views} == {0o700}
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "name a folder for it in $XDG_CACHE_HOME" in refused.stderr


def test_what_lies_beside_a_log_and_cannot_be_written_is_named(small: Path) -> None:
    """Whoever may only read the log made it: they are to be asked, and not who owns the log."""
    typed_on(small, "known", "North", DAY, code=0)
    shared = Path(f"{small}-shm")
    shared.write_bytes(bytes(2**15))
    shared.chmod(0o444)
    retraction = ["retract", "m000001", "--reported", DAY, "--reason", "x"]
    done = subprocess.run(
        [*obeying_rights(), sys.executable, "-m", "cli.main", "--store", str(small), *retraction],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    told = f"Error: {shared} cannot be written; ask who owns it for the right to write\n"
    assert done.stderr == told


def test_a_dry_run_tells_what_it_would_take(store: Path) -> None:
    """Entries, seconds and bytes, from a trial; nothing is built."""
    told = json.loads(typed_on(store, "rebuild", "--dry-run", "--format", "json").stdout)
    assert generations(store) == []
    done = json.loads(typed_on(store, "rebuild", "--format", "json").stdout)
    assert told["entries"] == done["entries"] == REPORTS + 10
    assert told["bytes"] == pytest.approx(done["bytes"], rel=0.2)
    assert told["seconds"] > 0
    assert done["generation"] == Files.beside(store).generations()[0].name
    assert "entries would take about" in typed_on(store, "rebuild", "--dry-run").stdout
    assert "a second" in typed_on(store, "rebuild").stdout


def test_a_build_that_was_interrupted_is_told_apart_in_what_it_took(
    store: Path, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """Else the rate would be of entries that this build found laid out."""
    builder = spawn(BUILDER, store)
    assert [line_of(builder), line_of(builder)] == ["5000", "10000"]
    builder.kill()
    builder.wait()
    told = typed_on(store, "rebuild").stdout
    assert told.startswith(f"{REPORTS + 10:,} entries, 10,000 of them laid out before, in ")
    again = json.loads(typed_on(store, "rebuild", "--format", "json").stdout)
    assert (again["entries"], again["laid_out_before"]) == (REPORTS + 10, 0)


def test_a_dry_run_is_not_of_the_beginning_alone(tmp_path: Path) -> None:
    """A log begins with the places of what it was made of, and these take next to no room."""
    path = tmp_path / "log.db"
    with closing(open_log(path, create=True)) as log:
        log.file([], places=[definition({**PLACES[0], "id": f"x:{n}"}) for n in range(20_000)])
    with closing(log_of(path, 20_000)) as log:
        for number in range(0, 20_000, 1_000):
            correct(log, f"m{number:06d}", one(number, side="x"))
    told = json.loads(typed_on(path, "rebuild", "--dry-run", "--format", "json").stdout)
    done = json.loads(typed_on(path, "rebuild", "--format", "json").stdout)
    assert told["entries"] == done["entries"]
    assert told["bytes"] == pytest.approx(done["bytes"], rel=0.2)


def test_status_tells_how_far_the_view_is_and_leaves_it_there(small: Path) -> None:
    """Positions, lag in entries and in seconds, sizes; it fails where the lag is over the limit."""
    typed_on(small, "rebuild")
    with open_timeline(str(small)) as timeline:
        timeline.writer.file([Filing(f"new-{n}", one(n, side="x")) for n in range(3)])
        correct(timeline.writer, "new-1", one(1, side="y"))
    for _ in range(2):
        told = json.loads(typed_on(small, "status", "--format", "json").stdout)
        assert (told["position"], told["view_position"], told["lag"]) == (2_014, 2_010, 4)
        assert 0 < told["lag_seconds"] < 60
        assert (told["reports"], told["corrections"]) == (FEWER + 3, 1)
        assert told["entries"] == 2_014
        assert (told["first_known"], told["last_known"]) == (
            "2025-10-02T00:00:00Z",
            "2025-10-30T00:00:00Z",
        )
        assert told["log_bytes"] > told["view_bytes"] / 10 > 0
    assert "4 entries behind" in typed_on(small, "status").stdout
    assert typed_on(small, "status", "--max-lag", "4").exit_code == 0
    over = typed_on(small, "status", "--max-lag", "3")
    assert over.exit_code == 1
    assert "4 entries behind" in over.stderr
    over = typed_on(small, "status", "--max-lag", "3", "--format", "json")
    assert json.loads(over.stderr) == {
        "file": None, "line": None, "what": "the view is 4 entries behind",
        "right": "a question, or `rebuild`, catches it up",
    }  # fmt: skip
    typed_on(small, "known", "Alpha")
    assert json.loads(typed_on(small, "status", "--format", "json").stdout)["lag"] == 0
    with open_timeline(str(small)) as timeline:
        timeline.writer.file([Filing("one-more", one(9, side="z"))])
    assert "the view is 1 entry behind" in typed_on(small, "status", "--max-lag", "0").stderr


def test_status_counts_nothing_by_reading_the_log_through(store: Path) -> None:
    """A log with a long way to its view: the position, and no counts."""
    with open_timeline(str(store)) as timeline:
        timeline.writer.file([Filing(f"more-{n}", one(n, side="x")) for n in range(50)])
    told = json.loads(typed_on(store, "status", "--format", "json").stdout)
    assert (told["lag"], told["generation"], told["reports"]) == (20_060, None, None)
    assert "not before the view has caught up" in typed_on(store, "status").stdout
    assert typed_on(store, "status", "--max-lag", "100").exit_code == 1


def test_a_build_on_a_terminal_shows_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A bar, the rate, and what is left; its line is cleared at the end."""
    meter = Meter("building the view", patience=0)
    meter(0, 1_000)
    time.sleep(0.01)
    meter(500, 1_000)
    meter(1_000, 1_000)
    meter(0, 0)
    shown = capsys.readouterr().err.split("\r")
    assert "500 of 1,000" in shown[-3] or "500 of 1,000" in shown[1]
    assert any("/s, " in line and " left" in line for line in shown)
    assert shown[-1] == "\x1b[K"


def test_times_and_sizes_read_as_people_say_them() -> None:
    """Short, with the unit that fits."""
    assert [duration(n) for n in (0.04, 1.44, 12, 185, 7_800)] == [
        "40 ms",
        "1.4 s",
        "12 s",
        "3 min 5 s",
        "2 h 10 min",
    ]
    assert [size(n) for n in (12, 1_500, 344_064, 2_400_000_000)] == [
        "12 bytes",
        "1.5 kB",
        "344 kB",
        "2.4 GB",
    ]
