"""Fields of a form or a query, as bytes: what is signed must not change by decoding."""

from __future__ import annotations

import re
from typing import TypeAlias
from urllib.parse import unquote_to_bytes

Fields: TypeAlias = list[tuple[bytes, bytes]]

MAX_FIELDS = 10_000
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(rb";\s*filename\*?=", re.IGNORECASE)
_DISPOSITION = re.compile(rb"^content-disposition:[^\r\n]*", re.IGNORECASE | re.MULTILINE)


def media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def fields_of(content_type: str | None, body: bytes) -> Fields | None:
    """None: not a form, or one of too many fields."""
    kind = media_type(content_type)
    if kind == URLENCODED:
        return urlencoded(body)
    return multipart(content_type or "", body) if kind == MULTIPART else None


def urlencoded(text: bytes) -> Fields | None:
    """In the order sent; an empty value counts, an empty pair does not."""
    if text.count(b"&") >= MAX_FIELDS:
        return None
    pairs = (pair.partition(b"=") for pair in text.split(b"&") if pair)
    return [(_decoded(name), _decoded(value)) for name, _, value in pairs]


def _decoded(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def multipart(content_type: str, body: bytes) -> Fields | None:
    """The text fields (RFC 7578); files are left out."""
    match = _BOUNDARY.search(content_type)
    if match is None:
        return None
    mark = b"--" + (match[1] or match[2]).encode("utf-8", "surrogatepass")
    if body.count(mark) > MAX_FIELDS:
        return None
    found: Fields = []
    for part in body.split(mark)[1:-1]:
        head, blank, value = part.partition(b"\r\n\r\n")
        disposition = _DISPOSITION.search(head)
        name = disposition and _NAME.search(disposition[0])
        if blank and disposition and name and not _FILE.search(disposition[0]):
            found.append((name[1], value.removesuffix(b"\r\n")))
    return found


def single(fields: Fields, name: bytes) -> bytes | None:
    """The value of a field that is there once."""
    values = [value for field, value in fields if field == name]
    return values[0] if len(values) == 1 else None


def sorted_by_name(fields: Fields) -> bytes:
    """Names and values run together, sorted by name; equal names keep their order."""
    return b"".join(name + value for name, value in sorted(fields, key=lambda pair: pair[0]))


def sorted_and_unique(fields: Fields) -> bytes:
    """Names and values run together, sorted by both, equal pairs once."""
    return b"".join(name + value for name, value in sorted(set(fields)))
