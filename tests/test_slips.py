"""Slips that people make where they type reports, and how `add` tells of them."""

from pathlib import Path

import pytest
from effort import calls_of

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


def test_the_place_of_a_report_that_is_wrong_otherwise_is_looked_up_too(tmp_path: Path) -> None:
    """So that a file is mended in one go, a correction as well; where there is none, once."""
    text = HEAD + "  - {kind: clash, happened: 2025-10-27, count: many a one}\n" * 2
    text += "  - {kind: clsh, happened: 2025-10-27, place: Nowhere}\n"
    text += "  - {kind: clash, happened: 2025-10-27, place: ' '}\n"
    found = [line.partition(";")[0] for line in problems(tmp_path, text)]
    assert [line for line in found if "place" in line] == [
        'desk.yaml:4: place: no place is called "Pokrovks"',
        'desk.yaml:8: place: no place is called "Nowhere"',
        "desk.yaml:9: place: ' ' is empty",
    ]
    report = "{id: a, kind: clash, happened: 2025, reported: 2025, chain: cnbc, place: Pokrovsk}"
    (tmp_path / "a.yaml").write_text(report)
    (tmp_path / "b.yaml").write_text(
        report.replace("Pokrovsk}", "Pokrovks,\n count: many a one}").replace("id: a, ", "")
    )
    with open_timeline(str(tmp_path / "t.db")) as timeline:
        timeline.add(tmp_path / "a.yaml")
        with pytest.raises(BadReport) as caught:
            timeline.correct("a", tmp_path / "b.yaml")
    told = [str(one).removeprefix(f"{tmp_path}/").split("'")[0] for one in caught.value.problems]
    assert [line[:22] for line in told] == ["b.yaml:1: place: no pl", "b.yaml:2: count: "]


@pytest.mark.parametrize("suffix", ["yaml", "ndjson"])
def test_a_report_does_not_name_itself(tmp_path: Path, suffix: str) -> None:
    """As what it checked or is linked to: that is a slip of whoever copied an id."""
    report = (
        '{"kind": "verification", "id": "é", "place": "Pokrovsk", "happened": "2025-10-27", '
        '"reported": "2025-10-27", "chain": ["cnbc"], "report": "%s", "result": "confirmed", '
        '"links": {"part_of": ["%s"]}}\n'
    )
    path = tmp_path / f"desk.{suffix}"
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        path.write_text(report % ("é", "\\u00e9"), encoding="utf-8")
        with pytest.raises(BadReport) as caught:
            timeline.add(path)
        assert [str(one).removeprefix(f"{path}:1: ") for one in caught.value.problems] == [
            "report: 'é' is this report itself; name another",
            "links: part_of: 'é' is this report itself; name another",
        ]
        path.write_text(report % ("another", "a third"), encoding="utf-8")
        assert timeline.add(path).filed == 1


def test_a_reason_is_no_longer_than_a_paragraph(tmp_path: Path) -> None:
    """Every answer that tells of the withdrawal has it."""
    path = tmp_path / "a.yaml"
    path.write_text("{id: a, kind: clash, happened: 2025, reported: 2025, chain: a, place: Kyiv}")
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        timeline.add(path)
        with pytest.raises(BadReport, match="a reason of over 4,000 characters; say why in a few"):
            timeline.retract("a", reported="2026-01-01", reason="x" * 4001)
        timeline.retract("a", reported="2026-01-01", reason="x" * 4000)


def test_an_id_that_a_file_has_again_and_again_costs_no_more_for_each(tmp_path: Path) -> None:
    """They are told apart in one pass, which was one for each of them."""
    path = tmp_path / "a.yaml"
    report = "- {id: a, kind: clash, happened: 2025, reported: 2025, chain: a, place: Kyiv}\n"
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        path.write_text(report)
        timeline.add(path)
        work = []
        for times in (400, 800, 1600):
            path.write_text(report * times)
            work.append(calls_of(lambda: timeline.add(path)))
    assert work[2] - work[1] < 2.3 * (work[1] - work[0])


def test_a_side_that_no_list_has_is_noted(tmp_path: Path) -> None:
    """A slip there is a side of its own in every sum; that of a party that is listed is none."""
    own = "parties: [{id: sd.army, names: [Army], side: SAF}, {id: rsf, names: [RSF]}]\n"
    head = "defaults: {place: Kyiv, happened: 2025, reported: 2025, chain: cnbc}\nreports:\n"
    reports = """\
  - {kind: infiltration, side: “RU”}
  - {kind: withdrawal, side: ru}
  - {kind: capture, side: RUS}
  - {kind: logistics_status, level: cut, side: Saf}
  - {kind: casualties, side: UK, killed: 1}
  - {kind: assault, sides: [RSF, Uk.army]}
  - {kind: territory_change, from: SAF, to: rf, extent: part}
  - {kind: control_assessment, shares: {status: held, by: ua.forces}}
"""
    strangers = {"“RU”", "RUS", "UK", "Uk.army", "rf", "ua.forces"}
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text((own if name == "a.yaml" else "") + head + reports)
    with open_timeline(str(tmp_path / "t.db"), create=True) as timeline:
        assert timeline.add(tmp_path / "a.yaml").unlisted == strangers
        assert timeline.add(tmp_path / "b.yaml").unlisted == strangers
    with open_timeline(str(tmp_path / "u.db"), create=True) as timeline:
        assert timeline.add(tmp_path / "b.yaml").unlisted == strangers | {"SAF", "Saf", "RSF"}
