"""How people ask: the command line, one file for each family of commands."""

import gc
import sys
from types import TracebackType
from typing import Final

__all__ = ["DISTRIBUTION", "THRESHOLDS"]

DISTRIBUTION: Final = "conflict-timeline"
"""Tells this package from others of the same import name."""

THRESHOLDS: Final = (100_000, 20, 20)
"""Of the collector: a question makes little waste, and to look for it costs a tenth of its time;
long commands make enough to reach these too."""


def _ended(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    if kind is not KeyboardInterrupt:
        sys.__excepthook__(kind, error, at)


gc.set_threshold(*THRESHOLDS)  # here: before click is loaded, as that is half of a short command
sys.excepthook = _ended  # likewise: Ctrl-C may come before `cli.signals` heeds it
