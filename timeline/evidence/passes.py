"""Reading a log through for `verify`, its second half in a second process where that pays."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.errors import StoreError
from timeline.evidence.scan import Scan, scan
from timeline.evidence.tiles import WIDTH
from timeline.log.tail import SQLiteTail
from timeline.pipes import frames_of, started, working, write_frame
from timeline.view.tiles import kept

if TYPE_CHECKING:
    from timeline.evidence.sealed import Row
    from timeline.evidence.tiles import Kept
    from timeline.log import LogReader

ALONE: Final = 20_000
"""Entries up to which one process is done before a second one has started."""


_AT_ONCE: Final = 1_024
"""Rows of a file to read at once: of more, each waits longer for memory than for the disk."""


def batches(log: LogReader, after: int, upto: int) -> Iterator[Sequence[Row]]:
    """The stored rows of (after, upto]."""
    step = _AT_ONCE if isinstance(log, SQLiteTail) else max(upto - after, 1)
    for begin in range(after, upto, step):
        yield from log.stored(begin, min(begin + step, upto))


def passes(
    log: LogReader, upto: int, keep: Collection[int], seen: Kept | None = None
) -> Iterator[Scan]:
    """What is in the rows up to a position, in one part or in two; see `scan` for the rest."""

    def part(after: int, end: int) -> Scan:
        return scan(batches(log, after, end), after, end, frozenset(keep), seen)

    if not isinstance(log, SQLiteTail) or upto <= ALONE:
        yield part(0, upto)
        return
    middle = (upto + ALONE) // 2 // WIDTH * WIDTH  # with what is done before the other has begun
    path, view = str(Path(log.path).absolute()), seen.path if seen else ""
    with started("timeline.evidence.passes", path, view, middle, upto, *keep) as process:
        try:
            yield part(0, middle)
            packed = next(frames_of(process.stdout), None)
        finally:
            process.kill()
    if packed is None:  # killed, or the file is not to be read: this process tells what it is
        yield part(middle, upto)
    else:
        yield msgspec.msgpack.decode(packed, type=Scan)


def main() -> None:
    """The second process: what is in some rows of a log file, packed, on standard output."""
    working()
    path, view, *numbers = sys.argv[1:]
    after, upto, *keep = map(int, numbers)
    try:
        with SQLiteTail(path) as log, kept(view or None, log.identity) as seen:
            found = scan(batches(log, after, upto), after, upto, frozenset(keep), seen)
    except StoreError:
        sys.exit(1)
    write_frame(sys.stdout.buffer, found)


if __name__ == "__main__":
    main()
