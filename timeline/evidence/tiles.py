"""A growing tree in tiles: rows of 256 neighbouring hashes, each full row one hash of the next."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

from timeline.evidence.tree import HASH, fold

BITS: Final = 8
"""A tile is as wide as a subtree of so many levels."""

WIDTH: Final = 1 << BITS
_BYTES: Final = WIDTH * HASH


class Tiles(Protocol):
    """Where tiles are kept. Level 0 holds the leaves, level 1 one hash for each 256 of them."""

    def read(self, level: int, number: int) -> bytes:
        """The hashes of a tile, one behind the other; empty where there are none yet."""

    def write(self, level: int, number: int, hashes: bytes) -> None:
        """Keep a tile, which holds what it held and more."""


class TakenIn(NamedTuple):
    """What a view holds of a log: how many entries it has taken in, and their tree.

    `doubted` are the numbers of tiles with an entry that is not as a log is written, or may not be;
    all others were found in order. `path` is the view's file.
    """

    position: int
    tiles: Tiles
    doubted: frozenset[int]
    path: str


class MemoryTiles:
    """Tiles in memory."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, number: int) -> bytes:
        """The hashes of a tile."""
        return self._tiles.get((level, number), b"")

    def write(self, level: int, number: int, hashes: bytes) -> None:
        """Keep a tile."""
        self._tiles[level, number] = hashes


def grow(tiles: Tiles, size: int, hashes: bytes, level: int = 0) -> None:
    """Append hashes to a level that has `size` of them: a read and a write for each tile touched.

    Each tile that is full passes its one hash on, so that a leaf costs one hash more.
    """
    number, inside = divmod(size, WIDTH)
    at, upper = 0, []
    while at < len(hashes):
        room = _BYTES - inside * HASH
        more = hashes[at : at + room]
        tile = tiles.read(level, number) + more if inside else more
        tiles.write(level, number, tile)
        if len(tile) == _BYTES:
            upper.append(fold(tile))
        at, number, inside = at + room, number + 1, 0
    if upper:
        grow(tiles, size // WIDTH, b"".join(upper), level + 1)


def subtree_of(tiles: Tiles, level: int, number: int) -> bytes:
    """The hash of a perfect subtree, for `tree.Subtree`; LookupError where it is not there."""
    row, inside = divmod(level, BITS)
    first = number << inside
    tile, at = divmod(first, WIDTH)
    hashes = tiles.read(row, tile)[at * HASH : (at + (1 << inside)) * HASH]
    if len(hashes) != HASH << inside:
        raise LookupError(f"the tree has no {1 << level} leaves from {number << level} on")
    return fold(hashes)
