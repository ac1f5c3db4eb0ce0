"""What was known about a place: the situation at the cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from events.when import iso, quoted
from timeline.claims import FACETS
from timeline.errors import BadQuestion
from timeline.places import AREAS, above_all, below_all, lowest, name_of, named_by, path, resolve
from timeline.situation import (
    Counts,
    Flag,
    PlaceView,
    Situation,
    flags,
    in_order,
    presented,
    rolled_up,
    sums,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from events.when import Instant
    from timeline.asof import AsOf, Held
    from timeline.claims import Claim
    from timeline.cuts import Cuts
    from timeline.places import Book
    from timeline.reader import Reader
    from timeline.view import View

_LITTLE: Final = 5_000
"""Claims on a place and on those above it. Few of them are read, but where a window holds many."""


class NamedBelow(NamedTuple):
    """A place below one that is no region, and how many reports that count name it."""

    id: str
    name: str
    reports: int


def require_facet(facet: str | None) -> None:
    """Raise `BadQuestion` for a facet that is none."""
    if facet is not None and facet not in FACETS:
        raise BadQuestion(f"{quoted(str(facet))} is not a facet; write one of {', '.join(FACETS)}")


def known(
    reader: Reader, place: str, cuts: Cuts, *, facet: str | None = None, window: Instant
) -> Situation:
    """The situation of a place, named as a user names it; `window` in microseconds.

    Raises `UnknownPlace`, `AmbiguousPlace`, and `BadQuestion` for a facet that is none.
    """
    require_facet(facet)
    book = reader.book(cuts.asof)
    found = resolve(place, book)
    return situation(reader, book, found.id, cuts, facet=facet, window=window)


def situation(
    reader: Reader,
    book: Book,
    place: str,
    cuts: Cuts,
    *,
    facet: str | None = None,
    window: Instant,
) -> Situation:
    """The situation of the place with this id."""
    asof = cuts.asof
    above = above_all(place, book, asof.valid)
    by_place = reader.held([place, *above], asof, window, facet)
    marks = reader.marks(_reports(by_place.values()), asof)
    held = in_order(by_place[place], asof.valid)
    claims, pairs = presented(held, marks)
    context: list[Claim] = []
    for one in above:
        if above_it := by_place[one]:
            context += presented(in_order(above_it, asof.valid), marks)[0]
    below = _below(reader, book, place, asof)
    return Situation(
        place=view_of(place, book, asof.valid),
        asked=cuts.asked,
        valid=iso(asof.valid),
        known=iso(asof.known),
        recorded=cuts.recorded,
        basis=cuts.pinned(*reader.pinned(asof)),
        counts=Counts(
            reports=len({claim.report for claim in claims}),
            parties=len({claim.party for claim in claims}),
            disputes=pairs,
        ),
        claims=claims,
        context=context,
        rollup=None if below is None else rolled_up(below, asof, window),
        sums=sums(held, counted_once(reader, held, asof)),
        flags=fallen(reader, held, asof),
        held=held,
        below=below or {},
    )


def counted_once(reader: Reader, held: Iterable[Held], asof: AsOf) -> Mapping[str, str]:
    """Of the reports that are summed: for each of one event with others, which stands for all."""
    summed = [one.assertion.claim.report for one in held if one.assertion.read_as == "sum"]
    return reader.same_events(summed, asof) if summed else {}


def fallen(reader: Reader, held: Iterable[Held], asof: AsOf) -> list[Flag]:
    """The numbers that fall though counted since a beginning; a forecast of losses has none."""
    losses = [one for one in held if one.assertion.series.facet == "casualties" and stands(one)]
    return flags(losses, reader.before(losses, asof)) if losses else []


def reads_little(view: View, place: str) -> bool:
    """Whether the situation of a place, named as a user names it, is told in a moment."""
    book = view.book()
    found = named_by(place, book)
    if len(found) != 1 or (defined := book.get(found[0])) is None or defined.kind in AREAS:
        return False
    return view.claims_on([*found, *above_all(found[0], book)]) <= _LITTLE


def view_of(place: str, book: Book, valid: Instant | None = None) -> PlaceView:
    """The place of an answer, with the path above it as valid at the cut."""
    defined = book.get(place)
    return PlaceView(
        id=place,
        name=name_of(place, book),
        kind=defined.kind if defined else "place",
        path=path(place, book, valid),
        lat=defined.lat if defined else None,
        lon=defined.lon if defined else None,
    )


def _below(
    reader: Reader, book: Book, place: str, asof: AsOf
) -> Mapping[str, Sequence[Held]] | None:
    """The standing control claims of the lowest places below; None for what is no region."""
    defined = book.get(place)
    if defined is None or defined.kind not in AREAS:
        return None
    places = lowest(place, book, set(reader.reported_places(asof)), asof.valid)
    return reader.control(places, asof)


def named_below(reader: Reader, book: Book, place: str, asof: AsOf) -> list[NamedBelow]:
    """The places below a town, which its situation says nothing of: the most reported first.

    Of a region none: its roll-up tells of control there, and `reported_below` how many there are.
    """
    defined = book.get(place)
    if defined is None or defined.kind in AREAS:
        return []
    found = [
        NamedBelow(one, lower.name, reports)
        for one in below_all(place, book, asof.valid)
        if one != place
        and (lower := book.get(one)) is not None
        and (reports := len(list(reader.reports_on([one], asof))))
    ]
    return sorted(found, key=lambda one: (-one.reports, one.name, one.id))


def reported_below(reader: Reader, book: Book, place: str, asof: AsOf) -> int:
    """How many places below a region reports name; of what is no region none, see `named_below`."""
    defined = book.get(place)
    if defined is None or defined.kind not in AREAS:
        return 0
    reported = reader.reported_places(asof)
    return sum(one in reported and one != place for one in below_all(place, book, asof.valid))


def places_below(reader: Reader, book: Book, place: str, asof: AsOf) -> int:
    """On how many places below one there are reports, which an answer on it alone leaves out."""
    return len(named_below(reader, book, place, asof)) or reported_below(reader, book, place, asof)


def _reports(held: Iterable[Sequence[Held]]) -> Iterator[str]:
    return (one.assertion.claim.report for claims in held for one in claims)


def stands(one: Held) -> bool:
    """Whether it is the word of its party that stands on its matter."""
    return one.assertion.read_as == "status" and one.certainty == "certain"
