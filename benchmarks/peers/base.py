"""What every peer is: something that answers what stood at a place."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Protocol

import msgspec

from benchmarks.generator import DAY

WINDOW: Final = 7 * DAY
"""How far back happenings are shown."""

WIDEST: Final = 8 * DAY
"""No claim of a story is wider: whoever looks for an overlap need look no further."""


class Question(NamedTuple):
    """What was known of a place at the two cuts, both at ends of days."""

    place: int
    valid: int
    known: int


class Answered(NamedTuple):
    """One claim of an answer: its series, whether late, and the decoded body."""

    facet: str
    topic: str
    subject: str
    party: str
    late: bool
    body: dict[str, Any]


class Peer(Protocol):
    """Answers questions from a story that it took in."""

    name: str

    def known(self, question: Question) -> list[Answered]:
        """The standing status of every series of the place, and the happenings of the window."""

    def close(self) -> None:
        """Let go of everything."""


decode = msgspec.json.Decoder(dict[str, Any]).decode
