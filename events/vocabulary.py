"""The names of facets, kinds and redactable fields, for those who need no more than words."""

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


def owner(channels: Iterable[str]) -> int:
    """Who of a chain owns what is told: the first not in private, else the last, its publisher."""
    listed = list(channels)
    return next((at for at, one in enumerate(listed) if one != "private"), len(listed) - 1)


UNSEEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f"
)
"""Characters as a class of `re` has them: a reader does not see them, a terminal may act on them.

Control characters, soft hyphens, line breaks, direction marks, byte-order marks and tags.
"""

REDACTABLE = ("summary", "quote", "victims", "who")
"""Fields that may hold personal data: no id hangs on them, and they can be taken out for good."""
