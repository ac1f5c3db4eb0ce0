"""Whether a peer answers as the engine does: what must be so before a time means anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from benchmarks.peers.base import Answered, Peer, Question
from events.canonical import canonical

if TYPE_CHECKING:
    from benchmarks.peers.engine import Engine
    from timeline.claims import Claim


class Disagreement(Exception):
    """A peer answers otherwise than the engine: then no time of either means anything."""


def agree(engine: Engine, peers: Sequence[Peer], asked: Sequence[Question]) -> None:
    """Raise `Disagreement` unless every peer answers every question as the engine does."""
    for question in asked:
        ours = comparable(engine.known(question))
        for peer in peers:
            theirs = comparable(peer.known(question))
            if theirs != ours:
                more, less = set(ours) - set(theirs), set(theirs) - set(ours)
                raise Disagreement(f"{peer.name} on {question}: -{less} +{more}")


def comparable(answer: Iterable[Claim | Answered]) -> list[bytes]:
    """What two answers must have in common, in one order."""
    return sorted(map(_comparable, answer))


def _comparable(one: Claim | Answered) -> bytes:
    if isinstance(one, Answered):
        said = {name: one.body[name] for name in _SAID}
    else:
        said = {name: getattr(one, name) for name in _SAID}
    return canonical([one.facet, one.subject or "", one.party, one.late, said])


_SAID = (
    "report",
    "kind",
    "chain",
    "value",
    "stance",
    "happened",
    "happened_reading",
    "valid_from",
    "valid_to",
    "reported",
    "known_from",
    "reliability",
    "credibility",
    "summary",
    "source",
)
