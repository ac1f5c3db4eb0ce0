"""`python -m benchmarks.crashes`: kill writers on both stores, and tell what was lost."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import click

from benchmarks.crashes import story
from benchmarks.crashes.jobs import JOBS, Ledger, Place, Work
from benchmarks.crashes.report import Kills, show, write_docs
from benchmarks.crashes.trial import finish, run
from benchmarks.server import NoServer, Server
from timeline import open_timeline

if TYPE_CHECKING:
    from collections.abc import Callable

ROUND: Final = 10
"""Kills after which a store is left for a new one: it would only become slower to look through."""

_TRIES: Final = 20


@dataclass
class Killing:
    """Kills of all jobs on one kind of store, one after the other."""

    kind: str
    new_store: Callable[[], str]
    folder: Path
    random: Random
    rows: dict[str, Kills] = field(default_factory=dict)
    _lasts: dict[str, float] = field(default_factory=dict)
    _place: Place | None = None
    _killed: int = 0

    def one(self, job: str) -> None:
        """Kill one writer at its work, and look at what is there."""
        if self._place is None or self._killed % ROUND == 0:
            self._place = self._begin()
        place, row = self._place, self.rows.setdefault(job, Kills(self.kind, job))
        if job not in self._lasts:
            self._lasts[job] = run(JOBS[job](place)).seconds
        before = 0 if job == "first add" else place.ledger.acknowledged
        work = self._kill(job, place)
        found = finish(work, place)
        row.kills += 1
        ledger = work.made[1] if work.made else place.ledger
        row.acknowledged += ledger.acknowledged - before
        row.lost += len(found.lost)
        row.doubled += len(found.doubled)
        row.faults += len(found.other)
        if found:
            print(f"{self.kind}, {job}: {found}", file=sys.stderr)
        self._killed += 1

    def _kill(self, job: str, place: Place) -> Work:
        """Start the work, and kill it before its end."""
        for _ in range(_TRIES):
            work = JOBS[job](place)
            ended = run(work, self.random.uniform(0, self._lasts[job]))
            for line in ended.lines:
                work.acknowledge(line)
            if ended.was_killed:
                return work
        raise RuntimeError(f"{job} always ended before it was killed")

    def _begin(self) -> Place:
        """A new store with the places of the story."""
        store = self.new_store()
        with open_timeline(store, create=True) as timeline:
            timeline.add(story.write_places(self.folder))
        return Place(store, self.folder, Ledger(), self.new_store)


@click.command()
@click.option("--kills", default=200, show_default=True, help="In all, over stores and jobs.")
@click.option("--store", "only", type=click.Choice(["sqlite", "postgres"]), help="Only this one.")
@click.option("--job", "jobs", multiple=True, type=click.Choice(list(JOBS)), help="Only this one.")
@click.option("--seed", default=20251027, show_default=True, help="Of the moments.")
@click.option("--write-docs", "docs", is_flag=True, help="Put the figures in docs/reliability.md.")
def main(kills: int, only: str | None, jobs: tuple[str, ...], seed: int, docs: bool) -> None:
    """Kill writers at random moments of their work; exits with 1 where anything was lost."""
    began = time.perf_counter()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="timeline-crashes-")))
        # Nothing of the user's has a say, and a gazetteer of the world is not built first.
        os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "TIMELINE_PLACES": "none"}
        killings = [
            Killing(kind, named, folder, Random(f"{seed} {kind}"))
            for kind, named in _stores(folder, only, stack)
        ]
        turns = cycle([(killing, job) for job in jobs or JOBS for killing in killings])
        for number, (killing, job) in zip(range(kills), turns, strict=False):
            print(f"\rkill {number + 1} of {kills}", end="", file=sys.stderr, flush=True)
            killing.one(job)
        print(file=sys.stderr)
        rows = [row for killing in killings for row in killing.rows.values()]
    show(rows, time.perf_counter() - began)
    if docs:
        write_docs(rows, seed)
    sys.exit(any(row.lost or row.doubled or row.faults for row in rows))


def _stores(
    folder: Path, only: str | None, stack: ExitStack
) -> list[tuple[str, Callable[[], str]]]:
    numbers = count(1)
    stores: list[tuple[str, Callable[[], str]]] = []
    if only != "postgres":
        stores.append(("sqlite", lambda: str(folder / f"store-{next(numbers)}.db")))
    if only != "sqlite":
        try:
            server = stack.enter_context(Server())
        except NoServer as why:
            raise click.ClickException(f"{why}; install one, or use --store sqlite") from None
        stores.append(("postgres", lambda: server.database(f"store_{next(numbers)}")))
    return stores


if __name__ == "__main__":
    main()
