"""Tables as GeoJSON (RFC 7946): a feature for each row, its columns as flat properties."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from timeline.formats.columns import Cell

Point = tuple[float, float]
"""Longitude and latitude, in this order."""

_json = msgspec.json.Encoder().encode


def geojson(
    header: Sequence[str],
    rows: Iterator[Sequence[Cell]],
    locate: Callable[[str], Point | None],
    said: Mapping[str, str],
    left_out: Collection[str],
) -> Iterator[bytes]:
    """The bytes of a collection of features, one a line.

    The point is that of the row's place, whatever is said to be near it or toward it; a row whose
    place has no coordinates has no geometry. `said` stands beside the features; the columns
    `left_out` are those that the point says.
    """
    kept = [name not in left_out for name in header]
    place = header.index("place_id")
    before = b'{"type":"FeatureCollection","timeline":' + _json(dict(said)) + b',"features":['
    for row in rows:
        point = locate(str(row[place]))
        feature = {
            "type": "Feature",
            "geometry": point and {"type": "Point", "coordinates": point},
            "properties": {
                name: cell for name, cell, keep in zip(header, row, kept, strict=True) if keep
            },
        }
        yield before + b"\n" + _json(feature)
        before = b","
    yield (before if before != b"," else b"") + b"\n]}\n"
