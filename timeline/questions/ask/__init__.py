"""Plain English into the command that answers it: a small grammar, never a guess."""

from __future__ import annotations

import shlex
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from events.when import WhenError
from timeline.asof import AsOf
from timeline.days import day_of, end_of_day
from timeline.errors import require_text
from timeline.parties import Party, PartyBook, is_side
from timeline.questions.ask.asked import QuestionParts, asked
from timeline.questions.ask.commands import COMMANDS, command
from timeline.questions.ask.dates import Calendar
from timeline.questions.ask.days import Note
from timeline.questions.ask.errors import Unread
from timeline.questions.ask.parse import Stuck, keywords, parse
from timeline.questions.ask.refusal import refused, stuck, to_do
from timeline.questions.ask.wording import Scene
from timeline.questions.ask.words import MOST_WORDS, Lexicon, words_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.reader import Reader

__all__ = ["Note", "Reading", "ask"]

_MOST_CHARACTERS: Final = 1_000


class Reading(msgspec.Struct, frozen=True):
    """How a question was read: in words, and as the command that it equals."""

    words: str
    command: str
    arguments: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def line(self) -> str:
        """The command as a person would type it."""
        return shlex.join(["timeline", self.command, *self.arguments])


def ask(reader: Reader, question: str, zone: tzinfo, *, today: date) -> Reading:
    """Read a question about the places and parties of a log.

    `today` is what `yesterday` is counted from. Raises `NotUnderstood` with what was understood
    and with examples; nothing is taken for a name that it is not.
    """
    require_text("question", question)
    newest = _Newest(reader, zone, today)
    book, own = reader.book(), PartyBook(reader.parties())
    calendar = Calendar(today, newest, zone)
    words = words_of(question[:_MOST_CHARACTERS])
    lexicon = Lexicon(words[:MOST_WORDS], keywords(), reader, own, zone)
    try:
        if len(question) > _MOST_CHARACTERS or len(words) > MOST_WORDS:
            raise Unread(f"that is more than {MOST_WORDS} words", "ask one thing at a time")
        if not words:
            raise Unread("there is no question", "ask about a place, a party or a claim")
        if words[0].folded == "timeline" and len(words) > 1 and words[1].folded in COMMANDS:
            raise Unread("that is a command already", "run it as it stands, without ask")
        if wish := to_do(lexicon):
            raise wish
        try:
            meant = _meant(lexicon, own, calendar)
            unsure: Unread | None = None
        except Unread as error:
            unsure = error
        if (unsure or lexicon.names_a_country()) and (listed := _with_listed_sides(lexicon, own)):
            calendar = Calendar(today, newest, zone)
            lexicon = Lexicon(lexicon.words, keywords(), reader, listed, zone)
            meant = _meant(lexicon, listed, calendar)
        elif unsure:
            raise unsure
        # Listed, and yet nobody who has told anything: the command would not know who that is.
        if meant.party and not own.named(meant.party.id):
            raise Unread(
                f"no report of this log is by {meant.party.name}",
                "ask what is told of that side, or leave it out",
            )
        made = command(meant, Scene(book, today))
    except Unread as error:
        raise refused(error, lexicon, reader, newest) from None
    except (OverflowError, WhenError):  # a day before the year 1, or after 9999
        beyond = Unread("a date runs out of the calendar", "write one such as 2025-10-27")
        raise refused(beyond, lexicon, reader, newest) from None
    notes = (*calendar.notes, *map(Note, made.notes))
    return Reading(made.words, made.name, tuple(made.arguments), notes)


def _meant(lexicon: Lexicon, parties: PartyBook, calendar: Calendar) -> QuestionParts:
    """The parts of a question, by the names of these parties."""
    found = parse(lexicon)
    if isinstance(found, Stuck):
        raise stuck(found, lexicon, lexicon.reader, parties)
    return asked(found, calendar, lexicon.reader.book())


def _with_listed_sides(lexicon: Lexicon, parties: PartyBook) -> PartyBook | None:
    """The parties with the names that the list of the program has for sides without one here.

    And with the sides that the question calls by their codes, of whom nobody speaks. None where the
    log tells of no such side.
    """
    from timeline.shipped import shipped_parties  # here: a document to read, for few questions

    reader = lexicon.reader
    told_of = {*reader.subjects(), *parties.coded()}
    codes = told_of.intersection(word.folded for word in lexicon.words)
    listed = [Party(one.id, one.names, one.side) for one in shipped_parties().values()]
    sides = {
        one.id: one
        for one in listed
        if is_side(one)
        and one.id in told_of
        and not any(own.names for own in parties.named(one.id))
    }
    coded = {one: Party(one, side=one) for one in codes - sides.keys() if not parties.named(one)}
    found = {**coded, **sides}
    return PartyBook({**reader.parties(), **found}) if found else None


class _Newest:
    """The day of the newest report; looked up when it is needed first."""

    def __init__(self, reader: Reader, zone: tzinfo, today: date) -> None:
        self._reader = reader
        self._zone = zone
        self._end = end_of_day(today, zone)
        self._day: date | None = None
        self._looked = False

    def __call__(self) -> date | None:
        if not self._looked:
            newest = self._reader.newest(AsOf(valid=self._end, known=self._end))
            # A cut is an exclusive end: what is known by midnight is of the day before.
            self._day = None if newest is None else day_of(newest - 1, self._zone)
            self._looked = True
        return self._day
