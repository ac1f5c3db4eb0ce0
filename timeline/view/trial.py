"""How long a build of the view would take, and how large it would be: from a short one on trial."""

from __future__ import annotations

import tempfile
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.log.beginning import Beginning
from timeline.view.files import Files
from timeline.view.indexed import IndexedLog

if TYPE_CHECKING:
    from timeline.log import LogReader

SAMPLE: Final = 20_000
"""Entries that are built on trial."""


class Estimate(NamedTuple):
    """What a build of a whole log would come to."""

    entries: int
    seconds: float
    bytes: int


def estimate(log: LogReader) -> Estimate:
    """Build the first entries in a temporary folder, and take the rest to be like them."""
    head = log.head()
    with tempfile.TemporaryDirectory(prefix="timeline-") as folder:
        trial = IndexedLog(
            Beginning(log, min(SAMPLE, head)), Files("trial", folder), lambda _: None
        )
        began = time.perf_counter()
        trial.rebuild()
        seconds, built = time.perf_counter() - began, trial.lag()
    share = head / max(1, built.position)
    return Estimate(head, seconds * share, round(built.bytes * share))
