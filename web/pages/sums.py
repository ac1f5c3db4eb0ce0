"""Sums of a situation, and numbers that fall, in the words of a page. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from timeline.phrases import side
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.situation import Situation, Sum
    from timeline.wording import Frame


@dataclass(frozen=True, slots=True)
class Total:
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


def total(one: Sum, frame: Frame) -> Total:
    """A sum in words."""
    where = " ".join(part.replace("_", " ") for part in (one.relation, one.landmark) if part)
    what = safe(f"{side(one.side)} {one.measure}" + (f" {where}" if where else ""))
    return Total(frame.name(one.party), what, one.low, one.best, one.high, tuple(one.claims))


def falls(answer: Situation, frame: Frame) -> tuple[Fall, ...]:
    """The numbers counted since a beginning that are lower than before."""
    by_id = {claim.claim: claim for claim in answer.claims}
    return tuple(
        Fall(frame.name(by_id[one.claim].party), one.measure, one.was, one.now, one.claim)
        for one in answer.flags
    )
