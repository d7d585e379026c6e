"""The budget all requests share: how many are in flight, how many bytes are half received.

Both are counters on the event loop. There is no queue of requests: what does not fit is told to
come again (503), since a sender's retry costs less than an unbounded wait here.
"""

from __future__ import annotations


class Budget:
    __slots__ = ("_max_requests", "_max_upload_bytes", "requests", "upload_bytes")

    def __init__(self, *, requests: int, upload_bytes: int) -> None:
        self._max_requests = requests
        self._max_upload_bytes = upload_bytes
        self.requests = 0
        self.upload_bytes = 0

    def enter(self) -> bool:
        """Take a place for one request; False when all are taken."""
        if self.requests >= self._max_requests:
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
