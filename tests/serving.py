"""A server under test: the reports that come with the program, at an address of this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from command import SEEDS
from fastapi import FastAPI
from fastapi.testclient import TestClient

from timeline import intake
from timeline.log import open_log
from web.app import create_app
from web.limits import Limits
from web.server import Server, address, configured, listening

HERE = "http://127.0.0.1:8001"
ORIGIN = 1_764_547_200_000_000
"""When the log of the tests began to be kept: December 1, 2025."""


def seeded(path: Path, *documents: str | Path) -> Path:
    """A log of the reports that come with the program, recorded a second apart."""
    seconds = count()
    clock: Callable[[], int] = lambda: ORIGIN + next(seconds) * 1_000_000  # noqa: E731
    with open_log(str(path), create=True, clock=clock) as log:
        added = intake.add(log, (), [*SEEDS, *documents])
    assert not added.problems
    return path


@contextmanager
def client(store: Path, **options: Any) -> Iterator[TestClient]:
    """A client of the application; it asks for nothing compressed, and sends every error on."""
    with TestClient(create_app(str(store), **options), base_url=HERE) as found:
        found.headers["accept-encoding"] = "identity"
        yield found


@contextmanager
def served_here(store: Path, limits: Limits | None = None) -> Iterator[str]:
    """A server in a thread of this process, so that a test can change it: where it is."""
    with listening("127.0.0.1", 0) as found:
        limits = limits or Limits()
        server = Server(configured(create_app(str(store), limits=limits), limits))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]})
        thread.start()
        try:
            yield address("127.0.0.1", found)
        finally:
            server.should_exit = True
            thread.join(10)


def state_of(web: TestClient) -> Any:
    """What the application of a client keeps: its desk, its areas."""
    assert isinstance(web.app, FastAPI)
    return web.app.state
