"""Differences of every place at once say what the difference of each place says."""

from pathlib import Path

import pytest
from domain import PLACES, clash, document, told

from timeline import BadQuestion, Timeline, open_timeline
from timeline.questions.diff import Change, Diff


def _by_place(timeline: Timeline, a: str, b: str) -> dict[str, object]:
    with timeline.reading() as reader:
        places = {
            place for cut in (a, b) for place in reader.reported_places(timeline.cuts(cut).asof)
        }
    found: dict[str, object] = {}
    for place in places:
        change = timeline.diff(place, a, b)
        if any(parts := _parts(change)):
            found[place] = parts
    return found


def _parts(change: Change | Diff) -> tuple[object, ...]:
    return change.added, change.replaced, change.changed, change.withdrawn, change.lapsed


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
    assert {place: _parts(one) for place, one in all_.items()} == _by_place(seeds, a, b)
    assert all_


def test_a_facet_that_is_none_is_refused(seeds: Timeline) -> None:
    """And not answered as if nothing of it had changed."""
    with pytest.raises(BadQuestion, match="'weather' is not a facet"):
        seeds.diff_all("2025-10-26", "2025-10-27", facet="weather")


def test_a_place_of_late_news_differs_when_the_news_grows_old(tmp_path: Path) -> None:
    """Of September, told on October 15: a week later it is late news no more."""
    late = clash("late", "2025-09-01", reported="2025-10-15")
    with open_timeline(str(tmp_path / "late.db"), create=True) as timeline:
        timeline.add(document(tmp_path, late, places=PLACES))
        (change,) = timeline.diff_all("2025-10-20", "2025-10-24").values()
    assert [claim.report for claim in change.lapsed] == ["late"]


def test_a_cut_of_record_time_in_the_past_knows_nothing_yet(seeds: Timeline) -> None:
    """Before the first report was filed there is nothing to differ."""
    assert seeds.diff_all("2025-10-26", "2025-10-27", recorded="2001-01-01") == {}


@pytest.mark.parametrize(("a", "b"), [("2025-10-24", "2025-10-26"), ("2025-10-26", "2025-10-24")])
def test_a_place_of_which_a_claim_was_checked_differs(tmp_path: Path, a: str, b: str) -> None:
    """Nothing else is told of it, and the check names another place; backwards, it is not there."""
    said = told("said", "infiltration", "2025-10-20", side="ru")
    check = told("check", "verification", "2025-10-25", report="said", result="refuted", by="bbc")
    with open_timeline(str(tmp_path / "checked.db"), create=True) as timeline:
        timeline.add(document(tmp_path, said, check | {"place": "Beta"}, places=PLACES))
        [(place, change)] = timeline.diff_all(a, b).items()
        assert (place, *change.changed) == ("x:alpha", *timeline.diff("Alpha", a, b).changed)
    assert not change.replaced
    [pair] = change.changed
    assert pair.old.claim == pair.new.claim
    verified = [{"status": "refuted", "by": "bbc"}]
    assert [pair.old.verification, pair.new.verification] == (
        [[], verified] if a < b else [verified, []]
    )
