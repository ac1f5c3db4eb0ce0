"""Where the search box leads: the page of a place, or of a question in plain English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from timeline.errors import AmbiguousPlace, NotUnderstood, PlaceError, UnknownPlace
from timeline.places import resolve
from timeline.safe import safe
from web.limits import LONGEST_NAME
from web.pages.address import Address, place_url, query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from timeline.engine import Timeline
    from timeline.places import Book, PlaceName
    from timeline.questions.ask import Reading

_CUTS: Final = {"--valid": "valid", "--known": "known", "--recorded": "recorded"}
_OF: Final = {
    "--facet": "facet",
    "--party": "party",
    "--kind": "kind",
    "--side": "side",
    "--window": "window",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A place that may be meant: its name, the places above it, its address."""

    name: str
    above: str
    id: str
    href: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """All that the template of a search needs, where it does not lead to a page at once."""

    q: str
    on: str
    message: str
    found: tuple[Found, ...]
    examples: tuple[str, ...]
    line: str
    """The command that answers what no page does."""


def search(timeline: Timeline, q: str, on: str) -> str | SearchPage:
    """The address that a search leads to, or what may be meant by it.

    `on` is a day for both clocks, which the words may also say.
    """
    text = q.strip()[:LONGEST_NAME]
    if not text:
        return SearchPage("", safe(on), "", (), (), "")
    if on:
        timeline.cuts(on)  # so that what is wrong with the date is told at once
    with timeline.reading() as reader:
        book = reader.book()
        try:
            return Address(resolve(text, book).id, known=on or None).url()
        except AmbiguousPlace as several:
            return _page(text, on, str(several), several.candidates)
        except UnknownPlace as unknown:
            near = unknown.suggestions
            return _question(timeline, book, text, on) or _page(text, on, str(unknown), near)


def _page(q: str, on: str, message: str, places: Iterable[PlaceName]) -> SearchPage:
    found = tuple(
        Found(
            safe(place.name),
            safe(", ".join(reversed(place.path[:-1]))),
            safe(place.id),
            Address(place.id, known=on or None).url(),
        )
        for place in places
    )
    head = message.partition(";")[0]
    return SearchPage(safe(q), safe(on), safe(head), found, (), "")


def _question(timeline: Timeline, book: Book, text: str, on: str) -> str | SearchPage | None:
    """What a question in words leads to; None where it is not one."""
    if " " not in text:
        return None
    try:
        reading = timeline.ask(text, today=datetime.now(timeline.zone).date())
    except NotUnderstood as error:
        if not error.understood and not error.suggestions:
            return None
        message = str(error).partition(";")[0]
        return SearchPage(safe(text), safe(on), safe(message), (), _safe(error.examples), "")
    href = _address(reading, book)
    if href is not None:
        return href
    return SearchPage(safe(text), safe(on), safe(f"{reading.words}:"), (), (), safe(reading.line))


def _safe(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(safe, texts))


def _address(reading: Reading, book: Book) -> str | None:
    """The page that shows what a command answers; None where there is none."""
    words, options = _split(reading.arguments)
    kept = {name: options[option] for option, name in _OF.items() if option in options}
    cuts = {name: options[option] for option, name in _CUTS.items() if option in options}
    if reading.command == "explain" and words:
        return f"/claim/{words[0]}" + query(**cuts)
    try:
        place = resolve(words[0], book).id if words else None
    except PlaceError:
        return None
    if place is None:
        return None
    if reading.command == "known":
        on = {"known": words[1]} if len(words) > 1 else {}
        return place_url(place) + query(**{**on, **cuts, **kept})
    if reading.command == "diff" and len(words) == 3:
        return place_url(place, "diff") + query(a=words[1], b=words[2], **cuts, **kept)
    if reading.command == "hindsight" and len(words) == 2:
        return place_url(place, "then-and-now") + query(on=words[1], **cuts, **kept)
    if reading.command == "replay":
        return place_url(place, "diff") + query(
            a=options.get("--from"), b=options.get("--to"), **cuts, **kept
        )
    return None


def _split(arguments: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Arguments of a command: the words, and its options with their values."""
    words: list[str] = []
    options: dict[str, str] = {}
    name = ""
    for argument in arguments:
        if name:
            options[name], name = argument, ""
        elif argument.startswith("--"):
            name = argument
        else:
            words.append(argument)
    return words, options
