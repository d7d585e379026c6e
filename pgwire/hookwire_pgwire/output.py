"""The way to the client: replies are collected, sent in bounded pieces, and wait for its pace.

PostgreSQL flushes at Flush, at ReadyForQuery and after an error; so do we, and rows go as soon as
there are enough for a piece.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hookwire_pgwire.faults import ClientGoneError

PIECE_BYTES = 256 * 1024
"""How much is handed to the transport before its buffer is looked at again."""


class Output:
    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._write: Callable[[bytes | memoryview], None] = transport.write
        self._loop = loop
        self._pending: list[bytes | memoryview] = []
        self._size = 0
        self._paused = False
        self._lost = False
        self._waiter: asyncio.Future[None] | None = None

    def through(self, write: Callable[[bytes | memoryview], None]) -> None:
        """From now on write by way of TLS."""
        self._write = write

    def send(self, data: bytes | memoryview) -> None:
        """Collect a reply; it goes out with the next flush, or when much has been collected."""
        self._pending.append(data)
        self._size += len(data)
        if self._size > PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        if not self._pending:
            return
        pending, self._pending, self._size = self._pending, [], 0
        if not self._lost:
            self._write(pending[0] if len(pending) == 1 else b"".join(pending))

    async def send_rows(self, data: bytes | memoryview) -> None:
        """Send much: never more than a piece waits in the transport. Raises ClientGoneError."""
        if len(data) <= PIECE_BYTES:
            self.send(data)
            return
        self.flush()
        view = memoryview(data)
        for start in range(0, len(data), PIECE_BYTES):
            await self.drain()
            self._write(view[start : start + PIECE_BYTES])

    async def drain(self) -> None:
        """Wait until the client has taken enough. Raises ClientGoneError."""
        while self._paused and not self._lost:
            self._waiter = self._loop.create_future()
            await self._waiter
        if self._lost:
            raise ClientGoneError

    @property
    def paused(self) -> bool:
        """Whether the client does not take what it has been sent."""
        return self._paused

    # What the transport tells us.

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self._wake()

    def lost(self) -> None:
        self._lost = True
        self._pending, self._size = [], 0
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
