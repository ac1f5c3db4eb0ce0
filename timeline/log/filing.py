"""What a log is asked to add, and what became of it.

Apart from the log itself, since questions do without these.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from timeline.entries import Bounds


class Filing(NamedTuple):
    """A report to file: its id, and its canonical JSON as `events.kinds.stored` makes it."""

    key: str
    content: bytes


class Parted(NamedTuple):
    """A report to file, in two parts: what is public, and the fields that can be redacted.

    Both are as `seals.Parts` has them; `originator` is its `entries.originator_id`.
    """

    key: str
    originator: str
    public: bytes
    fields: dict[str, bytes | None]


class SealedReport(NamedTuple):
    """A report to file that is sealed already, as `timeline.log.rows.row_of` does it.

    `state` is what the log stores of it, but for the record time, and `sealed` the column beside
    it; `originator` is its `entries.originator_id`.
    """

    key: str
    originator: str
    state: bytes
    sealed: bytes | None


class Correction(NamedTuple):
    """A version to add to a report; `mend` where the slip was our own."""

    key: str
    content: bytes
    mend: bool = False


class Retraction(NamedTuple):
    """A report to withdraw, as `reported` then."""

    key: str
    reported: Bounds
    reason: str
    timezone: str


class Outcome(enum.StrEnum):
    """What became of a report: written now, or there already; equal to the word."""

    filed = "filed"
    known = "known"
