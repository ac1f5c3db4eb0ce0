"""Reports checked and laid out for the log, those of a long stream by a second process as well.

To check a report takes longer than to look its place up. While this process looks places up,
another one checks; as long as that has enough before it, this one checks too.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import IO, Any, Final, NamedTuple, Self

import msgspec

from events.document import Draft, Problem, iter_ndjson
from events.kinds import stored
from events.lines import Laid, Spot, lay_out
from timeline.entries import originator_id
from timeline.log import Parted
from timeline.pipes import GIVEN, pass_on, started, working, write_frame
from timeline.seals import parted

CHUNK: Final = 250
"""Lines that one process checks at once."""
ALONE: Final = 10_000
"""Lines up to which one process is done before a second one has started."""
AHEAD: Final = 32
"""Chunks that the second process has at most before it: work for half a second."""


class Checked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A valid report on its way in, its public part around the place, still to be looked up.

    `place` is as written, and `definition` there where it was defined in place. `parties` are who
    speaks in it, and who is said to have checked it. `fields` are those that can be redacted.
    """

    key: str
    originator: str
    file: str
    line: int | None
    place: str
    spot: Spot
    parties: tuple[str, ...]
    before: bytes
    after: bytes
    fields: dict[str, bytes | None]
    definition: Any = None

    def at(self, placed: bytes) -> Parted:
        """The report at a place in canonical JSON."""
        public = b"".join((self.before, placed, self.after))
        return Parted(self.key, self.originator, public, self.fields)


class Chunk(NamedTuple):
    """Some lines of a stream, and the number of the first."""

    first: int
    lines: list[bytes]


# As the second process sends it: for a place defined in place, the line to read again.
Sent = Checked | Problem | int


def checked(draft: Draft) -> Checked:
    """A draft laid out for the log."""
    event, written = draft.event, draft.place
    spot, parts = Spot.of(event.place), parted(stored(event))
    # No JSON string holds it, for a quote inside one follows a backslash; and no key before it.
    before, _, after = parts.public.partition(spot.placed(spot.id, spot.name))
    laid = Laid(
        draft.key,
        written if isinstance(written, str) else written.id,
        spot,
        (*(said.party for said in event.chain), *(check.by for check in event.verification)),
        before,
        after,
        parts.fields,
    )
    return read_as(laid, draft.file, draft.line, None if isinstance(written, str) else written)


def read_as(laid: Laid, file: str, line: int | None, definition: object = None) -> Checked:
    """What a report was laid out as, under the id of its aggregate, and where it was read."""
    key, place, spot, parties, before, after, fields = laid
    return Checked(
        key,
        originator_id("report", key),
        file,
        line,
        place,
        spot,
        parties,
        before,
        after,
        fields,
        definition,
    )


def from_ndjson(lines: Iterable[bytes], file: str, timezone: str) -> Iterator[Checked | Problem]:
    """The reports of a stream in its order, as `events.document.iter_ndjson` reads them."""
    return chain.from_iterable(_by_chunks(iter(lines), file, timezone))


def _by_chunks(
    lines: Iterator[bytes], file: str, timezone: str
) -> Iterator[list[Checked | Problem]]:
    chunks = _chunks(lines)
    for chunk in islice(chunks, ALONE // CHUNK):
        yield _read(chunk, file, timezone)
    if (more := next(chunks, None)) is None:
        return
    with Second(file, timezone) as second:
        yield from _shared(more, chunks, second)


def _chunks(lines: Iterator[bytes]) -> Iterator[Chunk]:
    first = 1
    while some := list(islice(lines, CHUNK)):
        yield Chunk(first, some)
        first += len(some)


def _read(chunk: Chunk, file: str, timezone: str) -> list[Checked | Problem]:
    read: list[Checked | Problem] = []
    for number, line in enumerate(chunk.lines, chunk.first):
        if laid := lay_out(line, timezone):
            read.append(read_as(laid, file, number))
            continue
        plain = iter_ndjson([line], file, timezone=timezone, first=number)
        read += [checked(one) if isinstance(one, Draft) else one for one in plain]
    return read


def _shared(
    more: Chunk, chunks: Iterator[Chunk], second: Second
) -> Iterator[list[Checked | Problem]]:
    """Chunks to the second process as long as it has too few, else to this one; all in order."""
    waiting: deque[tuple[Chunk, list[Checked | Problem] | None]] = deque()
    chunk: Chunk | None = more
    while chunk is not None or waiting:
        if chunk is not None:
            sent = second.has_room and second.send(chunk)
            waiting.append((chunk, None if sent else second.here(chunk)))
            chunk = next(chunks, None)
        while waiting and (
            waiting[0][1] is not None or chunk is None or second.ready or len(waiting) > 2 * AHEAD
        ):
            first, done = waiting.popleft()
            yield second.receive(first) if done is None else done


class Second:
    """Another process that checks chunks; where it fails, this one does."""

    def __init__(self, file: str, timezone: str) -> None:
        self._about = file, timezone
        self._process = started("timeline.drafting", file, timezone, source=GIVEN)
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

    @property
    def has_room(self) -> bool:
        """Whether it would be out of work before long."""
        return self._before_it < AHEAD

    @property
    def ready(self) -> bool:
        """Whether an answer is there."""
        return not self._answers.empty()

    def send(self, chunk: Chunk) -> bool:
        """Give it a chunk; False where it cannot take one."""
        try:
            write_frame(self._process.stdin, chunk)
        except OSError:
            return False
        self._before_it += 1
        return True

    def here(self, chunk: Chunk) -> list[Checked | Problem]:
        """A chunk checked by this process."""
        return _read(chunk, *self._about)

    def receive(self, chunk: Chunk) -> list[Checked | Problem]:
        """The answer to the oldest chunk that it was given; waits for it."""
        self._before_it -= 1
        packed = self._answers.get()
        if packed is None:
            self._answers.put(None)  # for those after this one
            return self.here(chunk)
        read: list[Checked | Problem] = []
        for one in _unpack(packed):
            if isinstance(one, int):
                read += self.here(Chunk(one, [chunk.lines[one - chunk.first]]))
            else:
                read.append(one)
        return read


_unpack: Final[Callable[[bytes], list[Sent]]] = msgspec.msgpack.Decoder(list[Sent]).decode
_chunk: Final = msgspec.msgpack.Decoder(Chunk).decode


def serve(given: IO[bytes], answers: IO[bytes], file: str, timezone: str) -> None:
    """Check every chunk given."""
    chunks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    # What is given is taken from the pipe as it comes, so that neither side waits for the other.
    threading.Thread(target=pass_on, args=(given, chunks.put), daemon=True).start()
    while (packed := chunks.get()) is not None:
        read = _read(_chunk(packed), file, timezone)
        # Every line has its number in a stream.
        write_frame(
            answers,
            [one.line if isinstance(one, Checked) and one.definition else one for one in read],
        )


def main() -> None:
    """The second process."""
    working()
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer, *sys.argv[1:])


if __name__ == "__main__":
    main()
