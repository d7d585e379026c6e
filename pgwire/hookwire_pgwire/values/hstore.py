"""hstore, the type of `map[text=>text]`: a DuckDB MAP(VARCHAR, VARCHAR).

Pairs are in the order in which PostgreSQL's hstore keeps them: by the key's length in bytes, then
by its bytes. Both ways know few distinct keys in a column (header names), and sort those.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from struct import Struct, error

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_catalog.errors import InvalidBinaryRepresentation, SqlSyntaxError
from hookwire_pgwire.values.assemble import value_stream
from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    Numbers,
    as_binary,
    binary_array,
    null_where,
    nulls_of,
    offsets_of,
    ragged,
)
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.strings import decode_utf8
from hookwire_pgwire.values.unpacking import TrailingData, insufficient

INT4 = Struct("!i")
QUOTED = r'"((?:[^"\\]|\\.)*)"'
BARE = r'((?:[^\s"\\=,]|\\.|=(?!>))(?:[^\s\\=,]|\\.|=(?!>))*)'
PAIR = re.compile(rf"\s*(?:{QUOTED}|{BARE})\s*=>\s*(?:{QUOTED}|{BARE})\s*(,|$)", re.DOTALL)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def pairs_of(array: Array) -> list[list[tuple[bytes, bytes | None]] | None]:
    rows: list[list[tuple[bytes, bytes | None]] | None] = []
    for row in array.to_pylist():
        if row is None:
            rows.append(None)
            continue
        pairs = [(key.encode(), None if v is None else v.encode()) for key, v in row]
        rows.append(sorted(pairs, key=lambda pair: (len(pair[0]), pair[0])))
    return rows


def _text_of(pairs: Sequence[tuple[bytes, bytes | None]]) -> bytes:
    return b", ".join(
        _quoted(key) + b"=>" + (b"NULL" if value is None else _quoted(value))
        for key, value in pairs
    )


def _binary_of(pairs: Sequence[tuple[bytes, bytes | None]]) -> bytes:
    parts = [INT4.pack(len(pairs))]
    for key, value in pairs:
        parts += (INT4.pack(len(key)), key)
        parts += (INT4.pack(-1),) if value is None else (INT4.pack(len(value)), value)
    return b"".join(parts)


def _text(array: Array, rendering: Rendering) -> Values:
    return [None if pairs is None else _text_of(pairs) for pairs in pairs_of(array)]


def _binary(array: Array, rendering: Rendering) -> Values:
    return [None if pairs is None else _binary_of(pairs) for pairs in pairs_of(array)]


def _sorted_pairs(array: Array) -> tuple[Numbers, Array, Array]:
    """Offsets of the rows, keys (as a dictionary) and values, in hstore's order."""
    offsets = offsets_of(array)
    first, last = int(offsets[0]), int(offsets[-1])
    keys = as_binary(array.keys[first:last]).dictionary_encode()
    names = keys.dictionary.to_pylist()
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=lambda i: (len(names[i]), names[i]))] = np.arange(
        len(names)
    )
    codes = keys.indices.to_numpy()
    rows = np.repeat(np.arange(len(array)), np.diff(offsets))
    order = pa.array(np.argsort(rows * len(names) + ranks[codes], kind="stable"))
    return offsets - first, keys.take(order), as_binary(array.items[first:last]).take(order)


def _escaped(texts: Array) -> Array:
    for special in (b"\\", b'"'):
        if pc.any(pc.match_substring(texts, special)).as_py():
            texts = pc.replace_substring(texts, special, b"\\" + special)
    return texts


def _text_cells(array: Array, rendering: Rendering) -> Cells:
    offsets, keys, values = _sorted_pairs(array)
    names = pc.binary_join_element_wise(b'"', _escaped(keys.dictionary), b'"=>', b"")
    quoted = pc.binary_join_element_wise(b'"', _escaped(values), b'"', b"")
    pairs = pc.binary_join_element_wise(
        names.take(keys.indices), pc.fill_null(quoted, b"NULL"), b""
    )
    rows = pa.ListArray.from_arrays(pa.array(offsets), pairs)
    return ragged(null_where(pc.binary_join(rows, b", "), nulls_of(array)))


def _binary_cells(array: Array, rendering: Rendering) -> Cells:
    offsets, keys, values = _sorted_pairs(array)
    starts, stream = value_stream([ragged(keys.dictionary_decode()), ragged(values)])
    bodies = binary_array(starts[offsets], stream)
    counts = np.diff(offsets).astype(">i4").view(np.uint8)
    heads = binary_array(np.arange(len(array) + 1) * 4, counts)
    return ragged(null_where(pc.binary_join_element_wise(heads, bodies, b""), nulls_of(array)))


def parse_hstore(text: str, rendering: Rendering) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    position = 0
    body = text.strip()
    while position < len(body):
        pair = PAIR.match(body, position)
        if pair is None or (pair[5] == "," and pair.end() == len(body)):
            raise SqlSyntaxError(f'syntax error in hstore, near "{body[position : position + 20]}"')
        quoted_key, bare_key, quoted_value, bare_value, _ = pair.groups()
        key = quoted_key if bare_key is None else bare_key
        value = quoted_value if bare_value is None else bare_value
        null = bare_value is not None and bare_value.lower() == "null"
        found.setdefault(ESCAPED.sub(r"\1", key), None if null else ESCAPED.sub(r"\1", value))
        position = pair.end()
    return found


def unpack_hstore(data: bytes) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    try:
        (count,) = INT4.unpack_from(data)
        position = 4
        for _ in range(count):
            key, position = _piece(data, position)
            value, position = _piece(data, position)
            if key is None:
                raise InvalidBinaryRepresentation("null value not allowed for hstore key")
            found[key] = value
    except error:
        raise insufficient() from None
    if position != len(data):
        raise TrailingData
    return found


def _piece(data: bytes, position: int) -> tuple[str | None, int]:
    (length,) = INT4.unpack_from(data, position)
    position += 4
    if length < 0:
        return None, position
    if position + length > len(data):
        raise insufficient()
    return decode_utf8(data[position : position + length]), position + length


HSTORE = Codec(
    text=Output(_text, _text_cells),
    binary=Output(_binary, _binary_cells),
    parse=parse_hstore,
    unpack=unpack_hstore,
)
