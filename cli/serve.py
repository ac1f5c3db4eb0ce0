"""The command that serves the API and the pages."""

from __future__ import annotations

import os
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.session import Session, data, note, pass_session
from cli.signals import leave
from events.when import quoted
from timeline.errors import MissingExtra

if TYPE_CHECKING:
    from web.access import Scope

_NEEDED: Final = ("fastapi", "jinja2", "uvicorn")
_MANY: Final = 20_000
"""Entries of the log that take a second or so to be laid out in the view."""


@click.command(short_help="Serve the API and the pages to a browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8001,
    show_default=True,
    help="0 takes any free port.",
)
@click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    metavar="NAME",
    help="A name that the server goes by, besides its addresses; may be given several times.",
)
@click.option(
    "--cors",
    multiple=True,
    default=("*",),
    show_default=True,
    metavar="ORIGIN",
    help="Whose pages may read the API: * for all, none for none; may be given several times.",
)
@click.option(
    "--areas",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Areas of your own to draw on the map of a region: GeoJSON, each with the id or name of "
    "its place.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Processes that answer; by default one for each core up to four, or one with --write.",
)
@click.option("--write", is_flag=True, help="Let whoever shows a token of --tokens write reports.")
@click.option(
    "--tokens",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The hashes of tokens, and what each is for.",
)
@click.option(
    "--new-token",
    metavar="SCOPES",
    help="Make a token for add, correct or retract (or several, with commas), add its hash to "
    "--tokens, print it once, and end.",
)
@pass_session
def serve(
    session: Session,
    host: str,
    port: int,
    hosts: tuple[str, ...],
    cors: tuple[str, ...],
    areas: Path | None,
    workers: int | None,
    write: bool,
    tokens: Path | None,
    new_token: str | None,
) -> None:
    """Serve the store to browsers and programs: read-only, and on this machine alone.

    Pages are at /, the API at /api. Ctrl-C ends it. Needs the extra `web`.
    """
    _require()
    if new_token is not None:
        _make_token(tokens, new_token)
        return
    if not host:  # which the system takes for every address there is
        raise click.UsageError("--host '' is no address; write 0.0.0.0 for all, or leave it out")
    if write != (tokens is not None):
        raise click.UsageError("--write and --tokens FILE go together; give both or none")
    from web.access import WriteAccess
    from web.front import is_ip
    from web.limits import Limits
    from web.server import address, listening, run
    from web.workers import MOST, Served, beside, cores

    if workers is not None and workers > 1:
        if write:
            raise click.UsageError("one process counts what a token writes; leave --workers out")
        if os.name != "posix":
            raise click.UsageError("here one process answers; leave --workers out")
    limits = Limits()
    access = WriteAccess(tokens, limits.writes_per_minute) if tokens else None
    with session.open() as timeline:
        behind = timeline.log.head() - timeline.index.lag().position
        if behind > _MANY:  # without a terminal there is no meter
            note(f"note: building the view of {behind:,} entries first; it listens after that")
        with timeline.reading():
            pass  # what is wrong with the store is told here, and its view is built with a meter
    names = () if is_ip(host) else (host,)
    served = Served(
        store=session.store,
        hosts=(*hosts, *names),
        cors=() if "none" in cors else cors,
        areas=None if areas is None else str(areas),
    )
    app = served.app(access, limits)
    number = 1 if write else workers or min(cores(), MOST)
    with listening(host, port) as socket, beside(served, socket, number - 1) as others:
        _warn(host, write)
        note(f"serving {session.shown} at {address(host, socket)} (Ctrl-C ends)")
        leave()
        run(app, socket, limits, others)


def _require() -> None:
    """Refuse without the extra, and say how to get it."""
    from cli.main import guard  # here: it loads this

    guard("web")
    if any(find_spec(name) is None for name in _NEEDED):
        raise MissingExtra("serve", "web")


def _make_token(tokens: Path | None, text: str) -> None:
    from web.access import SCOPES, new_token

    if tokens is None:
        raise click.UsageError("where is its hash to go? write --tokens FILE")
    wanted = [part.strip() for part in text.split(",")]
    scopes: tuple[Scope, ...] = tuple(scope for scope in SCOPES if scope in wanted)
    if not scopes or not set(wanted) <= set(SCOPES):
        raise click.UsageError(f"{quoted(text)} is no scope; write {', '.join(SCOPES)}, or several")
    token = new_token(tokens, scopes)
    data(token)
    note(f"its hash is in {tokens}, for {', '.join(scopes)}; the token itself is shown this once")


def _warn(host: str, write: bool) -> None:
    """Say who can reach the server, where that is more than this machine."""
    if _is_loopback(host):
        return
    note(
        f"warning: at {host} everyone who can reach this machine reads the store, unencrypted; "
        "put a proxy with TLS and a log-in before it"
        + (", and tokens travel in the clear" if write else "")
    )


def _is_loopback(host: str) -> bool:
    from web.front import is_ip

    return host == "localhost" or (is_ip(host) and ip_address(host).is_loopback)
