import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from itertools import chain, repeat
from pathlib import Path
from threading import Event, get_ident

import httpx2
import pytest
from command import ROOT, environment, typed_on
from serving import seeded, served_here

from web.limits import Limits
from web.stream import WHOLE, Produced

REPORT = (
    b'{"kind": "shelling", "place": "Pokrovsk", "chain": ["reuters"], '
    b'"happened": "2025-10-26", "reported": "2025-10-27"}\n'
)

UNPACKED = {"accept-encoding": "identity"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports that come with the program."""
    return seeded(tmp_path_factory.mktemp("serve") / "timeline.db")


@contextmanager
def serving(store: Path, *args: str | Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`timeline serve` in a process of its own, and where it is."""
    # -P: as the command has it, whose folder is not where programs are looked for
    command = [sys.executable, "-P", "-m", "cli.main", "--store", str(store)]
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", *map(str, args)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=store.parent,
        env=environment(),
    )
    assert process.stderr is not None
    try:
        said = ""
        while not (found := re.search(r"at (http://\S+/) \(Ctrl-C ends\)", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        yield found[1], process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        process.stderr.close()


def test_the_server_says_where_it_is_and_ctrl_c_ends_it(store: Path) -> None:
    """Quietly, and with the exit code of a command that did what it should."""
    with serving(store) as (where, process):
        assert where.startswith("http://127.0.0.1:")
        answer = httpx2.get(f"{where}api/known/Pokrovsk?on=2025-10-27")
        assert answer.json()["schema"] == "timeline/situation/1"
    assert process.returncode == 0


def test_the_server_says_what_it_waits_for_before_it_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To lay out a large log takes a while; where it is laid out already there is no word of it."""
    monkeypatch.setattr("cli.serve._MANY", 10)
    store = seeded(tmp_path / "timeline.db")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        first, second = (
            typed_on(store, "serve", "--port", taken.getsockname()[1], code=1) for _ in range(2)
        )
    assert re.match(r"note: building the view of \d+ entries first; it listens", first.stderr)
    assert "the view" not in second.stderr


def test_a_page_that_waits_for_news_does_not_keep_the_server(store: Path) -> None:
    """Ctrl-C ends it at once, though a stream is open."""
    with serving(store) as (where, process), httpx2.stream("GET", f"{where}news") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        process.send_signal(signal.SIGINT)
        assert process.wait(4) == 0


def test_only_who_shows_a_token_writes(store: Path, tmp_path: Path) -> None:
    """The token is made by the command, printed once, and kept as a hash."""
    tokens = tmp_path / "tokens"
    made = typed_on(store, "serve", "--tokens", tokens, "--new-token", "add")
    token = made.stdout.strip()
    assert made.exit_code == 0
    assert token not in tokens.read_text()
    with serving(store, "--write", "--tokens", tokens) as (where, _):
        headers = {"content-type": "application/x-ndjson"}
        refused = httpx2.post(f"{where}api/reports", content=REPORT, headers=headers)
        assert refused.status_code == 401
        headers["authorization"] = f"Bearer {token}"
        filed = httpx2.post(f"{where}api/reports", content=REPORT, headers=headers)
        assert filed.json()["filed"] == 1
        # Sent to its end before the answer is read, as many a program does.
        simple = HTTPConnection(where.split("/")[2])
        for after in ("keep-alive", "close"):
            headers["connection"] = after
            simple.request("POST", "/api/reports", bytes(40_000_000), headers)
            assert b"a document over 5 MiB; send it in parts" in simple.getresponse().read()
        simple.close()


def worker_of(process: subprocess.Popen[str]) -> int:
    """The process beside the first one."""
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True
    )
    return int(found.stdout)


@contextmanager
def without(process: subprocess.Popen[str]) -> Iterator[None]:
    """While a process stands still."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def is_gone(pid: int) -> bool:
    """Whether a process ends within some seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


workers = pytest.mark.skipif(
    not (shutil.which("pgrep") and Path("/proc/self/stat").exists()),
    reason="processes are told apart by pgrep and /proc",
)


@workers
def test_a_second_process_answers_the_same_and_ends_with_the_first(store: Path) -> None:
    """It takes connections while the first one stands still; Ctrl-C ends both, streams too."""
    with serving(store, "--workers", "2") as (where, process):
        question = f"{where}api/known/Pokrovsk?on=2025-10-27"
        first = httpx2.get(question)
        other = worker_of(process)
        with without(process):
            second = httpx2.get(question, timeout=20)
            assert httpx2.get(f"{where}place/Pokrovsk", timeout=20).is_success
        assert (second.content, second.headers["etag"]) == (first.content, first.headers["etag"])
        with without(process):
            stream = httpx2.stream("GET", f"{where}news")
            stream.__enter__()
        process.send_signal(signal.SIGINT)
        assert process.wait(8) == 0
        assert is_gone(other)
        with suppress(httpx2.HTTPError):
            stream.__exit__(None, None, None)
        port = int(re.findall(r":(\d+)/", where)[0])
        with socket.create_server(("127.0.0.1", port)):
            pass  # it is free again


@workers
def test_a_file_of_the_user_that_is_called_as_ours_is_not_run(tmp_path: Path) -> None:
    """A `web.py` in the folder from which the server is started."""
    store = seeded(tmp_path / "timeline.db")
    (tmp_path / "web.py").write_text("from pathlib import Path\nPath('ran').touch()\n")
    with serving(store, "--workers", "2") as (where, process), without(process):
        assert httpx2.get(f"{where}api/known/Pokrovsk", timeout=20).is_success
    assert not (tmp_path / "ran").exists()


@workers
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_second_process_outlives_no_first_one(store: Path, how: signal.Signals) -> None:
    """However that one ends."""
    with serving(store, "--workers", "2") as (where, process):
        other = worker_of(process)
        with without(process):
            assert httpx2.get(f"{where}api/places", timeout=20).is_success
        process.send_signal(how)
        assert process.wait(8) == -how
        assert is_gone(other)


@workers
def test_the_first_process_outlives_the_second(store: Path) -> None:
    """And answers alone."""
    with serving(store, "--workers", "2") as (where, process):
        other = worker_of(process)
        os.kill(other, signal.SIGKILL)
        assert is_gone(other)
        for _ in range(3):
            assert httpx2.get(f"{where}api/places").is_success
        process.send_signal(signal.SIGINT)
        assert process.wait(8) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@workers
def test_who_asks_for_one_process_gets_one(store: Path) -> None:
    """And one is what there is where tokens are counted."""
    with (
        serving(store, "--workers", "1") as (_, process),
        pytest.raises(subprocess.CalledProcessError),
    ):
        worker_of(process)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--write", "--tokens", "tokens", "--workers", "2"], 2, "leave --workers out"),
        (["--workers", "0"], 2, "is not in the range"),
        (["--write"], 2, "--write and --tokens FILE go together"),
        (["--tokens", "tokens"], 2, "--write and --tokens FILE go together"),
        (["--write", "--tokens", "nothing"], 1, "cannot be read"),
        (["--new-token", "add"], 2, "write --tokens FILE"),
        (["--new-token", "rule", "--tokens", "tokens"], 2, "write add, correct, retract"),
        (
            ["--host", ""],
            2,
            "write 0.0.0.0 for all, or leave it out",
        ),  # of an unset variable
        (["--host", "no.such.host.invalid"], 1, "choose another --port or --host"),
        (["--host", "a\udcff"], 2, "is no name of a host"),
        (["--port", "99999"], 2, "is not in the range"),
        (["--allow-host", "https://maps.example.org"], 2, "such as maps.example.org"),
        (["--allow-host", "maps.example.org:8080"], 2, "without scheme and port"),
        (["--allow-host", "карти.укр"], 2, "in ASCII (xn--)"),
        (["--allow-host", ""], 2, "is no name of a host"),
        (["--cors", "not an origin"], 2, "such as https://example.org"),
        (["--cors", "https://example.org/"], 2, "such as https://example.org"),
        (["--cors", "example.org"], 2, "such as https://example.org"),
        (["--cors", "https://example.org:443"], 2, "such as https://example.org"),
    ],
)
def test_what_cannot_be_served_says_what_would_be_right(
    store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    code: int,
    said: str,
) -> None:
    """In one line, before anything listens."""
    monkeypatch.chdir(tmp_path)
    result = typed_on(store, "serve", *args)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert "Traceback" not in result.stderr


def test_a_port_that_is_taken_is_named(store: Path) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = typed_on(store, "serve", "--port", str(taken.getsockname()[1]))
    assert result.exit_code == 1
    assert "cannot listen there" in result.stderr


def test_who_would_speak_another_protocol_is_answered_in_this_one(store: Path) -> None:
    """As HTTP has it; who runs the server is not told to install anything for that."""
    with serving(store) as (where, process):
        for other in ("h2c", "websocket"):
            headers = {"connection": "upgrade", "upgrade": other}
            assert httpx2.get(f"{where}api/places", headers=headers).is_success
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_who_comes_to_a_server_that_is_full_is_told_when_to_come_again(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the form of every problem, be it of connections or of pages that wait for news."""
    monkeypatch.setattr("web.pages.news.MOST", 0)
    with served_here(store, Limits(connections=3)) as where, ExitStack() as held:
        news = httpx2.get(f"{where}news")
        for _ in range(2):
            host, port = re.findall(r"//(.+):(\d+)", where)[0]
            held.enter_context(socket.create_connection((host, int(port))))
        while (full := httpx2.get(f"{where}api/places")).is_success:
            pass
    for answer in (news, full):
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["detail"].endswith(("try again in a moment", "try again later"))


def test_a_missing_store_is_not_served(tmp_path: Path) -> None:
    """Nor made."""
    result = typed_on(tmp_path / "none.db", "serve")
    assert result.exit_code == 1
    assert "there is no log at" in result.stderr
    assert not (tmp_path / "none.db").exists()


def test_who_opens_the_server_to_others_is_warned(store: Path) -> None:
    """That they read everything, once they can."""
    everywhere = "0.0.0.0"  # noqa: S104 - where it is told not to
    command = [sys.executable, "-m", "cli", "--store", str(store), "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--host", everywhere], stderr=subprocess.PIPE, text=True, env=environment()
    )
    assert process.stderr is not None
    told = [process.stderr.readline() for _ in range(2)]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert "everyone who can reach this machine reads the store" in told[0]
    assert f"http://{everywhere}:" in told[1]


@pytest.mark.parametrize(
    ("host", "shown"), [("nohost.invalid", "nohost.invalid"), ("2001:db8::1", "[2001:db8::1]")]
)
def test_nobody_is_warned_of_a_server_that_cannot_be(store: Path, host: str, shown: str) -> None:
    """Of a host that is none, or not of this machine, the one line is the error."""
    refused = typed_on(store, "serve", "--host", host, code=1)
    assert refused.stderr.startswith(f"Error: {shown}:8001: cannot listen there")


def test_without_the_extra_it_says_how_to_get_it(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All other commands do without."""
    monkeypatch.setattr("cli.serve._NEEDED", ("fastapi", "no_such_package"))
    result = typed_on(store, "serve")
    assert result.exit_code == 1
    assert "pip install '.[web]' in the folder of this project" in result.stderr


def test_a_head_that_does_not_end_ends_the_connection(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its length, or by its time; the server serves on."""
    monkeypatch.setattr("web.bounded.SECONDS", 0.3)
    with served_here(store, Limits()) as where:
        port = int(where.strip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as endless, suppress(ConnectionError):
            endless.settimeout(5)
            endless.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 1_000_000)
            assert endless.recv(1_000) == b""
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\n")
            slow.settimeout(5)
            with suppress(ConnectionResetError):
                assert slow.recv(1_000) == b""
        assert httpx2.get(f"{where}api/places").is_success


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/api/known/Покровськ", 400, "what is not ASCII in an address is written as %D0%9F"),
        ("/api/places?q=" + "a" * 100_000, 414, "the address is far too long"),
    ],
)
def test_an_address_that_cannot_be_read_is_told_of_as_all_else(
    store: Path, address: str, status: int, said: str
) -> None:
    """Such as a name that `curl` sends as it is typed."""
    with served_here(store) as where:
        port = int(where.strip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            with HTTPResponse(client) as answer:
                answer.begin()
                assert answer.status == status
                assert answer.headers["content-type"] == "application/problem+json"
                assert said in json.load(answer)["detail"]


@pytest.mark.parametrize("sent", [b"", b"x", b"xx"])
def test_a_body_that_nobody_reads_does_not_keep_the_connection(
    store: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """Whether it ends or not: the answer was given, and nothing else is asked."""
    monkeypatch.setattr("web.bounded.SECONDS", 0.3)
    with served_here(store) as where:
        port = int(where.strip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as idle:
            idle.settimeout(5)
            idle.sendall(
                b"GET /api/places HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"
            )
            assert idle.recv(1_000).startswith(b"HTTP/1.1 200")
            idle.sendall(sent)
            with suppress(ConnectionResetError):
                while idle.recv(1_000):
                    pass


def test_a_client_that_leaves_frees_its_thread(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one alone: of answers without end the next is begun, and then others are given."""

    def endless(*_: object) -> Produced:
        return None, chain([bytes(2 * WHOLE)], repeat(b" "))

    monkeypatch.setattr("web.answers.export", endless)
    with served_here(store, Limits(slow_threads=1)) as where:
        for _ in range(3):
            with httpx2.stream("GET", f"{where}api/export/claims.jsonl", timeout=20) as answer:
                assert answer.is_success
        assert httpx2.get(f"{where}api/activity?from=2025-10-20&by=kind", timeout=20).is_success


def test_connections_for_which_there_are_no_files_are_one_line_of_the_log(store: Path) -> None:
    """Not a traceback for each try to take one; once others are closed, they are taken."""
    with serving(store, "--workers", "1") as (where, process):
        assert httpx2.get(f"{where}api/places").is_success
        opened = len(list(Path(f"/proc/{process.pid}/fd").iterdir()))
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (opened + 20, opened + 20))
        at = ("127.0.0.1", int(where.strip("/").rpartition(":")[2]))
        with ExitStack() as stack:
            for _ in range(60):
                stack.enter_context(socket.create_connection(at))
            time.sleep(1.5)
        assert httpx2.get(f"{where}api/places", timeout=10).is_success
        process.send_signal(signal.SIGINT)
        process.wait(10)
        assert process.stderr is not None
        assert process.stderr.read() == (
            "no more connections can be taken (Too many open files); let it open more files "
            "(ulimit -n)\n"
        )


def test_behind_a_proxy_addresses_are_those_of_the_proxy(store: Path) -> None:
    """By the name and the scheme that it passes on; whatever it buffers, news is not to wait."""
    passed = {"host": "maps.example.org", "x-forwarded-proto": "https"}
    with serving(store, "--allow-host", "maps.example.org") as (where, _):
        page = httpx2.head(f"{where}place/geonames:704422", headers=passed)
        assert "<https://maps.example.org/timemap/link/geonames:704422>" in page.headers["link"]
        with httpx2.stream("GET", f"{where}news", headers=passed) as listens:
            assert listens.headers["x-accel-buffering"] == "no"


def test_an_answer_that_is_given_up_is_let_go_of_where_it_was_made(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its temporary database can be closed by that thread alone: another one traced a fault."""
    made, let_go = [], []

    def endless(*_: object) -> Produced:
        def parts() -> Iterator[bytes]:
            made.append(get_ident())
            try:
                yield from chain([bytes(2 * WHOLE)], repeat(b" "))
            finally:
                let_go.append(get_ident())

        return None, parts()

    monkeypatch.setattr("web.answers.export", endless)
    with served_here(store, Limits(slow_threads=1)) as where:
        for _ in range(3):
            with httpx2.stream("GET", f"{where}api/export/claims.jsonl", timeout=20) as answer:
                assert answer.is_success
        assert httpx2.get(f"{where}api/activity?from=2025-10-20&by=kind", timeout=20).is_success
    assert len(let_go) == 3
    assert let_go == made


def test_a_client_that_leaves_in_the_midst_is_no_news(
    store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As `head` does: the server writes no more to it, and says nothing of it."""
    monkeypatch.setattr("web.answers.export", lambda *_: (None, repeat(bytes(1 << 16), 500)))
    with served_here(store) as where:
        export = f"{where}api/export/claims.jsonl"
        with httpx2.stream("GET", export, timeout=20, headers=UNPACKED) as answer:
            assert len(next(answer.iter_bytes())) > 0
        assert httpx2.get(f"{where}api/places", timeout=20).is_success
    assert caplog.text == ""


def test_no_news_is_told_of_a_log_that_took_the_place_of_the_one_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As no question is answered from it; the log of the server says why once, not each second."""
    store, aside = seeded(tmp_path / "timeline.db"), tmp_path / "aside.db"
    (tmp_path / "more.jsonl").write_bytes(REPORT)
    other = seeded(tmp_path / "other.db", tmp_path / "more.jsonl")
    heard: list[str] = []
    with served_here(store) as where:
        with (
            httpx2.stream("GET", f"{where}news", timeout=3) as listens,
            suppress(httpx2.ReadTimeout),
        ):
            for line in listens.iter_lines():
                heard.append(line)
                if len(heard) == 1:
                    time.sleep(1)  # it is watched
                    store.rename(aside)
                    other.rename(store)
        assert heard == ["retry: 2000", ""]
        assert httpx2.get(f"{where}api/places").status_code == 503
    watched = [line for line in caplog.messages if line.startswith("no news for open pages: ")]
    assert len(watched) == len(set(watched)) <= 2, watched
    assert watched[-1].endswith("is another file by now; start the server again")


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(), "temporary files cannot be written (No such file or directory); make room for "),
        (Limits(answer=2 * WHOLE), f"it has over {2 * WHOLE:,} bytes"),
        (Limits(slow_seconds=1), "not answered within 1 seconds"),
    ],
)
def test_an_answer_that_breaks_off_is_one_line_of_the_log(
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    limits: Limits,
    why: str,
) -> None:
    """And no fault of the program; the client sees that it is not all."""
    began = Event()

    def parts() -> Iterator[bytes]:
        yield bytes(WHOLE + 1)
        assert began.wait(20)
        yield from repeat(b" " * WHOLE, 3)

    monkeypatch.setattr("web.answers.export", lambda *_: (None, parts()))
    if limits == Limits():
        monkeypatch.setattr("tempfile.tempdir", str(store.parent / "nowhere"))
    with served_here(store, limits) as where:
        export = f"{where}api/export/claims.jsonl"
        with httpx2.stream("GET", export, timeout=20, headers=UNPACKED) as answer:
            assert answer.is_success
            if limits.slow_seconds > 1:
                began.set()
            with pytest.raises(httpx2.RemoteProtocolError):
                answer.read()
        began.set()
    (line,) = caplog.messages
    assert line.startswith(f"/api/export/claims broke off: {why}")
    assert caplog.records[0].exc_info is None


def test_an_answer_for_which_there_is_no_room_is_refused(
    store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As a store that cannot be used: who runs the server finds why in its log."""
    monkeypatch.setattr("web.answers.export", lambda *_: (None, [bytes(4 * WHOLE)]))
    monkeypatch.setattr("tempfile.tempdir", str(store.parent / "nowhere"))
    with served_here(store) as where:
        answer = httpx2.get(f"{where}api/export/claims.jsonl", timeout=20)
    assert answer.status_code == 503
    (line,) = caplog.messages
    assert line.startswith("temporary files cannot be written (No such file or directory); make ")


def test_a_stream_that_is_cut_off_by_the_end_is_no_fault(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However much of it the client has not read; the log has one line of all of them."""
    monkeypatch.setattr("web.server._STOP_SECONDS", 0)
    monkeypatch.setattr("web.answers.export", lambda *_: (None, repeat(bytes(1 << 16), 500)))
    with httpx2.Client(timeout=20, headers=UNPACKED) as slow, served_here(store) as where:
        asked = slow.build_request("GET", f"{where}api/export/claims.jsonl")
        assert slow.send(asked, stream=True).is_success
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("Cancel 1 running task(s), timeout graceful shutdown exceeded")


def test_the_load_test_compares_answers_and_prints_its_figures() -> None:
    """On a small log, for a moment."""
    command = [sys.executable, "-m", "benchmarks.serving", "--claims", "1e4"]
    done = subprocess.run(
        [*command, "--asked", "20", "--seconds", "0.3"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"what HTTP adds, p50 +-?[0-9.]+ ms", done.stdout)
    assert re.search(r"16 connections +[0-9]+ /s", done.stdout)
