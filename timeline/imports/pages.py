"""Tables that are logs of a page: rows added, changed and dropped between versions of the page.

A page is fetched now and then: late, twice, or an old version after a newer one. Each subject of it
(a town, by its name) becomes one report for every version of the page that says something new of
it, valid at the publication of that version. What a later fetch of the same version says otherwise
is a correction, known from that fetch on.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from events.when import Instant, WhenError, parse_when, zone_of
from timeline.imports.mapping import Mapper, fault_of, trouble_of
from timeline.imports.sorting import Placed, Sorter, merged, moment_of, stated_in
from timeline.imports.templates import BadCell
from timeline.imports.troubles import Trouble

if TYPE_CHECKING:
    from events.document import Draft
    from timeline.imports.profile import PageLog
    from timeline.imports.rows import Row
    from timeline.imports.towns import Towns

Said = tuple[tuple[str, ...], ...]
"""What a page says of a subject: the columns that matter of each of its rows, each row once."""

Table = dict[str, dict[tuple[str, ...], dict[str, str]]]
"""The rows of a page, by subject and by what tells a row from all others."""

_NOTHING: Final[Said] = ()


class Fetch(NamedTuple):
    """One look at the page: which version it showed, when, and what it changed in the table."""

    page: Instant
    seen: str
    version: dict[str, str]
    rows: list[Placed]


class PageTelling(NamedTuple):
    """A subject as one version of the page tells of it."""

    subject: str
    cells: dict[str, str]
    page: Instant
    said: Said
    late: str | None
    """When it was seen that this version of the page says so, if it had been seen otherwise."""
    file: str
    line: int


def page_log(
    rows: Iterable[tuple[str, Row]], log: PageLog, mapper: Mapper, towns: Towns, timezone: str
) -> Iterator[Draft | Trouble]:
    """The reports of every subject, versions of one in the order in which they became known."""
    with Sorter() as sorter:
        for file, row in rows:
            if trouble := _sorted(sorter, file, row, log, timezone):
                yield trouble
        table: Table = {}
        for fetch in _fetches(sorter, log, timezone):
            for subject in change(table, fetch.rows, log):
                towns.see(subject, table[subject].values())
        for telling in _tellings(_fetches(sorter, log, timezone), log):
            yield from _report(telling, log, mapper, towns)


def _sorted(sorter: Sorter, file: str, row: Row, log: PageLog, timezone: str) -> Trouble | None:
    if trouble := fault_of(row, file):
        return trouble
    try:
        found = [log.subject.make(row.cells), log.seen.make(row.cells), log.page.make(row.cells)]
    except BadCell as error:
        return trouble_of(error, file, row.number)
    for made, template in zip(found, (log.subject, log.seen, log.page), strict=True):
        if not isinstance(made, str):
            column = min(template.columns, default="")
            return Trouble(file, row.number, "is empty", "fill it in", column)
    zone = zone_of(timezone)
    try:
        moment_of(str(found[2]), zone)
        moment = moment_of(str(found[1]), zone)
    except WhenError as error:
        column = min(log.page.columns, default="")
        return Trouble(file, row.number, error.what, error.right, column)
    sorter.add(row, file, str(found[0]), moment)
    return None


def _fetches(sorter: Sorter, log: PageLog, timezone: str) -> Iterator[Fetch]:
    zone = zone_of(timezone)
    for _, group in groupby(sorter.by_moment(), key=lambda one: (one.moment, _page(one, log))):
        rows = list(group)
        page = parse_when(_page(rows[0], log), zone).earliest
        version = {name: rows[0].row.cells.get(name, "") for name in log.version}
        yield Fetch(page or 0, stated_in(rows[0].moment), version, rows)


def _page(placed: Placed, log: PageLog) -> str:
    return str(log.page.make(placed.row.cells))


def _tellings(fetches: Iterable[Fetch], log: PageLog) -> Iterator[PageTelling]:
    """Replay the log: what each version of the page says anew, or otherwise than it was seen."""
    table: Table = {}
    told: dict[str, list[tuple[Instant, Said]]] = {}
    pages: list[Instant] = []
    firsts: dict[Instant, Fetch] = {}
    behind = False
    for fetch in fetches:
        touched = change(table, fetch.rows, log)
        again = fetch.page in firsts
        if not again:
            insort(pages, fetch.page)
            firsts[fetch.page] = fetch
        # Between an old version and the next new one every subject may differ from what the
        # versions so far say; otherwise only those that the fetch changed.
        stale = fetch.page < pages[-1]
        lines = {one.group: one for one in reversed(fetch.rows)}
        for subject in [*table] if stale or behind else touched:
            rows = table.get(subject, {})
            said = said_of(rows, log)
            known = told.setdefault(subject, [])
            before = _said_at(known, fetch.page)
            if said == before:
                continue
            line = lines.get(subject, fetch.rows[0])
            yield _telling(subject, rows, said, fetch, again, line, log)
            yield from _restored(subject, before, known, fetch, pages, firsts, log)
            _note(known, fetch.page, said)
        behind = stale


def _restored(
    subject: str,
    before: Said,
    known: list[tuple[Instant, Said]],
    fetch: Fetch,
    pages: Sequence[Instant],
    firsts: dict[Instant, Fetch],
    log: PageLog,
) -> Iterator[PageTelling]:
    """What the next version of the page says still, where that was taken from the one before."""
    after = bisect_right(pages, fetch.page)
    if after == len(pages) or any(page == pages[after] for page, _ in known):
        return
    following = firsts[pages[after]]
    rows: dict[tuple[str, ...], dict[str, str]] = {
        (str(i),): dict(zip(log.says, one, strict=False)) for i, one in enumerate(before)
    }
    yield _telling(subject, rows, before, following, False, following.rows[0], log)
    _note(known, following.page, before)


def _telling(
    subject: str,
    rows: dict[tuple[str, ...], dict[str, str]],
    said: Said,
    fetch: Fetch,
    again: bool,
    line: Placed,
    log: PageLog,
) -> PageTelling:
    cells = together(list(rows.values()), log.says) | fetch.version
    late = fetch.seen if again else None
    return PageTelling(subject, cells, fetch.page, said, late, line.file, line.row.number)


def _said_at(known: list[tuple[Instant, Said]], page: Instant) -> Said:
    at = bisect_right(known, page, key=lambda one: one[0])
    return known[at - 1][1] if at else _NOTHING


def _note(known: list[tuple[Instant, Said]], page: Instant, said: Said) -> None:
    at = bisect_right(known, page, key=lambda one: one[0])
    if at and known[at - 1][0] == page:
        known[at - 1] = (page, said)
    else:
        known.insert(at, (page, said))


def change(table: Table, rows: Iterable[Placed], log: PageLog) -> list[str]:
    """Apply the rows of one fetch; the subjects they are of, each once.

    What is dropped goes first: a row that is dropped and added in one fetch has moved.
    """
    listed = list(rows)
    for one in sorted(listed, key=lambda one: not log.gone(one.row.cells)):
        of = table.setdefault(one.group, {})
        key = tuple(one.row.cells.get(name, "") for name in log.row)
        if log.gone(one.row.cells):
            of.pop(key, None)
        else:
            of[key] = dict(one.row.cells)
    return list(dict.fromkeys(one.group for one in listed))


def said_of(rows: dict[tuple[str, ...], dict[str, str]], log: PageLog) -> Said:
    """What the rows of a subject say, in an order that does not hang on theirs."""
    return tuple(
        sorted({tuple(cells.get(name, "") for name in log.says) for cells in rows.values()})
    )


def together(rows: list[dict[str, str]], says: Sequence[str]) -> dict[str, str]:
    """The rows of one subject as one; `several` says so where they are not the same."""
    if not rows:
        return {}
    apart = list({tuple(row.get(name, "") for name in says): row for row in rows}.values())
    cells = dict(merged(apart))
    cells["several"] = f"{len(apart)} rows of this name at once" if len(apart) > 1 else ""
    return cells


def _report(
    telling: PageTelling, log: PageLog, mapper: Mapper, towns: Towns
) -> Iterator[Draft | Trouble]:
    """The report of what a version of the page says of a subject."""
    template = mapper.profile.versions[0] if telling.said else log.absent
    cells = telling.cells | {"subject": telling.subject}
    try:
        place = towns.place(telling.subject)
        page = log.page.make(cells)
    except BadCell as error:
        yield trouble_of(error, telling.file, telling.line)
        return
    key = f"{mapper.profile.prefix}{telling.subject}@{page}"
    more = {"reported": telling.late} if telling.late else {}
    yield from mapper.draft(template, cells, key, place, telling.file, telling.line, **more)
