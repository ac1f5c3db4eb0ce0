"""What a question finds where a disk or a hand was at the file of the view."""

from __future__ import annotations

from typing import Final

import msgspec

BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, TypeError)
"""What decoding comes to there."""


class Damaged(Exception):
    """A row of the view that no view has."""
