"""One pass over stored rows: the hashes of the tree, and what is wrong with the rows themselves."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import msgspec

from timeline.decoding import decode
from timeline.entries import REDACTED, VERSIONS, UnreadableEntry, originator_id
from timeline.evidence.glance import OTHERWISE, Row, Sealed, column, glance
from timeline.evidence.leaves import hashes_of
from timeline.evidence.tiles import WIDTH
from timeline.evidence.tree import HASH, fold
from timeline.seals import seals_hold

__all__ = ["MISSING", "Flaw", "Row", "Scan", "scan"]

MISSING: Final = bytes(HASH)
"""Stands for the hash of an entry that is not there, so that the others keep their places."""

_MOST_FLAWS: Final = 1_000
_MOST_MISSING: Final = 1 << 20
_KINDS: Final[Mapping[str, Literal["report", "place", "party"]]] = {
    "report": "report",
    "place": "place",
    "party": "party",
}
_OTHER_TYPE: Final = "has a column of another type than logs have"
_UNSEALED: Final = "its sealed fields are not those that it commits to"
_MISFILED: Final = "is filed under the id of something else"


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
    them; `firsts` are the first 64 bits of the ids that begin here, in order, `later` the versions
    behind a first one; `gone` and `redacted` are (id, field) of sealed fields that say nothing any
    more, and of those that an entry took out.
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
        """Look at the next rows: at most of them together, one by one at what is not plain."""
        hashes, told = hashes_of(batch), self._seen(batch)
        whole = batch[-1][0] == self._expected + len(batch) - 1 and all(hashes)
        begun = 0
        for at, row in enumerate(batch):
            if whole and told[at] != OTHERWISE and row[2] == 1:
                continue
            if begun < at:
                self._plain(batch[begun:at], hashes[begun:at], told[begun:at])
            self._row(row, hashes[at], told[at])
            begun = at + 1
        if begun < len(batch):
            self._plain(batch[begun:], hashes[begun:], told[begun:])

    def _plain(self, rows: Sequence[Row], hashes: Sequence[bytes], told: Sequence[int]) -> None:
        """Take in first versions of reports that follow each other."""
        try:
            ids = bytes.fromhex("".join([row[1][:16] for row in rows]))
        except ValueError:
            ids = b""
        if len(ids) != 8 * len(rows) or told[0] < self._recorded or told != sorted(told):
            for row, hash_, recorded in zip(rows, hashes, told, strict=True):
                self._row(row, hash_, recorded)
            return
        numbers = array("Q", ids)
        if sys.byteorder == "little":
            numbers.byteswap()
        self._firsts.extend(numbers)
        self._first, self._recorded = self._first or told[0], told[-1]
        self._expected += len(rows)
        self._place(hashes)

    def _row(self, row: Row, hash_: bytes, recorded: int) -> None:
        """Take in one row, whatever it is."""
        position = row[0]
        if position != self._expected:
            self._skip_to(position)
        self._expected += 1
        self._place([hash_ or MISSING])
        if not hash_:
            self._flaw(position, _OTHER_TYPE)
            return
        try:
            if recorded == OTHERWISE:
                self._read(*row)
            else:
                self._order(position, row[1], row[2], recorded)
        except TypeError:
            self._flaw(position, _OTHER_TYPE)
        except (msgspec.MsgspecError, ValueError) as error:
            what, _, right = str(error).partition("; ")
            self._flaw(position, what.removeprefix(f"log entry {position} "), right)

    def _seen(self, batch: Sequence[Row]) -> list[int]:
        """What a glance at each row tells, where that is enough."""
        told = [OTHERWISE] * len(batch)
        at = [
            number
            for number, row in enumerate(batch)
            if row[0] <= self._trusted and row[3] in VERSIONS
        ]
        for number, recorded in zip(at, glance([batch[number] for number in at]), strict=True):
            told[number] = recorded
        return told

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
        self._order(position, originator, version, entry.recorded)
        if sealed is not None and b"null" in sealed:
            for name, own in column(sealed).items():
                if own is None:
                    self._found.gone.setdefault((originator, name), position)

    def _order(self, position: int, originator: str, version: int, recorded: int) -> None:
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

    def _place(self, hashes: Sequence[bytes]) -> None:
        """Put the next leaves into the tree."""
        leaves = self._leaves
        leaves += hashes
        while len(leaves) >= WIDTH:
            tile = b"".join(leaves[:WIDTH])
            del leaves[:WIDTH]
            number = self._found.after // WIDTH + len(self._upper)
            if number in self._keep:
                self._found.kept[number] = tile
            self._upper.append(fold(tile))

    def _skip_to(self, position: int) -> None:
        first, last = self._expected, position - 1
        which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
        self._missing += position - first
        if self._missing > _MOST_MISSING:  # no log loses so many: a forged number would fill us
            raise UnreadableEntry(f"{which} missing from the log; restore it from a backup")
        self._found.flaws.append(Flaw(what=f"{which} missing"))
        self._place([MISSING] * (position - first))
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
        found.firsts = array("Q", sorted(self._firsts)).tobytes()
        return found
