"""What a question says, part by part: places, parties, topics and times, each at most once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

from lark import Token, Tree

from events.refusal import Refusal
from timeline.parties import one_of
from timeline.places import place_name
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import (
    DEATHS,
    FORCES,
    GOING_IN,
    GOING_OUT,
    SIEGES,
    TAKINGS,
    Topic,
)
from timeline.questions.ask.whom import SAYING, Places, parties_from_places, spoken_of, sure

if TYPE_CHECKING:
    from timeline.parties import Party
    from timeline.places import Book
    from timeline.questions.ask.dates import Calendar
    from timeline.questions.ask.days import Days

T = TypeVar("T")

_MARKS: Final = frozenset({"currently", "then", "later", "told", "held", "noun", "source", "both"})


@dataclass(slots=True)
class Asked:
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


def asked(tree: Tree[Token], calendar: Calendar, book: Book) -> Asked:
    """Gather the parts of a question; raises `Unread` where two would have to be one."""
    return _Gather(calendar, book).gathered(tree)


class _Gather:
    def __init__(self, calendar: Calendar, book: Book) -> None:
        self._calendar = calendar
        self._book = book
        self._found = Asked("named")
        self._topics: list[Topic] = []
        self._times: list[Tree[Token]] = []
        self._tokens: list[Token] = []

    def gathered(self, tree: Tree[Token]) -> Asked:
        parts = [one for one in tree.children if isinstance(one, Tree)]
        self._tokens = list(tree.scan_values(lambda value: isinstance(value, Token)))
        parties_from_places(self._tokens)
        sure(self._tokens, self._book)
        _topics_of_words(self._tokens)
        _not_counted(tree, self._tokens)
        for part in parts:
            if part.data in _HEADS:
                self._head(part)
            else:
                self._part(part)
        try:
            for time in self._times:
                self._time(time)
        except Unread as error:
            raise self._two_times(error) from None
        if any(topic.value == "forces" for topic in self._topics):
            self._found.marks.add("soldiers")
        self._soldiers_taken()
        self._found.topic = _one_topic(self._topics, self._tokens)
        if "siege" in self._found.marks and (self._found.side or self._who_did()):
            raise Unread(
                "a siege is told by how supplies get through, and not by who lays it",
                "ask whether it is besieged",
                nearest=_told_of(self._tokens, [Topic("facet", "logistics")]),
            )
        self._of_people()
        if "told_first" in self._found.marks and self._found.intent != "asked_when":
            if self._found.intent != "named":
                raise Unread('"first" is not read here', "ask when it was first reported")
            self._found.intent = "first"
        if self._found.topic == Topic("facet", "ceasefire"):
            self._found.marks.discard("held")  # it is the ceasefire that holds
        if self._is_of_side():
            self._found.marks.add("held")
        return self._found

    def _two_times(self, error: Unread) -> Unread:
        """The error, with what changed from the one to the other of two times."""
        if [one.data for one in self._times] != ["at", "at"] or self._found.place is None:
            return error
        first, second = sorted(
            (self._calendar.at(one) for one in self._times), key=lambda one: one.last
        )
        place = next(str(one) for one in self._tokens if one.type == "PLACE")
        return Unread(error.what, error.right, nearest=["diff", place, first.cut, second.cut])

    def _soldiers_taken(self) -> None:
        """Be asked about soldiers who were captured or lost, and not about who holds a place."""
        types = [token.type for token in self._tokens]
        for at, token in enumerate(self._tokens):
            topic = _OF_SOLDIERS.get(token.casefold()) if token.type == "HELD" else None
            # "Soldiers were captured", "were soldiers captured"; not "have soldiers captured".
            before = at - 2 if types[at - 1 : at] == ["BE"] else at - 1
            passive = before == at - 2 or types[:1] == ["BE"]
            if topic and passive and before >= 0 and _is_forces(self._tokens[before]):
                self._found.marks.discard("held")
                self._topics = [topic]

    def _of_people(self) -> None:
        """Refuse `who` where it is not whoever holds a place, attacks it or tells of it."""
        who = next((at for at, one in enumerate(self._tokens) if one.type == "WHO"), None)
        if who is None or self._found.intent not in ("holds", "acted"):
            return
        asked = self._tokens[who + 1 : who + 4]
        suffered = any(one.type in ("BE", "BEEN") and one.casefold() != "'s" for one in asked)
        did = next((one for one in asked if one.type in ("HELD", "TOPIC")), None)
        word = "" if did is None else did.casefold()
        control, prisoners = Topic("facet", "control"), Topic("kind", "capture")
        if word in ("fall", "fell", "fallen"):
            asks, right, topic = "of a place or of the dead", "write who held it", control
        elif suffered and did is not None and did.type == "HELD" and not word.endswith("ing"):
            asks, right, topic = "of people", "ask about prisoners in it, or who held it", prisoners
        elif word in ("lose", "lost") and self._topics == [did and did.value]:
            asks, right, topic = (
                "of the place or of people",
                "write who held it, or losses",
                control,
            )
        elif word in ("killed", "wounded", "injured", "damaged", "destroyed"):
            of = self._found.topic or Topic("facet", "casualties")
            asks, right, topic = "by whom, which is not told", "ask what is told of it", of
        else:
            return
        what = f'"{self._tokens[who]} … {word}" asks {asks}'
        raise Unread(what, right, nearest=_told_of(self._tokens, [topic]))

    def _who_did(self) -> bool:
        """Whether it is asked who did something, and not when or for how long."""
        return self._found.intent == "acted" and any(one.type == "WHO" for one in self._tokens)

    def _is_of_side(self) -> bool:
        """Whether it is asked if a place is Ukrainian, or Russian."""
        found = self._found
        types = [token.type for token in self._tokens]
        beside = ("PLACE", "PARTY") in pairwise(types)
        return beside and bool(found.intent == "whether" and found.side and not found.topic)

    def _head(self, head: Tree[Token]) -> None:
        self._found.intent = str(head.data)
        types = {token.type for token in head.scan_values(lambda value: isinstance(value, Token))}
        if head.data == "holds" and "HAVE" not in types and not _is_now(head):
            self._found.marks.add("past")  # who took it need not hold it now
        if head.data == "known" and types.isdisjoint({"KNOW", "KNOWN", "TOLD"}):
            self._found.intent = "named"  # as in `what were the losses`
        for token in head.scan_values(lambda value: isinstance(value, Token)):
            if token.type in ("EVER", "LATER", "HOW", "BOTH"):
                self._found.marks.add(token.type.lower())
            elif token.casefold() == "compare":
                self._found.marks.add("compare")
            elif head.data in ("whether", "share") and token.casefold() in ("was", "were", "did"):
                self._found.marks.add("past")
            elif head.data == "whether" and token.type == "HAVE":
                self._found.marks.add("perfect")
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
            case "PLACE":
                self._place(token)
            case "PARTY":
                self._party(token)
            case "TOPIC" if self._lost_place(token):
                found.marks.add("held")
            case "TOPIC":
                self._topics.append(token.value)
                words = token.casefold()
                found.marks |= {"siege"} if words in SIEGES else set()
                found.marks |= {"taken"} if words in TAKINGS else set()
                found.marks |= {"deaths"} if DEATHS.intersection(words.split()) else set()
                found.marks |= {"toll"} if words.endswith("toll") else set()
                found.marks |= {"moving"} if words.endswith("ground") else set()
            case "MOVING":
                self._topics.append(Topic("facet", "control"))
            case "EVER":
                found.marks.add("past")
            case "SAY" if token.casefold().startswith("claim") and self._of_place(token):
                found.marks.add("taken")  # to claim a place is to claim that it is taken
            case "SAY" | "TOLD" | "NOUN" if token.casefold().startswith(("deni", "deny")):
                found.marks.add("denied")
            case "STATUS":
                found.status = _same(found.status, token.value, "one status", token)
            case "ID":
                if isinstance(token.value, Refusal):
                    raise Unread(token.value.what, token.value.right)
                found.report = _same(found.report, token.value, "one claim or report", token)
            case _:
                pass  # the grammar has made use of it

    def _lost_place(self, token: Token) -> bool:
        """Whether a place is lost, and not people: "lost Lyman", "has Lyman been lost"."""
        if token.casefold() not in ("lose", "lost"):
            return False
        before = [one.type for one in self._tokens[: self._at(token)]]
        passive = not {"BE", "BEEN"}.isdisjoint(before)
        is_lost = passive and [one for one in before if one != "BEEN"][-1:] == ["PLACE"]
        return is_lost or self._of_place(token)

    def _of_place(self, token: Token) -> bool:
        """Whether a place stands right after a word."""
        return any(one.type == "PLACE" for one in self._tokens[self._at(token) + 1 :][:1])

    def _at(self, token: Token) -> int:
        return next(at for at, one in enumerate(self._tokens) if one is token)

    def _place(self, token: Token) -> None:
        places: Places = token.value
        ids = places.ids
        if len(ids) > 1:
            listed = "; ".join(str(place_name(one, self._book)) for one in ids)
            raise Unread(f'"{token}" is the name of {len(ids)} places', f"say which: {listed}", ids)
        if self._found.place in (None, ids[0]):
            self._found.place = ids[0]
        elif ids[0] not in self._found.places:
            self._found.places.append(ids[0])

    def _party(self, token: Token) -> None:
        found = self._found
        parties: tuple[Party, ...] = token.value.parties
        try:
            of = spoken_of(self._tokens, self._at(token), asks=found.intent in ("whether", "which"))
        except Unread as error:
            raise _each_of(error, self._tokens) from None
        if of is not None:
            side, topic = of
            if found.side in (None, side):
                found.side = side
            elif side not in found.sides:
                found.sides.append(side)
            self._topics += [topic] if topic else []
            return
        if len(parties) > 1:
            several = Unread(f'"{token}" names {len(parties)} parties', one_of(parties))
            raise _each_of(several, self._tokens, parties)
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
                found.span = _once(found.span, calendar.span(time), time)
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
                if _raw_word(time, "UNTIL") != "by":
                    found.marks.add("up_to")
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
            self._found.marks.add("until")


_OF_SOLDIERS: Final = {
    "captured": Topic("kind", "capture"),
    "lost": Topic("facet", "casualties"),
}
_TIMES: Final = frozenset(
    {"at", "span", "since", "after", "before", "until", "known_as", "recorded_as"}
)
_HEADS: Final = frozenset(
    {
        "known",
        "said",
        "who",
        "holds",
        "held_when",
        "acted",
        "changed",
        "first",
        "asked_when",
        "learned",
        "unknown",
        "many",
        "share",
        "which",
        "list",
        "whether",
        "claims",
        "explain",
        "replay",
        "record",
        "activity",
    }
)


def _topics_of_words(tokens: list[Token]) -> None:
    """What words of two senses mean: troops withdraw and claims are withdrawn; fall is a season."""
    for at, token in enumerate(tokens):
        if token.type == "STATUS" and _way_is_open(tokens, at):
            token.type = "FILLER"  # which the level of supply tells
        if token.type == "STATUS" and _withdrew(tokens, at):
            token.type, token.value = "TOPIC", Topic("kind", "withdrawal")
        if token.type == "TOPIC" and token.casefold() == "fall" and _is_season(tokens, at):
            raise Unread(
                '"fall" may be a season',
                "write its two dates, as in between 2023-09-01 and 2023-11-30; "
                "or the fall of a place",
            )
    for topic, where, place in zip(tokens, tokens[1:], tokens[2:], strict=False):
        elsewhere = {"from": GOING_IN, "to": GOING_OUT}.get(where.casefold(), frozenset())
        if topic.type == "TOPIC" and topic.value.value in elsewhere and place.type == "PLACE":
            raise Unread(
                f'"{topic} {where} {place}" may have been elsewhere', f"write in {place} if it was"
            )


def _not_counted(tree: Tree[Token], tokens: list[Token]) -> None:
    """Refuse a number of people or attacks, which no command can look for, and which is no year."""
    for time in tree.find_pred(lambda one: one.data in ("year", "bare")):
        number, last = time.children[0], time.children[-1]
        at = next(at for at, one in enumerate(tokens) if one is last)
        before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 3]
        if time.data == "year" and any(one.casefold() in _IN for one in before):
            continue
        if time.data == "year" and any(one.casefold() == "at" for one in before):
            raise Unread(
                f'"at {number}" is no time', "write a time as 20:00 UTC, a year as in 2022"
            )
        topics = [one.value for one in after if one.type == "TOPIC"]
        counted = bool(after) and after[0].type in ("TOPIC", "PARTY")
        if counted and not _UNCOUNTED.intersection(topic.value for topic in topics):
            raise Unread(
                f'claims cannot be chosen by a number, as in "{number} {after[0]}"',
                "leave it out, and read the numbers off; a year is written as in 2022",
                nearest=_told_of(tokens, topics),
            )


def _told_of(tokens: list[Token], topics: list[Topic]) -> list[str]:
    """The command that tells of a topic in the place that is named."""
    places = [str(one) for one in tokens if one.type == "PLACE"]
    chosen = [part for topic in topics[:1] for part in (f"--{topic.option}", topic.value)]
    command = "history" if any(topic.happens for topic in topics[:1]) else "known"
    return [command, places[-1], *chosen] if places else []


def _each_of(error: Unread, tokens: list[Token], parties: Iterable[Party] = ()) -> Unread:
    """The error, with what each of several says who are named, as in `compare A and B`."""
    places = [str(one) for one in tokens if one.type == "PLACE"]
    named = [one.value.parties for one in tokens if one.type == "PARTY"]
    said = [*parties] or [one for names in named if len(names) == 1 for one in names]
    each = [["known", *places, "--party", one] for one in dict.fromkeys(one.id for one in said)]
    if len(each) < 2 or len(places) != 1:
        return error
    return Unread(error.what, error.right, (), each[0], each[1:])


def _way_is_open(tokens: list[Token], at: int) -> bool:
    """Whether it is supply lines that are open, and no claim."""
    if tokens[at].casefold() != "open" or any(one.type in SAYING | {"ID"} for one in tokens):
        return False
    listed = any(one.type == "TOPIC" for one in tokens[at + 1 : at + 2])
    return not listed and any(
        one.type == "TOPIC" and one.value.value.startswith("logistics") for one in tokens
    )


def _withdrew(tokens: list[Token], at: int) -> bool:
    """Whether it is troops that have withdrawn, and no claim."""
    if tokens[at].casefold() != "withdrawn" or any(one.type in SAYING | {"ID"} for one in tokens):
        return False
    topics = {one.value.value for one in tokens if one.type == "TOPIC"}
    left = [one.casefold() for one in tokens[at + 1 : at + 2]] == ["from"]
    return topics <= {"forces"} and (left or any(one.type in ("TOPIC", "PARTY") for one in tokens))


def _is_season(tokens: list[Token], at: int) -> bool:
    before, after = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 3]
    if after and after[0].casefold() == "of":
        return after[-1].type == "YEAR"
    dated = bool(after) and after[0].type == "YEAR"
    return dated or any(one.casefold() in ("in", "during", "over", "throughout") for one in before)


def _one_topic(topics: list[Topic], tokens: list[Token]) -> Topic | None:
    """The topic; `soldiers killed` are casualties, and `civilians killed` harm to civilians."""
    different = list(dict.fromkeys(topics))
    values = {topic.value for topic in different}
    if len(values) == 2 and "forces" in values and values & FORCES:
        return next(topic for topic in different if topic.value in FORCES)
    if values == {"forces", "casualties"}:
        return Topic("facet", "casualties")
    if values == {"civilians", "displacement"}:
        return Topic("kind", "displacement")
    if values == {"civilians", "casualties"}:
        return Topic("kind", "civilian_harm")
    if len(different) > 1:
        listed = " and ".join(topic.words for topic in different)
        first, *further = [_told_of(tokens, [topic]) for topic in different]
        right = "ask about one at a time"
        raise Unread(f"{listed} are two things", right, (), first, [one for one in further if one])
    return different[0] if different else None


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


def _is_now(head: Tree[Token]) -> bool:
    """Whether `who holds` is meant, and not `who held`."""
    words = {str(token).casefold() for token in head.children}
    going_on = words & _HOLDING and words.isdisjoint(_PAST)  # of `who's` only the `who` is left
    return bool(words & _NOW or going_on)


_IN: Final = frozenset({"in", "during", "throughout", "since"})
_UNCOUNTED: Final = frozenset({"control", "ceasefire", "statements", "logistics"})
_HOLDING: Final = frozenset({"holding", "controlling"})
_PAST: Final = frozenset({"was", "were", "had", "been"})
_NOW: Final = frozenset(
    {"is", "'s", "are", "hold", "holds", "control", "controls", "occupy", "occupies"}
)


def _is_today(time: Tree[Token]) -> bool:
    return any(isinstance(child, Tree) and child.data == "today" for child in time.children)


def _is_forces(token: Token) -> bool:
    """Whether it is soldiers, whosever they are."""
    if token.type == "PARTY":
        return token.value.troops is not None
    return token.type == "TOPIC" and bool(token.value.value == "forces")


def _there(part: Tree[Token]) -> bool:
    """Whether it is the "there" of "are there", which says nothing of where it comes from."""
    return any(isinstance(one, Token) and one.casefold() == "there" for one in part.children)


def _raw_word(tree: Tree[Token], terminal: str) -> str:
    """The word of the grammar that begins a part of a question."""
    token = _token(tree, terminal)
    return "" if token is None else token.casefold()


def _token(tree: Tree[Token], terminal: str) -> Token | None:
    return next(
        (one for one in tree.children if isinstance(one, Token) and one.type == terminal), None
    )
