"""The reports that count at the cuts, each in the version that shows, read from the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from timeline import entries
from timeline.asof import AsOf, Counted, Version, counting
from timeline.fold import version_of

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.entries import Entry
    from timeline.log import LogReader

_TOPICS: Final = frozenset({entries.FILED, entries.CORRECTED, entries.MENDED, entries.RETRACTED})


class Shown(NamedTuple):
    """Where in the log the version of a report is that shows; sorts by knowledge, then id."""

    knowledge: Instant
    key: str
    place: str
    position: int
    first_known: Instant
    before: int | None
    """The position of the version it supersedes."""


def shown_reports(log: LogReader, asof: AsOf) -> list[Shown]:
    """Every report that counts, the earliest known first; the order of filing does not matter."""
    versions: dict[str, list[Version]] = {}
    places: dict[int, str] = {}
    for batch in log.rows():
        for entry in batch:
            if entry.topic in _TOPICS and entry.reported is not None:
                versions.setdefault(entry.key, []).append(_bare(entry, entry.reported.latest))
                if entry.report is not None:
                    places[entry.position] = entry.report.place.id
    found = []
    for key, its in versions.items():
        counted = counting(its, asof)
        if counted and not counted[-1].retraction:
            last = counted[-1]
            before = counted[-2].entry.position if len(counted) > 1 else None
            position = last.entry.position
            found.append(
                Shown(last.knowledge, key, places[position], position, counted[0].knowledge, before)
            )
    return sorted(found)


def _bare(entry: Entry, knowledge: Instant) -> Version:
    """What the rule of as-of compares, without what was said: a log has more than memory holds."""
    return Version(
        msgspec.structs.replace(entry, state=b"", report=None, reported=None),
        knowledge,
        mend=entry.topic == entries.MENDED,
        retraction=entry.topic == entries.RETRACTED,
    )


def entry_at(log: LogReader, position: int) -> Entry:
    """The entry at a position."""
    return log.entries(position - 1, 1)[0]


def counted(log: LogReader, one: Shown) -> Counted:
    """The version that shows, as the rule of as-of counts it."""
    before = None if one.before is None else version_of(entry_at(log, one.before)).assertion
    return Counted(
        version_of(entry_at(log, one.position)),
        one.first_known,
        None if before is None else before.claim.claim,
    )
