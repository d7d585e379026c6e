"""A jsonb value in Python, and its text as PostgreSQL writes it.

A document is None, bool, int, Decimal, str, list or dict. Numbers keep every digit: an integer is
an int, anything with a point or an exponent a Decimal. An object keeps the last of equal keys.

Normal form (PostgreSQL 8.14): keys by length in bytes, then by bytes; `, ` and `: ` between; the
exponent of a number written out, trailing zeros kept.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

import orjson

from hookwire_engine.functions.faults import Fault

Document = Any

_MAX_DIGITS = 131_072
"""PostgreSQL's numeric has at most so many digits before the point (8.1.2)."""


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 4_000 else Decimal(text)


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() > _MAX_DIGITS or exponent < -16_383:
        raise Fault("22003", "value overflows numeric format")
    return value


def _constant(text: str) -> None:
    raise ValueError(text)


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_constant)


def parse(text: str) -> Document:
    """The document in `text`; 22P02 when it is not JSON."""
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise Fault("54001", "stack depth limit exceeded") from None
    except ValueError:
        raise _not_json(text) from None
    if "\\" in text and "\\u" in text:
        _refuse_escapes(text, value)
    return value


def _not_json(text: str) -> Fault:
    return Fault("22P02", "invalid input syntax for type json")


def _refuse_escapes(text: str, value: Document) -> None:
    """PostgreSQL stores no NUL character and no half of a surrogate pair (8.14)."""
    try:
        written = write(value).encode()
    except UnicodeEncodeError:
        raise _not_json(text) from None
    if b"\\u0000" in written.replace(b"\\\\", b""):
        raise Fault("22P05", "unsupported Unicode escape sequence")


def parse_fast(text: str) -> Document:
    """The document in `text`, its long or fractional numbers rounded to double precision."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return parse(text)


@lru_cache(maxsize=512)
def parse_constant(text: str) -> Document:
    """As `parse`, for what is mostly the same from call to call; not to be changed."""
    return parse(text)


def key_order(key: str) -> tuple[int, bytes]:
    """Where PostgreSQL puts a key: shorter first, then by bytes."""
    encoded = key.encode("utf-8", "surrogatepass")
    return len(encoded), encoded


def number_text(value: int | float | Decimal) -> str:
    """A number as jsonb writes it."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text[1:] if text[0] == "-" and not value else text
    return str(value) if isinstance(value, int) else number_text(Decimal(repr(value)))


def write(value: Document) -> str:
    """`value` in normal form."""
    parts: list[str] = []
    _write(value, parts)
    return "".join(parts)


def _write(value: Document, parts: list[str]) -> None:
    if isinstance(value, str):
        parts.append(encode_basestring(value))
    elif value is None:
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, dict):
        _write_object(value, parts)
    elif isinstance(value, list):
        _write_array(value, parts)
    else:
        parts.append(number_text(value))


def _write_object(value: dict[str, Document], parts: list[str]) -> None:
    before = "{"
    for key in sorted(value, key=key_order):
        parts.append(before)
        parts.append(encode_basestring(key))
        parts.append(": ")
        _write(value[key], parts)
        before = ", "
    parts.append("}" if value else "{}")


def _write_array(value: list[Document], parts: list[str]) -> None:
    before = "["
    for item in value:
        parts.append(before)
        _write(item, parts)
        before = ", "
    parts.append("]" if value else "[]")


def write_compact(value: Document) -> str:
    """`value` as the json functions write it: no spaces, members in their order."""
    if isinstance(value, dict):
        members = (f"{encode_basestring(k)}:{write_compact(v)}" for k, v in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_compact, value)) + "]"
    return write(value)


def normal(text: str) -> str:
    """The normal form of a JSON text."""
    return write(parse(text))


def as_text(value: Document) -> str | None:
    """What `->>` gives for a value: a string's own characters, None for null."""
    if value is None or isinstance(value, str):
        return value
    return write(value)


def type_of(value: Document) -> str:
    """jsonb_typeof's word for it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "number"
