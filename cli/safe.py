"""Text that others wrote, made safe to print: nothing in it moves the cursor or turns the line."""

import re
from typing import Final

# Texts, which `re` compiles when they are first used: most answers for programs need neither.
_SPACES: Final = r"[\t\n\v\f\r\x85\u2028\u2029]+"
# Control characters, direction marks and overrides, byte-order marks and tags, lone surrogates.
_UNSAFE: Final = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def safe(text: str) -> str:
    """The text as one line, without characters that a terminal would act on or a reader not see."""
    return re.sub(_UNSAFE, "", re.sub(_SPACES, " ", text))
