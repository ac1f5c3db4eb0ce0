"""What the log takes in, entry by entry: first what is there, then what comes, as it comes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Literal, cast

import msgspec

from events.when import iso
from timeline.answer import JsonAnswer
from timeline.claims import Claim, assertion, mark
from timeline.entries import REPORT_TOPICS, originator_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from timeline.entries import Entry
    from timeline.log import LogReader

SCHEMA: Final = "timeline/entry/1"
What = Literal["filed", "corrected", "mended", "retracted"]

ROUND_SECONDS: Final = 0.5
"""How long to wait for the log before `between` is called again."""


class VerificationView(msgspec.Struct, frozen=True):
    """What a verification found of another report."""

    report: str
    status: str
    by: str


class ReportEntry(JsonAnswer, frozen=True, kw_only=True):
    """One entry of the log about a report.

    `claim` is what this version asserts, `verification` what it found of another report, and
    `reason` is a retraction's.
    """

    schema: str = SCHEMA
    position: int
    what: What
    report: str
    recorded: str
    known_from: str
    claim: Claim | None
    verification: VerificationView | None
    reason: str | None


def follow(
    log: LogReader,
    place: str | None = None,
    *,
    after: int = 0,
    idle: float | None = None,
    between: Callable[[], None] = lambda: None,
) -> Iterator[ReportEntry]:
    """The entries of reports after a position of the log, in its order, each once, without end.

    With `place`, an id, those of reports of which this version or an earlier one is about it, and
    of their verifications; so whoever follows is told the same as whoever reads them later.
    Ends once nothing was filed for `idle` seconds. `between` is called now and then while nothing
    comes, and may raise.
    """
    position, quiet_since = after, time.monotonic()
    while True:
        for batch in log.rows(position):
            for entry in batch:
                position = entry.position
                if entry.topic in REPORT_TOPICS and (place is None or _is_about(place, entry, log)):
                    yield report_entry(entry)
            quiet_since = time.monotonic()
        left = ROUND_SECONDS if idle is None else quiet_since + idle - time.monotonic()
        if log.wait(position, max(0, min(left, ROUND_SECONDS))) <= position:
            if left <= 0:
                return
            between()


def report_entry(entry: Entry) -> ReportEntry:
    """An entry of a report, in the words of an answer."""
    asserted, marked = assertion(entry), mark(entry)
    return ReportEntry(
        position=entry.position,
        what=cast("What", entry.topic.removeprefix("report.")),
        report=entry.key,
        recorded=iso(entry.recorded),
        known_from=iso(entry.knowledge),
        claim=asserted.claim if asserted else None,
        verification=VerificationView(marked.report, marked.status, marked.by) if marked else None,
        reason=entry.reason or None,
    )


def _is_about(place: str, entry: Entry, log: LogReader) -> bool:
    if entry.report is not None and entry.report.place.id == place:
        return True
    # What moves a report away from a place, or withdraws it, is news of that place.
    told = log.versions(entry.originator) if entry.version > 1 else [entry]
    checked = {
        marked.report for one in told if one.position <= entry.position and (marked := mark(one))
    }
    told += [one for report in checked for one in log.versions(originator_id("report", report))]
    # By what the log had then: who reads the entry as it comes knows of nothing later.
    return any(
        one.report is not None and one.report.place.id == place and one.position <= entry.position
        for one in told
    )
