"""What a page is asked for, as its address says it; and the addresses that lead on from there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from events.when import quoted
from timeline.asof import WINDOW_DAYS
from timeline.errors import BadQuestion
from timeline.safe import safe
from web.limits import LONGEST_DATE, LONGEST_NAME
from web.questions import with_offset
from web.reading import given

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from timeline.cuts import Cuts
    from timeline.engine import Timeline
    from timeline.situation import Asked

CUTS: Final = ("valid", "known", "recorded", "basis")
OF: Final = ("facet", "party", "kind", "side")
NAMES: Final = (*CUTS, *OF, "window", "all")
"""What the page of a place takes; those that follow, the pages of a difference and a look back."""
DIFF: Final = ("a", "b", "axis", "valid", "known", "recorded", *OF, "window", "all")
THEN: Final = ("on", "known", "recorded", "facet", "window", "all")


def filled(request: Request, *names: str) -> dict[str, str]:
    """The parameters of a page, as a form sends them: a field that is left empty asks for nothing.

    Raises `Refused` for one that the page does not have, or that is given twice.
    """
    found = given(request, names).items()
    return {name: with_offset(text.strip()) for name, (text,) in found if text.strip()}


@dataclass(frozen=True, slots=True)
class Address:
    """A place and the cuts of its page; a missing `valid` keeps pace with `known`."""

    place: str
    valid: str | None = None
    known: str | None = None
    recorded: str | None = None
    basis: str | None = None
    facet: str | None = None
    party: str | None = None
    kind: str | None = None
    side: str | None = None
    window: str | None = None
    all: str | None = None

    @classmethod
    def read(cls, place: str, query: Mapping[str, str], on: str | None = None) -> Address:
        """The address of what was `filled` in; the day `on` sets each clock that is not given."""
        given = {name: query[name] for name in NAMES if name in query}
        if on is not None:
            given = ({"valid": on} if "known" in given else {"known": on}) | given
        if len(place) > LONGEST_NAME or any(len(text) > LONGEST_DATE for text in given.values()):
            raise BadQuestion(
                f"more than {LONGEST_NAME} characters of a name, or {LONGEST_DATE} of a date; "
                "write a name, a date or a basis"
            )
        return cls(place, **given)

    @property
    def linked(self) -> bool:
        """Whether both clocks are set as one."""
        return self.basis is None and self.valid is None

    @property
    def days(self) -> float:
        """The window in days."""
        if self.window is None:
            return WINDOW_DAYS
        try:
            return float(self.window)
        except ValueError:
            raise BadQuestion(
                f"window: {quoted(self.window)} is no number of days; write one, such as 7"
            ) from None

    @property
    def window_words(self) -> str:
        """How far back happenings are shown."""
        return f"{self.days:g} day{'' if self.days == 1 else 's'}"

    @property
    def of(self) -> dict[str, str | None]:
        """Which claims are wanted, besides the facet."""
        return {"party": self.party, "kind": self.kind, "side": self.side}

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """Of which claims alone a page is: a facet, a party, a kind, a side."""
        of = {"facet": self.facet, **self.of}
        return tuple((name, safe(text)) for name, text in of.items() if text)

    @property
    def whole(self) -> Address:
        """The same question of all claims."""
        return replace(self, facet=None, party=None, kind=None, side=None)

    def cuts(self, timeline: Timeline) -> Cuts:
        """The cuts that it asks for; raises `BadQuestion`."""
        return timeline.cuts(
            valid=self.valid, known=self.known, recorded=self.recorded, basis=self.basis
        )

    def at(self, place: str | None = None, **changes: str | None) -> Address:
        """The same question of another place, or with other parameters."""
        return replace(self, place=place or self.place, **changes)

    def pinned(self, basis: str) -> Address:
        """The same question by the basis of its answer, which gives that answer again."""
        return replace(self, valid=None, known=None, recorded=None, basis=basis)

    def dated(self, asked: Asked) -> Address:
        """The same question by its dates, without a basis."""
        valid = None if asked.valid == asked.known else asked.valid
        return replace(self, valid=valid, known=asked.known, recorded=asked.recorded, basis=None)

    def url(self, part: str = "", **more: str | None) -> str:
        """The address of the page, or of a part of it, with further parameters."""
        return place_url(self.place, part) + query(**self.parameters(), **more)

    def api(self, question: str, form: str, **parameters: str | None) -> str:
        """The address of the same in the interface for programs.

        It ends with the form, such as `.json`, also because an id may end like one.
        """
        name = quote(self.place, safe=":")
        return f"/api/{question}/{name}{form}" + query(**parameters)

    def parameters(self) -> dict[str, str]:
        """What is asked for besides the place, in one order."""
        every = {name: getattr(self, name) for name in NAMES}
        return {name: text for name, text in every.items() if text}


def place_url(place: str, part: str = "") -> str:
    """The address of a place's page."""
    return f"/place/{quote(place, safe=':')}" + (f"/{part}" if part else "")


def query(**parameters: str | None) -> str:
    """The end of an address; nothing where nothing is asked for."""
    given = {name: text for name, text in parameters.items() if text}
    return f"?{urlencode(given, safe=':/')}" if given else ""
