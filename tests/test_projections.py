import csv
import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from command import Run, table, typed
from domain import PLACES, READERS, Story, clash, content, definition, given, infiltration
from hypothesis import given as drawn
from hypothesis import settings
from strategies import Act, Question, histories, made, perform, questions

from events.when import zone_of
from timeline import BadProjection, BadQuestion, CountedReport, Timeline
from timeline.asof import AsOf
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.cuts import cuts
from timeline.projections import as_given, counted_reports, load
from timeline.questions.project import Projected, project
from timeline.view.build import catch_up
from timeline.view.read import View
from timeline.view.schema import INDEXES, TABLES

UTC = zone_of("UTC")

OWN = '''
import timeline

calls = []

class Listing:
    """Lists what it is told."""
    version = 1
    def __init__(self, only=""):
        self.only = only
    def initial(self):
        return []
    def evolve(self, state, report):
        calls.append(report.report)
        return [*state, report]
    def rows(self, state):
        for report in state:
            if self.only in report.report:
                yield {
                    "report": report.report,
                    "day": report.day,
                    "claims": [report.claim.claim],
                    "marks": sorted(mark["status"] for mark in report.claim.verification),
                    "value": report.claim.value,
                }

class Numbers(Listing):
    def evolve(self, state, report):
        return [*state, report.claim.value["size"]["best"]]
    def rows(self, state):
        yield {"sum": sum(state)}

class Forgetful(Listing):
    def evolve(self, state, report):
        state.append(report)

class Leaving(Listing):
    def rows(self, state):
        raise SystemExit(7)

class Chatty(Listing):
    def evolve(self, state, report):
        print("I heard", report.report)
        return [*state, report]

class Taken(Listing):
    def rows(self, state):
        yield {"place": "mine"}

class Wordy(Listing):
    def rows(self, state):
        yield "a row"

class Halved(Listing):
    def rows(self, state):
        yield {"half": chr(0xD800)}

class Pivoted(Listing):
    def rows(self, state):
        yield {"=cmd|x": 1, chr(27) + "[31mred": 2}

class Ragged(Listing):
    def rows(self, state):
        yield {"b": 1, "set": {"y", "x", "z"}}
        yield {"a": "=1+1", "b": None, "yes": True}

class Half:
    def initial(self):
        return 0

class Begun(timeline.Projection[int]):
    def initial(self):
        return 0
'''


class Order:
    """Lists the ids of the reports, and a number for each."""

    def initial(self) -> list[CountedReport]:
        """Nothing yet."""
        return []

    def evolve(self, state: list[CountedReport], report: CountedReport) -> list[CountedReport]:
        """One more."""
        return [*state, report]

    def rows(self, state: list[CountedReport]) -> list[dict[str, Any]]:
        """A row for each."""
        return [
            {
                "report": one.report,
                "day": one.day,
                "begins": one.begins,
                "ends": one.ends,
                "size": one.claim.value.get("size", {}).get("best"),
                "certainty": one.claim.certainty,
                "marks": [mark["status"] for mark in one.claim.verification],
            }
            for one in state
        ]


def heard(story: Story, *places: str, **asked: Any) -> Projected:
    """What `Order` makes of a story; every reader says the same."""
    read = cuts(UTC, **asked)
    answers = [
        project(reader_of(story.log), as_given(Order()), places, read, UTC) for reader_of in READERS
    ]
    assert len({answer.to_json() for answer in answers}) == 1
    return answers[0]


def ids(answer: Projected) -> list[str]:
    """The reports of the first place, in order."""
    return [row["report"] for row in answer.places[0].rows]


# What a projection gets.


def test_reports_come_by_knowledge_and_then_by_id() -> None:
    """The order of filing and the days that reports speak of decide nothing."""
    told = [
        infiltration("late", "2025-10-02", reported="2025-10-20"),
        infiltration("c", "2025-10-12"),
        infiltration("b", "2025-10-12"),
        clash("first", "2025-10-11"),
    ]
    for story in (given(*told), given(*reversed(told))):
        assert ids(heard(story, "Alpha")) == ["first", "b", "c", "late"]


def test_each_report_comes_once_in_the_version_that_shows() -> None:
    """A correction comes in the place of what it corrects, and from its own knowledge on."""
    story = given(infiltration("one", "2025-10-10"), infiltration("two", "2025-10-11"))
    story.corrected("one", size="300", reported="2025-10-12")
    before, after = heard(story, "Alpha", known="2025-10-11"), heard(story, "Alpha")
    assert [(row["report"], row["size"]) for row in before.places[0].rows] == [
        ("one", 200),
        ("two", 200),
    ]
    assert [(row["report"], row["size"]) for row in after.places[0].rows] == [
        ("two", 200),
        ("one", 300),
    ]


def test_what_was_retracted_or_is_not_yet_known_does_not_come() -> None:
    """Only reports that count at the cuts are heard."""
    story = given(infiltration("one", "2025-10-10"), infiltration("two", "2025-10-11"))
    story.retracted("one", "2025-10-13")
    assert ids(heard(story, "Alpha", known="2025-10-10")) == ["one"]
    assert ids(heard(story, "Alpha", known="2025-10-12")) == ["one", "two"]
    assert ids(heard(story, "Alpha", known="2025-10-13")) == ["two"]


def test_valid_time_hides_nothing() -> None:
    """What is announced for later comes too, and says that it is announced."""
    story = given(
        clash("said", "2025-12-24", reported="2025-10-10"),
        clash("perhaps", "2025-10-09?", reported="2025-10-11"),
    )
    rows = heard(story, "Alpha", known="2025-10-12").places[0].rows
    assert [(row["report"], row["certainty"]) for row in rows] == [
        ("said", "announced"),
        ("perhaps", "possible"),
    ]


def test_days_are_those_of_the_zone_and_open_ends_are_none() -> None:
    """`day` is the day of the news, `begins` and `ends` the days it speaks of."""
    story = given(
        infiltration("open", {"during": "2025-10-05/.."}, reported="2025-10-10"),
        clash("by", "../2025-10-08", reported="2025-10-11"),
    )
    rows = heard(story, "Alpha").places[0].rows
    assert [(row["day"], row["begins"], row["ends"]) for row in rows] == [
        ("2025-10-10", "2025-10-05", "2025-10-10"),
        ("2025-10-11", None, "2025-10-08"),
    ]


def test_the_word_of_verifiers_comes_with_the_claim() -> None:
    """A verification that counts marks its report, and is no report of its own here."""
    check = {
        "id": "check",
        "kind": "verification",
        "place": "Alpha",
        "happened": "2025-10-12",
        "reported": "2025-10-12",
        "chain": ["un"],
        "report": "one",
        "result": "refuted",
    }
    story = given(infiltration("one", "2025-10-10"), check)
    assert heard(story, "Alpha", known="2025-10-11").places[0].rows[0]["marks"] == []
    assert heard(story, "Alpha").places[0].rows[0]["marks"] == ["refuted"]
    assert ids(heard(story, "Alpha")) == ["one"]


def test_each_place_has_a_state_of_its_own() -> None:
    """Named places come as named, with or without rows; else all that have rows."""
    story = given(
        infiltration("a", "2025-10-10"),
        infiltration("b", "2025-10-10", place="Beta"),
        infiltration("north", "2025-10-10", place="North"),
    )
    named = heard(story, "Beta", "Delta", "Beta")
    assert [(at.place.name, len(at.rows)) for at in named.places] == [("Beta", 1), ("Delta", 0)]
    assert [at.place.name for at in heard(story).places] == ["Alpha", "Beta", "North"]


def test_its_basis_gives_the_same_answer_again() -> None:
    """What is filed later changes nothing of an answer asked for by its basis."""
    story = given(infiltration("one", "2025-10-10"))
    answer = heard(story, "Alpha", known="2025-10-20")
    story.filed(infiltration("two", "2025-10-11")).corrected("one", size="7")
    assert heard(story, "Alpha", basis=answer.basis) == answer
    assert heard(story, "Alpha", known="2025-10-20") != answer


@settings(max_examples=60)
@drawn(histories(), questions())
def test_readers_give_the_same_reports_in_the_same_order(
    acts: list[Act], question: Question
) -> None:
    """The index tells what the fold tells, and cuts that settle the same admit the same."""
    log, asof = made(acts), question.cuts().asof
    whole = AsOf(valid=OPEN_FUTURE, known=OPEN_FUTURE)
    answers = []
    for reader_of in READERS:
        reader = reader_of(log)
        since = asof.valid - question.window * 86_400_000_000
        answers.append(
            (
                [reader.settled(cut) for cut in (asof, whole)],
                [reader.newest(cut) for cut in (asof, whole)],
                list(counted_reports(reader, question.place, asof, UTC)),
                [one.assertion.claim for one in reader.speaking(question.place, asof, since)],
                [one.first_known for one in reader.speaking(question.place, asof, OPEN_PAST)],
            )
        )
    assert all(answer == answers[0] for answer in answers[1:])


def test_what_has_settled_by_now_is_not_looked_for_in_the_whole_log() -> None:
    """Of a log of any size it takes SQLite the same few steps, as does which report is newest."""

    def steps(reports: int) -> int:
        story = given(*(infiltration(f"r{at}", "2025-10-10") for at in range(reports)))
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
            db.executescript(TABLES + INDEXES)
            db.execute("INSERT INTO state (one, identity, built) VALUES (1, 'x', 1)")
            catch_up(db, story.log)
            view, taken = View(db), 0

            def step() -> None:
                nonlocal taken
                taken += 1

            db.set_progress_handler(step, 1)
            for ask in (view.settled, view.newest):
                ask(AsOf(valid=OPEN_FUTURE, known=OPEN_FUTURE))
        return taken

    assert steps(200) == steps(20)


# How it is found.


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of projections that can be imported by name."""
    name = f"own_projections_{next(_NUMBER)}"
    (tmp_path / f"{name}.py").write_text(OWN)
    monkeypatch.syspath_prepend(str(tmp_path))
    module = __import__(name)
    monkeypatch.setitem(sys.modules, name, module)
    return module


_NUMBER = count()


@pytest.fixture(scope="module")
def alpha_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of four reports at Alpha, a day each, and of one at Beta."""
    path = tmp_path_factory.mktemp("alpha") / "timeline.db"
    with Timeline(path, create=True) as store:
        define(store)
        for day in range(10, 14):
            store.writer.file([content(infiltration(f"r{day}", f"2025-10-{day}"))])
        store.writer.file([content(clash("unsized", "2025-10-12", place="Beta"))])
    return path


def define(store: Timeline) -> None:
    """Let a store know the places."""
    store.writer.file([], places=[definition(place) for place in PLACES])


@pytest.fixture
def timeline(alpha_store: Path, tmp_path: Path) -> Iterator[Timeline]:
    """That store, open."""
    shutil.copy(alpha_store, tmp_path / "alpha.db")
    with Timeline(tmp_path / "alpha.db") as store:
        yield store


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alpha_store: Path) -> Run:
    """Types `timeline …` in a folder where that store is `timeline.db`, with `own.py` beside it."""
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(alpha_store, folder / "timeline.db")
    (folder / "own.py").write_text(OWN)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    return typed


@pytest.mark.parametrize("name", ["own:Listing", "own.py:Listing", "./own.py:Listing"])
def test_a_class_of_a_file_beside_is_found(run: Run, name: str) -> None:
    """By the module's name or by the path of its file; nothing has to be installed."""
    result = run("project", name, "Alpha", "--format", "json")
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)["places"][0]["rows"]) == 4


def test_known_goes_before_on(run: Run) -> None:
    """ON sets the clocks that are not set by themselves, as in every question."""
    words = ("project", "own:Listing", "Alpha", "--format", "json")
    asked = [
        run(*words, *on, "--known", "2025-10-27") for on in ((), ("--on", "2025-10-01"))
    ]  # fmt: skip
    assert [one.exit_code for one in asked] == [0, 0]
    without, given = (json.loads(one.stdout) for one in asked)
    assert given["places"] == without["places"]
    assert given["basis"].endswith("_2025-10-01_2025-10-27_now")


def test_activity_counts_up_to_on_as_known_later(run: Run) -> None:
    """As the same export does."""
    words = ("activity", "Alpha", "--known", "2025-10-27", "--format", "json")
    counted = [json.loads(run(*words, one, "2025-10-20").stdout) for one in ("--on", "--to")]
    assert counted[0] | {"basis": ""} == counted[1] | {"basis": ""}
    assert counted[0]["until"] < counted[0]["known"]
    text = run("activity", "Alpha", "--on", "2025-10-20", "--known", "2025-10-27").stdout
    assert "up to 2025-10-20, as known by 2025-10-27" in text


def test_an_installed_one_goes_by_its_name(run: Run, tmp_path: Path, own: ModuleType) -> None:
    """A distribution offers projections under the group of entry points."""
    info = tmp_path / "own-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[timeline.projections]\nlisting = {own.__name__}:Listing\n"
    )
    assert run("project", "listing", "Alpha").exit_code == 0
    assert "one of listing" in run("project", "listings", "Alpha").stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nothing", "no projection is called 'nothing'"),
        ("nothing:Listing", "there is no module or file 'nothing.py'"),
        ("nothing.py:Listing", "there is no module or file 'nothing.py'"),
        ("own:Nothing", "own has no 'Nothing'"),
        (":Listing", "there is no module or file"),
        ("own:", "own has no ''"),
    ],
)
def test_what_is_not_there_is_a_question_not_understood(run: Run, name: str, says: str) -> None:
    """One line, exit 2, and what would be right."""
    for command in (("project", name), ("export", name)):
        result = run(*command)
        assert result.exit_code == 2, result.output
        assert says in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_class_without_all_three_things_is_no_projection(run: Run) -> None:
    """What it lacks is named, also where it is a `Projection` to a type checker."""
    for name in ("Half", "Begun"):
        result = run("project", f"own:{name}", "Alpha")
        assert result.exit_code == 1
        assert f"own:{name} is no projection, it lacks evolve, rows" in result.stderr


def test_options_are_those_of_the_class(run: Run) -> None:
    """`--set` gives a keyword; one that the class does not take is refused."""
    some = run("project", "own:Listing", "Alpha", "--set", "only=r12", "--format", "jsonl")
    assert [json.loads(line)["report"] for line in some.stdout.splitlines()] == ["r12"]
    other = run("project", "own:Listing", "--set", "colour=red")
    assert other.exit_code == 2
    assert "colour" in other.stderr
    assert run("project", "own:Listing", "--set", "red").exit_code == 2


# What is kept.


def test_rows_are_kept_until_something_is_filed(
    timeline: Timeline, own: ModuleType, tmp_path: Path
) -> None:
    """The second time no report is read again; one more report and all are, and the first go."""
    name = f"{own.__name__}:Listing"
    first = timeline.project(name, "Alpha", known="2025-10-20")
    assert own.calls == ["r10", "r11", "r12", "r13"]
    assert timeline.project(name, "Alpha", known="2025-10-20") == first
    # A later cut at which nothing more is known admits the same reports.
    assert timeline.project(name, "Alpha", known="2025-10-21").places == first.places
    assert timeline.project(name, "Alpha").places == first.places
    assert len(own.calls) == 4
    timeline.writer.file([content(clash("more", "2025-10-14"))])
    timeline.project(name, "Alpha")
    assert len(own.calls) == 4 + 5
    [kept] = tmp_path.glob("alpha.db.view-*.projections")
    with closing(sqlite3.connect(kept)) as db:
        assert db.execute("SELECT count(*) FROM projected").fetchone() == (1,)


def test_another_version_option_or_source_is_worked_out_anew(
    timeline: Timeline, own: ModuleType, tmp_path: Path
) -> None:
    """Whatever could make other rows of the same reports makes them anew."""
    name = f"{own.__name__}:Listing"
    for change in (
        lambda: None,
        lambda: setattr(own.Listing, "version", 2),
        lambda: (tmp_path / f"{own.__name__}.py").write_text(OWN + "\n# changed\n"),
    ):
        change()
        before = len(own.calls)
        timeline.project(name, "Alpha")
        timeline.project(name, "Alpha")
        assert len(own.calls) == before + 4
    timeline.project(name, "Alpha", options={"only": "r1"})
    timeline.project(name, "Alpha", fresh=True)
    assert len(own.calls) == 4 * 5


def test_one_that_is_made_already_is_never_kept(timeline: Timeline, own: ModuleType) -> None:
    """What an object holds besides its class cannot be seen."""
    made_one = own.Listing()
    assert timeline.project(made_one, "Alpha").places == timeline.project(made_one, "Alpha").places
    assert len(own.calls) == 8


def test_another_log_of_the_same_name_is_another_log(tmp_path: Path, own: ModuleType) -> None:
    """Rows that were kept for a log which was deleted are not those of its successor."""
    counts = []
    for size in ("200", "300"):
        with Timeline(tmp_path / "x.db", create=True, note=lambda _: None) as store:
            store.writer.file([], places=[definition(place) for place in PLACES])
            store.writer.file([content(infiltration("one", "2025-10-10", size=size))])
            counts.append(store.project(f"{own.__name__}:Numbers", "Alpha").places[0].rows)
        for path in tmp_path.glob("x.db*"):
            if "view" not in path.name:
                path.unlink()
    assert counts == [[{"sum": 200}], [{"sum": 300}]]


def test_a_log_put_back_and_written_anew_is_worked_out_anew(
    tmp_path: Path, own: ModuleType
) -> None:
    """With as many entries as it had before: what was filed in their place is what counts."""
    counts = []
    log, before = tmp_path / "x.db", tmp_path / "before.db"
    with Timeline(log, create=True) as store:
        define(store)
    shutil.copy(log, before)
    for size in ("200", "300"):
        shutil.copy(before, log)
        with Timeline(log, note=lambda _: None) as store:
            store.writer.file([content(infiltration("one", "2025-10-10", size=size))])
            counts.append(store.project(f"{own.__name__}:Numbers", "Alpha").places[0].rows)
    assert counts == [[{"sum": 200}], [{"sum": 300}]]


def test_kept_rows_that_are_damaged_are_worked_out_anew(
    timeline: Timeline, own: ModuleType, tmp_path: Path
) -> None:
    """A file that cannot be used costs time and no answer, and is named."""
    name = f"{own.__name__}:Listing"
    answer = timeline.project(name, "Alpha", known="2025-10-20")
    [kept] = tmp_path.glob("alpha.db.view-*.projections")
    kept.write_bytes(b"my thesis" * 1000)
    with pytest.warns(UserWarning, match="projections"):
        assert timeline.project(name, "Alpha", known="2025-10-20") == answer
    kept.unlink()
    assert timeline.project(name, "Alpha", known="2025-10-20") == answer


@pytest.mark.parametrize("many", [12, pytest.param(200, marks=pytest.mark.long)])
def test_what_is_kept_is_what_is_fresh(many: int, tmp_path: Path, own: ModuleType) -> None:
    """After every report, correction, mend and retraction, at cuts before and after it."""
    name = f"{own.__name__}:Listing"
    places = ("x:alpha", "x:beta")

    @settings(max_examples=many)
    @drawn(histories(size=8))
    def check(acts: list[Act]) -> None:
        path = tmp_path / f"log{next(_NUMBER)}.db"
        with Timeline(path, create=True) as store:
            define(store)
            for act in acts:
                perform(store.writer, [0], [act])
                for known in ("2025-10-08", "2025-10-20", None):
                    asked: dict[str, Any] = {"known": known}
                    kept = store.project(name, *places, **asked)
                    again = store.project(name, *places, basis=kept.basis)
                    fresh = store.project(name, *places, basis=kept.basis, fresh=True)
                    assert again == fresh
                    now = store.project(name, *places, **asked, fresh=True)
                    assert kept.places == now.places

    check()


# When it fails.


def test_the_report_at_which_it_failed_is_named(timeline: Timeline, own: ModuleType) -> None:
    """The error says which report and where, for people and for programs; nothing is kept."""
    name = f"{own.__name__}:Numbers"
    with pytest.raises(BadProjection, match=r"failed at report unsized \(x:beta\)") as failure:
        timeline.project(name, "Alpha", "Beta")
    assert (failure.value.report, failure.value.place) == ("unsized", "x:beta")
    assert isinstance(failure.value.__cause__, KeyError)
    # What was known before that report is whole, and so is everything else.
    assert timeline.project(name, "Beta", known="2025-10-11").places[0].rows == [{"sum": 0}]
    assert timeline.project(name, "Alpha").places[0].rows == [{"sum": 800}]
    assert timeline.known("Alpha", on="2025-10-12").claims


def test_a_failure_is_one_line_unless_the_traceback_is_asked_for(run: Run) -> None:
    """Exit 1; `--debug` shows where in the projection it was; an export leaves no file."""
    result = run("project", "own:Numbers", "Alpha", "Beta")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: the projection own:Numbers failed at report unsized (x:beta): KeyError: 'size'\n"
    )
    told = run("project", "own:Numbers", "Alpha", "Beta", "--format", "json").stderr
    assert json.loads(told).items() >= {"report": "unsized", "place": "x:beta"}.items()
    shown = run("--debug", "project", "own:Numbers", "Beta").stderr
    assert "Traceback" in shown
    assert 'report.claim.value["size"]["best"]' in shown
    assert run("export", "own:Numbers", "-o", "out.csv").exit_code == 1
    assert not list(Path().glob("*out.csv*"))
    assert run("known", "Beta").exit_code == 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Forgetful", "does evolve return the state?"),
        ("Leaving", "in rows: SystemExit: 7"),
        ("Taken", "every row has the column 'place' already"),
        ("Wordy", "a row is a mapping or a dataclass, not str"),
        ("Halved", "surrogates not allowed"),
    ],
)
def test_mistakes_of_many_are_told_apart(run: Run, name: str, says: str) -> None:
    """What a first projection gets wrong ends as a line that helps."""
    result = run("project", f"own:{name}", "Alpha")
    assert result.exit_code == 1
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_module_that_does_not_load_is_named(run: Run) -> None:
    """A slip of syntax in a file is told of that file."""
    Path("slip.py").write_text("class Slip(:\n")
    result = run("project", "slip:Slip")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: slip.py cannot be loaded: SyntaxError")


def test_options_go_with_a_class_alone(timeline: Timeline, own: ModuleType) -> None:
    """What is made already takes none, and a class is not made yet."""
    with pytest.raises(BadQuestion, match="made already"):
        load("timeline.seeds_path:seeds_folder", {"a": "b"})
    with pytest.raises(BadQuestion, match="Listing is made already; options are for a class"):
        timeline.project(own.Listing(), options={"only": "r1"})
    with pytest.raises(BadQuestion, match="Listing is a class; give a projection made of it"):
        timeline.project(own.Listing)


# How it comes out.


def test_what_it_prints_is_not_data(run: Run) -> None:
    """The rows are on standard output, what the projection says beside them is not."""
    result = run("project", "own:Chatty", "Alpha", "--format", "jsonl")
    assert len([json.loads(line) for line in result.stdout.splitlines()]) == 4
    assert "I heard r13" in result.stderr
    exported = run("export", "own:Chatty", "Beta")
    assert "I heard" not in exported.stdout
    assert "I heard" in exported.stderr


def test_rows_need_not_have_the_same_columns(run: Run) -> None:
    """Columns stand in the order in which they come; what a row lacks is empty."""
    result = run("project", "own:Ragged", "Alpha", "--known", "2025-10-11", "--format", "csv")
    rows = table(result.stdout)
    assert list(rows[0]) == ["place", "place_id", *["b", "set", "a", "yes", "known_as_of", "basis"]]
    assert [(row["b"], row["set"], row["a"], row["yes"]) for row in rows] == [
        ("1", "x;y;z", "", ""),
        ("", "", "'=1+1", "true"),
    ]
    assert rows[0]["known_as_of"] == "2025-10-12T00:00:00Z"


def test_columns_named_by_others_are_as_safe_as_cells(run: Run) -> None:
    """A column for each party has its id, which others wrote: nothing runs, or colours a screen."""
    asked = ("project", "own:Pivoted", "Alpha", "--format")
    assert "'=cmd|x" in run(*asked, "csv").stdout.splitlines()[0].split(",")
    assert "=cmd|x" in run(*asked, "csv", "--raw").stdout.splitlines()[0].split(",")
    for form in ("text", "table"):
        shown = run(*asked, form).stdout
        assert "[31mred" in shown
        assert "\x1b" not in shown


def test_an_export_has_a_manifest_and_the_same_bytes_twice(run: Run) -> None:
    """It is written as the built-ins are, the name of the projection in place of WHAT."""
    asked = ("own:Listing", "Alpha", "--known", "2025-10-12", "--set", "only=r1")
    assert run("export", *asked, "-o", "a.csv").exit_code == 0
    assert run("export", *asked, "-o", "b.csv").exit_code == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    manifest = json.loads(Path("a.csv.manifest.json").read_text())
    assert manifest["what"] == "own:Listing"
    assert manifest["options"]["version"] == "1"
    assert manifest["options"]["set"] == {"only": "r1"}
    assert manifest["counts"] == {"places": 1, "rows": 3}
    answer = json.loads(run("export", *asked, "--format", "json").stdout)
    assert answer["basis"] == manifest["basis"]
    assert answer["schema"] == "timeline/projection/1"
    assert run("export", *asked, "--valid", "2025-10-12").exit_code == 2
    assert run("export", *asked, "--facet", "control").exit_code == 2
    assert run("export", "situation", "--set", "only=r1").exit_code == 2


WENT = """\
class Went:
    \"\"\"Columns called as ours are that hold something else, and a number of 22 digits.\"\"\"

    def initial(self):
        return 0

    def evolve(self, state, report):
        return state + 1

    def rows(self, state):
        went = {"from": "ru", "to": "ua", "oldest": "2025-10", "latitude": 48.5, "longitude": 38}
        yield went | {"begins": "2025-10-27T00:00:00Z", "grains": 2**70}
"""


def test_columns_called_as_ours_are_keep_what_they_hold(run: Run) -> None:
    """Whom ground went from is no date, and a point of its own is not the point of the place."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra [parquet] is not installed")
    Path("went.py").write_text(WENT)
    held = {"from": "ru", "to": "ua", "oldest": "2025-10", "latitude": 48.5, "longitude": 38}
    for name in ("went.parquet", "went.geojson", "went.hxl"):
        result = run("export", "went:Went", "Alpha", "-o", name)
        assert result.exit_code == 0, result.output
    [row] = parquet.read_table("went.parquet").to_pylist()
    assert row.items() >= (held | {"grains": str(2**70)}).items()
    [feature] = json.loads(Path("went.geojson").read_text())["features"]
    assert feature["properties"].items() >= (held | {"grains": 2**70}).items()
    tagged = dict(zip(*csv.reader(Path("went.hxl").read_text().splitlines()[:2]), strict=True))
    assert {tagged[name] for name in held} == {f"#indicator+{name}" for name in held}
    assert tagged["place"] == "#loc+name"


def test_on_a_terminal_it_is_a_table(run: Run) -> None:
    """Columns are aligned and ids are short enough to read, and to give to `explain`."""
    lines = run("project", "own:Listing", "Alpha", "Delta").stdout.splitlines()
    assert lines[0] == "own:Listing, version 1"
    assert lines[1].split() == ["report", "day", "claims", "marks", "value"]
    assert lines[2] == "Alpha"
    assert lines[3].index("2025-10-10") == lines[1].index("day")
    assert "Delta: no rows" in lines
    assert run("project", "own:Listing", "Atlantis").exit_code == 1
