"""The start page: the newest entries of the log, and the regions they are from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from events.when import MINUTE, SECOND, iso
from timeline.days import day_of
from timeline.entries import REPORT_TOPICS
from timeline.phrases import phrase
from timeline.places import above_all, name_of
from timeline.questions.follow import report_entry
from timeline.safe import safe
from timeline.wording import Frame, speaker, through, verified_words, when
from web.pages.address import place_url
from web.pages.cards import claim_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from timeline.engine import Timeline
    from timeline.entries import Entry
    from timeline.places import Book

NEWEST: Final = 40
"""Reports listed."""
_BACK: Final = 200
"""Entries read from the end of the log in search of them."""
_REGIONS: Final = 24
_TOGETHER: Final = 2 * SECOND
"""Between entries of one filing, at most."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the log on a report, as a line."""

    position: int
    what: str
    says: str
    party: str
    through: str
    when: str
    told: str
    place: str
    place_href: str
    href: str
    reason: str


@dataclass(frozen=True, slots=True)
class FiledTogether:
    """Reports that were filed together, those that became known last first."""

    recorded: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """All that the template of the start page needs."""

    filings: tuple[FiledTogether, ...]
    regions: tuple[tuple[str, str, str], ...]
    """Places above those that the newest reports name: name, kind, address."""
    position: int
    example: tuple[str, str] | None
    """A place of a report, and the day by which that was known."""


def home_page(timeline: Timeline) -> HomePage:
    """The newest entries on reports, and the regions they are from."""
    with timeline.reading() as reader:
        head = timeline.index.position()
        recent = timeline.log.entries(max(0, head - _BACK), _BACK)
        book, names = reader.book(), reader.party_names()
        filings: list[FiledTogether] = []
        newest: list[Entry] = []
        for filing in _filings([one for one in recent if one.topic in REPORT_TOPICS]):
            taken = filing[: NEWEST - len(newest)]
            if not taken:
                break
            items = tuple(item(entry, timeline, book, names) for entry in taken)
            filings.append(FiledTogether(iso(filing[0].recorded // MINUTE * MINUTE), items))
            newest += taken
        told = next((one for one in newest if one.report is not None), None)
        example = None
        if told is not None and told.report is not None:
            place = book.get(told.report.place.id)
            known = day_of(told.knowledge - 1, timeline.zone).isoformat()
            example = (safe(place.name), known) if place else None
        return HomePage(tuple(filings), _regions(newest, book), head, example)


def _filings(told: Sequence[Entry]) -> list[list[Entry]]:
    """Entries that were recorded together, the last first; of each the last known first."""
    filings: list[list[Entry]] = []
    for entry in told:
        if filings and entry.recorded - filings[-1][-1].recorded <= _TOGETHER:
            filings[-1].append(entry)
        else:
            filings.append([entry])
    return [
        sorted(filing, key=lambda one: (-one.knowledge, one.position))
        for filing in reversed(filings)
    ]


def _regions(newest: Iterable[Entry], book: Book) -> tuple[tuple[str, str, str], ...]:
    found: dict[str, None] = {}
    for entry in newest:
        if entry.report is not None:
            found.update(dict.fromkeys(above_all(entry.report.place.id, book)))
    places = [place for one in found if (place := book.get(one)) is not None]
    return tuple(
        sorted((safe(one.name), safe(one.kind), place_url(one.id)) for one in places)[:_REGIONS]
    )


def item(entry: Entry, timeline: Timeline, book: Book, names: Mapping[str, str]) -> Item:
    """An entry on a report as a line: what was said, or why it was withdrawn."""
    told = report_entry(entry)
    place = next(reversed(places_of(entry, timeline)), "")
    claim = told.claim
    frame = Frame(names, told.known_from)
    checked = told.verification
    bare = verified_words(checked, names) if checked else "a report was withdrawn"
    return Item(
        position=entry.position,
        what=told.what,
        says=phrase(claim, names) if claim else bare,
        party=speaker(claim, frame) if claim else "",
        through=through(claim, frame) if claim else "",
        when=when(claim) if claim else "",
        told=told.known_from,
        place=safe(name_of(place, book)),
        place_href=place_url(place) if place else "",
        href=claim_url(claim.claim if claim else told.report, {}),
        reason=safe(told.reason or ""),
    )


def places_of(entry: Entry, timeline: Timeline) -> list[str]:
    """The places that an entry on a report is about, the one it names last; and was before."""
    versions = timeline.log.versions(entry.originator) if entry.version > 1 else [entry]
    return [
        one.report.place.id
        for one in versions
        if one.report is not None and one.position <= entry.position
    ]
