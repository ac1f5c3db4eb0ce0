"""What changed between two cuts: claims that came, went, or hold otherwise than before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from events.when import Instant
from timeline.answer import JsonAnswer
from timeline.asof import AsOf, Held, certainty, happening, rank
from timeline.claims import OPEN_FUTURE, Claim
from timeline.places import resolve
from timeline.questions.known import require_facet, view_of
from timeline.situation import PlaceView, in_order, presented

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from timeline.cuts import Cuts
    from timeline.reader import Reader

SCHEMA: Final = "timeline/diff/1"
Axis = Literal["known", "valid"]
"""The clock that two cuts are of."""
PLACES_AT_ONCE: Final = 250
"""Places whose claims are read together: enough to save questions, few enough for memory."""


class Pair(msgspec.Struct, frozen=True):
    """A claim as it was, and the one in its place: another one, or the same as it is now."""

    old: Claim
    new: Claim


class Change(msgspec.Struct, frozen=True):
    """What one step changed.

    Of `replaced` another claim took the place. `changed` is what shows before and after and holds
    otherwise: it has become certain, has ended, or somebody has said that they checked it, or no
    longer does. `lapsed` are happenings that left the window: also those that were retracted
    meanwhile, since they would not show any more in any case.
    """

    added: list[Claim]
    replaced: list[Pair]
    changed: list[Pair]
    withdrawn: list[Claim]
    lapsed: list[Claim]

    def __bool__(self) -> bool:
        return any((self.added, self.replaced, self.changed, self.withdrawn, self.lapsed))


class Diff(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `diff`; `a` and `b` are the bases of the two cuts."""

    schema: str = SCHEMA
    place: PlaceView
    a: str
    b: str
    added: list[Claim]
    replaced: list[Pair]
    changed: list[Pair]
    withdrawn: list[Claim]
    lapsed: list[Claim]


class Seen(msgspec.Struct, frozen=True):
    """The claims on a place at one cut, with what the rule compared, in the answer's order."""

    asof: AsOf
    window: Instant
    held: Sequence[Held]
    claims: Sequence[Claim]

    def pairs(self) -> list[tuple[Held, Claim]]:
        """Each claim, with what the rule compared."""
        return list(zip(self.held, self.claims, strict=True))

    def keeping(self, wanted: Callable[[Held], bool]) -> Seen:
        """With the wanted claims alone."""
        kept = [pair for pair in self.pairs() if wanted(pair[0])]
        return Seen(
            self.asof, self.window, [held for held, _ in kept], [claim for _, claim in kept]
        )


def diff(
    reader: Reader, place: str, a: Cuts, b: Cuts, *, facet: str | None = None, window: Instant
) -> Diff:
    """What changed about a place from one cut to the other."""
    require_facet(facet)
    found = resolve(place, reader.book(b.asof)).id
    before, after = (seen(reader, found, cuts.asof, facet, window) for cuts in (a, b))
    change = difference(before, after)
    return Diff(
        place=view_of(found, reader.book(b.asof), b.asof.valid),
        a=a.pinned(*reader.pinned(a.asof)),
        b=b.pinned(*reader.pinned(b.asof)),
        added=change.added,
        replaced=change.replaced,
        changed=change.changed,
        withdrawn=change.withdrawn,
        lapsed=change.lapsed,
    )


def diff_all(
    reader: Reader, a: Cuts, b: Cuts, *, facet: str | None = None, window: Instant
) -> Iterator[tuple[str, Change]]:
    """What changed from one cut to the other on every place where anything did, by place id.

    Raises `BadQuestion` for a facet that is none.
    """
    require_facet(facet)
    places = sorted(reader.moved_places(a.asof, b.asof, window))
    for at in range(0, len(places), PLACES_AT_ONCE):
        some = places[at : at + PLACES_AT_ONCE]
        cuts = [seen_all(reader, some, one.asof, facet, window) for one in (a, b)]
        for place in some:
            if change := difference(cuts[0][place], cuts[1][place]):
                yield place, change


def seen_all(
    reader: Reader, places: Sequence[str], asof: AsOf, facet: str | None, window: Instant
) -> dict[str, Seen]:
    """The claims on each of these places at one cut."""
    held = reader.held(places, asof, window, facet)
    reports = {one.assertion.claim.report for claims in held.values() for one in claims}
    marks = reader.marks(reports, asof)
    found = {}
    for place in places:
        ordered = in_order(held[place], asof.valid)
        found[place] = Seen(asof, window, ordered, presented(ordered, marks)[0])
    return found


def seen(reader: Reader, place: str, asof: AsOf, facet: str | None, window: Instant) -> Seen:
    """The claims on a place at one cut."""
    return seen_all(reader, [place], asof, facet, window)[place]


def difference(before: Seen, after: Seen) -> Change:
    """What the later cut shows that the earlier did not, or otherwise; and the other way round.

    A claim replaces one of the same report (a correction), else, if it stands, one of the same
    series. What is still told, but outranked now, was replaced too, and not withdrawn.
    """
    kept = {claim.claim for claim in before.claims} & {claim.claim for claim in after.claims}
    gone = [pair for pair in before.pairs() if pair[1].claim not in kept]
    come = [pair for pair in after.pairs() if pair[1].claim not in kept]
    anew = {claim.report for _, claim in come}  # told anew: then it did not merely lapse
    lapsed = [claim for held, claim in gone if claim.report not in anew and _lapsed(held, after)]
    left = {claim.claim for claim in lapsed}
    open_for = {claim.claim: (held, claim) for held, claim in gone if claim.claim not in left}
    added, replaced, withdrawn = [], [], []
    for held, claim in come:
        old = _predecessor(held, claim, open_for.values(), anew)
        if old is None:
            added.append(claim)
        else:
            replaced.append(Pair(old, claim))
            del open_for[old.claim]
    for held, claim in open_for.values():
        above = _above(held, after)
        if above is None:
            withdrawn.append(claim)
        else:
            replaced.append(Pair(claim, above))
    return Change(added, replaced, list(_held_otherwise(before, after)), withdrawn, lapsed)


def _held_otherwise(before: Seen, after: Seen) -> Iterator[Pair]:
    """The claims that show at both cuts and are not as certain, as over or as checked at each."""
    was = {claim.claim: claim for claim in before.claims}
    for claim in after.claims:
        if (old := was.get(claim.claim)) and _how(old) != _how(claim):
            yield Pair(old, claim)


def _how(claim: Claim) -> tuple[object, ...]:
    """How a claim holds; how much of a happening lies in the window is no news of it."""
    status = (claim.certainty, claim.ended) if claim.read_as == "status" else ()
    return claim.verification, *status


def became(reader: Reader, went: Iterable[Claim], asof: AsOf) -> dict[str, Claim | None]:
    """By report, of claims that went: what it says by a cut; None if it was withdrawn by then."""
    return {
        one.assertion.claim.report: one.assertion.claim if one.until == OPEN_FUTURE else None
        for one in reader.told_by({claim.report for claim in went}, asof)
    }


def corrected(gone: Claim, now: Mapping[str, Claim | None]) -> Claim | None:
    """What the report of a claim that went says instead, of what reports `became`; or nothing."""
    said = now.get(gone.report)
    return None if said is None or said.claim == gone.claim else said


def _predecessor(
    held: Held, claim: Claim, gone: Collection[tuple[Held, Claim]], anew: Collection[str]
) -> Claim | None:
    for _, old in gone:
        if old.report == claim.report:
            return old
    if held.certainty != "certain":  # by the rule it replaces nothing
        return None
    for old_held, old in gone:
        if (
            old.report not in anew  # else it is replaced by what its own report says now
            and held.assertion.read_as == old_held.assertion.read_as == "status"
            and held.assertion.series == old_held.assertion.series
        ):
            return old
    return None


def _above(held: Held, after: Seen) -> Claim | None:
    """The standing claim for which a status would not show at the later cut even if it counts."""
    one, valid = held.assertion, after.asof.valid
    if one.read_as != "status":
        return None
    own = rank(one, held.first_known, valid)
    # Of two that are equal both stand, but what is not certain stands beside no certain one.
    certain = certainty(one, valid) == "certain"
    for other, claim in after.pairs():
        said = other.assertion
        if (
            other.certainty == "certain"
            and said.read_as == "status"
            and said.series == one.series
            and (
                (top := rank(said, other.first_known, valid)) > own or (top == own and not certain)
            )
        ):
            return claim
    return None


def _lapsed(held: Held, after: Seen) -> bool:
    """Whether a claim would be out of the later window even if it still counts."""
    claim, asof = held.assertion, after.asof
    if claim.read_as == "status":
        return False
    if held.first_known > asof.known or claim.earliest >= asof.valid:
        return False  # of a cut before the other one: it was not known yet, or had yet to happen
    return happening(claim, held.first_known, asof, after.window) is None
