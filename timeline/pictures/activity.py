"""How much was told of each day, week, month or year, as an Altair chart. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import altair as alt

from timeline.pictures.frame import (
    NOT_QUIET,
    Chart,
    Datum,
    Span,
    data,
    finished,
    nothing,
    paper,
)
from timeline.pictures.style import DAY_MS, FAINT, PAPER, Moment

if TYPE_CHECKING:
    from timeline.pictures.marks import DayCount, Drawn


def activity_chart(drawn: Drawn, width: int) -> Chart:
    """How much was told of each day: happenings, those only possible, and all reports."""
    days = drawn.activity
    height = 220
    moments = [day.day for day in days] + [day.day + DAY_MS for day in days]
    moments += [at for at in (drawn.since, drawn.until) if at is not None]
    across = Span(moments, width)
    unit = _unit(across, width)
    rows = _summed(days, unit)
    x = alt.X("x:Q", scale=across.domain(), axis=across.axis("what happened", drawn.zone))
    most = max((max(row["reports"], row["all"]) for row in rows), default=0)
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[0, max(most, 4) * 1.05]),  # the highest column is not cut off
        axis=alt.Axis(title="reports, happenings", tickMinStep=1, format=",d", tickCount=5),
    )
    layers: list[Any] = [paper(x, y, {"x": across.first, "y": 0})]
    if rows:
        layers += _columns(rows)
    else:
        layers.append(nothing("nothing was told of this time;", NOT_QUIET))
    wider = f" · told of wider times, and not drawn: {drawn.wider:,}" if drawn.wider else ""
    return finished(
        layers,
        drawn,
        f"{drawn.place} and below: how much was told of each {unit}",
        [f"grey: reports · dark: happenings · hollow: only possible{wider}"],
        width,
        height,
        width,
    )


def _unit(across: Span, width: int) -> str:
    """What a column stands for, so that columns can be told apart."""
    days = (across.last - across.first) / DAY_MS
    each = {"day": 1, "week": 7, "month": 30}
    return next((unit for unit, size in each.items() if days / size * 5 <= width), "year")


def _column(day: Moment, unit: str) -> tuple[Moment, Moment]:
    """Where the column of a day begins and ends; weeks begin on Mondays."""
    if unit == "day":
        return day, day + DAY_MS
    if unit == "week":
        begins = day - (day // DAY_MS + 3) % 7 * DAY_MS
        return begins, begins + 7 * DAY_MS
    at = datetime.fromtimestamp(day / 1000, UTC).replace(day=1)
    first = at if unit == "month" else at.replace(month=1)
    months = first.month + (1 if unit == "month" else 12)
    last = first.replace(year=first.year + (months - 1) // 12, month=(months - 1) % 12 + 1)
    return round(first.timestamp() * 1000), round(last.timestamp() * 1000)


def _summed(days: Sequence[DayCount], unit: str) -> list[Datum]:
    sums: dict[tuple[Moment, Moment], list[int]] = {}
    for day in days:
        counts = sums.setdefault(_column(day.day, unit), [0, 0, 0])
        for at, count in enumerate((day.reports, day.happenings, day.possible)):
            counts[at] += count
    return [
        {
            "begins": begins,
            "ends": ends,
            "reports": reports,
            "happenings": happenings,
            "possible": possible,
            "all": happenings + possible,
        }
        for (begins, ends), (reports, happenings, possible) in sorted(sums.items())
    ]


def _columns(rows: Sequence[Datum]) -> list[Any]:
    layers = []
    looks: tuple[tuple[str, int | str, str, float, Datum], ...] = (
        ("reports", 0, "reports", 0.04, {"fill": FAINT}),
        ("happenings", 0, "happenings", 0.24, {"fill": "#0072b2"}),
        (
            "possible",
            "happenings",
            "all",
            0.24,
            {"fill": PAPER, "stroke": "#0072b2", "strokeDash": [3, 2], "strokeWidth": 1.2},
        ),
    )
    for name, low, high, inset, look in looks:
        boxes = [
            {
                **row,
                "x": row["begins"] + inset * (row["ends"] - row["begins"]),
                "x2": row["ends"] - inset * (row["ends"] - row["begins"]),
                "y": row[low] if isinstance(low, str) else low,
                "y2": row[high],
            }
            for row in rows
            if row[name]
        ]
        if boxes:
            layers.append(
                alt.Chart(data(boxes), name=name)
                .mark_rect(**look)
                .encode(
                    x="x:Q",
                    x2="x2:Q",
                    y="y:Q",
                    y2="y2:Q",
                    tooltip=[
                        alt.Tooltip("begins:T", title="from", format="%-d %b %Y"),
                        "reports:Q",
                        "happenings:Q",
                        "possible:Q",
                    ],
                )
            )
    return layers
