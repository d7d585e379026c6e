"""Numbers (PostgreSQL 9.3): arithmetic within each type's range, numeric with its scales.

A numeric has at most 1,000 digits here, so that no operation takes long: more is an error (22003).
"""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hookwire_catalog.errors import (
    DivisionByZero,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
)
from hookwire_engine.append.checks.code import Table

table = Table()
_function, _operator = table.function, table.operator

_MAX_DIGITS = 1000
_MIN_SIGNIFICANT = 16
"""Digits that a quotient has at least (numeric.c, NUMERIC_MIN_SIG_DIGITS)."""
_CONTEXT = decimal.Context(prec=3 * _MAX_DIGITS, Emax=9999, Emin=-9999, rounding="ROUND_HALF_UP")
_BITS = {"int4": 31, "int8": 63}
_SHOWN = {"int4": "integer", "int8": "bigint"}
_INTEGER = re.compile(r"[ \t\n\r\v\f]*([+-]?[0-9]{1,25})[ \t\n\r\v\f]*")
_DECIMAL = re.compile(
    r"[ \t\n\r\v\f]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?)\s*"
)
_WORDS = {"nan": math.nan, "inf": math.inf, "infinity": math.inf}


def in_range(value: int, type_: str) -> int:
    limit = 1 << _BITS[type_]
    if -limit <= value < limit:
        return value
    raise NumericValueOutOfRange(f"{_SHOWN[type_]} out of range")


def sized(value: Decimal) -> Decimal:
    """`value`, when it is short enough."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() >= _MAX_DIGITS or exponent < -_MAX_DIGITS:
        raise NumericValueOutOfRange("value overflows numeric format")
    return value if exponent <= 0 else value.quantize(Decimal(1), context=_CONTEXT)


def _invalid(text: str, type_: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'invalid input syntax for type {type_}: "{text}"')


def read_integer(text: str, type_: str) -> int:
    found = _INTEGER.fullmatch(text)
    if found is None:
        if len(text) > 25 and text.strip(" \t\n\r\v\f").lstrip("+-").isdecimal():
            raise _too_big(text, type_)
        raise _invalid(text, _SHOWN[type_])
    value = int(found[1])
    limit = 1 << _BITS[type_]
    if -limit <= value < limit:
        return value
    raise _too_big(text, type_)


def _too_big(text: str, type_: str) -> NumericValueOutOfRange:
    return NumericValueOutOfRange(f'value "{text}" is out of range for type {_SHOWN[type_]}')


def read_numeric(text: str) -> Decimal:
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise _invalid(text, "numeric")
    if len(found[1]) > 2 * _MAX_DIGITS:
        raise NumericValueOutOfRange("value overflows numeric format")
    value = sized(Decimal(found[1]))
    return value if value else abs(value)


def read_float(text: str) -> float:
    found = _DECIMAL.fullmatch(text)
    if found is None:
        word = text.strip(" \t\n\r\v\f").lower()
        sign = -1 if word[:1] == "-" else 1
        value = _WORDS.get(word[1:] if word[:1] in ("+", "-") else word)
        if value is None or (value != value and word != "nan"):
            raise _invalid(text, "double precision")
        return sign * value
    value = float(found[1])
    if math.isinf(value) or (value == 0 and any(c in "123456789" for c in _mantissa(found[1]))):
        raise out_of_range_float(text)
    return value


def out_of_range_float(text: str) -> NumericValueOutOfRange:
    return NumericValueOutOfRange(f'"{text}" is out of range for type double precision')


def _mantissa(text: str) -> str:
    return text.lower().partition("e")[0]


def float_text(value: float) -> str:
    """The shortest text that reads back as `value`, in PostgreSQL's form."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    shown = repr(value)
    if "e" not in shown and abs(value) >= 1e15:
        digits = shown.removesuffix(".0").lstrip("-")
        kept = digits.rstrip("0")
        fraction = f".{kept[1:]}" if kept[1:] else ""
        return f"{'-' if value < 0 else ''}{kept[0]}{fraction}e+{len(digits) - 1}"
    return shown.removesuffix(".0")


def to_numeric(value: float) -> Decimal:
    """A float as numeric: 15 digits, as PostgreSQL converts it."""
    if math.isnan(value) or math.isinf(value):
        raise NumericValueOutOfRange("cannot convert infinity or NaN to numeric")
    return sized(Decimal(f"{value:.15g}"))


def to_integer(value: Decimal | float, type_: str) -> int:
    """Rounded: a numeric half away from zero, a float half to even."""
    if isinstance(value, Decimal):
        return in_range(int(value.to_integral_value(rounding="ROUND_HALF_UP")), type_)
    if math.isnan(value) or math.isinf(value):
        raise NumericValueOutOfRange(f"{_SHOWN[type_]} out of range")
    return in_range(round(value), type_)


def checked_float(value: float, *given: float) -> float:
    if math.isinf(value) and not any(math.isinf(g) or math.isnan(g) for g in given):
        raise NumericValueOutOfRange("value out of range: overflow")
    return value


def _divided(one: int, other: int) -> int:
    if other == 0:
        raise DivisionByZero("division by zero")
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def _remainder(one: int, other: int) -> int:
    return one - other * _divided(one, other)


def _scale(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return -exponent


def _add(one: Decimal, other: Decimal) -> Decimal:
    return sized(_CONTEXT.add(one, other))


def _subtract(one: Decimal, other: Decimal) -> Decimal:
    return sized(_CONTEXT.subtract(one, other))


def _multiply(one: Decimal, other: Decimal) -> Decimal:
    value = sized(_CONTEXT.multiply(one, other))
    return value if value else abs(value)


def _first_digits(value: Decimal) -> tuple[int, int]:
    """The weight of the first group of four digits, and the group (numeric.c's base is 10000)."""
    if not value:
        return 0, 0
    weight = value.adjusted() // 4
    return weight, int(abs(value).scaleb(-4 * weight, context=_CONTEXT))


def _quotient_scale(one: Decimal, other: Decimal) -> int:
    """Digits after the point of a quotient (numeric.c, select_div_scale)."""
    weight, first = _first_digits(one)
    weight_other, first_other = _first_digits(other)
    estimate = weight - weight_other - (1 if first <= first_other else 0)
    return max(_MIN_SIGNIFICANT - estimate * 4, _scale(one), _scale(other), 0)


def _divide(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise DivisionByZero("division by zero")
    scale = min(_quotient_scale(one, other), _MAX_DIGITS)
    quotient = _CONTEXT.divide(one, other)
    value = sized(quotient.quantize(Decimal(1).scaleb(-scale), context=_CONTEXT))
    return value if value else abs(value)


def _modulo(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise DivisionByZero("division by zero")
    scale = max(_scale(one), _scale(other))
    value = _CONTEXT.remainder(one, other).quantize(Decimal(1).scaleb(-scale), context=_CONTEXT)
    return value if value else abs(value)


def _divide_floats(one: float, other: float) -> float:
    if other == 0:
        raise DivisionByZero("division by zero")
    return checked_float(one / other, one)


def _to_places(rounding: str) -> Callable[[Decimal, int], Decimal]:
    def make(value: Decimal, places: int) -> Decimal:
        places = max(min(places, _MAX_DIGITS), -_MAX_DIGITS)
        made = value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_CONTEXT)
        made = sized(made)
        return made if made else abs(made)

    return make


def _whole(rounding: str) -> Callable[[Decimal], Decimal]:
    def make(value: Decimal) -> Decimal:
        made = value.to_integral_value(rounding=rounding, context=_CONTEXT)
        return made if made else abs(made)

    return make


def _in(type_: str, make: Callable[[int, int], int]) -> Callable[[int, int], int]:
    return lambda one, other: in_range(make(one, other), type_)


_PAIRS = (("int4", "int4", "int4"), ("int8", "int8", "int8"), ("int4", "int8", "int8"),
          ("int8", "int4", "int8"))  # fmt: skip
_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": _divided,
}
for _symbol, _make in _INTEGERS.items():
    for _one, _other, _result in _PAIRS:
        _operator(f"{_symbol}({_one}, {_other}) {_result}", _in(_result, _make))
for _type in ("int4", "int8"):
    _operator(f"%({_type}, {_type}) {_type}", _remainder)
    _function(f"mod({_type}, {_type}) {_type}", _remainder)
    _function(f"abs({_type}) {_type}", lambda value, t=_type: in_range(abs(value), t))
    _operator(f"-({_type}) {_type}", lambda value, t=_type: in_range(-value, t))
    _operator(f"+({_type}) {_type}", lambda value: value)
_NUMERICS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _add, "-": _subtract, "*": _multiply, "/": _divide, "%": _modulo,
}  # fmt: skip
for _symbol, _operation in _NUMERICS.items():
    _operator(f"{_symbol}(numeric, numeric) numeric", _operation)
_FLOATS: dict[str, Callable[[float, float], float]] = {
    "+": lambda one, other: checked_float(one + other, one, other),
    "-": lambda one, other: checked_float(one - other, one, other),
    "*": lambda one, other: checked_float(one * other, one, other),
    "/": _divide_floats,
}
for _symbol, _float_operation in _FLOATS.items():
    _operator(f"{_symbol}(float8, float8) float8", _float_operation)


def _negated(value: Any) -> Any:
    return -value if value or isinstance(value, float) else value


for _type in ("numeric", "float8"):
    _operator(f"-({_type}) {_type}", _negated)
    _operator(f"+({_type}) {_type}", lambda value: value)
    _function(f"abs({_type}) {_type}", abs)
_function("mod(numeric, numeric) numeric", _modulo)
_ROUNDINGS = {"ceil": "ROUND_CEILING", "ceiling": "ROUND_CEILING", "floor": "ROUND_FLOOR",
              "round": "ROUND_HALF_UP", "trunc": "ROUND_DOWN"}  # fmt: skip
for _name, _rounding in _ROUNDINGS.items():
    _function(f"{_name}(numeric) numeric", _whole(_rounding))


def _on_floats(make: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: value if math.isinf(value) or value != value else float(make(value))


for _name, _float_make in (("ceil", math.ceil), ("ceiling", math.ceil), ("floor", math.floor),
                           ("round", round), ("trunc", math.trunc)):  # fmt: skip
    _function(f"{_name}(float8) float8", _on_floats(_float_make))
_function("round(numeric, int4) numeric", _to_places("ROUND_HALF_UP"))
_function("trunc(numeric, int4) numeric", _to_places("ROUND_DOWN"))
