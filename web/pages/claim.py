"""The page of a claim: where it comes from, what became of it, and why the rule shows it or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import (
    CLAUSES,
    ROLES,
    Frame,
    agent_words,
    changed_field,
    check_words,
    cuts_in_words,
    cuts_of_kept,
    rated,
    shown_at,
    source_words,
    when,
    why_words,
)
from web.pages.address import CUTS, place_url, query
from web.pages.cards import Card, Cards, asked_of_claims, claim_url, web_address
from web.pages.news import told_up_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from timeline.engine import Timeline
    from timeline.questions.explain import Explanation, Link, VersionView
    from web.pages.address import Address

_RELATED: Final[Mapping[str, str]] = {
    "contradiction": "the two exclude each other",
    "update": "newer words of the same party",
    "refinement": "one lies within the other",
    "repeat": "the two say the same",
    "unreconciled": "of another time, so that both may be right",
    "compatible": "neither excludes nor contains the other",
}
"""How another claim on the same matter stands to this one, as `timeline.values` has it."""


@dataclass(frozen=True, slots=True)
class Why:
    """What one clause of the rule says of the claim."""

    clause: int
    word: str
    text: str
    href: str
    shows: bool


@dataclass(frozen=True, slots=True)
class ProvenanceLine:
    """A line of the provenance: what it is, in words, and an address where there is one."""

    name: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of the report, what it changed, and what took its place."""

    act: str
    told: str
    known_from: str
    recorded: str
    reason: str
    claim: str
    href: str
    changed: tuple[str, ...]
    here: bool


@dataclass(frozen=True, slots=True)
class RedactedRow:
    """What was redacted of the report, when in this log, and why."""

    fields: str
    recorded: str
    reason: str


@dataclass(frozen=True, slots=True)
class RivalCard:
    """A claim of another party on the same matter, and how the two relate."""

    relation: str
    card: Card


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """All that the template of a claim needs."""

    id: str
    report: str
    says: str
    when: str
    party: str
    summary: str
    place: str
    place_id: str
    place_href: str
    shown: str
    """Whether an answer at the cuts shows it, in words."""
    basis: str
    permalink: str
    why: tuple[Why, ...]
    whence: tuple[ProvenanceLine, ...]
    quote: str
    language: str
    """Of the quote, as its source is said to be written in; a code of BCP 47."""
    versions: tuple[VersionRow, ...]
    redactions: tuple[RedactedRow, ...]
    links: tuple[ProvenanceLine, ...]
    rivals: tuple[RivalCard, ...]
    json: str
    position: int


def claim_page(timeline: Timeline, address: Address) -> ClaimPage:
    """Explain a claim, in the page's words; `address` names it, and how it is asked about."""
    cuts = asked_of_claims(address)
    with timeline.reading() as reader:
        answer = timeline.explain(address.place, window=address.days, **_cuts(cuts))
        frame = Frame(reader.party_names(), answer.valid)
        asof = timeline.cuts(**_cuts(cuts)).asof
        shown = [one.claim for one in answer.rivals]
        shown += [answer.says] if answer.says else []
        by = {one.claim: one.party for one in shown}
        shared = Cards(frame, reader.parties(), cuts, asof.valid, by)
        position = told_up_to(timeline, cuts.get("basis"))
    said = answer.says
    # What was asked for by the beginning of its id may fit another one later.
    whole = answer.report if address.place == answer.report else answer.claim or answer.report
    return ClaimPage(
        id=answer.claim or answer.id,
        report=safe(answer.report),
        says=phrase(said, frame.names) if said else "verification of another report",
        when=when(said) if said else "",
        party=frame.name(said.party) if said else "",
        summary=safe(said.summary or "") if said else "",
        place=safe(answer.place.name),
        place_id=answer.place.id,
        place_href=place_url(answer.place.id) + query(**cuts),
        shown=shown_at(
            answer.shown,
            cuts_of_kept(answer.asked, answer.valid, answer.known)
            if address.basis
            else cuts_in_words(answer.asked),
        ),
        basis=answer.basis,
        permalink=claim_url(whole, asked_of_claims(address.pinned(answer.basis))),
        why=tuple(_why(answer, frame, cuts)),
        whence=tuple(_whence(answer, frame, cuts)),
        quote=safe(answer.derived_from.quote or "") if answer.derived_from else "",
        language=safe(answer.derived_from.language or "") if answer.derived_from else "",
        versions=tuple(_version(one, answer.claim, cuts) for one in answer.versions),
        redactions=tuple(
            RedactedRow(", ".join(one.fields), one.recorded, safe(one.reason))
            for one in answer.redactions
        ),
        links=tuple(_link(one, cuts) for one in answer.links),
        rivals=tuple(
            RivalCard(f"{one.relation}: {_RELATED[one.relation]}", shared.card(one.claim))
            for one in answer.rivals
        ),
        json=f"/api/explain/{quote(answer.claim or answer.report, safe=':')}.json" + query(**cuts),
        position=position,
    )


def _cuts(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in CUTS if name in asked}


def _why(answer: Explanation, frame: Frame, cuts: Mapping[str, str]) -> Iterator[Why]:
    for reason in answer.reasons:
        href = claim_url(reason.claim, cuts) if reason.claim else ""
        text = why_words(reason, frame)
        yield Why(reason.clause, CLAUSES[reason.clause], text, href, reason.shows)


def _whence(answer: Explanation, frame: Frame, cuts: Mapping[str, str]) -> Iterator[ProvenanceLine]:
    for agent in answer.attributed_to:
        yield ProvenanceLine(ROLES[agent.role], agent_words(agent, frame))
    source = answer.derived_from
    if source is not None:
        yield ProvenanceLine("source", source_words(source, frame))
        for name, text in (
            ("where in it", source.locator),
            ("address", source.url),
            ("archived", source.archived_url),
            ("SHA-256 of its text", source.sha256),
        ):
            if text:
                yield ProvenanceLine(name, safe(text), web_address(text))
    if answer.says is not None:
        yield ProvenanceLine("rated", rated(answer.says.reliability, answer.says.credibility))
    for check in answer.verification:
        text = f"{check_words(check, answer.says, frame)}, known from {check.known_from}"
        yield ProvenanceLine("checked", text, claim_url(check.claim, cuts) if check.claim else "")


def _link(one: Link, cuts: Mapping[str, str]) -> ProvenanceLine:
    return ProvenanceLine(
        safe(one.kind.replace("_", " ")),
        safe(one.report) + (", which links to it" if one.incoming else ""),
        claim_url(one.report, cuts),
    )


def _version(one: VersionView, meant: str | None, cuts: Mapping[str, str]) -> VersionRow:
    return VersionRow(
        act=one.act,
        told=safe(one.reported),
        known_from=one.known_from,
        recorded=one.recorded,
        reason=safe(one.reason or ""),
        claim=one.claim or "",
        href=claim_url(one.claim, cuts) if one.claim else "",
        changed=tuple(changed_field(change) for change in one.changed),
        here=one.claim is not None and one.claim == meant,
    )
