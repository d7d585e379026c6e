"""The read barrier: a SELECT that starts after a 200 sees the row.

The journal's thread notes for each source the last position made durable, before anybody is told
so. A reader compares that with the applied position, and waits on the event loop if it is behind.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable

from hookwire_catalog.errors import StorageFault


class Barrier:
    """`note` runs on the journal's thread, `reached` and `fail` on the applier's, the rest on the
    loop. `demand` asks the applier not to linger."""

    def __init__(self, loop: asyncio.AbstractEventLoop, demand: Callable[[], None]) -> None:
        self._loop = loop
        self._demand = demand
        self._lock = threading.Lock()
        self._last: dict[int, int] = {}
        self._applied = 0
        self._waiters: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def start_at(self, applied_position: int) -> None:
        self._applied = applied_position

    def note(self, source_id: int, position: int) -> None:
        self._last[source_id] = position

    def forget(self, source_id: int) -> None:
        self._last.pop(source_id, None)

    def reached(self, position: int) -> None:
        with self._lock:
            self._applied = position
            due = bool(self._waiters) and self._waiters[0][0] <= position
        if due:
            self._loop.call_soon_threadsafe(self._release, position)

    def is_passed(self, sources: frozenset[int] | None) -> bool:
        """Whether everything journaled so far for `sources` (None: all) is applied."""
        return self._wanted(sources) <= self._applied

    async def wait(self, sources: frozenset[int] | None) -> None:
        """Until everything journaled so far is applied; only `sources`, or all with None."""
        wanted = self._wanted(sources)
        if wanted <= self._applied:
            return
        future: asyncio.Future[None] = self._loop.create_future()
        with self._lock:
            heapq.heappush(self._waiters, (wanted, next(self._order), future))
            late = wanted <= self._applied
        if late:
            self._release(wanted)
        self._demand()
        await future

    def fail(self, reason: str) -> None:
        """Rows cannot be applied now: tell the readers who wait instead of letting them hang."""
        self._loop.call_soon_threadsafe(self._refuse, reason)

    def _refuse(self, reason: str) -> None:
        with self._lock:
            waiters, self._waiters = self._waiters, []
        for _, _, future in waiters:
            if not future.done():
                future.set_exception(StorageFault(reason))

    def _wanted(self, sources: frozenset[int] | None) -> int:
        ids = tuple(self._last) if sources is None else sources
        return max((self._last.get(source_id, 0) for source_id in ids), default=0)

    def _release(self, position: int) -> None:
        with self._lock:
            due = []
            while self._waiters and self._waiters[0][0] <= position:
                due.append(heapq.heappop(self._waiters)[2])
        for future in due:
            if not future.done():
                future.set_result(None)
