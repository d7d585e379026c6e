"""Finding, building and keeping system relations."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pytest

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.names import ObjectName
from hookwire_catalog.objects import BodyFormat, WebhookSource
from hookwire_catalog.objects import View as UserView
from hookwire_catalog.snapshot import PUBLIC
from hookwire_catalog.types import INT4, INT8, TEXT, Column
from hookwire_engine.system import arrow, registry
from hookwire_engine.system.values import (
    CursorState,
    Depends,
    PlainColumn,
    PlainObjects,
    PlainTable,
    PreparedState,
    SessionState,
    SystemName,
    View,
)

SOURCE = WebhookSource(2, ObjectName("hookwire", "public", "events"), BodyFormat.JSON, "ext")
VIEW = UserView(
    3, ObjectName("hookwire", "public", "latest"), "SELECT 1", (Column("n", INT8),), frozenset({2})
)
FULL = View(
    Catalog.of((PUBLIC, SOURCE, VIEW), next_id=4),
    PlainObjects((PlainTable("public", "t", (PlainColumn("a", INT4),)),)),
    user="ann",
    sessions=(SessionState(1, "ann", "hookwire", "127.0.0.1:9", "psql", "active", "SELECT", 1, 2),),
    session_id=1,
    prepared=(PreparedState("p", "SELECT $1", 3, (TEXT,), (INT4,)),),
    cursors=(CursorState("c", "SELECT 1", 4),),
)


@pytest.mark.parametrize("name", registry.RELATIONS, ids=".".join)
def test_every_relation_has_its_declared_form(name: SystemName) -> None:
    relation = registry.RELATIONS[name]
    table = relation.build(FULL)
    assert table.column_names == [column.name for column in relation.columns]
    for column in relation.columns:
        assert table.schema.field(column.name).type == arrow.arrow_type(column.type)
        if not column.nullable:
            assert table.column(column.name).null_count == 0, column
    assert relation.build(View(Catalog.empty())).schema == table.schema


def test_names_are_found_as_statements_write_them() -> None:
    def found(schema: str | None, name: str) -> SystemName | None:
        relation = registry.find(schema, name)
        return None if relation is None else (relation.schema, relation.name)

    assert found(None, "pg_class") == ("pg_catalog", "pg_class")
    assert found(None, "mz_sources") == ("mz_catalog", "mz_sources")
    assert found("information_schema", "tables") == ("information_schema", "tables")
    assert found("mz_internal", "mz_webhook_sources") == ("mz_internal", "mz_webhook_sources")
    assert found(None, "tables") is None
    assert found(None, "mz_webhook_sources") is None
    assert found("public", "pg_class") is None


def test_helper_relations_are_found_by_no_name() -> None:
    helpers = [name for name, r in registry.RELATIONS.items() if r.kind == "h"]
    assert helpers
    for schema, name in helpers:
        assert registry.find(schema, name) is None
        assert registry.find(None, name) is None


def test_tables_are_named_as_they_are_registered() -> None:
    names = [("pg_catalog", "pg_class"), ("hw", "role")]
    found = registry.tables(names, FULL, registry.Cache())
    assert list(found) == ["pg_catalog.pg_class", "hw.role"]
    assert registry.target(names[0]) == 'temp.main."pg_catalog.pg_class"'


# What is kept, and until when.

BY_DEPENDENCE: dict[Depends, SystemName] = {
    Depends.STATIC: ("pg_catalog", "pg_am"),
    Depends.CATALOG: ("pg_catalog", "pg_class"),
    Depends.SESSION: ("hw", "relation"),
    Depends.LIVE: ("pg_catalog", "pg_stat_activity"),
}


def built(cache: registry.Cache, depends: Depends, view: View) -> pa.Table:
    name = BY_DEPENDENCE[depends]
    assert registry.RELATIONS[name].depends is depends
    return cache.table(registry.RELATIONS[name], view)


CHANGES = {
    "nothing": FULL,
    "equal plain objects": dataclasses.replace(FULL, plain=dataclasses.replace(FULL.plain)),
    "a setting": dataclasses.replace(FULL, settings={"TimeZone": "UTC"}),
    "the search path": dataclasses.replace(FULL, search_path=()),
    "the user": dataclasses.replace(FULL, user="bob"),
    "a plain table": dataclasses.replace(FULL, plain=PlainObjects()),
    "the catalog": dataclasses.replace(FULL, catalog=Catalog.empty()),
}
KEPT = {
    "nothing": {Depends.STATIC, Depends.CATALOG, Depends.SESSION},
    "equal plain objects": {Depends.STATIC, Depends.CATALOG, Depends.SESSION},
    "a setting": {Depends.STATIC, Depends.CATALOG, Depends.SESSION},
    "the search path": {Depends.STATIC, Depends.CATALOG},
    "the user": {Depends.STATIC, Depends.CATALOG},
    "a plain table": {Depends.STATIC},
    "the catalog": {Depends.STATIC},
}


@pytest.mark.parametrize("change", CHANGES)
def test_tables_are_kept_while_what_they_show_is_the_same(change: str) -> None:
    cache = registry.Cache()
    kept = set()
    for depends in Depends:
        before = built(cache, depends, FULL)
        if built(cache, depends, CHANGES[change]) is before:
            kept.add(depends)
    assert kept == KEPT[change]


def test_two_uncommitted_catalogs_of_one_version_are_not_confused() -> None:
    """Each session's next catalog has the same version; what differs is the object."""
    one = Catalog.of((PUBLIC, SOURCE), next_id=4, version=5)
    two = Catalog.of((PUBLIC, VIEW), next_id=4, version=5)
    cache = registry.Cache()
    names = []
    for catalog in (one, two, one):
        table = built(cache, Depends.CATALOG, View(catalog))
        mine = [n for n in table.column("relname").to_pylist() if n in ("events", "latest")]
        names.append(mine)
    assert names == [["events"], ["latest"], ["events"]]


# Making tables.


def test_a_column_may_be_a_list_one_value_or_nothing() -> None:
    columns = (Column("a", INT4), Column("b", TEXT), Column("c", INT8))
    table = arrow.table(columns, 2, {"a": [1, None], "b": "x"})
    assert table.to_pylist() == [{"a": 1, "b": "x", "c": None}, {"a": None, "b": "x", "c": None}]


def test_mistakes_of_a_builder_are_loud() -> None:
    columns = (Column("a", INT4),)
    with pytest.raises(ValueError, match="1 values for 2 rows"):
        arrow.table(columns, 2, {"a": [1]})
    with pytest.raises(KeyError, match="no such columns"):
        arrow.table(columns, 2, {"b": 1})
