"""Documents and streams of reports as they are found: in a file, or on standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from events.document import LONGEST_LINE, Problem, load_document
from timeline.checking import Checked, checked, from_ndjson
from timeline.log.beside import open_input

if TYPE_CHECKING:
    from events.attribution import Party
    from events.place import PlaceDefinition

# More than the largest document that `load_document` takes, so that it sees what it refuses.
_LONGEST_DOCUMENT: Final = 16 * 2**20


@dataclass(slots=True)
class Incoming:
    """One document at hand: its reports, read as they are asked for, and what it defines."""

    name: str
    drafts: Iterable[Checked | Problem] = ()
    places: tuple[PlaceDefinition, ...] = ()
    place_lines: tuple[int, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()
    parties: tuple[Party, ...] = ()
    problems: tuple[Problem, ...] = ()
    defined: list[tuple[str, bytes]] = field(default_factory=list)


def open_document(path: Path | str, timezone: str) -> Incoming:
    """A YAML or JSON document, or a stream of NDJSON; `-` is standard input."""
    name = str(path)
    try:
        # Closed by whoever reads it to its end.
        stream = _opened(name)
    except OSError as error:
        what = f"cannot be read ({(error.strerror or 'unknown').lower()})"
        return Incoming(name, problems=(Problem(name, None, what, "name a file of reports"),))
    first = stream.readline(LONGEST_LINE)
    if _is_ndjson(name, first):
        if name != "-" and stream.seekable():
            stream.close()  # until its turn comes: there may be more files than one may have open
            return Incoming(name, from_ndjson(_lines(name), name, timezone))
        return Incoming(name, from_ndjson(_lines(name, stream, first), name, timezone))
    with stream:
        data = first + stream.read(_LONGEST_DOCUMENT)
    document = load_document(data, name, timezone=timezone)
    return Incoming(
        name,
        tuple(map(checked, document.drafts)),
        document.places,
        document.place_lines,
        document.unread,
        document.parties,
        document.problems,
    )


def _is_ndjson(name: str, first: bytes) -> bool:
    if name.endswith((".ndjson", ".jsonl")):
        return True
    if name == "-" and not first:
        return True  # what `export reports` writes where there is none
    if name.endswith((".json", ".yaml", ".yml")):
        return False
    try:
        # Only in a stream of reports does the first line hold a whole one.
        return "kind" in msgspec.json.decode(first, type=dict)
    except msgspec.DecodeError:
        return False


def _opened(name: str) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else open_input(name)


def _lines(name: str, stream: BinaryIO | None = None, first: bytes = b"") -> Iterator[bytes]:
    """The lines of a stream, behind the first; of one that is too long the beginning alone."""
    with stream or _opened(name) as file:
        begun = [first] if first else []
        for line in chain(begun, iter(partial(file.readline, LONGEST_LINE), b"")):
            yield line
            if len(line) >= LONGEST_LINE and line[-1:] != b"\n":
                while (rest := file.readline(LONGEST_LINE)) and rest[-1:] != b"\n":
                    pass
