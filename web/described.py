"""The OpenAPI description: schemas of the very answers, and examples that were answered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from fastapi.openapi.utils import get_openapi

from timeline.errors import PlaceName
from timeline.formats.wanted import MEDIA_TYPES
from timeline.questions.activity import Activity
from timeline.questions.diff import Diff
from timeline.questions.explain import Explanation
from timeline.questions.finding import PlaceDetails
from timeline.questions.hindsight import Hindsight
from timeline.questions.history import History
from timeline.questions.lives import Lives
from timeline.questions.replay import ReplayStep
from timeline.situation import Situation
from web import DISTRIBUTION
from web.problems import DESCRIBED, Problem
from web.reading import parameters

if TYPE_CHECKING:
    from fastapi import FastAPI

    from web.forms import Form
    from web.questions import Parameters

EXAMPLES: Final = Path(__file__).parent / "examples"

_WRITES: Final = "/api/reports"

EXAMPLE_QUESTIONS: Final = {
    "places": "/api/places?q=Pokrovsk",
    "place": "/api/places/Pokrovsk",
    "known": "/api/known/Pokrovsk?on=2025-10-27&party=ua.7corps",
    "history": "/api/history/Pokrovsk?known=2025-10-27&party=ua.7corps",
    "diff": "/api/diff/Pokrovsk?a=2025-10-26&b=2025-10-27&party=ua.7corps",
    "hindsight": "/api/hindsight/Pokrovsk?on=2025-10-27&known=2025-10-28&facet=logistics",
    "claims": "/api/claims?place=Pokrovsk&party=ua.7corps&known=2025-10-27",
    "activity": "/api/activity?place=Pokrovsk&from=2025-10-26&to=2025-10-27&known=2025-10-27",
    "explain": "/api/explain/pokrovsk-2025-10-27-7corps-strengthening?on=2025-10-27",
    "replay": "/api/replay/Pokrovsk.json?from=2025-10-26&to=2025-10-27&facet=logistics",
}
"""What the examples answer; from the reports that come with the program."""

_ANSWERS: Final = (
    PlaceName,
    PlaceDetails,
    History,
    Diff,
    Hindsight,
    Lives,
    Explanation,
    Activity,
    ReplayStep,
    Problem,
)
_SCHEMAS: Final[dict[str, Any]] = {
    "places": {"type": "array", "items": {"$ref": "#/components/schemas/PlaceName"}},
    "place": {"$ref": "#/components/schemas/PlaceDetails"},
    "known": {"$ref": "#/components/schemas/Situation"},
    "history": {"$ref": "#/components/schemas/History"},
    "diff": {"$ref": "#/components/schemas/Diff"},
    "hindsight": {"$ref": "#/components/schemas/Hindsight"},
    "claims": {"$ref": "#/components/schemas/Lives"},
    "explain": {"$ref": "#/components/schemas/Explanation"},
    "activity": {"$ref": "#/components/schemas/Activity"},
    "replay": {
        "type": "array",
        "items": {"$ref": "#/components/schemas/ReplayStep"},
    },
}
_ABOUT: Final = """\
What was known about a place in an armed conflict, as of any date, and who said it: the questions
of the command line `timeline`, with the same parameters, JSON and CSV.

The form of an answer is chosen by an ending (`/api/known/Pokrovsk.csv`) or by `Accept`. Answers
bear a strong `ETag`: keep them, and ask before they are used again, those by a `basis` too. Lists
come in pages, with `Link: <…>; rel="next"`. Problems are `application/problem+json`."""


def described(
    name: str,
    offered: Sequence[Form],
    model: type[Parameters],
    path: Sequence[tuple[str, str, str]] = (),
) -> dict[str, Any]:
    """What a route says of its parameters and answers, as arguments of the framework."""
    text = {"schema": {"type": "string"}}
    if offered:
        content = {_bare(MEDIA_TYPES[form]): text for form in offered}
        if "json" in offered:
            content[MEDIA_TYPES["json"]] = {"schema": _SCHEMAS[name]}
    else:
        content = {_bare(media): text for media in MEDIA_TYPES.values()}
        content["application/json"] = {"schema": {}}
        content["application/geo+json"] = {"schema": {}}
    return {
        "operation_id": name,
        "response_model": None,
        "openapi_extra": {"parameters": parameters(model, path)},
        "responses": {
            200: {"description": "The answer.", "content": content},
            304: {"description": "The client has it."},
            "4XX": DESCRIBED,
            503: {**DESCRIBED, "description": "Too much was asked, of this question or of all."},
        },
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The description of an application, made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=DISTRIBUTION,
            version=app.version,
            description=_ABOUT,
            routes=app.routes,
            openapi_version=app.openapi_version,
        )
        components = found.setdefault("components", {}).setdefault("schemas", {})
        components.update(_components(_WRITES in found["paths"]))
        _put_examples(found)
        app.openapi_schema = found
    return app.openapi_schema


def _components(writing: bool) -> dict[str, Any]:
    """JSON Schemas of the answers, from the types that write them."""
    own: tuple[type, ...] = ()
    if writing:
        from web.write import Filed, ReportChanged, Retraction  # here: most servers only read

        own = (Filed, ReportChanged, Retraction)
    fields = {one.name: one.type for one in msgspec.structs.fields(Situation)}
    shown = msgspec.defstruct("Situation", [(key, fields[key]) for key in Situation.KEYS])
    _, components = msgspec.json.schema_components(
        (*_ANSWERS, *own, shown), ref_template="#/components/schemas/{name}"
    )
    return components


def _put_examples(found: dict[str, Any]) -> None:
    for operations in found["paths"].values():
        for operation in operations.values():
            name = operation.get("operationId")
            path = EXAMPLES / f"{name}.json"
            if name in EXAMPLE_QUESTIONS and path.exists():
                media = operation["responses"]["200"]["content"]["application/json"]
                media["example"] = json.loads(path.read_bytes())


def _bare(media: str) -> str:
    return media.partition(";")[0]
