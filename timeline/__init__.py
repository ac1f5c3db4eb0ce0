"""What follows from a log of reports: what was known about a place, as of any date."""

from timeline.asof import AsOf
from timeline.claims import Claim
from timeline.engine import Timeline
from timeline.errors import (
    AmbiguousPlace,
    AmbiguousReport,
    BadQuestion,
    BadReport,
    Conflict,
    MissingStore,
    PlaceError,
    StoreBusy,
    StoreError,
    TimelineError,
    UnknownPlace,
    UnknownReport,
)
from timeline.situation import Situation

__all__ = [
    "AmbiguousPlace",
    "AmbiguousReport",
    "AsOf",
    "BadQuestion",
    "BadReport",
    "Claim",
    "Conflict",
    "MissingStore",
    "PlaceError",
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


def open_timeline(path: str, *, create: bool = False, timezone: str = "UTC") -> Timeline:
    """Open the store at a path; `create` makes it where there is none, its dates in `timezone`.

    Raises `MissingStore` where there is none, `StoreError` where it cannot be used.
    """
    return Timeline(path, create=create, timezone=timezone)
