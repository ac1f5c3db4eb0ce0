"""What reading a view may raise whose file was damaged, or edited by hand."""

from __future__ import annotations

from typing import Final

import msgspec

BROKEN: Final = (msgspec.DecodeError, UnicodeDecodeError, TypeError)
"""What decoding a row may raise there."""


class Damaged(Exception):
    """A row that no view has as it is written."""
