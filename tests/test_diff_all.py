"""Differences of every place at once say what the difference of each place says."""

from __future__ import annotations

from pathlib import Path

import pytest

from timeline import Timeline, open_timeline
from timeline.seeds_path import seeds_folder


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the seeds."""
    store = tmp_path_factory.mktemp("seeds") / "timeline.db"
    with open_timeline(str(store), create=True) as timeline:
        timeline.add(*sorted(seeds_folder().glob("*.yaml")))
    return store


def _by_place(timeline: Timeline, a: str, b: str) -> dict[str, object]:
    with timeline.reading() as reader:
        places = {
            place for cut in (a, b) for place in reader.reported_places(timeline.cuts(cut).asof)
        }
    found: dict[str, object] = {}
    for place in places:
        change = timeline.diff(place, a, b)
        if change.added or change.replaced or change.withdrawn or change.lapsed:
            found[place] = (change.added, change.replaced, change.withdrawn, change.lapsed)
    return found


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2025-10-26", "2025-10-27"),
        ("2025-10-27", "2025-10-26"),
        ("2023-05-20", "2023-05-24"),
        ("2024-02-10", "2025-03-01"),
        ("2025-10-27", "2025-12-01"),
    ],
)
def test_every_place_differs_as_it_does_alone(seeds: Path, a: str, b: str) -> None:
    """Forwards and backwards, over news, corrections of the record, and the end of a window."""
    with open_timeline(str(seeds)) as timeline:
        all_ = timeline.diff_all(a, b)
        assert {
            place: (one.added, one.replaced, one.withdrawn, one.lapsed)
            for place, one in all_.items()
        } == _by_place(timeline, a, b)
    assert all_


def test_a_cut_of_record_time_in_the_past_knows_nothing_yet(seeds: Path) -> None:
    """Before the first report was filed there is nothing to differ."""
    with open_timeline(str(seeds)) as timeline:
        assert timeline.diff_all("2025-10-26", "2025-10-27", recorded="2001-01-01") == {}
