"""The commands that load lists of places, name those there are, and forget them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from cli.errors import tell
from cli.options import format_option
from cli.progress import counter
from cli.session import data, files, note, to_read
from timeline.errors import BadReport
from timeline.safe import safe
from timeline.wording import many

if TYPE_CHECKING:
    from collections.abc import Callable

    from events.explain import Problem
    from timeline.atlas.file import Listed
    from timeline.atlas.shelf import LoadedPlaces

_MOST_PROBLEMS: Final = 20


@click.command(short_help="Load a list of places.")
@click.argument("file", metavar="FILE", callback=to_read, shell_complete=files)
@click.option("--name", metavar="NAME", help="What to call the list; by default its file's name.")
@click.option(
    "--classes",
    default="AP",
    show_default=True,
    metavar="LETTERS",
    help="Feature classes of a GeoNames dump: A units, P populated places, S spots, …",
)
@click.option("--keep-going", is_flag=True, help="Load the good rows of a file with problems.")
@format_option("text", "json")
def load(file: str, name: str | None, classes: str, keep_going: bool, form: str) -> None:
    """Load a list of places, so that names in reports are looked up in it too.

    FILE is a dump of GeoNames (UA.txt, allCountries.txt), ua_places.csv, katottg.csv, or a CSV with
    the columns id, name, kind, parent, lat, lon, aliases (between bars); also as .gz or .zip; `-`
    is standard input. It takes the place of what was loaded under its name before. The list is
    kept for all stores of this user; a place enters a store when a report first names it.
    """
    with _as_file(file) as path, counter("places") as progress:
        try:
            loaded = _loaded(path, name, classes, keep_going, progress)
        except BadReport as error:
            raise BadReport(_of(file, error.problems)) from error
    tell(_of(file, loaded.problems[:_MOST_PROBLEMS]), as_json=form == "json")
    if (more := len(loaded.problems) - _MOST_PROBLEMS) > 0:
        note(f"and {many(more, 'more problem')}")
    if (listed := loaded.listed) is None:
        right = "" if keep_going else "; see --keep-going"
        note(f"nothing was loaded, for {many(len(loaded.problems), 'problem')}{right}")
    elif form == "json":
        data(msgspec.json.encode(listed))
    else:
        credit = f" ({listed.credit})" if listed.credit else ""
        data(f"loaded {_held(listed)}{credit}")
    if loaded.problems:
        raise click.exceptions.Exit(1)


def _loaded(
    path: Path,
    name: str | None,
    classes: str,
    keep_going: bool,
    progress: Callable[[int], None],
) -> LoadedPlaces:
    from timeline.atlas import shelf  # here: loading takes the vocabulary
    from timeline.gazetteer import open_gazetteer

    def found(replaced: str) -> Callable[[str], str]:
        gazetteer = open_gazetteer((), note, besides=replaced)
        return lambda text: gazetteer.find(text).id

    return shelf.load(
        path,
        found,
        name=name,
        keep_going=keep_going,
        classes=classes.upper(),
        progress=progress,
    )


@contextmanager
def _as_file(file: str) -> Iterator[Path]:
    """The file, which may be read twice; standard input is written to one."""
    if file != "-":
        yield Path(file)
        return
    from shutil import copyfileobj
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        path = Path(folder) / "stdin"
        with path.open("wb") as kept:
            copyfileobj(sys.stdin.buffer, kept)
        yield path


def _of(file: str, problems: Iterable[Problem | str]) -> list[Problem | str]:
    """The problems as of the file that was named, and not of where standard input was written."""
    from events.explain import Problem  # here: forgetting a list does without

    return [replace(one, file=file) if isinstance(one, Problem) else one for one in problems]


def _held(listed: Listed) -> str:
    return f"{listed.name}: {many(listed.places, 'place')}, {many(listed.names, 'name')}"


@click.command(short_help="List the gazetteers of this machine.")
@format_option("text", "json")
def loaded(form: str) -> None:
    """List the gazetteers of this machine: their places, their names, and whom to credit."""
    from timeline.atlas import shelf

    found = shelf.listed()
    if form == "json":
        data(msgspec.json.encode(found))
        return
    for one in found:
        credit = f" · {one.credit}" if one.credit else ""
        data(safe(f"{_held(one)}{credit}"))
    if not found:
        note("none yet; `places load FILE` loads one, the extra `places` brings those of the world")


@click.command(short_help="Forget a list that was loaded.")
@click.argument("name")
def unload(name: str) -> None:
    """Forget the list of places that was loaded under NAME; stores keep what they took from it."""
    from timeline.atlas import shelf

    if not shelf.unload(name):
        raise click.ClickException(f"no list is called {name}; `places loaded` names them")
    data(f"unloaded {name}")
