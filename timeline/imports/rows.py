"""Readers of tables: CSV, JSON, NDJSON and GeoJSON, gzipped too; one row at a time where it can be.

A row is its number, as a person finds it in the file, and its cells as texts, by column.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import math
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, cast

from events.refusal import Refusal
from events.when import quoted
from timeline.formats.csv import unguarded
from timeline.log.beside import open_input, unzipped

if TYPE_CHECKING:
    from timeline.imports.profile import Profile

MOST_JSON: Final = 512 * 2**20
"""Bytes of a JSON document that is no list of lines: it has to be read whole."""

_LONGEST_CELL: Final = 2**20
_LONGEST_LINE: Final = 2**22
_FOREIGN: Final = (
    b"PK\x03\x04",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
)
"""How zip, and so workbooks, bzip2, xz, zstd, 7z and old workbooks begin."""
_BEGIN: Final = 4096
"""Bytes that tell JSON from a table, where no name does."""
_PARTING: Final = (";", "\t", "|")
"""What parts cells elsewhere, where a comma does not."""
_TAG: Final = re.compile(r"\s*#[A-Za-z]\w*(?:\s*\+\s*[A-Za-z]\w*)*\s*", re.ASCII)
"""A tag of the Humanitarian Exchange Language, such as `#adm1+name`."""
_ENDINGS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".geojson": "geojson",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}


class Row(NamedTuple):
    """One row of a table: its line, or its number among the records of a JSON file."""

    number: int
    cells: Mapping[str, str]


class BadTable(Refusal):
    """A file that is not the table it should be, and the line that shows it."""

    def __init__(self, line: int | None, what: str, right: str) -> None:
        super().__init__(what, right)
        self.line = line


class _Twice(Refusal):
    """A key that a JSON object has twice."""


def rows(path: str, profile: Profile, named: dict[str, str]) -> Iterator[Row | BadTable]:
    """The rows of a file, columns renamed as the profile says; raises `BadTable`.

    `named` takes in what the file itself calls the renamed ones.
    A line of NDJSON that is no JSON is given in its turn: those after it can be read all the same.
    """
    try:
        with _opened(path) as stream:
            yield from _read(stream, _form(path, stream, profile), path, profile, named)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        what = "the file is damaged, or ends in the middle"
        raise BadTable(None, what, "fetch it again, whole") from None
    except OSError as error:
        what = f"cannot be read ({(error.strerror or str(error)).lower()})"
        raise BadTable(None, what, "name a file of the data set") from None
    except UnicodeDecodeError:
        raise _otherwise_encoded(profile) from None
    except LookupError:
        raise BadTable(
            None,
            f"no encoding {quoted(profile.encoding)}",
            "write e.g. utf-8 or cp1251 in the profile",
        ) from None


def _otherwise_encoded(profile: Profile) -> BadTable:
    right = "save it so, or write reads: {encoding: …} in a profile of your own"
    return BadTable(None, f"this is not {profile.encoding.upper()}", right)


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    if path == "-":
        typed = io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer))
        try:
            with _unpacked(typed) as stream:
                yield stream
        finally:
            typed.detach()  # who opened it closes it
        return
    with open_input(path) as raw, _unpacked(raw) as stream:
        yield stream


@contextmanager
def _unpacked(raw: io.BufferedReader[Any]) -> Iterator[IO[bytes]]:
    """A stream less its packing, which has to be one that is known here."""
    begin = raw.peek(8)[:8]
    if begin.startswith(_FOREIGN):
        what = "this is a workbook, or packed otherwise than by gzip"
        raise BadTable(None, what, "save the workbook as CSV, or unpack the file")
    with unzipped(raw) as unpacked:
        yield unpacked


def _form(path: str, stream: IO[bytes], profile: Profile) -> str:
    """What a file is in: by its profile or its name, else by how it begins, as documents are."""
    named = _ENDINGS.get(Path(path.removesuffix(".gz")).suffix.lower())
    if form := profile.format or named:
        return form
    begin = cast("io.BufferedReader[Any]", stream).peek(_BEGIN).removeprefix(codecs.BOM_UTF8)
    first, _, rest = begin.lstrip().partition(b"\n")
    if not first.startswith((b"{", b"[")):
        return "csv"
    lines = first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")
    return "ndjson" if lines else "json"


def _read(
    stream: IO[bytes], form: str, path: str, profile: Profile, named: dict[str, str]
) -> Iterator[Row | BadTable]:
    if form == "csv":
        return _csv(stream, path, profile, named)
    if form == "ndjson":
        return _records(_lines(stream, profile), profile, named)
    return _records(enumerate(_listed(_json(stream, profile), form, profile), 1), profile, named)


def _csv(stream: IO[bytes], path: str, profile: Profile, named: dict[str, str]) -> Iterator[Row]:
    csv.field_size_limit(_LONGEST_CELL)  # here: it is one for the whole program
    text = io.TextIOWrapper(stream, _encoding(profile), newline="")
    tabs = path.removesuffix(".gz").endswith(".tsv")
    reader = csv.reader(
        _short(text), delimiter=profile.delimiter or ("\t" if tabs else ","), strict=True
    )
    try:
        header = next(reader, None)
        if header is None:
            raise BadTable(None, "the file is empty", "name a file of the data set")
        if any("\0" in name for name in header):  # UTF-16 without a mark is no error in UTF-8
            raise _otherwise_encoded(profile)
        header = [name.strip() for name in header]
        columns = _columns(header, profile)
        named |= _named(header, profile)
        width, empty = len(columns), profile.empty
        plain = unguarded if profile.guarded else str.strip
        above = dict.fromkeys(profile.merged, "")
        begin = line = reader.line_num + 1
        for row in reader:
            # Or cells, but nothing in any, as spreadsheets end a table; or none of the data.
            if not any(row) or (line == begin and _is_tags(row)):
                pass
            elif len(row) != width:
                yield Row(line, {"": f"{len(row)} cells where the header has {width}"})
            else:
                cells = dict(zip(columns, map(plain, row), strict=True))
                above = {name: cells[name] or before for name, before in above.items()}
                yield Row(
                    line,
                    {
                        name: "" if cell in empty else cell
                        for name, cell in (cells | above).items()
                        if name  # else nobody can ask for it
                    },
                )
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadTable(
            reader.line_num, f"this is not CSV: {error}", 'close every quote; write "" for a quote'
        ) from None
    finally:
        _leave(text)


def _is_tags(row: Sequence[str]) -> bool:
    """Whether a row is that of HXL, which stands under the header and is none of the data."""
    return all(_TAG.fullmatch(cell) for cell in row if cell.strip())


def _leave(text: io.TextIOWrapper) -> None:
    """Let go of a stream without closing it, which is for who opened it, and may be done by now."""
    if not text.closed:
        text.detach()


def _encoding(profile: Profile) -> str:
    """As the profile says; UTF-8 with or without the mark that some programs begin it with."""
    return "utf-8-sig" if codecs.lookup(profile.encoding).name == "utf-8" else profile.encoding


def _short(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of a text; none is read that would fill the memory."""
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise BadTable(
                None, "a line has no end", "name a table, its rows on lines of their own"
            )
        yield line


def _columns(header: Sequence[str], profile: Profile) -> list[str]:
    columns = [profile.rename.get(name, name) for name in header]
    twice = sorted(name for name, times in Counter(columns).items() if times > 1 and name)
    if twice:
        raise BadTable(
            1, f"column {quoted(twice[0])} is there twice", "give every column its own name"
        )
    require(columns, profile)
    return columns


def _named(names: Iterable[str], profile: Profile) -> dict[str, str]:
    """By their new names, the old ones of renamed columns; one without a name has its new one."""
    rename = profile.rename
    return {rename[name]: name for name in names if name and name in rename}


def require(columns: Sequence[str], profile: Profile) -> None:
    """Raise `BadTable` where a column is missing that the profile cannot do without."""
    if missing := [name for name in profile.needs if name not in columns]:
        shown = ", ".join(missing)
        has = ", ".join(name for name in columns[:12] if name) + (" …" if columns[12:] else "")
        right = "name another profile, or rename the columns in one of your own"
        parted = [one for one in _PARTING if one in columns[0]] if len(columns) == 1 else []
        if parted:
            mark = json.dumps(parted[0])  # in YAML a tab needs double quotes
            right = f"write reads: {{delimiter: {mark}}} in a profile of your own"
        raise BadTable(
            1,
            f"no column {shown}, which the profile {profile.name} needs; the columns are {has}",
            right,
        )


def _lines(stream: IO[bytes], profile: Profile) -> Iterator[tuple[int, object]]:
    text = io.TextIOWrapper(stream, _encoding(profile), newline="\n")
    first = True
    try:
        for number, line in enumerate(_short(text), 1):
            if line.isspace():
                continue
            try:
                yield number, _decoded(line, number)
            except BadTable as error:
                if first:
                    raise  # more likely another sort of file than a bad line of this one
                yield number, error
            first = False
    finally:
        _leave(text)


def _json(stream: IO[bytes], profile: Profile) -> object:
    data = stream.read(MOST_JSON + 1)
    if len(data) > MOST_JSON:
        raise BadTable(None, "the JSON is over 512 MiB", "write one object a line (.ndjson)")
    return _decoded(data.decode(_encoding(profile)), 0)


def _decoded(text: str, line: int) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {error.msg.lower()}"
        raise BadTable(line or error.lineno, what, "write valid JSON") from None
    except _Twice as error:
        raise BadTable(line or None, error.what, error.right) from None
    except ValueError:
        what = "a number of thousands of digits"
        raise BadTable(line or None, what, "write a shorter one") from None
    except RecursionError:
        raise BadTable(line or None, "nested too deep", "write it flatter") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object, none of whose keys is there twice: nobody can say which of them holds."""
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, times in counts.items() if times > 1)
        raise _Twice(f"key {quoted(twice)} is there twice", "keep one")
    return made


def _listed(value: object, form: str, profile: Profile) -> list[object]:
    """The records of a JSON document: a list, what `records` leads to, or a feature collection."""
    for key in profile.records.split(".") if profile.records else ():
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        value = value.get("features")
    if isinstance(value, dict) and form == "geojson":
        value = [value]
    if not isinstance(value, list):
        at = f" at {profile.records}" if profile.records else ""
        way = f"{profile.records}." if profile.records else ""
        parts = value.items() if isinstance(value, dict) else ()
        lists = (f"{way}{key}" for key, part in parts if _is_table(part))
        right = f"write reads: {{records: {next(lists, 'KEY.KEY')}}} in a profile of your own"
        raise BadTable(None, f"no list of records{at}", right)
    return value


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _records(
    values: Iterator[tuple[int, object]], profile: Profile, named: dict[str, str]
) -> Iterator[Row | BadTable]:
    rename, empty = profile.rename, profile.empty
    first = True
    for number, value in values:
        if isinstance(value, BadTable):
            yield value
            continue
        if not isinstance(value, dict):
            yield Row(number, {"": "no JSON object"})
            continue
        flat: dict[str, str] = {}
        if value.get("type") == "Feature":
            properties = value.get("properties") or {}
            if not isinstance(properties, dict):
                yield Row(number, {"": "properties that are no JSON object"})
                continue
            try:
                _point(value.get("geometry"), flat)
            except Refusal as error:
                yield Row(number, {"": error.what})
                continue
            _flatten({**properties, "feature": value.get("id")}, "", flat)
        else:
            _flatten(value, "", flat)
        cells = {
            rename.get(name, name): "" if cell in empty else cell
            for name, cell in flat.items()
            if rename.get(name, name)
        }
        if rename:
            named |= _named(flat, profile)
        if first:
            require(list(cells), profile)
            first = False
        yield Row(number, cells)


def _point(geometry: object, into: dict[str, str]) -> None:
    """The position of a feature: its point, else the middle of the box around its shape."""
    if not isinstance(geometry, dict):
        return
    into["geometry"] = str(geometry.get("type", ""))
    points = list(_positions_of(geometry))
    if points:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        into["longitude"] = _degrees(_across(xs))
        into["latitude"] = _degrees((min(ys) + max(ys)) / 2)


def _across(xs: list[float]) -> float:
    """The middle of longitudes; of a shape on both sides of the date line the one that is there."""
    east = [x + 360 if x < 0 else x for x in xs]
    if max(east) - min(east) < 180 < max(xs) - min(xs):
        middle = (min(east) + max(east)) / 2
        return middle if middle <= 180 else middle - 360
    return (min(xs) + max(xs)) / 2


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _positions_of(geometry: Mapping[str, object]) -> Iterator[tuple[float, float]]:
    yield from _positions(geometry.get("coordinates"))
    parts = geometry.get("geometries")  # of a collection, which may hold others
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            yield from _positions_of(part)


def _positions(value: object) -> Iterator[tuple[float, float]]:
    if value is None:
        return
    if not isinstance(value, list):  # texts, say: without them the row would be nowhere
        raise Refusal("coordinates that are no position", "write [longitude, latitude]")
    if len(value) >= 2 and all(isinstance(one, int | float) for one in value[:2]):
        yield _degree_of(value[0]), _degree_of(value[1])
        return
    for one in value:
        yield from _positions(one)


def _degree_of(value: float) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits; it is nowhere
        return math.inf


def _flatten(value: Mapping[str, object], under: str, into: dict[str, str]) -> None:
    """Nested keys by dots; a list of plain values joined by `;`, one of `{key, value}` by its keys.

    Of any other list its items by number, and `name.count` how many there are; where each is a text
    or has one, as Telegram writes what is partly bold, `name` is all of it.
    """
    for key, part in value.items():
        name = f"{under}{key}"
        if isinstance(part, dict):
            _flatten(part, f"{name}.", into)
        elif isinstance(part, list):
            _flatten_list(part, name, into)
        else:
            into[name] = _cell(part)


def _flatten_list(items: list[object], name: str, into: dict[str, str]) -> None:
    if all(not isinstance(item, dict | list) for item in items):
        into[name] = ";".join(_cell(item) for item in items)
        return
    into[f"{name}.count"] = str(len(items))
    runs = [item.get("text") if isinstance(item, dict) else item for item in items]
    if all(isinstance(run, str) for run in runs):
        into[name] = "".join(map(str, runs)).strip()
    for i, item in enumerate(items):
        if isinstance(item, dict) and item.keys() == {"key", "value"}:
            at = f"{name}.{item['key']}"
            before = f"{into[at]};" if into.get(at) else ""
            into[at] = before + _cell(item["value"])
        elif isinstance(item, dict):
            _flatten(item, f"{name}.{i}.", into)
        elif not isinstance(item, list):
            into[f"{name}.{i}"] = _cell(item)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
