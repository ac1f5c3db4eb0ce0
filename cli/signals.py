"""The signals that say to end: what they stop is cleaned up behind, as it is after Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

# Each with what Python does by itself. Windows has no SIGHUP.
_ENDING: Final[dict[int, Any]] = {
    signal.SIGINT: signal.default_int_handler,
    **{
        getattr(signal, name): signal.SIG_DFL
        for name in ("SIGTERM", "SIGHUP")
        if hasattr(signal, name)
    },
}
_AT_ONCE: Final = 1.0
_AGAIN: Final = 0.05
"""Seconds after which a signal is given again whose error went nowhere."""
_heard: list[tuple[int, float]] = []
"""Each that raised something, with the second it came in."""


class ToldToEnd(BaseException):
    """A signal said to end: no error, nor an interrupt, which libraries take for their own."""


def heed() -> None:
    """Have them raise `ToldToEnd`, and Ctrl-C its interrupt, and remember it.

    What whoever started us has set aside, as nohup does, stays so.
    """
    for number, default in _ENDING.items():
        if signal.getsignal(number) is default:
            signal.signal(number, _end)
    sys.unraisablehook = _unraised


def leave() -> None:
    """Have them do what they did before: for a loop that heeds them itself, and at the very end.

    After one has been heard it is no more than the same again.
    """
    for number, default in _ENDING.items():
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_IGN if _heard else default)


def heard() -> int | None:
    """The exit code of the signal that there was, whatever a library has made of what it raised."""
    return 128 + _heard[-1][0] if _heard else None


def _end(number: int, _: object) -> None:
    now = time.monotonic()
    # `timeout` says it twice, as does an impatient hand, and what cleans up is not to be cut short.
    if not _heard or now - _heard[-1][1] >= _AT_ONCE:
        _heard.append((number, now))
        raise KeyboardInterrupt if number == signal.SIGINT else ToldToEnd


def _unraised(lost: UnraisableHookArgs) -> None:
    """Give a signal again that came where no error can be raised: in a `__del__`, in a library."""
    if not (_heard and isinstance(lost.exc_value, (ToldToEnd, KeyboardInterrupt))):
        sys.__unraisablehook__(lost)
        return
    from threading import Timer  # here: it hardly ever is so

    # Not here and now: what is raised in this hook goes nowhere either.
    again = Timer(_AGAIN, os.kill, (os.getpid(), _heard.pop()[0]))
    again.daemon = True
    again.start()
