"""How people ask: the command line, one file for each family of commands."""

import gc
from typing import Final

__all__ = ["DISTRIBUTION", "THRESHOLDS"]

DISTRIBUTION: Final = "conflict-timeline"
"""Tells this package from others of the same import name."""

THRESHOLDS: Final = (100_000, 20, 20)
"""Of the collector: a question makes little waste, and to look for it costs a tenth of its time;
long commands make enough to reach these too."""

gc.set_threshold(*THRESHOLDS)  # here: before click is loaded, as that is half of a short command
