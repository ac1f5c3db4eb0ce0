"""The routes of the pages: each asks its question in a thread, and sends a page as a whole."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from timeline.pictures.picture import warm_up
from timeline.places import resolve
from timeline.safe import safe
from web.caching import FOR_EVER, answered
from web.desk import desk_of
from web.pages import charts
from web.pages.address import CUTS, DIFF, NAMES, THEN, Address, filled
from web.pages.areas import Areas
from web.pages.changes import diff_page
from web.pages.claim import claim_page
from web.pages.home import home_page
from web.pages.looking_back import then_and_now
from web.pages.news import Newsroom
from web.pages.render import MEDIA, render, static_files, style
from web.pages.search import search
from web.pages.situation import situation_page
from web.problems import Refused
from web.room import TooBusy
from web.stream import InParts

if TYPE_CHECKING:
    from starlette.types import Scope

    from timeline.engine import Timeline
    from timeline.pictures import Picture, What
    from web.problems import Problem

HTML: Final = "text/html; charset=utf-8"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""A page loads its own files, and nothing else: no inline script or style, no other server."""


class Addressed(APIRoute):
    """A route of which a part that is named in it stands behind a slash that nobody escaped."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether an address is of this route: `/place/river%2Fdiff` is the place `river/diff`."""
        part = self.path.rpartition("/")[2]
        written = (scope["raw_path"] or b"").rpartition(b"/")[2].decode("latin-1")
        if part.startswith("{") or not scope["raw_path"] or unquote(written) == part:
            return super().matches(scope)
        return Match.NONE, {}


router = APIRouter(include_in_schema=False, route_class=Addressed)


@router.get("/")
async def home(request: Request) -> Response:
    """The start page: a search, and the newest reports."""
    filled(request)
    page = await desk_of(request).ask(home_page)
    return _page(request, _rendered(request, "home.html", page=page, q="", on=""))


@router.get("/search")
async def searched(request: Request) -> Response:
    """To the page that is searched for; else what may be meant."""
    given = filled(request, "q", "on")
    q, on = given.get("q", ""), given.get("on", "")
    found = await desk_of(request).ask(lambda timeline: search(timeline, q, on))
    if isinstance(found, str):
        return RedirectResponse(found, HTTPStatus.SEE_OTHER)
    return _page(request, _rendered(request, "search.html", page=found, q=found.q, on=found.on))


@router.get("/static/{name}")
async def static(request: Request, name: str) -> Response:
    """A file that the pages need; its name is of its content."""
    if charts.available() and name == charts.bundle_name():
        content = await desk_of(request).ask(lambda _: charts.bundle(), slow=True)
        return answered(request, content, MEDIA[".js"], headers={"cache-control": FOR_EVER})
    if name not in static_files():
        raise Refused(HTTPStatus.NOT_FOUND, "there is no such file; load the page again")
    content, media = static_files()[name]
    return answered(request, content, media, headers={"cache-control": FOR_EVER})


@router.get("/news")
async def news(request: Request) -> Response:
    """Server-sent events: what is filed from now on, or after a position of the log."""
    given = filled(request, "place", "after")
    desk_of(request).check()
    newsroom: Newsroom = request.app.state.newsroom
    if newsroom.full:
        said, later = "too many pages are open; try again later", {"retry-after": "15"}
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, said, later)
    after = _position(given.get("after"))
    if (last := request.headers.get("last-event-id")) is not None:
        after = _position(last)
    name = given.get("place")
    place = None
    if name is not None:
        place = await desk_of(request).ask(lambda timeline: _id(timeline, name))
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return InParts(newsroom.stream(place, after), headers, "text/event-stream")


def _position(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "after: no position of the log; write the id of an event, or leave it out",
        )
    return int(text)


def _id(timeline: Timeline, place: str) -> str:
    with timeline.reading() as reader:
        return resolve(place, reader.book()).id


@router.get("/claim/{claim:path}")
async def claim(request: Request, claim: str) -> Response:
    """A claim or a report: where it comes from, and why the rule shows it or not."""
    query = filled(request, "on", *CUTS, "window")
    address = Address.read(claim, query, query.get("on"))
    page = await desk_of(request).ask(lambda timeline: claim_page(timeline, address))
    return _page(request, _rendered(request, "claim.html", page=page, q="", on=""), page.basis)


@router.get("/place/{place:path}/diff")
async def diff(request: Request, place: str) -> Response:
    """What changed about a place between two cuts."""
    query = filled(request, *DIFF)
    address = Address.read(place, query)
    page = await desk_of(request).ask(lambda timeline: diff_page(timeline, address, query))
    return _page(request, _rendered(request, "diff.html", page=page, q=page.place.name, on=""))


@router.get("/place/{place:path}/then-and-now")
async def hindsight(request: Request, place: str) -> Response:
    """What was known of a day then, beside what is known of it now."""
    query = filled(request, *THEN)
    address = Address.read(place, query)
    page = await desk_of(request).ask(
        lambda timeline: then_and_now(timeline, address, query), slow=True
    )
    return _page(request, _rendered(request, "then.html", page=page, q=page.place.name, on=""))


@router.get("/place/{place:path}/file")
async def file(request: Request, place: str) -> Response:
    """The page of a place as one file that needs no other, to be sent by mail."""
    query = filled(request, "on", *NAMES)
    address = Address.read(place, query, query.get("on")).at(all="1")
    areas: Areas = request.app.state.areas
    page = await desk_of(request).ask(lambda timeline: situation_page(timeline, address, areas))
    text, digest = style()
    policy = f"default-src 'none'; style-src '{digest}'; base-uri 'none'; form-action 'none'"
    content = _rendered(request, "file.html", page=page, style=text, policy=policy)
    name = _file_name(f"{page.place.name} {page.known_day}")
    headers = {
        "content-disposition": f'attachment; filename="{name}.html"',
        "content-security-policy": policy,
    }
    return answered(request, content, HTML, basis=page.basis, headers=headers)


@router.get("/place/{place:path}/chart")
async def chart_frame(request: Request, place: str) -> Response:
    """The frame of a chart, which loads what draws it."""
    address, what, query = _charted(request, place)
    picked = {"what": None if what == "clocks" else what, "from": query.get("from")}
    content = render(
        "chart.html",
        title=charts.CHARTS[what],
        bundle=f"/static/{charts.bundle_name()}",
        spec=address.url("chart.json", **picked),
        svg=address.url("chart.svg", **picked),
    )
    headers = {"content-security-policy": charts.POLICY, "x-frame-options": "SAMEORIGIN"}
    return answered(request, content, HTML, headers=headers)


@router.get("/place/{place:path}/chart.json")
async def chart_spec(request: Request, place: str) -> Response:
    """What the script of the frame draws."""
    drawn = await _drawn(request, place)
    content = charts.specification(drawn)
    return answered(request, content, "application/json", basis=drawn.basis)


@router.get("/place/{place:path}/chart.svg")
async def chart_svg(request: Request, place: str) -> Response:
    """The chart as a picture, for those who run no scripts."""
    drawn = await _drawn(request, place)
    content = await desk_of(request).ask(lambda _: drawn.svg().encode(), slow=True)
    return answered(request, content, "image/svg+xml", basis=drawn.basis)


def _charted(request: Request, place: str, *more: str) -> tuple[Address, What, dict[str, str]]:
    if not charts.available():
        raise Refused(HTTPStatus.NOT_FOUND, "charts need the extra `plot` on the server")
    what = charts.chart_of(request.query_params.get("what") or "clocks")
    query = filled(request, "on", *CUTS, *charts.TAKES[what], "what", "from", *more)
    return Address.read(place, query, query.get("on")), what, query


async def _drawn(request: Request, place: str) -> Picture:
    address, what, query = _charted(request, place, "width")
    return await desk_of(request).ask(
        lambda timeline: charts.chart(
            timeline, address, what, query.get("from"), query.get("width")
        ),
        slow=True,
    )


@router.get("/place/{place:path}")
async def place(request: Request, place: str) -> Response:
    """The situation of a place."""
    query = filled(request, "on", *NAMES, "clocks")
    address = Address.read(place, query, query.get("on"))
    if query.keys() & {"on", "clocks"} or not all(request.query_params.values()):
        # A form sends all its fields: the address that is kept has only those that say something.
        linked = query.get("clocks") == "linked"
        given = address.at(valid=None) if linked else address
        return RedirectResponse(given.url(), HTTPStatus.SEE_OTHER)
    areas: Areas = request.app.state.areas
    page = await desk_of(request).ask(lambda timeline: situation_page(timeline, address, areas))
    on = page.known_day if page.address.linked and page.answer.asked.known else ""
    offered = charts.offered(address) if charts.available() and page.answer.claims else {}
    if offered:
        _make_ready(request)
    content = _rendered(request, "place.html", page=page, q=page.place.name, on=on, charts=offered)
    return _page(request, content, page.basis)


def _make_ready(request: Request) -> None:
    """Load what draws, once: paper waits two seconds for a picture, and the first one takes longer.

    By the time that somebody prints, it is there.
    """
    state, desk = request.app.state, desk_of(request)
    if not getattr(state, "drawing", False):
        with suppress(TooBusy):
            desk.begin(desk.job(slow=True), lambda _: warm_up(), slow=True)
            state.drawing = True


def _rendered(request: Request, template: str, **values: object) -> bytes:
    """A page that has days, which are those of the store's zone."""
    return render(template, zone=str(desk_of(request).zone), **values)


def _page(request: Request, content: bytes, basis: str | None = None) -> Response:
    headers = {"content-security-policy": POLICY}
    return answered(request, content, HTML, basis=basis, headers=headers)


def problem_page(request: Request, problem: Problem) -> Response:
    """What went wrong, as a page, with what would be right, and with what was searched for."""
    searched = {name: safe(request.query_params.get(name, "")) for name in ("q", "on")}
    asked_wrong = problem.status == HTTPStatus.BAD_REQUEST
    place = request.path_params.get("place", "")
    # Who chooses among places asks each what was asked of the name.
    part = request.scope["path"].removeprefix(f"/place/{place}").lstrip("/") if place else ""
    query = f"?{request.url.query}" if request.url.query else ""
    content = render(
        "problem.html",
        problem=problem,
        place=place if asked_wrong else "",
        part=part,
        query=query,
        **searched,
    )
    headers = {"cache-control": "no-store", "content-security-policy": POLICY}
    return Response(content, problem.status, headers, HTML)


def _file_name(text: str) -> str:
    """A name for a file, in letters that every system takes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split()) or "place"
