"""The budget all requests share: how many are in flight, how many bytes are half received.

Both are counters on the event loop. There is no queue of requests: what does not fit is told to
come again (503), since a sender's retry costs less than an unbounded wait here.
"""

from __future__ import annotations

from types import TracebackType


class Budget:
    __slots__ = ("_max_upload_bytes", "requests", "upload_bytes")

    def __init__(self, *, upload_bytes: int) -> None:
        self._max_upload_bytes = upload_bytes
        self.requests = 0
        self.upload_bytes = 0

    def enter(self, most: int) -> bool:
        """Take a place for one request; False when `most` are taken."""
        if self.requests >= most:
            return False
        self.requests += 1
        return True

    def leave(self) -> None:
        self.requests -= 1

    def reserve(self, size: int) -> bool:
        """Take `size` bytes for a body that is being received; False when they do not fit."""
        if self.upload_bytes + size > self._max_upload_bytes:
            return False
        self.upload_bytes += size
        return True

    def release(self, size: int) -> None:
        self.upload_bytes -= size


class Reservation:
    """The bytes of one body, given back at the end of a `with` block."""

    __slots__ = ("_budget", "_size")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._size = 0

    def grow(self, size: int) -> bool:
        """Take `size` bytes more; False when they do not fit."""
        if not self._budget.reserve(size):
            return False
        self._size += size
        return True

    def __enter__(self) -> Reservation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._budget.release(self._size)
