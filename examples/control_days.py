"""A projection: on how many days of each month a place was said to be whose, source by source.

    timeline project examples/control_days.py:ControlDays Bakhmut

A status counts from the day it was told of to the day before the same source tells of another, and
the last one to the day on which anything was last told of the place: further nobody has said.
`--set until=2024-12-31` counts the last ones on to that day.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from timeline import Claim, CountedReport


@dataclass(frozen=True)
class Days:
    """A row: by a source's word a place was so on so many days of a month."""

    month: str
    source: str
    status: str
    days: int
    claims: list[str]


class Word(NamedTuple):
    """From a day on, and a time of that day, a status; and the report that says so."""

    start: date
    instant: str
    status: str
    report: CountedReport


Words = dict[str, list[Word]]
"""By source, in the order in which they became known."""


class ControlDays:
    """Days under each status, per source and month."""

    version = 1

    def __init__(self, until: str = "") -> None:
        self.until = date.fromisoformat(until) if until else None

    def initial(self) -> tuple[Words, date]:
        """No source has said a word; the last day that was told of."""
        return {}, date.min

    def evolve(self, state: tuple[Words, date], report: CountedReport) -> tuple[Words, date]:
        """Take in what a report says of the whole place."""
        words, last = state
        status = whole_status(report.claim)
        if status:
            word = Word(report.begins or report.day, report.claim.valid_from or "", status, report)
            words.setdefault(report.claim.party, []).append(word)
        return words, max(last, report.day)

    def rows(self, state: tuple[Words, date]) -> Iterator[Days]:
        """A row for each month, source and status."""
        words, last = state
        days: dict[tuple[str, str, str], int] = defaultdict(int)
        claims: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for source in words:
            said = sorted(words[source], key=lambda word: word[:2])
            ends = [word.start for word in said[1:]] + [(self.until or last) + timedelta(1)]
            for word, end in zip(said, ends, strict=True):
                for day in range((end - word.start).days):
                    key = (f"{word.start + timedelta(day):%Y-%m}", source, word.status)
                    days[key] += 1
                    if word.report.claim.claim not in claims[key]:
                        claims[key].append(word.report.claim.claim)
        for key in sorted(days):
            yield Days(*key, days=days[key], claims=claims[key])


def whole_status(claim: Claim) -> str | None:
    """The status that a claim gives to the whole place: `contested`, or `held by ru`."""
    if claim.facet != "control" or claim.stance != "asserts" or claim.relation or claim.landmark:
        return None
    if claim.kind == "territory_change":
        return f"held by {claim.value['to']}" if claim.read_as == "status" else None
    shares = claim.value.get("shares", [])
    if len(shares) != 1 or shares[0].get("share"):
        return None
    by = shares[0].get("by")
    return f"{shares[0]['status']} by {by}" if by else str(shares[0]["status"])
