"""The outermost select list: values in the form in which they leave."""

from __future__ import annotations

from hookwire_engine.dialect.code import Code, filled
from hookwire_engine.dialect.conversions import names_of_list
from hookwire_engine.dialect.records import record_text
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import RECORD, REG_TYPES


def shown(value: Typed) -> Code:
    """reg* values are OIDs inside and names outside."""
    type_ = value.type
    if type_ is None:
        return value.code
    if type_ is RECORD and value.fields is not None:
        return record_text(value)
    if value.described is not None:
        return value.described
    if type_.name in REG_TYPES:
        return (f"memory.hw.{type_.name}_out(", value.code, ")")
    if type_.element is not None and type_.element.name in REG_TYPES:
        return filled(names_of_list(type_.element.name), value.code)
    return value.code
