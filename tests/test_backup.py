"""Keeping a log in a file while others write, and making a store of it again."""

import errno
import json
import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command import SEEDS, Run, typed
from many import log_of, many

from timeline import StoreError, open_timeline
from timeline import backup as backups
from timeline.backup import backup, restore
from timeline.log import open_log
from timeline.log.sqlite_file import connect
from timeline.log.tail import SQLiteTail
from timeline.view import Files

DAY = "2025-10-12"
FIRST = Path(__file__).resolve().parent / "data" / "first-release.tlog"


def silent(*_: int) -> None:
    """Nobody wants to know how far it is."""


def no_link(*_: object) -> None:
    """As a disk has it that knows of no links."""
    raise OSError(errno.EPERM, "Operation not permitted")


def rows(store: Path | str) -> list[object]:
    """Every row as it is stored."""
    with closing(sqlite3.connect(store)) as db:
        return db.execute("SELECT * FROM stored_events ORDER BY position").fetchall()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` in a folder that holds a store of some reports."""
    monkeypatch.chdir(tmp_path)
    log_of(tmp_path / "timeline.db", 50).close()
    return partial(typed, code=0)


def test_a_backup_restores_to_the_same_log(run: Run, tmp_path: Path) -> None:
    """The very rows, the same tree, the same answers; and what can be filed goes on."""
    kept = json.loads(run("backup", "kept.tlog", "--format", "json").stdout)
    assert (kept["entries"], kept["file"]) == (len(rows("timeline.db")), "kept.tlog")
    told = run("--store", "again.db", "restore", "kept.tlog").stdout
    assert told.startswith(f"restored {kept['entries']} entries to again.db")
    assert kept["root"] in told
    assert rows("again.db") == rows("kept.tlog") == rows("timeline.db")
    answers = [
        run("--store", store, "known", "North", DAY, "--format", "json").stdout
        for store in ("timeline.db", "again.db", "kept.tlog")
    ]
    assert len(set(answers)) == 1
    with open_log(tmp_path / "again.db") as log:
        log.file(list(many(1, 60)))
    run("--store", "again.db", "verify")


def test_a_backup_is_one_file_that_needs_nothing_beside_it(run: Run, tmp_path: Path) -> None:
    """It can be asked where nothing can be written, from a read-only disk say."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    run("backup", "shelf/kept.tlog")
    assert [path.name for path in folder.iterdir()] == ["kept.tlog"]
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        with SQLiteTail(folder / "kept.tlog") as log:
            assert len(log.entries()) == len(rows("timeline.db"))
        assert [path.name for path in folder.iterdir()] == ["kept.tlog"]
    finally:
        folder.chmod(stat.S_IRWXU)


def test_a_backup_that_may_only_be_read_makes_a_store_that_can_be_written(run: Run) -> None:
    """As one who keeps a backup protects it; and a copy of it can be kept likewise."""
    run("backup", "kept.tlog")
    Path("kept.tlog").chmod(0o555)  # as a disk of another system shows its files
    run("--store", "again.db", "restore", "kept.tlog")
    run("--store", "kept.tlog", "backup", "copy.tlog")
    for made in ("again.db", "copy.tlog"):
        assert stat.S_IMODE(Path(made).stat().st_mode) == 0o644


@pytest.mark.usefixtures("run")
def test_a_backup_while_others_write_is_the_log_at_one_moment(tmp_path: Path) -> None:
    """Each holds the first entries of the log, with no batch torn in two."""
    stop = threading.Event()

    def keep_writing() -> None:
        with open_log(tmp_path / "timeline.db") as log:
            number = 1_000
            while not stop.is_set():
                log.file(list(many(10, number)))
                number += 10

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        sizes = [
            backup("timeline.db", f"kept-{number}.tlog", silent).entries for number in range(5)
        ]
    finally:
        stop.set()
        writer.join()
    whole = rows("timeline.db")
    before = sizes[0]
    for number, size in enumerate(sizes):
        assert rows(f"kept-{number}.tlog") == whole[:size]
        assert size >= before
        assert (size - sizes[0]) % 10 == 0
        before = size


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("backup", "timeline.db"), "timeline.db is there already; name a new file"),
        (("backup", "nowhere/kept.tlog"), "there is no folder nowhere; make it first"),
        (("backup", "."), ". is a folder; name a new file in it"),
        (
            ("backup", "timeline.db-journal"),
            "is where a store keeps a part of itself; name another",
        ),
        (("restore", "kept.tlog"), "timeline.db holds a log already; name a new file"),
        (("--store", "new.db", "restore", "missing"), "there is no backup at missing"),
        (("--store", "new.db", "restore", "text"), "text is not a timeline log"),
        (("--store", "no/new.db", "restore", "kept.tlog"), "there is no folder no; make it first"),
        (("--store", "left.db", "restore", "kept.tlog"), "left.db-wal is there already"),
        (("--store", "missing.db", "backup", "b.tlog"), "there is no log at"),
    ],
)
def test_nothing_is_written_over(
    run: Run, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    """Neither a store nor a backup, nor what is left of one; a line says what is in the way."""
    run("backup", "kept.tlog")
    Path("text").write_text("no log")
    Path("left.db-wal").write_bytes(b"of another log")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    refused = run(*args, code=1)
    assert said in refused.stderr
    assert refused.stdout == ""
    left = {path: path.read_bytes() for path in tmp_path.iterdir() if path in before}
    assert left == before
    assert {path.name for path in tmp_path.iterdir()} - {path.name for path in before} <= {
        "timeline.db-shm",
        "timeline.db-wal",
    }


def test_a_disk_without_links_takes_a_backup_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick, say: the file is whole under its name, and nothing is left beside it."""
    monkeypatch.setattr(os, "link", no_link)
    run("backup", "kept.tlog")
    assert rows("kept.tlog") == rows("timeline.db")
    run("--store", "new.db", "restore", "kept.tlog")
    assert rows("new.db") == rows("timeline.db")
    assert not list(Path.cwd().glob("*.part*"))


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("words", [b"a letter", b""])
def test_a_name_that_was_taken_meanwhile_is_left_to_whoever_took_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: bytes, links: bool
) -> None:
    """Written while the log was being read; an empty file holds nothing, and makes room."""
    sound = backups._sound
    if not links:
        monkeypatch.setattr(os, "link", no_link)

    def slow(*of: Any) -> Any:
        Path("kept.tlog").write_bytes(words)
        return sound(*of)

    monkeypatch.setattr(backups, "_sound", slow)
    answer = run("backup", "kept.tlog", code=1 if words else 0)
    assert ("kept.tlog is there already; name a new file" in answer.stderr) is bool(words)
    assert (Path("kept.tlog").read_bytes() == words) is bool(words)


def test_a_backup_that_was_damaged_since_makes_no_store(run: Run, tmp_path: Path) -> None:
    """A bit, an entry or the end of it: whatever is wrong, it is found before anything is made."""
    run("backup", "kept.tlog")
    whole = Path("kept.tlog").read_bytes()

    def changed(statement: str) -> None:
        with closing(sqlite3.connect("bad.tlog")) as db:
            db.execute(statement)
            db.commit()

    def cut() -> None:
        Path("bad.tlog").write_bytes(whole[: len(whole) // 2])

    for harm in (
        cut,
        lambda: changed("DELETE FROM stored_events WHERE position = 20"),
        lambda: changed("UPDATE stored_events SET state = x'7b7d' WHERE position = 20"),
        lambda: changed(
            "UPDATE stored_events SET sealed = replace(sealed, 'report', 'rumour')"
            " WHERE position = 20"
        ),
        lambda: changed("UPDATE stored_events SET sealed = NULL WHERE position = 20"),
    ):
        shutil.copy("kept.tlog", "bad.tlog")
        harm()
        assert run("--store", "new.db", "restore", "bad.tlog", code=1).stderr.startswith("Error: ")
        assert not [path for path in tmp_path.iterdir() if path.name.startswith("new.db")]


def test_what_was_restored_into_a_file_is_read_back(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the disk made something else of is told, and is no store."""
    run("backup", "kept.tlog")
    copied = SQLiteTail.copy_into

    def lossy(self: SQLiteTail, part: Path) -> None:
        copied(self, part)
        with closing(sqlite3.connect(part)) as db:
            db.execute("DELETE FROM stored_events WHERE position = 20")
            db.commit()

    monkeypatch.setattr(SQLiteTail, "copy_into", lossy)
    refused = run("--store", "new.db", "restore", "kept.tlog", code=1)
    assert refused.stderr.startswith("Error: kept.tlog is not sound: ")
    assert not list(tmp_path.glob("new.db*"))


def test_a_log_that_is_not_sound_is_not_taken_for_a_backup(run: Run, tmp_path: Path) -> None:
    """Better to know it now than when the backup is needed."""
    with closing(sqlite3.connect("timeline.db")) as db:
        db.execute("UPDATE stored_events SET state = x'7b7d' WHERE position = 20")
        db.commit()
    assert "entry 20" in run("backup", "kept.tlog", code=1).stderr
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("kept")]


def _full() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    return error


@pytest.mark.parametrize("error", [_full(), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))])
def test_a_disk_that_is_full_leaves_no_half_backup(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """What was written so far is gone, and the line says why, whoever noticed it."""

    def full(*_: object) -> None:
        (tmp_path / f"kept.tlog.{os.getpid()}.part").write_bytes(b"half")
        raise error

    monkeypatch.setattr("timeline.backup._copied", full)
    said = "Error: kept.tlog is on a full disk; make room there, or name another file\n"
    assert run("backup", "kept.tlog", code=1).stderr == said
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("kept")]


@pytest.mark.parametrize("name", ["n" * 240, "n" * 250, "n" * 300, "/proc/kept.db"])
def test_a_name_that_no_file_can_have_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    """In one line that has the name that was typed, and nothing is left behind."""
    before = sorted(tmp_path.iterdir())
    for words in (["backup", name], ["--store", name, "restore", "timeline.db"]):
        told = run(*words, code=1).stderr
        assert f"Error: {name} cannot be " in told
        assert ".part" not in told
    if len(name) >= 250:  # the others are refused for what is made beside them
        with pytest.raises(StoreError, match=f"{name} cannot be made"):
            open_timeline(name, create=True)
        assert f"{name} cannot be made" in run("copy", "timeline.db", name, code=1).stderr
    assert {path.name for path in tmp_path.iterdir()} - {path.name for path in before} <= {
        "timeline.db-wal",
        "timeline.db-shm",
    }


@pytest.mark.parametrize("held", [False, True])
def test_a_view_left_of_a_log_that_had_more_does_not_answer_for_the_restored_one(
    run: Run, tmp_path: Path, held: bool
) -> None:
    """The store is lost; its view is not, and may be open. Answers are of what was restored."""
    run("backup", "kept.tlog")
    then = run("known", "North", DAY, "--format", "json").stdout
    with open_log(tmp_path / "timeline.db") as log:
        log.file(list(many(60, 1_000)))
    assert run("known", "North", DAY, "--format", "json").stdout != then
    for path in list(tmp_path.glob("timeline.db")) + list(tmp_path.glob("timeline.db-*")):
        path.unlink()
    with closing(connect(Files.beside(tmp_path / "timeline.db").reading() or "", "ro")) as view:
        if held:
            view.execute("BEGIN")
            view.execute("SELECT position FROM state").fetchall()
        run("restore", "kept.tlog")
        answer = run("known", "North", DAY, "--format", "json")
    assert (answer.stdout, answer.stderr) == (then, "")


def test_a_log_that_was_emptied_is_told_and_not_begun_anew(run: Run, tmp_path: Path) -> None:
    """As a disk may leave it; a backup can be restored in its place, or its view deleted."""
    store = tmp_path / "timeline.db"
    before = run("known", "North", DAY).stdout
    run("backup", "kept.tlog")
    Path("a.txt").write_text("Shells hit North.")
    os.truncate(store, 0)
    asked = (
        ["known", "North"], ["status"], ["verify"], ["rebuild"], ["backup", "b.db"],
        ["copy", "timeline.db", "c.db"], ["add", *SEEDS], ["compact"],
        ["add", "--dry-run", *SEEDS], ["draft", "a.txt", "--published", DAY, "-o", "-"],
    )  # fmt: skip
    for words in asked:
        told = run(*words, code=1)
        assert told.stdout == ""
        assert told.stderr == (
            "Error: timeline.db is empty, though a view of the log that was there lies beside it; "
            "restore it from a backup, or delete timeline.db.view-* to begin a new log\n"
        ), words
        assert store.stat().st_size == 0
    for beside in ("-wal", "-shm"):
        Path(f"{store}{beside}").unlink(missing_ok=True)
    run("restore", "kept.tlog")
    assert run("known", "North", DAY).stdout == before
    os.truncate(store, 0)
    for view in tmp_path.glob("timeline.db.view-*"):
        view.unlink()
    run("add", *SEEDS)


def test_a_restore_that_is_killed_at_its_end_leaves_no_view_of_another_log(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the restored log would be told to have lost what that view had taken in."""
    run("backup", "kept.tlog")
    with open_log(tmp_path / "timeline.db") as log:
        log.file(list(many(60, 1_000)))
    run("known", "North", DAY)
    for path in list(tmp_path.glob("timeline.db")) + list(tmp_path.glob("timeline.db-*")):
        path.unlink()
    published = backups._publish

    def killed(part: Path, target: Path) -> None:
        published(part, target)
        raise SystemExit(137)

    monkeypatch.setattr(backups, "_publish", killed)
    with pytest.raises(SystemExit):
        restore("kept.tlog", "timeline.db", silent)
    run("known", "North", DAY)
    run("verify")


@pytest.mark.usefixtures("run")
def test_a_backup_from_where_nothing_can_be_written_has_what_lies_beside_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest entries are not in the file itself yet: of a disk that came to be read only."""
    with open_log(tmp_path / "timeline.db") as log:
        log.file(list(many(60, 1_000)))
        monkeypatch.setattr(os, "access", lambda *_: False)
        assert backup("timeline.db", "kept.tlog", silent).entries == log.head()


@pytest.mark.usefixtures("run")
def test_what_is_kept_outlasts_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name too: the folder is synced once it is there."""
    named: list[str] = []
    sync = os.fsync

    def fsync(number: int) -> None:
        sync(number)
        if os.path.samestat(os.fstat(number), tmp_path.stat()):
            named.extend(path.name for path in tmp_path.iterdir())

    monkeypatch.setattr(os, "fsync", fsync)
    backup("timeline.db", "kept.tlog", silent)
    restore("kept.tlog", "again.db", silent)
    assert {"kept.tlog", "again.db"} <= set(named)


def test_a_view_that_knows_more_than_the_log_is_built_anew(run: Run, tmp_path: Path) -> None:
    """Somebody copied an older file over the log by hand."""
    shutil.copy("timeline.db", "older.db")
    then = run("known", "North", DAY, "--format", "json").stdout
    with open_log(tmp_path / "timeline.db") as log:
        log.file(list(many(60, 1_000)))
    run("known", "North", DAY)
    for path in tmp_path.glob("timeline.db-*"):
        path.unlink()
    shutil.copy("older.db", "timeline.db")
    answer = run("known", "North", DAY, "--format", "json")
    assert answer.stdout == then
    assert "built anew" in answer.stderr


def test_redacted_words_are_in_no_backup(run: Run) -> None:
    """Not even in the free room of the file it was made of, compacted or not."""
    assert b"report 7 " in Path("timeline.db").read_bytes() or Path("timeline.db-wal").exists()
    run("redact", "m000007", "summary", "--reason", "by order")
    run("backup", "kept.tlog")
    assert b"report 7 " not in Path("kept.tlog").read_bytes()


def test_the_first_release_can_be_kept_and_restored(tmp_path: Path) -> None:
    """Every kind of entry goes round."""
    restore(FIRST, str(tmp_path / "new.db"), silent)
    backup(str(tmp_path / "new.db"), tmp_path / "kept.tlog", silent)
    assert rows(FIRST) == rows(tmp_path / "kept.tlog")


def test_a_log_on_a_server_is_kept_in_a_file_and_restored_to_another(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    """The same rows there and back."""
    server, other = new_database(), new_database()
    bad = shutil.copy(FIRST, tmp_path / "bad.tlog")
    with closing(sqlite3.connect(bad)) as db:
        db.execute("DELETE FROM stored_events WHERE position = 2")
        db.commit()
    with pytest.raises(StoreError, match=r"bad\.tlog is not sound"):
        restore(bad, server, silent)
    restore(FIRST, server, silent)  # for nothing came of the other one
    with pytest.raises(StoreError, match="holds a log already"):
        restore(FIRST, server, silent)
    with open_timeline(server) as timeline:
        assert timeline.backup(tmp_path / "kept.tlog").entries == len(rows(FIRST))
    assert rows(FIRST) == rows(tmp_path / "kept.tlog")
    restore(tmp_path / "kept.tlog", other, silent)


def test_a_restore_to_a_server_reads_back_what_is_there(
    new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a server made something else of is told; what was cut short, how it goes on."""
    from timeline.log.postgres import PostgresRecorder  # here: files do without its client

    server, copied = new_database(), PostgresRecorder.copy_in

    def lossy(self: PostgresRecorder, rows: Sequence[tuple[Any, ...]]) -> bool:
        return bool(copied(self, [(*row[:5], None) for row in rows]))

    monkeypatch.setattr(PostgresRecorder, "copy_in", lossy)
    with pytest.raises(StoreError, match="now is not sound: entry"):
        restore(FIRST, server, silent)
    with pytest.raises(StoreError, match="goes on with `copy` of the backup"):
        restore(FIRST, server, silent)


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_the_address_of_a_store_is_no_file_of_a_backup(run: Run, command: str) -> None:
    """Typed in the wrong place its password is not told."""
    for scheme in ("postgresql", "POSTGRESQL"):
        result = run(command, f"{scheme}://analyst:geheim@localhost/reports", code=1)
        assert "geheim" not in result.stderr
        assert "name a file, and the store with --store" in result.stderr
