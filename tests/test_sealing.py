import io
import subprocess
import threading
from collections.abc import Generator, Iterator
from tempfile import TemporaryFile
from typing import IO

import pytest

from timeline import sealing
from timeline.entries import originator_id
from timeline.log.filing import Parted, SealedReport
from timeline.log.rows import parts_of
from timeline.pipes import started, write_frame
from timeline.sealing import rows_in
from timeline.seals import seals_hold

FRAMES, IN_ONE = 60, 50


def report(number: int) -> Parted:
    """A report with one field that can be redacted, with two, with a redacted one, with none."""
    key = f"r{number}"
    fields: dict[str, bytes | None] = dict.fromkeys(
        ("quote", "summary")[: number % 3], b'"told of %d"' % number
    )
    return Parted(key, originator_id("report", key), b'{"kind":"clash"}', fields)


@pytest.fixture
def spooled() -> Iterator[IO[bytes]]:
    """A file of frames."""
    with TemporaryFile() as file:
        for frame in range(FRAMES):
            write_frame(file, [report(frame * IN_ONE + number) for number in range(IN_ONE)])
        yield file


def check(rows: list[SealedReport]) -> None:
    """They are the reports of the file in order, each sealed for itself."""
    expected = [report(number) for number in range(FRAMES * IN_ONE)]
    assert [(row.key, row.originator) for row in rows] == [
        (one.key, one.originator) for one in expected
    ]
    assert [parts_of(row) for row in rows] == [parts_of(one) for one in expected]
    assert all(seals_hold(row.state, row.sealed) for row in rows)
    columns = [row.sealed for row in rows if row.sealed is not None]
    assert len(set(columns)) == len(columns) == FRAMES * IN_ONE * 2 // 3


@pytest.mark.parametrize("alone", [0, FRAMES])
def test_reports_are_sealed_in_their_order_by_one_process_or_two(
    alone: int, spooled: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice in a row: whoever asks again begins at the beginning."""
    monkeypatch.setattr(sealing, "ALONE", alone)
    for _ in range(2):
        check(list(rows_in(spooled, FRAMES)))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9999])
def test_what_the_second_process_did_not_seal_is_sealed_by_this_one(
    share: float, spooled: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies before it says anything, and in the middle of a frame."""

    def cut_short(module: str, **source: int) -> subprocess.Popen[bytes]:
        process = started(module, **source)
        assert process.stdout is not None
        with process.stdout:
            told = process.stdout.read()
        process.stdout = io.BytesIO(told[: int(share * len(told))])
        return process

    monkeypatch.setattr(sealing, "ALONE", 0)
    monkeypatch.setattr(sealing, "started", cut_short)
    check(list(rows_in(spooled, FRAMES)))


def test_nobody_waits_for_a_second_process_whose_rows_are_not_wanted(
    spooled: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Filing that fails in the middle ends it."""
    monkeypatch.setattr(sealing, "ALONE", 0)
    monkeypatch.setattr(sealing, "AHEAD", 1)
    rows = rows_in(spooled, FRAMES)
    assert isinstance(rows, Generator)
    assert next(rows).key == "r0"
    before = threading.active_count()
    rows.close()
    assert threading.active_count() == before - 1
