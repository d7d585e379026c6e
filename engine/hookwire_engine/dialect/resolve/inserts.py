"""INSERT: columns, values or a query, ON CONFLICT."""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog.errors import (
    FeatureNotSupported,
    SqlError,
    SqlSyntaxError,
)
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, joined, quoted
from hookwire_engine.dialect.columns import values
from hookwire_engine.dialect.plans import Plan
from hookwire_engine.dialect.resolve.changing import (
    ChangePlan,
    alias_apart,
    assigned,
    assignments_code,
    changed_table,
    column_named,
    condition_code,
    needs_reading,
    returned,
)
from hookwire_engine.dialect.scopes import Scope, ScopeColumn, Source
from hookwire_engine.dialect.typed import Typed


def insert_plan(node: nodes.Insert, outer: Scope, with_code: Code) -> Plan:
    updates = node.conflict is not None and node.conflict.assignments is not None
    relation, source = changed_table(node.table, outer, "arw" if updates else "a")
    columns = _insert_columns(node, source)
    inserted, width = _inserted(node, columns, outer)
    if not node.columns:
        columns = columns[:width]
    named: Code = ""
    if node.columns or len(columns) < len(source.columns):
        named = f" ({', '.join(quoted(column.name) for column in columns)})"
    alias = f" AS {quoted(source.alias)}"
    head: Code = (with_code, "INSERT INTO ", Mark(node.table.at, relation.target), alias, named)
    scope = Scope(outer.context, outer)
    scope.add([source], source.columns)
    conflict = _conflict(node.conflict, source, scope)
    code: Code = (head, " ", inserted, conflict)
    needs_reading(node, source, scope)
    apart = alias_apart(node.returning, source, outer)
    for column in source.columns if apart is None else ():
        # What INSERT returns has no alias in DuckDB.
        column.code = quoted(column.name)
    return ChangePlan(scope, code, returned(node.returning, source, scope), apart)


def _insert_columns(node: nodes.Insert, source: Source) -> list[ScopeColumn]:
    if node.columns:
        found = [column_named(source, c.parts[0], c.at) for c in node.columns]
        for i, column in enumerate(found):
            if column in found[:i]:
                raise DuplicateColumnName(
                    f'column "{column.name}" specified more than once',
                    position=node.columns[i].at + 1,
                )
        return found
    width = _width(node.query)
    return source.columns if width is None else source.columns[:width]


class DuplicateColumnName(SqlError):
    sqlstate = "42701"


def _width(query: nodes.Query | None) -> int | None:
    if query is not None and isinstance(query.body, nodes.Values):
        return len(query.body.rows[0])
    return None


def _inserted(node: nodes.Insert, columns: list[ScopeColumn], outer: Scope) -> tuple[Code, int]:
    """The rows, and how many columns they have; a query may have fewer than the table."""
    if node.query is None:
        return "DEFAULT VALUES", len(columns)
    if isinstance(node.query.body, nodes.Values) and not node.query.order:
        return _value_rows(node, node.query.body, columns, outer), len(columns)
    plan = outer.context.analyze_query(node.query, outer, outer.context)
    fields = plan.fields
    places = [nodes.Node(plan.column(i).at) for i in range(len(fields))]
    _check_count(node, places, columns)
    columns = columns[: len(fields)]
    names = [f"c{i}" for i in range(len(fields))]
    for i, column in enumerate(columns):
        if plan.column(i).unknown and column.type is not None:
            plan.coerce(i, column.type, column.typmod)
    converted: list[Code] = []
    for i, (column, name) in enumerate(zip(columns, names, strict=True)):
        field = plan.fields[i]
        value = Typed(f"q.{name}", field.type, plan.column(i).at, field.typmod)
        converted.append(assigned(value, column, outer))
    inner = plan.code(names)
    code: Code = ("SELECT ", joined(", ", converted), " FROM (", inner, ") AS q")
    return code, len(columns)


def _check_count(
    node: nodes.Insert, given: Sequence[nodes.Node], columns: list[ScopeColumn]
) -> None:
    if len(given) > len(columns):
        raise SqlSyntaxError(
            "INSERT has more expressions than target columns",
            position=given[len(columns)].at + 1,
        )
    if len(given) < len(columns) and node.columns:
        raise SqlSyntaxError(
            "INSERT has more target columns than expressions",
            position=node.columns[len(given)].at + 1,
        )


def _value_rows(
    node: nodes.Insert, body: nodes.Values, columns: list[ScopeColumn], outer: Scope
) -> Code:
    scope = Scope(outer.context, outer, kind="VALUES")
    rows: list[list[Code]] = []
    for row in body.rows:
        _check_count(node, row, columns)
        parts: list[Code] = []
        for item, column in zip(row, columns, strict=True):
            if isinstance(item, nodes.DefaultConst):
                parts.append("DEFAULT")
            else:
                parts.append(assigned(scope.expression(item), column, scope))
        rows.append(parts)
    return values(rows, scope.context.parameters)


def _conflict(node: nodes.Conflict | None, source: Source, scope: Scope) -> Code:
    if node is None:
        return ""
    if node.constraint is not None:
        raise FeatureNotSupported(
            "ON CONFLICT ON CONSTRAINT is not supported",
            hint="Name the columns: ON CONFLICT (column, ...).",
            position=node.at + 1,
        )
    target: Code = ""
    if node.columns:
        names: list[Code] = []
        for item in node.columns:
            if not isinstance(item, nodes.ColumnRef):
                raise FeatureNotSupported(
                    "ON CONFLICT with an expression is not supported", position=item.at + 1
                )
            names.append(quoted(column_named(source, item.parts[-1], item.at).name))
        target = (" (", joined(", ", names), ")")
    if node.assignments is None:
        return (" ON CONFLICT", target, " DO NOTHING")
    excluded = Source(
        "excluded",
        [ScopeColumn(c.name, f"excluded.{quoted(c.name)}", c.type, c.typmod)
         for c in source.columns],
    )  # fmt: skip
    inner = Scope(scope.context, scope)
    inner.add([source], source.columns)
    inner.sources.append(excluded)
    changes = assignments_code(node.assignments, source, inner)
    condition: Code = ""
    if node.condition is not None:
        condition = (" WHERE ", condition_code(node.condition, inner))
    return (" ON CONFLICT", target, " DO UPDATE SET ", changes, condition)
