"""Who says a place is whose, side by side: a row for each place, a column for each assessor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.when import iso
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.formats.columns import SPOT_COLUMNS, spot
from timeline.formats.hxl import TAGS
from timeline.values import Rivals, compare

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.asof import Held
    from timeline.formats.columns import Cell, Shared
    from timeline.places import Place

BEFORE: Final = (
    *SPOT_COLUMNS,
    "agreement",
    "assessors",
    "oldest",
    "newest",
)
AFTER: Final = ("claim_ids", "known_as_of", "valid_as_of", "basis")
"""The columns before and after those of the assessors."""

_encode: Final = msgspec.json.Encoder().encode

# Where nobody is contradicted the worst of these decides; who only says less or more still agrees.
_WORST: Final = ("unreconciled", "compatible")


def assesses(one: Held) -> bool:
    """Whether a claim says whose a place is: not that some part of it changed hands."""
    return one.assertion.series.facet == "control" and one.assertion.read_as == "status"


def control_header(assessors: Sequence[str]) -> tuple[str, ...]:
    """All names of columns; an assessor's is its id, marked where another column has that name.

    One whose id looks like a marked one is marked, too: it may be another's.
    """
    named = (
        f"party:{one}" if one in TAGS or one.startswith("party:") else one for one in assessors
    )
    return (*BEFORE, *named, *AFTER)


def control_rows(
    claims: Iterable[Held], place: Place | None, assessors: Sequence[str], shared: Shared
) -> Iterator[list[Cell]]:
    """The rows of one place: itself, then what is said of spots in or near it."""
    spots: dict[tuple[str, str], list[Held]] = {}
    for one in claims:
        if assesses(one):
            series = one.assertion.series
            spots.setdefault((series.relation, series.landmark), []).append(one)
    for _, said in sorted(spots.items()):
        yield _row(said, place, assessors, shared)


def _row(
    said: Sequence[Held], place: Place | None, assessors: Sequence[str], shared: Shared
) -> list[Cell]:
    by_party: dict[str, list[Held]] = {}
    for one in said:
        by_party.setdefault(one.assertion.series.party, []).append(one)
    first = said[0].assertion.claim
    reaches = [one.assertion.reach for one in said]
    return [
        *spot(first, place),
        agreement(said),
        len(by_party),
        _instant(min(reaches)),
        _instant(max(reaches)),
        *(" | ".join(map(_word, by_party.get(party, ()))) or None for party in assessors),
        " ".join(sorted(one.assertion.claim.claim for one in said)),
        shared.known,
        shared.valid,
        shared.basis,
    ]


def agreement(said: Sequence[Held]) -> str:
    """How the assessors of one place get on: `agreed` or `disputed`, or why it is neither.

    `single` where one alone speaks; `unreconciled` where they differ but speak of different times;
    `compatible` where neither says what the other excludes, nor the same.
    """
    if len({one.assertion.series.party for one in said}) == 1:
        return "single"
    if next(Rivals().contradictions(said), None):
        return "disputed"
    # Hundreds may say the same: each two sayings are compared once.
    alike: dict[tuple[bool, bytes], list[Held]] = {}
    for one in said:
        says = one.assertion.series.denial, _encode(one.assertion.claim.value)
        alike.setdefault(says, []).append(one)
    words = {
        _of_two(mine[0], theirs[0])
        for mine, theirs in combinations_with_replacement(alike.values(), 2)
        # A party's own newer words, listed beside the standing ones, are at odds with nobody.
        if len({one.assertion.series.party for one in (*mine, *theirs)}) > 1
    }
    return next((word for word in _WORST if word in words), "agreed")


def _of_two(one: Held, other: Held) -> str:
    """How two get on that do not contradict each other."""
    values = compare("control", one.assertion.claim.value, other.assertion.claim.value)
    if one.assertion.series.denial != other.assertion.series.denial:
        return "compatible" if values in ("contradiction", "compatible") else "unreconciled"
    if values == "contradiction":
        return "unreconciled"
    return "compatible" if values == "compatible" else "agreed"


def _word(one: Held) -> str:
    """A claim in a cell: `held:ru`, `unclear 0.2`, `not held:ru`; and how it is not certain."""
    claim = one.assertion.claim
    marks: list[str] = [] if one.certainty == "certain" else [one.certainty]
    marks += ["ended"] if one.ended else []
    said = ("not " if one.assertion.series.denial else "") + _statuses(claim.value)
    return f"{said} ({', '.join(marks)})" if marks else said


def _statuses(value: Mapping[str, Any]) -> str:
    if "extent" in value:  # a change of the whole territory
        return _status("held", value["to"], "")
    parts = [
        _status(part["status"], part.get("by"), _number(part.get("share")))
        for part in value.get("shares") or ()
    ]
    parts += [
        _status(part["status"], part.get("by"), f"{_number(part['km2'])} km2")
        for part in value.get("areas") or ()
    ]
    return "; ".join(parts)


def _status(status: str, by: str | None, number: str) -> str:
    return " ".join(filter(None, (f"{status}:{by.lower()}" if by else status, number)))


def _number(amount: Mapping[str, Any] | None) -> str:
    """The numbers of an amount: `0.2`, `0.1..0.3`, `0.5..` for at least a half."""
    if not amount:
        return ""
    low, best, high = amount["low"], amount["best"], amount["high"]
    if best is not None:
        return f"{best:.10g}"
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:.10g}'}..{'' if high is None else f'{high:.10g}'}"


def _instant(instant: Instant) -> str | None:
    return None if instant in (OPEN_PAST, OPEN_FUTURE) else iso(instant)
