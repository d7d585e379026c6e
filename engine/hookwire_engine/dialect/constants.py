"""Literals of unknown type, read as the type their place asks for (PostgreSQL chapter 8's input).

They are read here, not by DuckDB: PostgreSQL's input forms are its own ('yes' for a boolean,
'\\x00ff' for bytea, '{1,2}' for an array), and an error can point at the literal.
"""

from __future__ import annotations

import ipaddress
import re
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from hookwire_catalog import types
from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
    StringDataRightTruncation,
)
from hookwire_catalog.names import truncate
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import containers, moments
from hookwire_engine.dialect.code import literal
from hookwire_engine.dialect.types import REG_TYPES, display, duckdb_type, numeric_modifier
from hookwire_engine.functions.faults import Fault, read_fault
from hookwire_engine.functions.jsonb.document import normal, parse

_SPACE = " \t\n\r\f\v"
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_RANGES = {"int2": 15, "int4": 31, "int8": 63}
_TRUE = frozenset({"t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"})
_FALSE = frozenset({"f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"})


def bad_input(type_: PgType, text: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'invalid input syntax for type {display(type_)}: "{text}"')


def constant_code(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    """`text` as a DuckDB constant of `type_`.

    Raises what PostgreSQL's input function raises (22P02, 22003, 22007, ...), without a position.
    """
    if type_ in types.VECTORS:
        text = f"{{{','.join(text.split())}}}"
    if type_.element is not None:
        return _array(text, type_, typmod, explicit)
    reader = _READERS.get(type_.name)
    if reader is not None:
        return reader(text, type_, typmod, explicit)
    return literal(text)


def _integer(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    trimmed = text.strip(_SPACE)
    if _INTEGER.fullmatch(trimmed) is None:
        raise bad_input(type_, text)
    value = int(trimmed)
    if not -(1 << _RANGES[type_.name]) <= value < 1 << _RANGES[type_.name]:
        raise NumericValueOutOfRange(f'value "{text}" is out of range for type {display(type_)}')
    return integer_code(value, type_)


def integer_code(value: int, type_: PgType) -> str:
    """An integer constant that has exactly the DuckDB type."""
    if type_.name == "int4" and value > -(1 << 31):
        return str(value) if value >= 0 else f"({value})"
    return f"CAST({value} AS {duckdb_type(type_)})"


def _oid(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    trimmed = text.strip(_SPACE)
    if _INTEGER.fullmatch(trimmed) is None:
        raise bad_input(type_, text)
    value = int(trimmed)
    if not -(1 << 31) <= value < 1 << 32:
        raise NumericValueOutOfRange(f'value "{text}" is out of range for type {display(type_)}')
    return f"CAST({value % (1 << 32)} AS BIGINT)"


def _bool(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    word = text.strip(_SPACE).lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise bad_input(type_, text)


def _numeric(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    trimmed = text.strip(_SPACE)
    if trimmed.lower() in ("nan", "infinity", "-infinity", "inf", "-inf", "+infinity", "+inf"):
        raise FeatureNotSupported(
            f'numeric "{trimmed}" is not supported',
            hint="Use double precision, which has infinities and NaN.",
        )
    if _NUMBER.fullmatch(trimmed) is None:
        raise bad_input(type_, text)
    return numeric_code(trimmed, typmod)


def numeric_code(text: str, typmod: int = -1) -> str:
    """A number as a DECIMAL with the digits it is written with, or those of the modifier."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise NumericValueOutOfRange("value overflows numeric format") from None
    if typmod >= 0:
        return _modified(value, typmod)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    scale = max(0, -exponent)
    digits = max(value.adjusted() + 1, 1) + scale
    if digits > 38:
        return _too_long(value, scale)
    return f"CAST({literal(format(value, 'f'))} AS DECIMAL({digits},{scale}))"


def _too_long(value: Decimal, scale: int) -> str:
    whole = max(value.adjusted() + 1, 1)
    kept = 38 - whole
    if kept < 0 or value != round(value, max(kept, 0)):
        raise FeatureNotSupported(
            "numeric values with more than 38 digits are not supported",
            hint="Use double precision, or text where every digit matters.",
        )
    return f"CAST({literal(format(round(value, kept), 'f'))} AS DECIMAL(38,{kept}))"


def _modified(value: Decimal, typmod: int) -> str:
    precision, scale = numeric_modifier(typmod)
    if value and value.adjusted() >= precision - scale:
        raise NumericValueOutOfRange(
            "numeric field overflow",
            detail=f"A field with precision {precision}, scale {scale} must round to an absolute"
            f" value less than {'1' if precision == scale else f'10^{precision - scale}'}.",
        )
    return f"CAST({literal(format(value, 'f'))} AS DECIMAL({min(precision, 38)},{scale}))"


_LEAST = {"float8": Decimal("2.5e-324"), "float4": Decimal("7.1e-46")}
"""What is nearer to zero than half of the least denormal is out of range, too."""


def _float(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    trimmed = text.strip(_SPACE)
    word = trimmed.lower().lstrip("+-")
    if word not in ("nan", "inf", "infinity"):
        if _NUMBER.fullmatch(trimmed) is None:
            raise bad_input(type_, text)
        limit = 308 if type_.name == "float8" else 38
        value = Decimal(trimmed)
        if value and (value.adjusted() > limit or abs(value) < _LEAST[type_.name]):
            raise NumericValueOutOfRange(f'"{trimmed}" is out of range for type {display(type_)}')
    return f"CAST({literal(trimmed)} AS {duckdb_type(type_)})"


def _text(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    if typmod < 0:
        return literal(text)
    limit = typmod - 4
    if len(text) > limit and not explicit and text[limit:].strip(" "):
        raise StringDataRightTruncation(f"value too long for type {display(type_)}({limit})")
    text = text[:limit]
    return literal(text.ljust(limit) if type_.name == "bpchar" else text)


def _name(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    return literal(truncate(text))


def _char(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    return literal(text[:1])


def _bytea(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    return f"unhex('{_octets(text).hex()}')"


_ESCAPED = re.compile(rb"\\(?:\\|([0-3][0-7]{2}))|\\")


def _octets(text: str) -> bytes:
    if text[:2] == "\\x":
        digits = "".join(text[2:].split())
        try:
            return bytes.fromhex(digits)
        except ValueError:
            pass
        for digit in digits:
            if digit not in "0123456789abcdefABCDEF":
                raise InvalidParameterValue(f'invalid hexadecimal digit: "{digit}"')
        raise InvalidParameterValue("invalid hexadecimal data: odd number of digits")

    def octet(found: re.Match[bytes]) -> bytes:
        if found.group() == b"\\":
            raise InvalidTextRepresentation("invalid input syntax for type bytea")
        return bytes([int(found[1], 8)]) if found[1] else b"\\"

    return _ESCAPED.sub(octet, text.encode())


def _json(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    try:
        if type_.name == "jsonb":
            text = normal(text)
        else:
            parse(text)
    except Fault as fault:
        raise read_fault(str(fault)) or fault from None
    return f"CAST({literal(text)} AS JSON)"


def _uuid(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    inner = text[1:-1] if text[:1] == "{" and text[-1:] == "}" else text
    try:
        value = uuid.UUID(inner)
    except ValueError:
        raise bad_input(type_, text) from None
    return f"CAST('{value}' AS UUID)"


def _inet(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    try:
        interface = ipaddress.ip_interface(text)
    except ValueError:
        raise bad_input(type_, text) from None
    whole = interface.network.prefixlen == interface.max_prefixlen
    return literal(str(interface.ip) if whole else str(interface))


def _bits(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    for digit in text:
        if digit not in "01":
            raise InvalidTextRepresentation(f'"{digit}" is not a valid binary digit')
    return f"CAST({literal(text)} AS BIT)"


def _moment(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    return moments.constant(text, type_)


def _hstore(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    pairs = containers.hstore_pairs(text)
    keys = ", ".join(literal(key) for key, _ in pairs)
    values = ", ".join("NULL" if value is None else literal(value) for _, value in pairs)
    return f"CAST(map([{keys}], [{values}]) AS MAP(VARCHAR, VARCHAR))"


def _reg(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    return f"memory.hw.{type_.name}_in({literal(text)})"


def _array(text: str, type_: PgType, typmod: int, explicit: bool) -> str:
    assert type_.element is not None
    element = type_.element

    def convert(item: containers.Item) -> str:
        if item is None:
            return "NULL"
        if isinstance(item, str):
            return constant_code(item, element, typmod, explicit)
        return "[" + ", ".join(map(convert, item)) + "]"

    items = containers.array_items(text)
    if element.name == "numeric" and typmod < 0 and any(isinstance(i, str) for i in items):
        return convert(items)
    depth = containers.depth(items)
    return f"CAST({convert(items)} AS {duckdb_type(element, typmod)}{'[]' * depth})"


Reader = Callable[[str, PgType, int, bool], str]
_READERS: dict[str, Reader] = {
    "int2": _integer, "int4": _integer, "int8": _integer, "oid": _oid, "xid": _oid, "cid": _oid,
    "bool": _bool, "numeric": _numeric, "float4": _float, "float8": _float,
    "text": _text, "varchar": _text, "bpchar": _text, "name": _name, "char": _char,
    "bytea": _bytea, "json": _json, "jsonb": _json, "uuid": _uuid, "inet": _inet,
    "varbit": _bits, "bit": _bits, "date": _moment, "time": _moment, "timetz": _moment,
    "timestamp": _moment, "timestamptz": _moment, "interval": _moment, "hstore": _hstore,
    **dict.fromkeys(REG_TYPES, _reg),
}  # fmt: skip
