"""A report as a store keeps it, but for its record time, without the event-sourcing library."""

import msgspec

from timeline.entries import CONTENT_MARKS, END, FILED, held_in, joined, originator_id, unsealed
from timeline.log.filing import Filing, Parted, SealedReport
from timeline.seals import Parts, parted, seal

_encode = msgspec.json.Encoder().encode


def row_of(filing: Filing | Parted) -> SealedReport:
    """The row that filing this comes to, sealed under new salts."""
    if isinstance(filing, Filing):
        key, content = filing
        filing = Parted(key, originator_id("report", key), *parted(content))
    return SealedReport(filing.key, filing.originator, *report_state(filing.key, parts_of(filing)))


def parts_of(filing: Parted | SealedReport) -> Parts:
    """The report in two."""
    if isinstance(filing, Parted):
        return Parts(filing.public, filing.fields)
    return Parts(
        held_in(filing.state, CONTENT_MARKS[FILED], filing.sealed), unsealed(filing.sealed)
    )


def content_of(filing: Parted) -> bytes:
    """The canonical JSON of the report."""
    return joined(filing.public, filing.fields)


def report_state(key: str, parts: Parts, again: int = 0) -> tuple[bytes, bytes | None]:
    """The state of a version of a report without its record time, and the column beside it."""
    before = b'"again":%d,' % again if again else b""
    sealed, ends, column = seal(parts.fields), END, None
    if sealed is not None:
        ends, column = b',"sealed":%b%b' % (sealed.commitments, END), sealed.column
    return b'{%b"id":%b,"report":%b%b' % (before, _encode(key), parts.public, ends), column
