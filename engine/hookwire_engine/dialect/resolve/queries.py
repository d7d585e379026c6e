"""Queries: WITH, a body, ORDER BY, LIMIT (PostgreSQL 7.1 to 7.8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hookwire_catalog import types
from hookwire_catalog.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    InvalidColumnReference,
    SqlSyntaxError,
    UndefinedColumn,
)
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, flat, joined, quoted
from hookwire_engine.dialect.coerce import coerced
from hookwire_engine.dialect.nodes import shape
from hookwire_engine.dialect.plans import Plan, unique_names
from hookwire_engine.dialect.resolve import changes
from hookwire_engine.dialect.resolve.grouping import output_place
from hookwire_engine.dialect.resolve.ordering import comparable, with_direction
from hookwire_engine.dialect.resolve.selects import SelectPlan, select_plan
from hookwire_engine.dialect.resolve.sets import set_plan
from hookwire_engine.dialect.resolve.values_lists import values_plan
from hookwire_engine.dialect.scopes import Context, Cte, Scope
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import ASSIGNMENT, REG_TYPES


class QueryPlan:
    """A body's plan with what stands around it."""

    def __init__(self, body: Plan, with_code: Code, order: Code, limits: Code) -> None:
        self.body = body
        self._with = with_code
        self._order = order
        self._limits = limits

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.body.fields

    @property
    def open(self) -> bool:
        return self.body.open

    def column(self, index: int) -> Typed:
        return self.body.column(index)

    def coerce(self, index: int, type_: types.PgType, typmod: int = -1) -> None:
        self.body.coerce(index, type_, typmod)

    def settle(self) -> None:
        self.body.settle()

    def code(self, names: Sequence[str] | None, *, outermost: bool = False) -> Code:
        body = self.body.code(names, outermost=outermost)
        return (self._with, body, self._order, self._limits)


def analyze(node: nodes.Statement, parent: Scope | None, context: Context) -> Plan:
    """The plan of a query, or of a statement that changes rows, inside `parent`."""
    if isinstance(node, nodes.Insert | nodes.Update | nodes.Delete):
        return changes.change_plan(node, parent, context, with_clause)
    assert isinstance(node, nodes.Query)
    outer = Scope(context, parent)
    with_code = with_clause(node.with_, outer)
    body, scope = _body(node.body, outer)
    order = _order(node, body, scope, outer)
    if isinstance(node.body, nodes.Select):
        _check_distinct_on(node, body.fields)
    if isinstance(body, SelectPlan):
        body.finish()
    limits = _limits(node, outer)
    if not with_code and not order and not limits:
        return body
    return QueryPlan(body, with_code, order, limits)


def _body(
    node: nodes.Select | nodes.Values | nodes.SetOperation, outer: Scope
) -> tuple[Plan, Scope | None]:
    if isinstance(node, nodes.Select):
        plan = select_plan(node, outer)
        return plan, plan.scope
    if isinstance(node, nodes.Values):
        return values_plan(node, outer), None
    return set_plan(node, outer), None


# WITH.


def with_clause(node: nodes.With | None, scope: Scope) -> Code:
    """The text of WITH; its names are added to `scope`."""
    if node is None:
        return ""
    parts: list[Code] = []
    for cte in node.ctes:
        parts.append(_cte(cte, scope, node.recursive))
    word = "WITH RECURSIVE " if node.recursive else "WITH "
    return (word, joined(", ", parts), " ")


def _cte(node: nodes.Cte, scope: Scope, recursive: bool) -> Code:
    recurring = recursive and _is_recurring(node)
    if recurring:
        plan = _recursive(node, scope)
    else:
        plan = scope.context.analyze_query(node.query, scope, scope.context)
        plan.settle()
    fields = list(plan.fields)
    if len(node.columns) > len(fields):
        raise InvalidColumnReference(
            f'WITH query "{node.name}" has {len(fields)} columns available'
            f" but {len(node.columns)} columns specified",
            position=node.at + 1,
        )
    for i, name in enumerate(node.columns):
        fields[i] = replace(fields[i], name=name)
    names = unique_names(fields)
    scope.ctes[node.name] = Cte(node.name, tuple(fields), tuple(names), plan.open)
    hint = {None: "", True: " MATERIALIZED", False: " NOT MATERIALIZED"}[node.materialized]
    if plan.open:
        return (quoted(node.name), f" AS{hint} (", plan.code(None), ")")
    shown = f"({', '.join(map(quoted, names))})" if names and recurring else ""
    return (quoted(node.name), shown, f" AS{hint} (", plan.code(names), ")")


def _is_recurring(node: nodes.Cte) -> bool:
    query = node.query
    return (
        isinstance(query, nodes.Query)
        and isinstance(query.body, nodes.SetOperation)
        and query.body.symbol == "union"
    )


def _recursive(node: nodes.Cte, scope: Scope) -> Plan:
    """The first branch gives the columns their types; then the second may name the table."""
    assert isinstance(node.query, nodes.Query)
    body = node.query.body
    assert isinstance(body, nodes.SetOperation)
    first = scope.context.analyze_query(body.left, scope, scope.context)
    first.settle()
    fields = tuple(
        Field(name, f.type, f.typmod)
        for name, f in zip(
            [*node.columns, *(f.name for f in first.fields[len(node.columns) :])],
            first.fields,
            strict=True,
        )
    )
    hidden = scope.ctes.get(node.name)
    scope.ctes[node.name] = Cte(node.name, fields, tuple(unique_names(fields)), first.open)
    try:
        return scope.context.analyze_query(node.query, scope, scope.context)
    finally:
        if hidden is None:
            del scope.ctes[node.name]
        else:
            scope.ctes[node.name] = hidden


# ORDER BY.


def _order(node: nodes.Query, body: Plan, scope: Scope | None, outer: Scope) -> Code:
    if node.order_all:
        return f" ORDER BY {node.order_all}"
    if not node.order:
        return ""
    keys = [_sort_key(key, body, scope) for key in node.order]
    return (" ORDER BY ", joined(", ", keys))


def _sort_key(key: nodes.SortKey, body: Plan, scope: Scope | None) -> Code:
    """An output column by name or number before an expression over the input (7.5)."""
    place = output_place(key.value, body.fields, "ORDER BY")
    if place is not None:
        return with_direction(_by_place(place, body, scope), key)
    if scope is None and isinstance(key.value, nodes.ColumnRef) and len(key.value.parts) == 1:
        raise UndefinedColumn(
            f'column "{key.value.parts[0]}" does not exist', position=key.value.at + 1
        )
    if scope is None:
        raise FeatureNotSupported(
            "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
            detail="Only result column names can be used, not expressions or functions.",
            hint="Add the expression/function to every SELECT, or move the UNION into a FROM"
            " clause.",
            position=key.at + 1,
        )
    scope.kind = "ORDER BY"
    value = scope.expression(key.value)
    if value.unknown and value.parameter is None:
        if value.constant is not None:
            raise SqlSyntaxError("non-integer constant in ORDER BY", position=key.value.at + 1)
        return "NULL"
    if value.unknown:
        value = coerced(value, types.TEXT, scope.context.parameters)
    if isinstance(body, SelectPlan) and body.node.distinct:
        return with_direction(_among(value, body), key)
    return with_direction(comparable(value), key)


def _among(value: Typed, body: SelectPlan) -> Code:
    """With DISTINCT, what is sorted by is shown (42P10)."""
    for output in body.outputs:
        if flat(output.value.code) == flat(value.code):
            return comparable(output.value)
    raise InvalidColumnReference(
        "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
        position=value.at + 1,
    )


def _check_distinct_on(node: nodes.Query, fields: Sequence[Field]) -> None:
    """DISTINCT ON's expressions are the first that ORDER BY has, if it has any (42P10)."""
    assert isinstance(node.body, nodes.Select)
    wanted = [_same_as(item, fields) for item in node.body.distinct_on]
    first = [_same_as(key.value, fields) for key in node.order[: len(wanted)]]
    for place, key in enumerate(first):
        if key not in wanted:
            raise InvalidColumnReference(
                "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
                position=node.body.distinct_on[min(place, len(wanted) - 1)].at + 1,
            )


def _same_as(node: nodes.Expr, fields: Sequence[Field]) -> object:
    """What two spellings of an expression have in common."""
    if isinstance(node, nodes.NumberConst) and node.text.isdecimal():
        place = int(node.text)
        return fields[place - 1].name if place <= len(fields) else place
    if isinstance(node, nodes.ColumnRef):
        return node.parts[-1]
    return shape(node)


def _by_place(place: int, body: Plan, scope: Scope | None) -> Code:
    """By number, unless what is sorted by is not what is shown."""
    column = body.column(place)
    if column.type is None or (
        column.type is not types.JSONB and column.type.name not in REG_TYPES
    ):
        return str(place + 1)
    if scope is None:
        return str(place + 1)
    return comparable(column)


# LIMIT.


def _limits(node: nodes.Query, outer: Scope) -> Code:
    if node.ties:
        raise FeatureNotSupported(
            "FETCH FIRST ... WITH TIES is not supported",
            hint="Use rank() OVER (ORDER BY ...) in a subquery and compare it.",
            position=node.at + 1,
        )
    parts: list[Code] = []
    for word, value in (("LIMIT", node.limit), ("OFFSET", node.offset)):
        if value is None or isinstance(value, nodes.NullConst):
            continue
        percent = "%" if word == "LIMIT" and node.percent else ""
        parts.append((f" {word} ", _amount(value, word, outer), percent))
    return tuple(parts)


def _amount(node: nodes.Expr, clause: str, outer: Scope) -> Code:
    scope = Scope(outer.context, None, kind=clause)
    value = scope.expression(node)
    if value.type is not None and not value.unknown and value.type.category != "N":
        raise DatatypeMismatch(
            f"argument of {clause} must be type bigint, not type {value.type.display}",
            position=value.at + 1,
        )
    if value.number is not None:
        if value.number < 0:
            error = InvalidRowCount if clause == "LIMIT" else InvalidRowOffset
            raise error(f"{clause} must not be negative")
        return str(value.number)
    return coerced(value, types.INT8, outer.context.parameters, ASSIGNMENT).code


class InvalidRowCount(SqlSyntaxError):
    sqlstate = "2201W"


class InvalidRowOffset(SqlSyntaxError):
    sqlstate = "2201X"
