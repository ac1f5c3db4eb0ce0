"""What happened when beside when it was told, as an Altair chart. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from timeline.pictures.frame import (
    NOT_QUIET,
    Chart,
    Datum,
    Span,
    crossing,
    data,
    finished,
    nothing,
    paper,
    short,
)
from timeline.pictures.spots import JOINED, Box, Dot, Labels, Spot, spread
from timeline.pictures.style import (
    BLACK,
    DARK,
    DAY_MS,
    FACET_COLOURS,
    FACET_SHAPES,
    INK,
    PAPER,
    SOFT,
    Moment,
)
from timeline.wording import days, many

if TYPE_CHECKING:
    from timeline.pictures.marks import ClockMark, Drawn

_WIDE: Final = 10.0
_NARROW: Final = 8.0
_MANY: Final = 60
"""Pixels across a mark, and across one of over so many."""
_EDGE: Final = 1.6
"""Pixels across the line around a mark."""
_LABELLED: Final = 3
_FAR: Final = 60
_VALID: Final = "valid by {}"
_KNOWN: Final = "known by {}"
_LETTER: Final = 5.9
_LINE: Final = 13
"""Pixels across a letter of a label, about, and from line to line."""

_X: Final = alt.X("x:Q")
_Y: Final = alt.Y("y:Q")


def clocks_chart(drawn: Drawn, width: int) -> Chart:
    """The two clocks: what happened from left to right, what was told from below upward.

    What was told at once lies on the diagonal; the later it was told, the farther above it.
    """
    side = min(width, 640)
    marks = drawn.clocks
    moments = [at for mark in marks for at in (mark.begins or mark.reach, mark.reach, mark.told)]
    moments += [at for at in (drawn.since, drawn.until) if at is not None]
    moments += [cut.at for cut in crossing(drawn, moments)]
    across, up = Span(moments, side), Span(moments, side, turned=True)
    x = alt.X("x:Q", scale=across.domain(), axis=across.axis("what happened, or held", drawn.zone))
    y = alt.Y("y:Q", scale=up.domain(), axis=up.axis("when it was told", drawn.zone))
    facets = [facet for facet in FACET_COLOURS if any(mark.facet == facet for mark in marks)]
    layers: list[Any] = [paper(x, y, {"x": across.first, "y": up.first})]
    layers += [_diagonal(across), *_crosshair(drawn, moments, across, up)]
    notes = [
        (
            f"{_claims_of(marks)} · hollow: possible or announced · bar: the time spoken of"
            " · side by side: one moment"
        )
    ]
    if marks:  # none of them lies beyond a cut
        cuts = min(across.last, drawn.valid.at), min(up.last, drawn.known.at)
        wide = _WIDE if len(marks) <= _MANY else _NARROW
        spots = _spots(marks, across, up, cuts, wide)
        layers += _claims(marks, spots, across, up, wide, facets)
        layers += _words(marks, spots, across, up, wide, drawn, side)
        if any(len(spot.dots) > 1 for spot in spots):
            notes.append(
                "a number: so many claims, too close to draw apart · grey: of several facets"
            )
    else:
        layers += _words((), (), across, up, 0, drawn, side)
        layers.append(nothing("no claim speaks of this time;", NOT_QUIET))
    return finished(
        layers,
        drawn,
        f"{drawn.place}: what happened when, and when it was told",
        notes,
        side,
        side,
        width,
    )


def _claims_of(marks: Sequence[ClockMark]) -> str:
    parties = len({mark.party for mark in marks})
    return f"{many(len(marks), 'claim')} of {many(parties, 'party', 'parties')}"


def _diagonal(across: Span) -> Any:
    ends = [{"x": at, "y": at} for at in (across.first, across.last)]
    return alt.Chart(data(ends)).mark_line(color=SOFT, strokeWidth=1).encode(x=_X, y=_Y)


def _crosshair(drawn: Drawn, moments: Sequence[Moment], across: Span, up: Span) -> list[Any]:
    layers: list[Any] = []
    shown = crossing(drawn, moments)
    rule: Datum = {"color": INK, "strokeDash": [6, 3], "strokeWidth": 1.2}
    words: Datum = {"color": INK, "fontSize": 11, "baseline": "bottom"}
    if drawn.valid in shown:
        said = _VALID.format(drawn.valid.text)
        here = data([{"x": drawn.valid.at, "y": up.first, "text": said}])
        layers.append(alt.Chart(here).mark_rule(**rule).encode(x=_X))
        text = alt.Chart(here).mark_text(align="right", dx=-5, dy=-4, **words)
        layers.append(text.encode(x=_X, y=_Y, text="text:N"))
    if drawn.known in shown:
        said = _KNOWN.format(drawn.known.text)
        here = data([{"x": across.first, "y": drawn.known.at, "text": said}])
        layers.append(alt.Chart(here).mark_rule(**rule).encode(y=_Y))
        text = alt.Chart(here).mark_text(align="left", dx=5, dy=-3, **words)
        layers.append(text.encode(x=_X, y=_Y, text="text:N"))
    return layers


def _spots(
    marks: Sequence[ClockMark], across: Span, up: Span, cuts: tuple[Moment, Moment], wide: float
) -> list[Spot]:
    """Where claims are drawn: at their dates, before the cuts, and apart where there is room."""
    edge = wide * 0.6
    box = (edge, up.at(cuts[1]) + edge, across.at(cuts[0]) - edge, up.at(up.first) - edge)
    half = across.at(across.first + DAY_MS // 2), up.at(up.last - DAY_MS // 2)
    dots = [
        Dot(
            across.at(mark.reach),
            up.at(mark.told),
            (mark.facet, _is_hollow(mark)),
            (half[0] * mark.days[0], half[1] * mark.days[1]),
        )
        for mark in marks
    ]
    return spread(dots, wide, box)


def _is_hollow(mark: ClockMark) -> bool:
    return mark.certainty != "certain"


def _claims(
    marks: Sequence[ClockMark],
    spots: Sequence[Spot],
    across: Span,
    up: Span,
    wide: float,
    facets: list[str],
) -> list[Any]:
    bars: list[Datum] = []
    alone: list[Datum] = []
    joined: list[Datum] = []
    for spot in spots:
        here = {"x": across.of(spot.x), "y": up.of(spot.y)}
        some = [marks[at] for at in spot.dots]
        bars += [here | _bar(mark, across) for mark in some if _is_wide(mark, across, wide)]
        if len(some) == 1:
            alone.append(here | _told(some[0]))
        else:
            joined.append(here | _told_together(some))
    return [
        *([_bars(bars)] if bars else []),
        _points(alone, facets, wide),
        *(_numbered(joined, wide) if joined else []),
    ]


def _told(mark: ClockMark) -> Datum:
    return {
        "claim": mark.claim,
        "what": mark.what,
        "who": mark.who,
        "facet": mark.facet,
        "date": mark.date,
        "days late": mark.late_days,
        "certainty": mark.certainty,
    }


def _told_together(marks: Sequence[ClockMark]) -> Datum:
    """Of several claims at one spot how many there are, and of what."""
    facets = Counter(mark.facet for mark in marks)
    late = sorted(mark.late_days for mark in marks)
    hollow = all(map(_is_hollow, marks))
    of_one = len(facets) == 1 and len({_is_hollow(mark) for mark in marks}) == 1
    facet = marks[0].facet
    shade = FACET_COLOURS[facet] if of_one else SOFT
    return {
        "claims": [mark.claim for mark in marks],
        "number": f"{len(marks):,}",
        "what": ", ".join(f"{count:,} {name}" for name, count in facets.most_common()),
        "who": ", ".join(sorted({mark.who for mark in marks})),
        "days late": f"{late[0]:,.0f} to {late[-1]:,.0f}",
        "shade": shade,
        "letters": PAPER if shade in DARK and not (of_one and hollow) else BLACK,
        "shape": FACET_SHAPES[facet] if of_one else "circle",
        "hollow": of_one and hollow,
    }


def _bar(mark: ClockMark, across: Span) -> Datum:
    return {
        "from": max(across.first, mark.begins if mark.begins is not None else across.first),
        "shade": FACET_COLOURS[mark.facet],
        "lasted": mark.lasted,
    }


def _bars(wide: Sequence[Datum]) -> Any:
    """The time that claims speak of."""
    return (
        alt.Chart(data(wide))
        .mark_rule(strokeOpacity=0.55)
        .encode(
            x="from:Q",
            x2="x:Q",
            y=_Y,
            color=alt.Color("shade:N", scale=None),  # which makes no legend of its own
            strokeWidth=alt.condition("datum.lasted", alt.value(3), alt.value(1)),
            strokeDash=alt.condition("datum.lasted", alt.value([1, 0]), alt.value([3, 3])),
        )
    )


def _points(rows: Sequence[Datum], facets: list[str], wide: float) -> Any:
    """A symbol for each claim: its facet by shape and colour, hollow where it is not certain."""
    shades = alt.Scale(domain=facets, range=[FACET_COLOURS[facet] for facet in facets])
    shapes = alt.Scale(domain=facets, range=[FACET_SHAPES[facet] for facet in facets])
    legend = alt.Legend(title=None, symbolStrokeWidth=2, symbolOpacity=1)
    told = ("what", "who", "date", "certainty", "days late", "claim")
    return (
        alt.Chart(data(rows), name="claims")
        .mark_point(size=(wide - _EDGE) ** 2, strokeWidth=_EDGE, opacity=1)
        .encode(
            x=_X,
            y=_Y,
            color=alt.Color("facet:N", scale=shades, legend=legend),
            shape=alt.Shape("facet:N", scale=shapes),
            fill=alt.condition(
                "datum.certainty == 'certain'",
                alt.Fill("facet:N", scale=shades, legend=legend),
                alt.value(PAPER),
            ),
            tooltip=[f"{name}:N" for name in told],
        )
    )


def _numbered(rows: Sequence[Datum], wide: float) -> list[Any]:
    """A larger symbol for several claims each, with their number on it."""
    hollow = "datum.hollow"
    symbols = (
        alt.Chart(data(rows), name="joined")
        .mark_point(size=(wide * JOINED) ** 2, strokeWidth=_EDGE, opacity=1)
        .encode(
            x=_X,
            y=_Y,
            stroke=alt.Stroke("shade:N", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.condition(hollow, alt.value(PAPER), alt.Fill("shade:N", scale=None)),
            tooltip=[f"{name}:N" for name in ("number", "what", "who", "days late")],
        )
    )
    # A number is wider than some symbols: what is around it is of the symbol's shade.
    around = alt.Chart(data(rows)).mark_text(
        fontSize=wide * 0.9, fontWeight="bold", strokeWidth=2.5, strokeJoin="round"
    )
    number = alt.Chart(data(rows)).mark_text(fontSize=wide * 0.9, fontWeight="bold")
    return [
        symbols,
        around.encode(
            x=_X,
            y=_Y,
            text="number:N",
            stroke=alt.condition(hollow, alt.value(PAPER), alt.Stroke("shade:N", scale=None)),
        ),
        number.encode(
            x=_X,
            y=_Y,
            text="number:N",
            color=alt.Color("letters:N", scale=None),
        ),
    ]


def _is_wide(mark: ClockMark, across: Span, wide: float) -> bool:
    """Whether the time it speaks of is one to draw: more than the day on which it ends."""
    if mark.begins is None:
        return True
    spoken = (mark.reach - mark.begins) / DAY_MS
    return spoken > 1 and across.at(mark.reach) - across.at(mark.begins) > wide


def _words(
    marks: Sequence[ClockMark],
    spots: Sequence[Spot],
    across: Span,
    up: Span,
    wide: float,
    drawn: Drawn,
    side: int,
) -> list[Any]:
    """Words beside the news that came latest, if it is far from the diagonal; and along that."""
    far = [
        (marks[at], spot)
        for spot in spots
        for at in spot.dots
        if across.at(across.first + marks[at].late_days * DAY_MS) > _FAR
    ]
    latest = sorted(far, key=lambda one: (-one[0].late_days, one[0].claim))[:_LABELLED]
    words = Labels((0, 0, side, side), _drawn_on(marks, spots, across, up, wide, drawn, side))
    rows = []
    for mark, spot in latest:
        text = f"{short(mark.what, 34)}: {days(mark.late_days)} late"
        box = words.lay(_beside(spot, len(text) * _LETTER, side))
        if box is not None:
            rows.append(_said(text, box, INK, across, up, left=box[2] < spot.x))
    along = "told as it happened"
    if (box := words.lay(_along(across, up, len(along) * _LETTER, side))) is not None:
        rows.append(_said(along, box, SOFT, across, up))
    return [
        alt.Chart(data(some), name=f"words-{align}")
        .mark_text(align=align, baseline="top", fontSize=11)
        .encode(x=_X, y=_Y, text="text:N", color=alt.Color("shade:N", scale=None))
        for align in ("left", "right")
        if (some := [row for row in rows if row["align"] == align])
    ]


def _said(text: str, box: Box, shade: str, across: Span, up: Span, *, left: bool = False) -> Datum:
    """Words in a box, to the left of what they are of or to its right."""
    return {
        "x": across.of(box[2] if left else box[0]),
        "y": up.of(box[1]),
        "text": text,
        "shade": shade,
        "align": "right" if left else "left",
    }


def _beside(spot: Spot, long: float, side: int) -> list[Box]:
    """Where words of a mark may lie: above it, beside it, or below, to where there is more room."""
    right, left = (spot.x + 7, spot.x + 7 + long), (spot.x - 7 - long, spot.x - 7)
    ways = (right, left) if spot.x <= side * 0.55 else (left, right)
    tops = (spot.y - 7 - _LINE, spot.y - _LINE / 2, spot.y + 7)
    return [(a, top, b, top + _LINE) for top in tops for a, b in ways]


def _along(across: Span, up: Span, long: float, side: int) -> Iterator[Box]:
    """Where words may lie below the diagonal, near its middle rather than its ends."""
    for off in (5, 14, 28):
        for part in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1):
            x, y = part * side + off, up.at(across.of(part * side)) + off
            yield x, y, x + long, y + _LINE


def _drawn_on(
    marks: Sequence[ClockMark],
    spots: Sequence[Spot],
    across: Span,
    up: Span,
    wide: float,
    drawn: Drawn,
    side: int,
) -> Iterator[Box]:
    """What words may not cover: marks and bars, the diagonal, the cuts and what is said of them."""
    for spot in spots:
        half = wide * (JOINED if len(spot.dots) > 1 else 1) / 2
        yield spot.x - half, spot.y - half, spot.x + half, spot.y + half
        for mark in (marks[at] for at in spot.dots):
            if _is_wide(mark, across, wide):
                yield across.at(_bar(mark, across)["from"]), spot.y - 2, spot.x, spot.y + 2
    for x in range(0, side, 4):
        y = up.at(across.of(x))
        yield x - 2, y - 4, x + 2, y + 4
    valid, known = across.at(drawn.valid.at), up.at(drawn.known.at)
    long = len(_VALID.format(drawn.valid.text)) * _LETTER
    yield valid - 5 - long, side - 4 - _LINE, valid, side
    yield 0, known - 3 - _LINE, 5 + len(_KNOWN.format(drawn.known.text)) * _LETTER, known
    yield valid - 1, 0, valid + 1, side
    yield 0, known - 1, side, known + 1
