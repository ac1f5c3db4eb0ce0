"""What went wrong, as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.responses import Response

from timeline.errors import (
    AmbiguousPlace,
    AmbiguousReport,
    BadQuestion,
    BadReport,
    Conflict,
    PlaceName,
    StoreError,
    TimelineError,
    UnknownPlace,
    UnknownReport,
)
from timeline.safe import one_line
from web.room import TookTooLong

if TYPE_CHECKING:
    from collections.abc import Mapping

MEDIA: Final = "application/problem+json"
DESCRIBED: Final = {
    "description": "A problem, in one line.",
    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
"""What OpenAPI says of an answer that is a problem."""


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a document that was sent, and what would be right."""

    file: str | None
    line: int | None
    what: str
    right: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One problem. `title` is the kind, `detail` one line; places to choose from where some fit."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    suggestions: list[PlaceName] = []
    candidates: list[PlaceName | str] = []
    problems: list[Fault] = []

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """The problem as an answer."""
        fixed = {"cache-control": "no-store"}
        return Response(msgspec.json.encode(self), self.status, {**fixed, **(headers or {})}, MEDIA)


class Refused(Exception):
    """A request that is refused as it is."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.headers = headers
        super().__init__(detail)


_STATUSES: Final[tuple[tuple[type[Exception], HTTPStatus], ...]] = (
    (UnknownPlace, HTTPStatus.NOT_FOUND),
    (UnknownReport, HTTPStatus.NOT_FOUND),
    (AmbiguousPlace, HTTPStatus.CONFLICT),
    (AmbiguousReport, HTTPStatus.CONFLICT),
    (BadQuestion, HTTPStatus.BAD_REQUEST),
    (Conflict, HTTPStatus.CONFLICT),
    (BadReport, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TimelineError, HTTPStatus.BAD_REQUEST),
)


def refused(status: HTTPStatus, detail: str) -> Problem:
    """A problem that has no kind but its status."""
    return Problem(title=status.phrase, status=status, detail=detail)


def problem_of(error: Exception) -> Problem:
    """The problem that an error is; one of ours says what would be right."""
    if isinstance(error, Refused):
        return refused(error.status, one_line(str(error)))
    if isinstance(error, TookTooLong):
        return refused(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"{error}; ask for less: one place, fewer days, a page at a time",
        )
    if isinstance(error, StoreError):  # whose words name files of the server
        return Problem(
            title=type(error).__name__,
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            detail="the server cannot use its store; who runs it finds why in its log",
        )
    for kind, status in _STATUSES:
        if isinstance(error, kind):
            return Problem(
                title=type(error).__name__,
                status=status,
                detail=one_line(str(error)),
                suggestions=list(getattr(error, "suggestions", ())),
                candidates=list(getattr(error, "candidates", ())),
                problems=[_fault(one) for one in getattr(error, "problems", ())],
            )
    return refused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "as many questions as this server takes on are waiting; try again in a moment",
    )


def _fault(problem: object) -> Fault:
    return Fault(
        file=getattr(problem, "file", None),
        line=getattr(problem, "line", None),
        what=one_line(str(getattr(problem, "what", problem))),
        right=one_line(str(getattr(problem, "right", ""))),
    )
