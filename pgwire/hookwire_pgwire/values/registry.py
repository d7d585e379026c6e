"""The codec of every type."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported
from hookwire_catalog.types import PgType
from hookwire_pgwire.values import (
    datetimes,
    floats,
    integers,
    intervals,
    names,
    numbers,
    octets,
    strings,
)
from hookwire_pgwire.values.arrays import Arrays
from hookwire_pgwire.values.codec import Codec
from hookwire_pgwire.values.hstore import HSTORE
from hookwire_pgwire.values.network import INET
from hookwire_pgwire.values.vectors import INT2VECTOR, OIDVECTOR

BASE: dict[int, Codec] = {
    types.BOOL.oid: integers.BOOL,
    types.INT2.oid: integers.integers(types.INT2, "!h"),
    types.INT4.oid: integers.integers(types.INT4, "!i"),
    types.INT8.oid: integers.integers(types.INT8, "!q"),
    types.OID.oid: integers.integers(types.OID, "!I"),
    types.XID.oid: integers.integers(types.XID, "!I"),
    types.FLOAT4.oid: floats.float4(types.FLOAT4),
    types.FLOAT8.oid: floats.float8(types.FLOAT8),
    types.NUMERIC.oid: numbers.NUMERIC,
    types.BYTEA.oid: octets.BYTEA,
    types.VARBIT.oid: octets.VARBIT,
    types.UUID.oid: octets.UUID,
    types.DATE.oid: datetimes.DATE,
    types.TIME.oid: datetimes.TIME,
    types.TIMETZ.oid: datetimes.TIMETZ_CODEC,
    types.TIMESTAMP.oid: datetimes.TIMESTAMP,
    types.TIMESTAMPTZ.oid: datetimes.TIMESTAMPTZ,
    types.INTERVAL.oid: intervals.INTERVAL,
    types.JSON.oid: strings.JSON,
    types.JSONB.oid: strings.JSONB,
    types.INET.oid: INET,
    types.HSTORE.oid: HSTORE,
    types.REGCLASS.oid: strings.TEXT_ONLY,
    types.REGTYPE.oid: strings.TEXT_ONLY,
    types.REGPROC.oid: strings.TEXT_ONLY,
    types.TEXT.oid: strings.TEXT,
    types.VARCHAR.oid: strings.TEXT,
    types.BPCHAR.oid: strings.TEXT,
    types.NAME.oid: names.NAME,
    types.CHAR.oid: names.CHAR,
    types.UNKNOWN.oid: strings.TEXT,
    types.VOID.oid: strings.TEXT,
}
CODECS: dict[int, Codec] = BASE | {
    array.oid: Arrays(array.element, BASE[array.element.oid]).whole()
    for array in types.ARRAY_TYPES.values()
    if array.element is not None
}
CODECS |= {types.INT2VECTOR.oid: INT2VECTOR, types.OIDVECTOR.oid: OIDVECTOR}


def codec_of(type: PgType) -> Codec:
    codec = CODECS.get(type.oid)
    if codec is None:
        raise FeatureNotSupported(f"type {type.display} is not supported on the wire")
    return codec
