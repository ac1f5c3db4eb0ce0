"""A projection of the user's own, run for each place, and its rows as an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from events.when import iso
from timeline.answer import JsonAnswer
from timeline.evidence.tree import root
from timeline.places import resolve
from timeline.projections import Rows, counted_reports, fold
from timeline.questions.known import view_of
from timeline.situation import PlaceView

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline.cuts import Cuts
    from timeline.projections import Loaded
    from timeline.reader import Reader

SCHEMA: Final = "timeline/projection/1"


class PlaceRows(msgspec.Struct, frozen=True):
    """The rows of one place."""

    place: PlaceView
    rows: Rows


class Projected(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `project`. Of places that were not asked for by name, those that have rows."""

    schema: str = SCHEMA
    projection: str
    version: str
    options: Mapping[str, str]
    known: str
    recorded: str | None
    basis: str
    places: list[PlaceRows]


class KeptRows(Protocol):
    """Where the rows of projections are kept between questions.

    What counts has `settled`: the root of the tree over the entries read, and the last knowledge.
    """

    def read(
        self, loaded: Loaded, settled: tuple[bytes, Instant], places: Sequence[str]
    ) -> Mapping[str, Rows]:
        """The rows that are kept, by place."""

    def write(
        self, loaded: Loaded, settled: tuple[bytes, Instant], rows: Mapping[str, Rows]
    ) -> None:
        """Keep the rows of these places."""


def project(
    reader: Reader,
    loaded: Loaded,
    places: Sequence[str],
    cuts: Cuts,
    zone: tzinfo,
    kept: KeptRows | None = None,
) -> Projected:
    """Run a projection over the reports that count, at all places they name where none is given.

    Valid time decides nothing here: a projection gets what was known, whatever it speaks of.
    Raises `BadProjection`, and then nothing is kept.
    """
    asof = cuts.asof
    book = reader.book(asof)
    named = list(dict.fromkeys(resolve(place, book).id for place in places))
    every = named or sorted(reader.reported_places(asof))
    rows: dict[str, Rows] = {}
    if kept:
        last, known = reader.settled(asof)
        settled = root(last, reader.tree()), known
        rows |= kept.read(loaded, settled, every)
    fresh = {
        place: fold(loaded, place, counted_reports(reader, place, asof, zone))
        for place in every
        if place not in rows
    }
    if kept and fresh:
        kept.write(loaded, settled, fresh)
    rows |= fresh
    return Projected(
        projection=loaded.name,
        version=loaded.version,
        options=loaded.options,
        known=iso(asof.known),
        recorded=cuts.recorded,
        basis=cuts.pinned(*reader.pinned(asof)),
        places=[
            PlaceRows(view_of(place, book, asof.valid), rows[place])
            for place in every
            if named or rows[place]
        ],
    )
