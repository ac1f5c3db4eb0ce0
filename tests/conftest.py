"""Profiles of Hypothesis, few examples or many; and Ctrl-C as a shell has it."""

import signal

import pytest
from hypothesis import HealthCheck, settings

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
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("long" if config.option.markexpr == "long" else "ci")
