"""bool, int2, int4, int8 and oid."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from struct import Struct

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_catalog.errors import (
    InvalidTextRepresentation,
    NumericValueOutOfRange,
)
from hookwire_catalog.types import PgType
from hookwire_pgwire.values.cells import Array, Cells, Numbers, nulls_of, padded, ragged, table
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import TrailingData, no_data, unpacker

SPACE = " \t\n\r\v\f"
"""What isspace() of the C locale strips around a number."""

INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
BOOL_TEXT = table([b"f", b"t"])
BOOL_BINARY = table([b"\x00", b"\x01"])


def bad_text(display: str, text: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'invalid input syntax for type {display}: "{text}"')


def _bool_text(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else b"t" if v else b"f" for v in array.to_pylist()]


def _bool_binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else b"\x01" if v else b"\x00" for v in array.to_pylist()]


def _bool_cells(symbols: Numbers) -> Callable[[Array, Rendering], Cells]:
    def wide(array: Array, rendering: Rendering) -> Cells:
        values = pc.fill_null(array, False).to_numpy(zero_copy_only=False)
        return padded(symbols.take(values.view(np.uint8)), None, nulls_of(array))

    return wide


def parse_bool(text: str, rendering: Rendering) -> bool:
    """boolin: any unique prefix of true, false, yes, no, on, off, 1, 0."""
    word = text.strip(SPACE).lower()
    if word and word != "o":
        if any(full.startswith(word) for full in ("true", "yes", "on", "1")):
            return True
        if any(full.startswith(word) for full in ("false", "no", "off", "0")):
            return False
    raise bad_text("boolean", text)


def unpack_bool(data: bytes) -> bool:
    if len(data) != 1:
        raise TrailingData if data else no_data()
    return data != b"\0"


BOOL = Codec(
    text=Output(_bool_text, _bool_cells(BOOL_TEXT)),
    binary=Output(_bool_binary, _bool_cells(BOOL_BINARY)),
    parse=parse_bool,
    unpack=unpack_bool,
)


@dataclass(frozen=True, slots=True)
class Integers:
    """One integer type; a value that it cannot hold is an error, whatever Arrow type brings it."""

    type: PgType
    low: int
    high: int
    layout: Struct

    def fits(self, kind: Array) -> bool:
        """Whether every value of an Arrow integer type is one of this type."""
        bits: int = kind.bit_width
        if pa.types.is_signed_integer(kind):
            return self.low < 0 and bits <= 8 * self.layout.size
        return bits <= 8 * self.layout.size - (self.low < 0)

    def checked(self, array: Array) -> Array:
        if not self.fits(array.type):
            lowest, highest = pc.min_max(array).values()
            if lowest.as_py() < self.low or highest.as_py() > self.high:
                raise NumericValueOutOfRange(f"{self.type.display} out of range")
        return array

    def text(self, array: Array, rendering: Rendering) -> Values:
        values = self.checked(array).to_pylist()
        return [None if v is None else b"%d" % v for v in values]

    def binary(self, array: Array, rendering: Rendering) -> Values:
        pack = self.layout.pack
        values = self.checked(array).to_pylist()
        return [None if v is None else pack(v) for v in values]

    def text_cells(self, array: Array, rendering: Rendering) -> Cells:
        return ragged(pc.cast(self.checked(array), pa.string()))

    def binary_cells(self, array: Array, rendering: Rendering) -> Cells:
        values = pc.fill_null(self.checked(array), 0).to_numpy(zero_copy_only=False)
        ordered = values.astype(f">{'u' if self.low == 0 else 'i'}{self.layout.size}")
        return padded(ordered, None, nulls_of(array))

    def parse(self, text: str, rendering: Rendering) -> int:
        trimmed = text.strip(SPACE)
        if INTEGER.fullmatch(trimmed) is None:
            raise bad_text(self.type.display, text)
        value = int(trimmed) if len(trimmed) < 4000 else 2**64
        if self.low == 0 and -(2**31) <= value < 0:
            value += 2**32
        if not self.low <= value <= self.high:
            raise NumericValueOutOfRange(
                f'value "{text}" is out of range for type {self.type.display}'
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


def integers(type: PgType, form: str) -> Codec:
    """The codec of an integer type whose binary form has the struct format `form`."""
    layout = Struct(form)
    bits = 8 * layout.size
    if form.isupper():
        return Integers(type, 0, 2**bits - 1, layout).codec
    return Integers(type, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1, layout).codec
