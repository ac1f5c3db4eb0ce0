"""Answers in the words of a reader, on a terminal and on a page alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.vocabulary import owner
from events.when import instant_of
from timeline.claims import deadline_of
from timeline.phrases import amount, phrase, side
from timeline.places import name_of
from timeline.safe import safe

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.claims import Claim
    from timeline.dating import Dated
    from timeline.places import Book
    from timeline.questions.explain import Agent, Changed, Check, Derived
    from timeline.questions.follow import VerificationView
    from timeline.questions.hindsight import Difference, Hindsight, Lateness
    from timeline.reasons import Reason
    from timeline.situation import Asked, Situation, Sum

Names = Mapping[str, str]

_FIRST_DAY: Final = datetime(1, 1, 2, tzinfo=UTC)
"""Before it a zone may show a day of no calendar."""

SHORT: Final = 8
"""Characters of a claim's id that are shown; any command takes them for the whole."""

CLAUSES: Final = {
    1: "counts",
    2: "holds",
    3: "statuses",
    4: "happenings",
    5: "sums",
    6: "stance",
    7: "regions",
    8: "disputes",
}
ROLES: Final = {"claim": "says it", "from": "told it first", "via": "passed it on"}

_AGAINST: Final = {
    "confirmed": "bears out",
    "refined": "makes more precise",
    "corrected": "in place of",
    "withdrawn": "gone",
    "disputed": "at odds with",
}
"""How what was learned later stands to what was known, by what became of that."""


class Frame(msgspec.Struct, frozen=True):
    """What the claims of one answer are shown against.

    `names` are those of parties, `valid` is the cut as ISO 8601, and `publisher` is who published
    every one of them: said once for all.
    """

    names: Names
    valid: str
    publisher: str | None = None

    def name(self, party: str) -> str:
        """A party by its name, else by its id."""
        return safe(self.names.get(party, party))


def one_publisher(claims: Iterable[Claim]) -> str | None:
    """The party at the end of every chain, if it is one that passes on others' words."""
    ends = {claim.chain[-1]["party"] for claim in claims}
    relays = any(claim.chain[-1]["party"] != claim.party for claim in claims)
    return ends.pop() if len(ends) == 1 and relays else None


def speaker(claim: Claim, frame: Frame) -> str:
    """Who owns the claim, with a word where the report does not name them."""
    at = _owner(claim)
    unnamed = claim.chain[at]["channel"] == "unnamed"
    return frame.name(claim.party) + (" (unnamed)" if unnamed else "")


def when(claim: Claim) -> str:
    """When it happened, and when it was told where that is another date."""
    happened = claim.happened
    if happened.startswith("../"):
        by = "until" if claim.happened_reading == "during" else "by"
        happened = f"{by} {happened.removeprefix('../')}"
    elif "/" in happened or claim.happened_reading == "during":
        happened = f"{claim.happened_reading} {happened}"
    # A span told on its last day was told when it was over.
    told = "" if claim.happened.endswith(claim.reported) else f", told {claim.reported}"
    return safe(f"{happened}{told}")


def through(claim: Claim, frame: Frame) -> str:
    """Whom the speaker has it from, and who passed it on: `from A (private), via B`."""
    at = _owner(claim)
    before, after = claim.chain[:at], claim.chain[at + 1 :]
    if after and after[-1]["party"] == frame.publisher:
        after = after[:-1]
    parts = []
    if before:
        parts.append("from " + " > ".join(_link(link, frame) for link in before))
    if after:
        parts.append("via " + " > ".join(_link(link, frame) for link in after))
    return ", ".join(parts)


def _owner(claim: Claim) -> int:
    return owner(link["channel"] for link in claim.chain)


def _link(link: Mapping[str, str], frame: Frame) -> str:
    channel = link["channel"]
    return frame.name(link["party"]) + ("" if channel == "public" else f" ({channel})")


def deadline_passed(claim: Claim, valid: str) -> bool:
    """Whether a statement names a time by which it was to come, and the cut lies behind it."""
    deadline = deadline_of(claim)
    return deadline is not None and deadline < instant_of(valid)


def many(count: int, one: str, more: str = "") -> str:
    """A number of things as a person says it: `1 claim`, `2,000 claims`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def days(count: float) -> str:
    """A number of days as people say it."""
    if 0 < count < 1:
        return "less than a day"
    return f"{count:,.0f} day{'' if round(count) == 1 else 's'}"


def day(instant: str, zone: tzinfo) -> str:
    """An instant of an answer as people say it: the end of a day of the zone as that day."""
    begins = _day_begun(instant, zone)
    return (begins - timedelta(days=1)).isoformat() if begins else instant.replace(":00Z", "Z")


def _day_begun(instant: str, zone: tzinfo) -> date | None:
    """The day of the zone that begins at an instant of an answer; None where none does."""
    moment = datetime.fromisoformat(instant)
    if moment > _FIRST_DAY and (local := moment.astimezone(zone)).time() == time.min:
        return local.date()
    return None


def known_by(instant: str, zone: tzinfo) -> str:
    """A cut of knowledge in words: the end of a day of the zone as that day."""
    said = day(instant, zone)
    return f"known by {said}" if "T" in said else f"known by the end of {said}"


def cuts_in_words(asked: Asked) -> str:
    """The cuts as they were asked."""
    valid, known = asked.valid, asked.known
    if valid == known:
        said = f"as of {known}" if known else "as of now"
    else:
        said = f"what held by {valid or 'now'}, as known by {known or 'now'}"
    return safe(f"{said}{taken_in(asked.recorded)}")


def shown_at(shown: bool, cuts: str) -> str:
    """Whether an answer at `cuts`, in words, shows a claim."""
    within = "in " if cuts.startswith("what") else ""
    return f"{'' if shown else 'not '}shown {within}{cuts}"


def cuts_of_kept(asked: Asked, valid: str, known: str) -> str:
    """The cuts of an answer that is read later: where now was asked for, when that was."""
    then = [given or f"{cut[:19]}Z" for given, cut in ((asked.valid, valid), (asked.known, known))]
    return cuts_in_words(msgspec.structs.replace(asked, valid=then[0], known=then[1]))


def taken_in(recorded: str | None) -> str:
    """The cut of record time behind other words; nothing where that is now."""
    return f", as this log had it by {recorded}" if recorded else ""


def nothing_known(answer: Situation, *, narrowed: bool, of_party: bool, older: str = "") -> str:
    """Of an answer without a claim: what that means, and what it does not.

    `narrowed` to some claims, `of_party` to what a party says; `older` tells where older ones are.
    """
    if answer.rollup is not None and answer.rollup.places:
        of = "that in " if narrowed else ""
        return f"No report speaks of {of}it as a whole; control of the places below follows."
    of = " of that" if narrowed else ""
    besides = (
        "What they pass on, and what others tell of them, is left out."
        if of_party
        else "That no report speaks of it does not mean it was quiet."
    )
    when = f"to hold then, or to have happened in the days before{older}"
    return f"Nothing{of} is known {when}. {besides}"


def against(one: Difference, names: Names, book: Book) -> str:
    """How what was learned stands to what was known; nothing where it bears on nothing."""
    said = _AGAINST.get(one.learned, "")
    if one.by is not None or one.now is None or one.then is None:
        return said
    if one.now.place != one.then.place:
        return f"now of {safe(name_of(one.now.place, book))}, {said}"
    if one.learned == "disputed" and phrase(one.now, names) == phrase(one.then, names):
        return "dates it later than"  # two say the same, of which one begins too late
    return said


def rated(reliability: str, credibility: str) -> str:
    """The two Admiralty codes in words."""
    if (reliability, credibility) == ("F", "6"):
        return "neither source nor claim can be judged (F6)"
    return f"source {reliability}, claim {credibility} (Admiralty codes)"


def status_words(status: str, by: str | None, names: Names) -> str:
    """A status as people say it: `held by RU`, `held by Wagner Group`."""
    words = status.replace("_", " ")
    return safe(f"{words} by {side(by, names)}" if by else words)


def total_words(one: Sum, names: Names) -> str:
    """What a sum is of: a side, what was counted, and where if not the place itself."""
    where = " ".join(part.replace("_", " ") for part in (one.relation, one.landmark) if part)
    return safe(f"{side(one.side, names)} {one.measure}" + (f" {where}" if where else ""))


def late_words(one: Difference) -> str:
    """How late something was learned: it was, if only by a minute, which rounds to no day."""
    return f"{days(max(one.days_late, 0.01))} late"


def by_status(answer: Hindsight, names: Names) -> Iterator[tuple[str, str, list[Dated]]]:
    """The dates of a hindsight: a status, how far apart its sources lie, and what each says."""
    spans = {(one.status, one.by or ""): one for one in answer.apart}
    for (status, by), group in groupby(sorted(answer.dates, key=_status), key=_status):
        span = spans.get((status, by))
        apart = f"{span.parties} sources, {days(span.days)} apart" if span else ""
        rows = sorted(group, key=lambda one: (one.since or "", one.party))
        yield status_words(status, by, names), apart, rows


def _status(one: Dated) -> tuple[str, str]:
    return one.status, one.by or ""


def then_and_now_apart(answer: Hindsight) -> tuple[list[Claim], list[Claim], list[Claim]]:
    """The claims known then alone, those known now alone, and those known at both."""
    then, now = ({claim.claim for claim in claims} for claims in (answer.then, answer.now))
    return (
        [claim for claim in answer.then if claim.claim not in now],
        [claim for claim in answer.now if claim.claim not in then],
        [claim for claim in answer.now if claim.claim in then],
    )


def since_words(one: Dated, zone: tzinfo) -> tuple[str, str]:
    """Whether a status began or was seen, and when."""
    return "from" if one.reading == "during" else "seen", _since(one.since, zone)


def _since(instant: str | None, zone: tzinfo) -> str:
    """A beginning is the start of its day, where a cut is the end of one."""
    if instant is None:
        return "an open beginning"
    begins = _day_begun(instant, zone)
    return begins.isoformat() if begins else instant.replace(":00Z", "Z")


def latest_sources(answer: Hindsight, frame: Frame) -> Iterator[tuple[str, Lateness]]:
    """How late sources come, the latest first, each with its name and who publishes it."""
    for one in sorted(answer.sources, key=lambda one: (-one.median_days, one.party)):
        own = one.publisher == one.party
        published = "" if own else f", published by {frame.name(one.publisher)}"
        yield frame.name(one.party) + published, one


def why_words(reason: Reason, frame: Frame) -> str:
    """What a clause of the rule says of a claim, with the party's name."""
    party = reason.party
    return safe(reason.why.replace(party, frame.name(party)) if party else reason.why)


def agent_words(agent: Agent, frame: Frame) -> str:
    """Who speaks in the chain, with the channel where that is not public."""
    return _link({"party": agent.party, "channel": agent.channel}, frame)


def check_words(check: Check, claim: Claim | None, frame: Frame) -> str:
    """What somebody found who checked a claim; whose own it is, that is no check by another."""
    own = ", whose claim it is" if claim is not None and check.by == claim.party else ""
    return f"{safe(check.status)} by {frame.name(check.by)}{own}"


def verified_words(one: VerificationView, names: Names) -> str:
    """What a verification found, of which report, and who did."""
    return safe(f"{one.status} by {names.get(one.by, one.by)}: the report {one.report}")


def source_words(source: Derived, frame: Frame) -> str:
    """Who published it, its title, date and language."""
    publisher = frame.name(source.publisher) if source.publisher else ""
    language = source.language and f"language {source.language}"  # uk alone is read as a country
    parts = (publisher, source.title, source.published, language)
    return ", ".join(safe(part) for part in parts if part)


def changed_field(change: Changed) -> str:
    """A field that a version of a report states otherwise than the one before."""
    return safe(f"{change.field}: {_shown(change.was)} → {_shown(change.now)}")


def _shown(value: Any) -> str:
    """A field's value as a person would have written it."""
    if value in (None, [], {}):
        return "nothing"
    if isinstance(value, dict):
        return str(value["text"]) if "text" in value else _inner(value)
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return str(value)


def _inner(value: dict[str, Any]) -> str:
    if "as_reported" in value:
        return amount(value)
    return " ".join(_shown(part) for part in value.values())
