"""CAST and `::`: type names to types with modifiers, and what a cast to them writes."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import (
    FeatureNotSupported,
    InvalidParameterValue,
    SqlError,
    UndefinedObject,
)
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Mark
from hookwire_engine.dialect.coerce import CannotCoerce, coerced
from hookwire_engine.dialect.intervals import interval_constant
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import EXPLICIT, arrays, duckdb_type, type_named
from hookwire_engine.dialect.values import Environment

_DUCKDB_ONLY = frozenset(
    """hugeint uhugeint utinyint usmallint uinteger ubigint tinyint int1 uint8 uint16 uint32 uint64
    int16 int32 int64 variant blob double datetime timestamp_s timestamp_ms timestamp_ns
    timestamp_us bignum varint""".split()
)


def resolved_type(
    name: nodes.TypeName, environment: Environment | None = None
) -> tuple[PgType | None, int]:
    """The type and its modifier; None for a type that only DuckDB has, and for an enum.

    Without an environment there are no enums.
    """
    if name.raw is not None:
        return None, -1
    word = name.parts[-1]
    found = type_named(word) if len(name.parts) < 3 else None
    if found is None:
        if word in _DUCKDB_ONLY and len(name.parts) == 1:
            return None, -1
        if environment is not None and environment.enum(name.parts) is not None:
            return None, -1
        raise UndefinedObject(f'type "{".".join(name.parts)}" does not exist', position=name.at + 1)
    typmod = _modifier(name, found)
    if name.dimensions:
        return arrays(found), typmod
    return found, typmod


def duckdb_name(name: nodes.TypeName, environment: Environment) -> str:
    """A type that only DuckDB has, as written; an enum by its full name."""
    if name.raw is not None:
        return name.raw
    text = name.parts[-1]
    if text not in _DUCKDB_ONLY:
        text = environment.enum(name.parts) or text
    return text + "[]" * name.dimensions


def _modifier(name: nodes.TypeName, type_: PgType) -> int:
    numbers: list[int] = []
    for mod in name.mods:
        if not isinstance(mod, nodes.NumberConst) or not mod.text.lstrip("-").isdecimal():
            raise InvalidParameterValue(
                "type modifiers must be simple constants or identifiers", position=mod.at + 1
            )
        numbers.append(int(mod.text))
    if not numbers:
        return -1
    if type_ is types.NUMERIC:
        return _numeric_modifier(name, numbers)
    if type_.name in ("varchar", "bpchar", "varbit", "bit"):
        if numbers[0] < 1:
            shown = {"bpchar": "char"}.get(type_.name, type_.name)
            raise InvalidParameterValue(
                f"length for type {shown} must be at least 1", position=name.at + 1
            )
        return numbers[0] + 4 if type_.name in ("varchar", "bpchar") else numbers[0]
    return numbers[0] if type_.name in ("time", "timetz", "timestamp", "timestamptz") else -1


def _numeric_modifier(name: nodes.TypeName, numbers: list[int]) -> int:
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    if not 1 <= precision <= 1000:
        raise InvalidParameterValue(
            f"NUMERIC precision {precision} must be between 1 and 1000", position=name.at + 1
        )
    if not 0 <= scale <= precision:
        raise InvalidParameterValue(
            f"NUMERIC scale {scale} must be between 0 and precision {precision}",
            position=name.at + 1,
        )
    if precision > 38:
        raise FeatureNotSupported(
            f"numeric precision {precision} is not supported",
            hint="Use a precision of at most 38.",
            position=name.at + 1,
        )
    return (precision << 16 | scale) + 4


def cast(node: nodes.Cast, scope: Scope) -> Typed:
    type_, typmod = resolved_type(node.type, scope.context.environment)
    operand = node.operand
    if type_ is types.INTERVAL and node.type.fields and isinstance(operand, nodes.StringConst):
        return _interval(node, operand)
    if isinstance(operand, nodes.Array) and type_ is not None and type_.element is not None:
        return _array(node, operand, type_, typmod, scope)
    value = scope.expression(operand)
    if type_ is None or node.lenient:
        return _in_duckdb(node, value, type_, typmod, scope)
    try:
        result = coerced(value, type_, scope.context.parameters, EXPLICIT, typmod)
    except CannotCoerce as error:
        error.position = node.at + 1
        raise
    fitted = _fitted(result, value, type_, typmod)
    return Typed(
        Mark(node.at, fitted.code), type_, min(node.at, value.at), typmod,
        dimensions=result.dimensions,
        constant=None, parameter=None, number=result.number, raw=result.raw,
    )  # fmt: skip


def _fitted(result: Typed, value: Typed, type_: PgType, typmod: int) -> Typed:
    """Fractions of a second beyond timestamp(n)'s n are rounded away."""
    if typmod < 0 or typmod >= 6 or type_.name not in ("timestamp", "timestamptz"):
        return result
    micros = 10 ** (6 - typmod)
    maker = "make_timestamp" if type_ is types.TIMESTAMP else "make_timestamptz"
    code = (
        f"{maker}(CAST(round(epoch_us(", result.code, f") / {micros}.0) AS BIGINT) * {micros})",
    )  # fmt: skip
    return Typed(code, type_, result.at, typmod)


def _interval(node: nodes.Cast, operand: nodes.StringConst) -> Typed:
    try:
        code = interval_constant(operand.value, node.type.fields)
    except SqlError as error:
        error.position = operand.at + 1
        raise
    return Typed(Mark(node.at, code), types.INTERVAL, node.at)


def _array(
    node: nodes.Cast, operand: nodes.Array, type_: PgType, typmod: int, scope: Scope
) -> Typed:
    """ARRAY[...]::t[]: each element is cast, so that ARRAY[] and ARRAY['{}'] mean something."""
    assert type_.element is not None
    if not operand.items:
        return Typed(f"CAST([] AS {duckdb_type(type_)})", type_, node.at)
    codes: list[Typed] = []
    for item in operand.items:
        if isinstance(item, nodes.Array):
            inner = nodes.Cast(node.at, item, node.type)
            codes.append(_array(inner, item, type_, typmod, scope))
        else:
            value = scope.expression(item)
            wanted = type_ if value.type is not None and value.type.element else type_.element
            codes.append(coerced(value, wanted, scope.context.parameters, EXPLICIT, typmod))
    parts = [code for value in codes for code in (", ", value.code)][1:]
    dimensions = 1
    if codes[0].type is type_:
        dimensions += codes[0].dimensions
    return Typed(
        Mark(node.at, ("[", tuple(parts), "]")), type_, node.at, typmod, dimensions=dimensions
    )


def _in_duckdb(
    node: nodes.Cast, value: Typed, type_: PgType | None, typmod: int, scope: Scope
) -> Typed:
    if value.parameter is not None and value.unknown:
        value = coerced(value, types.TEXT, scope.context.parameters)
    word = "TRY_CAST" if node.lenient else "CAST"
    if type_ is None:
        target = duckdb_name(node.type, scope.context.environment)
    else:
        target = duckdb_type(type_, typmod)
    return Typed(Mark(node.at, (f"{word}(", value.code, f" AS {target})")), type_, node.at, typmod)
