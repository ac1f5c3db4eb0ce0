"""What the commands of one run share: the store, the format asked for, and the way out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

import click
import msgspec

from timeline.safe import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from timeline import Timeline
    from timeline.formats.columns import Cell

DEFAULT_STORE: Final = "timeline.db"


def files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """What a shell completes where a file is named: its own names of files."""
    from click.shell_completion import CompletionItem  # here: only a shell asks for it

    return [CompletionItem(begun, type="file")]


def log_named(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """The name of a log; one that names no file is wrong usage."""
    out = ", or leave the option out" if isinstance(param, click.Option) else ""
    if not value or "\0" in value:
        raise click.BadParameter(f"names no file; name one{out}", ctx, param)
    if value == "-":
        wrong = "is standard input or output, where no log can be"
        raise click.BadParameter(f"- {wrong}; name a file{out}", ctx, param)
    return value


def to_read(
    ctx: click.Context, param: click.Parameter, value: str | tuple[str, ...]
) -> str | tuple[str, ...]:
    """The names of files to read; one that names none is wrong usage."""
    if "" in ((value,) if isinstance(value, str) else value):
        raise click.BadParameter("names no file; name one", ctx, param)
    return value


class Session:
    """One run of the command line."""

    def __init__(self, store: str | Path = DEFAULT_STORE) -> None:
        self.store = os.fspath(store)
        self.named = False
        self.format = "text"
        self.raw = self.bom = False
        self.debug = False

    @property
    def shown(self) -> str:
        """The store as anybody may read it: an address without its secrets."""
        from timeline.log.address import shown  # here: few commands tell it

        return shown(self.store)

    def typed(self, *words: str, **options: str | None) -> str:
        """A command as it can be typed, with those of its options that have something to say.

        A store that was named for this run is named in it.
        """
        import shlex  # here: few commands tell the next one

        store = ["--store", self.shown] if self.named else []
        given = [part for name, text in options.items() if text for part in (f"--{name}", text)]
        return shlex.join(["timeline", *store, *words, *given])

    def open(self, *, create: bool = False) -> Timeline:
        """The store, which must be there unless it is to be made."""
        from timeline import Timeline  # here: what needs no store starts without

        return Timeline(self.store, create=create, note=note, progress=progress())


pass_session = click.make_pass_decorator(Session)


def stdout() -> BinaryIO:
    """Standard output, for bytes; text written before stays before."""
    sys.stdout.flush()
    return sys.stdout.buffer


def data(content: bytes | str) -> None:
    """Write data to standard output as it is; where nobody reads any more, it goes nowhere.

    What was found besides then still makes the exit code.
    """
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else content
    try:
        out = stdout()
        out.write(raw)
        if not raw.endswith(b"\n"):
            out.write(b"\n")
    except BrokenPipeError:
        silence()


def silence(stream: TextIO | None = None) -> None:
    """Let what is still to come on standard output, or on another stream, go nowhere."""
    # What is still in the buffer would raise again when the interpreter ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), (stream or sys.stdout).fileno())


def data_lines(lines: Iterable[bytes]) -> None:
    """Write data line by line, each at once."""
    out = stdout()
    for line in lines:
        out.write(line + b"\n")
        out.flush()


def data_objects(objects: Iterable[object]) -> None:
    """Write each as a line of JSON."""
    data_lines(map(msgspec.json.encode, objects))


def data_table(session: Session, header: Sequence[str], rows: Iterable[Iterable[Cell]]) -> None:
    """Write a table as CSV, safe to open in a spreadsheet unless it is wanted raw, or laid out."""
    if session.format == "table":
        import shutil  # here: no other form asks how wide a terminal is

        from cli.text.table import table_lines

        room = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        data_lines(row.encode() for row in table_lines(header, rows, room))
        return
    from timeline.formats.csv import BOM, line  # here: most answers are no tables

    out = stdout()
    if session.bom:
        out.write(BOM)
    out.write(line(header, raw=session.raw))  # a projection may name columns by what others wrote
    out.writelines(line(row, raw=session.raw) for row in rows)


def raise_if_closed() -> None:
    """Raise BrokenPipeError once nobody reads standard output any more, though nothing is said."""
    import select  # here: only what waits has to ask

    if hasattr(select, "poll"):
        asked = select.poll()
        asked.register(sys.stdout.fileno(), 0)  # of errors one is told unasked
        if any(event & select.POLLERR for _, event in asked.poll(0)):
            raise BrokenPipeError


def note(text: str) -> None:
    """Say something about the work on standard error, as one line."""
    click.echo(one_line(text), err=True)


def note_redactions(timeline: Timeline) -> None:
    """Say of what was asked for by a basis that it may not come as it was."""
    if timeline.index.redactions():
        note(
            "note: words were redacted in this log; what was said there under this basis before "
            "cannot be said again"
        )


def progress(doing: str = "building the view") -> Callable[[int, int], None]:
    """Told how far the work is that one has to wait for; shows it on a terminal."""
    if not on_terminal():
        return lambda *_: None
    from cli.progress import Meter  # here: pipes do without

    return Meter(doing)


@contextmanager
def metered(doing: str = "building the view") -> Iterator[Callable[[int, int], None]]:
    """The same for a piece of work, after which its line is cleared."""
    meter = progress(doing)
    try:
        yield meter
    finally:
        meter(0, 0)


def on_terminal() -> bool:
    """Whether progress would be seen by a person."""
    return sys.stderr.isatty()
