"""Maps of headers (hstore F.18), arrays of text (PostgreSQL 9.19), and both together.

The names of headers are lower case in a request; a key is looked up in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.values import Frame, Headers, charge, width

table = Table()
_function, _operator = table.function, table.operator

Map: TypeAlias = dict[str, Any]
Texts: TypeAlias = Sequence[str | None]
_STRING = 64
"""Bytes of a short string in Python, beside its characters."""


def _look_up(headers: Map, key: str) -> Any:
    return headers.get(key.lower() if type(headers) is Headers else key)


def header_values(frame: Frame, headers: Map, name: str, key: str) -> list[str] | None:
    """The values of `key` in a header of the form `t=1,v1=abc,v1=def`, in their order.

    Spaces around a part, a key and a value are none of theirs. NULL without the header.
    """
    text = _look_up(headers, name)
    if text is None:
        return None
    charge(frame, len(text) * width(text) + _STRING * text.count(","))
    return values_of(text, key)


def values_of(text: str, key: str) -> list[str]:
    found = []
    for part in text.split(","):
        name_, sign, value = part.partition("=")
        if sign and name_.strip() == key:
            found.append(value.strip())
    return found


def _has(headers: Map, key: str) -> bool:
    return (key.lower() if type(headers) is Headers else key) in headers


def element(items: Texts, index: int) -> str | None:
    return items[index - 1] if 1 <= index <= len(items) else None


def _string_to_array(frame: Frame, text: str | None, delimiter: str | None) -> list[str] | None:
    if text is None:
        return None
    if delimiter is None:
        charge(frame, (_STRING + 8) * len(text))
        return list(text)
    charge(frame, len(text) * width(text) + (_STRING + 8) * (text.count(delimiter or " ") + 1))
    if not text:
        return []
    return text.split(delimiter) if delimiter else [text]


def _array_to_string(frame: Frame, items: Texts, delimiter: str) -> str:
    kept = [item for item in items if item is not None]
    size = sum(map(len, kept)) + len(delimiter) * len(kept)
    charge(frame, size * width(delimiter, *kept))
    return delimiter.join(kept)


def _position(items: Texts | None, wanted: str | None) -> int | None:
    if items is None or wanted not in items:
        return None
    return items.index(wanted) + 1


def _array_length(items: Texts, dimension: int) -> int | None:
    return len(items) if dimension == 1 and items else None


for _map, _value in (("hstore", "text"), ("bhstore", "bytea")):
    _operator(f"->({_map}, text) {_value}", _look_up)
    _operator(f"?({_map}, text) bool", _has)
    _operator(
        f"?|({_map}, _text) bool", lambda h, keys: any(k is not None and _has(h, k) for k in keys)
    )
    _operator(f"?&({_map}, _text) bool", lambda h, keys: all(k is None or _has(h, k) for k in keys))
    _function(f"exist({_map}, text) bool", _has)
    _function(f"defined({_map}, text) bool", lambda h, key: _look_up(h, key) is not None)
_function("header_values(hstore, text, text) _text", header_values, framed=True)
_function("string_to_array(text, text) _text", _string_to_array, framed=True, strict=False)
_function("array_to_string(_text, text) text", _array_to_string, framed=True)
_function("array_position(_text, text) int4", _position, strict=False)
_function("array_length(_text, int4) int4", _array_length)
_function("cardinality(_text) int4", len)
