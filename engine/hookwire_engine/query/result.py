"""The rows of a running statement, cut to the sizes that the client's door asks for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

READER_ROWS = 2048
"""DuckDB's vector: the first row does not wait for more than these."""

PARKED_BYTES = 32 * 1024 * 1024
"""What is parked beyond this goes to a temporary file."""


class Result:
    """Over an Arrow reader whose batches come from an open DuckDB result, or over parked batches.

    Every method blocks and belongs on the session's worker. `take` raises what DuckDB raises,
    duckdb.Error or, in the middle of a stream, OSError.
    """

    def __init__(self, reader: Any, spill: Path | None) -> None:
        self._reader = reader
        self._batches: Iterator[pa.RecordBatch] = iter(reader)
        self._rest: pa.RecordBatch | None = None
        self._spill = spill
        self._file: Any = None

    @classmethod
    def of(cls, table: pa.Table) -> Result:
        """Rows that are all there."""
        return cls(table.to_reader(READER_ROWS), None)

    def take(self, max_rows: int) -> pa.RecordBatch | None:
        """The next `max_rows` rows, fewer only at the end; None when there are no more."""
        taken: list[pa.RecordBatch] = []
        missing = max_rows
        while missing:
            batch = self._next()
            if batch is None:
                break
            if batch.num_rows > missing:
                self._rest = batch.slice(missing)
                batch = batch.slice(0, missing)
            missing -= batch.num_rows
            taken.append(batch)
        if not taken:
            return None
        return taken[0] if len(taken) == 1 else pa.concat_batches(taken)

    def _next(self) -> pa.RecordBatch | None:
        if self._rest is not None:
            batch, self._rest = self._rest, None
            return batch
        for batch in self._batches:
            if batch.num_rows:
                return batch
        return None

    def park(self) -> None:
        """Read to the end, so that the cursor is free for another statement."""
        kept: list[pa.RecordBatch] = []
        size = 0
        batches = self._batches
        for batch in batches:
            kept.append(batch)
            size += batch.nbytes
            if size > PARKED_BYTES:
                self._batches = self._spilled(kept, batches)
                break
        else:
            self._batches = iter(kept)
        self._reader.close()

    def _spilled(
        self, kept: list[pa.RecordBatch], rest: Iterator[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        self._file = tempfile.TemporaryFile(dir=self._spill)  # noqa: SIM115 (closed by `close`)
        with pa.ipc.new_stream(self._file, kept[0].schema) as writer:
            for batch in kept:
                writer.write_batch(batch)
            for batch in rest:
                writer.write_batch(batch)
        self._file.seek(0)
        return iter(pa.ipc.open_stream(self._file))

    def close(self) -> None:
        """Give up what has not been read."""
        self._batches = iter(())
        self._rest = None
        self._reader.close()
        if self._file is not None:
            self._file.close()
