"""Profiles of Hypothesis; Ctrl-C as a shell has it; servers, processes and a store of seeds."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from command import SEEDS, Run, environment, typed_on
from hypothesis import HealthCheck, settings
from left import close_all

from benchmarks.server import NoServer, Server
from timeline import Timeline

settings.register_profile(
    "ci",
    max_examples=50,
    deadline=None,  # the machine may be shared; speed is for the benchmarks
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
    os.environ.pop("TIMELINE_STORE", None)  # nor a test what a developer has
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("long" if config.option.markexpr == "long" else "ci")


def _server() -> Iterator[Server]:
    try:
        server = Server()
    except NoServer as why:
        pytest.skip(str(why))
    with server:
        yield server


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    """Since 3.13 Python tells of a database that nobody closed, in whatever test it finds it."""
    yield
    close_all()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of our own, where this machine has the programs for one."""
    yield from _server()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server for one test, which may stop it."""
    yield from _server()


_databases = count(1)


@pytest.fixture
def new_database(server: Server) -> Callable[[], str]:
    """Makes an empty database; its address."""
    return lambda: server.database(f"test_{next(_databases)}")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Views of logs on servers go into this folder of the test's."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def seeds_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with everything in `seeds/`, to be read or copied."""
    store = tmp_path_factory.mktemp("seeds") / "timeline.db"
    typed_on(store, "add", *SEEDS, code=0)
    return store


@pytest.fixture
def seeded(run: Run, seeds_store: Path, tmp_path: Path) -> Run:
    """What types commands in an empty folder, where `timeline.db` holds the seeds."""
    shutil.copy(seeds_store, tmp_path / "timeline.db")
    return run


@pytest.fixture(scope="module")
def seeds(seeds_store: Path) -> Iterator[Timeline]:
    """That store, to be asked in Python."""
    with Timeline(seeds_store) as timeline:
        yield timeline


@pytest.fixture
def spawn() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts Python in a process of its own; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[str]] = []

    def start(code: str, *args: object, **options: Any) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, args)],
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
            **options,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()
