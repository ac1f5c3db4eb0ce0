"""DuckDB: the same rows in a table, and in a Parquet file for what reads every place."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import msgspec

from benchmarks.generator import TOPICS, Story, definitions, place_id
from benchmarks.peers.base import Answered, Question, decode
from benchmarks.peers.sqlite_by_hand import values_of
from benchmarks.rows import COLUMNS, rows, series
from timeline.claims import Claim
from timeline.formats import columns
from timeline.formats.columns import COLUMNS as CELLS
from timeline.formats.columns import Cell, Shared
from timeline.places import Place

_PLAIN: Final = "header = true, quote = '\"', escape = '\"', sample_size = -1"

# Of each series the greatest that counts and holds at the cuts; what reaches past V ranks as V.
_TOP: Final = """
SELECT s.facet, s.topic, s.subject, s.party, false, c.body FROM (
  SELECT series, body FROM {claim} WHERE {place} status
  AND earliest < $valid AND (reach <= $valid OR during)
  AND known_from <= $known AND known_to > $known
  QUALIFY row_number() OVER (
    PARTITION BY series ORDER BY least(reach, $valid) DESC, earliest DESC, first_known DESC) = 1
) c JOIN {series} s USING (series)
"""
_HAPPENINGS: Final = """
SELECT s.facet, s.topic, s.subject, s.party, c.reach <= $after, c.body
FROM {claim} c JOIN {series} s USING (series)
WHERE {place} NOT c.status AND c.earliest < $valid
AND c.known_from <= $known AND c.known_to > $known
AND (c.reach > $after OR (c.first_known > $since AND c.first_known <= $known))
"""
# All places at once, with the cells of our own table: one pass over the file, sorted by place.
_EXPORT: Final = """
COPY (
  SELECT * EXCLUDE (series, status, during, first, reach, earliest, from_, to_) FROM (
    SELECT *, NOT status AND reach <= $after AS late FROM '{parquet}'
    WHERE earliest < $valid AND from_ <= $known AND to_ > $known AND (
      CASE WHEN status THEN reach <= $valid OR during
      ELSE reach > $after OR (first > $since AND first <= $known) END)
    QUALIFY NOT status OR rank() OVER (PARTITION BY series, status
      ORDER BY least(reach, $valid) DESC, earliest DESC, first DESC) = 1)
  ORDER BY place_id, facet, claim_id) TO '{target}' (FORMAT csv, HEADER)
"""
_RANKS: Final = ("series", "status", "during", "first", "reach", "earliest", "from_", "to_")


class DuckDB:
    """A database file, and the cells of every claim in a Parquet file."""

    name = "DuckDB"

    def __init__(self, folder: Path, story: Story) -> None:
        path = folder / "duck.db"
        self.parquet = folder / "claims.parquet"
        made = path.exists() and self.parquet.exists()
        if not made:
            path.unlink(missing_ok=True)
        self._db = duckdb.connect(str(path))
        if not made:
            self._load(folder, story)

    def _load(self, folder: Path, story: Story) -> None:
        of_series, of_rows = folder / "series.csv", folder / "rows.csv"
        names = ("series", "place", "status", "facet", "topic", "subject", "party")
        _write(of_series, names, series(story))
        _write(of_rows, COLUMNS, ((*row[:-1], row.body.decode()) for row in rows(story)))
        self._db.execute(f"CREATE TABLE series AS FROM read_csv('{of_series}') ORDER BY place")
        self._db.execute(
            f"CREATE TABLE claim AS FROM read_csv('{of_rows}', {_PLAIN}) ORDER BY place, series"
        )
        self._db.execute("CREATE INDEX claim_place ON claim (place)")
        of_cells = folder / "cells.csv"
        _write(of_cells, (*_RANKS, *CELLS), cells(story))
        self._db.execute(
            f"COPY (FROM read_csv('{of_cells}', {_PLAIN}) ORDER BY place_id, series)"
            f" TO '{self.parquet}' (FORMAT parquet)"
        )
        for path in (of_series, of_rows, of_cells):
            path.unlink()

    def export(self, valid: int, known: int, target: Path) -> None:
        """The situation of every place as CSV, from the Parquet file."""
        values = values_of(Question(0, valid, known))
        some = {name: values[name] for name in ("valid", "known", "after", "since")}
        self._db.execute(_EXPORT.format(parquet=self.parquet, target=target), some)

    def known(self, question: Question) -> list[Answered]:
        """See `Peer.known`."""
        values = values_of(question)
        names = ("place", "valid", "known")
        some = {name: values[name] for name in names}
        where = {"claim": "claim", "series": "series"}
        found = self._select(_TOP.format(place="place = $place AND", **where), some)
        some |= {"after": values["after"], "since": values["since"]}
        found += self._select(_HAPPENINGS.format(place="c.place = $place AND", **where), some)
        return [Answered._make((*row[:4], row[4], decode(row[5]))) for row in found]

    def _select(self, statement: str, values: dict[str, int]) -> list[tuple[Any, ...]]:
        return self._db.execute(statement, values).fetchall()

    def close(self) -> None:
        """See `Peer.close`."""
        self._db.close()


def cells(story: Story) -> Iterator[Sequence[Cell]]:
    """The cells of every claim, in the columns of our own table, after what they are ranked by."""
    places = {str(one["id"]): msgspec.convert(one, Place) for one in definitions(story.places)}
    none = Shared("", "", "")
    for row in rows(story):
        topic = TOPICS[row.series % len(TOPICS)]
        claim = msgspec.convert(
            decode(row.body)
            | {
                "claim": "",
                "facet": topic.facet,
                "subject": topic.subject or None,
                "party": topic.party,
                "place": place_id(row.place),
                "relation": None,
                "landmark": None,
                "read_as": "status" if row.status else "happening",
                "certainty": "certain",
                "ended": False,
                "late": False,
                "disputes": [],
            },
            Claim,
        )
        claim.claim = claim.report
        ranks = (row.series, row.status, row.during, row.first_known, row.reach, row.earliest)
        for one in columns.rows(claim, places[claim.place], None, none):
            yield (*ranks, row.known_from, row.known_to, *one)


def _write(path: Path, names: Sequence[str], lines: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(names)
        writer.writerows(lines)
