import json
import re
import tracemalloc
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from effort import calls_of
from hypothesis import given
from hypothesis import strategies as st

from events.document import Document, Draft, Problem, draft_from, iter_ndjson, load_document
from events.kinds import KINDS, stored
from events.place import PlaceDefinition

REPORT = """\
source: {publisher: cnbc, title: A title, published: 2025-10-27}
defaults: {place: Pokrovsk, chain: [ua.general_staff, cnbc]}
reports:
  - kind: infiltration
    happened: 2025-10-27
    side: RU
    size: about 200
"""
GOOD = {
    "kind": "clash",
    "place": "Pokrovsk",
    "happened": "2025-10-27",
    "reported": "2025-10-27",
    "chain": ["ua.general_staff"],
}


def read(text: str, file: str = "a.yaml", **options: str) -> Document:
    """The document of a text."""
    return load_document(text.encode(), file, **options)


def good(text: str, file: str = "a.yaml", **options: str) -> Draft:
    """The only report of a document without problems."""
    document = read(text, file, **options)
    assert [str(problem) for problem in document.problems] == []
    (draft,) = document.drafts
    return draft


def problems(text: str, file: str = "a.yaml") -> list[str]:
    """All problems of a document, one line each."""
    return [str(problem) for problem in read(text, file).problems]


def form(draft: Draft) -> dict[str, object]:
    """The stored form of a draft's event."""
    decoded = json.loads(stored(draft.event))
    assert isinstance(decoded, dict)
    return decoded


def test_a_report_inherits_from_its_document() -> None:
    """Source, place and chain come from the head; `reported` is when the source was published."""
    draft = good(REPORT)
    assert draft.line == 4
    assert draft.place == "Pokrovsk"
    assert draft.event.source
    assert draft.event.source.publisher == "cnbc"
    assert draft.event.reported.text == "2025-10-27"
    assert draft.event.party == "ua.general_staff"
    assert not draft.given_id


def test_own_keys_win_and_the_source_merges_by_key() -> None:
    """What a report says itself stands; of its source, only the keys that it states."""
    draft = good(
        REPORT + "    id: r-1\n    chain: [isw]\n    reported: 2025-10-28\n"
        "    source: {title: Another, locator: p 1}\n"
    )
    assert (draft.key, draft.given_id) == ("r-1", True)
    source = draft.event.source
    assert source
    assert (source.publisher, source.title, source.locator) == ("cnbc", "Another", "p 1")
    assert (draft.event.party, draft.event.reported.text) == ("isw", "2025-10-28")
    default = REPORT.replace("place:", "source: {publisher: afp}, place:")
    assert (source := good(default).event.source)
    assert (source.publisher, source.title) == ("afp", "A title")


def test_an_own_place_does_not_take_over_the_spot_of_the_default_one() -> None:
    """Relation and landmark belong to the place that they are written with."""
    head = REPORT.replace("place: Pokrovsk", "place: Pokrovsk, landmark: station")
    assert good(head).event.place.landmark == "station"
    assert good(head + "    place: Myrnohrad\n").event.place.landmark is None
    assert good(head + "    relation: near\n").event.place.relation == "near"


def test_a_default_reaches_the_kinds_that_know_it() -> None:
    """A `side` for all does not make a report wrong that has none."""
    document = read(
        REPORT.replace("place:", "side: ua, place:")
        + "  - {kind: clash, happened: 2025-10-26}\n"
        + "  - {kind: withdrawal, happened: 2025-10-26}\n"
    )
    assert not document.problems
    assert form(document.drafts[2])["value"] == {"side": "ua"}
    of_a_kind = REPORT.replace("place:", "side: ua, kind: clash, place:").replace(
        "    side: RU\n", ""
    )
    assert form(good(of_a_kind))["value"]["side"] == "ua"  # type: ignore[index]


def test_the_zone_is_the_reports_then_the_documents_then_the_stores() -> None:
    """A day begins at midnight of the nearest zone stated."""
    day = 1761523200000000
    hour = 3_600_000_000
    assert good(REPORT).event.happened.when.earliest == day
    tokyo = good(REPORT, timezone="Asia/Tokyo")
    assert tokyo.event.happened.when.earliest == day - 9 * hour
    assert tokyo.event.timezone == "Asia/Tokyo"
    kyiv = "timezone: Europe/Kyiv\n" + REPORT
    assert good(kyiv, timezone="Asia/Tokyo").event.happened.when.earliest == day - 2 * hour
    own = good(kyiv + "    timezone: UTC\n", timezone="Asia/Tokyo")
    assert own.event.happened.when.earliest == day


YAML_FORM = """
kind: casualties
place: {name: Pokrovsk, relation: near}
happened: {during: 2025-10-20/2025-10-26}
reported: 2025-10-27
chain: [a, {party: b, channel: unnamed}]
credibility: 3
side: RU
killed: 200
wounded: {low: 20, high: 30.5, approximate: true}
captured:
missing: ~
cumulative: false
equipment: {tank: 7}
"""
JSON_FORM = {
    "kind": "casualties",
    "place": {"name": "Pokrovsk", "relation": "near"},
    "happened": {"during": "2025-10-20/2025-10-26"},
    "reported": "2025-10-27",
    "chain": ["a", {"party": "b", "channel": "unnamed"}],
    "credibility": 3,
    "side": "RU",
    "killed": 200,
    "wounded": {"low": 20, "high": 30.5, "approximate": True},
    "captured": None,
    "cumulative": False,
    "equipment": {"tank": 7},
}


def test_yaml_json_and_ndjson_give_the_same_report() -> None:
    """Numbers and flags are typed by the models, so the form of the file makes no difference."""
    from_yaml = good(YAML_FORM)
    from_json = good(json.dumps(JSON_FORM, indent=1), "a.json")
    (from_line,) = iter_ndjson([json.dumps(JSON_FORM).encode()], "a.ndjson")
    from_mapping = draft_from(JSON_FORM, file="a")
    assert isinstance(from_line, Draft)
    assert isinstance(from_mapping, Draft)
    assert from_yaml.event == from_json.event == from_line.event == from_mapping.event
    assert from_yaml.key == from_json.key == from_line.key == from_mapping.key
    assert stored(from_yaml.event) == stored(from_json.event)


def test_defaults_spelled_out_change_no_key() -> None:
    """A report that spells out a default says the same as one that leaves it out."""
    spelled = REPORT + "    stance: asserts\n    reliability: F\n    credibility: 6\n    tags: []\n"
    assert good(spelled).key == good(REPORT).key
    assert good(REPORT + "    summary: x\n    quote: y\n").key == good(REPORT).key
    assert good(REPORT.replace("200", "300")).key != good(REPORT).key


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("-", json.dumps({"reports": [GOOD, GOOD]})),
        ("-", json.dumps([GOOD, GOOD], indent=2)),
        ("-", json.dumps(GOOD) + "\n" + json.dumps(GOOD) + "\n"),
        ("-", "\ufeff" + json.dumps([GOOD, GOOD])),
        ("-", f"reports:\n  - {json.dumps(GOOD)}\n  - {json.dumps(GOOD)}"),
        ("-", "\n" + json.dumps(GOOD) + "\n" + json.dumps(GOOD) + "\n"),
        ("x.JSONL", json.dumps(GOOD) + "\n \n" + json.dumps(GOOD)),
        ("x.yml", f"{{reports: [{json.dumps(GOOD)}, {json.dumps(GOOD)}]}}"),
    ],
)
def test_the_form_is_told_by_the_name_or_the_beginning(file: str, text: str) -> None:
    """Standard input needs no name: what begins like JSON is read as JSON."""
    document = read(text, file)
    assert [str(problem) for problem in document.problems] == []
    assert len(document.drafts) == 2


def test_places_and_parties_come_with_or_without_reports() -> None:
    """A file of definitions alone is a document; nested parents come out first, dates with zone."""
    document = read(
        """
        timezone: Europe/Kyiv
        places:
          - id: local:alpha
            name: Alpha
            kind: City
            lat: 48.28
            lon: 37.18
            aliases: Альфа
            parent: {id: local:raion, name: R, kind: raion, parent: "iso:UA-14"}
            parents: [{id: "iso:UA-14", from: 2020-07-19}]
        parties:
          - {id: ua, names: [Ukraine, Україна], side: ua}
          - {id: isw, names: ISW}
        """
    )
    assert document.problems == ()
    (place,) = document.places
    raion, city = place.flattened()
    assert raion.stored() == {
        "id": "local:raion",
        "name": "R",
        "kind": "raion",
        "parent": "iso:UA-14",
    }
    assert city.stored() == {
        "id": "local:alpha",
        "name": "Alpha",
        "kind": "city",
        "parent": "local:raion",
        "parents": [
            {
                "id": "iso:UA-14",
                "from": {
                    "text": "2020-07-19",
                    "earliest": 1595106000000000,
                    "latest": 1595192400000000,
                },
            }
        ],
        "lat": 48.28,
        "lon": 37.18,
        "aliases": ["Альфа"],
    }
    assert [party.stored() for party in document.parties] == [
        {"id": "ua", "names": ["Ukraine", "Україна"], "side": "ua"},
        {"id": "isw", "names": ["ISW"]},
    ]


def test_a_place_lies_on_the_globe() -> None:
    """Up to its poles and to where its days begin, and no further."""
    place = "places: [{{id: local:a, name: A, kind: site, lat: {}, lon: {}}}]"
    for lat, lon in ((90, 180), (-90, -180)):
        assert read(place.format(lat, lon)).problems == ()
        assert "lat" in problems(place.format(lat * 1.01, lon))[0]
        assert "lon" in problems(place.format(lat, lon * 1.001))[0]


@pytest.mark.parametrize(
    ("place", "written", "ref"),
    [
        (
            "'Pokrovsk, Donetsk Oblast'",
            "Pokrovsk, Donetsk Oblast",
            ("", "Pokrovsk, Donetsk Oblast"),
        ),
        ("geonames:704422", "geonames:704422", ("", "geonames:704422")),
        ("{id: 'geonames:1', name: P}", "geonames:1", ("geonames:1", "P")),
        ("{id: 'geonames:1'}", "geonames:1", ("geonames:1", "geonames:1")),
        ("{name: P, landmark: station}", "P", ("", "P")),
    ],
)
def test_a_place_is_a_name_an_id_or_both(place: str, written: str, ref: tuple[str, str]) -> None:
    """A place is kept as written until it is looked up."""
    draft = good(REPORT + f"    place: {place}\n")
    assert draft.place == written
    assert (draft.event.place.id, draft.event.place.name) == ref


def test_a_place_can_be_defined_where_it_is_named() -> None:
    """A definition in place stands for the place that it defines."""
    draft = good(REPORT + "    place: {id: 'local:a', name: A, kind: site, relation: near}\n")
    assert isinstance(draft.place, PlaceDefinition)
    assert draft.place.kind == "site"
    assert (draft.event.place.id, draft.event.place.relation) == ("local:a", "near")
    assert draft.key == good(REPORT + "    place: 'local:a'\n    relation: near\n").key
    place = "{id: 'local:a', name: A, kind: site, as_reported: Ah, iso_3166_2: GB-ENG}"
    assert good(f"{REPORT}    place: {place}\n").event.place.name == "Ah"


BAD = {
    "unknown kind": (
        REPORT.replace("infiltration", "infltration"),
        "bad.yaml:4: kind: 'infltration' is not a kind; did you mean infiltration? the kinds are",
    ),
    "unknown key": (
        REPORT + "    sze: 5\n",
        "bad.yaml:8: unknown key 'sze'; did you mean size? the keys are kind, side, size",
    ),
    "missing": (
        REPORT.replace("    side: RU\n", ""),
        "bad.yaml:4: side is missing; add side: whose forces",
    ),
    "not an amount": (
        REPORT.replace("about 200", "abc"),
        "bad.yaml:7: size: 'abc' is not an amount; write",
    ),
    "not a date": (
        REPORT.replace("happened: 2025-10-27", "happened: 27.10.2025"),
        "bad.yaml:5: happened: '27.10.2025' does not begin with the year; write",
    ),
    "open end": (
        REPORT + "    reported: 2025-10-27/..\n",
        "bad.yaml:8: reported: '2025-10-27/..' has an open end; write",
    ),
    "qualified": (
        REPORT.replace("published: 2025-10-27", "published: 2025-10-27?"),
        "bad.yaml:1: source: published: '2025-10-27?' has a qualifier; write",
    ),
    "wrong default": (
        REPORT.replace("[ua.general_staff, cnbc]", "[{party: x, chanel: public}]"),
        "bad.yaml:2: chain item 1: unknown key 'chanel'; did you mean channel? the keys are party",
    ),
    "wrong head": (
        "sourse: {}\n" + REPORT,
        "bad.yaml:1: unknown key 'sourse'; did you mean source? the keys are source, defaults",
    ),
    "wrong zone": (
        "timezone: Kyiv\n" + REPORT,
        "bad.yaml:1: timezone: time zone 'Kyiv' is not known; write an IANA name",
    ),
    "wrong relation": (
        REPORT + "    relation: norht_of\n",
        "bad.yaml:8: relation: 'norht_of' is not a value it can have; did you mean north_of? write",
    ),
    "wrong relation of a place": (
        REPORT + "    place:\n      name: Pokrovsk\n      relation: norht_of\n",
        "bad.yaml:10: relation: 'norht_of' is not a value it can have; did you mean north_of?",
    ),
    "wrong name of a place": (
        REPORT + "    quote: q\n    place: \u202e\n",
        "bad.yaml:9: place: '\\u202e' holds control, text-direction or invisible characters",
    ),
    "a place of no name": (
        REPORT + "    place: {relation: near}\n",
        "bad.yaml:8: place: id is missing; add id",
    ),
    "wrong key of a parent": (
        REPORT + "    place: {id: x, name: X, kind: site, parents: [{id: y, form: 2020}]}\n",
        "bad.yaml:8: place: parents item 1: unknown key 'form'; did you mean from? the keys are id",
    ),
    "wrong key of a parent's definition": (
        REPORT + "    place: {id: x, name: X, kind: site, parents: [{parent: {id: y, knd: z}}]}\n",
        "bad.yaml:8: place: parents item 1: parent: unknown key 'knd'; did you mean kind? the ke",
    ),
    "no mapping of one's own keys": (
        REPORT.replace("infiltration", "casualties") + "    equipment: 5\n",
        "bad.yaml:8: equipment: '5' is not a mapping; write keys and values",
    ),
    "no mapping of known keys": (
        REPORT + "    source: cnbc\n",
        "bad.yaml:8: source: 'cnbc' is not a mapping; its keys are publisher, title",
    ),
    "a source's date beside a report's own source": (
        REPORT.replace("27}", "27?}") + "    source: {title: Another}\n",
        "bad.yaml:1: source: published: '2025-10-27?' has a qualifier",
    ),
    "an empty list beside another problem": (
        REPORT + "    chain: []\n    sze: 5\n",
        "bad.yaml:8: chain is an empty list; write at least one",
    ),
    "an unknown key in brackets": (REPORT + "    '[key]': x\n", "bad.yaml:8: unknown key '[key]'"),
    "a party of no name": (
        "parties:\n  - {id: x, names: []}\n",
        "bad.yaml:2: names is an empty list; write at least one",
    ),
    "two readings": (
        REPORT.replace("happened: 2025-10-27", "happened: {at: 2025-10-27, within: 2025-10}"),
        "bad.yaml:5: happened is not one reading of a date; write one of {during|within|at: DATE}",
    ),
    "many words": (
        REPORT.replace("about 200", f"{{best: 200, as_reported: {'x' * 201}}}"),
        "bad.yaml:7: size is not the few words of an amount; write",
    ),
    "wrong place": (
        "places:\n  - id: a\n    name: A\n    kind: city\n    lat: 95\n    lon: 1\n",
        "bad.yaml:5: lat: '95' is too large; write at most 90",
    ),
    "not a list": ("reports: 5\n", "bad.yaml:1: reports is not a list; begin each item"),
    "not a report": (
        "reports:\n  - {}\n  - x\n",
        "bad.yaml:3: 'x' is not one of the reports; write",
    ),
    "nothing": ("\n", "bad.yaml:1: this holds no reports; write"),
    "no reports": ("timezone: UTC\n", "bad.yaml:1: no reports, places or parties; write"),
    "not yaml": (REPORT + "  x: [\n", "bad.yaml:"),
    "not quoted": (
        REPORT + "    summary: Kyiv: all quiet\n",
        (
            "bad.yaml:8: this is not YAML: mapping values are not allowed in this context; "
            "indent by spaces, write one behind a colon or dash, and quote a text that holds"
        ),
    ),
    "a table": (
        "place,kind,happened\nPokrovsk,clash,2025-10-27\n",
        "bad.yaml:1: this holds no reports; write reports: and a list of them; a table is for `imp",
    ),
    "duplicate": (REPORT + "    side: UA\n", "bad.yaml:8: key 'side' is there twice; keep one"),
    "two documents": (REPORT + "---\na: b\n", "bad.yaml:8: a second document begins here; write"),
    "a comma inside braces": (
        f"{REPORT}    links: {{part_of: about 200,000}}\n",
        "bad.yaml:8: '000' is a key without a value; between { and } a comma ends a value",
    ),
    "the rest of a title": (
        f"{REPORT}    source: {{publisher: afp, title: Attacks, a truce }}\n",
        "bad.yaml:8: 'a truce' is a key without a value; between { and } a comma ends a value",
    ),
    "a lone key": (
        f"{REPORT}    tags: {{bakhmut}}\n",
        "bad.yaml:8: tags item 1 is not a text; ",
    ),
    "alias": (REPORT + "    tags: *x\n", "bad.yaml:8: alias '*x' is not taken; write"),
    "anchor": (REPORT + "    tags: &x [a]\n", "bad.yaml:8: anchor '&x' is not taken; write"),
    "merge": (REPORT + "    <<: {a: b}\n", "bad.yaml:8: merge '<<' is not taken; write"),
    "a key that is called so": (REPORT + "    '<<': {a: b}\n", "bad.yaml:8: unknown key '<<'; the"),
    "tag": (REPORT + "    tags: !!set {a}\n", "bad.yaml:8: tag 'tag:yaml.org,2002:set' is not"),
    "python tag": (
        REPORT + "    tags: !!python/object/apply:os.system [id]\n",
        "bad.yaml:8: tag 'tag:yaml.org,2002:python/object/apply:os.system' is not taken; leave",
    ),
    "list as key": (REPORT + "    ? [a]\n    : b\n", "bad.yaml:8: a list or mapping is no key"),
    "control character": (
        REPORT + "    summary: a\x07\n",
        "bad.yaml:8: a control character; write",
    ),
}


def test_an_empty_value_is_as_if_it_were_not_there() -> None:
    """A key with its colon may have nothing behind it, between braces too."""
    draft = good(f"{REPORT}    quote:\n    place: {{name: Pokrovsk, landmark: , relation: ~}}\n")
    assert draft.event.quote is None
    draft = good(f"{REPORT}    quote: Null\n    summary: 'null'\n")
    assert (draft.event.quote, draft.event.summary) == (None, "null")
    draft = good(f"{REPORT}    chain: [{{party: cnbc, channel: }}]\n")
    assert draft.event.chain[0].channel == "public"


UNKNOWN_AND_EMPTY = {
    "a report": (f"{REPORT}    sid:\n", "8: unknown key 'sid'; did you mean side?"),
    "its source": (
        f"{REPORT}    source: {{afp}}\n",
        "8: source: unknown key 'afp'; the keys are publisher, title",
    ),
    "its place": (
        f"{REPORT}    place: {{name: Pokrovsk, relaton: }}\n",
        "8: place: unknown key 'relaton'",
    ),
    "its chain": (
        f"{REPORT}    chain: [{{party: cnbc, chanel: }}]\n",
        "8: chain item 1: unknown key 'chanel'; did you mean channel?",
    ),
    "an amount": (
        REPORT.replace("about 200", "{best: 200, hihg: }"),
        "7: size: 'hihg' is no key of an amount",
    ),
    "the document": (f"sorce:\n{REPORT}", "1: unknown key 'sorce'; did you mean source?"),
    "the source of all": (
        REPORT.replace("title: A title", "titel: "),
        "1: source: unknown key 'titel'; did you mean title?",
    ),
    "the defaults": (
        REPORT.replace("{place: Pokrovsk", "{reportd: , place: Pokrovsk"),
        "2: unknown key 'reportd'; did you mean reported?",
    ),
    "a place": (
        "places:\n  - {id: local:x, name: X, kind: city, parnt: }\n",
        "2: unknown key 'parnt'; did you mean parent?",
    ),
    "a party": ("parties:\n  - {id: x, names: [X], sid: }\n", "2: unknown key 'sid'; did you"),
}


@pytest.mark.parametrize("name", UNKNOWN_AND_EMPTY)
def test_an_unknown_key_without_a_value_is_refused_too(name: str) -> None:
    """A slip in a key is told where nothing is behind it, by its line, as where something is."""
    text, expected = UNKNOWN_AND_EMPTY[name]
    found = problems(text, "bad.yaml")
    assert any(line.startswith(f"bad.yaml:{expected}") for line in found), found


def test_an_empty_value_takes_no_default_away() -> None:
    """What a report leaves empty it takes over: its chain, place, and parts of its source."""
    draft = good(f"{REPORT}    chain:\n    place: ~\n    source: {{publisher: , url: }}\n")
    assert draft.place == "Pokrovsk"
    assert draft.event.source is not None
    assert (draft.event.chain[0].party, draft.event.source.publisher) == (
        "ua.general_staff",
        "cnbc",
    )


@pytest.mark.parametrize("more", [{"deths": None}, {"source": {"publisher": "a", "ulr": None}}])
def test_an_unknown_key_that_is_null_is_refused_in_a_line(more: dict[str, Any]) -> None:
    """NDJSON is as strict, and so is a list of JSON."""
    unknown = f"unknown key '{'deths' if 'deths' in more else 'ulr'}'; did you mean "
    (line,) = iter_ndjson([json.dumps(GOOD | more).encode()], "a.ndjson")
    assert isinstance(line, Problem)
    assert unknown in f"{line.what}; {line.right}"
    assert any(unknown in one for one in problems(json.dumps([GOOD | more]), "a.json"))


SLIPS = {
    "a key without its space": ("side: RU", "side:RU", "6: this is not YAML: could not find"),
    "a no-break space": (
        "side: RU",
        "side:\u00a0RU",
        "6: this is not YAML: could not find expected ':'; write a plain space for U+00A0, ",
    ),
    "a no-break space before": (
        "    side: RU",
        "\u00a0   side: RU",
        "7: this is not YAML: mapping values are not allowed in this context; write a plain space",
    ),
    "a quote that is not closed": (
        "side: RU",
        'summary: "RU',
        "6: this is not YAML: found unexpected end of stream; ",
    ),
    "a bracket that is not closed": (
        "side: RU\n    quote: q\n",
        "side: RU\n    quote: q\n    tags: [a, b\n\n",
        "8: this is not YAML: did not find expected ',' or ']'; ",
    ),
    "a bracket with nothing in it": (
        "    quote: q\n",
        "    tags: [",
        "7: this is not YAML: did not find expected node content; ",
    ),
    "a tab": ("    side: RU", "\tside: RU", "6: this is not YAML: found a tab character that"),
    "a reading's date": (
        "happened: 2025-10-27",
        "happened:\n      at: 27.10.2025",
        "6: happened: at: '27.10.2025' does not begin with the year; write",
    ),
    "a reading": (
        "happened: 2025-10-27",
        "happened:\n      durign: 2025",
        "6: happened: durign is not one reading of a date; write one of {during|within|at: DATE}",
    ),
    "a list without brackets": (
        "side: RU",
        "side: RU\n    chain: ua.general_staff, cnbc",
        "7: chain: 'ua.general_staff, cnbc' is one text and no list; write [a, b]",
    ),
    "a list with arrows": (
        "side: RU",
        "side: RU\n    chain: ua.general_staff -> cnbc",
        "7: chain: 'ua.general_staff -> cnbc' is one text and no list; write [a, b]",
    ),
    "a list with a comma of another script": (
        "side: RU",
        "side: RU\n    links: {part_of: أ، ب}",
        "7: links: part_of: 'أ، ب' is one text and no list; write [a, b]",
    ),
    "letters in another order": (
        "side: RU",
        "sdie: RU",
        "6: unknown key 'sdie'; did you mean side?",
    ),
    "a key of another kind": (
        "side: RU",
        "side: RU\n    killed: 5",
        "7: unknown key 'killed'; it belongs to casualties, and the keys here are kind, side, size",
    ),
    "a key of the source": (
        "side: RU",
        "side: RU\n    url: https://example.org",
        "7: unknown key 'url'; it belongs to source, and the keys here are kind, side, size",
    ),
    "a key of a report at the head": (
        "reports:",
        "chain: [cnbc]\nreports:",
        "3: unknown key 'chain'; it belongs to a report, or defaults, and the keys here are source",
    ),
    "a key of the source at the head": (
        "reports:",
        "title: A title\nreports:",
        "3: unknown key 'title'; it belongs to source, and the keys here are source, defaults",
    ),
    "an item left empty": (
        "side: RU",
        "side: RU\n    chain:\n      - cnbc\n      -",
        "9: chain item 2 is empty; write it, or leave it out",
    ),
    "an item that is no mapping": (
        "side: RU",
        "side: RU\n    verification: unverified",
        "7: verification item 1: 'unverified' is not a mapping; its keys are status, by",
    ),
    "yes": (
        "kind: infiltration",
        "kind: withdrawal\n    main_effort: yes",
        "5: main_effort: 'yes' is neither true nor false; write one of them",
    ),
    "a source that is no mapping": (
        "side: RU",
        "side: RU\n    source: CNBC",
        "7: source: 'CNBC' is not a mapping; its keys are publisher, title",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_of_the_pen_is_one_problem_where_it_was_made(name: str) -> None:
    """Not where the reader stumbles over it, and with what was probably meant."""
    old, new, expected = SLIPS[name]
    text = REPORT.replace("    size: about 200\n", "    quote: q\n").replace(old, new)
    found = [line for line in problems(text, "bad.yaml") if "is missing" not in line]
    assert [line[: len(f"bad.yaml:{expected}")] for line in found] == [f"bad.yaml:{expected}"]


def test_a_list_of_one_may_have_a_comma_in_it() -> None:
    """Written as a list it is what it says; and a member may be a name with its parent."""
    assert form(good(f'{REPORT}    tags: ["a, b"]\n'))["tags"] == ["a, b"]
    (place,) = read(
        "places: [{id: local:a, name: A, kind: region, members: 'Pokrovsk, Donetsk Oblast'}]"
    ).places
    assert place.members == ("Pokrovsk, Donetsk Oblast",)


@pytest.mark.parametrize("name", ["Coordination Council, North", "</script><b>", "A & B; others"])
def test_a_name_of_several_words_is_no_list(name: str) -> None:
    """Who is in no list is taken as written, whatever signs are in the name."""
    chain = form(good(f"{REPORT}    chain: {json.dumps(name)}\n"))["chain"]
    assert chain == [{"party": name}]


def test_a_wrong_kind_does_not_hide_what_else_is_wrong() -> None:
    """What every kind has is looked at; what is known of no kind at all is named."""
    text = REPORT.replace("kind: infiltration", "Kind: infiltration")
    wrong = text.replace("happened: 2025-10-27", "happened: 27.10.2025").replace(
        "    side: RU", "    stance: denied"
    )
    found = [line.partition("?")[0].partition("; write")[0] for line in problems(wrong)]
    assert found == [
        "a.yaml:4: kind is missing; the kinds are " + ", ".join(KINDS),
        "a.yaml:4: unknown key 'Kind'; did you mean kind",
        "a.yaml:5: happened: '27.10.2025' does not begin with the year",
        "a.yaml:6: stance: 'denied' is not a value it can have; did you mean denies",
    ]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_named_with_its_line(name: str) -> None:
    """Every problem tells file and line, what is wrong, and what would be right."""
    text, expected = BAD[name]
    found = problems(text, "bad.yaml")
    assert any(line.startswith(expected) for line in found), found
    assert all(line.isprintable() and "; " in line for line in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{\n "reports": [\n  {"kind": "x",\n   "kind": "y"}]}',
            "b.json:4: key 'kind' is there twice",
        ),
        ('{"reports": [\n{"size": NaN}]}', "b.json:2: NaN is not a number; write"),
        ('{"reports": [\n{"size": 1e999, "kind": "shelling"}]}', "b.json:2: place is missing; add"),
        ('{"reports": [\n}', "b.json:2: this is not JSON: "),
        ("\n" + "[" * 100 + "]" * 100, "b.json:2: nested deeper than 64 levels; write it flatter"),
        ("1" * 5000, "b.json:1: a number of thousands of digits; write"),
        ("null", "b.json:1: this holds no reports; write"),
        ("{}", "b.json:1: no reports, places or parties; write"),
        ('[{"kind": "clash",\n"tags": 5}]', "b.json:2: tags: 5 is not a list; write a list"),
    ],
)
def test_json_is_as_strict_and_has_lines_too(text: str, expected: str) -> None:
    """JSON is refused for what YAML is refused for, and its problems have lines."""
    found = problems(text, "b.json")
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("bad", ["size: much", "size: &x 1", "size: [", "- 1"])
def test_a_line_that_ends_for_yaml_alone_is_not_counted(mark: str, bad: str) -> None:
    """Text that was pasted may hold such marks; the line is that of an editor, as in a JSON."""
    text = f'kind: infiltration\nsummary: "Ж{mark}a{mark}b"\n{bad}\nside: RU\n'
    plain = text.replace(mark, " ")
    assert [line.split(";")[0] for line in problems(text, "b.yaml")] == [
        line.split(";")[0] for line in problems(plain, "b.yaml")
    ]


def test_all_problems_are_told_at_once() -> None:
    """A reader mends a file in one go: nothing stops at the first bad line."""
    found = problems(
        REPORT.replace("about 200", "abc").replace("side: RU", "sid: RU") + "  - kind: clsh\n"
    )
    assert [line.split(":")[1] for line in found] == ["4", "6", "7", "8", "8"]


def test_problems_are_counted_beyond_two_hundred() -> None:
    """A file that is wrong throughout gives 200 lines, the last with how many more."""
    report = "  - {kind: x, place: a, happened: 2025, reported: 2025, chain: a}\n"
    found = problems("reports:\n" + report * 1000)
    assert len(found) == 200
    assert ": 801 more problems" in found[-1]


def test_of_one_report_fifty_problems_are_told() -> None:
    """A table of wide rows in place of a report would drown all else."""
    keys = "".join(f"    column{number}: x\n" for number in range(51))
    assert len(problems(REPORT + keys)) == 50


def test_of_a_head_of_foreign_keys_as_many_are_told_as_of_a_report() -> None:
    """What is near to each is not sought for all that a file of another sort has."""
    keys = "".join(f"column{number}: x\n" for number in range(5_000))
    heads = (keys, "defaults:\n" + keys.replace("column", "  column"))
    assert [len(problems(f"{head}reports: []\n")) for head in heads] == [50, 50]


def test_a_problem_of_the_defaults_is_one_however_many_reports_have_it() -> None:
    """It is told by its line once, and not counted again with those that are not listed."""
    report = "  - {kind: clash, place: Alpha, chain: a, happened: never}\n"
    found = problems("defaults: {reported: soon}\nreports:\n" + report * 250)
    assert sum("reported: 'soon'" in line for line in found) == 1
    assert "52 more problems" in found[-1]  # 251 in all, of which 199 are listed


def test_the_columns_of_a_table_are_looked_into_once() -> None:
    """What is wrong with each row of it is as wrong with the next, and is looked up once."""
    keys = "".join(f"    column{number}: x\n" for number in range(20))
    row = f"  - kind: clash\n{keys}"
    few, many = (calls_of(partial(problems, "reports:\n" + row * n)) for n in (10, 20))
    assert many - few < 10 * 2_000


def test_an_id_among_the_defaults_is_no_reports_id() -> None:
    """Else all of them would have it, and but one could be filed by `--keep-going`."""
    text = REPORT.replace("place: Pokrovsk,", "place: Pokrovsk, id: same,")
    document = read(text)
    assert [problem.what for problem in document.problems] == ["unknown key 'id'"]
    assert [draft.given_id for draft in document.drafts] == [False]


@pytest.mark.parametrize("name", ["a.yaml", "a.json", "a.ndjson"])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a": ', "}")])
def test_sixty_four_levels_are_taken_and_no_more(name: str, opens: str, closes: str) -> None:
    """Lists and mappings alike; one that is empty is a level too."""
    for levels, taken in ((64, True), (65, False)):
        inside = "" if opens == "[" else "{}"
        text = opens * (levels - bool(inside)) + inside + closes * (levels - bool(inside))
        said = [str(one.what) for one in read(text, name).problems]
        assert ("nested deeper than 64 levels" not in said) == taken


def test_five_mebibytes_are_taken_and_no_more() -> None:
    """Of a document as of a line."""
    whole = 5 * 2**20
    line = json.dumps(GOOD).encode()
    for size, taken in ((whole, True), (whole + 1, False)):
        padded = line + b" " * (size - len(line))
        document = load_document(padded, "a.json")
        (found,) = iter_ndjson([padded], "a.ndjson")
        assert (not document.problems) == isinstance(found, Draft) == taken


@pytest.mark.parametrize(
    ("place", "more", "what"),
    [
        (
            {"id": "x:a", "name": "A", "kind": "city", "lat": 1},
            {},
            "place has only one of lat and lon",
        ),
        ({"name": "A", "relation": "near"}, {"relation": "in"}, "relation is given twice"),
        *(
            (
                {"id": "x:a", "name": "A", "kind": "city", "lat": number, "lon": 1},
                {},
                f"place: lat: {echo} is not a number",
            )
            for number, echo in ((True, "true"), (10**400, f"1{'0' * 58}…"), (10**15, 10**15))
        ),
    ],
    ids=["half a point", "twice", "a yes", "too large for a number", "large"],
)
def test_a_place_that_is_half_said_or_said_twice_is_a_problem(
    place: dict[str, Any], more: dict[str, str], what: str
) -> None:
    """Nothing is filled in, and nothing is picked; what is no number is none."""
    (problem,) = load_document(
        json.dumps(GOOD | {"place": place} | more).encode(), "a.json"
    ).problems
    assert problem.what == what


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("happened", "last week; maybe", "happened: 'last week; maybe' has white space in it"),
        ("reported", "27; 10", "reported: '27; 10' has white space in it"),
        ("count", "few; many", "count: 'few; many' is not an amount"),
        ("count", {"best; guess": 1}, "count: 'best; guess' is no key of an amount"),
        ("timezone", "Kyiv; Moscow", "timezone: 'Kyiv; Moscow' is not the name of a time zone"),
        ("chain", [{"party": "a; b", "as": "c; d"}], "chain item 1: unknown key 'as'"),
        ("stance", "says; so", "stance: 'says; so' is not a value it can have"),
        ("key; kind", 1, "unknown key 'key; kind'"),
    ],
)
def test_a_problem_is_not_cut_inside_what_somebody_wrote(
    key: str, value: object, what: str
) -> None:
    """What is wrong and what would be right are apart, wherever a semicolon stands."""
    (problem,) = read(json.dumps([GOOD | {key: value}]), "a.json").problems
    assert problem.what == what
    assert re.match("(did you mean|write|the keys are|give) ", problem.right)


def test_a_zone_of_a_document_is_not_cut_either() -> None:
    """At its head, which is read on its own."""
    (problem,) = read("timezone: Kyiv; Moscow\nreports: []\n").problems
    assert problem.what == "timezone: 'Kyiv; Moscow' is not the name of a time zone"


def test_one_wrong_default_is_one_problem() -> None:
    """What a hundred reports inherit is told once, at the line where it is written."""
    text = "defaults: {side: ' '}\nreports:\n" + "  - {kind: infiltration}\n" * 3
    assert sum(line.startswith("a.yaml:1: side: ") for line in problems(text)) == 1


def test_echoes_are_short_and_harmless() -> None:
    """A message shows at most 60 characters of the input, control characters escaped."""
    text = json.dumps([GOOD | {"count": "\x1b[31m" + "x" * 100_000, "\u202ekey": 1}])
    found = problems(text, "a\x1b.json")
    assert len(found) == 2
    assert all(line.isprintable() and len(line) < 600 for line in found)
    assert all(line.startswith("a\\x1b.json:1: ") for line in found)


def test_lines_of_ndjson_stand_for_themselves() -> None:
    """A bad line is told with its number; the good ones around it are read."""
    good_line = json.dumps(GOOD).encode()
    lines = [good_line, b"", b"{", b"5", b'{"a": 1, "a": 2}', b"\xff", b'{"kind": 5}', good_line]
    results = list(iter_ndjson(lines, "a.ndjson"))
    assert [type(result) for result in results] == [Draft, *[Problem] * 9, Draft]
    assert [result.line for result in results] == [1, 3, 4, 5, 6, *[7] * 5, 8]
    assert "the first is on line 5" in str(results[3])


def test_ndjson_is_read_as_it_comes() -> None:
    """A stream without an end is read line by line."""

    def endless() -> Iterator[bytes]:
        while True:
            yield json.dumps(GOOD).encode()

    assert isinstance(next(iter_ndjson(endless(), "-")), Draft)


MIB = 2**20
BOMBS = {
    "laughs.yaml": b"a: &a [x, x]\n"
    + b"".join(b"a%d: &a%d [%s]\n" % (i, i, b"*a, " * 9) for i in range(100)),
    "flow.yaml": b"[" * 4 * MIB,
    "block.yaml": b"".join(b" " * i + b"a:\n" for i in range(2000)),
    "dashes.yaml": b"- " * 2 * MIB,
    "keys.yaml": b"? " * 2 * MIB,
    "scalar.yaml": b"kind: clash\nsummary: " + b"x" * 4 * MIB,
    "key.yaml": b"? " + b"x" * 4 * MIB + b"\n: y",
    "big.yaml": b"x" * 20 * MIB,
    "deep.json": b"[" * 4 * MIB,
    "deeper.json": b'{"a":' * 100_000,
    "scalar.json": b'{"kind": "clash", "summary": "' + b"x" * 4 * MIB + b'"}',
    "escapes.json": b'{"kind": "' + b"\\n" * MIB + b'"}',
    "deep.ndjson": b"[" * 4 * MIB,
    "digits.json": b"[" + b"9" * 4 * MIB + b"]",
}


@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
def test_a_document_that_is_too_long_is_told_of_where_it_becomes_so(file: str) -> None:
    """By the line on which its five MiB are full, as every problem is by a line."""
    line = b" " * (MIB - 1) + b"\n"
    for lines, told in ((5 * line + b"x", 6), (4 * line + b" " * MIB + b"x" + line, 5)):
        (problem,) = load_document(lines, file).problems
        assert (problem.line, problem.what) == (told, "the document is over 5 MiB")


@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
def test_a_document_in_another_encoding_is_told_of_by_line(file: str) -> None:
    """Where the first letter stands that is none."""
    (problem,) = load_document("\n\nplace: Zürich".encode("latin-1"), file).problems
    assert (problem.line, problem.what) == (3, "this is not UTF-8")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32-le"):
        (problem,) = load_document("kind: clash\n".encode(encoding), file).problems
        assert (problem.line, problem.what) == (1, "this is not UTF-8")


@pytest.mark.parametrize("file", ["a.yaml", "a.json", "a.ndjson", "a.xlsx"])
@pytest.mark.parametrize("begin", [b"\x1f\x8b\x08", b"PK\x03\x04"])
def test_a_file_that_is_packed_is_told_as_such(file: str, begin: bytes) -> None:
    """A workbook is packed as well, and to save it in another encoding would help nobody."""
    (problem,) = load_document(begin + b"\xff" * 40, file).problems
    assert (problem.line, problem.what) == (1, "this is packed, or a workbook")
    assert "unpack it" in problem.right


@pytest.mark.parametrize("file", BOMBS)
def test_bombs_are_refused_at_once(file: str) -> None:
    """What would blow up is refused by line: the rest is not read on, and 50 MB are enough."""
    data = BOMBS[file]
    assert calls_of(lambda: load_document(data, file)) < 5_000  # of values there are up to millions
    tracemalloc.start()
    document = load_document(data, file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert document.drafts == ()
    assert document.problems
    assert all(problem.line is not None for problem in document.problems)
    assert peak < 50 * 10**6


def harmless(document: Document) -> None:
    """What every document keeps to: problems are one printable line each."""
    for problem in document.problems:
        assert str(problem).isprintable()
        assert problem.what
        assert problem.right
    for draft in document.drafts:
        assert json.loads(stored(draft.event))


NAMES = st.sampled_from(["a.yaml", "a.json", "a.ndjson", "-"])
KEYS = """
    kind clash place source chain party happened at size 2025 id reports defaults places name parent
    links shares casualties side killed equipment timezone UTC relation near true 2025-10-27/..
"""
WORDS = st.sampled_from([*KEYS.split(), "about 5", "", "\ud800", "(id)", "[key]"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")), NAMES)
def test_any_bytes_give_an_answer(data: bytes, file: str) -> None:
    """No file, however broken, makes the reader raise."""
    harmless(load_document(data, file))
    assert all(isinstance(it, Draft | Problem) for it in iter_ndjson(data.splitlines(), file))


SIGNS = """reports: { } [ ] &a *a !!x << " ' | > ? # , 2025-10-27 ~ --- %TAG é \\ud800 kind"""
YAML_BITS = st.sampled_from(
    [*SIGNS.split(), "\n", "  ", "- ", ": ", "\t", "kind: clash", "place: "]
)


@given(st.lists(YAML_BITS, max_size=40).map("".join), NAMES)
def test_any_bits_of_yaml_give_an_answer(text: str, file: str) -> None:
    """No arrangement of what YAML is made of makes the reader raise."""
    harmless(load_document(text.encode(), file))


@given(VALUES)
def test_any_json_gives_an_answer(value: object) -> None:
    """No value of JSON, lone surrogates and NaN included, makes the reader raise."""
    harmless(load_document(json.dumps(value).encode(), "a.json"))


@given(st.sampled_from(sorted(GOOD)), VALUES, st.sampled_from(["source", "links", "count", "tags"]))
def test_any_value_of_a_key_gives_an_answer(key: str, value: object, other: str) -> None:
    """A good report with anything at all under one key is a draft or has problems."""
    result = draft_from(GOOD | {key: value}, file="a")
    assert isinstance(result, Draft) or result
    harmless(load_document(json.dumps([GOOD | {other: value}]).encode(), "a.json"))
