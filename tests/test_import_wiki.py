"""The control list of Wikipedia, imported from its log of changes and from whole pages."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby, permutations
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest
from left import left
from shared_data import shared_data

from events.canonical import canonical
from timeline import Timeline, UnknownPlace
from timeline.imports.run import Imported, Options

Row = dict[str, str]
Wiki = tuple[Timeline, str | None, Imported]

CHANGES = "wiki_control/wiki_control_changes.csv"
HEADER = (
    "recorded_at,published_at,commit,change,name,lat,lon,dup,held_by,as_of,more_information,"
    "source_link,population,previous_held_by"
)


class Told(NamedTuple):
    """What an answer says of a town: the cell, the date it is stated for, its source."""

    held_by: str
    as_of: str
    source: str
    status: str
    summary: str


def told(timeline: Timeline, name: str, at: str) -> list[Told]:
    """What Wikipedia had of a name by then; nothing where it does not list it (any more)."""
    try:
        situation = timeline.known(name, at, facet="control")
    except UnknownPlace:
        return []
    found = []
    for claim in situation.claims:
        status = claim.value["shares"][0]["status"]
        summary = claim.summary or ""
        dated = [part[6:] for part in summary.split("; ") if part.startswith("as of ")]
        if summary != "no longer listed":
            source = (claim.source or {}).get("url") or ""
            as_of = dated[0] if dated else ""
            cell = claim.value.get("as_reported", "")
            found.append(Told(cell, as_of, source, status, summary))
    return found


@pytest.fixture(scope="module", params=[None, "recorded_at"], ids=["published", "recorded"])
def wiki(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Wiki]:
    """The whole log, known as published, or as the harvester saw it."""
    changes = shared_data(CHANGES)
    with Timeline(tmp_path_factory.mktemp("wiki") / "wiki.db", create=True) as timeline:
        imported = timeline.import_data(
            "wiki-control", changes, options=Options(clock=request.param)
        )
        assert not imported.troubles
        assert imported.rows == 12_623
        assert imported.passed == {"the row names no town": 141}
        yield timeline, request.param, imported


def test_every_example_is_answered_as_the_page_had_it(wiki: Wiki) -> None:
    """393 names at a time each: who held it, as of when, by which source, or not listed."""
    timeline, _, _ = wiki
    with shared_data("wiki_control/asof_examples.csv").open(encoding="utf-8") as file:
        examples = list(csv.DictReader(file))
    assert len(examples) == 393
    wrong = []
    for one in examples:
        wanted = tuple(one[f"{name}_by_published"] for name in ("held_by", "as_of", "source"))
        answer = [tuple(each[:3]) for each in told(timeline, one["name"] or "?", one["known_at"])]
        if answer != ([] if wanted == ("", "", "") else [wanted]):
            wrong.append((one["name"], one["known_at"], wanted, answer))
    assert wrong == []


def test_an_answer_is_that_of_the_newest_page_seen_by_then(wiki: Wiki) -> None:
    """Against a replay of whole pages, for names and times at random: late fetches never win."""
    timeline, clock, _ = wiki
    pages = Pages(shared_data(CHANGES), by_recorded=clock is not None)
    random = Random(7)  # noqa: S311 -- a sample, no secret
    for _ in range(250):
        name, at = random.choice(pages.names), random.choice(pages.times)
        rows, answer = pages.at(name, at), told(timeline, name, at)
        if not rows:
            assert answer == [], (name, at)
            continue
        assert len(answer) == 1, (name, at, answer)
        cells = {(row["held_by"], row["as_of"], row["lat"], row["lon"]) for row in rows}
        if len(cells) == 1:
            assert answer[0][:2] == (rows[0]["held_by"], rows[0]["as_of"]), (name, at)
        else:
            assert f"{len(cells)} rows of this name at once" in answer[0].summary, (name, at)
            assert all(row["held_by"] in answer[0].held_by for row in rows), (name, at)


def test_importing_again_changes_nothing(wiki: Wiki) -> None:
    """Every row is known already, so that a log that has grown can simply be imported again."""
    timeline, clock, before = wiki
    again = timeline.import_data("wiki-control", shared_data(CHANGES), options=Options(clock=clock))
    assert (again.filed, again.corrected, again.retracted) == (0, 0, 0)
    assert again.known == before.filed + before.corrected


class Pages:
    """The oracle: whole pages, replayed, each with when it was known."""

    def __init__(self, path: Path, *, by_recorded: bool) -> None:
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.names = sorted({row["name"] for row in rows if row["name"]})
        self._pages: list[tuple[str, str, str, dict[str, list[Row]]]] = []
        table: dict[tuple[str, ...], Row] = {}
        seen: set[str] = set()
        for (recorded, published), group in groupby(
            rows, key=lambda row: (row["recorded_at"], row["published_at"])
        ):
            for row in group:
                key = tuple(row[name] for name in ("name", "lat", "lon", "dup"))
                if row["change"] == "drop":
                    table.pop(key, None)
                else:
                    table[key] = row
            page: dict[str, list[Row]] = defaultdict(list)
            for row in table.values():
                page[row["name"]].append(row)
            late = by_recorded or published in seen
            # A publication is stated to the minute: it is known once that is over.
            known = recorded if late else f"{published[:16]}:59Z"
            self._pages.append((published, recorded, known, page))
            seen.add(published)
        self.times = [recorded for _, recorded, _, _ in self._pages]

    def at(self, name: str, at: str) -> list[Row]:
        """The rows of a name in the newest page that was known by then."""
        known = [page for page in self._pages if page[2] <= at]
        return max(known, key=lambda page: page[:2])[3].get(name, []) if known else []


def changes(tmp_path: Path, *rows: str) -> Path:
    """A log of changes with these rows."""
    path = tmp_path / "changes.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def imported(tmp_path: Path, *rows: str) -> Timeline:
    """A store with these changes."""
    timeline = left(Timeline(tmp_path / "timeline.db", create=True))
    assert not timeline.import_data("wiki-control", changes(tmp_path, *rows)).troubles
    return timeline


def test_a_row_that_moved_has_not_left_the_list(tmp_path: Path) -> None:
    """A drop and an add of one name in one fetch is a better position, not a town that went."""
    with imported(
        tmp_path,
        "2022-03-02T10:00:00Z,2022-03-02T09:00:00Z,a,add,Alpha,10.0,20.0,1,Ukraine,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,add,Alpha,40.0,20.0,1,Ukraine,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,drop,Alpha,10.0,20.0,1,,,,,,",
    ) as timeline:
        (now,) = told(timeline, "Alpha", "2022-03-04")
        assert (now.held_by, now.status) == ("Ukraine", "held")


def test_a_town_that_left_the_list_is_not_stated(tmp_path: Path) -> None:
    """Off the list is neither held nor lost: the list does not say any more."""
    with imported(
        tmp_path,
        "2022-03-02T10:00:00Z,2022-03-02T09:00:00Z,a,add,Alpha,10.0,20.0,1,Russia,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,drop,Alpha,10.0,20.0,1,,,,,,",
    ) as timeline:
        assert told(timeline, "Alpha", "2022-03-02")[0].held_by == "Russia"
        (claim,) = timeline.known("Alpha", "2022-03-04").claims
        assert claim.value["shares"] == [{"status": "not_stated"}]
        assert claim.summary == "no longer listed"


def test_several_rows_of_a_name_are_ambiguous_and_nobody_is_said_to_hold_it(
    tmp_path: Path,
) -> None:
    """Two towns of one name at once: the answer gives both cells and takes neither."""
    with imported(
        tmp_path,
        "2022-03-02T10:00:00Z,2022-03-02T09:00:00Z,a,add,Alpha,10.0,20.0,1,Russia,,,,,",
        "2022-03-02T10:00:00Z,2022-03-02T09:00:00Z,a,add,Alpha,40.0,20.0,1,Ukraine,,,,,",
        "2022-03-05T10:00:00Z,2022-03-05T09:00:00Z,b,drop,Alpha,40.0,20.0,1,,,,,,",
    ) as timeline:
        (now,) = told(timeline, "Alpha", "2022-03-03")
        assert (now.held_by, now.status) == ("Russia | Ukraine", "unclear")
        assert now.summary.startswith("ambiguous: 2 rows of this name at once")
        (later,) = told(timeline, "Alpha", "2022-03-06")
        assert (later.held_by, later.status) == ("Russia", "held")
        place = timeline.known("Alpha", "2022-03-06").place
        assert (place.id, place.lat) == ("local:alpha", None)


def test_another_text_of_the_same_page_is_a_correction_known_from_its_fetch(
    tmp_path: Path,
) -> None:
    """What a page said at first stays what was known until it was fetched again."""
    with imported(
        tmp_path,
        "2022-03-02T10:00:00Z,2022-03-02T09:00:00Z,a,add,Alpha,10.0,20.0,1,Ukraine,,,,,",
        "2022-03-02T15:00:00Z,2022-03-02T09:00:00Z,b,control,Alpha,10.0,20.0,1,Russia,,,,,",
    ) as timeline:
        assert told(timeline, "Alpha", "2022-03-02T14:00Z")[0].held_by == "Ukraine"
        assert told(timeline, "Alpha", "2022-03-02T15:00Z")[0].held_by == "Russia"
        assert len(timeline.claims("Alpha", status="corrected").claims) == 1


def test_an_old_page_fetched_late_never_wins_over_a_newer_one(tmp_path: Path) -> None:
    """The page of the 2nd, first seen on the 4th, leaves what the page of the 3rd says.

    The log tells by what each page differs from the one seen before: that of the 5th not from the
    3rd, but from the 2nd, by which Beta is Ukraine's as it is by the 5th.
    """
    with imported(
        tmp_path,
        "2022-03-01T10:00:00Z,2022-03-01T09:00:00Z,a,add,Alpha,10.0,20.0,1,Ukraine,,,,,",
        "2022-03-01T10:00:00Z,2022-03-01T09:00:00Z,a,add,Beta,11.0,20.0,1,Ukraine,,,,,",
        "2022-03-01T10:00:00Z,2022-03-01T09:00:00Z,a,add,Gamma,12.0,20.0,1,Ukraine,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,control,Beta,11.0,20.0,1,Russia,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,control,Gamma,12.0,20.0,1,Russia,,,,,",
        "2022-03-04T10:00:00Z,2022-03-02T09:00:00Z,c,control,Alpha,10.0,20.0,1,Contested,,,,,",
        "2022-03-04T10:00:00Z,2022-03-02T09:00:00Z,c,control,Beta,11.0,20.0,1,Ukraine,,,,,",
        "2022-03-05T10:00:00Z,2022-03-05T09:00:00Z,d,control,Alpha,10.0,20.0,1,Russia,,,,,",
    ) as timeline:
        by_day = {
            day: [told(timeline, name, day)[0].held_by for name in ("Alpha", "Beta", "Gamma")]
            for day in ("2022-03-02", "2022-03-04", "2022-03-06")
        }
        assert by_day == {
            "2022-03-02": ["Contested", "Ukraine", "Russia"],
            "2022-03-04": ["Ukraine", "Russia", "Russia"],
            "2022-03-06": ["Russia", "Ukraine", "Russia"],
        }


def test_a_date_that_cannot_be_is_told_and_not_passed_over(tmp_path: Path) -> None:
    """A page of the 13th month is a problem of its row."""
    bad = "2022-03-01T10:00:00Z,2022-13-01T09:00:00Z,a,add,Alpha,10.0,20.0,1,Russia,,,,,"
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        result = timeline.import_data("wiki-control", changes(tmp_path, bad))
        assert "published_at: '2022-13-01T09:00Z'" in str(result.troubles.shown[0])


def test_a_name_of_the_log_is_told_from_one_that_folds_to_it(tmp_path: Path) -> None:
    """`Sakko I` and `Sakko i` are two names of the list; each is answered for itself."""
    with imported(
        tmp_path,
        "2022-03-01T10:00:00Z,2022-03-01T09:00:00Z,a,add,Sakko I,10.0,20.0,1,Russia,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,add,Sakko i,10.0,20.0,1,Russia,,,,,",
        "2022-03-03T10:00:00Z,2022-03-03T09:00:00Z,b,drop,Sakko I,10.0,20.0,1,,,,,,",
    ) as timeline:
        assert told(timeline, "Sakko I", "2022-03-04") == []
        assert told(timeline, "Sakko i", "2022-03-04")[0].held_by == "Russia"


def holders(file: Path) -> dict[str, set[str]]:
    """Who a fetched table says holds each of its names."""
    found: dict[str, set[str]] = defaultdict(set)
    with file.open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            if name := row["Name"].strip():
                found[name].add(row["Held by"].strip())
    return found


def test_whole_pages_give_at_their_time_the_table_they_hold(tmp_path: Path) -> None:
    """Twelve fetches, imported as snapshots in any order: each is answered row by row."""
    files = sorted(shared_data("wiki_control/raw_snapshots").glob("*.csv"))
    assert len(files) == 12
    shuffled = list(files)
    Random(3).shuffle(shuffled)  # noqa: S311 -- an order, no secret
    with Timeline(tmp_path / "pages.db", create=True) as timeline:
        for file in shuffled:
            options = Options(snapshot=True, reported=fetched(file))
            assert not timeline.import_data("wiki-control", file, options=options).troubles
        names: set[str] = set()
        for file in files:
            table = holders(file)
            names |= table.keys()
            for name in sorted(names):
                answer = told(timeline, name, fetched(file))
                cells = table.get(name, set())
                assert len(answer) == bool(cells), (file.name, name, answer)
                if answer:
                    assert set(answer[0].held_by.split(" | ")) == cells - {""} or not any(cells)


PAGES = {
    "2022-03-01": {"Alpha": "Ukraine", "Beta": "Contested", "Gamma": "Ukraine"},
    "2022-03-10": {"Alpha": "Contested", "Beta": "Contested", "Delta": "Russia"},
    "2022-03-20": {"Alpha": "Russia", "Beta": "Ukraine", "Gamma": "Russia"},
}
"""Who held what by the page of a day, fetched the day after."""


def fetch(tmp_path: Path, timeline: Timeline, day: str, seen: str = "") -> Imported:
    """Import the page of a day, fetched the day after unless that is said."""
    month, number = day[5:7], int(day[8:])
    assert month == "03"
    path = tmp_path / f"page-{day}.csv"
    rows = [
        f"{name},{held},{number} March 2022 09h30 UTC,{10 + i},20"
        for i, (name, held) in enumerate(PAGES[day].items())
    ]
    path.write_text("\n".join(["Name,Held by,update,lat,lng", *rows]) + "\n", encoding="utf-8")
    options = Options(snapshot=True, reported=seen or f"2022-03-{number + 1:02d}")
    return timeline.import_data("wiki-control", path, options=options)


def held(timeline: Timeline, on: str, known: str | None = None) -> dict[str, str]:
    """Who held what on a day, as the answers have it."""
    table = {}
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        try:
            claims = timeline.known(name, valid=on, known=known).claims
        except UnknownPlace:
            continue
        for claim in claims:
            if claim.value["shares"][0]["status"] != "not_stated":
                table[name] = claim.value["as_reported"]
    return table


@pytest.mark.parametrize("order", list(permutations(PAGES)), ids=" ".join)
def test_what_an_older_fetch_saw_still_stands_for_its_day(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """A later version of the page is a new report of each town, whatever was imported first."""
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        for day in order:
            assert not fetch(tmp_path, timeline, day).troubles
        assert {day: held(timeline, day) for day in PAGES} == PAGES
        assert held(timeline, "2022-03-15") == PAGES["2022-03-10"]
        assert held(timeline, "2022-03-15", known="2022-03-05") == PAGES["2022-03-01"]
        days = [step.day for step in timeline.history("Alpha").steps]
        assert days == list(PAGES)


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_a_town_that_a_page_lists_by_another_name_has_not_left_it(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    """The page says of it what the row of its new name says, and nothing else."""
    town = {"id": "local:zviahel", "name": "Zviahel", "kind": "city", "lat": 50.59, "lon": 27.61}
    town["aliases"] = ["Novohrad"]
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.writer.file([], places=[("local:zviahel", canonical(town))])
        for i in order:
            name = ("Novohrad", "Novohrad", "Zviahel")[i]
            path = tmp_path / f"{i}.csv"
            row = f"{name},Ukraine,{i + 1} March 2022 09h30 UTC,50.59,27.61"
            path.write_text(f"Name,Held by,update,lat,lng\n{row}\n", encoding="utf-8")
            options = Options(snapshot=True, reported=f"2022-03-{i + 2:02d}")
            assert not timeline.import_data("wiki-control", path, options=options).troubles
        for day in ("2022-03-02", "2022-03-03", "2022-03-04"):
            (claim,) = timeline.known("Zviahel", day).claims
            assert claim.value["shares"] == [{"by": "ua", "status": "held"}]


def test_a_fetch_tells_what_the_page_says_otherwise_than_the_one_before(tmp_path: Path) -> None:
    """New, changed and no longer listed; the same file again is known."""
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        fetch(tmp_path, timeline, "2022-03-01")
        second = fetch(tmp_path, timeline, "2022-03-10")
        assert sorted(map(str, second.changes)) == [
            "changed wiki-control:Alpha@2022-03-10T09:30Z: as_reported, shares",
            "missing wiki-control:Gamma@2022-03-10T09:30Z",
            "new wiki-control:Delta@2022-03-10T09:30Z",
        ]
        assert (second.filed, second.corrected, second.retracted) == (4, 0, 0)
        (gone,) = timeline.known("Gamma", "2022-03-11").claims
        assert gone.summary == "no longer listed"
        again = fetch(tmp_path, timeline, "2022-03-10")
        assert (again.filed, again.corrected, again.retracted, again.known) == (0, 0, 0, 4)


@pytest.mark.parametrize("order", list(permutations(["2022-03-01", "2022-03-10"])), ids=" ".join)
def test_a_fetch_is_held_against_the_version_before_it_whatever_came_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: tuple[str, ...]
) -> None:
    """What was said by the 10th has not changed by the 20th, though it had since the 1st."""
    for day, holder in zip(PAGES, ("Ukraine", "Russia", "Russia"), strict=True):
        monkeypatch.setitem(PAGES, day, {"Alpha": holder})
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        for day in order:
            fetch(tmp_path, timeline, day)
        assert not fetch(tmp_path, timeline, "2022-03-20").changes


def test_another_fetch_of_the_same_version_is_a_correction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known from its fetch on; what the page said at first stays what was known before."""
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        fetch(tmp_path, timeline, "2022-03-01", seen="2022-03-02")
        monkeypatch.setitem(PAGES, "2022-03-01", {"Alpha": "Russia", "Beta": "Contested"})
        second = fetch(tmp_path, timeline, "2022-03-01", seen="2022-03-05")
        assert (second.filed, second.corrected, second.retracted) == (0, 1, 1)
        before = held(timeline, "2022-03-01", known="2022-03-04")
        assert before == {"Alpha": "Ukraine", "Beta": "Contested", "Gamma": "Ukraine"}
        assert held(timeline, "2022-03-01") == PAGES["2022-03-01"]


def test_the_log_of_the_page_and_its_fetches_go_into_one_store(tmp_path: Path) -> None:
    """Whichever comes first: a version of the page is one report of a town either way."""
    log = changes(
        tmp_path,
        "2022-03-02T00:00:00Z,2022-03-01T09:30:00Z,a,add,Alpha,10,20,1,Ukraine,,,,,",
        "2022-03-11T00:00:00Z,2022-03-10T09:30:00Z,b,control,Alpha,10,20,1,Contested,,,,,",
    )
    for first in (True, False):
        with Timeline(tmp_path / f"{first}.db", create=True) as timeline:
            if first:
                fetch(tmp_path, timeline, "2022-03-10")
            result = timeline.import_data("wiki-control", log)
            assert not result.troubles, list(map(str, result.troubles.shown))
            if not first:
                fetch(tmp_path, timeline, "2022-03-10")
            assert held(timeline, "2022-03-02")["Alpha"] == "Ukraine"
            assert held(timeline, "2022-03-10") == PAGES["2022-03-10"]
            assert len(timeline.known("Alpha", "2022-03-11").claims) == 1
            known = timeline.import_data("wiki-control", log)
            assert (known.filed, known.corrected, known.troubles.count) == (0, 0, 0)


def test_another_log_of_the_page_that_says_otherwise_is_a_clash(tmp_path: Path) -> None:
    """Between two logs of one version nobody picks; a fetch the log of the page knows more of."""
    row = "2022-03-02T00:00:00Z,2022-03-01T09:30:00Z,a,add,Alpha,10,20,1,{},,,,,"
    with imported(tmp_path, row.format("Ukraine")) as timeline:
        again = timeline.import_data("wiki-control", changes(tmp_path, row.format("Russia")))
        (trouble,) = again.troubles.shown
        assert "wiki-control:Alpha@2022-03-01T09:30Z is already filed with other content" in str(
            trouble
        )
        assert told(timeline, "Alpha", "2022-03-05")[0].held_by == "Ukraine"


def test_a_fetch_is_of_one_version_of_the_page(tmp_path: Path) -> None:
    """Rows of two versions are no fetch, and nothing is filed."""
    path = tmp_path / "two.csv"
    rows = [
        f"{name},Ukraine,{day} March 2022 09h30 UTC,10,20"
        for name, day in zip("ab", "12", strict=True)
    ]
    path.write_text("\n".join(["Name,Held by,update,lat,lng", *rows]) + "\n", encoding="utf-8")
    options = Options(snapshot=True, reported="2022-03-05")
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        result = timeline.import_data("wiki-control", path, options=options)
        assert result.filed == 0
        assert "is of another version of the page than 2022-03-01T09:30Z" in str(
            result.troubles.shown[0]
        )


def test_a_row_of_a_fetch_that_tells_no_page_is_a_problem_of_its_line(tmp_path: Path) -> None:
    """What the rest of the page says is filed, and the row is not passed over in silence."""
    path = tmp_path / "page.csv"
    rows = ["a,Ukraine,1 March 2022 09h30 UTC,10,20", "b,Ukraine,yesterday,11,20"]
    path.write_text("\n".join(["Name,Held by,update,lat,lng", *rows]) + "\n", encoding="utf-8")
    options = Options(snapshot=True, reported="2022-03-05")
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        result = timeline.import_data("wiki-control", path, options=options)
        (told,) = result.troubles.shown
        assert str(told).startswith(f"{path}:3: update: 'yesterday' is not a date")


def fetched(file: Path) -> str:
    """When a page was fetched, as its file is named."""
    stamp = file.name.split("_")[0]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:11]}:{stamp[11:13]}:{stamp[13:]}"
