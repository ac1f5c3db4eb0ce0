"""Whether a sentence tells a thing as so: not what it denies, weakens, or leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from timeline.proposals.hits import TURN, turn_after

if TYPE_CHECKING:
    from timeline.proposals.hits import Hit
    from timeline.proposals.reading import Read
    from timeline.proposals.table import Doubt, Table

_CLAUSE: Final = re.compile(
    r"[,;:]\s|[\"“”(]|\b(?:as|while|but|after|before|when|where|who|which|because|although|though)\s"
)
_CLOSE: Final = re.compile(
    r"(?:\s+(?:\w+ly|a|an|any|are|army|be|been|ever|forces|had|has|have|is|longer|more|of|the|was"
    r"|were|yet))*\s*"
)
"""What may stand between a "no" or a "not" and what it denies."""
_RIGHT_BEFORE: Final = re.compile(
    r"\s+(?:(?:\w+ly|been|being|all|another|dozens|of|several|\d[\d,]*|two|three|four|five|six|seven"
    r"|eight|nine|ten|enemy|the|these|their|its)\s+)*"
)
"""What may stand between "stopped" and what was: "38 assaults", "its attacks"."""
# "Nobody died in the shelling" tells that there was shelling.
_TAKEN_AS_SO: Final = re.compile(
    r"\b(?:in|during|after|amid|despite|following|by|from)\s+(?:the|its|their|this|that)\s+"
    r"(?:[\w-]+\s+)?$"
)
# Nor that it was not, where nobody was hurt in it.
_HARMLESS: Final = re.compile(
    r"no(?:body|\s+one|\s(?:\w+\s)?(?=casualt|death|fatal|injur|victim))\b(?:\s*(?:was|is|were|has|had|been))*"
    r"\s*(?:killed|hurt|harmed|injured|wounded|died|casualties|deaths|fatalities|injuries|victims)"
    r"(?:\s+(?:was|were|reported))*\s+(?:after|by|during|following|from|in)\s+(?:[\w-]+\s+){0,4}",
    re.IGNORECASE,
)
_NOT_SAID: Final = re.compile(r"(?:\b(?:not|never|nor)|n['’]t)\s+(?:\w+\s+)?$")
_WARNING: Final = re.compile(r"warn\w*\s+(?:about|against|of)\b", re.IGNORECASE)
"""Said of what may come: "warned of attacks on the city"."""
_OPEN: Final = re.compile(r"^\W*(had|should|were)\s|(\?)[\"”’)\]]*$", re.IGNORECASE)
"""A question, or a condition by the order of words: "had they captured it, …"."""


class Doubts(NamedTuple):
    """What a sentence says against what a phrase of it tells, as something to decide.

    `denied` where it plainly says that it is not so; `open` where that has to be decided first.
    """

    review: tuple[str, ...] = ()
    denied: bool = False
    open: bool = False


def doubts_of(read: Read, hit: Hit, table: Table) -> Doubts:
    """Whether what a phrase tells is denied by one plain word; doubted by another, or by two."""
    found = list(dict.fromkeys(_found(read, hit, table)))
    review = [f'who says so? "{words}" names nobody' for way, words in found if way == "hearsay"]
    against = [(way, words) for way, words in found if way != "hearsay"]
    if not against:
        return Doubts(tuple(review))
    quoted = " and ".join(f'"{words}"' for _, words in against)
    verb = "is" if len(against) == 1 else "are"
    denied = [way for way, _ in against] == ["denied"] and not hit.is_statement
    asked = f"is it {'denied' if denied else 'so'}? {quoted} {verb} said of it"
    return Doubts((asked, *review), denied, not denied)


def doubt_before(read: Read, at: int, table: Table) -> str | None:
    """The words before a place in a sentence by which what stands there may not be so."""
    before = [(start, end) for _, start, end in _marks(read, table) if end <= at]
    return read.text[slice(*before[-1])] if before else None


def _found(read: Read, hit: Hit, table: Table) -> Iterator[tuple[str, str]]:
    text = read.text
    covering = [one for one in read.sayings if one.start <= hit.start < one.end]
    for said in covering:
        if said.verb.lower() in table.denying:
            yield "denied", said.verb.lower()
        if match := _NOT_SAID.search(text[: said.at]):
            yield "doubted", f"{match[0]}{said.verb}"
        if match := _WARNING.match(text, said.at):
            yield "doubted", match[0].lower()
    since = max((one.start for one in covering), default=0)
    for doubt, start, end in _marks(read, table):
        words = re.sub(r"\s+", " ", text[start:end].lower())
        if hit.start <= start and end <= hit.end:
            if not _is_of_phrase(doubt, start, end, hit):
                last = max(end, text.rfind(" ", 0, hit.end))
                yield _unless_far(doubt, read, end, last, table), words
        elif _reaches(text, doubt, start, end, hit, since):
            yield _unless_far(doubt, read, end, hit.start, table), words
    if match := _OPEN.search(text):
        yield "doubted", (match[1] or match[2]).lower()


def _is_of_phrase(doubt: Doubt, start: int, end: int, hit: Hit) -> bool:
    """Whether such words inside of a phrase are what it tells: "trying to advance", not "not"."""
    if (doubt.way, doubt.reach) == ("denied", "clause"):
        return False
    return doubt.reach == "before" or start == hit.start or end == hit.end


def _marks(read: Read, table: Table) -> list[tuple[Doubt, int, int]]:
    """The words of the table that deny or weaken; none in a number, a day or a name (May)."""
    text = read.text
    known = [(one.start, one.end) for one in read.amounts]
    known += [(one.start, one.end) for one in read.dates]
    found: list[tuple[Doubt, int, int]] = []
    for doubt in table.doubts:
        # "Has stopped" is said of what came before it, and "stopped" of what comes next.
        back = doubt.reach == "before"
        taken = known + [(a, b) for one, a, b in found if (one.reach == "before") == back]
        for match in doubt.pattern.finditer(text):
            start, end = match.span()
            named = match[0][0].isupper() and re.search(r"[\w,]\s*$", text[:start]) is not None
            if not named and not any(a < end and start < b for a, b in taken):
                found.append((doubt, start, end))
    return sorted(
        (one for one in found if one[0].way != "nothing"), key=lambda one: (one[1], one[2])
    )


def _reaches(text: str, doubt: Doubt, start: int, end: int, hit: Hit, since: int) -> bool:
    """Whether such words reach to a phrase from where they stand."""
    if doubt.reach == "before":
        turns = [match.end() for match in TURN.finditer(text, 0, start)]
        return max(turns, default=0) <= hit.start and hit.end <= start
    if hit.start < end:
        return False
    between = text[end : hit.start]
    if doubt.reach == "next":
        return _RIGHT_BEFORE.fullmatch(between) is not None
    if doubt.reach == "rest":
        return hit.start < turn_after(text, end)
    # What stands between two commas right after the word is passed over: "has not, he said, …".
    closed = text.find(",", end + 1) + 1 if text.startswith(",", end) else 0
    clause = _CLAUSE.search(text, max(end, closed))
    if start < since or (clause is not None and clause.start() < hit.start):
        return False
    if _HARMLESS.fullmatch(text, start, hit.start):
        return False
    return _TAKEN_AS_SO.search(between) is None


def _unless_far(doubt: Doubt, read: Read, end: int, until: int, table: Table) -> str:
    """A "not" denies what but small words, and whose forces they are, part it from."""
    if (doubt.way, doubt.reach) != ("denied", "clause"):
        return doubt.way
    between = read.text[end:until]
    for one in read.mentions:
        if end <= one.start and one.end <= until:
            between = between.replace(one.words, " ")
    close = _CLOSE.fullmatch(table.measures["people"].sub(" ", between))
    return "denied" if close else "doubted"
