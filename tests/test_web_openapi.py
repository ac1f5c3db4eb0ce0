import json
import os
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from serving import client, seeded, served_here

from timeline.cuts import RULES
from web.described import EXAMPLE_QUESTIONS, EXAMPLES

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
SEEN: set[int] = set()
"""The statuses of whatever was drawn."""
DATES = st.sampled_from(
    ["2025-10-27", "2025-10-26T12:00Z", "2025-11", "2025", "20-10-25", "\u0660"]
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports that come with the program."""
    return seeded(tmp_path_factory.mktemp("openapi") / "timeline.db")


@pytest.fixture(scope="module")
def described(store: Path) -> Iterator[object]:
    """The description of a server that runs."""
    with served_here(store) as base:
        yield schemathesis.openapi.from_url(f"{base}api/openapi.json")


@pytest.mark.parametrize("name", [*EXAMPLE_QUESTIONS, "export"])
def test_whatever_the_description_allows_is_answered_as_it_says(
    described: schemathesis.BaseSchema, name: str
) -> None:
    """No fault of the server, no status or content that it does not tell of."""
    operations = []
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        operations.append(found.ok())
    operation = next(one for one in operations if one.definition.raw["operationId"] == name)

    @given(
        case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE),
        place=st.sampled_from(["Pokrovsk", "iso:UA-14", "Donbas", None]),
        date=DATES,
    )
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case[Any], place: str | None, date: str) -> None:
        if place and "place" in case.path_parameters:
            case.path_parameters["place"] = place
        for parameter in ("on", "known", "from", "to", "a", "b"):
            if isinstance(case.query.get(parameter), str):
                case.query[parameter] = date
        SEEN.add(case.call_and_validate(checks=CHECKS).status_code)

    holds()


def test_what_was_drawn_was_answered_and_refused() -> None:
    """Of all questions together: for some of them little that is drawn can be answered."""
    assert {200, 400, 404} <= SEEN


def test_the_checks_would_see_another_answer(described: schemathesis.BaseSchema) -> None:
    """An answer that lacks what the description promises fails."""
    operation = described["/api/known/{place}"]["get"]
    case = operation.Case(path_parameters={"place": "Pokrovsk"})
    response = case.call()
    content = json.loads(response.content)
    del content["basis"]
    response.content = json.dumps(content).encode()
    with pytest.raises(FailureGroup, match='"basis" is a required property'):
        case.validate_response(response, checks=[response_schema_conformance])


def as_at_any_time(answer: str) -> object:
    """An answer but for where in the log its reports are."""
    plain = re.sub(rf"{RULES}_\d+_\d+_", "BASIS_", answer)
    return json.loads(re.sub(r'"recorded":"2025-12-01T[0-9:]+Z"', '"recorded":"LATER"', plain))


def test_every_question_has_an_example_that_was_answered(store: Path) -> None:
    """`UPDATE_GOLDEN=1` writes them anew."""
    with client(store) as web:
        for name, question in EXAMPLE_QUESTIONS.items():
            answer = web.get(question)
            assert answer.status_code == 200, question
            path = EXAMPLES / f"{name}.json"
            if os.environ.get("UPDATE_GOLDEN"):
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(answer.content + b"\n")
            assert as_at_any_time(path.read_text()) == as_at_any_time(answer.text), name
        shown = web.get("/api/openapi.json").json()
        described = {
            operation["operationId"]: operation["responses"]["200"]["content"]
            for operations in shown["paths"].values()
            for operation in operations.values()
        }
    assert set(EXAMPLE_QUESTIONS) <= set(described)
    assert all("example" in described[name]["application/json"] for name in EXAMPLE_QUESTIONS)


def test_the_description_tells_of_writing_only_where_it_is_allowed(store: Path) -> None:
    """A server that reads takes GET alone."""
    with client(store) as web:
        paths = web.get("/api/openapi.json").json()["paths"]
    assert {method for path in paths.values() for method in path} == {"get"}


def test_the_document_on_the_server_names_every_address_form_and_parameter(store: Path) -> None:
    """Who reads it alone asks for nothing that is not given, and misses nothing."""
    text = (Path(__file__).parents[1] / "docs/web.md").read_text("utf-8")
    rows = re.findall(r"^\| `/api([^`?]+)[^|]*\|[^|]*\| ([^|]+) \|$", text, re.MULTILINE)
    forms = {"JSON": "application/json", "CSV": "text/csv", "lines": "application/x-ndjson"}
    with client(store) as web:
        paths = web.get("/api/openapi.json").json()["paths"]
    given = {
        path.removeprefix("/api"): set(operations["get"]["responses"]["200"]["content"])
        for path, operations in paths.items()
    }
    assert {path for path, _ in rows} == set(given)
    for path, said in rows:
        if path != "/export/{what}":  # has those of the command
            assert {forms[form] for form in said.split(", ")} == given[path], path
    parameters = {one["name"] for path in paths.values() for one in path["get"]["parameters"]}
    assert {name for name in parameters if not re.search(f"[`{{?&]{name}[`}}=]", text)} == set()


def test_the_page_of_the_api_asks_for_nothing_elsewhere(store: Path) -> None:
    """It needs no script, and what it shows as an example can be asked."""
    with client(store) as web:
        page = web.get("/api")
        assert "ask before they are used again" in page.text  # as each answer says by `no-cache`
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.text)
        for question in EXAMPLE_QUESTIONS.values():
            assert f'href="{escape(question)}"' in page.text
            assert web.get(question).is_success
        for address in re.findall(r'<(?:link|script)[^>]* (?:href|src)="(/[^"]+)"', page.text):
            assert web.get(address).is_success
