import gzip
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from serving import client, seeded

from web.access import BadTokens, WriteAccess, new_token
from web.limits import Limits

REPORT = """\
reports:
  - kind: infiltration
    id: sent-1
    place: Pokrovsk
    chain: [ua.general_staff]
    happened: 2025-10-27
    reported: 2025-10-27
    side: ru
    size: about 200
"""


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    """A file for the hashes of tokens."""
    return tmp_path / "tokens"


def allowed(token: str, media: str = "application/yaml") -> dict[str, str]:
    """The headers of who shows a token."""
    return {"authorization": f"Bearer {token}", "content-type": media}


@pytest.fixture
def token(tokens: Path) -> str:
    """A token for everything."""
    return new_token(tokens, ("add", "correct", "retract"))


@pytest.fixture
def web(tmp_path: Path, tokens: Path, token: str) -> Iterator[TestClient]:
    """A client of a server that may be written to."""
    assert token
    with client(seeded(tmp_path / "timeline.db"), write=WriteAccess(tokens)) as found:
        yield found


def test_a_report_is_sent_corrected_and_withdrawn(web: TestClient, token: str) -> None:
    """Each shows in the answers, at its own time of knowledge."""

    def sizes(on: str) -> list[object]:
        claims = web.get(f"/api/known/Pokrovsk?on={on}").json()["claims"]
        return [one["value"]["size"]["best"] for one in claims if one["report"] == "sent-1"]

    filed = web.post("/api/reports", content=REPORT, headers=allowed(token))
    assert filed.json() == {"filed": 1, "already_known": 0, "problems": 0, "dry_run": False}
    assert sizes("2025-10-27") == [200]
    again = web.post("/api/reports", content=REPORT, headers=allowed(token))
    assert again.json()["already_known"] == 1
    better = REPORT.replace("about 200", "about 300").replace(
        "reported: 2025-10-27", "reported: 2025-10-29"
    )
    corrected = web.post("/api/reports/sent-1/correct", content=better, headers=allowed(token))
    assert corrected.json() == {"report": "sent-1", "outcome": "corrected"}
    assert (sizes("2025-10-28"), sizes("2025-10-29")) == ([200], [300])
    withdrawn = web.post(
        "/api/reports/sent-1/retract",
        json={"reported": "2025-10-30", "reason": "a slip"},
        headers=allowed(token, "application/json"),
    )
    assert withdrawn.json() == {"report": "sent-1", "outcome": "retracted"}
    assert (sizes("2025-10-29"), sizes("2025-10-30")) == ([300], [])


def test_json_and_lines_are_documents_too(web: TestClient, token: str) -> None:
    """In the same words as YAML."""
    report = {
        "kind": "shelling",
        "place": "Pokrovsk",
        "chain": ["reuters"],
        "happened": "2025-10-26",
        "reported": "2025-10-27",
    }
    whole = json.dumps({"reports": [report]})
    answer = web.post(
        "/api/reports?dry_run=true", content=whole, headers=allowed(token, "application/json")
    )
    assert answer.json() == {"filed": 1, "already_known": 0, "problems": 0, "dry_run": True}
    line = json.dumps(report) + "\n"
    headers = allowed(token, "application/x-ndjson")
    assert web.post("/api/reports", content=line, headers=headers).json()["filed"] == 1


def test_a_document_with_a_problem_files_nothing(web: TestClient, token: str) -> None:
    """Every problem is told, with its line."""
    bad = REPORT.replace("about 200", "NaN").replace("Pokrovsk", "Nowhere")
    answer = web.post("/api/reports", content=bad, headers=allowed(token))
    assert answer.status_code == 422
    problems = answer.json()["problems"]
    assert problems[0]["line"]
    assert {one["file"] for one in problems} == {"document.yaml"}
    assert answer.json()["detail"].startswith(f"document.yaml:{problems[0]['line']}: ")
    assert "/" not in answer.json()["detail"]
    again = REPORT + REPORT.partition("reports:\n")[2].replace("about 200", "about 300")
    twice = web.post("/api/reports", content=again, headers=allowed(token))
    assert twice.status_code == 409
    assert "timeline-" not in twice.text
    assert web.get("/api/explain/sent-1").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer"}, 401),
        ({"authorization": "Bearer tl_wrong"}, 401),
        ({"authorization": "Basic dGw6dGw="}, 401),
        ({"authorization": "Bearer \udcff"}, 401),
    ],
)
def test_without_a_token_nothing_is_read_of_the_body(
    web: TestClient, headers: dict[str, str], status: int
) -> None:
    """And the answer says what to show."""
    raw = {name: text.encode("utf-8", "surrogateescape") for name, text in headers.items()}
    answer = web.post("/api/reports", content=REPORT, headers=raw)  # type: ignore[arg-type]  # as bytes
    assert answer.status_code == status
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_goes_into_a_line_of_its_own(tokens: Path, web: TestClient) -> None:
    """Also behind a line that somebody wrote without an end."""
    first = new_token(tokens, ("add",))
    tokens.write_text(tokens.read_text().rstrip("\n"))
    for token in (first, new_token(tokens, ("add",)), new_token(tokens, ("add",))):
        assert web.post("/api/reports", content=REPORT, headers=allowed(token)).is_success


def test_a_token_is_for_what_it_was_made_for(tokens: Path, web: TestClient) -> None:
    """One that files does not withdraw; one whose line is gone does nothing."""
    adds = new_token(tokens, ("add",), "for the newsroom")
    assert web.post("/api/reports", content=REPORT, headers=allowed(adds)).is_success
    body = {"reported": "2025-10-30", "reason": "a slip"}
    headers = allowed(adds, "application/json")
    refused = web.post("/api/reports/sent-1/retract", json=body, headers=headers)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "this token is for add, not retract",
    )
    kept = [line for line in tokens.read_text().splitlines() if "newsroom" not in line]
    tokens.write_text("\n".join(kept) + "\n")
    assert web.post("/api/reports", content=REPORT, headers=allowed(adds)).status_code == 401


def test_the_file_holds_no_token(tokens: Path) -> None:
    """Only its hash, and for its owner alone; two are never the same."""
    first, second = new_token(tokens, ("add",)), new_token(tokens, ("add",))
    assert first != second
    assert len(first) >= 43
    assert first not in tokens.read_text()
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        ("", 0o600, "holds no token"),
        ("secret add\n", 0o600, "tokens:1: no token"),
        ("0" * 64 + " rule\n", 0o600, "tokens:1: no token"),
        ("0" * 64 + " add\n", 0o622, "may be written by others"),
        (None, 0o600, "cannot be read"),
    ],
)
def test_a_file_of_tokens_that_cannot_be_trusted_is_refused(
    tokens: Path, content: str | None, mode: int, said: str
) -> None:
    """Before anything is served."""
    if content is not None:
        tokens.write_text(content)
        tokens.chmod(mode)
    with pytest.raises(BadTokens, match=said):
        WriteAccess(tokens)


def test_a_token_writes_so_often_a_minute(tmp_path: Path, tokens: Path, token: str) -> None:
    """Then it has to wait; another need not."""
    other = new_token(tokens, ("add",))
    access = WriteAccess(tokens, per_minute=2)
    with client(seeded(tmp_path / "timeline.db"), write=access) as web:
        answers = [
            web.post("/api/reports", content=REPORT, headers=allowed(token)) for _ in range(3)
        ]
        assert [one.status_code for one in answers] == [200, 200, 429]
        assert int(answers[-1].headers["retry-after"]) >= 1
        assert web.post("/api/reports", content=REPORT, headers=allowed(other)).is_success


def test_a_document_has_a_size_and_a_type(tmp_path: Path, tokens: Path, token: str) -> None:
    """One too large is refused before it has come whole."""
    limits = Limits(body=1_000)
    with client(seeded(tmp_path / "timeline.db"), write=WriteAccess(tokens), limits=limits) as web:
        large = web.post("/api/reports", content=b"#" * 1_001, headers=allowed(token))
        assert large.status_code == 413
        typed = web.post("/api/reports", content=REPORT, headers=allowed(token, "text/html"))
        assert typed.status_code == 415
        assert "application/yaml" in typed.json()["detail"]


@pytest.mark.parametrize("path", ["", "/sent-1/correct", "/sent-1/retract"])
def test_a_document_that_is_packed_is_refused(web: TestClient, token: str, path: str) -> None:
    """It is not read as if it were not."""
    headers = {**allowed(token), "content-encoding": "gzip"}
    packed = gzip.compress(REPORT.encode())
    answer = web.post(f"/api/reports{path}", content=packed, headers=headers)
    assert answer.status_code == 415
    assert "without Content-Encoding" in answer.json()["detail"]


def test_a_withdrawal_at_no_date_is_told_by_its_key(web: TestClient, token: str) -> None:
    """Not by an option of the command line."""
    assert web.post("/api/reports", content=REPORT, headers=allowed(token)).status_code == 200
    answer = web.post(
        "/api/reports/sent-1/retract",
        json={"reported": "27.10.2025", "reason": "a slip"},
        headers=allowed(token, "application/json"),
    )
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("reported: ")


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"reported": "2025-10-30"}', '{"reported": 1, "reason": "x"}']
)
def test_a_withdrawal_says_when_and_why(web: TestClient, token: str, body: str) -> None:
    """Else nothing happens."""
    headers = allowed(token, "application/json")
    answer = web.post("/api/reports/sent-1/retract", content=body, headers=headers)
    assert answer.status_code == 422
    assert '"reason": TEXT' in answer.json()["detail"]


@pytest.mark.parametrize(
    "address",
    [
        "?mend=true",
        "?dry_run=true&dry_run=false",
        "/sent-1/correct?dry_run=true",
        "/sent-1/correct?mend=false&mend=true",
        "/sent-1/retract?dry_run=true",
    ],
)
def test_what_is_asked_of_a_write_and_not_understood_writes_nothing(
    web: TestClient, token: str, address: str
) -> None:
    """A parameter that it does not have, or that is given twice, is refused, as of questions."""
    assert web.post("/api/reports", content=REPORT, headers=allowed(token)).status_code == 200
    before = web.get("/api/explain/sent-1").json()["versions"]
    withdrawal = json.dumps({"reported": "2025-10-30", "reason": "a slip"})
    body = withdrawal if "retract" in address else REPORT.replace("200", "300")
    answer = web.post(f"/api/reports{address}", content=body, headers=allowed(token))
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(("there is no parameter", "dry_run is", "mend is"))
    assert web.get("/api/explain/sent-1").json()["versions"] == before


def test_a_report_that_is_not_there_cannot_be_changed(web: TestClient, token: str) -> None:
    """Nor one that several ids begin as."""
    answer = web.post("/api/reports/nothing/correct", content=REPORT, headers=allowed(token))
    assert answer.status_code == 404


def test_what_can_only_be_written_to_says_how(web: TestClient) -> None:
    """Reading it is not advised to who just tried."""
    answer = web.get("/api/reports")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["detail"] == "this can only be written to; write POST"


def test_pages_elsewhere_cannot_write(web: TestClient) -> None:
    """A browser asks first, and is told that only reading is allowed."""
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    answer = web.options("/api/reports", headers=asked)
    assert "POST" not in answer.headers["access-control-allow-methods"]
    assert "authorization" not in answer.headers["access-control-allow-headers"].lower()


def test_a_file_that_went_bad_lets_nobody_write(web: TestClient, tokens: Path, token: str) -> None:
    """And who is refused learns nothing of where it is."""
    tokens.write_text("nonsense")
    answer = web.post("/api/reports", content=REPORT, headers=allowed(token))
    assert answer.status_code == 503
    assert str(tokens) not in answer.text


def test_writing_is_described_where_it_is_allowed(web: TestClient) -> None:
    """With what it takes, what it gives, and that it wants a token; the page tells it too."""
    described = web.get("/api/openapi.json").json()
    for path, answer in (
        ("/api/reports", "Filed"),
        ("/api/reports/{report}/correct", "ReportChanged"),
        ("/api/reports/{report}/retract", "ReportChanged"),
    ):
        operation = described["paths"][path]["post"]
        gives = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert gives == {"$ref": f"#/components/schemas/{answer}"}
        assert answer in described["components"]["schemas"]
        assert operation["security"]
        assert operation["requestBody"]["required"]
    assert "from who shows a token" in web.get("/api").text
