"""Answers in the words of a reader, on a terminal and on a page alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from timeline.phrases import amount
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.claims import Claim
    from timeline.questions.explain import Changed
    from timeline.situation import Asked

Names = Mapping[str, str]

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


@dataclass(frozen=True, slots=True)
class Frame:
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
    unnamed = _channel(claim.chain[at]) == "unnamed"
    return frame.name(claim.party) + (" (unnamed)" if unnamed else "")


def when(claim: Claim) -> str:
    """When it happened, and when it was told where that is another date."""
    happened = claim.happened
    if happened.startswith("../"):
        happened = f"by {happened.removeprefix('../')}"
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
    links = enumerate(claim.chain)
    return next((number for number, link in links if _channel(link) != "private"), 0)


def _channel(link: Mapping[str, str]) -> str:
    return link.get("channel", "public")


def _link(link: Mapping[str, str], frame: Frame) -> str:
    channel = _channel(link)
    return frame.name(link["party"]) + ("" if channel == "public" else f" ({channel})")


def deadline_passed(claim: Claim, valid: str) -> bool:
    """Whether a statement names a time by which it was to come, and the cut lies behind it."""
    deadline = claim.value.get("deadline")
    if not deadline or deadline.get("latest") is None:
        return False
    return bool(deadline["latest"] <= datetime.fromisoformat(valid).timestamp() * 1_000_000)


def days(count: float) -> str:
    """A number of days as people say it."""
    if 0 < count < 1:
        return "less than a day"
    return f"{count:,.0f} day{'' if round(count) == 1 else 's'}"


def day(instant: str) -> str:
    """An instant of an answer as people say it: midnight, the end of a day, as that day."""
    moment = datetime.fromisoformat(instant)
    if instant.endswith("T00:00:00Z"):
        return (moment - timedelta(days=1)).date().isoformat()
    return instant.replace(":00Z", "Z")


def cuts_in_words(asked: Asked) -> str:
    """The cuts as they were asked."""
    valid, known = asked.valid, asked.known
    if valid == known:
        said = f"as of {known}" if known else "as of now"
    else:
        said = f"what held by {valid or 'now'}, as known by {known or 'now'}"
    taken = f", as this log had it by {asked.recorded}" if asked.recorded else ""
    return safe(f"{said}{taken}")


def rated(reliability: str, credibility: str) -> str:
    """The two Admiralty codes in words."""
    if (reliability, credibility) == ("F", "6"):
        return "neither source nor claim can be judged (F6)"
    return f"source {reliability}, claim {credibility} (Admiralty codes)"


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
