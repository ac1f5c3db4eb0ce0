"""Parts of commands, and of the sentences that say how a question was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from timeline.places import AREAS, typed_name
from timeline.questions.ask.days import Days
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.meant import picks_side

if TYPE_CHECKING:
    from timeline.places import Book
    from timeline.questions.ask.asked import QuestionParts

_TELLING: Final = frozenset({"said", "who", "learned"})
_DAY: Final = len("2025-10-27")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a command is written against: the places by name, and today."""

    book: Book
    today: date

    def wide(self, place: str | None) -> bool:
        """Whether other places lie in this one."""
        defined = self.book.get(place) if place else None
        return defined is not None and defined.kind in AREAS

    def place(self, place: str) -> str:
        """A place as a command takes it."""
        return typed_name(place, self.book)


def named_place(asked: QuestionParts, scene: Scene) -> str:
    """The place, which must be named."""
    if asked.place is None:
        on = ["--on", asked.at.cut] if asked.at else []
        what = ["situation", *on]
        if asked.topic and asked.topic.happens and asked.topic.value != "casualties":
            what = ["history", *ends(*from_to(asked, scene))]  # of all these days
        raise Unread(
            "no place is named",
            "name one, as in … about Pokrovsk",
            nearest=["export", *what, *options(asked)],
        )
    return scene.place(asked.place)


def options(asked: QuestionParts) -> list[str]:
    """The options for topic, party and side."""
    return [
        *([f"--{asked.topic.option}", asked.topic.value] if asked.topic else []),
        *(["--party", asked.party.id] if asked.party else []),
        *(["--side", asked.side.id] if asked.side and picks_side(asked) else []),
    ]


def both_clocks(asked: QuestionParts) -> tuple[list[str], str]:
    """What had been told by a day of what held on it, unless another knowledge is asked for."""
    if asked.at is None:
        if asked.known:
            return [asked.known.cut], f" by {end(asked.known)}"
        return [], " by now"
    if asked.known or "currently" in asked.marks:
        return apart(asked, asked.at)
    return [asked.at.cut], f" by {end(asked.at)}"


def apart(asked: QuestionParts, at: Days) -> tuple[list[str], str]:
    """Valid time on one day, and knowledge on another, or now."""
    if asked.known:
        known = ["--known", asked.known.cut]
        return ["--valid", at.cut, *known], f" at {end(at)}, as known by {end(asked.known)}"
    if "then" in asked.marks:
        return [at.cut], f" at {end(at)}, as known then"
    return ["--valid", at.cut], f" at {end(at)}, as known now"


def known_option(asked: QuestionParts) -> list[str]:
    """The cut of knowledge, if one is said; `then` is the end of the time that is asked about."""
    cut = asked.known or (_ends(asked) if "then" in asked.marks else None)
    return ["--known", cut.cut] if cut else []


def _ends(asked: QuestionParts) -> Days | None:
    return asked.span[1] if asked.span else asked.at


def opening(asked: QuestionParts) -> Days | None:
    """What a list begins with, if that is said: its first day, or an instant."""
    begins = asked.span[0] if asked.span else asked.since or asked.at
    if begins is None or asked.open:
        return None
    return begins if begins.one else Days.of(begins.first)


def from_to(asked: QuestionParts, scene: Scene) -> tuple[str | None, str | None]:
    """The first and the last day of a list."""
    begins, ends = opening(asked), _ends(asked)
    until = scene.today.isoformat() if asked.since else ends and ends.cut
    return begins and begins.cut, until


def two_cuts(asked: QuestionParts, scene: Scene) -> tuple[str, str]:
    """Two cuts to compare: of `since Monday` the day before it and today; of a week likewise."""
    if asked.span:
        begins, ends = asked.span
        # What was said on the first day is asked for; what changed is counted from its end on.
        said = asked.intent in _TELLING or ("told" in asked.marks and asked.intent != "changed")
        told = said and len(begins.cut) == _DAY
        return (begins.preceding.cut if told else begins.before), ends.cut
    if asked.since:
        instant = len(asked.since.cut) > _DAY
        since = asked.since.cut if instant else asked.since.preceding.cut
        return since, scene.today.isoformat()
    if asked.at:
        return asked.at.preceding.cut if asked.at.one else asked.at.before, asked.at.cut
    raise Unread(
        "from when on is not said",
        "write since Oct 20, or between Oct 20 and Oct 27",
        nearest=["history", named_place(asked, scene), *options(asked)],
    )


def ends(since: str | None, until: str | None) -> list[str]:
    """The options of a list's ends."""
    return [*(["--from", since] if since else []), *(["--to", until] if until else [])]


def through(since: str | None, until: str | None) -> str:
    """The ends of a list in words."""
    if until is None:
        return ""
    if since is None:
        return f"up to {until}"
    return f"on {until}" if since == until else f"from {since} to {until}"


def end(days: Days) -> str:
    """The end of some days, or an instant, in words."""
    return f"the end of {days.cut}" if len(days.cut) == _DAY else days.cut


def as_known(asked: QuestionParts) -> str:
    """By when it is known, in words."""
    if asked.known is None and "then" in asked.marks and _ends(asked):
        return ", as known then"
    return f", as known by {end(asked.known)}" if asked.known else ", as known now"


def topic(asked: QuestionParts) -> str:
    """What it is about besides the place, in words."""
    side = f" of {asked.side.name}" if asked.side and picks_side(asked) else ""
    return f"{asked.topic.words if asked.topic else 'all'}{side}"


DEATHS: Final = "deaths, among all that is told,"
"""Of what an answer is that leaves no facet out, since any may tell of them."""


def about(asked: QuestionParts, place: str, *, party: bool = True) -> str:
    """Topic, place and party, in words."""
    by = f"by {asked.party.name}" if asked.party and party else ""
    if asked.topic is None and "deaths" in asked.marks:
        return joined(f"about {DEATHS}", f"in {place}" if place else "", by)
    if asked.topic is None:
        return joined(f"about {place}" if place else "", by)
    return joined(f"about {topic(asked)}", f"in {place}" if place else "", by)


def joined(*parts: str) -> str:
    """The parts that say something, as one phrase."""
    return " ".join(filter(None, parts))
