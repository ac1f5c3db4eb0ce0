"""The handle as a program holds it: what it gives by mistake, and for how long it holds it."""

import json
import pickle
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from math import nan
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from threading import Thread
from typing import Any

import pytest
from command import SEEDS, typed_on
from domain import bounds, clash, content, infiltration, retract
from many import log_of

from timeline import (
    AmbiguousPlace,
    BadCheckpoint,
    BadQuestion,
    BadReport,
    Conflict,
    MissingExtra,
    NotUnderstood,
    StoreBusy,
    StoreError,
    Timeline,
    TimelineError,
    UnknownPlace,
    open_timeline,
)
from timeline.errors import PlaceName
from timeline.imports.run import Options
from timeline.reader import Reader

DAYS = ("2025-10-20", "2025-10-28")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of two reports and a correction."""
    path = tmp_path / "log.db"
    with log_of(path, 0) as log:
        log.file([content(infiltration("a", "2025-10-20"))])
        log.file([content(clash("b", "2025-10-21"))])
        retract(log, "b", bounds("2025-10-25"), "a mix-up")
    return path


@pytest.fixture
def opened(store: Path) -> Iterator[Timeline]:
    """The store, open."""
    with open_timeline(store) as timeline:
        yield timeline


def test_a_closed_store_says_so_and_stays_closed(store: Path) -> None:
    """Whatever is asked of it, however often."""
    timeline = open_timeline(store)
    assert repr(timeline) == f"<Timeline of {store}>"
    timeline.known("Alpha")
    timeline.close()
    timeline.close()
    asks: tuple[Callable[[], object], ...] = (
        lambda: timeline.known("Alpha"),
        lambda: timeline.history("Alpha"),
        lambda: timeline.report_id("a"),
        lambda: timeline.add("x.yaml"),
        lambda: timeline.retract("a", reported="2025-11-01", reason="x"),
        lambda: next(timeline.follow()),
        timeline.verify,
        timeline.checkpoint,
        timeline.compact,
    )
    for ask in (*asks, *asks):
        with pytest.raises(StoreError, match="was closed; open it again"):
            ask()
    assert repr(timeline) == f"<Timeline of {store}, closed>"


def test_a_log_that_could_not_be_read_for_a_moment_is_asked_again(
    opened: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that found a store busy, or its server gone, leaves nothing behind."""

    def busy() -> int:
        raise StoreBusy("another process holds it")

    opened.known("Alpha")
    with monkeypatch.context() as patched:
        patched.setattr(opened.log, "head", busy)
        with pytest.raises(StoreBusy):
            opened.known("Alpha")
    assert len(opened.known("Alpha", "2025-10-28").claims) == 1


def test_a_question_that_was_interrupted_at_its_end_is_no_hindrance(
    opened: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in a notebook, say: the next one is answered, and from what was filed since."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    before = opened.known("Alpha", "2025-10-28")
    with monkeypatch.context() as patched:
        patched.setattr("timeline.view.read.View.end", interrupted)
        with pytest.raises(KeyboardInterrupt):
            opened.known("Alpha", "2025-10-28")
    assert opened.known("Alpha", "2025-10-28").claims == before.claims
    opened.retract("a", reported="2025-10-28", reason="x")
    assert opened.known("Alpha", "2025-10-28").claims != before.claims


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers on this system")
def test_a_store_that_a_signal_handler_closes_says_that_it_was_closed(store: Path) -> None:
    """Wherever in a question it comes; that is no fault of SQLite's."""
    opened: list[Timeline] = []

    def ask_on() -> None:
        while True:
            opened[-1].known("Alpha", "2025-10-28")

    before = signal.signal(signal.SIGALRM, lambda *_: opened[-1].close())
    try:
        for number in range(30):
            opened.append(open_timeline(store))
            opened[-1].known("Alpha", "2025-10-28")
            signal.setitimer(signal.ITIMER_REAL, 0.001 + number / 10_000)
            with pytest.raises(StoreError, match="was closed; open it again"):
                ask_on()
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_store_whose_file_was_exchanged_answers_and_files_no_more(
    store: Path, tmp_path: Path
) -> None:
    """What is open is a file without a name: what was filed there would be gone."""
    other = tmp_path / "other.db"
    with open_timeline(str(other), create=True):
        pass  # a log of its own
    with open_timeline(str(store)) as timeline:
        timeline.retract("a", reported="2025-11-01", reason="x")  # it is open to be written, too
        other.rename(store)
        for ask in (
            lambda: timeline.known("Alpha", "2025-10-27"),
            lambda: next(timeline.follow(idle=1)),
            lambda: timeline.retract("a", reported="2025-11-02", reason="x"),
            lambda: timeline.backup(tmp_path / "kept.tlog"),
        ):
            with pytest.raises(StoreError, match="not the file any more that was opened; open"):
                ask()
        store.unlink()
        with pytest.raises(StoreError, match="not the file any more"):
            timeline.known("Alpha", "2025-10-27")


def test_a_store_whose_file_is_gone_says_the_same_to_whoever_would_write(store: Path) -> None:
    """Not that rights are lacking, nor that a first report would make it."""
    for written_before in (False, True):
        with open_timeline(store) as timeline:
            if written_before:
                timeline.retract("a", reported="2025-11-01", reason="x")
            kept = store.rename(store.with_name("elsewhere.db"))
            for write in (
                timeline.compact,
                lambda: timeline.retract("b", reported="2025-11-02", reason="x"),
            ):
                with pytest.raises(StoreError, match="not the file any more that was opened; open"):
                    write()
        kept.rename(store)


def test_nothing_is_filed_into_a_part_of_the_log_that_somebody_deleted(store: Path) -> None:
    """A clean-up of the folder, say: SQLite itself goes on writing where nobody can read it."""
    with open_timeline(store) as timeline:
        timeline.retract("a", reported="2025-11-01", reason="x")
        Path(f"{store}-wal").unlink()
        with pytest.raises(StoreError, match="db-wal, a part of the log, was deleted while it was"):
            timeline.retract("a", reported="2025-11-02", reason="y")
        head = timeline.log.head()
    with open_timeline(store) as again:
        again.retract("a", reported="2025-11-02", reason="y")
        assert again.log.head() == head + 1


@pytest.mark.parametrize(
    "error",
    [
        BadReport(["a.yaml:1: wrong; right", "a.yaml:2: wrong; right"]),
        Conflict(["a", "b"]),
        UnknownPlace("Alfa", [PlaceName(id="x:alpha", name="Alpha", path=("Alpha",))]),
        AmbiguousPlace("Alpha", []),
        MissingExtra("a picture", "plot"),
        NotUnderstood("this cannot be read", "ask otherwise", ["a place"], ["who holds Alpha"]),
        StoreError("no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_in_another_process(error: TimelineError) -> None:
    """As a pool of processes passes it on: one that cannot be made again breaks the pool."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(again) is type(error)
    assert (str(again), repr(again), vars(again)) == (str(error), repr(error), vars(error))


@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.history("Alpha", facet="forcez"),
        lambda t: t.replay("Alpha", *DAYS, facet="forcez"),
        lambda t: t.diff("Alpha", *DAYS, facet="forcez"),
        lambda t: t.diff_all(*DAYS, facet="forcez"),
        lambda t: t.hindsight("Alpha", "2025-10-21", facet="forcez"),
    ],
    ids=["history", "replay", "diff", "diff_all", "hindsight"],
)
def test_a_facet_that_is_none_is_not_answered_with_nothing(
    opened: Timeline, ask: Callable[[Timeline], object]
) -> None:
    """By the command line it cannot be typed; a program may misspell it."""
    with pytest.raises(BadQuestion, match="'forcez' is not a facet; write one of control, forces"):
        ask(opened)


@pytest.mark.parametrize("name", ["party", "kind", "side"])
def test_an_empty_word_is_not_all_of_them(opened: Timeline, name: str) -> None:
    """Else a variable that is empty by mistake asks of everybody."""
    of: dict[str, Any] = {name: ""}
    for ask in (
        lambda: opened.known("Alpha", **of),
        lambda: opened.history("Alpha", **of),
        lambda: opened.diff("Alpha", *DAYS, **of),
    ):
        with pytest.raises(BadQuestion):
            ask()


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ("None is no place", lambda t: t.known(None)),
        ("b'Alpha' is no place", lambda t: t.history(b"Alpha")),
        ("7 is no basis", lambda t: t.known("Alpha", basis=7)),
        ("7 is no party", lambda t: t.known("Alpha", party=7)),
        ("a window of '7' days", lambda t: t.known("Alpha", window="7")),
        ("a window of None days", lambda t: t.known("Alpha", window=None)),
        ("a window of 1000", lambda t: t.known("Alpha", window=10**400)),
        ("a window of 36,525.5 days", lambda t: t.known("Alpha", window=36_525.5)),
        ("None is no id", lambda t: t.explain(None)),
        ("3 is no question", lambda t: t.ask(3)),
        ("today: 3 is no date", lambda t: t.ask("who holds Alpha", today=3)),
        ("'xml' is not a format", lambda t: t.export("claims", form="xml")),
        ("3 is no kind of export", lambda t: t.export(3)),
        ("on: '3' is no date", lambda t: t.export("claims", on=3)),
        ("recorded: .* is no date", lambda t: t.export("claims", recorded=[])),
        ("regions: 'Alpha' is one name", lambda t: t.export("claims", regions="Alpha")),
        ("regions: None is no list", lambda t: t.export("claims", regions=None)),
        ("activity goes by day", lambda t: t.activity(by=None)),
        ("activity goes by day", lambda t: t.activity(by=[["day"]])),
        (r"'\\ud800' is no place in UTF-8", lambda t: t.known("\ud800")),
        (r"'a\\udcff' is no id in UTF-8", lambda t: t.explain("a\udcff")),
        ("a picture '640' pixels wide", lambda t: t.plot("Alpha", width="640")),
        ("idle for '5' seconds", lambda t: t.follow(idle="5")),
        ("after '5'; write the position", lambda t: t.follow(after="5")),
        ("after -1; write the position", lambda t: t.follow(after=-1)),
        ("idle for Decimal", lambda t: t.follow(idle=Decimal(1))),
        ("today: .* is no date", lambda t: t.ask("who holds Alpha", today=datetime.now(UTC))),
        (r"options: \['x'\] are none", lambda t: t.project("own:Own", options=["x"])),
        ("None is no document", lambda t: t.add(None)),
        (r"\['a.yaml'\] is no document", lambda t: t.add(["a.yaml"])),
        (r"'a\\x00' is no document", lambda t: t.correct("a", "a\0")),
        ("None is no profile", lambda t: t.import_data(None, "x.csv")),
        ("b'x.csv' is no data file", lambda t: t.import_data("csv", b"x.csv")),
        (
            r"options: {'snapshot': True} are",
            lambda t: t.import_data("csv", "x", options={"snapshot": True}),
        ),
        ("None is no file", lambda t: t.backup(None)),
        (r"'a\\udcff' is no file in UTF-8", lambda t: t.backup("a\udcff")),
        (r"'a\\udcff' is no file in UTF-8", lambda t: t.export("claims").write("a\udcff")),
        ("view_too: True is no function", lambda t: t.verify(view_too=True)),
        ("progress: None is no function", lambda t: t.add("a.yaml", progress=None)),
        ("progress: None is no function", lambda t: t.import_data("csv", "x", progress=None)),
        ("progress: None is no function", lambda t: t.compact(None)),
        ("progress: None is no function", lambda t: t.backup("x", None)),
        ("7 is no key", lambda t: t.verify(against=t.checkpoint(), key=7)),
        ("version '1'; write its number", lambda t: t.prove("a", version="1")),
        ("None is no field; write it as a text", lambda t: t.redact("a", None, reason="x")),
        (r"\['quote'\] is no field", lambda t: t.redact("a", ["quote"], reason="x")),
        ("7 is no key file", lambda t: t.checkpoint(7)),
        ("a picture 0 pixels wide", lambda t: t.plot("Alpha", width=0)),
        ("a picture 300.5 pixels wide", lambda t: t.plot("Alpha", width=300.5)),
        ("'bars' is not a picture", lambda t: t.plot("Alpha", what="bars")),
        ("idle for nan seconds", lambda t: t.follow(idle=nan)),
        ("reported: '7' is no date", lambda t: t.retract("a", reported=7, reason="x")),
        ("b'x' is no reason", lambda t: t.retract("a", reported="2025-11-01", reason=b"x")),
        ("b'x' is no reason", lambda t: t.redact("a", "quote", reason=b"x")),
    ],
)
def test_what_is_no_text_or_number_is_told_as_such(
    opened: Timeline, said: str, ask: Callable[[Any], object]
) -> None:
    """In one line of our own, and nothing is filed of it."""
    before = opened.log.head()
    with pytest.raises(BadQuestion, match=said):
        ask(opened)
    assert opened.log.head() == before


def test_a_window_is_of_a_hundred_years_at_most(opened: Timeline) -> None:
    """The widest may be asked for too."""
    assert [one.report for one in opened.known("Alpha", window=36_525).claims] == ["a"]


@pytest.mark.parametrize("path", [None, 3, b"log.db", ["log.db"], "log\0.db", "log\ud800.db"])
def test_what_is_no_path_opens_nothing(path: Any) -> None:
    """A path is a text, or a `Path`."""
    for create in (False, True):
        with pytest.raises(BadQuestion, match="is no path; write its path as a text"):
            open_timeline(path, create=create)
        with pytest.raises(BadQuestion, match="is no path"):
            Timeline(path, create=create)


def test_a_difference_has_the_cuts_of_its_clock_alone(opened: Timeline) -> None:
    """Another one beside them would decide nothing, and a program would not learn it."""
    for axis in ("known", "valid"):
        of: dict[str, Any] = {"axis": axis, axis: "2025-10-25"}
        with pytest.raises(BadQuestion, match=f"a and b are the cuts of {axis}; leave {axis} out"):
            opened.diff("Alpha", *DAYS, **of)
    assert opened.diff("Alpha", "2025-10-19", DAYS[1], axis="valid", known="2025-10-20").added


def test_what_is_no_checkpoint_is_told_as_such(opened: Timeline) -> None:
    """A program may give the file of one, or a number of its own."""
    wrong: Any = Path("head")
    for ask in (
        lambda: opened.verify(against=wrong),
        lambda: opened.prove("a", against=wrong),
        lambda: opened.prove_growth(wrong),
    ):
        with pytest.raises(BadCheckpoint, match="is no checkpoint; give its text, or its bytes"):
            ask()
    with pytest.raises(BadCheckpoint):
        opened.verify(against="half a character: \ud800")


def test_regions_that_can_be_gone_through_once_are_those_that_are_written(opened: Timeline) -> None:
    """A generator is no list, and must not come to all places."""
    once: Any = (name for name in ["Alpha"])
    made = opened.export("claims", regions=once, on="2025-10-28")
    again = opened.export("claims", regions=["Alpha"], on="2025-10-28")
    assert b"".join(made.parts()) == b"".join(again.parts())
    with pytest.raises(UnknownPlace):
        opened.export("claims", regions=(name for name in ["Alfa"]))  # type: ignore[arg-type]


@pytest.mark.parametrize("ask", ["history", "replay", "activity", "export", "plot"])
def test_a_period_that_cannot_be_read_is_told_by_its_end(opened: Timeline, ask: str) -> None:
    """As `from` and `to`, which is how the commands call them."""
    asks: dict[str, Callable[[str, str], object]] = {
        "history": lambda since, until: opened.history("Alpha", since=since, until=until),
        "replay": lambda since, until: opened.replay("Alpha", since, until),
        "activity": lambda since, until: opened.activity(since=since, until=until),
        "export": lambda since, until: opened.export("claims", since=since, until=until),
        "plot": lambda since, until: opened.plot("Alpha", since=since, until=until),
    }
    with pytest.raises(BadQuestion, match=r"^from: '2025-1-1' "):
        asks[ask]("2025-1-1", "2025-10-28")
    with pytest.raises(BadQuestion, match=r"^to: '2025-1-1' "):
        asks[ask]("2025-10-20", "2025-1-1")


def test_an_export_that_is_written_twice_is_counted_once(opened: Timeline, tmp_path: Path) -> None:
    """The manifest tells what its own file holds, whatever was read before."""
    made = opened.export("claims", on="2025-10-28")
    first, second = (made.write(tmp_path / name) for name in ("one.csv", "two.csv"))
    assert first
    assert second
    assert first.counts == second.counts == {"claims": 1, "places": 1, "rows": 1}


def test_a_manifest_has_what_other_libraries_hold_as_texts_and_numbers(
    opened: Timeline, tmp_path: Path
) -> None:
    """Dates, words and numbers of tables, as of pandas and numpy, are written as they are typed."""
    day = Moment(2025, 10, 28, tzinfo=UTC)
    made = opened.export(
        "claims", Word("Alpha"), since=date(2025, 10, 1), known=day, window=Number(7)
    )
    made.write(tmp_path / "one.csv")
    assert json.loads((tmp_path / "one.csv.manifest.json").read_text())["options"] == {
        "places": ["Alpha"],
        "format": "csv",
        "window": 7.0,
        "from": "2025-10-01",
        "known": "2025-10-28T00:00:00+00:00",
    }


def test_what_is_wrong_with_a_file_has_its_line(opened: Timeline, tmp_path: Path) -> None:
    """A program reads the parts of a problem by their types; one of no file is a text."""
    file = tmp_path / "wrong.yaml"
    file.write_text("kind: clash\nplace: Alpha\nchain: ap\nreported: 2025-10-27\nhappened: soon\n")
    with pytest.raises(BadReport) as refused:
        opened.add(file)
    [problem] = refused.value.problems
    assert not isinstance(problem, str)
    assert (problem.file, problem.line) == (str(file), 5)
    assert problem.what.startswith("happened: 'soon'")
    with pytest.raises(BadReport) as refused:
        opened.redact("a", reason="none is named")
    assert [isinstance(one, str) for one in refused.value.problems] == [True]
    head = opened.log.head()
    with pytest.raises(BadReport, match="'size' cannot be redacted; those that can be are"):
        opened.redact("a", "size", reason="of no person")
    assert opened.log.head() == head


def test_an_export_that_outlives_its_store_says_so(store: Path, tmp_path: Path) -> None:
    """It reads from the store as it is written."""
    with open_timeline(store) as timeline:
        made = timeline.export("claims", on="2025-10-28")
        begun = timeline.export("claims", on="2025-10-28").parts()
        next(begun)
        wrong: Any = None
        with pytest.raises(BadQuestion, match="None is no file; write its path"):
            made.write(wrong)
    for ask in (
        lambda: list(made.parts()),
        lambda: list(begun),
        lambda: made.write(tmp_path / "x"),
    ):
        with pytest.raises(StoreError, match="the store was closed, or its view"):
            ask()


def test_an_export_that_outlives_its_view_says_so(opened: Timeline, tmp_path: Path) -> None:
    """The store is open, and the export is of a view that is gone."""
    made = opened.export("claims", on="2025-10-28")
    opened.compact()
    opened.known("Alpha")
    with pytest.raises(StoreError, match="its view built anew; export again"):
        made.write(tmp_path / "x")
    assert opened.export("claims", on="2025-10-28").write(tmp_path / "x")


def test_an_export_whose_manifest_finds_no_room_changes_neither(
    opened: Timeline, tmp_path: Path
) -> None:
    """A file without the manifest that says what it is of would be told by the old one."""
    made, file = opened.export("claims", "Alpha", on="2001-01-01"), tmp_path / "c.csv"
    made.write(file)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("c.csv*")}
    later = opened.export("claims", "Alpha", on="2001-01-01", bom=True)
    room = len(before["c.csv"]) + 50
    assert room < len(before["c.csv.manifest.json"])
    most = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (room, most[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            later.write(file)
    finally:
        setrlimit(RLIMIT_FSIZE, most)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("c.csv*")} == before


def test_an_export_is_read_while_no_other_thread_asks(opened: Timeline) -> None:
    """Else one that builds the view anew closes it under a statement, and the interpreter ends."""
    parts, read = opened.export("claims", on="2025-10-28").parts(), list[bytes]()
    reader = Thread(target=lambda: read.extend(parts))
    with opened.index.alone:
        reader.start()
        reader.join(0.1)
        assert not read
    reader.join()
    assert len(read) > 1


def test_a_file_in_which_there_is_no_log_yet_is_made_one(tmp_path: Path) -> None:
    """As one is left by a program that was killed as it began, or by `NamedTemporaryFile`."""
    path = tmp_path / "timeline.db"
    path.touch()
    with open_timeline(path, create=True, timezone="Europe/Kyiv") as made:
        assert made.log.timezone == "Europe/Kyiv"


@pytest.mark.parametrize("zone", [None, 3, b"UTC"])
def test_what_is_no_zone_makes_no_store(tmp_path: Path, zone: Any) -> None:
    """A zone is a text."""
    with pytest.raises(BadQuestion, match="is no timezone; write it as a text"):
        open_timeline(tmp_path / "new.db", create=True, timezone=zone)
    assert not list(tmp_path.iterdir())


def test_what_became_of_a_report_is_a_word(opened: Timeline) -> None:
    """A program compares it, without a name that it would have to import."""
    said = [opened.retract("a", reported="2025-11-01", reason="x") for _ in range(2)]
    assert said == ["filed", "known"]


class Overtaken(Timeline):
    """A store whose view another process builds anew at every moment."""

    def reader(self) -> Reader:
        """One of which the next question closes what it reads from."""
        reader = super().reader()
        with open_timeline(self.path) as other:
            other.index.rebuild()
        return reader


def test_a_view_that_others_build_anew_meanwhile_spoils_no_filing(
    store: Path, tmp_path: Path
) -> None:
    """What looks names up and what looks ids up read from one view."""
    report = {**infiltration("a", "2025-10-20"), "reported": "2025-11-02", "size": 7}
    file = tmp_path / "a.json"
    with Overtaken(store) as timeline:
        file.write_text(json.dumps(report))
        assert timeline.correct("a", file) == "filed"
        file.write_text(json.dumps({**report, "id": "c"}))
        assert timeline.add(file).filed == 1


class Missing(datetime):
    """A moment that is none, as the `NaT` of pandas."""

    __hash__ = datetime.__hash__

    def __eq__(self, other: object) -> bool:
        return False

    def utcoffset(self) -> None:
        """It has none."""
        raise ValueError("no moment")


class Word(str):
    """A text of another library, as the `str_` of numpy."""


class Moment(datetime):
    """A moment of another library, as the `Timestamp` of pandas."""


class Number(float):
    """A number of another library, as the `float64` of numpy."""


def test_dates_of_other_libraries_are_dates_or_told_as_none(opened: Timeline) -> None:
    """What tables hold in place of a date that is missing, and subclasses of what is one."""
    none = Missing(2025, 10, 27, tzinfo=UTC)
    for ask in (
        lambda: opened.known("Alpha", none),
        lambda: opened.activity(since=none),
        lambda: opened.retract("a", reported=none, reason="x"),
    ):
        with pytest.raises(BadQuestion, match="is no date"):
            ask()
    plain = opened.known("Alpha", "2025-10-27").to_json()
    assert opened.known(Word("Alpha"), Word("2025-10-27")).to_json() == plain
    assert opened.known("Alpha", date(2025, 10, 27)).to_json() == plain


def test_nothing_is_filed_into_a_store_that_ends_with_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`:memory:` is no file of that name either."""
    monkeypatch.chdir(tmp_path)
    for create in (False, True):
        with pytest.raises(StoreError, match=":memory: would be gone with this program"):
            open_timeline(":memory:", create=create)
    assert not list(tmp_path.iterdir())
    for words in (("add", *SEEDS), ("import", "csv", "a.csv"), ("restore", SEEDS[0]), ("demo",)):
        told = typed_on(":memory:", *words, code=1)
        assert (told.stdout, ":memory: would be gone" in told.stderr) == ("", True)


def test_a_checkpoint_is_taken_as_it_was_given(opened: Timeline, tmp_path: Path) -> None:
    """`verify`, `prove` and `prove_growth` take the text of `checkpoint`, or its bytes."""
    text = opened.checkpoint()
    for head in (text, text.encode()):
        assert opened.verify(against=head).root == opened.verify().root
        assert opened.prove("a", against=head).checkpoint == text
        assert opened.prove_growth(head).checkpoint == text
    for file in (tmp_path / "key", str(tmp_path / "key")):
        with pytest.raises(BadCheckpoint, match="key cannot be read"):
            opened.checkpoint(file)
    with pytest.raises(BadCheckpoint, match="give that too, as `against`"):
        opened.verify(key="x")


def test_what_is_wrong_is_named_as_a_program_gave_it(opened: Timeline, tmp_path: Path) -> None:
    """By the name of the argument, which is that of the option too; a program typed no option."""
    rows = tmp_path / "rows.csv"
    rows.write_text("id\n1\n")
    wrong: Any = date(2025, 10, 27)
    for given in ("2025-1-1", "2025-10-27/.."):
        with pytest.raises(BadReport, match=f"^reported: '{given}' "):
            opened.retract("a", reported=given, reason="x")
        with pytest.raises(BadQuestion, match=f"^reported: '{given}' "):
            opened.import_data("csv", rows, options=Options(reported=given))
    for options, said in (
        (Options(clock="{x"), "^clock: "),
        (Options(clock="x"), "^clock: "),
        (Options(snapshot=True), "^snapshot: "),
        (Options(reported=wrong), "is no `reported`; write it as a text"),
        (Options(clock=wrong), "is no `clock`; write it as a text"),
    ):
        with pytest.raises(BadQuestion, match=said) as refused:
            opened.import_data("csv", rows, options=options)
        assert "--" not in str(refused.value)


def test_files_are_named_by_texts_and_by_paths(opened: Timeline, tmp_path: Path) -> None:
    """Of a profile and of an export too."""
    for file in (tmp_path / "own.yaml", str(tmp_path / "own.yaml")):
        with pytest.raises(BadQuestion, match=r"own\.yaml cannot be read"):
            opened.import_data(file, "x.csv")
    for target in (tmp_path / "a.csv", str(tmp_path / "b.csv")):
        assert opened.export("claims", on="2025-10-28").write(target)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    for folder in ("", "."):
        with pytest.raises(StoreError, match="is a folder"):
            opened.backup(folder)
