"""The commands that look places up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from cli.options import format_option
from cli.safe import safe
from cli.session import Session, data, data_lines, pass_session
from timeline.places import PlaceName

if TYPE_CHECKING:
    from timeline.places import Book


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A place as `places show` tells of it."""

    schema: str = "timeline/place/1"
    id: str
    name: str
    kind: str
    path: list[str]
    lat: float | None
    lon: float | None
    admin1: str | None
    iso_3166_2: str | None
    aliases: list[str]
    above: list[PlaceName]
    below: list[PlaceName]


@click.group()
def places() -> None:
    """Look places up: those that reports have named, and all that lies above them."""


@places.command()
@click.argument("name")
@format_option("text", "json", "jsonl")
@pass_session
def find(session: Session, name: str, form: str) -> None:
    """List the places called NAME, or nearly so, or with NAME as part of their name."""
    from timeline.errors import UnknownPlace
    from timeline.places import place_name

    with session.open() as timeline:
        book = timeline.reader().book()
        found = [place_name(place, book) for place in matches(name, book)]
    if not found:
        raise UnknownPlace(name, [])
    if form == "json":
        data(msgspec.json.encode(found))
    elif form == "jsonl":
        data_lines(map(msgspec.json.encode, found))
    else:
        for one in found:
            data(safe(str(one)))


def matches(name: str, book: Book) -> list[str]:
    """The ids of places of this name, then of those that hold it in theirs, then of near ones."""
    from timeline.places import fold_name, suggestions

    folded = fold_name(name)
    exact = [name] if book.get(name) else book.named(folded)
    part = sorted(known for known in book.names() if folded and folded in known)
    near = [one.id for one in suggestions(name, book)]
    inside = [place for known in part for place in book.named(known)]
    return list(dict.fromkeys([*exact, *inside, *near]))


@places.command()
@click.argument("place")
@format_option("text", "json")
@pass_session
def show(session: Session, place: str, form: str) -> None:
    """Show PLACE: its id, names, coordinates, and the places above and below."""
    from timeline.places import above, below, path, place_name, resolve

    with session.open() as timeline:
        book = timeline.reader().book()
        found = resolve(place, book)
        shown = Shown(
            id=found.id,
            name=found.name,
            kind=found.kind,
            path=path(found.id, book),
            lat=found.lat,
            lon=found.lon,
            admin1=found.admin1,
            iso_3166_2=found.iso_3166_2,
            aliases=list(found.aliases),
            above=[place_name(one, book) for one in above(found.id, book)],
            below=[place_name(one, book) for one in sorted(below(found.id, book))],
        )
    data(msgspec.json.encode(shown) if form == "json" else _text(shown))


def _text(shown: Shown) -> str:
    lines = [f"{shown.name} ({shown.id}), {shown.kind}", f"  path     {' > '.join(shown.path)}"]
    if shown.lat is not None:
        lines.append(f"  lies at  {shown.lat}, {shown.lon}")
    if codes := [code for code in (shown.admin1, shown.iso_3166_2) if code]:
        lines.append(f"  part of  {', '.join(codes)}")
    if shown.aliases:
        lines.append(f"  also     {', '.join(shown.aliases)}")
    lines += [f"  above    {one}" for one in shown.above]
    lines += [f"  below    {one}" for one in shown.below]
    return "\n".join(map(safe, lines))
