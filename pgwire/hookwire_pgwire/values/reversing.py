"""Rows in the opposite order, for FETCH BACKWARD."""

from __future__ import annotations

import pyarrow as pa


def backwards(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.take(pa.array(range(batch.num_rows - 1, -1, -1), pa.int64()))
