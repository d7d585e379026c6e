"""int2vector and oidvector, which the catalogs have (int2vectorout and friends in int.c, oid.c).

They are arrays of one dimension that begin at 0, without NULLs: `1 2` in text, and in binary an
array that has its dimension even when it is empty.
"""

from __future__ import annotations

from struct import Struct

from hookwire_catalog import types
from hookwire_catalog.types import PgType
from hookwire_pgwire.values.array_input import unpack_array
from hookwire_pgwire.values.cells import Array
from hookwire_pgwire.values.codec import Codec, Output, Values
from hookwire_pgwire.values.integers import INTEGER, bad_text
from hookwire_pgwire.values.rendering import Rendering
from hookwire_pgwire.values.unpacking import unpacker

_HEAD = Struct("!iiIii")


def _text(array: Array, rendering: Rendering) -> Values:
    lists = array.to_pylist()
    return [None if v is None else " ".join(map(str, v)).encode() for v in lists]


def vectors(type: PgType, pack: str) -> Codec:
    """The codec of a vector whose elements are packed as `pack` (of struct)."""
    element = type.element
    assert element is not None
    item = Struct(f"!i{pack}")
    size = item.size - 4
    low, high = (0, 2**32 - 1) if pack == "I" else (-(2**15), 2**15 - 1)

    def binary(array: Array, rendering: Rendering) -> Values:
        return [None if v is None else framed(v) for v in array.to_pylist()]

    def framed(values: list[int]) -> bytes:
        head = _HEAD.pack(1, 0, element.oid, len(values), 0)
        return head + b"".join(item.pack(size, value) for value in values)

    def parse(text: str, rendering: Rendering) -> list[int]:
        return [number(word) for word in text.split()]

    def number(word: str) -> int:
        value = int(word) if INTEGER.fullmatch(word) else high + 1
        if not low <= value <= high:
            raise bad_text(element.display, word)
        return value

    def unpack(data: bytes) -> list[object]:
        return unpack_array(data, element, unpacker("!" + pack))

    return Codec(text=Output(_text), binary=Output(binary), parse=parse, unpack=unpack)


INT2VECTOR = vectors(types.INT2VECTOR, "h")
OIDVECTOR = vectors(types.OIDVECTOR, "I")
