"""The application: the API, the pages, and what stands before them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request

from timeline.errors import StoreError, TimelineError
from web import api, docs, memento, pages
from web.described import describe
from web.desk import Desk
from web.forms import Endings
from web.front import Front, check_hosts, check_origins
from web.limits import Limits
from web.pages.areas import Areas
from web.pages.news import Newsroom
from web.problems import Problem, Refused, problem_of, refused
from web.reading import words
from web.room import TooBusy, TookTooLong
from web.stream import TooLong

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.access import WriteAccess

_log = logging.getLogger("timeline.web")
_LEVEL: Final = 4
"""Of compression: past it a page shrinks by a hundredth and takes twice as long."""

_FAILURES: Final = (TimelineError, TookTooLong, TooBusy, TooLong, Refused)
"""What ends as a problem that says what would be right."""


def create_app(
    store: str,
    *,
    write: WriteAccess | None = None,
    hosts: Collection[str] = (),
    cors: Collection[str] = ("*",),
    limits: Limits | None = None,
) -> FastAPI:
    """The application that answers from a store; read-only unless `write` says who may write.

    `hosts` are the names it goes by besides its addresses, `cors` the origins of other pages that
    may read the API. Raises `BadQuestion` for what is none; what is wrong with the store shows
    when it starts.
    """
    check_hosts(hosts)
    check_origins(cors)
    bounds = limits or Limits()
    desk = Desk(store, bounds)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.closing = asyncio.Event()
        app.state.newsroom = Newsroom(store, app.state.closing, desk.check)
        await desk.open()
        yield
        app.state.closing.set()
        await asyncio.to_thread(desk.close)

    app = FastAPI(
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(Front, hosts=hosts, cors=cors, target=bounds.target, fault=_fault),
            Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=_LEVEL),
            Middleware(memento.Memento, desk=desk, failures=_FAILURES, failed=_failed),
            Middleware(Endings),
        ],
    )
    app.state.desk, app.state.areas = desk, Areas()
    app.openapi = lambda: describe(app)  # type: ignore[method-assign] # as the library shows it
    _handle(app)
    app.router.routes.extend(api.router.routes)  # included, each would be looked for twice
    app.include_router(docs.router)
    app.include_router(memento.router)
    if write is not None:
        from web import write as writing  # here: a server that only reads does without

        app.state.write = write
        app.include_router(writing.router)
    app.include_router(pages.router)
    return app


def _handle(app: FastAPI) -> None:
    """Have every error end as a problem."""

    async def unread(request: Request, error: Exception) -> Response:
        faults = error.errors() if isinstance(error, RequestValidationError) else []
        said = words(faults[0]) if faults else "the parameters cannot be read"
        return shown(request, refused(HTTPStatus.BAD_REQUEST, said))

    async def nothing(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        status, said = HTTPStatus(error.status_code), str(error.detail)
        headers = dict(error.headers or {})
        if status == HTTPStatus.NOT_FOUND:
            said = "there is nothing at this address; /api tells what there is"
        elif status == HTTPStatus.METHOD_NOT_ALLOWED and headers.get("Allow") == "GET":
            said, headers["Allow"] = "this can only be read; write GET", "GET, HEAD"
        elif status == HTTPStatus.METHOD_NOT_ALLOWED:
            said = f"this can only be written to; write {headers.get('Allow')}"
        return shown(request, refused(status, said), headers)

    for kind in _FAILURES:
        app.add_exception_handler(kind, _failed)
    app.add_exception_handler(RequestValidationError, unread)
    app.add_exception_handler(HTTPException, nothing)


async def _failed(request: Request, error: Exception) -> Response:
    headers = {"retry-after": "1"} if isinstance(error, TooBusy) else None
    if isinstance(error, StoreError):
        _log.error("%s", error)
    if isinstance(error, Refused):
        headers = dict(error.headers or {})
    return shown(request, problem_of(error), headers)


def _fault(request: Request) -> Response:
    said = "a fault of this program, please report it; the server's log shows where"
    return shown(request, refused(HTTPStatus.INTERNAL_SERVER_ERROR, said))


def shown(request: Request, problem: Problem, headers: Any = None) -> Response:
    """A problem as a page for a browser, as JSON for all else."""
    path: str = request.scope["path"]
    if not f"{path}/".startswith("/api/") and "text/html" in request.headers.get("accept", ""):
        return pages.problem_page(request, problem)
    return problem.response(headers)
