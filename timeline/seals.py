"""Fields that can be taken out for good: kept apart from their report, bound to it by commitments.

The state of a report says what is public, and of each redactable field the SHA-256 of a random
salt and the field. Salt and field stand in a column of their own; once both are gone nothing tells
what they were, and the state, on which every proof hangs, is what it was. Pure, but for the salts.
"""

from __future__ import annotations

import os
import re
from base64 import urlsafe_b64decode
from binascii import b2a_base64
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from events.vocabulary import REDACTABLE
from timeline.entries import decode_column, decode_raws, joined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SALT_BYTES: Final = 16

_NAMES: Final = tuple(sorted(REDACTABLE))
_own_marks: Final = re.compile(f'"(?:{"|".join(REDACTABLE)})":'.encode()).search
_NULL: Final = msgspec.Raw(b"null")

_encode = msgspec.json.Encoder().encode


class _Committed(msgspec.Struct):
    """What a state says of its sealed fields; the rest is passed over."""

    sealed: dict[str, str] = {}


class _Redactable(msgspec.Struct, gc=False):
    """Where a report may hold what can be redacted; the rest is passed over."""

    value: msgspec.Raw = msgspec.Raw(b"")
    quote: msgspec.Raw = msgspec.Raw(b"")
    summary: msgspec.Raw = msgspec.Raw(b"")


_decode_redactable = msgspec.json.Decoder(_Redactable).decode
_decode_committed = msgspec.json.Decoder(_Committed).decode


class Parts(NamedTuple):
    """A report in two: canonical JSON without the redactable fields, and those, as JSON each.

    A field is None where it was redacted, so that nobody knows any more what it said.
    """

    public: bytes
    fields: dict[str, bytes | None]

    def fit(self, given: Parts) -> bool:
        """Whether a report that is given may be the one this was: equal in all that is left."""
        return (
            self.public == given.public
            and self.fields.keys() == given.fields.keys()
            and all(own is None or own == given.fields[name] for name, own in self.fields.items())
        )


class Sealed(NamedTuple):
    """The commitments of a report's redactable fields for its state, and the column beside it."""

    commitments: bytes
    column: bytes


def parted(content: bytes, redacted: Collection[str] = ()) -> Parts:
    """Take a report's canonical JSON apart; fields that are `redacted` lose what they say."""
    # Every report of a bulk file comes through here: it is cut where it can be, not read.
    found = _decode_redactable(content)
    public, fields = content, {}
    if _own_marks(found.value):
        return _parted(content, redacted)
    for name, own in (("quote", bytes(found.quote)), ("summary", bytes(found.summary))):
        if own:
            pieces = public.split(b',"%b":%b' % (name.encode(), own))
            if len(pieces) != 2:  # the same stands elsewhere too, or the form is not canonical
                return _parted(content, redacted)
            public = b"".join(pieces)
            if own != _NULL:
                fields[name] = None if name in redacted else own
    return Parts(public, fields)


def _parted(content: bytes, redacted: Collection[str]) -> Parts:
    report = decode_raws(content)
    taken = {name: report.pop(name) for name in _NAMES if name in report}
    if "value" in report:
        own = decode_raws(report["value"])
        taken |= {name: own.pop(name) for name in _NAMES if name in own}
        report["value"] = msgspec.Raw(_encode(own))
    fields = {
        name: None if name in redacted else bytes(taken[name])
        for name in sorted(taken)
        if taken[name] != _NULL
    }
    return Parts(_encode(report), fields)


def seal(fields: Mapping[str, bytes | None]) -> Sealed | None:
    """Commit to fields under new salts; None where there are none.

    Of a redacted field only a commitment to nothing that anybody knows is made.
    """
    if not fields:
        return None
    committed, column = [], []
    for name, own in fields.items():
        salt, key = os.urandom(SALT_BYTES), name.encode()
        committed.append(b'"%b":"%b"' % (key, commitment(salt, key, own or b"")))
        if own is None:
            column.append(b'"%b":null' % key)
        else:
            column.append(b'"%b":["%b",%b]' % (key, _base64(salt), own))
    return Sealed(b"{%b}" % b",".join(committed), b"{%b}" % b",".join(column))


def commitment(salt: bytes, name: bytes, value: bytes) -> bytes:
    """What a state says of a sealed field: base64url of SHA-256(salt, name, 0, canonical JSON)."""
    return _base64(sha256(b"%b%b\0%b" % (salt, name, value)).digest())


def seals_hold(state: bytes, sealed: bytes | None) -> bool:
    """Whether a column holds what its state commits to, and no more: each field, or redacted."""
    try:
        committed = _decode_committed(state).sealed
        column = decode_column(sealed) if sealed is not None else {}
        # Written in another way, it may hold words that no commitment is of.
        return (
            list(committed) == list(column)
            and sealed in (None, _encode(column))
            and all(
                own is None or committed[name].encode() == _committed(name.encode(), *own)
                for name, own in column.items()
            )
        )
    except (msgspec.DecodeError, ValueError):  # no JSON, no UTF-8, no base64
        return False


def redacted(sealed: bytes, names: Iterable[str]) -> bytes:
    """A column without what these fields say, their salts included."""
    column = decode_column(sealed)
    return _encode({name: None if name in names else own for name, own in column.items()})


def masked(content: bytes, names: Collection[str]) -> bytes:
    """A report's canonical JSON as it reads where these fields of it were redacted."""
    parts = parted(content, names)
    return joined(*parts) if None in parts.fields.values() else content


def open_fields(sealed: bytes | None) -> frozenset[str]:
    """The fields of a column that still say something."""
    if sealed is None:
        return frozenset()
    return frozenset(name for name, own in decode_column(sealed).items() if own is not None)


def _base64(data: bytes) -> bytes:
    return b2a_base64(data, newline=False).translate(_URL_SAFE, b"=\n")


def _committed(name: bytes, salt: str, value: msgspec.Raw) -> bytes:
    """The commitment to what a column holds; ValueError for a salt in another way than its own."""
    raw = urlsafe_b64decode(salt + "==")
    if _base64(raw) != salt.encode():
        raise ValueError("no salt")
    return commitment(raw, name, bytes(value))


_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
