"""Hindsight as text: what was learned later, then and now side by side, dates, and sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from cli.text.claims import joined, one_line, place_title, rule, short_id
from cli.text.console import console, print_basis
from cli.text.grid import side_by_side
from timeline.phrases import phrase
from timeline.safe import safe
from timeline.wording import (
    SHORT,
    Frame,
    Names,
    against,
    by_status,
    days,
    late_words,
    latest_sources,
    one_publisher,
    since_words,
    speaker,
    taken_in,
    then_and_now_apart,
    when,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from rich.console import Console

    from timeline.claims import Claim
    from timeline.dating import Dated
    from timeline.places import Book
    from timeline.questions.hindsight import Difference, Hindsight
    from timeline.situation import Asked

_STYLES: Final = {
    "new": "green",
    "confirmed": "green",
    "refined": "cyan",
    "corrected": "yellow",
    "withdrawn": "red",
    "disputed": "red",
}


def show_hindsight(
    answer: Hindsight, later_asked: Asked, parties: Names, book: Book, zone: tzinfo, only: str
) -> None:
    """Print a hindsight; `later_asked` is the later cut, `only` says what of it was asked for."""
    out = console()
    frame = Frame(parties, answer.valid, one_publisher([*answer.then, *answer.now]))
    out.print(place_title(answer.place))
    later = f"by {safe(later_asked.known)}" if later_asked.known else "now"
    published = f"all published by {frame.name(frame.publisher)}" if frame.publisher else ""
    asked = f"about {answer.on}: what was known then, beside what is known {later}"
    out.print(joined(safe(f"{asked}{taken_in(later_asked.recorded)}"), safe(only), published))
    rule(out, "learned since")
    if not answer.differences:
        out.print(Text(f"Nothing{' of that' if only else ''} that bears on that day."))
    for one in answer.differences:
        _difference(out, one, frame, book)
    _side_by_side(out, answer, later, frame)
    _dates(out, answer, frame, zone)
    _sources(out, answer, frame)
    print_basis(out, answer.basis_then)
    print_basis(out, answer.basis_now)


def _difference(out: Console, one: Difference, frame: Frame, book: Book) -> None:
    head = Text(one.learned, style=f"bold {_STYLES[one.learned]}")
    late = late_words(one)
    lines: list[str | Text] = []
    if one.by is not None:
        lines.append(joined(f"by {frame.name(one.by)}", late))
    elif one.now is not None:
        lines.append(joined(one_line(one.now, frame), Text(late, style="bold")))
    if one.first is not None and one.now is not None and one.first.claim != one.now.claim:
        lines.append(joined("first told by:", one_line(one.first, frame), by=" "))
    if one.then is not None:
        known = one.then
        old = joined(
            phrase(known, frame.names),
            speaker(known, frame),
            when(known),
            short_id(known, one.now),
        )
        stands = against(one, frame.names, book)
        lines.append(joined(f"{stands}:" if stands else "", old, by=" "))
    if one.learned == "withdrawn" and one.now is not None:
        lines.append(joined("stands again:", one_line(one.now, frame), by=" "))
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=9)
    table.add_column(overflow="fold")
    table.add_row(head, joined(*lines, by="\n"))
    out.print(table)


def _side_by_side(out: Console, answer: Hindsight, later: str, frame: Frame) -> None:
    rule(out, "then and now")
    heads = (safe(f"known by {answer.on}"), f"known {later}")
    then, now, both = then_and_now_apart(answer)
    said = [_cell(then, frame), _cell(now, frame)]
    side_by_side(out, [[Text(head, style="bold") for head in heads], said], columns=2)
    if both:
        out.print(Text("then as now:", style="bold"))
        for claim in both:
            out.print(one_line(claim, frame))


def _cell(claims: Sequence[Claim], frame: Frame) -> Text:
    if not claims:
        return Text("nothing besides")
    return joined(*(one_line(claim, frame) for claim in claims), by="\n")


def _dates(out: Console, answer: Hindsight, frame: Frame, zone: tzinfo) -> None:
    if not answer.dates:
        return
    rule(out, "from when, by each source")
    for status, apart, rows in by_status(answer, frame.names):
        head = Text(status, style="bold")
        if apart:
            head.append(f": {apart}", style="bold red")
        out.print(head)
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(no_wrap=True)
        for _ in range(3):
            table.add_column(overflow="fold")
        for one in rows:
            table.add_row(*_date(one, frame, zone))
        out.print(table)


def _date(one: Dated, frame: Frame, zone: tzinfo) -> tuple[str | Text, ...]:
    late = "" if one.days_late is None else f", {days(one.days_late)} late"
    told = f"told {one.claim.reported}{late}"
    since = " ".join(since_words(one, zone))
    return f"  {since}", frame.name(one.party), safe(told), short_id(one.claim)


def _sources(out: Console, answer: Hindsight, frame: Frame) -> None:
    if not answer.sources:
        return
    rule(out, "how late their reports on the place come")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(overflow="fold")
    for _ in range(4):
        table.add_column(justify="right", no_wrap=True)
    table.add_row(
        *(Text(word, style="dim") for word in ("source", "reports", "median", "worst", ""))
    )
    for name, one in latest_sources(answer, frame):
        table.add_row(
            name,
            f"{one.n:,}",
            days(one.median_days),
            days(one.worst_days),
            Text(one.worst[:SHORT], style="dim"),
        )
    out.print(table)
