"""Arrays of text as text (PostgreSQL 8.15.2, 8.15.6): `{a,"b c",NULL}`, one dimension."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hookwire_catalog.errors import InvalidTextRepresentation
from hookwire_engine.append.checks.values import Frame, charge, spend

_SPACE = " \t\n\r\v\f"
_ELEMENT = re.compile(
    r'[ \t\n\r\v\f]*+(?:"(?P<quoted>(?:[^"\\]|\\.)*+)"'
    r'|(?P<plain>(?:[^"\\{},]|\\.)++))[ \t\n\r\v\f]*+(?P<end>[,}])',
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ODD = re.compile(r'[{},"\\\s]')


def _malformed(text: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'malformed array literal: "{text}"')


def read_array(frame: Frame, text: str) -> list[str | None]:
    """The elements of an array's text; 22P02 for what is none or has more dimensions."""
    charge(frame, 4 * len(text))
    body = text.strip(_SPACE)
    if not body.startswith("{") or not body.endswith("}"):
        raise _malformed(text)
    if not body[1:-1].strip(_SPACE):
        return []
    items: list[str | None] = []
    place = 1
    while True:
        found = _ELEMENT.match(body, place)
        if found is None:
            raise _malformed(text)
        spend(frame, 72)
        items.append(_element(found))
        place = found.end()
        if found["end"] == "}":
            break
    if place != len(body):
        raise _malformed(text)
    return items


def _element(found: re.Match[str]) -> str | None:
    quoted = found["quoted"]
    if quoted is not None:
        return _ESCAPE.sub(r"\1", quoted)
    plain = found["plain"]
    if plain.strip(_SPACE).upper() == "NULL":
        return None
    kept = plain if "\\" in plain else plain.strip(_SPACE)
    return _ESCAPE.sub(r"\1", kept)


def array_text(frame: Frame, items: Sequence[str | None]) -> str:
    charge(frame, 8 * sum(len(item or "") + 4 for item in items))
    return "{" + ",".join(map(_shown, items)) + "}"


def _shown(item: str | None) -> str:
    if item is None:
        return "NULL"
    if item and item.upper() != "NULL" and not _ODD.search(item):
        return item
    escaped = item.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
