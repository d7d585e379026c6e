"""ANY and ALL over arrays and queries, IN over queries (PostgreSQL 9.23, 9.24)."""

from __future__ import annotations

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    SqlSyntaxError,
    WrongObjectType,
)
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, joined
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.resolve.operators import COMPARISONS, operation
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed, truth
from hookwire_engine.dialect.types import arrays


def quantified(node: nodes.Quantified, scope: Scope) -> Typed:
    if isinstance(node.right, nodes.Query):
        compared = query_comparison(node.symbol, node.left, node.right, node.every, scope, node.at)
        return truth(node.at, compared)
    value = scope.expression(node.left)
    array = _array_side(value, scope.expression(node.right), scope)
    element = array.type.element if array.type is not None else None
    if array.open or element is None:
        if not array.open:
            raise WrongObjectType(
                "op ANY/ALL (array) requires array on right side", position=node.at + 1
            )
        return truth(node.at, _any_plain(node, value, array))
    item = Typed("_e", element, array.at)
    test = operation(node.symbol, value, item, scope, node.at)
    if test.type is not types.BOOL:
        raise DatatypeMismatch(
            "op ANY/ALL (array) requires operator to yield boolean", position=node.at + 1
        )
    value = _like_item(value, item, scope)
    if node.symbol in COMPARISONS and _directly(element):
        return truth(node.at, _any_plain(node, value, array))
    kind = "list_bool_and" if node.every else "list_bool_or"
    tests: Code = ("list_transform(", array.code, ", lambda _e : ", test.code, ")")
    empty = "true" if node.every else "false"
    code: Code = (
        "CASE WHEN len(", array.code, f") = 0 THEN {empty} ELSE {kind}(", tests, ") END",
    )  # fmt: skip
    return truth(node.at, code)


def _directly(element: PgType) -> bool:
    return element.name not in ("jsonb", "json", "hstore")


def _like_item(value: Typed, item: Typed, scope: Scope) -> Typed:
    if value.unknown:
        return coerced(value, item.type or types.TEXT, scope.context.parameters)
    return value


def _array_side(value: Typed, array: Typed, scope: Scope) -> Typed:
    """The right side of ANY; an open one is an array of the left side's type."""
    if not array.unknown:
        return array
    element = types.TEXT if value.unknown or value.type is None else value.type
    if element.name == "varchar":
        element = types.TEXT
    return coerced(array, arrays(element) or types.ARRAY_TYPES[types.TEXT.oid],
                   scope.context.parameters)  # fmt: skip


def _any_plain(node: nodes.Quantified, value: Typed, array: Typed) -> Code:
    """A comparison with the elements of an array; NULL for a NULL array, as no row would give."""
    negated = node.symbol == "<>" and node.every
    if isinstance(node.right, nodes.Array) and (negated or (node.symbol == "=" and not node.every)):
        return _any_of_items(node.right, value, array, negated)
    if node.symbol == "=" and not node.every and array.stored:
        return _contained(value.code, array.code)
    word = "ALL" if node.every else "ANY"
    code: Code = ("(", value.code, f" {node.symbol} {word}(", array.code, "))")
    if array.constant is not None or isinstance(node.right, nodes.Array):
        return code
    return ("CASE WHEN ", array.code, " IS NOT NULL THEN ", code, " END")


def _any_of_items(node: nodes.Array, value: Typed, array: Typed, negated: bool) -> Code:
    """= ANY(ARRAY[a, b]) is IN (a, b), which DuckDB can look up in an index or a zone map."""
    flat_array = array.dimensions == 1 and isinstance(array.code, Mark)
    word = "NOT IN" if negated else "IN"
    if not node.items or not flat_array:
        return ("(", value.code, " <> ALL(" if negated else " = ANY(", array.code, "))")
    assert isinstance(array.code, Mark)
    inner = array.code.code
    assert isinstance(inner, tuple)
    return ("(", value.code, f" {word} (", inner[1], "))")


def _contained(value: Code, array: Code) -> Code:
    """x = ANY(array) without a subquery: true, or false if nothing in the array is NULL."""
    return (
        "CASE WHEN list_contains(", array, ", ", value, ") THEN true WHEN len(", array,
        ") = 0 THEN false WHEN ", value, " IS NOT NULL AND len(", array,
        ") = list_aggregate(", array, ", 'count') THEN false END",
    )  # fmt: skip


def query_comparison(
    symbol: str, left: nodes.Expr, query: nodes.Query, every: bool, scope: Scope, at: int
) -> Code:
    plan = scope.context.analyze_query(query, scope, scope.context)
    lefts = list(left.items) if isinstance(left, nodes.Row) else [left]
    fields = plan.fields
    if len(lefts) != len(fields):
        few = "few" if len(fields) < len(lefts) else "many"
        raise SqlSyntaxError(f"subquery has too {few} columns", position=at + 1)
    values = [scope.expression(item) for item in lefts]
    for i, value in enumerate(values):
        column = plan.column(i)
        if column.unknown:
            wanted = types.TEXT if value.unknown or value.type is None else value.type
            plan.coerce(i, wanted)
            column = plan.column(i)
        test = operation(symbol, value, column, scope, at)
        if test.type is not types.BOOL:
            raise DatatypeMismatch(
                f"op {'ALL' if every else 'ANY'} (subquery) requires operator to yield boolean",
                position=at + 1,
            )
        if value.unknown:
            values[i] = coerced(value, column.type or types.TEXT, scope.context.parameters)
    plan.settle()
    if symbol not in COMPARISONS:
        raise FeatureNotSupported(
            f"operator {symbol} before ANY/ALL (subquery) is not supported",
            hint="Use EXISTS with the condition in its WHERE.",
            position=at + 1,
        )
    inner = plan.code(None)
    word = "ALL" if every else "ANY"
    shown: Code = values[0].code
    if len(values) > 1:
        shown = ("(", joined(", ", [value.code for value in values]), ")")
    if symbol == "=" and not every:
        return ("(", shown, " IN (", inner, "))")
    if symbol == "<>" and every:
        return ("(", shown, " NOT IN (", inner, "))")
    return ("(", shown, f" {symbol} {word}(", inner, "))")
