"""Arrays from the wire to nested Python lists (array_in and array_recv in arrayfuncs.c)."""

from __future__ import annotations

import re
from collections.abc import Callable
from struct import error, unpack_from
from typing import TypeAlias

from hookwire_catalog.errors import (
    DatatypeMismatch,
    InvalidBinaryRepresentation,
    InvalidTextRepresentation,
    ProgramLimitExceeded,
)
from hookwire_catalog.types import BY_OID, PgType
from hookwire_pgwire.values.unpacking import TrailingData, insufficient

MAX_DEPTH = 6
"""PostgreSQL's MAXDIM."""

MAX_ITEMS = 0x7FFFFFF
"""PostgreSQL's MaxArraySize."""

BOUNDS = re.compile(r"\s*(?:\[[+-]?\d+(?::[+-]?\d+)?\])+\s*=\s*")
TOKEN = re.compile(
    r'\s*(?:(?P<mark>[{},])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>(?:[^\s{},"\\]|\\.)'
    r'(?:[^{},"\\]|\\.)*))\s*',
    re.DOTALL,
)
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
Item: TypeAlias = Callable[[str], object]


def _malformed(text: str, detail: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'malformed array literal: "{text}"', detail=detail)


def _too_deep(depth: int) -> ProgramLimitExceeded:
    return ProgramLimitExceeded(
        f"number of array dimensions ({depth}) exceeds the maximum allowed ({MAX_DEPTH})"
    )


class _Reader:
    """Reads one literal. `stack` holds the lists that are open, from outside in."""

    def __init__(self, text: str, item: Item) -> None:
        self.text = text
        self.item = item
        self.stack: list[list[object]] = []
        self.result: list[object] | None = None
        self.shape: dict[int, int] = {}
        self.leaf_depth = 0

    def read(self) -> list[object]:
        bounds = BOUNDS.match(self.text)
        position = bounds.end() if bounds else 0
        expects_value, may_close = True, False
        while position < len(self.text):
            found = TOKEN.match(self.text, position)
            if found is None:
                raise _malformed(self.text, "Unexpected array element.")
            position = found.end()
            mark = found["mark"]
            if self.result is not None:
                raise _malformed(self.text, "Junk after closing right brace.")
            if mark == "{" and expects_value:
                self._open()
                may_close = True
            elif mark == "}" and self.stack and (not expects_value or may_close):
                self._close()
                expects_value = may_close = False
            elif mark == "," and self.stack and not expects_value:
                expects_value = True
            elif mark is None and self.stack and expects_value:
                self._value(found)
                expects_value = may_close = False
            else:
                raise _malformed(self.text, self._complaint(mark))
        if self.result is None:
            detail = "Unexpected end of input." if self.stack or bounds else START
            raise _malformed(self.text, detail)
        return [] if self.leaf_depth == 0 else self.result

    def _complaint(self, mark: str | None) -> str:
        if not self.stack:
            return START
        return f'Unexpected "{mark}" character.' if mark else "Unexpected array element."

    def _open(self) -> None:
        if len(self.stack) == MAX_DEPTH:
            raise _too_deep(MAX_DEPTH + 1)
        if self.leaf_depth and len(self.stack) >= self.leaf_depth:
            raise _malformed(self.text, RAGGED)
        self.stack.append([])

    def _close(self) -> None:
        closed = self.stack.pop()
        depth = len(self.stack)
        if self.shape.setdefault(depth, len(closed)) != len(closed):
            raise _malformed(self.text, RAGGED)
        if self.stack:
            self.stack[-1].append(closed)
        else:
            self.result = closed

    def _value(self, found: re.Match[str]) -> None:
        depth = len(self.stack)
        if self.leaf_depth not in (0, depth):
            raise _malformed(self.text, RAGGED)
        self.leaf_depth = depth
        bare = found["bare"]
        if bare is None:
            value = self.item(ESCAPED.sub(r"\1", found["quoted"]))
        else:
            word = bare.rstrip()
            value = None if word.upper() == "NULL" else self.item(ESCAPED.sub(r"\1", word))
        self.stack[-1].append(value)


START = 'Array value must start with "{" or dimension information.'
RAGGED = "Multidimensional arrays must have sub-arrays with matching dimensions."


def parse_array(text: str, item: Item) -> list[object]:
    return _Reader(text, item).read()


def _shown(oid: int) -> str:
    type = BY_OID.get(oid)
    return f"{oid} ({'-' if type is None else type.display})"


def unpack_array(data: bytes, element: PgType, unpack: Callable[[bytes], object]) -> list[object]:
    try:
        depth, flags, oid = unpack_from("!iiI", data)
        if depth > MAX_DEPTH:
            raise _too_deep(depth)
        if depth < 0:
            raise InvalidBinaryRepresentation(f"invalid number of dimensions: {depth}")
        if flags not in (0, 1):
            raise InvalidBinaryRepresentation("invalid array flags")
        if oid != element.oid:
            raise DatatypeMismatch(
                f"binary data has array element type {_shown(oid)} "
                f"instead of expected {_shown(element.oid)}"
            )
        sizes = [unpack_from("!ii", data, 12 + 8 * i)[0] for i in range(depth)]
        values, position = _unpack_leaves(data, 12 + 8 * depth, sizes, unpack)
    except error:
        raise insufficient() from None
    if position != len(data):
        raise TrailingData
    for size in reversed(sizes[1:]):
        values = [values[i : i + size] for i in range(0, len(values), size)] if size else []
    return values


def _unpack_leaves(
    data: bytes, position: int, sizes: list[int], unpack: Callable[[bytes], object]
) -> tuple[list[object], int]:
    count = 1 if sizes else 0
    for size in sizes:
        count *= size
    if any(size < 0 for size in sizes) or count > MAX_ITEMS:
        raise ProgramLimitExceeded(f"array size exceeds the maximum allowed ({MAX_ITEMS})")
    if count * 4 > len(data) - position:
        raise insufficient()
    values: list[object] = []
    for number in range(1, count + 1):
        (length,) = unpack_from("!i", data, position)
        position += 4
        if length < 0:
            values.append(None)
            continue
        if position + length > len(data):
            raise InvalidBinaryRepresentation("insufficient data left in message")
        try:
            values.append(unpack(data[position : position + length]))
        except TrailingData:
            raise InvalidBinaryRepresentation(
                f"improper binary format in array element {number}"
            ) from None
        position += length
    return values, position
