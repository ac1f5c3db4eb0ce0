"""The rule of as-of: which versions of a report count, which claims hold, which stand. Pure.

Clauses are numbered as in `docs/as-of.md`. The cuts are exclusive ends, in microseconds of UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from events.when import DAY, Instant
from timeline.claims import OPEN_FUTURE, Assertion, Certainty, Mark, amounts, assertion, mark
from timeline.entries import MENDED, Entry
from timeline.errors import BadQuestion

if TYPE_CHECKING:
    from timeline.claims import Claim, Series

_T = TypeVar("_T")

WINDOW_DAYS: Final = 7.0
"""How many days a window has unless somebody says."""
WIDEST_WINDOW: Final = 36_525
"""How many days a window can have at most: a century."""


def window_of(days: float) -> Instant:
    """A window of some days in microseconds; raises `BadQuestion` for no time, or for too much."""
    try:
        if 0 < days <= WIDEST_WINDOW:
            return int(days * DAY)
        told = f"{days:,.10g}"
    except (TypeError, OverflowError):  # no number, or none that can be told
        told = f"{days!r:.60}"
    raise BadQuestion(
        f"a window of {told} days; write a number above 0, of up to {WIDEST_WINDOW:,}"
    )


class AsOf(msgspec.Struct, frozen=True, gc=False):
    """The three cuts of a question, exclusive ends in microseconds since 1970 in UTC.

    A basis pins the log besides: `position` is the last entry of a report to read, `redefined` the
    last redefinition of a place.
    """

    valid: Instant
    known: Instant
    recorded: Instant = OPEN_FUTURE
    position: int = OPEN_FUTURE
    redefined: int = OPEN_FUTURE


class Version(msgspec.Struct, frozen=True, gc=False):
    """One version of a report, as the rule sees it; a retraction neither asserts nor marks."""

    entry: Entry
    knowledge: Instant
    mend: bool = False
    retraction: bool = False
    assertion: Assertion | None = None
    mark: Mark | None = None


def version_of(entry: Entry) -> Version:
    """A report's entry as the rule sees it."""
    if entry.report is None:
        return Version(entry, entry.knowledge, retraction=True)
    return Version(
        entry,
        entry.knowledge,
        mend=entry.topic == MENDED,
        assertion=assertion(entry),
        mark=mark(entry),
    )


class ShownVersion(msgspec.Struct, frozen=True, gc=False):
    """The version of a report that shows, with what its other counting versions add."""

    version: Version
    first_known: Instant
    supersedes: str | None


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A claim of a version that shows: what stands is chosen among these."""

    assertion: Assertion
    first_known: Instant
    supersedes: str | None


class Told(msgspec.Struct, frozen=True, gc=False):
    """A claim for as long as its version shows: from its own knowledge to `until`.

    `until` is when another version took its place or the report was withdrawn, as known at the cut;
    `OPEN_FUTURE` while it shows. `supersedes` is the claim in whose place it was told.
    """

    assertion: Assertion
    first_known: Instant
    until: Instant
    supersedes: str | None


class Held(msgspec.Struct, frozen=True, gc=False):
    """A claim as it holds at the cuts."""

    assertion: Assertion
    first_known: Instant
    supersedes: str | None
    certainty: Certainty
    ended: bool = False
    late: bool = False


def counting(versions: Iterable[Version], asof: AsOf) -> list[Version]:
    """Clause 1: the versions of one report that count, in the order in which they show."""
    # A mend takes out the version filed before it, at every cut of knowledge.
    kept = [
        version
        for version, after in with_next(as_recorded(versions, asof))
        if not (after and after.mend)
    ]
    return sorted(
        (version for version in kept if version.knowledge <= asof.known),
        key=lambda version: (version.knowledge, version.entry.position),
    )


def as_recorded(versions: Iterable[Version], asof: AsOf) -> list[Version]:
    """The versions that the log held at the cut, in its order."""
    return sorted(
        (
            version
            for version in versions
            if version.entry.recorded < asof.recorded and version.entry.position <= asof.position
        ),
        key=lambda version: version.entry.position,
    )


def with_next(items: Sequence[_T]) -> Iterator[tuple[_T, _T | None]]:
    """Each with the one after it, and the last with None."""
    return zip(items, [*items[1:], None], strict=False)


def with_a_say(versions: Iterable[Version], asof: AsOf) -> list[Version]:
    """The versions known at the cut, and the mends of these, in the order of the log.

    A mend takes its predecessor out at every cut of knowledge, so that an answer depends on it
    even where it is not known itself.
    """
    recorded = as_recorded(versions, asof)
    return [
        version
        for before, version in zip([None, *recorded], recorded, strict=False)
        if version.knowledge <= asof.known
        or (version.mend and before is not None and before.knowledge <= asof.known)
    ]


def last_with_a_say(versions: Iterable[Version], asof: AsOf) -> int:
    """The position of the last version that has a say at the cut; 0 for none."""
    return max((one.entry.position for one in with_a_say(versions, asof)), default=0)


def shown(versions: Iterable[Version], asof: AsOf) -> ShownVersion | None:
    """Clause 1: the one version of a report that shows, or None where none does."""
    counted = counting(versions, asof)
    if not counted or counted[-1].retraction:
        return None
    before = counted[-2] if len(counted) > 1 else None
    return ShownVersion(counted[-1], counted[0].knowledge, _asserted_by(before))


def _asserted_by(version: Version | None) -> str | None:
    return version.assertion.claim.claim if version and version.assertion else None


def claim_of(version: Version) -> str | None:
    """The id of what a version claims, or marks; None for a retraction."""
    if version.assertion is not None:
        return version.assertion.claim.claim
    return version.mark.claim if version.mark is not None else None


def told(versions: Iterable[Version], asof: AsOf) -> list[Told]:
    """Clause 1 at every cut of knowledge up to this one: what a report said, and how long."""
    counted = counting(versions, asof)
    return [
        Told(version.assertion, counted[0].knowledge, ends, _asserted_by(before))
        for before, (version, after) in zip([None, *counted], with_next(counted), strict=False)
        if version.assertion
        and version.knowledge != (ends := after.knowledge if after else OPEN_FUTURE)
    ]


def in_telling_order(told: Iterable[Told]) -> list[Told]:
    """Sorted by when each report was first known, its versions one after another."""
    return sorted(
        told,
        key=lambda one: (one.first_known, one.assertion.claim.report, one.assertion.knowledge),
    )


def by_report(told: Iterable[Told]) -> dict[str, list[Told]]:
    """What each report told, in the order given."""
    found: dict[str, list[Told]] = {}
    for one in told:
        found.setdefault(one.assertion.claim.report, []).append(one)
    return found


def certainty(claim: Assertion, valid: Instant) -> Certainty | None:
    """Clause 2: how a claim holds at a cut of valid time; None where it does not."""
    if claim.earliest >= valid:
        return None
    if claim.announced:
        return "announced"
    if claim.capped:
        return "possible"
    if claim.reading == "during" or claim.reach <= valid:
        return "certain"
    return "possible"


def ended(claim: Assertion, valid: Instant) -> bool:
    """Clause 2: whether the claim itself states an end that lies before the cut."""
    return claim.reading == "during" and claim.latest < valid


def rank(
    claim: Assertion, first_known: Instant, valid: Instant
) -> tuple[Instant, Instant, Instant]:
    """Clause 3: what the claims of a series are compared by; the greatest stands."""
    return min(claim.reach, valid), claim.earliest, first_known


def standing(series: Sequence[Candidate], valid: Instant) -> list[Held]:
    """Clause 3: of one series what stands, and newer claims that are possible or announced."""
    if len(series) == 1:
        (one,) = series
        how = certainty(one.assertion, valid)
        return [_held(one, how, valid)] if how else []
    held = [
        (rank(one.assertion, one.first_known, valid), how, one)
        for one in series
        if (how := certainty(one.assertion, valid))
    ]
    top = max((place for place, how, _ in held if how == "certain"), default=None)
    return [
        _held(one, how, valid)
        for place, how, one in held
        if (place == top if how == "certain" else top is None or place > top)
    ]


def _held(one: Candidate, how: Certainty, valid: Instant) -> Held:
    claim = one.assertion
    return Held(claim, one.first_known, one.supersedes, how, ended=ended(claim, valid))


def told_before(
    standing: Iterable[Held], claims: Iterable[Candidate], valid: Instant
) -> dict[tuple[str, str], Claim]:
    """By claim id and measure: the next claim below a standing one that states a number of it."""
    above: dict[Series, list[Held]] = {}
    for held in standing:
        above.setdefault(held.assertion.series, []).append(held)
    found: dict[tuple[str, str], tuple[tuple[Instant, Instant, Instant], str, Claim]] = {}
    for one in claims:
        if (
            one.assertion.read_as != "status"  # the losses of a period are of that series too
            or (over := above.get(one.assertion.series)) is None
            or certainty(one.assertion, valid) != "certain"
        ):
            continue
        place, claim = rank(one.assertion, one.first_known, valid), one.assertion.claim
        # Of equals the greatest id, so that the order of arrival does not matter.
        under = place, claim.claim, claim
        measures = [name for name, stated in amounts(claim.value).items() if _numbered(stated)]
        for held in over:
            if place >= rank(held.assertion, held.first_known, valid):
                continue
            for measure in measures:
                of = held.assertion.claim.claim, measure
                if of not in found or under[:2] > found[of][:2]:
                    found[of] = under
    return {of: claim for of, (_, _, claim) in found.items()}


def _numbered(amount: Mapping[str, Any]) -> bool:
    """Whether an amount is a number, and not only a word such as "dozens"."""
    return any(amount.get(bound) is not None for bound in ("low", "best", "high"))


def happening(
    claim: Assertion, first_known: Instant, asof: AsOf, window: Instant
) -> tuple[Certainty, bool] | None:
    """Clauses 4 and 5: how certainly a happening or sum is in the window, and whether late."""
    if claim.earliest >= asof.valid:
        return None
    opens = asof.valid - window
    if claim.reach > opens:
        inside = claim.earliest >= opens and claim.reach <= asof.valid and not claim.capped
        return ("announced" if claim.announced else "certain" if inside else "possible"), False
    # Knowledge is the end of what `reported` states, so a day's news has the cut itself as its
    # knowledge: the window of knowledge is closed at the cut, and what counts is known by then; it
    # is open where it begins.
    if first_known > asof.known - window:
        return ("announced" if claim.announced else "possible" if claim.capped else "certain"), True
    return None


def happened(one: Candidate, asof: AsOf, window: Instant) -> Held | None:
    """Clauses 4 and 5: a happening or a sum as it holds at the cuts."""
    found = happening(one.assertion, one.first_known, asof, window)
    if found is None:
        return None
    how, late = found
    return Held(one.assertion, one.first_known, one.supersedes, how, late=late)


def hold(candidates: Iterable[Candidate], asof: AsOf, window: Instant) -> list[Held]:
    """Clauses 2 to 5 over claims that show."""
    held: list[Held] = []
    by_series: dict[Series, list[Candidate]] = {}
    for one in candidates:
        if one.assertion.read_as == "status":
            by_series.setdefault(one.assertion.series, []).append(one)
        elif found := happened(one, asof, window):
            held.append(found)
    for series in by_series.values():
        held.extend(standing(series, asof.valid))
    return held
