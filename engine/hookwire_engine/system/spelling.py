"""DuckDB's spelling of types and expressions as PostgreSQL's."""

from __future__ import annotations

import re

from hookwire_catalog import types
from hookwire_catalog.names import DEFAULT_DATABASE, DEFAULT_SCHEMA, quote_identifier
from hookwire_catalog.types import PgType
from hookwire_engine.functions.signatures import SCHEMA
from hookwire_engine.system.name_input import name_parts

_SCALARS: dict[str, PgType] = {
    "BOOLEAN": types.BOOL,
    "TINYINT": types.INT2,
    "SMALLINT": types.INT2,
    "INTEGER": types.INT4,
    "BIGINT": types.INT8,
    "UTINYINT": types.INT2,
    "USMALLINT": types.INT4,
    "UINTEGER": types.INT8,
    "HUGEINT": types.NUMERIC,
    "UHUGEINT": types.NUMERIC,
    "UBIGINT": types.NUMERIC,
    "BIGNUM": types.NUMERIC,
    "FLOAT": types.FLOAT4,
    "DOUBLE": types.FLOAT8,
    "VARCHAR": types.TEXT,
    "BLOB": types.BYTEA,
    "DATE": types.DATE,
    "TIME": types.TIME,
    "TIME_NS": types.TIME,
    "TIME WITH TIME ZONE": types.TIMETZ,
    "TIMESTAMP": types.TIMESTAMP,
    "TIMESTAMP_S": types.TIMESTAMP,
    "TIMESTAMP_MS": types.TIMESTAMP,
    "TIMESTAMP_NS": types.TIMESTAMP,
    "TIMESTAMP WITH TIME ZONE": types.TIMESTAMPTZ,
    "TIMESTAMPTZ_NS": types.TIMESTAMPTZ,
    "INTERVAL": types.INTERVAL,
    "UUID": types.UUID,
    "JSON": types.JSONB,
    "BIT": types.VARBIT,
    "MAP(VARCHAR, VARCHAR)": types.HSTORE,
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_LIST = re.compile(r"(.*)\[\d*\]", re.DOTALL)
_LABEL = re.compile(r"'((?:[^']|'')*)'")


def pg_type(duckdb_type: str) -> tuple[PgType, int]:
    """The type of a DuckDB column as PostgreSQL's, and its typmod (contract section 5)."""
    if (found := _SCALARS.get(duckdb_type)) is not None:
        return found, -1
    if decimal := _DECIMAL.fullmatch(duckdb_type):
        return types.NUMERIC, (int(decimal[1]) << 16 | int(decimal[2])) + 4
    if items := _LIST.fullmatch(duckdb_type):
        element, typmod = pg_type(items[1])
        return types.array_of(element), typmod
    if duckdb_type.startswith("ENUM("):
        return types.TEXT, -1
    return types.JSONB, -1


_CAST = re.compile(r"CAST\((.*) AS ([\w \"(),]+)\)", re.DOTALL)
_NEXTVAL = re.compile(r"nextval\('(.*)'\)")
_SPELLINGS = {"uuid()": "gen_random_uuid()", "CAST(now() AS DATE)": "CURRENT_DATE"}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def _without_casts(text: str) -> str:
    """The literal inside of casts; any other text as it is."""
    inner = text
    while found := _CAST.fullmatch(inner):
        inner = found[1]
    return inner if _LABEL.fullmatch(inner) or _NUMBER.fullmatch(inner) else text


def pg_expression(text: str, type_: PgType | None = None) -> str:
    """DuckDB's text of a default or check in PostgreSQL's spelling, for the common forms.

    A literal of a default shows the type of its column: `'new'::text`.
    """
    if text in _SPELLINGS:
        return _SPELLINGS[text]
    if found := _NEXTVAL.fullmatch(text):
        parts = name_parts(found[1]) or [found[1]]
        shown = ".".join(
            quote_identifier(p) for p in parts if p not in (DEFAULT_DATABASE, DEFAULT_SCHEMA)
        )
        return f"nextval('{shown}'::regclass)"
    text = _without_casts(text)
    literal = _LABEL.fullmatch(text)
    if type_ is types.NUMERIC and literal and _NUMBER.fullmatch(literal[1]):
        return literal[1]
    if type_ is not None and literal:
        return f"{text}::{type_.display}"
    return text.replace(f"{SCHEMA}.", "")


def enum_labels(duckdb_type: str) -> tuple[str, ...]:
    """The labels in `ENUM('a', 'b')`, or a list of it; none for another type."""
    if not duckdb_type.startswith("ENUM("):
        return ()
    return tuple(label.replace("''", "'") for label in _LABEL.findall(duckdb_type))
