"""Nested DuckDB values (STRUCT, MAP, LIST, UNION) as JSON text, in the compact form of DuckDB's
own `to_json`, so that a column reads the same whether the engine casts it or not.

Decimals keep their digits (DuckDB makes doubles of them), NaN and the infinities become strings,
and everything else that JSON has no word for becomes the string of its text form.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import orjson
import pyarrow as pa

from hookwire_pgwire.values import datetimes, intervals, numeric, octets
from hookwire_pgwire.values.cells import Array, nulls_of, offsets_of
from hookwire_pgwire.values.codec import Narrow
from hookwire_pgwire.values.plain import plain
from hookwire_pgwire.values.rendering import Rendering

SPECIAL = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
_ZONED = datetimes.TIMESTAMPTZ.text.narrow


def is_document(array: Array) -> bool:
    return bool(pa.types.is_nested(array.type))


def json_texts(array: Array, rendering: Rendering) -> list[bytes | None]:
    """Each value's JSON text. Of the session's settings only the time zone is in it."""
    values = _values(array, Rendering(timezone=rendering.timezone))
    nulls = nulls_of(array)
    unknown = [False] * len(values) if nulls is None else nulls.tolist()
    return [None if no else orjson.dumps(v) for v, no in zip(values, unknown, strict=True)]


def _values(array: Array, rendering: Rendering) -> Sequence[object]:
    """What orjson writes for each value; NULL is None."""
    array = plain(array)
    for applies, convert in _NESTED:
        if applies(array.type):
            return convert(array, rendering)
    for applies, narrow in _LEAVES:
        if applies(array.type):
            return [None if v is None else v.decode() for v in narrow(array, rendering)]
    listed: list[object] = array.to_pylist()
    return listed


def _masked(values: Sequence[object], array: Array) -> Sequence[object]:
    nulls = nulls_of(array)
    if nulls is None:
        return values
    return [None if null else v for v, null in zip(values, nulls.tolist(), strict=True)]


def _structs(array: Array, rendering: Rendering) -> Sequence[object]:
    names = [array.type.field(i).name for i in range(array.type.num_fields)]
    children = [_values(child, rendering) for child in array.flatten()]
    if not children:
        return _masked([{} for _ in range(len(array))], array)
    rows = zip(*children, strict=True)
    return _masked([dict(zip(names, row, strict=True)) for row in rows], array)


def _lists(array: Array, rendering: Rendering) -> Sequence[object]:
    offsets = offsets_of(array).tolist()
    first = offsets[0]
    items = _values(array.values[first : offsets[-1]], rendering)
    spans = pairwise(offsets)
    return _masked([items[start - first : end - first] for start, end in spans], array)


def _maps(array: Array, rendering: Rendering) -> Sequence[object]:
    offsets = offsets_of(array).tolist()
    first, last = offsets[0], offsets[-1]
    keys = [_key(key) for key in _values(array.keys[first:last], rendering)]
    items = _values(array.items[first:last], rendering)
    spans = [(start - first, end - first) for start, end in pairwise(offsets)]
    return _masked([dict(zip(keys[s:e], items[s:e], strict=True)) for s, e in spans], array)


def _key(key: object) -> str:
    return key if isinstance(key, str) else orjson.dumps(key).decode()


def _unions(array: Array, rendering: Rendering) -> Sequence[object]:
    """A sparse union, as DuckDB makes them: every child has every row. Shown with its tag."""
    names = [array.type.field(i).name for i in range(array.type.num_fields)]
    codes = [array.type.type_codes.index(code) for code in array.type_codes.to_pylist()]
    children = [_values(array.field(i), rendering) for i in range(array.type.num_fields)]
    return [{names[code]: children[code][row]} for row, code in enumerate(codes)]


def _numerics(array: Array, rendering: Rendering) -> Sequence[object]:
    texts = numeric.numeric_text(array, rendering)
    return [None if v is None else orjson.Fragment(v) for v in texts]


def _floats(array: Array, rendering: Rendering) -> Sequence[object]:
    listed: list[float | None] = array.to_pylist()
    return [v if v is None or math.isfinite(v) else SPECIAL[str(v)] for v in listed]


def _timestamps(array: Array, rendering: Rendering) -> Sequence[bytes | None]:
    narrow = _ZONED if array.type.tz else datetimes.TIMESTAMP.text.narrow
    return narrow(array, rendering)


_NESTED: tuple[
    tuple[Callable[[object], bool], Callable[[Array, Rendering], Sequence[object]]], ...
] = (
    (pa.types.is_struct, _structs),
    (pa.types.is_map, _maps),
    (pa.types.is_list, _lists),
    (pa.types.is_union, _unions),
    (pa.types.is_decimal, _numerics),
    (pa.types.is_floating, _floats),
)
_LEAVES: tuple[tuple[Callable[[object], bool], Narrow], ...] = (
    (pa.types.is_date32, datetimes.DATE.text.narrow),
    (pa.types.is_time, datetimes.TIME.text.narrow),
    (pa.types.is_timestamp, _timestamps),
    (pa.types.is_interval, intervals.INTERVAL.text.narrow),
    (pa.types.is_binary, octets.BYTEA.text.narrow),
)
