"""jsonb (PostgreSQL 8.14, 9.16): numbers keep every digit, an object the last of equal keys."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from json.encoder import encode_basestring

from hookwire_catalog.errors import InvalidParameterValue, InvalidTextRepresentation, SqlError
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.numbers import read_numeric
from hookwire_engine.append.checks.reader import StatementTooComplex
from hookwire_engine.append.checks.values import Frame, Json, charge, in_time
from hookwire_engine.append.json_compare import Document, equal, is_scalar

table = Table()
_function, _operator = table.function, table.operator


class UntranslatableCharacter(SqlError):
    sqlstate = "22P05"


_MISSING = object()
_NODE = 112
"""Bytes that a member or an element takes in Python at most, beside its text."""
_OBJECT = 200
_MAX_STEPS = 16
_MAX_DIGITS = 1000
_SURROGATE = re.compile("[\ud800-\udfff]")


def _integer(text: str) -> int | Decimal:
    if len(text) > _MAX_DIGITS:
        return read_numeric(text)
    return int(text)


def _constant(text: str) -> None:
    raise ValueError(text)


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=read_numeric, parse_constant=_constant)


def read_json(frame: Frame, text: str) -> Json:
    """The value of a JSON text. What its tree may take is charged first."""
    nodes = text.count(",") + text.count(":") + text.count("[")
    charge(frame, 2 * len(text) + _NODE * nodes + _OBJECT * text.count("{"))
    return parse_json(text)


def parse_json(text: str) -> Json:
    try:
        document = _decoder.decode(text)
    except RecursionError:
        raise StatementTooComplex("stack depth limit exceeded") from None
    except ValueError:
        raise InvalidTextRepresentation("invalid input syntax for type json") from None
    if "\\u" in text and _SURROGATE.search(json.dumps(document, ensure_ascii=False, default=str)):
        raise InvalidTextRepresentation("invalid input syntax for type json")
    if "\\u0000" in text and "\\u0000" in write(document).replace("\\\\", ""):
        raise UntranslatableCharacter("unsupported Unicode escape sequence")
    return Json(document)


def _key_order(key: str) -> tuple[int, bytes]:
    encoded = key.encode()
    return len(encoded), encoded


def write(document: Document) -> str:
    """The normal form: keys by length and bytes, `, ` and `: ` between."""
    parts: list[str] = []
    _write(document, parts)
    return "".join(parts)


def _write(document: Document, parts: list[str]) -> None:
    if isinstance(document, dict):
        before = "{"
        for key in sorted(document, key=_key_order):
            parts.append(f"{before}{encode_basestring(key)}: ")
            _write(document[key], parts)
            before = ", "
        parts.append("}" if document else "{}")
    elif isinstance(document, list):
        before = "["
        for item in document:
            parts.append(before)
            _write(item, parts)
            before = ", "
        parts.append("]" if document else "[]")
    else:
        parts.append(_scalar_text(document))


def _scalar_text(document: Document) -> str:
    if isinstance(document, str):
        return encode_basestring(document)
    if document is None:
        return "null"
    if isinstance(document, bool):
        return "true" if document else "false"
    return format(document, "f") if isinstance(document, Decimal) else str(document)


def json_text(frame: Frame, value: Json) -> str:
    return _charged(frame, write(value.document))


def _charged(frame: Frame, text: str) -> str:
    charge(frame, text.__sizeof__())
    return text


def _value_text(frame: Frame, document: Document) -> str | None:
    """What `->>` gives: a string's own characters, NULL for null."""
    if document is _MISSING or document is None:
        return None
    return document if isinstance(document, str) else _charged(frame, write(document))


def _found(document: Document) -> Json | None:
    return None if document is _MISSING else Json(document)


def _field(document: Document, key: str) -> Document:
    return document.get(key, _MISSING) if isinstance(document, dict) else _MISSING


def _item(document: Document, index: int) -> Document:
    """`->` and an integer; to it a scalar is an array of one, as PostgreSQL keeps it."""
    if is_scalar(document):
        document = [document]
    return _element(document, index)


def _element(document: Document, index: int) -> Document:
    if isinstance(document, list) and -len(document) <= index < len(document):
        return document[index]
    return _MISSING


def _at_path(document: Document, path: Sequence[str | None]) -> Document:
    for step in path:
        if step is None:
            return _MISSING
        if isinstance(document, list):
            found = re.fullmatch(r"\s*[+-]?[0-9]{1,9}\s*", step, re.ASCII)
            document = _element(document, int(step)) if found else _MISSING
        else:
            document = _field(document, step)
        if document is _MISSING:
            break
    return document


def subscript(value: Json, step: str) -> Json | None:
    """`value[step]`, which is a path of one step."""
    return _found(_at_path(value.document, (step,)))


def _contains(frame: Frame, outer: Json, inner: Json) -> bool:
    """`outer @> inner`; an array also contains a bare scalar, at the top only."""
    if isinstance(outer.document, list) and is_scalar(inner.document):
        return any(is_scalar(item) and equal(item, inner.document) for item in outer.document)
    return _holds(frame, outer.document, inner.document)


def _holds(frame: Frame, outer: Document, inner: Document) -> bool:
    """Arrays in arrays take as many steps as the product of their lengths, so time is asked."""
    in_time(frame)
    if isinstance(inner, dict):
        return isinstance(outer, dict) and all(
            key in outer and _holds(frame, outer[key], item) for key, item in inner.items()
        )
    if isinstance(inner, list):
        return isinstance(outer, list) and all(_among(frame, outer, item) for item in inner)
    return equal(outer, inner)


def _among(frame: Frame, items: list[Document], wanted: Document) -> bool:
    if is_scalar(wanted):
        in_time(frame)
        return any(is_scalar(item) and equal(item, wanted) for item in items)
    return any(_holds(frame, item, wanted) for item in items)


def _keys(value: Json) -> Collection[str]:
    """What `?` looks among: keys of an object, strings of an array, a string itself."""
    document = value.document
    if isinstance(document, dict):
        return document.keys()
    items = document if isinstance(document, list) else [document]
    return {item for item in items if isinstance(item, str)}


def _has_any(value: Json, keys: Sequence[str | None]) -> bool:
    found = _keys(value)
    return any(key in found for key in keys)


def _has_all(value: Json, keys: Sequence[str | None]) -> bool:
    found = _keys(value)
    return all(key is None or key in found for key in keys)


def type_of(document: Document) -> str:
    if document is None:
        return "null"
    if isinstance(document, bool):
        return "boolean"
    if isinstance(document, str):
        return "string"
    if isinstance(document, dict):
        return "object"
    return "array" if isinstance(document, list) else "number"


def _array_length(value: Json) -> int:
    if not isinstance(value.document, list):
        what = "non-array" if isinstance(value.document, dict) else "scalar"
        raise InvalidParameterValue(f"cannot get array length of a {what}")
    return len(value.document)


_operator("->(jsonb, text) jsonb", lambda v, key: _found(_field(v.document, key)))
_operator("->(jsonb, int4) jsonb", lambda v, index: _found(_item(v.document, index)))
_operator(
    "->>(jsonb, text) text", lambda f, v, k: _value_text(f, _field(v.document, k)), framed=True
)
_operator(
    "->>(jsonb, int4) text", lambda f, v, i: _value_text(f, _item(v.document, i)), framed=True
)
_operator("#>(jsonb, _text) jsonb", lambda v, path: _found(_at_path(v.document, path)))
_operator(
    "#>>(jsonb, _text) text",
    lambda f, v, path: _value_text(f, _at_path(v.document, path)),
    framed=True,
)
_operator("@>(jsonb, jsonb) bool", _contains, framed=True)
_operator("<@(jsonb, jsonb) bool", lambda f, inner, outer: _contains(f, outer, inner), framed=True)
_operator("?(jsonb, text) bool", lambda value, key: key in _keys(value))
_operator("?|(jsonb, _text) bool", _has_any)
_operator("?&(jsonb, _text) bool", _has_all)
_function("jsonb_typeof(jsonb) text", lambda value: type_of(value.document))
_function("jsonb_array_length(jsonb) int4", _array_length)
for _steps in range(1, _MAX_STEPS + 1):
    _path = ", text" * _steps
    _function(
        f"jsonb_extract_path(jsonb{_path}) jsonb",
        lambda v, *path: _found(_at_path(v.document, path)),
    )
    _function(
        f"jsonb_extract_path_text(jsonb{_path}) text",
        lambda f, v, *path: _value_text(f, _at_path(v.document, path)),
        framed=True,
    )
