"""Whether an answer says what the brute force says."""

import json

import oracle
from domain import DAY, rows_of
from strategies import Question

from timeline.log import LogReader
from timeline.situation import Situation


def plain_rows(log: LogReader) -> list[oracle.Row]:
    """A log as the brute force takes it."""
    return [
        (entry.position, entry.recorded, entry.topic, json.loads(entry.state))
        for entry in rows_of(log)
    ]


def says_what_the_rule_says(
    situation: Situation, rows: list[oracle.Row], question: Question
) -> None:
    """Assert that an answer shows the claims, sums and falls that the brute force finds."""
    asof = question.cuts().asof
    at = (asof.valid, asof.known, asof.recorded, question.window * DAY)
    assert sorted(
        (one.report, one.read_as, one.facet, one.party, one.reported, one.certainty, one.ended,
         one.late)
        for one in situation.claims
    ) == sorted(
        (one["id"], one["read"], one["facet"], one["party"], one["report"]["reported"]["text"],
         one["certainty"], one["ended"], one["late"])
        for one in oracle.shown(rows, question.place, *at)
    )  # fmt: skip
    where = {one.claim: (one.relation, one.landmark) for one in situation.claims}
    sums = {
        (one.party, one.side, one.measure, where[one.claims[0]]): (one.low, one.best, one.high)
        for one in situation.sums
    }
    expected = oracle.sums(rows, question.place, *at)
    assert sums.keys() == expected.keys()
    # Of two rival periods that are equally wide and new the rule does not say which counts.
    assert sums == {key: total or sums[key] for key, total in expected.items()}
    report = {one.claim: one.report for one in situation.claims}
    flags = {(report[one.claim], one.measure) for one in situation.flags}
    falls = oracle.fallen(rows, question.place, *at)
    assert flags <= falls.keys()
    # Nor which of equals was replaced.
    assert all((one in flags) in how for one, how in falls.items())
