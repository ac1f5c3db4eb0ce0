"""`python -m benchmarks`: run the figures, print the table, write what was asked for."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from benchmarks import report
from benchmarks.figure import Figure, Plan
from benchmarks.figures import FIGURES
from benchmarks.generator import SEED
from cli import THRESHOLDS


def sizes_of(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    """`1e4,1e5` as numbers, the smallest first."""
    try:
        return tuple(sorted(int(float(one)) for one in text.split(",")))
    except ValueError:
        raise click.BadParameter("write numbers with commas between, e.g. 1e4,1e5") from None


@click.command()
@click.option("--claims", default="1e4,1e5,1e6", callback=sizes_of, help="Sizes of the logs.")
@click.option("--quick", is_flag=True, help="Small cases and few questions.")
@click.option("--only", multiple=True, type=click.Choice(list(FIGURES)), help="Only this figure.")
@click.option("--seed", default=SEED, show_default=True, help="Of the generator.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Write the run as JSON.")
@click.option("--write-docs", is_flag=True, help="Write docs/performance.md.")
def main(
    claims: tuple[int, ...],
    quick: bool,
    only: tuple[str, ...],
    seed: int,
    output: Path | None,
    write_docs: bool,
) -> None:
    """Measure the engine beside what one would build instead."""
    gc.set_threshold(*THRESHOLDS)  # for all rivals alike, as the command line has it
    plan = Plan(
        sizes=claims,
        seed=seed,
        asked=200 if quick else 1_000,
        readings=5_000 if quick else 20_000,
        bulk=20_000 if quick else 500_000,
        filed=50 if quick else 300,
        starts=5 if quick else 20,
        say=lambda message: print(message, file=sys.stderr, flush=True),
    )
    figures: list[Figure] = []
    for name in only or FIGURES:
        plan.say(f"== {name}")
        for figure in FIGURES[name](plan):
            figures.append(figure)
            plan.say(f"{figure.group}: {figure.name}: {figure.shown(figure.measured)}")
    report.show(figures)
    if output is not None:
        report.write_json(output, figures, plan)
    if write_docs:
        report.write_docs(figures, plan)


if __name__ == "__main__":
    main()
