"""The JSON documents of a body, validated, each with its exact text.

Strict RFC 8259 over UTF-8 without a byte order mark. Numbers may have any size and keep every
digit; duplicate keys stay; a lone surrogate escape and `\\u0000` are refused, as PostgreSQL's
jsonb refuses them; nesting is bounded by json_scan.MAX_DEPTH. Three ways, the fastest first:

    1. orjson accepts the body: it is one document, and its text is the whole body as sent.
    2. orjson accepts every line that is not blank: NDJSON.
    3. json's C scanner finds the end of each document; what it lets through beyond RFC 8259
       (NaN, lone surrogates) is checked afterwards. Where it runs out of recursion, json_scan
       takes over.

The same text is a row whichever way was taken. One document is the whole body, white space around
it included, as a signature over the body wants it; of several, each begins and ends with itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

from hookwire_catalog.errors import (
    CharacterNotInRepertoire,
    InvalidTextRepresentation,
    ProgramLimitExceeded,
)
from hookwire_engine.append.json_scan import (
    MAX_DEPTH,
    STRING,
    JsonTextError,
    Span,
    check_apart,
    scan,
    skip_space,
)

SPACE = b" \t\n\r"
SNIPPET_CHARACTERS = 12

_BYTE_ORDER_MARK = "\ufeff"
_NUL_ESCAPE = b"\\u0000"
_ESCAPE = re.compile(
    r"\\(?:u(?:(?P<nul>0000)"
    r"|(?P<pair>[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<lone>[dD][89a-fA-F][0-9a-fA-F]{2}))|.)",
    re.DOTALL,
)
_CONSTANT = re.compile(rf"{STRING}|(?P<constant>-?Infinity|NaN)")


class _ConstantError(ValueError):
    """json's scanner met NaN or an infinity."""


def _refuse_constant(name: str) -> None:
    raise _ConstantError(name)


# `len` keeps the scanner from making numbers: int() refuses more than 4,300 digits.
_decoder: Any = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=_refuse_constant)
_scan_once: Callable[[str, int], tuple[object, int]] = _decoder.scan_once


def documents(body: bytes, *, expand: bool = False, limit: int) -> list[bytes]:
    """The rows of `body`; with `expand`, a document that is an array gives its elements instead.

    Raises InvalidTextRepresentation, CharacterNotInRepertoire (not UTF-8), or ProgramLimitExceeded
    when there are more than `limit` rows.
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = _lines(body) if b"\n" in body else None
        if found is None:
            found = _stream(body)
    else:
        found = [body]
        if not isinstance(value, list):
            expand = False
        elif expand:
            check_limit(len(value), limit)
    if _NUL_ESCAPE in body:
        _check_escapes(body.decode())
    if expand:
        found = _expand(found, limit)
    check_limit(len(found), limit)
    return found


def check_limit(count: int, limit: int) -> None:
    if count > limit:
        raise ProgramLimitExceeded(
            f"the request has more than {limit} rows",
            hint="The option max_rows_per_request of the source sets this limit.",
        )


def _lines(body: bytes) -> list[bytes] | None:
    """One document a line, or None if any line is something else."""
    found = []
    loads = orjson.loads
    try:
        for line in body.split(b"\n"):
            text = line.strip(b" \t\r")
            if text:
                loads(text)
                found.append(text)
    except orjson.JSONDecodeError:
        return None
    return found


def _stream(body: bytes) -> list[bytes]:
    text = _decode(body)
    try:
        if text.startswith(_BYTE_ORDER_MARK):
            raise JsonTextError(0, "A byte order mark may not begin a JSON text")
        spans = _split(text)
        _check_escapes(text)
    except JsonTextError as error:
        raise _refusal(text, error) from None
    return [body] if len(spans) == 1 else _cut(body, text, spans)


def _split(text: str) -> list[Span]:
    found: list[Span] = []
    at = skip_space(text, 0)
    try:
        while at < len(text):
            span = Span(at, _scan_once(text, at)[1])
            check_apart(text, span)
            _check_depth(text[span.start : span.end], at)
            found.append(span)
            at = skip_space(text, span.end)
    except RecursionError:
        return scan(text)
    except StopIteration as stop:
        raise JsonTextError(stop.value, "Expected a JSON value") from None
    except json.JSONDecodeError as error:
        raise JsonTextError(error.pos, error.msg.removesuffix(" at")) from None
    except _ConstantError as error:
        raise JsonTextError(_constant(text, at), f"{error} is not JSON") from None
    return found


def _check_depth(document: str, at: int) -> None:
    """How deep the C scanner goes differs between Python's versions; our limit does not."""
    if document.count("[") + document.count("{") > MAX_DEPTH:
        try:
            orjson.loads(document)
        except orjson.JSONDecodeError:
            try:
                scan(document)
            except JsonTextError as error:
                raise JsonTextError(at + error.at, error.why) from None


def _constant(text: str, at: int) -> int:
    found = (m.start() for m in _CONSTANT.finditer(text, at) if m["constant"])
    return next(found, at)


def _expand(found: list[bytes], limit: int) -> list[bytes]:
    rows: list[bytes] = []
    for document in found:
        if document.lstrip(SPACE)[:1] == b"[":
            text = document.decode()
            rows += _cut(document, text, elements(text))
        else:
            rows.append(document)
        check_limit(len(rows), limit)
    return rows


def elements(text: str) -> list[Span]:
    """The elements of an array that is known to be valid."""
    found: list[Span] = []
    at = skip_space(text, text.index("[") + 1)
    try:
        while text[at] != "]":
            end = _scan_once(text, at)[1]
            found.append(Span(at, end))
            at = skip_space(text, end)
            if text[at] == ",":
                at = skip_space(text, at + 1)
    except RecursionError:
        return scan(text, depth=1)
    return found


class Member(NamedTuple):
    """A member of an object: the exact text of its value, and the value if that is a string."""

    name: str
    text: str
    string: str | None


def members(text: str) -> list[Member]:
    """The members of an object that is known to be valid, in their order."""
    found: list[Member] = []
    at = skip_space(text, text.index("{") + 1)
    try:
        while text[at] != "}":
            name, end = _scan_once(text, at)
            at = skip_space(text, text.index(":", end) + 1)
            value, end = _scan_once(text, at)
            found.append(Member(str(name), text[at:end], value if type(value) is str else None))
            at = skip_space(text, end)
            if text[at] == ",":
                at = skip_space(text, at + 1)
    except RecursionError:
        return _deep_members(text)
    return found


def _deep_members(text: str) -> list[Member]:
    found: list[Member] = []
    at = text.index("{") + 1
    for start, end in scan(text, depth=1):
        name = _scan_once(text, text.index('"', at))[0]
        string = str(_scan_once(text, start)[0]) if text[start] == '"' else None
        found.append(Member(str(name), text[start:end], string))
        at = end
    return found


def _cut(body: bytes, text: str, spans: list[Span]) -> list[bytes]:
    if text.isascii():
        return [body[start:end] for start, end in spans]
    return [text[start:end].encode() for start, end in spans]


def _check_escapes(text: str) -> None:
    """Refuse `\\u0000` and lone surrogates in a text that is JSON otherwise."""
    for match in _ESCAPE.finditer(text):
        if match.lastgroup in ("nul", "lone"):
            why = (
                "\\u0000 cannot be converted to text"
                if match["nul"]
                else "A Unicode surrogate must be one of a pair, high before low"
            )
            raise _refusal(text, JsonTextError(match.start(), why))


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise not_utf8(error) from None


def not_utf8(error: UnicodeDecodeError) -> CharacterNotInRepertoire:
    """As PostgreSQL says it: at most the four bytes of one character."""
    wrong = error.object[error.start : min(error.end, error.start + 4)]
    shown = " ".join(f"0x{byte:02x}" for byte in wrong)
    return CharacterNotInRepertoire(
        f'invalid byte sequence for encoding "UTF8": {shown}',
        detail=f"The byte is number {error.start + 1} of the body.",
    )


def _refusal(text: str, error: JsonTextError) -> InvalidTextRepresentation:
    line = text.count("\n", 0, error.at) + 1
    column = error.at - text.rfind("\n", 0, error.at)
    detail = f"{error.why}: line {line}, column {column}"
    near = text[error.at : error.at + SNIPPET_CHARACTERS]
    if near:
        shown = "".join(c if c.isprintable() else "?" for c in near)
        detail += f', near "{shown}"'
    return InvalidTextRepresentation("invalid input syntax for type json", detail=detail + ".")
