"""The routes that write: reports sent as documents, by who shows a token for it."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.security import HTTPBearer
from pydantic import Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from events.explain import Problem
from timeline.errors import BadReport, Conflict
from timeline.log.filing import Outcome
from web.access import WriteAccess
from web.desk import desk_of
from web.limits import LONGEST_DATE, LONGEST_NAME
from web.problems import DESCRIBED, Refused
from web.questions import Parameters
from web.reading import asked, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from timeline.engine import Timeline
    from web.access import Scope

_DOCUMENTS: Final = {
    "application/json": ".json",
    "application/x-ndjson": ".ndjson",
    "application/jsonl": ".ndjson",
    "application/yaml": ".yaml",
    "application/x-yaml": ".yaml",
    "text/yaml": ".yaml",
}
_token = HTTPBearer(auto_error=False, description="A token of `timeline serve --new-token SCOPE`.")

router = APIRouter(
    prefix="/api",
    tags=["writing"],
    default_response_class=Response,
    dependencies=[Depends(_token)],
)


class Filed(msgspec.Struct, frozen=True):
    """What became of the reports of a document, as `timeline add --format json` tells it."""

    filed: int
    already_known: int
    problems: int
    dry_run: bool


class ReportChanged(msgspec.Struct, frozen=True):
    """What became of one report: corrected, mended, retracted, or known so already."""

    report: str
    outcome: str


class Adding(Parameters):
    """Parameters of filing."""

    dry_run: bool = Field(False, description="Check and count, and file nothing.")


class Correcting(Parameters):
    """Parameters of a correction."""

    mend: bool = Field(False, description="The slip was our own: taken out at every `known`.")


class Retraction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A withdrawal: when it became public, and why."""

    reported: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_DATE)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


Report = Annotated[
    str,
    InPath(min_length=1, max_length=LONGEST_NAME, description="A report's id, or how it begins."),
]


def _described(
    name: str, answer: str, body: dict[str, Any], model: type[Parameters] = Parameters
) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{answer}"}
    return {
        "operation_id": name,
        "response_model": None,
        "responses": {
            200: {"description": "Done.", "content": {"application/json": {"schema": schema}}},
            "4XX": DESCRIBED,
            503: DESCRIBED,
        },
        "openapi_extra": {
            "parameters": parameters(model),
            "requestBody": {"required": True, "content": body},
        },
    }


_DOCUMENT: Final[dict[str, Any]] = {
    "application/yaml": {"schema": {"type": "string"}},
    "application/json": {"schema": {"type": "object"}},
    "application/x-ndjson": {"schema": {"type": "string"}},
}
_RETRACTION: Final[dict[str, Any]] = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Retraction"}}
}


@router.post("/reports", **_described("add", "Filed", _DOCUMENT, Adding))
async def add(request: Request) -> Response:
    """File the reports of a document, whole or not at all."""
    _check(request, "add")
    dry_run = asked(Adding, request).dry_run
    document = await _body(request)

    def file(timeline: Timeline) -> Filed:
        with _as_file(document, request) as path:
            added = timeline.add(path, dry_run=dry_run)
            if added.problems:
                raise BadReport(added.problems)
        return Filed(added.filed, added.known, 0, dry_run)

    return await _written(request, file)


@router.post(
    "/reports/{report:path}/correct",
    **_described("correct", "ReportChanged", _DOCUMENT, Correcting),
)
async def correct(request: Request, report: Report) -> Response:
    """File how a report should read: a document that holds it whole, with its own `reported`."""
    _check(request, "correct")
    mend = asked(Correcting, request).mend
    document = await _body(request)

    def change(timeline: Timeline) -> ReportChanged:
        key = timeline.report_id(report)
        with _as_file(document, request) as path:
            outcome = timeline.correct(key, path, mend=mend)
        return _changed(key, outcome, "mended" if mend else "corrected")

    return await _written(request, change)


@router.post(
    "/reports/{report:path}/retract", **_described("retract", "ReportChanged", _RETRACTION)
)
async def retract(request: Request, report: Report) -> Response:
    """Withdraw a report."""
    _check(request, "retract")
    asked(Parameters, request)
    try:
        sent = msgspec.json.decode(await _body(request), type=Retraction)
    except msgspec.DecodeError as error:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY, f'{error}; send {{"reported": DATE, "reason": TEXT}}'
        ) from None

    def withdraw(timeline: Timeline) -> ReportChanged:
        key = timeline.report_id(report)
        outcome = timeline.retract(key, reported=sent.reported, reason=sent.reason)
        return _changed(key, outcome, "retracted")

    return await _written(request, withdraw)


def _check(request: Request, scope: Scope) -> None:
    access: WriteAccess = request.app.state.write
    access.check(request.headers.get("authorization"), scope)


async def _body(request: Request) -> bytes:
    """The document, as far as its size and its time allow."""
    limits = desk_of(request).limits
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        said = "a document cannot come packed; send it as it is, without Content-Encoding"
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said)
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for part in request.stream():
                body += part
                if len(body) > limits.body:
                    raise Refused(
                        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                        f"a document over {limits.body >> 20} MiB; send it in parts",
                    )
    except TimeoutError:
        raise Refused(
            HTTPStatus.REQUEST_TIMEOUT,
            f"the document did not come whole within {limits.body_seconds:g} seconds",
            {"connection": "close"},
        ) from None
    except ClientDisconnect:
        raise Refused(HTTPStatus.BAD_REQUEST, "the document broke off") from None
    return bytes(body)


@contextmanager
def _as_file(document: bytes, request: Request) -> Iterator[Path]:
    """The document as intake reads it, under a name that says what it is."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    ending = _DOCUMENTS.get(media)
    if ending is None:
        raise Refused(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"a document is {', '.join(_DOCUMENTS)}; say which in Content-Type",
        )
    with TemporaryDirectory(prefix="timeline-") as folder:
        path = Path(folder) / f"document{ending}"
        path.write_bytes(document)
        try:
            yield path
        except BadReport as error:
            raise _of_sender(error, f"{folder}{os.sep}") from None


def _of_sender(error: BadReport, folder: str) -> BadReport:
    """The problems as the sender knows what they are of: no folder of the server."""
    problems = [
        replace(
            one,
            file=one.file.replace(folder, ""),
            what=one.what.replace(folder, ""),
            right=one.right.replace(folder, ""),
        )
        if isinstance(one, Problem)
        else str(one).replace(folder, "")
        for one in error.problems
    ]
    return Conflict(error.keys, problems) if isinstance(error, Conflict) else BadReport(problems)


async def _written(request: Request, write: Any) -> Response:
    done = await desk_of(request).write(write)
    return Response(
        msgspec.json.encode(done), 200, {"cache-control": "no-store"}, "application/json"
    )


def _changed(key: str, outcome: Outcome, done: str) -> ReportChanged:
    return ReportChanged(key, done if outcome is Outcome.filed else "known")
