"""Names and quotes that must go: out of answers at once, out of every file once compacted."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command import Run, environment, typed, typed_on
from many import log_of

from benchmarks.server import Server
from timeline import BadReport, Timeline, open_timeline
from timeline.errors import StoreBusy
from timeline.log import open_log
from timeline.log.filing import Outcome
from timeline.log.tail import SQLiteTail
from timeline.projections import load
from timeline.questions.project import project
from timeline.view import Files
from timeline.view.build import rebuild
from timeline.view.schema import VERSION

SURNAME = "Zaporozhets"

DOCUMENT = f"""\
source: {{publisher: cnbc, published: 2025-10-27}}
defaults: {{place: Pokrovsk, happened: 2025-10-27}}
reports:
  - {{id: seen, kind: infiltration, chain: [ua.general_staff], side: RU, size: about 200,
     summary: "A baker, Ivan {SURNAME}, saw them come.", quote: "I am {SURNAME}, and I saw it"}}
  - {{id: hurt, kind: civilian_harm, chain: [ua.official_list], victims: "Olha {SURNAME}, 63",
     deaths: 1, asset: a house}}
  - {{id: taken, kind: capture, chain: [ru.mod], side: UA, who: "Sergeant {SURNAME}", count: 1}}
"""
CORRECTION = f"""\
source: {{publisher: cnbc, published: 2025-10-28}}
reports:
  - {{id: seen, kind: infiltration, place: Pokrovsk, happened: 2025-10-27,
     chain: [ua.general_staff], side: RU, size: about 250,
     summary: "Ivan {SURNAME} saw more of them.", quote: "Yes, {SURNAME}"}}
"""
FIELDS = (("seen", "summary", "quote"), ("hurt", "victims"), ("taken", "who"))
DROPS = """
class Words:
    version = 1
    def initial(self):
        return []
    def evolve(self, state, report):
        return [*state, report.claim.summary or ""]
    def rows(self, state):
        for words in state:
            yield {"words": words}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` in a folder with a store of three reports that name people."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "reports.yaml").write_text(DOCUMENT)
    (tmp_path / "sources" / "correction.yaml").write_text(CORRECTION)
    typed("add", "sources/reports.yaml", code=0)
    typed("correct", "seen", "sources/correction.yaml", code=0)
    return partial(typed, code=0)


def holding(folder: Path, *words: str) -> list[str]:
    """The files of a folder, but for what was written by hand, in which any of the words lies."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.parent.name != "sources"
        and any(word.encode() in path.read_bytes() for word in words)
    ]


def redact_all(run: Run) -> None:
    """Take every name out."""
    for report, *fields in FIELDS:
        run("redact", report, *fields, "--reason", "asked for by the family")


def test_answers_say_redacted_and_all_else_as_before(run: Run) -> None:
    """What was told, when, by whom and how many is as it was; the words are gone from each."""
    before = json.loads(run("known", "Pokrovsk", "2025-10-28", "--format", "json").stdout)
    assert "redacted" not in before
    done = run("redact", "seen", "quote", "summary", "--reason", "names a witness")
    assert done.stdout == "redacted summary, quote of seen\n"
    assert "compact" in done.stderr
    run("redact", "hurt", "victims", "--reason", "the family asked")
    after = json.loads(run("known", "Pokrovsk", "2025-10-28", "--format", "json").stdout)
    claims = {claim["report"]: claim for claim in before["claims"]}
    assert after.pop("redacted") == {
        claims["seen"]["claim"]: ["summary", "quote"],
        claims["hurt"]["claim"]: ["victims"],
    }
    claims["seen"] |= {"summary": "[redacted]", "quote": "[redacted]"}
    claims["hurt"]["value"]["victims"] = "[redacted]"
    assert after == before
    shown = run("known", "Pokrovsk", "2025-10-28").stdout
    assert "[redacted]" in shown
    assert f"Sergeant {SURNAME}" in shown  # nobody asked for that


def test_what_was_corrected_since_is_redacted_in_every_version(run: Run) -> None:
    """An answer as of before the correction, and one after, and the account of both."""
    run("redact", "seen", "summary", "quote", "--reason", "names a witness")
    for day in ("2025-10-27", "2025-10-28"):
        answer = json.loads(run("known", "Pokrovsk", day, "--format", "json").stdout)
        (claim,) = (one for one in answer["claims"] if one["report"] == "seen")
        assert (claim["summary"], claim["quote"]) == ("[redacted]", "[redacted]")
    told = json.loads(run("explain", "seen", "--format", "json").stdout)
    assert [version["act"] for version in told["versions"]] == ["filed", "corrected"]
    (redaction,) = told["redactions"]
    assert (redaction["fields"], redaction["reason"]) == (["quote", "summary"], "names a witness")
    text = run("explain", "seen").stdout
    assert "names a witness" in text
    assert SURNAME not in text


def test_after_compacting_the_words_lie_in_no_file_of_the_store_nor_in_a_new_one(
    run: Run, tmp_path: Path
) -> None:
    """Log, view, what lies beside them, kept rows of projections, new exports and backups."""
    (tmp_path / "words.py").write_text(DROPS)
    assert SURNAME in run("project", "words.py:Words").stdout
    assert len(holding(tmp_path, SURNAME)) >= 3
    redact_all(run)
    run("compact")
    assert holding(tmp_path, SURNAME) == []
    assert SURNAME not in run("project", "words.py:Words").stdout
    for what in ("situation", "claims", "reports"):
        run("export", what, "--format", "jsonl", "-o", f"{what}.jsonl")
        run("export", what, "--format", "csv", "-o", f"{what}.csv")
    run("backup", "backup.db")
    run("copy", "timeline.db", "copy.db")
    run("rebuild")
    run("known", "Pokrovsk")
    assert holding(tmp_path, SURNAME) == []
    assert "[redacted]" in (tmp_path / "reports.jsonl").read_text()
    run("verify")


def test_salts_go_with_the_words(run: Run, tmp_path: Path) -> None:
    """Without its salt a commitment tells nothing even to whoever guesses the words."""
    with SQLiteTail(tmp_path / "timeline.db") as log:
        salts = [
            field[0]
            for batch in log.rows()
            for entry in batch
            if entry.sealed
            for field in json.loads(entry.sealed).values()
        ]
    assert len(salts) == 6
    redact_all(run)
    run("compact")
    assert holding(tmp_path, *salts) == []


def test_already_without_compacting_the_words_of_a_small_store_are_overwritten(
    run: Run, tmp_path: Path
) -> None:
    """In the log, and in the view when it catches up, its write-ahead log and projections too."""
    (tmp_path / "words.py").write_text(DROPS)
    run("project", "words.py:Words")
    run("known", "Pokrovsk")
    redact_all(run)
    assert holding(tmp_path, SURNAME) == []


@pytest.mark.parametrize("batch", [1, 5_000])
def test_another_readers_view_lets_go_when_it_catches_up(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """A view elsewhere, of whoever reads the same log, holds the words until its next question.

    However much was filed since.
    """
    monkeypatch.setattr("timeline.view.build.BATCH", batch)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    with Timeline("timeline.db") as timeline:
        timeline._files = Files("timeline.db", theirs)
        timeline._index._files = timeline._files
        timeline.known("Pokrovsk")
        assert holding(theirs, SURNAME)
        redact_all(run)
        run("add", "-", stdin="places: [{id: 'x:new', name: New, kind: town}]\n")
        assert holding(theirs, SURNAME)
        assert SURNAME.encode() not in timeline.known("Pokrovsk").to_json()
        assert holding(theirs, SURNAME) == []


def test_a_rebuild_that_was_begun_before_is_not_taken_up_with_the_words_in_it(
    run: Run, tmp_path: Path
) -> None:
    """Compacting while half a generation lies about leaves nothing of it."""
    run("known", "Pokrovsk")
    with SQLiteTail("timeline.db") as log, pytest.raises(KeyboardInterrupt):
        rebuild(log, Files.beside("timeline.db"), _interrupt)
    assert len([name for name in holding(tmp_path, SURNAME) if "-000002" in name]) == 1
    redact_all(run)
    run("compact")
    assert holding(tmp_path, SURNAME) == []


def test_what_is_redacted_while_a_view_is_compared_is_no_flaw_of_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view was looked at before, and the log is laid out after; all else is compared."""
    run("known", "Pokrovsk")

    def later(*args: Any) -> Path:
        redact_all(run)
        return rebuild(*args)

    monkeypatch.setattr("timeline.view.compare.rebuild", later)
    with open_timeline("timeline.db") as timeline:
        told = timeline.verify(view_too=lambda *_: None)
        assert told.sound
        assert told.view_says
        assert told.view_says.same
    with closing(sqlite3.connect(Files.beside("timeline.db").reading() or "")) as view, view:
        view.execute("UPDATE claim SET words = replace(words, 'about 200', 'about 900')")
    monkeypatch.undo()
    run("verify", "--view", code=1)


def test_compacting_without_room_says_where_room_is_wanted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite writes the file anew among temporary files first, which may be on another disk."""

    class Full(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
            if sql == "VACUUM":
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return super().execute(sql, *values)  # type: ignore[arg-type]

    monkeypatch.setattr("sqlite3.connect", partial(sqlite3.connect, factory=Full))
    said = run("compact", code=1).stderr
    assert "make room on its disk, and on that of temporary files, which $TMPDIR names" in said


def test_compacting_leaves_nothing_of_a_verify_that_was_killed(run: Run, tmp_path: Path) -> None:
    """It lays the whole log out beside the view, and may not have come to clear that away."""
    program = (
        "import os; from timeline import open_timeline\n"
        "with open_timeline('timeline.db') as t:\n"
        "    t.verify(view_too=lambda done, _: done and os._exit(9))\n"
    )
    command = [sys.executable, "-c", program]
    killed = subprocess.run(command, cwd=tmp_path, env=environment(), check=False)
    assert killed.returncode == 9
    redact_all(run)
    assert holding(tmp_path, SURNAME)
    run("compact")
    assert holding(tmp_path, SURNAME) == []
    run("verify", "--view")
    beside = sorted(path.name for path in tmp_path.glob("timeline.db.view-*") if path.is_file())
    assert [name.rpartition("-")[2] for name in beside if name[-4:] not in ("-wal", "-shm")] == [
        VERSION,
        "000002",
        f"{VERSION}.projections",
    ]


def test_a_store_has_one_view_by_whatever_name_it_is_called(run: Run, tmp_path: Path) -> None:
    """What was redacted by one name of it does not stay in the view of another."""
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(tmp_path / "timeline.db")
    run("known", "Pokrovsk")
    run("--store", str(link), "known", "Pokrovsk")
    assert [path.name for path in link.parent.iterdir()] == ["link.db"]
    redact_all(run)
    run("--store", str(link), "compact")
    assert holding(tmp_path, SURNAME) == []


def _interrupt(done: int, _: int) -> None:
    if done:
        raise KeyboardInterrupt


def test_a_report_filed_again_from_its_document_is_known_and_brings_nothing_back(
    run: Run, tmp_path: Path
) -> None:
    """Whoever still has the article and imports it anew does not undo the redaction."""
    redact_all(run)
    run("compact")
    assert "filed 0, already known 3" in run("add", "sources/reports.yaml").stdout
    assert "already known" in run("correct", "seen", "sources/correction.yaml").stdout
    later = CORRECTION.replace("about 250", "about 300").replace("28}", "29}")
    (tmp_path / "sources" / "later.yaml").write_text(later)
    assert "corrected" in run("correct", "seen", "sources/later.yaml").stdout
    answer = run("known", "Pokrovsk", "--format", "json").stdout
    assert '"best":300' in answer
    assert SURNAME not in answer
    assert holding(tmp_path, SURNAME) == []


def test_a_basis_of_before_says_what_no_answer_can_say_any_more(run: Run) -> None:
    """The rest of the answer comes again; a note and a key in the JSON tell what does not."""
    before = json.loads(run("known", "Pokrovsk", "2025-10-28", "--format", "json").stdout)
    again = run("known", "Pokrovsk", "--basis", before["basis"], "--format", "json")
    assert json.loads(again.stdout) == before
    assert again.stderr == ""
    run("redact", "seen", "summary", "--reason", "names a witness")
    after = run("known", "Pokrovsk", "--basis", before["basis"], "--format", "json")
    assert json.loads(after.stdout)["basis"] == before["basis"]
    assert list(json.loads(after.stdout)["redacted"].values()) == [["summary"]]
    assert after.stderr == (
        "note: 1 claim was redacted (summary); what an answer of this basis said there before "
        "cannot be given again\n"
    )


def test_a_history_by_a_basis_of_before_says_so_too(run: Run) -> None:
    """And only where something was redacted."""
    answer = json.loads(run("history", "Pokrovsk", "--on", "2025-10-28", "--format", "json").stdout)
    asked = ("history", "Pokrovsk", "--basis", answer["basis"])
    assert run(*asked).stderr == ""
    run("redact", "seen", "summary", "--reason", "names a witness")
    assert run(*asked).stderr.startswith("note: words were redacted in this log; what was said")


def test_an_export_by_a_basis_of_before_says_so_too(run: Run) -> None:
    """The file holds what is left; before anything was redacted there is nothing to say."""
    answer = json.loads(run("known", "Pokrovsk", "2025-10-28", "--format", "json").stdout)
    export = ("export", "situation", "Pokrovsk", "--basis", answer["basis"], "-o", "s.jsonl")
    assert "redacted" not in run(*export).stderr
    run("redact", "seen", "summary", "--reason", "names a witness")
    assert "cannot be said again" in run(*export).stderr


def test_an_export_of_redacted_reports_makes_a_store_that_says_the_same(run: Run) -> None:
    """Where the words went, what is exported says so, and goes into another store like that."""
    redact_all(run)
    run("export", "reports", "--format", "jsonl", "-o", "reports.jsonl")
    run("--store", "other.db", "add", "reports.jsonl")
    other = run("--store", "other.db", "known", "Pokrovsk", "2025-10-28", "--format", "json")
    assert len(json.loads(other.stdout)["redacted"]) == 3


def test_redacting_twice_says_so_and_a_part_is_redacted_of_the_rest(run: Run) -> None:
    """What is gone is gone; what is left of the fields asked for goes now."""
    run("redact", "seen", "quote", "--reason", "first")
    again = run("redact", "seen", "quote", "--reason", "second")
    assert again.stdout == "already redacted: quote of seen\n"
    rest = run("redact", "se", "quote", "summary", "--reason", "third", "--format", "json")
    assert json.loads(rest.stdout) == {
        "report": "seen",
        "outcome": "redacted",
        "fields": ["summary", "quote"],
    }
    told = json.loads(run("explain", "seen", "--format", "json").stdout)
    assert [one["fields"] for one in told["redactions"]] == [["quote"], ["summary"]]
    status = json.loads(run("status", "--format", "json").stdout)
    assert status["redactions"] == 2
    assert status["first_known"] == "2025-10-28T00:00:00Z"
    assert "redactions 2" in run("status").stdout


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("seen", "side"), 2, "'side' is not one of 'summary', 'quote', 'victims', 'who'"),
        (("seen", "who"), 1, "report seen has no who to redact; it has quote, summary"),
        (("nobody", "summary"), 1, "no report or claim has the id 'nobody'"),
        (("seen",), 2, "Missing argument"),
        (("seen", "quote", "--reason", " "), 1, "a redaction without a reason; say why"),
    ],
)
def test_what_cannot_be_redacted_is_refused_in_a_line(
    run: Run, args: tuple[str, ...], code: int, said: str
) -> None:
    """The field, the report, the reason: each is named, and nothing is changed."""
    before = json.loads(run("status", "--format", "json").stdout)["position"]
    reason = () if "--reason" in args else ("--reason", "x")
    assert said in run("redact", *args, *reason, code=code).stderr
    assert json.loads(run("status", "--format", "json").stdout)["position"] == before


def test_what_is_refused_comes_as_the_object_that_problems_are(run: Run) -> None:
    """With what would be right apart from what is wrong, as of a file."""
    refused = run("redact", "seen", "who", "--reason", "x", "--format", "json", code=1)
    assert json.loads(refused.stderr) == {
        "file": None, "line": None, "what": "report seen has no who to redact",
        "right": "it has quote, summary",
    }  # fmt: skip


def test_from_python_as_on_the_command_line(run: Run) -> None:  # noqa: ARG001 -- makes the store
    """The same words for those who write programs."""
    with open_timeline("timeline.db") as timeline:
        assert timeline.redact("seen", "summary", reason="names a witness") is Outcome.filed
        (claim, *_) = timeline.known("Pokrovsk").claims
        assert claim.summary == "[redacted]"
        with pytest.raises(BadReport, match="side"):
            timeline.redact("seen", "side", reason="x")
        with pytest.raises(BadReport, match="no field is named; name one of summary"):
            timeline.redact("seen", reason="x")
        timeline.compact()


def test_compacting_waits_for_nobody_who_reads_what_was_before(run: Run) -> None:
    """Who still reads is named as the hindrance; once done, compacting does its work."""
    redact_all(run)
    reader = sqlite3.connect("timeline.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM stored_events").fetchone()
    with (
        pytest.MonkeyPatch.context() as patch,
        open_timeline("timeline.db") as timeline,
    ):
        patch.setattr("timeline.log.sqlite_file.BUSY_SECONDS", 0.1)
        patch.setattr("timeline.log.sqlite.connect", _impatient)
        with pytest.raises(StoreBusy, match="still reads"):
            timeline.compact()
        reader.close()
        timeline.compact()
    assert holding(Path.cwd(), SURNAME) == []


def _impatient(path: Path, mode: str) -> sqlite3.Connection:
    from timeline.log.sqlite_file import connect

    return connect(path, mode, timeout=0.1)


def test_a_large_log_that_two_processes_index_lets_go_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild in two processes, a redaction, a catch-up, a rebuild: the words are gone."""
    monkeypatch.setattr("timeline.view.laying.ALONE", 1_000)
    store = tmp_path / "log.db"
    with log_of(store, 21_000) as log, open_timeline(store) as timeline:
        timeline.index.rebuild()
        assert holding(tmp_path, "report 20000 ")
        log.redact("m020000", ["summary"], "by order")
        timeline.compact()
        gone, there = (timeline.explain(report).says for report in ("m020000", "m020001"))
        assert (gone and gone.summary, there and there.summary) == ("[redacted]", "report 20001 ")
    assert holding(tmp_path, "report 20000 ") == []


def test_on_a_server_no_file_of_its_tables_holds_the_words_after_compacting(
    run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor do the values that it samples for its planner; its write-ahead log ages out by itself."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    address = server.database("redaction")
    run("--store", address, "add", "sources/reports.yaml")
    for path in tmp_path.glob("timeline.db*"):
        path.unlink()
    run("--store", address, "known", "Pokrovsk", "2025-10-27")
    server.sql("ANALYZE; CHECKPOINT;", "redaction")
    tables = server.folder / "data" / "base"
    assert holding(tables, SURNAME)
    for report, *fields in FIELDS:
        run("--store", address, "redact", report, *fields, "--reason", "asked for")
    run("--store", address, "compact")
    server.sql("CHECKPOINT;", "redaction")
    assert holding(tables, SURNAME) == []
    assert holding(tmp_path, SURNAME) == []
    answer = run("--store", address, "known", "Pokrovsk", "2025-10-27", "--format", "json")
    assert len(json.loads(answer.stdout)["redacted"]) == 3
    run("--store", address, "verify")


def test_a_redaction_cut_short_is_done_or_not_begun(run: Run, tmp_path: Path) -> None:
    """Killed at any moment, the log has the entry and not the words, or both are as before."""
    program = (
        "import sys; from timeline.log import open_log\n"
        "log = open_log('timeline.db'); print('ready', flush=True); sys.stdin.readline()\n"
        "log.redact('seen', ['quote'], 'x')\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        process.stdin.write(b"go\n")
        process.stdin.flush()
        process.kill()
    with SQLiteTail(tmp_path / "timeline.db") as log:
        rows = [entry for batch in log.rows() for entry in batch]
    is_told = any(entry.topic == "report.redacted" for entry in rows)
    said = [entry.report.quote for entry in rows if entry.key == "seen" and entry.report]
    before = [f"I am {SURNAME}, and I saw it", f"Yes, {SURNAME}"]
    assert said == (["[redacted]"] * 2 if is_told else before)
    run("verify")


def test_rows_of_a_projection_that_began_before_are_neither_kept_nor_shown(
    run: Run, tmp_path: Path
) -> None:
    """Whoever works rows out of a snapshot of before does not bring the words back to the disk."""
    (tmp_path / "words.py").write_text(DROPS)
    with open_timeline("timeline.db") as timeline, timeline.reading() as reader:
        kept = timeline.projected
        redact_all(run)
        loaded = load("words.py:Words", {})
        asked = timeline.cuts("2025-10-28")
        rows = project(reader, loaded, (), asked, timeline.zone, kept).to_json()
        assert SURNAME.encode() in rows
    assert [name for name in holding(tmp_path, SURNAME) if "projections" in name] == []
    assert SURNAME not in run("project", "words.py:Words").stdout


@pytest.mark.parametrize("words", [("verify",), ("copy", "timeline.db", "copy.db")])
@pytest.mark.parametrize("when", ["before they are read", "after that"])
def test_what_is_redacted_while_the_log_is_read_is_no_damage(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], when: str
) -> None:
    """Its words leave rows before these are read, or after; the redaction lies behind the end."""
    stored = SQLiteTail.stored
    begun: list[bool] = []

    def read(self: SQLiteTail, *asked: int) -> Iterator[list[tuple[Any, ...]]]:
        rows = stored(self, *asked)
        if not begun:
            begun.append(True)
            if when == "after that":
                rows = iter([*rows])
            with open_log(self.where) as log:
                log.redact("hurt", ["victims"], "the family asked")
        yield from rows

    monkeypatch.setattr(SQLiteTail, "stored", read)
    run(*words)
    assert begun
    if words[0] == "copy":
        typed_on(Path("copy.db"), "verify", code=0)
        assert "copy.db" not in holding(Path(), "Olha")
