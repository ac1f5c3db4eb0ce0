"""The cuts of a question, as asked and as instants, and the basis that reproduces its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from time import time_ns
from typing import TYPE_CHECKING, Final, TypeGuard

import msgspec

from events.when import WhenError, iso, parse_cut, parse_when, quoted
from timeline.asof import AsOf
from timeline.claims import OPEN_FUTURE
from timeline.days import day_of, end_of_day
from timeline.errors import BadQuestion, require_text
from timeline.situation import Asked

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant

Cut = str | date | datetime

# To be raised when the rule of as-of gives other answers to the same log: a basis names its rules.
RULES: Final = "r5"
_NOW: Final = "now"
_POSITION: Final = r"[0-9]{1,18}"
_SEAMS: Final = 5
"""How many `_` join the parts of a basis."""

CLOCKS: Final[Mapping[str, str]] = {
    "on": "Sets valid and known, unless given, to the end of this day.",
    "valid": "What held by then; by default the known cut.",
    "known": "What the world had been told by then; by default now.",
    "recorded": "What this log had taken in by then; by default now.",
}
"""What each cut of a question asks for, as a person is told."""


class Cuts(msgspec.Struct, frozen=True):
    """The three cuts of a question: the words they were asked in, and what they stand for."""

    asked: Asked
    asof: AsOf

    @property
    def recorded(self) -> str | None:
        """The record cut as answers give it; None where it is now."""
        return None if self.asof.recorded == OPEN_FUTURE else iso(self.asof.recorded)

    def pinned(self, position: int, redefined: int) -> str:
        """The basis: rules, positions and cuts, enough to give the same answer again."""
        valid, known, recorded = self.asked.valid, self.asked.known, self.asked.recorded
        return "_".join(
            (
                RULES,
                str(position),
                str(redefined),
                valid or f"{_NOW}={iso(self.asof.valid)}",
                known or f"{_NOW}={iso(self.asof.known)}",
                recorded or _NOW,
            )
        )

    def then(self) -> Cuts:
        """The cuts with knowledge cut where valid time is: K is V."""
        asked, asof = self.asked, self.asof
        return Cuts(
            Asked(asked.valid, asked.valid, asked.recorded),
            msgspec.structs.replace(asof, known=asof.valid),
        )

    def require(self, end: int) -> None:
        """Raise `BadQuestion` for a basis that names entries behind the `end` of what is read."""
        named = max(self.asof.position, self.asof.redefined)
        if named > end:
            raise BadQuestion(
                f"this basis names entry {named:,} and this log ends at {end:,}; ask the log that "
                "the answer came from, or restore what this one has lost"
            )


def moment() -> Instant:
    """Now as a cut, which takes in what was told or recorded up to this microsecond."""
    return time_ns() // 1000 + 1


def cuts(
    zone: tzinfo,
    *,
    on: Cut | None = None,
    valid: Cut | None = None,
    known: Cut | None = None,
    recorded: Cut | None = None,
    basis: str | None = None,
    now: Instant | None = None,
) -> Cuts:
    """Read the cuts of a question; raises `BadQuestion` where one cannot be read.

    `on` sets valid and known unless they are given; a missing valid is the known given; all that is
    missing is now.
    A `basis` stands for all of them, and is given alone.
    """
    if basis is not None:
        if any(cut is not None for cut in (on, valid, known, recorded)):
            raise BadQuestion("a basis holds its own cuts; leave out the dates, or the basis")
        return _from_basis(basis, zone)
    if on is not None and valid is not None and known is not None:
        instant("on", on, zone)  # it sets nothing here, and yet has to be a date
    # An error names the clock that the date was written for.
    clock = "valid" if valid is not None else "known" if on is None else "on"
    known = on if known is None else known
    valid = (known if on is None else on) if valid is None else valid
    now = moment() if now is None else now
    asof = AsOf(
        valid=now if valid is None else instant(clock, valid, zone),
        known=now if known is None else instant("known", known, zone),
        recorded=OPEN_FUTURE if recorded is None else instant("recorded", recorded, zone),
    )
    asked = (None if cut is None else written(cut) for cut in (valid, known, recorded))
    return Cuts(Asked(*asked), asof)


def is_basis(cut: Cut) -> TypeGuard[str]:
    """Whether a cut is written as the basis of an answer, which no date is."""
    return isinstance(cut, str) and cut.count("_") == _SEAMS


def written(cut: Cut) -> str:
    """A date or moment as it is typed."""
    # A plain text, even of a subclass such as numpy's: an answer holds it as JSON.
    return str(cut) if isinstance(cut, str) else cut.isoformat()


def backward(what: str = "period") -> BadQuestion:
    """The error for a range of time that runs backwards."""
    return BadQuestion(f"the {what} ends before it begins; write the earlier date first")


def instant(clock: str, cut: Cut, zone: tzinfo) -> Instant:
    """The exclusive end that a cut stands for; `BadQuestion` says which cut cannot be read."""
    try:
        return _parsed(cut, zone) if isinstance(cut, str) else parse_cut(cut, zone)
    except WhenError as error:
        raise BadQuestion(f"{clock}: {error}") from None


def first_stop(cut: Cut, zone: tzinfo) -> Instant:
    """Where a walk from day to day begins: at the end of a day, of the first one of a month."""
    ends = instant("from", cut, zone)
    begins = parse_when(cut, zone).earliest if isinstance(cut, str) else None
    return ends if begins is None else min(ends, end_of_day(day_of(begins, zone), zone))


_parsed = lru_cache(maxsize=1024)(parse_cut)  # the same days are asked for again and again


def _from_basis(basis: str, zone: tzinfo) -> Cuts:
    require_text("basis", basis)
    parts = basis.split("_")
    if len(parts) != _SEAMS + 1 or not all(re.fullmatch(_POSITION, one) for one in parts[1:3]):
        raise BadQuestion(f"this is not a basis: {quoted(basis)}; copy it whole from an answer")
    rules, position, redefined, valid, known, recorded = parts
    if rules != RULES:
        raise BadQuestion(
            f"this basis was made under the rules {quoted(rules)} and these are {RULES!r}; "
            "ask again with its dates"
        )
    return Cuts(
        Asked(_asked(valid), _asked(known), None if recorded == _NOW else recorded),
        AsOf(
            valid=_pinned("valid", valid, zone),
            known=_pinned("known", known, zone),
            recorded=OPEN_FUTURE if recorded == _NOW else instant("recorded", recorded, zone),
            position=int(position),
            redefined=int(redefined),
        ),
    )


def _asked(text: str) -> str | None:
    return None if text.startswith(f"{_NOW}=") else text


def _pinned(clock: str, text: str, zone: tzinfo) -> Instant:
    if not text.startswith(f"{_NOW}="):
        return instant(clock, text, zone)
    try:
        moment = parse_when(text.removeprefix(f"{_NOW}="), zone).earliest
    except WhenError:
        moment = None
    if moment is None:
        raise BadQuestion(f"{clock}: this basis is damaged; copy it whole from an answer")
    return moment
