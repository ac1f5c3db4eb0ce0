"""The life of claims as text: each with what became of it, then each party's record."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from cli.text.claims import LONGER, joined, rule, short_id
from cli.text.console import console, print_basis
from timeline.phrases import phrase
from timeline.places import name_of
from timeline.safe import safe
from timeline.wording import Frame, Names, day, days, many, speaker, taken_in, when

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
    for one in claims:
        _life(out, one, frame, "" if answer.place else name_of(one.claim.place, book), zone)
    _records(out, answer, frame)
    print_basis(out, answer.basis)


def _life(out: Console, one: Life, frame: Frame, place: str, zone: tzinfo) -> None:
    claim = one.claim
    told = joined(
        phrase(claim, frame.names), safe(place), speaker(claim, frame), when(claim), short_id(claim)
    )
    # Put together here: a table measures and wraps its cells again and again, and claims are many.
    room = max(1, out.width - _STATUS - _GAP)
    lines = list(told.wrap(out, room, overflow="fold"))
    for event in one.events:
        inner = _event(event, frame, zone).wrap(out, max(1, room - _GAP), overflow="fold")
        lines += [Text(" " * _GAP).append_text(line) for line in inner]
    shown = Text()
    for number, (word, line) in enumerate(zip_longest(one.statuses, lines)):
        status = word.replace("_", " ") if word else ""
        shown.append("\n" if number else "")
        shown.append(status, style=_STYLES[word] if word else None)
        if line:
            shown.append(" " * (_STATUS + _GAP - len(status))).append_text(line)
    out.print(shown, no_wrap=True, crop=False, overflow="ignore")


def _event(event: LifeEvent, frame: Frame, zone: tzinfo) -> Text:
    word = event.status.replace("_", " ")
    if event.status == "deadline_passed" and event.days == 0:
        after = "before it was told"
    else:
        after = f"after {days(event.days)}"
    by = f"by {frame.name(event.by)}" if event.by else ""
    claim = Text(event.claim[:LONGER], style="dim") if event.claim else ""
    return joined(f"{word} {by}".rstrip(), day(event.on, zone), after, claim)


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
