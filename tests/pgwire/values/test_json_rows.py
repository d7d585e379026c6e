"""Rows as JSON: numbers that fit, documents as they are, and PostgreSQL's text for the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.values import json_rows

SETTINGS = {
    "TimeZone": "Asia/Tokyo",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "IntervalStyle": "postgres",
    "DateStyle": "ISO, MDY",
}


def texts(type: PgType, values: Sequence[object], arrow: object) -> list[str]:
    """The JSON text of each value in a column of its own."""
    batch = pa.record_batch([pa.array(values, arrow)], ["c"])
    rows = json_rows(batch, [ResultColumn("c", type)], SETTINGS.__getitem__)
    return [row.decode().removeprefix("[").removesuffix("]") for row in rows]


@pytest.mark.parametrize(
    ("type", "arrow", "value", "shown"),
    [
        (types.BOOL, pa.bool_(), True, "true"),
        (types.BOOL, pa.bool_(), False, "false"),
        (types.INT2, pa.int16(), -32768, "-32768"),
        (types.INT4, pa.int32(), 2147483647, "2147483647"),
        (types.INT8, pa.int64(), 2**53 + 1, '"9007199254740993"'),
        (types.NUMERIC, pa.decimal128(5, 2), Decimal("1.50"), '"1.50"'),
        (types.FLOAT8, pa.float64(), 0.1, "0.1"),
        (types.FLOAT8, pa.float64(), 1e300, "1e+300"),
        (types.FLOAT4, pa.float32(), -0.0, "-0"),
        (types.FLOAT8, pa.float64(), float("nan"), '"NaN"'),
        (types.FLOAT8, pa.float64(), float("-inf"), '"-Infinity"'),
        (types.TEXT, pa.string(), 'a"\\\n\u2028ü', '"a\\"\\\\\\n\u2028ü"'),
        (types.TEXT, pa.string(), "null", '"null"'),
        (types.BYTEA, pa.binary(), b"\0\xff", '"\\\\x00ff"'),
        (types.DATE, pa.date32(), date(2026, 1, 2), '"2026-01-02"'),
        (types.JSONB, pa.string(), '{"a": 1.00000000000000000001}', None),
        (types.JSON, pa.string(), "null", "null"),
    ],
)
def test_values(type: PgType, arrow: object, value: object, shown: str | None) -> None:
    assert texts(type, [value, None], arrow) == [shown or value, "null"]


def test_times_are_those_of_the_session() -> None:
    moment = datetime(2026, 1, 1, 15, tzinfo=UTC)
    assert texts(types.TIMESTAMPTZ, [moment], pa.timestamp("us", "UTC")) == [
        '"2026-01-02 00:00:00+09"'
    ]


def test_arrays_hold_what_their_elements_are() -> None:
    array = types.ARRAY_TYPES[types.INT4.oid]
    assert texts(array, [[1, None], [], None], pa.list_(pa.int32())) == ["[1,null]", "[]", "null"]
    nested = pa.list_(pa.list_(pa.int32()))
    assert texts(array, [[[1, 2], [3, 4]], [[], []]], nested) == ["[[1,2],[3,4]]", "[]"]
    documents = types.ARRAY_TYPES[types.JSONB.oid]
    assert texts(documents, [['{"a": 1}', None]], pa.list_(pa.string())) == ['[{"a": 1},null]']
    big = types.ARRAY_TYPES[types.INT8.oid]
    assert texts(big, [[1]], pa.list_(pa.int64())) == ['["1"]']


def test_a_slice_of_arrays_is_only_that() -> None:
    lists = pa.array([[1], [2, 3], [4]], pa.list_(pa.int32())).slice(1, 1)
    batch = pa.record_batch([lists], ["c"])
    column = ResultColumn("c", types.ARRAY_TYPES[types.INT4.oid])
    assert json_rows(batch, [column], SETTINGS.__getitem__) == [b"[[2,3]]"]


def test_a_map_is_an_object_in_the_order_of_hstore() -> None:
    pairs = [("bb", "1"), ('a"', None)]
    found = texts(types.HSTORE, [pairs, [], None], pa.map_(pa.string(), pa.string()))
    assert found[1:] == ["{}", "null"]
    assert list(json.loads(found[0]).items()) == [('a"', None), ("bb", "1")]


def test_a_struct_is_a_document() -> None:
    struct = pa.struct([("a", pa.int64()), ("b", pa.string())])
    assert texts(types.JSONB, [{"a": 1, "b": None}], struct) == ['{"a":1,"b":null}']


def test_rows_without_columns_are_counted() -> None:
    batch = pa.record_batch([pa.array([1, 2])], ["c"]).select([])
    assert json_rows(batch, [], SETTINGS.__getitem__) == [b"[]", b"[]"]


def test_a_column_of_nulls_may_be_of_any_type() -> None:
    assert texts(types.JSONB, [None, None], pa.null()) == ["null", "null"]
