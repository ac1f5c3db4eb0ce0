"""An article as sentences, each with the range of characters where it stands."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
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
    r"(?:[\u2022\u2023\u25a0-\u25ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
    r"|[-–—*][^\S\n]+(?=[\"“‘(]?[A-Z\d]))"
)
"""The bullet or picture with which a line of a post begins: what it tells is told apart."""
_PARAGRAPH: Final = re.compile(rf"\S(?:.|\n(?!\s*(?:\n|{_ITEM})))*")
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
_TIMED: Final = re.compile(
    r"\d{1,2}[:.]\d\d(?:\s?(?:am|pm|GMT|UTC))?\s*(?:[-–—]\s*)?(?=[\"“‘(]?[A-Z])"
)
"""The time of day with which an entry of a live page begins."""
_CLOSED: Final = re.compile(r"[.!?…:;][\"”’)\]]*$|[\"”]$")
_WORDS_OF_A_HEADING: Final = 16


class NoArticle(Refusal):
    """A text that nothing can be drafted from, and the line that shows it."""

    def __init__(self, what: str, right: str, line: int | None = None) -> None:
        super().__init__(what, right)
        self.line = line


class Sentence(NamedTuple):
    """A sentence: its number from 1, its paragraph, and where it stands in the text."""

    number: int
    paragraph: int
    start: int
    end: int
    text: str
    heading: bool = False


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
    for paragraph, whole in enumerate(_paragraphs(text).finditer(text), 1):
        start, length = whole.start(), len(whole[0].rstrip())
        if paragraph == 1 and (dated := _DATED.match(text, start, whole.end())):
            start = dated.end()
        if dateline := _DATELINE.match(text, start, whole.end()):
            start = dateline.end()
        if timed := _TIMED.match(text, start, whole.end()):
            start = timed.end()
        for end in [*_ends(text, start, whole.end()), whole.end()]:
            begin = start + len(text[start:end]) - len(text[start:end].lstrip())
            stop = begin + len(text[begin:end].rstrip())
            if any(letter.isalpha() for letter in text[begin:stop]):
                words = text[begin:stop]
                heading = stop - begin == length and not _CLOSED.search(words)
                heading = heading and len(words.split()) < _WORDS_OF_A_HEADING
                heading = heading and re.match(_ITEM, words) is None
                # Phrases and dates have single spaces, wherever a line was broken.
                words = re.sub(r"\s", " ", words)
                found.append(Sentence(len(found) + 1, paragraph, begin, stop, words, heading))
            start = end
    return found


def _paragraphs(text: str) -> re.Pattern[str]:
    """Empty lines part paragraphs; where there are none, lines do, if most end as sentences do."""
    if re.search(r"\n[^\S\n]*\n", text.strip()):
        return _PARAGRAPH
    lines = _LINE.findall(text)
    alone = len(_LINE_ENDS.findall(text)) * 2 > len(lines) and not _is_wrapped(lines)
    return _LINE if alone else _PARAGRAPH


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether a sentence goes on in the next line: in small letters, or since the line was full."""
    width = max(map(len, lines))
    return any(
        following[0].islower()
        or (
            len(line.split()) >= _WORDS_OF_A_HEADING
            and len(line) + len(following.split()[0]) >= width
        )
        for line, following in pairwise(lines)
        if not _LINE_ENDS.search(line)
    )


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
