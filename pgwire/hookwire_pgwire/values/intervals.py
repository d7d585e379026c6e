"""interval: months, days and microseconds, to the wire.

DuckDB gives Arrow nanoseconds, which overflow silently beyond 292 years of hours; a text column
(DuckDB's own text of the interval) is exact and understood too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    Numbers,
    from_values,
    nulls_of,
    numbers_of,
    padded,
)
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.interval_input import (
    LAYOUT,
    Interval,
    parse_interval,
    read_interval,
    unpack_interval,
)
from hookwire_pgwire.values.interval_output import interval_text
from hookwire_pgwire.values.rendering import Rendering

ARROW_LAYOUT = "<i4,<i4,<i8"


def _parts(array: Array) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    records = numbers_of(array, ARROW_LAYOUT)
    return records["f0"].tolist(), records["f1"].tolist(), _micros(records["f2"]).tolist()


def _micros(nanos: Numbers) -> Numbers:
    micros: Numbers = np.sign(nanos) * (np.abs(nanos) // 1000)
    return micros


def _intervals(array: Array) -> list[Interval | None]:
    if pa.types.is_string(array.type):
        return [None if v is None else read_interval(v) for v in array.to_pylist()]
    found = [Interval(*parts) for parts in zip(*_parts(array), strict=True)]
    nulls = nulls_of(array)
    if nulls is None:
        return list(found)
    return [None if null else v for v, null in zip(found, nulls.tolist(), strict=True)]


def _text(array: Array, rendering: Rendering) -> Values:
    return [
        None if v is None else interval_text(v, rendering.interval_style).encode()
        for v in _intervals(array)
    ]


def _binary(array: Array, rendering: Rendering) -> Values:
    pack = LAYOUT.pack
    return [None if v is None else pack(v.micros, v.days, v.months) for v in _intervals(array)]


def _binary_cells(array: Array, rendering: Rendering) -> Cells:
    if pa.types.is_string(array.type):
        return from_values(_binary(array, rendering))
    records = numbers_of(array, ARROW_LAYOUT)
    items = np.empty(len(records), ">i8,>i4,>i4")
    items["f0"] = _micros(records["f2"])
    items["f1"] = records["f1"]
    items["f2"] = records["f0"]
    return padded(items, None, nulls_of(array))


INTERVAL = Codec(
    text=Output(_text),
    binary=Output(_binary, _binary_cells),
    parse=parse_interval,
    unpack=unpack_interval,
)
