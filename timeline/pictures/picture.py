"""A picture from question to file: the specification, and it drawn as SVG, PNG or a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from operator import index
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from events.when import quoted
from timeline.errors import BadQuestion, MissingExtra

if TYPE_CHECKING:
    from datetime import tzinfo

    from timeline.cuts import Cut, Cuts
    from timeline.log import LogReader
    from timeline.reader import Reader

What = Literal["clocks", "control", "activity"]
WHATS: Final[tuple[What, ...]] = get_args(What)
WIDTH: Final = 760
_SHOWS: Final[Mapping[What, Literal["claims", "history", "activity"]]] = {
    "clocks": "claims",
    "control": "history",
    "activity": "activity",
}
"""What each picture is drawn from."""
NARROWEST: Final = 240
WIDEST: Final = 2_400
"""Pixels across a picture in which its words have room."""

# Vega evaluates expressions without `eval`, as a page's policy may ask; no menu leads elsewhere.
EMBED: Final[dict[str, Any]] = {
    "mode": "vega-lite",
    "ast": True,
    "renderer": "svg",
    "actions": {"export": True, "source": False, "compiled": False, "editor": False},
}
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)
_NAMED: Final = (
    '() => { const menu = document.querySelector("#picture summary"); '
    'menu?.setAttribute("aria-label", menu.parentElement.title); }'
)
"""The menu, whose three dots are no name, is called what its box says when pointed at."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a Vega-Lite specification, with the title and the basis of what it shows."""

    title: str
    basis: str
    spec: dict[str, Any]

    @property
    def told(self) -> str:
        """The picture in a line, for who does not see it."""
        return " · ".join((self.title, *self.spec["title"]["subtitle"]))

    def svg(self) -> str:
        """The picture as SVG, its words as text."""
        drawn = str(_vl_convert().vegalite_to_svg(self.spec))
        # Else each mark is read out by its numbers, and the whole has no name.
        return drawn.replace("<svg", f'<svg role="img" aria-label="{escape(self.told)}"', 1)

    def png(self, scale: float = 2) -> bytes:
        """The picture as PNG; a scale of 2 is sharp in print."""
        return bytes(_vl_convert().vegalite_to_png(self.spec, scale=scale))

    def html(self) -> str:
        """A page that asks nothing of the network; pointing at a mark says what it is."""
        # `</` would end the element that holds it, and after `<!--` another script not end in it.
        spec, embed = (json.dumps(part).replace("<", "\\u003c") for part in (self.spec, EMBED))
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(self.title)}</title>\n"
            f"<script>{script()}</script>\n</head>\n<body>\n"
            f'<div id="picture" role="figure" aria-label="{escape(self.told)}"></div>\n'
            f'<script>vegaEmbed("#picture", {spec}, {embed}).then({_NAMED});</script>\n'
            "</body>\n</html>\n"
        )


def picture(
    log: LogReader,
    reader: Reader,
    zone: tzinfo,
    cuts: Cuts,
    place: str,
    *,
    what: What = "clocks",
    since: Cut | None = None,
    until: Cut | None = None,
    facet: str | None = None,
    party: str | None = None,
    kind: str | None = None,
    side: str | None = None,
    width: int = WIDTH,
) -> Picture:
    """A picture of a place at the cuts; `since` and `until` are days, both of them shown.

    Raises `MissingExtra`, `UnknownPlace`, `AmbiguousPlace`, `BadQuestion`.
    """
    _check_extra()
    if what not in WHATS:
        raise BadQuestion(f"{quoted(str(what))} is not a picture; write one of {', '.join(WHATS)}")
    _check_width(width)
    from timeline.asof import WINDOW_DAYS, window_of
    from timeline.formats.gather import Gathered
    from timeline.formats.wanted import Wanted, period_of
    from timeline.pictures import marks
    from timeline.pictures.activity import activity_chart
    from timeline.pictures.clocks import clocks_chart
    from timeline.pictures.control import control_chart

    of = _SHOWS[what]
    begins, ends = period_of(of, since, until, zone)
    wanted = Wanted(
        what=of,
        form="json",
        places=[place],
        facet="control" if what == "control" else facet,
        party=party,
        kind=kind,
        side=side,
        window=window_of(WINDOW_DAYS),
        since=begins,
        until=ends,
    )
    wanted.check()
    made = Gathered(log, reader, zone, cuts, wanted)
    if what == "clocks":
        chart = clocks_chart(marks.clocks(made), width)
    elif what == "control":
        chart = control_chart(marks.control(made), width)
    else:
        chart = activity_chart(marks.activity_of(made), width)
    spec: dict[str, Any] = chart.to_dict()
    spec.pop("$schema", None)  # an address, which nothing here follows
    title = spec["title"]["text"]
    return Picture(title if isinstance(title, str) else " ".join(title), made.basis, spec)


def warm_up() -> None:
    """Load what draws: the first picture takes some seconds more than those that follow.

    Raises `MissingExtra`.
    """
    _check_extra()
    from timeline.pictures import clocks  # noqa: F401 - as `picture` loads it

    blank = {"title": {"text": "", "subtitle": []}, "data": {"values": []}, "mark": "point"}
    Picture("", "", blank).svg()


@cache
def script() -> str:
    """The scripts that draw a specification in a page: Vega, Vega-Lite and Vega-Embed.

    They come inside a package from the time of installation; a page needs nothing from elsewhere.
    """
    bundle: str = _vl_convert().javascript_bundle()
    return bundle.replace("</script", "<\\/script")


def _check_width(width: int) -> None:
    try:
        fits = NARROWEST <= index(width) <= WIDEST
    except TypeError:  # no whole number
        fits = False
    if not fits:
        raise BadQuestion(
            f"a picture {width!r:.60} pixels wide; write a whole number from {NARROWEST} to "
            f"{WIDEST:,}"
        )


def _check_extra() -> None:
    _vl_convert()
    try:
        import altair as alt  # noqa: F401 - an extra, loaded where it is used
    except ImportError:
        raise MissingExtra("a picture", "plot") from None


def _vl_convert() -> Any:
    try:
        import vl_convert  # here: an extra, and heavy
    except ImportError:
        raise MissingExtra("a picture", "plot") from None
    return vl_convert
