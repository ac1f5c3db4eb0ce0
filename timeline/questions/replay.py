"""Knowledge walked forward: what each day, or each report, added, changed and withdrew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

import msgspec

from events.when import iso, quoted
from timeline.answer import JsonAnswer
from timeline.claims import Claim
from timeline.cuts import Cuts, backward
from timeline.days import day_of, end_of_day
from timeline.errors import BadQuestion
from timeline.places import resolve
from timeline.questions.diff import Change, Pair, difference, seen
from timeline.questions.known import require_facet
from timeline.situation import Asked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from events.when import Instant
    from timeline.asof import AsOf
    from timeline.reader import Reader

SCHEMA: Final = "timeline/replay/1"
Step = Literal["day", "report"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)


class ReplayStep(JsonAnswer, frozen=True, kw_only=True):
    """What was learned by one moment; `report` is set where the walk goes report by report.

    `basis` gives the situation at that moment again.
    """

    schema: str = SCHEMA
    known: str
    basis: str
    report: str | None
    added: list[Claim]
    replaced: list[Pair]
    changed: list[Pair]
    withdrawn: list[Claim]
    lapsed: list[Claim]


def replay(
    reader: Reader,
    place: str,
    cuts: Cuts,
    zone: tzinfo,
    *,
    since: Instant,
    until: Instant,
    step: Step = "day",
    facet: str | None = None,
    window: Instant,
) -> Iterator[ReplayStep]:
    """Walk knowledge from one cut to another, valid time keeping pace.

    The first step is what was already known at `since`; all steps together give what is known at
    `until`. Positions and record time are those of the cuts.
    """
    if step not in STEPS:
        raise BadQuestion(f"{quoted(str(step))} is not a step; write {' or '.join(STEPS)}")
    if until < since:
        raise backward()
    require_facet(facet)
    found = resolve(place, reader.book(cuts.asof)).id
    before = seen(reader, found, _stop(cuts, since).asof, facet, window)
    nothing = msgspec.structs.replace(before, held=[], claims=[])
    if opening := difference(nothing, before):
        yield _step(reader, _stop(cuts, since), opening)
    for instant in _moments(reader, found, _stop(cuts, until).asof, zone, since, until, step):
        at = _stop(cuts, instant)
        after = seen(reader, found, at.asof, facet, window)
        change = difference(before, after)
        if change and step == "day":
            yield _step(reader, at, change)
        elif change:
            for report, part in _by_report(instant, change):
                yield _step(reader, at, part, report)
        before = after


def _stop(cuts: Cuts, instant: Instant) -> Cuts:
    """The cuts of a stop: an instant, which no words asked for."""
    asof = msgspec.structs.replace(cuts.asof, valid=instant, known=instant)
    return Cuts(Asked(None, None, cuts.asked.recorded), asof)


def _moments(
    reader: Reader,
    place: str,
    asof: AsOf,
    zone: tzinfo,
    since: Instant,
    until: Instant,
    step: Step,
) -> list[Instant]:
    """The instants to stop at; the last is `until`, where happenings may have left the window.

    What was announced is shown from its beginning on, which need not be a moment of any news.
    """
    stops = [one for one in reader.learned(place, asof) if since < one <= until]
    if step == "day":
        stops = [end_of_day(day_of(one - 1, zone), zone) for one in stops]
    begun = [one for one in reader.foretold(place, asof) if since <= one < until]
    stops += [end_of_day(day_of(one, zone), zone) for one in begun]
    return sorted({min(one, until) for one in stops} | {until} - {since})


def _step(reader: Reader, cuts: Cuts, change: Change, report: str | None = None) -> ReplayStep:
    return ReplayStep(
        known=iso(cuts.asof.known),
        basis=cuts.pinned(*reader.pinned(cuts.asof)),
        report=report,
        added=change.added,
        replaced=change.replaced,
        changed=change.changed,
        withdrawn=change.withdrawn,
        lapsed=change.lapsed,
    )


def _by_report(instant: Instant, change: Change) -> Iterator[tuple[str | None, Change]]:
    """A part for each report that a moment's change comes from.

    What lapsed, and what is told as before and holds otherwise, is the news of none of these.
    """
    told = iso(instant)

    def by(pair: Pair) -> str:
        """Whose news it is: an older word stands again by what became of the one in its place."""
        return pair.new.report if pair.new.known_from == told else pair.old.report

    parts: dict[str, Change] = {}

    def part(report: str) -> Change:
        return parts.setdefault(report, Change([], [], [], [], []))

    for claim in change.added:
        part(claim.report).added.append(claim)
    for pair in change.replaced:
        part(by(pair)).replaced.append(pair)
    for claim in change.withdrawn:
        part(claim.report).withdrawn.append(claim)
    yield from parts.items()
    if change.changed or change.lapsed:
        yield None, Change([], [], change.changed, [], change.lapsed)
