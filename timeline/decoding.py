"""Stored rows of the log decoded: the one place that makes entries from stored bytes.

Rows were validated before they were written, so this decodes them with msgspec alone: questions and
rebuilds read millions of them.
"""

from typing import Any, Final, Literal

import msgspec

from events.canonical import canonical
from events.when import quoted
from timeline.entries import (
    END,
    FORMAT,
    MARKED,
    MARKER,
    PLACE_TOPICS,
    VERSIONS,
    Bounds,
    Entry,
    Instant,
    NewerEntry,
    Report,
    Stored,
    UnreadableEntry,
    decode_raws,
    sorted_form,
)
from timeline.parties import decode_party
from timeline.places import decode_place
from timeline.upcasting import upcast


class Opened(msgspec.Struct, frozen=True, gc=False):
    """The first row of a log. Fields of later formats are passed over: it tells which one it is."""

    recorded: Instant
    timezone: str
    format: int


class _Version(Stored, frozen=True):
    recorded: Instant
    id: str
    report: Report
    v: Literal[1]
    again: int = 0
    sealed: msgspec.Raw = msgspec.Raw(b"")


class _Retraction(Stored, frozen=True):
    recorded: Instant
    id: str
    reported: Bounds
    reason: str
    timezone: str
    v: Literal[1]


class _Redaction(Stored, frozen=True):
    recorded: Instant
    id: str
    fields: tuple[str, ...]
    reason: str
    v: Literal[1]


class _Definition(Stored, frozen=True):
    recorded: Instant
    id: str
    v: Literal[1]
    place: msgspec.Raw = msgspec.Raw(b"null")
    party: msgspec.Raw = msgspec.Raw(b"null")


Field = tuple[str, str] | None | msgspec.UnsetType
Own = tuple[str, msgspec.Raw] | None | msgspec.UnsetType


class _Sealed(Stored, frozen=True):
    """The column of redactable fields: salt and field, null where it was redacted."""

    summary: Field = msgspec.UNSET
    quote: Field = msgspec.UNSET
    victims: Own = msgspec.UNSET
    who: Own = msgspec.UNSET


UNFORESEEN: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What making a claim may raise, where a report has values that none should have."""

_SEAL: Final = len('"":"",') + 43
"""Bytes of a commitment without its name: 43 digits, and the JSON around both."""
_QUOTE, _SUMMARY, _VICTIMS, _WHO = b"qsvw"
_ID_BYTES: Final = 16
_decode_version = msgspec.json.Decoder(_Version).decode
_decode_retraction = msgspec.json.Decoder(_Retraction).decode
_decode_redaction = msgspec.json.Decoder(_Redaction).decode
_decode_definition = msgspec.json.Decoder(_Definition).decode
_decode_opened = msgspec.json.Decoder(Opened).decode
_decode_report = msgspec.json.Decoder(Report).decode
_decode_sealed = msgspec.json.Decoder(_Sealed).decode
_decode_form = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode
_put: Final = msgspec.structs.force_setattr


def decode_report(content: bytes) -> Report:
    """The report of its canonical JSON; UnreadableEntry where it is not one."""
    try:
        return _decode_report(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableEntry(
            f"not a stored report: {error}", "file the canonical JSON of one"
        ) from error


def opening(state: bytes) -> Opened:
    """What the first row of a log says of it; UnreadableEntry where it says nothing."""
    try:
        return _decode_opened(state)
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
        raise UnreadableEntry(
            f"the first row of the log cannot be read: {error}", "restore it from a backup"
        ) from error


def decode(
    position: int,
    originator: str,
    version: int,
    topic: str,
    state: bytes,
    sealed: bytes | None = None,
) -> Entry:
    """The entry of one stored row, its redactable fields filled in.

    UnreadableEntry, naming the position, where the row is damaged, NewerEntry where a newer version
    wrote it.
    """
    check_row(position, originator, version, topic, state, sealed)
    try:
        return _decoded(position, originator, version, topic, state, sealed, None)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raised = _raised(position, topic, state, error)
        try:
            return _decoded(position, originator, version, topic, state, sealed, raised)
        except (msgspec.DecodeError, UnicodeDecodeError) as again:
            raise unreadable(position, topic, again) from again


def heading(
    position: int, originator: str, version: int, topic: str, state: bytes
) -> tuple[Instant, str, str, Report | None]:
    """When an entry was recorded, its key, zone and report, without what is sealed.

    What `decode` refuses is refused in the same way.
    """
    if topic in VERSIONS:
        check_row(position, originator, version, topic, state)
        try:
            row = _decode_version(state)
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass  # of an older format, or of none
        else:
            return row.recorded, row.id, row.report.timezone, row.report
    entry = decode(position, originator, version, topic, state)
    return entry.recorded, entry.key, entry.timezone, entry.report


def check_row(
    position: int,
    originator: str,
    version: int,
    topic: str,
    state: bytes,
    sealed: bytes | None = None,
) -> None:
    """UnreadableEntry for columns that no log has: the file was edited, or its disk failed."""
    if not (
        type(originator) is str
        and type(version) is int
        and type(topic) is str
        and type(state) is bytes
        and (sealed is None or type(sealed) is bytes)
    ):
        raise unreadable(position, topic, TypeError("it has a column of another type"))
    try:
        number = bytes.fromhex(originator)
    except ValueError:
        number = b""
    if len(number) != _ID_BYTES or len(originator) != 2 * _ID_BYTES:
        raise unreadable(position, topic, ValueError("it has an id that no log gives"))


def _decoded(
    position: int,
    originator: str,
    version: int,
    topic: str,
    state: bytes,
    sealed: bytes | None,
    raised: bytes | None,
) -> Entry:
    if topic not in VERSIONS:
        return _decoded_other((position, originator, version, topic, state), raised)
    row = _decode_version(state if raised is None else raised)
    report = row.report
    if not row.sealed:
        sealed = None
    else:
        if sealed is None:  # it is lost; nobody knows any more what it said
            sealed = _encode(dict.fromkeys(decode_raws(row.sealed)))
        _fill(report, state if raised is None else raised, len(row.sealed), sealed)
    return Entry(
        position,
        originator,
        version,
        topic,
        state,
        row.recorded,
        row.id,
        report,
        report.reported,
        report.timezone,
        "",
        sealed,
        row.again,
        (),
        raised,
    )


def _decoded_other(head: tuple[int, str, int, str, bytes], raised: bytes | None) -> Entry:
    position, topic, state = head[0], head[3], head[4] if raised is None else raised
    match topic:
        case "report.retracted":
            gone = _decode_retraction(state)
            return Entry(
                *head,
                gone.recorded,
                gone.id,
                reported=gone.reported,
                timezone=gone.timezone,
                reason=gone.reason,
                raised=raised,
            )
        case "report.redacted":
            taken = _decode_redaction(state)
            return Entry(
                *head,
                taken.recorded,
                taken.id,
                reason=taken.reason,
                fields=taken.fields,
                raised=raised,
            )
        case "place.defined" | "place.redefined" | "party.defined" | "party.redefined":
            made = _decode_definition(state)
            if topic in PLACE_TOPICS:
                decode_place(made.place)
            else:
                decode_party(made.party)
            return Entry(*head, made.recorded, made.id, raised=raised)
        case "log.opened" | "log.raised":
            opened = _decode_opened(state)
            return Entry(*head, opened.recorded, timezone=opened.timezone, raised=raised)
        case _:
            raise NewerEntry(
                f"log entry {position} is a {quoted(topic)}, which this version does not know",
                "read it with the version that wrote it, or a later one",
            )


def _raised(position: int, topic: str, state: bytes, error: Exception) -> bytes:
    """A state of an older format as it would be written now; UnreadableEntry for any other."""
    try:
        form = _decode_form(state)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise unreadable(position, topic, error) from error
    written = form.get("v")
    if isinstance(written, int) and written > FORMAT:
        raise NewerEntry(
            f"log entry {position} ({topic}) was written by a newer version (its format is "
            f"{written}, this one reads up to {FORMAT})",
            "update this program to read it",
        ) from error
    if not isinstance(written, int) or not 0 <= written < FORMAT:  # as none was ever written
        raise unreadable(position, topic, error) from error
    try:
        form = upcast(topic, form, written, FORMAT)
        recorded = form.pop("recorded")
    except Exception as wrong:  # each upcaster fails in its own way on what is damaged
        raise unreadable(position, topic, wrong) from wrong
    return b'{"recorded":%b,%b' % (_encode(recorded), canonical(form)[1:])


def unreadable(position: int, topic: str, error: Exception) -> UnreadableEntry:
    """What is wrong with a row that cannot be read."""
    return UnreadableEntry(
        f"log entry {position} ({topic}) cannot be read: {error}",
        "a newer version may have written it, or the log is damaged",
    )


def _fill(report: Report, state: bytes, seals: int, sealed: bytes) -> None:
    """Put the redactable fields into a report that was just decoded and is not shared yet.

    ValidationError where they are not the fields of the commitments, `seals` bytes of the state.
    """
    column, none = _decode_sealed(sealed), msgspec.UNSET
    # The first letters tell the names apart: no other check would cost as little.
    begins = at = len(state) - len(END) - seals + len(b'{"')
    own: dict[str, msgspec.Raw] = {}
    right = True
    if (quote := column.quote) is not none:
        _put(report, "quote", MARKER if quote is None else quote[1])
        right = state[at] == _QUOTE
        at += len("quote") + _SEAL
    if (summary := column.summary) is not none:
        _put(report, "summary", MARKER if summary is None else summary[1])
        right = right and state[at] == _SUMMARY
        at += len("summary") + _SEAL
    if (victims := column.victims) is not none:
        own["victims"] = MARKED if victims is None else victims[1]
        right = right and state[at] == _VICTIMS
        at += len("victims") + _SEAL
    if (who := column.who) is not none:
        own["who"] = MARKED if who is None else who[1]
        right = right and state[at] == _WHO
        at += len("who") + _SEAL
    if not right or at - begins + 1 != seals:
        raise msgspec.ValidationError("its sealed fields are not those that it commits to")
    if own:
        _put(report, "value", msgspec.Raw(sorted_form(decode_raws(report.value) | own)))
