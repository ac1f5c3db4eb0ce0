"""Work handed to another process of this program: started here, its values sent through pipes."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import msgspec

_ROOT: Final = Path(__file__).parents[1]
_ROOM: Final = 1 << 20
_pack = msgspec.msgpack.Encoder().encode


GIVEN: Final = subprocess.PIPE


def started(module: str, *arguments: object, source: int | None = None) -> subprocess.Popen[bytes]:
    """This very interpreter, at a module of ours, reading a file descriptor or what it is GIVEN."""
    return subprocess.Popen(  # noqa: S603 -- no other program, and no shell
        [sys.executable, "-m", module, *map(str, arguments)],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        bufsize=_ROOM,
        # Where the system lets a pipe hold that much, who writes need not wait for who reads.
        pipesize=_ROOM,
    )


def working() -> None:
    """Set this process up to work for the one that started it, which ends it as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # As the command line has it: of what is decoded little is waste, and looking costs a third.
    gc.set_threshold(100_000, 20, 20)


def write_frame(stream: IO[bytes] | None, value: object) -> None:
    """A value behind its length, at once."""
    if stream is None:
        raise BrokenPipeError
    packed = _pack(value)
    stream.write(len(packed).to_bytes(4, "big") + packed)
    stream.flush()


def frames_of(stream: IO[bytes] | None) -> Iterator[bytes]:
    """The values of a stream, packed, until it ends; one cut short by the other's end is left."""
    while stream and (head := stream.read(4)):
        size = int.from_bytes(head, "big")
        packed = stream.read(size)
        if len(packed) < size:
            return
        yield packed


def pass_on(stream: IO[bytes] | None, take: Callable[[bytes | None], None]) -> None:
    """Hand on the values of a stream, packed, as they come, and None at its end: by a thread."""
    with suppress(OSError, ValueError):
        for packed in frames_of(stream):
            take(packed)
    take(None)
