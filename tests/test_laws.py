"""The laws of the design, for every reader of a log, over histories that Hypothesis draws."""

import json
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from agreement import plain_rows, says_what_the_rule_says
from domain import DAY, ask, fold_reader, how, readers, rebuilt_reader, rows_of, with_place
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import (
    ORIGIN,
    Act,
    Question,
    begun,
    contents,
    cut_texts,
    day_text,
    days,
    histories,
    made,
    perform,
    questions,
)

from events.draft import Draft, draft_from
from events.kinds import stored
from events.place import PlaceRef
from events.when import instant_of, zone_of
from timeline.claims import Claim
from timeline.cuts import Cuts, cuts
from timeline.formats.shown import shown_reports
from timeline.log import LogReader
from timeline.questions.history import history
from timeline.questions.replay import ReplayStep, Step, replay
from timeline.reader import Reader
from timeline.situation import Situation

Several = list[Question]
several = st.lists(questions(), min_size=4, max_size=8)
MANY = settings(max_examples=150)
SOME = settings(max_examples=75)
UTC = zone_of("UTC")


def answer(log: LogReader, question: Question, **changed: Any) -> Situation:
    """What every reader of the log answers, to the byte."""
    return agreed(readers(log), question, question.cuts(**changed))


def agreed(several_readers: list[Reader], question: Question, read: Cuts) -> Situation:
    """What all of these answer, to the byte."""
    window = question.window * DAY
    answers = [ask(reader, question.place, read, window=window) for reader in several_readers]
    first, *others = [one.to_json() for one in answers]
    for other in others:
        assert other == first
    return answers[0]


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


def agrees(acts: list[Act], asked: Several, *, rebuilt: bool = False) -> None:
    """Assert that every reader and the brute force see the same claims."""
    log = made(acts)
    rows, several_readers = plain_rows(log), readers(log) + [rebuilt_reader(log)] * rebuilt
    for question in asked:
        situation = agreed(several_readers, question, question.cuts())
        says_what_the_rule_says(situation, rows, question)


@MANY
@given(acts=histories(), asked=several)
def test_every_reader_agrees_with_the_brute_force(acts: list[Act], asked: Several) -> None:
    """Any history, asked on any three clocks: the claims shown are those the rule shows."""
    agrees(acts, asked)


@MANY
@given(
    acts=histories(about=(("casualties",),)), known=st.sampled_from(("2025-10-12", "2025-10-17"))
)
def test_every_reader_adds_up_as_the_brute_force_does(acts: list[Act], known: str) -> None:
    """Losses told by several parties, of periods that overlap or are linked as the same event."""
    asked = [Question("x:alpha", day, known, None, 14) for day in (known, "2025-10-10")]
    agrees(acts, asked)


@settings(max_examples=25)
@given(acts=histories(), asked=several)
def test_an_index_built_whole_agrees_too(acts: list[Act], asked: Several) -> None:
    """What a rebuild makes answers like what was caught up row by row."""
    agrees(acts, asked, rebuilt=True)


@SOME
@given(acts=histories(), question=questions())
def test_every_reader_finds_the_reports_on_a_place(acts: list[Act], question: Question) -> None:
    """Those that a look through the whole log finds, verifications among them."""
    log, asof = made(acts), question.cuts().asof
    whole = list(shown_reports(log, asof))
    for reader in readers(log):
        for place in {question.place, *(one.place for one in whole)}:
            found = shown_reports(log, asof, reader.reports_on([place], asof))
            assert list(found) == [one for one in whole if one.place == place]


@pytest.mark.long
@given(acts=histories(size=24), asked=st.lists(questions(), min_size=8, max_size=16))
def test_every_reader_agrees_with_the_brute_force_at_length(
    acts: list[Act], asked: Several
) -> None:
    """Sixteen thousand questions and more, of longer histories."""
    agrees(acts, asked)


@pytest.mark.long
@given(acts=histories(ids=("r1", "r2"), size=10), asked=several)
def test_every_reader_agrees_on_reports_that_change_often(acts: list[Act], asked: Several) -> None:
    """Two reports, corrected, mended, withdrawn and brought back many times."""
    agrees(acts, asked)


@SOME
@given(before=histories(), after=histories(mends=False), question=questions())
def test_the_past_is_monotone(before: list[Act], after: list[Act], question: Question) -> None:
    """What is reported after K never changes a byte of the answer as known at K, nor its basis."""
    known = question.cuts().asof.known
    more = following(before, [act for act in after if act.knowledge > known])
    log, clock = begun()
    perform(log, clock, before)
    first = answer(log, question, recorded=None).to_json()
    perform(log, clock, more)
    assert answer(log, question, recorded=None).to_json() == first


@SOME
@given(before=histories(), after=histories(), question=questions())
def test_a_basis_gives_the_same_bytes_again(
    before: list[Act], after: list[Act], question: Question
) -> None:
    """Whatever is appended, mends and back-dated reports too, a basis reproduces its answer."""
    log, clock = begun()
    perform(log, clock, before)
    first = answer(log, question)
    again = cuts(UTC, basis=first.basis)
    assert agreed(readers(log), question, again).to_json() == first.to_json()
    perform(log, clock, following(before, after))
    assert agreed(readers(log), question, again).to_json() == first.to_json()


def following(before: list[Act], after: list[Act]) -> list[Act]:
    """Acts as they can follow others: what is filed already is corrected."""
    return filed_first([*before, *after])[len(before) :]


@SOME
@given(acts=histories(mends=False), data=st.data(), question=questions())
def test_the_order_of_filing_does_not_matter(
    acts: list[Act], data: st.DataObject, question: Question
) -> None:
    """The same versions, recorded in any order, give the same claims in the same order."""
    # Of two versions known from the same moment the position in the log does decide.
    apart = {(act.id, act.knowledge): act for act in acts}
    first = filed_first(list(apart.values()))
    other = filed_first(data.draw(st.permutations(first)))
    assume(len(other) == len(first))
    answers = [said(answer(made(one), question, recorded=None)) for one in (first, other)]
    assert answers[0] == answers[1]


@SOME
@given(acts=histories(mends=False), question=questions())
def test_an_answer_is_that_of_the_log_cut_at_its_knowledge(
    acts: list[Act], question: Question
) -> None:
    """Known at K is what a log would say that never took in anything reported after K."""
    known = question.cuts().asof.known
    cut = filed_first([act for act in acts if act.knowledge <= known])
    whole = said(answer(made(acts), question, recorded=None))
    assert said(answer(made(cut), question, recorded=None)) == whole


@given(acts=histories(), question=questions())
def test_an_answer_is_that_of_the_log_cut_at_its_record_time(
    acts: list[Act], question: Question
) -> None:
    """Recorded before R is what the log said then, byte for byte, mends included."""
    assume(question.recorded is not None)
    recorded = question.cuts().asof.recorded
    whole = made(acts)
    reports = [one.recorded for one in rows_of(whole) if one.topic.startswith("report.")]
    then = made(acts[: sum(one < recorded for one in reports)])
    assume(len(reports) == len(acts))
    assert answer(then, question).to_json() == answer(whole, question).to_json()


@given(
    acts=histories(),
    place=st.sampled_from(("x:alpha", "x:beta")),
    a=days,
    more=days,
    by=st.sampled_from(("day", "report")),
)
def test_a_replay_folds_to_what_is_known(
    acts: list[Act], place: str, a: int, more: int, by: Step
) -> None:
    """All steps from A to B, added up, are the claims known at B, as sure and as checked."""
    since, until = (cuts(UTC, on=day_text(day)) for day in (a, a + more))
    fold, view = readers(made(acts))
    steps = [_steps(reader, place, since, until, by) for reader in (fold, view)]
    assert [step.to_json() for step in steps[0]] == [step.to_json() for step in steps[1]]
    shown: dict[str, Any] = {}
    for step in steps[0]:
        for gone in [
            *step.withdrawn,
            *step.lapsed,
            *(pair.old for pair in (*step.replaced, *step.changed)),
        ]:
            del shown[gone.claim]
        come = [*step.added, *(pair.new for pair in (*step.replaced, *step.changed))]
        assert not shown.keys() & {claim.claim for claim in come}
        shown |= _told(come)
        if by == "day":
            assert shown == _told(ask(fold, place, cuts(UTC, basis=step.basis)).claims)
    assert shown == _told(ask(fold, place, cuts(UTC, on=day_text(a + more))).claims)


def _told(claims: Iterable[Claim]) -> dict[str, Any]:
    """By claim: what checks say of it, and of a status how it holds."""
    return {
        one.claim: (one.verification, how(one) if one.read_as == "status" else "") for one in claims
    }


def _steps(reader: Reader, place: str, since: Cuts, until: Cuts, by: Step) -> list[ReplayStep]:
    return list(
        replay(
            reader,
            place,
            since,
            UTC,
            since=since.asof.known,
            until=until.asof.known,
            step=by,
            window=7 * DAY,
        )
    )


@SOME
@given(acts=histories(), noon=days, known=days, begins=st.none() | days)
def test_a_history_says_on_each_day_what_the_answer_says(
    acts: list[Act], noon: int, known: int, begins: int | None
) -> None:
    """What comes is the claim of the answer at that cut, whole; what stays shows there as well."""
    log = made(acts)
    read = cuts(UTC, valid=day_text(noon) + "T11:59Z", known=day_text(known + 4))
    since = None if begins is None else ORIGIN + begins * DAY
    told = [history(reader, "x:alpha", read, UTC, since=since) for reader in readers(log)]
    assert len({one.to_json() for one in told}) == 1
    shown: dict[str, str] = {}
    for step in told[0].steps:
        asof = msgspec.structs.replace(read.asof, valid=instant_of(step.valid))
        cut = msgspec.structs.replace(read, asof=asof)
        there = {
            claim.claim: claim
            for claim in ask(fold_reader(log), "x:alpha", cut, window=DAY).claims
            if not claim.late
        }
        for gone in [*step.withdrawn, *(pair.old for pair in (*step.replaced, *step.changed))]:
            shown.pop(gone.claim, None)
        for claim in [*step.added, *(pair.new for pair in (*step.replaced, *step.changed))]:
            assert claim == there[claim.claim]
            shown[claim.claim] = how(claim) if claim.read_as == "status" else "happening"
        statuses = {claim: said for claim, said in shown.items() if said != "happening"}
        assert statuses == {
            claim.claim: how(claim) for claim in there.values() if claim.read_as == "status"
        }


@given(
    acts=histories(about=(("infiltration",), ("control_assessment",))),
    noon=days,
    known=days,
    begins=st.none() | days,
)
def test_a_history_ends_with_what_stands_at_its_cut(
    acts: list[Act], noon: int, known: int, begins: int | None
) -> None:
    """All its steps, added up, are the statuses known at the end, each as certain as then."""
    reader = fold_reader(made(acts))
    read = cuts(UTC, valid=day_text(noon) + "T11:59Z", known=day_text(known + 4))
    since = None if begins is None else ORIGIN + begins * DAY
    assume(since is None or since <= min(read.asof.valid, read.asof.known))
    steps = history(reader, "x:alpha", read, UTC, since=since).steps
    shown: dict[str, str] = {}
    for step in steps:
        for gone in [*step.withdrawn, *(pair.old for pair in (*step.replaced, *step.changed))]:
            shown.pop(gone.claim, None)
        come = [*step.added, *(pair.new for pair in (*step.replaced, *step.changed))]
        shown |= {claim.claim: how(claim) for claim in come if claim.read_as == "status"}
    end = min(read.asof.valid, read.asof.known)
    asof = msgspec.structs.replace(read.asof, valid=end)
    there = ask(reader, "x:alpha", msgspec.structs.replace(read, asof=asof)).claims
    assert shown == {one.claim: how(one) for one in there if one.read_as == "status"}


@given(acts=histories(), question=questions())
def test_filing_twice_is_filing_once(acts: list[Act], question: Question) -> None:
    """What is filed again is already known, and changes nothing."""
    log, clock = begun()
    perform(log, clock, acts)
    head, first = log.head(), answer(log, question).to_json()
    perform(log, clock, [act for act in acts if act.verb != "retract"])
    perform(log, clock, [act for act in acts if act.verb == "retract"])
    assert log.head() == head
    assert answer(log, question).to_json() == first


@given(acts=histories(), day=days, cut=cut_texts, window=st.integers(1, 10))
def test_a_retraction_is_there_before_and_gone_after(
    acts: list[Act], day: int, cut: str, window: int
) -> None:
    """Withdrawn on day D: before D not a byte changes, from D on the report is not shown."""
    assume(not any(act.id == "r1" and act.knowledge > _end(day) for act in acts))
    assume(any(act.id == "r1" for act in acts))
    question = Question("x:alpha", cut, cut, None, window)
    log, clock = begun()
    perform(log, clock, acts)
    before = answer(log, question)
    perform(log, clock, [Act("retract", "r1", b"", day, 1)])
    after = answer(log, question)
    if question.cuts().asof.known < _end(day):
        assert after.to_json() == before.to_json()
    else:
        assert "r1" not in {claim.report for claim in [*after.claims, *after.context]}


def _end(day: int) -> int:
    return cuts(UTC, on=day_text(day)).asof.known


@given(acts=histories(), question=questions())
def test_each_claim_is_listed_once_and_opens_its_report(
    acts: list[Act], question: Question
) -> None:
    """No id comes twice in an answer; each begins exactly one report's."""
    log = made(acts)
    shown = answer(log, question).claims
    assert len({claim.claim for claim in shown}) == len(shown)
    for reader in readers(log):
        assert all(reader.report_id(claim.claim) == claim.report for claim in shown)


@given(acts=histories(), question=questions())
def test_a_roll_up_counts_each_place_once(acts: list[Act], question: Question) -> None:
    """The counts sum to the number of places, whatever the history."""
    several_readers = readers(made(acts))
    for region in ("x:land", "x:both", "x:north", "x:south"):
        asked = Question(region, question.valid, question.known, question.recorded, 7)
        rollup = agreed(several_readers, asked, asked.cuts()).rollup
        assert rollup is not None
        counts: dict[str, Any] = dict(rollup.control)
        assert sum(counts.pop("held").values()) + sum(counts.values()) == rollup.places


def as_written(amount: dict[str, Any]) -> Any:
    """An amount as a document holds it."""
    stated = {key: number for key, number in amount.items() if number is not None}
    return stated if len(stated) > 2 else amount["as_reported"]


_AS_WRITTEN = ("kind", "stance", "links", "chain", "summary", "quote")


@settings(max_examples=30)
@given(content_drawn=contents())
def test_the_histories_are_made_of_reports_that_the_vocabulary_takes(content_drawn: bytes) -> None:
    """What the strategies draw in the stored form says what a document can say."""
    form = json.loads(content_drawn)
    value = {
        name: as_written(own) if isinstance(own, dict) and "as_reported" in own else own
        for name, own in form["value"].items()
    }
    happened = form["happened"]
    mark = "~" if happened.get("approximate") else "?" if happened.get("uncertain") else ""
    first, _, last = happened["text"].partition("/")
    ends = [first] if first == last else [first, last]
    text = "/".join(end if end == ".." else f"{end}{mark}" for end in ends)
    draft = draft_from(
        {
            **{name: form[name] for name in _AS_WRITTEN if name in form},
            **{name: form["place"].get(name) for name in ("relation", "landmark")},
            **value,
            "place": form["place"]["id"],
            "happened": {happened["reading"]: text},
            "reported": form["reported"]["text"],
        },
        file="drawn",
    )
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
