"""The keys of a proposal while it is made, and what a person has to decide of them."""

from __future__ import annotations

from typing import NamedTuple


class Filling(NamedTuple):
    """The keys of a proposal so far, what is to be decided, and what was taken for what."""

    keys: dict[str, object]
    review: list[str]
    notes: list[str]
    denied: bool = False

    def guessed(self, what: str | None) -> None:
        """Tell what was taken for what, if anything was."""
        if what:
            self.notes.append(what)

    def asked(self, of: str, what: str | None) -> None:
        """Ask about something, if there is anything to ask."""
        if what:
            self.review.append(f"{of}? {what}")
