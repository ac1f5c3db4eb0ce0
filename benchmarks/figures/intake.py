"""The way in: the view made anew, a large file filed, one report filed and asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks import generator
from benchmarks.agreement import agree
from benchmarks.figure import Figure, Plan
from benchmarks.generator import FOREVER, Story, place_id
from benchmarks.peers import least
from benchmarks.peers.engine import Engine
from benchmarks.peers.replay import Replay
from benchmarks.rows import ClaimRow, row
from benchmarks.stores import FOLDER, documents, made, stored
from benchmarks.timing import Times, in_turn, medians, once, ratio
from timeline.engine import Timeline
from timeline.log.filing import Filing

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = 100_000
"""Claims of the log that the library reads: its speed does not hang on how many."""

RUNS = 3

# In a process of its own, so that its memory is its own too; that of its second one is added, which
# was started while the first was small.
_REBUILD = """
import gc, resource, sys, time
from pathlib import Path
from cli import THRESHOLDS
from timeline.log.tail import SQLiteTail
from timeline.view import Files, IndexedLog
log, folder = Path(sys.argv[1]), Path(sys.argv[2])
gc.set_threshold(*THRESHOLDS)
with SQLiteTail(log) as tail:
    index = IndexedLog(tail, Files("rebuilt", folder), print)
    start = time.perf_counter()
    index.rebuild()
    seconds = time.perf_counter() - start
    # Not ru_maxrss: that also counts what the parent had when it forked, here a benchmark.
    with open("/proc/self/status") as status:
        used = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    used += resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(tail.head(), seconds, used / 1024)
"""


def rebuild(plan: Plan) -> Iterator[Figure]:
    """The view of the largest log made anew, against the library's decoded notification log."""
    small = stored(min(LIBRARY, plan.largest), plan.seed)
    everywhere = range(small.story.places)
    speeds, memory, library, least_speeds = [], [], [], []
    largest = stored(plan.largest, plan.seed)
    with closing(Replay(small.folder / "all.db", small.story, everywhere)) as replay:
        for _ in range(RUNS):
            count, seconds, used = _rebuilt(largest.log)
            speeds.append(count / seconds)
            memory.append(used)
            start = perf_counter()
            read = replay.notifications()
            library.append(read / (perf_counter() - start))
            with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
                start = perf_counter()
                read = least.view(small.log, Path(folder) / "view.db")
                least_speeds.append(read / (perf_counter() - start))
    speed = median(speeds)
    details = {
        "timeline (reports/s)": speed,
        "the library's notification log (events/s)": median(library),
        "the least by hand (reports/s)": median(least_speeds),
    }
    yield Figure(
        "rebuild", "reports per second", speed, "/s", 100_000, 200_000, more=True, details=details
    )
    yield Figure(
        "rebuild",
        "times as fast as the library's decoded notification log",
        speed / median(library),
        bar=1.0,
        more=True,
    )
    yield Figure(
        "rebuild",
        "times as fast as the least by hand: one process, table and index",
        speed / median(least_speeds),
        more=True,
    )
    yield Figure("rebuild", f"memory, {plan.largest:,} reports", median(memory), "MB", 400, 220)


def _rebuilt(log: Path) -> tuple[int, float, float]:
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        done = subprocess.run(
            [sys.executable, "-c", _REBUILD, str(log), folder],
            check=True,
            capture_output=True,
            text=True,
            env=environment(),
        )
    count, seconds, memory = map(float, done.stdout.split())
    return int(count), seconds, memory


def environment() -> dict[str, str]:
    """Of this process, with the project in reach; compiled files are kept, as users keep them."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(FOLDER / "compiled")}


def add(plan: Plan) -> Iterator[Figure]:
    """`timeline add` of a stream of NDJSON, the whole process."""
    store = stored(plan.largest, plan.seed)
    places, reports = documents(store)
    count = sum(one.version == 1 for one in store.story.versions)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        seconds = once(lambda: _command(Path(folder) / "added.db", "add", places, reports))
        unchecked = once(lambda: least.add(reports, Path(folder) / "least.db"))
    yield Figure(
        "bulk `add`",
        f"{count:,} reports of NDJSON, per second",
        count / seconds,
        "/s",
        20_000,
        40_000,
        more=True,
        details={
            "timeline (reports/s)": count / seconds,
            "the least by hand, unchecked (reports/s)": count / unchecked,
        },
    )
    yield Figure(
        "bulk `add`",
        "times as fast as the least by hand, unchecked",
        unchecked / seconds,
        more=True,
    )


def _command(store: Path, *arguments: object) -> None:
    subprocess.run(
        [sys.executable, "-m", "cli.main", "--store", store, *map(str, arguments)],
        check=True,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )


def durable(plan: Plan) -> Iterator[Figure]:
    """One report filed and asked for at once, against one write of a page and fdatasync."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        times = _filed_and_asked(plan, Path(folder))
    yield Figure(
        "one report",
        "filed and asked : one fdatasync",
        ratio(times["filed and asked"], times["fdatasync"]),
        bar=3.0,
        aim=2.5,
        details=medians(times),
    )
    yield Figure(
        "one report",
        "SQLite by hand, filed and asked : one fdatasync",
        ratio(times["by hand"], times["fdatasync"]),
    )


def _filed_and_asked(plan: Plan, folder: Path) -> Times:
    store = made(f"10000-{plan.seed}", generator.story(10_000, plan.seed))
    for log in ("log.db", "alone.db"):
        shutil.copy(store.log, folder / log)
    page = os.urandom(4096)
    fresh = list(_fresh(plan, store.story))
    with (
        closing(Engine(folder / "log.db")) as engine,
        Timeline(folder / "alone.db") as alone,
        closing(least.OwnLog(folder / "hand.db", store.story)) as hand,
        (folder / "page").open("wb", buffering=0) as file,
    ):

        def file_and_ask(one: _Fresh) -> None:
            engine.timeline.writer.file([one.filing])
            engine.timeline.known(place_id(one.place))

        def by_hand(one: _Fresh) -> None:
            hand.file(one.row)
            hand.known(least.today(one.place))

        def sync(_: _Fresh) -> None:
            os.pwrite(file.fileno(), page, 0)
            os.fdatasync(file.fileno())

        calls = {
            "filed and asked": file_and_ask,
            "fdatasync": sync,
            "filed": lambda one: alone.writer.file([one.filing]),
            "by hand": by_hand,
        }
        times = in_turn(calls, fresh)
        agree(engine, [hand], [least.today(place) for place in {one.place for one in fresh}])
    return times


def _fresh(plan: Plan, story: Story) -> Iterator[_Fresh]:
    """Of another story about the same towns, so that nothing equals what there is."""
    told = {one.series for one in story.versions}
    others = generator.story(10_000, plan.seed + 1).versions
    for number, one in enumerate(others[: plan.filed]):
        new = one._replace(report=80_000_000 + number)
        if new.series in told:
            filing = Filing(new.key, generator.content(new))
            yield _Fresh(filing, row(new, new.knowledge, FOREVER), new.place)


class _Fresh(NamedTuple):
    """A report that no store has, as either side takes it in."""

    filing: Filing
    row: ClaimRow
    place: int
