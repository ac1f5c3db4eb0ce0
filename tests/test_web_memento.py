import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from serving import HERE, client, seeded

PAGE = f"{HERE}/place/geonames:704422"

EARLY = """\
source: {publisher: reuters, published: 2025-09-01}
reports:
  - {kind: shelling, id: early, place: Pokrovsk, chain: [reuters], happened: 2025-09-01}
  - kind: shelling
    id: to-the-microsecond
    place: Pokrovsk
    chain: [reuters]
    happened: 2025-09-02
    reported: "2025-09-03T10:11:12.000001Z"
"""

ODD = """\
defaults: {kind: shelling, chain: [reuters], happened: 2025-10-27, reported: 2025-10-27}
reports:
  - place: {id: "x:river/diff", name: "Mouth", kind: town, parent: "iso:UA-14"}
  - place: {id: "x:a?b#c", name: "Why?", kind: town, parent: "iso:UA-14"}
"""

CHECKED = """\
places:
  - {id: "x:said", name: Saidville, kind: town, parent: "iso:UA-14"}
  - {id: "x:far", name: Farville, kind: town, parent: "iso:UA-14"}
defaults: {happened: 2025-10-20, reported: 2025-10-20, chain: [reuters]}
reports:
  - {id: said, kind: shelling, place: Saidville}
  - id: check
    kind: verification
    place: Farville
    report: said
    result: confirmed
    reported: 2025-10-24
"""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a server with reports of three months on Pokrovsk."""
    folder = tmp_path_factory.mktemp("memento")
    (folder / "early.yaml").write_text(EARLY)
    (folder / "odd.yaml").write_text(ODD)
    with client(
        seeded(folder / "timeline.db", folder / "early.yaml", folder / "odd.yaml")
    ) as found:
        yield found


# An independent client, from RFC 7089 alone: it knows nothing of this project.
LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[a-z-]+="[^"]*")*)')


def links_of(text: str) -> list[tuple[str, dict[str, str]]]:
    """Links as RFC 8288 writes them: target and attributes."""
    return [
        (target, dict(re.findall(r'([a-z-]+)="([^"]*)"', rest)))
        for target, rest in LINK.findall(text)
    ]


def related(text: str, relation: str) -> str:
    """The one target of a relation."""
    found = [to for to, said in links_of(text) if relation in said.get("rel", "").split()]
    assert len(found) == 1, (relation, text)
    return found[0]


def travel(web: TestClient, resource: str, to: datetime) -> tuple[str, datetime, bytes]:
    """Find a resource's TimeGate, ask it for a time: the Memento's address, time and content."""
    gate = related(web.head(resource).headers["link"], "timegate")
    wanted = {"accept-datetime": format_datetime(to, usegmt=True)}
    sent = web.get(gate, headers=wanted, follow_redirects=False)
    assert sent.status_code == 302
    assert "accept-datetime" in sent.headers["vary"].lower()
    assert "memento-datetime" not in sent.headers
    assert related(sent.headers["link"], "original") == resource
    memento = web.get(sent.headers["location"])
    assert memento.status_code == 200
    assert related(memento.headers["link"], "original") == resource
    at = parsedate_to_datetime(memento.headers["memento-datetime"])
    return sent.headers["location"], at, memento.content


@pytest.mark.parametrize(
    "to",
    [
        datetime(2025, 9, 15, 12, tzinfo=UTC),
        datetime(2025, 10, 28, tzinfo=UTC),
        datetime(2025, 11, 5, 9, 30, 1, tzinfo=UTC),
    ],
)
def test_a_client_of_the_standard_gets_the_page_as_known_then(
    web: TestClient, to: datetime
) -> None:
    """To the second: the very page that a question for that cut of knowledge gives."""
    address, at, content = travel(web, PAGE, to)
    assert at == to
    last = datetime.fromtimestamp(to.timestamp() - 1, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert content == web.get(f"/place/geonames:704422?known={last}").content
    assert web.get(address).content == content
    told = web.get(f"/api/known/geonames:704422?on={last}").json()
    assert told["known"] == to.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_what_was_not_known_then_is_not_on_the_page(web: TestClient) -> None:
    """The report of September is on that of September, and those of October are not."""
    _, _, september = travel(web, PAGE, datetime(2025, 9, 15, tzinfo=UTC))
    _, _, october = travel(web, PAGE, datetime(2025, 10, 28, tzinfo=UTC))
    assert b"7corps" not in september
    assert b"7corps" in october or b"7th" in october


def test_before_the_first_is_the_first_and_after_the_last_is_now(web: TestClient) -> None:
    """As the standard has it."""
    _, first, _ = travel(web, PAGE, datetime(1990, 1, 1, tzinfo=UTC))
    assert first == datetime(2025, 9, 2, tzinfo=UTC)
    _, last, _ = travel(web, PAGE, datetime(2999, 1, 1, tzinfo=UTC))
    assert abs((datetime.now(UTC) - last).total_seconds()) < 60


def test_the_timemap_lists_when_something_was_learned(web: TestClient) -> None:
    """Oldest first, each a Memento of the time it is listed under."""
    answer = web.get(related(web.get(PAGE).headers["link"], "timemap"))
    assert answer.headers["content-type"].startswith("application/link-format")
    links = links_of(answer.text)
    assert related(answer.text, "original") == PAGE
    assert related(answer.text, "self") == f"{HERE}/timemap/link/geonames:704422"
    mementos = [(to, said) for to, said in links if "memento" in said["rel"].split()]
    assert "first" in mementos[0][1]["rel"]
    assert "last" in mementos[-1][1]["rel"]
    times = [parsedate_to_datetime(said["datetime"]) for _, said in mementos]
    assert times == sorted(set(times))
    assert datetime(2025, 9, 3, 10, 11, 13, tzinfo=UTC) in times  # the second by which it was told
    for to, said in mementos:
        assert web.get(to).headers["memento-datetime"] == said["datetime"]


def test_a_long_timemap_comes_in_parts(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each leads to the next, and together they list what one would."""
    whole = web.get("/timemap/link/geonames:704422").text
    monkeypatch.setattr("web.memento.PAGE", 2)
    found, address = [], "/timemap/link/geonames:704422"
    while address:
        text = web.get(address).text
        found += [link for link in links_of(text) if "memento" in link[1]["rel"].split()]
        address = next((to for to, said in links_of(text) if said["rel"] == "timemap"), "")
    assert found == [link for link in links_of(whole) if "memento" in link[1]["rel"].split()]


def test_the_page_of_now_depends_on_the_time_asked_for(web: TestClient) -> None:
    """So a cache must not give it to who asks for another; a Memento does not."""
    now = web.get(PAGE)
    assert "accept-datetime" in now.headers["vary"].lower()
    assert "memento-datetime" not in now.headers
    basis = web.get("/api/known/geonames:704422?on=2025-10-27").json()["basis"]
    for pinned in ("known=2025-10-27", f"basis={quote(basis)}"):
        memento = web.get(f"{PAGE}?{pinned}", headers={"accept-datetime": "unread"})
        assert memento.headers["memento-datetime"] == "Tue, 28 Oct 2025 00:00:00 GMT"


def test_a_question_about_one_day_travels_as_it_is(web: TestClient) -> None:
    """What was valid then stays fixed while knowledge moves."""
    page = f"{PAGE}?valid=2025-10-20"
    address, at, _ = travel(web, page, datetime(2025, 10, 28, tzinfo=UTC))
    assert at == datetime(2025, 10, 28, tzinfo=UTC)
    assert "valid=2025-10-20" in address


@pytest.mark.parametrize("place", ["x:river/diff", "x:a?b#c"])
def test_a_place_travels_whatever_its_id_is_written_with(web: TestClient, place: str) -> None:
    """Every address that is led to is escaped once, and is of that place."""
    page = f"{HERE}/place/{quote(place, safe=':')}"
    address, at, content = travel(web, page, datetime(2025, 10, 28, tzinfo=UTC))
    assert at == datetime(2025, 10, 28, tzinfo=UTC)
    assert f'data-place="{place}"'.encode() in content
    listed = web.get(related(web.get(page).headers["link"], "timemap"))
    assert listed.status_code == 200
    assert related(listed.text, "first") == address


@pytest.mark.parametrize("time", ["yesterday", f"Mon, 27 Oct {'9' * 20} 12:00:00 GMT"])
def test_a_time_that_cannot_be_read_is_refused(web: TestClient, time: str) -> None:
    """With what would be right, and nothing redirected."""
    answer = web.get(PAGE, headers={"accept-datetime": time}, follow_redirects=False)
    assert answer.status_code == 400
    assert "Mon, 27 Oct 2025 12:00:00 GMT" in answer.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("no=1", "there is no parameter no here"),
        ("valid=2025-10-1&valid=2", "valid is given twice"),
    ],
)
def test_what_a_page_does_not_take_leads_to_no_other_time(
    web: TestClient, asked: str, said: str
) -> None:
    """Neither redirected to nor listed: each of these pages would refuse it."""
    headers = {"accept-datetime": "Mon, 27 Oct 2025 12:00:00 GMT"}
    for address in (f"{PAGE}?{asked}", f"/timemap/link/geonames:704422?{asked}"):
        answer = web.get(address, headers=headers, follow_redirects=False)
        assert answer.status_code == 400, address
        assert said in answer.json()["detail"]


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_a_place_that_is_none_has_no_other_times(web: TestClient, accept: str) -> None:
    """It is not found, in the words of its page, whatever time is asked for."""
    headers = {"accept-datetime": "Mon, 27 Oct 2025 12:00:00 GMT", "accept": accept}
    answer = web.get("/place/Pokrovks", headers=headers, follow_redirects=False)
    assert answer.status_code == 404
    assert answer.text == web.get("/place/Pokrovks", headers={"accept": accept}).text
    assert "accept-datetime" in answer.headers["vary"]


def test_a_region_learns_with_the_places_below_it(web: TestClient) -> None:
    """What is told of Pokrovsk is news of its oblast."""
    oblast = web.get("/timemap/link/iso:UA-14").text
    assert "2025-09-02T00%3A00%3A00Z" in oblast or "2025-09-01T23%3A59%3A59Z" in oblast


def test_a_place_learns_of_a_check_of_what_is_told_of_it(tmp_path: Path) -> None:
    """Filed at another place: from then on the page of this one says so."""
    path = tmp_path / "checked.yaml"
    path.write_text(CHECKED)
    with client(seeded(tmp_path / "timeline.db", path)) as web:
        timemap = related(web.head(f"{HERE}/place/x:said").headers["link"], "timemap")
        times = [
            said["datetime"] for _, said in links_of(web.get(timemap).text) if "datetime" in said
        ]
    assert "Sat, 25 Oct 2025 00:00:00 GMT" in times
