"""name and "char": short texts with rules of their own.

A "char" is one byte. DuckDB has it as a text of at most one character, whose number is the byte.
"""

from __future__ import annotations

import re

from hookwire_catalog.errors import NameTooLong
from hookwire_catalog.names import truncate
from hookwire_pgwire.values.cells import Array
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.strings import TEXT, decode_utf8
from hookwire_pgwire.values.unpacking import TrailingData, no_data

NAME_BYTES = 63
_OCTAL = re.compile(r"\\([0-3][0-7]{2})")


def _parse_name(text: str, rendering: Rendering) -> str:
    return truncate(text)


def _unpack_name(data: bytes) -> str:
    if len(data) > NAME_BYTES:
        raise NameTooLong(
            "identifier too long",
            detail=f"Identifier must be less than {NAME_BYTES + 1} characters.",
        )
    return decode_utf8(data)


def _byte(value: str) -> int:
    """0 for none; a character beyond the bytes is cut to the first of its UTF-8."""
    if not value:
        return 0
    code = ord(value[0])
    return code if code < 256 else value[0].encode()[0]


def _char_text(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else _shown(_byte(v)) for v in array.to_pylist()]


def _shown(byte: int) -> bytes:
    if byte >= 0x80:
        return b"\\%03o" % byte
    return bytes([byte]) if byte else b""


def _char_binary(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else bytes([_byte(v)]) for v in array.to_pylist()]


def _parse_char(text: str, rendering: Rendering) -> str:
    """The first byte of the text, or the one that three octal digits tell."""
    octal = _OCTAL.fullmatch(text)
    byte = int(octal[1], 8) if octal else (text.encode() or b"\0")[0]
    return chr(byte) if byte else ""


def _unpack_char(data: bytes) -> str:
    if len(data) != 1:
        raise TrailingData if data else no_data()
    return chr(data[0]) if data[0] else ""


NAME = Codec(text=TEXT.text, binary=TEXT.binary, parse=_parse_name, unpack=_unpack_name)
CHAR = Codec(
    text=Output(_char_text),
    binary=Output(_char_binary),
    parse=_parse_char,
    unpack=_unpack_char,
)
