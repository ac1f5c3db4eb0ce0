"""One claim as text: what, when, through whom, and its marks in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rich.text import Text

from cli.safe import safe
from cli.text.phrases import phrase

if TYPE_CHECKING:
    from timeline.claims import Claim

Names = Mapping[str, str]

SHORT: Final = 8
"""Characters of a claim's id that are shown; any command takes them for the whole."""

_STYLES: Final = {
    "unverified": "yellow",
    "unverifiable": "yellow",
    "disputed": "red",
    "refuted": "red",
    "verified": "green",
    "confirmed": "green",
}


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


def marks(claim: Claim, frame: Frame) -> Text:
    """Everything that keeps the claim from being plain, in words."""
    found: list[tuple[str, str]] = []
    if claim.certainty != "certain":
        found.append((claim.certainty, "cyan"))
    found += [(word, "magenta") for word in ("ended", "late") if getattr(claim, word)]
    if deadline_passed(claim, frame.valid):
        found.append(("deadline passed", "magenta"))
    for note in claim.verification:
        status = safe(note["status"])
        found.append((f"{status} ({frame.name(note['by'])})", _STYLES.get(status, "")))
    if claim.disputes:
        against = ", ".join(one[:SHORT] for one in claim.disputes)
        found.append((f"disputed by {against}", "red"))
    if (claim.reliability, claim.credibility) != ("F", "6"):
        found.append((f"{claim.reliability}{claim.credibility}", "blue"))
    text = Text()
    for number, (word, style) in enumerate(found):
        text.append(", " if number else "")
        text.append(word, style=f"bold {style}".strip())
    return text


def deadline_passed(claim: Claim, valid: str) -> bool:
    """Whether a statement names a time by which it was to come, and the cut lies behind it."""
    deadline = claim.value.get("deadline")
    if not deadline or deadline.get("latest") is None:
        return False
    return bool(deadline["latest"] <= datetime.fromisoformat(valid).timestamp() * 1_000_000)


def short_id(claim: Claim) -> Text:
    """The beginning of the claim's id."""
    return Text(claim.claim[:SHORT], style="dim")


def joined(*parts: str | Text, by: str = " · ") -> Text:
    """The parts that hold something, in one text."""
    text = Text()
    for part in parts:
        if part:
            text.append(by if text else "")
            text.append_text(Text(part) if isinstance(part, str) else part)
    return text


def details(claim: Claim, frame: Frame) -> Text:
    """When, through whom, marks and id: all that goes with what is said."""
    return joined(when(claim), through(claim, frame), marks(claim, frame), short_id(claim))


def one_line(claim: Claim, frame: Frame) -> Text:
    """The claim as one run of text, for lists: what, who and through whom, when, marks, id."""
    by = joined(speaker(claim, frame), through(claim, frame), by=" ")
    return joined(phrase(claim), by, when(claim), marks(claim, frame), short_id(claim))
