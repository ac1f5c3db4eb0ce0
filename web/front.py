"""What every request goes through first: whose it may be, how long it is, and safe headers."""

from __future__ import annotations

import asyncio
import logging
import re
from functools import lru_cache
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, cast

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request

from events.when import quoted
from timeline.errors import BadQuestion
from web.caching import GZIPPED
from web.forms import weight
from web.problems import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("timeline.web")
# Pages run and show nothing but files of their own, and nothing within them.
_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'"
)
_FIXED: Final = {
    b"content-security-policy": _POLICY,
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
_ORIGIN: Final = re.compile(
    r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)(:[1-9][0-9]{0,4})?"
)
"""As a browser sends it."""
_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
"""Of a host, as a browser sends it; without its last dot."""
_API: Final = "/api/"
"""Where addresses begin that pages of other origins may read."""
_EXPOSED: Final = b"ETag, Link, Memento-Datetime"


def check_origins(cors: Collection[str]) -> None:
    """Raise `BadQuestion` for an origin that no browser sends, and that so would let nobody in."""
    for origin in cors:
        usual = origin.startswith("http://") and origin.endswith(":80")
        usual = usual or (origin.startswith("https://") and origin.endswith(":443"))
        if origin != "*" and (usual or not _ORIGIN.fullmatch(origin)):
            raise BadQuestion(
                f"{quoted(origin)} is no origin; write a scheme and a host in small letters, and a "
                "port that is not the usual one, such as https://example.org"
            )


def check_hosts(hosts: Collection[str]) -> None:
    """Raise `BadQuestion` for a name that no request has, and that so would let nobody in."""
    for host in hosts:
        if not (_NAME.fullmatch(_plain(host)) or is_ip(host)):
            raise BadQuestion(
                f"{quoted(host)} is no name of a host; write it without scheme and port, and in "
                "ASCII (xn--), such as maps.example.org"
            )


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


class Front:
    """Checks a request, and gives the response the headers that all have."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Collection[str],
        cors: Collection[str],
        target: int,
        fault: Callable[[Request], Response],
    ) -> None:
        self.app = app
        self._fault = fault
        self._hosts = set(map(_plain, (*hosts, "localhost")))
        self._cors = frozenset(cors)
        self._tells_apart = bool(cors) and "*" not in cors
        self._target = target

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is refused here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        method: str = scope["method"]
        open_to = self._open_to(scope["path"], headers.get("origin"))
        varies = self._tells_apart and scope["path"].startswith(_API)
        before, started = headers.get("if-none-match"), False
        over = asyncio.Event()  # the answer to HEAD, though a stream would go on

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = _completed(message["headers"], open_to, varies=varies)
                _mark_gzip(MutableHeaders(raw=message["headers"]), message["status"], before)
            elif method == "HEAD":
                if not over.is_set():
                    over.set()
                    await send({"type": "http.response.body"})
                return
            await send(message)

        if refusal := self._refusal(scope, headers):
            await refused(*refusal).response()(scope, receive, sent)
        elif method == "OPTIONS" and open_to and "access-control-request-method" in headers:
            await _preflight(sent)
        else:
            # Whoever answers GET answers HEAD.
            inner = scope
            if method == "HEAD":
                inner, receive = {**scope, "method": "GET"}, _until(over, receive)
            if not _takes_gzip(headers.get("accept-encoding", "")):
                kept = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
                inner = {**inner, "headers": kept}
            try:
                await self.app(inner, receive, sent)
            except Exception as error:
                if started:  # the client sees that the answer broke off
                    raise
                _log.error("a fault of this program", exc_info=error)
                await self._fault(Request(scope))(scope, receive, sent)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[HTTPStatus, str] | None:
        if not self._is_ours(headers.get("host", "")):
            return HTTPStatus.MISDIRECTED_REQUEST, (
                "this server does not go by the name in Host; "
                "use its address, or start it with --allow-host NAME"
            )
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > self._target:
            return HTTPStatus.REQUEST_URI_TOO_LONG, (
                f"the address is over {self._target} bytes; ask for less at once"
            )
        return None

    def _is_ours(self, host: str) -> bool:
        """Whether a name in Host is one we go by: an address cannot be bound anew to another."""
        name = host
        if name.startswith("["):
            name = name[1:].partition("]")[0]
        elif name.count(":") <= 1:
            name = name.partition(":")[0]
        return _plain(name) in self._hosts or is_ip(name)

    def _open_to(self, path: str, origin: str | None) -> str | None:
        """Which other origin may read the answer."""
        if not path.startswith(_API):
            return None
        if "*" in self._cors:
            return "*"
        return origin if origin in self._cors else None


def _until(over: asyncio.Event, receive: Receive) -> Receive:
    """What a client sends, which is gone once all that it wanted is sent."""

    async def heard() -> Message:
        waiting = [asyncio.ensure_future(one) for one in (over.wait(), receive())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return (
                {"type": "http.disconnect"}
                if over.is_set()
                else cast("Message", waiting[1].result())
            )
        finally:
            for one in waiting:
                one.cancel()

    return heard


@lru_cache(maxsize=256)
def _takes_gzip(accepted: str) -> bool:
    """Whether what a client accepts has gzip in it, and does not refuse it."""
    for part in accepted.lower().split(","):
        coding, *parameters = (one.strip() for one in part.split(";"))
        if coding == "gzip":
            return weight(parameters) > 0
    return False


@lru_cache(maxsize=256)
def is_ip(name: str) -> bool:
    """Whether a host is named by its number."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _completed(
    headers: Sequence[tuple[bytes, bytes]], open_to: str | None, *, varies: bool
) -> list[tuple[bytes, bytes]]:
    """The headers of a response, and of those that all have the ones that it lacks."""
    given = dict(headers)
    wanted = {
        **_FIXED,
        b"cross-origin-resource-policy": b"cross-origin" if open_to else b"same-origin",
    }
    if open_to:
        wanted |= {
            b"access-control-allow-origin": open_to.encode("latin-1"),
            b"access-control-expose-headers": _EXPOSED,
        }
    found = [*headers, *(one for one in wanted.items() if one[0] not in given)]
    if varies:  # also for who may not read it
        MutableHeaders(raw=found).add_vary_header("Origin")
    return found


def _mark_gzip(headers: MutableHeaders, status: int, if_none_match: str | None) -> None:
    """Tell the compressed and the plain answer apart by their tags, in a 304 as well."""
    tag = headers.get("etag", "")
    if not tag.endswith('"'):
        return
    marked = f'{tag[:-1]}{GZIPPED}"'
    if status == HTTPStatus.NOT_MODIFIED:
        headers.add_vary_header("Accept-Encoding")  # which the answer itself may have had
        if marked in (if_none_match or ""):
            headers["etag"] = marked
    elif headers.get("content-encoding") == "gzip":
        headers["etag"] = marked


async def _preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-methods", b"GET, HEAD"),
        (b"access-control-allow-headers", b"Accept, If-None-Match"),
        (b"access-control-max-age", b"600"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
