"""DataRow messages from Arrow batches, and parameters from the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from struct import Struct

import pyarrow as pa

from hookwire_catalog.errors import InvalidBinaryRepresentation
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.values.assemble import data_rows
from hookwire_pgwire.values.cells import MAX_ROW, row_too_large
from hookwire_pgwire.values.codec import (
    Output,
    Values,
    narrow_values,
    no_binary_input,
    no_binary_output,
    wide_cells,
)
from hookwire_pgwire.values.registry import codec_of
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.strings import decode_utf8
from hookwire_pgwire.values.unpacking import TrailingData

NARROW_ROWS = 64
"""Up to this many rows plain Python is faster than numpy and Arrow (measured)."""

CHUNK_ROWS = 65_536
CHUNK_BYTES = 256 * 1024 * 1024
"""Bigger batches are cut: Arrow's offsets have 32 bits, and caches are small."""

HEAD = Struct("!cih")
LENGTH = Struct("!i")
NULL = LENGTH.pack(-1)


def encode_rows(
    batch: pa.RecordBatch,
    columns: Sequence[ResultColumn],
    formats: Sequence[int],
    rendering: Rendering,
) -> bytes | memoryview:
    """The batch as concatenated DataRow messages; `formats` is 0 (text) or 1 for each column."""
    outputs = [output_of(column.type, form) for column, form in zip(columns, formats, strict=True)]
    return encode(batch, outputs, rendering)


def encode(
    batch: pa.RecordBatch, outputs: Sequence[Output], rendering: Rendering, kind: bytes = b"D"
) -> bytes | memoryview:
    """Rows as messages of this kind: DataRow, or CopyData (`d`) of the binary format."""
    count: int = batch.num_rows
    if count <= NARROW_ROWS:
        return encode_narrow(batch, outputs, rendering, kind)
    parts = [encode_wide(part, outputs, rendering, kind) for part in cut(batch)]
    return parts[0] if len(parts) == 1 else b"".join(parts)


def cut(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Pieces of bearable size; a row that is large by itself is a piece."""
    count: int = batch.num_rows
    if count > CHUNK_ROWS:
        for start in range(0, count, CHUNK_ROWS):
            yield from cut(batch.slice(start, CHUNK_ROWS))
    elif count > 1 and batch.nbytes > CHUNK_BYTES:
        yield from cut(batch.slice(0, count // 2))
        yield from cut(batch.slice(count // 2))
    elif batch.nbytes > MAX_ROW:
        raise row_too_large()
    else:
        yield batch


def output_of(type: PgType, form: int) -> Output:
    codec = codec_of(type)
    if form == 0:
        return codec.text
    if codec.binary is None:
        raise no_binary_output(type)
    return codec.binary


def encode_narrow(
    batch: pa.RecordBatch, outputs: Sequence[Output], rendering: Rendering, kind: bytes = b"D"
) -> bytes:
    """The batch in plain Python."""
    values: list[Values] = [
        narrow_values(output, array, rendering)
        for output, array in zip(outputs, batch.columns, strict=True)
    ]
    pack = LENGTH.pack
    parts: list[bytes] = []
    for row in zip(*values, strict=True) if values else [()] * batch.num_rows:
        size = 6
        start = len(parts)
        for value in row:
            if value is None:
                size += 4
                parts.append(NULL)
            else:
                size += 4 + len(value)
                parts += (pack(len(value)), value)
        if size > MAX_ROW:
            raise row_too_large()
        parts.insert(start, HEAD.pack(kind, size, len(row)))
    return b"".join(parts)


def encode_wide(
    batch: pa.RecordBatch, outputs: Sequence[Output], rendering: Rendering, kind: bytes = b"D"
) -> memoryview:
    """The batch with numpy and Arrow; it has at least one row."""
    cells = [
        wide_cells(output, array, rendering)
        for output, array in zip(outputs, batch.columns, strict=True)
    ]
    return data_rows(cells, batch.num_rows, kind)


def text_values(
    batch: pa.RecordBatch, columns: Sequence[ResultColumn], rendering: Rendering
) -> list[bytes | None]:
    """The text forms of the first row's values."""
    pairs = zip(columns, batch.slice(0, 1).columns, strict=True)
    return [narrow_values(output_of(c.type, 0), array, rendering)[0] for c, array in pairs]


def supports_binary(type: PgType) -> bool:
    """Whether the binary form of `type` is spoken, in results and parameters."""
    return codec_of(type).binary is not None


def decode_parameter(
    type: PgType, format: int, data: bytes | None, rendering: Rendering, number: int = 1
) -> object | None:
    """A parameter of Bind as a Python value for DuckDB; `format` is 0 (text) or 1 (binary).

    `number` is for the error that says which parameter is wrong.

    What each type becomes, where it is not obvious: numeric a Decimal of at most 38 digits;
    date and times what `datetime_input` says, intervals what `interval_input` says; hstore a dict;
    varbit text of 0 and 1; inet, json and jsonb text; arrays nested lists.
    """
    if data is None:
        return None
    codec = codec_of(type)
    if format == 0:
        return codec.parse(decode_utf8(data), rendering)
    if codec.unpack is None:
        raise no_binary_input(type)
    try:
        return codec.unpack(data)
    except TrailingData as error:
        raise InvalidBinaryRepresentation(f"{error.message} in bind parameter {number}") from None
