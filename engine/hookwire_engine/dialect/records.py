"""Rows as text: what record_out writes (PostgreSQL 8.16.6)."""

from __future__ import annotations

from hookwire_engine.dialect.code import Code, filled, joined, quoted
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import REG_TYPES
from hookwire_engine.functions.rendering import text_item

_QUOTED = (
    "CASE WHEN {0} IS NULL THEN '' WHEN {0} = '' OR regexp_matches({0}, '[(),\"\\\\\\s]')"
    " THEN '\"' || replace(replace({0}, '\\', '\\\\'), '\"', '\"\"') || '\"' ELSE {0} END"
)


def record_text(value: Typed) -> Code:
    """A row as record_out writes it: (1,"a b",)."""
    assert value.fields is not None
    parts: list[Code] = []
    for i, field in enumerate(value.fields):
        inner: Code = ("(", value.code, ").", quoted(field.name))
        if value.items is not None:
            item = text_value(value.items[i])
        else:
            item = text_value(Typed(inner, field.type, value.at, fields=field.fields))
        parts.append(filled(_QUOTED, item))
    return ("CASE WHEN ", value.code, " IS NOT NULL THEN '(' || ",
            joined(" || ',' || ", parts) if parts else "''", " || ')' END")  # fmt: skip


def text_value(value: Typed) -> Code:
    """PostgreSQL's text of a value."""
    if value.fields is not None:
        return record_text(value)
    if value.unknown or value.type is None:
        return ("CAST(", value.code, " AS VARCHAR)")
    if value.described is not None:
        return value.described
    if value.type.name in REG_TYPES:
        return (f"memory.hw.{value.type.name}_out(", value.code, ")")
    return filled(text_item(value.type.name), value.code)
