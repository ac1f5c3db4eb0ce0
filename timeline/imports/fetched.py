"""One fetch of a page that is a state, set against what the log has of the page's other versions.

What such a page says of a subject is an observation: a later version of the page is a new report of
each subject, and what an older one said still stands for its day. Only fetches of the same version
correct one another. A subject that the page lists no more is a report too, as the profile has it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgspec

from events.canonical import canonical
from events.when import Instant, WhenError, parse_when, zone_of
from timeline.imports.mapping import fault_of, trouble_of
from timeline.imports.pages import together
from timeline.imports.snapshots import Revised, Standing, content_of_version, dated, differing
from timeline.imports.sorting import Sorter
from timeline.imports.templates import BadCell
from timeline.imports.troubles import Trouble
from timeline.log.filing import Filing

if TYPE_CHECKING:
    from events.document import Draft
    from timeline.entries import Bounds
    from timeline.imports.mapping import Mapper
    from timeline.imports.profile import PageLog
    from timeline.imports.rows import Row
    from timeline.imports.snapshots import Readable
    from timeline.imports.templates import Template
    from timeline.imports.towns import Towns

_plain = msgspec.json.Decoder(dict[str, Any]).decode

_EVER: Final = 1 << 62

Absent = Callable[[str], "Filing | None"]
"""The report that a page does not list a subject; None where that cannot be said."""
PlaceOfSubject = Callable[[str], str]
"""The id of the place that a subject is."""


class FetchedPage:
    """The rows of one version of a page: of each subject one report, of all its rows together."""

    def __init__(self, pages: PageLog, mapper: Mapper, towns: Towns) -> None:
        self._pages = pages
        self._mapper = mapper
        self._towns = towns
        self._first: tuple[str, Row] | None = None
        self.at = ""
        """Which version it is: when it was published."""
        self.subjects: set[str] = set()

    def drafts(self, found: Iterable[tuple[str, Row]]) -> Iterator[Draft | Trouble]:
        """What the page says of every subject, or what is wrong with a row."""
        with Sorter() as sorter:
            for file, row in found:
                try:
                    subject = self._subject(row, file)
                except BadCell as error:
                    yield trouble_of(error, file, row.number)
                    continue
                if isinstance(subject, Trouble):
                    yield subject
                elif subject is not None:
                    sorter.add(row, file, subject)
                    self.subjects.add(subject)
            for subject, group in groupby(sorter.by_group(), key=lambda one: one.group):
                self._towns.see(subject, [one.row.cells for one in group])
            for subject, group in groupby(sorter.by_group(), key=lambda one: one.group):
                placed = list(group)
                cells = together([dict(one.row.cells) for one in placed], self._pages.says)
                template = self._mapper.profile.versions[0]
                yield from self._draft(template, subject, cells, placed[0].file, placed[0].row)

    def absent(self, subject: str) -> Iterator[Draft | Trouble]:
        """The report that it does not list a subject, or what is wrong with that."""
        if self._first is not None:
            file, row = self._first
            cells = {name: row.cells.get(name, "") for name in self._pages.version}
            yield from self._draft(self._pages.absent, subject, cells, file, row)

    def place(self, subject: str) -> str:
        """The id of the place that a subject of this or another version of the page is."""
        return self._towns.place(subject)["id"]

    def _subject(self, row: Row, file: str) -> str | Trouble | None:
        """What a row is about; it has to say the version of the page, the same as all others."""
        if trouble := fault_of(row, file):
            return trouble
        subject, page = (one.make(row.cells) for one in (self._pages.subject, self._pages.page))
        column = min(self._pages.page.columns, default="")
        if not isinstance(page, str):
            return Trouble(file, row.number, "is empty", "fill it in", column)
        if self._first is None:
            self._first, self.at = (file, row), page
        if page != self.at:
            what = f"is of another version of the page than {self.at}, which came first"
            return Trouble(file, row.number, what, "import one fetch at a time", column, page)
        return subject if isinstance(subject, str) else None

    def _draft(
        self, template: Template, subject: str, cells: dict[str, str], file: str, row: Row
    ) -> Iterator[Draft | Trouble]:
        key = f"{self._mapper.profile.prefix}{subject}@{self.at}"
        try:
            place = self._towns.place(subject)
        except BadCell as error:
            yield trouble_of(error, file, row.number)
            return
        cells = cells | {"subject": subject}
        yield from self._mapper.draft(template, cells, key, place, file, row.number)


class OtherVersions:
    """What the log has of the other versions of a page. The id of a report is `SUBJECT@PAGE`."""

    def __init__(
        self, log: Readable, prefix: str, unchanged_by: Iterable[str], page: str, timezone: str
    ) -> None:
        self._log = log
        self._prefix = prefix
        self._zone = zone_of(timezone)
        self._standing = Standing(log, prefix, {*unchanged_by, "happened"})
        self._lines: dict[str, list[tuple[Instant, str]]] = {}
        wholes: dict[Instant, tuple[str, Bounds]] = {}
        for key in self._standing:
            subject, at, text = key[len(prefix) :].rpartition("@")
            if at and (moment := self._moment(text)) is not None:
                self._lines.setdefault(subject, []).append((moment, key))
                if (seen := self._standing.snapshots.get(key)) is not None:
                    wholes[moment] = text, seen
        for line in self._lines.values():
            line.sort()
        now = self._moment(page)
        self._now = now if now is not None else 0
        later = min((moment for moment in wholes if moment > self._now), default=None)
        self._next = wholes[later] if later is not None else None
        self._listed_next = [
            subject
            for subject, line in self._lines.items()
            if any(moment == later for moment, _ in line)
        ]

    def _moment(self, page: str) -> Instant | None:
        try:
            return parse_when(page, self._zone).earliest
        except WhenError:
            return None

    def unlisted(
        self, subjects: Collection[str], place: PlaceOfSubject, absent: Absent
    ) -> Iterator[Filing]:
        """Reports that the page does not list what was listed before, by this or another name."""
        there = set(map(place, subjects))
        for subject in self._lines:
            if subject in subjects or (before := self._before(subject)) is None:
                continue
            if place(subject) in there:
                continue
            if (made := absent(subject)) is None:
                continue
            # What a fetch of this version said of it stays said, whatever the log has learnt since.
            is_listed = self._standing.digest(made.content) != self._shown(before)
            if is_listed or self._shown(made.key):
                yield made

    def changes(self, filings: Iterable[Filing], subjects: Collection[str]) -> Iterator[Revised]:
        """What this version of the page says otherwise than the one before it in the log."""
        for key, content in filings:
            subject = key[len(self._prefix) :].rpartition("@")[0]
            before = self._before(subject)
            if subject not in subjects:
                yield Revised(key, "missing", ())
            elif before is None:
                yield Revised(key, "new", ())
            elif self._shown(before) != self._standing.digest(content):
                was = content_of_version(self._log, before, self._standing.at(before, _EVER))
                keys = differing(was, content, self._standing.without) if was else ()
                yield Revised(key, "changed", keys)

    def unlisted_next(
        self, subjects: Iterable[str], place: PlaceOfSubject, absent: Absent
    ) -> Iterator[Filing]:
        """Reports that the next version does not list what this one is the first to tell of."""
        if self._next is None:
            return
        page, seen = self._next
        there = set(map(place, self._listed_next))
        happened = self._happened(page)
        for subject in subjects:
            key = f"{self._prefix}{subject}@{page}"
            if key in self._standing or place(subject) in there:
                continue
            if (made := absent(subject)) is None:
                continue
            form = _plain(made.content) | {"happened": happened}
            form.get("source", {}).pop("locator", None)  # that of the version at hand
            yield Filing(key, dated(canonical(form), seen))

    def _before(self, subject: str) -> str | None:
        """The id of what the last version before this one says of a subject."""
        line = self._lines.get(subject, [])
        found = line[: bisect_left(line, self._now, key=lambda one: one[0])]
        return next((key for _, key in reversed(found) if self._shown(key)), None)

    def _shown(self, key: str) -> bytes | None:
        version = self._standing.at(key, _EVER)
        return version.digest if version else None

    def _happened(self, page: str) -> object:
        """When a version of the page was valid, as its reports have it."""
        for key in self._standing.snapshots:
            content = content_of_version(self._log, key, self._standing.at(key, _EVER))
            if key.endswith(f"@{page}") and content:
                return _plain(content)["happened"]
        raise LookupError(page)  # it is one of those that a snapshot told of
