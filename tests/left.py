"""What a test leaves open: closed behind it, for a test that is read to its end says enough."""

from typing import Protocol, TypeVar


class _Closes(Protocol):
    def close(self) -> object:
        """Let go of what is held."""


Open = TypeVar("Open", bound=_Closes)
_left: list[_Closes] = []


def left(one: Open) -> Open:
    """Something open, which is closed when the test is over."""
    _left.append(one)
    return one


def close_all() -> None:
    """Close what was left, the last first."""
    while _left:
        _left.pop().close()
