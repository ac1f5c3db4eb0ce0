"""Why a question cannot be read, inside this package; `ask` adds what was understood."""

from __future__ import annotations

from collections.abc import Sequence


class Unread(Exception):
    """What is wrong with a question, and what would be right: one line."""

    def __init__(self, message: str, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__(message)
