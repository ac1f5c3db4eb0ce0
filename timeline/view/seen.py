"""What a view had taken in of a log that has lost or changed it: kept beside it, as a checkpoint.

The view may be the only witness of entries as they were, and it is built anew by the next question
that finds the end of the log gone, or by `compact`. What is kept stays until somebody says, by a
`rebuild`, that the log is right as it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from timeline.errors import BadCheckpoint
from timeline.evidence.checkpoint import MOST_BYTES, Checkpoint, origin_of, parse
from timeline.evidence.tiles import subtree_of
from timeline.evidence.tree import root
from timeline.view.tiles import taken_in

if TYPE_CHECKING:
    from timeline.evidence.tree import Subtree
    from timeline.log import LogReader
    from timeline.view.files import Files


def keep(log: LogReader, files: Files, size: int, tree: Subtree) -> None:
    """Keep the head of the view there is, where a tree over a log's first entries has others.

    A head that is kept already stays, unless the view went on from it.
    """
    with taken_in(files.reading(), log.identity) as view, suppress(LookupError):
        if view is None:
            return  # nor is a view whose tree is damaged a witness
        own = partial(subtree_of, view.tiles)
        both = min(size, view.position)
        if view.position <= log.head() and root(both, own) == root(both, tree):
            return
        before = kept(files, log.identity)
        if before is None or holds(before, view.position, own):
            head = Checkpoint(origin_of(log.identity), view.position, root(view.position, own))
            temporary = files.seen.with_name(f"{files.seen.name}.{os.getpid()}.tmp")
            files.make(temporary)
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
    """How many entries a view had taken in of which some are gone or others since; else 0.

    As far as one sees without reading the log, which `verify` does.
    """
    before = kept(files, log.identity)
    with taken_in(files.reading(), log.identity) as view:
        most = max(view.position if view else 0, before.size if before else 0)
        if most > log.head():  # behind the view, which another process may be catching up
            return most
        if before is None or view is None or view.position < before.size:
            return 0
        with suppress(LookupError):
            if not holds(before, view.position, partial(subtree_of, view.tiles)):
                return before.size
    return 0
