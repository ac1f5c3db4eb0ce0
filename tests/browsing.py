"""Programs of this machine that show what was written to files: a browser among them."""

import shutil
import subprocess
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Where a program of the machine is; without it the test is skipped."""
    return shutil.which(name) or pytest.skip(f"{name} is not installed here")


def browsed(browser: str, page: Path) -> subprocess.CompletedProcess[str]:
    """What a page comes to once its scripts have run, and, as errors, what its console says."""
    headless = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=9000")
    return subprocess.run(
        [browser, *headless, "--enable-logging=stderr", "--dump-dom", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
