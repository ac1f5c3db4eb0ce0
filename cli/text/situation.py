"""A situation as text: by facet, those who speak side by side, what is doubtful in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.text import Text

from cli.text.claims import (
    details,
    joined,
    one_line,
    place_title,
    rule,
    short_id,
)
from cli.text.console import console, print_basis
from cli.text.grid import side_by_side
from timeline.phrases import measured, number, phrase, side
from timeline.places import name_of
from timeline.safe import safe
from timeline.wording import (
    Frame,
    Names,
    cuts_in_words,
    many,
    nothing_known,
    one_publisher,
    speaker,
    status_words,
    total_words,
)

if TYPE_CHECKING:
    from rich.console import Console

    from timeline import Claim, Situation
    from timeline.places import Book
    from timeline.situation import Rollup, Sum

COLUMN: Final = 24
"""The least width of a speaker's column; where all do not fit side by side, the rest go below."""


def show_situation(
    answer: Situation,
    parties: Names,
    book: Book,
    only: str = "",
    *,
    of_party: bool = False,
    below: tuple[str, str] | None = None,
) -> None:
    """Print a situation; `parties` are names by id, `only` says what of it was asked for.

    `of_party` is whether that is what a party says, and `below` tells of the reports on places
    below that the answer leaves out.
    """
    out = console()
    every = [*answer.claims, *answer.context]
    frame = Frame(parties, answer.valid, one_publisher(every))
    _head(out, answer, frame, only)
    if not answer.claims:
        nothing = nothing_known(
            answer, narrowed=bool(only), of_party=of_party, older="; history has what is older"
        )
        out.print(Text(nothing))
    for facet, claims in groupby(answer.claims, key=lambda claim: claim.facet):
        _facet(out, facet, list(claims), frame)
    if answer.rollup is not None:
        _rollup(out, answer.rollup, frame)
    if below:
        if answer.rollup is None:
            rule(out, "below")
        told, command = below
        out.print(Text(safe(told)))
        out.print(Text(safe(f"  {command}")), soft_wrap=True)  # to be copied whole
    _sums(out, answer, frame)
    _context(out, answer, frame, book)
    print_basis(out, answer.basis)


def _head(out: Console, answer: Situation, frame: Frame, only: str) -> None:
    out.print(place_title(answer.place))
    counts = answer.counts
    behind = (
        f"{many(len(answer.claims), 'claim')} from {many(counts.reports, 'report')} by "
        f"{many(counts.parties, 'party', 'parties')}, {many(counts.disputes, 'dispute')}"
    )
    one = frame.publisher if answer.claims else None
    published = f"all published by {frame.name(one)}" if one else ""
    out.print(joined(cuts_in_words(answer.asked), safe(only), behind, published))


def _facet(out: Console, facet: str, claims: Sequence[Claim], frame: Frame) -> None:
    speakers: dict[str, list[Claim]] = {}
    for claim in claims:
        speakers.setdefault(speaker(claim, frame), []).append(claim)
    if len(speakers) == 1:
        rule(out, facet, *speakers)
        for claim in claims:
            out.print(joined(phrase(claim, frame.names), details(claim, frame)))
        return
    rule(out, facet)
    columns = max(1, min(len(speakers), out.width // COLUMN))
    columns = -(-len(speakers) // -(-len(speakers) // columns))  # 4 + 1 becomes 3 + 2
    everybody = list(speakers.items())
    for start in range(0, len(everybody), columns):
        _side_by_side(out, dict(everybody[start : start + columns]), columns, frame)


def _side_by_side(
    out: Console, speakers: Mapping[str, Sequence[Claim]], columns: int, frame: Frame
) -> None:
    names = [Text(name, style="bold") for name in speakers]
    said = [
        joined(*(part for claim in claims for part in _cell(claim, frame)), by="\n")
        for claims in speakers.values()
    ]
    side_by_side(out, [names, said], columns)


def _cell(claim: Claim, frame: Frame) -> tuple[str, Text]:
    return phrase(claim, frame.names), details(claim, frame)


def _rollup(out: Console, rollup: Rollup, frame: Frame) -> None:
    rule(out, "below")
    parts = []
    for status, count in rollup.control.items():
        if isinstance(count, Mapping):
            parts += [
                f"{status_words(status, by, frame.names)} {number}" for by, number in count.items()
            ]
        elif count:
            parts.append(f"{status_words(status, None, frame.names)} {count}")
    places = many(rollup.places, "lowest place", "lowest places")
    out.print(Text(safe(f"control of {places} that reports name: {', '.join(parts) or 'none'}")))


def _sums(out: Console, answer: Situation, frame: Frame) -> None:
    if not answer.sums and not answer.flags:
        return
    rule(out, "sums")
    for one in answer.sums:
        out.print(Text(safe(f"{frame.name(one.party)}: {_total(one, frame)}")))
    for flag in answer.flags:
        claim = next(claim for claim in answer.claims if claim.claim == flag.claim)
        of = f"{speaker(claim, frame)}: {side(claim.subject, frame.names)} {measured(flag.measure)}"
        fall = f" from {number(flag.was)} to {number(flag.now)}, though counted since a beginning, "
        out.print(Text.assemble(safe(of), " ", ("falls", "bold red"), fall, short_id(claim)))


def _total(one: Sum, frame: Frame) -> str:
    low = number(one.low)
    if one.high is None:
        between = f"at least {low}" if one.low else "a number not stated"
    else:
        between = low if one.low == one.high else f"{low} to {number(one.high)}"
    one_number = one.best is None or one.best == one.low == one.high
    best = "" if one_number else f", best {number(one.best)}"
    return f"{total_words(one, frame.names)} {between}{best} ({many(len(one.claims), 'claim')})"


def _context(out: Console, answer: Situation, frame: Frame, book: Book) -> None:
    if not answer.context:
        return
    from rich.table import Table  # here: the claims of the place itself do without

    rule(out, "above")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(max_width=max(12, out.width // 6), overflow="fold")
    table.add_column(overflow="fold")
    before = ""
    for claim in answer.context:
        place = "" if claim.place == before else safe(name_of(claim.place, book))
        before = claim.place
        table.add_row(Text(place, style="bold"), one_line(claim, frame))
    out.print(table)
