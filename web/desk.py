"""Where questions are asked: threads with a handle each on one store."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, cast

from timeline.engine import Timeline
from timeline.errors import StoreError
from timeline.log.address import is_address
from web.limits import Limits
from web.room import Job, Room, TookTooLong

if TYPE_CHECKING:
    from datetime import tzinfo

    from starlette.requests import Request

T = TypeVar("T")
Question = Callable[[Timeline], T]

_log = logging.getLogger("timeline.web")
_AGAIN_SECONDS: Final = 0.05
_LAST_SECONDS: Final = 3.0
"""For questions to hear that they are to stop, once the desk closes."""


class Desk:
    """Asks questions of one store. Each thread opens the store once, for itself."""

    def __init__(self, store: str, limits: Limits) -> None:
        self.store = store
        self.limits = limits
        self._quick = Room("question", self.limits.threads, self.limits.waiting, in_turn=True)
        self._slow = Room("slow-question", self.limits.slow_threads, self.limits.slow_waiting)
        self._writing = Room("writing", 1, self.limits.slow_waiting)
        self._own = threading.local()
        self._opened: list[Timeline] = []
        self._jobs: set[Job] = set()
        self._stopping: set[asyncio.Task[None]] = set()
        self._zone: tzinfo | None = None
        self._file: tuple[int, int] | None = None

    @property
    def zone(self) -> tzinfo:
        """The zone of days without one; known once the desk is open."""
        if self._zone is None:
            raise RuntimeError("the desk is not open")
        return self._zone

    @property
    def busy(self) -> int:
        """Quick questions under way, or waiting for a thread."""
        return self._quick.busy

    async def open(self) -> None:
        """Open the store and bring its view up to date, however long that takes."""

        def ready(timeline: Timeline) -> tzinfo:
            with timeline.reading():
                return timeline.zone

        self._zone = await self.ask(ready, seconds=86_400)

    async def ask(
        self,
        question: Question[T],
        *,
        slow: bool = False,
        seconds: float | None = None,
        place: str | None = None,
    ) -> T:
        """The answer to a question, asked in a thread; within its time.

        One about the situation of a `place` is asked on the spot where that takes but a moment: to
        wake a thread, and to be woken by it, takes a third as long as the question.
        Raises `TooBusy`, `TookTooLong`, and what the question raises.
        """
        if place is not None and not is_address(self.store):  # a server is not even opened here
            timeline = self._timeline()
            with timeline.at_hand(place) as told:
                if told:
                    return question(timeline)
        job = self.job(slow=slow, seconds=seconds)
        future = self.begin(job, question, slow=slow)
        try:
            async with asyncio.timeout(job.seconds):
                return await future
        except TimeoutError:
            raise TookTooLong(job.seconds) from None
        finally:
            if not future.done() or future.cancelled():
                self.stop(job)

    async def write(self, change: Question[T]) -> T:
        """What a change of the log came to; one at a time, and each to its end."""
        running = self._writing.begin(lambda: change(self._timeline()))
        # Whoever no longer waits does not stop it half way.
        return await asyncio.shield(asyncio.wrap_future(running))

    def job(self, *, slow: bool = False, seconds: float | None = None) -> Job:
        """What a question is stopped by."""
        usual = self.limits.slow_seconds if slow else self.limits.seconds
        return Job(usual if seconds is None else seconds)

    def begin(self, job: Job, question: Question[T], *, slow: bool = False) -> asyncio.Future[T]:
        """Begin to ask a question in a thread; raises `TooBusy`."""
        room = self._slow if slow else self._quick
        return asyncio.wrap_future(room.begin(lambda: self._asked(job, question)))

    def stop(self, job: Job) -> None:
        """Stop a question that nobody waits for any more."""

        async def until_it_hears() -> None:
            while job.stop():
                await asyncio.sleep(_AGAIN_SECONDS)

        task = asyncio.get_running_loop().create_task(until_it_hears())
        self._stopping.add(task)
        task.add_done_callback(self._stopping.discard)

    def close(self) -> None:
        """Stop what is asked, see what is written to its end, and let go of the store."""
        for room in (self._quick, self._slow):
            room.close(wait=False)
        self._writing.close(wait=True)
        until = time.monotonic() + _LAST_SECONDS
        while self._jobs and time.monotonic() < until:
            for job in self._jobs.copy():
                job.stop()
            time.sleep(_AGAIN_SECONDS)
        if not self._jobs:
            for timeline in self._opened:
                timeline.close()

    def _asked(self, job: Job, question: Question[T]) -> T:
        self._jobs.add(job)
        try:
            return job.run(self._timeline(), question)
        except TookTooLong:
            self._drop()  # it may have been stopped between two statements that belong together
            raise
        finally:
            self._jobs.discard(job)

    def _drop(self) -> None:
        """Let go of the handle of this thread; its next question opens another."""
        found: Timeline | None = self._own.__dict__.pop("timeline", None)
        if found is not None:
            self._opened.remove(found)
            found.close()

    def check(self) -> None:
        """Raise `StoreError` once another file lies where the store was, or none.

        To open that one beside what is open of this one would mix the two.
        """
        if is_address(self.store):
            return
        try:
            found = Path(self.store).stat()
        except OSError:
            if self._file is None:  # which opening it will tell
                return
            raise StoreError(f"{self.store} is gone; put it back, or serve another") from None
        file = found.st_dev, found.st_ino
        if self._file is None:
            self._file = file
        elif file != self._file:
            raise StoreError(f"{self.store} is another file by now; start the server again")

    def _timeline(self) -> Timeline:
        """The handle of this thread."""
        self.check()
        found: Timeline | None = getattr(self._own, "timeline", None)
        if found is None:
            found = self._own.timeline = Timeline(self.store, note=_log.warning)
            self._opened.append(found)
        return found


def desk_of(request: Request) -> Desk:
    """The desk of the application that a request is for."""
    return cast("Desk", request.app.state.desk)
