"""The application on a socket, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

import uvicorn

from web.bounded import Bounded
from web.stream import BrokeOff

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.limits import Limits

_IDLE_SECONDS: Final = 30
_STOP_SECONDS: Final = 5
"""For requests under way, once the server is to stop."""
_TOLD_SECONDS: Final = 60
_WAITING: Final = 256
"""Connections that the system keeps for us."""

_log = logging.getLogger("timeline.web")


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that listens; raises OSError with the address in it."""
    try:
        host.encode()  # of what is no text the library would leave its socket open
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        found = socket.create_server((host, port), family=family, backlog=_WAITING)
    except (OSError, UnicodeError) as error:
        code = getattr(error, "errno", None)
        said = os.strerror(code).lower() if code and code > 0 else "there is no such host"
        what = f"cannot listen there ({said}); choose another --port or --host"
        raise OSError(None, what, f"{_bracketed(host)}:{port}") from None
    # Connections inherit it: else the body of an answer waits for the client to have its head.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with closing(found):
        yield found


def address(host: str, found: socket.socket) -> str:
    """Where a browser finds it."""
    return f"http://{_bracketed(host)}:{found.getsockname()[1]}/"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Beside(Protocol):
    """Processes that end with a server."""

    def stop(self) -> None:
        """Have them take nothing more."""

    def wait(self) -> None:
        """Wait until they have ended."""


class Server(uvicorn.Server):
    """The library's server, but for streams of news, which do not end by themselves.

    `beside` are the processes that end with it.
    """

    def __init__(self, config: uvicorn.Config, beside: Beside | None = None) -> None:
        super().__init__(config)
        self._beside = beside
        self._told = float("-inf")

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and from then on look for waste only in what answers leave behind."""
        asyncio.get_running_loop().set_exception_handler(self._trouble)
        await super().startup(sockets)
        gc.freeze()

    def _trouble(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Say now and then that no connection can be taken: the library traces each try.

        Of those that it still has in mind when the server has ended, there is nothing to say.
        """
        error, message = context.get("exception"), context["message"]
        if isinstance(error, OSError) and message.startswith("socket.accept()"):
            if loop.time() - self._told > _TOLD_SECONDS:
                self._told = loop.time()
                said = "no more connections can be taken (%s); let it open more files (ulimit -n)"
                _log.error(said, error.strerror)
        elif not (isinstance(error, ValueError) and "_start_serving" in message):
            loop.default_exception_handler(context)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, once those streams have ended, and with it those beside it."""
        if self._beside:
            self._beside.stop()
        self.config.app.state.closing.set()  # type: ignore[union-attr] # it is ours, see `run`
        await super().shutdown(sockets)
        if self._beside:
            await asyncio.to_thread(self._beside.wait)


def configured(app: FastAPI, limits: Limits) -> uvicorn.Config:
    """How the application is served."""
    found = uvicorn.Config(
        app,
        http=Bounded,
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        lifespan="on",
        limit_concurrency=limits.connections,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_fault)
    return found


def _is_fault(record: logging.LogRecord) -> bool:
    """Not an answer that broke off, or was cut off at the end: the log has a line on these."""
    told = (asyncio.CancelledError, BrokeOff)
    return not (record.exc_info and isinstance(record.exc_info[1], told))


def run(app: FastAPI, found: socket.socket, limits: Limits, beside: Beside | None = None) -> None:
    """Serve until a signal says to stop."""
    with suppress(KeyboardInterrupt):
        Server(configured(app, limits), beside).run(sockets=[found])
