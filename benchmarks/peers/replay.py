"""A naive replay: an `eventsourcing` application with one aggregate per place, read anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.generator import TOPICS, Story, Version
from benchmarks.peers.base import WINDOW, Answered, Question
from benchmarks.rows import body

AT_ONCE: Final = 500


class Town(Aggregate):
    """A place, and every version of every report that was ever told of it."""

    @event("Founded")
    def __init__(self, number: int) -> None:
        self.number = number
        self.told: dict[str, list[dict[str, Any]]] = {}

    @staticmethod
    def create_id(number: int) -> UUID:
        """The id of the aggregate of a place."""
        return uuid5(NAMESPACE_URL, f"/towns/{number}")

    @event("Told")
    def tell(self, report: str, version: dict[str, Any]) -> None:
        """Take in a version of a report."""
        self.told.setdefault(report, []).append(version)


class Replay:
    """Reads the whole history of a place for every question, and folds it."""

    name = "eventsourcing replay"

    def __init__(self, path: Path, story: Story, places: Iterable[int]) -> None:
        made = path.exists()
        self.events: Application[UUID] = Application(
            env={
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": str(path),
            }
        )
        if not made:
            self._load(story, set(places))

    def _load(self, story: Story, places: set[int]) -> None:
        towns: dict[int, Town] = {}
        for one in story.versions:
            if one.place in places:
                town = towns.get(one.place)
                if town is None:
                    town = towns[one.place] = Town(one.place)
                town.tell(one.key, _told(one))
                if len(town.pending_events) >= AT_ONCE:
                    self.events.save(town)
        self.events.save(*towns.values())

    def known(self, question: Question) -> list[Answered]:
        """See `Peer.known`."""
        town: Town = self.events.repository.get(Town.create_id(question.place))
        top: dict[int, tuple[tuple[int, int, int], dict[str, Any]]] = {}
        answer: list[Answered] = []
        valid, known = question.valid, question.known
        after = valid - WINDOW
        for versions in town.told.values():
            counting = [one for one in versions if one["knowledge"] <= known]
            if not counting or counting[-1]["body"] is None or counting[-1]["earliest"] >= valid:
                continue
            shown, first = counting[-1], counting[0]["knowledge"]
            topic, reach = shown["topic"], shown["reach"]
            if TOPICS[topic].status:
                rank = (min(reach, valid), shown["earliest"], first)
                if (reach <= valid or shown["during"]) and (
                    topic not in top or rank > top[topic][0]
                ):
                    top[topic] = (rank, shown["body"])
            elif reach > after or known - WINDOW < first <= known:
                answer.append(_answered(topic, shown["body"], late=reach <= after))
        return answer + [_answered(topic, said, late=False) for topic, (_, said) in top.items()]

    def notifications(self) -> int:
        """Read and decode the whole notification log as the library does; how many there were."""
        count = 0
        start = 1
        while found := self.events.recorder.select_notifications(start, 1_000):
            for notification in found:
                self.events.mapper.to_domain_event(notification)
            count += len(found)
            start = found[-1].id + 1
        return count

    def close(self) -> None:
        """See `Peer.close`."""
        self.events.close()


def _answered(topic: int, said: dict[str, Any], *, late: bool) -> Answered:
    one = TOPICS[topic]
    return Answered(one.facet, one.topic, one.subject, one.party, late, said)


def _told(one: Version) -> dict[str, Any]:
    told: dict[str, Any] = {
        "knowledge": one.knowledge,
        "earliest": one.earliest,
        "reach": one.reach,
        "during": one.days > 1,
        "topic": one.topic,
        "body": None,
    }
    if one.number >= 0:
        told["body"] = msgspec.to_builtins(body(one))
    return told
