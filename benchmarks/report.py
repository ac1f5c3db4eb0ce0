"""What a run found: a table on the terminal, JSON for programs, a page of the docs."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks.figure import WORDS, Figure, Plan
from benchmarks.timing import cores

DOCS: Final = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
NOTES: Final = Path(__file__).with_name("notes.md")
"""What a person adds to a run: which bars cannot be met, and why."""


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": _processor(),
        "cores": str(cores()),
        "memory": f"{memory:.0f} GiB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "date": datetime.now(UTC).date().isoformat(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def machine_line() -> str:
    """The machine in one line."""
    m = machine()
    return (
        f"{m['processor']}, {m['cores']} cores, {m['memory']}, {m['system']}, "
        f"Python {m['python']}, SQLite {m['sqlite']}, {m['date']}"
    )


def show(figures: Sequence[Figure]) -> None:
    """The table on the terminal."""
    table = Table("figure", "measured", "bar", "aim", "", title=machine_line())
    for one in figures:
        table.add_row(
            f"{one.group}: {one.name}",
            one.shown(one.measured),
            one.shown(one.bar),
            one.shown(one.aim),
            WORDS[one.verdict],
        )
    Console(width=140).print(table)


def written(figures: Sequence[Figure], plan: Plan) -> dict[str, Any]:
    """The whole run as plain data."""
    return {
        "schema": "timeline/benchmarks/1",
        "machine": machine(),
        "claims": list(plan.sizes),
        "seed": plan.seed,
        "figures": [asdict(one) | {"verdict": one.verdict} for one in figures],
    }


def write_json(path: Path, figures: Sequence[Figure], plan: Plan) -> None:
    """Write the run as JSON."""
    path.write_text(json.dumps(written(figures, plan), indent=2, ensure_ascii=False) + "\n")


def write_docs(figures: Sequence[Figure], plan: Plan) -> None:
    """Write `docs/performance.md`."""
    sizes = ", ".join(f"{size:,}" for size in plan.sizes)
    lines = [
        "# Performance",
        "",
        "Written by `python -m benchmarks --write-docs` from a run; change it there, not here.",
        "Every ratio is of one run, in which the rivals took turns; times are medians.",
        "Before anything is timed, the answers of all are compared, claim by claim.",
        "A *bar* is the least that was set for a figure before it was built, an *aim* what is",
        "wished for; a figure without them is there to compare.",
        "",
        f"Machine: {machine_line()}.",
        "",
        f"Logs: {sizes} claims (seed {plan.seed}), on a place for every fifty of them.",
        "",
        "| figure | measured | bar | aim | |",
        "|---|---|---|---|---|",
        *(
            f"| {one.group}: {one.name} | {one.shown(one.measured)} | {one.shown(one.bar)}"
            f" | {one.shown(one.aim)} | {WORDS[one.verdict]} |"
            for one in figures
        ),
        "",
        "## Behind the ratios",
        "",
        "Milliseconds, unless the name says otherwise.",
        "",
        "| figure | part | |",
        "|---|---|---|",
        *(
            f"| {one.group}: {one.name} | {part} | {_number(number)} |"
            for one in figures
            for part, number in one.details.items()
        ),
    ]
    text = "\n".join(lines) + "\n"
    if NOTES.exists():
        text += "\n" + NOTES.read_text()
    DOCS.write_text(text)


def _number(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
