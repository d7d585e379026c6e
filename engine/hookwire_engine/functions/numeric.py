"""Decimal arithmetic where DuckDB would go through double precision.

Arguments are decimal texts; results are texts with at most 16 digits after the point, which is
what the type that they are cast to (`signatures.NUMERIC`) can hold.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
)
from math import isinf
from math import lcm as integer_lcm

from hookwire_engine.functions.faults import Fault

_CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP, Emax=10_000, Emin=-10_000)
_WIDEST = Decimal(10) ** 22
_STEP = Decimal("1E-16")


def shown(value: Decimal) -> str:
    """`value` rounded to 16 decimals; 22003 when it does not fit."""
    if not abs(value) < _WIDEST:
        raise Fault("22003", "value overflows numeric format")
    return format(value.quantize(_STEP, ROUND_HALF_UP, _CONTEXT), "f")


def divide(left: str, right: str) -> str:
    divisor = Decimal(right)
    if not divisor:
        raise Fault("22012", "division by zero")
    return shown(_CONTEXT.divide(Decimal(left), divisor))


def multiply(left: str, right: str) -> str:
    return shown(_CONTEXT.multiply(Decimal(left), Decimal(right)))


def integer_quotient(left: str, right: str) -> str:
    """div(): the quotient cut off at the point."""
    divisor = Decimal(right)
    if not divisor:
        raise Fault("22012", "division by zero")
    return shown(_CONTEXT.divide_int(Decimal(left), divisor))


def sqrt(text: str) -> str:
    value = Decimal(text)
    if value < 0:
        raise Fault("2201F", "cannot take square root of a negative number")
    weight = (value.adjusted() // 4 + 1) * 2 - 1 if value else 1
    return _scaled(_CONTEXT.sqrt(value), 16 - weight, value)


def exp(text: str) -> str:
    value = Decimal(text)
    return _guarded(
        lambda: _scaled(_CONTEXT.exp(value), 16 - int(float(value) * 0.434294481903252), value)
    )


def ln(text: str) -> str:
    found = _logarithm(text, _CONTEXT.ln)
    return _scaled(found, 16 - (found.adjusted() if found else 0), Decimal(text))


def _scaled(result: Decimal, scale: int, *arguments: Decimal) -> str:
    """`result` rounded to as many decimals as PostgreSQL's numeric has there."""
    digits = max(scale, 0, *(_decimals(argument) for argument in arguments))
    return shown(result.quantize(Decimal(1).scaleb(-min(digits, 30)), ROUND_HALF_UP, _CONTEXT))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def log10(text: str) -> str:
    return shown(_logarithm(text, _CONTEXT.log10))


def log(base: str, text: str) -> str:
    """The logarithm of `text` to `base`."""
    bottom, top = _logarithm(base, _CONTEXT.ln), _logarithm(text, _CONTEXT.ln)
    if not bottom:
        raise Fault("22012", "division by zero")
    return shown(_CONTEXT.divide(top, bottom))


def _logarithm(text: str, function: Callable[[Decimal], Decimal]) -> Decimal:
    value = Decimal(text)
    if value == 0:
        raise Fault("2201E", "cannot take logarithm of zero")
    if value < 0:
        raise Fault("2201E", "cannot take logarithm of a negative number")
    return function(value)


def power(base: str, exponent: str) -> str:
    left, right = Decimal(base), Decimal(exponent)
    if not left and right < 0:
        raise Fault("2201F", "zero raised to a negative power is undefined")
    if left < 0 and right != right.to_integral_value():
        message = "a negative number raised to a non-integer power yields a complex result"
        raise Fault("2201F", message)
    if not right:
        return "1"
    return _guarded(lambda: _power(left, right))


def _power(left: Decimal, right: Decimal) -> str:
    found = _CONTEXT.power(left, right)
    return _scaled(found, 16 - (found.adjusted() if found else 0), left, right)


def _guarded(compute: Callable[[], str]) -> str:
    try:
        return compute()
    except DecimalException:
        raise Fault("22003", "value overflows numeric format") from None


def factorial(number: int) -> str:
    if number < 0:
        raise Fault("22003", "factorial of a negative number is undefined")
    if number > 22:
        raise Fault("22003", "value overflows numeric format")
    product = 1
    for factor in range(2, number + 1):
        product *= factor
    return str(product)


def rounded(text: str, digits: int) -> str:
    return _at_digits(text, digits, ROUND_HALF_UP)


def truncated(text: str, digits: int) -> str:
    return _at_digits(text, digits, ROUND_DOWN)


def _at_digits(text: str, digits: int, how: str) -> str:
    value = Decimal(text)
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and digits >= -exponent:
        return text
    if digits < -30:
        return "0"
    return format(value.quantize(Decimal(1).scaleb(-digits), how, _CONTEXT) + 0, "f")


def scale(text: str) -> int:
    return len(text.partition(".")[2])


def min_scale(text: str) -> int:
    return len(text.partition(".")[2].rstrip("0"))


def gcd(left: str, right: str) -> str:
    a, b = abs(Decimal(left)), abs(Decimal(right))
    while b:
        a, b = b, a % b
    return shown(a)


def lcm(left: str, right: str) -> str:
    scale_by = Decimal(10) ** max(scale(left), scale(right))
    a, b = int(Decimal(left) * scale_by), int(Decimal(right) * scale_by)
    return shown(Decimal(integer_lcm(a, b)) / scale_by)


def width_bucket(value: str, low: str, high: str, count: int) -> int:
    """Which of `count` equal buckets between the bounds holds `value`; 0 and count + 1 outside."""
    operand, bottom, top = Decimal(value), Decimal(low), Decimal(high)
    check_buckets(count, bottom == top)
    if bottom > top:
        operand, bottom, top = -operand, -bottom, -top
    if operand < bottom:
        return 0
    if operand >= top:
        return count + 1
    place = (operand - bottom) * count / (top - bottom)
    return int(place.to_integral_value(ROUND_FLOOR)) + 1


def width_bucket_float(value: float, low: float, high: float, count: int) -> int:
    check_buckets(count, low == high)
    if value != value or low != low or high != high:
        raise Fault("2201G", "operand, lower bound, and upper bound cannot be NaN")
    if isinf(low) or isinf(high):
        raise Fault("2201G", "lower and upper bounds must be finite")
    if low > high:
        value, low, high = -value, -low, -high
    if value < low:
        return 0
    return count + 1 if value >= high else int((value - low) * count / (high - low)) + 1


def check_buckets(count: int, equal_bounds: bool) -> None:
    if count <= 0:
        raise Fault("2201G", "count must be greater than zero")
    if equal_bounds:
        raise Fault("2201G", "lower bound cannot equal upper bound")
