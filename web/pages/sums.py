"""Sums of a situation, and numbers that fall, in the words of a page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from timeline.phrases import measured
from timeline.wording import total_words

if TYPE_CHECKING:
    from timeline.situation import Situation, Sum
    from timeline.wording import Frame


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A sum of one party's claims in words, with the cards it is counted of."""

    party: str
    what: str
    low: float
    best: float | None
    high: float | None
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fall:
    """A cumulative number that is lower than the one before it."""

    party: str
    measure: str
    was: float
    now: float
    claim: str


def total(one: Sum, frame: Frame) -> TotalRow:
    """A sum in words."""
    name, what = frame.name(one.party), total_words(one, frame.names)
    return TotalRow(name, what, one.low, one.best, one.high, tuple(one.claims))


def falls(answer: Situation, frame: Frame) -> tuple[Fall, ...]:
    """The numbers counted since a beginning that are lower than before."""
    by_id = {claim.claim: claim for claim in answer.claims}
    return tuple(
        Fall(frame.name(by_id[one.claim].party), measured(one.measure), one.was, one.now, one.claim)
        for one in answer.flags
    )
