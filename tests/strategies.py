"""Small histories, as Hypothesis draws them: acts on a log, and questions asked of it.

Days are counted from 2025-10-01. Contents are drawn in the stored form, which is far quicker than
by way of documents; `test_laws.py` shows once that the vocabulary takes reports of this form.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from domain import DAY, PLACES, bounds, correct, definition, retract
from hypothesis import strategies as st

from events.canonical import canonical
from events.when import zone_of
from timeline.cuts import Cuts, cuts
from timeline.decoding import decode_report
from timeline.log import MEMORY, Log, open_log
from timeline.log.filing import Filing

START = datetime(2025, 10, 1, tzinfo=UTC)
ORIGIN = int(START.timestamp()) * 1_000_000
DAYS = 14
NAMES = (*("x:alpha",) * 8, "x:beta", "x:gamma", "x:north")
PARTIES = (*("ua",) * 4, "ru", "ru", "deepstate")
IDS = tuple(f"r{number}" for number in range(1, 11))
Verb = Literal["file", "correct", "mend", "retract"]


@dataclass(frozen=True)
class Act:
    """One thing done to the log: what is said of which report, so many hours after the last."""

    verb: Verb
    id: str
    content: bytes
    day: int
    hours: int

    @property
    def knowledge(self) -> int:
        """When the world had learned of it."""
        if self.verb == "retract":
            return ORIGIN + (self.day + 1) * DAY
        return decode_report(self.content).reported.latest


def day_text(day: int) -> str:
    """A day as a date."""
    return (START + timedelta(days=day)).date().isoformat()


def day_bounds(day: int) -> dict[str, Any]:
    """A day as the log stores it."""
    return {
        "text": day_text(day),
        "earliest": ORIGIN + day * DAY,
        "latest": ORIGIN + (day + 1) * DAY,
    }


days = st.integers(0, DAYS - 1)


@st.composite
def spans(draw: st.DrawFn) -> tuple[int | None, int | None, str]:
    """A stated time: a day mostly, an interval, or one that is open at an end."""
    first = draw(days)
    last = first + draw(st.sampled_from((0, 0, 0, 1, 3, 6)))
    shape = draw(st.sampled_from((*("closed",) * 8, "from", "to")))
    earliest = None if shape == "to" else ORIGIN + first * DAY
    latest = None if shape == "from" else ORIGIN + (last + 1) * DAY
    ends = ["" if shape == "to" else day_text(first), "" if shape == "from" else day_text(last)]
    return earliest, latest, "/".join(end or ".." for end in ends)


@st.composite
def happened(draw: st.DrawFn, readings: tuple[str, ...]) -> dict[str, Any]:
    """When something happened, with its reading; now and then `?` or `~`."""
    earliest, latest, text = draw(spans())
    form: dict[str, Any] = {
        "text": text,
        "reading": draw(st.sampled_from(readings)),
        "earliest": earliest,
        "latest": latest,
        "precision": "interval",
    }
    mark = draw(st.sampled_from((*("",) * 14, "approximate", "uncertain")))
    return form | ({mark: True} if mark else {})


@st.composite
def amounts(draw: st.DrawFn) -> dict[str, Any]:
    """A number as stated: exact, about, at least, up to, or none."""
    number = draw(st.integers(0, 9)) * 10
    low, best, high = draw(
        st.sampled_from(
            (
                (None, number, None),
                (None, number, None),
                (number, None, None),
                (None, None, number),
                (number, None, number + 20),
                (None, None, None),
            )
        )
    )
    stated = [str(one) for one in (low, best, high) if one is not None]
    shown = " to ".join(stated) or "dozens"
    return {
        "low": low, "best": best, "high": high, "as_reported": shown,
        "approximate": draw(st.booleans()),
    }  # fmt: skip


ANY = ("during", "within", "at")
SIDES = st.sampled_from((*("ru",) * 4, "RU", "ua"))
HOLDERS = st.sampled_from(("ru", "ua"))


def _held(by: str) -> dict[str, Any]:
    return {"shares": [{"status": "held", "by": by}]}


KINDS: dict[str, tuple[st.SearchStrategy[dict[str, Any]], tuple[str, ...]]] = {
    "infiltration": (st.fixed_dictionaries({"side": SIDES, "size": amounts()}), ANY),
    "logistics_status": (st.just({"side": "ua", "level": "difficult"}), ANY),
    "control_assessment": (
        HOLDERS.map(_held) | st.just({"shares": [{"status": "contested"}]}),
        ANY,
    ),
    "territory_change": (
        st.fixed_dictionaries({"to": HOLDERS, "extent": st.sampled_from(("whole", "part"))}),
        ("within", "during"),
    ),
    "clash": (st.just({}), ("within", "within", "during", "at")),
    "capture": (
        st.fixed_dictionaries({"side": SIDES})
        | st.just({"side": "ru", "who": "a colonel"})
        | st.just({"side": "ru", "who": "Колесник"}),
        ("within",),
    ),
    "ceasefire": (
        st.sampled_from(({"phase": "talks"}, {"phase": "in_force"}, {"violated": True})),
        ANY,
    ),
    "statement": (
        st.just({"speech": "intent", "proposition": "They go on.", "about": "the-north"}),
        ANY,
    ),
}
LOSSES = st.fixed_dictionaries(
    {"side": SIDES, "killed": amounts(), "cumulative": st.sampled_from((False, False, True))},
    optional={"wounded": amounts()},
)
# What may be redacted.
WORDS = st.sampled_from(
    (
        *({},) * 5,
        {"summary": 'her "name"'},
        {"summary": "ім’я"},
        {"summary": "a witness", "quote": "we saw them come"},
    )
)
# A history is about a few kinds, so that series grow long, parties differ and periods overlap.
FOCUS = (
    ("infiltration",),
    ("casualties",),
    ("casualties", "capture"),
    ("control_assessment", "territory_change"),
    ("clash", "infiltration"),
    ("ceasefire", "statement"),
    (*KINDS, "casualties"),
)


@st.composite
def contents(
    draw: st.DrawFn, ids: tuple[str, ...] = IDS, focus: tuple[str, ...] = FOCUS[-1]
) -> bytes:
    """One version of a report, in the stored form."""
    kind = draw(st.sampled_from(focus))
    if kind == "casualties":
        value = {name: own for name, own in draw(LOSSES).items() if own is not False}
        readings: tuple[str, ...] = (
            ANY if value.get("cumulative") else ("during", "during", "during", "within")
        )
    else:
        values, readings = KINDS[kind]
        value = draw(values)
    chain: list[dict[str, str]] = [{"party": draw(st.sampled_from(PARTIES))}]
    if draw(st.integers(0, 7)) == 0:
        chain.insert(0, {"party": "putin", "channel": "private"})
    when = draw(happened(readings))
    # Most is told in a day or two, some late, some before it comes.
    ends = when["latest"] or when["earliest"] + DAY
    lag = draw(st.sampled_from((-1, -1, -1, 0, 0, 1, 4, 8, -4)))
    told = (ends - ORIGIN) // DAY + lag
    report: dict[str, Any] = {
        "kind": kind,
        "place": _place(draw),
        "happened": when,
        "reported": day_bounds(min(max(told, 0), DAYS + 2)),
        "timezone": "UTC",
        "chain": chain,
        "value": value,
    }
    stance = draw(st.sampled_from((*("asserts",) * 9, "denies", "intends", "forecasts")))
    if stance != "asserts":
        report["stance"] = stance
    if draw(st.integers(0, 3)) == 0:
        report["links"] = {"same_event_as": [draw(st.sampled_from(ids))]}
    return canonical(report | draw(WORDS))


def _place(draw: st.DrawFn) -> dict[str, str]:
    place = draw(st.sampled_from(NAMES))
    form = {"id": place, "name": place}
    spot = draw(st.sampled_from((*("",) * 9, "relation", "landmark")))
    if spot:
        form[spot] = {"relation": "southwest", "landmark": "train station"}[spot]
    return form


@st.composite
def marks(draw: st.DrawFn, ids: tuple[str, ...] = IDS) -> bytes:
    """A verification of a report."""
    value = {
        "report": draw(st.sampled_from(ids)),
        "result": draw(st.sampled_from(("confirmed", "refuted"))),
    }
    day = draw(days)
    return canonical(
        {
            "kind": "verification",
            "place": {"id": "x:alpha", "name": "Alpha"},
            "happened": {**day_bounds(day), "reading": "at", "precision": "day"},
            "reported": day_bounds(day),
            "timezone": "UTC",
            "chain": [{"party": draw(st.sampled_from(PARTIES))}],
            "value": value,
        }
    )


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    mends: bool = True,
    ids: tuple[str, ...] = IDS,
    size: int = 16,
    about: tuple[tuple[str, ...], ...] = FOCUS,
) -> list[Act]:
    """Acts on a log, in the order in which they are recorded; knowledge comes in any order."""
    acts: list[Act] = []
    filed: set[str] = set()
    focus = draw(st.sampled_from(about))
    for _ in range(size - draw(st.integers(0, size - 1))):
        report = draw(st.sampled_from(ids))
        verb: Verb = "file"
        if report in filed:
            more: tuple[Verb, ...] = ("correct", "correct", "retract")
            verb = draw(st.sampled_from((*more, "mend") if mends else more))
        filed.add(report)
        content = b"" if verb == "retract" else draw(contents(ids, focus))
        if verb == "file" and draw(st.integers(0, 11)) == 0:
            content = draw(marks(ids))
        acts.append(Act(verb, report, content, draw(days), draw(st.integers(0, 24))))
    return acts


def begun() -> tuple[Log, list[int]]:
    """An empty log that holds the places, with its clock in the hand of the test."""
    clock = [ORIGIN + 3 * DAY]
    log = open_log(MEMORY, clock=lambda: clock[0])
    log.file([], places=[definition(place) for place in PLACES])
    return log, clock


def perform(log: Log, clock: list[int], acts: list[Act]) -> None:
    """Do acts to a log."""
    for act in acts:
        clock[0] += act.hours * DAY // 24
        match act.verb:
            case "file":
                log.file([Filing(act.id, act.content)])
            case "retract":
                retract(log, act.id, bounds(day_text(act.day)))
            case _:
                correct(log, act.id, act.content, mend=act.verb == "mend")


def made(acts: list[Act]) -> Log:
    """The log that holds these acts."""
    log, clock = begun()
    perform(log, clock, acts)
    return log


@dataclass(frozen=True)
class Question:
    """Cuts as a user writes them, a place and a window in days."""

    place: str
    valid: str
    known: str
    recorded: str | None
    window: int

    def cuts(self, **changed: Any) -> Cuts:
        """The cuts, some of them changed."""
        asked = {"valid": self.valid, "known": self.known, "recorded": self.recorded} | changed
        return cuts(zone_of("UTC"), **asked)


# Noon is the end of the minute 11:59.
cut_texts = st.builds(
    lambda day, noon: day_text(day) + "T11:59Z" * noon,
    st.integers(1, DAYS + 4),
    st.sampled_from((False, False, False, True)),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A question: mostly of one day, else of clocks far apart."""
    known = draw(cut_texts)
    valid = known if draw(st.booleans()) else draw(cut_texts)
    recorded = draw(st.none() | st.none() | st.none() | cut_texts)
    window = draw(st.sampled_from((14, 10, 7, 7, 3, 1)))
    return Question(draw(st.sampled_from(NAMES)), valid, known, recorded, window)
