"""What is said of a question that cannot be read: what was understood, and what would be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from timeline.asof import AsOf
from timeline.claims import OPEN_FUTURE
from timeline.errors import NotUnderstood
from timeline.places import AREAS, SITE, named_by, suggestions
from timeline.questions.ask.days import ONE_DAY, units_back
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.topics import DEATHS, Topic

if TYPE_CHECKING:
    from timeline.parties import PartyBook
    from timeline.questions.ask.parse import Stuck
    from timeline.questions.ask.words import Lexicon, Meaning
    from timeline.reader import Reader

_DATES: Final = frozenset({"MOMENT", "INTERVAL", "DASHED", "MONTH", "WEEKDAY", "NUMBER", "YEAR"})
_NO_TOWN: Final = AREAS | {SITE}
_SLIP: Final = 0.85
"""How alike a word must be to one that is understood, to be shown as a slip of it."""
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
    """The error as the asker gets it."""
    day = newest()
    return NotUnderstood(
        error.what,
        error.right,
        list(_understood(lexicon)),
        _examples(reader, lexicon, day),
        error.suggestions,
        error.nearest,
        error.further,
    )


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
    if season := next((one.folded for one in lexicon.words if one.folded in _SEASONS), None):
        return _no_dates(season, lexicon)
    if _is_day_of_taking(lexicon, found.at):
        return Unread(
            "which day that was is for the reports to say",
            "look it up, and write the day",
            nearest=_about_place(lexicon, "history {} --facet control"),
        )
    unknown = _unknown(lexicon, found.at)
    if not unknown:
        word = lexicon.text(found.at, found.at + 1)
        before = lexicon.text(0, found.at)
        after = f' after "{before}"' if before else " at the beginning"
        what = f'"{word}" is not understood{after}'
        return Unread(what, "the examples show what is", nearest=_nearest(lexicon))
    return _unknown_name(unknown, lexicon, reader, parties)


_SEASONS: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""The month with which each begins, as most people count."""


_BY_THEN: Final = frozenset({"before", "after", "until", "since", "when", "day"})


def _is_day_of_taking(lexicon: Lexicon, at: int) -> bool:
    """Whether a time is told by what happened then: "the day before it fell"."""
    by_then = any(word.folded in _BY_THEN for word in lexicon.words[max(at - 2, 0) : at + 1])
    return by_then and any(
        one.terminal == "HELD" or (one.terminal == "TOPIC" and one.value == _CONTROL)
        for later in range(at, min(at + 5, len(lexicon.words)))
        for one in lexicon.at(later)
    )


_CONTROL: Final = Topic("facet", "control")


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
        ("sources parties else", "known {}"),
        ("confirmation proof wrong false mistaken", "claims {}"),
        ("hands", "history {} --facet control"),
        ("last recent recently hours", "history {}"),
        (
            "handed got runs rules owns whose part parts percent percentage winning",
            "known {} --facet control",
        ),
        (
            "road roads route routes into cut difficult critical corridor access",
            "known {} --facet logistics",
        ),
        ("aid", "known {} --facet logistics"),
        ("humanitarian", "known {} --facet civilians"),
        ("hit hospital hospitals school schools bridge power", "history {} --facet civilians"),
        ("kill kills perished", "known {} --facet casualties"),
        ("violated violate violates broke broken break", "history {} --facet ceasefire"),
        ("late delay delayed lag learn", "hindsight {} DAY"),
        ("deadline deadlines", "claims {} --status deadline_passed"),
        ("per daily each", "activity {} --by day --by kind"),
    )
    for word in words.split()
}


def _nearest(lexicon: Lexicon) -> list[str]:
    """The command that would come nearest to a question that cannot be read."""
    commands = (_NEAREST[one.folded] for one in lexicon.words if one.folded in _NEAREST)
    if command := next(commands, None):
        return _about_place(lexicon, _with_topic(lexicon) if command == "known {}" else command)
    about = _about_place(lexicon, _with_topic(lexicon))
    return [] if "PLACE" in about else about


def _with_topic(lexicon: Lexicon) -> str:
    """What is known of the one topic of a question; of what happens, whenever it was."""
    found = {
        one.value
        for at in range(len(lexicon.words))
        for one in lexicon.at(at)
        if isinstance(one.value, Topic)
    }
    held = any(one.terminal == "HELD" for at in range(len(lexicon.words)) for one in lexicon.at(at))
    found |= {_CONTROL} if held else set()
    if len(found) != 1 or not DEATHS.isdisjoint(word.folded for word in lexicon.words):
        return "known {}"  # of the dead everything may tell
    [topic] = found
    return f"{'history' if topic.happens else 'known'} {{}} --{topic.option} {topic.value}"


def _about_place(lexicon: Lexicon, command: str) -> list[str]:
    """A command about the place that a question names, the last of several."""
    # Only these two take no place, and then speak of all.
    place, at = "" if command.startswith(("claims", "activity")) else "PLACE", 0
    while at < len(lexicon.words):
        found = next((one for one in lexicon.at(at) if one.terminal in ("PLACE", "PARTY")), None)
        if found and found.terminal == "PLACE":  # those before it may be who acts
            place = lexicon.text(at, at + found.words)
        at += found.words if found else 1
    return [part.format(place) for part in command.split() if part != "{}" or place]


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
    for part in dict.fromkeys([text, *(lexicon.text(at, at + 1) for at in run)]):
        # A word in small letters is most often no name, and then like some name by chance.
        likeness = 0.85 if part.islower() else 0.75
        found = suggestions(part, book, 3, likeness=likeness)
        near |= dict.fromkeys(str(place) for place in found)
        spelled = parties.near(part, 2, likeness=likeness)
        near |= dict.fromkeys(f"{name} (a party)" for name in spelled)
    names = list(near)[:5]
    if names:
        return Unread(f'nothing is called "{text}"', f"near spellings: {'; '.join(names)}", names)
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
    return Unread(what, f"the examples show what is{sides}", nearest=_nearest(lexicon))


def _understood(lexicon: Lexicon) -> Iterator[str]:
    """What the words stand for one by one, dates in one piece."""
    at, dated = 0, -1
    while at < len(lexicon.words):
        found = [
            one
            for one in lexicon.at(at)
            if one.terminal in _CALLED or (one.terminal in _DATES and not _is_count(one))
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
            if one.terminal == "PLACE" and len(named_by(text, book)) == 1:
                return text
    named = reader.reported_places(AsOf(valid=OPEN_FUTURE, known=OPEN_FUTURE))
    places = filter(None, map(book.get, named))
    called = sorted((place.kind in _NO_TOWN, place.name) for place in places)
    names = (name for _, name in called if _plain(name) and len(named_by(name, book)) == 1)
    return next(names, "Pokrovsk")


def _plain(name: str) -> bool:
    """Whether a name is words, and neither coordinates nor a list."""
    return all(word.isalpha() for word in re.split("[- '’]", name))
