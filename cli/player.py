"""The player of a replay: pause, step and speed, by keys, on a terminal."""

from __future__ import annotations

import os
import select
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol, TextIO, TypeVar

import click

from timeline.safe import safe

Step = TypeVar("Step")

FASTEST: Final = 0.05
SLOWEST: Final = 60.0
USUAL: Final = 1.5
"""Seconds from step to step where no delay is given."""

_ERASE: Final = "\r\x1b[2K"
_LONGEST: Final = 16
_SEQUENCE: Final = 0.05
"""Seconds within which the rest of an arrow's key follows."""

PAUSE, NEXT, FASTER, SLOWER, QUIT = "pause", "next", "faster", "slower", "quit"
_MEANS: Final = {
    " ": PAUSE,
    "p": PAUSE,
    "n": NEXT,
    "\r": NEXT,
    "\n": NEXT,
    "\x1b[C": NEXT,
    "\x1bOC": NEXT,
    "\x1b[B": NEXT,
    "\x1bOB": NEXT,
    "+": FASTER,
    "=": FASTER,  # the same key as +, without shift
    "-": SLOWER,
    "_": SLOWER,
    "q": QUIT,
    "Q": QUIT,
    "\x1b": QUIT,
    "\x03": QUIT,
    "\x04": QUIT,
    "": QUIT,  # the terminal is gone
}


class Keys(Protocol):
    """Where keys come from."""

    def wait(self, seconds: float | None) -> str | None:
        """The next key, "" at the end of input; None where none comes in this time."""


def play(
    steps: Sequence[Step],
    keys: Keys,
    show: Callable[[str], None],
    delay: float,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Step]:
    """Give the steps one by one as time and keys say; `show` is told the state, "" when it ends.

    `delay` is in seconds; 0 begins paused. A step by hand pauses.
    """
    paused, delay = delay == 0, delay or USUAL
    for number, step in enumerate(steps):
        if number:
            until = clock() + delay
            while paused or clock() < until:
                show(_state(number, len(steps), delay, paused=paused))
                key = keys.wait(None if paused else max(0.0, until - clock()))
                means = None if key is None else _MEANS.get(key)
                if means == QUIT:
                    show("")
                    return
                if means == NEXT:
                    paused = True
                    break
                if means == PAUSE:
                    paused = not paused
                    until = clock() + delay
                elif means in (FASTER, SLOWER):
                    was = delay
                    delay = max(FASTEST, was / 2) if means == FASTER else min(SLOWEST, was * 2)
                    until += delay - was
            show("")
        yield step


def _state(number: int, total: int, delay: float, *, paused: bool) -> str:
    sign = "PAUSED " if paused else "PLAYING"
    pause = "space play" if paused else "space pause"
    return f"{sign} {number}/{total} every {delay:.3g} s · {pause} · n next · + - speed · q quit"


def terminal(play: bool, delay: float, form: str, follow: bool) -> TextIO | None:
    """The terminal that a replay is played on; None where it is not, and goes by its delay.

    Raises UsageError where it was to be played and cannot be.
    """
    if form != "text" or follow:
        if play:
            raise click.UsageError("--play is for text that ends; leave it, or the rest, out")
        return None
    found = _terminal() if play or delay else None
    if play and found is None:
        raise click.UsageError("--play needs a terminal; leave it out, or write --delay SECONDS")
    return found


def paced(steps: Sequence[Step], delay: float, source: TextIO | None) -> Iterator[Step]:
    """The steps as they are played with keys of `source`, else one after each delay."""
    if source is None:
        return _slowly(steps, delay)
    keys = click.get_current_context().with_resource(_keys(source))
    return play(steps, keys, _show, delay)


def _slowly(steps: Iterable[Step], delay: float) -> Iterator[Step]:
    for number, step in enumerate(steps):
        if number:
            time.sleep(delay)
        yield step


def _terminal() -> TextIO | None:
    """Where keys come from, if there is a terminal for them and for the picture."""
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
        return None
    if find_spec("termios") is None:  # not every system has it
        return None
    if sys.stdin.isatty():
        return sys.stdin
    try:
        return Path("/dev/tty").open(encoding="utf-8")
    except OSError:
        return None


def _show(state: str) -> None:
    """Write the state in the last line of the terminal, in place of what is there."""
    width = shutil.get_terminal_size().columns - 1
    sys.stdout.write(_ERASE + safe(state)[:width])
    sys.stdout.flush()


class _Terminal:
    """Keys of a terminal that gives each at once."""

    def __init__(self, number: int) -> None:
        self._number = number

    def wait(self, seconds: float | None) -> str | None:
        """The next key; a sequence that an arrow sends is one."""
        import termios  # here: not every system has them
        import tty

        # At each key: a shell puts the mode back when a stopped job goes on.
        tty.setcbreak(self._number, termios.TCSANOW)
        if not self._ready(seconds):
            return None
        key = self._read()
        if key == "\x1b" and self._ready(_SEQUENCE):
            for _ in range(_LONGEST):
                key += self._read()
                if key[-1] not in "[O;?0123456789" or not self._ready(_SEQUENCE):
                    break
        return key

    def _ready(self, seconds: float | None) -> bool:
        return bool(select.select([self._number], [], [], seconds)[0])

    def _read(self) -> str:
        try:
            return os.read(self._number, 1).decode("ascii", "replace")
        except OSError:  # the terminal is gone
            return ""


@contextmanager
def _keys(source: TextIO) -> Iterator[Keys]:
    """Keys one by one; the terminal is left as it was found."""
    import termios  # here: not every system has it

    number = source.fileno()
    before = termios.tcgetattr(number)
    try:
        yield _Terminal(number)
    finally:
        sys.stdout.write(_ERASE)
        termios.tcsetattr(number, termios.TCSADRAIN, before)
        if source is not sys.stdin:
            source.close()
