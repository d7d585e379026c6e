"""The text forms of arrays and hstore (PostgreSQL 8.15.6, F.18.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from hookwire_catalog.errors import InvalidTextRepresentation

Item: TypeAlias = str | list["Item"] | None

_SPACE = " \t\n\r\f\v"


def _malformed(text: str, detail: str) -> InvalidTextRepresentation:
    return InvalidTextRepresentation(f'malformed array literal: "{text}"', detail=detail)


def array_items(text: str) -> list[Item]:
    """The elements of an array's text; nested lists for more dimensions."""
    at = _skip(text, 0)
    if text[at : at + 1] == "[":
        at = _skip(text, text.find("=", at) + 1)
    if text[at : at + 1] != "{":
        raise _malformed(text, 'Array value must start with "{" or dimension information.')
    items, at = _list(text, at)
    if _skip(text, at) != len(text):
        raise _malformed(text, "Junk after closing right brace.")
    return items


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _list(text: str, at: int) -> tuple[list[Item], int]:
    items: list[Item] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return items, at + 1
    while True:
        item: Item
        if text[at : at + 1] == "{":
            item, at = _list(text, at)
        else:
            item, at = _element(text, at)
        items.append(item)
        at = _skip(text, at)
        end = text[at : at + 1]
        if end == "}":
            return items, at + 1
        if end != ",":
            detail = "Unexpected end of input." if not end else f'Unexpected "{end}" character.'
            raise _malformed(text, detail)
        at = _skip(text, at + 1)


def _element(text: str, at: int) -> tuple[str | None, int]:
    if text[at : at + 1] == '"':
        return _quoted(text, at)
    value = ""
    while at < len(text) and text[at] not in ',{}"':
        if text[at] == "\\":
            at += 1
        value += text[at : at + 1]
        at += 1
    value = value.rstrip(_SPACE)
    if not value:
        found = text[at : at + 1]
        detail = f'Unexpected "{found}" character.' if found else "Unexpected end of input."
        raise _malformed(text, detail)
    return (None if value.lower() == "null" else value), at


def _quoted(text: str, at: int) -> tuple[str, int]:
    value = ""
    at += 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\":
            at += 1
        value += text[at : at + 1]
        at += 1
    if at >= len(text):
        raise _malformed(text, "Unexpected end of input.")
    return value, at + 1


def depth(items: Sequence[Item]) -> int:
    """How many dimensions the elements have."""
    first = items[0] if items else None
    return 1 + depth(first) if isinstance(first, list) else 1


def hstore_pairs(text: str) -> list[tuple[str, str | None]]:
    """Keys and values of an hstore's text; of equal keys the first is kept."""
    pairs: dict[str, str | None] = {}
    at = _skip(text, 0)
    while at < len(text):
        key, at, _ = _hstore_word(text, at)
        at = _skip(text, at)
        if text[at : at + 2] != "=>":
            raise InvalidTextRepresentation(
                f'syntax error in hstore, near "{text[at : at + 1]}" at position {at}'
            )
        value, at, bare = _hstore_word(text, _skip(text, at + 2))
        pairs.setdefault(key, None if bare and value.lower() == "null" else value)
        at = _skip(text, at)
        if at < len(text) and text[at] == ",":
            at = _skip(text, at + 1)
    return list(pairs.items())


def _hstore_word(text: str, at: int) -> tuple[str, int, bool]:
    if text[at : at + 1] == '"':
        value, at = _quoted(text, at)
        return value, at, False
    start = at
    while at < len(text) and text[at] not in _SPACE + ',="':
        at += 1
    if at == start:
        raise InvalidTextRepresentation(
            f'syntax error in hstore, near "{text[at : at + 1]}" at position {at}'
        )
    return text[start:at], at, True
