"""What a stored row of the log holds, typed; `timeline.decoding` makes it from stored bytes.

All instants are integers, microseconds since the epoch, UTC.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec

from events.refusal import Refusal
from events.vocabulary import Channel, Credibility, DateReading, Kind, Reliability, Stance
from events.when import FIRST, LAST
from timeline.digests import blake2b, sha1
from timeline.errors import StoreError

Instant = Annotated[int, msgspec.Meta(ge=FIRST, le=LAST)]

OPENED: Final = "log.opened"
FILED: Final = "report.filed"
CORRECTED: Final = "report.corrected"
MENDED: Final = "report.mended"
RETRACTED: Final = "report.retracted"
REDACTED: Final = "report.redacted"
PLACE_DEFINED: Final = "place.defined"
PLACE_REDEFINED: Final = "place.redefined"
PARTY_DEFINED: Final = "party.defined"
PARTY_REDEFINED: Final = "party.redefined"

VERSIONS: Final = frozenset((FILED, CORRECTED, MENDED))
"""The topics of entries that state a version of a report."""
REPORT_TOPICS: Final = VERSIONS | {RETRACTED}
"""The topics of entries in the history of a report, to which a redaction does not belong."""
PLACE_TOPICS: Final = frozenset({PLACE_DEFINED, PLACE_REDEFINED})
PARTY_TOPICS: Final = frozenset({PARTY_DEFINED, PARTY_REDEFINED})

CONTENT_MARKS: Final = {
    FILED: b',"report":',
    CORRECTED: b',"report":',
    MENDED: b',"report":',
    PLACE_DEFINED: b',"place":',
    PLACE_REDEFINED: b',"place":',
    PARTY_DEFINED: b',"party":',
    PARTY_REDEFINED: b',"party":',
}
"""By topic: what stands in a state right before its content, and behind its key."""

FORMAT: Final = 1
"""The stored format this version writes and understands whole.

A version that stores more than this one does says so in the log with a `log.raised` entry first.
"""
END: Final = b',"v":%d}' % FORMAT
"""How the state of an entry ends."""

MARKER: Final = "[redacted]"
"""What stands in place of a field that was taken out for good."""

NAMESPACE: Final = bytes.fromhex("6f3d2a5e1c8b5f0ea1d94b7c2e60d913")
"""The uuid5 namespace of every aggregate id. Never change it: existing logs depend on it."""

_NAMES: Final = {
    topic: NAMESPACE + topic.partition(".")[0].encode() + b":"
    for topic in (*REPORT_TOPICS, REDACTED, *PLACE_TOPICS, *PARTY_TOPICS)
}
"""By topic: what the id of an entry's aggregate is the hash of, with its key behind it."""

_V: Final = b',"v":'
_SEALED: Final = b',"sealed":{'
_VARIANT: Final = {f"{one:x}": f"{one & 3 | 8:x}" for one in range(16)}
"""By a digit of the hash: the digit in its place, with the two variant bits of RFC 9562."""


class UnreadableEntry(Refusal, StoreError, ValueError):
    """A stored row that this version cannot read: a newer one wrote it, or it is damaged."""


class NewerEntry(UnreadableEntry):
    """A stored row of a newer version: what comes before it can be read, and no more."""


def originator_id(kind: Literal["report", "place", "party"], key: str) -> str:
    """The aggregate id of a key: `uuid5(NAMESPACE, "kind:key")` as 32 hex digits."""
    return _uuid5(NAMESPACE + f"{kind}:{key}".encode())


def is_filed_right(originator: str, topic: str, key: str) -> bool:
    """Whether an entry of this topic and key belongs under this id of an aggregate."""
    name = _NAMES.get(topic)
    return name is None or _uuid5(name + key.encode()) == originator


def _uuid5(name: bytes) -> str:
    # Not uuid.uuid5: four times slower, and ids are made for every report of a bulk file.
    digits = sha1(name, usedforsecurity=False).hexdigest()
    return f"{digits[:12]}5{digits[13:16]}{_VARIANT[digits[16]]}{digits[17:32]}"


StoredRow = tuple[Any, ...]
"""Position, id, version, topic, state and sealed fields of an entry, as they are stored.

Each may be of any type: a hand or a disk may have been at them.
"""


class Stored(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Base of stored values: read-only, so without cycles, so not worth the collector's time."""


class PlaceAt(Stored, frozen=True):
    """Where: a place by id and by the name reported, and how the spot lies to it."""

    id: str
    name: str
    relation: str | None = None
    landmark: str | None = None


class Bounds(Stored, frozen=True):
    """When something was reported: half-open `[earliest, latest)`; knowledge begins at `latest`."""

    text: str
    earliest: Instant | None
    latest: Instant


class StoredHappened(Stored, frozen=True):
    """When something happened or held: half-open `[earliest, latest)`, None where it is open."""

    text: str
    reading: DateReading
    earliest: Instant | None
    latest: Instant | None
    precision: str
    approximate: bool = False
    uncertain: bool = False


class StoredSpeaker(Stored, frozen=True):
    """One link of a chain: a party and the channel it spoke through."""

    party: str
    channel: Channel = "public"


class StoredCheck(Stored, frozen=True):
    """What the source itself says of a claim, and who says it."""

    status: str
    by: str


class StoredSource(Stored, frozen=True):
    """Where a report was read; `published` stays JSON."""

    publisher: str
    title: str | None = None
    url: str | None = None
    archived_url: str | None = None
    published: msgspec.Raw = msgspec.Raw(b"null")
    language: str | None = None
    sha256: str | None = None
    locator: str | None = None


def citation(source: StoredSource | None) -> int | None:
    """A number for the source and the place in it where a report was read; None without a locator.

    64 bits of a hash over what tells publications apart, signed as integers of SQLite are.
    """
    if source is None or source.locator is None:
        return None
    said = (source.publisher, source.title, source.url, source.sha256, source.locator)
    told = "\0".join(one or "" for one in said).encode() + bytes(source.published)
    return int.from_bytes(blake2b(told, digest_size=8).digest(), signed=True)


class Report(Stored, frozen=True):
    """One version of a report; `value`, the own fields of its kind, stays JSON."""

    kind: Kind
    place: PlaceAt
    happened: StoredHappened
    reported: Bounds
    timezone: str
    chain: Annotated[tuple[StoredSpeaker, ...], msgspec.Meta(min_length=1)]
    value: msgspec.Raw
    source: StoredSource | None = None
    stance: Stance = "asserts"
    reliability: Reliability = "F"
    credibility: Credibility = "6"
    verification: tuple[StoredCheck, ...] = ()
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
    def filed_right(self) -> bool:
        """Whether it is filed under the id that its topic and key give."""
        return is_filed_right(self.originator, self.topic, self.key)

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
        return held if self.sealed is None else joined(held, unsealed(self.sealed))

    def _held(self, state: bytes) -> bytes:
        mark = CONTENT_MARKS.get(self.topic)
        return b"" if mark is None else held_in(state, mark, self.sealed)


def redacted_of(versions: Iterable[Entry]) -> frozenset[str]:
    """The fields that the entries of a report take out of it."""
    return frozenset(name for entry in versions for name in entry.fields)


def held_in(state: bytes, mark: bytes, sealed: bytes | None) -> bytes:
    """The content of a state, which stands behind this mark, without its redactable fields."""
    # A quote inside a JSON string follows a backslash, so neither key nor text hold a mark; and
    # what is sealed comes last.
    ends = state.rindex(_V if sealed is None else _SEALED)
    return state[state.index(mark) + len(mark) : ends]


_ENVELOPE: Final = frozenset(Report.__struct_fields__)
_encode = msgspec.json.Encoder().encode
decode_raws = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
decode_column = msgspec.json.Decoder(dict[str, tuple[str, msgspec.Raw] | None]).decode
"""A column of redactable fields: by name salt and field, None where it was redacted."""
MARKED: Final = msgspec.Raw(_encode(MARKER))
"""`MARKER`, as it stands in JSON."""


def unsealed(sealed: bytes | None) -> dict[str, bytes | None]:
    """What a column of redactable fields says, as JSON each; None for what was redacted."""
    column = {} if sealed is None else decode_column(sealed)
    return {name: None if field is None else bytes(field[1]) for name, field in column.items()}


def joined(public: bytes, redactable: Mapping[str, bytes | None]) -> bytes:
    """A report's canonical JSON, put together from its public part and its redactable fields."""
    if not redactable:
        return public
    fields = {
        name: MARKED if field is None else msgspec.Raw(field) for name, field in redactable.items()
    }
    report = decode_raws(public)
    own = decode_raws(report["value"]) | {
        name: field for name, field in fields.items() if name not in _ENVELOPE
    }
    around = {name: field for name, field in fields.items() if name in _ENVELOPE}
    return sorted_form(report | around | {"value": msgspec.Raw(sorted_form(own))})


def sorted_form(form: Mapping[str, msgspec.Raw]) -> bytes:
    """The canonical JSON of an object whose values are canonical already."""
    return _encode(dict(sorted(form.items())))
