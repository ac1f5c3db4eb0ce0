"""Which side a sentence means: whose doing something is, and whose people it happened to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from timeline.proposals.hits import turn_after

if TYPE_CHECKING:
    from timeline.proposals.hits import Hit
    from timeline.proposals.keys import Filling
    from timeline.proposals.naming import Mention, Parties
    from timeline.proposals.reading import Read
    from timeline.proposals.speaking import Voice
    from timeline.proposals.table import Table

_PASSIVE: Final = re.compile(r"\b(?:are|be|been|being|is|was|were)\s+(?:\w+ly\s+|all\s+)?$")
_PASSIVE_INSIDE: Final = re.compile(r"\b(?:been|was|were)\s+\w+$")
_UNDER: Final = re.compile(
    r"\b(?:endur\w+|fac(?:ed|es|ing)|suffer\w*|targets?\s+of|under|withst\w+)\s+(?:[\w-]+\s+){0,2}$"
)
"""What stands between those who suffer an attack, and the attack: "came under heavy fire"."""
_DONE_TO: Final = frozenset(
    {"air_strike", "assault", "drone_activity", "shelling", "territory_change"}
)
_DID: Final = re.compile(r"(?:captur|execut|kill|wound)(?:ed|ing)\b|took\b", re.IGNORECASE)
_POSSESSED: Final = re.compile(r"\b(?:its|our|their)\s+(?:own\s+)?$", re.IGNORECASE)
_DOES: Final = re.compile(
    r"\s+(?:(?:aircraft|artillery|drones|fighters|forces|gunmen|jets|planes|rebels|soldiers|tanks"
    r"|troops|units|warplanes)\s+)?(?:(?:also|had|has|have|later|then|\w+ly)\s+)*"
)
"""What may stand between who does something and what they do."""
_PEOPLE: Final = re.compile(
    r"\s+(?:fighters|forces|gunmen|militants|rebels|soldiers|troops|units)\b"
)
"""Those of a side, by the name of a party of it: "killed 80 LNA fighters"."""
_CLAUSE: Final = re.compile(r"[,;:]\s|\b(?:after|and|as|before|but|when|while)\s")
_BETWEEN: Final = re.compile(r"\bbetween\s[^,.;]{1,80}")
_BY: Final = re.compile(r"\s+by\s+(?:the\s+)?")
_BY_OTHERS: Final = re.compile(
    r"\s+by\s+(?:[\w'’-]+\s+){0,3}(?:army|fighters|forces|gunmen|insurgents|jihadists|junta|men"
    r"|militants|militia\w*|rebels|regime|soldiers|troops|units)\b"
)
_IT_DID: Final = re.compile(
    r"\b(it|they)\s+(?:(?:also|had|has|have|later|then|\w+ly)\s+)*$", re.IGNORECASE
)
_STRANGER: Final = re.compile(
    r"\b(?:a|an|the)\s+[a-z-]+\s+(?:(?:also|had|has|have|later|then|\w+ly)\s+)*$", re.IGNORECASE
)
_OTHERS: Final = re.compile(r"\b(?:its|their|they|it)\b", re.IGNORECASE)


class Sides:
    """Which side is meant, by the parties named around a phrase and by who speaks."""

    def __init__(
        self,
        read: Read,
        hit: Hit,
        speaker: Voice | None,
        parties: Parties,
        table: Table,
        filling: Filling,
    ) -> None:
        self._read, self._hit, self._parties, self._filling = read, hit, parties, filling
        self._speaker = speaker
        self._named: list[tuple[int, int, str]] = []
        since, spoken = self._told_part()
        places = {spot.start for spot in read.named}
        for one in read.mentions:
            if one.start in places or one.words in spoken:
                continue
            acts = one.acts or self._does(one) or _PEOPLE.match(read.text, one.end)
            if one.side in parties.sides and acts:
                self._named.append((one.start, one.end, one.side.upper()))
        if opponent := parties.opponent_of_side(self.own_code()):
            words = "|".join(sorted(table.opponents))
            for match in re.finditer(rf"\b(?:{words})\b", read.text, re.IGNORECASE):
                self._named.append((match.start(), match.end(), opponent.upper()))
        self._named = sorted(one for one in self._named if one[0] >= since)

    def _told_part(self) -> tuple[int, set[str]]:
        """Where what is told begins, and the names of who tells it, who do not act in it."""
        covering = [one for one in self._read.sayings if one.start <= self._hit.start < one.end]
        spoken = {speaker.words for one in covering for speaker in one.speakers}
        return max((one.start for one in covering), default=0), spoken

    def _does(self, one: Mention) -> bool:
        """Whether it stands right before the phrase, as who does it: "the IDF shelled"."""
        return _DOES.fullmatch(self._read.text, one.end, self._hit.start) is not None

    def own_code(self) -> str | None:
        """The side that the speaker is, or stands on."""
        return self._speaker.side.casefold() if self._speaker and self._speaker.side else None

    def own(self) -> str | None:
        """The speaker's side as it is written."""
        code = self.own_code()
        return code.upper() if code in self._parties.sides and code else None

    def inside(self) -> str | None:
        """The side named inside the phrase."""
        hit = self._hit
        return self._used(one for one in self._named if hit.start <= one[0] < hit.end)

    def whose(self) -> str | None:
        """The side named right before the phrase: "enemy logistics", "Russia's supply"."""
        text, start = self._read.text, self._hit.start
        return self._used(
            one for one in self._named if re.fullmatch(r"(?:['’]s)?\s+", text[one[1] : start])
        )

    def before(self) -> str | None:
        """The side named last before the phrase."""
        return self._used(one for one in reversed(self._named) if one[0] < self._hit.start)

    def _just_before(self) -> str | None:
        """The side named last before the phrase in its clause: "a Russian attack was repelled"."""
        since = max(
            (one.end() for one in _CLAUSE.finditer(self._read.text, 0, self._hit.start)), default=0
        )
        return self._used(one for one in reversed(self._named) if since <= one[0] < self._hit.start)

    def both(self) -> list[str]:
        """All sides named in the sentence, or only in its "between A and B"."""
        sides = [side for _, _, side in self._named]
        if match := _BETWEEN.search(self._read.text, self._hit.end):
            places = {spot.start for spot in self._read.named}
            within = [
                one.side.upper()
                for one in self._read.mentions
                if match.start() < one.start < match.end()
                and one.start not in places
                and one.side in self._parties.sides
                and one.side
            ]
            sides = within if len(set(within)) > 1 else sides
        return list(dict.fromkeys(sides))

    def others(self, start: int, end: int, side: str | None) -> bool:
        """Whether another side than this is named between these characters."""
        named = [one for at, _, one in self._named if start <= at < end]
        return side is not None and any(one.casefold() != side.casefold() for one in named)

    def by(self) -> str | None:
        """The side in "was taken by Russian troops"."""
        return self._after("by")

    def taken(self) -> dict[str, str | None]:
        """Who took something, and from whom if that is said."""
        by, own = self.actor(needed=True), self._after("from")
        return {"from": own if own != by else None, "to": by}

    def lost(self) -> dict[str, str | None]:
        """Who lost something, and to whom: to those named, else to the other side."""
        named, own = self._after("to"), self.before() or self.meant()
        other = self._parties.opponent_of_side(own.casefold()) if own else None
        if not named and other:
            self._filling.review.append(f"to whom? no side is named; {other.upper()} is the other")
            named = other.upper()
        return {"from": own, "to": named}

    def repelled(self) -> str | None:
        """Who attacked: the side named with the attack, else the other side of who repelled it."""
        end = turn_after(self._read.text, self._hit.end)
        words = self._read.text[self._hit.start : self._hit.end]
        if _PASSIVE.search(self._read.text[: self._hit.start]) or _PASSIVE_INSIDE.search(words):
            found, by = self.inside() or self._just_before(), self.by()
        else:
            found = self._used(one for one in self._named if self._hit.start <= one[0] < end)
            by = self.before() or self.meant()
        if found or not by:
            return found
        other = self._parties.opponent_of_side(by.casefold())
        if other:
            self._filling.review.append(f"whose attack? {by} repelled it; {other.upper()} taken")
        return other and other.upper()

    def _after(self, word: str) -> str | None:
        """The side named after this word in the clause of the phrase."""
        text = self._read.text
        start = max(self._hit.start, text.rfind(" ", 0, self._hit.end) + 1)
        other_verb = r"(?!\b(?:are|been|is|was|were)\b)"
        pattern = re.compile(rf"(?:{other_verb}[^,;])*\b{word}\s+(?:the\s+)?(?:\w+\s+)?")
        return self._used(
            one
            for one in self._named
            if one[0] >= self._hit.end and pattern.fullmatch(text[start : one[0]])
        )

    def actor(self, *, needed: bool) -> str | None:
        """Whose doing it is: by whom it is said to be, else the side named before, else "its"."""
        if found := self.by():
            return found
        if _BY_OTHERS.match(self._read.text, self._hit.end):
            return None  # "retaken by junta troops": who they are is not known, and no other is
        suffered = self._suffered()
        if suffered is not None:
            # "came under Russian fire"; whoever is named before that did not do it
            made = [one for one in reversed(self._named) if suffered <= one[0] < self._hit.start]
            if found := self._used(made):
                return found
        elif found := self.before() or self.meant():
            self._asked_of_two(found)
            return found
        if found := self.inside():
            return found
        own = self.own()
        # What somebody denies is as a rule the doing of others.
        if needed and own and not self._filling.denied and not self._of_a_stranger():
            self._filling.review.append(f"whose? no side is named; {own} is the speaker's")
            return own
        return None

    def _suffered(self) -> int | None:
        """Where it is told that those named before suffered it: "RSF fighters were attacked"."""
        before = self._read.text[: self._hit.start]
        found = _PASSIVE.search(before) or _UNDER.search(before)
        return found.start() if found and self._hit.kind in _DONE_TO else None

    def _of_a_stranger(self) -> bool:
        """Whether somebody in no list does it: "the junta pulled out"."""
        return _STRANGER.search(self._read.text[: self._hit.start]) is not None

    def _asked_of_two(self, side: str) -> None:
        """Ask about "A accused B of this and did that", which need not be the doing of B."""
        before = [one for one in self._named if one[0] < self._hit.start]
        others = [one for *_, one in before if one != side]
        text = self._read.text[before[-1][1] : self._hit.start] if before else ""
        if others and (re.search(r"\band\b", text) or _IT_DID.search(text)):
            self._filling.review.append(f"whose? {side} taken, and {others[-1]} is named before")

    def victim(self) -> str | None:
        """Whose people it happened to: those named in the phrase, else right before it.

        Not who did it: "Russian forces killed 15 fighters".
        """
        text, hit = self._read.text, self._hit
        if _POSSESSED.search(text[: hit.start]) and not self.inside():
            return self.meant()  # "its soldiers", whoever is named before
        did = _DID.match(text, hit.start) and not _PASSIVE.search(text[: hit.start])
        return self.inside() or (None if did else self.before())

    def meant(self) -> str | None:
        """Whom "our" means, or "its": who speaks, or who acted in the sentence before."""
        text, hit = self._read.text, self._hit
        said = [one for one in self._read.sayings if one.start <= hit.start < one.end]
        since = max((one.start for one in said), default=0)
        before = text[max(since, hit.start - 60) : hit.end]
        if (own := self.own()) and (
            re.search(r"\b(?:our|we)\b", before, re.IGNORECASE)
            or (said and not said[0].outer and _OTHERS.search(before))
        ):
            return own
        if (word := _OTHERS.match(text)) and (side := self._read.acted_before):
            self._filling.review.append(f'whose? "{word[0]}" read as {side}')
            return side
        return None

    def _used(self, named: Iterable[tuple[int, int, str]]) -> str | None:
        """The first of these; tells so where it was not called by a name."""
        for start, end, side in named:
            words = self._read.text[start:end]
            if words[:1].islower():
                self._filling.notes.append(f'"{words}" read as {side}')
            return side
        return None


def is_done_by_side(read: Read, hit: Hit, parties: Parties) -> bool:
    """Whether a side stands right before what is done, or right after its "by"."""
    return any(
        one.side in parties.sides
        and (
            _DOES.fullmatch(read.text, one.end, hit.start)
            or _BY.fullmatch(read.text, hit.end, one.start)
        )
        for one in read.mentions
    )
