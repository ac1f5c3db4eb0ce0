import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Collection
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command import Run, table, typed
from effort import calls_of
from hypothesis import given
from hypothesis import strategies as st

from timeline import open_timeline
from timeline.asof import AsOf
from timeline.formats.columns import COLUMNS, measures, time_precision
from timeline.formats.csv import line
from timeline.formats.files import manifest_path, replaced
from timeline.view.read import View

GOLDEN = Path(__file__).resolve().parent / "golden"

CONTRACT = (
    "place,place_id,admin1,iso_3166_2,latitude,longitude,relation,landmark,kind,facet,subject,"
    "party,chain,measure,status,by,share,low,best,high,value_json,stance,read_as,happened,"
    "happened_reading,valid_from,valid_to,time_precision,certainty,ended,reported_at,known_from,"
    "recorded_at,known_as_of,valid_as_of,reliability,credibility,verification,source,source_url,"
    "summary,claim_id,report_id,supersedes,basis"
)

# Every part of a report that an export has to carry, and things that go wrong when it is careless.
RICH = """\
source: {publisher: reuters, title: "=1+1", url: "https://example.org/a", published: 2025-10-27}
timezone: Europe/Kyiv
reports:
  - kind: infiltration
    id: one
    place:
      id: "local:alpha"
      name: Alpha
      kind: city
      parent: {id: "local:shire", name: Shire, kind: raion, parent: "iso:UA-14"}
      parents: [{id: "iso:UA-09", to: 2020-07-18}]
      lat: -1.5
      lon: -2
      aliases: [Альфа]
    relation: near
    landmark: old mill
    chain: [{party: ru.putin, channel: private}, {party: ua.officials, channel: unnamed}, reuters]
    happened: {during: 2025-10-20/2025-10-27}
    side: ru
    size: {low: 1, best: 2.5, high: 3, approximate: true, as_reported: "-2, maybe"}
    summary: "=HYPERLINK(\\"http://x\\")\\nsecond line"
    quote: "said, \\"so\\""
    reliability: B
    credibility: 2
    verification: [{status: unverified, by: ap}, {status: disputed, by: ru.mod}]
    tags: [a, b]
    links: {same_event_as: two}
  - kind: statement
    id: two
    place: Donetsk Oblast
    chain: ua.zelenskyy
    happened: 2025-10-26T10:00Z
    reported: 2025-10-26
    stance: forecasts
    speech: forecast
    proposition: "@SUM: it will come"
    about: coming
    deadline: 2025-11
  - kind: casualties
    id: three
    place: Kherson
    chain: ua.general_staff
    happened: 2025-10-26
    side: ru
    killed: at least 30
    wounded: 20-30
    equipment: {tank: 2, truck: dozens}
  - kind: verification
    id: four
    place: Kherson
    chain: ap
    happened: 2025-10-27
    report: three
    result: confirmed
  - kind: territory_change
    place: Kherson
    chain: ua.general_staff
    happened: 2025-10-25
    to: ua
    extent: whole
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` in an empty folder; a command has to end well."""
    monkeypatch.chdir(tmp_path)
    return partial(typed, code=0)


# What comes out.


def test_the_columns_are_those_of_the_contract(seeded: Run) -> None:
    """Order and names, in the code and in the file."""
    assert ",".join(COLUMNS) == CONTRACT
    for what in ("situation", "claims"):
        assert seeded("export", what, "Pokrovsk").stdout.split("\n")[0] == CONTRACT
    assert seeded("known", "Pokrovsk", "--format", "csv").stdout.split("\n")[0] == CONTRACT


def test_a_place_of_ones_own_has_the_unit_of_its_parents(run: Run) -> None:
    """Wherever a row names it; what it states itself stays, and a country has none to give."""
    places = (
        '{id: "local:mine", name: Mine, kind: site, parent: "local:town"}',
        '{id: "local:town", name: Town, kind: town, parent: "iso:UA-14"}',
        '{id: "local:sea", name: Sea, kind: site, parent: "iso:UA"}',
        '{id: "local:own", name: Own, kind: town, parent: "iso:UA-14", admin1: Elsewhere}',
    )
    said = "kind: control_assessment, happened: 2025-10-27, shares: [{status: contested}]"
    reports = "".join(f"  - {{{said}, place: {place}}}\n" for place in places[::-1])
    head = "source: {publisher: cnbc, published: 2025-10-27}\ndefaults: {chain: cnbc}\nreports:\n"
    run("add", "-", stdin=head + reports)
    units = {
        "local:mine": ("Donetsk Oblast", "UA-14"),
        "local:town": ("Donetsk Oblast", "UA-14"),
        "local:sea": ("", ""),
        "local:own": ("Elsewhere", ""),
    }
    for what in ("situation", "claims", "control", "history"):
        rows = csv.DictReader(io.StringIO(run("export", what, "--on", "2025-10-27").stdout))
        found = {row["place_id"]: (row["admin1"], row["iso_3166_2"]) for row in rows}
        assert found == units
    for command in ("known", "claims"):
        rows = csv.DictReader(io.StringIO(run(command, "Mine", "--format", "csv").stdout))
        assert {row["iso_3166_2"] for row in rows} == {"UA-14"}


def test_known_as_csv_is_the_export_of_the_same_question(seeded: Run) -> None:
    """One table, whichever command writes it."""
    known = seeded("known", "Pokrovsk", "2025-10-27", "--format", "csv").stdout
    exported = seeded("export", "situation", "Pokrovsk", "--known", "2025-10-27").stdout
    assert known == exported


@pytest.mark.parametrize(
    "args",
    [
        ("situation", "Pokrovsk", "--known", "2025-10-27", "-o", "situation-pokrovsk.csv"),
        ("situation", "Donetsk Oblast", "--on", "2025-10-27", "-o", "situation-oblast.json"),
        ("claims", "Bakhmut", "--known", "2025-10-27", "-o", "claims-bakhmut.jsonl"),
        ("history", "Bakhmut", "--known", "2025-10-27", "-o", "history-bakhmut.csv"),
        ("reports", "--known", "2025-10-27", "-o", "reports.jsonl"),
        ("reports", "Donbas", "--known", "2025-10-27", "-o", "reports-donbas.csv"),
    ],
    ids=lambda args: args[-1],
)
def test_exports_of_the_seeds_are_as_they_were(
    seeded: Run, tmp_path: Path, args: tuple[str, ...]
) -> None:
    """Golden files, but for record times; UPDATE_GOLDEN=1 writes them anew."""
    seeded("export", *args)
    made = re.sub(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", "RECORDED", (tmp_path / args[-1]).read_text()
    )
    golden = GOLDEN / args[-1]
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(made)
    assert made == golden.read_text()


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
@pytest.mark.parametrize("what", ["situation", "claims", "reports", "history"])
def test_the_same_export_twice_is_the_same_bytes(
    seeded: Run, tmp_path: Path, what: str, form: str
) -> None:
    """Of all places, in every format; and standard output gives what the file holds."""
    asked = ("export", what, "--known", "2025-10-27", "--format", form)
    seeded(*asked, "-o", "first")
    seeded(*asked, "-o", "second")
    first = (tmp_path / "first").read_bytes()
    assert first == (tmp_path / "second").read_bytes()
    assert seeded(*asked).stdout_bytes == first
    assert first.endswith(b"\n")
    assert b"\r" not in first
    if form == "json":
        json.loads(first)
    elif form == "jsonl":
        assert all(json.loads(line) for line in first.splitlines())


@pytest.mark.parametrize("what", ["situation", "history"])
def test_of_one_place_json_is_the_object_that_is_answered(seeded: Run, what: str) -> None:
    """Of several, or of a place with all below it, a list of them."""
    cut = ("--known", "2025-10-27", "--format", "json")
    one = json.loads(seeded("export", what, "Pokrovsk", *cut).stdout)
    assert one["schema"] == f"timeline/{what}/1"
    both = json.loads(seeded("export", what, "Pokrovsk", "Kherson", *cut).stdout)
    assert [answer["place"]["name"] for answer in both] == ["Pokrovsk", "Kherson"]
    assert both[0] == one


def test_a_file_that_the_content_lacks_is_not_told_as_a_missing_folder(tmp_path: Path) -> None:
    """What writes may need another file: that one is missing then, and nothing is written."""
    with pytest.raises(FileNotFoundError, match=r"elsewhere\.db"), replaced(tmp_path / "s.csv"):
        (tmp_path / "elsewhere.db").read_bytes()
    assert not list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*; make it first"):
        replaced(tmp_path / "none" / "s.csv").__enter__()


@pytest.mark.parametrize("before", [None, b"as it was\n"])
def test_without_its_manifest_no_file_is_written(
    seeded: Run, tmp_path: Path, before: bytes | None
) -> None:
    """What was there before is still there, and the name that is in the way is told."""
    (tmp_path / "s.csv.manifest.json").mkdir()
    if before is not None:
        (tmp_path / "s.csv").write_bytes(before)
    result = seeded("export", "claims", "Pokrovsk", "-o", "s.csv", code=1)
    assert result.stdout == ""
    assert result.stderr == "Error: s.csv.manifest.json: is a folder; name a file\n"
    there = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}
    assert there.get("s.csv") == before
    assert not [name for name in there if name.endswith(".part")]


def test_the_manifest_says_what_the_file_holds(seeded: Run, tmp_path: Path) -> None:
    """Basis, options, counts and the SHA-256 of the bytes."""
    seeded("export", "situation", "Pokrovsk", "--known", "2025-10-27", "-o", "s.csv")
    manifest = json.loads((tmp_path / "s.csv.manifest.json").read_text())
    content = (tmp_path / "s.csv").read_bytes()
    answer = json.loads(seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout)
    assert manifest["schema"] == "timeline/export/1"
    assert manifest["what"] == "situation"
    assert manifest["basis"] == answer["basis"]
    assert manifest["options"]["places"] == ["Pokrovsk"]
    assert manifest["options"]["known"] == "2025-10-27"
    assert manifest["counts"]["claims"] == len(answer["claims"])
    assert manifest["counts"]["rows"] == content.count(b"\n") - 1
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert not list(tmp_path.glob(".*.part"))


def test_the_manifest_tells_the_options_that_were_given_and_no_others(
    seeded: Run, tmp_path: Path
) -> None:
    """Those that change the bytes among them."""
    seeded("export", "claims", "--raw", "--on", "2025-10-27", "-o", "s.csv")
    manifest = json.loads((tmp_path / "s.csv.manifest.json").read_text())
    assert manifest["options"] == {
        "format": "csv", "on": "2025-10-27", "raw": True, "window": 7.0,
    }  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    "what", ["situation", "control", "claims", "reports", "history", "activity"]
)
def test_a_manifest_counts_the_same_things_where_there_are_none(
    seeded: Run, tmp_path: Path, what: str, form: str
) -> None:
    """As nought: a program that asks for a count finds one on a quiet day too."""
    kept = {}
    for day in ("1999-01-01", "2025-10-27"):
        seeded("export", what, "--known", day, "--format", form, "-o", day)
        kept[day] = json.loads((tmp_path / f"{day}.manifest.json").read_text())["counts"]
    quiet, told = kept.values()
    assert quiet.keys() == told.keys()
    assert not any(quiet.values())
    assert all(told.values())


@pytest.mark.parametrize(
    ("part", "ids"),
    [
        ("--party ap", ["said", "checked"]),
        ("--party reuters", ["again"]),
        ("--side ru", []),
        ("--from 2025-10-28", ["again"]),
        ("--to 2025-10-27", ["said", "checked"]),
        ("--party ap --from 2025-10-28", []),
    ],
)
def test_a_check_is_a_report_of_who_made_it_on_the_day_of_its_telling(
    run: Run, part: str, ids: list[str]
) -> None:
    """It claims nothing itself, and so is of no side."""
    said = {"id": "said", "kind": "clash", "chain": "ap", "happened": "2025-10-20"}
    check = {"kind": "verification", "report": "said", "result": "confirmed"}
    reports = [
        said | {"reported": "2025-10-20"},
        check | {"id": "checked", "chain": "ap", "happened": "2025-10-27"},
        check | {"id": "again", "chain": "reuters", "happened": "2025-10-28"},
    ]
    lines = [{"place": "Kherson", "reported": one["happened"]} | one for one in reports]
    run("add", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    out = run("export", "reports", *part.split(), "--format", "jsonl").stdout
    assert [json.loads(line)["id"] for line in out.splitlines()] == ids


def test_standard_output_has_no_manifest(seeded: Run, tmp_path: Path) -> None:
    """`-o -` writes nothing but the data."""
    before = set(tmp_path.iterdir())
    seeded("export", "reports", "-o", "-")
    assert not [path for path in set(tmp_path.iterdir()) - before if "manifest" in path.name]


def test_a_file_is_replaced_whole_or_not_at_all(seeded: Run, tmp_path: Path) -> None:
    """A question that fails leaves the file as it was; a folder is no file."""
    (tmp_path / "s.csv").write_text("precious")
    seeded("export", "situation", "Nowhere", "-o", "s.csv", code=1)
    assert (tmp_path / "s.csv").read_text() == "precious"
    (tmp_path / "folder").mkdir()
    seeded("export", "situation", "Pokrovsk", "-o", "folder", code=1)
    result = seeded("export", "situation", "Pokrovsk", "-o", "none/s.csv", code=1)
    assert result.stderr.count("\n") == 1


def test_a_file_that_others_may_not_read_stays_so(seeded: Run, tmp_path: Path) -> None:
    """Every night's export, into the file that somebody closed to others, opened it to them."""
    file = tmp_path / "s.csv"
    file.touch(mode=0o600)
    seeded("export", "situation", "Pokrovsk", "-o", "s.csv")
    assert file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_several_places_are_written_in_the_order_asked(seeded: Run) -> None:
    """Each once, however often and by whatever name it is asked for."""
    answers = json.loads(
        seeded("export", "situation", "Kherson", "Bakhmut", "Херсон", "--format", "json").stdout
    )
    assert [answer["place"]["name"] for answer in answers] == ["Kherson", "Bakhmut"]


def test_no_place_means_every_place_that_reports_name(seeded: Run) -> None:
    """All places have their claims in one table."""
    all_rows = table(seeded("export", "claims").stdout)
    assert {"Pokrovsk", "Donetsk Oblast", "Donbas", "Ukraine", "Kherson"} <= {
        row["place"] for row in all_rows
    }
    assert len({row["basis"] for row in all_rows}) == 1


def test_claims_hold_more_than_what_stands(seeded: Run) -> None:
    """A situation has what stands; claims have also what was replaced since."""
    standing = {row["claim_id"] for row in table(seeded("export", "situation", "Kherson").stdout)}
    every = {row["claim_id"] for row in table(seeded("export", "claims", "Kherson").stdout)}
    assert standing < every


def test_options_that_would_change_nothing_are_refused(seeded: Run) -> None:
    """`--raw` is for CSV, `--from` for histories, a facet not for reports."""
    refused = seeded("export", "reports", "--raw", code=2)
    assert "raw and bom are for csv and hxl; " in refused.stderr
    seeded("export", "situation", "--from", "2025-10-01", code=2)
    seeded("export", "reports", "--facet", "forces", code=2)
    seeded("export", "history", "--from", "2025-10-02", "--to", "2025-10-01", code=2)


# Reports go round.


def test_exported_reports_make_the_same_store_again(run: Run, tmp_path: Path) -> None:
    """Out, into a fresh store, out: the same bytes. Into the same store: all already known."""
    run("add", "-", stdin=RICH)
    run("export", "reports", "-o", "out.jsonl")
    assert run("add", "out.jsonl").stdout == "filed 0, already known 5, problems 0\n"
    assert run("--store", "fresh.db", "add", "out.jsonl").stdout.startswith("filed 5,")
    run("--store", "fresh.db", "export", "reports", "-o", "again.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "again.jsonl").read_bytes()
    for place in ("Alpha", "Shire", "Kherson"):
        ours, theirs = (
            json.loads(
                run("--store", store, "known", place, "2025-10-28", "--format", "json").stdout
            )
            for store in ("timeline.db", "fresh.db")
        )
        assert said(ours) == said(theirs)


def said(answer: dict[str, Any]) -> tuple[object, ...]:
    """An answer without when, and after what else, its reports were filed."""
    claims = [{**claim, "recorded": None} for claim in answer["claims"]]
    return answer["place"], claims, answer["context"] == []


def test_lines_go_round_in_any_order(seeded: Run, tmp_path: Path) -> None:
    """Each line stands for itself: shuffled, they make a store that exports the same bytes."""
    lines = seeded("export", "reports").stdout.splitlines()
    shuffled = sorted(lines, key=lambda text: hashlib.sha256(text.encode()).digest())
    (tmp_path / "shuffled.jsonl").write_text("\n".join(shuffled) + "\n")
    seeded("--store", "fresh.db", "add", "shuffled.jsonl")
    again = seeded("--store", "fresh.db", "export", "reports").stdout.splitlines()
    assert sorted(again) == sorted(lines)
    assert again == seeded("export", "reports").stdout.splitlines()


def test_reports_are_written_as_they_show_at_the_cuts(run: Run, tmp_path: Path) -> None:
    """Once each, in the version known then; a retracted one is gone from its day on."""
    run("add", "-", stdin=RICH)
    corrected = RICH[: RICH.index("  - kind: statement")].replace("best: 2.5", "best: 2.75")
    corrected = corrected.replace("    id: one\n", "    id: one\n    reported: 2025-10-29\n")
    (tmp_path / "c.yaml").write_text(corrected)
    run("correct", "one", "c.yaml")
    run("retract", "three", "--reported", "2025-10-30", "--reason", "double")

    def known(on: str) -> dict[str, Any]:
        lines = run("export", "reports", "--known", on).stdout.splitlines()
        return {report["id"]: report for report in map(json.loads, lines)}

    assert known("2025-10-26").keys() == {"two"}
    assert known("2025-10-28")["one"]["size"]["best"] == 2.5
    assert known("2025-10-29")["one"]["size"]["best"] == 2.75
    assert "three" in known("2025-10-29")
    assert "three" not in known("2025-10-30")
    assert table(run("export", "claims", "Alpha").stdout)[0]["supersedes"]
    orders = [
        [one for one in known(f"2025-10-{day}") if one in ("one", "three")] for day in (28, 29)
    ]
    assert orders == [["one", "three"], ["three", "one"]]  # by when the version that shows was told


def test_reports_of_a_place_do_not_cost_those_of_others(run: Run) -> None:
    """What is exported of one place is looked up, however many reports there are on another."""

    def cost(reports: int) -> int:
        lines = [
            {"kind": "clash", "id": f"{at}", "place": "Kherson", "chain": "ap"}
            | {"happened": "2025-10-20", "reported": "2025-10-21"}
            for at in range(reports)
        ]
        run("add", "-", stdin="\n".join(map(json.dumps, lines)))
        with open_timeline("timeline.db") as timeline:
            timeline.reader()  # which catches the view up
            return calls_of(lambda: list(timeline.export("reports", "Alpha", form="jsonl").parts()))

    run("add", "-", stdin=RICH)
    cost(1)  # what is loaded once is loaded
    few = cost(10)
    assert cost(400) < few + 100


def test_reports_of_a_time_do_not_cost_those_of_another(run: Run) -> None:
    """Of all places: what tells of the day, or is a check told on it, whatever else there is."""

    def cost(reports: int) -> int:
        lines = [
            {"kind": "clash", "id": f"{at}", "place": "Kherson", "chain": "ap"}
            | {"happened": "2025-10-25" if at else "2025-10-20", "reported": "2025-10-26"}
            for at in range(reports)
        ]
        check = {"kind": "verification", "id": "c", "report": "1", "result": "confirmed"}
        lines[2] |= check | dict.fromkeys(("happened", "reported"), "2025-10-20")
        run("add", "-", stdin="\n".join(map(json.dumps, lines)))
        with open_timeline("timeline.db") as timeline:
            timeline.reader()  # which catches the view up
            told = timeline.export("reports", form="jsonl", since="2025-10-20", until="2025-10-21")
            calls = calls_of(lambda: list(told.parts()))
            assert told.counts["reports"] == 2
            return calls

    cost(10)  # what is loaded once is loaded
    few = cost(20)
    assert cost(400) < few + 100


def test_the_claims_of_a_time_do_not_cost_those_of_what_came_after(run: Run) -> None:
    """What speaks of a later time is not read, however much it is."""

    def cost(reports: int) -> int:
        lines = [
            {"kind": "clash", "id": f"{at}", "place": "Kherson", "chain": "ap"}
            | {"happened": "2025-10-26" if at else "2025-10-20", "reported": "2025-10-27"}
            for at in range(reports)
        ]
        run("add", "-", stdin="\n".join(map(json.dumps, lines)))
        with open_timeline("timeline.db") as timeline:
            timeline.reader()  # which catches the view up
            told = timeline.export(
                "claims", "Kherson", form="jsonl", until="2025-10-21", on="2025-12-15"
            )
            calls = calls_of(lambda: list(told.parts()))
            assert told.counts["claims"] == 1
            return calls

    cost(1)  # what is loaded once is loaded
    few = cost(10)
    assert cost(400) < few + 100


def test_a_place_that_is_named_is_not_looked_for_among_all(
    seeded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which places there are at all is asked where all of them, or those of a region, are meant."""
    asked: list[AsOf] = []
    reported = View.reported_places

    def counted(view: View, asof: AsOf) -> Collection[str]:
        asked.append(asof)
        return reported(view, asof)

    monkeypatch.setattr(View, "reported_places", counted)
    seeded("export", "claims", "Kherson", "-o", "-")
    assert not asked
    seeded("export", "claims", "--region", "Kherson", "-o", "-")
    assert len(asked) == 1


REFORMED = """\
places:
  - {id: "local:north", name: North, kind: oblast, parent: "iso:UA"}
  - {id: "local:vale", name: Vale, kind: raion, parents: [{id: "local:north", from: 2020-07-19}]}
  - id: "local:dale"
    name: Dale
    kind: hromada
    parents: [{id: "local:vale", from: 2020-07-19}]
  - id: "local:alpha"
    name: Alpha
    kind: town
    parents: [{id: "local:dale", from: 2020-07-19}, {id: "local:north", to: 2020-07-18}]
reports:
  - kind: control_assessment
    place: "local:alpha"
    chain: deepstate
    happened: 2025-10-27
    reported: 2025-10-27
    shares: [{status: held, by: ua}]
"""


def test_a_situation_of_one_facet_is_the_answer_of_known(seeded: Run) -> None:
    """With the roll-up of a region: of the claims of one party or kind there is none."""
    for option, value in (("--facet", "control"), ("--party", "deepstate")):
        asked = ("Donbas", "--known", "2025-10-27", option, value, "--format", "json")
        answer = seeded("known", *asked).stdout
        assert seeded("export", "situation", *asked).stdout == answer
        assert (json.loads(answer)["rollup"] is None) == (option == "--party")


def test_a_line_defines_the_dated_parents_of_its_place(run: Run) -> None:
    """Though no report names them: whatever lay above it does so in a store made of the line."""
    run("add", "-", stdin=REFORMED)
    out = run("export", "reports").stdout
    assert run("--store", "fresh.db", "add", "-", stdin=out).stdout.startswith("filed 1,")
    assert run("--store", "fresh.db", "export", "reports").stdout == out
    for question in (["Dale"], ["Vale"], ["North"], ["North", "--valid", "2019-01-01"]):
        asked = ("known", *question, "--known", "2025-10-28", "--format", "json")
        ours, theirs = (
            json.loads(run("--store", store, *asked).stdout)
            for store in ("timeline.db", "fresh.db")
        )
        assert said(ours) == said(theirs)
        assert ours["rollup"] == theirs["rollup"]
        assert ours["rollup"]["places"] == 1


def test_a_name_as_reported_goes_round(run: Run) -> None:
    """A report that calls a place by another of its names still does after the journey."""
    run("add", "-", stdin=RICH.replace("place: Kherson", "place: Херсон"))
    out = run("export", "reports").stdout
    assert '"as_reported":"Херсон"' in out
    assert run("add", "-", stdin=out).stdout == "filed 0, already known 5, problems 0\n"
    run("--store", "fresh.db", "add", "-", stdin=out)
    assert run("--store", "fresh.db", "export", "reports").stdout == out


def test_a_place_spelled_otherwise_is_defined_in_its_line(run: Run) -> None:
    """Whatever other lines there are: a part of them, or one that spells it before the others."""
    run("add", "-", stdin=RICH)
    other = {"id": "a", "kind": "clash", "place": {"id": "local:alpha", "name": "Alfa-on-Sea"}}
    other |= {"chain": "ap", "happened": "2025-10-20", "reported": "2025-10-20"}
    assert run("add", "-", stdin=json.dumps(other)).stdout.startswith("filed 1,")
    for part in ([], ["--party", "ap"]):
        out = run("export", "reports", "Alpha", *part).stdout
        assert json.loads(out.splitlines()[0])["place"]["as_reported"] == "Alfa-on-Sea"
        fresh = f"fresh{len(part)}.db"
        added = run("--store", fresh, "add", "-", stdin=out)
        assert (added.exit_code, "passed over" in added.stderr) == (0, False), added.stderr
        assert run("--store", fresh, "export", "reports").stdout == out
        known = run("--store", fresh, "known", "Альфа", "2025-10-28", "--format", "json").stdout
        assert json.loads(known)["place"]["name"] == "Alpha"
    assert run("add", "-", stdin=out).stdout == "filed 0, already known 1, problems 0\n"


# The table.


def test_a_row_for_each_measure(run: Run) -> None:
    """Numbers have their own columns; one without a number has one row."""
    run("add", "-", stdin=RICH)
    every = table(run("export", "claims", "--known", "2025-10-27").stdout)
    by_measure = {(row["kind"], row["measure"]): row for row in every}
    size = by_measure["infiltration", "size"]
    assert (size["low"], size["best"], size["high"]) == ("1", "2.5", "3")
    assert size["chain"] == "ru.putin [private] > ua.officials [unnamed] > reuters"
    assert size["verification"] == "unverified:ap;disputed:ru.mod"
    assert (size["latitude"], size["longitude"]) == ("-1.5", "-2")
    assert (size["relation"], size["landmark"]) == ("near", "old mill")
    assert by_measure["casualties", "killed"]["low"] == "30"
    assert by_measure["casualties", "killed"]["high"] == ""
    assert by_measure["casualties", "equipment:tank"]["best"] == "2"
    assert by_measure["casualties", "killed"]["verification"] == "confirmed:ap"
    assert by_measure["statement", ""]["best"] == ""
    change = by_measure["territory_change", "share"]
    assert (change["status"], change["by"], change["share"]) == ("held", "ua", "1")
    assert json.loads(size["value_json"])["size"]["as_reported"] == "-2, maybe"
    assert size["known_as_of"] == size["valid_as_of"] != ""
    assert by_measure["casualties", "killed"]["iso_3166_2"] == "UA-65"


def test_control_has_a_row_for_each_share_and_area(seeded: Run) -> None:
    """75 % and 6,600 km² are two rows of one claim, each with whose it is."""
    parts = [
        row
        for row in table(seeded("known", "Donetsk Oblast", "2025-10-27", "--format", "csv").stdout)
        if row["kind"] == "control_assessment"
    ]
    assert [(row["measure"], row["status"], row["by"], row["best"]) for row in parts] == [
        ("share", "held", "ru", "0.75"),
        ("area_km2", "held", "ua", "6600"),
    ]
    assert len({row["claim_id"] for row in parts}) == 1


def test_no_cell_of_text_runs_in_a_spreadsheet(run: Run) -> None:
    """Texts that begin like a formula get a leading quote; numbers below zero do not."""
    run("add", "-", stdin=RICH.replace("chain: ua.zelenskyy", "chain: '@handle'"))
    safe = table(run("export", "claims").stdout)
    raw = table(run("export", "claims", "--raw").stdout)
    assert {row["summary"] for row in safe} >= {'\'=HYPERLINK("http://x")\nsecond line'}
    assert {row["summary"] for row in raw} >= {'=HYPERLINK("http://x")\nsecond line'}
    assert "'@handle" in {row["party"] for row in safe}
    assert "@handle" in {row["party"] for row in raw}
    assert "-1.5" in {row["latitude"] for row in safe}


def test_a_mark_for_excel(run: Run) -> None:
    """`--bom` begins the file with the byte-order mark, once."""
    run("add", "-", stdin=RICH)
    content = run("export", "situation", "--bom").stdout_bytes
    assert content.startswith(b"\xef\xbb\xbfplace,")
    assert content.count(b"\xef\xbb\xbf") == 1


def test_true_is_not_the_number_one() -> None:
    """Though Python takes them for equal: a place at 1 east that a claim ended on."""
    assert line([1.0, True, 0.0, False, 1, 0]) == b"1,true,0,false,1,0\n"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
def test_cells_come_back_as_they_were(cells: list[str]) -> None:
    """A reader of RFC 4180 gets every text back; without `--raw`, none that would run."""
    written = line(cells, raw=True).decode()
    empty = [[]] if cells == [""] else [cells]  # a line of one empty cell is an empty line
    assert list(csv.reader(io.StringIO(written, newline=""), strict=True)) == empty
    (shown,) = csv.reader(io.StringIO(line(["x", *cells]).decode(), newline=""), strict=True)
    assert not any(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for cell in shown)
    assert [cell.removeprefix("'") for cell in shown[1:]] == [
        cell.removeprefix("'") for cell in cells
    ]


@pytest.mark.parametrize(
    ("happened", "precision"),
    [
        ("2025-10-27", 1),
        ("2025-10-27T15:13Z", 1),
        ("2025-10-21/2025-10-27", 2),
        ("2025-10-20/2025-10-27", 3),
        ("2025-10", 3),
        ("2025-10-01/2025-11-15", None),
        ("2025", None),
        ("../2025-10-27", None),
        ("2025-10-27/..", None),
    ],
)
def test_time_precision_is_that_of_acled(happened: str, precision: int | None) -> None:
    """1 for a day, 2 for a week, 3 for a month; empty when wider or open."""
    assert time_precision(happened) == precision


def test_a_value_of_no_number_has_one_row_without_a_measure() -> None:
    """A kind with nothing to measure still has its row."""
    assert [tuple(row) for row in measures({"objective": "bridge"})] == [(None,) * 7]


def test_a_program_exports_as_the_command_does(seeded: Run, tmp_path: Path) -> None:
    """The same bytes and the same manifest, dates being dates."""
    typed = tmp_path / "typed.csv"
    made = tmp_path / "made.csv"
    dates = ("--known", "2025-10-27", "--from", "2025-10-26")
    seeded("export", "claims", "Pokrovsk", *dates, "-o", str(typed))
    with open_timeline("timeline.db") as timeline, timeline.reading():
        manifest = timeline.export(
            "claims", "Pokrovsk", known=date(2025, 10, 27), since=date(2025, 10, 26)
        ).write(made)
    assert manifest is not None
    assert made.read_bytes() == typed.read_bytes()
    ours, theirs = (json.loads(manifest_path(path).read_text()) for path in (made, typed))
    assert {**ours, "file": "typed.csv"} == theirs
    assert manifest.sha256 == hashlib.sha256(made.read_bytes()).hexdigest()


def test_a_name_that_tells_no_format_is_noted(seeded: Run, tmp_path: Path) -> None:
    """A spreadsheet's file would hold CSV; not where the format was named, or nothing told."""
    note = "note: no format has files in .xlsx; name one with --format, or end in .csv\n"
    told = seeded("export", "claims", "-o", str(tmp_path / "a.xlsx")).stderr
    assert told.startswith(note + "wrote ")
    for more in (("a.xlsx", "--format", "csv"), ("a",), ("a.jsonl",)):
        told = seeded("export", "claims", "-o", str(tmp_path / more[0]), *more[1:]).stderr
        assert told.startswith("wrote ")


@pytest.mark.skipif(os.name != "posix", reason="there are no pipes in folders")
@pytest.mark.parametrize(
    "words",
    [
        ("export", "claims", "--format", "csv"),
        ("prove", "pokrovsk-2025-10-27-infiltration"),
        ("checkpoint",),
        ("draft", "article.txt", "--publisher", "cnbc", "--published", "2025-10-27"),
    ],
    ids=lambda words: words[0],
)
def test_a_pipe_is_written_to_and_not_replaced(
    seeded: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Whoever reads at its other end has it, and the pipe is there as before."""
    (tmp_path / "article.txt").write_text("Russian troops entered Pokrovsk on Sunday.\n")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reads = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert seeded(*words, "-o", pipe).exit_code == 0
        assert os.read(reads, 1)
    finally:
        os.close(reads)
    assert pipe.is_fifo()
    assert not manifest_path(pipe).exists()
