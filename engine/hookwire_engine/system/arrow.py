"""Arrow tables from Python lists, by declared columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from hookwire_catalog import types
from hookwire_catalog.types import Column, PgType

_BIGNUM = pa.opaque(pa.binary(), "bignum", "DuckDB")
"""A whole number of any size: numeric's, since a DECIMAL ends at 38 digits."""

_ARROW: dict[int, pa.DataType] = {
    types.BOOL.oid: pa.bool_(),
    types.INT2.oid: pa.int16(),
    types.INT4.oid: pa.int32(),
    types.INT8.oid: pa.int64(),
    types.OID.oid: pa.int64(),
    types.REGPROC.oid: pa.int64(),
    types.REGCLASS.oid: pa.int64(),
    types.REGTYPE.oid: pa.int64(),
    types.FLOAT4.oid: pa.float32(),
    types.FLOAT8.oid: pa.float64(),
    types.NUMERIC.oid: _BIGNUM,
    types.BYTEA.oid: pa.binary(),
    types.TIMESTAMPTZ.oid: pa.timestamp("us", tz="UTC"),
    types.INTERVAL.oid: pa.month_day_nano_interval(),
}
_VECTORS = {"int2vector": pa.int16(), "oidvector": pa.int64()}
_OIDS = {"xid", "cid", "regoper", "regnamespace", "regrole", "regprocedure"}


def arrow_type(type_: PgType) -> pa.DataType:
    """How a column of this type is kept; text for all that has no better form."""
    if type_.name in _VECTORS:
        return pa.list_(_VECTORS[type_.name])
    if type_.element is not None:
        return pa.list_(arrow_type(type_.element))
    if type_.name in _OIDS:
        return pa.int64()
    return _ARROW.get(type_.oid, pa.string())


def table(
    columns: Sequence[Column], count: int, values: Mapping[str, Any] | None = None
) -> pa.Table:
    """`count` rows; each of `values` is a list of that length or one value for all rows.

    A column without a value is NULL everywhere.
    """
    given = dict(values or {})
    arrays = [_array(given.pop(c.name, None), arrow_type(c.type), count) for c in columns]
    if given:
        raise KeyError(f"no such columns: {sorted(given)}")
    return pa.Table.from_arrays(arrays, names=[c.name for c in columns])


def _array(value: Any, type_: pa.DataType, count: int) -> pa.Array:
    if isinstance(value, list):
        if len(value) != count:
            raise ValueError(f"{len(value)} values for {count} rows")
        return _values(value, type_)
    if value is None:
        return pa.nulls(count, type_)
    return pa.repeat(pa.scalar(value, type_), count)


def _values(value: list[Any], type_: pa.DataType) -> pa.Array:
    if type_ is not _BIGNUM:
        return pa.array(value, type_)
    kept = pa.array([None if v is None else _bignum(v) for v in value], _BIGNUM.storage_type)
    return pa.ExtensionArray.from_storage(_BIGNUM, kept)


def _bignum(value: int) -> bytes:
    """As DuckDB keeps one that is not negative: the sign, how many bytes, the bytes."""
    data = value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
    return (1 << 23 | len(data)).to_bytes(3, "big") + data


def of_rows(columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """A table of whole rows, a value for each column."""
    if not rows:
        return table(columns, 0)
    turned = zip(*rows, strict=True)
    arrays = [pa.array(v, arrow_type(c.type)) for c, v in zip(columns, turned, strict=True)]
    return pa.Table.from_arrays(arrays, names=[c.name for c in columns])
