"""Whole DataRow messages: any columns, any slices, any size; the plain and the vectorised way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported, ProgramLimitExceeded
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.values import Rendering, encode_rows, rows, supports_binary
from hookwire_pgwire.values.cells import binary_array
from hookwire_pgwire.values.codec import Output
from hookwire_pgwire.values.rows import encode_narrow, encode_wide, output_of
from support.golden import BINARY_FORMAT, FORMATS, TEXT_FORMAT, values_of

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
COLUMNS: dict[PgType, tuple[Any, Any]] = {
    types.BOOL: (pa.bool_(), st.booleans()),
    types.INT2: (pa.int16(), st.integers(-(2**15), 2**15 - 1)),
    types.INT4: (pa.int32(), st.integers(-(2**31), 2**31 - 1)),
    types.INT8: (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    types.FLOAT4: (pa.float32(), st.floats(width=32)),
    types.FLOAT8: (pa.float64(), st.floats()),
    types.NUMERIC: (pa.decimal128(38, 9), st.decimals(-(10**28), 10**28, places=9)),
    types.TEXT: (pa.string(), TEXT),
    types.BYTEA: (pa.binary(), st.binary(max_size=200)),
    types.DATE: (pa.int32(), st.integers(-2_000_000, 2**31 - 1)),
    types.TIMESTAMP: (pa.int64(), st.integers(-(10**17), 2**63 - 1)),
    types.TIMESTAMPTZ: (pa.int64(), st.integers(-(10**17), 2**63 - 1)),
    types.JSONB: (pa.string(), TEXT),
    types.HSTORE: (
        pa.map_(pa.string(), pa.string()),
        st.dictionaries(TEXT, st.none() | TEXT, max_size=4).map(lambda pairs: list(pairs.items())),
    ),
    types.array_of(types.TEXT): (pa.list_(pa.string()), st.lists(st.none() | TEXT, max_size=4)),
    types.array_of(types.INT4): (pa.list_(pa.int32()), st.lists(st.none() | st.integers(0, 9))),
}
CASTS = {types.DATE: pa.date32(), types.TIMESTAMP: pa.timestamp("us"),
         types.TIMESTAMPTZ: pa.timestamp("us", "UTC")}  # fmt: skip
RENDERINGS = st.builds(
    Rendering,
    timezone=st.sampled_from(["UTC", "America/New_York", "Etc/GMT-14"]),
    extra_float_digits=st.sampled_from([1, 0]),
    bytea_output=st.sampled_from(["hex", "escape"]),
)


@st.composite
def batches(draw: st.DrawFn) -> tuple[pa.RecordBatch, list[ResultColumn], list[int]]:
    """A slice of a batch of a few columns with NULLs among their values."""
    chosen = draw(st.lists(st.sampled_from(sorted(COLUMNS, key=lambda t: t.oid)), max_size=5))
    count = draw(st.integers(1, 30))
    arrays = []
    for type_ in chosen:
        kind, values = COLUMNS[type_]
        listed = draw(st.lists(st.none() | values, min_size=count, max_size=count))
        array = pa.array(listed, kind)
        if pa.types.is_string(kind) and draw(st.booleans()):
            array = array.dictionary_encode()
        arrays.append(array.cast(CASTS.get(type_, array.type)))
    start = draw(st.integers(0, count - 1))
    names = [f"c{i}" for i in range(len(arrays))]
    if arrays:
        batch = pa.record_batch(arrays, names).slice(start, draw(st.integers(1, count - start)))
    else:
        batch = pa.RecordBatch.from_struct_array(pa.array([{}] * count, pa.struct([])))
    columns = [ResultColumn(n, t) for n, t in zip(names, chosen, strict=True)]
    return batch, columns, [draw(st.sampled_from(FORMATS)) for _ in chosen]


@settings(max_examples=150, deadline=None)
@given(batches(), RENDERINGS)
def test_both_ways_give_the_same_bytes(
    made: tuple[pa.RecordBatch, list[ResultColumn], list[int]], rendering: Rendering
) -> None:
    batch, columns, formats = made
    outputs = [output_of(column.type, form) for column, form in zip(columns, formats, strict=True)]
    plainly = encode_narrow(batch, outputs, rendering)
    assert bytes(encode_wide(batch, outputs, rendering)) == plainly
    assert encode_rows(batch, columns, formats, rendering) == plainly
    assert len(list(values_of(plainly, len(columns)))) == batch.num_rows


def test_batches_are_cut_to_bearable_pieces() -> None:
    count = rows.CHUNK_ROWS * 2 + 7
    batch = pa.record_batch([pa.array(range(count))], ["n"])
    stream = encode_rows(batch, [ResultColumn("n", types.INT8)], [TEXT_FORMAT], Rendering())
    assert [row[0] for row in values_of(stream)] == [b"%d" % n for n in range(count)]


def test_pieces_are_bounded_in_bytes_too() -> None:
    """Arrow's 32-bit offsets could not count the hexadecimal digits of this batch."""
    item = pa.array([b"\xab" * (32 * 1024 * 1024)])
    batch = pa.record_batch([item.take(pa.array([0] * 12))], ["b"])
    assert [piece.num_rows for piece in rows.cut(batch)] == [6, 6]


def test_a_row_longer_than_a_message_may_be_is_refused() -> None:
    part = b"x" * (300 * 1024 * 1024)
    wide = pa.array([part, *[None] * 99])
    columns = [ResultColumn(name, types.BYTEA) for name in "abcd"]
    batch = pa.record_batch([wide] * 4, list("abcd"))
    with pytest.raises(ProgramLimitExceeded, match="a row is larger than 1073741823 bytes"):
        encode_rows(batch, columns, [BINARY_FORMAT] * 4, Rendering())
    with pytest.raises(ProgramLimitExceeded, match="a row is larger than 1073741823 bytes"):
        list(rows.cut(batch.slice(0, 1)))
    shared = Output(lambda array, rendering: [part])
    with pytest.raises(ProgramLimitExceeded, match="a row is larger than 1073741823 bytes"):
        encode_narrow(batch.slice(0, 1), [shared] * 4, Rendering())


def test_digits_that_arrow_cannot_count_are_refused() -> None:
    """`bytea_output = escape` makes four characters of most bytes."""
    offsets = np.array([0, 2**31], np.int64)
    with pytest.raises(ProgramLimitExceeded, match="a row is larger than"):
        binary_array(offsets, b"")


def test_rows_without_columns() -> None:
    batch = pa.RecordBatch.from_struct_array(pa.array([{}] * 100, pa.struct([])))
    assert encode_rows(batch, [], [], Rendering()) == b"D\0\0\0\6\0\0" * 100


def test_a_batch_without_rows_is_empty() -> None:
    batch = pa.record_batch([pa.array([], pa.int32())], ["n"])
    columns = [ResultColumn("n", types.INT4)]
    assert encode_rows(batch, columns, [BINARY_FORMAT], Rendering()) == b""


def test_long_and_short_values_in_one_row() -> None:
    """Columns of every shape beside each other, with NULLs at the edges of each."""
    texts = [None, "", "a" * 127, "b" * 500, "c", None]
    batch = pa.record_batch(
        [
            pa.array(texts),
            pa.array([1, None, 3, None, 5, 6]),
            pa.array(texts[::-1]),
            pa.array(texts),
        ],
        list("abcd"),
    )
    columns = [ResultColumn("a", types.TEXT), ResultColumn("b", types.INT8),
               ResultColumn("c", types.JSONB), ResultColumn("d", types.TEXT)]  # fmt: skip
    formats = [TEXT_FORMAT, TEXT_FORMAT, BINARY_FORMAT, TEXT_FORMAT]
    outputs = [output_of(column.type, form) for column, form in zip(columns, formats, strict=True)]
    for start in range(len(texts)):
        part = batch.slice(start)
        plainly = encode_narrow(part, outputs, Rendering())
        assert bytes(encode_wide(part, outputs, Rendering())) == plainly


def test_a_type_without_a_codec_is_refused() -> None:
    strange = PgType(600, "point", 16, "point")
    with pytest.raises(FeatureNotSupported, match="type point is not supported on the wire"):
        supports_binary(strange)


def test_every_type_speaks_text_and_nearly_every_one_binary() -> None:
    silent = {type_.name for type_ in types.BY_OID.values() if not supports_binary(type_)}
    assert silent == {"regclass", "_regclass", "regtype", "_regtype", "regproc", "_regproc"}
