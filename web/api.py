"""The routes of the API: the questions of the command line, asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

from timeline.engine import Timeline
from timeline.formats.wanted import ENDINGS, FORMATS, MEDIA_TYPES, Format
from web import answers, questions
from web.answers import Answer
from web.caching import answered, tag_of
from web.described import described
from web.desk import desk_of
from web.forms import Form, form_of
from web.reading import A, asked, in_path
from web.stream import InParts, Produced, Stream

if TYPE_CHECKING:
    from timeline.questions.replay import ReplayStep


class Asking(APIRoute):
    """A route that the framework describes, and calls without reading anything for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.app = request_response(self.endpoint)


router = APIRouter(
    prefix="/api", tags=["questions"], default_response_class=Response, route_class=Asking
)

_JSON: Final[tuple[Form, ...]] = ("json",)
_LINES: Final[tuple[Form, ...]] = ("json", "jsonl")
_CSV: Final[tuple[Form, ...]] = ("json", "csv")
_ALL: Final[tuple[Form, ...]] = ("json", "csv", "jsonl")
_WALK: Final[tuple[Form, ...]] = ("jsonl", "json")
_OPENED_AS: Final[dict[Format, str]] = {
    "hxl": ".hxl.csv",
    "timelinejs": ".timelinejs.json",
}
"""How files of formats end that no program opens by the name of the format."""

_PLACE: Final = (("place", "A name in any known spelling, an id, or `Name, Parent`.", "Pokrovsk"),)
_ID: Final = (("id", "The id of a claim or a report, or how it begins.", "e2597c4a6c16"),)
_WHAT: Final = (
    (
        "what",
        "situation, control, claims, reports, history, activity, or an installed projection.",
        "situation",
    ),
)


@router.get("/places", **described("places", _LINES, questions.Places))
async def places(request: Request) -> Response:
    """List the places that reports name, in order of their ids; with `q` those called nearly so."""
    return await _of_all(request, _LINES, questions.Places, answers.places)


@router.get("/places/{place:path}", **described("place", _JSON, questions.Parameters, _PLACE))
async def place(request: Request) -> Response:
    """One place: its names and coordinates, and what lies above and below it."""
    asked(questions.Parameters, request)
    place = in_path(request, "place")
    return await _answer(request, _JSON, lambda timeline, _: answers.place(timeline, place))


@router.get("/known/{place:path}", **described("known", _ALL, questions.Known, _PLACE))
async def known(request: Request) -> Response:
    """What was known about a place, as of a date."""
    return await _of_one(request, _ALL, questions.Known, answers.known, on_the_spot=True)


@router.get("/history/{place:path}", **described("history", _ALL, questions.History, _PLACE))
async def history(request: Request) -> Response:
    """How the situation of a place changed over valid time, as known at one cut."""
    return await _of_one(request, _ALL, questions.History, answers.history, slow=True)


@router.get("/diff/{place:path}", **described("diff", _JSON, questions.Diff, _PLACE))
async def diff(request: Request) -> Response:
    """The claims on a place added, replaced and withdrawn between two cuts."""
    place, question = in_path(request, "place"), asked(questions.Diff, request)
    return await _answer(
        request, _JSON, lambda timeline, _: answers.diff(timeline, place, question)
    )


@router.get("/hindsight/{place:path}", **described("hindsight", _CSV, questions.Hindsight, _PLACE))
async def hindsight(request: Request) -> Response:
    """What was known of a day by its end, beside what is known of it now."""
    return await _of_one(request, _CSV, questions.Hindsight, answers.hindsight, slow=True)


@router.get("/claims", **described("claims", _ALL, questions.Claims))
async def claims(request: Request) -> Response:
    """What became of claims, the newest first, and each party's record."""
    return await _of_all(request, _ALL, questions.Claims, answers.claims, slow=True)


@router.get("/explain/{id:path}", **described("explain", _JSON, questions.Explain, _ID))
async def explain(request: Request) -> Response:
    """Where a claim or a report comes from, and why the answer at the cuts shows it or not."""
    claim_or_report, question = in_path(request, "id"), asked(questions.Explain, request)
    return await _answer(
        request, _JSON, lambda timeline, _: answers.explain(timeline, claim_or_report, question)
    )


@router.get("/activity", **described("activity", _ALL, questions.Activity))
async def activity(request: Request) -> Response:
    """How much was told of a time: reports and happenings."""
    return await _of_all(request, _ALL, questions.Activity, answers.activity, slow=True)


@router.get("/replay/{place:path}", **described("replay", _WALK, questions.Replay, _PLACE))
async def replay(request: Request) -> Response:
    """Walk knowledge forward: a line for each stop, with what it added, replaced and withdrew."""
    place, question = in_path(request, "place"), asked(questions.Replay, request)
    form = form_of(request, _WALK)
    if question.limit is None and question.after is None:
        return await _stream(
            request,
            MEDIA_TYPES[form],
            lambda timeline: (None, _written(answers.replay(timeline, place, question)[0], form)),
        )

    def page(timeline: Timeline, form: Form) -> Answer:
        steps, after = answers.replay(timeline, place, question)
        return Answer(b"".join(_written(steps, form)), None, after)

    return await _answer(request, _WALK, page, slow=True)


def _written(steps: Sequence[ReplayStep], form: Form) -> list[bytes]:
    lines = [one.to_json() for one in steps]
    if form == "jsonl":
        return [line + b"\n" for line in lines]
    return [b"[" + b",\n".join(lines) + b"]"]


@router.get("/export/{what}", **described("export", (), questions.Export, _WHAT))
async def export(request: Request) -> Response:
    """Stream an export of some places, or of all."""
    what, question = in_path(request, "what"), asked(questions.Export, request)
    ending: str = request.state.ending
    offered: Sequence[Format] = ("jsonl", *FORMATS) if what == "reports" else FORMATS
    form = question.form or form_of(request, offered)
    response = await _stream(
        request, MEDIA_TYPES[form], lambda timeline: answers.export(timeline, what, question, form)
    )
    if ENDINGS.get(ending) != form:
        ending = _OPENED_AS.get(form, f".{form}")
    name = quote(what + ending)
    response.headers["content-disposition"] = f"inline; filename*=UTF-8''{name}"
    return response


async def _of_all(
    request: Request,
    offered: Sequence[Form],
    model: type[A],
    ask: Callable[[Timeline, A, Form], Answer],
    *,
    slow: bool = False,
) -> Response:
    """The answer to a question that names nothing in its address."""
    question = asked(model, request)
    return await _answer(
        request, offered, lambda timeline, form: ask(timeline, question, form), slow=slow
    )


async def _of_one(
    request: Request,
    offered: Sequence[Form],
    model: type[A],
    ask: Callable[[Timeline, str, A, Form], Answer],
    *,
    slow: bool = False,
    on_the_spot: bool = False,
) -> Response:
    """The answer to a question about the place in its address; `on_the_spot` see `Desk.ask`."""
    place, question = in_path(request, "place"), asked(model, request)
    return await _answer(
        request,
        offered,
        lambda timeline, form: ask(timeline, place, question, form),
        slow=slow,
        place=place if on_the_spot else None,
    )


async def _answer(
    request: Request,
    offered: Sequence[Form],
    ask: Callable[[Timeline, Form], Answer],
    *,
    slow: bool = False,
    place: str | None = None,
) -> Response:
    form = form_of(request, offered)

    def tagged(timeline: Timeline) -> tuple[Answer, str]:
        answer = ask(timeline, form)
        return answer, tag_of(answer.basis, answer.content, MEDIA_TYPES[form])

    answer, tag = await desk_of(request).ask(tagged, slow=slow, place=place)
    headers = {"vary": "Accept"} if len(offered) > 1 else {}
    if answer.after is not None:
        headers["link"] = f'<{_next(request, answer.after)}>; rel="next"'
    return answered(
        request, answer.content, MEDIA_TYPES[form], basis=answer.basis, headers=headers, tag=tag
    )


def _next(request: Request, after: str) -> str:
    """The address of the page that follows, the same but for `after`."""
    path = quote(request.scope["path"]) + request.state.ending
    rest = [pair for pair in request.query_params.multi_items() if pair[0] != "after"]
    return f"{path}?{urlencode([*rest, ('after', after)])}"


async def _stream(
    request: Request, media: str, produce: Callable[[Timeline], Produced]
) -> Response:
    stream = Stream(desk_of(request))
    whole = await stream.begin(produce)
    headers = {"vary": "Accept"}
    if whole is not None:
        return answered(request, whole, media, basis=stream.basis, headers=headers)
    headers["cache-control"] = "no-store"
    return InParts(stream.parts(), headers, media)
