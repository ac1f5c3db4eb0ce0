"""What follows from a log of reports: what was known about a place, as of any date."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from timeline.asof import AsOf
    from timeline.claims import Claim
    from timeline.engine import Timeline
    from timeline.errors import (
        AmbiguousPlace,
        AmbiguousReport,
        BadCheckpoint,
        BadProjection,
        BadQuestion,
        BadReport,
        Conflict,
        MissingExtra,
        MissingStore,
        NotUnderstood,
        PlaceError,
        StoreBusy,
        StoreError,
        TimelineError,
        UnknownPlace,
        UnknownReport,
    )
    from timeline.projections import CountedReport, Projection
    from timeline.situation import Situation


__all__ = [
    "AmbiguousPlace",
    "AmbiguousReport",
    "AsOf",
    "BadCheckpoint",
    "BadProjection",
    "BadQuestion",
    "BadReport",
    "Claim",
    "Conflict",
    "CountedReport",
    "MissingExtra",
    "MissingStore",
    "NotUnderstood",
    "PlaceError",
    "Projection",
    "Situation",
    "StoreBusy",
    "StoreError",
    "Timeline",
    "TimelineError",
    "UnknownPlace",
    "UnknownReport",
    "open_timeline",
]

DISTRIBUTION = "conflict-timeline"


def open_timeline(path: str | Path, *, create: bool = False, timezone: str = "UTC") -> Timeline:
    """Open the store at a path or a `postgresql://…` address.

    `create` makes it where there is none, with days of `timezone`, an IANA name. It stays the store
    of that path, whatever folder the program works in later. Raises `MissingStore` where there is
    none, `StoreError` where it cannot be used, `MissingExtra` for an address without the extra
    `postgres`, `BadQuestion` for a zone that is none.
    """
    import os.path  # here: who wants another name starts without

    from timeline.engine import Timeline
    from timeline.errors import path_of
    from timeline.log import MEMORY
    from timeline.log.address import is_address

    store = path_of("path", path)
    if not is_address(store) and store != MEMORY:
        store = os.path.abspath(store)
    return Timeline(store, create=create, timezone=timezone)


_HOMES = {
    "AsOf": "timeline.asof",
    "Claim": "timeline.claims",
    "CountedReport": "timeline.projections",
    "Projection": "timeline.projections",
    "Situation": "timeline.situation",
    "Timeline": "timeline.engine",
}
"""Where the public names are that are no errors."""


if not TYPE_CHECKING:  # to a type checker the module would have every name, misspelt ones too

    def __getattr__(name: str) -> object:
        """A public name, loaded when it is first asked for, so that others start without it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found: object = getattr(import_module(_HOMES.get(name, "timeline.errors")), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
