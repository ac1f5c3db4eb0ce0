"""What a question asks for, as the command that answers it, and as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from timeline.asof import WIDEST_WINDOW, WINDOW_DAYS
from timeline.questions.ask import wording as say
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.meant import check, meant, of_control, of_some, over_much, picks_side
from timeline.questions.ask.topics import CONTROL, LOSSES, UNCHECKED, Topic

if TYPE_CHECKING:
    from timeline.questions.ask.asked import QuestionParts
    from timeline.questions.ask.days import Days
    from timeline.questions.ask.wording import Scene

_OTHERS: Final = {"party": "beside", "side": "sides", "place": "places"}
"""Where the parts of a question stand of which it names one too many."""

NEVER_YES: Final = "the answer is what each party says, and never a yes or no"

_OTHER_DEATHS: Final = (
    "deaths are told of clashes, strikes and harm to civilians too, which {} leaves out; "
    "how many people were killed looks at all"
)
_WINDOW: Final = (
    f"of what happened, only the {WINDOW_DAYS:g} days before count, by when it happened or was "
    "first told; timeline history has what is older"
)
_STOOD: Final = "what lasts is as it stood at {}; timeline history shows how it changed"
_OWN: Final = (
    "only the own claims of {}: what they pass on, and what others tell of them, is left out"
)
_REMARKS: Final = {
    "denied": "denials stand among the claims, each marked as one",
    "agree": "what they disagree on is listed; of what is told once, nobody can disagree",
    "siege": "a siege is told by how supplies get through; what else is said of it is left out",
    "both": "all who are told of are shown, be they two or more",
    "whose": (
        "the name is read as the place where it was; of whose losses or forces they are, ask with "
        "a place, as in Ukraine's losses in Pokrovsk"
    ),
    "where": "the name is read as the place where it was; no party of that name is known",
    "near": "what is told of the surroundings of a place is among its claims",
}
"""What is said of an answer, by a mark of the question."""
_BEFORE: Final = ", and all that happened before"
_TOTALS: Final = (
    "losses so far are counted from the beginning of the count, whatever days are asked about; "
    "a line that does not tell killed from wounded counts both"
)


@dataclass(slots=True)
class Command:
    """A command with its arguments, and what it answers in words."""

    name: str
    arguments: list[str]
    words: str
    notes: list[str] = field(default_factory=list)


def command(asked: QuestionParts, scene: Scene) -> Command:
    """The command that a question equals; raises `Unread` where something is missing or over."""
    what = _what(asked, scene)
    if asked.since and asked.since.first > scene.today:
        raise Unread(f"{asked.since} lies after today, {scene.today}", "write an earlier day")
    made = _COMMANDS[what](asked, scene)
    if asked.recorded:
        made.arguments += ["--recorded", asked.recorded.cut]
        made.words += f", as recorded by {say.end(asked.recorded)}"
    made.notes.extend(_chosen(asked, what))
    losses = asked.topic == LOSSES or (asked.topic is None and "deaths" in asked.marks)
    if losses and (asked.span or asked.since or asked.at):
        made.notes.append(_TOTALS)
    if "deaths" in asked.marks and asked.topic:
        made.notes.append(_OTHER_DEATHS.format(f"--{asked.topic.option} {asked.topic.value}"))
    if made.name == "known" and "--window" not in made.arguments and _looks_back(asked):
        made.notes.append(_WINDOW)
    if asked.intent == "whether" and what in ("fact", "holds", "known"):
        made.notes.append(NEVER_YES)
    lasting = asked.topic is None or not asked.topic.happens
    if made.name == "history" and lasting and (begins := say.opening(asked)):
        made.notes.append(
            f"what held already by {say.end(begins)} comes first, however old; "
            "each line says since when"
        )
    for days in (asked.at, asked.known, asked.recorded, asked.span and asked.span[1]):
        if days and days.first > scene.today:
            made.notes.append(f"{days} lies after today, {scene.today}")
    if made.name in _PLACE_ALONE and scene.wide(asked.place):
        made.notes.append("what is told of the places in it is not included; ask about each")
    made.notes += [note for mark, note in _REMARKS.items() if mark in asked.marks]
    return made


def _what(asked: QuestionParts, scene: Scene) -> str:
    """Which question it is; raises `Unread` where that takes more, or less, than was said."""
    for part, others in _OTHERS.items():
        if more := getattr(asked, others):
            raise _of_each(part, [getattr(asked, part), *more], asked, scene)
    try:
        what = meant(asked)
    except Unread as error:
        if not (asked.place and error.nearest[:1] == ("export",)):
            raise
        nearest = [*error.nearest, "--region", scene.place(asked.place)]
        raise Unread(error.what, error.right, nearest=nearest) from None
    try:
        check(what, asked)
    except Unread as error:
        raise _without(error, what, asked, scene) from None
    return what


def _of_each(part: str, several: list[Any], asked: QuestionParts, scene: Scene) -> Unread:
    """Why several parties, sides or places are refused, and the command for each of them."""
    called = [scene.place(one) if part == "place" else one.name for one in several]
    each = list(dict.fromkeys(filter(None, (_of_one(part, one, asked, scene) for one in several))))
    of, right = f"{part}s", f"ask about one {part} at a time"
    if part == "party":
        of, right = "parties", f"{right}, or leave them out and read what each says"
    elif part == "side":
        right += ", or leave both out and read what is told of each"
    what = f"{' and '.join(called)} are {len(several)} {of}"
    return Unread(what, right, nearest=each[0] if each else (), further=each[1:])


def _of_one(part: str, one: Any, asked: QuestionParts, scene: Scene) -> tuple[str, ...]:
    """The command of a question with one of the several that it names; empty if it has none."""
    others: dict[str, Any] = {part: one, _OTHERS[part]: [], "marks": {*asked.marks}}
    if "compare" in asked.marks:
        others["intent"] = "named"
    alone = replace(asked, **others)
    try:
        made = command(alone, scene)
    except Unread:  # as of `compare A and B`, where no time is said
        return ("known", scene.place(alone.place), *say.options(alone)) if alone.place else ()
    return (made.name, *made.arguments)


def _without(error: Unread, what: str, asked: QuestionParts, scene: Scene) -> Unread:
    """The error, with the command that answers the question without what it cannot take."""
    over = over_much(what, asked)
    if error.nearest or not over or not over.isdisjoint(asked.marks):
        return error
    left = replace(asked)
    for part in over:
        setattr(left, part, None)
    try:
        made = _COMMANDS[what](left, scene)
    except Unread:
        return error
    return Unread(error.what, error.right, (), [made.name, *made.arguments])


def _looks_back(asked: QuestionParts) -> bool:
    """Whether it is asked about what happened, of which an answer looks back over a window."""
    said = asked.topic is None and (asked.party is not None or "deaths" in asked.marks)
    of_a_time = asked.topic is not None and asked.topic.happens_partly
    return said or (of_a_time and asked.topic != CONTROL)


def _chosen(asked: QuestionParts, what: str) -> Iterator[str]:
    """What the choice of a party leaves out, and what a side does not choose."""
    if asked.party:
        yield _OWN.format(asked.party.name)
    if asked.side and not picks_side(asked) and what not in ("holds", "taken"):
        about = f"about {asked.topic.words}" if asked.topic else "of every kind"
        yield f"claims {about} are not chosen by side; each line says whose they are"


def _known(asked: QuestionParts, scene: Scene) -> Command:
    """What had been told by a day of what held on it: both clocks on that day."""
    place = say.named_place(asked, scene)
    arguments, by = say.both_clocks(asked)
    if asked.days and (asked.topic is None or asked.topic.happens_partly):
        arguments += _window(asked.days)
        by += f", and what happened from {asked.days.first} on"
    told = "who claimed what" if asked.intent == "who" else "what was known"
    if asked.party:
        told = f"what {asked.party.name} had said"
    about = say.about(asked, place, party=False)
    if asked.party and asked.topic == _STATEMENTS:
        told, about = f"what {asked.party.name} had stated", f"about {place}"
    words = f"{told} {about}{by}"
    made = Command("known", [place, *arguments, *say.options(asked)], words)
    if asked.days and not (asked.topic and asked.topic.happens):
        made.notes.append(_STOOD.format(say.end(asked.days)))
    return made


def _fact(asked: QuestionParts, scene: Scene) -> Command:
    """How things were on a day, by all that is known now."""
    happens = bool(asked.topic and asked.topic.happens)
    happened = "perfect" in asked.marks and happens
    if _of_anybody(asked):
        asked.topic = None
    if asked.span or asked.since or asked.days or asked.open or asked.of_all_time:
        return _list(asked, scene)
    if (happened or "moving" in asked.marks) and asked.at is None:
        return _list(asked, scene)  # whenever that was
    place = say.named_place(asked, scene)
    arguments, by = _on_a_day(asked)
    if asked.at and happens:
        arguments += _window(asked.at)
        by = by.replace(" at ", " in the day to ", 1)
    words = f"what is known {say.about(asked, place)}{by}"
    return Command("known", [place, *arguments, *say.options(asked)], words)


def _of_anybody(asked: QuestionParts) -> bool:
    """Whether it is asked about deaths, of whomever: of these every facet may tell."""
    deaths = asked.topic == LOSSES and "deaths" in asked.marks
    return deaths and not asked.side and "soldiers" not in asked.marks


def _holds(asked: QuestionParts, scene: Scene) -> Command:
    # "Held by Russian troops": they are who holds it; and ground is gained by taking hold of it.
    gained = asked.intent == "share" and asked.topic == Topic("kind", "territory_change")
    if asked.topic and asked.topic.value not in ("control", "forces") and not gained:
        raise Unread("who holds a place is a question of control", "leave the other topic out")
    place = say.named_place(asked, scene)
    of = ["--facet", "control", *(["--party", asked.party.id] if asked.party else [])]
    who = asked.party.name if asked.party else "each party"
    several = asked.span or asked.since or asked.days or asked.of_all_time
    several = several or "up_to" in asked.marks  # not only as it was at the end
    if several or asked.intent in ("held_when", "acted", "asked_when"):
        since, until = say.from_to(asked, scene)
        when = say.through(since, until) or "and when"
        words = f"who held {place} {when}, as {who} says{say.as_known(asked)}"
        ends = say.ends(since, until)
        return Command("history", [place, *ends, *say.known_option(asked), *of], words)
    arguments, by = _on_a_day(asked)
    return Command("known", [place, *arguments, *of], f"who holds {place}, as {who} says,{by}")


def _on_a_day(asked: QuestionParts) -> tuple[list[str], str]:
    return say.apart(asked, asked.at) if asked.at else say.both_clocks(asked)


def _many(asked: QuestionParts, scene: Scene) -> Command:
    """Numbers as they were reported: sums over a time of what happens, else what holds."""
    place = say.named_place(asked, scene)
    days = _period(asked, scene)
    anybody = _of_anybody(asked)
    counted = asked.topic is not None and asked.topic.happens
    arguments, by = say.apart(asked, days) if days else say.both_clocks(asked)
    if asked.topic and asked.topic.happens_partly:
        if days is None or asked.open:  # however long ago it was
            arguments += ["--window", str(WIDEST_WINDOW)]
            by += _BEFORE
        else:
            arguments += _window(days)
            by += f", and what happened from {days.first} on"
        if counted and days:
            by = f" {say.through(*say.from_to(asked, scene))}{say.as_known(asked)}"
        elif counted:
            by = by.removesuffix(_BEFORE).replace(" by", " up to", 1)
    source = f" by {asked.party.name}" if asked.party else ""
    counts = say.topic(asked)
    if anybody:
        asked.topic, counts = None, say.DEATHS
    words = f"the numbers given{source} for {counts} in {place}{by}"
    made = Command("known", [place, *arguments, *say.options(asked)], words)
    made.notes.append("numbers of different parties are never added up")
    if days and not (days.one or counted or asked.open):
        made.notes.append(_STOOD.format(say.end(days)))
    return made


def _window(days: Days) -> list[str]:
    """A window as wide as these days, so that no happening of them is left out."""
    return ["--window", str(_wide((days.last - days.first).days + 1))]


def _period(asked: QuestionParts, scene: Scene) -> Days | None:
    """The days that a question of numbers is about, with none between that it does not name."""
    if asked.span and "two" in asked.marks:
        one, two = asked.span
        if two.first > one.following.last:
            raise Unread(
                f"{one} and {two} are two times, and days lie between them",
                f"ask about each, or between {one.first} and {two.last}",
            )
    if asked.span:
        return asked.span[1]._replace(first=asked.span[0].first)
    if asked.since:
        today = scene.today
        return asked.since._replace(last=today, cut=today.isoformat())
    return asked.at


def _changed(asked: QuestionParts, scene: Scene) -> Command:
    if asked.open:
        return _list(asked, scene)  # all that changed up to then
    place = say.named_place(asked, scene)
    a, b = say.two_cuts(asked, scene)
    apart = (date.fromisoformat(b[:10]) - date.fromisoformat(a[:10])).days
    # A window as wide as the time between, so that no happening of it is left out.
    window = ["--window", str(_wide(apart))] if apart > WINDOW_DAYS else []
    about = say.about(asked, place)
    words = f"what changed in what was known {about}, from the end of {a} to the end of {b}"
    return Command("diff", [place, a, b, *window, *say.options(asked)], words)


def _wide(days: int) -> int:
    if days > WIDEST_WINDOW:
        raise Unread("that is more than a hundred years", "write a later date to begin with")
    return days


def _hindsight(asked: QuestionParts, scene: Scene) -> Command:
    place = say.named_place(asked, scene)
    if asked.at is None:
        raise Unread("later than when is not said", "write a day, as in … Avdiivka on 2024-02-18")
    known = ["--known", asked.known.cut] if asked.known else []
    window = _window(asked.days) if asked.days else []
    arguments = [asked.at.cut, *known, *window, *_facet(asked, "what was learned later")]
    told = f"and what happened from {asked.days.first} on" if window and asked.days else ""
    words = f"what was learned after {say.end(asked.at)} {say.about(asked, place)} on that day"
    words = say.joined(words, told)
    return Command("hindsight", [place, *arguments], words)


def _replay(asked: QuestionParts, scene: Scene) -> Command:
    """Knowledge walked forward from the end of one day to the end of another."""
    place = say.named_place(asked, scene)
    a, b = say.two_cuts(asked, scene)
    what = f"what became known {say.about(asked, place)}, day by day"
    facet = _facet(asked, "a replay")
    words = f"{what} from the end of {a} to the end of {b}"
    return Command("replay", [place, "--from", a, "--to", b, *facet], words)


def _facet(asked: QuestionParts, what: str) -> list[str]:
    if of_some(asked):
        raise Unread(f"{what} takes all that is claimed of a facet", "leave kind and party out")
    return say.options(asked)


def _list(asked: QuestionParts, scene: Scene) -> Command:
    if asked.intent == "acted" and _of_anybody(asked):
        asked.topic = None
    place = say.named_place(asked, scene)
    since, until = say.from_to(asked, scene)
    arguments = [*say.ends(since, until), *say.known_option(asked), *say.options(asked)]
    what = f"how things went {say.about(asked, place)}"
    words = say.joined(what, say.through(since, until)) + say.as_known(asked)
    return Command("history", [place, *arguments], words)


def _first(asked: QuestionParts, scene: Scene) -> Command:
    if not (asked.place or asked.topic or asked.party):
        raise Unread("first report of what is not said", "name a place, a kind of event or a party")
    where = [scene.place(asked.place)] if asked.place else []
    words = f"the first report {say.about(asked, ''.join(where))}{say.as_known(asked)}"
    arguments = [*where, "--first", *say.known_option(asked), *say.options(asked)]
    return Command("claims", arguments, words)


def _taken(asked: QuestionParts, scene: Scene) -> Command:
    """All claims of control: the first that says who took a place has to be read off."""
    place = say.named_place(asked, scene)
    asked.only(CONTROL)
    if asked.topic != CONTROL:
        raise Unread("who took a place is a question of control", "leave the other topic out")
    by = f" by {asked.party.name}" if asked.party else ""
    words = f"all claims{by} about control in {place}{say.as_known(asked)}"
    arguments = [place, *say.known_option(asked), *say.options(asked)]
    made = Command("claims", arguments, words)
    made.notes.append("the newest come first; the first to say so is the lowest line that does")
    return made


def _claims(asked: QuestionParts, scene: Scene) -> Command:
    where = [scene.place(asked.place)] if asked.place else []
    cut = asked.known or asked.at
    known = ["--known", cut.cut] if cut else []
    # Whether one was confirmed is told of every claim that it may have been.
    listed = asked.status and asked.status != UNCHECKED and asked.intent != "whether"
    status = ["--status", asked.status] if asked.status and listed else []
    which = (
        f"the {asked.status.replace('_', ' ')} claims" if asked.status and status else "the claims"
    )
    ends = f", as known by {say.end(cut)}" if cut else ""
    words = say.joined(which, say.about(asked, "".join(where)), f"and what became of them{ends}")
    made = Command("claims", [*where, *known, *status, *say.options(asked)], words)
    if asked.status == UNCHECKED:
        made.notes.append("all are listed: nobody has checked those neither confirmed nor refuted")
    if asked.days and not asked.known:
        made.notes.append(f"all that was told by {say.end(asked.days)} counts, however old")
    return made


def _explain(asked: QuestionParts, scene: Scene) -> Command:
    if asked.report is None:
        raise _no_claim(asked, scene)
    cuts, by = say.both_clocks(asked)
    if len(cuts) == 1:  # a day of both, which a missing valid time follows
        cuts = ["--known", *cuts]
    shown = f"why it is shown or not{by if cuts else ''}"
    words = f"where {asked.report} comes from, what became of it, and {shown}"
    return Command("explain", [asked.report, *cuts], words)


def _no_claim(asked: QuestionParts, scene: Scene) -> Unread:
    """Why nothing is explained: an id is needed, which an answer about the place has."""
    of_control(asked)
    lines = ["known", scene.place(asked.place), *say.options(asked)] if asked.place else []
    right = "write its id, which stands at the end of its line"
    return Unread("which claim is not said", right, nearest=lines)


def _activity(asked: QuestionParts, scene: Scene) -> Command:
    where = [scene.place(asked.place)] if asked.place else []
    since, until = say.from_to(asked, scene)
    there = f"in {where[0]}" if where else "everywhere"
    words = say.joined("how many reports and happenings", there, say.through(since, until))
    return Command("activity", [*where, *say.ends(since, until), *say.known_option(asked)], words)


_COMMANDS: Final[Mapping[str, Callable[[QuestionParts, Scene], Command]]] = {
    "known": _known,
    "fact": _fact,
    "holds": _holds,
    "many": _many,
    "changed": _changed,
    "hindsight": _hindsight,
    "list": _list,
    "replay": _replay,
    "first": _first,
    "taken": _taken,
    "claims": _claims,
    "explain": _explain,
    "activity": _activity,
}
COMMANDS: Final = frozenset(
    {"known", "history", "replay", "diff", "hindsight", "explain", "claims", "activity"}
)
"""What a question may equal."""

_STATEMENTS: Final = Topic("facet", "statements")
# Regions are rolled up by `known` alone.
_PLACE_ALONE: Final = frozenset({"claims", "history", "diff", "replay", "hindsight"})
