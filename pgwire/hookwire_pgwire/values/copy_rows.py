"""Rows as COPY TO sends them: a CopyData message for each (PostgreSQL COPY, "File Formats").

The columns are made as for DataRow; then what the format gives a meaning is escaped or quoted, in
the columns that have any of it, and the values are joined to lines with the same windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_catalog import types
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.values.assemble import copy_lines, value_array
from hookwire_pgwire.values.cells import Array, Cells, Numbers, head, ragged
from hookwire_pgwire.values.codec import wide_cells
from hookwire_pgwire.values.registry import codec_of
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.rows import cut, encode, output_of

BINARY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""Signature, flags, length of the extension."""

BINARY_TRAILER = b"\xff\xff"
CONTROLS = {
    b"\b": b"\\b", b"\t": b"\\t", b"\n": b"\\n", b"\v": b"\\v", b"\f": b"\\f", b"\r": b"\\r",
}  # fmt: skip
PLAIN_TYPES = frozenset(
    type.oid
    for type in (
        *(types.BOOL, types.INT2, types.INT4, types.INT8, types.OID, types.FLOAT4, types.FLOAT8),
        *(types.NUMERIC, types.UUID, types.DATE, types.TIME, types.TIMETZ, types.TIMESTAMP),
        *(types.TIMESTAMPTZ, types.VARBIT),
    )
)
PLAIN_CHARACTERS = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ +-.:")
"""All that values of those types consist of."""


@dataclass(frozen=True, slots=True)
class Lines:
    """How a row is written as a line; without `quote` in the text format.

    `force_quote` has an entry for each column.
    """

    delimiter: bytes
    null: bytes
    quote: bytes
    escape: bytes
    force_quote: tuple[bool, ...]

    def is_safe(self, number: int, type: PgType) -> bool:
        """Whether no value of the column can need an escape or quotes."""
        if type.oid not in PLAIN_TYPES or self.force_quote[number]:
            return False
        marks = {*self.delimiter, *self.quote, *self.escape}
        return PLAIN_CHARACTERS.isdisjoint(marks) and not PLAIN_CHARACTERS.issuperset(
            self.null or b"\\"
        )


def encode_copy_lines(
    batch: pa.RecordBatch, columns: Sequence[ResultColumn], lines: Lines, rendering: Rendering
) -> bytes | memoryview:
    """The rows in the text or csv format."""
    if not batch.num_rows:
        return b""
    parts = [_encode_lines(part, columns, lines, rendering) for part in cut(batch)]
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _encode_lines(
    batch: pa.RecordBatch, columns: Sequence[ResultColumn], lines: Lines, rendering: Rendering
) -> memoryview:
    cells = []
    for number, (column, array) in enumerate(zip(columns, batch.columns, strict=True)):
        made = wide_cells(codec_of(column.type).text, array, rendering)
        if made.short is not None and lines.is_safe(number, column.type):
            cells.append(_with_null(made, lines.null))
        else:
            cells.append(ragged(_marked(made, lines, number)))
    return copy_lines(cells, batch.num_rows, lines.delimiter)


def _with_null(cells: Cells, null: bytes) -> Cells:
    """The word for NULL written out."""
    if cells.lengths is None:
        return cells
    assert cells.short is not None
    nulls = cells.lengths < 0
    if not nulls.any():
        return cells
    width = max(cells.short.dtype.itemsize, len(null))
    short = np.zeros(cells.count, f"V{width}")
    head(short, cells.short.dtype.itemsize)[:] = cells.short
    short[nulls] = np.frombuffer(null.ljust(width), short.dtype)
    return replace(cells, lengths=np.where(nulls, len(null), cells.lengths), short=short)


def _marked(cells: Cells, lines: Lines, number: int) -> Array:
    nulls = None if cells.lengths is None else cells.lengths < 0
    texts = value_array(cells)
    texts = _quoted(texts, lines, number) if lines.quote else _escaped(texts, lines.delimiter)
    if nulls is None or not nulls.any():
        return texts
    return pc.if_else(pa.array(nulls), pa.scalar(lines.null, pa.binary()), texts)


def _contents(texts: Array) -> bytes:
    offsets, data = texts.buffers()[1:]
    ends: Numbers = np.frombuffer(offsets, np.int32)[texts.offset :]
    return bytes(memoryview(data)[ends[0] : ends[len(texts)]])


def _escaped(texts: Array, delimiter: bytes) -> Array:
    """CopyAttributeOutText. A delimiter that is a control character has gone by its turn."""
    contents = _contents(texts)
    for mark, shown in ((b"\\", b"\\\\"), *CONTROLS.items(), (delimiter, b"\\" + delimiter)):
        if mark in contents:
            texts = pc.replace_substring(texts, mark, shown)
    return texts


def _quoted(texts: Array, lines: Lines, number: int) -> Array:
    """CopyAttributeOutCSV."""
    quote, escape = lines.quote, lines.escape
    if lines.force_quote[number]:
        needed = None
    else:
        needed = _needing_quotes(texts, lines)
        if not pc.any(needed).as_py():
            return texts
    contents = _contents(texts)
    doubled = texts
    for mark in dict.fromkeys((escape, quote)):
        if mark in contents:
            doubled = pc.replace_substring(doubled, mark, escape + mark)
    quoted = pc.binary_join_element_wise(quote, doubled, quote, b"")
    return quoted if needed is None else pc.if_else(needed, quoted, texts)


def _needing_quotes(texts: Array, lines: Lines) -> Array:
    needed = pc.equal(texts, pa.scalar(lines.null, pa.binary()))
    if len(lines.force_quote) == 1:
        # A line of its own that reads `\.` would end the data.
        needed = pc.or_(needed, pc.equal(texts, pa.scalar(b"\\.", pa.binary())))
    contents = _contents(texts)
    for mark in (lines.delimiter, lines.quote, b"\n", b"\r"):
        if mark in contents:
            needed = pc.or_(needed, pc.match_substring(texts, mark))
    return needed


def copy_header(names: Sequence[str], lines: Lines) -> bytes:
    """The names of the columns as a line, without a message around it."""
    plain = replace(lines, force_quote=(False,) * len(names))
    texts = pa.array([name.encode() for name in names], pa.binary())
    shown = _quoted(texts, plain, 0) if lines.quote else _escaped(texts, lines.delimiter)
    return lines.delimiter.join(shown.to_pylist()) + b"\n"


def encode_copy_binary(
    batch: pa.RecordBatch, columns: Sequence[ResultColumn], rendering: Rendering
) -> bytes | memoryview:
    """The rows in the binary format, without its header and trailer."""
    outputs = [output_of(column.type, 1) for column in columns]
    return encode(batch, outputs, rendering, b"d")
