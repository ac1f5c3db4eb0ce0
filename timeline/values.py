"""What two claims on one thing say of each other: contradiction, update, refinement, repeat. Pure.

The rules are written out for readers in `docs/disputes.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import heappop, heappush
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import msgspec

from events.when import DAY
from timeline.claims import OPEN_PAST, amounts
from timeline.entries import MARKER

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.asof import Held, Told
    from timeline.claims import Assertion

_T = TypeVar("_T", "Held", "Told")

Relation = Literal["contradiction", "update", "refinement", "repeat", "unreconciled", "compatible"]

# "About 200" is taken to span a tenth to either side when it is held against another number.
ABOUT: Final = 0.1

# Phases of a ceasefire that cannot be so at once.
_FORCE: Final = {"in_force": True, "failed": False, "ended": False}
# Statuses that say nobody knows, which exclude nothing.
_OPEN_STATUSES: Final = frozenset({"unclear", "not_stated"})

_NO_END: Final = float("inf")
# Of several relations between two claims, which one is told.
_LEAST_AGREED: Final = ("contradiction", "compatible", "refinement", "repeat")

_TWO_DAYS: Final = 2 * DAY + DAY // 8
"""Some two days are an hour longer, where clocks change."""
_DAY_OR_OPEN: Final = r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[?~%]?|\.\.)"

# Pairs of values remembered, some 10 MB.
_COMPARED: Final = 50_000

# So few are held each against each other: a sweep costs more than it saves.
_FEW: Final = 12

_BEGINS: Final = attrgetter("assertion.earliest")
_encode: Final = msgspec.json.Encoder().encode

Span = tuple[float, float]


def related(one: Assertion, other: Assertion) -> Relation:
    """How two claims relate; both of the same location, topic and subject.

    Values that exclude each other contradict only where two parties speak of a common time: where
    the times do not meet each may have been right in its own, and newer words of one party stand in
    the place of its older ones.
    """
    if one.series.party == other.series.party:
        return _own_words(one, other)
    if not _overlap(one, other):
        return "unreconciled"
    said = said_at_once(one, other)
    if said == "contradiction" and not _overlap(one, other, edges=False):
        return "unreconciled"
    return said


def contradictions(claims: Sequence[_T], rivals: Rivals | None = None) -> Iterable[tuple[_T, _T]]:
    """The pairs of claims on one matter that contradict; `rivals` remembers what was compared."""
    if rivals is None and len(claims) <= _FEW:
        return [pair for pair in combinations(claims, 2) if _contradict(*pair)]
    return (rivals or Rivals()).contradictions(claims)


def _contradict(one: Held | Told, other: Held | Told) -> bool:
    mine, theirs = one.assertion, other.assertion
    return (
        # Most pairs lie apart in time, which two comparisons tell.
        mine.earliest < theirs.latest
        and theirs.earliest < mine.latest
        and mine.series.party != theirs.series.party
        and related(mine, theirs) == "contradiction"
    )


class Rivals:
    """Finds which of the claims on one matter contradict.

    What is said alike is compared once, whoever says it, and however often it is asked about.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, bool, bytes], int] = {}
        saying: list[Assertion] = []  # by number: one that says so
        self._saying = saying

        @lru_cache(maxsize=_COMPARED)  # not of self, which would hold itself in memory
        def exclude(one: int, other: int) -> bool:
            return said_at_once(saying[one], saying[other]) == "contradiction"

        self._exclude = exclude

    def contradictions(self, claims: Iterable[_T]) -> Iterator[tuple[_T, _T]]:
        """The pairs that contradict: a sweep, each claim open until its end."""
        for meeting in _meeting(claims):
            said: dict[int, dict[int, _T]] = {}  # what is open, by what it says
            ends: list[tuple[Instant, int, int]] = []
            for at, one in enumerate(meeting):
                claim = one.assertion
                while ends and ends[0][0] <= claim.earliest:
                    _, over, number = heappop(ends)
                    del said[number][over]
                    if not said[number]:
                        del said[number]
                mine = self._number(claim)
                for number, others in said.items():
                    if self._exclude(number, mine):
                        for other in others.values():
                            if _of_one_time(other.assertion, claim):
                                yield other, one
                said.setdefault(mine, {})[at] = one
                heappush(ends, (_end(claim), at, mine))

    def _number(self, claim: Assertion) -> int:
        """The number of what a claim says."""
        series = claim.series
        said = series.topic, series.denial, _encode(claim.claim.value)
        if (number := self._numbers.get(said)) is None:
            number = self._numbers[said] = len(self._saying)
            self._saying.append(claim)
        return number


def _meeting(claims: Iterable[_T]) -> Iterator[list[_T]]:
    """Those that others may overlap, in order of time; of most claims none does."""
    together: list[_T] = []
    until = OPEN_PAST
    for one in sorted(claims, key=_BEGINS):
        claim = one.assertion
        if claim.earliest >= until:
            if len(together) > 1:
                yield together
            together = []
        together.append(one)
        # Not before its end: what is asked of every claim of an answer has to be little.
        until = max(until, claim.latest)
    if len(together) > 1:
        yield together


def _of_one_time(one: Assertion, other: Assertion) -> bool:
    """Whether what two claims say can be a contradiction: two parties, and a common time."""
    return (
        one.series.party != other.series.party
        and _overlap(one, other)
        and _overlap(one, other, edges=False)
    )


def said_at_once(one: Assertion, other: Assertion) -> Relation:
    """How two parties' claims relate, if their times are the same."""
    topic = one.series.topic
    if one.series.denial != other.series.denial:
        denial, claim = (one, other) if one.series.denial else (other, one)
        said = denies(topic, denial.claim.value, claim.claim.value)
        return "contradiction" if said else "compatible"
    values = compare(topic, one.claim.value, other.claim.value)
    if one.series.denial and values == "contradiction":
        return "compatible"  # not this, says one, and not that, the other: neither says what is
    return values


def denies(topic: str, denied: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether who denies one value contradicts who says the other, their times being the same.

    What one denies is what the other says, unless they speak of different values, or more is denied
    than is said.
    """
    nested = compare(topic, denied, said) in ("repeat", "refinement")
    return (nested and not _says_more(topic, denied, said)) or _denied_outright(denied, said)


def _says_more(topic: str, denied: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether what is denied has a number, or a status, of which the claim says nothing."""
    if not amounts(denied).keys() <= amounts(said).keys():
        return True
    return topic == "control" and any(
        not _known(_as_coarse_as(mine, theirs, whole), whole).keys()
        <= _known(_as_coarse_as(theirs, mine, whole), whole).keys()
        for mine, theirs, whole in (
            (control_shares(denied), control_shares(said), 1.0),
            (_areas(denied), _areas(said), _NO_END),
        )
    )


def _denied_outright(denied: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """Whether a denial says nothing that the claim does not: what more that says goes with it.

    The side is theirs in common, as rivals have one subject.
    """
    return MARKER not in denied.values() and all(
        said.get(name) == value for name, value in denied.items() if name != "side"
    )


def _own_words(one: Assertion, other: Assertion) -> Relation:
    """How two claims of one party relate: it takes its word back, and never contradicts itself."""
    if one.series.denial != other.series.denial:
        return "update"
    values = compare(one.series.topic, one.claim.value, other.claim.value)
    if values == "repeat" or (values == "refinement" and _overlap(one, other)):
        return values
    return "update"


def compare(topic: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Relation:
    """How two values of one topic relate, their times being the same."""
    match topic:
        case "control":
            return _compare_control(one, other)
        case "logistics_status":
            return "repeat" if one["level"] == other["level"] else "contradiction"
        case "ceasefire":
            return _compare_phase(one.get("phase"), other.get("phase"))
        case _:
            return _compare_amounts(one, other)


def bounds(amount: Mapping[str, Any]) -> Span | None:
    """The span an amount admits, or None where it states no number."""
    low, best, high = amount.get("low"), amount.get("best"), amount.get("high")
    if low is None and best is None and high is None:
        return None
    if best is not None:
        slack = abs(best) * ABOUT if amount.get("approximate") else 0.0
        return (
            best - slack if low is None else low,
            best + slack if high is None else high,
        )
    return (0.0 if low is None else low, _NO_END if high is None else high)


def control_shares(value: Mapping[str, Any]) -> dict[tuple[str, str], Span]:
    """The shares an assessment states by (status, by); a whole status is a share of one."""
    if "shares" not in value and "areas" not in value:  # a territory change, held by `to`
        least = 0.0 if value.get("extent") == "part" else 1.0
        return {("held", _party(value.get("to"))): (least, 1.0)}
    shares: dict[tuple[str, str], Span] = {}
    listed = value.get("shares") or []
    # Alone and without a share a status speaks of the whole; beside others, of a part.
    alone = len({_said_of(part) for part in (*listed, *(value.get("areas") or []))}) == 1
    for share in listed:
        said = _said_of(share)
        stated = bounds(share["share"]) if share.get("share") else None
        if stated is None:
            whole = alone and len(listed) == 1 and not share.get("share")
            stated = (1.0, 1.0) if whole else (0.0, 1.0)
        before = shares.get(said, (0.0, 0.0))  # several parts may be of one status
        shares[said] = before[0] + stated[0], before[1] + stated[1]
    return shares


def whole_status(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """(status, by) where an assessment gives the whole place one status; None where partial."""
    shares = control_shares(value)
    if len(shares) == 1:
        (status, (low, _)) = next(iter(shares.items()))
        if low >= 1.0:
            return status
    return None


def _said_of(part: Mapping[str, Any]) -> tuple[str, str]:
    """The status of a part, and who holds it."""
    return part["status"], _party(part.get("by"))


def _party(party: str | None) -> str:
    return (party or "").casefold()


def _overlap(one: Assertion, other: Assertion, *, edges: bool = True) -> bool:
    """Whether two claims speak of a common time; `edges` are the first and last day of a span."""
    (a, b), (c, d) = _span(one, edges=edges), _span(other, edges=edges)
    if not edges and _has_edges(one) and _has_edges(other):
        return a <= d and c <= b  # that midnight is inside of both
    return a < d and c < b


def _end(claim: Assertion) -> Instant:
    """The end of the time a claim speaks of."""
    return claim.latest if claim.reading == "during" else claim.reach


def _span(claim: Assertion, *, edges: bool) -> tuple[int, int]:
    """The time a claim speaks of: a `during` of its own, else to its reach."""
    if edges or claim.reading != "during" or not _has_edges(claim):
        return claim.earliest, _end(claim)
    return claim.earliest + DAY, claim.latest - DAY


def _has_edges(claim: Assertion) -> bool:
    """Whether it began and ended at some time of its first and last day: it is written in days."""
    if claim.reading != "during" or claim.latest - claim.earliest <= _TWO_DAYS:
        return False
    return all(re.fullmatch(_DAY_OR_OPEN, part) for part in claim.claim.happened.split("/"))


def _compare_spans(pairs: list[tuple[Span, Span]]) -> Relation:
    if any(a[1] < b[0] or b[1] < a[0] for a, b in pairs):
        return "contradiction"
    if not pairs:
        return "compatible"
    if all(a == b for a, b in pairs):
        return "repeat"
    nested = all(
        (a[0] <= b[0] and b[1] <= a[1]) or (b[0] <= a[0] and a[1] <= b[1]) for a, b in pairs
    )
    return "refinement" if nested else "compatible"


Shares = dict[tuple[str, str], Span]


def _compare_control(one: Mapping[str, Any], other: Mapping[str, Any]) -> Relation:
    said = _compare_parts(control_shares(one), control_shares(other), 1.0)
    if "areas" not in one and "areas" not in other:  # as most are
        return said
    sized = _compare_parts(_areas(one), _areas(other), _NO_END)
    if not (one.get("shares") or other.get("shares")):
        return sized
    return min(said, sized, key=_LEAST_AGREED.index) if _areas(one) and _areas(other) else said


def _areas(value: Mapping[str, Any]) -> Shares:
    """The square kilometres an assessment states by (status, by)."""
    areas: Shares = {}
    for area in value.get("areas") or []:
        said, stated = _said_of(area), bounds(area["km2"]) or (0.0, _NO_END)
        before = areas.get(said, (0.0, 0.0))
        areas[said] = before[0] + stated[0], before[1] + stated[1]
    return areas


def _compare_parts(a: Shares, b: Shares, whole: float) -> Relation:
    mine, theirs = _as_coarse_as(a, b, whole), _as_coarse_as(b, a, whole)
    said = _compare_shares(mine, theirs, whole)
    # Of two that agree, one that names a part of the other's party says more.
    return "refinement" if said == "repeat" and a.keys() != b.keys() else said


def _compare_shares(a: Shares, b: Shares, whole: float) -> Relation:
    if a == b:
        return "repeat"
    a, b = _known(a, whole), _known(b, whole)
    # Each stretch of ground has one status: the least that either gives each has to fit in.
    least = sum(max(shares[status][0] for shares in (a, b) if status in shares) for status in a | b)
    if least > whole + 1e-9:
        return "contradiction"
    return _compare_spans([(a[status], b[status]) for status in a.keys() & b.keys()])


def _known(shares: Shares, whole: float) -> Shares:
    """The shares that say something; any of them may be more by what nobody knows."""
    unknown = sum(high for (status, _), (_, high) in shares.items() if status in _OPEN_STATUSES)
    return {
        said: (low, min(whole, high + unknown))
        for said, (low, high) in shares.items()
        if said[0] not in _OPEN_STATUSES
    }


def _as_coarse_as(fine: Shares, coarse: Shares, whole: float) -> Shares:
    """Shares with parties named as the other assessment names them: `ru.dpr` is a part of `ru`."""
    if not any("." in by for _, by in fine):  # as most are: no part of another party
        return {said: (min(whole, low), min(whole, high)) for said, (low, high) in fine.items()}
    merged: Shares = {}
    for (status, by), (low, high) in fine.items():
        side = next(
            (
                other
                for of, other in coarse
                if of == status and other and by.startswith(f"{other}.")
            ),
            by,
        )
        before = merged.get((status, side), (0.0, 0.0))
        merged[status, side] = (min(whole, before[0] + low), min(whole, before[1] + high))
    return merged


def _compare_phase(one: str | None, other: str | None) -> Relation:
    if one == other:
        return "repeat"
    a, b = _FORCE.get(one or ""), _FORCE.get(other or "")
    return "contradiction" if a is not None and b is not None and a != b else "compatible"


def _compare_amounts(one: Mapping[str, Any], other: Mapping[str, Any]) -> Relation:
    mine, theirs = amounts(one), amounts(other)
    pairs = []
    for name in mine.keys() & theirs.keys():
        spans = bounds(mine[name]), bounds(theirs[name])
        if spans[0] and spans[1]:
            pairs.append((spans[0], spans[1]))
    if not pairs and one == other and MARKER not in one.values():
        return "repeat"  # of what was redacted nobody knows whether it was the same
    return _compare_spans(pairs)
