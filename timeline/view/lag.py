"""How far a view is, and what it counted on its way: what `status` tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Tally(NamedTuple):
    """How many entries of one topic there are, and between which knowledge (0 where none has)."""

    entries: int
    first_known: int
    last_known: int


class Lag(NamedTuple):
    """How far a view is: the last entry it holds (0: there is no view), and its file."""

    position: int
    generation: str | None
    bytes: int
    tallies: Mapping[str, Tally]
