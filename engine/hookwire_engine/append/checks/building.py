"""jsonb made of values, and taken apart by a path (PostgreSQL 9.16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hookwire_catalog.errors import InvalidParameterValue
from hookwire_engine.append.checks.casts import conversion
from hookwire_engine.append.checks.code import Code
from hookwire_engine.append.checks.moments import to_datetime
from hookwire_engine.append.checks.numbers import float_text, read_numeric
from hookwire_engine.append.checks.reader import refused
from hookwire_engine.append.checks.resolve import find_function, implicit
from hookwire_engine.append.checks.types import UNKNOWN, display
from hookwire_engine.append.checks.values import Frame, Json, Run, charge
from hookwire_engine.append.json_compare import Document

_KEYS = frozenset(("text", "int4", "int8", "numeric", "float8"))
_MEMBER = 112
"""Bytes of a member or an element, beside its value."""


def _iso(us: int) -> str:
    moment = to_datetime(us)
    shown = moment.isoformat()
    return shown.rstrip("0") if moment.microsecond else shown


def _of_float(frame: Frame, value: float) -> Document:
    shown = float_text(value)
    return shown if shown in ("NaN", "Infinity", "-Infinity") else read_numeric(shown)


def _of_map(frame: Frame, value: Mapping[str, str | None]) -> Document:
    charge(frame, _MEMBER * len(value))
    return dict(value)


def _of_array(frame: Frame, value: Sequence[str | None]) -> Document:
    # An element that stands there many times is one string until the document is written.
    charge(frame, sum(8 + 2 * len(item or "") for item in value))
    return list(value)


def _of_text(frame: Frame, value: str) -> Document:
    charge(frame, 2 * len(value))
    return value


def _same(frame: Frame, value: Document) -> Document:
    return value


_DOCUMENTS: dict[str, Callable[[Frame, Any], Document]] = {
    **dict.fromkeys(("bool", "int4", "int8", "numeric"), _same),
    "text": _of_text,
    "float8": _of_float,
    "jsonb": lambda frame, value: value.document,
    "timestamp": lambda frame, value: _iso(value),
    "timestamptz": lambda frame, value: _iso(value) + "+00:00",
    "hstore": _of_map,
    "_text": _of_array,
}
"""Other types are written as their text."""


def _document(code: Code, at: int) -> Run:
    """What gives the document that a value is; null for NULL."""
    if code.type == UNKNOWN:
        code = implicit(code, "text")
    convert = _DOCUMENTS.get(code.type) or conversion(code.type, "text")
    if convert is None:
        raise refused(f"{display(code.type)} has no jsonb form in CHECK", at)
    run = code.run

    def document(frame: Frame) -> Document:
        value = run(frame)
        return None if value is None else convert(frame, value)

    return document


def _key(code: Code, number: int) -> Run:
    text = implicit(code, "text") if code.type == UNKNOWN else code
    convert = conversion(text.type, "text")
    if text.type not in _KEYS or convert is None:
        message = f"keys of type {display(code.type)} are not supported in CHECK"
        raise refused(message, code.at, "Cast the key to text.")
    run = text.run

    def key(frame: Frame) -> str:
        value = run(frame)
        if value is None:
            raise InvalidParameterValue(f"argument {number}: key must not be null")
        return str(convert(frame, value))

    return key


def build_object(name: str, codes: Sequence[Code], at: int) -> Code:
    """Keys and values in turn; of equal keys the last one stays."""
    if len(codes) % 2:
        raise InvalidParameterValue(
            "argument list must have even number of elements",
            hint=f"The arguments of {name}() must consist of alternating keys and values.",
            position=at + 1,
        )
    pairs = [
        (_key(codes[place], place + 1), _document(codes[place + 1], at))
        for place in range(0, len(codes), 2)
    ]
    secret = any(code.secret for code in codes)
    return Code("jsonb", lambda f: Json({key(f): value(f) for key, value in pairs}), at, secret)


def build_array(name: str, codes: Sequence[Code], at: int) -> Code:
    runs = [_document(code, at) for code in codes]
    secret = any(code.secret for code in codes)
    return Code("jsonb", lambda frame: Json([run(frame) for run in runs]), at, secret)


def to_jsonb(name: str, codes: Sequence[Code], at: int) -> Code:
    """Strict; a bare literal has no type to go by."""
    if len(codes) != 1 or codes[0].type == UNKNOWN:
        find_function(name, codes, at)
    if codes[0].type == "jsonb":
        return codes[0]
    document = _document(codes[0], at)

    def made(frame: Frame) -> Json | None:
        value = document(frame)
        return None if value is None else Json(value)

    return Code("jsonb", made, at, codes[0].secret)
