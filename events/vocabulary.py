"""The names of facets, kinds and redactable fields, for those who need no more than words."""

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

REDACTABLE = ("summary", "quote", "victims", "who")
"""Fields that may hold personal data: no id hangs on them, and they can be taken out for good."""
