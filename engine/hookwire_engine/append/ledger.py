"""What happened to requests that were not stored: hookwire.webhook_rejections.

Kept in memory, bounded by rows and bytes, gone after a restart. Rows are masked on the way in
(masking.py): no credential is in them to leak. Of the newest that a validation refused, the
requests are kept as well, as they came, for replay.py to judge again; nothing else may read them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from hookwire_engine.append.intake import Intake
from hookwire_engine.append.masking import masked_body, masked_headers, masked_query
from hookwire_engine.append.request import WebhookRequest
from hookwire_engine.append.ring import Ring
from hookwire_engine.append.system import LIMITS

BODY_PREFIX_BYTES = 2048
HEADERS_BYTES = 8192
PATH_BYTES = 2048
ROW_BYTES = 512
"""What a row takes beside its texts, roughly."""

MAX_REQUESTS = 1_000
MAX_REQUESTS_BYTES = 16 * 1024 * 1024
MAX_REQUEST_BYTES = 1024 * 1024
"""A larger request is not kept: it would push out many."""

JUDGED = frozenset({"VALIDATION_FAILED", "STALE_TIMESTAMP", "REPEATED_HEADER"})
"""What a source's validation says, of a request that has been read to its end."""

NO_SOURCE = 0
"""Where requests are kept that reached no source; ids of sources start at 1."""

SAMPLED = frozenset({"RATE_LIMITED", "OVERLOADED", "PAUSED", "DRAINING"})
SAMPLE_US = 1_000_000
"""Floods are made of these causes: of each, a source keeps one row a second."""


ROWS_A_SECOND = 100
"""Of one source; masking a row takes about 0.15 ms, which a flood of refusals must not cost."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request and its answer, as the door had them. `body` is what was read of it; `request` is
    what was judged."""

    received_at_us: int
    status: int
    method: str = "POST"
    path: str = "/"
    query: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    remote_address: str | None = None
    request: WebhookRequest | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """A refused request as it came, under the id of its row."""

    id: int
    source_id: int
    size: int
    request: WebhookRequest = field(repr=False)


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


class Ledger:
    """Written on the event loop, read on any thread. `intake_of` gives a source as it is now."""

    def __init__(
        self,
        max_rows: int = LIMITS.rejections_max_rows,
        max_bytes: int = LIMITS.rejections_max_bytes,
        intake_of: Callable[[int], Intake | None] = lambda source_id: None,
    ) -> None:
        self.intake_of = intake_of
        self._lock = threading.Lock()
        self._rows: Ring[Rejection] = Ring(max_rows, max_bytes)
        self._requests: Ring[Kept] = Ring(MAX_REQUESTS, MAX_REQUESTS_BYTES)
        self._sampled: dict[tuple[int, str], int] = {}
        self._windows: dict[int, tuple[int, int]] = {}
        self._last_id = 0

    def refused(self, source_id: int, cause: str, refusal: Refused) -> None:
        """Keep a masked row of it, unless a flood of such was kept just now or its source says
        on_reject = 'drop'."""
        intake = self.intake_of(source_id)
        if intake is not None and intake.on_reject == "drop":
            return
        if cause in SAMPLED:
            last = self._sampled.get((source_id, cause))
            if last is not None and 0 <= refusal.received_at_us - last < SAMPLE_US:
                return
            self._sampled[source_id, cause] = refusal.received_at_us
        elif self._floods(source_id, refusal.received_at_us // 1_000_000):
            return
        with self._lock:
            self._last_id = max(self._last_id + 1, refusal.received_at_us)
            self._rows.add(_masked(self._last_id, source_id, cause, refusal, intake))
            if refusal.request is not None and cause in JUDGED:
                self._keep(source_id, refusal.request)

    def _keep(self, source_id: int, request: WebhookRequest) -> None:
        size = ROW_BYTES + len(request.body) + len(request.path) + len(request.query or "")
        size += sum(len(name) + len(value) for name, value in request.headers)
        if size <= MAX_REQUEST_BYTES:
            self._requests.add(Kept(self._last_id, source_id, size, request))

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
            return self._rows.sorted()

    def requests(self) -> list[Kept]:
        """The requests that are kept, oldest first; each has a row."""
        with self._lock:
            rows = {row.id for row in self._rows.sorted()}
            return [kept for kept in self._requests.sorted() if kept.id in rows]

    def resize(self, max_rows: int, max_bytes: int) -> None:
        """The bounds of the rows; there are never more requests than rows."""
        with self._lock:
            self._rows.resize(max_rows, max_bytes)
            self._requests.resize(min(max_rows, MAX_REQUESTS), min(max_bytes, MAX_REQUESTS_BYTES))

    def keep_only(self, source_ids: Collection[int]) -> None:
        """Forget sources that have been dropped."""
        live = {NO_SOURCE, *source_ids}
        with self._lock:
            self._rows.keep_only(live)
            self._requests.keep_only(live)
        for key in [k for k in self._sampled if k[0] not in live]:
            del self._sampled[key]
        for gone in self._windows.keys() - live:
            del self._windows[gone]


def _masked(
    number: int, source_id: int, cause: str, refusal: Refused, intake: Intake | None
) -> Rejection:
    reads = frozenset[str]() if intake is None else intake.reads
    headers = _bounded(masked_headers(refusal.headers, reads))
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
