"""Why a question cannot be read, inside this package; `ask` adds what was understood."""

from __future__ import annotations

from collections.abc import Sequence

from events.refusal import Refusal


class Unread(Refusal):
    """What is wrong with a question, what would be right, and a command that comes near."""

    def __init__(
        self,
        what: str,
        right: str,
        suggestions: Sequence[str] = (),
        nearest: Sequence[str] = (),
    ) -> None:
        self.suggestions = tuple(suggestions)
        self.nearest = tuple(nearest)
        super().__init__(what, right)
