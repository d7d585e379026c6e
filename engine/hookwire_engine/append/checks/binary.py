"""Byte strings, encodings, digests and HMACs (PostgreSQL 9.5, pgcrypto F.28)."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
import zlib
from collections.abc import Callable

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidParameterValue,
    InvalidTextRepresentation,
)
from hookwire_engine.append.checks.code import Table
from hookwire_engine.append.checks.values import Frame, charge

table = Table()
_function = table.function

ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
_LINE = 57
"""Bytes in a line of encode's base64, which makes 76 characters."""
_URL_SAFE = str.maketrans("+/", "-_", "=")
_FROM_URL_SAFE = str.maketrans("-_", "+/")
_HEX = re.compile(r"[0-9a-fA-F]*+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*+={0,2}")
_ESCAPE = re.compile(rb"\\(?:\\|(?P<octal>[0-3][0-7]{2})|(?P<bad>))")


def algorithm(name: str) -> str:
    """The name that hashlib knows; 22023 for no algorithm of ours."""
    lowered = name.lower()
    if lowered not in ALGORITHMS:
        raise InvalidParameterValue(f'Cannot use "{name}": No such hash algorithm')
    return lowered


def hmac_bytes(data: bytes, key: bytes, name: str) -> bytes:
    return hmac.digest(key, data, algorithm(name))


def hmac_hex(name: str, key: bytes, data: bytes) -> str:
    """The other order of arguments, whose first is a literal: `hmac('sha256', key, data)`."""
    return hmac.digest(key, data, algorithm(name)).hex()


def _digest(data: bytes, name: str) -> bytes:
    return hashlib.new(algorithm(name), data, usedforsecurity=False).digest()


def encoding(name: str) -> str:
    lowered = name.lower()
    if lowered not in ("hex", "base64", "base64url", "escape"):
        raise InvalidParameterValue(f'unrecognized encoding: "{name}"')
    return lowered


def _encode(frame: Frame, data: bytes, name: str) -> str:
    form = encoding(name)
    charge(frame, len(data) * (4 if form == "escape" else 2))
    if form == "hex":
        return data.hex()
    if form == "base64url":
        return binascii.b2a_base64(data, newline=False).decode().translate(_URL_SAFE)
    if form == "base64":
        lines = (data[i : i + _LINE] for i in range(0, len(data), _LINE))
        return "\n".join(binascii.b2a_base64(line, newline=False).decode() for line in lines)
    return "".join(map(_escaped, data))


def _escaped(byte: int) -> str:
    if byte == 0 or byte > 127:
        return f"\\{byte:03o}"
    return "\\\\" if byte == 92 else chr(byte)


def _decode(frame: Frame, text: str, name: str) -> bytes:
    form = encoding(name)
    charge(frame, 2 * len(text))
    if form == "hex":
        return from_hex(text)
    if form == "escape":
        return from_escape(text)
    if form == "base64":
        return _from_base64(text)
    symbols = text.translate(_FROM_URL_SAFE)
    return _from_base64(symbols + "=" * (-len(symbols) % 4))


def from_hex(text: str) -> bytes:
    digits = text if text.isalnum() else "".join(text.split())
    if not _HEX.fullmatch(digits):
        raise InvalidParameterValue("invalid hexadecimal digit")
    if len(digits) % 2:
        raise InvalidParameterValue("invalid hexadecimal data: odd number of digits")
    return bytes.fromhex(digits)


def _from_base64(text: str) -> bytes:
    symbols = "".join(text.split())
    if not _BASE64.fullmatch(symbols):
        raise InvalidParameterValue("invalid symbol found while decoding base64 sequence")
    if len(symbols) % 4:
        raise InvalidParameterValue(
            "invalid base64 end sequence",
            hint="Input data is missing padding, is truncated, or is otherwise corrupted.",
        )
    return binascii.a2b_base64(symbols)


def from_escape(text: str) -> bytes:
    return _ESCAPE.sub(_unescaped, text.encode())


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found["octal"]:
        return bytes([int(found["octal"], 8)])
    if found["bad"] is not None:
        raise InvalidTextRepresentation("invalid input syntax for type bytea")
    return b"\\"


_CODECS = {"utf8": "utf-8", "unicode": "utf-8", "latin1": "latin-1", "iso88591": "latin-1",
           "sqlascii": "ascii"}  # fmt: skip


def codec(name: str) -> str:
    found = _CODECS.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if found is None:
        raise InvalidParameterValue(
            f'invalid encoding name "{name}"', hint="CHECK knows UTF8, LATIN1 and SQL_ASCII."
        )
    return found


def _convert_from(frame: Frame, data: bytes, name: str) -> str:
    charge(frame, len(data) * (1 if data.isascii() else 4))
    try:
        text = data.decode(codec(name))
    except UnicodeDecodeError:
        raise _not_encoded(name) from None
    if "\0" in text:
        raise _not_encoded(name)
    return text


def _convert_to(frame: Frame, text: str, name: str) -> bytes:
    charge(frame, 4 * len(text))
    try:
        return text.encode(codec(name))
    except UnicodeEncodeError:
        raise _not_encoded(name) from None


def _not_encoded(name: str) -> CharacterNotInRepertoire:
    return CharacterNotInRepertoire(f'invalid byte sequence for encoding "{name.upper()}"')


def _substring(data: bytes, start: int) -> bytes:
    return data[max(start - 1, 0) :]


def _substring_for(data: bytes, start: int, count: int) -> bytes:
    if count < 0:
        raise InvalidParameterValue("negative substring length not allowed")
    return data[max(start - 1, 0) : max(start - 1 + count, 0)]


def _hash(name: str) -> Callable[[bytes], bytes]:
    return lambda data: _digest(data, name)


_function("encode(bytea, text) text", _encode, framed=True, validate={1: encoding})
_function("decode(text, text) bytea", _decode, framed=True, validate={1: encoding})
_function("convert_from(bytea, text) text", _convert_from, framed=True, validate={1: codec})
_function("convert_to(text, text) bytea", _convert_to, framed=True, validate={1: codec})
_function("length(bytea) int4", len)
_function("octet_length(bytea) int4", len)
for _name in ("substr", "substring"):
    _function(f"{_name}(bytea, int4) bytea", _substring)
    _function(f"{_name}(bytea, int4, int4) bytea", _substring_for)
for _name in ("strpos", "position"):
    _function(f"{_name}(bytea, bytea) int4", lambda data, part: data.find(part) + 1)
for _size in ("224", "256", "384", "512"):
    _function(f"sha{_size}(bytea) bytea", _hash(f"sha{_size}"))
for _type in ("bytea", "text"):
    _function(f"md5({_type}) text", lambda data: _digest(data, "md5").hex(), of_bytes=1)
    _function(f"digest({_type}, text) bytea", _digest, validate={1: algorithm}, of_bytes=1)
    _function(
        f"hmac({_type}, {_type}, text) bytea", hmac_bytes, validate={2: algorithm}, of_bytes=2
    )
    _function(f"constant_time_eq({_type}, {_type}) bool", hmac.compare_digest, of_bytes=2)
    _function(f"crc32({_type}) int8", zlib.crc32, of_bytes=1)
