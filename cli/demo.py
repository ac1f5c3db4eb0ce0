"""The command that shows the main job on the seeds, in a store that is thrown away."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

import click

from cli.session import Session, data, note

PLACE, DAY = "Pokrovsk", "2025-10-27"


@click.command(short_help="Show the main job on the reports that come with the program.")
def demo() -> None:
    """File the seeds in a store that is thrown away, and ask what was known about Pokrovsk."""
    from cli.text.situation import show_situation
    from timeline.seeds_path import seeds_folder

    folder = seeds_folder()
    with (
        tempfile.TemporaryDirectory(prefix="timeline-") as home,
        Session(Path(home) / "timeline.db").open(create=True) as timeline,
    ):
        added = timeline.add(*sorted(folder.glob("*.yaml")))
        note(f"a throw-away store from the seeds: {added}")
        answer = timeline.known(PLACE, on=DAY)
        with timeline.reading() as reader:
            show_situation(answer, reader.party_names(), reader.book())
    shown = shlex.quote(str(folder))
    data(
        "Next, with a store of your own (./timeline.db, or --store PATH):\n"
        f"  timeline add {shown}/*.yaml\n"
        f"  timeline known 'Donetsk Oblast' {DAY}\n"
        f"  timeline replay {PLACE} --from 2025-10-26 --to {DAY}\n"
        f"  timeline export situation {PLACE} --known {DAY} -o situation.csv"
    )
