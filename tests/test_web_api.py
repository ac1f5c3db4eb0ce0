import asyncio
import csv
import gc
import gzip
import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from command import typed_on
from effort import calls_of
from fastapi.testclient import TestClient
from httpx2 import Response
from serving import client, seeded, state_of

from timeline import Timeline, open_timeline
from timeline.cuts import RULES
from timeline.formats.gather import Gathered
from web.answers import claims
from web.app import create_app
from web.desk import Desk
from web.limits import Limits
from web.questions import Claims
from web.room import TookTooLong
from web.stream import Stream

ON = "2025-10-27"

HOSTILE = """\
source: {publisher: reuters, published: 2025-10-27}
reports:
  - kind: infiltration
    id: hostile
    place: {id: "local:x", name: "<script>alert(1)</script>", kind: city, parent: "iso:UA-14"}
    chain: [ua.general_staff]
    happened: 2025-10-27
    side: ru
    summary: "=HYPERLINK(1) <img src=x onerror=alert(1)> \\u202Eevil \\e[31m"
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports that come with the program, and one that means harm."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "hostile.yaml").write_text(HOSTILE)
    return seeded(folder / "timeline.db", folder / "hostile.yaml")


@pytest.fixture(scope="module")
def web(store: Path) -> Iterator[TestClient]:
    """A client of a server that only reads."""
    with client(store) as found:
        yield found


@pytest.fixture(scope="module")
def timeline(store: Path) -> Iterator[Timeline]:
    """The same store, asked in Python."""
    with open_timeline(store) as found:
        yield found


def test_an_answer_is_the_very_bytes_of_the_engine(web: TestClient, timeline: Timeline) -> None:
    """Situation, comparison and explanation come as `to_json` gives them."""
    known = timeline.known("Pokrovsk", ON)
    assert web.get(f"/api/known/Pokrovsk?on={ON}").content == known.to_json()
    diff = timeline.diff("Pokrovsk", "2025-10-26", ON)
    assert web.get(f"/api/diff/Pokrovsk?a=2025-10-26&b={ON}").content == diff.to_json()
    claim = known.claims[0].claim
    explained = timeline.explain(claim, ON)
    assert web.get(f"/api/explain/{claim}?on={ON}").content == explained.to_json()
    history = timeline.history("Pokrovsk", known=ON)
    assert web.get(f"/api/history/Pokrovsk?known={ON}").content == history.to_json()
    looked_back = timeline.hindsight("Pokrovsk", ON, known="2025-11-10")
    assert (
        web.get(f"/api/hindsight/Pokrovsk?on={ON}&known=2025-11-10").content
        == looked_back.to_json()
    )
    lives = timeline.claims("Pokrovsk", known=ON)
    assert web.get(f"/api/claims?place=Pokrovsk&known={ON}").content == lives.to_json()
    told = timeline.activity("Pokrovsk", until=ON, by=["kind", "party"], known=ON)
    asked = f"/api/activity?place=Pokrovsk&to={ON}&by=kind&by=party&known={ON}"
    assert web.get(asked).content == told.to_json()
    told = timeline.activity("Pokrovsk", by=["kind", "party"], on="2025-10-01", known=ON)
    asked = asked.replace("to=2025-10-27", "on=2025-10-01")
    assert web.get(asked).content == told.to_json()


@pytest.mark.parametrize("name", ["Pokrovsk", "geonames:704422", "Покровськ", "Pokrovsk, Ukraine"])
def test_a_place_is_named_as_on_the_command_line(web: TestClient, name: str) -> None:
    """By any known spelling, its id, or with what it lies in."""
    answer = web.get(f"/api/known/{quote(name)}?on={ON}")
    assert answer.json()["place"]["id"] == "geonames:704422"


def test_the_plus_of_an_offset_need_not_be_escaped(web: TestClient) -> None:
    """An address has a space there, which no date has; also inside a basis."""
    plain = web.get("/api/known/Pokrovsk?on=2025-10-27T15:13+03:00").json()
    assert (plain["asked"]["known"], plain["known"]) == (
        "2025-10-27T15:13+03:00",
        "2025-10-27T12:14:00Z",
    )
    assert web.get(f"/api/known/Pokrovsk?basis={plain['basis']}").json() == plain
    assert web.get("/place/Pokrovsk?known=2025-10-27T15:13+03:00").status_code == 200
    assert web.get("/api/known/Pokrovsk?on=2025-10-27 15:13Z").status_code == 400


def test_a_place_is_told_of_as_on_the_command_line(web: TestClient, store: Path) -> None:
    """Its names apart from its ids elsewhere; where a list has it from is told there alone."""
    shown = json.loads(typed_on(store, "places", "show", "Pokrovsk", "--format", "json").stdout)
    told = web.get("/api/places/Pokrovsk").json()
    assert told["ids"] == ["katottg:UA14160210010099403"]
    assert {**told, "source": "log", "credit": shown["credit"]} == shown


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/api/known/Pokrovsk.csv", "*/*"),
        ("/api/known/Pokrovsk", "text/csv, application/json;q=0.5"),
    ],
)
def test_csv_by_the_ending_or_by_accept(web: TestClient, path: str, accept: str) -> None:
    """The same table as the command line's, a row for each measure."""
    answer = web.get(f"{path}?on={ON}", headers={"accept": accept})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["place"] for row in rows} == {"Pokrovsk"}
    assert {row["valid_as_of"] for row in rows} == {"2025-10-28T00:00:00Z"}


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/*", "text/csv; charset=utf-8"),
        ("*/*, text/csv;q=0.5", "application/json"),
        ("*/*, application/json;q=0", "text/csv; charset=utf-8"),
        ("text/csv, application/json", "text/csv; charset=utf-8"),
        ("application/*, text/csv;q=0.9", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_form_is_the_one_that_is_liked_best(web: TestClient, accept: str, given: str) -> None:
    """As RFC 9110 weighs `Accept`; where nothing that is offered is liked, JSON all the same."""
    answer = web.get(f"/api/known/Pokrovsk?on={ON}", headers={"accept": accept})
    assert answer.headers["content-type"] == given


@pytest.mark.parametrize(
    "asked",
    [
        f"/api/known/Pokrovsk.jsonl?on={ON}",
        f"/api/history/Pokrovsk.jsonl?known={ON}",
        f"/api/claims.jsonl?known={ON}",
        f"/api/activity.jsonl?known={ON}&to={ON}",
        f"/api/replay/Pokrovsk?from=2025-10-20&to={ON}",
        "/api/places.jsonl",
    ],
)
def test_lines_of_json(web: TestClient, asked: str) -> None:
    """Each line is an object of its own."""
    answer = web.get(asked)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.text.endswith("\n")
    assert all(isinstance(json.loads(line), dict) for line in answer.text.splitlines())


@pytest.mark.parametrize(
    "asked",
    [
        f"/api/history/Pokrovsk.csv?known={ON}",
        "/api/hindsight/Pokrovsk.csv?on=2025-10-20&known=2025-11-10",
        f"/api/claims.csv?place=Pokrovsk&known={ON}",
        f"/api/activity.csv?place=Pokrovsk&to={ON}&known={ON}",
        f"/api/export/situation.csv?on={ON}",
    ],
)
def test_every_table_has_as_many_cells_in_each_row(web: TestClient, asked: str) -> None:
    """A header, and rows under it."""
    header, *rows = csv.reader(io.StringIO(web.get(asked).text))
    assert rows
    assert {len(row) for row in rows} == {len(header)}


def test_an_export_is_that_of_the_command_line(web: TestClient, store: Path) -> None:
    """The same bytes, place by place."""
    for what, form in (("situation", "csv"), ("reports", "jsonl"), ("claims", "json")):
        written = typed_on(store, "export", what, "--known", ON, "--format", form)
        answer = web.get(f"/api/export/{what}.{form}?known={ON}")
        assert answer.content == written.stdout_bytes


def test_an_export_is_of_one_moment_whatever_is_filed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its basis gives the very bytes again; what came in between is not in it."""
    store, came = seeded(tmp_path / "timeline.db"), tmp_path / "came.yaml"
    came.write_text(
        "source: {publisher: wire, published: 2025-10-28}\nreports:\n"
        "  - {kind: shelling, chain: [newcomer], happened: 2025-10-27, place: Pokrovsk}\n"
    )
    standing = Gathered.standing

    def meanwhile(gathered: Gathered, facet: str | None = None) -> Iterator[Any]:
        with open_timeline(store) as other:
            other.add(came)
            other.reader()  # whose catching up brings the view of all forward
        yield from standing(gathered, facet)

    monkeypatch.setattr(Gathered, "standing", meanwhile)
    asked = "/api/export/situation.csv?window=36500"
    with client(store) as web:
        first = web.get(asked).text
        assert "newcomer" not in first
        (basis,) = {row["basis"] for row in csv.DictReader(io.StringIO(first))}
        assert web.get(f"{asked}&basis={quote(basis)}").text == first
        assert "newcomer" in web.get(asked).text


def test_code_of_this_machine_cannot_be_named_as_a_projection(web: TestClient) -> None:
    """Only what is installed as one is run."""
    for name in ("os:system", "examples.control_days:ControlDays", "control_days.py:ControlDays"):
        answer = web.get(f"/api/export/{quote(name)}")
        assert answer.status_code == 400
        assert "installed projection" in answer.json()["detail"]


def test_places_come_in_pages(web: TestClient) -> None:
    """Following `next` from one on gives every place once, in order of its id."""
    whole = [place["id"] for place in web.get("/api/places").json()]
    found, address = [], "/api/places?limit=2"
    while address:
        answer = web.get(address)
        found += [place["id"] for place in answer.json()]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        address = link[1] if link else ""
    assert found == whole == sorted(whole)
    assert len(whole) > 2


@pytest.mark.parametrize(
    ("path", "items"),
    [
        (f"/api/claims?known={ON}", "claims"),
        (f"/api/activity?by=party&by=kind&known={ON}&to={ON}", "rows"),
        (f"/api/replay/Pokrovsk.json?from=2025-10-20&to={ON}&step=report", None),
    ],
)
def test_lists_come_in_pages(web: TestClient, path: str, items: str | None) -> None:
    """Pages of one after the other are the list."""

    def listed(answer: Any) -> list[object]:
        found: list[object] = answer[items] if items else answer
        return found

    whole = listed(web.get(path).json())
    found, address = [], f"{path}&limit=1"
    while address:
        answer = web.get(address)
        found += listed(answer.json())
        address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert found == whole
    assert len(whole) > 1


def test_pages_of_claims_follow_though_the_last_was_corrected_meanwhile(tmp_path: Path) -> None:
    """It has another status, and another claim, and the pages go on behind it."""
    report = "{id: %s, kind: clash, place: Pokrovsk, chain: [isw], happened: %s, reported: %s%s}"
    days = {"a": "2025-10-24", "b": "2025-10-25", "c": "2025-10-26"}
    told = [report % (one, day, day, "") for one, day in days.items()]
    (tmp_path / "told.yaml").write_text(f"reports: [{', '.join(told)}]\n")
    (tmp_path / "new.yaml").write_text(report % ("b", days["b"], ON, ", summary: More."))
    store = tmp_path / "timeline.db"
    with open_timeline(store, create=True) as timeline, client(store) as web:
        timeline.add(tmp_path / "told.yaml")
        for asked in ("status=open&", ""):
            first = web.get(f"/api/claims?{asked}limit=2")
            assert [one["claim"]["report"] for one in first.json()["claims"]] == ["c", "b"]
            timeline.correct("b", tmp_path / "new.yaml")
            rest = web.get(first.links["next"]["url"])
            assert [one["claim"]["report"] for one in rest.json()["claims"]] == ["a"]
            (tmp_path / "new.yaml").write_text(report % ("b", days["b"], "2025-10-28", ""))


def told_by(steps: list[Any]) -> list[str]:
    """The reports of what the steps of a walk add."""
    return [claim["report"] for step in steps for claim in step["added"]]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ("activity?limit=2", lambda rows: [row["day"] for row in rows["rows"]]),
        ("replay/Pokrovsk.json?from=2025-10-20&limit=2", told_by),
        ("replay/Pokrovsk.json?from=2025-10-20&limit=2&step=report", told_by),
    ],
)
def test_pages_follow_though_the_last_of_one_is_no_more(
    tmp_path: Path, asked: str, days: Callable[[Any], list[str]]
) -> None:
    """A slip of our own was taken out of a day, and the days behind it are still to come."""
    report = "{id: %s, kind: clash, place: Pokrovsk, chain: [isw], happened: %s, reported: %s}"
    told = [report % (day, day, day) for day in ("2025-10-24", "2025-10-25", "2025-10-26")]
    (tmp_path / "told.yaml").write_text(f"reports: [{', '.join(told)}]\n")
    (tmp_path / "new.yaml").write_text(report % ("2025-10-25", "2025-10-23", "2025-10-23"))
    store = tmp_path / "timeline.db"
    with open_timeline(store, create=True) as timeline, client(store) as web:
        timeline.add(tmp_path / "told.yaml")
        first = web.get(f"/api/{asked}")
        assert days(first.json()) == ["2025-10-24", "2025-10-25"]
        timeline.correct("2025-10-25", tmp_path / "new.yaml", mend=True)
        assert days(web.get(first.links["next"]["url"]).json())[0] == "2025-10-26"


def test_pages_of_a_replay_up_to_now_are_of_one_walk(tmp_path: Path) -> None:
    """Two announced what begins today, so that the last moment, which is now, tells of both."""
    today = datetime.now(UTC).date()
    before = today - timedelta(1)
    reports = [
        f"{{id: {key}, kind: ceasefire, phase: {phase}, place: Pokrovsk, chain: [{key[0]}], "
        f"happened: {{during: '{begins}/..'}}, reported: {before}}}"
        for begins, phase in ((before, "proposed"), (today, "in_force"))
        for key in (f"x-{phase}", f"y-{phase}")
    ]
    (tmp_path / "told.yaml").write_text(f"reports: [{', '.join(reports)}]")
    asked = f"/api/replay/Pokrovsk.json?from={before - timedelta(1)}&facet=ceasefire"
    asked += "&step=report&limit=1"
    told: list[tuple[str, str]] = []
    with client(seeded(tmp_path / "timeline.db", tmp_path / "told.yaml")) as web:
        for _ in reports:
            answer = web.get(asked)
            told += [(step["report"], step["known"]) for step in answer.json()]
            asked = answer.links.get("next", {}).get("url", "")
    assert not asked
    moments = dict(told)
    assert len(moments) == len(reports)
    assert moments["x-in_force"] == moments["y-in_force"] > f"{today}"


def test_pages_of_a_replay_follow_for_every_name(tmp_path: Path) -> None:
    """Also where an address has to escape what stands in it."""
    (tmp_path / "odd.yaml").write_text(
        "places: [{id: 'x:1', name: 'What? #1, 5%', kind: town}]\n"
        "defaults: {kind: clash, chain: [isw], place: 'x:1'}\n"
        "reports: [{happened: 2025-10-26, reported: 2025-10-26}, "
        f"{{happened: {ON}, reported: {ON}}}]\n"
    )
    asked = f"/api/replay/{quote('What? #1, 5%')}.json?from=2025-10-20&to={ON}&limit=1"
    with client(seeded(tmp_path / "timeline.db", tmp_path / "odd.yaml")) as web:
        answer = web.get(asked)
        rest = web.get(answer.headers["link"].partition(">")[0].removeprefix("<"))
    assert [step["known"] for step in answer.json() + rest.json()] == [
        "2025-10-27T00:00:00Z",
        "2025-10-28T00:00:00Z",
    ]


def test_pages_of_activity_follow_whatever_ids_are_like(tmp_path: Path) -> None:
    """As long as they may be, and alike where they are put together."""
    told = [("x" * 200, "p" * 200), ("x" * 200, "q" * 200), ("a", "b~c"), ("a~b", "c")]
    places = [{"id": one, "name": one, "kind": "town"} for one in sorted({one for one, _ in told})]
    reports = [
        {"kind": "clash", "place": one, "chain": [party], "happened": ON, "reported": ON}
        for one, party in told
    ]
    (tmp_path / "odd.json").write_text(json.dumps({"places": places, "reports": reports}))
    asked = "/api/activity?by=place&by=party&by=day&by=kind"
    with client(seeded(tmp_path / "timeline.db", tmp_path / "odd.json")) as web:
        whole = web.get(asked).json()["rows"]
        found, address = [], f"{asked}&limit=1"
        for _ in whole:
            answer = web.get(address)
            found += answer.json()["rows"]
            address = answer.headers.get("link", "").partition(">")[0].removeprefix("<")
    assert found == whole
    assert address == ""


def test_what_the_client_has_is_not_sent_again(web: TestClient) -> None:
    """A strong tag, and 304 for it; another question has another."""
    first = web.get(f"/api/known/Pokrovsk?on={ON}")
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    again = web.get(f"/api/known/Pokrovsk?on={ON}", headers={"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert web.get("/api/known/Pokrovsk?on=2025-10-26").headers["etag"] != tag
    assert web.get(f"/api/known/Pokrovsk.csv?on={ON}").headers["etag"] != tag


def test_a_redaction_reaches_whoever_keeps_an_answer(tmp_path: Path) -> None:
    """By its basis too: it has to be asked for again, and only the one with the words is sent."""
    with client(seeded(tmp_path / "timeline.db")) as web:
        basis = web.get(f"/api/known/Pokrovsk?on={ON}").json()["basis"]
        where = [
            f"{address}?facet={facet}&basis={quote(basis)}"
            for address in ("/api/known/Pokrovsk", "/place/geonames:704422")
            for facet in ("forces", "control")
        ]
        first = [web.get(one) for one in where]
        assert {one.headers["cache-control"] for one in first} == {"no-cache"}
        claim = first[0].json()["claims"][0]
        with open_timeline(tmp_path / "timeline.db") as timeline:
            timeline.redact(claim["report"], "summary", reason="asked for by the family")
        again = [
            web.get(one, headers={"if-none-match": had.headers["etag"]})
            for one, had in zip(where, first, strict=True)
        ]
        assert [one.status_code for one in again] == [200, 304, 200, 304]
        assert claim["summary"] not in again[0].text


def test_compressed_answers_have_tags_of_their_own(web: TestClient) -> None:
    """Their bytes are others; yet either tag gets 304."""
    asked = f"/api/known/Pokrovsk?on={ON}"
    plain = web.get(asked)
    with web.stream("GET", asked, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw) == plain.content
    tag = answer.headers["etag"]
    assert tag == plain.headers["etag"].removesuffix('"') + '-gzip"'
    assert "accept-encoding" in answer.headers["vary"].lower()
    for have in (tag, plain.headers["etag"]):
        headers = {"if-none-match": have, "accept-encoding": "gzip"}
        again = web.get(asked, headers=headers)
        assert (again.status_code, again.headers["vary"]) == (304, answer.headers["vary"])


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip", "gzip"), ("gzip;q=0.1, br", "gzip"), ("gzip;q=0", None), ("gzip; q=0.0, *", None)],
)
def test_nothing_is_compressed_for_who_refuses_it(
    web: TestClient, accepted: str, coding: str | None
) -> None:
    """A weight of nought is a no."""
    answer = web.get(f"/api/known/Pokrovsk?on={ON}", headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == coding
    assert answer.json()["place"]["name"] == "Pokrovsk"


@pytest.mark.parametrize("asked", [f"/api/known/Pokrovsk?on={ON}", "/api/claims", "/news"])
def test_a_store_that_was_taken_away_answers_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, asked: str
) -> None:
    """Nor one that another was put in place of; the log says so, and the answer names no file."""
    store, other = seeded(tmp_path / "timeline.db"), seeded(tmp_path / "other.db")
    with client(store) as web:
        assert web.get("/api/places").status_code == 200
        store.rename(tmp_path / "away.db")
        gone = web.get(asked)
        other.rename(store)
        replaced = web.get(asked)
        store.unlink()
        (tmp_path / "away.db").rename(store)
        assert web.get("/api/places").status_code == 200
    for answer in (gone, replaced):
        assert answer.status_code == 503
        assert str(tmp_path) not in answer.text
    assert "timeline.db is gone" in caplog.text
    assert "timeline.db is another file by now; start the server again" in caplog.text


def test_whoever_answers_get_answers_head(web: TestClient) -> None:
    """The same headers, and nothing after them."""
    asked = f"/api/known/Pokrovsk?on={ON}"
    head, whole = web.head(asked), web.get(asked)
    assert head.content == b""
    assert head.headers["etag"] == whole.headers["etag"]
    assert head.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize("path", ["/news", "/api/export/claims"])
def test_the_head_of_a_stream_is_all_of_it(
    store: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """It ends, though the stream does not, and nothing goes on behind it."""
    monkeypatch.setattr("web.stream.WHOLE", 100)
    monkeypatch.setattr("web.pages.news.MOST", 1)
    app = create_app(str(store))

    scope = {
        "type": "http",
        "method": "HEAD",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }

    async def head() -> list[dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await asyncio.wait_for(app({**scope}, asyncio.Event().wait, send), 10)  # type: ignore[arg-type]  # no body comes
        await asyncio.sleep(0.1)  # for what it began to end
        return sent

    async def heads() -> list[list[dict[str, Any]]]:
        async with app.router.lifespan_context(app):
            return [await head() for _ in range(2)]

    for begun, *rest in asyncio.run(heads()):
        assert begun["status"] == 200
        assert rest == [{"type": "http.response.body"}]


@pytest.mark.parametrize("path", ["/", f"/api/known/Pokrovsk?on={ON}"])
def test_what_can_only_be_read_says_how(web: TestClient, path: str) -> None:
    """By each method that reads it."""
    answer = web.put(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "write GET" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("asked", "media", "name"),
    [
        ("situation.hxl.csv?", "text/csv", "situation.hxl.csv"),
        ("situation.timelinejs.json?", "application/json", "situation.timelinejs.json"),
        ("situation.csv?format=geojson&", "application/geo+json", "situation.geojson"),
        ("reports?", "application/x-ndjson", "reports.jsonl"),
        ("situation?format=hxl&", "text/csv", "situation.hxl.csv"),
        ("claims?format=timelinejs&", "application/json", "claims.timelinejs.json"),
        ("claims.parquet?", "application/vnd.apache.parquet", "claims.parquet"),
    ],
)
def test_an_export_is_named_for_what_it_is(
    web: TestClient, asked: str, media: str, name: str
) -> None:
    """As the command line tells a format by the name of its file, the longer ending first."""
    answer = web.get(f"/api/export/{asked}place=Pokrovsk&on={ON}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == media
    assert answer.headers["content-disposition"].endswith(f"''{name}")


@pytest.mark.parametrize(
    ("asked", "accept", "media"),
    [
        ("situation?", "application/json", "application/json"),
        ("situation?", "application/geo+json, application/json;q=0.9", "application/geo+json"),
        ("situation?", "text/html,application/xhtml+xml,*/*;q=0.8", "text/csv"),
        ("situation.csv?", "application/json", "text/csv"),
        ("situation?format=kml&", "application/json", "application/vnd.google-earth.kml+xml"),
        ("reports?", "*/*", "application/x-ndjson"),
        ("reports?", "text/csv", "text/csv"),
    ],
)
def test_an_export_has_the_form_that_is_accepted(
    web: TestClient, asked: str, accept: str, media: str
) -> None:
    """As every other answer, unless the address says in which form it is wanted."""
    answer = web.get(f"/api/export/{asked}place=Pokrovsk&on={ON}", headers={"accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == media


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        (
            "/api/known/Pokrovks",
            404,
            'no place of this log is called "Pokrovks"; near spellings: Pokrovsk',
        ),
        ("/api/known/Pokrovsk?on=27.10.2025", 400, "write year-month-day"),
        ("/api/known/Pokrovsk?no=1", 400, "there is no parameter no here; there are on, valid,"),
        ("/api/places/Pokrovsk?no=1", 400, "there is no parameter no here; leave it out"),
        ("/api/known/Pokrovsk?known=", 400, "known: string should have at least 1 character"),
        ("/api/known/Pokrovsk?on=2025-10-27&on=2025-10-26", 400, "on is given twice"),
        ("/api/known/Pokrovsk?window=inf", 400, "window: input should be less than"),
        ("/api/known/Pokrovsk?window=99999", 400, "window: input should be less than"),
        ("/api/known/Pokrovsk?facet=love", 400, "facet: input should be 'control'"),
        ("/api/known/Pokrovsk?basis=x", 400, "this is not a basis"),
        (f"/api/known/Pokrovsk?basis={RULES}_99999_0_2025_2025_now", 400, "names entry 99,999 and"),
        ("/api/diff/Pokrovsk?a=2025-10-27", 400, "b is missing"),
        ("/api/diff/Pokrovsk.csv?a=2025-10-26&b=2025-10-27", 406, "ask for json"),
        ("/api/diff/Pokrovsk?a=2025&b=2025&known=2025", 400, "leave known out"),
        ("/api/explain/ffffffff", 404, "ffffffff"),
        ("/api/claims?limit=0", 400, "limit: input should be greater than"),
        ("/api/claims?after=x", 400, "after: nothing in this list has that key"),
        ("/api/claims?after=2025-10-27~x", 400, "after: nothing in this list has that key"),
        ("/api/activity?after=[1]", 400, "after: nothing in this list has that key"),
        ("/api/replay/Pokrovsk?from=2025-10-20&after=x~y~z", 400, "after: nothing in this list"),
        ("/api/export/situation.kml?from=2025-10-01", 400, "(from, to)"),
        (f"/api/known/{'x' * 201}", 400, "1 to 200 characters"),
        (f"/api/known/x?on={'1' * 9000}", 414, "ask for less at once"),
        ("/api/nothing", 404, "there is nothing at this address"),
    ],
)
def test_what_cannot_be_answered_says_what_would_be_right(
    web: TestClient, asked: str, status: int, said: str
) -> None:
    """A problem in one line, as problem details."""
    answer = web.get(asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert said in problem["detail"]
    assert "\n" not in problem["detail"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("known/Pokrovsk?on=27/10/2025&valid=2025-10-26&known=2025-10-26", "27/10/2025"),
        ("history/Pokrovsk?from=2025-10-27&to=2025-10-26", "write the earlier date first"),
        ("replay/Pokrovsk?from=2025-10-27&to=2025-10-26", "write the earlier date first"),
        ("export/claims?from=2025-10-27&to=2025-10-26", "write the earlier date first"),
        ("hindsight/Pokrovsk?on=2025-10-27&known=2025-10-26", "write a later one"),
        ("export/claims.jsonl?raw=true", "choose one of these formats"),
        ("export/reports?facet=forces", "leave facet out"),
        ("export/control?facet=forces", "leave facet out"),
        ("export/activity?party=ua", "leave them out of activity"),
    ],
)
def test_a_problem_names_no_option_of_the_command_line(
    web: TestClient, asked: str, said: str
) -> None:
    """Here they are parameters."""
    answer = web.get(f"/api/{asked}")
    assert answer.status_code == 400
    assert said in answer.json()["detail"]
    assert "--" not in answer.json()["detail"]


def test_a_misspelt_name_comes_with_what_is_near(web: TestClient) -> None:
    """Each with the id to ask for instead."""
    near = web.get("/api/known/Pokrovks").json()["suggestions"]
    assert {"id": "geonames:704422", "name": "Pokrovsk"}.items() <= near[0].items()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/api/places", "/api/reports", "/api/known/Pokrovsk"])
def test_nothing_is_written_unless_the_server_was_told_so(
    web: TestClient, method: str, path: str
) -> None:
    """There is no route that takes it."""
    assert web.request(method, path).status_code in (404, 405)


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("127.0.0.1:8001", True),
        ("localhost", True),
        ("[::1]:8001", True),
        ("192.168.1.7", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_a_name_that_could_be_bound_anew_is_refused(
    web: TestClient, host: str, served: bool
) -> None:
    """A page elsewhere that turns its own name to this machine reads nothing."""
    assert web.get("/api/places", headers={"host": host}).is_success is served


def test_a_server_answers_to_the_names_it_was_given(store: Path) -> None:
    """In any case, and with a dot at the end."""
    with client(store, hosts=["maps.example.org"]) as web:
        for host in ("maps.example.org", "MAPS.example.org.:8001"):
            assert web.get("/api/places", headers={"host": host}).is_success


def test_every_answer_keeps_a_browser_from_running_what_it_should_not(web: TestClient) -> None:
    """Answers and problems alike: no script but our own, no frame, no guess at the type."""
    for asked in ("/api/places", "/api/nothing", "/api", f"/api/known/local:x?on={ON}"):
        headers = web.get(asked).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_pages_elsewhere_may_read_the_api_and_nothing_else(web: TestClient, store: Path) -> None:
    """Unless they are told apart, or none may."""
    elsewhere = {"origin": "https://maps.example.org"}
    preflight = elsewhere | {"access-control-request-method": "GET"}
    allowed = "access-control-allow-origin"
    assert web.get("/api/places", headers=elsewhere).headers[allowed] == "*"
    answer = web.options("/api/places", headers=preflight)
    assert (answer.status_code, answer.headers["access-control-allow-methods"]) == (
        204,
        "GET, HEAD",
    )
    assert allowed not in web.get("/", headers=elsewhere).headers
    with client(store, cors=["https://maps.example.org"]) as some:
        assert some.get("/api/places", headers=elsewhere).headers[allowed] == elsewhere["origin"]
        # A cache keeps the answer to one for no other.
        for other in ({}, {"origin": "https://x.org"}):
            answer = some.get("/api/places", headers=other)
            assert allowed not in answer.headers
            assert "origin" in answer.headers["vary"].lower()
    with client(store, cors=()) as none:
        assert allowed not in none.get("/api/places", headers=elsewhere).headers


def test_hostile_words_come_as_words(web: TestClient) -> None:
    """As JSON they are what was written; a spreadsheet does not run them."""
    found = web.get(f"/api/known/local:x?on={ON}").json()
    assert found["place"]["name"] == "<script>alert(1)</script>"
    row = next(csv.DictReader(io.StringIO(web.get(f"/api/known/local:x.csv?on={ON}").text)))
    assert row["summary"].startswith("'=HYPERLINK")


@pytest.mark.parametrize(
    "name",
    [
        "%00",
        "%ff%fe",
        "../../etc/passwd",
        "%2e%2e%2f",
        "{{7*7}}",
        "'; DROP TABLE",
        "%E2%80%AE",
        "a%0Ab",
    ],
)
def test_hostile_names_are_names_of_nothing(web: TestClient, name: str) -> None:
    """Never a fault of the server, nor a line that turns."""
    answer = web.get(f"/api/known/{name}")
    assert answer.status_code in (400, 404)
    assert "\n" not in answer.json()["detail"]
    assert "\u202e" not in answer.json()["detail"]


def test_a_question_that_takes_too_long_is_given_up(store: Path) -> None:
    """The client is told what to ask instead, and the server goes on."""
    with client(store, limits=Limits(seconds=1e-9)) as web:
        answer = web.get("/api/places")
        assert answer.status_code == 503
        assert "ask for less" in answer.json()["detail"]
        assert web.get(f"/api/export/situation.csv?on={ON}").is_success


def test_what_is_asked_too_much_at_once_is_turned_away(store: Path) -> None:
    """With a word on when to come again."""
    release = threading.Event()
    with client(store, limits=Limits(waiting=1, threads=1)) as web:
        desk = state_of(web).desk
        portal = web.portal
        assert portal is not None
        held = portal.start_task_soon(desk.ask, lambda _: release.wait(10))
        while not desk.busy:
            time.sleep(0.01)
        answer = web.get("/api/places")
        on_the_spot = web.get("/api/known/Pokrovsk")
        release.set()
        held.result(10)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert web.get("/api/places").is_success
        assert on_the_spot.is_success  # it waits for nobody


def test_a_question_asked_on_the_spot_is_answered_as_one_in_a_thread(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes and the same headers; a wrong name gets the same words."""
    addresses = [
        f"/api/known/{place}{form}?on={ON}&window={window}"
        for place in ("Pokrovsk", "Rodynske", "Atlantis")
        for form in ("", ".csv", ".jsonl")
        for window in (1, 3_000)
    ]
    with client(store) as web:
        web.get("/api/known/Pokrovsk")
        on_the_spot = [web.get(one) for one in addresses]
        threads = state_of(web).desk._quick
        monkeypatch.setattr(threads, "begin", None)
        assert web.get(addresses[0]).is_success  # without one
        monkeypatch.undo()
        monkeypatch.setattr("timeline.questions.known._LITTLE", -1)
        for address, before in zip(addresses, on_the_spot, strict=True):
            after = web.get(address)
            assert after.content == before.content
            assert after.status_code == before.status_code == (404 if "Atl" in address else 200)
            for name in ("etag", "content-type", "vary"):
                assert after.headers.get(name) == before.headers.get(name)


def test_a_log_on_a_server_is_opened_in_threads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """To connect takes time that the loop, which all wait for, does not have."""
    opened: list[int] = []

    class Opened:
        def __init__(self, *_: object, **__: object) -> None:
            opened.append(threading.get_ident())

        def close(self) -> None:
            opened.clear()

    monkeypatch.setattr("web.desk.Timeline", Opened)
    desk = Desk("postgresql://host/db", Limits())
    thread = asyncio.run(desk.ask(lambda _: threading.get_ident(), place="Pokrovsk"))
    assert opened == [thread]
    assert thread != threading.get_ident()
    desk.close()
    assert not opened


def test_a_long_export_is_streamed_and_a_short_one_tagged(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same bytes either way."""
    short = web_export(store)
    assert short.headers["etag"]
    monkeypatch.setattr("web.stream.WHOLE", 100)
    monkeypatch.setattr("web.pages.news.MOST", 1)
    monkeypatch.setattr("web.stream._CHUNK", 50)
    streamed = web_export(store)
    assert "etag" not in streamed.headers
    assert streamed.content == short.content


def web_export(store: Path) -> Response:
    """An export of everything, as a client gets it."""
    with client(store) as web:
        return web.get(f"/api/export/claims.jsonl?on={ON}")


def test_what_is_filed_shows_in_the_next_answer(tmp_path: Path) -> None:
    """Though another process files it."""
    store = seeded(tmp_path / "timeline.db")
    (tmp_path / "new.yaml").write_text(HOSTILE)
    with client(store) as web:
        before = web.get(f"/api/known/iso:UA-14?on={ON}").headers["etag"]
        assert web.get(f"/api/known/local:x?on={ON}").status_code == 404
        with open_timeline(store) as timeline:
            timeline.add(tmp_path / "new.yaml")
        assert web.get(f"/api/known/local:x?on={ON}").json()["counts"]["reports"] == 1
        assert web.get(f"/api/known/iso:UA-14?on={ON}").headers["etag"] != before


@pytest.mark.parametrize("asked", ["", "status=disputed&", "first=true&"])
def test_pages_of_the_claims_of_all_places_are_parts_of_the_whole(store: Path, asked: str) -> None:
    """In its order, each claim once, and on every page the records of all."""
    with client(store) as web:
        whole = web.get(f"/api/claims?{asked}known={ON}").json()
        answer, found = web.get(f"/api/claims?{asked}known={ON}&limit=2"), []
        while True:
            page = answer.json()
            found += page["claims"]
            assert page == whole | {"claims": page["claims"]}
            if "next" not in answer.links:
                break
            assert len(page["claims"]) == 2
            answer = web.get(answer.links["next"]["url"])
        assert found == whole["claims"]


def test_a_page_of_claims_takes_the_same_at_the_beginning_and_at_the_end(store: Path) -> None:
    """What stands before it is not read again claim by claim."""
    with open_timeline(store) as timeline:
        last = timeline.claims(known=ON).claims[-2]

        def calls(after: str | None) -> int:
            asked = Claims(known=ON, limit=1, after=after)
            return calls_of(lambda: claims(timeline, asked, "json"))

        calls(None)  # what is kept for the next question is not of this one
        assert calls(f"{last.told}~{last.claim.report}") < calls(None) + 50


def test_a_question_without_end_is_stopped(store: Path) -> None:
    """Though nobody waits for it any more, its thread is free again soon."""

    def without_end(timeline: Timeline) -> None:
        while True:
            timeline.known("Ukraine", ON)

    with client(store, limits=Limits(threads=1)) as web:
        desk = state_of(web).desk
        portal = web.portal
        assert portal is not None
        with pytest.raises(TookTooLong, match="not answered within"):
            portal.call(lambda: desk.ask(without_end, seconds=0.2))
        until = time.monotonic() + 20
        while desk.busy and time.monotonic() < until:
            time.sleep(0.05)
        assert desk.busy == 0
        assert web.get(f"/api/known/Pokrovsk?on={ON}").is_success


def test_an_answer_that_nobody_waits_for_is_no_fault(
    store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is stopped in the midst, and the log of the server has nothing to say of it."""

    async def left() -> None:
        desk = Desk(str(store), Limits(slow_threads=1))
        await desk.open()
        stream = Stream(desk)
        assert await stream.begin(lambda _: (None, repeat(bytes(1 << 20)))) is None
        stream.close()
        await desk.ask(lambda _: None, slow=True)  # in its thread, which has heard of it by then
        del stream
        gc.collect()
        desk.close()

    asyncio.run(left())
    assert caplog.text == ""


def test_a_server_that_is_to_stop_does_not_wait_for_a_question(store: Path) -> None:
    """It ends though the question has no end: that one is stopped."""
    begun, stopped = threading.Event(), threading.Event()

    def without_end(timeline: Timeline) -> None:
        begun.set()
        try:
            while True:
                timeline.known("Ukraine", ON)
        finally:
            stopped.set()

    with client(store) as web:
        desk = state_of(web).desk
        assert web.portal is not None
        web.portal.start_task_soon(desk.ask, without_end)
        assert begun.wait(10)
    assert stopped.wait(10)


def test_a_fault_of_ours_tells_nothing_of_the_machine(
    store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has it whole; the client is asked to report it, under the same safe headers."""

    def broken(*_: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr("web.answers.known", broken)
    with client(store) as web:
        answer = web.get("/api/known/Pokrovsk")
    assert answer.status_code == 500
    assert "please report it" in answer.json()["detail"]
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "a secret path" in caplog.text
