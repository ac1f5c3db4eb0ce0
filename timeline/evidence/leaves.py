"""The leaves of the tree: what of an entry is hashed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import error
from typing import TYPE_CHECKING

from timeline.entries import UnreadableEntry
from timeline.evidence.tree import Subtree, leaf, leaf_hash, marked_head, tree_over

if TYPE_CHECKING:
    from timeline.entries import Entry, StoredRow


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
    except ValueError as wrong:
        raise UnreadableEntry(
            f"log entry {entry.position} cannot be read: {wrong}", "restore the log from a backup"
        ) from wrong


def tree_of(entries: Iterable[Entry]) -> Subtree:
    """The tree over all entries of a log, in log order."""
    return tree_over([leaf_hash(leaf_of(entry)) for entry in entries])


def hashes_of(rows: Sequence[StoredRow]) -> list[bytes]:
    """The hash of each stored row, empty for one with columns of other types than a log has."""
    sha, head = sha256, marked_head
    try:  # nothing is wrong with almost every batch, and no call of ours is made for a row
        return [
            sha(
                head(position, version, len(own := originator.encode()), len(of := topic.encode()))
                + own
                + of
                + state
            ).digest()
            for position, originator, version, topic, state, _ in rows
        ]
    except (AttributeError, TypeError, error):
        return [b""] if len(rows) == 1 else [hash_ for row in rows for hash_ in hashes_of([row])]
