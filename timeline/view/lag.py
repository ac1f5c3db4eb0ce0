"""How far a view is, and what it counted on its way: what `status` tells."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from timeline.log.sqlite_file import connect
from timeline.view.schema import STATE
from timeline.view.seen import lost

if TYPE_CHECKING:
    from timeline.log import LogReader
    from timeline.view.files import Files


class Tally(NamedTuple):
    """How many entries of one topic there are, and between which knowledge (0 where none has)."""

    entries: int
    first_known: int
    last_known: int


class Lag(NamedTuple):
    """How far a view is: the last entry it holds (0: there is no view), and its file.

    `lost` is how many entries a view had taken in of which some are gone or others since; else 0.
    """

    position: int
    generation: str | None
    bytes: int
    tallies: Mapping[str, Tally]
    lost: int


def lag_of(log: LogReader, files: Files) -> Lag:
    """How far the view of a log is, as it stands."""
    path, gone = files.reading(), lost(log, files)
    none = Lag(0, None, 0, {}, gone)
    if path is None:
        return none
    try:
        with closing(connect(path, "ro")) as db:
            db.execute("BEGIN")
            identity, position = db.execute(STATE).fetchone() or (None, 0)
            rows = db.execute("SELECT topic, entries, first_known, last_known FROM tally")
            tallies = {topic: Tally(*numbers) for topic, *numbers in rows}
    except sqlite3.Error:
        return none  # damaged: the next question builds it anew
    if identity != log.identity:
        return none
    return Lag(position, Path(path).name, sum(files.sizes()), tallies, gone)
