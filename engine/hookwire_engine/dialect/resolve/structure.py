"""Rows, arrays, subscripts, fields; DuckDB's lists, structs and lambdas (PostgreSQL 4.2)."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    IndeterminateDatatype,
    UndefinedColumn,
    WrongObjectType,
)
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, joined, literal, quoted
from hookwire_engine.dialect.coerce import coerced, common_type
from hookwire_engine.dialect.resolve.operators import operation
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Field, Typed, placed
from hookwire_engine.dialect.types import RECORD, arrays, display


def converted(value: Typed, type_: PgType | None, scope: Scope) -> Typed:
    if type_ is None:
        return value
    return coerced(value, type_, scope.context.parameters)


def row_value(node: nodes.Row, scope: Scope) -> Typed:
    items = tuple(scope.expression(item) for item in node.items)
    settled = [_settled(item, scope) for item in items]
    fields = tuple(Field(f"f{i}", item.type, item.typmod) for i, item in enumerate(settled, 1))
    parts: list[Code] = []
    for field, item in zip(fields, settled, strict=True):
        parts.append((quoted(field.name), " := ", item.code))
    code: Code = ("struct_pack(", joined(", ", parts), ")")
    return Typed(Mark(node.at, code), RECORD, node.at, fields=fields, items=items)


def _settled(value: Typed, scope: Scope) -> Typed:
    return coerced(value, types.TEXT, scope.context.parameters) if value.unknown else value


def array_value(node: nodes.Array, scope: Scope) -> Typed:
    if not node.items:
        if node.bare:
            return Typed("[]", None, node.at)
        raise IndeterminateDatatype(
            "cannot determine type of empty array",
            hint="Explicitly cast to the desired type, for example ARRAY[]::integer[].",
            position=node.at + 1,
        )
    values = [scope.expression(item) for item in node.items]
    element = common_type(values, "ARRAY")
    codes = [converted(value, element, scope).code for value in values]
    code = Mark(node.at, ("[", joined(", ", codes), "]"))
    if element is None:
        return Typed(code, None, node.at)
    dimensions = 1
    if element.element is not None:
        dimensions += max(value.dimensions for value in values)
    return Typed(code, arrays(element), node.at, dimensions=dimensions)


def subscript_value(node: nodes.Subscript, scope: Scope) -> Typed:
    base = scope.expression(node.operand)
    type_ = base.type
    if node.sliced:
        return _slice(node, base, scope)
    assert node.index is not None
    index = scope.expression(node.index)
    if type_ is None:
        index = coerced(index, types.TEXT, scope.context.parameters) if index.unknown else index
        return Typed((base.code, "[", index.code, "]"), None, node.at)
    if type_ is types.HSTORE:
        key = coerced(index, types.TEXT, scope.context.parameters)
        return Typed(Mark(node.at, (base.code, "[", key.code, "]")), types.TEXT, node.at)
    if type_ is types.JSONB:
        return _json_subscript(base, index, scope, node.at)
    if type_.element is None and type_.name not in ("int2vector", "oidvector"):
        raise DatatypeMismatch(
            f"cannot subscript type {display(type_)} because it does not support subscripting",
            position=base.at + 1,
        )
    place = coerced(index, types.INT4, scope.context.parameters)
    zero_based = type_.name in ("int2vector", "oidvector")
    shown: Code = ("(", place.code, " + 1)") if zero_based else _from_one(place)
    element = _element(type_)
    code = Mark(node.at, (base.code, "[", shown, "]"))
    if base.dimensions > 1:
        return Typed(code, type_, node.at, base.typmod, dimensions=base.dimensions - 1)
    return Typed(code, element, node.at, base.typmod)


def _element(type_: PgType) -> PgType:
    if type_.element is not None:
        return type_.element
    return types.INT2 if type_.name == "int2vector" else types.OID


def _from_one(place: Typed) -> Code:
    """PostgreSQL's arrays have nothing at 0 and below; DuckDB counts those from the end."""
    if place.number is not None:
        return place.code if place.number > 0 else "NULL"
    return ("CASE WHEN ", place.code, " > 0 THEN ", place.code, " END")


def _json_subscript(base: Typed, index: Typed, scope: Scope, at: int) -> Typed:
    wanted = types.INT4 if index.type in (types.INT2, types.INT4, types.INT8) else types.TEXT
    key = coerced(index, wanted, scope.context.parameters)
    return operation("->", base, key, scope, at)


def _slice(node: nodes.Subscript, base: Typed, scope: Scope) -> Typed:
    parameters = scope.context.parameters
    low: Code = "1"
    high: Code = "NULL"
    if node.index is not None:
        value = coerced(scope.expression(node.index), types.INT4, parameters)
        low = ("greatest(", value.code, ", 1)")
    if node.high is not None:
        value = coerced(scope.expression(node.high), types.INT4, parameters)
        high = ("greatest(", value.code, ", 0)")
    else:
        high = ("len(", base.code, ")")
    code: Code = ("list_slice(", base.code, ", ", low, ", ", high, ")")
    return Typed(Mark(node.at, code), base.type, node.at, base.typmod)


def field_value(node: nodes.Field, scope: Scope) -> Typed:
    base = scope.expression(node.operand)
    if node.name is None:
        raise FeatureNotSupported(
            'row expansion via "*" is not supported here', position=node.at + 1
        )
    if base.fields is not None:
        for i, field in enumerate(base.fields):
            if field.name == node.name:
                if base.items is not None:
                    return placed(base.items[i], node.at)
                code: Code = ("(", base.code, ").", quoted(field.name))
                return Typed(code, field.type, node.at, field.typmod)
        raise UndefinedColumn(
            f'column "{node.name}" not found in data type {display(base.type)}',
            position=node.at + 1,
        )
    if base.type is None:
        return Typed(("(", base.code, ").", quoted(node.name)), None, node.at)
    raise WrongObjectType(
        f"column notation .{node.name} applied to type {display(base.type)},"
        " which is not a composite type",
        position=base.at + 1,
    )


def lambda_value(node: nodes.Lambda, scope: Scope) -> Typed:
    inner = scope.child()
    inner.lambdas = {name: quoted(name) for name in node.names}
    body = inner.expression(node.body)
    names = ", ".join(quoted(name) for name in node.names)
    return Typed((f"lambda {names} : ", body.code), None, node.at)


def struct_value(node: nodes.Struct, scope: Scope) -> Typed:
    parts: list[Code] = []
    for name, value in node.fields:
        parts.append((literal(name), ": ", _settled(scope.expression(value), scope).code))
    return Typed(("{", joined(", ", parts), "}"), None, node.at)
