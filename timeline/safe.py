"""Text that others wrote, made safe to print: nothing in it moves the cursor or turns the line."""

import re
from typing import Final

# Texts, which `re` compiles when they are first used: most answers for programs need neither.
_SPACES: Final = r"[\t\n\v\f\r\x85\u2028\u2029]+"

# A word of Latin and of Greek or Cyrillic letters looks like another: nobody writes one honestly.
_MIXED: Final = r"[A-Za-z\u00c0-\u024f][\u0370-\u052f]|[\u0370-\u052f][A-Za-z\u00c0-\u024f]"
_MARK: Final = " [two scripts]"
_WORD: Final = r"(?<![^\W\d_])[^\W\d_]++(?! \[two scripts\])"


def safe(text: str) -> str:
    """The text as one line, without characters that a terminal would act on or a reader not see.

    A word whose letters are of two scripts that look alike is marked.
    """
    shown = text
    if not text.isprintable():  # nothing to take out of what is, which is almost all
        from events.vocabulary import UNSEEN  # here: `events` may be another distribution's

        shown = re.sub(f"[{UNSEEN}\ud800-\udfff]", "", re.sub(_SPACES, " ", text))
    if shown.isascii() or not re.search(_MIXED, shown):
        return shown
    return re.sub(_WORD, _marked, shown)


def _marked(word: re.Match[str]) -> str:
    return word[0] + _MARK if re.search(_MIXED, word[0]) else word[0]


_MOST: Final = 1_800
"""Bytes of UTF-8: an echo of what was sent never fills a screen, whatever was sent."""

# Typed where another word belongs, the address of a store would be echoed with its password.
_HIDDEN: Final = r"(?i)(postgres(?:ql)?:/+[^\s:/@]*:)\S*(?=@)|(password=)[^\s&\"]*"


def one_line(text: str) -> str:
    """A message as one safe line; one that is too long is cut in its middle, and says so.

    The address of a store loses its password.
    """
    shown = safe(text)
    if ":/" in shown:  # of an address; one taken for a path has lost a slash
        shown = re.sub(_HIDDEN, r"\1\2…", shown)
    if len(shown) <= _MOST // 4 or len(shown.encode()) <= _MOST:
        return shown
    raw = shown.encode()
    begin = raw[: _MOST // 2].decode(errors="ignore")
    end = raw[-_MOST // 2 :].decode(errors="ignore")
    return f"{begin} … {len(shown) - len(begin) - len(end):,} characters left out … {end}"
