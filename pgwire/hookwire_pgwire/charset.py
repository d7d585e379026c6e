"""Clients that do not speak UTF8: their bytes to ours and back. No I/O (PostgreSQL 24.3.3).

Everything inside is UTF-8. A message is converted before it is decoded and after it has been
made; what is ASCII, nearly everything, is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any

from hookwire_catalog import types
from hookwire_catalog.charsets import CODECS
from hookwire_catalog.errors import FeatureNotSupported, SqlError
from hookwire_catalog.types import PgType

_INT32 = Struct("!i")
_HEAD = Struct("!ci")
_COLUMN_BYTES = 18
_STRINGS_BEFORE_VALUES = {ord("P"): 2, ord("B"): 2}
_TEXTUAL = frozenset(
    type.oid
    for type in (types.TEXT, types.VARCHAR, types.BPCHAR, types.NAME, types.JSON, types.JSONB)
)


class UntranslatableCharacter(SqlError):
    sqlstate = "22P05"


Recode = Callable[[Any], Any]
"""Of data, bytes or a memoryview of them."""


class Conversion:
    """Between UTF8 and one encoding of a byte for a character."""

    def __init__(self, name: str, codec: str) -> None:
        self.name = name
        self._codec = codec

    def incoming(self, data: bytes) -> bytes:
        """The client's text in UTF-8. Raises UntranslatableCharacter."""
        if data.isascii():
            return data
        try:
            return data.decode(self._codec).encode()
        except UnicodeDecodeError as fault:
            raise self._fault(data[fault.start : fault.start + 1], self.name, "UTF8") from None

    def outgoing(self, data: bytes) -> bytes:
        """Our text in the client's encoding. Raises UntranslatableCharacter."""
        if data.isascii():
            return data
        try:
            return data.decode().encode(self._codec)
        except UnicodeEncodeError as fault:
            found = fault.object[fault.start].encode()
            raise self._fault(found, "UTF8", self.name) from None

    def told(self, data: bytes) -> bytes:
        """As `outgoing`, for what is told in any case: with ? for what the client does not have."""
        return data.decode(errors="replace").encode(self._codec, errors="replace")

    @staticmethod
    def _fault(data: bytes, source: str, target: str) -> UntranslatableCharacter:
        shown = " ".join(f"0x{byte:02x}" for byte in data)
        return UntranslatableCharacter(
            f'character with byte sequence {shown} in encoding "{source}" has no equivalent in'
            f' encoding "{target}"'
        )

    # Messages.

    def message_in(self, kind: int, payload: bytes) -> bytes:
        """The payload of a message from the client; the values of Bind stay as they are."""
        if kind == ord("d") or payload.isascii():
            return payload
        strings = _STRINGS_BEFORE_VALUES.get(kind)
        if strings is None:
            return self.incoming(payload)
        end = 0
        for _ in range(strings):
            end = payload.find(0, end) + 1
            if not end:
                return payload  # no such message: its decoder says so
        return self.incoming(payload[:end]) + payload[end:]

    def messages_out(self, data: bytes) -> bytes:
        """Any messages to the client but DataRow and CopyData, which stay as they are."""
        if data.isascii():
            return data
        return b"".join(self._message_out(kind, body) for kind, body in _messages(data))

    def _message_out(self, kind: bytes, body: bytes) -> bytes:
        if kind in b"ENS":
            body = self.told(body)
        elif kind == b"C":
            body = self.outgoing(body)
        elif kind == b"A":
            body = body[:4] + self.told(body[4:])
        elif kind == b"T":
            body = self._row_description(body)
        return _HEAD.pack(kind, len(body) + 4) + body

    def _row_description(self, body: bytes) -> bytes:
        parts = [body[:2]]
        at = 2
        while at < len(body):
            end = body.index(0, at) + 1
            parts += (self.outgoing(body[at:end]), body[end : end + _COLUMN_BYTES])
            at = end + _COLUMN_BYTES
        return b"".join(parts)

    # Values.

    def values(
        self, values: Sequence[bytes | None], types: Sequence[PgType], formats: Sequence[int]
    ) -> list[bytes | None]:
        """The client's parameters."""
        return [
            value if value is None or not _converts(type, form, value) else self.incoming(value)
            for value, type, form in zip(values, types, formats, strict=True)
        ]

    def rows_out(
        self, data: bytes | memoryview, types: Sequence[PgType], formats: Sequence[int]
    ) -> bytes:
        """Whole DataRow messages."""
        whole = bytes(data)
        if whole.isascii():
            return whole
        return b"".join(self._row(body, types, formats) for _, body in _messages(whole))

    def _row(self, body: bytes, types: Sequence[PgType], formats: Sequence[int]) -> bytes:
        parts = [body[:2]]
        at = 2
        for type, form in zip(types, formats, strict=True):
            (length,) = _INT32.unpack_from(body, at)
            at += 4
            if length < 0:
                parts.append(_INT32.pack(-1))
                continue
            value = body[at : at + length]
            at += length
            if _converts(type, form, value):
                value = self.outgoing(value)
            parts += (_INT32.pack(len(value)), value)
        made = b"".join(parts)
        return _HEAD.pack(b"D", len(made) + 4) + made

    def lines_out(self, data: bytes | memoryview) -> bytes:
        """CopyData messages of text."""
        whole = bytes(data)
        if whole.isascii():
            return whole
        return b"".join(
            _HEAD.pack(kind, len(line) + 4) + line
            for kind, body in _messages(whole)
            for line in [self.outgoing(body) if kind == b"d" else body]
        )


def _messages(data: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(data):
        kind, length = _HEAD.unpack_from(data, at)
        found.append((kind, data[at + 5 : at + 1 + length]))
        at += 1 + length
    return found


def _converts(type: PgType, form: int, value: bytes) -> bool:
    if form == 0 or type.oid in _TEXTUAL:
        return True
    holds_text = type.element is not None and type.element.oid in _TEXTUAL
    if (holds_text or type.name == "hstore") and not value.isascii():
        raise FeatureNotSupported(
            f"the binary format of {type.display} is not supported in this client_encoding",
            hint="Use the text format, or client_encoding UTF8.",
        )
    return False


@lru_cache(maxsize=64)
def conversion(name: str) -> Conversion | None:
    """None for an encoding whose bytes are ours."""
    codec = CODECS.get(name)
    return None if codec is None else Conversion(name, codec)
