"""The log laid out for a build: by this process, and for a large log by a second one as well.

Decoding a report and laying its claim out takes longer than writing it down. While this process
writes, the other one lays out; as long as that has enough to do, this one lays out too.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeGuard

import msgspec

from timeline.entries import REPORT_TOPICS, NewerEntry
from timeline.errors import StoreError
from timeline.log.tail import SQLiteTail
from timeline.pipes import Second, serve, working
from timeline.view.sheet import Sheet, laid_again, laid_out
from timeline.view.tiles import hole

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator

    from timeline.entries import Entry
    from timeline.log import LogReader

    # Lays parts out, and gives their sheets in the order of the parts.
    Sheets = Callable[[Iterable["Part"]], Iterator[Sheet]]
    # The aggregates that have several versions, as far as a build goes.
    Several = Callable[[], Container[str]]

ALONE: Final = 40_000
"""Entries up to which one process is done before a second one has started."""
AHEAD: Final = 8
"""Parts that the second process has at most before it."""


class Part(NamedTuple):
    """The entries (after, upto], or some reports laid out `again`, as they are at `upto`."""

    after: int
    upto: int
    again: tuple[str, ...] = ()


_part = msgspec.msgpack.Decoder(Part).decode
_sheet = msgspec.msgpack.Decoder(Sheet).decode


def lay(log: LogReader, part: Part, several: Container[str]) -> Sheet:
    """A part laid out; of entries, as many as can be read, without reports of `several` versions.

    StoreError where entries are missing, NewerEntry where not even the first can be read.
    """
    after, upto, again = part
    if again:
        histories = (history(log, originator, upto) for originator in again)
        return laid_again(one for one in histories if one)
    batch = log.entries(after, upto - after, upto=upto)
    if not batch:
        raise hole(after + 1)
    return laid_out(batch, after, several)


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
def laying(log: LogReader, upto: int, several: Several) -> Iterator[Sheets]:
    """What lays parts of a log out up to a position, by one process or two."""
    if by_two(log, upto):
        with SecondLaying(log, upto, several) as second:
            yield second.shared
    else:
        yield alone(log, several)


def by_two(log: LogReader, upto: int) -> TypeGuard[SQLiteTail]:
    """Whether two processes lay the log out up to a position."""
    return upto > ALONE and isinstance(log, SQLiteTail) and not log.newer


def alone(log: LogReader, several: Several) -> Sheets:
    """What lays parts out by this process."""
    return lambda parts: (lay(log, part, several()) for part in parts)


class SecondLaying(Second[Part, Sheet]):
    """Another process that lays out parts of a log file."""

    def __init__(self, log: SQLiteTail, upto: int, several: Several) -> None:
        super().__init__("timeline.view.laying", log.where, upto, ahead=AHEAD)
        self._log = log
        self._several = several

    def here(self, work: Part) -> Sheet:
        """A part laid out by this process."""
        return lay(self._log, work, self._several())

    def unpack(self, packed: bytes, work: Part) -> Sheet:  # noqa: ARG002 -- all is in it
        """A part as the other process laid it out."""
        return _sheet(packed)


def main() -> None:
    """The second process; ends at a part that it cannot lay out, of which the first one tells."""
    working()
    path, upto = sys.argv[1:]
    with SQLiteTail(path) as log, suppress(BrokenPipeError, StoreError):
        several = frozenset(log.changed(int(upto)))
        given, answers = sys.stdin.buffer, sys.stdout.buffer
        serve(given, answers, lambda packed: lay(log, _part(packed), several))


if __name__ == "__main__":
    main()
