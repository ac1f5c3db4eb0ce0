"""What is filed while a page is open, told to it as server-sent events."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Final

import msgspec

from timeline.engine import Timeline
from timeline.entries import REDACTED, REPORT_TOPICS
from timeline.errors import TimelineError
from timeline.places import above_all, name_of
from timeline.safe import safe
from web.pages.home import item, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from timeline.entries import Entry
    from timeline.log import LogReader
    from timeline.places import Book

MOST: Final = 200
"""Pages that are told at once; each costs a connection and nothing else."""
_BEAT_SECONDS: Final = 15.0
_ROUND_SECONDS: Final = 0.5
_AGAIN_SECONDS: Final = 1.0
_MUCH_LATER_SECONDS: Final = 15.0
"""After what nobody foresaw, which may come again each time, with its traceback."""
_READY_SECONDS: Final = 10.0
"""For the one that watches to find where the log ends; longer, and there is trouble with it."""
_MISSED: Final = 400
"""Entries read back for a page that comes late."""
_EACH: Final = 20
"""Entries at once up to which each is told; of more, only how many."""
_TOLD: Final = REPORT_TOPICS | {REDACTED}

_log = logging.getLogger("timeline.web")


class News(msgspec.Struct, frozen=True):
    """An entry on a report, or many: where in the log, and in words; `places` None for any.

    With `anew` words may have been taken out: nothing that a page holds of before may stay.
    """

    position: int
    what: str
    says: str
    party: str
    place: str
    places: frozenset[str] | None
    anew: bool = False

    def concerns(self, place: str | None) -> bool:
        """Whether a page on a place, or on all, wants to know."""
        return place is None or self.places is None or place in self.places

    def event(self) -> bytes:
        """The entry as a server-sent event."""
        names = ("what", "says", "party", "place", "anew")
        shown = {name: getattr(self, name) for name in names}
        return b"id: %d\ndata: %s\n\n" % (self.position, msgspec.json.encode(shown))


def told_up_to(timeline: Timeline, basis: str | None) -> int:
    """The position of the log behind which there is news for a page that is made now.

    For a page by its basis that of the basis: the page keeps its bytes, and may have been kept
    somewhere since then.
    """
    if basis is None:
        return timeline.index.position()
    return timeline.cuts(basis=basis).asof.position


_Queue = asyncio.Queue[News | None]


class Newsroom:
    """Watches one log in one thread for all pages that are open, and rests while there are none.

    `check` raises `StoreError` while the store is not the one that is served.
    """

    def __init__(
        self, store: str, closing: asyncio.Event, check: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._check = check
        self._closing = closing
        self._end: asyncio.Task[None] | None = None
        self._readers: set[_Queue] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def full(self) -> bool:
        """Whether as many pages listen as may."""
        return len(self._readers) >= MOST

    async def stream(self, place: str | None, after: int | None) -> AsyncGenerator[bytes]:
        """Events on a place, or all; a beat while nothing comes.

        `after` is a position of the log, None for what is filed from now on.
        """
        queue: _Queue = asyncio.Queue()
        ready = self._listen(queue)
        try:
            yield b"retry: 2000\n\n"
            missed = [] if after is None else await asyncio.to_thread(self._missed, after, ready)
            after = after or 0
            for news in missed:
                after = news.position
                if news.concerns(place):
                    yield news.event()
            while not self._closing.is_set():
                try:
                    came = await asyncio.wait_for(queue.get(), _BEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if came is None:
                    return
                if came.position > after and came.concerns(place):
                    yield came.event()
        finally:
            self._leave(queue)

    async def _ended(self) -> None:
        """Once the server is to stop: streams end, and the thread that watches."""
        await self._closing.wait()
        self._stop.set()
        for queue in self._readers:
            queue.put_nowait(None)

    def _listen(self, queue: _Queue) -> threading.Event:
        self._loop = asyncio.get_running_loop()
        if self._end is None:
            self._end = self._loop.create_task(self._ended())
        with self._lock:
            self._readers.add(queue)
            if self._thread is None:
                self._stop, self._ready = threading.Event(), threading.Event()
                self._thread = threading.Thread(
                    target=self._watch, args=(self._stop, self._ready), name="news", daemon=True
                )
                self._thread.start()
            return self._ready

    def _leave(self, queue: _Queue) -> None:
        with self._lock:
            self._readers.discard(queue)
            if not self._readers and self._thread is not None:
                self._stop.set()
                self._thread = None

    def _missed(self, after: int, ready: threading.Event) -> list[News]:
        # What is filed after this has read is told only if the log is watched already.
        ready.wait(_READY_SECONDS)
        with Timeline(self._store, note=_log.warning) as timeline:
            head = timeline.log.head()
            start = max(after, head - _MISSED)
            news = _news(timeline, timeline.log.entries(start, _MISSED))
            if after < start:
                with timeline.reading():
                    redacted = timeline.index.redactions() > 0
                news.insert(0, _many(start, start - after, anew=redacted))
            return news

    def _watch(self, stop: threading.Event, ready: threading.Event) -> None:
        """Read the log's new rows until told to stop; trouble with the store is tried again."""
        position: int | None = None
        told = ""
        while not stop.is_set():
            try:
                self._check()
                with Timeline(self._store, note=_log.warning) as timeline:
                    position = timeline.log.head() if position is None else position
                    told = ""
                    ready.set()
                    for batch in _filed(timeline.log, position, stop):
                        self._tell(_news(timeline, batch))
                        position = batch[-1].position
            except TimelineError as error:
                if str(error) != told:  # once, however long it lasts
                    told = str(error)
                    _log.warning("no news for open pages: %s", told)
                stop.wait(_AGAIN_SECONDS)
            except Exception:  # noqa: BLE001 - without this thread no page is told of anything
                _log.exception("no news for open pages")
                stop.wait(_MUCH_LATER_SECONDS)

    def _tell(self, news: list[News]) -> None:
        if (loop := self._loop) is None:
            return
        with self._lock:
            readers = list(self._readers)
        try:
            for one in news:
                for queue in readers:
                    loop.call_soon_threadsafe(queue.put_nowait, one)
        except RuntimeError:
            if not loop.is_closed():  # between two of them, say, by a server that ends
                raise


def _filed(log: LogReader, position: int, stop: threading.Event) -> Iterator[list[Entry]]:
    """What is filed behind a position, in batches as it comes, until told to stop."""
    while not stop.is_set():
        if log.wait(position, _ROUND_SECONDS) > position:
            for batch in log.rows(position):
                yield batch
                position = batch[-1].position


def _news(timeline: Timeline, rows: Iterable[Entry]) -> list[News]:
    told = [entry for entry in rows if entry.topic in _TOLD]
    if len(told) > _EACH:
        anew = any(entry.topic == REDACTED for entry in told)
        return [_many(told[-1].position, len(told), anew=anew)]
    if not told:
        return []
    with timeline.reading() as reader:
        book, names = reader.book(), reader.party_names()
        return [_one(entry, timeline, book, names) for entry in told]


def _many(position: int, count: int, *, anew: bool) -> News:
    return News(position, "filed", f"{count:,} reports", "", "", None, anew)


def _one(entry: Entry, timeline: Timeline, book: Book, names: Mapping[str, str]) -> News:
    named = places_of(entry, timeline)
    if entry.topic == REDACTED:
        says = f"redacted: {', '.join(entry.fields)}"
        place = safe(name_of(named[-1], book)) if named else ""
        # For any page: that of a place below, or of a rival claim, may show the words too.
        return News(entry.position, "redacted", says, "", place, None, anew=True)
    places = frozenset({*named, *(upper for place in named for upper in above_all(place, book))})
    line = item(entry, timeline, book, names)
    return News(entry.position, line.what, line.says, line.party, line.place, places)
