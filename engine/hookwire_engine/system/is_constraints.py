"""information_schema: constraints and what they use."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from hookwire_engine.system.builders import IS, Builders, model_of
from hookwire_engine.system.is_common import (
    DB,
    cells,
    of_dicts,
    table_name,
)
from hookwire_engine.system.model import Attribute, Constraint, Relation
from hookwire_engine.system.values import Depends, View

constraints = Builders(IS)
_relation = constraints.relation

_KINDS = {"p": "PRIMARY KEY", "u": "UNIQUE", "f": "FOREIGN KEY", "c": "CHECK"}


def _not_nulls(view: View) -> list[tuple[Relation, int, Attribute]]:
    """Columns whose NOT NULL PostgreSQL shows as a CHECK constraint without a row anywhere."""
    found = [r for r in model_of(view).relations if r.kind == "r"]
    return [(r, n, a) for r, n, a in cells(found) if not a.nullable]


def _not_null_name(relation: Relation, attnum: int) -> str:
    return f"{relation.namespace.oid}_{relation.oid}_{attnum}_not_null"


def _constraint(constraint: Constraint, prefix: str = "") -> dict[str, Any]:
    schema = constraint.table.namespace.name
    return {
        f"{prefix}constraint_catalog": DB,
        f"{prefix}constraint_schema": schema,
        f"{prefix}constraint_name": constraint.name,
    }


@_relation("table_constraints", Depends.CATALOG)
def table_constraints(view: View) -> pa.Table:
    more = {"is_deferrable": "NO", "initially_deferred": "NO", "enforced": "YES"}
    rows = [
        _constraint(c)
        | table_name(c.table)
        | more
        | {
            "constraint_type": _KINDS[c.kind],
            "nulls_distinct": "YES" if c.kind == "u" else None,
        }
        for c in model_of(view).constraints
    ]
    for r, n, _ in _not_nulls(view):
        name = {
            "constraint_catalog": DB,
            "constraint_schema": r.namespace.name,
            "constraint_name": _not_null_name(r, n),
        }
        rows.append(
            name | table_name(r) | more | {"constraint_type": "CHECK", "nulls_distinct": None}
        )
    return of_dicts("table_constraints", rows)


@_relation("check_constraints", Depends.CATALOG)
def check_constraints(view: View) -> pa.Table:
    rows = [
        _constraint(c) | {"check_clause": f"({c.expression})"}
        for c in model_of(view).constraints
        if c.kind == "c"
    ]
    rows += [
        {
            "constraint_catalog": DB,
            "constraint_schema": r.namespace.name,
            "constraint_name": _not_null_name(r, n),
            "check_clause": f"{a.name} IS NOT NULL",
        }
        for r, n, a in _not_nulls(view)
    ]
    return of_dicts("check_constraints", rows)


@_relation("key_column_usage", Depends.CATALOG)
def key_column_usage(view: View) -> pa.Table:
    rows = [
        _constraint(c)
        | table_name(c.table)
        | {
            "column_name": c.table.attributes[key - 1].name,
            "ordinal_position": n,
            "position_in_unique_constraint": n if c.kind == "f" else None,
        }
        for c in model_of(view).constraints
        if c.kind != "c"
        for n, key in enumerate(c.keys, 1)
    ]
    return of_dicts("key_column_usage", rows)


@_relation("referential_constraints", Depends.CATALOG)
def referential_constraints(view: View) -> pa.Table:
    rows = [
        _constraint(c)
        | {
            "unique_constraint_catalog": DB,
            "unique_constraint_schema": c.index.table.namespace.name,
            "unique_constraint_name": c.index.relation.name,
            "match_option": "NONE",
            "update_rule": "NO ACTION",
            "delete_rule": "NO ACTION",
        }
        for c in model_of(view).constraints
        if c.kind == "f" and c.index is not None
    ]
    return of_dicts("referential_constraints", rows)


def _used(constraint: Constraint) -> tuple[Relation, tuple[int, ...]]:
    """The table and columns that a constraint needs to exist: a foreign key's are its target's."""
    if constraint.target is not None:
        return constraint.target, constraint.target_keys
    return constraint.table, constraint.keys


@_relation("constraint_column_usage", Depends.CATALOG)
def constraint_column_usage(view: View) -> pa.Table:
    rows = [
        table_name(used) | {"column_name": used.attributes[key - 1].name} | _constraint(c)
        for c in model_of(view).constraints
        for used, keys in (_used(c),)
        for key in keys
    ]
    return of_dicts("constraint_column_usage", rows)


@_relation("constraint_table_usage", Depends.CATALOG)
def constraint_table_usage(view: View) -> pa.Table:
    rows = [
        table_name(_used(c)[0]) | _constraint(c)
        for c in model_of(view).constraints
        if c.kind != "c"
    ]
    return of_dicts("constraint_table_usage", rows)
