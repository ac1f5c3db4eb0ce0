"""What one server takes on: how much, how long, and how many at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST_NAME: Final = 200
"""Characters of a place, a party or an id in a question."""
LONGEST_DATE: Final = 400
"""Characters of a date; a basis holds three."""
MOST_PLACES: Final = 50
"""Places named in one question."""
PAGE: Final = 1_000
"""Items of a list in one answer unless fewer are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a server; times in seconds, sizes in bytes."""

    threads: int = 3
    """For quick questions: those that turn out slow leave the others a thread."""
    slow_threads: int = 2
    """Exports, replays and lists over much of the log asked at once."""
    waiting: int = 64
    """Quick questions that may be under way or wait; further ones are turned away."""
    slow_waiting: int = 16
    """Likewise of the slow ones, and of writes."""
    connections: int = 512
    """Open at once, those that wait for news too."""
    seconds: float = 20.0
    slow_seconds: float = 120.0
    target: int = 8_192
    """Of a path with its query."""
    answer: int = 1 << 30
    """Of an export."""
    body: int = 5 << 20
    """Of a document that is sent, as much as one may hold."""
    body_seconds: float = 20.0
    """Until a document has come whole."""
    writes_per_minute: int = 60
    """By one token."""
