"""Which towns are asked about, and when: drawn from a seed, the same for every peer."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Final

from benchmarks.generator import DAYS, TOPICS, Story, end_of
from benchmarks.peers.base import Question

SERIES: Final = range(36, 43)
"""A city with about forty series of statuses has a number of them in this range."""

RECENT: Final = 0.5
"""The share of questions about the last month with one date for both clocks."""


def cities(story: Story) -> list[int]:
    """Towns with about forty series of statuses, forty at most, across all ranks."""
    found: dict[int, set[int]] = defaultdict(set)
    for one in story.versions:
        if TOPICS[one.topic].status:
            found[one.place].add(one.topic)
    towns = sorted(place for place, topics in found.items() if len(topics) in SERIES)
    return sorted(Random(7).sample(towns, 40)) if len(towns) > 40 else towns


def questions(towns: list[int], count: int) -> list[Question]:
    """Random cuts over the history: half of them recent and the same on both clocks."""
    random = Random(8)
    asked = []
    for _ in range(count):
        place = random.choice(towns)
        if random.random() < RECENT:
            valid = known = end_of(DAYS - random.randrange(30))
        else:
            valid, known = (end_of(random.randrange(200, DAYS)) for _ in range(2))
        asked.append(Question(place, valid, known))
    return asked
