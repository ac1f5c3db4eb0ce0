import io
import json
from collections.abc import Iterator

import pytest

from events.document import Problem
from timeline import checking
from timeline.checking import Checked, Chunk, answer, from_ndjson
from timeline.log.rows import content_of
from timeline.pipes import frames_of, serve, write_frame

MANY = 2_000


def lines() -> Iterator[bytes]:
    """A stream with all that can come in one: good reports, bad ones, and new places."""
    for number in range(MANY):
        report: dict[str, object] = {
            "id": f"r{number}",
            "kind": "clash",
            "place": "Pokrovsk",
            "happened": "2025-10-27",
            "reported": "2025-10-27T15:13Z",
            "chain": ["deepstate", "reuters"],
            "summary": 'It says "place":{"id":"none"} here.',
        }
        kind = number % 10
        if kind == 3:
            report["kind"] = "skirmish"
        if kind == 5:
            place = {"id": f"local:{number}", "name": f"Hill {number}", "kind": "site"}
            report["place"] = place | {"relation": "near"}
        if kind == 7:
            report |= {"relation": "north_of", "landmark": "the station"}
        if kind == 8:
            yield b"\n"
        if kind == 9:
            yield b'{"kind": "clash", "kind": "assault"}\n'
        yield json.dumps(report).encode() + b"\n"


def read(alone: int, monkeypatch: pytest.MonkeyPatch) -> list[Checked | Problem]:
    """The stream, by one process up to a number of lines, then by two."""
    monkeypatch.setattr(checking, "ALONE", alone)
    return list(from_ndjson(lines(), "stream.ndjson", "UTC"))


def test_two_processes_read_a_stream_as_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same reports and problems, with the same lines, in the same order."""
    one, two = read(MANY * 2, monkeypatch), read(0, monkeypatch)
    assert two == one
    assert sum(isinstance(each, Problem) for each in one) == 2 * MANY // 10
    assert sum(each.definition is not None for each in one if isinstance(each, Checked)) == 200


def test_a_stream_is_read_to_its_end_though_the_second_process_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it was given and did not answer is read by this one."""
    expected = read(MANY * 2, monkeypatch)

    class Mortal(checking.SecondChecking):
        """Dies once it was given a few chunks."""

        def send(self, chunk: Chunk) -> bool:
            """Give it a chunk, and kill it after the third."""
            sent = super().send(chunk)
            if chunk.first > 3 * checking.CHUNK:
                self._process.kill()
                self._process.wait()
            return sent

    monkeypatch.setattr(checking, "SecondChecking", Mortal)
    assert read(0, monkeypatch) == expected


def test_the_second_process_answers_every_chunk_in_order() -> None:
    """A place that is defined in its report comes back as the number of its line."""
    every = list(lines())
    given, answers = io.BytesIO(), io.BytesIO()
    for first in (1, 11):
        write_frame(given, Chunk(first, every[first - 1 : first + 9]))
    given.seek(0)
    serve(given, answers, lambda packed: answer(packed, "stream.ndjson", "UTC"))
    answers.seek(0)
    told = [checking._unpack(packed) for packed in frames_of(answers)]
    assert [len(answer) for answer in told] == [9, 10]
    assert [one.key for one in told[0] if isinstance(one, Checked)][:3] == ["r0", "r1", "r2"]
    assert [one for answer in told for one in answer if isinstance(one, int)] == [6, 18]


def test_a_report_is_laid_out_around_its_place() -> None:
    """Whatever its words hold, and with what is said of the place."""
    at_station = next(
        one
        for one in from_ndjson(lines(), "stream.ndjson", "UTC")
        if isinstance(one, Checked) and one.named.landmark
    )
    report = at_station.at(at_station.named.placed("geonames:704422", "Pokrovsk"))
    stored = json.loads(content_of(report))
    assert stored["place"] == {
        "id": "geonames:704422",
        "landmark": "the station",
        "name": "Pokrovsk",
        "relation": "north_of",
    }
    assert stored["summary"] == 'It says "place":{"id":"none"} here.'
    assert at_station.parties == ("deepstate", "reuters")
