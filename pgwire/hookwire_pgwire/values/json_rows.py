"""Rows as JSON, for whoever asks over HTTP: PostgreSQL's text, and JSON's own forms where it has
them and no digit is lost.

Numbers of at most 32 bits and finite floats are numbers; int8 and numeric are strings, since many
readers of JSON make doubles of numbers. json and jsonb are embedded as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import orjson
import pyarrow as pa

from hookwire_catalog import types
from hookwire_catalog.types import PgType, ResultColumn
from hookwire_pgwire.values.arrays import dimensions, take_apart
from hookwire_pgwire.values.cells import Array, nulls_of
from hookwire_pgwire.values.codec import narrow_values
from hookwire_pgwire.values.hstore import pairs_of
from hookwire_pgwire.values.plain import plain
from hookwire_pgwire.values.registry import codec_of
from hookwire_pgwire.values.rendering import Rendering

NULL = b"null"


def json_rows(
    batch: pa.RecordBatch, columns: Sequence[ResultColumn], setting: Callable[[str], str]
) -> list[bytes]:
    """Each row as the text of a JSON array; `setting` gives the session's settings."""
    if not columns:
        return [b"[]"] * batch.num_rows
    rendering = Rendering.of(setting)
    texts = [
        _texts(column.type, array, rendering)
        for column, array in zip(columns, batch.columns, strict=True)
    ]
    return [b"[" + b",".join(row) + b"]" for row in zip(*texts, strict=True)]


def _texts(type: PgType, array: Array, rendering: Rendering) -> Sequence[bytes]:
    array = plain(array)
    if array.null_count == len(array):
        return [NULL] * len(array)
    if type.element is not None and type not in types.VECTORS:
        return _arrays(type.element, array, rendering)
    if type.oid == types.HSTORE.oid:
        return [NULL if pairs is None else _object(pairs) for pairs in pairs_of(array)]
    write = _WRITERS.get(type.oid, _string)
    values = narrow_values(codec_of(type).text, array, rendering)
    return [NULL if value is None else write(value) for value in values]


def _arrays(element: PgType, array: Array, rendering: Rendering) -> Sequence[bytes]:
    """Rectangular, or `[]`, as PostgreSQL's are (see `arrays`)."""
    lists = take_apart(array)
    filled = dimensions(lists)[:, 0].tolist()
    texts = _texts(element, lists.leaves, rendering)
    for bounds in reversed(lists.bounds):
        texts = [b"[" + b",".join(texts[a:b]) + b"]" for a, b in pairwise(bounds.tolist())]
    nulls = nulls_of(array)
    unknown = [False] * len(texts) if nulls is None else nulls.tolist()
    return [
        NULL if null else text if size else b"[]"
        for text, size, null in zip(texts, filled, unknown, strict=True)
    ]


def _object(pairs: Sequence[tuple[bytes, bytes | None]]) -> bytes:
    members = {key.decode(): None if v is None else v.decode() for key, v in pairs}
    return orjson.dumps(members)


def _string(text: bytes) -> bytes:
    return orjson.dumps(text.decode())


def _boolean(text: bytes) -> bytes:
    return b"true" if text == b"t" else b"false"


def _number(text: bytes) -> bytes:
    """NaN and the infinities, which are no numbers in JSON, end in letters."""
    return b'"' + text + b'"' if text[-1:].isalpha() else text


def _verbatim(text: bytes) -> bytes:
    return text


_WRITERS: dict[int, Callable[[bytes], bytes]] = {
    types.BOOL.oid: _boolean,
    types.INT2.oid: _verbatim,
    types.INT4.oid: _verbatim,
    types.FLOAT4.oid: _number,
    types.FLOAT8.oid: _number,
    types.JSON.oid: _verbatim,
    types.JSONB.oid: _verbatim,
}
