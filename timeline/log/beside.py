"""What SQLite and the view keep beside a log file: names that nothing else may have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

_ENDS: Final = re.compile(r"-(wal|shm|journal)$|\.view-([0-9a-f]{10}|seen$)")


def is_named_beside(path: Path) -> bool:
    """Whether a file of this name would be taken for a part of what lies beside a log or a view."""
    return _ENDS.search(path.name) is not None


def is_beside(path: Path) -> bool:
    """Whether a file there would be taken for a part of a store that is there, and be deleted."""
    ends = _ENDS.search(path.name)
    return bool(ends and ends.start() and path.with_name(path.name[: ends.start()]).is_file())
