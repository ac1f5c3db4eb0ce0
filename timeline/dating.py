"""From when each party has a place under one status, around a day; and how far apart they are.

Only what a claim on the whole place says of control enters: one share is no date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from events.when import DAY, iso
from timeline.asof import Told
from timeline.claims import OPEN_FUTURE, OPEN_PAST, Claim
from timeline.values import whole_status

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.claims import Assertion

Status = tuple[str, str]


class Run(msgspec.Struct, frozen=True):
    """Claims of one party, one after another, that give the whole place one status."""

    status: Status
    first: Told

    @property
    def begins(self) -> Instant:
        """From when on, by the claim that comes first."""
        return self.first.assertion.earliest

    def says(self, claim: Assertion) -> bool:
        """Whether a claim gives the whole of the same place this status."""
        return _status(claim) == self.status and claim.series.place == (
            self.first.assertion.series.place
        )


class Dated(msgspec.Struct, frozen=True):
    """From when a party has the place under a status; `since` is null where the beginning is open.

    `known_then` says whether this had been told by the day asked about. Where it had not, it came
    `days_late` after it, unless it says nothing of that day: it was seen to hold only later.
    """

    party: str
    status: str
    by: str | None
    since: str | None
    reading: str
    told: str
    known_then: bool
    days_late: float | None
    claim: Claim


class Apart(msgspec.Struct, frozen=True):
    """How many days lie between the first and the last who let a place be held by one side."""

    status: str
    by: str | None
    days: float
    parties: int
    first: str
    last: str


def runs_around(told: Iterable[Told], valid: Instant) -> list[list[Run]]:
    """By party: the run that covers the cut, the one before it and the one after it."""
    by_party: dict[str, list[Told]] = {}
    for one in told:
        if one.until == OPEN_FUTURE and _status(one.assertion):
            by_party.setdefault(one.assertion.series.party, []).append(one)
    around = []
    for _, theirs in sorted(by_party.items()):
        theirs.sort(key=_order)
        runs = [
            Run(status, next(group))
            for status, group in groupby(theirs, key=lambda one: _status(one.assertion))
            if status
        ]
        at = sum(run.begins < valid for run in runs)
        around.append(runs[max(0, at - 2) : at + 1])
    return around


def dated(around: Iterable[Sequence[Run]], valid: Instant, known: Instant) -> list[Dated]:
    """The runs as an answer has them: by party, each in order of time; `known` is the cut then."""
    return [
        Dated(
            claim.series.party,
            status,
            by or None,
            None if claim.earliest == OPEN_PAST else iso(claim.earliest),
            claim.reading,
            iso(claim.knowledge),
            claim.knowledge <= known,
            round((claim.knowledge - valid) / DAY, 2)
            if claim.knowledge > known and (claim.earliest < valid or claim.reading == "during")
            else None,
            claim.claim,
        )
        for runs in around
        for run in runs
        for claim, (status, by) in [(run.first.assertion, run.status)]
    ]


def apart(around: Iterable[Sequence[Run]]) -> list[Apart]:
    """For each side that several parties let hold the place: how far apart they date that."""
    last: dict[Status, dict[str, Run]] = {}
    for runs in around:
        for run in runs:
            if run.status[0] == "held" and run.begins != OPEN_PAST:
                last.setdefault(run.status, {})[run.first.assertion.series.party] = run
    found = []
    for (status, by), runs_of in sorted(last.items()):
        ordered = sorted(runs_of.values(), key=lambda run: (run.begins, _order(run.first)))
        if len(ordered) > 1:
            first, end = ordered[0], ordered[-1]
            days = round((end.begins - first.begins) / DAY, 2)
            found.append(
                Apart(
                    status,
                    by or None,
                    days,
                    len(ordered),
                    first.first.assertion.claim.claim,
                    end.first.assertion.claim.claim,
                )
            )
    return found


def _status(claim: Assertion) -> Status | None:
    series = claim.series
    if series.topic != "control" or series.facet != "control" or claim.read_as != "status":
        return None
    if series.denial or series.relation or series.landmark or claim.capped or claim.announced:
        return None
    return whole_status(claim.claim.value)


def _order(one: Told) -> tuple[Instant, Instant, Instant, str]:
    claim = one.assertion
    return claim.earliest, claim.reach, one.first_known, claim.claim.claim
