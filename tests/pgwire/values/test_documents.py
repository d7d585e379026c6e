"""STRUCT, MAP, LIST and UNION as JSON: the text that DuckDB's own to_json writes."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_pgwire.values import Rendering
from support.golden import BINARY_FORMAT, TEXT_FORMAT, encoded

DOCUMENTS = [
    "{'a': 1, 'b': 'x', 'c': NULL}",
    "{'deep': {'list': [1, 2, NULL], 'empty': []::INT[]}}",
    "MAP {'k': 'v', 'other': NULL}",
    "MAP {1: 'one', 2: 'two'}",
    "{'m': MAP {'x': [1, 2]}}",
    "[{'a': 1}, NULL, {'a': 2}]",
    "union_value(n := 5)",
    "{'u': 18446744073709551615::UBIGINT, 'i': (-9223372036854775808)::BIGINT, 't': true}",
    "{'h': 12345678901234567890123456789::HUGEINT}",
    "{'day': DATE '2024-02-29', 'clock': TIME '12:30:00.5', 'at': TIMESTAMP '2024-02-29 12:00:00'}",
    "{'span': INTERVAL '1 day 02:00:00'}",
    "{'id': 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID}",
    """{'quoted "key"': 'tab\t and "quotes" and \\ and ü'}""",
    "{'e': 'big'::ENUM('small', 'big')}",
    "{'nothing': NULL::INT}",
]  # fmt: skip


def _column(expression: str, rows: int = 1) -> Any:
    relation = duckdb.sql(f"SELECT {expression} AS v FROM range({rows})")
    assert relation is not None
    return relation.to_arrow_table().column("v").combine_chunks()


@pytest.mark.parametrize("expression", DOCUMENTS)
def test_documents_read_as_duckdb_writes_them(expression: str) -> None:
    (expected,) = _column(f"to_json({expression})::VARCHAR").to_pylist()
    array = _column(expression)
    for type_ in (types.JSON, types.JSONB):
        assert encoded(array, type_, TEXT_FORMAT) == [expected.encode()]
    assert encoded(array, types.JSON, BINARY_FORMAT) == [expected.encode()]
    assert encoded(array, types.JSONB, BINARY_FORMAT) == [b"\x01" + expected.encode()]


def test_numbers_that_json_has_no_word_for_are_strings() -> None:
    array = _column(
        "{'a': 'NaN'::DOUBLE, 'b': '-inf'::FLOAT, 'c': 'infinity'::TIMESTAMP, 'd': 0.1}"
    )
    (text,) = encoded(array, types.JSONB, TEXT_FORMAT)
    assert json.loads(text or b"") == {"a": "NaN", "b": "-Infinity", "c": "infinity", "d": 0.1}


def test_decimals_keep_their_digits() -> None:
    array = _column("{'d': 1.10::DECIMAL(10, 2), 'e': 0.0000001::DECIMAL(38, 20)}")
    assert encoded(array, types.JSON, TEXT_FORMAT) == [b'{"d":1.10,"e":0.00000010000000000000}']


def test_the_settings_of_output_do_not_change_documents() -> None:
    array = _column("{'b': '\\x00'::BLOB, 'f': 0.1::DOUBLE + 0.2::DOUBLE, 'i': INTERVAL '1 year'}")
    strange = Rendering("UTC", -15, "escape", "iso_8601")
    assert encoded(array, types.JSONB, TEXT_FORMAT, strange) == encoded(
        array, types.JSONB, TEXT_FORMAT
    )


def test_a_moment_in_a_document_is_in_the_zone_of_the_session() -> None:
    array = pa.array([{"at": 0}], pa.struct([("at", pa.timestamp("us", "UTC"))]))
    rendering = Rendering(timezone="Asia/Kathmandu")
    shown = encoded(array, types.JSONB, TEXT_FORMAT, rendering)
    assert shown == [b'{"at":"1970-01-01 05:30:00+05:30"}']


def test_null_documents_and_slices() -> None:
    array = _column("CASE WHEN range % 3 = 0 THEN NULL ELSE {'n': range, 'l': [range]} END", 200)
    shown = encoded(array, types.JSONB, TEXT_FORMAT)
    assert shown == [None if n % 3 == 0 else b'{"n":%d,"l":[%d]}' % (n, n) for n in range(200)]
    assert encoded(array.slice(50, 20), types.JSONB, TEXT_FORMAT) == shown[50:70]


def test_a_struct_without_fields() -> None:
    array = pa.array([{}, None], pa.struct([]))
    assert encoded(array, types.JSONB, TEXT_FORMAT) == [b"{}", None]


def test_arrays_of_documents() -> None:
    array = pa.array([[{"a": 'x"'}, None], []], pa.list_(pa.struct([("a", pa.string())])))
    shown = encoded(array, types.array_of(types.JSONB), TEXT_FORMAT)
    assert shown == [rb'{"{\"a\":\"x\\\"\"}",NULL}', b"{}"]
