"""Equality and order (PostgreSQL 9.2), and equality that takes the same time whatever is equal.

Text is compared as the collation C does. NaN equals itself and is above all other numbers.
"""

from __future__ import annotations

import hmac
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.documents import write
from hookwire_engine.append.checks.moments import span
from hookwire_engine.append.checks.values import Json
from hookwire_engine.append.json_compare import equal

table = Table()

Comparison = Callable[[Any, Any], bool]

_SYMBOLS: dict[str, Comparison] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt,
    ">=": operator.ge,
}  # fmt: skip
_ORDERED = (
    ("bool", "bool"), ("int4", "int4"), ("int8", "int8"), ("int4", "int8"), ("int8", "int4"),
    ("numeric", "numeric"), ("text", "text"), ("bytea", "bytea"), ("timestamp", "timestamp"),
    ("timestamptz", "timestamptz"), ("timestamp", "timestamptz"), ("timestamptz", "timestamp"),
)  # fmt: skip


def _by(key: Callable[[Any], Any], compare: Comparison) -> Comparison:
    return lambda one, other: compare(key(one), key(other))


def _float_key(value: float) -> tuple[bool, float]:
    return (True, 0.0) if value != value else (False, value)


for _symbol, _compare in _SYMBOLS.items():
    for _one, _other in _ORDERED:
        table.operator(f"{_symbol}({_one}, {_other}) bool", _compare)
    table.operator(f"{_symbol}(float8, float8) bool", _by(_float_key, _compare))
    table.operator(f"{_symbol}(interval, interval) bool", _by(span, _compare))
for _type in ("_text", "hstore"):
    table.operator(f"=({_type}, {_type}) bool", operator.eq)
    table.operator(f"<>({_type}, {_type}) bool", operator.ne)
table.operator("=(jsonb, jsonb) bool", lambda a, b: equal(a.document, b.document))
table.operator("<>(jsonb, jsonb) bool", lambda a, b: not equal(a.document, b.document))


def _canonical(document: Any) -> Any:
    """A document in which equal numbers are written alike."""
    if isinstance(document, dict):
        return {key: _canonical(item) for key, item in document.items()}
    if isinstance(document, list):
        return list(map(_canonical, document))
    return document.normalize() if isinstance(document, Decimal) else document


def _json_bytes(value: Json) -> bytes:
    return write(_canonical(value.document)).encode()


def _text_bytes(text: str) -> bytes:
    return text.encode()


_BYTES: dict[str, Callable[[Any], bytes]] = {
    "text": _text_bytes,
    "bytea": bytes,
    "jsonb": _json_bytes,
    "_text": lambda items: repr(list(items)).encode(),
    "hstore": lambda items: repr(sorted(items.items())).encode(),
}


def constant_time(type_: str) -> Comparison | None:
    """Equality of two values of a type in a time that tells nothing but their lengths.

    None for types of a fixed size, which are compared in one step anyway.
    """
    to_bytes = _BYTES.get(type_)
    if to_bytes is None:
        return None
    if type_ == "bytea":
        return hmac.compare_digest
    return lambda one, other: hmac.compare_digest(to_bytes(one), to_bytes(other))
