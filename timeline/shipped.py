"""The places and parties that come with the program, out of its seeds."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from events.canonical import canonical
from events.document import Document, load_document
from timeline.seeds_path import seeds_folder

if TYPE_CHECKING:
    from events.attribution import Party


@cache
def _shipped(name: str) -> Document:
    return load_document((seeds_folder() / name).read_bytes(), name, timezone="UTC")


def shipped_places() -> dict[str, bytes]:
    """The places that come with the program, by id, as the log stores them."""
    definitions = (one for top in _shipped("places.yaml").places for one in top.flattened())
    return {one.id: canonical(one.stored()) for one in definitions}


def shipped_parties() -> dict[str, Party]:
    """The parties that come with the program, by id."""
    return {party.id: party for party in _shipped("parties.yaml").parties}
