"""Questions about every place at once: one day as a table, and what a week changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure, Plan
from benchmarks.generator import DAY, DAYS, ORIGIN
from benchmarks.peers.base import WINDOW
from benchmarks.peers.duckdb import DuckDB
from benchmarks.peers.engine import day
from benchmarks.stores import stored
from benchmarks.timing import in_turn, ratio
from timeline.engine import Timeline
from timeline.formats.export import Export
from timeline.formats.wanted import Wanted
from timeline.questions.diff import diff_all
from timeline.situation import in_order, presented

RUNS = 3
END = ORIGIN + (DAYS - 30) * DAY


def all_places(plan: Plan) -> Iterator[Figure]:
    """The situation of every place on one day to CSV, against DuckDB from Parquet."""
    store = stored(plan.largest, plan.seed)
    with Timeline(store.log) as timeline, closing(DuckDB(store.folder, store.story)) as duck:
        ours, theirs = store.folder / "ours.csv", store.folder / "theirs.csv"
        calls = {
            "timeline": lambda _: export(timeline, END, ours),
            "DuckDB": lambda _: duck.export(END, END, theirs),
        }
        times = in_turn(calls, range(RUNS))
        details = {f"{name}, seconds": median(some) for name, some in times.items()}
        details["rows, timeline (count)"] = _lines(ours)
        details["rows, DuckDB (count)"] = _lines(theirs)
    yield Figure(
        "every place to CSV",
        f"one day of {plan.largest:,} claims : DuckDB from Parquet",
        ratio(times["timeline"], times["DuckDB"]),
        bar=6.0,
        aim=3.0,
        details=details,
    )


def export(timeline: Timeline, end: int, target: Path) -> None:
    """Write the situation of every place, without the manifest."""
    wanted = Wanted(what="situation", form="csv", window=WINDOW)
    with timeline.reading() as reader, target.open("wb") as stream:
        made = Export(timeline.log, reader, timeline.zone, timeline.cuts(day(end)), wanted)
        stream.writelines(made.parts())


def _lines(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def diff(plan: Plan) -> Iterator[Figure]:
    """What changed in a week at every place, against the two situations of every place."""
    store = stored(plan.largest, plan.seed)
    with Timeline(store.log) as timeline:
        times = in_turn(
            {
                "diff": lambda _: _diffs(timeline),
                "both days": lambda _: _situations(timeline),
            },
            range(RUNS),
        )
    yield Figure(
        "`diff` of a week",
        "every place : the claims of every place on both days",
        ratio(times["diff"], times["both days"]),
        bar=0.5,
        aim=0.2,
        details={f"{name}, seconds": median(some) for name, some in times.items()},
    )


def _diffs(timeline: Timeline) -> None:
    before, after = (timeline.cuts(day(end)) for end in (END - 7 * DAY, END))
    with timeline.reading() as reader:
        for _ in diff_all(reader, before, after, window=WINDOW):
            pass


def _situations(timeline: Timeline) -> None:
    """The claims of every place at both ends, read many places at once as `diff` reads them."""
    for end in (END - 7 * DAY, END):
        asof = timeline.cuts(day(end)).asof
        with timeline.reading() as reader:
            places = sorted(reader.reported_places(asof))
            for at in range(0, len(places), 250):
                held = reader.held(places[at : at + 250], asof, WINDOW)
                for claims in held.values():
                    presented(in_order(claims, asof.valid), {})
