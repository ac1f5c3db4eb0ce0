"""The phrases of the table in a sentence, and those that make no statement of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from events.kinds import KINDS, Kind

if TYPE_CHECKING:
    from timeline.proposals.table import Row, Table

TURN: Final = re.compile(r",?\s+but\s+|;\s")
"""Where a sentence turns to something else."""
_GOING_ON: Final = re.compile(r"\b(?:was|were|is|are)\s+\w+ing\b", re.IGNORECASE)


class Hit(NamedTuple):
    """A phrase of the table in a sentence."""

    row: Row
    start: int
    end: int
    clause_end: int

    @property
    def is_statement(self) -> bool:
        """Whether the words matter as words."""
        return self.row.name not in KINDS

    @property
    def kind(self) -> Kind:
        """The kind of report it makes."""
        return "statement" if self.is_statement else cast("Kind", self.row.name)

    @property
    def shares(self) -> bool:
        """Whether it tells how much of a place is whose."""
        return self.row.name == "control_assessment"

    def is_past(self, text: str) -> bool:
        """Whether it is told as over, with no word of when: "have renewed", "was shelled"."""
        before = text[max(0, self.start - 30) : self.start]
        if _GOING_ON.search(f"{before}{text[self.start : self.end]}"):
            return False
        return (
            re.search(r"\b(?:has|have|had|was|were)\s+(?:\w+ly\s+|been\s+)?$", before) is not None
        )


def hits_in(text: str, table: Table) -> list[Hit]:
    """The phrases of the table in a sentence, in order; those that make no statement of others."""
    kinds = _first(text, table.kinds)
    marks = [
        mark
        for mark in _first(text, table.statements)
        if not any(one.start <= mark.start and mark.end <= one.end for one in kinds)
    ]
    hits: list[Hit] = []
    covered: list[tuple[int, int]] = []
    for mark in marks:
        turn = turn_after(text, mark.end)
        if any(start <= mark.start < end for start, end in covered):
            continue
        if not mark.row.open:
            covered.append((mark.start, turn))
        hits.append(mark._replace(clause_end=turn))
    hits += [one for one in kinds if not any(start <= one.start < end for start, end in covered)]
    return sorted(hits, key=lambda one: (one.start, one.end))


def _first(text: str, rows: Sequence[Row]) -> list[Hit]:
    """What each row finds outside of what rows further up found."""
    hits: list[Hit] = []
    for row in rows:
        for match in row.pattern.finditer(text):
            start, end = match.span()
            if not any(one.start < end and start < one.end for one in hits):
                hits.append(Hit(row, start, end, len(text)))
    return hits


def turn_after(text: str, at: int) -> int:
    """Where the clause of this character ends."""
    return next((match.start() for match in TURN.finditer(text, at)), len(text))
