"""What every answer is but a situation, which has a form of its own: a struct that is its JSON."""

from __future__ import annotations

import msgspec


class JsonAnswer(msgspec.Struct, frozen=True):
    """What programs get just as it is."""

    def to_json(self) -> bytes:
        """The answer as JSON, on one line."""
        return msgspec.json.encode(self)
