"""Batches of the log made ready for a new generation, by a second process where it pays.

Decoding a report and laying its claim out takes as long as writing it. A rebuild of a large log
has another process do that, which reads the log for itself and hands frames over through a pipe.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from timeline.claims import Series
from timeline.log.tail import SQLiteTail
from timeline.pipes import frames_of, started, working, write_frame
from timeline.view.tiles import leaf_hashes
from timeline.view.write import Around, Row, around, single_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timeline.log import LogReader

BATCH: Final = 5_000
ALONE: Final = 20_000
"""Entries up to which one process is done before a second one has started."""


class Frame(msgspec.Struct, array_like=True, gc=False):
    """A batch made ready: claims as rows, and the positions that its reader takes in by itself."""

    position: int
    series: list[tuple[str, str, str, str, str, str, bool, str]]
    values: list[tuple[Any, ...]]
    around: Around
    apart: list[int]
    leaves: bytes

    def rows(self) -> Iterator[Row]:
        """The claims, as the writer takes them."""
        for series, values in zip(self.series, self.values, strict=True):
            yield Row(Series(*series), values[:-1], values[-1])


_frame = msgspec.msgpack.Decoder(Frame).decode


def frames(log: LogReader, after: int, upto: int, several: set[str]) -> Iterator[Frame]:
    """The entries in (after, upto], batch by batch; reports of `several` versions are left out."""
    for batch in log.rows(after, upto, BATCH):
        series, values, apart = [], [], []
        for entry in batch:
            report = entry.report
            if report is None:
                apart.append(entry.position)
            elif entry.originator not in several:
                row = single_row(entry)
                if row is None or report.links:
                    apart.append(entry.position)
                if row is not None:
                    series.append(msgspec.structs.astuple(row.series))
                    values.append((*row.values, row.rec_to))
        leaves = leaf_hashes(batch, after)
        after = batch[-1].position
        yield Frame(after, series, values, around(batch), apart, leaves)


def prepared(log: LogReader, after: int, upto: int, several: set[str]) -> Iterator[Frame]:
    """The same frames, from a second process where the log is a file and large."""
    if not isinstance(log, SQLiteTail) or upto - after <= ALONE:
        yield from frames(log, after, upto, several)
        return
    path = str(Path(log.path).absolute())
    with started("timeline.view.frames", path, after, upto) as process:
        try:
            for packed in frames_of(process.stdout):
                frame = _frame(packed)
                after = frame.position
                yield frame
        finally:
            process.kill()
    # Where it failed, or was killed: the rest by this process, which tells what is wrong.
    yield from frames(log, after, upto, several)


def main() -> None:
    """The second process: the frames of a log file on standard output, each behind its length."""
    working()
    path, after, upto = sys.argv[1:]
    with SQLiteTail(path) as log:
        several = set(log.changed(int(upto)))
        for frame in frames(log, int(after), int(upto), several):
            write_frame(sys.stdout.buffer, frame)


if __name__ == "__main__":
    main()
