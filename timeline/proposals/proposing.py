"""From what the sentences name to proposed reports, each with what a person has to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, NamedTuple

from events.document import Draft, draft_from
from events.kinds import KINDS
from timeline.proposals.article import LONGEST
from timeline.proposals.doubting import doubt_before, doubts_of
from timeline.proposals.filling import counted_by, fields_of, telling
from timeline.proposals.hits import Hit, hits_in, turn_after
from timeline.proposals.keys import Filling
from timeline.proposals.placing import TURN_OF_TIME, Placer, Where, in_places
from timeline.proposals.saying import chain_of, is_denied_before
from timeline.proposals.sides import is_done_by_side
from timeline.proposals.speaking import main_of
from timeline.proposals.taking import is_entered, is_itself, is_of_part

if TYPE_CHECKING:
    from events.vocabulary import Kind
    from timeline.proposals.counting import Counted
    from timeline.proposals.dating import DaysSaid
    from timeline.proposals.naming import PlaceMention
    from timeline.proposals.reading import Read, ReadArticle
    from timeline.proposals.speaking import Voice
    from timeline.proposals.table import Table

MOST: Final = 1_000
"""Proposals of one text; more is no article."""
_WORDS_QUOTED: Final = 12
_BOUNDARY: Final = re.compile(r"[,;:]\s|[\"“”]|\b(?:as|while|that|but|after|who|which|because)\s+")
_CLAUSES: Final = re.compile(
    r"[,;:]\s|\b(?:and|as|while|but|after|before|when|who|which|because|though|although)\s"
)


_NUMBERS: Final = (
    *("size", "count", "people", "killed", "wounded", "personnel", "deaths", "injured"),
    "area_km2",
)
"""Keys of what a sentence counts."""
_WHO_CHECKS: Final = re.compile(
    r"\b((?!(?:He|I|It|She|The|These|They|This|We)\b)[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)*)\s"
    r"(?:[a-z]+\s){1,4}(?:confirm|verify)$"
)
"""Who checks something, by a name; what "cannot be confirmed" names nobody."""
_AHEAD: Final = frozenset({"intent", "forecast"})
"""Statements on what has not happened."""
_AND_OTHERS: Final = re.compile(r",\s+and\s")
_AND_DID: Final = re.compile(r"\band\s+(?:(?:had|has|have)\b|\w+ed\b)")
_TO_COME: Final = re.compile(r"\b(?:coming|following|later|next|this|tomorrow)\b", re.IGNORECASE)


@dataclass(slots=True)
class Proposal:
    """A proposed report: its keys in order; what has to be decided, and what was taken for what.

    One that is not `ready` lacks what its kind cannot do without.
    """

    read: Read
    kind: str
    keys: dict[str, object]
    review: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ready: bool = True


class Proposed(NamedTuple):
    """All proposals in the order of the text, and why each other sentence was passed over."""

    proposals: list[Proposal]
    passed: list[tuple[Read, str]]


def propose(
    reading: ReadArticle,
    table: Table,
    *,
    publisher: str,
    published: date,
    source: Mapping[str, str],
) -> Proposed:
    """Propose a report for each thing that a sentence says in words of the table."""
    proposer = _Proposer(reading, table, publisher, published, source)
    proposals: list[Proposal] = []
    passed: list[tuple[Read, str]] = []
    for previous, read in zip([None, *reading.reads], reading.reads, strict=False):
        if len(read.text) > LONGEST:
            passed.append((read, f"over {LONGEST:,} characters: a table, or no full stops"))
            continue
        found = [] if read.sentence.heading else proposer.of(read)
        if found and _only_checks(read, table):
            found = []
        checked = _checks(read, previous, found, proposals, table, publisher)
        if not found and not checked:
            checked = _denied_before(read, previous, proposals, table)
        proposals += found
        if len(proposals) > MOST:
            break
        if not found:
            passed.append((read, checked or proposer.why(read)))
    return Proposed([proposer.checked(one) for one in proposals], passed)


class _Proposer:
    def __init__(
        self,
        reading: ReadArticle,
        table: Table,
        publisher: str,
        published: date,
        source: Mapping[str, str],
    ) -> None:
        self._reading, self._table, self._published = reading, table, published
        self._publisher, self._source = publisher, source
        self._placer = Placer(reading)
        self._asked: set[str] = set()

    def why(self, read: Read) -> str:
        """Why nothing is proposed for a sentence."""
        if read.sentence.heading:
            return "a heading"
        if not read.spots and self._reading.topic is None and hits_in(read.text, self._table):
            return "no place is named, here or before; give one with --place"
        return "no phrase of the table"

    def of(self, read: Read) -> list[Proposal]:
        """The proposals of one sentence."""
        proposals: list[Proposal] = []
        seen: set[tuple[str, str, int]] = set()
        hits = hits_in(read.text, self._table)
        for hit in (telling(read, one, hits) for one in hits):
            apart = _counted_apart(read, hit, hits)
            places = apart or self._placer.places(read, hit)
            for where in places:
                if hit.row.placed and not is_entered(read, hit, where.spot):
                    continue
                if hit.row.sided and not is_done_by_side(read, hit, self._reading.parties):
                    continue
                # On the other side of a "but" the same may be told otherwise.
                part = hit.start if hit.is_statement else turn_after(read.text, hit.end)
                key = (hit.kind, where.spot.id or where.spot.place, part)
                if key not in seen:
                    seen.add(key)
                    proposal = self._proposal(read, hit, hits, where)
                    if not apart:
                        named = [one.spot.place for one in places]
                        proposal.review += _together(proposal, named)
                    proposals.append(proposal)
        _leftover(read, proposals)
        self._placer.passed(read)
        return proposals

    def _proposal(self, read: Read, hit: Hit, hits: Sequence[Hit], where: Where) -> Proposal:
        chain, notes, review = chain_of(read, hit, self._publisher, self._table)
        spot = where.spot
        review += where.review
        notes += where.notes
        keys: dict[str, object] = {"kind": hit.kind, "chain": _links(chain)}
        given = self._reading.topic_is_given and self._reading.topic
        if not (given and spot.id == given.id and spot.relation is None):
            keys["place"] = self._named(spot, notes)
        self._placer.relate(read, hit, spot, keys)
        doubts = doubts_of(read, hit, self._table)
        filling = Filling(keys, review, notes, doubts.denied)
        self._when(read, hit, filling)
        speaker = chain[0] if len(chain) > 1 else None
        if side := self._reading.parties.side(chain[0].party) if speaker is None else None:
            speaker = chain[0]._replace(side=side)  # whose own report it is, with its enemy in it
        fields_of(read, hit, hits, spot, speaker, self._reading.parties, self._table, filling)
        review += _of_other_days(read, hit, keys)
        review += doubts.review
        if doubts.denied:
            keys["stance"] = "denies"
        part = bool(spot.id) and hit.row.whole and not is_itself(read, hit, spot)
        if part:
            review.append(f"is it all of {spot.place} that was taken? not by these words")
        if hit.shares and not _measured(keys) and is_of_part(read, hit, spot):
            part = True
            review.append(f"how much of {spot.place} is it? not all, by these words")
        if keys.get("extent") == "part" and keys.keys().isdisjoint({"to", "from"}):
            part = True
            review.append("who advanced? no side is named")
        if hit.row.asks:
            phrase = " ".join(read.text[hit.start : hit.end].split())
            review.append(f'{hit.row.asks} "{phrase}" leaves it open')
        if words := _hangs_on(read, hit, hits):
            review.append(f'who says it? perhaps "{words}" is not meant for this part')
        review += [f'what is "{words}"? the number could not be read' for words in read.unread]
        quote, start, end = _quote(read.text, hit)
        keys["quote"] = quote
        begin = read.sentence.start
        locator = f"sentence {read.sentence.number}, characters {begin + start}-{begin + end}"
        keys["source"] = {"locator": locator}
        for one in chain[:-1]:
            if not one.known and one.channel != "unnamed" and one.party not in self._asked:
                self._asked.add(one.party)
                review.append(f'"{one.words}" is in no list of parties; is the id right?')
        ready = bool(spot.id) and not where.guessed and not part and not doubts.open
        return Proposal(read, hit.kind, keys, review, notes, ready)

    def _named(self, spot: PlaceMention, notes: list[str]) -> str:
        if words := self._reading.places.taken.get(spot.id):
            notes.append(f'"{words}" is {spot.place} here')
        return spot.place

    def _when(self, read: Read, hit: Hit, filling: Filling) -> None:
        """When it happened, by its own date, else that of its telling; when it was told."""
        told = read.told_on or (read.inherited.told_on if read.inherited else None)
        said = min(told.last, self._published) if told else self._published
        near = _own_day(read, hit, filling)
        if near is not None:
            if near.first > said:
                filling.review.append(f"when? {near} is after the telling")
            filling.keys["happened"] = _happened(str(near), hit.kind, spans=near.first != near.last)
            filling.guessed(near.guess)
            filling.asked("when", near.doubt)
        elif KINDS[hit.kind].reading != "at" and (_is_over(read) or not hit.goes_on(read.text)):
            # What happened is told after it, and who tells it seldom does so on the same day.
            filling.keys["happened"] = {"within": f"../{said}"}
            if not _is_over(read):
                filling.review.append("when? the sentence names no day of its own")
        else:
            filling.keys["happened"] = str(said)
            if hit.is_perfect(read.text):
                filling.review.append("when? the sentence names no day of its own")
        if told and told.first < self._published:
            # Of "said last week" it is known by the end of the week, and not before.
            filling.keys["reported"] = str(told._replace(last=said))

    def checked(self, proposal: Proposal) -> Proposal:
        """The proposal, with what the vocabulary has against it as something to decide."""
        report = {
            "reported": self._source["published"],
            "place": "somewhere",
            **proposal.keys,
            "source": {**self._source, **_mapping(proposal.keys.get("source"))},
        }
        result = draft_from(report, file="", line=None, timezone="UTC")
        if not isinstance(result, Draft):
            for problem in result:
                proposal.review.append(f"{problem.what}; {problem.right}")
            proposal.ready = False
        return proposal


def _counted_apart(read: Read, hit: Hit, hits: Sequence[Hit]) -> list[Where]:
    """The places of which a phrase tells numbers of their own; none where it is not several."""
    counted = [one for one, _ in counted_by(read, hit, hits)]
    turn = turn_after(read.text, hit.end)
    spots = {
        spot.id: spot
        for amount, spot in in_places(read)
        if amount in counted and spot.id and spot.start < turn and not hit.shares
    }
    return [Where(spot) for spot in spots.values()] if len(spots) > 1 else []


def _together(proposal: Proposal, places: Sequence[str]) -> Iterator[str]:
    """Ask about a number that is told of several places: each of them has but a part of it."""
    numbers = [str(proposal.keys[one]) for one in _NUMBERS if one in proposal.keys]
    if numbers and places[1:]:
        yield f'how many here? "{numbers[0]}" is told of {" and ".join(places)} together'


def _measured(keys: Mapping[str, object]) -> bool:
    """Whether a number tells how much of a place is whose."""
    return any("share" in part or "km2" in part for part in _parts(keys))


def _parts(keys: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for name in ("shares", "areas"):
        value = keys.get(name)
        yield from value if isinstance(value, list) else ()


def _leftover(read: Read, proposals: Sequence[Proposal]) -> None:
    """Tell of the numbers of a sentence that none of its proposals has."""
    told = {text for one in proposals for text in _texts(one.keys)}
    unused = [one.words for one in read.amounts if one.words not in told]
    if proposals and unused:
        proposals[-1].notes.append(f"not used: {'; '.join(unused)}")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)


def _hangs_on(read: Read, hit: Hit, hits: Sequence[Hit]) -> str | None:
    """Who is named at the end of a sentence of several clauses, for a phrase in an earlier one."""
    for said in read.sayings:
        later = [one for one in hits if hit.end <= one.start < said.end]
        between = read.text[hit.end : later[-1].start] if later else ""
        if said.outer and later and re.search(r"\b(?:as|while|after)\b", between):
            return said.speakers[-1].words
    return None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _own_day(read: Read, hit: Hit, filling: Filling) -> DaysSaid | None:
    """The day named in the clause of a phrase, else the one of its sentence, else the nearest."""
    own = [one for one in read.dates if not one.deadline]
    start, end = _clause(read, hit)
    inside = [one for one in own if start <= one.start < end]
    near = min(
        inside or own,
        key=lambda one: max(one.start - hit.end, hit.start - one.end),
        default=None,
    )
    if hit.row.name in _AHEAD and near and hit.start < near.start < _told_until(read, hit):
        # "Plans to attack on Friday" is not said on that day, which then is one to come.
        words = read.text[near.start : near.end]
        filling.review.append(f'when? "{words}" is when it is to come; add deadline if so')
        return None
    if hit.is_statement:
        return near
    if near and _is_apart(read, hit, near):
        filling.review.append(f"when? {near} is told of another part")
    if len(inside or own) > 1:
        filling.review.append(f"when? it names {' and '.join(map(str, inside or own))}")
    for one in read.untimed:
        if near is None or start <= one.start < end:
            filling.review.append(f'when? "{one.words}" is not read')
    if near is None:
        until = [str(one) for one in read.dates if one.deadline]
        filling.review.extend(f"when? {one} is but the end of it" for one in until)
    return near


def _told_until(read: Read, hit: Hit) -> int:
    """Where the words end that a statement is a part of."""
    ends = [said.end for said in read.sayings if said.start <= hit.start < said.end]
    return min([hit.clause_end, *ends])


def _is_apart(read: Read, hit: Hit, day: DaysSaid) -> bool:
    """Whether a day stands behind a "but" or "after", or behind all that who tells it said."""
    told = any(said.start <= hit.start < said.end <= day.start for said in read.sayings)
    first, last = sorted((day.start, hit.start))
    turned = turn_after(read.text, first) < last
    between = read.text[min(day.end, hit.end) : max(day.start, hit.start)]
    then = _AND_OTHERS if day.end <= hit.start else _AND_DID
    if KINDS[hit.kind].reading == "at" and then.search(between):
        return True  # "holds the town and repelled three attacks on Monday"
    return told or turned or TURN_OF_TIME.search(between) is not None


def _of_other_days(read: Read, hit: Hit, keys: Mapping[str, object]) -> Iterator[str]:
    """Ask about a number in whose own clause another day is named than the one taken."""
    told = [keys[name] for name in _NUMBERS if name in keys]
    for one in read.amounts:
        start, end = _clause(read, one)
        days = [day for day in read.dates if start <= day.start < end]
        other = not start <= hit.start < end
        if one.words in told and other and days and _happened_on(keys) != str(days[0]):
            yield f'when? "{one.words}" is told of {days[0]}'


def _happened_on(keys: Mapping[str, object]) -> object:
    happened = keys["happened"]
    return next(iter(happened.values())) if isinstance(happened, Mapping) else happened


def _is_over(read: Read) -> bool:
    """Whether a sentence says when by words that are not read, and not of what is to come."""
    return bool(read.untimed) and not any(_TO_COME.search(one.words) for one in read.untimed)


def _clause(read: Read, hit: Hit | Counted) -> tuple[int, int]:
    """Where the clause of a phrase begins and ends; a comma or an "and" in a date ends none."""
    ends = [
        match
        for match in _CLAUSES.finditer(read.text)
        if not any(one.start <= match.start() < one.end for one in read.dates)
    ]
    start = max((one.end() for one in ends if one.end() <= hit.start), default=0)
    return start, min(
        (one.start() for one in ends if one.start() >= hit.end), default=len(read.text)
    )


def _happened(text: str, kind: Kind, *, spans: bool) -> object:
    return {"within": text} if spans and KINDS[kind].reading == "at" else text


def _links(chain: Sequence[Voice]) -> list[object]:
    return [
        one.party if one.channel == "public" else {"party": one.party, "channel": one.channel}
        for one in chain
    ]


def _quote(text: str, hit: Hit) -> tuple[str, int, int]:
    """A few words around the phrase, and where they stand in the sentence."""
    start = max((m.end() for m in _BOUNDARY.finditer(text, 0, hit.start)), default=0)
    end = next((m.start() for m in _BOUNDARY.finditer(text, hit.end)), len(text))
    words = [m.span() for m in re.finditer(r"\S+", text[start:end])]
    spans = [
        (a + start, b + start) for a, b in words if re.search(r"\w", text[a + start : b + start])
    ]
    inside = [i for i, (a, b) in enumerate(spans) if a < hit.end and hit.start < b]
    room = max(0, _WORDS_QUOTED - len(inside))
    first = max(0, inside[0] - room * 2 // 3)
    last = min(len(spans) - 1, inside[-1] + room - (inside[0] - first))
    start, end = spans[first][0], spans[last][1]
    end -= len(text[start:end]) - len(text[start:end].rstrip(".,"))
    return re.sub(r"\s+", " ", text[start:end]), start, end


def _only_checks(read: Read, table: Table) -> bool:
    """Whether a sentence tells no more than that what was told is not verified, or is."""
    own = (read.spots, read.amounts, read.dates)
    return not any(own) and any(row.pattern.search(read.text) for row in table.checks)


def _checks(
    read: Read,
    previous: Read | None,
    found: Sequence[Proposal],
    before: Sequence[Proposal],
    table: Table,
    publisher: str,
) -> str | None:
    """Put a sentence's word of a check on what it is about; tells so where that is all it says."""
    for row in table.checks:
        if (match := row.pattern.search(read.text)) is None:
            continue
        voices = [one for one in read.mentions if one.side is None]
        near = min(voices, key=lambda one: abs(one.start - match.start()), default=None)
        check = {"status": row.name, "by": near.party if near else publisher}
        about = list(found) or _just_before(read, previous, before)
        other = None if near else _WHO_CHECKS.search(read.text[: match.end()])
        against = doubt_before(read, match.start(), table) if row.name == "verified" else None
        for proposal in about:
            if against:
                proposal.review.append(f'was it checked? "{against}" is said of "{match[0]}"')
            elif other:
                proposal.review.append(f'who checked it? "{other[1]}" is no voice of the list')
            else:
                proposal.keys["verification"] = check
        if not about:
            return f"{row.name}, but no proposal stands before it"
        numbers = sorted({one.read.sentence.number for one in about})
        if against:
            return f"{row.name}, perhaps: asked about at sentence {', '.join(map(str, numbers))}"
        return f"{row.name}: put on sentence {', '.join(map(str, numbers))}"
    return None


def _denied_before(
    read: Read, previous: Read | None, before: Sequence[Proposal], table: Table
) -> str | None:
    """Ask about what is denied in a sentence of its own: "X denied this"; tells so."""
    about = _just_before(read, previous, before)
    said = next((one for one in read.sayings if is_denied_before(read.text, one, table)), None)
    if said is None or not about:
        return None
    words, number = main_of(said).words, read.sentence.number
    for one in about:
        one.review.append(
            f'"{words}" {said.verb} it in sentence {number}: add a report with stance: denies?'
        )
    return f"a denial: asked about at sentence {about[-1].read.sentence.number}"


def _just_before(read: Read, previous: Read | None, before: Sequence[Proposal]) -> list[Proposal]:
    """Those of the sentence before in its paragraph; of the paragraph before, if it begins one."""
    if previous is None:
        return []
    last = previous.sentence
    if last.paragraph == read.sentence.paragraph:
        return [one for one in before if one.read is previous]
    return [one for one in before if one.read.sentence.paragraph == last.paragraph]
