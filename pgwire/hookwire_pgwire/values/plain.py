"""Arrow's many encodings of one thing, brought to the few that the codecs read.

List views are not among them: DuckDB makes them only if it is told to.
"""

from __future__ import annotations

import pyarrow as pa

from hookwire_pgwire.values.cells import Array

_PLAIN = frozenset(
    kind.id
    for kind in (
        *(pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16()),
        *(pa.uint32(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(1), pa.string()),
        *(pa.binary(), pa.date32(), pa.time64("us"), pa.timestamp("us"), pa.null()),
    )
)
"""The ids of types that need a look at nothing else: this runs for every column of every row."""


def plain(array: Array) -> Array:
    """Without dictionary or extension, and with 32-bit offsets."""
    kind = array.type
    if kind.id in _PLAIN:
        return array
    if isinstance(kind, pa.BaseExtensionType):
        return plain(array.storage)
    if pa.types.is_dictionary(kind):
        return plain(array.dictionary_decode())
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array.cast(pa.string())
    if (
        pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
        or pa.types.is_fixed_size_binary(kind)
    ):
        return array.cast(pa.binary())
    if pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return array.cast(pa.list_(kind.value_type))
    return array
