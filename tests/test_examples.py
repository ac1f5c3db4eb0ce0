import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command import ROOT, SEEDS, environment, typed_on
from domain import PLACES, Report, control, document, held_by, told

from timeline import Timeline, open_timeline

EXAMPLES = ROOT / "examples"
PROGRAMS = ("as_of", "late_news", "rival_sources")

Told = Callable[..., Timeline]


def printed(name: str, folder: Path) -> str:
    """What an example prints, run from another folder, as a user would run it."""
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py")],
        cwd=folder,
        env=environment(PYTHONUTF8="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not list(folder.iterdir())
    return done.stdout


def test_every_example_is_run_here() -> None:
    """None is added without a test."""
    files = {path.stem for path in EXAMPLES.glob("*.py")}
    assert files == {*PROGRAMS, "control_days", "ceasefire_tracker", "check_proof"}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_short_and_use_the_public_names_alone(name: str) -> None:
    """Thirty lines at most; of our packages they know what `timeline` lists."""
    lines = (EXAMPLES / f"{name}.py").read_text().splitlines()
    assert 10 <= len([line for line in lines if line.strip()]) <= 30
    ours = [line for line in lines if "timeline" in line and "import" in line]
    assert ours == ["from timeline import open_timeline"]


def test_what_was_known_one_day_later(tmp_path: Path) -> None:
    """By the 26th what Zelenskyy said that day; the rest is marked as new on the 27th."""
    lines = printed("as_of", tmp_path).splitlines()
    old = [line for line in lines if line.startswith("  ")]
    assert {line.split(":")[0].strip() for line in old} == {"ua.zelenskyy"}
    assert any(line.startswith("+ ua.general_staff: infiltration") for line in lines)
    assert lines[-1].startswith(f"{len(old)} claims by the 26th, {len(lines) - 1} by the 27th")


def test_the_sources_side_by_side(tmp_path: Path) -> None:
    """For Bakhmut the list dates from December what the encyclopaedia has from May."""
    towns = printed("rival_sources", tmp_path).split("\n")
    bakhmut = towns[towns.index("Bakhmut") + 1 : towns.index("Avdiivka")]
    assert any("ua.official_list" in line and "2023-12-13" in line for line in bakhmut)
    assert any("wikipedia" in line and "told 2023-05-24" in line for line in bakhmut)


def test_the_list_comes_years_late(tmp_path: Path) -> None:
    """Of all sources the official list is the latest, by more than a thousand days."""
    lags = {
        line.split()[0]: int(line.split()[1])
        for line in printed("late_news", tmp_path).splitlines()
    }
    assert max(lags, key=lags.__getitem__) == "ua.official_list"
    assert lags["ua.official_list"] > 1000
    assert lags["wikipedia"] == 0


# The projections.


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Callable[..., Timeline]]:
    """Makes a store that holds these reports."""
    opened: list[Timeline] = []

    def holding(*reports: Report, timezone: str = "UTC") -> Timeline:
        path = str(tmp_path / f"store{len(opened)}.db")
        opened.append(open_timeline(path, create=True, timezone=timezone))
        opened[-1].add(document(tmp_path, *reports, places=PLACES))
        return opened[-1]

    yield holding
    for one in opened:
        one.close()


def days(timeline: Timeline, **asked: Any) -> dict[tuple[str, str, str], int]:
    """Days by month, source and status, at Alpha."""
    answer = timeline.project(f"{EXAMPLES}/control_days.py:ControlDays", "Alpha", **asked)
    return {
        (row["month"], row["source"], row["status"]): row["days"] for row in answer.places[0].rows
    }


def test_control_days_are_counted_by_source_and_month(store: Told) -> None:
    """Each status until the same source tells of another; sources are never added up."""
    timeline = store(
        control("a", "2025-10-20", held_by("ua"), by="map"),
        control("b", "2025-10-30", {"status": "contested"}, by="map"),
        control("c", "2025-11-03", held_by("ru"), by="map"),
        control("d", "2025-11-05", held_by("ru"), by="list"),
    )
    assert days(timeline) == {
        ("2025-10", "map", "held by ua"): 10,
        ("2025-10", "map", "contested"): 2,
        ("2025-11", "map", "contested"): 2,
        ("2025-11", "map", "held by ru"): 3,  # to the 5th, on which something was last told
        ("2025-11", "list", "held by ru"): 1,
    }
    assert days(timeline, known="2025-10-21") == {("2025-10", "map", "held by ua"): 1}
    assert days(timeline, known="2025-10-21", options={"until": "2025-10-25"}) == {
        ("2025-10", "map", "held by ua"): 6
    }


def test_control_days_follow_late_words_and_corrections(store: Told) -> None:
    """What is told late of an earlier day cuts into what came before; parts are left out."""
    timeline = store(
        control("a", "2025-10-10", held_by("ua"), by="map"),
        control("late", "2025-10-12", held_by("ru"), by="map", reported="2025-10-20"),
        control("part", "2025-10-15", held_by("ua", "0.5"), by="map"),
        control("no", "2025-10-15", held_by("ua"), by="map", stance="denies"),
        told("whole", "territory_change", "2025-10-18", by="map", to="ua", extent="whole"),
    )
    assert days(timeline, known="2025-10-17") == {("2025-10", "map", "held by ua"): 6}
    assert days(timeline) == {
        ("2025-10", "map", "held by ua"): 2 + 3,
        ("2025-10", "map", "held by ru"): 6,
    }
    timeline.retract("late", reported="2025-10-21", reason="in error")
    assert days(timeline) == {("2025-10", "map", "held by ua"): 9}  # to the 18th


def test_control_days_are_those_of_the_store(store: Told) -> None:
    """In a store of Kyiv a day begins two or three hours before it does in UTC."""
    report = control("a", "2025-10-10", held_by("ua"), by="map", reported="2025-10-11")
    assert days(store(report, timezone="Europe/Kyiv")) == {("2025-10", "map", "held by ua"): 2}


def test_a_ceasefire_is_tracked_by_each_party(store: Told) -> None:
    """Its phases with the days on which they were told, its breaches, the claims behind them."""
    timeline = store(
        told("a", "ceasefire", "2025-10-10", phase="proposed"),
        told("b", "ceasefire", "2025-10-12", phase="in_force"),
        told("c", "ceasefire", "2025-10-13", phase="in_force"),
        told("d", "ceasefire", "2025-10-14", violated=True),
        told("e", "ceasefire", "2025-10-14", violated=True, by="ru"),
        told("f", "ceasefire", "2025-10-15", phase="failed", stance="forecasts"),
        told("g", "ceasefire", "2025-10-15", phase="ended", place="Beta"),
    )
    answer = timeline.project(f"{EXAMPLES}/ceasefire_tracker.py:CeasefireTracker")
    alpha, beta = answer.places
    ru, ua = alpha.rows
    assert (ua["phase"], ua["since"], ua["breaches"]) == ("in_force", "2025-10-12", 1)
    assert ua["path"] == ["proposed 2025-10-10", "in_force 2025-10-12"]
    assert (ru["phase"], ru["breaches"]) == ("not stated", 1)
    assert [row["phase"] for row in beta.rows] == ["ended"]
    known = {claim.claim for claim in timeline.known("Beta", on="2025-10-16").claims}
    assert set(beta.rows[0]["claims"]) <= known


@pytest.mark.parametrize(
    "name", ["control_days.py:ControlDays", "ceasefire_tracker.py:CeasefireTracker"]
)
def test_the_projections_run_on_the_seeds(name: str, tmp_path: Path) -> None:
    """Every row has a claim of the log behind it, which leads to its report."""
    path = tmp_path / "timeline.db"
    with open_timeline(str(path), create=True) as timeline:
        timeline.add(*SEEDS)
        answer = timeline.project(f"{EXAMPLES}/{name}")
        rows = [row for at in answer.places for row in at.rows]
        assert rows
        for row in rows:
            assert [timeline.report_id(claim) for claim in row["claims"]]
    asked = ("project", f"{EXAMPLES}/{name}", "--format", "json")
    done = typed_on(path, *asked, "--known", "2025-10-27")
    assert json.loads(done.stdout)["places"]
