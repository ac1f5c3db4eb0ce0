"""The signals that say to end: what they stop is cleaned up behind, as it is after Ctrl-C."""

from __future__ import annotations

import signal
import time
from typing import Final, NoReturn

# Windows has no SIGHUP.
_ENDING: Final = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
_AT_ONCE: Final = 1.0
_heard: list[tuple[int, float]] = []
"""Each with the second it came in."""


class Ended(BaseException):
    """A signal said to end: no error, nor an interrupt, which libraries take for their own."""


def heed() -> None:
    """Have them raise `Ended`; what whoever started us has set aside, as nohup does, stays so."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def leave() -> None:
    """Have one end the process: for a loop that heeds it itself, and at the very end.

    After one has been heard it is no more than the same again.
    """
    for number in _ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_IGN if _heard else signal.SIG_DFL)


def heard() -> int | None:
    """The exit code of the signal that there was, whatever a library has made of what it raised."""
    return 128 + _heard[-1][0] if _heard else None


def _end(number: int, _: object) -> None:
    now = time.monotonic()
    before = [one for one in _heard if now - one[1] < _AT_ONCE]
    _heard.append((number, now))
    # `timeout` says it twice, and the second time must not cut short what cleans up.
    if not before:
        raise Ended


def _interrupt(number: int, _: object) -> NoReturn:
    _heard.append((number, time.monotonic()))
    raise KeyboardInterrupt
