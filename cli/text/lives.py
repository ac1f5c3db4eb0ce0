"""The life of claims as text: each with what became of it, then each party's record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from cli.text.claims import BETWEEN, LONGER, joined, rule
from cli.text.console import console, print_basis, print_lines, wrapped
from timeline.phrases import phrase
from timeline.places import name_of
from timeline.safe import safe
from timeline.wording import SHORT, Frame, Names, day, days, many, speaker, taken_in, when

if TYPE_CHECKING:
    from datetime import tzinfo

    from rich.console import Console

    from timeline.places import Book
    from timeline.questions.lives import Life, LifeEvent, Lives, Rate, Record
    from timeline.situation import Asked

_STATUS: Final = 15
"""Columns for what became of a claim."""
_GAP: Final = 2

_STYLES: Final = {
    "open": "dim",
    "retracted": "red",
    "refuted": "red",
    "disputed": "red",
    "corrected": "yellow",
    "confirmed": "green",
    "deadline_passed": "magenta",
}


def show_lives(
    answer: Lives,
    claims: Iterable[Life],
    count: int,
    asked: Asked,
    parties: Names,
    book: Book,
    zone: tzinfo,
    only: str,
) -> None:
    """Print what became of claims, so many of them; `only` says what of them was asked for."""
    out = console()
    frame = Frame(parties, answer.known)
    where = answer.place.name if answer.place else "all places"
    of = f", of {frame.name(answer.party)}" if answer.party else ""
    what = many(count, "claim")
    status = f" ({answer.status.replace('_', ' ')})" if answer.status else ""
    known = f"as known by {asked.known or 'now'}{taken_in(asked.recorded)}"
    title = Text.assemble((safe(where), "bold"), safe(f"{of}: {what}{status}, {known}"))
    out.print(joined(title, safe(only)))
    room = max(1, out.width - _STATUS - _GAP)
    for one in claims:
        place = "" if answer.place else safe(name_of(one.claim.place, book))
        print_lines(out, _life(out, one, frame, place, zone, room))
    _records(out, answer, frame)
    print_basis(out, answer.basis)


def _life(
    out: Console, one: Life, frame: Frame, place: str, zone: tzinfo, room: int
) -> Iterator[tuple[str, str]]:
    claim = one.claim
    told = (phrase(claim, frame.names), place, speaker(claim, frame), when(claim))
    # Put together here: a table measures and wraps its cells again and again, and claims are many.
    lines = _lines(out, told, claim.claim[:SHORT], room)
    for event in one.events:
        said, claimed = _event(event, frame, zone), (event.claim or "")[:LONGER]
        inner = _lines(out, said, claimed, max(1, room - _GAP))
        lines += [(" " * _GAP + words, of) for words, of in inner]
    for number, (word, line) in enumerate(zip_longest(one.statuses, lines)):
        status = word.replace("_", " ") if word else ""
        yield "\n" if number else "", ""
        yield status, _STYLES[word] if word else ""
        if line:
            yield " " * (_STATUS + _GAP - len(status)) + line[0], ""
            yield line[1], "dim"


def _lines(out: Console, parts: Iterable[str], of: str, room: int) -> list[tuple[str, str]]:
    """The lines of what is said, each apart from what of the claim's id stands at its end."""
    text = BETWEEN.join(filter(None, (*parts, of)))
    lines = [line.rstrip(" ") for line in wrapped(out, text, room)]
    ends = [0] * len(lines)
    left = len(of)
    for at in reversed(range(len(lines))):  # in a narrow room the id may be broken too
        ends[at] = len(lines[at]) - min(left, len(lines[at]))
        left -= len(lines[at]) - ends[at]
    return [(line[:end], line[end:]) for line, end in zip(lines, ends, strict=True)]


def _event(event: LifeEvent, frame: Frame, zone: tzinfo) -> tuple[str, str, str]:
    word = event.status.replace("_", " ")
    if event.status == "deadline_passed" and event.days == 0:
        after = "before it was told"
    else:
        after = f"after {days(event.days)}"
    by = f"by {frame.name(event.by)}" if event.by else ""
    return f"{word} {by}".rstrip(), day(event.on, zone), after


def _records(out: Console, answer: Lives, frame: Frame) -> None:
    if not answer.records:
        return
    rule(out, "track record, as it could be known")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for one in answer.records:
        table.add_row(Text(frame.name(one.party)), f"n = {one.n:,}", _rates(one))
    out.print(table)


def _rates(one: Record) -> Text:
    parts = [f"open {one.open:,}"] if one.open else []
    parts += [_rate(rate) for rate in one.rates if rate.count]
    if not one.checked:
        parts.append("none checked by others")
    return joined(*parts, by="\n")


def _rate(rate: Rate) -> str:
    of = f"{rate.status.replace('_', ' ')} {rate.count:,} of {rate.n:,}"
    if rate.status in ("confirmed", "refuted"):
        of += " checked"
    interval = ""
    if rate.low is not None and rate.high is not None:
        interval = f" ({rate.low:.0%} to {rate.high:.0%})"
    after = f", median {days(rate.days)}" if rate.days is not None else ""
    return f"{of}{interval}{after}"
