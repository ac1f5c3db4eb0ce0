"""Differences of every place at once say what the difference of each place says."""

import pytest

from timeline import BadQuestion, Timeline


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
def test_every_place_differs_as_it_does_alone(seeds: Timeline, a: str, b: str) -> None:
    """Forwards and backwards, over news, corrections of the record, and the end of a window."""
    all_ = seeds.diff_all(a, b)
    assert {
        place: (one.added, one.replaced, one.withdrawn, one.lapsed) for place, one in all_.items()
    } == _by_place(seeds, a, b)
    assert all_


def test_a_facet_that_is_none_is_refused(seeds: Timeline) -> None:
    """And not answered as if nothing of it had changed."""
    with pytest.raises(BadQuestion, match="'weather' is not a facet"):
        seeds.diff_all("2025-10-26", "2025-10-27", facet="weather")


def test_a_cut_of_record_time_in_the_past_knows_nothing_yet(seeds: Timeline) -> None:
    """Before the first report was filed there is nothing to differ."""
    assert seeds.diff_all("2025-10-26", "2025-10-27", recorded="2001-01-01") == {}
