"""Histories that hurt an index: one series over-written, back-dated or retracted in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from random import Random

from benchmarks.figure import Figure, Plan
from benchmarks.generator import (
    DAY,
    DAYS,
    MINUTE,
    ORIGIN,
    STATUSES,
    Story,
    Version,
    day_text,
    end_of,
    story,
)
from benchmarks.peers.base import Question
from benchmarks.peers.engine import Engine
from benchmarks.stores import made
from benchmarks.timing import in_turn, medians, ratio

BASE = 10_000
"""Claims of the log around the one series."""

TOWN = 5
TOPIC = 3
ASKED_ON = 1_000
"""The day of the war that is asked about where a bulk became known, or went, later or earlier."""

_FIRST = 90_000_000
"""Numbers of the added reports begin here."""


def overwritten(plan: Plan) -> Iterator[Figure]:
    """A series told once, and one told five times over, the whole past anew each time."""
    once, five = plan.readings // 5, plan.readings
    told = [reading(number, day=number * DAYS // once, after=1) for number in range(once)]
    again = list(told)
    for turn in range(1, 5):
        again += [
            reading(turn * once + number, day=number * DAYS // once, after=turn * 60)
            for number in range(once)
        ]
    random = Random(1)
    asked = [
        Question(TOWN, end_of(random.randrange(300, DAYS)), end_of(random.randrange(300, DAYS)))
        for _ in range(plan.asked)
    ]
    yield _compared(
        plan,
        "over-written",
        f"one series told five times over ({five:,} readings)",
        (f"once-{once}", told),
        (f"five-{five}", again),
        asked,
        (2.0, 1.2),
    )


def backdated(plan: Plan) -> Iterator[Figure]:
    """Claims that reach far back but were known late, asked before they were known."""
    bulk = _bulk(plan.bulk, known=DAYS - 10)
    yield _compared(
        plan,
        "back-dated",
        f"{plan.bulk:,} in one series, asked before they were known",
        ("base", []),
        (f"backdated-{plan.bulk}", bulk),
        _before(plan.asked),
        (5.0, 3.0),
    )


def retracted(plan: Plan) -> Iterator[Figure]:
    """Claims that were known and then all withdrawn, asked after that."""
    bulk = _bulk(plan.bulk, known=ASKED_ON - 300)
    gone = [
        one._replace(
            version=2,
            number=-1,
            knowledge=one.knowledge + DAY,
            told=one.told + DAY,
            reported=day_text(ASKED_ON - 299),
            arrival=one.arrival + DAY,
        )
        for one in bulk
    ]
    yield _compared(
        plan,
        "retracted",
        f"{plan.bulk:,} in one series, asked after they went",
        ("base", []),
        (f"retracted-{plan.bulk}", bulk + gone),
        _before(plan.asked),
        (5.0, 3.0),
    )


def reading(number: int, *, day: int, after: int) -> Version:
    """One claim of the series, told so many days after the day it is about."""
    reported = day + after
    knowledge = ORIGIN + reported * DAY + DAY
    return Version(
        _FIRST + number,
        1,
        TOWN,
        TOPIC,
        day,
        1,
        day_text(reported),
        knowledge - DAY,
        knowledge,
        1 + number % 998,
        knowledge,
    )


def _bulk(count: int, *, known: int) -> list[Version]:
    """Claims spread over the three hundred days up to the one that is asked about, told at once.

    Told to the minute, so that they differ in what the rule compares.
    """
    days = min(300, known)
    found = []
    for number in range(count):
        one = reading(number, day=ASKED_ON - 1 - number % 300, after=0)
        if known < ASKED_ON:
            one = one._replace(begins=known - 1 - number % days)
        minute = number // 300 % 1440
        told = ORIGIN + known * DAY + minute * MINUTE
        found.append(
            one._replace(
                reported=f"{day_text(known)}T{minute // 60:02d}:{minute % 60:02d}Z",
                told=told,
                knowledge=told + MINUTE,
                arrival=told + MINUTE,
            )
        )
    return found


def _before(count: int) -> list[Question]:
    end = end_of(ASKED_ON)
    return [Question(TOWN, end, end + DAY * (number % 3)) for number in range(count)]


def _compared(
    plan: Plan,
    group: str,
    name: str,
    benign: tuple[str, list[Version]],
    adverse: tuple[str, list[Version]],
    asked: list[Question],
    marks: tuple[float, float],
) -> Figure:
    engines = {}
    for kind, (label, added) in (("benign", benign), ("adverse", adverse)):
        told = story(BASE, plan.seed)
        versions = [one for one in told.versions if (one.place, one.topic) != (TOWN, TOPIC)]
        versions = sorted([*versions, *added], key=lambda one: (one.arrival, one.report))
        plan.say(f"making {group}, {kind}")
        store = made(f"{group}-{label}-{plan.seed}", Story(told.places, versions))
        engines[kind] = Engine(store.log)
    with closing(engines["benign"]), closing(engines["adverse"]):
        calls = {kind: engine.known for kind, engine in engines.items()}
        in_turn(calls, asked[: len(asked) // 4])
        times = in_turn(calls, asked)
    bar, aim = marks
    return Figure(
        group,
        name,
        ratio(times["adverse"], times["benign"]),
        bar=bar,
        aim=aim,
        details=medians(times),
    )


assert STATUSES[TOPIC].kind == "control_assessment"
