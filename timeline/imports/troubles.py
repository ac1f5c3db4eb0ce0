"""What is wrong with rows: each with its number, column and value, counted by kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from events.explain import Problem, printable
from events.when import quoted

SHOWN_OF_A_KIND: Final = 5
"""Rows told of one kind of trouble; the summary counts the others."""
KINDS_SHOWN: Final = 20

_ECHO: Final = re.compile(r"'(?:[^'\\]|\\.)*'…?|\"(?:[^\"\\]|\\.)*\"…?|[0-9][0-9,.:]*")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing wrong with one row; as text `FILE:LINE: column: what; right`."""

    file: str
    line: int | None
    what: str
    right: str
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Return the trouble as one line."""
        where = printable(self.file) if self.line is None else f"{printable(self.file)}:{self.line}"
        column = f"{printable(self.column)}: " if self.column else ""
        echo = f"{quoted(self.value)} " if self.value else ""
        return f"{where}: {column}{echo}{self.what}; {self.right}"

    @property
    def kind(self) -> tuple[str, str]:
        """What makes two troubles one kind: the column, and what is wrong but for the values."""
        return self.column, _ECHO.sub("…", self.what)


@dataclass(slots=True)
class Kind:
    """One kind of trouble: what is wrong but for the values, how often it came, and where first."""

    what: str
    count: int
    first: Trouble


class Troubles:
    """All that was wrong; of each kind the first few are kept, however many there are."""

    def __init__(self) -> None:
        self.count = 0
        self._kinds: dict[tuple[str, str], Kind] = {}
        self.shown: list[Trouble] = []
        """The first few of each kind, in the order of the file."""
        self.others = 0
        """How many are of yet other kinds, of which there are too many to tell apart."""

    def add(self, trouble: Trouble) -> None:
        """Take one in."""
        self.count += 1
        key = trouble.kind
        kind = self._kinds.get(key)
        if kind is None and len(self._kinds) >= KINDS_SHOWN * 5:
            self.others += 1  # a file that is wrong in every way must not fill the memory
            return
        if kind is None:
            kind = self._kinds[key] = Kind(key[1], 0, trouble)
        kind.count += 1
        if kind.count <= SHOWN_OF_A_KIND and len(self._kinds) <= KINDS_SHOWN:
            self.shown.append(trouble)

    def __bool__(self) -> bool:
        return bool(self.count)

    def kinds(self) -> list[Kind]:
        """Each kind of trouble, the most frequent first."""
        return sorted(self._kinds.values(), key=lambda kind: (-kind.count, kind.first.column))


def of_problem(problem: Problem) -> Trouble:
    """A problem of a report as one of the row that it was made of."""
    return Trouble(problem.file, problem.line, problem.what, problem.right)
