"""Spooled reports sealed as the log keeps them, those of a long file by a second process.

While this process files some, the other one makes rows of the next; where it fails, this one does.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import IO, Final

import msgspec

from timeline.log.filing import Parted, SealedReport
from timeline.log.rows import row_of
from timeline.pipes import frames_of, pass_on, started, working, write_frame

ALONE: Final = 20
"""Frames up to which one process is done before a second one has started."""
AHEAD: Final = 80
"""Frames that are sealed ahead at most: as many as are filed at once."""

_parted: Final[Callable[[bytes], list[Parted]]] = msgspec.msgpack.Decoder(list[Parted]).decode
_sealed: Final[Callable[[bytes], list[SealedReport]]] = msgspec.msgpack.Decoder(
    list[SealedReport]
).decode


def parted_in(file: IO[bytes], after: int = 0) -> Iterator[list[Parted]]:
    """The reports of a file of frames, but for those of the first so many."""
    file.seek(0)
    return map(_parted, islice(frames_of(file), after, None))


def rows_in(file: IO[bytes], frames: int) -> Iterator[SealedReport]:
    """The reports of a file of so many frames, sealed, in its order."""
    done = 0
    if frames > ALONE:
        for packed in _by_another(file):
            yield from _sealed(packed)
            done += 1
    if done < frames:
        for some in parted_in(file, done):
            yield from map(row_of, some)


def _by_another(file: IO[bytes]) -> Iterator[bytes]:
    """The frames of a file sealed by another process, as far as it gets."""
    file.seek(0)  # both read on from one place
    answers: queue.Queue[bytes | None] = queue.Queue(AHEAD)
    with started("timeline.sealing", source=file.fileno()) as process:
        # Taken from the pipe as they come: while this process files, it has no time for them.
        given = process.stdout, answers.put
        listener = threading.Thread(target=pass_on, args=given, daemon=True)
        listener.start()
        try:
            yield from iter(answers.get, None)
        finally:
            process.kill()
            while listener.is_alive():  # where nobody wants the rest, it may wait for room
                with suppress(queue.Empty):
                    answers.get_nowait()
                listener.join(0.01)


def serve(given: IO[bytes], answers: IO[bytes]) -> None:
    """Seal every frame given."""
    for packed in frames_of(given):
        write_frame(answers, [row_of(one) for one in _parted(packed)])


def main() -> None:
    """The second process."""
    working()
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
