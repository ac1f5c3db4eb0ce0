"""One long history at a time: filed, corrected, back-dated, rebuilt, and asked in between."""

import json
import tempfile
from contextlib import suppress
from typing import Any

import hypothesis.strategies as st
import pytest
from agreement import plain_rows, says_what_the_rule_says
from domain import DAY, ask, definition, fold_reader
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from strategies import IDS, Act, Question, begun, contents, days, marks, perform, questions

from events.when import zone_of
from timeline.cuts import cuts
from timeline.entries import MARKER
from timeline.errors import BadReport
from timeline.view import Files, IndexedLog

HOURS = st.integers(0, 30)
PARENTS = st.sampled_from(("x:north", "x:south", "x:land"))


class Histories(RuleBasedStateMachine):
    """A log and its view; whatever was done, view, fold and brute force say the same."""

    asked = 0

    def __init__(self) -> None:
        super().__init__()
        self.log, self.clock = begun()
        self.folder = tempfile.TemporaryDirectory()
        self.index = IndexedLog(self.log, Files("log", self.folder.name), self._note)
        self.filed: set[str] = set()
        self.told: list[tuple[Question, str, bytes]] = []
        self.redacted: set[tuple[str, str]] = set()

    def _note(self, text: str) -> None:
        raise AssertionError(f"nothing is to be noted here: {text}")

    def _do(self, verb: Any, report: str, content: bytes, day: int, hours: int) -> None:
        self.filed.add(report)
        perform(self.log, self.clock, [Act(verb, report, content, day, hours)])

    @rule(report=st.sampled_from(IDS), content=contents(), hours=HOURS)
    def say(self, report: str, content: bytes, hours: int) -> None:
        """File a report; one that is there is corrected, in whatever order knowledge came."""
        self._do("correct" if report in self.filed else "file", report, content, 0, hours)

    @rule(report=st.sampled_from(IDS), content=contents(focus=("control_assessment",)), hours=HOURS)
    def say_who_holds_it(self, report: str, content: bytes, hours: int) -> None:
        """Most of a long series: rivals, updates, back-dated words."""
        self._do("correct" if report in self.filed else "file", report, content, 0, hours)

    @rule(report=st.sampled_from(IDS), content=marks(), hours=HOURS)
    def verify(self, report: str, content: bytes, hours: int) -> None:
        """File a verification, or turn a report into one."""
        self._do("correct" if report in self.filed else "file", report, content, 0, hours)

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), content=contents(), hours=HOURS)
    def mend(self, data: st.DataObject, content: bytes, hours: int) -> None:
        """Put a slip of our own right."""
        self._do("mend", data.draw(st.sampled_from(sorted(self.filed))), content, 0, hours)

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), day=days, hours=HOURS)
    def retract(self, data: st.DataObject, day: int, hours: int) -> None:
        """Withdraw a report, as of any day."""
        self._do("retract", data.draw(st.sampled_from(sorted(self.filed))), b"", day, hours)

    @precondition(lambda self: self.filed)
    @rule(data=st.data(), field=st.sampled_from(("summary", "quote", "who")))
    def redact(self, data: st.DataObject, field: str) -> None:
        """Take out what a field of a report says, if it has one; whatever comes later, too."""
        report = data.draw(st.sampled_from(sorted(self.filed)))
        with suppress(BadReport):
            self.log.redact(report, [field], "by order")
            self.redacted.add((report, field))

    @rule(parent=PARENTS, kind=st.sampled_from(("town", "city")))
    def move(self, parent: str, kind: str) -> None:
        """Define a place anew."""
        place = {"id": "x:beta", "name": "Beta", "kind": kind, "parent": parent}
        self.log.file([], places=[definition(place)])

    @rule()
    def catch_up(self) -> None:
        """Let the view take in what there is."""
        with self.index.reading() as view:
            assert view.position() == self.log.head()

    @rule()
    def rebuild(self) -> None:
        """Build the view anew."""
        self.index.rebuild()

    @rule(asked=st.lists(questions(), min_size=3, max_size=6))
    def ask(self, asked: list[Question]) -> None:
        """View and fold give the same bytes, and the brute force finds the same claims."""
        fold, rows = fold_reader(self.log), plain_rows(self.log)
        for question in asked:
            read, window = question.cuts(), question.window * DAY
            defined = ask(fold, question.place, read, window=window)
            with self.index.reading() as view:
                assert ask(view, question.place, read, window=window).to_json() == defined.to_json()
            says_what_the_rule_says(defined, rows, question)
            self.told.append((question, defined.basis, defined.to_json()))
            Histories.asked += 1

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        """By its basis an answer comes again, whatever was done since, but for what was redacted.

        Without a redaction to the byte.
        """
        question, basis, before = data.draw(st.sampled_from(self.told))
        read, window = cuts(zone_of("UTC"), basis=basis), question.window * DAY
        with self.index.reading() as view:
            again = ask(view, question.place, read, window=window).to_json()
        if self.redacted:
            assert without(self.redacted, again) == without(self.redacted, before)
        else:
            assert again == before
        Histories.asked += 1

    def teardown(self) -> None:
        """Every history ends with a question of every place."""
        fold = fold_reader(self.log)
        for place in ("x:alpha", "x:beta", "x:gamma", "x:north", "x:both", "x:land"):
            read = cuts(zone_of("UTC"), on="2025-10-12")
            with self.index.reading() as view:
                assert ask(view, place, read).to_json() == ask(fold, place, read).to_json()
            Histories.asked += 1
        assert self.index.unlike() == []  # however it came about, it is as if it were built now
        self.index.close()
        self.folder.cleanup()


def without(redacted: set[tuple[str, str]], answer: bytes) -> dict[str, Any]:
    """An answer without the words that were taken out, and what it made of comparing them."""
    data: dict[str, Any] = json.loads(answer)
    data.pop("redacted", None)
    del data["counts"]["disputes"]
    for claim in [*data["claims"], *data["context"]]:
        del claim["disputes"]
        for said in (claim, claim["value"]):
            for name in ("summary", "quote", "who"):
                if (claim["report"], name) in redacted and said.get(name) is not None:
                    said[name] = MARKER
    return data


@pytest.fixture
def small_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Series are summed up by the day from their first claim on; few that are drawn have three."""
    for module in ("write", "build"):
        monkeypatch.setattr(f"timeline.view.{module}.HEAVY", 0)


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read of a place is read in more pieces than one."""
    monkeypatch.setattr("timeline.view.read._AT_ONCE", 2)


def test_whatever_is_done_the_view_says_what_the_fold_and_the_brute_force_say() -> None:
    """Some short histories, with series as they are."""
    run_state_machine_as_test(Histories, settings=settings(max_examples=30, stateful_step_count=20))


@pytest.mark.usefixtures("small_zones")
def test_with_zones_too_the_view_says_what_the_fold_and_the_brute_force_say() -> None:
    """The same, where every series is skipped by the day."""
    run_state_machine_as_test(Histories, settings=settings(max_examples=30, stateful_step_count=20))


@pytest.mark.long
@pytest.mark.usefixtures("small_zones")
def test_ten_thousand_questions_of_long_histories() -> None:
    """Counted: at least so many questions, of histories of up to sixty acts."""
    before = Histories.asked
    run_state_machine_as_test(
        Histories, settings=settings(max_examples=600, stateful_step_count=60)
    )
    asked = Histories.asked - before
    print(f"{asked:,} questions")  # noqa: T201 -- for `pytest -s`
    assert asked >= 10_000
