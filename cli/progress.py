"""How far a long piece of work is, on a terminal: a bar, the rate and the time left, or a count."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_BAR: Final = 16
_EVERY_SECONDS: Final = 0.1


class Meter:
    """Called with entries done and in all; with 0 and 0 it clears its line.

    Nothing is printed in the first `patience` seconds, which most work does not outlast.
    """

    def __init__(self, doing: str, *, patience: float = 0.5) -> None:
        self._doing = doing
        self._patience = patience
        self._first: tuple[float, int] | None = None
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Show how far the work is."""
        now = time.monotonic()
        if not total:
            if self._shown:
                _write("")
            self._first, self._shown = None, 0.0
            return
        if self._first is None:
            self._first = now, done
            return
        began, first = self._first
        if now - began < self._patience or (now - self._shown < _EVERY_SECONDS and done < total):
            return
        self._shown = now
        _write(self._line(done, total, (done - first) / max(now - began, 1e-3)))

    def _line(self, done: int, total: int, rate: float) -> str:
        filled = _BAR * done // total
        bar = "█" * filled + "░" * (_BAR - filled)
        if done >= total:
            rest = "now its indexes"
        elif rate:
            rest = f"{rate:,.0f}/s, {duration(max(1, (total - done) / rate))} left"
        else:
            rest = ""
        return f"{self._doing} {bar} {done:,} of {total:,}, {rest}"


@contextmanager
def counter(what: str) -> Iterator[Callable[[int], None]]:
    """Told of every further number of things read; shows on a terminal how many there were."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    seen = 0

    def count(more: int) -> None:
        nonlocal seen
        seen += more
        _write(f"{seen:,} {what} read")

    try:
        yield count
    finally:
        _write("")


def duration(seconds: float) -> str:
    """A time as a person says it: `40 ms`, `1.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds < 1:
        return f"{seconds * 1_000:.0f} ms"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3_600} h {whole % 3_600 // 60} min"


def size(count: int) -> str:
    """Bytes as a person says them."""
    amount, units = float(count), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 1_000 and len(units) > 1:
        amount, units = amount / 1_000, units[1:]
    shown = f"{amount:,.0f}" if amount >= 10 or units[0] == "bytes" else f"{amount:.1f}"
    return f"{shown} {units[0]}"


def _write(line: str) -> None:
    width = shutil.get_terminal_size().columns - 1
    sys.stderr.write(f"\r{line[:width]}\x1b[K")
    sys.stderr.flush()
