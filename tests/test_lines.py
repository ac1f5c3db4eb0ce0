"""What a line of a stream is taken for: the same as by the plain way, however it is written."""

import itertools
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.document import Draft, iter_ndjson
from events.kinds import KINDS, stored
from events.lines import LONGEST, lay_out
from events.vocabulary import REDACTABLE, Kind
from timeline.checking import Checked, checked, read_as
from timeline.log.rows import content_of
from timeline.seals import parted

ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["", " ", "a\u0000b", 'say ":x":', "é", "\u202e", "\ud800", 7, True, None, [], {}]
)
WORDS = st.text(max_size=12) | ODD
NAMES = st.sampled_from(["ru", "ua.general_staff", " isw ", "О. К."]) | WORDS
DATES = (
    st.sampled_from(
        [
            "2025-10-27",
            " 2025-10-27 ",
            "2025-10-27T15:13Z",
            "2025-10-27T15:13:05+02:00",
            "2025-02-30",
            "2025-10-27?T15:13Z",
            "2025-10",
            "../2025-10-27",
            "2025-10-20/..",
            "2025-10-27~",
        ]
    )
    | WORDS
)
AMOUNTS = st.sampled_from(["about 200", "75%", 12, 0.5, "dozens", {"low": 2, "high": 5}]) | WORDS
FLAGS = st.sampled_from([True, False, "true", "no"])
PARTS = st.lists(
    st.fixed_dictionaries(
        {"status": st.sampled_from(["held", "contested", "x"])},
        optional={"by": NAMES, "share": AMOUNTS, "km2": AMOUNTS},
    ),
    max_size=2,
)
OWN = {
    "side": NAMES,
    "sides": st.lists(NAMES, max_size=2) | NAMES,
    "weapons": st.lists(NAMES, max_size=2),
    "units": NAMES,
    "shares": PARTS,
    "areas": PARTS,
    "equipment": st.dictionaries(NAMES.map(str), AMOUNTS, max_size=2),
    "cumulative": FLAGS,
    "violated": FLAGS,
    "main_effort": FLAGS,
    "extent": st.sampled_from(["whole", "part", "half"]),
    "level": st.sampled_from(["normal", "cut", "low"]),
    "phase": st.sampled_from(["talks", "agreed", "?"]),
    "speech": st.sampled_from(["intent", "appeal"]),
    "result": st.sampled_from(["confirmed", "refuted"]),
    "about": st.sampled_from(["next-assault", "Not A Slug"]),
    "deadline": DATES,
}
SAID: dict[str, st.SearchStrategy[Any]] = {
    "timezone": st.sampled_from(["UTC", "Europe/Kyiv", " UTC ", "Nowhere/At_all", 3]),
    "stance": st.sampled_from(["asserts", "denies", "doubts"]),
    "reliability": st.sampled_from(["A", "F", "G"]),
    "credibility": st.sampled_from(["1", 6, "7"]),
    "verification": st.lists(
        st.fixed_dictionaries({"status": st.sampled_from(["disputed", "so"]), "by": NAMES}),
        max_size=2,
    ),
    "links": st.dictionaries(
        st.sampled_from(["same_event_as", "part_of", "beside"]), st.lists(NAMES, max_size=2)
    ),
    "tags": st.lists(NAMES, max_size=2),
    "summary": WORDS,
    "quote": WORDS,
    "id": WORDS,
    "relation": st.sampled_from(["near", "under"]),
    "landmark": WORDS,
    "source": st.fixed_dictionaries(
        {"publisher": NAMES},
        optional={
            "title": WORDS,
            "url": st.sampled_from(["https://example.org/a", "ftp://x", None]),
            "published": DATES,
            "language": st.sampled_from(["en", "english!"]),
        },
    ),
    "colour": WORDS,
}
PLACES = (
    st.sampled_from(
        [
            "Pokrovsk",
            " Pokrovsk ",
            {"id": "geonames:704422"},
            {"name": "Pokrovsk", "relation": "near"},
            {"id": "local:hill", "name": "The hill", "kind": "site"},
        ]
    )
    | WORDS
)
CHAINS = st.sampled_from(
    [
        ["deepstate"],
        "isw",
        [{"party": "ua.army", "channel": "private"}, "reuters"],
        [{"party": "ua.army", "channel": "private"}],
        {"party": "isw"},
    ]
) | st.lists(NAMES, max_size=2)
HAPPENED = DATES | st.dictionaries(st.sampled_from(["at", "during", "within", "on"]), DATES)


@st.composite
def reports(draw: st.DrawFn) -> dict[str, Any]:
    """A report of any kind: mostly as it should be, and anything may be wrong with it."""
    kind: Kind = draw(st.sampled_from(list(KINDS)))
    fields = KINDS[kind].model.model_fields
    names = [field.alias or name for name, field in fields.items()]
    own = {
        name: OWN.get(name, AMOUNTS if draw(st.booleans()) else WORDS)
        for name in names
        if name not in SAID and name not in {"kind", "place", "happened", "reported", "chain"}
    }
    some = draw(st.fixed_dictionaries({}, optional=own))
    some |= draw(st.fixed_dictionaries({}, optional=SAID)) if draw(st.booleans()) else {}
    if draw(st.integers(0, 9)):
        some.pop("colour", None)
    some |= {"kind": kind, "place": draw(PLACES), "happened": draw(HAPPENED), "chain": draw(CHAINS)}
    if draw(st.booleans()):
        some["reported"] = draw(DATES)
    return dict(draw(st.permutations(list(some.items()))))


def plain(line: bytes, timezone: str) -> Checked | None:
    """What the plain way takes a line for."""
    found = list(iter_ndjson([line], "f", timezone=timezone))
    return checked(found[0]) if len(found) == 1 and isinstance(found[0], Draft) else None


def laid(line: bytes, timezone: str) -> Checked | None:
    """What a line is taken for by its parts."""
    one = lay_out(line, timezone)
    if one is None:
        return None
    return read_as(one, "f", 1, 1)


@given(
    reports(),
    st.sampled_from([(",", ":"), (", ", ": "), (",", " :"), ("\t,", ":\t")]),
    st.booleans(),
    st.sampled_from(["UTC", "Asia/Khartoum"]),
)
def test_a_line_is_taken_for_the_same_by_its_parts_as_by_the_plain_way(
    report: dict[str, Any], separators: tuple[str, str], escaped: bool, timezone: str
) -> None:
    """The same id, bytes and parties, or left to the plain way, which has the words for it."""
    text = json.dumps(report, separators=separators, ensure_ascii=escaped)
    line = text.encode("utf-8", "surrogatepass") + b"\n"
    for _ in range(2):  # again, of what is remembered
        found = laid(line, timezone)
        assert found is None or found == plain(line, timezone)


@given(reports(), st.data())
def test_a_doubled_key_is_left_to_the_plain_way(
    report: dict[str, Any], data: st.DataObject
) -> None:
    """Wherever it stands, and however much room is around it."""
    pairs = [f"{json.dumps(key)}:{json.dumps(value)}" for key, value in report.items()]
    pairs.insert(data.draw(st.integers(0, len(pairs))), data.draw(st.sampled_from(pairs)))
    room = data.draw(st.sampled_from(["", " ", "  ", "\t"]))
    line = (
        "{" + f",{room}".join(pair.replace(":", f"{room}:", 1) for pair in pairs) + "}"
    ).encode()
    assert lay_out(line, "UTC") is None


SOUND = {
    "id": "r1",
    "kind": "clash",
    "place": "Pokrovsk",
    "happened": "2025-10-27",
    "reported": "2025-10-27T15:13Z",
    "chain": ["deepstate"],
    "source": {"publisher": "deepstate", "url": "https://example.org/1"},
    "summary": "Told.",
}


@pytest.mark.parametrize("gap", [" ", "\t", "\r", "\n"])
@pytest.mark.parametrize("key", ["id", "kind", "summary"])
def test_a_doubled_key_is_seen_though_one_of_the_two_has_room_behind_it(key: str, gap: str) -> None:
    """Nobody picks one of them."""
    line = f'{{"{key}"{gap}:"other",{json.dumps(SOUND)[1:]}'.encode()
    assert lay_out(line, "UTC") is None


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_a_report_without_fault_is_laid_out_by_its_parts(separators: tuple[str, str]) -> None:
    """As programs write it: else nothing would be gained."""
    for left_out in ("", "id", "source", "summary"):
        report = {key: part for key, part in SOUND.items() if key != left_out}
        line = json.dumps(report, separators=separators).encode()
        found = laid(line, "UTC")
        assert found is not None
        assert found == plain(line, "UTC")


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind":"clash"}',
        b"[]",
        b"\xef\xbb\xbf{}",
        b'{"kind":"clash","kind" :"clash"}',
        b"[" * 100_000,
        json.dumps(SOUND).encode() + b" {}",
        json.dumps(SOUND).encode().replace(b"Told", b"\xff"),
        json.dumps(SOUND).encode().replace(b"Told", b"To\tld"),
        json.dumps(SOUND).encode().replace(b"r1", b"r\n1"),
        json.dumps(SOUND).encode().replace(b"deepstate", b"deep\tstate"),
        json.dumps(SOUND).encode().replace(b'"r1"', b"NaN"),
        json.dumps(SOUND).replace('"publisher": "d', '"publisher" :"x","publisher": "d').encode(),
        json.dumps(SOUND | {"tags": [f"{n:040}" for n in range(LONGEST // 40)]}).encode(),
        json.dumps(SOUND | {"deths": None}).encode(),
        json.dumps(SOUND | {"place": {"name": "Pokrovsk", "relaton": None}}).encode(),
        json.dumps(SOUND | {"chain": [{"party": "a", "chanel": None}]}).encode(),
        json.dumps(SOUND | {"source": {"publisher": "a", "ulr": None}}).encode(),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_plain_way(line: bytes) -> None:
    """Nothing is raised, and nothing guessed."""
    assert lay_out(line, "UTC") is None


@pytest.mark.parametrize(
    "source",
    [
        {"publisher": "a", "url": "https://example.org/?a=1&b=[2]#c"},
        {"url": "http://a", "publisher": "a"},
        {
            "url": "https://example.org/1",
            "title": '"url":"https://example.org/2"',
            "publisher": "a",
        },
        {"title": '"url":"http://a"', "publisher": "a", "url": "https://example.org/1"},
        {"publisher": "a", "archived_url": "https://example.org/1"},
        {"publisher": "a", "archived_url": "https://example.org/1", "url": "http://example.org/2"},
        {"publisher": "a", "url": None},
        {"publisher": "a", "url": "https://example.org/Покровськ"},
        {"publisher": "a", "url": "https://example.org/\\u0041\\"},
        {"publisher": "a", "url": "https://example.org/" + "a" * 1_880},
        {"publisher": "a", "url": " https://example.org/1 "},
        {"publisher": "a", "url": "https://example.org/1", "sha256": "AB" * 32},
        {"publisher": "a", "url": "https://example.org/1", "published": "2025-10-27"},
        {"publisher": "a", 'odd"url': "https://example.org/1"},
        {"publisher": "a", "url": "ftp://example.org/1"},
        {"publisher": "a", "url": "https://"},
        {"publisher": " ", "url": "https://example.org/1"},
        "https://example.org/1",
        ['"url":"https://example.org/1"'],
    ],
)
def test_a_source_is_what_it_is_wherever_its_address_stands(source: object) -> None:
    """As the plain way takes it, in each way to write it, the first time and again."""
    for separators, escaped in itertools.product([(",", ":"), (", ", ": "), (",", " :")], (0, 1)):
        text = json.dumps(
            SOUND | {"source": source}, separators=separators, ensure_ascii=bool(escaped)
        )
        for _ in range(2):
            found = laid(text.encode(), "UTC")
            assert found is None or found == plain(text.encode(), "UTC")


@pytest.mark.parametrize(
    "more",
    [
        {"deaths": None, "quote": None, "landmark": None, "id": None},
        {"phase": None, "routes": None, "side": None},  # of other kinds
        {"deaths": {"low": 1, "best": None, "approximate": None, "as_reported": None}},
        {"place": {"name": "Pokrovsk", "relation": None}},
        {"source": {"publisher": "a", "url": None, "published": None}},
        {"happened": {"at": "2025-10-27", "within": None}},
    ],
)
def test_a_known_key_that_is_null_is_as_if_it_were_not_there(more: dict[str, Any]) -> None:
    """By its parts a line says what it says in the plain way."""
    line = json.dumps(SOUND | more).encode()
    assert plain(line, "UTC") is not None
    assert laid(line, "UTC") in (None, plain(line, "UTC"))


@given(reports())
@example(SOUND | {"kind": "capture", "side": "ru", "who": "one", "quote": "Told."})
@example(SOUND | {"kind": "casualties", "side": "ru", "equipment": {"quote": 1, "who": 2}})
@example(SOUND | {"quote": "Told.", "source": {"publisher": "a", "title": ',"summary":"Told."'}})
def test_a_report_is_taken_apart_whatever_its_words_hold(report: dict[str, Any]) -> None:
    """What can be redacted is out of its public part, and together they are the report."""
    found = list(iter_ndjson([json.dumps(report).encode()], "f", timezone="UTC"))
    if len(found) != 1 or not isinstance(found[0], Draft):
        return
    content = stored(found[0].event)
    parted_ = (laid := checked(found[0])).at(laid.named.placed(laid.named.id, laid.named.name))
    assert content_of(parted_) == content
    whole, parts = json.loads(content), parted(content)
    value = whole["value"]
    fields = {name: value.pop(name) for name in REDACTABLE if name in value}
    fields |= {name: whole.pop(name) for name in REDACTABLE if name in whole}
    assert {name: json.loads(own or b"null") for name, own in parts.fields.items()} == fields
    assert list(parts.fields) == sorted(fields)
    assert (
        parts.public
        == json.dumps(whole, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    )


@given(
    st.dates(date(1, 1, 2), date(9999, 12, 30)),
    st.times().map("{:%H:%M}".format),
    st.sampled_from(["", " "]),
)
def test_a_minute_is_what_the_plain_way_takes_it_for(day: date, time: str, around: str) -> None:
    """Of any day, and with a space around it."""
    written = f"{around}{day}T{time}Z"
    line = json.dumps(SOUND | {"reported": written, "happened": written}).encode()
    found = laid(line, "UTC")
    assert found is not None
    assert found == plain(line, "UTC")


@pytest.mark.parametrize(
    "written",
    [
        "2025-02-30T15:13Z", "2025-10-27T24:00Z", "2025-10-27T15:60Z", "0000-01-01T00:00Z",
        "9999-12-31T23:59Z", "0001-01-01T00:00Z", "2025-13-01T00:00Z", "٢٠٢٥-10-27T15:13Z",
    ],
)  # fmt: skip
def test_a_minute_that_there_is_not_is_left_to_the_plain_way(written: str) -> None:
    """Of the first and the last day that there are, one way says what the other does."""
    line = json.dumps(SOUND | {"reported": written}, ensure_ascii=False).encode()
    assert laid(line, "UTC") == plain(line, "UTC")
