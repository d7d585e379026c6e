"""Types whose text form is the string itself: text, varchar, bpchar, name, "char", json, jsonb.

Also the types that reach us as text and have no binary form here (regclass, regtype, regproc).
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from hookwire_catalog.errors import CharacterNotInRepertoire, InvalidBinaryRepresentation
from hookwire_pgwire.values.cells import Array, Cells, ragged
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.documents import is_document, json_texts
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import insufficient

JSONB_VERSION = b"\x01"


def decode_utf8(data: bytes) -> str:
    """The text of a value; PostgreSQL's error names the bytes that are no character."""
    try:
        text = str(data, "utf-8")
    except UnicodeDecodeError as fault:
        raise _not_utf8(
            data[fault.start : fault.start + _sequence_length(data[fault.start])]
        ) from None
    if "\x00" in text:
        raise _not_utf8(b"\x00")
    return text


def _sequence_length(lead: int) -> int:
    return 1 if lead < 0xC0 or lead > 0xF7 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4


def _not_utf8(data: bytes) -> CharacterNotInRepertoire:
    shown = " ".join(f"0x{byte:02x}" for byte in data)
    return CharacterNotInRepertoire(f'invalid byte sequence for encoding "UTF8": {shown}')


def _text(array: Array, rendering: Rendering) -> Values:
    return [None if v is None else v.encode() for v in array.to_pylist()]


def _text_cells(array: Array, rendering: Rendering) -> Cells:
    return ragged(array)


def _same(text: str, rendering: Rendering) -> str:
    return text


def _json(array: Array, rendering: Rendering) -> Values:
    if is_document(array):
        return json_texts(array, rendering)
    return _text(array, rendering)


def _json_array(array: Array, rendering: Rendering) -> Array:
    return pa.array(json_texts(array, rendering), pa.binary()) if is_document(array) else array


def _json_cells(array: Array, rendering: Rendering) -> Cells:
    return ragged(_json_array(array, rendering))


def _jsonb(array: Array, rendering: Rendering) -> Values:
    values: Sequence[bytes | None] = _json(array, rendering)
    return [None if v is None else JSONB_VERSION + v for v in values]


def _jsonb_cells(array: Array, rendering: Rendering) -> Cells:
    return ragged(_json_array(array, rendering), JSONB_VERSION)


def _unpack_jsonb(data: bytes) -> str:
    if not data:
        raise insufficient()
    if data[:1] != JSONB_VERSION:
        raise InvalidBinaryRepresentation(f"unsupported jsonb version number {data[0]}")
    return decode_utf8(data[1:])


TEXT = Codec(
    text=Output(_text, _text_cells),
    binary=Output(_text, _text_cells),
    parse=_same,
    unpack=decode_utf8,
)
TEXT_ONLY = Codec(text=TEXT.text, binary=None, parse=_same, unpack=None)
JSON = Codec(
    text=Output(_json, _json_cells),
    binary=Output(_json, _json_cells),
    parse=_same,
    unpack=decode_utf8,
)
JSONB = Codec(
    text=JSON.text,
    binary=Output(_jsonb, _jsonb_cells),
    parse=_same,
    unpack=_unpack_jsonb,
)
