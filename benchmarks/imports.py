"""Real data sets in one go: rows a second and memory; `python -m benchmarks.imports FOLDER`.

FOLDER holds the data sets as `docs/data.md` names them. Each is imported by a process of its own,
into one store, as a user would.
"""

import json
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

TOGETHER = {
    "wiki-control": ["wiki_control/wiki_control_changes.csv"],
    "losses": ["losses/losses_revisions.csv.gz"],
    "air-alerts": ["air_alerts/official_data_en_2024-04-23.csv.gz"],
}
ALONE = {
    "viina": [f"viina/VIINA_{year}_REBUILD.csv" for year in (2022, 2023, 2024)],
    "ua-territories": ["ua_territories/ua_territories_2025-05-07.csv"],
    "ucdp-ged": ["ucdp/ucdp_ged_v23_sample1000.csv"],
}


class Measured(NamedTuple):
    """What one import came to, how long it took, and the most memory that its process used."""

    rows: int
    filed: int
    corrected: int
    seconds: float
    memory: float

    def line(self, name: str) -> str:
        """A row of the table."""
        return (
            f"| {name} | {self.rows:,} | {self.filed:,} | {self.corrected:,} "
            f"| {self.seconds:.1f} | {self.rows / self.seconds:,.0f} | {self.memory:.0f} MB |"
        )


def main(folder: Path) -> None:
    """Import three into one store, the others each into its own; print a line for each."""
    print("| profile | rows | filed | corrected | seconds | rows/s | memory |")
    print("|---|---|---|---|---|---|---|")
    with TemporaryDirectory() as stores:
        together = [
            shown(profile, names, folder, Path(stores) / "together.db")
            for profile, names in TOGETHER.items()
        ]
        added = [sum(column) for column in zip(*together, strict=True)]
        total = Measured(*added)._replace(memory=max(one.memory for one in together))
        print(total.line("the three, into one store"), flush=True)
        for profile, names in ALONE.items():
            shown(profile, names, folder, Path(stores) / f"{profile}.db")


def shown(profile: str, names: list[str], folder: Path, store: Path) -> Measured:
    """Import one data set and print its line."""
    measured = imported(profile, [str(folder / name) for name in names], store)
    print(measured.line(profile), flush=True)
    return measured


def imported(profile: str, paths: list[str], store: Path) -> Measured:
    """Import one data set by a process of its own."""
    command = [sys.executable, "-m", "cli.main", "--store", str(store), "import", profile, *paths]
    began = time.monotonic()
    with TemporaryFile() as answer:
        process = os.posix_spawn(
            sys.executable,
            [*command, "--format", "json"],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, answer.fileno(), 1)],
        )
        _, _, used = os.wait4(process, 0)
        seconds = time.monotonic() - began
        answer.seek(0)
        counts = json.loads(answer.read())
    memory = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Measured(counts["rows"], counts["filed"], counts["corrected"], seconds, memory)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["TIMELINE_SHARED_DATA"]))
