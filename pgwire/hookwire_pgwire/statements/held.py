"""The rows of a WITH HOLD cursor after its transaction: kept in memory, at most so many bytes."""

from __future__ import annotations

from collections import deque

from hookwire_catalog.errors import OutOfMemory
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire.backend import Portal, RowBatch

MAX_BYTES = 256 * 1024 * 1024
BATCH_ROWS = 32_768


class HeldRows:
    """A portal whose rows are all here; see hookwire_pgwire.backend.Portal."""

    def __init__(self, portal: Portal, batches: deque[RowBatch]) -> None:
        self.columns: tuple[ResultColumn, ...] | None = portal.columns
        self.command_tag = portal.command_tag
        self._batches = batches

    async def next_batch(self, max_rows: int) -> RowBatch | None:
        if not self._batches:
            return None
        batch = self._batches.popleft()
        if batch.num_rows > max_rows:
            self._batches.appendleft(batch.slice(max_rows))
            return batch.slice(0, max_rows)
        return batch

    async def close(self) -> None:
        self._batches.clear()


async def hold(name: str, portal: Portal, max_bytes: int = MAX_BYTES) -> HeldRows:
    """Run a cursor to its end. Raises OutOfMemory (53200)."""
    batches: deque[RowBatch] = deque()
    size = 0
    while (batch := await portal.next_batch(BATCH_ROWS)) is not None:
        size += batch.nbytes
        if size > max_bytes:
            raise OutOfMemory(
                f'cursor "{name}" WITH HOLD has more than {max_bytes} bytes of rows',
                hint="Fetch them in the transaction that declares the cursor.",
            )
        batches.append(batch)
    return HeldRows(portal, batches)
