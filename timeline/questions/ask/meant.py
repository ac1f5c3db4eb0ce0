"""Which command a question means, and what of it that command can take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from timeline.questions.ask.errors import Unread

if TYPE_CHECKING:
    from timeline.questions.ask.asked import Asked


def meant(asked: Asked) -> str:
    """What is meant, where the first words leave it open."""
    choose = _MEANT.get(asked.intent)
    return choose(asked) if choose else asked.intent


def check(what: str, asked: Asked) -> None:
    """Refuse what the answer would pass over in silence."""
    if sum(map(bool, (asked.at, asked.span, asked.since))) > 1:
        raise Unread("that is more than one time; write one day, or one range with both ends")
    for part, said in asked.said().items():
        if part not in _TAKES[what]:
            raise Unread(f"{said} does not go with a question of {_CALLED[what]}; leave it out")


def of_some(asked: Asked) -> bool:
    """Whether some claims of a facet are asked for, which not every command can choose."""
    return bool(asked.party or asked.side or (asked.topic and asked.topic.option == "kind"))


def _known(asked: Asked) -> str:
    if asked.status:
        return "claims"
    if "later" in asked.marks:
        return "hindsight"
    if asked.since or (asked.span and of_some(asked)):
        return "changed"
    return "replay" if asked.span else "known"


def _who(asked: Asked) -> str:
    if asked.report:
        return "explain"
    return "claims" if "ever" in asked.marks else _known(asked)


def _learned(asked: Asked) -> str:
    return "hindsight" if "later" in asked.marks and not asked.since else "changed"


def _whether(asked: Asked) -> str:
    if asked.report:
        asked.status = None  # what became of it is all told
        return "explain"
    if "held" in asked.marks:
        asked.party = None  # it is who would hold, not who says so
        return "holds"
    if asked.status:
        return "claims"
    return "known" if "told" in asked.marks else "fact"


def _first(asked: Asked) -> str:
    if "held" in asked.marks:
        return "holds"
    if asked.intent == "asked_when" and "told" not in asked.marks:
        raise Unread("when asks for the first report; write when was … first reported")
    return "first"


_MEANT: Final[Mapping[str, Callable[[Asked], str]]] = {
    "known": _known,
    "said": _known,
    "who": _who,
    "learned": _learned,
    "unknown": lambda _: "hindsight",
    "whether": _whether,
    "first": _first,
    "asked_when": _first,
    "held_when": lambda _: "holds",
    "record": lambda _: "claims",
}

_TIME: Final = frozenset({"at", "span", "since"})
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "known": frozenset({"place", "topic", "party", "at", "known"}),
    "fact": frozenset({"place", "topic", "party", "known", "source"}) | _TIME,
    "holds": frozenset({"place", "topic", "party", "known", "held"}) | _TIME,
    "many": frozenset({"place", "topic", "party", "side", "known"}) | _TIME,
    "changed": frozenset({"place", "topic", "party"}) | _TIME,
    "hindsight": frozenset({"place", "topic", "at", "known"}),
    "list": frozenset({"place", "topic", "party", "known"}) | _TIME,
    "replay": frozenset({"place", "topic"}) | _TIME,
    "first": frozenset({"place", "topic", "party", "known"}),
    "claims": frozenset({"place", "topic", "party", "status", "at", "known"}),
    "explain": frozenset({"report", "source"}),
    "activity": frozenset({"place", "known"}) | _TIME,
}
_CALLED: Final = {
    "known": "what was known",
    "fact": "what is known",
    "holds": "who holds a place",
    "many": "numbers",
    "changed": "what changed",
    "hindsight": "what was learned later",
    "list": "what happened",
    "replay": "what became known day by day",
    "first": "the first report",
    "claims": "what became of claims",
    "explain": "where a claim comes from",
    "activity": "how much was reported",
}
