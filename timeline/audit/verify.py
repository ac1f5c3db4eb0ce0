"""Whether a log is in order, and whether it is what a checkpoint says that it was."""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

import msgspec

from events.when import iso
from timeline.answer import JsonAnswer
from timeline.audit.passes import passes
from timeline.audit.scan import MOST_FLAWS, RESTORE, Flaw, Scan
from timeline.entries import UnreadableEntry, redacted_of
from timeline.evidence.checkpoint import origin_of
from timeline.evidence.tiles import WIDTH, MemoryTiles, TakenIn, Tiles, grow, subtree_of
from timeline.evidence.tree import root
from timeline.log.sqlite_file import STRANGE, TAKE_OUT
from timeline.log.tail import SQLiteTail, SQLTail
from timeline.seals import open_fields

if TYPE_CHECKING:
    from timeline.entries import Entry
    from timeline.evidence.checkpoint import Checkpoint
    from timeline.log import LogReader

_TOLD: Final = 10
"""Entries named one by one that the view has otherwise."""

_RIGHT: Final = "restore the log from a backup; if it is right as it is, `rebuild` the view"

_COPY: Final = "`copy` the log to a new file, or restore it from a backup"


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a log beside what somebody holds of it: so many entries, the same or not."""

    entries: int
    same: bool


class Verified(JsonAnswer, frozen=True, kw_only=True):
    """What `verify` found: the log's head, and every flaw; `root` is base64.

    `view` and `against` compare the log with its index, and with a checkpoint, where there is one;
    `view` only what entries that has taken in. `view_says`, what it says of them, if it was asked.
    """

    schema: str = "timeline/verify/1"
    log: str
    entries: int
    root: str
    first_recorded: str
    last_recorded: str
    view: Compared | None = None
    view_says: Compared | None = None
    against: Compared | None = None
    flaws: tuple[Flaw, ...] = ()
    more_flaws: int = 0
    view_flaws: tuple[Flaw, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws and not self.view_flaws


def verify(
    log: LogReader,
    view: TakenIn | None = None,
    against: Checkpoint | None = None,
    before: Checkpoint | None = None,
) -> Verified:
    """Read a log through, work its tree out anew, and compare it with what its view holds of it.

    `before` is the head that an earlier view had, where one was built anew of other entries.
    """
    head = log.head()
    seen = view if view and view.position <= head else None
    sizes = {head, seen.position if seen else 0, *(one.size for one in (against, before) if one)}
    keep = {size // WIDTH for size in sizes if size <= head and size % WIDTH}
    scans, begun = _scanned(log, head, keep, seen)
    tiles = _tiles(scans)
    told = [*of_file(log), *(flaw for one in scans for flaw in one.flaws)]
    if not head:  # not even the one by which it is a log
        told.append(Flaw(what="no entry of it can be found any more"))
    among = [*_joints(scans), *_versions(log, scans, begun), *_seals(log, scans)]
    beside = list(_beside_view(view, scans, head, tiles)) if view else []
    beside += _beside_earlier(before, head, tiles) if before else []
    since = list(_beside_checkpoint(against, log.identity, head, tiles)) if against else []
    return Verified(
        log=origin_of(log.identity),
        entries=head,
        root=b64encode(_root(tiles, head)).decode(),
        first_recorded=iso(scans[0].recorded[0]),
        last_recorded=iso(scans[-1].recorded[1]),
        view=Compared(entries=view.position, same=not beside) if view else None,
        against=Compared(entries=against.size, same=not since) if against else None,
        flaws=(*told[:MOST_FLAWS], *among, *beside, *since),
        more_flaws=len(told[MOST_FLAWS:]) + sum(one.more for one in scans),
    )


def _scanned(
    log: LogReader, upto: int, keep: Collection[int], seen: TakenIn | None
) -> tuple[list[Scan], set[int]]:
    """What is in all parts of the log, in order, and the first 64 bits of the ids that begin."""
    scans: list[Scan] = []
    begun: set[int] = set()
    for one in passes(log, upto, keep, seen):
        scans.append(one)
        begun.update(_firsts(one))  # while another process is still at the next part
    return sorted(scans, key=lambda one: one.after), begun


def of_file(log: LogReader) -> Iterator[Flaw]:
    """What is wrong with where the rows are kept, whatever is in them."""
    if isinstance(log, SQLTail) and (first := log.first()) < 1:
        yield Flaw(position=first, what="stands before the first one, where nobody looks")
    if isinstance(log, SQLiteTail):
        for one in log.strangers():
            yield Flaw(what=f"its file {STRANGE.format(one)}", right=TAKE_OUT)
        if log.unindexed():
            yield Flaw(
                what="its file has an index that does not find all of its entries", right=_COPY
            )


def damaged(log: LogReader) -> Iterator[Flaw]:
    """What is wrong with its file that only a look at all of it shows."""
    if isinstance(log, SQLiteTail) and (said := log.damage()):
        yield Flaw(what=f"its file is damaged ({said})", right=_COPY)


def _tiles(scans: Sequence[Scan]) -> MemoryTiles:
    """The tree of the log; of its leaves only the tiles that were kept."""
    tiles = MemoryTiles()
    grow(tiles, 0, b"".join(one.upper for one in scans), level=1)
    for one in scans:
        for number, hashes in one.kept.items():
            tiles.write(0, number, hashes)
    return tiles


def _root(tiles: Tiles, size: int) -> bytes:
    return root(size, lambda level, number: subtree_of(tiles, level, number))


def _joints(scans: Sequence[Scan]) -> Iterator[Flaw]:
    """Where one part begins before the one before it ended."""
    for before, after in pairwise(scans):
        if after.recorded[1] and after.recorded[0] < before.recorded[1]:
            yield Flaw(
                position=after.after + 1,
                what="its record time lies before that of the entry before it",
            )


def _firsts(one: Scan) -> memoryview[int]:
    return memoryview(one.firsts).cast("Q")


def _versions(log: LogReader, scans: Sequence[Scan], begun: Collection[int]) -> Iterator[Flaw]:
    """Ids that begin twice, and versions that do not follow each other."""
    if len(begun) < sum(len(_firsts(one)) for one in scans):
        counted = Counter(chain.from_iterable(map(_firsts, scans)))
        alike = {number for number, times in counted.items() if times > 1}
        for originator, times in _beginnings(log, alike, scans[-1].upto).items():
            if times > 1:
                yield Flaw(what=f"the id {originator[:16]}… has two first versions")
    last: dict[str, int] = {}
    for originator, version, position in (later for one in scans for later in one.later):
        known = last.get(originator, int(int(originator[:16], 16) in begun))
        if version != known + 1:
            yield Flaw(
                position=position,
                what=f"has version {version} of its id, where {known + 1} follows",
            )
        last[originator] = version


def _beginnings(log: LogReader, numbers: Collection[int], upto: int) -> Counter[str]:
    """How often each id begins whose first 64 bits are among these, as those of two ids can be."""
    prefixes = {f"{number:016x}" for number in numbers}
    return Counter(
        originator
        for batch in log.stored(0, upto)
        for _, originator, version, *_ in batch
        if version == 1 and isinstance(originator, str)
        if originator[:16] in prefixes
    )


def _seals(log: LogReader, scans: Sequence[Scan]) -> Iterator[Flaw]:
    """Sealed fields that are gone and that no entry redacts, and those that came back."""
    redacted = {field for one in scans for field in one.redacted}
    for (originator, name), position in chain.from_iterable(one.gone.items() for one in scans):
        # Also by entries that came while it was read.
        if (originator, name) not in redacted and name not in redacted_of(_read(log, originator)):
            yield Flaw(
                position=position,
                what=f"its {name} is gone, and nobody redacted it",
                right=f"{RESTORE}; `copy` again to a copy that was cut short",
            )
    for originator in sorted({originator for originator, _ in redacted}):
        for entry in _read(log, originator):
            for name in sorted(open_fields(entry.sealed)):
                if (originator, name) in redacted:
                    yield Flaw(
                        position=entry.position,
                        what=f"its {name} was redacted, and is there again",
                        right="restore the log from a backup made since it was redacted",
                    )


def _read(log: LogReader, originator: str) -> Sequence[Entry]:
    """The entries of a report; none where one cannot be read, which is told already."""
    with suppress(UnreadableEntry):
        return log.versions(originator)
    return ()


def _beside_checkpoint(
    against: Checkpoint, identity: str, head: int, tiles: Tiles
) -> Iterator[Flaw]:
    """What is wrong with the log beside a checkpoint."""
    if against.origin != origin_of(identity):
        yield Flaw(
            what=f"the checkpoint is of {against.origin}, and this is {origin_of(identity)}",
            right="give a checkpoint of this log, or the log that it was made of",
        )
    elif against.size > head:
        yield Flaw(
            what=f"the log had {against.size:,} entries when the checkpoint was made and has "
            f"{head:,} now: its end is gone"
        )
    elif _root(tiles, against.size) != against.root:
        yield Flaw(
            what=f"the first {against.size:,} entries are not those of the checkpoint: some were "
            "changed, moved, taken out or put in since",
            right="compare the log with a backup",
        )


def _beside_view(
    view: TakenIn, scans: Sequence[Scan], head: int, tiles: MemoryTiles
) -> Iterator[Flaw]:
    """What is wrong with the log beside its index, which may have seen it as it was before."""
    if view.position > head:
        yield _shorter(view.position, head)
        return
    changed = [position for one in scans for position in one.changed]
    right = (
        "where only the view is at fault, `rebuild` mends it; else restore the log from a backup"
    )
    for one in changed[:_TOLD]:
        yield Flaw(position=one, what="is not what it was when the view took it in", right=right)
    if len(changed) > _TOLD:
        others = len(changed) - _TOLD
        yield Flaw(what=f"nor are {others:,} others of those entries", right=right)
    if not changed and not _same(view, tiles):
        yield Flaw(what="the tree of its view does not fit together", right="`rebuild` the view")


def _beside_earlier(before: Checkpoint, head: int, tiles: Tiles) -> Iterator[Flaw]:
    """What is wrong with the log beside what an earlier view had taken in."""
    if before.size > head:
        yield _shorter(before.size, head)
    elif _root(tiles, before.size) != before.root:
        yield Flaw(
            what=f"an earlier view had taken in other entries among the first {before.size:,}: "
            "some were changed since, or the end was gone and has been written anew",
            right=_RIGHT,
        )


def _shorter(seen: int, head: int) -> Flaw:
    return Flaw(
        what=f"its view had taken in {seen:,} entries and the log has {head:,}: "
        "the end of the log is gone",
        right=_RIGHT,
    )


def _same(view: TakenIn, tiles: MemoryTiles) -> bool:
    try:
        return _root(view.tiles, view.position) == _root(tiles, view.position)
    except LookupError:
        return False
