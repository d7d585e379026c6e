"""numeric: decimal128 (also HUGEINT, exact to 2**127), uint64 and text to the wire, and back.

The binary form is base 10000: digit count, weight of the first digit, sign, display scale, digits
(numeric_send in PostgreSQL's numeric.c).
"""

from __future__ import annotations

import re
from decimal import Decimal
from struct import Struct, error, pack, unpack_from

import pyarrow as pa

from hookwire_catalog.errors import InvalidBinaryRepresentation, NumericValueOutOfRange
from hookwire_pgwire.values.cells import Array
from hookwire_pgwire.values.codec import Values
from hookwire_pgwire.values.integers import SPACE, bad_text
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import TrailingData, insufficient

POSITIVE, NEGATIVE, NAN, INFINITY, MINUS_INFINITY = 0x0000, 0x4000, 0xC000, 0xD000, 0xF000
SPECIAL_SIGNS = {NAN: "NaN", INFINITY: "Infinity", MINUS_INFINITY: "-Infinity"}
HEAD = Struct("!HhHH")
NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?", re.ASCII | re.IGNORECASE)
SPECIAL_WORDS = re.compile(r"([+-]?)(nan|inf|infinity)", re.ASCII | re.IGNORECASE)
MAX_DIGITS = 38
"""DuckDB's widest DECIMAL: it would take a parameter with more digits as a DOUBLE."""


def numeric_text(array: Array, rendering: Rendering) -> Values:
    if pa.types.is_string(array.type):
        return [None if v is None else v.encode() for v in array.to_pylist()]
    return [None if v is None else format(v, "f").encode() for v in _decimals(array)]


def numeric_binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else pack_decimal(v) for v in _decimals(array)]


def _decimals(array: Array) -> list[Decimal | None]:
    """The values as Decimals; those of a HUGEINT may have more digits than Arrow's type says."""
    if pa.types.is_decimal(array.type):
        listed: list[Decimal | None] = array.to_pylist()
        return listed
    return [None if v is None else Decimal(v) for v in array.to_pylist()]


def pack_decimal(value: Decimal) -> bytes:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        special = NAN if exponent in ("n", "N") else MINUS_INFINITY if sign else INFINITY
        return HEAD.pack(0, 0, special, 0)
    scale = max(-exponent, 0)
    whole = "".join(map(str, digits)) + "0" * max(exponent, 0)
    whole = whole.zfill(scale + 1)
    point = len(whole) - scale
    left = whole[:point].zfill(-(-point // 4) * 4)
    right = whole[point:].ljust(-(-scale // 4) * 4, "0")
    text = left + right
    groups = [int(text[i : i + 4]) for i in range(0, len(text), 4)]
    weight = len(left) // 4 - 1
    while groups and not groups[0]:
        del groups[0]
        weight -= 1
    while groups and not groups[-1]:
        del groups[-1]
    if not groups:
        return HEAD.pack(0, 0, POSITIVE, scale)
    flag = NEGATIVE if sign else POSITIVE
    return HEAD.pack(len(groups), weight, flag, scale) + pack(f"!{len(groups)}h", *groups)


def parse_numeric(text: str, rendering: Rendering) -> Decimal:
    trimmed = text.strip(SPACE)
    special = SPECIAL_WORDS.fullmatch(trimmed)
    if special is not None and not (special[1] and special[2].lower() == "nan"):
        return Decimal(trimmed)
    found = NUMBER.fullmatch(trimmed)
    if found is None or not (found[2] or found[3]):
        raise bad_text("numeric", text)
    sign, whole, fraction, exponent = found.groups()
    shift = exponent or "0"
    if len(shift.lstrip("+-0")) > 6:
        raise NumericValueOutOfRange("value overflows numeric format")
    scale = len(fraction or "") - int(shift)
    return _bounded(sign == "-", (whole or "") + (fraction or ""), scale)


def unpack_numeric(data: bytes) -> Decimal:
    try:
        count, weight, sign, scale = HEAD.unpack_from(data)
    except error:
        raise insufficient() from None
    if sign not in (POSITIVE, NEGATIVE, *SPECIAL_SIGNS):
        raise InvalidBinaryRepresentation('invalid sign in external "numeric" value')
    if scale > 0x3FFF:
        raise InvalidBinaryRepresentation('invalid scale in external "numeric" value')
    stop = HEAD.size + 2 * count
    if len(data) != stop:
        raise TrailingData if len(data) > stop else insufficient()
    if sign in SPECIAL_SIGNS:
        return Decimal(SPECIAL_SIGNS[sign])
    groups = unpack_from(f"!{count}H", data, HEAD.size)
    if any(group > 9999 for group in groups):
        raise InvalidBinaryRepresentation('invalid digit in external "numeric" value')
    digits = "".join(f"{group:04d}" for group in groups)
    stored = 4 * (count - 1 - weight)
    if stored > scale:
        digits, stored = digits[: max(len(digits) - (stored - scale), 0)], scale
    elif digits:
        digits, stored = digits + "0" * (scale - stored), scale
    return _bounded(sign == NEGATIVE, digits, stored if digits.strip("0") else scale)


def _bounded(negative: bool, digits: str, scale: int) -> Decimal:
    """digits / 10**scale, if DuckDB has a DECIMAL for it."""
    digits = digits.lstrip("0")
    while scale > MAX_DIGITS and digits.endswith("0"):
        digits, scale = digits[:-1], scale - 1
    if not digits:
        return Decimal(0).scaleb(-min(max(scale, 0), MAX_DIGITS - 1))
    if max(len(digits), scale) > MAX_DIGITS or len(digits) - min(scale, 0) > MAX_DIGITS:
        raise NumericValueOutOfRange("value overflows numeric format")
    shown = Decimal((int(negative), tuple(map(int, digits)), -scale))
    return shown if scale >= 0 else Decimal(int(shown))
