"""Cells of all columns into a run of DataRow messages (PostgreSQL 55.7, "DataRow").

A row is cut into blocks: a block is everything of fixed width up to and including the first value
of variable length. All blocks of one kind are made as one structured array and stored through a
window, in order of their rows and from left to right, so that the padding behind a value is
overwritten by what belongs there. Long values split a row into segments, which Arrow's join
kernel puts together with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow.compute as pc

from hookwire_pgwire.values.cells import (
    MAX_ROW,
    Array,
    Cells,
    Numbers,
    binary_array,
    head,
    row_too_large,
    window,
)


class Field(NamedTuple):
    """A part of a block: one value for all rows, or an item per row."""

    dtype: str
    value: Numbers | int


@dataclass(frozen=True, slots=True)
class Block:
    """Items of which each row uses `lengths` bytes (None: all)."""

    items: Numbers
    lengths: Numbers | None

    @property
    def width(self) -> int:
        return self.items.dtype.itemsize


class _Rows:
    """Blocks and long columns of one run of rows, as they are put together."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.elements: list[Array] = []
        self._blocks: list[Block] = []
        self._fields: list[Field] = []

    def add(self, *fields: Field) -> None:
        self._fields += fields

    def end_block(self, lengths: Numbers | None = None) -> None:
        """Close the block; `lengths` says how much of its last field each row uses."""
        if not self._fields:
            return
        dtype = np.dtype([(f"f{i}", field.dtype) for i, field in enumerate(self._fields)])
        items = np.empty(self.count, dtype)
        for i, field in enumerate(self._fields):
            items[f"f{i}"] = field.value
        if lengths is not None:
            last = np.dtype(self._fields[-1].dtype).itemsize
            lengths = lengths + (dtype.itemsize - last)
        self._blocks.append(Block(items.view(f"V{dtype.itemsize}"), lengths))
        self._fields = []

    def end_segment(self) -> None:
        self.end_block()
        if self._blocks:
            self.elements.append(_segment(self._blocks, self.count))
            self._blocks = []

    def finish(self) -> memoryview:
        self.end_segment()
        if len(self.elements) == 1:
            whole = self.elements[0]
        else:
            whole = pc.binary_join_element_wise(
                *self.elements, b"", null_handling="replace", null_replacement=b""
            )
        offsets = whole.buffers()[1]
        end = int(np.frombuffer(offsets, np.int32, self.count + 1)[-1])
        return memoryview(whole.buffers()[2])[:end]


def data_rows(columns: Sequence[Cells], count: int, kind: bytes = b"D") -> memoryview:
    """The DataRow messages of `count` rows, at least one.

    With kind `d` they are the CopyData messages of the binary format, which has the same layout.
    """
    rows = _Rows(count)
    rows.add(Field("u1", kind[0]), Field(">i4", _row_lengths(columns, count)))
    rows.add(Field(">i2", len(columns)))
    for cells in columns:
        _add_value(rows, cells)
    return rows.finish()


def copy_lines(columns: Sequence[Cells], count: int, delimiter: bytes) -> memoryview:
    """CopyData messages of a line each, of `count` rows, at least one. No value is NULL."""
    rows = _Rows(count)
    lengths = _row_lengths(columns, count) - 2 - 4 * len(columns) + max(1, len(columns))
    rows.add(Field("u1", ord("d")), Field(">i4", lengths))
    for number, cells in enumerate(columns):
        if number:
            rows.add(Field("u1", delimiter[0]))
        if cells.short is not None:
            rows.add(Field(cells.short.dtype.str, cells.short))
            if cells.lengths is not None:
                rows.end_block(cells.lengths)
        else:
            rows.end_segment()
            rows.elements.append(cells.long)
    rows.add(Field("u1", ord("\n")))
    return rows.finish()


def value_stream(columns: Sequence[Cells]) -> tuple[Numbers, memoryview]:
    """The rows' values behind their lengths, without the frame of a message: where each row
    starts (and the last ends), and all bytes. Arrays and hstores are made of this."""
    count = columns[0].count
    starts = np.zeros(count + 1, np.int64)
    if not count:
        return starts, memoryview(b"")
    rows = _Rows(count)
    for cells in columns:
        _add_value(rows, cells)
    np.cumsum(_row_lengths(columns, count) - 6, out=starts[1:])
    return starts, rows.finish()


def value_array(cells: Cells) -> Array:
    """The values as a BinaryArray; NULL is empty."""
    if cells.long is not None:
        return pc.fill_null(cells.long, b"")
    assert cells.short is not None
    rows = _Rows(cells.count)
    rows.add(Field(cells.short.dtype.str, cells.short))
    rows.end_block(None if cells.lengths is None else np.maximum(cells.lengths, 0))
    rows.end_segment()
    return rows.elements[0]


def _sizes(cells: Cells) -> Numbers | int:
    """How many bytes each value takes behind its length."""
    if cells.lengths is None:
        assert cells.short is not None
        return cells.short.dtype.itemsize + len(cells.prefix)
    sizes = cells.lengths.astype(np.int64) + len(cells.prefix)
    sizes[cells.lengths < 0] = 0
    return sizes


def _row_lengths(columns: Sequence[Cells], count: int) -> Numbers:
    lengths = np.full(count, 6 + 4 * len(columns), np.int64)
    for cells in columns:
        lengths += _sizes(cells)
    if int(lengths.max(initial=0)) > MAX_ROW:
        raise row_too_large()
    return lengths


def _add_value(rows: _Rows, cells: Cells) -> None:
    lengths = cells.lengths
    if lengths is None:
        assert cells.short is not None
        width = cells.short.dtype.itemsize
        rows.add(Field(">i4", width + len(cells.prefix)), *_prefix(cells))
        rows.add(Field(cells.short.dtype.str, cells.short))
        return
    has_nulls = bool((lengths < 0).any())
    told = np.where(lengths < 0, -1, lengths + len(cells.prefix)) if cells.prefix else lengths
    rows.add(Field(">i4", told), *_prefix(cells))
    if cells.prefix and has_nulls:
        rows.end_block(np.where(lengths < 0, 0, len(cells.prefix)))
    used = np.maximum(lengths, 0) if has_nulls else lengths
    if cells.short is not None:
        rows.add(Field(cells.short.dtype.str, cells.short))
        rows.end_block(used)
    else:
        rows.end_segment()
        rows.elements.append(cells.long)


def _prefix(cells: Cells) -> list[Field]:
    if not cells.prefix:
        return []
    width = f"V{len(cells.prefix)}"
    return [Field(width, np.frombuffer(cells.prefix, width))]


def _segment(blocks: Sequence[Block], count: int) -> Array:
    """The blocks of all rows, as a BinaryArray of a value per row."""
    if len(blocks) == 1 and blocks[0].lengths is None:
        ends = np.arange(count + 1) * blocks[0].width
        return binary_array(ends, blocks[0].items.view(np.uint8))
    sizes = [b.width if b.lengths is None else b.lengths for b in blocks]
    ends = np.zeros(count + 1, np.int64)
    np.cumsum(sum(sizes[1:], np.asarray(sizes[0])), out=ends[1:])
    out = np.empty(int(ends[-1]) + max(b.width for b in blocks), np.uint8)
    starts = ends[:-1]
    for number, (block, size) in enumerate(zip(blocks, sizes, strict=True)):
        _store(out, starts, block, ends[1:], first=number == 0)
        starts = starts + size
    return binary_array(ends, out)


def _store(out: Numbers, starts: Numbers, block: Block, row_ends: Numbers, first: bool) -> None:
    """Store a block of every row. Its padding may only spoil what is stored later.

    numpy stores in order, so the first blocks may spoil the rows that follow; later ones may not.
    """
    target = window(out, block.width)
    if first or block.lengths is None:
        target[starts] = block.items
        return
    unsafe = starts + block.width > row_ends
    if not unsafe.any():
        target[starts] = block.items
        return
    safe = ~unsafe
    target[starts[safe]] = block.items[safe]
    _store_exactly(out, starts[unsafe], block.items[unsafe], block.lengths[unsafe])


def _store_exactly(out: Numbers, starts: Numbers, items: Numbers, lengths: Numbers) -> None:
    """Store each item without its padding: a store for each length that occurs."""
    order = np.argsort(lengths.astype(np.uint16), kind="stable")
    ordered = lengths[order]
    bounds = [0, *(np.flatnonzero(np.diff(ordered)) + 1).tolist(), len(order)]
    for begin, end in pairwise(bounds):
        length = int(ordered[begin])
        if length:
            rows = order[begin:end]
            window(out, length)[starts[rows]] = head(items, length)[rows]
