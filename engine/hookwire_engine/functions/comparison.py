"""Comparison functions and operators (PostgreSQL 9.2)."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter

chapter = Chapter(
    "9.2",
    "Comparison functions and operators",
    notes=('Text compares by bytes, as under COLLATE "C".',),
)
SYMBOLS = ("=", "<>", "<", "<=", ">", ">=")
_ALIKE = (
    "bool", "text", "bpchar", "name", "bytea", "numeric", "time", "timetz", "interval", "uuid",
    "oid", "varbit", "char",
)  # fmt: skip
_FAMILIES = (
    ("int2", "int4", "int8"),
    ("float4", "float8"),
    ("date", "timestamp", "timestamptz"),
    ("name", "text"),
)


def _compare(left: str, right: str) -> None:
    for symbol in SYMBOLS:
        chapter.operator(f"{symbol}({left}, {right}) bool")


for _name in _ALIKE:
    _compare(_name, _name)
for _family in _FAMILIES:
    for _left in _family:
        for _right in _family:
            if _left != _right or _left not in _ALIKE:
                _compare(_left, _right)
chapter.function(
    "num_nulls(variadic any) int4",
    sql="CAST(len(list_filter(_1, lambda _e: _e IS NULL)) AS INTEGER)",
    items="text",
    strict=False,
)
chapter.function(
    "num_nonnulls(variadic any) int4",
    sql="CAST(len(list_filter(_1, lambda _e: _e IS NOT NULL)) AS INTEGER)",
    items="text",
    strict=False,
)
