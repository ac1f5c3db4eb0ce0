"""The errors a caller of `timeline` can meet.

TimelineError
├── StoreError              the log or its view cannot be used
│   ├── MissingStore        no store at this path
│   └── StoreBusy           another process holds the store; try again
├── BadReport               input that was refused; `.problems` has every one
│   └── Conflict            other content under an id that is already known; `.keys`
├── UnknownReport           no report or claim of that id
├── AmbiguousReport         an id prefix that fits several; `.candidates`
├── PlaceError              a place name that does not lead to exactly one place
│   ├── UnknownPlace        no place has it; `.suggestions`
│   └── AmbiguousPlace      several places have it; `.candidates`
├── BadProjection           a projection of the user's own that cannot be loaded, or that failed;
│                           `.report`, `.place`
├── BadCheckpoint           a checkpoint or key that cannot be read, or a false signature
├── MissingExtra            a part of this program that was not installed; the text says how to
└── BadQuestion             a date, facet, window, basis or other part that cannot be read
    └── NotUnderstood       a question in words that cannot be; `.understood`, `.examples`,
                            `.suggestions`, `.nearest`, `.further`

The text is what is wrong and what would be right. Where it holds what somebody wrote, both stand
apart as well: `.what` and `.right` (`events.refusal`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from events.refusal import Refusal
from events.when import quoted_name

if TYPE_CHECKING:
    from events.explain import Problem

__all__ = [
    "AmbiguousPlace",
    "AmbiguousReport",
    "BadCheckpoint",
    "BadProjection",
    "BadQuestion",
    "BadReport",
    "Conflict",
    "MissingExtra",
    "MissingStore",
    "NotUnderstood",
    "PlaceError",
    "StoreBusy",
    "StoreError",
    "TimelineError",
    "UnknownPlace",
    "UnknownReport",
]

_MOST_TOLD = 5
"""Candidates that a message names; the error itself has them all."""


class TimelineError(Exception):
    """Base of every error this package raises on purpose; its text is one clear line."""

    def __reduce__(self) -> tuple[object, ...]:
        """As it is: what it was made of is not what it is made with."""
        return _again, (type(self), self.args), self.__dict__


def _again(kind: type[TimelineError], args: tuple[object, ...]) -> TimelineError:
    """An error without what it is made with, which its own state holds."""
    return kind.__new__(kind, *args)


class StoreError(TimelineError):
    """The log or its view cannot be used."""


class MissingStore(StoreError):
    """There is no store at the path; a reading command never makes one."""


class StoreBusy(StoreError):
    """Another process holds the store longer than this one may wait."""


class BadReport(TimelineError):
    """Input that was refused; `problems` holds one line for each thing wrong.

    A problem of a file has `file`, `line`, `what` and `right`; another is a text.
    """

    def __init__(self, problems: Sequence[Problem | str]) -> None:
        self.problems = tuple(problems)
        count = sum(getattr(one, "stands_for", 1) for one in self.problems)
        more = f" (and {count - 1} more)" if count > 1 else ""
        super().__init__(f"{self.problems[0]}{more}" if self.problems else "no report")


class Conflict(BadReport):
    """Other content is already filed under these ids; `keys` names them."""

    def __init__(self, keys: Sequence[str], problems: Sequence[Problem | str] = ()) -> None:
        self.keys = tuple(keys)
        shown = ", ".join(self.keys[:5]) + (" …" if len(self.keys) > 5 else "")
        said = (
            f"other content is already filed under {shown}; use `correct` to change a report, "
            "or give the new one its own id"
        )
        super().__init__(problems or (said,))


class UnknownReport(TimelineError):
    """No report or claim has this id."""


class AmbiguousReport(Refusal, TimelineError):
    """An id prefix that fits several reports or claims; `candidates` names some."""

    def __init__(self, what: str, right: str, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        super().__init__(what, right)


class PlaceName(msgspec.Struct, frozen=True):
    """A place as an error or an answer names it."""

    id: str
    name: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        above = ", ".join(reversed(self.path[:-1]))
        return f"{self.name}{', ' + above if above else ''} ({self.id})"


class PlaceError(Refusal, TimelineError):
    """A place name that does not lead to exactly one place."""


class UnknownPlace(PlaceError):
    """No place has this name; `suggestions` are near spellings, never taken silently.

    Each has `id`, `name` and `path`. `among` says of which places, where those of a list are not
    meant.
    """

    def __init__(self, name: str, suggestions: Sequence[PlaceName], *, among: str = "") -> None:
        self.suggestions = tuple(suggestions)
        near = "; ".join(str(place) for place in self.suggestions)
        super().__init__(
            f"no place{among} is called {quoted_name(name)}",
            f"near spellings: {near}" if near else "give a name, an id, or `Name, Parent`",
        )


class AmbiguousPlace(PlaceError):
    """Several places have this name; `candidates` holds them.

    Each has `id`, `name` and `path`. A country is before a town, however many towns have its name.
    """

    def __init__(self, name: str, candidates: Iterable[PlaceName]) -> None:
        self.candidates = tuple(sorted(candidates, key=lambda one: (len(one.path), one.id)))
        listed = "; ".join(str(place) for place in self.candidates[:_MOST_TOLD])
        more = len(self.candidates) - _MOST_TOLD
        rest = f"; and {more} more" if more > 0 else ""
        super().__init__(
            f"{quoted_name(name)} is the name of {len(self.candidates)} places",
            f"say which, by its id: {listed}{rest}",
        )


class BadProjection(TimelineError):
    """A projection that cannot be loaded, or failed; `report` and `place` are ids of where."""

    def __init__(
        self, message: str, *, report: str | None = None, place: str | None = None
    ) -> None:
        self.report = report
        self.place = place
        super().__init__(message)


class BadCheckpoint(TimelineError):
    """A checkpoint or key that cannot be read, or a signature that is not its own."""


class MissingExtra(TimelineError):
    """A part of this program that was left out when it was installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f"{what} needs the extra [{extra}], which is not installed; "
            f"pip install '.[{extra}]' in the folder of this project, or 'FILE.whl[{extra}]'"
        )


class BadQuestion(TimelineError):
    """A date, facet, window, basis or other part of a question that cannot be read."""


def require_text(what: str, given: object) -> None:
    """Raise `BadQuestion` for what a program gave as a text, and is none."""
    if not isinstance(given, str):
        raise BadQuestion(f"{given!a:.60} is no {what}; write it as a text")
    try:
        given.encode()
    except UnicodeEncodeError as error:  # it holds half a letter
        raise BadQuestion(f"{given!a:.60} is no {what} in UTF-8; write it in UTF-8") from error


def path_of(what: str, given: object) -> str:
    """The path that a program gave, as a text; raises `BadQuestion` for what is none."""
    path = os.fspath(given) if isinstance(given, os.PathLike) else given
    # A name of a file that is not UTF-8 is one all the same: its text holds halves of letters.
    if isinstance(path, str) and "\0" not in path:
        with suppress(UnicodeEncodeError):
            os.fsencode(path)
            return path
    raise BadQuestion(f"{path!a:.60} is no {what}; write its path as a text, or as a Path")


def new_file(given: object) -> str:
    """The path of a file to be written, whose name is told within it; `BadQuestion` for none."""
    path = path_of("file", given)
    require_text("file", path)
    return path


class NotUnderstood(Refusal, BadQuestion):
    """A question in words that cannot be read.

    `understood` is what its parts stand for, `examples` are two questions that can be asked,
    `suggestions` are near spellings or the candidates of a name, and `nearest` is the command that
    would come nearest, with its arguments, where there is one; `further` are those to be typed
    beside it, as for each of several parties.
    """

    def __init__(
        self,
        what: str,
        right: str,
        understood: Sequence[str],
        examples: Sequence[str],
        suggestions: Sequence[str] = (),
        nearest: Sequence[str] = (),
        further: Sequence[Sequence[str]] = (),
    ) -> None:
        self.understood = tuple(understood)
        self.examples = tuple(examples)
        self.suggestions = tuple(suggestions)
        self.nearest = tuple(nearest)
        self.further = tuple(map(tuple, further))
        super().__init__(what, right)
