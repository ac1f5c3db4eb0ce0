"""Reports checked and laid out for the log, those of a long stream by a second process as well.

To check a report takes longer than to look its place up. While this process looks places up,
another one checks; as long as that has enough before it, this one checks too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import msgspec

from events.document import Draft, Problem, iter_ndjson
from events.kinds import sides_of, stored
from events.lines import Laid, NamedPlace, lay_out
from timeline.entries import originator_id
from timeline.log.filing import Parted
from timeline.pipes import Second, serve, working
from timeline.seals import parted

CHUNK: Final = 250
"""Lines that one process checks at once."""
ALONE: Final = 10_000
"""Lines up to which one process is done before a second one has started."""
AHEAD: Final = 32
"""Chunks that the second process has at most before it: work for half a second."""


class Checked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A valid report on its way in, its public part around the place, still to be looked up.

    `place` is as written, on `place_line`, and `definition` there where it was defined in place.
    `parties` are who speaks in it, and who is said to have checked it, `sides` whom it tells of.
    `fields` are those that can be redacted.
    """

    key: str
    given_id: bool
    originator: str
    file: str
    line: int | None
    place_line: int | None
    place: str
    named: NamedPlace
    parties: tuple[str, ...]
    sides: tuple[str, ...]
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
    named, parts = NamedPlace.of(event.place), parted(stored(event))
    # No JSON string holds it, for a quote inside one follows a backslash; and no key before it.
    before, _, after = parts.public.partition(named.placed(named.id, named.name))
    laid = Laid(
        draft.key,
        draft.given_id,
        written if isinstance(written, str) else written.id,
        named,
        (*(said.party for said in event.chain), *(check.by for check in event.verification)),
        sides_of(event),
        before,
        after,
        parts.fields,
    )
    definition = None if isinstance(written, str) else written
    return read_as(laid, draft.file, draft.line, draft.place_line, definition)


def read_as(
    laid: Laid, file: str, line: int | None, place_line: int | None, definition: object = None
) -> Checked:
    """What a report was laid out as, under the id of its aggregate, and where it was read."""
    key, given_id, place, named, parties, sides, before, after, fields = laid
    return Checked(
        key,
        given_id,
        originator_id("report", key),
        file,
        line,
        place_line,
        place,
        named,
        parties,
        sides,
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
    with SecondChecking(file, timezone) as second:
        yield from second.shared(chain([more], chunks))


def _chunks(lines: Iterator[bytes]) -> Iterator[Chunk]:
    first = 1
    while some := list(islice(lines, CHUNK)):
        yield Chunk(first, some)
        first += len(some)


def _read(chunk: Chunk, file: str, timezone: str) -> list[Checked | Problem]:
    read: list[Checked | Problem] = []
    for number, line in enumerate(chunk.lines, chunk.first):
        if laid := lay_out(line, timezone):
            read.append(read_as(laid, file, number, number))
            continue
        plain = iter_ndjson([line], file, timezone=timezone, first=number)
        read += [checked(one) if isinstance(one, Draft) else one for one in plain]
    return read


class SecondChecking(Second[Chunk, list[Checked | Problem]]):
    """Another process that checks chunks."""

    def __init__(self, file: str, timezone: str) -> None:
        super().__init__("timeline.checking", file, timezone, ahead=AHEAD)
        self._about = file, timezone

    def here(self, work: Chunk) -> list[Checked | Problem]:
        """A chunk checked by this process."""
        return _read(work, *self._about)

    def unpack(self, packed: bytes, work: Chunk) -> list[Checked | Problem]:
        """The chunk as it was checked; places defined in place are read here."""
        read: list[Checked | Problem] = []
        for one in _unpack(packed):
            if isinstance(one, int):
                read += self.here(Chunk(one, [work.lines[one - work.first]]))
            else:
                read.append(one)
        return read


_unpack: Final[Callable[[bytes], list[Sent]]] = msgspec.msgpack.Decoder(list[Sent]).decode
_chunk: Final = msgspec.msgpack.Decoder(Chunk).decode


def answer(packed: bytes, file: str, timezone: str) -> list[Sent]:
    """A chunk, checked."""
    read = _read(_chunk(packed), file, timezone)
    # Every line has its number in a stream.
    return [one.line or 0 if isinstance(one, Checked) and one.definition else one for one in read]


def main() -> None:
    """The second process."""
    working()
    file, timezone = sys.argv[1:]
    with suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer, lambda packed: answer(packed, file, timezone))


if __name__ == "__main__":
    main()
