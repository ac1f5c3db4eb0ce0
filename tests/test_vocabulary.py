import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from domain import given, rows_of, told, with_place
from pydantic import ValidationError

from events.document import Draft, load_document
from events.kinds import (
    EVENTS,
    KINDS,
    Event,
    content_key,
    default_reading,
    stored,
)
from events.place import PlaceRef
from events.stored import STORED_VALUES
from events.vocabulary import REDACTABLE, Kind
from timeline.claims import Telling, telling_of

ENVELOPE = {
    "place": "Pokrovsk",
    "relation": "near",
    "landmark": "train station",
    "happened": "2025-10-20/2025-10-27~",
    "reported": "2025-10-27",
    "timezone": "Europe/Kyiv",
    "chain": [{"party": "ru.putin", "channel": "private"}, "ua.zelenskyy", "axios"],
    "source": {
        "publisher": "axios",
        "title": "A talk",
        "url": "https://example.org/a",
        "archived_url": "https://example.org/b",
        "published": "2025-10-27T15:13Z",
        "language": "en",
        "sha256": "AB" * 32,
        "locator": "paragraph 3",
    },
    "stance": "denies",
    "reliability": "B",
    "credibility": 2,
    "verification": {"status": "unverified", "by": "reuters"},
    "summary": "What was said.",
    "quote": "a few words",
    "links": {"same_event_as": "r1", "part_of": ["r2", "r3"]},
    "tags": ["front line"],
}
FORCES = {
    "side": "RU",
    "what": "reserves",
    "size": "2-3 thousand",
    "units": ["76th"],
    "direction": "north",
    "main_effort": True,
}
FIGHTING = {
    "sides": ["ru", "ua"],
    "weapons": "small arms",
    "system": "Shahed-136",
    "objective": "the station",
    "outcome": "repelled",
    "count": 7,
    "deaths": "at least 3",
}
HARM = {
    "victims": "two residents",
    "means": "a drone",
    "deaths": 1,
    "injured": "several",
    "asset": "a school",
    "degree": "destroyed",
}
OWN: dict[str, dict[str, object]] = {
    "infiltration": {
        "side": "RU",
        "size": "about 200",
        "manner": "small groups",
        "foothold": "none",
        "axis": "south",
    },
    "force_concentration": FORCES,
    "reinforcement": FORCES,
    "withdrawal": FORCES,
    "clash": FIGHTING,
    "assault": FIGHTING,
    "shelling": FIGHTING,
    "air_strike": FIGHTING,
    "drone_activity": FIGHTING,
    "control_assessment": {
        "shares": [{"status": "held", "by": "ru", "share": "about 75%"}, {"status": "unclear"}],
        "areas": [{"status": "held", "by": "ua", "km2": "about 6,600"}],
        "change": "grew",
        "method": "footage",
        "as_reported": "about 75%",
    },
    "territory_change": {
        "from": "ua",
        "to": "ru",
        "how": "captured",
        "area_km2": 12.5,
        "extent": "whole",
    },
    "logistics_status": {"side": "ua", "level": "cut", "routes": ["M30"], "cause": "drones"},
    "casualties": {
        "side": "ru",
        "killed": 900,
        "wounded": "dozens",
        "missing": {"low": 1, "high": 3},
        "captured": "up to 50",
        "personnel": "about 1,200",
        "equipment": {"tank": 12, "drone": "about 40"},
        "cumulative": True,
    },
    "civilian_harm": HARM,
    "infrastructure_damage": HARM,
    "unrest": HARM,
    "displacement": {"people": "6,600", "from": "Pokrovsk", "to": "Dnipro"},
    "capture": {"side": "ua", "who": "two soldiers", "count": 2},
    "ceasefire": {"phase": "in_force", "sponsor": "us", "scope": "energy", "violated": True},
    "statement": {
        "speech": "forecast",
        "proposition": "It falls by 15 October.",
        "about": "donbas-capture",
        "deadline": "2025-10-15",
        "addressee": "axios",
    },
    "verification": {"report": "r1", "result": "refuted", "method": "geolocation", "scope": "date"},
}


def reported(kind: str, **changes: object) -> Draft:
    """The draft of a full report of a kind, with changes; None takes a key out."""
    report = {"kind": kind, **ENVELOPE, **OWN[kind], **changes}
    document = load_document(json.dumps([report]).encode(), "a.json")
    assert document.problems == ()
    return document.drafts[0]


def refused(kind: str, **changes: object) -> str:
    """The one problem of a report of a kind with changes."""
    report = {"kind": kind, **ENVELOPE, **OWN[kind], **changes}
    (problem,) = load_document(json.dumps([report]).encode(), "a.json").problems
    return str(problem)


def test_the_kinds_are_the_union_and_the_table() -> None:
    """A kind is in the type, in the union and in the table, or in none of them."""
    union = get_args(get_args(Event)[0])
    kinds = [get_args(model.model_fields["kind"].annotation)[0] for model in union]
    assert list(get_args(Kind)) == kinds == list(KINDS) == list(OWN)
    assert [row.model for row in KINDS.values()] == list(union)


def test_every_kind_says_what_it_is() -> None:
    """Each class has a docstring of one sentence, from which the vocabulary table is made."""
    for row in KINDS.values():
        assert row.model.__doc__
        assert row.model.__doc__.endswith(".")
        assert "\n" not in row.model.__doc__


@pytest.mark.parametrize("kind", OWN)
def test_stored_form_holds_all_that_was_reported(kind: str) -> None:
    """A report of each kind, every field given, comes back whole out of its stored form."""
    event = reported(kind).event
    form = json.loads(stored(event))
    own = set(form["value"])
    assert own == set(OWN[kind])
    assert set(form) == {*ENVELOPE, "kind", "value"} - {"relation", "landmark"}
    again = {key: form[key] for key in form.keys() - {"value", "place"}} | form["value"]
    again["happened"] = {form["happened"]["reading"]: form["happened"]["text"]}
    again["reported"] = form["reported"]["text"]
    again["source"]["published"] = form["source"]["published"]["text"]
    if "deadline" in again:
        again["deadline"] = again["deadline"]["text"]
    spot = {"relation": "near", "landmark": "train station"}
    again |= {"place": form["place"]["name"], **spot}
    (draft,) = load_document(json.dumps([again]).encode(), "again.json").drafts
    assert draft.event == event
    assert stored(draft.event) == stored(event)


@pytest.mark.parametrize("kind", OWN)
def test_stored_fields_are_read_back_as_their_kind_has_them(kind: Kind) -> None:
    """All of them and each by itself missing; none of another type, and none that it has not."""
    read = STORED_VALUES[kind].decode
    value = json.loads(stored(reported(kind).event))["value"]
    fields = KINDS[kind].model.model_fields
    optional = {one.alias or name for name, one in fields.items() if not one.is_required()}
    read(json.dumps(value))
    for name in value:
        with pytest.raises(msgspec.ValidationError, match=rf"\$\.{name}"):
            read(json.dumps(value | {name: [{"how": {}}]}))
        with nullcontext() if name in optional else pytest.raises(msgspec.ValidationError):
            read(json.dumps({key: said for key, said in value.items() if key != name}))
    with pytest.raises(msgspec.ValidationError):
        read(json.dumps(value | {"colour": "red"}))


def test_stored_form_is_this_to_the_byte() -> None:
    """The log keeps sorted, compact JSON with instants in microseconds, defaults left out."""
    document = """
        kind: infiltration
        place: Pokrovsk
        happened: 2025-10-27?
        reported: 2025-10-27
        chain: [ua.general_staff, cnbc]
        side: RU
        size: about 200
        stance: asserts
        credibility: 6
    """
    (draft,) = load_document(document.encode(), "a.yaml").drafts
    event = with_place(draft.event, PlaceRef(id="geonames:704422", name="Pokrovsk"))
    assert stored(event).decode() == (
        '{"chain":[{"party":"ua.general_staff"},{"party":"cnbc"}],'
        '"happened":{"earliest":1761523200000000,"latest":1761609600000000,"precision":"day",'
        '"reading":"at","text":"2025-10-27?","uncertain":true},"kind":"infiltration",'
        '"place":{"id":"geonames:704422","name":"Pokrovsk"},'
        '"reported":{"earliest":1761523200000000,"latest":1761609600000000,"text":"2025-10-27"},'
        '"timezone":"UTC","value":{"side":"RU","size":{"approximate":true,'
        '"as_reported":"about 200","best":200,"high":null,"low":null}}}'
    )


def test_content_key_does_not_hang_on_what_may_be_redacted() -> None:
    """Summary, quotation, victims and who can go without a change of the key; nothing else can."""
    assert REDACTABLE == ("summary", "quote", "victims", "who")
    for kind, field in [("clash", "summary"), ("clash", "quote"), ("unrest", "victims")]:
        assert reported(kind, **{field: "other"}).key == reported(kind).key
        assert reported(kind, **{field: None}).key == reported(kind).key
    assert reported("capture", who=None).key == reported("capture").key
    changes = {"place": "Myrnohrad", "landmark": "mine", "reported": "2025-10-28", "count": 8}
    keys = {reported("clash", **{key: value}).key for key, value in changes.items()}
    assert len(keys | {reported("clash").key}) == 5


def test_content_key_does_not_hang_on_the_look_up() -> None:
    """What the gazetteer makes of a place leaves the key of the report as it was."""
    draft = reported("clash")
    found = PlaceRef(id="geonames:1", name="P", relation="near", landmark="train station")
    event = with_place(draft.event, found)
    assert event.place == found
    assert isinstance(draft.place, str)
    assert content_key(event, draft.place) == draft.key
    assert len(draft.key) == 24


@pytest.mark.parametrize(
    ("kind", "changes", "reading"),
    [
        ("clash", {}, "within"),
        ("territory_change", {}, "within"),
        ("capture", {}, "within"),
        ("infiltration", {}, "at"),
        ("casualties", {}, "at"),
        ("casualties", {"cumulative": "false"}, "during"),
        ("casualties", {"cumulative": None}, "during"),
        ("ceasefire", {"violated": None}, "at"),
        ("ceasefire", {"violated": "true"}, "within"),
        ("clash", {"happened": {"during": "2025-10-27"}}, "during"),
    ],
)
def test_dates_are_read_as_the_kind_has_it(
    kind: str, changes: dict[str, object], reading: str
) -> None:
    """A bare date takes the reading of its kind; a stated reading wins."""
    assert reported(kind, **changes).event.happened.reading == reading


READ_AS = {"at": "status", "within": "happening", "during": "sum"}
"""How a claim is read whose date is read so, where nobody says otherwise."""


def claimed(kind: str, own: Mapping[str, Any]) -> Telling | None:
    """What is claimed by a report of a kind with these fields of its own."""
    return telling_of(rows_of(given(told("one", kind, "2025-10-20", **own)).log)[-1])


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("flag", [False, True])
def test_a_claim_is_read_as_the_table_of_kinds_has_it(kind: Kind, flag: bool) -> None:
    """The facet of the kind; a status, a happening or a sum, as its dates are read."""
    flags: dict[str, bool] = {
        name: flag for name in ("cumulative", "violated") if name in OWN[kind]
    }
    part = {"extent": "part"} if kind == "territory_change" else {}  # the whole of it is control
    claim = claimed(kind, OWN[kind] | flags | part)
    assert (claim.series.facet if claim else None) == KINDS[kind].facet
    if claim:
        assert claim.read_as == READ_AS[default_reading(kind, flags)]


@pytest.mark.parametrize("kind", get_args(Kind))
def test_what_speaks_for_itself_is_read_alike_with_its_own_fields(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kinds whose own fields are not looked at have none that would change how they are read."""
    quick = claimed(kind, OWN[kind])
    monkeypatch.setattr("timeline.claims._SELF_EVIDENT", frozenset())
    slow = claimed(kind, OWN[kind])
    assert (quick and (quick.series, quick.read_as)) == (slow and (slow.series, slow.read_as))


def test_the_claim_belongs_to_who_made_it_public() -> None:
    """Who tells of another's private words owns the telling."""
    assert reported("clash").event.party == "ua.zelenskyy"


@pytest.mark.parametrize(
    ("kind", "changes", "problem"),
    [
        ("control_assessment", {"shares": [{"status": "held"}]}, "not said by whom; add by"),
        ("control_assessment", {"shares": [], "areas": None}, "neither shares nor areas; add"),
        (
            "control_assessment",
            {"shares": {"status": "unclear", "share": 75}},
            "share above the whole; write e.g. 75%",
        ),
        ("territory_change", {"to": None}, "not said to whom; add to"),
        ("territory_change", {"extent": None}, "extent is missing; add extent"),
        ("ceasefire", {"phase": None, "violated": False}, "neither a phase nor a violation"),
        ("statement", {"about": "The Donbas"}, "about: 'The Donbas' is not a slug; write"),
        ("statement", {"about": "-donbas"}, "about: '-donbas' is not a slug; write"),
        ("clash", {"source": {"publisher": "x", "language": "en-x"}}, "is not a language code; wr"),
        ("clash", {"chain": [{"party": "x", "channel": "private"}]}, "private speakers only; add"),
        ("clash", {"chain": []}, "chain is an empty list; write at least one"),
        ("clash", {"chain": ["x", ""]}, "chain item 2: party: '' is empty; write it"),
        ("clash", {"sides": ["a\u202eb"]}, "sides item 1: 'a\\u202eb' holds control"),
        ("clash", {"summary": "a\x00b"}, "NUL"),
        ("clash", {"count": float(10**300)}, "count: "),
        ("clash", {"count": True}, "count: true is not an amount"),
        ("clash", {"count": {"lo": 1}}, "count: "),
        ("clash", {"count": {"as_reported": "\ud800", "best": 1}}, "count "),
        (
            "casualties",
            {"cumulative": 1},
            "cumulative: 1 is neither true nor false; write one of them",
        ),
        ("clash", {"source": {"publisher": "x", "url": "javascript:x"}}, "not a web address"),
    ],
)
def test_what_no_report_can_say(kind: str, changes: dict[str, object], problem: str) -> None:
    """What contradicts itself or cannot be stored is refused, with what would be right."""
    text = refused(kind, **changes)
    assert problem in text
    assert text.startswith("a.json:1: ")
    assert text.isprintable()


@pytest.mark.parametrize(
    ("said", "most", "problem"),
    [
        (lambda n: {"sides": ["x" * n]}, 200, "longer than 200 characters; shorten it"),
        (lambda n: {"landmark": "x" * n}, 200, "longer than 200 characters"),
        (lambda n: {"summary": "x" * n}, 4_000, "longer than 4000 characters; shorten it"),
        (lambda n: {"quote": "x" * n}, 4_000, "longer than 4000 characters"),
        (lambda n: {"tags": [f"t{one}" for one in range(n)]}, 64, "more than 64 items; write few"),
        (lambda n: {"chain": ["x"] * n}, 16, "chain has more than 16 items"),
        (
            lambda n: {"verification": [{"status": "disputed", "by": "x"}] * n},
            32,
            "verification has more than 32 items",
        ),
        (lambda n: {"source": {"publisher": "x", "title": "x" * n}}, 500, "longer than 500 char"),
        (
            lambda n: {"source": {"publisher": "x", "url": "https://".ljust(n, "x")}},
            2_000,
            "longer than 2000 characters",
        ),
        (
            lambda n: {
                "source": {
                    "publisher": "x",
                    "language": "en" + "-ab" * 10 + "-a".ljust(n - 32, "a"),
                }
            },
            35,
            "longer than 35 characters",
        ),
    ],
)
def test_what_is_as_long_as_it_may_be_is_taken(
    said: Callable[[int], dict[str, object]], most: int, problem: str
) -> None:
    """One more, and it is refused with how much there may be."""
    assert reported("clash", **said(most)).event.kind == "clash"
    assert problem in refused("clash", **said(most + 1))


@pytest.mark.parametrize("flag", [True, "true", " True ", "TRUE"])
def test_yes_is_yes_however_it_is_written(flag: object) -> None:
    """YAML hands over texts, in whatever letters."""
    event = reported("casualties", cumulative=flag).event
    assert event.kind == "casualties"
    assert event.cumulative is True


def test_a_hash_is_kept_in_small_letters() -> None:
    """As most programs write it, so that the same text has one."""
    source = reported("clash", source={"publisher": "x", "sha256": "0A" * 32}).event.source
    assert source
    assert source.sha256 == "0a" * 32


def test_casualties_need_a_number() -> None:
    """A report of losses states at least one, of people or of equipment."""
    none = dict.fromkeys(["killed", "wounded", "missing", "captured", "personnel"])
    assert reported("casualties", **none).event.kind == "casualties"
    assert "states no losses; add" in refused("casualties", **none, equipment=None)


def test_events_cannot_be_changed() -> None:
    """An event, once made, stays as it is."""
    event = reported("clash").event
    with pytest.raises(ValidationError):
        event.summary = "other"  # type: ignore[misc]  # which is refused


def test_events_are_made_in_python_as_well() -> None:
    """The adapter takes a report in the shape of its model, with the zone as the context."""
    event = EVENTS.validate_python(
        {
            "kind": "unrest",
            "place": {"id": "local:a", "name": "A"},
            "happened": {"within": "2025-10"},
            "reported": "2025-11-01",
            "timezone": "UTC",
            "chain": "a",
        },
        context=UTC,
    )
    assert event.kind == "unrest"


def test_importing_the_package_stays_light() -> None:
    """Questions need `events.when` and must not pay for pydantic or yaml."""
    code = (
        "import sys, events, events.when; "
        "sys.exit(bool({'pydantic', 'yaml', 'msgspec'} & set(sys.modules)) "
        "or events.DISTRIBUTION != 'conflict-timeline')"
    )
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
