import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import IO, cast

import pytest
from command import environment, typed_on
from domain import bounds, clash, content, control, correct, given, held_by, infiltration, retract
from many import log_of, many

from timeline import open_timeline
from timeline.log import open_log
from timeline.questions.follow import VerificationView, follow

# Files reports one by one.
WRITER = """
import sys, time
from many import one
from timeline.log import (open_log)
from timeline.log.filing import (Filing)
with open_log(sys.argv[1]) as log:
    for number in range(int(sys.argv[2])):
        time.sleep(0.01)
        log.file([Filing(f"live-{number}", one(number))])
"""


def python(*args: object) -> "subprocess.Popen[str]":
    """A process of its own."""
    return subprocess.Popen(
        [sys.executable, *map(str, args)],
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of a few reports, corrections and a retraction."""
    path = tmp_path / "log.db"
    with log_of(path, 0) as log:
        log.file([content(infiltration("a", "2025-10-20"))])
        log.file([content(clash("b", "2025-10-21", place="Beta"))])
        correct(log, "a", content(infiltration("a", "2025-10-20", place="Gamma")).content)
        correct(log, "b", content(clash("b", "2025-10-22", place="Beta")).content, mend=True)
        retract(log, "a", bounds("2025-10-25"), "a mix-up")
        verification = {"kind": "verification", "report": "b", "result": "confirmed"}
        log.file([content(clash("c", "2025-10-23", place="Beta") | verification)])
    return path


def test_what_is_there_comes_first_in_the_order_of_the_log(store: Path) -> None:
    """Every entry on a report, once: what it did, when, and the claim it makes."""
    with open_timeline(str(store)) as timeline:
        told = list(timeline.follow(idle=0))
    assert [(entry.what, entry.report) for entry in told] == [
        ("filed", "a"),
        ("filed", "b"),
        ("corrected", "a"),
        ("mended", "b"),
        ("retracted", "a"),
        ("filed", "c"),
    ]
    assert [entry.position for entry in told] == sorted({entry.position for entry in told})
    first, *_, withdrawn, verification = told
    assert first.claim is not None
    assert (first.claim.place, first.known_from) == ("x:alpha", "2025-10-21T00:00:00Z")
    assert (withdrawn.claim, withdrawn.reason) == (None, "a mix-up")
    assert withdrawn.known_from == "2025-10-26T00:00:00Z"
    assert (verification.claim, verification.reason) == (None, None)
    assert verification.verification == VerificationView("b", "confirmed", "ua")
    assert withdrawn.verification is first.verification is None
    line = json.loads(first.to_json())
    assert list(line) == [
        "schema", "position", "what", "report", "recorded", "known_from", "claim",
        "verification", "reason",
    ]  # fmt: skip
    assert line["schema"] == "timeline/entry/1"


def test_a_place_is_told_of_what_leaves_it(store: Path) -> None:
    """A report that a correction moves away, and its end, are news of the place it left too."""
    with open_timeline(str(store)) as timeline:
        alpha = [entry.what for entry in timeline.follow("Alpha", idle=0)]
        gamma = [entry.what for entry in timeline.follow("Gamma", idle=0)]
        beta = [entry.report for entry in timeline.follow("x:beta", idle=0)]
    assert alpha == ["filed", "corrected", "retracted"]
    assert gamma == ["corrected", "retracted"]
    assert beta == ["b", "b", "c"]


def test_a_place_is_told_of_checks_of_what_is_told_of_it(store: Path) -> None:
    """Wherever they were filed, and what became of them."""
    with open_log(store) as log:
        check = {"kind": "verification", "report": "a", "result": "refuted"}
        log.file([content(clash("d", "2025-10-24", place="Beta") | check)])
        retract(log, "d", bounds("2025-10-26"))
    with open_timeline(str(store)) as timeline:
        alpha = list(timeline.follow("Alpha", idle=0))
    assert [(entry.what, entry.report) for entry in alpha[-2:]] == [
        ("filed", "d"),
        ("retracted", "d"),
    ]
    assert alpha[-2].verification == VerificationView("a", "refuted", "ua")


def test_a_check_from_before_its_report_came_to_a_place_is_no_news_of_it(store: Path) -> None:
    """Who followed was not told of it then, and who takes up again behind it is not either."""
    with open_log(store) as log, open_timeline(str(store)) as timeline:
        check = {"kind": "verification", "report": "b", "result": "refuted"}
        before = log.head()
        log.file([content(clash("d", "2025-10-24", place="Beta") | check)])
        told = list(timeline.follow("Gamma", after=before, idle=0))
        correct(log, "b", content(clash("b", "2025-10-25", place="Gamma")).content)
        told += timeline.follow("Gamma", after=before + 1, idle=0)
        assert [(entry.what, entry.report) for entry in told] == [("corrected", "b")]
        assert list(timeline.follow("Gamma", after=before, idle=0)) == told


def test_it_goes_on_after_the_entry_that_was_seen_last(store: Path) -> None:
    """`after` is a position: nothing twice, nothing left out."""
    with open_timeline(str(store)) as timeline:
        told = list(timeline.follow(idle=0))
        for seen in told:
            rest = list(timeline.follow(after=seen.position, idle=0))
            assert rest == told[told.index(seen) + 1 :]


def test_an_unknown_place_is_refused_at_once(store: Path) -> None:
    """Not first when something comes."""
    with open_timeline(str(store)) as timeline, pytest.raises(Exception, match="Nowhere"):
        timeline.follow("Nowhere")


def test_it_ends_after_a_time_without_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """`idle` seconds after the last entry, and not before."""
    log, now = given(clash("a", "2025-10-21")).log, 0.0
    there = log.head()

    def wait(_: int, seconds: float) -> int:
        """Time passes while one waits; soon something comes, and then nothing more."""
        nonlocal now
        if log.head() == there:
            log.file([content(clash("b", "2025-10-22"))])
            seconds = 0.25
        now += seconds
        return log.head()

    monkeypatch.setattr(log, "wait", wait)
    monkeypatch.setattr("timeline.questions.follow.time", SimpleNamespace(monotonic=lambda: now))
    assert [entry.report for entry in follow(log, idle=2)] == ["a", "b"]
    assert now == 2.25


def test_another_process_is_followed_in_order_without_gap_or_double(tmp_path: Path) -> None:
    """Catch-up and live in one stream, while another process files."""
    path, count = tmp_path / "log.db", 120
    with log_of(path, 300) as log:
        filed = [filing.key for filing in many(300)]
        writer = python("-c", WRITER, path, count)
        told = []
        with open_timeline(str(path)) as timeline:
            for entry in timeline.follow(idle=5):
                told.append(entry)
                if entry.report == f"live-{count - 1}":
                    break
        assert writer.wait(timeout=30) == 0, cast("IO[str]", writer.stderr).read()
        assert [entry.report for entry in told] == filed + [f"live-{n}" for n in range(count)]
        assert [entry.position for entry in told] == list(range(11, 11 + 300 + count))
        assert log.head() == told[-1].position
    for stream in (writer.stdout, writer.stderr):
        cast("IO[str]", stream).close()


def test_two_writers_in_bulk_are_followed_in_order(tmp_path: Path) -> None:
    """Batches of two threads, each with its own connection, interleave and lose nothing."""
    path = tmp_path / "log.db"
    log_of(path, 0).close()

    def write(first: int) -> None:
        with open_log(path) as log:
            for start in range(first, first + 3_000, 500):
                log.file(list(many(500, start)))

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 3_000)]
    with open_timeline(str(path)) as timeline:
        stream = timeline.follow(idle=10)
        for thread in writers:
            thread.start()
        told = [next(stream) for _ in range(6_000)]
        for thread in writers:
            thread.join()
        assert list(timeline.follow(after=told[-1].position, idle=0)) == []
    assert [entry.position for entry in told] == list(
        range(told[0].position, 6_000 + told[0].position)
    )
    assert {entry.report for entry in told} == {filing.key for filing in many(6_000)}


def line_of(process: "subprocess.Popen[str]") -> str:
    """The next line that a process prints; it fails where none comes."""
    out = cast("IO[str]", process.stdout)
    late = threading.Timer(20, process.kill)
    late.start()
    line = out.readline()
    late.cancel()
    assert line, "it printed nothing more"
    return line


def live_of(process: "subprocess.Popen[str]") -> tuple[str, str]:
    """What the next entry of the log did, and of which report."""
    while (line := json.loads(line_of(process)))["schema"] != "timeline/entry/1":
        assert line["schema"] == "timeline/replay/1"
    return line["what"], line["report"]


def follow_alpha(store: Path, *more: str) -> "subprocess.Popen[str]":
    """`timeline replay Alpha --from … --follow`."""
    asked = ("replay", "Alpha", "--from", "2025-10-20", "--follow", *more)
    return python("-m", "cli.main", "--store", store, *asked)


@pytest.fixture
def told_before(store: Path) -> Path:
    """The store, with something that a replay of Alpha begins with."""
    with open_log(store) as log:
        log.file([content(control("old", "2025-10-20", held_by("ua")))])
    return store


def test_replay_follow_goes_on_with_what_is_filed(told_before: Path) -> None:
    """First the replay, then each report on the place, once; Ctrl-C ends it without a word."""
    process = follow_alpha(told_before, "--format", "jsonl")
    assert json.loads(line_of(process))["added"][0]["report"] == "old"
    with open_log(told_before) as log:
        log.file([content(clash("d", "2025-10-24"))])
        log.file([content(clash("e", "2025-10-24", place="Beta"))])
        correct(log, "d", content(clash("d", "2025-10-24", place="Delta")).content)
        retract(log, "d", bounds("2025-10-26"), "never was")
    assert live_of(process) == ("filed", "d")
    assert live_of(process) == ("corrected", "d")
    assert live_of(process) == ("retracted", "d")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert out == ""
    assert "Traceback" not in err


def test_replay_follow_as_text_shows_each_change(told_before: Path) -> None:
    """A heading for each entry, and a sign before what it says."""
    process = follow_alpha(told_before)
    assert line_of(process).endswith(" from 2025-10-20 to now\n")
    assert line_of(process).startswith("known by the end of 2025-10-20")
    with open_log(told_before) as log:
        log.file([content(clash("d", "2025-10-24"))])
        check = {"kind": "verification", "report": "d", "result": "refuted"}
        log.file([content(clash("e", "2025-10-25", by="bbc") | check)])
        retract(log, "d", bounds("2025-10-26"), "never was")
    shown = ""
    while "never was" not in shown:
        shown += line_of(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert "filed " in shown
    assert "+ clash" in shown
    assert "+ refuted by bbc: the report d" in shown
    assert "- withdrawn: never was" in shown


def test_replay_follow_ends_when_nobody_reads_it_any_more(told_before: Path) -> None:
    """A closed pipe ends it though nothing more is filed."""
    process = follow_alpha(told_before, "--format", "jsonl")
    line_of(process)
    cast("IO[str]", process.stdout).close()
    assert process.wait(timeout=10) == 0
    assert cast("IO[str]", process.stderr).read() == ""
    cast("IO[str]", process.stderr).close()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), "--follow to go on"),
        (("--follow", "--format", "json"), "--format jsonl"),
        (("--follow", "--recorded", "2025-10-20"), "leave --recorded out"),
    ],
)
def test_what_cannot_be_followed_is_refused(store: Path, asked: tuple[str, ...], said: str) -> None:
    """An end is needed, or `--follow`; and with it a form and a clock that go on."""
    result = typed_on(store, "replay", "Alpha", "--from", "2025-10-20", *asked)
    assert result.exit_code == 2
    assert said in result.stderr
