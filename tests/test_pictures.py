import json
import random
import re
import shutil
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from browsing import browsed, program
from command import Run, typed_on
from domain import PLACES, clash, document
from hypothesis import given
from hypothesis import strategies as st

from timeline import Timeline, open_timeline
from timeline.view.read import View

pytest.importorskip("altair", reason="the extra [plot] is not installed")
pytest.importorskip("vl_convert", reason="the extra [plot] is not installed")

from timeline.pictures import WHATS, Picture, What, picture
from timeline.pictures.frame import Span
from timeline.pictures.spots import JOINED, Dot, Labels, Spot, spread
from timeline.pictures.style import FACET_SHAPES, dates, hatch

ON = "2025-10-27"

KHERSON = """\
source: {publisher: x, published: 2025-10-20}
defaults: {kind: control_assessment, place: Kherson}
reports:
  - {chain: one, happened: 2025-10-01, reported: 2025-10-01,
     shares: [{status: held, by: ua, share: 0.6}, {status: contested, share: 0.3}]}
  - {chain: one, happened: 2025-10-08, reported: 2025-10-08, shares: [{status: held, by: ru}]}
  - {chain: three, happened: 2025-10-02, reported: 2025-10-12, shares: [{status: held, by: un}]}
  - {chain: two, happened: 2025-10-14?, reported: 2025-10-16, shares: [{status: held, by: ua}]}
  - {chain: "</script><b>", happened: {during: 2025-10-03/2025-10-05}, reported: 2025-10-16,
     shares: [{status: unclear}]}
"""

RETAKEN = """\
source: {publisher: x}
defaults: {kind: control_assessment, place: Kherson, chain: one, shares: [{status: held, by: ru}]}
reports:
  - {happened: 2022-03-02, reported: 2022-03-02}
  - {happened: 2022-03-03, reported: 2022-03-03, shares: [{status: contested}]}
  - {happened: 2022-03-05, reported: 2022-03-05}
  - {happened: 2022-11-09, reported: 2022-11-09}
  - {happened: 2022-11-10, reported: 2022-11-10, shares: [{status: contested}]}
  - {happened: 2022-11-11, reported: 2022-11-11, shares: [{status: held, by: ua}]}
"""


@pytest.fixture(scope="module")
def store(seeds_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with everything in `seeds/`, and a town of which three say other things."""
    folder = tmp_path_factory.mktemp("seeds")
    (folder / "kherson.yaml").write_text(KHERSON)
    shutil.copy(seeds_store, folder / "timeline.db")
    typed_on(folder / "kherson.db", "add", folder / "kherson.yaml", code=0)
    return folder / "timeline.db"


@pytest.fixture
def run(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` about the seeds, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return partial(typed_on, store, code=0)


def drawn(
    store: Path, place: str, on: str | None = None, what: What = "clocks", **asked: Any
) -> Picture:
    """A picture of the store."""
    with open_timeline(store) as timeline, timeline.reading() as reader:
        cuts = timeline.cuts(on)
        return picture(timeline.log, reader, timeline.zone, cuts, place, what=what, **asked)


def marks(made: Picture, *names: str) -> list[dict[str, Any]]:
    """The rows of the layers of these names."""
    found: list[dict[str, Any]] = []
    for layer in made.spec["layer"]:
        if layer.get("name") in (names or ("claims", "maybe")):
            found += rows_of(made, layer)
    return found


def rows_of(made: Picture, layer: dict[str, Any]) -> list[dict[str, Any]]:
    """What a layer draws."""
    data = layer["data"]
    rows: list[dict[str, Any]] = data.get("values") or made.spec["datasets"][data["name"]]
    return rows


def words(made: Picture) -> str:
    """All that can be read on a picture."""
    root = ET.fromstring(made.svg())  # noqa: S314 - drawn a moment ago by the program under test
    return "\n".join("".join(text.itertext()) for text in root.iter() if text.tag.endswith("text"))


# What is drawn is what the answer holds.


@pytest.mark.parametrize(("place", "on"), [("Pokrovsk", ON), ("Bakhmut", None), ("Ukraine", ON)])
def test_every_claim_has_its_mark(run: Run, store: Path, place: str, on: str | None) -> None:
    """No more and no fewer than `export claims` of the same question."""
    asked = ["export", "claims", place, "--format", "jsonl", *(["--on", on] if on else [])]
    claims = [json.loads(line) for line in run(*asked).stdout.splitlines()]
    shown = marks(drawn(store, place, on))
    assert sorted(one["claim"] for one in claims) == sorted(mark["claim"] for mark in shown)
    certainty = {one["claim"]: one["certainty"] for one in claims}
    assert {mark["claim"]: mark["certainty"] for mark in shown} == certainty


def test_a_period_and_a_party_leave_the_others_out(run: Run, store: Path) -> None:
    """As for an export."""
    since, until = "2023-05-16", "2023-05-20"
    made = drawn(store, "Bakhmut", since=since, until=until)
    shown = {mark["claim"] for mark in marks(made)}
    listed = run(
        *("export", "claims", "Bakhmut", "--format", "jsonl"),
        *("--from", since, "--to", until),
    )
    assert shown == {json.loads(line)["claim"] for line in listed.stdout.splitlines()}
    whose = {mark["who"] for mark in marks(drawn(store, "Pokrovsk", ON, party="ua.7corps"))}
    assert whose == {"7th Rapid Response Corps"}


def test_a_picture_counts_parties_as_the_answer_does(run: Run, tmp_path: Path) -> None:
    """One whose own people speak for it, some of them unnamed, is one party."""
    (tmp_path / "two.yaml").write_text(
        "source: {publisher: x, published: 2025-10-20}\n"
        "defaults: {kind: clash, place: Kherson, happened: 2025-10-20}\n"
        "reports:\n"
        "  - {chain: [one, x]}\n"
        "  - {chain: [{party: one, channel: unnamed}, x]}\n"
    )
    run("--store", "two.db", "add", "two.yaml")
    assert "2 claims of 1 party" in words(drawn(tmp_path / "two.db", "Kherson", "2025-10-20"))


def test_late_news_lies_above_the_diagonal(store: Path) -> None:
    """As far as it was late; what was told at once lies on it."""
    by_date = {mark["date"]: mark for mark in marks(drawn(store, "Bakhmut"))}
    late = by_date["24 February 2022 to 12 December 2023"]
    day = 86_400_000
    assert (late["y"] - late["x"]) / day == pytest.approx(late["days late"], abs=1)
    assert late["days late"] > 400
    at_once = by_date["16 May 2023"]
    assert at_once["days late"] == 0


def test_the_cuts_are_a_crosshair(store: Path) -> None:
    """Both are drawn and named, with the basis and the source: a print says what it is of."""
    said = words(drawn(store, "Pokrovsk", ON))
    for part in (
        "Pokrovsk: what happened when, and when it was told",
        f"as of {ON}",
        f"valid by {ON}",
        f"known by {ON}",
        "source: CNBC",
        "basis r5_",
        "14 claims of 7 parties",
    ):
        assert part in said
    later = words(drawn(store, "Bakhmut"))
    assert "valid by" not in later  # now is years from all of it
    assert "as of now" not in later  # a picture is kept, and looked at another time
    assert re.search(r"as of 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", later)


def test_facets_differ_in_shape_and_in_shade(store: Path) -> None:
    """So that black and white tells them apart; hollow is what is not certain."""
    svg = drawn(store, "Pokrovsk", ON).svg()
    legend = re.findall(r'role-legend-symbol"[^>]*><path[^>]* d="([^"]+)" fill="([^"]+)"', svg)
    assert (
        len(legend) == len({path for path, _ in legend}) == len({fill for _, fill in legend}) == 5
    )


def test_numbers_stand_out_from_their_marks(tmp_path: Path) -> None:
    """By 4.5 to 1, as WCAG has it, in every facet."""
    with (tmp_path / "many.ndjson").open("w") as file:
        for number in range(360):
            report = {
                "place": "Kherson",
                "chain": ["reuters"],
                "happened": "2022-03-01",
                "source": {"publisher": "reuters"},
                "tags": [f"n{number}"],
            }
            facets = (
                {"kind": "unrest"},
                {"kind": "clash"},
                {"kind": "ceasefire", "phase": "talks", "scope": f"s{number}"},
            )
            day = date(2022, 3, 1) + timedelta(number % 3 * 90)
            report |= {"happened": day.isoformat(), "reported": day.isoformat()}
            file.write(json.dumps(report | facets[number % 3]) + "\n")
    store = tmp_path / "many.db"
    typed_on(store, "add", file.name, code=0)
    joined = [one for one in marks(drawn(store, "Kherson"), "joined") if not one["hollow"]]
    assert {one["shape"] for one in joined} >= {FACET_SHAPES["fighting"], FACET_SHAPES["ceasefire"]}
    assert all(contrast(one["shade"], one["letters"]) >= 4.5 for one in joined)


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG counts it."""

    def light(shade: str) -> float:
        parts = [int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_control_has_a_row_for_each_assessor(run: Run, store: Path) -> None:
    """Every status claim of the history of control is drawn, as long as it stood."""
    listed = run("export", "history", "Bakhmut", "--facet", "control", "--format", "csv").stdout
    made = drawn(store, "Bakhmut", what="control")
    shown = marks(made)
    assert {mark["claim"] for mark in shown} == set(re.findall(r"[0-9a-f]{20}(?=,)", listed))
    assert {mark["who"] for mark in shown} == {
        "Wagner Group",
        "Wikipedia editors",
        "Official list of occupied and hostile territories",
    }
    assert "contested" not in words(drawn(store, "Bakhmut", what="control", party="ru.wagner"))


def test_a_name_that_is_cut_says_so(run: Run, tmp_path: Path) -> None:
    """Its third line was left out, so that two spots at one place looked the same."""
    (tmp_path / "a.yaml").write_text(
        "source: {publisher: x, published: 2025-10-27}\n"
        "defaults: {kind: control_assessment, place: Kherson, happened: 2025-10-27,"
        " shares: {status: contested}, relation: near}\n"
        "reports:\n"
        "- {chain: Joint monitors, landmark: the bridge}\n"
        "- {chain: The joint monitoring mission of the observers, landmark: the old bridge}\n"
    )
    run("--store", "own.db", "add", "a.yaml")
    made = drawn(tmp_path / "own.db", "Kherson", "2025-10-27", "control")
    labels = made.spec["layer"][0]["encoding"]["y"]["axis"]["labelExpr"]
    assert sorted(json.loads(labels.removesuffix("[datum.value]")).values()) == [
        ["Joint monitors, near the", "bridge"],
        ["The joint monitoring mission", "of the observers, near the ol…"],
    ]


def test_what_is_not_certain_of_control_looks_so(store: Path) -> None:
    """Strong where seen, pale after; a doubted date hollow; a share as tall as it is."""
    made = drawn(store.with_name("kherson.db"), "Kherson", "2025-10-20", "control")
    solid, hollow = marks(made, "claims"), marks(made, "maybe")
    assert [mark["certainty"] for mark in hollow] == ["possible"]
    first = [mark for mark in solid if mark["what"].startswith("0.6 held")]
    tall = sorted({round((mark["y"] - mark["y2"]) / 0.48, 2) for mark in first})
    assert tall == [0.3, 0.6]  # nobody spoke of the last tenth, and nothing is drawn there
    seen, stood = sorted(mark["strength"] for mark in solid if mark["what"] == "held by RU")
    assert seen < stood == 1.0
    strong = [mark for mark in solid if mark["what"] == "held by UN" and mark["strength"] == 1.0]
    assert [mark["x2"] - mark["x"] for mark in strong] == [1_000]  # seen on one day, told later
    said = words(made)
    assert "held by UA (possible)" in said
    assert "</script><b>" in said


@pytest.mark.parametrize(
    ("place", "on", "newest"),
    [
        ("Donetsk Oblast", ON, "about 75% held by RU, about 6,600 km² held by UA"),
        ("Bakhmut", "2023-05-24", "held by RU"),
    ],
)
def test_the_word_of_the_last_day_can_be_read(
    store: Path, place: str, on: str, newest: str
) -> None:
    """It stood for no time yet: without words its line at the cut would pass for nothing said."""
    made = drawn(store, place, on, "control")
    at = max(mark["x2"] for mark in marks(made, "claims"))
    said = [
        row["text"]
        for layer in made.spec["layer"]
        for row in rows_of(made, layer)
        if layer["mark"]["type"] == "text" and at - row.get("x", 0) <= 1_000
    ]
    assert said == [newest]
    assert newest in words(made)


def test_the_newest_holder_is_named_however_narrow_its_bar(tmp_path: Path) -> None:
    """What was said days before it does not take its room, and is not read as of it."""
    (tmp_path / "retaken.yaml").write_text(RETAKEN)
    typed_on(tmp_path / "retaken.db", "add", tmp_path / "retaken.yaml", code=0)
    made = drawn(tmp_path / "retaken.db", "Kherson", "2022-11-13", "control")
    ends = {mark["what"]: mark["x2"] for mark in marks(made, "claims")}
    said = [
        (row["x"], row["text"])
        for layer in made.spec["layer"]
        for row in rows_of(made, layer)
        if layer["mark"]["type"] == "text" and "x" in row
    ]
    assert max(said) == (ends["contested"], "held by UA")
    assert [text for _, text in sorted(said)] == ["held by RU", "held by RU", "held by UA"]


def test_a_side_has_one_shade_in_every_picture(store: Path) -> None:
    """Whoever else is in it."""
    shades: dict[str, set[str]] = {}
    for place in ("Bakhmut", "Kherson", "Avdiivka", "Donetsk Oblast"):
        for mark in marks(drawn(store, place, what="control")):
            for by in re.findall(r"^held by (\w+)$", mark["what"]):
                shades.setdefault(by, set()).add(mark["fill"])
    assert shades.keys() == {"RU", "UA"}
    assert {len(found) for found in shades.values()} == {1}
    assert shades["RU"] != shades["UA"]


def test_a_picture_does_not_change_by_what_came_later(
    run: Run, store: Path, tmp_path: Path
) -> None:
    """Not even its shades, where a side speaks of which nothing had been heard."""
    copy = tmp_path / "copy.db"
    shutil.copy(store, copy)
    before = {what: drawn(copy, "Bakhmut", "2025-10-28", what).svg() for what in WHATS}
    late = tmp_path / "late.yaml"
    late.write_text(
        "parties: [{id: aa.first, names: [First], side: AA}]\n"
        "reports: [{kind: clash, place: Bakhmut, chain: [aa.first], happened: 2025-11-20, "
        "reported: 2025-11-20}]\n"
    )
    assert run("--store", str(copy), "add", str(late)).exit_code == 0
    assert {what: drawn(copy, "Bakhmut", "2025-10-28", what).svg() for what in WHATS} == before


def test_activity_adds_up(run: Run, store: Path) -> None:
    """The columns hold what `activity` counts; what lies on no day is said beside them."""
    answer = json.loads(run("activity", "Donetsk Oblast", "--on", ON, "--format", "json").stdout)
    made = drawn(store, "Donetsk Oblast", ON, "activity")
    days = [row for row in answer["rows"] if row["day"]]
    shown = marks(made, "reports")
    assert sum(mark["reports"] for mark in shown) == sum(row["reports"] for row in days)
    assert sum(mark["happenings"] for mark in shown) == sum(row["happenings"] for row in days)
    wider = answer["total"]["reports"] - sum(row["reports"] for row in days)
    assert f"not drawn: {wider}" in words(made)


@pytest.mark.parametrize(
    ("first", "columns"),
    [
        ("2025-10-02", [("2025-10-02", "2025-10-03"), ("2025-10-22", "2025-10-23")]),
        ("2025-01-02", [("2024-12-30", "2025-01-06"), ("2025-10-20", "2025-10-27")]),
        ("2020-02-02", [("2020-02-01", "2020-03-01"), ("2025-10-01", "2025-11-01")]),
        ("1999-02-02", [("1999-01-01", "2000-01-01"), ("2025-01-01", "2026-01-01")]),
    ],
)
def test_a_column_is_a_day_a_week_a_month_or_a_year(
    tmp_path: Path, first: str, columns: list[tuple[str, str]]
) -> None:
    """As wide as there is room for; weeks begin on Mondays."""
    store, told = tmp_path / "t.db", [clash(day, day) for day in (first, "2025-10-22")]
    with Timeline(store, create=True) as timeline:
        timeline.add(document(tmp_path, *told, places=PLACES))
    shown = marks(drawn(store, "Alpha", "2025-10-22", "activity"), "reports")
    ends = [[datetime.fromtimestamp(one[end] / 1000, UTC) for end in ("begins", "ends")]
            for one in shown]  # fmt: skip
    assert [tuple(str(at.date()) for at in one) for one in ends] == columns


def test_activity_names_who_spoke_as_parties(store: Path) -> None:
    """They were named as sources, though all of it was read in one article of another."""
    said = words(drawn(store, "Pokrovsk", ON, "activity"))
    assert re.search("parties: .*General Staff of Ukraine", said)
    assert "source" not in said


def test_the_highest_column_does_not_look_cut_off(store: Path) -> None:
    """There is room above it, whatever its number."""
    made = drawn(store, "Donetsk Oblast", ON, "activity")
    (top,) = {
        layer["encoding"]["y"]["scale"]["domain"][1]
        for layer in made.spec["layer"]
        if "scale" in layer["encoding"].get("y", {})
    }
    assert top > max(row["y2"] for row in marks(made, "reports"))


def test_activity_reads_each_place_once(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the days and for who spoke of them together: of a region both take long to read."""
    read, speaking = Counter[str](), View.speaking

    def counted(view: View, place: str, *cuts: Any) -> Any:
        read[place] += 1
        return speaking(view, place, *cuts)

    monkeypatch.setattr(View, "speaking", counted)
    drawn(store, "Donetsk Oblast", ON, "activity")
    assert set(read.values()) == {1}


@pytest.mark.parametrize("what", WHATS)
def test_a_place_of_which_nobody_spoke(store: Path, what: What) -> None:
    """Words, and not an empty sheet: nobody spoke is not that it was quiet."""
    made = drawn(store, "Kyiv", "2021-01-01", what)
    assert re.search(r"nobody said|not to say it was quiet", words(made))
    [said] = [one for one in made.spec["layer"] if one["mark"].get("fontStyle") == "italic"]
    lines, at = said["mark"]["text"], {name: said["encoding"][name]["value"] for name in "xy"}
    assert at["y"] + len(lines) * said["mark"]["lineHeight"] < made.spec["height"]
    cut = made.spec["width"] / 2  # the only moment that the axis is of
    assert at["x"] + max(map(len, lines)) * 7 < cut


def crowded(path: Path) -> Path:
    """A store of a town of which three hundred things are told, most of them at once."""
    kinds = ("clash", "shelling", "air_strike", "unrest")
    first = date(2022, 2, 24)
    with path.with_suffix(".ndjson").open("w") as file:
        for number in range(300):
            happened = first + timedelta(number * 7 % 250)
            told = happened + timedelta(0 if number % 9 else number % 60)
            report = {
                "kind": kinds[number % 4],
                "place": "Kherson",
                "chain": ["reuters"],
                "happened": happened.isoformat(),
                "reported": told.isoformat(),
                "source": {"publisher": "reuters"},
                "tags": [f"n{number}"],
            }
            file.write(json.dumps(report) + "\n")
    typed_on(path, "add", file.name, code=0)
    return path


def test_every_mark_of_a_crowd_lies_at_its_dates(tmp_path: Path) -> None:
    """None is drawn farther from them than it is wide, and the numbers add up."""
    made = drawn(crowded(tmp_path / "crowd.db"), "Kherson")
    with open_timeline(tmp_path / "crowd.db") as timeline:
        claims = {one.claim.claim: one.claim for one in timeline.claims("Kherson").claims}
    joined = marks(made, "joined")
    assert joined
    assert sum(int(one["number"]) for one in joined) + len(marks(made, "claims")) == 300
    assert "a number: so many claims" in words(made)
    (ends,) = {
        tuple(layer["encoding"]["x"]["scale"]["domain"])
        for layer in made.spec["layer"]
        if "scale" in layer["encoding"].get("x", {})
    }
    pixel = (ends[1] - ends[0]) / made.spec["width"]
    shown = set()
    for mark in marks(made, "claims", "joined"):
        wide = 8 * (JOINED if "claims" in mark else 1) + 0.01
        for claim in mark.get("claims", [mark.get("claim")]):
            shown.add(claim)
            assert abs(mark["x"] - noon(claims[claim].happened)) / pixel <= wide
            assert abs(mark["y"] - noon(claims[claim].reported)) / pixel <= wide
    assert shown == claims.keys()


def noon(day: str) -> float:
    """The noon of a day, as pictures count time."""
    return datetime.fromisoformat(f"{day}T12:00Z").timestamp() * 1000


LATE = """\
source: {publisher: x, published: 2025-10-22}
defaults: {kind: civilian_harm, place: Kherson, chain: [one], reported: 2025-10-22}
reports:
  - {happened: 2025-10-21, deaths: 1, tags: [a]}
  - {happened: 2025-10-21, deaths: 2, tags: [b]}
  - {happened: 2025-10-21, deaths: 3, tags: [c]}
  - {happened: 2025-10-20, deaths: 4, reported: 2025-10-20}
"""


def test_words_of_late_news_lie_beside_each_other(tmp_path: Path) -> None:
    """Three of one day can all be read; one is a singular."""
    (tmp_path / "late.yaml").write_text(LATE)
    store = str(tmp_path / "late.db")
    added = typed_on(store, "add", tmp_path / "late.yaml")
    assert added.exit_code == 0, added.output
    made = drawn(Path(store), "Kherson")
    said = [row for row in marks(made, "words-left", "words-right") if row["text"].endswith("late")]
    assert sorted(row["text"] for row in said) == [
        "civilian harm: 1 death: 1 day late",
        "civilian harm: 2 deaths: 1 day late",
        "civilian harm: 3 deaths: 1 day late",
    ]
    assert len({(row["x"], row["y"]) for row in said}) == 3


# Files.


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("ending", ["svg", "png", "html"])
def test_every_picture_in_every_format(run: Run, tmp_path: Path, what: str, ending: str) -> None:
    """Each opens as what its name says, and is the same again for the same question."""
    for name in ("one", "two"):
        run("plot", "Pokrovsk", "--on", ON, "--what", what, "-o", f"{name}.{ending}")
    content = (tmp_path / f"one.{ending}").read_bytes()
    assert content == (tmp_path / f"two.{ending}").read_bytes()
    if ending == "png":
        assert content.startswith(b"\x89PNG\r\n")
        assert int.from_bytes(content[16:20]) > 1_200
    elif ending == "svg":
        root = ET.fromstring(content)  # noqa: S314 - drawn a moment ago
        assert root.tag.endswith("svg")
        assert root.get("role") == "img"
        assert re.match(rf"Pokrovsk.*: .* · as of {ON} · ", root.get("aria-label") or "")
    else:
        assert content.startswith(b"<!doctype html>")


@pytest.mark.parametrize("what", WHATS)
def test_a_narrow_picture_has_its_whole_basis(run: Run, tmp_path: Path, what: str) -> None:
    """Nothing of it is cut off: a print can be made again, and its sources are named."""
    noted = run("plot", "Pokrovsk", "--what", what, "--width", "240", "-o", "p.svg").stderr
    svg = ET.fromstring((tmp_path / "p.svg").read_text())  # noqa: S314 - drawn a moment ago
    shown = "".join(
        "".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")
    )
    basis = noted.partition("basis ")[2].strip(" )\n")
    assert len(basis) > 60
    assert f"basis{basis}" in shown.replace(" ", "")
    assert "…" not in re.split(r"source|part(?:y|ies):", shown)[-1]


def test_a_page_asks_nothing_of_the_network(run: Run, tmp_path: Path) -> None:
    """No address that a browser would follow, and a policy that forbids any; texts stay texts."""
    run("plot", "Pokrovsk", "--on", ON, "-o", "p.html")
    page = (tmp_path / "p.html").read_text()
    assert "default-src 'none'" in page
    bare = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert "src=" not in bare
    assert "href=" not in bare
    assert "//" not in bare
    assert "$schema" not in page.rpartition("<script>")[2]
    assert page.count("</script>") == 2


def test_a_text_does_not_end_the_script_it_is_in(store: Path) -> None:
    """Nor does it begin an element."""
    page = drawn(store.with_name("kherson.db"), "Kherson", "2025-10-20", "control").html()
    assert page.count("</script>") == 2
    assert "<b>" not in page.rpartition('<div id="picture"')[2].partition("<script>")[0]
    assert '<div id="picture" role="figure" aria-label="' in page  # an image has no menu in it


def test_a_page_draws_itself_in_a_browser(run: Run, tmp_path: Path) -> None:
    """Under its own policy, without an error, every mark of it there."""
    browser = program("chromium")
    run("plot", "Pokrovsk", "--on", ON, "-o", "p.html")
    shown = browsed(browser, tmp_path / "p.html")
    assert shown.stdout.count('aria-roledescription="point"') >= 14
    assert re.search('<summary[^>]* aria-label="[^"]+"', shown.stdout)  # three dots are no name
    said = [line for line in shown.stderr.splitlines() if "CONSOLE" in line]
    assert not [line for line in said if "Error" in line or "Refused" in line]


def test_a_page_draws_itself_whatever_a_text_holds(run: Run, tmp_path: Path) -> None:
    """What begins a comment and an element in a script left the page white: it had no end."""
    (tmp_path / "a.yaml").write_text(
        "source: {publisher: x, published: 2025-10-27}\n"
        "reports: [{kind: clash, place: Kherson, chain: x, happened: 2025-10-27,"
        " outcome: '<!-- <script> </script>'}]\n"
    )
    run("--store", "own.db", "add", "a.yaml")
    run("--store", "own.db", "plot", "Kherson", "--on", "2025-10-27", "-o", "p.html")
    shown = browsed(program("chromium"), tmp_path / "p.html")
    assert 'aria-roledescription="point"' in shown.stdout


def test_what_is_no_picture_is_refused(run: Run) -> None:
    """One line each, and no file."""
    assert ".svg, .png or .html" in run("plot", "Pokrovsk", "-o", "p.pdf", code=2).stderr
    run("plot", "Pokrovsk", "--what", "control", "--facet", "forces", "-o", "p.svg", code=2)
    run("plot", "Nowhere", "-o", "p.svg", code=1)
    run("plot", "Pokrovsk", "--from", "2025-10-02", "--to", "2025-10-01", "-o", "p.svg", code=2)
    assert not list(Path.cwd().iterdir())


def test_without_the_library_it_says_what_to_install(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    refused = run("plot", "Pokrovsk", "-o", "p.svg", code=1)
    assert "pip install '.[plot]' in the folder of this project" in refused.stderr


# Drawing.


SHEET = (0.0, 0.0, 640.0, 640.0)


def test_symbols_that_would_cover_each_other_stand_side_by_side() -> None:
    """The first stays where it is; none lies on another; a lone one does not move."""
    dots = [Dot(400.0, 50.0), *[Dot(100.0, 100.0, number) for number in range(9)]]
    lone, first, *others = spread(dots, 10, SHEET)
    assert (lone.x, lone.y) == (400, 50)
    assert (first.x, first.y) == (100, 100)
    every = [first, *others]
    assert all(
        max(abs(one.x - other.x), abs(one.y - other.y)) >= 9.5
        for at, one in enumerate(every)
        for other in every[:at]
    )


def test_symbols_go_as_far_as_their_day() -> None:
    """Twelve of one day are drawn apart where the day is wide enough, and along the diagonal."""
    spots = spread([Dot(100.0, 100.0, None, (34, 34))] * 12, 10, SHEET)
    assert len(spots) == 12
    assert all(max(abs(spot.x - 100), abs(spot.y - 100)) <= 29 for spot in spots)
    along = max(abs((spot.x - 100) - (spot.y - 100)) for spot in spots)
    away = max(abs((spot.x - 100) + (spot.y - 100)) for spot in spots)
    assert along > away


@pytest.mark.parametrize("step", [0.9, 1.1])
@pytest.mark.parametrize("looks", [1, 3])
def test_no_number_of_a_long_row_covers_another(step: float, looks: int) -> None:
    """What would lie in the way is joined with it: two numbers on each other are none."""
    row = [Dot(100 + at * step, 540 - at * step, at % looks) for at in range(360)]
    spots = spread(row, 8, SHEET)
    assert sorted(at for spot in spots for at in spot.dots) == list(range(360))
    assert not covered(spots)


@pytest.mark.parametrize("seed", range(3))
def test_no_mark_of_a_crowd_covers_another(seed: int) -> None:
    """Of thousands of claims that were told at once, or a few days or months later."""
    chance = random.Random(seed)  # noqa: S311 - it guards nothing
    late = (0, 0, 0, 1, 3, 7, 20, 60)
    happened = [chance.uniform(50, 500) for _ in range(2_000)]
    dots = [Dot(x, 600 - x - chance.choice(late), chance.randrange(14)) for x in happened]
    spots = spread(dots, 8, SHEET)
    assert sorted(at for spot in spots for at in spot.dots) == list(range(len(dots)))
    assert not covered(spots)
    for spot in spots:
        wide = 8 * (JOINED if len(spot.dots) > 1 else 1) + 0.01
        assert all(
            max(abs(spot.x - dots[at].x), abs(spot.y - dots[at].y)) <= wide for at in spot.dots
        )


def covered(spots: list[Spot]) -> list[tuple[Spot, Spot]]:
    """Those of which one lies on the other, of marks eight pixels wide."""
    wide = [8 * (JOINED if len(spot.dots) > 1 else 1) for spot in spots]
    return [
        (one, other)
        for at, one in enumerate(spots)
        for before, other in enumerate(spots[:at])
        if max(abs(one.x - other.x), abs(one.y - other.y)) < (wide[at] + wide[before]) * 0.47
    ]


def test_symbols_that_find_no_room_are_joined() -> None:
    """First with those that look the same; of many looks all of them in one."""
    alike = spread([Dot(100.0, 100.0, n % 3) for n in range(40)], 10, SHEET)
    assert sorted(len(spot.dots) for spot in alike) == [13, 13, 14]
    (mixed,) = spread([Dot(100.0, 100.0, n % 20) for n in range(40)], 10, SHEET)
    assert len(mixed.dots) == 40


@given(
    st.lists(
        st.builds(
            Dot,
            st.floats(6, 120),
            st.floats(6, 120),
            st.integers(0, 3),
            st.sampled_from([(0, 0), (0, 30), (30, 30)]),
        ),
        max_size=80,
    )
)
def test_no_symbol_is_drawn_farther_from_its_dates_than_it_is_wide(dots: list[Dot]) -> None:
    """Whatever lies around it, each is drawn once: in its room, and inside the cuts."""
    spots = spread(dots, 10, (6, 6, 120, 120))
    assert sorted(at for spot in spots for at in spot.dots) == list(range(len(dots)))
    for spot in spots:
        wide = 10 * (JOINED if len(spot.dots) > 1 else 1) + 1e-6
        assert 6 <= spot.x <= 120
        assert 6 <= spot.y <= 120
        for dot in (dots[at] for at in spot.dots):
            assert abs(spot.x - dot.x) <= max(wide, dot.room[0])
            assert abs(spot.y - dot.y) <= max(wide, dot.room[1])


def test_words_lie_on_nothing() -> None:
    """Each takes the first place that is free; where none is, it is left out."""
    words = Labels((0, 0, 100, 100), [(0, 0, 30, 10)])
    places = [(10.0, 5.0, 60.0, 18.0), (90.0, 20.0, 140.0, 33.0), (10.0, 20.0, 60.0, 33.0)]
    assert words.lay(places) == places[2]
    assert words.lay(places) is None


def test_a_pattern_stays_in_its_box() -> None:
    """Every line begins and ends inside; crossed is both ways."""
    box = (10.0, 90.0), (5.0, 30.0)
    rising, falling = list(hatch("rising", *box)), list(hatch("falling", *box))
    crossed = list(hatch("crossed", *box))
    assert len(crossed) == len(rising) + len(falling) > 20
    for left, top, right, bottom in crossed:
        assert 10 <= left <= right <= 90
        assert 5 - 1e-9 <= min(top, bottom) <= max(top, bottom) <= 30 + 1e-9
    assert not list(hatch("none", *box))


def test_an_axis_tells_the_year_of_its_days_and_the_zone_of_its_hours() -> None:
    """They are written without, so that it stands beside what the axis shows."""
    day = 86_400_000
    new_year = 20_454 * day  # 2026-01-01

    def title(*moments: int) -> str:
        return str(Span(moments, 760).axis("told", "Europe/Kyiv").title)

    assert title(new_year + day, new_year + 2 * day) == "told, 2026, Europe/Kyiv →"
    assert title(new_year, new_year + 2 * day) == "told, 2025–2026, Europe/Kyiv →"
    assert title(new_year + day, new_year + 7 * day) == "told, 2026 →"
    assert title(0, 4_000 * day) == "told →"
    assert Span([], 760).axis("told", "UTC").values == []
    first = round(datetime.min.replace(tzinfo=UTC).timestamp() * 1000)
    assert title(first) == "told, 1, Europe/Kyiv →"


def test_hours_of_a_picture_are_those_of_the_zone_that_it_names(run: Run, tmp_path: Path) -> None:
    """What happened at 15:13 in UTC lies behind the tick of 15:00 by the clocks of Kyiv."""
    (tmp_path / "a.yaml").write_text(
        "source: {publisher: x, published: 2025-10-27}\n"
        "reports: [{kind: clash, place: Kherson, chain: x, happened: {at: 2025-10-27T15:13Z}}]\n"
    )
    run("--store", "kyiv.db", "add", "a.yaml", "--timezone", "Europe/Kyiv")
    run("--store", "kyiv.db", "plot", "Kherson", "--on", "2025-10-27", "-o", "p.svg")
    svg = (tmp_path / "p.svg").read_text()
    assert "what happened, or held, 2025, Europe/Kyiv →" in svg
    assert "when it was told, 2025, Europe/Kyiv →" in svg


@pytest.mark.parametrize("days", [1, 5, 20, 90, 400, 3_000, 40_000, 740_000])
def test_an_axis_has_a_few_dates_whatever_it_spans(days: int) -> None:
    """More than one, and no more than there is room for; in order."""
    form, ticks = dates(0, days * 86_400_000, 9)
    assert 1 < len(ticks) <= 9
    assert ticks == sorted(ticks)
    assert form.startswith("%")
