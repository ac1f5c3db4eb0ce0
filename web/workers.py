"""Further processes that answer at the same socket, since one of them answers on one core."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.pipes import working
from web.app import create_app
from web.limits import Limits
from web.pages.areas import load_areas
from web.server import Server, configured

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.access import WriteAccess

__all__ = ["MOST", "Served", "Workers", "beside", "cores"]

MOST: Final = 4
"""Processes unless another number is asked for: each takes 56 MB at rest."""

_ROOT: Final = Path(__file__).parents[1]
_STOP_SECONDS: Final = 10.0
"""For a worker to end what it answers, before it is ended."""
_STOP: Final = b"stop\n"


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What is served, and to whom: all that a worker has to know of it."""

    store: str
    hosts: tuple[str, ...] = ()
    cors: tuple[str, ...] = ("*",)
    areas: str | None = None

    def app(self, write: WriteAccess | None = None, limits: Limits | None = None) -> FastAPI:
        """The application, see `create_app`; raises `BadQuestion` for areas it cannot read."""
        app = create_app(self.store, write=write, hosts=self.hosts, cors=self.cors, limits=limits)
        if self.areas is not None:
            app.state.areas = load_areas(Path(self.areas))
        return app


def cores() -> int:
    """The cores that this process may use, as far as workers go: one where they cannot be had."""
    if os.name != "posix":  # elsewhere a socket is not inherited
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Processes beside this one; they end with it, however it ends."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        self._processes = processes

    def stop(self) -> None:
        """Have them take nothing more, and end once what they answer is answered."""
        for process in self._processes:
            if process.stdin is not None:
                with suppress(BrokenPipeError):
                    process.stdin.write(_STOP)

    def wait(self) -> None:
        """Wait until they have ended, and end those that take too long."""
        for process in self._processes:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def beside(served: Served, found: socket.socket, number: int) -> Iterator[Workers]:
    """So many processes that answer at a socket that listens."""
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(served, found)) for _ in range(number)]
        own = Workers(processes)
        try:
            yield own
        finally:
            own.stop()
            own.wait()


def _started(served: Served, found: socket.socket) -> subprocess.Popen[bytes]:
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(  # noqa: S603 -- this very interpreter, and no shell
        # -P: a `web.py` in the folder of the user is none of ours
        [sys.executable, "-P", "-m", "web.workers", str(found.fileno())],
        stdin=subprocess.PIPE,  # not an argument: a store may have a password in it
        bufsize=0,  # what a process that has ended did not take is not tried again
        pass_fds=[found.fileno()],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # Ctrl-C is for the first process, which tells the others
    )
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.write(msgspec.json.encode(served) + b"\n")
    return process


def main() -> None:
    """A worker: answer at the socket with a number, until the first process says so, or ends."""
    working()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    served = msgspec.json.decode(line, type=Served)
    server = Server(configured(served.app(), Limits()))

    def told() -> None:
        if not sys.stdin.buffer.readline():
            os._exit(0)  # nobody is left who would end it: it reads, and leaves nothing half done
        server.should_exit = True

    threading.Thread(target=told, daemon=True).start()
    with socket.socket(fileno=int(sys.argv[1])) as found:
        server.run(sockets=[found])


if __name__ == "__main__":
    main()
