"""The later half of a large log, made ready by a second process in a file of its own.

To decode a report, lay its claim out and write it takes one process as long as all that comes after
takes for many. The two share nothing but the log, which both only read, so that neither waits.
"""

from __future__ import annotations

import sys
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.evidence.tiles import WIDTH
from timeline.log.tail import BUSY_SECONDS, SQLiteTail
from timeline.pipes import frames_of, started, working, write_frame
from timeline.view.files import HALF
from timeline.view.filling import begin, exclusive, fill, take_several, transaction

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from timeline.log import LogReader
    from timeline.view.filling import Stretch

ALONE: Final = 40_000
"""Entries up to which one process is done before a second one has started."""

_position = msgspec.msgpack.Decoder(int).decode


# Of the reports of several versions, which lie all over the log, each half takes every other one.
EARLIER: Final = slice(0, None, 2)
LATER: Final = slice(1, None, 2)


class Half:
    """The later half of a generation, and the process that is at it."""

    def __init__(self, log: str, generation: Path, first: int, upto: int) -> None:
        self.first = first
        self.upto = upto
        self.path = generation.with_name(generation.name + HALF)
        self._at = first
        self._process = started("timeline.view.halves", log, self.path, first, upto)
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()

    @property
    def done(self) -> int:
        """How many entries it has taken in."""
        return self._at - self.first

    def complete(self, log: LogReader, tell: Callable[[], None]) -> None:
        """Wait until it is made; by this process, which tells what is wrong, where that failed."""
        while self._listener.is_alive():
            self._listener.join(timeout=0.5)
            tell()
        self._process.wait()
        make(log, self.path, self.first, self.upto, self._reached)
        tell()

    def _reached(self, position: int) -> None:
        self._at = position

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(OSError, ValueError):
            for packed in frames_of(process.stdout):
                self._reached(_position(packed))

    def kill(self) -> None:
        """End the process, if it is at it still."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        if self._process.stdout:
            self._process.stdout.close()


def middle_of(log: LogReader, upto: int) -> int:
    """Behind which entry another process goes on; the last one where one process does it all."""
    if upto <= ALONE or not isinstance(log, SQLiteTail) or log.newer:
        return upto
    # The other one has to start first, and takes in reports of several versions while this one
    # waits. Both begin with a tile.
    return upto * 10 // 19 // WIDTH * WIDTH


@contextmanager
def later_half(log: LogReader, generation: Path, whole: Stretch) -> Iterator[Half | None]:
    """A process that makes the later half of a log ready; None where one process does it all."""
    if whole.middle == whole.upto or not isinstance(log, SQLiteTail):
        yield None
        return
    half = Half(str(Path(log.path).absolute()), generation, whole.middle, whole.upto)
    try:
        yield half
    finally:
        half.kill()


def make(log: LogReader, path: Path, first: int, upto: int, tell: Callable[[int], None]) -> None:
    """Fill the file of a later half, or what it lacks, telling of every position reached."""
    # One whose builder was killed has it until it notices.
    with closing(exclusive(path, BUSY_SECONDS)) as db:
        stretch = begin(db, log, first, upto, upto)
        tell(stretch.position)
        if stretch.built:
            return
        several = sorted(log.changed(upto))
        writer = fill(db, log, upto, several, tell)
        with transaction(db):
            take_several(writer, log, several[LATER], upto)
            db.execute("UPDATE state SET built = 1")


def main() -> None:
    """The second process: how far it is on standard output, and gone when nobody reads that."""
    working()
    log, path, first, upto = sys.argv[1:]

    def tell(position: int) -> None:
        write_frame(sys.stdout.buffer, position)

    with SQLiteTail(log) as tail, suppress(BrokenPipeError):
        make(tail, Path(path), int(first), int(upto), tell)


if __name__ == "__main__":
    main()
