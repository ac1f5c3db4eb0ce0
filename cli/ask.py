"""The command that takes a question in plain English."""

from __future__ import annotations

import os
import sys
import textwrap
from datetime import date
from typing import TYPE_CHECKING, Final

import click

from cli.options import TABULAR, format_option
from cli.session import Session, note, pass_session
from events.when import quoted
from timeline.safe import safe

if TYPE_CHECKING:
    from timeline.questions.ask import Reading

_WIDTH: Final = 80
"""Columns of a terminal that does not say how many it has."""


@click.command(short_help="A question in plain English.")
@click.argument("question", nargs=-1, required=True, metavar='"QUESTION"')
@click.option(
    "--today",
    metavar="DATE",
    help="The day that `yesterday` is counted from; by default today, in the store's zone.",
)
@format_option(*TABULAR)
@pass_session
@click.pass_context
def ask(
    ctx: click.Context,
    session: Session,
    /,
    question: tuple[str, ...],
    today: str | None,
    form: str,
) -> None:
    """Ask in plain English what was known, by whom, what changed, and what came out later.

    \b
    timeline ask "what did we know about Pokrovsk on Oct 27"
    timeline ask "what changed in Pokrovsk between Oct 20 and Oct 27"
    timeline ask "what did we learn later about Avdiivka on 2024-02-18"

    How the question was read and the command that it equals come first, on standard error; then
    the answer as that command prints it. A name that is not known is never taken for another.
    """
    with session.open() as timeline:
        reading = timeline.ask(" ".join(question), today=_day(today))
    arguments = [*reading.arguments, *(["--format", form] if form != "text" else [])]
    arguments += [f"--{name}" for name in ("raw", "bom") if getattr(session, name)]
    _say(session, reading, arguments)
    _run(ctx, reading.command, arguments)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(
            f"--today {quoted(text)} is not a day; write one as 2025-10-27"
        ) from None


def _lines(text: str) -> list[str]:
    """What is said of a reading: one line, which on a terminal is broken between words."""
    if not sys.stderr.isatty():
        return [safe(text)]
    begins = " " * len("read as: ")
    width = os.get_terminal_size(sys.stderr.fileno()).columns or _WIDTH
    return textwrap.wrap(safe(text), width, subsequent_indent=begins, break_on_hyphens=False)


def _say(session: Session, reading: Reading, arguments: list[str]) -> None:
    for line in _lines(f"read as: {reading.words}"):
        note(line)
    for one in reading.notes:
        for line in _lines(f"{'WARNING:' if one.loud else 'note:   '} {one.text}"):
            if one.loud:
                click.secho(line, fg="yellow", bold=True, err=True)
            else:
                note(line)
    note(f"same as: {session.typed(reading.command, *arguments)}")


def _run(ctx: click.Context, name: str, arguments: list[str]) -> None:
    """Run the command as if it had been typed."""
    group = ctx.find_root().command
    command = group.get_command(ctx, name) if isinstance(group, click.Group) else None
    if command is None:
        raise click.UsageError(f"there is no command {name} here")
    with command.make_context(name, list(arguments), parent=ctx.parent) as equal:
        command.invoke(equal)
