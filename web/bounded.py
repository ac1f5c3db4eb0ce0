"""The parser of requests, with an end to how long a head may be and may take."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, Final, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.problems import refused

HEAD: Final = 65_536
"""Bytes of the first line and the headers of a request."""
SECONDS: Final = 20.0
"""From the first byte of a head to its last; of a new connection, until it has come. From an answer
to the last byte of a body that was not waited for."""
_FULL: Final = refused(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "as many connections as this server takes on are open; try again in a moment",
)

_UNREAD: Final = refused(
    HTTPStatus.BAD_REQUEST,
    "this is no request of HTTP; what is not ASCII in an address is written as %D0%9F for П",
)
_TOO_LONG: Final = refused(
    HTTPStatus.REQUEST_URI_TOO_LONG, "the address is far too long; ask for less at once"
)


class Joined:
    """A transport that sends the head of an answer together with what follows it at once.

    Each call of the system lets go of the interpreter, and waits to have it back from whoever
    answers the next question meanwhile.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""
        self._soon: asyncio.Handle | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Hold what comes first, until more comes or nothing else is to be done."""
        if self._soon is None:
            self._held, self._soon = data, self._loop.call_soon(self.flush)
        else:
            self._held += data
            self.flush()

    def flush(self) -> None:
        """Send what is held."""
        if self._soon is not None:
            self._soon.cancel()
            held, self._held, self._soon = self._held, b"", None
            self._transport.write(held)

    def close(self) -> None:
        """Close, once all is sent."""
        self.flush()
        self._transport.close()


class Bounded(HttpToolsProtocol):
    """Closes a connection whose head does not end; the library would wait, and keep it all.

    Of more connections than there may be it says so, which the library does without a problem.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most, self.limit_concurrency = self.limit_concurrency, None
        self._in_head, self._head = True, 0
        self._late: asyncio.TimerHandle | None = None
        self._closes = False
        self.url = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self.transport = cast("asyncio.Transport", Joined(transport, self.loop))
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head has grown too long."""
        if self._in_head:
            if self._head > HEAD:
                self.transport.abort()
                return
            self._head += len(data)
        super().data_received(data)
        if self._in_head and self._head and self._late is None:
            self._wait()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- as the library calls it
        """Tell of what cannot be read as of all else; the library has a line without a kind."""
        problem = _TOO_LONG if len(self.url) >= HEAD else _UNREAD
        response = problem.response({"connection": "close"})
        head = [b"HTTP/1.1 %d %s" % (problem.status, problem.title.encode())]
        head += [b"%s: %s" % pair for pair in response.raw_headers]
        self.transport.write(b"\r\n".join([*head, b"", bytes(response.body)]))
        self.transport.close()

    def on_headers_complete(self) -> None:
        """The head has ended; what follows is a body."""
        self._in_head = False
        self._forget()
        if self._most is not None and len(self.connections) >= self._most:
            self.logger.warning("turned away: %d connections are open", len(self.connections))
            self.app = _FULL.response({"retry-after": "1", "connection": "close"})
        super().on_headers_complete()
        # Whoever wants the connection closed sends its body to the end, too, before it reads.
        self._closes, self.cycle.keep_alive = not self.cycle.keep_alive, True

    def on_message_complete(self) -> None:
        """Another head may begin."""
        super().on_message_complete()
        self._in_head, self._head = True, 0
        self._forget()
        if self._closes:
            self.cycle.keep_alive = False
        if self.cycle.response_complete and self._closes:
            self.transport.close()
        elif self.cycle.response_complete:  # before all had come, which the library took for a sign
            self._wait()  # of life, and would wait for ever

    def on_response_complete(self) -> None:
        """Wait for the rest of the body, if not all has come: who sends it may read only then."""
        super().on_response_complete()
        if not self._in_head and not self.transport.is_closing():
            self._wait()

    def _unsupported_upgrade_warning(self) -> None:
        """Go on in HTTP/1.1 without a word: the library would advise to install another."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for no more."""
        self._forget()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(SECONDS, self.transport.abort)

    def _forget(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
