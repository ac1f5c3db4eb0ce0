"""Logs of many reports, filed in the stored form, which is far quicker than by way of documents."""

import json
from collections.abc import Iterator
from pathlib import Path

from domain import PLACES, definition

from timeline.log import Log, open_log
from timeline.log.filing import Filing

ORIGIN = 1_759_276_800_000_000  # 2025-10-01
DAY = 86_400_000_000
TOWNS = ("x:alpha", "x:beta", "x:gamma", "x:delta")
PARTIES = ("ua", "ru", "deepstate")


def many(count: int, first: int = 0) -> Iterator[Filing]:
    """Reports of control and of clashes, of four towns and three parties, a day apart or less."""
    for number in range(first, first + count):
        yield Filing(f"m{number:06d}", one(number))


def one(number: int, *, side: str | None = None) -> bytes:
    """One of those reports; with `side` it says something else."""
    town, party, day = TOWNS[number % 4], PARTIES[number % 3], number % 29
    bounds = {
        "earliest": ORIGIN + day * DAY,
        "latest": ORIGIN + (day + 1) * DAY,
        "text": f"2025-10-{day + 1:02d}",
    }
    held = {"status": "held", "by": side or ("ua", "ru")[number // 3 % 2]}
    is_status = number % 3 != 0
    return json.dumps(
        {
            "chain": [{"party": party}],
            "happened": {**bounds, "precision": "day", "reading": "within"},
            "kind": "control_assessment" if is_status else "clash",
            "place": {"id": town, "name": town},
            "reported": bounds,
            "summary": f"report {number} {side or ''}",
            "timezone": "UTC",
            "value": {"shares": [held]} if is_status else {},
        },
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def log_of(path: Path, count: int) -> Log:
    """A log file with the land's places and so many reports."""
    log = open_log(path, create=True)
    log.file([], places=[definition(place) for place in PLACES])
    filings = list(many(count))
    for start in range(0, count, 5_000):
        log.file(filings[start : start + 5_000])
    return log
