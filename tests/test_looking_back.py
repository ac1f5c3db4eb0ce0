"""Laws of hindsight, explanations and the life of claims, over histories that Hypothesis draws."""

from dataclasses import replace

import msgspec
import pytest
from domain import DAY, ask, fold_reader, readers
from hypothesis import given, settings
from strategies import Act, Question, Verb, begun, histories, made, perform, questions

from events.when import zone_of
from timeline.claims import Claim
from timeline.cuts import Cuts, cuts
from timeline.entries import originator_id
from timeline.questions.explain import Explanation, explain
from timeline.questions.hindsight import Hindsight, hindsight
from timeline.questions.lives import Chosen, Lives, lives

SOME = settings(max_examples=60)
FAR = "2026-06-30"
UTC = zone_of("UTC")


def stands(claim: Claim) -> bool:
    """Whether a claim is the word of its party on its matter."""
    return (claim.read_as, claim.certainty) == ("status", "certain")


def same(answers: list[bytes]) -> None:
    """Assert that all of them are the same bytes."""
    assert len(set(answers)) == 1


@SOME
@given(acts=histories(), question=questions())
def test_every_reader_looks_back_alike(acts: list[Act], question: Question) -> None:
    """Hindsight, and what became of claims, on any three clocks."""
    log = made(acts)
    then = question.cuts(valid=question.known)
    now = question.cuts(valid=question.known, known=FAR)
    several = readers(log)
    window = question.window * DAY
    same([
        hindsight(reader, question.place, then, now, window=window).to_json()
        for reader in several
    ])  # fmt: skip
    same(
        [
            lives(reader, question.cuts(), Chosen(place=question.place)).to_json()
            for reader in several
        ]
    )
    same([lives(reader, question.cuts(), Chosen()).to_json() for reader in several])


@settings(max_examples=300)
@given(acts=histories(), question=questions())
def test_what_was_learned_since_was_told_since(acts: list[Act], question: Question) -> None:
    """After the day asked about, up to the later cut, and never of what was known already."""
    reader = fold_reader(made(acts))
    then, now = question.cuts(), question.cuts(known=FAR)
    answer = hindsight(reader, question.place, then, now, window=question.window * DAY)
    known = {one.claim for one in answer.then}
    for one in answer.differences:
        assert answer.known_then < one.told <= answer.known_now
        if one.learned == "new":
            assert one.now is not None
            assert one.now.claim not in known


@SOME
@given(acts=histories(), question=questions())
def test_what_is_explained_as_shown_is_shown(acts: list[Act], question: Question) -> None:
    """Every version of every report, at any cuts, as every reader has it; links included."""
    log = made(acts)
    window = question.window * DAY
    several = readers(log)
    for report in {act.id for act in acts}:
        history = log.versions(originator_id("report", report))
        if not history:
            continue
        for reader in several:
            assert reader.report_id(report) == report
        first = explain(several[0], report, history, question.cuts(), window=window)
        for key in {report, *(one.claim for one in first.versions if one.claim)}:
            explained = [
                explain(reader, key, history, question.cuts(), window=window) for reader in several
            ]
            same([one.to_json() for one in explained])
            if (answer := explained[0]).says is None:
                continue
            shown = ask(several[0], answer.place.id, question.cuts(), window=window).claims
            assert answer.shown == (answer.claim in {one.claim for one in shown})
            stand = {one.claim: one for one in shown if stands(one)}
            for reason in answer.reasons:
                if reason.clause == 3 and reason.claim is not None:
                    assert stand[reason.claim].party == answer.says.party


@SOME
@given(acts=histories(mends=False), more=histories(), question=questions())
def test_what_is_told_later_changes_no_explanation(
    acts: list[Act], more: list[Act], question: Question
) -> None:
    """Of any report, as known at any cut: whatever comes out after it."""
    log, clock = begun()
    perform(log, clock, acts)
    filed = {act.id for act in acts}

    def explanations() -> dict[str, bytes]:
        reader, cuts = fold_reader(log), question.cuts(recorded=None)
        window = question.window * DAY
        return {
            report: explain(
                reader, report, log.versions(originator_id("report", report)), cuts, window=window
            ).to_json()
            for report in filed
        }

    before = explanations()
    later = [
        replace(act, verb="correct" if act.verb == "file" else act.verb)
        for act in more
        if act.id in filed and act.verb != "mend" and act.knowledge > question.cuts().asof.known
    ]
    perform(log, clock, later)
    assert explanations() == before


@SOME
@given(acts=histories(), more=histories(), question=questions())
def test_a_basis_looks_back_again(acts: list[Act], more: list[Act], question: Question) -> None:
    """Explanations, lives and hindsight, to the byte, whatever is filed after them."""
    log, clock = begun()
    perform(log, clock, acts)
    filed, window = {act.id for act in acts}, question.window * DAY

    def explained(report: str, read: Cuts) -> Explanation:
        history = log.versions(originator_id("report", report))
        return explain(fold_reader(log), report, history, read, window=window)

    def learned(now: Cuts) -> Hindsight:
        return hindsight(fold_reader(log), question.place, now.then(), now, window=window)

    def lived(read: Cuts) -> Lives:
        return lives(fold_reader(log), read, Chosen(place=question.place))

    now = question.cuts(valid=question.known, known=FAR)
    explanations = [explained(report, question.cuts()) for report in sorted(filed)]
    look_back, all_lives = learned(now), lived(question.cuts())

    def again() -> None:
        for one in explanations:
            assert explained(one.id, cuts(UTC, basis=one.basis)).to_json() == one.to_json()
        assert learned(cuts(UTC, basis=look_back.basis_now)).to_json() == look_back.to_json()
        assert lived(cuts(UTC, basis=all_lives.basis)).to_json() == all_lives.to_json()

    again()
    verbs: dict[Verb, Verb] = {"file": "correct"}
    later = [replace(act, verb=verbs.get(act.verb, act.verb)) for act in more if act.id in filed]
    perform(log, clock, later)
    again()


@SOME
@given(acts=histories(ids=("r1", "r2"), size=10), question=questions())  # of which many move
def test_a_move_to_another_place_is_no_withdrawal(acts: list[Act], question: Question) -> None:
    """On its place a claim has the life that its report has, but for who disputes it there."""
    reader = fold_reader(made(acts))
    whole = {one.claim.claim: one for one in lives(reader, question.cuts(), Chosen()).claims}
    for life in lives(reader, question.cuts(), Chosen(place=question.place)).claims:
        if one := whole.get(life.claim.claim):
            assert (one.told, one.supersedes) == (life.told, life.supersedes)
            assert set(one.statuses) - {"disputed", "open"} == set(life.statuses) - {
                "disputed",
                "open",
            }
        else:  # it speaks of another place by now, or did when it was withdrawn
            assert {"corrected", "retracted"} & set(life.statuses)


@SOME
@given(acts=histories(), question=questions())
def test_a_record_is_the_one_of_the_log_cut_at_its_day(acts: list[Act], question: Question) -> None:
    """No look-ahead: asked as known at K, later knowledge changes nothing."""
    log = made(acts)
    reader = readers(log)[0]
    answer = lives(reader, question.cuts(recorded=None), Chosen())
    told = reader.told(question.cuts(recorded=None).asof)
    assert all(one.first_known <= question.cuts().asof.known for one in told)
    for one in answer.claims:
        assert all(event.on <= answer.known for event in one.events)
    for record in answer.records:
        assert record.n == sum(one.claim.party == record.party for one in answer.claims)
        for rate in record.rates:
            assert rate.count <= rate.n <= record.n
            if rate.share is not None:
                assert rate.low is not None
                assert rate.high is not None
                assert rate.low <= rate.share <= rate.high


@pytest.mark.long
@settings(max_examples=1_000)
@given(acts=histories(), question=questions())
def test_what_was_told_is_what_showed_at_each_moment(acts: list[Act], question: Question) -> None:
    """A claim as told from one knowledge to another is what counts at every cut between."""
    log = made(acts)
    for reader in readers(log):
        asof = question.cuts().asof
        told = reader.told(asof)
        for one in told:
            at = msgspec.structs.replace(asof, known=one.assertion.knowledge, valid=1 << 61)
            counted = reader.told(at, place=one.assertion.series.place)
            current = [each for each in counted if each.until == 1 << 62]
            assert one.assertion.claim.claim in {each.assertion.claim.claim for each in current}
