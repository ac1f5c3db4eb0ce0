"""Sends to one entrance what reaches code that was not reached before, for some seconds.

python tests/coverage_guided.py ENTRANCE [SECONDS]

Needs `atheris`, which installs on Linux and macOS. What fails is told, and ends it with another
exit code than 0.
"""

import sys
from pathlib import Path

import atheris

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

with atheris.instrument_imports(
    include=["cli", "events", "timeline"], enable_loader_override=False
):
    from entrances import ENTRANCES, hall


def main() -> None:
    """Run the fuzzer on the entrance that is named."""
    name, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
    hall()  # built before anything is measured
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={seconds}", "-max_len=2000", "-verbosity=0"],
        ENTRANCES[name],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
