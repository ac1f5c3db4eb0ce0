"""Work handed to another process of this program: started here, its values sent through pipes."""

from __future__ import annotations

import gc
import queue
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Generic, Self, TypeVar

import msgspec

_Work = TypeVar("_Work")
_Done = TypeVar("_Done")
_ROOT: Final = Path(__file__).parents[1]
_ROOM: Final = 1 << 20
_pack = msgspec.msgpack.Encoder().encode


def started(module: str, *arguments: object, source: int) -> subprocess.Popen[bytes]:
    """This very interpreter, at a module of ours, reading a file descriptor, or a pipe to it."""
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


def serve(given: IO[bytes], answers: IO[bytes], answer: Callable[[bytes], object]) -> None:
    """Answer every value given, in order."""
    waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    # What is given is taken from the pipe as it comes, so that neither side waits for the other.
    threading.Thread(target=pass_on, args=(given, waiting.put), daemon=True).start()
    while (packed := waiting.get()) is not None:
        write_frame(answers, answer(packed))


class Second(ABC, Generic[_Work, _Done]):
    """Another process that does a share of some work; where it fails, this one does."""

    def __init__(self, module: str, *arguments: object, ahead: int) -> None:
        """Start a module that serves; it has at most so much work `ahead` of it."""
        self._ahead = ahead
        self._process = started(module, *arguments, source=subprocess.PIPE)
        self._before_it = 0
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # Its answers are taken from the pipe as they come, so that neither waits for the other.
        given = self._process.stdout, self._answers.put
        threading.Thread(target=pass_on, args=given, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()

    @abstractmethod
    def here(self, work: _Work) -> _Done:
        """Do it in this process."""

    @abstractmethod
    def unpack(self, packed: bytes, work: _Work) -> _Done:
        """What the other process made of some work."""

    def shared(self, works: Iterable[_Work]) -> Iterator[_Done]:
        """Work done by the other process as long as it has too little, else by this one.

        What comes of it comes in the order of the work.
        """
        rest = iter(works)
        waiting: deque[tuple[_Work, _Done | None]] = deque()
        work = next(rest, None)
        while work is not None or waiting:
            if work is not None:
                sent = self._before_it < self._ahead and self.send(work)
                waiting.append((work, None if sent else self.here(work)))
                work = next(rest, None)
            while waiting and (
                waiting[0][1] is not None
                or work is None
                or not self._answers.empty()
                or len(waiting) > 2 * self._ahead
            ):
                first, done = waiting.popleft()
                yield self._receive(first) if done is None else done

    def send(self, work: _Work) -> bool:
        """Give the other process some work; False where it cannot take it."""
        try:
            write_frame(self._process.stdin, work)
        except OSError:
            return False
        self._before_it += 1
        return True

    def _receive(self, work: _Work) -> _Done:
        """The answer to the oldest work that it was given; waits for it."""
        self._before_it -= 1
        packed = self._answers.get()
        if packed is None:
            self._answers.put(None)  # for those after this one
            return self.here(work)
        return self.unpack(packed, work)
