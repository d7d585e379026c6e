"""numeric, vectorised: where the digits fit into 64 bits, which is nearly everywhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    Numbers,
    from_values,
    gather,
    nulls_of,
    numbers_of,
    padded,
    ragged,
    replaced,
)
from hookwire_pgwire.values.codec import Codec, Output
from hookwire_pgwire.values.numeric import (
    HEAD,
    NEGATIVE,
    POSITIVE,
    numeric_binary,
    numeric_text,
    parse_numeric,
    unpack_numeric,
)
from hookwire_pgwire.values.rendering import Rendering

MAX_SCALE = 18
GROUP = 10_000


def _text_cells(array: Array, rendering: Rendering) -> Cells:
    if pa.types.is_string(array.type) or pa.types.is_integer(array.type):
        return ragged(pc.cast(array, pa.string()))
    if not pa.types.is_decimal128(array.type):
        return from_values(numeric_text(array, rendering))
    texts = pc.cast(array, pa.string())
    cells = ragged(texts)
    if array.type.scale <= 6:
        return cells
    # Arrow writes small numbers with an exponent.
    rows = np.flatnonzero(pc.fill_null(pc.match_substring(texts, "E"), False))
    return replaced(cells, rows, numeric_text(array.take(pa.array(rows)), rendering))


def _binary_cells(array: Array, rendering: Rendering) -> Cells:
    parts = _small_decimals(array)
    if parts is None:
        return from_values(numeric_binary(array, rendering))
    values, scale, unusual = parts
    cells = _packed(np.where(unusual, 0, values), scale, nulls_of(array))
    rows = np.flatnonzero(unusual)
    return replaced(cells, rows, numeric_binary(array.take(pa.array(rows)), rendering))


def _small_decimals(array: Array) -> tuple[Numbers, int, Numbers] | None:
    """Unscaled values as int64, their scale, and where they do not fit."""
    if pa.types.is_decimal128(array.type) and 0 <= array.type.scale <= MAX_SCALE:
        halves = numbers_of(array, "<i8,<i8")
        low = halves["f0"]
        fits = (halves["f1"] == low >> 63) & (low != -(2**63))
        nulls = nulls_of(array)
        return low, array.type.scale, ~fits if nulls is None else ~(fits | nulls)
    if pa.types.is_integer(array.type) and array.type != pa.uint64():
        values = pc.fill_null(array, 0).to_numpy(zero_copy_only=False).astype(np.int64)
        return values, 0, values == -(2**63)
    return None


def _packed(values: Numbers, scale: int, nulls: Numbers | None) -> Cells:
    """numeric_send for int64 values over 10**scale."""
    groups, whole_groups = _groups(np.abs(values), scale)
    count, width = groups.shape
    filled = groups != 0
    first = filled.argmax(axis=1)
    used = width - filled[:, ::-1].argmax(axis=1) - first
    zero = ~filled.any(axis=1)
    used[zero] = 0
    digits = gather(
        groups.view(np.uint8).ravel(), np.arange(count) * width * 2 + first * 2, width * 2
    )
    items = np.empty(count, f">i2,>i2,>u2,>i2,V{width * 2}")
    items["f0"] = used
    items["f1"] = np.where(zero, 0, whole_groups - 1 - first)
    items["f2"] = np.where(values < 0, NEGATIVE, POSITIVE)
    items["f3"] = scale
    items["f4"] = digits
    return padded(items, HEAD.size + used * 2, nulls)


def _groups(sizes: Numbers, scale: int) -> tuple[Numbers, int]:
    """The base-10000 digits of sizes / 10**scale, and how many are before the point."""
    rest, fraction = np.divmod(sizes, 10**scale)
    whole_groups = -(-len(str(rest.max(initial=0))) // 4)
    fraction_groups = -(-scale // 4)
    groups = np.empty((len(sizes), whole_groups + fraction_groups), ">i2")
    for column in range(whole_groups + fraction_groups - 1, whole_groups - 1, -1):
        missing = 4 * (column - whole_groups + 1) - scale
        fraction, digits = np.divmod(fraction, 10 ** (4 - max(missing, 0)))
        groups[:, column] = digits * 10 ** max(missing, 0)
    for column in range(whole_groups - 1, -1, -1):
        rest, groups[:, column] = np.divmod(rest, GROUP)
    return groups, whole_groups


NUMERIC = Codec(
    text=Output(numeric_text, _text_cells),
    binary=Output(numeric_binary, _binary_cells),
    parse=parse_numeric,
    unpack=unpack_numeric,
)
