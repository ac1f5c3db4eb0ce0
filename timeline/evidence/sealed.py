"""Stored rows beside the fields that are sealed in them: do they hold what the states commit to?"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from struct import Struct, error
from typing import Final

import msgspec

from timeline.entries import FORMAT
from timeline.seals import seals_hold

__all__ = ["Column", "Row", "Sealed", "column", "unlike"]

# position, id, version, topic, state, sealed: as they are stored, and so of another type where a
# hand or a disk was at them.
Sealed = bytes | None
Row = tuple[int, str, int, str, bytes, Sealed]
Column = Mapping[str, tuple[str, msgspec.Raw] | None]

_SEALED: Final = b',"sealed":'
_SEAL: Final = _SEALED + b'{"%b":"'
_AND_SEAL: Final = b'","%b":"'
_END: Final = b'"},"v":%d}' % FORMAT
_OPENING: Final = b'%b":["'
_BETWEEN: Final = b'",'
_NEXT: Final = b'],"'
_SALT: Final = 22
"""Digits of a salt."""
_DIGITS: Final = 43
"""Of a commitment."""
_OF_URL: Final = bytes.maketrans(b"-_", b"+/")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")

_salts = Struct("16s2x").iter_unpack  # of 22 digits, and two more that make whole bytes of them
column = msgspec.json.Decoder(dict[str, tuple[str, msgspec.Raw] | None]).decode


def unlike(rows: Sequence[Row]) -> list[Row]:
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


def _names(row: Row) -> bytes:
    """What rows that seal the same fields have in common, and few others."""
    try:
        return b" ".join([one.partition(b'"')[0] for one in (row[5] or b"")[2:-2].split(_NEXT)])
    except TypeError:
        return b""


def _hold(rows: Sequence[Row]) -> bool:
    """Whether rows that seal the same fields are all plain: the work of each kind is done at once.

    Bytes are cut where they are when all is well; what was cut wrongly has another hash.
    """
    _, _, _, _, states, columns = zip(*rows, strict=True)
    try:
        # Of {"NAME":["SALT",FIELD],...} the field ends where the next name begins.
        fields = list(zip(*[one[2:-2].split(_NEXT) for one in columns], strict=True))
        if not (
            _all(b'{"', [one[:2] for one in columns]) and _all(b"]}", [one[-2:] for one in columns])
        ):
            return False
        right, end = _END, None
        for number, pieces in reversed(list(enumerate(fields))):
            name = pieces[0][: pieces[0].index(b'"')]
            left = (_AND_SEAL if number else _SEAL) % name
            digits = (end or 0) - len(right)
            seal = digits - _DIGITS
            begin = seal - len(left)
            if not (
                _all(right, [one[digits:end] for one in states])
                and _all(left, [one[begin:seal] for one in states])
                and _seals(name, pieces) == b"A".join([one[seal:digits] for one in states] + [b""])
            ):
                return False
            right, end = left, seal
    except (AttributeError, TypeError, ValueError, error):
        return False
    return True


def _seals(name: bytes, pieces: Sequence[bytes]) -> bytes:
    """The commitments to a field of several rows, an A behind each; ValueError if one is gone."""
    opening = _OPENING % name
    salt = len(opening)
    field = salt + _SALT + len(_BETWEEN)
    if not (
        _all(opening, [one[:salt] for one in pieces])
        and _all(_BETWEEN, [one[salt + _SALT : field] for one in pieces])
    ):
        raise ValueError("not a field that is there")
    salts = b"AA".join([*[one[salt : salt + _SALT] for one in pieces], b""]).translate(_OF_URL)
    named = name + b"\0"
    digests = [
        sha256(own + named + one[field:]).digest()
        for (own,), one in zip(_salts(a2b_base64(salts)), pieces, strict=True)
    ]
    # A byte behind each makes its digits end where those of the next begin.
    return b2a_base64(b"\0".join([*digests, b""]), newline=False).translate(_TO_URL)


def _holds(row: Row) -> bool:
    """The same of one row, read as JSON."""
    sealed = row[5]
    try:
        return (
            sealed is not None
            and None not in column(sealed).values()
            and seals_hold(row[4], sealed)
        )
    except (TypeError, ValueError, msgspec.MsgspecError):
        return False


def _all(value: bytes, values: Sequence[bytes]) -> bool:
    return values.count(value) == len(values)
