import asyncio
import csv
import io
import json
import queue
import re
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from html import unescape
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from command import SEEDS
from effort import calls_of
from fastapi.testclient import TestClient
from serving import HERE, client, seeded, state_of

from timeline import open_timeline
from timeline.asof import AsOf, Held
from timeline.engine import Timeline
from timeline.errors import BadQuestion
from timeline.pictures.picture import Picture
from timeline.places import Place
from timeline.view.read import View
from web.app import create_app
from web.pages import charts, news
from web.pages.areas import Areas, load_areas
from web.pages.map import MapMark, drawn
from web.pages.news import Newsroom

ON = "2025-10-27"
POKROVSK = "/place/geonames:704422"
INLINE = re.compile(r"<script(?![^>]* src=)|<style| style=|<[^>]* on[a-z]+=")
LIGHT = 150_000
"""Bytes that a page may weigh, without the chart's scripts."""

HOSTILE = """\
parties:
  - {id: evil, names: ["<b onmouseover=alert(1)>Evil</b>"]}
reports:
  - kind: statement
    id: hostile
    place: {id: "local:x/?#", name: "<script>alert(1)</script>", kind: city, parent: "iso:UA-14"}
    chain: [evil]
    happened: 2025-10-27
    reported: 2025-10-27
    speech: accusation
    about: x
    proposition: "</bdi></details><h1>broken</h1> \\u202Eevil \\e[31m"
    summary: "<img src=x onerror=alert(1)> \\u2066\\u202E"
    quote: "'\\"><svg onload=alert(1)>"
    source: {publisher: evil, title: "<i>", url: "https://x.example/?<script>"}
"""

STATUSES = """\
places:
  - {id: "x:land", name: Landia, kind: oblast}
  - {id: "x:a", name: Aville, kind: town, parent: "x:land", lat: 10.0, lon: 20.0}
  - {id: "x:b", name: Bville, kind: town, parent: "x:land", lat: 10.5, lon: 20.5}
  - {id: "x:c", name: Cville, kind: town, parent: "x:land", lat: 10.2, lon: 20.9}
  - {id: "x:d", name: Dville, kind: town, parent: "x:land"}
defaults: {happened: 2025-10-27, reported: 2025-10-27, kind: control_assessment}
reports:
  - {place: Aville, chain: [deepstate], shares: [{status: held, by: ua}]}
  - {place: Bville, chain: [deepstate], shares: [{status: held, by: ua}]}
  - {place: Bville, chain: [ru.mod], shares: [{status: held, by: ru}]}
  - {place: Cville, chain: [deepstate], shares: [{status: unclear, share: one-fifth}]}
  - place: Dville
    chain: [deepstate]
    shares: [{status: contested}]
    reliability: B
    credibility: 2
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports that come with the program, one that means harm, and a region of its own."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "hostile.yaml").write_text(HOSTILE)
    (folder / "statuses.yaml").write_text(STATUSES)
    return seeded(folder / "timeline.db", folder / "hostile.yaml", folder / "statuses.yaml")


@pytest.fixture(scope="module")
def web(store: Path) -> Iterator[TestClient]:
    """A browser of the pages, in as far as it reads them."""
    with client(store) as found:
        found.headers["accept"] = "text/html"
        yield found


def seen(web: TestClient, url: str, status: int = 200) -> str:
    """What a page says, without its marks."""
    answer = web.get(url)
    assert answer.status_code == status, answer.text[:300]
    main = answer.text.partition("<main")[2]
    text = unescape(re.sub(r"<[^>]*>", " ", f"<main{main}"))
    return re.sub(r"\s+", " ", text)


def links(text: str) -> list[str]:
    """The addresses that a page leads to."""
    return [unescape(one) for one in re.findall(r'(?:href|src)="([^"]+)"', text)]


def anchors(text: str) -> set[str]:
    """The places inside a page that a link can lead to."""
    return {f"#{one}" for one in re.findall(r' id="([^"]+)"', text)}


def test_a_place_shows_who_said_what_side_by_side(web: TestClient) -> None:
    """A column for each party, what it says, when, and what keeps it from being plain."""
    page = web.get(f"{POKROVSK}?known={ON}").text
    forces = page.partition('id="forces"')[2].partition('id="fighting"')[0]
    who = re.findall(r"<h3><a[^>]*><bdi>([^<]*)", page)
    assert {"DeepState", "General Staff of Ukraine", "Russian Ministry of Defence"} <= set(who)
    assert forces.count('<section class="column">') == 4
    said = seen(web, f"{POKROVSK}?known={ON}")
    assert "14 claims from 14 reports by 7 parties, 0 disputes" in said
    assert "infiltration RU: about 200 soldiers, small groups" in said
    assert "unverified, Reuters" in said
    assert "deadline passed" in said
    assert "1 day old" in said


def test_nothing_changed_is_said_only_where_nothing_did(web: TestClient) -> None:
    """Between two days on which the same is known, and not beside what came between."""
    assert "Nothing changed." in seen(web, f"{POKROVSK}/diff?a={ON}&b={ON}")
    assert "Nothing changed." not in seen(web, f"{POKROVSK}/diff?a=2025-10-26&b={ON}")


def test_what_changed_below_a_place_is_not_taken_for_quiet(web: TestClient) -> None:
    """Of a region alone nothing changed: the page says so, and where the places below are."""
    left = "This is of Landia alone: reports on 4 places below are left out."
    for page in (f"diff?a=2025-10-26&b={ON}", f"then-and-now?on={ON}"):
        assert left in seen(web, f"/place/x:land/{page}")
        [below] = [one for one in links(web.get(f"/place/x:land/{page}").text) if "#below" in one]
        assert "#below" in anchors(web.get(below).text)
        assert "are left out" not in seen(web, f"/place/x:b/{page}")
    earlier = seen(web, "/place/x:land/diff?a=2025-10-25&b=2025-10-26")
    assert "Nothing changed." in earlier
    assert "are left out" not in earlier


def test_the_newest_reports_stand_under_the_names_of_their_places(web: TestClient) -> None:
    """And lead to them by their ids."""
    newest = web.get("/").text.partition("Newest reports")[2]
    places = re.findall(r'<a class="place" href="([^"]+)"><bdi>([^<]+)</bdi></a>', newest)
    assert ("/place/geonames:704422", "Pokrovsk") in {
        (to.partition("?")[0], name) for to, name in places
    }


def test_a_file_that_pages_do_not_have_is_not_found(web: TestClient) -> None:
    """As after an update, to a page of before: no fault of the program."""
    assert "there is no such file; load the page again" in seen(web, "/static/old.css", 404)
    for slip in ("/apis", "/nowhere"):  # only what lies below /api is told to programs
        assert "<html" in web.get(slip, headers={"Accept": "text/html"}).text
    assert "<html" not in web.get("/api/nowhere", headers={"Accept": "text/html"}).text


def test_nothing_of_a_party_is_no_silence(web: TestClient) -> None:
    """What others tell of them is left out, which is not said of a place of which nobody speaks."""
    of_party = seen(web, "/place/Toretsk?known=2020-01-01&party=reuters")
    assert "What they pass on, and what others tell of them, is left out." in of_party
    assert "does not mean it was quiet" not in of_party
    assert "does not mean it was quiet" in seen(web, "/place/Toretsk?known=2020-01-01")


def test_nothing_of_some_claims_is_told_as_on_the_command_line(web: TestClient) -> None:
    """What was left out by a parameter is not told as not known."""
    of_facet = seen(web, f"{POKROVSK}?known={ON}&facet=casualties")
    assert "Nothing of that is known to hold then, or to have happened" in of_facet
    below = seen(web, f"/place/iso:UA-14?known={ON}&facet=casualties")
    assert "No report speaks of that in it as a whole; control of the places below" in below


def test_every_value_leads_to_its_source(web: TestClient) -> None:
    """Each card holds its chain, and the address that explains it at the cuts of the page."""
    page = web.get(f"{POKROVSK}?known={ON}").text
    cards = page.split('<article class="card"')[1:]
    assert len(cards) >= 14
    for card in cards:
        assert 'class="chain"' in card
        explained = next(one for one in links(card) if one.startswith("/claim/"))
        assert f"known={ON}" in explained
    said = seen(web, explained)
    assert "1. counts" in said
    assert "Who says it, and where" in said


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("q=Pokrovsk&on=2025-10-27", f"{POKROVSK}?known={ON}"),
        ("q=Покровськ", POKROVSK),
        ("q=what is known about Pokrovsk", POKROVSK),
        (f"q=who holds Pokrovsk&on={ON}", f"{POKROVSK}?known={ON}&facet=control"),
        (
            f"q=who held Pokrovsk on 2025-10-26&on={ON}",
            f"{POKROVSK}?valid=2025-10-26&facet=control",
        ),
        ("q=what was known about Pokrovsk on 27 October 2025", f"{POKROVSK}?known={ON}"),
        (
            "q=what changed in Pokrovsk between 26 and 27 October 2025",
            f"{POKROVSK}/diff?a=2025-10-26&b=2025-10-27",
        ),
        (
            "q=replay forces in Pokrovsk from 2025-10-26 to 2025-10-27 as recorded by 2030-01-01",
            f"{POKROVSK}/diff?a=2025-10-26&b=2025-10-27&recorded=2030-01-01&facet=forces",
        ),
    ],
)
def test_a_search_leads_to_a_page(web: TestClient, asked: str, leads: str) -> None:
    """A name in any spelling and a question in plain English each have a page."""
    answer = web.get(f"/search?{asked}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, leads)
    assert web.get(leads).status_code == 200


def test_a_claim_that_is_asked_for_has_its_page(web: TestClient) -> None:
    """By the id that stands at the end of each claim, or that of its report."""
    claim = re.search("/claim/([0-9a-f]+)", web.get(f"{POKROVSK}?known={ON}").text)
    assert claim
    for one in (claim[1], "pokrovsk-2025-10-27-infiltration"):
        answer = web.get(f"/search?q=explain {one}", follow_redirects=False)
        assert answer.headers["location"] == f"/claim/{one}"
        assert web.get(f"/claim/{one}").status_code == 200
        for dated in (f"why was {one} shown on {ON}", f"explain {one}&on={ON}"):
            answer = web.get(f"/search?q={dated}", follow_redirects=False)
            assert answer.headers["location"] == f"/claim/{one}?known={ON}"


def test_a_near_spelling_is_offered_and_never_taken(web: TestClient) -> None:
    """What may be meant is listed, on a search and on the page of a place that is none."""
    assert "Pokrovsk Pokrovskyi Raion" in seen(web, "/search?q=Pokrovks")
    assert "near spellings" in seen(web, "/place/Pokrovks", 404)
    in_words = seen(web, "/search?q=what+happened+in+Pokrovks")
    assert 'nothing is called "Pokrovks"; near spellings: Pokrovsk, Pokrovskyi Raion' in in_words
    assert 'no place of this log is called "Foo;bar"' in seen(web, "/search?q=Foo%3Bbar")
    assert "unfinished" not in seen(web, "/search?q=")


def test_a_part_of_a_name_finds_the_places_that_have_it(web: TestClient) -> None:
    """As `places find` does; of the many that may be meant the first are listed."""
    found = web.get("/search?q=Donet").text
    assert {"/place/iso:UA-14", "/place/region:donbas"} <= set(links(found))
    many = web.get("/search?q=a").text
    assert 1 < many.count("<li>") <= 40


def test_the_dates_work_without_scripts(web: TestClient) -> None:
    """The form's fields become the shortest address; linked clocks leave the second date out."""
    form = f"{POKROVSK}?known=2025-10-27&clocks={{}}&valid=2025-10-26"
    linked = web.get(form.format("linked"), follow_redirects=False)
    assert linked.headers["location"] == f"{POKROVSK}?known={ON}"
    free = web.get(form.format("free"), follow_redirects=False)
    assert free.headers["location"] == f"{POKROVSK}?valid=2025-10-26&known={ON}"
    said = seen(web, free.headers["location"])
    assert "What held by 2025-10-26, as known by 2025-10-27" in said
    assert "now" in seen(web, f"{POKROVSK}?known=&valid=&clocks=linked")
    bad = seen(web, f"{POKROVSK}?known=27.10.2025", 400)
    assert "write year-month-day" in bad


def test_the_days_on_which_the_answer_changed_are_told_with_how_much(web: TestClient) -> None:
    """Both clocks at once where they are linked; else each on its own."""
    both = seen(web, f"{POKROVSK}?known=2025-10-26")
    assert "Changed on 2025-10-26 +2 2025-10-27 +12" in both
    apart = seen(web, f"{POKROVSK}?known=2025-10-27&valid=2025-10-26")
    assert "The situation changed on 2025-10-20 +1 2025-10-26 +2 2025-10-27 +10" in apart
    assert "More became known on 2025-10-26 +2 2025-10-27 +2" in apart


def test_the_days_of_a_narrowed_page_are_those_of_its_claims(web: TestClient) -> None:
    """What others said changes nothing on a page of one party, one kind or one side."""
    for of, said in (
        ("party=deepstate", "Changed on 2025-10-27 +1 "),
        ("party=ua.zelenskyy", "Changed on 2025-10-26 +2 2025-10-27 +1 "),
        ("kind=infiltration", "Changed on 2025-10-27 +1 "),
        ("side=UA", "Changed on 2025-10-26 +1 2025-10-27 +2 "),
    ):
        assert said in seen(web, f"{POKROVSK}?known={ON}&{of}"), of


def test_the_first_day_counts_what_was_told_within_it(tmp_path: Path) -> None:
    """It is compared with the day before, as every other is."""
    (tmp_path / "hours.yaml").write_text(
        "defaults: {kind: shelling, chain: [reuters], happened: 2025-09-01}\n"
        "reports:\n"
        "  - {place: {id: 'x:new', name: New, kind: town}, reported: '2025-09-01T10:00Z'}\n"
        "  - {place: {id: 'x:new', name: New, kind: town}, count: 3, reported: 2025-09-01}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "hours.yaml")) as web:
        assert "Changed on 2025-09-01 +2" in seen(web, "/place/x:new?known=2025-09-01")
        apart = seen(web, "/place/x:new?known=2025-09-02&valid=2025-09-01")
        assert "The situation changed on 2025-09-01 +2" in apart
        assert "More became known on 2025-09-01 +2" in apart


def test_what_was_announced_is_told_on_the_day_on_which_it_begins(tmp_path: Path) -> None:
    """Though nobody told of anything on that day; none that is still to come."""
    (tmp_path / "truce.yaml").write_text(
        "defaults: {place: {id: 'x:new', name: New, kind: town}, chain: [reuters]}\n"
        "reports:\n"
        "  - {kind: shelling, happened: 2025-10-18, reported: 2025-10-18}\n"
        "  - {kind: ceasefire, phase: in_force, reported: 2025-10-20,\n"
        "     happened: {during: 2025-10-25/2025-10-30}}\n"
        "  - {kind: ceasefire, phase: ended, reported: 2025-10-20, happened: 9999-01-01}\n"
        "  - {kind: clash, happened: 2025-10-28, reported: 2025-10-28}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "truce.yaml")) as web:
        said = seen(web, "/place/x:new?known=2025-10-26")
        assert "Changed on 2025-10-18 +1 2025-10-25 +1 " in said
        assert "9999" not in said


def test_the_days_on_which_happenings_leave_the_window_are_told(tmp_path: Path) -> None:
    """Though nobody told of anything on them; each clock has days of its own, and none to come."""
    (tmp_path / "window.yaml").write_text(
        "defaults: {place: {id: 'x:new', name: New, kind: town}, chain: [reuters]}\n"
        "reports:\n"
        "  - {kind: shelling, happened: 2025-10-01, reported: 2025-10-01}\n"
        "  - {kind: clash, happened: 2025-10-02, reported: 2025-10-02}\n"
        "  - {kind: assault, happened: 2025-09-10, reported: 2025-10-20}\n"
        "  - {kind: clash, happened: 2025-10-21, reported: 2025-10-21}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "window.yaml")) as web:
        both = "Changed on 2025-10-01 +1 2025-10-02 +1 2025-10-08 −1 2025-10-09 −1 2025-10-20 +1 "
        assert f"{both}2025-10-21 +1 2025-10-27 −1 2025-10-28 −1 " in seen(web, "/place/x:new")
        assert "earlier days not listed" not in seen(web, "/place/x:new")
        narrowed = seen(web, "/place/x:new?known=2025-10-09&window=3")
        assert "2025-10-02 +1 2025-10-04 −1 2025-10-05 −1 2025-10-20 +1 2025-10-21" in narrowed
        apart = seen(web, "/place/x:new?valid=2025-10-21&known=2025-10-30")
        first = "2025-10-01 +1 2025-10-02 +1 2025-10-08 −1 2025-10-09 −1"  # what is late leaves too
        assert f"More became known on {first} 2025-10-20 +1 2025-10-21 +1 2025-10-27 −1 " in apart
        assert f"earlier days not listed {first} 2025-10-21 +1 2025-10-28 −1 More became" in apart


def test_a_permalink_gives_the_same_bytes_whatever_is_filed(tmp_path: Path) -> None:
    """Reports that come later, and even some that were told earlier, change nothing in it."""
    copy = seeded(tmp_path / "timeline.db")
    with client(copy) as web:
        page = web.get(f"{POKROVSK}?known={ON}").text
        link = unescape(re.findall(r'href="([^"]*)" id="permalink"', page)[0])
        first = web.get(link)
        more = tmp_path / "more.yaml"
        more.write_text(
            "defaults: {place: Pokrovsk, chain: [reuters], kind: clash}\n"
            "reports:\n"
            "  - {happened: 2025-10-27, reported: 2025-10-27}\n"
            "  - {happened: 2025-10-28, reported: 2025-10-28}\n"
        )
        with open_timeline(copy) as timeline:
            timeline.add(more)
        assert web.get(link).content == first.content
        assert web.get(f"{POKROVSK}?known={ON}").text != page


def test_what_is_kept_says_when_now_was(web: TestClient) -> None:
    """A permalink and a file to send are read later, when now is another time."""
    page = web.get(POKROVSK).text
    (link,) = re.findall(r'href="([^"]*)" id="permalink"', page)
    claim = web.get("/claim/pokrovsk-2025-10-27-infiltration").text
    (fixed,) = re.findall(r'href="([^"]*)">Permalink', claim)
    for url in (unescape(link), unescape(fixed), f"{POKROVSK}/file"):
        said = web.get(url).text
        assert re.search(r"[Aa]s of 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", said), url
        assert "s of now" not in said, url


def test_the_permalink_of_a_claim_gives_its_page_again(tmp_path: Path) -> None:
    """Whatever becomes of the claim later; asked again without it the page tells of that."""
    copy = seeded(tmp_path / "timeline.db")
    report = "pokrovsk-2025-10-27-infiltration"
    with client(copy) as web:
        web.headers["accept"] = "text/html"
        page = web.get(f"/claim/{report}?window=30").text
        (link,) = (unescape(one) for one in re.findall(r'href="([^"]*)">Permalink', page))
        first = web.get(link)
        assert first.status_code == 200
        with open_timeline(copy) as timeline:
            timeline.retract(report, reported="2025-10-28", reason="a slip")
        assert web.get(link).content == first.content
        assert "Not shown as of now" in seen(web, f"/claim/{report}")


def test_how_two_rivals_stand_is_told_in_plain_words(web: TestClient) -> None:
    """Beside the word that the docs and other answers have for it."""
    claim = web.get(f"/api/known/x:b?on={ON}").json()["claims"][0]["claim"]
    said = seen(web, f"/claim/{claim}?known={ON}")
    assert "Contradiction: the two exclude each other" in said


def test_a_check_is_a_change(tmp_path: Path) -> None:
    """Of the claim it is about, which stays: in a difference, and among the days of change."""
    path = tmp_path / "checked.json"
    said = {"kind": "unrest", "place": "Pokrovsk", "happened": "2025-10-20", "chain": "reuters"}
    check = said | {"id": "check", "kind": "verification", "report": "said", "result": "refuted"}
    reports = [said | {"id": "said", "reported": "2025-10-20"}, check | {"reported": "2025-10-24"}]
    path.write_text(json.dumps(reports))
    store = tmp_path / "checked.db"
    with open_timeline(str(store), create=True) as timeline:
        timeline.add(path)
    with client(store) as web:
        web.headers["accept"] = "text/html"
        page = web.get(f"{POKROVSK}/diff?a=2025-10-23&b=2025-10-24").text
        assert "Nothing changed" not in page
        assert "<h3>as it was</h3>" in page
        day = web.get(f"{POKROVSK}?known=2025-10-22").text
        assert "known=2025-10-24" in day
        assert "refuted by Reuters: the report said" in seen(web, "/")


def test_what_was_corrected_to_another_place_is_not_withdrawn(tmp_path: Path) -> None:
    """It stands beside what its report says now, and of where; what was taken back does not."""
    path, moved = tmp_path / "told.json", tmp_path / "moved.json"
    clash = {"kind": "clash", "happened": "2025-10-20", "chain": "reuters", "place": "Pokrovsk"}
    clash["reported"] = "2025-10-20"
    path.write_text(json.dumps([clash | {"id": "moved"}, clash | {"id": "gone", "summary": "x"}]))
    to = {"place": "Myrnohrad", "reported": "2025-10-24"}
    moved.write_text(json.dumps([clash | {"id": "moved"} | to]))
    store = tmp_path / "moved.db"
    with open_timeline(str(store), create=True) as timeline:
        timeline.add(path)
        timeline.correct("moved", moved)
        timeline.retract("gone", reported="2025-10-24", reason="untrue")
    with client(store) as web:
        said = seen(web, f"{POKROVSK}/diff?a=2025-10-23&b=2025-10-25")
    assert "0 changed, 1 corrected, 1 withdrawn" in said
    corrected, _, withdrawn = said.partition("Corrected")[2].partition("Withdrawn")
    assert [corrected.count(one) for one in ("now of Myrnohrad", "as it was", "clash")] == [1, 1, 2]
    assert "now of" not in withdrawn
    assert "clash" in withdrawn


def test_a_claim_is_shown_in_what_held(web: TestClient) -> None:
    """Where the two clocks are apart, as where they are not."""
    url = f"/claim/pokrovsk-2025-10-27-infiltration?known={ON}&valid=2025-10-26"
    assert "Not shown in what held by 2025-10-26, as known by 2025-10-27" in seen(web, url)


def test_a_page_of_a_claim_leads_on_with_its_window(web: TestClient) -> None:
    """Its place, its JSON and its other claims are asked about as it was."""
    page = unescape(web.get(f"/claim/pokrovsk-2025-10-27-infiltration?known={ON}&window=30").text)
    assert f'href="{POKROVSK}?known={ON}&window=30"' in page
    (form,) = re.findall(r'href="([^"]*)">JSON', page)
    assert form.endswith(f".json?known={ON}&window=30")
    assert web.get(form).status_code == 200


@pytest.mark.parametrize("page", ["diff?a=2025-10-25&b=2025-11-10", "then-and-now?on=2025-11-10"])
def test_two_answers_side_by_side_lead_on_with_their_window(web: TestClient, page: str) -> None:
    """What one of them shows is explained as shown, and not as too old for another window."""
    shown = links(web.get(f"{POKROVSK}/{page}&window=30").text)
    claims = {one for one in shown if one.startswith("/claim/")}
    assert len(claims) > 9
    for claim in claims:
        assert "Not shown" not in seen(web, claim), claim


def test_a_page_says_how_far_back_it_looks(web: TestClient) -> None:
    """Also where nobody asked for another window, and by name whose words alone it shows."""
    assert "happenings of the last 7 days" in seen(web, f"{POKROVSK}?known={ON}")
    said = seen(web, f"{POKROVSK}?known={ON}&window=30&party=ua.general_staff")
    assert "happenings of the last 30 days" in said
    assert "Only party General Staff of Ukraine" in said
    assert "ua.general_staff" not in said
    said = seen(web, f"/place/x:land?known={ON}&window=1")
    assert "4 places below, no claim on the whole" in said
    assert "more than 1 day old" in said
    assert "out of the window of 7 days" in seen(web, f"{POKROVSK}/diff?a=2025-10-26&b={ON}")


def test_two_who_say_the_same_of_other_days_are_told_so(web: TestClient) -> None:
    """Held by one side is not at odds with held by that side: when it began is."""
    said = seen(web, "/place/Avdiivka/then-and-now?on=2024-02-18")
    assert "dates it later than held by RU" in said
    assert "at odds with held by RU" not in said


def test_other_dates_are_asked_for_as_the_page_was(web: TestClient) -> None:
    """All of its claims, where all were asked for; of the same parties and days."""
    given = f"known={ON}&recorded=2026-12-31&facet=fighting&side=ua&window=30&all=1"
    form = web.get(f"{POKROVSK}?{given}").text.partition('class="cuts"')[2].partition("</form>")[0]
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
    assert {f"{name}={text}" for name, text in hidden} == set(given.split("&")[1:])


def test_the_signs_beside_the_days_are_told(web: TestClient) -> None:
    """In words that need no pointer held over them; only of those that are there."""
    assert "Claims: + added" in seen(web, f"{POKROVSK}?known={ON}")
    assert "Below: places below of which something was told" in seen(
        web, f"/place/x:land?known={ON}"
    )


def test_who_chooses_among_places_asks_them_what_was_asked(tmp_path: Path) -> None:
    """The dates, and the page: a comparison stays one."""
    (tmp_path / "two.yaml").write_text(
        "places:\n"
        "  - {id: 'x:one', name: Oneland, kind: oblast}\n"
        "  - {id: 'x:1', name: Samename, kind: town, parent: 'x:one'}\n"
        "  - {id: 'x:2', name: Samename, kind: town}\n"
        f"defaults: {{kind: clash, chain: [isw], happened: {ON}, reported: {ON}}}\n"
        "reports: [{place: 'x:1'}, {place: 'x:2'}]\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "two.yaml")) as web:
        web.headers["accept"] = "text/html"
        for part in (f"?known={ON}", f"/diff?a=2025-10-26&b={ON}"):
            page = web.get(f"/place/Samename{part}")
            assert page.status_code == 409
            assert "Oneland" in page.text.partition("<ul")[2]
            assert {f"/place/x:1{part}", f"/place/x:2{part}"} <= set(links(page.text))
            page = web.get(f"/place/Samename%3F{part}")
            assert page.status_code == 404
            assert f"/place/x:1{part}" in links(page.text)


def test_a_fault_of_the_program_is_not_put_on_who_asked(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question was understood; the page says who is to hear of it."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("web.pages.routes.home_page", broken)
    said = seen(web, "/", 500)
    assert "Something is wrong with this program" in said
    assert "not understood" not in said


def test_a_language_is_no_country_and_a_quote_is_in_it(tmp_path: Path) -> None:
    """What reads aloud knows in which language; `uk` alone would be read as Britain."""
    (tmp_path / "quoted.yaml").write_text(
        f"reports: [{{id: said, kind: clash, place: Pokrovsk, chain: [isw], happened: {ON}, "
        f"reported: {ON}, quote: Тривають бої, source: {{publisher: reuters, language: uk, "
        f"sha256: {'0' * 64}}}}}]\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "quoted.yaml")) as web:
        web.headers["accept"] = "text/html"
        said = seen(web, "/claim/said")
        assert "Reuters, language uk" in said
        assert "SHA-256 of its text" in said
        assert '<bdi lang="uk">Тривають бої</bdi>' in web.get("/claim/said").text


def test_words_of_another_script_are_not_said_to_be_english(tmp_path: Path) -> None:
    """Nor to be of any language, where nobody said of which: on a card, of a name, of a party."""
    (tmp_path / "said.yaml").write_text(
        "parties: [{id: sana, names: [وكالة سانا]}]\n"
        f"defaults: {{happened: {ON}, reported: {ON}, chain: [sana]}}\n"
        "reports:\n"
        "  - {kind: statement, place: Pokrovsk, speech: accusation, about: shelling,\n"
        "     proposition: 'обстріл <b>тривав</b> at night', summary: Été à Łódź,\n"
        "     quote: Тривають бої}\n"
        "  - {kind: clash, place: {id: 'local:x', name: سراقب, kind: town}}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "said.yaml")) as web:
        page = web.get(f"{POKROVSK}?known={ON}").text
        assert '<span lang="">обстріл &lt;</span>b&gt;<span lang="">тривав&lt;/</span>' in page
        assert '<blockquote dir="auto"><bdi><span lang="">Тривають бої</span></bdi>' in page
        assert "<bdi>Été à Łódź</bdi>" in page
        assert '<bdi><span lang="">وكالة سانا</span></bdi>' in page
        assert '<h1><bdi><span lang="">سراقب</span>' in web.get("/place/local:x").text


def test_what_is_downloaded_is_this_view(web: TestClient) -> None:
    """The links give the API's JSON and CSV of the same basis, narrowed as the page is."""
    page = web.get(f"{POKROVSK}?known={ON}&facet=forces&window=3").text
    got = {one.partition("?")[0].rpartition(".")[2]: one for one in links(page) if "/api/k" in one}
    answer = web.get(got["json"]).json()
    assert {claim["facet"] for claim in answer["claims"]} == {"forces"}
    assert answer["basis"] in unescape(page)
    assert len(web.get(got["csv"]).text.splitlines()) >= 1 + len(answer["claims"])


def test_a_look_back_leads_to_all_its_forms(web: TestClient) -> None:
    """To the API's JSON and CSV of the same question."""
    page = web.get("/place/Avdiivka/then-and-now?on=2024-02-18&facet=control").text
    json_of_it, csv_of_it = (one for one in links(page) if one.startswith("/api/hindsight/"))
    assert web.get(json_of_it).json()["basis_then"] in unescape(page)
    assert csv_of_it == json_of_it.replace(".json?", ".csv?")
    assert len(web.get(csv_of_it).text.splitlines()) > 1


def test_a_region_leads_to_all_that_is_told_below_it(tmp_path: Path) -> None:
    """At the same cuts and of the same kind, also where nothing is told of it as a whole."""
    with client(seeded(tmp_path / "timeline.db")) as web:
        web.headers["accept"] = "text/html"
        for extra in ("", "&kind=infiltration"):
            page = web.get(f"/place/region:donbas?known={ON}{extra}").text
            (link,) = [one for one in links(page) if one.startswith("/api/export/")]
            rows = list(csv.DictReader(io.StringIO(web.get(link).text)))
            assert ("Pokrovsk", "infiltration") in {(row["place"], row["kind"]) for row in rows}
            assert bool(extra) is ({row["kind"] for row in rows} == {"infiltration"})
        mailed = seen(web, f"/place/region:donbas/file?known={ON}")
        assert "below are not shown here but for control." in mailed
        assert "below are not shown here" not in seen(web, f"{POKROVSK}?known={ON}")


def test_a_town_leads_to_the_places_below_it(tmp_path: Path) -> None:
    """To those that reports name at the same cuts, from a narrowed page too."""
    more = tmp_path / "more.yaml"
    more.write_text(
        "reports: [{kind: clash, place: {id: 'x:clinic', name: Clinic, kind: site, "
        "parent: geonames:704422}, chain: [reuters], happened: 2025-10-26, reported: 2025-10-27}]"
    )
    with client(seeded(tmp_path / "timeline.db", more)) as web:
        web.headers["accept"] = "text/html"
        page = web.get(f"{POKROVSK}?known={ON}&facet=forces").text
        assert "Reports on Clinic (1) are not shown here" in seen(web, f"{POKROVSK}?known={ON}")
        assert f"/place/x:clinic?known={ON}" in links(page)
        assert "Clinic" in seen(web, f"{POKROVSK}/file?known={ON}")
        assert "Clinic" not in web.get(f"{POKROVSK}?known=2025-10-26").text


def test_pages_speak_to_people_and_not_of_the_rule(web: TestClient) -> None:
    """Where a word of the rule stood, or a half sentence, there is what it means."""
    page = seen(web, f"{POKROVSK}?known={ON}")
    assert "What was known by Known by the end of about things as of" in page
    assert "Happened as seen on 2025-10-27" in page
    assert "Happened at some time in 2025-10-26" in page
    claim = seen(web, f"/claim/pokrovsk-2025-10-27-infiltration?known={ON}")
    assert f"Shown as of {ON}: why 1." in claim
    (fixed,) = re.findall(r'href="([^"]+)" id="permalink"', web.get(f"{POKROVSK}?known={ON}").text)
    assert "The same dates, with what was filed since" in seen(web, unescape(fixed))


def test_the_file_to_send_needs_no_other(web: TestClient) -> None:
    """Its style is within; it names no script, no picture and no address that is not a source."""
    answer = web.get(f"/place/x:land/file?known={ON}")
    assert 'filename="landia-2025-10-27.html"' in answer.headers["content-disposition"]
    text = answer.text
    assert "<script" not in text
    assert links(text.partition("<body>")[2]) == []
    sourced = web.get(f"/place/local:x%2F%3F%23/file?known={ON}").text
    assert links(sourced.partition("<body>")[2]) == ["https://x.example/?<script>"]
    assert not re.search(r"\b(src)=\"/", text)
    assert "default-src &#39;none&#39;" in text
    assert "timeline known" in text
    assert "@import" not in text
    assert "Bville" in text


@pytest.mark.parametrize(
    "page", ["x:b/file?known=2025-10-27", "x:b/file?on=2025-10-27&party=deepstate"]
)
def test_the_file_to_send_leads_only_to_itself_and_to_sources(web: TestClient, page: str) -> None:
    """Neither to why a claim is shown nor to a rival that is not in it."""
    answer = web.get(f"/place/{page}")
    body = answer.text.partition("<body>")[2]
    assert "disputed by" in body
    assert all(one.startswith(("#", "https://")) for one in links(body))
    assert {one for one in links(body) if one.startswith("#")} <= anchors(body)


@pytest.mark.parametrize(
    "page",
    [
        f"/place/x:b?on={ON}",
        f"/place/x:b?on={ON}&party=deepstate",
        f"/place/x:b/then-and-now?on={ON}",
        f"/place/x:b/diff?a=2025-10-26&b={ON}",
        "/claim/{claim}",
    ],
)
def test_a_rival_is_found_where_it_is_said_to_be(web: TestClient, page: str) -> None:
    """On the page if it is shown there, else on a page of its own."""
    claim = web.get(f"/api/known/x:b?on={ON}").json()["claims"][0]
    text = web.get(page.format(claim=claim["claim"])).text
    (disputed, *_) = re.findall(r'href="([^"]*)"><bdi>disputed by', text)
    assert disputed in anchors(text) or web.get(unescape(disputed)).status_code == 200
    assert {one for one in links(text) if one.startswith("#c-")} <= anchors(text)


@pytest.mark.parametrize("page", ["/place/x:b/then-and-now?on=2025-10-27", "claim"])
def test_a_rival_is_called_by_its_name_where_it_is_shown(web: TestClient, page: str) -> None:
    """Also where it cannot be led to on the page itself: its own page is."""
    claims = web.get("/api/known/x:b?on=2025-10-27").json()["claims"]
    by = {one["party"]: one["claim"] for one in claims}
    page = f"/claim/{by['deepstate']}?known={ON}" if page == "claim" else page
    assert "disputed by DeepState" in seen(web, page)
    found = re.findall(
        r'href="(/claim/[^"]*)"[^>]*>(?:<bdi>)?disputed by DeepState', web.get(page).text
    )
    assert {one.partition("?")[0] for one in found} == {f"/claim/{by['deepstate']}"}


def test_what_was_redacted_is_told_with_its_reason(tmp_path: Path) -> None:
    """On the page of the claim, as `explain` has it."""
    store = seeded(tmp_path / "timeline.db")
    with open_timeline(store) as timeline:
        timeline.redact(
            "pokrovsk-2025-10-27-firefights", "summary", reason="asked for <b>by</b> the family"
        )
    with client(store) as web:
        page = seen(web, "/claim/pokrovsk-2025-10-27-firefights")
        assert "because: asked for <b>by</b> the family" in page
        assert re.search(r"Redacted : summary, recorded \d{4}-", page)


def test_what_is_not_listed_is_led_to_on_its_own_page(tmp_path: Path) -> None:
    """Of a sum or a dispute of more claims than a page lists no link goes nowhere."""
    said = "\n".join(
        f"  - {{kind: control_assessment, chain: [b{n}], shares: [{{status: held, by: {by}}}]}}\n"
        f"  - {{kind: casualties, chain: [counter], side: ru, killed: {n}, happened: "
        f"'2025-10-2{n % 6 + 1}T{n % 24:02}:{n % 60:02}Z'}}"
        for n, by in enumerate(["ua", "ru"] * 50)
    )
    (tmp_path / "many.yaml").write_text(
        f"defaults: {{place: Avdiivka, happened: {ON}, reported: {ON}}}\nreports:\n{said}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "many.yaml")) as web:
        page = web.get(f"/place/Avdiivka?known={ON}").text
        led = {one for one in links(page) if one.startswith("#c-")}
        assert led
        assert led <= anchors(page)
        sums = page.partition('id="sums"')[2].partition("</section>")[0]
        assert len(links(sums)) == 100
        away = [one for one in links(sums) if one.startswith("/claim/")]
        assert away
        assert web.get(away[0]).status_code == 200


def test_hostile_words_are_words(web: TestClient) -> None:
    """Marks of HTML are shown as they are, turns of direction and of terminals are left out."""
    page = web.get("/place/local:x%2F%3F%23?known=2025-10-27")
    assert page.status_code == 200
    file = web.get("/place/local:x%2F%3F%23/file?known=2025-10-27")
    explained = web.get(next(one for one in links(page.text) if one.startswith("/claim/")))
    for answer in (page, file, explained, web.get("/"), web.get("/place/iso:UA-14")):
        text = answer.text
        assert "&lt;script&gt;" in text
        assert not re.search("<(script>|img src=x|svg onload|b )|</bdi></details><h1>", text)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", text)
    assert "&lt;/bdi&gt;&lt;/details&gt;" in page.text


def test_every_page_that_is_linked_is_there_and_safe(web: TestClient) -> None:
    """From the start page on: each answers, is light, and runs none but our files."""
    todo, done = ["/", f"{POKROVSK}?known={ON}", f"/place/x:land?known={ON}"], set[str]()
    while todo and len(done) < 150:
        url = todo.pop(0)
        if url in done:
            continue
        done.add(url)
        answer = web.get(url)
        assert answer.status_code == 200, url
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        assert len(answer.content) < LIGHT, url
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), url
        if "/chart" not in url:
            assert "unsafe" not in policy, url
        # A page of ours shows the chart in a frame; nothing of ours is shown in one of others.
        framed = "SAMEORIGIN" if "/chart?" in url or url.endswith("/chart") else "DENY"
        assert answer.headers["x-frame-options"] == framed, url
        if "/file" not in url:
            assert not INLINE.search(answer.text), url
        for one in links(answer.text):
            parts = urlsplit(urljoin(f"{HERE}{url}", one))
            if one.startswith("#") or not f"{parts.scheme}://{parts.netloc}".startswith(HERE):
                continue
            if parts.path != "/search" and not parts.path.startswith("/static/vega"):
                todo.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    assert len(done) > 100


def test_a_region_counts_each_place_once_and_draws_it(web: TestClient) -> None:
    """The bar, the list, the map and the table say the same, uncertainty among it."""
    page = web.get(f"/place/x:land?known={ON}").text
    said = seen(web, f"/place/x:land?known={ON}")
    assert "1 held by UA" in said
    assert "1 contested" in said
    assert "1 disputed" in said
    assert "1 partial" in said
    map_ = page.partition('<figure class="map">')[2].partition("</figure>")[0]
    for drawing in map_.split("<svg ")[1:]:  # one is seen: for a desk, or for a phone
        assert re.findall(r'aria-label="([^"]*)"', drawing)[1:] == [
            "Aville: held by UA",
            "Bville: disputed",
            "Cville: partial",
        ]
    assert "mark slice unclear" in map_  # a fifth, and nothing of the rest
    assert "Without coordinates" in map_
    assert "B2" in seen(web, f"/place/x:d?known={ON}")
    assert "disputed by Russian Ministry of Defence" in seen(web, f"/place/x:b?known={ON}")


@pytest.mark.parametrize(("width", "number", "named"), [(720, 90, 30), (340, 20, 9), (340, 5, 4)])
def test_a_name_on_the_map_touches_nothing_that_is_written_there(
    width: float, number: int, named: int
) -> None:
    """Neither another name nor a degree, nor the scale; where there is no room there is no name."""
    at = [(45 + n * 31 % 101 / 25, 30 + n * 23 % 103 / 12) for n in range(number)]
    places = [Place(f"x:{n}", f"Town {n}", "town", lat=x, lon=y) for n, (x, y) in enumerate(at)]
    plan = drawn(
        [MapMark(one.name, "", "held", "stale", one, ()) for one in places], Areas(), width
    )
    assert plan
    boxes = [(line.at - 15, 4.0, line.at + 15, 14.0) for line in plan.meridians]
    boxes += [(4.0, line.at - 12, 36.0, line.at - 4) for line in plan.parallels]
    names = 0
    for mark in plan.marks:
        if mark.label is not None:
            x, y, anchor = mark.label
            wide = 7.1 * len(mark.mark.name)
            left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            boxes.append((left - 2, y - 9, left + wide + 2, y + 3))
            assert 0 < left < left + wide < width
            names += 1
    assert names > named
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


def test_a_map_of_many_places_takes_as_long_as_there_are() -> None:
    """A country has thousands; most have a point, and some have none."""

    def marks(count: int) -> list[MapMark]:
        points = [
            (48 + at * 0.618 % 3, 30 + at * 0.414 % 5) if at % 10 else None for at in range(count)
        ]
        places = [
            Place(f"x:{at}", f"{at}", "town", lat=point and point[0], lon=point and point[1])
            for at, point in enumerate(points)
        ]
        return [MapMark(one.name, "", "silent", "silent", one, ()) for one in places]

    few, many = (calls_of(partial(drawn, marks(count), Areas(), 720.0)) for count in (200, 800))
    assert many < 6 * few
    found = drawn(marks(200), Areas())
    assert found is not None
    assert found.nowhere == tuple(f"{at}" for at in range(0, 200, 10))


def test_on_the_map_a_place_of_which_somebody_spoke_lies_on_top(tmp_path: Path) -> None:
    """What nobody spoke of does not cover it, wherever its name stands in the alphabet."""
    lies = "kind: town, parent: {id: 'x:land', name: Landia, kind: oblast}, lat: 10.0, lon: 20.0"
    (tmp_path / "map.yaml").write_text(
        f"defaults: {{chain: [isw], happened: {ON}, reported: {ON}}}\n"
        "reports:\n"
        f"  - {{kind: clash, place: {{id: 'x:a', name: Aville, {lies}}}}}\n"
        f"  - {{kind: clash, place: {{id: 'x:z', name: Zville, {lies}}}}}\n"
        "  - {kind: control_assessment, shares: [{status: contested}], "
        f"place: {{id: 'x:m', name: Mville, {lies}}}}}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "map.yaml")) as web:
        page = web.get(f"/place/x:land?known={ON}").text
        assert re.findall(r'aria-label="(.ville: [^"]*)"', page)[-1] == "Mville: contested"


def test_the_places_below_a_region_are_read_once(
    web: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For its counts, its map and its table together: a country has thousands of them."""
    read: list[Collection[str]] = []
    control = View.control

    def counted(view: View, places: Collection[str], asof: AsOf) -> Mapping[str, Sequence[Held]]:
        read.append(places)
        return control(view, places, asof)

    monkeypatch.setattr(View, "control", counted)
    seen(web, f"/place/x:land?known={ON}")
    assert len(read) == 1


def test_areas_are_the_users_own(web: TestClient, tmp_path: Path) -> None:
    """Only a GeoJSON file that was given is drawn, each area in the pattern of its place."""
    ring = [[19.9, 9.9], [20.1, 9.9], [20.1, 10.1], [19.9, 9.9]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "id": "x:a", "properties": {"name": "?"}, "geometry": shape}
    file = tmp_path / "areas.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert 'class="area ' not in web.get("/place/x:land").text
    state = state_of(web)
    state.areas = load_areas(file)
    try:
        assert 'class="area held-1"' in web.get(f"/place/x:land?known={ON}").text
    finally:
        state.areas = Areas()


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"features": [{"geometry": {"type": "Polygon", "coordinates": [[[200, 1]]]}}]}'],
)
def test_a_file_of_areas_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    """It says what would be right."""
    file = tmp_path / "areas.json"
    file.write_text(text)
    with pytest.raises(BadQuestion, match=r"areas\.json: .*(GeoJSON|Polygon)"):
        load_areas(file)


def test_the_json_of_a_page_is_found_whatever_its_ids_end_like(tmp_path: Path) -> None:
    """An id may end as an address does that says in which form."""
    more = tmp_path / "more.yaml"
    more.write_text(
        "reports: [{id: told.csv, kind: clash, place: {id: 'x:b.csv', name: B, kind: village}, "
        "chain: [reuters], happened: 2025-10-27, reported: 2025-10-28}, {id: told.yaml, kind: "
        "verification, report: told.csv, result: refuted, place: 'x:b.csv', chain: [reuters], "
        "happened: 2025-10-27, reported: 2025-10-28}]\n"
    )
    with client(seeded(tmp_path / "timeline.db", more)) as web:
        for page in (
            "/place/x:b.csv/diff?a=2025-10-26&b=2025-10-28",
            "/place/x:b.csv/then-and-now?on=2025-10-27",
            "/claim/told.csv",
            "/claim/told.yaml",
        ):
            found = [one for one in links(web.get(page).text) if one.startswith("/api/")]
            assert found[0] != "/api", page
            assert web.get(found[0]).headers["content-type"] == "application/json", page


@pytest.mark.parametrize("part", ["diff", "file", "chart", "chart.svg", "then-and-now"])
def test_a_place_has_its_pages_whatever_its_id_ends_like(tmp_path: Path, part: str) -> None:
    """A slash that is escaped is of the id; a part of the page stands behind one that is not."""
    (tmp_path / "odd.yaml").write_text(
        "defaults: {kind: shelling, chain: [reuters], happened: 2025-10-27, reported: 2025-10-27}\n"
        f"reports: [{{place: {{id: 'x:river/{part}', name: Mouth, kind: town}}}}]\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "odd.yaml")) as web:
        address = f"/place/x:river%2F{part}"
        page = web.get(f"{address}?known={ON}")
        assert f'data-place="x:river/{part}"' in page.text
        for linked in re.findall(r'(?:href|action)="(/place/x:river[^"]*)"', page.text):
            assert linked.startswith(address)
            asked = {"a": "2025-10-26", "b": ON} if linked.endswith("/diff") else {}
            asked |= {"on": ON} if linked.endswith("/then-and-now") else {}
            assert web.get(unescape(linked), params=asked or None).status_code == 200, linked


def test_a_difference_and_a_look_back_have_pages(web: TestClient) -> None:
    """What changed between two days; what was learned since, and how late."""
    diff = seen(web, f"{POKROVSK}/diff?a=2025-10-26&b=2025-10-27")
    assert "12 added, 0 replaced, 0 changed, 0 corrected, 0 withdrawn" in diff
    then = seen(web, "/place/Avdiivka/then-and-now?on=2024-02-18")
    assert "disputed 376 days late" in then
    assert "3 sources, 11 days apart" in then
    assert "write both dates" in seen(web, f"{POKROVSK}/diff?a=2025-10-26", 400)
    assert "write the date" in seen(web, f"{POKROVSK}/then-and-now", 400)


def test_what_was_typed_wrong_can_be_mended(web: TestClient) -> None:
    """The search holds its words, and the page of a place leads back to it."""
    searched = web.get("/search?q=Pokrovsk&on=27/10/2025")
    assert searched.status_code == 400
    assert re.search('name="q" [^>]*value="Pokrovsk"', searched.text)
    assert re.search('name="on" type="text" value="27/10/2025"', searched.text)
    dated = web.get(f"{POKROVSK}/diff?a=2025-10-26&b=")
    assert dated.status_code == 400
    assert POKROVSK in links(dated.text)
    assert "<title>This question is not understood · Conflict timeline</title>" in dated.text
    assert "<title>Search · Conflict timeline</title>" in web.get("/search?q=").text


@pytest.mark.parametrize(
    ("page", "said", "kept"),
    [
        (
            "diff?a=2025-10-26&b=2025-10-27&facet=control&party=deepstate&window=30",
            "Only facet control, party DeepState.",
            ["facet=control", "party=deepstate", "window=30"],
        ),
        (
            "diff?a=2025-10-26&b=2025-10-27&valid=2025-10-25&recorded=2026-01-01",
            "in what was known of what held by 2025-10-25, as this log had it by 2026-01-01,",
            ["axis=known", "valid=2025-10-25", "recorded=2026-01-01"],
        ),
        (
            "diff?a=2025-10-26&b=2025-10-27&axis=valid&known=2025-10-27",
            "What changed in the situation, as known by 2025-10-27 from",
            ["axis=valid", "known=2025-10-27"],
        ),
        (
            "then-and-now?on=2025-10-26&facet=control&window=30&recorded=2026-01-01",
            "known of it now, as this log had it by 2026-01-01",
            ["recorded=2026-01-01", "facet=control", "window=30"],
        ),
    ],
)
def test_a_comparison_says_what_it_is_of_and_asks_on_for_the_same(
    web: TestClient, page: str, said: str, kept: list[str]
) -> None:
    """Which claims, the other clock and the log's; its form keeps them for other days."""
    assert said in re.sub(r" (?=[,.])", "", seen(web, f"{POKROVSK}/{page}"))
    form = web.get(f"{POKROVSK}/{page}").text.split('<form class="cuts"')[1].split("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    assert ["=".join(one) for one in hidden] == kept


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("on=2025-10-27", "known=2025-10-27"),
        ("on=2025-10-27&valid=2025-10-20", "valid=2025-10-20&known=2025-10-27"),
        ("on=2025-10-20&known=2025-10-27", "valid=2025-10-20&known=2025-10-27"),
        ("on=2025-10-24&valid=2025-10-20&known=2025-10-27", "valid=2025-10-20&known=2025-10-27"),
    ],
)
def test_a_day_sets_both_clocks_of_a_page(web: TestClient, asked: str, same: str) -> None:
    """Unless one is given, as in the API; the address then has the clocks."""
    sent = web.get(f"{POKROVSK}?{asked}", follow_redirects=False)
    assert sent.headers["location"] == f"{POKROVSK}?{same}"
    for part in ("file", "chart.svg"):
        by_day, by_clocks = (web.get(f"{POKROVSK}/{part}?{each}") for each in (asked, same))
        assert by_day.status_code == 200
        assert by_day.content == by_clocks.content
    claim = "/claim/pokrovsk-2025-10-27-infiltration"
    assert web.get(f"{claim}?{asked}").content == web.get(f"{claim}?{same}").content


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("/?x=1", "no parameter x here; leave it out"),
        ("/search?q=Pokrovsk&known=2025-10-27", "no parameter known here; there are q, on"),
        (f"{POKROVSK}?day=2025-10-27", "no parameter day here"),
        (f"{POKROVSK}?known=2025-10-27&known=2025-10-26", "known is given twice; write it once"),
        (f"{POKROVSK}?kind=zz", "zz"),
        (f"{POKROVSK}/file?day=2025-10-27", "no parameter day here"),
        (f"{POKROVSK}/diff?a=2025-10-26&b=2025-10-27&c=1", "no parameter c here"),
        (f"{POKROVSK}/diff?a=2025-10-26&b=2025-10-27&known=2025-10-27", "leave known out"),
        (f"{POKROVSK}/then-and-now?on=2025-10-27&party=ua", "no parameter party here"),
        ("/claim/pokrovsk-2025-10-27-infiltration?facet=forces", "no parameter facet here"),
        (f"{POKROVSK}/chart?width=400", "no parameter width here"),
        (f"{POKROVSK}/chart.svg?kind=zz", "zz"),
        (f"{POKROVSK}/chart.svg?width=wide", "no number of pixels"),
        (f"{POKROVSK}/chart.svg?what=activity&facet=forces", "no parameter facet here"),
        ("/news?places=x", "no parameter places here"),
    ],
)
def test_a_page_takes_no_parameter_that_it_would_pass_over(
    web: TestClient, page: str, said: str
) -> None:
    """One line says which there are, as the API does."""
    assert said in seen(web, page, 400)


def test_the_two_clocks_can_be_drawn_of_the_last_days(tmp_path: Path) -> None:
    """Else one old claim stretches the axes, so that all of a week are a single mark."""
    more = tmp_path / "more.yaml"
    more.write_text(
        "reports: [{kind: clash, place: Pokrovsk, chain: [reuters], happened: 2022-03-26, "
        "reported: 2022-03-27}]"
    )
    with client(seeded(tmp_path / "timeline.db", more)) as web:
        page = web.get(f"{POKROVSK}?known={ON}", headers={"accept": "text/html"}).text
        every, week, month, *_ = re.findall(r'href="([^"]*)" target="chart"', page)
        assert "from=2025-10-21" in week
        assert "from=2025-09-28" in month
        drawn = [web.get(unescape(one)).text for one in (week, every)]
        specs = [re.findall(r'data-spec="([^"]+)"', one)[0] for one in drawn]
        told = [web.get(unescape(one)).text for one in specs]
    some, more_of_them = (int(re.findall(r"(\d+)[ \xa0]claims of", one)[0]) for one in told)
    assert "from 2025-10-21" in told[0]
    assert some + 1 == more_of_them


def test_charts_are_narrowed_as_their_page_is(web: TestClient) -> None:
    """Those that cannot be are not offered."""
    page = web.get(f"{POKROVSK}?known={ON}&kind=infiltration&window=3").text
    address = unescape(re.findall(r'href="([^"]*/chart.svg[^"]*)"', page)[0])
    assert "1 claim of 1 party" in web.get(address).text.replace("\xa0", " ")
    assert "Who said whose it was" in page
    assert "How much was told" not in page
    assert "Who said whose it was" not in web.get(f"{POKROVSK}?known={ON}&facet=forces").text


def test_what_draws_is_loaded_by_the_time_that_somebody_prints(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with pictures has it loaded, once; paper does not wait as long as that takes."""
    if not charts.available():
        pytest.skip("needs the extra plot")
    loaded: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(Picture, "svg", lambda _: loaded.put("drawn"))
    with client(store) as web:
        web.headers["accept"] = "text/html"
        assert web.get("/").status_code == 200
        assert web.get(f"{POKROVSK}?known=2020-01-01").status_code == 200  # with no claim to draw
        assert loaded.empty()
        for _ in range(2):
            assert web.get(f"{POKROVSK}?known={ON}").status_code == 200
        assert loaded.get(timeout=60) == "drawn"
    assert loaded.empty()


def test_a_difference_keeps_to_what_was_recorded(web: TestClient) -> None:
    """As the API has it: before the first entry of the log there is nothing to differ."""
    asked = "a=2025-10-26&b=2025-10-27&recorded=2025-11-01"
    assert "0 added, 0 replaced" in seen(web, f"{POKROVSK}/diff?{asked}")


def test_a_page_stays_light_whatever_a_place_has_seen(tmp_path: Path) -> None:
    """Of a thousand claims the newest of each facet are listed, and how many are not."""
    many = tmp_path / "many.yaml"
    reports = "\n".join(
        f'  - {{happened: "2025-10-27T{n // 60:02}:{n % 60:02}Z", summary: "{"shelling " * 30}"}}'
        for n in range(1000)
    )
    many.write_text(
        "defaults: {place: Pokrovsk, chain: [reuters], kind: shelling, reported: 2025-10-27}\n"
        f"reports:\n{reports}\n"
    )
    with client(seeded(tmp_path / "timeline.db", many)) as web:
        page = web.get(f"{POKROVSK}?known={ON}")
        assert len(page.content) < LIGHT
        assert re.search(r"\d+ older claims are not listed", page.text)
        assert "UA supply difficult" in page.text
        every = web.get(f"{POKROVSK}?known={ON}&all=1")
        assert every.text.count("kind: shelling") == 0
        assert every.text.count('<article class="card"') > 1000


def test_a_comparison_and_a_look_back_stay_light_whatever_a_place_has_seen(tmp_path: Path) -> None:
    """Of what changed they list the first of each sort, and say how many they do not; all is asked
    for.
    """
    many = "\n".join(
        f"  - {{chain: [b{n}], kind: shelling, reported: '2025-10-{26 + n % 2}'}}"
        for n in range(800)
    )
    (tmp_path / "many.yaml").write_text(
        f"defaults: {{place: Avdiivka, happened: 2025-10-26}}\nreports:\n{many}\n"
    )
    place = "/place/Avdiivka"
    with client(seeded(tmp_path / "timeline.db", tmp_path / "many.yaml")) as web:
        web.headers["accept"] = "text/html"
        for asked, said, every in (
            ("diff?a=2025-10-26&b=2025-10-27", "400 added", 400),
            ("diff?a=2025-10-26&b=2025-11-20", "400 out of the window", 400),
            ("then-and-now?on=2025-10-26", "Learned since", 1_200),
        ):
            page = web.get(f"{place}/{asked}").text
            assert len(page) < 2 * LIGHT, asked
            assert said in seen(web, f"{place}/{asked}")
            told = seen(web, f"{place}/{asked}").replace(",", "")
            left = sum(map(int, re.findall(r"(\d+) more are not listed", told)))
            assert left > 300, asked
            (whole,) = {one for one in links(page) if "all=1" in one}
            cards = [web.get(one).text.count("<article") for one in (f"{place}/{asked}", whole)]
            assert cards[1] >= every, asked
            assert cards[0] < 250, asked


def test_a_page_stays_light_whatever_the_places_around_it_have_seen(tmp_path: Path) -> None:
    """Of what is told above, and of rivals, the first are shown; a map says what it leaves out."""
    land = "{id: 'x:land', name: Landia, kind: oblast}"
    above = "\n".join(
        f"  - {{kind: shelling, place: {land}, count: {n}, chain: [b{n}], summary: {'word ' * 30}}}"
        for n in range(200)
    )
    rivals = "\n".join(
        f"  - {{kind: control_assessment, chain: [b{n}], shares: [{{status: held, by: {by}}}], "
        f"place: {{id: 'x:town', name: Town, kind: town, parent: {land}}}}}"
        for n, by in enumerate(["ua", "ru"] * 20)
    )
    around = "\n".join(
        f"  - {{kind: control_assessment, chain: [b1], shares: [{{status: contested}}], place: "
        f"{{id: 'x:{n}', name: T{n}, kind: town, parent: {land}, lat: 48.{n}, lon: 37.{n}}}}}"
        for n in range(100)
    )
    (tmp_path / "many.yaml").write_text(
        f"defaults: {{happened: {ON}, reported: {ON}}}\nreports:\n{above}\n{rivals}\n{around}\n"
    )
    with client(seeded(tmp_path / "timeline.db", tmp_path / "many.yaml")) as web:
        town = web.get(f"/place/x:town?known={ON}")
        assert len(town.content) < LIGHT
        assert town.text.count("disputed by") == 40 * 3
        assert town.text.count("and by 17 more") == 40
        assert "188 more, on its own page" in seen(web, f"/place/x:town?known={ON}")
        whole = seen(web, f"/place/x:town?known={ON}&all=1")
        assert "more, on its own page" not in whole
        assert whole.count("shelling") >= 200
        region = web.get(f"/place/x:land?known={ON}")
        assert len(region.content) < LIGHT
        caption = unescape(region.text).partition("<figcaption>")[2].partition("</figcaption>")[0]
        assert caption.startswith("The 50 places that are listed, and no other: ")
        assert "no other" not in web.get(f"/place/x:land?known={ON}&all=1").text


def listening(newsroom: Newsroom, place: str | None, after: int | None) -> AsyncGenerator[bytes]:
    """The news of a place, or of all, for a page that will go away."""
    stream = newsroom.stream(place, after)
    assert isinstance(stream, AsyncGenerator)
    return stream


def test_news_reaches_the_pages_that_it_concerns(tmp_path: Path) -> None:
    """A report is told to its place and those above it, and to no other."""
    copy = seeded(tmp_path / "timeline.db")
    more = tmp_path / "more.yaml"
    more.write_text(
        "reports: [{kind: clash, place: Pokrovsk, chain: [reuters], happened: 2025-10-28, "
        "reported: 2025-10-28}]\n"
    )

    async def told() -> list[bytes]:
        closing = asyncio.Event()
        newsroom = Newsroom(str(copy), closing)
        with open_timeline(copy) as timeline:
            head = timeline.log.head()
        streams = [
            listening(newsroom, place, head)
            for place in ("geonames:704422", "iso:UA-14", None, "iso:UA-65")
        ]
        for stream in streams:
            assert await anext(stream) == b"retry: 2000\n\n"
        waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
        await asyncio.sleep(0.6)  # they have read what they missed, and wait

        def file() -> None:
            with open_timeline(copy) as timeline:
                timeline.add(more)

        await asyncio.to_thread(file)
        found = [await asyncio.wait_for(one, 30) for one in waiting[:3]]
        closing.set()
        with pytest.raises(StopAsyncIteration):  # the server is to stop, and the stream ends
            await waiting[-1]
        for stream in streams:
            await stream.aclose()
        return found

    assert b'"says":"clash"' in asyncio.run(told())[0]


def test_what_is_filed_while_a_page_begins_to_listen_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes until the log is watched, once."""
    store = seeded(tmp_path / "timeline.db")
    more = tmp_path / "more.yaml"
    more.write_text(
        "reports: [{kind: clash, place: Pokrovsk, chain: [reuters], happened: 2025-10-28, "
        "reported: 2025-10-28}]\n"
    )
    missed = threading.Event()

    def opened(*given: Any, **named: Any) -> Timeline:
        if threading.current_thread().name == "news":
            missed.wait(1)
        return Timeline(*given, **named)

    monkeypatch.setattr(news, "Timeline", opened)

    async def told() -> list[bytes]:
        with open_timeline(store) as timeline:
            newsroom = Newsroom(str(store), asyncio.Event())
            stream = listening(newsroom, None, timeline.log.head())
            assert await anext(stream) == b"retry: 2000\n\n"
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.3)
            await asyncio.to_thread(timeline.add, more)
            missed.set()
            found = [await asyncio.wait_for(first, 5)]
            rest = asyncio.ensure_future(anext(stream))
            await asyncio.wait([rest], timeout=1)
            found += [rest.result()] if rest.done() else []
            rest.cancel()
            await asyncio.wait([rest])
            await stream.aclose()
        return found

    assert [b"clash" in one for one in asyncio.run(told())] == [True]


@pytest.mark.parametrize("error", [sqlite3.OperationalError("disk I/O error"), OSError(24, "many")])
def test_news_go_on_after_trouble_that_nobody_foresaw(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    """One thread watches for all pages: were it gone, none would be told of anything any more."""
    store = seeded(tmp_path / "timeline.db")
    monkeypatch.setattr(news, "_MUCH_LATER_SECONDS", 0.1)
    troubles = [error]

    def opened(*given: Any, **named: Any) -> Timeline:
        if threading.current_thread().name == "news" and troubles:
            raise troubles.pop()
        return Timeline(*given, **named)

    monkeypatch.setattr(news, "Timeline", opened)

    async def told() -> bytes:
        with open_timeline(store) as timeline:
            stream = listening(Newsroom(str(store), asyncio.Event()), None, timeline.log.head())
            assert await anext(stream) == b"retry: 2000\n\n"
            first = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0.3)
            gone = timeline.known("Pokrovsk").claims[0].report
            timeline.retract(gone, reported="2025-10-28", reason="Withdrawn.")
            found = await asyncio.wait_for(first, 20)
            await stream.aclose()
        return found

    assert b"retracted" in asyncio.run(told())
    assert "no news for open pages" in caplog.text


def test_news_that_come_as_the_server_ends_are_no_error(tmp_path: Path) -> None:
    """The loop may close between any two looks at it."""
    store = seeded(tmp_path / "timeline.db")
    tried = threading.Event()

    class Closing(asyncio.SelectorEventLoop):
        def is_closed(self) -> bool:
            return super().is_closed() or (in_news() and tried.is_set())

        def call_soon_threadsafe(  # type: ignore[override]
            self, callback: Callable[..., object], *args: Any, context: Any = None
        ) -> asyncio.Handle:
            if in_news():
                tried.set()
                raise RuntimeError("Event loop is closed")
            return super().call_soon_threadsafe(callback, *args, context=context)

    def in_news() -> bool:
        return threading.current_thread().name == "news"

    async def ends() -> None:
        with open_timeline(store) as timeline:
            stream = listening(Newsroom(str(store), asyncio.Event()), None, 0)
            assert await anext(stream) == b"retry: 2000\n\n"
            await anext(stream)  # what it missed, so that the log is watched
            gone = timeline.known("Pokrovsk").claims[0].report
            timeline.retract(gone, reported="2025-10-28", reason="Withdrawn.")
            assert await asyncio.to_thread(tried.wait, 10)
            await asyncio.sleep(0.1)
            await stream.aclose()

    with asyncio.Runner(loop_factory=Closing) as runner:
        runner.run(ends())


def test_who_listens_from_nowhere_is_told_of_nothing_old(tmp_path: Path) -> None:
    """And a position that is none is refused."""
    store = seeded(tmp_path / "timeline.db")

    async def first() -> bool:
        stream = listening(Newsroom(str(store), asyncio.Event()), None, None)
        assert await anext(stream) == b"retry: 2000\n\n"
        told = asyncio.ensure_future(anext(stream))
        await asyncio.wait([told], timeout=1)
        told.cancel()
        await asyncio.wait([told])
        await stream.aclose()
        return not told.cancelled()

    assert not asyncio.run(first())
    with client(store) as web:
        answer = web.get("/news?after=yesterday")
    assert answer.status_code == 400
    assert "leave it out" in answer.json()["detail"]


def test_who_leaves_while_news_is_sent_listens_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for the next one at once."""
    monkeypatch.setattr(news, "MOST", 1)
    app = create_app(str(seeded(tmp_path / "timeline.db")))

    async def left() -> bool:
        stuck = asyncio.Event()

        async def receive() -> dict[str, str]:
            await stuck.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if b"data: " in message.get("body", b""):
                stuck.set()  # the client takes no more
                await asyncio.Event().wait()

        scope = {"type": "http", "method": "GET", "path": "/news", "raw_path": b"/news"}
        asked = {"query_string": b"after=0", "headers": [(b"host", b"localhost")]}
        async with app.router.lifespan_context(app):
            await app({**scope, **asked}, receive, send)
            return not app.state.newsroom.full

    assert asyncio.run(left())


def test_a_redaction_is_news_to_every_page(tmp_path: Path) -> None:
    """Also to one that comes back after more than is read for it, and to one by its basis that a
    browser kept: nothing it holds may stay.
    """
    store = seeded(tmp_path / "timeline.db")
    more = tmp_path / "more.yaml"
    many = (f"{{id: n{n}, happened: 2025-10-28, quote: Olha saw it}}" for n in range(500))
    more.write_text(
        "defaults: {kind: clash, place: Pokrovsk, chain: [reuters], reported: 2025-10-28}\n"
        f"reports: [{', '.join(many)}]\n"
    )
    with open_timeline(store) as timeline, client(store) as web:
        begun = timeline.log.head()
        timeline.add(more)
        head = timeline.log.head()
        basis = timeline.known("Pokrovsk", on="2025-10-28").basis
        kept = web.get(f"{POKROVSK}?basis={basis}").text
        timeline.redact("n3", "quote", reason="asked for by the family")
    listens = re.search(r'data-news="[^"]*after=(\d+)" data-fixed', kept)

    async def first(place: str, after: int) -> dict[str, Any]:
        stream = listening(Newsroom(str(store), asyncio.Event()), place, after)
        assert await anext(stream) == b"retry: 2000\n\n"
        told = await anext(stream)
        await stream.aclose()
        return dict(json.loads(told.partition(b"data: ")[2]))

    elsewhere = asyncio.run(first("iso:UA-65", head))
    assert elsewhere["what"] == "redacted"
    assert elsewhere["says"] == "redacted: quote"
    assert elsewhere["place"] == "Pokrovsk"
    assert elsewhere["anew"]
    assert asyncio.run(first("iso:UA-65", begun))["anew"]
    more.write_text(more.read_text().replace("id: n", "id: m"))
    with open_timeline(store) as timeline:
        timeline.add(more)
    assert listens
    assert asyncio.run(first("geonames:704422", int(listens[1])))["anew"]


def test_a_page_names_the_zone_of_its_days(tmp_path: Path) -> None:
    """Who reads of the end of a day has to know whose; without a word it is that of UTC."""
    pages = (
        "/",
        "/search?q=nowhere",
        f"{POKROVSK}?known={ON}",
        f"{POKROVSK}/diff?a=2025-10-26&b={ON}",
        f"{POKROVSK}/then-and-now?on={ON}",
        f"{POKROVSK}/file?known={ON}",
        "/claim/pokrovsk-2025-10-27-infiltration",
    )
    for zone in ("Europe/Kyiv", "UTC"):
        store = tmp_path / f"{zone[:3]}.db"
        with open_timeline(store, create=True, timezone=zone) as timeline:
            timeline.add(*SEEDS)
        with client(store) as web:
            for page in pages:
                said = re.findall(r"Days are those of [^<]*", web.get(page).text)
                assert said == ([] if zone == "UTC" else [f"Days are those of {zone}."]), page
