"""Arrays: DuckDB's LISTs as PostgreSQL's, which are rectangular and know no NULL inside but
elements (array_out and array_send in arrayfuncs.c).

An inner list that is NULL or empty counts as empty; when all are, the array is `{}`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from struct import pack

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_catalog.errors import SqlError
from hookwire_catalog.types import PgType
from hookwire_pgwire.values.array_input import parse_array, unpack_array
from hookwire_pgwire.values.assemble import value_array, value_stream
from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    Numbers,
    binary_array,
    null_where,
    nulls_of,
    offsets_of,
    padded,
    ragged,
)
from hookwire_pgwire.values.codec import (
    Codec,
    Output,
    Values,
    narrow_values,
    no_binary_output,
    wide_cells,
)
from hookwire_pgwire.values.plain import plain
from hookwire_pgwire.values.rendering import Rendering

NULL = b"\xff\xff\xff\xff"
NEEDS_QUOTES = rb'[{},"\\ \t\n\r\x0b\x0c]'
"""With these, or empty, or spelling NULL, an element is quoted (array_out)."""

UNSAFE = re.compile(NEEDS_QUOTES)


class ArraySubscriptError(SqlError):
    sqlstate = "2202E"


@dataclass(frozen=True, slots=True)
class Lists:
    """A list column taken apart: the bounds of each level's lists, from outside in, the leaves."""

    bounds: tuple[Numbers, ...]
    leaves: Array


def take_apart(array: Array) -> Lists:
    """The levels of a list array, without what lies outside of its slice."""
    bounds: list[Numbers] = []
    while pa.types.is_list(array.type):
        offsets = offsets_of(array)
        nulls = nulls_of(array)
        if nulls is not None and np.diff(offsets)[nulls].any():
            array = pc.if_else(pa.array(nulls), pa.scalar(None, array.type), array)
            offsets = offsets_of(array)
        bounds.append(offsets.astype(np.int64) - offsets[0])
        array = plain(array.values[offsets[0] : offsets[-1]])
    return Lists(tuple(bounds), array)


def dimensions(lists: Lists) -> Numbers:
    """Each row's length in each dimension; a row is all zeros if it has no element at all."""
    rows = len(lists.bounds[0]) - 1
    sizes = np.zeros((rows, len(lists.bounds)), np.int64)
    begins, ends = np.arange(rows), np.arange(rows) + 1
    counts = np.ones(rows, np.int64)
    for level, bounds in enumerate(lists.bounds):
        inner = bounds[ends] - bounds[begins]
        sizes[:, level] = inner // np.maximum(counts, 1)
        lengths = np.diff(bounds)
        owners = np.repeat(np.arange(rows), ends - begins)
        if (lengths != sizes[owners, level]).any():
            raise ArraySubscriptError(
                "multidimensional arrays must have array expressions with matching dimensions"
            )
        begins, ends, counts = bounds[begins], bounds[ends], inner
    sizes[counts == 0] = 0
    return sizes


def _leaf_bounds(lists: Lists) -> Numbers:
    """The offsets of each row's leaves."""
    found = lists.bounds[0]
    for bounds in lists.bounds[1:]:
        found = bounds[found]
    return found


def _quoted(text: bytes | None) -> bytes:
    if text is None:
        return b"NULL"
    if text and text.upper() != b"NULL" and UNSAFE.search(text) is None:
        return text
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _quoted_array(texts: Array, nulls: Numbers | None) -> Array:
    """The same for many; `texts` has no NULL, `nulls` says where it should."""
    plainly = pc.match_substring_regex(texts, rb"(?i)^$|^null$|" + NEEDS_QUOTES)
    rows = np.flatnonzero(plainly.to_numpy(zero_copy_only=False))
    if len(rows):
        quoted = [_quoted(text) for text in texts.take(pa.array(rows)).to_pylist()]
        texts = pc.replace_with_mask(texts, plainly, pa.array(quoted, pa.binary()))
    if nulls is None:
        return texts
    return pc.if_else(pa.array(nulls), pa.scalar(b"NULL", pa.binary()), texts)


@dataclass(frozen=True, slots=True)
class Arrays:
    """The codec of the arrays of one element type."""

    element: PgType
    codec: Codec

    def text(self, array: Array, rendering: Rendering) -> Values:
        lists = take_apart(array)
        sizes = dimensions(lists)
        leaves = narrow_values(self.codec.text, lists.leaves, rendering)
        texts = [_quoted(text) for text in leaves]
        for bounds in reversed(lists.bounds):
            texts = [
                b"{" + b",".join(texts[begin:end]) + b"}"
                for begin, end in pairwise(bounds.tolist())
            ]
        return _rows(array, [t if n else b"{}" for t, n in zip(texts, sizes[:, 0], strict=True)])

    def text_cells(self, array: Array, rendering: Rendering) -> Cells:
        lists = take_apart(array)
        sizes = dimensions(lists)
        cells = wide_cells(self.codec.text, lists.leaves, rendering)
        texts = _quoted_array(value_array(cells), nulls_of(lists.leaves))
        for bounds in reversed(lists.bounds):
            inner = pa.ListArray.from_arrays(pa.array(bounds.astype(np.int32)), texts)
            texts = pc.binary_join_element_wise(b"{", pc.binary_join(inner, b","), b"}", b"")
        texts = pc.if_else(pa.array(sizes[:, 0] > 0), texts, pa.scalar(b"{}", pa.binary()))
        return ragged(null_where(texts, nulls_of(array)))

    def binary(self, array: Array, rendering: Rendering) -> Values:
        output = self._binary_output()
        lists = take_apart(array)
        leaves = narrow_values(output, lists.leaves, rendering)
        framed = [NULL if v is None else pack("!i", len(v)) + v for v in leaves]
        values = []
        bounds = pairwise(_leaf_bounds(lists).tolist())
        for sizes, (begin, end) in zip(dimensions(lists).tolist(), bounds, strict=True):
            shown = sizes if sizes[0] else []
            head = pack("!iiI", len(shown), None in leaves[begin:end], self.element.oid)
            frames = [pack("!ii", size, 1) for size in shown]
            values.append(b"".join((head, *frames, *framed[begin:end])))
        return _rows(array, values)

    def binary_cells(self, array: Array, rendering: Rendering) -> Cells:
        output = self._binary_output()
        lists = take_apart(array)
        sizes = dimensions(lists)
        bounds = _leaf_bounds(lists)
        starts, stream = value_stream([wide_cells(output, lists.leaves, rendering)])
        bodies = binary_array(starts[bounds], stream)
        heads = self._heads(sizes, _has_null(nulls_of(lists.leaves), bounds))
        values = pc.binary_join_element_wise(heads, bodies, b"")
        return ragged(null_where(values, nulls_of(array)))

    def _heads(self, sizes: Numbers, has_null: Numbers | bool) -> Array:
        rows, depth = sizes.shape
        items = np.empty((rows, 3 + 2 * depth), ">i4")
        filled = sizes[:, 0] > 0
        items[:, 0] = np.where(filled, depth, 0)
        items[:, 1] = has_null
        items[:, 2] = self.element.oid
        items[:, 3::2] = sizes
        items[:, 4::2] = 1
        whole = items.view(f"V{items.shape[1] * 4}")[:, 0]
        return value_array(padded(whole, np.where(filled, items.shape[1] * 4, 12)))

    def _binary_output(self) -> Output:
        if self.codec.binary is None:
            raise no_binary_output(self.element)
        return self.codec.binary

    def parse(self, text: str, rendering: Rendering) -> list[object]:
        return parse_array(text, lambda item: self.codec.parse(item, rendering))

    def unpack(self, data: bytes) -> list[object]:
        assert self.codec.unpack is not None
        return unpack_array(data, self.element, self.codec.unpack)

    def whole(self) -> Codec:
        speaks_binary = self.codec.binary is not None
        return Codec(
            text=Output(self.text, self.text_cells),
            binary=Output(self.binary, self.binary_cells) if speaks_binary else None,
            parse=self.parse,
            unpack=self.unpack if speaks_binary else None,
        )


def _has_null(nulls: Numbers | None, bounds: Numbers) -> Numbers | bool:
    if nulls is None:
        return False
    before = np.zeros(len(nulls) + 1, np.int64)
    np.cumsum(nulls, out=before[1:])
    found: Numbers = before[bounds[1:]] > before[bounds[:-1]]
    return found


def _rows(array: Array, values: Sequence[bytes]) -> Values:
    nulls = nulls_of(array)
    if nulls is None:
        return values
    return [None if null else v for v, null in zip(values, nulls.tolist(), strict=True)]
