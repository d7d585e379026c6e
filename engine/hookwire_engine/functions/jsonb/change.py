"""Changing documents: `||`, `-`, `#-`, jsonb_set, jsonb_insert and their kin (PostgreSQL 9.16).

Documents are never changed in place, since constants are shared.
"""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.access import index_of
from hookwire_engine.functions.jsonb.document import (
    Document,
    parse,
    write,
    write_compact,
)

Steps = Sequence[str | None]


def concat(left: str, right: str) -> str:
    """`left || right`: objects merge, anything else joins as arrays."""
    a, b = parse(left), parse(right)
    if isinstance(a, dict) and isinstance(b, dict):
        return write(a | b)
    return write([*_as_list(a), *_as_list(b)])


def _as_list(value: Document) -> list[Document]:
    return value if isinstance(value, list) else [value]


def delete_key(text: str, key: str) -> str:
    return delete_keys(text, [key])


def delete_keys(text: str, keys: Steps) -> str:
    """Without the members, or the string elements, that are among `keys`."""
    value = parse(text)
    unwanted = set(keys)
    if isinstance(value, dict):
        return write({key: item for key, item in value.items() if key not in unwanted})
    if isinstance(value, list):
        return write([i for i in value if not (isinstance(i, str) and i in unwanted)])
    raise Fault("22023", "cannot delete from scalar")


def delete_index(text: str, index: int) -> str:
    value = parse(text)
    if isinstance(value, dict):
        raise Fault("22023", "cannot delete from object using integer index")
    if not isinstance(value, list):
        raise Fault("22023", "cannot delete from scalar")
    place = index + len(value) if index < 0 else index
    return write([item for i, item in enumerate(value) if i != place])


def delete_path(text: str, steps: Steps) -> str:
    """`text #- steps`."""
    value = parse(text)
    if not isinstance(value, (dict, list)):
        raise Fault("22023", "cannot delete path in scalar")
    return write(_deleted(value, steps, 0) if steps and value else value)


def _deleted(value: Document, steps: Steps, depth: int) -> Document:
    last = depth == len(steps) - 1
    if isinstance(value, dict):
        key = _key(steps, depth)
        if key not in value:
            return value
        if last:
            return {k: item for k, item in value.items() if k != key}
        return value | {key: _deleted(value[key], steps, depth + 1)}
    if isinstance(value, list):
        place = _place(steps, depth, len(value))
        if not 0 <= place < len(value):
            return value
        middle = [] if last else [_deleted(value[place], steps, depth + 1)]
        return [*value[:place], *middle, *value[place + 1 :]]
    return value


def _key(steps: Steps, depth: int) -> str:
    step = steps[depth]
    if step is None:
        raise Fault("22004", f"path element at position {depth + 1} is null")
    return step


def _place(steps: Steps, depth: int, length: int) -> int:
    """A path element as an index, counted from the end when negative; may lie outside."""
    step = _key(steps, depth)
    index = index_of(step)
    if index is None:
        message = f'path element at position {depth + 1} is not an integer: "{step}"'
        raise Fault("22P02", message)
    return index + length if index < 0 else index


def set_path(text: str, steps: Steps, new: str, create: bool = True) -> str:
    """jsonb_set: replace at the path, or add there when only the last step is missing."""
    value = parse(text)
    if not isinstance(value, (dict, list)):
        raise Fault("22023", "cannot set path in scalar")
    if not steps or (not value and not create):
        return write(value)
    return write(_set(value, steps, 0, parse(new), create))


def _set(value: Document, steps: Steps, depth: int, new: Document, create: bool) -> Document:
    last = depth == len(steps) - 1
    if isinstance(value, dict):
        key = _key(steps, depth)
        if key in value:
            inner = new if last else _set(value[key], steps, depth + 1, new, create)
            return value | {key: inner}
        return value | {key: new} if last and create else value
    if isinstance(value, list):
        place = _place(steps, depth, len(value))
        if 0 <= place < len(value):
            inner = new if last else _set(value[place], steps, depth + 1, new, create)
            return [*value[:place], inner, *value[place + 1 :]]
        if last and create:
            return [new, *value] if place < 0 else [*value, new]
    return value


def set_lax(
    text: str | None,
    steps: Steps | None,
    new: str | None,
    create: bool | None = True,
    on_null: str | None = "use_json_null",
) -> str | None:
    """jsonb_set_lax: as jsonb_set, with a choice of what a NULL means."""
    if text is None or steps is None or create is None:
        return None
    if on_null is None:
        raise Fault("22023", "null_value_treatment must be " + _TREATMENTS)
    if new is not None:
        return set_path(text, steps, new, create)
    if on_null == "use_json_null":
        return set_path(text, steps, "null", create)
    if on_null == "delete_key":
        return delete_path(text, steps)
    if on_null == "return_target":
        return write(parse(text))
    if on_null == "raise_exception":
        raise Fault("22004", "JSON value must not be null")
    raise Fault("22023", "null_value_treatment must be " + _TREATMENTS)


_TREATMENTS = '"delete_key", "return_target", "use_json_null", or "raise_exception"'


def insert(text: str, steps: Steps, new: str, after: bool = False) -> str:
    """jsonb_insert: into an array before (or after) a place, or as a new member."""
    value = parse(text)
    if not isinstance(value, (dict, list)):
        raise Fault("22023", "cannot set path in scalar")
    return write(_inserted(value, steps, 0, parse(new), after) if steps else value)


def _inserted(value: Document, steps: Steps, depth: int, new: Document, after: bool) -> Document:
    last = depth == len(steps) - 1
    if isinstance(value, dict):
        key = _key(steps, depth)
        if not last:
            inner = _inserted(value[key], steps, depth + 1, new, after) if key in value else None
            return value | {key: inner} if key in value else value
        if key in value:
            hint = "Try using the function jsonb_set to replace key value."
            raise Fault("22023", "cannot replace existing key", hint)
        return value | {key: new}
    if isinstance(value, list):
        place = _place(steps, depth, len(value))
        if last:
            at = min(max(place + (after and 0 <= place < len(value)), 0), len(value))
            return [*value[:at], new, *value[at:]]
        if 0 <= place < len(value):
            inner = _inserted(value[place], steps, depth + 1, new, after)
            return [*value[:place], inner, *value[place + 1 :]]
    return value


def strip_nulls(text: str) -> str:
    return write(_stripped(parse(text)))


def json_strip_nulls(text: str) -> str:
    return write_compact(_stripped(parse(text)))


def _stripped(value: Document) -> Document:
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items() if item is not None}
    return [_stripped(item) for item in value] if isinstance(value, list) else value
