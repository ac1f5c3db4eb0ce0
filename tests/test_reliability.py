import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from command import ROOT, environment, typed_on

from benchmarks.crashes import story
from benchmarks.crashes.checks import check, compare
from benchmarks.crashes.jobs import Ledger
from benchmarks.server import NoServer, Server, programs
from timeline import open_timeline
from timeline.errors import BadQuestion, BadReport
from timeline.log import open_tail
from timeline.log.sqlite import sink
from timeline.scratch import scratch
from timeline.view import Files

pytest.importorskip("psycopg", reason="the client of PostgreSQL is not installed")

RUN = [sys.executable, "-m", "cli.main"]
MANY = 9_000

pytestmark = pytest.mark.usefixtures("cache")
as_somebody_else = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="only root can work as somebody else",
)


def start(*args: object) -> "subprocess.Popen[str]":
    """`timeline …` in a process of its own."""
    return subprocess.Popen(
        [*RUN, *map(str, args)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*args: object) -> tuple[int, str, str]:
    """`timeline …`: its exit code, what it printed and what it said besides."""
    out, said = (process := start(*args)).communicate(timeout=120)
    return process.returncode, out, said


def documents(folder: Path, name: str, count: int) -> tuple[list[Path], Ledger]:
    """Documents of so many reports, and what the log may hold when they are filed."""
    ledger = Ledger()
    ledger.offered.update(story.write_reports(folder / f"{name}.ndjson", name, count))
    return [story.write_places(folder), folder / f"{name}.ndjson"], ledger


# Killed writers


def killed(store: str, *args: str) -> None:
    """Kill writers on one kind of store; all must be well afterwards."""
    if store == "postgres":
        try:
            programs()
        except NoServer as why:
            pytest.skip(str(why))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crashes", "--store", store, *args],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_killed_writers_lose_nothing(store: str) -> None:
    """One kill of each of the commands; `python -m benchmarks.crashes` does 200 of more kinds."""
    jobs = ("add", "import --snapshot", "rebuild", "copy")
    killed(store, "--kills", "4", *(part for job in jobs for part in ("--job", job)))


@pytest.mark.long
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_many_killed_writers_lose_nothing(store: str) -> None:
    """Kills of every kind, at other moments than those in the docs."""
    killed(store, "--kills", "40", "--seed", "7")


def test_what_is_lost_or_doubled_would_be_seen(tmp_path: Path) -> None:
    """The look after each kill finds what it is there to find."""
    store = tmp_path / "log.db"
    (places, reports), ledger = documents(tmp_path, "a", 60)
    with open_timeline(store, create=True) as timeline:
        timeline.add(places, reports)
    ledger.filed |= ledger.offered
    assert not check(str(store), ledger)
    ledger.filed.add("a-60")
    ledger.retracted.add("a-1")
    assert check(str(store), ledger).lost == ["a-60", "a-1"]
    copy = tmp_path / "copy.db"
    shutil.copy(store, copy)
    with open_tail(str(store)) as log:
        gone, twice = (entry.key for entry in log.entries(after=39, limit=2))
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute("DELETE FROM stored_events WHERE position = 40")
    assert check(str(copy), ledger).lost == [gone, "a-60", "a-1"]
    assert compare(str(store), str(copy)) == ["the copy is not its source"]
    with closing(sqlite3.connect(copy)) as db, db:
        db.execute(
            "INSERT INTO stored_events SELECT 40, '00000000' || substr(originator_id, 9),"
            " originator_version, topic, state, sealed FROM stored_events WHERE position = 41"
        )
    found = check(str(copy), ledger)
    assert found.doubled == [twice]
    assert found.other


# Full disks


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[int], None]]:
    """A disk with little room, and a way to give it more."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except OSError:
        pytest.skip("there is no `mount` to make a small disk with")
    if done.returncode:
        pytest.skip("only root can make a small disk")

    def resize(more: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={more}m", str(folder)], check=True)

    try:
        yield resize
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def refused_for_want_of_room(store: object, *files: Path) -> None:
    """Filing ends with one clear line."""
    code, out, said = run("--store", store, "add", *files)
    assert (code, out) == (1, "")
    assert "is on a full disk; make room and do the same again" in said
    assert len(said.splitlines()) == 1


def all_there_after_another_try(store: object, files: list[Path], ledger: Ledger) -> None:
    """The same command files the rest, and nothing twice."""
    code, out, said = run("--store", store, "add", *files)
    assert code == 0, said
    filed, known = (int(part.split()[-1]) for part in out.split(",")[:2])
    assert filed + known == MANY
    ledger.filed |= ledger.offered
    assert not check(str(store), ledger)


def test_a_full_disk_is_told_and_harms_no_log_in_a_file(tmp_path: Path) -> None:
    """Also with its view on the same disk: questions go on, and with room so does the filing."""
    files, ledger = documents(tmp_path, "a", MANY)
    with small_disk(tmp_path / "disk", 4) as grow:
        store = tmp_path / "disk" / "log.db"
        with open_timeline(store, create=True) as timeline:
            timeline.add(files[0])
        refused_for_want_of_room(store, *files)
        code, out, said = run("--store", store, "known", "Alpha", "--format", "json")
        if code == 0:
            assert json.loads(out)["schema"] == "timeline/situation/1"
        else:  # no room for as much as a first view
            assert "room" in said
        assert "Traceback" not in said
        assert run("--store", store, "status")[0] == 0
        grow(100)
        all_there_after_another_try(store, files, ledger)


@pytest.mark.parametrize("words", [("rebuild",), ("verify", "--view")])
@pytest.mark.parametrize("left", [0, 2**21])
def test_a_view_for_which_there_is_no_room_does_not_fill_the_disk(
    tmp_path: Path, words: tuple[str, ...], left: int
) -> None:
    """What there was of it is deleted, so that the log can be written."""
    files, _ = documents(tmp_path, "a", MANY)
    with small_disk(tmp_path / "disk", 100) as resize:
        store = tmp_path / "disk" / "log.db"
        assert run("--store", store, "add", *files)[0] == 0
        assert run("--store", store, "known", "Alpha")[0] == 0
        used = sum(one.stat().st_size for one in store.parent.iterdir())
        resize(used // 2**20 + 4)
        with (store.parent / "rest").open("wb", buffering=0) as rest, suppress(OSError):
            while True:
                rest.write(bytes(2**12))
        os.truncate(store.parent / "rest", (store.parent / "rest").stat().st_size - left)
        before = {one.name for one in store.parent.iterdir()}
        code, _, said = run("--store", store, *words)
        assert (code, len(said.splitlines())) == (1, 1)
        assert "make room there" in said
        assert {one.name for one in store.parent.iterdir()} == before


def test_temporary_files_for_which_there_is_no_room_are_told_of_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may lie on another disk than the store, which has room."""

    def small(tables: str) -> sqlite3.Connection:
        db = scratch(tables)
        db.execute("PRAGMA max_page_count = 4")
        return db

    store = tmp_path / "log.db"
    files, _ = documents(tmp_path, "a", MANY)
    assert run("--store", store, "add", *files)[0] == 0
    with small_disk(tmp_path / "disk", 1), monkeypatch.context() as patch:
        patch.setenv("SQLITE_TMPDIR", str(tmp_path / "disk"))
        code, out, said = run("--store", store, "known", "Alpha")
        assert (code, out, len(said.splitlines())) == (1, "", 1)
        assert "make room there and for temporary files, see $TMPDIR" in said
    monkeypatch.setattr("timeline.questions.lives.scratch", small)
    assert typed_on(store, "claims", code=1).stderr == (
        "Error: temporary files cannot be written (database or disk is full); make room for them, "
        "or name another folder in $TMPDIR\n"
    )


def test_a_key_for_which_there_is_no_room_is_made_once_there_is(tmp_path: Path) -> None:
    """No half of it is left, over which none would be written."""
    pytest.importorskip("cryptography", reason="nothing to sign with")
    files, _ = documents(tmp_path, "a", 10)
    assert run("--store", tmp_path / "log.db", "add", *files)[0] == 0
    with small_disk(tmp_path / "disk", 1) as resize:
        key, rest = tmp_path / "disk" / "key", tmp_path / "disk" / "rest"
        rest.write_bytes(bytes(2**20))
        new_key = "--store", tmp_path / "log.db", "checkpoint", "--new-key", key
        code, out, said = run(*new_key)
        assert (code, out, key.exists()) == (1, "", False)
        assert said == f"Error: {key}: No space left on device; make room there\n"
        resize(2)
        assert run(*new_key)[0] == 0
        assert key.read_text().startswith("PRIVATE+KEY+")


def test_what_cannot_be_written_is_named_as_it_was(tmp_path: Path) -> None:
    """Not by the name that it would have had until it is whole."""
    files, _ = documents(tmp_path, "a", 10)
    assert run("--store", tmp_path / "log.db", "add", *files)[0] == 0
    with small_disk(tmp_path / "disk", 1):
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path / "disk")], check=True)
        kept = tmp_path / "disk" / "kept"
        code, out, said = run("--store", tmp_path / "log.db", "checkpoint", "-o", kept)
        assert (code, out) == (1, "")
        assert said == f"Error: {kept}: Read-only file system; name another file\n"


def test_a_log_that_has_no_room_to_be_read_is_told_so(tmp_path: Path) -> None:
    """SQLite makes a small file beside it even for a reader."""
    files, _ = documents(tmp_path, "a", 10)
    assert run("--store", tmp_path / "log.db", "add", *files)[0] == 0
    with small_disk(tmp_path / "disk", 1):
        store = shutil.copy(tmp_path / "log.db", tmp_path / "disk")
        with (tmp_path / "disk" / "rest").open("wb", buffering=0) as rest, suppress(OSError):
            while True:
                rest.write(bytes(2**12))
        code, out, said = run("--store", store, "status")
        assert (code, out) == (1, "")
        assert said.startswith(f"Error: {store} is on a full disk; make room")


def test_a_full_disk_is_told_and_harms_no_log_on_a_server(server: Server, tmp_path: Path) -> None:
    """The server goes on, and so does the log once there is room."""
    files, ledger = documents(tmp_path, "a", MANY)
    with small_disk(server.folder / "disk", 5) as grow:
        if os.geteuid() == 0:
            shutil.chown(server.folder / "disk", "postgres")
        server.sql(f"CREATE TABLESPACE small LOCATION '{server.folder}/disk';")
        server.sql("CREATE DATABASE full_disk TABLESPACE small;")
        store = server.address("full_disk")
        try:
            refused_for_want_of_room(store, *files)
            grow(200)
            all_there_after_another_try(store, files, ledger)
        finally:
            server.sql("DROP DATABASE full_disk WITH (FORCE);")
            server.sql("DROP TABLESPACE small;")


# Files that may not be written


@as_somebody_else
def test_a_file_that_may_only_be_read_is_read_and_says_so_when_written(tmp_path: Path) -> None:
    """Without any right to write beside it the view goes into the user's cache."""
    (places, reports), _ = documents(tmp_path, "a", 60)
    folder = Path("/tmp") / f"timeline-read-only-{os.getpid()}"  # noqa: S108 -- others must reach it
    folder.mkdir(mode=0o755)
    try:
        with open_timeline(folder / "log.db", create=True) as timeline:
            timeline.add(places)
        cache = folder / "cache"
        cache.mkdir()
        shutil.chown(cache, "nobody")
        for shared in (places, reports):
            shutil.copy(shared, folder)

        (folder / "log.db-wal").touch()  # as it is left where nothing was outside the file
        before = sorted(folder.iterdir())

        def as_nobody(*args: object) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ["setpriv", "--reuid=nobody", "--clear-groups", *RUN, *map(str, args)],
                env={"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache), "HOME": str(cache)},
                capture_output=True,
                text=True,
                check=False,
            )

        asked = as_nobody("--version")
        if asked.returncode != 0:
            pytest.skip("nobody else may run the Python that runs this, or read these files")
        asked = as_nobody("--store", folder / "log.db", "known", "Alpha")
        assert asked.returncode == 0, asked.stderr
        refused = as_nobody("--store", folder / "log.db", "add", folder / "a.ndjson")
        assert refused.returncode == 1
        assert "log.db cannot be" in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
        assert sorted(folder.iterdir()) == before
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


def test_an_open_store_stays_the_one_that_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever folder the process works in later, and whatever is called so there."""
    (places, reports), ledger = documents(tmp_path, "a", 60)
    other = tmp_path / "other"
    other.mkdir()
    for folder in (other, tmp_path):
        monkeypatch.chdir(folder)
        with open_timeline("log.db", create=True) as timeline:
            timeline.add(places)
    with open_timeline("log.db") as timeline:
        monkeypatch.chdir(other)
        assert timeline.add(reports).filed == 60
        timeline.redact("a-1", "summary", reason="asked for")
        timeline.compact()
        assert timeline.known("Alpha", on="2025-10-27").counts.reports
        assert timeline.backup(tmp_path / "kept.tlog").entries == timeline.log.head()
        assert timeline.verify(view_too=lambda *_: None).sound
    ledger.filed |= ledger.offered
    assert not check(str(tmp_path / "log.db"), ledger)
    with open_tail(str(other / "log.db")) as log:
        assert not [entry for batch in log.rows() for entry in batch if entry.report]


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes in folders")
@pytest.mark.parametrize("suffix", [".view-seen", "-journal", ""])
def test_no_pipe_beside_a_log_is_waited_for(tmp_path: Path, suffix: str) -> None:
    """Who may write to the folder may put one there; the last is in place of the view's pointer."""
    (places, _), _ = documents(tmp_path, "a", 60)
    store = tmp_path / "log.db"
    with open_timeline(store, create=True) as timeline:
        timeline.add(places)
        pipe = tmp_path / f"log.db{suffix}" if suffix else Files.beside(store).pointer
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    for words in (["verify"], ["known", "Alpha"], ["add", places]):
        code, _, said = run("--store", store, *words)
        assert (code, len(said.splitlines())) == ((1, 1) if suffix == "-journal" else (0, 0)), said


def test_what_lies_beside_a_private_log_is_as_private(tmp_path: Path) -> None:
    """Its view, the rows kept of projections, a backup, and a store that is made of that."""
    store = tmp_path / "log.db"
    (places, reports), _ = documents(tmp_path, "a", 60)
    with open_timeline(store, create=True) as timeline:
        timeline.add(places, reports)
    store.chmod(0o600)
    for words in (
        ("known", "Alpha"),
        ("project", "examples/control_days.py:ControlDays"),
        ("rebuild",),
        ("backup", tmp_path / "kept.tlog"),
    ):
        assert run("--store", store, *words)[0] == 0
    assert run("--store", tmp_path / "again.db", "restore", tmp_path / "kept.tlog")[0] == 0
    kept = {path for path in tmp_path.iterdir() if not path.is_dir()} - {places, reports}
    assert len(kept) >= 6
    telling = [path for path in kept if b"report 7" in path.read_bytes()]
    assert {
        path.name: path.stat().st_mode & 0o077 for path in telling if path.stat().st_mode & 0o077
    } == {}
    assert {"log.db", "kept.tlog", "again.db"} < {path.name for path in telling}


def test_what_lies_beside_a_shared_log_is_as_shared(tmp_path: Path) -> None:
    """Whatever the umask of who asks: others have to find its view, and what was lost."""
    store, older = tmp_path / "log.db", tmp_path / "older.db"
    (places, reports), _ = documents(tmp_path, "a", 60)
    with open_timeline(store, create=True) as timeline:
        timeline.add(places)
    shutil.copy(store, older)
    with open_timeline(store) as timeline:
        timeline.add(reports)
    before = os.umask(0o077)
    try:
        for log in (store, older):
            log.chmod(0o664)
            log.replace(store)
            for words in (("known", "Alpha"), ("project", "examples/control_days.py:ControlDays")):
                assert run("--store", store, *words)[0] == 0
    finally:
        os.umask(before)
    beside = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("log.db.*")}
    assert Files.beside(store).pointer.name in beside
    assert "log.db.view-seen" in beside
    assert set(beside.values()) == {0o664}, beside


@as_somebody_else
def test_a_view_that_another_user_made_keeps_nobody_from_what_is_new(tmp_path: Path) -> None:
    """Of a log of theirs root makes it theirs; one they may not write is built anew."""
    (places, reports), _ = documents(tmp_path, "a", 60)
    folder = Path("/tmp") / f"timeline-of-another-{os.getpid()}"  # noqa: S108 -- others must reach it
    folder.mkdir(mode=0o755)
    try:
        store = folder / "log.db"
        for shared in (places, reports):
            shutil.copy(shared, folder)
        shutil.chown(folder, "nobody")
        may_read = "+dac_read_search"  # this checkout and its Python, wherever they are
        nobody = ["setpriv", "--reuid=nobody", "--clear-groups"]
        nobody += ["--inh-caps", may_read, "--ambient-caps", may_read]

        def as_nobody(*args: object) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*nobody, *RUN, "--store", str(store), *map(str, args)],
                env={"PYTHONPATH": str(ROOT), "HOME": str(folder)},
                capture_output=True,
                text=True,
                check=False,
            )

        if (made := as_nobody("add", folder / places.name)).returncode != 0:
            pytest.skip(f"nobody else may run the Python that runs this: {made.stderr}")
        assert run("--store", store, "known", "Alpha")[0] == 0
        assert as_nobody("add", folder / reports.name).returncode == 0
        asked = as_nobody("known", "Alpha", "2025-10-27")
        assert (asked.returncode, asked.stderr) == (0, "")
        for path in folder.glob("log.db.view-*"):
            os.chown(path, 0, 0)
            path.chmod(0o644)
        retracted = as_nobody("retract", "a-3", "--reported", "2025-11-02", "--reason", "no")
        assert retracted.returncode == 0
        asked = as_nobody("claims", "Delta", "--status", "retracted", "--format", "json")
        assert asked.returncode == 0
        assert "the view of the log is another user's" in retracted.stderr + asked.stderr
        assert [life["claim"]["report"] for life in json.loads(asked.stdout)["claims"]] == ["a-3"]
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


# Two at once


def entries_elsewhere(store: Path) -> int:
    """How many entries of a log another process finds, which may write to it and lets go of it."""
    asks = "import sqlite3, sys; log = sqlite3.connect(sys.argv[1])"
    asks += "; print(*log.execute('SELECT count(*) FROM stored_events').fetchone()); log.close()"
    done = subprocess.run(
        [sys.executable, "-c", asks, str(store)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.parametrize("suffix", ["", "-shm"])
def test_a_store_named_by_mistake_loses_nothing_that_is_filed_next(
    tmp_path: Path, suffix: str
) -> None:
    """As a document, a table or a file to write: to close what was read would drop its locks."""
    (places, reports), _ = documents(tmp_path, "a", 60)
    store = tmp_path / "log.db"
    named = tmp_path / f"log.db{suffix}"
    with open_timeline(store, create=True) as timeline:
        timeline.add(places)
        with pytest.raises(BadReport, match="is a store or a part of one"):
            timeline.add(named)
        assert timeline.import_data("losses", named).troubles.count == 1
        with pytest.raises(BadQuestion, match="is a store or a part of one"):
            timeline.import_data(str(named), tmp_path / "table.csv")
        with pytest.raises(FileExistsError, match="is a store or a part of one"):
            timeline.export("claims").write(named)
        assert entries_elsewhere(store) == timeline.log.head()
        assert timeline.add(reports).filed == 60
        assert entries_elsewhere(store) == timeline.log.head()


def test_a_copy_that_is_looked_at_goes_on_where_others_find_it(tmp_path: Path) -> None:
    """Between two batches, by who may write to it too."""
    (places, reports), _ = documents(tmp_path, "a", 60)
    with open_timeline(tmp_path / "log.db", create=True) as timeline:
        timeline.add(places)
        timeline.add(reports)
    with open_tail(str(tmp_path / "log.db")) as log, sink(tmp_path / "copy.db") as target:
        for begin in range(0, log.head(), 10):
            end = min(begin + 10, log.head())
            assert all(map(target.copy_in, log.stored(begin, end)))
            assert entries_elsewhere(tmp_path / "copy.db") == end


def test_two_commands_that_file_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """On one file: both end well, and each report is there once."""
    store = tmp_path / "log.db"
    (places, first), ledger = documents(tmp_path, "a", 3_000)
    (_, second), others = documents(tmp_path, "b", 3_000)
    ledger.offered |= others.offered
    with open_timeline(store, create=True) as timeline:
        timeline.add(places)
    commands = [start("--store", store, "add", path) for path in (first, second, second)]
    ended = [command.communicate(timeout=120) for command in commands]
    assert [command.returncode for command in commands] == [0, 0, 0], ended
    counts = [json.loads(f"[{out.split()[1].rstrip(',')}]")[0] for out, _ in ended]
    assert sum(counts) == 6_000
    ledger.filed |= ledger.offered
    assert not check(str(store), ledger)


def test_a_command_that_waits_in_vain_says_so(tmp_path: Path) -> None:
    """Whoever holds the file is named as the reason after some seconds, and nothing is filed."""
    store = tmp_path / "log.db"
    (places, reports), _ = documents(tmp_path, "a", 60)
    with open_timeline(store, create=True) as timeline:
        timeline.add(places)
    with closing(sqlite3.connect(store, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        code, out, said = run("--store", store, "add", reports)
        assert (code, out) == (1, "")
        assert "another process has held" in said
        assert len(said.splitlines()) == 1
    assert run("--store", store, "add", reports)[0] == 0
