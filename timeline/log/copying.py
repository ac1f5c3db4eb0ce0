"""Moving a log to another store: the same entries at the same positions, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from timeline.entries import REDACTED, redacted_of
from timeline.errors import StoreError
from timeline.log import open_tail
from timeline.log.address import is_address, shown
from timeline.log.tail import BATCH
from timeline.log.unmade import is_unmade
from timeline.seals import open_fields, redacted

if TYPE_CHECKING:
    from timeline.entries import StoredRow
    from timeline.log.postgres_tail import PostgresTail
    from timeline.log.tail import SQLiteTail

    StoredLog = SQLiteTail | PostgresTail

_SEALED: Final = 5


class Copied(NamedTuple):
    """What a copy came to: which log, how many entries it has, and how many of them were new.

    `redacted` are the entries that had been copied before and lost fields in the source since.
    """

    log: str
    entries: int
    copied: int
    redacted: int


class Sink(Protocol):
    """What takes the rows of another log in."""

    def copy_in(self, rows: Sequence[StoredRow]) -> bool:
        """Add rows as they are right behind the last one, all or nothing; makes the store.

        Nothing is added, and the answer is False, where the last one is not the one before them.
        """

    def reseal(self, columns: Sequence[tuple[int, bytes | None]]) -> None:
        """Put other columns of sealed fields into the rows at these positions."""


def copy(
    source: str, target: str, progress: Callable[[int, int], None] = lambda *_: None
) -> Copied:
    """Copy what the log of one store has and another lacks; both are paths or addresses.

    What is there already is compared first, so that a copy that was cut short goes on, and a
    store with another history is refused with StoreError. `progress` is told of entries done and
    in all.
    """
    with ExitStack() as stack:
        log = _opened(source, stack)
        if log.newer:
            raise StoreError(
                f"{shown(source)} was made by a newer version; copy it with that version"
            )
        sink = stack.enter_context(_sink(target))
        there = None if is_unmade(target) else _opened(target, stack)
        if there is not None and there.identity != log.identity:
            raise StoreError(
                f"{shown(target)} holds another log; name a new file, or an empty database"
            )
        end, copied, resealed, position = log.head(), 0, 0, 0
        if there is not None and there.head() > end:
            _refuse_more(source, target, there.head() - end)
        while position < end:
            rows = _rows(log, position, min(end, position + BATCH), source)
            have = [] if there is None else _rows(there, position, rows[-1][0], target)
            older = _compare(rows, have, target)
            _require_redacted(log, rows, have, older, source)
            if older:  # first: a view that reads the redaction then lays the rows out anew
                sink.reseal(older)
            rest = rows[len(have) :]
            if rest and not sink.copy_in(rest):
                there = there or _opened(target, stack)
                continue  # Another process wrote there: see whether it wrote the same.
            copied, resealed = copied + len(rest), resealed + len(older)
            position = rows[-1][0]
            if position == end:
                end, older = _redacted_since(log, end)
                if older:
                    sink.reseal(older)
                    resealed += len(older)
            progress(position, end)
        return Copied(log.identity, end, copied, resealed)


def _opened(store: str, stack: ExitStack) -> StoredLog:
    log = open_tail(store)
    stack.callback(log.close)
    return log


def _rows(log: StoredLog, after: int, upto: int, store: str) -> list[StoredRow]:
    """The rows of (after, upto] that there are; StoreError where one is missing or damaged."""
    upto = min(upto, log.head())
    rows: list[StoredRow] = [row for batch in log.stored(after, upto) for row in batch]
    for expected, row in zip_longest(range(after + 1, upto + 1), rows):
        if row is None or row[0] != expected or not _is_whole(row):
            raise StoreError(
                f"entry {expected:,} of {shown(store)} is missing or damaged; "
                "restore it from a backup"
            )
    return rows


def _is_whole(row: StoredRow) -> bool:
    """Whether each column is of its type: a file may have been tampered with, or damaged."""
    _, originator, version, topic, state, sealed = row
    return (
        isinstance(originator, str)
        and re.fullmatch("[0-9a-f]{32}", originator) is not None
        and isinstance(version, int)
        and isinstance(topic, str)
        and isinstance(state, bytes)
        and isinstance(sealed, bytes | None)
    )


def _redacted_since(log: StoredLog, end: int) -> tuple[int, list[tuple[int, bytes | None]]]:
    """The last redaction behind an end, or that end; and the columns up to it that lost something.

    What came while a log was copied may have emptied rows before they were read, or after that.
    """
    behind = [row for batch in log.stored(end, log.head()) for row in batch if row[3] == REDACTED]
    return behind[-1][0] if behind else end, [
        (one.position, one.sealed)
        for originator in dict.fromkeys(row[1] for row in behind)
        for one in log.versions(originator)
        if one.sealed is not None and one.position <= end
    ]


def _compare(
    rows: Sequence[StoredRow], have: Sequence[StoredRow], target: str
) -> list[tuple[int, bytes | None]]:
    """Which columns the target has still to redact; StoreError where it has another history."""
    older = []
    for ours, theirs in zip(rows, have, strict=False):
        if ours == theirs:
            continue
        ours_open, theirs_open = open_fields(ours[_SEALED]), open_fields(theirs[_SEALED])
        if ours[:_SEALED] != theirs[:_SEALED] or _without(
            ours[_SEALED], ours_open & theirs_open
        ) != _without(theirs[_SEALED], ours_open & theirs_open):
            raise StoreError(
                f"{shown(target)} has another history from entry {ours[0]:,} on; "
                "name a new file, or an empty database"
            )
        if theirs_open - ours_open:
            older.append((ours[0], ours[_SEALED]))
    return older


def _require_redacted(
    log: StoredLog,
    rows: Sequence[StoredRow],
    have: Sequence[StoredRow],
    older: Sequence[tuple[int, bytes | None]],
    source: str,
) -> None:
    """Raise StoreError where the source has lost words that the target has, and none redacted."""
    after = rows[0][0]
    for position, column in older:
        lost = open_fields(have[position - after][_SEALED]) - open_fields(column)
        if lost := lost - redacted_of(log.versions(rows[position - after][1])):
            raise StoreError(
                f"entry {position:,} of {shown(source)} has lost its {min(lost)}, and no entry "
                "redacts it; restore it from a backup, or `copy` again to a copy that was cut short"
            )


def _without(column: bytes | None, kept: frozenset[str]) -> bytes | None:
    """A column in which only these fields say something."""
    return None if column is None else redacted(column, open_fields(column) - kept)


def _refuse_more(source: str, target: str, more: int) -> None:
    entries = "1 entry" if more == 1 else f"{more:,} entries"
    raise StoreError(f"{shown(target)} has {entries} more than {shown(source)}; copy the other way")


def _sink(target: str) -> AbstractContextManager[Sink]:
    # Here, not above: each brings a client of its own.
    if is_address(target):
        from timeline.log.postgres import sink as sink_of_server

        return sink_of_server(target)
    from timeline.log.sqlite import sink as sink_of_file

    return sink_of_file(Path(target))
