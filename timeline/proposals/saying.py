"""Who says what one proposal tells, down to the publisher."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from timeline.proposals.speaking import Voice, chain_at, main_of

if TYPE_CHECKING:
    from timeline.proposals.hits import Hit
    from timeline.proposals.naming import Mention
    from timeline.proposals.reading import Read
    from timeline.proposals.speaking import Said
    from timeline.proposals.table import Table

_THROUGH_OTHERS: Final = re.compile(
    r"\b(?:cited|cites|citing|quoted|quotes|quoting)\b[^,;.\"“”]*\bas\s+(?:having\s+said|saying)\b"
    r"|\b(?:accused|blamed)\s+by\b"
    r"|\b(?:been|was|were)\s+(?:quoted\s+as\s+saying|told\s+by)\b"
)
"""How words are passed on in which neither who said them nor who heard them is found."""

_DASH: Final = re.compile(r"\w\s+[-–—]\s+$")
_DENIED: Final = re.compile(r"\s+(?:it|that|this|(?:such|that|the|these|this|those)\s+\w+)\W*$")
"""What is denied, where it was told just before: "A, but X denied the claim"."""


def chain_of(
    read: Read, hit: Hit, publisher: str, table: Table
) -> tuple[list[Voice], list[str], list[str]]:
    """The chain of what a phrase tells, what was taken for whom, and what is to be decided."""
    at = hit.start
    chain, covering = chain_at(read.sayings, at, table)
    notes: list[str] = []
    review = [
        f'was it said for all to hear? it says that {said.speakers[-1].words} "{said.verb}" it'
        for said in covering[1:]
        if said.verb.lower() in {"told", "tells"} and said.speakers[-1].channel == "public"
    ]
    if covering[1:] and not (outer := main_of(covering[0])).known:
        inner = main_of(covering[1])
        review.append(f'who says it? that {inner.words} did is told by "{outer.words}"')
    review += [
        f'"{main_of(said).words}" {said.verb} it: add a report of that with stance: denies?'
        for said in read.sayings
        if hit.end <= said.at and is_denied_before(read.text, said, table)
    ]
    if through := _THROUGH_OTHERS.search(read.text):
        review.append(f'who says it? "{through[0]}" is not read')
    if not chain and read.inherited is not None:
        whole = read.inherited
        covering = [said for said in whole.sayings if said.outer] or whole.sayings
        chain, _ = chain_at(covering, covering[0].start, table)
        if chain:
            notes.append(f"who speaks: sentence {whole.sentence.number}")
    if not chain and read.introduced is not None:
        chain, asked = _introduced(read.introduced)
        review += asked
    speaks = hit.is_statement and hit.row.name != "assessment"
    if not chain and speaks:
        own = (said.speakers for said in read.sayings if at <= said.at < hit.end)
        chain = list(next(own, ())) or _subject(read, hit)
        if not chain and hit.row.name in ("appeal", "accusation"):
            words = " ".join(read.text[hit.start : hit.end].split())
            review.append(f'who says it? no party of the list stands before "{words}"')
    if not chain and (quoted := assessor(read, at, table)):
        chain = [quoted]
    review += [
        f'who says it? perhaps "{one.words}", which stands {where}'
        for one in read.mentions
        if one.party != one.side
        and all(one.party != other.party for other in chain)
        and (where := _apart(read.text, one))
    ]
    review += [f"who says it? {one.asked}" for one in chain if one.asked]
    notes += [f'"{one.words}" read as {one.party}' for one in chain if one.other]
    chain = [one for one in chain if one.party != publisher]
    return [*chain, Voice(publisher, publisher, None)], notes, review


def _introduced(before: Read) -> tuple[list[Voice], list[str]]:
    """Who tells a list by what stands before it, which is asked about."""
    if before.sayings:
        speakers = list(before.sayings[0].speakers)
        words = main_of(before.sayings[0]).words
        return speakers, [f'who says it? "{words}" speaks in what stands before, with a colon']
    named = [one.words for one in before.mentions if one.party != one.side]
    return [], [f'who says it? perhaps "{one}", named before, with a colon' for one in named[:1]]


def _apart(text: str, voice: Mention) -> str | None:
    """Where a voice stands that no verb makes say what its sentence tells, as in headlines."""
    before, after = text[: voice.start], text[voice.end :]
    if voice.side is None and before.endswith("(") and after.startswith(")"):
        return "in brackets"
    if _DASH.search(before) and not after.strip(" ."):
        return "at the end"
    return "before a colon" if after.startswith(":") and not re.search(r"\w", before) else None


def is_denied_before(text: str, said: Said, table: Table) -> bool:
    """Whether somebody denies what was told before: "X denied this", "a claim that X denied"."""
    denies = said.verb.lower() in table.denying
    nothing = said.start == said.end
    return denies and (nothing or _DENIED.match(text, said.at + len(said.verb)) is not None)


def assessor(read: Read, at: int, table: Table) -> Voice | None:
    """Who is quoted by what they do: an assessor named before the phrase, nobody else speaking."""
    for one in read.mentions:
        if one.party in table.assessors and one.start < at:
            return Voice(one.party, one.words, one.side)
    return None


def _subject(read: Read, hit: Hit) -> list[Voice]:
    """Who vows something: a voice named right before the phrase; a side as such only appeals."""
    for one in reversed(read.mentions):
        between = read.text[one.end : hit.start] if one.end <= hit.start else ","
        side = one.party == one.side or one.party.endswith(".forces")
        voice = not side or (hit.row.name == "appeal" and not between.strip())
        if voice and "," not in between and len(between.split()) < 4:
            return [Voice(one.party, one.words, one.side, other=one.other)]
    return []
