"""Why the rule of as-of shows a claim or passes it over, clause by clause, in words. Pure.

Clauses are numbered as in `docs/as-of.md`; the first reason that does not show is the last one, and
it decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from events.when import DAY, Instant, iso
from timeline.asof import (
    AsOf,
    Held,
    Version,
    as_recorded,
    certainty,
    claim_of,
    counting,
    ended,
    happening,
    rank,
)
from timeline.claims import NOT_YET, Assertion
from timeline.phrases import measured, number
from timeline.situation import MEASURES, Flag, sums
from timeline.values import related

SHOWN: Final[Mapping[str, tuple[int, str]]] = {
    "counts": (1, "recorded and told before the cuts, and no other version shows in its place"),
    "reinstated": (1, "withdrawn for a time, and told again since"),
    "marks": (1, "a verification: a mark on the report {report}, {found}, and no claim of its own"),
    "holds": (2, "certain: what it tells lies before the cut of valid time"),
    "lasts": (2, "certain: it lasts from its beginning, which lies before the cut"),
    "ended": (2, "ended: it states its own end, {end}, which lies before the cut"),
    "reaches_past": (2, "possible: it may have come as late as {reach}, after the cut"),
    "qualified": (2, "possible at best: its date is marked as uncertain or approximate"),
    "announced": (2, "announced: told before it could have happened, so never certain by itself"),
    "stands": (3, "the newest certain word of {party} on this matter"),
    "stands_with": (3, "equal to another word of {party} in all that is compared: both stand"),
    "alone": (3, "not certain, and nothing certain of {party} stands on this matter"),
    "beside": (3, "not certain, but newer than the word of {party} that stands: listed beside it"),
    "in_window": (4, "it lies in the window of {days} days before the cut"),
    "partly_in_window": (4, "possible: only part of its time lies in the window of {days} days"),
    "late": (4, "late: it lies before the window of {days} days, and was first told in it"),
    "summed": (5, "in the total of {party}"),
    "same_event": (5, "in the total of {party}, once with another report of the same event"),
    "not_summed": (5, "in no total: its period does not lie wholly inside the window"),
    "wider": (5, "in no total: a period of {party} that overlaps it counts, as wide or wider"),
    "no_people": (5, "in no total: it states no number of people"),
    "denied": (5, "in no total: it is a denial"),
    "falls": (5, "{measure} falls from {was} to {now}, though counted since a beginning"),
    "denial": (6, "a denial: it replaces nothing that was said, and nothing said replaces it"),
    "not_yet": (6, "only {stance}, so not said to be so: it stands under statements"),
    "spot": (7, "of a spot in or near the place, so not in the roll-up of the places above"),
    "site": (7, "of a site, so not in the roll-up of the places above"),
    "disputed": (8, "contradicted by {party}"),
}
"""By code: the clause, and what it says of a claim that it lets through."""

HIDDEN: Final[Mapping[str, tuple[int, str]]] = {
    "not_recorded": (1, "this log took it in on {recorded}, not before the cut of record time"),
    "past_basis": (1, "this log took it in as entry {position}, after what the basis names"),
    "mended": (1, "a slip of our own: the mend of {recorded} takes it out, whatever was known"),
    "not_known": (1, "told {told}, so known from {known}: after the cut of knowledge"),
    "retracted": (1, "withdrawn, told {told}: {reason}"),
    "corrected": (1, "corrected: the version told {told} shows in its place"),
    "same_time": (1, "another version was told at the same time, and is later in the log"),
    "mark_replaced": (1, "{party} has said something else of the report {report} since"),
    "not_begun": (2, "it begins {begins}, not before the cut of valid time"),
    "replaced": (3, "another word of {party} on this matter stands in its place: it {by}"),
    "outranked": (3, "not certain, nor newer than the word of {party} that stands, which {by}"),
    "out_of_window": (4, "it lies before the window of {days} days, and was first told before it"),
}
"""By code: the clause that keeps a claim out, and why it does."""

_BY: Final = ("speaks of a later time", "begins later", "was first told later")
_AS_NEW: Final = "is as new"


class Reason(msgspec.Struct, frozen=True):
    """One thing the rule says of a claim; `claim` is the other one by which it does.

    `party` is the id of the party that `why` names, if it names one; `shows` is false where this
    keeps the claim out of the answer.
    """

    clause: int
    code: str
    why: str
    shows: bool
    claim: str | None
    party: str | None


class Case(msgspec.Struct, frozen=True):
    """What the rule looks at: one version of a report, the others, and what holds on its place.

    `same` names the report that stands for those linked as one event; `flags` are of numbers that
    fell; `site` says that the place is a landmark; `last_mark` is the verifier's last word.
    """

    version: Version
    versions: Sequence[Version]
    asof: AsOf
    window: Instant
    held: Sequence[Held]
    same: Mapping[str, str]
    flags: Sequence[Flag]
    site: bool
    last_mark: str | None


def reasons(case: Case) -> list[Reason]:
    """What each clause says, in their order, up to the one that keeps the claim out."""
    found: list[Reason] = []
    for reason in _clauses(case):
        found.append(reason)
        if not reason.shows:
            break
    return found


def rivals(claim: Assertion, held: Sequence[Held]) -> list[tuple[Assertion, str]]:
    """Claims of other parties that show on the same matter, and how each relates to this one."""
    if claim.read_as != "status":
        return []
    return [
        (one.assertion, related(claim, one.assertion))
        for one in held
        if one.assertion.read_as == "status"
        and one.assertion.series.party != claim.series.party
        and one.assertion.series.matter == claim.series.matter
    ]


def _say(
    code: str, *, claim: str | None = None, party: str | None = None, **parts: object
) -> Reason:
    clause, words = SHOWN.get(code) or HIDDEN[code]
    why = words.format(party=party, **parts)
    return Reason(clause, code, why, code in SHOWN, claim, party)


def _clauses(case: Case) -> Iterator[Reason]:
    yield _counts(case)
    claim = case.version.assertion
    if claim is None:
        yield from _marks(case)
        return
    yield from _holds(case, claim)
    if claim.read_as == "status":
        yield _stands(case, claim)
    else:
        yield _happens(case, claim)
    yield from _sums(case, claim)
    yield from _stance(claim)
    yield from _region(case, claim)
    for rival, relation in rivals(claim, case.held):
        if relation == "contradiction":
            yield _say("disputed", claim=rival.claim.claim, party=rival.series.party)


def _counts(case: Case) -> Reason:
    """Clause 1: whether this version is the one of its report that shows."""
    version, asof = case.version, case.asof
    entry = version.entry
    if entry.recorded >= asof.recorded:
        return _say("not_recorded", recorded=iso(entry.recorded))
    # First: a basis names what counts alone, and is to give again what was said of what did not.
    if version.knowledge > asof.known:
        return _say("not_known", told=_told(version), known=iso(version.knowledge))
    if entry.position > asof.position:
        return _say("past_basis", position=entry.position)
    if mend := _mend_of(case):
        return _say("mended", claim=claim_of(mend), recorded=iso(mend.entry.recorded))
    counted = counting(case.versions, asof)
    last = counted[-1]
    if last.retraction:
        reason = last.entry.reason or "no reason was given"
        return _say("retracted", told=_told(last), reason=reason)
    if last.entry.position != entry.position:
        code = "same_time" if last.knowledge == version.knowledge else "corrected"
        return _say(code, claim=claim_of(last), told=_told(last))
    return _say("reinstated" if any(one.retraction for one in counted) else "counts")


def _mend_of(case: Case) -> Version | None:
    """The mend that takes the version out, if the cuts admit it."""
    for one, after in pairwise(as_recorded(case.versions, case.asof)):
        if one.entry.position == case.version.entry.position and after.mend:
            return after
    return None


def _marks(case: Case) -> Iterator[Reason]:
    if mark := case.version.mark:
        if case.last_mark not in (None, mark.claim):
            yield _say("mark_replaced", claim=case.last_mark, party=mark.by, report=mark.report)
        else:
            yield _say("marks", report=mark.report, found=_found(case.version, mark.status))


def _found(version: Version, status: str) -> str:
    """What a verification found, of which part, and how: all that goes with its result."""
    report = version.entry.report
    own = msgspec.json.decode(report.value) if report else {}
    told = "; ".join(filter(None, (own.get("scope"), own.get("method"))))
    return f"{status} ({told})" if told else status


def _holds(case: Case, claim: Assertion) -> Iterator[Reason]:
    """Clause 2; of what happens, and what is summed, the window decides how certain it is."""
    valid = case.asof.valid
    how = certainty(claim, valid)
    if how is None:
        yield _say("not_begun", begins=iso(claim.earliest))
    elif how == "announced":
        yield _say("announced")
    elif claim.capped:
        yield _say("qualified")
    elif claim.read_as == "status":
        if how == "possible":
            yield _say("reaches_past", reach=iso(claim.reach))
        elif ended(claim, valid):
            yield _say("ended", end=iso(claim.latest))
        else:
            yield _say("lasts" if claim.reading == "during" else "holds")


def _stands(case: Case, claim: Assertion) -> Reason:
    """Clause 3."""
    valid, party = case.asof.valid, claim.series.party
    series = [
        one
        for one in case.held
        if one.assertion.read_as == "status" and one.assertion.series == claim.series
    ]
    mine = next((one for one in series if _is(one, claim)), None)
    top = next((one for one in series if one.certainty == "certain" and one is not mine), None)
    other = top.assertion.claim.claim if top else None
    if mine is None and top is not None:
        first = counting(case.versions, case.asof)[0].knowledge
        ranks = zip(
            _BY,
            rank(top.assertion, top.first_known, valid),
            rank(claim, first, valid),
            strict=True,
        )
        by = next((words for words, theirs, ours in ranks if theirs != ours), _AS_NEW)
        code = "replaced" if certainty(claim, valid) == "certain" else "outranked"
        return _say(code, claim=other, party=party, by=by)
    if mine is not None and mine.certainty != "certain":
        return _say("beside" if other else "alone", claim=other, party=party)
    return _say("stands_with" if other else "stands", claim=other, party=party)


def _happens(case: Case, claim: Assertion) -> Reason:
    """Clause 4, and what clause 5 takes from it."""
    days = f"{case.window / DAY:g}"
    first = counting(case.versions, case.asof)[0].knowledge
    found = happening(claim, first, case.asof, case.window)
    if found is None:
        return _say("out_of_window", days=days)
    how, late = found
    if late:
        return _say("late", days=days)
    partly = how == "possible" and not claim.capped
    return _say("partly_in_window" if partly else "in_window", days=days)


def _sums(case: Case, claim: Assertion) -> Iterator[Reason]:
    """Clause 5: what is listed is summed or not; a cumulative number may fall."""
    for flag in case.flags:
        was, now = number(flag.was), number(flag.now)
        yield _say("falls", measure=measured(flag.measure), was=was, now=now)
    if claim.read_as != "sum":
        return
    party = claim.series.party
    mine = next(one for one in case.held if _is(one, claim))
    totals = [set(total.claims) for total in sums(case.held, case.same)]
    together = {other for total in totals if claim.claim.claim in total for other in total}
    if together:
        twin = _twin(case, claim, together)
        yield _say("same_event" if twin else "summed", claim=twin, party=party)
    elif claim.series.denial:
        yield _say("denied")
    elif mine.late or mine.certainty != "certain":
        yield _say("not_summed")
    elif not claim.claim.value.keys() & set(MEASURES):
        yield _say("no_people")
    else:
        wider = _wider(case, claim, {other for total in totals for other in total})
        yield _say("wider", claim=wider, party=party)


def _twin(case: Case, claim: Assertion, together: set[str]) -> str | None:
    """Another report of the same event in the same total."""
    report = claim.claim.report
    root = case.same.get(report, report)
    twins = [
        one.assertion.claim.claim
        for one in case.held
        for other in [one.assertion.claim.report]
        if one.assertion.claim.claim in together
        and other != report
        and case.same.get(other, other) == root
    ]
    return min(twins, default=None)


def _wider(case: Case, claim: Assertion, summed: set[str]) -> str | None:
    """A claim that is in a total, and whose period overlaps that of this one."""
    over = [
        one.assertion.claim.claim
        for one in case.held
        for other in [one.assertion]
        if other.claim.claim in summed
        and other.series == claim.series
        and other.earliest < claim.reach
        and claim.earliest < other.reach
    ]
    return min(over, default=None)


def _stance(claim: Assertion) -> Iterator[Reason]:
    """Clause 6."""
    stance = claim.claim.stance
    if stance == "denies":
        yield _say("denial")
    elif stance in NOT_YET:
        yield _say("not_yet", stance={"intends": "intended", "forecasts": "forecast"}[stance])


def _region(case: Case, claim: Assertion) -> Iterator[Reason]:
    """Clause 7: what keeps a claim on control out of the roll-ups above."""
    if claim.series.facet == "control":
        if claim.series.relation or claim.series.landmark:
            yield _say("spot")
        elif case.site:
            yield _say("site")


def _is(held: Held, claim: Assertion) -> bool:
    return held.assertion.claim.claim == claim.claim.claim


def _told(version: Version) -> str:
    reported = version.entry.reported
    return reported.text if reported is not None else iso(version.knowledge)
