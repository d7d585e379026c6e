"""Group commit: a queue of tickets, and the one thread that makes them durable.

The thread takes all tickets that wait, writes them in one go, reports them in one call, and looks
again. There is no linger: while one batch is being synced, the next one gathers by itself.

Two bounds keep memory and disk: on the bytes that are not durable yet, and on what is durable but
has not been applied, which the log knows. Beyond either a ticket is refused; the sender comes back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from hookwire_catalog.errors import CannotConnectNow, InsufficientResources, SqlError, StorageFault
from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.frame import ENTRY_OVERHEAD
from hookwire_engine.append.log import JournalFailed

log = logging.getLogger("hookwire.journal")

MAX_BATCH_BYTES = 8 * 1024 * 1024
"""What waits beyond this is left for the next batch; a single ticket may be larger."""


class BatchStatistics(NamedTuple):
    """One write of the journal: how much, and how long write and fdatasync took together."""

    tickets: int
    rows: int
    bytes: int
    seconds: float


OnDurable = Callable[[Sequence[Ticket], SqlError | None, BatchStatistics], None]
"""Called on the journal's thread once a batch: with None when it is durable, with the error when
it is not. It must not block; what it raises is logged and goes no further."""


class GroupCommit:
    """`write` makes a batch durable or raises SqlError; after JournalFailed nothing is accepted."""

    def __init__(
        self,
        write: Callable[[Sequence[Ticket]], None],
        *,
        queue_bytes: int,
        is_behind: Callable[[], bool],
        on_durable: OnDurable,
    ) -> None:
        self._write = write
        self._on_durable = on_durable
        self._limit = queue_bytes
        self._is_behind = is_behind
        self._lock = threading.Lock()
        self._work = threading.Lock()
        self._work.acquire()
        self._idle = False
        self._closing = False
        self._failure: str | None = None
        self._waiting: list[Ticket] = []
        self._queued_bytes = 0
        self._rows = 0
        self._thread = threading.Thread(target=self._run, name="hookwire-journal", daemon=True)
        self._thread.start()

    @property
    def queued_bytes(self) -> int:
        """Of tickets that are not durable yet."""
        return self._queued_bytes

    @property
    def rows(self) -> int:
        """Made durable since the start."""
        return self._rows

    @property
    def failure(self) -> str | None:
        """Why nothing is accepted any more, for good; None when all is well."""
        return self._failure

    def limit_queue(self, queue_bytes: int) -> None:
        """From the next ticket on; what is queued already stays. Any thread."""
        self._limit = queue_bytes

    def append(self, ticket: Ticket) -> None:
        """Queue a ticket; never waits for the disk. Any thread.

        Raises InsufficientResources when the queue is full or applying is behind, StorageFault
        after a failure, CannotConnectNow after `close`.
        """
        size = len(ticket.payload) + ENTRY_OVERHEAD
        with self._lock:
            if self._failure is not None or self._closing:
                raise self._refusal()
            if self._queued_bytes + size > self._limit:
                raise InsufficientResources("the queue of webhook requests is full")
            if self._is_behind():
                raise InsufficientResources("too many webhook requests wait to be stored")
            self._queued_bytes += size
            self._waiting.append(ticket)
            if self._idle:
                self._idle = False
                self._work.release()

    def _refusal(self) -> SqlError:
        if self._failure is not None:
            return StorageFault(self._failure)
        return CannotConnectNow("the server is shutting down")

    def close(self) -> None:
        """Accept nothing more, make durable what waits, end the thread."""
        with self._lock:
            self._closing = True
            if self._idle:
                self._idle = False
                self._work.release()
        self._thread.join()

    def _run(self) -> None:
        while batch := self._take():
            self._commit(batch)

    def _take(self) -> list[Ticket]:
        """All that waits, up to MAX_BATCH_BYTES; empty when closed and drained."""
        while True:
            with self._lock:
                if self._waiting:
                    batch, self._waiting = self._waiting, []
                    break
                if self._closing:
                    return []
                self._idle = True
            self._work.acquire()
        if self._queued_bytes > MAX_BATCH_BYTES:
            batch, rest = _cut(batch)
            with self._lock:
                self._waiting[:0] = rest
        return batch

    def _commit(self, batch: list[Ticket]) -> None:
        started = time.perf_counter()
        error = self._try_write(batch) if self._failure is None else self._refusal()
        seconds = time.perf_counter() - started
        size = sum([len(ticket.payload) for ticket in batch])
        rows = sum([ticket.row_count for ticket in batch])
        with self._lock:
            self._queued_bytes -= size + ENTRY_OVERHEAD * len(batch)
            if error is None:
                self._rows += rows
        try:
            self._on_durable(batch, error, BatchStatistics(len(batch), rows, size, seconds))
        except Exception:
            log.exception("the outcome of %d journaled requests could not be reported", len(batch))

    def _try_write(self, batch: list[Ticket]) -> SqlError | None:
        try:
            self._write(batch)
        except JournalFailed as error:
            self._fail(error.message)
            return error
        except SqlError as error:
            log.error("%d requests were refused: %s", len(batch), error.message)
            return error
        except Exception:
            # Unforeseen: what is on the disk is unknown, as after a failed fdatasync.
            log.exception("the journal failed")
            self._fail("the journal failed; the log says why")
            return StorageFault("the journal failed")
        return None

    def _fail(self, reason: str) -> None:
        log.critical("%s; no request is accepted until the next start", reason)
        with self._lock:
            self._failure = reason


def _cut(batch: list[Ticket]) -> tuple[list[Ticket], list[Ticket]]:
    size = 0
    for count, ticket in enumerate(batch):
        size += len(ticket.payload) + ENTRY_OVERHEAD
        if size > MAX_BATCH_BYTES and count:
            return batch[:count], batch[count:]
    return batch, []
