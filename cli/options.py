"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import click

from cli.session import Session, files
from events.when import quoted
from timeline.asof import WINDOW_DAYS
from timeline.claims import FACETS
from timeline.cuts import CLOCKS

F = TypeVar("F", bound=Callable[..., object])

_CSV: Final = {
    "raw": "CSV: leave texts that a spreadsheet would run as they are.",
    "bom": "CSV: begin with the mark that Excel wants.",
}


def _remember(ctx: click.Context, _: click.Parameter, value: str) -> str:
    ctx.ensure_object(Session).format = value
    return value


def _keep(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    session = ctx.ensure_object(Session)
    if value and session.format != "csv":
        raise click.UsageError("--raw and --bom are for csv; leave them out, or write --format csv")
    setattr(session, param.name or "", value)


TABULAR: Final = ("text", "json", "csv", "jsonl", "table")
"""Formats of answers that have rows."""


def format_option(*formats: str) -> Callable[[F], F]:
    """`--format`, text unless another is asked for; errors then take its shape too.

    Where CSV is one of them, `--raw` and `--bom` as well.
    """
    options = [
        click.option(
            "--format",
            "form",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            is_eager=True,
            callback=_remember,
            help="How the answer is written.",
        )
    ]
    options += [
        click.option(f"--{name}", is_flag=True, expose_value=False, callback=_keep, help=said)
        for name, said in _CSV.items()
        if "csv" in formats
    ]
    return lambda command: combined(command, options)


_LEARNED: Final = "Sets known, unless given, to the end of this day."


def cut_options(*clocks: str, on: str | None = None) -> Callable[[F], F]:
    """`--on`, `--valid`, `--known`, `--recorded`: dates or instants; `on` is its help."""
    if on is None:
        on = CLOCKS["on"] if "valid" in clocks else _LEARNED
    words = {**CLOCKS, "on": on}
    options = [click.option(f"--{one}", metavar="DATE", help=words[one]) for one in clocks]
    return lambda command: combined(command, options)


def one_day(argument: str | None, option: str | None) -> str | None:
    """ON, as an argument or as an option."""
    if argument is not None and option is not None:
        raise click.UsageError("ON is given twice; write it once")
    return option if argument is None else argument


basis_option = click.option(
    "--basis", metavar="TOKEN", help="The basis of an answer, which gives the same one again."
)
output_option = click.option(
    "-o",
    "--output",
    default="-",
    metavar="FILE",
    shell_complete=files,
    help="Where to; `-`, the default, is stdout.",
)
facet_option = click.option("--facet", type=click.Choice(FACETS), help="Only claims of this facet.")
_OF: Final = {
    "party": "Only what this party says: its id or name, or a side for all who belong to it.",
    "kind": "Only claims of this kind, such as infiltration.",
    "side": "Only claims about the forces or losses of this side.",
}


def only(**wanted: str | None) -> str:
    """What of an answer was asked for, in the words of the options; nothing if all of it."""
    said = [f"{name} {value}" for name, value in wanted.items() if value is not None]
    return f"only {', '.join(said)}" if said else ""


def of_options(*names: str) -> Callable[[F], F]:
    """`--party`, `--kind`, `--side`: which claims of the answer are wanted."""
    options = [click.option(f"--{one}", metavar=one.upper(), help=_OF[one]) for one in names]
    return lambda command: combined(command, options)


window_option = click.option(
    "--window",
    type=float,
    default=WINDOW_DAYS,
    show_default=True,
    metavar="DAYS",
    help="How far back happenings are listed.",
)


def _pairs(_: click.Context, __: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, sign, _rest in pairs:
        if not sign or not name.isidentifier():
            raise click.BadParameter(f"{quoted(name)} is no option; write NAME=VALUE")
    return {name: value for name, _sign, value in pairs}


options_option = click.option(
    "--set",
    "options",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="An option of the projection's class; may be given several times.",
)


def combined(command: F, decorators: Sequence[Callable[[F], F]]) -> F:
    """The command with all of these options, listed in this order."""
    for decorate in reversed(decorators):
        command = decorate(command)
    return command
