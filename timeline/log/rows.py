"""A report as a store keeps it, but for its record time, without the event-sourcing library."""

from typing import Final

import msgspec

from timeline.entries import FORMAT, originator_id
from timeline.log import Filing, Row
from timeline.seals import Parts, parted, seal

END: Final = b',"v":%d}' % FORMAT
"""How a state ends."""

_encode = msgspec.json.Encoder().encode


def row_of(filing: Filing) -> Row:
    """The row that filing this comes to."""
    state, sealed = report_state(filing.key, parted(filing.content))
    return Row(filing.key, originator_id("report", filing.key), state, sealed)


def report_state(key: str, parts: Parts, again: int = 0) -> tuple[bytes, bytes | None]:
    """The state of a version of a report without its record time, and the column beside it."""
    before = b'"again":%d,' % again if again else b""
    sealed = seal(parts.fields)
    if sealed is None:
        return b'{%b"id":%b,"report":%b%b' % (before, _encode(key), parts.public, END), None
    form = (before, _encode(key), parts.public, sealed.commitments, END)
    return b'{%b"id":%b,"report":%b,"sealed":%b%b' % form, sealed.column
