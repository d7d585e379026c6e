"""Fields of a form or a query, as bytes: what is signed must not change by decoding."""

from __future__ import annotations

from typing import TypeAlias

from hookwire_catalog.errors import InvalidTextRepresentation, ProgramLimitExceeded
from hookwire_engine.append import form_data
from hookwire_engine.append.form_data import MULTIPART, URLENCODED
from hookwire_engine.append.media import media_type
from hookwire_engine.append.multipart import parts

Fields: TypeAlias = list[tuple[bytes, bytes]]


def fields_of(content_type: str | None, body: bytes) -> Fields | None:
    """None: not a form, or one of too many fields."""
    kind = media_type(content_type)
    if kind == URLENCODED:
        return urlencoded(body)
    return multipart(content_type or "", body) if kind == MULTIPART else None


def urlencoded(text: bytes) -> Fields | None:
    try:
        return list(form_data.urlencoded(text))
    except ProgramLimitExceeded:
        return None


def multipart(content_type: str, body: bytes) -> Fields | None:
    """The text fields; files are left out."""
    try:
        return [(part.name, part.value) for part in parts(content_type, body) if not part.is_file]
    except (InvalidTextRepresentation, ProgramLimitExceeded):
        return None


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
