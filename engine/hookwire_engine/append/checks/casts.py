"""Casts (PostgreSQL 4.2.9): from text, to text, and between numbers, moments and jsonb.

Every cast is a function of a frame and a value that is not NULL.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from hookwire_catalog.errors import InvalidParameterValue, InvalidTextRepresentation
from hookwire_engine.append.checks import moments, numbers
from hookwire_engine.append.checks.arraytext import array_text, read_array
from hookwire_engine.append.checks.binary import from_escape, from_hex
from hookwire_engine.append.checks.documents import json_text, read_json, type_of
from hookwire_engine.append.checks.types import display
from hookwire_engine.append.checks.values import Frame, Json, charge

Convert: TypeAlias = Callable[[Frame, Any], Any]

_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True,
             "false": False, "no": False, "off": False, "0": False}  # fmt: skip


def read_bool(text: str) -> bool:
    word = text.strip(" \t\n\r\v\f").lower()
    found = {value for name, value in _BOOLEANS.items() if word and name.startswith(word)}
    if len(found) != 1:
        raise InvalidTextRepresentation(f'invalid input syntax for type boolean: "{text}"')
    return found.pop()


def _read_bytes(frame: Frame, text: str) -> bytes:
    charge(frame, 2 * len(text))
    try:
        return from_hex(text[2:]) if text.startswith("\\x") else from_escape(text)
    except InvalidParameterValue as error:
        raise InvalidTextRepresentation(error.message) from None


def _bytes_text(frame: Frame, value: bytes) -> str:
    charge(frame, 2 * len(value))
    return "\\x" + value.hex()


def _map_text(frame: Frame, value: dict[str, str | None]) -> str:
    charge(frame, 8 * sum(len(key) + len(item or "") for key, item in value.items()))
    keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
    return ", ".join(f"{_quoted(key)}=>{_quoted(value[key])}" for key in keys)


def _quoted(text: str | None) -> str:
    if text is None:
        return "NULL"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _plain(convert: Callable[[Any], Any]) -> Convert:
    return lambda frame, value: convert(value)


def _same(frame: Frame, value: Any) -> Any:
    return value


_READ: dict[str, Convert] = {
    "bool": _plain(read_bool),
    "bytea": _read_bytes,
    "int4": _plain(lambda text: numbers.read_integer(text, "int4")),
    "int8": _plain(lambda text: numbers.read_integer(text, "int8")),
    "numeric": _plain(numbers.read_numeric),
    "float8": _plain(numbers.read_float),
    "timestamp": _plain(lambda text: moments.read_moment(text, "timestamp")),
    "timestamptz": _plain(lambda text: moments.read_moment(text, "timestamptz")),
    "interval": _plain(moments.read_interval),
    "jsonb": read_json,
    "_text": read_array,
}
"""From text."""

_WRITE: dict[str, Convert] = {
    "bool": _plain(lambda value: "true" if value else "false"),
    "bytea": _bytes_text,
    "int4": _plain(str),
    "int8": _plain(str),
    "numeric": _plain(lambda value: format(value, "f")),
    "float8": _plain(numbers.float_text),
    "timestamp": _plain(lambda us: moments.moment_text(us, "timestamp")),
    "timestamptz": _plain(lambda us: moments.moment_text(us, "timestamptz")),
    "interval": _plain(moments.interval_text),
    "jsonb": json_text,
    "_text": array_text,
    "hstore": _map_text,
}
"""To text."""


def _float_of(value: Decimal) -> float:
    made = float(value)
    if math.isinf(made):
        raise numbers.out_of_range_float(format(value, "f"))
    return made


def _from_json(wanted: str) -> Convert:
    kind = "boolean" if wanted == "bool" else "number"

    def convert(frame: Frame, value: Json) -> Any:
        document = value.document
        if type_of(document) != kind:
            raise InvalidParameterValue(
                f"cannot cast jsonb {type_of(document)} to type {display(wanted)}"
            )
        if wanted == "bool":
            return document
        number = Decimal(document)
        if wanted == "numeric":
            return number
        return _float_of(number) if wanted == "float8" else numbers.to_integer(number, wanted)

    return convert


def _to_integer(type_: str) -> Convert:
    return lambda frame, value: numbers.to_integer(value, type_)


_BETWEEN: dict[tuple[str, str], Convert] = {
    ("int4", "int8"): _same,
    ("int8", "int4"): _plain(lambda value: numbers.in_range(value, "int4")),
    ("int4", "numeric"): _plain(Decimal),
    ("int8", "numeric"): _plain(Decimal),
    ("int4", "float8"): _plain(float),
    ("int8", "float8"): _plain(float),
    ("numeric", "float8"): _plain(_float_of),
    ("numeric", "int4"): _to_integer("int4"),
    ("numeric", "int8"): _to_integer("int8"),
    ("float8", "int4"): _to_integer("int4"),
    ("float8", "int8"): _to_integer("int8"),
    ("float8", "numeric"): _plain(numbers.to_numeric),
    ("bool", "int4"): _plain(int),
    ("int4", "bool"): _plain(bool),
    ("timestamp", "timestamptz"): _same,
    ("timestamptz", "timestamp"): _same,
    **{("jsonb", wanted): _from_json(wanted)
       for wanted in ("bool", "int4", "int8", "numeric", "float8")},
}  # fmt: skip


def conversion(given: str, wanted: str) -> Convert | None:
    """How a value of type `given` becomes a `wanted`; None where it cannot."""
    if given == wanted:
        return _same
    if given == "text":
        return _READ.get(wanted)
    if wanted == "text":
        return _WRITE.get(given)
    return _BETWEEN.get((given, wanted))


def output(given: str) -> Convert | None:
    """The text that concat gives: as a cast, but for booleans."""
    if given == "bool":
        return _plain(lambda value: "t" if value else "f")
    return conversion(given, "text")
