"""Whether reports say what those of their kind do, down to the last of their own fields.

Nobody who reads them looks so closely: they were valid when they were filed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from timeline.claims import require_told
from timeline.decoding import UNFORESEEN, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timeline.entries import Report, UnreadableEntry
    from timeline.log import LogReader


def require_own(report: Report) -> None:
    """Raise one of `UNFORESEEN` for own fields that no report of this kind has."""
    # Here: a log that its view has seen is read through without the models.
    from events.stored import STORED_VALUES

    STORED_VALUES[report.kind].decode(report.value)
    require_told(report)


def unlike_their_kind(log: LogReader) -> Iterator[tuple[int, UnreadableEntry]]:
    """The reports that can be decoded, and yet say what none of their kind does."""
    for batch in log.rows():
        for entry in batch:
            if entry.report is not None:
                try:
                    require_own(entry.report)
                except UNFORESEEN as error:
                    yield entry.position, unreadable(entry.position, entry.topic, error)
