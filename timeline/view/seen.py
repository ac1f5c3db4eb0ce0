"""What a view had taken in of a log that has lost its end since: kept beside it, as a checkpoint.

The view may be the only witness of entries that are gone, and it is built anew by the next
question. What is kept stays until somebody says, by a `rebuild`, that the log is right as it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from timeline.errors import BadCheckpoint
from timeline.evidence.checkpoint import MOST_BYTES, Checkpoint, origin_of, parse
from timeline.evidence.tiles import subtree_of
from timeline.evidence.tree import root
from timeline.view.damage import Damaged
from timeline.view.tiles import taken_in

if TYPE_CHECKING:
    from timeline.evidence.tree import Subtree
    from timeline.log import LogReader
    from timeline.view.files import Files


def keep(files: Files, identity: str, position: int, tree: Subtree) -> None:
    """Keep the tree head of a view, unless one is kept of other entries that were lost."""
    before = kept(files, identity)
    with suppress(Damaged):  # a view whose tree is damaged is no witness
        if before is None or holds(before, position, tree):
            head = Checkpoint(origin_of(identity), position, root(position, tree))
            temporary = files.seen.with_name(f"{files.seen.name}.{os.getpid()}.tmp")
            with temporary.open("wb") as file:
                file.write(head.text().encode())
                file.flush()
                os.fsync(file.fileno())  # before the view that knew it is deleted
            temporary.replace(files.seen)


def kept(files: Files, identity: str) -> Checkpoint | None:
    """What was kept of this log, if anything was."""
    if not files.seen.is_file():  # nor a pipe, which would be waited for
        return None
    try:
        with files.seen.open("rb") as file:
            found = parse(file.read(MOST_BYTES)).checkpoint
    except (FileNotFoundError, BadCheckpoint):
        return None
    return found if found.origin == origin_of(identity) else None


def holds(before: Checkpoint, size: int, tree: Subtree) -> bool:
    """Whether a tree of this size goes on from what was kept."""
    return before.size <= size and root(before.size, tree) == before.root


def lost(log: LogReader, files: Files) -> int:
    """How many entries a view had taken in of a log that has lost some of them since; else 0.

    As far as one sees without reading the log, which `verify` does.
    """
    before = kept(files, log.identity)
    with taken_in(files.reading(), log.identity) as view:
        most = max(view.position if view else 0, before.size if before else 0)
        if most > log.head():  # behind the view, which another process may be catching up
            return most
        if before is None or view is None or view.position < before.size:
            return 0
        tiles = view.tiles
        with suppress(LookupError):
            if not holds(before, view.position, lambda *of: subtree_of(tiles, *of)):
                return before.size
    return 0
