"""How a typed value is converted in DuckDB: a template for each pair of types that needs one.

DuckDB's CAST does most pairs as PostgreSQL does. The rest differ in the words they take (boolean),
the form they write (jsonb, timestamps, floats), what they round, or what they cut.
"""

from __future__ import annotations

from functools import lru_cache

from hookwire_catalog import types
from hookwire_catalog.errors import FeatureNotSupported
from hookwire_catalog.types import PgType
from hookwire_engine.dialect.types import REG_TYPES, cast_level, duckdb_type, is_string
from hookwire_engine.functions.casts import CastContext
from hookwire_engine.functions.faults import marked
from hookwire_engine.functions.rendering import text_item
from hookwire_engine.functions.signatures import NUMERIC

_HW = "memory.hw."


def raised(type_: PgType, sqlstate: str, message: str) -> str:
    """An expression of DuckDB's type that raises; `message` is an SQL expression.

    Not error(): DuckDB holds that for volatile, and refuses what is volatile in a window's ORDER
    BY. A cast that fails says the same, since `read_fault` finds the marks in its text.
    """
    marks = marked(sqlstate, "\0").split("\0")
    text = f"'{marks[0]}' || {message} || '{marks[1]}'"
    if is_string(type_) or type_ is types.BYTEA:
        return f"CAST(CAST({text} AS INTEGER) AS VARCHAR)"
    return f"CAST({text} AS {duckdb_type(type_)})"


def _refused(type_: PgType) -> str:
    """Raises 22P02 for the text `{0}`."""
    message = f"'invalid input syntax for type {type_.display}: \"' || {{0}} || '\"'"
    return raised(type_, "22P02", message)


def _integer_in(type_: PgType) -> str:
    # DuckDB would round '1.5' and take '1e3'.
    cast = f"CAST({{0}} AS {duckdb_type(type_)})"
    plain = "regexp_full_match({0}, '\\s*[-+]?[0-9]+\\s*')"
    return f"CASE WHEN {plain} THEN {cast} WHEN {{0}} IS NOT NULL THEN {_refused(type_)} END"


_TRUE = "'t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1'"
_FALSE = "'f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0'"
_WORD = "lower(trim({0}))"
_UNPADDED = "rtrim({0}, ' ')"

# From a string, at run time: PostgreSQL's input functions, as far as DuckDB's casts differ.
_FROM_TEXT = {
    "bool": f"CASE WHEN {_WORD} IN ({_TRUE}) THEN true WHEN {_WORD} IN ({_FALSE}) THEN false"
    f" WHEN {{0}} IS NOT NULL THEN {_refused(types.BOOL)} END",
    "bytea": "CASE WHEN starts_with({0}, '\\x') THEN unhex(substr({0}, 3))"
    f" WHEN contains({{0}}, '\\') THEN encode({_refused(types.BYTEA)}) ELSE encode({{0}}) END",
    "jsonb": "memory.hw.jsonb_normal({0})",
    "int2": _integer_in(types.INT2),
    "int4": _integer_in(types.INT4),
    "int8": _integer_in(types.INT8),
    "oid": _integer_in(types.OID),
    **{name: f"{_HW}{name}_in({{0}})" for name in REG_TYPES},
}
# A float has as many digits as it holds for sure (float8_numeric in PostgreSQL's numeric.c).
_DIGITS = f"CAST(printf('%.{{}}g', {{{{0}}}}) AS {NUMERIC})"
_PAIRS = {
    ("int4", "bool"): "({0} <> 0)",
    ("time", "interval"): "to_microseconds(datediff('microsecond', TIME '00:00:00', {0}))",
    ("interval", "time"): "CAST(TIMESTAMP '1970-01-01' + {0} AS TIME)",
    ("float8", "numeric"): _DIGITS.format("15"),
    ("float4", "numeric"): _DIGITS.format("6"),
    ("timestamptz", "time"): "CAST(CAST({0} AS TIMESTAMP) AS TIME)",
    ("bit", "varbit"): "{0}",
    ("varbit", "bit"): "{0}",
    ("int2", "numeric"): "CAST({0} AS DECIMAL(5,0))",
    ("int4", "numeric"): "CAST({0} AS DECIMAL(10,0))",
    ("int8", "numeric"): "CAST({0} AS DECIMAL(19,0))",
}


_NUMBER_KINDS = "('UBIGINT', 'BIGINT', 'UHUGEINT', 'HUGEINT', 'DOUBLE')"


def _from_jsonb(target: PgType, typmod: int) -> str:
    """Of a document that is a number, or a boolean; nothing else (jsonb_numeric and others)."""
    kinds = "('BOOLEAN')" if target is types.BOOL else _NUMBER_KINDS
    message = f"'cannot cast jsonb ' || {_HW}jsonb_typeof({{0}}) || ' to type {target.display}'"
    refused = raised(target, "22023", message)
    cast = f"CAST({{0}} AS {duckdb_type(target, typmod)})"
    return (
        f"CASE WHEN {{0}} IS NOT NULL AND json_type({{0}}) NOT IN {kinds}"
        f" THEN {refused} ELSE {cast} END"
    )


@lru_cache(maxsize=8192)
def conversion(source: PgType, target: PgType, typmod: int, explicit: bool) -> str:
    """A template over `{0}`, the value of `source`."""
    if is_string(source) and is_string(target):
        padded = source is types.BPCHAR and target is not types.BPCHAR
        return _sized(_UNPADDED if padded else "{0}", target, typmod, explicit)
    if source is types.INT4 and target is types.CHAR:
        return "chr({0})"
    if is_string(target):
        return _sized(_as_text(source), target, typmod, explicit)
    if is_string(source):
        found = _FROM_TEXT.get(target.name)
        if found is not None:
            return found
        if target is types.HSTORE:
            return f"{_HW}hstore_in({{0}})"
        if target in types.VECTORS:
            return f"CAST(string_split(trim({{0}}), ' ') AS {duckdb_type(target)})"
        if target.element is not None:
            return _list_in(target.element)
    if source.name in REG_TYPES | {"oid"} and target.name in REG_TYPES | {"oid"}:
        return "{0}"
    pair = _PAIRS.get((source.name, target.name))
    if pair is not None:
        return pair if typmod < 0 else f"CAST({pair} AS {duckdb_type(target, typmod)})"
    if {source.name, target.name} == {"json", "jsonb"}:
        return f"{_HW}jsonb_normal({{0}})" if target.name == "jsonb" else "{0}"
    if source is types.JSONB and cast_level(source, target) is CastContext.EXPLICIT:
        return _from_jsonb(target, typmod)
    return f"CAST({{0}} AS {duckdb_type(target, typmod)})"


def _as_text(source: PgType) -> str:
    element = source.element
    if source.name in REG_TYPES:
        return f"{_HW}{source.name}_out({{0}})"
    if element is not None and element.name in REG_TYPES:
        return text_item("_text").replace("{0}", names_of_list(element.name))
    return text_item(source.name, cast=True)


def names_of_list(reg: str) -> str:
    """A template over a list of OIDs: the names. Not a lambda: those have no queries in DuckDB."""
    rows = "SELECT unnest({0}) AS _u, generate_subscripts({0}, 1) AS _i"
    names = f"SELECT list({_HW}{reg}_out(_u) ORDER BY _i) FROM ({rows})"
    return f"CASE WHEN {{0}} IS NOT NULL THEN coalesce(({names}), []) END"


def _list_in(element: PgType) -> str:
    """Over the text of a list."""
    items = f"{_HW}array_in({{0}})"
    if element is types.TEXT:
        return items
    if element.name in REG_TYPES:
        raise FeatureNotSupported(
            f"a cast from a computed text to {element.display}[] is not supported",
            hint="Use a literal.",
        )
    inner = conversion(types.TEXT, element, -1, True).replace("{0}", "_e")
    return f"list_transform({items}, lambda _e : {inner})"


def _sized(code: str, target: PgType, typmod: int, explicit: bool) -> str:
    """Fitted to a varchar(n) or char(n): a cast cuts what is too long, an assignment refuses it
    unless only spaces are lost (8.3)."""
    if typmod < 0 or target.name not in ("varchar", "bpchar"):
        return code
    limit = typmod - 4
    fitted = f"left({code}, {limit})"
    if target.name == "bpchar":
        fitted = f"rpad({fitted}, {limit}, ' ')"
    if explicit:
        return fitted
    refusal = raised(target, "22001", f"'value too long for type {target.display}({limit})'")
    return f"CASE WHEN length(rtrim({code}, ' ')) > {limit} THEN {refusal} ELSE {fitted} END"
