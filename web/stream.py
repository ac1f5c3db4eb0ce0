"""Long answers: written by a thread as fast as it can, read by the client as fast as it will."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from contextlib import aclosing, suppress
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final, cast

from starlette.responses import StreamingResponse

from timeline.errors import TimelineError
from timeline.safe import safe
from timeline.scratch import unwritten
from web.room import TookTooLong

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from timeline.engine import Timeline
    from web.desk import Desk
    from web.room import Job

WHOLE: Final = 1 << 20
"""Bytes up to which an answer is sent as a whole, with its tag."""
_CHUNK: Final = 1 << 16

_log = logging.getLogger("timeline.web")

Produced = tuple[str | None, Iterable[bytes]]


class InParts(StreamingResponse):
    """An answer whose parts are let go of with it: where the client leaves while one is sent, the
    framework would leave them to the collector of waste.
    """

    def __init__(
        self, parts: AsyncGenerator[bytes], headers: Mapping[str, str], media: str
    ) -> None:
        super().__init__(parts, 200, headers, media)
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the parts, as far as the client takes them."""
        async with aclosing(self._parts):
            try:
                await super().__call__(scope, receive, send)
            except (TimelineError, TookTooLong, TooLong) as error:
                _log.error("%s broke off: %s", safe(scope["path"]), error)
                raise BrokeOff from None


class BrokeOff(Exception):
    """An answer that ends before its end, which is told already: its connection is to be closed."""


class TooLong(Exception):
    """An answer of more bytes than the server gives out."""


class Stream:
    """The bytes of one answer. What is not read yet waits in a file, so that no client, however
    slow, keeps a thread or a snapshot of the store.
    """

    def __init__(self, desk: Desk) -> None:
        self.basis: str | None = None
        self._desk = desk
        self._job: Job = desk.job(slow=True)
        self._file = SpooledTemporaryFile[bytes](max_size=2 * WHOLE)
        self._lock = threading.Lock()
        self._written = self._read = 0
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._future: asyncio.Future[None] | None = None

    async def begin(self, produce: Callable[[Timeline], Produced]) -> bytes | None:
        """Begin to produce; the whole answer if it is short, else None once some is there.

        Raises what the question raises before that much is written.
        """
        self._future = self._desk.begin(
            self._job, lambda timeline: self._write(timeline, produce), slow=True
        )
        self._future.add_done_callback(self._ended)
        try:
            while not self._future.done() and self._written <= WHOLE:
                await self._wait()
            if self._future.done():
                self._future.result()
        except BaseException:
            self.close()
            raise
        if self._future.done() and self._written <= WHOLE:
            content = self._take(WHOLE)
            self.close()
            return content
        return None

    async def parts(self) -> AsyncGenerator[bytes]:
        """The bytes, as they come; raises where the answer broke off."""
        future = cast("asyncio.Future[None]", self._future)
        try:
            while True:
                ended = future.done()
                if part := self._take(_CHUNK):
                    yield part
                    # Sending waits only for a client that is behind: others have their turn here,
                    # and it comes out that one has left.
                    await asyncio.sleep(0)
                elif ended:
                    future.result()
                    return
                else:
                    await self._wait()
        finally:
            self.close()

    def close(self) -> None:
        """Stop producing, and let go of what was not read."""
        if self._future is not None and not self._future.done():
            self._desk.stop(self._job)
        with self._lock:
            self._file.close()

    def _ended(self, future: asyncio.Future[None]) -> None:
        if not future.cancelled():
            future.exception()  # looked at: else that of an answer nobody waits for is logged
        self._news.set()

    async def _wait(self) -> None:
        left = self._job.left()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), max(left, 0))
        self._news.clear()
        if self._job.over:
            raise TookTooLong(self._job.seconds)

    def _write(self, timeline: Timeline, produce: Callable[[Timeline], Produced]) -> None:
        buffer = bytearray()
        with timeline.reading():  # else what others file meanwhile came into it
            self.basis, parts = produce(timeline)
            try:
                for part in parts:
                    buffer += part
                    if len(buffer) >= _CHUNK:
                        self._flush(buffer)
            finally:  # its temporary database can be closed by this thread alone
                if isinstance(parts, Generator):
                    parts.close()
        self._flush(buffer)

    def _flush(self, buffer: bytearray) -> None:
        if self._job.over:
            raise TookTooLong(self._job.seconds)
        with self._lock:
            if self._file.closed:
                raise TookTooLong(self._job.seconds)
            try:
                self._file.seek(self._written)
                self._file.write(buffer)
            except OSError as error:
                raise unwritten(error.strerror) from error
            self._written += len(buffer)
        buffer.clear()
        if self._written > self._desk.limits.answer:
            raise TooLong(f"it has over {self._desk.limits.answer:,} bytes")
        self._loop.call_soon_threadsafe(self._news.set)

    def _take(self, most: int) -> bytes:
        with self._lock:
            if self._read >= self._written:
                return b""
            self._file.seek(self._read)
            part = self._file.read(most)
        self._read += len(part)
        return part
