"""What a run of kills found: a table on the terminal, and one in the docs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.report import machine_line

DOCS: Final = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
_BEGINS: Final = "<!-- figures: python -m benchmarks.crashes --write-docs -->\n"
_ENDS: Final = "<!-- end of figures -->\n"
_NAMES: Final = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
_HEAD: Final = ("store", "killed at", "kills", "acknowledged", "lost", "doubled", "other faults")


@dataclass
class Kills:
    """The kills at one kind of work on one kind of store."""

    kind: str
    job: str
    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    faults: int = 0

    def cells(self) -> tuple[str, ...]:
        """The row as texts."""
        numbers = (self.kills, self.acknowledged, self.lost, self.doubled, self.faults)
        return _NAMES.get(self.kind, self.kind), self.job, *(f"{one:,}" for one in numbers)


def total(rows: Sequence[Kills]) -> Kills:
    """All rows in one."""
    names = ("kills", "acknowledged", "lost", "doubled", "faults")
    return Kills(
        "both" if len({row.kind for row in rows}) > 1 else rows[0].kind,
        "all",
        *(sum(getattr(row, name) for row in rows) for name in names),
    )


def show(rows: Sequence[Kills], seconds: float) -> None:
    """The table on the terminal."""
    table = Table(*_HEAD, title=f"{machine_line()}, {seconds:,.0f} s")
    for row in [*rows, total(rows)]:
        table.add_row(*row.cells())
    Console().print(table)


def write_docs(rows: Sequence[Kills], seed: int) -> None:
    """Put the table in place of the one in the docs."""
    lines = [f"| {' | '.join(_HEAD)} |", f"|{'---|' * len(_HEAD)}"]
    lines += [f"| {' | '.join(row.cells())} |" for row in rows]
    lines.append(f"| {' | '.join(f'**{cell}**' for cell in total(rows).cells())} |")
    told = f"{machine_line()}; seed {seed}."
    page = DOCS.read_text()
    figures = "\n".join([*lines, "", told, ""])
    between = re.compile(f"(?<={re.escape(_BEGINS)}).*?(?={re.escape(_ENDS)})", re.DOTALL)
    DOCS.write_text(between.sub(lambda _: f"\n{figures}\n", page))
