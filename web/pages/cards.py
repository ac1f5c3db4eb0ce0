"""A claim as a card of a page: what, who, when, its marks, and where it comes from. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote, urlsplit

from events.when import DAY
from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import SHORT, deadline_passed, rated, speaker, through, when
from web.pages.address import CUTS, query

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from events.when import Instant
    from timeline.asof import Held
    from timeline.claims import Claim
    from timeline.parties import Party
    from timeline.wording import Frame
    from web.pages.address import Address

T = TypeVar("T")

MOST: Final = 80
"""Claims shown before the rest is asked for: a page stays light whatever a place has seen."""
_TONES: Final = {
    "unverified": "warn",
    "unverifiable": "warn",
    "disputed": "bad",
    "refuted": "bad",
    "verified": "good",
    "confirmed": "good",
}
_MEANING: Final = {
    "possible": "it may not hold at this cut: its dates leave that open",
    "announced": "told before it was to come, and no report says yet that it came",
    "ended": "it has a stated end, which lies before this cut",
    "late": "it lies before the window, and was first told within it",
}
_READ: Final = {"at": "as seen on", "within": "at some time in", "during": "all through"}
"""How a date tells when something happened: what is seen may have begun before, and go on."""
_NAMED: Final = 3
"""Rivals named on a card; who all of them are is found on the page of the claim."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A mark of a claim: a word, its tone, and what it means."""

    word: str
    tone: str = ""
    title: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What a page shows of one claim; texts are safe, and still to be escaped."""

    id: str
    report: str
    says: str
    party: str
    side: str
    when: str
    through: str
    age: str
    badges: tuple[Badge, ...]
    summary: str
    quote: str
    chain: tuple[tuple[str, str], ...]
    publisher: str
    url: str
    happened: str
    valid: str
    told: str
    known_from: str
    recorded: str
    rated: str
    supersedes: str
    explain: str


@dataclass(frozen=True, slots=True)
class Cards:
    """What the cards of one page share: names, sides, the cut, and how to ask for more."""

    frame: Frame
    parties: Mapping[str, Party]
    asked: Mapping[str, str]
    valid: Instant
    by: Mapping[str, str] = field(default_factory=dict)
    """The parties of the claims that are shown, by the ids of the claims."""
    listed: Collection[str] = ()
    """Those of these that are found on the page by their ids."""

    def side(self, party: str) -> str:
        """The side that a party belongs to, or nothing."""
        found = self.parties.get(party)
        return safe(found.side.upper()) if found and found.side else ""

    def card(self, claim: Claim, held: Held | None = None) -> Card:
        """A claim as a card; what the rule compared gives its age and what it supersedes."""
        source = claim.source or {}
        publisher = source.get("publisher")
        return Card(
            id=claim.claim,
            report=safe(claim.report),
            says=phrase(claim, self.frame.names),
            party=speaker(claim, self.frame),
            side=self.side(claim.party),
            when=when(claim),
            through=through(claim, self.frame),
            age=age(held, self.valid) if held else "",
            badges=tuple(self._badges(claim)),
            summary=safe(claim.summary or ""),
            quote=safe(claim.quote or ""),
            chain=tuple(
                (self.frame.name(link["party"]), safe(link["channel"])) for link in claim.chain
            ),
            publisher=self.frame.name(publisher) if publisher else "",
            url=web_address(source.get("url")),
            happened=safe(f"{_READ[claim.happened_reading]} {claim.happened}"),
            valid=f"{claim.valid_from or 'an open beginning'} to {claim.valid_to or 'an open end'}",
            told=safe(claim.reported),
            known_from=claim.known_from,
            recorded=claim.recorded,
            rated=rated(claim.reliability, claim.credibility),
            supersedes=held.supersedes or "" if held else "",
            explain=claim_url(claim.claim, self.asked),
        )

    def maybe(self, claim: Claim | None) -> Card | None:
        """A claim as a card, where there is one."""
        return None if claim is None else self.card(claim)

    def of(self, claims: Iterable[Claim]) -> list[Card]:
        """Claims as cards, without what the rule compared."""
        return [self.card(claim) for claim in claims]

    def _badges(self, claim: Claim) -> Iterable[Badge]:
        if claim.certainty != "certain":
            yield Badge(claim.certainty, "open", _MEANING[claim.certainty])
        for word in ("ended", "late"):
            if getattr(claim, word):
                yield Badge(word, "note", _MEANING[word])
        if deadline_passed(claim, self.frame.valid):
            yield Badge("deadline passed", "note", "it was to come by a date before this cut")
        for note in claim.verification:
            status = safe(note["status"])
            by = self.frame.name(note["by"])
            yield Badge(f"{status}, {by}", _TONES.get(status, ""), f"{by} calls it {status}")
        for other in claim.disputes[:_NAMED]:
            by, href = other[:SHORT], claim_url(other, self.asked)
            if other in self.by:
                by = self.frame.name(self.by[other])
                href = f"#c-{other}" if other in self.listed else href
            yield Badge(f"disputed by {by}", "bad", "the two exclude each other", href)
        if (more := len(claim.disputes) - _NAMED) > 0:
            href = claim_url(claim.claim, self.asked)
            yield Badge(f"and by {more} more", "bad", "they and this exclude each other", href)
        code = f"{claim.reliability}{claim.credibility}"
        if code != "F6":
            yield Badge(code, "code", rated(claim.reliability, claim.credibility))


def of_two(
    frame: Frame,
    parties: Mapping[str, Party],
    pinned: tuple[Address, Address],
    valid: Instant,
    claims: Iterable[Claim],
) -> tuple[Cards, Cards]:
    """The cards of two answers beside each other, each of which leads on at its own basis."""
    by = {claim.claim: claim.party for claim in claims}
    one, other = (asked_of_claims(address) for address in pinned)
    return Cards(frame, parties, one, valid, by), Cards(frame, parties, other, valid, by)


def shortened(groups: Iterable[Sequence[T]], most: int | None) -> Iterator[tuple[Sequence[T], int]]:
    """Of each group at least the first, `most` in all; and how many are held back."""
    left = most
    for every in groups:
        taken = every if left is None else every[: max(left, 1)]
        left = None if left is None else left - len(taken)
        yield taken, len(every) - len(taken)


def asked_of_claims(address: Address) -> dict[str, str]:
    """What a question about a claim of a page is asked with: the cuts of the page, its window."""
    kept = (*CUTS, "window")
    return {name: text for name, text in address.parameters().items() if name in kept}


def claim_url(claim: str, asked: Mapping[str, str]) -> str:
    """The address of the page that explains a claim, at the cuts of the page it is on."""
    return f"/claim/{quote(claim, safe='')}" + query(**asked)


def web_address(url: str | None) -> str:
    """An address that may be followed: of the web, and of nothing that runs."""
    if not url:
        return ""
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return ""
    return safe(url) if scheme in ("http", "https") else ""


def age(held: Held, valid: Instant) -> str:
    """How old it is at the cut, from how far it speaks; nothing within a day."""
    old = (valid - min(held.assertion.reach, valid)) // DAY
    if old < 1:
        return ""
    if old < 90:
        return f"{old} day{'s' * (old > 1)} old"
    return f"{old / 30.44:.0f} months old" if old < 730 else f"{old / 365.25:.0f} years old"
