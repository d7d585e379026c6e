"""Journal entries on their way into DuckDB: gathered by source, as Arrow tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from hookwire_catalog.objects import WebhookSource
from hookwire_engine.append.frame import Entry
from hookwire_engine.append.rowcodec import MapColumn, RowReader, expanded_size
from hookwire_engine.storage.tables import arrow_schema

CHUNK_ROWS = 2048
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Total:
    """What a source holds: rows, payload bytes, and the newest receipt time (us since 1970)."""

    rows: int = 0
    bytes: int = 0
    last_received_us: int | None = None

    def plus(self, other: Total) -> Total:
        newest = [t for t in (self.last_received_us, other.last_received_us) if t is not None]
        return Total(self.rows + other.rows, self.bytes + other.bytes, max(newest, default=None))


class Group:
    """Rows of one source inside a batch.

    They become Arrow arrays a chunk at a time: pyarrow holds the interpreter's lock while it
    converts a list, and nobody answers a webhook meanwhile.
    """

    def __init__(self, source: WebhookSource) -> None:
        self.source = source
        self.schema = arrow_schema(source)
        self._chunks: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0
        self._newest: int | None = None
        self._begin_chunk()

    def _begin_chunk(self) -> None:
        self._reader = RowReader(self.source)
        self._positions: list[int] = []
        self._received: list[int] = []
        self._chunk_bytes = 0

    def add(self, entry: Entry) -> None:
        count, received = entry.row_count, entry.received_at_us
        self._reader.add(entry.payload, count)
        self._positions += [entry.position] * count
        self._received += [received] * count
        self._rows += count
        self._bytes += len(entry.payload)
        self._newest = received if self._newest is None else max(self._newest, received)
        self._chunk_bytes += expanded_size(entry.payload, count)
        if len(self._positions) >= CHUNK_ROWS or self._chunk_bytes >= CHUNK_BYTES:
            self._end_chunk()

    def _end_chunk(self) -> None:
        columns = [self._positions, self._received, *self._reader.columns]
        arrays = [_array(c, f.type) for c, f in zip(columns, self.schema, strict=True)]
        self._chunks.append(pa.RecordBatch.from_arrays(arrays, schema=self.schema))
        self._begin_chunk()

    def table(self) -> pa.Table:
        if self._positions:
            self._end_chunk()
        return pa.Table.from_batches(self._chunks, schema=self.schema)

    def total(self) -> Total:
        return Total(self._rows, self._bytes, self._newest)


def _array(column: list[Any] | MapColumn, type_: pa.DataType) -> pa.Array:
    if isinstance(column, MapColumn):
        offsets = pa.array(column.offsets, pa.int32())
        names, values = pa.array(column.names, pa.string()), pa.array(column.values, pa.string())
        return pa.MapArray.from_arrays(offsets, names, values)
    return pa.array(column, type=type_)


@dataclass(slots=True)
class Batch:
    """Consecutive entries, up to and with position `reached`, `rows` in all; those of sources that
    have been dropped are counted and not kept."""

    reached: int
    rows: int = 0
    groups: dict[int, Group] = field(default_factory=dict)


def collect(
    entries: Iterable[Entry],
    source_of: Callable[[int], WebhookSource | None],
    *,
    after: int,
    max_rows: int,
    max_bytes: int,
) -> Batch:
    """At least one entry if there is any, and then no more once there are enough rows or bytes."""
    batch = Batch(after)
    gone: set[int] = set()
    size = 0
    for entry in entries:
        source_id = entry.collection_id
        group = batch.groups.get(source_id)
        if group is None and source_id not in gone:
            source = source_of(source_id)
            if source is None:
                gone.add(source_id)
            else:
                group = batch.groups[source_id] = Group(source)
        if group is not None:
            group.add(entry)
        batch.reached = entry.position
        batch.rows += entry.row_count
        size += expanded_size(entry.payload, entry.row_count)
        if batch.rows >= max_rows or size >= max_bytes:
            break
    return batch


class Feed:
    """An Arrow table that DuckDB reads as a relation, under one name for many tables in turn.

    DuckDB takes any object with the Arrow PyCapsule interface; registering a table anew for every
    insert costs 1 ms (research/duckdb.md 2.1).
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self.table: pa.Table | None = None

    def __arrow_c_schema__(self) -> object:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        table = self._schema.empty_table() if self.table is None else self.table
        return table.__arrow_c_stream__(requested_schema)
