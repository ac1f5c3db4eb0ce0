"""The page of a difference: what changed about a place between two cuts of one clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from events.when import iso
from timeline.errors import BadQuestion
from timeline.places import name_of
from timeline.questions.diff import became, corrected
from timeline.questions.known import places_below
from timeline.safe import safe
from timeline.wording import Frame
from web.pages.address import Address
from web.pages.cards import MOST, Card, of_two, shortened
from web.pages.heading import Heading, heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timeline.claims import Claim
    from timeline.engine import Timeline
    from timeline.places import Book
    from timeline.questions.diff import Axis, Diff


@dataclass(frozen=True, slots=True)
class Step:
    """A claim that came, one that went, or one that took the place of another.

    `where` names the place that a correction moved it to.
    """

    old: Card | None
    new: Card | None
    where: str


@dataclass(frozen=True, slots=True)
class Section:
    """Changes of one sort, of which some may be held back."""

    sign: str
    title: str
    steps: tuple[Step, ...]
    held_back: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.steps) + self.held_back


@dataclass(frozen=True, slots=True)
class DiffPage:
    """All that the template of a difference needs."""

    address: Address
    place: Heading
    party: str
    """The name of the party that it is narrowed to."""
    a: str
    b: str
    axis: str
    bases: tuple[str, str]
    parts: tuple[Section, ...]
    below: int
    """On how many places below there are reports, none of which is compared."""
    json: str
    position: int

    @property
    def all(self) -> str:
        """The address of the page that holds nothing back."""
        return self.address.url("diff", a=self.a, b=self.b, axis=self.axis, all="1")

    @property
    def nothing(self) -> bool:
        """Whether the two cuts show the same."""
        return not any(part.count for part in self.parts)


def diff_page(timeline: Timeline, address: Address, asked: Mapping[str, str]) -> DiffPage:
    """Ask what changed from `a` to `b`, and put it in the page's words."""
    a, b = asked.get("a"), asked.get("b")
    axis = cast("Axis", asked.get("axis", "known"))  # another is refused where it is asked
    if not (a and b):
        raise BadQuestion("what changed between which days? write both dates")
    kept = {name: asked.get(name) for name in ("valid", "known", "recorded")}
    with timeline.reading() as reader:
        answer = timeline.diff(
            address.place,
            a,
            b,
            axis=axis,
            facet=address.facet,
            window=address.days,
            **address.of,
            **kept,
        )
        cuts = timeline.cuts(basis=answer.b)
        most = MOST if address.all is None else None
        address = address.at(answer.place.id, basis=None, all=None, **{axis: None})
        frame = Frame(reader.party_names(), iso(cuts.asof.valid))
        bases = (answer.a, answer.b)
        changes = _changes(answer, became(reader, answer.withdrawn, cuts.asof))
        book = reader.book(cuts.asof)
        shown = [one for steps in changes.values() for step in steps for one in step if one]
        pinned = address.pinned(answer.a), address.pinned(answer.b)
        before, after = of_two(frame, reader.parties(), pinned, cuts.asof.valid, shown)
        place = heading(answer.place, book, cuts, address.at(known=b))
        below = places_below(reader, book, place.id, cuts.asof)
        position = timeline.index.position()
    return DiffPage(
        address=address,
        place=place,
        party=frame.name(address.party) if address.party else "",
        a=safe(a),
        b=safe(b),
        axis=axis,
        bases=bases,
        parts=tuple(
            Section(
                *named,
                tuple(
                    Step(before.maybe(old), after.maybe(new), _where(old, new, book))
                    for old, new in steps
                ),
                held_back,
            )
            for named, (steps, held_back) in zip(
                changes, shortened(changes.values(), most), strict=True
            )
        ),
        below=below,
        json=_json(address, a, b, axis, kept),
        position=position,
    )


def _changes(
    answer: Diff, now: Mapping[str, Claim | None]
) -> dict[tuple[str, str], list[tuple[Claim | None, Claim | None]]]:
    """The claim that went and the one that came of each change, by its sort: a sign and a title.

    `now` has what the reports of claims that went say by the later cut.
    """
    went = [(one, corrected(one, now)) for one in answer.withdrawn]
    return {
        ("+", "Added"): [(None, one) for one in answer.added],
        ("~", "Replaced"): [(one.old, one.new) for one in answer.replaced],
        ("~", "Changed"): [(one.old, one.new) for one in answer.changed],
        ("~", "Corrected"): [(old, new) for old, new in went if new],
        ("−", "Withdrawn"): [(old, None) for old, new in went if not new],
        ("", "Out of the window"): [(one, None) for one in answer.lapsed],
    }


def _where(old: Claim | None, new: Claim | None, book: Book) -> str:
    return name_of(new.place, book) if old and new and old.place != new.place else ""


def _json(address: Address, a: str, b: str, axis: str, kept: Mapping[str, str | None]) -> str:
    """Where programs get the same."""
    of = {**kept, "window": address.window, "facet": address.facet, **address.of}
    return address.api("diff", ".json", a=a, b=b, axis=axis, **of)
