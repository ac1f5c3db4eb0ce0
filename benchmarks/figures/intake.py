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

from benchmarks import generator
from benchmarks.figure import Figure, Plan
from benchmarks.generator import place_id
from benchmarks.peers.replay import Replay
from benchmarks.stores import FOLDER, documents, made, stored
from benchmarks.timing import in_turn, once, ratio
from timeline.engine import Timeline
from timeline.log import Filing

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = 100_000
"""Claims of the log that the library reads: its speed does not hang on how many."""

RUNS = 3

# In a process of its own, so that its memory is its own too.
_REBUILD = """
import gc, sys, time
from pathlib import Path
from cli.lean import THRESHOLDS
from timeline.log.tail import SQLiteTail
from timeline.view import Files, IndexedLog
log, folder = Path(sys.argv[1]), Path(sys.argv[2])
gc.set_threshold(*THRESHOLDS)
with SQLiteTail(log) as tail:
    index = IndexedLog(tail, Files("rebuilt", folder), print)
    start = time.perf_counter()
    index.rebuild()
    seconds = time.perf_counter() - start
    # Not ru_maxrss: that also counts what the parent had when it forked.
    with open("/proc/self/status") as status:
        used = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(tail.head(), seconds, used / 1024)
"""


def rebuild(plan: Plan) -> Iterator[Figure]:
    """The view of the largest log made anew, against the library's decoded notification log."""
    small = stored(min(LIBRARY, plan.largest), plan.seed)
    everywhere = range(small.story.places)
    speeds, memory, library = [], [], []
    largest = stored(plan.largest, plan.seed)
    with closing(Replay(small.folder / "all.db", small.story, everywhere)) as replay:
        for _ in range(RUNS):
            count, seconds, used = _rebuilt(largest.log)
            speeds.append(count / seconds)
            memory.append(used)
            start = perf_counter()
            read = replay.notifications()
            library.append(read / (perf_counter() - start))
    speed = median(speeds)
    details = {
        "timeline (reports/s)": speed,
        "the library's notification log (events/s)": median(library),
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
    yield Figure(
        "bulk `add`",
        f"{count:,} reports of NDJSON, per second",
        count / seconds,
        "/s",
        20_000,
        40_000,
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
    store = made(f"10000-{plan.seed}", generator.story(10_000, plan.seed))
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    target = folder / "log.db"
    shutil.copy(store.log, target)
    fresh = [
        one._replace(report=80_000_000 + number)
        for number, one in enumerate(store.story.versions[: plan.filed])
        if one.number >= 0
    ]
    descriptor = os.open(folder / "page", os.O_CREAT | os.O_WRONLY)
    page = os.urandom(4096)
    try:
        with Timeline(target) as timeline:

            def file_and_ask(one: generator.Version) -> None:
                timeline.writer.file([Filing(one.key, generator.content(one))])
                timeline.known(place_id(one.place))

            def sync(_: generator.Version) -> None:
                os.pwrite(descriptor, page, 0)
                os.fdatasync(descriptor)

            def file_alone(one: generator.Version) -> None:
                timeline.writer.file(
                    [Filing(f"x{one.key}", generator.content(one._replace(number=7)))]
                )

            calls = {"filed and asked": file_and_ask, "fdatasync": sync, "filed": file_alone}
            times = in_turn(calls, fresh)
    finally:
        os.close(descriptor)
        shutil.rmtree(folder)
    yield Figure(
        "one report",
        "filed and asked : one fdatasync",
        ratio(times["filed and asked"], times["fdatasync"]),
        bar=3.0,
        aim=2.5,
        details={f"{name}, p50": 1e3 * median(some) for name, some in times.items()},
    )
