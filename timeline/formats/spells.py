"""Claims laid along time: what was said, of which place, from when until when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING, Final, NamedTuple

from events.when import FIRST, SECOND, instant_of
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.days import local
from timeline.safe import safe

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline.claims import Claim
    from timeline.places import Place
    from timeline.questions.history import History


class Spell(NamedTuple):
    """A claim and the time it is shown at, half-open in microseconds, None where it is open."""

    id: str
    claim: Claim
    place: Place | None
    begins: Instant | None
    ends: Instant | None


def spell(claim: Claim, place: Place | None, earliest: Instant, reach: Instant) -> Spell:
    """A claim at the time it speaks of."""
    begins = None if earliest == OPEN_PAST else earliest
    return Spell(claim.claim, claim, place, begins, None if reach == OPEN_FUTURE else reach)


def spells_of(answer: History, place: Place | None, zone: tzinfo) -> Iterator[Spell]:
    """The claims of a history, each from the stop at which it came until that at which it went.

    What has ended stands no longer, and what merely happened is at the time it speaks of.
    """
    went: dict[str, list[tuple[Instant, Instant]]] = {}  # the stop, and until when it stood
    for step in answer.steps:
        gone = _shown(step.valid, zone)
        for claim in (*step.withdrawn, *(pair.old for pair in step.replaced)):
            went.setdefault(claim.claim, []).append((gone, gone))
        for pair in step.changed:
            over = pair.new.valid_to if pair.new.ended else None
            at = instant_of(over) if over else gone
            went.setdefault(pair.old.claim, []).append((gone, at))
    for step in answer.steps:
        came = _shown(step.valid, zone)
        # What becomes certain, and replaces another by that, comes once.
        here = [*step.added, *(pair.new for pair in (*step.replaced, *step.changed))]
        for claim in {claim.claim: claim for claim in here}.values():
            # By the stop: what ends within a day may end at the very instant at which it came.
            ends = next((end for gone, end in went.get(claim.claim, ()) if gone > came), None)
            if claim.read_as != "status":
                yield Spell(f"{step.valid}-{claim.claim}", claim, place, *_told_of(claim))
            elif not claim.ended:
                yield Spell(f"{step.valid}-{claim.claim}", claim, place, came, ends)


def _told_of(claim: Claim) -> tuple[Instant | None, Instant | None]:
    """From when to when a claim speaks: to its reach, which lies no later than the telling."""
    begins, ends, told = (
        None if at is None else instant_of(at)
        for at in (claim.valid_from, claim.valid_to, claim.known_from)
    )
    if told is not None and claim.certainty != "announced":
        ends = told if ends is None else min(ends, told)
    return begins, ends


def _shown(stop: str, zone: tzinfo) -> Instant:
    """The instant of a stop; of the end of a day the last second, which belongs to it."""
    at = instant_of(stop)
    return max(FIRST, at - SECOND) if local(at, zone).time() == time.min else at


_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DATE: Final = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9:.]+)(Z|[+-][0-9:]+)?)?)?)?"


def date_in_words(claim: Claim) -> str:
    """When it happened, as the report has it, with what is not certain of it said.

    `about 27 October 2025`, `by …`, `until …`, `since …`, `between … and …`, and `possible` at the
    end.
    """
    text = claim.happened
    about = "about " if text[-1:] in "~%" else ""
    doubted = text[-1:] in "?%"
    first, slash, last = text.rstrip("?~%").partition("/")
    if not slash or first == last:  # a table with two columns states one day as a span, too
        said = f"{about}{_day(first)}"
    elif first == "..":
        by = "until" if claim.happened_reading == "during" else "by"
        said = f"{by} {about}{_day(last)}"
    elif last == "..":
        said = f"since {about}{_day(first)}"
    elif claim.happened_reading == "within":
        said = f"{about}between {_day(first)} and {_day(last)}"
    else:
        said = f"{about}{_day(first)} to {_day(last)}"
    marks = ["date uncertain"] if doubted else []
    marks += [] if claim.certainty == "certain" else [claim.certainty]
    return safe(f"{said} ({', '.join(marks)})" if marks else said)


def _day(text: str) -> str:
    found = re.fullmatch(_DATE, text.rstrip("?~%"))
    if found is None:
        return text
    year, month, day, time, zone = found.groups()
    said = " ".join(filter(None, (day and str(int(day)), month and _MONTHS[int(month) - 1], year)))
    return f"{said}, {time}{' UTC' if zone == 'Z' else zone or ''}" if time else said
