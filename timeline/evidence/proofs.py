"""Proofs that somebody without the log can check: an entry is in it, and it was only added to."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import msgspec

from timeline.answer import JsonAnswer
from timeline.entries import REDACTED
from timeline.errors import BadCheckpoint, StoreError, UnknownReport
from timeline.evidence.checkpoint import Checkpoint, WrittenCheckpoint
from timeline.evidence.leaves import leaf_of
from timeline.evidence.tree import (
    Subtree,
    consistency,
    inclusion,
    is_included,
    leaf_hash,
    root,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from timeline.entries import Entry


class Proof(JsonAnswer, frozen=True, kw_only=True):
    """That an entry is in a log, as the checkpoint names it; bytes are base64, `index` from 0.

    `sealed` holds the redactable fields that the entry commits to, with their salts.
    """

    schema: str = "timeline/proof/1"
    report: str
    version: int
    leaf: str
    index: int
    size: int
    path: tuple[str, ...]
    checkpoint: str
    sealed: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class Growth(JsonAnswer, frozen=True, kw_only=True):
    """That a log at a checkpoint begins with all that it was at an older one; hashes are base64."""

    schema: str = "timeline/growth/1"
    old: str
    path: tuple[str, ...]
    checkpoint: str


def head(origin: str, size: int, tree: Subtree) -> Checkpoint:
    """The head of a log when it had so many entries."""
    return Checkpoint(origin, size, root(size, tree))


def prove(
    versions: Sequence[Entry],
    version: int | None,
    tree: Subtree,
    upto: Checkpoint,
    note: str,
    *,
    reveal: bool = False,
) -> Proof:
    """The proof that a version of a report, or its last, is in the log at a checkpoint.

    `note` is the checkpoint as it was written down. UnknownReport where that has no such version.
    """
    there = [entry for entry in versions if entry.position <= upto.size]
    # A redaction says nothing of what the report does: it is proved if it is asked for.
    last = max((entry.version for entry in there if entry.topic != REDACTED), default=None)
    found = [entry for entry in there if entry.version == (last if version is None else version)]
    if not there:
        raise UnknownReport(
            f"this report is not among the first {upto.size:,} entries; take a later checkpoint"
        )
    if not found:
        known = ", ".join(str(entry.version) for entry in there)
        raise UnknownReport(
            f"this report has no version {version} among the first {upto.size:,} entries; "
            f"it has {known}"
        )
    entry = found[-1]
    content, index = leaf_of(entry), entry.position - 1
    path = inclusion(index, upto.size, tree)
    if not is_included(leaf_hash(content), index, upto.size, path, upto.root):
        raise StoreError(
            f"entry {entry.position} is not what it was when the view took it in; "
            "see what `verify` says"
        )
    shown = reveal and entry.sealed is not None
    return Proof(
        report=entry.key,
        version=entry.version,
        leaf=b64encode(content).decode(),
        index=index,
        size=upto.size,
        path=_texts(path),
        checkpoint=note,
        sealed=msgspec.Raw(entry.sealed or b"") if shown else msgspec.UNSET,
    )


def prove_growth(old: WrittenCheckpoint, tree: Subtree, upto: Checkpoint, note: str) -> Growth:
    """The proof that the log at a checkpoint begins with what it was at an older one."""
    size = old.checkpoint.size
    path = consistency(size, upto.size, tree) if size else []  # anything begins with nothing
    return Growth(old=old.text, path=_texts(path), checkpoint=note)


def require_prefix(old: Checkpoint, now: Checkpoint, tree: Subtree) -> None:
    """Raise BadCheckpoint unless a log is one that goes on from an older checkpoint."""
    if old.origin != now.origin:
        raise BadCheckpoint(
            f"the checkpoint is of the log {old.origin}, and this is {now.origin}; "
            "give one of this log"
        )
    if old.size > now.size or root(old.size, tree) != old.root:
        raise BadCheckpoint(
            "the log does not go on from this checkpoint: it was changed since; "
            "see what `verify --against` says"
        )


def _texts(path: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(b64encode(one).decode() for one in path)
