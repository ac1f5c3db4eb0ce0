"""Situations beyond the rule: how values relate, what a roll-up says, and questions end to end."""

import json
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from domain import (
    PLACES,
    READERS,
    Report,
    clash,
    content,
    control,
    document,
    given,
    held_by,
    infiltration,
    losses,
    told,
    view_reader,
)
from effort import calls_of
from left import left

from events.amount import parse_amount
from events.explain import Problem
from events.when import zone_of
from timeline import Timeline, open_timeline
from timeline.cuts import RULES, cuts
from timeline.errors import (
    AmbiguousReport,
    BadQuestion,
    BadReport,
    Conflict,
    MissingStore,
    UnknownPlace,
    UnknownReport,
)
from timeline.log.filing import Outcome
from timeline.questions.history import history
from timeline.questions.known import named_below, reported_below
from timeline.questions.only import Only
from timeline.values import bounds, compare, whole_status


def amount(text: Any) -> dict[str, Any]:
    """An amount as a claim holds it."""
    parsed = parse_amount(text)
    return {
        "low": parsed.low,
        "best": parsed.best,
        "high": parsed.high,
        "approximate": parsed.approximate,
        "as_reported": parsed.as_reported,
    }


def shares(*parts: tuple[str, str | None, str | None]) -> dict[str, Any]:
    """An assessment of control: (status, by, share)."""
    return {
        "shares": [
            {"status": status}
            | ({"by": by} if by else {})
            | ({"share": amount(share)} if share else {})
            for status, by, share in parts
        ]
    }


# How two values of one matter relate.


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("200", "200", "repeat"),
        ("200", "900", "contradiction"),
        ("about 200", "210", "refinement"),
        ("about 200", "230", "contradiction"),
        ("at least 30", "50", "refinement"),
        ("at least 30", "20", "contradiction"),
        ("up to 50", "20-30", "refinement"),
        ("20-40", "30-50", "compatible"),
        ("dozens", "200", "compatible"),
    ],
)
def test_numbers_contradict_where_they_exclude_each_other(
    one: str, other: str, expected: str
) -> None:
    """Equal: repeat; nested: refinement; apart: contradiction; "about" spans a tenth."""
    for a, b in ((one, other), (other, one)):
        assert compare("infiltration", {"size": amount(a)}, {"size": amount(b)}) == expected


def test_one_number_that_excludes_another_is_enough() -> None:
    """They agree on the dead and not on the wounded."""
    one = {"killed": amount("5"), "wounded": amount("9")}
    other = {"killed": amount("5"), "wounded": amount("20")}
    assert compare("casualties", one, other) == "contradiction"


def test_different_measures_do_not_compare() -> None:
    """One counts the dead, the other the wounded."""
    assert compare("casualties", {"killed": amount("5")}, {"wounded": amount("9")}) == "compatible"
    assert compare("displacement", {}, {}) == "repeat"


def test_the_bounds_of_no_number_are_none() -> None:
    """Dozens are not a number."""
    assert bounds(amount("dozens")) is None
    assert bounds(amount("at least 30")) == (30, float("inf"))
    assert bounds(amount("about 200")) == (180, 220)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (shares(("held", "ua", None)), shares(("held", "UA", None)), "repeat"),
        (shares(("held", "ua", None)), shares(("held", "ru", None)), "contradiction"),
        (shares(("held", "ua", None)), shares(("contested", None, None)), "contradiction"),
        (shares(("held", "ua", None)), shares(("held", "ru", "20%")), "contradiction"),
        (shares(("held", "ua", None)), shares(("unclear", None, "one-fifth")), "compatible"),
        (shares(("held", "ua", "75%")), shares(("held", "ru", "20%")), "compatible"),
        (shares(("held", "ua", "75%")), shares(("held", "ru", "30%")), "contradiction"),
        (shares(("held", "ru", "about 75%")), shares(("held", "ru", "75%")), "refinement"),
        (shares(("held", "ru", "75%")), shares(("held", "ru", "60%")), "contradiction"),
        (shares(("held", "ua", None)), {"to": "ru", "extent": "whole"}, "contradiction"),
        (shares(("held", "ua", None)), {"to": "ua", "extent": "whole"}, "repeat"),
        (
            shares(("held", "ua", None), ("contested", None, None)),
            shares(("held", "ru", "20%")),
            "compatible",
        ),
    ],
)
def test_shares_contradict_where_they_make_more_than_a_whole(
    one: dict[str, Any], other: dict[str, Any], expected: str
) -> None:
    """Whose shares cannot both be; what is unclear excludes nothing."""
    assert compare("control", one, other) == expected
    assert compare("control", other, one) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("in_force", "failed", "contradiction"),
        ("in_force", "ended", "contradiction"),
        ("failed", "ended", "compatible"),
        ("talks", "in_force", "compatible"),
        ("talks", "talks", "repeat"),
    ],
)
def test_a_ceasefire_cannot_be_in_force_and_over(one: str, other: str, expected: str) -> None:
    """Talks go on beside either."""
    assert compare("ceasefire", {"phase": one}, {"phase": other}) == expected


def test_supply_has_one_level() -> None:
    """Difficult for one and normal for another is a contradiction."""
    assert compare("logistics_status", {"level": "cut"}, {"level": "normal"}) == "contradiction"
    assert compare("logistics_status", {"level": "cut"}, {"level": "cut"}) == "repeat"


def test_a_status_of_the_whole_is_one_share_of_all() -> None:
    """A number below the whole, or two shares, are a part."""
    assert whole_status(shares(("held", "UA", None))) == ("held", "ua")
    assert whole_status(shares(("contested", None, "100%"))) == ("contested", "")
    assert whole_status(shares(("held", "ua", "75%"))) is None
    assert whole_status(shares(("held", "ua", "75%"), ("contested", None, None))) is None
    assert whole_status({"areas": [{"status": "held", "by": "ru", "km2": amount("6,600")}]}) is None
    assert whole_status({"to": "ru", "extent": "whole"}) == ("held", "ru")


def test_a_change_of_a_part_leaves_the_rest_to_others() -> None:
    """Each of two sides may mean to take a part of the place."""
    story = given(
        *(
            told(side, "territory_change", "2025-10-20", by=side, stance="intends", extent="part",
                 to=side)
            for side in ("ua", "ru")
        ),
        told("isw", "territory_change", "2025-10-20", by="isw", stance="forecasts",
             extent="whole", to="ru"),
    )  # fmt: skip
    answer = story.known(on="2025-10-22")
    assert answer.situation.counts.disputes == 0
    assert whole_status({"to": "ru", "extent": "part"}) is None


def test_a_part_of_which_nobody_says_how_large_is_no_whole() -> None:
    """Some of it, or the whole but for what somebody else has, is not all of it."""
    assert whole_status(shares(("held", "ru", "some"))) is None
    assert compare("control", shares(("held", "ru", "some")), shares(("held", "ua", "75%"))) == (
        "compatible"
    )
    area = {"km2": amount("20")}
    held = shares(("held", "ua", None))
    assert whole_status(held | {"areas": [{"status": "contested", **area}]}) is None
    assert whole_status(held | {"areas": [{"status": "held", "by": "UA", **area}]}) == (
        "held",
        "ua",
    )


# What rivals say of each other, in an answer.


def test_what_lasts_contradicts_whatever_is_seen_while_it_lasts() -> None:
    """Held since the 20th, told on the 21st; on the 25th another saw it otherwise."""
    story = given(
        control("held", {"during": "2025-10-20/.."}, held_by("ua"), reported="2025-10-21"),
        control("seen", "2025-10-25", held_by("ru"), by="ru"),
    )
    assert story.known(on="2025-10-26").disputes() == {("held", "seen")}


def test_three_voices_dispute_pair_by_pair() -> None:
    """Each names those that it contradicts."""
    story = given(
        infiltration("a", "2025-10-25", size="200"),
        infiltration("b", "2025-10-25", size="900", by="ru"),
        infiltration("c", "2025-10-25", size="about 200", by="cnbc"),
    )
    assert story.known(on="2025-10-25").disputes() == {("a", "b"), ("b", "c")}


def test_two_denials_do_not_contradict() -> None:
    """Not 200, says one; not 900, says the other: neither says what is."""
    story = given(
        infiltration("a", "2025-10-25", size="200", stance="denies"),
        infiltration("b", "2025-10-25", size="900", by="ru", stance="denies"),
    )
    assert story.known(on="2025-10-25").disputes() == set()


def test_a_denial_of_another_value_contradicts_nothing() -> None:
    """It was not 900: it may have been 200."""
    story = given(
        infiltration("a", "2025-10-25", size="200"),
        infiltration("b", "2025-10-25", size="900", by="ru", stance="denies"),
    )
    assert story.known(on="2025-10-25").disputes() == set()


# Roll-ups.


def test_a_denial_disputes_what_it_denies_in_a_roll_up() -> None:
    """One says Ukraine holds it, another that it does not."""
    story = given(
        control("yes", "2025-10-25", held_by("ua")),
        control("no", "2025-10-25", held_by("ua"), by="ru", stance="denies"),
    )
    assert story.known("North", on="2025-10-26").rollup() == {"places": 1, "disputed": 1}


def test_a_denial_alone_says_of_nobody_that_he_holds_the_place() -> None:
    """Who holds it is unclear."""
    story = given(control("no", "2025-10-25", held_by("ua"), stance="denies"))
    assert story.known("North", on="2025-10-26").rollup() == {"places": 1, "unclear": 1}


def test_what_is_ended_or_only_possible_is_silent_in_a_roll_up() -> None:
    """Nothing stands there now."""
    story = given(
        control("was", {"during": "2025-10-20/2025-10-22"}, held_by("ua"), reported="2025-10-23"),
        control("maybe", "2025-10-24?", held_by("ua"), place="Beta", reported="2025-10-24"),
    )
    assert story.known("North", on="2025-10-26").rollup() == {"places": 2, "silent": 2}


def test_a_status_of_the_day_before_the_window_is_stale() -> None:
    """Of the 20th, with a window that begins with the 21st, as a happening would be out of it."""
    story = given(control("a", "2025-10-20", held_by("ua")), clash("b", "2025-10-20"))
    assert story.known("North", on="2025-10-26").rollup() == {"places": 1, "held": {"ua": 1}}
    assert story.known("North", on="2025-10-27").rollup() == {"places": 1, "stale": 1}


def test_a_whole_place_claim_decides_beside_a_partial_one() -> None:
    """One says held; the other leaves a fifth unclear, which contradicts nothing."""
    story = given(
        control("all", "2025-10-25", held_by("ua")),
        control("part", "2025-10-25", {"status": "unclear", "share": "20%"}, by="deepstate"),
    )
    assert story.known("North", on="2025-10-26").rollup() == {"places": 1, "held": {"ua": 1}}


def test_a_denial_of_more_than_is_said_leaves_what_is_said_of_the_whole() -> None:
    """That it is held in part and contested in part, denies one; the other says who holds it."""
    story = given(
        control("all", "2025-10-25", held_by("ru")),
        control("no", "2025-10-25", held_by("ru"), {"status": "contested"}, by="x",
                stance="denies"),
    )  # fmt: skip
    answer = story.known("North", on="2025-10-26")
    assert answer.rollup() == {"places": 1, "held": {"ru": 1}}
    assert story.known(on="2025-10-26").disputes() == set()


def test_two_who_differ_about_parts_leave_what_is_said_of_the_whole() -> None:
    """Who says that it is unclear is at odds with neither of them."""
    parts = [control(by, "2025-10-25", held_by(by, "75%"), by=by) for by in ("ua", "ru")]
    assert given(*parts).known("North", on="2025-10-26").rollup() == {"places": 1, "partial": 1}
    whole = control("all", "2025-10-25", {"status": "unclear"}, by="deepstate")
    story = given(*parts, whole)
    assert story.known("North", on="2025-10-26").rollup() == {"places": 1, "unclear": 1}


# Flags.


def test_a_fall_is_flagged_beside_a_newer_number_of_an_uncertain_date() -> None:
    """The standing total fell, whatever may be said on top of it."""
    story = given(
        losses("one", "2025-10-20", killed="1000", cumulative="true"),
        losses("two", "2025-10-22", killed="900", cumulative="true"),
        losses("maybe", "2025-10-24?", killed="950", cumulative="true", reported="2025-10-24"),
    )
    answer = story.known(on="2025-10-24")
    answer.says(two="certain", maybe="possible")
    flagged = {(flag.claim, flag.was, flag.now) for flag in answer.situation.flags}
    assert (answer.claim("two").claim, 1000, 900) in flagged


def test_a_lesser_number_of_an_uncertain_date_is_no_fall() -> None:
    """It replaces nothing: the total that stands may be the newer one."""
    story = given(
        losses("one", "2025-10-20", killed="1000", cumulative="true"),
        losses("maybe", "2025-10-24?", killed="900", cumulative="true", reported="2025-10-24"),
    )
    answer = story.known(on="2025-10-24")
    answer.says(one="certain", maybe="possible")
    assert answer.situation.flags == []


def test_of_one_party_no_total_and_no_fall_of_others_is_shown() -> None:
    """Chosen after the rule has spoken: what goes with a claim goes when that does."""
    story = given(
        losses("one", "2025-10-20", killed="1000", cumulative="true"),
        losses("two", "2025-10-22", killed="900", cumulative="true"),
        losses("day", "2025-10-22", by="x"),
        infiltration("north", "2025-10-21", place="North"),
    )
    whole = story.known(on="2025-10-24").situation
    ours, theirs = (Only(frozenset({party})).situation(whole) for party in ("ua", "x"))
    assert [len(one.flags) for one in (whole, ours, theirs)] == [1, 1, 0]
    assert [len(one.sums) for one in (whole, ours, theirs)] == [1, 0, 1]
    assert [len(one.context) for one in (whole, ours, theirs)] == [1, 1, 0]


def test_the_losses_of_a_period_are_no_total_so_far_to_fall_from() -> None:
    """Of one party and side, and yet counted of another time."""
    story = given(
        losses("week", "2025-10-13/2025-10-19", killed="1000", reported="2025-10-19"),
        losses("all", "2025-10-22", killed="900", cumulative="true"),
        losses("day", "2025-10-23", killed="50", reported="2025-10-23"),
    )
    assert story.known(on="2025-10-24").situation.flags == []


def test_a_number_of_another_party_or_side_is_no_fall() -> None:
    """Only within a series does a total fall."""
    story = given(
        losses("one", "2025-10-20", killed="1000", cumulative="true"),
        losses("two", "2025-10-22", killed="900", cumulative="true", by="ru"),
        losses("three", "2025-10-22", killed="800", cumulative="true", side="ua"),
    )
    assert story.known(on="2025-10-24").situation.flags == []


# End to end: documents into a store, questions out of it.

REPORTS = (
    infiltration("gs-20", "2025-10-20"),
    infiltration("gs-24", "2025-10-24", size="about 200"),
    infiltration("mod-24", "2025-10-24", by="ru", size="900"),
    clash("clash-25", "2025-10-25"),
    control("map-25", "2025-10-25", held_by("ua"), by="deepstate"),
)


@pytest.fixture
def store(tmp_path: Path) -> Timeline:
    """A store that holds a few reports on Alpha."""
    timeline = left(open_timeline(str(tmp_path / "t.db"), create=True))
    timeline.add(document(tmp_path, *REPORTS, places=PLACES))
    return timeline


def shown(timeline: Timeline, on: str, **asked: Any) -> list[str]:
    """The reports behind an answer on Alpha."""
    return [claim.report for claim in timeline.known("Alpha", on, **asked).claims]


def test_a_store_answers_by_itself_and_again(store: Timeline, tmp_path: Path) -> None:
    """Closed and opened: the same bytes."""
    first = store.known("Альфа", "2025-10-25").to_json()
    store.close()
    with open_timeline(str(tmp_path / "t.db")) as again:
        assert again.known("x:alpha", "2025-10-25").to_json() == first
        assert shown(again, "2025-10-25") == ["map-25", "mod-24", "gs-24", "clash-25"]


def test_filing_a_document_twice_files_nothing_more(store: Timeline, tmp_path: Path) -> None:
    """All of it is already known."""
    added = store.add(document(tmp_path, *REPORTS, places=PLACES))
    assert str(added) == "filed 0, already known 5, problems 0"


def test_a_report_withdrawn_is_there_before_and_gone_after(store: Timeline) -> None:
    """And what was known before has not changed by a byte."""
    before = store.known("Alpha", "2025-10-25").to_json()
    assert store.retract("clash-25", reported="2025-10-27", reason="another place") is Outcome.filed
    assert store.known("Alpha", "2025-10-25").to_json() == before
    assert "clash-25" in shown(store, "2025-10-26")
    assert "clash-25" not in shown(store, "2025-10-27")


def test_a_correction_and_a_mend_from_documents(store: Timeline, tmp_path: Path) -> None:
    """A correction shows from its day on; a mend shows at once and always."""
    fixed = infiltration("gs-24", "2025-10-24", size="50", reported="2025-10-26")
    assert store.correct("gs-24", document(tmp_path, fixed, name="fix")) is Outcome.filed
    sizes = [
        next(
            c.value["size"]["best"] for c in store.known("Alpha", on).claims if c.report == "gs-24"
        )
        for on in ("2025-10-25", "2025-10-26")
    ]
    assert sizes == [200, 50]
    mended = control("map-25", "2025-10-25", {"status": "contested"}, by="deepstate")
    store.correct("map-25", document(tmp_path, mended, name="mend"), mend=True)
    (claim,) = store.known("Alpha", "2025-10-25", facet="control").claims
    assert claim.value["shares"] == [{"status": "contested"}]


def test_a_report_is_named_by_a_prefix_that_is_its_own(store: Timeline) -> None:
    """Two begin with gs; none with zz."""
    assert store.report_id("mod") == "mod-24"
    with pytest.raises(AmbiguousReport) as caught:
        store.report_id("gs")
    assert list(caught.value.candidates) == ["gs-20", "gs-24"]
    for unknown in ("zz", ""):
        with pytest.raises(UnknownReport):
            store.report_id(unknown)


def test_other_content_under_a_known_id_is_refused_by_name(store: Timeline, tmp_path: Path) -> None:
    """Nothing of that file is filed."""
    other = document(tmp_path, clash("gs-20", "2025-10-20"), clash("new", "2025-10-20"), name="o")
    with pytest.raises(Conflict) as caught:
        store.add(other)
    assert caught.value.keys == ("gs-20",)
    assert "gs-20 is already filed with other content" in str(caught.value.problems[0])
    with pytest.raises(UnknownReport):
        store.report_id("new")
    kept = store.add(other, keep_going=True)
    assert (kept.filed, len(kept.problems)) == (1, 1)
    with pytest.raises(Conflict):
        store.writer.check([content(clash("gs-20", "2025-10-20"))])


def test_a_dry_run_files_nothing(tmp_path: Path) -> None:
    """It says what would be filed."""
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        added = timeline.add(document(tmp_path, *REPORTS, places=PLACES), dry_run=True)
        assert added.filed == 5
        with pytest.raises(UnknownPlace):
            timeline.known("Alpha", "2025-10-25")


def test_an_unknown_place_in_a_document_is_a_problem_with_its_line(tmp_path: Path) -> None:
    """The file is not filed; the good reports are, where that is asked."""
    path = document(tmp_path, clash("a", "2025-10-20", place="Pokrovsk"), clash("b", "2025-10-20"))
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        with pytest.raises(BadReport) as caught:
            timeline.add(path)
        assert not isinstance(caught.value, Conflict)
        (problem,) = caught.value.problems
        assert 'place: no place is called "Alpha"' in str(problem)
        assert timeline.add(path, keep_going=True).filed == 1


def test_a_wrong_report_leaves_the_places_of_its_document_known(tmp_path: Path) -> None:
    """What is wrong is told, and nothing else; others may use them where the good is filed."""
    wrong = clash("b", "2025-10-21", place="Alpha", count="a lot")
    path = document(tmp_path, clash("a", "2025-10-20", place="Alpha"), wrong, places=PLACES)
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        with pytest.raises(BadReport) as caught:
            timeline.add(path)
        assert [str(one).split(": ")[1] for one in caught.value.problems] == ["count"]
        other = document(tmp_path, clash("c", "2025-10-20", place="Alpha"), name="other")
        for order in ((path, other), (other, path)):
            with pytest.raises(BadReport) as caught:
                timeline.add(*order)
            assert any("no place is called" in str(one) for one in caught.value.problems)
            told = [str(one).split(":")[0] for one in caught.value.problems]
            assert told == [str(one) for one in order]
        with pytest.raises(UnknownReport):
            timeline.report_id("c")
        assert timeline.add(path, other, keep_going=True).filed == 2
        shown = timeline.known("Alpha", "2025-10-22").claims
        assert [one.report for one in shown] == ["a", "c"]


def test_a_semicolon_in_a_name_or_a_date_cuts_nothing(tmp_path: Path) -> None:
    """What is wrong is told with all that was written, and what would be right apart from it."""
    path = document(tmp_path, clash("a", "2025-10-20", place="Foo; bar"))
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        with pytest.raises(BadReport) as caught:
            timeline.add(path)
        (problem,) = caught.value.problems
        assert isinstance(problem, Problem)
        assert problem.what == 'place: no place is called "Foo; bar"'
        assert problem.right == "give a name, an id, or `Name, Parent`"
        timeline.add(document(tmp_path, clash("b", "2025-10-20", place="Pokrovsk")))
        with pytest.raises(BadReport) as caught:
            timeline.retract("b", reported="today; now", reason="a slip")
        (problem,) = caught.value.problems
        assert isinstance(problem, Problem)
        assert problem.what == "'today; now' has white space in it"


def test_parties_that_no_list_names_are_noted(store: Timeline, tmp_path: Path) -> None:
    """Taken as they are."""
    added = store.add(document(tmp_path, clash("x", "2025-10-20", by="a.stranger"), name="x"))
    assert added.unlisted == {"a.stranger"}


def test_a_stream_of_reports_is_filed_line_by_line(store: Timeline, tmp_path: Path) -> None:
    """NDJSON, by its name or by what its first line holds."""
    lines = [json.dumps(clash(f"s{n}", "2025-10-20")) for n in range(3)]
    for name in ("stream.ndjson", "stream.txt"):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    assert store.add(tmp_path / "stream.ndjson").filed == 3
    assert store.add(tmp_path / "stream.txt").known == 3
    (tmp_path / "twice.ndjson").write_text(
        json.dumps(clash("t", "2025-10-20")) + "\n" + json.dumps(clash("t", "2025-10-21")) + "\n"
    )
    with pytest.raises(Conflict) as caught:
        store.add(tmp_path / "twice.ndjson")
    assert caught.value.keys == ("t",)


def test_a_file_that_cannot_be_read_is_a_problem(store: Timeline, tmp_path: Path) -> None:
    """Not a traceback."""
    good = document(tmp_path, clash("good", "2025-10-20"), name="good")
    with pytest.raises(BadReport, match="cannot be read"):
        store.add(tmp_path / "missing.yaml", good)
    assert store.report_id("good") == "good"  # each document whole or not at all


def test_a_correction_takes_a_document_of_one_report(store: Timeline, tmp_path: Path) -> None:
    """None, or two, or a bad one, are problems."""
    two = document(tmp_path, *REPORTS[:2], name="two")
    none = document(tmp_path, places=PLACES, name="none")
    bad = document(tmp_path, infiltration("gs-20", "2025-13-45"), name="bad")
    astray = document(tmp_path, infiltration("gs-20", "2025-10-20", place="Nowhere"), name="astray")
    for path, what in (
        (two, "more than one"),
        (none, "no report"),
        (bad, "month"),
        (astray, "Nowhere"),
    ):
        with pytest.raises(BadReport, match=what):
            store.correct("gs-20", path)


@pytest.mark.parametrize("reported", ["soon", "2025-10-27/..", "2025-10-27?"])
def test_a_retraction_needs_a_date_with_an_end(store: Timeline, reported: str) -> None:
    """By when it was known that the report was wrong."""
    with pytest.raises(BadReport):
        store.retract("gs-20", reported=reported, reason="x")


def test_a_store_stays_the_one_that_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that goes to another folder files there into no other store of that name."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        with open_timeline("timeline.db", create=True):
            pass
    monkeypatch.chdir(tmp_path / "here")
    with open_timeline("timeline.db") as opened:
        monkeypatch.chdir(tmp_path / "there")
        opened.add(document(tmp_path, clash("a", "2025-10-27"), places=PLACES))
        assert shown(opened, "2025-10-27") == ["a"]
    with open_timeline("timeline.db") as other, pytest.raises(UnknownPlace):
        other.known("Alpha")


def test_a_retraction_takes_dates_as_questions_do(store: Timeline) -> None:
    """A day is one of the store's zone, a moment the end of its second."""
    store.retract("gs-20", reported=date(2025, 10, 21), reason="x")
    assert (shown(store, "2025-10-20"), shown(store, "2025-10-21")) == (["gs-20"], [])
    with pytest.raises(BadQuestion, match="no offset"):
        store.retract("gs-20", reported=datetime(2025, 10, 26), reason="y")  # noqa: DTZ001 -- naive
    assert store.retract("gs-20", reported="2025-10-21", reason="x") is Outcome.known


@pytest.mark.parametrize("cut", [20251027, b"2025-10-27", ["2025-10-27"]])
def test_what_is_no_date_is_told_of(store: Timeline, cut: Any) -> None:
    """As a wrong text is, whatever it is."""
    with pytest.raises(BadQuestion, match=r"on: .* is no date; write one date or instant"):
        store.known("Alpha", on=cut)


def test_a_replay_stops_by_day_or_report(store: Timeline) -> None:
    """Nothing else is taken for one of them."""
    with pytest.raises(BadQuestion, match="'week' is not a step; write day or report"):
        store.replay("Alpha", "2025-10-20", "2025-10-27", step=cast("Any", "week"))


def test_the_cuts_of_a_question(store: Timeline) -> None:
    """ON sets both; the other way round each is its own; what is missing is now."""
    assert shown(store, "2025-10-20") == ["gs-20"]
    late = store.known("Alpha", valid="2025-10-20", known="2025-10-25")
    assert [claim.report for claim in late.claims] == ["gs-20"]
    assert store.known("Alpha", known="2025-10-20").valid == "2025-10-21T00:00:00Z"
    now = store.known("Alpha")
    assert {claim.report for claim in now.claims} == {"map-25", "gs-24", "mod-24"}
    again = store.known("Alpha", basis=now.basis)
    assert (again.to_json(), again.asked.known) == (now.to_json(), None)
    mixed = store.known("Alpha", "2025-10-25", known="2025-10-24", recorded="2099-01-01")
    assert mixed.known == "2025-10-25T00:00:00Z"
    assert store.known("Alpha", basis=mixed.basis).to_json() == mixed.to_json()
    both = partial(store.known, valid="2025-10-20", known="2025-10-25", recorded="2099-01-01")
    assert both("Alpha", "2025-10-24").to_json() == both("Alpha").to_json()  # ON sets neither


def test_a_date_is_a_day_of_the_stores_zone(tmp_path: Path) -> None:
    """In Kyiv the 25th of October ends at 21:00 of UTC."""
    with open_timeline(str(tmp_path / "t.db"), create=True, timezone="Europe/Kyiv") as timeline:
        timeline.add(document(tmp_path, *REPORTS, places=PLACES))
        answer = timeline.known("Alpha", "2025-10-25")
        assert answer.valid == "2025-10-25T21:00:00Z"
        assert answer.claims[0].report == "map-25"


@pytest.mark.parametrize(
    "asked",
    [
        {"on": "someday"},
        {"valid": "2025-10-20/2025-10-22"},
        {"on": "someday", "valid": "2025-10-20", "known": "2025-10-20"},
        {"basis": "nonsense"},
        {"basis": "r0_1_0_2025-10-25_2025-10-25_now"},
        {"basis": f"{RULES}_1_0_now=never_2025-10-25_now"},
        {"basis": f"{RULES}_1_0_2025-10-25_2025-10-25_now", "on": "2025-10-25"},
        {"facet": "weather"},
        {"window": 0},
        {"window": float("nan")},
        {"window": 1e9},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(store: Timeline, asked: dict[str, Any]) -> None:
    """It says what would be right, and answers nothing."""
    with pytest.raises(BadQuestion):
        store.known("Alpha", **asked)


def test_a_missing_store_is_not_made_by_a_question(tmp_path: Path) -> None:
    """The path is named, and nothing is created."""
    with pytest.raises(MissingStore, match=r"none\.db"):
        open_timeline(str(tmp_path / "none.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_history_says_on_which_day_what_changed(store: Timeline) -> None:
    """Each day of valid time with what came, and what it replaced."""
    steps = store.history("Alpha", known="2025-10-30").steps
    told_ = {
        step.day: (
            {claim.report for claim in step.added},
            {(pair.old.report, pair.new.report) for pair in step.replaced},
        )
        for step in steps
    }
    assert told_["2025-10-20"] == ({"gs-20"}, set())
    assert told_["2025-10-24"] == ({"mod-24"}, {("gs-20", "gs-24")})
    assert told_["2025-10-25"] == ({"map-25", "clash-25"}, set())


def test_a_history_can_begin_and_end_on_any_day(store: Timeline) -> None:
    """What already held comes first."""
    steps = store.history("Alpha", since="2025-10-22", until="2025-10-24", known="2025-10-30").steps
    assert [step.day for step in steps] == ["2025-10-22", "2025-10-24"]
    assert [claim.report for claim in steps[0].added] == ["gs-20"]
    with pytest.raises(BadQuestion):
        store.history("Alpha", since="2025-10-24", until="2025-10-22")


def test_a_history_tells_when_a_claim_becomes_certain_and_when_it_ends(tmp_path: Path) -> None:
    """The same claim holds otherwise from then on: on each day as the situation has it."""
    file = document(
        tmp_path,
        control("truce", {"during": "2025-10-20/2025-10-22"}, {"status": "contested"}),
        control("taken", {"within": "2025-10-24/2025-10-26"}, held_by("ru"), by="deepstate"),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        steps = store.history("Alpha", known="2025-10-30").steps
        told = {
            step.day: [
                (pair.old.report, pair.new.report, pair.new.certainty, pair.new.ended)
                for pair in step.changed
            ]
            for step in steps
        }
        assert told == {
            "2025-10-20": [],
            "2025-10-23": [("truce", "truce", "certain", True)],
            "2025-10-24": [],
            "2025-10-26": [("taken", "taken", "certain", False)],
        }
        assert [claim.certainty for claim in steps[2].added] == ["possible"]


def test_a_history_that_ends_before_anything_turned_has_what_has_no_beginning(
    tmp_path: Path,
) -> None:
    """It is possible since ever, and so it is at the cut."""
    file = document(
        tmp_path,
        control("by-then", {"within": "../2025-10-24"}, held_by("ru")),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        steps = store.history("Alpha", until="2025-10-20", known="2025-10-30").steps
        there = store.known("Alpha", valid="2025-10-20", known="2025-10-30").claims
        assert [(step.day, step.added) for step in steps] == [("2025-10-20", there)]
        assert store.history("Alpha", since="2025-10-25", valid="2025-10-20").steps == []


def test_news_of_a_day_waits_for_its_end_though_another_tells_of_an_hour(tmp_path: Path) -> None:
    """At noon the clash of that day is only possible, and by the end of the day it is certain."""
    file = document(
        tmp_path,
        clash("day", "2025-10-26"),
        clash("hour", "2025-10-26T12:00Z"),
        control("map", "2025-10-26", held_by("ua")),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        added = [
            (step.valid, claim.report, claim.certainty)
            for step in store.history("Alpha", known="2025-10-30").steps
            for claim in step.added
        ]
    assert sorted(added) == [
        ("2025-10-26T12:01:00Z", "hour", "certain"),
        ("2025-10-27T00:00:00Z", "day", "certain"),
        ("2025-10-27T00:00:00Z", "map", "certain"),
    ]


def test_what_happened_is_not_withdrawn_on_the_next_day(tmp_path: Path) -> None:
    """Though it was first known on the last day of the cut, and is news of it."""
    file = document(
        tmp_path,
        clash("fight", "2025-10-25", reported="2025-10-27"),
        losses("loss", "2025-10-24", reported="2025-10-27"),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        steps = store.history("Alpha", known="2025-10-27").steps
    assert [(step.day, [one.report for one in step.added], step.withdrawn) for step in steps] == [
        ("2025-10-24", ["loss"], []),
        ("2025-10-25", ["fight"], []),
    ]


def test_a_history_up_to_an_hour_ends_with_what_is_known_of_that_hour(tmp_path: Path) -> None:
    """What has begun by then is in it, though nothing turns at that hour, nor at its day's end."""
    file = document(
        tmp_path,
        control("map", {"during": "2025-10-26T11:00Z/.."}, held_by("ua"), reported="2025-10-28"),
        clash("day", "2025-10-26"),
        clash("next", "2025-10-27"),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        hour, late = "2025-10-26T14:59Z", "2025-10-30"
        steps = store.history("Alpha", valid=hour, known=late).steps
        told = {claim.report: claim.certainty for step in steps for claim in step.added}
        known = store.known("Alpha", valid=hour, known=late).claims
    assert told == {claim.report: claim.certainty for claim in known}
    assert told == {"day": "possible", "map": "certain"}


@pytest.mark.parametrize(
    ("day", "told"),
    [("2025-10-26", {"day": "certain", "night": "certain"}), ("2025-03-30", {})],
)
def test_a_day_of_a_history_is_as_long_as_clocks_make_it(
    tmp_path: Path, day: str, told: dict[str, str]
) -> None:
    """25 hours when winter comes to Kyiv, 23 in spring: no hour is lost, or of the day before."""
    file = document(
        tmp_path,
        clash("day", "2025-10-26", reported="2025-10-27"),
        clash("night", "2025-10-26T00:30+03:00", reported="2025-10-27"),
        clash("eve", "2025-03-29T23:30+02:00", reported="2025-10-27"),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True, timezone="Europe/Kyiv") as store:
        store.add(file)
        steps = store.history("Alpha", since=day, until=day, known="2025-10-30").steps
        assert {claim.report: claim.certainty for step in steps for claim in step.added} == told


def test_a_day_of_a_history_costs_what_changes_on_it() -> None:
    """Whatever else stands at the place: twice the reports are twice the work, not four times."""

    def cost(days: int) -> int:
        first = date(2025, 1, 1)
        story = given(
            *(
                infiltration(
                    f"{at}",
                    str(first + timedelta(at)),
                    place={"id": "x:alpha", "landmark": f"post {at}"},
                )
                for at in range(days)
            )
        )
        reader, utc = view_reader(story.log), zone_of("UTC")
        read = cuts(utc, known="2025-12-31")
        return calls_of(lambda: history(reader, "x:alpha", read, utc))

    cost(10)  # what is loaded once is loaded
    assert cost(80) < 2.5 * cost(40)


def test_a_replay_walks_knowledge_by_day_or_by_report(store: Timeline) -> None:
    """All its steps together are what is known at its end."""
    store.retract("gs-24", reported="2025-10-26", reason="x")
    for step in ("day", "report"):
        steps = list(store.replay("Alpha", "2025-10-19", "2025-10-27", step=step))
        held: set[str] = set()
        for one in steps:
            held -= {
                c.report for c in [*one.withdrawn, *one.lapsed, *(p.old for p in one.replaced)]
            }
            held |= {c.report for c in [*one.added, *(p.new for p in one.replaced)]}
        assert held == set(shown(store, "2025-10-27"))
    by_report = [
        step.report for step in store.replay("Alpha", "2025-10-23", "2025-10-25", step="report")
    ]
    assert by_report == [None, "mod-24", "gs-24", "map-25", "clash-25"]
    with pytest.raises(BadQuestion):
        list(store.replay("Alpha", "2025-10-24", "2025-10-23"))


def test_a_replay_shows_what_was_announced_from_the_day_on_which_it_begins(
    tmp_path: Path,
) -> None:
    """Though there is no news on that day, nor for days to come."""
    file = document(
        tmp_path,
        control(
            "truce", {"during": "2025-10-24/.."}, {"status": "contested"}, reported="2025-10-21"
        ),
        clash("clash-29", "2025-10-29"),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        for step in ("day", "report"):
            steps = list(store.replay("Alpha", "2025-10-20", "2025-10-30", step=step))
            assert [(one.known, [claim.report for claim in one.added]) for one in steps] == [
                ("2025-10-25T00:00:00Z", ["truce"]),
                ("2025-10-30T00:00:00Z", ["clash-29"]),
            ]


def test_a_replay_does_not_go_back_to_what_began_before_it(tmp_path: Path) -> None:
    """A truce that was announced for the 24th, and news since, walked from the 27th on."""
    file = document(
        tmp_path,
        control(
            "truce", {"during": "2025-10-24/.."}, {"status": "contested"}, reported="2025-10-21"
        ),
        infiltration("gs-26", "2025-10-26"),
        clash("clash-29", "2025-10-29"),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        steps = list(store.replay("Alpha", "2025-10-27", "2025-10-30"))
        assert [(one.known, {claim.report for claim in one.added}) for one in steps] == [
            ("2025-10-28T00:00:00Z", {"truce", "gs-26"}),
            ("2025-10-30T00:00:00Z", {"clash-29"}),
        ]


def test_a_replay_names_the_report_that_was_withdrawn_where_an_older_one_stands_again(
    tmp_path: Path,
) -> None:
    """The older is no news; the news is of the one that stood in its place."""
    file = document(
        tmp_path,
        control("older", "2025-10-20", held_by("ua")),
        control("newer", "2025-10-22", held_by("ru")),
        places=PLACES,
    )
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        store.retract("newer", reported="2025-10-24", reason="x")
        steps = store.replay("Alpha", "2025-10-23", "2025-10-25", step="report")
        assert [
            (step.report, [(pair.old.report, pair.new.report) for pair in step.replaced])
            for step in steps
        ] == [(None, []), ("newer", [("newer", "older")])]


def test_a_happening_that_was_corrected_to_another_day_did_not_lapse(tmp_path: Path) -> None:
    """Though the day that was told first is out of the window: it is the same report, told anew."""
    file = document(tmp_path, clash("a", "2025-10-15"), places=PLACES)
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        anew = clash("a", "2025-10-24", reported="2025-10-25")
        store.correct("a", document(tmp_path, anew, name="anew"))
        change = store.diff("Alpha", "2025-10-16", "2025-10-25")
        assert [(pair.old.happened, pair.new.happened) for pair in change.replaced] == [
            ("2025-10-15", "2025-10-24")
        ]
        assert change.added == change.withdrawn == change.lapsed == []


def test_a_report_told_anew_is_replaced_by_itself_though_another_stands_in_its_place(
    tmp_path: Path,
) -> None:
    """It speaks of another side now, and newer words of its party of the side it spoke of."""
    told_first = document(tmp_path, infiltration("a", "2025-10-20"), places=PLACES)
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(told_first)
        store.add(document(tmp_path, infiltration("b", "2025-10-22"), name="other"))
        anew = infiltration("a", "2025-10-20", side="UA", reported="2025-10-23")
        store.correct("a", document(tmp_path, anew, name="anew"))
        change = store.diff("Alpha", "2025-10-21", "2025-10-24")
        assert [(pair.old.report, pair.new.report) for pair in change.replaced] == [("a", "a")]
        assert [claim.report for claim in change.added] == ["b"]
        later = store.hindsight("Alpha", "2025-10-21", known="2025-10-24")
        assert [one.learned for one in later.differences] == ["corrected"]


def test_what_was_as_good_as_what_is_certain_now_was_not_withdrawn(tmp_path: Path) -> None:
    """Both were possible at noon; in the evening the one without a doubt stands alone."""
    doubted = infiltration("a", "2025-10-20?", reported="2025-10-20")
    plain = infiltration("b", "2025-10-20")
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(document(tmp_path, doubted, plain, places=PLACES))
        change = store.diff(
            "Alpha", "2025-10-20T12:00Z", "2025-10-20", axis="valid", known="2025-10-21"
        )
        assert [(pair.old.report, pair.new.report) for pair in change.replaced] == [("a", "b")]
        assert change.withdrawn == []


@pytest.mark.parametrize(
    "reports",
    [
        (
            control("gone", "2025-10-20", held_by("ua")),
            control("come", "2025-10-24", {"status": "contested"}, reported="2025-10-21"),
        ),
        (losses("gone", "2025-10-20", cumulative="true"), losses("come", "2025-10-24")),
    ],
    ids=["what was announced", "the losses of a period"],
)
def test_what_is_no_other_word_takes_the_place_of_nothing(
    tmp_path: Path, reports: tuple[Report, Report]
) -> None:
    """A report was withdrawn, and its party tells something else: two changes, not one."""
    file = document(tmp_path, *reports, places=PLACES)
    with open_timeline(str(tmp_path / "t.db"), create=True) as store:
        store.add(file)
        store.retract("gone", reported="2025-10-23", reason="x")
        change = store.diff("Alpha", "2025-10-22", "2025-10-25")
        assert [claim.report for claim in change.added] == ["come"]
        assert [claim.report for claim in change.withdrawn] == ["gone"]
        assert change.replaced == []


def test_a_diff_of_two_days_tells_new_from_replaced_and_withdrawn(store: Timeline) -> None:
    """Along knowledge, or along valid time."""
    store.retract("mod-24", reported="2025-10-26", reason="x")
    change = store.diff("Alpha", "2025-10-24", "2025-10-26")
    assert [claim.report for claim in change.added] == ["map-25", "clash-25"]
    assert [claim.report for claim in change.withdrawn] == ["mod-24"]
    change = store.diff("Alpha", "2025-10-20", "2025-10-24", axis="valid", known="2025-10-25")
    assert [(pair.old.report, pair.new.report) for pair in change.replaced] == [("gs-20", "gs-24")]
    assert json.loads(change.to_json())["schema"] == "timeline/diff/1"
    lapse = store.diff("Alpha", "2025-10-25", "2025-11-25")
    assert "clash-25" in [claim.report for claim in lapse.lapsed]
    assert "clash-25" not in [claim.report for claim in lapse.withdrawn]
    back = store.diff("Alpha", "2025-10-25", "2025-10-24", valid="2025-10-25")
    assert [claim.report for claim in back.withdrawn] == ["map-25", "clash-25"]
    back = store.diff("Alpha", "2025-10-25", "2025-10-24", valid="2025-11-25")
    assert back.lapsed == []
    back = store.diff("Alpha", "2025-10-25", "2025-10-24", axis="valid", known="2025-11-25")
    assert "clash-25" in [claim.report for claim in back.withdrawn]
    assert back.lapsed == []
    undated = store.diff("Alpha", "2025-10-20", "2025-10-24", axis="valid")
    assert undated.a.replace("2025-10-20", "2025-10-24") == undated.b  # one now for both
    with pytest.raises(BadQuestion):
        store.diff("Alpha", "2025-10-20", "2025-10-24", axis="recorded")  # type: ignore[arg-type]


def test_places_below_a_town_are_named_with_the_reports_that_count() -> None:
    """What is known later, or was withdrawn, is not among them; a region has its roll-up."""
    ward = {"id": "x:ward", "name": "Ward", "kind": "site", "parent": "x:station"}
    story = given(
        control("a", "2025-10-20", held_by("ru"), place="Alpha Station"),
        clash("b", "2025-10-21", place="Alpha Station"),
        clash("c", "2025-10-22", place="x:ward"),
        clash("town", "2025-10-22"),
        places=(*PLACES, ward),
    ).retracted("b", "2025-10-24")

    def below(place: str, on: str) -> list[tuple[str, int]]:
        """The names and numbers that every reader gives."""
        asof = cuts(zone_of("UTC"), on=on).asof
        found = []
        for reader_of in READERS:
            reader = reader_of(story.log)
            found.append(named_below(reader, reader.book(asof), place, asof))
        assert found[0] == found[1] == found[2]
        return [(one.name, one.reports) for one in found[0]]

    then = {on: below("x:alpha", on) for on in ("2025-10-19", "2025-10-21", "2025-10-23")}
    assert list(then.values()) == [[], [("Alpha Station", 2)], [("Alpha Station", 2), ("Ward", 1)]]
    assert below("x:alpha", "2025-10-27") == [("Alpha Station", 1), ("Ward", 1)]
    assert below("x:north", "2025-10-27") == []
    for reader_of in READERS:
        reader = reader_of(story.log)
        for on, count in (("2025-10-19", 0), ("2025-10-21", 1), ("2025-10-27", 3)):
            asof = cuts(zone_of("UTC"), on=on).asof
            book = reader.book(asof)
            assert reported_below(reader, book, "x:north", asof) == count
            assert reported_below(reader, book, "x:alpha", asof) == 0
    story.filed(clash("later", "2025-10-30", place="x:ward"))
    assert then == {on: below("x:alpha", on) for on in then}
