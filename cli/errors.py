"""Errors and problems as lines: words for people, one JSON object a line for programs."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import click
import msgspec

from timeline.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.session import Session
    from timeline.errors import TimelineError

_PLAIN = re.compile(r'[^"$`\\!]*')
# What an error carries for programs besides its text.
_EXTRAS = (
    "suggestions",
    "candidates",
    "report",
    "place",
    "understood",
    "nearest",
    "further",
    "examples",
)


def say(error: TimelineError, session: Session) -> None:
    """Write an error to standard error: one line, or each of its problems on one."""
    as_json = session.format == "json"
    problems = getattr(error, "problems", ())
    if problems:
        tell(problems, as_json=as_json)
    elif as_json:
        extras = {name: getattr(error, name) for name in _EXTRAS if hasattr(error, name)}
        _object({"error": type(error).__name__, "message": one_line(str(error)), **extras})
    else:
        click.echo(one_line(f"Error: {error}"), err=True)
        _guide(error, session)


def damage(store: str, error: Exception) -> TimelineError | None:
    """What is wrong with a log or its view, where an error nobody foresaw may have come of it."""
    import sqlite3

    from timeline.audit.own_fields import unlike_their_kind
    from timeline.audit.verify import of_file
    from timeline.decoding import UNFORESEEN  # here, as all of this: it is hardly ever asked
    from timeline.engine import Timeline
    from timeline.errors import StoreError, TimelineError
    from timeline.log import open_tail

    if not isinstance(error, (*UNFORESEEN, sqlite3.IntegrityError)):
        return None
    try:
        with open_tail(store) as log:
            for flaw in of_file(log):
                return StoreError(f"{store}: {flaw}")
            for _, wrong in unlike_their_kind(log):
                return wrong
        with Timeline(store, note=lambda _: None) as timeline:
            for what, _ in timeline.index.unlike():
                return StoreError(
                    f"the view of {timeline.store} says otherwise than its log of {what}; "
                    "`rebuild` it, and see who can write to its file"
                )
    except (TimelineError, *UNFORESEEN, sqlite3.Error):
        pass  # another store than that of the command, or none; or as before
    return None


def say_object(kind: str, text: str) -> None:
    """Write an error for programs: what it is, and its one line."""
    _object({"error": kind, "message": one_line(text)})


def _guide(error: TimelineError, session: Session) -> None:
    """Of a question in words: what of it was understood, and what could be asked."""
    if said := ", ".join(getattr(error, "understood", ())):
        click.echo(one_line(f"understood: {said}"), err=True)
    for nearest in filter(None, [getattr(error, "nearest", ()), *getattr(error, "further", ())]):
        click.echo(one_line(f"nearest: {session.typed(*nearest)}"), err=True)
    for example in getattr(error, "examples", ()):
        # Most people write double quotes, in which a shell reads a few characters otherwise.
        asked = f'"{example}"' if _PLAIN.fullmatch(example) else shlex.quote(example)
        click.echo(one_line(f"try: {session.typed('ask')} {asked}"), err=True)


def tell(problems: Iterable[object], *, as_json: bool) -> None:
    """Write problems to standard error, each on its line."""
    for problem in problems:
        if as_json:
            _object(_fields(problem))
        else:
            # What is wrong with no file, as a reason that is empty, is told as any other error.
            click.echo(
                one_line(f"Error: {problem}" if isinstance(problem, str) else f"{problem}"),
                err=True,
            )


def _fields(problem: object) -> dict[str, Any]:
    names: tuple[str, ...] = ("file", "line", "what", "right")
    if all(hasattr(problem, name) for name in names):
        # Of a row of a data set also its column and the cell, empty where the whole row is meant.
        names += tuple(name for name in ("column", "value") if hasattr(problem, name))
        fields = {name: getattr(problem, name) for name in names}
        return {
            name: one_line(one) if isinstance(one, str) else one for name, one in fields.items()
        }
    what, _, right = one_line(str(problem)).partition("; ")
    return {"file": None, "line": None, "what": what, "right": right}


# Characters that a terminal acts on are legal in JSON from U+007F on.
_ESCAPED = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def _object(fields: dict[str, Any]) -> None:
    said = msgspec.json.encode(fields).decode()
    click.echo(_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", said), err=True)
