"""Profiles of Hypothesis, few examples or many; Ctrl-C as a shell has it; a server to test on."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from benchmarks.server import NoServer, Server

settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,  # the machine may be shared; speed has its own tests
    derandomize=True,  # a change fails for its own reasons only
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    max_examples=2_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_configure(config: pytest.Config) -> None:
    """`-m long` tries many examples, everything else few; `--hypothesis-profile` wins."""
    # Started in the background, by a CI say, a process ignores Ctrl-C, and so do all it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # What a developer loaded must not change what a test finds; those of places name a folder.
    os.environ["TIMELINE_PLACES"] = "none"
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("long" if config.option.markexpr == "long" else "ci")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own, where this machine has the programs for one."""
    try:
        server = Server()
    except NoServer as why:
        pytest.skip(str(why))
    with server:
        yield server


_databases = count(1)


@pytest.fixture
def new_database(server: Server) -> Callable[[], str]:
    """Makes an empty database; its address."""
    return lambda: server.database(f"test_{next(_databases)}")
