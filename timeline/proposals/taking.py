"""Whether a phrase has a place itself for its object: "captured Lyman", not "a man near Lyman"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from timeline.proposals.placing import LISTED, of_amounts

if TYPE_CHECKING:
    from timeline.proposals.hits import Hit
    from timeline.proposals.naming import PlaceMention
    from timeline.proposals.reading import Read

_KINDS: Final = (
    r"(?:city|cities|towns?|villages?|settlements?|hubs?|strongholds?|fortress|capital|suburbs?"
    r"|communit(?:y|ies)|islands?|regions?|oblasts?|provinces?|districts?)"
)
_OTHER: Final = (
    r"(?:about|and|around|at|bits?|by|from|half|in|inside|into|most|near|of|on|or|outside|over"
    r"|parts?|pieces?|several|some|to|towards?|with)\b"
)
_GIVEN: Final = re.compile(r"\w+\s+(?:the\s+(?:city|town|village)\s+of\s+)?")
_TO: Final = re.compile(
    r"\s+(?:(?:all|whole)\s+of\s+|the\s+(?:whole|entirety)\s+of\s+)?(?:the\s+)?"
    rf"(?:(?:(?!{_OTHER})[\w-]+,?\s+){{0,5}}{_KINDS}(?:\s+of)?,?\s+|(?:nearby|entire|whole)\s+)?"
)
_HAPPENING: Final = (
    r"(?:(?:also|already|be|been|being|did|had|has|have|is|later|never|not|now|since|soon|then|was"
    r"|were|\w+ly)\s+)*"
)
_OF: Final = re.compile(rf"(?:,[^,]*,)?\s+{_HAPPENING}")
_THING_THERE: Final = re.compile(
    r"\w\s+(?:at|from|in|inside|outside)\s+(?:the\s+)?$"
    rf"|\b(?!(?:{_KINDS}|all|\w*cent|entirety|half|most|much|parts?|quarters?|rest|\w*ths?|thirds?|whole)\b)"
    r"\w+\s+of\s+(?:the\s+)?$",
    re.IGNORECASE,
)
"""Before a name that only says where something is: "the plant in Soledar", "the mayor of Bara"."""
_IT: Final = re.compile(rf"\s+(?:it|the\s+{_KINDS})\b")
_IT_BEFORE: Final = re.compile(rf"\b(?:it|the\s+{_KINDS})\s+{_HAPPENING}$", re.IGNORECASE)
_IS: Final = re.compile(r"\b(?:be|been|being|is|was|were)\b")
_IN_PART: Final = re.compile(r"\b(?:half|largely|mainly|mostly|partially|partly)\s+$")


_INTO: Final = re.compile(
    r"\s+(?:the\s+)?(?:(?:central|downtown|(?:north|south|east|west)[\w-]*)\s+)?"
    r"(?:(?:cent(?:er|re)|outskirts|parts?|sides?)\s+of\s+(?:the\s+)?)?"
)


_PART: Final = re.compile(
    r"\b(?:areas?|blocks?|buildings?|cent(?:er|re)|districts?|half|heights|houses|many|most|much"
    r"|outskirts|parts?|portions?|positions?|remainder|rest|roads?|sections?|several|some|streets?"
    r"|suburbs?|swathes?|villages?|the\s+(?:north|south|east|west)\w*)\b",
    re.IGNORECASE,
)
_PART_OF: Final = re.compile(rf"{_PART.pattern}\s+of(?:\s+the)?\s+$", re.IGNORECASE)
_SOMETHING_OF_IT: Final = re.compile(
    r"(?<=['’]s)\s|['’]s\s|\s+(?!(?:a|about|after|again|ahead|almost|along|also|although|amid|among|an|and"
    r"|around|as|at|back|because|before|between|but|by|city|despite|due|during|earlier|even|following"
    r"|for|from|had|has|have|if|in|inside|into|is|it|its|just|last|late|later|near|next|nor|now|of"
    r"|off|on|once|one|only|or|our|out|outright|over|overnight|per|said|several|since|so|some|soon"
    r"|still|than|that|the|their|then|they|this|though|three|through|throughout|to|today|together"
    r"|town|two|under|until|unopposed|up|via|village|was|were|when|where|which|while|who|will|with"
    r"|within|without|would|yesterday|\w+ly|(?!build)\w+ing)\b)[a-z]"
)
"""What comes after a name that is not the place's alone: "captured Goma airport"."""
_NEAR: Final = 20
"""Characters around a phrase in which its object stands."""


def is_of_part(read: Read, hit: Hit, spot: PlaceMention) -> bool:
    """Whether who holds it is told of a part of a place that is not measured."""
    if spot.relation is not None:
        return False
    before = read.text[max(0, spot.start - _NEAR) : spot.start]
    if spot.start < hit.start and _PART_OF.search(before):
        return True  # most of it is held
    if spot.end <= hit.start and _is_of(read.text, spot, hit) and _THING_THERE.search(before):
        return True  # something in it is
    end = spot.start if spot.start >= hit.end else hit.end + _NEAR
    return _PART.search(read.text, hit.end, end) is not None


def is_entered(read: Read, hit: Hit, spot: PlaceMention) -> bool:
    """Whether a place was entered, in whatever part of it; or a measured part of it is held."""
    measured = (one for one, of in of_amounts(read) if of.id == spot.id) if hit.shares else ()
    return (
        is_itself(read, hit, spot)
        or bool(_INTO.fullmatch(read.text[hit.end : spot.start]))
        or any(not read.text[hit.end : one.start].strip() for one in measured)
    )


def is_itself(read: Read, hit: Hit, spot: PlaceMention) -> bool:
    """Whether what was taken or entered is the place, and no part of it, and nothing in it."""
    text = read.text
    in_part = _IN_PART.search(text[: hit.start]) or " partial " in text[hit.start : hit.end]
    if spot.relation is not None or in_part:
        return False
    named = [one for one in read.spots if one.end <= spot.start and one.start >= hit.end]
    if not any((one.start, one.id) == (spot.start, spot.id) for one in read.spots):
        before = _IT_BEFORE.search(text[: hit.start])
        # What seized something is no place; what was seized, or has fallen, may be one.
        is_taken = before and (hit.row.losers or _IS.search(before[0]))
        return bool(_IT.match(text[hit.end :]) or is_taken)
    if spot.end <= hit.start:
        return _is_of(text, spot, hit) and not _THING_THERE.search(text[: spot.start])
    if hit.start < spot.start < hit.end:  # "handed Lyman over"
        return _GIVEN.fullmatch(text, hit.start, spot.start) is not None
    start = first = hit.end + _is_put_so(read, hit)
    for one in named:
        if not (_TO if start == first else LISTED).fullmatch(text[start : one.start]):
            return False
        start = one.end
    if text[spot.end - 1] != "," and _SOMETHING_OF_IT.match(text, spot.end):
        return False
    return (_TO if start == first else LISTED).fullmatch(text[start : spot.start]) is not None


def _is_put_so(read: Read, hit: Hit) -> bool:
    """Whether a quotation ends with it that is of who speaks: `said it had "liberated" Lyman`."""
    told = any(one.start <= hit.start < one.end for one in read.sayings)
    return told and read.text.startswith(('"', "”"), hit.end)


def _is_of(text: str, spot: PlaceMention, hit: Hit) -> bool:
    """Whether a phrase follows right after a place: "Lyman has been captured"."""
    return _OF.fullmatch(text[spot.end : hit.start]) is not None
