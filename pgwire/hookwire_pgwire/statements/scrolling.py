"""The rows of a SCROLL cursor: kept as they are read, at most so many bytes, to go back to.

Where a cursor stands is `position`, the rows up to the current one, and `ended`, behind the last:
as in PostgreSQL (portalPos and atEnd, pquery.c).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from hookwire_catalog.errors import OutOfMemory
from hookwire_catalog.types import ResultColumn
from hookwire_pgwire.backend import Portal, RowBatch
from hookwire_pgwire.values.reversing import backwards

MAX_BYTES = 256 * 1024 * 1024
BATCH_ROWS = 4096


class ScrollRows:
    """A portal that also goes back; see hookwire_pgwire.backend.Portal."""

    def __init__(self, name: str, portal: Portal, max_bytes: int = MAX_BYTES) -> None:
        self.columns: tuple[ResultColumn, ...] | None = portal.columns
        self.position = 0
        self.ended = False
        self._name = name
        self._portal = portal
        self._max_bytes = max_bytes
        self._bytes = 0
        self._batches: list[RowBatch] = []
        self._ends: list[int] = []
        self._complete = False

    @property
    def command_tag(self) -> str:
        return f"SELECT {self.position}"

    @property
    def _known(self) -> int:
        return self._ends[-1] if self._ends else 0

    async def next_batch(self, max_rows: int) -> RowBatch | None:
        """Forward; None puts the cursor behind the last row."""
        if self.ended:
            return None
        if self.position == self._known and not await self._read(max_rows):
            self.ended = True
            return None
        number = bisect_right(self._ends, self.position)
        start = self._ends[number] - self._batches[number].num_rows
        batch = self._batches[number].slice(self.position - start, max_rows)
        self.position += batch.num_rows
        return batch

    async def prior_batch(self, max_rows: int) -> RowBatch | None:
        """Backward, the nearest row first; None puts the cursor before the first row."""
        before = self.position if self.ended else max(self.position - 1, 0)
        self.ended = False
        if before == 0:
            self.position = 0
            return None
        number = bisect_left(self._ends, before)
        start = self._ends[number] - self._batches[number].num_rows
        count = min(max_rows, before - start)
        self.position = before - count + 1
        return backwards(self._batches[number].slice(before - count - start, count))

    def seek(self, position: int) -> None:
        """Stand on a row that has been read, or with 0 before the first."""
        assert position <= self._known
        self.position, self.ended = position, False

    async def read_all(self) -> None:
        """Take the rows out of their transaction."""
        while await self._read(BATCH_ROWS):
            pass

    async def _read(self, rows: int) -> bool:
        """Whether there was more. Raises OutOfMemory (53200)."""
        if self._complete:
            return False
        batch = await self._portal.next_batch(rows)
        if batch is None:
            self._complete = True
            await self._portal.close()
            return False
        self._bytes += batch.nbytes
        if self._bytes > self._max_bytes:
            raise OutOfMemory(
                f'SCROLL cursor "{self._name}" has more than {self._max_bytes} bytes of rows',
                hint="Declare it with NO SCROLL.",
            )
        self._batches.append(batch)
        self._ends.append(self._known + batch.num_rows)
        return True

    async def close(self) -> None:
        self._batches.clear()
        self._ends.clear()
        if not self._complete:
            self._complete = True
            await self._portal.close()
