"""Ukrainian names in Latin letters, as resolution 55 of the Cabinet of Ministers of 2010 has it."""

from __future__ import annotations

from typing import Final

_INSIDE: Final = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "’": "", "'": "",
}  # fmt: skip
_INITIAL: Final = _INSIDE | {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def romanised(name: str) -> str:
    """The name in Latin letters: `Кальміуський` is `Kalmiuskyi`, `Згурівка` is `Zghurivka`."""
    found: list[str] = []
    before = ""
    for letter in name:
        lower = letter.lower()
        # An apostrophe stands inside a word: what follows it is no beginning.
        initial = not (before.isalpha() or before in ("'", "’"))
        latin = (_INITIAL if initial else _INSIDE).get(lower, letter)
        if lower == "г" and before.lower() == "з":
            latin = "gh"
        found.append(latin.capitalize() if letter != lower else latin)
        before = letter
    return "".join(found)
