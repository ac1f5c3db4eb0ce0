"""The page of a difference: what changed about a place between two cuts of one clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.when import iso
from timeline.errors import BadQuestion
from timeline.safe import safe
from timeline.wording import Frame
from web.pages.address import Address
from web.pages.cards import Card, of_two
from web.pages.heading import Heading, heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timeline.engine import Timeline


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the one that took its place."""

    old: Card
    new: Card


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
    added: tuple[Card, ...]
    replaced: tuple[Pair, ...]
    withdrawn: tuple[Card, ...]
    lapsed: tuple[Card, ...]
    json: str
    position: int

    @property
    def nothing(self) -> bool:
        """Whether the two cuts show the same."""
        return not (self.added or self.replaced or self.withdrawn or self.lapsed)


def diff_page(timeline: Timeline, address: Address, asked: Mapping[str, str]) -> DiffPage:
    """Ask what changed from `a` to `b`, and put it in the page's words."""
    a, b, axis = asked.get("a"), asked.get("b"), asked.get("axis", "known")
    if not (a and b):
        raise BadQuestion("what changed between which days? write both dates")
    if axis in ("known", "valid") and axis in asked:
        raise BadQuestion(f"a and b are the cuts of {axis}; leave that parameter out")
    kept = {name: asked.get(name) for name in ("valid", "known", "recorded") if name != axis}
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
        address = address.at(answer.place.id, basis=None, **{axis: None})
        frame = Frame(reader.party_names(), iso(cuts.asof.valid))
        bases = (answer.a, answer.b)
        pairs = (claim for one in answer.replaced for claim in (one.old, one.new))
        shown = (*answer.added, *pairs, *answer.withdrawn, *answer.lapsed)
        before, after = of_two(frame, reader.parties(), bases, cuts.asof.valid, shown)
        place = heading(answer.place, reader.book(cuts.asof), cuts, address.at(known=b))
        position = timeline.index.position()
    return DiffPage(
        address=address,
        place=place,
        party=frame.name(address.party) if address.party else "",
        a=safe(a),
        b=safe(b),
        axis=axis,
        bases=bases,
        added=tuple(after.of(answer.added)),
        replaced=tuple(Pair(before.card(one.old), after.card(one.new)) for one in answer.replaced),
        withdrawn=tuple(before.of(answer.withdrawn)),
        lapsed=tuple(before.of(answer.lapsed)),
        json=_json(address, a, b, axis, kept),
        position=position,
    )


def _json(address: Address, a: str, b: str, axis: str, kept: Mapping[str, str | None]) -> str:
    """Where programs get the same."""
    of = {**kept, "window": address.window, "facet": address.facet, **address.of}
    return address.api("diff", ".json", a=a, b=b, axis=axis, **of)
