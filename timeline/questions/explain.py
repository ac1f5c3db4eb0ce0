"""Where a claim comes from, what became of it, and why the rule shows it or passes it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.vocabulary import owner
from events.when import iso
from timeline import entries
from timeline.answer import JsonAnswer
from timeline.asof import AsOf, Held, Version, claim_of, counting, version_of, with_a_say
from timeline.claims import Claim
from timeline.places import SITE
from timeline.questions.known import counted_once, fallen, view_of
from timeline.reasons import Case, Reason, reasons, rivals
from timeline.situation import Asked, PlaceView, in_order, presented

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.cuts import Cuts
    from timeline.entries import Entry, Report
    from timeline.reader import Reader

SCHEMA: Final = "timeline/explain/1"

_ACTS: Final[Mapping[str, str]] = {
    entries.FILED: "filed",
    entries.CORRECTED: "corrected",
    entries.MENDED: "mended",
    entries.RETRACTED: "retracted",
}


class Agent(msgspec.Struct, frozen=True):
    """One who speaks in the chain: whose `claim` it is, those it is `from`, those it came `via`."""

    party: str
    channel: str
    role: str


class Derived(msgspec.Struct, frozen=True):
    """Where the report was read, and where in it; `quote` is its words."""

    publisher: str | None
    title: str | None
    url: str | None
    archived_url: str | None
    published: str | None
    language: str | None
    sha256: str | None
    locator: str | None
    quote: str | None


class Changed(msgspec.Struct, frozen=True):
    """A field that a version states otherwise than the one it revises; null where it has none."""

    field: str
    was: Any
    now: Any


class Ended(msgspec.Struct, frozen=True):
    """What took a version's place: `known_from` for the world, `recorded` for this log."""

    act: str
    claim: str | None
    known_from: str
    recorded: str
    reason: str | None


class VersionView(msgspec.Struct, frozen=True):
    """One version of the report, in the order of the log, and what it changed in which other."""

    act: str
    claim: str | None
    reported: str
    known_from: str
    recorded: str
    reason: str | None
    changed: list[Changed]
    revision_of: str | None = msgspec.field(name="wasRevisionOf")
    invalidated_by: Ended | None = msgspec.field(name="wasInvalidatedBy")


class Redacted(msgspec.Struct, frozen=True):
    """Fields that were taken out of every version of the report, when in this log, and why."""

    fields: list[str]
    recorded: str
    reason: str


class Link(msgspec.Struct, frozen=True):
    """A link to another report, or from one that counts at the cuts (`incoming`)."""

    kind: str
    report: str
    incoming: bool


class Check(msgspec.Struct, frozen=True):
    """What somebody who checked it says; `claim` is that of a verification, else its own source."""

    status: str
    by: str
    known_from: str
    claim: str | None


class Rival(msgspec.Struct, frozen=True):
    """A claim of another party that shows on the same matter, and how the two relate."""

    relation: str
    claim: Claim


class Explanation(JsonAnswer, frozen=True, kw_only=True):
    """The answer to `explain`; relations to people, sources and versions are named as in W3C PROV.

    `says` is the claim as the answer shows it, or as its version states it where the answer does
    not; null for a verification and for a retraction.
    """

    schema: str = SCHEMA
    id: str
    report: str
    claim: str | None
    place: PlaceView
    asked: Asked
    valid: str
    known: str
    recorded: str | None
    basis: str
    shown: bool
    reasons: list[Reason]
    says: Claim | None
    attributed_to: list[Agent] = msgspec.field(name="wasAttributedTo")
    derived_from: Derived | None = msgspec.field(name="wasDerivedFrom")
    revision_of: str | None = msgspec.field(name="wasRevisionOf")
    invalidated_by: Ended | None = msgspec.field(name="wasInvalidatedBy")
    versions: list[VersionView]
    redactions: list[Redacted]
    links: list[Link]
    verification: list[Check]
    rivals: list[Rival]


def explain(
    reader: Reader, prefix: str, history: Sequence[Entry], cuts: Cuts, *, window: Instant
) -> Explanation:
    """Explain a claim or a report; `history` is every entry of its report.

    The id of a claim, or how it begins, means that version; else the version that shows is
    meant, or the last that was known at the cuts, or the first. Of the other versions those are
    told of that have a say at the cuts: no look ahead.
    """
    versions = [version_of(entry) for entry in history if entry.topic in entries.REPORT_TOPICS]
    asof = cuts.asof
    version, report = _meant(prefix, versions, asof)
    place, book = report.place.id, reader.book(asof)
    found = reader.held([place], asof, window)[place] if version.assertion else []
    held = in_order(found, asof.valid)
    checks = _checks(reader, version, cuts)
    case = _case(reader, version, versions, cuts, window, held, place)
    why = reasons(case)
    told = with_a_say(versions, asof)
    if version not in told:
        told.append(version)
    views = _views(told, asof)
    view = views[told.index(version)]
    claim = version.assertion
    marks = reader.marks({one.assertion.claim.report for one in held}, asof)
    answered = {one.claim: one for one in presented(held, marks)[0]}
    return Explanation(
        id=prefix,
        report=version.entry.key,
        claim=view.claim,
        place=view_of(place, book, asof.valid),
        asked=cuts.asked,
        valid=iso(asof.valid),
        known=iso(asof.known),
        recorded=cuts.recorded,
        basis=cuts.pinned(*reader.pinned(asof)),
        shown=all(reason.shows for reason in why),
        reasons=why,
        says=answered.get(claim.claim.claim, claim.claim) if claim else None,
        attributed_to=_agents(report),
        derived_from=_derived(report),
        revision_of=view.revision_of,
        invalidated_by=view.invalidated_by,
        versions=views,
        redactions=[
            Redacted(list(entry.fields), iso(entry.recorded), entry.reason)
            for entry in history
            if entry.topic == entries.REDACTED
        ],
        links=_links(reader, report, version.entry.key, cuts),
        verification=checks,
        rivals=[
            Rival(relation, answered[one.claim.claim])
            for one, relation in (rivals(claim, held) if claim else [])
        ],
    )


def _meant(prefix: str, versions: Sequence[Version], asof: AsOf) -> tuple[Version, Report]:
    """Which version an id means; a retraction is none."""
    telling = [(one, one.entry.report) for one in versions if one.entry.report]
    named = [pair for pair in telling if (claim := claim_of(pair[0])) and claim.startswith(prefix)]
    among = named or telling
    for one in reversed(counting(versions, asof)):
        for pair in among:
            if pair[0] is one:
                return pair
    known = with_a_say(versions, asof)
    return next((pair for pair in reversed(among) if pair[0] in known), among[0])


def _case(
    reader: Reader,
    version: Version,
    versions: Sequence[Version],
    cuts: Cuts,
    window: Instant,
    held: Sequence[Held],
    place: str,
) -> Case:
    asof = cuts.asof
    mine = [one for one in held if one.assertion.claim.claim == claim_of(version)]
    defined = reader.book(asof).get(place)
    last = None
    if version.mark is not None:
        words = reader.marks([version.mark.report], asof).get(version.mark.report, ())
        said = [one.claim for one in words if one.by == version.mark.by]
        last = version.mark.claim if version.mark.claim in said else next(iter(said), None)
    return Case(
        version,
        versions,
        asof,
        window,
        held,
        counted_once(reader, held, asof),
        fallen(reader, mine, asof),
        defined is not None and defined.kind == SITE,
        last,
    )


def _views(versions: Sequence[Version], asof: AsOf) -> list[VersionView]:
    order = counting(versions, asof)
    views: list[VersionView] = []
    for at, version in enumerate(versions):
        before = _predecessor(at, versions, order)
        entry = version.entry
        views.append(
            VersionView(
                _ACTS[entry.topic],
                claim_of(version),
                entry.reported.text if entry.reported else "",
                iso(version.knowledge),
                iso(entry.recorded),
                entry.reason or None,
                _changes(before, version),
                claim_of(before) if before is not None else None,
                _ended(_successor(at, versions, order)),
            )
        )
    return views


def _predecessor(at: int, versions: Sequence[Version], order: Sequence[Version]) -> Version | None:
    """What a version revises: what showed until it was told, of a mend what the mend takes out."""
    version = versions[at]
    filed = [one for one in versions[:at] if not one.retraction]
    if not filed:
        return None
    if version.mend or version not in order:
        return filed[-1]
    showed = [one for one in order[: order.index(version)] if not one.retraction]
    return (showed or filed)[-1]


def _successor(at: int, versions: Sequence[Version], order: Sequence[Version]) -> Version | None:
    """What took a version's place by the cuts: a mend at once, else what was told after it."""
    if at + 1 < len(versions) and versions[at + 1].mend:
        return versions[at + 1]
    return next((after for one, after in pairwise(order) if one is versions[at]), None)


def _ended(after: Version | None) -> Ended | None:
    if after is None:
        return None
    entry = after.entry
    return Ended(
        _ACTS[entry.topic],
        claim_of(after),
        iso(after.knowledge),
        iso(entry.recorded),
        entry.reason or None,
    )


def _changes(before: Version | None, version: Version) -> list[Changed]:
    """Field by field what a version states otherwise than the one that it revises."""
    if before is None or before.entry.report is None or version.entry.report is None:
        return []
    was, now = dict(_fields(before.entry.report)), dict(_fields(version.entry.report))
    return [
        Changed(field, was.get(field), now.get(field))
        for field in sorted(was.keys() | now.keys())
        if was.get(field) != now.get(field)
    ]


def _fields(report: Report) -> Iterator[tuple[str, Any]]:
    """A report's fields by path, as a person would have written them."""
    yield "kind", report.kind
    yield "place", report.place.name
    yield "place.id", report.place.id
    yield "relation", report.place.relation
    yield "landmark", report.place.landmark
    yield "happened", report.happened.text
    yield "happened.reading", report.happened.reading
    yield "reported", report.reported.text
    yield "timezone", report.timezone
    yield "chain", [msgspec.to_builtins(one) for one in report.chain]
    yield "stance", report.stance
    yield "reliability", report.reliability
    yield "credibility", report.credibility
    yield "verification", [msgspec.to_builtins(one) for one in report.verification]
    yield "summary", report.summary
    yield "quote", report.quote
    yield "links", {kind: list(others) for kind, others in report.links.items()}
    yield "tags", list(report.tags)
    if report.source is not None:
        derived = msgspec.structs.asdict(_derived(report) or _NOWHERE)
        yield from ((f"source.{name}", text) for name, text in derived.items() if name != "quote")
    yield from _leaves(msgspec.json.decode(report.value), "")


def _leaves(value: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, part in value.items():
        if isinstance(part, dict) and not {"as_reported", "text"} & part.keys():
            yield from _leaves(part, f"{above}{name}.")
        else:
            yield f"{above}{name}", part


_NOWHERE: Final = Derived(None, None, None, None, None, None, None, None, None)


def _agents(report: Report) -> list[Agent]:
    own = owner(one.channel for one in report.chain)
    return [
        Agent(
            one.party,
            one.channel,
            "claim" if at == own else "from" if at < own else "via",
        )
        for at, one in enumerate(report.chain)
    ]


def _derived(report: Report) -> Derived | None:
    source = report.source
    if source is None:
        return msgspec.structs.replace(_NOWHERE, quote=report.quote) if report.quote else None
    published = msgspec.json.decode(source.published) or {}
    return Derived(
        source.publisher,
        source.title,
        source.url,
        source.archived_url,
        published.get("text"),
        source.language,
        source.sha256,
        source.locator,
        report.quote,
    )


def _links(reader: Reader, report: Report, key: str, cuts: Cuts) -> list[Link]:
    own = [
        Link(kind, other, incoming=False)
        for kind, others in sorted(report.links.items())
        for other in others
    ]
    return own + [Link(kind, other, incoming=True) for kind, other in reader.linked(key, cuts.asof)]


def _checks(reader: Reader, version: Version, cuts: Cuts) -> list[Check]:
    report, key = version.entry.report, version.entry.key
    own = [
        Check(note.status, note.by, iso(version.knowledge), None)
        for note in (report.verification if report else ())
    ]
    marks = reader.marks([key], cuts.asof).get(key, ())
    return own + [Check(mark.status, mark.by, iso(mark.knowledge), mark.claim) for mark in marks]
