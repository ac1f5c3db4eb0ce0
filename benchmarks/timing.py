"""Times of calls that take turns, so that what else the machine does falls on all alike."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter
from typing import TypeVar

Times = dict[str, list[float]]

_T = TypeVar("_T")


def in_turn(
    calls: Mapping[str, Callable[[_T], object]], items: Sequence[_T], *, at_once: int = 1
) -> Times:
    """Seconds of each call on each item; who comes first changes from turn to turn.

    A turn is so many items `at_once`: of one alone, each call finds the processor's caches as
    another one left them.
    """
    times: Times = {name: [] for name in calls}
    names = list(calls)
    gc.collect()
    gc.freeze()  # what a peer keeps in memory is no matter of the others' collections
    for number, first in enumerate(range(0, len(items), at_once)):
        for turn in range(len(names)):
            name = names[(number + turn) % len(names)]
            call = calls[name]
            for item in items[first : first + at_once]:
                start = perf_counter()
                call(item)
                times[name].append(perf_counter() - start)
    gc.unfreeze()
    return times


def percentile(times: Sequence[float], share: float) -> float:
    """The time that so large a share of all stays under."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def medians(times: Times) -> dict[str, float]:
    """The median of each call in milliseconds, for the details of a figure."""
    return {f"{name}, p50": 1e3 * median(some) for name, some in times.items()}


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of one over the median of the other."""
    return median(one) / median(other)


def once(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = perf_counter()
    call()
    return perf_counter() - start


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))
