"""Why a question cannot be read, inside this package; `ask` adds what was understood."""

from __future__ import annotations

from collections.abc import Sequence

from events.refusal import Refusal


class Unread(Refusal):
    """What is wrong with a question, and what would be right."""

    def __init__(self, what: str, right: str, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__(what, right)
