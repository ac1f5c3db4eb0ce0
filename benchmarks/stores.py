"""Logs made of stories, kept between runs in a folder for temporary files."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from benchmarks import generator
from benchmarks.generator import ORIGIN, Story, Version
from timeline import seals
from timeline.engine import Timeline
from timeline.entries import CORRECTED, FILED, FORMAT, RETRACTED, originator_id
from timeline.log import open_log, rows, transcoding
from timeline.log.filing import Filing
from timeline.log.rows import row_of
from timeline.log.sqlite import SQLiteRecorder
from timeline.log.transcoding import SealedEvent
from timeline.view.schema import VERSION

BATCH: Final = 20_000
FOLDER: Final = Path(tempfile.gettempdir()) / "conflict-timeline-benchmarks"
_MADE_BY: Final = (generator, rows, seals, transcoding)
_CODE: Final = hashlib.sha256(
    b"".join(Path(str(module.__file__)).read_bytes() for module in _MADE_BY)
).hexdigest()[:8]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Store:
    """A log with its view, and the story in it."""

    folder: Path
    story: Story

    @property
    def log(self) -> Path:
        """The log file."""
        return self.folder / "log.db"


def made(name: str, story: Story) -> Store:
    """The store of a story; `name` tells it from others of the same generator."""
    folder = FOLDER / f"{_CODE}-{name}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        fill(folder / "log.db", story)
        (folder / "done").touch()
    store = Store(folder, story)
    if not (folder / f"log.db.view-{VERSION}").exists():
        with Timeline(store.log) as timeline:
            timeline.reader()
    return store


def stored(claims: int, seed: int) -> Store:
    """The store of the story of so many claims."""
    return made(f"{claims}-{seed}", generator.story(claims, seed))


def fill(path: Path, story: Story) -> None:
    """File a story by the log's own recorder, without the checks that its generator passed."""
    now = ORIGIN
    with open_log(path, create=True, clock=lambda: now) as log:
        places = [
            (str(one["id"]), json.dumps(one, sort_keys=True, separators=(",", ":")).encode())
            for one in generator.definitions(story.places)
        ]
        for some in batches(places, BATCH):
            log.file([], places=some)
    recorder = SQLiteRecorder(path, lambda: now)
    for batch in batches(story.versions, BATCH):
        now = batch[-1].arrival
        recorder.insert_events([row(one) for one in batch])
    recorder.close()


def row(one: Version) -> StoredEvent:
    """The stored row of a version."""
    if one.version == 1 or one.number >= 0:
        _, originator, state, sealed = row_of(Filing(one.key, generator.content(one)))
        topic = FILED if one.version == 1 else CORRECTED
        return SealedEvent(originator, one.version, topic, state, sealed)
    gone = {
        "id": one.key,
        "reason": "withdrawn",
        "reported": {"earliest": one.told, "latest": one.knowledge, "text": one.reported},
        "timezone": "UTC",
        "v": FORMAT,
    }
    state = json.dumps(gone, sort_keys=True, separators=(",", ":")).encode()
    return StoredEvent(UUID(originator_id("report", one.key)), one.version, RETRACTED, state)


def documents(store: Store) -> tuple[Path, Path]:
    """The places and the first versions of a story as files for `timeline add`."""
    places, reports = store.folder / "places.json", store.folder / "reports.ndjson"
    if not reports.exists():
        defined = {"places": list(generator.definitions(store.story.places))}
        places.write_text(json.dumps(defined))
        beside = reports.with_suffix(".part")
        with beside.open("wb") as stream:
            stream.writelines(
                generator.line(one) for one in store.story.versions if one.version == 1
            )
        beside.rename(reports)
    return places, reports


def batches(items: Iterable[_T], size: int) -> Iterator[Sequence[_T]]:
    """The items, at most `size` at once."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
