"""The page that tells programs what can be asked: the OpenAPI description, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from web.caching import answered
from web.described import EXAMPLE_QUESTIONS
from web.pages.render import every_second, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 60
"""Lines of an example that are shown; the rest is a click away."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in words; `kind` is what it may be."""

    name: str
    kind: str
    told: Markup
    required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked, or sent; `example` is a question, `answer` how it begins."""

    name: str
    method: str
    path: str
    told: Markup
    parameters: list[Parameter]
    takes: list[str]
    gives: list[str]
    example: str | None
    answer: str | None


@router.get("/api/openapi.json")
async def description(request: Request) -> Response:
    """The OpenAPI description."""
    return answered(request, msgspec.json.encode(request.app.openapi()), "application/json")


@router.get("/api")
@router.get("/api/docs")
async def page(request: Request) -> Response:
    """The API, to be read; it works without a script."""
    described = request.app.openapi()
    about = [_words(part) for part in described["info"]["description"].split("\n\n")]
    operations = list(_operations(described))
    content = render("api.html", about=about, operations=operations, q="", on="")
    return answered(request, content, "text/html; charset=utf-8")


def _operations(described: Mapping[str, Any]) -> Iterator[Operation]:
    for path, operations in described["paths"].items():
        for method, one in operations.items():
            gives = one["responses"]["200"]["content"]
            answer = gives.get("application/json", {}).get("example")
            yield Operation(
                name=one["operationId"],
                method=method.upper(),
                path=path,
                told=_words(one["description"]),
                parameters=[_parameter(each) for each in one.get("parameters", ())],
                takes=list(one.get("requestBody", {}).get("content", ())),
                gives=list(gives),
                example=EXAMPLE_QUESTIONS.get(one["operationId"]),
                answer=None if answer is None else _shown(answer),
            )


def _parameter(one: Mapping[str, Any]) -> Parameter:
    schema = one["schema"]
    told = _words(one.get("description", ""))
    return Parameter(one["name"], _kind(schema), told, one["required"])


def _words(text: str) -> Markup:
    """A description, with what stands between ` as code."""
    return every_second(text.split("`"), Markup("<code>{}</code>"))


def _kind(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, as a reader wants to know it."""
    if "enum" in schema:
        return " · ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])}; may be given several times"
    words = {"string": "text", "integer": "number", "number": "number", "boolean": "true · false"}
    kind = words.get(schema.get("type", ""), "text")
    most = schema.get("maximum")
    kind += f", at most {most:g}" if most is not None else ""
    default = schema.get("default")
    return kind if default is None else f"{kind}; {json.dumps(default)} unless given"


def _shown(answer: object) -> str:
    lines = json.dumps(answer, ensure_ascii=False, indent=2).splitlines()
    cut = ["…"] if len(lines) > _LONGEST else []
    return "\n".join(lines[:_LONGEST] + cut)
