"""Where the search box leads: the page of a place, or of a question in plain English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from timeline.errors import AmbiguousPlace, NotUnderstood, PlaceError, UnknownPlace
from timeline.places import place_name, resolve
from timeline.questions.finding import matches
from timeline.safe import safe
from web.limits import LONGEST_NAME
from web.pages.address import CUTS, DIFF, NAMES, THEN, Address, place_url, query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from timeline.engine import Timeline
    from timeline.errors import PlaceName
    from timeline.places import Book
    from timeline.questions.ask import Reading

MOST: Final = 40
"""Places offered for a name that none has."""


@dataclass(frozen=True, slots=True)
class Suggestion:
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
    message: str = ""
    found: tuple[Suggestion, ...] = ()
    examples: tuple[str, ...] = ()
    line: str = ""
    """The command that answers what no page does."""


def search(timeline: Timeline, q: str, on: str) -> str | SearchPage:
    """The address that a search leads to, or what may be meant by it.

    `on` is a day for both clocks, which the words may also say.
    """
    text = q.strip()[:LONGEST_NAME]
    if not text:
        return SearchPage("", safe(on))
    if on:
        timeline.cuts(on)  # so that what is wrong with the date is told at once
    with timeline.reading() as reader:
        book = reader.book()
        try:
            return Address(resolve(text, book).id, known=on or None).url()
        except AmbiguousPlace as several:
            return _page(text, on, several.what, several.candidates)
        except UnknownPlace as unknown:
            if (led := _question(timeline, book, text, on)) is not None:
                return led
            found = matches(text, book, near=unknown.suggestions)[:MOST]
            places = [place_name(one, book) for one in found]
            return _page(text, on, unknown.what, places)


def _page(q: str, on: str, message: str, places: Iterable[PlaceName]) -> SearchPage:
    found = tuple(
        Suggestion(
            safe(place.name),
            safe(", ".join(reversed(place.path[:-1]))),
            safe(place.id),
            Address(place.id, known=on or None).url(),
        )
        for place in places
    )
    return SearchPage(safe(q), safe(on), safe(message), found)


def _question(timeline: Timeline, book: Book, text: str, on: str) -> str | SearchPage | None:
    """What a question in words leads to; None where it is not one."""
    if " " not in text:
        return None
    try:
        reading = timeline.ask(text, today=datetime.now(timeline.zone).date())
    except NotUnderstood as error:
        if not error.understood and not error.suggestions:
            return None
        near = f"; {error.right}" if error.suggestions else ""
        said = safe(f"{error.what}{near}")
        return SearchPage(safe(text), safe(on), said, examples=tuple(map(safe, error.examples)))
    href = _address(reading, book, on)
    if href is not None:
        return href
    return SearchPage(safe(text), safe(on), safe(f"{reading.words}:"), line=safe(reading.line))


def _address(reading: Reading, book: Book, day: str) -> str | None:
    """The page that shows what a command answers; None where there is none.

    It is as of that day, unless the words say of which.
    """
    words, options = _split(reading.arguments)
    undated = len(words) == 1 and not options.keys() & {"valid", "known", "basis"}
    if day and undated and reading.command in ("known", "explain"):
        options["known"] = day
    if reading.command == "explain" and len(words) == 1:
        return _led(f"/claim/{words[0]}", options, CUTS)
    try:
        place = resolve(words[0], book).id if words else None
    except PlaceError:
        return None
    if place is None:
        return None
    match reading.command, words[1:]:
        case "known", [*on] if len(on) < 2 and options.keys() <= set(NAMES):
            return Address.read(place, options, *on).url()
        case "diff", [a, b]:
            return _led(place_url(place, "diff"), {"a": a, "b": b, **options}, DIFF)
        case "hindsight", [on]:
            return _led(place_url(place, "then-and-now"), {"on": on, **options}, THEN)
        case "replay", [] if "from" in options and "to" in options:
            given = {"a": options.pop("from"), "b": options.pop("to"), **options}
            return _led(place_url(place, "diff"), given, DIFF)
    return None


def _led(page: str, options: Mapping[str, str], taken: Collection[str]) -> str | None:
    """The address of a page, if it takes all that is asked for."""
    if not options.keys() <= set(taken):
        return None
    return page + query(**{name: options[name] for name in taken if name in options})


def _split(arguments: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Arguments of a command: the words, and its options with their values."""
    words: list[str] = []
    options: dict[str, str] = {}
    name = ""
    for argument in arguments:
        if argument.startswith("--"):
            name = argument.removeprefix("--")
            options[name] = ""
        elif name:
            options[name], name = argument, ""
        else:
            words.append(argument)
    return words, options
