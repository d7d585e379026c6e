"""information_schema (PostgreSQL chapter 37), over the same model as pg_catalog."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa

from hookwire_catalog.objects import View as UserView
from hookwire_engine.system.builders import IS, Builders, model_of, table
from hookwire_engine.system.described import DESCRIPTORS, Described, descriptor
from hookwire_engine.system.facts import type_facts
from hookwire_engine.system.is_common import (
    DB,
    cells,
    of_dicts,
    readable,
    table_name,
    writable,
    yes_or_no,
)
from hookwire_engine.system.model import Relation
from hookwire_engine.system.pg_relations import sequences
from hookwire_engine.system.system_model import system_relations
from hookwire_engine.system.values import Depends, View

information_schema = Builders(IS)
_relation = information_schema.relation


@_relation("information_schema_catalog_name", Depends.STATIC)
def catalog_name(view: View) -> pa.Table:
    return table(IS, "information_schema_catalog_name", 1, catalog_name=DB)


@_relation("schemata", Depends.CATALOG)
def schemata(view: View) -> pa.Table:
    found = list(model_of(view).namespaces.values())
    return table(
        IS, "schemata", len(found),
        catalog_name=DB, schema_name=[n.name for n in found], schema_owner=DB,
    )  # fmt: skip


# Tables and columns.


@_relation("tables", Depends.CATALOG)
def tables(view: View) -> pa.Table:
    return pa.concat_tables([_tables(model_of(view).relations), _system_tables()])


@cache
def _system_tables() -> pa.Table:
    return _tables(system_relations())


def _tables(relations: Sequence[Relation]) -> pa.Table:
    found = readable(relations)
    return table(
        IS, "tables", len(found),
        table_catalog=DB,
        table_schema=[r.namespace.name for r in found],
        table_name=[r.name for r in found],
        table_type=[_table_type(r) for r in found],
        is_insertable_into=[yes_or_no(writable(r)) for r in found],
        is_typed="NO",
    )  # fmt: skip


def _table_type(relation: Relation) -> str:
    if relation.temporary:
        return "LOCAL TEMPORARY"
    return "VIEW" if relation.kind == "v" else "BASE TABLE"


@_relation("columns", Depends.CATALOG)
def columns(view: View) -> pa.Table:
    return pa.concat_tables([_columns(model_of(view).relations), _system_columns()])


@cache
def _system_columns() -> pa.Table:
    return _columns(system_relations())


def _columns(relations: Sequence[Relation]) -> pa.Table:
    found = cells(readable(relations))
    attributes = [a for _, _, a in found]
    described = [descriptor(a.type, a.typmod) for a in attributes]
    return table(
        IS, "columns", len(found),
        table_catalog=DB,
        table_schema=[r.namespace.name for r, _, _ in found],
        table_name=[r.name for r, _, _ in found],
        column_name=[a.name for a in attributes],
        ordinal_position=[n for _, n, _ in found],
        column_default=[a.default for a in attributes],
        is_nullable=[yes_or_no(a.nullable) for a in attributes],
        domain_catalog=[DB if d.domain else None for d in described],
        domain_schema=[IS if d.domain else None for d in described],
        domain_name=[d.domain for d in described],
        udt_catalog=DB,
        udt_schema=[d.udt_schema for d in described],
        udt_name=[d.udt_name for d in described],
        dtd_identifier=[str(n) for _, n, _ in found],
        is_self_referencing="NO",
        is_identity="NO",
        identity_cycle="NO",
        is_generated=["NEVER" if a.generated is None else "ALWAYS" for a in attributes],
        generation_expression=[a.generated for a in attributes],
        is_updatable=[yes_or_no(writable(r)) for r, _, _ in found],
        **_descriptors(described),
    )  # fmt: skip


def _descriptors(described: Sequence[Described]) -> dict[str, list[Any]]:
    """The columns that say the same of a type in every relation that tells one."""
    return {name: [getattr(d, name) for d in described] for name in DESCRIPTORS}


@_relation("views", Depends.CATALOG)
def views(view: View) -> pa.Table:
    found = [r for r in (*model_of(view).relations, *system_relations()) if r.kind == "v"]
    return table(
        IS, "views", len(found),
        table_catalog=DB,
        table_schema=[r.namespace.name for r in found],
        table_name=[r.name for r in found],
        view_definition=[_query(r) for r in found],
        check_option="NONE",
        is_updatable="NO",
        is_insertable_into="NO",
        is_trigger_updatable="NO",
        is_trigger_deletable="NO",
        is_trigger_insertable_into="NO",
    )  # fmt: skip


def _query(relation: Relation) -> str | None:
    thing = relation.object
    return f" {thing.query.rstrip().rstrip(';')};" if isinstance(thing, UserView) else None


@_relation("element_types", Depends.CATALOG)
def element_types(view: View) -> pa.Table:
    facts = type_facts() | model_of(view).types
    found = [
        (r, n, descriptor(facts[a.type.element], a.typmod))
        for r, n, a in cells(readable(model_of(view).relations))
        if a.type.category == "A" and a.type.element in facts
    ]
    described = [d for _, _, d in found]
    return table(
        IS, "element_types", len(found),
        object_catalog=DB,
        object_schema=[r.namespace.name for r, _, _ in found],
        object_name=[r.name for r, _, _ in found],
        object_type=["VIEW" if r.kind == "v" else "TABLE" for r, _, _ in found],
        collection_type_identifier=[str(n) for _, n, _ in found],
        udt_catalog=DB,
        udt_schema=[d.udt_schema for d in described],
        udt_name=[d.udt_name for d in described],
        dtd_identifier=[f"a{n}" for _, n, _ in found],
        data_type=[d.data_type for d in described],
    )  # fmt: skip


@_relation("domains", Depends.STATIC)
def domains(view: View) -> pa.Table:
    found = [t for t in type_facts().values() if t.kind == "d"]
    described = [descriptor(t, t.typmod) for t in found]
    return table(
        IS, "domains", len(found),
        domain_catalog=DB,
        domain_schema=[t.schema for t in found],
        domain_name=[t.name for t in found],
        domain_default=[t.default or None for t in found],
        udt_catalog=DB,
        udt_schema=[d.udt_schema for d in described],
        udt_name=[d.udt_name for d in described],
        dtd_identifier="1",
        **_descriptors(described),
    )  # fmt: skip


@_relation("sequences", Depends.CATALOG)
def sequences_(view: View) -> pa.Table:
    rows = [
        {
            "sequence_catalog": DB,
            "sequence_schema": r.namespace.name,
            "sequence_name": r.name,
            "data_type": "bigint",
            "numeric_precision": 64,
            "numeric_precision_radix": 2,
            "numeric_scale": 0,
            "start_value": str(s.start),
            "minimum_value": str(s.minimum),
            "maximum_value": str(s.maximum),
            "increment": str(s.increment),
            "cycle_option": yes_or_no(s.cycle),
        }
        for r, s in sequences(view)
    ]
    return of_dicts("sequences", rows)


# What views read.


def _read_by_views(view: View) -> list[tuple[Relation, Relation]]:
    found = model_of(view).relations
    by_id = {getattr(r.object, "id", 0): r for r in found}
    return [
        (r, by_id[depended])
        for r in found
        if isinstance(r.object, UserView) and r.kind == "v"
        for depended in sorted(r.object.depends_on & by_id.keys())
        if by_id[depended].kind != "m"
    ]


def _view_name(relation: Relation) -> dict[str, Any]:
    return {
        "view_catalog": DB,
        "view_schema": relation.namespace.name,
        "view_name": relation.name,
    }


@_relation("view_table_usage", Depends.CATALOG)
def view_table_usage(view: View) -> pa.Table:
    rows = [_view_name(r) | table_name(read) for r, read in _read_by_views(view)]
    return of_dicts("view_table_usage", rows)


@_relation("view_column_usage", Depends.CATALOG)
def view_column_usage(view: View) -> pa.Table:
    """All columns of what a view reads: which of them it uses is not kept."""
    rows = [
        _view_name(r) | table_name(read) | {"column_name": a.name}
        for r, read in _read_by_views(view)
        for a in read.attributes
    ]
    return of_dicts("view_column_usage", rows)
