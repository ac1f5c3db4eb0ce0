"""One pass over stored rows: the hashes of the tree, and what is wrong with the rows themselves."""

from __future__ import annotations

from array import array
from binascii import a2b_base64
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1
from typing import Final, Literal

import msgspec

from timeline.decoding import decode
from timeline.entries import FORMAT, NAMESPACE, REDACTED, VERSIONS, UnreadableEntry, originator_id
from timeline.evidence.tiles import WIDTH
from timeline.evidence.tree import HASH, fold, leaf, leaf_hash
from timeline.seals import commitment, seals_hold

__all__ = ["MISSING", "Flaw", "Row", "Scan", "scan"]

# position, id, version, topic, state, sealed: as they are stored, and so of another type where a
# hand or a disk was at them.
Sealed = bytes | None
Row = tuple[int, str, int, str, bytes, Sealed]

MISSING: Final = bytes(HASH)
"""Stands for the hash of an entry that is not there, so that the others keep their places."""

_MOST_FLAWS: Final = 1_000
_MOST_MISSING: Final = 1 << 20
_KINDS: Final[Mapping[str, Literal["report", "place", "party"]]] = {
    "report": "report",
    "place": "place",
    "party": "party",
}
_REPORT: Final = NAMESPACE + b"report:"
_OTHER_TYPE: Final = "has a column of another type than logs have"
_UNSEALED: Final = "its sealed fields are not those that it commits to"
_MISFILED: Final = "is filed under the id of something else"
_STAMP: Final = len(b'{"recorded":')
_ID: Final = len(b',"id":"')
_SEALS: Final = b',"sealed":'
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")


_column = msgspec.json.Decoder(dict[str, tuple[str, msgspec.Raw] | None]).decode


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as a log is written; `position` is that of its entry."""

    position: int | None = None
    what: str
    right: str = "restore the log from a backup"

    def __str__(self) -> str:
        where = "" if self.position is None else f"entry {self.position}: "
        return f"{where}{self.what}; {self.right}"


class Scan(msgspec.Struct, kw_only=True):
    """What a pass over (after, upto] found; `after` is a multiple of a tile's width.

    `upper` are the hashes of full tiles, `kept` the leaves of those asked for, the last one among
    them; `firsts` are the first 64 bits of the ids that begin here, `later` the versions behind a
    first one; `gone` and `redacted` are (id, field) of sealed fields that say nothing any more, and
    of those that an entry took out.
    """

    after: int
    upto: int
    upper: bytes = b""
    kept: dict[int, bytes] = {}
    recorded: tuple[int, int] = (0, 0)
    firsts: bytes = b""
    later: list[tuple[int, int, int]] = []
    gone: dict[tuple[str, str], int] = {}
    redacted: set[tuple[str, str]] = set()
    flaws: list[Flaw] = []
    more: int = 0
    """Flaws beyond those that are told."""


def scan(
    batches: Iterable[Sequence[Row]],
    after: int,
    upto: int,
    keep: frozenset[int] = frozenset(),
    *,
    trusted: int = 0,
) -> Scan:
    """Read the rows of (after, upto]; `keep` are the numbers of tiles whose leaves are wanted.

    Up to `trusted` reports were decoded before, as far as their hashes agree, and are not again.
    """
    passing = _Pass(after, upto, keep, trusted)
    for batch in batches:
        passing.take(batch)
    return passing.done()


class _Pass:
    def __init__(self, after: int, upto: int, keep: frozenset[int], trusted: int) -> None:
        self._found = Scan(after=after, upto=upto, kept={}, later=[], gone={}, flaws=[])
        self._found.redacted = set()
        self._keep = keep
        self._trusted = trusted
        self._expected = after + 1
        self._missing = 0
        self._leaves: list[bytes] = []
        self._upper: list[bytes] = []
        self._firsts = array("Q")
        self._first = 0
        self._recorded = 0

    def take(self, batch: Sequence[Row]) -> None:
        """Look at the next rows."""
        glance, trusted = self._glance, self._trusted
        for row, hash_ in zip(batch, _hashes(batch), strict=True):
            if row[0] != self._expected:
                self._skip_to(row[0])
            self._expected += 1
            self._leaves.append(hash_ or MISSING)
            if len(self._leaves) == WIDTH:
                self._fold()
            if not hash_:
                self._flaw(row[0], _OTHER_TYPE)
                continue
            try:
                if row[0] <= trusted and row[3] in VERSIONS:
                    glance(*row)
                else:
                    self._read(*row)
            except TypeError:
                self._flaw(row[0], _OTHER_TYPE)
            except (msgspec.MsgspecError, ValueError) as error:
                what, _, right = str(error).partition("; ")
                self._flaw(row[0], what.removeprefix(f"log entry {row[0]} "), right)

    def _glance(
        self, position: int, originator: str, version: int, topic: str, state: bytes, sealed: Sealed
    ) -> None:
        """Look at a version of a report that could be decoded when its view took it in.

        Where its bytes do not lie as they were written, it is decoded after all.
        """
        ends = state.index(b",", _STAMP)
        begins = ends + _ID
        key = state[begins : state.index(b'"', begins)]
        # The digits before those that mark the kind of id: enough, and in a third of the time.
        digest = sha1(_REPORT + key, usedforsecurity=False).hexdigest()
        if digest[:12] != originator[:12] or not _fits(state, sealed):
            self._read(position, originator, version, topic, state, sealed)
        else:
            self._order(position, originator, version, int(state[_STAMP:ends]), None)

    def _read(
        self, position: int, originator: str, version: int, topic: str, state: bytes, sealed: Sealed
    ) -> None:
        """Decode an entry whole."""
        entry = decode(position, originator, version, topic, state, sealed)
        if not seals_hold(state, sealed):
            self._flaw(position, _UNSEALED)
        kind = _KINDS.get(topic.partition(".")[0])
        if kind and originator_id(kind, entry.key) != originator:
            self._flaw(position, _MISFILED)
        if topic == REDACTED:
            self._found.redacted |= {(originator, name) for name in entry.fields}
        self._order(position, originator, version, entry.recorded, sealed)

    def _order(
        self, position: int, originator: str, version: int, recorded: int, sealed: Sealed
    ) -> None:
        if recorded < self._recorded:
            self._flaw(position, "was recorded before the entry before it")
        else:
            self._recorded = recorded
            self._first = self._first or recorded
        number = int(originator[:16], 16)
        if version == 1:
            self._firsts.append(number)
        else:
            self._found.later.append((number, version, position))
        if sealed is not None and b"null" in sealed:
            for name, own in _column(sealed).items():
                if own is None:
                    self._found.gone.setdefault((originator, name), position)

    def _fold(self) -> None:
        """A tile is full."""
        hashes = b"".join(self._leaves)
        number = self._found.after // WIDTH + len(self._upper)
        if number in self._keep:
            self._found.kept[number] = hashes
        self._upper.append(fold(hashes))
        self._leaves.clear()

    def _skip_to(self, position: int) -> None:
        first, last = self._expected, position - 1
        which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
        self._missing += position - first
        if self._missing > _MOST_MISSING:  # no log loses so many: a forged number would fill us
            raise UnreadableEntry(f"{which} missing from the log; restore it from a backup")
        self._found.flaws.append(Flaw(what=f"{which} missing"))
        for _ in range(first, position):
            self._leaves.append(MISSING)
            if len(self._leaves) == WIDTH:
                self._fold()
        self._expected = position

    def _flaw(self, position: int, what: str, right: str = "") -> None:
        if len(self._found.flaws) >= _MOST_FLAWS:
            self._found.more += 1
        elif right:
            self._found.flaws.append(Flaw(position=position, what=what, right=right))
        else:
            self._found.flaws.append(Flaw(position=position, what=what))

    def done(self) -> Scan:
        """What was found, the last tile with it, which may not be full."""
        found = self._found
        if self._expected <= found.upto:  # the file says that it has them, and has lost them
            self._skip_to(found.upto + 1)
        found.upper = b"".join(self._upper)
        if self._leaves:
            number = found.after // WIDTH + len(self._upper)
            found.kept[number] = b"".join(self._leaves)
        found.recorded = (self._first, self._recorded)
        found.firsts = self._firsts.tobytes()
        return found


def _hashes(batch: Sequence[Row]) -> list[bytes]:
    """The hash of each row, empty for one that has columns of other types than a log has."""
    try:  # nothing is wrong with almost every batch
        return [
            leaf_hash(leaf(position, originator.encode(), version, topic.encode(), state))
            for position, originator, version, topic, state, _ in batch
        ]
    except (AttributeError, ValueError):
        return [b""] if len(batch) == 1 else [hash_ for row in batch for hash_ in _hashes([row])]


def _fits(state: bytes, sealed: Sealed) -> bool:
    """Whether a state ends with the commitments to the fields of its column, none of them gone."""
    if sealed is None:
        return _SEALS not in state
    commitments = []
    for name, own in _column(sealed).items():
        if own is None:
            return False
        salt = a2b_base64(own[0].encode().translate(_URL_SAFE) + b"==")
        field = name.encode()
        commitments.append(b'"%b":"%b"' % (field, commitment(salt, field, bytes(own[1]))))
    return state.endswith(b'%b{%b},"v":%d}' % (_SEALS, b",".join(commitments), FORMAT))
