"""Types as the dialect needs them: PostgreSQL's by name, DuckDB's spelling, what casts exist.

A type of None is DuckDB's own business (STRUCT, VARIANT, the result of a function that only
DuckDB has): values of it are passed on as they are.
"""

from __future__ import annotations

from functools import lru_cache

from hookwire_catalog import types
from hookwire_catalog.types import BY_NAME, PgType, array_of
from hookwire_engine.functions.casts import CastContext, cast_context
from hookwire_engine.functions.signatures import NUMERIC

RECORD = PgType(2249, "record", -1, "record", 2287, "P")
REGNAMESPACE = PgType(4089, "regnamespace", 4, "regnamespace", 4090, "N")
REGROLE = PgType(4096, "regrole", 4, "regrole", 4097, "N")
REGPROCEDURE = PgType(2202, "regprocedure", 4, "regprocedure", 2207, "N")
REGOPER = PgType(2203, "regoper", 4, "regoper", 2208, "N")
REGOPERATOR = PgType(2204, "regoperator", 4, "regoperator", 2209, "N")
REGCOLLATION = PgType(4191, "regcollation", 4, "regcollation", 4192, "N")
REGCONFIG = PgType(3734, "regconfig", 4, "regconfig", 3735, "N")
REGDICTIONARY = PgType(3769, "regdictionary", 4, "regdictionary", 3770, "N")
CID = PgType(29, "cid", 4, "cid", 1012, "U")
TID = PgType(27, "tid", 6, "tid", 1010, "U")
BIT = PgType(1560, "bit", -1, "bit", 1561, "V")
CSTRING = PgType(2275, "cstring", -2, "cstring", 1263, "P")
JSONPATH = PgType(4072, "jsonpath", -1, "jsonpath", 4073, "U")
_OTHERS = (
    RECORD, REGNAMESPACE, REGROLE, REGPROCEDURE, REGOPER, REGOPERATOR, REGCOLLATION, REGCONFIG,
    REGDICTIONARY, CID, TID, BIT, CSTRING, JSONPATH,
)  # fmt: skip

REG_TYPES = frozenset(
    {"regclass", "regtype", "regproc", "regnamespace", "regrole", "regprocedure", "regoper",
     "regoperator", "regcollation", "regconfig", "regdictionary"}
)  # fmt: skip

_NAMES: dict[str, PgType] = {t.name: t for t in _OTHERS} | BY_NAME
_SPELLINGS = {
    "int": "int4", "integer": "int4", "bigint": "int8", "smallint": "int2", "boolean": "bool",
    "real": "float4", "decimal": "numeric", "string": "text", "character varying": "varchar",
    "timestamp without time zone": "timestamp", "timestamp with time zone": "timestamptz",
    "double precision": "float8", "map": "hstore",
}  # fmt: skip


def type_named(name: str) -> PgType | None:
    """The type with PostgreSQL's name (or an alias of it); `_x` is the array of x."""
    found = _NAMES.get(name)
    if found is not None:
        return found
    alias = _SPELLINGS.get(name)
    return None if alias is None else _NAMES[alias]


def arrays(element: PgType) -> PgType | None:
    """The array type of `element`; None when it has none."""
    if element.element is not None or element.oid in types.ARRAY_TYPES:
        return array_of(element)
    return None


_DUCKDB = {
    "bool": "BOOLEAN", "bytea": "BLOB", "int8": "BIGINT", "int2": "SMALLINT", "int4": "INTEGER",
    "oid": "BIGINT", "xid": "BIGINT", "cid": "BIGINT", "json": "JSON", "jsonb": "JSON",
    "float4": "FLOAT", "float8": "DOUBLE", "date": "DATE", "time": "TIME",
    "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ", "interval": "INTERVAL",
    "timetz": "TIMETZ", "varbit": "BIT", "bit": "BIT", "numeric": NUMERIC, "uuid": "UUID",
    "hstore": "MAP(VARCHAR, VARCHAR)", **dict.fromkeys(REG_TYPES, "BIGINT"),
}  # fmt: skip


@lru_cache(maxsize=4096)
def duckdb_type(type_: PgType, typmod: int = -1) -> str:
    """DuckDB's name for it; strings of all kinds are VARCHAR."""
    if type_.element is not None:
        return duckdb_type(type_.element, typmod) + "[]"
    if type_ is types.NUMERIC and typmod >= 0:
        precision, scale = numeric_modifier(typmod)
        return f"DECIMAL({min(precision, 38)},{scale})"
    return _DUCKDB.get(type_.name, "VARCHAR")


def numeric_modifier(typmod: int) -> tuple[int, int]:
    """Precision and scale out of a numeric's type modifier."""
    value = typmod - 4
    return value >> 16 & 0xFFFF, value & 0x7FF


def display(type_: PgType | None, typmod: int = -1) -> str:
    """format_type()'s spelling, without modifiers."""
    return "unknown" if type_ is None else type_.display


IMPLICIT, ASSIGNMENT, EXPLICIT = CastContext


@lru_cache(maxsize=8192)
def cast_level(source: PgType, target: PgType) -> CastContext | None:
    """The weakest context in which PostgreSQL casts `source` to `target`; None if never."""
    if {source.name, target.name} <= {"bit", "varbit"}:
        return IMPLICIT
    if source is BIT and target.name in ("int4", "int8"):
        return EXPLICIT
    if source.name in _REG_ONLY or target.name in _REG_ONLY:
        # They cast as regclass does (pg_cast).
        if source is target or {source.name, target.name} in _SAME_OBJECTS:
            return IMPLICIT
        one = "regtype" if source.name in _REG_ONLY else source.name
        other = "regtype" if target.name in _REG_ONLY else target.name
        return EXPLICIT if one == other else cast_context(one, other)
    return cast_context(source.name, target.name)


def is_string(type_: PgType | None) -> bool:
    return type_ is not None and type_.name in _STRINGS


def is_number(type_: PgType | None) -> bool:
    return type_ is not None and type_.name in _NUMBERS


_STRINGS = frozenset({"text", "varchar", "bpchar", "name", "char", "cstring"})
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8", "oid"})
_SAME_OBJECTS = ({"regproc", "regprocedure"}, {"regoper", "regoperator"})
_REG_ONLY = REG_TYPES - {"regclass", "regtype", "regproc"}


def output_type(type_: PgType, typmod: int = -1) -> str:
    """What the outermost select list of a translation gives for a column of this type."""
    element = type_.element or type_
    if element.name in REG_TYPES:
        return "VARCHAR[]" if type_.element is not None else "VARCHAR"
    return duckdb_type(type_, typmod)
