"""A report as a store keeps it, but for its record time, without the event-sourcing library."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from timeline.entries import (
    CONTENT_MARKS,
    FILED,
    FORMAT,
    held_in,
    originator_id,
    with_fields,
)
from timeline.log import Filing, Row
from timeline.seals import Parts, parted, seal

END: Final = b',"v":%d}' % FORMAT
"""How a state ends."""

_encode = msgspec.json.Encoder().encode


class Enclosing(NamedTuple):
    """What stands around a report's public part in its state, and the column beside that."""

    begins: bytes
    ends: bytes
    sealed: bytes | None


def row_of(filing: Filing) -> Row:
    """The row that filing this comes to."""
    state, sealed = report_state(filing.key, parted(filing.content))
    return Row(filing.key, originator_id("report", filing.key), state, sealed)


def content_of(row: Row) -> bytes:
    """The canonical JSON of the report in a row."""
    public = held_in(row.state, CONTENT_MARKS[FILED], row.sealed)
    return public if row.sealed is None else with_fields(public, row.sealed)


def report_state(key: str, parts: Parts, again: int = 0) -> tuple[bytes, bytes | None]:
    """The state of a version of a report without its record time, and the column beside it."""
    begins, ends, sealed = enclosing(key, parts.fields, again)
    return b"%b%b%b" % (begins, parts.public, ends), sealed


def enclosing(key: str, fields: Mapping[str, bytes | None], again: int = 0) -> Enclosing:
    """What is around the public part of a report with these redactable fields."""
    before = b'"again":%d,' % again if again else b""
    begins = b'{%b"id":%b,"report":' % (before, _encode(key))
    sealed = seal(fields)
    if sealed is None:
        return Enclosing(begins, END, None)
    return Enclosing(begins, b',"sealed":%b%b' % (sealed.commitments, END), sealed.column)
