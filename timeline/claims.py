"""What a report asserts: one version of a report in, at most one claim out. Pure."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, assert_never, get_args
from unicodedata import normalize

import msgspec

from events.canonical import canonical
from events.vocabulary import Facet, owner
from events.when import Instant, instant_of, iso
from timeline.digests import blake2b

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from events.vocabulary import Kind
    from timeline.entries import Entry, Report, StoredSpeaker

ReadAs = Literal["status", "happening", "sum"]
Certainty = Literal["certain", "possible", "announced"]

FACETS: Final[tuple[Facet, ...]] = get_args(Facet)
_FACET_ORDER: Final[dict[str, str]] = {facet: f"{at:02d}" for at, facet in enumerate(FACETS)}

# Open ends as integers that every comparison, in Python and in SQL, treats as before and after all.
OPEN_PAST: Final = -(1 << 62)
OPEN_FUTURE: Final = 1 << 62

# The stances that speak of what is not (yet) the case: they never become control, forces or
# fighting, but stand under statements.
NOT_YET: Final = frozenset({"intends", "forecasts"})


class Claim(msgspec.Struct, gc=False):
    """One claim of an answer; the fields are the keys of the JSON, in its order: docs/answers.md.

    Instants are ISO 8601 in UTC, None where a bound is open; `happened` and `reported` stay as
    written. `value` is plain data, an amount in it {low, best, high, approximate, as_reported}.
    """

    claim: str
    report: str
    kind: str
    facet: str
    subject: str | None
    party: str
    chain: list[dict[str, str]]
    place: str
    relation: str | None
    landmark: str | None
    value: dict[str, Any]
    stance: str
    read_as: str
    happened: str
    happened_reading: str
    valid_from: str | None
    valid_to: str | None
    certainty: str
    ended: bool
    late: bool
    reported: str
    known_from: str
    recorded: str
    reliability: str
    credibility: str
    verification: list[dict[str, str]]
    summary: str | None
    quote: str | None
    source: dict[str, str | None] | None
    disputes: list[str]


class Series(msgspec.Struct, frozen=True, order=True, dict=True, array_like=True):
    """What a claim shares with those it can replace: location, topic, subject, party and so on."""

    place: str
    relation: str
    landmark: str
    facet: str
    topic: str
    subject: str
    denial: bool
    party: str

    @cached_property
    def matter(self) -> str:
        """What rivals share, and statuses are listed by: facet, location, topic and subject.

        Joined by NUL, which is in none of them, so that it sorts as they would one by one.
        """
        about = self.relation, self.landmark, self.topic, self.subject
        return "\0".join((_FACET_ORDER[self.facet], "status", *about))

    @cached_property
    def happening(self) -> str:
        """What happenings are listed by: behind all statuses of their facet."""
        return f"{_FACET_ORDER[self.facet]}\0~"


class Assertion(msgspec.Struct, frozen=True, gc=False):
    """What one version of a report asserts, with the numbers the rule of as-of compares.

    `earliest` and `latest` bound the valid time, half-open, in microseconds of UTC, open ends as
    `OPEN_PAST` and `OPEN_FUTURE`; `knowledge` is when the world had learned of this version, and
    `reach` how far the claim speaks: what is told as having happened does not lie after the
    telling, unless it was announced.
    """

    series: Series
    read_as: ReadAs
    earliest: Instant
    latest: Instant
    reach: Instant
    reading: str
    capped: bool
    knowledge: Instant
    claim: Claim

    @property
    def announced(self) -> bool:
        """Told before it could have happened."""
        return self.earliest >= self.knowledge


class Words(msgspec.Struct, array_like=True, gc=False):
    """What is in a claim and in neither its series nor its reading, named as in `Claim`."""

    claim: str
    report: str
    kind: str
    chain: list[dict[str, str]]
    landmark: str | None
    value: Any
    stance: str
    happened: str
    happened_reading: str
    valid_from: str | None
    valid_to: str | None
    reported: str
    known_from: str
    recorded: str
    reliability: str
    credibility: str
    verification: list[dict[str, str]]
    summary: str | None
    quote: str | None
    source: dict[str, str | None] | None


class Telling(msgspec.Struct, gc=False):
    """What one version of a report asserts, not decoded yet; the numbers of `Assertion`.

    `words` are the fields of `Words` in order, with chain and verification as the log has them.
    """

    series: Series
    read_as: ReadAs
    earliest: Instant
    latest: Instant
    reach: Instant
    capped: bool
    knowledge: Instant
    words: tuple[Any, ...]


class Mark(msgspec.Struct, frozen=True, gc=False):
    """What a verification says of another report."""

    report: str
    status: str
    by: str
    knowledge: Instant
    claim: str


class _Verdict(msgspec.Struct, gc=False):
    """The own fields of a verification."""

    report: str
    result: str


class _Own(msgspec.Struct, gc=False):
    """The own fields of a kind that decide how its claim is read."""

    side: str | None = None
    about: str | None = None
    extent: str = "whole"
    violated: bool = False
    cumulative: bool = False


_own = msgspec.json.Decoder(_Own)
_verdict = msgspec.json.Decoder(_Verdict)
_plain = msgspec.json.Decoder()
_NOTHING: Final = _Own()


def claim_id(originator: str, public: bytes, again: int = 0) -> str:
    """The id of the claim of a version of a report: the same wherever it is filed.

    It begins as the id of its report's aggregate does, so that it leads to the report. It depends
    on the `public` part alone, lest it tell of what was redacted, and on how many earlier versions
    said the same in public.
    """
    said = b"%d%b" % (again, public) if again else public
    return originator[:8] + blake2b(said, digest_size=6).hexdigest()


def telling_of(entry: Entry) -> Telling | None:
    """What a version of a report tells; None for a verification, which marks another report."""
    if (report := entry.report) is None:
        return None
    if (read := reading_of(report.kind, report.value)) is None:
        return None
    facet, topic, subject, read_as = read
    place, happened, reported = report.place, report.happened, report.reported
    stance = report.stance
    if stance in NOT_YET:
        facet, read_as = "statements", "status"
    chain, source, landmark = report.chain, report.source, place.landmark
    knowledge = reported.latest
    earliest = OPEN_PAST if happened.earliest is None else happened.earliest
    latest = OPEN_FUTURE if happened.latest is None else happened.latest
    # By position: a million of these are made by a rebuild.
    return Telling(
        Series(
            place.id,
            place.relation or "",
            _folded(landmark) if landmark else "",
            facet,
            topic,
            subject,
            stance == "denies",
            party_of(chain),
        ),
        read_as,
        earliest,
        latest,
        latest if earliest >= knowledge else min(latest, knowledge),
        happened.approximate or happened.uncertain,
        knowledge,
        (
            claim_id(entry.originator, entry.public, entry.again),
            entry.key,
            report.kind,
            chain,
            landmark,
            _dated(report.value) if report.kind == "statement" else report.value,
            stance,
            happened.text,
            happened.reading,
            None if happened.earliest is None else iso(earliest),
            # What was seen to hold, `at` a time, says nothing of its end.
            None if happened.latest is None or happened.reading == "at" else iso(latest),
            reported.text,
            iso(knowledge),
            iso(entry.recorded),
            report.reliability,
            report.credibility,
            report.verification,
            report.summary,
            report.quote,
            None if source is None else {"publisher": source.publisher, "url": source.url},
        ),
    )


def _dated(value: msgspec.Raw) -> msgspec.Raw:
    """The value of a statement, with the bounds of its deadline as answers write instants."""
    said = _plain.decode(value)
    if "deadline" not in said:
        return value
    for end in ("earliest", "latest"):
        if (bound := said["deadline"].get(end)) is not None:
            said["deadline"][end] = iso(bound)
    return msgspec.Raw(canonical(said))


def deadline_of(claim: Claim) -> Instant | None:
    """The end of the time by which it was to come, where a statement names one."""
    ends = (claim.value.get("deadline") or {}).get("latest")
    return None if ends is None else instant_of(ends)


def amounts(value: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The amounts that a value states, by their names; of equipment one for each thing."""
    found: dict[str, Mapping[str, Any]] = {}
    for name, stated in value.items():
        if name == "equipment":
            found |= {f"equipment:{thing}": amount for thing, amount in stated.items()}
        elif isinstance(stated, dict) and "as_reported" in stated:
            found[name] = stated
    return found


def require_told(report: Report) -> None:
    """Raise what `telling_of` or `mark` would raise where own fields do not fit the kind."""
    if report.kind == "verification":
        _verdict.decode(report.value)
        return
    reading_of(report.kind, report.value)
    if report.kind == "statement":
        _dated(report.value)


def assertion(entry: Entry) -> Assertion | None:
    """What a version of a report asserts; None for a verification, which marks another report."""
    report, told = entry.report, telling_of(entry)
    if report is None or told is None:
        return None
    words = Words(*told.words)
    words.value = _plain.decode(words.value)
    words.chain = [{"party": one.party, "channel": one.channel} for one in report.chain]
    words.verification = [{"status": one.status, "by": one.by} for one in report.verification]
    return asserting(told, words)


def asserting(told: Telling, words: Words) -> Assertion:
    """The assertion of a telling, by its words as decoded."""
    return Assertion(
        told.series,
        told.read_as,
        told.earliest,
        told.latest,
        told.reach,
        words.happened_reading,
        told.capped,
        told.knowledge,
        claim_in(told.series, told.read_as, words, _at_best(told)),
    )


def _at_best(told: Telling) -> Certainty:
    """How certain a claim can be at most, whatever the cut of valid time."""
    if told.earliest >= told.knowledge:
        return "announced"
    return "possible" if told.capped else "certain"


def claim_in(series: Series, read_as: ReadAs, words: Words, at_best: Certainty) -> Claim:
    """The claim that these words make in their series, as certain as it can be at most."""
    return Claim(
        words.claim,
        words.report,
        words.kind,
        series.facet,
        series.subject or None,
        series.party,
        words.chain,
        series.place,
        series.relation or None,
        words.landmark,
        words.value,
        words.stance,
        read_as,
        words.happened,
        words.happened_reading,
        words.valid_from,
        words.valid_to,
        at_best,
        False,
        False,
        words.reported,
        words.known_from,
        words.recorded,
        words.reliability,
        words.credibility,
        words.verification,
        words.summary,
        words.quote,
        words.source,
        [],
    )


def mark(entry: Entry) -> Mark | None:
    """What a version of a report says of another report; None unless it is a verification."""
    report = entry.report
    if report is None or report.kind != "verification":
        return None
    verdict = _verdict.decode(report.value)
    return Mark(
        verdict.report,
        verdict.result,
        party_of(report.chain),
        report.reported.latest,
        claim_id(entry.originator, entry.public, entry.again),
    )


def party_of(chain: Sequence[StoredSpeaker]) -> str:
    """Whose claim it is: the first of the chain whose channel is not private."""
    first = chain[0]
    if first.channel != "private":  # as most are
        return first.party
    return chain[owner(said.channel for said in chain)].party


def _folded(landmark: str) -> str:
    """A landmark as the series compares it: case, spacing and shape of marks fold."""
    return " ".join(normalize("NFKC", landmark).casefold().split())


def reading_of(  # noqa: C901 -- a table: one flat case for each kind
    kind: Kind, value: msgspec.Raw
) -> tuple[Facet, str, str, ReadAs] | None:
    """Facet, topic, subject and reading of a kind: the table of the vocabulary, as code."""
    own = _NOTHING if kind in _SELF_EVIDENT else _own.decode(value)
    side = (own.side or "").upper()
    match kind:
        case "infiltration" | "force_concentration" | "reinforcement" | "withdrawal":
            return "forces", kind, side, "status"
        case "clash" | "assault" | "shelling" | "air_strike" | "drone_activity":
            return "fighting", kind, "", "happening"
        case "control_assessment":
            return "control", "control", "", "status"
        case "territory_change":
            return "control", "control", "", "status" if own.extent == "whole" else "happening"
        case "logistics_status":
            return "logistics", kind, side, "status"
        case "casualties":
            return "casualties", kind, side, "status" if own.cumulative else "sum"
        case "civilian_harm" | "infrastructure_damage" | "unrest":
            return "civilians", kind, "", "happening"
        case "displacement":
            return "civilians", kind, "", "status"
        case "capture":
            return "casualties", kind, side, "happening"
        case "ceasefire":
            return "ceasefire", kind, "", "happening" if own.violated else "status"
        case "statement":
            return "statements", kind, own.about or "", "status"
        case "verification":
            return None
        case _:
            assert_never(kind)


# Kinds whose reading is the same whatever their own fields say, so that these need no decoding.
_SELF_EVIDENT: Final[frozenset[Kind]] = frozenset(
    {
        "clash",
        "assault",
        "shelling",
        "air_strike",
        "drone_activity",
        "control_assessment",
        "civilian_harm",
        "infrastructure_damage",
        "unrest",
        "displacement",
        "verification",
    }
)
