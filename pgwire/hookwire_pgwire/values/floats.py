"""float4 and float8: the shortest decimal form that reads back as the same number.

PostgreSQL prints as `%g` would: an exponent if it is under -4 or at least the type's guaranteed
digits (15 for float8, 6 for float4). It takes the shortest decimal *strictly* between the midpoints
to the neighbours, while Python and Arrow take a midpoint too when it rounds to the number (1e23):
such a midpoint is an integer times a power of ten, so it only occurs beyond 2**53 (2**24).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from struct import Struct

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_catalog.errors import NumericValueOutOfRange
from hookwire_catalog.types import PgType
from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    from_values,
    nulls_of,
    numbers_of,
    padded,
    ragged,
    replaced,
)
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.integers import SPACE, bad_text
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import unpacker

DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.ASCII | re.IGNORECASE)
SPECIAL = {"nan": math.nan, "inf": math.inf, "infinity": math.inf}
PLAIN_LOW, PLAIN_HIGH = 1e-4, 1e10
"""Between these, Arrow writes a number as PostgreSQL does."""

WHOLE_HIGH = 1e15
"""Below this, PostgreSQL writes a whole float8 as it writes the integer."""


@dataclass(frozen=True, slots=True)
class Floats:
    """float4 or float8. `digits` is FLT_DIG or DBL_DIG, `exact` the last exact integer's power."""

    type: PgType
    digits: int
    layout: Struct
    numpy: str
    arrow: Array
    exact: float

    def values(self, array: Array) -> Array:
        return array if array.type == self.arrow else array.cast(self.arrow)

    def text(self, array: Array, rendering: Rendering) -> Values:
        array = self.values(array)
        if rendering.extra_float_digits < 1:
            return self.rounded(array, rendering.extra_float_digits)
        if self.digits == 15:
            return [None if v is None else self.double(v) for v in array.to_pylist()]
        texts = pc.cast(array, pa.string()).to_pylist()
        return [None if v is None else self.written(v) for v in texts]

    def rounded(self, array: Array, extra_digits: int) -> Values:
        """`%g` with the type's digits and so many more, as before PostgreSQL 12."""
        form = f"%.{max(self.digits + extra_digits, 1)}g"
        return [
            None if v is None else (form % v).encode() if math.isfinite(v) else self.written(str(v))
            for v in array.to_pylist()
        ]

    def double(self, value: float) -> bytes:
        """Python's repr is PostgreSQL's form but for '.0' and from where exponents begin."""
        text = repr(value)
        if -1e15 < value < 1e15:
            return (text[:-2] if text.endswith(".0") else text).encode()
        return self.written(text)

    def written(self, text: str) -> bytes:
        """PostgreSQL's form of a number that is written in the shortest way."""
        value = float(text)
        if not math.isfinite(value):
            return b"NaN" if value != value else b"Infinity" if value > 0 else b"-Infinity"
        sign = "-" if math.copysign(1.0, value) < 0 else ""
        if not value:
            return sign.encode() + b"0"
        if abs(value) >= self.exact:
            text = self.inside(text)
        mantissa, _, exponent = text.lstrip("-").lower().partition("e")
        whole, _, fraction = mantissa.partition(".")
        point = len(whole) + int(exponent or 0)
        digits = (whole + fraction).lstrip("0")
        point -= len(whole + fraction) - len(digits)
        return (sign + self.notation(digits.rstrip("0"), point)).encode()

    def notation(self, digits: str, point: int) -> str:
        """0.`digits` times 10**`point`."""
        exponent = point - 1
        if exponent < -4 or exponent >= self.digits:
            fraction = "." + digits[1:] if len(digits) > 1 else ""
            return f"{digits[0]}{fraction}e{exponent:+03d}"
        if point <= 0:
            return "0." + "0" * -point + digits
        if point >= len(digits):
            return digits + "0" * (point - len(digits))
        return digits[:point] + "." + digits[point:]

    def inside(self, text: str) -> str:
        """Like `text`, but never a midpoint: then with as many more digits as it takes."""
        value = np.dtype(self.numpy).type(text)
        exact = Fraction(float(value))
        inner = abs(exact - Fraction(float(np.nextafter(value, 0 * value))))
        with np.errstate(over="ignore"):
            outward = float(np.nextafter(value, np.copysign(np.inf, value)))
        outer = inner if math.isinf(outward) else abs(Fraction(outward) - exact)

        def strictly(shown: str) -> bool:
            away = (Fraction(shown) - exact) * (1 if value > 0 else -1)
            return -inner < 2 * away < outer

        digits = 0
        while not strictly(text):
            text = f"{float(value):.{digits}e}"
            digits += 1
        return text

    def text_cells(self, array: Array, rendering: Rendering) -> Cells:
        array = self.values(array)
        if rendering.extra_float_digits < 1:
            return from_values(self.rounded(array, rendering.extra_float_digits))
        texts = pc.cast(array, pa.string())
        size = np.abs(numbers_of(array, self.numpy))
        high = min(PLAIN_HIGH, 10.0**self.digits)
        usual = ((size >= PLAIN_LOW) & (size < high)) | (size == 0)
        if self.digits == 15:
            whole = (size >= high) & (size < WHOLE_HIGH) & (size == np.floor(size))
            if whole.any():
                integers = pc.cast(pc.cast(array, pa.int64(), safe=False), pa.string())
                texts = pc.if_else(pa.array(whole), integers, texts)
                usual |= whole
        nulls = nulls_of(array)
        rows = np.flatnonzero(~usual if nulls is None else ~(usual | nulls))
        return replaced(ragged(texts), rows, self.text(array.take(pa.array(rows)), rendering))

    def binary(self, array: Array, rendering: Rendering) -> Values:
        pack = self.layout.pack
        return [None if v is None else pack(v) for v in self.values(array).to_pylist()]

    def binary_cells(self, array: Array, rendering: Rendering) -> Cells:
        values = numbers_of(self.values(array), self.numpy)
        return padded(values.astype(">" + self.numpy[1:]), None, nulls_of(array))

    def parse(self, text: str, rendering: Rendering) -> float:
        trimmed = text.strip(SPACE)
        unsigned = trimmed[1:] if trimmed[:1] in ("+", "-") else trimmed
        if unsigned.lower() in SPECIAL:
            value = SPECIAL[unsigned.lower()]
            return -value if trimmed[0] == "-" else value
        if DECIMAL.fullmatch(trimmed) is None:
            raise bad_text(self.type.display, text)
        with np.errstate(over="ignore", under="ignore"):
            value = float(np.dtype(self.numpy).type(trimmed))  # float4: the nearest one
        vanished = not value and trimmed.lower().partition("e")[0].strip("+-0.")
        if math.isinf(value) or vanished:
            raise NumericValueOutOfRange(
                f'"{trimmed}" is out of range for type {self.type.display}'
            )
        return value

    @property
    def codec(self) -> Codec:
        return Codec(
            text=Output(self.text, self.text_cells),
            binary=Output(self.binary, self.binary_cells),
            parse=self.parse,
            unpack=unpacker(self.layout.format),
        )


def float8(type: PgType) -> Codec:
    return Floats(type, 15, Struct("!d"), "<f8", pa.float64(), 2.0**53).codec


def float4(type: PgType) -> Codec:
    return Floats(type, 6, Struct("!f"), "<f4", pa.float32(), 2.0**24).codec
