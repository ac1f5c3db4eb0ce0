"""Versions of reports that lie as they were written, told from others a batch at a time.

What a row costs is base64, ids and calls rather than hashes; for a batch these are done at once.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import islice
from struct import Struct, error
from typing import Final

import msgspec

from timeline.digests import sha1
from timeline.entries import FORMAT, NAMESPACE

__all__ = ["OTHERWISE", "Column", "Row", "Sealed", "column", "glance"]

# position, id, version, topic, state, sealed: as they are stored, and so of another type where a
# hand or a disk was at them.
Sealed = bytes | None
Row = tuple[int, str, int, str, bytes, Sealed]
Column = Mapping[str, tuple[str, msgspec.Raw] | None]

OTHERWISE: Final = -1
"""In place of the record time of a row that has to be decoded to say more of it."""

_REPORT: Final = NAMESPACE + b"report:"
_SEALED: Final = b',"sealed":'
_END: Final = b'"v":%d}' % FORMAT
_SEALS: Final = b"%b{%%b},%b" % (_SEALED, _END)
_ONE_SEAL: Final = _SEALS % b'"%b":"%b"'
_GONE: Final = ("A" * 22, msgspec.Raw())
"""Keeps the place of a field that is gone; it commits to nothing that a state has."""
_DIGITS: Final = 43
"""Of a commitment."""
_OF_URL: Final = bytes.maketrans(b"-_", b"+/")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")

_salts = Struct("16s2x").iter_unpack  # of 22 digits, and two more that make whole bytes of them
column = msgspec.json.Decoder(dict[str, tuple[str, msgspec.Raw] | None]).decode
_NO_COLUMN: Final[Column] = {}


def glance(rows: Sequence[Row]) -> list[int]:
    """The record time of each row that is plainly as it was written, `OTHERWISE` for any other.

    All are versions of reports that could be decoded when a view took them in. What is plain stands
    under the id of its report, and holds the sealed fields that its state commits to, none of them
    gone.
    """
    try:
        columns = [_NO_COLUMN if row[5] is None else column(row[5]) for row in rows]
        return _told(rows, columns, _ends(columns))
    except (AttributeError, TypeError, ValueError, error, msgspec.MsgspecError):
        if len(rows) == 1:
            return [OTHERWISE]
        return [one for row in rows for one in glance([row])]


def _told(rows: Sequence[Row], columns: Sequence[Column], ends: Sequence[bytes]) -> list[int]:
    told, prefix, hashed = [], _REPORT, sha1
    for (_, originator, _, _, state, _), own, end in zip(rows, columns, ends, strict=True):
        # {"recorded":NUMBER,"id":"KEY", and the rest
        _, _, recorded, _, _, key, _ = state.split(b'"', 6)
        # The digits before those that mark the kind of id: enough, and in a third of the time.
        if (
            hashed(prefix + key, usedforsecurity=False).hexdigest()[:12] != originator[:12]
            or not state.endswith(end)
            or (None in own.values() if own else _SEALED in state)
        ):
            told.append(OTHERWISE)
        else:
            told.append(int(recorded[1:-1]))
    return told


def _ends(columns: Sequence[Column]) -> list[bytes]:
    """How the states end that commit to these columns."""
    names = [name.encode() for one in columns for name in one]
    fields = [own or _GONE for one in columns for own in one.values()]
    salts = "".join([salt + "AA" for salt, _ in fields]).encode().translate(_OF_URL)
    digests = [
        sha256(b"%b%b\0%b" % (salt, name, own)).digest()
        for (salt,), name, (_, own) in zip(_salts(a2b_base64(salts)), names, fields, strict=True)
    ]
    # A byte behind each makes its digits end where those of the next begin.
    digits = b2a_base64(b"\0".join([*digests, b""]), newline=False).translate(_TO_URL)
    texts = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS + 1)]
    seals = zip(names, texts, strict=True)
    return [
        _ONE_SEAL % next(seals) if len(one) == 1 else _end(list(islice(seals, len(one))))
        for one in columns
    ]


def _end(seals: Sequence[tuple[bytes, bytes]]) -> bytes:
    if not seals:
        return _END
    return _SEALS % b",".join([b'"%b":"%b"' % one for one in seals])
