"""The journal of a server that keeps nothing: the same order and callbacks, no files."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.commit import GroupCommit, OnDurable
from hookwire_engine.append.frame import Entry

BACKLOG_BYTES = 256 * 1024 * 1024
_CHUNK = 1024


class MemoryJournal:
    """See Journal. "Durable" means in the order; entries go with the process."""

    failure: str | None = None

    def __init__(
        self,
        *,
        on_durable: OnDurable,
        queue_bytes: int,
        backlog_bytes: int = BACKLOG_BYTES,
    ) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._released = 0
        self._durable_position = 0
        self._held_bytes = 0
        self._commit = GroupCommit(
            self._write,
            queue_bytes=queue_bytes,
            is_behind=lambda: self._held_bytes > backlog_bytes,
            on_durable=on_durable,
        )

    @property
    def durable_position(self) -> int:
        return self._durable_position

    @property
    def queued_bytes(self) -> int:
        return self._commit.queued_bytes

    @property
    def rows(self) -> int:
        return self._commit.rows

    def limit_queue(self, queue_bytes: int) -> None:
        self._commit.limit_queue(queue_bytes)

    def append(self, ticket: Ticket) -> None:
        self._commit.append(ticket)

    def _write(self, tickets: Sequence[Ticket]) -> None:
        position = self._durable_position
        entries = []
        for t in tickets:
            position += 1
            t.position = position
            entries.append(
                Entry(position, t.collection_id, t.row_count, t.received_at_us, t.payload)
            )
        with self._lock:
            self._entries += entries
            self._held_bytes += _size(entries)
        self._durable_position = position

    def entries_after(self, position: int) -> Iterator[Entry]:
        last = self._durable_position
        while position < last:
            with self._lock:
                at = position - self._released
                if at < 0:
                    raise ValueError(f"position {position + 1} of the journal has been released")
                chunk = self._entries[at : min(at + _CHUNK, last - self._released)]
            yield from chunk
            position = chunk[-1].position

    def release(self, applied_position: int) -> None:
        with self._lock:
            count = min(applied_position, self._durable_position) - self._released
            if count > 0:
                self._held_bytes -= _size(self._entries[:count])
                del self._entries[:count]
                self._released += count

    def close(self) -> None:
        self._commit.close()


def _size(entries: list[Entry]) -> int:
    return sum(len(entry.payload) for entry in entries)
