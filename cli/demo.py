"""The command that shows the main job on the seeds, in a store that is thrown away or kept."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from click.core import ParameterSource

from cli.session import Session, data, note

PLACE, DAY = "Pokrovsk", "2025-10-27"


@click.command(short_help="Show the main job on the reports that come with the program.")
@click.pass_context
def demo(ctx: click.Context) -> None:
    """File the seeds in a store that is thrown away, and ask what was known about Pokrovsk.

    With `--store` before it, the store is made there and stays.
    """
    from cli.text.situation import show_situation
    from timeline.seeds_path import seeds_folder

    folder = seeds_folder()
    with _session(ctx) as session, session.open(create=True) as timeline:
        added = timeline.add(*sorted(folder.glob("*.yaml")))
        made = "a throw-away store" if session is not ctx.obj else f"{session.shown}, made"
        note(f"{made} from the seeds: {added}")
        answer = timeline.known(PLACE, on=DAY)
        with timeline.reading() as reader:
            show_situation(answer, reader.party_names(), timeline.book(answer.basis))
    shown = shlex.quote(str(folder))
    data(
        "Next, with a store of your own (./timeline.db, or --store PATH):\n"
        f"  timeline add {shown}/*.yaml\n"
        f"  timeline known 'Donetsk Oblast' {DAY}\n"
        f"  timeline replay {PLACE} --from 2025-10-26 --to {DAY}\n"
        f"  timeline export situation {PLACE} --known {DAY} -o situation.csv"
    )


@contextmanager
def _session(ctx: click.Context) -> Iterator[Session]:
    """The store that was asked for, which must be new; else one that is gone in the end."""
    given = ctx.parent and ctx.parent.get_parameter_source("store")
    if given is not ParameterSource.COMMANDLINE:
        with tempfile.TemporaryDirectory(prefix="timeline-") as home:
            yield Session(Path(home) / "timeline.db")
        return
    session = ctx.ensure_object(Session)
    if Path(session.store).exists():
        raise click.ClickException(
            f"{session.shown} is there already; name a new store, or leave --store out"
        )
    yield session
