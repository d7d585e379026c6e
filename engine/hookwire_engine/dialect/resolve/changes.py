"""INSERT, UPDATE, DELETE with RETURNING: values take their column's type on assignment (10.4)."""

from __future__ import annotations

from hookwire_catalog.errors import (
    FeatureNotSupported,
    UndefinedColumn,
    UndefinedTable,
)
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, Mark, quoted
from hookwire_engine.dialect.plans import Plan
from hookwire_engine.dialect.resolve.changing import (
    Change,
    ChangePlan,
    WithClause,
    alias_apart,
    assignments_code,
    changed_table,
    condition_code,
    needs_reading,
    returned,
)
from hookwire_engine.dialect.resolve.inserts import insert_plan
from hookwire_engine.dialect.resolve.selects import Output
from hookwire_engine.dialect.resolve.tables import from_clause
from hookwire_engine.dialect.scopes import Changed, Context, Scope, Source


def change_plan(
    node: Change, parent: Scope | None, context: Context, with_clause: WithClause
) -> Plan:
    outer = Scope(context, parent)
    before = len(context.reads)
    with_code = with_clause(node.with_, outer)
    if isinstance(node, nodes.Insert):
        plan = insert_plan(node, outer, with_code)
    elif isinstance(node, nodes.Update):
        plan = _update(node, outer, with_code)
    else:
        plan = _delete(node, outer, with_code)
    relation, _ = changed_table(node.table, outer, "")
    own = range(before, len(context.reads))
    context.changes.append(Changed(relation.name, relation.target, own, node.table.at))
    return plan


def check_apart(context: Context) -> None:
    """All parts of a statement see the same snapshot (7.8.2): in DuckDB they would see what others
    have changed."""
    for change in context.changes:
        others = [r for i, r in enumerate(context.reads) if i not in change.own]
        others += [other.target for other in context.changes if other is not change]
        if any(change.target in other for other in others):
            raise FeatureNotSupported(
                f'table "{change.name}" is changed in one part of the statement and used in'
                " another",
                hint="Take what RETURNING gives, or use two statements in a transaction.",
                position=change.at + 1,
            )


def _returning_own(node: nodes.Update | nodes.Delete, source: Source, scope: Scope) -> list[Output]:
    """RETURNING of UPDATE and DELETE: DuckDB returns columns of the changed table only."""
    if not node.returning:
        return []
    own = Scope(scope.context, scope.parent)
    own.add([source], source.columns)
    starred = any(
        isinstance(t.value, nodes.ColumnRef) and t.value.star and not t.value.parts
        for t in node.returning
    )
    try:
        if not (starred and node.tables):
            return returned(node.returning, source, own)
    except (UndefinedTable, UndefinedColumn):
        # Of another table, or of none: then the same error comes again.
        returned(node.returning, source, scope)
    raise FeatureNotSupported(
        "RETURNING of columns of other tables is not supported",
        hint="Select them in a statement of its own.",
        position=node.returning[0].at + 1,
    )


# INSERT.


# UPDATE and DELETE.


def _update(node: nodes.Update, outer: Scope, with_code: Code) -> Plan:
    relation, source = changed_table(node.table, outer, "w")
    scope = Scope(outer.context, outer)
    scope.add([source], source.columns)
    from_code = from_clause(node.tables, scope)
    tables: Code = (" FROM ", from_code) if node.tables else ""
    changes = assignments_code(node.assignments, source, scope)
    where: Code = ""
    if node.where is not None:
        where = (" WHERE ", condition_code(node.where, scope))
    code: Code = (
        with_code, "UPDATE ", Mark(node.table.at, relation.target), f" AS {quoted(source.alias)}",
        " SET ", changes, tables, where,
    )  # fmt: skip
    needs_reading(node, source, scope)
    apart = alias_apart(node.returning, source, outer)
    return ChangePlan(scope, code, _returning_own(node, source, scope), apart)


def _delete(node: nodes.Delete, outer: Scope, with_code: Code) -> Plan:
    relation, source = changed_table(node.table, outer, "d")
    scope = Scope(outer.context, outer)
    scope.add([source], source.columns)
    from_code = from_clause(node.tables, scope)
    tables: Code = (" USING ", from_code) if node.tables else ""
    where: Code = ""
    if node.where is not None:
        where = (" WHERE ", condition_code(node.where, scope))
    code: Code = (
        with_code, "DELETE FROM ", Mark(node.table.at, relation.target),
        f" AS {quoted(source.alias)}", tables, where,
    )  # fmt: skip
    needs_reading(node, source, scope)
    apart = alias_apart(node.returning, source, outer)
    return ChangePlan(scope, code, _returning_own(node, source, scope), apart)
