"""What is said of a question that cannot be read: what was understood, and what would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from events.when import quoted_name
from timeline.asof import AsOf
from timeline.claims import OPEN_FUTURE
from timeline.errors import NotUnderstood
from timeline.places import AREAS, SITE, fold_name, named_by, suggestions, typed_name
from timeline.questions.ask.days import ONE_DAY, units_back
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import CONTROL, DEATHS, Topic
from timeline.questions.ask.whom import Places

if TYPE_CHECKING:
    from timeline.parties import PartyBook
    from timeline.questions.ask.parse import Stuck
    from timeline.questions.ask.words import Lexicon, Meaning
    from timeline.reader import Reader

_DATES: Final = frozenset({"MOMENT", "INTERVAL", "DASHED", "MONTH", "WEEKDAY", "NUMBER", "YEAR"})
_NO_TOWN: Final = AREAS | {SITE}
_SLIP: Final = 0.85
"""How alike a word must be to one that is understood, to be shown as a slip of it."""
_SURE: Final = 0.9
"""How alike a name must be to a place's, for the nearest command to be about that place."""
_LONG_ENOUGH: Final = 5
"""Letters from which on a word is like another not just by chance."""
_MOST_DAYS: Final = 31
_COUNT: Final = re.compile(r"[0-9][0-9.,-]*")
_NO_YEAR: Final = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}")
_CALLED: Final = {
    "PLACE": "the place",
    "PARTY": "the party",
    "TOPIC": "the topic",
    "STATUS": "the status",
    "ID": "the report",
}


def refused(
    error: Unread, lexicon: Lexicon, reader: Reader, newest: Callable[[], date | None]
) -> NotUnderstood:
    """The error as the asker gets it; with a place, always with the command that comes near."""
    day = newest()
    nearest = error.nearest or ([] if error.suggestions else _nearest(lexicon))
    return NotUnderstood(
        error.what,
        error.right,
        list(_understood(lexicon)),
        _examples(reader, lexicon, day),
        error.suggestions,
        tuple(nearest),
        error.further,
    )


_TO_DO: Final = re.compile(
    r"(?:(?:can|could|how|i|let|me|one|please|pls|should|to|want|we|would|you|do)\s+)*"
    r"(?P<done>(?P<verb>add|amend|correct|delete|erase|file|import|redact|remove|retract|revoke"
    r"|take back|undo|withdraw)"
    r"\s+(?:(?:(?:a|an|last|my|new|one|our|that|the|these|this|those|wrong)\s+)+"
    r"(?:article|claim|data set|data|entry|entries|report|reports|claims|statement)\b"
    r"|(?<!add )(?<!correct )(?<!file )(?<!withdraw )\S+$))"
)
_ITS_ID: Final = "; its id stands at the end of its line"
_DONE_BY: Final = {
    **dict.fromkeys(("add", "file"), (("add", "FILE"), "files reports")),
    "import": (("import", "PROFILE", "FILE"), "files a data set"),
    **dict.fromkeys(
        ("amend", "correct"), (("correct", "ID", "FILE"), f"says how it should read{_ITS_ID}")
    ),
    **dict.fromkeys(
        ("delete", "erase", "redact", "remove"),
        (("redact", "ID", "FIELD"), f"takes texts of it out, and retract withdraws it{_ITS_ID}"),
    ),
    **dict.fromkeys(
        ("retract", "revoke", "take back", "undo", "withdraw"),
        (
            ("retract", "ID", "--reported", "DATE", "--reason", "TEXT"),
            f"takes a report back{_ITS_ID}",
        ),
    ),
}


def to_do(lexicon: Lexicon) -> Unread | None:
    """Why a wish to write into the log is no question, and the command for it; None for others."""
    wish = _TO_DO.match(" ".join(word.folded for word in lexicon.words))
    if wish is None:
        return None
    command, does = _DONE_BY[wish["verb"]]
    what = f'"{wish["done"]}" is something to do, and ask only answers'
    return Unread(what, f"timeline {command[0]} {does}", (), command)


def stuck(found: Stuck, lexicon: Lexicon, reader: Reader, parties: PartyBook) -> Unread:
    """Why no reading of the words went on, told of the word at which the longest one ended."""
    if found.at == len(lexicon.words):
        if any(one.terminal == "PLACE" for at in range(found.at) for one in lexicon.at(at)):
            last = lexicon.text(found.at - 1, found.at)
            return Unread(
                f'no such question ends with "{last}"',
                "the examples show what is read",
                nearest=_nearest(lexicon),
            )
        return Unread("the question ends too early", "say which place, and by which day")
    near = _nearest(lexicon)
    if season := next((one.folded for one in lexicon.words if one.folded in _SEASONS), None):
        return _no_dates(season, lexicon)
    if second := _second(lexicon, found.at):
        return Unread(f'"{second}" asks for a second thing', "ask for one at a time", nearest=near)
    if instead := _INSTEAD.get(lexicon.words[found.at].folded):
        what, right, command = instead
        nearest = _about_place(lexicon, _with_topic(lexicon, command)) if command else near
        return Unread(what.format(lexicon.text(found.at, found.at + 1)), right, nearest=nearest)
    if lexicon.words[found.at].folded == "never":
        return Unread(
            "that something never was is what nobody reports",
            "ask whether it ever was, and read what there is",
            nearest=near,
        )
    if topic := _day_is_of(lexicon, found.at):
        return Unread(
            "which day that was is for the reports to say",
            "look it up, and write the day",
            nearest=_about_place(lexicon, f"history {{}} --{topic.option} {topic.value}"),
        )
    unknown = _unknown(lexicon, found.at)
    if not unknown:
        word = lexicon.text(found.at, found.at + 1)
        before = lexicon.text(0, found.at)
        after = f' after "{before}"' if before else " at the beginning"
        what = f'"{word}" is not understood{after}'
        return Unread(what, "the examples show what is", nearest=_nearest(lexicon))
    return _unknown_name(unknown, lexicon, reader, parties)


def _second(lexicon: Lexicon, at: int) -> str:
    """What is asked for besides, from the word on that joins it: `and to whom`; else empty."""
    words = lexicon.words
    joins = next((one for one in (at, at - 1) if one > 0 and words[one].folded in _JOINING), None)
    comma = joins is None and at > 0 and words[at - 1].comma
    first = at if comma else joins
    if first is None:
        return ""
    said = [word.folded for word in words[first : first + 6]]
    while said and said[0] in _BEFORE_ASKING:
        said.pop(0)
    asks = said[:1] and said[0] in _ASKING and not (comma and said[0] in _RELATIVE)
    return lexicon.text(first, len(words)) if asks else ""


_INSTEAD: Final = {
    word: instead
    for words, instead in (
        (
            "certain certainty confidence confident sure",
            (
                'how "{}" one may be is for the reader to judge',
                "ask which claims are disputed or confirmed, or what is unverified",
                "claims",
            ),
        ),
        (
            "afternoon dawn dusk evening midnight morning night noon overnight tonight",
            ('"{}" is no day', "write one, such as 2025-10-27, or a time such as 14:00 UTC", ""),
        ),
        (
            "except no nobody without",
            ('what is left out by "{}" cannot be asked for', "ask for what there is", ""),
        ),
    )
    for word in words.split()
}
"""Of words that no question takes: what is wrong, what to ask, and the command that comes near."""


_JOINING: Final = frozenset({"and", "or"})
_BEFORE_ASKING: Final = frozenset(
    {"also", "and", "at", "by", "for", "from", "if", "in", "of", "on", "or", "since", "so", "to"}
    | {"until", "with"}
)
_RELATIVE: Final = frozenset({"where", "which", "whose"})
"""Words that after a comma tell of what was named before it."""
_ASKING: Final = frozenset({"how", "what", "when", "where", "which", "who", "whom", "whose", "why"})


_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month with which each begins, as most people count."""


_BY_THEN: Final = frozenset({"before", "after", "until", "since", "when", "day", "eve"})
_AUXILIARIES: Final = frozenset({"did", "do", "does", "was", "were", "is", "are", "has", "have"})


def _day_is_of(lexicon: Lexicon, at: int) -> Topic | None:
    """What a time is told by that happened then: "the day before it fell"; else None."""
    said = [word.folded for word in lexicon.words[max(at - 2, 0) : at + 1]]
    if "when" in said[:-1] and said[said.index("when") + 1] in _AUXILIARIES:
        return None  # that asks for the day
    if _BY_THEN.isdisjoint(said) or any(word.folded == "will" for word in lexicon.words):
        return None
    of = (
        CONTROL if one.terminal == "HELD" else one.value
        for later in range(at, min(at + 5, len(lexicon.words)))
        for one in lexicon.at(later)
    )
    return next((topic for topic in of if isinstance(topic, Topic)), None)


def _no_dates(season: str, lexicon: Lexicon) -> Unread:
    """Why a season is no time: where it begins and ends, and a winter's year, nobody has said."""
    said = [one for at in range(len(lexicon.words)) for one in lexicon.at(at)]
    year = next((int(str(one.value)) for one in said if one.terminal == "YEAR"), 2025)
    first = date(year, _SEASONS[season], 1)
    last = units_back(first, -3, "month") - ONE_DAY
    right = f"write its two dates, as in between {first} and {last}"
    return Unread(f'"{season}" has no certain days', right, nearest=_nearest(lexicon))


# Of words that no question takes, in which command a person would read the answer off.
_NEAREST: Final = {
    word: command
    for words, command in (
        ("about_to", "known {} --facet statements"),
        ("aid_worker aid_workers health_workers", "history {} --facet civilians"),
        ("news_break broke_news news_broke", "claims {}"),
        ("sources parties else", "known {}"),
        ("confirmation proof wrong false mistaken trust trusted", "claims {}"),
        ("hands", "history {} --facet control"),
        ("last recent recently hours hit fortnight happened happening", "history {}"),
        ("losing winning", "history {} --facet control"),
        (
            "handed got runs rules owns whose part parts percent percentage square",
            "known {} --facet control",
        ),
        (
            "will plan aim aims goal goals intend intends intended intention intentions want wants",
            "known {} --facet statements",
        ),
        ("agree agrees agreement", "claims {} --status disputed"),
        ("tanks vehicles aircraft helicopters jets ships equipment", "known {} --facet casualties"),
        (
            "road roads route routes into cut difficult critical corridor access",
            "known {} --facet logistics",
        ),
        ("aid", "known {} --facet logistics"),
        ("humanitarian", "known {} --facet civilians"),
        ("hospital hospitals school schools bridge power", "history {} --facet civilians"),
        ("kill kills perished", "known {} --facet casualties"),
        ("violated violate violates broke broken break", "history {} --facet ceasefire"),
        ("late delay delayed lag learn soon quickly", "hindsight {} DAY"),
        ("export exported csv download spreadsheet", "export claims {}"),
        ("deadline deadlines", "claims {} --status deadline_passed"),
        ("per daily each", "activity {} --by day --by kind"),
    )
    for word in words.split()
}


def _nearest(lexicon: Lexicon, near: str = "") -> list[str]:
    """The command that would come nearest to a question that cannot be read.

    `near` is a place that may be meant, where the question names none of the log.
    """
    said = [one.folded for at, one in enumerate(lexicon.words) if not lexicon.noise(at)]
    pairs = [f"{one}_{following}" for one, following in pairwise(said)]
    commands = [_NEAREST[one] for one in (*pairs, *said) if one in _NEAREST]
    commands.sort(key="known {}".__eq__)  # which says least
    command = next(iter(commands), None) or _of_claims(lexicon)
    if command == "history {}":  # the last of something
        command = _with_topic(lexicon).replace("known", "history", 1)
    about = _about_place(
        lexicon, _with_topic(lexicon) if command in (None, "known {}") else command, near
    )
    if "PLACE" not in about:
        return about
    if "--facet" in about:  # of all places, then
        return ["export", "history" if about[0] == "history" else "situation", *about[2:]]
    if topic := _topic(lexicon):
        what = "history" if topic.happens else "situation"
        return ["export", what, f"--{topic.option}", topic.value]
    return []


def _of_claims(lexicon: Lexicon) -> str | None:
    """The claims of which a word says what became; None where there is no such word."""
    became = (
        str(one.value)
        for at in range(len(lexicon.words))
        for one in lexicon.at(at)
        if one.terminal == "STATUS" and lexicon.words[at].folded not in _OF_OTHERS
    )
    if (status := next(became, None)) is None:
        return None
    if topic := _topic(lexicon):
        return f"claims {{}} --{topic.option} {topic.value}"
    return f"claims {{}} --status {status}" if status in _LISTED else "claims {}"


_OF_OTHERS: Final = frozenset({"open", "true"})
"""Words for what became of a claim that are as often said of other things."""
_LISTED: Final = frozenset({"corrected", "disputed", "retracted"})


def _with_topic(lexicon: Lexicon, of: str = "") -> str:
    """What is known of the one topic of a question; of what happens, whenever it was."""
    topic = _topic(lexicon)
    if of or topic is None:
        return f"{of or 'known'} {{}}" + (f" --{topic.option} {topic.value}" if topic else "")
    over_time = topic == CONTROL and any(word.folded in _OVER_TIME for word in lexicon.words)
    command = "history" if topic.happens or over_time else "known"
    return f"{command} {{}} --{topic.option} {topic.value}"


_OVER_TIME: Final = _BY_THEN | {
    "ever",
    "never",
    "long",
    "first",
    "month",
    "year",
    "date",
    "change",
    "changed",
}
"""Words by which not one day's holder is asked for."""


def _topic(lexicon: Lexicon) -> Topic | None:
    """The one topic of a question."""
    found: set[Topic] = set()
    at = 0
    while at < len(lexicon.words):
        meant = next((one for one in lexicon.at(at) if isinstance(one.value, Topic)), None)
        if meant and isinstance(meant.value, Topic):
            found.add(CONTROL if _of_place(lexicon, at) else meant.value)
        at += meant.words if meant else 1  # in a "drone attack" there is no other attack
    held = any(one.terminal == "HELD" for at in range(len(lexicon.words)) for one in lexicon.at(at))
    found |= {CONTROL} if held or (not found and _of_side(lexicon)) else set()
    # Of the dead everything may tell.
    deaths = not DEATHS.isdisjoint(word.folded for word in lexicon.words)
    return found.pop() if len(found) == 1 and not deaths else None


def _of_side(lexicon: Lexicon) -> bool:
    """Whether a place is said to be of a side: `Kherson is Ukrainian`, `is Kherson Russian`."""
    words = (at for at in range(len(lexicon.words)) if not lexicon.noise(at))
    said = [[one.terminal for one in lexicon.at(at)[:1]] for at in words]
    places = [at for at, one in enumerate(said) if one == ["PLACE"]]
    return ["IS_SIDE"] in said or any(["PARTY"] in said[at + 1 : at + 4] for at in places)


def _of_place(lexicon: Lexicon, at: int) -> bool:
    """Whether it is a place that was lost, as in `the loss of Lyman` and `who lost Lyman`."""
    following = [word.folded for word in lexicon.words[at : at + 2]]
    place = at + (2 if following == ["loss", "of"] else 1)
    return (following == ["loss", "of"] or following[:1] == ["lost"]) and any(
        one.terminal == "PLACE" for one in lexicon.at(min(place, len(lexicon.words) - 1))
    )


def _about_place(lexicon: Lexicon, command: str, near: str = "") -> list[str]:
    """A command about the place that a question names, the last of several."""
    # Only these take no place, and then speak of all.
    none = "" if command.startswith(("claims", "activity", "export")) else "PLACE"
    place, at, sides = near or none, 0, 0
    while at < len(lexicon.words):
        found = next(iter(lexicon.at(at)), None)
        if found and found.terminal == "PLACE":  # those before it may be who acts
            sides += (acts := _acts(lexicon, at, found))
            if not acts or sides > 1:
                place = lexicon.text(at, at + found.words)
        at += found.words if found else 1
    return [part.format(place) for part in command.split() if part != "{}" or place]


_ACTING: Final = frozenset({"that", "between", "to"})
"""Words after which a country is more often a side than a place."""


def _acts(lexicon: Lexicon, at: int, found: Meaning) -> bool:
    """Whether a side is meant by the name of its country, as no word says that it is where."""
    side = isinstance(found.value, Places) and found.value.named
    before = (one for one in reversed(range(at)) if not lexicon.noise(one))
    last = next(before, None)
    said = [] if last is None else [one.terminal for one in lexicon.at(last)]
    where = "WHERE" in said and last is not None and lexicon.words[last].folded not in _ACTING
    return bool(side) and not where


def _unknown(lexicon: Lexicon, start: int) -> list[int]:
    """The words from here on that stand for nothing."""
    run = []
    for at in range(start, len(lexicon.words)):
        if lexicon.at(at) or lexicon.noise(at):
            break
        run.append(at)
    return run


def _unknown_name(run: list[int], lexicon: Lexicon, reader: Reader, parties: PartyBook) -> Unread:
    text = lexicon.text(run[0], run[-1] + 1)
    if _NO_YEAR.fullmatch(text):
        return Unread(f'"{text}" is no date', "write its year too, as in 27.10.2025")
    if _COUNT.fullmatch(text):
        number = f'claims cannot be chosen by a number such as "{text}"'
        right = "leave it out, and read the numbers off"
        return Unread(number, right, nearest=_about_place(lexicon, "known {}"))
    book = reader.book()
    near: dict[str, None] = {}
    place = ""
    parts = list(dict.fromkeys([text, *(lexicon.text(at, at + 1) for at in run)]))
    if silent := next(filter(None, map(_shipped_party, parts)), ""):
        what = f"no report of this log is by {silent}"
        return Unread(what, "leave it out, and read what others say", nearest=_nearest(lexicon))
    for part in parts:
        # A word in small letters is most often no name, and then like some name by chance.
        likeness = 0.85 if part.islower() else 0.75
        found = suggestions(part, book, 3, likeness=likeness)
        near |= dict.fromkeys(map(str, found))
        sure = suggestions(part, book, 1, likeness=_SURE)
        place = place or next((typed_name(one.id, book) for one in sure), "")
        spelled = parties.near(part, 2, likeness=likeness)
        near |= dict.fromkeys(f"{name} (a party)" for name in spelled)
    names = list(near)[:5]
    if names:
        right = f"near spellings: {'; '.join(names)}"
        what = f"nothing is called {quoted_name(text)}"
        return Unread(what, right, names, _nearest(lexicon, place))
    for at in run:
        if len(lexicon.words[at].folded) < _LONG_ENOUGH:
            continue
        if words := get_close_matches(lexicon.words[at].folded, lexicon.vocabulary, 3, _SLIP):
            slip = lexicon.text(at, at + 1)
            return Unread(
                f'"{slip}" is no word that is understood here',
                f"near spellings: {'; '.join(words)}",
                words,
                _nearest(lexicon),
            )
    what = f'"{text}" is no place, party, date or word that is understood here'
    codes = parties.coded() if text[:1].isupper() else []
    sides = f"; sides go by their codes in this log: {', '.join(codes)}" if codes else ""
    nearest = _nearest(lexicon)
    if run[0] and text[:1].isupper() and not nearest:  # a name, it seems
        last = max(at for at in run if lexicon.words[at].raw[:1].isupper())
        nearest = ["places", "find", lexicon.text(run[0], last + 1)]
    return Unread(what, f"the examples show what is{sides}", nearest=nearest)


def _shipped_party(name: str) -> str:
    """The party that the list of the program has by this name; empty where it has none."""
    from timeline.shipped import shipped_parties  # here: a document to read, for few questions

    called = fold_name(name)
    parties = shipped_parties().values()
    return next((one.names[0] for one in parties if called in map(fold_name, one.names)), "")


def _understood(lexicon: Lexicon) -> Iterator[str]:
    """What the words stand for one by one, dates in one piece."""
    at, dated = 0, -1
    while at < len(lexicon.words):
        found = [
            one
            for one in lexicon.at(at)
            if (one.terminal in _CALLED and (one.terminal != "PLACE" or _first(one, lexicon, at)))
            or (one.terminal in _DATES and not _is_count(one))
        ]
        if dated >= 0 and not (found and found[0].terminal in _DATES):
            yield f'the date "{lexicon.text(dated, at)}"'
            dated = -1
        if not found:
            at += 1
            continue
        best = found[0]
        if best.terminal in _DATES:
            dated = at if dated < 0 else dated
        else:
            yield f'{_CALLED[best.terminal]} "{lexicon.text(at, at + best.words)}"'
        at += best.words
    if dated >= 0:
        yield f'the date "{lexicon.text(dated, at)}"'


def _is_count(one: Meaning) -> bool:
    """Whether a number is too great for a day."""
    return one.terminal == "NUMBER" and isinstance(one.value, int) and one.value > _MOST_DAYS


def _examples(reader: Reader, lexicon: Lexicon, newest: date | None) -> tuple[str, str]:
    """Two questions that this log can answer."""
    place = _a_place(reader, lexicon)
    day = newest or date(2025, 10, 27)
    return (
        f"what did we know about {place} on {day}",
        f"what changed in {place} between {day.replace(day=1)} and {day}",
    )


def _a_place(reader: Reader, lexicon: Lexicon) -> str:
    """A place by a name that is only its: of the question, else a town of the log."""
    book = reader.book()
    for at in range(len(lexicon.words)):
        for one in lexicon.at(at):
            text = lexicon.text(at, at + one.words)
            if (
                one.terminal == "PLACE"
                and _first(one, lexicon, at)
                and len(named_by(text, book)) == 1
            ):
                return text
    named = reader.reported_places(AsOf(valid=OPEN_FUTURE, known=OPEN_FUTURE))
    places = filter(None, map(book.get, named))
    called = sorted(
        (len(named_by(place.name, book)) > 1, place.kind in _NO_TOWN, place.name, place.id)
        for place in places
        if _plain(place.name)
    )
    return next((typed_name(place, book) for *_, place in called), "Pokrovsk")


def _first(one: Meaning, lexicon: Lexicon, at: int) -> bool:
    """Whether it is what the words are taken for first."""
    return one is lexicon.at(at)[0]


def _plain(name: str) -> bool:
    """Whether a name is words, and neither coordinates nor a list."""
    return all(word.isalpha() for word in re.split("[- '’]", name))
