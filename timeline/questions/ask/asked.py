"""What a question says, part by part: places, parties, topics and times, each at most once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

from lark import Token, Tree

from events.refusal import Refusal
from timeline.errors import AmbiguousPlace
from timeline.parties import one_of
from timeline.places import place_name
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.senses import (
    each_of,
    lost_place,
    not_counted,
    not_of_people,
    of_place,
    prisoners_taken,
    soldiers_taken,
    topics_of_words,
)
from timeline.questions.ask.topics import DEATHS, FORCES, LOSSES, SIEGES, TAKINGS, Topic
from timeline.questions.ask.whom import Places, parties_from_places, spoken_of, sure, told_of

if TYPE_CHECKING:
    from timeline.parties import Party
    from timeline.places import Book
    from timeline.questions.ask.dates import Calendar
    from timeline.questions.ask.days import Days

T = TypeVar("T")

_MARKS: Final = frozenset(
    {"daily", "currently", "then", "later", "told", "held", "noun", "source", "both"}
)


@dataclass(slots=True)
class QuestionParts:
    """The parts of a question; `marks` are the words that only say how it is meant.

    `party` is who speaks, `side` who is spoken of.
    """

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
    recorded: Days | None = None
    marks: set[str] = field(default_factory=set)
    beside: list[Party] = field(default_factory=list)
    sides: list[Party] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """What the question names besides `party`, `side` and `place`, where it names several."""

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
            "recorded": self.recorded and f"a day of recording ({self.recorded})",
            "held": "held" in self.marks and "who holds it",
            "source": "source" in self.marks and "where it comes from",
        }
        return {name: words for name, words in parts.items() if words}

    @property
    def open(self) -> bool:
        """Whether an end is said and no beginning, as in `before` and `until`."""
        return "until" in self.marks

    @property
    def days(self) -> Days | None:
        """The days of a time that is longer than one."""
        return None if self.open or self.at is None or self.at.one else self.at

    @property
    def of_all_time(self) -> bool:
        """Whether it is asked if something ever was so, and by no day."""
        return "past" in self.marks and not (self.at or self.span or self.since)

    def only(self, topic: Topic) -> None:
        """Be asked about this topic, if about none yet."""
        self.topic = self.topic or topic


def asked(tree: Tree[Token], calendar: Calendar, book: Book) -> QuestionParts:
    """Gather the parts of a question; raises `Unread` where two would have to be one."""
    return _Gather(calendar, book).gathered(tree)


class _Gather:
    def __init__(self, calendar: Calendar, book: Book) -> None:
        self._calendar = calendar
        self._book = book
        self._found = QuestionParts("named")
        self._topics: list[Topic] = []
        self._times: list[Tree[Token]] = []
        self._tokens: list[Token] = []

    def gathered(self, tree: Tree[Token]) -> QuestionParts:
        self._tokens = list(tree.scan_values(lambda value: isinstance(value, Token)))
        parties_from_places(self._tokens)
        sure(self._tokens, self._book)
        topics_of_words(self._tokens)
        not_counted(tree, self._tokens)
        for part in _trees(tree):
            if part.data == "head":
                self._head(*_trees(part))
            else:
                self._part(part)
        self._known_at_first()
        try:
            for time in self._times:
                self._time(time)
        except Unread as error:
            raise self._two_times(error) from None
        self._about()
        self._settle()
        return self._found

    def _about(self) -> None:
        """The one topic; raises `Unread` where nobody could say who is asked for by it."""
        found = self._found
        if any(topic.value == "forces" for topic in self._topics):
            found.marks.add("soldiers")
        if people := soldiers_taken(self._tokens):
            found.marks.discard("held")
            self._topics = [people]
        found.topic = _one_topic(self._topics, self._tokens)
        if "siege" in found.marks and (found.side or self._who_did()):
            raise Unread(
                "a siege is told by how supplies get through, and not by who lays it",
                "ask whether it is besieged",
                nearest=told_of(self._tokens, [Topic("facet", "logistics")]),
            )
        if found.intent in ("holds", "acted"):
            not_of_people(self._tokens, self._topics, found.topic)

    def _settle(self) -> None:
        """What is asked of it, where that depends on several of the parts."""
        found = self._found
        if "told_first" in found.marks and found.intent != "asked_when":
            if found.intent != "named":
                raise Unread('"first" is not read here', "ask when it was first reported")
            found.intent = "first"
        # It is the ceasefire that holds, and prisoners are taken; by whom is not told of them.
        if found.topic == Topic("facet", "ceasefire") or prisoners_taken(self._tokens):
            found.marks.discard("held")
        if self._is_of_side():
            found.marks.add("held")
        if any(one.casefold().endswith(" hands") for one in self._tokens if one.type == "HELD"):
            found.marks.add("past")  # whoever holds it now, it is asked when that changed
        if self._is_told_then():
            found.marks.add("told")
        if "agree" in found.marks:
            found.status = "disputed"

    def _known_at_first(self) -> None:
        """Of `what did we know on Nov 3 about Lyman on Oct 27` the first is when it was known."""
        place = next((one.start_pos for one in self._tokens if one.type == "PLACE"), None)
        if self._found.intent not in ("known", "said") or len(self._times) != 2 or place is None:
            return
        first, second = self._times
        if first.data not in ("at", "until") or second.data != "at" or _is_today(first):
            return
        if min(_starts(first)) < place < min(_starts(second)):
            self._found.known = self._calendar.at(first)
            self._times.remove(first)

    def _two_times(self, error: Unread) -> Unread:
        """The error, with what changed from the one to the other of two times."""
        if [one.data for one in self._times] != ["at", "at"] or self._found.place is None:
            return error
        first, second = sorted(
            (self._calendar.at(one) for one in self._times), key=lambda one: one.last
        )
        place = next(str(one) for one in self._tokens if one.type == "PLACE")
        return Unread(error.what, error.right, nearest=["diff", place, first.cut, second.cut])

    def _who_did(self) -> bool:
        """Whether it is asked who did something, and not when or for how long."""
        return self._found.intent == "acted" and any(one.type == "WHO" for one in self._tokens)

    def _is_of_side(self) -> bool:
        """Whether it is asked if a place is Ukrainian, or Russian."""
        found = self._found
        types = [token.type for token in self._tokens if token.type != "EVER"]
        beside = ("PLACE", "PARTY") in pairwise(types)
        asks = found.intent in ("whether", "asked_when")
        return beside and bool(asks and found.side and not found.topic)

    def _is_told_then(self) -> bool:
        """Whether a time is of the telling: "did Russia claim on 20 May that Bakhmut fell"."""
        times = {id(one) for time in self._times for one in time.scan_values(lambda _: True)}
        return self._found.party is not None and any(
            one.type in ("NOUN", "SAYING") and id(following) in times
            for one, following in pairwise(self._tokens)
        )

    def _head(self, head: Tree[Token]) -> None:
        self._found.intent = str(head.data)
        types = {token.type for token in head.scan_values(lambda value: isinstance(value, Token))}
        if head.data == "holds" and "HAVE" not in types and not _is_now(head):
            self._found.marks.add("past")  # who took it need not hold it now
        if head.data == "known" and types.isdisjoint({"KNOW", "KNOWN", "TOLD"}):
            self._found.intent = "named"  # as in `what were the losses`
        words = {str(token).casefold() for token in head.children}
        if head.data == "known" and "TOLD" in types and words.isdisjoint(_BELIEVED):
            self._found.marks.add("told")  # "what was said", of which the first day counts too
        for token in head.scan_values(lambda value: isinstance(value, Token)):
            if mark := _mark_in(str(head.data), token):
                self._found.marks.add(mark)
            else:
                self._token(token)

    def _part(self, part: Tree[Token]) -> None:
        name = str(part.data)
        if name in _MARKS and not _there(part):
            self._found.marks.add(name)
        if name == "told" and _token(part, "FIRST"):
            self._found.marks.add("told_first")
        if name in _TIMES:
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
            case name if name in _MARK_OF:
                found.marks.add(_MARK_OF[name])
            case "PLACE":
                self._place(token)
                if token.value.country and self._is_of_losses(token):
                    found.marks.add("whose" if token.value.named else "where")
            case "PARTY":
                self._party(token)
            case "TOPIC" if lost_place(self._tokens, self._at(token)):
                found.marks.add("held")
            case "TOPIC":
                self._topics.append(token.value)
                words = token.casefold()
                found.marks |= {mark for mark, says in _SAID_BY.items() if says(words)}
            case "SAY" | "SAYING" | "TOLD" | "NOUN" | "CLAIMS":
                self._said(token)
            case "STATUS":
                found.status = _same(found.status, token.value, "one status", token)
            case "ID":
                if isinstance(token.value, Refusal):
                    raise Unread(token.value.what, token.value.right)
                found.report = _same(found.report, token.value, "one claim or report", token)
            case _:
                pass  # the grammar has made use of it

    def _said(self, token: Token) -> None:
        words = token.casefold()
        if words.startswith(("deni", "deny")):
            self._found.marks.add("denied")
        if token.type == "SAY" and words.startswith("claim"):
            # To claim a place is to claim that it is taken.
            self._found.marks |= {"taken"} if of_place(self._tokens, self._at(token)) else set()

    def _is_of_losses(self, place: Token) -> bool:
        """Whether it may be a side, as in `Ukraine losses`, of which no other place is said."""
        following = self._tokens[self._at(place) + 1 :][:1]
        return any(isinstance(one.value, Topic) and one.value.sided for one in following)

    def _at(self, token: Token) -> int:
        return next(at for at, one in enumerate(self._tokens) if one is token)

    def _place(self, token: Token) -> None:
        places: Places = token.value
        ids = places.ids
        if len(ids) > 1:
            error = AmbiguousPlace(str(token), (place_name(one, self._book) for one in ids))
            raise Unread(error.what, error.right, ids)
        if self._found.place in (None, ids[0]):
            self._found.place = ids[0]
        elif ids[0] not in self._found.places:
            self._found.places.append(ids[0])

    def _party(self, token: Token) -> None:
        found = self._found
        parties: tuple[Party, ...] = token.value.parties
        try:
            of = spoken_of(self._tokens, self._at(token), asks=found.intent in _ASKS)
        except Unread as error:
            raise each_of(error, self._tokens) from None
        if of is not None:
            side, topic = of
            if token.casefold().endswith(" sources"):
                raise Unread(f'"{token}" tell, and are not told of', f"write of {side.name}")
            if found.side in (None, side):
                found.side = side
            elif side not in found.sides:
                found.sides.append(side)
            self._topics += [topic] if topic else []
            return
        if len(parties) > 1:
            several = Unread(f'"{token}" names {len(parties)} parties', one_of(parties))
            raise each_of(several, self._tokens, parties)
        if found.party in (None, parties[0]):
            found.party = parties[0]
        elif parties[0] not in found.beside:
            found.beside.append(parties[0])

    # Times

    def _time(self, time: Tree[Token]) -> None:
        found, calendar = self._found, self._calendar
        match time.data:
            case "known_as":
                found.known = _once(found.known, calendar.at(time), time)
            case "recorded_as":
                found.recorded = _once(found.recorded, calendar.at(time), time)
            case "span" if interval := _token(time, "INTERVAL"):
                self._interval(time, *calendar.interval(interval))
            case "span":
                self._span(time)
            case "since":
                found.since = _once(found.since, calendar.at(time), time)
            case "after":
                found.since = _once(found.since, calendar.at(time).following, time)
                found.marks.add("after")
            case "before":
                found.at = _once(found.at, calendar.at(time).preceding, time)
                found.marks.add("until")
            case "until":
                found.at = _once(found.at, calendar.at(time), time)
                found.marks.add("until")
                if (word := _token(time, "UNTIL")) is None or word.casefold() != "by":
                    found.marks.add("up_to")
            case _ if _is_today(time) and len(self._times) > 1:
                found.marks.add("currently")
            case _:
                found.at = _once(found.at, calendar.at(time), time)

    def _span(self, time: Tree[Token]) -> None:
        self._found.span = _once(self._found.span, self._calendar.span(time), time)
        if _token(time, "VERSUS"):
            self._found.intent = "changed"
        if _token(time, "AND") and not (_token(time, "BETWEEN") or _token(time, "FROM")):
            self._found.marks.add("two")

    def _interval(self, time: Tree[Token], begins: Days | None, ends: Days | None) -> None:
        if begins and ends:
            self._found.span = _once(self._found.span, (begins, ends), time)
        elif begins:
            self._found.since = _once(self._found.since, begins, time)
        else:
            self._found.at = _once(self._found.at, ends, time)
            self._found.marks.add("until")


_SAID_BY: Final[Mapping[str, Callable[[str], bool]]] = {
    "siege": SIEGES.__contains__,
    "taken": TAKINGS.__contains__,
    "deaths": lambda words: not DEATHS.isdisjoint(words.split()),
    "toll": lambda words: words.endswith("toll"),
    "moving": lambda words: words.endswith("ground"),
}
"""The marks that the words of a topic set."""
_MARK_OF: Final = {"EVER": "past", "IS_SIDE": "held", "TO_HOLD": "held", "AGREE": "agree"}
"""The marks that words set by themselves."""
_IN_HEAD: Final = {"EVER": "ever", "LATER": "later", "HOW": "how", "BOTH": "both"}
_IN_WHETHER: Final = {"HAVE": "perfect", "KNOW": "told"}
"""The marks that words set in what is asked."""
_ASKS: Final = frozenset({"whether", "which", "asked_when", "held_when"})
_TIMES: Final = frozenset(
    {"at", "span", "since", "after", "before", "until", "known_as", "recorded_as"}
)


def _one_topic(topics: list[Topic], tokens: list[Token]) -> Topic | None:
    """The topic; `soldiers killed` are casualties, and `civilians killed` harm to civilians."""
    different = list(dict.fromkeys(topics))
    values = {topic.value for topic in different}
    if len(values) == 2 and "forces" in values and values & (FORCES | {"capture"}):
        return next(topic for topic in different if topic.value != "forces")
    if values == {"forces", "casualties"}:
        return LOSSES
    if values == {"civilians", "displacement"}:
        return Topic("kind", "displacement")
    if values == {"civilians", "casualties"}:
        return Topic("kind", "civilian_harm")
    if len(different) > 1:
        listed = " and ".join(topic.words for topic in different)
        first, *further = [told_of(tokens, [topic]) for topic in different]
        right = "ask about one at a time"
        raise Unread(f"{listed} are two things", right, (), first, [one for one in further if one])
    return different[0] if different else None


def _starts(time: Tree[Token]) -> Iterator[int]:
    """Where the words of a time stand."""
    return (one.start_pos or 0 for one in time.scan_values(lambda _: True))


def _same(before: T | None, now: T, what: str, token: Token) -> T:
    if before is not None and before != now:
        raise Unread(f'"{token}" is one too many', f"ask about {what} at a time")
    return now


def _once(before: object, now: T, time: Tree[Token]) -> T:
    if before is not None:
        said = " ".join(str(token) for token in time.scan_values(lambda _: True))
        right = "write one day, a range with both ends, or … as known on 2025-11-03"
        raise Unread(f'"{said}" is a second time', right)
    return now


def _mark_in(head: str, token: Token) -> str | None:
    """The mark that a word sets where it stands in what is asked."""
    words = token.casefold()
    if words == "compare":
        return "compare"
    if head in ("whether", "share") and words in ("was", "were", "did"):
        return "past"
    if head == "many" and token.type == "HELD":
        return "held"
    found = _IN_HEAD.get(token.type)
    return found or (_IN_WHETHER.get(token.type) if head == "whether" else None)


def _is_now(head: Tree[Token]) -> bool:
    """Whether `who holds` is meant, and not `who held`."""
    words = {str(token).casefold() for token in head.children}
    going_on = words & _HOLDING and words.isdisjoint(_PAST)  # of `who's` only the `who` is left
    return bool(words & _NOW or going_on)


_BELIEVED: Final = frozenset({"known", "believed", "thought", "seen"})
_HOLDING: Final = frozenset({"holding", "controlling"})
_PAST: Final = frozenset({"was", "were", "had", "been"})
_NOW: Final = frozenset(
    {"is", "'s", "are", "hold", "holds", "control", "controls", "occupy", "occupies"}
)


def _is_today(time: Tree[Token]) -> bool:
    return any(isinstance(child, Tree) and child.data == "today" for child in time.children)


def _there(part: Tree[Token]) -> bool:
    """Whether it is the "there" of "are there", which says nothing of where it comes from."""
    return any(isinstance(one, Token) and one.casefold() == "there" for one in part.children)


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [one for one in tree.children if isinstance(one, Tree)]


def _token(tree: Tree[Token], terminal: str) -> Token | None:
    return next(
        (one for one in tree.children if isinstance(one, Token) and one.type == terminal), None
    )
