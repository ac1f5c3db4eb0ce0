"""`python -m benchmarks.serving`: what HTTP adds to a question, and how many it answers a second.

The server is the command that users start, in a process of its own; the client is a socket that
sends what was written before and counts bytes, so that it takes little of the machine.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import click

from benchmarks.generator import SEED, place_id
from benchmarks.peers.engine import day
from benchmarks.questions import cities, questions
from benchmarks.stores import stored
from benchmarks.timing import cores, in_turn, percentile
from timeline.engine import Timeline

if TYPE_CHECKING:
    from benchmarks.peers.base import Question

HOST: Final = "127.0.0.1"
WARM: Final = 400
"""Questions before anything is timed."""


@dataclass(frozen=True, slots=True)
class Load:
    """What many connections at once got: seconds of each answer, and of all together."""

    times: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds


@contextmanager
def served(log: Path) -> Iterator[int]:
    """The port of `timeline serve` on a log."""
    command = [sys.executable, "-m", "cli.main", "--store", str(log), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stderr or ():
                if line.startswith("serving "):
                    yield int(line.partition(f"{HOST}:")[2].partition("/")[0])
                    break
            else:
                raise RuntimeError("the server did not start")
        finally:
            process.terminate()


def request(question: Question) -> bytes:
    """A question as it goes over the wire."""
    place = quote(place_id(question.place))
    asked = f"valid={day(question.valid)}&known={day(question.known)}"
    return f"GET /api/known/{place}?{asked} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


class Connection:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection((HOST, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, question: Question) -> bytes:
        """The answer to a question."""
        self._socket.sendall(request(question))
        received = bytearray()
        while (left := missing(received)) != 0:
            part = self._socket.recv(left or 65_536)
            if not part:
                raise RuntimeError("the server closed the connection")
            received += part
        return bytes(received).partition(b"\r\n\r\n")[2]

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def missing(received: bytes | bytearray) -> int | None:
    """Bytes of an answer still to come; None while its head is not whole."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end]).lower()
    if not head.startswith(b"http/1.1 200 "):
        raise RuntimeError(head.decode("latin-1").partition("\r\n")[0])
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    return end + 4 + length - len(received)


class _Asker(asyncio.Protocol):
    """Asks one question after the other until the time is over."""

    def __init__(self, requests: Sequence[bytes], first: int, until: float) -> None:
        self.times: list[float] = []
        self.done = asyncio.get_running_loop().create_future()
        self._requests, self._next, self._until = requests, first, until
        self._received = bytearray()
        self._begun = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if missing(self._received) == 0:
            self._received.clear()
            self.times.append(perf_counter() - self._begun)
            self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or RuntimeError("the server closed the connection"))

    def _ask(self) -> None:
        self._begun = perf_counter()
        if self._begun >= self._until:
            self.done.set_result(None)
            self._transport.close()
            return
        self._transport.write(self._requests[self._next % len(self._requests)])  # type: ignore[attr-defined]
        self._next += 1


def load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Ask over many connections at once for so long."""

    async def all_at_once() -> Load:
        loop = asyncio.get_running_loop()
        start = perf_counter()
        askers = []
        for number in range(connections):
            first = number * len(requests) // connections
            asker = partial(_Asker, requests, first, start + seconds)
            made = await loop.create_connection(asker, HOST, port)
            askers.append(made[1])
        await asyncio.gather(*(asker.done for asker in askers))
        return Load([one for asker in askers for one in asker.times], perf_counter() - start)

    return asyncio.run(all_at_once())


def _in_own_process(port: int, requests: Sequence[bytes], connections: int, time: float) -> Load:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(load, (port, requests, connections, time))


@click.command()
@click.option("--claims", default="1e6", help="The size of the log.")
@click.option("--seed", default=SEED, show_default=True, help="Of the generator.")
@click.option("--asked", default=1_000, show_default=True, help="Questions on one connection.")
@click.option("--connections", default=16, show_default=True)
@click.option("--seconds", default=10.0, show_default=True, help="Of load.")
def main(claims: str, seed: int, asked: int, connections: int, seconds: float) -> None:
    """Measure `/api/known/{city}` beside the same question asked in process, then under load."""
    store = stored(int(float(claims)), seed)
    some = questions(cities(store.story), asked)
    with (
        closing(Timeline(store.log)) as timeline,
        served(store.log) as port,
        closing(Connection(port)) as connection,
    ):

        def in_process(question: Question) -> bytes:
            place, valid, known = place_id(question.place), question.valid, question.known
            return timeline.known(place, valid=day(valid), known=day(known)).to_json()

        for question in some[:WARM]:
            if connection.ask(question) != in_process(question):
                raise RuntimeError(f"another answer over HTTP to {question}")
        times = in_turn({"in process": in_process, "HTTP": connection.ask}, some)
        found = _in_own_process(port, [request(one) for one in some], connections, seconds)
    own, other = (times[name] for name in ("in process", "HTTP"))
    print(f"{int(float(claims)):,} claims, {asked:,} questions of a city, {cores()} cores")
    print(f"load average          {os.getloadavg()[0]:6.2f}")
    print(f"in process, p50       {1e3 * median(own):6.2f} ms")
    print(f"over HTTP, p50        {1e3 * median(other):6.2f} ms")
    print(f"what HTTP adds, p50   {1e3 * (median(other) - median(own)):6.2f} ms (bar 1.5)")
    tenth = percentile(other, 0.1) - percentile(own, 0.1)
    print(f"what HTTP adds, p10   {1e3 * tenth:6.2f} ms, when nothing else runs")
    print(f"{connections} connections        {found.rate:6.0f} /s (bar 300)")
    print(f"  p50                 {1e3 * median(found.times):6.2f} ms")
    print(f"  p99                 {1e3 * percentile(found.times, 0.99):6.2f} ms (bar 50)")


if __name__ == "__main__":
    main()
