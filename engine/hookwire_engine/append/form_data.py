"""Forms: BODY FORMAT FORM, and the input FORM of a check.

`application/x-www-form-urlencoded` is read as the URL standard says (url.spec.whatwg.org 5.1): `+`
is a space, `%` without two hex digits behind it stays. Unlike there, bytes that are not text are
an error, not U+FFFD: what is stored is what was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

import orjson

from hookwire_catalog.errors import CharacterNotInRepertoire, InvalidTextRepresentation
from hookwire_engine.append.media import CODECS, decode, media_type, parameter, shown
from hookwire_engine.append.multipart import MAX_FIELDS, Part, parts, too_many_fields

Fields: TypeAlias = list[tuple[str, str]]

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_CHARSET_FIELD = b"_charset_"  # RFC 7578 4.6


def form_object(content_type: str | None, body: bytes) -> bytes:
    """One JSON object: a name that comes once has a string, one that is repeated an array of them.

    Raises InvalidTextRepresentation (22P02), CharacterNotInRepertoire (22021) and
    ProgramLimitExceeded (54000), each with the whole reason in its message.
    """
    found: dict[str, str | list[str]] = {}
    for name, value in fields(content_type, body):
        known = found.get(name)
        if known is None:
            found[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            found[name] = [known, value]
    return orjson.dumps(found)


def fields(content_type: str | None, body: bytes) -> Fields:
    """Names and values in the order sent. Files are left out."""
    kind = media_type(content_type)
    if kind == MULTIPART:
        return _multipart_fields(content_type or "", body)
    if kind not in (URLENCODED, ""):
        raise InvalidTextRepresentation(
            f"a form is sent as {URLENCODED} or {MULTIPART}, not as {shown(kind)}"
        )
    return urlencoded_fields(body, parameter(content_type or "", "charset"))


def urlencoded_fields(text: bytes, charset: str | None = None) -> Fields:
    _check_charset(charset)
    return [
        (_text(name, charset, None), _text(value, charset, name))
        for name, value in urlencoded(text)
    ]


def urlencoded(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and values as bytes. An empty value counts, an empty pair does not."""
    if text.count(b"&") >= MAX_FIELDS:
        raise too_many_fields()
    for pair in text.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            yield _unquoted(name), _unquoted(value)


def _unquoted(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _multipart_fields(content_type: str, body: bytes) -> Fields:
    found = [part for part in parts(content_type, body) if not part.is_file]
    stated = next((part.value for part in found if part.name == _CHARSET_FIELD), None)
    default = None if stated is None else stated.decode("latin-1")
    return [(_text(p.name, None, None), _value(p, default)) for p in found]


def _value(part: Part, default: str | None) -> str:
    charset = parameter(part.content_type or "", "charset") or default
    _check_charset(charset)
    return _text(part.value, charset, part.name)


def _check_charset(charset: str | None) -> None:
    if charset is not None and charset.strip().lower() not in CODECS:
        raise InvalidTextRepresentation(f"the charset {shown(charset)} of the form is not known")


def _text(data: bytes, charset: str | None, field: bytes | None) -> str:
    text = decode(data, charset)
    if text is None:
        wanted = "UTF-8" if charset is None else shown(charset)
        raise CharacterNotInRepertoire(f"{_place(field)} is not valid {wanted}")
    if "\x00" in text:
        raise CharacterNotInRepertoire(f"{_place(field)} has a NUL, which text cannot hold")
    return text


def _place(field: bytes | None) -> str:
    if field is None:
        return "the name of a form's field"
    return f'the form\'s field "{shown(field.decode("utf-8", "replace"))}"'
