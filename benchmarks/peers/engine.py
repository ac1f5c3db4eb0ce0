"""The engine itself, through the Python interface that users have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.generator import DAY, place_id
from benchmarks.peers.base import WINDOW, Question
from timeline.asof import AsOf, Held
from timeline.engine import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from timeline.claims import Claim


class Engine:
    """A store that is open; `known` is the whole call, dates and names read included."""

    name = "timeline"

    def __init__(self, log: Path) -> None:
        self.timeline = Timeline(log)

    def known(self, question: Question) -> list[Claim]:
        """What a user's call gives."""
        return self.timeline.known(
            place_id(question.place), valid=day(question.valid), known=day(question.known)
        ).claims

    def held(self, question: Question) -> Sequence[Held]:
        """The view alone: what stands at the place, neither presented nor put in order."""
        place = place_id(question.place)
        with self.timeline.reading() as reader:
            return reader.held([place], AsOf(question.valid, question.known), WINDOW)[place]

    def close(self) -> None:
        """See `Peer.close`."""
        self.timeline.close()


@cache
def day(end: int) -> str:
    """The day that ends at an instant, as a user writes it."""
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=end - DAY)
    return start.date().isoformat()
