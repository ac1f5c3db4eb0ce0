"""Places: names that lead to one place, what lies above and below it, and its past in the log."""

from typing import Any

import pytest
from domain import PLACES, clash, given, micros, place_of

from timeline.errors import AmbiguousPlace, UnknownPlace
from timeline.gazetteer import Gazetteer
from timeline.places import (
    PlaceBook,
    above_all,
    below,
    in_unit,
    lowest,
    path,
    place_name,
    resolve,
)
from timeline.shipped import shipped_places

V = micros("2025-10-27")


def book(*more: dict[str, Any]) -> PlaceBook:
    """The land of the tests, and more."""
    return PlaceBook(place_of(place) for place in (*PLACES, *more))


@pytest.mark.parametrize(
    "name",
    ["x:alpha", "Alpha", "alpha", "  ALPHA ", "Альфа", "альфа", "Alpha, North", "Alpha, Land"],
)
def test_a_place_is_found_by_any_spelling(name: str) -> None:
    """Id, name, alias in another script, case and spacing, or with a place above it."""
    assert resolve(name, book()).id == "x:alpha"


def test_marks_of_different_shape_are_one() -> None:
    """Apostrophes and hyphens are typed in many ways; letters are never changed."""
    places = book({"id": "x:s", "name": "Slov’yansk–South", "kind": "town"})
    assert resolve("slov'yansk-south", places).id == "x:s"
    with pytest.raises(UnknownPlace):
        resolve("slovyansk-south", places)


def test_a_name_of_two_places_is_ambiguous_and_says_which() -> None:
    """The candidates come with their paths; with a parent it is one."""
    places = book({"id": "x:alpha2", "name": "Alpha", "kind": "town", "parent": "x:south"})
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("Alpha", places)
    assert [one.id for one in caught.value.candidates] == ["x:alpha", "x:alpha2"]
    assert caught.value.candidates[1].path == ("Land", "South", "Alpha")
    assert "Alpha, South, Land (x:alpha2)" in str(caught.value)
    assert resolve("Alpha, South", places).id == "x:alpha2"
    assert resolve("Alpha, x:north", places).id == "x:alpha"
    with pytest.raises(AmbiguousPlace):
        resolve("Alpha, Land", places)


def test_of_names_that_fold_to_the_same_the_very_spelling_is_meant() -> None:
    """And where none is spelled so, it may be either."""
    places = book(*({"id": f"x:{one}", "name": f"Sakko {one}", "kind": "village"} for one in "iI"))
    assert [resolve(f"Sakko {one}", places).id for one in "Ii"] == ["x:I", "x:i"]
    with pytest.raises(AmbiguousPlace) as caught:
        resolve("SAKKO I", places)
    assert [one.id for one in caught.value.candidates] == ["x:I", "x:i"]


def test_a_near_spelling_is_suggested_and_never_taken() -> None:
    """One letter off is not the place; of many that are near, five are told."""
    with pytest.raises(UnknownPlace) as caught:
        resolve("Alpa", book())
    assert [one.name for one in caught.value.suggestions] == ["Alpha"]
    assert "near spellings: Alpha, North, Land (x:alpha)" in str(caught.value)
    many = book(*({"id": f"x:{n}", "name": "Omega", "kind": "town"} for n in range(7)))
    with pytest.raises(UnknownPlace) as caught:
        resolve("Omeg", many)
    assert [one.id for one in caught.value.suggestions] == [f"x:{n}" for n in range(5)]


@pytest.mark.parametrize(
    ("text", "found"),
    [("City", ["x:old", "x:new"]), ("city of old", ["x:old"]), ("NEW", ["x:new"])],
)
def test_whole_words_of_a_name_or_a_bare_id_suggest_the_place(text: str, found: list[str]) -> None:
    """Where nothing is spelled nearly so: who writes Donetsk may mean Donetsk Oblast."""
    old = {"id": "x:old", "name": "City of Old Harbour", "kind": "city"}
    places = book(old, {"id": "x:new", "name": "Newest City", "kind": "city"})
    with pytest.raises(UnknownPlace) as caught:
        resolve(text, places)
    assert [one.id for one in caught.value.suggestions] == found


def test_a_name_like_no_other_has_no_suggestion() -> None:
    """The message says what can be written."""
    with pytest.raises(UnknownPlace, match="give a name, an id") as caught:
        resolve("Qwertz", book())
    assert caught.value.suggestions == ()


@pytest.mark.parametrize("wrong", ["geonames:704423", "x:alphb", "GEONAMES:70442"])
def test_an_id_is_near_no_other(wrong: str) -> None:
    """A place of another number is another place, however alike the numbers are."""
    town = {"id": "x:town", "name": "Town", "kind": "town", "aliases": ["geonames:704422"]}
    with pytest.raises(UnknownPlace) as caught:
        resolve(wrong, book(town))
    assert caught.value.suggestions == ()


def test_a_known_name_under_the_wrong_parent_is_unknown() -> None:
    """Alpha lies in the north, and is told."""
    for wrong in ("Alpha, South", "Alpha, South, Land", "Alpha, Nowhere"):
        with pytest.raises(UnknownPlace) as caught:
            resolve(wrong, book())
        assert [one.id for one in caught.value.suggestions] == ["x:alpha"]


def test_the_path_of_a_candidate_is_a_name() -> None:
    """As errors and listings write it, the nearest place above first; none may be wrong."""
    places = book({"id": "x:alpha2", "name": "Alpha", "kind": "town", "parent": "x:south"})
    assert resolve("Alpha, North, Land", places).id == "x:alpha"
    assert resolve("alpha,South , Land", places).id == "x:alpha2"
    with pytest.raises(AmbiguousPlace):
        resolve("Alpha, Land", places)
    with pytest.raises(UnknownPlace):
        resolve("Alpha" + ", Land" * 100_000, places)


def test_the_path_runs_from_the_outermost_place_down() -> None:
    """Along the parents as valid at the cut."""
    places = book()
    assert path("x:alpha", places) == ["Land", "North", "Alpha"]
    assert path("x:gamma", places, micros("2025-10-19")) == ["Land", "North", "Gamma"]
    assert path("x:gamma", places, micros("2025-10-20")) == ["Land", "South", "Gamma"]
    assert path("x:nowhere", places) == ["x:nowhere"]
    assert str(place_name("x:nowhere", places)) == "x:nowhere (x:nowhere)"


def test_parents_hold_for_the_days_stated_both_included() -> None:
    """To October 19 in the north, from the 20th in the south; never in both or in none."""
    places = book({"id": "x:mill", "name": "Mill", "kind": "village", "parent": "x:gamma"})
    shown = {
        day: above_all("x:gamma", places, micros(f"2025-10-{day}")) for day in (18, 19, 20, 21)
    }
    for day, upper in shown.items():
        assert above_all("x:mill", places, micros(f"2025-10-{day}")) == ["x:gamma", *upper]
    north, south = ["x:north", "x:land", "x:both"], ["x:south", "x:land", "x:both"]
    assert {day: sorted(one) for day, one in shown.items()} == {
        18: sorted(north),
        19: sorted(north),
        20: sorted(south),
        21: sorted(south),
    }


def test_a_dated_parent_goes_before_an_undated_one() -> None:
    """Before the reform a town lay straight below its oblast."""
    town = {"id": "x:t", "name": "T", "kind": "town", "parent": "x:north",
            "parents": [{"id": "x:south", "from": "2025-10-20"}]}  # fmt: skip
    assert path("x:t", book(town), micros("2025-10-19")) == ["Land", "North", "T"]
    assert path("x:t", book(town), micros("2025-10-20")) == ["Land", "South", "T"]


def test_the_first_level_unit_of_a_place_is_the_nearest_that_is_stated() -> None:
    """By its name or by its code alone; that of a place above another unit does not count."""
    where = {"kind": "village", "parent": "x:unit"}
    places = book(
        {"id": "x:top", "name": "Top", "kind": "country", "admin1": "Top", "iso_3166_2": "UA-01"},
        {"id": "x:unit", "name": "Unit", "kind": "oblast", "parent": "x:top",
         "iso_3166_2": "UA-14"},
        {"id": "x:in", "name": "In", **where},
        {"id": "x:own", "name": "Own", **where, "admin1": "Own Oblast"},
    )  # fmt: skip
    units = {
        one: (found.admin1, found.iso_3166_2)
        for one in ("x:in", "x:own", "x:alpha")
        if (found := in_unit(one, places))
    }
    assert units == {
        "x:in": (None, "UA-14"),
        "x:own": ("Own Oblast", None),
        "x:alpha": (None, None),
    }


def test_what_lies_below_is_what_says_so_and_the_members() -> None:
    """A group has members; a region has those that name it as parent at the cut."""
    places = book()
    assert below("x:both", places) == ["x:north", "x:south"]
    assert below("x:north", places, micros("2025-10-19")) == ["x:alpha", "x:beta", "x:gamma"]
    assert below("x:north", places, V) == ["x:alpha", "x:beta"]
    assert below("x:nowhere", places) == []


def test_the_lowest_named_places_come_each_once() -> None:
    """By way of the group and of the land alike."""
    places = book()
    named = {"x:alpha", "x:gamma", "x:north"}
    assert lowest("x:land", places, named, V) == ["x:alpha", "x:gamma"]
    assert lowest("x:both", places, named, V) == ["x:alpha", "x:gamma"]


def test_a_region_is_lowest_where_nothing_below_it_is_named() -> None:
    """The south, of whose towns nobody speaks; and no place is below itself."""
    assert lowest("x:land", book(), {"x:south", "x:alpha"}, V) == ["x:alpha", "x:south"]
    assert lowest("x:south", book(), {"x:south"}, V) == []


def test_places_may_lie_thousands_deep() -> None:
    """Each inside the one before; the last is the lowest."""
    places = PlaceBook()
    for number in range(5_000):
        above = {"parent": f"x:{number - 1}"} if number else {}
        places.add(place_of({"id": f"x:{number}", "name": f"P{number}", "kind": "region"} | above))
    assert lowest("x:0", places, {"x:7", "x:4999"}, V) == ["x:4999"]


def test_a_site_is_no_lowest_place() -> None:
    """The station is a landmark of Alpha."""
    assert lowest("x:north", book(), {"x:station", "x:alpha"}, V) == ["x:alpha"]
    assert lowest("x:north", book(), {"x:station"}, V) == []


def test_places_that_lie_in_each_other_end_nowhere() -> None:
    """A slip in the definitions gives an answer all the same."""
    places = PlaceBook(
        place_of({"id": one, "name": one, "kind": "region", "parent": other})
        for one, other in (("x:a", "x:b"), ("x:b", "x:a"))
    )
    assert path("x:a", places) == ["x:b", "x:a"]
    assert in_unit("x:a", places) == places.get("x:a")
    assert above_all("x:a", places) == ["x:b"]
    assert lowest("x:a", places, {"x:a", "x:b"}, V) == ["x:b"]


def test_a_redefinition_replaces_names_parents_and_members() -> None:
    """What a place no longer is called, and no longer holds, is forgotten."""
    places = book()
    places.add(place_of({"id": "x:alpha", "name": "Omega", "kind": "city", "parent": "x:south"}))
    places.add(place_of({"id": "x:both", "name": "Both", "kind": "region", "members": ["x:north"]}))
    with pytest.raises(UnknownPlace):
        resolve("Alpha", places)
    assert resolve("omega", places).id == "x:alpha"
    assert "x:alpha" not in below("x:north", places)
    assert below("x:both", places) == ["x:north"]
    assert above_all("x:south", places) == ["x:land"]


def test_what_the_log_says_of_a_place_hides_what_is_shipped() -> None:
    """The user's own Pokrovsk is found; its names are the user's."""
    shipped = shipped_places()
    mine = place_of({"id": "geonames:704422", "name": "Mine", "kind": "city"})
    assert Gazetteer([mine], shipped).find("geonames:704422").name == "Mine"
    assert Gazetteer([], shipped).find("Красноармейск").id == "geonames:704422"


def test_all_above_a_shipped_place_goes_with_it_into_the_log() -> None:
    """So that a log answers by itself: parents first, then the place, each once."""
    gazetteer = Gazetteer([], shipped_places())
    ids = [place for place, _ in gazetteer.missing("geonames:704422")]
    assert ids[-1] == "geonames:704422"
    assert {"iso:UA", "iso:UA-14", "region:donbas"} <= set(ids)
    assert len(set(ids)) == len(ids)
    assert list(gazetteer.missing("geonames:704422")) == []
    assert list(gazetteer.missing("x:nowhere")) == []


def test_a_definition_brings_the_shipped_places_above_it() -> None:
    """A hamlet of one's own, in an oblast that the program ships."""
    from events.place import PlaceDefinition

    hamlet = PlaceDefinition.model_validate(
        {"id": "local:h", "name": "Hamlet", "kind": "village", "parent": "iso:UA-14"}
    )
    gazetteer = Gazetteer([], shipped_places())
    ids = [place for place, _ in gazetteer.define(hamlet)]
    assert ids[-1] == "local:h"
    assert "iso:UA-14" in ids
    assert gazetteer.find("Hamlet, Donetsk Oblast").id == "local:h"


def test_a_place_is_seen_as_it_is_defined_at_the_cut() -> None:
    """Renamed in December, it bears its old name in what was recorded in November."""
    story = given(clash("gs", "2025-10-25")).later("2025-12-01")
    story.redefined(id="x:alpha", name="Omega", kind="city", parent="x:south", aliases=["Alpha"])
    then = story.known("x:alpha", on="2025-10-25", recorded="2025-11-30").situation.place
    now = story.known("x:alpha", on="2025-10-25").situation.place
    assert (then.name, then.path) == ("Alpha", ["Land", "North", "Alpha"])
    assert (now.name, now.path) == ("Omega", ["Land", "South", "Omega"])


def test_what_a_group_is_made_up_of_no_more_sees_nothing_of_it() -> None:
    """The south was a part of Both, and what is said of Both was said of the place above it."""
    story = given(clash("gs", "2025-10-25", place="Both"))
    assert story.known("South", on="2025-10-25").context() == {"gs": "certain"}
    story.redefined(id="x:both", name="Both", kind="region", members=["x:north"])
    assert story.known("South", on="2025-10-25").context() == {}
    assert story.known("North", on="2025-10-25").context() == {"gs": "certain"}


def test_a_definition_says_where_a_place_lies() -> None:
    """Coordinates come with the answer."""
    where = {"id": "x:p", "name": "P", "kind": "town", "lat": 48.28, "lon": 37.18}
    place = given(places=[*PLACES, where]).known("P", on="2025-10-25").situation.place
    assert (place.lat, place.lon, place.kind) == (48.28, 37.18, "town")


def test_a_parent_that_nothing_defines_has_its_id_for_a_name() -> None:
    """Nothing is made up about it."""
    story = given(places=[{"id": "x:q", "name": "Q", "kind": "town", "parent": "x:gone"}])
    assert story.known("Q", on="2025-10-25").situation.place.path == ["x:gone", "Q"]
