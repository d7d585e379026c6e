"""Maps of headers (hstore F.18), and what is in a header.

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
