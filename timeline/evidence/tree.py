"""The Merkle tree of RFC 9162 over the entries of a log: roots, proofs, and how to check them.

Pure: a tree is asked for through `Subtree`, the hash of the perfect subtree of 2^level leaves with
a number, so that the same code serves the view's tiles, a tree in memory and the tests. All hashes
are 32 bytes of SHA-256.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from struct import Struct, error
from typing import Final

__all__ = [
    "EMPTY",
    "HASH",
    "Subtree",
    "consistency",
    "fold",
    "inclusion",
    "is_consistent",
    "is_included",
    "leaf",
    "leaf_hash",
    "marked_head",
    "node",
    "root",
    "tree_over",
]

HASH: Final = 32
"""The length of a hash."""

EMPTY: Final = sha256().digest()
"""The root of the tree without leaves."""

# (level, number) -> hash of the perfect subtree over the leaves [number << level, + 1 << level).
Subtree = Callable[[int, int], bytes]

_head = Struct(">QQHH").pack
_pairs = Struct(f"{2 * HASH}s").iter_unpack
_marked = sha256(b"\x01").copy
marked_head = Struct(">xQQHH").pack
"""The first bytes of a leaf behind the zero that its hash takes in first; see `leaf`."""


def leaf(position: int, originator: bytes, version: int, topic: bytes, state: bytes) -> bytes:
    """The bytes of an entry that its leaf is the hash of.

    Position and version as 8 bytes, the lengths of id and topic as 2, all big-endian; then the id
    (32 hex digits), the topic and the state as they are stored. ValueError for what is none.
    """
    try:
        return _head(position, version, len(originator), len(topic)) + originator + topic + state
    except (error, TypeError) as wrong:
        raise ValueError(f"no entry can be like this: {wrong}") from wrong


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf's bytes, which no inner node can have."""
    return sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over two others."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: bytes) -> bytes:
    """The root over so many neighbouring hashes, which must be a power of two."""
    if len(hashes).bit_count() != 1:
        raise ValueError("no power of two of hashes")
    marked = _marked  # a copy of a hash that has begun takes less time than to begin one
    while len(hashes) > HASH:
        above = []
        for (pair,) in _pairs(hashes):
            both = marked()
            both.update(pair)
            above.append(both.digest())
        hashes = b"".join(above)
    return hashes


def root(size: int, subtree: Subtree) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return _over(0, size, subtree) if size else EMPTY


def inclusion(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The inclusion proof of a leaf in the tree of a size, from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append(_over(middle, end, subtree))
            end = middle
        else:
            path.append(_over(begin, middle, subtree))
            begin = middle
    return path[::-1]


def consistency(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof that the tree over the first `old` leaves is a prefix of that of `size`."""
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} is no beginning of one of {size}")
    path: list[bytes] = []
    begin, end, whole = 0, size, True
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            path.append(_over(middle, end, subtree))
            end = middle
        else:
            path.append(_over(begin, middle, subtree))
            begin, whole = middle, False
    if not whole:  # else its hash is the old root, which who checks has
        path.append(_over(begin, end, subtree))
    return path[::-1]


def is_included(leaf_: bytes, index: int, size: int, path: Sequence[bytes], root_: bytes) -> bool:
    """Whether a proof shows that the leaf with this hash is in the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, hash_ = index, size - 1, leaf_
    for other in path:
        if not last:
            return False
        if number & 1 or number == last:
            hash_ = node(other, hash_)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            hash_ = node(hash_, other)
        number, last = number >> 1, last >> 1
    return not last and hash_ == root_


def is_consistent(
    old: int, size: int, old_root: bytes, root_: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a proof shows that one tree is a prefix of another (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not path and old_root == root_
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    number, last = old - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = hashes[0]
    for other in hashes[1:]:
        if not last:
            return False
        if number & 1 or number == last:
            before, after = node(other, before), node(other, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node(after, other)
        number, last = number >> 1, last >> 1
    return not last and before == old_root and after == root_


def tree_over(leaves: Sequence[bytes]) -> Subtree:
    """The tree over the hashes of some leaves, each asked for worked out anew."""

    def subtree(level: int, number: int) -> bytes:
        return fold(b"".join(leaves[number << level : number + 1 << level]))

    return subtree


def _over(begin: int, end: int, subtree: Subtree) -> bytes:
    """The hash over the leaves [begin, end) of which the RFC makes one node."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return subtree(level, begin >> level)
    middle = begin + _split(size)
    return node(_over(begin, middle, subtree), _over(middle, end, subtree))


def _split(size: int) -> int:
    """The greatest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
