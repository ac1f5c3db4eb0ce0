"""One process killed at a random moment, and what the next one finds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from benchmarks.crashes.checks import Faults, check, compare
from timeline import MissingStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.crashes.jobs import Place, Work

ROOT: Final = Path(__file__).resolve().parents[2]
_COMMAND: Final = "from cli.main import cli; cli.main()"
_LONGEST_SECONDS: Final = 120


class Ended(NamedTuple):
    """How a process ended: its exit code, what it had said, and how long it ran."""

    code: int
    lines: Sequence[str]
    seconds: float

    @property
    def was_killed(self) -> bool:
        """Whether it was killed, and had not ended before."""
        return self.code == -signal.SIGKILL


def run(work: Work, kill_after: float | None = None) -> Ended:
    """Start a process; kill it so many seconds after it begins its work, or let it end."""
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            [sys.executable, "-c", work.code, *work.args],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        ready = process.stdout.readline()
        began = time.perf_counter()
        if kill_after is not None:
            time.sleep(kill_after)
            process.send_signal(signal.SIGKILL)
        # A line without its end was not acknowledged.
        lines = [line.strip() for line in process.stdout if line.endswith("\n")]
        code = process.wait(_LONGEST_SECONDS)
        seconds = time.perf_counter() - began
        if code not in (0, -signal.SIGKILL) or ready != "ready\n":
            errors.seek(0)
            raise RuntimeError(f"a writer failed by itself: {errors.read()[-2_000:]}")
    return Ended(code, lines, seconds)


def finish(work: Work, place: Place) -> Faults:
    """Look at the store, then type what was interrupted once more, and look again."""
    store, ledger = work.made or (place.store, place.ledger)
    try:
        found = check(store, ledger)
    except MissingStore:  # its making was interrupted; what was acknowledged made it
        found = Faults()
        found.lost += sorted(ledger.filed)
    if not work.again:
        return found
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *work.again],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_LONGEST_SECONDS,
    )
    for line in done.stdout.splitlines():
        work.acknowledge(line)
    if done.returncode:
        found.other.append(f"the same command again failed: {done.stderr[-300:]}")
    elif work.copied_to is not None:
        found.other += compare(store, work.copied_to)
    else:
        found.add(check(store, ledger))
    return found


def environment() -> dict[str, str]:
    """That of this process, with this tree in reach."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
