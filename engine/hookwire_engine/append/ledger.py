"""What happened to requests that were not stored: hookwire.webhook_rejections.

Kept in memory, bounded by rows and bytes, gone after a restart. When it is full, the source that
holds more than its share loses its oldest rows, so that a flood of one pushes out its own. What is
kept has been masked on the way in (masking.py): no credential is here to leak.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from hookwire_engine.append.masking import masked_body, masked_headers, masked_query

MAX_ROWS = 10_000
MAX_BYTES = 64 * 1024 * 1024
BODY_PREFIX_BYTES = 2048
HEADERS_BYTES = 8192
PATH_BYTES = 2048
ROW_BYTES = 512
"""What a row takes beside its texts, roughly."""

NO_SOURCE = 0
"""Where requests are kept that reached no source; ids of sources start at 1."""

SAMPLED = frozenset({"RATE_LIMITED", "OVERLOADED", "PAUSED", "DRAINING"})
SAMPLE_US = 1_000_000
"""Floods are made of these causes: of each, a source keeps one row a second."""


ROWS_A_SECOND = 100
"""Of one source; masking a row takes about 0.15 ms, which a flood of refusals must not cost."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request and its answer, as the door had them. `body` is what was read of it."""

    received_at_us: int
    status: int
    method: str = "POST"
    path: str = "/"
    query: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    remote_address: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row of hookwire.webhook_rejections. `source_id` is NO_SOURCE if none was found."""

    id: int
    source_id: int
    received_at_us: int
    cause: str
    status: int
    method: str
    path: str
    query: str | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    remote_address: str | None
    size: int


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What became of a source's requests since the server started; times are in seconds."""

    accepted: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    p50: float | None = None
    p99: float | None = None


@dataclass(slots=True)
class _Share:
    rows: deque[Rejection] = field(default_factory=deque)
    size: int = 0


class Ledger:
    """Written on the event loop, read on any thread."""

    def __init__(self, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._shares: dict[int, _Share] = {}
        self._sampled: dict[tuple[int, str], int] = {}
        self._windows: dict[int, tuple[int, int]] = {}
        self._rows = self._size = self._last_id = 0

    def refused(self, source_id: int, cause: str, refusal: Refused) -> None:
        """Keep a masked row of it, unless a flood of such was kept just now."""
        if cause in SAMPLED:
            last = self._sampled.get((source_id, cause))
            if last is not None and 0 <= refusal.received_at_us - last < SAMPLE_US:
                return
            self._sampled[source_id, cause] = refusal.received_at_us
        elif self._floods(source_id, refusal.received_at_us // 1_000_000):
            return
        with self._lock:
            self._last_id = max(self._last_id + 1, refusal.received_at_us)
            self._add(_masked(self._last_id, source_id, cause, refusal))

    def _floods(self, source_id: int, second: int) -> bool:
        begun, kept = self._windows.get(source_id, (second, 0))
        if begun != second:
            kept = 0
        if kept >= ROWS_A_SECOND:
            return True
        self._windows[source_id] = second, kept + 1
        return False

    def rejections(self) -> list[Rejection]:
        """All rows, oldest first."""
        with self._lock:
            found = [row for share in self._shares.values() for row in share.rows]
        return sorted(found, key=attrgetter("id"))

    def resize(self, max_rows: int, max_bytes: int) -> None:
        with self._lock:
            self.max_rows, self.max_bytes = max_rows, max_bytes
            self._shrink(NO_SOURCE)

    def keep_only(self, source_ids: Collection[int]) -> None:
        """Forget sources that have been dropped."""
        with self._lock:
            for gone in self._shares.keys() - set(source_ids) - {NO_SOURCE}:
                share = self._shares.pop(gone)
                self._rows -= len(share.rows)
                self._size -= share.size
        for key in [k for k in self._sampled if k[0] and k[0] not in source_ids]:
            del self._sampled[key]
        for gone in self._windows.keys() - set(source_ids) - {NO_SOURCE}:
            del self._windows[gone]

    def _add(self, row: Rejection) -> None:
        share = self._shares.setdefault(row.source_id, _Share())
        share.rows.append(row)
        share.size += row.size
        self._rows += 1
        self._size += row.size
        self._shrink(row.source_id)

    def _shrink(self, source_id: int) -> None:
        while self._rows > self.max_rows:
            self._evict(source_id, by_rows=True)
        while self._size > self.max_bytes and self._rows:
            self._evict(source_id, by_rows=False)

    def _evict(self, source_id: int, *, by_rows: bool) -> None:
        """Drop the oldest row of `source_id` if it is over its share, else of the largest."""
        bound = (self.max_rows if by_rows else self.max_bytes) / len(self._shares)
        share = self._shares.get(source_id)
        if share is None or (len(share.rows) if by_rows else share.size) <= bound:
            source_id, share = max(
                self._shares.items(),
                key=lambda found: len(found[1].rows) if by_rows else found[1].size,
            )
        row = share.rows.popleft()
        share.size -= row.size
        self._rows -= 1
        self._size -= row.size
        if not share.rows:
            del self._shares[source_id]


def _masked(number: int, source_id: int, cause: str, refusal: Refused) -> Rejection:
    headers = _bounded(masked_headers(refusal.headers))
    path = refusal.path[:PATH_BYTES]
    query = masked_query(refusal.query)
    query = None if query is None else query[:PATH_BYTES]
    body = masked_body(refusal.body[:BODY_PREFIX_BYTES])[:BODY_PREFIX_BYTES]
    size = ROW_BYTES + len(path) + len(query or "") + len(body)
    size += sum(len(name) + len(value) for name, value in headers)
    return Rejection(
        number, source_id, refusal.received_at_us, cause, refusal.status, refusal.method[:32],
        path, query, headers, body, refusal.remote_address, size,
    )  # fmt: skip


def _bounded(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The first headers, up to HEADERS_BYTES."""
    size = 0
    for kept, (name, value) in enumerate(headers):
        size += len(name) + len(value)
        if size > HEADERS_BYTES:
            return headers[:kept]
    return headers
