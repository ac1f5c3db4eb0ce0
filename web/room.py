"""Questions under way: each with a deadline, in a room of threads that takes only so many."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from timeline.engine import Timeline

T = TypeVar("T")

_PATIENCE_SECONDS: Final = 0.1


class TooBusy(Exception):
    """As many questions as the server takes on are waiting already."""


class TookTooLong(Exception):
    """A question was not answered by its deadline."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not answered within {seconds:g} seconds")


class Job:
    """One question under way; `over` once its deadline has passed or nobody waits any more."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._stopped = threading.Event()
        self._timeline: Timeline | None = None
        self._lock = threading.Lock()

    @property
    def over(self) -> bool:
        """Whether to stop."""
        return self._stopped.is_set() or self.left() < 0

    def left(self) -> float:
        """Seconds until the deadline."""
        return self._deadline - time.monotonic()

    def run(self, timeline: Timeline, question: Callable[[Timeline], T]) -> T:
        """Ask, unless it is too late already; raises `TookTooLong` where it was stopped."""
        with self._lock:
            if self.over:
                raise TookTooLong(self.seconds)
            self._timeline = timeline
        try:
            return question(timeline)
        except sqlite3.OperationalError:
            if self.over:
                raise TookTooLong(self.seconds) from None
            raise
        finally:
            with self._lock:
                self._timeline = None

    def stop(self) -> bool:
        """Have the question stop at its statement of the moment; whether it is being asked.

        Between two statements it does not hear, and has to be told again.
        """
        self._stopped.set()
        with self._lock:  # so that the next question of that thread is left alone
            if self._timeline is not None:
                self._timeline.interrupt()
            return self._timeline is not None


class Room:
    """Threads for one sort of question, of which at most so many are under way or wait.

    Whoever came first is next. `in_turn` they are asked one at a time, unless one takes its time,
    which the next one then passes: threads that all have work keep each other waiting for the
    interpreter, and two answer half as many questions as one.
    """

    def __init__(self, name: str, threads: int, most: int, *, in_turn: bool = False) -> None:
        self._pool = ThreadPoolExecutor(threads, name)
        self._most = most
        self._in_turn = in_turn
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._turn = threading.Lock()
        self._begun = 0
        self.busy = 0
        """Questions under way, or waiting for a thread."""

    def begin(self, ask: Callable[[], T]) -> Future[T]:
        """Ask in a thread; raises `TooBusy`."""
        with self._lock:
            if self.busy >= self._most:
                raise TooBusy
            self.busy += 1
        asked: Future[T] = Future()
        # Of the thread, not of who waits: what was given up still takes a thread.
        asked.add_done_callback(self._done)
        self._waiting.append((asked, ask))
        self._pool.submit(self._next)
        return asked

    def close(self, *, wait: bool) -> None:
        """Take no more; what waits is dropped, and what is under way is waited for, or not."""
        for asked, _ in list(self._waiting):
            asked.cancel()
        self._pool.shutdown(wait=wait, cancel_futures=True)

    def _next(self) -> None:
        """Ask what has waited longest, chosen when it is the turn of a thread that is awake."""
        turn = self._own_turn() if self._in_turn else None
        try:
            asked, ask = self._waiting.popleft()
            if asked.set_running_or_notify_cancel():
                try:
                    asked.set_result(ask())
                except BaseException as error:  # noqa: BLE001 -- raised again where it is awaited
                    asked.set_exception(error)
        finally:
            if turn is not None:
                turn.release()

    def _own_turn(self) -> threading.Lock:
        """Wait for the turn, or begin another beside one whose question takes its time."""
        while True:
            turn, begun = self._turn, self._begun
            came = turn.acquire(timeout=_PATIENCE_SECONDS)
            with self._lock:
                if came and turn is self._turn:
                    self._begun += 1
                    return turn
                if not came and begun == self._begun:
                    self._turn = threading.Lock()
                    self._turn.acquire()
                    self._begun += 1
                    return self._turn
            if came:  # others have begun another meanwhile
                turn.release()

    def _done(self, _: object) -> None:
        with self._lock:
            self.busy -= 1
