"""A story as the rows that somebody would lay out by hand: one for each version that shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from benchmarks import generator
from benchmarks.generator import FOREVER, TOPICS, Story, Version
from events.when import iso

_encode = msgspec.json.encode


class ClaimRow(NamedTuple):
    """A claim of a version, and when that version shows; `body` is the JSON of what it says."""

    place: int
    series: int
    status: bool
    during: bool
    reach: int
    earliest: int
    latest: int
    first_known: int
    known_from: int
    known_to: int
    body: bytes


COLUMNS = ClaimRow._fields
INSERT = f"INSERT INTO claim ({', '.join(COLUMNS)}) VALUES (?{', ?' * (len(COLUMNS) - 1)})"


def rows(story: Story) -> Iterator[ClaimRow]:
    """The rows of a story."""
    first, second = (
        {one.report: one.knowledge for one in story.versions if one.version == version}
        for version in (1, 2)
    )
    for one in story.versions:
        if one.number >= 0:
            known_to = second.get(one.report, FOREVER) if one.version == 1 else FOREVER
            yield row(one, first[one.report], known_to)


def row(one: Version, first_known: int, known_to: int) -> ClaimRow:
    """The row of one version."""
    topic = TOPICS[one.topic]
    return ClaimRow(
        one.place,
        one.series,
        topic.status,
        one.days > 1,
        one.reach,
        one.earliest,
        one.latest,
        first_known,
        one.knowledge,
        known_to,
        _encode(body(one)),
    )


def body(one: Version) -> dict[str, Any]:
    """The columns of an answer that belong to the version alone."""
    said = generator.common(one)
    return {
        "report": one.key,
        "kind": said["kind"],
        "chain": [{"channel": "public", **link} for link in generator.chain(one)],
        "value": generator.value(one),
        "stance": "asserts",
        "happened": one.happened,
        "happened_reading": one.reading,
        "valid_from": iso(one.earliest),
        "valid_to": None if one.reading == "at" else iso(one.latest),
        "reported": one.reported,
        "known_from": iso(one.knowledge),
        "recorded": iso(one.arrival),
        "reliability": said.get("reliability", "F"),
        "credibility": said.get("credibility", "6"),
        "verification": said.get("verification", []),
        "summary": said["summary"],
        "quote": None,
        "source": said["source"],
    }


def series(story: Story) -> Iterator[tuple[int, int, bool, str, str, str, str]]:
    """Every series that has a claim: number, place, whether a status; facet to party."""
    found = sorted({(one.series, one.place, one.topic) for one in story.versions})
    for number, place, topic in found:
        t = TOPICS[topic]
        yield number, place, t.status, t.facet, t.topic, t.subject, t.party
