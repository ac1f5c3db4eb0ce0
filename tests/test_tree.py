"""The Merkle tree: its roots, its proofs, and that nobody can forge one."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from timeline.evidence import tree
from timeline.evidence.tiles import WIDTH, MemoryTiles, grow, subtree_of

ENTRIES = [b"entry %d" % number for number in range(64)]
LEAVES = [tree.leaf_hash(entry) for entry in ENTRIES]
SUBTREE = tree.tree_over(LEAVES)
ROOTS = [tree.root(size, SUBTREE) for size in range(65)]


def oracle() -> InmemoryTree:
    """The same leaves in another implementation of the RFC."""
    other = InmemoryTree(algorithm="sha256")
    other.append_entries(ENTRIES)
    return other


def flipped(hash_: bytes, bit: int) -> bytes:
    """A hash with one bit the other way round."""
    return (int.from_bytes(hash_, "big") ^ 1 << bit % 256).to_bytes(32, "big")


def forged(path: list[bytes]) -> Iterator[list[bytes]]:
    """Every proof that differs from this one by a bit of one hash, one more, one less, or order."""
    for at, hash_ in enumerate(path):
        yield [*path[:at], flipped(hash_, 37 * at + 5), *path[at + 1 :]]
        yield path[:at] + path[at + 1 :]
    yield [*path, LEAVES[0]]
    yield [LEAVES[0], *path]
    if path[::-1] != path:
        yield path[::-1]


def test_roots_are_those_of_another_implementation() -> None:
    """The root over any number of leaves up to 64 is that of pymerkle, the empty tree's too."""
    other = oracle()
    assert [other.get_root(size) for size in range(65)] == ROOTS
    assert ROOTS[0] == tree.EMPTY


def test_a_leaf_is_never_taken_for_a_node() -> None:
    """Two leaves with the bytes of a node between them do not make that node."""
    assert tree.leaf_hash(LEAVES[0] + LEAVES[1]) != tree.node(LEAVES[0], LEAVES[1])


def test_every_inclusion_proof_checks_and_no_forged_one_does() -> None:
    """For all leaves of all trees up to 64: the right proof only, for the right leaf and place."""
    for size in range(1, 65):
        for index in range(size):
            path = tree.inclusion(index, size, SUBTREE)
            leaf, root = LEAVES[index], ROOTS[size]
            assert tree.is_included(leaf, index, size, path, root)
            assert not any(tree.is_included(leaf, index, size, one, root) for one in forged(path))
            assert not tree.is_included(flipped(leaf, index), index, size, path, root)
            assert not tree.is_included(leaf, index, size, path, flipped(root, size))
            others = (-1, index - 1, index + 1, size, size - 1 - index)
            for other in {*others} - {index}:
                assert not tree.is_included(leaf, other, size, path, root)


def test_every_consistency_proof_checks_and_no_forged_one_does() -> None:
    """For all pairs of sizes up to 64: the right proof only, and from root to root only."""
    for size in range(1, 65):
        for old in range(1, size + 1):
            path = tree.consistency(old, size, SUBTREE)
            before, after = ROOTS[old], ROOTS[size]
            assert tree.is_consistent(old, size, before, after, path)
            wrong = (tree.is_consistent(old, size, before, after, one) for one in forged(path))
            assert not any(wrong)
            assert not tree.is_consistent(old, size, flipped(before, old), after, path)
            assert not tree.is_consistent(old, size, before, flipped(after, old), path)
            assert tree.is_consistent(old, size, before, after, []) is (old == size)
            assert not tree.is_consistent(0, size, before, after, path)
            assert not tree.is_consistent(size + 1, size, before, after, path)


def test_another_history_has_no_consistency_proof() -> None:
    """Where one leaf of the old tree differs, no proof from either tree leads to the new root."""
    for changed in range(20):
        leaves = [*LEAVES[:changed], LEAVES[63], *LEAVES[changed + 1 :]]
        other = tree.tree_over(leaves)
        for old in range(changed + 1, 24):
            for proofs in (SUBTREE, other):
                path = tree.consistency(old, 40, proofs)
                assert not tree.is_consistent(old, 40, ROOTS[old], tree.root(40, other), path)


def test_there_is_no_proof_of_what_is_not_there() -> None:
    """To ask for one is an error of the caller."""
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion(index, size, SUBTREE)
    for old, size in ((0, 5), (6, 5)):
        with pytest.raises(ValueError, match="no beginning"):
            tree.consistency(old, size, SUBTREE)


@given(st.lists(st.integers(1, 600), max_size=6), st.data())
def test_tiles_hold_the_same_tree_however_it_grew(steps: list[int], data: st.DataObject) -> None:
    """Grown in any steps, the tiles give the roots and proofs of the leaves, at any size."""
    leaves = [tree.leaf_hash(b"%d" % number) for number in range(sum(steps))]
    tiles, size = MemoryTiles(), 0
    for step in steps:
        grow(tiles, size, b"".join(leaves[size : size + step]))
        size += step

    def tiled(level: int, number: int) -> bytes:
        return subtree_of(tiles, level, number)

    plain = tree.tree_over(leaves)
    upto = data.draw(st.integers(0, size))
    assert tree.root(upto, tiled) == tree.root(upto, plain)
    if upto:
        index = data.draw(st.integers(0, upto - 1))
        assert tree.inclusion(index, upto, tiled) == tree.inclusion(index, upto, plain)
        assert tree.consistency(index + 1, upto, tiled) == tree.consistency(index + 1, upto, plain)
    with pytest.raises(LookupError):
        tiled(0, size)


def test_tiles_of_tiles() -> None:
    """A log of more than 256 full tiles has a third row; its root is that of its leaves."""
    leaves = [tree.leaf_hash(b"%d" % number) for number in range(WIDTH * WIDTH + 300)]
    tiles = MemoryTiles()
    grow(tiles, 0, b"".join(leaves))
    assert len(tiles.read(2, 0)) == tree.HASH
    root = tree.root(len(leaves), lambda level, number: subtree_of(tiles, level, number))
    assert root == tree.root(len(leaves), tree.tree_over(leaves))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1 << 20),
            st.binary(max_size=6),
            st.integers(0, 300),
            st.binary(max_size=6),
            st.binary(max_size=6),
        ),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_the_bytes_of_a_leaf_tell_every_entry_from_every_other(
    entries: list[tuple[int, bytes, int, bytes, bytes]],
) -> None:
    """However the fields are cut, two entries never have the same leaf."""
    one, other = entries
    assert tree.leaf(*one) != tree.leaf(*other)


@pytest.mark.parametrize(("position", "version"), [(-1, 1), (1 << 64, 1), (1, -1), (1, 1 << 64)])
def test_numbers_that_no_log_has_make_no_leaf(position: int, version: int) -> None:
    """They are refused, and never cut off to fit."""
    with pytest.raises(ValueError, match="no entry"):
        tree.leaf(position, b"id", version, b"topic", b"{}")
