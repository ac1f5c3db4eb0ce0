"""Reading a log through for `verify`, by two processes where that pays.

Each takes the next part of the log when it is done with one, so that neither waits for the slower.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from struct import Struct
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from timeline.audit.scan import Scan, scan
from timeline.errors import StoreError
from timeline.evidence.tiles import WIDTH
from timeline.log.tail import SQLiteTail
from timeline.pipes import pass_on, started, working, write_frame
from timeline.view.tiles import taken_in

if TYPE_CHECKING:
    from timeline.evidence.tiles import TakenIn
    from timeline.log import LogReader

ALONE: Final = 20_000
"""Entries up to which one process is done before a second one has started."""

_AT_ONCE: Final = 1_024
"""Rows to read at once: of more, each waits longer for memory than for the disk."""

_PARTS: Final = 64
"""Parts of a log, of which all that are left to do fit into a pipe."""

_part = Struct("=QQ")
_scan = msgspec.msgpack.Decoder(Scan).decode


class LogPart(NamedTuple):
    """The entries (after, upto]; `after` is a multiple of a tile's width."""

    after: int
    upto: int


def passes(
    log: LogReader, upto: int, keep: Collection[int], seen: TakenIn | None
) -> Iterator[Scan]:
    """What is in the rows up to a position, part by part in any order; see `scan` for the rest."""
    parts = _parts(upto)
    if isinstance(log, SQLiteTail) and upto > ALONE:
        yield from _by_two(log, parts, frozenset(keep), seen)
    else:
        yield from (_passed(log, part, frozenset(keep), seen) for part in parts)


def _parts(upto: int) -> Sequence[LogPart]:
    width = max(upto // _PARTS, ALONE // 2, WIDTH) // WIDTH * WIDTH
    return [LogPart(after, min(after + width, upto)) for after in range(0, upto or 1, width)]


def _passed(log: LogReader, part: LogPart, keep: frozenset[int], seen: TakenIn | None) -> Scan:
    return scan(log.stored(*part, _AT_ONCE), *part, keep, seen)


def _by_two(
    log: SQLiteTail, parts: Sequence[LogPart], keep: frozenset[int], seen: TakenIn | None
) -> Iterator[Scan]:
    path, view = log.where, seen.path if seen else ""
    left = set(parts)
    found: deque[bytes | None] = deque()

    def come() -> Iterator[Scan]:
        while found:
            if (packed := found.popleft()) is not None:
                one = _scan(packed)
                left.discard(LogPart(one.after, one.upto))
                yield one

    with (
        _queue(parts) as queue,
        started("timeline.audit.passes", path, view, *keep, source=queue) as process,
    ):
        # Taken from the pipe as it comes, so that the other process need not wait.
        given = process.stdout, found.append
        listener = threading.Thread(target=pass_on, args=given, daemon=True)
        listener.start()
        try:
            for part in _taken(queue):
                left.discard(part)
                yield _passed(log, part, keep, seen)
                yield from come()
            listener.join()
        finally:
            process.kill()
            listener.join()
    yield from come()
    for part in sorted(left):  # of a process that was killed, or cannot read the file: see here why
        yield _passed(log, part, keep, seen)


@contextmanager
def _queue(parts: Sequence[LogPart]) -> Iterator[int]:
    """A pipe that holds these parts and ends, which any number of processes take from."""
    taken, given = os.pipe()
    try:
        with os.fdopen(given, "wb") as stream:
            stream.write(b"".join([_part.pack(*part) for part in parts]))
        yield taken
    finally:
        os.close(taken)


def _taken(queue: int) -> Iterator[LogPart]:
    while len(packed := os.read(queue, _part.size)) == _part.size:
        yield LogPart(*_part.unpack(packed))


def main() -> None:
    """The second process: what is in the parts that it takes from standard input, each packed."""
    working()
    path, view, *tiles = sys.argv[1:]
    keep = frozenset(map(int, tiles))
    try:
        with (
            SQLiteTail(path) as log,
            taken_in(view or None, log.identity) as seen,
            suppress(BrokenPipeError),
        ):
            for part in _taken(sys.stdin.fileno()):
                write_frame(sys.stdout.buffer, _passed(log, part, keep, seen))
    except StoreError:
        sys.exit(1)


if __name__ == "__main__":
    main()
