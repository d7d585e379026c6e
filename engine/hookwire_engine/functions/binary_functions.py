"""What the binary string functions are where SQL alone does not reach (PostgreSQL 9.5)."""

from __future__ import annotations

import binascii
import hashlib
import hmac as hmac_module
import re

from hookwire_engine.functions.faults import Fault

_LINE = 57
"""Bytes in a line of encode's base64, which makes 76 characters."""


def encode(data: bytes, form: str) -> str:
    name = form.lower()
    if name == "hex":
        return data.hex()
    if name == "base64":
        lines = (data[i : i + _LINE] for i in range(0, len(data), _LINE))
        return "\n".join(binascii.b2a_base64(line, newline=False).decode() for line in lines)
    if name == "base64url":
        shown = binascii.b2a_base64(data, newline=False).decode()
        return shown.translate(str.maketrans("+/", "-_", "="))
    if name == "escape":
        return "".join(map(_escaped, data))
    raise _no_encoding(form)


def _escaped(byte: int) -> str:
    if byte == 0 or byte > 127:
        return f"\\{byte:03o}"
    return "\\\\" if byte == 92 else chr(byte)


def _no_encoding(form: str) -> Fault:
    return Fault("22023", f'unrecognized encoding: "{form}"')


def decode(text: str, form: str) -> bytes:
    name = form.lower()
    if name == "hex":
        return _from_hex(text)
    if name == "base64":
        return _from_base64(text)
    if name == "base64url":
        padded = text.translate(str.maketrans("-_", "+/"))
        return _from_base64(padded + "=" * (-len(padded) % 4))
    if name == "escape":
        return _from_escape(text)
    raise _no_encoding(form)


def _from_hex(text: str) -> bytes:
    digits = "".join(text.split())
    for character in digits:
        if character not in "0123456789abcdefABCDEF":
            raise Fault("22023", f'invalid hexadecimal digit: "{character}"')
    if len(digits) % 2:
        raise Fault("22023", "invalid hexadecimal data: odd number of digits")
    return bytes.fromhex(digits)


_BASE64 = re.compile(r"[A-Za-z0-9+/]")


def _from_base64(text: str) -> bytes:
    symbols = "".join(text.split())
    data = symbols.rstrip("=")
    for character in data:
        if character == "=":
            raise Fault("22023", 'unexpected "=" while decoding base64 sequence')
        if not _BASE64.match(character):
            message = f'invalid symbol "{character}" found while decoding base64 sequence'
            raise Fault("22023", message)
    if len(symbols) % 4 or len(symbols) - len(data) > 2:
        hint = "Input data is missing padding, is truncated, or is otherwise corrupted."
        raise Fault("22023", "invalid base64 end sequence", hint)
    return binascii.a2b_base64(symbols)


_ESCAPE = re.compile(rb"\\(?:\\|(?P<octal>[0-3][0-7]{2})|(?P<bad>))")


def _from_escape(text: str) -> bytes:
    return _ESCAPE.sub(_unescaped, text.encode())


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found["octal"]:
        return bytes([int(found["octal"], 8)])
    if found["bad"] is not None:
        raise Fault("22P02", "invalid input syntax for type bytea")
    return b"\\"


_ENCODINGS = {
    "utf8": "utf-8", "unicode": "utf-8", "latin1": "latin-1", "iso88591": "latin-1",
    "sqlascii": "ascii", "win1252": "cp1252", "latin2": "iso8859-2", "latin9": "iso8859-15",
    "win1250": "cp1250", "win1251": "cp1251", "koi8r": "koi8-r", "euckr": "euc_kr",
    "eucjp": "euc_jp", "sjis": "cp932", "gbk": "gbk", "gb18030": "gb18030", "big5": "big5",
    "latin5": "iso8859-9", "iso885915": "iso8859-15",
}  # fmt: skip


def _codec(name: str, role: str) -> str:
    found = _ENCODINGS.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if found is None:
        raise Fault("22023", f'invalid {role} encoding name "{name}"')
    return found


def convert_from(data: bytes, encoding: str) -> str:
    codec = _codec(encoding, "source")
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        shown = " ".join(f"0x{byte:02x}" for byte in data[error.start : error.end])
        message = f'invalid byte sequence for encoding "{encoding.upper()}": {shown}'
        raise Fault("22021", message) from None
    if "\0" in text:
        raise Fault("22021", f'invalid byte sequence for encoding "{encoding.upper()}": 0x00')
    return text


def convert_to(text: str, encoding: str) -> bytes:
    codec = _codec(encoding, "destination")
    try:
        return text.encode(codec)
    except UnicodeEncodeError as error:
        shown = " ".join(f"0x{byte:02x}" for byte in text[error.start].encode())
        message = (
            f'character with byte sequence {shown} in encoding "UTF8" has no equivalent'
            f' in encoding "{encoding.upper()}"'
        )
        raise Fault("22P05", message) from None


def convert(data: bytes, source: str, target: str) -> bytes:
    return convert_to(convert_from(data, source), target)


def _index(data: bytes, place: int, size: int) -> None:
    if not 0 <= place < size:
        raise Fault("2202E", f"index {place} out of valid range, 0..{size - 1}")


def get_byte(data: bytes, place: int) -> int:
    _index(data, place, len(data))
    return data[place]


def set_byte(data: bytes, place: int, value: int) -> bytes:
    _index(data, place, len(data))
    return data[:place] + bytes([value & 255]) + data[place + 1 :]


def get_bit(data: bytes, place: int) -> int:
    _index(data, place, len(data) * 8)
    return data[place // 8] >> place % 8 & 1


def set_bit(data: bytes, place: int, value: int) -> bytes:
    _index(data, place, len(data) * 8)
    if value not in (0, 1):
        raise Fault("22023", "new bit must be 0 or 1")
    byte = data[place // 8] & ~(1 << place % 8) | value << place % 8
    return data[: place // 8] + bytes([byte]) + data[place // 8 + 1 :]


def bit_count(data: bytes) -> int:
    return int.from_bytes(data, "big").bit_count()


def position(part: bytes, data: bytes) -> int:
    return data.find(part) + 1


def substring(data: bytes, start: int, count: int | None = None) -> bytes:
    if count is not None and count < 0:
        raise Fault("22011", "negative substring length not allowed")
    end = len(data) if count is None else start - 1 + count
    return data[max(start - 1, 0) : max(end, 0)]


def overlay(data: bytes, new: bytes, start: int, count: int | None = None) -> bytes:
    if start <= 0:
        raise Fault("22011", "negative substring length not allowed")
    taken = len(new) if count is None else count
    if start + taken > 0x7FFFFFFF:
        raise Fault("22003", "integer out of range")
    return data[: start - 1] + new + data[max(start - 1 + taken, 0) :]


def btrim(data: bytes, unwanted: bytes) -> bytes:
    return data.strip(unwanted) if unwanted else data


def ltrim(data: bytes, unwanted: bytes) -> bytes:
    return data.lstrip(unwanted) if unwanted else data


def rtrim(data: bytes, unwanted: bytes) -> bytes:
    return data.rstrip(unwanted) if unwanted else data


ALGORITHMS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def _algorithm(name: str) -> str:
    lowered = name.lower()
    if lowered not in ALGORITHMS:
        raise Fault("22023", f'Cannot use "{name}": No such hash algorithm')
    return lowered


def digest(data: bytes, algorithm: str) -> bytes:
    return hashlib.new(_algorithm(algorithm), data, usedforsecurity=False).digest()


def digest_text(text: str, algorithm: str) -> bytes:
    return digest(text.encode(), algorithm)


def hmac(data: bytes, key: bytes, algorithm: str) -> bytes:
    return hmac_module.digest(key, data, _algorithm(algorithm))


def hmac_text(text: str, key: str, algorithm: str) -> bytes:
    return hmac(text.encode(), key.encode(), algorithm)


def hmac_hex(algorithm: str, key: bytes, data: bytes) -> str:
    """hmac(algorithm, key, data) as webhook checks write it: lower-case hexadecimal text."""
    return hmac(data, key, algorithm).hex()
