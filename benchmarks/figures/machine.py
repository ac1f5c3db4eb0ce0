"""What the machine itself takes to get at memory, which decides how quick a question can be."""

from __future__ import annotations

import mmap
import random
from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter

from benchmarks.figure import Figure, Plan
from benchmarks.stores import stored

IDLE_SECONDS = 0.1
"""As long as a few answers of a slow rival take."""

PAGES = 100
"""Pages of a turn, about as many as a question reads."""

TURNS = 30


def pages(plan: Plan) -> Iterator[Figure]:
    """A page of a file in memory, read once more after a while in which others were at work.

    Some virtual machines keep track of pages themselves, and take long over one that they have
    put aside meanwhile.
    """
    with (
        stored(plan.largest, plan.seed).log.open("rb") as log,
        mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        every = range(0, len(mapped), mmap.PAGESIZE)
        chosen = random.Random(plan.seed).sample(every, min(len(every), PAGES * TURNS))
        _read(mapped, chosen)
        later, at_once = [], []
        for first in range(0, len(chosen), PAGES):
            some = chosen[first : first + PAGES]
            end = perf_counter() + IDLE_SECONDS
            while perf_counter() < end:
                sum(range(1_000))  # no sleep, in which a processor may be lent to somebody else
            later.append(_read(mapped, some))
            at_once.append(_read(mapped, some))
    yield Figure(
        "the machine",
        f"a page of a file in memory, read again after {IDLE_SECONDS:g} s",
        1e6 * median(later),
        "µs",
        details={"read again at once (µs)": 1e6 * median(at_once)},
    )


def _read(mapped: mmap.mmap, some: Sequence[int]) -> float:
    """Seconds to read a byte of each of these pages, on average."""
    start = perf_counter()
    for at in some:
        mapped[at]
    return (perf_counter() - start) / len(some)
