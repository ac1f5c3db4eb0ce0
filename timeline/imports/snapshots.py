"""A file that is the whole data set as published at one time, set against what the log says of it.

Every id has a line of versions by when they were known. A snapshot puts its own into that line at
its own time: new ids are filed, changed ones corrected, missing ones withdrawn. Where later
snapshots are in the log already, the next of them gets back what it said, so that what is known
after it stays what it was.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

import msgspec

from events.canonical import canonical
from timeline.entries import (
    MENDED,
    REDACTED,
    REPORT_TOPICS,
    RETRACTED,
    Bounds,
    Entry,
    originator_id,
)
from timeline.imports.cells import GONE
from timeline.log.filing import Correction, Filing, Retraction
from timeline.seals import masked

if TYPE_CHECKING:
    from events.when import Instant

TAG: Final = "snapshot"
"""The tag of versions that a snapshot put there: only these tell when there was one."""

_plain = msgspec.json.Decoder(dict[str, Any]).decode

Amendment = Correction | Retraction
Verb = Literal["new", "changed", "missing", "back"]


class Readable(Protocol):
    """What importing reads of a log."""

    def rows(self) -> Iterator[list[Entry]]:
        """All its rows, in batches."""

    def versions(self, originator: str) -> list[Entry]:
        """Every row of one report, oldest first."""


class Revised(NamedTuple):
    """What a snapshot says otherwise than the one before it: the id, how, and which keys differ."""

    report: str
    verb: Verb
    keys: tuple[str, ...]

    def __str__(self) -> str:
        """Return the change as one line."""
        return f"{self.verb} {self.report}" + (f": {', '.join(self.keys)}" if self.keys else "")


class VersionInLine(NamedTuple):
    """One version of a report, or its withdrawal, in its line."""

    knowledge: Instant
    position: int
    digest: bytes | None
    """Of all but the keys that do not matter; None for a withdrawal."""


class Standing:
    """What the log says of a data set, report by report, in the order of knowledge."""

    def __init__(
        self, log: Readable, prefix: str, unchanged_by: Iterable[str], suffix: str = ""
    ) -> None:
        self.without = frozenset(unchanged_by)
        self.snapshots: dict[str, Bounds] = {}
        """By report, when the first snapshot was published that said something of it."""
        self._lines: dict[str, list[VersionInLine]] = {}
        self._reported: dict[Instant, Bounds] = {}
        self._redacted: dict[str, set[str]] = {}
        for batch in log.rows():
            for entry in batch:
                if entry.topic in REPORT_TOPICS:
                    if entry.key.startswith(prefix) and entry.key.endswith(suffix):
                        self._take(entry)
                elif entry.topic == REDACTED:
                    self._redacted.setdefault(entry.key, set()).update(entry.fields)
        self.times = sorted(self._reported)
        """When there were snapshots, as their versions tell."""

    def _take(self, entry: Entry) -> None:
        line = self._lines.setdefault(entry.key, [])
        if entry.topic == MENDED and line:
            line.remove(max(line))  # a slip of our own, taken out wherever it was known
        digest = None if entry.topic == RETRACTED else self.digest(entry.content)
        line.append(VersionInLine(entry.knowledge, entry.position, digest))
        line.sort()
        report = entry.report
        of_snapshot = entry.reason == GONE if report is None else TAG in report.tags
        if of_snapshot and entry.reported:
            self._reported[entry.knowledge] = entry.reported
            first = self.snapshots.setdefault(entry.key, entry.reported)
            if entry.knowledge < first.latest:
                self.snapshots[entry.key] = entry.reported

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __contains__(self, key: str) -> bool:
        return key in self._lines

    def as_kept(self, key: str, content: bytes) -> bytes:
        """What the log would keep of a version of this report: nothing of what was redacted."""
        names = self._redacted.get(key)
        return masked(content, names) if names else content

    def digest(self, content: bytes) -> bytes:
        """What two versions of a report share that say the same."""
        return hashlib.blake2b(canonical(essence(content, self.without)), digest_size=16).digest()

    def at(self, key: str, known: Instant) -> VersionInLine | None:
        """The version that shows at a cut of knowledge, be it a withdrawal."""
        line = self._lines.get(key, [])
        found = bisect_right(line, known, key=lambda one: one.knowledge)
        return line[found - 1] if found else None

    def next_after(self, key: str, known: Instant) -> Instant | None:
        """When the version after that became known."""
        line = self._lines.get(key, [])
        found = bisect_right(line, known, key=lambda one: one.knowledge)
        return line[found].knowledge if found < len(line) else None

    def after(self, known: Instant) -> Bounds | None:
        """When the next snapshot was published."""
        found = bisect_right(self.times, known)
        return self._reported[self.times[found]] if found < len(self.times) else None


def essence(content: bytes, without: Iterable[str]) -> dict[str, Any]:
    """A stored report without the keys that alone do not change it, and without our own tag.

    A key below another is written with a dot: `source.locator`.
    """
    form = _plain(content)
    for key in without:
        above, _, name = key.rpartition(".")
        holder = form.get(above) if above else form
        if isinstance(holder, dict):
            holder.pop(name, None)
    tags = [tag for tag in form.get("tags", ()) if tag != TAG]
    form.pop("tags", None)
    return {**form, "tags": tags} if tags else form


class Snapshot:
    """What the log has to take in of one snapshot."""

    def __init__(self, log: Readable, standing: Standing, reported: Bounds, timezone: str) -> None:
        self._log = log
        self._standing = standing
        self._reported = reported
        self._timezone = timezone
        self._after = standing.after(reported.latest)
        self.changes: list[Revised] = []

    def of(self, filings: Iterable[Filing]) -> tuple[list[Filing], list[Amendment]]:
        """Take in rows of the file: what is to be filed of them, and what to be amended."""
        fresh: list[Filing] = []
        amended: list[Amendment] = []
        for key, given in filings:
            content = self._standing.as_kept(key, given)
            now = dated(content, self._reported)
            if key not in self._standing:
                fresh.append(Filing(key, now))
                self.changes.append(Revised(key, "new", ()))
                if self._after:
                    amended.append(self._withdrawn(key, self._after))
                continue
            before = self._standing.at(key, self._reported.latest)
            if before and before.digest == self._standing.digest(content):
                continue
            was = content_of_version(self._log, key, before)
            amended.append(Correction(key, now))
            amended += self._restored(key, was)
            keys = differing(was, now, self._standing.without) if was else ()
            verb: Verb = "changed" if was else "back" if before else "new"
            self.changes.append(Revised(key, verb, keys))
        return fresh, amended

    def missing(self, keys: Container[str]) -> Iterator[list[Amendment]]:
        """Withdraw, report by report, what the log has and the file has not."""
        for key in self._standing:
            before = self._standing.at(key, self._reported.latest)
            if key in keys or before is None or before.digest is None:
                continue
            self.changes.append(Revised(key, "missing", ()))
            withdrawn = self._withdrawn(key, self._reported)
            was = content_of_version(self._log, key, before)
            yield [withdrawn, *self._restored(key, was)]

    def mark(self, first: Filing) -> list[Amendment]:
        """Say again what the first row says, where nothing else tells that there was a snapshot."""
        if self.changes or self._reported.latest in self._standing.times:
            return []
        return [Correction(first.key, dated(first.content, self._reported))]

    def _restored(self, key: str, was: bytes | None) -> list[Amendment]:
        """Give the next snapshot back what it said, if that was taken from the one before."""
        if self._after is None:
            return []
        following = self._standing.next_after(key, self._reported.latest)
        if following is not None and following <= self._after.latest:
            return []
        if was is None:
            return [self._withdrawn(key, self._after)]
        return [Correction(key, dated(was, self._after))]

    def _withdrawn(self, key: str, reported: Bounds) -> Retraction:
        return Retraction(key, reported, GONE, self._timezone)


def content_of_version(log: Readable, key: str, version: VersionInLine | None) -> bytes | None:
    """What a version of a report says; None for a withdrawal, and where there is none."""
    if version is None or version.digest is None:
        return None
    for entry in log.versions(originator_id("report", key)):
        if entry.position == version.position:
            return entry.content
    return None


def dated(content: bytes, reported: Bounds) -> bytes:
    """The same report, as published at another time."""
    form = _plain(content)
    form["reported"] = reported
    form["tags"] = sorted({*form.get("tags", ()), TAG})
    return canonical(form)


def differing(one: bytes, other: bytes, without: Iterable[str]) -> tuple[str, ...]:
    """The keys in which two stored reports differ; of their own fields each by itself."""
    a, b = (_flat(essence(content, without)) for content in (one, other))
    return tuple(sorted(key for key in a.keys() | b.keys() if a.get(key) != b.get(key)))


def _flat(form: dict[str, Any]) -> dict[str, Any]:
    own = form.pop("value", {})
    return {**form, **own}
