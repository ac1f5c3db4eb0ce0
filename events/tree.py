"""A document's text as plain values, with the line of each: JSON here, YAML in `document`."""

import json
import re
from typing import NamedTuple, Never

from events.explain import Loc, printable
from events.refusal import Refusal
from events.when import quoted

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 5 * 2**20
MAX_DEPTH = 64
_NO_UTF_8 = "this is not UTF-8"
_UTF_8 = "save the file as UTF-8"
_PACKED = (b"\x1f\x8b", b"PK\x03\x04")
"""How gzip and zip begin, and so a workbook."""
SPLIT = "split the file, or write NDJSON, one report a line"


class RefusedError(Refusal):
    """The document cannot be taken at all."""

    def __init__(self, line: int, what: str, right: str) -> None:
        super().__init__(what, right)
        self.line = line


def text_of(data: bytes) -> str:
    """Decode UTF-8 of at most 5 MiB; RefusedError for anything else."""
    if data.startswith(_PACKED):
        right = "unpack it; save a workbook as CSV, which is for `import`"
        raise RefusedError(1, "this is packed, or a workbook", right)
    if len(data) > MAX_BYTES:
        raise RefusedError(data.count(b"\n", 0, MAX_BYTES) + 1, "the document is over 5 MiB", SPLIT)
    try:
        text = data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RefusedError(line, _NO_UTF_8, _UTF_8) from None
    if "\0" in text[:4]:  # each letter of two or four bytes
        raise RefusedError(1, _NO_UTF_8, _UTF_8)
    return text


class Lines(NamedTuple):
    """The line where a value, or its key, stands, and those of what is inside it."""

    line: int
    inside: dict[str | int, "Lines"]


NOTHING: dict[str | int, Lines] = {}
"""What is inside a scalar; shared, never written to."""


def line_at(lines: Lines, loc: Loc) -> int:
    """Return the line of a value, or of the nearest thing around it that is there."""
    for part in loc:
        if part not in lines.inside:
            break
        lines = lines.inside[part]
    return lines.line


class Open:
    """A mapping or list while it is being read; `key` waits for its value."""

    __slots__ = ("key", "lines", "value")

    def __init__(self, value: dict[str, object] | list[object], line: int) -> None:
        self.value = value
        self.lines = Lines(line, {})
        self.key: tuple[str, int] | None = None

    def takes_key(self) -> bool:
        """Whether a key comes next."""
        return isinstance(self.value, dict) and self.key is None

    def set_key(self, key: str, line: int) -> None:
        """Take the key of the value that comes next; RefusedError if it was there before."""
        if key in self.lines.inside:
            first = self.lines.inside[key].line
            raise RefusedError(
                line, f"key {quoted(key)} is there twice", f"keep one; the first is on line {first}"
            )
        self.key = (key, line)

    def put(self, value: object, lines: Lines) -> None:
        """Take the next item, or the value of the key that waits; None where none is written."""
        if isinstance(self.value, list):
            self.lines.inside[len(self.value)] = lines
            self.value.append(value)
        elif self.key is not None:
            key, line = self.key
            self.lines.inside[key] = Lines(line, lines.inside)
            self.value[key] = value
            self.key = None


def open_value(stack: list[Open], value: dict[str, object] | list[object], line: int) -> None:
    """Begin a mapping or list inside the one on top; RefusedError below 64 levels."""
    if len(stack) > MAX_DEPTH:
        raise RefusedError(line, f"nested deeper than {MAX_DEPTH} levels", "write it flatter")
    stack.append(Open(value, line))


def close_value(stack: list[Open]) -> None:
    """End the mapping or list on top."""
    closed = stack.pop()
    stack[-1].put(closed.value, closed.lines)


def has(lines: Lines, loc: Loc) -> bool:
    """Whether the document has a value there."""
    for part in loc:
        if part not in lines.inside:
            return False
        lines = lines.inside[part]
    return True


class _UnusualError(ValueError):
    """JSON that Python takes and we do not; `_json_lines` finds the line."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _UnusualError
    return mapping


def _constant(_: str) -> Never:
    raise _UnusualError


_decode = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant).decode


def decoded(text: str, first: int = 1) -> object:
    """Decode JSON; RefusedError for doubled keys, NaN, or over 64 levels.

    `first` is the number of its first line, for what a refusal says of a doubled key.
    """
    try:
        value: object = _decode(text)
        if text.count("[") + text.count("{") > MAX_DEPTH:
            _check_depth(value, MAX_DEPTH)
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {printable(error.msg)}"
        raise RefusedError(error.lineno, what, "write one valid JSON value") from None
    except (_UnusualError, RecursionError):
        _json_lines(text, first)
        raise RefusedError(
            first, "a number, key or level that JSON has not", "write plain JSON"
        ) from None
    except ValueError:
        raise RefusedError(1, "a number of thousands of digits", "write a shorter one") from None
    return value


def _check_depth(value: object, left: int) -> None:
    if isinstance(value, dict | list):
        if not left:
            raise _UnusualError
        for part in value.values() if isinstance(value, dict) else value:
            _check_depth(part, left - 1)


# Possessive, so that a text of megabytes is one step and never tried again.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\]\n]|[^\s{}\[\],:"]++', re.DOTALL)


def _json_lines(text: str, first: int = 1) -> Lines:
    """Find the lines of all values in JSON; a doubled key, NaN or too deep a level is refused."""
    stack: list[Open] = [Open([], first)]
    line = first
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece == "\n":
            line += 1
        elif piece in "{[":
            open_value(stack, {} if piece == "{" else [], line)
        elif piece in "}]":
            close_value(stack)
        elif stack[-1].takes_key():
            key = str(json.loads(piece)) if "\\" in piece else piece[1:-1]
            stack[-1].set_key(key, line)
        elif piece in ("NaN", "Infinity", "-Infinity"):
            raise RefusedError(
                line, f"{piece} is not a number", "write a number, or leave the key out"
            )
        else:
            stack[-1].put("", Lines(line, NOTHING))
    return stack[0].lines.inside.get(0, stack[0].lines)


def without_empty(value: object) -> object:
    """The value without those keys, at any depth, that have none themselves."""
    if isinstance(value, dict):
        return {key: without_empty(part) for key, part in value.items() if part is not None}
    return [without_empty(part) for part in value] if isinstance(value, list) else value


def read_json(text: str) -> tuple[object, Lines]:
    """Decode JSON, with the lines of its values; RefusedError as `decoded`."""
    return decoded(text), _json_lines(text)
