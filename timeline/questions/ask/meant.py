"""Which command a question means, and what of it that command can take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from timeline.questions.ask.days import Days
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import CONTROL

if TYPE_CHECKING:
    from timeline.questions.ask.asked import QuestionParts


def meant(asked: QuestionParts) -> str:
    """What is meant, where the first words leave it open."""
    choose = _MEANT.get(asked.intent)
    return choose(asked) if choose else asked.intent


def check(what: str, asked: QuestionParts) -> None:
    """Refuse what the answer would pass over in silence."""
    if sum(map(bool, (asked.at, asked.span, asked.since))) > 1:
        raise Unread("that is more than one time", "write one day, or one range with both ends")
    if asked.open and what == "replay":
        raise Unread("from when on is not said", "write from Oct 20 to Oct 27")
    if "then" in asked.marks and not (asked.at or asked.span or asked.since):
        raise Unread('"then" is no day', "write which is meant, such as 2025-10-27")
    if "daily" in asked.marks and what not in ("replay", "list", "activity"):
        raise Unread('"day by day" is of several days', "write from Oct 20 to Oct 27")
    if what == "explain" and asked.report is None:
        return  # that is said, with what else was asked for
    for part, said in asked.said().items():
        if part not in _TAKES[what]:
            raise Unread(f"{said} does not go with a question of {_CALLED[what]}", "leave it out")


def over_much(what: str, asked: QuestionParts) -> set[str]:
    """The parts of a question that its command cannot take."""
    return set(asked.said()) - _TAKES[what]


def of_some(asked: QuestionParts) -> bool:
    """Whether some claims of a facet are asked for, which not every command can choose."""
    return bool(asked.party or asked.side or (asked.topic and asked.topic.option == "kind"))


def picks_side(asked: QuestionParts) -> bool:
    """Whether the claims of the side that is spoken of can be told from those of others."""
    return bool(asked.side and asked.topic and asked.topic.sided)


def _known(asked: QuestionParts) -> str:
    of_control(asked)
    if asked.status:
        return "claims"
    if "later" in asked.marks:
        return "hindsight"
    if asked.since or (asked.span and of_some(asked)):
        return "changed"
    daily = "daily" in asked.marks and asked.days
    return "replay" if asked.span or daily else "known"


def _named(asked: QuestionParts) -> str:
    """Of what is named without a word of knowing, a span is when it happened, not when told."""
    if "toll" in asked.marks:
        return "many"
    read = _known(asked)
    if asked.open and asked.topic and asked.topic.happens and asked.topic.value != "casualties":
        return "list"  # of all the time up to then, and not of its last days
    return "list" if read in ("changed", "replay") and "told" not in asked.marks else read


def _explained(asked: QuestionParts) -> str:
    """All that is told of one claim: who says it, since when, and what became of it."""
    asked.status = None
    return "explain"


def _who(asked: QuestionParts) -> str:
    if asked.report:
        return _explained(asked)
    read = _known(asked)
    if {"denied", "noun"} <= asked.marks and asked.party:
        asked.marks.remove("denied")  # it is others who deny them, which is told of each
        return "claims"
    return "claims" if "ever" in asked.marks else read


def of_control(asked: QuestionParts) -> None:
    """Who says that a side holds a place is asked of all who speak of its control."""
    if "held" in asked.marks and asked.topic in (None, CONTROL):
        asked.marks.remove("held")
        asked.topic, asked.side = CONTROL, None


def _learned(asked: QuestionParts) -> str:
    if "later" in asked.marks and not asked.since:
        return "hindsight"
    return _known(asked) if asked.open else "changed"


def _many(asked: QuestionParts) -> str:
    # What is said of plans and intentions is no number.
    return _known(asked) if asked.topic and asked.topic.value in _SPOKEN else "many"


def _whether(asked: QuestionParts) -> str:
    if asked.report:
        return _explained(asked)
    if asked.status:
        of_control(asked)
        return "claims"
    if "held" in asked.marks:
        # "Was it known on that day that it had fallen" asks what was known, not who held it.
        by_then = "told" in asked.marks and (asked.at or asked.span or asked.since)
        return _known(asked) if by_then else "holds"
    dated = asked.at or asked.span or asked.since
    if dated and asked.party and not asked.topic and "noun" in asked.marks:
        asked.marks.add("told")  # "did Russia claim Lyman on Monday": it is the claim that is dated
    if "told" in asked.marks and not asked.of_all_time:
        return _known(asked) if dated else "known"
    return "claims" if "told" in asked.marks and not asked.side else "fact"


def _changed(asked: QuestionParts) -> str:
    """How a thing changed is told of all its time, if no other is said."""
    of_control(asked)
    of_all = "how" in asked.marks and asked.topic and not (asked.at or asked.span or asked.since)
    return "list" if of_all else "changed"


def _first(asked: QuestionParts) -> str:
    if asked.report:
        return _explained(asked)
    if asked.status:
        of_control(asked)
        return "claims"  # when it was confirmed stands with what became of it
    if "denied" in asked.marks:
        return "claims"  # which of them is the first denial has to be read off
    of_a_side = asked.side is not None and asked.topic == CONTROL
    if of_a_side or not asked.marks.isdisjoint({"held", "taken"}):
        return "taken" if asked.intent == "first" or "told" in asked.marks else "holds"
    if asked.intent == "asked_when" and "told" not in asked.marks:
        if asked.topic:
            return "list"
        raise Unread("when asks for the first report", "write when was … first reported")
    return "first"


def _claims(asked: QuestionParts) -> str:
    if asked.report:
        return _explained(asked)
    if asked.status:
        of_control(asked)
    return "claims"


def _which(asked: QuestionParts) -> str:
    days = asked.days
    ends = asked.span or (days and (Days.of(days.first), days))
    if ends:
        begins = ends[0].first
        of_all = ["history", "--facet", "control", "--from", f"{begins}", "--to", ends[1].cut]
    elif asked.since:
        of_all = ["history", "--facet", "control", "--from", f"{asked.since.first}"]
    elif asked.of_all_time:
        of_all = ["history", "--facet", "control"]
    else:
        of_all = ["control", *(["--on", asked.at.cut] if asked.at else [])]
    raise Unread(
        "which places a side holds is no question about one place",
        "ask who held one of them, or export what is told of all",
        nearest=["export", *of_all],
    )


_MEANT: Final[Mapping[str, Callable[[QuestionParts], str]]] = {
    "named": _named,
    "known": _known,
    "said": _known,
    "who": _who,
    "changed": _changed,
    "learned": _learned,
    "unknown": lambda _: "hindsight",
    "whether": _whether,
    "first": _first,
    "asked_when": _first,
    "held_when": lambda _: "holds",
    "share": lambda _: "holds",
    "acted": lambda asked: "holds" if "held" in asked.marks else "list",
    "many": _many,
    "record": lambda _: "claims",
    "claims": _claims,
    "activity": lambda asked: "claims" if asked.status else "activity",
    "which": _which,
}

_SPOKEN: Final = frozenset({"statements", "statement"})
_TIME: Final = frozenset({"at", "span", "since"})
_ALL: Final = frozenset({"place", "topic", "party", "side", "known", "recorded"}) | _TIME
_TAKES: Final[Mapping[str, frozenset[str]]] = {
    "known": _ALL - {"span", "since"},
    "fact": _ALL | {"source"},
    "holds": _ALL | {"held"},
    "many": _ALL,
    "changed": _ALL - {"known"},
    "hindsight": frozenset({"place", "topic", "at", "known", "recorded"}),
    "list": _ALL,
    "replay": frozenset({"place", "topic", "recorded"}) | _TIME,
    "first": frozenset({"place", "topic", "party", "known", "recorded"}),
    "taken": frozenset({"place", "topic", "party", "side", "held", "known", "recorded"}),
    "claims": frozenset({"place", "topic", "party", "status", "at", "known", "recorded"}),
    "explain": frozenset({"report", "source", "at", "known", "recorded"}),
    "activity": frozenset({"place", "known", "recorded"}) | _TIME,
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
    "taken": "the first report",
    "claims": "what became of claims",
    "explain": "where a claim comes from",
    "activity": "how much was reported",
}
