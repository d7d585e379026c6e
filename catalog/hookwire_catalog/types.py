"""PostgreSQL's types as values: OID, name, length. The one table every door reads.

OIDs and lengths are those of PostgreSQL's pg_type.dat. `hstore` is an extension type there, so it
has no fixed OID; ours is 16385 (the first free user OIDs belong to Hookwire itself).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PgType:
    """One row of pg_type, as far as the wire needs it.

    `length` is typlen: bytes of a fixed-width value, -1 for varlena, -2 for a C string.
    `array_oid` is 0 for types that have no array type here. `element` is set on array types.
    `display` is format_type()'s spelling ("timestamp with time zone").
    """

    oid: int
    name: str
    length: int
    display: str
    array_oid: int = 0
    category: str = "U"
    element: PgType | None = None


def _base(oid: int, name: str, length: int, display: str, array_oid: int, category: str) -> PgType:
    return PgType(oid, name, length, display, array_oid, category)


BOOL = _base(16, "bool", 1, "boolean", 1000, "B")
BYTEA = _base(17, "bytea", -1, "bytea", 1001, "U")
CHAR = _base(18, "char", 1, '"char"', 1002, "Z")
NAME = _base(19, "name", 64, "name", 1003, "S")
INT8 = _base(20, "int8", 8, "bigint", 1016, "N")
INT2 = _base(21, "int2", 2, "smallint", 1005, "N")
INT4 = _base(23, "int4", 4, "integer", 1007, "N")
REGPROC = _base(24, "regproc", 4, "regproc", 1008, "N")
TEXT = _base(25, "text", -1, "text", 1009, "S")
OID = _base(26, "oid", 4, "oid", 1028, "N")
JSON = _base(114, "json", -1, "json", 199, "U")
FLOAT4 = _base(700, "float4", 4, "real", 1021, "N")
FLOAT8 = _base(701, "float8", 8, "double precision", 1022, "N")
UNKNOWN = _base(705, "unknown", -2, "unknown", 0, "X")
INET = _base(869, "inet", -1, "inet", 1041, "I")
BPCHAR = _base(1042, "bpchar", -1, "character", 1014, "S")
VARCHAR = _base(1043, "varchar", -1, "character varying", 1015, "S")
DATE = _base(1082, "date", 4, "date", 1182, "D")
TIME = _base(1083, "time", 8, "time without time zone", 1183, "D")
TIMESTAMP = _base(1114, "timestamp", 8, "timestamp without time zone", 1115, "D")
TIMESTAMPTZ = _base(1184, "timestamptz", 8, "timestamp with time zone", 1185, "D")
INTERVAL = _base(1186, "interval", 16, "interval", 1187, "T")
TIMETZ = _base(1266, "timetz", 12, "time with time zone", 1270, "D")
VARBIT = _base(1562, "varbit", -1, "bit varying", 1563, "V")
NUMERIC = _base(1700, "numeric", -1, "numeric", 1231, "N")
REGCLASS = _base(2205, "regclass", 4, "regclass", 2210, "N")
REGTYPE = _base(2206, "regtype", 4, "regtype", 2211, "N")
UUID = _base(2950, "uuid", 16, "uuid", 2951, "U")
JSONB = _base(3802, "jsonb", -1, "jsonb", 3807, "U")
VOID = _base(2278, "void", 4, "void", 0, "P")
XID = _base(28, "xid", 4, "xid", 1011, "U")
INT2VECTOR = PgType(22, "int2vector", -1, "int2vector", 1006, "A", INT2)
OIDVECTOR = PgType(30, "oidvector", -1, "oidvector", 1013, "A", OID)
HSTORE = _base(16385, "hstore", -1, "hstore", 16386, "U")

BASE_TYPES: tuple[PgType, ...] = (
    BOOL, BYTEA, CHAR, NAME, INT8, INT2, INT4, REGPROC, TEXT, OID, JSON, FLOAT4, FLOAT8, UNKNOWN,
    INET, BPCHAR, VARCHAR, DATE, TIME, TIMESTAMP, TIMESTAMPTZ, INTERVAL, TIMETZ, VARBIT, NUMERIC,
    REGCLASS, REGTYPE, UUID, JSONB, VOID, XID, HSTORE,
)  # fmt: skip


def _array_of(element: PgType) -> PgType:
    return PgType(
        element.array_oid, "_" + element.name, -1, element.display + "[]", 0, "A", element
    )


ARRAY_TYPES: dict[int, PgType] = {t.oid: _array_of(t) for t in BASE_TYPES if t.array_oid}
"""Array types by the OID of their element."""

VECTORS = (INT2VECTOR, OIDVECTOR)
"""Arrays of one dimension from 0 on, of the catalogs; they print as `1 2`."""

BY_OID: dict[int, PgType] = {t.oid: t for t in (*BASE_TYPES, *ARRAY_TYPES.values(), *VECTORS)}
BY_NAME: dict[str, PgType] = {t.name: t for t in BY_OID.values()}


def array_of(element: PgType) -> PgType:
    """The array type of `element`; an array of arrays is the same type (PostgreSQL 8.15)."""
    if element.element is not None:
        return element
    return ARRAY_TYPES[element.oid]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a stored relation: what CREATE said."""

    name: str
    type: PgType
    nullable: bool = True
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result: what RowDescription says (PostgreSQL 55.7)."""

    name: str
    type: PgType
    typmod: int = -1
    table_oid: int = 0
    attnum: int = 0
