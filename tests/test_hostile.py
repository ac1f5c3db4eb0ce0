"""Whatever anybody sends, by whatever entrance: a clear line, and a store that is as it was."""

import contextlib
import gzip
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tracemalloc
import unicodedata
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

import pytest
from command import typed_on
from domain import clash, document
from effort import calls_of
from entrances import ENTRANCES, REPORTS, hall, no_servers, owed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timeline import Timeline, TimelineError
from timeline.cuts import RULES
from timeline.safe import safe

MIB = 2**20
LONG = "long " * 2_000
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MANY = int(os.environ.get("TIMELINE_FUZZED", "10000"))

TRICKS = (
    "\x1b[31m\x1b]0;owned\x07", "\x9b2J", "\u202egnp.exe", "\u2066a\u2069", "\u200b", "\ufeff",
    "Рokrovsk", "＝1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "../../etc/passwd", "/dev/zero",
    "%s%n{0}{x.__class__}", "'; DROP TABLE stored_events; --", "\"}],", "\\u0000", "\r\n",
    "1e999", "-1e999", "NaN", "Infinity", "9" * 400, "0x10", "1_000", "٣٤", "²", "1/3",
    "2025-13-45", "9999999999-01-01", "-0001-01-01", "0000-00-00", "2025-10-27/2020-01-01",
    "2025-10-27T25:61Z", "../..", "..", "now=", f"{RULES}_1_1_2025_2025_now",
    f"{RULES}_-1_0_x_y_z", f"{RULES}_{'9' * 5_000}_0_2025_2025_now",
    "&a [*a]", "!!python/object/apply:os.system [id]", "<<: *a", "a" * 3_000, "\ud800", "\udcff",
    "host/db?password=hunter2", "u:p@h:99999999/x", "[::1", "?%00", "\n\n— a b\n", "-", "--", "~",
    "{{7*7}}", "<script>alert(1)</script>", "\\\\?\\C:\\", "CON", "*", "?", "%2e%2e%2f",
)  # fmt: skip
WORDS = (
    "Pokrovsk", "2025-10-27", "who", "what did we know about", "held", "since", "by", "on", "until",
    "pokrovsk-2025-10-27-deepstate", "b0e273cd", "reports:", "kind: clash", "place: Pokrovsk",
    "happened: 2025-10-27", "chain: [reuters]", "reported: 2025-10-28", "source: {publisher: x}",
    "size:", "shares: [{status: held, by: RU, share: 0.5}]", "id:", "links:", "tags:", "columns:",
    "date,personnel\n2025-10-27,100\n", "report:", "needs: [day]", "place:\n  name: '{place}'\n",
    "about: x\n", "reads: {format: csv}\n", '{"kind":"clash"}', "[", "]", "{", "}", ":", ",", "\n",
    "  ", "- ", "\t", '"', "'", "|", ">", "#", "=", "_", "+", "timeline/0\n1\n", "==\n",
)  # fmt: skip

pieces = (
    st.sampled_from(WORDS) | st.sampled_from(TRICKS) | st.text(max_size=20) | st.integers().map(str)
)
written = st.lists(pieces, max_size=12).map(
    lambda parts: " ".join(parts).encode("utf-8", "surrogatepass")
)


Mangling = Literal["cut", "twice", "flip", "put", "rest"]


@st.composite
def mangled(draw: st.DrawFn, whole: bytes) -> bytes:
    """Something good to which something was done: cut, doubled, flipped, spliced."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 60)))
        what: Mangling = draw(st.sampled_from(get_args(Mangling)))
        match what:
            case "cut":
                del data[at:end]
            case "twice":
                data[at:at] = data[at:end] * draw(st.integers(1, 3))
            case "flip":
                data[at:end] = bytes(one ^ 1 << draw(st.integers(0, 7)) for one in data[at:end])
            case "put":
                data[at:end] = draw(pieces).encode("utf-8", "surrogatepass")
            case "rest":
                del data[end + draw(st.integers(0, 2_000)) :]
    return bytes(data)


def sent(name: str) -> st.SearchStrategy[bytes]:
    """What is sent to an entrance: noise, hostile writing, and good things that were mangled."""
    anything = st.binary(max_size=300) | written
    if name in ("document", "correction"):
        start = REPORTS[0].index(b"reports:")
        short = REPORTS[0][:start] + REPORTS[0][start : start + 1_200].rpartition(b"\n  -")[0]
        return anything | mangled(short)
    if name == "log_file":
        return anything | mangled(hall().store.read_bytes())
    return anything


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test calls a server that it made up."""
    psycopg = pytest.importorskip("psycopg")
    monkeypatch.setattr(psycopg, "connect", no_servers(psycopg))


def send(name: str, examples: int | None = None) -> Callable[[], None]:
    """A run of examples to one entrance."""
    profile = (
        settings.get_profile("ci")
        if examples is None
        else settings(settings.get_profile("long"), max_examples=examples)
    )
    chosen = settings(profile, suppress_health_check=list(HealthCheck))

    @chosen
    @given(st.data())
    def run(data: st.DataObject) -> None:
        ENTRANCES[name](data.draw(sent(name)))

    def whole() -> None:
        run()
        assert hall().unharmed()

    return whole


@pytest.mark.parametrize("name", ENTRANCES)
def test_no_entrance_falls_for_anything(name: str) -> None:
    """Clear problems of at most 2 KB, no traceback, nothing that a terminal acts on, no change."""
    send(name)()


@pytest.mark.long
@pytest.mark.parametrize("name", ENTRANCES)
def test_no_entrance_falls_for_ten_thousand_things(name: str) -> None:
    """The same, ten thousand times."""
    send(name, MANY)()


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in ENTRANCES if name != "store"])
def test_no_entrance_falls_for_what_reaches_new_code(name: str, tmp_path: Path) -> None:
    """Twenty seconds of fuzzing that is led by coverage, where the tool for it is installed."""
    pytest.importorskip(
        "atheris", reason="atheris is not installed; it does not install everywhere"
    )
    program = [sys.executable, str(Path(__file__).parent / "coverage_guided.py"), name, "20"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ENTRANCES)
def test_every_known_trick_at_every_entrance(name: str) -> None:
    """Escapes, look-alikes, paths, formulas, huge numbers, injections: one by one."""
    for trick in TRICKS:
        ENTRANCES[name](trick.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("name", [name for name in ENTRANCES if name not in ("table", "profile")])
def test_a_megabyte_of_anything_is_refused_at_once(name: str) -> None:
    """By whatever entrance: not taken word by word, let alone by letters, and in 50 MB."""
    for bomb in (b"a" * MIB, b"9" * MIB, b"[" * MIB, b"since " * (MIB // 6), b"\xd0\x96" * MIB):
        ENTRANCES[name](bomb[:8])  # what is loaded once is loaded
        short = calls_of(partial(ENTRANCES[name], bomb[:8]))
        assert calls_of(partial(ENTRANCES[name], bomb)) - short < 50_000
    tracemalloc.start()
    ENTRANCES[name](b"a" * MIB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * MIB


ODD_COLUMNS = (
    "NULL", "1.5", "x'ff28'", "CAST(x'ff28' AS TEXT)", "''", "'{}'", "CAST({0} AS TEXT)",
    "CAST({0} AS BLOB)", "upper({0})", "{0} || char(0)",
)  # fmt: skip


@pytest.mark.parametrize("seen", [False, True])
@pytest.mark.parametrize("column", ["originator_id", "originator_version", "topic", "state"])
def test_a_row_that_no_log_has_is_told_by_every_command(
    column: str, seen: bool, tmp_path: Path
) -> None:
    """A hand or a failing disk was at the file, before a view had seen it or after: one line."""
    commands = [("verify",), ("known", "Pokrovsk"), ("rebuild",), ("status",), ("backup", "b")]
    target = tmp_path / "log.db"
    with closing(sqlite3.connect(hall().store)) as db:
        last = db.execute("SELECT max(position) FROM stored_events GROUP BY topic").fetchall()
    for at, ((row,), odd) in enumerate(itertools.product(last, ODD_COLUMNS)):
        for old in tmp_path.iterdir():
            old.unlink()
        with closing(sqlite3.connect(hall().store)) as db, closing(sqlite3.connect(target)) as copy:
            db.backup(copy)
        if seen:
            owed(typed_on(target, "known", "Pokrovsk"))
        with closing(sqlite3.connect(target)) as db, db:
            db.execute("PRAGMA writable_schema=ON")
            db.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '')")
        with closing(sqlite3.connect(target)) as db, db:
            db.execute(
                f"UPDATE stored_events SET {column} = {odd.format(column)}"  # noqa: S608
                " WHERE position = ?",
                (row,),
            )
        with contextlib.chdir(tmp_path):
            for words in (commands[0], commands[1 + at % 4]):
                result = typed_on(target, *words)
                owed(result, (row, odd, words))
                if words == ("verify",) and odd in ("NULL", "1.5", "x'ff28'", "''"):
                    assert result.exit_code == 1, (row, odd)


@pytest.mark.parametrize("what", ["zeros", "line", "quote", "columns", "rows"])
def test_tables_that_would_blow_up_are_refused(what: str) -> None:
    """Packed a thousand to one, a cell without end, a hundred thousand columns: in 50 MB."""
    bombs = {
        "zeros": gzip.compress(bytes(256 * MIB), 1),
        "line": b"event_date\n" + b"x" * (32 * MIB),
        "quote": b'event_date\n"' + b"x,\n" * (10 * MIB),
        "columns": b"a," * 100_000 + b"event_date\n",
        "rows": gzip.compress(b"event_date,a\n" + b"1,2,3\n" * 100_000),
    }
    sent_ = hall().file("sent.csv", bombs[what])
    tracemalloc.start()
    refused = hall().type("import", "losses", sent_)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.exit_code == 1
    assert peak < 50 * MIB


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_table_that_is_refused_turns_no_line_of_the_answer(form: str) -> None:
    """What stands in a header that nobody can read is told in characters that do no harm."""
    sent_ = hall().file("sent.csv", "date|\u202eperson|nel\u2028\n1|2|3\n".encode())
    refused = hall().type("import", "losses", sent_, "--format", form)
    assert refused.exit_code == 1
    assert "person|nel" in refused.stdout + refused.stderr


OUTPUTS = ("situation", "Pokrovsk", "--on", "2025-10-27", "-o")


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "/",
        "no/such/folder/a.csv",
        "a" * 300,
        "a\nb\x1b[2J/c",
        "/dev/full",
        "timeline.db/x",
    ],
)
def test_no_name_of_an_output_does_harm(name: str) -> None:
    """A folder, a device, a name that is none: one line, and nothing is left behind."""
    before = set(hall().folder.rglob("*"))
    with contextlib.chdir(hall().folder):
        assert hall().type("export", *OUTPUTS, name).exit_code in (1, 2)
    assert {path for path in hall().folder.rglob("*") if ".part" in path.name} == set()
    assert {path for path in before if not path.exists()} == set()


@pytest.mark.parametrize("what", ["pipe", "device", "folder", "ring"])
def test_a_store_that_is_no_file_is_refused_at_once(
    tmp_path: Path, what: Literal["pipe", "device", "folder", "ring"]
) -> None:
    """A pipe is not waited for, a device not read, and neither is replaced by a backup."""
    path = tmp_path / what
    match what:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "ring":
            path.symlink_to(path)
    seeds = hall().file("seed.yaml", REPORTS[0])
    for words in (("known", "Pokrovsk"), ("add", seeds), ("verify",), ("status",), ("rebuild",)):
        assert hall().type(*words, store=str(path)).exit_code == 1, words
        assert hall().type(*words, store="").exit_code == 2, words
        assert hall().type(*words, store="a\0b").exit_code == 2, words
    for written_to in (("backup", str(path)), ("copy", str(hall().store), str(path))):
        assert hall().type(*written_to).exit_code == 1, written_to
    assert os.path.lexists(path)
    assert not path.is_file()


@pytest.mark.parametrize(
    "ask",
    [
        ("known", "LONG"),
        ("known", "LONG, LONG"),
        ("known", "Pokrovsk", "LONG"),
        ("known", "Pokrovsk", "--basis", "LONG"),
        ("known", "Pokrovsk", "--kind", "LONG"),
        ("claims", "--party", "LONG"),
        ("explain", "LONG"),
        ("places", "find", "LONG"),
        ("import", "LONG", "a.csv"),
        ("import", "csv", "a.csv", "--clock", "LONG"),
        ("project", "LONG"),
    ],
)
def test_what_was_typed_is_told_cut_short(seeds_store: Path, ask: tuple[str, ...]) -> None:
    """Ten thousand characters are known by their first sixty."""
    told = typed_on(seeds_store, *(word.replace("LONG", LONG) for word in ask)).stderr
    assert "long long long" in told
    assert len(told.splitlines()[-1]) < 400


def test_programs_are_told_as_briefly(seeds: Timeline) -> None:
    """An error has what they gave by its beginning."""
    asks: list[Callable[[Any], object]] = [
        seeds.known,
        lambda given: seeds.known("Pokrovsk", facet=given),
        lambda given: seeds.claims(status=given),
        lambda given: seeds.diff("Pokrovsk", "2025-10-26", "2025-10-27", axis=given),
        lambda given: seeds.export("situation", regions=given),
    ]
    for ask in asks:
        with pytest.raises(TimelineError, match="long long") as raised:
            ask(LONG)
        assert len(str(raised.value)) < 400


def test_an_output_never_writes_over_a_store() -> None:
    """Nor over its view: the log is not a file for answers."""
    held = hall().held()
    there = {path.name for path in hall().folder.glob("timeline.db*")}
    coming = {f"timeline.db{end}" for end in ("-wal", "-shm", "-journal", ".view-0123456789")}
    assert coming - there
    for name in sorted(there | coming):
        with contextlib.chdir(hall().folder):
            assert hall().type("export", *OUTPUTS, name).exit_code == 1, name
            assert hall().type("backup", name).exit_code == 1, name
            if name not in there:
                for words in (("add", "seed0.yaml"), ("restore", "timeline.db")):
                    assert hall().type(*words, store=name).exit_code == 1, name
                assert hall().type("copy", "timeline.db", name).exit_code == 1, name
    assert not (hall().folder / "timeline.db-journal").exists()
    assert hall().held() == held


def test_an_output_by_way_of_a_link_goes_where_the_link_leads(tmp_path: Path) -> None:
    """The link stays; what it led to is replaced as a whole; a link in a ring is an error."""
    (tmp_path / "real.csv").write_text("before")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "ring.csv").symlink_to(tmp_path / "ring.csv")
    assert hall().type("export", *OUTPUTS, str(tmp_path / "link.csv")).exit_code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("place,")
    assert hall().type("export", *OUTPUTS, str(tmp_path / "ring.csv")).exit_code == 1


def test_no_device_and_no_pipe_is_read_for_ever(tmp_path: Path) -> None:
    """What has no end is refused as a document, a table and a checkpoint."""
    assert hall().type("add", "/dev/zero").exit_code == 1
    assert hall().type("verify", "--against", "/dev/zero").exit_code == 1
    (tmp_path / "link.yaml").symlink_to("/dev/zero")
    assert hall().type("add", str(tmp_path / "link.yaml")).exit_code == 1


def test_words_of_two_scripts_are_marked_where_they_are_shown() -> None:
    """A Cyrillic letter among Latin ones is told to the reader; honest names are left alone."""
    told = hall().type("known", "\u0420okrovsk").stderr
    assert "\u0420okrovsk [two scripts]" in told
    for name in ("Покровськ", "Pokrovsk", "T-90М", "Ναυαρίνο", "Łódź", "Су-34"):
        assert safe(f"{name} and {name}") == f"{name} and {name}"
    assert safe(safe("B\u0430khmut")) == "B\u0430khmut [two scripts]"


def test_what_cannot_be_seen_in_a_name_that_is_not_known_is_told() -> None:
    """Else the name would read as the one that is suggested for it."""
    for unseen, written in (("\u200f", "\\u200f"), ("\xad", "\\xad"), ("\ufeff", "\\ufeff")):
        told = hall().type("known", f"Pok{unseen}rovsk").stderr
        assert f'is called "Pok{written}rovsk"; near spellings: Pokrovsk' in told
        asked = hall().type("ask", f"what was known about Pok{unseen}rovsk").stderr
        assert f'is called "Pok{written}rovsk"; near spellings: Pokrovsk' in asked
    told = hall().type("known", "Pok\u200crovsk").stderr
    assert '"Pok\u200crovsk"' in told, "letters of some scripts are told apart by it"


def test_no_character_that_a_terminal_acts_on_is_shown() -> None:
    """Of all there are: controls, ends of lines, halves of others, and what turns the direction."""
    characters = map(chr, range(sys.maxunicode + 1))
    acting = [
        one
        for one in characters
        if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(one) in BIDI
    ]
    assert len(acting) > 2_000
    assert {safe(f"a{one}b") for one in acting} == {"ab", "a b"}


def test_two_reports_whose_claims_bear_one_id_are_both_shown(tmp_path: Path) -> None:
    """Their ids were chosen for it, which takes a machine a second, and they say the same."""
    twins = ("r38542", "r59733")
    reports = [clash(one, "2025-10-09") for one in twins]
    store = tmp_path / "log.db"
    alpha = {"id": "local:alpha", "name": "Alpha", "kind": "city"}
    typed_on(store, "add", document(tmp_path, *reports, places=[alpha]), code=0)
    form = "--format", "json"
    shown = json.loads(typed_on(store, "known", "Alpha", "2025-10-12", *form, code=0).stdout)
    assert [one["report"] for one in shown["claims"]] == [*twins]
    assert len({one["claim"] for one in shown["claims"]}) == 1
    for words in (
        ("diff", "Alpha", "2025-10-01", "2025-10-12"),
        ("export", "claims", "-o", tmp_path / "claims.csv"),
        ("replay", "Alpha", "--from", "2025-10-01", "--to", "2025-10-12"),
    ):
        typed_on(store, *words, code=0)
