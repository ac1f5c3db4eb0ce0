"""A war that never was, from a seed: places by Zipf, late news, corrections and retractions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

DAY: Final = 86_400_000_000
MINUTE: Final = 60_000_000
FIRST_DAY: Final = date(2022, 2, 24)
DAYS: Final = 1_341
ORIGIN: Final = (FIRST_DAY - date(1970, 1, 1)).days * DAY
FOREVER: Final = 1 << 62

SEED: Final = 20251027
OBLASTS: Final = 20
CLAIMS_PER_PLACE: Final = 50
BACK_DATED: Final = 0.03
CORRECTED: Final = 0.02
RETRACTED: Final = 0.003

# What a generated log does not have, so that a peer needs no more than a page of SQL: claims equal
# in every respect of the rule, claims of the future, denials, verifications and linked reports.

PARTIES: Final = (
    "ua.general_staff",
    "ru.mod",
    "deepstate",
    "isw",
    "reuters",
    "ua.oblast_administration",
    "uk.mod",
    "osce",
)


def end_of(day: int) -> int:
    """The cut after so many days."""
    return ORIGIN + day * DAY


class Topic(NamedTuple):
    """One series of a place: what is told of, and who tells it."""

    kind: str
    facet: str
    topic: str
    subject: str
    party: str
    status: bool


def _topics(kind: str, facet: str, subject: str, parties: int, **more: str) -> list[Topic]:
    topic = more.get("topic", kind)
    status = facet not in ("fighting", "casualties")
    return [Topic(kind, facet, topic, subject, party, status) for party in PARTIES[:parties]]


STATUSES: Final[Sequence[Topic]] = (
    *_topics("control_assessment", "control", "", 6, topic="control"),
    *_topics("infiltration", "forces", "RU", 5),
    *_topics("force_concentration", "forces", "RU", 4),
    *_topics("reinforcement", "forces", "UA", 4),
    *_topics("reinforcement", "forces", "RU", 3),
    *_topics("withdrawal", "forces", "UA", 3),
    *_topics("logistics_status", "logistics", "UA", 4),
    *_topics("logistics_status", "logistics", "RU", 2),
    *_topics("displacement", "civilians", "", 3),
    *_topics("ceasefire", "ceasefire", "", 3),
    *_topics("statement", "statements", "next-assault", 5),
)
HAPPENINGS: Final[Sequence[Topic]] = (
    *_topics("clash", "fighting", "", 3),
    *_topics("shelling", "fighting", "", 4),
    *_topics("air_strike", "fighting", "", 2),
    *_topics("drone_activity", "fighting", "", 3),
    *_topics("casualties", "casualties", "RU", 1),
)
TOPICS: Final = (*STATUSES, *HAPPENINGS)
_STATUS_WEIGHTS: Final = list(accumulate((n + 1) ** -0.5 for n in range(len(STATUSES))))


class Version(NamedTuple):
    """One version of a report as it reaches the log; `topic` is a place in `TOPICS`.

    `number` is what varies in its value; a retraction has the number -1. `arrival` orders the log.
    """

    report: int
    version: int
    place: int
    topic: int
    begins: int
    days: int
    reported: str
    told: int
    knowledge: int
    number: int
    arrival: int

    @property
    def key(self) -> str:
        """The id of the report."""
        return f"r{self.report:08d}"

    @property
    def series(self) -> int:
        """The number of its series."""
        return self.place * len(TOPICS) + self.topic

    @property
    def earliest(self) -> int:
        """When it begins."""
        return ORIGIN + self.begins * DAY

    @property
    def latest(self) -> int:
        """When it ends."""
        return self.earliest + self.days * DAY

    @property
    def reach(self) -> int:
        """How far it speaks."""
        return min(self.latest, self.knowledge)

    @property
    def reading(self) -> str:
        """How its date is read."""
        if self.days > 1:
            return "during"
        return "at" if TOPICS[self.topic].status else "within"

    @property
    def happened(self) -> str:
        """Its date as written."""
        begins = day_text(self.begins)
        return begins if self.days == 1 else f"{begins}/{day_text(self.begins + self.days - 1)}"


@dataclass(slots=True)
class Story:
    """A whole log: how many places there are, and the versions in the order of their arrival."""

    places: int
    versions: list[Version]
    _unique: set[tuple[int, int, int, int]] = field(default_factory=set)


_texts: dict[int, str] = {}


def day_text(day: int) -> str:
    """A day of the war as ISO 8601."""
    if (text := _texts.get(day)) is None:
        text = _texts[day] = (FIRST_DAY + timedelta(days=day)).isoformat()
    return text


def place_id(place: int) -> str:
    """The id of a town."""
    return f"local:town-{place}"


def place_name(place: int) -> str:
    """The name of a town, its own."""
    syllables = ("Nova", "Kra", "Mar", "Dob", "Sel", "Ver", "Pok", "Lym")
    ends = ("ivka", "hrad", "ynsk", "ove", "iv", "ne", "sk", "itsa")
    return f"{syllables[place % 8]}{ends[place // 8 % 8]} {place}"


def definitions(places: int) -> Iterator[dict[str, object]]:
    """A country of oblasts, and the towns in them."""
    yield {"id": "local:land", "name": "Land", "kind": "country"}
    for number in range(OBLASTS):
        yield {
            "id": f"local:oblast-{number}",
            "name": f"Oblast {number}",
            "kind": "oblast",
            "parent": "local:land",
        }
    for place in range(places):
        yield {
            "id": place_id(place),
            "name": place_name(place),
            "kind": "town",
            "parent": f"local:oblast-{place % OBLASTS}",
            "lat": round(46 + place % 997 / 200, 4),
            "lon": round(24 + place % 1999 / 130, 4),
        }


def story(claims: int, seed: int = SEED, *, places: int = 0) -> Story:
    """So many claims over 3.7 years, on a place for every fifty of them unless said otherwise."""
    random = Random(seed)
    told = Story(places or max(1, claims // CLAIMS_PER_PLACE), [])
    weights = list(accumulate(1 / (rank + 1) for rank in range(told.places)))
    where = random.choices(range(told.places), cum_weights=weights, k=claims)
    status = range(len(STATUSES))
    for report, place in enumerate(where):
        if random.random() < 0.8:
            drawn = random.choices(status, cum_weights=_STATUS_WEIGHTS)[0]
            topic = (drawn + place) % len(STATUSES)
        else:
            topic = random.randrange(len(STATUSES), len(TOPICS))
        told.versions += _versions(random, told, report, place, topic)
    told.versions.sort(key=lambda one: (one.arrival, one.report, one.version))
    return told


def _versions(
    random: Random, told: Story, report: int, place: int, topic: int
) -> Iterator[Version]:
    wide = TOPICS[topic].kind == "casualties" or random.random() < 0.03
    days = random.choice((3, 5, 7)) if wide else 1
    begins = random.randrange(DAYS - days)
    lag = min(int(random.paretovariate(1.3)) - 1, 400)
    first = _version(random, told, report, 1, place, topic, begins, days, begins + days - 1 + lag)
    late = random.uniform(30, 180) if random.random() < BACK_DATED else random.random()
    first = first._replace(arrival=first.knowledge + int(late * DAY))
    yield first
    chance = random.random()
    if chance < CORRECTED + RETRACTED:
        after = first.knowledge // DAY - ORIGIN // DAY + 1 + int(random.expovariate(0.1))
        again = _version(random, told, report, 2, place, topic, begins, days, after)
        if chance < RETRACTED:
            again = again._replace(number=-1)
        yield again._replace(arrival=max(first.arrival, again.knowledge) + 1)


def _version(
    random: Random,
    told: Story,
    report: int,
    version: int,
    place: int,
    topic: int,
    begins: int,
    days: int,
    reported: int,
) -> Version:
    """One that no other of its series equals in what the rule compares."""
    while True:
        if random.random() < 0.6:
            minute = random.randrange(24 * 60)
            text = f"{day_text(reported)}T{minute // 60:02d}:{minute % 60:02d}Z"
            since, until = minute * MINUTE, (minute + 1) * MINUTE
        else:
            text, since, until = day_text(reported), 0, DAY
        start = ORIGIN + reported * DAY
        one = Version(
            report,
            version,
            place,
            topic,
            begins,
            days,
            text,
            start + since,
            start + until,
            random.randrange(1, 1_000),
            0,
        )
        rank = (one.series, one.reach, one.earliest, one.knowledge)
        if rank not in told._unique:
            told._unique.add(rank)
            return one


# What a version says, in the forms in which it is told


def amount(number: int) -> dict[str, object]:
    """An amount as the log stores it."""
    return {
        "approximate": True,
        "as_reported": f"about {number}",
        "best": number,
        "high": None,
        "low": None,
    }


def value(one: Version, *, written: bool = False) -> dict[str, object]:
    """The own fields of its kind: as stored, or as a document writes them."""
    topic, n = TOPICS[one.topic], one.number
    some: object = f"about {n}" if written else amount(n)
    match topic.kind:
        case "control_assessment":
            share: object = f"about 0.{n % 9 + 1}"
            if not written:
                share = amount(n) | {"best": (n % 9 + 1) / 10, "as_reported": share}
            return {
                "method": "own sources on the ground, and imagery of the day",
                "shares": [
                    {"by": "ua", "share": share, "status": "held"},
                    {"status": "contested"},
                ],
            }
        case "infiltration":
            return {"manner": "small groups on foot", "side": topic.subject, "size": some}
        case "force_concentration" | "reinforcement" | "withdrawal":
            what = "mechanised infantry with armour"
            return {"side": topic.subject, "size": some, "what": what}
        case "logistics_status":
            level = ("normal", "difficult", "critical", "cut")[n % 4]
            return {"level": level, "routes": ["the northern road"], "side": topic.subject}
        case "displacement":
            return {"people": some, "to": "the next oblast"}
        case "ceasefire":
            return {"phase": ("proposed", "talks", "agreed", "failed")[n % 4], "scope": "the town"}
        case "statement":
            words = f"An assault by {n} soldiers is to be expected within days."
            return {"about": topic.subject, "proposition": words, "speech": "assessment"}
        case "casualties":
            return {"killed": some, "side": topic.subject}
        case "shelling" | "drone_activity":
            return {"count": some, "sides": ["RU"], "weapons": ["artillery"]}
        case _:
            return {"objective": "the centre", "sides": ["RU", "UA"]}


_encode = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode


def chain(one: Version) -> list[dict[str, str]]:
    """Who said it, and for every other report who passed it on."""
    party = TOPICS[one.topic].party
    said = [{"party": party}]
    if one.number % 2:
        said.append({"party": "reuters" if party != "reuters" else "isw"})
    return said


def common(one: Version) -> dict[str, object]:
    """What reads the same in a document and in the log."""
    topic = TOPICS[one.topic]
    through = chain(one)
    said: dict[str, object] = {
        "chain": through,
        "kind": topic.kind,
        "source": {
            "publisher": through[-1]["party"],
            "url": f"https://example.org/{one.report // 7}/{one.number}",
        },
        "summary": f"Of {place_name(one.place)} it is told what {topic.party} counted as"
        f" {one.number} on {one.happened}.",
    }
    if one.number % 3:
        said |= {"credibility": "2", "reliability": "B"}
    if one.number % 5 == 0:
        said["verification"] = [{"by": through[-1]["party"], "status": "unverified"}]
    return said


def content(one: Version) -> bytes:
    """The version as the log stores it (what `events.kinds.stored` gives for its document)."""
    happened = {
        "earliest": one.earliest,
        "latest": one.latest,
        "precision": "day" if one.days == 1 else "interval",
        "reading": one.reading,
        "text": one.happened,
    }
    form = common(one) | {
        "happened": happened,
        "place": {"id": place_id(one.place), "name": place_name(one.place)},
        "reported": {"earliest": one.told, "latest": one.knowledge, "text": one.reported},
        "timezone": "UTC",
        "value": value(one),
    }
    return _encode(form).encode()


def document(one: Version) -> dict[str, object]:
    """The version as `timeline add` takes it."""
    return common(one) | {
        "id": one.key,
        "place": place_name(one.place),
        "happened": {one.reading: one.happened},
        "reported": one.reported,
        **value(one, written=True),
    }


def line(one: Version) -> bytes:
    """The version as a line of NDJSON."""
    return _encode(document(one)).encode() + b"\n"
