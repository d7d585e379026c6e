"""The journal: tickets in, positions out; durable before anybody is told so.

`Journal` keeps its entries in files (log.py), `MemoryJournal` (memory.py) nowhere else; both
commit in groups on a thread of their own (commit.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Self

from hookwire_engine.append.appender import Ticket
from hookwire_engine.append.commit import BatchStatistics, GroupCommit, OnDurable
from hookwire_engine.append.disk import Disk, RealDisk
from hookwire_engine.append.frame import Entry
from hookwire_engine.append.log import SegmentLog
from hookwire_engine.append.memory import MemoryJournal

SEGMENT_BYTES = 16 * 1024 * 1024
QUEUE_BYTES = 256 * 1024 * 1024
BACKLOG_BYTES = 4 * 1024 * 1024 * 1024
"""Segments that may wait for the applier. It keeps up with any intake; what makes it fall behind
is a fault (a full disk, say), and then requests are better refused than piled up without end."""


class Journal:
    """Open with `Journal.open`. The caller sees to it that no other process has it open."""

    def __init__(
        self, log: SegmentLog, *, queue_bytes: int, backlog_bytes: int, on_durable: OnDurable
    ) -> None:
        self._log = log
        self._commit = GroupCommit(
            log.write,
            queue_bytes=queue_bytes,
            is_behind=lambda: log.held_bytes > backlog_bytes,
            on_durable=on_durable,
        )

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        applied_position: int,
        on_durable: OnDurable,
        segment_bytes: int = SEGMENT_BYTES,
        queue_bytes: int = QUEUE_BYTES,
        backlog_bytes: int = BACKLOG_BYTES,
        disk: Disk | None = None,
    ) -> Self:
        """Check the files in directory `path`, made if need be, and start the journal's thread.

        Everything behind `applied_position` is there afterwards (`entries_after`), or DataCorrupted
        says which file is damaged where. Raises OSError when the files cannot be used at all.
        """
        log = SegmentLog.open(
            path,
            applied_position=applied_position,
            segment_bytes=segment_bytes,
            disk=disk or RealDisk(),
        )
        return cls(
            log, queue_bytes=queue_bytes, backlog_bytes=backlog_bytes, on_durable=on_durable
        )

    @property
    def durable_position(self) -> int:
        """The last position that survives a power cut; 0 before the first."""
        return self._log.durable_position

    @property
    def queued_bytes(self) -> int:
        """Bytes of tickets that are not durable yet."""
        return self._commit.queued_bytes

    @property
    def rows(self) -> int:
        """Made durable since the start."""
        return self._commit.rows

    @property
    def failure(self) -> str | None:
        """Why nothing is accepted any more until the next start; None when all is well."""
        return self._commit.failure

    def limit_queue(self, queue_bytes: int) -> None:
        """Bytes that may wait, from the next ticket on. Any thread."""
        self._commit.limit_queue(queue_bytes)

    def append(self, ticket: Ticket) -> None:
        """Queue `ticket`; its outcome comes through `on_durable`. Never blocks; any thread.

        Raises InsufficientResources (53000) when the queue is full or the applier is too far
        behind, StorageFault (58030) after a failure of the disk, CannotConnectNow (57P03) after
        `close`.
        """
        self._commit.append(ticket)

    def entries_after(self, position: int) -> Iterator[Entry]:
        """The durable entries behind `position`, in order. Any thread."""
        return self._log.entries_after(position)

    def release(self, applied_position: int) -> None:
        """Nothing up to `applied_position` will be asked for again. One thread at a time."""
        self._log.release(applied_position)

    def close(self) -> None:
        """Make durable and report what waits, end the thread; reading stays possible."""
        self._commit.close()
        self._log.close()


__all__ = [
    "BatchStatistics",
    "Entry",
    "Journal",
    "MemoryJournal",
    "OnDurable",
    "Ticket",
]
