"""A question in words, and what each word may be: of the grammar, of a date, or of the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from events.when import WhenError, parse_cut, parse_when
from timeline.errors import AmbiguousReport, UnknownReport
from timeline.parties import is_side
from timeline.places import fold_name, named_by
from timeline.questions.ask.topics import LONGEST, STATUSES, TOPICS, Topic
from timeline.questions.ask.whom import COMMON, SAYING, Named, Places

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.parties import Party, PartyBook
    from timeline.places import Book
    from timeline.reader import Reader

MONTHS: Final[Mapping[str, int]] = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_VERBS: Final = frozenset({"march", "may"})
"""Months that are months only beside what goes with one."""
_BEFORE_MONTH: Final = frozenset(
    {"in", "of", "during", "over", "throughout", "within", "last", "past", "previous", "for"}
    | {"since", "from", "between", "and", "to", "after", "before", "by", "until", "till", "through"}
    | {"early", "mid", "late", "-"}
)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAYS: Final[Mapping[str, int]] = {
    name: number
    for number, day in enumerate(_DAYS)
    for name in (day, day[:3], {1: "tues", 3: "thurs"}.get(number, day))
}

# Articles and polite words say nothing that an answer would depend on.
NOISE: Final = frozenset(
    {
        "the",
        "a",
        "an",
        "all",
        "'s",
        "is'",
        "please",
        "any",
        "anything",
        "everything",
        "something",
        "some",
        "just",
        "exactly",
        "really",
        "actually",
        "still",
        "already",
        "yet",
        "you",
        "again",
    }
)
_BEING: Final = frozenset(
    {"is", "are", "was", "were", "been", "become", "became", "remain", "remains", "remained"}
)
_OF_SIDE: Final = SAYING | {"TOPIC", "HELD", "HANDS", "IN_CONTROL"}
"""What makes of the name of a side an adjective of its own: `Russian troops`."""
_THEIRS: Final = frozenset({"side", "sources"})
"""What may follow the name of a side and means all who speak for it."""
_ASKING: Final = ("what", "who", "when", "where", "how")
"""Words of which the end of `what's` is an "is", or a "has" that need not be said."""
_SPELLED: Final = {
    **{f"{word}s": f"{word} is'" for word in _ASKING},
    **{f"{word}'d": f"{word} did" for word in ("what", "when", "where", "how")},
    "abt": "about",
    "ppl": "people",
    "pls": "please",
    "plz": "please",
    "rn": "now",
}
"""What is typed in haste, as it is meant."""
_NOT_SO: Final = {
    f"{word}n{apostrophe}t": word
    for apostrophe in ("'", "")
    for word in ("is", "are", "was", "were", "has", "have", "had", "do", "does", "did")
}
"""A question that begins so is the same as without the "not"."""
_NUMBER: Final = re.compile(r"([0-9]{1,3})(?:st|nd|rd|th)?")
_NUMBER_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBERS: Final = {word: number for number, word in enumerate(_NUMBER_WORDS, 1)}
_QUARTER: Final = re.compile(r"q([1-4])")
_CLOCK: Final = re.compile(r"([0-9]{1,2}:[0-9]{2})(z|[+-][0-9]{2}:[0-9]{2})?")
_UTC: Final = frozenset({"utc", "gmt", "z"})
_YEAR: Final = re.compile(r"[12][0-9]{3}")
_DASHED: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?-([0-9]{1,2})(?:st|nd|rd|th)?")
_DAY_MONTH: Final = re.compile(
    r"(?P<day>[0-9]{1,2}(?:st|nd|rd|th)?)-(?P<month>[a-z]+)(?:-(?P<year>[0-9]{4}))?"
)
_THIRD: Final = re.compile("(early|mid|late)-([a-z]+)")
_SLASHED: Final = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}(?:\1[0-9]{1,4})?")
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
"""With dots, and the year last, it is the day that comes first wherever dates are written so."""
_FROM_TO: Final = re.compile(
    r"([0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})-([0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4})"
)
_YEAR_LEFT_OUT: Final = re.compile(
    r"(?<![\w.])([0-9]{1,2}\.[0-9]{1,2})\.?\s*(?:[-–]|(?:to|until|till|and)\s)\s*"
    r"([0-9]{1,2}\.[0-9]{1,2}\.([0-9]{4}))(?![\w.]*[0-9])"
)
"""`27.1. to 30.1.2025`: both are of the year that is said once."""
_TOWNS: Final = frozenset({"city", "town", "village", "settlement"})
_TOWN: Final = re.compile(
    r"(?:city|town|village) of (.+)|(.+) (?:city|town|village)", re.IGNORECASE
)
_COUNTRY: Final = re.compile("iso:[A-Z]{2}")
_OPENS: Final = "\"'“”«»„([{¿¡‘’`"
_CLOSES: Final = "\"'“”«»)]}?!;:…‘’`"

MOST_WORDS: Final = 80
_NAME_WORDS: Final = 10
_TITLES: Final = frozenset(
    {"colonel", "dr", "general", "governor", "mayor", "mr", "mrs", "ms", "president"}
)
_SHORTEST_PREFIX: Final = 6
"""Characters of an id from which on its beginning is taken for it."""


class Word(NamedTuple):
    """A word as it was written, and as it is compared; `comma` if one follows it."""

    raw: str
    folded: str
    comma: bool = False


class Meaning(NamedTuple):
    """What some words may be: a terminal of the grammar, how many words, and what they mean."""

    terminal: str
    words: int
    value: object = None


def words_of(question: str) -> list[Word]:
    """Split a question; quotation marks and full stops fall off, commas are remembered."""
    found: list[Word] = []
    pieces = _YEAR_LEFT_OUT.sub(r"\1.\3 - \2", question).split()
    for piece, following in zip(pieces, [*pieces[1:], ""], strict=False):
        raw = piece.lstrip(_OPENS)
        bare = raw.rstrip(_CLOSES + ",.")
        comma = "," in raw[len(bare) :]
        if not bare:
            if "," in piece and found:
                found[-1] = found[-1]._replace(comma=True)
            continue
        folded = fold_name(bare)
        if (dated := _DAY_MONTH.fullmatch(folded)) and dated["month"] in MONTHS:
            # `20-Oct` is a date; in `Oct 20-Nov 3` the dash stands between two.
            between = ["-"] if _NUMBER.match(following) and not dated["year"] else []
            parts = [dated["day"], *between, dated["month"], *filter(None, [dated["year"]])]
            found += [Word(part, part, comma and part is parts[-1]) for part in parts]
            continue
        if "-" in folded and MONTHS.keys() >= set(months := folded.split("-")) and not months[2:]:
            found += [Word(one, one) for one in (months[0], "-", months[1])]  # `Feb-May`
            found[-1] = found[-1]._replace(comma=comma)
            continue
        if (third := _THIRD.fullmatch(folded)) and third[2] in MONTHS:  # `mid-May`
            found += [Word(third[1], third[1]), Word(bare[len(third[1]) + 1 :], third[2], comma)]
            continue
        if dotted := _FROM_TO.fullmatch(folded):
            found += [Word(one, one) for one in (dotted[1], "-", dotted[2])]
            found[-1] = found[-1]._replace(comma=comma)
            continue
        if spelled := _SPELLED.get(folded) or (_NOT_SO.get(folded) if not found else None):
            found += [Word(word.replace("is'", "'s"), word) for word in spelled.split()]
            found[-1] = found[-1]._replace(comma=comma)
            continue
        if folded.endswith("'s") and len(folded) > 2:
            is_ = "is'" if folded[:-2] in _ASKING else "'s"
            found += [Word(bare[:-2], folded[:-2]), Word("'s", is_, comma)]
            continue
        found.append(Word(bare, folded, comma))
    return found


class Lexicon:
    """What the words of one question may be, in one log."""

    def __init__(
        self,
        words: Sequence[Word],
        keywords: Mapping[str, Sequence[str]],
        reader: Reader,
        parties: PartyBook,
        zone: tzinfo,
    ) -> None:
        self.words = words
        self._keywords = keywords
        self._longest = max(len(phrase.split()) for phrase in keywords)
        self.reader = reader
        self._book: Book = reader.book()
        self._parties = parties
        self._zone = zone
        self._at: dict[int, list[Meaning]] = {}

    def at(self, start: int) -> list[Meaning]:
        """What the words from `start` on may be, the longest first."""
        if start not in self._at:
            names, phrases = list(self._names(start)), list(self._phrases(start))
            # A town may be called `for` or `tell` somewhere; in small letters it is rarely meant.
            first, then = (phrases, names) if self._small_word(start) else (names, phrases)
            found = [*first, *then, *self._is_side(start), *self._dates(start), *self._ids(start)]
            self._at[start] = sorted(found, key=lambda one: -one.words)
        return self._at[start]

    def _small_word(self, start: int) -> bool:
        word = self.words[start]
        return word.raw.islower() and any(
            word.folded in phrase.split() for phrase in self._keywords
        )

    @property
    def vocabulary(self) -> list[str]:
        """Every single word that is understood whatever the log holds."""
        words = {*self._keywords, *TOPICS, *STATUSES}
        return sorted(word for word in words if " " not in word)

    def noise(self, start: int) -> bool:
        """Whether a word says nothing by itself."""
        return self.words[start].folded in NOISE

    def names_a_country(self) -> bool:
        """Whether words may name a country, which may be meant as one of the sides."""
        return any(
            one.terminal == "PLACE" and any(map(_COUNTRY.fullmatch, one.value.ids))
            for at in range(len(self.words))
            for one in self.at(at)
            if isinstance(one.value, Places)
        )

    def text(self, start: int, end: int) -> str:
        """These words as they were written."""
        parts = [word.raw + ("," if word.comma else "") for word in self.words[start:end]]
        return " ".join(parts).rstrip(",").replace(" 's", "'s")

    def _folded(self, start: int, count: int) -> str | None:
        """The words as phrases have them, without articles; None where one stands at an end."""
        words = [word.folded for word in self.words[start : start + count]]
        if count > 1 and (words[0] in NOISE or words[-1] in NOISE):
            return None
        return " ".join(word for word in words if count == 1 or word not in NOISE)

    def _names(self, start: int) -> Iterator[Meaning]:
        for count in range(min(_NAME_WORDS, len(self.words) - start), 0, -1):
            text = self.text(start, start + count)
            if count == 1 and self._asks(start):
                continue
            named = self._named(text) or self._titled(text)
            theirs = self._theirs(start + count)
            places = named_by(text, self._book) or self._town(text)
            if places and not (named and theirs):
                yield Meaning("PLACE", count, Places(tuple(sorted(places)), named, theirs))
            if named:
                yield Meaning("PARTY", count, named)
            if named and self._is_of_side(named) and self._beside(start + count - 1, 1) in _THEIRS:
                yield Meaning("PARTY", count + 1, named)

    def _is_side(self, start: int) -> Iterator[Meaning]:
        """`Is Ukrainian`, said of the place that stands before it."""
        if self.words[start].folded not in _BEING or not self._after_place(start):
            return
        at = start + 1
        while at < len(self.words) and self.noise(at):
            at += 1
        for count in range(min(2, len(self.words) - at), 0, -1):
            named = self._named(self.text(at, at + count))
            further = (one.terminal for one in self._phrases(at + count))
            if named and self._is_of_side(named) and _OF_SIDE.isdisjoint(further):
                yield Meaning("IS_SIDE", at + count - start)

    @staticmethod
    def _is_of_side(named: Named) -> bool:
        return named.side is not None or any(map(is_side, named.parties))

    def _after_place(self, start: int) -> bool:
        while start and (self.noise(start - 1) or self.words[start - 1].folded == "ever"):
            start -= 1
        return any(
            one.terminal == "PLACE" and before + one.words == start
            for before in range(max(start - _NAME_WORDS, 0), start)
            for one in self.at(before)
        )

    def _theirs(self, at: int) -> bool:
        """Whether what follows is that of a side: `Russia's losses`, `Ukraine's claims`."""
        return self.words[at : at + 1] == [Word("'s", "'s")] and any(
            one.terminal in SAYING or (isinstance(one.value, Topic) and one.value.sided)
            for one in self._phrases(at + 1)
        )

    def _town(self, text: str) -> list[str]:
        """The town meant by `Kherson city` or `city of Kherson`, and nothing else called so."""
        if (match := _TOWN.fullmatch(text)) is None:
            return []
        found = ((one, self._book.get(one)) for one in named_by(match[1] or match[2], self._book))
        return [one for one, place in found if place and place.kind in _TOWNS]

    def _asks(self, at: int) -> bool:
        """Whether a word asks, though a party may be called so: the WHO alone is written WHO."""
        raw, folded, _ = self.words[at]
        shouted = not any(word.raw != word.raw.upper() for word in self.words)
        return folded in _ASKING and (shouted or raw != raw.upper())

    def _named(self, text: str) -> Named | None:
        if parties := self._parties.named(text, tails=False):
            side = self._one_side(parties) if len(parties) > 1 else None
            if side and len(self._parties.speakers(side)) == len(parties):
                parties = [side]  # which is one party and nobody else
            return Named(tuple(parties), self._troops(text), side=side)
        # The last part of an id, such as `forces`, names a party where it is no other word.
        folded = fold_name(text)
        parties = [] if self._common(folded) else self._parties.named(text)
        return Named(tuple(parties), common=folded.split()[-1] in COMMON) if parties else None

    def _titled(self, text: str) -> Named | None:
        """`President Zelenskyy`: whom the name behind a title names, and who is no side."""
        title, _, name = text.partition(" ")
        named = self._named(name) if fold_name(title) in _TITLES else None
        return None if named is None or self._is_of_side(named) or named.troops else named

    def _one_side(self, parties: Sequence[Party]) -> Party | None:
        """The side of which all others of these are, if reports tell of that and not of them."""
        side = next(filter(is_side, parties), None)
        if side is None or any(
            one is not side and (one.side or "").casefold() != side.id.casefold() for one in parties
        ):
            return None
        told_of = self.reader.subjects()
        of_them = any(one.id.casefold() in told_of for one in parties if one is not side)
        return None if of_them else side

    def _troops(self, text: str) -> tuple[Party, Topic] | None:
        """Of a name such as `Russian troops` the side and the topic."""
        whose, _, what = text.rpartition(" ")
        sides = self._parties.named(whose, tails=False)
        topic = TOPICS.get(fold_name(what))
        return (sides[0], topic) if topic and len(sides) == 1 else None

    def _common(self, phrase: str) -> bool:
        return phrase in TOPICS or phrase in STATUSES or phrase in self._keywords

    def _phrases(self, start: int) -> Iterator[Meaning]:
        longest = max(self._longest, LONGEST) + 2  # an article or two may stand between
        for count in range(min(longest, len(self.words) - start), 0, -1):
            phrase = self._folded(start, count)
            if phrase is None:
                continue
            if phrase in TOPICS:
                yield Meaning("TOPIC", count, TOPICS[phrase])
            if phrase in STATUSES:
                yield Meaning("STATUS", count, STATUSES[phrase])
            for terminal in self._keywords.get(phrase, ()):
                yield Meaning(terminal, count)

    def _dates(self, start: int) -> Iterator[Meaning]:
        word = self.words[start].folded
        if word in MONTHS and (word not in _VERBS or self._dated(start)):
            yield Meaning("MONTH", 1, MONTHS[word])
        if word in WEEKDAYS:
            yield Meaning("WEEKDAY", 1, WEEKDAYS[word])
        if dashed := _DASHED.fullmatch(word):
            yield Meaning("DASHED", 1, (int(dashed[1]), int(dashed[2])))
        if number := _NUMBER.fullmatch(word):
            yield Meaning("NUMBER", 1, int(number[1]))
        if word in _NUMBERS:
            yield Meaning("NUMBER", 1, _NUMBERS[word])
        if quarter := _QUARTER.fullmatch(word):
            yield Meaning("QUARTER", 1, int(quarter[1]))
        if clock := _CLOCK.fullmatch(word):
            yield from self._clock(start, clock)
        if _YEAR.fullmatch(word):
            yield Meaning("YEAR", 1, int(word))
        elif word[:1].isdigit() and len(word) > 4:
            yield from self._moment(self.words[start].raw)

    def _dated(self, at: int) -> bool:
        """Whether the words beside a word make a month of it, as they do not in `may fall`."""
        before, after = self._beside(at, -1), self._beside(at, 1)
        return (
            before in _BEFORE_MONTH
            or after == "-"
            or any(
                part.fullmatch(word)
                for word in (before, after)
                for part in (_NUMBER, _DASHED, _YEAR)
            )
        )

    def _beside(self, at: int, step: int) -> str:
        """The next word on one side that says something; empty where there is none."""
        at += step
        while 0 <= at < len(self.words) and self.noise(at):
            at += step
        return self.words[at].folded if 0 <= at < len(self.words) else ""

    def _clock(self, start: int, clock: re.Match[str]) -> Iterator[Meaning]:
        """A time of day as it stands in a date; without a zone it is kept, for its error."""
        time, zone = clock.groups()
        time = time.zfill(len("15:00"))
        if zone is None and start + 1 < len(self.words) and self.words[start + 1].folded in _UTC:
            yield Meaning("CLOCK", 2, f"{time}Z")
        yield Meaning("CLOCK", 1, time + (zone or "").upper())

    def _moment(self, text: str) -> Iterator[Meaning]:
        """A date as the commands take it. One that is nearly so is kept, for its error."""
        upper = text.upper()
        if dotted := _DOTTED.fullmatch(upper):
            upper = "{2}-{1:0>2}-{0:0>2}".format(*dotted.groups())
        try:
            parse_cut(upper, self._zone)
            yield Meaning("MOMENT", 1, upper)
        except WhenError:
            try:
                parse_when(upper, self._zone)
            except WhenError as error:
                if _SLASHED.fullmatch(text) or re.match(r"[0-9]{4}-[0-9]{2}", text):
                    yield Meaning("MOMENT", 1, error)
                return
            yield Meaning("INTERVAL", 1, upper)

    def _ids(self, start: int) -> Iterator[Meaning]:
        raw = self.words[start].raw
        try:
            report = self.reader.report_id(raw)
        except UnknownReport:
            return
        except AmbiguousReport as error:
            if len(raw) >= _SHORTEST_PREFIX:
                yield Meaning("ID", 1, error)
            return
        if raw == report or (len(raw) >= _SHORTEST_PREFIX and re.search("[0-9]", raw)):
            yield Meaning("ID", 1, raw)
