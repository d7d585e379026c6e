"""Arrays of text (PostgreSQL 9.19), of one dimension."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from hookwire_catalog.errors import InvalidParameterValue, SqlError
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.values import Frame, charge, width

table = Table()
_function, _operator = table.function, table.operator

Texts: TypeAlias = Sequence[str | None]
_STRING = 64
"""Bytes of a short string in Python, beside its characters."""


class NullNotAllowed(SqlError):
    sqlstate = "22004"


def _string_to_array(
    frame: Frame, text: str | None, delimiter: str | None, null: str | None = None
) -> list[str | None] | None:
    """Characters for a NULL delimiter; a piece that is `null` becomes NULL."""
    if text is None:
        return None
    size = len(text) if delimiter is None else text.count(delimiter or " ") + 1
    charge(frame, 2 * len(text) * width(text) + (_STRING + 16) * size)
    if not text:
        return []
    pieces: list[str | None] = [*text]
    if delimiter is not None:
        pieces = [*text.split(delimiter)] if delimiter else [text]
    return pieces if null is None else [None if piece == null else piece for piece in pieces]


def _array_to_string(
    frame: Frame, items: Texts | None, delimiter: str | None, null: str | None = None
) -> str | None:
    """NULLs are left out, or shown as `null`."""
    if items is None or delimiter is None:
        return None
    shown = [null if item is None else item for item in items]
    kept = [item for item in shown if item is not None]
    size = sum(map(len, kept)) + len(delimiter) * len(kept)
    charge(frame, size * width(delimiter, *kept))
    return delimiter.join(kept)


def _position(items: Texts | None, wanted: str | None) -> int | None:
    return _position_from(items, wanted, 1)


def _position_from(items: Texts | None, wanted: str | None, start: int | None) -> int | None:
    if items is None:
        return None
    if start is None:
        raise NullNotAllowed("initial position must not be null")
    try:
        return items.index(wanted, max(start - 1, 0)) + 1
    except ValueError:
        return None


def _length(items: Texts, dimension: int) -> int | None:
    return len(items) if dimension == 1 and items else None


def _lower(items: Texts, dimension: int) -> int | None:
    return 1 if dimension == 1 and items else None


def _joined(frame: Frame, one: Texts | None, other: Texts | None) -> Texts | None:
    if one is None or other is None:
        return other if one is None else one
    charge(frame, 8 * (len(one) + len(other)))
    return [*one, *other]


def _append(frame: Frame, items: Texts | None, item: str | None) -> Texts | None:
    return _joined(frame, items or [], [item])


def _prepend(frame: Frame, item: str | None, items: Texts | None) -> Texts | None:
    return _joined(frame, [item], items or [])


def _replace(
    frame: Frame, items: Texts | None, old: str | None, new: str | None
) -> list[str | None] | None:
    if items is None:
        return None
    charge(frame, 8 * len(items))
    return [new if item == old else item for item in items]


def _remove(frame: Frame, items: Texts | None, old: str | None) -> list[str | None] | None:
    if items is None:
        return None
    charge(frame, 8 * len(items))
    return [item for item in items if item != old]


def _trimmed(frame: Frame, items: Texts, count: int) -> Texts:
    if not 0 <= count <= len(items):
        raise InvalidParameterValue(
            f"number of elements to trim must be between 0 and {len(items)}"
        )
    charge(frame, 8 * len(items))
    return items[: len(items) - count]


for _null in ("", ", text"):
    _function(
        f"string_to_array(text, text{_null}) _text", _string_to_array, framed=True, strict=False
    )
    _function(
        f"array_to_string(_text, text{_null}) text", _array_to_string, framed=True, strict=False
    )
_function("array_position(_text, text) int4", _position, strict=False)
_function("array_position(_text, text, int4) int4", _position_from, strict=False)
for _name in ("array_length", "array_upper"):
    _function(f"{_name}(_text, int4) int4", _length)
_function("array_lower(_text, int4) int4", _lower)
_function("array_ndims(_text) int4", lambda items: 1 if items else None)
_function("cardinality(_text) int4", len)
_function("array_append(_text, text) _text", _append, framed=True, strict=False)
_function("array_prepend(text, _text) _text", _prepend, framed=True, strict=False)
_function("array_cat(_text, _text) _text", _joined, framed=True, strict=False)
_function("array_replace(_text, text, text) _text", _replace, framed=True, strict=False)
_function("array_remove(_text, text) _text", _remove, framed=True, strict=False)
_function("trim_array(_text, int4) _text", _trimmed, framed=True)
