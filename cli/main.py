"""The command `timeline`: which file holds which command, and the one place where errors end."""

from __future__ import annotations

import errno
import gc
import importlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, Final, NoReturn, cast

import click
from click.core import ParameterSource

from cli import lean  # noqa: F401 -- first of ours, see there
from cli.session import DEFAULT_STORE, Session, files, log_named, silence
from cli.signals import ToldToEnd, heard, heed, leave
from timeline.safe import one_line

DISTRIBUTION: Final = "conflict-timeline"

# Only the file of the command asked for is loaded.
FAMILIES: Final = {
    "demo": "cli.demo",
    "add": "cli.intake",
    "draft": "cli.draft",
    "import": "cli.imports",
    "correct": "cli.intake",
    "retract": "cli.intake",
    "redact": "cli.redaction",
    "known": "cli.questions",
    "ask": "cli.ask",
    "history": "cli.questions",
    "replay": "cli.questions",
    "diff": "cli.questions",
    "hindsight": "cli.hindsight",
    "explain": "cli.explain",
    "claims": "cli.claims",
    "activity": "cli.activity",
    "project": "cli.project",
    "export": "cli.exports",
    "plot": "cli.plot",
    "serve": "cli.serve",
    "places": "cli.places",
    "status": "cli.status",
    "rebuild": "cli.rebuild",
    "verify": "cli.evidence",
    "checkpoint": "cli.evidence",
    "prove": "cli.evidence",
    "copy": "cli.copying",
    "backup": "cli.keeping",
    "restore": "cli.keeping",
    "compact": "cli.redaction",
}

OK: Final = 0
PROBLEM: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130

# What would be right where the system refuses a file; what we refuse says so itself.
_RIGHT: Final = {
    errno.ENOENT: "; see whether the path is right",
    errno.EISDIR: "; name a file",
    errno.EACCES: "; see who may read and write it",
}
BEFORE: Final = ("--store", "--debug")
"""Options of all commands, which stand before the name of one."""


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


# As the library makes it, but that it looks for a translation of the text first, which takes a
# thirtieth of a question's time.
HELP: Final = click.Option(
    ["-h", "--help"],
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_help,
    help="Show this message and exit.",
)


class ClosedPipe(Exception):
    """Whoever read the output had enough. The library would exit with 1 for the OSError itself."""


@contextmanager
def _closing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise ClosedPipe from None


class Commands(click.Group):
    """The commands, each loaded when it is asked for; whatever fails ends as one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the library's signature
        """The commands in the order in which a newcomer meets them."""
        return list(FAMILIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command of this name, or None."""
        family = FAMILIES.get(cmd_name)
        if family is None:
            return None
        command = cast("click.Command", getattr(importlib.import_module(family), cmd_name))
        if command.add_help_option:
            command.add_help_option = False
            command.params.append(HELP)
        return command

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002 - as above
        """What shows the help."""
        return HELP

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command asked for; of a name that none has, those that are spelt nearly so."""
        name = args[0]
        if name not in FAMILIES and not name.startswith("-"):
            from difflib import get_close_matches  # here: most names are found

            near = " or ".join(get_close_matches(name[:60], FAMILIES, n=2))
            right = f"did you mean {near}?" if near else f"{ctx.command_path} -h lists them all"
            ctx.fail(f"there is no command {name[:60]!r}; {right}")
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """What is asked for, in which the help may be shown already."""
        with _closing():
            return super().make_context(*args, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _closing():
            return super().invoke(ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one command; exits with 0, 1 for data or store, 2 for usage or a question."""
        args = sys.argv[1:] if args is None else list(args)
        session = Session()
        if _wants_json(args):
            session.format = "json"

        def run() -> Any:
            return super(Commands, self).main(
                args,
                prog_name or "timeline",
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                obj=session,
                **extra,
            )

        if not standalone_mode:
            return run()
        sys.exit(at_the_rim(run, session))


def _wants_json(args: Sequence[str]) -> bool:
    """Whether errors are to be objects, also that of a line which cannot be read to its end."""
    return "--format=json" in args or ("--format", "json") in pairwise(args)


def at_the_rim(run: Callable[[], Any], session: Session) -> int:
    """Run a command and turn the way it ended into an exit code and at most one line of error."""
    try:
        guard()
        ended = run()
        _flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        _show(error, session)
        return error.exit_code
    except ClosedPipe:  # it is no error, and nobody listens
        silence()
        return OK
    except Exception as error:  # noqa: BLE001 - the rim: what gets here ends as one line
        return heard() or _failed(error, session)
    return ended if isinstance(ended, int) else OK


def _show(error: click.ClickException, session: Session) -> None:
    """What the library would write, but for what a terminal or a log file would choke on."""
    if type(error).__name__ == "NoArgsIsHelpError":  # its message is the whole help
        error.show()
        return
    ctx = getattr(error, "ctx", None)
    if isinstance(ctx, click.Context) and session.format != "json":
        click.echo(ctx.get_usage(), err=True)
        click.echo(f"Try '{ctx.command_path} {ctx.help_option_names[0]}' for help.\n", err=True)
    text = error.format_message()
    if isinstance(error, click.NoSuchOption) and error.option_name in BEFORE:
        text = f"{error.option_name} goes before the command; write timeline {error.option_name} …"
    _say(type(error).__name__, text, session)


def _say(kind: str, text: str, session: Session) -> None:
    """An error that is none of our own tree, in the form that was asked for."""
    if session.format == "json":
        from cli.errors import say_object  # here: people read lines

        say_object(kind, text)
    else:
        click.echo(one_line(f"Error: {text}"), err=True)


def _flush() -> None:
    """The last of the output; where nobody reads it, the exit code still tells what was found."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        silence()


def _let_go() -> None:
    """Let what no stream takes go nowhere: the interpreter would end with a code of its own."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            silence(stream)


def _failed(error: Exception, session: Session) -> int:
    try:
        sys.stdout.flush()
    except OSError:
        silence()  # else the interpreter tries again as it ends, and tells it in its own way
    if session.debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, MemoryError):
        _say(
            "MemoryError", "the memory ran out; see what else takes it, or what limits it", session
        )
        return PROBLEM
    if isinstance(error, ImportError):
        click.echo(one_line(f"Error: {error}; install {DISTRIBUTION} again, whole"), err=True)
        return PROBLEM
    from cli.errors import damage, say
    from timeline.errors import (  # here: start-up does without
        BadProjection,
        BadQuestion,
        TimelineError,
    )

    # Of what a shell hands over that is no text; what a projection makes is its own.
    cause = error if isinstance(error, BadProjection) else error.__cause__ or error
    if isinstance(cause, UnicodeEncodeError):
        click.echo(f"Error: {_typed()}", err=True)
        return USAGE
    if isinstance(error, TimelineError):
        say(error, session)
        return USAGE if isinstance(error, BadQuestion) else PROBLEM
    if isinstance(error, OSError):
        what = error.strerror or str(error) or type(error).__name__
        if error.errno == errno.ENOENT and not error.filename:  # what `os.getcwd` raises
            what = "the current folder is gone; go to one that is there"
        where = f"{error.filename}: " if error.filename else ""
        _say(type(error).__name__, f"{where}{what}{_right(error)}", session)
        return PROBLEM
    if damaged := damage(session.store, error):
        say(damaged, session)
        return PROBLEM
    told = "" if session.debug else "; `timeline --debug …` shows where"
    click.echo(
        one_line(
            f"Error: a fault of this program ({type(error).__name__}: {error}), "
            f"please report it{told}"
        ),
        err=True,
    )
    return PROBLEM


def _right(error: OSError) -> str:
    """What would be right; where there is no room, whoever writes to a stream is not told which."""
    if error.errno not in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return (
            _RIGHT.get(error.errno, "; name another file") if error.errno and error.filename else ""
        )
    if error.filename:
        return "; make room there"
    from tempfile import gettempdir  # here: there mostly is room

    return f"; make room for the output, and in {gettempdir()}"


def _typed() -> str:
    if (locale := sys.getfilesystemencoding()) == "utf-8":
        return "what was typed is not UTF-8; type it in UTF-8"
    return f"the locale takes what is typed for {locale}; set LC_ALL=C.UTF-8, or PYTHONUTF8=1"


def guard(*names: str) -> None:
    """Refuse to run on packages of another distribution, which share our import names."""
    for name in names or ("events", "timeline"):
        if not _ours(name):
            _overwritten(name)


def _ours(name: str) -> bool:
    """Whether the package's own file says that it is ours; another's code is not run."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return False
    with open(spec.origin, encoding="utf-8", errors="replace") as file:
        return DISTRIBUTION in file.read()


def _overwritten(name: str) -> NoReturn:
    from importlib import metadata  # here: it costs more than a whole question

    others = sorted(
        f"{other} {metadata.version(other)}"
        for other in set(metadata.packages_distributions().get(name, ()))
        if other != DISTRIBUTION
    )
    by = f"the distribution {', '.join(others)}" if others else "something else"
    raise click.ClickException(
        f"the package `{name}` of {DISTRIBUTION} was overwritten or hidden by {by}; "
        f"install {DISTRIBUTION} in an environment of its own"
    )


def _debug(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    ctx.ensure_object(Session).debug = value


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib import metadata  # here: it costs more than a whole question

    try:
        number = metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:  # run from a checkout
        number = "of this folder, not installed"
    click.echo(f"{DISTRIBUTION} {number}")
    ctx.exit()


@click.command("timeline", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--store",
    envvar="TIMELINE_STORE",
    default=DEFAULT_STORE,
    show_default=True,
    metavar="STORE",
    shell_complete=files,
    callback=log_named,
    help="The file that holds the log, or postgresql://…; also $TIMELINE_STORE.",
)
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    callback=_debug,
    help="Show the traceback of an error.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version.",
)
@click.pass_context
def cli(ctx: click.Context, store: str) -> None:
    """What was known about a place in an armed conflict, as of any date, and who said it.

    \b
    Start with:  timeline demo
    Then:        timeline add seeds/*.yaml
                 timeline known Pokrovsk 2025-10-27
    """
    if "://" in store:
        _check_address(store)
    session = ctx.ensure_object(Session)
    session.store = store
    session.named = ctx.get_parameter_source("store") is ParameterSource.COMMANDLINE


def _check_address(store: str) -> None:
    from timeline.errors import StoreError  # here: most stores are files
    from timeline.log.address import address

    try:
        address(store)
    except StoreError as error:
        raise click.UsageError(f"--store: {error}") from None


def _open_streams() -> None:
    """Put what goes nowhere in place of standard streams that are closed.

    Else the next file that is opened, the log say, would be taken for one of them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_RDWR)  # the least that is free, which is its own
            os.set_inheritable(number, True)  # as any other stream is, for processes beside this
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 -- for good
            setattr(sys, name, stream)


def main() -> NoReturn:
    """Run the command line and exit."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without the letter shows a `?`
    try:
        heed()
        cli.main()
    except ToldToEnd:
        sys.exit(heard())
    except SystemExit:
        raise
    except BaseException:  # a library in another language panics where it is interrupted
        if code := heard():
            sys.exit(code)
        raise
    finally:
        _let_go()
        leave()
        gc.freeze()  # nor is it worth looking through what ends with the process
    raise AssertionError  # `main` exits


if __name__ == "__main__":
    main()
