"""The typing pass over expressions: each kind of node to text with a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    InvalidTextRepresentation,
    SqlSyntaxError,
)
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, flat, joined, literal
from hookwire_engine.dialect.coerce import coerced, common_type
from hookwire_engine.dialect.constants import integer_code, numeric_code
from hookwire_engine.dialect.conversions import raised
from hookwire_engine.dialect.resolve import (
    calls,
    casts,
    predicates,
    quantified,
    structure,
    subqueries,
)
from hookwire_engine.dialect.resolve.operators import operation, promoted
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed
from hookwire_engine.dialect.types import BIT, display


def expression(node: nodes.Expr, scope: Scope) -> Typed:
    """The typed form of `node` where the names of `scope` are known."""
    if not scope.keys:
        return _HANDLERS[type(node)](node, scope)
    before = len(scope.ungrouped)
    value = _HANDLERS[type(node)](node, scope)
    if (
        len(scope.ungrouped) > before
        and type(node) in scope.key_kinds
        and flat(value.code) in scope.keys
    ):
        del scope.ungrouped[before:]
    return value


def condition(node: nodes.Expr, scope: Scope, clause: str) -> Typed:
    """An expression that must be boolean; `clause` is its place in the message (42804)."""
    return boolean(scope.expression(node), scope, clause)


def boolean(value: Typed, scope: Scope, clause: str) -> Typed:
    if value.type is types.BOOL or value.open:
        return value
    if value.unknown:
        return coerced(value, types.BOOL, scope.context.parameters)
    raise DatatypeMismatch(
        f"argument of {clause} must be type boolean, not type {display(value.type)}",
        position=value.at + 1,
    )


# Constants.


def _string(node: nodes.StringConst, scope: Scope) -> Typed:
    code = Mark(node.at, literal(node.value))
    return Typed(code, types.UNKNOWN, node.at, constant=node.value)


def _number(node: nodes.NumberConst, scope: Scope) -> Typed:
    text = node.text
    if text.lstrip("-").isdecimal():
        value = int(text)
        type_ = types.INT4 if -(1 << 31) <= value < 1 << 31 else types.INT8
        if -(1 << 63) <= value < 1 << 63:
            return Typed(Mark(node.at, integer_code(value, type_)), type_, node.at, number=value)
    if not text[-1].isalnum() and text[-1] != ".":
        raise SqlSyntaxError(f'syntax error at or near "{text}"', position=node.at + 1)
    scale = len(text.partition(".")[2]) if "e" not in text.lower() else None
    try:
        code = numeric_code(text)
    except FeatureNotSupported as error:
        # It may yet become a float, which holds it.
        code = raised(types.NUMERIC, error.sqlstate, literal(error.message))
    return Typed(Mark(node.at, code), types.NUMERIC, node.at, decimal=text, scale=scale)


def _bool(node: nodes.BoolConst, scope: Scope) -> Typed:
    return Typed("true" if node.value else "false", types.BOOL, node.at)


def _null(node: nodes.NullConst, scope: Scope) -> Typed:
    return Typed(Mark(node.at, "NULL"), types.UNKNOWN, node.at, null=True)


def _bits(node: nodes.BitConst, scope: Scope) -> Typed:
    return Typed(f"CAST({literal(node.digits)} AS BIT)", BIT, node.at, len(node.digits))


def _param(node: nodes.Param, scope: Scope) -> Typed:
    return scope.context.parameters.reference(node.number, node.at)


def _default(node: nodes.DefaultConst, scope: Scope) -> Typed:
    raise SqlSyntaxError("DEFAULT is not allowed in this context", position=node.at + 1)


def _reference(node: nodes.ColumnRef, scope: Scope) -> Typed:
    if node.star:
        raise SqlSyntaxError('syntax error at or near "*"', position=node.at + 1)
    return scope.reference(node)


def _star(node: nodes.Star, scope: Scope) -> Typed:
    raise SqlSyntaxError('syntax error at or near "*"', position=node.at + 1)


# Operators.


def _operation(node: nodes.Operation, scope: Scope) -> Typed:
    if node.left is not None and isinstance(node.left, nodes.Row):
        return predicates.row_comparison(node, scope)
    left = None if node.left is None else scope.expression(node.left)
    right = scope.expression(node.right)
    if node.symbol == "in" and left is not None:
        return Typed(Mark(node.at, ("(", left.code, " IN ", right.code, ")")), types.BOOL, node.at)
    return operation(node.symbol, left, right, scope, node.at)


def _logic(node: nodes.Logic, scope: Scope) -> Typed:
    word = node.symbol.upper()
    operands = [condition(operand, scope, word).code for operand in node.operands]
    return Typed(("(", joined(f" {word} ", operands), ")"), types.BOOL, node.at)


def _not(node: nodes.Not, scope: Scope) -> Typed:
    operand = condition(node.operand, scope, "NOT")
    return Typed(("(NOT ", operand.code, ")"), types.BOOL, node.at)


# Structure.


def _case(node: nodes.Case, scope: Scope) -> Typed:
    conditions: list[Typed] = []
    values: list[Typed] = []
    operand = None if node.operand is None else scope.expression(node.operand)
    if operand is not None and operand.unknown and operand.parameter is None:
        operand = coerced(operand, types.TEXT, scope.context.parameters)
    for when, then in node.branches:
        if operand is None:
            conditions.append(condition(when, scope, "CASE/WHEN"))
        else:
            conditions.append(operation("=", operand, scope.expression(when), scope, when.at))
        values.append(scope.expression(then))
    default = scope.expression(node.default) if node.default is not None else None
    every = values if default is None else [default, *values]
    type_ = common_type(every, "CASE")
    values = [structure.converted(value, type_, scope) for value in values]
    parts: list[Code] = ["CASE"]
    for when_, then_ in zip(conditions, values, strict=True):
        parts += [" WHEN ", when_.code, " THEN ", then_.code]
    if default is not None:
        parts += [" ELSE ", structure.converted(default, type_, scope).code]
    parts.append(" END")
    return Typed(Mark(node.at, tuple(parts)), type_, node.at)


_SPECIALS = {"coalesce": "COALESCE", "greatest": "greatest", "least": "least"}


def _special(node: nodes.Special, scope: Scope) -> Typed:
    if node.name == "nullif":
        return _nullif(node, scope)
    if node.name == "grouping":
        return _grouping(node, scope)
    values = [scope.expression(argument) for argument in node.arguments]
    type_ = common_type(values, node.name.upper())
    codes = [structure.converted(value, type_, scope).code for value in values]
    code: Code = (_SPECIALS[node.name], "(", joined(", ", codes), ")")
    return Typed(Mark(node.at, code), type_, node.at)


def _nullif(node: nodes.Special, scope: Scope) -> Typed:
    if len(node.arguments) != 2:
        raise SqlSyntaxError('syntax error at or near ")"', position=node.at + 1)
    left, right = (scope.expression(argument) for argument in node.arguments)
    if left.unknown and left.parameter is None:
        wanted = types.TEXT if right.unknown or right.type is None else right.type
        left = coerced(left, wanted, scope.context.parameters)
    equal = operation("=", left, right, scope, node.at)
    left = promoted("=", left, right, scope)
    left = left if not left.unknown else coerced(left, types.TEXT, scope.context.parameters)
    code: Code = ("CASE WHEN ", equal.code, " THEN NULL ELSE ", left.code, " END")
    return Typed(Mark(node.at, code), left.type, node.at, left.typmod)


def _grouping(node: nodes.Special, scope: Scope) -> Typed:
    codes = [scope.expression(argument).code for argument in node.arguments]
    return Typed(("CAST(GROUPING(", joined(", ", codes), ") AS INTEGER)"), types.INT4, node.at)


_PLAIN_COLLATIONS = frozenset({"C", "default", "POSIX", "ucs_basic", "C.UTF-8", "C.utf8"})
"""Text compares by bytes, as under these."""


def _collate(node: nodes.Collate, scope: Scope) -> Typed:
    value = scope.expression(node.operand)
    name = node.parts[-1]
    if name not in _PLAIN_COLLATIONS:
        raise InvalidCollation(
            f'collation "{name}" for encoding "UTF8" does not exist', position=node.at + 1
        )
    if value.unknown:
        value = coerced(value, types.TEXT, scope.context.parameters)
    return value


class InvalidCollation(InvalidTextRepresentation):
    sqlstate = "42704"


# DuckDB's own.


_HANDLERS: dict[type[nodes.Node], Callable[[Any, Scope], Typed]] = {
    nodes.StringConst: _string,
    nodes.NumberConst: _number,
    nodes.BoolConst: _bool,
    nodes.NullConst: _null,
    nodes.BitConst: _bits,
    nodes.Param: _param,
    nodes.DefaultConst: _default,
    nodes.ColumnRef: _reference,
    nodes.Star: _star,
    nodes.Operation: _operation,
    nodes.Logic: _logic,
    nodes.Not: _not,
    nodes.Case: _case,
    nodes.Special: _special,
    nodes.Row: structure.row_value,
    nodes.Array: structure.array_value,
    nodes.Subscript: structure.subscript_value,
    nodes.Field: structure.field_value,
    nodes.Collate: _collate,
    nodes.Lambda: structure.lambda_value,
    nodes.Struct: structure.struct_value,
    nodes.Cast: casts.cast,
    nodes.IsTest: predicates.is_test,
    nodes.Distinct: predicates.distinct,
    nodes.Between: predicates.between,
    nodes.In: predicates.in_list,
    nodes.Like: predicates.like,
    nodes.Quantified: quantified.quantified,
    nodes.AtTimeZone: calls.at_time_zone,
    nodes.Call: calls.call,
    nodes.SqlValue: calls.sql_value,
    nodes.Scalar: subqueries.scalar,
    nodes.Exists: subqueries.exists,
    nodes.ArrayQuery: subqueries.array_query,
}
