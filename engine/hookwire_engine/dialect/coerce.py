"""Changing a value's type: by itself, on assignment, by a cast (PostgreSQL chapter 10; 4.2.9).

Three things a value can be: a constant or parameter whose type is open (it simply takes the type
that is asked for), a typed value (converted by DuckDB's cast or by one of ours), or a value that
only DuckDB has a type for (left to DuckDB's cast).
"""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import DatatypeMismatch, SqlError, UndefinedFunction
from hookwire_catalog.types import PgType
from hookwire_engine.dialect.code import Code, Mark, filled
from hookwire_engine.dialect.constants import constant_code, integer_code, numeric_code
from hookwire_engine.dialect.conversions import conversion
from hookwire_engine.dialect.parameters import Parameters
from hookwire_engine.dialect.records import text_value
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import (
    EXPLICIT,
    IMPLICIT,
    cast_level,
    display,
    duckdb_type,
    is_string,
    type_named,
)
from hookwire_engine.functions.casts import CastContext
from hookwire_engine.functions.resolution import common_type as common_name


class CannotCoerce(UndefinedFunction):
    sqlstate = "42846"


def coerced(
    value: Typed,
    type_: PgType,
    parameters: Parameters,
    context: CastContext = IMPLICIT,
    typmod: int = -1,
) -> Typed:
    """`value` as `type_`; raises CannotCoerce (42846) when the context does not allow it."""
    if value.unknown:
        return _settled(value, type_, parameters, context, typmod)
    if value.type is None:
        return Typed(_plain_cast(value.code, type_, typmod), type_, value.at, typmod)
    if value.type is type_ and (typmod < 0 or typmod == value.typmod):
        return value
    level = cast_level(value.type, type_)
    if level is None or level > context:
        raise CannotCoerce(
            f"cannot cast type {display(value.type)} to {display(type_)}", position=value.at + 1
        )
    return _converted(value, type_, typmod, context)


def _settled(
    value: Typed, type_: PgType, parameters: Parameters, context: CastContext, typmod: int
) -> Typed:
    if value.parameter is not None:
        settled = parameters.settle(value, type_)
        if typmod < 0:
            return settled
        return _converted(settled, type_, typmod, context)
    if value.null:
        return Typed(f"CAST(NULL AS {duckdb_type(type_, typmod)})", type_, value.at, typmod)
    if value.constant is None:
        # A column of a subquery that nothing gave a type: PostgreSQL makes text of it (10.5).
        return Typed(value.code, types.TEXT, value.at)
    try:
        code: Code = constant_code(value.constant, type_, typmod, context is EXPLICIT)
    except SqlError as error:
        if error.position is None:
            error.position = value.at + 1
        raise
    return Typed(Mark(value.at, code), type_, value.at, typmod, constant=value.constant)


def _converted(value: Typed, type_: PgType, typmod: int, context: CastContext) -> Typed:
    assert value.type is not None
    if value.number is not None and typmod < 0:
        exact = _integer_constant(value, type_)
        if exact is not None:
            return exact
    if value.decimal is not None and type_.name in ("float4", "float8"):
        number = constant_code(value.decimal, type_, typmod, context is EXPLICIT)
        return Typed(Mark(value.at, number), type_, value.at)
    if is_string(type_) and (value.fields is not None or value.described is not None):
        return Typed(text_value(value), type_, value.at, typmod)
    # Text shows a computed document in normal form; numbers and booleans do not need it.
    reads_raw = value.raw is not None and not is_string(type_)
    source = value.raw if reads_raw and type_.name not in ("json", "jsonb") else None
    template = conversion(value.type, type_, typmod, context is EXPLICIT)
    code = filled(template, source or value.code)
    scale = 0 if value.type.name in ("int2", "int4", "int8") and typmod < 0 else None
    return Typed(code, type_, value.at, typmod, dimensions=value.dimensions, scale=scale)


def _integer_constant(value: Typed, type_: PgType) -> Typed | None:
    assert value.number is not None
    if type_.name in ("int2", "int4", "int8"):
        bits = {"int2": 15, "int4": 31, "int8": 63}[type_.name]
        if not -(1 << bits) <= value.number < 1 << bits:
            return None
        code = integer_code(value.number, type_)
        return Typed(Mark(value.at, code), type_, value.at, number=value.number)
    if type_.name == "numeric":
        return Typed(Mark(value.at, numeric_code(str(value.number))), type_, value.at, scale=0)
    return None


def _plain_cast(code: Code, type_: PgType, typmod: int) -> Code:
    return ("CAST(", code, " AS ", duckdb_type(type_, typmod), ")")


def text_of(value: Typed, parameters: Parameters) -> Typed:
    """An open constant or parameter as text; anything else as it is (a query's own output)."""
    return coerced(value, types.TEXT, parameters) if value.unknown else value


def common_type(values: Sequence[Typed], what: str) -> PgType | None:
    """The type of UNION, CASE, COALESCE, ARRAY, VALUES (10.5); None if DuckDB is to say.

    `what` begins the message: "UNION types integer and text cannot be matched" (42804).
    """
    if any(value.type is None for value in values):
        return None
    names: list[str] = []
    for value in values:
        assert value.type is not None
        name = value.type.name
        if name in names:
            continue  # a list of thousands has few types
        if names and common_name([*names, name]) is None:
            shown = next((v.type for v in values if v.type and not v.unknown), value.type)
            if shown.category == value.type.category:
                clause = {"CASE": "CASE/WHEN"}.get(what, what)
                raise CannotCoerce(
                    f"{clause} could not convert type {display(value.type)} to {display(shown)}",
                    position=value.at + 1,
                )
            raise DatatypeMismatch(
                f"{what} types {display(shown)} and {display(value.type)} cannot be matched",
                position=value.at + 1,
            )
        names.append(name)
    first = values[0].type if values else None
    if first is not None and all(value.type is first for value in values) and not values[0].unknown:
        return first
    return type_named(common_name(names) or "text") or types.TEXT
