"""Cancel and statement_timeout: what is running, and how it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from hookwire_catalog.errors import LockNotAvailable, QueryCanceled, SqlError

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_AGAIN_S = 0.05

BY_USER = "canceling statement due to user request"
BY_TIMEOUT = "canceling statement due to statement timeout"
BY_LOCK_TIMEOUT = "canceling statement due to lock timeout"


class Interrupts:
    """One statement at a time, all on the loop. `stop_worker` interrupts a call on a worker."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stop_worker: Callable[[], None]) -> None:
        self._loop = loop
        self._stop_worker = stop_worker
        self._reason: str | None = None
        self._working = False
        self._waiting: asyncio.Future[object] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, timeout_s: float) -> None:
        """A statement starts; 0 is no timeout."""
        self.end()
        self._reason = None
        if timeout_s:
            self._timer = self._loop.call_later(timeout_s, self.interrupt, BY_TIMEOUT)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def interrupt(self, reason: str = BY_USER) -> None:
        self._reason = self._reason or reason
        self._stop_working()
        if self._waiting is not None:
            self._waiting.cancel()

    def _stop_working(self) -> None:
        """DuckDB forgets an interrupt that comes before its query has begun: so it is repeated."""
        if self._working and self._reason is not None:
            self._stop_worker()
            self._loop.call_later(_AGAIN_S, self._stop_working)

    def asked(self) -> bool:
        """Whether the statement has been asked to stop. Any thread."""
        return self._reason is not None

    def check(self) -> None:
        """Raises QueryCanceled if the statement has been asked to stop."""
        if self._reason is not None:
            raise self._canceled()

    def _canceled(self) -> SqlError:
        reason, self._reason = self._reason, None
        if reason == BY_LOCK_TIMEOUT:
            return LockNotAvailable(reason)
        return QueryCanceled(reason or BY_USER)

    @contextmanager
    def working(self) -> Iterator[None]:
        """A worker is busy; a QueryCanceled that it raises gets the reason's words."""
        self.check()
        self._working = True
        try:
            yield
        except QueryCanceled:
            raise self._canceled() from None
        finally:
            self._working = False

    async def wait(self, awaitable: Awaitable[T], timeout_s: float = 0) -> T:
        """Wait for something on the loop; raises QueryCanceled or, after `timeout_s`,
        LockNotAvailable."""
        self.check()
        waiting = asyncio.ensure_future(awaitable)
        self._waiting = waiting  # type: ignore[assignment]
        timer = None
        if timeout_s:
            timer = self._loop.call_later(timeout_s, self.interrupt, BY_LOCK_TIMEOUT)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._reason is None:
                raise
            raise self._canceled() from None
        finally:
            self._waiting = None
            if timer is not None:
                timer.cancel()
