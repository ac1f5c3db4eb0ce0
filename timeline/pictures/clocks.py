"""What happened when beside when it was told, as an Altair chart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from timeline.pictures.frame import (
    DAY,
    Chart,
    Row,
    Span,
    crossing,
    data,
    finished,
    nothing,
    paper,
    short,
)
from timeline.pictures.style import FACET_COLOURS, FACET_SHAPES, INK, PAPER, SOFT, spread

if TYPE_CHECKING:
    from timeline.pictures.marks import Drawn, Mark, Moment

# Pixels between symbols that stand for one spot, by how many there are at most.
_APART: Final = ((60, 11.0), (300, 8.0), (1_200, 6.0))
_CROWDED: Final = 4.0
_LABELLED: Final = 3

_X: Final = alt.X("x:Q")
_Y: Final = alt.Y("y:Q")


def clocks_chart(drawn: Drawn, width: int = 760) -> Chart:
    """The two clocks: what happened from left to right, what was told from below upward.

    What was told at once lies on the diagonal; the later it was told, the farther above it.
    """
    side = min(width, 640)
    marks = drawn.clocks
    moments = [at for mark in marks for at in (mark.begins or mark.reach, mark.reach, mark.told)]
    moments += [at for at in (drawn.since, drawn.until) if at is not None]
    moments += [cut.at for cut in crossing(drawn, moments)]
    across, up = Span(moments, side), Span(moments, side, turned=True)
    x = alt.X("x:Q", scale=across.domain(), axis=across.axis("what happened, or held →"))
    y = alt.Y("y:Q", scale=up.domain(), axis=up.axis("when it was told →"))
    facets = [facet for facet in FACET_COLOURS if any(mark.facet == facet for mark in marks)]
    layers: list[Any] = [paper(x, y, {"x": across.first, "y": up.first})]
    layers += [*_diagonal(across, up), *_crosshair(drawn, moments, across, up)]
    if marks:  # none of them lies beyond a cut
        valid, known = min(across.last, drawn.valid.at), min(up.last, drawn.known.at)
        layers += _claims(marks, across, up, (valid, known), facets)
    else:
        layers.append(
            nothing(side, "no claim speaks of this time; that is not to say it was quiet")
        )
    return finished(
        layers,
        drawn,
        f"{drawn.place}: what happened when, and when it was told",
        [
            (
                f"{_claims_of(marks)} · hollow: possible or announced · bar: the time spoken of"
                " · side by side: one moment"
            )
        ],
        side,
        side,
        width,
    )


def _claims_of(marks: Sequence[Mark]) -> str:
    parties = len({mark.who for mark in marks})
    claims = f"{len(marks):,} claim{'' if len(marks) == 1 else 's'}"
    return f"{claims} of {parties} part{'y' if parties == 1 else 'ies'}"


def _diagonal(across: Span, up: Span) -> list[Any]:
    ends = [{"x": at, "y": at} for at in (across.first, across.last)]
    line = alt.Chart(data(ends)).mark_line(color=SOFT, strokeWidth=1).encode(x=_X, y=_Y)
    where = across.of(across.at(across.last) * 0.5)
    note = [{"x": where, "y": up.of(up.at(where) + 4), "text": "told as it happened"}]
    said = (
        alt.Chart(data(note))
        .mark_text(align="left", baseline="top", dx=6, color=SOFT, fontSize=11)
        .encode(x=_X, y=_Y, text="text:N")
    )
    return [line, said]


def _crosshair(drawn: Drawn, moments: Sequence[Moment], across: Span, up: Span) -> list[Any]:
    layers: list[Any] = []
    shown = crossing(drawn, moments)
    rule: Row = {"color": INK, "strokeDash": [6, 3], "strokeWidth": 1.2}
    words: Row = {"color": INK, "fontSize": 11, "baseline": "bottom"}
    if drawn.valid in shown:
        said = f"valid by {drawn.valid.text}"
        here = data([{"x": drawn.valid.at, "y": up.first, "text": said}])
        layers.append(alt.Chart(here).mark_rule(**rule).encode(x=_X))
        text = alt.Chart(here).mark_text(align="right", dx=-5, dy=-4, **words)
        layers.append(text.encode(x=_X, y=_Y, text="text:N"))
    if drawn.known in shown:
        said = f"known by {drawn.known.text}"
        here = data([{"x": across.first, "y": drawn.known.at, "text": said}])
        layers.append(alt.Chart(here).mark_rule(**rule).encode(y=_Y))
        text = alt.Chart(here).mark_text(align="left", dx=5, dy=-3, **words)
        layers.append(text.encode(x=_X, y=_Y, text="text:N"))
    return layers


def _claims(
    marks: Sequence[Mark], across: Span, up: Span, cuts: tuple[Moment, Moment], facets: list[str]
) -> list[Any]:
    apart = next((apart for most, apart in _APART if len(marks) <= most), _CROWDED)
    rows = _rows(marks, across, up, cuts, apart)
    wide = [row for row, mark in zip(rows, marks, strict=True) if _is_wide(mark, across, apart)]
    bars = [_bars(wide)] if wide else []
    return [*bars, _points(rows, facets, apart), *_late(rows, across)]


def _rows(
    marks: Sequence[Mark], across: Span, up: Span, cuts: tuple[Moment, Moment], apart: float
) -> list[Row]:
    """What is drawn of each mark, beside others of its spot and yet before the cuts."""
    edge = apart * 0.6
    box = (edge, up.at(cuts[1]) + edge, across.at(cuts[0]) - edge, up.at(up.first) - edge)
    spots = spread([(across.at(mark.reach), up.at(mark.told)) for mark in marks], apart, box)
    return [
        {
            "x": across.of(left),
            "y": up.of(top),
            "from": max(across.first, mark.begins if mark.begins is not None else across.first),
            "claim": mark.claim,
            "what": mark.what,
            "who": mark.who,
            "facet": mark.facet,
            "shade": FACET_COLOURS[mark.facet],
            "date": mark.date,
            "days late": mark.late_days,
            "certainty": mark.certainty,
            "open": mark.begins is None,
            "lasted": mark.lasted,
        }
        for mark, (left, top) in zip(marks, spots, strict=True)
    ]


def _bars(wide: Sequence[Row]) -> Any:
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


def _points(rows: Sequence[Row], facets: list[str], apart: float) -> Any:
    """A symbol for each claim: its facet by shape and colour, hollow where it is not certain."""
    shades = alt.Scale(domain=facets, range=[FACET_COLOURS[facet] for facet in facets])
    shapes = alt.Scale(domain=facets, range=[FACET_SHAPES[facet] for facet in facets])
    legend = alt.Legend(title=None, orient="right", symbolStrokeWidth=2, symbolOpacity=1)
    told = ("what", "who", "date", "certainty", "days late", "claim")
    return (
        alt.Chart(data(rows), name="claims")
        .mark_point(size=0.58 * apart**2, strokeWidth=1.6 if apart > 5 else 0.8, opacity=1)
        .encode(
            x=_X,
            y=_Y,
            color=alt.Color("facet:N", scale=shades, legend=legend),
            shape=alt.Shape("facet:N", scale=shapes),
            fill=alt.condition(
                "datum.certainty == 'certain'",
                alt.Fill("facet:N", legend=None, scale=shades),
                alt.value(PAPER),
            ),
            tooltip=[f"{name}:N" for name in told],
        )
    )


def _is_wide(mark: Mark, across: Span, apart: float) -> bool:
    """Whether the time it speaks of is one to draw: more than the day on which it ends."""
    if mark.begins is None:
        return True
    days = (mark.reach - mark.begins) / DAY
    return days > 1 and across.at(mark.reach) - across.at(mark.begins) > apart


def _late(rows: Sequence[Row], across: Span) -> list[Any]:
    """Words beside the news that came latest, if it is far from the diagonal."""
    far = [row for row in rows if across.at(across.first + row["days late"] * DAY) > 60]
    latest = sorted(far, key=lambda row: (-row["days late"], row["claim"]))[:_LABELLED]
    if not latest:
        return []
    said = [
        {**row, "text": f"{short(row['what'], 34)}: {row['days late']:,.0f} days late"}
        for row in latest
    ]
    left = [row for row in said if across.at(row["x"]) <= across.at(across.last) * 0.55]
    right = [row for row in said if row not in left]
    looks: tuple[tuple[list[Row], Row], ...] = (
        (left, {"align": "left", "dx": 4}),
        (right, {"align": "right", "dx": -4}),
    )
    return [
        alt.Chart(data(some))
        .mark_text(baseline="bottom", dy=-5, color=INK, fontSize=11, **look)
        .encode(x=_X, y=_Y, text="text:N")
        for some, look in looks
        if some
    ]
