"""The phrases of the table in a sentence, and those that make no statement of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from events.kinds import KINDS

if TYPE_CHECKING:
    from events.vocabulary import Kind
    from timeline.proposals.table import Phrases, Table

_BEARINGS: Final = r"(?:north|south|east|west)[a-z-]*"
_MORE_PLACES: Final = (
    rf"(?:and\s+)?(?:{_BEARINGS}\s+of|near|towards?)"
    rf"(?:,?\s+(?:[A-Z][\w'’-]*|and|itself|near|of|the|towards?|{_BEARINGS}))+"
    r"(?:\s+on\s+[A-Z]\w+(?:\s+\d+)?(?:\s+(?:and|to)(?:\s+[A-Z]\w+)?\s+\d+)?)?"
    r"\s*(?:[.,;]|$|but\b)"
)
TURN: Final = re.compile(rf",?\s+but\s+|;\s(?!{_MORE_PLACES})")
"""Where a sentence turns to something else, and does not only go on with places: "; near Lyman"."""
_GOING_ON: Final = re.compile(r"\b(?:was|were|is|are)\s+\w+ing\b", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"\s(?:(?<!was\s)(?<!were\s)(?<!been\s)reported|said|say|says|told|that)\s"
)
"""What parts the words of a phrase: "soldiers said the town was captured" tells of no soldiers."""
_OF_OTHERS: Final = re.compile(
    r"\sby\s|\s(?:after|as|from|in|near|on|when|where|while|with)\s.*(?<!ed|ad)$", re.DOTALL
)
"""Not those it happened to: "captured by soldiers", "captured in a town that soldiers hold"."""
_WITH_THESE: Final = re.compile(
    r"destroy\w+\s(?:.*\s)?(?:after|as|by|during|for|from|in|near|on|through|to|using|via|when|where"
    r"|which|while|with)\s",
    re.IGNORECASE | re.DOTALL,
)
"""Not what was destroyed: "destroyed two tanks with drones"."""
_VERB_FIRST: Final = re.compile(r"hit|struck|damaged|destroyed", re.IGNORECASE)
_PASSIVE: Final = re.compile(r"\b(?:are|be|been|being|is|was|were|those)\b", re.IGNORECASE)
_DEED: Final = re.compile(
    r"\w+\s+(?:an?|as|at(?!\s+least)|attacks?|by|for|in|its|near|on|operations?|orders?|plans?|raids?"
    r"|strikes?|th(?:at|e|eir|ese|is)|with)\b"
)
_ALONE: Final = re.compile(
    r"\s*(?:$|[.,;:)\"”–—-]|(?:after|and|as|at(?!\s+least)|because|between|by|during|for|from|in|last"
    r"|near|on|or|over(?!\s+\d)|overnight|per|since|so|this|today|when|while|with|yesterday)\b)"
)
"""What comes after "20 soldiers killed", where those are who was killed."""
_DRONES: Final = re.compile(r"(?:UAVs?|Shaheds)\b")
"""Written with a capital, and yet no name."""
_PERFECT: Final = re.compile(r"\b(?:has|have|had)\s+(?:\w+ly\s+|been\s+)*$")
_HAVING: Final = re.compile(r"\b(?:has|have|had)\s")
_LASTING: Final = re.compile(
    r"\b(?:continu\w+|ongoing|persist\w*|rag(?:es?|ing)|remains?|still|under ?way)\b", re.IGNORECASE
)


_BETWEEN: Final = re.compile(r"\s+between\s[^,.;]{1,50}")
"""Who fights with whom, after which may stand whether they still do."""


class Hit(NamedTuple):
    """A phrase of the table in a sentence."""

    row: Phrases
    start: int
    end: int
    clause_end: int

    @property
    def is_statement(self) -> bool:
        """Whether the words matter as words."""
        return self.row.name not in KINDS

    @property
    def kind(self) -> Kind:
        """The kind of report it makes."""
        return "statement" if self.is_statement else cast("Kind", self.row.name)

    @property
    def shares(self) -> bool:
        """Whether it tells how much of a place is whose."""
        return self.row.name == "control_assessment"

    def is_perfect(self, text: str) -> bool:
        """Whether it is told as over by the time of the telling: "had been killed"."""
        words = text[max(0, self.start - 30) : self.end]
        before = _PERFECT.search(text[max(0, self.start - 30) : self.start])
        inside = _HAVING.search(text[self.start : self.end])
        return not _GOING_ON.search(words) and (before or inside) is not None

    def goes_on(self, text: str) -> bool:
        """Whether it is told as lasting: "is being shelled", "fighting continued"."""
        between = _BETWEEN.match(text, self.end)
        around = text[max(0, self.start - 30) : (between.end() if between else self.end) + 30]
        return _GOING_ON.search(around) is not None or _LASTING.search(around) is not None


def hits_in(text: str, table: Table) -> list[Hit]:
    """The phrases of the table in a sentence, in order; those that make no statement of others."""
    names = [match.span() for match in table.nothing.finditer(text)]
    kinds = [one for one in _first(text, table.kinds) if not _is_of_a_name(text, one, names)]
    marks = [
        mark
        for mark in _first(text, table.statements)
        if not any(one.start <= mark.start and mark.end <= one.end for one in kinds)
        and not any(start <= mark.start < end for start, end in names)
    ]
    hits: list[Hit] = []
    covered: list[tuple[int, int]] = []
    for mark in marks:
        turn = turn_after(text, mark.end)
        if any(start <= mark.start < end for start, end in covered):
            continue
        if not mark.row.open:
            covered.append((mark.start, turn))
        hits.append(mark._replace(clause_end=turn))
    hits += [one for one in kinds if not any(start <= one.start < end for start, end in covered)]
    return sorted(hits, key=lambda one: (one.start, one.end))


def _first(text: str, rows: Sequence[Phrases]) -> list[Hit]:
    """What each row finds outside of what rows further up found."""
    hits: list[Hit] = []
    for row in rows:
        at = 0
        while match := row.pattern.search(text, at):
            start, end = match.span()
            if _ELSEWHERE.search(match[0]):
                at = start + 1  # "residents say two people were killed" tells of the two
                continue
            at = end
            if _is_of_a_deed(match[0].casefold()):
                at = start + 1
                continue
            if row.victims and _is_of_others(text, match):
                continue
            if row.repelled and _WITH_THESE.match(match[0]):
                at = start + 1
                continue
            if not any(_overlap(text, one, start, end) for one in hits):
                hits.append(Hit(row, start, end, len(text)))
    return hits


def _is_of_a_deed(words: str) -> bool:
    """Whether something was executed, and nobody: "three people executed an attack"."""
    if words.startswith("execut"):
        return _DEED.match(words) is not None
    return words.endswith("executed") and not _PASSIVE.search(words)


def _overlap(text: str, hit: Hit, start: int, end: int) -> bool:
    """Whether a phrase stands in another; not if one ends with the verb that the other begins with.

    "Warplanes struck the port" and "the port was struck by drones" tell of a strike, and of what
    it struck.
    """
    then = start < hit.start and _VERB_FIRST.fullmatch(text, hit.start, end)
    if hit.row.name == "infrastructure_damage" and hit.start < start:
        then = _VERB_FIRST.fullmatch(text, start, hit.end)
    return hit.start < end and start < hit.end and not then


def _is_of_others(text: str, match: re.Match[str]) -> bool:
    """Whether it happened to others: "killed by soldiers", "soldiers killed two people"."""
    if _OF_OTHERS.search(match[0]):
        return True
    deed = match[0].endswith(("killed", "wounded", "executed", "shot dead"))
    active = deed and not _PASSIVE.search(match[0])
    return active and _ALONE.match(text, match.end()) is None


def _is_of_a_name(text: str, hit: Hit, names: Sequence[tuple[int, int]]) -> bool:
    """Whether it is a part of what something is called: "the 3rd Assault Brigade"."""
    if any(start <= hit.start and hit.end <= end for start, end in names):
        return True
    if not text[hit.start].isupper() or _DRONES.match(text, hit.start):
        return False
    alone = re.fullmatch(r"\w+", text[hit.start : hit.end]) and re.match(r" [A-Z]", text[hit.end :])
    return alone is not None or re.search(r"(?:[\w,'’]|\w-)\s*$", text[: hit.start]) is not None


def turn_after(text: str, at: int) -> int:
    """Where the clause of this character ends."""
    return next((match.start() for match in TURN.finditer(text, at)), len(text))
