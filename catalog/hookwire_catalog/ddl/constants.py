"""The value of a secret: a constant expression, worked out while it is read.

    '...'  E'...'  $$...$$   decode('...', 'hex' | 'base64' | 'base64url' | 'escape')
    convert_to('...', 'utf8')   '\\x...'::bytea   CAST(... AS bytea)   (...)   ... || ...

Types are PostgreSQL's: a bare string is of no type yet, `||` makes text of two strings and bytea
of a string and a bytea. Errors say where, never what.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from hookwire_catalog.ddl.cursor import TokenCursor
from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidParameterValue,
    InvalidTextRepresentation,
    SqlError,
    SqlSyntaxError,
    UndefinedFunction,
)
from hookwire_catalog.lexer import Kind

HINT = (
    "Write a string, decode('...', 'base64'), convert_to('...', 'utf8') or '\\x...'::bytea,"
    " or several of them with || between."
)
MAX_DEPTH = 50
_TYPES = {"text": "text", "varchar": "text", "bytea": "bytea"}
_UTF8 = ("utf8", "utf-8", "unicode")


@dataclass(frozen=True, slots=True)
class _Value:
    """`type` is unknown (a bare string), text or bytea; text is in UTF-8."""

    type: str
    data: bytes = field(repr=False)
    position: int


def secret_value(cursor: TokenCursor) -> bytes:
    """The rest of the statement. Raises SqlError: 42601, 0A000, 22023, 22P02, 42883."""
    value = _expression(cursor, 0)
    if cursor.peek() is not None:
        raise SqlSyntaxError("syntax error after the value of a secret", position=cursor.position)
    if not value.data:
        raise InvalidParameterValue("a secret cannot be empty", position=value.position)
    return value.data


def _expression(cursor: TokenCursor, depth: int) -> _Value:
    if depth > MAX_DEPTH:
        _refuse(cursor)
    value = _cast(cursor, depth)
    while cursor.accept_mark("||"):
        value = _joined(value, _cast(cursor, depth))
    return value


def _joined(left: _Value, right: _Value) -> _Value:
    kinds = {left.type, right.type}
    if kinds == {"text", "bytea"}:
        raise UndefinedFunction(
            f"operator does not exist: {left.type} || {right.type}",
            hint="Write convert_to(..., 'utf8') around the text.",
            position=right.position,
        )
    if "bytea" in kinds:
        left, right = _converted(left, "bytea"), _converted(right, "bytea")
    type_ = "bytea" if "bytea" in kinds else "text"
    return _Value(type_, left.data + right.data, left.position)


def _cast(cursor: TokenCursor, depth: int) -> _Value:
    value = _primary(cursor, depth)
    while cursor.accept_mark("::"):
        value = _converted(value, _type(cursor))
    return value


def _type(cursor: TokenCursor) -> str:
    token = cursor.peek()
    if token is None:
        cursor.fail()
    found = _TYPES.get(token.text.lower()) if token.kind is Kind.IDENT else None
    if found is None:
        _refuse(cursor)
    cursor.next()
    return found


def _converted(value: _Value, type_: str) -> _Value:
    if value.type == type_:
        return value
    if type_ == "text" and value.type == "unknown":
        return _Value(type_, value.data, value.position)
    if type_ == "bytea" and value.type == "unknown":
        return _Value(type_, _bytea(value), value.position)
    raise FeatureNotSupported(
        f"a cast from {value.type} to {type_} is not supported in the value of a secret",
        hint=HINT,
        position=value.position,
    )


def _primary(cursor: TokenCursor, depth: int) -> _Value:
    position, token = cursor.position, cursor.peek()
    if token is None:
        cursor.fail()
    if cursor.accept_mark("("):
        value = _expression(cursor, depth + 1)
        _expect_mark(cursor, ")")
        return value
    if token.kind in (Kind.STRING, Kind.DOLLAR_STRING):
        return _Value("unknown", _string(cursor).encode(), position)
    following = cursor.peek(1)
    if token.kind is Kind.IDENT and following is not None and following.text == "(":
        called = token.text.lower()
        if called in _CALLS:
            cursor.next()
            cursor.next()
            value = _CALLS[called](cursor, depth + 1)
            _expect_mark(cursor, ")")
            return _Value(value.type, value.data, position)
    _refuse(cursor)


def _string(cursor: TokenCursor) -> str:
    position = cursor.position
    try:
        text = cursor.accept_string()
    except SqlError as error:  # an escape; the message would show it
        raise type(error)("invalid string literal", position=position) from None
    if text is None:
        _refuse(cursor)
    return text


def _refuse(cursor: TokenCursor) -> NoReturn:
    if cursor.peek() is None:
        cursor.fail()
    cursor.unsupported("the value of a secret must be a constant expression", HINT)


def _expect_mark(cursor: TokenCursor, mark: str) -> None:
    if cursor.peek() is None:
        cursor.fail()
    if not cursor.accept_mark(mark):
        _refuse(cursor)


# Functions.


def _decode(cursor: TokenCursor, depth: int) -> _Value:
    value = _text_argument(cursor, depth)
    position, name = cursor.position, _string(cursor)
    decoder = _DECODERS.get(name.lower())
    if decoder is None:
        raise InvalidParameterValue(
            "unrecognized encoding",
            hint=f"Encodings: {', '.join(_DECODERS)}.",
            position=position,
        )
    try:
        return _Value("bytea", decoder(value.data), value.position)
    except ValueError:
        raise InvalidParameterValue(
            f"invalid {name.lower()} data", position=value.position
        ) from None


def _convert_to(cursor: TokenCursor, depth: int) -> _Value:
    value = _text_argument(cursor, depth)
    position, name = cursor.position, _string(cursor)
    if name.lower() not in _UTF8:
        raise FeatureNotSupported(
            "only the encoding UTF8 is supported", hint=HINT, position=position
        )
    return _Value("bytea", value.data, value.position)


def _text_argument(cursor: TokenCursor, depth: int) -> _Value:
    value = _converted(_expression(cursor, depth), "text")
    _expect_mark(cursor, ",")
    return value


def _cast_call(cursor: TokenCursor, depth: int) -> _Value:
    value = _expression(cursor, depth)
    if not cursor.accept_word("as"):
        _refuse(cursor)
    return _converted(value, _type(cursor))


_CALLS: dict[str, Callable[[TokenCursor, int], _Value]] = {
    "decode": _decode,
    "convert_to": _convert_to,
    "cast": _cast_call,
}


# Bytes from text. A ValueError says that it is not of that form.


def _hex(text: bytes) -> bytes:
    return binascii.unhexlify(b"".join(text.split()))


def _base64(text: bytes) -> bytes:
    return base64.b64decode(b"".join(text.split()), validate=True)


def _base64url(text: bytes) -> bytes:
    text = b"".join(text.split()).rstrip(b"=")
    if re.fullmatch(rb"[A-Za-z0-9_-]*", text) is None:
        raise ValueError
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


_ESCAPED = re.compile(rb"\\(?:(\\)|([0-3][0-7]{2})|(?s:.?))")


def _escape(text: bytes) -> bytes:
    r"""PostgreSQL's bytea "escape" format: `\\` and `\ooo`."""

    def decode(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return b"\\"
        if not found[2]:
            raise ValueError
        return bytes((int(found[2], 8),))

    return _ESCAPED.sub(decode, text)


_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "hex": _hex,
    "base64": _base64,
    "base64url": _base64url,
    "escape": _escape,
}


def _bytea(value: _Value) -> bytes:
    try:
        if value.data.startswith(b"\\x"):
            return _hex(value.data[2:])
        return _escape(value.data)
    except ValueError:
        raise InvalidTextRepresentation(
            "invalid input syntax for type bytea", position=value.position
        ) from None
