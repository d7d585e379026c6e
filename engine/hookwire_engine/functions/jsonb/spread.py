"""Documents taken apart into rows (PostgreSQL 9.16.1's set-returning functions)."""

from __future__ import annotations

from hookwire_engine.functions.faults import Fault
from hookwire_engine.functions.jsonb.document import (
    Document,
    as_text,
    key_order,
    parse,
    write,
)

Member = dict[str, str | None]


def _elements(text: str) -> list[Document]:
    value = parse(text)
    if isinstance(value, list):
        return value
    kind = "an object" if isinstance(value, dict) else "a scalar"
    raise Fault("22023", f"cannot extract elements from {kind}")


def array_elements(text: str) -> list[str]:
    return [write(item) for item in _elements(text)]


def array_elements_text(text: str) -> list[str | None]:
    return [as_text(item) for item in _elements(text)]


def object_keys(text: str) -> list[str]:
    value = parse(text)
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "a scalar"
        raise Fault("22023", f"cannot call jsonb_object_keys on {kind}")
    return sorted(value, key=key_order)


def _members(text: str, function: str) -> list[tuple[str, Document]]:
    value = parse(text)
    if not isinstance(value, dict):
        raise Fault("22023", f"cannot call {function} on a non-object")
    return sorted(value.items(), key=lambda member: key_order(member[0]))


def json_object_keys(text: str) -> list[str]:
    """The keys of a json, in the order in which they are written."""
    value = parse(text)
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "a scalar"
        raise Fault("22023", f"cannot call json_object_keys on {kind}")
    return list(value)


def _json_members(text: str) -> dict[str, Document]:
    value = parse(text)
    if not isinstance(value, dict):
        what = "an array" if isinstance(value, list) else "a scalar"
        raise Fault("22023", f"cannot deconstruct {what}" + " as an object" * (what != "a scalar"))
    return value


def json_each(text: str) -> list[Member]:
    return [{"key": key, "value": write(item)} for key, item in _json_members(text).items()]


def json_each_text(text: str) -> list[Member]:
    return [{"key": key, "value": as_text(item)} for key, item in _json_members(text).items()]


def each(text: str) -> list[Member]:
    return [{"key": key, "value": write(item)} for key, item in _members(text, "jsonb_each")]


def each_text(text: str) -> list[Member]:
    return [{"key": key, "value": as_text(item)} for key, item in _members(text, "jsonb_each_text")]
