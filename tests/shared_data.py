"""The data sets that lie beside the checkout, where there are any."""

import os
from pathlib import Path

import pytest


def shared_data(name: str) -> Path:
    """A file or folder of theirs; skips the test, and says so, where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    found = Path(os.environ.get("TIMELINE_SHARED_DATA") or beside) / name
    if not found.exists():
        pytest.skip(f"no {found}: name the folder of the data sets in $TIMELINE_SHARED_DATA")
    return found
