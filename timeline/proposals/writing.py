"""Proposals as a YAML document that loads as it is, with all that there is to check beside it."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.proposals.proposing import Proposal, Proposed
    from timeline.proposals.reading import Read

_WIDTH: Final = 100
_PLAIN: Final = re.compile(r"[A-Za-z0-9][\w .'’%()+/-]*(?<! )", re.ASCII)
_WORDS: Final = frozenset({"null", "~", "y", "n", "yes", "no", "on", "off"})


def write(
    proposed: Proposed,
    *,
    name: str,
    source: Mapping[str, str],
    asked: Mapping[str, str],
    place: str | None,
) -> bytes:
    """The document: a head, each sentence with its proposals, and those passed over at the end."""
    proposals = proposed.proposals
    lines = [*_head(proposed, name), "source:"]
    for key, text in source.items():
        review = f"  # review: {asked[key]}" if key in asked else ""
        lines.append(f"  {key}: {scalar(text)}{review}")
    defaults = {"reported": source["published"], **({"place": place} if place else {})}
    lines += ["defaults:", *(f"  {key}: {scalar(text)}" for key, text in defaults.items())]
    ready = any(one.ready for one in proposals)
    lines.append("reports:" if ready else "reports: []")
    last: Read | None = None
    for proposal in proposals:
        if proposal.read is not last:
            last = proposal.read
            lines += ["", *_said(last, "  # ")]
        lines += _report(proposal)
    lines += _passed(proposed.passed)
    return ("\n".join(lines) + "\n").encode()


def in_words(proposals: int, questions: int, left_out: int, passed: int) -> str:
    """How much was proposed, and how much of it is left to a person."""
    parts = [_many(proposals, "proposal") + (f", {questions} with a question" if questions else "")]
    parts += [f"{left_out} commented out until decided"] if left_out else []
    parts += [f"{_many(passed, 'sentence')} passed over"] if passed else []
    return "; ".join(parts)


def _head(proposed: Proposed, name: str) -> list[str]:
    proposals = proposed.proposals
    questions = sum(1 for one in proposals if one.ready and one.review)
    left = sum(1 for one in proposals if not one.ready)
    counts = in_words(len(proposals) - left, questions, left, len(proposed.passed))
    words = (
        f"Proposed from {name} for a person to check: {counts}. "
        'Search for "review:", and delete what is not so. '
        "A locator counts the characters of the text from 0; `about` is made up, and statements on "
        "one matter share it. Nothing is filed before `timeline add`."
    )
    return _comment(words, "# ")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _comment(text: str, indent: str) -> list[str]:
    clean = _printable(safe(text))
    return textwrap.wrap(
        clean,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=True,
        break_on_hyphens=False,
    )


def _said(read: Read, indent: str) -> list[str]:
    return _comment(f"[{read.sentence.number}] {read.text}", indent)


def _report(proposal: Proposal) -> list[str]:
    lines: list[str] = []
    for note in dict.fromkeys(proposal.notes):
        lines += _comment(f"({note})", "  # ")
    for question in dict.fromkeys(proposal.review):
        lines += _comment(f"review: {question}", "  # ")
    dash = "- "
    out = "  " if proposal.ready else "  # "
    for key, value in _ordered(proposal.keys):
        line = f"{out}{dash}{key}: {_value(value)}"
        if (
            isinstance(value, str)
            and len(line) > _WIDTH
            and (folded := _folded(value, f"{out}    "))
        ):
            lines += [f"{out}{dash}{key}: >-", *folded]
        else:
            lines.append(line)
        dash = "  "
    return lines


_ORDER: Final = ("kind", "chain", "place", "relation", "landmark", "happened", "reported", "stance")
_LAST: Final = ("verification", "quote", "source")


def _ordered(keys: Mapping[str, object]) -> Iterable[tuple[str, object]]:
    """First what every report has, then what its kind has, then where it was found."""
    own = [key for key in keys if key not in _ORDER and key not in _LAST]
    for key in (*_ORDER, *own, *_LAST):
        if key in keys:
            yield key, keys[key]


def _folded(text: str, indent: str) -> list[str]:
    """A long text as folded lines, where that gives back the same text."""
    clean = _printable(text)
    if re.search(r"\s\s|[\t\n]|^\s|\s$", clean):
        return []
    return textwrap.wrap(
        clean,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value_inside(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_value_inside, value)) + "]"
    return scalar(str(value))


def _value_inside(value: object) -> str:
    return scalar(value) if isinstance(value, str) else _value(value)


def scalar(text: str) -> str:
    """A text as YAML reads it back: plain where that is safe, else in double quotes."""
    clean = _printable(text)
    if _PLAIN.fullmatch(clean) and clean.lower() not in _WORDS:
        return clean
    return json.dumps(clean, ensure_ascii=False)


def _printable(text: str) -> str:
    """The text without the characters that neither YAML nor a reader takes."""
    return re.sub(
        "[^\t\n\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd"
        "\U00010000-\U000dffff]",
        "",
        text,
    )


def _passed(passed: Sequence[tuple[Read, str]]) -> list[str]:
    if not passed:
        return []
    lines = ["", "# Passed over:"]
    for read, why in passed:
        text = read.text if len(read.text) <= 300 else f"{read.text[:300]} …"
        lines += _comment(f"[{read.sentence.number}] ({why}) {text}", "# ")
    return lines
