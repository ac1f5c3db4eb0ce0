"""What a report asserts: facet, subject, reading and party of every kind, and ids that open it."""

import json
from typing import Any

import pytest
from domain import given, infiltration, rows_of, told

from timeline.claims import assertion, claim_id, mark, party_of
from timeline.entries import StoredSpeaker
from timeline.fold import Fold

STATUS, HAPPENING, SUM = "status", "happening", "sum"

KINDS: list[tuple[str, dict[str, Any], str, str, str | None]] = [
    ("infiltration", {"side": "ru"}, "forces", STATUS, "RU"),
    ("force_concentration", {"side": "ru"}, "forces", STATUS, "RU"),
    ("reinforcement", {"side": "ru"}, "forces", STATUS, "RU"),
    ("withdrawal", {"side": "ua"}, "forces", STATUS, "UA"),
    ("clash", {}, "fighting", HAPPENING, None),
    ("assault", {}, "fighting", HAPPENING, None),
    ("shelling", {}, "fighting", HAPPENING, None),
    ("air_strike", {}, "fighting", HAPPENING, None),
    ("drone_activity", {}, "fighting", HAPPENING, None),
    ("control_assessment", {"shares": [{"status": "contested"}]}, "control", STATUS, None),
    ("territory_change", {"extent": "whole", "to": "ua"}, "control", STATUS, None),
    ("territory_change", {"extent": "part", "to": "ua"}, "control", HAPPENING, None),
    ("logistics_status", {"side": "ua", "level": "cut"}, "logistics", STATUS, "UA"),
    ("logistics_status", {"level": "cut"}, "logistics", STATUS, None),
    ("casualties", {"side": "ru", "killed": "5"}, "casualties", SUM, "RU"),
    ("casualties", {"side": "ru", "killed": "5", "cumulative": "true"}, "casualties", STATUS, "RU"),
    ("civilian_harm", {}, "civilians", HAPPENING, None),
    ("infrastructure_damage", {}, "civilians", HAPPENING, None),
    ("unrest", {}, "civilians", HAPPENING, None),
    ("displacement", {}, "civilians", STATUS, None),
    ("capture", {"side": "ua"}, "casualties", HAPPENING, "UA"),
    ("ceasefire", {"phase": "talks"}, "ceasefire", STATUS, None),
    ("ceasefire", {"violated": "true"}, "ceasefire", HAPPENING, None),
    (
        "statement",
        {"speech": "intent", "proposition": "On.", "about": "the-north"},
        "statements",
        STATUS,
        "the-north",
    ),
]


@pytest.mark.parametrize(("kind", "own", "facet", "read_as", "subject"), KINDS)
def test_every_kind_has_a_facet_a_reading_and_a_subject(
    kind: str, own: dict[str, Any], facet: str, read_as: str, subject: str | None
) -> None:
    """The table of the vocabulary, kind by kind."""
    claim = given(told("it", kind, "2025-10-25", **own)).known(on="2025-10-25").claim("it")
    assert (claim.kind, claim.facet, claim.read_as, claim.subject) == (
        kind,
        facet,
        read_as,
        subject,
    )


@pytest.mark.parametrize(("kind", "own"), [(kind, own) for kind, own, *_ in KINDS])
def test_no_intention_of_any_kind_is_a_fact_of_its_facet(kind: str, own: dict[str, Any]) -> None:
    """It stands under statements, as a status."""
    intended = told("it", kind, "2025-10-25", stance="intends", **own)
    claim = given(intended).known(on="2025-10-25").claim("it")
    assert (claim.facet, claim.read_as, claim.stance) == ("statements", STATUS, "intends")


def test_a_claim_says_all_that_its_report_says() -> None:
    """Chain, value, dates, codes, source and words, as they were written."""
    report = infiltration(
        "gs",
        {"during": "2025-10-20/2025-10-22"},
        size="about 200",
        chain=[{"party": "putin", "channel": "private"}, "ua", "cnbc"],
        reported="2025-10-23",
        reliability="B",
        credibility="2",
        summary="They went in.",
        quote="in small groups",
        relation="southwest",
        source={"publisher": "cnbc", "url": "https://example.org/a", "title": "A"},
    )
    claim = given(report).known(on="2025-10-25").claim("gs")
    assert claim.chain == [
        {"party": "putin", "channel": "private"},
        {"party": "ua", "channel": "public"},
        {"party": "cnbc", "channel": "public"},
    ]
    assert claim.party == "ua"
    assert claim.value["size"] == {
        "low": None,
        "best": 200,
        "high": None,
        "approximate": True,
        "as_reported": "about 200",
    }
    assert (claim.happened, claim.happened_reading) == ("2025-10-20/2025-10-22", "during")
    assert (claim.valid_from, claim.valid_to) == ("2025-10-20T00:00:00Z", "2025-10-23T00:00:00Z")
    assert (claim.reported, claim.known_from) == ("2025-10-23", "2025-10-24T00:00:00Z")
    assert (claim.reliability, claim.credibility) == ("B", "2")
    assert (claim.summary, claim.quote) == ("They went in.", "in small groups")
    assert claim.source == {"publisher": "cnbc", "url": "https://example.org/a"}
    assert (claim.place, claim.relation, claim.landmark) == ("x:alpha", "southwest", None)


def test_what_is_not_said_is_null() -> None:
    """No source, no words, no end of what was only seen to hold."""
    claim = given(infiltration("gs", "2025-10-25")).known(on="2025-10-25").claim("gs")
    assert (claim.source, claim.summary, claim.quote, claim.valid_to) == (None, None, None, None)
    assert claim.valid_from == "2025-10-25T00:00:00Z"
    assert (claim.reliability, claim.credibility) == ("F", "6")


def test_open_ends_are_null() -> None:
    """Since, or until: the other bound is not made up."""
    story = given(
        infiltration("since", {"during": "2025-10-20/.."}, reported="2025-10-25"),
        infiltration("until", {"within": "../2025-10-20"}, reported="2025-10-25", side="ua"),
    )
    answer = story.known(on="2025-10-25")
    assert answer.claim("since").valid_to is None
    assert answer.claim("until").valid_from is None


def test_a_correction_makes_another_claim_of_the_same_report() -> None:
    """Both ids lead to the report; so does the beginning of either."""
    story = given(infiltration("gs", "2025-10-20")).corrected("gs", size="5", reported="2025-10-25")
    old, new = (story.known(on=f"2025-10-{day}").claim("gs").claim for day in (20, 25))
    assert old != new
    reader = Fold(rows_of(story.log))
    assert [reader.report_id(name) for name in ("gs", "g", old, new[:12])] == ["gs"] * 4


def test_the_id_of_a_claim_hangs_on_what_is_said_and_not_on_where_it_is_filed() -> None:
    """Two logs give one id; another report of the same content has another."""
    ids = [given(infiltration("gs", "2025-10-20")).known(on="2025-10-20").claim("gs").claim] * 2
    assert len(set(ids)) == 1
    assert claim_id("a", b"{}") != claim_id("b", b"{}")
    assert claim_id("a", b"{}") != claim_id("a", b"[]")


def test_a_verification_asserts_nothing_and_marks_its_report() -> None:
    """It says something of a report, not of the place."""
    story = given(told("v", "verification", "2025-10-20", report="gs", result="refuted"))
    entry = rows_of(story.log)[-1]
    assert assertion(entry) is None
    marked = mark(entry)
    assert marked is not None
    assert (marked.report, marked.status, marked.by) == ("gs", "refuted", "ua")


def test_any_other_kind_marks_nothing() -> None:
    """Only a verification does; a retraction neither asserts nor marks."""
    story = given(infiltration("gs", "2025-10-20")).retracted("gs", "2025-10-21")
    filed, retracted = rows_of(story.log)[-2:]
    assert mark(filed) is None
    assert (assertion(retracted), mark(retracted)) == (None, None)


def test_a_chain_without_a_public_voice_is_its_publishers() -> None:
    """Stored by another hand: whoever comes last told it."""
    chain = [StoredSpeaker("a", "private"), StoredSpeaker("b", "private")]
    assert party_of(chain) == "b"


def test_an_unnamed_voice_is_a_party() -> None:
    """An official who is not named said it, to the public."""
    chain = [{"party": "ua.official", "channel": "unnamed"}, "cnbc"]
    claim = given(infiltration("gs", "2025-10-20", chain=chain)).known(on="2025-10-20").claim("gs")
    assert claim.party == "ua.official"


def test_the_json_of_a_claim_has_the_keys_of_the_contract() -> None:
    """In its order."""
    answer = given(infiltration("gs", "2025-10-20")).known(on="2025-10-20")
    (claim,) = json.loads(answer.bytes)["claims"]
    assert " ".join(claim) == (
        "claim report kind facet subject party chain place relation landmark value stance read_as "
        "happened happened_reading valid_from valid_to certainty ended late reported known_from "
        "recorded reliability credibility verification summary quote source disputes"
    )
