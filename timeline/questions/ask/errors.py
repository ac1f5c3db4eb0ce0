"""Why a question cannot be read, inside this package; `ask` adds what was understood."""

from __future__ import annotations

from collections.abc import Sequence

from events.refusal import Refusal


class Unread(Refusal):
    """What is wrong with a question, what would be right, and a command that comes near.

    `further` are the commands that go with it, as for each of two parties.
    """

    def __init__(
        self,
        what: str,
        right: str,
        suggestions: Sequence[str] = (),
        nearest: Sequence[str] = (),
        further: Sequence[Sequence[str]] = (),
    ) -> None:
        self.suggestions = tuple(suggestions)
        self.nearest = tuple(nearest)
        self.further = tuple(map(tuple, further))
        super().__init__(what, right)
