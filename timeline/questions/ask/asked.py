"""What a question says, part by part: places, parties, topics and times, each at most once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from lark import Token, Tree

from timeline.places import place_name
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import Topic

if TYPE_CHECKING:
    from timeline.parties import Party
    from timeline.places import Book
    from timeline.questions.ask.dates import Calendar
    from timeline.questions.ask.days import Days

T = TypeVar("T")

_MARKS: Final = frozenset({"currently", "then", "later", "told", "held", "noun", "source"})


@dataclass(slots=True)
class Asked:
    """The parts of a question; `marks` are the words that only say how it is meant."""

    intent: str
    place: str | None = None
    party: Party | None = None
    side: Party | None = None
    topic: Topic | None = None
    status: str | None = None
    report: str | None = None
    at: Days | None = None
    span: tuple[Days, Days] | None = None
    since: Days | None = None
    known: Days | None = None
    marks: set[str] = field(default_factory=set)

    def said(self) -> dict[str, str]:
        """The parts that were said, by name, each in words."""
        parts = {
            "place": self.place and "a place",
            "party": self.party and f"a party ({self.party.name})",
            "side": self.side and f"a side ({self.side.name})",
            "topic": self.topic and f"a topic ({self.topic.words})",
            "status": self.status and f"a status ({self.status})",
            "report": self.report and f"a claim ({self.report})",
            "at": self.at and f"a day ({self.at})",
            "span": self.span and "a range of days",
            "since": self.since and f"a beginning ({self.since})",
            "known": self.known and f"a day of knowledge ({self.known})",
            "held": "held" in self.marks and "who holds it",
            "source": "source" in self.marks and "where it comes from",
        }
        return {name: words for name, words in parts.items() if words}


def asked(tree: Tree[Token], calendar: Calendar, book: Book) -> Asked:
    """Gather the parts of a question; raises `Unread` where two would have to be one."""
    return _Gather(calendar, book).gathered(tree)


class _Gather:
    def __init__(self, calendar: Calendar, book: Book) -> None:
        self._calendar = calendar
        self._book = book
        self._found = Asked("known")
        self._topics: list[Topic] = []
        self._times: list[Tree[Token]] = []

    def gathered(self, tree: Tree[Token]) -> Asked:
        parts = [one for one in tree.children if isinstance(one, Tree)]
        for part in parts:
            if part.data in _HEADS:
                self._head(part)
            else:
                self._part(part)
        for time in self._times:
            self._time(time)
        self._found.topic = _one_topic(self._topics)
        return self._found

    def _head(self, head: Tree[Token]) -> None:
        self._found.intent = str(head.data)
        for token in head.scan_values(lambda value: isinstance(value, Token)):
            if token.type in ("EVER", "LATER"):
                self._found.marks.add(token.type.lower())
            elif token.type == "PARTY" and head.data == "many":
                self._found.side = self._party(self._found.side, token)
            elif token.type != "PARTY" or head.data != "held_when":  # who holds is not who says so
                self._token(token)

    def _part(self, part: Tree[Token]) -> None:
        name = str(part.data)
        if name in _MARKS:
            self._found.marks.add(name)
            return
        if name in ("at", "span", "since", "after", "before", "known_as"):
            self._times.append(part)
            return
        for token in part.children:
            if isinstance(token, Token):
                self._token(token)
                if token.type == "WHERE" and token.casefold() in ("near", "around"):
                    self._found.marks.add("near")

    def _token(self, token: Token) -> None:
        found = self._found
        match token.type:
            case "PLACE":
                self._place(token)
            case "PARTY":
                found.party = self._party(found.party, token)
            case "TOPIC":
                self._topics.append(token.value)
            case "STATUS":
                found.status = _same(found.status, token.value, "one status", token)
            case "ID":
                if isinstance(token.value, Exception):
                    raise Unread(str(token.value))
                found.report = _same(found.report, token.value, "one claim or report", token)
            case _:
                pass  # the grammar has made use of it

    def _place(self, token: Token) -> None:
        ids = token.value
        if len(ids) > 1:
            listed = "; ".join(str(place_name(one, self._book)) for one in ids)
            raise Unread(f'"{token}" is the name of {len(ids)} places; say which: {listed}', ids)
        if self._found.place not in (None, ids[0]):
            raise Unread(f'"{token}" is a second place; ask about one place at a time')
        self._found.place = ids[0]

    def _party(self, before: Party | None, token: Token) -> Party:
        parties: tuple[Party, ...] = token.value
        if len(parties) > 1:
            listed = ", ".join(party.id for party in parties)
            raise Unread(f'"{token}" names {len(parties)} parties; write one of {listed}')
        return _same(before, parties[0], "one party", token)

    # Times

    def _time(self, time: Tree[Token]) -> None:
        found, calendar = self._found, self._calendar
        match time.data:
            case "known_as":
                found.known = _once(found.known, calendar.at(time), time)
            case "span" if interval := _token(time, "INTERVAL"):
                self._interval(time, *calendar.interval(interval))
            case "span":
                found.span = _once(found.span, calendar.span(time), time)
            case "since":
                found.since = _once(found.since, calendar.at(time), time)
            case "after":
                found.since = _once(found.since, calendar.at(time).following, time)
                found.marks.add("after")
            case "before":
                found.at = _once(found.at, calendar.at(time).preceding, time)
            case _ if _is_today(time) and len(self._times) > 1:
                found.marks.add("currently")
            case _:
                found.at = _once(found.at, calendar.at(time), time)

    def _interval(self, time: Tree[Token], begins: Days | None, ends: Days | None) -> None:
        if begins and ends:
            self._found.span = _once(self._found.span, (begins, ends), time)
        elif begins:
            self._found.since = _once(self._found.since, begins, time)
        else:
            self._found.at = _once(self._found.at, ends, time)


_HEADS: Final = frozenset(
    {
        "known",
        "said",
        "who",
        "holds",
        "held_when",
        "changed",
        "first",
        "asked_when",
        "learned",
        "unknown",
        "many",
        "list",
        "whether",
        "claims",
        "explain",
        "replay",
        "record",
        "activity",
    }
)


def _one_topic(topics: list[Topic]) -> Topic | None:
    """The topic; `soldiers killed` are casualties, and `civilians killed` harm to civilians."""
    different = list(dict.fromkeys(topics))
    values = {topic.value for topic in different}
    if values == {"forces", "casualties"}:
        return Topic("facet", "casualties")
    if values == {"civilians", "casualties"}:
        return Topic("kind", "civilian_harm")
    if len(different) > 1:
        listed = " and ".join(topic.words for topic in different)
        raise Unread(f"{listed} are two things; ask about one at a time")
    return different[0] if different else None


def _same(before: T | None, now: T, what: str, token: Token) -> T:
    if before is not None and before != now:
        raise Unread(f'"{token}" is one too many; ask about {what} at a time')
    return now


def _once(before: object, now: T, time: Tree[Token]) -> T:
    if before is not None:
        said = " ".join(str(token) for token in time.scan_values(lambda _: True))
        raise Unread(f'"{said}" is a second time; write one day, or a range with both ends')
    return now


def _is_today(time: Tree[Token]) -> bool:
    return any(isinstance(child, Tree) and child.data == "today" for child in time.children)


def _token(tree: Tree[Token], terminal: str) -> Token | None:
    return next(
        (one for one in tree.children if isinstance(one, Token) and one.type == terminal), None
    )
