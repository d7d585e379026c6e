"""The values of string literals: E'', U&'' and continued strings (PostgreSQL 4.1.2).

Messages and places of errors are those of PostgreSQL's scanner (checked against PostgreSQL 15).
"""

from __future__ import annotations

import re

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidEscapeSequence,
    SqlError,
    SqlSyntaxError,
)

_PLAIN_PIECE = re.compile(r"'([^']*+(?:''[^']*+)*+)'|--[^\r\n]*+")
_ESCAPED_PIECE = re.compile(r"'([^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+)'|--[^\r\n]*+", re.DOTALL)

_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_ESCAPE = re.compile(
    r"(?P<quote>'')"
    r"|\\(?:(?P<octal>[0-7]{1,3})|x(?P<hexadecimal>[0-9a-fA-F]{1,2})"
    r"|(?:u|U0000)(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\(?:u|U0000)(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})|(?P<bad>[uU])|(?P<other>.))",
    re.DOTALL,
)
_UNICODE = re.compile(
    r"\\(?:(?P<backslash>\\)"
    r"|(?:\+00)?(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\(?:\+00)?(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\+(?P<six>[0-9a-fA-F]{6})|(?P<four>[0-9a-fA-F]{4})|(?P<bad>.?))",
    re.DOTALL,
)
_NEXT = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|.", re.DOTALL)


def string_value(text: str, start: int) -> str:
    """What a string token stands for; `start` is its place, for errors."""
    prefix = text[0].lower()
    if prefix == "e":
        return _escaped_value(text, start)
    joined = "".join(_PLAIN_PIECE.findall(text)).replace("''", "'")
    return unicode_value(joined, start) if prefix == "u" else joined


# E'': bytes, since \xe5\x92\x8c is one character.


def _escaped_value(text: str, start: int) -> str:
    value = bytearray()
    for piece in _ESCAPED_PIECE.finditer(text):
        at, end = piece.span(1)  # of a comment: -1, -1
        for found in _ESCAPE.finditer(text, max(at, 0), max(end, 0)):
            value += text[at : found.start()].encode() + _escape_value(found, start)
            at = found.end()
        value += text[at:end].encode()
    return _decoded(bytes(value))


def _escape_value(found: re.Match[str], start: int) -> bytes:
    kind, digits = found.lastgroup, found.group(found.lastgroup or 0)
    if kind == "quote":
        return b"'"
    if kind == "octal":
        return bytes((int(digits, 8) & 0xFF,))
    if kind == "hexadecimal":
        return bytes((int(digits, 16),))
    if kind == "low":
        return _pair(found).encode()
    if kind == "other":
        return _CONTROLS.get(digits, digits).encode()
    if kind == "bad":
        raise InvalidEscapeSequence(
            "invalid Unicode escape",
            hint=r"Unicode escapes must be \uXXXX or \UXXXXXXXX.",
            position=start + found.start() + 1,
        )
    return _escaped_character(found, int(digits, 16), start).encode()


def _escaped_character(found: re.Match[str], code: int, start: int) -> str:
    if _is_character(code):
        return chr(code)
    if not 0xD800 <= code < 0xE000:
        raise _near("invalid Unicode escape value", found.group(), start + found.start())
    at = found.end() if code < 0xDC00 else found.start()
    following = _NEXT.match(found.string, at)
    assert following is not None  # at least the closing quote
    raise _near("invalid Unicode surrogate pair", following.group(), start + at)


def _near(message: str, text: str, at: int) -> SqlError:
    return SqlSyntaxError(f'{message} at or near "{text}"', position=at + 1)


def _decoded(value: bytes) -> str:
    if 0 in value:
        raise _not_utf8(value, value.index(0))
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(value, error.start) from None


def _not_utf8(value: bytes, at: int) -> CharacterNotInRepertoire:
    """Shows as many bytes as the first one promises."""
    first = value[at]
    length = 4 if 0xF0 <= first < 0xF8 else 3 if first >= 0xE0 else 2 if first >= 0xC0 else 1
    length = 1 if first >= 0xF8 else length
    shown = " ".join(f"0x{octet:02x}" for octet in value[at : at + length])
    return CharacterNotInRepertoire(f'invalid byte sequence for encoding "UTF8": {shown}')


# U&'' and U&"".


def unicode_value(text: str, start: int) -> str:
    r"""The content of U&'' or U&"" (its quotes halved): \XXXX, \+XXXXXX and \\."""
    inside = start + len("U&'") + 1

    def decode(found: re.Match[str]) -> str:
        kind, digits = found.lastgroup, found.group(found.lastgroup or 0)
        if kind == "backslash":
            return "\\"
        if kind == "low":
            return _pair(found)
        position = inside + found.start()
        if kind == "bad":
            hint = r"Unicode escapes must be \XXXX or \+XXXXXX."
            raise SqlSyntaxError("invalid Unicode escape", hint=hint, position=position)
        code = int(digits, 16)
        if _is_character(code):
            return chr(code)
        if not 0xD800 <= code < 0xE000:
            raise SqlSyntaxError("invalid Unicode escape value", position=position)
        position += len(found.group()) if code < 0xDC00 else 0
        raise SqlSyntaxError("invalid Unicode surrogate pair", position=position)

    return _UNICODE.sub(decode, text)


def _pair(found: re.Match[str]) -> str:
    high, low = int(found["high"], 16), int(found["low"], 16)
    return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF))


def _is_character(code: int) -> bool:
    return 0 < code < 0xD800 or 0xE000 <= code <= 0x10FFFF
