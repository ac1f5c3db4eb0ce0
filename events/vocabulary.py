"""The names of facets and kinds, for those who need no more of the vocabulary than its words."""

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
