"""What two claims on the same thing say of each other: contradiction, refinement or repeat. Pure.

The rules are written out for readers in `docs/disputes.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from timeline.asof import Held

Relation = Literal["contradiction", "refinement", "repeat", "unreconciled", "compatible"]

# "About 200" is taken to span a tenth to either side when it is held against another number.
ABOUT: Final = 0.1

# Phases of a ceasefire that cannot be so at once.
_FORCE: Final = {"in_force": True, "failed": False, "ended": False}
# Statuses that say nobody knows, which exclude nothing.
_OPEN_STATUSES: Final = frozenset({"unclear", "not_stated"})

Span = tuple[float, float]


def relation(one: Held, other: Held) -> Relation:
    """How two rival claims relate; both shown, of the same location, topic and subject.

    Values that exclude each other contradict only where the valid times overlap; where these do
    not, the two are unreconciled: each may have been right in its time.
    """
    if not _overlap(one, other):
        return "unreconciled"
    a, b = one.assertion, other.assertion
    values = compare(a.series.topic, a.claim.value, b.claim.value)
    if a.series.denial != b.series.denial:
        # What one denies is what the other says, unless they speak of different values.
        return "contradiction" if values in ("repeat", "refinement") else "compatible"
    return values


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
    return (0.0 if low is None else low, float("inf") if high is None else high)


def control_shares(value: Mapping[str, Any]) -> dict[tuple[str, str], Span]:
    """The shares an assessment states by (status, by); a whole status is a share of one."""
    if "shares" not in value and "areas" not in value:  # a territory change, held by `to`
        return {("held", _party(value.get("to"))): (1.0, 1.0)}
    shares: dict[tuple[str, str], Span] = {}
    listed = value.get("shares") or []
    for share in listed:
        stated = bounds(share["share"]) if share.get("share") else None
        if stated is None:
            # Alone and without a number a status speaks of the whole; beside others, of a part.
            stated = (1.0, 1.0) if len(listed) == 1 else (0.0, 1.0)
        shares[share["status"], _party(share.get("by"))] = stated
    return shares


def whole_status(value: Mapping[str, Any]) -> tuple[str, str] | None:
    """(status, by) where an assessment gives the whole place one status; None where partial."""
    shares = control_shares(value)
    if len(shares) == 1:
        (status, (low, _)) = next(iter(shares.items()))
        if low >= 1.0:
            return status
    return None


def _party(party: str | None) -> str:
    return (party or "").casefold()


def _overlap(one: Held, other: Held) -> bool:
    (a, b), (c, d) = _span(one), _span(other)
    return a < d and c < b


def _span(held: Held) -> tuple[int, int]:
    """The valid time a claim speaks of: an open `during` and all it covers, else its bounds."""
    claim = held.assertion
    return claim.earliest, claim.latest if claim.reading == "during" else claim.reach


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


def _compare_control(one: Mapping[str, Any], other: Mapping[str, Any]) -> Relation:
    a, b = control_shares(one), control_shares(other)
    if any(status in _OPEN_STATUSES for status, _ in [*a, *b]) and a.keys() != b.keys():
        return "compatible"
    for mine, theirs in ((a, b), (b, a)):
        for status, (low, _) in mine.items():
            rest = sum(span[0] for other_status, span in theirs.items() if other_status != status)
            if low + rest > 1.0 + 1e-9:
                return "contradiction"
    return _compare_spans([(a[status], b[status]) for status in a.keys() & b.keys()])


def _compare_phase(one: str | None, other: str | None) -> Relation:
    if one == other:
        return "repeat"
    a, b = _FORCE.get(one or ""), _FORCE.get(other or "")
    return "contradiction" if a is not None and b is not None and a != b else "compatible"


def _compare_amounts(one: Mapping[str, Any], other: Mapping[str, Any]) -> Relation:
    pairs = []
    for name in one.keys() & other.keys():
        a, b = one[name], other[name]
        if isinstance(a, dict) and isinstance(b, dict) and "as_reported" in a:
            spans = bounds(a), bounds(b)
            if spans[0] and spans[1]:
                pairs.append((spans[0], spans[1]))
    if not pairs and one == other:
        return "repeat"
    return _compare_spans(pairs)
