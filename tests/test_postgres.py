import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

import pytest
from command import SEEDS, environment, typed, typed_on
from domain import DAY, fold_reader
from many import many, one

from benchmarks.server import Server
from timeline import StoreBusy, StoreError, open_timeline
from timeline.log import open_log, open_tail
from timeline.log.address import StoreAddress, address, shown
from timeline.log.filing import Filing, Outcome
from timeline.questions.known import known

psycopg = pytest.importorskip("psycopg", reason="the client of PostgreSQL is not installed")

from timeline.log.postgres_tail import TABLE, connect  # noqa: E402 -- it needs that client
from timeline.log.postgres_words import refuse  # noqa: E402 -- likewise

PASSWORD = "Geheim-Wort"  # noqa: S105 -- of a server that lives as long as the test


pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture(autouse=True)
def no_other_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a developer's environment says of a server is nothing to these tests."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)


@pytest.fixture
def database(new_database: Callable[[], str]) -> str:
    """The address of an empty database."""
    return new_database()


def lines_of(process: "subprocess.Popen[str]") -> list[str]:
    """What a process prints until its end, which must be a good one."""
    lines = cast("IO[str]", process.stdout).read().split()
    assert process.wait(60) == 0
    return lines


# Many writers

FILE_MANY = """
import sys
from many import many
from timeline.log import open_log
store, first, count, step = sys.argv[1], *map(int, sys.argv[2:])
with open_log(store, create=True) as log:
    for start in range(first, first + count, step):
        log.file(list(many(step, start)))
"""


def test_a_closed_store_says_that_it_was_closed(database: str) -> None:
    """And not that its server is gone, to whoever still follows it."""
    with open_timeline(database, create=True) as timeline:
        entries = timeline.follow(idle=5)
        threading.Timer(0.2, timeline.close).start()
        with pytest.raises(StoreError, match="was closed; open it again"):
            list(entries)
    for ask in (timeline.verify, timeline.checkpoint, lambda: next(timeline.follow())):
        with pytest.raises(StoreError, match="was closed; open it again"):
            ask()


def test_a_reader_follows_four_writers_and_misses_nothing(
    database: str, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """4 processes file 5,000 reports each: 20,000 in the reader, in log order, each once."""
    open_log(database, create=True).close()
    with open_timeline(database) as reader:
        entries = reader.follow(idle=20)
        writers = [
            spawn(FILE_MANY, database, number * 5_000, 5_000, step)
            for number, step in enumerate((50, 125, 250, 500))
        ]
        seen = [next(entries) for _ in range(20_000)]
        for writer in writers:
            assert lines_of(writer) == []
        assert next(reader.follow(after=seen[-1].position, idle=0), None) is None
        assert Counter(entry.report for entry in seen) == Counter(key for key, _ in many(20_000))
        assert [entry.position for entry in seen] == list(range(2, 20_002))
        assert [entry.recorded for entry in seen] == sorted(entry.recorded for entry in seen)
        assert reader.log.head() == 20_001
        assert reader.index.position() == 20_001


def test_writers_that_file_the_same_reports_file_each_once(
    database: str, server: Server, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """The union of what they filed is in the log, whoever came first, however strict the server."""
    name = database.partition("@/")[2].partition("?")[0]
    server.sql(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable';")
    writers = [spawn(FILE_MANY, database, first, 1_000, 100) for first in (0, 300, 600, 600)]
    for writer in writers:
        lines_of(writer)
    with open_tail(database) as log:
        keys = [entry.key for rows in log.rows(after=1) for entry in rows]
    assert sorted(keys) == [key for key, _ in many(1_600)]


MAKE = """
import sys
from timeline.log import open_log
with open_log(sys.argv[1], create=True) as log:
    print(log.identity)
"""


def test_those_who_make_a_log_at_once_make_one(
    database: str, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """Eight first writers at the same moment find the same log."""
    makers = [spawn(MAKE, database) for _ in range(8)]
    identities = {line for maker in makers for line in lines_of(maker)}
    with open_tail(database) as log:
        assert identities == {log.identity}
        assert log.head() == 1


def test_a_large_batch_goes_in_whole_or_not_at_all(database: str) -> None:
    """Five thousand reports do not stop the server; one that clashes keeps all of them out."""
    with open_log(database, create=True) as log:
        assert set(log.file(list(many(5_000)))) == {Outcome.filed}
        clash = [*many(5_000, 5_000), Filing("m000007", one(7, side="ru"))]
        with pytest.raises(Exception, match="m000007"):
            log.file(clash)
        assert log.head() == 5_001


FILE_FOR_EVER = """
import sys
from many import many
from timeline.log import open_log
with open_log(sys.argv[1], create=True) as log:
    for number in range(1_000_000):
        log.file(list(many(100, number * 100)))
        print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_batches_and_holds_nobody_up(
    database: str, spawn: Callable[..., "subprocess.Popen[str]"]
) -> None:
    """After kill -9 what was acknowledged is there, and the next writer is not refused."""
    writer = spawn(FILE_FOR_EVER, database)
    out = cast("IO[str]", writer.stdout)
    told = [out.readline() for _ in range(5)]
    writer.send_signal(signal.SIGKILL)
    told += out.readlines()
    with open_log(database) as log:
        assert log.file([Filing("after", one(1))]) == [Outcome.filed]
        assert (log.head() - 2) % 100 == 0
        assert (log.head() - 2) // 100 >= len([line for line in told if line.endswith("\n")])


def test_a_follower_is_told_of_a_commit(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends its wait: by itself it would look in an hour."""
    for pause in ("_POLL_SECONDS", "_PAUSE_SECONDS"):
        monkeypatch.setattr(f"timeline.log.postgres_tail.{pause}", 3_600)
    heads: list[int] = []
    with open_log(database, create=True) as writer, open_tail(database) as reader:
        for number in range(1, 10):
            waiting = threading.Thread(
                target=lambda after: heads.append(reader.wait(after, 3_600)),
                args=(number,),
                daemon=True,
            )
            waiting.start()
            time.sleep(0.05)  # it waits by then; if not, it finds the row that it would be told of
            writer.file([Filing(str(number), one(number))])
            waiting.join(30)
            assert heads[-1:] == [number + 1]


def test_a_writer_that_waits_too_long_says_so(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that holds the lock is named as the reason, and nothing is written."""
    monkeypatch.setattr("timeline.log.postgres._PATIENCE", "SET LOCAL lock_timeout = '50ms'")
    from timeline.log.postgres import _LOCK
    from timeline.log.postgres_tail import connect

    with open_log(database, create=True) as log:
        with connect(address(database)) as holder, holder.transaction():
            holder.execute(_LOCK)
            with pytest.raises(StoreBusy, match="another process"):
                log.file([Filing("a", one(1))])
        assert log.file([Filing("a", one(1))]) == [Outcome.filed]


# A server that comes and goes


def test_what_was_acknowledged_outlives_a_crash_of_the_server(own_server: Server) -> None:
    """Even where the server is set to acknowledge before it has written; and work goes on."""
    store = own_server.database("reports")
    own_server.sql("ALTER DATABASE reports SET synchronous_commit = off;")
    with open_log(store, create=True) as log, open_timeline(store) as reader:
        log.file(list(many(100)))
        own_server.stop("immediate")
        own_server.start()
        assert log.file([*many(100), Filing("after", one(1))])[-2:] == [
            Outcome.known,
            Outcome.filed,
        ]
        assert reader.log.head() == 102
        assert reader.log.wait(101, 5) == 102


def test_a_connection_that_is_lost_as_soon_as_it_is_had_is_opened_again(
    database: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a server that is restarted twice, or that somebody clears of its sessions."""
    opened: list[int] = []

    def lost(at: StoreAddress) -> Any:
        connection = connect(at)
        opened.append(connection.info.backend_pid)
        if len(opened) == 1:
            server.sql(f"SELECT pg_terminate_backend({opened[0]})")
        return connection

    with open_log(database, create=True) as log:
        server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'test_%'"
        )
        monkeypatch.setattr("timeline.log.postgres.connect", lost)
        assert log.file([Filing("a", one(1))]) == [Outcome.filed]
    assert len(opened) == 2


def test_a_server_that_stays_away_is_named(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question and a filing each end with one clear line."""
    monkeypatch.setattr("timeline.log.postgres_tail._AGAIN_SECONDS", 0.1)
    store = own_server.database("reports")
    with open_log(store, create=True) as log:
        own_server.stop()
        with pytest.raises(StoreError, match=r"does not answer|starting or stopping"):
            log.file([Filing("a", one(1))])
        with pytest.raises(StoreError, match=r"does not answer|starting or stopping"):
            log.head()
        own_server.start()  # for its own end


@pytest.mark.parametrize(
    ("state", "said", "busy", "words"),
    [
        ("57P03", "the database system is starting up", True, "is starting or stopping"),
        ("57P01", "terminating connection", False, "does not answer any more"),
        ("53300", "sorry, too many clients already", True, "all its connections in use"),
        ("3F000", "no schema has been selected to create in", False, "has no schema in which"),
        ("40P01", "deadlock detected", True, "has undone what was asked"),
        (None, "FATAL:  the database system is in recovery mode", True, "is starting or stopping"),
        (None, "connection timeout expired", False, "does not answer; start the server"),
        (None, "Connection timed out", False, "does not answer; start the server"),
        (None, 'FATAL:  unrecognized parameter "idle_timeout"', False, "unrecognized parameter"),
        (None, "could not translate host name", False, "does not answer; start the server"),
        (None, "network is unreachable", False, "does not answer; start the server"),
        (None, "anything else", False, r"cannot be used \(anything else\)"),
    ],
)
def test_what_a_server_says_is_busy_only_where_it_helps_to_try_again(
    state: str | None, said: str, busy: bool, words: str
) -> None:
    """By the state of its error, or by the words of a client that got no further."""
    error = psycopg.errors.lookup(state)(said) if state else psycopg.OperationalError(said)
    with pytest.raises(StoreError, match=words) as told:
        refuse(error, address("postgresql://u@h/d"))
    assert isinstance(told.value, StoreBusy) == busy


# Who may do what


def test_who_may_only_read_reads_and_is_told_so_when_filing(
    database: str, server: Server, tmp_path: Path
) -> None:
    """A right to SELECT is enough for every question."""
    assert typed_on(database, "add", *SEEDS).exit_code == 0
    name = database.partition("@/")[2].partition("?")[0]
    server.sql(
        f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; GRANT SELECT ON timeline_log TO reader;",
        name,
    )
    store = server.address(name, f"reader:{PASSWORD}")
    try:
        asked = typed_on(store, "known", "Pokrovsk", "2025-10-27", "--format", "json")
        assert asked.exit_code == 0, asked.output
        assert (
            asked.stdout
            == typed_on(database, "known", "Pokrovsk", "2025-10-27", "--format", "json").stdout
        )
        more = tmp_path / "more.yaml"
        more.write_text(
            "reports: [{kind: clash, place: Pokrovsk, happened: 2025-10-26, reported: 2025-10-27,"
            " chain: [reuters]}]"
        )
        refused = typed_on(store, "add", str(more))
        assert refused.exit_code == 1
        assert "may not be used so by this user" in refused.stderr
        assert refused.stderr.count("\n") == 1
    finally:
        server.sql("DROP OWNED BY reader; DROP ROLE reader;", name)


def test_who_may_insert_files(database: str, server: Server) -> None:
    """Rights to read and to insert are enough for whoever files into a log that is there."""
    assert typed_on(database, "add", SEEDS[0]).exit_code == 0
    name = database.partition("@/")[2].partition("?")[0]
    server.sql(
        f"CREATE ROLE filer LOGIN PASSWORD '{PASSWORD}';"
        " GRANT SELECT, INSERT ON timeline_log TO filer;",
        name,
    )
    try:
        store = server.address(name, f"filer:{PASSWORD}")
        assert typed_on(store, "add", *SEEDS).exit_code == 0
        refused = typed_on(store, "compact")
        assert refused.exit_code == 1
        assert "may not be used so by this user" in refused.stderr
    finally:
        server.sql("DROP OWNED BY filer; DROP ROLE filer;", name)


@pytest.mark.parametrize(
    "policy",
    ["SELECT USING (notification_id < 9)", "SELECT USING (true)", "INSERT WITH CHECK (true)"],
)
def test_a_policy_that_may_hide_rows_is_told(database: str, server: Server, policy: str) -> None:
    """A log without some of its rows would answer as if there were none; owners see them all."""
    assert typed_on(database, "add", *SEEDS).exit_code == 0
    name = database.partition("@/")[2].partition("?")[0]
    server.sql(
        f"CREATE ROLE filer LOGIN PASSWORD '{PASSWORD}';"
        " GRANT SELECT, INSERT ON timeline_log TO filer;",
        name,
    )
    store = server.address(name, f"filer:{PASSWORD}")
    try:
        with open_timeline(store) as timeline, open_log(store) as log:
            head = timeline.known("Pokrovsk", "2025-10-27").to_json()
            server.sql(
                "ALTER TABLE timeline_log ENABLE ROW LEVEL SECURITY;"
                f" CREATE POLICY one ON timeline_log FOR {policy};",
                name,
            )
            told = r"hide rows from this user; .* BYPASSRLS"
            with pytest.raises(StoreError, match=told):
                timeline.known("Pokrovsk", "2025-10-27")
            with pytest.raises(StoreError, match=told):
                log.file(list(many(1)))
        for command in (
            ["known", "Pokrovsk"],
            ["verify"],
            ["rebuild"],
            ["add", *SEEDS],
            ["status"],
        ):
            refused = typed_on(store, *command, code=1)
            assert "hide rows from this user" in refused.stderr
            assert refused.stderr.count("\n") == 1
        with open_timeline(database) as timeline:
            assert timeline.known("Pokrovsk", "2025-10-27").to_json() == head
        server.sql("ALTER ROLE filer BYPASSRLS;")
        assert typed_on(store, "verify").exit_code == 0
    finally:
        server.sql("DROP OWNED BY filer; DROP ROLE filer;", name)


def test_two_readers_have_a_view_each_and_answer_the_same(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies in one user's cache is nothing to another's."""
    assert typed_on(database, "add", *SEEDS).exit_code == 0
    answers = set()
    for user in ("one", "other"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / user))
        with open_timeline(database) as timeline:
            answers.add(timeline.known("Pokrovsk", on="2025-10-27").to_json())
            fold, cuts = fold_reader(timeline.log), timeline.cuts("2025-10-27")
            answers.add(known(fold, "Pokrovsk", cuts, window=7 * DAY).to_json())
        (view,) = (tmp_path / user).rglob("log.view-*-000001")
        assert view.parent.stat().st_mode & 0o077 == 0
    assert len(answers) == 1


# Secrets


@pytest.fixture
def analyst(database: str, server: Server) -> Iterator[str]:
    """The address of a database for a user with a password, which is not in it."""
    name = database.partition("@/")[2].partition("?")[0]
    server.sql(f"CREATE ROLE analyst LOGIN PASSWORD '{PASSWORD}';")
    server.sql("GRANT CREATE ON SCHEMA public TO analyst;", name)
    yield server.address(name, "analyst")
    server.sql("DROP OWNED BY analyst;", name)
    server.sql("DROP ROLE analyst;")


def test_the_password_comes_from_the_address_a_file_or_the_environment(
    analyst: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with every client of PostgreSQL; without it the error says where it may stand."""
    refused = typed_on(analyst, "add", *SEEDS)
    assert refused.exit_code == 1
    assert "PGPASSFILE" in refused.stderr
    with_it = analyst.replace("analyst@", f"analyst:{PASSWORD}@")
    assert typed_on(with_it, "add", *SEEDS).exit_code == 0
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert typed_on(analyst, "status").exit_code == 0
    monkeypatch.setenv("PGPASSWORD", "wrong")
    assert typed_on(analyst, "status").exit_code == 1
    monkeypatch.delenv("PGPASSWORD")
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:analyst:{PASSWORD}\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert typed_on(analyst, "status").exit_code == 0
    monkeypatch.setenv("TIMELINE_STORE", analyst)
    typed("status", code=0)


def test_the_password_is_never_told(analyst: str, tmp_path: Path, cache: Path) -> None:
    """Not in answers, notes, errors, manifests, nor in names or contents of what lies in files."""
    store = analyst.replace("analyst@", f"analyst:{PASSWORD}@") + "&application_name=x"
    wrong = store.replace(PASSWORD, PASSWORD[::-1])
    out = tmp_path / "out.csv"
    told = ""
    for where in (store, wrong, store.replace("/test_", "/none_"), store + "&sslmode=" + "odd"):
        for command in (
            ["add", *SEEDS],
            ["status"],
            ["status", "--format", "json"],
            ["known", "Pokrovsk"],
            ["ask", "what did we know about Pokrovsk on Oct 27"],
            ["--debug", "rebuild"],
            ["export", "claims", "-o", str(out)],
            ["copy", where, str(tmp_path / "copy.db")],
            ["copy", str(tmp_path / "copy.db"), where],
        ):
            done = typed_on(where, *command)
            told += done.output + done.stderr + repr(done.exception)
    told += out.read_text() + Path(f"{out}.manifest.json").read_text()
    told += "\n".join(map(str, tmp_path.rglob("*")))
    told += "".join(one.read_bytes().decode("latin1") for one in cache.rglob("*") if one.is_file())
    with open_timeline(store) as timeline:
        told += timeline.store + repr(timeline) + repr(timeline.log)
    for secret in (PASSWORD, PASSWORD[::-1]):
        assert secret not in told
    assert "analyst@" in told


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_password_in_the_wrong_place_is_not_repeated(debug: list[str]) -> None:
    """Not even where the client names what it cannot take, nor in a traceback."""
    store = f"postgresql://u:{PASSWORD}@localhost/db?sslmode={PASSWORD}"
    refused = typed_on(store, *debug, "status", code=1).stderr
    assert 'invalid sslmode value: "…"' in refused
    assert PASSWORD not in refused


@pytest.mark.parametrize(
    "store",
    [
        "postgresql://u:sec@ret@host/db",
        "postgresql://u:sec/ret@host/db",
        "postgresql://u:sec?ret@host/db",
        "postgresql://u:sec#ret@host/db",
        "postgresql://u:sec ret@host/db",
        "postgresql://u:sec%ret@host/db",
        "postgresql://u:sec%FFret@host/db",
        "postgresql:///db?password=sec%00ret",
        "postgresql:///db?password=sec@ret",
        "postgresql://u:sec@[ret/db",
        "postgresql://u:sec@host:port-ret/db",
        "mysql://u:sec-ret@host/db",
        "postgresql+psycopg://u:sec-ret@host/db",
        "sec-ret://",
        "postgresql://" + "sec-ret" * 1_000,
    ],
)
def test_an_address_that_cannot_be_read_is_refused_unread(store: str) -> None:
    """The line says how one is written, and holds nothing of what was."""
    done = typed_on(store, "status")
    assert done.exit_code == 2
    said = done.stderr.splitlines()[-1]
    assert "postgresql://USER@HOST:PORT/DATABASE" in said
    assert len(said) < 300
    for part in ("sec", "ret"):
        assert part not in said.replace("secret", "")
    assert "://…" in shown(store)


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("reports.db", "reports.db"),
        ("postgres://h", "postgresql://h"),
        ("postgresql://u:p%40x@h:5432/db?sslmode=require", "postgresql://u@h:5432/db"),
        ("postgresql://u@h1:1,h2:2/db", "postgresql://u@h1:1,h2:2/db"),
        ("postgresql://[::1]:5/db", "postgresql://[::1]:5/db"),
        ("postgresql:///db?host=/run/x&password=pw", "postgresql:///db?host=/run/x"),
    ],
)
def test_a_store_is_shown_without_its_secrets(store: str, told: str) -> None:
    """What tells two stores apart stays, whatever lets somebody in goes."""
    assert shown(store) == told


def test_without_its_client_the_extra_is_named() -> None:
    """Who installed the plain distribution learns what to install."""
    code = (
        "import sys; sys.modules['psycopg'] = None; sys.argv = ['timeline', '--store',"
        " 'postgresql://h/d', 'status']; from cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install '.[postgres]' in the folder of this project" in done.stderr


def test_what_is_in_the_database_is_a_plain_table(database: str, server: Server) -> None:
    """Whoever looks with other tools finds the entries of the log as JSON in their order."""
    assert typed_on(database, "add", *SEEDS).exit_code == 0
    name = database.partition("@/")[2].partition("?")[0]
    rows = server.sql(
        "SELECT notification_id, topic, convert_from(state, 'UTF8') FROM timeline_log ORDER BY 1;",
        name,
    )
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    assert rows[0][1] == "log.opened"
    assert all("recorded" in json.loads(state) for *_, state in rows)


def test_a_log_that_was_exchanged_is_neither_asked_nor_filed_into(
    database: str, server: Server
) -> None:
    """Else its entries would come into the view of the one that was there before."""
    with open_log(database, create=True) as log:
        log.file(list(many(2)))
    with open_timeline(database) as timeline:
        timeline.retract("m000001", reported="2025-11-01", reason="x")  # it is open to be written
        server.sql(f"DROP TABLE {TABLE};", database.partition("?")[0].rpartition("/")[2])
        with open_log(database, create=True) as log:
            log.file(list(many(9)))
        for ask in (
            timeline.reader,
            timeline.verify,
            lambda: timeline.retract("m000002", reported="2025-11-01", reason="x"),
        ):
            with pytest.raises(StoreError, match="not hold the log any more that was opened"):
                ask()


def test_a_server_that_stops_what_takes_too_long_is_told_so(database: str) -> None:
    """By its limit for a statement; and nothing of it was filed."""
    with open_log(database, create=True) as log, psycopg.connect(database) as connection:
        connection.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql"
            " AS 'BEGIN PERFORM pg_sleep(60); RETURN new; END'"
        )
        connection.execute(
            f"CREATE TRIGGER t BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION slow()"
        )
        connection.commit()
        with (
            open_log(f"{database}&options=-cstatement_timeout%3D200") as limited,
            pytest.raises(StoreBusy, match=r"took too long.*; raise `statement_timeout`"),
        ):
            limited.file(list(many(1)))
        assert log.head() == 1


def test_what_a_trigger_lets_pass_unwritten_is_not_acknowledged(
    database: str, tmp_path: Path
) -> None:
    """A report that the server does not keep is not filed, nor is any that came with it."""
    document = tmp_path / "report.yaml"
    document.write_text(
        "reports: [{id: a, kind: clash, place: Pokrovsk, happened: 2025-10-26,"
        " reported: 2025-10-27, chain: [reuters]}]"
    )
    with open_log(database, create=True) as log, psycopg.connect(database) as connection:
        connection.execute(
            "CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
        )
        connection.execute(
            f"CREATE TRIGGER t BEFORE INSERT ON {TABLE} FOR EACH ROW"
            " WHEN (new.topic = 'report.filed') EXECUTE FUNCTION pass()"
        )
        connection.commit()
        refused = typed_on(database, "add", document, code=1)
        assert "has let 1 of " in refused.stderr
        assert f"see what triggers are on its table {TABLE}" in refused.stderr
        assert log.head() == 1


def test_what_was_redacted_is_in_no_table_file_and_in_no_view(
    database: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `compact` the server's tables and the caches of all readers are without it."""
    name, asked = b"Oleksandra-Testenko", ("known", "Pokrovsk", "2025-10-27", "--format", "json")
    document = tmp_path / "report.yaml"
    document.write_text(
        "reports: [{id: a, kind: clash, place: Pokrovsk, happened: 2025-10-26,"
        f" reported: 2025-10-27, chain: [reuters], summary: {name.decode()} saw it}}]"
    )
    assert typed_on(database, "add", str(document)).exit_code == 0
    for user in ("one", "other"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / user))
        assert name.decode() in typed_on(database, *asked).stdout
    server.sql("CHECKPOINT;")
    assert files_with(name, server.folder / "data" / "base")
    assert typed_on(database, "redact", "a", "summary", "--reason", "a name").exit_code == 0
    assert typed_on(database, "compact").exit_code == 0
    server.sql("CHECKPOINT;")
    assert files_with(name, server.folder / "data" / "base") == []
    for user in ("one", "other"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / user))
        assert "[redacted]" in typed_on(database, *asked).stdout
        assert files_with(name, tmp_path / user) == []
    assert typed_on(database, "verify").exit_code == 0


def files_with(text: bytes, folder: Path) -> list[Path]:
    """The files of a folder, however deep, that hold a text."""
    return [one for one in folder.rglob("*") if one.is_file() and text in one.read_bytes()]
