"""Who lays the log out for a build: this process, and of a large log a second one as well.

To decode a report and to lay its claim out takes longer than to write it down. While this process
writes, the other one lays out; as long as that has enough before it, this one lays out too.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from timeline import pipes
from timeline.entries import REPORT_TOPICS, NewerEntry
from timeline.errors import StoreError
from timeline.log.tail import SQLiteTail
from timeline.view.sheet import Sheet, laid_again, laid_out
from timeline.view.tiles import hole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from timeline.entries import Entry
    from timeline.log import LogReader

    # Lays parts out, and gives their sheets in the order of the parts.
    Sheets = Callable[[Iterable["Part"]], Iterator[Sheet]]

ALONE: Final = 40_000
"""Entries up to which one process is done before a second one has started."""
AHEAD: Final = 8
"""Parts that the second process has at most before it."""


class Part(NamedTuple):
    """The entries (after, upto], or some reports of `several` versions as they are at `upto`."""

    after: int
    upto: int
    several: tuple[str, ...] = ()


_part = msgspec.msgpack.Decoder(Part).decode
_sheet = msgspec.msgpack.Decoder(Sheet).decode


def lay(log: LogReader, part: Part) -> Sheet:
    """A part laid out; of entries, as many as this version can read.

    StoreError where entries are missing, NewerEntry where not even the first can be read.
    """
    after, upto, several = part
    if several:
        histories = (history(log, originator, upto) for originator in several)
        return laid_again(one for one in histories if one)
    batch = log.entries(after, upto - after, upto=upto)
    if not batch:
        raise hole(after + 1)
    return laid_out(batch, after)


def history(log: LogReader, originator: str, upto: int) -> list[Entry]:
    """The versions of a report up to a position; none of any other aggregate."""
    try:
        versions = log.versions(originator)
    except NewerEntry:  # of a kind that only a newer version of the program has
        return []
    if versions[0].topic not in REPORT_TOPICS:
        return []
    return [one for one in versions if one.position <= upto]


@contextmanager
def laying(log: LogReader, upto: int) -> Iterator[Sheets]:
    """What lays parts of a log out up to a position, by one process or two."""
    if upto <= ALONE or not isinstance(log, SQLiteTail) or log.newer:
        yield alone(log)
        return
    with Second(log) as second:
        yield second.shared


def alone(log: LogReader) -> Sheets:
    """What lays parts out by this process."""
    return lambda parts: (lay(log, part) for part in parts)


class Second(pipes.Second[Part, Sheet]):
    """Another process that lays out parts of a log file."""

    def __init__(self, log: SQLiteTail) -> None:
        super().__init__("timeline.view.laying", Path(log.path).absolute(), ahead=AHEAD)
        self._log = log

    def here(self, work: Part) -> Sheet:
        """A part laid out by this process."""
        return lay(self._log, work)

    def unpack(self, packed: bytes, work: Part) -> Sheet:  # noqa: ARG002 -- all is in it
        """A part as the other process laid it out."""
        return _sheet(packed)


def main() -> None:
    """The second process; gone at the first part that it cannot lay out, as the first one tells."""
    pipes.working()
    (path,) = sys.argv[1:]
    with SQLiteTail(path) as log, suppress(BrokenPipeError, StoreError):
        pipes.serve(sys.stdin.buffer, sys.stdout.buffer, lambda packed: lay(log, _part(packed)))


if __name__ == "__main__":
    main()
