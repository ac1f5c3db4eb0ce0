"""The leaves of the tree: what of an entry is hashed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from timeline.entries import UnreadableEntry
from timeline.evidence.tree import Subtree, leaf, leaf_hash, tree_over

if TYPE_CHECKING:
    from timeline.entries import Entry


def leaf_of(entry: Entry) -> bytes:
    """The bytes that an entry's leaf is the hash of; UnreadableEntry for what is no entry."""
    try:
        return leaf(
            entry.position,
            entry.originator.encode(),
            entry.version,
            entry.topic.encode(),
            entry.state,
        )
    except ValueError as error:
        raise UnreadableEntry(
            f"log entry {entry.position} cannot be read: {error}; restore the log from a backup"
        ) from error


def tree_of(entries: Iterable[Entry]) -> Subtree:
    """The tree over all entries of a log, in log order."""
    return tree_over([leaf_hash(leaf_of(entry)) for entry in entries])
