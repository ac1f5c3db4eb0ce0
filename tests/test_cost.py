"""What a question of a large place holds and does: as much as it answers, not all that is there."""

import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from command import typed_on
from domain import (
    PLACES,
    Report,
    clash,
    control,
    document,
    given,
    held_by,
    losses,
    told,
    view_reader,
)
from effort import calls_of
from many import log_of

from events.when import zone_of
from timeline import Timeline, open_timeline, values
from timeline.claims import Assertion, claim_in
from timeline.cuts import cuts
from timeline.questions.history import history
from timeline.scratch import scratch
from timeline.values import Relation, said_at_once
from timeline.view import read

REPORTS = 12_000  # on four towns


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log with some thousands of claims on each place."""
    path = tmp_path_factory.mktemp("cost") / "log.db"
    log_of(path, REPORTS).close()
    return path


@pytest.fixture
def timeline(large: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Timeline]:
    """It, read with so few claims at once that a test has time for more of them."""
    monkeypatch.setattr(read, "_AT_ONCE", 100)
    with open_timeline(large) as opened:
        yield opened


def most(ask: Callable[[], object]) -> int:
    """The most memory that is taken at one time, in bytes, by what is not there before."""
    ask()  # what is kept for the next question is not of this one
    tracemalloc.start()
    try:
        ask()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def all_of(timeline: Timeline) -> int:
    """What all claims of one place take."""

    def everything() -> None:
        with timeline.reading() as reader:
            assert len(reader.told(timeline.cuts().asof, place="x:alpha")) >= REPORTS // 4

    return most(everything)


def test_the_past_of_a_large_place_is_read_without_being_held(
    timeline: Timeline, tmp_path: Path
) -> None:
    """By a basis from before a correction, all on the place is looked at, and little is kept."""
    was = timeline.known("x:alpha", "2025-10-20")
    document = tmp_path / "again.json"
    document.write_bytes(
        b'{"reports": [{"kind": "clash", "place": "x:alpha", "chain": ["ua"],'
        b' "happened": "2025-10-02", "reported": "2025-10-30", "summary": "told anew"}]}'
    )
    timeline.correct("m000000", document)

    def again() -> None:
        assert timeline.known("x:alpha", basis=was.basis).to_json() == was.to_json()

    assert most(again) < all_of(timeline) / 4


def test_the_activity_of_a_large_place_is_counted_without_its_claims(timeline: Timeline) -> None:
    """Claims are counted as they are read; the ids behind each number are what is kept."""

    def count() -> None:
        assert timeline.activity("x:alpha", known="2025-12-31").total.reports == REPORTS // 4

    assert most(count) < all_of(timeline) / 4


def test_claims_as_text_do_not_cost_many_times_their_lines(tmp_path: Path) -> None:
    """What a table of rich's takes for one of them is more than all else together."""
    for count in (200, 600):
        log_of(tmp_path / f"{count}.db", count).close()

    def calls(form: str) -> int:
        few, more = (
            calls_of(partial(typed_on, tmp_path / f"{count}.db", "claims", "--format", form))
            for count in (200, 600)
        )
        return more - few

    calls("text")  # what is loaded once is loaded
    assert calls("text") < 6 * calls("jsonl")


def test_a_row_of_activity_is_written_without_being_laid_out(tmp_path: Path) -> None:
    """A day of a place and a party is a row: a year of a land has tens of thousands."""
    log_of(tmp_path / "log.db", 600).close()

    def calls(*by: str) -> int:
        ways = [word for one in by for word in ("--by", one)]
        return calls_of(partial(typed_on, tmp_path / "log.db", "activity", *ways))

    calls("kind")  # what is loaded once is loaded
    few, more = calls("kind"), calls("day", "party", "place")
    rows = 29 * 3 * 4
    assert more - few < 200 * rows


def test_all_that_a_piece_of_work_keeps_in_a_file_is_one_transaction() -> None:
    """Else each row that is put in order would be written out by itself."""
    db = scratch("CREATE TABLE kept (one); CREATE TABLE more (one)")
    assert db.in_transaction
    db.executemany("INSERT INTO kept VALUES (?)", [(2,), (1,)])
    assert db.execute("SELECT * FROM kept ORDER BY one").fetchall() == [(1,), (2,)]
    db.close()


def test_the_numbers_that_fell_are_found_in_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many parties count the losses of a place."""
    made: Counter[str] = Counter()

    def counting(series: Any, read_as: Any, words: Any, at_best: Any) -> Any:
        made[words.claim] += 1
        return claim_in(series, read_as, words, at_best)

    parties = [f"party-{number}" for number in range(8)]
    story = given(
        *(
            losses(f"{by}-{day}", f"2025-10-0{day}", by=by, killed=str(day), cumulative="true")
            for by in parties
            for day in range(9, 0, -1)
        )
    )
    reader, asof = view_reader(story.log), cuts(zone_of("UTC"), on="2025-10-31").asof
    standing = reader.held(["x:alpha"], asof, 1)["x:alpha"]
    assert len(standing) == len(parties)
    monkeypatch.setattr(read, "claim_in", counting)
    before = reader.before(standing, asof)
    assert sorted(claim.report for claim in before.values()) == sorted(
        f"{party}-8" for party in parties
    )
    assert set(made.values()) == {1}


def test_a_history_compares_two_rivals_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though both show at every stop of the walk, and stops are many."""
    compared: Counter[frozenset[str]] = Counter()

    def counting(a: Assertion, b: Assertion) -> Relation:
        compared[frozenset((a.claim.report, b.claim.report))] += 1
        return said_at_once(a, b)

    lasting = [
        control(party, {"during": "2025-10-01/.."}, held_by(side), by=party, reported="2025-10-02")
        for party, side in (("ua", "ua"), ("ru", "ru"), ("isw", "contested"))
    ]
    daily = [
        control(f"d{day}", f"2025-10-{day:02d}", held_by("ua"), by="deepstate")
        for day in range(3, 20)
    ]
    story = given(*lasting, *daily)
    monkeypatch.setattr(values, "said_at_once", counting)
    answer = history(
        view_reader(story.log), "x:alpha", cuts(zone_of("UTC"), on="2025-10-31"), zone_of("UTC")
    )
    assert len(answer.steps) > len(daily)
    assert {frozenset(pair) for pair in combinations(("ua", "ru", "isw"), 2)} < set(compared)
    assert set(compared.values()) == {1}


def test_many_who_say_the_same_are_not_held_against_each_other(tmp_path: Path) -> None:
    """Of a place that hundreds of channels report, its situation, its history and its claims."""

    def report(number: int) -> Report:
        said = held_by("ua"), {"status": "contested"}, {"status": "unclear"}
        # Of two parties or three at odds an answer names each pair.
        one = said[number] if number < 2 else said[2]
        return control(f"c{number}", "2025-10-20", one, by=f"p{number}", reported="2025-10-21")

    def ask(timeline: Timeline) -> None:
        assert timeline.known("Alpha", "2025-10-27").counts.disputes == 1
        assert timeline.history("Alpha", on="2025-10-27").steps
        disputed = timeline.claims("Alpha", status="disputed").claims
        assert {one.claim.report for one in disputed} == {"c0", "c1"}

    assert grows(ask, report, tmp_path) < 6


@pytest.mark.parametrize("at_odds", [True, False])
def test_many_assessors_are_not_held_against_each_other(tmp_path: Path, at_odds: bool) -> None:
    """How they get on is told of a place that hundreds of channels report."""

    def report(number: int) -> Report:
        ours = held_by("ua" if at_odds and number == 1 else "ru")
        one = ours if number % 2 else {"status": "unclear"}
        return control(f"c{number}", "2025-10-20", one, by=f"p{number}", reported="2025-10-21")

    def ask(timeline: Timeline) -> None:
        told = b"".join(timeline.export("control", form="json", on="2025-10-27").parts())
        expected = "disputed" if at_odds else "compatible"
        assert f'"agreement":"{expected}"'.encode() in told

    assert grows(ask, report, tmp_path) < 6


def test_one_who_says_the_same_of_long_times_is_not_held_against_another(tmp_path: Path) -> None:
    """Each claim of either overlaps all those of the other, and agrees with them."""

    def report(number: int) -> Report:
        until = date(2025, 3, 1) + timedelta(days=number)
        during = {"during": f"2025-01-01/{until}"}
        return control(f"c{number}", during, held_by("ua"), by=f"p{number % 2}", **LATE)

    def ask(timeline: Timeline) -> None:
        assert len(timeline.claims("Alpha", status="open").claims) in (50, 200)

    assert grows(ask, report, tmp_path) < 6


LATE = {"reported": "2025-10-29"}


def grows(ask: Callable[[Timeline], object], report: Callable[[int], Report], path: Path) -> float:
    """How many times the work takes that four times the reports make."""
    works = []
    for count in (50, 200):
        with open_timeline(path / f"{count}.db", create=True) as timeline:
            timeline.add(document(path, *map(report, range(count)), places=PLACES))
            ask(timeline)
            works.append(calls_of(partial(ask, timeline)))
    return works[1] / works[0]


def test_a_hindsight_of_many_happenings_takes_as_long_as_there_are(tmp_path: Path) -> None:
    """All of a week's fighting may be told of one town, and after the week."""

    def report(number: int) -> Report:
        return clash(f"c{number}", f"2025-10-2{1 + number % 7}", **LATE)

    def ask(timeline: Timeline) -> None:
        answer = timeline.hindsight("Alpha", "2025-10-27", known="2025-12-01")
        assert {one.learned for one in answer.differences} == {"new"}

    assert grows(ask, report, tmp_path) < 6


def test_a_replay_by_report_of_much_at_once_takes_as_long_as_there_is(tmp_path: Path) -> None:
    """A data set is published in one go, and takes the place of what was said before."""

    def report(number: int) -> Report:
        about, again = divmod(number, 2)
        day = "2025-10-29" if again else "2025-10-20"
        words = {"speech": "assessment", "proposition": f"so {number}", "about": f"a{about}"}
        return told(f"s{number}", "statement", day, reported=day, **words)

    def ask(timeline: Timeline) -> None:
        steps = timeline.replay("Alpha", "2025-10-21", "2025-10-29", step="report")
        assert {len(one.replaced) for one in steps[1:]} == {1}

    assert grows(ask, report, tmp_path) < 6


def test_the_periods_of_many_reports_are_summed_in_as_long_as_there_are(tmp_path: Path) -> None:
    """The losses of each day, over years."""

    def report(number: int) -> Report:
        day = (date(2025, 1, 1) + timedelta(days=number)).isoformat()
        return losses(f"l{number}", {"during": day}, **LATE)

    def ask(timeline: Timeline) -> None:
        (total,) = timeline.known("Alpha", "2025-10-30", window=400).sums
        assert total.best == 100 * len(total.claims)

    assert grows(ask, report, tmp_path) < 6
