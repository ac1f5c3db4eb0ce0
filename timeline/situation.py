"""The situation of a place: what holds, put side by side, disputed, summed and rolled up. Pure."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec

from events.vocabulary import REDACTABLE
from timeline.asof import AsOf, Held
from timeline.claims import Claim, amounts
from timeline.entries import MARKER
from timeline.values import compare, contradictions, denies, whole_status

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.claims import Mark
    from timeline.values import Rivals

SCHEMA: Final = "timeline/situation/1"
MEASURES: Final = ("killed", "wounded", "missing", "captured", "personnel")
"""The numbers of people that are summed."""


class PlaceView(msgspec.Struct, frozen=True):
    """The place an answer is about; `path` runs from the outermost place down to it.

    `lat` and `lon` are degrees of WGS 84.
    """

    id: str
    name: str
    kind: str
    path: list[str]
    lat: float | None
    lon: float | None


class Asked(msgspec.Struct, frozen=True):
    """The cuts as they were asked; null where the answer took now."""

    valid: str | None
    known: str | None
    recorded: str | None


class Counts(msgspec.Struct, frozen=True):
    """Reports and parties behind the claims shown; pairs of them that contradict."""

    reports: int
    parties: int
    disputes: int


class Sum(msgspec.Struct, frozen=True):
    """A total of one party's period claims for one side; `high` is null where it is open."""

    relation: str | None
    landmark: str | None
    party: str
    side: str
    measure: str
    low: float
    best: float | None
    high: float | None
    claims: list[str]


class Flag(msgspec.Struct, frozen=True):
    """A cumulative number that is lower than the one before it."""

    claim: str
    measure: str
    was: float
    now: float


class Rollup(msgspec.Struct, frozen=True):
    """How the lowest places below a region stand; the counts of `control` sum to `places`."""

    places: int
    control: dict[str, int | dict[str, int]]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What was known about a place; `KEYS` are the keys of the JSON, in its order: docs/answers.md.

    `valid`, `known` and `recorded` are the cuts as exclusive ends, ISO 8601 in UTC.
    """

    schema: str = SCHEMA
    place: PlaceView
    asked: Asked
    valid: str
    known: str
    recorded: str | None
    basis: str
    counts: Counts
    claims: list[Claim]
    context: list[Claim]
    rollup: Rollup | None
    sums: list[Sum]
    flags: list[Flag]
    held: list[Held]
    """Behind each of `claims`, in the same order, what the rule compared."""
    below: Mapping[str, Sequence[Held]]
    """Behind `rollup`, by place: the standing control claims; empty where there is none."""

    KEYS: ClassVar = (
        "schema",
        "place",
        "asked",
        "valid",
        "known",
        "recorded",
        "basis",
        "counts",
        "claims",
        "context",
        "rollup",
        "sums",
        "flags",
    )

    def __repr__(self) -> str:
        """What it is about: all of it would fill a screen."""
        return f"<Situation of {self.place.name}: {len(self.claims)} claims, basis {self.basis}>"

    @property
    def redacted(self) -> dict[str, list[str]]:
        """By claim: the fields that say nothing any more, in this answer or by its basis."""
        return redacted_in([*self.claims, *self.context])

    def to_json(self) -> bytes:
        """The answer as the contract's JSON, the same bytes for the same basis.

        Only where something was redacted, `redacted` tells what no answer can say any more.
        """
        form = {key: getattr(self, key) for key in self.KEYS}
        return msgspec.json.encode(form | ({"redacted": gone} if (gone := self.redacted) else {}))


def redacted_in(claims: Iterable[Claim]) -> dict[str, list[str]]:
    """By claim: the fields that were taken out of it."""
    found = {}
    for claim in claims:
        said = {"summary": claim.summary, "quote": claim.quote, **claim.value}
        if gone := [name for name in REDACTABLE if said.get(name) == MARKER]:
            found[claim.claim] = gone
    return found


def presented(
    ordered: Sequence[Held],
    marks: Mapping[str, Sequence[Mark]],
    rivals: Rivals | None = None,
) -> tuple[list[Claim], int]:
    """The claims of an answer on one place, in its order, with the pairs that contradict.

    `rivals` remembers what was compared for other answers.
    """
    disputes = _disputes(ordered, rivals)
    pairs = sum(map(len, disputes.values())) // 2
    if not (marks or disputes):
        return [_as_held(one) for one in ordered], 0
    return [_claim(one, marks, disputes) for one in ordered], pairs


def in_order(held: Iterable[Held], valid: Instant) -> list[Held]:
    """Clause 9: by facet; statuses by what they speak of, then happenings; newest first."""
    return [row[-1] for row in sorted(ranked(held, valid))]


def ranked(held: Iterable[Held], valid: Instant) -> Iterator[tuple[Any, ...]]:
    """Clause 9: each claim behind what it is sorted by, which ends in its own ids."""
    for one in held:
        claim = one.assertion
        series, reach = claim.series, claim.reach
        yield (
            series.matter if claim.read_as == "status" else series.happening,
            -reach if reach < valid else -valid,
            -claim.earliest,
            -claim.knowledge,
            series.party,
            claim.claim.claim,
            claim.claim.report,  # ids of reports can be chosen so that their claims bear one id
            one,
        )


def _claim(one: Held, marks: Mapping[str, Sequence[Mark]], disputes: dict[str, list[str]]) -> Claim:
    claim = _as_held(one)
    against = disputes.get(claim.claim)
    marked = marks.get(claim.report)
    if not (against or marked):
        return claim
    found = dict.fromkeys((mark.status, mark.by) for mark in marked or ())
    said = [{"status": status, "by": by} for status, by in found]
    verification = claim.verification + said
    return msgspec.structs.replace(claim, verification=verification, disputes=against or [])


def _as_held(one: Held) -> Claim:
    """The claim as an answer has it: how certain it is, whether it has ended or came late.

    A claim is made as certain as it can be, not ended and not late; one that is so is kept.
    """
    claim = one.assertion.claim
    if one.certainty == "certain" and not (one.ended or one.late):
        return claim
    return msgspec.structs.replace(claim, certainty=one.certainty, ended=one.ended, late=one.late)


def latest_marks(marks: Iterable[Mark]) -> list[Mark]:
    """The last word of each verifier on a report, in the order of their names.

    Of what one said at one time, of different parts of it perhaps, nothing is picked.
    """
    by_time = sorted(marks, key=lambda one: one.knowledge)
    last = {mark.by: mark.knowledge for mark in by_time}
    return sorted(
        (mark for mark in by_time if mark.knowledge == last[mark.by]),
        key=lambda one: (one.by, one.status, one.claim),
    )


def _disputes(ordered: Sequence[Held], rivals: Rivals | None) -> dict[str, list[str]]:
    """Clause 8: for each claim that is contradicted, by which."""
    matters: dict[str, list[Held]] = {}
    for held in ordered:
        claim = held.assertion
        if claim.read_as == "status":
            matter = claim.series.matter
            if (of_it := matters.get(matter)) is None:
                matters[matter] = [held]
            else:
                of_it.append(held)
    found: dict[str, list[str]] = {}
    for of_it in matters.values():
        if len(of_it) > 1:
            for one, other in contradictions(of_it, rivals):
                a, b = one.assertion.claim.claim, other.assertion.claim.claim
                found.setdefault(a, []).append(b)
                found.setdefault(b, []).append(a)
    return {claim: sorted(against) for claim, against in found.items()}


def sums(held: Iterable[Held], same: Mapping[str, str]) -> list[Sum]:
    """Clause 5: totals per place, party and side of the period claims wholly inside the window.

    `same` names, for a report linked to others as the same event, the one that stands for all.
    """
    by_side: dict[tuple[str, str, str, str], list[Held]] = {}
    for one in held:
        claim = one.assertion
        if claim.read_as == "sum" and one.certainty == "certain" and not one.late:
            series = claim.series
            where = (series.relation, series.landmark, series.party, series.subject)
            if not series.denial:
                by_side.setdefault(where, []).append(one)
    totals = []
    for where in sorted(by_side):
        for measure in MEASURES:
            rows = [one for one in by_side[where] if measure in one.assertion.claim.value]
            if rows:
                totals.append(_total(where, measure, _of_events(rows, same)))
    return totals


Group = list[Held]
_Value = Mapping[str, Any]


def _of_events(rows: Iterable[Held], same: Mapping[str, str]) -> list[Group]:
    """Group reports of one event; of groups whose periods overlap keep only the widest."""
    groups: dict[str, Group] = {}
    for one in rows:
        report = one.assertion.claim.report
        groups.setdefault(same.get(report, report), []).append(one)

    def span(group: Group) -> tuple[Instant, Instant]:
        return (
            min(one.assertion.earliest for one in group),
            max(one.assertion.reach for one in group),
        )

    def widest_first(group: Group) -> tuple[Any, ...]:
        start, end = span(group)
        newest = max(one.assertion.knowledge for one in group)
        return start - end, -newest, min(one.assertion.claim.claim for one in group)

    kept: list[Group] = []
    taken: list[tuple[Instant, Instant]] = []  # their spans in order of time: none overlaps another
    for group in sorted(groups.values(), key=widest_first):
        start, end = span(group)
        at = bisect(taken, (start, end))
        beside = taken[max(0, at - 1) : at + 1]
        if all(end <= begins or ends <= start for begins, ends in beside):
            taken.insert(at, (start, end))
            kept.append(group)
    return kept


def _total(where: tuple[str, str, str, str], measure: str, groups: Iterable[Group]) -> Sum:
    relation, landmark, party, side = where
    low, best, high = 0.0, 0.0, 0.0
    best_known = high_known = True
    claims = []
    for group in groups:
        amounts = [one.assertion.claim.value[measure] for one in group]
        claims += [one.assertion.claim.claim for one in group]
        low += min(_first(amount["low"], amount["best"], 0) for amount in amounts)
        highs = [_first(amount["high"], amount["best"], None) for amount in amounts]
        if any(value is None for value in highs):
            high_known = False
        else:
            high += max(highs)
        bests = {amount["best"] for amount in amounts}
        if len(bests) == 1 and None not in bests:
            best += bests.pop()
        else:
            best_known = False
    return Sum(
        relation or None,
        landmark or None,
        party,
        side,
        measure,
        low,
        best if best_known else None,
        high if high_known else None,
        sorted(claims),
    )


def _first(*values: Any) -> Any:
    return next((value for value in values[:-1] if value is not None), values[-1])


def flags(standing: Iterable[Held], before: Mapping[tuple[str, str], Claim]) -> list[Flag]:
    """Clause 5: cumulative numbers that fall; `before` has who told each measure last before.

    A number that is denied was never told by its party, and cannot fall. With bounds, the highest
    number told now has to lie below the lowest told then.
    """
    fallen = []
    for one in standing:
        claim = one.assertion.claim
        if claim.kind != "casualties" or _denies(one):
            continue
        stated = amounts(claim.value)
        for measure in sorted(stated, key=_in_order):
            if old := before.get((claim.claim, measure)):
                was = _number(amounts(old.value)[measure], "low")
                now = _number(stated[measure], "high")
                if was is not None and now is not None and now < was:
                    fallen.append(Flag(claim.claim, measure, was, now))
    return fallen


def _in_order(measure: str) -> tuple[int, str]:
    """People before equipment."""
    return (MEASURES.index(measure) if measure in MEASURES else len(MEASURES)), measure


def _number(amount: Mapping[str, Any], bound: str) -> float | None:
    """This bound of an amount; where it has none, the best number."""
    number: float | None = _first(amount[bound], amount["best"], None)
    return number


def rolled_up(by_place: Mapping[str, Sequence[Held]], asof: AsOf, window: Instant) -> Rollup:
    """Clause 7: how places stand, each once; `by_place` holds their standing control claims."""
    held: Counter[str] = Counter()
    control: Counter[str] = Counter()
    for claims in by_place.values():
        status, by = status_of(claims, asof.valid, window)
        if status == "held":
            held[by] += 1
        else:
            control[status] += 1
    return Rollup(
        places=len(by_place),
        control={
            "held": dict(sorted(held.items())),
            **{status: control[status] for status in ROLLUP_STATUSES},
        },
    )


ROLLUP_STATUSES: Final = (
    "contested",
    "infiltrated",
    "unclear",
    "not_stated",
    "disputed",
    "partial",
    "stale",
    "silent",
)

_AGREE: Final = ("repeat", "refinement")


def status_of(claims: Sequence[Held], valid: Instant, window: Instant) -> tuple[str, str]:
    """Clause 7: how one place stands by its control claims, and by whom it is held, or nothing."""
    speaking = [
        one
        for one in claims
        if one.certainty == "certain"
        and not one.ended
        and not (one.assertion.series.relation or one.assertion.series.landmark)
    ]
    if not speaking:
        return "silent", ""
    fresh = [one for one in speaking if one.assertion.reach > valid - window]
    if not fresh:
        return "stale", ""
    told = [one.assertion.claim.value for one in fresh if not _denies(one)]
    if not told:
        return "unclear", ""
    said = {status: value for value in told if (status := whole_status(value))}
    if not said:
        return "partial", ""
    denials = [one.assertion.claim.value for one in fresh if _denies(one)]
    if _at_odds(list(said.values()), told, denials):
        return "disputed", ""
    # All of them say so of the widest party: what `ru.dpr` holds `ru` does.
    return min(said, key=lambda status: len(status[1]))


def _at_odds(whole: Sequence[_Value], told: Sequence[_Value], denials: Sequence[_Value]) -> bool:
    """Whether what is said of the whole is not all of one status, or is contradicted or denied."""
    # Two that are at odds about parts alone leave what is said of the whole as it is.
    pairs = ((one, other) for one in whole for other in told)
    if any(compare("control", one, other) == "contradiction" for one, other in pairs):
        return True
    if any(compare("control", one, other) not in _AGREE for one, other in combinations(whole, 2)):
        return True
    # As in a dispute: who denies that one side holds it denies that a part of that side does.
    stated = [one for one in told if whole_status(one)]
    return any(denies("control", value, other) for value in denials for other in stated)


def _denies(one: Held) -> bool:
    return one.assertion.series.denial
