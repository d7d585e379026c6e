"""Reaching into documents: what DuckDB's JSON functions leave open.

DuckDB reads numbers as doubles (1.10 becomes 1.1) and writes nested values without spaces. Where
its answer could differ from PostgreSQL's, the macros ask these functions, with the whole document
and the steps: keys and indexes as PostgreSQL's `#>` takes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_engine.functions.jsonb.document import Document, as_text, parse, write

MISSING = object()


def index_of(step: str) -> int | None:
    """A path element as an array index; None when it is not an integer."""
    try:
        return int(step.strip()) if step.isascii() and "_" not in step else None
    except ValueError:
        return None


def element(items: Sequence[Document], index: int) -> Document:
    """The element at a zero-based index, from the end when negative; MISSING outside."""
    if -len(items) <= index < len(items):
        return items[index]
    return MISSING


def step_into(value: Document, step: str) -> Document:
    if isinstance(value, dict):
        return value.get(step, MISSING)
    if isinstance(value, list):
        index = index_of(step)
        return MISSING if index is None else element(value, index)
    return MISSING


def at_path(value: Document, steps: Sequence[str | None]) -> Document:
    """`value #> steps`; MISSING when there is nothing there."""
    for step in steps:
        if step is None:
            return MISSING
        value = step_into(value, step)
        if value is MISSING:
            return MISSING
    return value


def path_json(text: str, steps: Sequence[str | None]) -> str | None:
    found = at_path(parse(text), steps)
    return None if found is MISSING else write(found)


def path_text(text: str, steps: Sequence[str | None]) -> str | None:
    found = at_path(parse(text), steps)
    return None if found is MISSING else as_text(found)


def field(value: Document, key: str) -> Document:
    return value.get(key, MISSING) if isinstance(value, dict) else MISSING


def field_json(text: str, key: str) -> str | None:
    found = field(parse(text), key)
    return None if found is MISSING else write(found)


def field_text(text: str, key: str) -> str | None:
    found = field(parse(text), key)
    return None if found is MISSING else as_text(found)


def item_json(text: str, index: int) -> str | None:
    value = parse(text)
    found = element(value, index) if isinstance(value, list) else MISSING
    return None if found is MISSING else write(found)


def item_text(text: str, index: int) -> str | None:
    value = parse(text)
    found = element(value, index) if isinstance(value, list) else MISSING
    return None if found is MISSING else as_text(found)


def exists(text: str, key: str) -> bool:
    """`text ? key`."""
    value = parse(text)
    if isinstance(value, list):
        return key in (item for item in value if isinstance(item, str))
    if isinstance(value, dict):
        return key in value
    return isinstance(value, str) and value == key


def exists_any(text: str, keys: Sequence[str | None]) -> bool:
    return any(key is not None and exists(text, key) for key in keys)


def exists_all(text: str, keys: Sequence[str | None]) -> bool:
    return all(key is None or exists(text, key) for key in keys)
