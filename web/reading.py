"""Parameters of a request, read and described by the same models.

The framework could read them itself, at the cost of as much time as the question takes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from pydantic import ValidationError

from timeline.safe import safe
from web.limits import LONGEST_NAME
from web.problems import Refused
from web.questions import Parameters

if TYPE_CHECKING:
    from starlette.requests import Request

A = TypeVar("A", bound=Parameters)


def given(
    request: Request, names: Collection[str], lists: Collection[str] = ()
) -> dict[str, list[str]]:
    """The parameters of an address as they are written; only `lists` may be there several times.

    Raises `Refused` for one that is none of `names`, and for one that is given twice.
    """
    found: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        if name not in names:
            right = f"there are {', '.join(names)}" if names else "leave it out"
            said = f"there is no parameter {safe(name[:60])} here; {right}"
            raise Refused(HTTPStatus.BAD_REQUEST, said)
        if name in found and name not in lists:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{name} is given twice; write it once")
        found.setdefault(name, []).append(text)
    return found


def asked(model: type[A], request: Request) -> A:
    """The parameters of a question; raises `Refused` in one line."""
    names, lists = _names(model)
    found = given(request, names, lists).items()
    try:
        return model.model_validate(
            {name: texts if name in lists else texts[0] for name, texts in found}
        )
    except ValidationError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, words(error.errors()[0])) from None


def in_path(request: Request, name: str) -> str:
    """A name or an id in the address."""
    text: str = request.path_params[name]
    if not 0 < len(text.strip()) <= LONGEST_NAME:
        raise Refused(
            HTTPStatus.BAD_REQUEST, f"a name in an address has 1 to {LONGEST_NAME} characters"
        )
    return text


def words(fault: Mapping[str, Any]) -> str:
    """What is wrong with a parameter, in one line."""
    where = ".".join(str(part) for part in fault["loc"] if part not in ("query", "path"))[:60]
    if fault["type"] == "missing":
        return f"{where} is missing; /api tells what it takes"
    return f"{where}: {fault['msg'][:200].lower()}"


@cache
def _names(model: type[Parameters]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The parameters of a question, and those of them that may be given several times."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    lists = (name for name, field in fields.items() if get_origin(field.annotation) is list)
    return tuple(fields), frozenset(lists)


def parameters(model: type[Parameters], path: Sequence[tuple[str, str, str]] = ()) -> list[Any]:
    """What a question takes, as OpenAPI has it; of `path` the name, what it is, and an example."""
    found = [_in_path(*one) for one in path]
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", ())
    for name, one in schema["properties"].items():
        told = {key: one.pop(key) for key in ("description", "examples") if key in one}
        one.pop("title", None)
        parameter = {"name": name, "in": "query", "required": name in required}
        parameter |= {"schema": _without_null(one)}
        if "description" in told:
            parameter["description"] = told["description"]
        if "examples" in told:
            parameter["example"] = told["examples"][0]
        found.append(parameter)
    return found


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """What an address can hold: a parameter that is null is not there."""
    options = [one for one in schema.pop("anyOf", ()) if one.get("type") != "null"]
    if schema.get("default", "") is None:
        del schema["default"]
    return {**schema, **options[0]} if len(options) == 1 else schema


def _in_path(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
        "example": example,
    }
