"""Files of places as they are found: which of the known forms, unpacked, row by row."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Final, NamedTuple, TextIO

from events.explain import Problem
from events.when import quoted
from timeline.atlas import geonames, own, ukraine
from timeline.errors import BadReport
from timeline.log.beside import unzipped

if TYPE_CHECKING:
    from timeline.atlas.file import Definition

_JOINED: Final = (
    "geonameid", "name", "lat", "lon", "population", "geonames_admin1", "katottg",
    "katottg_raion", "raion_uk", "alternate_names",
)  # fmt: skip
_CLASSIFIED: Final = ("code", "category", "name_uk", "parent", "path")
_FORMS: Final = (
    "write a CSV with the columns " + ",".join(own.COLUMNS) + ", or name a dump of GeoNames, "
    "ua_places.csv or katottg.csv"
)
UNREADABLE: Final = (
    UnicodeDecodeError,
    csv.Error,
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    zipfile.BadZipFile,
)
"""What reading a file of places may end with, besides what any file may."""
_LONGEST_LINE: Final = 2**20
_LONGEST_CELL: Final = 2**24
"""A list has names in all scripts in one cell."""


class OpenedPlaces(NamedTuple):
    """A file of places: what it is called from now on, whom to credit, and what it holds."""

    name: str
    credit: str
    places: Iterable[Definition | Problem]


@contextmanager
def opened(path: Path, find: own.FindBesides, classes: str) -> Iterator[OpenedPlaces]:
    """Open a file of places (plain, `.gz` or `.zip`) in whichever form it is.

    `find` looks up the parents of a user's own list, `classes` are the feature classes wanted of a
    dump of GeoNames. Raises OSError, and `BadReport` for a file of no form known here.
    """
    with ExitStack() as stack:

        def lines() -> TextIO:
            raw = stack.enter_context(_unpacked(path))
            text = io.TextIOWrapper(raw, encoding="utf-8-sig", errors="strict", newline="")
            return stack.enter_context(text)

        try:
            first = lines().readline(_LONGEST_LINE)
            yield _read(path, first, lines, find, classes)
        except UNREADABLE as error:
            line = _not_utf_8(path) if isinstance(error, UnicodeDecodeError) else None
            raise unreadable(str(path), error, line) from error


def _read(
    path: Path, first: str, lines: Callable[[], Iterable[str]], find: own.FindBesides, classes: str
) -> OpenedPlaces:
    file = str(path)
    stem = path.name.partition(".")[0] or path.name
    cells = first.rstrip("\r\n").split("\t")
    if len(cells) == geonames.COLUMNS and cells[0].isdigit():
        dump = geonames.dump_places(lines, file, classes)
        return OpenedPlaces(f"geonames-{stem}", geonames.CREDIT, dump)
    header = [name.strip() for name in next(csv.reader([first]), [])]
    has, wrong = set(header), list[Problem]()
    rows = _rows(lines(), header, file, wrong)
    if has.issuperset(_JOINED):
        read = OpenedPlaces("ua_places", ukraine.CREDIT_PLACES, ukraine.joined_places(rows, file))
    elif has.issuperset(_CLASSIFIED):
        read = OpenedPlaces(
            "katottg", ukraine.CREDIT_KATOTTG, ukraine.classified_places(rows, file)
        )
    elif has.issuperset(own.COLUMNS) and has.issubset((*own.COLUMNS, *own.OPTIONAL)):
        read = OpenedPlaces(stem, "", own.listed_places(rows, file, find(stem)))
    else:
        what = f"is no list of places known here ({_shown(first)}{_off(has)})"
        raise BadReport([Problem(file, 1, what, _FORMS)])
    if twice := sorted(name for name in has if name and header.count(name) > 1):
        what = f"column {quoted(twice[0])} is there twice"
        raise BadReport([Problem(file, 1, what, "give every column its own name")])
    return read._replace(places=chain(read.places, wrong))


def _not_utf_8(path: Path) -> int | None:
    """The first line of a file that is not UTF-8."""
    with _unpacked(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return None


def unreadable(file: str, error: Exception, line: int | None = None) -> BadReport:
    """The refusal of a file in another encoding, cut short, or of no rows at all."""
    if isinstance(error, UnicodeDecodeError):
        return BadReport(
            [Problem(file, line, f"is not UTF-8 ({error.reason})", "save it as UTF-8")]
        )
    return BadReport([Problem(file, None, f"cannot be read ({error})", _FORMS)])


def _shown(first: str) -> str:
    text = first.strip()[:60]
    return f"it begins {quoted(text)}" if text else "it is empty"


def _off(header: set[str]) -> str:
    """What a header that is nearly that of a user's own list lacks, and has besides."""
    lacks = [name for name in own.COLUMNS if name not in header]
    if len(lacks) == len(own.COLUMNS):
        return ""
    more = sorted(map(quoted, header.difference(own.COLUMNS, own.OPTIONAL)))
    told = [f", it lacks {', '.join(lacks)}"] if lacks else []
    told += [f", {', '.join(more[:5])} is no column of one"] if more else []
    return "".join(told)


def _rows(
    lines: Iterable[str], header: list[str], file: str, wrong: list[Problem]
) -> Iterator[own.Numbered]:
    """Rows as mappings, with the line each ends on; those of another width are `wrong`."""
    csv.field_size_limit(_LONGEST_CELL)  # here: it is one for the whole program
    reader = csv.reader(lines)
    next(reader, None)
    for cells in reader:
        if len(cells) == len(header):
            yield reader.line_num, dict(zip(header, cells, strict=True))
        elif any(cells):
            what = f"has {len(cells)} cells under {len(header)} columns"
            right = "write every cell, and those with a comma in double quotes"
            wrong.append(Problem(file, reader.line_num, what, right))


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as stream:
        if stream.peek(2).startswith(b"PK"):
            with zipfile.ZipFile(stream) as archive, _member(archive, path) as member:
                yield member
        else:
            with unzipped(stream) as unpacked:
                yield unpacked


def _member(archive: zipfile.ZipFile, path: Path) -> BinaryIO:
    name = _inside(archive, path)
    try:
        return archive.open(name)  # type: ignore[return-value] # likewise
    except RuntimeError as error:  # a password is needed, or the compression is none of ours
        what = f"cannot be unpacked ({str(error)[:200].lower()})"
        raise BadReport([Problem(str(path), None, what, "unpack it and name the list")]) from None


def _inside(archive: zipfile.ZipFile, path: Path) -> str:
    """The file of an archive that holds the places: GeoNames packs a readme beside it."""
    names = [name for name in archive.namelist() if name.lower().endswith((".txt", ".csv"))]
    kept = [name for name in names if "readme" not in name.lower()]
    if len(kept) != 1:
        what = f"holds {len(kept)} lists"
        raise BadReport([Problem(str(path), None, what, "unpack it and name the one to load")])
    return kept[0]
