"""A cold `timeline known`: a whole process, against one that only imports what it must."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

from benchmarks import generator
from benchmarks.figure import Figure, Plan
from benchmarks.figures.intake import environment
from benchmarks.generator import place_name
from benchmarks.stores import made
from benchmarks.timing import in_turn, medians, ratio


def cold(plan: Plan) -> Iterator[Figure]:
    """JSON and text, each in turn with `python -c "import click, sqlite3"`."""
    store = made(f"10000-{plan.seed}", generator.story(10_000, plan.seed))
    question = ["known", place_name(5), "2025-10-01"]
    ask = [sys.executable, "-c", "from cli.main import main; main()", "--store", str(store.log)]
    calls = {
        "imports": process(sys.executable, "-c", "import click, sqlite3"),
        "JSON": process(*ask, *question, "--format", "json"),
        "text": process(*ask, *question, "--format", "text"),
    }
    in_turn(calls, range(2))
    times = in_turn(calls, range(plan.starts))
    details = medians(times)
    for form, bar, aim in (("JSON", 1.5, 1.2), ("text", 2.5, 2.0)):
        yield Figure(
            "cold `timeline known`",
            f'{form} : python -c "import click, sqlite3"',
            ratio(times[form], times["imports"]),
            bar=bar,
            aim=aim,
            details=details,
        )


def process(*command: str) -> Callable[[int], None]:
    """A call that runs a command."""

    def run(_: int) -> None:
        subprocess.run(command, check=True, env=environment(), stdout=subprocess.DEVNULL)

    return run
