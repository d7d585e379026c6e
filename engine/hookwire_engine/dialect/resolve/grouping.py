"""GROUP BY: keys, grouping sets, and which columns may stand outside of an aggregate (7.2.3).

Keys are read before the select list, which may only use what they give. A jsonb key is grouped by
its text in normal form, so that documents that mean the same are one group.
"""

from __future__ import annotations

from collections.abc import Sequence

from hookwire_catalog import types
from hookwire_catalog.errors import GroupingError, InvalidColumnReference
from hookwire_engine.dialect import nodes
from hookwire_engine.dialect.code import Code, flat, joined
from hookwire_engine.dialect.coerce import text_of
from hookwire_engine.dialect.names import column_name
from hookwire_engine.dialect.resolve.ordering import is_constant
from hookwire_engine.dialect.scopes import Scope, Source
from hookwire_engine.dialect.typed import Field, Typed
from hookwire_engine.dialect.types import duckdb_type

Keys = dict[str, type[nodes.Node]]
"""The kind of node of each key, by its text."""


def group_clause(node: nodes.Select, scope: Scope) -> Code:
    """The text of GROUP BY; from then on `scope` knows the keys."""
    if node.group_all:
        scope.grouped = True
        return " GROUP BY ALL"
    if not node.group:
        return ""
    scope.kind = "GROUP BY"
    scope.grouped = True
    keys: Keys = {}
    items = [_item(item, node.targets, scope, keys) for item in node.group]
    scope.keys = frozenset(keys)
    scope.key_kinds = frozenset(keys.values())
    for source in scope.sources:
        _mark_dependent(source, scope)
    return (" GROUP BY ", joined(", ", items))


def _mark_dependent(source: Source, scope: Scope) -> None:
    """Grouped by its primary key, a table's other columns have one value a group."""
    key = () if source.relation is None else source.relation.key
    codes = {column.name: flat(column.code) for column in source.columns}
    if key and all(codes.get(name) in scope.keys for name in key):
        for column in source.columns:
            column.dependent = flat(column.code) not in scope.keys


def _item(node: nodes.Node, targets: Sequence[nodes.Target], scope: Scope, keys: Keys) -> Code:
    if isinstance(node, nodes.Grouping):
        if node.kind == "empty":
            return "()"
        parts = [_item(item, targets, scope, keys) for item in node.items]
        return (f"{node.kind.upper()} (", joined(", ", parts), ")")
    if isinstance(node, nodes.Row):
        parts = [_item(item, targets, scope, keys) for item in node.items]
        return ("(", joined(", ", parts), ")") if parts else "()"
    found = _meant(node, targets, scope)
    value = text_of(_key(found, scope), scope.context.parameters)
    keys[flat(value.code)] = type(found)
    if is_constant(found) and value.type is not None:
        # A bare number would be a place in the select list.
        return ("CAST(", value.code, f" AS {duckdb_type(value.type)})")
    return value.code


def _key(found: nodes.Node, scope: Scope) -> Typed:
    if isinstance(found, nodes.ColumnRef):
        column = scope.column_of(found)
        if column is not None and column.type is types.JSONB:
            column.code = ("memory.hw.jsonb_normal(", column.code, ")")
    return scope.expression(found)


def _meant(node: nodes.Node, targets: Sequence[nodes.Target], scope: Scope) -> nodes.Node:
    """An input column before an output column, a number for an output column (7.2.3)."""
    listed = _listed(targets, scope)
    if isinstance(node, nodes.NumberConst) and node.text.isdecimal():
        place = int(node.text)
        if not 1 <= place <= len(listed):
            raise InvalidColumnReference(
                f"GROUP BY position {place} is not in select list", position=node.at + 1
            )
        return listed[place - 1].value
    if isinstance(node, nodes.ColumnRef) and len(node.parts) == 1:
        name = node.parts[0]
        if name not in scope.by_name and not any(s.open for s in scope.sources):
            for target in listed:
                if column_name(target) == name:
                    return target.value
    return node


def _listed(targets: Sequence[nodes.Target], scope: Scope) -> list[nodes.Target]:
    """The select list with each `*` written out."""
    listed: list[nodes.Target] = []
    for target in targets:
        value = target.value
        if not isinstance(value, nodes.ColumnRef) or not value.star:
            listed.append(target)
            continue
        source = scope.find_source(value.parts) if value.parts else None
        for column in source.columns if source is not None else scope.columns:
            parts = (column.name,) if column.alias is None else (column.alias, column.name)
            listed.append(nodes.Target(value.at, nodes.ColumnRef(value.at, parts), column.name))
    return listed


def check(node: nodes.Select, scope: Scope) -> None:
    """Raises GroupingError (42803) for the first column that neither a key nor an aggregate
    covers."""
    grouped = bool(node.group) or scope.aggregates or node.having is not None
    if node.group_all:
        return
    if grouped and scope.ungrouped:
        name, at = scope.ungrouped[0]
        raise GroupingError(
            f'column "{name}" must appear in the GROUP BY clause or be used in an aggregate'
            " function",
            position=at + 1,
        )


def output_place(node: nodes.Expr, fields: Sequence[Field], clause: str) -> int | None:
    """The output column that a bare name or a number means; raises 42P10."""
    if isinstance(node, nodes.NumberConst) and node.text.isdecimal():
        place = int(node.text)
        if not 1 <= place <= len(fields):
            raise InvalidColumnReference(
                f"{clause} position {place} is not in select list", position=node.at + 1
            )
        return place - 1
    if isinstance(node, nodes.ColumnRef) and len(node.parts) == 1 and not node.star:
        for place, field in enumerate(fields):
            if field.name == node.parts[0]:
                return place
    return None
