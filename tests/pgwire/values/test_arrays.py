"""Arrays of every element type, and hstore, beside PostgreSQL's bytes."""

from __future__ import annotations

import json
import random
from typing import Any

import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.types import PgType, array_of
from hookwire_pgwire.values import Rendering
from hookwire_pgwire.values.arrays import ArraySubscriptError
from support.golden import FORMATS, TEXT_FORMAT, Golden, differences, encoded

RANDOM = random.Random(20)
WORDS = ["a", "", "NULL", "null", "nUlL", "nulls", '"', "\\", "a,b", "{}", " pad", "tab\t",
         "new\nline", "naïve 中文",
         "x" * 300, "'", "\x0b", "\x0c", "\r", "(", None]  # fmt: skip

ELEMENTS: dict[PgType, tuple[list[Any], Any]] = {
    types.BOOL: ([True, False, None], pa.bool_()),
    types.INT2: ([0, -32768, 32767, None], pa.int16()),
    types.INT4: ([0, 1, -(2**31), None], pa.int32()),
    types.INT8: ([0, 2**63 - 1, -(2**63), None], pa.int64()),
    types.OID: ([0, 2**32 - 1, None], pa.uint32()),
    types.FLOAT4: ([0.5, 1e10, float("inf"), None], pa.float32()),
    types.FLOAT8: ([0.1, 1e-320, float("-inf"), 1e23, None], pa.float64()),
    types.TEXT: (WORDS, pa.string()),
    types.VARCHAR: (WORDS, pa.string()),
    types.BYTEA: ([b"", b"\\", b'"', b"\0\xff", None], pa.binary()),
    types.JSON: (['{"a": "b\\\\"}', "[1, 2]", "null", None], pa.string()),
    types.JSONB: (['{"a": "b"}', "[1, 2]", "null", None], pa.string()),
    types.UUID: (["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", None], pa.string()),
    types.INET: (["10.0.0.1", "::1/64", None], pa.string()),
}


def _literal(value: Any) -> str:
    """An array literal with every element in quotes."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "{" + ",".join(map(_literal, value)) + "}"
    text = "\\x" + value.hex() if isinstance(value, bytes) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literals(arrays: list[Any]) -> list[str | None]:
    return [None if value is None else _literal(value) for value in arrays]


def _lists(items: list[Any]) -> list[list[Any] | None]:
    some = [[RANDOM.choice(items) for _ in range(RANDOM.randrange(8))] for _ in range(150)]
    return [[], None, [None], [None, None], items, *([item] for item in items), *some]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("element", ELEMENTS, ids=lambda t: t.name)
def test_arrays(golden: Golden, element: PgType, form: int) -> None:
    items, kind = ELEMENTS[element]
    values = _lists(items)
    shown = golden.shown(element.name + "[]", _literals(values), form)
    for list_type in (pa.list_(kind), pa.large_list(kind)):
        array = pa.array(values, list_type)
        assert not differences(encoded(array, array_of(element), form), shown)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("element", [types.INT4, types.TEXT], ids=lambda t: t.name)
def test_arrays_of_arrays(golden: Golden, element: PgType, form: int) -> None:
    items, kind = ELEMENTS[element]

    def grid(rows: int, columns: int) -> list[list[Any]]:
        return [[RANDOM.choice(items) for _ in range(columns)] for _ in range(rows)]

    values = [None, *(grid(RANDOM.randint(1, 4), RANDOM.randint(1, 4)) for _ in range(150))]
    shown = golden.shown(element.name + "[]", _literals(values), form)
    array = pa.array(values, pa.list_(pa.list_(kind)))
    assert not differences(encoded(array, array_of(element), form), shown)
    cubes = [None if v is None else [v, v] for v in values]
    shown = golden.shown(element.name + "[]", _literals(cubes), form)
    array = pa.array(cubes, pa.list_(pa.list_(pa.list_(kind))))
    assert not differences(encoded(array, array_of(element), form), shown)


@pytest.mark.parametrize("form", FORMATS)
def test_arrays_without_any_element_are_empty(golden: Golden, form: int) -> None:
    values = [[], [[]], [[], []], [None], [None, []]]
    shown = golden.shown("int4[]", ["{}"] * len(values), form)
    array = pa.array(values, pa.list_(pa.list_(pa.int32())))
    assert encoded(array, array_of(types.INT4), form) == shown


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("rows", [1, 100])
def test_ragged_arrays_are_errors(rows: int, form: int) -> None:
    """DuckDB's lists of lists need not be rectangular; PostgreSQL's arrays must (2202E)."""
    for value in ([[1, 2], [3]], [[1], None], [[], [1]]):
        array = pa.array([value] * rows, pa.list_(pa.list_(pa.int32())))
        with pytest.raises(ArraySubscriptError, match="matching dimensions"):
            encoded(array, array_of(types.INT4), form)


@pytest.mark.parametrize("form", FORMATS)
def test_arrays_of_one_size(golden: Golden, form: int) -> None:
    values = [[RANDOM.randrange(99) for _ in range(3)] for _ in range(90)]
    shown = golden.shown("int4[]", _literals([*values, None]), form)
    array = pa.array([*values, None], pa.list_(pa.int32(), 3))
    assert encoded(array, array_of(types.INT4), form) == shown


def test_what_lies_under_a_null_is_not_shown() -> None:
    """Arrow lets a NULL list have elements."""
    offsets, items = pa.array([0, 2, 4], pa.int32()), pa.array([1, 2, 3, 4], pa.int32())
    array = pa.ListArray.from_arrays(offsets, items, mask=pa.array([True, False]))
    assert encoded(array, array_of(types.INT4), TEXT_FORMAT) == [None, b"{3,4}"]


@pytest.mark.parametrize("form", FORMATS)
def test_elements_follow_the_settings(golden: Golden, form: int) -> None:
    settings = {"bytea_output": "escape", "extra_float_digits": "0", "IntervalStyle": "iso_8601",
                "TimeZone": "Asia/Kathmandu"}  # fmt: skip
    rendering = Rendering("Asia/Kathmandu", 0, "escape", "iso_8601")
    cases: list[tuple[PgType, list[Any], list[Any], Any]] = [
        (types.BYTEA, [[b"a\\\0", b" "]], [[b"a\\\0", b" "]], pa.binary()),
        (types.FLOAT8, [[0.1 + 0.2, 1e15]], [[0.1 + 0.2, 1e15]], pa.float64()),
        (types.INTERVAL, [["14 months 1 day"]], [["14 months 1 day"]], pa.string()),
        (types.TIMESTAMPTZ, [["1970-01-01 00:00:00+00"]], [[0]], pa.timestamp("us", "UTC")),
    ]
    for element, theirs, values, kind in cases:
        shown = golden.shown(element.name + "[]", _literals(theirs), form, settings)
        array = pa.array(values, pa.list_(kind))
        assert encoded(array, array_of(element), form, rendering) == shown


PAIRS = [
    "",
    "a",
    "bb",
    "B",
    "x-kind",
    "content-type",
    'q"uote',
    "back\\slash",
    "ü",
    "=>",
    "NULL",
    "a,b",
]


def _maps() -> list[dict[str, str | None] | None]:
    def one() -> dict[str, str | None]:
        keys = RANDOM.sample(PAIRS, RANDOM.randrange(len(PAIRS)))
        return {key: RANDOM.choice([*PAIRS, None, "y" * 200]) for key in keys}

    return [{}, None, {"a": None}, {"": ""}, *(one() for _ in range(150))]


@pytest.mark.parametrize("form", FORMATS)
def test_hstore(golden: Golden, form: int) -> None:
    values = _maps()
    query = """
        SELECT hstore(k, v)
        FROM (SELECT n, array_agg(p->>0 ORDER BY i) FILTER (WHERE p IS NOT NULL) AS k,
                     array_agg(p->>1 ORDER BY i) FILTER (WHERE p IS NOT NULL) AS v
              FROM unnest(%s::jsonb[]) WITH ORDINALITY AS m(pairs, n)
              LEFT JOIN jsonb_array_elements(pairs) WITH ORDINALITY AS e(p, i) ON true
              GROUP BY n) AS q
        ORDER BY n"""
    known = [v for v in values if v]
    pairs = [json.dumps([list(pair) for pair in v.items()]) for v in known]
    shown = golden.column(query, (pairs,), form)
    kind = pa.map_(pa.string(), pa.string())
    array = pa.array([list(v.items()) for v in known], kind)
    assert not differences(encoded(array, types.HSTORE, form), shown)
    few: list[Any] = [[], None, [("a", None)]]
    shown = golden.shown("hstore", ["", None, "a=>NULL"], form)
    assert encoded(pa.array(few, kind), types.HSTORE, form) == shown
    mixed = encoded(
        pa.array([None if v is None else list(v.items()) for v in values], kind), types.HSTORE, form
    )
    assert [v for v, m in zip(mixed, values, strict=True) if m] == golden.column(
        query, (pairs,), form
    )
