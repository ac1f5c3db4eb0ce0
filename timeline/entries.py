"""What a stored row of the log holds, typed: the one place that reads stored bytes.

Rows were validated before they were written, so this decodes them with msgspec alone: questions and
rebuilds read millions of them. All instants are integers, microseconds since the epoch, UTC.
"""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from timeline.digests import sha1
from timeline.errors import StoreError

Instant = int
Reading = Literal["during", "within", "at"]
Channel = Literal["public", "private", "unnamed"]
Stance = Literal["asserts", "denies", "intends", "forecasts"]

OPENED: Final = "log.opened"
FILED: Final = "report.filed"
CORRECTED: Final = "report.corrected"
MENDED: Final = "report.mended"
RETRACTED: Final = "report.retracted"
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
"""The stored format this version writes and understands whole."""

NAMESPACE: Final = bytes.fromhex("6f3d2a5e1c8b5f0ea1d94b7c2e60d913")
"""The uuid5 namespace of every aggregate id. Never change it: ids of existing logs hang on it."""

_VERSION_MASK: Final = ~(0xF << 76 | 0x3 << 62)
_VERSION_BITS: Final = 0x5 << 76 | 0x2 << 62


class UnreadableEntry(StoreError, ValueError):
    """A stored row that this version cannot read: a newer one wrote it, or it is damaged."""


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

    `key` is the id of the report, place or party ("" for the log's own row). `report` is there for
    a filed, corrected or mended one, `reported` for those and for a retraction, `reason` for a
    retraction, `timezone` for all of these and for the log's own row.
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

    @property
    def knowledge(self) -> Instant:
        """When the world had learned of this version of a report; 0 for any other row."""
        return self.reported.latest if self.reported else 0

    @property
    def content(self) -> bytes:
        """The canonical JSON of a report, place or party, as the log was given it; else empty."""
        mark = CONTENT_MARKS.get(self.topic)
        if mark is None:
            return b""
        # A quote inside a JSON string follows a backslash, so the key cannot hold the mark.
        return self.state[self.state.index(mark) + len(mark) : -1]


class Opened(msgspec.Struct, frozen=True, gc=False):
    """The first row of a log. Fields of later formats are passed over: it tells which one it is."""

    recorded: Instant
    timezone: str
    format: int


class _Version(_Stored, frozen=True):
    recorded: Instant
    id: str
    report: Report


class _Retraction(_Stored, frozen=True):
    recorded: Instant
    id: str
    reported: Bounds
    reason: str
    timezone: str


class _Place(_Stored, frozen=True):
    recorded: Instant
    id: str
    place: msgspec.Raw


class _Party(_Stored, frozen=True):
    recorded: Instant
    id: str
    party: msgspec.Raw


_decode_version = msgspec.json.Decoder(_Version).decode
_decode_retraction = msgspec.json.Decoder(_Retraction).decode
_decode_place = msgspec.json.Decoder(_Place).decode
_decode_party = msgspec.json.Decoder(_Party).decode
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


def decode(position: int, originator: str, version: int, topic: str, state: bytes) -> Entry:
    """The entry of one stored row; UnreadableEntry, naming its position, where it is not one."""
    try:
        if topic in (FILED, CORRECTED, MENDED):
            row = _decode_version(state)
            report = row.report
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
            )
        return _decode_other(position, originator, version, topic, state)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableEntry(
            f"log entry {position} ({topic}) cannot be read: {error}; "
            "a newer version may have written it, or the log is damaged"
        ) from error


def _decode_other(position: int, originator: str, version: int, topic: str, state: bytes) -> Entry:
    head = (position, originator, version, topic, state)
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
            )
        case "place.defined" | "place.redefined":
            place = _decode_place(state)
            return Entry(*head, place.recorded, place.id)
        case "party.defined" | "party.redefined":
            party = _decode_party(state)
            return Entry(*head, party.recorded, party.id)
        case "log.opened":
            opened = _decode_opened(state)
            return Entry(*head, opened.recorded, timezone=opened.timezone)
        case _:
            raise UnreadableEntry(
                f"log entry {position} is a {topic!r}, which this version does not know; "
                "read it with the version that wrote it, or a later one"
            )
