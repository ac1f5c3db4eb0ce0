"""Whose a place was over time, by each who said so, as an Altair chart. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import altair as alt

from timeline.pictures.frame import (
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
from timeline.pictures.style import FAINT, INK, PAPER, PATTERNS, Moment, hatch, shades_of

if TYPE_CHECKING:
    from timeline.pictures.marks import Drawn, StatusPart, Tenure

_LETTER: Final = 6.2
"""Pixels across a letter, about."""
_TALL: Final = 54
"""Pixels from one row to the next."""
_BAR: Final = (0.2, 0.68)
_MAYBE: Final = (0.72, 0.94)
"""Where in its row a bar lies: what stands, and below it what is only possible."""

_BOX: Final[Datum] = {"x": "x:Q", "x2": "x2:Q", "y": "y:Q", "y2": "y2:Q"}


def control_chart(drawn: Drawn, width: int) -> Chart:
    """Whose a place was, over time: a row for each assessor, a shade for each holder.

    Strong where it was seen, pale where nobody said anything newer, hollow where it is only
    possible; what is nobody's has a pattern. Nothing is drawn where nothing was said.
    """
    tenures = drawn.control
    rows = list(dict.fromkeys(tenure.row for tenure in sorted(tenures, key=_first)))
    count = max(1, len(rows))
    moments = [at for tenure in tenures for at in (tenure.begins, tenure.ends)]
    moments += [at for at in (drawn.since, drawn.until) if at is not None]
    cuts = [cut for cut in crossing(drawn, moments) if cut is drawn.valid]
    across = Span([*moments, *(cut.at for cut in cuts)], width)
    x = alt.X("x:Q", scale=across.domain(), axis=across.axis("what held", drawn.zone))
    layers: list[Any] = [paper(x, _names(rows), {"x": across.first, "y": 0}), _lines(count)]
    if tenures:
        layers += [*_bars(tenures, rows, across), *_words(tenures, rows, across)]
    else:
        layers.append(nothing("nobody said whose it was in this time"))
    for cut in cuts:
        rule = alt.Chart(data([{"x": cut.at}])).mark_rule(color=INK, strokeDash=[6, 3])
        layers.append(rule.encode(x="x:Q"))
    return finished(
        layers,
        drawn,
        f"{drawn.place}: whose it was, by each who said so",
        ["pale: seen before, and nothing newer said · hollow: possible · empty: nobody said"],
        width,
        count * _TALL,
        width,
    )


def _first(tenure: Tenure) -> tuple[Moment, str]:
    return tenure.begins, tenure.row


def _names(rows: Sequence[str]) -> alt.Y:
    """The axis of those who say so; the first of them is at the top."""
    names = {str(-(number + 0.45)): _in_two_lines(row) for number, row in enumerate(rows)}
    return alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[-max(1, len(rows)), 0], nice=False, zero=False),
        axis=alt.Axis(
            title=None,
            values=sorted(map(float, names)),
            labelExpr=f"{json.dumps(names)}[datum.value]",
            labelLimit=260,
            grid=False,
            ticks=False,
            domain=False,
        ),
    )


def _in_two_lines(row: str) -> list[str]:
    first, *rest = wrap(row, 30)
    return [first, short(" ".join(rest), 30)] if rest else [first]


def _lines(rows: int) -> alt.Chart:
    edges = [{"y": -number} for number in range(rows + 1)]
    lines: alt.Chart = alt.Chart(data(edges)).mark_rule(color=FAINT).encode(y="y:Q")
    return lines


def _bars(tenures: Sequence[Tenure], rows: Sequence[str], across: Span) -> list[Any]:
    """The bars, those that are hollow, and the patterns over them."""
    shades = shades_of(part.by for tenure in tenures for part in tenure.parts if part.by)
    solid: list[Datum] = []
    hollow: list[Datum] = []
    lines: list[Datum] = []
    for tenure in tenures:
        row = rows.index(tenure.row)
        for part in tenure.parts:
            (hollow if _is_hollow(tenure) else solid).extend(_boxes(tenure, part, row, shades))
            lines += _pattern(tenure, part, row, across)
    looks: tuple[tuple[str, list[Datum], Datum], ...] = (
        ("claims", solid, {"strokeWidth": 1.1}),
        ("maybe", hollow, {"strokeWidth": 1.2, "strokeDash": [4, 3]}),
    )
    layers = [
        alt.Chart(data(boxes), name=name)
        .mark_rect(stroke=INK, **look)
        .encode(
            **_BOX,
            fill=alt.Fill("fill:N", scale=None),
            fillOpacity=alt.FillOpacity("strength:Q", scale=None),
            strokeOpacity=alt.StrokeOpacity("edge:Q", scale=None),
            tooltip=[f"{name}:N" for name in ("what", "who", "date", "certainty", "claim")],
        )
        for name, boxes, look in looks
        if boxes
    ]
    if lines:
        rules = alt.Chart(data(lines)).mark_rule(color=INK, strokeWidth=0.8)
        layers.append(rules.encode(**_BOX, opacity=alt.Opacity("strength:Q", scale=None)))
    return layers


def _is_hollow(tenure: Tenure) -> bool:
    return tenure.denied or _is_maybe(tenure)


def _is_maybe(tenure: Tenure) -> bool:
    return tenure.certainty in ("possible", "announced")


def _edges(tenure: Tenure, part: StatusPart, row: int) -> tuple[float, float]:
    """How far below the top a part of a bar begins and ends, in rows."""
    top, bottom = _MAYBE if _is_maybe(tenure) else _BAR
    return row + top + part.low * (bottom - top), row + top + part.high * (bottom - top)


def _times(tenure: Tenure) -> tuple[tuple[Moment, Moment, float], ...]:
    """When it was seen, and how long it only stood on; each as strong as it is drawn."""
    if _is_hollow(tenure):
        return ((tenure.begins, tenure.ends, 1.0),)
    return (tenure.begins, tenure.seen, 1.0), (tenure.seen, tenure.ends, 0.4)


def _boxes(
    tenure: Tenure, part: StatusPart, row: int, shades: Mapping[str, str]
) -> Iterator[Datum]:
    up, down = _edges(tenure, part, row)
    about = {
        "claim": tenure.claim,
        "what": tenure.what,
        "who": tenure.row,
        "date": tenure.date,
        "certainty": tenure.certainty,
        "fill": shades.get(part.by, PAPER),
        "y": -up,
        "y2": -down,
    }
    shaded = part.status == "held" and not _is_hollow(tenure)
    for begins, ends, strength in _times(tenure):
        if ends > begins:
            yield about | {
                "x": begins,
                "x2": ends,
                "strength": strength if shaded else 0.0,
                "edge": 0.9 * strength,
            }


def _pattern(tenure: Tenure, part: StatusPart, row: int, across: Span) -> Iterator[Datum]:
    pattern = PATTERNS.get(part.status)
    if pattern is None:
        return
    up, down = (edge * _TALL for edge in _edges(tenure, part, row))
    for begins, ends, strength in _times(tenure):
        box = across.at(begins), across.at(ends)
        for left, first, right, last in hatch(pattern, box, (up, down)):
            yield {
                "x": across.of(left),
                "y": -first / _TALL,
                "x2": across.of(right),
                "y2": -last / _TALL,
                "strength": 0.4 + strength / 2,
            }


class _Words(NamedTuple):
    """What bars say, by where it stands: in them, in those with a pattern too, above, before."""

    inside: list[Datum]
    hatched: list[Datum]
    above: list[Datum]
    before: list[Datum]


def _words(tenures: Sequence[Tenure], rows: Sequence[str], across: Span) -> list[Any]:
    """What each bar says."""
    words = _laid(tenures, rows, across)
    middle: Datum = {"align": "left", "baseline": "middle", "dx": 5, "fontSize": 11}
    over: Datum = {"baseline": "bottom", "dy": -1, "fontSize": 10, "color": INK}
    looks: tuple[tuple[list[Datum], Datum], ...] = (
        (words.hatched, {**middle, "stroke": PAPER, "strokeWidth": 5, "strokeJoin": "round"}),
        (words.inside, {**middle, "color": INK}),
        (words.above, {**over, "align": "left"}),
        (words.before, {**over, "align": "right", "dx": -4}),
    )
    return [
        alt.Chart(data(said)).mark_text(**look).encode(x="x:Q", y="y:Q", text="text:N")
        for said, look in looks
        if said
    ]


def _laid(tenures: Sequence[Tenure], rows: Sequence[str], across: Span) -> _Words:
    """What each bar says: in it, or above one that is too narrow, where there is room.

    Above stands nothing that the words before it in its row say too, and nothing that would run
    over the newest bar, or take its room.
    """
    laid = _Words([], [], [], [])
    free = dict.fromkeys(rows, 0.0)
    told: dict[str, str] = {}
    newest = {one.row: one for one in sorted(tenures, key=_first) if not _is_maybe(one)}
    kept = {row: _beginning(one, across) for row, one in newest.items()}
    last = max(across.at(tenure.ends) for tenure in tenures)
    for tenure in sorted(tenures, key=_first):
        row, begins, ends = rows.index(tenure.row), across.at(tenure.begins), across.at(tenure.ends)
        words, (start, fitting) = _said(tenure), _inside(tenure, across)
        top, bottom = _MAYBE if _is_maybe(tenure) else _BAR
        brief = short(words, 28)
        until = begins + _LETTER * len(brief)
        is_clear = tenure is newest.get(tenure.row) or until <= kept.get(tenure.row, until)
        if fitting:
            said = {"x": across.of(start), "y": -(row + (top + bottom) / 2), "text": fitting}
            laid.inside.append(said)
            if any(part.status in PATTERNS for part in tenure.parts):
                laid.hatched.append(said)
        elif words == told.get(tenure.row):
            continue
        elif begins >= free[tenure.row] and ends - begins >= 2 and is_clear:
            laid.above.append({"x": tenure.begins, "y": -(row + _BAR[0]), "text": brief})
            free[tenure.row] = until + 8
        elif last - begins < 2 and begins - free[tenure.row] >= _LETTER * min(len(words), 10):
            # What was said just before the cut is the newest word, though it stood for no time yet.
            room = min(60, int((begins - free[tenure.row]) / _LETTER))
            laid.before.append({"x": tenure.begins, "y": -(row + top), "text": short(words, room)})
            free[tenure.row] = begins
        else:
            continue
        told[tenure.row] = words
    return laid


def _said(tenure: Tenure) -> str:
    return f"{tenure.what} ({tenure.certainty})" if _is_maybe(tenure) else tenure.what


def _inside(tenure: Tenure, across: Span) -> tuple[float, str]:
    """Where in a bar what it says begins, and that; nothing where the bar is too narrow."""
    words = _said(tenure)
    begins, seen, ends = (across.at(at) for at in (tenure.begins, tenure.seen, tenure.ends))
    start = seen if 2 < seen - begins < 40 and not _is_hollow(tenure) else begins
    fitting = short(words, int((ends - start - 8) / _LETTER))
    return start, fitting if len(fitting) >= min(len(words), 10) else ""


def _beginning(tenure: Tenure, across: Span) -> float:
    """From where on the room above a row is kept for the words of this bar."""
    begins, ends = across.at(tenure.begins), across.at(tenure.ends)
    if _inside(tenure, across)[1]:
        return math.inf
    return begins if ends - begins >= 2 else begins - _LETTER * min(len(_said(tenure)), 10)
