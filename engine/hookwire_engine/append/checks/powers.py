"""Roots, powers and logarithms of floats (PostgreSQL 9.3).

Of a numeric they have digits that no float has, so a check refuses them there (`FLOATS_ONLY`).
"""

from __future__ import annotations

import math
from decimal import Decimal

from hookwire_catalog.errors import NumericValueOutOfRange, SqlError
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.numbers import in_range

table = Table()
_function = table.function

FLOATS_ONLY = frozenset(("sqrt", "power", "pow", "exp", "ln", "log", "log10"))


class InvalidLogarithm(SqlError):
    sqlstate = "2201E"


class InvalidPower(SqlError):
    sqlstate = "2201F"


def _overflow() -> NumericValueOutOfRange:
    return NumericValueOutOfRange("value out of range: overflow")


def _seen(value: float) -> float:
    """A result that must not be zero."""
    if value == 0:
        raise NumericValueOutOfRange("value out of range: underflow")
    return value


def _sqrt(value: float) -> float:
    if value < 0:
        raise InvalidPower("cannot take square root of a negative number")
    return math.sqrt(value)


def _exp(value: float) -> float:
    try:
        made = math.exp(value)
    except OverflowError:
        raise _overflow() from None
    return made if math.isinf(value) else _seen(made)


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        raise InvalidPower("zero raised to a negative power is undefined")
    if base < 0 and math.isfinite(exponent) and not exponent.is_integer():
        raise InvalidPower(
            "a negative number raised to a non-integer power yields a complex result"
        )
    try:
        made = math.pow(base, exponent)
    except OverflowError:
        raise _overflow() from None
    finite = math.isfinite(base) and math.isfinite(exponent)
    return _seen(made) if finite and base != 0 else made


def _logarithm(value: float) -> float:
    if value == 0:
        raise InvalidLogarithm("cannot take logarithm of zero")
    if value < 0:
        raise InvalidLogarithm("cannot take logarithm of a negative number")
    return value


def _sign(value: float) -> float:
    return 0.0 if value == 0 or value != value else math.copysign(1.0, value)


_function("sqrt(float8) float8", _sqrt)
_function("cbrt(float8) float8", math.cbrt)
_function("exp(float8) float8", _exp)
for _name in ("power", "pow"):
    _function(f"{_name}(float8, float8) float8", _power)
_function("ln(float8) float8", lambda value: math.log(_logarithm(value)))
for _name in ("log", "log10"):
    _function(f"{_name}(float8) float8", lambda value: math.log10(_logarithm(value)))
_function("pi() float8", lambda: math.pi, strict=False)
_function("sign(float8) float8", _sign)
_function("sign(numeric) numeric", lambda value: Decimal((value > 0) - (value < 0)))
for _type in ("int4", "int8"):
    _function(f"gcd({_type}, {_type}) {_type}", lambda a, b, t=_type: in_range(math.gcd(a, b), t))
    _function(f"lcm({_type}, {_type}) {_type}", lambda a, b, t=_type: in_range(math.lcm(a, b), t))
