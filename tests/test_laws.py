"""The laws of the design, for every reader of a log, over histories that Hypothesis draws."""

import json
from collections.abc import Callable
from typing import Any

import oracle
import pytest
from domain import DAY, READERS, Factory, ask, content, rows_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import (
    Act,
    Question,
    begun,
    contents,
    cut_texts,
    days,
    histories,
    made,
    perform,
    questions,
)

from events.draft import Draft, draft_from
from events.kinds import stored, with_place
from events.place import PlaceRef
from events.when import zone_of
from timeline.cuts import cuts
from timeline.log import LogReader
from timeline.questions.replay import replay
from timeline.situation import Situation

pytestmark = pytest.mark.parametrize("reader_of", READERS)

Asked = list[Question]
several = st.lists(questions(), min_size=4, max_size=8)
MANY = settings(max_examples=400)
SOME = settings(max_examples=100)
UTC = zone_of("UTC")


def answer(reader_of: Factory, log: LogReader, question: Question, **changed: Any) -> Situation:
    """What a reader of the log answers."""
    window = question.window * DAY
    return ask(reader_of(log), question.place, question.cuts(**changed), window=window)


def plain_rows(log: LogReader) -> list[oracle.Row]:
    """A log as the brute force takes it."""
    return [
        (entry.position, entry.recorded, entry.topic, json.loads(entry.state))
        for entry in rows_of(log)
    ]


def said(situation: Situation) -> Any:
    """An answer without what the moments and positions of its filing decide."""
    data = json.loads(situation.to_json())
    del data["basis"]
    for claim in [*data["claims"], *data["context"]]:
        del claim["recorded"]
    return data


def filed_first(acts: list[Act]) -> list[Act]:
    """Acts of which some were left out, so that each report is filed before it is changed."""
    filed: set[str] = set()
    kept = []
    for act in acts:
        verb = act.verb
        if act.id not in filed:
            if verb == "retract":
                continue
            verb = "file"
        elif verb == "file":
            verb = "correct"
        filed.add(act.id)
        kept.append(Act(verb, act.id, act.content, act.day, act.hours))
    return kept


def agrees(reader_of: Factory, acts: list[Act], asked: Asked) -> None:
    """Assert that a reader and the brute force see the same claims."""
    log = made(acts)
    rows, reader = plain_rows(log), reader_of(log)
    for question in asked:
        read, window = question.cuts(), question.window * DAY
        at = (read.asof.valid, read.asof.known, read.asof.recorded, window)
        situation = ask(reader, question.place, read, window=window)
        assert sorted(
            (one.report, one.read_as, one.facet, one.party, one.reported, one.certainty, one.ended,
             one.late)
            for one in situation.claims
        ) == sorted(
            (one["id"], one["read"], one["facet"], one["party"], one["report"]["reported"]["text"],
             one["certainty"], one["ended"], one["late"])
            for one in oracle.shown(rows, question.place, *at)
        )  # fmt: skip
        where = {one.claim: (one.relation, one.landmark) for one in situation.claims}
        assert sorted(
            (one.party, one.side, one.measure, *map(str, where[one.claims[0]]), one.low, one.best,
             one.high)
            for one in situation.sums
        ) == sorted(
            (party, side, measure, *map(str, spot), *total)
            for (party, side, measure, spot), total
            in oracle.sums(rows, question.place, *at).items()
        )  # fmt: skip


@MANY
@given(acts=histories(), asked=several)
def test_every_reader_agrees_with_the_brute_force(
    reader_of: Factory, acts: list[Act], asked: Asked
) -> None:
    """Any history, asked on any three clocks: the claims shown are those the rule shows."""
    agrees(reader_of, acts, asked)


@MANY
@given(acts=histories(about=(("casualties",),)), known=st.sampled_from(("2025-10-12", "2025-10-17")))
def test_every_reader_adds_up_as_the_brute_force_does(
    reader_of: Factory, acts: list[Act], known: str
) -> None:
    """Losses told by several parties, of periods that overlap or are linked as the same event."""
    asked = [Question("x:alpha", day, known, None, 14) for day in (known, "2025-10-10")]
    agrees(reader_of, acts, asked)


@pytest.mark.long
@given(acts=histories(size=24), asked=st.lists(questions(), min_size=8, max_size=16))
def test_every_reader_agrees_with_the_brute_force_at_length(
    reader_of: Factory, acts: list[Act], asked: Asked
) -> None:
    """Sixteen thousand questions and more, of longer histories."""
    agrees(reader_of, acts, asked)


@pytest.mark.long
@given(acts=histories(ids=("r1", "r2"), size=10), asked=several)
def test_every_reader_agrees_on_reports_that_change_often(
    reader_of: Factory, acts: list[Act], asked: Asked
) -> None:
    """Two reports, corrected, mended, withdrawn and brought back many times."""
    agrees(reader_of, acts, asked)


@SOME
@given(before=histories(), after=histories(mends=False), question=questions())
def test_the_past_is_monotone(
    reader_of: Factory, before: list[Act], after: list[Act], question: Question
) -> None:
    """What is reported after K never changes a byte of the answer as known at K, nor its basis."""
    known = question.cuts().asof.known
    filed = {act.id for act in before}
    more = [
        act
        for act in filed_first([*before, *[act for act in after if act.knowledge > known]])
        if act not in before or act.id not in filed
    ]
    log, clock = begun()
    perform(log, clock, before)
    first = answer(reader_of, log, question, recorded=None).to_json()
    perform(log, clock, more)
    assert answer(reader_of, log, question, recorded=None).to_json() == first


@SOME
@given(before=histories(), after=histories(), question=questions())
def test_a_basis_gives_the_same_bytes_again(
    reader_of: Factory, before: list[Act], after: list[Act], question: Question
) -> None:
    """Whatever is appended, mends and back-dated reports included, a basis reproduces its answer."""
    log, clock = begun()
    perform(log, clock, before)
    window = question.window * DAY
    first = answer(reader_of, log, question)
    again = cuts(UTC, basis=first.basis)
    assert ask(reader_of(log), question.place, again, window=window).to_json() == first.to_json()
    perform(log, clock, following(before, after))
    assert ask(reader_of(log), question.place, again, window=window).to_json() == first.to_json()


def following(before: list[Act], after: list[Act]) -> list[Act]:
    """Acts as they can follow others: what is filed already is corrected."""
    return filed_first([*before, *after])[len(before) :]


@SOME
@given(acts=histories(mends=False), data=st.data(), question=questions())
def test_the_order_of_filing_does_not_matter(
    reader_of: Factory, acts: list[Act], data: st.DataObject, question: Question
) -> None:
    """The same versions, recorded in any order, give the same claims in the same order."""
    seen: set[tuple[str, int]] = set()
    apart = [a for a in acts if (a.id, a.knowledge) not in seen and not seen.add((a.id, a.knowledge))]  # type: ignore[func-returns-value]  # fmt: skip
    first = filed_first(apart)
    other = filed_first(data.draw(st.permutations(first)))
    assume(len(other) == len(first))
    answers = [said(answer(reader_of, made(one), question, recorded=None)) for one in (first, other)]
    assert answers[0] == answers[1]


@SOME
@given(acts=histories(mends=False), question=questions())
def test_an_answer_is_that_of_the_log_cut_at_its_knowledge(
    reader_of: Factory, acts: list[Act], question: Question
) -> None:
    """Known at K is what a log would say that never took in anything reported after K."""
    known = question.cuts().asof.known
    cut = filed_first([act for act in acts if act.knowledge <= known])
    whole = said(answer(reader_of, made(acts), question, recorded=None))
    assert said(answer(reader_of, made(cut), question, recorded=None)) == whole


@given(acts=histories(), question=questions())
def test_an_answer_is_that_of_the_log_cut_at_its_record_time(
    reader_of: Factory, acts: list[Act], question: Question
) -> None:
    """Recorded before R is what the log said then, byte for byte, mends included."""
    assume(question.recorded is not None)
    recorded = question.cuts().asof.recorded
    whole = made(acts)
    reports = [one.recorded for one in rows_of(whole) if one.topic.startswith("report.")]
    then = made(acts[: sum(one < recorded for one in reports)])
    assume(len(reports) == len(acts))
    assert answer(reader_of, then, question).to_json() == answer(reader_of, whole, question).to_json()


@given(
    acts=histories(),
    place=st.sampled_from(("x:alpha", "x:beta")),
    a=days,
    more=days,
    by=st.sampled_from(("day", "report")),
)
def test_a_replay_folds_to_what_is_known(
    reader_of: Factory, acts: list[Act], place: str, a: int, more: int, by: Any
) -> None:
    """All steps from A to B, added up, are the claims known at B."""
    since, until = (cuts(UTC, on=_day(day)).asof for day in (a, a + more))
    reader = reader_of(made(acts))
    shown: dict[str, str] = {}
    for step in replay(
        reader, place, since, UTC, since=since.known, until=until.known, by=by, window=7 * DAY
    ):
        for gone in [*step.withdrawn, *step.lapsed, *(pair.old for pair in step.replaced)]:
            del shown[gone.claim]
        come = [*step.added, *(pair.new for pair in step.replaced)]
        assert not shown.keys() & {claim.claim for claim in come}
        shown |= {claim.claim: claim.report for claim in come}
    known = ask(reader, place, cuts(UTC, on=_day(a + more)))
    assert shown == {claim.claim: claim.report for claim in known.claims}


def _day(day: int) -> str:
    from strategies import day_text

    return day_text(day)


@given(acts=histories(), question=questions())
def test_filing_twice_is_filing_once(
    reader_of: Factory, acts: list[Act], question: Question
) -> None:
    """What is filed again is already known, and changes nothing."""
    log, clock = begun()
    perform(log, clock, acts)
    head, first = log.head(), answer(reader_of, log, question).to_json()
    perform(log, clock, [act for act in acts if act.verb != "retract"])
    perform(log, clock, [act for act in acts if act.verb == "retract"])
    assert log.head() == head
    assert answer(reader_of, log, question).to_json() == first


@given(acts=histories(), day=days, cut=cut_texts, window=st.integers(1, 10))
def test_a_retraction_is_there_before_and_gone_after(
    reader_of: Factory, acts: list[Act], day: int, cut: str, window: int
) -> None:
    """Withdrawn on day D: before D not a byte changes, from D on the report is not shown."""
    assume(not any(act.id == "r1" and act.knowledge > _end(day) for act in acts))
    assume(any(act.id == "r1" for act in acts))
    question = Question("x:alpha", cut, cut, None, window)
    log, clock = begun()
    perform(log, clock, acts)
    before = answer(reader_of, log, question)
    perform(log, clock, [Act("retract", "r1", b"", day, 1)])
    after = answer(reader_of, log, question)
    if question.cuts().asof.known < _end(day):
        assert after.to_json() == before.to_json()
    else:
        assert "r1" not in {claim.report for claim in [*after.claims, *after.context]}


def _end(day: int) -> int:
    return cuts(UTC, on=_day(day)).asof.known


@given(acts=histories(), question=questions())
def test_each_claim_is_listed_once_and_opens_its_report(
    reader_of: Factory, acts: list[Act], question: Question
) -> None:
    """No id comes twice in an answer; each begins exactly one report's."""
    log = made(acts)
    shown = answer(reader_of, log, question).claims
    assert len({claim.claim for claim in shown}) == len(shown)
    reader = reader_of(log)
    assert all(reader.report_id(claim.claim) == claim.report for claim in shown)


@given(acts=histories(), question=questions())
def test_a_roll_up_counts_each_place_once(
    reader_of: Factory, acts: list[Act], question: Question
) -> None:
    """The counts sum to the number of places, whatever the history."""
    for region in ("x:land", "x:both", "x:north", "x:south"):
        rollup = ask(reader_of(made(acts)), region, question.cuts()).rollup
        assert rollup is not None
        counts = dict(rollup.control)
        held = counts.pop("held")
        assert isinstance(held, dict)
        assert sum(held.values()) + sum(map(int, counts.values())) == rollup.places


def as_written(amount: dict[str, Any]) -> Any:
    """An amount as a document holds it."""
    stated = {key: number for key, number in amount.items() if number is not None}
    return stated if len(stated) > 2 else amount["as_reported"]


@settings(max_examples=30)
@given(content_drawn=contents())
def test_the_histories_are_made_of_reports_that_the_vocabulary_takes(
    reader_of: Factory, content_drawn: bytes
) -> None:
    """What the strategies draw in the stored form says what a document can say."""
    form = json.loads(content_drawn)
    value = {
        name: as_written(own) if isinstance(own, dict) and "as_reported" in own else own
        for name, own in form["value"].items()
    }
    happened = form["happened"]
    mark = "~" if happened.get("approximate") else "?" if happened.get("uncertain") else ""
    first, _, last = happened["text"].partition("/")
    text = first if first == last else happened["text"]
    draft = draft_from(
        {
            **{name: form[name] for name in ("kind", "stance", "links", "chain") if name in form},
            **{name: form["place"].get(name) for name in ("relation", "landmark")},
            **value,
            "place": form["place"]["id"],
            "happened": {happened["reading"]: "/".join(f"{end}{mark}" if end != ".." else end for end in text.split("/"))},
            "reported": form["reported"]["text"],
        },
        file="drawn",
    )  # fmt: skip
    assert isinstance(draft, Draft), draft
    event = draft.event
    ref = PlaceRef(
        id=form["place"]["id"],
        name=form["place"]["id"],
        relation=event.place.relation,
        landmark=event.place.landmark,
    )
    again = json.loads(stored(with_place(event, ref)))
    for part in (form["happened"], again["happened"]):
        del part["text"], part["precision"]
    assert again["value"].keys() == form["value"].keys()
    assert again | {"value": 0} == form | {"value": 0}
