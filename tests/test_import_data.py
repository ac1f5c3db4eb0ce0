"""Data sets as they are published, through the profiles that come with the program."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from command import NIGER, typed_on
from left import left
from shared_data import shared_data

from timeline import Timeline, open_timeline
from timeline.imports.loading import profile_names
from timeline.imports.run import Imported, Options

ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,tags,timestamp"
)


def imported(
    tmp_path: Path, profile: str, *files: Path, **options: Any
) -> tuple[Timeline, Imported]:
    """A store with these files."""
    timeline = left(Timeline(tmp_path / "timeline.db", create=True))
    result = timeline.import_data(profile, *files, options=Options(**options))
    return timeline, result


def imported_lines(tmp_path: Path, profile: str, *lines: str) -> Timeline:
    """A store with this table, of which every row is good."""
    table = tmp_path / "table.csv"
    table.write_text("\n".join(lines) + "\n")
    timeline, result = imported(tmp_path, profile, table)
    assert not result.troubles, list(map(str, result.troubles.shown))
    return timeline


def reports(timeline: Timeline) -> list[dict[str, Any]]:
    """Every version of every report, as it was filed."""
    return [
        {"id": entry.key, "topic": entry.topic, **json.loads(entry.content)}
        for batch in timeline.log.rows()
        for entry in batch
        if entry.report is not None
    ]


def test_each_profile_reads_and_says_what_it_is() -> None:
    """What comes with the program, each with a sentence and the credit that its data asks for."""
    from timeline.imports.loading import load_profile

    assert profile_names() == [
        "acled", "air-alerts", "csv", "geojson", "losses", "timemap", "ua-territories",
        "ucdp-ged", "viina", "wiki-control",
    ]  # fmt: skip
    for name in profile_names():
        profile = load_profile(name)
        assert profile.about
        assert profile.credit or not profile.prefix


@pytest.mark.parametrize("columns", [49, 41])
def test_ucdp_sums_per_country_and_year_are_those_of_the_file(tmp_path: Path, columns: int) -> None:
    """1,000 events in; low, best and high, to the last person, as DuckDB sums the file itself."""
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    file = shared_data("ucdp/ucdp_ged_v23_sample1000.csv")
    if columns == 41:
        file = older(file, tmp_path / "older.csv")
    timeline, result = imported(tmp_path, "ucdp-ged", file)
    assert (result.filed, result.troubles.count) == (1_000, 0)
    with file.open(encoding="utf-8") as opened:
        by_id = {f"ucdp-ged:{float(row['id']):.0f}": row for row in csv.DictReader(opened)}
    sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for report in reports(timeline):
        row, deaths = by_id[report["id"]], report["value"]["deaths"]
        for i, name in enumerate(("low", "best", "high")):
            sums[row["country"], int(float(row["year"]))][i] += deaths[name]
    table = duckdb.read_csv(str(file), quotechar='"')
    wanted = table.aggregate(
        "country, year::int, sum(low), sum(best), sum(high)", "country, year"
    ).fetchall()
    assert dict(sums) == {(country, year): list(rest) for country, year, *rest in wanted}


def older(file: Path, path: Path) -> Path:
    """The same events in the columns of an older edition."""
    dropped = {"dyad_dset_id", "conflict_dset_id", "side_a_dset_id", "side_b_dset_id", "gwnoa",
               "gwnob", "code_status", "relid"}  # fmt: skip
    with file.open(encoding="utf-8") as opened, path.open("w", encoding="utf-8") as out:
        rows = csv.DictReader(opened)
        kept = [name for name in rows.fieldnames or () if name not in dropped]
        assert len(kept) == 41
        writer = csv.DictWriter(out, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_ucdp_event_is_known_since_its_first_source(tmp_path: Path) -> None:
    """And lies within its days, near a point, in its country."""
    timeline, _ = imported(tmp_path, "ucdp-ged", shared_data("ucdp/ucdp_ged_v23_sample1000.csv"))
    report = next(one for one in reports(timeline) if one["id"] == "ucdp-ged:300380")
    assert report["reported"]["text"] == "2013-01-03"
    assert report["happened"]["text"] == "2013-01-03/2013-01-03"
    assert report["value"]["sides"] == ["Government of Syria", "Syrian insurgents"]
    place = timeline.known("Rami village", "2013-01-04").place
    assert place.path[0] == "Syria"


UCDP = (
    "id,year,type_of_violence,date_start,date_end,source_date,where_prec,where_coordinates,adm_1,"
    "latitude,longitude,country,side_a,side_b,low,best,high"
)


def events(tmp_path: Path, *rows: str) -> Timeline:
    """A store with these events of UCDP."""
    rest = "Government of Russia,Government of Ukraine,1,1,1"
    return imported_lines(tmp_path, "ucdp-ged", UCDP, *(f"{row},{rest}" for row in rows))


def test_a_source_dated_before_the_event_did_not_tell_of_it(tmp_path: Path) -> None:
    """The first that could is taken; where none could, the end of the year after."""
    where = "1,Donetsk town,Donetsk oblast,48.02,37.8,Ukraine"
    timeline = events(
        tmp_path,
        f"1,2022,1,2022-10-23,2022-10-24,2022-03-24,{where}",
        f"2,2022,1,2022-10-23,2022-10-24,2022-11-02;2022-10-25;2022-03-24,{where}",
        f"3,2022,1,2022-10-23,2022-10-24,2022-10-23,{where}",
    )
    told = {one["id"]: one["reported"]["text"] for one in reports(timeline)}
    assert told == {
        "ucdp-ged:1": "../2023", "ucdp-ged:2": "2022-10-25", "ucdp-ged:3": "2022-10-23",
    }  # fmt: skip
    assert timeline.known("Donetsk", "2022-03-24").claims == []


@pytest.mark.parametrize(
    ("dates", "wrong"),
    [
        ("2022-10-24,unknown;2022-10-25", "source_date: 'unknown' is not a date"),
        ("2022-10-24,2022-10-25;2022-13-45", "source_date: '2022-13-45' is not in the calendar"),
        ("soon,2022-10-25", "date_end: 'soon' is not a date"),
    ],
)
def test_a_date_of_ucdp_that_cannot_be_read_is_told(tmp_path: Path, dates: str, wrong: str) -> None:
    """Left out, the event would be known a year later, or over sooner; good rows are filed."""
    where = "1,Donetsk town,Donetsk oblast,48.02,37.8,Ukraine"
    rest = "Government of Russia,Government of Ukraine,1,1,1"
    good = "2022-10-24,2022-10-25"
    rows = (f"{n},2022,1,2022-10-23,{one},{where},{rest}" for n, one in enumerate((good, dates)))
    table = tmp_path / "table.csv"
    table.write_text("\n".join((UCDP, *rows)) + "\n")
    timeline, result = imported(tmp_path, "ucdp-ged", table, keep_going=True)
    [trouble] = map(str, result.troubles.shown)
    assert f"table.csv:3: {wrong}; write e.g. 2022-03-15" in trouble
    assert [one["id"] for one in reports(timeline)] == ["ucdp-ged:0"]


def test_a_town_of_ucdp_is_the_town_of_that_name_near_its_point(tmp_path: Path) -> None:
    """The word behind the name is UCDP's; without a place there, or with two, it is left alone."""
    day = "2022,1,2022-10-23,2022-10-23,2022-10-24"
    places = tmp_path / "places.yaml"
    at = "kind: village, parent: iso:UA-14, lat: 48.5"
    places.write_text(
        "places:\n"
        f"  - {{id: 'x:1', name: Twinville, {at}, lon: 37.5}}\n"
        f"  - {{id: 'x:2', name: Twinville, {at}, lon: 37.6}}\n"
    )
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.add(places)
    timeline = events(
        tmp_path,
        f"1,{day},1,Donetsk town,,48.02,37.8,Ukraine",
        f"2,{day},1,Donetsk town,,50.02,30.8,Ukraine",
        f"3,{day},1,Twinville village,,48.5,37.55,Ukraine",
    )
    ids = [one["place"]["id"] for one in sorted(reports(timeline), key=lambda one: one["id"])]
    assert ids[0] == timeline.known("Donetsk", "2022-10-24").place.id
    assert ids[1:] == [
        "local:donetsk_town@50.0200,30.8000", "local:twinville_village@48.5000,37.5500",
    ]  # fmt: skip


def test_a_country_of_ucdp_is_the_country_of_its_present_name(tmp_path: Path) -> None:
    """Not a region of that name; what lay in a former country keeps its name."""
    places = tmp_path / "places.yaml"
    places.write_text(
        NIGER + "  - {id: 'x:cd', name: Democratic Republic of the Congo, kind: country}\n"
        "  - {id: 'x:ru', name: Russia, kind: country}\n"
    )
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.add(places)
    day = "1,2022-10-23,2022-10-23,2022-10-24,6,,,18,15"
    timeline = events(
        tmp_path,
        f"1,2022,{day},Niger",
        f"2,2022,{day},DR Congo (Zaire)",
        f"3,1992,{day},Russia (Soviet Union)",
        f"4,1991.0,{day},Russia (Soviet Union)",
    )
    ids = [one["place"]["id"] for one in sorted(reports(timeline), key=lambda one: one["id"])]
    assert ids == ["x:ne", "x:cd", "x:ru", "local:russia_(soviet_union)"]


def test_a_province_of_ucdp_is_the_one_of_its_name_without_that_word(tmp_path: Path) -> None:
    """In the country that the row names, where it is one place; else it is made as it is called."""
    places = tmp_path / "places.yaml"
    region, city = "kind: region, parent: 'x:af'", "kind: city, parent: 'x:kd'"
    places.write_text(
        "places:\n"
        "  - {id: 'x:af', name: Afghanistan, kind: country}\n"
        "  - {id: 'x:ps', name: Palestinian Territory, kind: country}\n"
        "  - {id: 'x:gaza', name: Gaza Strip, kind: region, parent: 'x:ps'}\n"
        "  - {id: 'x:il', name: Israel, kind: country}\n"
        "  - {id: 'x:far', name: Ghazni, kind: region, parent: 'x:il'}\n"
        f"  - {{id: 'x:kd', name: Kandahar, {region}}}\n"
        f"  - {{id: 'x:kdc', name: Kandahar, {city}}}\n"
        f"  - {{id: 'x:own', name: Own province, {region}}}\n"
        f"  - {{id: 'x:two', name: Own, {region}}}\n"
    )
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.add(places)
    day = "2022,1,2022-10-23,2022-10-23,2022-10-24,4,"
    timeline = events(
        tmp_path,
        f"1,{day},Kandahar province,31,65,Afghanistan",
        f"2,{day},Own province,31,65,Afghanistan",
        f"3,{day},Ghazni province,33,68,Afghanistan",
        f"4,{day},Gaza Strip,31.5,34.4,Israel",
        f"5,{day},Kandahar district,31,65,",
    )
    ids = [one["place"]["id"] for one in sorted(reports(timeline), key=lambda one: one["id"])]
    assert ids[:4] == ["x:kd", "x:own", "local:ghazni_province@x:af", "x:gaza"]
    assert ids[4].startswith("local:")


def test_a_place_of_ucdp_lies_in_its_province(tmp_path: Path) -> None:
    """The province counts it; an event of the country is one of the country, once."""
    day = "2022,1,2022-10-23,2022-10-23,2022-10-24"
    timeline = events(
        tmp_path,
        f"1,{day},2,Donetsk International airport,Donetsk oblast,48.075,37.7256,Ukraine",
        f"2,{day},4,,Donetsk oblast,48.1,37.7,Ukraine",
        f"3,{day},6,,,49,32,Ukraine",
        f"4,{day},5,,,18,15,Chad",
        f"5,{day},4,,Kyiv city,50.45,30.52,Ukraine",
    )
    ids = [one["place"]["id"] for one in sorted(reports(timeline), key=lambda one: one["id"])]
    airport = "local:donetsk_international_airport@48.0750,37.7256"
    assert ids == [airport, "iso:UA-14", "iso:UA", "local:chad", "iso:UA-30"]
    assert timeline.known(airport, "2022-10-24").place.path[:2] == ["Ukraine", "Donetsk Oblast"]
    rollup = timeline.known("Donetsk Oblast", "2022-10-24").rollup
    assert rollup is not None
    assert rollup.places == 1


def test_a_town_is_the_same_where_its_province_was_made_by_an_import_before(tmp_path: Path) -> None:
    """What no gazetteer has is in the log by then, and knows no town that lies in it."""
    day = "2022,1,2022-10-23,2022-10-23,2022-10-24"
    timeline = events(tmp_path, f"1,{day},1,Pokrovsk town,Far province,48.28,37.18,Ukraine")
    again = timeline.import_data("ucdp-ged", tmp_path / "table.csv")
    assert (again.filed, again.known, again.troubles.count) == (0, 1, 0)
    assert [one["place"]["id"] for one in reports(timeline)] == ["geonames:704422"]


def test_an_alert_is_known_from_its_start_and_its_end_from_its_end(tmp_path: Path) -> None:
    """While it lasts nobody knows when it will be over."""
    table = tmp_path / "alerts.csv"
    with gzip.open(shared_data("air_alerts/official_data_en_2024-04-23.csv.gz"), "rt") as file:
        table.write_text("".join(line for line, _ in zip(file, range(21), strict=False)))
    timeline, result = imported(tmp_path, "air-alerts", table)
    assert (result.rows, result.filed, result.corrected) == (20, 20, 20)
    (during,) = timeline.known("Zhytomyrska oblast", "2022-03-15T16:30Z").claims
    assert (during.valid_to, during.ended) == (None, False)
    (after,) = timeline.known("Zhytomyrska oblast", "2022-03-15T17:00Z").claims
    assert (after.valid_to, after.ended) == ("2022-03-15T16:54:24Z", True)


def test_an_alert_whose_end_was_corrected_to_an_earlier_one_is_told(tmp_path: Path) -> None:
    """Each end is known from itself on, so that the later one shows; a snapshot says since when."""
    table, store = tmp_path / "alerts.csv", tmp_path / "timeline.db"
    begun = "oblast,raion,hromada,started_at,finished_at\nAlfska oblast,,,2022-03-15 16:10:34+00:00"
    note = (
        "note: another version was told later, and is what shows, of "
        "air-alerts:Alfska oblast/2022-03-15T16:10:34Z; --snapshot files what the data set says now"
    )
    for end, told in (("17:20", False), ("17:20", False), ("17:30", False), ("17:10", True)):
        table.write_text(f"{begun},2022-03-15 {end}:00+00:00\n")
        said = typed_on(store, "import", "air-alerts", str(table)).stderr
        assert (note in said.splitlines()) is told
    snapshot = ["--snapshot", "--reported", "2022-03-16"]
    assert note not in typed_on(store, "import", "air-alerts", str(table), *snapshot).stderr
    with open_timeline(store) as timeline:
        (alert,) = timeline.known("Alfska oblast", "2022-03-16").claims
    assert alert.valid_to == "2022-03-15T17:10:01Z"


def test_an_alert_lies_in_ukraine_and_that_of_its_capital_in_kyiv(tmp_path: Path) -> None:
    """Also where no gazetteer has the oblast; a city named with its hromada is that hromada."""
    table = tmp_path / "alerts.csv"
    when = "2022-03-15 16:10:34+00:00,2022-03-15 16:50:07+00:00"
    rows = [f"Kyiv City,,,{when}", f"Alfska oblast,Betskyi raion,m. Gama ta Gamska hromada,{when}"]
    table.write_text("\n".join(["oblast,raion,hromada,started_at,finished_at", *rows]) + "\n")
    timeline, _ = imported(tmp_path, "air-alerts", table)
    assert len(timeline.known("iso:UA-30", "2022-03-15").claims) == 1
    place = timeline.known("Gamska hromada", "2022-03-15").place
    assert place.path == ["Ukraine", "Alfska oblast", "Betskyi raion", "Gamska hromada"]


def test_an_oblast_in_the_column_of_raions_makes_no_raion_of_its_name(tmp_path: Path) -> None:
    """One row of the data set is so; who asked for the oblast was told of that raion."""
    when = "2022-03-15 16:10:34+00:00,2022-03-15 16:50:07+00:00"
    timeline = imported_lines(
        tmp_path,
        "air-alerts",
        "oblast,raion,hromada,started_at,finished_at",
        f"Poltavska oblast,,,{when}",
        f"Lubenskyi raion,Poltavska oblast,Hrebinkivska terytorialna hromada,{when}",
    )
    assert len(timeline.known("Poltavska oblast", "2022-03-15").claims) == 1
    place = timeline.known("Hrebinkivska terytorialna hromada", "2022-03-15").place
    assert place.path[1:3] == ["Poltavska oblast", "Lubenskyi raion"]


def test_territories_are_intervals_known_from_the_order(tmp_path: Path) -> None:
    """Occupied is control; hostilities are the list's own words; nothing is known before it."""
    file = shared_data("ua_territories/ua_territories_2025-05-07.csv")
    timeline, result = imported(tmp_path, "ua-territories", file)
    assert (result.filed, result.troubles.count) == (3_191, 0)
    found = reports(timeline)
    occupied = [one for one in found if one["kind"] == "control_assessment"]
    assert len(occupied) == 1_526
    assert {one["happened"]["reading"] for one in found} == {"during"}
    assert {one["reported"]["text"] for one in found} == {"2025-02-28", "2025-05-07"}
    assert sum(one["reported"]["text"] == "2025-05-07" for one in found) == 12
    one = occupied[0]["place"]["id"]
    before, after = (
        timeline.known(one, "2025-01-01", known=day) for day in ("2025-02-27", "2025-02-28")
    )
    assert (before.claims, after.claims[0].value["shares"]) == (
        [],
        [{"status": "held", "by": "ru"}],
    )


def territories(tmp_path: Path, *rows: str) -> Timeline:
    """A store with these rows of the official list."""
    header = "katottg,name_uk,status,valid_from,valid_to"
    return imported_lines(tmp_path, "ua-territories", header, *rows)


def test_what_is_listed_but_for_some_settlements_is_a_part(tmp_path: Path) -> None:
    """Nothing is said of the whole, and the answer has the words that name the exceptions."""
    words = "Альфський район за винятком с. Бета, м. Гамма"
    timeline = territories(
        tmp_path,
        f'UA99010000000000001,"{words}",occupied,2022-03-05,',
        f'UA99010000000000001,"{words}",active_hostilities,2022-02-24,2022-03-04',
        "UA99010000000000002,частина м. Дельта (Дельта – 5),occupied,2022-03-05,",
        "UA99010000000000003,с. Епсилон,occupied,2022-03-05,",
    )
    places = [f"katottg:UA9901000000000000{i}" for i in (1, 2, 3)]
    held = [timeline.known(one, "2025-03-01", facet="control").claims[0] for one in places]
    part = [{"status": "held", "by": "ru"}, {"status": "not_stated"}]
    assert [one.value["shares"] for one in held] == [part, part, part[:1]]
    assert held[0].value["as_reported"] == f"temporarily occupied, in part: {words}"
    assert held[2].value["as_reported"] == "temporarily occupied"
    assert timeline.known(places[0], "2025-03-01").place.name == "Альфський район"
    (fighting,) = timeline.known(places[0], "2025-03-01", facet="statements").claims
    assert fighting.value["proposition"] == f"Territory of active hostilities, in part: {words}"


def test_viina_keeps_its_three_editions(tmp_path: Path) -> None:
    """Two layouts of columns, one profile; the outlet speaks, VIINA publishes."""
    files = [shared_data(f"viina/VIINA_{year}_REBUILD.csv") for year in (2022, 2023, 2024)]
    timeline, result = imported(tmp_path, "viina", *files)
    assert (result.filed, result.troubles.count) == (3_253, 0)
    found = reports(timeline)
    assert {one["kind"] for one in found} == {"air_strike", "drone_activity", "statement"}
    first = next(one for one in found if one["id"] == "viina:20220224:106315")
    assert [said["party"] for said in first["chain"]] == ["unian", "viina"]
    assert first["place"] == {"id": "geonames:699942", "name": "Nizhyn"}


VIINA = (
    "event_id_1pd,date,sources_matching,target_classes,attack_terms,geonameid,asciiname,longitude,"
    "latitude,representative_text"
)


def news(tmp_path: Path, *rows: str) -> Timeline:
    """A store with these rows of VIINA."""
    table = tmp_path / "viina.csv"
    table.write_text("\n".join([VIINA, *rows]) + "\n", encoding="utf-8")
    timeline, result = imported(tmp_path, "viina", table)
    assert not result.troubles, list(map(str, result.troubles.shown))
    return timeline


def test_news_of_an_outlet_is_of_its_day(tmp_path: Path) -> None:
    """All of one day, and none of it current two years later; the older is in the history."""
    timeline = news(
        tmp_path,
        "11,20230105,ria,,удар,7770001,Alphaville,20,10,Удар по складу",
        "12,20230105,ria,,взрыв,7770001,Alphaville,20,10,Взрыв на складе",
        "13,20230309,ria,,взрыв,7770001,Alphaville,20,10,Взрыв",
    )
    then = timeline.known("geonames:7770001", "2023-01-05").claims
    assert {one.value["proposition"] for one in then} == {"Удар по складу", "Взрыв на складе"}
    assert not any(one.ended for one in then)
    (later,) = timeline.known("geonames:7770001", "2025-01-05").claims
    assert (later.value["proposition"], later.ended) == ("Взрыв", True)
    change = timeline.diff("geonames:7770001", "2023-01-05", "2025-01-05")
    assert (len(change.replaced), change.withdrawn) == (2, [])


def test_a_place_of_no_gazetteer_lies_where_the_news_puts_it(tmp_path: Path) -> None:
    """In the oblast that VIINA names, else in the country that it is about."""
    table = tmp_path / "viina.csv"
    rows = ["11,20230105,ria,,удар,7770001,Alphaville,48.1,37.8,Удар,Donets'k"]
    rows.append("12,20230105,ria,,удар,7770002,Betatown,48.1,37.8,Удар,")
    rows.append("13,20230105,ria,,удар,7770003,Obolon,30.5,50.5,Удар,Kiev City")
    rows.append("14,20230105,ria,,удар,7770004,Liubymivka,33.5,44.7,Удар,Sevastopol'")
    table.write_text("\n".join([f"{VIINA},ADM1_NAME", *rows]) + "\n", encoding="utf-8")
    timeline, _ = imported(tmp_path, "viina", table)
    paths = [timeline.known(f"geonames:777000{i}", "2023-01-05").place.path for i in (1, 2, 3, 4)]
    assert paths == [
        ["Ukraine", "Donetsk Oblast", "Alphaville"],
        ["Ukraine", "Betatown"],
        ["Ukraine", "Kyiv", "Obolon"],
        ["Ukraine", "Sevastopol", "Liubymivka"],
    ]
    exported(timeline.path, "reports", tmp_path / "all.jsonl", "--region", "Ukraine")
    exported(timeline.path, "reports", tmp_path / "east.jsonl", "--region", "Donetsk Oblast")
    counts = [(tmp_path / f"{name}.jsonl").read_text().count("\n") for name in ("all", "east")]
    assert counts == [4, 1]


def test_a_place_with_an_id_is_one_however_it_is_spelled(tmp_path: Path) -> None:
    """Another spelling of it does not make another id."""
    timeline = territories(
        tmp_path,
        "UA99010000000000003,с. Епсилон,occupied,2022-03-05,",
        "UA99010000000000003,c. Епсилон,possible_hostilities,2022-02-24,2022-03-04",
    )
    assert {one["place"]["id"] for one in reports(timeline)} == {"katottg:UA99010000000000003"}


def test_every_outlet_that_told_of_an_event_is_in_the_chain(tmp_path: Path) -> None:
    """As VIINA lists them, and VIINA last; alone where it names none."""
    timeline = news(
        tmp_path,
        "11,20230105,forbesua|mz,,ракет,7770001,Alphaville,20,10,Ракета",
        "12,20230105,,,ракет,7770001,Alphaville,20,10,Ракета",
    )
    chains = {
        one.report: [said["party"] for said in one.chain]
        for one in timeline.known("geonames:7770001", "2023-01-05").claims
    }
    assert chains == {
        "viina:20230105:11": ["forbesua", "mz", "viina"],
        "viina:20230105:12": ["viina"],
    }


def test_an_oblast_of_acled_is_not_the_city_that_it_is_called_by(tmp_path: Path) -> None:
    """Its towns are found in it, and an event of all of it is not one of the city."""
    common = dict.fromkeys(ACLED.split(","), "") | {
        "event_date": "2024-03-05", "event_type": "Battles", "sub_event_type": "Armed clash",
        "country": "Ukraine", "timestamp": "1709700000", "geo_precision": "1",
    }  # fmt: skip
    where = [
        ("Donetsk", "Avdiivka", "48.14", "37.75", "1"),
        ("Donetsk", "Donetsk", "48.0", "37.8", "3"),
        ("Kyiv", "Irpin", "50.52", "30.25", "3"),
        ("Kyiv City", "Kyiv", "50.45", "30.52", "3"),
        ("Crimea", "Simferopol", "44.95", "34.1", "3"),
        ("Zaporizhia", "Orikhiv", "47.57", "35.78", "3"),
        ("Kyiv City", "Kyiv", "50.45", "30.52", "1"),
        ("Donetsk", "Donetsk", "48.0", "37.8", "1"),
    ]
    path = tmp_path / "acled.csv"
    with path.open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ACLED.split(","))
        writer.writeheader()
        for i, (admin1, location, lat, lon, precision) in enumerate(where):
            row = {"event_id_cnty": f"UKR{i}", "admin1": admin1, "location": location}
            at = {"latitude": lat, "longitude": lon, "geo_precision": precision}
            writer.writerow(common | row | at)
    timeline, result = imported(tmp_path, "acled", path)
    assert not result.troubles, list(map(str, result.troubles.shown))
    assert [one["place"]["id"] for one in sorted(reports(timeline), key=lambda one: one["id"])] == [
        "geonames:713122", "iso:UA-14", "iso:UA-32", "iso:UA-30", "iso:UA-43", "iso:UA-23",
        "iso:UA-30", "geonames:709717",
    ]  # fmt: skip


def test_acled_rows_become_the_kinds_they_are(tmp_path: Path) -> None:
    """31 columns: kind by sub-event, precision of time and place, known from the timestamp."""
    russia, ukraine = "Military Forces of Russia", "Military Forces of Ukraine"
    common = {"country": "Ukraine", "admin1": "Kyiv", "location": "Irpin", "latitude": "50.52"}
    common |= {"longitude": "30.25", "fatalities": "0", "timestamp": "1647299999"}
    common |= {"event_date": "2022-03-05", "time_precision": "1", "geo_precision": "1"}
    rows = [
        common
        | {"event_id_cnty": "UKR1", "event_type": "Battles", "sub_event_type": "Armed clash"}
        | {"actor1": russia, "actor2": ukraine, "fatalities": "12", "notes": "Near, the bridge."},
        common
        | {"event_id_cnty": "UKR2", "event_type": "Explosions/Remote violence"}
        | {"sub_event_type": "Air/drone strike", "actor1": russia, "notes": "A strike."}
        | {"event_date": "05 March 2022", "time_precision": "2", "geo_precision": "2"},
        common
        | {"event_id_cnty": "UKR3", "event_type": "Strategic developments", "notes": "Talks."}
        | {"sub_event_type": "Agreement", "time_precision": "3", "geo_precision": "3"},
        common
        | {"event_id_cnty": "UKR4", "event_type": "Protests", "notes": "A march."}
        | {"sub_event_type": "Peaceful protest", "actor1": "Protesters (Ukraine)"},
    ]
    path = tmp_path / "acled.csv"
    with path.open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ACLED.split(","))
        writer.writeheader()
        writer.writerows(rows)
    assert len(ACLED.split(",")) == 31
    timeline, result = imported(tmp_path, "acled", path)
    assert not result.troubles, list(map(str, result.troubles.shown))
    found = {one["id"]: one for one in reports(timeline)}
    kinds = [found[f"acled:UKR{i}"]["kind"] for i in range(1, 5)]
    assert kinds == ["clash", "air_strike", "statement", "unrest"]
    clash, strike, talks = (found[f"acled:UKR{i}"] for i in (1, 2, 3))
    assert clash["value"]["deaths"]["best"] == 12
    assert clash["value"]["sides"] == ["Military Forces of Russia", "Military Forces of Ukraine"]
    assert clash["reported"]["text"] == "2022-03-14T23:19:59Z"
    assert (strike["happened"]["text"], strike["place"]["relation"]) == ("2022-03-05~", "near")
    assert (talks["happened"]["text"], talks["place"]["name"]) == ("2022-03", "Kyiv Oblast")


@pytest.mark.parametrize(
    ("event", "actors", "victims", "means"),
    [
        (
            ("Protests", "Excessive force against protesters"),
            ("Protesters (Sudan)", "Police Forces of Sudan"),
            "Protesters (Sudan)",
            "Excessive force against protesters by Police Forces of Sudan",
        ),
        (
            ("Protests", "Protest with intervention"),
            ("Protesters (Sudan)", "Police Forces of Sudan"),
            None,
            "Protest with intervention by Protesters (Sudan); other actor: Police Forces of Sudan",
        ),
        (
            ("Riots", "Mob violence"),
            ("Rioters (Sudan)", "Civilians (Sudan)"),
            "Civilians (Sudan)",
            "Mob violence by Rioters (Sudan)",
        ),
        (
            ("Riots", "Violent demonstration"),
            ("Rioters (Sudan)", ""),
            None,
            "Violent demonstration by Rioters (Sudan)",
        ),
    ],
)
def test_protesters_of_acled_are_harmed_and_the_police_are_not(
    tmp_path: Path,
    event: tuple[str, str],
    actors: tuple[str, str],
    victims: str | None,
    means: str,
) -> None:
    """Its first actor of a protest are the protesters, also where they were shot at."""
    row = dict(zip(("event_type", "sub_event_type"), event, strict=True))
    row |= dict(zip(("actor1", "actor2"), actors, strict=True))
    row |= {"event_id_cnty": "SUD1", "event_date": "2022-03-05", "timestamp": "1647299999"}
    row |= {"country": "Sudan", "location": "Khartoum", "fatalities": "1"}
    timeline = imported_lines(
        tmp_path, "acled", ACLED, ",".join(row.get(name, "") for name in ACLED.split(","))
    )
    (found,) = reports(timeline)
    assert (found["value"].get("victims"), found["value"]["means"]) == (victims, means)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ({"time_precision": "9"}, "time_precision: '9' is not a value of the profile"),
        ({"geo_precision": "7"}, "geo_precision: '7' is not a value of the profile"),
        ({"fatalities": "-1"}, "fatalities: deaths: '-1' is below zero"),
        ({"latitude": "north"}, "geo_precision, latitude: 'north' is no position"),
        (
            {"event_type": "Battle", "sub_event_type": "Armed clashes"},
            "sub_event_type: 'Armed clashes' is not a value of the profile",
        ),
        ({"sub_event_type": ""}, "kind is missing"),
    ],
)
def test_a_wrong_cell_of_acled_is_told_with_its_column(
    tmp_path: Path, cell: dict[str, str], told: str
) -> None:
    """A code that is none of theirs says neither the day nor the place."""
    row = {"event_id_cnty": "UKR1", "event_type": "Battles", "sub_event_type": "Armed clash"}
    row |= {"country": "Ukraine", "admin1": "Kyiv", "location": "Irpin", "latitude": "50.52"}
    row |= {"longitude": "30.25", "fatalities": "0", "timestamp": "1647299999"}
    row |= {"event_date": "2022-03-05", "time_precision": "1", "geo_precision": "1"}
    path = tmp_path / "acled.csv"
    with path.open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ACLED.split(","))
        writer.writeheader()
        writer.writerow(row | cell)
    _, result = imported(tmp_path, "acled", path)
    assert [told in str(one) for one in result.troubles.shown] == [True]


def test_timemap_entries_are_harm_to_civilians_known_when_we_are_told(tmp_path: Path) -> None:
    """The file does not say when an entry was published, so that the user has to."""
    entry = {
        "id": "CIV0001",
        "date": "03/01/2022",
        "latitude": "49.99",
        "longitude": "36.23",
        "location": "Kharkiv, Freedom Square",
        "description": "A missile struck.",
        "sources": [{"id": "S1", "path": "https://example.org/1", "description": ""}],
        "filters": [
            {"key": "Type of area affected", "value": "Administrative"},
            {"key": "Type of area affected", "value": "Residential"},
        ],
    }
    path = tmp_path / "ukr-civharm.json"
    path.write_text(json.dumps([entry]))
    _, refused = imported(tmp_path, "timemap", path)
    assert "give `reported`, when" in str(refused.troubles.shown[0])
    timeline, result = imported(tmp_path, "timemap", path, reported="2022-03-20")
    assert result.filed == 1
    assert result.absent == ("filters.Weapon System", "published")  # `sources` is there, in parts
    (report,) = reports(timeline)
    assert (report["kind"], report["happened"]["text"]) == ("civilian_harm", "2022-03-01")
    assert report["value"]["asset"] == "Administrative;Residential"
    assert report["source"]["url"] == "https://example.org/1"


def test_a_table_of_our_own_columns_comes_back_as_the_same_reports(tmp_path: Path) -> None:
    """Ids, values, chains and places of an export of reports, through CSV."""
    with Timeline(tmp_path / "first.db", create=True) as first:
        first.add("seeds/places.yaml", "seeds/parties.yaml", "seeds/2025-10-27-pokrovsk.yaml")
        path = tmp_path / "reports.csv"
        exported(first.path, "reports", path)
        before = {one["id"]: one for one in reports(first)}
    timeline, result = imported(tmp_path, "csv", path)
    assert not result.troubles, list(map(str, result.troubles.shown))
    after = {one["id"]: one for one in reports(timeline)}
    assert after.keys() == before.keys()
    for key, report in after.items():
        for name in ("kind", "value", "chain", "happened", "reported", "timezone", "summary"):
            assert report.get(name) == before[key].get(name), (key, name)
        assert report["place"]["id"] == before[key]["place"]["id"]


def test_links_come_back_each_under_its_name(tmp_path: Path) -> None:
    """Else what two reports tell of one event would be summed twice."""
    one = {
        "id": "viina:20240101:1", "kind": "clash", "chain": ["ap"], "happened": "2025-03-02",
        "reported": "2025-03-02", "place": "Kherson",
    }  # fmt: skip
    links = {"same_event_as": ["ucdp-ged:1", "acled:UKR1"], "part_of": ["offensive:of:march"]}
    document = tmp_path / "a.json"
    document.write_text(json.dumps({"reports": [one, {**one, "id": "b", "links": links}]}))
    with Timeline(tmp_path / "first.db", create=True) as first:
        first.add(document)
        path = tmp_path / "reports.csv"
        exported(first.path, "reports", path)
    timeline, result = imported(tmp_path, "csv", path)
    assert not result.troubles, list(map(str, result.troubles.shown))
    found = {one["id"]: one.get("links") for one in reports(timeline)}
    assert found == {"viina:20240101:1": None, "b": links}


def test_who_checked_comes_back_whole(tmp_path: Path) -> None:
    """An id may have a colon, as the status before it has."""
    one = {
        "id": "a", "kind": "clash", "chain": ["ap"], "happened": "2025-03-02",
        "reported": "2025-03-02", "place": "Kherson",
    }  # fmt: skip
    statuses = ["verified", "unverified", "disputed", "refuted", "unverifiable", "confirmed"]
    checks = [{"status": one, "by": "telegram:rybar"} for one in statuses]
    document = tmp_path / "a.json"
    document.write_text(json.dumps({"reports": [one | {"verification": checks}]}))
    with Timeline(tmp_path / "first.db", create=True) as first:
        first.add(document)
        path = tmp_path / "reports.csv"
        exported(first.path, "reports", path)
    timeline, _ = imported(tmp_path, "csv", path)
    (report,) = reports(timeline)
    assert report["verification"] == checks


def test_a_place_of_its_own_comes_back_in_its_first_level_unit(tmp_path: Path) -> None:
    """Where the table has the unit's code, and something is known by it that is not the place."""
    known = {"id": "local:mill", "name": "Old Mill", "kind": "village", "parent": "iso:UA-14"}
    unknown = {"id": "local:inn", "name": "Inn", "kind": "village", "iso_3166_2": "UA-99"}
    itself = {"id": "iso:XX-YY", "name": "Landia", "kind": "region", "iso_3166_2": "XX-YY"}
    one = {"kind": "clash", "chain": ["ap"], "happened": "2025-03-02", "reported": "2025-03-02"}
    document = tmp_path / "a.json"
    document.write_text(json.dumps([one | {"place": place} for place in (known, unknown, itself)]))
    with Timeline(tmp_path / "first.db", create=True) as first:
        first.add(document)
        path = tmp_path / "claims.csv"
        exported(first.path, "claims", path)
    timeline, result = imported(tmp_path, "csv", path)
    assert (result.filed, result.troubles.count) == (3, 0)
    assert timeline.activity("Donetsk Oblast").total.reports == 1
    book = timeline.reader().book()
    places = map(book.get, ("local:mill", "local:inn", "iso:XX-YY"))
    assert [place and place.parents_at(None) for place in places] == [["iso:UA-14"], [], []]


def test_what_was_guarded_for_spreadsheets_comes_back_as_it_was(tmp_path: Path) -> None:
    """The apostrophe before a text that one would run is none of the text."""
    place = {"id": "local:eq", "name": "=Town", "kind": "settlement"}
    one = {
        "id": "a", "kind": "clash", "chain": ["@channel", "=pub"], "happened": "2025-03-02",
        "reported": "2025-03-02", "summary": "+ two 'hits", "place": place,
    }  # fmt: skip
    bare = one | {"id": "b", "happened": "2025-03-01", "summary": "'"}  # and none behind it
    document = tmp_path / "a.json"
    document.write_text(json.dumps({"source": {"publisher": "=pub"}, "reports": [one, bare]}))
    with Timeline(tmp_path / "first.db", create=True) as first:
        first.add(document)
        path = tmp_path / "claims.csv"
        exported(first.path, "claims", path)
    assert "'@channel" in path.read_text()
    timeline, _ = imported(tmp_path, "csv", path)
    claims = timeline.known("local:eq", "2025-03-02").claims
    for claim in claims:
        assert [link["party"] for link in claim.chain] == ["@channel", "=pub"]
    assert [claim.summary for claim in claims] == ["+ two 'hits", "'"]
    town = timeline.reader().book().get("local:eq")
    assert town is not None
    assert town.name == "=Town"


def test_jsonl_is_what_carries_reports_whole(tmp_path: Path) -> None:
    """Out, in, and out again: the same bytes."""
    outs = []
    source: Sequence[str | Path] = ("seeds/places.yaml", "seeds/2025-10-27-pokrovsk.yaml")
    for name in ("first", "second"):
        with Timeline(tmp_path / f"{name}.db", create=True) as timeline:
            timeline.add(*source)
            path = tmp_path / f"{name}.jsonl"
            exported(timeline.path, "reports", path)
        outs.append(path.read_bytes())
        source = (path,)
    assert outs[0] == outs[1]
    assert outs[0].count(b"\n") > 5


def exported(store: Path, what: str, path: Path, *more: str) -> None:
    """An export as the command line writes it."""
    form = path.suffix[1:]
    typed_on(store, "export", what, *more, "--format", form, "-o", path, code=0)


@pytest.mark.parametrize(
    ("profile", "record", "digits", "told"),
    [
        (
            "timemap",
            '{{"id": "1", "date": "02/24/2022", "n": {0}}}',
            5_000,
            "a.json: a number of thousands of digits; write a shorter one",
        ),
        (
            "geojson",
            (
                '{{"type": "Feature", "geometry": {{"type": "Point", "coordinates": [{0}, 1]}}, '
                '"properties": {{"place": "A", "kind": "clash", "happened": "2022"}}}}'
            ),
            400,
            "a.json:1: longitude: 'inf' is no position; write degrees, -180 to 180",
        ),
    ],
)
def test_a_number_of_json_that_is_too_long_is_told(
    tmp_path: Path, profile: str, record: str, digits: int, told: str
) -> None:
    """Of thousands of digits Python makes none, and no position of hundreds."""
    table = tmp_path / "a.json"
    table.write_text(f"[{record.format('1' * digits)}]")
    _, result = imported(tmp_path, profile, table, reported="2022-06-01")
    assert [str(one).rpartition("/")[2] for one in result.troubles.shown] == [told]
