"""One pass over stored rows: the hashes of the tree, and what is wrong with the rows themselves."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import NoneType
from typing import Final

import msgspec

from events.when import is_zone, quoted
from timeline.audit.own_fields import require_own
from timeline.claims import telling_of
from timeline.decoding import UNFORESEEN, decode, heading, unreadable
from timeline.entries import (
    CONTENT_MARKS,
    REDACTED,
    Entry,
    StoredRow,
    UnreadableEntry,
    decode_column,
    held_in,
    is_filed_right,
)
from timeline.evidence.commitments import unlike
from timeline.evidence.leaves import hashes_of
from timeline.evidence.tiles import WIDTH, TakenIn
from timeline.evidence.tree import HASH, fold
from timeline.seals import seals_hold

__all__ = ["MISSING", "MOST_FLAWS", "RESTORE", "Flaw", "Scan", "flaw_of", "scan"]

MISSING: Final = bytes(HASH)
"""Stands for the hash of an entry that is not there, so that the others keep their places."""

MOST_FLAWS: Final = 1_000
"""Flaws that are told one by one."""

_MOST_MISSING: Final = 1 << 20
_OTHER_TYPE: Final = "has a column of another type than logs have"
_UNSEALED: Final = "its sealed fields are not those that it commits to"
_NO_ID: Final = "has an id that no log gives"
_NO_ZONE: Final = "is of the time zone {}, which this machine does not know"
_KNOW_ZONES: Final = (
    "where it knows others of late, update them; else restore the log from a backup"
)
RESTORE: Final = "restore the log from a backup"
_MISFILED: Final = "is filed under the id of something else"


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as a log is written; `position` is that of its entry."""

    position: int | None = None
    what: str
    right: str = RESTORE

    def __str__(self) -> str:
        where = "" if self.position is None else f"entry {self.position}: "
        return f"{where}{self.what}; {self.right}"


def flaw_of(position: int, error: UnreadableEntry) -> Flaw:
    """What is wrong with an entry that cannot be read."""
    what = error.what.removeprefix(f"log entry {position} ")
    return Flaw(position=position, what=what, right=error.right)


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
    changed: list[int] = []
    recorded: tuple[int, int] = (0, 0)
    firsts: bytes = b""
    later: list[tuple[str, int, int]] = []
    gone: dict[tuple[str, str], int] = {}
    redacted: set[tuple[str, str]] = set()
    flaws: list[Flaw] = []
    more: int = 0
    """Flaws beyond those that are told."""


def scan(
    batches: Iterable[Sequence[StoredRow]],
    after: int,
    upto: int,
    keep: frozenset[int] = frozenset(),
    seen: TakenIn | None = None,
) -> Scan:
    """Read the rows of (after, upto]; `keep` are the numbers of tiles whose leaves are wanted.

    What a view has `seen` was looked at when it took it in, and need not be again where it has the
    same hash.
    """
    passing = _Pass(after, upto, keep, seen)
    for batch in batches:
        passing.take(batch)
    return passing.done()


class _Pass:
    def __init__(self, after: int, upto: int, keep: frozenset[int], seen: TakenIn | None) -> None:
        self._found = Scan(after=after, upto=upto)
        self._keep = keep
        self._seen = seen
        self._seen_leaves = (-1, b"")
        self._expected = after + 1
        self._missing = 0
        self._leaves: list[bytes] = []
        self._upper: list[bytes] = []
        self._firsts = array("Q")
        self._first = 0
        self._recorded = 0

    def take(self, batch: Sequence[StoredRow]) -> None:
        """Look at the next rows: a tile at a time, and one by one where something is not right."""
        hashes = hashes_of(batch)
        at = 0
        while at < len(batch):
            tile, begun = self._tile(), len(self._leaves)
            end = at + WIDTH - begun
            rows, own = batch[at:end], hashes[at:end]
            seen = self._leaves_seen(tile)[begun * HASH : (begun + len(own)) * HASH]
            doubted = self._seen is not None and tile in self._seen.doubted
            if (seen == b"".join(own) and not doubted) if seen else self._as_written(rows, own):
                self._take(rows, own)
            else:
                for row, hash_ in zip(rows, own, strict=True):
                    self._row(row, hash_)
            at = end

    def _tile(self) -> int:
        """The number of the tile that the next row is of."""
        return self._found.after // WIDTH + len(self._upper)

    def _leaves_seen(self, tile: int) -> bytes:
        """The hashes that a view has of a tile's leaves, as far as it has seen them."""
        if self._seen_leaves[0] != tile:
            leaves = b""
            if self._seen and tile * WIDTH < self._seen.position:
                with suppress(LookupError):
                    leaves = self._seen.tiles.read(0, tile)
                leaves = leaves[: (self._seen.position - tile * WIDTH) * HASH]
            self._seen_leaves = tile, leaves
        return self._seen_leaves[1]

    def _as_written(self, rows: Sequence[StoredRow], hashes: Sequence[bytes]) -> bool:
        """Whether all of these can be read, stand under their own ids, and come in order."""
        first = self._expected
        if (rows[0][0], rows[-1][0]) != (first, first + len(rows) - 1) or not all(hashes):
            return False
        try:
            headings = [heading(*row[:5]) for row in rows]
            for row, (_, _, _, report) in zip(rows, headings, strict=True):
                if report is not None:
                    require_own(report)
                    held_in(row[4], CONTENT_MARKS[row[3]], row[5])
        except UNFORESEEN:
            return False
        recorded = [self._recorded, *(at for at, _, _, _ in headings)]
        return recorded == sorted(recorded) and all(
            is_filed_right(row[1], row[3], key) and (not zone or is_zone(zone))
            for row, (_, key, zone, _) in zip(rows, headings, strict=True)
        )

    def _take(self, rows: Sequence[StoredRow], hashes: Sequence[bytes]) -> None:
        """Take in rows that are as they were written, but for what they seal, which is looked at.

        A hash is of all but the column beside it.
        """
        firsts = [row[1][:16] for row in rows if row[2] == 1]
        numbers = array("Q", bytes.fromhex("".join(firsts)))
        if sys.byteorder == "little":
            numbers.byteswap()
        self._firsts.extend(numbers)
        if len(firsts) < len(rows):
            self._found.later += [(row[1], row[2], row[0]) for row in rows if row[2] != 1]
        redactions = [row for row in rows if row[3] == REDACTED]
        for row in dict.fromkeys([*unlike(rows), *redactions]):
            self._read(row)
        self._first = self._first or decode(*rows[0][:5]).recorded
        self._recorded = max(self._recorded, decode(*rows[-1][:5]).recorded)
        self._expected = rows[-1][0] + 1
        self._place(hashes)

    def _row(self, row: StoredRow, hash_: bytes) -> None:
        """Take in one row, whatever it is."""
        position = row[0]
        if position < self._expected:  # as a table without its own indexes can have it
            self._flaw(position, "stands at a place where another one does")
            return
        if position > self._expected:
            self._skip_to(position)
        self._expected += 1
        seen, at = self._leaves_seen(self._tile()), len(self._leaves) * HASH
        if seen[at : at + HASH] not in (b"", hash_):
            self._found.changed.append(position)
        self._place([hash_ or MISSING])
        if not hash_:
            self._flaw(position, _OTHER_TYPE)
        elif entry := self._read(row):
            self._order(entry)

    def _read(self, row: StoredRow) -> Entry | None:
        """Decode an entry, and see what it seals; None for one that cannot be decoded."""
        position, originator, _, topic, state, sealed = row
        try:
            entry = _readable(decode(*row[:5]))
        except TypeError:
            self._flaw(position, _OTHER_TYPE)
            return None
        except UnreadableEntry as error:
            self._add(flaw_of(position, error))
            return None
        if not entry.filed_right:
            self._flaw(position, _MISFILED)
        if entry.timezone and not is_zone(entry.timezone):
            self._flaw(position, _NO_ZONE.format(quoted(entry.timezone)), _KNOW_ZONES)
        if topic == REDACTED:
            self._found.redacted |= {(originator, name) for name in entry.fields}
        if type(sealed) not in (bytes, NoneType):
            self._flaw(position, _OTHER_TYPE)
        elif not seals_hold(state, sealed):
            self._flaw(position, _UNSEALED)
        elif sealed is not None and b"null" in sealed:
            for name, own in decode_column(sealed).items():
                if own is None:
                    self._found.gone.setdefault((originator, name), position)
        return entry

    def _order(self, entry: Entry) -> None:
        try:
            number = int(entry.originator[:16], 16)
        except ValueError:
            self._flaw(entry.position, _NO_ID)
            return
        if entry.recorded < self._recorded:
            self._flaw(entry.position, "was recorded before the entry before it")
        else:
            self._recorded = entry.recorded
            self._first = self._first or entry.recorded
        if entry.version == 1:
            self._firsts.append(number)
        else:
            self._found.later.append((entry.originator, entry.version, entry.position))

    def _place(self, hashes: Sequence[bytes]) -> None:
        """Put the next leaves into the tree."""
        leaves = self._leaves
        leaves += hashes
        while len(leaves) >= WIDTH:
            tile = b"".join(leaves[:WIDTH])
            del leaves[:WIDTH]
            if (number := self._tile()) in self._keep:
                self._found.kept[number] = tile
            self._upper.append(fold(tile))

    def _skip_to(self, position: int) -> None:
        first, last = self._expected, position - 1
        which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
        self._missing += position - first
        if self._missing > _MOST_MISSING:  # no log loses so many: a forged number would fill us
            raise UnreadableEntry(f"{which} missing from the log", "restore it from a backup")
        self._found.flaws.append(Flaw(what=f"{which} missing"))
        self._place([MISSING] * (position - first))
        self._expected = position

    def _flaw(self, position: int, what: str, right: str = RESTORE) -> None:
        self._add(Flaw(position=position, what=what, right=right))

    def _add(self, flaw: Flaw) -> None:
        if len(self._found.flaws) >= MOST_FLAWS:
            self._found.more += 1
        else:
            self._found.flaws.append(flaw)

    def done(self) -> Scan:
        """What was found, the last tile with it, which may not be full."""
        found = self._found
        if self._expected <= found.upto:  # the file says that it has them, and has lost them
            self._skip_to(found.upto + 1)
        found.upper = b"".join(self._upper)
        if self._leaves:
            found.kept[self._tile()] = b"".join(self._leaves)
        found.recorded = (self._first, self._recorded)
        found.firsts = self._firsts.tobytes()
        return found


def _readable(entry: Entry) -> Entry:
    """The entry; UnreadableEntry where no claim can be made of it, though it can be decoded."""
    try:
        telling_of(entry)
        if entry.report is not None:
            require_own(entry.report)
    except UNFORESEEN as error:
        raise unreadable(entry.position, entry.topic, error) from error
    return entry
