"""Type names: PostgreSQL's (8.1), SQL's many-worded ones, and DuckDB's nested ones as text."""

from __future__ import annotations

from hookwire_engine.dialect.nodes import Expr, NumberConst, TypeName
from hookwire_engine.dialect.parse.cursor import Cursor

_ALIASES = {
    "int": "int4", "integer": "int4", "bigint": "int8", "smallint": "int2", "real": "float4",
    "boolean": "bool", "decimal": "numeric", "dec": "numeric", "character": "bpchar",
    "nchar": "bpchar",
}  # fmt: skip
_FIELDS = ("year", "month", "day", "hour", "minute", "second")
_DUCKDB_NESTED = frozenset({"struct", "map", "union"})
_CHARACTER = frozenset({"char", "character", "nchar"})


def type_name(p: Cursor) -> TypeName:
    """A type as it may stand after `::`, in CAST and in a column definition."""
    at = p.at
    p.accept("setof")
    if p.word in _DUCKDB_NESTED and p.words[p.i + 1] == "(":
        return _nested(p, at)
    parts, mods, fields = _base(p)
    return TypeName(at, parts, mods, _dimensions(p), fields)


def _base(p: Cursor) -> tuple[tuple[str, ...], tuple[Expr, ...], str]:
    word = p.word
    if word == '"' or p.words[p.i + 1] == ".":
        parts = p.qualified_name()
        return parts, _mods(p), ""
    p.label()
    if word in _CHARACTER or word == "national":
        return _character(p, word)
    if word == "bit":
        return (("varbit",) if p.accept("varying") else ("bit",)), _mods(p), ""
    if word == "double":
        p.accept("precision")
        return ("float8",), (), ""
    if word == "float":
        return _float(p)
    if word in ("time", "timestamp"):
        mods = _mods(p)
        if p.accept_words("with", "time", "zone"):
            word += "tz"
        else:
            p.accept_words("without", "time", "zone")
        return (word,), mods, ""
    if word == "interval":
        mods = _mods(p)
        return ("interval",), mods, interval_fields(p)
    p.i -= 1
    name = p.label()
    return (_ALIASES.get(word, name),), _mods(p), ""


def _character(p: Cursor, word: str) -> tuple[tuple[str, ...], tuple[Expr, ...], str]:
    if word == "national":
        p.accept_any("character", "char")
    varying = p.accept("varying")
    mods = _mods(p)
    if varying:
        return ("varchar",), mods, ""
    return ("bpchar",), mods or (NumberConst(p.at, "1"),), ""


def _float(p: Cursor) -> tuple[tuple[str, ...], tuple[Expr, ...], str]:
    mods = _mods(p)
    small = mods and isinstance(mods[0], NumberConst) and int(mods[0].text) <= 24
    return (("float4",) if small else ("float8",)), (), ""


def _mods(p: Cursor) -> tuple[Expr, ...]:
    if not p.accept("("):
        return ()
    items = p.expressions()
    p.expect(")")
    return items


def interval_fields(p: Cursor) -> str:
    first = p.accept_any(*_FIELDS)
    if first is None:
        return ""
    last = first
    if p.accept("to"):
        last = p.accept_any(*_FIELDS) or first
    if last == "second" and p.word == "(":
        p.skip_parentheses()
    return first if last == first else f"{first} to {last}"


def _dimensions(p: Cursor) -> int:
    dimensions = 0
    if p.accept("array"):
        dimensions = 1
        if p.accept("["):
            p.number()
            p.expect("]")
        return dimensions
    while p.accept("["):
        if p.word != "]":
            p.number()
        p.expect("]")
        dimensions += 1
    return dimensions


def _nested(p: Cursor, at: int) -> TypeName:
    start = p.i
    p.i += 1
    p.skip_parentheses()
    while p.word == "[":
        p.i += 1
        if p.word != "]":
            p.number()
        p.expect("]")
    text = " ".join(token.text for token in p.tokens[start : p.i])
    return TypeName(at, ("struct",), raw=text)
