"""bool, integers, floats and numeric, beside PostgreSQL's bytes."""

from __future__ import annotations

import random
import struct
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hookwire_catalog import types
from hookwire_catalog.errors import NumericValueOutOfRange
from hookwire_catalog.types import PgType
from hookwire_pgwire.values import Rendering
from support.golden import BINARY_FORMAT, FORMATS, TEXT_FORMAT, Golden, differences, encoded

RANDOM = random.Random(20)


def literals(values: list[Any]) -> list[str | None]:
    return [None if v is None else str(v) for v in values]


@pytest.mark.parametrize("form", FORMATS)
def test_bool(golden: Golden, form: int) -> None:
    values = [True, False, None, True] * 30
    shown = golden.shown("bool", literals(values), form)
    assert not differences(encoded(pa.array(values), types.BOOL, form), shown)


INTEGERS: list[tuple[PgType, int, int]] = [
    (types.INT2, -(2**15), 2**15 - 1),
    (types.INT4, -(2**31), 2**31 - 1),
    (types.INT8, -(2**63), 2**63 - 1),
    (types.OID, 0, 2**32 - 1),
]


def _integers(low: int, high: int) -> list[int | None]:
    edges = [low, low + 1, high - 1, high, 0, 1, 9, 10, None]
    return edges + [RANDOM.randint(low, high) >> RANDOM.randrange(60) for _ in range(100)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("type_, low, high", INTEGERS, ids=lambda v: getattr(v, "name", None))
def test_integers(golden: Golden, type_: PgType, low: int, high: int, form: int) -> None:
    values = _integers(low, high)
    shown = golden.shown(type_.name, literals(values), form)
    arrow = [pa.int64()]
    if type_ is types.INT2:
        arrow += [pa.int16()]
    if type_ in (types.INT2, types.INT4):
        arrow += [pa.int32()]
    if type_ is types.OID:
        arrow += [pa.uint32(), pa.uint64()]
    for kind in arrow:
        assert not differences(encoded(pa.array(values, kind), type_, form), shown)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("rows", [1, 100])
@pytest.mark.parametrize(
    "type_, kind, value",
    [
        (types.INT2, pa.uint16(), 2**15),
        (types.INT4, pa.uint32(), 2**31),
        (types.INT4, pa.int64(), -(2**31) - 1),
        (types.INT8, pa.uint64(), 2**63),
        (types.OID, pa.int64(), -1),
    ],
)
def test_an_integer_that_does_not_fit_is_an_error(
    type_: PgType, kind: Any, value: int, rows: int, form: int
) -> None:
    array = pa.array([None, *[value] * rows], kind)
    with pytest.raises(NumericValueOutOfRange, match=f"{type_.display} out of range"):
        encoded(array, type_, form)


def _doubles() -> list[float | None]:
    edges = [0.0, -0.0, 1e-320, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e23, 9e22]
    edges += [
        float("inf"),
        float("-inf"),
        float("nan"),
        0.1,
        1 / 3,
        1e-4,
        1e-5,
        9.999999999999999e-5,
    ]
    edges += [10.0**power for power in range(-30, 40)] + [
        2.0**power for power in range(-80, 120, 3)
    ]
    edges += [1e15, 1e15 - 1, 999999999999999.9, 123456789012345.6, 1e14, 99999999999999.98]
    some: list[float | None] = [*edges, *[-v for v in edges], None]
    for _ in range(600):
        some.append(struct.unpack("d", RANDOM.randbytes(8))[0])
        some.append(RANDOM.uniform(-1e6, 1e6))
        some.append(round(RANDOM.uniform(-1e6, 1e6), RANDOM.randrange(6)))
        some.append(float(RANDOM.randrange(2**53, 2**70)))
    return some


def _singles() -> list[float | None]:
    some = [
        None if v is None else float(np.float32(v))
        for v in _doubles()
        if v is None or abs(v) < 3e38
    ]
    some += [struct.unpack("f", RANDOM.randbytes(4))[0] for _ in range(600)]
    return [*some, 1e-45, 3.4028234663852886e38, float("nan"), float("inf"), 16777216.0, 33554432.0]


DIGITS = [3, 1, 0, -1, -5, -15]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("type_", [types.FLOAT8, types.FLOAT4], ids=lambda t: t.name)
@pytest.mark.parametrize("digits", DIGITS)
def test_floats(golden: Golden, type_: PgType, digits: int, form: int) -> None:
    double = type_ is types.FLOAT8
    values = _doubles() if double else _singles()
    texts = [None if v is None else repr(v if double else np.float32(v).item()) for v in values]
    settings = {"extra_float_digits": str(digits)}
    shown = golden.shown(type_.name, texts, form, settings)
    array = pa.array(values, pa.float64() if double else pa.float32())
    ours = encoded(array, type_, form, Rendering(extra_float_digits=digits))
    if form == BINARY_FORMAT:  # a NaN from random bytes keeps its payload here
        ours, shown = [[v for v in many if _is_number(v)] for many in (ours, shown)]
    assert not differences(ours, shown)


def _is_number(data: bytes | None) -> bool:
    if data is None:
        return True
    (value,) = struct.unpack("!d" if len(data) == 8 else "!f", data)
    return bool(value == value)


def _decimals(precision: int, scale: int) -> list[Decimal | None]:
    top = 10**precision - 1
    edges = [0, 1, -1, top, -top, top // 2, 10 ** (precision // 2), 9999, 10000, 10001]
    some = [
        *edges,
        *[RANDOM.randint(-top, top) // 10 ** RANDOM.randrange(precision) for _ in range(200)],
    ]
    return [None, *(Decimal(f"{v}e-{scale}") for v in some if abs(v) <= top)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "precision, scale",
    [(4, 0), (4, 4), (5, 2), (9, 9), (10, 2), (18, 0), (18, 3), (18, 18), (19, 1), (38, 0), (38, 6),
     (38, 7), (38, 20), (38, 38)],
)  # fmt: skip
def test_decimals(golden: Golden, precision: int, scale: int, form: int) -> None:
    values = _decimals(precision, scale)
    texts = [None if v is None else format(v, "f") for v in values]
    shown = golden.shown("numeric", texts, form)
    array = pa.array(values, pa.decimal128(precision, scale))
    assert not differences(encoded(array, types.NUMERIC, form), shown)


@pytest.mark.parametrize("form", FORMATS)
def test_integers_as_numeric(golden: Golden, form: int) -> None:
    values = [0, 1, 2**64 - 1, 2**63, 9999, 10000, 100_000_000, None, *range(9990, 10100)]
    shown = golden.shown("numeric", literals(values), form)
    assert not differences(encoded(pa.array(values, pa.uint64()), types.NUMERIC, form), shown)
    small = [v for v in values if v is None or v < 2**63]
    shown = golden.shown("numeric", literals(small), form)
    assert not differences(encoded(pa.array(small, pa.int64()), types.NUMERIC, form), shown)


@pytest.mark.parametrize("form", FORMATS)
def test_numerics_as_text(golden: Golden, form: int) -> None:
    """What has no Arrow type of its own comes as text: UHUGEINT, BIGNUM."""
    values = [str(2**128 - 1), "-" + "9" * 131_072, "0", "1" + "0" * 2000, None]
    shown = golden.shown("numeric", values, form)
    assert not differences(encoded(pa.array(values, pa.string()), types.NUMERIC, form), shown)


@pytest.mark.parametrize("form", FORMATS)
def test_hugeints_have_more_digits_than_their_arrow_type_says(golden: Golden, form: int) -> None:
    values = [2**127 - 1, -(2**127), 10**38, 5]
    raw = b"".join((v % 2**128).to_bytes(16, "little") for v in values)
    array = pa.Array.from_buffers(pa.decimal128(38, 0), len(values), [None, pa.py_buffer(raw)])
    shown = golden.shown("numeric", literals(values), form)
    assert not differences(encoded(array, types.NUMERIC, form), shown)


def test_text_of_floats_needs_no_detour() -> None:
    array = pa.array([1.0, 0.5, 1e16, 1e-7], pa.float64())
    assert encoded(array, types.FLOAT8, TEXT_FORMAT) == [b"1", b"0.5", b"1e+16", b"1e-07"]
