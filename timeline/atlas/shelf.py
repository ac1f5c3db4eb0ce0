"""Where the gazetteers of this machine lie: the world's in the cache, loaded ones in user data."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.atlas.book import Atlas
from timeline.atlas.file import Listed, PlaceFile, built, put, take
from timeline.errors import BadReport, StoreError

if TYPE_CHECKING:
    from events.explain import Problem
    from timeline.atlas.file import Definition
    from timeline.atlas.own import FindBesides

FOLDER: Final = "TIMELINE_PLACES"
"""The variable that names the folder whose lists alone are used, or `none`: no gazetteers."""

_NONE: Final = "none"
_APPLICATION: Final = "conflict-timeline"
_FILE: Final = "places.db"
_TOLD: Final = 10_000

# Told, in words, what a caller may want to know besides the answer.
Note = Callable[[str], None]


class LoadedPlaces(NamedTuple):
    """What became of a file of places."""

    listed: Listed | None
    problems: list[Problem]


def is_off() -> bool:
    """Whether the user wants no gazetteers at all."""
    return os.environ.get(FOLDER) == _NONE


def _refuse_off() -> None:
    if is_off():
        raise StoreError(f"${FOLDER} is {_NONE}, so that no gazetteer is used; unset it")


def loaded_path() -> Path:
    """The file of the places that the user loaded."""
    from platformdirs import user_data_path  # here: a store of one's own does without

    folder = os.environ.get(FOLDER)
    return (Path(folder) if folder else user_data_path(_APPLICATION)) / _FILE


def open_atlas(note: Note, besides: str | None = None) -> Atlas:
    """The gazetteers of this machine; files are opened, or built, when first needed.

    What was loaded under the name `besides` is not among them.
    `note` is told that the places of the world are being built, which takes a while, once.
    """
    return Atlas() if is_off() else Atlas(lambda: _loaded(besides), lambda: _world(note))


def _loaded(besides: str | None = None) -> PlaceFile | None:
    path = loaded_path()
    return PlaceFile(path, besides) if path.exists() else None


def _world(note: Note | None) -> PlaceFile | None:
    """The places of the world; built where there is somebody to be told that it takes a while."""
    from platformdirs import user_cache_path  # here: what is loaded may be all that is asked for

    from timeline.atlas import world

    if os.environ.get(FOLDER) or not world.is_installed():
        return None
    path = user_cache_path(_APPLICATION) / world.file_name()
    if not path.exists():
        if note is None:
            return None
        package = f"{world.PACKAGE} {world.version()}"
        note(f"building the gazetteer of the world from {package}, once: {path}")
        try:
            built(path, world.build)
        except OSError as error:
            raise StoreError(
                f"the gazetteer of the world cannot be built in {path.parent} ({error.strerror}); "
                "name a folder for it in $XDG_CACHE_HOME"
            ) from error
    return PlaceFile(path)


def load(
    path: Path,
    find: FindBesides,
    *,
    name: str | None = None,
    keep_going: bool = False,
    classes: str = "AP",
    progress: Callable[[int], None] = lambda _: None,
) -> LoadedPlaces:
    """Load a file of places, in place of what was loaded under its name before.

    It is loaded whole or not at all; with `keep_going` less its problems, if that leaves a place.
    `progress` is told of every further number of places read. Raises OSError, `StoreError`, and
    `BadReport` for a file that is no list of places, or of none.
    """
    from timeline.atlas.read import opened  # here: it loads the vocabulary

    _refuse_off()
    problems: list[Problem] = []
    with opened(path, lambda stem: find(name or stem), classes) as read:
        try:
            places = _good(path, read.places, problems, progress, keep_going=keep_going)
            called = name or read.name
            return LoadedPlaces(put(loaded_path(), called, read.credit, places), problems)
        except _Spoilt:
            return LoadedPlaces(None, problems)


class _Spoilt(Exception):
    """The file has problems, and nothing of it is wanted then."""


def _good(
    path: Path,
    places: Iterable[Definition | Problem],
    problems: list[Problem],
    progress: Callable[[int], None],
    *,
    keep_going: bool,
) -> Iterator[Definition]:
    from events.explain import Problem  # here: see above

    count = 0
    for count, place in enumerate(places, 1):
        if count % _TOLD == 0:
            progress(_TOLD)
        if isinstance(place, Problem):
            problems.append(place)
        else:
            yield place
    if not count:
        right = "write a row for each; `timeline places unload` forgets a list"
        raise BadReport([Problem(str(path), None, "holds no places", right)])
    if problems and not (keep_going and len(problems) < count):
        raise _Spoilt


def unload(name: str) -> bool:
    """Forget the places loaded under this name; whether there were any."""
    _refuse_off()
    return take(loaded_path(), name)


def listed() -> list[Listed]:
    """The gazetteers there are; the places of the world once they were needed."""
    files = [] if is_off() else [_loaded(), _world(None)]
    return [one for file in files if file for one in file.listed()]
