"""In which form an answer is wanted: as the address ends, else as `Accept` says."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from timeline.formats.wanted import ENDINGS, MEDIA_TYPES, Format
from web.problems import Refused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

Form = Literal["json", "jsonl", "csv"]
F = TypeVar("F", Form, Format)

# Of two formats of one media type the plain one is meant.
_ACCEPTED: Final[dict[str, str]] = {
    "application/jsonl": "jsonl",
    **{media.partition(";")[0]: form for form, media in reversed(MEDIA_TYPES.items())},
}
_LONGEST_FIRST: Final = sorted(ENDINGS, key=len, reverse=True)
_DESCRIPTION: Final = "/api/openapi.json"


class Endings:
    """Takes the ending that says in which form off the address; routes do without it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the ending is in `state`, `""` for none."""
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            path, ending = _split(scope["path"])
            scope = {**scope, "path": path, "state": {**scope.get("state", {}), "ending": ending}}
        await self.app(scope, receive, send)


def _split(path: str) -> tuple[str, str]:
    if path != _DESCRIPTION:
        for ending in _LONGEST_FIRST:
            if path.endswith(ending) and not path.endswith(f"/{ending}"):
                return path.removesuffix(ending), ending
    return path, ""


def form_of(request: Request, offered: Sequence[F]) -> F:
    """The form in which to answer; the first of those offered where nothing is said."""
    ending: str = request.state.ending
    if not ending:
        return _accepted(request.headers.get("accept"), offered)
    form = ENDINGS[ending]
    for one in offered:
        if one == form:
            return one
    raise Refused(
        HTTPStatus.NOT_ACCEPTABLE, f"this is not given as {form}; ask for {' or '.join(offered)}"
    )


def _accepted(header: str | None, offered: Sequence[F]) -> F:
    if not header or header == "*/*":
        return offered[0]
    liked: dict[str, float] = {}
    for part in header.split(","):
        media, *parameters = (one.strip() for one in part.split(";"))
        media = media.lower()
        liked.setdefault(_ACCEPTED.get(media, media), weight(parameters))
    order = list(liked)

    def asked(form: F) -> float:
        kind = MEDIA_TYPES[form].partition("/")[0]
        return next((liked[one] for one in (form, f"{kind}/*", "*/*") if one in liked), 0.0)

    # Of those liked alike the one that is named first, else the first that is offered.
    return max(
        sorted(offered, key=lambda form: order.index(form) if form in liked else len(order)),
        key=asked,
    )


def weight(parameters: Sequence[str]) -> float:
    """How much a client likes what these parameters of a header stand behind."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
