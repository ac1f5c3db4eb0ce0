"""The figures, by the name that `--only` takes; each gives rows of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from benchmarks.figures.adverse import backdated, overwritten, retracted
from benchmarks.figures.everywhere import all_places, diff
from benchmarks.figures.intake import add, durable, rebuild
from benchmarks.figures.machine import pages
from benchmarks.figures.questions import growth, known
from benchmarks.figures.start import cold

if TYPE_CHECKING:
    from benchmarks.figure import Figure, Plan

FIGURES: Final[dict[str, Callable[[Plan], Iterator[Figure]]]] = {
    "machine": pages,
    "known": known,
    "growth": growth,
    "overwritten": overwritten,
    "backdated": backdated,
    "retracted": retracted,
    "all-places": all_places,
    "diff": diff,
    "rebuild": rebuild,
    "add": add,
    "durable": durable,
    "cold": cold,
}
