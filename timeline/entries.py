"""What a stored row of the log holds, typed: the one place that reads stored bytes.

Rows were validated before they were written, so this decodes them with msgspec alone: questions and
rebuilds read millions of them. All instants are integers, microseconds since the epoch, UTC.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from timeline.digests import sha1
from timeline.errors import StoreError
from timeline.upcasting import upcast

Instant = int
Reading = Literal["during", "within", "at"]
Channel = Literal["public", "private", "unnamed"]
Stance = Literal["asserts", "denies", "intends", "forecasts"]

OPENED: Final = "log.opened"
RAISED: Final = "log.raised"
FILED: Final = "report.filed"
CORRECTED: Final = "report.corrected"
MENDED: Final = "report.mended"
RETRACTED: Final = "report.retracted"
REDACTED: Final = "report.redacted"
PLACE_DEFINED: Final = "place.defined"
PLACE_REDEFINED: Final = "place.redefined"
PARTY_DEFINED: Final = "party.defined"
PARTY_REDEFINED: Final = "party.redefined"

CONTENT_MARKS: Final = {
    FILED: b',"report":',
    CORRECTED: b',"report":',
    MENDED: b',"report":',
    PLACE_DEFINED: b',"place":',
    PLACE_REDEFINED: b',"place":',
    PARTY_DEFINED: b',"party":',
    PARTY_REDEFINED: b',"party":',
}
"""What stands in a state right before its content, by topic; the key stands before that."""

FORMAT: Final = 1
"""The stored format this version writes and understands whole.

A version that stores more than this one does says so in the log with a `RAISED` entry first.
"""

MARKER: Final = "[redacted]"
"""What stands in place of a field that was taken out for good."""

NAMESPACE: Final = bytes.fromhex("6f3d2a5e1c8b5f0ea1d94b7c2e60d913")
"""The uuid5 namespace of every aggregate id. Never change it: ids of existing logs hang on it."""

_VERSION_MASK: Final = ~(0xF << 76 | 0x3 << 62)
_VERSION_BITS: Final = 0x5 << 76 | 0x2 << 62


class UnreadableEntry(StoreError, ValueError):
    """A stored row that this version cannot read: a newer one wrote it, or it is damaged."""


class NewerEntry(UnreadableEntry):
    """A stored row of a newer version: what comes before it can be read, and no more."""


def originator_id(kind: Literal["report", "place", "party"], key: str) -> str:
    """The aggregate id of a key: `uuid5(NAMESPACE, "kind:key")` as 32 hex digits."""
    # Not uuid.uuid5: three times slower, and ids are made for every report of a bulk file.
    name = f"{kind}:{key}".encode()
    digest = sha1(NAMESPACE + name, usedforsecurity=False).digest()
    number = int.from_bytes(digest[:16], "big")
    return f"{number & _VERSION_MASK | _VERSION_BITS:032x}"


class _Stored(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Base of stored values: read-only, so without cycles, so not worth the collector's time."""


class PlaceAt(_Stored, frozen=True):
    """Where: a place by id and by the name reported, and how the spot lies to it."""

    id: str
    name: str
    relation: str | None = None
    landmark: str | None = None


class Bounds(_Stored, frozen=True):
    """When something was reported: half-open `[earliest, latest)`; knowledge begins at `latest`."""

    text: str
    earliest: Instant | None
    latest: Instant


class Happened(_Stored, frozen=True):
    """When something happened or held: half-open `[earliest, latest)`, None where it is open."""

    text: str
    reading: Reading
    earliest: Instant | None
    latest: Instant | None
    precision: str
    approximate: bool = False
    uncertain: bool = False


class Speaker(_Stored, frozen=True):
    """One link of a chain: a party and the channel it spoke through."""

    party: str
    channel: Channel = "public"


class Verification(_Stored, frozen=True):
    """What the source itself says of a claim, and who says it."""

    status: str
    by: str


class Source(_Stored, frozen=True):
    """Where a report was read; `published` stays JSON."""

    publisher: str
    title: str | None = None
    url: str | None = None
    archived_url: str | None = None
    published: msgspec.Raw = msgspec.Raw(b"null")
    language: str | None = None
    sha256: str | None = None
    locator: str | None = None


class Report(_Stored, frozen=True):
    """One version of a report; `value`, the own fields of its kind, stays JSON."""

    kind: str
    place: PlaceAt
    happened: Happened
    reported: Bounds
    timezone: str
    chain: tuple[Speaker, ...]
    value: msgspec.Raw
    source: Source | None = None
    stance: Stance = "asserts"
    reliability: str = "F"
    credibility: str = "6"
    verification: tuple[Verification, ...] = ()
    summary: str | None = None
    quote: str | None = None
    links: Mapping[str, tuple[str, ...]] = {}
    tags: tuple[str, ...] = ()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One row of the log.

    `key` is the id of the report, place or party ("" for the log's own rows). `report` is there for
    a filed, corrected or mended one, `reported` for those and for a retraction, `reason` for a
    retraction and a redaction, `fields` for a redaction, `timezone` for all but a redaction and for
    the log's first row. `sealed` is the column of redactable fields, and `again` tells how many
    versions of the report before this one say the same but for these. Where an older version of the
    program wrote the row, `raised` is the state as it would be written now.
    """

    position: int
    originator: str
    version: int
    topic: str
    state: bytes
    recorded: Instant
    key: str = ""
    report: Report | None = None
    reported: Bounds | None = None
    timezone: str = ""
    reason: str = ""
    sealed: bytes | None = None
    again: int = 0
    fields: tuple[str, ...] = ()
    raised: bytes | None = None

    @property
    def knowledge(self) -> Instant:
        """When the world had learned of this version of a report; 0 for any other row."""
        return self.reported.latest if self.reported else 0

    @property
    def public(self) -> bytes:
        """The canonical JSON of a report without its redactable fields, as it was first stored."""
        return self._held(self.state)

    @property
    def content(self) -> bytes:
        """The canonical JSON of a report, place or party, as the log was given it; else empty.

        `MARKER` stands for what was redacted since.
        """
        held = self._held(self.raised or self.state)
        return held if self.sealed is None else with_fields(held, self.sealed)

    def _held(self, state: bytes) -> bytes:
        mark = CONTENT_MARKS.get(self.topic)
        if mark is None:
            return b""
        # A quote inside a JSON string follows a backslash, so neither key nor text hold a mark; and
        # what is sealed comes last.
        ends = state.rindex(_V if self.sealed is None else _SEALED)
        return state[state.index(mark) + len(mark) : ends]


class Opened(msgspec.Struct, frozen=True, gc=False):
    """The first row of a log. Fields of later formats are passed over: it tells which one it is."""

    recorded: Instant
    timezone: str
    format: int


class _Version(_Stored, frozen=True):
    recorded: Instant
    id: str
    report: Report
    v: Literal[1]
    again: int = 0
    sealed: msgspec.Raw = msgspec.Raw(b"")


class _Retraction(_Stored, frozen=True):
    recorded: Instant
    id: str
    reported: Bounds
    reason: str
    timezone: str
    v: Literal[1]


class _Redaction(_Stored, frozen=True):
    recorded: Instant
    id: str
    fields: tuple[str, ...]
    reason: str
    v: Literal[1]


class _Definition(_Stored, frozen=True):
    recorded: Instant
    id: str
    v: Literal[1]
    place: msgspec.Raw = msgspec.Raw(b"null")
    party: msgspec.Raw = msgspec.Raw(b"null")


Field = tuple[str, str] | None | msgspec.UnsetType
Own = tuple[str, msgspec.Raw] | None | msgspec.UnsetType


class _Sealed(_Stored, frozen=True):
    """The column of redactable fields: salt and field, null where it was redacted."""

    summary: Field = msgspec.UNSET
    quote: Field = msgspec.UNSET
    victims: Own = msgspec.UNSET
    who: Own = msgspec.UNSET


_decode_version = msgspec.json.Decoder(_Version).decode
_decode_retraction = msgspec.json.Decoder(_Retraction).decode
_decode_redaction = msgspec.json.Decoder(_Redaction).decode
_decode_definition = msgspec.json.Decoder(_Definition).decode
_decode_sealed = msgspec.json.Decoder(_Sealed).decode
_raws = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
_MARKED: Final = msgspec.Raw(_encode(MARKER))
_V: Final = b',"v":'
_SEALED: Final = b',"sealed":{'
_decode_fields = msgspec.json.Decoder(dict[str, tuple[str, msgspec.Raw] | None]).decode
_decode_form = msgspec.json.Decoder(dict[str, Any]).decode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode
_put = msgspec.structs.force_setattr
_ENVELOPE: Final = frozenset(Report.__struct_fields__)
_decode_opened = msgspec.json.Decoder(Opened).decode
_decode_report = msgspec.json.Decoder(Report).decode


def decode_report(content: bytes) -> Report:
    """The report of its canonical JSON; UnreadableEntry where it is not one."""
    try:
        return _decode_report(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableEntry(f"not a stored report: {error}") from error


def opening(state: bytes) -> Opened:
    """What the first row of a log says of it; UnreadableEntry where it says nothing."""
    try:
        return _decode_opened(state)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableEntry(f"the first row of the log cannot be read: {error}") from error


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
    try:
        return _decoded(position, originator, version, topic, state, sealed, None)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raised = _raised(position, topic, state, error)
        try:
            return _decoded(position, originator, version, topic, state, sealed, raised)
        except (msgspec.DecodeError, UnicodeDecodeError) as again:
            raise _unreadable(position, topic, again) from again


def _decoded(
    position: int,
    originator: str,
    version: int,
    topic: str,
    state: bytes,
    sealed: bytes | None,
    raised: bytes | None,
) -> Entry:
    if topic not in (FILED, CORRECTED, MENDED):
        return _decoded_other((position, originator, version, topic, state), raised)
    row = _decode_version(state if raised is None else raised)
    report = row.report
    if not row.sealed:
        sealed = None
    else:
        if sealed is None:  # it is lost; nobody knows any more what it said
            sealed = _encode(dict.fromkeys(_raws(row.sealed)))
        _fill(report, sealed)
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
            return Entry(*head, made.recorded, made.id, raised=raised)
        case "log.opened" | "log.raised":
            opened = _decode_opened(state)
            return Entry(*head, opened.recorded, timezone=opened.timezone, raised=raised)
        case _:
            raise NewerEntry(
                f"log entry {position} is a {topic!r}, which this version does not know; "
                "read it with the version that wrote it, or a later one"
            )


def _raised(position: int, topic: str, state: bytes, error: Exception) -> bytes:
    """A state of an older format as it would be written now; UnreadableEntry for any other."""
    try:
        form = _decode_form(state)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _unreadable(position, topic, error) from error
    written = form.get("v")
    if isinstance(written, int) and written > FORMAT:
        raise NewerEntry(
            f"log entry {position} ({topic}) was written by a newer version (its format is "
            f"{written}, this one reads up to {FORMAT}); update this program to read it"
        ) from error
    if not isinstance(written, int) or written == FORMAT:
        raise _unreadable(position, topic, error) from error
    try:
        form = upcast(topic, form, written, FORMAT)
        recorded = form.pop("recorded")
    except Exception as wrong:  # each upcaster fails in its own way on what is damaged
        raise _unreadable(position, topic, wrong) from wrong
    return b'{"recorded":%b,%b' % (_encode(recorded), _encode_sorted(form)[1:])


def _unreadable(position: int, topic: str, error: Exception) -> UnreadableEntry:
    return UnreadableEntry(
        f"log entry {position} ({topic}) cannot be read: {error}; "
        "a newer version may have written it, or the log is damaged"
    )


def _fill(report: Report, sealed: bytes) -> None:
    """Put the redactable fields into a report that was just decoded, and that nobody else has."""
    column = _decode_sealed(sealed)
    if (summary := column.summary) is not msgspec.UNSET:
        _put(report, "summary", MARKER if summary is None else summary[1])
    if (quote := column.quote) is not msgspec.UNSET:
        _put(report, "quote", MARKER if quote is None else quote[1])
    if column.victims is msgspec.UNSET and column.who is msgspec.UNSET:
        return
    own = {
        name: _MARKED if field is None else field[1]
        for name, field in (("victims", column.victims), ("who", column.who))
        if field is not msgspec.UNSET
    }
    _put(report, "value", msgspec.Raw(_sorted(_raws(report.value) | own)))


def with_fields(public: bytes, sealed: bytes) -> bytes:
    """A report's canonical JSON of its public part and the column of its redactable fields."""
    fields = {
        name: _MARKED if field is None else field[1]
        for name, field in _decode_fields(sealed).items()
    }
    report = _raws(public)
    own = _raws(report["value"]) | {
        name: field for name, field in fields.items() if name not in _ENVELOPE
    }
    around = {name: field for name, field in fields.items() if name in _ENVELOPE}
    return _sorted(report | around | {"value": msgspec.Raw(_sorted(own))})


def _sorted(form: Mapping[str, msgspec.Raw]) -> bytes:
    return _encode(dict(sorted(form.items())))
