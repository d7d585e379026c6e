"""bytea, bit varying and uuid.

DuckDB's BIT is its number of padding bits in one byte, then the bits, after that many 1s.
PostgreSQL's varbit is the number of bits as int4, then the bits, with 0s behind them.
"""

from __future__ import annotations

import re
from struct import Struct
from uuid import UUID as PythonUUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hookwire_catalog.errors import (
    InvalidBinaryRepresentation,
    InvalidParameterValue,
    InvalidTextRepresentation,
    NumericValueOutOfRange,
)
from hookwire_pgwire.values.cells import (
    Array,
    Cells,
    Numbers,
    as_binary,
    binary_array,
    bytes_of,
    null_where,
    nulls_of,
    offsets_of,
    padded,
    ragged,
)
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.integers import bad_text
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import TrailingData, insufficient

HEX_PAIRS = np.array([b"%02x" % i for i in range(256)]).view(np.uint16)
ESCAPES = [
    b"\\\\" if i == ord("\\") else b"%c" % i if 0x20 <= i <= 0x7E else b"\\%03o" % i
    for i in range(256)
]
"""How byteaout shows each byte under `bytea_output = escape`."""

ESCAPE_SIZES = np.array([len(shown) for shown in ESCAPES])
ESCAPE_ITEMS = np.frombuffer(b"".join(s.ljust(4) for s in ESCAPES), np.uint8).reshape(256, 4)
ESCAPE = re.compile(rb"\\(?:(\\)|([0-3][0-7]{2}))|\\")
UUID_TEXT = re.compile(r"\{?((?:[0-9a-f]{4}-?){7}[0-9a-f]{4})\}?", re.ASCII | re.IGNORECASE)
UUID_DIGITS = np.array([i for i in range(36) if i not in (8, 13, 18, 23)])
NIBBLES = np.array([int(chr(i), 16) if chr(i) in "0123456789abcdef" else 0 for i in range(256)])
BIT_LENGTH = Struct("!i")


def _bytea_text(array: Array, rendering: Rendering) -> Values:
    if rendering.bytea_output == "escape":
        return [
            None if v is None else b"".join(map(ESCAPES.__getitem__, v)) for v in array.to_pylist()
        ]
    return [None if v is None else b"\\x" + v.hex().encode() for v in array.to_pylist()]


def _bytea_text_cells(array: Array, rendering: Rendering) -> Cells:
    offsets = offsets_of(array)
    data = bytes_of(array)[offsets[0] : offsets[-1]]
    if rendering.bytea_output == "escape":
        return ragged(null_where(_escaped(offsets - offsets[0], data), nulls_of(array)))
    digits = binary_array((offsets - offsets[0]) * 2, HEX_PAIRS[data].view(np.uint8))
    texts = pc.binary_join_element_wise(pa.scalar(b"\\x"), digits, b"")
    return ragged(null_where(texts, nulls_of(array)))


def _escaped(offsets: Numbers, data: Numbers) -> Array:
    sizes = ESCAPE_SIZES[data]
    ends = np.zeros(len(data) + 1, np.int64)
    np.cumsum(sizes, out=ends[1:])
    octets = ESCAPE_ITEMS[data][np.arange(4) < sizes[:, None]]
    return binary_array(ends[offsets], octets)


def _bytea_binary(array: Array, rendering: Rendering) -> Values:
    listed: Values = as_binary(array).to_pylist()
    return listed


def _bytea_binary_cells(array: Array, rendering: Rendering) -> Cells:
    return ragged(array)


def parse_bytea(text: str, rendering: Rendering) -> bytes:
    if text.startswith("\\x"):
        return _parse_hex(text[2:])

    def unescaped(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return b"\\"
        if found[2]:
            return bytes((int(found[2], 8),))
        raise InvalidTextRepresentation("invalid input syntax for type bytea")

    return ESCAPE.sub(unescaped, text.encode())


def _parse_hex(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        pass
    for found in re.finditer(r"[^0-9a-fA-F \t\n\r]", digits):
        raise InvalidParameterValue(f'invalid hexadecimal digit: "{found[0]}"')
    raise InvalidParameterValue("invalid hexadecimal data: odd number of digits")


def _bits(value: bytes) -> tuple[int, int]:
    """How many bits, and their number."""
    length = 8 * (len(value) - 1) - value[0]
    return length, int.from_bytes(value[1:], "big") & ((1 << length) - 1)


def _bit_text(array: Array, rendering: Rendering) -> Values:
    values = [None if v is None else _bits(v) for v in array.to_pylist()]
    return [None if v is None else f"{v[1]:0{v[0]}b}".encode() if v[0] else b"" for v in values]


def _bit_binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else pack_bits(*_bits(v)) for v in array.to_pylist()]


def pack_bits(length: int, number: int) -> bytes:
    size = -(-length // 8)
    return BIT_LENGTH.pack(length) + (number << (8 * size - length)).to_bytes(size, "big")


def parse_varbit(text: str, rendering: Rendering) -> str:
    """The bits as text of 0 and 1, which DuckDB casts to BIT."""
    if text[:1] in ("x", "X"):
        for digit in text[1:]:
            if digit not in "0123456789abcdefABCDEF":
                raise InvalidTextRepresentation(f'"{digit}" is not a valid hexadecimal digit')
        return _some_bits("".join(f"{int(digit, 16):04b}" for digit in text[1:]))
    digits = text[1:] if text[:1] in ("b", "B") else text
    for digit in digits:
        if digit not in "01":
            raise InvalidTextRepresentation(f'"{digit}" is not a valid binary digit')
    return _some_bits(digits)


def _some_bits(digits: str) -> str:
    """DuckDB has no bit string without bits, and must not be given one that it makes another of."""
    if not digits:
        raise NumericValueOutOfRange("bit string without bits is not supported")
    return digits


def unpack_varbit(data: bytes) -> str:
    if len(data) < BIT_LENGTH.size:
        raise insufficient()
    (length,) = BIT_LENGTH.unpack_from(data)
    if length < 0:
        raise InvalidBinaryRepresentation("invalid length in external bit string")
    size = -(-length // 8)
    if len(data) != BIT_LENGTH.size + size:
        raise TrailingData if len(data) > BIT_LENGTH.size + size else insufficient()
    number = int.from_bytes(data[BIT_LENGTH.size :], "big") >> (8 * size - length)
    return _some_bits(f"{number:0{length}b}" if length else "")


def _uuid_text(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else v.encode() for v in array.to_pylist()]


def _uuid_text_cells(array: Array, rendering: Rendering) -> Cells:
    return ragged(array)


def _uuid_binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else bytes.fromhex(v.replace("-", "")) for v in array.to_pylist()]


def _uuid_binary_cells(array: Array, rendering: Rendering) -> Cells:
    texts = ragged(array)
    assert texts.short is not None
    characters = texts.short.view(np.uint8).reshape(texts.count, -1)
    if characters.shape[1] != 36:
        return padded(np.zeros(texts.count, "V16"), None, nulls_of(array))
    nibbles = NIBBLES[characters[:, UUID_DIGITS]]
    octets = (nibbles[:, 0::2] * 16 + nibbles[:, 1::2]).astype(np.uint8, order="C")
    return padded(octets.view("V16")[:, 0], None, nulls_of(array))


def parse_uuid(text: str, rendering: Rendering) -> PythonUUID:
    found = UUID_TEXT.fullmatch(text)
    if found is None or text.startswith("{") != text.endswith("}"):
        raise bad_text("uuid", text)
    return PythonUUID(hex=found[1].replace("-", ""))


def unpack_uuid(data: bytes) -> PythonUUID:
    if len(data) != 16:
        raise TrailingData if len(data) > 16 else insufficient()
    return PythonUUID(bytes=data)


BYTEA = Codec(
    text=Output(_bytea_text, _bytea_text_cells),
    binary=Output(_bytea_binary, _bytea_binary_cells),
    parse=parse_bytea,
    unpack=bytes,
)
VARBIT = Codec(
    text=Output(_bit_text), binary=Output(_bit_binary), parse=parse_varbit, unpack=unpack_varbit
)
UUID = Codec(
    text=Output(_uuid_text, _uuid_text_cells),
    binary=Output(_uuid_binary, _uuid_binary_cells),
    parse=parse_uuid,
    unpack=unpack_uuid,
)
