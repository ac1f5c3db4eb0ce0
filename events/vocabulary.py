"""The words of the vocabulary, without its models: facets, kinds, stances, codes and the like."""

from collections.abc import Iterable
from typing import Literal

Facet = Literal[
    "control",
    "forces",
    "fighting",
    "logistics",
    "casualties",
    "civilians",
    "ceasefire",
    "statements",
]
"""What a claim is about, in the order in which answers show them."""

Kind = Literal[
    "infiltration",
    "force_concentration",
    "reinforcement",
    "withdrawal",
    "clash",
    "assault",
    "shelling",
    "air_strike",
    "drone_activity",
    "control_assessment",
    "territory_change",
    "logistics_status",
    "casualties",
    "civilian_harm",
    "infrastructure_damage",
    "unrest",
    "displacement",
    "capture",
    "ceasefire",
    "statement",
    "verification",
]

DateReading = Literal["during", "within", "at"]
"""How a span of time is meant: it lasted, it came at some moment inside, or it was seen to hold."""

Channel = Literal["public", "private", "unnamed"]
"""How a speaker of a chain was heard."""

Stance = Literal["asserts", "denies", "intends", "forecasts"]
"""What a speaker does with a claim."""

Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""The Admiralty code of a source."""

Credibility = Literal["1", "2", "3", "4", "5", "6"]
"""The Admiralty code of a claim."""


def owner(channels: Iterable[str]) -> int:
    """The place in a chain of who owns the claim: the first not in private, else the last."""
    listed = list(channels)
    return next((at for at, one in enumerate(listed) if one != "private"), len(listed) - 1)


UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Characters that a reader does not see and a terminal may act on, for a character class of `re`.

Control characters, soft hyphens, line breaks, direction marks, byte-order marks and tags.
"""

REDACTABLE = ("summary", "quote", "victims", "who")
"""Fields that may hold personal data: no id depends on them, and they can be taken out for good."""
