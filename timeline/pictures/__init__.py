"""Pictures of answers: the same chart for a file, for print, and for a page."""

from __future__ import annotations

from timeline.pictures.picture import WHATS, WIDTH, Picture, What, picture

__all__ = ["WHATS", "WIDTH", "Picture", "What", "picture"]
