"""Profiles of the user's own, what is wrong with them, and what is wrong with rows."""

import gc
import gzip
import json
import os
import re
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from command import NIGER, typed_on
from left import left

from events.refusal import Refusal
from timeline import BadQuestion, BadReport, Timeline, UnknownPlace
from timeline.imports import staging
from timeline.imports.filters import filter_named
from timeline.imports.loading import load_profile, read_profile
from timeline.imports.profile import Profile
from timeline.imports.run import Imported, Options
from timeline.scratch import scratch
from timeline.seals import Parts

STRIKES = """
about: strikes of a monitor
needs: [nr, town, day]
empty: [n/a]
skip:
  - if: {confirmed: "no"}
    because: not confirmed
id: "{nr}"
place: {name: "{town}", unresolved: local}
report:
  kind: {column: weapon, values: {missile: air_strike}, has: {drone: drone_activity}}
  chain: [monitor]
  happened: {within: "{day|date:%d.%m.%Y}"}
  reported: "{published|instant}"
  deaths: {low: "{dead_low|number}", high: "{dead_high|number}"}
  summary: {join: ["{weapon} on {town}", "{note}"], with: "; "}
"""
MISSING = "give `reported`, when the data set was published, or as `clock` the column that says it"
DISORDER = "low 9 is over high 5; write both in full, the lesser first"
HEADER = "nr,town,day,weapon,published,dead_low,dead_high,note,confirmed"

Bring = Callable[..., tuple[Timeline, Imported]]


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Imports a table by the profile above, or by another."""

    def run(
        *rows: str, profile: str = STRIKES, header: str = HEADER, **options: Any
    ) -> tuple[Timeline, Imported]:
        (tmp_path / "strikes.yaml").write_text(profile)
        (tmp_path / "strikes.csv").write_text("\n".join([header, *rows]) + "\n")
        timeline = left(Timeline(tmp_path / "timeline.db", create=True))
        result = timeline.import_data(
            str(tmp_path / "strikes.yaml"),
            tmp_path / "strikes.csv",
            options=Options(**options),
        )
        return timeline, result

    return run


def profile(text: str) -> Profile:
    """A profile of this text."""
    return read_profile(text.encode(), "own.yaml", "own")


OFFICE = """\
needs: [رقم, المكان]
reads: {delimiter: ";", merged: [الولاية]}
empty: ["-"]
id: "{رقم|number}"
place: {name: "{المكان}", levels: [{name: "{الولاية}", kind: region}], unresolved: local}
report:
  kind: shelling
  chain: [office]
  happened: {first: ["{التاريخ|excel}", "{التاريخ|date:%d/%m/%Y}"]}
  reported: "{النشر|date:%d/%m/%Y %H:%M|zone:Africa/Khartoum}"
  deaths: "{القتلى}"
"""


def test_a_sheet_as_a_field_office_keeps_one(tmp_path: Path) -> None:
    """Merged cells, days that a workbook counts, digits of Arabic, in the code page of Windows."""
    header = "رقم;الولاية;المكان;التاريخ;النشر;القتلى"
    sheet = [
        header,
        "١;شمال دارفور;الفاشر;26/10/2025;27/10/2025 09:00;١٢",
        "2;;زمزم;45957;٢٨/١٠/٢٠٢٥ ١٠:١٥;5",
        "3;-;نيالا;27/10/2025;28/10/2025 10:15;",
        "4;;بارا;27/10/2025;28/10/2025 10:15;",
    ]
    timeline = left(Timeline(tmp_path / "timeline.db", create=True))
    (tmp_path / "office.yaml").write_text(OFFICE)
    (tmp_path / "sheet.csv").write_text("\n".join(sheet), "utf-8-sig")
    result = timeline.import_data(str(tmp_path / "office.yaml"), tmp_path / "sheet.csv")
    assert (result.filed, result.troubles.count) == (4, 0)
    zamzam, fasher = timeline.known("زمزم", on="2025-10-29"), timeline.known("الفاشر", window=9999)
    assert zamzam.place.path == ["شمال دارفور", "زمزم"]
    assert timeline.known("نيالا").place.path == ["نيالا"]
    assert timeline.known("بارا").place.path == ["بارا"]
    assert fasher.claims[0].value["deaths"]["best"] == 12
    assert (zamzam.claims[0].happened, zamzam.claims[0].reported) == (
        "2025-10-27",
        "2025-10-28T10:15+02:00",
    )
    (tmp_path / "windows.yaml").write_text(OFFICE.replace("reads: {", "reads: {encoding: cp1256, "))
    western = "\n".join(sheet).replace("١", "1").replace("٢", "2").replace("٨", "8")
    western = western.replace("٠", "0").replace("٥", "5")
    (tmp_path / "sheet.csv").write_text(western, "cp1256")
    again = timeline.import_data(str(tmp_path / "windows.yaml"), tmp_path / "sheet.csv")
    assert (again.filed, again.troubles.count) == (4, 0)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("45957", "2025-10-27"),
        ("45957.0", "2025-10-27"),
        ("45957.40625", "2025-10-27T09:45:00"),
        ("61", "1900-03-01"),
    ],
)
def test_a_day_that_a_workbook_counts(cell: str, day: str) -> None:
    """As Excel and LibreOffice show it; a part of a day is a time of the sheet's own zone."""
    assert filter_named("excel")(cell) == day


@pytest.mark.parametrize("cell", ["60", "0", "-1", "27.10.2025", "20251027", "x"])
def test_what_no_workbook_counts_is_refused(cell: str) -> None:
    """Among others a day written in eight digits, and the days of which programs differ."""
    with pytest.raises(Refusal, match="as workbooks count"):
        filter_named("excel")(cell)


def test_a_merged_column_has_to_be_there(bring: Bring) -> None:
    """Else the rows would say nothing of it, without a word."""
    _, result = bring(
        "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes",
        profile="reads: {merged: [oblast]}\n" + STRIKES,
    )
    assert result.troubles.shown[0].what.startswith("no column oblast, which")


def test_a_table_of_the_users_own_needs_a_profile_and_no_code(bring: Bring) -> None:
    """Kind by value or by word, a date in its own form, bounds, empty cells, rows passed over."""
    timeline, result = bring(
        "1,Alphaville,05.03.2024,missile,2024-03-05 18:00:00+02:00,2,5,,yes",
        "2,Alphaville,06.03.2024,Shahed drone,2024-03-06,n/a,n/a,at night,yes",
        "3,Alphaville,06.03.2024,missile,2024-03-06,1,1,,no",
    )
    assert (result.filed, dict(result.passed)) == (2, {"not confirmed": 1})
    first, second = sorted(
        timeline.known("Alphaville", "2024-03-07").claims, key=lambda claim: claim.report
    )
    assert (first.kind, first.happened, first.known_from) == (
        "air_strike", "2024-03-05", "2024-03-05T16:00:01Z",
    )  # fmt: skip
    assert (first.value["deaths"]["low"], first.value["deaths"]["high"]) == (2, 5)
    assert (second.kind, "deaths" in second.value) == ("drone_activity", False)
    assert second.summary == "Shahed drone on Alphaville; at night"


def test_a_profile_may_be_like_one_of_ours() -> None:
    """Its own keys replace those of the other, whole."""
    own = profile("like: ucdp-ged\nrename: {event_id: id}\nneeds: [id]\n")
    theirs = load_profile("ucdp-ged")
    assert (own.name, own.needs, own.rename) == ("own", ("id",), {"event_id": "id"})
    assert own.columns == theirs.columns


def test_a_report_of_its_own_takes_the_place_of_the_versions_of_ours() -> None:
    """Of the two a profile has one: what it writes is what counts."""
    own = profile(
        "like: air-alerts\n"
        'report: {kind: clash, chain: [x], happened: "2024", reported: "{started_at|instant}"}\n'
    )
    assert [sorted(one.columns) for one in own.versions] == [["started_at"]]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("27.10.2025 15:13", "2025-10-27T15:13+02:00"),
        ("27.07.2025 15:13", "2025-07-27T15:13+03:00"),
        ("26.10.2025 02:59", "2025-10-26T02:59+03:00"),
        ("26.10.2025 04:00", "2025-10-26T04:00+02:00"),
        ("26.10.2025 03:30", "is in an hour that clocks of Europe/Kyiv show twice, or never"),
        ("30.03.2025 03:30", "is in an hour that clocks of Europe/Kyiv show twice, or never"),
    ],
)
def test_a_time_of_day_is_read_by_the_clocks_of_a_zone(bring: Bring, cell: str, read: str) -> None:
    """Summer time with it; an hour that may be two is not guessed."""
    own = STRIKES.replace("%d.%m.%Y", "%d.%m.%Y %H:%M|zone:Europe/Kyiv")
    timeline, result = bring(f"1,Alphaville,{cell},missile,2025-11-01,2,5,,yes", profile=own)
    if "T" in read:
        assert timeline.known("Alphaville", "2025-11-01").claims[0].happened == read
    else:
        (trouble,) = result.troubles.shown
        assert f"day: '{cell}' {read}; write the time with its offset" in str(trouble)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2024-03-05 15:13:05.5", "2024-03-05T15:13:05.5+02:00"),
        ("2024-03-05 15:13Z", "2024-03-05T15:13Z"),
        ("2024-03-05 15:13+0530", "2024-03-05T15:13+05:30"),
        ("2024-03-05", "2024-03-05"),
        ("2024-03-05T25:13", None),
    ],
)
def test_a_zone_gives_an_offset_where_there_is_none(cell: str, read: str | None) -> None:
    """To a time of day alone; one that is none stays, for the report to be refused by it."""
    found = filter_named("zone:Europe/Kyiv")(filter_named("instant")(cell))
    assert found == (read or cell)


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("1.6669E+09", "write e.g. 1666900000"),
        ("1666900000s", "write e.g. 1666900000"),
        (
            "1666900000000",
            (
                "write e.g. 1666900000; of thousandths a profile takes the seconds by "
                "{column|head:10|epoch}"
            ),
        ),
    ],
)
def test_a_time_in_seconds_is_not_one_rounded_or_in_thousandths(cell: str, right: str) -> None:
    """A spreadsheet's 1.6669E+09 would be up to half a day off."""
    with pytest.raises(Refusal) as refused:
        filter_named("epoch")(cell)
    assert (refused.value.what, refused.value.right) == (
        "is not a time in seconds since 1970", right,
    )  # fmt: skip
    at = [filter_named("epoch")(one) for one in ("1666900000", "1666900000.0")]
    assert at == ["2022-10-27T19:46:40Z"] * 2
    assert filter_named("epoch")(filter_named("head:10")("1666900000000")) == at[0]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('id: "{a|zone:Kyiv}"\n', "own.yaml:1: time zone 'Kyiv' is not known; write an IANA name"),
        ("- a\n", "own.yaml:1: this is no profile; its keys are like, about"),
        ("report: {kind: clash}\n", "own.yaml:1: id is missing; add id:"),
        (
            'id: "{a}"\nreads: {format: xslx}\nreport: {kind: clash}\n',
            "own.yaml:2: format: 'xslx' is none; write one of",
        ),
        ('id: "{a}"\nreprt: {}\n', "own.yaml:2: unknown key 'reprt'; did you mean report?"),
        (
            'id: "{a}"\ncells: {at: "{b}", clock: told}\nreport: {kind: clash}\n',
            "own.yaml:2: unknown key 'clock'; the keys are row, column, value, at,",
        ),
        (
            'id: "{a}"\ncells: {at: "{b}", column: c}\nreport: {kind: clash}\n',
            "own.yaml:2: cells: value is missing; add value: the column of what a cell says",
        ),
        (
            'id: "{a}"\npages: {page: "{b}", seen: "{b}", subject: "{c}", row: [c], absent: {}}\n',
            "own.yaml:2: pages: says is missing; add says: [COLUMN], a change of which makes",
        ),
        (
            'id: "{a}"\nreport: {tags: {several: a, separator: ""}}\n',
            'own.yaml:2: no separator; write e.g. separator: ";"',
        ),
        (
            'id: "{a}"\nreport: {kind: {column: a}}\n',
            "own.yaml:2: nothing to choose from; write values, has or otherwise beside column",
        ),
        (
            'id: "{a}"\nreport:\n  spread:\n    column: a\n    values:\n      x: clash\n',
            "own.yaml:6: 'clash' is no mapping to spread; write the keys of a report below it",
        ),
        ('id: "{a}"\nreport: {spread: ["{a}"]}\n', "is no mapping to spread; write the keys"),
        (
            'id: "{a}"\nreport: {spread: {rules: [{if: {a: b}, then: c}]}}\n',
            "own.yaml:2: 'c' is no mapping to spread; write the keys",
        ),
        (
            'id: "{a}"\nplace: {name: "{b}", apart: true}\nreport: {kind: clash}\n',
            "own.yaml:2: apart without pages; leave it out",
        ),
        ('id: "{a|dya}"\nreport: {kind: clash}\n', "own.yaml:1: no filter 'dya'; the filters are"),
        ('id: "{a|first:}"\nreport: {kind: clash}\n', "yaml:1: no separator; write e.g. first:;"),
        (
            'id: "{a|date:%d.%m}"\nreport: {kind: clash}\n',
            "own.yaml:1: a date pattern with the month and without the year; write e.g. date:%d",
        ),
        ('id: "{a|date:%d %Y}"\n', "a date pattern with the day and without the month; write"),
        ('id: "{a|date:%d.%m.%Y %z}"\n', "a zone in a date pattern; write it as it stands"),
        ('id: "{a|date:%d.%m.%Y %H:%M %Z}"\n', "a zone in a date pattern; write it as it"),
        ('id: "{a|date:%Y-W%W}"\n', "a date pattern with the week and without its day; write"),
        ('id: "{a|date:%G-W%V}"\n', "a date pattern with the week and without its day; write"),
        ('id: "{a|date:%d.%m.%Y %H}"\n', "a date pattern with the hour and without the minute"),
        (
            'id: "{a}"\nreads: {delimiter: ";;"}\nreport: {kind: clash}\n',
            "own.yaml:2: delimiter: ';;' cannot part the cells of a row; write one character",
        ),
        (
            'id: "{a}"\nversions: [{kind: clash, place: Kyiv}, {kind: clash, place: Bakhmut}]\n',
            "own.yaml:2: versions in several places; a version takes the place of the one before",
        ),
        ('id: "{a|date:%d.%m.%Y %I:%M}"\n', "an hour of twelve without %p; write e.g. date:"),
        ('id: "{a|date:%Q}"\n', "'%Q' is no pattern of a date; write e.g. date:%d.%m.%Y"),
        ('id: "{a|date:%Y %Q}"\n', "'%Y %Q' is no pattern of a date; write e.g. date:"),
        ("id: {a}\nreport: {kind: clash}\n", 'quote a template: "{column}"'),
        ('id: "{a"\nreport: {kind: clash}\n', "has a brace on its own; write {column}"),
        (
            'id: "{a}"\nreport:\n  kind: {column: a, vaules: {}}\n',
            "own.yaml:3: unknown key 'vaules' beside column; its keys are column, values",
        ),
        (
            'id: "{a}"\nreport:\n  kind: {colum: a, values: {x: clash}}\n',
            "own.yaml:3: 'values' without 'column'; write column: COLUMN beside it",
        ),
        (
            'id: "{a}"\nplace: {name: x, unresolved: guess}\nreport: {kind: clash}\n',
            "own.yaml:2: unresolved: 'guess' is none; write local or problem",
        ),
        ('id: "{a}"\nreport: &x {kind: clash}\n', "own.yaml:2: anchor '&x' is not taken"),
        ('id: "{a}"\nid: b\n', "own.yaml:2: key 'id' is there twice"),
        ('id: "{a}"\nskip: [{if: {a: b}}]\nreport: {kind: clash}\n', "without if or because"),
        ("like: nothing\n", "own.yaml:1: like: there is no profile 'nothing'; the profiles are"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_with_its_line(text: str, problem: str) -> None:
    """Each problem one line: where, what, and what would be right."""
    with pytest.raises(BadReport) as refused:
        profile(text)
    told = "\n".join(map(str, refused.value.problems))
    assert problem.replace("quote a template", "put a template in quotes") in told
    assert all("; " in line for line in told.splitlines())


@pytest.mark.parametrize(
    ("pattern", "cell", "date"),
    [
        ("%B %Y", "March 2024", "2024-03"),
        ("%Y", "2024", "2024"),
        ("%d/%m/%y", "05/03/24", "2024-03-05"),
        ("%Y-%j", "2024-065", "2024-03-05"),
        ("%A of week %V of %G", "Tuesday of week 10 of 2024", "2024-03-05"),
        ("%A, %B %Y", "Tuesday, March 2024", "2024-03"),
        ("%m/%d/%Y %I:%M %p UTC", "03/05/2024 10:09 PM UTC", "2024-03-05T22:09Z"),
        ("%d.%m.%Y %H:%M:%SZ", "05.03.2024 10:09:08Z", "2024-03-05T10:09:08Z"),
        ("%d.%m.%Y %H:%M %z", "05.03.2024 10:09 +0230", "2024-03-05T10:09+02:30"),
        ("%d.%m.%Y %H:%M:%S%z", "05.03.2024 10:09:08-01:00", "2024-03-05T10:09:08-01:00"),
    ],
)
def test_a_date_in_its_own_form_is_no_finer_than_it_states(
    pattern: str, cell: str, date: str
) -> None:
    """A month is not its first day, for an event of March may have been on any day of it."""
    own = profile(f'id: "{{a|date:{pattern}}}"\nreport: {{kind: clash}}\n')
    assert own.id.make({"a": cell}) == date


def test_a_name_that_leaves_no_slug_is_told(bring: Bring) -> None:
    """Else who said it first would be left out of the chain, and who passed it on have said it."""
    own = STRIKES.replace("[monitor]", '["{note|slug}", monitor]')
    names = ("П", "я", "-", "x", "93 полк", "93", "٥", "полк x")
    rows = [f"{nr},A,05.03.2024,missile,2024-03-05,,,{who}," for nr, who in enumerate(names)]
    _, result = bring(*rows, profile=own, keep_going=True)
    assert [(one.line, one.column, one.value) for one in result.troubles.shown] == [
        (2, "note", "П"), (3, "note", "я"), (6, "note", "93 полк"), (8, "note", "٥"),
    ]  # fmt: skip
    assert "'П' has no letter that a slug may have; write it in a-z" in str(
        result.troubles.shown[0]
    )


def test_a_column_without_a_name_is_read_by_nobody(bring: Bring, tmp_path: Path) -> None:
    """The number of a row that pandas or R writes first; those that a spreadsheet adds behind."""
    rows = (
        "0,1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes,,",
        "1,2,Alphaville,06.03.2024,missile,2024-03-06,2,5,,no,,x",
    )
    _, result = bring(*rows, header=f",{HEADER},,")
    assert (result.filed, result.passed) == (1, {"not confirmed": 1}), result.troubles.shown
    numbered = STRIKES.replace('id: "{nr}"', 'id: "{row}"') + 'rename: {"": row}\n'
    timeline, result = bring(rows[0][:-2], header=f",{HEADER}", profile=numbered)
    assert "strikes:0" in [entry.key for batch in timeline.log.rows() for entry in batch]
    (tmp_path / "strikes.json").write_text('[{"": 1, "nr": 3, "town": "Alphaville", "day": ""}]')
    result = timeline.import_data(str(tmp_path / "strikes.yaml"), tmp_path / "strikes.json")
    assert "the row has" not in str(result.troubles.shown[0])


def test_a_bad_cell_of_a_renamed_column_is_told_by_the_header_of_its_file(
    bring: Bring, tmp_path: Path
) -> None:
    """A file may have the old name, or the new one, for which it needs no renaming."""
    renaming = STRIKES + "rename: {Datum: day, Tote_min: dead_low, tag: day}\n"
    own = HEADER.replace(",day,", ",Datum,").replace("dead_low", "Tote_min")
    rows = (
        "1,Alphaville,5th of March,missile,2024-03-05,2,5,,yes",
        "2,Alphaville,05.03.2024,missile,2024-03-05,9,5,,yes",
    )
    for header, day, deaths in ((own, "Datum", "dead_high, Tote_min"), (HEADER, "day", "dead_")):
        timeline, result = bring(*rows, header=header, profile=renaming)
        (one, other) = result.troubles.shown
        assert f": {day}: '5th of March'" in str(one)
        assert f": {deaths}" in str(other)
    (tmp_path / "strikes.json").write_text('[{"nr": 1, "town": "Alphaville", "tag": "5."}]')
    result = timeline.import_data(str(tmp_path / "strikes.yaml"), tmp_path / "strikes.json")
    assert "tag" in [one.column for one in result.troubles.shown]


@pytest.mark.parametrize("country", ["XX", "Ukrain"])
def test_a_country_that_nothing_knows_is_told(tmp_path: Path, country: str) -> None:
    """No place is found in it, so that every one is made local, and lies in none."""
    row = "1,Bakhmut,05.03.2024,missile,2024-03-05,2,5,,yes"
    (tmp_path / "strikes.csv").write_text(f"{HEADER}\n{row}\n")
    told = {}
    for name in ("UA", country):
        own = STRIKES.replace('name: "{town}"', f'name: "{{town}}", country: {name}')
        (tmp_path / "own.yaml").write_text(own)
        files = (tmp_path / "own.yaml", tmp_path / "strikes.csv")
        told[name] = typed_on(tmp_path / "t.db", "import", "--dry-run", *files, code=0).stderr
    note = "note: named as a parent or member, but no such place is known"
    assert note not in told["UA"]
    assert f"{note}: {country}\n" in told[country]


def test_a_row_of_empty_cells_is_none(bring: Bring) -> None:
    """Spreadsheets end a table with some."""
    row = "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes"
    _, result = bring(row, ",,,,,,,,", ",", "", row.replace("1,", "2,", 1))
    assert (result.filed, result.troubles.count) == (2, 0)


@pytest.mark.parametrize(
    ("named", "cell", "number"),
    [
        ("number", "1,234.5", "1234.5"),
        ("number", "1\u00a0234", "1234"),
        ("number:,", "1.234,5", "1234.5"),
        ("number:,", "48,2750", "48.2750"),
        ("number:,", "1 234,0", "1234"),
        ("number:,", "1,234", "1.2340"),
        ("number", "12.345", "12.3450"),
    ],
)
def test_a_number_is_read_by_its_decimal_sign(named: str, cell: str, number: str) -> None:
    """1,234 is over a thousand, or one and a bit: the profile says which."""
    own = profile(f'id: "{{a|{named}}}"\nreport: {{kind: clash}}\n')
    assert own.id.make({"a": cell}) == number


def test_what_is_no_number_is_told_in_the_sign_of_the_profile(bring: Bring) -> None:
    """And a sign that no number has is a fault of the profile."""
    _, result = bring(
        "1,Alphaville,05.03.2024,missile,2024-03-05,12.5,,,yes",
        profile=STRIKES.replace("dead_low|number", "dead_low|number:,"),
    )
    assert "dead_low: '12.5' is not a number; write e.g. 12 or 12,5" in str(
        result.troubles.shown[0]
    )
    with pytest.raises(BadReport, match="no decimal sign; write number:, where it is the comma"):
        profile('id: "{a|number:;}"\nreport: {kind: clash}\n')


@pytest.mark.parametrize(
    ("right", "slip"),
    [
        ("if: {confirmed:", "if: {confirmd:"),
        ("  deaths:", "  spread: {column: confirmd, values: {yes: {tags: [sure]}}}\n  deaths:"),
    ],
    ids=["passed over by", "spread"],
)
def test_a_column_that_is_asked_for_is_missed_where_it_is_not(
    bring: Bring, right: str, slip: str
) -> None:
    """Else a slip in its name files what was not to be filed, or less of it, without a word."""
    profile = STRIKES.replace(right, slip)
    _, result = bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes", profile=profile)
    assert (result.filed, result.absent) == (1, ("confirmd",))


def test_a_profile_names_no_code() -> None:
    """A file somebody sent cannot run anything: there is no key for it."""
    for key in ("hook", "python", "module"):
        with pytest.raises(BadReport, match="unknown key"):
            profile(f'id: "{{a}}"\nreport: {{kind: clash}}\n{key}: "os:system"\n')


def test_a_profile_nobody_has_is_a_question(tmp_path: Path) -> None:
    """With the names there are, and the near one."""
    with pytest.raises(BadQuestion, match="did you mean wiki-control"):
        load_profile("wiki-contol")
    with pytest.raises(BadQuestion, match="cannot be read"):
        load_profile(str(tmp_path / "none.yaml"))


def test_a_profile_in_a_folder_is_told_by_its_path(tmp_path: Path) -> None:
    """As it was given, so that it is found."""
    own = tmp_path / "own.yaml"
    own.write_text("id: 5\nid: 6\n")
    with pytest.raises(BadReport, match=f"^{re.escape(str(own))}:2: key 'id' is there twice"):
        load_profile(str(own))


def test_a_data_set_of_any_size_is_no_profile(tmp_path: Path) -> None:
    """It may be named in the place of its profile, and would not fit into memory."""
    huge = tmp_path / "huge.json"
    huge.touch()
    os.truncate(huge, 1 << 42)  # a hole, which takes no room
    with pytest.raises(BadReport, match="the document is over 5 MiB"):
        load_profile(str(huge))


def test_a_bad_row_is_told_with_line_column_value_and_what_is_right(bring: Bring) -> None:
    """And nothing is filed; with keep-going the good rows are."""
    rows = (
        "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes",
        "2,Alphaville,5th of March,missile,2024-03-05,2,5,,yes",
        "3,Alphaville,05.03.2024,slingshot,2024-03-05,2,5,,yes",
        "4,Alphaville,05.03.2024,missile,,2,5,,yes",
        "5,Alphaville,05.03.2024",
        "6,Alphaville,05.03.2024,missile,2024-03-05,9,5,,yes",
    )
    timeline, result = bring(*rows)
    told = [str(one).split("strikes.csv", 1)[1] for one in result.troubles.shown]
    assert told == [
        ":3: day: '5th of March' is not a date in its form; write e.g. 27.10.2022",
        ":4: weapon: 'slingshot' is not a value of the profile; its values are missile, drone",
        f":5: published: reported is missing; {MISSING}",
        ":6: the row has 3 cells where the header has 9; mend the row",
        f":7: dead_high, dead_low: deaths: {DISORDER}",
    ]
    assert (result.filed, timeline.log.head()) == (0, 1)
    _, kept = bring(*rows, keep_going=True)
    assert (kept.filed, kept.troubles.count) == (1, 5)


def test_of_cells_that_all_cannot_be_read_the_first_is_told(bring: Bring) -> None:
    """Of two that a profile names for one thing, that by which it goes before the other."""
    both = '{first: ["{day|date:%Y}", "{published|date:%Y}"]}'
    own = STRIKES.replace('{within: "{day|date:%d.%m.%Y}"}', both)
    _, result = bring("1,Alphaville,5 March,missile,2024-03-05,2,5,,yes", profile=own)
    assert [one.column for one in result.troubles.shown] == ["day"]


def test_a_semicolon_in_a_cell_cuts_nothing(bring: Bring) -> None:
    """Neither in a date nor in a name that leads nowhere."""
    rows = [
        "a,Foo; bar,05.03.2024,missile,2024-03-05,2,5,,",
        "b,Kyiv,5; 3,missile,2024-03-05,2,5,,",
    ]
    strict = STRIKES.replace(", unresolved: local", ", unresolved: problem")
    _, result = bring(*rows, profile=strict)
    place, day = result.troubles.shown
    assert (place.value, place.what) == ("Foo; bar", 'no place is called "Foo; bar"')
    assert place.right == "name its id, or load its places"
    assert (day.value, day.what) == ("5; 3", "is not a date in its form")


def test_a_bad_part_of_a_report_is_told_with_its_own_column(bring: Bring) -> None:
    """And not with all the columns of the key above it."""
    losses = (
        'id: "{nr}"\nreport: {kind: casualties, place: Ukraine, chain: [x], side: ru,\n'
        '  happened: "2024", reported: "2024", equipment: {tank: "{tanks}", drone: "{drones}"}}\n'
    )
    _, result = bring("1,4,-5", header="nr,tanks,drones", profile=losses)
    (trouble,) = result.troubles.shown
    assert ":2: drones: equipment: drone: '-5' is below zero" in str(trouble)


AREAS = """
id: "{nr}"
place:
  name: "{site}"
  lat: "{lat}"
  lon: {column: fine, values: {"0": ""}, otherwise: "{lon}"}
  unresolved: local
report:
  kind: control_assessment
  chain: [mapper]
  happened: "{day|day}"
  reported: "2024-03-09"
  spread:
    rules:
      - {if: {fine: "*"}, then: {areas: [{status: contested, km2: "{area|number:,}"}]}}
"""


def test_a_number_whose_decimal_sign_is_stated_has_one_reading(bring: Bring) -> None:
    """Three decimals are no thousands."""
    timeline, result = bring(
        "1,Hill,1,2,1,2024-03-05,6.612",
        header="nr,site,lat,lon,fine,day,area",
        profile=AREAS.replace("number:,", "number"),
    )
    assert result.filed == 1, list(map(str, result.troubles.shown))
    (claim,) = timeline.known("Hill", "2024-03-09").claims
    assert claim.value["areas"][0]["km2"]["best"] == 6.612


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,Hill,1,2,1,,3", "day: happened is missing"),
        ("1,Hill,1,abc,1,2024-03-05,3", "fine, lon: 'abc' is no position"),
        ("1,Hill,1,,1,2024-03-05,3", "fine, lon: is empty, and half a position is none"),
        ("1,Hill,,2,1,2024-03-05,3", "lat: is empty, and half a position is none"),
        ("1,Hill,1,2,1,2024-03-05,-3", "area: areas item 1: km2: '-3' is below zero"),
    ],
)
def test_a_row_that_lacks_something_is_told_with_the_column(
    bring: Bring, row: str, told: str
) -> None:
    """An empty cell too, one that a choice led to, and one among those of a choice."""
    _, result = bring(row, header="nr,site,lat,lon,fine,day,area", profile=AREAS)
    (trouble,) = result.troubles.shown
    assert f":2: {told}; " in str(trouble)
    assert result.filed == 0


def test_a_report_that_is_chosen_tells_its_columns_too(bring: Bring) -> None:
    """By rules, as a version is that not every row has, or by a cell."""
    own = (
        'id: "{nr}"\nversions:\n  - rules:\n      - if: {end: "*"}\n        then:\n'
        "          {kind: clash, place: Ukraine, chain: [x], reported: '2024-03-09',\n"
        '          happened: "{day}/{end}", spread: {column: kind, values: {a: {deaths: "{n}"}}}}\n'
    )
    _, result = bring("1,2024-03-05,2024-03-04,a,-1", header="nr,day,end,kind,n", profile=own)
    told = [str(one).split(":2: ", 1)[1] for one in result.troubles.shown]
    assert [one.partition(":")[0] for one in told] == ["day, end", "n"]


def test_of_an_id_the_empty_columns_are_told(bring: Bring) -> None:
    """And not those that are filled in."""
    _, result = bring(
        ",Alphaville,05.03.2024,missile,2024-03-05,2,5,,",
        profile=STRIKES.replace('id: "{nr}"', 'id: "{town}/{nr}"'),
    )
    assert ":2: nr: is empty, and the id is made of it" in str(result.troubles.shown[0])


def test_of_a_file_that_is_not_there_no_row_can_be_mended(tmp_path: Path) -> None:
    """One line on the file, and that nothing came of it."""
    done = typed_on(tmp_path / "timeline.db", "import", "losses", tmp_path / "nope.csv", code=1)
    assert done.stderr.splitlines()[1:] == ["nothing was filed"]


def test_ten_thousand_bad_rows_do_not_print_ten_thousand_lines(tmp_path: Path) -> None:
    """The first of each kind, then how many there are of it."""
    rows = [f"{i},Alphaville,05.03.2024,sling{i},2024-03-05,2,5,," for i in range(10_000)]
    rows += ["x,Alphaville,never,missile,2024-03-05,2,5,,"]
    done = run_import(tmp_path, *rows)
    assert done.exit_code == 1
    assert done.stdout == ("filed 0, corrected 0, retracted 0, already known 0, problems 10001\n")
    assert len(done.stderr.splitlines()) < 15
    assert "  10,000 × weapon: is not a value of the profile, first on line 2" in done.stderr
    assert (
        "nothing was filed; mend the rows, or file the good ones with --keep-going" in done.stderr
    )
    assert not (tmp_path / "timeline.db").exists()


def test_a_missing_key_below_another_is_told_by_its_own_column(tmp_path: Path) -> None:
    """The column of the publisher, and none that the source has besides."""
    (tmp_path / "odd.yaml").write_text(
        'about: x\nid: "{id}"\nplace: {name: "{place}"}\nreport:\n  kind: statement\n'
        '  source: {publisher: "{press}", title: "{title}", published: "{day}"}\n'
    )
    (tmp_path / "odd.csv").write_text("id,place,day,press,title\n1,Kyiv,2025-01-01,,t\n")
    files = (tmp_path / "odd.yaml", tmp_path / "odd.csv")
    done = typed_on(tmp_path / "timeline.db", "import", *files, code=1)
    assert "odd.csv:2: press: source: publisher is missing; add publisher" in done.stderr


def run_import(tmp_path: Path, *rows: str, more: tuple[str, ...] = ()) -> Result:
    """The command on a table."""
    (tmp_path / "strikes.yaml").write_text(STRIKES)
    (tmp_path / "strikes.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    files = (tmp_path / "strikes.yaml", tmp_path / "strikes.csv")
    return typed_on(tmp_path / "timeline.db", "import", *files, *more)


def test_programs_get_counts_and_kinds_of_trouble_as_json(tmp_path: Path) -> None:
    """One object on standard output, each problem an object on standard error."""
    done = run_import(
        tmp_path,
        "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes",
        "2,Alphaville,05.03.2024,slingshot,2024-03-05,2,5,,yes",
        more=("--format", "json", "--keep-going"),
    )
    answer = json.loads(done.stdout)
    assert (answer["rows"], answer["filed"], answer["problems"]) == (2, 1, 1)
    assert answer["kinds_of_problems"][0]["column"] == "weapon"
    assert answer["places"]["local"] == 1
    (problem,) = map(json.loads, done.stderr.splitlines())
    assert (problem["line"], problem["what"]) == (3, "is not a value of the profile")
    assert (problem["column"], problem["value"]) == ("weapon", "slingshot")


def test_of_a_bad_row_no_version_is_filed(bring: Bring) -> None:
    """Else the row, once mended, would be refused as other content of a report that is known."""
    alerts = """
id: "{nr}"
place: {name: "{town}", unresolved: local}
versions:
  - {kind: unrest, chain: [m], happened: {during: "{a}/.."}, reported: "{a}"}
  - rules:
      - if: {b: "*"}
        then: {kind: unrest, chain: [m], happened: {during: "{a}/{b}"}, reported: "{b}"}
"""
    rows = "1,A,2024-03-01,2024-03-02", "2,A,2024-03-05,2024-03-03"
    asked = {"profile": alerts, "header": "nr,town,a,b", "keep_going": True}
    _, result = bring(*rows, **asked)
    assert (result.filed, result.corrected, result.troubles.count) == (1, 1, 1)
    _, result = bring(rows[0], "2,A,2024-03-02,2024-03-03", **asked)
    assert (result.filed, result.corrected, result.known) == (1, 1, 2)
    assert not result.troubles


def test_names_that_differ_in_their_capitals_have_their_places_again(bring: Bring) -> None:
    """In whichever order the table has its rows the next time."""
    own = """
id: "{nr}"
place: {name: "{town}", lat: "{lat}", lon: "{lon}", unresolved: local}
report: {kind: clash, chain: [m], happened: "2024-03-01", reported: "2024-03-01"}
"""
    rows = "1,Alphaville,1,2", "2,ALPHAVILLE,1,2"
    asked = {"profile": own, "header": "nr,town,lat,lon"}
    _, result = bring(*rows, **asked)
    assert result.filed == 2
    for again in (rows, rows[::-1]):
        _, result = bring(*again, **asked)
        assert (result.known, result.troubles.count) == (2, 0), list(
            map(str, result.troubles.shown)
        )


def test_the_place_of_a_bad_row_does_not_enter_the_log(bring: Bring) -> None:
    """It would stand beside the place of its name that others mean; those of good rows enter."""
    own = """
id: "{nr}"
place:
  name: "{town}"
  lat: "{lat}"
  lon: "{lon}"
  levels: [{name: "{oblast}", kind: oblast}]
  unresolved: local
report: {kind: clash, chain: [m], happened: "{day|day}", reported: "{day|day}"}
"""
    timeline, result = bring(
        "1,Alphaville,1,2,North,2024-03-01",
        "2,Mariupol,1,2,South,1st of March",
        "3,Betatown,1,2,North,2024-03-01",
        profile=own,
        header="nr,town,lat,lon,oblast,day",
        keep_going=True,
    )
    assert (result.filed, result.troubles.count) == (2, 1)
    assert timeline.known("Betatown").place.path == ["North", "Betatown"]
    for name in ("Mariupol", "South"):
        with pytest.raises(UnknownPlace):
            timeline.known(name)


def test_a_further_version_is_held_against_those_that_it_is_like(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not against all of its report, which a table that repeats its rows has by thousands."""
    fitted: list[Parts] = []
    fit = Parts.fit

    def counted(own: Parts, given: Parts) -> bool:
        fitted.append(own)
        return fit(own, given)

    monkeypatch.setattr(Parts, "fit", counted)
    rows = [f"1,A,05.03.2024,missile,2024-03-05,{dead},,," for dead in range(60)]
    _, result = bring(*rows, profile=f"{STRIKES}repeats: true\n")
    assert (result.filed, result.corrected) == (1, 59)
    assert len(fitted) < 120


def test_two_rows_of_one_id_are_a_problem(bring: Bring) -> None:
    """The same row twice is one; with other content nobody can say which is right."""
    row = "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes"
    _, same = bring(row, row)
    assert (same.filed, same.troubles.count) == (1, 0)
    assert same.passed == {"the same as a row before": 1}
    _, other = bring(
        "7,A,05.03.2024,missile,2024-03-05,2,5,,", "7,B,05.03.2024,missile,2024-03-05,2,5,,"
    )
    assert "strikes:7 is there twice with other content, first on line 2" in str(
        other.troubles.shown[0]
    )


def test_a_column_that_tells_no_row_apart_is_told_of_at_once(
    bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows of a table may have one id, by a slip in the profile."""
    steps = 0

    def counted(tables: str, *, cache_kib: int) -> sqlite3.Connection:
        def step() -> None:
            nonlocal steps
            steps += 1_000

        db = scratch(tables, cache_kib=cache_kib)
        db.set_progress_handler(step, 1_000)
        return db

    monkeypatch.setattr(staging, "scratch", counted)
    _, result = bring(*(f"7,Town {at},05.03.2024,missile,2024-03-05,2,5,," for at in range(200)))
    assert result.troubles.count == 199
    assert steps < 200 * 1_000


def test_a_row_of_another_file_is_told_by_that_file(bring: Bring, tmp_path: Path) -> None:
    """A line alone would be taken for one of the file that the problem is in."""
    timeline, _ = bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes")
    (tmp_path / "new.csv").write_text(
        f"{HEADER}\n7,Alphaville,05.03.2024,missile,2024-03-05,2,5,,\n"
    )
    (tmp_path / "more.csv").write_text(
        f"{HEADER}\n7,Alphaville,05.03.2024,missile,2024-03-05,3,5,,\n"
    )
    tables = (tmp_path / "new.csv", tmp_path / "more.csv")
    imported = timeline.import_data(str(tmp_path / "strikes.yaml"), *tables)
    said = (
        f"more.csv:2: strikes:7 is there twice with other content, first on line 2 of {tables[0]};"
    )
    assert said in str(imported.troubles.shown[0])


@pytest.mark.parametrize("first", [{}, {"snapshot": True, "reported": "2024-03-06"}], ids=str)
def test_other_content_under_a_filed_id_is_told_and_how_to_have_it_corrected(
    bring: Bring, first: dict[str, Any]
) -> None:
    """A table that changed is a snapshot, and says so, as the one before may have done."""
    bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes", **first)
    _, result = bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,9,,yes")
    told = "is already filed with other content; import the file as a snapshot, if it is the whole"
    assert told in str(result.troubles.shown[0])


def test_a_table_of_changed_rows_alone_is_not_told_to_be_a_snapshot(bring: Bring) -> None:
    """What it leaves out would be withdrawn."""
    own = STRIKES + "repeats: true\n"
    bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes", profile=own)
    _, result = bring("1,Alphaville,05.03.2024,missile,2024-03-07,2,9,,yes", profile=own)
    told = "is already filed with other content; import it in one command with the files before it"
    assert told in str(result.troubles.shown[0])


def test_reports_with_ids_of_their_own_are_corrected_one_by_one(bring: Bring) -> None:
    """No snapshot can be of them, so none is spoken of."""
    own = STRIKES + "ids: as written\n"
    bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes", profile=own)
    _, result = bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,9,,yes", profile=own)
    assert "with other content; correct it by itself: timeline correct 1 FILE" in str(
        result.troubles.shown[0]
    )


def test_a_clock_is_taken_from_another_column(bring: Bring) -> None:
    """And only from one that the profile reads."""
    row = "1,Alphaville,05.03.2024,missile,2024-03-09,2,5,2024-03-20,yes"
    timeline, _ = bring(row, clock="note")
    assert timeline.known("Alphaville", "2024-03-19").claims == []
    assert timeline.known("Alphaville", "2024-03-20").context == []
    with pytest.raises(BadQuestion, match="reads no column 'nothing'; its columns are"):
        bring(row, clock="nothing")
    with pytest.raises(BadQuestion, match="known from what is `reported`; leave clock out"):
        bring(row, clock="note", snapshot=True, reported="2024-04-01")


def test_a_clock_is_read_as_a_profile_reads_a_column(bring: Bring) -> None:
    """By the filters of profiles, since columns are not all in ISO form."""
    row = "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,20.03.2024,yes"
    timeline, plain = bring(row, clock="note")
    assert "note: '20.03.2024' is not a date" in str(plain.troubles.shown[0])
    timeline, imported = bring(row, clock="{note|date:%d.%m.%Y}")
    assert (imported.filed, imported.troubles.count) == (1, 0)
    assert timeline.known("Alphaville", "2024-03-19").claims == []
    assert timeline.known("Alphaville", known="2024-03-20").claims[0].reported == "2024-03-20"
    with pytest.raises(BadQuestion, match="reads no column 'nothing'; its columns are"):
        bring(row, clock="{nothing|ymd}")
    with pytest.raises(BadQuestion, match=r"^clock: .*'nofilter'"):
        bring(row, clock="{note|nofilter}")
    with pytest.raises(BadQuestion, match=r"^clock: .*has a brace on its own"):
        bring(row, clock="{note")


@pytest.mark.parametrize(
    ("reported", "why"),
    [
        ("yesterday", "reported: 'yesterday' is not a date; write 2025, 2025-10"),
        ("2024-04-01/..", "reported: '2024-04-01/..' does not say by when it was known; write"),
    ],
)
def test_a_time_that_is_none_is_a_question(bring: Bring, reported: str, why: str) -> None:
    """What was written stands there once."""
    with pytest.raises(BadQuestion) as refused:
        bring("1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes", reported=reported)
    assert why in str(refused.value)


def test_what_is_no_table_of_the_profile_is_said_to_be_none(bring: Bring) -> None:
    """A missing column, the columns there are, and what to do."""
    _, result = bring("1,2", header="number,place")
    told = str(result.troubles.shown[0])
    assert "no column nr, town, day, which the profile strikes needs" in told
    assert "the columns are number, place" in told


def test_lines_that_are_none_of_the_profile_are_said_to_be_none(tmp_path: Path) -> None:
    """In one line: what reads them is let go of after the file, which was no error to show."""
    (tmp_path / "strikes.yaml").write_text(STRIKES)
    (tmp_path / "strikes.ndjson").write_text('{"number": 1}\n' * 2)
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        result = timeline.import_data(
            str(tmp_path / "strikes.yaml"), tmp_path / "strikes.ndjson", options=Options()
        )
    assert "no column nr, town, day" in str(result.troubles.shown[0])
    del result
    gc.collect()  # what could not be let go of would be a warning here


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "the file is empty"),
        (b'nr,town,day\n1,"A,2024\n', "this is not CSV"),
        (b"nr,town,day\n1,\xff\xfe,2\n", "this is not UTF-8"),
        (b"\x1f\x8b\x08\x00\x00", "the file is damaged, or ends in the middle; fetch it again"),
        (
            gzip.compress(b"nr,town,day\n", mtime=0)[:-8] + b"8bytesof",
            "the file is damaged, or ends in",
        ),
        (
            gzip.compress(b"nr,town,day\n", mtime=0) + b"<html>",
            "the file is damaged, or ends in the middle",
        ),
        ("nr,town,day\n".encode("utf-16-le"), "this is not UTF-8; save it so, or write reads"),
        (b"nr,nr,day\n", "column 'nr' is there twice"),
        (b"PK\x03\x04\x14\x00", "this is a workbook, or packed otherwise than by gzip; save"),
        (b"BZh91AY&SY", "packed otherwise than by gzip; save the workbook as CSV, or unpack"),
        (b"nr;town;day\n", 'write reads: {delimiter: ";"} in a profile of your own'),
        (b"nr;town;day\n", "no column nr, town, day, which the profile strikes needs"),
        (b"nr\ttown\tday\n", r'write reads: {delimiter: "\t"} in a profile of your own'),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    bring: Bring, tmp_path: Path, content: bytes, what: str
) -> None:
    """Whatever it is, nothing is filed and nothing fails."""
    timeline, _ = bring()
    (tmp_path / "strange.csv").write_bytes(content)
    result = timeline.import_data(str(tmp_path / "strikes.yaml"), tmp_path / "strange.csv")
    (trouble,) = result.troubles.shown
    assert what in str(trouble)


def test_a_packed_table_may_come_on_standard_input(tmp_path: Path) -> None:
    """As it may from a file."""
    (tmp_path / "strikes.yaml").write_text(STRIKES)
    table = f"{HEADER}\n1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes\n"
    run = partial(typed_on, tmp_path / "timeline.db", "import", tmp_path / "strikes.yaml", "-")
    done = run(stdin=gzip.compress(table.encode()))
    assert done.stdout.startswith("filed 1,"), done.output
    again = run(stdin=table)
    assert "already known 1" in again.stdout


def test_json_on_standard_input_is_told_by_how_it_begins(tmp_path: Path) -> None:
    """What has no name, or none that tells, is a table unless it begins as JSON does."""
    (tmp_path / "strikes.yaml").write_text(STRIKES)
    run = partial(typed_on, tmp_path / "timeline.db", "import", tmp_path / "strikes.yaml")
    rows = [
        {"nr": nr, "town": "Alphaville", "day": "05.03.2024", "weapon": "missile"} for nr in (1, 2)
    ]
    told = ("--reported", "2024-03-06")
    first = run("-", *told, stdin=json.dumps(rows, indent=1))
    assert first.stdout.startswith("filed 2,"), first.output
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    points = [{"type": "Feature", "properties": row, "geometry": None} for row in rows]
    collection = json.dumps({"type": "FeatureCollection", "features": points})
    for again in (lines, collection + "\n", gzip.compress(lines.encode())):
        assert "already known 2, problems 0" in run("-", *told, stdin=again).stdout
    (tmp_path / "strikes").write_text(lines)
    assert "already known 2, problems 0" in run(tmp_path / "strikes", *told).stdout


def test_records_below_a_key_are_named_where_the_profile_does_not(
    bring: Bring, tmp_path: Path
) -> None:
    """As the APIs of ACLED and UCDP wrap theirs."""
    timeline, _ = bring()
    path = tmp_path / "strikes.json"
    for content, right in (
        ({"status": 200, "messages": [], "data": [{"nr": 1}]}, "write reads: {records: data}"),
        ({"status": 403, "messages": ["no"]}, "write reads: {records: KEY.KEY}"),
        ("no", "write reads: {records: KEY.KEY}"),
    ):
        path.write_text(json.dumps(content))
        result = timeline.import_data(str(tmp_path / "strikes.yaml"), path)
        (trouble,) = result.troubles.shown
        assert f"no list of records; {right} in a profile of your own" in str(trouble)


def test_a_row_of_hxl_tags_under_the_header_is_none_of_the_data(
    bring: Bring, tmp_path: Path
) -> None:
    """As humanitarian data sets have it, and our own export; elsewhere it is a row like others."""
    tags = "#meta+id,#loc +name,#date+occurred,#event+type,#date+reported,#affected+killed,,,#x"
    row = "1,Alphaville,05.03.2024,missile,2024-03-05,2,5,,yes"
    timeline, result = bring(tags, row)
    assert (result.filed, result.troubles.count, result.rows) == (1, 0, 1)
    made = timeline.export("claims", form="hxl")
    (tmp_path / "claims.hxl").write_bytes(b"".join(made.parts()))
    other = left(Timeline(tmp_path / "other.db", create=True))
    back = other.import_data("csv", tmp_path / "claims.hxl")
    assert (back.filed, back.troubles.count) == (1, 0)
    (tmp_path / "late.csv").write_text("\n".join([HEADER, row, tags]) + "\n")
    late = timeline.import_data(str(tmp_path / "strikes.yaml"), tmp_path / "late.csv")
    assert [one.line for one in late.troubles.shown] == [3]


CHANNEL = """\
reads: {records: messages}
skip: [{if: {text: ""}, because: no text}]
id: "{id}"
place: {name: Alphaville, unresolved: local}
report:
  kind: statement
  speech: assessment
  about: channel
  chain: [committee]
  happened: "{date_unixtime|epoch}"
  reported: "{date_unixtime|epoch}"
  proposition: "{text|sentence}"
  quote: "{text.1}"
"""


def test_a_message_that_is_partly_bold_is_one_text(tmp_path: Path) -> None:
    """As Telegram exports it: a list of plain runs, and of others with a `text`."""
    runs = [{"type": "hashtag", "text": "#الفاشر"}, " killed ", {"type": "bold", "text": "12"}, "."]
    messages = [
        {"id": 1, "date_unixtime": "1761448353", "text": runs},
        {"id": 2, "date_unixtime": "1761448354", "text": "plain"},
        {"id": 3, "date_unixtime": "1761448355", "text": [{"type": "bold", "text": "all bold"}]},
        {"id": 4, "date_unixtime": "1761448356", "text": ""},
    ]
    (tmp_path / "channel.yaml").write_text(CHANNEL)
    (tmp_path / "result.json").write_text(json.dumps({"name": "x", "messages": messages}))
    timeline = left(Timeline(tmp_path / "timeline.db", create=True))
    result = timeline.import_data(str(tmp_path / "channel.yaml"), tmp_path / "result.json")
    assert (result.filed, dict(result.passed)) == (3, {"no text": 1})
    told = [one.claim for one in timeline.claims("Alphaville").claims]
    assert {one.value["proposition"] for one in told} == {"#الفاشر killed 12.", "plain", "all bold"}
    assert {one.quote for one in told} == {"killed", None}


def test_nested_records_are_columns_by_dots(bring: Bring, tmp_path: Path) -> None:
    """JSON, NDJSON and GeoJSON, with lists of plain values, of pairs, of records."""
    timeline, _ = bring()
    text = """
reads: {records: data.events}
id: "{id}"
place: {name: "{where.name}", lat: "{where.lat}", lon: "{where.lon}", unresolved: local}
report:
  kind: clash
  chain: {several: parties}
  happened: "{on}"
  reported: "{on}"
  outcome: "{facts.outcome}"
  source: {publisher: x, url: "{links.0.href|web}"}
"""
    (tmp_path / "nested.yaml").write_text(text)
    event = {
        "id": 7,
        "where": {"name": "Alphaville", "lat": 10.5, "lon": 20},
        "parties": ["a", "b"],
        "on": "2024-03-05",
        "facts": [{"key": "outcome", "value": "held"}],
        "links": [{"href": "https://example.org/7"}],
    }
    (tmp_path / "nested.json").write_text(json.dumps({"data": {"events": [event]}}))
    result = timeline.import_data(str(tmp_path / "nested.yaml"), tmp_path / "nested.json")
    assert result.filed == 1, list(map(str, result.troubles.shown))
    (claim,) = timeline.known("Alphaville", "2024-03-06").claims
    assert [said["party"] for said in claim.chain] == ["a", "b"]
    assert claim.value["outcome"] == "held"
    assert claim.source == {"publisher": "x", "url": "https://example.org/7"}


ROWS = """
id: "{id}"
place: {name: "{town}", unresolved: local}
report: {kind: clash, chain: [x], happened: "2024-03-05", reported: "2024-03-05"}
"""


@pytest.mark.parametrize("ending", ["csv", "json", "ndjson"])
@pytest.mark.parametrize("encoding", ["cp1251", "utf-8-sig", "utf-16"])
def test_every_format_is_read_in_the_encoding_of_the_profile(
    bring: Bring, tmp_path: Path, ending: str, encoding: str
) -> None:
    """And UTF-8 with the mark that some programs put before it."""
    timeline, _ = bring()
    reads = "" if encoding == "utf-8-sig" else f"reads: {{encoding: {encoding}}}\n"
    (tmp_path / "coded.yaml").write_text(reads + ROWS)
    record = json.dumps({"id": "1", "town": "Селище"}, ensure_ascii=False)
    text = {"csv": "id,town\n1,Селище\n", "json": f"[{record}]", "ndjson": f"{record}\n"}[ending]
    path = tmp_path / f"rows.{ending}"
    path.write_bytes(text.encode(encoding))
    result = timeline.import_data(str(tmp_path / "coded.yaml"), path)
    assert not result.troubles, list(map(str, result.troubles.shown))
    assert len(timeline.known("Селище", "2024-03-05").claims) == 1


def test_a_line_of_records_without_an_end_is_refused(bring: Bring, tmp_path: Path) -> None:
    """As one of a table is."""
    timeline, _ = bring()
    (tmp_path / "coded.yaml").write_text(ROWS)
    path = tmp_path / "rows.ndjson"
    path.write_text(json.dumps({"id": "1", "town": "x" * 2**22}) + "\n")
    result = timeline.import_data(str(tmp_path / "coded.yaml"), path)
    assert "a line has no end" in str(result.troubles.shown[0])


def test_a_key_that_is_there_twice_is_refused_by_its_line(bring: Bring, tmp_path: Path) -> None:
    """As in a document: nobody can say which of the two holds."""
    timeline, _ = bring()
    lines = tmp_path / "twice.ndjson"
    lines.write_text('{"nr": 1, "town": "A", "day": "x"}\n{"nr": 2, "nr": 3}\n')
    result = timeline.import_data(str(tmp_path / "strikes.yaml"), lines)
    assert "twice.ndjson:2: key 'nr' is there twice; keep one" in str(result.troubles.shown[0])


def test_what_is_below_a_broken_line_is_read_or_said_not_to_be(
    bring: Bring, tmp_path: Path
) -> None:
    """A line of records is a row like any other; of a table nobody knows where the next begins."""
    timeline, _ = bring()
    profile = str(tmp_path / "strikes.yaml")
    good = {"town": "A", "day": "05.03.2024", "weapon": "missile", "published": "2024-03-05"}
    lines = [json.dumps({"nr": nr, **good}) for nr in range(4)]
    (tmp_path / "rows.ndjson").write_text("\n".join([lines[0], '{"nr"', *lines[1:3]]) + "\n")
    result = timeline.import_data(
        profile, tmp_path / "rows.ndjson", options=Options(keep_going=True)
    )
    assert [one.line for one in result.troubles.shown] == [2]
    assert (result.rows, result.filed, result.troubles.count) == (4, 3, 1)
    _, result = bring(
        "7,B,05.03.2024,missile,2024-03-05,,,,",
        '8,"B"x,05.03.2024,missile,2024-03-05,,,,',
        "9,B,05.03.2024,missile,2024-03-05,,,,",
        keep_going=True,
    )
    assert result.filed == 1
    assert str(result.troubles.shown[0]).endswith(
        "strikes.csv:3: this is not CSV: ',' expected after '\"', so that no row after the first "
        '1 was read; close every quote; write "" for a quote'
    )


def test_points_of_geojson_have_a_place(bring: Bring, tmp_path: Path) -> None:
    """A point by its position, a shape or several by the middle of the box around them."""
    timeline, _ = bring()
    properties = {"report_id": "p1", "place": "Alphaville", "kind": "clash", "party": "monitor"}
    properties |= {"happened": "2024-03-05", "reported_at": "2024-03-05"}
    box = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 4], [0, 0]]]}
    other = {**properties, "report_id": "p2", "place": "Boxville"}
    point = {"type": "Point", "coordinates": [20.5, 10.25]}
    both = {"type": "GeometryCollection", "geometries": [point, box]}
    features = [
        {"type": "Feature", "geometry": point, "properties": properties},
        {"type": "Feature", "geometry": box, "properties": other},
        {
            "type": "Feature",
            "geometry": both,
            "properties": {**properties, "report_id": "p3", "place": "Sumville"},
        },
    ]
    path = tmp_path / "points.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    result = timeline.import_data("geojson", path)
    assert result.filed == 3, list(map(str, result.troubles.shown))
    place = timeline.known("Alphaville", "2024-03-06").place
    assert (place.lat, place.lon) == (10.25, 20.5)
    place = timeline.known("Boxville", "2024-03-06").place
    assert (place.lat, place.lon) == (2, 1)
    place = timeline.known("Sumville", "2024-03-06").place
    assert (place.lat, place.lon) == (5.125, 10.25)


@pytest.mark.parametrize(
    ("coordinates", "told"),
    [
        (["20.5", "10.25"], "the row has coordinates that are no position; mend the row"),
        ([20.5], "the row has coordinates that are no position; mend the row"),
        ([20.5, 10.25, None], ""),
        ([None, None], ""),
        ([], ""),
    ],
)
def test_coordinates_that_are_no_numbers_are_a_problem_of_their_row(
    bring: Bring, tmp_path: Path, coordinates: list[object], told: str
) -> None:
    """Else the row would be nowhere, and nobody told; none at all are none."""
    timeline, _ = bring()
    properties = {"place": "Alphaville", "kind": "clash", "happened": "2024-03-05"}
    properties |= {"party": "monitor", "reported_at": "2024-03-05"}
    point = {"type": "Point", "coordinates": coordinates}
    path = tmp_path / "points.geojson"
    path.write_text(json.dumps({"type": "Feature", "geometry": point, "properties": properties}))
    result = timeline.import_data("geojson", path)
    assert [str(one).partition(":1: ")[2] for one in result.troubles.shown] == ([told] * bool(told))
    if coordinates[1:2] == [10.25]:
        place = timeline.known("Alphaville", "2024-03-06").place
        assert (place.lat, place.lon) == (10.25, 20.5)


def test_a_feature_whose_properties_are_no_object_is_a_problem_of_its_row(
    bring: Bring, tmp_path: Path
) -> None:
    """Whatever they are instead; none at all are as good as empty ones."""
    timeline, _ = bring()
    good = {"report_id": "p1", "place": "Alphaville", "kind": "clash", "party": "monitor"}
    good |= {"happened": "2024-03-05", "reported_at": "2024-03-05"}
    features = [{"type": "Feature", "properties": one} for one in (good, ["x"], "x", 1.5, True)]
    path = tmp_path / "odd.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    result = timeline.import_data("geojson", path)
    assert [str(one) for one in result.troubles.shown] == [
        f"{path}:{row}: the row has properties that are no JSON object; mend the row"
        for row in range(2, 6)
    ]


@pytest.mark.parametrize(
    ("longitudes", "middle"),
    [
        ((179, -179), 180),  # a shape across the date line
        ((178, 180, -180, -176), -179),  # the same cut in two, as RFC 7946 would have it
        ((27.5, 180, -180, -169.5), 109),
        ((-10, 30), 10),
        ((-180, -90, 0, 90, 180), 0),  # all around
    ],
)
def test_the_middle_of_a_shape_across_the_date_line_lies_there(
    bring: Bring, tmp_path: Path, longitudes: tuple[float, ...], middle: float
) -> None:
    """And not on the other side of the Earth, at the mean of 179 and -179."""
    timeline, _ = bring()
    properties = {"report_id": "p1", "place": "Alphaville", "kind": "clash", "party": "monitor"}
    properties |= {"happened": "2024-03-05", "reported_at": "2024-03-05"}
    shape = {"type": "LineString", "coordinates": [[lon, 10] for lon in longitudes]}
    feature = {"type": "Feature", "geometry": shape, "properties": properties}
    path = tmp_path / "shape.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    result = timeline.import_data("geojson", path)
    assert result.filed == 1, list(map(str, result.troubles.shown))
    place = timeline.known("Alphaville", "2024-03-06").place
    assert (place.lat, place.lon) == (10, middle)


def test_what_a_row_lies_in_is_no_town(tmp_path: Path) -> None:
    """An oblast called Pokrovsk is not the city, nor is what lies in it in the city."""
    (tmp_path / "own.yaml").write_text(
        'id: "{id}"\nplace: {name: "{town}", levels: [{name: "{oblast}", kind: oblast}],\n'
        "  unresolved: local}\n"
        'report: {kind: clash, chain: [x], happened: "2024", reported: "2024"}\n'
    )
    (tmp_path / "rows.csv").write_text("id,town,oblast\n1,Alphaville,Pokrovsk\n2,,Kyiv\n")
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.import_data(str(tmp_path / "own.yaml"), tmp_path / "rows.csv")
        assert timeline.known("Alphaville", "2025-01-01").place.path == ["Pokrovsk", "Alphaville"]
        assert len(timeline.known("iso:UA-30", "2025-01-01").claims) == 1


def test_what_nothing_knows_and_a_place_lies_in_is_told(tmp_path: Path) -> None:
    """As it is of a place that a document defines: a slip of a name is found that way."""
    (tmp_path / "own.yaml").write_text(
        'id: "{id}"\nplace: {name: "{town}", parent: "{in}", unresolved: local}\n'
        'report: {kind: clash, chain: [x], happened: "2024", reported: "2024"}\n'
    )
    rows = "id,town,in\n1,Alphaville,Donetsk Oblast\n2,Betatown,Donezk Oblast\n"
    (tmp_path / "rows.csv").write_text(rows)
    own = (tmp_path / "own.yaml", tmp_path / "rows.csv")
    told = typed_on(tmp_path / "timeline.db", "import", *own, code=0).stderr
    note = "note: named as a parent or member, but no such place is known: Donezk Oblast\n"
    assert told.endswith(note)


def test_a_place_is_that_of_its_id_whatever_a_row_calls_it(bring: Bring) -> None:
    """Another place has that name, or none has: the id is told apart, the name is as reported."""
    own = STRIKES.replace('name: "{town}",', 'id: "{note}", name: "{town}",')
    timeline, result = bring(
        "1,Kyiv,05.03.2024,missile,2024-03-05,,,geonames:704422,",
        "2,Fort Six,05.03.2024,missile,2024-03-05,,,geonames:704422,",
        profile=own,
    )
    assert (result.filed, list(result.places.local)) == (2, [])
    entries = [entry for batch in timeline.log.rows() for entry in batch if entry.report]
    assert [(one.report.place.id, one.report.place.name) for one in entries if one.report] == [
        ("geonames:704422", "Kyiv"), ("geonames:704422", "Fort Six"),
    ]  # fmt: skip


def test_a_place_may_be_named_by_its_id_alone(bring: Bring) -> None:
    """Then it has the name that the gazetteer gives it."""
    own = STRIKES.replace('{name: "{town}", unresolved: local}', '{id: "{note}"}')
    timeline, result = bring(
        "1,,05.03.2024,missile,2024-03-05,,,geonames:704422,",
        profile=own.replace("needs: [nr, town, day]", "needs: [nr, day]"),
    )
    assert (result.filed, list(result.troubles.shown)) == (1, [])
    assert len(timeline.known("Pokrovsk", "2024-03-05").claims) == 1


def test_a_profile_in_json_may_state_a_number(tmp_path: Path) -> None:
    """It stands for every row, as in a report."""
    report = {"kind": "clash", "chain": ["x"], "happened": "2024-03-05", "reported": "2024-03-06"}
    place = {"name": "{town}", "unresolved": "local"}
    own = tmp_path / "own.json"
    own.write_text(json.dumps({"id": "{nr}", "place": place, "report": report | {"deaths": 3}}))
    (tmp_path / "table.csv").write_text("nr,town\n1,Alphaville\n")
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        result = timeline.import_data(str(own), tmp_path / "table.csv")
        assert (result.filed, list(result.troubles.shown)) == (1, [])
        (claim,) = timeline.known("Alphaville", "2024-03-06").claims
        assert claim.value["deaths"]["best"] == 3


def test_a_place_that_nothing_has_is_told_by_its_own_column(bring: Bring) -> None:
    """An oblast by that of oblasts, an id by that of ids: there it is to be mended."""
    own = STRIKES.replace(
        '{name: "{town}", unresolved: local}',
        '{id: "{note}", name: "{town}", levels: [{name: "{weapon}", kind: oblast}]}',
    ).replace("  kind: {column: weapon", "  kind: {column: confirmed, otherwise: clash")
    _, result = bring(
        "1,Pokrovsk,05.03.2024,Donezk,2024-03-05,,,,",
        "2,,05.03.2024,,2024-03-05,,,geonames:1,",
        "3,Pokrowsk,05.03.2024,,2024-03-05,,,,",
        profile=own,
    )
    assert [(one.column, one.value) for one in result.troubles.shown] == [
        ("weapon", "Donezk"), ("note", "geonames:1"), ("town", "Pokrowsk"),
    ]  # fmt: skip


def test_what_a_name_means_does_not_hang_on_the_rows_before(tmp_path: Path) -> None:
    """A row without a position is not put where another row of that name lies."""
    profile = STRIKES.replace(
        'name: "{town}",', 'name: "{town}", lat: "{dead_low}", lon: "{dead_high}",'
    )
    rows = ["1,Alphaville,05.03.2024,missile,2024-03-05,10,20,,"]
    rows.append("2,Alphaville,05.03.2024,missile,2024-03-05,,,,")
    (tmp_path / "strikes.yaml").write_text(profile)
    places = []
    for order in (rows, rows[::-1]):
        (tmp_path / "strikes.csv").write_text("\n".join([HEADER, *order]) + "\n")
        with Timeline(tmp_path / f"{order[0][0]}.db", create=True) as timeline:
            timeline.import_data(str(tmp_path / "strikes.yaml"), tmp_path / "strikes.csv")
            entries = [entry for batch in timeline.log.rows() for entry in batch]
            places.append({entry.key: entry.report.place.id for entry in entries if entry.report})
    assert places[0] == places[1]
    assert len(set(places[0].values())) == 2


def test_a_country_is_one_though_a_region_has_its_name_too(tmp_path: Path, bring: Bring) -> None:
    """A place that is made local lies in it."""
    places = tmp_path / "places.yaml"
    places.write_text(NIGER)
    with Timeline(tmp_path / "timeline.db", create=True) as timeline:
        timeline.add(places)
    own = STRIKES.replace('name: "{town}",', 'name: "{town}", country: Niger,')
    timeline, _ = bring("1,Deltatown,05.03.2024,missile,2024-03-05,2,5,,yes", profile=own)
    assert timeline.known("Deltatown", "2024-03-06").place.path == ["Niger", "Deltatown"]
