"""The binary forms of parameters: what is too short and what is too long (pqformat.c)."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct, error

from hookwire_catalog.errors import InvalidBinaryRepresentation, ProtocolViolation


class TrailingData(InvalidBinaryRepresentation):
    """A value has bytes behind its end; the caller knows which value it is."""

    def __init__(self) -> None:
        super().__init__("incorrect binary data format")


def insufficient() -> ProtocolViolation:
    return ProtocolViolation("insufficient data left in message")


def no_data() -> ProtocolViolation:
    """PostgreSQL's words where it wanted a single byte."""
    return ProtocolViolation("no data left in message")


def unpacker(form: str, convert: Callable[..., object] | None = None) -> Callable[[bytes], object]:
    """A reader of the binary form `form`, which must fill the value."""
    layout = Struct(form)

    def unpack(data: bytes) -> object:
        try:
            values = layout.unpack(data)
        except error:
            raise TrailingData if len(data) > layout.size else insufficient() from None
        return values[0] if convert is None else convert(*values)

    return unpack
