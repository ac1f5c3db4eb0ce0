"""What all pictures share: an axis of time, the cuts that are drawn, title and foot. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

import altair as alt

from timeline.pictures.style import DAY_MS, SOFT, Moment, config, dates, year_of

if TYPE_CHECKING:
    from timeline.pictures.marks import Cut, Drawn

_TITLE_LETTER: Final = 8
_NOTE_LETTER: Final = 5
"""Pixels across a letter of a title, and of what stands under it, about; both may pass the axes."""
_FOOT_LETTER: Final = 7
"""Pixels across the widest digit of a basis in any font, so that nothing of it is cut off."""
NOT_QUIET: Final = "that is not to say it was quiet"
Chart = alt.LayerChart
Datum = dict[str, Any]


class Span:
    """The time an axis shows, and where on so many pixels a moment of it lies."""

    def __init__(self, moments: Iterable[Moment], pixels: float, *, turned: bool = False) -> None:
        known = sorted(moments)
        self._empty = not known
        known = known or [0]
        room = max((known[-1] - known[0]) // 16, DAY_MS // 4)
        self.first, self.last = known[0] - room, known[-1] + room
        self._pixels, self._turned = pixels, turned

    def at(self, moment: float) -> float:
        """The pixel of a moment, from the left or, turned, from the top."""
        part = (moment - self.first) / (self.last - self.first)
        return (1 - part if self._turned else part) * self._pixels

    def of(self, pixel: float) -> float:
        """The moment of a pixel."""
        part = pixel / self._pixels
        return self.first + (1 - part if self._turned else part) * (self.last - self.first)

    def domain(self) -> alt.Scale:
        """The scale of the axis, exactly so wide: for one layer, which the others follow."""
        return alt.Scale(domain=[self.first, self.last], nice=False, zero=False)

    def axis(self, title: str, zone: str) -> alt.Axis:
        """The axis, with as many dates as there is room for.

        Beside the title is their year, and of hours the zone, where the dates do not tell it.
        """
        form, ticks = dates(self.first, self.last, self._pixels / (44 if self._turned else 84))
        said = [title]
        if not self._empty:
            said += [] if "%Y" in form else [self._years()]
            said += [zone] if "%H" in form else []
        return alt.Axis(
            title=f"{', '.join(said)} →",
            values=[] if self._empty else ticks,
            labelExpr=f"utcFormat(datum.value, '{form}')",
            labelFlush=False,
        )

    def _years(self) -> str:
        first, last = year_of(self.first), year_of(self.last)
        return str(first) if first == last else f"{first}–{last}"


def crossing(drawn: Drawn, moments: Sequence[Moment]) -> list[Cut]:
    """The cuts that are drawn: those asked for, and now unless it is far from all else."""
    if not moments:
        return [cut for cut in (drawn.valid, drawn.known) if cut.asked]
    near = max(moments) + max(DAY_MS, (max(moments) - min(moments)) // 6)
    return [cut for cut in (drawn.valid, drawn.known) if cut.asked or cut.at <= near]


def paper(x: alt.X, y: alt.Y, first: Datum) -> alt.Chart:
    """A layer of nothing that holds the axes and their scales; `first` is a point on it."""
    bare: alt.Chart = alt.Chart(data([first])).mark_point(opacity=0).encode(x=x, y=y)
    return bare


def data(rows: Sequence[Datum]) -> alt.InlineData:
    """Rows for a layer."""
    return alt.InlineData(values=list(rows))


def nothing(*lines: str) -> alt.Chart:
    """Words where there is nothing to draw: beside the cuts, which then cross in the middle."""
    said: alt.Chart = (
        alt.Chart(data([{}]))
        .mark_text(
            align="left",
            baseline="top",
            color=SOFT,
            fontSize=13,
            fontStyle="italic",
            lineHeight=17,
            text=[*lines],
        )
        .encode(x=alt.value(8), y=alt.value(8))
    )
    return said


def finished(
    layers: Sequence[Any],
    drawn: Drawn,
    title: str,
    notes: Sequence[str],
    width: int,
    height: int,
    whole: int,
) -> Chart:
    """The layers with the title, the cuts, the sources and the basis: all that a print needs."""
    said = [*([drawn.told] if drawn.told else []), f"basis {drawn.basis}"]
    letters = whole // _FOOT_LETTER
    foot = [line for one in said for line in wrap(one, letters, break_on_hyphens=False)]
    source = (
        alt.Chart(data([{}]))
        .mark_text(
            align="left",
            baseline="top",
            color=SOFT,
            fontSize=10,
            text=foot,
            lineHeight=13,
            limit=whole,
        )
        .encode(x=alt.value(0), y=alt.value(height + 52))
    )
    lines = wrap(title, whole // _TITLE_LETTER)
    under = [line for note in (drawn.asked, *notes) for line in wrap(note, whole // _NOTE_LETTER)]
    chart = alt.layer(*layers, source).properties(
        width=width,
        height=height,
        title=alt.TitleParams(lines if len(lines) > 1 else title, subtitle=under),
    )
    done: Chart = chart.configure(**config(whole))
    return done


def short(text: str, most: int) -> str:
    """A text in at most so many letters."""
    return text if len(text) <= most else f"{text[: max(0, most - 1)].rstrip()}…"
