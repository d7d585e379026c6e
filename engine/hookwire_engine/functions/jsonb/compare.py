"""Equality, order and containment of documents (PostgreSQL 8.14.3, 8.14.4, jsonb_util.c's rules).

`sort_key` is a byte string that compares as PostgreSQL's B-tree order does and is equal for equal
documents only. So DuckDB groups, sorts and joins by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import orjson

from hookwire_engine.append.json_compare import equal, is_scalar
from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import (
    Document,
    key_order,
    parse,
    parse_constant,
)

_EMPTY_ARRAY, _NULL, _STRING, _NUMBER, _FALSE, _TRUE, _ARRAY, _OBJECT = range(1, 9)
_END = b"\x00"


def sort_key(text: str) -> bytes:
    """The key of a JSON text."""
    value = parse(text)
    if value == [] and isinstance(value, list):
        # PostgreSQL keeps its scalars in arrays of one, and an empty array sorts before those.
        return bytes([_EMPTY_ARRAY])
    return _key(value)


def _key(value: Document) -> bytes:
    if value is None:
        return bytes([_NULL])
    if isinstance(value, str):
        return bytes([_STRING]) + _string_key(value)
    if isinstance(value, bool):
        return bytes([_TRUE if value else _FALSE])
    if isinstance(value, list):
        count = len(value).to_bytes(4, "big")
        return bytes([_ARRAY]) + count + b"".join(map(_key, value))
    if isinstance(value, dict):
        count = len(value).to_bytes(4, "big")
        return bytes([_OBJECT]) + count + b"".join(_pair_keys(value))
    return bytes([_NUMBER]) + number_key(Decimal(value))


def _pair_keys(value: dict[str, Document]) -> list[bytes]:
    parts = []
    for key in sorted(value, key=key_order):
        parts.append(_string_key(key))
        parts.append(_key(value[key]))
    return parts


def _string_key(text: str) -> bytes:
    # No string holds a NUL character, so one ends it.
    return text.encode() + _END


def number_key(value: Decimal) -> bytes:
    """Bytes that sort as numbers do: sign, exponent, digits; a negative number is inverted."""
    if not value:
        return b"\x80"
    digits = "".join(map(str, value.as_tuple().digits)).lstrip("0").rstrip("0").encode()
    magnitude = (value.adjusted() + (1 << 30)).to_bytes(4, "big") + digits + _END
    if value > 0:
        return b"\x81" + magnitude
    return b"\x7f" + bytes(255 - byte for byte in magnitude)


def contains(outer: Document, inner: Document) -> bool:
    """Whether `outer @> inner`; an array also contains a bare scalar, at the top only."""
    if isinstance(outer, list) and is_scalar(inner):
        return any(is_scalar(item) and equal(item, inner) for item in outer)
    return _holds(outer, inner)


def _holds(outer: Document, inner: Document) -> bool:
    if isinstance(inner, dict):
        return isinstance(outer, dict) and all(
            key in outer and _holds(outer[key], item) for key, item in inner.items()
        )
    if isinstance(inner, list):
        return isinstance(outer, list) and all(_among(outer, item) for item in inner)
    return equal(outer, inner)


def _among(items: list[Document], wanted: Document) -> bool:
    if is_scalar(wanted):
        return any(is_scalar(item) and equal(item, wanted) for item in items)
    return any(_holds(item, wanted) for item in items)


def contains_text(outer: str, inner: str) -> bool:
    """`outer @> inner` of two texts.

    A first look rounds numbers to double precision, in which equal numbers stay equal, and spares
    most rows the exact reading.
    """
    needle = _needle(inner)
    if needle is not None:
        try:
            if not contains(orjson.loads(outer), needle):
                return False
        except orjson.JSONDecodeError:
            pass
    return contains(parse(outer), parse_constant(inner))


@lru_cache(maxsize=512)
def _needle(text: str) -> Document | None:
    """`text` rounded to double precision; None when a first look cannot be had."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return None if value is None or _has_long_number(value) else value


def _has_long_number(value: Document) -> bool:
    if isinstance(value, dict):
        return any(map(_has_long_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_long_number, value))
    return isinstance(value, (int, float)) and abs(value) >= 1 << 53


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place that any document containing another one has, and what stands there.

    `path` is DuckDB's JSON path; `alone` says that there is nothing else to contain.
    """

    path: str
    text: str | None
    number: float | None
    alone: bool


@lru_cache(maxsize=512)
def _leaf(text: str) -> Leaf | None:
    """A leaf of `text`, a string if there is one; None when it has none behind plain keys."""
    try:
        value = parse_constant(text)
    except Fault:
        return None
    found = list(_leaves(value, "$"))
    alone = len(found) == 1 and _is_chain(value)
    for path, item in found:
        if isinstance(item, str):
            return Leaf(path, item, None, alone)
    for path, item in found:
        if isinstance(item, (int, Decimal)) and not isinstance(item, bool):
            number = float(item)
            if abs(number) < 1 << 53:
                return Leaf(path, None, number, False)
    return None


def _is_chain(value: Document) -> bool:
    """Whether a value is nothing but objects of one member down to its leaf."""
    while isinstance(value, dict) and len(value) == 1:
        (value,) = value.values()
    return is_scalar(value)


def _leaves(value: Document, path: str) -> Iterator[tuple[str, Document]]:
    if not isinstance(value, dict):
        if path != "$" and not isinstance(value, list):
            yield path, value
        return
    for key, item in value.items():
        if key and '"' not in key and "\\" not in key:
            yield from _leaves(item, f'{path}."{key}"')


def leaf_path(text: str) -> str | None:
    found = _leaf(text)
    return None if found is None else found.path


def leaf_text(text: str) -> str | None:
    found = _leaf(text)
    return None if found is None else found.text


def leaf_number(text: str) -> float | None:
    found = _leaf(text)
    return None if found is None else found.number


def leaf_alone(text: str) -> bool:
    found = _leaf(text)
    return found is not None and found.alone and found.text is not None
