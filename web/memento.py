"""Time travel over HTTP (RFC 7089): a place's page as it was, by the clock of knowledge.

`/place/{id}` is its own TimeGate: with `Accept-Datetime` it sends to the page as known at that
time. Every page with `known` or `basis` is a Memento; `/timemap/link/{id}` lists those at which
something was learned.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from fastapi import APIRouter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from events.when import SECOND, iso
from timeline.cuts import cuts
from timeline.errors import BadQuestion
from timeline.places import AREAS, lowest, resolve
from web.caching import answered
from web.desk import Desk, desk_of
from web.pages.address import NAMES, filled
from web.problems import Refused
from web.reading import in_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from events.when import Instant
    from timeline.engine import Timeline

router = APIRouter(include_in_schema=False)

PAGE: Final = 500
"""Mementos in one TimeMap."""
MOST_BELOW: Final = 300
"""Places below a region whose news counts as news of the region."""
LINK_FORMAT: Final = "application/link-format"
_PLACE: Final = re.compile(rb"/place/([^/]+)")
"""As the client wrote it: a slash of an id is escaped there."""
_PLAIN: Final = ":@,;=!$&'()*+~"
"""What an address holds as it is, in the name of a place."""
_MOVES: Final = ("known", "basis")
"""The parameters that make a Memento of a page."""


class Memento:
    """Negotiates the page of a place in time, and marks it for what it is."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        desk: Desk,
        failures: tuple[type[Exception], ...],
        failed: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        self.app = app
        self._desk = desk
        self._failures = failures
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a client that asks for another time there; else mark the answer."""
        found = (
            _PLACE.fullmatch(scope["raw_path"] or b"")
            if scope["type"] == "http" and scope["method"] == "GET"
            else None
        )
        if found is None:
            await self.app(scope, receive, send)
            return
        place = unquote(found[1].decode("latin-1"))
        page = _Page(Request(scope), place)
        wanted = Headers(scope=scope).get("accept-datetime")
        if wanted is not None and not page.is_memento:
            try:
                response = await self._gate(page, place, wanted)
            except self._failures as error:
                response = await self._failed(Request(scope), error)
            response.headers.add_vary_header("accept-datetime")
            await response(scope, receive, send)
            return
        at = _moment(page, self._desk)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if message["status"] in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
                    page.mark(headers, at)
                message["headers"] = headers.raw
            await send(message)

        await self.app(scope, receive, marked)

    async def _gate(self, page: _Page, place: str, wanted: str) -> Response:
        """Where the page of that time is; the first or the last where it lies outside."""
        filled(page.request, "on", *NAMES, "clocks")  # what the page refuses leads nowhere
        try:
            asked = parsedate_to_datetime(wanted)
        except (TypeError, ValueError, OverflowError):
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                "Accept-Datetime cannot be read; write Mon, 27 Oct 2025 12:00:00 GMT",
            ) from None
        zoned = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
        times = await self._desk.ask(lambda timeline: mementos(timeline, place))
        at = int(zoned.timestamp()) * SECOND
        if times:
            at = max(at, times[0])
        at = min(at, _now())
        links = [*page.links(), *page.ends(times)]
        return RedirectResponse(
            page.memento(at),
            HTTPStatus.FOUND,
            {"link": ", ".join(links), "cache-control": "no-cache"},
        )


class _Page:
    """The addresses around the page of a place."""

    def __init__(self, request: Request, place: str) -> None:
        self.request = request
        self._base = f"{request.url.scheme}://{request.url.netloc}"
        self._name = quote(place, safe=_PLAIN)
        query = parse_qsl(request.scope["query_string"].decode("latin-1"))
        self.query = [(name, text) for name, text in query if text.strip()]
        self._rest = [pair for pair in self.query if pair[0] not in (*_MOVES, "after")]

    @property
    def is_memento(self) -> bool:
        return any(name in _MOVES for name, _ in self.query)

    @property
    def original(self) -> str:
        rest = f"?{urlencode(self._rest)}" if self._rest else ""
        return f"{self._base}/place/{self._name}{rest}"

    def memento(self, at: Instant) -> str:
        # A cut is written as the last second that belongs to it.
        pairs = [*self._rest, ("known", iso(at - SECOND))]
        return f"{self._base}/place/{self._name}?{urlencode(pairs)}"

    def timemap(self, after: Instant | None = None) -> str:
        pairs = [*self._rest, *([("after", iso(after))] if after is not None else [])]
        rest = f"?{urlencode(pairs)}" if pairs else ""
        return f"{self._base}/timemap/link/{self._name}{rest}"

    def links(self) -> list[str]:
        return [
            f'<{self.original}>; rel="original timegate"',
            f'<{self.timemap()}>; rel="timemap"; type="{LINK_FORMAT}"',
        ]

    def ends(self, times: Sequence[Instant]) -> list[str]:
        if not times:
            return []
        if len(times) == 1:
            return [self.link(times[0], "first last memento")]
        return [self.link(times[0], "first memento"), self.link(times[-1], "last memento")]

    def link(self, at: Instant, relation: str) -> str:
        return f'<{self.memento(at)}>; rel="{relation}"; datetime="{http_date(at)}"'

    def mark(self, headers: MutableHeaders, at: Instant | None) -> None:
        headers.append("link", ", ".join(self.links()))
        if at is not None:
            headers["memento-datetime"] = http_date(at)
        elif not self.is_memento:
            headers.add_vary_header("accept-datetime")


def _moment(page: _Page, desk: Desk) -> Instant | None:
    """The cut of knowledge of a Memento; None for the page as of now."""
    asked = {name: text for name, text in page.query if name in _MOVES}
    if not asked:
        return None
    try:
        known = cuts(desk.zone, **asked).asof.known
    except BadQuestion:  # of which the page tells
        return None
    return min(_second(known), _now())


@router.get("/timemap/link/{place:path}")
async def timemap(request: Request) -> Response:
    """The Mementos of a place's page, oldest first, as links (RFC 6690)."""
    place = in_path(request, "place")
    after = filled(request, "on", *NAMES, "after").get("after")
    times = await desk_of(request).ask(lambda timeline: mementos(timeline, place))
    page = _Page(request, place)
    start = 0 if after is None else bisect_right(times, _instant(after))
    shown = times[start : start + PAGE]
    this = page.timemap(times[start - 1] if start else None)
    within = f'; from="{http_date(shown[0])}"; until="{http_date(shown[-1])}"' if shown else ""
    links = [
        f'<{page.original}>; rel="original timegate"',
        f'<{this}>; rel="self"; type="{LINK_FORMAT}"{within}',
    ]
    if start + PAGE < len(times):
        rest = f'from="{http_date(times[start + PAGE])}"; until="{http_date(times[-1])}"'
        links.append(f'<{page.timemap(shown[-1])}>; rel="timemap"; type="{LINK_FORMAT}"; {rest}')
    for number, at in enumerate(shown, start):
        ends = [name for name, end in (("first", 0), ("last", len(times) - 1)) if number == end]
        links.append(page.link(at, " ".join([*ends, "memento"])))
    return answered(request, (",\n".join(links) + "\n").encode(), LINK_FORMAT)


def mementos(timeline: Timeline, place: str) -> list[Instant]:
    """The seconds by which something was learned about a place, or one below it, in order."""
    asof = timeline.cuts().asof
    with timeline.reading() as reader:
        book = reader.book()
        found = resolve(place, book)
        places = [found.id]
        if found.kind in AREAS:
            below = lowest(found.id, book, set(reader.reported_places(asof)), asof.valid)
            places += below[:MOST_BELOW]
        return sorted({_second(at) for one in places for at in reader.learned(one, asof)})


def http_date(at: Instant) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(datetime.fromtimestamp(at // SECOND, UTC), usegmt=True)


def _second(at: Instant) -> Instant:
    """The first whole second by which an instant has passed."""
    return -(-at // SECOND) * SECOND


def _now() -> Instant:
    return int(datetime.now(UTC).timestamp()) * SECOND


def _instant(text: str) -> Instant:
    try:
        return int(datetime.fromisoformat(text).timestamp()) * SECOND
    except (ValueError, OverflowError):
        raise BadQuestion("after: no instant; follow a link of the TimeMap") from None
