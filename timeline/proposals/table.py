"""The table of phrases, read from its file: what a sentence says, by the words it says it in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple, cast

from events.document import read_tree

TABLE: Final = Path(__file__).with_name("table.yaml")
# A comma only inside of a number; what comes after a "but" is told of something else.
_AMONG: Final = (
    r"(?:,\s+(?:including|(?:all|many|most|some)\s+of\s+them|among\s+them|mostly)"
    r"\s[^,;.\"“”]{1,60},)?"
)
_GAP: Final = (
    _AMONG + r"(?:\s+(?!(?:but|although|though|whereas)\s)[^\s;\"“”]*[^\s;,\"“”]){0,8}?\s+"
)
_ENDS: Final = r"(?=[.;\"”]*\s*$|\s+(?:earlier|in|last|on|this|yesterday)\b[^,;]{0,60}$)"


class Phrases(NamedTuple):
    """Phrases with one meaning: a kind of report, a statement's `speech`, or a check's `status`."""

    name: str
    pattern: re.Pattern[str]
    fields: Mapping[str, str]
    country: bool = False
    victims: bool = False
    losers: bool = False
    repelled: bool = False
    placed: bool = False
    sided: bool = False
    asks: str | None = None
    open: bool = False

    @property
    def whole(self) -> bool:
        """Whether it tells of a place as a whole."""
        return self.fields.get("extent") == "whole"


class Detail(NamedTuple):
    """Words that are themselves the value of a field of some kinds; `after` the phrase only."""

    field: str
    kinds: frozenset[str]
    pattern: re.Pattern[str]
    after: bool


class Doubt(NamedTuple):
    """Words that deny or weaken what they stand by: in what `way`, and how far they `reach`."""

    way: str
    reach: str
    pattern: re.Pattern[str]


class Table(NamedTuple):
    """All that is known of the language."""

    kinds: tuple[Phrases, ...]
    statements: tuple[Phrases, ...]
    checks: tuple[Phrases, ...]
    details: tuple[Detail, ...]
    doubts: tuple[Doubt, ...]
    nothing: re.Pattern[str]
    saying: re.Pattern[str]
    denying: frozenset[str]
    private: re.Pattern[str]
    again: frozenset[str]
    assessors: frozenset[str]
    unnamed: frozenset[str]
    titles: frozenset[str]
    bodies: frozenset[str]
    also: Mapping[str, Sequence[str]]
    opponents: frozenset[str]
    measures: Mapping[str, re.Pattern[str]]
    landmarks: re.Pattern[str]
    no_places: frozenset[str]
    places_again: Mapping[str, Sequence[str]]


@cache
def shipped_table() -> Table:
    """The table that comes with the program."""
    tree, _ = read_tree(TABLE.read_bytes(), TABLE.name)
    table = cast("Mapping[str, object]", tree)
    return Table(
        kinds=_rows(table, "kinds", "kind"),
        statements=_rows(table, "statements", "speech"),
        checks=_rows(table, "checks", "status"),
        details=tuple(_details(table)),
        doubts=tuple(_doubts(table)),
        nothing=phrases(_words(table, "nothing")),
        saying=_verbs(_words(table, "saying"), _words(table, "concluding")),
        denying=frozenset(_words(table, "denying")),
        private=phrases(_words(table, "private")),
        again=frozenset(_words(table, "again")),
        assessors=frozenset(_words(table, "assessors")),
        unnamed=frozenset(_words(table, "unnamed")),
        titles=frozenset(_words(table, "titles")),
        bodies=frozenset(_words(table, "bodies")),
        also=cast("Mapping[str, Sequence[str]]", table["also"]),
        opponents=frozenset(_words(table, "opponents")),
        measures={
            name: phrases(words)
            for name, words in cast("Mapping[str, Sequence[str]]", table["measures"]).items()
        },
        landmarks=phrases(_words(table, "landmarks")),
        no_places=frozenset(_words(table, "no_places")),
        places_again=cast("Mapping[str, Sequence[str]]", table["places_again"]),
    )


def _words(table: Mapping[str, object], name: str) -> Sequence[str]:
    return cast("Sequence[str]", table[name])


def _rows(table: Mapping[str, object], name: str, key: str) -> tuple[Phrases, ...]:
    rows = cast("Iterable[Mapping[str, object]]", table[name])
    return tuple(
        Phrases(
            name=str(row[key]),
            pattern=phrases(cast("Sequence[str]", row["says"])),
            fields=cast("Mapping[str, str]", row.get("set", {})),
            country=row.get("in") == "country",
            victims=row.get("takes") == "victims",
            losers=row.get("takes") == "losers",
            repelled=row.get("takes") == "repelled",
            placed=row.get("of") == "place",
            sided=row.get("by") == "side",
            asks=cast("str | None", row.get("asks")),
            open=row.get("open") == "true",
        )
        for row in rows
    )


def _details(table: Mapping[str, object]) -> Iterator[Detail]:
    for row in cast("Iterable[Mapping[str, object]]", table["details"]):
        says = cast("Sequence[str]", row["says"])
        kinds = frozenset(cast("Sequence[str]", row["of"]))
        yield Detail(str(row["field"]), kinds, phrases(says), row.get("where") == "after")


def _doubts(table: Mapping[str, object]) -> Iterator[Doubt]:
    for row in cast("Iterable[Mapping[str, object]]", table["doubts"]):
        says = cast("Sequence[str]", row["says"])
        yield Doubt(str(row["as"]), str(row["reach"]), phrases(says))


def phrases(listed: Iterable[str]) -> re.Pattern[str]:
    """The pattern of any of these phrases, the longest tried first."""
    ordered = sorted(listed, key=len, reverse=True)
    return re.compile("|".join(_phrase(one) for one in ordered), re.IGNORECASE)


def _verbs(saying: Iterable[str], concluding: Iterable[str]) -> re.Pattern[str]:
    """The verbs of saying, and those that are ones at the end of a sentence only."""
    at_end = rf"(?:{phrases(concluding).pattern}){_ENDS}"
    return re.compile(f"{phrases(saying).pattern}|{at_end}", re.IGNORECASE)


def _phrase(phrase: str) -> str:
    """One phrase: `word*` takes any ending, `a/b` is either, `...` is up to eight words between.

    What stands after `>` has to follow, what stands after `>!` must not; neither is a part of it.
    """
    phrase, _, other = phrase.partition(" >! ")
    phrase, _, follows = phrase.partition(" > ")
    ahead = rf"(?=\s+{_phrase(follows)})" if follows else ""
    ahead += rf"(?!\s+{_phrase(other)})" if other else ""
    parts = []
    for part in phrase.split("..."):
        words = [_word(word) for word in part.split()]
        parts.append(r"\s+".join(words))
    return _GAP.join(parts) + ahead


def _word(word: str) -> str:
    forms = []
    for form in word.split("/"):
        begin = r"(?<![\w’'-])" if form[:1].isalnum() else ""
        ending = r"\w*" if form.endswith("*") else r"(?!\w)"
        plain = re.escape(form.removesuffix("*")).replace("'", "['’]")
        forms.append(begin + plain + (ending if begin else ""))
    return forms[0] if len(forms) == 1 else f"(?:{'|'.join(forms)})"
