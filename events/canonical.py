"""The canonical JSON of plain data, over which ids and hashes are taken."""

import msgspec

__all__ = ["canonical"]

canonical = msgspec.json.Encoder(order="sorted").encode
"""Plain data as JSON: keys sorted, compact, UTF-8."""
