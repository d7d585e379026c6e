"""IS, IN, BETWEEN, LIKE, ANY and ALL, and comparisons of rows (PostgreSQL 9.2, 9.7, 9.23, 9.24)."""

from __future__ import annotations

from dataclasses import replace

from hookwire_catalog import types
from hookwire_catalog.errors import DatatypeMismatch, FeatureNotSupported, SqlSyntaxError
from hookwire_catalog.types import PgType
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, joined
from hookwire_engine.dialect.coerce import CannotCoerce, coerced, common_type
from hookwire_engine.dialect.columns import members
from hookwire_engine.dialect.resolve.operators import COMPARISONS, operation
from hookwire_engine.dialect.resolve.quantified import query_comparison
from hookwire_engine.dialect.scopes import Scope
from hookwire_engine.dialect.typed import Typed, truth
from hookwire_engine.dialect.types import display

_NEGATED = {"=": "<>", "<>": "="}


def is_test(node: nodes.IsTest, scope: Scope) -> Typed:
    value = scope.expression(node.operand)
    negation = "NOT " if node.negated else ""
    if node.what == "null":
        return _is_null(node, value, scope)
    if node.what in ("true", "false", "unknown"):
        if value.unknown:
            value = coerced(value, types.BOOL, scope.context.parameters)
        if value.type is not types.BOOL and not value.open:
            raise DatatypeMismatch(
                f"argument of IS {negation}{node.what.upper()} must be type boolean,"
                f" not type {display(value.type)}",
                position=value.at + 1,
            )
        word = "NULL" if node.what == "unknown" else node.what.upper()
        return truth(node.at, ("(", value.code, f" IS {negation}{word})"))
    raise FeatureNotSupported(
        f"IS {negation}{node.what.upper()} is not supported", position=node.at + 1
    )


def _is_null(node: nodes.IsTest, value: Typed, scope: Scope) -> Typed:
    negation = "NOT " if node.negated else ""
    if value.items is not None:
        # A row is null when all of it is, and not null when all of it is not (9.2).
        tests: list[Code] = [("(", item.code, f" IS {negation}NULL)") for item in value.items]
        return truth(node.at, ("(", joined(" AND ", tests) if tests else "true", ")"))
    if value.unknown and value.parameter is None:
        value = coerced(value, types.TEXT, scope.context.parameters)
    code = value.raw if value.raw is not None else value.code
    return truth(node.at, ("(", code, f" IS {negation}NULL)"))


def distinct(node: nodes.Distinct, scope: Scope) -> Typed:
    left, right = _pair(scope.expression(node.left), scope.expression(node.right), scope, node.at)
    word = "IS NOT DISTINCT FROM" if node.negated else "IS DISTINCT FROM"
    return truth(node.at, ("(", _key(left), f" {word} ", _key(right), ")"))


def _key(value: Typed) -> Code:
    """What DuckDB may compare for equality in place of the value."""
    if value.type is types.JSONB:
        source = value.raw if value.raw is not None else value.code
        return ("memory.hw.jsonb_sort_key(", source, ")")
    return value.code


def _pair(left: Typed, right: Typed, scope: Scope, at: int) -> tuple[Typed, Typed]:
    """Both sides with the types that `=` gives them; its errors, too."""
    parameters = scope.context.parameters
    operation("=", left, right, scope, at)
    if left.unknown:
        wanted = types.TEXT if right.unknown or right.type is None else right.type
        left = coerced(left, wanted, parameters)
    if right.unknown:
        right = coerced(right, left.type or types.TEXT, parameters)
    return left, right


def between(node: nodes.Between, scope: Scope) -> Typed:
    value = scope.expression(node.operand)
    low, high = scope.expression(node.low), scope.expression(node.high)
    code = _within(value, low, high, scope, node.at)
    if node.symmetric:
        code = ("(", code, " OR ", _within(value, high, low, scope, node.at), ")")
    return truth(node.at, ("(NOT ", code, ")") if node.negated else code)


def _within(value: Typed, low: Typed, high: Typed, scope: Scope, at: int) -> Code:
    above = operation(">=", value, low, scope, at)
    below = operation("<=", value, high, scope, at)
    return ("(", above.code, " AND ", below.code, ")")


def in_list(node: nodes.In, scope: Scope) -> Typed:
    if node.query is not None:
        return _in_query(node, scope)
    if isinstance(node.operand, nodes.Row):
        return _in_rows(node, scope)
    value = scope.expression(node.operand)
    items = [scope.expression(item) for item in node.items]
    word = " NOT IN (" if node.negated else " IN ("
    if any(item.open for item in [value, *items]):
        items = [replace(i, type=None) if i.unknown and i.parameter is None else i for i in items]
        return truth(node.at, ("(", value.code, word, joined(", ", [i.code for i in items]), "))"))
    type_ = _in_type(value, items)
    if type_ is None or type_ in (types.JSONB, types.HSTORE):
        return _in_by_operator(node, value, items, scope)
    value = coerced(value, type_, scope.context.parameters)
    codes = [coerced(item, type_, scope.context.parameters).code for item in items]
    listed = (
        members(codes, scope.context.parameters)
        if scope.kind in _TAKE_QUERIES
        else joined(", ", codes)
    )
    return truth(node.at, ("(", value.code, word, listed, "))"))


_TAKE_QUERIES = frozenset({"SELECT", "WHERE", "GROUP BY", "HAVING", "ORDER BY"})
"""Clauses where a query may stand in DuckDB, unlike RETURNING, CHECK and lambdas."""


def _in_type(value: Typed, items: list[Typed]) -> PgType | None:
    """The type in which all can be compared; None if each needs an operator of its own."""
    try:
        return common_type([value, *items], "IN")
    except (DatatypeMismatch, CannotCoerce):
        return None


def _in_by_operator(node: nodes.In, value: Typed, items: list[Typed], scope: Scope) -> Typed:
    symbol = "<>" if node.negated else "="
    tests = [operation(symbol, value, item, scope, node.at).code for item in items]
    word = " AND " if node.negated else " OR "
    return truth(node.at, ("(", joined(word, tests), ")"))


def _in_rows(node: nodes.In, scope: Scope) -> Typed:
    symbol = "<>" if node.negated else "="
    tests: list[Code] = []
    for item in node.items:
        single = nodes.Operation(node.at, symbol, node.operand, item)
        tests.append(row_comparison(single, scope).code)
    return truth(node.at, ("(", joined(" AND " if node.negated else " OR ", tests), ")"))


def _in_query(node: nodes.In, scope: Scope) -> Typed:
    assert node.query is not None
    code = query_comparison("=", node.operand, node.query, False, scope, node.at)
    return truth(node.at, ("(NOT ", code, ")") if node.negated else code)


def like(node: nodes.Like, scope: Scope) -> Typed:
    parameters = scope.context.parameters
    value, pattern = scope.expression(node.operand), scope.expression(node.pattern)
    escape: Code = "'\\'"
    if node.escape is not None:
        escape = coerced(scope.expression(node.escape), types.TEXT, parameters).code
    symbol = {"like": "~~", "ilike": "~~*", "similar": "~~"}[node.kind]
    if value.type is not None and pattern.type is not None:
        shown = ("!" if node.negated else "") + symbol
        operation(shown, value, pattern, scope, node.at)
    value, pattern = (_string_side(side, scope) for side in (value, pattern))
    negation = "NOT " if node.negated else ""
    if node.kind == "similar":
        regex: Code = ("memory.hw.similar_to_escape(", pattern.code, ", ", escape, ")")
        test: Code = ("regexp_matches(", value.code, ", ", regex, ")")
        return truth(node.at, ("(", negation, test, ")"))
    word = negation + node.kind.upper()
    return truth(node.at, ("(", value.code, f" {word} ", pattern.code, " ESCAPE ", escape, ")"))


def _string_side(value: Typed, scope: Scope) -> Typed:
    if value.unknown:
        return coerced(value, types.TEXT, scope.context.parameters)
    return value


def row_comparison(node: nodes.Operation, scope: Scope) -> Typed:
    """(a, b) = (c, d) and its like: by column, as PostgreSQL defines it (9.24.5)."""
    assert isinstance(node.left, nodes.Row)
    if isinstance(node.right, nodes.Scalar):
        code = query_comparison(node.symbol, node.left, node.right.query, False, scope, node.at)
        return truth(node.at, code)
    if not isinstance(node.right, nodes.Row):
        left, right = scope.expression(node.left), scope.expression(node.right)
        return truth(node.at, ("(", left.code, f" {node.symbol} ", right.code, ")"))
    if len(node.left.items) != len(node.right.items):
        raise SqlSyntaxError("unequal number of entries in row expressions", position=node.at + 1)
    if node.symbol not in COMPARISONS:
        raise FeatureNotSupported(
            f"operator {node.symbol} between rows is not supported", position=node.at + 1
        )
    lefts = [scope.expression(item) for item in node.left.items]
    rights = [scope.expression(item) for item in node.right.items]
    if node.symbol in _NEGATED:
        tests = [
            operation(node.symbol, one, other, scope, node.at).code
            for one, other in zip(lefts, rights, strict=True)
        ]
        word = " AND " if node.symbol == "=" else " OR "
        return truth(node.at, ("(", joined(word, tests), ")"))
    return truth(node.at, _ordered(node.symbol, lefts, rights, scope, node.at))


def _ordered(symbol: str, lefts: list[Typed], rights: list[Typed], scope: Scope, at: int) -> Code:
    """The first pair that is not equal decides; the last pair by `symbol` itself."""
    last = len(lefts) - 1
    code = operation(symbol, lefts[last], rights[last], scope, at).code
    strictly = symbol[0]
    for i in range(last - 1, -1, -1):
        equal = operation("=", lefts[i], rights[i], scope, at).code
        before = operation(strictly, lefts[i], rights[i], scope, at).code
        code = ("(CASE WHEN ", equal, " THEN ", code, " ELSE ", before, " END)")
    return code
