"""What was known then beside what is known now: classes, the first to tell, dates, lateness."""

import csv
import io
import json
from pathlib import Path

import pytest
from command import Run, typed, typed_on
from domain import (
    DAY,
    PLACES,
    READERS,
    Story,
    clash,
    control,
    document,
    given,
    held_by,
    infiltration,
    losses,
    told,
)
from serving import client

from events.when import zone_of
from timeline.cuts import cuts
from timeline.errors import BadQuestion
from timeline.questions.hindsight import Difference, Hindsight, hindsight

UTC = zone_of("UTC")


def looked_back(story: Story, known: str = "2025-12-31", facet: str | None = None) -> Hindsight:
    """Ask every reader; assert that they agree to the byte."""
    then, now = cuts(UTC, on="2025-10-20"), cuts(UTC, valid="2025-10-20", known=known)
    answers = [
        hindsight(reader_of(story.log), "Alpha", then, now, facet=facet, window=7 * DAY)
        for reader_of in READERS
    ]
    assert len({answer.to_json() for answer in answers}) == 1
    return answers[0]


def only(answer: Hindsight) -> Difference:
    """The one thing that was learned."""
    [difference] = answer.differences
    return difference


def reports(difference: Difference) -> tuple[str | None, str | None, str | None]:
    """The reports of then, now, and the first to tell."""
    then, now, first = (
        None if claim is None else claim.report
        for claim in (difference.then, difference.now, difference.first)
    )
    return then, now, first


def test_nothing_was_learned_where_nothing_came_since() -> None:
    """What was known of the day is known of it now."""
    answer = looked_back(given(infiltration("a", "2025-10-20"), infiltration("b", "2025-10-25")))
    assert answer.differences == []
    assert [claim.report for claim in answer.then] == ["a"]
    assert [claim.report for claim in answer.now] == ["a"]


def test_the_first_to_tell_is_the_version_that_took_the_days_claim_away() -> None:
    """Moved to the 24th on the 25th, and to the 23rd on the 28th: the first of these told."""
    story = given(infiltration("a", "2025-10-20"))
    story.corrected("a", happened="2025-10-24", reported="2025-10-25")
    story.corrected("a", happened="2025-10-23", reported="2025-10-28")
    found = only(looked_back(story))
    assert (found.learned, found.days_late) == ("corrected", 5.0)
    assert (found.first and found.first.happened, found.now and found.now.happened) == (
        "2025-10-24",
        "2025-10-23",
    )


def test_a_report_that_was_retracted_was_withdrawn_whatever_it_says_since() -> None:
    """Gone on the 25th; that it speaks of the 23rd came out on the 28th."""
    story = given(infiltration("a", "2025-10-20")).retracted("a", reported="2025-10-25")
    story.corrected("a", happened="2025-10-23", reported="2025-10-28")
    found = only(looked_back(story))
    assert (found.learned, found.days_late, found.first) == ("withdrawn", 5.0, None)


def test_new_is_what_nobody_had_spoken_of() -> None:
    """About the 20th, told on the 30th: ten days late."""
    found = only(looked_back(given(infiltration("a", "2025-10-20", reported="2025-10-30"))))
    assert found.learned == "new"
    assert reports(found) == (None, "a", "a")
    assert (found.told, found.days_late) == ("2025-10-31T00:00:00Z", 10.0)


def test_a_date_that_was_told_late_says_by_how_many_days() -> None:
    """Of a change before the day that was asked about."""
    story = given(
        control("before", "2025-10-10", held_by("ru"), by="ua"),
        control("late", "2025-10-18", held_by("ua"), by="ua", reported="2025-10-25"),
    )
    assert [(one.since, one.known_then, one.days_late) for one in looked_back(story).dates] == [
        ("2025-10-10T00:00:00Z", True, None),
        ("2025-10-18T00:00:00Z", False, 5.0),
    ]


def test_what_was_learned_is_in_order_whatever_came_first() -> None:
    """By when it was told; of one day, by the ids of the claims, which are as good as drawn."""
    kinds = [clash, infiltration, losses]
    news = [kind(f"c{at}", "2025-10-20", by=f"p{at}", reported="2025-10-25")
            for at, kind in enumerate(kinds * 2)]  # fmt: skip
    news.append(clash("soon", "2025-10-20", reported="2025-10-24"))
    for story in (given(*news), given(*reversed(news))):
        first, *others = [one.now for one in looked_back(story).differences if one.now]
        assert first.report == "soon"
        assert len(others) == 6
        assert [one.claim for one in others] == sorted(one.claim for one in others)


def test_what_was_withdrawn_at_once_is_in_order_too() -> None:
    """By the ids of the claims that are gone, as what came is by those of the claims that came."""
    kinds = [clash, infiltration, losses]
    story = given(*(kind(f"c{at}", "2025-10-20", by=f"p{at}") for at, kind in enumerate(kinds * 2)))
    for at in range(6):
        story.retracted(f"c{at}", reported="2025-10-25")
    gone = [one.then.claim for one in looked_back(story).differences if one.then]
    assert len(gone) == 6
    assert gone == sorted(gone)


def test_corrected_names_both_versions() -> None:
    """200, and five days later 90."""
    story = given(infiltration("a", "2025-10-20")).corrected("a", size="90", reported="2025-10-25")
    found = only(looked_back(story))
    assert (found.learned, found.days_late) == ("corrected", 5.0)
    assert found.then is not None
    assert found.now is not None
    assert found.then.value["size"]["best"] == 200
    assert found.now.value["size"]["best"] == 90


def test_refined_is_a_number_within_the_one_before() -> None:
    """100 to 300, then 200: by its own party, or by another."""
    rough = infiltration("a", "2025-10-20", size="100-300")
    own = given(rough).corrected("a", size="200", reported="2025-10-25")
    assert only(looked_back(own)).learned == "refined"
    other = given(rough, infiltration("b", "2025-10-20", size="200", by="x", reported="2025-10-25"))
    assert only(looked_back(other)).learned == "refined"
    assert reports(only(looked_back(other))) == ("a", "b", "b")


def test_a_correction_to_another_day_is_no_retraction() -> None:
    """It was the 24th, not the 20th: gone from the day, and known where it went."""
    story = given(infiltration("a", "2025-10-20"))
    story.corrected("a", happened="2025-10-24", reported="2025-10-25")
    found = only(looked_back(story))
    assert found.learned == "corrected"
    assert found.now is not None
    assert found.now.happened == "2025-10-24"


@pytest.mark.parametrize("facet", [None, "forces"])
def test_a_correction_to_another_place_or_facet_is_no_retraction(facet: str | None) -> None:
    """It was in Beta, or it was supply: whatever is asked about, nobody withdrew it."""
    for change in (
        {"place": "Beta"},
        {"kind": "logistics_status", "level": "difficult", "size": None},
    ):
        story = given(infiltration("a", "2025-10-20")).corrected(
            "a", **change, reported="2025-10-25"
        )
        found = only(looked_back(story, facet=facet))
        assert found.learned == "corrected"
        assert found.now is not None
        assert (found.now.place, found.now.kind) == (
            "x:beta" if "place" in change else "x:alpha",
            change.get("kind", "infiltration"),
        )


def test_withdrawn_says_by_whom_and_when() -> None:
    """Retracted a week later."""
    found = only(looked_back(given(infiltration("a", "2025-10-20")).retracted("a", "2025-10-27")))
    assert (found.learned, found.by, found.days_late) == ("withdrawn", "ua", 7.0)
    assert reports(found) == ("a", None, None)


@pytest.mark.parametrize("change", [{"size": "90"}, {"happened": "2025-10-24"}])
def test_what_was_corrected_and_then_withdrawn_was_withdrawn_when_it_was(
    change: dict[str, str],
) -> None:
    """Corrected on the 25th, of the same day or of another; withdrawn on the 27th, by who told it.

    The correction named another speaker: whose word it was then is whose it was to withdraw.
    """
    story = given(infiltration("a", "2025-10-20"))
    story.corrected("a", **change, chain=["other"], reported="2025-10-25")
    found = only(looked_back(story.retracted("a", "2025-10-27")))
    assert (found.learned, found.by, found.days_late) == ("withdrawn", "other", 7.0)
    assert found.told == "2025-10-28T00:00:00Z"
    assert reports(found) == ("a", None, None)


def test_withdrawn_lets_an_older_word_stand_again() -> None:
    """What was known before it is what is known now."""
    story = given(infiltration("old", "2025-10-15"), infiltration("a", "2025-10-20"))
    found = only(looked_back(story.retracted("a", "2025-10-27")))
    assert found.learned == "withdrawn"
    assert reports(found)[:2] == ("a", "old")


def test_equals_that_show_again_were_known_then() -> None:
    """Two words of one day, both hidden by a third, which was withdrawn: nothing new is learned."""
    story = given(
        infiltration("one", "2025-10-15"),
        infiltration("two", "2025-10-15", size="40"),
        infiltration("a", "2025-10-20"),
    )
    found = only(looked_back(story.retracted("a", "2025-10-27")))
    assert (found.learned, found.then and found.then.report) == ("withdrawn", "a")


def test_a_word_that_a_newer_one_outranks_was_not_withdrawn() -> None:
    """Two words of one day, then a third of a later time: it took the place of both."""
    story = given(
        infiltration("one", "2025-10-15"),
        infiltration("two", "2025-10-15", size="40"),
        infiltration("new", "2025-10-20", reported="2025-10-25"),
    )
    found = looked_back(story).differences
    assert {reports(one) for one in found} == {("one", "new", "new"), ("two", "new", "new")}
    assert {one.learned for one in found} == {"corrected"}


def test_a_doubtful_word_beside_one_that_became_certain_was_not_withdrawn() -> None:
    """Of one day, and first told at one time: what is not certain stands beside no certain one."""
    story = given(
        *(infiltration(key, "2025-10-19?", reported="2025-10-19") for key in ("one", "other"))
    )
    found = looked_back(story.corrected("one", happened="2025-10-19", reported="2025-10-22"))
    assert {reports(one) for one in found.differences} == {
        ("one", "one", "one"),
        ("other", "one", "one"),
    }
    assert {one.learned for one in found.differences} == {"corrected"}


def test_a_correction_to_another_kind_is_a_correction() -> None:
    """It was no infiltration: supply was hard."""
    story = given(infiltration("a", "2025-10-20")).corrected(
        "a", kind="logistics_status", level="difficult", size=None, reported="2025-10-25"
    )
    found = only(looked_back(story))
    assert (found.learned, found.now and found.now.kind) == ("corrected", "logistics_status")


def test_confirmed_by_a_check_or_by_another_voice() -> None:
    """A verification says who; another party makes a claim of its own."""
    base = infiltration("a", "2025-10-20")
    check = told("v", "verification", "2025-10-28", by="bbc", report="a", result="confirmed")
    found = only(looked_back(given(base, check)))
    assert (found.learned, found.by, found.days_late) == ("confirmed", "bbc", 8.0)
    voice = infiltration("b", "2025-10-20", by="x", reported="2025-10-24")
    found = only(looked_back(given(base, voice)))
    assert (found.learned, reports(found)) == ("confirmed", ("a", "b", "b"))


def test_a_check_is_learned_once_and_from_when_it_was_first_told() -> None:
    """Refuted by the BBC on the 22nd, in doubt on the 23rd, refuted twice more, by others once."""
    base = infiltration("a", "2025-10-20")
    checks = [
        told(f"{by}{day}", "verification", f"2025-10-{day}", by=by, report="a", result=result)
        for day, by, result in (
            (22, "bbc", "refuted"),
            (23, "bbc", "unverified"),
            (25, "bbc", "refuted"),
            (26, "x", "refuted"),
            (27, "bbc", "refuted"),
        )
    ]
    answer = looked_back(given(base, *checks))
    found = [(one.learned, one.by, one.days_late) for one in answer.differences]
    assert found == [("disputed", "bbc", 2.0), ("disputed", "x", 6.0)]
    known = checks[0] | {"id": "bbc20", "happened": "2025-10-20", "reported": "2025-10-20"}
    answer = looked_back(given(base, known, *checks))
    assert [one.by for one in answer.differences] == ["x"]


def test_nobody_confirms_their_own_claim() -> None:
    """A check by its own party teaches nothing; its word said again takes the other's place."""
    base = infiltration("a", "2025-10-20")
    check = told("v", "verification", "2025-10-28", by="ua", report="a", result="confirmed")
    assert looked_back(given(base, check)).differences == []
    again = infiltration("b", {"at": "2025-10-20"}, reported="2025-10-24")
    found = only(looked_back(given(base, again)))
    assert (found.learned, reports(found)) == ("corrected", ("a", "b", "b"))
    check["result"] = "refuted"
    assert only(looked_back(given(base, check))).learned == "disputed"


def test_disputed_by_a_check_or_by_another_voice() -> None:
    """Refuted, or contradicted by a claim on the same day."""
    base = control("a", "2025-10-20", held_by("ua"))
    check = told("v", "verification", "2025-10-28", by="bbc", report="a", result="refuted")
    assert only(looked_back(given(base, check))).learned == "disputed"
    voice = control("b", "2025-10-20", held_by("ru"), by="x", reported="2025-10-24")
    found = only(looked_back(given(base, voice)))
    assert (found.learned, reports(found)) == ("disputed", ("a", "b", "b"))


def test_what_was_refuted_and_then_withdrawn_was_withdrawn() -> None:
    """Nothing is left of it that could be disputed now."""
    check = told("v", "verification", "2025-10-25", by="bbc", report="a", result="refuted")
    story = given(infiltration("a", "2025-10-20"), check).retracted("a", "2025-10-28")
    assert only(looked_back(story)).learned == "withdrawn"


def test_other_numbers_of_a_period_are_new_and_no_dispute() -> None:
    """What is summed is never said against one another: 100 by one, 300 by the other."""
    story = given(
        losses("a", "2025-10-20"),
        losses("b", "2025-10-20", killed="300", by="x", reported="2025-10-24"),
    )
    found = only(looked_back(story))
    assert (found.learned, reports(found)) == ("new", (None, "b", "b"))


def test_another_beginning_told_later_is_a_dispute() -> None:
    """Seen held on the 18th; a list of December lets it begin on the 25th only."""
    story = given(
        control("seen", "2025-10-18", held_by("ru"), by="page"),
        control("list", {"during": "2025-10-25/.."}, held_by("ru"), by="list",
                reported="2025-12-01"),
    )  # fmt: skip
    found = only(looked_back(story))
    assert (found.learned, reports(found)) == ("disputed", ("seen", "list", "list"))
    assert found.days_late == 42.0
    assert looked_back(story, known="2025-11-30").differences == []


def test_another_beginning_disputes_only_who_had_said_the_same() -> None:
    """The page saw it held by others then, so that the hold of the list may well begin later."""
    story = given(
        control("other", "2025-10-18", held_by("ua"), by="page"),
        control("list", {"during": "2025-10-25/.."}, held_by("ru"), by="list",
                reported="2025-12-01"),
    )  # fmt: skip
    assert looked_back(story).differences == []


def test_another_beginning_is_one_dispute_however_many_had_seen_it_held() -> None:
    """Two saw it held by the 18th, and the list is late by as much against either."""
    story = given(
        control("seen", "2025-10-18", held_by("ru"), by="page"),
        control("too", "2025-10-18", held_by("ru"), by="map"),
        control("list", {"during": "2025-10-25/.."}, held_by("ru"), by="list",
                reported="2025-12-01"),
    )  # fmt: skip
    assert only(looked_back(story)).learned == "disputed"


def test_the_first_that_would_have_told_need_not_be_the_one_shown_now() -> None:
    """Another had said the same of that day three weeks before."""
    story = given(
        infiltration("early", {"at": "2025-10-19"}, by="x", reported="2025-10-22"),
        infiltration("shown", "2025-10-20", by="y", reported="2025-11-12"),
    )
    found = {one.now.report: one for one in looked_back(story).differences if one.now}
    assert reports(found["shown"]) == (None, "shown", "early")
    assert found["shown"].days_late == 2.0


def test_a_happening_was_first_told_before_it_was_corrected_in_words_alone() -> None:
    """Told on the 22nd; the correction of the 30th puts it in other words, the next moves it."""
    story = given(clash("a", "2025-10-20", reported="2025-10-22"))
    story.corrected("a", summary="A fight.", reported="2025-10-30")
    found = only(looked_back(story))
    assert (found.learned, found.told, found.days_late) == ("new", "2025-10-23T00:00:00Z", 2.0)
    story.corrected("a", happened="2025-10-19", reported="2025-11-01")
    assert only(looked_back(story)).told == "2025-11-02T00:00:00Z"


def test_a_total_so_far_does_not_tell_of_a_period_first() -> None:
    """The number is the same, and it is counted of another time."""
    story = given(
        losses("all", "2025-10-20", cumulative="true", by="ru", reported="2025-10-22"),
        losses("day", "2025-10-20", reported="2025-10-25"),
    )
    found = {reports(one) for one in looked_back(story).differences}
    assert found == {(None, "all", "all"), (None, "day", "day")}


def test_late_news_of_earlier_days_is_not_about_the_day() -> None:
    """First heard of in the week before, it lies before the window."""
    story = given(clash("old", "2025-10-01", reported="2025-10-19"))
    answer = looked_back(story)
    assert (answer.then, answer.now, answer.differences) == ([], [], [])


def test_a_cut_later_than_the_day_bounds_what_is_known_now() -> None:
    """As known by the 25th, what came on the 30th is not there; before the day is no hindsight."""
    story = given(infiltration("a", "2025-10-20", reported="2025-10-30"))
    assert looked_back(story, known="2025-10-25").differences == []
    with pytest.raises(BadQuestion, match="write a later one"):
        looked_back(story, known="2025-10-19")


def test_a_facet_narrows_all_of_it() -> None:
    """Of two things learned, the one of that facet."""
    story = given(
        infiltration("a", "2025-10-20", reported="2025-10-30"),
        clash("b", "2025-10-20", by="x", reported="2025-10-30"),
    )
    answer = looked_back(story, facet="fighting")
    assert reports(only(answer))[1] == "b"
    assert [one.party for one in answer.sources] == ["x"]


# From when, by each source; and how late each comes.


def test_each_source_dates_it_and_they_lie_apart() -> None:
    """Before, at and after the day; a second word of the same is no new date."""
    story = given(
        control("p0", "2025-09-01", held_by("ua"), by="page"),
        control("p1", "2025-10-10", held_by("ru"), by="page"),
        control("p2", "2025-10-15", held_by("ru"), by="page"),
        control("l1", {"during": "2025-11-09/.."}, held_by("ru"), by="list", reported="2025-12-01"),
        control("part", "2025-10-10", held_by("ru", "20%"), by="map"),
        control("spot", "2025-10-10", held_by("ru"), by="spot", relation="southwest_of"),
    )
    answer = looked_back(story)
    assert [(one.party, one.claim.report, one.known_then) for one in answer.dates] == [
        ("list", "l1", False),
        ("page", "p0", True),
        ("page", "p1", True),
    ]
    [span] = answer.apart
    assert (span.status, span.by, span.days, span.parties) == ("held", "ru", 30.0, 2)
    assert answer.dates[0].days_late == 42.0


def test_a_source_is_read_in_the_order_of_what_it_tells() -> None:
    """The page told last of what came first: held by Ukraine on the 1st, by Russia on the 10th."""
    story = given(
        control("then", "2025-10-10", held_by("ru"), by="page"),
        control("first", "2025-10-01", held_by("ua"), by="page", reported="2025-11-20"),
    )
    dates = looked_back(story).dates
    assert [(one.claim.report, one.by) for one in dates] == [("first", "ua"), ("then", "ru")]


def test_of_one_beginning_that_goes_first_which_speaks_of_less() -> None:
    """Ukraine's by the 10th, though told later; Russia's at some time from the 10th to the 12th."""
    story = given(
        control("days", "2025-10-10/2025-10-12", held_by("ru"), by="page", reported="2025-10-13"),
        control("day", "2025-10-10", held_by("ua"), by="page", reported="2025-10-20"),
    )
    assert [one.claim.report for one in looked_back(story).dates] == ["day", "days"]


def test_what_begins_with_the_next_day_comes_after_the_one_asked_about() -> None:
    """So that the one before it, which covers the day, has its own beginning before it too."""
    story = given(
        control("p0", "2025-09-01", held_by("ua"), by="page"),
        control("p1", "2025-10-20", held_by("ru"), by="page"),
        control("p2", "2025-10-21", held_by("ua"), by="page"),
    )
    dates = looked_back(story).dates
    assert [(one.claim.report, one.known_then) for one in dates] == [
        ("p0", True),
        ("p1", True),
        ("p2", False),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"landmark": "station"},
        {"stance": "intends"},
        {"stance": "denies"},
        {"happened": "2025-10-10?"},
        {"happened": "2025-10-18"},
    ],
    ids=str,
)
def test_what_says_nothing_sure_of_the_whole_place_dates_nothing(said: dict[str, str]) -> None:
    """A spot, an intention, a denial, an uncertain date, and what was announced."""
    other = {"happened": "2025-10-12", "reported": "2025-10-17"} | said
    story = given(
        control("p", "2025-10-10", held_by("ru"), by="page"),
        told("other", "control_assessment", other.pop("happened"), by="list",
             shares=[held_by("ru")], **other),
    )  # fmt: skip
    answer = looked_back(story)
    assert [one.claim.report for one in answer.dates] == ["p"]
    assert answer.apart == []


def test_what_was_corrected_or_withdrawn_since_dates_nothing() -> None:
    """The page moved its date by two days, and the list took its word back."""
    story = given(
        control("p", "2025-10-10", held_by("ru"), by="page"),
        control("l", "2025-10-18", held_by("ru"), by="list"),
    )
    story.corrected("p", happened="2025-10-12", reported="2025-10-22")
    story.retracted("l", "2025-10-23")
    answer = looked_back(story)
    assert [one.since for one in answer.dates] == ["2025-10-12T00:00:00Z"]
    assert answer.apart == []


def test_an_open_beginning_is_no_date_to_be_apart_from() -> None:
    """Held since nobody says when, by one; from the 10th on, by another."""
    story = given(
        control("open", {"during": "../2025-10-30"}, held_by("ru"), by="page",
                reported="2025-10-15"),
        control("day", "2025-10-10", held_by("ru"), by="list"),
    )  # fmt: skip
    answer = looked_back(story)
    assert [one.since for one in answer.dates] == ["2025-10-10T00:00:00Z", None]
    assert answer.apart == []


def test_a_share_in_between_begins_nothing_anew() -> None:
    """Held on the 10th and on the 15th; a fifth of it, told of the 12th, is no status of it all."""
    story = given(
        control("p1", "2025-10-10", held_by("ru"), by="page"),
        control("part", "2025-10-12", held_by("ru", "20%"), by="page"),
        control("p2", "2025-10-15", held_by("ru"), by="page"),
    )
    assert [one.claim.report for one in looked_back(story).dates] == ["p1"]


def test_sources_that_say_the_hour_lie_apart_by_hours() -> None:
    """From six in the morning of the 10th, and from the beginning of the 13th: 2 days and 18 h."""
    story = given(
        control("hour", {"during": "2025-10-10T06:00Z/.."}, held_by("ru"), by="page",
                reported="2025-10-10"),
        control("day", {"during": "2025-10-13/.."}, held_by("ru"), by="list",
                reported="2025-10-13"),
    )  # fmt: skip
    [span] = looked_back(story).apart
    assert (span.days, span.first, span.last) == (
        2.75,
        *(story.known(on="2025-10-20").claim(one).claim for one in ("hour", "day")),
    )


def test_who_saw_it_only_after_the_day_is_not_late_about_it() -> None:
    """Seen two years on, and told at once: of the day asked about it says nothing."""
    story = given(control("later", "2027-10-20", held_by("ru"), by="page"))
    answer = looked_back(story, known="2027-12-31")
    assert answer.differences == []
    [dated] = answer.dates
    assert (dated.known_then, dated.days_late) == (False, None)


def test_how_late_a_source_comes_is_counted_from_what_it_tells() -> None:
    """From the end of what happened, from the beginning of what lasts; announced is never late."""
    story = given(
        clash("a", "2025-10-18", by="x"),
        clash("b", "2025-10-19", by="x", reported="2025-10-23"),
        clash("c", {"within": "2025-10-10/2025-10-20"}, by="x", reported="2025-10-22"),
        control("d", {"during": "2025-10-01/.."}, held_by("ru"), by="y", reported="2025-10-31"),
        told("f", "ceasefire", {"during": "2025-10-05/2025-12-05"}, by="w", phase="in_force",
             reported="2025-10-31"),
        told("e", "statement", {"during": "2025-12-01/2025-12-05"}, by="z", speech="intent",
             proposition="to come", about="coming", reported="2025-10-02"),
    )  # fmt: skip
    found = {one.party: one for one in looked_back(story).sources}
    assert (found["x"].n, found["x"].median_days, found["x"].worst_days) == (3, 2.0, 4.0)
    assert (found["y"].n, found["y"].median_days) == (1, 31.0)
    assert (found["w"].n, found["w"].median_days) == (1, 27.0)  # in force when it was told
    assert "z" not in found


def test_lateness_is_of_a_speaker_and_its_publisher() -> None:
    """The same voice through two outlets."""
    story = given(
        clash("a", "2025-10-18", chain=["ua", "cnbc"]),
        clash("b", "2025-10-18", chain=["ua", "slow"], reported="2025-10-28"),
        clash("c", "2025-10-18", source={"publisher": "book", "published": "2026-01-01"}),
    )
    found = {one.publisher: one.worst_days for one in looked_back(story).sources}
    assert found == {"cnbc": 0.0, "slow": 10.0, "book": 0.0}


def test_text_says_how_what_was_learned_stands_to_what_was_known(tmp_path: Path) -> None:
    """A check dates nothing; a correction may be of another place; an older word stands again."""
    store = tmp_path / "t.db"
    story = [
        infiltration("hidden", "2025-10-15", side="ua", size="40"),
        infiltration("gone", "2025-10-20", side="ua", size="50"),
        infiltration("refuted", "2025-10-20"),
        clash("moved", "2025-10-20"),
        clash("soon", "2025-10-20", reported="2025-10-21T00:00Z"),
        told("v", "verification", "2025-10-23", by="bbc", report="refuted", result="refuted"),
    ]
    typed_on(store, "add", document(tmp_path, *story, places=PLACES), code=0)
    typed_on(store, "retract", "gone", "--reported", "2025-10-23", "--reason", "untrue", code=0)
    moved = tmp_path / "moved.json"
    moved.write_text(json.dumps(clash("moved", "2025-10-20", place="Beta", reported="2025-10-24")))
    typed_on(store, "correct", "moved", moved, code=0)
    said = " ".join(typed_on(store, "hindsight", "Alpha", "2025-10-20").stdout.split())
    learned = said.partition("THEN AND NOW")[0]
    assert "disputed by BBC · 3 days late at odds with: infiltration RU: 200 soldiers" in learned
    assert "now of Beta, in place of: clash" in learned
    assert "less than a day late" in learned
    assert " 0 days late" not in learned
    assert "gone: infiltration UA: 50 soldiers" in learned
    assert "stands again: infiltration UA: 40 soldiers" in learned
    beside = typed_on(store, "hindsight", "Beta", "2025-10-20").stdout.partition("THEN AND NOW")[2]
    assert "nothing besides" in beside.splitlines()[2]
    with client(store) as web:
        page = web.get("/place/x:alpha/then-and-now?on=2025-10-20", headers={"accept": "text/html"})
    assert "<h3>at odds with</h3>" in page.text
    assert "<h3>now of Beta, in place of</h3>" in page.text


# The seeds.


@pytest.fixture
def run(seeds_store: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` where the store holds the seeds."""
    monkeypatch.setenv("TIMELINE_STORE", str(seeds_store))
    monkeypatch.setenv("COLUMNS", "140")
    return typed


def test_of_bakhmut_three_sources_and_dates_seven_months_apart(run: Run) -> None:
    """Wagner says 20 May, the page 24 May, the list 13 December; the General Staff saw fighting."""
    answer = json.loads(run("hindsight", "Bakhmut", "2023-05-21", "--format", "json").stdout)
    assert {one["party"] for one in answer["sources"]} == {
        "wikipedia",
        "ua.official_list",
        "ua.general_staff",
        "ru.wagner",
    }
    [span] = answer["apart"]
    assert (span["status"], span["by"], span["days"]) == ("held", "ru", 207.0)
    since = {(one["party"], one["status"]): one["since"] for one in answer["dates"]}
    assert since["ru.wagner", "held"] == "2023-05-20T00:00:00Z"
    assert since["wikipedia", "held"] == "2023-05-24T00:00:00Z"
    assert since["ua.official_list", "held"] == "2023-12-13T00:00:00Z"
    learned = {(one["learned"], one["days_late"]) for one in answer["differences"]}
    assert learned == {("new", 649.0), ("disputed", 649.0)}
    text = run("hindsight", "Bakhmut", "2023-05-21").stdout
    assert "held by RU: 3 sources, 207 days apart" in text
    assert "649 days late" in text


def test_of_avdiivka_the_list_came_a_year_late(run: Run) -> None:
    """Known then: held by Russia; the list lets that begin eleven days later, and told in 2025."""
    text = run("hindsight", "Avdiivka", "2024-02-18").stdout
    assert "disputed" in text
    assert "Official list of occupied and hostile territories" in text
    assert "376 days late" in text
    rows = list(
        csv.DictReader(
            io.StringIO(run("hindsight", "Avdiivka", "2024-02-18", "--format", "csv").stdout)
        )
    )
    assert ("disputed", "376", "ua.official_list") in {
        (row["learned"], row["days_late"], row["party"]) for row in rows
    }


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("Nowhere", "2023-05-21"), 1),
        (("Bakhmut", "2023-02-30"), 2),
        (("Bakhmut", "2023-05-21", "--known", "2023-05-20"), 2),
        (("Bakhmut",), 2),
    ],
)
def test_what_cannot_be_answered_is_one_line(run: Run, args: tuple[str, ...], code: int) -> None:
    """An unknown place, a bad date, a cut before the day, a day that is missing."""
    result = run("hindsight", *args)
    assert result.exit_code == code
    assert "Traceback" not in result.output
    assert result.stderr.strip().splitlines()[-1].startswith("Error:")
