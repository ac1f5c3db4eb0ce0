"""Tables as Parquet, with types, ten thousand rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from timeline.errors import MissingExtra

if TYPE_CHECKING:
    from timeline.formats.columns import Cell
    from timeline.formats.typed import Type

_ROWS_AT_ONCE: Final = 10_000


class _Sink:
    """A file in memory that hands out what was written to it since."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        """Keep a part."""
        self._parts.append(bytes(part))
        return len(self._parts[-1])

    def flush(self) -> None:
        """Nothing to do."""

    def taken(self) -> bytes:
        """All parts since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def parquet(
    header: Sequence[str],
    types: Sequence[Type],
    rows: Iterator[Sequence[Cell]],
    said: Mapping[str, str],
) -> Iterator[bytes]:
    """The bytes of a Parquet file; `said` goes into its metadata. Raises `MissingExtra`."""
    try:
        import pyarrow as pa  # here: an extra, and heavy
        from pyarrow import parquet as pq
    except ImportError:
        raise MissingExtra("parquet", "parquet") from None

    arrow: dict[Type, Any] = {
        "text": pa.string(),
        "instant": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
        "number": pa.float64(),
        "count": pa.int64(),
        "flag": pa.bool_(),
    }
    fields = [pa.field(name, arrow[kind]) for name, kind in zip(header, types, strict=True)]
    schema = pa.schema(fields, metadata=dict(said))
    sink = _Sink()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            columns = [
                pa.array(map(_READ[kind], cells), type=field.type, size=len(some))
                for kind, field, cells in zip(types, fields, zip(*some, strict=True), strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            yield sink.taken()
    yield sink.taken()


def _text(cell: Cell) -> str | None:
    return cell if cell is None or isinstance(cell, str) else str(cell)


def _number(cell: Cell) -> float | None:
    return None if cell is None else float(cell)


def _instant(cell: Cell) -> datetime | None:
    return datetime.fromisoformat(cell) if isinstance(cell, str) else None


def _day(cell: Cell) -> date | None:
    return date.fromisoformat(cell) if isinstance(cell, str) else None


def _as_it_is(cell: Cell) -> Cell:
    return cell


_READ: Final[Mapping[Type, Callable[[Cell], object]]] = {
    "text": _text,
    "instant": _instant,
    "day": _day,
    "number": _number,
    "count": _as_it_is,
    "flag": _as_it_is,
}
