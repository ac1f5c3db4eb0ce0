"""Corrections and retractions on all three clocks, asked of the view as it is used: on a file."""

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Self, Unpack

import pytest
from command import typed
from domain import (
    PLACES,
    AskedCuts,
    Ticking,
    bounds,
    clash,
    content,
    control,
    correct,
    definition,
    fold_reader,
    held_by,
    infiltration,
    losses,
    micros,
    retract,
    told,
)
from domain import ask as ask_reader
from many import many

from timeline import Timeline, UnknownPlace, open_timeline
from timeline.log import Log, open_log
from timeline.log.sqlite_file import connect
from timeline.view import Files

SECOND = 1_000_000


class Kept(Ticking):
    """A log file whose clock the test sets, and its view, which lives through all of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = micros("2025-10-01")
        self.log: Log = open_log(path, create=True, clock=self.tick)
        self.log.file([], places=[definition(place) for place in PLACES])
        self.timeline = open_timeline(path)
        self.timeline.known("Alpha")  # from here on the view is caught up, not built

    def on(self, day: str) -> Self:
        """Let the clock of the log reach the end of the day before, so that acts fall on this."""
        self.now = micros(day) - 20 * 3_600 * SECOND
        return self

    def filed(self, *reports: dict[str, Any]) -> Self:
        """File reports."""
        for report in reports:
            self.log.file([content(report)])
        return self

    def corrected(self, report: dict[str, Any], *, mend: bool = False) -> Self:
        """File how a report should read."""
        correct(self.log, report["id"], content(report).content, mend=mend)
        return self

    def retracted(self, report: str, reported: str) -> Self:
        """Withdraw a report."""
        retract(self.log, report, bounds(reported))
        return self

    def shown(self, place: str, on: str, **cuts: Unpack[AskedCuts]) -> dict[str, str]:
        """By report: the date and the certainty shown; the fold must give the same bytes."""
        asked = self.timeline.cuts(on, **cuts)
        answer = self.timeline.known(place, on, **cuts)
        fold = ask_reader(fold_reader(self.timeline.log), place, asked)
        assert answer.to_json() == fold.to_json()
        again = self.timeline.known(place, basis=answer.basis)
        assert again.to_json() == answer.to_json()
        return {
            claim.report: f"{claim.happened} {claim.certainty}{' late' * claim.late}"
            for claim in answer.claims
        }


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    """An empty log of the land, with its view."""
    kept = Kept(tmp_path / "log.db")
    yield kept
    kept.timeline.close()
    kept.log.close()


def test_a_correction_that_moves_the_place(kept: Kept) -> None:
    """Until it was told the report is of one place, then of the other; the log keeps both."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20"))
    kept.on("2025-10-25").corrected(
        infiltration("gs", "2025-10-20", place="Beta", reported="2025-10-24")
    )
    assert kept.shown("Alpha", "2025-10-23") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Beta", "2025-10-23") == {}
    assert kept.shown("Alpha", "2025-10-24") == {}
    assert kept.shown("Beta", "2025-10-24") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-24", recorded="2025-10-24") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Beta", "2025-10-24", recorded="2025-10-24") == {}
    diff = kept.timeline.diff("Alpha", "2025-10-23", "2025-10-24")
    assert [claim.report for claim in diff.withdrawn] == ["gs"]


def test_a_place_is_known_by_its_new_name_though_another_caught_the_view_up(kept: Kept) -> None:
    """Who has the view open looks places up again, once some are defined anew."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20"))
    assert kept.timeline.known("Alpha", "2025-10-20").place.name == "Alpha"
    omega = {"id": "x:alpha", "name": "Omega", "kind": "city", "parent": "x:south"}
    kept.log.file([], places=[definition(omega)])
    with open_timeline(kept.path) as other:
        assert other.known("Omega", "2025-10-20").place.id == "x:alpha"
    answer = kept.timeline.known("Omega", "2025-10-20")
    assert answer.place.path == ["Land", "South", "Omega"]
    with pytest.raises(UnknownPlace):
        kept.timeline.known("Alpha", "2025-10-20")


def test_a_place_that_is_defined_anew_where_it_was_is_taken_in(kept: Kept) -> None:
    """With the names and what lies above and below that it had; nothing is built anew for it."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20"))
    notes: list[str] = []
    with Timeline(kept.path, note=notes.append) as timeline:
        for at, place in enumerate(PLACES):
            kept.log.file([], places=[definition(place | {"lat": 1.0 + at, "lon": 2.0})])
            assert timeline.known("Альфа", "2025-10-20").counts.reports == 1
        assert timeline.known("Alpha", "2025-10-20").place.lat == 5.0
        assert (
            timeline.known("Both", "2025-10-20").rollup
            == kept.timeline.known("Land", "2025-10-20").rollup
        )
        assert timeline.index.unlike() == []
    assert notes == []
    assert len(Files.beside(kept.path).generations()) == 1


def test_a_correction_that_moves_the_date(kept: Kept) -> None:
    """Moved before an older word of the same party, it no longer stands: the older one does."""
    kept.on("2025-10-20").filed(
        control("old", "2025-10-18", held_by("ua")), control("new", "2025-10-20", held_by("ru"))
    )
    kept.on("2025-10-23").corrected(
        control("new", "2025-10-15", held_by("ru"), reported="2025-10-22")
    )
    assert kept.shown("Alpha", "2025-10-21") == {"new": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-22") == {"old": "2025-10-18 certain"}
    assert kept.shown("Alpha", "2025-10-16", known="2025-10-22") == {"new": "2025-10-15 certain"}
    assert kept.shown("Alpha", "2025-10-22", recorded="2025-10-22") == {"new": "2025-10-20 certain"}


def test_a_correction_that_moves_a_happening_out_of_the_window_and_back(kept: Kept) -> None:
    """Its first telling stays what made it late."""
    kept.on("2025-10-20").filed(clash("c", "2025-10-19"))
    kept.on("2025-10-22").corrected(clash("c", "2025-10-02", reported="2025-10-21"))
    kept.on("2025-10-24").corrected(clash("c", "2025-10-20", reported="2025-10-23"))
    assert kept.shown("Alpha", "2025-10-20") == {"c": "2025-10-19 certain"}
    assert kept.shown("Alpha", "2025-10-22") == {"c": "2025-10-02 certain late"}
    assert kept.shown("Alpha", "2025-10-23") == {"c": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-29", known="2025-10-22") == {"c": "2025-10-02 certain late"}


def test_a_correction_of_a_correction(kept: Kept) -> None:
    """Each shows from its own telling on, and each replaces the one before."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20", size="100"))
    kept.on("2025-10-22").corrected(
        infiltration("gs", "2025-10-20", size="200", reported="2025-10-22")
    )
    kept.on("2025-10-24").corrected(
        infiltration("gs", "2025-10-20", size="300", reported="2025-10-24")
    )

    def size(on: str, **cuts: Unpack[AskedCuts]) -> Any:
        kept.shown("Alpha", on, **cuts)
        (claim,) = kept.timeline.known("Alpha", on, **cuts).claims
        return claim.value["size"]["best"]

    assert [size(f"2025-10-{day}") for day in (21, 22, 23, 24)] == [100, 200, 200, 300]
    assert size("2025-10-24", recorded="2025-10-23") == 200
    assert size("2025-10-24", recorded="2025-10-21") == 100
    steps = kept.timeline.replay("Alpha", "2025-10-20", "2025-10-25")
    assert [len(step.replaced) for step in steps] == [0, 1, 1]


def test_a_retraction_learned_late_but_dated_early(kept: Kept) -> None:
    """Filed in November, it takes the report out from its own October day on."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20"))
    kept.on("2025-11-15").retracted("gs", "2025-10-22")
    assert kept.shown("Alpha", "2025-10-21") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-22") == {}
    assert kept.shown("Alpha", "2025-10-30") == {}
    for day in ("2025-10-22", "2025-11-14"):
        assert kept.shown("Alpha", day, recorded="2025-11-14") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-11-14", recorded="2025-11-15") == {}


def test_a_retraction_gives_the_place_back_to_what_it_had_replaced(kept: Kept) -> None:
    """Of a series the word before stands again, at the cuts at which the withdrawal was known."""
    kept.on("2025-10-20").filed(
        control("old", "2025-10-18", held_by("ua")), control("new", "2025-10-20", held_by("ru"))
    )
    kept.on("2025-10-25").retracted("new", "2025-10-23")
    assert kept.shown("Alpha", "2025-10-22") == {"new": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-23") == {"old": "2025-10-18 certain"}
    kept.on("2025-10-27").corrected(
        control("new", "2025-10-20", held_by("ru"), reported="2025-10-26")
    )
    assert kept.shown("Alpha", "2025-10-25") == {"old": "2025-10-18 certain"}
    assert kept.shown("Alpha", "2025-10-26") == {"new": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-26", recorded="2025-10-26") == {"old": "2025-10-18 certain"}


def test_two_corrections_recorded_in_the_other_order_than_reported(kept: Kept) -> None:
    """The order of knowledge decides; the log's past shows what it had by then."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20"))
    kept.on("2025-10-27").corrected(
        infiltration("gs", "2025-10-19", size="300", reported="2025-10-26")
    )
    kept.on("2025-10-29").corrected(
        infiltration("gs", "2025-10-18", size="200", reported="2025-10-23")
    )
    assert kept.shown("Alpha", "2025-10-22") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-24") == {"gs": "2025-10-18 certain"}
    assert kept.shown("Alpha", "2025-10-26") == {"gs": "2025-10-19 certain"}
    assert kept.shown("Alpha", "2025-10-24", recorded="2025-10-28") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-26", recorded="2025-10-28") == {"gs": "2025-10-19 certain"}
    assert kept.shown("Alpha", "2025-10-26", recorded="2025-10-26") == {"gs": "2025-10-20 certain"}


def test_a_correction_that_was_told_before_the_report(kept: Kept) -> None:
    """It shows until the report does: the later word counts, whatever it is called."""
    kept.on("2025-10-24").filed(infiltration("gs", "2025-10-20", reported="2025-10-23"))
    kept.on("2025-10-25").corrected(infiltration("gs", "2025-10-19", reported="2025-10-21"))
    assert kept.shown("Alpha", "2025-10-20") == {}
    assert kept.shown("Alpha", "2025-10-21") == {"gs": "2025-10-19 certain"}
    assert kept.shown("Alpha", "2025-10-23") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-21", recorded="2025-10-24") == {}


def test_a_mend_is_there_at_every_cut_of_knowledge_and_at_none_of_the_logs_past(kept: Kept) -> None:
    """A slip of our own goes, place and all; before the mend the log still says what it said."""
    kept.on("2025-10-20").filed(infiltration("gs", "2025-10-20", place="Beta"))
    kept.on("2025-10-25").corrected(infiltration("gs", "2025-10-20"), mend=True)
    assert kept.shown("Beta", "2025-10-21") == {}
    assert kept.shown("Alpha", "2025-10-21") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Beta", "2025-10-21", recorded="2025-10-24") == {"gs": "2025-10-20 certain"}
    assert kept.shown("Alpha", "2025-10-21", recorded="2025-10-24") == {}
    rollup = kept.timeline.known("North", "2025-10-26").rollup
    assert rollup is not None
    assert rollup.places == 1  # Beta was never named


def test_recorded_cuts_in_the_past_see_the_log_as_it_was(kept: Kept) -> None:
    """Of October, but filed in November: it was known then, and not to this log."""
    kept.on("2025-10-20").filed(losses("a", {"during": "2025-10-18"}, killed="100"))
    kept.on("2025-11-10").filed(
        losses("b", {"during": "2025-10-19"}, killed="50", reported="2025-10-20")
    )
    kept.on("2025-11-12").corrected(
        losses("a", {"during": "2025-10-18"}, killed="70", reported="2025-10-20")
    )

    def killed(**cuts: Unpack[AskedCuts]) -> list[float | None]:
        kept.shown("Alpha", "2025-10-20", **cuts)
        return [one.best for one in kept.timeline.known("Alpha", "2025-10-20", **cuts).sums]

    assert killed() == [120]
    assert killed(recorded="2025-11-11") == [150]
    assert killed(recorded="2025-11-01") == [100]
    assert killed(recorded="2025-10-01") == []


@pytest.mark.parametrize("backwards", [False, True])
def test_what_is_filed_at_once_is_found_however_long_it_lasted(kept: Kept, backwards: bool) -> None:
    """A day or months, happened or held, certain or not: all of it in one batch of one place."""
    spans = ("2025-10-20", "2025-10-15/2025-10-20", "2025-08-01/2025-10-20", "../2025-10-20")
    reports = [
        kind(f"{kind.__name__}{at}", {"during": span}, by=f"p{at}", reported=f"2025-10-2{at + 1}")
        for at, span in enumerate(spans)
        for kind in (clash, infiltration)
    ]
    reports.append(infiltration("doubted", "2025-10-20?", by="x", reported="2025-10-20"))
    reports = reports[::-1] if backwards else reports
    older = [infiltration("older", "2025-10-18", by="p0")]  # in a series with another
    filed = [*reports, *older] if backwards else [*older, *reports]
    kept.on("2025-10-25").log.file([content(report) for report in filed])
    assert set(kept.shown("Alpha", "2025-10-19")) == {"older"}
    assert len(kept.shown("Alpha", "2025-10-21")) == 3
    assert set(kept.shown("Alpha", "2025-10-24")) == {report["id"] for report in reports}
    assert set(kept.shown("Alpha", "2025-09-01", known="2025-10-24")) == {
        "clash2", "clash3", "infiltration2", "infiltration3",
    }  # fmt: skip
    kept.filed(clash("more", "2025-10-24"))
    assert set(kept.shown("Alpha", "2025-10-24")) == {one["id"] for one in reports} | {"more"}
    assert kept.timeline.index.unlike() == []


def test_a_place_is_named_from_the_day_on_which_that_was_told(kept: Kept) -> None:
    """By a claim, by one that was withdrawn since, or by a verification; in the log's past too."""
    kept.on("2025-10-26").filed(
        infiltration("a", "2025-10-20"),
        clash("g", "2025-10-23", place="Gamma"),
        clash("d", "2025-10-24", place="Delta"),
        told("v", "verification", "2025-10-25", place="Beta", report="a", result="confirmed"),
    )
    kept.on("2025-10-28").retracted("g", "2025-10-28")

    def places(day: int) -> int:
        kept.shown("Land", f"2025-10-{day}", recorded="2025-10-27")
        rollup = kept.timeline.known("Land", f"2025-10-{day}", recorded="2025-10-27").rollup
        return rollup.places if rollup else 0

    assert [places(day) for day in (19, 20, 22, 23, 24, 25)] == [0, 1, 1, 2, 3, 4]


@pytest.mark.parametrize("built", [False, True])
def test_corrections_of_several_reports_are_taken_in_together(kept: Kept, built: bool) -> None:
    """What each links to, whom it checks and where it is: as the fold has it, whichever is last."""
    day = "2025-10-20"
    told_of = {
        key: losses(key, {"during": f"2025-10-{17 + at}"}, reported=day)
        for at, key in enumerate("abcd")
    }
    checks = {
        f"{key}{key}": told(f"{key}{key}", "verification", day, report=key, result="refuted")
        for key in "ac"
    }
    kept.on(day).filed(*told_of.values(), *checks.values())
    kept.timeline.known("Alpha")
    later = {"reported": "2025-10-21"}
    for key, other in (("b", "a"), ("d", "c")):
        kept.corrected(told_of[key] | later | {"links": {"same_event_as": [other]}})
    for key, place in (("aa", "Beta"), ("cc", "Delta")):
        kept.corrected(checks[key] | later | {"place": place, "result": "confirmed"})
    if built:
        kept.timeline.index.rebuild()
    assert set(kept.shown("Alpha", "2025-10-22")) == set(told_of)
    answer = kept.timeline.known("Alpha", "2025-10-22")
    assert {one.report: [mark["status"] for mark in one.verification] for one in answer.claims} == {
        "a": ["confirmed"], "b": [], "c": ["confirmed"], "d": [],
    }  # fmt: skip
    assert [one.best for one in answer.sums] == [200]
    for region, places in (("North", 2), ("South", 1)):
        kept.shown(region, "2025-10-22")
        rollup = kept.timeline.known(region, "2025-10-22").rollup
        assert rollup is not None
        assert rollup.places == places


def test_all_of_it_again_after_a_rebuild(kept: Kept) -> None:
    """A view built whole answers to the byte as the one that was caught up, in the past too."""
    test_two_corrections_recorded_in_the_other_order_than_reported(kept)
    asked: list[AskedCuts] = [
        {"known": f"2025-10-{day}", "recorded": f"2025-10-{day + later}"}
        for day in range(19, 28)
        for later in (0, 3)
    ]
    before = [kept.timeline.known("Alpha", **cuts).to_json() for cuts in asked]
    kept.timeline.index.rebuild()
    assert [kept.timeline.known("Alpha", **cuts).to_json() for cuts in asked] == before


def test_a_story_of_corrections_as_a_user_types_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filed, moved, moved back, withdrawn with `timeline`, and asked after each."""
    monkeypatch.chdir(tmp_path)
    run = partial(typed, code=0)

    def shown(place: str, *cuts: str) -> list[str]:
        answer = json.loads(run("known", place, *cuts, "--format", "json").stdout)
        return [claim["happened"] for claim in answer["claims"]]

    def said(place: str, happened: str, reported: str) -> str:
        report = {"id": "gs", "kind": "infiltration", "place": place, "side": "ru", "size": "200"}
        report |= {"happened": happened, "reported": reported, "chain": "ua.general_staff"}
        Path("gs.json").write_text(json.dumps({"reports": [report]}))
        return "gs.json"

    run("add", said("Pokrovsk", "2025-10-20", "2025-10-20"))
    assert shown("Pokrovsk", "2025-10-21") == ["2025-10-20"]
    run("correct", "gs", said("Myrnohrad", "2025-10-20", "2025-10-22"))
    assert shown("Pokrovsk", "2025-10-21") == ["2025-10-20"]
    assert (shown("Pokrovsk", "2025-10-22"), shown("Myrnohrad", "2025-10-22")) == (
        [],
        ["2025-10-20"],
    )
    run("correct", "gs", said("Pokrovsk", "2025-10-19", "2025-10-24"))
    assert (shown("Pokrovsk", "2025-10-24"), shown("Myrnohrad", "2025-10-24")) == (
        ["2025-10-19"],
        [],
    )
    run("retract", "gs", "--reported", "2025-10-23", "--reason", "a mix-up")
    assert (shown("Pokrovsk", "2025-10-23"), shown("Myrnohrad", "2025-10-23")) == ([], [])
    assert shown("Pokrovsk", "2025-10-24") == ["2025-10-19"]  # told after the withdrawal
    assert shown("Pokrovsk", "2025-10-24", "--recorded", "2025-10-24") == []
    assert json.loads(run("status", "--format", "json").stdout)["corrections"] == 2


def test_while_another_process_holds_the_view_the_older_state_answers_and_says_so(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One writes to a view at a time; who cannot wait any longer answers from what is there."""
    kept.filed(infiltration("a", "2025-10-20"))
    monkeypatch.setattr("timeline.view.indexed.connect", partial(connect, timeout=0.1))
    notes: list[str] = []
    with Timeline(kept.path, note=notes.append) as timeline:
        before = timeline.known("Alpha", "2025-10-21")
        kept.filed(infiltration("b", "2025-10-20", by="ru"))
        (view,) = Files.beside(kept.path).generations()
        with closing(connect(view, "rw")) as other:
            other.execute("BEGIN IMMEDIATE")
            assert timeline.known("Alpha", "2025-10-21") == before
            (said,) = notes
            assert said.startswith("answering from an older state of the log, 1 entry behind: ")
            other.execute("ROLLBACK")
        assert timeline.known("Alpha", "2025-10-21").counts.reports == 2


def test_a_view_that_cannot_let_go_of_what_was_redacted_answers_and_says_so(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is of now; only the disk may hold words that are gone."""

    def purge(*_: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    kept.filed(infiltration("a", "2025-10-20", summary="a name"))
    notes: list[str] = []
    with Timeline(kept.path, note=notes.append) as timeline:
        timeline.known("Alpha", "2025-10-21")
        monkeypatch.setattr("timeline.view.projected.purge", purge)
        timeline.redact("a", "summary", reason="asked for")
        assert timeline.known("Alpha", "2025-10-21").claims[0].summary == "[redacted]"
    assert notes == ["what was redacted may lie beside the view until `compact` (disk I/O error)"]


def test_an_answer_is_of_one_state_of_the_log(kept: Kept) -> None:
    """What is filed while a question is read changes nothing of it, and shows in the next."""
    kept.filed(infiltration("a", "2025-10-20"))
    with kept.timeline.reading():
        before = kept.timeline.known("Alpha", "2025-10-21")
        kept.filed(infiltration("b", "2025-10-20", by="ru"))
        assert kept.timeline.known("Alpha", "2025-10-21") == before
    assert kept.timeline.known("Alpha", "2025-10-21").counts.reports == 2


def test_a_question_that_is_read_keeps_nobody_from_taking_in_what_is_new(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answers from its own state of the view, and neither waits."""
    monkeypatch.setattr("timeline.view.indexed.connect", partial(connect, timeout=0.1))
    kept.filed(infiltration("a", "2025-10-20"))
    notes: list[str] = []
    with Timeline(kept.path, note=notes.append) as other, kept.timeline.reading():
        kept.filed(infiltration("b", "2025-10-20", by="ru"))
        assert other.known("Alpha", "2025-10-21").counts.reports == 2
        assert kept.timeline.known("Alpha", "2025-10-21").counts.reports == 1
    assert notes == []


def test_threads_may_share_a_timeline(kept: Kept) -> None:
    """Their questions are asked one after the other, and each gets its own answer."""
    kept.filed(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-20", place="Beta"))
    places = ["Alpha", "Beta"] * 20
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda place: kept.timeline.known(place, "2025-10-21"), places))
    assert [answer.claims[0].report for answer in answers] == ["a", "b"] * 20


def test_what_is_far_behind_is_built_anew(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that grew by more than it had: a build takes less time than to catch up."""
    kept.filed(infiltration("a", "2025-10-20"))
    kept.timeline.known("Alpha")
    monkeypatch.setattr("timeline.view.indexed.LEAP", 10)
    kept.log.file(list(many(300)))
    assert kept.shown("Alpha", "2025-10-20")
    lag = kept.timeline.index.lag()
    assert (lag.position, lag.generation and lag.generation[-6:]) == (kept.log.head(), "000002")


def test_what_is_at_hand_waits_for_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A town once the view has all of the log, and no region, nor what much was told of."""

    def at_hand(place: str) -> bool:
        with kept.timeline.at_hand(place) as found:
            return found

    kept.filed(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-20", place="Beta"))
    assert not at_hand("Alpha")  # behind
    kept.timeline.known("Alpha")
    assert at_hand("Alpha")
    assert at_hand("x:beta")
    assert at_hand("Alpha, North")
    assert not at_hand("North")  # rolls up what is beneath
    assert not at_hand("Nowhere")
    monkeypatch.setattr("timeline.questions.known._LITTLE", 0)
    assert not at_hand("Alpha")
    assert at_hand("Delta")  # of which nothing was told
    kept.filed(infiltration("d", "2025-10-20", place="Delta"))
    kept.timeline.known("Delta")
    assert not at_hand("Delta")


def test_what_is_at_hand_moves_on_with_the_view(kept: Kept) -> None:
    """A new generation is taken up without a question that waits; a lost view is not built."""
    kept.filed(infiltration("a", "2025-10-20"))
    kept.timeline.known("Alpha")
    with closing(open_timeline(kept.path)) as other:
        before = Path(other.index.rebuild())
    with kept.timeline.at_hand("Alpha") as found:
        assert found
        assert kept.timeline.known("Alpha", "2025-10-21").counts.reports == 1
        kept.filed(infiltration("b", "2025-10-20", by="ru"))
        assert kept.timeline.known("Alpha", "2025-10-21").counts.reports == 1  # the same snapshot
        with kept.timeline.at_hand("Alpha") as again:
            assert again  # the same
    for one in before.parent.glob(f"{kept.path.name}.view*"):
        one.unlink()
    with kept.timeline.at_hand("Alpha") as found:
        assert not found
    assert kept.timeline.known("Alpha", "2025-10-21").counts.reports == 2
