"""Why a claim is shown or not, in every way the rule can say it; and where it comes from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Unpack

import pytest
from command import Run, typed, typed_on
from domain import (
    DAY,
    PLACES,
    READERS,
    AskedCuts,
    Report,
    Story,
    clash,
    control,
    document,
    given,
    held_by,
    infiltration,
    losses,
    rows_of,
    told,
)

from events.when import zone_of
from timeline import Timeline
from timeline.cuts import cuts
from timeline.entries import citation, originator_id
from timeline.errors import AmbiguousReport, UnknownReport
from timeline.questions.explain import Explanation, explain
from timeline.reasons import HIDDEN, SHOWN

SEEN: set[str] = set()
"""The codes that the tests of this file met."""


def explained(
    story: Story, key: str, on: str | None = None, **asked: Unpack[AskedCuts]
) -> Explanation:
    """Ask every reader to explain; assert that they agree to the byte."""
    read = cuts(zone_of("UTC"), on=on, **asked)
    answers = []
    for reader_of in READERS:
        reader = reader_of(story.log)
        history = story.log.versions(originator_id("report", reader.report_id(key)))
        answers.append(explain(reader, key, history, read, window=7 * DAY))
    assert len({answer.to_json() for answer in answers}) == 1
    answer = answers[0]
    # What is explained as shown is shown, and the other way round.
    if answer.says is not None:
        shown = {
            claim.claim for claim in story.known(answer.place.name, on, **asked).situation.claims
        }
        assert answer.shown == (answer.claim in shown)
    assert answer.shown == all(reason.code in SHOWN for reason in answer.reasons)
    SEEN.update(reason.code for reason in answer.reasons)
    return answer


def codes(answer: Explanation) -> list[tuple[int, str]]:
    """Clause and code of each reason."""
    return [(reason.clause, reason.code) for reason in answer.reasons]


def why(answer: Explanation) -> str:
    """The last reason, which decides."""
    return answer.reasons[-1].why


# Clause 1: which version counts.


def test_what_stands_is_shown_with_every_clause_it_passed() -> None:
    """It counts, it holds, it stands."""
    answer = explained(given(infiltration("a", "2025-10-20")), "a", "2025-10-25")
    assert answer.shown
    assert codes(answer) == [(1, "counts"), (2, "holds"), (3, "stands")]


def test_what_was_not_told_yet_is_not_shown() -> None:
    """Told on the 22nd, asked as known on the 21st."""
    story = given(infiltration("a", "2025-10-20", reported="2025-10-22"))
    answer = explained(story, "a", "2025-10-21")
    assert codes(answer) == [(1, "not_known")]
    assert why(answer) == (
        "told 2025-10-22, so known from 2025-10-23T00:00:00Z: after the cut of knowledge"
    )


def test_what_was_not_recorded_yet_is_not_shown() -> None:
    """Filed in December, asked as this log had it in November."""
    story = given().later("2025-12-01").filed(infiltration("a", "2025-10-20"))
    answer = explained(story, "a", "2025-10-25", recorded="2025-11-01")
    assert codes(answer) == [(1, "not_recorded")]
    assert "took it in on 2025-12-02" in why(answer)
    second = "2025-12-02T00:00:0{}Z"  # it was recorded at the end of the first one
    for by, code in ((0, "not_recorded"), (1, "counts")):
        at_once = explained(story, "a", "2025-10-25", recorded=second.format(by))
        assert at_once.reasons[0].code == code


def test_what_came_after_a_basis_is_not_shown() -> None:
    """The basis names the last entry that counted then."""
    story = given(infiltration("a", "2025-10-20"))
    basis = story.known(on="2025-10-25").situation.basis
    story.filed(infiltration("b", "2025-10-21"))
    answer = explained(story, "b", basis=basis)
    assert codes(answer) == [(1, "past_basis")]
    assert explained(story, "a", basis=basis).shown


def test_a_basis_explains_again_what_was_not_known_yet() -> None:
    """What did not count then lies after what the basis names, mended or not; that is no reason."""
    story = given(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-28"))
    story.filed(infiltration("c", "2025-10-28")).mended("c", reported="2025-10-29")
    for report in ("b", "c"):
        answer = explained(story, report, "2025-10-25")
        assert codes(answer) == [(1, "not_known")]
        assert explained(story, report, basis=answer.basis).to_json() == answer.to_json()


def test_what_was_mended_is_never_shown_again() -> None:
    """A slip of our own is gone at every cut of knowledge."""
    story = given(infiltration("a", "2025-10-20"))
    slip = story.known(on="2025-10-25").claim("a").claim
    story.mended("a", size="20", reported="2025-10-23")
    answer = explained(story, slip, "2025-10-21")
    assert codes(answer) == [(1, "mended")]
    assert answer.reasons[0].claim == explained(story, "a", "2025-10-25").claim


def test_a_corrected_version_names_the_one_in_its_place() -> None:
    """Before the correction it shows, from then on it does not."""
    story = given(infiltration("a", "2025-10-20"))
    first = story.known(on="2025-10-25").claim("a").claim
    story.corrected("a", size="150", reported="2025-10-23")
    assert explained(story, first, "2025-10-22").shown
    answer = explained(story, first, "2025-10-23")
    assert codes(answer) == [(1, "corrected")]
    assert why(answer) == "corrected: the version told 2025-10-23 shows in its place"
    assert answer.reasons[0].claim == explained(story, "a", "2025-10-23").claim


def test_of_two_versions_told_at_once_the_later_in_the_log_shows() -> None:
    """A correction on the same day."""
    story = given(infiltration("a", "2025-10-20"))
    first = story.known(on="2025-10-25").claim("a").claim
    story.corrected("a", size="150")
    assert codes(explained(story, first, "2025-10-25")) == [(1, "same_time")]


def test_versions_that_differ_in_words_that_can_be_redacted_alone_have_ids_of_their_own() -> None:
    """Though an id tells nothing of these words."""
    story, ids = given(infiltration("a", "2025-10-20")), []
    for words in ("One.", "Two.", "Three."):
        story.corrected("a", summary=words)
        ids.append(story.known(on="2025-10-25").claim("a").claim)
    assert len(set(ids)) == 3
    assert [codes(explained(story, one, "2025-10-25"))[0][1] for one in ids] == [
        "same_time",
        "same_time",
        "counts",
    ]


def test_a_retraction_gives_its_reason() -> None:
    """Withdrawn on the 24th; on the 23rd it still shows."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-24", "wrong town")
    assert explained(story, "a", "2025-10-23").shown
    answer = explained(story, "a", "2025-10-24")
    assert codes(answer) == [(1, "retracted")]
    assert why(answer) == "withdrawn, told 2025-10-24: wrong town"


def test_what_was_withdrawn_is_explained_by_what_was_told_last() -> None:
    """Whatever is told later, and whichever of two corrections was recorded last."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-22", "wrong town")
    story.corrected("a", size="150", reported="2025-10-21")
    story.mended("a", size="20", reported="2025-10-28")
    answer = explained(story, "a", "2025-10-23")
    assert (codes(answer), why(answer)) == (
        [(1, "retracted")],
        "withdrawn, told 2025-10-22: wrong town",
    )
    assert answer.says is not None
    assert answer.says.value["size"]["best"] == 200
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-26")
    story.corrected("a", size="180", reported="2025-10-24")
    story.corrected("a", size="150", reported="2025-10-22")
    answer = explained(story, "a", "2025-10-27")
    assert answer.says is not None
    assert answer.says.value["size"]["best"] == 180


def test_what_came_back_says_so() -> None:
    """Withdrawn, and told again."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-22")
    story.corrected("a", size="180", reported="2025-10-24")
    assert codes(explained(story, "a", "2025-10-25"))[0] == (1, "reinstated")


def test_a_verification_says_what_it_found() -> None:
    """Its result, of which part and how: a town hall is not the town."""
    story = given(
        infiltration("a", "2025-10-20"),
        told("v", "verification", "2025-10-21", report="a", result="confirmed", scope="the mill",
             method="on a video"),
    )  # fmt: skip
    [*_, mark] = explained(story, "v", "2025-10-21").reasons
    assert "a mark on the report a, confirmed (the mill; on a video), and" in mark.why


def test_a_verification_is_a_mark_until_its_verifier_says_otherwise() -> None:
    """The last word of each verifier counts."""
    story = given(
        infiltration("a", "2025-10-20"),
        told("v1", "verification", "2025-10-21", by="bbc", report="a", result="unverified"),
        told("v2", "verification", "2025-10-23", by="bbc", report="a", result="confirmed"),
    )
    assert codes(explained(story, "v1", "2025-10-22")) == [(1, "counts"), (1, "marks")]
    replaced = explained(story, "v1", "2025-10-23")
    assert codes(replaced) == [(1, "counts"), (1, "mark_replaced")]
    assert replaced.reasons[-1].claim == explained(story, "v2", "2025-10-23").claim
    [check] = explained(story, "a", "2025-10-23").verification
    assert (check.status, check.by) == ("confirmed", "bbc")
    assert check.claim is not None
    assert explained(story, check.claim, "2025-10-23").report == "v2"


def test_what_a_verifier_says_at_one_time_stands_together() -> None:
    """Neither of two parts that it checked has taken the other's place."""
    story = given(
        infiltration("a", "2025-10-20"),
        told("v1", "verification", "2025-10-21", by="bbc", report="a", result="refuted", scope="x"),
        told("v2", "verification", "2025-10-21", by="bbc", report="a", result="confirmed"),
    )
    for key in ("v1", "v2"):
        assert codes(explained(story, key, "2025-10-21")) == [(1, "counts"), (1, "marks")]
    checks = explained(story, "a", "2025-10-21").verification
    assert [(check.status, check.by) for check in checks] == [
        ("confirmed", "bbc"),
        ("refuted", "bbc"),
    ]


# Clause 2: how it holds.


def test_what_begins_after_the_cut_does_not_hold() -> None:
    """Known now, asked about the day before."""
    story = given(infiltration("a", "2025-10-20"))
    answer = explained(story, "a", valid="2025-10-19", known="2025-10-25")
    assert codes(answer) == [(1, "counts"), (2, "not_begun")]


@pytest.mark.parametrize(
    ("happened", "reported", "expected"),
    [
        ({"during": "2025-10-10/2025-10-15"}, "2025-10-16", "ended"),
        ({"during": "2025-10-10/.."}, "2025-10-16", "lasts"),
        ({"within": "2025-10-18/2025-10-22"}, "2025-10-23", "reaches_past"),
        ({"at": "2025-10-19?"}, "2025-10-19", "qualified"),
        ({"during": "2025-10-19/2025-10-30"}, "2025-10-10", "announced"),
    ],
)
def test_how_it_holds_is_said(happened: Any, reported: str, expected: str) -> None:
    """Ended, lasting, perhaps still ahead, uncertain, announced: each in a word of its own."""
    story = given(infiltration("a", happened, reported=reported))
    answer = explained(story, "a", valid="2025-10-20", known="2025-10-25")
    assert (2, expected) in codes(answer)
    assert answer.shown


# Clause 3: what stands.


@pytest.mark.parametrize(
    ("other", "by"),
    [
        (infiltration("b", "2025-10-22"), "it speaks of a later time"),
        (infiltration("b", {"within": "2025-10-20T10:00Z/2025-10-20T23:59Z"},
                      reported="2025-10-23"), "it begins later"),
        (infiltration("b", "2025-10-20", reported="2025-10-23"), "it was first told later"),
    ],
)  # fmt: skip
def test_what_was_replaced_says_by_which_and_by_what(other: Report, by: str) -> None:
    """The three comparisons of the rule, in words."""
    story = given(infiltration("a", "2025-10-20"), other)
    answer = explained(story, "a", "2025-10-25")
    assert codes(answer)[-1] == (3, "replaced")
    assert why(answer).endswith(by)
    assert answer.reasons[-1].claim == explained(story, "b", "2025-10-25").claim


def test_the_possible_stand_beside_or_alone_or_not_at_all() -> None:
    """An uncertain date: newer than what stands, older than it, or with nothing certain."""
    sure = infiltration("sure", "2025-10-20")
    newer = infiltration("newer", "2025-10-22?", reported="2025-10-22")
    older = infiltration("older", "2025-10-18?", reported="2025-10-18")
    assert codes(explained(given(newer), "newer", "2025-10-25"))[-1] == (3, "alone")
    story = given(sure, newer, older)
    assert codes(explained(story, "newer", "2025-10-25"))[-1] == (3, "beside")
    answer = explained(story, "older", "2025-10-25")
    assert codes(answer)[-1] == (3, "outranked")
    assert why(answer).endswith("which speaks of a later time")
    assert not answer.shown
    story = given(sure, infiltration("same", "2025-10-20?", reported="2025-10-20"))
    assert why(explained(story, "same", "2025-10-25")).endswith("that stands, which is as new")


def test_equals_stand_together() -> None:
    """Two reports of one day that the rule does not tell apart."""
    story = given(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-20", size="300"))
    assert codes(explained(story, "a", "2025-10-25"))[-1] == (3, "stands_with")


# Clauses 4 and 5: happenings and sums.


@pytest.mark.parametrize(("kept", "code"), [("2025-10-20", "stands"), ("2025-10-20?", "alone")])
def test_no_happening_stands_in_the_place_of_a_status(kept: str, code: str) -> None:
    """A ceasefire that was broken is none that stands beside, or above, what is said of it."""
    story = given(
        told("kept", "ceasefire", kept, phase="in_force", reported="2025-10-20"),
        told("broken", "ceasefire", "2025-10-21", violated="true"),
    )
    answer = explained(story, "kept", on="2025-10-22")
    assert (answer.reasons[-1].code, answer.reasons[-1].claim) == (code, None)


def test_a_happening_is_in_the_window_or_partly_or_late_or_out_of_it() -> None:
    """A window of seven days before 25 October."""
    story = given(
        clash("in", "2025-10-24"),
        clash("part", {"within": "2025-10-10/2025-10-20"}, reported="2025-10-21"),
        clash("late", "2025-10-01", reported="2025-10-23"),
        clash("out", "2025-10-02"),
        clash("about", "2025-10-24~", reported="2025-10-24"),
    )
    ends = {
        key: codes(explained(story, key, "2025-10-25"))[-1]
        for key in ("in", "about", "part", "late", "out")
    }
    assert ends == {
        "in": (4, "in_window"),
        "about": (4, "in_window"),
        "part": (4, "partly_in_window"),
        "late": (4, "late"),
        "out": (4, "out_of_window"),
    }
    answer = explained(story, "in", "2025-10-25")
    assert why(answer) == "it lies in the window of 7 days before the cut"


def test_a_claim_is_told_as_surely_as_the_answer_tells_it() -> None:
    """Of what is explained, and of its rivals, with what others say of them."""
    story = given(
        control("about", "2025-10-20~", held_by("ru"), reported="2025-10-20"),
        control("soon", "2025-10-24", held_by("ua"), by="gs", reported="2025-10-21"),
        control("truce", {"during": "2025-10-20/2025-10-22"}, held_by("ua"), by="map"),
        told("check", "verification", "2025-10-25", report="truce", result="refuted", by="x"),
    )
    shown = {claim.report: claim for claim in story.known("Alpha", "2025-10-26").situation.claims}
    assert {key: (one.certainty, one.ended) for key, one in shown.items()} == {
        "about": ("possible", False),
        "soon": ("announced", False),
        "truce": ("certain", True),
    }
    for key, claim in shown.items():
        answer = explained(story, key, "2025-10-26")
        assert answer.says == claim
        assert {one.claim.report: one.claim for one in answer.rivals} == {
            other: one for other, one in shown.items() if other != key
        }
    before = explained(story, "soon", "2025-10-23").says
    assert before is not None
    assert before.certainty == "announced"


def test_a_period_is_in_a_total_or_says_why_not() -> None:
    """Whole inside, covered by a wider one, denied, partly outside, late, and of tanks alone."""
    week = {"during": "2025-10-20/2025-10-24"}
    story = given(
        losses("wide", week, reported="2025-10-24"),
        losses("day", {"during": "2025-10-21"}),
        # No wider ones: of the days before and after, and of another party.
        losses("before", {"during": "2025-10-19"}),
        *(losses(f"after-{h}", {"during": f"2025-10-25T0{h}:00Z/2025-10-25T0{h}:59Z"},
                 reported="2025-10-25") for h in range(6)),
        *(losses(by, {"during": "2025-10-21"}, by=by) for by in ("bbc", "map", "page")),
        losses("late", {"during": "2025-10-01"}, by="x", reported="2025-10-23"),
        losses("denied", {"during": "2025-10-22"}, stance="denies", by="ru"),
        losses("part", {"during": "2025-10-15/2025-10-19"}, by="x", reported="2025-10-19"),
        told("tanks", "casualties", {"during": "2025-10-23"}, side="ru", equipment={"tank": "12"}),
    )  # fmt: skip
    ends = {key: codes(explained(story, key, "2025-10-25"))[-1]
            for key in ("wide", "day", "denied", "part", "late", "tanks")}  # fmt: skip
    assert ends == {
        "wide": (5, "summed"),
        "day": (5, "wider"),
        "denied": (6, "denial"),
        "part": (5, "not_summed"),
        "late": (5, "not_summed"),
        "tanks": (5, "no_people"),
    }
    assert (5, "denied") in codes(explained(story, "denied", "2025-10-25"))
    wider = explained(story, "day", "2025-10-25").reasons[-1].claim
    assert wider == explained(story, "wide", "2025-10-25").claim


def test_one_event_told_twice_is_summed_once() -> None:
    """Two reports that are linked as the same event."""
    day = {"during": "2025-10-23"}
    story = given(losses("a", day), losses("b", day, killed="120", links={"same_event_as": "a"}))
    answer = explained(story, "a", "2025-10-25")
    assert codes(answer)[-1] == (5, "same_event")
    assert answer.reasons[-1].claim == explained(story, "b", "2025-10-25").claim


def test_a_total_so_far_that_falls_is_flagged() -> None:
    """1,000 by the 20th, 900 by the 21st."""
    story = given(
        losses("a", {"at": "2025-10-20"}, cumulative="true", killed="1000"),
        losses("b", {"at": "2025-10-21"}, cumulative="true", killed="900"),
    )
    answer = explained(story, "b", "2025-10-25")
    assert codes(answer)[-1] == (5, "falls")
    assert why(answer) == "killed falls from 1,000 to 900, though counted since a beginning"
    tanks = given(
        losses("a", {"at": "2025-10-20"}, cumulative="true", equipment={"tank": "12"}),
        losses("b", {"at": "2025-10-21"}, cumulative="true", equipment={"tank": "9"}),
    )
    answer = explained(tanks, "b", "2025-10-25")
    assert why(answer) == "tank falls from 12 to 9, though counted since a beginning"


def test_a_forecast_of_losses_lets_nothing_fall() -> None:
    """A lower forecast is another forecast: every reader says so, as the answer does."""
    story = given(
        losses("a", {"at": "2025-10-20"}, stance="forecasts", cumulative="true", killed="1000"),
        losses("b", {"at": "2025-10-21"}, stance="forecasts", cumulative="true", killed="900"),
    )
    assert (5, "falls") not in codes(explained(story, "b", "2025-10-25"))


def test_a_total_that_is_only_announced_lets_nothing_fall() -> None:
    """It stands beside the number of before, and in place of none."""
    story = given(
        losses("a", {"at": "2025-10-20"}, cumulative="true", killed="1000"),
        losses("b", {"at": "2025-10-24"}, cumulative="true", killed="9", reported="2025-10-22"),
    )
    answer = explained(story, "b", "2025-10-25")
    assert codes(answer)[-1] == (3, "beside")
    assert story.known("Alpha", "2025-10-25").situation.flags == []


# Clauses 6 to 8.


def test_a_denial_and_a_forecast_stand_apart() -> None:
    """Neither becomes what it is about."""
    story = given(
        infiltration("no", "2025-10-20", stance="denies"),
        control("plan", "2025-10-20", held_by("ru"), by="ru", stance="intends"),
    )
    assert codes(explained(story, "no", "2025-10-25"))[-1] == (6, "denial")
    plan = explained(story, "plan", "2025-10-25")
    assert codes(plan)[-1] == (6, "not_yet")
    assert why(plan).startswith("only intended")


def test_a_spot_and_a_site_are_in_no_roll_up() -> None:
    """The station's own claims, and those of the southwest."""
    story = given(
        control("spot", "2025-10-20", held_by("ru"), relation="southwest_of"),
        control("mill", "2025-10-20", held_by("ru"), landmark="the mill"),
        control("site", "2025-10-20", held_by("ru"), place="Alpha Station"),
    )
    for key in ("spot", "mill"):
        assert codes(explained(story, key, "2025-10-25"))[-1] == (7, "spot")
    assert codes(explained(story, "site", "2025-10-25"))[-1] == (7, "site")


def test_who_disputes_it_is_named_and_how_the_others_relate() -> None:
    """One contradicts, one says the same."""
    story = given(
        control("a", "2025-10-20", held_by("ua"), by="ua"),
        control("b", "2025-10-20", held_by("ru"), by="ru"),
        control("c", "2025-10-20", held_by("ua"), by="x"),
    )
    answer = explained(story, "a", "2025-10-25")
    assert codes(answer)[-1] == (8, "disputed")
    assert why(answer) == "contradicted by ru"
    assert {(one.claim.report, one.relation) for one in answer.rivals} == {
        ("b", "contradiction"),
        ("c", "repeat"),
    }


def test_every_reason_of_the_rule_was_met() -> None:
    """Each reason that can be given is given by a history of this file."""
    assert (SHOWN.keys() | HIDDEN.keys()) - SEEN == set()


# Where it comes from.


def test_versions_tell_field_by_field_what_they_changed() -> None:
    """A number, a date and a summary; the rest is as it was."""
    story = given(infiltration("a", "2025-10-20", summary="A few got in."))
    story.corrected("a", size="about 150", summary="Fewer got in.", reported="2025-10-23")
    story.retracted("a", "2025-10-28", "wrong town")
    answer = explained(story, "a", "2025-10-30")
    assert [version.act for version in answer.versions] == ["filed", "corrected", "retracted"]
    changed = {one.field: one.now for one in answer.versions[1].changed}
    assert changed.keys() == {"reported", "size", "summary"}
    assert changed["size"]["best"] == 150
    assert answer.versions[2].reason == "wrong town"
    first, second, _ = answer.versions
    assert second.revision_of == first.claim
    assert first.invalidated_by is not None
    assert first.invalidated_by.claim == second.claim
    assert second.invalidated_by is not None
    assert second.invalidated_by.reason == "wrong town"


def test_versions_tell_what_was_left_out_and_what_was_added() -> None:
    """How they came is no longer said; what they hold is, for the first time."""
    story = given(infiltration("a", "2025-10-20", manner="small groups"))
    story.corrected("a", manner=None, foothold="the mill", reported="2025-10-23")
    changed = explained(story, "a", "2025-10-30").versions[1].changed
    assert [(one.field, one.was, one.now) for one in changed if one.field != "reported"] == [
        ("foothold", None, "the mill"),
        ("manner", "small groups", None),
    ]


def test_whatever_a_version_says_otherwise_is_told() -> None:
    """All that a report can say, said otherwise; and for once its kind."""
    source = dict.fromkeys(("publisher", "title", "language", "locator"), "one") | {
        "url": "https://one.example", "archived_url": "https://one.example/kept",
        "published": "2025-09-01", "sha256": "1" * 64,
    }  # fmt: skip
    story = given(infiltration("a", "2025-10-20", source=source))
    other = {key: text.replace("one", "two").replace("1", "2") for key, text in source.items()}
    story.corrected(
        "a", kind="assault", side=None, size=None, sides="ru", objective="the mill",
        place="Beta", relation="near", landmark="the mill", happened={"during": "2025-10-19"},
        reported="2025-10-23", timezone="Europe/Kyiv", chain=["ua", "x"], stance="denies",
        reliability="B", credibility="2", verification=[{"status": "confirmed", "by": "x"}],
        summary="Now so.", quote="So.", links={"corroborates": ["b"]}, tags=["t"], source=other,
    )  # fmt: skip
    changed = explained(story, "a", "2025-10-30").versions[1].changed
    assert {one.field for one in changed} == {
        "kind", "side", "size", "sides", "objective", "place", "place.id", "relation", "landmark",
        "happened", "happened.reading", "reported", "timezone", "chain", "stance", "reliability",
        "credibility", "verification", "summary", "quote", "links", "tags",
        *(f"source.{name}" for name in source),
    }  # fmt: skip


def test_a_correction_that_the_log_had_late_changed_what_showed_before_it() -> None:
    """Told on the 22nd and filed after one of the 24th, which took its place in the telling."""
    story = given(infiltration("a", "2025-10-20"))
    story.corrected("a", size="about 150", reported="2025-10-24")
    story.corrected("a", size="about 100", reported="2025-10-22")
    first, last, between = explained(story, "a", "2025-10-30").versions
    assert [one.revision_of for one in (first, between, last)] == [None, first.claim, between.claim]
    assert first.invalidated_by is not None
    assert first.invalidated_by.claim == between.claim
    assert between.invalidated_by is not None
    assert between.invalidated_by.claim == last.claim
    sizes = [
        [(one.was["best"], one.now["best"]) for one in version.changed if one.field == "size"]
        for version in (between, last)
    ]
    assert sizes == [[(200, 100)], [(100, 150)]]


def test_nothing_is_told_of_what_was_not_known_yet() -> None:
    """Not which version took the place of this one later, nor why; a claim that is named is."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-22", "wrong town")
    before = [explained(story, "a", day).to_json() for day in ("2025-10-21", "2025-10-25")]
    story.corrected("a", size="about 150", reported="2025-10-28")
    after = [explained(story, "a", day) for day in ("2025-10-21", "2025-10-25", "2025-10-28")]
    assert [one.to_json() for one in after[:2]] == before
    assert [[version.act for version in one.versions] for one in after] == [
        ["filed"], ["filed", "retracted"], ["filed", "retracted", "corrected"]
    ]  # fmt: skip
    assert after[0].invalidated_by is None
    later = after[2].claim
    assert later is not None
    named = explained(story, later, "2025-10-21")
    assert (named.claim, named.shown) == (later, False)
    assert [version.act for version in named.versions] == ["filed", "corrected"]


def test_links_are_shown_from_both_ends() -> None:
    """Where it points, and what points at it as far as that counts."""
    story = given(
        infiltration("a", "2025-10-20", links={"part_of": "b"}),
        clash("b", "2025-10-20"),
        clash("c", "2025-10-22", links={"contradicts": "a"}),
    )
    then, now = (explained(story, "a", day).links for day in ("2025-10-21", "2025-10-22"))
    assert [(one.kind, one.report, one.incoming) for one in then] == [("part_of", "b", False)]
    assert [(one.kind, one.report, one.incoming) for one in now][1:] == [("contradicts", "c", True)]


def test_the_words_are_those_of_prov() -> None:
    """As W3C PROV names them, at the top and in each version."""
    story = given(infiltration("a", "2025-10-20", quote="a few", chain=[
        {"party": "ru.x", "channel": "private"}, "ua.y", "cnbc"]))  # fmt: skip
    data = json.loads(explained(story, "a", "2025-10-25").to_json())
    assert data["schema"] == "timeline/explain/1"
    words = {"wasAttributedTo", "wasDerivedFrom", "wasRevisionOf", "wasInvalidatedBy"}
    assert words <= data.keys()
    assert {"wasRevisionOf", "wasInvalidatedBy"} <= data["versions"][0].keys()
    assert [(one["party"], one["role"]) for one in data["wasAttributedTo"]] == [
        ("ru.x", "from"),
        ("ua.y", "claim"),
        ("cnbc", "via"),
    ]
    assert data["wasDerivedFrom"]["quote"] == "a few"


def test_a_source_is_given_back_as_it_was_written() -> None:
    """Each of its keys says what it said in the report."""
    source = {
        "publisher": "isw",
        "title": "Assessment of October 20",
        "url": "https://example.org/a",
        "archived_url": "https://example.org/b",
        "published": "2025-10-20",
        "language": "en",
        "sha256": "5" * 64,
        "locator": "second paragraph",
    }
    story = given(infiltration("a", "2025-10-20", source=source))
    data = json.loads(explained(story, "a", "2025-10-25").to_json())
    assert data["wasDerivedFrom"] == source | {"quote": None}


def test_the_beginning_of_an_id_will_do_and_a_wrong_one_says_so() -> None:
    """Eight characters of a claim's id, a report's own id, and one that nothing has."""
    story = given(infiltration("alpha-ї", "2025-10-20"))
    claim = story.known(on="2025-10-25").claim("alpha-ї").claim
    assert explained(story, claim[:8], "2025-10-25").claim == claim
    for begun in ("alpha", "alpha-"):
        assert explained(story, begun, "2025-10-25").claim == claim
    with pytest.raises(UnknownReport, match="ids stand at the end of each claim"):
        explained(story, "beta", "2025-10-25")


@pytest.mark.parametrize(
    ("many", "listed"), [(5, "n0, n1, n2, n3, n4"), (6, "n0, n1, n2, n3, n4 …")]
)
def test_of_the_reports_whose_ids_begin_alike_the_first_five_are_told(
    many: int, listed: str
) -> None:
    """And no report is meant by nothing, even where there is but one."""
    story = given(*(infiltration(f"n{n}", "2025-10-20") for n in range(many)))
    with pytest.raises(AmbiguousReport) as caught:
        explained(story, "n", "2025-10-25")
    assert str(caught.value).endswith(f"or one of {listed}")
    with pytest.raises(UnknownReport):
        explained(given(infiltration("a", "2025-10-20")), "", "2025-10-25")


def test_of_many_reports_whose_ids_begin_alike_some_are_candidates() -> None:
    """However long the log is, an error is short; how many there are is told."""
    story = given(*(infiltration(f"n{n:02}", "2025-10-20") for n in range(25)))
    with pytest.raises(AmbiguousReport, match="begins the ids of 25 reports") as caught:
        explained(story, "n", "2025-10-25")
    assert caught.value.candidates == tuple(f"n{n:02}" for n in range(20))


def test_a_check_by_the_party_itself_says_whose_it_is(tmp_path: Path) -> None:
    """Beside that of another, on a terminal."""
    checks = (
        told(by, "verification", "2025-10-21", by=by, report="a", result="confirmed")
        for by in ("ua", "bbc")
    )
    place = {"id": "x:alpha", "name": "Alpha", "kind": "city"}
    file = document(tmp_path, infiltration("a", "2025-10-20"), *checks, places=[place])
    store = tmp_path / "timeline.db"
    typed_on(store, "add", file, code=0)
    said = typed_on(store, "explain", "a", "--on", "2025-10-25", code=0).stdout
    assert "confirmed by Ukraine, whose claim it is · known from" in " ".join(said.split())
    assert "confirmed by BBC · known from" in " ".join(said.split())


# Over the seeds: nothing that is answered stays unexplained.


EXAMPLES = Path(__file__).parents[1] / "examples"

IDS = ("claim", "claims", "disputes", "first", "last", "worst")
"""Keys under which answers name claims, beside the claims themselves."""


def walked(data: Any) -> Iterator[str]:
    """Every claim id of an answer; a value without one fails."""
    if isinstance(data, dict):
        if "value" in data:
            assert isinstance(data["claim"], str), data
        for key, part in data.items():
            if key in IDS and isinstance(part, str):
                yield part
            elif key in IDS and isinstance(part, list) and part and isinstance(part[0], str):
                yield from part
            elif key != "value":
                yield from walked(part)
    elif isinstance(data, list):
        for part in data:
            yield from walked(part)


def answers(timeline: Timeline, place: str) -> Iterator[bytes]:
    """Every answer there is about a place of the seeds."""
    for day in ("2022-04-22", "2023-05-21", "2024-02-18", "2025-10-27", "2026-01-01"):
        yield timeline.known(place, on=day).to_json()
        yield timeline.hindsight(place, day, known="2026-01-01").to_json()
    yield timeline.known(place, window=36_500).to_json()
    yield timeline.history(place).to_json()
    yield timeline.diff(place, "2022-01-01", "2026-01-01", window=36_500).to_json()
    for by in ("day", "report"):
        for step in timeline.replay(place, "2022-01-01", "2026-01-01", step=by):
            yield step.to_json()
    yield timeline.claims(place).to_json()
    counted = timeline.activity(place, by=("day", "kind", "party", "place"))
    assert all(row.claims for row in counted.rows)
    yield counted.to_json()
    for projection in ("control_days.py:ControlDays", "ceasefire_tracker.py:CeasefireTracker"):
        yield timeline.project(str(EXAMPLES / projection), place).to_json()


def test_every_claim_of_every_answer_over_the_seeds_is_explained(seeds: Timeline) -> None:
    """Known, history, replay, diff, hindsight, claims, activity and projections, of every place."""
    reader = seeds.reader()
    places = reader.reported_places(seeds.cuts().asof)
    ids = {
        claim for place in places for answer in answers(seeds, place)
        for claim in walked(json.loads(answer))
    }  # fmt: skip
    assert len(places) > 5
    assert len(ids) == len(seeds.claims().claims)
    for claim in ids:
        answer = seeds.explain(claim, on="2025-10-27")
        assert answer.claim == claim
        assert answer.attributed_to
        assert answer.derived_from is not None
        assert answer.reasons


def test_what_known_shows_is_what_explain_calls_shown(seeds: Timeline) -> None:
    """The same cuts, the same answer, for every claim of the seeds."""
    for day in ("2022-11-11", "2024-02-18", "2025-10-27"):
        for life in seeds.claims().claims:
            claim = life.claim
            shown = {one.claim for one in seeds.known(claim.place, on=day).claims}
            assert seeds.explain(claim.claim, on=day).shown == (claim.claim in shown), claim.report


# The command.


@pytest.fixture
def run(seeds: Timeline, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` where the store holds the seeds."""
    monkeypatch.setenv("TIMELINE_STORE", str(seeds.path))
    monkeypatch.setenv("COLUMNS", "100")
    return typed


def test_the_private_claim_is_explained_from_mouth_to_mouth(run: Run) -> None:
    """Who told whom, and who could not verify it."""
    result = run("explain", "donbas-2025-10-27-private", "--on", "2025-10-27")
    assert result.exit_code == 0, result.output
    for part in (
        "SHOWN AS OF 2025-10-27",
        "Vladimir Putin (private)",
        "Axios",
        "unverified by Reuters",
        "paragraph 9",
        "only forecast, so not said to be so",
    ):
        assert part in result.stdout


def test_what_is_not_shown_says_so_at_once(run: Run) -> None:
    """The list of 2025, asked as known in 2024."""
    result = run("explain", "avdiivka-official-list-2024", "--on", "2024-03-01")
    assert "NOT SHOWN AS OF 2024-03-01" in result.stdout
    assert "told 2025-02-28" in result.stdout


def test_another_version_is_told_by_more_of_its_id(tmp_path: Path) -> None:
    """The ids of the versions of one report begin alike."""
    store = tmp_path / "t.db"
    first = infiltration("a", "2025-10-20")
    typed_on(store, "add", document(tmp_path, first, places=PLACES), code=0)
    again = document(tmp_path, first | {"size": "300", "reported": "2025-10-22"}, name="again")
    typed_on(store, "correct", "a", again, code=0)
    answer = json.loads(typed_on(store, "explain", "a", "--format", "json").stdout)
    was, now = (one["claim"] for one in answer["versions"])
    assert was[:8] == now[:8]
    told = " ".join(typed_on(store, "explain", was[:12]).stdout.split())
    assert f"shows in its place {now[:12]} " in told
    assert "size: 200 → 300" in told


@pytest.mark.parametrize(
    ("args", "code"), [(("nothing-like-it",), 1), (("a", "--on", "2025-13-01"), 2), ((), 2)]
)
def test_a_bad_id_or_date_is_one_line(run: Run, args: tuple[str, ...], code: int) -> None:
    """No traceback, and the exit code of its kind."""
    result = run("explain", *args)
    assert result.exit_code == code
    assert "Traceback" not in result.output
    assert result.stderr.strip().splitlines()[-1].startswith("Error:")


def test_every_reader_knows_where_reports_were_read() -> None:
    """By locator of a source, those of versions that a correction or a retraction took away too."""
    here, there = ({"publisher": "cnbc", "locator": one} for one in ("p. 1", "p. 2"))
    story = given(
        infiltration("a", "2025-10-20", source=here),
        infiltration("b", "2025-10-20", source=here),
        infiltration("c", "2025-10-20", source={"publisher": "cnbc"}),
        told("v", "verification", "2025-10-21", report="a", result="confirmed", source=there),
    )
    story.corrected("b", source=there, reported="2025-10-21").retracted("a", "2025-10-22")
    sources = [entry.report.source for entry in rows_of(story.log) if entry.report]
    at = {
        one.locator: where
        for one in sources
        if one and one.locator and (where := citation(one)) is not None
    }
    assert citation(sources[2]) is None
    for reader_of in READERS:
        found = reader_of(story.log).cited({*at.values(), 5})
        assert found == {at["p. 1"]: ["a", "b"], at["p. 2"]: ["b", "v"]}
        assert reader_of(story.log).cited({at["p. 2"]}) == {at["p. 2"]: ["b", "v"]}
