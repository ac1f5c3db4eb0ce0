"""A line of NDJSON laid out for the log part by part, and parts that repeat only once.

The plain way is that of `events.draft.draft_from` and `events.kinds.stored`. Here a line goes
through the same models part by part, and what a part came to is remembered by how it was written,
since most parts of a long stream repeat. A line with anything wrong or unusual in it is left to
the plain way, which can say what is wrong.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple, Self, cast

import msgspec
from pydantic import TypeAdapter

from events.attribution import Source, Speaker
from events.canonical import canonical
from events.draft import ANY_KEY, NAME, SOME_HAPPENED, SOME_WHEN, SOMEWHERE, place_in, zone_called
from events.explain import Fault  # noqa: TC001 -- a list of them is made
from events.fields import LongText, happened_in
from events.kinds import (
    KINDS,
    Envelope,
    Event,
    default_reading,
    key_of,
    sides_of,
    stored_happened,
    stored_place,
    stored_said,
    stored_source,
    stored_value,
)
from events.place import PlaceRef, stored_when
from events.tree import MAX_BYTES, RefusedError, decoded, text_of
from events.vocabulary import REDACTABLE, DateReading, Kind
from events.when import MINUTE, Instant, When, parse_when

REMEMBERED: Final = 32_768
"""How many parts are remembered at most: so many places, so many days, so many own fields."""
LONGEST: Final = 1_500
"""The bytes of a line, less its summary and quote, up to which its parts are remembered."""


_Getter = Callable[[Sequence[bytes]], tuple[bytes, ...]]


class NamedPlace(NamedTuple):
    """A place as a report names it; `id` is empty unless the report has one."""

    id: str
    name: str
    relation: str | None
    landmark: str | None

    @classmethod
    def of(cls, ref: PlaceRef) -> Self:
        """The place of a checked report."""
        return cls(ref.id, ref.name, ref.relation, ref.landmark)

    def placed(self, place: str, name: str) -> bytes:
        """The canonical JSON of the place, with its key, as a look-up found it."""
        return self.keyed({"id": place, "name": name})

    def keyed(self, name: dict[str, str]) -> bytes:
        """The canonical JSON of the place, with its key, by what names it."""
        return b'"place":%b' % canonical(stored_place(name, self.relation, self.landmark))


class Laid(NamedTuple):
    """A valid report in canonical JSON: what is public before and after its place, and the rest.

    `key` is the id given, if one was, else the content key. `place` is as written, `named` what the
    report says of it. `parties` are who speaks in it, and who is said to have checked it, `sides`
    whom it tells of. `fields` are those that can be redacted, in order of their names.
    """

    key: str
    given_id: bool
    place: str
    named: NamedPlace
    parties: tuple[str, ...]
    sides: tuple[str, ...]
    before: bytes
    after: bytes
    fields: dict[str, bytes | None]


class _UnusualError(ValueError):
    """A line that is left to the plain way."""


class _Shape(NamedTuple):
    """What follows from the keys of a report alone: where each part stands.

    `keys` is how many there are, `room` what they take with quotes, colons, commas and braces.
    """

    keys: int
    room: int
    single: _Getter
    named: _Getter
    said: _Getter
    own: tuple[str, ...]
    own_at: tuple[int, ...]


class _Said(NamedTuple):
    """Who says it and how sure, in the pieces that stand between other keys."""

    timezone: str
    parties: tuple[str, ...]
    begins: bytes
    links: bytes
    reliability: bytes
    stance: bytes
    ends: bytes
    verification: bytes


class _Own(NamedTuple):
    """The own fields of a kind, what can be redacted apart, and how dates are read.

    `sides` are the parties and sides that they name.
    """

    reading: DateReading
    sides: tuple[str, ...]
    public: bytes
    fields: dict[str, bytes | None]


class _Where(NamedTuple):
    """Where it was: as written, in the report's words, and in the form that ids are made of."""

    written: str
    named: NamedPlace
    key_form: bytes


class _Published(NamedTuple):
    """A source as the log keeps it, and when it was published."""

    when: When | None
    source: bytes


_SINGLE: Final = ("kind", "id", "summary", "quote", "happened", "reported", "source")
_SAID: Final = (
    "timezone",
    "chain",
    "stance",
    "reliability",
    "credibility",
    "verification",
    "links",
    "tags",
)
_WHERE: Final = ("place", "relation", "landmark")
_AROUND: Final = frozenset((*_SINGLE, *_SAID, *_WHERE))
_ABSENT: Final = b""
_NO_SOURCE: Final = _Published(None, b"")
_NULL: Final = b"null"
_DAY: Final = re.compile(rb'"(\d{4}-\d{2}-\d{2})').fullmatch
_CLOCK: Final = re.compile(rb'T([01]\d|2[0-3]):([0-5]\d)Z"').fullmatch
_DATED: Final = 11
"""Bytes of a date, with the quote before it."""
# Of printable ASCII without quote or backslash: sound, and in JSON what it is.
_ADDRESS: Final = re.compile(rb'"url"\s*:\s*"(https?://[!#-\[\]-~]{1,1900}+)"').search
_AN_ADDRESS: Final = b"http://a"
_KEY_ENDS: Final = b'":'
_KINDS: Final[Mapping[bytes, Kind]] = {canonical(kind): kind for kind in KINDS}
# Stand-ins for the rest of a report, while one part of it is read.
_STANDING_IN: Final[Mapping[str, object]] = {
    "place": SOMEWHERE.ref,
    "happened": SOME_HAPPENED,
    "reported": SOME_WHEN,
}
_NOBODY: Final[Mapping[str, object]] = {
    **_STANDING_IN,
    "timezone": "UTC",
    "chain": (Speaker(party="?"),),
}

_raws = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_written = msgspec.json.Encoder().encode  # the bytes of a Raw, in a third of the time of `bytes`
_text = msgspec.json.Decoder(str).decode
_name = NAME.validator.validate_json
_paragraph = TypeAdapter(LongText).validator.validate_json
_REFUSED: Final = (ValueError, RecursionError, RefusedError, msgspec.DecodeError)


def lay_out(line: bytes, timezone: str) -> Laid | None:
    """Lay a report out as the plain way would; None where the line is left to that.

    `timezone` is the IANA name used if the report has none.
    """
    if len(line) > MAX_BYTES:
        return None
    try:
        return _laid(line, timezone)
    except _REFUSED:
        return None


def _laid(line: bytes, timezone: str) -> Laid:
    raws = _raws(line)
    shape, parts = _shape(*raws), list(map(_written, raws.values()))
    _refuse_doubled(line, shape, parts)
    empty: set[str] = set()
    if _NULL in line and _NULL in parts:  # a key that is null is as if it were not there
        given = {key: part for key, part in zip(raws, parts, strict=True) if part != _NULL}
        shape, parts, empty = _shape(*given), list(given.values()), raws.keys() - given.keys()
    parts.append(_ABSENT)
    kind_, key, summary, quote, happened, reported, source = shape.single(parts)
    kind = _KINDS.get(kind_)
    if kind is None or len(line) > LONGEST + len(summary) + len(quote) or empty - ANY_KEY:
        raise _UnusualError
    where, said = _where(*shape.named(parts)), _said(timezone, *shape.said(parts))
    own = _own(kind, said.timezone, shape.own, *map(parts.__getitem__, shape.own_at))
    published = _published(source, said.timezone) if source else _NO_SOURCE
    at = _reported(reported, said.timezone) if reported else _bounds(published.when)
    happened = _happened(happened, said.timezone, own.reading)
    before = b'%b"happened":%b,"kind":"%b",%b' % (said.begins, happened, kind.encode(), said.links)
    after = b'%b,"reported":%b%b%b%b,"value":%b%b}' % (
        said.reliability,
        at,
        published.source,
        said.stance,
        said.ends,
        own.public,
        said.verification,
    )
    named = _name(key) if key else key_of(b"%b%b%b" % (before, where.key_form, after))
    if key and (said.links or kind == "verification") and canonical(named) in before + own.public:
        raise _UnusualError  # it may name itself
    fields = own.fields
    if quote or summary:
        fields = {"quote": canonical(_paragraph(quote))} if quote else {}
        if summary:
            fields["summary"] = canonical(_paragraph(summary))
        fields.update(own.fields)
    return Laid(
        named,
        bool(key),
        where.written,
        where.named,
        said.parties,
        own.sides,
        before,
        after,
        fields,
    )


@lru_cache(maxsize=1024)
def _shape(*keys: str) -> _Shape:
    """The shape of reports with these keys in this order; a program writes few of them."""
    # An absent part is found at the end, where `_laid` puts an empty one.
    at = dict(zip(keys, range(len(keys)), strict=True))
    own = tuple(key for key in keys if key not in _AROUND)
    return _Shape(
        len(keys),
        len("".join(keys)) + 4 * len(keys) + 1,
        _getter(at, _SINGLE),
        _getter(at, _WHERE),
        _getter(at, _SAID),
        own,
        tuple(map(at.__getitem__, own)),
    )


def _getter(at: Mapping[str, int], keys: Sequence[str]) -> _Getter:
    return itemgetter(*(at.get(key, -1) for key in keys))


def _refuse_doubled(line: bytes, shape: _Shape, parts: Sequence[bytes]) -> None:
    """Raise where a key of the report may be there twice; inside its parts the decoder does."""
    if len(line) - line.endswith(b"\n") == shape.room + len(b"".join(parts)):
        return
    # With no space before a colon the ends of keys can be counted, all and those that were kept.
    spaced = b" :" in line or b"\t:" in line or b"\r:" in line or b"\n:" in line
    ends = shape.keys + sum(part.count(_KEY_ENDS) for part in parts)
    if spaced or line.count(_KEY_ENDS) != ends:
        raise _UnusualError


def _plain(parts: Mapping[str, bytes]) -> dict[str, object]:
    """Parts decoded, as strictly as a document."""
    return {key: decoded(text_of(part)) for key, part in parts.items() if part}


@lru_cache(maxsize=4096)
def _said(timezone: str, *given: bytes) -> _Said:
    """What the parts of `_SAID` come to: the same few speak in all of a data set."""
    plain = _plain(dict(zip(_SAID, given, strict=True)))
    zone = plain.setdefault("timezone", timezone)
    plain["timezone"] = name = zone.strip() if isinstance(zone, str) else ""
    event = Envelope.model_validate({**_STANDING_IN, **plain}, context=zone_called(name))
    form = {key: canonical(part) for key, part in stored_said(event).items()}
    return _Said(
        event.timezone,
        (*(said.party for said in event.chain), *(check.by for check in event.verification)),
        b"{%b" % b"".join(b"%b," % one for one in _stated(form, "chain", "credibility")),
        b"".join(b"%b," % one for one in _stated(form, "links")),
        b"".join(b",%b" % one for one in _stated(form, "reliability")),
        b"".join(b",%b" % one for one in _stated(form, "stance")),
        b"".join(b",%b" % one for one in _stated(form, "tags", "timezone")),
        b"".join(b",%b" % one for one in _stated(form, "verification")),
    )


def _stated(form: Mapping[str, bytes], *names: str) -> list[bytes]:
    return [b'"%b":%b' % (name.encode(), form[name]) for name in names if name in form]


@lru_cache(maxsize=REMEMBERED)
def _own(kind: Kind, timezone: str, names: tuple[str, ...], *given: bytes) -> _Own:
    """What the own fields of a kind come to: they differ less than towns and days do.

    They are read together, since some kinds need one field or another.
    """
    plain = _plain(dict(zip(names, given, strict=True)))
    event = cast(
        "Event",
        KINDS[kind].model.model_validate(
            {**_NOBODY, "kind": kind, **plain}, context=zone_called(timezone)
        ),
    )
    value = stored_value(event)
    fields: dict[str, bytes | None] = {
        name: canonical(value.pop(name)) for name in sorted(REDACTABLE & value.keys())
    }
    return _Own(default_reading(kind, plain), sides_of(event), canonical(value), fields)


@lru_cache(maxsize=REMEMBERED)
def _where(*given: bytes) -> _Where:
    """What the parts of `_WHERE` come to; a place defined in its report is not remembered."""
    plain = _plain(dict(zip(_WHERE, given, strict=True)))
    faults: list[Fault] = []
    named = place_in(plain, zone_called("UTC"), faults)
    if faults or not isinstance(named.written, str):
        raise _UnusualError
    place = NamedPlace.of(named.ref)
    return _Where(named.written, place, place.keyed({"written": named.written}))


def _published(source: bytes, timezone: str) -> _Published:
    """What a source comes to, its address apart: a publisher has many pages, each with its own."""
    if (found := _ADDRESS(source)) is None:
        return _otherwise_published(source, timezone)
    begins, ends = found.span(1)
    publication = _publication(source[:begins], source[ends:], timezone)
    return _Published(publication.when, b'%b"%b"}' % (publication.source, found[1]))


@lru_cache(maxsize=4096)
def _publication(before: bytes, after: bytes, timezone: str) -> _Published:
    """What a source comes to up to its address, which is the last of its fields by name."""
    plain = decoded(text_of(b"%b%b%b" % (before, _AN_ADDRESS, after)))
    read = Source.model_validate(plain, context=zone_called(timezone))
    form = canonical(stored_source(read))
    return _Published(read.published, b',"source":%b' % form[: -len(_AN_ADDRESS) - 3])


@lru_cache(maxsize=4096)
def _otherwise_published(source: bytes, timezone: str) -> _Published:
    """What a source without such an address comes to."""
    read = Source.model_validate(decoded(text_of(source)), context=zone_called(timezone))
    return _Published(read.published, b',"source":%b' % canonical(stored_source(read)))


@lru_cache(maxsize=REMEMBERED)
def _happened(happened: bytes, timezone: str, reading: DateReading) -> bytes:
    """What `happened` comes to: much happens on one day."""
    read = happened_in(decoded(text_of(happened)), zone_called(timezone), reading)
    return canonical(stored_happened(read))


def _reported(reported: bytes, timezone: str) -> bytes:
    """What `reported` comes to; a minute by its day, which many others share."""
    midnight, minute = _midnight(reported[:_DATED]), _minute(reported[_DATED:])
    if midnight is None or minute is None:
        return _otherwise_reported(reported, timezone)
    at = midnight + minute
    return b'{"earliest":%d,"latest":%d,"text":%b}' % (at, at + MINUTE, reported)


@lru_cache(maxsize=4096)
def _otherwise_reported(reported: bytes, timezone: str) -> bytes:
    """What any other `reported` comes to: much is reported on one day."""
    return _bounds(parse_when(_text(reported).strip(), zone_called(timezone)))


@lru_cache(maxsize=4096)
def _midnight(day: bytes) -> Instant | None:
    """When a day of UTC begins, written with the quote before it; None for anything else."""
    written = _DAY(day)
    return parse_when(written[1].decode(), UTC).earliest if written else None


@lru_cache(maxsize=4096)
def _minute(clock: bytes) -> Instant | None:
    """How far a minute of UTC, written with the quote after it, is behind midnight; else None."""
    written = _CLOCK(clock)
    return (int(written[1]) * 60 + int(written[2])) * MINUTE if written else None


def _bounds(when: When | None) -> bytes:
    if when is None or when.latest is None or when.approximate or when.uncertain:
        raise _UnusualError
    return canonical(stored_when(when))
