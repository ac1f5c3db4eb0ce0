"""Slips that people make where they type reports, and how `add` tells of them."""

from pathlib import Path

import pytest

from timeline import open_timeline
from timeline.errors import BadReport

HEAD = """\
source: {publisher: cnbc, published: 2025-10-27}
defaults:
  chain: [ua.general_staff, cnbc]
  place: Pokrovks
reports:
"""


def problems(folder: Path, text: str) -> list[str]:
    """What `add` tells of a document that it refuses, a line each, without the folder."""
    path = folder / "desk.yaml"
    path.write_text(text, encoding="utf-8")
    with open_timeline(str(folder / "t.db"), create=True) as timeline:
        with pytest.raises(BadReport) as caught:
            timeline.add(path)
        assert timeline.log.head() == 1  # that it was made
    return [str(one).removeprefix(f"{folder}/") for one in caught.value.problems]


def test_a_wrong_place_is_told_by_the_line_where_it_is_written(tmp_path: Path) -> None:
    """That of the defaults once, however many reports have it; that of a report, or of `places`."""
    report = "  - kind: clash\n    happened: 2025-10-27\n"
    text = (
        HEAD
        + "".join(report + f"    id: r{number}\n" for number in range(3))
        + report
        + "    place:\n      landmark: mill\n      name: Nowhere\n"
        + report
        + "    place: {id: local:a, name: A, kind: city, parent: Twin}\n"
        + "places:\n"
        + "".join(f"  - {{id: local:{name}, name: Twin, kind: city}}\n" for name in "bc")
        + "  - {id: local:d, name: D, kind: city, parent: Twin}\n"
    )
    found = [line.partition(";")[0] for line in problems(tmp_path, text)]
    assert found == [
        'desk.yaml:4: place: no place is called "Pokrovks"',
        'desk.yaml:17: place: no place is called "Nowhere"',
        'desk.yaml:22: place: "Twin" is the name of 2 places',
        'desk.yaml:26: places: local:d: "Twin" is the name of 2 places',
    ]
