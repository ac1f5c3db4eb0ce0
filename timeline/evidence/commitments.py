"""Stored rows beside the fields that are sealed in them: do they hold what the states commit to?"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from struct import Struct, error
from typing import Final

import msgspec

from timeline.entries import END, StoredRow, decode_column
from timeline.seals import seals_hold

__all__ = ["unlike"]

_SEALED: Final = b',"sealed":'
_SEAL: Final = _SEALED + b'{"%b":"'
_AND_SEAL: Final = b'","%b":"'
_END: Final = b'"}%b' % END
_FIRST: Final = b'{"'
_OPENING: Final = b'%b":["'
_BETWEEN: Final = b'",'
_NEXT: Final = b'],"'
_LAST: Final = b"]}"
_SALT: Final = 22
"""Digits of a salt."""
_ENDS: Final = b"AQgw"
"""The last digits of salts, which hold two bits."""
_DIGITS: Final = 43
"""Of a commitment."""
_OF_URL: Final = bytes.maketrans(b"-_", b"+/")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")

_salts = Struct("16s2x").iter_unpack  # of 22 digits, and two more that make whole bytes of them


def unlike(rows: Sequence[StoredRow]) -> list[StoredRow]:
    """The rows, of entries whose states are as they were written, that have to be read to tell.

    Of all others the column holds each field that the state commits to, as it was and not gone.
    """
    left = [row for row in rows if row[5] is None and _SEALED in row[4]]
    sealed = [row for row in rows if row[5] is not None]
    if not sealed or _hold(sealed):
        return left
    for _, alike in groupby(sorted(sealed, key=_names), key=_names):
        some = list(alike)
        if len(some) == len(sealed) or not _hold(some):
            left += [row for row in some if not _holds(row)]
    return left


def _names(row: StoredRow) -> bytes:
    """What rows that seal the same fields have in common, and few others."""
    try:
        return b" ".join([one.partition(b'"')[0] for one in (row[5] or b"")[2:-2].split(_NEXT)])
    except TypeError:
        return b""


def _hold(rows: Sequence[StoredRow]) -> bool:
    """Whether rows that seal the same fields are all plain: the work of each kind is done at once.

    Bytes are cut where they are when all is well; what was cut wrongly has another hash.
    """
    _, _, _, _, states, columns = zip(*rows, strict=True)
    try:
        # Of {"NAME":["SALT",FIELD],...} the field ends where the next name begins.
        names = [piece.partition(b'"')[0] for piece in columns[0][2:].split(_NEXT)]
        fields = [columns]
        if len(names) > 1:
            fields = list(zip(*[one.split(_NEXT) for one in columns], strict=True))
        around = [_SEAL % names[0], *[_AND_SEAL % name for name in names[1:]], _END]
        end = Struct(f"{_DIGITS}s".join([f"{len(one)}s" for one in around]))
        last = b"".join([one[-end.size :] for one in states])
        ends = list(zip(*end.iter_unpack(last), strict=True))
        return all(map(_all, around, ends[::2])) and all(
            _seals(name, pieces, first=number == 0, last=number == len(names) - 1)
            == b"A".join([*digits, b""])
            for number, (name, pieces, digits) in enumerate(
                zip(names, fields, ends[1::2], strict=True)
            )
        )
    except (AttributeError, TypeError, ValueError, error):
        return False


def _seals(name: bytes, pieces: Sequence[bytes], *, first: bool, last: bool) -> bytes:
    """The commitments to a field of several rows, an A behind each; ValueError if one is gone."""
    opening = (_FIRST if first else b"") + _OPENING % name
    head = Struct(f"{len(opening)}s{_SALT}s{len(_BETWEEN)}s")
    openings, salts, between = zip(*map(head.unpack_from, pieces), strict=True)
    closings = [one[-2:] for one in pieces] if last else ()
    if not (_all(opening, openings) and _all(_BETWEEN, between) and _all(_LAST, closings)):
        raise ValueError("not a field that is there")
    if b"".join([one[-1:] for one in salts]).strip(_ENDS):  # another way to write the same
        raise ValueError("not a salt of ours")
    bare = _salts(a2b_base64(b"AA".join([*salts, b""]).translate(_OF_URL)))
    named, begin, end = name + b"\0", head.size, -2 if last else None
    digests = [
        sha256(salt + named + one[begin:end]).digest()
        for (salt,), one in zip(bare, pieces, strict=True)
    ]
    # A byte behind each makes its digits end where those of the next begin.
    return b2a_base64(b"\0".join([*digests, b""]), newline=False).translate(_TO_URL)


def _holds(row: StoredRow) -> bool:
    """The same of one row, read as JSON."""
    sealed = row[5]
    try:
        return (
            type(sealed) is bytes
            and None not in decode_column(sealed).values()
            and seals_hold(row[4], sealed)
        )
    except (TypeError, ValueError, msgspec.MsgspecError):
        return False


def _all(value: bytes, values: Sequence[bytes]) -> bool:
    return values.count(value) == len(values)
