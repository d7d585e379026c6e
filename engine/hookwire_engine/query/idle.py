"""Idle sessions give their cursors back.

A cursor takes some 20 KB, and more for each system relation that has been read with it; to open one
anew takes less than half a millisecond. It is closed and never lent to another session: what a
session has set, registered or made on it can thus not be seen by another.
"""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from hookwire_engine.query.session import Session

MANY = 100
"""So many cursors at once are worth asking the allocator to give memory back to the system."""

SWEEP_SECONDS = 2.0
"""A session that ran nothing between two sweeps gives its cursor back."""


class IdleCursors:
    """For the loop; `run` takes what blocks to a worker."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sessions: Callable[[], Sequence[Session]],
        run: Callable[..., Awaitable[None]],
    ) -> None:
        self._loop = loop
        self._sessions = sessions
        self._run = run
        self._closing: asyncio.Future[None] | None = None
        self._timer = loop.call_later(SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        self._timer = self._loop.call_later(SWEEP_SECONDS, self._sweep)
        if self._closing is not None and not self._closing.done():
            return
        given = [cursor for session in self._sessions() if (cursor := session.give_back())]
        if given:
            self._closing = asyncio.ensure_future(self._run(_close, given))

    async def stop(self) -> None:
        self._timer.cancel()
        if self._closing is not None:
            await self._closing


def _close(cursors: Sequence[Any]) -> None:
    """Worker."""
    for cursor in cursors:
        cursor.close()
    if len(cursors) >= MANY:
        _return_free_memory()


def _return_free_memory() -> None:
    """Arrow and glibc keep what was freed between things that live on, until they are asked."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
