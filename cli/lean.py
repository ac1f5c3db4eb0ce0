"""What has to be loaded before all else, so that a question starts in little time."""

from __future__ import annotations

import sys

# msgspec looks for `typing_extensions` first, which takes a twentieth of a question's time to load,
# and has nothing for it that `typing` lacks since 3.11. Whoever needs it loads it later.
_absent = "typing_extensions" not in sys.modules
if _absent:
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
try:
    import msgspec  # noqa: F401 -- loaded here for all
finally:
    if _absent:
        del sys.modules["typing_extensions"]
