"""How two claims relate: contradiction, update, refinement, repeat, and what is none of these."""

import subprocess
import sys
from collections import Counter
from itertools import combinations
from random import Random
from typing import Any

import pytest
from command import ROOT
from domain import Report, control, given, held_by, infiltration, losses, rows_of, told

from benchmarks.disputes import Judged, judged, scores
from timeline.asof import Held
from timeline.claims import Assertion, assertion
from timeline.values import Relation, Rivals, contradictions, related


def claims(*reports: Report) -> list[Assertion]:
    """What reports assert, in the order given."""
    made = (assertion(entry) for entry in rows_of(given(*reports).log) if entry.report)
    return [claim for claim in made if claim]


def between(one: Report, other: Report) -> Relation:
    """How the claims of two reports relate; asked the other way round it is the same."""
    a, b = claims(one, other)
    assert related(a, b) == related(b, a)
    return related(a, b)


@pytest.fixture(scope="module")
def pairs() -> list[Judged]:
    """The pairs labelled by hand, with what the rules say."""
    return judged()


@pytest.mark.parametrize("seed", range(20))
def test_contradictions_are_those_of_each_two(seed: int) -> None:
    """However many say the same, of whatever times."""
    draw = Random(seed)  # noqa: S311 - no secret
    said = [held_by("ua"), held_by("ru"), held_by("ru.dpr"), {"status": "unclear"}]

    def report(number: int) -> Report:
        first, last = sorted(draw.choices(range(1, 12), k=2))
        day, end = f"2025-10-{first:02d}", f"2025-10-{last:02d}"
        spans = [f"{day}/{end}", f"{day}/..", f"../{end}", "2025-10"]
        return control(
            f"c{number}",
            draw.choice([day, *({"during": span} for span in spans)]),
            draw.choice(said),
            by=f"p{draw.randrange(4)}",
            reported=f"2025-10-{draw.randrange(last, 29):02d}",
            stance=draw.choice(["asserts", "asserts", "denies"]),
        )

    told = claims(*map(report, range(20)))
    for some in (told, told[:8]):  # few are compared in another way
        held = [Held(one, one.knowledge, None, "certain") for one in some]
        expected = Counter(
            frozenset(one.claim.claim for one in pair)
            for pair in combinations(some, 2)
            if related(*pair) == "contradiction"
        )
        for found in (contradictions(held), contradictions(held, Rivals())):
            named = (frozenset(one.assertion.claim.claim for one in pair) for pair in found)
            assert Counter(named) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (held_by("ua"), held_by("ru"), "contradiction"),
        (held_by("ua"), held_by("ua"), "repeat"),
        (held_by("ua"), held_by("UA"), "repeat"),
        (held_by("ua"), {"status": "contested"}, "contradiction"),
        (held_by("ua"), {"status": "unclear"}, "compatible"),
        (held_by("ua", "75%"), held_by("ru", "about 50%"), "contradiction"),
        (held_by("ua", "75%"), held_by("ru", "20%"), "compatible"),
        (held_by("ua", "70-80%"), held_by("ua", "75%"), "refinement"),
        (held_by("ru"), held_by("ru.dpr"), "refinement"),
        (held_by("ua"), held_by("ru.dpr"), "contradiction"),
        (held_by("ru"), held_by("rus"), "contradiction"),
        (held_by("ru"), held_by("rus.north"), "contradiction"),
        (held_by("ru"), held_by("ru", "at least 100%"), "repeat"),
    ],
)
def test_two_parties_on_one_day(
    one: dict[str, str], other: dict[str, str], expected: Relation
) -> None:
    """Shares of control that exclude each other, nest, or are the same."""
    a = control("a", "2025-10-20", one, by="ua.general_staff")
    b = control("b", "2025-10-20", other, by="deepstate")
    assert between(a, b) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([("held", "ru", "75%"), ("unclear", "", "25%")], [("held", "ua", "")], "contradiction"),
        ([("held", "ru", "75%"), ("unclear", "", "25%")], [("held", "ru", "")], "refinement"),
        ([("held", "ru", "75%"), ("unclear", "", "25%")], [("held", "ru", "40%")], "contradiction"),
        ([("held", "ru", "75%"), ("not_stated", "", "")], [("held", "ru", "")], "refinement"),
        ([("unclear", "", "20%")], [("unclear", "", "40%")], "compatible"),
        ([("unclear", "", "20%")], [("unclear", "", "20%")], "repeat"),
        ([("unclear", "", "at least 100%")], [("unclear", "", "")], "repeat"),
        # Parts of it that come to more than the whole are the whole.
        ([("held", "ru", "60%"), ("held", "ru", "60%")], [("held", "ru", "")], "repeat"),
        (
            [("held", "ru.dpr", "60%"), ("held", "ru.lpr", "60%")],
            [("held", "ru", "")],
            "refinement",
        ),
        (
            [("held", "ru.dpr", "30-40%"), ("held", "ru.lpr", "20-30%")],
            [("held", "ru", "65%")],
            "refinement",
        ),
        (
            [("held", "ru", "50%"), ("unclear", "", "40%")],
            [("held", "ru", "50%"), ("unclear", "", "10%")],
            "refinement",
        ),
        (
            [("held", "ru", "30%"), ("held", "ua", "30%")],
            [("contested", "", "30%"), ("infiltrated", "", "30%")],
            "contradiction",
        ),
        (
            [("held", "ru", "30%"), ("held", "ua", "30%")],
            [("contested", "", "20%"), ("infiltrated", "", "20%")],
            "compatible",
        ),
        ([("held", "ru", "30%"), ("held", "ru", "40%")], [("held", "ru", "70%")], "repeat"),
        (
            [("held", "ru", "at least 60%")],
            [("held", "ru", "at least 30%"), ("held", "ua", "50%")],
            "contradiction",
        ),
        (
            [("held", "ru", "at least 75%"), ("unclear", "", "10%")],
            [("held", "ru", "at least 60%")],
            "refinement",
        ),
        # Just the whole, though as floating numbers these come to a little more.
        (
            [("held", "ru", "33%"), ("held", "ua", "56%")],
            [("contested", "", "11%")],
            "compatible",
        ),
    ],
)
def test_what_is_unclear_may_be_anybodys_and_nothing_adds_up_to_more_than_the_whole(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]], expected: Relation
) -> None:
    """Shares (status, by, share) of two parties on one day."""
    a, b = (
        [
            {"status": status} | ({"by": by} if by else {}) | ({"share": share} if share else {})
            for status, by, share in shares
        ]
        for shares in (one, other)
    )
    said = between(
        control("a", "2025-10-20", *a, by="deepstate"), control("b", "2025-10-20", *b, by="isw")
    )
    assert said == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([("held", "ru", "6,600")], [("held", "ru", "6,600")], "repeat"),
        ([("held", "ru", "about 6,600")], [("held", "ru", "6,500")], "refinement"),
        ([("held", "ru", "6,600")], [("held", "ru", "100")], "contradiction"),
        ([("held", "ru", "6,600")], [("held", "ua", "100")], "compatible"),
        ([("held", "ru.dpr", "60"), ("held", "ru", "40")], [("held", "ru", "100")], "refinement"),
        ([("held", "ru", "60"), ("unclear", "", "40")], [("held", "ru", "100")], "refinement"),
        ([("held", "ru", "60"), ("unclear", "", "40")], [("held", "ru", "140")], "contradiction"),
        ([("held", "ru", "60-90")], [("held", "ru", "80-120")], "compatible"),
        ([("unclear", "", "40")], [("unclear", "", "10")], "compatible"),
        ([("held", "ru", "some")], [("held", "ru", "100")], "refinement"),
    ],
)
def test_areas_of_one_status_are_numbers_of_one_thing(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]], expected: Relation
) -> None:
    """Areas (status, by, square kilometres) of two parties on one day, and one denied."""
    a, b = (
        [{"status": status, "km2": km2} | ({"by": by} if by else {}) for status, by, km2 in areas]
        for areas in (one, other)
    )

    def said(areas: list[dict[str, str]], by: str, **more: Any) -> Report:
        return told(by, "control_assessment", "2025-10-20", by=by, areas=areas, **more)

    assert between(said(a, "deepstate"), said(b, "isw")) == expected
    denied = between(said(a, "deepstate"), said(b, "isw", stance="denies"))
    assert denied == ("contradiction" if expected in ("repeat", "refinement") else "compatible")


def test_shares_and_areas_beside_each_other() -> None:
    """Where both state both, one that is at odds is enough; where not, they say nothing of it."""
    area = {"areas": [{"status": "held", "by": "ru", "km2": "100"}]}
    less = {"areas": [{"status": "held", "by": "ru", "km2": "50"}]}
    share = {"shares": [held_by("ru", "75%")]}

    def pair(one: dict[str, Any], other: dict[str, Any]) -> Relation:
        a = told("a", "control_assessment", "2025-10-20", by="deepstate", **one)
        return between(a, told("b", "control_assessment", "2025-10-20", by="isw", **other))

    assert pair(share | area, share | area) == "repeat"
    assert pair(share | area, share | less) == "contradiction"
    assert pair(share | area, share) == "repeat"
    assert pair(share, area) == "compatible"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("2025-10-25/2025-10-26", "2025-10-25", "contradiction"),  # two days, of 49 hours
        ("2025-10-18/2025-10-20", "2025-10-18", "unreconciled"),
        ("2025-10-01/2025-10-10", "2025-10-09/2025-10-20", "contradiction"),  # in that midnight
        ("2025-10-01/2025-10-09", "2025-10-09/2025-10-20", "unreconciled"),
        ("2025-10", "2025-10-01", "contradiction"),  # no month is a day of change
        ("2025-09/2025-10", "2025-09-01", "contradiction"),
        ("2025-10-18?/..", "2025-10-18", "unreconciled"),
    ],
)
def test_days_of_change_are_days(one: str, other: str, expected: Relation) -> None:
    """In Kyiv, where the clocks go back on 26 October 2025; all is told in November."""
    zone = {"reported": "2025-11-20", "timezone": "Europe/Kyiv"}
    a = control("a", {"during": one}, held_by("ru"), by="isw", **zone)
    happened = {"during": other}
    assert between(a, control("b", happened, held_by("ua"), by="deepstate", **zone)) == expected


def test_a_landmark_is_one_however_its_letters_are_composed() -> None:
    """A letter with its accent, and a letter and an accent."""
    a, b = (told("a", "clash", "2025-10-20", landmark=name) for name in ("Café", "Cafe\u0301"))
    one, other = claims(a, b | {"id": "b"})
    assert one.series == other.series


def test_only_common_times_contradict() -> None:
    """Held by one on the 20th and by the other on the 21st: each may have been right."""
    a = control("a", "2025-10-20", held_by("ua"), by="ua.general_staff")
    b = control("b", "2025-10-21", held_by("ru"), by="ru.mod")
    assert between(a, b) == "unreconciled"


def test_a_party_updates_its_word_and_never_contradicts_itself() -> None:
    """Another value, on the same day or later, is an update; the same value is a repeat."""
    first = control("a", "2025-10-20", held_by("ua"))
    assert between(first, control("b", "2025-10-20", held_by("ru"))) == "update"
    assert between(first, control("b", "2025-10-25", held_by("ru"))) == "update"
    assert between(first, control("b", "2025-10-25", held_by("ua"))) == "repeat"
    assert between(first, control("b", "2025-10-20", held_by("ua"), stance="denies")) == "update"


def test_a_party_refines_its_number_of_the_same_time() -> None:
    """First 100 to 300, then 200; of another day it is an update."""
    first = infiltration("a", "2025-10-20", size="100-300")
    assert between(first, infiltration("b", "2025-10-20", size="200")) == "refinement"
    assert between(first, infiltration("b", "2025-10-21", size="200")) == "update"


def test_numbers_of_two_parties() -> None:
    """About 200 spans a tenth to either side; what does not meet excludes."""
    first = infiltration("a", "2025-10-20", size="about 200", by="ua")
    assert between(first, infiltration("b", "2025-10-20", size="220", by="x")) == "refinement"
    assert between(first, infiltration("b", "2025-10-20", size="221", by="x")) == "contradiction"
    assert between(first, infiltration("b", "2025-10-20", size="900", by="x")) == "contradiction"
    assert between(first, infiltration("b", "2025-10-20", size="about 200", by="x")) == "repeat"
    assert between(first, infiltration("b", "2025-10-20", size="195-300", by="x")) == "compatible"


def test_the_total_lost_so_far() -> None:
    """Cumulative losses of one day by two parties: one excludes the other."""
    a = losses("a", {"at": "2025-10-20"}, cumulative="true", killed="1000", by="ua")
    b = losses("b", {"at": "2025-10-20"}, cumulative="true", killed="400", by="ru")
    assert between(a, b) == "contradiction"


def test_equipment_is_compared_thing_by_thing() -> None:
    """Tanks with tanks; who denies tanks and guns does not contradict who tells of tanks alone."""

    def pair(one: dict[str, str], other: dict[str, str], **stance: str) -> Relation:
        total = {"side": "RU", "cumulative": "true"}
        a = told("a", "casualties", "2025-10-20", by="ua", equipment=one, **total)
        return between(
            a, told("b", "casualties", "2025-10-20", by="ru", equipment=other, **total, **stance)
        )

    both = {"tank": "1000", "gun": "20"}
    assert pair({"tank": "1000"}, {"tank": "5000"}) == "contradiction"
    assert pair({"tank": "1000"}, {"tank": "about 1000"}) == "refinement"
    assert pair(both, both) == "repeat"
    assert pair({"tank": "1000"}, {"gun": "20"}) == "compatible"
    assert pair({"tank": "1000"}, both, stance="denies") == "compatible"
    assert pair(both, {"tank": "1000"}, stance="denies") == "contradiction"
    assert pair({"tank": "1"}, {"tank": "5000"}, stance="denies") == "compatible"


def test_supply_and_ceasefires() -> None:
    """Supply has one level; in force and failed exclude each other, talks exclude nothing."""

    def pair(kind: str, field: str, one: str, other: str) -> Relation:
        a = told("a", kind, "2025-10-20", by="ua", **{field: one})
        return between(a, told("b", kind, "2025-10-20", by="ru", **{field: other}))

    assert pair("logistics_status", "level", "cut", "normal") == "contradiction"
    assert pair("logistics_status", "level", "cut", "cut") == "repeat"
    assert pair("ceasefire", "phase", "in_force", "failed") == "contradiction"
    assert pair("ceasefire", "phase", "talks", "in_force") == "compatible"


def test_a_day_of_change_contradicts_nothing() -> None:
    """Occupied from the 1st to the 11th; freed at noon of the 11th; but on the 10th it was not."""
    occupied = control("a", {"during": "2025-09-01/2025-09-11"}, held_by("ru"), by="list",
                       reported="2025-12-01")  # fmt: skip

    def seen(when: str, by: str) -> Relation:
        return between(occupied, control("b", {"at": when}, held_by(by), reported=when, by="page"))

    assert seen("2025-09-11T12:00Z", "ua") == "unreconciled"
    assert seen("2025-09-01T12:00Z", "ua") == "unreconciled"
    assert seen("2025-09-10T12:00Z", "ua") == "contradiction"
    assert seen("2025-09-11T12:00Z", "ru") == "repeat"


def test_an_hour_that_is_stated_is_no_day_of_change() -> None:
    """Occupied until 15:00 of the 11th, and yet seen free at noon."""
    span = "2025-09-01T00:00Z/2025-09-11T15:00Z"
    occupied = control("a", {"during": span}, held_by("ru"), by="list", reported="2025-12-01")
    noon = "2025-09-11T12:00Z"
    free = control("b", {"at": noon}, held_by("ua"), reported=noon, by="page")
    assert between(occupied, free) == "contradiction"


def test_denials() -> None:
    """A denial contradicts what it denies, and nothing else; two of them never do."""

    def pair(one: str, other: str, *stances: str) -> Relation:
        a = infiltration("a", "2025-10-20", size=one, stance=stances[0], by="ua")
        return between(a, infiltration("b", "2025-10-20", size=other, stance=stances[1], by="ru"))

    assert pair("200", "200", "asserts", "denies") == "contradiction"
    assert pair("200", "900", "asserts", "denies") == "compatible"
    assert pair("200", "900", "denies", "denies") == "compatible"
    assert pair("200", "200", "denies", "denies") == "repeat"


def test_a_denial_of_more_parts_than_are_claimed() -> None:
    """It may be the other part that is not so; what a claim says besides does not matter."""

    def pair(denied: list[dict[str, str]], claimed: list[dict[str, str]]) -> Relation:
        no = control("a", "2025-10-20", *denied, stance="denies", by="x")
        return between(no, control("b", "2025-10-20", *claimed, by="y"))

    contested = {"status": "contested", "share": "20%"}
    some = [held_by("ru"), {"status": "contested"}]
    assert pair([held_by("ru", "60%"), contested], [held_by("ru", "60%")]) == "compatible"
    assert pair([held_by("ru", "60%")], [held_by("ru", "60%"), contested]) == "contradiction"
    assert pair(some, [held_by("ru")]) == "compatible"
    assert pair(some, some) == "contradiction"
    assert pair([held_by("ru.dpr", "60%")], [held_by("ru", "60%")]) == "contradiction"
    assert pair([held_by("ru", "60%")], [held_by("ru.dpr", "60%")]) == "contradiction"


def test_a_denial_of_more_numbers_than_are_claimed() -> None:
    """It may be the other number that is wrong; what a claim says besides does not matter."""

    def pair(denied: dict[str, str], claimed: dict[str, str]) -> Relation:
        no = told("a", "casualties", "2025-10-20", side="RU", stance="denies", by="ua", **denied)
        return between(no, told("b", "casualties", "2025-10-20", side="RU", by="ru", **claimed))

    both = {"wounded": "at least 8", "captured": "about 10", "cumulative": "true"}
    twenty = {"wounded": "20", "cumulative": "true"}
    assert pair(both, twenty) == "compatible"
    assert pair(twenty, both) == "contradiction"
    assert pair(both, twenty | {"captured": "10"}) == "contradiction"


def test_a_flat_denial() -> None:
    """It contradicts whatever says that and more; what denies more than is claimed does not."""

    def pair(denied: dict[str, Any], claimed: dict[str, Any]) -> Relation:
        no = told("a", "infiltration", "2025-10-20", stance="denies", by="ua", **denied)
        return between(no, told("b", "infiltration", "2025-10-20", by="ru", **claimed))

    numbered = {"side": "ru", "size": "at least 500", "manner": "small groups"}
    assert pair({"side": "RU"}, numbered) == "contradiction"
    assert pair({"side": "ru", "manner": "small groups"}, numbered) == "contradiction"
    assert pair({"side": "ru", "manner": "in columns"}, numbered) == "compatible"
    assert pair(numbered, {"side": "ru"}) == "compatible"


def test_the_labelled_pairs_are_many_and_of_every_relation(pairs: list[Judged]) -> None:
    """At least eighty, and each of the four that people name more than once."""
    found = scores(pairs)
    assert len(pairs) >= 80
    assert all(
        found[name].labelled > 5 for name in ("contradiction", "update", "refinement", "repeat")
    )


@pytest.mark.parametrize(
    ("relation", "precision", "recall"),
    [
        ("contradiction", 1.0, 1.0),
        ("update", 1.0, 1.0),
        ("refinement", 1.0, 1.0),
        ("repeat", 1.0, 0.96),
        ("unreconciled", 0.95, 1.0),
    ],
)
def test_the_rules_agree_with_people_as_often_as_they_did(
    pairs: list[Judged], relation: str, precision: float, recall: float
) -> None:
    """Precision and recall do not fall."""
    score = scores(pairs)[relation]
    assert score.precision >= precision
    assert score.recall >= recall


def test_the_page_on_disputes_prints_what_the_command_prints() -> None:
    """The figures of the page are those of the rules."""
    printed = subprocess.run(
        [sys.executable, "-m", "benchmarks.disputes"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed in (ROOT / "docs" / "disputes.md").read_text("utf-8")
