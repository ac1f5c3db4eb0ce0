"""Charts in a page: each in a frame with scripts of its own, which the page does not wait for."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import msgspec

from events.when import quoted
from timeline.errors import BadQuestion
from timeline.pictures.picture import EMBED, NARROWEST, WHATS, Picture, What, picture, script
from web.pages.address import OF, Address

if TYPE_CHECKING:
    from timeline.engine import Timeline

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""The drawing library styles what it draws, which no other page of ours needs."""

CHARTS: Final[dict[What, str]] = {
    "clocks": "What happened when, and was told when",
    "control": "Who said whose it was",
    "activity": "How much was told",
}
TAKES: Final[dict[What, tuple[str, ...]]] = {
    "clocks": OF,
    "control": ("party", "kind", "side"),
    "activity": (),
}
"""Of which claims alone each can be drawn."""
_USUAL: Final = 640
_WIDEST: Final = 1_200


@cache
def available() -> bool:
    """Whether the extra that draws is installed."""
    return all(find_spec(name) is not None for name in ("altair", "vl_convert"))


@cache
def bundle_name() -> str:
    """The name of the drawing library as a file; it changes with its version."""
    return f"vega.{version('vl-convert-python')}.js"


@cache
def bundle() -> bytes:
    """The drawing library, from the package that is installed."""
    return script().encode()


def chart_of(text: str) -> What:
    """Which chart is asked for; raises `BadQuestion`."""
    if text not in WHATS:
        raise BadQuestion(f"{quoted(text)} is no chart; write one of {', '.join(CHARTS)}")
    return text


def offered(address: Address) -> dict[What, str]:
    """The charts that can be narrowed as a page is, with what each is called."""
    wanted = {name for name in OF if getattr(address, name) is not None}
    return {what: said for what, said in CHARTS.items() if wanted <= set(TAKES[what])}


def chart(
    timeline: Timeline, address: Address, what: What, since: str | None, width: str | None
) -> Picture:
    """A chart of a place at the cuts of its page, of the days from `since` on.

    Raises `BadQuestion` for a width or a day that is none.
    """
    if width is not None and not (width.isascii() and width.isdecimal() and len(width) < 6):
        raise BadQuestion(f"width: {quoted(width)} is no number of pixels; write one such as 640")
    wide = _USUAL if width is None else int(width)
    with timeline.reading() as reader:
        return picture(
            timeline.log,
            reader,
            timeline.zone,
            address.cuts(timeline),
            address.place,
            what=what,
            since=since,
            facet=address.facet,
            **address.of,
            width=max(NARROWEST, min(_WIDEST, wide)),
        )


def specification(drawn: Picture) -> bytes:
    """What the frame's script draws, and how."""
    return msgspec.json.encode({"spec": drawn.spec, "embed": EMBED})
