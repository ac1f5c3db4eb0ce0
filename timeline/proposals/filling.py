"""The fields of a proposal's own kind: whose forces, how many, what state, what words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

from timeline.places import fold_name
from timeline.proposals.hits import TURN, turn_after
from timeline.proposals.placing import OF, in_places, of_amounts
from timeline.proposals.sides import Sides

if TYPE_CHECKING:
    from events.amount import Amount
    from timeline.proposals.counting import Counted
    from timeline.proposals.hits import Hit
    from timeline.proposals.keys import Filling
    from timeline.proposals.naming import Mention, Parties, PlaceMention
    from timeline.proposals.reading import Read
    from timeline.proposals.speaking import Voice
    from timeline.proposals.table import Table

_VERB: Final = re.compile(r"[a-z]{4,}", re.IGNORECASE)
_LOST: Final = {"killed": "killed", "injured": "wounded", "people": "personnel"}
_HARMED: Final = {"killed": "deaths", "injured": "injured"}
_FOUGHT: Final = {"count": "count", "killed": "deaths"}
# What is counted becomes which field; of several things the first that the kind knows.
_COUNTS: Final[Mapping[str, Mapping[str, str]]] = {
    "infiltration": {"people": "size"},
    "force_concentration": {"people": "size"},
    "reinforcement": {"people": "size"},
    "withdrawal": {"people": "size"},
    "clash": _FOUGHT,
    "assault": _FOUGHT,
    "shelling": _FOUGHT,
    "air_strike": _FOUGHT,
    "drone_activity": {"count": "count"},
    "casualties": _LOST,
    "capture": {"captured": "count", "people": "count"},
    "civilian_harm": _HARMED,
    "infrastructure_damage": _HARMED,
    "unrest": _HARMED,
    "displacement": {"civilians": "people"},
    "territory_change": {"km2": "area_km2"},
    "control_assessment": {"share": "share", "km2": "km2"},
}
_OF_PEOPLE: Final = frozenset({"killed", "wounded", "deaths", "injured"})
_OF_DEAD: Final = frozenset({"killed", "deaths"})
_HURT: Final = re.compile(r"\s+(?:others?\s+)?(?:dead|hurt|injured|killed|missing|wounded)\b")
"""What makes two numbers of one place: "4 people were killed and 5 wounded in A"."""
_BOTH: Final = re.compile(
    r"\b(?:dead|killed|killing)\s+(?:and|or)\s+(?:hurt|injured|injuring|wounded|wounding)\b"
    r"(?!\s+(?:\d|about|another|at\s+least|dozens|more\s+than|over\s+\d|several|some\s+\d|up\s+to"
    r"|\w+\s+others))"
)
"""One number of dead and wounded: "1,000 soldiers were killed or wounded"."""
_BESIDE: Final = re.compile(r"\b(?:and|whereas|while)\s+(?:the\s+)?$")
_HOUSEHOLDS: Final = re.compile(r"\s+(?:\w+\s+)?(families|households)\b")
_AND: Final = re.compile(r",?\s+and\s+(?:another\s+)?|,\s+")
_ONE_AND: Final = re.compile(
    r"\b(?P<who>(?:an?|her|his)\s+(?:[\w-]+\s+){0,2}[\w-]+)\s+and\s+(?:her\s+|his\s+)?$",
    re.IGNORECASE,
)
_AND_ONE: Final = re.compile(
    r"\s+(?:[\w-]+\s+){1,3}and\s+(?P<who>(?:an?|her|his)\s+(?:[\w-]+\s+){0,2}?[\w-]+)(?=\s+(?:\w+|$)|[.,;]|$)"
)
_AND_ALSO: Final = re.compile(r"\s+[^,;]{1,40}\s+and\s+")
_OTHERS_DID: Final = re.compile(
    r"\band\s+((?:the|its|their|his|her|our|[A-Z][\w-]*)\s[^,;]*\b(?:killed|wounded)\b)"
)
"""What others did: "the town was shelled, and its defenders killed 20"."""
_SIDED: Final = frozenset(
    {"infiltration", "force_concentration", "reinforcement", "withdrawal", "casualties", "capture"}
)
_ATTACKS: Final = frozenset({"assault", "shelling", "air_strike", "drone_activity"})
_VERB_INSIDE: Final = frozenset({"forecast", "assessment"})
"""Statements whose phrase ends with what they are about: "would capture", "failed to capture"."""


def fields_of(
    read: Read,
    hit: Hit,
    hits: Sequence[Hit],
    spot: PlaceMention,
    speaker: Voice | None,
    parties: Parties,
    table: Table,
    filling: Filling,
) -> None:
    """Fill in what the kind has of its own, as far as the sentence says it."""
    sides = Sides(read, hit, speaker, parties, table, filling)
    if hit.is_statement:
        _statement(read, hit, spot, speaker, sides, filling)
        return
    counted = counted_by(read, hit, hits)
    if hit.shares:
        counted = _of_place(counted, read, spot, filling)
        statuses = [
            (one, Sides(read, one, speaker, parties, table, filling))
            for one in sorted(hits, key=lambda one: one is not hit)
            if one.shares
        ]
        _control(counted, statuses, filling)
        return
    counted = _here(counted, read, spot, filling)
    if hit.kind == "capture":  # "220 were killed and 18 surrendered": these first
        counted.sort(key=lambda one: "captured" not in one[0].things)
    filling.keys.update(_who(hit, sides))
    filling.keys.update(_details(read, hit, table))
    filling.review.extend(_shared(read, counted))
    filling.review.extend(_beside_one(read, counted, table))
    if spot in read.spots and (others := _did_too(read, spot.end, hit.start)):
        filling.asked("where", f'{spot.place} is named before "{others.words}"')
    for one, counts in counted:
        name = counts
        if name in _OF_DEAD and _BOTH.search(read.text[max(0, one.start - 25) : one.end + 50]):
            if name == "deaths":
                filling.review.append(f'which number? "{one.words}" counts the wounded too')
                continue
            name = "personnel"
        if name in filling.keys:
            filling.review.append(f'which number? it also says "{one.words}"')
            continue
        filling.keys[name] = one.words
        filling.review.extend(_told_of_others(read, hit, one, name))
    if {"personnel", "killed"} <= filling.keys.keys():
        filling.review.append("which number? it tells of some lost, and of others killed")


def _told_of_others(read: Read, hit: Hit, one: Counted, name: str) -> Iterator[str]:
    """Ask about a number that may count something else than what is told."""
    if TURN.search(read.text, min(one.end, hit.end), max(one.start, hit.start)):
        yield f'which number? "{one.words}" is told of another part'
    if name == "people" and (of := _HOUSEHOLDS.match(read.text, one.end)):
        yield f'how many people? "{one.words}" counts {of[1]}'
    if name in _OF_PEOPLE and (did := _OTHERS_DID.search(read.text[hit.end : one.start])):
        yield f'which number? "{one.words}" is told of "{did[1]}"'


def _did_too(read: Read, since: int, until: int) -> Mention | None:
    """The side with which another part of a sentence begins: "A struck B, and C launched D"."""
    sides = (one for one in read.mentions if one.side and since <= one.start < until)
    return next((one for one in sides if _BESIDE.search(read.text[since : one.start])), None)


def _who(hit: Hit, sides: Sides) -> dict[str, object]:
    """The side, by the name that the kind has for it."""
    if hit.row.victims:
        return _stated(side=sides.victim())
    if hit.kind in _SIDED:
        return _stated(side=sides.actor(needed=True))
    if hit.kind == "logistics_status" and "level" not in hit.row.fields:
        return {}  # of a siege the one named is as a rule not the one besieged
    if hit.kind == "logistics_status":
        return _stated(side=sides.whose() or sides.own() or sides.actor(needed=False))
    if hit.row.losers:
        return _stated(**sides.lost())
    if hit.kind == "territory_change":
        return _stated(**sides.taken())
    if hit.kind == "clash":
        named = sides.both()
        return _stated(sides=named if len(named) > 1 else None)
    if hit.row.repelled:
        return _sides(sides.repelled())
    if hit.kind in _ATTACKS:
        return _sides(sides.actor(needed=False))
    return {}


def _sides(side: str | None) -> dict[str, object]:
    return _stated(sides=[side] if side else None)


def _stated(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}


def _details(read: Read, hit: Hit, table: Table) -> dict[str, object]:
    """What the row of the table sets, and the words that are a field themselves."""
    fields = dict(hit.row.fields)
    begins = max((turn.end() for turn in TURN.finditer(read.text, 0, hit.start)), default=0)
    ends = turn_after(read.text, hit.end)
    for detail in table.details:
        since = hit.start if detail.after else begins
        if hit.kind in detail.kinds and (match := detail.pattern.search(read.text, since, ends)):
            if _did_too(read, hit.end, match.start()):
                continue  # with which others did something
            fields.setdefault(detail.field, re.sub(r"\s+", " ", match[0].lower()))
    return {name: [text] if name == "weapons" else text for name, text in fields.items()}


def _put(keys: dict[str, object], name: str, value: object) -> None:
    if value:
        keys[name] = value


def counted_by(read: Read, hit: Hit, hits: Sequence[Hit]) -> list[tuple[Counted, str]]:
    """The numbers that belong to this phrase and not to another one nearer by, and their fields."""
    found = []
    for one in read.amounts:
        near = min(
            (other for other in hits if _field(one, other)),
            key=lambda other: _apart(other, one),
            default=None,
        )
        if near is not None and (near is hit or (near.shares and hit.shares)):
            found.append((one, cast("str", _field(one, hit))))
    return found + list(_going_on(read, found))


def _going_on(read: Read, found: Sequence[tuple[Counted, str]]) -> Iterator[tuple[Counted, str]]:
    """What is counted by a verb before: "killed 7 people in A and 3 people in B"."""
    names, placed = dict(found), dict(in_places(read))
    for one, other in pairwise(read.amounts):
        if one in names and one in placed and other in placed and other not in names:
            between = read.text[placed[one].end : other.start]
            if {"people", "civilians"}.issuperset(other.things) and _AND.fullmatch(between):
                names[other] = names[one]
                yield other, names[one]


def _shared(read: Read, counted: Sequence[tuple[Counted, str]]) -> Iterator[str]:
    """Ask about "11 civilians and one soldier were killed", where both numbers are of one verb."""
    harmed = {one for one, name in counted if name in _OF_PEOPLE}
    for one, other in pairwise(read.amounts):
        between = read.text[one.end : other.start]
        people = {"people", "civilians"}.intersection(one.things)
        alone = people and {"killed", "injured"}.isdisjoint(one.things)
        if alone and other in harmed and _AND_ALSO.fullmatch(between):
            yield f'which number? "{one.words}" and "{other.words}" count different people'


def _beside_one(read: Read, counted: Sequence[tuple[Counted, str]], table: Table) -> Iterator[str]:
    """Ask about "a man and three children were killed", where the first is not counted."""
    for one in (one for one, name in counted if name in _OF_PEOPLE):
        found = _ONE_AND.search(read.text[: one.start]) or _AND_ONE.match(read.text, one.end)
        people = (table.measures[name] for name in ("civilians", "people"))
        if found and any(of.search(found["who"]) for of in people):
            yield f'which number? "{found["who"]}" is one more than "{one.words}"'


def _field(one: Counted, hit: Hit) -> str | None:
    fields = {} if hit.is_statement else _COUNTS.get(hit.row.name, {})
    if "share" in one.things and "share" not in fields and _is_part(one.amount):
        return None  # "half of the soldiers" is no number of them
    ranked = [thing for thing in one.things if thing in fields]
    if fields is not _FOUGHT:  # "13 were killed in clashes" counts no clashes
        ranked.sort(key=list(fields).index)
    return fields[ranked[0]] if ranked else None


def _is_part(amount: Amount) -> bool:
    """Whether an amount is a part of something: one-third, and not half a dozen."""
    return all(one is None or one <= 1 for one in (amount.low, amount.best, amount.high))


def _of_place(
    counted: Sequence[tuple[Counted, str]], read: Read, spot: PlaceMention, filling: Filling
) -> list[tuple[Counted, str]]:
    """The numbers that are a part of this place and not of another, as far as that is said."""
    places = [(one, place.id) for one, place in of_amounts(read)]
    several = len({place for _, place in places}) > 1
    kept = []
    for one, name in counted:
        own = [place for amount, place in places if amount == one]
        if own and spot.id not in own:
            continue
        if not own and (several or re.match(rf"{OF}[A-Z]", read.text[one.end :])):
            filling.asked("where", f'which place is "{one.words}" of')
            continue
        kept.append((one, name))
    return kept


def _here(
    counted: Sequence[tuple[Counted, str]], read: Read, spot: PlaceMention, filling: Filling
) -> list[tuple[Counted, str]]:
    """The numbers without those of another place: "4 died in A and 2 in B"."""
    placed = dict(in_places(read))
    several = len({placed[one].id for one, _ in counted if one in placed}) > 1
    kept = []
    for one, name in counted:
        own = placed.get(one)
        if several and own and own.id != spot.id:
            continue
        before = [other for other in read.spots if spot.end <= other.start < other.end <= one.start]
        beyond = [
            at.id
            for other, at in placed.items()
            if one.end <= other.start < spot.start and not _HURT.match(read.text, other.end)
        ]
        if own is None and before and before[-1].id != spot.id:
            filling.asked("where", f'"{one.words}" may be told of {before[-1].place}')
        elif own is None and spot.id in beyond:
            filling.asked("where", f'"{one.words}" may not be told of {spot.place}')
        kept.append((one, name))
    return kept


def _control(
    counted: Sequence[tuple[Counted, str]],
    statuses: Sequence[tuple[Hit, Sides]],
    filling: Filling,
) -> None:
    """Which part is whose: each number goes with the status named nearest to it."""
    shares: list[dict[str, str]] = []
    areas: list[dict[str, str]] = []
    for one, name in counted:
        hit, sides = _nearest(statuses, one)
        part = {**_status(hit, sides), name: one.words}
        if hit.end <= one.start and sides.others(hit.end, one.end, part.get("by")):
            filling.asked("whose", f'is "{one.words}" that of {part.get("by")}')
        (shares if name == "share" else areas).append(part)
    if not counted:
        shares = [_status(hit, sides) for hit, sides in statuses[:1]]
    _put(filling.keys, "shares", shares)
    _put(filling.keys, "areas", areas)


def _nearest(statuses: Sequence[tuple[Hit, Sides]], one: Counted) -> tuple[Hit, Sides]:
    return min(statuses, key=lambda status: _apart(status[0], one))


def _apart(hit: Hit, one: Counted) -> int:
    return max(hit.start - one.end, one.start - hit.end, 0)


def telling(read: Read, hit: Hit, hits: Sequence[Hit]) -> Hit:
    """Of several phrases on who holds what, the one with a number by it."""
    statuses = [one for one in hits if one.shares]
    if not hit.shares or len(statuses) < 2 or not (counted := counted_by(read, hit, hits)):
        return hit
    return min(statuses, key=lambda one: _apart(one, counted[0][0]))


def _status(hit: Hit, sides: Sides) -> dict[str, str]:
    status = hit.row.fields["status"]
    by = sides.by() or sides.inside() or sides.before() or sides.meant()
    by = by if status == "held" else None
    return {"status": status, "by": by.lower()} if by else {"status": status}


def _statement(
    read: Read, hit: Hit, spot: PlaceMention, speaker: Voice | None, sides: Sides, filling: Filling
) -> None:
    """Words as words: an aim that its own side tells is an intent, told of others an assessment."""
    keys, speech = filling.keys, hit.row.name
    actor = sides.before() or sides.meant()
    if speech == "intent":
        own = sides.own()
        if own is not None and actor in (None, own):
            keys["stance"] = "intends"
            actor = own
        else:
            speech = "assessment"
    elif speech == "forecast":
        keys["stance"] = "forecasts"
    keys["speech"] = speech
    keys["proposition"] = _proposition(read, hit)
    words = _VERB.findall(read.text[hit.end : hit.clause_end]) or ["says"]
    verb = words[0]
    if hit.row.name in _VERB_INSIDE and (
        last := _VERB.findall(read.text[hit.start : hit.end])[-1:]
    ):
        verb = last[0]
    keys["about"] = _slug(actor or (speaker.party if speaker else ""), verb, spot.place)
    if deadline := next((one for one in read.dates if one.deadline), None):
        keys["deadline"] = str(deadline.first)
        filling.guessed(deadline.guess)


def _proposition(read: Read, hit: Hit) -> str:
    """The part of the sentence that is said, without who says it."""
    start, end = 0, len(read.text)
    for said in read.sayings:
        if said.start <= hit.start < said.end:
            start, end = max(start, said.start), min(end, said.end)
    if read.told_on and start <= read.told_on.start < hit.start:
        start = max(start, read.told_on.end)  # "said on Tuesday it would" tells of no Tuesday
    if turn := [m.end() for m in TURN.finditer(read.text) if m.end() <= hit.start]:
        # A turn inside one person's words stays with them.
        start = max(start, turn[-1]) if start == 0 and end == len(read.text) else start
    words = (
        re.sub(r"^\W*(?:[^,]{0,40}\bthat\s+)?", "", read.text[start:end])
        if start
        else read.text[start:end]
    )
    words = re.sub(r"\s+", " ", words).strip(' ,"“”.')
    return words[:1].upper() + words[1:600]


def _slug(*parts: str) -> str:
    plain = [re.sub(r"[^a-z0-9]+", "_", fold_name(part)).strip("_") for part in parts]
    return "-".join(part for part in plain if part)[:100].strip("-_")
