"""A dry run: what it would file, which what comes after is checked against as the log would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, Self

from timeline.errors import Conflict
from timeline.log.filing import Outcome
from timeline.scratch import scratch
from timeline.spool import says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from timeline.log.filing import Parted
    from timeline.spool import Spool

    # What a log would make of reports, with nothing written; it raises Conflict.
    OutcomesOf = Callable[[Sequence[Parted]], list[Outcome]]

# The reports that it would file: of a bulk file more than memory should hold.
_UNWRITTEN: Final = "CREATE TABLE unwritten (id TEXT, said INTEGER)"
# Not before another document needs it: most dry runs are of one.
_INDEX: Final = "CREATE INDEX IF NOT EXISTS by_id ON unwritten (id)"
_SAID: Final = "SELECT id, said FROM unwritten WHERE id IN (SELECT value FROM json_each(?))"


class Rehearsal:
    """The reports of documents that a dry run would have filed."""

    def __init__(self, check: OutcomesOf) -> None:
        """`check` is that of the log."""
        self._check = check
        self._db = scratch(_UNWRITTEN)
        self._empty = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def check(self, filings: Sequence[Parted]) -> list[Outcome]:
        """What the log would make of these, each id once, had it taken in what was before."""
        if self._empty:
            return self._check(filings)
        self._db.execute(_INDEX)
        keys = json.dumps([one.key for one in filings])
        said = dict(self._db.execute(_SAID, (keys,)).fetchall())
        clashing = [one.key for one in filings if said.get(one.key, says(one)) != says(one)]
        try:
            outcomes = self._check(filings)
        except Conflict as conflict:
            raise Conflict([*conflict.keys, *clashing]) from None
        if clashing:
            raise Conflict(clashing)
        told = zip(filings, outcomes, strict=True)
        return [Outcome.known if one.key in said else outcome for one, outcome in told]

    def file(self, spool: Spool) -> None:
        """Note what would be filed of a document."""
        self._empty = False
        self._db.executemany("INSERT INTO unwritten VALUES (?, ?)", spool.kept())

    def ids(self) -> Iterator[str]:
        """The id of each report that would be filed."""
        yield from (key for (key,) in self._db.execute("SELECT id FROM unwritten"))
