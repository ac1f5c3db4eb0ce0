"""An article as sentences, each with the range of characters where it stands."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from events.refusal import Refusal

MAX_BYTES: Final = 256 * 2**10
"""More than the longest daily assessment; a book is not drafted at once."""
LONGEST: Final = 1_500
"""Characters of a sentence beyond which it is none: a table, or a text without full stops."""

_PLAIN_TEXT: Final = "save the article as plain text in UTF-8"
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_DIRECTED: Final = re.compile("[\u061c\u202a-\u202e\u2066-\u2069]")
_ITEM: Final = (
    r"(?:(?:[\u00b7\u2022\u2023\u203c\u2049\u2190-\u21ff\u25a0-\u25ff\u2600-\u27bf\u2b00-\u2bff"
    r"\U0001f000-\U0001faff]\ufe0f?|\d\ufe0f?\u20e3)\s*)+"
    r"|[-–—*][^\S\n]+(?=[\"“‘(]?[A-Z\d])"
)
"""The bullet or picture with which a line of a post begins: what it tells is told apart."""
_COUNTED: Final = (
    r"\(?(?:\d{1,2}[.)]|[a-z]{1,3}\))[^\S\n]+"
    r"(?!(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))(?=[\"“‘(]?[A-Z])"
)
"""The number or letter of a line in a list; `5. October` is a day."""
_LINE: Final = re.compile(r"\S.*")
_LINE_ENDS: Final = re.compile(r"[.!?…][\"”’)]*\s*$", re.MULTILINE)
_END: Final = re.compile(r"(?<![.!?…])[.!?…]++[\"”’)\]]*+(?=\s++[\"“‘(\[]?[A-ZА-ЯІЇЄҐ0-9])")
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(\"“])(?:Mr|Mrs|Ms|Dr|St|Gen|Lt|Col|Maj|Capt|Sgt|Brig|Adm|Gov|Sen|Rep|No|Jan|Feb|Mar"
    r"|Apr|Aug|Sept|Sep|Oct|Nov|Dec|approx|ca|e\.g|i\.e|vs|[A-Z]|(?:[A-Z]\.)+[A-Z])\.$"
)
_MONTH: Final = re.compile(r"(?:Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|No)\.$")
_DATELINE: Final = re.compile(r"[A-Z][^.!?\n]{0,60}?\((?:[A-Z]\w++ ?){1,3}+\)\s*[-–—]+\s*")
_DATED: Final = re.compile(r"(?:date:?\s+)?\d{4}-\d\d-\d\d\s+(?=[\"“‘(]?[A-Z])")
"""The date with which a text begins, of its publication and not of its first sentence."""
_TIMED: Final = (
    r"[\[(]?\d{1,2}[:.]\d\d[\])]?(?:\s?(?:am|pm|CES?T|EES?T|GMT|UTC))?\s*(?:[-–—:|]\s*)?"
    r"(?=[\"“‘(]?[A-Z])"
)
"""The time of day with which an entry of a live page begins."""
_MARKED: Final = re.compile(rf"{_ITEM}|{_COUNTED}|{_TIMED}")
"""With what an item of a list begins; no part of what it says."""
_UNFINISHED: Final = re.compile(
    r"(?:,|\b(?:a|about|an|and|are|around|at|be|been|between|by|for|from|had|has|have|in|into|is|its"
    r"|near|of|on|or|over|said|since|than|that|the|their|to|under|until|was|were|which|who|with"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|January|February|March|April|May|June|July|August"
    r"|September|October|November|December))\s*$",
    re.IGNORECASE,
)
"""Words with which nothing ends: the next line goes on."""
_CLOSED: Final = re.compile(r"[.!?…:;][\"”’)\]]*$|[\"”]$")
_WORDS_OF_A_HEADING: Final = 16
_SHORTEST_FULL: Final = 40
"""Characters below which no line was broken for want of room."""


class NoArticle(Refusal):
    """A text that nothing can be drafted from, and the line that shows it."""

    def __init__(self, what: str, right: str, line: int | None = None) -> None:
        super().__init__(what, right)
        self.line = line


class Sentence(NamedTuple):
    """A sentence: its number from 1, its paragraph, and where it stands in the text.

    `listed` is one of a list, which has a mark of its own.
    """

    number: int
    paragraph: int
    start: int
    end: int
    text: str
    heading: bool = False
    listed: bool = False


class Article(NamedTuple):
    """The text, its sentences, and the SHA-256 of the bytes it came in."""

    text: str
    sentences: tuple[Sentence, ...]
    sha256: str


def read_article(data: bytes) -> Article:
    """Take a text apart; raises `NoArticle` for what is no article in English."""
    if len(data) > MAX_BYTES:
        raise NoArticle(f"over {MAX_BYTES // 1024} KiB of text", "give one article at a time")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NoArticle("this is not UTF-8", _PLAIN_TEXT, line) from None
    for pattern, what in (
        (_CONTROL, "a control character"),
        (_DIRECTED, "a character that turns the direction of text"),
    ):
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise NoArticle(f"{what} (U+{ord(found[0]):04X})", _PLAIN_TEXT, line)
    _refuse_other_scripts(text)
    sentences = tuple(_sentences(text))
    if not sentences:
        raise NoArticle("no sentence in it", "give the text of an article")
    return Article(text, sentences, hashlib.sha256(data).hexdigest())


def _refuse_other_scripts(text: str) -> None:
    letters = [letter for letter in text[:20_000] if letter.isalpha()]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    if latin * 2 < len(letters):
        raise NoArticle(
            "most letters are not Latin", "give an article in English; no other is read"
        )


def _sentences(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    paragraphs = list(_paragraphs(text))
    closed = sum(_CLOSED.search(text[slice(*one)].rstrip()) is not None for one in paragraphs)
    stops = closed * 2 >= len(paragraphs)  # else a missing stop makes no heading
    for paragraph, (first, until) in enumerate(paragraphs, 1):
        listed = _MARKED.match(text, first, until) is not None
        start, length = first, len(text[first:until].rstrip())
        if paragraph == 1 and (dated := _DATED.match(text, start, until)):
            start = dated.end()
        if dateline := _DATELINE.match(text, start, until):
            start = dateline.end()
        while mark := _MARKED.match(text, start, until):
            start = mark.end()
        for end in [*_ends(text, start, until), until]:
            begin = start + len(text[start:end]) - len(text[start:end].lstrip())
            stop = begin + len(text[begin:end].rstrip())
            if any(letter.isalpha() for letter in text[begin:stop]):
                words = text[begin:stop]
                heading = stops and not listed and stop - begin == length
                heading = heading and len(words.split()) < _WORDS_OF_A_HEADING
                heading = heading and not _CLOSED.search(words)
                # Phrases and dates have single spaces, wherever a line was broken.
                words = re.sub(r"\s", " ", words)
                number = len(found) + 1
                found.append(Sentence(number, paragraph, begin, stop, words, heading, listed))
            start = end
    return found


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Where each stands: between empty lines, from a mark on, or a line where none goes on."""
    lines = list(_LINE.finditer(text))
    beside = [
        (one[0], after[0])
        for one, after in pairwise(lines)
        if text.count("\n", one.end(), after.start()) == 1
    ]
    width = max((len(one[0]) for one in lines), default=0)
    wrapped = any(_goes_on(*pair, width) for pair in beside)
    ended = len(_LINE_ENDS.findall(text)) * 2 > len(lines) and len(beside) == len(lines) - 1
    alone = not wrapped and (ended or len(beside) > 1)
    start = end = 0
    listed = False
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        if (
            before is None
            or (alone and _indent(text, line) <= _indent(text, before))
            or text.count("\n", before.end(), line.start()) > 1
            or (_MARKED.match(line[0]) and not _UNFINISHED.search(before[0]))
            or (listed and _is_new(text, before[0], line, width if wrapped else len(text)))
        ):
            if before is not None:
                yield start, end
            start, listed = line.start(), _MARKED.match(line[0]) is not None
        end = line.end()
    if lines:
        yield start, end


def _is_new(text: str, before: str, line: re.Match[str], width: int) -> bool:
    """Whether a line behind an item of a list is none of it; at `width` a line would be full."""
    if _indent(text, line) or line[0][0].islower() or _UNFINISHED.search(before):
        return False
    short = len(before) < _SHORTEST_FULL
    return short or len(before) + len(line[0].split(maxsplit=1)[0]) < width


def _indent(text: str, line: re.Match[str]) -> int:
    """How far a line is set in."""
    return line.start() - text.rfind("\n", 0, line.start()) - 1


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether a sentence goes on in the next line: in small letters, or since the line was full."""
    if _LINE_ENDS.search(line) or _MARKED.match(following):
        return False
    small = following[0].islower() and not re.match(r"[a-z]{1,4}-[A-Z]", following)
    full = len(line.split()) >= _WORDS_OF_A_HEADING
    full = full and len(line) + len(following.split(maxsplit=1)[0]) >= width
    return small or full or _UNFINISHED.search(line) is not None


def _ends(text: str, start: int, end: int) -> list[int]:
    """Where sentences end but for the last: not after an abbreviation or an initial."""
    ends = []
    for match in _END.finditer(text, start, end):
        before = text[max(start, match.start() - 12) : match.start() + 1]
        following = text[match.end() :].lstrip()[:1]
        month_ends_it = following.isupper() and _MONTH.search(before)
        if match[0] != "." or not _ABBREVIATED.search(before) or month_ends_it:
            ends.append(match.end())
    return ends


def in_quotes(sentences: list[Sentence], text: str) -> list[int]:
    """For each sentence the number of the quotation it is in, 0 for none; one goes over several."""
    numbers: list[int] = []
    count, opened, paragraph = 0, False, 0
    for sentence in sentences:
        if sentence.paragraph != paragraph:
            opened, paragraph = False, sentence.paragraph
        inside = opened or sentence.text[0] in '"“'
        if inside and not opened:
            count += 1
        numbers.append(count if inside else 0)
        for letter in text[sentence.start : sentence.end]:
            if letter == '"':
                opened = not opened
            elif letter in "“”":
                opened = letter == "“"
    return numbers
