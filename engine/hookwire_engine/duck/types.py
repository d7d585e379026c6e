"""DuckDB's types as PostgreSQL's, and how a value gets out of DuckDB without losing anything.

A column leaves DuckDB as Arrow. Arrow has no place for some of DuckDB's types, and DuckDB then
writes something else without a word (2.0.1):

- UHUGEINT as decimal128: 2**128 - 1 arrives as -1
- TIMETZ as time64: the zone is gone
- BIGNUM, VARIANT and GEOMETRY as bytes of forms of their own
- INTERVAL in nanoseconds: more than 292 years of hours wrap around
- JSON inside STRUCT, MAP and UNION as any other string

Columns of these types are wrapped in the SQL that `wire_expression` gives.
"""

from __future__ import annotations

from collections.abc import Callable

from duckdb.sqltypes import DuckDBPyType

from hookwire_catalog import types
from hookwire_catalog.types import PgType, array_of
from hookwire_engine.functions.faults import error_sql

_BASE: dict[str, PgType] = {
    "boolean": types.BOOL,
    "tinyint": types.INT2,
    "utinyint": types.INT2,
    "smallint": types.INT2,
    "usmallint": types.INT4,
    "integer": types.INT4,
    "uinteger": types.INT8,
    "bigint": types.INT8,
    "ubigint": types.NUMERIC,
    "hugeint": types.NUMERIC,
    "uhugeint": types.NUMERIC,
    "bignum": types.NUMERIC,
    "decimal": types.NUMERIC,
    "float": types.FLOAT4,
    "double": types.FLOAT8,
    "varchar": types.TEXT,
    "enum": types.TEXT,
    "geometry": types.TEXT,
    "null": types.TEXT,
    "blob": types.BYTEA,
    "bit": types.VARBIT,
    "uuid": types.UUID,
    "date": types.DATE,
    "time": types.TIME,
    "time_ns": types.TIME,
    "time with time zone": types.TIMETZ,
    "timestamp": types.TIMESTAMP,
    "timestamp_s": types.TIMESTAMP,
    "timestamp_ms": types.TIMESTAMP,
    "timestamp_ns": types.TIMESTAMP,
    "timestamp with time zone": types.TIMESTAMPTZ,
    "timestamptz_ns": types.TIMESTAMPTZ,
    "interval": types.INTERVAL,
    "variant": types.JSONB,
}

_LISTS = frozenset({"list", "array"})
_DOCUMENTS = frozenset({"struct", "tuple", "union", "map"})
_AS_TEXT = frozenset({"uhugeint", "bignum", "time with time zone", "geometry"})
_ONLY_OUTSIDE = _AS_TEXT | {"variant", "interval", "bit", "tuple", "union"}
"""Types that are not exact, or not as `to_json` writes them, in Arrow inside of a document."""

MAX_HOURS = (2**63 - 1) // 3_600_000_000_000
"""As many hours fit into Arrow's nanoseconds."""

# DuckDB's JSON may hold NaN and infinities as bare words, which is no JSON. Outside of strings the
# letters of these words are in no other word of JSON.
_STRING = r'"([^"\\]|\\.)*"'
_BARE_WORD = "[NI]|nan|inf"


def pg_type(duckdb_type: DuckDBPyType) -> tuple[PgType, int]:
    """The PostgreSQL type that clients are told, and its typmod (-1: none).

    Lists of scalars are arrays, whatever their depth; lists of documents are jsonb.
    """
    kind = duckdb_type.id
    if kind == "decimal":
        return types.NUMERIC, decimal_typmod(duckdb_type)
    if kind in _LISTS:
        element = pg_type(_child(duckdb_type))[0]
        return (element if _is_document(_leaf(duckdb_type)) else array_of(element)), -1
    if kind == "map":
        return (types.HSTORE if _is_hstore(duckdb_type) else types.JSONB), -1
    if kind in _DOCUMENTS or _is_json(duckdb_type):
        return types.JSONB, -1
    return _BASE.get(kind, types.TEXT), -1


def decimal_typmod(duckdb_type: DuckDBPyType) -> int:
    """numeric's typmod (numerictypmodin in PostgreSQL's numeric.c)."""
    precision, scale = (int(str(size)) for _, size in duckdb_type.children)
    return (precision << 16 | scale) + 4


def wire_expression(duckdb_type: DuckDBPyType) -> Callable[[str], str] | None:
    """What makes of a (quoted) column the SQL that is exact in Arrow; None where it already is.

    What a wrapped column still cannot hold raises: 22008 for an interval, 22P02 for a document
    with NaN or an infinity.
    """
    if _is_document(_leaf(duckdb_type)):
        return None if _fits_inside(duckdb_type) else _json_text
    if duckdb_type.id in _LISTS:
        return _list_wrapper(duckdb_type)
    if duckdb_type.id in _AS_TEXT:
        return _text
    if duckdb_type.id == "map" and _parts(duckdb_type)[1].id == "null":
        return _text_map
    return {"interval": _bounded_interval, "variant": _json_text}.get(duckdb_type.id)


def _list_wrapper(duckdb_type: DuckDBPyType) -> Callable[[str], str] | None:
    child = _child(duckdb_type)
    inner = wire_expression(child)
    if inner is None:
        return None
    return lambda sql: f"list_transform(CAST({sql} AS {child}[]), lambda _x: {inner('_x')})"


def _text(sql: str) -> str:
    return f"CAST({sql} AS VARCHAR)"


def _text_map(sql: str) -> str:
    return f"CAST({sql} AS MAP(VARCHAR, VARCHAR))"


def _json_text(sql: str) -> str:
    text = f"CAST(to_json({sql}) AS VARCHAR)"
    refusal = error_sql("22P02", "'invalid input syntax for type json'")
    return (
        f"CASE WHEN {sql} IS NULL THEN NULL"
        f" WHEN regexp_matches({text}, '{_BARE_WORD}') AND"
        f" regexp_matches(regexp_replace({text}, '{_STRING}', '', 'g'), '{_BARE_WORD}')"
        f" THEN {refusal} ELSE {text} END"
    )


def _bounded_interval(sql: str) -> str:
    refusal = error_sql("22008", "'interval out of range'")
    return (
        f"CASE WHEN extract(hour FROM {sql}) NOT BETWEEN -{MAX_HOURS} AND {MAX_HOURS - 1}"
        f" THEN {refusal} ELSE {sql} END"
    )


def _fits_inside(duckdb_type: DuckDBPyType) -> bool:
    """Whether Arrow has the document's every part exactly."""
    if duckdb_type.id in _ONLY_OUTSIDE or _is_json(duckdb_type):
        return False
    if duckdb_type.id in _LISTS:
        return _fits_inside(_child(duckdb_type))
    if duckdb_type.id in ("struct", "map"):
        return all(_fits_inside(part) for part in _parts(duckdb_type))
    return True


def _is_document(duckdb_type: DuckDBPyType) -> bool:
    return duckdb_type.id in _DOCUMENTS and not _is_hstore(duckdb_type)


def _is_hstore(duckdb_type: DuckDBPyType) -> bool:
    if duckdb_type.id != "map":
        return False
    key, value = _parts(duckdb_type)
    return _is_text(key) and (_is_text(value) or value.id == "null")


def _is_text(duckdb_type: DuckDBPyType) -> bool:
    return duckdb_type.id == "varchar" and not _is_json(duckdb_type)


def _is_json(duckdb_type: DuckDBPyType) -> bool:
    """JSON is a VARCHAR with another name."""
    return duckdb_type.id == "varchar" and str(duckdb_type) == "JSON"


def _leaf(duckdb_type: DuckDBPyType) -> DuckDBPyType:
    while duckdb_type.id in _LISTS:
        duckdb_type = _child(duckdb_type)
    return duckdb_type


def _child(duckdb_type: DuckDBPyType) -> DuckDBPyType:
    return _parts(duckdb_type)[0]


def _parts(duckdb_type: DuckDBPyType) -> list[DuckDBPyType]:
    return [part for _, part in duckdb_type.children if isinstance(part, DuckDBPyType)]
