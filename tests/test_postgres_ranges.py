"""The same history as one would keep it in PostgreSQL: rows with ranges of knowledge and record.

Each version of a report is a row for each stretch of both clocks in which it shows. The standing
statuses are then one statement, which has to name the reports that our answers name.
"""

import random
from collections.abc import Iterator, Sequence
from typing import Any

import oracle
from agreement import plain_rows
from domain import DAY, READERS, ask
from strategies import ORIGIN, Act, begun, day_text, perform

from benchmarks.server import Server
from events.canonical import canonical
from events.when import zone_of
from timeline.cuts import Cuts, cuts
from timeline.log import Log

PLACES = ("x:alpha", "x:beta")
TABLE = """
CREATE TABLE claim (
  report text, place text, series text, known int8range, recorded int8range,
  earliest int8, reach int8, first_known int8, lasts boolean, may_be_certain boolean);
CREATE INDEX ON claim USING gist (known, recorded);
CREATE TABLE cut (id int, place text, valid int8, known int8, recorded int8);
"""
STANDING = """
SELECT id, string_agg(report, ',' ORDER BY report COLLATE "C") FROM (
  SELECT cut.id, claim.report, rank() OVER (
    PARTITION BY cut.id, claim.series
    ORDER BY least(claim.reach, cut.valid) DESC, claim.earliest DESC, claim.first_known DESC) AS at
  FROM cut JOIN claim ON claim.place = cut.place AND claim.known @> cut.known
    AND claim.recorded @> cut.recorded
  WHERE claim.earliest < cut.valid AND claim.may_be_certain
    AND (claim.lasts OR claim.reach <= cut.valid)) AS ranked
WHERE at = 1 GROUP BY id ORDER BY id
"""


def history(chance: random.Random) -> Log:
    """Assessments of two towns by two parties: corrected, mended, withdrawn, back-dated."""
    log, clock = begun()
    filed: list[str] = []
    for number in range(60):
        told = chance.randrange(14)
        first = max(0, told - chance.choice((0, 0, 1, 3)))
        last = first + chance.choice((0, 0, 1, 4))
        body = canonical(
            {
                "kind": "control_assessment",
                "place": {"id": chance.choice(PLACES), "name": "somewhere"},
                "happened": {
                    **span(first, last),
                    "precision": "interval",
                    "reading": chance.choice(("at", "within", "during")),
                },
                "reported": span(told, told),
                "timezone": "UTC",
                "chain": [{"party": chance.choice(("ua", "ru"))}],
                "value": {"shares": [{"status": "held", "by": chance.choice(("ua", "ru"))}]},
                "summary": f"number {number}",
            }
        )
        verb: Any = chance.choice(("file", "file", "correct", "correct", "mend", "retract"))
        if not filed or verb == "file":
            verb = "file"
            filed.append(f"r{number}")
        report = filed[-1] if verb == "file" else chance.choice(filed)
        hours = chance.choice((1, 5, 20))
        perform(log, clock, [Act(verb, report, body, chance.randrange(14), hours)])
    return log


def span(first: int, last: int) -> dict[str, Any]:
    """Days, both included, as the log stores them."""
    text = day_text(first) if first == last else f"{day_text(first)}/{day_text(last)}"
    earliest, latest = ORIGIN + first * DAY, ORIGIN + (last + 1) * DAY
    return {"text": text, "earliest": earliest, "latest": latest}


def stretches(rows: Sequence[oracle.Row]) -> Iterator[tuple[Any, ...]]:
    """A row for each version and each stretch of both clocks in which it shows."""
    versions = oracle.versions(rows)
    for report in {version["id"] for version in versions}:
        mine = [row for row in rows if row[3].get("id") == report]
        known = sorted({version["known"] for version in versions if version["id"] == report})
        recorded = sorted({row[1] for row in mine})
        for k, next_k in zip(known, [*known[1:], oracle.EVER], strict=True):
            for r, next_r in zip(recorded, [*recorded[1:], oracle.EVER], strict=True):
                # Recorded before the cut: the stretch is open where it begins.
                for shown in oracle.counted(mine, k, r + 1):
                    one = oracle.claim(shown, oracle.EVER)
                    series = "/".join(map(str, one["series"]))
                    may_be = one["certainty"] == "certain"
                    lasts = shown["report"]["happened"]["reading"] == "during"
                    yield (
                        report, one["place"], series, f"[{k},{next_k})", f"({r},{next_r}]",
                        one["since"], one["reach"], shown["first"], lasts, may_be,
                    )  # fmt: skip


def copied(table: str, rows: Sequence[Sequence[Any]]) -> str:
    """The statement that brings rows into a table."""
    lines = ["\t".join(map(str, row)) for row in rows]
    return "\n".join([f"TRUNCATE {table};", f"COPY {table} FROM STDIN;", *lines, "\\.", ""])


def random_cuts(chance: random.Random) -> list[tuple[str, Cuts]]:
    """Places with cuts of all three clocks."""

    def day() -> str:
        return day_text(chance.randrange(20))

    zone = zone_of("UTC")
    return [
        (
            chance.choice(PLACES),
            cuts(zone, valid=day(), known=day(), recorded=chance.choice((None, None, day()))),
        )
        for _ in range(100)
    ]


def test_rows_with_ranges_give_the_same_standing_statuses(server: Server) -> None:
    """Ten histories, a hundred questions each, of the fold and of the view."""
    server.sql(TABLE)
    standing = 0
    for seed in range(10):
        chance = random.Random(seed)  # noqa: S311 -- nothing is guarded by it
        log = history(chance)
        asked = random_cuts(chance)
        at = [
            (number, place, read.asof.valid, read.asof.known, read.asof.recorded)
            for number, (place, read) in enumerate(asked)
        ]
        rows = list(stretches(plain_rows(log)))
        told = server.sql(copied("claim", rows) + copied("cut", at) + STANDING + ";")
        theirs = {int(number): reports.split(",") for number, reports in told}
        for reader_of in READERS:
            reader = reader_of(log)
            for number, (place, read) in enumerate(asked):
                ours = sorted(
                    claim.report
                    for claim in ask(reader, place, read).claims
                    if claim.certainty == "certain"
                )
                assert ours == theirs.get(number, [])
                standing += len(ours)
    assert standing > 1_000
