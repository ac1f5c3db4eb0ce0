"""What `verify`, `checkpoint` and `prove` do with an open store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.audit.own_fields import unlike_their_kind
from timeline.audit.scan import MOST_FLAWS, Flaw, flaw_of
from timeline.audit.verify import Compared, Verified, damaged, verify
from timeline.entries import UnreadableEntry, originator_id
from timeline.errors import BadCheckpoint
from timeline.evidence import proofs
from timeline.evidence.checkpoint import Signer, Verifier, origin_of, parse

if TYPE_CHECKING:
    from pathlib import Path

    from timeline.evidence.checkpoint import Checkpoint
    from timeline.evidence.proofs import Growth, Proof
    from timeline.evidence.tree import Subtree
    from timeline.log import LogReader
    from timeline.reader import Reader
    from timeline.view import IndexedLog
    from timeline.view.build import Progress


_NOT_COMPARED: Final = Flaw(
    what="what the view says cannot be compared with a log that cannot be read to its end",
)


def verified(
    log: LogReader,
    index: IndexedLog,
    against: bytes | None,
    key: str | None,
    view_too: Progress | None,
) -> Verified:
    """Read a log through, and compare it with its view and with a checkpoint.

    With `view_too`, which is told how far that is, also what the view says of the log.
    """
    note = None if against is None else parse(against)
    if note is None and key is not None:
        raise BadCheckpoint("a key is of who signed a checkpoint; give that too, as `against`")
    if note and key is not None:
        Verifier.parse(key).check(note)
    with index.kept() as view:
        found = verify(log, view, note.checkpoint if note else None, index.seen())
    if view_too is None:
        return found
    try:
        unlike = index.unlike(view_too)
    except UnreadableEntry:
        if not found.flaws:
            raise
        return msgspec.structs.replace(found, view_flaws=(_NOT_COMPARED,))
    told = {flaw.position for flaw in found.flaws}
    # Of what a view has seen the first pass takes its word.
    unread = [flaw_of(*one) for one in unlike_their_kind(log) if one[0] not in told]
    unread += damaged(log)
    return msgspec.structs.replace(
        found,
        flaws=(*found.flaws, *unread[:MOST_FLAWS]),
        more_flaws=found.more_flaws + len(unread[MOST_FLAWS:]),
        view_says=Compared(entries=index.position(), same=not unlike),
        view_flaws=tuple(_otherwise(what, rows) for what, rows in unlike),
    )


def _otherwise(what: str, rows: int) -> Flaw:
    times = "1 row" if rows == 1 else f"{rows:,} rows"
    return Flaw(
        what=f"the view says otherwise than the log of {what}, in {times}",
        right="`rebuild` the view, and see who can write to its file",
    )


def checkpoint(log: LogReader, index: IndexedLog, key: Path | None) -> str:
    """The head of a log, signed if a key file is given."""
    signer = Signer.load(key) if key else None
    with _reading(log, index) as (_, _, now):
        return _written(now, signer)


def proof(
    log: LogReader,
    index: IndexedLog,
    report: str,
    version: int | None,
    against: bytes | None,
    key: Path | None,
    *,
    reveal: bool,
) -> Proof:
    """The proof that a report is in a log, as it is now or at a checkpoint of before."""
    signer = Signer.load(key) if key else None
    note = None if against is None else parse(against)
    with _reading(log, index) as (reader, tree, now):
        versions = log.versions(originator_id("report", reader.report_id(report)))
        if note is None or against is None:
            upto, written = now, _written(now, signer)
        else:
            upto, written = note.checkpoint, against.decode()
            proofs.require_prefix(upto, now, tree)
        return proofs.prove(versions, version, tree, upto, written, reveal=reveal)


def growth(log: LogReader, index: IndexedLog, old: bytes, key: Path | None) -> Growth:
    """The proof that a log was only added to since a checkpoint."""
    signer = Signer.load(key) if key else None
    note = parse(old)
    with _reading(log, index) as (_, tree, now):
        proofs.require_prefix(note.checkpoint, now, tree)
        return proofs.prove_growth(note, tree, now, _written(now, signer))


def _written(head: Checkpoint, signer: Signer | None) -> str:
    return signer.sign(head.text()) if signer else head.text()


@contextmanager
def _reading(log: LogReader, index: IndexedLog) -> Iterator[tuple[Reader, Subtree, Checkpoint]]:
    """The view, caught up, with its tree and head."""
    with index.reading() as reader:
        tree = reader.tree()
        yield reader, tree, proofs.head(origin_of(log.identity), index.position(), tree)
