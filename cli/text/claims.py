"""One claim as text: what, when, through whom, and its marks in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.rule import Rule
from rich.text import Text

from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import SHORT, Frame, deadline_passed, speaker, through, when

if TYPE_CHECKING:
    from rich.console import Console

    from timeline.claims import Claim
    from timeline.situation import PlaceView

BETWEEN: Final = " · "

LONGER: Final = 12
"""Characters of an id that tell a version from the others of its report, which begin alike."""

_STYLES: Final = {
    "unverified": "yellow",
    "unverifiable": "yellow",
    "disputed": "red",
    "refuted": "red",
    "verified": "green",
    "confirmed": "green",
}


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


def short_id(claim: Claim, beside: Claim | None = None) -> Text:
    """The beginning of the claim's id: longer beside another version of its report."""
    versions = beside is not None and beside.report == claim.report
    return Text(claim.claim[: LONGER if versions else SHORT], style="dim")


def joined(*parts: str | Text, by: str = BETWEEN) -> Text:
    """The parts that hold something, in one text."""
    text = Text()
    for part in parts:
        if part:
            text.append(by if text else "")
            text.append_text(Text(part) if isinstance(part, str) else part)
    return text


def rule(out: Console, title: str, after: str = "") -> None:
    """Print the title of a part, and what is said beside it."""
    text = Text(title.upper(), style="bold")
    if after:
        text.append(f" ── {after}")
    out.print(Rule(text, align="left", style="dim"))


def place_title(place: PlaceView) -> Text:
    """What an answer on a place begins with: its name, its kind, and the places above."""
    path = ", ".join(reversed(place.path[:-1]))
    title = Text(safe(place.name), style="bold")
    title.append(safe(f" ({place.kind}{', ' + path if path else ''})"), style="not bold")
    return title


def details(claim: Claim, frame: Frame) -> Text:
    """When, through whom, marks and id: all that goes with what is said."""
    return joined(when(claim), through(claim, frame), marks(claim, frame), short_id(claim))


def one_line(claim: Claim, frame: Frame) -> Text:
    """The claim as one run of text, for lists: what, who and through whom, when, marks, id."""
    by = joined(speaker(claim, frame), through(claim, frame), by=" ")
    return joined(phrase(claim, frame.names), by, when(claim), marks(claim, frame), short_id(claim))
