"""The numbers of a sentence, as stated, and what each of them counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from events.amount import Amount, AmountError, parse_amount

if TYPE_CHECKING:
    from timeline.proposals.table import Table

_WORDS: Final = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_TENS: Final = (
    "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    "-(?:one|two|three|four|five|six|seven|eight|nine)"
)
_PARTS: Final = "half|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?"
_ONE: Final = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    r"|half\s+a(?=\s+dozen)|a(?=\s+(?:dozen|hundred|thousand|million)(?!\w))"
    rf"|(?:(?:{_WORDS}|a)[\s-](?:{_PARTS})|half(?= of| an?\b)|{_TENS}|(?:{_WORDS}))(?!\w|-))"
)
_SCALE: Final = r"(?:\s+(?:dozen|hundred|thousand|million)(?!\w))?"
_BEFORE: Final = (
    r"(?:(?:about|around|roughly|some|nearly|almost|close to|approximately|an estimated|estimated"
    r"|at least|(?:(?:no|not)\s+)?(?:fewer|less|more) than|over|up to|at most|as many as"
    r"|between|from)\s+)*"
)
_VAGUE: Final = (
    r"(?:(?:tens|hundreds|thousands|dozens|scores)(?: of (?:thousands|hundreds))?|several(?: dozen"
    r"| hundred| thousand)?)(?!\w)"
)
_NUMBER: Final = re.compile(
    rf"(?<![\w.,$€£+-])(?:{_BEFORE}{_ONE}{_SCALE}"
    rf"(?:(?:\s?[-–]\s?|\s+(?:to|and)\s+)(?<!and\s){_ONE}{_SCALE})?(?:\s?%|\s+per\s?cent(?!\w))?"
    rf"(?!\w|-\w)|{_VAGUE})",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    rf"(?<!\w)(?:between|from)\s+{_ONE}{_SCALE}\s+(?:and|to)\s+{_ONE}{_SCALE}(?!\w)", re.IGNORECASE
)
_CLOCK: Final = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)")
"""A time of day, which counts nothing."""
_NOBODY: Final = re.compile(r"\b(?:no|any|every|some)\s+$", re.IGNORECASE)
"""Before "one", which then is no number."""
_NOT: Final = re.compile(r"\b(?:never|nor|not)\s+$", re.IGNORECASE)
"""Before a number that it is not: "not 200 but 20"."""
_AGED: Final = re.compile(r"\b(?:aged?|ages)\s+(?:between\s+)?$", re.IGNORECASE)
_OLD: Final = re.compile(r"\s+(?:years?|months?)[\s-]+old\b", re.IGNORECASE)
_AMONG: Final = re.compile(
    r",\s+(?:including|(?:all|many|most|some)\s+of\s+them|among\s+them|mostly)\s[^,;.]*,"
)
"""Some of those that a number counts: "seven people, among them two children, were hurt"."""
_OF_OTHERS: Final = re.compile(r"\b(?:are|been|being|by|during|from|had|has|have|in|is|was|were)\b")
"""What parts a number from strikes that it does not count: "ten houses were hit in a strike"."""
_LOOK: Final = 45
"""Characters before and after a number in which the words stand that say what it counts."""


class Counted(NamedTuple):
    """A number and what it counts: `things` are measures of the table, the nearest first."""

    start: int
    end: int
    words: str
    things: tuple[str, ...]
    amount: Amount


def amounts_in(
    text: str, table: Table, taken: Iterable[tuple[int, int]]
) -> tuple[list[Counted], list[str]]:
    """The numbers of a sentence outside the parts `taken` (dates, names); then those not read."""
    spans = [*taken, *(match.span() for match in _CLOCK.finditer(text))]
    found: list[Counted] = []
    unread: list[str] = []
    for pattern in (_BETWEEN, _NUMBER):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans):
                continue
            if match[0].casefold() == "one" and _NOBODY.search(text[: match.start()]):
                continue
            spans.append(match.span())
            words = re.sub(r"\s+", " ", match[0])
            try:
                amount = parse_amount(words)
            except AmountError:
                unread.append(words)
                continue
            none = _is_age(text, match) or _NOT.search(text[: match.start()])
            things = () if none else _things(text, match, table)
            found.append(Counted(match.start(), match.end(), words, things, amount))
    return sorted(found), unread


def _is_age(text: str, number: re.Match[str]) -> bool:
    """Whether it counts years that somebody has lived: "a woman aged 68 was killed"."""
    return bool(_AGED.search(text[: number.start()]) or _OLD.match(text, number.end()))


def _things(text: str, number: re.Match[str], table: Table) -> tuple[str, ...]:
    rest = _AMONG.sub("", text[number.end() : number.end() + 3 * _LOOK])
    after = re.split(r"[;:]|, (?!and)|\b(?:and|but|while|after)\b", rest, maxsplit=1)[0][:_LOOK]
    before = re.split(r"[;:,.]|\band\b", text[: number.start()])[-1][-_LOOK:]
    near: list[tuple[int, str]] = []
    if re.search(rf"%|per ?cent|{_PARTS}", number[0], re.IGNORECASE):
        near.append((0, "share"))
    for thing, pattern in table.measures.items():
        if (match := pattern.search(after)) and not (
            thing == "count" and _OF_OTHERS.search(after, 0, match.start())
        ):
            near.append((match.start(), thing))
        if thing in {"killed", "injured"} and (match := _last(pattern, before)):
            near.append((len(before) - match.end(), thing))
    return tuple(dict.fromkeys(thing for _, thing in sorted(near)))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(iter(reversed(list(pattern.finditer(text)))), None)
