"""The commands that look places up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click
import msgspec

from cli.options import format_option
from cli.place_lists import load, loaded, unload
from cli.session import Session, data, data_objects, note, pass_session
from timeline.errors import PlaceName, UnknownPlace
from timeline.places import fold_name, named_by, place_name
from timeline.questions import finding
from timeline.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from timeline.gazetteer import Gazetteer
    from timeline.layers import Layers
    from timeline.places import Place

_MOST_FOUND: Final = 50
_MOST_BELOW: Final = 20


class FoundPlace(msgspec.Struct, frozen=True):
    """A place as `places find` lists it; `source` is `log`, `seeds` or the name of a gazetteer."""

    id: str
    name: str
    path: tuple[str, ...]
    kind: str
    source: str


class ShownPlace(finding.PlaceDetails, frozen=True, kw_only=True):
    """A place as `places show` tells of it."""

    source: str
    credit: str


@click.group(short_help="Look places up, and load lists of them.")
def places() -> None:
    """Look places up: in the log, among those shipped, and in the gazetteers of this machine.

    Those are the places of the world, where the extra `places` is installed, and what `places
    load` loaded. The places of the world, and parts of those shipped, are from GeoNames.org, CC BY
    4.0; `places loaded` says whose each list is.
    """


@places.command(short_help="List the places called NAME, or nearly so.")
@click.argument("name")
@format_option("text", "json", "jsonl")
@pass_session
def find(session: Session, name: str, form: str) -> None:
    """List the places called NAME, or nearly so, or with NAME as part of their name."""
    with session.open() as timeline, timeline.reading() as reader:
        gazetteer = _gazetteer(reader.book())
        ids = matches(name, gazetteer)
        found = [_found(place, gazetteer.book) for place in ids[:_MOST_FOUND]]
        given = [_credit(one.id, one.source, gazetteer.book).split("; ") for one in found]
    if not found:
        raise UnknownPlace(name, [])
    if form == "json":
        data(msgspec.json.encode(found))
    elif form == "jsonl":
        data_objects(found)
    else:
        for one in found:
            named = PlaceName(one.id, one.name, one.path)
            data(safe(f"{named} · {one.kind} · {one.source}"))
    if len(ids) > len(found):
        note(f"note: and {len(ids) - len(found)} more; write more of the name")
    if told := sorted({credit for each in given for credit in each if credit}):
        note(f"places and names: {'; '.join(told)}")


def _gazetteer(known: Iterable[Place]) -> Gazetteer:
    from timeline.gazetteer import open_gazetteer  # here: it loads the vocabulary

    return open_gazetteer(known, note)


def _found(place: str, book: Layers) -> FoundPlace:
    named, defined = place_name(place, book), book.get(place)
    kind = defined.kind if defined else ""
    return FoundPlace(named.id, named.name, named.path, kind, book.source(named.id))


def _credit(place: str, source: str, book: Layers) -> str:
    """Whom to credit for a place; one of the log or the seeds by how its id begins."""
    if source not in ("log", "seeds"):
        return book.atlas.credit(source)
    from timeline.atlas.geonames import CREDIT  # here: they load the vocabulary
    from timeline.atlas.ukraine import CREDIT_KATOTTG

    credits_ = {"geonames": CREDIT, "katottg": CREDIT_KATOTTG}
    return credits_.get(place.partition(":")[0], "")


def matches(name: str, gazetteer: Gazetteer) -> list[str]:
    """The ids of places of this name, then of those that hold it in theirs, then of near ones.

    Of a gazetteer's places those whose names begin with it.
    """
    book, folded = gazetteer.book, fold_name(name)
    begun = book.atlas.starting(folded, _MOST_FOUND) if folded else []
    near = [] if named_by(name, book) else gazetteer.near(name)
    return finding.matches(name, book, begun=begun, near=near)


@places.command(short_help="Show a place, what is above and below it, and who says so.")
@click.argument("place")
@format_option("text", "json")
@pass_session
def show(session: Session, place: str, form: str) -> None:
    """Show PLACE: its ids, names, coordinates, the places above and below, and who says so."""
    with session.open() as timeline, timeline.reading() as reader:
        gazetteer = _gazetteer(reader.book())
        found, book = gazetteer.find(place), gazetteer.book
        source = book.source(found.id)
        around = msgspec.structs.asdict(finding.about(found, book))
        shown = ShownPlace(**around, source=source, credit=_credit(found.id, source, book))
    data(msgspec.json.encode(shown) if form == "json" else _text(shown))


def _text(shown: ShownPlace) -> str:
    lines = [f"{shown.name} ({shown.id}), {shown.kind}", f"  path     {' > '.join(shown.path)}"]
    if shown.lat is not None:
        lines.append(f"  lies at  {shown.lat}, {shown.lon}")
    if codes := [code for code in (shown.admin1, shown.iso_3166_2) if code]:
        lines.append(f"  part of  {', '.join(codes)}")
    if shown.aliases:
        lines.append(f"  also     {', '.join(shown.aliases)}")
    if shown.ids:
        lines.append(f"  ids      {', '.join(shown.ids)}")
    lines += [f"  above    {one}" for one in shown.above]
    lines += [f"  below    {one}" for one in shown.below[:_MOST_BELOW]]
    if (more := len(shown.below) - _MOST_BELOW) > 0:
        lines.append(f"  below    and {more:,} more")
    lines.append(f"  from     {shown.source}{f' ({shown.credit})' if shown.credit else ''}")
    return "\n".join(map(safe, lines))


for command in (load, loaded, unload):
    places.add_command(command)
