"""Parameters of a request, read and described by the same models.

The framework could read them itself, at the cost of as much time as the question takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar, get_origin

from pydantic import ValidationError

from web.asked import Asked
from web.limits import LONGEST_NAME
from web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request

A = TypeVar("A", bound=Asked)


def asked(model: type[A], request: Request) -> A:
    """The parameters of a question; raises `Refused` in one line."""
    lists, found = _lists(model), dict[str, Any]()
    for name, text in request.query_params.multi_items():
        if name in lists:
            found.setdefault(name, []).append(text)
        elif name in found:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{name[:60]} is given twice; write it once")
        else:
            found[name] = text
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, words(error.errors()[0])) from None


def named(request: Request, name: str) -> str:
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
    if fault["type"] == "extra_forbidden":
        return f"there is no parameter {where} here; /api tells which there are"
    if fault["type"] == "missing":
        return f"{where} is missing; /api tells what it takes"
    return f"{where}: {fault['msg'][:200].lower()}"


@cache
def _lists(model: type[Asked]) -> frozenset[str]:
    """The parameters that may be given several times."""
    return frozenset(
        field.alias or name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is list
    )


def parameters(model: type[Asked], path: Sequence[tuple[str, str, str]] = ()) -> list[Any]:
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
